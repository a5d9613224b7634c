"""What is left to the reader: every promise that needs something of them, and the duties that were parted beforehand, as a checklist.

    promises with a ``yours`` text, or whose part is yours or shared    ->  by audience and area, first what is to be done
    register "responsibilities", where it is public                     ->  duties that are yours or shared, with our part beside them

A promise that is kept on our side alone is no promise: whoever relies on one has to know where it ends. Nothing ticked is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from jinja2 import Environment
from markupsafe import Markup

from attest.pages import view
from attest.pages.drawn import Drawn, Edition, Heading
from attest.pages.register import path_of
from attest.published import ControlRecord, Record, page_of
from attest.words import AUDIENCES

PATH: Final = view.YOUR_PART
TITLE: Final = view.YOUR_PART_LABEL
DUTIES: Final = "responsibilities"
DUTIES_TITLE: Final = "Duties, parted beforehand"
MOST: Final = 1500
"""Promises on one page; beyond, each area has a page of its own."""
LONG: Final = 150
"""Promises beyond which a page is laid out where it is looked at."""
_FILTER: Final = "assets/filter.js"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do, with the promise it belongs to."""

    control: ControlRecord
    path: str
    badge: Markup


@dataclass(frozen=True, slots=True)
class Shelf:
    """An area with its tasks."""

    title: str
    path: str
    """Where its tasks stand when they are too many for one page."""
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What is left to one audience."""

    id: str
    title: str
    count: int
    shelves: tuple[Shelf, ...]


def draw(record: Record, edition: Edition, templates: Environment) -> Iterator[Drawn]:
    """your-part.html, and a page an area where there is too much for one; nothing where every promise is kept without the reader and no duty is theirs."""
    controls = [control for control in record["controls"] if view.has_part(control)]
    duties = _duties(record)
    if not controls and not duties:
        return
    said = f"What {len(controls)} of our promises need of you, and which duties are yours: a checklist." if controls else "Which duties are yours: a checklist."
    whole = len(controls) <= MOST
    html = partial(_fill, record, edition, templates, PATH, controls, duties, whole=whole)
    headings = tuple(Heading(audience, view.AUDIENCE_LABEL[audience]) for audience in AUDIENCES if any(one["audience"] == audience for one in controls))
    headings += (Heading("duties", DUTIES_TITLE),) if duties else ()
    yield Drawn(PATH, TITLE, TITLE, said, html, headings, _home(record), scripts=(_FILTER,) if whole or duties else ())
    for card in () if whole else view.cards(record, controls):
        html = partial(_fill, record, edition, templates, _path_of(card), card.controls, (), whole=True, area=card.title)
        yield Drawn(_path_of(card), f"{TITLE}: {card.title}", card.title, f"{said} The area: {card.title}.", html, (), _home(record), scripts=(_FILTER,))


def _path_of(card: view.Card) -> str:
    return f"your-part/{card.id}.html"


def _home(record: Record) -> str | None:
    """The list it stands in: that of the first audience with promises."""
    return next((path for _, path, _ in view.doors(record)), None)


def _fill(
    record: Record, edition: Edition, templates: Environment, path: str, controls: Sequence[ControlRecord], duties: Sequence[Mapping[str, Any]], *, whole: bool, area: str | None = None
) -> str:  # fmt: skip
    named = {row["control"] for row in duties}
    promises = {control["id"]: _task(edition, control) for control in (record["controls"] if named else ()) if control["id"] in named}
    return view.fill(
        templates, "your-part.html", path, record, edition, title=TITLE, area=area, home=PATH, whole=whole, count=len(controls), parts=[*_parts(record, edition, controls)],
        duties=duties, duties_title=DUTIES_TITLE, promises=promises, duties_path=path_of(DUTIES), withheld=sum(record["withheld"].values()), opened=len(controls) <= LONG,
    )  # fmt: skip


def _parts(record: Record, edition: Edition, controls: Sequence[ControlRecord]) -> Iterator[Part]:
    for audience in AUDIENCES:
        inside = [control for control in controls if control["audience"] == audience]
        shelves = tuple(Shelf(card.title, _path_of(card), tuple(_task(edition, control) for control in card.controls)) for card in view.cards(record, inside))
        if inside:
            yield Part(audience, view.AUDIENCE_LABEL[audience], len(inside), shelves)


def _task(edition: Edition, control: ControlRecord) -> Task:
    return Task(control, page_of(control), view.badge(view.mark(edition.as_of, control)))


def _duties(record: Record) -> list[Mapping[str, Any]]:
    """Rows of the public register that name a part of the reader's."""
    rows = [row for register in record["registers"] if register["name"] == DUTIES for row in register["rows"]]
    return [row for row in rows if row["yours"] or row["whose"] in ("you", "both")]
