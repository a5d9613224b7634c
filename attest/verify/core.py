"""The core profile: seven questions that the command, the page's script and the one file answer alike, case by case.

    signature 1 2 3    subjects 6 7    pin 4    expiry 5    log 13 14    history 10    withdrawal 15

Each is "ok", "no", "could-not-tell" or "not-checked". What was not reached is not checked: after a refused bundle everything else, of a
bundle alone its files, log, history and withdrawals, without a log (or with one that is none) log and withdrawals.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attest.verify.answer import STEPS, Answer, Finding, Outcome

CORE: Final[Mapping[str, tuple[int, ...]]] = {
    "signature": (1, 2, 3), "subjects": (6, 7), "pin": (4,), "expiry": (5,), "log": (13, 14), "history": (10,), "withdrawal": (15,),
}  # fmt: skip
_WORST_FIRST: Final[tuple[Outcome, ...]] = ("no", "could-not-tell", "not-checked")
_ENDS: Final = (1, 2, 3, 12)


def core_of(answer: Answer) -> dict[str, Outcome]:
    """An answer -> the outcome of each question."""
    found = [finding for name in STEPS for finding in answer.steps[name].findings]
    reached = _reached(answer, found)
    return {name: _worst([finding.outcome for finding in found if finding.number in numbers], name in reached) for name, numbers in CORE.items()}


def _reached(answer: Answer, found: list[Finding]) -> set[str]:
    if any(finding.number in _ENDS and finding.outcome != "note" for finding in found):
        return {"signature"}
    if any(finding.number == 10 and finding.outcome == "not-checked" for finding in found):
        return {"signature", "pin", "expiry"}
    return set(CORE) if answer.facts.log is not None else set(CORE) - {"log", "withdrawal"}


def _worst(outcomes: list[Outcome], reached: bool) -> Outcome:
    return next((outcome for outcome in _WORST_FIRST if outcome in outcomes), "ok" if reached else "not-checked")
