"""How every reading ends: no more rows than anyone can look at, and no pass in a report that proves nothing.

    rows pass, pass, fail and examined 0  ->  rows other, other, fail and examined 0

A failure stays a failure: to believe it, no proof of a complete run is needed.

What rows of a large report may take is bounded as well (``Words``): 500,000 rows, and 128 million characters of different names, places
and messages. Equal ones are kept once, and messages only of the first 300 rows that fail: they are shown to staff, a few at a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from attest.errors import Unreadable
from attest.readings.interface import Row

MAX_ROWS = 500_000
MAX_CHARACTERS = 128 * 1024**2
_MAX_NAME = 500
_MAX_MESSAGE = 300
_MESSAGES = 300


class Words:
    """The names and places of a report's rows, each kept once, and the few messages that are kept."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._characters = 0
        self._messages = _MESSAGES

    def one(self, word: str) -> str:
        """The same text, as it was kept first. Unreadable above ``MAX_CHARACTERS`` of different ones."""
        kept = self._known.get(word)
        if kept is not None:
            return kept
        self._characters += len(word)
        if self._characters > MAX_CHARACTERS:
            raise Unreadable(f"the file has more than {MAX_CHARACTERS // 1024**2} million characters of different names", "attach a shorter report")
        self._known[word] = word
        return word

    def message(self, said: str) -> str:
        """A failing row's message, cut, as long as any are kept."""
        self._messages -= 1
        return said[:_MAX_MESSAGE] if self._messages >= 0 else ""


def enough(count: int) -> None:
    """Unreadable where so many rows are more than ``MAX_ROWS``."""
    if count > MAX_ROWS:
        raise Unreadable(f"the file has more than {MAX_ROWS} rows", "attach a shorter report")


def rows_of(found: Iterable[Row]) -> tuple[Row, ...]:
    """Rows as a tuple. Unreadable above ``MAX_ROWS``; a name is cut to 500 characters."""
    rows = tuple(islice(found, MAX_ROWS + 1))
    enough(len(rows))
    return tuple(row if len(row.row) <= _MAX_NAME else replace(row, row=row.row[: _MAX_NAME - 1] + "…") for row in rows)


def proven(rows: tuple[Row, ...], examined: int) -> tuple[Row, ...]:
    """The rows as they are, or, where nothing is proven to have been examined, with no pass among them."""
    if examined:
        return rows
    return tuple(replace(row, outcome="other") if row.outcome == "pass" else row for row in rows)
