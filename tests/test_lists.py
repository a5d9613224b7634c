"""The lists, what is left to the reader, control pages and frameworks: whole without a script, narrowed with one, and of a sensible weight."""

from __future__ import annotations

import gzip
import hashlib
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from attest.build import Prepared, build, prepare
from attest.pages import Drawn, Edition, draw, framework, shelf, view, who_says, your_part
from attest.pages.environment import environment
from attest.published import Record, page_of
from attest.times import parse_moment, print_moment
from attest.wire.commitment import commit, file_salt
from tests.conftest import ROOT
from tests.sites import SECRET, UNTIL, mini, prepared
from tests.test_browser import browser, opened, policy_of, serve
from tests.test_pages import Elements
from tests.test_reference import AS_OF, FILES, collected

__all__ = ["browser"]

synthetic: Callable[[Path, int], None] = runpy.run_path(str(ROOT / "bench" / "synthetic.py"))["write"]
"""Writes the centers that are measured, too."""

MOST = 25_000
"""Bytes of a control's page."""


def pages(ready: Prepared, record: Record | None = None) -> dict[str, Drawn]:
    edition = Edition(ready.assessment.as_of, UNTIL)
    return {page.path: page for page in draw(record or ready.record, edition, ready.center.frameworks, environment(None))}


def words(page: Drawn) -> str:
    return " ".join("".join(Elements(page.html).words).split())


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Harbourline's sources, with small stand-ins for what `make site` collects."""
    folder = tmp_path_factory.mktemp("lists") / "root"
    for name in ("controls", "content", "theme"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("collected"))
    shutil.copy(ROOT / "mkdocs.yml", folder)
    (folder / FILES / "collected").mkdir()
    for name, data in collected().items():
        (folder / FILES / "collected" / name).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def harbourline(root: Path) -> Prepared:
    return prepare(root, AS_OF, None, SECRET, as_unknown=False)


@pytest.fixture(scope="module")
def drawn(harbourline: Prepared) -> dict[str, Drawn]:
    return pages(harbourline)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepared(mini(tmp_path_factory.mktemp("lists-small") / "root"))


def many(folder: Path, count: int) -> Prepared:
    synthetic(folder, count)
    return prepare(folder, datetime.fromisoformat("2026-11-21T12:00:00+00:00"), None, SECRET, as_unknown=False)


@pytest.fixture(scope="module")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Drawn]:
    return pages(many(tmp_path_factory.mktemp("thousand"), 1000))


def weight(page: Drawn) -> int:
    return len(page.html.encode())


# lists


def links_of(page: Drawn) -> set[str]:
    return {str((Path("/") / page.path).parent.joinpath(link.partition("#")[0]).resolve().relative_to("/")) for link in Elements(page.html).attributes("href") if ":" not in link and link[0] != "#"}


def test_every_promise_is_in_its_audience_s_list_and_in_its_area_s(harbourline: Prepared, drawn: Mapping[str, Drawn]) -> None:
    for control in harbourline.record["controls"]:
        assert page_of(control) in links_of(drawn[view.index_of(control["audience"])])
        assert page_of(control) in links_of(drawn[f"areas/{control['area']}.html"])


def test_a_promise_opens_to_whose_word_it_is_where_it_stands(drawn: Mapping[str, Drawn]) -> None:
    said = words(drawn["customers/index.html"])
    for part in ("TLS scan of a test server", "counts until", "Says so: the tool sslyze", "each of them must pass", "For you to do Keep TLS 1.2 or newer switched on", "49 of 65 are shown by evidence"):
        assert part in said, part


