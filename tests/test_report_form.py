"""Our own attestation report: filled from the record and nothing else, refused where it lacks something, and without a word it may not print."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from attest.cli import main
from attest.enrolled import report_said
from attest.load import check_sources
from attest.load.reported import report_form
from attest.model.report import Report
from attest.pages import Edition, attestation_report, draw
from attest.pages.environment import environment
from attest.pages.outputs import outputs
from attest.prepare import prepare, released
from attest.published import Record, print_record
from attest.report_form import KIND, STATUS, Filled, Issue, banned_in, fill, lacks_of, print_filled
from attest.words import VERDICTS
from tests.conftest import ROOT
from tests.sites import AS_OF, BREAKS_OUT, RELEASE, SECRET, UNTIL, hostile, mini
from tests.test_pages import Elements

FORM = report_form()
SEED: dict[str, Any] = {
    "organisation": {"legal_name": "Small Co Ltd (fictional)", "identifier": "01234567, register of companies"},
    "business": "We keep lists for shops.", "information": "Names of shops.",
    "objectives": {"are": ["Nobody sees a list that is not theirs"], "set_how": "Once a year.", "approved_by": "The owners", "approved": "2026-11-02"},
    "risk_drivers": ["Shops share accounts"], "no_incidents": {"by": "Owner", "date": "2026-11-02"}, "governance": "The owners decide.",
    "accountable": {"name": "Ann Example (fictional)", "role": "Owner"},
    "risk_assessment": {"how": "A list.", "customers": "Kept apart.", "suppliers": "Asked before they begin."},
    "communication": {"inside": "A talk.", "outside": "By mail."}, "monitoring": {"how": "Every night.", "gaps": "Within a month."},
    "infrastructure": "Two rented machines.", "policies": ["Security in this house"], "sites": ["One office"], "nothing_left_out": "We sell one thing.",
    "run_by_others": {"treated": "carved out", "why": "It attests to its own work."}, "others": ["A data centre runs the machines"], "duties": "Keep your password to yourself.",
    "signer": {"name": "Ann Example (fictional)", "role": "Owner", "power": "Sole director", "date": "2026-11-02"},
}  # fmt: skip
"""A whole ``report:``."""
ISSUE = Issue(AS_OF, UNTIL, RELEASE)


def site(folder: Path, report: Mapping[str, Any] | None = SEED, **more: Any) -> Path:
    """The small site with a ``report:``, and a plan where a promise is not in place."""
    root = mini(folder)
    center = root / "controls/center.yml"
    if report is not None:
        center.write_text(center.read_text("utf-8") + yaml.safe_dump({"report": {**report, **more}}, allow_unicode=True, sort_keys=False), "utf-8")
    for control in [*root.glob("controls/customers/*.yml"), *root.glob("controls/suppliers/*.yml")]:
        text = control.read_text("utf-8")
        if "plan:" not in text and "treatment:" not in text and "not-applicable:" not in text:
            control.write_text(text.rstrip("\n") + "\nplan: {owner: Ops, due: 2027-03-01, why: It is being mended.}\n", "utf-8")
    return root


def record_of(root: Path, release: Any = RELEASE, as_of: datetime = AS_OF) -> Record:
    return prepare(root, as_of, release, SECRET, as_unknown=False).record


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return record_of(site(tmp_path_factory.mktemp("form") / "root"))


def filled(record: Record, issue: Issue = ISSUE) -> Filled:
    return fill(FORM, record, record.get("report", {}), issue, lambda name: f"registers/{name}.html")


def said(record: Record, field: str, issue: Issue = ISSUE) -> str:
    """A field's answer in one line."""
    answers = {answer.field.id: answer for part in filled(record, issue).parts for answer in part.answers}
    return " | ".join(filter(None, (f"{line.label}: {line.text}" if line.label else line.text for line in answers[field].lines)))


# The form.


def test_the_form_has_the_parts_and_fields_of_the_model(shared: Path) -> None:
    model = yaml.safe_load((shared / "attestation-report-form.yml").read_text("utf-8"))
    wanted = {field["id"]: field.get("must", False) for part in model["parts"] for field in part.get("fields", part.get("per_control", ()))}
    ours = {field.id: field.must for part in FORM.parts for field in (*part.fields_, *part.per_control)}
    assert list(ours) == list(wanted) and len(ours) == 45
    words = {True: "always", False: "no", "when D4 is a rule": "rule", "when D4 is a statement": "word", "when not met or partly met": "gap", "when not applicable": "out"}
    assert ours == {ident: words[must] for ident, must in wanted.items()}
    assert [part.id for part in FORM.parts] == [part["id"] for part in model["parts"]] == list("ABCDEFG")


