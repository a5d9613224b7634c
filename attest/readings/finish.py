"""How every reading ends: no more rows than anyone can look at, and no pass in a report that proves nothing.

    rows pass, pass, fail and examined 0  ->  rows other, other, fail and examined 0

A failure stays a failure: to believe it, no proof of a complete run is needed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from attest.errors import Unreadable
from attest.readings.interface import Row

MAX_ROWS = 500_000
_MAX_NAME = 500


def rows_of(found: Iterable[Row]) -> tuple[Row, ...]:
    """Rows as a tuple. Unreadable above ``MAX_ROWS``; a name is cut to 500 characters."""
    rows = tuple(islice(found, MAX_ROWS + 1))
    if len(rows) > MAX_ROWS:
        raise Unreadable(f"the file has more than {MAX_ROWS} rows", "attach a shorter report")
    return tuple(row if len(row.row) <= _MAX_NAME else replace(row, row=row.row[: _MAX_NAME - 1] + "…") for row in rows)


def proven(rows: tuple[Row, ...], examined: int) -> tuple[Row, ...]:
    """The rows as they are, or, where nothing is proven to have been examined, with no pass among them."""
    if examined:
        return rows
    return tuple(replace(row, outcome="other") if row.outcome == "pass" else row for row in rows)