def test_what_narrows_a_list_is_hidden_until_a_script_shows_it(drawn: Mapping[str, Drawn]) -> None:
    for path in ("customers/index.html", "areas/people-and-access.html", "frameworks/index.html", "frameworks/iso-27001-2022.html", "your-part.html"):
        forms = [attributes for tag, attributes in Elements(drawn[path].html).found if tag == "form"]
        assert [("hidden" in form, form["data-at-filter"]) for form in forms] == [(True, "list")], path
        assert drawn[path].scripts == (shelf.FILTER,)
        assert "hidden" not in re.findall(r'<div id="list"[^>]*>', drawn[path].html)[0]


def test_a_choice_offers_what_a_verdict_may_turn_into(small: Prepared) -> None:
    met = [control for control in small.record["controls"] if control["verdict"] == "met"]
    planned = [control for control in small.record["controls"] if control["verdict"] == "planned"]
    assert shelf.choice(met).verdicts == ("met", "unknown")
    assert shelf.choice(planned).verdicts == ("planned", "not-met")


def times(small: Prepared, count: int) -> Record:
    """A record with one of its promises over and over."""
    one = next(control for control in small.record["controls"] if control["id"] == "restored")
    return cast("Record", {**small.record, "controls": [{**one, "id": f"one-{number}"} for number in range(count)]})


@pytest.mark.parametrize(("count", "opens", "lists"), [(shelf.OPENED, True, True), (shelf.OPENED + 1, False, True), (shelf.LISTED + 1, False, False)])
def test_a_list_bears_as_much_as_it_can(small: Prepared, count: int, opens: bool, lists: bool) -> None:
    made = pages(small, times(small, count))
    listed = made["customers/index.html"]
    assert ("<details" in listed.html) == opens
    assert (page_of({"audience": "customers", "id": "one-0"}) in links_of(listed)) == lists
    assert "areas/data.html" in links_of(listed)
    assert len(links_of(made["areas/data.html"]) & {f"customers/one-{number}.html" for number in range(count)}) == count, "the way to every promise stays"


# what is yours to do


def test_everything_left_to_the_reader_is_on_one_page(harbourline: Prepared, drawn: Mapping[str, Drawn]) -> None:
    said, there = words(drawn[your_part.PATH]), links_of(drawn[your_part.PATH])
    for control in harbourline.record["controls"]:
        assert (page_of(control) in there) == view.has_part(control) or control["id"] in {row["control"] for row in duties(harbourline)}
        assert control["yours"] is None or " ".join(control["yours"].split())[:40] in said
    for row in duties(harbourline):
        assert row["duty"] in said
    boxes = [attributes["aria-label"] for tag, attributes in Elements(drawn[your_part.PATH].html).found if tag == "input" and attributes.get("type") == "checkbox"]
    assert len(boxes) == sum(map(view.has_part, harbourline.record["controls"])) + len(duties(harbourline))


def duties(ready: Prepared) -> list[Any]:
    rows = next(register["rows"] for register in ready.record["registers"] if register["name"] == "responsibilities")
    return [row for row in rows if row["yours"] or row["whose"] in ("you", "both")]


def test_it_is_one_click_from_the_overview_and_the_lists(drawn: Mapping[str, Drawn]) -> None:
    for path in ("index.html", "customers/index.html", "suppliers/index.html"):
        assert your_part.PATH in links_of(drawn[path])


def test_where_nothing_is_left_to_the_reader_there_is_no_such_page(small: Prepared) -> None:
    ours = [{**control, "yours": None, "responsibility": "us"} for control in small.record["controls"]]
    made = pages(small, cast("Record", {**small.record, "controls": ours}))
    assert your_part.PATH not in made
    assert your_part.PATH not in links_of(made["customers/index.html"])


def test_what_is_too_much_for_one_page_has_a_page_an_area(small: Prepared) -> None:
    made = pages(small, times(small, your_part.MOST + 1))
    assert page_of({"audience": "customers", "id": "one-0"}) not in links_of(made[your_part.PATH])
    assert "your-part/data.html" in links_of(made[your_part.PATH])
    assert len(links_of(made["your-part/data.html"]) & {f"customers/one-{number}.html" for number in range(your_part.MOST + 1)}) == your_part.MOST + 1


