"""The lists: promises by audience, and by area. Withheld controls are in neither; a line says how many there are.

A reviewer reads down the titles and opens a promise where it stands: whose word it is, when it was seen, what was asked, what is
theirs to do. That has its weight, so a page bears it for ``OPENED`` promises at most; beyond, a row leads to the promise's own
page, and beyond ``LISTED`` an audience's page leads to the areas, each of which lists its promises whole. One script (filter.js)
narrows a list without asking for anything; without it the list is whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from jinja2 import Environment
from markupsafe import Markup

from attest.pages import view, who_says
from attest.pages.asked import NOTHING, Asked
from attest.pages.asked import PATH as QUESTIONNAIRES
from attest.pages.drawn import Drawn, Edition, Heading
from attest.published import CheckRecord, ControlRecord, Record, page_of
from attest.words import AUDIENCES, VISITOR_BASIS, Audience, Basis, Verdict

FILTER: Final = "assets/filter.js"
OPENED: Final = 150
"""Promises on a page that open in place."""
LISTED: Final = 1500
"""Promises on an audience's page."""

_LEDE = {
    "customers": "What we promise to those who use our services, and what shows it.",
    "suppliers": "What we promise to those who work for us and with us, and what shows it.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A check, as it stands under an opened promise."""

    check: CheckRecord
    badge: Markup
    voice: str


@dataclass(frozen=True, slots=True)
class Row:
    """A promise in a list."""

    control: ControlRecord
    path: str
    badge: Markup
    basis: str | None
    """How it is shown, in words; None where it is not."""
    yours: bool
    """Whether something is left to the reader."""
    lines: tuple[Line, ...] = ()
    """What it opens to; of a row that only leads to its page, nothing."""


@dataclass(frozen=True, slots=True)
class Group:
    """Promises under one heading."""

    id: str
    title: str
    target: str
    """Where the heading leads."""
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a list can be narrowed to."""

    verdicts: tuple[Verdict, ...]
    bases: tuple[tuple[Basis, str], ...]
    yours: bool


def draw(record: Record, edition: Edition, templates: Environment, found: Asked = NOTHING) -> Iterator[Drawn]:
    """One list an audience that has promises, one an area that has some."""
    for audience in AUDIENCES:
        if any(control["audience"] == audience for control in record["controls"]):
            yield _audience(record, edition, templates, audience, asks=audience in found.audiences)
    for card in view.cards(record, record["controls"]):
        yield _area(record, edition, templates, card)


def _audience(record: Record, edition: Edition, templates: Environment, audience: Audience, *, asks: bool) -> Drawn:
    path, label = view.index_of(audience), view.AUDIENCE_LABEL[audience]
    controls = [control for control in record["controls"] if control["audience"] == audience]
    cards, listed = view.cards(record, controls), len(controls) <= LISTED
    html = partial(
        _fill, templates, "audience.html", path, record, edition, controls, [(card.id, card.title, card.path, card.controls) for card in cards] if listed else [],
        label=label, lede=_LEDE[audience], cards=cards, audience=audience, needed=sum(map(view.has_part, controls)), your_part=view.YOUR_PART, asks=QUESTIONNAIRES if asks else None,
    )  # fmt: skip
    headings = tuple(Heading(card.id, card.title) for card in cards)
    return Drawn(path, label, label, _LEDE[audience], html, headings, lead=True, scripts=(FILTER,) if listed else ())


def _area(record: Record, edition: Edition, templates: Environment, card: view.Card) -> Drawn:
    parts = [(audience, view.AUDIENCE_LABEL[audience], view.index_of(audience), [one for one in card.controls if one["audience"] == audience]) for audience in AUDIENCES]
    html = partial(_fill, templates, "area.html", card.path, record, edition, card.controls, parts, card=card)
    return Drawn(card.path, card.title, card.title, card.summary or f"What we promise about: {card.title}.", html, scripts=(FILTER,))


def _fill(
    templates: Environment, name: str, path: str, record: Record, edition: Edition, controls: Sequence[ControlRecord],
    parts: Iterable[tuple[str, str, str, Sequence[ControlRecord]]], **more: object,
) -> str:  # fmt: skip
    """Rows are made when the page is written, and not kept."""
    opened = len(controls) <= OPENED
    groups = [Group(ident, title, target, tuple(row(edition, control, opened=opened) for control in inside)) for ident, title, target, inside in parts if inside]
    totals = view.count(controls)
    return view.fill(
        templates, name, path, record, edition, groups=groups, opened=opened, count=len(controls), totals=totals, bar=view.bar(totals), choice=choice(controls),
        withheld=sum(record["withheld"].values()), **more,
    )  # fmt: skip


def row(edition: Edition, control: ControlRecord, *, opened: bool) -> Row:
    """A control as a row, with what it opens to where it does."""
    lines = tuple(Line(check, view.badge(view.check_mark(edition.as_of, check), "at-sign"), who_says.voice(check)) for check in control["checks"]) if opened else ()
    basis = VISITOR_BASIS[control["basis"]] if control["basis"] else None
    return Row(control, page_of(control), view.badge(view.mark(edition.as_of, control)), basis, view.has_part(control), lines)


def choice(controls: Sequence[ControlRecord]) -> Choice:
    """What there is among these, or may be by the reader's clock: what is shown today may lack evidence tomorrow, and a plan may be overdue."""
    there = {control["verdict"] for control in controls}
    more: set[Verdict] = {"unknown"} if there & {"met", "not-applicable"} else set()
    more |= {"not-met"} if "planned" in there else set()
    bases = {control["basis"] for control in controls}
    return Choice(
        tuple(verdict for verdict in view.SHOWN_ORDER if verdict in there | more),
        tuple((basis, said) for basis, said in VISITOR_BASIS.items() if basis in bases),
        any(map(view.has_part, controls)),
    )
