"""The history a site carries: from release to release through ``attest publish``, strictly read back, put together between any two, drawn, chosen."""

from __future__ import annotations

import copy
import dataclasses
import itertools
import json
import os
import re
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from attest import history
from attest.changes import KINDS, changes
from attest.cli import main
from attest.errors import Refused, Unreadable
from attest.fetch import Folder
from attest.history import EMPTY, PATH, Before, History, begin, between, follow, parse_history, print_history, renewed_between, step
from attest.pages import chart
from attest.pages.drawn import Edition
from attest.pages.environment import environment
from attest.pages.history import INDEX, SCRIPT_DATA, draw, files
from attest.predecessor import read_before
from attest.published import Record
from attest.times import parse_moment
from attest.words import VERDICTS
from tests.quality.visiting import chromium
from tests.sites import MINI
from tests.test_browser import policy_of, serve
from tests.test_changes import BEFORE, records

AT = "2026-11-21T12:00:00Z"
UNTIL = "2026-12-26T12:00:00Z"
LATER = ["2026-11-22T12:00:00Z", "2026-12-20T12:00:00Z", "2027-02-01T12:00:00Z", "2027-03-01T12:00:00Z"]


def told(recorded: Sequence[Record], first: int = 1) -> History:
    """The history of these records, published one after the other."""
    found = begin(first, recorded[0], UNTIL)
    for n, (before, now) in enumerate(itertools.pairwise(recorded), first + 1):
        found = follow(Before(n - 1, before, UNTIL, found), n, now, UNTIL)
    return found


# carrying it on


def publish(root: Path, keys: Path, dest: Path, moment: str, *more: str) -> None:
    assert main(["publish", str(dest), "--dir", str(root), "--keys", str(keys), "--as-of", moment, "--at", moment, "--as-unknown", *more]) == 0


def edit(root: Path, path: str, old: str, new: str) -> None:
    file = root / path
    said = file.read_text("utf-8")
    assert old in said
    file.write_text(said.replace(old, new), "utf-8")


