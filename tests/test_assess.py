"""What verdicts come of what evidence: cases as rows of YAML, and the properties that must hold for all of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from attest.assess import Result, assess
from attest.english import rule_sentence
from attest.judge import judge
from attest.model.rule import SEVERITIES, Rule
from attest.readings.interface import Observation, Reading, Row
from attest.times import parse_moment
from attest.words import VERDICTS
from tests.centers import NOON, center, control, evidence, observed, reading

CASES = Path(__file__).parent / "cases" / "assess"


def cases(name: str) -> list[Any]:
    found = yaml.load((CASES / name).read_text(), Loader=yaml.BaseLoader)
    return [pytest.param(case, id=case["name"]) for case in found]


@pytest.mark.parametrize("case", cases("judge.yml"))
def test_rule(case: dict[str, Any]) -> None:
    more = {"lists_passes": case.get("lists_passes") != "false", "rates": case.get("rates") != "false", "targets": tuple(case.get("targets", ())), "score": case.get("score")}
    examined = int(case["examined"]) if "examined" in case else None
    finding = judge(Rule.model_validate(case["rule"]), reading(case["rows"], examined, **more))
    assert finding.verdict == case["verdict"], finding
    assert case.get("says", "") in finding.reason
    assert case.get("detail", "") in finding.detail
    assert case.get("never", "\0") not in finding.reason


def result_of(case: dict[str, Any]) -> Result:
    found, observations = [], {}
    for ident, written in case.get("evidence", {}).items():
        described = dict(written)
        rows, own, trouble = described.pop("rows", None), described.pop("own_time", None), described.pop("trouble", None)
        found.append(evidence(ident, described))
        read = None if rows is None else reading([{"row": f"r{i}", "outcome": o} for i, o in enumerate(rows)], observed=own and parse_moment(own))
        observations[ident] = observed(read, trouble=trouble)
    held = center([control("one", case["promise"], [tuple(check) for check in case.get("checks", ())])], found, case.get("profile"))
    return assess(held, observations, NOON).results[0]


@pytest.mark.parametrize("case", cases("controls.yml"))
def test_control(case: dict[str, Any]) -> None:
    result = result_of(case)
    assert result.verdict == case["verdict"], result
    assert case.get("says", "") in result.reason
    assert result.basis == case.get("basis", result.basis)
    assert len(result.covered) == int(case.get("covered", len(result.covered)))


rows = st.builds(Row, row=st.sampled_from("abc"), outcome=st.sampled_from(["pass", "fail", "other"]), subject=st.sampled_from(["x1", "y1"]), severity=st.sampled_from(SEVERITIES))
readings = st.builds(
    Reading, format=st.just("t"), rows=st.lists(rows, max_size=8).map(tuple), examined=st.integers(0, 12), lists_passes=st.booleans(), targets=st.lists(st.sampled_from(["x1", "y1"])).map(tuple)
)
rules = st.fixed_dictionaries(
    {},
    optional={
        "rows": st.lists(st.sampled_from("abc"), min_size=1, unique=True),
        "where": st.fixed_dictionaries({}, optional={"severity": st.lists(st.sampled_from(SEVERITIES), min_size=1, unique=True), "subject": st.sampled_from(["x*", "*"])}),
        "max": st.dictionaries(st.sampled_from(SEVERITIES), st.integers(0, 3).map(str), min_size=1),
        "min_ratio": st.sampled_from(["50%", "90%", "100%"]),
        "every": st.just("pass"),
        "min_rows": st.integers(1, 4).map(str),
    },
).map(Rule.model_validate)


def worse_or_equal(one: str, other: str) -> bool:
    return VERDICTS.index(one) <= VERDICTS.index(other)  # type: ignore[arg-type]


def proves_its_run(rule: Rule, given_reading: Reading) -> bool:
    """Enough was examined, and every row asked for by name is there: what a rule needs before it judges."""
    finding = judge(rule, given_reading)
    return finding.verdict == "met" or (finding.verdict == "not-met") or "neither" in finding.reason


@given(rules, readings, rows)
def test_adding_a_failing_row_never_improves(rule: Rule, before: Reading, row: Row) -> None:
    if not proves_its_run(rule, before):
        return
    failing = Row(row.row, "fail", row.subject, row.severity)
    after = Reading(before.format, (*before.rows, failing), before.examined, before.lists_passes, targets=before.targets)
    assert worse_or_equal(judge(rule, after).verdict, judge(rule, before).verdict)


@given(rules, readings, st.data())
def test_emptying_a_report_never_makes_it_met(rule: Rule, before: Reading, data: st.DataObject) -> None:
    emptied = Reading(before.format, (), 0, before.lists_passes)
    assert judge(rule, emptied).verdict == "unknown"


@given(rules, readings, st.integers(0, 7))
def test_taking_away_a_row_that_passed_never_makes_it_met(rule: Rule, before: Reading, index: int) -> None:
    if not before.lists_passes or index >= len(before.rows) or before.rows[index].outcome == "fail":
        return
    kept = (*before.rows[:index], *before.rows[index + 1 :])
    after = Reading(before.format, kept, max(0, before.examined - 1), before.lists_passes, targets=before.targets)
    if before.rows[index].outcome == "pass":
        assert judge(rule, after).verdict != "met" or judge(rule, before).verdict == "met"


@given(rules, readings, st.integers(0, 400), st.integers(0, 400))
def test_ageing_never_improves(rule: Rule, read: Reading, days: int, more: int) -> None:
    held = center([control("one", {}, [("scan", {})])], [evidence("scan", {"kind": "report", "file": "a", "observed": "2026-11-20"})])
    held = held.model_copy(update={"controls": (held.controls[0].model_copy(update={"checks": (held.controls[0].checks[0].model_copy(update={"rule": rule}),)}),)})
    verdicts = [assess(held, {"scan": observed(read)}, NOON + timedelta(days=age)).results[0].verdict for age in (days, days + more)]
    assert worse_or_equal(verdicts[1], verdicts[0]) or verdicts == ["not-met", "not-met"]


@given(readings, st.sampled_from(["title", "owner", "promise", "yours"]), st.text("abc met verified", min_size=1).filter(str.strip))
def test_nothing_typed_raises_a_verdict(read: Reading, key: str, text: str) -> None:
    found = [evidence("scan", {"kind": "report", "file": "a", "observed": "2026-11-20"})]
    verdicts = [assess(center([control("one", promise, [("scan", {})])], found), {"scan": observed(read)}, NOON).results[0].verdict for promise in ({}, {key: text})]
    assert verdicts[0] == verdicts[1]


@given(rules, st.sampled_from(["report", "record"]))
def test_every_rule_prints_as_one_sentence(rule: Rule, kind: Any) -> None:
    said = rule_sentence(rule, kind, timedelta(days=30))
    assert said[0].isupper()
    assert all(name in said for name in rule.rows or ()), "a row's name is said as it is"
    assert said.endswith("no older than 30 days.")
    assert "None" not in said


def test_missing_evidence_is_unknown_for_every_kind_of_rule() -> None:
    found = [evidence("scan", {"kind": "report", "file": "a", "observed": "2026-11-20"})]
    held = center([control("one", {}, [("scan", {"max": {"critical": "3"}})])], found)
    result = assess(held, {"scan": Observation(digest=None, trouble="the file is missing")}, NOON).results[0]
    assert (result.verdict, result.checks[0].detail) == ("unknown", "the file is missing")
