"""What is published of an assessment: ``attestation/assessment.json``, by allow-list, and each control's canonical record.

    Assessment + center secret + release number  ->  the record (a JSON object)   ->  pages, statement

Pages and statement are drawn from this object alone, so neither can say what the other does not, and neither can leak what is
not in it. Times are RFC 3339 text, numbers are whole.

What stays out: who owns a control, staff's details, rows' subjects and messages, everything of withheld controls but their number and a
commitment each, their areas too. Of evidence:

    public     id, title, kind, tool, how collected, how read, dates, SHA-256, counts, reason
    gated      id, title, kind, how read, dates, commitment
    private    kind, dates, commitment
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, TypedDict

from attest.affirmation import Affirmed, print_affirmed
from attest.assess import Assessment, CheckResult, Result
from attest.english import ask_sentence, rule_sentence
from attest.enrolled import camel, evidence_of, notices_shown, registers_shown
from attest.judge import decimal, percent
from attest.model.center import Center, Framework, Profile
from attest.model.control import Promise
from attest.model.evidence import Description
from attest.model.rule import Ask, Rule
from attest.published import CheckRecord, ControlRecord, FrameworkRecord, PaperRecord, ReadAs, Record, Summary, Tool, bases, digest_of, totals
from attest.readings.interface import Reading
from attest.times import print_moment, print_span
from attest.wire.commitment import commit, control_salt, file_salt
from attest.words import RULESET, Verdict


def project(assessment: Assessment, secret: bytes | None, release: int | None, version: str, affirmed: Affirmed | None = None) -> Record:
    """The published record. Without a center secret (a preview) commitments are null; without a release number no control's can be made.

    ``version`` is the tool's own; ``affirmed`` what a person affirmed, where it stands at the as-of. Controls are in order of id; commitments in order of value, so that neither tells an order of ours.
    """
    center, shown = assessment.center, [result for result in assessment.results if not result.withheld]
    hidden = [result for result in assessment.results if result.withheld]
    controls = [control_record(result, secret) for result in shown]
    made: Record = {
        "asOf": print_moment(assessment.as_of),
        "center": _center(center.profile),
        "ruleset": RULESET,
        "tool": {"name": "attest", "version": version},
        "scope": _scope(center.profile),
        "areas": _areas(center.profile, controls),
        "totals": totals(result.verdict for result in assessment.results),
        "basis": bases(result.basis for result in assessment.results),
        "withheld": totals(result.verdict for result in hidden),
        "frameworks": [_framework(framework, controls) for framework in center.frameworks.values()],
        "controls": controls,
        "registers": registers_shown(center.registers.values()),
        "papers": _papers(assessment, secret),
        "notices": notices_shown(center.notices),
        "commitments": _commitments(hidden, secret, release),
    }
    return made if affirmed is None else {**made, "affirmation": print_affirmed(affirmed)}


def published_files(center: Center) -> dict[str, str]:
    """Site path -> evidence id, of every evidence file that is itself published."""
    return {_file_path(item.id, item.description.file): item.id for item in center.evidence.values() if item.description.publish and item.description.file}


def _file_path(ident: str, file: str) -> str:
    return f"evidence/{ident}{PurePosixPath(file).suffix.lower()}"


def _center(profile: Profile) -> dict[str, Any]:
    return {
        "id": profile.id,
        "name": profile.name,
        "language": profile.language,
        "summary": profile.summary,
        "notice": profile.notice,
        "contacts": [{"role": contact.role, "email": contact.email, "url": contact.url} for contact in profile.contacts],
        "signatories": [{"role": person.role, "name": person.name} for person in profile.signatories],
    }


def _scope(profile: Profile) -> dict[str, Any]:
    return {
        "systems": [{"id": system.id, "name": system.name} for system in profile.systems],
        "outOfScope": [{"name": item.name, "why": item.why} for item in profile.out_of_scope],
    }


def _areas(profile: Profile, controls: Sequence[ControlRecord]) -> list[dict[str, Any]]:
    """Those of public controls: an area that nothing shown belongs to would tell of what is withheld."""
    named = {control["area"] for control in controls}
    return [{"id": area.id, "title": area.title, "summary": area.summary} for area in profile.areas if area.id in named]


def control_record(result: Result, secret: bytes | None) -> ControlRecord:
    """A control as published, or as it would be: its RFC 8785 form is the canonical record. ``secret`` as for ``project``."""
    promise = result.control.promise
    return {
        "id": result.control.id,
        "audience": result.control.audience,
        "title": promise.title,
        "promise": promise.promise,
        "yours": promise.yours,
        "responsibility": promise.responsibility,
        "area": promise.area,
        "appliesTo": list(promise.applies_to),
        "verdict": result.verdict,
        "reason": _reason(result),
        "basis": result.basis,
        "covered": {"checked": len(result.covered), "inScope": len(promise.applies_to)},
        "visibility": promise.visibility,
        "clauses": {framework: list(clauses) for framework, clauses in sorted(promise.maps.items())},
        **_decisions(promise),
        "checks": [check_record(check, secret) for check in result.checks],
    }


class _Decisions(TypedDict):
    plan: dict[str, str] | None
    treatment: dict[str, str] | None
    notApplicable: dict[str, str] | None


def _decisions(promise: Promise) -> _Decisions:
    plan, risk, out = promise.plan, promise.treatment, promise.not_applicable
    return {
        "plan": None if plan is None else {"owner": plan.owner, "due": plan.due.isoformat(), "why": plan.why},
        "treatment": None if risk is None else {"decision": risk.decision, "owner": risk.owner, "reason": risk.reason, "until": risk.until.isoformat()},
        "notApplicable": None if out is None else {"reason": out.reason, "decidedBy": out.decided_by, "until": out.until.isoformat()},
    }


def _reason(result: Result) -> str:
    return result.reason if result.deciding is None else _check_reason(result.checks[result.deciding])


def _check_reason(check: CheckResult) -> str:
    """The reason where the evidence is public; elsewhere one that tells nothing of its content."""
    if check.evidence.description.visibility == "public":
        return check.reason
    return _UNSHOWN[check.verdict]


_UNSHOWN: dict[Verdict, str] = {
    "met": "Evidence that is not published here shows this.",
    "not-met": "Evidence that is not published here shows that this is not in place.",
    "unknown": "There is no current evidence for this.",
    "planned": "This is planned.",
    "not-applicable": "This does not apply.",
}


def check_record(check: CheckResult, secret: bytes | None) -> CheckRecord:
    """A check as published; without a center secret its commitment is null."""
    description, shown = check.evidence.description, check.evidence.description.visibility
    public, named, digest = shown == "public", shown != "private", check.observation.digest
    bare = public and not check.evidence.withholds
    return {
        "rule": rule_json(check.rule) if check.ask is None else ask_json(check.ask, check.rule),
        "ruleText": _rule_text(check, named),
        "evidence": check.evidence.id if named else None,
        "title": check.evidence.title if named else None,
        "visibility": shown,
        "kind": description.kind,
        "sha256": digest if bare else None,
        "commitment": None if bare or digest is None or secret is None else _bind(secret, check.evidence.id, digest),
        "file": _file_path(check.evidence.id, description.file) if description.publish and description.file else None,
        "tool": _tool(check) if public else None,
        "collected": {"by": description.collected.by} if public and description.collected else None,
        "issuer": description.issuer if named else None,
        "declared": {"by": description.by, "statement": description.statement} if public and description.by and description.statement else None,
        "observed": _moment(check.observed),
        "received": _moment(check.observation.received),
        "expires": _moment(check.expires),
        "readAs": read_as(description, check.observation.reading) if named and check.ask is None and description.kind in ("report", "record") else None,
        "register": check.evidence.register_name if public else None,
        "lifted": [{"vulnerability": one.vulnerability, "status": one.status, "justification": one.justification} for one in check.lifted] if public else [],
        "summary": _summary(check) if public else None,
        "basis": check.basis,
        "verdict": check.verdict,
        "reason": _check_reason(check),
    }


def _rule_text(check: CheckResult, named: bool) -> str:
    assert check.rule.max_age is not None
    if check.ask is not None:
        return ask_sentence(check.ask, check.rule.min_rows, check.evidence.title, check.rule.max_age)
    description = check.evidence.description
    return rule_sentence(check.rule, description.kind, check.rule.max_age, description.pass_values if named else ())


def _papers(assessment: Assessment, secret: bytes | None) -> list[PaperRecord]:
    """Evidence that rows of public registers name, public or gated; `check` refuses private evidence there."""
    shown = [register for register in assessment.center.registers.values() if register.header.visibility == "public"]
    named = {ident for register in shown for row in register.rows if row.visibility == "public" for ident in evidence_of(row)}
    return [_paper(assessment, ident, secret) for ident in sorted(named) if assessment.center.evidence[ident].description.visibility != "private"]


def _paper(assessment: Assessment, ident: str, secret: bytes | None) -> PaperRecord:
    evidence, digest = assessment.center.evidence[ident], assessment.observations[ident].digest
    description, public = evidence.description, evidence.description.visibility == "public"
    return {
        "id": ident,
        "title": evidence.title,
        "visibility": description.visibility,
        "observed": _moment(description.observed),
        "issuer": description.issuer,
        "sha256": digest if public else None,
        "commitment": None if public or digest is None or secret is None else _bind(secret, ident, digest),
        "file": _file_path(ident, description.file) if description.publish and description.file else None,
    }


def _bind(secret: bytes, ident: str, digest: str) -> str:
    raw = bytes.fromhex(digest)
    return commit(file_salt(secret, ident, raw), ident, raw)


def _moment(moment: datetime | None) -> str | None:
    return print_moment(moment) if moment is not None else None


def _tool(check: CheckResult) -> Tool | None:
    reading, collected = check.observation.reading, check.evidence.description.collected
    if reading is not None and reading.tool is not None:
        return {"name": reading.tool, "version": reading.version}
    return {"name": collected.tool, "version": None} if collected is not None and collected.tool is not None else None


def read_as(description: Description, reading: Reading | None) -> ReadAs:
    """How a report or a record is read: what whoever holds the file needs besides the rule."""
    named = {} if description.columns is None else description.columns.model_dump(exclude_none=True)
    found: ReadAs = {
        "format": reading.format if reading is not None else description.format,
        "columns": named or None,
        "passValues": list(description.pass_values),
        "failValues": list(description.fail_values),
    }
    return found if description.sheet is None else {**found, "sheet": description.sheet}


def _summary(check: CheckResult) -> Summary | None:
    reading = check.observation.reading
    if reading is None:
        return None
    counted = Counter(row.outcome for row in reading.rows)
    return {"examined": reading.examined, "passed": counted["pass"], "failed": counted["fail"], "other": counted["other"]}


def rule_json(rule: Rule) -> dict[str, Any]:
    """A rule as published: what is asked, nothing that is left at "not asked". Shares and scores are exact text, spans too."""
    where = rule.where and {"severity": rule.where.severity and list(rule.where.severity), "subject": rule.where.subject}
    every: dict[str, Any] = {
        "rows": rule.rows and list(rule.rows),
        "where": where and {key: value for key, value in where.items() if value is not None},
        "max": rule.max and dict(rule.max),
        "minRatio": rule.min_ratio and percent(rule.min_ratio),
        "minScore": None if rule.min_score is None else decimal(rule.min_score),
        "every": "pass" if rule.asks_every else None,
        "minRows": rule.min_rows,
        "maxAge": rule.max_age and print_span(rule.max_age),
    }
    return {key: value for key, value in every.items() if value is not None}


def ask_json(ask: Ask, rule: Rule) -> dict[str, Any]:
    """What is asked of a register as published; columns are named as in the published rows."""
    every: dict[str, Any] = {
        "only": ask.only and {camel(column): list(values) for column, values in ask.only.items()},
        "within": ask.within and {camel(column): print_span(span) for column, span in ask.within.items()},
        "latest": ask.latest and {camel(column): print_span(span) for column, span in ask.latest.items()},
        "ahead": ask.ahead and [camel(column) for column in ask.ahead],
        "atMost": ask.at_most and {camel(column): most for column, most in ask.at_most.items()},
        "oneOf": ask.one_of and {camel(column): list(values) for column, values in ask.one_of.items()},
        "filled": ask.filled and [camel(column) for column in ask.filled],
        "minRows": rule.min_rows,
        "maxAge": rule.max_age and print_span(rule.max_age),
    }
    return {key: value for key, value in every.items() if value is not None}


def _framework(framework: Framework, controls: Sequence[ControlRecord]) -> FrameworkRecord:
    mapping = [control for control in controls if framework.id in control["clauses"]]
    return {
        "id": framework.id,
        "title": framework.title,
        "version": framework.version,
        "clauses": len(framework.clauses),
        "mapped": len({clause for control in mapping for clause in control["clauses"][framework.id]}),
        "verdicts": totals(control["verdict"] for control in mapping),
    }


def _commitments(hidden: Sequence[Result], secret: bytes | None, release: int | None) -> list[dict[str, str]]:
    """One commitment a withheld control, over its canonical record as it would have been published."""
    if secret is None or release is None:
        return []
    return [{"commitment": value} for value in sorted(_bind_control(secret, release, result) for result in hidden)]


def _bind_control(secret: bytes, release: int, result: Result) -> str:
    digest = bytes.fromhex(digest_of(control_record(result, secret)))
    return commit(control_salt(secret, release, result.control.id, digest), result.control.id, digest)
