"""Step 8: assessment.json, read strictly, and every number of the statement recomputed from it.

    controls' records  ->  claims (id, verdict, SHA-256 of each canonical record), in order
    claims + withheld  ->  totals          totals.met  ->  basis, as far as it is shown          withheld  ->  how many commitments
    controls' clauses  ->  frameworks: mapped clauses and verdicts
    checks that ask a register  ->  the digest of the register beside them

And under the ruleset this version knows, each verdict from its record: one check that is not met makes the control not met; planned
and not-applicable need a plan and a decision in its term; met needs a check, all of them met by evidence that had been observed and
was no older than its rule allows, and every system covered. Whoever types a verdict into a record has to type its evidence too.
Under rules that this version does not know, it cannot tell.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from attest.errors import Unreadable
from attest.published import bases, claims_of, digest_of, page_of, totals
from attest.statement import ASSESSMENT, Statement
from attest.times import end_of, parse_day, parse_moment, parse_span
from attest.verify.answer import Finding, no, unsure
from attest.wire import strict_json
from attest.words import BASES, RULESET, VERDICTS, Basis, Verdict

SHARED: Final = ("asOf", "scope", "totals", "basis", "withheld", "frameworks", "commitments", "tool", "ruleset", "affirmation")
"""What the statement and assessment.json both say, in the same words."""


def read_record(data: bytes) -> dict[str, Any]:
    """The bytes of assessment.json -> its object, of the shape that verifying relies on. Raises Unreadable naming the place."""
    record = _object(strict_json.parse(data, ASSESSMENT), ASSESSMENT)
    for index, control in enumerate(_list(record.get("controls"), "controls")):
        _control(_object(control, f"controls[{index}]"), f"controls[{index}]")
    _object(record.get("center"), "center")
    for index, register in enumerate(_list(record.get("registers", []), "registers")):
        if not isinstance(_object(register, f"registers[{index}]").get("name"), str):
            raise Unreadable(f"registers[{index}].name is not text")
    try:
        claims_of(record["controls"])
        for register in record.get("registers", ()):
            digest_of(register)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{ASSESSMENT}: a control or register has no canonical form: {error}") from None
    return record


def check_record(record: Mapping[str, Any], statement: Statement) -> Iterator[Finding]:
    """Everything in which the record and the signed statement do not agree, or do not add up."""
    yield from _same(record, statement)
    yield from _claims(record["controls"], statement)
    yield from sums(statement)
    yield from _frameworks(record["controls"], statement.predicate.get("frameworks"))
    yield from _registers(record)
    if statement.predicate.get("ruleset") != RULESET:
        yield unsure(8, f"its rules are {_said(statement.predicate.get('ruleset'))}: whether the verdicts follow from them, this version cannot tell", RULESET)
        return
    for control in record["controls"]:
        yield from _decided(control, statement.as_of)


def sums(statement: Statement) -> Iterator[Finding]:
    """The statement against itself: what can be recomputed of a bundle alone."""
    shown = totals(verdict for _, verdict, _ in statement.claims)  # type: ignore[misc]
    added = {verdict: shown[verdict] + statement.withheld[verdict] for verdict in VERDICTS}
    if added != dict(statement.totals):
        yield no(8, "the totals are not those of the claims and the withheld controls", _said(added), _said(statement.totals))
    met, basis = statement.totals["met"], statement.predicate.get("basis")
    if not _is_count(basis, BASES) or sum(basis.values()) != met:  # type: ignore[union-attr]
        yield no(8, "the bases do not add up to the controls that are met", str(met), _said(basis))
    commitments, withheld = statement.predicate.get("commitments"), sum(statement.withheld.values())
    if not isinstance(commitments, list) or len(commitments) != withheld:
        yield no(8, "there is not one commitment for each withheld control", str(withheld), str(len(commitments)) if isinstance(commitments, list) else "")


def _same(record: Mapping[str, Any], statement: Statement) -> Iterator[Finding]:
    for key in SHARED:
        if not _alike(signed := statement.predicate.get(key), record.get(key)):
            yield no(8, f"the statement and {ASSESSMENT} differ in {key}", _said(signed), _said(record.get(key)))
    for key in ("id", "name", "language"):
        if not _alike(signed := statement.predicate["center"].get(key), record["center"].get(key)):
            yield no(8, f"the statement and {ASSESSMENT} differ in center.{key}", _said(signed), _said(record["center"].get(key)))


def _claims(controls: Sequence[Mapping[str, Any]], statement: Statement) -> Iterator[Finding]:
    found = {claim["id"]: (claim["verdict"], claim["record"]) for claim in claims_of(controls)}
    signed = {ident: (verdict, record) for ident, verdict, record in statement.claims}
    for ident in sorted(found.keys() | signed.keys()):
        if found.get(ident) != signed.get(ident):
            yield no(8, f"the claim on {ident} is not the one of its record", _said(signed.get(ident)), _said(found.get(ident)))
    if len(found) != len(controls) or len({page_of(control) for control in controls}) != len(controls):
        yield no(8, f"{ASSESSMENT} has a control twice, or two on one page")
    shown, basis = bases(control["basis"] for control in controls), statement.predicate.get("basis")
    if _is_count(basis, BASES) and any(shown[name] > basis[name] for name in BASES):  # type: ignore[index]
        yield no(8, "the bases are not those of the records", _said(shown), _said(basis))


def _frameworks(controls: Sequence[Mapping[str, Any]], frameworks: Any) -> Iterator[Finding]:
    named = {framework["id"]: framework for framework in frameworks or () if isinstance(framework, dict) and isinstance(framework.get("id"), str)}
    if not isinstance(frameworks, list) or len(named) != len(frameworks):
        yield no(8, "the frameworks are no list of frameworks")
        return
    for ident in sorted({ident for control in controls for ident in control["clauses"]} - named.keys()):
        yield no(8, f"controls name the framework {ident}, which is not listed")
    for ident, framework in named.items():
        mapping = [control for control in controls if ident in control["clauses"]]
        found = {"mapped": len({clause for control in mapping for clause in control["clauses"][ident]}), "verdicts": totals(control["verdict"] for control in mapping)}
        said = {key: framework.get(key) for key in found}
        if not _alike(said, found) or not _is_count({"clauses": framework.get("clauses")}, ("clauses",)) or framework["clauses"] < found["mapped"]:
            yield no(8, f"the numbers of framework {ident} are not those of its controls", _said(found), _said(said))


def _registers(record: Mapping[str, Any]) -> Iterator[Finding]:
    """A check that names a public register by its digest asked the very rows that are published."""
    published = {one["name"]: digest_of(one) for one in record.get("registers", ())}
    for control in record["controls"]:
        for check in control["checks"]:
            name, digest = check.get("register"), check.get("sha256")
            if name is not None and name not in published:
                yield no(8, f"{control['id']}: a check asks the register {name!s:.40}, which is not in the record")
            elif name is not None and digest is not None and digest != published[name]:
                yield no(8, f"{control['id']}: a check asks another register {name!s:.40} than the record has", _said(digest), published[name])


def _decided(control: Mapping[str, Any], as_of: datetime) -> Iterator[Finding]:
    """attest-rules/v0.1: the verdict that follows from the record's own checks, plan and decision, whatever the evidence was."""
    ident, verdict = control["id"], control["verdict"]
    if (found := follows(control, as_of)) != verdict:
        yield no(8, f"{ident}: its record comes to {found}, and it says {verdict}", found, verdict)
    if (verdict == "met") != (control["basis"] is not None):
        yield no(8, f"{ident}: a basis belongs to met controls and to no others")
    if verdict == "met" and control["basis"] not in [check["basis"] for check in control["checks"]]:
        yield no(8, f"{ident}: says {control['basis']}, and no check rests on that")
    if control["covered"]["inScope"] != len(control["appliesTo"]):
        yield no(8, f"{ident}: applies to {len(control['appliesTo'])} systems, and counts {control['covered']['inScope']}")
    for check in control["checks"]:
        if check["verdict"] == "met" and not _stands(check, as_of):
            yield no(8, f"{ident}: a check says met by evidence that was not current at {for_people(as_of)}")
        if check["basis"] not in _BASIS_OF.get(check["kind"], ()):
            yield no(8, f"{ident}: a check calls a {check['kind']!s:.40} {check['basis']}")
        if check.get("lifted") and check["basis"] != "declaration":
            yield no(8, f"{ident}: a check sets findings aside by declaration, and calls itself {check['basis']}")


