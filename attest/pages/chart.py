"""Charts as numbers and places, drawn at build: small pictures beside which the same numbers stand in words and in a table.

    verdicts(releases)      one column a release, its verdicts on top of each other           charts.html: verdicts
    ages(record, as_of)     evidence that counts today: when it runs out, how old it is       charts.html: ages

A template draws them as SVG from attributes and classes alone; colours are the stylesheet's, so they hold in the dark and on paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from attest.history import Entry
from attest.pages.view import SHOWN_ORDER
from attest.published import CheckRecord, Record
from attest.times import parse_moment
from attest.words import Verdict

MOST_COLUMNS: Final = 60
"""Releases in one picture; the table tells the same ones."""
_FEWEST: Final = 8
"""Columns there is room for at least, so that two releases do not look like two walls."""
HEIGHT: Final = 100
"""Units from the ground to the top of every picture here."""

_SPANS: Final = ((30, "up to 30 days"), (90, "31 to 90 days"), (180, "91 to 180 days"), (365, "181 days to a year"))
_LONGER: Final = "over a year"
_OPEN_END: Final = "no end set"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a column. ``y`` is its upper edge, from the top."""

    verdict: Verdict
    count: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Column:
    """One release."""

    n: int
    as_of: str
    x: int
    pieces: tuple[Piece, ...]
    withheld: int


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Verdicts over releases, oldest first."""

    columns: tuple[Column, ...]
    width: int
    """In columns."""
    left_out: int
    """Earlier releases that have no column."""

    @property
    def shown(self) -> tuple[Verdict, ...]:
        """The verdicts that stand in it."""
        there = {piece.verdict for column in self.columns for piece in column.pieces}
        return tuple(verdict for verdict in SHOWN_ORDER if verdict in there)


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time, how many pieces of evidence fall into it, and how high that is drawn."""

    said: str
    count: int
    height: int
    soon: bool = False


@dataclass(frozen=True, slots=True)
class Ages:
    """Of the evidence that shows something today."""

    count: int
    runs_out: tuple[Span, ...]
    old: tuple[Span, ...]


def verdicts(releases: Sequence[Entry]) -> Verdicts:
    """The last ``MOST_COLUMNS`` releases as columns whose heights compare."""
    drawn = releases[-MOST_COLUMNS:]
    most = max((sum(entry.totals.values()) for entry in drawn), default=0)
    columns = tuple(Column(entry.n, entry.as_of, x, tuple(_pieces(entry, most)), sum(entry.withheld.values())) for x, entry in enumerate(drawn))
    return Verdicts(columns, max(_FEWEST, len(drawn)), len(releases) - len(drawn))


def _pieces(entry: Entry, most: int) -> Iterator[Piece]:
    """From the ground up; edges are rounded, not heights, so that no gap opens between two."""
    below = 0
    for verdict in SHOWN_ORDER:
        if count := entry.totals[verdict]:
            bottom, top = (HEIGHT - round(HEIGHT * edge / most) for edge in (below, below + count))
            yield Piece(verdict, count, top, bottom - top)
            below += count


def ages(record: Record, as_of: datetime) -> Ages:
    """Evidence behind checks that show something, each piece once: by how long it still counts, and by how old it is.

    A piece that serves several checks runs out with the first of them. What is withheld is not in it: nothing is known of its evidence.
    """
    found = _pieces_of_evidence(record)
    ends, seen = [end for end, _ in found], [observed for _, observed in found]
    return Ages(len(found), _spans([None if end is None else end - as_of for end in ends], soon=True), _spans([None if one is None else as_of - one for one in seen], soon=False))


def _pieces_of_evidence(record: Record) -> list[tuple[datetime | None, datetime | None]]:
    """(when it runs out, when it was observed) of each piece."""
    gathered: dict[tuple[str, ...], list[CheckRecord]] = {}
    for control in record["controls"]:
        for number, check in enumerate(control["checks"]):
            if check["verdict"] == "met":
                bound = check["sha256"] or check["commitment"] or check["evidence"]
                gathered.setdefault((bound, check["observed"] or "") if bound else (control["id"], str(number)), []).append(check)
    return [(_first({check["expires"] for check in same}), _first({check["observed"] for check in same})) for same in gathered.values()]


def _first(moments: Iterable[str | None]) -> datetime | None:
    return min((parse_moment(moment) for moment in moments if moment is not None), default=None)


def _spans(lengths: Sequence[timedelta | None], *, soon: bool) -> tuple[Span, ...]:
    """How many lengths fall into each span; "no end" only where there is one."""
    names = [said for _, said in _SPANS] + [_LONGER, *([_OPEN_END] if None in lengths else [])]
    named = [_named(length) for length in lengths]
    counted = [named.count(name) for name in names]
    most = max([*counted, 1])
    return tuple(Span(name, count, round(HEIGHT * count / most), soon and name == names[0]) for name, count in zip(names, counted, strict=True))


def _named(length: timedelta | None) -> str:
    if length is None:
        return _OPEN_END
    return next((said for days, said in _SPANS if length <= timedelta(days=days)), _LONGER)
