"""Model, observations and a moment in; a verdict for every control out, always with its reason. Nobody types a status.

    Center + {evidence id: Observation} + as_of  ->  Assessment ── Result (a control) ── CheckResult (a check)

How one check is decided: what cannot be read is unknown; the rule judges what can; then its age. Stale evidence is unknown, but a
stale report that failed stays not-met ("last known"). How a control is decided, in this order:

    a failing check                     not-met, whatever else is said
    not-applicable, still in its term   not-applicable; past its term unknown
    no checks, a plan                   planned; past its day not-met
    no checks                           unknown
    the worst check                     decides
    a system no evidence covers         unknown
    otherwise                           met, with its basis

The same inputs give the same Assessment: no clock, no files, no randomness.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from attest.english import span_words
from attest.judge import Finding, judge
from attest.judge_register import judge_register
from attest.lift import Lifted, lift
from attest.model.center import Center
from attest.model.control import Control, Decision
from attest.model.evidence import Evidence
from attest.model.rule import Ask, Rule
from attest.readings.interface import Lift, Observation, Reading
from attest.times import end_of
from attest.words import BASES, VERDICTS, Basis, Verdict


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check came to."""

    evidence: Evidence
    rule: Rule
    """With ``max_age`` filled in."""
    observation: Observation
    verdict: Verdict
    reason: str
    """Fit for publishing where the evidence is public."""
    detail: str
    """For staff alone."""
    observed: datetime | None
    expires: datetime | None
    """The first second it no longer counts."""
    ask: Ask | None = None
    """Of a register: what was asked of its rows."""
    lifted: tuple[Lifted, ...] = ()
    """Findings that a VEX statement set aside."""

    @property
    def basis(self) -> Basis:
        """What a claim resting on this is shown by: with findings set aside, or of a file that declares, on the word of whoever did."""
        reading, said = self.observation.reading, self.evidence.description.basis
        return "declaration" if self.lifted or (said == "tool" and reading is not None and reading.declares) else said


@dataclass(frozen=True, slots=True)
class Result:
    """What one control came to."""

    control: Control
    verdict: Verdict
    reason: str
    basis: Basis | None
    """Of a met control: how it is shown, for the system where it is shown least."""
    covered: tuple[str, ...]
    """Systems the control applies to that some evidence covers."""
    checks: tuple[CheckResult, ...]
    deciding: int | None = None
    """Index of the check that decided, where one did."""

    @property
    def withheld(self) -> bool:
        """Counted, not shown."""
        return self.control.promise.visibility == "private"


@dataclass(frozen=True, slots=True)
class Assessment:
    """All verdicts at one moment."""

    center: Center
    as_of: datetime
    results: tuple[Result, ...]
    observations: Mapping[str, Observation] = field(default_factory=dict, repr=False)
    """What the verdicts were computed from."""


def assess(center: Center, observations: Mapping[str, Observation], as_of: datetime) -> Assessment:
    """Every control of the center, in its order. ``observations`` holds one for each evidence id."""
    return Assessment(center, as_of, tuple(_control(center, control, observations, as_of) for control in center.controls), observations)


def _control(center: Center, control: Control, observations: Mapping[str, Observation], as_of: datetime) -> Result:
    checks = tuple(assess_check(center, check, observations, as_of) for check in control.checks)
    covered = tuple(system for system in control.promise.applies_to if any(system in check.evidence.description.covers for check in checks))
    verdict, reason, deciding = next(_decide(center, control, checks, covered, as_of))
    basis = _basis(control, checks) if verdict == "met" else None
    return Result(control, verdict, reason, basis, covered, checks, deciding)


def _decide(center: Center, control: Control, checks: Sequence[CheckResult], covered: Sequence[str], as_of: datetime) -> Iterator[tuple[Verdict, str, int | None]]:
    """Yields what decides, strongest first; the caller takes the first."""
    promise = control.promise
    worst = min(range(len(checks)), key=lambda index: VERDICTS.index(checks[index].verdict), default=None)
    if worst is not None and checks[worst].verdict == "not-met":
        yield "not-met", checks[worst].reason, worst
    if promise.not_applicable is not None:
        yield _not_applicable(promise.not_applicable.reason, as_of < end_of(promise.not_applicable.until))
    if worst is None and promise.plan is not None:
        yield _planned(promise.plan.due.isoformat(), as_of < end_of(promise.plan.due))
    if worst is None:
        yield "unknown", "No evidence is attached.", None
        return
    if checks[worst].verdict != "met":
        yield checks[worst].verdict, checks[worst].reason, worst
    if uncovered := [system.name for system in center.profile.systems if system.id in promise.applies_to and system.id not in covered]:
        yield "unknown", f"No evidence covers {', '.join(uncovered)}.", None
    yield "met", checks[worst].reason if len(checks) == 1 else _all_met(len(checks)), worst if len(checks) == 1 else None


def _all_met(count: int) -> str:
    return "Both checks are met." if count == 2 else f"All {count} checks are met."


def _not_applicable(reason: str, holds: bool) -> tuple[Verdict, str, None]:
    if holds:
        return "not-applicable", reason, None
    return "unknown", "The decision that this does not apply has run out.", None


def _planned(due: str, ahead: bool) -> tuple[Verdict, str, None]:
    if ahead:
        return "planned", f"Planned for {due}.", None
    return "not-met", f"This was planned for {due} and is overdue.", None