_BASIS_OF: Final[Mapping[str, tuple[Basis, ...]]] = {
    "report": ("tool", "third-party", "declaration"), "record": ("record", "third-party", "declaration"), "document": ("document", "third-party"),
    "declaration": ("declaration", "third-party"),
}  # fmt: skip
"""A report or record rests on a declaration where it is one (VEX), or where one sets findings of it aside."""


def follows(control: Mapping[str, Any], as_of: datetime) -> Verdict:
    """The order in which a control is decided: a failing check, a decision, a plan, the worst check, what nobody looked at."""
    plan, out = control.get("plan"), control.get("notApplicable")
    worst: Verdict | None = min((check["verdict"] for check in control["checks"]), key=VERDICTS.index, default=None)
    if worst == "not-met":
        return "not-met"
    if out is not None:
        return "not-applicable" if as_of < _last_second(out["until"]) else "unknown"
    if worst is None and plan is not None:
        return "planned" if as_of < _last_second(plan["due"]) else "not-met"
    if worst is None or control["covered"]["checked"] != control["covered"]["inScope"]:
        return "unknown"
    return worst


def _stands(check: Mapping[str, Any], as_of: datetime) -> bool:
    """Observed by then, and not older than the rule lets it be."""
    if check["observed"] is None or check["expires"] is None:
        return False
    observed, expires = parse_moment(check["observed"]), parse_moment(check["expires"])
    return observed <= as_of < expires <= observed + parse_span(check["rule"]["maxAge"])


