"""VEX statements: what they set aside, what they do not, and for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.assess import Result, assess
from attest.lift import lift
from attest.model.control import Control, Decision, Promise
from attest.model.rule import Rule
from attest.readings.interface import Lift, Observation, Reading, Row
from attest.record import project
from tests.centers import NOON, center, evidence

MUSL = "pkg:apk/alpine/musl@1.1.20"
FOUND = Row("CVE-2019-14697", "fail", "alpine/musl", "critical", products=(MUSL,))
OTHER = Row("CVE-2020-0001", "fail", "alpine/zlib", "critical", products=("pkg:apk/alpine/zlib@1",))
SAID = Lift(("CVE-2019-14697", "GHSA-x"), (MUSL,), "not_affected", "vulnerable_code_not_in_execute_path")


def scan(*rows: Row) -> Reading:
    return Reading("trivy", rows, examined=20, lists_passes=False)


def result(rows: tuple[Row, ...], statement: Lift | None, *, age: int = 1, vex_age: int = 1, until: str | None = None) -> Result:
    described = {"kind": "report", "file": "files/x.json", "visibility": "public"}
    found = [evidence("scan", described), evidence("vex", {**described, **({"until": until} if until else {})})]
    decision = Decision(evidence="scan", rule=Rule.model_validate({"max": {"critical": "0"}}), lifted_by=("vex",))
    promise = Promise.model_validate({"title": "One", "promise": "We do.", "area": "data", "owner": "Ops"})
    one = Control(id="one", audience="customers", promise=promise, checks=(decision,), file="x")
    report = Reading("trivy", rows, examined=20, lists_passes=False, observed=NOON - timedelta(days=age))
    vex = Reading("openvex", (), examined=1, observed=NOON - timedelta(days=vex_age), lifts=(statement,) if statement else ())
    return assess(center([one], found), {"scan": Observation("ab" * 32, reading=report), "vex": Observation("cd" * 32, reading=vex)}, NOON).results[0]


def test_a_statement_sets_its_finding_aside_and_says_why() -> None:
    got = result((FOUND,), SAID)
    assert got.verdict == "met"
    assert got.basis == "declaration"
    assert "1 finding set aside by a VEX statement" in got.checks[0].reason


def test_without_it_the_finding_counts() -> None:
    assert result((FOUND,), None).verdict == "not-met"


@pytest.mark.parametrize(
    "statement",
    [
        Lift(("CVE-2019-14697",), ("pkg:apk/alpine/musl@1.1.21",), "not_affected", "x"),
        Lift(("CVE-2019-14698",), (MUSL,), "not_affected", "x"),
        Lift(("CVE-2019-14697",), (), "not_affected", "x"),
    ],
    ids=["another version", "another vulnerability", "no product"],
)
def test_a_statement_about_something_else_sets_nothing_aside(statement: Lift) -> None:
    assert result((FOUND,), statement).verdict == "not-met"


def test_a_part_inside_another_product_still_counts() -> None:
    inside = Lift(("CVE-2019-14697",), (MUSL,), "not_affected", "x", within=("pkg:oci/shop",))
    assert result((FOUND,), inside).verdict == "not-met"
    in_shop = Row("CVE-2019-14697", "fail", "alpine/musl", "critical", products=(MUSL, "pkg:oci/shop"))
    assert result((in_shop,), inside).verdict == "met"
    assert result((in_shop, FOUND), inside).verdict == "not-met"


def test_an_alias_will_do() -> None:
    row = Row("GHSA-x", "fail", "musl", "critical", products=(MUSL,))
    assert result((row,), SAID).verdict == "met"


def test_what_no_statement_names_still_counts() -> None:
    assert result((FOUND, OTHER), SAID).verdict == "not-met"


def test_an_old_statement_sets_nothing_aside() -> None:
    assert result((FOUND,), SAID, vex_age=91).verdict == "not-met"


def test_a_statement_of_tomorrow_sets_nothing_aside() -> None:
    assert result((FOUND,), SAID, vex_age=-1).verdict == "not-met"


def test_the_verdict_holds_no_longer_than_the_statement() -> None:
    got = result((FOUND,), SAID, until="2026-11-30")
    assert got.checks[0].expires is not None
    assert got.checks[0].expires.isoformat() == "2026-12-01T00:00:00+00:00"


def test_the_record_names_what_was_set_aside() -> None:
    got = result((FOUND,), SAID)
    record = project(_assessment(got), None, None, "0")
    assert record["controls"][0]["checks"][0]["lifted"] == [
        {"vulnerability": "CVE-2019-14697", "status": "not_affected", "justification": "vulnerable_code_not_in_execute_path"}
    ]


def _assessment(got: Result) -> Any:
    from attest.assess import Assessment

    return Assessment(center([got.control], [check.evidence for check in got.checks]), NOON, (got,))


OUTCOMES = st.sampled_from(["pass", "fail", "other"])


@given(st.lists(st.tuples(OUTCOMES, st.sampled_from(["CVE-1", "CVE-2"]), st.sampled_from(["a", "b"])), max_size=6))
def test_only_failing_rows_with_both_names_go(rows: list[tuple[Any, str, str]]) -> None:
    reading = scan(*(Row(name, outcome, product) for outcome, name, product in rows))
    left, lifted = lift(reading, [Lift(("CVE-1",), ("a",), "fixed", "")])
    assert list(left.rows) == [row for row in reading.rows if not (row.outcome == "fail" and row.row == "CVE-1" and row.subject == "a")]
    assert left.examined == reading.examined
    assert len(lifted) <= 1