def assess_check(center: Center, check: Decision, observations: Mapping[str, Observation], as_of: datetime) -> CheckResult:
    """One check alone; ``observations`` holds what it and its VEX statements rest on."""
    evidence, observation = center.evidence[check.evidence], observations[check.evidence]
    age = check.rule.max_age or center.profile.defaults.age(evidence.description.kind)
    rule = check.rule if check.rule.max_age == age else check.rule.model_copy(update={"max_age": age})
    observed = _observed(evidence, observation)
    content = _content(center, check, rule, observations, as_of)
    expires = min(filter(None, (_expires(evidence, observation, rule, observed), content.ends)), default=None)
    finding = _aged(content.finding, rule, observed, expires, as_of)
    return CheckResult(evidence, rule, observation, finding.verdict, _sentence(finding.reason), finding.detail, observed, expires, check.ask, content.lifted)


def _observed(evidence: Evidence, observation: Observation) -> datetime | None:
    """A report's own time wins over what was typed."""
    reading = observation.reading
    return reading.observed if reading is not None and reading.observed is not None else evidence.description.observed


def _expires(evidence: Evidence, observation: Observation, rule: Rule, observed: datetime | None) -> datetime | None:
    ends = [observed + rule.max_age] if observed is not None and rule.max_age is not None else []
    if observation.reading is not None and observation.reading.ends is not None:
        ends.append(observation.reading.ends)
    if evidence.description.until is not None:
        ends.append(end_of(evidence.description.until))
    return min(ends, default=None)


@dataclass(frozen=True, slots=True)
class _Content:
    """What evidence says, before its age is looked at."""

    finding: Finding
    ends: datetime | None = None
    """The first moment it would say something else."""
    lifted: tuple[Lifted, ...] = ()


def _content(center: Center, check: Decision, rule: Rule, observations: Mapping[str, Observation], as_of: datetime) -> _Content:
    evidence, observation = center.evidence[check.evidence], observations[check.evidence]
    if observation.trouble is not None:
        return _Content(Finding("unknown", "the evidence cannot be read", observation.trouble))
    if evidence.register_name is not None and check.ask is not None:
        return _Content(*judge_register(check.ask, rule.min_rows, center.registers[evidence.register_name], as_of))
    kind = evidence.description.kind
    if kind == "declaration":
        return _Content(Finding("met", f"declared by {evidence.description.by}"))
    if kind == "document":
        return _Content(Finding("met", "the document is on file and current"))
    if observation.reading is None:
        return _Content(Finding("unknown", "the evidence cannot be read", "it was not read"))
    return _lifted(center, check, rule, observation.reading, observations, as_of)


def _lifted(center: Center, check: Decision, rule: Rule, reading: Reading, observations: Mapping[str, Observation], as_of: datetime) -> _Content:
    """The rule asked of the reading, less what current VEX statements set aside; it holds no longer than they do."""
    current = [(statements, ends) for ident in check.lifted_by if (found := _statements(center, ident, observations[ident], as_of)) for statements, ends in [found]]
    left, lifted = lift(reading, [one for statements, _ in current for one in statements])
    finding = judge(rule, left)
    if not lifted:
        return _Content(finding)
    said = f"{finding.reason}; {len(lifted)} finding{'' if len(lifted) == 1 else 's'} set aside by a VEX statement"
    return _Content(replace(finding, reason=said), min(ends for _, ends in current), lifted)


def _statements(center: Center, ident: str, observation: Observation, as_of: datetime) -> tuple[tuple[Lift, ...], datetime] | None:
    """What a VEX document sets aside, and until when; None where it is unreadable, undated or out of date."""
    evidence = center.evidence[ident]
    observed, age = _observed(evidence, observation), center.profile.defaults.age(evidence.description.kind)
    if observation.trouble is not None or observation.reading is None or observed is None or observed > as_of:
        return None
    ends = _expires(evidence, observation, Rule(max_age=age), observed)
    assert ends is not None
    return (observation.reading.lifts, ends) if as_of < ends else None


def _aged(finding: Finding, rule: Rule, observed: datetime | None, expires: datetime | None, as_of: datetime) -> Finding:
    if observed is None:
        return Finding("unknown", "nothing says when this was observed", finding.detail)
    if observed > as_of:
        return Finding("unknown", "the evidence is dated after the day this was stated", finding.detail)
    if expires is None or as_of < expires:
        return finding
    if finding.verdict == "not-met":
        return Finding("not-met", f"{finding.reason} (last known, the evidence is out of date)", finding.detail)
    assert rule.max_age is not None
    if as_of < observed + rule.max_age:
        return Finding("unknown", f"what the evidence shows ran out on {expires.date().isoformat()}", finding.detail)
    return Finding("unknown", f"the evidence of {observed.date().isoformat()} is out of date: it counts for {span_words(rule.max_age)}", finding.detail)


def _basis(control: Control, checks: Sequence[CheckResult]) -> Basis:
    """Per system the strongest evidence that covers it, then the weakest of those: nothing is shown better than its least shown part."""
    systems = control.promise.applies_to
    if not systems:
        return _strongest(checks)
    return max((_strongest([c for c in checks if system in c.evidence.description.covers]) for system in systems), key=BASES.index)


def _strongest(checks: Sequence[CheckResult]) -> Basis:
    return min((check.basis for check in checks), key=BASES.index)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + ("" if text.endswith(".") else ".")
