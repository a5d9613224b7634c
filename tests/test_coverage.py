"""What five source documents ask of a company: 177 rows, each met by something a reader can see, or listed as still to come.

tests/coverage.yml is the table. Harbourline is built once, with small stand-ins for what `make site` collects, and each row that is met is held
against the pages as text, the navigation left out; against what a command prints; or against a questionnaire as those see it who work with it.
Rows that wait are counted aloud: none is passed over in silence.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from attest.build import build, prepare
from attest.load import load
from attest.model.questionnaire import public_form
from attest.pages.form import standalone
from tests.conftest import ROOT
from tests.test_reference import AS_OF, FILES, collected

COVERAGE: dict[str, Any] = yaml.safe_load((ROOT / "tests" / "coverage.yml").read_text("utf-8"))
MET: dict[str, list[dict[str, Any]]] = {ident: row for rows in COVERAGE.values() for ident, row in rows.items() if isinstance(row, list)}
LATER: dict[str, dict[str, str]] = {issue: {ident: row for ident, row in rows.items() if isinstance(row, str)} for issue, rows in COVERAGE.items()}
ROWS = 177


class ContentText(HTMLParser):
    """The text of a page between the navigation and the foot: Material's article, with what stands in it."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = 0
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "article" and (self.inside or "md-content__inner" in (dict(attrs).get("class") or "")):
            self.inside += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "article" and self.inside:
            self.inside -= 1

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.pieces.append(data)


class WholeText(ContentText):
    """The text of a page that is nothing but a form: all of it save for scripts and styles."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag not in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self.inside = 1


def text_of(html: str, parser: ContentText | None = None) -> str:
    """What a page says, in one line."""
    parser = parser or ContentText()
    parser.feed(html)
    return _one_line("".join(parser.pieces))


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _listed(value: Any) -> list[str]:
    return [_one_line(one) for one in ([value] if isinstance(value, str) else value)]


Pages = Mapping[str, str]
"""Path -> what the page says; ``form:<questionnaire>`` -> what a questionnaire says to those who work with it."""
Output = Callable[[tuple[str, ...], str], str]
"""A command and the folder it is called in -> what it prints."""


def _place(one: Mapping[str, Any]) -> str | None:
    """The page that is looked at; None for a command."""
    return f"form:{one['form']}" if "form" in one else one.get("page")


def unseen(observables: list[dict[str, Any]], pages: Pages, output: Output) -> list[str]:
    """What a row promises to show and does not: ``customers/x.html: "…"``; empty where the row is met."""
    found = []
    for one in observables:
        place = _place(one)
        said = output(tuple(one["command"]), one.get("in", "fresh")) if place is None else pages.get(place, "")
        found += [f'{place or " ".join(one["command"])}: "{wanted}"' for wanted in _listed(one.get("shows", one.get("prints"))) if wanted not in said]
    return found


def _sources(folder: Path) -> Path:
    """Harbourline's sources, with collected evidence supplied."""
    for name in ("controls", "content", "theme"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("collected"))
    shutil.copy(ROOT / "mkdocs.yml", folder)
    (folder / FILES / "collected").mkdir()
    for name, data in collected().items():
        (folder / FILES / "collected" / name).write_bytes(data)
    return folder


def _pages(root: Path, site: Path) -> Pages:
    build(root, prepare(root, AS_OF, None, None, as_unknown=False), site)
    return {**_forms(root), **{file.relative_to(site).as_posix(): text_of(file.read_text("utf-8")) for file in site.rglob("*.html")}}


def _forms(root: Path) -> Pages:
    """Every questionnaire as `attest answer --page` writes it for ourselves: what is asked of all sides, with tips."""
    center = load(root)
    found = {}
    for ident, one in center.questionnaires.items():
        form = public_form(one, ident, center.profile.id, center.profile.name, part=None)
        tips = {item.id: item.tip for _, item in one.items() if item.tip is not None}
        found[f"form:{ident}"] = text_of(standalone(form, tips).decode(), WholeText())
    return found


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    folder = tmp_path_factory.mktemp("coverage")
    return _pages(_sources(folder / "sources"), folder / "site")


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Output:
    """What a command prints in a folder that `attest init` has just written, or in Harbourline's."""
    top = tmp_path_factory.mktemp("folders")
    said: dict[tuple[tuple[str, ...], str], str] = {}

    def run(command: tuple[str, ...], where: str) -> str:
        if not (top / where).exists():
            _FOLDERS[where](top / where)
        if (command, where) not in said:
            said[command, where] = _one_line(_attest(*command[1:], cwd=top / where))
        return said[command, where]

    return run