@pytest.fixture(scope="module")
def center(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``root``, ``keys`` and ``public``: five releases, each with other changes."""
    folder = tmp_path_factory.mktemp("history")
    root, keys, dest = Path(shutil.copytree(MINI, folder / "root")), folder / "keys", folder / "public"
    assert main(["keys", "new", "--no-passphrase", "--algorithm", "ed25519", "--keys", str(keys)]) == 0
    publish(root, keys, dest, AT, "--first")
    publish(root, keys, dest, LATER[0])
    edit(root, "controls/customers/later.yml", "2027-06-30", "2027-09-30")
    edit(root, "controls/customers/restored.yml", "yours: ", "yours: Tell us what to keep. ")
    publish(root, keys, dest, LATER[1])
    (root / "controls/suppliers/called-back.yml").write_text((root / "controls/suppliers/called-back.yml").read_text("utf-8") + "visibility: private\n", "utf-8")
    publish(root, keys, dest, LATER[2])
    edit(root, "controls/suppliers/called-back.yml", "visibility: private\n", "")
    publish(root, keys, dest, LATER[3])
    return folder


def carried(center: Path, n: int) -> History:
    return parse_history((center / f"public.releases/{n}" / PATH).read_bytes())


def test_publishing_carries_it_on(center: Path) -> None:
    found = carried(center, 5)
    assert [entry.n for entry in found.releases] == [1, 2, 3, 4, 5]
    assert [entry.as_of for entry in found.releases] == [AT, *LATER]
    assert found.releases[0].changes is None
    assert found.releases[1].changes == ()
    assert {(change.kind, change.what) for change in found.releases[2].changes or ()} == {("postponed", "later"), ("reworded", "restored"), ("worsened", "called-back")}
    for n in range(1, 5):
        assert carried(center, n).releases == found.releases[:n]
    for entry in found.releases:
        record = json.loads((center / f"public.releases/{entry.n}/attestation/assessment.json").read_bytes())
        assert (dict(entry.totals), dict(entry.withheld), dict(entry.basis)) == (record["totals"], record["withheld"], record["basis"])


def test_it_says_the_release_a_promise_last_changed_in(center: Path) -> None:
    first, third, fifth = carried(center, 1), carried(center, 3), carried(center, 5)
    assert first.changed("restored") == first.changed("failing") == 1
    assert (third.changed("restored"), third.changed("later"), third.changed("failing")) == (3, 3, 1)
    assert fifth.changed("called-back") == 5
    assert carried(center, 4).changed("called-back") is None
    assert fifth.changed("nobody") is None


def test_what_turned_private_is_no_longer_shown_and_never_followed(center: Path) -> None:
    fourth = carried(center, 4)
    mentioned = [change for change in fourth.releases[3].changes or () if change.what == "called-back"]
    assert [(change.kind, change.now) for change in mentioned] == [("gone", "")]
    assert "called-back" not in fourth.last
    hidden = (MINI / "controls/customers/hidden.yml").read_text("utf-8").splitlines()[0].removeprefix("title: ")
    for path in (center / "public.releases/5/history").iterdir():
        assert hidden not in path.read_text("utf-8")
        assert "customers/hidden" not in path.read_text("utf-8")
    assert "hidden" not in (center / "public" / PATH).read_text("utf-8")


def test_it_is_listed_and_the_site_verifies(center: Path) -> None:
    listed = (center / "public/attestation/SHA256SUMS").read_text()
    assert f"  {PATH}\n" in listed
    assert f"  {SCRIPT_DATA}\n" in listed
    fingerprint = re.search(r"SHA256:\S+", (center / "public/attestation/index.json").read_text())
    assert fingerprint is not None
    assert main(["verify", str(center / "public"), "--key", fingerprint[0].rstrip('",'), "--at", LATER[3]]) == 0


def test_equal_inputs_give_equal_bytes(center: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert main(["build", str(center / "root"), "--site-dir", str(tmp_path / name), "--as-of", "2027-03-10T12:00:00Z", "--previous", str(center / "public")]) == 0
    made = [{path.name: path.read_bytes() for path in (tmp_path / name / "history").iterdir()} for name in ("one", "two")]
    assert made[0] == made[1]
    assert [entry.n for entry in parse_history(made[0]["releases.json"]).releases] == [1, 2, 3, 4, 5, 6]


def test_a_preview_tells_what_it_is_held_against(center: Path, tmp_path: Path) -> None:
    """The same state as release 5, held against release 4: the same history, though a preview has no commitments."""
    assert main(["build", str(center / "root"), "--site-dir", str(tmp_path / "out"), "--as-of", LATER[3], "--previous", str(center / "public.releases/4")]) == 0
    assert parse_history((tmp_path / "out" / PATH).read_bytes()) == carried(center, 5)
    said = (tmp_path / "out" / INDEX).read_text("utf-8")
    assert "not yet published" in said


def test_without_a_release_before_there_is_none(center: Path, tmp_path: Path) -> None:
    assert main(["build", str(center / "root"), "--site-dir", str(tmp_path / "out"), "--as-of", LATER[3]]) == 0
    assert sorted(path.name for path in (tmp_path / "out/history").iterdir()) == ["index.html"]
    assert "Nothing is published yet" in (tmp_path / "out" / INDEX).read_text("utf-8")


def release_folder(center: Path, n: int, to: Path) -> Path:
    return Path(shutil.copytree(center / f"public.releases/{n}", to))


@pytest.mark.parametrize("path", [PATH, "attestation/assessment.json", "attestation/SHA256SUMS"])
def test_a_file_that_is_not_the_one_signed_is_refused(center: Path, tmp_path: Path, path: str) -> None:
    folder = release_folder(center, 3, tmp_path / "3")
    (folder / path).write_bytes((folder / path).read_bytes().replace(b"1", b"2", 1))
    with pytest.raises(Refused, match=re.escape(path)):
        read_before(Folder(folder))


def test_a_statement_that_is_not_the_one_signed_is_refused(center: Path) -> None:
    with pytest.raises(Refused, match=re.escape("statement.json")):
        read_before(Folder(center / "public.releases/3"), "ab" * 32)


def test_publishing_on_a_damaged_store_refuses_and_serves_what_was_served(center: Path, tmp_path: Path) -> None:
    folder = moved(center, tmp_path / "there")
    (folder / "public.releases/5" / PATH).write_bytes(b"{}")
    moment = "2027-03-02T12:00:00Z"
    assert main(["publish", str(folder / "public"), "--dir", str(folder / "root"), "--keys", str(folder / "keys"), "--as-of", moment, "--at", moment, "--as-unknown"]) == 1
    assert (folder / "public").resolve().name == "5"


@pytest.mark.slow
@pytest.mark.parametrize(("where", "next_one"), [("sign", 6), ("complete", 7), ("switch", 7)])
def test_a_publisher_that_is_killed_leaves_no_gap(center: Path, tmp_path: Path, where: str, next_one: int) -> None:
    """Unsigned, the number is given anew; signed, it is finished first, and the one after it carries its history on."""
    folder = moved(center, tmp_path / "there")
    child = os.fork()
    if child == 0:
        sys.setprofile(lambda frame, event, _: os.kill(os.getpid(), signal.SIGKILL) if event == "call" and frame.f_code.co_name == where else None)
        publish(folder / "root", folder / "keys", folder / "public", "2027-03-02T12:00:00Z")
        os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    assert (folder / "public").resolve().name == "5"
    publish(folder / "root", folder / "keys", folder / "public", "2027-03-03T12:00:00Z")
    assert (folder / "public").resolve().name == str(next_one)
    found = carried(folder, next_one)
    assert [entry.n for entry in found.releases] == list(range(1, next_one + 1))
    assert found.releases[:5] == carried(center, 5).releases


def moved(center: Path, to: Path) -> Path:
    """A copy of all of it, served from its own releases."""
    shutil.copytree(center, to, symlinks=True)
    (to / "public").unlink()
    (to / "public").symlink_to("public.releases/5")
    return to


def test_a_file_that_the_manifest_does_not_list_is_not_read(center: Path, tmp_path: Path) -> None:
    """An older Attest wrote none: the history begins with the last of its releases, and says so."""
    before = read_before(Folder(center / "public.releases/3"))
    older = dataclasses.replace(before, history=EMPTY)
    record = json.loads((center / "public.releases/4/attestation/assessment.json").read_bytes())
    found = follow(older, 4, record, UNTIL)
    assert (found.began, [entry.n for entry in found.releases]) == (3, [3, 4])
    assert found.releases[0].changes is None
    assert set(found.last.values()) <= {4}
    page = next(draw(record, edition(found), environment(None)))
    assert "told from release 3 on" in page.html


def edition(found: History) -> Edition:
    moment = parse_moment(found.releases[-1].as_of)
    return Edition(moment, moment + timedelta(days=35), upcoming=found.releases[-1].n, history=found)


# the file


def test_it_reads_back_what_it_prints(center: Path) -> None:
    found = carried(center, 5)
    assert parse_history(print_history(found)) == found
    assert parse_history(print_history(EMPTY)) == EMPTY


@given(st.lists(records(), min_size=1, max_size=5), st.integers(1, 9))
def test_any_history_reads_back(recorded: list[Record], first: int) -> None:
    found = told(recorded, first)
    assert parse_history(print_history(found)) == found


GOOD = json.loads(print_history(told([BEFORE, {**BEFORE, "ruleset": "another"}])))
BAD: Mapping[str, bytes] = {
    "nothing": b"",
    "no object": b"[]",
    "another format": json.dumps({**GOOD, "format": 2}).encode(),
    "spaces": json.dumps(GOOD).encode(),
    "a kind nobody knows": json.dumps(GOOD, separators=(",", ":"), sort_keys=True).replace('"ruleset"', '"rules"').encode(),
    "a release left out": json.dumps({**GOOD, "releases": [{**GOOD["releases"][0], "n": 5}, GOOD["releases"][1]]}, separators=(",", ":"), sort_keys=True).encode(),
    "a fraction": json.dumps({**GOOD, "began": 1.0}, separators=(",", ":"), sort_keys=True).encode(),
    "a yes": json.dumps({**GOOD, "began": True}, separators=(",", ":"), sort_keys=True).encode(),
    "one field more": json.dumps({**GOOD, "more": 1}, separators=(",", ":"), sort_keys=True).encode(),
    "no moment": json.dumps({**GOOD, "releases": [{**GOOD["releases"][0], "asOf": "today"}]}, separators=(",", ":"), sort_keys=True).encode(),
    "a verdict too few": json.dumps({**GOOD, "releases": [{**GOOD["releases"][0], "totals": {"met": 1}}]}, separators=(",", ":"), sort_keys=True).encode(),
}


@pytest.mark.parametrize("name", BAD)
def test_whatever_does_not_print_back_is_refused(name: str) -> None:
    with pytest.raises(Unreadable, match=re.escape(PATH)):
        parse_history(BAD[name])


def test_its_growth_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MOST_RELEASES", 4)
    found = told([BEFORE] * 9)
    assert (found.began, [entry.n for entry in found.releases]) == (1, [6, 7, 8, 9])
    assert found.changed("restored") == 1


def test_many_changes_of_one_release_are_cut_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MOST_CHANGES", 2)
    now = copy.deepcopy(BEFORE)
    now["controls"] = []
    found = told([BEFORE, now])
    assert len(found.releases[1].changes or ()) == 2
    assert found.releases[1].untold == len(BEFORE["controls"]) - 2
    assert renewed_between(found, 1, 2)[1] == found.releases[1].untold


def test_its_size_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MOST_BYTES", 3000)
    found = told([BEFORE] * 30)
    assert 2 <= len(found.releases) < 30
    assert sum(len(json.dumps(history._entry_json(entry), separators=(",", ":"))) for entry in found.releases) <= 3000


# between any two


@given(st.lists(records(), min_size=2, max_size=6))
def test_between_two_releases_verdicts_differ_as_their_records_do(recorded: list[Record]) -> None:
    found = told(recorded)
    for first in range(1, len(recorded)):
        for last in range(first + 1, len(recorded) + 1):
            direct = {(change.kind, change.what, change.was, change.now) for change in changes(recorded[first - 1], recorded[last - 1]) if KINDS[change.kind].matter == "promise"}
            together = {(change.kind, change.what, change.was, change.now) for change in between(found, first, last) if KINDS[change.kind].matter == "promise"}
            assert {change for change in together if change[0] != "returned"} == direct


@given(records(), records())
def test_between_neighbours_is_what_the_release_changed(before: Record, now: Record) -> None:
    found = told([before, now])
    listed = [change for change in changes(before, now) if change.kind not in ("evidence", "looked-at", "totals")]
    assert between(found, 1, 2) == step(found.releases[0], found.releases[1]) == tuple(listed)


def rows_of(record: Record, *idents: str) -> Record:
    made = copy.deepcopy(record)
    for register in made["registers"]:
        if register["name"] == "subprocessors":
            register["rows"] = [row for row in register["rows"] if row["id"] in idents]
    return made


def test_what_came_and_went_again_is_left_out_and_what_came_back_is_said() -> None:
    without, both = rows_of(BEFORE, "host"), BEFORE
    assert between(told([without, both, without]), 1, 3) == ()
    back = between(told([both, without, both]), 1, 3)
    assert [(change.kind, change.parts) for change in back] == [("subprocessor-changed", ("gone in between",))]


def test_a_verdict_that_came_back_is_said_to() -> None:
    worse = copy.deepcopy(BEFORE)
    worse["controls"][4]["verdict"] = "unknown"
    found = told([BEFORE, worse, BEFORE])
    assert [change.said for change in between(found, 1, 3)] == ["Went and came back: “What is lost is brought back”; it is shown by evidence, as before."]
    assert found.changed("restored") == 3


def test_a_list_that_was_away_may_differ() -> None:
    without = copy.deepcopy(BEFORE)
    without["registers"] = without["registers"][:1]
    assert {change.kind for change in between(told([BEFORE, without, BEFORE]), 1, 3)} == {"list-changed"}


def test_evidence_renewed_every_night_is_a_number() -> None:
    days = [copy.deepcopy(BEFORE) for _ in range(5)]
    for day, record in enumerate(days):
        record["controls"][4]["checks"][0]["observed"] = f"2026-11-{10 + day}T00:00:00Z"
    found = told(days)
    assert [entry.changes for entry in found.releases[1:]] == [()] * 4
    assert renewed_between(found, 1, 5) == (4, 0)
    assert found.changed("restored") == 1


# pages


def test_the_first_page_is_bounded_and_years_hold_the_rest() -> None:
    recorded = []
    for month in range(40):
        record = copy.deepcopy(BEFORE)
        record["asOf"] = f"{2025 + month // 12}-{month % 12 + 1:02}-15T12:00:00Z"
        record["controls"][4]["verdict"] = VERDICTS[month % 4]
        recorded.append(record)
    found = told(recorded)
    drawn = {page.path: page.html for page in draw(recorded[-1], edition(found), environment(None))}
    assert sorted(drawn) == ["history/2025.html", "history/2026.html", "history/index.html"]
    anchors = {path: re.findall(r'id="release-(\d+)"', html) for path, html in drawn.items()}
    assert sorted(int(n) for all_of in anchors.values() for n in all_of) == list(range(1, 41))
    assert len(anchors["history/index.html"]) == 24
    assert len(re.findall('<rect class="at-met" x=', drawn["history/index.html"])) >= 10


def test_quiet_releases_are_told_in_one_line_and_each_keeps_its_anchor() -> None:
    found = told([BEFORE] * 5)
    html = next(draw(BEFORE, edition(found), environment(None))).html
    assert "Releases 2 to 5" in html
    assert sorted(re.findall(r'id="release-(\d)"', html)) == ["1", "2", "3", "4", "5"]


def test_one_release_says_what_will_stand_here() -> None:
    page = next(draw(BEFORE, edition(told([BEFORE])), environment(None)))
    assert "one release so far" in page.html
    assert page.scripts == ()
    assert "data-at-between" not in page.html


def test_the_last_three_months_begin_with_the_release_that_stood_then() -> None:
    recorded = [{**copy.deepcopy(BEFORE), "asOf": f"2026-{month:02}-01T00:00:00Z"} for month in range(1, 9)]
    html = next(draw(recorded[-1], edition(told(recorded)), environment(None))).html
    assert re.search(r'From <a href="#release-5">release 5</a>, state on <time[^>]*>1 May 2026', html)


def test_a_chart_sums_to_what_there_is() -> None:
    found = chart.verdicts(told([BEFORE] * 70).releases)
    assert (len(found.columns), found.left_out) == (chart.MOST_COLUMNS, 10)
    for column in found.columns:
        assert sum(piece.count for piece in column.pieces) == sum(BEFORE["totals"].values())
        assert sum(piece.height for piece in column.pieces) == chart.HEIGHT
        for below, above in zip(column.pieces, column.pieces[1:], strict=False):
            assert above.y + above.height == below.y


def test_ages_count_each_piece_of_evidence_that_shows_something_once() -> None:
    record = copy.deepcopy(BEFORE)
    moment = datetime(2026, 11, 21, 12, tzinfo=UTC)
    record["controls"][0]["checks"][0] |= {"sha256": "aa" * 32, "observed": "2026-11-01T00:00:00Z", "expires": "2026-12-01T00:00:00Z", "verdict": "met"}  # type: ignore[typeddict-item]
    record["controls"][1]["checks"][0] |= {"sha256": "aa" * 32, "observed": "2026-11-01T00:00:00Z", "expires": "2027-06-01T00:00:00Z", "verdict": "met"}  # type: ignore[typeddict-item]
    record["controls"] = record["controls"][:2]
    found = chart.ages(record, moment)
    assert found.count == 1
    assert [(span.said, span.soon) for span in found.runs_out if span.count] == [("up to 30 days", True)]
    assert [span.said for span in found.old if span.count] == ["up to 30 days"]


def test_drawings_have_a_name_and_no_style(center: Path) -> None:
    html = (center / "public" / INDEX).read_text("utf-8")
    main_part = html[html.index("<article") :]
    for drawing in re.findall(r'<svg class="at-(?:columns-drawn|spans)".*?</svg>', main_part, re.DOTALL):
        assert 'role="img"' in drawing
        assert "<title" in drawing
        assert "<desc" in drawing
        assert "style=" not in drawing
        assert "fill=" not in drawing


def test_the_scripts_data_is_a_script_of_one_value(center: Path) -> None:
    said = (center / "public" / SCRIPT_DATA).read_text("utf-8")
    assert said.startswith("window.attestHistory = {")
    data = json.loads(said.removeprefix("window.attestHistory = ").removesuffix(";\n"))
    assert [entry["n"] for entry in data["releases"]] == [1, 2, 3, 4, 5]
    assert files(BEFORE, Edition(parse_moment(AT), parse_moment(UNTIL))) == {}


# in a browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def base(center: Path) -> Iterator[str]:
    site = (center / "public").resolve()
    server = serve(site, policy_of(site))
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()


def asked(page: Page, first: int, last: int) -> list[str]:
    """What the page answers, line by line."""
    page.select_option('select[name="from"]', str(first))
    page.select_option('select[name="to"]', str(last))
    page.locator(".at-between button").click()
    page.locator(f"[data-at-answer] > p:first-child:has-text('From release {min(first, last)} to release {max(first, last)}:')").wait_for()
    return [str(text) for text in page.locator("[data-at-answer] .at-differing li > span:last-child").all_text_contents()]


@pytest.mark.slow
@pytest.mark.parametrize("way", ["http", "file"])
def test_two_releases_are_chosen(browser: Browser, center: Path, base: str, way: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page, wrong = context.new_page(), list[str]()
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto((base if way == "http" else f"file://{center}/public/") + INDEX)
    found = carried(center, 5)
    for first in range(1, 5):
        for last in range(first + 1, 6):
            said = [change.said.removeprefix(KINDS[change.kind].lead) for change in between(found, first, last)]
            assert asked(page, first, last) == said, (first, last)
            assert asked(page, last, first) == said
    page.locator("[data-at-answer] a").first.click()
    page.wait_for_load_state()
    assert page.locator("h1").count() == 1
    assert wrong == []
    context.close()


@pytest.mark.slow
def test_the_script_puts_together_as_python_does(browser: Browser, center: Path, tmp_path: Path) -> None:
    """Histories with everything in them: verdicts that go and come back, rows, notices, lists, systems."""
    site = tmp_path / "site"
    shutil.copytree((center / "public").resolve(), site)
    recorded = [BEFORE, *(stirred(seed) for seed in range(12)), BEFORE]
    for n, record in enumerate(recorded):
        record["asOf"] = f"2026-{n // 2 + 1:02}-{n % 2 * 14 + 1:02}T00:00:00Z"
    found = told(recorded)
    template = next(draw(recorded[-1], edition(found), environment(None))).html
    page_file = site / INDEX
    page_file.write_text(re.sub(r"(<article[^>]*>).*</article>\s*</div>", lambda match: match[1] + template.replace("\\", r"\\") + "</article></div>", page_file.read_text("utf-8"), count=1, flags=re.DOTALL))
    (site / SCRIPT_DATA).write_bytes(files(recorded[-1], edition(found))[SCRIPT_DATA])
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"file://{page_file}")
    for first, last in [(1, 14), (1, 2), (2, 9), (3, 4), (5, 13), (6, 14), (1, 7), (8, 14)]:
        assert asked(page, first, last) == [change.said.removeprefix(KINDS[change.kind].lead) for change in between(found, first, last)], (first, last)
    context.close()


def stirred(seed: int) -> Record:
    """The small record with things in other states, by turns."""
    made = copy.deepcopy(BEFORE)
    for place, control in enumerate(made["controls"]):
        control["verdict"] = VERDICTS[(seed * (place + 2)) % 5]
        control["basis"] = ("tool", "declaration", "record")[(seed + place) % 3] if control["verdict"] == "met" else None  # type: ignore[typeddict-item]
        control["responsibility"] = ("us", "you", "both")[(seed + place) % 3]
        control["title"] = f"{control['title']} {seed % 4}"
    made["controls"] = [control for place, control in enumerate(made["controls"]) if (seed + place) % 4]
    made["withheld"] = {**made["withheld"], "met": seed % 3}
    made["registers"] = [register for place, register in enumerate(made["registers"]) if (seed + place) % 5]
    for register in made["registers"]:
        register["rows"] = [{**row, "location": f"Place {seed % 3}"} for place, row in enumerate(register["rows"]) if (seed + place) % 3]
    made["notices"] = made["notices"] if seed % 2 else []
    made["scope"]["systems"] = made["scope"]["systems"][seed % 2 :]
    return made


@pytest.mark.slow
def test_without_javascript_the_page_says_the_same(browser: Browser, center: Path) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 760})
    page = context.new_page()
    page.goto(f"file://{center}/public/{INDEX}")
    assert not page.locator(".at-between").is_visible()
    for entry in carried(center, 5).releases[1:]:
        for change in entry.changes or ():
            assert page.get_by_text(change.title).first.count() == 1
    assert page.locator("#release-3 .at-differing li").count() == 3
    context.close()


@pytest.mark.slow
def test_a_script_that_cannot_be_had_says_so(browser: Browser, center: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree((center / "public").resolve(), site)
    (site / SCRIPT_DATA).unlink()
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"file://{site}/{INDEX}")
    page.locator(".at-between button").click()
    page.get_by_text("could not be loaded").wait_for()
    context.close()
