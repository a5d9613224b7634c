"""What verifying says: findings, five steps, one word, one exit code.

    Finding(7, "no", "customers/logs.html is not as listed", expected="3f1e…", got="77aa…")
    Answer("forged", 1, steps={"integrity": Step("no", …), …}, …)

    word                                             exit
    valid                                            0
    forged, wrong-signer, forked, rolled-back        1    also stale, where the reader asked for strict evidence and some lapsed
    unknown-signer, could-not-tell                   3
    stale, withdrawn                                 4

The worst wins, in the order 1, 3, 4, 0 (format.md, Answers). An answer in which nothing was verified is never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from attest.statement import Statement
from attest.trust import Pin

Word = Literal["valid", "stale", "withdrawn", "forged", "wrong-signer", "unknown-signer", "forked", "rolled-back", "could-not-tell"]
Outcome = Literal["ok", "note", "not-checked", "could-not-tell", "no"]
StepName = Literal["integrity", "signer", "freshness", "history", "claims"]

STEPS: Final[tuple[StepName, ...]] = ("integrity", "signer", "freshness", "history", "claims")
STEP_OF: Final[Mapping[int, StepName]] = {
    **dict.fromkeys((1, 2, 3, 6, 7, 8, 9, 12), "integrity"), 4: "signer", 5: "freshness", **dict.fromkeys((10, 13, 14, 15), "history"), 11: "claims",
}  # fmt: skip

_WORST_FIRST: Final[tuple[int, ...]] = (1, 3, 4, 0)
_EXIT: Final[Mapping[Word, int]] = {
    "valid": 0, "stale": 4, "withdrawn": 4, "could-not-tell": 3, "unknown-signer": 3,
    "forged": 1, "wrong-signer": 1, "forked": 1, "rolled-back": 1,
}  # fmt: skip
_WORDS_FIRST: Final[tuple[Word, ...]] = ("forged", "wrong-signer", "forked", "rolled-back", "unknown-signer", "could-not-tell", "withdrawn", "stale")
_GENUINE: Final[tuple[StepName, ...]] = ("integrity", "signer", "history")
_OUTCOMES: Final[tuple[Outcome, ...]] = ("no", "could-not-tell", "not-checked")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a step found: not as it should be, not decidable, or worth saying."""

    number: int
    """Of the list in ``attest.verify``."""
    outcome: Outcome
    what: str
    """May quote what others wrote: an edge makes it fit to be shown."""
    expected: str = ""
    got: str = ""
    word: Word = "valid"
    code: int = 0


def no(number: int, what: str, expected: str = "", got: str = "", word: Word = "forged", code: int | None = None) -> Finding:
    """A finding that speaks against what was verified."""
    return Finding(number, "no", what, expected, got, word, _EXIT[word] if code is None else code)


def unsure(number: int, what: str, expected: str = "", got: str = "", word: Word = "could-not-tell") -> Finding:
    """A finding that keeps the question open."""
    return Finding(number, "could-not-tell", what, expected, got, word, 3)


def note(number: int, what: str) -> Finding:
    """Something to know that changes nothing."""
    return Finding(number, "note", what)


def unchecked(number: int, what: str) -> Finding:
    """A question that was not asked, and that nobody asked for."""
    return Finding(number, "not-checked", what)


@dataclass(frozen=True, slots=True)
class Step:
    """What one of the five steps came to, and every finding of it."""

    outcome: Outcome
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Lapse:
    """A claim that time has undone since it was made."""

    control: str
    was: str
    now: str
    why: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A release that its publisher took back."""

    release: int
    payload: str
    """Hex SHA-256."""
    why: str
    at: datetime
    """When the publisher says it was."""
    index: int | None
    """Its entry in the log."""


@dataclass(frozen=True, slots=True)
class InLog:
    """Where a release stands in its center's log."""

    size: int
    root: str
    """Hex SHA-256."""
    index: int
    """The release's own entry."""
    withdrawn: tuple[Withdrawn, ...] = ()
    """Of all releases, in the order of the log."""
    newer: tuple[int, ...] = ()
    """Releases that followed."""