# a control


def test_a_control_says_who_says_so(drawn: Mapping[str, Drawn]) -> None:
    said = words(drawn["customers/encrypted-at-rest.html"])
    assert "Who says soOur own records" in said and "Who answers for itHead of Security and Managing Director" in said


def told(**more: Any) -> Any:
    return {"basis": "record", "issuer": None, "tool": None, "collected": None, "declared": None, "register": None, **more}


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (told(basis="tool", tool={"name": "sslyze", "version": "6.3.1"}, collected={"by": "ci"}), "the tool sslyze 6.3.1, run automatically in our build system"),
        (told(basis="tool", tool={"name": "pytest", "version": None}), "the tool pytest"),
        (told(basis="tool"), "a tool's report"),
        (told(basis="third-party", issuer="Brightwater"), "Brightwater, from outside"),
        (told(basis="third-party"), "a party from outside"),
        (told(basis="declaration", declared={"by": "Head of Finance", "statement": ""}), "Head of Finance, who declares it"),
        (told(basis="declaration"), "a named role, who declares it"),
        (told(basis="document"), "a document of ours, which says what is meant to be"),
        (told(register="clauses"), "a list of ours, published here"),
        (told(), "our own records"),
    ],
)
def test_whose_word_a_check_rests_on(check: Any, said: str) -> None:
    assert who_says.voice(check) == said


def judged(verdict: str, *checks: Any, **more: Any) -> Any:
    return {"verdict": verdict, "checks": list(checks), "plan": None, "notApplicable": None, **more}


def test_whose_word_a_verdict_rests_on() -> None:
    fails = {**told(basis="tool", tool={"name": "lynis", "version": None}), "verdict": "not-met"}
    passes = {**told(), "verdict": "met"}
    assert who_says.voices(judged("not-met", fails, passes)) == "The tool lynis"
    assert who_says.voices(judged("met", passes, passes)) == "Our own records"
    assert who_says.voices(judged("unknown")) == "Nobody: there is no evidence"
    assert who_says.voices(judged("planned", plan={"owner": "Platform"})) == "Platform"
    assert who_says.voices(judged("not-applicable", notApplicable={"decidedBy": "Legal"})) == "Legal"


def test_what_a_verifier_needs_is_one_click_down(harbourline: Prepared, drawn: Mapping[str, Drawn]) -> None:
    for control in harbourline.record["controls"]:
        html = drawn[page_of(control)].html
        outside = re.sub(r"<details.*?</details>", "", html, flags=re.DOTALL)
        for check in control["checks"]:
            for digest in filter(None, (check["sha256"], check["commitment"])):
                assert digest in html and digest not in outside, control["id"]


