"""`attest check` over tests/cases/check: each case is a folder of files laid over ``_base``, and the exact problems expected of it.

    <name>/site/…        the files that differ
    <name>/expect.yml    why; files to delete; whether a model comes of it; every problem: place, path, words, what to do, grade
"""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from attest.cli import main
from attest.cli.schema import KINDS
from attest.errors import Problem, Problems
from attest.load import check_sources, load

CASES = Path(__file__).parent / "cases" / "check"
BASE = CASES / "_base"
AS_OF = datetime(2026, 11, 21, 12, tzinfo=UTC)
CONTROL = "controls/customers/encrypted-in-transit.yml"


def site_of(folder: Path, case: str = "") -> Path:
    """The base with a case laid over it."""
    shutil.copytree(BASE, folder, dirs_exist_ok=True)
    if case and (CASES / case / "site").is_dir():
        shutil.copytree(CASES / case / "site", folder, dirs_exist_ok=True)
    return folder


def shown(problem: Problem) -> dict[str, str]:
    place = f"{problem.file}:{problem.line}" if problem.line else problem.file
    said = {"at": place, "path": problem.path, "says": problem.what, "todo": problem.todo, "grade": problem.grade}
    return {key: value for key, value in said.items() if value or key == "path"}


@pytest.mark.parametrize("case", sorted(path.parent.name for path in CASES.glob("*/expect.yml")))
def test_case(case: str, tmp_path: Path) -> None:
    expected = yaml.safe_load((CASES / case / "expect.yml").read_text(encoding="utf-8"))
    site = site_of(tmp_path, case)
    for file in expected.get("delete", ()):
        (site / file).unlink()
    center, observations, problems = check_sources(site, AS_OF)
    assert [shown(problem) for problem in problems] == expected["problems"]
    assert (center is not None) is expected["model"]
    assert set(observations) == (set(center.evidence) if center else set())


def test_every_case_is_expected() -> None:
    assert {path.name for path in CASES.iterdir()} - {"_base"} == {path.parent.name for path in CASES.glob("*/expect.yml")}


def one_problem(site: Path) -> Problem:
    _, _, problems = check_sources(site, AS_OF)
    assert len(problems) == 1, problems
    return problems[0]