@dataclass(frozen=True, slots=True)
class Descended:
    """An earlier release that the one in question follows."""

    release: int
    payload: str
    by: Literal["log", "chain", "itself"]
    """What shows it: the log, or releases that each name the one before; or it is the same."""


@dataclass(frozen=True, slots=True)
class Announced:
    """A change of keys that leads from a pinned key to the one that signed."""

    key: str
    by: str
    index: int


@dataclass(frozen=True, slots=True)
class Verified:
    """The contents, handed out only when they are genuine: valid, or stale and otherwise whole."""

    statement: Statement
    record: Mapping[str, Any] | None
    """assessment.json; None for a bundle alone."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was read on the way; said by the publisher, and worth what the answer is worth."""

    statement: Statement | None = None
    fingerprint: str | None = None
    payload: str | None = None
    """Hex SHA-256 of the DSSE payload."""
    pin: Pin | None = None
    files_checked: int = 0
    files_listed: int = 0
    sees_unlisted: bool = False
    record: Mapping[str, Any] | None = None
    lapsed: tuple[Lapse, ...] = ()
    standing: Mapping[str, int] | None = None
    """The totals after lapses."""
    held: tuple[int, ...] = ()
    """Releases of the history that are there and were checked, newest first."""
    pruned: tuple[int, ...] = ()
    log: InLog | None = None
    """None without a log, and where it could not be replayed."""
    announced: tuple[Announced, ...] = ()
    """From the pinned key to the one that signed; none where that is the pinned one."""
    officer: Pin | None = None
    """Of whoever affirmed, where the reader has one."""
    since: Descended | None = None
    """The earlier release that was asked for, where descent from it is shown."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of one verification."""

    word: Word
    exit_code: int
    steps: Mapping[StepName, Step]
    facts: Facts
    at: datetime
    verified: Verified | None = None


def answer_of(
    findings: Iterable[Finding], facts: Facts, at: datetime, ran: Iterable[StepName] = STEPS, needed: frozenset[StepName] = frozenset({"integrity", "signer", "freshness"})
) -> Answer:
    """Findings of all steps -> the answer. ``ran``: steps that were reached; the others are "not-checked". ``needed``: those without which nothing is a yes."""
    found, reached = tuple(findings), frozenset(ran)
    steps = {name: _step(name, found, name in reached) for name in STEPS}
    code = next(code for code in _WORST_FIRST if code == 0 or any(finding.code == code for finding in found))
    worst = {finding.word for finding in found if finding.code == code and finding.code}
    word: Word = next((word for word in _words(steps) if word in worst), "valid")
    if code == 0 and not reached >= needed:
        word, code = "could-not-tell", 3
    return Answer(word, code, steps, facts, at, _verified(word, steps, facts))


def _verified(word: Word, steps: Mapping[StepName, Step], facts: Facts) -> Verified | None:
    """Contents leave only a whole answer: time may have undone claims, nobody else anything."""
    genuine = word in ("valid", "stale") and all(steps[name].outcome in ("ok", "not-checked") for name in _GENUINE)
    return Verified(facts.statement, facts.record) if genuine and facts.statement is not None else None


def _words(steps: Mapping[StepName, Step]) -> Iterable[Word]:
    """A signer nobody pinned is worth naming only where the rest could be read."""
    if steps["integrity"].outcome == "could-not-tell":
        yield "could-not-tell"
    yield from _WORDS_FIRST


def _step(name: StepName, findings: tuple[Finding, ...], reached: bool) -> Step:
    own = tuple(finding for finding in findings if STEP_OF[finding.number] == name)
    outcome: Outcome = next((outcome for outcome in _OUTCOMES if any(finding.outcome == outcome for finding in own)), "ok" if reached else "not-checked")
    return Step(outcome, own)