def test_every_key_of_the_block_is_asked_for_or_has_a_place() -> None:
    asked = {ask.key for part in FORM.parts for field in (*part.fields_, *part.per_control) for ask in field.asks}
    assert asked - {"plan"} | {"incidents"} == set(Report.model_fields)


def test_the_example_of_the_documentation_is_a_whole_block(tmp_path: Path) -> None:
    block = re.search(r"```yaml\n(report:\n.*?)```", (ROOT / "docs/report.md").read_text("utf-8"), re.DOTALL)
    assert block is not None
    assert "report" in record_of(site(tmp_path / "root", yaml.safe_load(block[1])["report"] | {}))


# Filled.


def test_every_field_that_must_be_filled_is(whole: Record) -> None:
    made = filled(whole)
    assert made.lacks == ()
    assert lacks_of(FORM, whole, whole["report"], ISSUE) == ()
    for part in made.parts:
        for answer in part.answers:
            assert answer.lines or answer.field.must == "no", answer.field.id
    assert {one.control["id"] for part in made.parts for one in part.controls} == {control["id"] for control in whole["controls"]}


def test_a_status_is_the_records_in_the_forms_words_and_unknown_stays_unknown(whole: Record) -> None:
    assert {control["verdict"] for control in whole["controls"]} == set(VERDICTS), "the small site has every verdict"
    (part,) = (part for part in filled(whole).parts if part.controls)
    for one in part.controls:
        assert one.status == {"met": "met", "not-met": "not met", "planned": "not met", "unknown": "unknown", "not-applicable": "not applicable"}[one.control["verdict"]]
        there = {answer.field.id for answer in one.answers}
        assert {"D1", "D3", "D4"} <= there
        assert ("D8" in there) == (one.status == "not met") and ("D9" in there) == (one.status == "not applicable")
        assert ({"D5", "D7"} <= there) or one.reached == ("person's statement",)
        assert "D6" in there or "person's statement" not in one.reached


def test_evidence_is_named_by_digest_or_commitment_and_private_evidence_by_nothing_else(whole: Record) -> None:
    found = 0
    for one in next(part.controls for part in filled(whole).parts if part.controls):
        lines = [line for answer in one.answers if answer.field.id == "D5" for line in answer.lines]
        for check in one.control["checks"]:
            if check["basis"] != "declaration" and (digest := check["sha256"] or check["commitment"]):
                assert (digest, "SHA-256" if check["sha256"] else "Bound by commitment") in {(line.text, line.label) for line in lines}
                found += 1
    assert found > 2


def test_it_is_a_self_attestation_whatever_is_written(whole: Record) -> None:
    made = print_filled(filled(whole), whole, ISSUE)
    assert made["kind"] == KIND == "self-attestation" and made["independent"] is None
    assert [said(whole, field).split(".")[0] for field in ("A3", "F1", "F2", "F3")] == ["Self-attestation", "Absent", "Absent", "Absent"]
    assert not {"kind", "independent", "opinion", "status"} & set(Report.model_fields)


def test_what_is_not_met_is_listed_where_the_management_asserts(whole: Record) -> None:
    listed = said(whole, "E2")
    for control in whole["controls"]:
        assert (f"{control['title']}: " in listed) == (control["verdict"] not in ("met", "not-applicable"))
    assert ("withheld" in listed) == bool(sum(whole["withheld"][verdict] for verdict in ("not-met", "unknown", "planned")))


def test_release_key_predecessor_and_end_are_the_releases(whole: Record) -> None:
    assert "Version: release 7" in said(whole, "A1") and RELEASE.fingerprint in said(whole, "E6") and RELEASE.fingerprint in said(whole, "G2")
    assert RELEASE.previous is not None and RELEASE.previous.payload in said(whole, "A6")
    preview = Issue(AS_OF, UNTIL, None, 8)
    assert "unsigned preview of release 8" in said(whole, "A1", preview) and "nobody has signed" in said(whole, "E6", preview)


# Lacks.


