"""The private site: everything that was found is on it and nothing decides there; it is marked, whole, quiet, and refuses to lie where it could be published."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any, get_args, get_type_hints

import icalendar
import pytest
from playwright.sync_api import Browser, Page

from attest.cli import main
from attest.desk import write
from attest.desk.dates import to_do
from attest.desk.drawing import CLAUSE, FOUND, OUTCOME, SIGNED, STATE, TONE
from attest.desk.place import FIRST_LINE, MARK, refuse_public
from attest.desk.wording import due_in_words, found_in_words
from attest.desk.writing import print_desk
from attest.duties import STATES
from attest.errors import CouldNotTell, Refused
from attest.load.parties import Shelf
from attest.model.condition import FoundWord
from attest.model.incident import Incident, Sent
from attest.model.parties import Parties
from attest.model.party import OUTCOMES, Agreed
from attest.reviewed import Due, Received
from tests.desk_values import ANSWERS, AT, DUTIES, FJORDHOST, INCIDENTS, PARTIES, PRIVATE, REVIEWS, reviewed, shelf, told
from tests.sites import BREAKS_OUT, mini
from tests.test_browser import browser, opened
from tests.test_pages import Elements

__all__ = ["browser"]


TITLES = {"customer": {"not-insured": "Has no insurance", "short-2.0": "A short list"}}


def make(folder: Path, **over: Any) -> Path:
    write(folder, over.pop("reviews", REVIEWS), over.pop("duties", DUTIES), shelf(**over), {"new-customer": PRIVATE}, AT, answers=ANSWERS)
    return folder


def words(page: bytes) -> str:
    return " ".join(" ".join(Elements(page.decode()).words).split())


@pytest.fixture(scope="module")
def pages() -> dict[str, bytes]:
    return print_desk(told())


def html_of(pages: dict[str, bytes]) -> dict[str, bytes]:
    return {path: page for path, page in pages.items() if path.endswith(".html")}


# What is on it


def test_there_is_a_page_for_each_and_nothing_else(pages: dict[str, bytes]) -> None:
    parties = {f"parties/{review.party}.html" for review in REVIEWS}
    incidents = {f"incidents/{ident}.html" for ident in INCIDENTS}
    lists = {"index.html", "due.html", "incidents.html", "threats.html", "questionnaires.html"}
    assert set(html_of(pages)) == parties | incidents | lists | {"questionnaires/new-customer.html"}
    assert set(pages) - set(html_of(pages)) == {"due.ics", "robots.txt", MARK, "assets/desk.css", "assets/desk.js"}


def test_the_register_begins_with_what_needs_a_look(pages: dict[str, bytes]) -> None:
    there = re.findall(r'<a href="parties/([a-z-]+)\.html">', pages["index.html"].decode())
    assert there == ["grasp", "fjordhost", "aspen-freight", "ordinary-mail"]
    said = words(pages["index.html"])
    for part in ("Refer", "Accept differs", "1 not met", "Has no insurance (accepted)", "1 November 2026 : Review again", "Overdue", "Not reviewed this time", "Quiet Works (fictional), supplier", "3 things overdue", "Odd in way 2 and 2 more"):
        assert part in said, part


def test_a_party_shows_all_that_was_found_and_by_what(pages: dict[str, bytes]) -> None:
    said = words(pages["parties/fjordhost.html"])
    for found in FJORDHOST.requirements:
        for part in (found.title, FOUND[found.word], *found.where):
            assert part in said, part
    for part in (
        "Refer to Head of Security", "critical-not-shown", "2 requirements are not met", "This differs from what the policy comes to.", "did not answer", "Sources disagree; the worse counts.",
        "Accepted for now by Head of Security on 1 November 2026 , until 1 February 2027 : A test is booked for January.", "Refused", "Not in the contract", "38 of 41", "is signed by another key", "too old",
        "stale", "was good until 27 October 2026", "Root on two servers", "only asked for", "within 72 hours, by telephone", "Ane Holm, ane@fjordhost.example", "confirmation not seen", "Letters that look like ours",
        "Look for: Ask to see it.", "Hosting, Freight", "14 people (for reviewers alone)", "file policy.pdf", "no answer", "a question nobody asked", "Since May.", "Slow to answer.",
    ):  # fmt: skip
        assert part in said, part


def test_requirements_that_need_a_look_come_first(pages: dict[str, bytes]) -> None:
    said = words(pages["parties/fjordhost.html"])
    at = [said.index(found) for found in ("We hear of a breach", "Tested by outsiders", "Insured against", "Attests to its", "Nobody reaches")]
    assert at == sorted(at)


def test_a_party_without_a_file_or_anything_found_is_whole_too() -> None:
    made = print_desk(told(reviews=(reviewed("stranger", "Stranger", requirements=()),), answers={}))
    said = words(made["parties/stranger.html"])
    for part in ("None is raised.", "The policy asks nothing of this party.", "None was handed in.", "Their file names none.", "Nobody has decided yet"):
        assert part in said, part


def test_an_empty_desk_says_how_to_begin() -> None:
    made = print_desk(told(reviews=(), duties={}, parties=shelf(parties={}, incidents={}, threats={}).parties, questionnaires={}))
    assert "attest party new" in words(made["index.html"])
    assert "Nothing is due." in words(made["due.html"])
    assert "No incident is on file." in words(made["incidents.html"])
    assert "No threat is on file." in words(made["threats.html"])


def test_an_incident_shows_its_clock_and_why(pages: dict[str, bytes]) -> None:
    said = words(pages["incidents/i-2026-09.html"])
    for part in (
        "Tell North insurer-north by telephone", "a condition of the policy (insurance, north)", "Overdue", "Not clear yet", "Hangs on whether personal data was touched", "Sent", "Does not apply", "without undue delay",
        "Their top management (Their managing director) was told", "customer employee", "not decided", "has not approved anything public", "somebody-gone", "about 40", "Nobody there is touched.",
    ):  # fmt: skip
        assert part in said, part
    assert "nothing is owed" in words(pages["incidents/exercise-1.html"])


def test_an_incident_whose_clock_is_not_known_says_so() -> None:
    made = print_desk(told(duties={}))
    assert "Not worked out here: run attest notify i-2026-09" in words(made["incidents/i-2026-09.html"])


def test_threats_say_whom_they_touch(pages: dict[str, bytes]) -> None:
    said = words(pages["threats.html"])
    assert "Fjordhost (fictional) sector hosting" in said
    assert "Long gone over" in said
    assert "Touches nobody who was reviewed." in said


@pytest.mark.parametrize(("place", "said"), [
    ("answer second-factor of new-customer: yes (signed, 2026-11-02)", "“Does everybody sign in with a second factor?” yes (signed, 2026-11-02)"),
    ("answer people: 14 (unsigned, 2026-11-02)", "“How many people?” 14 people (unsigned, 2026-11-02)"),
    ("answer trades of new-customer: a, b (written down by us, 2026-11-02)", "“Which trades?” Hosting, Freight (written down by us, 2026-11-02)"),
    ("cannot be told: answer trades of new-customer: not given", "cannot be told: “Which trades?” not given"),
    ("warning not-insured: raised", "warning “Has no insurance”"),
    ("contract, breach-notice (Annex 2): refused", "contract, breach notice (Annex 2): refused"),
    ("answer gone of new-customer: yes", "answer gone of new-customer: yes"), ("answer people of another: 14", "answer people of another: 14"), ("warning odd: raised", "warning odd: raised"),
    ("notice, they tell us: within 24 hours", "notice, they tell us: within 24 hours"), ("answer left-out of new-customer: two\nlines (x)", "“Anything else?” two\nlines (x)"),
])  # fmt: skip
def test_where_something_was_found_is_said_in_the_words_of_the_question(place: str, said: str) -> None:
    assert found_in_words(place, told(titles=TITLES), "customer") == said


@pytest.mark.parametrize(("what", "said"), [
    ("answers to new-customer anew", "answers to “Due diligence on a new customer” anew"), ("answers to new-customer, which did not come yet", "answers to “Due diligence on a new customer”, which did not come yet"),
    ("exception ends: not-insured", "exception ends: “Has no insurance”"), ("certificate anew: short-2.0", "certificate anew: “A short list”"), ("certificate anew: other", "certificate anew: other"), ("next review", "next review"),
])  # fmt: skip
def test_what_is_due_is_said_in_titles(what: str, said: str) -> None:
    assert due_in_words(what, told(titles=TITLES), "customer") == said


def test_titles_are_those_of_the_partys_kind() -> None:
    """Two policies may call one warning differently: each party is told in the words of the policy that it is held against."""
    titles = {"supplier": {"tested": "Tested by others"}, "customer": {"tested": "Tests what it sends"}}
    made = print_desk(told(titles=titles))
    assert "Exception for “Tested by others”" in words(made["parties/fjordhost.html"])
    assert "exception ends" not in words(made["parties/grasp.html"])


def test_what_could_not_be_read_is_said_where_it_would_be_looked_for(tmp_path: Path) -> None:
    """An incident that one slip in its file took off the desk would be one that nobody handles."""
    assert "Not on this desk" not in words(print_desk(told())["index.html"])
    folder = tmp_path / "parties"
    for path in ("broken.yml", "incidents/i-9.yml", "incidents/.hidden.yml", "threats/odd.yml", "fjordhost.yml"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("name: [")
    unread = Shelf(folder, "controls/parties", shelf().parties).unread()
    assert unread == ("controls/parties/broken.yml", "controls/parties/incidents/i-9.yml", "controls/parties/threats/odd.yml")
    made = print_desk(told(unread=unread))
    assert "Not on this desk 3 files could not be read" in words(made["index.html"])
    assert all(path in words(made["index.html"]) for path in unread)
    assert "controls/parties/incidents/i-9.yml" in words(made["incidents.html"])
    assert "broken.yml" not in words(made["incidents.html"])


def test_an_incident_names_what_was_sent_in_words_and_in_order() -> None:
    sent = [{"duty": "tell-aspen-freight", "at": "2026-11-21T08:00:00Z", "by": "Head of Security"}, {"duty": "counsel", "at": "2026-11-21T07:00:00Z", "by": "Counsel"}]
    changed = INCIDENTS["i-2026-09"].model_copy(update={"sent": tuple(Sent.model_validate(one) for one in sent), "waived": {"notice": "Nobody is touched (Us, 2026-11-30T09:30:00Z; 2026-02-30T09:30:00Z)"}})
    said = words(print_desk(told(parties=replace_incident(changed)))["incidents/i-2026-09.html"])
    assert "Sent 21 November 2026, 07:00 UTC counsel by Counsel 21 November 2026, 08:00 UTC Tell Aspen Freight (fictional), by Head of Security" in said
    assert "Tell everybody Nobody is touched (Us, 30 November 2026, 09:30 UTC; 2026-02-30T09:30:00Z)" in said


def replace_incident(incident: Incident) -> Parties:
    return shelf().parties.model_copy(update={"incidents": {**INCIDENTS, "i-2026-09": incident}})


def test_every_word_that_can_be_found_has_a_name_and_a_tone() -> None:
    """A word of tomorrow is not shown without somebody having named it."""
    assert set(OUTCOME) == set(OUTCOMES)
    assert set(FOUND) == set(get_args(FoundWord))
    assert set(CLAUSE) == {*get_args(Agreed.model_fields["state"].annotation), "absent"}
    assert set(SIGNED) == set(get_args(get_type_hints(Received)["signed"]))
    assert set(STATE) == set(STATES)
    assert {*OUTCOME, *FOUND, *CLAUSE, *STATE, *SIGNED} <= set(TONE)


def test_questionnaires_are_forms_with_what_reviewers_look_for(pages: dict[str, bytes]) -> None:
    form = words(pages["questionnaires/new-customer.html"])
    for part in ("Internal: with what reviewers look for. Not to be sent or published.", "Does everybody sign in with a second factor?", "Ask to see it. May warn: wants-no-second-factor."):
        assert part in form, part
    assert "Due diligence on a new customer customer 2 5 no" in words(pages["questionnaires.html"])


# What is due


def test_what_is_due_stands_in_one_list_the_earliest_first(pages: dict[str, bytes]) -> None:
    things = to_do(told())
    assert [thing.day for thing in things] == sorted(thing.day for thing in things)
    assert [(thing.about, thing.overdue) for thing in things] == [
        ("fjordhost", True), ("i-2026-09", False), ("i-2026-09", True), ("i-2026-09", True), ("i-2026-09", False), ("fjordhost", False), ("ordinary-mail", False),
    ]  # fmt: skip
    said = words(pages["due.html"])
    assert all(thing.what in said for thing in things)
    assert "Without undue delay Tell the management of Aspen Freight (fictional)" in said
    assert "rehearsal" not in said


def test_a_calendar_program_reads_the_same(pages: dict[str, bytes]) -> None:
    events = icalendar.Calendar.from_ical(pages["due.ics"]).walk("VEVENT")
    assert len(events) == len(to_do(told()))
    assert {str(event["class"]) for event in events} == {"PRIVATE"}
    assert len({str(event["uid"]) for event in events}) == len(events)
    days = {str(event["summary"]): event["dtstart"].dt for event in events}
    assert days["Ask for the insurer's confirmation: Fjordhost (fictional)"] == date(2026, 12, 3)
    assert days["Tell the supervisory authority: Passwords tried in bulk (fictional)"] == AT + timedelta(hours=58)


def test_a_day_that_moves_moves_its_event() -> None:
    moved = replace(FJORDHOST, due=(Due("Review again", date(2027, 2, 1), overdue=False),))
    uids = [
        {str(event["summary"]): str(event["uid"]) for event in icalendar.Calendar.from_ical(print_desk(told(reviews=(review,), duties={}))["due.ics"]).walk("VEVENT")}["Review again: Fjordhost (fictional)"]
        for review in (FJORDHOST, moved)
    ]
    assert uids[0] == uids[1]


def test_equal_input_gives_equal_bytes() -> None:
    assert print_desk(told()) == print_desk(told())


# Private on every page, and harmless


def test_every_page_is_marked_private_and_asks_nobody(pages: dict[str, bytes]) -> None:
    for path, page in html_of(pages).items():
        html = unescape(page.decode())
        assert '<meta name="robots" content="noindex' in html, path
        assert "default-src 'none'" in html, path
        assert "unsafe" not in html, path
        assert re.search(r"(?i)private|internal", words(page)), path
        if not path.startswith("questionnaires/"):
            assert "Private, not published." in html, path
            assert not re.findall(r"<(?:script|style)>|\sstyle=|\son[a-z]+=", html), path
            assert all(not target.startswith(("http", "//")) for target in re.findall(r'(?:href|src)="([^"]*)"', html)), path


def test_every_link_leads_somewhere(pages: dict[str, bytes]) -> None:
    for path, page in html_of(pages).items():
        if path.startswith("questionnaires/"):
            continue
        folder = Path(path).parent
        for target in re.findall(r'(?:href|src)="([^"?#]+)(?:[?#][^"]*)?"', page.decode()):
            if target != "data:,":
                found = (folder / unescape(target)).as_posix()
                assert (Path(found) if ".." not in found else Path(*Path(found).parts[2:])).as_posix() in pages, (path, target)


def test_nothing_that_anybody_wrote_breaks_out() -> None:
    bad = BREAKS_OUT + "\u202etxt\u0007"
    review = reviewed("fjordhost", bad, say=bad, by=(bad,), policy_title=bad, problems=(bad,), received=(Received(bad, bad, bad, bad, AT, "unsigned", None, why=bad),))
    known = PARTIES["fjordhost"].model_copy(update={"name": bad, "notes": bad, "legal_name": bad})
    incident = INCIDENTS["i-2026-09"].model_copy(update={"title": bad, "what": bad})
    made = print_desk(told(reviews=(review,), parties=shelf(parties={"fjordhost": known}, incidents={"i-2026-09": incident}).parties))
    for path, page in html_of(made).items():
        html = page.decode()
        if path.startswith("questionnaires/"):
            continue
        assert "<script>window" not in html, path
        assert "<img" not in html, path
        assert "\u202e" not in html, path
        assert "\u0007" not in html, path
    assert "\\u202etxt\\u0007" in made["parties/fjordhost.html"].decode()


# Where it may lie


def test_it_is_written_whole_and_replaced_whole(tmp_path: Path) -> None:
    folder = make(tmp_path / "desk")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / MARK).read_text("utf-8").startswith(FIRST_LINE)
    (folder / "parties/left-over.html").write_text("old")
    folder.chmod(0o750)
    make(folder)
    assert not (folder / "parties/left-over.html").exists()
    assert folder.stat().st_mode & 0o777 == 0o750
    assert [path.name for path in tmp_path.iterdir()] == ["desk"]


def center(folder: Path) -> Path:
    return mini(folder / "center")


def published(folder: Path) -> Path:
    (folder / "www/attestation").mkdir(parents=True)
    (folder / "www/attestation/assessment.json").write_text("{}")
    return folder / "www"


def linked(folder: Path) -> Path:
    """As publishing makes it: DEST is a link to a release."""
    published(folder).rename(folder / "www.releases")
    (folder / "www").symlink_to("www.releases")
    return folder / "www"


def foreign(folder: Path) -> Path:
    (folder / "holiday").mkdir()
    (folder / "holiday/photo.jpg").write_bytes(b"x")
    return folder / "holiday"


def repository(folder: Path, ignored: str = "") -> Path:
    root = folder / "repository"
    root.mkdir()
    subprocess.run(["git", "init", "--quiet", root], check=True)
    (root / ".gitignore").write_text(ignored)
    return root


def committed(folder: Path) -> Path:
    """Ignored by now, and yet in git."""
    root = repository(folder)
    make_desk = root / "desk"
    make_desk.mkdir()
    (make_desk / MARK).write_text(FIRST_LINE + "\n")
    subprocess.run(["git", "-C", root, "add", "desk"], check=True)
    (root / ".gitignore").write_text("/desk/\n")
    return make_desk


BAD_PLACES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "public": (lambda folder: center(folder) / "public", "where the trust center is published"),
    "below public": (lambda folder: center(folder) / "public/desk", "where the trust center is published"),
    "site": (lambda folder: center(folder) / "site", "where its preview is built"),
    "content": (lambda folder: center(folder) / "content/desk", "all of it is published"),
    "controls": (lambda folder: center(folder) / "controls/parties/desk", "holds its sources"),
    "the center itself": (center, "holds the trust center's sources"),
    "a published folder": (published, "in a published trust center"),
    "below a published folder": (lambda folder: published(folder) / "desk", "in a published trust center"),
    "a link to a release": (linked, "in a published trust center"),
    "somebody's folder": (foreign, "holds something that no desk wrote"),
    "a folder that git would take": (lambda folder: repository(folder) / "desk", "git would take"),
    "the top of a repository": (repository, "is in git"),
    "a folder that git has": (committed, "is in git"),
}


@pytest.mark.parametrize("kind", BAD_PLACES)
def test_it_refuses_to_lie_where_it_could_be_published(kind: str, tmp_path: Path) -> None:
    place, why = BAD_PLACES[kind]
    folder = place(tmp_path)
    before = sorted(path for path in tmp_path.rglob("*") if ".git/" not in path.as_posix())
    with pytest.raises(Refused, match=re.escape(why)):
        make(folder)
    assert sorted(path for path in tmp_path.rglob("*") if ".git/" not in path.as_posix()) == before


@pytest.mark.parametrize("ignored", ["/desk/\n", "desk\n", "/de*/\n"])
def test_a_folder_that_git_ignores_is_taken(ignored: str, tmp_path: Path) -> None:
    folder = make(repository(tmp_path, ignored) / "desk")
    said = subprocess.run(["git", "-C", folder.parent, "status", "--porcelain", "--untracked-files=all"], capture_output=True, text=True, check=True).stdout
    assert "desk" not in said.replace(".gitignore", "")


def test_a_folder_beside_a_center_is_taken(tmp_path: Path) -> None:
    center(tmp_path)
    refuse_public(tmp_path / "desk")


def test_what_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make(tmp_path / "desk")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    true_write = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        if self.name == "threats.html":
            raise OSError(28, "No space left on device")
        return true_write(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(CouldNotTell, match="No space left"):
        make(folder, reviews=REVIEWS[:1])
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["desk"]


# In a browser


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("desk") / "desk")


def shown(page: Page) -> list[str]:
    return page.locator("#register tbody tr:not([hidden]) th a").all_inner_texts()


@pytest.fixture
def page(browser: Browser, desk: Path) -> Iterator[Page]:
    """The register, as a file on somebody's disk, at the moment it was made; nothing goes wrong on it, and nobody is asked."""
    context, page, wrong = opened(browser, timezone_id="UTC")
    page.clock.set_fixed_time(AT)
    page.goto((desk / "index.html").as_uri())
    yield page
    assert wrong == []
    context.close()


