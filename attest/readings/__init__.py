"""Evidence bytes -> rows: one format a file, and this table. A new format is a new file and a line here.

    read(stream, "sarif")                         a report whose format is named
    read(stream, None)                            a report whose format is told from the content
    read(stream, None, RecordShape(row, outcome)) a register, CSV, XLSX or YAML, with the columns that play a part

Readers are pure: bytes in, a ``Reading`` out, or ``Unreadable`` with the reason in plain words. They report what a tool said and never
decide whether that is good enough. Documents and declarations have no reader: a document is bound by its digest alone.
"""

from __future__ import annotations

import io
from codecs import BOM_UTF8
from collections.abc import Mapping
from typing import BinaryIO, Protocol

from attest.errors import Unreadable
from attest.readings import (
    asff,
    begin,
    cdxa,
    cyclonedx,
    github_branch_protection,
    gitleaks,
    hdf,
    junit,
    kube_bench,
    lynis,
    ocsf,
    openvas,
    openvex,
    oscal_ar,
    pem_chain,
    rows_csv,
    rows_xlsx,
    rows_yaml,
    sarif,
    scorecard,
    spdx,
    sslyze,
    testssl,
    trivy,
    xccdf,
)
from attest.readings.interface import Reading, RecordShape


class Report(Protocol):
    """A format of a tool: a module of this package."""

    NAME: str

    def sniff(self, head: bytes) -> bool:
        """Whether these bytes, which are the file's first or all of them, could be this format."""

    def read(self, stream: BinaryIO) -> Reading:
        """The reading. Raises Unreadable."""


class Record(Protocol):
    """A format of a register: a module of this package."""

    NAME: str

    def sniff(self, head: bytes) -> bool:
        """Whether these bytes, which are the file's first or all of them, could be this format."""

    def read(self, stream: BinaryIO, shape: RecordShape) -> Reading:
        """The reading, with the columns the shape names. Raises Unreadable."""


_REPORTS: tuple[Report, ...] = (
    sarif,
    ocsf,
    junit,
    testssl,
    sslyze,
    cyclonedx,
    openvex,
    cdxa,
    trivy,
    scorecard,
    lynis,
    oscal_ar,
    hdf,
    github_branch_protection,
    pem_chain,
    asff,
    kube_bench,
    gitleaks,
    spdx,
    xccdf,
    openvas,
)
_RECORDS: tuple[Record, ...] = (rows_csv, rows_xlsx, rows_yaml)

REPORTS: Mapping[str, Report] = {module.NAME: module for module in _REPORTS}
RECORDS: Mapping[str, Record] = {module.NAME: module for module in _RECORDS}
FORMATS: Mapping[str, Report | Record] = {**REPORTS, **RECORDS}


def known_formats() -> tuple[str, ...]:
    """The names that ``format:`` may have, sorted."""
    return tuple(sorted(FORMATS))


def read(stream: BinaryIO, format: str | None, shape: RecordShape | None = None) -> Reading:  # noqa: A002  # the key's own name
    """A binary stream -> its Reading.

    ``format`` is one of ``known_formats()``, or None to tell it from the content; ``shape`` belongs to registers and only to them.
    Raises Unreadable: not that format, none that fits, more than one that could, larger than the format's bound
    (1 GiB for those read piece by piece: sarif, ocsf; 64 MiB for all others), or whatever the format refuses.
    """
    head, whole = begin.opened(stream)
    table: Mapping[str, Report | Record] = REPORTS if shape is None else RECORDS
    if format is None:
        name, whole = _told(head, whole, table)
    else:
        name = _named(format, table)
    return REPORTS[name].read(whole) if shape is None else RECORDS[name].read(whole, shape)


def _named(name: str, table: Mapping[str, Report | Record]) -> str:
    if name not in FORMATS:
        raise Unreadable(f"format {name!r} is not one of {', '.join(known_formats())}")
    if name not in table:
        said = "is a register's: it needs kind: record with columns" if name in RECORDS else "is a tool's: it is read without columns"
        raise Unreadable(f"format {name} {said}")
    return name


def _told(head: bytes, whole: BinaryIO, table: Mapping[str, Report | Record]) -> tuple[str, BinaryIO]:
    """The name of the format, and the stream again. Looks at the head; at all of the file, within the bound, where the head is none's."""
    fitting = [name for name, module in table.items() if module.sniff(head)]
    if not fitting and len(head) >= begin.HEAD - len(BOM_UTF8):
        data = begin.everything(whole)
        whole = io.BytesIO(data)
        fitting = [name for name, module in table.items() if module.sniff(data)]
    if len(fitting) > 1:
        raise Unreadable(f"could be {' or '.join(fitting)}; say which with format:")
    if not fitting:
        raise Unreadable(f"the file is none of the formats that are read: {', '.join(table)}")
    return fitting[0], whole