def test_nul(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    with (site / CONTROL).open("ab") as stream:
        stream.write(b"# \0\n")
    assert str(one_problem(site)) == f"{CONTROL}:18: holds a NUL character, remove it"


def test_larger_than_a_mebibyte(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    (site / CONTROL).write_bytes(b"# " + b"x" * 2**20 + b"\n")
    assert "larger than 1 MiB" in str(one_problem(site))


@pytest.mark.parametrize("way", ["link", "folder", "pipe"])
def test_source_that_is_no_file(way: str, tmp_path: Path) -> None:
    site = site_of(tmp_path / "site")
    target, said = site / CONTROL, {"link": "is a symbolic link", "folder": "is a folder", "pipe": "is not a regular file"}[way]
    target.rename(tmp_path / "elsewhere.yml")
    {"link": lambda: target.symlink_to(tmp_path / "elsewhere.yml"), "folder": target.mkdir, "pipe": lambda: os.mkfifo(target)}[way]()
    problem = one_problem(site)
    assert (problem.file, problem.what, problem.grade) == (CONTROL, said, "error")


@pytest.mark.parametrize("name", ["center.yml", "customers", "evidence", "registers"])
def test_linked_in_controls(name: str, tmp_path: Path) -> None:
    site = site_of(tmp_path / "site")
    if not (site / "controls" / name).exists():
        (site / "controls" / name).mkdir()
    (site / "controls" / name).rename(tmp_path / name)
    (site / "controls" / name).symlink_to(tmp_path / name)
    _, _, problems = check_sources(site, AS_OF)
    assert f"controls/{name}" in {problem.file for problem in problems}
    assert any("symbolic link" in problem.what for problem in problems)


def test_links_in_prose(tmp_path: Path) -> None:
    site = site_of(tmp_path / "site")
    (tmp_path / "private.md").write_text("private", encoding="utf-8")
    (site / "content" / "linked.md").symlink_to(tmp_path / "private.md")
    (site / "content" / "folder").symlink_to(tmp_path)
    _, _, problems = check_sources(site, AS_OF)
    assert [(problem.file, problem.what) for problem in problems] == [
        ("content/folder", "is a symbolic link"),
        ("content/linked.md", "is a symbolic link"),
    ]


def test_names_that_are_no_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = site_of(tmp_path)
    try:
        (site / "controls" / "customers" / os.fsdecode(b"caf\xe9.yml")).write_bytes(b"x")
    except OSError:
        pytest.skip("this disk takes text names only")
    assert main(["check", str(site), "--as-of", "2026-11-21"]) == 1
    assert "is not an id" in capsys.readouterr().err
    assert main(["check", str(site), "--json", "--as-of", "2026-11-21"]) == 1
    assert json.loads(capsys.readouterr().out.encode("utf-8"))["problems"]


def test_published_xml_that_runs(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    report = site / "controls/evidence/files/tls-tests.xml"
    report.write_bytes(report.read_bytes().replace(b"<testsuites>", b'<testsuites xmlns:h="http://www.w3.org/1999/xhtml"><h:script>alert(1)</h:script>'))
    assert any("browsers run such a file" in problem.what and problem.grade == "error" for problem in check_sources(site, AS_OF)[2])


def test_no_controls(tmp_path: Path) -> None:
    with pytest.raises(Problems) as refused:
        load(tmp_path)
    assert [str(problem) for problem in refused.value.problems] == ["controls: there is no folder controls/ here, run `attest init DIR` to start a trust center"]


def test_verb_on_a_good_center(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = site_of(tmp_path)
    assert main(["check", str(site), "--as-of", "2026-11-21T12:00:00Z"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "no problems; 1 public control and 1 withheld; evidence: 2 public, 1 gated, 1 withheld\n"


def test_verb_on_a_bad_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = site_of(tmp_path, "evidence-missing-or-empty")
    assert main(["check", str(site), "--as-of", "2026-11-21T12:00:00Z"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "controls/evidence/tls-tests.yml:4: file: the file 'files/tls-tests.xml' is empty, mend or replace it",
        "attest: error: 1 problem in the sources",
        "attest: hint: mend them all, then run `attest check` again",
    ]


def test_verb_looks_at_parties_which_nothing_else_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = site_of(tmp_path)
    (site / "controls/parties").mkdir()
    (site / "controls/parties/fjordhost.yml").write_text("name: Fjordhost (fictional)\nkind: suplier\n")
    assert main(["check", str(site), "--as-of", "2026-11-21"]) == 1
    assert "controls/parties/fjordhost.yml:2: kind: 'suplier' is not one of customer, supplier, did you mean 'supplier'?" in capsys.readouterr().err
    assert check_sources(site, AS_OF)[2] == (), "what builds and publishes does not open it"
    (site / "controls/parties/fjordhost.yml").write_text("name: Fjordhost (fictional)\nkind: supplier\n")
    assert main(["check", str(site), "--as-of", "2026-11-21"]) == 0


def test_verb_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = site_of(tmp_path, "missing-evidence")
    assert main(["check", str(site), "--json", "--as-of", "2026-11-21"]) == 1
    out, err = capsys.readouterr()
    assert err == ""
    said = json.loads(out)
    assert said["asOf"] == "2026-11-21T00:00:00Z"
    assert said["counts"] is None
    assert said["problems"] == [
        {
            "file": CONTROL, "line": 12, "path": "checks[0].evidence", "what": "there is no evidence 'tls-test' in controls/evidence/",
            "todo": "did you mean 'tls-tests'?", "grade": "error",
        },
    ]  # fmt: skip


def test_verb_finds_its_center_upwards(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    site = site_of(tmp_path / "site")
    monkeypatch.chdir(site / "controls" / "evidence" / "files")
    assert main(["check", "--as-of", "2026-11-21T12:00:00Z"]) == 0
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 2
    assert "attest init" in capsys.readouterr().err


@pytest.mark.parametrize("where", ["nowhere", "empty"])
def test_verb_where_there_is_none(where: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["check", str(tmp_path / where)]) == 2
    assert capsys.readouterr().err.startswith("attest: error: ")


def test_hostile_text_is_shown_as_escapes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = site_of(tmp_path)
    with (site / CONTROL).open("a", encoding="utf-8") as stream:
        stream.write('"\\e[31mred\\u202e": x\n')
    assert main(["check", str(site), "--as-of", "2026-11-21T12:00:00Z"]) == 1
    err = capsys.readouterr().err
    assert "\x1b" not in err
    assert "\u202e" not in err


def test_hostile_names_stay_on_their_line(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    for folder in ("controls", "controls/customers", "controls/evidence", "content"):
        (site / folder / "a\nattest: fine\x1b.md").write_text("<script>", encoding="utf-8")
    _, _, problems = check_sources(site, AS_OF)
    assert len(problems) == 4
    assert all(str(problem).isprintable() for problem in problems)


@pytest.mark.parametrize("kind", KINDS)
def test_schema(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", kind]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["additionalProperties"] is False
    assert all(part.get("additionalProperties") is False for part in schema.get("$defs", {}).values() if "properties" in part)
    assert "null" not in json.dumps(schema)
    assert kind != "control" or {"not-applicable", "max_age"} <= {*schema["properties"], *schema["$defs"]["Check"]["properties"]}


def test_schemas_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--write", str(tmp_path / "schemas")]) == 0
    assert sorted(path.name for path in (tmp_path / "schemas").iterdir()) == sorted(f"{kind}.schema.json" for kind in KINDS)
    assert main(["schema"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert all(json.loads((tmp_path / "schemas" / f"{kind}.schema.json").read_bytes()) == printed[kind] for kind in printed)
    (tmp_path / "file").write_bytes(b"")
    assert main(["schema", "--write", str(tmp_path / "file")]) == 2


def test_a_published_file_has_a_bound(tmp_path: Path) -> None:
    """It is kept in memory and searched for what must not be published; a gigabyte would take hours and say so to nobody."""
    site = site_of(tmp_path)
    os.truncate(site / "controls/evidence/files/tls-tests.xml", 2**30)
    _, _, problems = check_sources(site, AS_OF)
    assert shown(problems[0]) == {
        "at": "controls/evidence/files/tls-tests.xml",
        "path": "",
        "says": "is published and larger than 64 MiB",
        "todo": "take `publish: file` away, or publish a smaller file",
        "grade": "error",
    }
