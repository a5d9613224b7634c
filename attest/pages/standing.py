"""How every promise stands, as one bar: five verdicts, what is met parted by what shows it, withheld ones in the part of their verdict.

    record  ->  Standing: total 76, parts (met/tool 4, met/third-party 2, met/record 46, met/record withheld 3, …, not-applicable 4)

Each part is a count; all of them sum to the number of controls, each verdict's to its total, each basis' to what the record says of it.
What is withheld is counted where the record counts it, and its part says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from attest.pages.view import SHOWN_ORDER
from attest.published import Record
from attest.words import BASES, VISITOR_BASIS, Basis, Verdict, verdict_of


@dataclass(frozen=True, slots=True)
class Part:
    """Some controls that stand alike."""

    verdict: Verdict
    basis: Basis | None
    """Of met ones alone."""
    withheld: bool
    count: int
    start: int
    """How many stand before it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The whole bar."""

    parts: tuple[Part, ...]
    total: int

    def share(self, count: int) -> str:
        """A count as a share of the bar, for its drawing: 4 of 76 is ``5.2632%``."""
        return f"{100 * count / (self.total or 1):.4f}%"

    def of(self, verdict: Verdict) -> int:
        """How many have a verdict."""
        return sum(part.count for part in self.parts if part.verdict == verdict)

    def by(self, basis: Basis) -> int:
        """How many are shown by a kind of evidence."""
        return sum(part.count for part in self.parts if part.basis == basis)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Those that something has, in the bar's order."""
        return tuple(verdict for verdict in SHOWN_ORDER if self.of(verdict))

    @property
    def bases(self) -> tuple[Basis, ...]:
        """Those that show something, the strongest first."""
        return tuple(basis for basis in BASES if self.by(basis))

    def withheld(self, verdict: Verdict | None = None) -> int:
        """How many are withheld, of a verdict or at all."""
        return sum(part.count for part in self.parts if part.withheld and verdict in (None, part.verdict))

    @property
    def said(self) -> str:
        """The bar in words, for those who do not see it."""
        shown = ", ".join(f"{self.by(basis)} {VISITOR_BASIS[basis]}" for basis in self.bases)
        said = [f"{self.of(verdict)} {verdict_of(self.of(verdict), verdict).lower()}" + (f" ({shown})" if verdict == "met" and shown else "") for verdict in self.verdicts]
        more = [f"{self.withheld()} of them withheld"] if self.withheld() else []
        return f"Of {self.total} {'promise' if self.total == 1 else 'promises'}: {', '.join([*said, *more])}"


def standing(record: Record) -> Standing:
    """The bar of a record."""
    parts, start = [], 0
    for verdict, basis, withheld, count in _counted(record):
        if count:
            parts.append(Part(verdict, basis, withheld, count, start))
            start += count
    return Standing(tuple(parts), start)


def _counted(record: Record) -> Iterator[tuple[Verdict, Basis | None, bool, int]]:
    """Every part there could be. How many withheld ones a basis has is what the public ones leave of its total."""
    public = Counter(control["basis"] for control in record["controls"] if control["verdict"] == "met")
    for verdict in SHOWN_ORDER:
        hidden = record["withheld"][verdict]
        if verdict != "met":
            yield verdict, None, False, record["totals"][verdict] - hidden
            yield verdict, None, True, hidden
            continue
        for basis in BASES:
            yield verdict, basis, False, public[basis]
            yield verdict, basis, True, record["basis"][basis] - public[basis]