def test_a_handed_over_file_can_be_held_against_the_page(tmp_path: Path, harbourline: Prepared, drawn: Mapping[str, Drawn]) -> None:
    assert "registers/documents.html" in links_of(drawn["customers/encrypted-in-transit.html"]), "where documents are listed, that page says how"
    bare = cast("Record", {**harbourline.record, "registers": [register for register in harbourline.record["registers"] if register["name"] != "documents"]})
    html = pages(harbourline, bare)["customers/encrypted-in-transit.html"].html
    command = unescape(re.findall(r'<code data-verify="commitment">(.*?)</code>', html, re.DOTALL)[0])
    ident, contents = "encrypted-in-transit.2", b"a policy, handed over\n"
    (tmp_path / "policy").write_bytes(contents)
    digest = hashlib.sha256(contents).digest()
    salt = file_salt(SECRET, ident, digest)
    assert ident in command
    ran = command.replace("python3", sys.executable).replace("FILE", "policy").replace("SALT", salt.hex())
    done = subprocess.run(["bash", "-c", ran], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == commit(salt, ident, digest)


def test_neighbours_lead_through_every_promise_of_an_area(harbourline: Prepared, drawn: Mapping[str, Drawn]) -> None:
    controls = [control for control in harbourline.record["controls"] if (control["audience"], control["area"]) == ("customers", "people-and-access")]
    for before, after in pairwise(controls):
        assert page_of(after) in links_of(drawn[page_of(before)]) and page_of(before) in links_of(drawn[page_of(after)])


def test_a_control_that_names_every_clause_weighs_what_others_do(harbourline: Prepared) -> None:
    every = {ident: [clause.id for clause in one.clauses] for ident, one in harbourline.center.frameworks.items()}
    controls = [{**control, "clauses": every} if control["id"] == "encrypted-in-transit" else control for control in harbourline.record["controls"]]
    page = pages(harbourline, cast("Record", {**harbourline.record, "controls": controls}))["customers/encrypted-in-transit.html"]
    assert sum(map(len, every.values())) > 1000
    assert len(page.html.encode()) < MOST
    for ident, clauses in every.items():
        assert framework.path_of(ident) in links_of(page)
        assert all(clause in page.html for clause in clauses)


def test_the_weight_of_a_thousand_promises(thousand: Mapping[str, Drawn], tmp_path: Path) -> None:
    few = pages(many(tmp_path / "few", 100))
    assert weight(thousand["customers/promise-77.html"]) - weight(few["customers/promise-77.html"]) < 40, "but for the number of a neighbour"
    assert max(weight(page) for path, page in thousand.items() if path.startswith("customers/promise-")) < 8_000
    for path in ("customers/index.html", "your-part.html", "areas/area-1.html"):
        assert weight(thousand[path]) < 600_000, path
        assert len(gzip.compress(thousand[path].html.encode(), 9, mtime=0)) < 30_000, path


# frameworks


def test_clauses_and_promises_lead_to_each_other(harbourline: Prepared, drawn: Mapping[str, Drawn]) -> None:
    for control in harbourline.record["controls"]:
        for ident, clauses in control["clauses"].items():
            page = drawn[framework.path_of(ident)]
            assert page_of(control) in links_of(page)
            for clause in clauses:
                fragment = framework.clause_anchor(clause)
                assert f'id="{fragment}"' in page.html
                assert f'href="../{framework.path_of(ident)}#{fragment}"' in drawn[page_of(control)].html


def test_a_matrix_is_a_table_with_heads(harbourline: Prepared, drawn: Mapping[str, Drawn]) -> None:
    for ident, one in harbourline.center.frameworks.items():
        html = drawn[framework.path_of(ident)].html
        assert html.count('<th scope="row">') == len(one.clauses)
        assert html.count("<caption") == html.count("<table") == html.count('<th scope="col">')
        for row in re.findall(r"<tr class=\"at-item.*?</tr>", html, re.DOTALL):
            cells = sum(int(span or 1) for span in re.findall(r'<t[dh](?: [^>]*?)??(?: colspan="(\d)")?>', row))
            assert cells == 7, row


def test_cells_count_the_verdicts_of_the_promises_beside_them(harbourline: Prepared, drawn: Mapping[str, Drawn]) -> None:
    naming = [control["verdict"] for control in harbourline.record["controls"] if "A.8.24" in control["clauses"].get("iso-27001-2022", ())]
    row = re.findall(r'<tr class="at-item" id="clause-A.8.24">.*?</tr>', drawn["frameworks/iso-27001-2022.html"].html, re.DOTALL)[0]
    counts = re.findall(r"<td(?: class=\"at-[a-z-]+\")?>(\d*)</td>", row)
    assert [int(count or 0) for count in counts] == [naming.count(verdict) for verdict in view.SHOWN_ORDER]


def test_nobody_is_told_that_a_framework_is_fulfilled(drawn: Mapping[str, Drawn]) -> None:
    for path, page in drawn.items():
        if path.startswith("frameworks/"):
            said = words(page).lower()
            assert "mapped is never met" in said and "%" not in said
            assert not re.search(r"\bcompliant|\bcertified", said), path


def test_chapters_of_a_long_catalogue_are_closed(drawn: Mapping[str, Drawn]) -> None:
    folded = {path: re.findall(r'<details class="at-fold at-chapter[^>]*>', page.html) for path, page in drawn.items() if path.startswith("frameworks/")}
    assert folded["frameworks/nist-800-53-r5.html"] and not any("open" in chapter for chapter in folded["frameworks/nist-800-53-r5.html"])
    assert folded["frameworks/iso-27001-2022.html"] and all("open" in chapter for chapter in folded["frameworks/iso-27001-2022.html"])


def test_the_list_of_frameworks_has_each_once(harbourline: Prepared, drawn: Mapping[str, Drawn]) -> None:
    html = drawn[framework.INDEX].html
    for one in harbourline.record["frameworks"]:
        assert html.count(f'href="{one["id"]}.html"') == 1


def test_a_moment_is_said_where_numbers_may_lapse(harbourline: Prepared, drawn: Mapping[str, Drawn]) -> None:
    moment = print_moment(harbourline.assessment.as_of)
    for path in ("customers/index.html", "areas/people-and-access.html", "frameworks/index.html", "frameworks/iso-27001-2022.html", page_of(harbourline.record["controls"][0])):
        assert f'datetime="{moment}"' in drawn[path].html, path


# in a browser

slow = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, root: Path, harbourline: Prepared) -> Path:
    folder = tmp_path_factory.mktemp("lists-site") / "site"
    build(root, harbourline, folder)
    return folder