def for_people(moment: datetime) -> str:
    """A moment, for people."""
    return moment.strftime("%Y-%m-%d %H:%M UTC")


def _control(control: Mapping[str, Any], where: str) -> None:
    for key in ("id", "audience", "title"):
        if not isinstance(control.get(key), str):
            raise Unreadable(f"{where}.{key} is not text")
    _one_of(control.get("verdict"), VERDICTS, f"{where}.verdict")
    _one_of(control.get("basis", "nothing"), (*BASES, None), f"{where}.basis")
    if not _is_count(control.get("covered"), ("checked", "inScope")):
        raise Unreadable(f"{where}.covered is not two counts")
    _list(control.get("appliesTo"), f"{where}.appliesTo")
    for ident, clauses in _object(control.get("clauses"), f"{where}.clauses").items():
        if not all(isinstance(clause, str) for clause in _list(clauses, f"{where}.clauses.{ident}")):
            raise Unreadable(f"{where}.clauses.{ident} is not a list of texts")
    for key, day in (("plan", "due"), ("notApplicable", "until"), ("treatment", "until")):
        if control.get(key) is not None:
            _time(_object(control[key], f"{where}.{key}").get(day), _last_second, f"{where}.{key}.{day}")
    for index, check in enumerate(_list(control.get("checks"), f"{where}.checks")):
        _check(_object(check, f"{where}.checks[{index}]"), f"{where}.checks[{index}]")


def _check(check: Mapping[str, Any], where: str) -> None:
    _one_of(check.get("verdict"), VERDICTS[:4], f"{where}.verdict")
    _one_of(check.get("basis"), BASES, f"{where}.basis")
    if not isinstance(check.get("kind"), str):
        raise Unreadable(f"{where}.kind is not text")
    _time(_object(check.get("rule"), f"{where}.rule").get("maxAge"), parse_span, f"{where}.rule.maxAge")
    for key in ("observed", "expires"):
        if check.get(key, "absent") is not None:
            _time(check.get(key), parse_moment, f"{where}.{key}")


def _last_second(text: str) -> datetime:
    return end_of(parse_day(text))


def _time(value: Any, parse: Callable[[str], object], where: str) -> None:
    try:
        parse(value)
    except (ValueError, TypeError, OverflowError) as error:
        raise Unreadable(f"{where}: {error}") from None


def _one_of(value: Any, allowed: Iterable[Any], where: str) -> None:
    if value not in tuple(allowed):
        raise Unreadable(f"{where} is {value!r:.40}")


def _is_count(value: Any, names: Iterable[str]) -> bool:
    return isinstance(value, dict) and set(value) == set(names) and all(type(count) is int and 0 <= count < 2**53 for count in value.values())


def _alike(one: Any, other: Any) -> bool:
    """Equal as JSON: true is not 1, and 1.0 is neither."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unreadable(f"{where} is not an object")
    return value


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise Unreadable(f"{where} is not a list")
    return value


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        value = ", ".join(f"{key} {count}" for key, count in value.items())
    return f"{value!s:.200}"
