"""A register as CSV (RFC 4180): UTF-8, or UTF-16 with the byte order mark that Excel writes; columns parted by commas, semicolons or tabs.

    person,mfa,reviewed
    p-017,on,2026-10-02

What parts the columns is told by the header: the mark that gives the columns asked for. A first line ``sep=;`` says it outright. Refused:
a header that two marks could part, open quotes, and what ``grid`` refuses.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import BinaryIO

from attest.errors import Unreadable
from attest.readings import begin, grid, zipped
from attest.readings.interface import Reading, RecordShape
from attest.readings.register import columns_of, reading_of

NAME = "csv"
_DELIMITERS = (",", ";", "\t")
_SPOKEN = {",": "commas", ";": "semicolons", "\t": "tabs"}
_TOLD = re.compile(r"sep=([,;\t|])\r?\n")
"""Excel's own line for what parts the columns; some tools write it above the header."""
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NOTE = re.compile(rb"\A#TYPE [^\n]*\n")
"""What Windows PowerShell's Export-Csv writes above the header."""
_SNIFFED = 65536
_LEADING = 12
"""Lines in which the header has to stand."""


def sniff(head: bytes) -> bool:
    """Whether the first line looks like names parted by a delimiter, or like a title above such a line."""
    if head.startswith(_WIDE):
        return True
    first, *others = [line for line in _NOTE.sub(b"", head.lstrip()[:_SNIFFED]).split(b"\n") if line.strip()][:_LEADING] or [b""]
    if zipped.is_zip(head) or begin.opens_with(first, b"[{<-#%&*"):
        return False
    return _parted(first) or (b":" not in first and any(map(_parted, others)))


def _parted(line: bytes) -> bool:
    return any(mark.encode() in line for mark in _DELIMITERS)


def read(stream: BinaryIO, shape: RecordShape) -> Reading:
    """A CSV file and its shape -> a row a line. Unreadable as the module and ``register`` say."""
    if shape.sheet is not None:
        raise Unreadable("a CSV file has no sheets", "remove sheet:")
    return reading_of(NAME, ((f"line {number}", cells) for number, cells in table(stream, columns_of(shape))), shape)


def table(stream: BinaryIO, wanted: Sequence[str]) -> Iterator[grid.Record]:
    """A CSV file -> its records, each with the number of the line it begins on. Unreadable as the module says."""
    text = _text(stream)
    told = _TOLD.match(text)
    delimiter = told[1] if told else _delimiter(text, wanted)
    return grid.records(islice(_lines(text, delimiter), 1 if told else 0, None), wanted, even=True)


def _text(stream: BinaryIO) -> str:
    data = begin.everything(stream)
    if not data.startswith(_WIDE):
        return begin.text_of(io.BytesIO(data))
    try:
        text = data.decode("utf-16")
    except UnicodeDecodeError as error:
        raise Unreadable(f"the file is not the UTF-16 that it begins as (byte {error.start}), save it as UTF-8") from None
    if "\0" in text:
        raise Unreadable("the file has a NUL character in it")
    return text


def _delimiter(text: str, wanted: Sequence[str]) -> str:
    """The mark that gives the columns asked for; where none does, the one that gives the most."""
    leading = {mark: _leading(text, mark) for mark in _DELIMITERS}
    headers = {mark: grid.header_of(lines, wanted) for mark, lines in leading.items()}
    fitting = [mark for mark, header in headers.items() if header is not None]
    if any(headers[mark] != headers[fitting[0]] for mark in fitting):
        raise Unreadable(f"its columns could be parted by {' or '.join(_SPOKEN[mark] for mark in fitting)}", "save it with one of them alone")
    return fitting[0] if fitting else max(_DELIMITERS, key=lambda mark: max((len(cells) for _, cells in leading[mark]), default=0))


def _leading(text: str, delimiter: str) -> list[grid.Line]:
    found: list[grid.Line] = []
    try:
        found.extend(islice(_lines(text, delimiter), _LEADING))
    except Unreadable:
        pass  # said when the lines are read for good
    return found


def _lines(text: str, delimiter: str) -> Iterator[grid.Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(f"line {reader.line_num}: {error}") from None
