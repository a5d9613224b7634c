"""A register as a sheet of an XLSX file. Only cells are read: no macro, no formula, no link is followed.

    Device name | Compliance | Last check-in          row: Device name, outcome: Compliance, pass_values: [Compliant]
    LAP-014     | Compliant  | 2026-11-18

A cell is the text of its value, not of how it is shown: ``12`` and ``0.955`` (though 95.5% is shown), days as 2026-11-18, with a time of day
as 2026-11-18T08:30:00, ``TRUE`` and ``FALSE``. A formula counts with the value that was last computed; without one it is blank. Of merged
cells the first has the value, the others are blank. Rows that a filter hides are rows. Refused: more than one sheet where none is named, a hidden one, a cell
beyond column 512, and what ``grid`` and ``zipped`` refuse.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, BinaryIO

from attest.errors import Unreadable
from attest.readings import begin, grid, zipped
from attest.readings.interface import Reading, RecordShape
from attest.readings.register import columns_of, reading_of

NAME = "xlsx"
_MAX_ROWS = 1_048_576
"""As many as a sheet can have."""
_MAX_COLUMNS = 512
_MALFORMED = (*zipped.BROKEN, TypeError, AttributeError, IndexError, OverflowError, SyntaxError, AssertionError, RecursionError)
"""What openpyxl raises over parts that are not what they should be; it has no error of its own for that."""


def sniff(head: bytes) -> bool:
    """Whether it is a ZIP archive with a workbook in it."""
    return zipped.is_zip(head) and b"xl/" in head


def read(stream: BinaryIO, shape: RecordShape) -> Reading:
    """An XLSX file and its shape -> a row a line of its sheet. Unreadable as the module and ``register`` say."""
    found = table(stream, columns_of(shape), shape.sheet)
    return reading_of(NAME, ((f"line {number}", cells) for number, cells in found), shape)


def table(stream: BinaryIO, wanted: Sequence[str], sheet: str | None) -> list[grid.Record]:
    """A sheet of an XLSX file -> its records, each with the number of its row. Unreadable as the module says."""
    data = begin.everything(stream)
    if not zipped.is_zip(data):
        raise Unreadable("the file is not XLSX", "save it as .xlsx, without a password; .xls and .ods are not read")
    zipped.opened(data).close()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl's, about looks
        try:
            return list(grid.records(_lines(data, sheet), wanted, even=False))
        except _MALFORMED as error:
            raise Unreadable(f"the file is not a whole workbook: {str(error)[:120] or type(error).__name__}") from None


def _lines(data: bytes, named: str | None) -> Iterator[grid.Line]:
    from openpyxl import load_workbook  # a third of what `attest build` has to load, and hardly a center has a workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    sheet = _sheet(book, named)
    sheet.reset_dimensions()  # what the file says of its size is often wrong, and rows beyond it would be lost
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        if number > _MAX_ROWS:
            raise Unreadable(f"the sheet has more than {_MAX_ROWS} rows")
        if len(cells) > _MAX_COLUMNS:
            raise Unreadable(f"line {number}: a cell beyond column {_MAX_COLUMNS}")
        yield number, _trimmed([_text(cell) for cell in cells])


def _sheet(book: Any, named: str | None) -> Any:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if len(sheets) != len(book.worksheets):
        raise Unreadable("the file has two sheets of one name")
    if named is not None and named in sheets:
        return _shown(sheets[named])
    there = ", ".join(map(repr, list(sheets)[:30]))
    if named is not None:
        raise Unreadable(f"no sheet {named!r}; the sheets are {there}", "mend sheet:")
    if len(sheets) != 1:
        raise Unreadable(f"the file has {len(sheets)} sheets: {there}" if sheets else "the file has no sheet", "say which with sheet:" if sheets else "")
    return _shown(next(iter(sheets.values())))


def _shown(sheet: Any) -> Any:
    if sheet.sheet_state != "visible":
        raise Unreadable(f"sheet {sheet.title!r} is hidden: who opens the file sees another", "show it, or name another")
    return sheet


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _text(value: Any) -> str:
    """A cell's value as text; ``bool`` is an ``int``, and ``datetime`` a ``date``."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="seconds")
    if isinstance(value, time):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else str(value)
