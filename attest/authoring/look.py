"""A file that somebody wants to attach -> what it is, as far as it can be told from the file alone.

    scan.json (testssl.sh)      Look(kind="report", format="testssl", observed=2026-11-20T03:10:00Z, reading=…)
    devices.csv                 Look(kind="record", format="csv", table=…)
    access-policy.pdf           Look(kind="document", paper=…)               a PDF, DOCX, Markdown or text
    screenshot.png              Look(kind="declaration")        somebody has to say what it shows

Raises Unreadable where the file begins as a format that is read and does not hold what it should: that is said, not passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from attest import papers, readings
from attest.authoring.columns import Table, table_of
from attest.errors import Unreadable
from attest.readings import begin
from attest.readings.interface import Paper, Reading
from attest.words import Kind

_TABLES: Final[Mapping[str, str]] = {".csv": "csv", ".tsv": "csv", ".xlsx": "xlsx", ".yml": "yaml", ".yaml": "yaml"}
_DOCUMENTS: Final = (".pdf", ".docx", ".doc", ".odt", ".rtf", ".md", ".markdown", ".txt")


@dataclass(frozen=True, slots=True)
class Look:
    """What a file is."""

    kind: Kind
    format: str | None = None
    reading: Reading | None = None
    """Of a report."""
    table: Table | None = None
    """Of a record."""
    paper: Paper | None = None
    """Of a document."""


def look(file: Path, suffix: str, kind: Kind | None = None, format_name: str | None = None, sheet: str | None = None) -> Look:
    """What a file is; ``suffix`` is the ending of the name it came by, lower-case. ``kind`` and ``format_name`` are what its owner says it is.

    Raises Unreadable.
    """
    if kind == "declaration":
        return Look("declaration")
    if kind == "document":
        return _document(file)
    if kind == "record" or (kind is None and format_name in readings.RECORDS):
        return _record(file, format_name or _table_format(file, suffix), sheet)
    if kind == "report" or format_name is not None or is_report(file):
        return _report(file, format_name)
    return _otherwise(file, suffix, sheet)


def _otherwise(file: Path, suffix: str, sheet: str | None) -> Look:
    """No tool's report: told by the ending of its name, because a letter may look like a list."""
    if suffix in _TABLES:
        return _record(file, _TABLES[suffix], sheet)
    try:
        return _document(file)
    except Unreadable:
        if suffix in _DOCUMENTS:
            raise
        return Look("declaration")


def is_report(file: Path) -> bool:
    """Whether a file begins as one of the reports that are read."""
    with file.open("rb") as stream:
        head, _ = begin.opened(stream)
    return any(report.sniff(head) for report in readings.REPORTS.values())


def _document(file: Path) -> Look:
    with file.open("rb") as stream:
        return Look("document", paper=papers.read(stream))


def _report(file: Path, format_name: str | None) -> Look:
    with file.open("rb") as stream:
        reading = readings.read(stream, format_name)
    return Look("report", reading.format, reading)


def _table_format(file: Path, suffix: str) -> str:
    with file.open("rb") as stream:
        head, _ = begin.opened(stream)
    fitting = [name for name, record in readings.RECORDS.items() if record.sniff(head)]
    if suffix in _TABLES and _TABLES[suffix] in fitting:
        return _TABLES[suffix]
    if len(fitting) != 1:
        raise Unreadable("the file is no table that is read", "export it as CSV or XLSX")
    return fitting[0]


def _record(file: Path, format_name: str, sheet: str | None) -> Look:
    with file.open("rb") as stream:
        data = begin.everything(stream)
    return Look("record", format_name, table=table_of(data, format_name, sheet))
