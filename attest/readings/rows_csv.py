"""A register as CSV (RFC 4180): UTF-8, with or without a byte order mark, columns parted by commas, semicolons or tabs.

    person,mfa,reviewed
    p-017,on,2026-10-02

Refused: a header that names a column twice or leaves one nameless, a row with more or fewer cells than the header, open quotes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from attest.errors import Unreadable
from attest.readings import begin
from attest.readings.interface import Reading, RecordShape
from attest.readings.register import columns_of, need_columns, reading_of

NAME = "csv"
_DELIMITERS = (",", ";", "\t")


def sniff(head: bytes) -> bool:
    """Whether the first line looks like names parted by a delimiter."""
    first = head.lstrip().split(b"\n", 1)[0]
    return not begin.opens_with(first, b"[{<-#%&*") and any(mark.encode() in first for mark in _DELIMITERS)


def read(stream: BinaryIO, shape: RecordShape) -> Reading:
    """A CSV file and its shape -> a row a line. Unreadable as the module and ``register`` say."""
    text = begin.text_of(stream)
    delimiter = _delimiter(text, shape)
    return reading_of(NAME, _records(text, delimiter, shape), shape)


def _delimiter(text: str, shape: RecordShape) -> str:
    """The first delimiter that gives the columns asked for; else the one that gives the most."""
    headers = {mark: _header(text, mark) for mark in _DELIMITERS}
    fitting = [mark for mark, header in headers.items() if set(columns_of(shape)) <= set(header)]
    return fitting[0] if fitting else max(_DELIMITERS, key=lambda mark: len(headers[mark]))


def _header(text: str, delimiter: str) -> list[str]:
    try:
        return [name.strip() for name in next(_lines(text, delimiter), [])]
    except csv.Error:
        return []


def _lines(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return (line for line in reader if any(cell.strip() for cell in line))


def _records(text: str, delimiter: str, shape: RecordShape) -> Iterator[tuple[str, dict[str, str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    try:
        for line in reader:
            if not any(cell.strip() for cell in line):
                continue
            if header is None:
                header = _checked([name.strip() for name in line], shape)
                continue
            if len(line) != len(header):
                raise Unreadable(f"line {reader.line_num}: {len(line)} cells, the header has {len(header)}")
            yield f"line {reader.line_num}", dict(zip(header, line, strict=True))
    except csv.Error as error:
        raise Unreadable(f"line {reader.line_num}: {error}") from None


def _checked(header: list[str], shape: RecordShape) -> list[str]:
    twice = next((name for index, name in enumerate(header) if name in header[:index]), None)
    if twice is not None:
        raise Unreadable(f"the header names column {twice!r} twice" if twice else "the header leaves columns without a name")
    need_columns(shape, header)
    return header