@pytest.fixture(scope="module")
def bases(site: Path) -> Iterator[dict[str, str]]:
    server = serve(site, policy_of(site))
    yield {"http": f"http://127.0.0.1:{server.server_port}/", "file": site.as_uri() + "/"}
    server.shutdown()


def at(browser: Browser, address: str, moment: datetime = AS_OF + timedelta(hours=1), **how: Any) -> tuple[BrowserContext, Page, list[str]]:
    context, page, wrong = opened(browser, **how)
    page.clock.install(time=moment)
    page.goto(address)
    page.clock.run_for(1000)
    return context, page, wrong


def shown(page: Page) -> int:
    return page.locator("#list .at-item:visible").count()


def heard(page: Page) -> str:
    page.clock.run_for(1000)
    return page.locator("form [role=status]").inner_text()


@slow
@pytest.mark.parametrize("how", ["http", "file"])
def test_a_list_is_narrowed_by_words_and_says_so(browser: Browser, bases: Mapping[str, str], how: str) -> None:
    context, page, wrong = at(browser, bases[how] + "customers/index.html")
    assert heard(page) == "65 promises."
    page.get_by_label("Find in this list").fill("encrypted tls")
    assert shown(page) == 1 and page.get_by_role("link", name="Your data is encrypted on its way to us and back").is_visible()
    assert heard(page) == "1 of 65 promises."
    assert page.locator(".at-jump li:visible").count() == 1 and page.locator("#list h2:visible").count() == 1
    page.get_by_label("Find in this list").fill("encrypted zeppelin")
    assert page.locator(".at-filter-none").is_visible() and heard(page) == "0 of 65 promises."
    page.locator("form.at-filter").get_by_role("button", name="Clear").click()
    page.clock.run_for(1000)
    assert shown(page) == 65 and "#" not in page.url and page.evaluate("document.activeElement.id") == "at-find"
    assert wrong == []
    context.close()


