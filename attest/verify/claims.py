"""Step 11: what is claimed, over how many controls, and what time has undone since.

    a met control, one of whose checks rests on evidence that expired  ->  unknown
    planned, and the day is over                                       ->  not-met (overdue)
    not applicable, and the decision has run out                       ->  unknown

The signed totals stay what was signed; ``standing`` is what is left of them now. Withheld controls keep their verdict here: when
their evidence expires is not published.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from attest.times import end_of, parse_day, parse_moment
from attest.verify.answer import Finding, Lapse, no, note
from attest.verify.record import for_people


def lapses(controls: Iterable[Mapping[str, Any]], now: datetime) -> Iterator[Lapse]:
    """The public controls of assessment.json (as ``read_record`` gives them) -> those whose verdict no longer holds at ``now``."""
    for control in controls:
        if (lapse := _lapse(control, now)) is not None:
            yield lapse


def _lapse(control: Mapping[str, Any], now: datetime) -> Lapse | None:
    ident, verdict = control["id"], control["verdict"]
    if verdict == "met" and (ends := [_moment(check) for check in control["checks"] if check["expires"] is not None]) and min(ends) <= now:
        return Lapse(ident, verdict, "unknown", f"its evidence expired on {for_people(min(ends))}")
    plan, out = control.get("plan"), control.get("notApplicable")
    if verdict == "planned" and plan is not None and end_of(parse_day(plan["due"])) <= now:
        return Lapse(ident, verdict, "not-met", f"it was planned for {plan['due']} and is overdue")
    if verdict == "not-applicable" and out is not None and end_of(parse_day(out["until"])) <= now:
        return Lapse(ident, verdict, "unknown", f"the decision that it does not apply ran out on {out['until']}")
    return None


def _moment(check: Mapping[str, Any]) -> datetime:
    return parse_moment(check["expires"])


def standing(totals: Mapping[str, int], lapsed: Iterable[Lapse]) -> dict[str, int]:
    """The signed totals, after lapses."""
    left = dict(totals)
    for lapse in lapsed:
        left[lapse.was] -= 1
        left[lapse.now] += 1
    return left


def claim_findings(lapsed: Iterable[Lapse], strict: bool) -> Iterator[Finding]:
    """Each lapse: something to know, or with strict evidence a no. It is genuine all the same, so the word is stale."""
    for lapse in lapsed:
        said = f"{lapse.control}: {lapse.why}"
        yield no(11, said, lapse.was, lapse.now, "stale", 1) if strict else note(11, said)
