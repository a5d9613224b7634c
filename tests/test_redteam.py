"""Ways to an answer that is not deserved, or to what is withheld, each with what stands against it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

from attest.assess import assess
from attest.authoring.staging import beside
from attest.load import check_sources
from attest.readings import read
from attest.readings.interface import Observation
from tests.centers import NOON, center, control, evidence
from tests.test_check import AS_OF, site_of

Files = Mapping[str, str | bytes]


def said_of(site: Path, files: Files) -> list[str]:
    """What `check` says of the base with these files in it."""
    for path, content in files.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(content.encode() if isinstance(content, str) else content)
    return [str(problem) for problem in check_sources(site, AS_OF)[2]]


def word_of_a_maker() -> bytes:
    statement = {"vulnerability": {"name": "CVE-2026-0001"}, "status": "not_affected", "products": [{"@id": "pkg:apk/alpine/musl@1"}], "impact_statement": "not reachable"}
    return json.dumps({"@context": "https://openvex.dev/ns/v0.2.0", "author": "Us", "timestamp": "2026-11-20T03:10:00Z", "statements": [statement]}).encode()


def test_a_vex_document_is_a_word_and_no_tools_finding(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(word_of_a_maker())
    with (tmp_path / "x.json").open("rb") as stream:
        observation = Observation("ab" * 32, reading=read(stream, None))
    one = control("one", {}, [("word", {"every": "pass"})])
    result = assess(center([one], [evidence("word", {"kind": "report", "file": "files/x.json"})]), {"word": observation}, NOON).results[0]
    assert (result.verdict, result.basis) == ("met", "declaration")


CHECK_LIFTED = """title: Flaws are mended
promise: We mend them.
area: people
owner: Ops
checks:
  - evidence: tls-tests
    lifted_by: [judgement]