def _fresh(folder: Path) -> None:
    _attest("init", str(folder), cwd=folder.parent)


def _harbourline(folder: Path) -> None:
    folder.mkdir()
    _sources(folder)


_FOLDERS: dict[str, Callable[[Path], None]] = {"fresh": _fresh, "harbourline": _harbourline}


def _attest(*arguments: str, cwd: Path) -> str:
    """What it prints. An answer of no is an answer: a review that comes to anything but accept is one."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(cwd), "NO_COLOR": "1", "COLUMNS": "200"}
    done = subprocess.run([sys.executable, "-m", "attest", *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def test_every_row_is_assigned_once() -> None:
    ids = [*MET, *(ident for rows in LATER.values() for ident in rows)]
    assert len(ids) == len(set(ids)) == ROWS
    assert COVERAGE.keys() == {"B", "C", "E"}
    assert all(isinstance(row, list) for issue in ("B", "E") for row in COVERAGE[issue].values())


def test_the_rows_are_those_of_the_source_documents(shared: Path) -> None:
    asked = [row["id"] for row in yaml.safe_load((shared / "coverage.yml").read_text("utf-8"))]
    assert sorted(asked) == sorted([*MET, *(ident for rows in LATER.values() for ident in rows)])


def test_a_row_that_is_met_says_where() -> None:
    for ident, observables in MET.items():
        assert observables, ident
        for one in observables:
            assert set(one) in ({"page", "shows"}, {"form", "shows"}, {"command", "prints"}, {"command", "in", "prints"}), ident
            assert all(len(wanted) > 2 for wanted in _listed(one.get("shows", one.get("prints")))), ident
            assert one.get("in") != "harbourline" or "--at" in one["command"], f"{ident}: what its files say is of a day, and ages"


def test_rows_of_later_issues_are_counted_aloud(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\ncoverage: {len(MET)} of {ROWS} rows are met and looked at", end="")
        for issue, rows in ((issue, rows) for issue, rows in LATER.items() if rows):
            print(f"; {len(rows)} wait for issue {issue}: {', '.join(rows)}", end="")
        print()
    for rows in LATER.values():
        assert all(len(missing) > 10 for missing in rows.values())


@pytest.mark.parametrize("row", MET)
def test_a_row_is_met_by_what_a_reader_sees(row: str, pages: Pages, output: Output) -> None:
    assert unseen(MET[row], pages, output) == []


def _without(pages: Pages, wanted: Mapping[str, Any]) -> Iterator[Pages]:
    """The pages with one of the texts taken out of its page, each in turn; then with the page gone."""
    place = _place(wanted)
    assert place is not None
    for one in _listed(wanted["shows"]):
        yield {**pages, place: pages[place].replace(one, "")}
    yield {path: text for path, text in pages.items() if path != place}


@pytest.mark.parametrize("row", MET)
def test_a_row_turns_red_when_what_it_shows_is_gone(row: str, pages: Pages, output: Output) -> None:
    for one in MET[row]:
        if _place(one) is None:
            assert unseen([one], pages, lambda command, where: "") != []
            continue
        for damaged in _without(pages, one):
            assert unseen(MET[row], damaged, output) != []


def _cut_row(text: str, ident: str) -> str:
    """A register without one of its rows."""
    return re.sub(rf"(?ms)^  - id: {ident}\n.*?(?=^  - id: |\Z)", "", text)


@pytest.mark.slow
def test_taking_things_out_of_the_sources_turns_exactly_their_rows_red(tmp_path: Path, output: Output) -> None:
    root = _sources(tmp_path / "sources")
    (root / "controls/customers/warned-of-attacks.yml").unlink()
    clauses = root / "controls/registers/clauses.yml"
    clauses.write_text(_cut_row(_cut_row(clauses.read_text("utf-8"), "machines"), "ending-it"), "utf-8")
    alarms = root / "controls/evidence/misuse-alarms.yml"
    alarms.write_text(re.sub("(?m)^title: .*$", "title: Something else", alarms.read_text("utf-8")), "utf-8")
    (root / "controls/notices/passwords-tried-2026-09.yml").unlink()
    incidents = root / "controls/registers/incidents.yml"
    incidents.write_text(_cut_row(incidents.read_text("utf-8"), "i-2026-09"), "utf-8")
    left = _pages(root, tmp_path / "site")
    red = {row for row, observables in MET.items() if unseen(observables, left, output)}
    assert red == {"S4-3a", "S4-3c", "S1-T4.2b", "S1-T4.4", "S1-T5.1a", "S0-Q2", "S0-Q3", "S0-C3.1", "S0-C3.2", "S0-C3.2a", "S0-C3.2b", "S0-C3.2c", "S4-4d"}
