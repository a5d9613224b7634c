"""Part D: a promise's ten fields, from its record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from attest.published import CheckRecord, ControlRecord, page_of
from attest.report_form.values import OUTSIDE, REACHED, RULE, STATUS, WORD, Known, Line


def reached_by(control: ControlRecord) -> tuple[str, ...]:
    """How the status came about: by each check's evidence; without a check, by whoever decided or plans; with neither, the rules found nothing."""
    found = tuple(dict.fromkeys(REACHED[check["basis"]] for check in control["checks"]))
    return found or ((WORD,) if control["plan"] or control["notApplicable"] else (RULE,))


def _promise(control: ControlRecord, _: Known) -> Iterator[Line]:
    yield Line(control["promise"], shape="words")
    yield Line(control["id"], "Id", "code", page_of(control))


def _references(control: ControlRecord, known: Known) -> Iterator[Line]:
    titles = {one["id"]: one for one in known.record["frameworks"]}
    shown = {ident: clauses for ident, clauses in control["clauses"].items() if ident not in known.unnamed}
    for ident, clauses in shown.items():
        yield Line(f"{titles[ident]['title']}: {', '.join(clauses)}", shape="item")
    if hidden := len(control["clauses"]) - len(shown):
        yield Line(f"{hidden} more, on the promise's page", shape="item", to=page_of(control))


def _status(control: ControlRecord, _: Known) -> Iterator[Line]:
    yield Line("not met, planned" if control["verdict"] == "planned" else STATUS[control["verdict"]])


def _how(control: ControlRecord, _: Known) -> Iterator[Line]:
    yield Line("; ".join(reached_by(control)))


def _rules(control: ControlRecord, known: Known) -> Iterator[Line]:
    ruleset = known.record["ruleset"]
    for check in _by(control, (RULE, OUTSIDE)):
        yield Line(f"{check['ruleText']} ({ruleset})", "Rule")
        yield from _evidence(check)
    if not control["checks"] and RULE in reached_by(control):
        yield Line(f"No evidence is attached, so no rule could decide ({ruleset})", "Rule")


def _by(control: ControlRecord, ways: Iterable[str]) -> list[CheckRecord]:
    return [check for check in control["checks"] if REACHED[check["basis"]] in ways]


def _evidence(check: CheckRecord) -> Iterator[Line]:
    yield Line(check["title"] or f"a {check['kind']} that is not published", "Evidence")
    if digest := check["sha256"]:
        yield Line(digest, "SHA-256", "code")
    elif check["commitment"]:
        yield Line(check["commitment"], "Bound by commitment", "code")
    else:
        yield Line("none: there is no file yet, or it is bound when this is released", "Digest")
    yield from _dates(check)


def _dates(check: CheckRecord) -> Iterator[Line]:
    if check["observed"]:
        yield Line(check["observed"], "Collected", "moment")
    if check["expires"]:
        yield Line(check["expires"], "Counts until", "end")


def _whose(control: ControlRecord, _: Known) -> Iterator[Line]:
    for check in _by(control, (WORD,)):
        yield Line(check["declared"]["by"] if check["declared"] else "a role that is named to us and not published", "Says so")
        yield from _dates(check)
    if not control["checks"] and (plan := control["plan"]):
        yield Line(plan["owner"], "Says so")
        yield Line(plan["due"], "Due", "day")
    if out := control["notApplicable"]:
        yield Line(out["decidedBy"], "Decided by")
        yield Line(out["until"], "Looked at again by", "day")


def _population(control: ControlRecord, _: Known) -> Iterator[Line]:
    covered = control["covered"]
    if covered["inScope"]:
        yield Line(f"{covered['checked']} of {covered['inScope']}", "Systems")
    for check in control["checks"]:
        if check["summary"] is not None:
            yield Line(f"{check['summary']['examined']}, of which {check['summary']['passed']} passed: {check['title']}", "Looked at")
    if not covered["inScope"] and not any(check["summary"] for check in control["checks"]):
        yield Line("it names no system, and what was counted is not published", "Systems")


def _gap(control: ControlRecord, _: Known) -> Iterator[Line]:
    if control["verdict"] not in ("not-met", "planned"):
        return
    yield Line(control["reason"], "Gap")
    if plan := control["plan"]:
        yield Line(plan["why"], "Treatment", "words")
        yield Line(plan["owner"], "Owner")
        yield Line(plan["due"], "Due", "day")
    if risk := control["treatment"]:
        yield Line(f"{risk['decision']}. {risk['reason']}", "Treatment", "words")
        yield Line(risk["owner"], "Owner")
        yield Line(risk["until"], "Decided anew by", "day")


def _not_applicable(control: ControlRecord, _: Known) -> Iterator[Line]:
    if control["notApplicable"]:
        yield Line(control["notApplicable"]["reason"], shape="words")


def _against(control: ControlRecord, _: Known) -> Iterator[Line]:
    """What public evidence holds besides what the status rests on: rows that failed within the rule's limit, findings set aside, checks that came out otherwise."""
    for check in control["checks"]:
        if check["summary"] and check["summary"]["failed"]:
            yield Line(f"{check['summary']['failed']} of {check['summary']['examined']} did not pass: {check['title']}", "Failed")
        for one in check["lifted"]:
            yield Line(f"{one['vulnerability']}: {one['status']}{', ' + one['justification'] if one['justification'] else ''}", "Set aside")
        if control["verdict"] == "unknown" and check["verdict"] != "met":
            yield Line(check["reason"], "Open")


OF_PROMISE: Final[Mapping[str, Callable[[ControlRecord, Known], Iterator[Line]]]] = {
    "D1": _promise, "D2": _references, "D3": _status, "D4": _how, "D5": _rules, "D6": _whose, "D7": _population, "D8": _gap, "D9": _not_applicable, "D10": _against,
}  # fmt: skip