@slow
@pytest.mark.parametrize("how", ["http", "file"])
def test_a_narrowed_list_can_be_sent_on(browser: Browser, bases: Mapping[str, str], how: str, harbourline: Prepared) -> None:
    wanted = [one for one in harbourline.record["controls"] if one["audience"] == "customers" and one["verdict"] in ("unknown", "not-met") and view.has_part(one)]
    context, page, _ = at(browser, bases[how] + "customers/index.html")
    page.get_by_role("checkbox", name="No current evidence").check()
    page.get_by_role("checkbox", name="Not in place").check()
    page.get_by_role("checkbox", name="With something for you to do").check()
    page.clock.run_for(1000)
    address, count = page.url, shown(page)
    assert address.endswith("#state=unknown,not-met&part=yours") and count == len(wanted) > 0
    context.close()
    context, page, wrong = at(browser, address)
    assert shown(page) == count and page.get_by_role("checkbox", name="Not in place").is_checked()
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name=wanted[0]["title"]).click()
    page.wait_for_load_state("networkidle")
    page.go_back(wait_until="networkidle")
    page.wait_for_function("count => document.querySelectorAll('#list .at-item:not([hidden])').length === count", arg=count)  # the way back leads to the same list
    assert [said for said in wrong if not said.startswith("failed ")] == [], "leaving a page breaks off what it still asks for"
    context.close()


@slow
def test_by_whose_word(browser: Browser, bases: Mapping[str, str], harbourline: Prepared) -> None:
    context, page, _ = at(browser, bases["http"] + "customers/index.html")
    page.get_by_label("Who says so").select_option("tool")
    assert shown(page) == sum(one["audience"] == "customers" and one["basis"] == "tool" for one in harbourline.record["controls"])
    assert page.url.endswith("#basis=tool")
    context.close()


def lapsed(ready: Prepared, ident: str) -> datetime:
    """A moment at which a promise is not shown by evidence any more."""
    control = next(control for control in ready.record["controls"] if control["id"] == ident)
    end = view.mark(AS_OF, control).lapses
    assert end is not None
    return parse_moment(end) + timedelta(hours=1)


@slow
def test_what_has_lapsed_is_found_as_lapsed(browser: Browser, bases: Mapping[str, str], harbourline: Prepared) -> None:
    late = lapsed(harbourline, "encrypted-in-transit")
    title = "Your data is encrypted on its way to us and back"
    context, page, _ = at(browser, bases["http"] + "customers/index.html#state=unknown&find=on+its+way", late)
    assert page.get_by_role("link", name=title).is_visible()
    assert "By your clock" in heard(page)
    page.get_by_role("checkbox", name="No current evidence").uncheck()
    page.get_by_role("checkbox", name="Shown by evidence").check()
    assert not page.get_by_role("link", name=title).is_visible()
    page.get_by_label("Find in this list").fill("")
    page.get_by_label("Who says so").select_option("tool")
    assert not page.get_by_role("link", name=title).is_visible(), "nothing shows it by a tool any more"
    context.close()


@slow
def test_cells_count_again_by_the_reader_s_clock(browser: Browser, bases: Mapping[str, str], harbourline: Prepared) -> None:
    address = bases["http"] + "frameworks/nist-csf-2.0.html#clause-PR.DS-02"
    before: list[str] = []
    after: list[str] = []
    for moment, found in ((AS_OF + timedelta(hours=1), before), (lapsed(harbourline, "encrypted-in-transit"), after)):
        context, page, _ = at(browser, address, moment)
        found += [cell.inner_text() for cell in page.locator("#clause-PR\\.DS-02 > td:not(.at-named)").all()]
        context.close()
    assert int(before[0] or 0) > int(after[0] or 0) and int(after[2] or 0) > int(before[2] or 0)


@slow
def test_without_scripts_lists_are_whole_and_nothing_pretends(browser: Browser, bases: Mapping[str, str], harbourline: Prepared) -> None:
    context, page, _ = opened(browser, java_script_enabled=False)
    page.goto(bases["http"] + "customers/index.html#state=met&find=nothing")
    assert not page.locator("form.at-filter").is_visible() and not page.locator(".at-filter-none").is_visible()
    assert shown(page) == sum(one["audience"] == "customers" for one in harbourline.record["controls"])
    page.locator(".at-row details summary").first.click()
    assert page.locator(".at-row details[open] .at-signs").first.is_visible()
    page.goto(bases["http"] + "frameworks/nist-800-53-r5.html")
    page.locator(".at-chapter > summary").first.click()
    assert page.locator(".at-chapter[open] tr.at-item").first.is_visible()
    context.close()