@pytest.mark.slow
def test_the_register_narrows_and_a_narrowed_one_can_be_sent_on(page: Page, desk: Path) -> None:
    assert len(shown(page)) == 4
    page.get_by_label("Kind").select_option("customer")
    assert shown(page) == ["Grasp & Sons <fictional>", "Aspen Freight (fictional)"]
    page.get_by_label("Warning").select_option("refuses-clauses")
    assert shown(page) == ["Grasp & Sons <fictional>"]
    assert page.locator(".found").inner_text() == "1 of 4 parties"
    assert page.evaluate("location.hash") == "#kind=customer&flags=refuses-clauses"
    page.get_by_label("Find").fill("nobody of this name")
    assert page.locator(".none").is_visible()
    page.get_by_role("button", name="Show all").click()
    page.wait_for_function("document.querySelectorAll('#register tbody tr:not([hidden])').length === 4")
    page.goto(f"{(desk / 'index.html').as_uri()}#overdue=yes")
    page.reload()
    assert shown(page) == ["Fjordhost (fictional)"]


@pytest.mark.slow
def test_the_register_sorts_by_what_a_column_means(page: Page) -> None:
    page.get_by_role("button", name="Party").click()
    assert shown(page) == ["Aspen Freight (fictional)", "Fjordhost (fictional)", "Grasp & Sons <fictional>", "Ordinary Mail (fictional)"]
    page.get_by_role("button", name="Warnings").click()
    page.get_by_role("button", name="Warnings").click()
    assert shown(page)[:2] == ["Ordinary Mail (fictional)", "Fjordhost (fictional)"]
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("Warnings")
    page.get_by_role("button", name="Next due").click()
    assert shown(page)[:2] == ["Fjordhost (fictional)", "Ordinary Mail (fictional)"]


