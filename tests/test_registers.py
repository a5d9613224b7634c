"""Registers: what checks ask of their rows, what is published of them, what spreadsheets may say, and what can never be won by typing less."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from attest.assess import CheckResult, assess
from attest.english import ask_sentence
from attest.enrolled import notices_shown, register_digest, register_record, registers_shown
from attest.judge_register import judge_register
from attest.load import check_sources
from attest.model.control import Control, Decision, Promise
from attest.model.evidence import of_register
from attest.model.register import REGISTERS, Header, Notice, Register, Subprocessor
from attest.model.rule import Ask, Rule
from attest.readings.interface import Observation
from attest.record import project
from attest.times import parse_moment
from attest.words import VERDICTS
from tests.centers import NOON, center
from tests.test_check import AS_OF, site_of

CASES = Path(__file__).parent / "cases" / "assess" / "registers.yml"


def register_of(name: str, rows: list[dict[str, Any]], **header: Any) -> Register:
    typed = tuple(REGISTERS[name].model_validate(row) for row in rows)  # type: ignore[index]
    said = Header.model_validate({"observed": "2026-11-02", "visibility": "public", "rows": (), **header})
    return Register(name=name, header=said, rows=typed, file=f"controls/registers/{name}.yml", source=f"controls/registers/{name}.yml")


def asked(register: Register, ask: dict[str, Any], min_rows: str = "1", **promise: Any) -> CheckResult:
    """One control whose one check asks this of the register."""
    proof = of_register(register)
    said = Promise.model_validate({"title": "One", "promise": "We do.", "area": "data", "owner": "Ops", **promise})
    rule = Rule.model_validate({"min_rows": min_rows})
    one = Control(id="one", audience="customers", promise=said, checks=(Decision(evidence=proof.id, rule=rule, ask=Ask.model_validate(ask)),), file="x")
    whole = center([one], [proof]).model_copy(update={"registers": {register.name: register}})
    return assess(whole, {proof.id: Observation(register_digest(register))}, NOON).results[0].checks[0]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in yaml.load(CASES.read_text(), Loader=yaml.BaseLoader)])
def test_case(case: dict[str, Any]) -> None:
    header = {"observed": case["observed"]} if "observed" in case else {}
    result = asked(register_of(case["register"], case["rows"], **header), case["ask"], case.get("min_rows", "1"))
    assert result.verdict == case["verdict"], result
    assert case.get("says", "") in result.reason
    assert case.get("detail", "") in result.detail
    if "ends" in case:
        assert result.expires == parse_moment(case["ends"])


DAYS = st.one_of(st.none(), st.dates(date(2024, 1, 1), date(2027, 6, 1)))
ROWS = st.lists(
    st.builds(lambda reviewed, due, level, until: Subprocessor(id="a", name="n", purpose="p", reviewed=reviewed, review_due=due, criticality=level, until=until),
              DAYS, DAYS, st.sampled_from([None, "critical", "low"]), DAYS), max_size=5)  # fmt: skip
ASKS = st.sampled_from([
    {"within": {"reviewed": "1y"}}, {"ahead": ["review_due"]}, {"filled": ["reviewed"]}, {"only": {"criticality": ["critical"]}, "within": {"reviewed": "1y"}},
    {"one_of": {"criticality": ["low"]}}, {"latest": {"reviewed": "1y"}}, {"only": {"criticality": ["critical"]}, "latest": {"reviewed": "200d"}, "filled": ["review_due"]},
])  # fmt: skip


def verdict_of(rows: list[Subprocessor], ask: dict[str, Any], days: int = 0) -> int:
    register = register_of("subprocessors", []).model_copy(update={"rows": tuple(rows)})
    return VERDICTS.index(judge_register(Ask.model_validate(ask), 1, register, NOON + timedelta(days=days))[0].verdict)


def dated(rows: list[Subprocessor]) -> list[Subprocessor]:
    """Without days to come in what says that something was done: `check` refuses those, and they ripen."""
    return [row.model_copy(update={"reviewed": None}) if row.reviewed and row.reviewed > NOON.date() else row for row in rows]


@given(ROWS, ASKS)
def test_another_failing_row_never_improves(rows: list[Subprocessor], ask: dict[str, Any]) -> None:
    failing = Subprocessor(id="z", name="z", reviewed=None if "filled" in ask else date(2000, 1, 1), review_due=date(2000, 1, 1), criticality="critical")
    assert verdict_of([*rows, failing], ask) <= verdict_of(rows, ask)


@given(ROWS, ASKS, st.integers(1, 900))
def test_ageing_never_improves(rows: list[Subprocessor], ask: dict[str, Any], days: int) -> None:
    assert verdict_of(dated(rows), ask, days) <= verdict_of(dated(rows), ask)


@given(ROWS, ASKS)
def test_blanking_a_cell_never_wins_a_met(rows: list[Subprocessor], ask: dict[str, Any]) -> None:
    met = VERDICTS.index("met")
    for index, row in enumerate(rows):
        for column in ("reviewed", "review_due", "criticality"):
            blanked = [*rows[:index], row.model_copy(update={column: None}), *rows[index + 1 :]]
            assert verdict_of(blanked, ask) != met or verdict_of(rows, ask) == met or getattr(row, column) is None


@pytest.mark.parametrize("said", ["-", "—", "...", "?", "N/A", "n.a.", "Unknown", "TBD", "to be defined.", "#N/A", "#REF!", "#DIV/0!", "\u2800", "\u3164"])
def test_what_says_nothing_is_blank(said: str) -> None:
    for rows in ([{"id": "a", "name": "A", "purpose": said}], [{"id": "a", "name": "A", "purpose": "hosting", "data": [said, said]}]):
        assert asked(register_of("subprocessors", rows), {"filled": ["purpose", "data"]}).verdict == "unknown"
        assert asked(register_of("subprocessors", rows), {"only": {"purpose": ["hosting"]}, "filled": ["data"]}).verdict == "unknown"


@pytest.mark.parametrize("said", ["none: it stays in the EU", "None", "7", "#1 of our halls", "密码", "no"])
def test_a_short_answer_is_one(said: str) -> None:
    rows = [{"id": "a", "name": "A", "purpose": said}]
    assert asked(register_of("subprocessors", rows), {"filled": ["purpose"]}).verdict == "met"


def test_a_met_answer_says_when_it_ends() -> None:
    register = register_of("subprocessors", [{"id": "a", "name": "A", "purpose": "x", "reviewed": "2026-03-01", "review_due": "2026-12-31"}])
    ask = Ask.model_validate({"within": {"reviewed": "1y"}, "ahead": ["review_due"]})
    finding, ends = judge_register(ask, 1, register, NOON)
    assert finding.verdict == "met"
    assert ends == parse_moment("2027-01-01T00:00:00Z")
    assert judge_register(ask, 1, register, ends - timedelta(seconds=1))[0].verdict == "met"
    assert judge_register(ask, 1, register, ends)[0].verdict == "not-met"


def test_what_is_asked_reads_as_a_sentence() -> None:
    ask = Ask.model_validate({"only": {"criticality": ["critical", "high"]}, "within": {"reviewed": "1y"}, "filled": ["transfer_ground"]})
    assert ask_sentence(ask, 2, "Subprocessors", timedelta(days=90)) == (
        "In the register “Subprocessors” each row whose “criticality” is critical or high must have a day under “reviewed” that is no longer than 1 year ago "
        "and fill in “transfer ground”; the register must have been gone through no longer than 90 days ago. There must be at least 2 of them."
    )


def test_two_columns_that_choose_rows_are_joined() -> None:
    ask = Ask.model_validate({"only": {"party": ["customers", "both"], "topic": ["liability"]}, "filled": ["document"]})
    assert "each row whose “party” is customers or both and whose “topic” is liability must fill in “document”" in ask_sentence(ask, 1, "What our contracts say", timedelta(days=90))


def test_the_latest_reads_as_a_sentence() -> None:
    ask = Ask.model_validate({"only": {"kind": ["tabletop"]}, "latest": {"date": "1y"}})
    assert ask_sentence(ask, 1, "Rehearsals", timedelta(days=90)) == (
        "In the register “Rehearsals” the latest “date” of the rows whose “kind” is tabletop must be no longer than 1 year ago; "
        "the register must have been gone through no longer than 90 days ago."
    )


def test_rows_that_are_withheld_are_counted_and_bound_by_no_digest() -> None:
    rows = [{"id": "a", "name": "A", "purpose": "x"}, {"id": "b", "name": "Beta Secret", "purpose": "x", "visibility": "private"}]
    register = register_of("subprocessors", rows)
    shown = register_record(register)
    assert (shown["withheld"], [row["id"] for row in shown["rows"]]) == (1, ["a"])
    assert "Beta" not in str(shown)
    assert shown["rows"][0]["transferGround"] is None
    result = asked(register, {"filled": ["purpose"]})
    record = project(_with(register, result), b"s" * 32, 1, "0")
    check = record["controls"][0]["checks"][0]
    assert check["sha256"] is None
    assert check["commitment"]
    assert "Beta" not in str(record)


def _with(register: Register, result: CheckResult) -> Any:
    proof = of_register(register)
    said = Promise.model_validate({"title": "One", "promise": "We do.", "area": "data", "owner": "Ops"})
    one = Control(id="one", audience="customers", promise=said, checks=(Decision(evidence=proof.id, rule=Rule(), ask=result.ask),), file="x")
    whole = center([one], [proof]).model_copy(update={"registers": {register.name: register}})
    return assess(whole, {proof.id: Observation(register_digest(register))}, NOON)


def test_the_digest_of_a_public_register_is_that_of_what_is_published() -> None:
    register = register_of("subprocessors", [{"id": "a", "name": "A", "purpose": "x"}])
    check = project(_with(register, asked(register, {"filled": ["purpose"]})), b"s" * 32, 1, "0")["controls"][0]["checks"][0]
    assert check["sha256"] == register_digest(register)
    assert check["register"] == "subprocessors"


def test_private_registers_are_not_published() -> None:
    assert registers_shown([register_of("incidents", [], visibility="private")]) == []


def test_notices_newest_first_and_no_word_of_who_approved() -> None:
    def notice(day: str, **more: Any) -> Notice:
        return Notice.model_validate({"title": "T", "kind": "incident", "visibility": "public", "approved_by": "Counsel", "versions": [{"date": day, "happened": "It broke."}], **more})

    shown = notices_shown({"old": notice("2026-01-01"), "new": notice("2026-02-01"), "hidden": notice("2026-03-01", visibility="private")})
    assert [one["id"] for one in shown] == ["new", "old"]
    assert "Counsel" not in str(shown)


SHEET = "id,name,purpose,data,since,visibility\ncloud,Fjordhost,Hosting,names; positions,2024-03-01,\nmail,Postkasse,Mail,,,private\n"


def with_sheet(folder: Path, sheet: str, header: str = "") -> Path:
    site = site_of(folder)
    registers = site / "controls" / "registers"
    registers.mkdir(exist_ok=True)
    (registers / "subprocessors.yml").write_text(f"observed: 2026-11-02\nvisibility: public\nfile: subprocessors.csv\n{header}")
    (registers / "subprocessors.csv").write_text(sheet)
    return site


def test_a_spreadsheet_holds_the_same_columns(tmp_path: Path) -> None:
    found, _, problems = check_sources(with_sheet(tmp_path, SHEET), AS_OF)
    assert problems == ()
    assert found is not None
    rows = found.registers["subprocessors"].rows
    assert [(row.id, row.visibility) for row in rows] == [("cloud", "public"), ("mail", "private")]
    assert rows[0] == Subprocessor(id="cloud", name="Fjordhost", purpose="Hosting", data=("names", "positions"), since=date(2024, 3, 1))


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        ("id,name,purpose,nane\na,b,c,d\n", "controls/registers/subprocessors.csv:2: rows[0].nane: unknown key 'nane', did you mean 'name'?"),
        ("id,name,purpose,since\na,b,c,soon\n", "controls/registers/subprocessors.csv:2: rows[0].since: 'soon' is not a day, write it as 2026-04-02"),
        ("id,name,purpose\na,b,c\n\na,b,c\n", "controls/registers/subprocessors.csv:4: rows[1].id: 'a' stands twice, first on line 2, keep one, or give it an id of its own"),
        ("id,name,purpose,since\na,b,c,2027-01-01\n", "controls/registers/subprocessors.csv:2: rows[0].since: 2027-01-01 has not come yet, write the day it was done, or leave it blank"),
        ("id,purpose\na,b\n", "controls/registers/subprocessors.csv:2: rows[0].name: is missing, write `name: …`"),
        ("id,name,purpose\na,<script>,c\n", "controls/registers/subprocessors.csv:2: rows[0].name: holds markup at '<script>'"),
        ("id,name,purpose\na,10.1.2.3,c\n", "controls/registers/subprocessors.csv:2: rows[0].name: would publish a private address"),
    ],
)
def test_what_is_wrong_with_a_cell_is_said_at_its_line(tmp_path: Path, sheet: str, said: str) -> None:
    _, _, problems = check_sources(with_sheet(tmp_path, sheet), AS_OF)
    assert any(str(problem).startswith(said) for problem in problems), problems


def test_rows_twice_or_not_at_all(tmp_path: Path) -> None:
    _, _, problems = check_sources(with_sheet(tmp_path, SHEET, "rows: []\n"), AS_OF)
    assert [problem.what for problem in problems] == ["needs its rows"]