@pytest.mark.parametrize("key", [key for key in SEED if key != "readers"])
def test_what_is_left_out_is_named_with_its_place_and_the_report_is_not_issued(key: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = site(tmp_path / "root", {name: value for name, value in SEED.items() if name != key})
    if key in ("nothing_left_out", "duties"):
        assert "report" in record_of(root), "out_of_scope and yours of the small site answer it"
        return
    ready = prepare(root, AS_OF, RELEASE, SECRET, as_unknown=False)
    assert "report" not in ready.record
    (hint,) = [problem for problem in ready.warnings if "attestation report" in problem.what]
    assert (hint.file, hint.path) == ("controls/center.yml", "report")
    assert main(["report", str(root), "--as-of", "2026-11-21T12:00:00Z"]) == 1
    out = capsys.readouterr()
    line = (root / "controls/center.yml").read_text("utf-8").splitlines().index("report:") + 1
    assert f"controls/center.yml:{line}: report.{key}: " in out.err and out.out == ""


def test_an_answer_that_the_record_has_is_not_asked_for(tmp_path: Path) -> None:
    root = site(tmp_path / "root", {name: value for name, value in SEED.items() if name not in ("information", "others")})
    (root / "controls/registers").mkdir(exist_ok=True)
    for name, row in (("data", "{id: names, what: Names of shops}"), ("subprocessors", "{id: host, name: Host (fictional), purpose: Runs machines}")):
        (root / f"controls/registers/{name}.yml").write_text(f"observed: 2026-11-02\nvisibility: public\nrows: [{row}]\n", "utf-8")
    record = record_of(root)
    assert said(record, "B2") == "Names of shops" and "Host (fictional): Runs machines" in said(record, "C3")


def test_a_promise_that_is_not_in_place_needs_a_plan_or_a_treatment_at_its_own_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = mini(tmp_path / "root")
    center = root / "controls/center.yml"
    center.write_text(center.read_text("utf-8") + yaml.safe_dump({"report": SEED}), "utf-8")
    for control in root.glob("controls/*/*.yml"):
        control.write_text(re.sub(r"(?m)^treatment:.*\n(?:[ #].*\n)*", "", control.read_text("utf-8")), "utf-8")
    failing = [control for control in record_of(root)["controls"] if control["verdict"] == "not-met" and not (control["plan"] or control["treatment"])]
    assert failing
    assert main(["report", str(root), "--as-of", "2026-11-21T12:00:00Z", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["issued"] is False and found["report"] is None
    assert {one["file"] for one in found["lacks"] if one["path"] == "plan"} == {f"controls/{control['audience']}/{control['id']}.yml" for control in failing}


def test_a_center_without_a_report_is_told_everything_and_publishes_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = mini(tmp_path / "root")
    ready = prepare(root, AS_OF, RELEASE, SECRET, as_unknown=False)
    assert not [problem for problem in ready.warnings if "attestation report" in problem.what], "nobody asked for one"
    assert "report" not in ready.record and not [path for path in outputs(ready.record, Edition(AS_OF, UNTIL, RELEASE)) if "attestation-report" in path]
    assert main(["report", str(root), "--as-of", "2026-11-21T12:00:00Z"]) == 1
    err = capsys.readouterr().err
    assert all(f"report.{key}: " in err for key in ("business", "signer", "sites"))


@pytest.mark.parametrize(("days", "issued"), [(0, True), (364, True), (366, False)])
def test_an_assertion_counts_for_a_year(days: int, issued: bool, whole: Record) -> None:
    later = replace(ISSUE, as_of=datetime(2026, 11, 2, 12, tzinfo=UTC) + timedelta(days=days))
    fresh = {**whole["report"], "noIncidents": {"by": "Owner", "date": later.as_of.date().isoformat()}}
    lacks = lacks_of(FORM, whole, fresh, later)
    assert ([lack.key for lack in lacks] == []) is issued
    assert issued or lacks[0].what == "the assertion of part E is of 2026-11-02, more than a year ago"


def test_a_word_that_nothing_happened_counts_for_ninety_days(whole: Record) -> None:
    for days, lacking in ((89, False), (92, True)):
        later = replace(ISSUE, as_of=datetime(2026, 11, 2, 12, tzinfo=UTC) + timedelta(days=days))
        assert bool(lacks_of(FORM, whole, whole["report"], later)) is lacking


# What it may not say.


@pytest.mark.parametrize("words", ["SOC 2", "a SOC report", "by a CPA", "Certified", "accredited", "compliant with it", "ISO/IEC 27001", "ISO27001", "the AICPA", "PCI DSS", "CSA STAR", "Cyber Essentials Plus"])
def test_words_of_an_examination_stop_it_at_the_line_they_stand_on(words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = site(tmp_path / "root", SEED, governance=f"We are {words}.")
    assert "report" not in record_of(root)
    assert main(["report", str(root), "--as-of", "2026-11-21T12:00:00Z"]) == 1
    line = next(number for number, text in enumerate((root / "controls/center.yml").read_text("utf-8").splitlines(), 1) if text.startswith("  governance"))
    assert re.search(rf"^controls/center\.yml:{line}: report\.governance: field B6 \(.*\) would print '", capsys.readouterr().err, re.MULTILINE)


@pytest.mark.parametrize("words", ["**c**ertified", "c\\ertified", "&#99;ertified", "ｃertified", "ＳＯＣ", "S&#79;C 2", "compli&shy;ant", "[certi](https://a.example)[fied](https://b.example)", "soc 2", "Iso-27001"])
def test_words_that_a_reader_sees_are_found_however_they_are_written(words: str) -> None:
    assert banned_in(f"We are {words}.", FORM.never) is not None


@pytest.mark.parametrize("words", ["social", "the socks", "soc", "iso, as in alike", "isolated", "uncertified ground", "in compliance", "a certificate", "recertify", "Pciture"])
def test_words_that_only_look_like_them_do_not(words: str) -> None:
    assert banned_in(words, FORM.never) is None


def test_a_promise_that_says_such_a_word_is_named_at_its_own_line(tmp_path: Path) -> None:
    root = site(tmp_path / "root")
    control = next(iter(sorted(root.glob("controls/customers/*.yml"))))
    control.write_text(re.sub(r"(?m)^title: .*$", "title: We are certified", control.read_text("utf-8"), count=1), "utf-8")
    text = control.read_text("utf-8")
    control.write_text(re.sub(r"(?m)^promise: (?!>).*$", "promise: We are certified by everybody.", text, count=1), "utf-8")
    assert main(["report", str(root), "--as-of", "2026-11-21T12:00:00Z"]) == 1


CERTIFICATE = {"id": "own", "title": "Own", "holder": None, "issuer": "A body (fictional)", "number": "1", "scope": "All", "validFrom": "2026-01-01", "validUntil": "2027-01-01", "lookup": None, "framework": "iso-27001-2022", "document": None}


@pytest.mark.parametrize(("change", "held"), [
    ({}, True), ({"number": None}, False), ({"scope": None}, False), ({"validUntil": None}, False), ({"validFrom": None}, False), ({"validUntil": "2026-11-20"}, False), ({"validFrom": "2026-12-01"}, False),
    ({"holder": "Host (fictional)"}, False), ({"framework": "pci-dss-4.0.1"}, False), ({"framework": None}, False),
])  # fmt: skip
def test_a_mark_stands_only_on_a_certificate_of_ours_that_is_whole_and_current(change: dict[str, Any], held: bool, whole: Record) -> None:
    listed = {"name": "certificates", "title": "Certificates", "observed": "2026-11-02", "intro": None, "withheld": 0, "rows": [{**CERTIFICATE, **change}]}
    record: Any = {**whole, "registers": [listed]}
    lacks = lacks_of(FORM, record, {**whole["report"], "governance": "Held against ISO/IEC 27001."}, ISSUE)
    assert bool(lacks) is not held


def test_catalogues_called_by_such_a_word_are_left_out_and_counted(whole: Record) -> None:
    called = [{**one, "title": "SOC 2 criteria", "mapped": 1} for one in whole["frameworks"][:1]]
    assert called
    record: Any = {**whole, "frameworks": called}
    assert "SOC" not in json.dumps(print_filled(filled(record), record, ISSUE))
    assert "1 more, which are named on their own page" in said(record, "C5")


@given(st.text(max_size=40), st.sampled_from([one.word for one in FORM.never]), st.text(max_size=40))
def test_a_word_is_found_wherever_it_stands_by_itself(before: str, word: str, after: str) -> None:
    assert banned_in(f"{before} {word} {after}", FORM.never) is not None


# Against our own books.


@pytest.mark.parametrize(("row", "more", "says"), [
    ("severity: high", {}, "says that there was no significant incident in twelve months, and there was: i-1"),
    ("severity: low", {}, None),
    ("cause: nobody knows", {}, "nobody said how bad i-1 was"),
    ("severity: high, visibility: private", {}, "says that there was no significant incident"),
    ("severity: critical", {"no_incidents": None, "incidents": [{"date": "2026-06-02", "says": "Somebody came in.", "row": "i-1"}]}, None),
    ("severity: critical", {"no_incidents": None, "incidents": [{"date": "2026-06-02", "says": "Somebody came in.", "row": "i-9"}]}, "i-1 of the register of incidents was critical, and the report would leave it out"),
])  # fmt: skip
def test_no_incident_is_not_believed_against_our_own_books(row: str, more: dict[str, Any], says: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = {key: value for key, value in {**SEED, **more}.items() if value is not None}
    root = site(tmp_path / "root", report)
    (root / "controls/registers").mkdir(exist_ok=True)
    (root / "controls/registers/incidents.yml").write_text(f"observed: 2026-11-02\nrows: [{{id: i-1, opened: 2026-06-01, what: Somebody came in, {row}}}]\n", "utf-8")
    assert main(["report", str(root), "--as-of", "2026-11-21T12:00:00Z"]) == (0 if says is None else 1)
    assert (says or "") in capsys.readouterr().err
    record = record_of(root)
    assert ("report" in record) is (says is None)
    assert '"i-1"' not in print_record(record).decode(), "the row of a private register is not named"


def test_no_incident_is_not_believed_against_a_public_notice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = site(tmp_path / "root")
    (root / "controls/notices").mkdir(exist_ok=True)
    (root / "controls/notices/outage.yml").write_text("title: An outage\nkind: incident\nvisibility: public\nversions: [{date: 2026-10-01, happened: It was down.}]\n", "utf-8")
    assert main(["report", str(root), "--as-of", "2026-11-21T12:00:00Z"]) == 1
    assert "report.no_incidents: says that there was no significant incident in twelve months, and there was: see the notices" in capsys.readouterr().err


def test_days_that_have_not_come_are_refused(tmp_path: Path) -> None:
    root = site(tmp_path / "root", {**SEED, "signer": {**SEED["signer"], "date": "2026-12-24"}})
    _, _, problems = check_sources(root, AS_OF)
    assert [(problem.path, problem.what) for problem in problems] == [("report.signer.date", "2026-12-24 has not come yet")]


def test_an_unknown_key_and_a_status_are_refused_with_their_line(tmp_path: Path) -> None:
    root = site(tmp_path / "root", {**SEED, "kind": "independent examination"})
    _, _, problems = check_sources(root, AS_OF)
    assert [(problem.file, problem.path) for problem in problems] == [("controls/center.yml", "report.kind")]


# The page, the file, the command.


def test_the_page_and_the_file_are_there_and_say_the_same(whole: Record) -> None:
    edition = Edition(AS_OF, UNTIL, RELEASE)
    pages = {page.path: page for page in attestation_report.draw(whole, edition, environment(None))}
    assert list(pages) == ["attestation-report.html"]
    words = " ".join(" ".join(Elements(pages["attestation-report.html"].html).words).split())
    made = json.loads(outputs(whole, edition)["attestation-report.json"])
    assert json.loads(outputs(whole, edition)["attestation/index.json"])["addresses"]["attestationReport"] == "../attestation-report.json"
    for part in made["parts"]:
        assert f"{part['id']}. {part['title']}" in words
        for field in part["fields"]:
            assert all(" ".join(line["text"].split()) in words for line in field["answer"] if not re.match(r"\d{4}-\d\d-\d\d", line["text"])), field["id"]
        for one in part.get("controls", ()):
            assert one["title"] in words
    assert "data-at-lapses" in pages["attestation-report.html"].html, "what lapses is relabelled here too"
    assert not re.search(r"<(script|style|img)\b|\son\w+=|style=", pages["attestation-report.html"].html)


def test_it_is_drawn_with_the_rest_and_only_where_it_is_issued(whole: Record, tmp_path: Path) -> None:
    frameworks = prepare(site(tmp_path / "root"), AS_OF, RELEASE, SECRET, as_unknown=False).center.frameworks
    without: Any = {key: value for key, value in whole.items() if key != "report"}
    for record, there in ((whole, True), (without, False)):
        pages = {page.path: page for page in draw(record, Edition(AS_OF, UNTIL, RELEASE), frameworks, environment(None)) if page.path in ("attestation-report.html", "index.html", "programs.html")}
        assert ("attestation-report.html" in pages) is there
        assert ("attestation-report.html" in pages["index.html"].html) is there and ("attestation-report.json" in pages["programs.html"].html) is there


def test_many_promises_stand_in_parts(whole: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attestation_report, "MOST", 2)
    pages = {page.path: page for page in attestation_report.draw(whole, Edition(AS_OF, UNTIL, RELEASE), environment(None))}
    count = len(whole["controls"])
    assert len(pages) == 1 + -(-count // 2)
    anchors = [ident for path, page in pages.items() if path != "attestation-report.html" for ident in re.findall(r'id="(promise-[a-z0-9.-]+)"', page.html)]
    assert len(anchors) == len(set(anchors)) == count
    assert 'id="promise-' not in pages["attestation-report.html"].html
    for path, anchor in re.findall(r'href="(attestation-report/part-\d+\.html)#(promise-[a-z0-9.-]+)"', pages["attestation-report.html"].html):
        assert f'id="{anchor}"' in pages[path].html


def test_text_that_tries_to_break_out_stays_text() -> None:
    every = {**SEED, "organisation": {"legal_name": BREAKS_OUT, "identifier": BREAKS_OUT, "address": BREAKS_OUT}, "signer": {"name": BREAKS_OUT, "role": BREAKS_OUT, "power": BREAKS_OUT, "date": "2026-11-02"}}
    every |= dict.fromkeys(("readers", "business", "information", "governance", "infrastructure", "nothing_left_out", "duties"), BREAKS_OUT) | {key: [BREAKS_OUT] for key in ("risk_drivers", "policies", "sites", "others")}
    record: Any = {**hostile().record, "report": report_said(Report.model_validate(every, by_alias=True))}
    edition = Edition(AS_OF, UNTIL, RELEASE)
    for page in attestation_report.draw(record, edition, environment(None)):
        assert not re.search(r"<(script|img|b|textarea)\b|href=\"javascript", page.html)
    alone = attestation_report.standalone(record, edition, environment(None)).decode()
    assert alone.count("<style>") == alone.count("</title>") == 1 and not re.search(r"<(script|img|textarea)\b|href=\"javascript", alone)


def test_a_release_has_the_same_report_as_the_state_it_was_prepared_from(tmp_path: Path) -> None:
    ready = prepare(site(tmp_path / "root"), AS_OF, None, SECRET, as_unknown=False, upcoming=7)
    assert released(ready, RELEASE, SECRET, None).record["report"] == ready.record["report"] == report_said(Report.model_validate(SEED, by_alias=True, by_name=False))


@pytest.mark.parametrize("ending", ["html", "md", "json"])
def test_the_command_writes_a_whole_file_or_none(ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, out = site(tmp_path / "root"), tmp_path / f"report.{ending}"
    order = ["report", str(root), "--as-of", "2026-11-21T12:00:00Z", "--out", str(out)]
    assert main(order) == 0
    first = out.read_bytes()
    assert b"elf-attestation" in first and b"Small Co Ltd (fictional)" in first and out.stat().st_mode & 0o777 == 0o644
    assert main(order) == 0 and out.read_bytes() == first, "equal inputs, equal bytes"
    (root / "controls/center.yml").write_text((root / "controls/center.yml").read_text("utf-8").replace("  sites:\n  - One office\n", ""), "utf-8")
    assert main(order) == 1 and out.read_bytes() == first, "what stood there stands there still"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    capsys.readouterr()


@pytest.mark.parametrize(("words", "code", "says"), [
    (["--out", "report.docx"], 2, "a report is written as .html, .md, .json"),
    (["--as-of", "yesterday"], 2, "--as-of"),
    (["--out", "/nowhere/at/all/report.md"], None, ""),
])  # fmt: skip
def test_wrong_use_is_told(words: list[str], code: int | None, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if code is None:
        blocked = tmp_path / "file"
        blocked.write_text("x")
        words, code, says = ["--as-of", "2026-11-21T12:00:00Z", "--out", str(blocked / "report.md")], 3, "cannot be written"
    assert main(["report", str(site(tmp_path / "root")), *words]) == code
    assert says in capsys.readouterr().err


def test_check_says_in_one_line_that_it_is_not_issued_and_still_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = site(tmp_path / "root", {key: value for key, value in SEED.items() if key not in ("sites", "business")})
    assert main(["check", str(root), "--as-of", "2026-11-21T12:00:00Z"]) == 0
    assert "the attestation report is not issued: B1, C1 are not filled as the form asks, `attest report` names what to write where" in capsys.readouterr().err
    assert main(["check", str(root), "--as-of", "2026-11-21T12:00:00Z", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["problems"] == [] and [hint["path"] for hint in found["hints"]] == ["report"]


def test_statuses_have_no_word_beyond_the_forms() -> None:
    assert set(STATUS.values()) <= {"met", "partly met", "not met", "not applicable", "unknown"}
