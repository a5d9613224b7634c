"""A spreadsheet of clauses (CSV, or one sheet of an XLSX file) -> Catalogue.

    Safeguard,Title,Area            columns {"id": "Safeguard", "title": "Title", "group": "Area"}
    1.1,Keep a list of devices,Devices
    1.10,Ask who is new,            a blank area carries on the one above, as merged cells do

A line without an id is passed over and counted: it is a heading. Refused: an id that is a number with a fraction (a spreadsheet made
1.1 of 1.10 and nobody can tell) or a date (it made that of 1.2), a line without a title, a header that lacks a column or names it twice.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, time
from difflib import get_close_matches
from itertools import islice
from typing import Final

from attest.authoring.importing.interface import MAX_BYTES, MOST_CLAUSES, Catalogue, Chapter, Found, one_line
from attest.errors import Refused, Unreadable

PARTS: Final = ("id", "title", "group")
_GUESSES: Final = {
    "id": ("id", "clause", "control", "control id", "clause id", "ref", "reference", "number", "no.", "requirement id", "safeguard"),
    "title": ("title", "name", "clause title", "control title", "requirement", "short title", "description"),
    "group": ("group", "chapter", "domain", "family", "area", "category", "section"),
}
_MOST_LINES: Final = 4 * MOST_CLAUSES

Cell = str | float | int | date | time | None
"""A moment (datetime) is a date."""
Line = tuple[int, Sequence[Cell]]


def read(data: bytes, columns: Mapping[str, str], sheet: str | None) -> Catalogue:
    """``columns`` names the columns of ``PARTS`` that the caller knows; the others are guessed from usual names.

    Raises Unreadable where it is no spreadsheet, Refused where it is one and cannot be taken as it stands.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(f"the file is larger than {MAX_BYTES // 2**20} MiB")
    lines = list(islice(_lines(data, sheet), _MOST_LINES + 1))
    if len(lines) > _MOST_LINES:
        raise Unreadable(f"the spreadsheet has more than {_MOST_LINES} lines")
    if not lines:
        raise Unreadable("the spreadsheet is empty")
    at = _columns([one_line(str(cell or "")) for cell in lines[0][1]], columns)
    rows = [(f"line {number}", {part: cells[index] if index < len(cells) else None for part, index in at.items()}) for number, cells in lines[1:]]
    clauses = tuple(_clauses(rows))
    if not clauses:
        raise Unreadable("no line of the spreadsheet has an id", "name the column that holds it: --column id=…")
    chapters = tuple(Chapter(group, group) for group in dict.fromkeys(clause.group for clause in clauses) if group is not None)
    return Catalogue(clauses, chapters, passed_over=len(rows) - len(clauses))


def _clauses(rows: Iterable[tuple[str, Mapping[str, Cell]]]) -> Iterator[Found]:
    group: str | None = None
    for place, row in rows:
        group = _text(row.get("group")) or group
        ident = _ident(row["id"], place)
        if ident:
            title = _text(row["title"])
            if not title:
                raise Refused(f"{place}: {ident!r} has no title", "write one, or take the line out")
            yield Found(ident, title, group, place)


def _ident(cell: Cell, place: str) -> str:
    if isinstance(cell, (date, time)):
        raise Refused(f"{place}: the id is a date, and a spreadsheet makes one of 1.2 or 3-4", "format the column as text and type the ids anew")
    if isinstance(cell, float) and not cell.is_integer():
        raise Refused(f"{place}: the id {cell} is a number, and a spreadsheet writes 1.10 and 1.1 alike", "format the column as text and type the ids anew")
    return _text(int(cell) if isinstance(cell, float) else cell)


def _text(cell: Cell) -> str:
    return "" if cell is None else one_line(str(cell))


def _columns(header: list[str], named: Mapping[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in PARTS:
        name = named[part] if part in named else next((guess for guess in header if guess.casefold() in _GUESSES[part] and header.index(guess) not in found.values()), None)
        if name is not None:
            found[part] = _index(header, name, part)
    missing = next((part for part in ("id", "title") if part not in found), None)
    if missing is not None:
        raise Refused(f"no column looks like the {missing}; the first line names {_listed(header)}", f"name it: --column {missing}=…")
    return found


def _index(header: list[str], name: str, part: str) -> int:
    alike = [index for index, title in enumerate(header) if title.casefold() == name.casefold()]
    if len(alike) > 1:
        raise Refused(f"two columns are named {name!r}", "rename one")
    if not alike:
        near = get_close_matches(name, header, 1)
        raise Refused(f"there is no column {name!r}; the first line names {_listed(header)}", f"did you mean {part}={near[0]!r}?" if near else f"name one of these: --column {part}=…")
    return alike[0]


def _listed(header: list[str]) -> str:
    named = [repr(title) for title in header if title]
    return ", ".join(named[:12]) + (" …" if len(named) > 12 else "") if named else "nothing"


def _lines(data: bytes, sheet: str | None) -> Iterator[Line]:
    """Lines that hold something, with the number they have in the file."""
    found = _xlsx(data, sheet) if data.startswith(b"PK\x03\x04") else _csv(data, sheet)
    return ((number, cells) for number, cells in found if any(_text(cell) for cell in cells))


def _csv(data: bytes, sheet: str | None) -> Iterator[Line]:
    if sheet is not None:
        raise Refused("a CSV file has no sheets", "leave --sheet away")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unreadable(f"line {line} is not UTF-8 text", "save it as CSV UTF-8") from None
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise Unreadable(f"line {reader.line_num}: {error}") from None


def _xlsx(data: bytes, sheet: str | None) -> Iterator[Line]:
    """Read whole, bounded, so that what is wrong inside shows here and nowhere else."""
    try:
        _refuse_large(data)
        return iter(list(islice(_book(data, sheet), _MOST_LINES + 2)))
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, OSError, SyntaxError) as error:
        raise Unreadable(f"the file is no XLSX spreadsheet that can be read: {type(error).__name__}", "open it, save it again as .xlsx, or save it as CSV UTF-8") from None


def _book(data: bytes, sheet: str | None) -> Iterator[Line]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    titles = book.sheetnames
    if (sheet is None and len(titles) > 1) or (sheet is not None and sheet not in titles):
        raise Refused(f"there is no sheet {sheet!r}" if sheet else "the file has several sheets", f"name one with --sheet: {_listed(titles)}")
    yield from enumerate(book[sheet or titles[0]].iter_rows(values_only=True), 1)


def _refuse_large(data: bytes) -> None:
    """A small archive can unpack to any size."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES:
            raise Unreadable(f"the spreadsheet unpacks to more than {MAX_BYTES // 2**20} MiB")
