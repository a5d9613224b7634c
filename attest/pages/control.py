"""A page per control: the verdict and whose word it is, the promise, each check with its rule in English and its evidence, the clauses.

It carries exactly one machine-readable block (``published.block_of``), which verifying holds against assessment.json. What a verifier
needs (digests, commitments, how a file was read) stands one click down. A page knows its own control, its neighbours in the area and
nothing else, so it weighs the same among ten controls and among ten thousand.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final

from jinja2 import Environment
from markupsafe import Markup

from attest.model.center import Framework
from attest.pages import text, view, who_says
from attest.pages.drawn import Drawn, Edition, Heading, relative
from attest.pages.framework import clause_anchor, path_of
from attest.pages.register import handed
from attest.pages.register import path_of as register_path
from attest.published import CheckRecord, ControlRecord, Record, block_of, page_of

_LINKED_CLAUSES: Final = 60
"""Clauses that are links of their own. Beyond, each framework is one link and its clauses are named behind it, so that a page keeps its weight."""
_HEADINGS: Final = {"promise": "What we promise", "yours": "What is left to you", "checks": "How we know", "clauses": "Clauses it bears on"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A check, ready for the template."""

    check: CheckRecord
    title: str
    badge: Markup
    voice: str
    terms: tuple[tuple[str, str], ...]
    """What a verifier needs: label, value."""
    ask: str | None
    """Of a gated document in the public register: where it says how to ask for it."""


@dataclass(frozen=True, slots=True)
class Named:
    """A framework with the clauses that a control names."""

    title: str
    path: str
    clauses: Sequence[str]
    count: int
    links: Markup
    """Each clause as a link to where it stands."""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a control: its area, and the promises before and after it there."""

    area: str
    path: str
    before: ControlRecord | None
    after: ControlRecord | None


@dataclass(frozen=True, slots=True)
class _House:
    """What is the same for every control of a center."""

    record: Record
    edition: Edition
    frameworks: Mapping[str, Framework]
    templates: Environment
    answering: str
    asked_for: Mapping[str, str]
    """Evidence -> where the documents' page says how to ask for it."""
    handed: str | None
    """Where that page says how to check a file; None where each control's page has to say it."""


def draw(record: Record, edition: Edition, frameworks: Mapping[str, Framework], templates: Environment) -> Iterator[Drawn]:
    """customers/ID.html and suppliers/ID.html, one a public control."""
    house = _House(record, edition, frameworks, templates, who_says.answering(record["center"]), _documents(record), handed(record))
    around = _around(record)
    for control in record["controls"]:
        mark = view.mark(edition.as_of, control)
        html = partial(_fill, house, control, mark, around[control["id"]])
        said = f"{mark.text}. {text.plain(control['promise'])}"
        yield Drawn(page_of(control), control["title"], control["title"], said, html, _headings(control), view.index_of(control["audience"]))


def _fill(house: _House, control: ControlRecord, mark: view.Mark, around: Around) -> str:
    digest = house.edition.digest(control)
    return view.fill(
        house.templates, "control.html", page_of(control), house.record, house.edition,
        control=control, badge=view.badge(mark, "at-badge at-large"), asked=who_says.asked(control), voices=who_says.voices(control), answering=house.answering,
        checks=[_shown(house, check) for check in control["checks"]], gated=_gated(control), handed=house.handed, address=shlex.quote(house.record["center"]["id"]), clauses=_clauses(control, house.frameworks),
        named=sum(map(len, control["clauses"].values())), linked=_LINKED_CLAUSES,
        systems=view.systems(house.record, control["appliesTo"]), around=around, shelf=relative(page_of(control), view.index_of(control["audience"])),
        register_path=register_path, changed=house.edition.history.changed(control["id"]), block=Markup(block_of(control, digest)), digest=digest,  # noqa: S704 - canonical JSON with < escaped
    )  # fmt: skip


def _shown(house: _House, check: CheckRecord) -> Shown:
    title = check["title"] or f"{view.KIND_LABEL[check['kind']]}, not published"
    ask = house.asked_for.get(check["evidence"] or "") if check["visibility"] == "gated" else None
    return Shown(check, title, view.badge(view.check_mark(house.edition.as_of, check)), who_says.voice(check), tuple(_terms(check)), ask)


def _terms(check: CheckRecord) -> Iterator[tuple[str, str]]:
    for label, value in (("Evidence", check["evidence"]), ("SHA-256", check["sha256"]), ("Commitment", check["commitment"])):
        if value:
            yield label, value
    if (read := check["readAs"]) and read["format"]:
        yield "Read as", ", ".join([read["format"], *(f"{part} = {column}" for part, column in (read["columns"] or {}).items())])


def _gated(control: ControlRecord) -> CheckRecord | None:
    """The first check whose file is handed over on request and can be held against this page."""
    return next((check for check in control["checks"] if check["visibility"] == "gated" and check["commitment"] and check["evidence"] and check["kind"] != "declaration"), None)


def _documents(record: Record) -> dict[str, str]:
    rows = [row for register in record["registers"] if register["name"] == "documents" for row in register["rows"]]
    return {row["evidence"]: f"{register_path('documents')}#{row['id']}" for row in rows if row["evidence"]}


def _around(record: Record) -> dict[str, Around]:
    """Neighbours are those of the same audience and area, in the order of the lists."""
    found = {}
    for card in view.cards(record, record["controls"]):
        for audience in {control["audience"] for control in card.controls}:
            row = [None, *(control for control in card.controls if control["audience"] == audience), None]
            for before, control, after in zip(row, row[1:], row[2:], strict=False):
                assert control is not None
                found[control["id"]] = Around(card.title, card.path, before, after)
    return found


def _clauses(control: ControlRecord, frameworks: Mapping[str, Framework]) -> list[Named]:
    here = page_of(control)
    return [_named(frameworks[ident].title, relative(here, path_of(ident)), tuple(clauses)) for ident, clauses in control["clauses"].items()]


@lru_cache(maxsize=8192)
def _named(title: str, target: str, clauses: tuple[str, ...]) -> Named:
    """The same few clauses are named again and again, so their links are made once."""
    links = Markup(" ").join(Markup('<a href="{}#{}">{}</a>').format(target, clause_anchor(clause), clause) for clause in clauses)
    return Named(title, target, clauses, len(clauses), links)


def _headings(control: ControlRecord) -> tuple[Heading, ...]:
    present = {"promise": True, "yours": bool(control["yours"]), "checks": bool(control["checks"]), "clauses": bool(control["clauses"])}
    return tuple(Heading(ident, said) for ident, said in _HEADINGS.items() if present[ident])
