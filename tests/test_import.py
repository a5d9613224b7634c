"""`attest import`: a catalogue its user owns becomes a framework, as published; what could be mistaken is refused with both places."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml
from openpyxl import Workbook

from attest.authoring.importing import oscal, table
from attest.authoring.importing.interface import MOST_CLAUSES, Catalogue, Chapter, Found
from attest.authoring.importing.printed import NEUTRAL, About, framework_yaml, shortened
from attest.errors import Refused, Unreadable
from attest.load import load
from tests.conftest import ROOT

CASES = ROOT / "tests/cases/import"
SMALL = ROOT / "tests/cases/publish/center"
ABOUT = {"id": "lighthouse-3", "publisher": "Guild of Keepers", "url": "https://keepers.example/", "licence": "made up for a test"}
OPTIONS = [word for key, said in ABOUT.items() for word in (f"--{key}", said)]


@pytest.fixture
def center(tmp_path: Path) -> Path:
    shutil.copytree(SMALL, tmp_path / "trust")
    return tmp_path / "trust"


def run(folder: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "HOME": str(folder)}
    command = [sys.executable, "-m", "attest", "import", *map(str, words)]
    return subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("name", "more"), [("nested.json", []), ("matrix.csv", ["--title", "Matrix", "--version", "1"])])
def test_a_catalogue_becomes_this_framework(center: Path, name: str, more: list[str]) -> None:
    done = run(center, CASES / "good" / name, *OPTIONS, *more, "--show-titles")
    assert done.returncode == 0, done.stderr
    written = (center / "controls/frameworks/lighthouse-3.yml").read_text()
    assert written == (CASES / "good" / f"{Path(name).stem}.yml").read_text()
    assert load(center).frameworks["lighthouse-3"].licence == "made up for a test"


def test_it_counts_what_it_leaves_out(center: Path) -> None:
    done = run(center, CASES / "good/nested.json", *OPTIONS, "--show-titles", "--json")
    assert json.loads(done.stdout) == {"written": "controls/frameworks/lighthouse-3.yml", "clauses": 4, "withdrawn": 2, "passedOver": 0, "shortened": 0, "titles": True}
    done = run(center, CASES / "good/matrix.csv", *OPTIONS, "--id", "other", "--title", "M", "--version", "1", "--show-titles", "--json")
    assert json.loads(done.stdout)["passedOver"] == 1


def test_ids_alone_carry_no_word_of_the_publishers(center: Path) -> None:
    assert run(center, CASES / "good/nested.json", *OPTIONS, "--title", "Ours", "--ids-only").returncode == 0
    framework = load(center).frameworks["lighthouse-3"]
    assert [clause.id for clause in framework.clauses] == ["r-0", "LO-1", "LO-1(1)", "lg-1"]
    assert {clause.title for clause in framework.clauses} == {NEUTRAL}
    assert not framework.groups


@pytest.mark.parametrize("file", sorted(path for path in (CASES / "bad").iterdir() if not path.name.endswith(".expect.yml")), ids=lambda path: path.name)
def test_what_cannot_be_meant_is_refused_for_its_reason(center: Path, file: Path) -> None:
    expected = yaml.safe_load(file.with_name(f"{file.name}.expect.yml").read_text())
    before = tree(center)
    done = run(center, file, *OPTIONS, "--title", "T", "--version", "1", "--show-titles")
    assert expected["says"] in done.stderr
    assert done.returncode == expected["exit"]
    assert tree(center) == before


def test_whether_titles_may_be_shown_has_to_be_said(center: Path) -> None:
    done = run(center, CASES / "good/nested.json", *OPTIONS)
    assert done.returncode == 2
    assert "--ids-only" in done.stderr
    assert run(center, CASES / "good/nested.json", *OPTIONS, "--ids-only", "--show-titles").returncode == 2


def test_what_the_file_does_not_say_has_to_be_said(center: Path) -> None:
    done = run(center, CASES / "good/matrix.csv", "--show-titles", "--id", "x")
    assert done.returncode == 2
    assert "--title, --version, --publisher, --url, --licence are missing" in done.stderr


def test_a_framework_that_is_there_stays(center: Path) -> None:
    assert run(center, CASES / "good/nested.json", *OPTIONS, "--show-titles").returncode == 0
    before = tree(center)
    done = run(center, CASES / "good/matrix.csv", *OPTIONS, "--title", "T", "--version", "1", "--show-titles")
    assert done.returncode == 1
    assert "is there already" in done.stderr
    assert tree(center) == before


@pytest.mark.parametrize("ident", ["../up", "Upper", "a b", "a/b", ""])
def test_an_id_is_a_file_name_and_nothing_more(center: Path, ident: str) -> None:
    words = [*OPTIONS, "--id", ident] if ident else OPTIONS[2:]
    assert run(center, CASES / "good/nested.json", *words, "--show-titles").returncode == 2
    assert not (center / "controls/frameworks").exists()


def test_columns_are_named_or_recognised(center: Path) -> None:
    (center / "odd.csv").write_text("Key,What it asks\n7,Sweep\n")
    words = [*OPTIONS, "--title", "T", "--version", "1", "--show-titles"]
    done = run(center, "odd.csv", *words, "--column", "id=Kay", "--column", "title=What it asks")
    assert done.returncode == 1
    assert "did you mean id='Key'?" in done.stderr
    assert run(center, "odd.csv", *words, "--column", "colour=Key").returncode == 2
    assert run(center, "odd.csv", *words, "--column", "id=Key", "--column", "title=what it asks").returncode == 0
    assert load(center).frameworks["lighthouse-3"].clauses[0].title == "Sweep"


def book(path: Path, rows: list[list[object]], sheets: int = 1) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for number in range(1, sheets):
        workbook.create_sheet(f"More {number}")
    workbook.save(path)
    return path.read_bytes()


def test_an_office_spreadsheet_is_read(tmp_path: Path) -> None:
    data = book(tmp_path / "m.xlsx", [["Control ID", "Title", "Domain"], ["A-1", "One", "First"], ["A-2", "Two", None], [3, "Three", "Second"]])
    read = table.read(data, {}, None)
    assert [(clause.id, clause.group, clause.place) for clause in read.clauses] == [("A-1", "First", "line 2"), ("A-2", "First", "line 3"), ("3", "Second", "line 4")]
    assert read.chapters == (Chapter("First", "First"), Chapter("Second", "Second"))


def test_several_sheets_have_to_be_named(tmp_path: Path) -> None:
    data = book(tmp_path / "m.xlsx", [["id", "title"], ["A", "One"]], sheets=2)
    with pytest.raises(Refused, match="the file has several sheets") as refused:
        table.read(data, {}, None)
    assert "'Sheet', 'More 1'" in refused.value.hint
    assert len(table.read(data, {}, "Sheet").clauses) == 1
    with pytest.raises(Refused, match="there is no sheet 'Shet'"):
        table.read(data, {}, "Shet")


@pytest.mark.parametrize(("cell", "reason"), [(1.1, "is a number, and a spreadsheet writes 1.10 and 1.1 alike"), (datetime(2026, 2, 1, tzinfo=UTC).replace(tzinfo=None), "is a date"), (date(2026, 2, 1), "is a date")])
def test_an_id_that_a_spreadsheet_has_changed_is_refused(tmp_path: Path, cell: object, reason: str) -> None:
    data = book(tmp_path / "m.xlsx", [["id", "title"], ["1.2", "Text stays"], [cell, "Changed"]])
    with pytest.raises(Refused, match=f"^line 3: the id .*{reason}"):
        table.read(data, {}, None)


def test_a_spreadsheet_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (65 * 2**20))
    with pytest.raises(Unreadable, match="unpacks to more than 64 MiB"):
        table.read((tmp_path / "bomb.xlsx").read_bytes(), {}, None)


def test_too_many_and_too_deep_are_refused() -> None:
    many = [{"id": f"c-{number}", "title": "T"} for number in range(MOST_CLAUSES + 1)]
    with pytest.raises(Unreadable, match=f"more than {MOST_CLAUSES} controls"):
        oscal.read(json.dumps({"catalog": {"metadata": {}, "controls": many}}).encode())
    deep = '{"id":"a","title":"A","controls":[' * 200 + "]}" * 200
    with pytest.raises(Unreadable, match=r"nest|deep"):
        oscal.read(f'{{"catalog": {{"controls": [{deep}]}}}}'.encode())


def test_a_long_title_is_cut_between_words() -> None:
    title = "word " * 60
    assert shortened("short") == "short"
    assert len(shortened(title)) <= 202
    assert shortened(title).endswith("word …")
    printed = framework_yaml(Catalogue((Found("1", title, None, "line 2"),)), About("a", "A", "1", "P", "https://a.example/", "L"), False)
    assert "…" in printed.decode()


def test_an_id_too_long_names_its_place() -> None:
    with pytest.raises(Refused, match=r"line 2: the id .* is longer than 80 characters"):
        framework_yaml(Catalogue((Found("x" * 81, "T", None, "line 2"),)), About("a", "A", "1", "P", "https://a.example/", "L"), False)


def test_on_a_terminal_it_asks(center: Path) -> None:
    """A pseudo-terminal: three things the file does not say, and whether titles may be shown."""
    import pty

    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "attest", "import", str(CASES / "good/nested.json"), "--id", "lighthouse-3"]
    with subprocess.Popen(command, cwd=center, env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}, stdin=follower, stdout=subprocess.DEVNULL, stderr=follower) as process:
        os.write(leader, b"\n\n\nhttps://keepers.example/\nmade up\nno\n")
        assert process.wait(timeout=60) == 0
    os.close(follower)
    os.close(leader)
    framework = load(center).frameworks["lighthouse-3"]
    assert (framework.title, framework.version, framework.publisher, framework.licence) == ("House rules for a lighthouse", "3", "Guild of Keepers", "made up")
    assert framework.clauses[0].title == NEUTRAL
