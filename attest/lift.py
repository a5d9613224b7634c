"""VEX statements set findings aside: what a report found, less what its maker shows not to matter.

    Reading + Lifts  ->  Reading without those rows, and which statement took each

        row CVE-2019-14697 about pkg:apk/alpine/musl@1.1.20      statement: CVE-2019-14697, pkg:apk/alpine/musl@1.1.20, not_affected

A row is set aside only where a statement names both its vulnerability (or an alias) and, letter for letter, one of the names of what
the row is about; of a statement about parts of a product, the product's name too. Only failing rows can be; a name that matches nothing lifts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from attest.readings.interface import Lift, Reading, Row


@dataclass(frozen=True, slots=True)
class Lifted:
    """A finding that does not count, and why."""

    vulnerability: str
    status: str
    justification: str


def lift(reading: Reading, statements: Iterable[Lift]) -> tuple[Reading, tuple[Lifted, ...]]:
    """The reading as rules see it, and what was set aside, in the report's order, each once."""
    by_name: dict[str, list[Lift]] = {}
    for statement in statements:
        for name in statement.vulnerabilities:
            by_name.setdefault(name, []).append(statement)
    if not by_name:
        return reading, ()
    taken = {index: found for index, row in enumerate(reading.rows) if (found := _statement(row, by_name)) is not None}
    if not taken:
        return reading, ()
    kept = tuple(row for index, row in enumerate(reading.rows) if index not in taken)
    said = dict.fromkeys(Lifted(reading.rows[index].row, found.status, found.justification) for index, found in taken.items())
    return replace(reading, rows=kept), tuple(said)


def _statement(row: Row, by_name: dict[str, list[Lift]]) -> Lift | None:
    if row.outcome != "fail":
        return None
    about = set(row.products) or ({row.subject} if row.subject else set())
    return next((found for found in by_name.get(row.row, ()) if _is_of(found, about)), None)


def _is_of(statement: Lift, about: set[str]) -> bool:
    """One of its parts, and where it speaks of these only inside a product, that product too."""
    return not about.isdisjoint(statement.products) and (not statement.within or not about.isdisjoint(statement.within))
