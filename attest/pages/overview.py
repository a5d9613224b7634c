"""The front page: who and what in a sentence, whose signature, how everything stands, what is asked first. ``INTRO`` marks where the site's own words go.

    record + edition  ->  index.html      standing.py   the bar
                                          facts.py      answers out of registers and notices

In the order in which a reviewer with twenty minutes asks. A part stands there only where the record has something for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from jinja2 import Environment

from attest.pages import chart, facts, text, view
from attest.pages.drawn import Drawn, Edition, Heading
from attest.pages.register import path_of
from attest.pages.standing import standing
from attest.published import ControlRecord, Record

PATH: Final = "index.html"
INTRO: Final = "<!-- attest: the words of content/overview.md -->"
"""Replaced by the rendered ``content/overview.md``, or by nothing."""

_LEADING: Final = 3
_MOST_SYSTEMS: Final = 4
_MOST_HELD: Final = 3


@dataclass(frozen=True, slots=True)
class Area:
    """An area, with the promises that lead it and when those that are shown stop being so."""

    card: view.Card
    leading: tuple[ControlRecord, ...]
    lapses: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Who and what, in parts of one sentence: ``who; in scope: names[0], names[1] and names[2]``."""

    who: str
    names: tuple[str, ...]
    more: int
    """Systems that the sentence leaves to the list below."""


@dataclass(frozen=True, slots=True)
class Tiling:
    """How tiles fill their rows."""

    columns: int
    last: int
    """How many columns the last one spans, so that no row ends early."""


def draw(record: Record, edition: Edition, templates: Environment) -> Drawn:
    """index.html."""
    name, found = record["center"]["name"], standing(record)
    answered, held, entries = facts.facts(record, edition.as_of), facts.certificates(record, edition.as_of), facts.entries(record, "certificates")
    asked, questions = facts.answers(record, edition.as_of)
    html = partial(
        view.fill, templates, "overview.html", PATH, record, edition, intro=INTRO, scope=scope(record), standing=found, doors=view.doors(record), areas=tuple(areas(record, edition)),
        lapses=folded(view.lapses(edition.as_of, record["controls"])), facts=answered, held=held, entries=entries, most_held=_MOST_HELD, path_of=path_of,
        tiling=tiling(2 if entries else 0, len(answered)),
        asked=asked, questions=questions, news=facts.news(record), changes=facts.changes(record, edition), ages=chart.ages(record, edition.as_of), contacts=contacts(record), mark_of=partial(view.mark, edition.as_of),
    )  # fmt: skip
    headings = (Heading("picture", "How it stands"), Heading("areas", "What we promise"), Heading("scope", "What is in scope"), Heading("contacts", "How to reach us"))
    return Drawn(PATH, f"{name}: trust center", "Overview", record["center"]["summary"], html, headings, lead=True)


def scope(record: Record) -> Scope:
    """The parts of the sentence. The summary loses its full stop, since the sentence goes on."""
    names = tuple(system["name"] for system in record["scope"]["systems"])
    shown = names if len(names) <= _MOST_SYSTEMS else names[: _MOST_SYSTEMS - 1]
    return Scope(text.lines(record["center"]["summary"]).removesuffix("."), shown, len(names) - len(shown))


def tiling(wide: int, single: int) -> Tiling:
    """Four columns or three, whichever the tiles fill better: ``wide`` cells of one that spans several, and single ones after it."""
    cells = wide + single
    columns = min((4, 3), key=lambda count: -cells % count)
    return Tiling(columns, 1 + -cells % columns)


def areas(record: Record, edition: Edition) -> Iterator[Area]:
    """The areas that have something on their shelf, in the center's order."""
    for card in view.cards(record, record["controls"]):
        yield Area(card, tuple(facts.leading(card.controls, _LEADING)), folded(view.lapses(edition.as_of, card.controls)))


def contacts(record: Record) -> list[dict[str, str | None]]:
    """Those whose role speaks of security or incidents first, else in the center's order."""
    return sorted(record["center"]["contacts"], key=lambda contact: not any(word in contact["role"].lower() for word in ("secur", "incident")))


def folded(moments: Iterable[str]) -> str:
    """Moments -> each once with how often, as attest.js reads it: ``2026-12-20T03:10:00Z/3 2027-01-01T00:00:00Z/12``."""
    return " ".join(f"{moment}/{count}" for moment, count in Counter(moments).items())
