"""The examples of programs.html, taken from a built page and run as they stand, against the site behind a real server.

The center's id is the address of the server that the test starts, so not a letter of an example is changed. What they print is held
against the record.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from attest.build import build
from attest.published import unlisted_by_design
from tests.sites import mini, prepared

FORMS = ("sh", "py")


class Silent(SimpleHTTPRequestHandler):
    """Says nothing of what it serves."""

    def log_message(self, *arguments: Any) -> None:
        return


class Site:
    """A released site behind its own address, and the folder of somebody who asks it."""

    def __init__(self, root: Path, folder: Path, home: Path, address: str) -> None:
        self.root, self.folder, self.home, self.address = root, folder, home, address
        page = (folder / "programs.html").read_text("utf-8")
        self.examples = {name: html.unescape(text) for name, text in re.findall(r'<code data-program="([a-z.-]+)">(.*?)</code>', page, re.DOTALL)}
        self.record = json.loads((folder / "attestation/assessment.json").read_bytes())

    def run(self, name: str) -> list[list[str]]:
        """What an example prints, as fields of lines."""
        program = [sys.executable, "-I", "-c"] if name.endswith(".py") else ["bash", "-e", "-o", "pipefail", "-c"]
        done = subprocess.run([*program, self.examples[name]], cwd=self.home, capture_output=True, text=True, check=True, timeout=60)
        assert done.stderr == "", name
        return [line.split("\t") for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("programs")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(folder / "site")))
    address = f"http://127.0.0.1:{server.server_port}/"
    root = mini(folder / "root")
    for file in (root / "mkdocs.yml", root / "controls/center.yml"):
        file.write_text(file.read_text().replace("https://trust.small.example/", address))
    (root / "controls/registers").mkdir()
    rows = "{id: post, name: Postbrise, purpose: Letters, location: Sweden}, {id: disk, name: 'Disk & Co', until: 2027-01-01}"
    (root / "controls/registers/subprocessors.yml").write_text(f"observed: 2026-11-20\nvisibility: public\nrows: [{rows}]\n")
    (root / "controls/notices").mkdir()
    said = "title: A flaw\nkind: advisory\nvisibility: public\nversions: [{date: 2026-11-02, happened: Found.}, {date: 2026-11-09, happened: Mended., closed: 'yes'}]\n"
    (root / "controls/notices/flaw.yml").write_text(said)
    build(root, prepared(root), folder / "site")
    (folder / "home").mkdir()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Site(root, folder / "site", folder / "home", address)
    server.shutdown()
    server.server_close()


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest, require_tool: Callable[[str], str]) -> str:
    for tool in ("bash", "curl", "jq", "comm") if request.param == "sh" else ():
        require_tool(tool)
    return str(request.param)


def test_every_question_is_asked_in_both_ways(site: Site) -> None:
    names = {name.partition(".")[0] for name in site.examples}
    assert names == {"not-met", "until", "one", "clause", "subprocessors", "watch", "news"}
    assert set(site.examples) == {f"{name}.{form}" for name in names for form in FORMS}
    assert max(len(line) for text in site.examples.values() for line in text.splitlines()) <= 66, "fits its column"


def test_what_is_not_shown(site: Site, form: str) -> None:
    expected = [[one["verdict"], one["id"], one["reason"]] for one in site.record["controls"] if one["verdict"] in ("not-met", "unknown")]
    assert expected
    assert site.run(f"not-met.{form}") == expected


def test_when_it_runs_out(site: Site, form: str) -> None:
    ends = sorted([check["expires"], one["id"]] for one in site.record["controls"] for check in one["checks"] if check["expires"])
    assert site.run(f"until.{form}") == [["2026-12-26T12:00:00Z"], *ends[:5]]


def test_one_promise(site: Site, form: str) -> None:
    first = site.record["controls"][0]
    assert site.run(f"one.{form}") == [[first["title"]], [first["verdict"]], [first["reason"]]]


def test_a_clause(site: Site, form: str) -> None:
    found = site.run(f"clause.{form}")
    named = {one["id"]: one for one in site.record["controls"]}
    assert found
    clauses = [set(map(tuple, ((framework, clause) for framework, listed in named[ident]["clauses"].items() for clause in listed))) for _, ident in found]
    assert set.intersection(*clauses)
    assert all(named[ident]["verdict"] == verdict for verdict, ident in found)


def test_subprocessors(site: Site, form: str) -> None:
    assert sorted(site.run(f"subprocessors.{form}")) == [["Disk & Co", "unknown", "2027-01-01"], ["Postbrise", "Sweden", "works for us"]]


def test_news(site: Site, form: str) -> None:
    page = f"{site.address}notices/flaw.html#version-"
    assert site.run(f"news.{form}") == [["2026-11-09", "Closed: A flaw", f"{page}2"], ["2026-11-02", "A flaw", f"{page}1"]]


def test_a_verdict_that_changes(site: Site, form: str) -> None:
    for left in site.home.iterdir():
        left.unlink()
    assert len(site.run(f"watch.{form}")) == len(site.record["controls"]), "the first time, everything"
    assert site.run(f"watch.{form}") == []
    file = site.folder / "attestation/assessment.json"
    kept = file.read_bytes()
    record = json.loads(kept)
    changed = next(one for one in record["controls"] if one["verdict"] == "met")
    changed["verdict"] = "not-met"
    try:
        file.write_text(json.dumps(record))
        ident = changed["id"]
        assert site.run(f"watch.{form}") == ([[f"{ident} met"], ["", f"{ident} not-met"]] if form == "sh" else [[ident, "met", "not-met"]])
    finally:
        file.write_bytes(kept)


@pytest.mark.parametrize("form", FORMS)
def test_an_address_that_does_not_answer_is_no_change(site: Site, form: str, tmp_path: Path) -> None:
    kept = tmp_path / ("verdicts" if form == "sh" else "verdicts.json")
    kept.write_text("a met\n" if form == "sh" else '{"a": "met"}')
    program = ["bash", "-c"] if form == "sh" else [sys.executable, "-c"]
    if form == "sh" and not (shutil.which("curl") and shutil.which("jq")):
        pytest.skip("tool: needs curl")
    done = subprocess.run([*program, site.examples[f"watch.{form}"].replace("assessment.json", "nowhere.json")], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0
    assert done.stdout == ""
    assert kept.read_text().startswith(("a met", '{"a"'))


def test_every_address_that_is_named_is_there_and_the_other_way_round(site: Site) -> None:
    """Files for programs that a build writes are on the page; what signing adds is known to the verifier."""
    page = (site.folder / "programs.html").read_text("utf-8")
    named = set(re.findall(r'<p class="at-address">(?:<a [^>]*>)?<code>([^<]+)</code>', page))
    there = {path.relative_to(site.folder).as_posix() for path in site.folder.rglob("*") if path.is_file()}
    programs = {path for path in there if path.startswith(("attestation/", "feeds/", ".well-known/")) or path in ("robots.txt", "sitemap.xml")}
    assert programs <= named
    added = named - there
    assert added == {"attestation/statement.json", "attestation/bundle.sigstore.json", "attestation/SHA256SUMS", "attestation/SHA256SUMS.sig", "attestation/releases/&lt;n&gt;/", "attestation/statements/&lt;digest&gt;.sigstore.json"}
    assert all(unlisted_by_design(path) for path in added if "&lt;" not in path)


def test_the_index_leads_to_all_of_them(site: Site) -> None:
    index = json.loads((site.folder / "attestation/index.json").read_bytes())
    by_signing = {"bundle", "statement", "manifest", "manifestSignature", "releases"}
    for name, path in index["addresses"].items():
        assert name in by_signing or (site.folder / "attestation" / path).is_file(), name
    assert {"programs", "noticesAtom", "noticesJsonFeed", "changesAtom", "changesJsonFeed", "securityTxt", "sitemap"} <= set(index["addresses"])


def test_the_page_is_linked_from_every_other(site: Site) -> None:
    for page in site.folder.rglob("*.html"):
        assert re.search(r'href="(?:[^"]*/)?programs\.html"', page.read_text("utf-8")), page


