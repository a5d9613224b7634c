"""Rows kept in a register, whatever they are written in: which column plays which part, and which values pass.

    shape  row: person, outcome: mfa, pass_values: [on]        {"person": "p-017", "mfa": "on"}  ->  Row("p-017", "pass")

A value of ``pass_values`` passes, one of ``fail_values`` fails. Any other value fails, or is ``other`` where ``fail_values`` is given. A
blank outcome is ``other`` and was not examined. Values are compared as written, blanks around them dropped: ``Yes`` is not ``yes``.
Refused: a column that the shape names and the register lacks, a row without a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attest.errors import Unreadable
from attest.readings.finish import proven, rows_of
from attest.readings.interface import Outcome, Reading, RecordShape, Row

_SEVERITIES = frozenset({"critical", "high", "medium", "low", "info"})


def columns_of(shape: RecordShape) -> tuple[str, ...]:
    """The columns a shape needs, each once."""
    return tuple(dict.fromkeys(filter(None, (shape.row, shape.outcome, shape.subject, shape.severity))))


def reading_of(format_name: str, records: Iterable[tuple[str, Mapping[str, str]]], shape: RecordShape) -> Reading:
    """(place, column: value) pairs -> Reading. The place ("line 7") is for messages. Raises Unreadable as the module says."""
    rows = rows_of(_row(place, cells, shape) for place, cells in records)
    examined = sum(1 for row in rows if row.message)
    return Reading(format=format_name, rows=proven(rows, examined), examined=examined)


def _row(place: str, cells: Mapping[str, str], shape: RecordShape) -> Row:
    name, value = cells[shape.row].strip(), cells[shape.outcome].strip()
    if not name:
        raise Unreadable(f"{place}: nothing in column {shape.row!r}")
    severity = cells[shape.severity].strip().lower() if shape.severity else ""
    return Row(
        row=name,
        outcome=_outcome(value, shape),
        subject=cells[shape.subject].strip() if shape.subject else "",
        severity=severity if severity in _SEVERITIES else "unrated",
        message=value,
    )


def _outcome(value: str, shape: RecordShape) -> Outcome:
    if not value:
        return "other"
    if value in shape.fail_values:
        return "fail"
    if value in shape.pass_values:
        return "pass"
    return "other" if shape.fail_values else "fail"
