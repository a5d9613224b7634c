"""What runs out next, over a whole assessment: evidence, registers, and dated decisions; soonest first.

    Assessment  ->  (Expiry(2026-12-03T00:00:00Z, "evidence", "tls-scan", "TLS scan", ("encrypted-in-transit",), ("Platform security",)), …)

Evidence that several controls rest on runs out once, with all of them named: the earliest of what each of their rules allows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from attest.assess import Assessment, Result
from attest.times import end_of

What = Literal["evidence", "plan", "not-applicable", "treatment"]


@dataclass(frozen=True, slots=True)
class Expiry:
    """One thing with a date on it."""

    expires: datetime
    """The first second it no longer counts."""
    what: What
    """evidence (registers too), or which of a control's dated decisions."""
    id: str
    """The evidence's id; of a decision the control's."""
    title: str
    controls: tuple[str, ...]
    owners: tuple[str, ...]

    def days_left(self, as_of: datetime) -> int:
        """Whole days from a moment, rounded down: 0 runs out within a day, below 0 it has run out."""
        return (self.expires - as_of).days

    def past(self, as_of: datetime) -> bool:
        """Whether it no longer counts at a moment."""
        return self.expires <= as_of


def expiring(assessment: Assessment, owner: str | None = None) -> tuple[Expiry, ...]:
    """Everything with a date, past ones first. ``owner``: only what a control of that owner rests on, whatever its case."""
    wanted = [result for result in assessment.results if owner is None or result.control.promise.owner.casefold() == owner.casefold()]
    found = [*_evidence(wanted), *(one for result in wanted for one in _decisions(result))]
    return tuple(sorted(found, key=lambda one: (one.expires, one.id, one.what)))


def owners(assessment: Assessment) -> tuple[str, ...]:
    """Everybody who owns a control, sorted."""
    return tuple(sorted({result.control.promise.owner for result in assessment.results}))


def _evidence(results: list[Result]) -> Iterator[Expiry]:
    resting: dict[str, list[tuple[datetime, str, str, str]]] = {}
    for result in results:
        for check in result.checks:
            if check.expires is not None:
                resting.setdefault(check.evidence.id, []).append((check.expires, check.evidence.title, result.control.id, result.control.promise.owner))
    for ident, found in resting.items():
        yield Expiry(min(found)[0], "evidence", ident, found[0][1], _each(one[2] for one in found), _each(one[3] for one in found))


def _each(words: Iterator[str]) -> tuple[str, ...]:
    return tuple(sorted(set(words)))


def _decisions(result: Result) -> Iterator[Expiry]:
    control, promise = result.control, result.control.promise
    if promise.plan is not None and result.verdict in ("planned", "not-met") and not control.checks:
        yield Expiry(end_of(promise.plan.due), "plan", control.id, promise.title, (control.id,), (promise.owner,))
    if promise.not_applicable is not None:
        yield Expiry(end_of(promise.not_applicable.until), "not-applicable", control.id, promise.title, (control.id,), (promise.owner,))
    if promise.treatment is not None:
        yield Expiry(end_of(promise.treatment.until), "treatment", control.id, promise.title, (control.id,), (promise.owner,))
