"""What more rows, fewer rows and cut files do to verdicts: never anything better than what was shown.

True of every rule and of SARIF, OCSF, JUnit and CSV:

* a failing row more never betters a verdict, where the report shows all that the rule needs to be judged at all (enough examined, each
  named row there); and nothing at all makes a not-met better by failing once more;
* a passing row less never betters a verdict; the one exception is below;
* without a row that the rule names, without any row in a format that lists what passes, or without the proof that it ran: never met;
* a file cut off anywhere is unreadable; only where entries are lines (CSV, OCSF on lines) a cut between two is a shorter file, and
  ``min_rows`` is what notices;
* where the file says how many it holds (JUnit), one taken out is noticed and the file refused.

Not true, and no reader can make it so: without a failing, skipped or open row a report looks better. That is also what mending looks
like, and where nothing in the file says how many rows there were, the two are the same bytes. And a SARIF run that says it ended well,
out of which all that passed is taken, looks like that of a tool that lists findings alone.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from attest import readings
from attest.errors import Unreadable
from attest.judge import judge
from attest.model.rule import SEVERITIES, Rule, Where
from attest.readings.interface import Outcome, Reading, RecordShape
from attest.words import VERDICTS

pytestmark = pytest.mark.slow

NAMES = ("a", "b", "c")
SUBJECTS = ("api/one", "api/two", "web/one")
SHAPE = RecordShape(row="row", outcome="outcome", subject="subject", severity="severity", pass_values=("pass",), fail_values=("fail",))


@dataclass(frozen=True)
class Said:
    """One row of a report that is to be made."""

    row: str
    outcome: Outcome
    subject: str
    severity: str


SAID = st.builds(Said, st.sampled_from(NAMES), st.sampled_from(("pass", "pass", "fail", "other")), st.sampled_from(SUBJECTS), st.sampled_from(SEVERITIES))
ROWS = st.lists(SAID, max_size=6)
RULES = st.builds(
    Rule,
    rows=st.none() | st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True).map(tuple),
    where=st.none() | st.builds(Where, severity=st.none() | st.lists(st.sampled_from(SEVERITIES), min_size=1, max_size=3, unique=True).map(tuple), subject=st.none() | st.sampled_from(("api/*", "web/*", "*one"))),
    max=st.none() | st.dictionaries(st.sampled_from(SEVERITIES), st.integers(0, 3), min_size=1, max_size=3),
    min_ratio=st.none() | st.sampled_from(("50%", "95%", "100%")),
    every=st.none() | st.just("pass"),
    min_rows=st.integers(1, 4),
)
SCORES = {"critical": "9.5", "high": "8.0", "medium": "5.0", "low": "2.0", "info": None, "unrated": "0.0"}


def sarif(said: Sequence[Said], ran: bool = True, targets: Sequence[str] = SUBJECTS) -> bytes:
    results = [
        {"ruleId": each.row, "message": {"text": "x"}, "kind": "open" if each.outcome == "other" else each.outcome, "locations": [{"physicalLocation": {"artifactLocation": {"uri": each.subject}}}],
         **({"properties": {"security-severity": SCORES[each.severity]}} if SCORES[each.severity] else {})}
        for each in said
    ]  # fmt: skip
    artifacts = [{"location": {"uri": name}, "roles": ["analysisTarget"]} for name in targets]
    return json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "Examiner"}}, "results": results, "artifacts": artifacts, "invocations": [{"executionSuccessful": True}] * ran}]}).encode()


def finding(each: Said) -> dict[str, object]:
    return {"class_uid": 2004, "status_code": {"pass": "PASS", "fail": "FAIL", "other": "MANUAL"}[each.outcome], "severity": each.severity, "resources": [{"uid": each.subject}], "metadata": {"event_code": each.row}, "time": 1790000000}


def ocsf(said: Sequence[Said]) -> bytes:
    return json.dumps([finding(each) for each in said]).encode()


def ocsf_lines(said: Sequence[Said]) -> bytes:
    return b"".join(json.dumps(finding(each)).encode() + b"\n" for each in said)


def junit(said: Sequence[Said], counted: Sequence[Said] | None = None) -> bytes:
    counts = said if counted is None else counted
    inside = {"pass": "", "fail": "<failure/>", "other": "<skipped/>"}
    cases = "".join(f'<testcase name="{each.row}" file="{each.subject}">{inside[each.outcome]}</testcase>' for each in said)
    numbers = f'tests="{len(counts)}" failures="{sum(each.outcome == "fail" for each in counts)}" errors="0" skipped="{sum(each.outcome == "other" for each in counts)}"'
    return f'<testsuites><testsuite name="all" {numbers}>{cases}</testsuite></testsuites>'.encode()


def table(said: Sequence[Said]) -> bytes:
    """A row that neither passes nor fails leaves its outcome blank: any other word counts as looked at."""
    out = io.StringIO()
    csv.writer(out).writerows([("row", "outcome", "subject", "severity"), *((each.row, each.outcome if each.outcome != "other" else "", each.subject, each.severity) for each in said)])
    return out.getvalue().encode()


MAKERS: dict[str, Callable[[Sequence[Said]], bytes]] = {"sarif": sarif, "ocsf": ocsf, "junit": junit, "csv": table}
FORMATS = st.sampled_from(sorted(MAKERS))


def read(name: str, data: bytes) -> Reading:
    return readings.read(io.BytesIO(data), name, SHAPE if name in readings.RECORDS else None)


def made(name: str, said: Sequence[Said]) -> Reading:
    return read(name, MAKERS[name](said)) if said or name != "ocsf" else Reading("ocsf", (), 0)


def standing(rule: Rule, reading: Reading) -> int:
    return VERDICTS.index(judge(rule, reading).verdict)


MET = VERDICTS.index("met")


def shows_enough(rule: Rule, reading: Reading) -> bool:
    """Whether the same rule, with limits that nothing reaches, is met: then nothing that it needs is missing."""
    wide = Rule(rows=rule.rows, where=rule.where, min_rows=rule.min_rows, max=dict.fromkeys(SEVERITIES, 1000))
    return judge(wide, reading).verdict == "met"


@settings(max_examples=400)
@given(FORMATS, ROWS, SAID, st.integers(0, 6), RULES)
def test_a_failing_row_more_never_betters_a_verdict(name: str, said: list[Said], more: Said, at: int, rule: Rule) -> None:
    before = made(name, said)
    worse = Said(more.row, "fail", more.subject, more.severity)
    after = made(name, [*said[:at], worse, *said[at:]])
    if judge(rule, before).verdict == "not-met":
        assert judge(rule, after).verdict == "not-met"
    elif shows_enough(rule, before):
        assert standing(rule, after) <= standing(rule, before)


@settings(max_examples=200)
@given(ROWS, SAID, RULES)
def test_a_failing_row_more_proves_no_run(said: list[Said], more: Said, rule: Rule) -> None:
    failing = [Said(each.row, "fail", each.subject, each.severity) for each in [*said, more]]
    assert standing(rule, read("sarif", sarif(failing, ran=False))) < MET
    assert standing(rule, made("ocsf", failing)) < MET


@settings(max_examples=400)
@given(FORMATS, ROWS, st.integers(0, 5), RULES)
def test_a_passing_row_less_never_betters_a_verdict(name: str, said: list[Said], at: int, rule: Rule) -> None:
    assume(at < len(said) and said[at].outcome == "pass")
    fewer = said[:at] + said[at + 1 :]
    assume(name != "sarif" or any(each.outcome == "pass" for each in fewer))
    assert standing(rule, made(name, fewer)) <= standing(rule, made(name, said))


def test_the_one_exception_is_what_it_is_said_to_be() -> None:
    """All that passed taken out of a run that ended well: what looked only at another place now looks like a clean list of findings."""
    rule = Rule(where=Where(subject="web/*"))
    said = [Said("a", "pass", "api/one", "high")]
    assert judge(rule, read("sarif", sarif(said))).verdict == "unknown"
    assert judge(rule, read("sarif", sarif([]))).verdict == "met"
    assert judge(rule, read("sarif", sarif([], targets=["api/one"]))).verdict == "unknown"


@settings(max_examples=400)
@given(FORMATS, ROWS, RULES)
def test_never_met_without_a_row_that_is_named(name: str, said: list[Said], rule: Rule) -> None:
    assume(rule.rows is not None)
    assert rule.rows is not None
    kept = [each for each in said if each.row != rule.rows[0]]
    assert standing(rule, made(name, kept)) < MET


@settings(max_examples=200)
@given(st.sampled_from(("ocsf", "junit", "csv")), ROWS, RULES)
def test_never_met_where_nothing_passed_or_failed(name: str, said: list[Said], rule: Rule) -> None:
    assert standing(rule, made(name, [])) < MET
    assert standing(rule, made(name, [Said(each.row, "other", each.subject, each.severity) for each in said])) < MET


@settings(max_examples=200)
@given(ROWS, RULES)
def test_never_met_without_proof_of_the_run(said: list[Said], rule: Rule) -> None:
    kept = [each for each in said if each.outcome != "pass"]
    assert standing(rule, read("sarif", sarif(kept, ran=False))) < MET
    assert standing(rule, made("ocsf", kept)) < MET


@settings(max_examples=150)
@given(st.sampled_from(("sarif", "ocsf", "junit")), ROWS, st.data())
def test_a_file_that_was_cut_is_unreadable(name: str, said: list[Said], data: st.DataObject) -> None:
    content = MAKERS[name](said)
    with pytest.raises(Unreadable):
        read(name, content[: data.draw(st.integers(0, len(content) - 1))])


@settings(max_examples=150)
@given(st.sampled_from(("csv", "ocsf")), st.lists(SAID, min_size=1, max_size=5), st.data())
def test_lines_that_were_cut_are_unreadable_or_fewer(name: str, said: list[Said], data: st.DataObject) -> None:
    content = (table if name == "csv" else ocsf_lines)(said)
    whole = read(name, content)
    try:
        cut = read(name, content[: data.draw(st.integers(1, len(content) - 1))])
    except Unreadable:
        return
    least = Rule(min_rows=max(1, whole.examined), max=dict.fromkeys(SEVERITIES, 1000))
    assert cut.examined <= whole.examined
    assert len(cut.rows) < len(whole.rows) or cut.rows[:-1] == whole.rows[:-1]
    assert cut.examined == whole.examined or judge(least, cut).verdict == "unknown"


@settings(max_examples=150)
@given(st.lists(SAID, min_size=1, max_size=6), st.data())
def test_a_test_taken_out_of_a_counted_report_is_noticed(said: list[Said], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(said) - 1))
    with pytest.raises(Unreadable, match="contradicts its tests"):
        read("junit", junit([*said[:at], *said[at + 1 :]], counted=said))


@settings(max_examples=200)
@given(FORMATS, ROWS)
def test_what_was_said_is_what_is_read(name: str, said: list[Said]) -> None:
    """The makers of this file make what the properties above are about."""
    reading = made(name, said)
    proven = reading.examined > 0
    assert [(row.row, row.subject) for row in reading.rows] == [(each.row, each.subject) for each in said]
    assert [row.outcome for row in reading.rows] == [each.outcome if proven or each.outcome != "pass" else "other" for each in said]
    assert Fraction(reading.examined) >= (sum(each.outcome != "other" for each in said) if any(each.outcome == "pass" for each in said) else 0)