@slow
@pytest.mark.parametrize("path", ["customers/index.html", "suppliers/index.html"])
def test_a_keyboard_reaches_every_promise(browser: Browser, bases: Mapping[str, str], harbourline: Prepared, path: str) -> None:
    context, page, _ = at(browser, bases["http"] + path)
    wanted = {one["id"] for one in harbourline.record["controls"] if view.index_of(one["audience"]) == path}
    reached: set[str] = set()
    page.locator("h1").click()
    for _ in range(4 * len(wanted) + 60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.classList.contains('at-row-title') ? document.activeElement.getAttribute('href').replace('.html', '') : ''"))
    assert wanted <= reached
    context.close()


@slow
def test_a_row_opens_and_leads_on_by_keyboard(browser: Browser, bases: Mapping[str, str]) -> None:
    context, page, _ = at(browser, bases["http"] + "customers/index.html")
    page.locator(".at-row details summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".at-row details[open]").count() == 1
    page.locator(".at-row-title").first.focus()
    page.keyboard.press("Enter")
    page.locator(".at-answer").wait_for()
    context.close()


@slow
@pytest.mark.parametrize("how", ["http", "file"])
def test_does_this_cover_a_clause_in_two_clicks(browser: Browser, bases: Mapping[str, str], how: str) -> None:
    context, page, wrong = at(browser, bases[how] + "index.html")
    page.locator(".md-tabs").get_by_role("link", name="Frameworks", exact=True).click()
    page.get_by_role("link", name="ISO/IEC 27001:2022").click()
    page.get_by_label("Find a clause or a promise").fill("A.8.24")
    row = page.locator("#clause-A\\.8\\.24")
    assert row.is_visible() and shown(page) == 1
    assert row.get_by_role("link", name="Your data is encrypted where we keep it").count() == 1
    assert wrong == []
    context.close()


@slow
def test_a_link_to_a_clause_opens_its_chapter_even_where_a_choice_hid_it(browser: Browser, bases: Mapping[str, str]) -> None:
    context, page, _ = at(browser, bases["http"] + "frameworks/nist-800-53-r5.html#clause-AC-2")
    assert page.locator("#clause-AC-2").is_visible()
    page.get_by_label("Find a clause or a promise").fill("zeppelin")
    assert shown(page) == 0
    page.evaluate("location.hash = 'clause-AC-3'")
    page.wait_for_function("document.getElementById('clause-AC-3').getClientRects().length > 0")
    assert page.get_by_label("Find a clause or a promise").input_value() == ""
    context.close()


@slow
def test_a_matrix_stays_a_table_on_a_telephone(browser: Browser, bases: Mapping[str, str]) -> None:
    context, page, _ = at(browser, bases["http"] + "frameworks/iso-27001-2022.html", viewport={"width": 360, "height": 760})
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    roles = [node["role"]["value"] for node in nodes if not node.get("ignored")]
    assert roles.count("table") == 4 and roles.count("rowheader") == 93 and roles.count("columnheader") == 4 * 7
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()


@slow
def test_a_checklist_is_ticked_and_printed(browser: Browser, bases: Mapping[str, str]) -> None:
    context, page, wrong = at(browser, bases["http"] + "your-part.html")
    first = page.locator(".at-task input").first
    first.focus()
    page.keyboard.press("Space")
    assert first.is_checked() and "#" not in page.url
    page.emulate_media(media="print")
    assert first.is_visible() and not page.locator("form.at-filter").is_visible()
    assert wrong == []
    context.close()
