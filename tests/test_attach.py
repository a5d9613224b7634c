"""Attaching: told from the file, asked where it cannot be told, tried out before it is written, and nothing else touched."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from attest.authoring.columns import propose, table_of
from attest.cli import main
from attest.load import load
from tests.attaching import FILES, attest, center, changed, commit, files
from tests.conftest import ROOT
from tests.test_keys import attest as command
from tests.test_keys import environment, on_a_terminal

READINGS = ROOT / "tests/cases/readings/good"
TLS, BACKED = "controls/customers/encrypted-in-transit.yml", "controls/customers/our-second-factor.yml"
DEVICES = ("--column", "row=Device name", "--column", "outcome=Compliance", "--pass", "Compliant", "--observed", "2026-11-20")
DECLARED = ("--statement", "Two decoys stand in every network.", "--by", "Head of Platform", "--observed", "2026-11-20", "--until", "2027-11-19")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return center(tmp_path)


def said(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    return captured.out + captured.err


# What is attached.


def test_a_report_brings_its_format_and_its_time(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = files(site)
    assert attest(site, "attach", "encrypted-in-transit", READINGS / "testssl-pretty.json", "--covers", "api,web", "--id", "tls-scan") == 0
    after = files(site)
    assert changed(before, after) == [TLS, "controls/evidence/files/tls-scan.json", "controls/evidence/tls-scan.yml"]
    assert after["controls/evidence/files/tls-scan.json"] == (READINGS / "testssl-pretty.json").read_bytes()
    description = after["controls/evidence/tls-scan.yml"].decode()
    assert "format: testssl\n" in description
    assert "observed" not in description, "the report's own time counts"
    assert "encrypted-in-transit: unknown" in said(capsys)


def test_the_check_goes_before_the_comment_at_the_end_and_asks_what_the_library_asks(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert attest(site, "attach", "encrypted-in-transit", READINGS / "testssl-flat.json", "--covers", "api", "--covers", "web", "--observed", "2026-11-20", "--id", "scan") == 0
    text = (site / TLS).read_text()
    assert "applies_to: [api, web]   # both are ours\nchecks:\n  - evidence: scan\n    rows: [SSLv2, SSLv3, TLS1, TLS1_1]\n    every: pass\n    max_age: 30d\n# Nothing shows it yet.\n" in text
    talk = said(capsys)
    assert "encrypted-in-transit: unknown -> met" in talk
    assert "the library asks of it what it asks of: TLS scan by testssl.sh" in talk


def test_what_is_still_missing_is_said(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert attest(site, "attach", "encrypted-in-transit", READINGS / "testssl-flat.json", "--covers", "api", "--observed", "2026-11-20") == 0
    talk = said(capsys)
    assert "encrypted-in-transit: unknown, as before" in talk
    assert "missing: no evidence covers web: add --covers web where that is so" in talk
    assert attest(site, "attach", "encrypted-in-transit", "--id", "testssl-flat", "--covers", "api,web") == 0
    assert "encrypted-in-transit: unknown -> met" in said(capsys)


def test_a_system_that_the_report_names_is_covered_and_no_other(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = site / "controls/center.yml"
    file.write_text(file.read_text().replace("name: Booking API\n", 'name: Booking API\n    targets: ["api.harbourline.example*"]\n').replace("Booking website\n", 'Booking website\n    targets: ["www.*"]\n'))
    scan = ("attach", "encrypted-in-transit", READINGS / "testssl-flat.json", "--observed", "2026-11-20")
    assert attest(site, *scan, "--covers", "web") == 1
    assert "covers: names web, but the report looked at api.harbourline.example" in said(capsys)
    assert attest(site, *scan) == 0
    assert load(site).evidence["testssl-flat"].description.covers == ("api",)


def test_a_vex_document_goes_to_the_report_it_is_about(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vex = ("attach", "decoys", READINGS / "openvex-statuses.json", "--id", "vex")
    assert attest(site, *vex) == 1
    assert "rests on none\nattest: hint: attach the report first" in said(capsys)
    assert attest(site, "attach", "decoys", READINGS / "trivy-vulnerabilities.json", "--id", "parts") == 0
    assert attest(site, *vex) == 0
    assert (site / "controls/customers/decoys.yml").read_text().endswith("  - evidence: parts\n    every: pass\n    lifted_by:\n      - vex\n")
    before = files(site)
    assert attest(site, *vex) == 0
    assert files(site) == before


def test_a_table_is_read_by_its_columns(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (site / BACKED).read_text()
    assert attest(site, "attach", "our-second-factor", FILES / "devices.csv", *DEVICES, "--title", "Devices") == 0
    evidence = load(site).evidence["devices"].description
    assert (evidence.kind, evidence.format, evidence.visibility) == ("record", "csv", "private")
    assert evidence.columns is not None
    assert (evidence.columns.row, evidence.columns.outcome, evidence.columns.subject) == ("Device name", "Compliance", None)
    assert (site / BACKED).read_text() == before + "  - evidence: devices\n    every: pass\n    min_rows: 2\n    max_age: 40d\n"
    talk = said(capsys)
    assert "read as row Device name, outcome Compliance: 2 of 3 rows pass, 1 fail, 0 do neither" in talk
    assert "our-second-factor: met -> not-met" in talk


def test_values_that_pass_tell_the_column(site: Path) -> None:
    assert attest(site, "attach", "decoys", FILES / "devices.csv", "--pass", "Compliant", "--observed", "2026-11-20") == 0
    columns = load(site).evidence["devices"].description.columns
    assert columns is not None
    assert (columns.row, columns.outcome) == ("Device name", "Compliance")


def test_a_document_proposes_its_day_and_brings_its_title(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert attest(site, "attach", "decoys", FILES / "policy.md") == 2
    assert "perhaps --observed '2026-04-02'" in said(capsys)
    assert attest(site, "attach", "decoys", FILES / "policy.md", "--observed", "2026-04-02", "--visibility", "public") == 0
    evidence = load(site).evidence["policy"]
    assert (evidence.title, evidence.description.kind, evidence.description.visibility) == ("Access policy", "document", "public")
    assert (site / "controls/customers/decoys.yml").read_text().endswith("checks:\n  - evidence: policy\n")


def test_a_picture_takes_somebodys_word(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "screenshot.PNG"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    assert attest(site, "attach", "decoys", picture) == 2
    assert "--by is needed: which role declares it" in said(capsys)
    assert attest(site, "attach", "decoys", picture, *DECLARED) == 0
    evidence = load(site).evidence["decoys"].description
    assert (evidence.kind, evidence.file, evidence.by) == ("declaration", "files/decoys.png", "Head of Platform")


def test_a_word_alone_is_evidence_too(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert attest(site, "attach", "decoys", *DECLARED, "--title", "Decoys stand") == 0
    assert load(site).evidence["decoys-stand"].description.file is None
    assert "decoys: unknown -> met" in said(capsys)


def test_evidence_that_is_there_shows_another_promise(site: Path) -> None:
    before = files(site)
    assert attest(site, "attach", "decoys", "--id", "admins") == 0
    assert changed(before, files(site)) == ["controls/customers/decoys.yml"]
    assert attest(site, "attach", "decoys", "--id", "admins") == 0, "and again changes nothing"
    assert changed(before, files(site)) == ["controls/customers/decoys.yml"]


# Renewing what is there.


def test_evidence_the_control_rests_on_is_renewed_with_every_comment(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = files(site)
    assert attest(site, "attach", "our-second-factor", FILES / "admins.csv", "--observed", "2026-11-20") == 0
    after = files(site)
    assert changed(before, after) == ["controls/evidence/admins.yml", "controls/evidence/files/admins.csv"]
    expected = before["controls/evidence/admins.yml"].decode().replace("files/admins-2026-10.csv", "files/admins.csv").replace("2026-10-05   # the day", "2026-11-20   # the day")
    assert after["controls/evidence/admins.yml"].decode() == expected
    talk = said(capsys)
    assert "our-second-factor: met -> not-met" in talk
    assert "missing: admins: 1 of 2 does not pass. [a-2 none]" in talk
    assert "controls/evidence/files/admins-2026-10.csv is named by nothing any longer" in talk


def test_the_same_file_again_says_so(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("attach", "our-second-factor", FILES / "admins.csv", "--observed", "2026-11-20")
    assert attest(site, *words) == 0
    before = files(site)
    assert attest(site, *words) == 0
    assert changed(before, files(site)) == []
    assert "the file is there already, byte for byte" in said(capsys)


def test_evidence_under_a_check_is_renewed_where_it_is_written(site: Path) -> None:
    assert attest(site, "attach", "rules-written", FILES / "policy.md", "--id", "rules-written.1", "--observed", "2026-11-20") == 0
    text = (site / "controls/customers/rules-written.yml").read_text()
    assert "  - evidence: {kind: document, title: Rules, file: files/rules-written.1.md, observed: 2026-11-20, visibility: public}   # inline\n" in text


def test_another_controls_evidence_is_only_replaced_when_asked(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("attach", "decoys", FILES / "admins.csv", "--id", "admins", "--observed", "2026-11-20")
    before = files(site)
    assert attest(site, *words) == 1
    assert "there is evidence 'admins' already, and decoys does not rest on it" in said(capsys)
    assert files(site) == before
    assert attest(site, *words, "--replace") == 0
    talk = said(capsys)
    assert "our-second-factor: met -> not-met" in talk, "every verdict that changes is shown"
    assert "decoys: unknown -> not-met" in talk


def test_without_an_id_another_controls_evidence_is_left_alone(site: Path) -> None:
    assert attest(site, "attach", "decoys", FILES / "admins.csv", "--pass", "key", "--observed", "2026-11-20") == 0
    assert "decoys-admins" in load(site).evidence


def test_a_file_that_no_evidence_names_is_not_written_over(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "controls/evidence/files/devices.csv").write_text("somebody's\n")
    before = files(site)
    assert attest(site, "attach", "decoys", FILES / "devices.csv", *DEVICES) == 1
    assert "controls/evidence/files/devices.csv is there already, and no evidence names it" in said(capsys)
    assert files(site) == before


def test_the_older_of_two_days_is_written_first(site: Path) -> None:
    """Whatever is interrupted, content never has a day beside it that is later than its own."""
    from attest.authoring.attach import Target, plan

    made = load(site)
    for observed, first in (("2026-11-20", "controls/evidence/files/admins.csv"), ("2026-09-01", "controls/evidence/admins.yml")):
        planned = plan(site, None, Target("admins", made.evidence["admins"]), {"observed": observed}, FILES / "admins.csv", ".csv", None, made)
        assert planned.writes[0].path == first


# Tried out first.


def test_a_dry_run_shows_and_writes_nothing(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = files(site)
    assert attest(site, "attach", "decoys", FILES / "devices.csv", *DEVICES, "--dry-run") == 0
    assert files(site) == before
    captured = capsys.readouterr()
    assert "+  - evidence: devices" in captured.out
    assert "decoys: unknown -> not-met" in captured.out
    assert "nothing was written" in captured.err


def test_what_check_would_send_back_is_not_written(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = files(site)
    assert attest(site, "attach", "decoys", *DECLARED[:-1], "2026-11-01", "--title", "Decoys") == 1
    assert attest(site, "attach", "decoys", *DECLARED, "--title", "Ask jane.doe@private.example", "--visibility", "public") == 1
    assert attest(site, "attach", "decoys", FILES / "devices.csv", *DEVICES[:-1], "2027-01-01") == 1
    talk = said(capsys)
    for why in ("until: lies before observed", "would publish", "lies after 2026-12-01T00:00:00Z", "so nothing was written"):
        assert why in talk
    assert files(site) == before


def test_problems_that_were_there_before_do_not_stand_in_the_way(site: Path) -> None:
    (site / "controls/evidence/files/admins-2026-10.csv").unlink()
    assert attest(site, "attach", "decoys", *DECLARED, "--title", "Decoys stand") == 0


def test_the_undo_it_prints_undoes_it(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = files(site)
    assert attest(site, "attach", "encrypted-in-transit", READINGS / "testssl-pretty.json", "--covers", "api") == 0
    undo = next(line.removeprefix("to undo: ") for line in said(capsys).splitlines() if line.startswith("to undo: "))
    subprocess.run(undo, shell=True, cwd=site, check=True)
    assert files(site) == before
    (site / TLS).write_text((site / TLS).read_text() + "# not committed\n")
    assert attest(site, "attach", "encrypted-in-transit", READINGS / "testssl-pretty.json", "--covers", "api") == 0
    assert "to undo" not in said(capsys), "git would take back more than this"


def test_the_result_for_programs(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert attest(site, "attach", "decoys", FILES / "devices.csv", *DEVICES, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["evidence"], found["written"]) == ("devices", True)
    assert found["files"] == ["controls/evidence/files/devices.csv", "controls/evidence/devices.yml", "controls/customers/decoys.yml"]
    (one,) = found["controls"]
    assert (one["before"]["verdict"], one["after"]["verdict"]) == ("unknown", "not-met")
    assert one["missing"]


def test_a_control_with_other_line_ends_keeps_them(site: Path) -> None:
    file = site / "controls/customers/decoys.yml"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    commit(site)
    assert attest(site, "attach", "decoys", FILES / "devices.csv", *DEVICES) == 0
    data = file.read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n")
    assert data.endswith(b"checks:\r\n  - evidence: devices\r\n    every: pass\r\n    max_age: 1y\r\n")


def test_nothing_is_left_beside(site: Path) -> None:
    assert attest(site, "attach", "decoys", FILES / "devices.csv", *DEVICES) == 0
    assert attest(site, "attach", "nonsense", FILES / "devices.csv") == 2
    assert [path.name for path in site.rglob(".*") if path.name.startswith((".attest", ".devices", ".decoys"))] == []


def test_a_new_file_has_the_usual_mode_and_an_old_one_its_own(site: Path) -> None:
    (site / "controls/customers/decoys.yml").chmod(0o640)
    before = os.umask(0o022)
    try:
        assert attest(site, "attach", "decoys", FILES / "devices.csv", *DEVICES) == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE((site / "controls/evidence/devices.yml").stat().st_mode) == 0o644
    assert stat.S_IMODE((site / "controls/customers/decoys.yml").stat().st_mode) == 0o640


# What cannot be attached.


def bad(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Why, and the file."""
    (tmp_path / "empty.csv").touch()
    (tmp_path / "link.csv").symlink_to(FILES / "devices.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "broken.sarif").write_text('{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [')
    (tmp_path / "torn.csv").write_text("a,b\n1,2,3\n")
    (tmp_path / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    yield "there is no file", tmp_path / "nowhere.csv"
    yield "is a folder", tmp_path
    yield "is empty", tmp_path / "empty.csv"
    yield "is a symbolic link", tmp_path / "link.csv"
    yield "is a device, pipe or socket", tmp_path / "pipe.csv"
    yield "broken.sarif: ", tmp_path / "broken.sarif"
    yield "torn.csv: line 2: 3 cells, the header has 2", tmp_path / "torn.csv"
    yield "old.doc: the file is of an old Office format", tmp_path / "old.doc"


def test_what_is_no_evidence_is_refused_by_name(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = files(site)
    for why, file in bad(tmp_path):
        assert attest(site, "attach", "decoys", file, "--observed", "2026-11-20", "--pass", "1") == 1, why
        assert why in said(capsys)
    assert files(site) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="system: root may read everything")
def test_a_file_that_may_not_be_read_could_not_be_told(site: Path, tmp_path: Path) -> None:
    (tmp_path / "locked.csv").write_text("a,b\n")
    (tmp_path / "locked.csv").chmod(0)
    assert attest(site, "attach", "decoys", tmp_path / "locked.csv") == 3


@pytest.mark.parametrize(("words", "says"), [
    (("decoy", "devices.csv"), "there is no control 'decoy'\nattest: hint: did you mean 'decoys'?"),
    (("backups-restored", "devices.csv"), "the library has it: `attest add backups-restored` first"),
    (("second-factor", "devices.csv"), "there is no control 'second-factor' here\nattest: hint: the library has it: `attest add second-factor` first"),
    (("zzz", "devices.csv"), "`attest status` lists them"),
    (("decoys",), "no file is named"),
    ((), "no control is named"),
    (("decoys", "devices.csv", "--id", "../../etc/passwd"), "'../../etc/passwd' is not an id"),
    (("decoys", "devices.csv", "--id", "Über"), "'Über' is not an id"),
    (("decoys", "devices.csv"), "--column is needed\nattest: hint: perhaps --column 'row=Device name' --column outcome=Compliance --pass VALUE; its values: Compliant 2, Noncompliant 1"),
    (("decoys", "devices.csv", "--column", "row=Device name", "--column", "outcome=Compliance"), "--pass is needed"),
    (("decoys", "devices.csv", "--column", "row=Device", "--pass", "Compliant"), "did you mean 'Device name'?"),
    (("decoys", "devices.csv", "--column", "Compliance"), "write it as row=NAME"),
    (("decoys", "devices.csv", "--covers", "wep"), "there is no system 'wep'\nattest: hint: did you mean 'web'?"),
    (("decoys", "devices.csv", "--pass", "Compliant"), "--observed is needed: when was it exported"),
    (("decoys", "devices.csv", *DEVICES[:-1], "yesterday"), "--observed: 'yesterday' is not a day"),
    (("decoys", "--statement", "So it is.", "--by", "Somebody", "--observed", "2026-11-20"), "--until is needed"),
    (("decoys", "--id", "admins", "--observed", "2026-11-20"), "a new day for a record takes a new file"),
    (("our-second-factor", "policy.md", "--id", "admins", "--kind", "document"), "evidence 'admins' is a record, and this is to be a document"),
])  # fmt: skip
def test_what_is_asked_wrongly_is_named(site: Path, words: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = files(site)
    named = [str(FILES / word) if (FILES / word).is_file() else word for word in words]
    assert attest(site, "attach", *named) in (1, 2)
    assert says in said(capsys)
    assert files(site) == before


def test_a_report_of_another_day_than_was_said(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert attest(site, "attach", "encrypted-in-transit", READINGS / "testssl-pretty.json", "--observed", "2026-10-01") == 1
    assert "the report says it is of 2026-11-21, and --observed says 2026-10-01" in said(capsys)


# Where everybody can read.


def test_in_a_public_repository_nothing_private_lies_in_clear(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (site / "controls/center.yml").open("a") as stream:
        stream.write("repository: public\n")
    before = files(site)
    assert attest(site, "attach", "decoys", FILES / "devices.csv", *DEVICES) == 1
    assert "would lie in clear in a public repository" in said(capsys)
    assert attest(site, "attach", "decoys", *DECLARED) == 1
    assert files(site) == before
    assert attest(site, "attach", "decoys", FILES / "devices.csv", *DEVICES, "--visibility", "public") == 0


def test_there_it_goes_into_the_vault(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pyrage", reason="tool: needs pyrage")
    from attest import vault

    with (site / "controls/center.yml").open("a") as stream:
        stream.write("repository: public\nvault: vault\n")
    vault.new_key(site, "vault")
    assert attest(site, "attach", "decoys", FILES / "devices.csv", *DEVICES) == 0
    assert "decoys: unknown -> not-met" in said(capsys), "it was opened to be judged"
    assert load(site).evidence["devices"].description.file == "vault:devices.csv"
    assert vault.open_clear(vault.vault_of(site, "vault"), "devices.csv").getvalue() == (FILES / "devices.csv").read_bytes()
    assert b"LAP-1" not in b"".join(files(site).values())


# Registers.


def test_a_spreadsheet_becomes_the_rows_of_a_register(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert attest(site, "attach", "--register", "subprocessors", FILES / "subprocessors.csv", "--observed", "2026-11-20", "--visibility", "public") == 0
    register = load(site).registers["subprocessors"]
    assert [row.id for row in register.rows] == ["host"]
    assert (site / "controls/registers/subprocessors.yml").read_text() == "observed: 2026-11-20\nfile: subprocessors.csv\nvisibility: public\n"
    assert attest(site, "attach", "--register", "subprocessor", FILES / "subprocessors.csv", "--observed", "2026-11-20") == 2
    assert "did you mean 'subprocessors'?" in said(capsys)


def test_rows_of_a_register_are_replaced_only_when_asked(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    header = site / "controls/registers/subprocessors.yml"
    header.parent.mkdir()
    header.write_text("observed: 2026-10-01   # by hand\nintro: Who works for us.\nrows:\n  - {id: host, name: Fjordhost}\n")
    words = ("attach", "--register", "subprocessors", FILES / "subprocessors.csv", "--observed", "2026-11-20")
    assert attest(site, *words) == 1
    assert "holds its rows itself" in said(capsys)
    assert attest(site, *words, "--replace") == 0
    assert header.read_text() == "observed: 2026-11-20   # by hand\nintro: Who works for us.\nfile: subprocessors.csv\n"


def test_a_spreadsheet_with_a_wrong_row_is_not_written(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rows.csv").write_text("id,name,since\nhost,Fjordhost,last year\n")
    before = files(site)
    assert attest(site, "attach", "--register", "subprocessors", tmp_path / "rows.csv", "--observed", "2026-11-20") == 1
    assert "'last year' is not a day" in said(capsys)
    assert files(site) == before


# On a terminal, and as a person would.


def test_on_a_terminal_it_asks(site: Path, tmp_path: Path) -> None:
    export = tmp_path / "Geräte export 2026-11.csv"
    shutil.copy(FILES / "devices.csv", export)
    answers = [b"Office laptops\n", b"\n", b"\n", b"Complianze\n", b"\n", b"none\n", b"\n", b"Compliant\n", b"soon\n", b"2026-11-20\n"]
    code, talk = on_a_terminal(site, command("attach", "decoys", str(export), "--as-of", "2026-12-01"), answers)
    assert code == 0, talk
    assert "there is no column 'Complianze', did you mean 'Compliance'?" in talk
    assert "in Compliance stands: Compliant 2, Noncompliant 1" in talk
    assert "'soon' is not a day" in talk
    assert "decoys: unknown -> not-met" in talk
    evidence = load(site).evidence["gerate-export"]
    assert evidence.title == "Office laptops"
    assert evidence.description.pass_values == ("Compliant",)


def test_whoever_leaves_has_written_nothing(site: Path) -> None:
    before = files(site)
    code, talk = on_a_terminal(site, command("attach", "decoys", str(FILES / "devices.csv"), "--as-of", "2026-12-01"), [b"Office laptops\n", b"\x04"])
    assert code == 1, talk
    assert "nothing was written" in talk
    assert files(site) == before


def test_columns_are_proposed_by_their_words_and_their_values() -> None:
    for name, row, outcome in (
        ("csv-devices-intune.csv", "Device name", "Compliance"),
        ("csv-devices-jamf.csv", "Computer Name", "FileVault 2 Status"),
        ("csv-backup-jobs.csv", "job_name", "job_status"),
        ("csv-users-entra-powershell.csv", "UserPrincipalName", "IsMfaRegistered"),
        ("csv-title-above.csv", "person", "mfa"),
        ("csv-utf-16-le-tabs.csv", "person", "mfa"),
        ("csv-sep-line.csv", "person", "mfa"),
    ):
        proposal = propose(table_of((READINGS / name).read_bytes(), "csv"))
        assert (proposal.row, proposal.outcome) == (row, outcome), name


# From nothing to a signed release, as a person would, without an editor.


@pytest.mark.slow
def test_from_nothing_to_a_verified_release(tmp_path: Path) -> None:
    def said_of(folder: Path, *words: str | Path, code: int = 0) -> str:
        done = subprocess.run(command(*map(str, words)), cwd=folder, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True)
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    trust, desk = tmp_path / "trust", tmp_path / "my desk"
    desk.mkdir()
    export = desk / "Geräteliste November (final).csv"
    shutil.copy(FILES / "devices.csv", export)
    said_of(tmp_path, "init", trust, "--name", "Tern Ferries", "--address", "https://trust.tern.example/")
    day = ("--observed", "2026-11-20", "--as-of", "2026-11-21")
    assert "did you mean 'devices-locked'?" in said_of(trust, "attach", "device-locked", export, code=2)
    first = said_of(trust, "attach", "devices-locked", export, "--pass", "Compliant", "--title", "Laptops", *day)
    assert "devices-locked: unknown -> not-met" in first
    export.write_bytes(export.read_bytes().replace(b"Noncompliant", b"Compliant"))
    second = said_of(trust, "attach", "devices-locked", export, *day)
    assert "devices-locked: not-met -> met" in second
    assert "devices-locked" in said_of(trust, "renew", "--within", "60d", "--as-of", "2026-11-21")
    assert "no problems" in said_of(trust, "check", "--as-of", "2026-11-21")
    said_of(trust, "keys", "new", "--no-passphrase")
    fingerprint = json.loads(said_of(trust, "keys", "show", "--json"))["fingerprint"]
    said_of(trust, "publish", "public", "--first", "--as-of", "2026-11-21", "--at", "2026-11-21T09:00:00Z")
    assert "valid" in said_of(trust, "verify", "public", "--key", fingerprint, "--at", "2026-11-21T10:00:00Z", "--no-state")


# How the next person was helped on.


def test_of_a_promise_without_a_file_it_says_what_would_show_it(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert attest(site, "attach", "encrypted-in-transit") == 2
    talk = said(capsys)
    assert "what would show encrypted-in-transit:\n  - TLS scan by testssl.sh (report: testssl)\n" in talk
    assert "no file is named" in talk
    assert main(["status", str(site)]) == 0
    assert "  would show it: TLS scan by testssl.sh (report: testssl)\n" in said(capsys)


def test_a_day_with_points_is_said_as_it_is_written_here(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert attest(site, "attach", "decoys", FILES / "devices.csv", *DEVICES[:-1], "20.11.2026") == 2
    assert "'20.11.2026' is not a day, write it as 2026-11-20" in said(capsys)
    assert attest(site, "attach", "decoys", FILES / "devices.csv", *DEVICES[:-1], "31.11.2026") == 2
    assert "write it as 2026-04-02" in said(capsys), "there is no such day"


@pytest.mark.parametrize(
    ("name", "ident"),
    [
        ("Training export (2).csv", "training-export"), ("devices[1].csv", "devices"), ("Sign-in 2026-11-20 at 10.11.12.csv", "sign-in"), ("Sign-in 2026-11-20 10.11.12 am.csv", "sign-in"),
        ("sign-in-2026-11-20_10-11.csv", "sign-in"), ("Screenshot 2026-11-20 at 10.11.12.csv", "decoys"), ("tls.sslyze.csv", "tls"), ("room 12.csv", "room-12"),
    ],
)  # fmt: skip
def test_a_files_second_download_and_its_time_of_day_are_no_part_of_the_id(site: Path, tmp_path: Path, name: str, ident: str) -> None:
    """Else the next month's export would be other evidence, and the old one grow old beside it."""
    (tmp_path / name).write_bytes((FILES / "devices.csv").read_bytes())
    assert attest(site, "attach", "decoys", tmp_path / name, *DEVICES) == 0
    assert (site / f"controls/evidence/{ident}.yml").exists()


OWN_LIST = "Supplier;What for;Country;Last review;Priority;Remarks\nPostbrise GmbH;Sends mail;Germany;04.05.2026;High;ask Ana\nPostbrise GmbH;Prints letters;Germany;;low;\n;;;;;\n"


def own_list(tmp_path: Path) -> Path:
    (tmp_path / "Our suppliers.csv").write_bytes(OWN_LIST.encode("utf-16"))
    return tmp_path / "Our suppliers.csv"


def test_a_list_with_columns_of_its_own_becomes_a_register(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = files(site)
    assert attest(site, "attach", "--register", "subprocessors", own_list(tmp_path), "--observed", "2026-11-20") == 2
    talk = said(capsys)
    assert "the register subprocessors has id, name, purpose" in talk
    assert "--column name=Supplier --column 'purpose=What for' --column location=Country --column criticality=Priority --column 'reviewed=Last review'" in talk
    assert files(site) == before
    columns = ("name=Supplier", "purpose=What for", "location=Country", "criticality=Priority", "reviewed=Last review")
    assert attest(site, "attach", "--register", "subprocessors", own_list(tmp_path), "--observed", "2026-11-20", *(word for column in columns for word in ("--column", column))) == 0
    assert "left out: Remarks" in said(capsys)
    assert (site / "controls/registers/subprocessors.csv").read_text() == (
        "id,name,purpose,location,criticality,reviewed\n"
        "postbrise-gmbh,Postbrise GmbH,Sends mail,Germany,high,2026-05-04\n"
        "postbrise-gmbh-2,Postbrise GmbH,Prints letters,Germany,low,\n"
    )  # fmt: skip
    assert [row.id for row in load(site).registers["subprocessors"].rows] == ["postbrise-gmbh", "postbrise-gmbh-2"]


@pytest.mark.parametrize(("columns", "says"), [
    (["purpose=What for"], "no column says name, and every row of subprocessors needs it"),
    (["nmae=Supplier"], "there is no 'nmae', did you mean 'name'?"),
    (["name=Suplier"], "there is no column 'Suplier', did you mean 'Supplier'?"),
    (["name=Supplier", "name=Country"], "name is what 'Supplier' says already"),
])  # fmt: skip
def test_columns_of_a_register_that_are_named_wrongly(site: Path, tmp_path: Path, columns: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = [word for column in columns for word in ("--column", column)]
    assert attest(site, "attach", "--register", "subprocessors", own_list(tmp_path), "--observed", "2026-11-20", *words) == 2
    assert says in said(capsys)


def test_what_a_list_says_is_asked_column_by_column(site: Path, tmp_path: Path) -> None:
    """Enter takes what looks like it; what is said twice is asked again, and ``none`` leaves a column out."""
    answers = [b"\n", b"\n", b"\n", b"\n", b"none\n", b"name\n", b"none\n", b"2026-11-20\n"]
    code, talk = on_a_terminal(site, command("attach", "--register", "subprocessors", str(own_list(tmp_path)), "--as-of", "2026-12-01"), answers)
    assert code == 0, talk
    assert "name is what 'Supplier' says already" in talk
    assert (site / "controls/registers/subprocessors.csv").read_text().startswith("id,name,purpose,location,reviewed\n")


def test_a_register_that_is_not_known_is_said_before_anything_is_asked(site: Path, tmp_path: Path) -> None:
    code, talk = on_a_terminal(site, command("attach", "--register", "suppliers", str(own_list(tmp_path))), [])
    assert code == 2
    assert "did you mean 'subprocessors'?" in talk
    assert "when did" not in talk


def test_where_no_header_tells_the_column_with_the_fewest_values_is_asked_about(site: Path, tmp_path: Path) -> None:
    """Headers in other languages say nothing to us, and the last column is often a day."""
    (tmp_path / "list.csv").write_bytes("Gerätename;Benutzer;Verschlüsselung;Letzter Kontakt\nL-1;Ana;Ein;01.11.2026\nL-2;Ben;Ein;02.11.2026\nL-3;Cy;Aus;01.11.2026\n".encode("utf-16"))
    code, talk = on_a_terminal(site, command("attach", "decoys", str(tmp_path / "list.csv"), "--as-of", "2026-12-01"), [b"\n", b"\n", b"\n", b"\n", b"\n", b"Ein\n", b"2026-11-20\n"])
    assert code == 0, talk
    assert "which column names each row [Gerätename]" in talk
    assert "which column says whether it is in order [Verschlüsselung]" in talk


def test_a_register_is_public_or_private_and_never_gated(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = files(site)
    (tmp_path / "list.csv").write_text("id,name\na,Fjordhost\n")
    assert attest(site, "attach", "--register", "subprocessors", tmp_path / "list.csv", "--observed", "2026-11-20", "--visibility", "gated") == 2
    assert "there is no gated one" in said(capsys)
    assert files(site) == before