"""


def test_what_sets_public_findings_aside_is_public_too(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    scan = (site / "controls/evidence/tls-tests.yml").read_text()
    assert "visibility: public" in scan
    files: Files = {"controls/customers/flaws.yml": CHECK_LIFTED, "controls/evidence/files/vex.json": word_of_a_maker(), "controls/evidence/judgement.yml": "kind: report\nfile: files/vex.json\nvisibility: gated\n"}
    told = said_of(site, files)
    assert len(told) == 1
    assert told[0].startswith("controls/customers/flaws.yml:7: checks[0].lifted_by[0]: judgement is gated, and what it says would be published with the findings of tls-tests")
    assert said_of(site, {"controls/evidence/judgement.yml": "kind: report\nfile: files/vex.json\nvisibility: public\n"}) == []


def test_a_notice_of_a_day_to_come_is_refused(tmp_path: Path) -> None:
    notice = "title: We broke\nkind: incident\nvisibility: public\nversions:\n  - {date: 2026-11-20, happened: It broke.}\n  - {date: 2027-11-22, happened: All is well.}\n"
    told = said_of(site_of(tmp_path), {"controls/notices/broke.yml": notice})
    assert told == ["controls/notices/broke.yml:6: versions[1].date: 2027-11-22 has not come yet, write the day this is said; what is to come belongs into its words"]


REGISTERS_THAT_TELL = {
    "controls/registers/subprocessors.yml": "observed: 2026-11-01\nvisibility: public\nrows:\n  - {id: shown, name: Shown}\n  - {id: quiet, name: Quiet Ltd, visibility: private}\n",
    "controls/registers/documents.yml": "observed: 2026-11-01\nrows:\n  - {id: terms, title: Terms}\n",
    "controls/notices/draft.yml": "title: Draft\nkind: incident\nversions:\n  - {date: 2026-11-01, happened: It broke.}\n",
    "controls/registers/data.yml": "observed: 2026-11-01\nvisibility: public\nrows:\n  - {id: a, what: Names, shared_with: [shown, quiet]}\n  - {id: b, what: Mail, shared_with: [Quiet Ltd]}\n",
    "controls/registers/clauses.yml": "observed: 2026-11-01\nvisibility: public\nrows:\n  - {id: a, title: A, party: both, topic: audit, says: S, document: terms}\n",
    "controls/registers/incidents.yml": "observed: 2026-11-01\nvisibility: public\nrows:\n  - {id: a, opened: 2026-10-01, what: W, notice: draft}\n",
}


def test_a_public_row_names_nothing_that_is_withheld(tmp_path: Path) -> None:
    told = [said.partition(", in a row")[0].replace("controls/registers/", "") for said in said_of(site_of(tmp_path), REGISTERS_THAT_TELL)]
    assert told == [
        "clauses.yml:4: rows[0].document: names terms, which is private",
        "data.yml:4: rows[0].shared_with: names quiet, which is private",
        "data.yml:5: rows[1].shared_with: names Quiet Ltd, which is private",
        "incidents.yml:4: rows[0].notice: names draft, which is private",
    ]


def workbook(*rows: list[str]) -> bytes:
    book, packed = openpyxl.Workbook(), io.BytesIO()
    sheet = book.create_sheet("One", 0)
    for row in rows:
        sheet.append(row)
    del book["Sheet"]
    book.save(packed)
    return packed.getvalue()


PUBLISHED_RECORD = "kind: record\nfile: files/{}\nobserved: 2026-11-01\nvisibility: public\npublish: file\ncolumns: {{row: who, outcome: ok}}\npass_values: [on]\n"
PUBLISHED_REPORT = "kind: report\nfile: files/{}\nobserved: 2026-11-01\nvisibility: public\npublish: file\n"
PUBLISHED_EXHIBIT = "kind: declaration\nby: Head of security\nstatement: So it is.\nobserved: 2026-11-01\nuntil: 2027-01-01\nfile: files/{}\nvisibility: public\npublish: file\n"
SECRET_FOUND = [{"RuleID": "generic-api-key", "Match": "pw=hunter2hunter2", "Secret": "hunter2hunter2", "File": "a.py", "Fingerprint": "f", "StartLine": 1, "Commit": "c"}]


@pytest.mark.parametrize(
    ("description", "file", "content", "says"),
    [
        (PUBLISHED_RECORD, "a.csv", "who,ok\nana@secret.example,on\n".encode("utf-16"), "files/a.csv:2: would publish an e-mail address"),
        (PUBLISHED_RECORD, "a.xlsx", workbook(["who", "ok"], ["ana@secret.example", "on"]), "files/a.xlsx: xl/worksheets/sheet1.xml: would publish an e-mail address"),
        (PUBLISHED_REPORT, "a.json", json.dumps(SECRET_FOUND).encode(), "publish: would publish a gitleaks report"),
        (PUBLISHED_EXHIBIT, "a.xht", b"<html/>", "browsers run such a file"),
        (PUBLISHED_EXHIBIT, "a.svgz", b"<svg/>", "browsers run such a file"),
        (PUBLISHED_EXHIBIT, "a", b"<html/>", "has no ending that says what it is"),
        (PUBLISHED_EXHIBIT, "a.b c%2f", b"x", "has no ending that says what it is"),
    ],
    ids=["in Excel's UTF-16", "in a workbook", "secrets that were found", "a page", "a drawing", "no ending", "an odd ending"],
)
def test_files_that_are_published_give_nothing_away(description: str, file: str, content: bytes, says: str, tmp_path: Path) -> None:
    told = said_of(site_of(tmp_path), {f"controls/evidence/files/{file}": content, "controls/evidence/it.yml": description.format(file)})
    assert len(told) == 1, told
    assert says in told[0]


def test_what_a_killed_run_left_in_clear_goes_with_the_next(tmp_path: Path) -> None:
    killed = "import os, sys; from pathlib import Path; from attest.authoring.staging import beside\nwith beside(Path(sys.argv[1])) as folder:\n    (folder / 'taken').write_text('secret'); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", killed, str(tmp_path)], check=False)
    assert [path.read_text() for path in tmp_path.glob("*/taken")] == ["secret"]
    with beside(tmp_path) as one, beside(tmp_path) as other:
        assert sorted(tmp_path.iterdir()) == sorted((one, other))
    assert not list(tmp_path.iterdir())


def test_a_key_has_one_spelling(tmp_path: Path) -> None:
    both = "title: T\npromise: P\narea: people\nowner: Ops\nchecks:\n  - register: faq\n    register_name: access\n    filled: [question]\n"
    told = said_of(site_of(tmp_path), {"controls/customers/one.yml": both})
    assert told == ["controls/customers/one.yml:7: checks[0].register_name: unknown key 'register_name', did you mean 'register'?"]


def test_nothing_is_shown_by_waiting_for_a_day(tmp_path: Path) -> None:
    asks = "title: T\npromise: P\narea: people\nowner: Ops\nchecks:\n  - register: reviews\n    within: {next_due: 1y}\n  - register: reviews\n    within: {last: 1y}\n"
    rows = "observed: 2026-11-01\nrows:\n  - {id: a, what: Access, last: 2026-10-01, next_due: 2026-12-01}\n"
    told = said_of(site_of(tmp_path), {"controls/customers/one.yml": asks, "controls/registers/reviews.yml": rows})
    assert told == ["controls/customers/one.yml:7: checks[0].within.next_due: next_due may hold a day to come, so that it has come shows nothing, ask ahead: [next_due], or within of a day on which something was done"]