@pytest.mark.slow
def test_an_old_desk_says_so_by_the_readers_clock(page: Page, desk: Path) -> None:
    assert page.locator(".aged").is_hidden()
    page.clock.set_fixed_time(AT + timedelta(days=20))
    page.goto((desk / "parties/fjordhost.html").as_uri())
    assert "made 20 days ago" in page.locator(".aged").inner_text()
    assert "Overdue by your clock" in page.locator("li", has_text="Ask for the insurer").inner_text()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_every_page_fits_and_passes_axe(browser: Browser, desk: Path, width: int, scheme: str, npm_packages: Path) -> None:
    axe = (npm_packages / "axe-core" / "axe.min.js").read_text("utf-8")
    context, page, wrong = opened(browser, viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    for path in sorted(desk.rglob("*.html")):
        if path.parent.name == "questionnaires":
            continue  # held where they are made
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.evaluate(axe)
        found = page.evaluate("axe.run(document, {preload: false})")
        assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == [], path
    assert wrong == []
    context.close()


@pytest.mark.slow
def test_without_javascript_all_is_there(browser: Browser, desk: Path) -> None:
    context, page, _ = opened(browser, java_script_enabled=False)
    page.goto((desk / "index.html").as_uri())
    assert len(shown(page)) == 4
    assert page.locator("form").is_hidden()
    context.close()


@pytest.mark.slow
def test_every_sheet_of_paper_says_that_it_is_private(browser: Browser, desk: Path, tmp_path: Path) -> None:
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("tool: needs pdftotext")
    context, page, _ = opened(browser)
    page.goto((desk / "parties/fjordhost.html").as_uri())
    page.pdf(path=tmp_path / "party.pdf", format="A4")
    context.close()
    sheets = subprocess.run([program, tmp_path / "party.pdf", "-"], capture_output=True, text=True, check=True).stdout.rstrip("\f").split("\f")
    assert len(sheets) > 1
    assert all("Private, not published" in sheet for sheet in sheets)
    assert "Does everybody sign in with a second factor?" in "".join(sheets)


# Customers named in public


def test_check_hints_where_a_customer_is_named_in_public(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = mini(tmp_path / "root")
    (root / "controls/parties").mkdir()
    for name, kind in (("Aspen Freight (fictional)", "customer"), ("Quiet Works", "supplier"), ("Ask", "customer")):
        (root / f"controls/parties/{name.split()[0].lower()}.yml").write_text(f"name: {name}\nkind: {kind}\n")
    (root / "content/about.md").write_text("# About\n\nWe serve\nASPEN FREIGHT, with Quiet Works. Ask us. Aspen Freighters is another.\n")
    (root / "controls/notices").mkdir()
    said = "title: Mail\nkind: change\nvisibility: {}\napproved_by: Aspen Freight\nversions:\n  - {{date: 2026-11-01, happened: Late mail., affected: Aspen Freight alone., doing: Nothing., you: Nothing.}}\n"
    (root / "controls/notices/late-mail.yml").write_text(said.format("public"))
    (root / "controls/notices/private.yml").write_text(said.format("private"))
    assert main(["check", str(root), "--as-of", "2026-11-21T12:00:00Z"]) == 0
    lines = [line for line in capsys.readouterr().err.splitlines() if "names the customer" in line]
    assert [line.removeprefix("attest: warning: ").partition(": names")[0] for line in lines] == ["content/about.md:4", "controls/notices/late-mail.yml:6: versions[0].affected"]
    assert main(["check", str(root), "--as-of", "2026-11-21T12:00:00Z", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["hints"]) == 2
