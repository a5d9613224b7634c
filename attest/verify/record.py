"""Step 8: assessment.json, read strictly, and every number of the statement recomputed from it.

    controls' records  ->  claims (id, verdict, SHA-256 of each canonical record), in order
    claims + withheld  ->  totals          totals.met  ->  basis, as far as it is shown          withheld  ->  how many commitments
    controls' clauses  ->  frameworks: mapped clauses and verdicts

And under the ruleset this version knows, each verdict against its checks: met needs a check, all of them met by evidence that had
been observed and had not expired, and every system covered; one check that is not met makes the control not met. Whoever types a
verdict into a record has to type its evidence too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from attest.errors import Unreadable
from attest.published import bases, claims_of, totals
from attest.statement import ASSESSMENT, Statement
from attest.times import end_of, parse_day, parse_moment
from attest.verify.answer import Finding, no
from attest.wire import strict_json
from attest.words import BASES, RULESET, VERDICTS

SHARED: Final = ("asOf", "scope", "totals", "basis", "withheld", "frameworks", "commitments", "tool", "ruleset")
"""What the statement and assessment.json both say, in the same words."""


def read_record(data: bytes) -> dict[str, Any]:
    """The bytes of assessment.json -> its object, of the shape that verifying relies on. Raises Unreadable naming the place."""
    record = _object(strict_json.parse(data, ASSESSMENT), ASSESSMENT)
    for index, control in enumerate(_list(record.get("controls"), "controls")):
        _control(_object(control, f"controls[{index}]"), f"controls[{index}]")
    _object(record.get("center"), "center")
    try:
        claims_of(record["controls"])
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{ASSESSMENT}: a control has no canonical form: {error}") from None
    return record


def check_record(record: Mapping[str, Any], statement: Statement) -> Iterator[Finding]:
    """Everything in which the record and the signed statement do not agree, or do not add up."""
    yield from _same(record, statement)
    yield from _claims(record["controls"], statement)
    yield from sums(statement)
    yield from _frameworks(record["controls"], statement.predicate.get("frameworks"))
    if statement.predicate.get("ruleset") == RULESET:
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
        if (signed := statement.predicate.get(key)) != record.get(key):
            yield no(8, f"the statement and {ASSESSMENT} differ in {key}", _said(signed), _said(record.get(key)))
    for key in ("id", "name", "language"):
        if (signed := statement.predicate["center"].get(key)) != record["center"].get(key):
            yield no(8, f"the statement and {ASSESSMENT} differ in center.{key}", _said(signed), _said(record["center"].get(key)))


def _claims(controls: Sequence[Mapping[str, Any]], statement: Statement) -> Iterator[Finding]:
    found = {claim["id"]: (claim["verdict"], claim["record"]) for claim in claims_of(controls)}
    signed = {ident: (verdict, record) for ident, verdict, record in statement.claims}
    for ident in sorted(found.keys() | signed.keys()):
        if found.get(ident) != signed.get(ident):
            yield no(8, f"the claim on {ident} is not the one of its record", _said(signed.get(ident)), _said(found.get(ident)))
    if len(found) != len(controls):
        yield no(8, f"{ASSESSMENT} has a control twice")
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
        if said != found:
            yield no(8, f"the numbers of framework {ident} are not those of its controls", _said(found), _said(said))


def _decided(control: Mapping[str, Any], as_of: datetime) -> Iterator[Finding]:
    """attest-rules/v0.1: what a verdict may not be, whatever the evidence was."""
    verdict, checks = control["verdict"], [check["verdict"] for check in control["checks"]]
    if "not-met" in checks and verdict != "not-met":
        yield no(8, f"{control['id']}: a check is not met, the control says {verdict}", "not-met", verdict)
    if (verdict == "met") != (control["basis"] is not None):
        yield no(8, f"{control['id']}: a basis belongs to met controls and to no others")
    if verdict == "met" and (not checks or set(checks) != {"met"} or control["covered"]["checked"] != control["covered"]["inScope"]):
        yield no(8, f"{control['id']}: says met, and not every check and system shows it")
    for check in control["checks"]:
        if check["verdict"] == "met" and not _stands(check, as_of):
            yield no(8, f"{control['id']}: a check says met by evidence that was not current at {for_people(as_of)}")


def _stands(check: Mapping[str, Any], as_of: datetime) -> bool:
    if check["observed"] is None or parse_moment(check["observed"]) > as_of:
        return False
    return check["expires"] is None or as_of < parse_moment(check["expires"])


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
    for ident, clauses in _object(control.get("clauses"), f"{where}.clauses").items():
        if not all(isinstance(clause, str) for clause in _list(clauses, f"{where}.clauses.{ident}")):
            raise Unreadable(f"{where}.clauses.{ident} is not a list of texts")
    for key, day in (("plan", "due"), ("notApplicable", "until"), ("treatment", "until")):
        if control.get(key) is not None:
            _time(_object(control[key], f"{where}.{key}").get(day), _last_second, f"{where}.{key}.{day}")
    for index, check in enumerate(_list(control.get("checks"), f"{where}.checks")):
        _check(_object(check, f"{where}.checks[{index}]"), f"{where}.checks[{index}]")


def _check(check: Mapping[str, Any], where: str) -> None:
    _one_of(check.get("verdict"), VERDICTS, f"{where}.verdict")
    for key in ("observed", "expires"):
        if check.get(key, "absent") is not None:
            _time(check.get(key), parse_moment, f"{where}.{key}")


def _last_second(text: str) -> datetime:
    return end_of(parse_day(text))


def _time(value: Any, parse: Callable[[str], datetime], where: str) -> None:
    try:
        parse(value)
    except (ValueError, TypeError, OverflowError) as error:
        raise Unreadable(f"{where}: {error}") from None


def _one_of(value: Any, allowed: Iterable[Any], where: str) -> None:
    if value not in tuple(allowed):
        raise Unreadable(f"{where} is {value!r:.40}")


def _is_count(value: Any, names: Iterable[str]) -> bool:
    return isinstance(value, dict) and set(value) == set(names) and all(type(count) is int and count >= 0 for count in value.values())


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
