"""A spreadsheet as lines of named cells, whatever it is written in: what stands behind registers.

    id,name,since                ->  [(2, {"id": "cloud-host", "name": "Fjordhost", "since": "2024-03-01"}), …]
    cloud-host,Fjordhost,2024-03-01

The number is the line of the file, from 1. Refused as the format's reader refuses it, and where the column ``id`` is missing.
"""

from __future__ import annotations

import io
from typing import BinaryIO

from attest.errors import Unreadable
from attest.readings import begin, rows_csv, rows_xlsx
from attest.readings.grid import Record

_WANTED = ("id",)


def table_of(stream: BinaryIO, sheet: str | None = None) -> list[Record]:
    """A CSV or XLSX file -> its lines below the header. ``sheet`` names one of an XLSX file's. Raises Unreadable."""
    data = begin.everything(stream)
    if rows_xlsx.sniff(data):
        return rows_xlsx.table(io.BytesIO(data), _WANTED, sheet)
    if sheet is not None:
        raise Unreadable("a CSV file has no sheets", "remove sheet:")
    return list(rows_csv.table(io.BytesIO(data), _WANTED))
