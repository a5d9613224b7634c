"""A spreadsheet as lines of named cells, whatever it is written in: what stands behind registers.

    id,name,since                ->  [(2, {"id": "cloud-host", "name": "Fjordhost", "since": "2024-03-01"}), …]
    cloud-host,Fjordhost,2024-03-01

The number is the line of the file, the header's being 1. Refused as the format's reader refuses it, and where the column ``id`` is missing.
"""

from __future__ import annotations

from typing import BinaryIO

from attest.readings import begin, rows_csv
from attest.readings.interface import RecordShape

Line = tuple[int, dict[str, str]]
_SHAPE = RecordShape("id", "id")


def table_of(stream: BinaryIO, sheet: str | None = None) -> list[Line]:
    """A CSV or XLSX file -> its lines below the header. ``sheet`` names one of an XLSX file's. Raises Unreadable."""
    text = begin.text_of(stream)
    return [(int(place.removeprefix("line ")), cells) for place, cells in rows_csv._records(text, rows_csv._delimiter(text, _SHAPE), _SHAPE)]
