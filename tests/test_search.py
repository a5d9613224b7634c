"""The site's search: what its index holds and what it cannot hold, and in a real browser what is found, by whom, and at what cost."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, BrowserContext, Page, expect

from attest.build import Prepared, build, prepare
from attest.pages import Edition, draw, search
from attest.pages.environment import environment
from attest.pages.framework import clause_anchor
from attest.published import page_of
from tests.conftest import ROOT
from tests.quality.harbourline import sources
from tests.sites import AS_OF, SECRET, UNTIL, hostile, mini, prepared
from tests.test_browser import browser, opened, policy_of, serve
from tests.test_reference import AS_OF as TODAY
from tests.test_site import hostile_root

__all__ = ["browser"]

ASKED = yaml.safe_load((ROOT / "tests/cases/search/harbourline.yml").read_text("utf-8"))
PARTS = ("version", "ask", "groups", "doors", "areas", "marks", "promises", "frameworks", "pages", "start")


# What the index holds


def said(index: bytes) -> dict[str, Any]:
    text = index.decode()
    assert text.startswith(search.OPENS)
    assert text.endswith(";\n")
    return dict(json.loads(text[len(search.OPENS) : -2]))


def index_of(ready: Prepared, *written: search.Prose) -> bytes:
    edition = Edition(AS_OF, UNTIL, ready.release)
    drawn = draw(ready.record, edition, ready.center.frameworks, environment(None))
    return search.index(ready.record, edition, ready.center.frameworks, drawn, written)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepared(mini(tmp_path_factory.mktemp("search") / "root"))


@pytest.fixture(scope="module")
def harbourline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference trust center's sources, with small stand-ins for what `make site` collects."""
    return sources(tmp_path_factory.mktemp("harbourline") / "root")


@pytest.fixture(scope="module")
def reference(harbourline: Path) -> Prepared:
    return prepare(harbourline, TODAY, None, SECRET, as_unknown=False)


def test_the_index_is_what_its_docstring_says(small: Prepared) -> None:
    found = said(index_of(small))
    assert tuple(found) == PARTS
    door, ident, title, promise, yours, area, mark, steps = next(row for row in found["promises"] if row[1] == "restored")
    assert f"{found['doors'][door][0]}/{ident}.html" == "customers/restored.html"
    assert (title, found["areas"][area], found["marks"][mark][0]) == ("What is lost is brought back", "Your data", "met")
    assert promise.startswith("Every ")
    assert isinstance(yours, str)
    assert steps


def test_a_promise_names_its_clauses(reference: Prepared) -> None:
    found = said(index_of(reference))
    clauses = [(ident, clause) for ident, _, listed in found["frameworks"] for clause in listed[::2]]
    for control, row in zip(reference.record["controls"], found["promises"], strict=True):
        places, place = [], 0
        for step in row[-1]:
            place += step
            places.append(clauses[place])
        assert sorted(places) == sorted((ident, clause) for ident, named in control["clauses"].items() for clause in named)


def test_every_page_but_those_of_promises_and_frameworks_has_an_entry(small: Prepared) -> None:
    edition = Edition(AS_OF, UNTIL, small.release)
    drawn = {page.path for page in draw(small.record, edition, small.center.frameworks, environment(None))}
    own = {page_of(control) for control in small.record["controls"]} | {f"frameworks/{numbers['id']}.html" for numbers in small.record["frameworks"]}
    assert {page[0] for page in said(index_of(small))["pages"]} == drawn - own


def test_the_overview_tells_whom_to_reach_and_what_is_not_in_scope(reference: Prepared) -> None:
    overview = next(page for page in said(index_of(reference))["pages"] if page[0] == "index.html")
    parts = {title: (words, search.GROUPS[group]) for _, title, words, group in overview[4]}
    assert parts["Security questions and reports"] == ("security@harbourline.example", "Whom to ask")
    assert parts["Driver app"][0].startswith("Not in scope: It is on trial")


def test_rows_are_questions_and_documents_where_their_list_is_of_such(reference: Prepared) -> None:
    groups = {page[0]: {search.GROUPS[part[3]] for part in page[4]} for page in said(index_of(reference))["pages"] if page[4]}
    assert groups["questions.html"] == {"Questions"}
    assert groups["registers/documents.html"] == {"Documents"}
    assert groups["registers/subprocessors.html"] == {"Lists"}
    assert groups["registers/contacts.html"] == {"Whom to ask"}


def test_a_notice_is_found_by_what_was_said_last_and_before(reference: Prepared) -> None:
    notices = {page[0]: page for page in said(index_of(reference))["pages"] if search.GROUPS[page[2]] == "Notices"}
    record = next(notice for notice in reference.record["notices"] if len(notice["versions"]) > 1)
    words = notices[f"notices/{record['id']}.html"][3]
    last, first = (" ".join(record["versions"][at]["happened"].split())[:30] for at in (-1, 0))
    assert words.startswith(last)
    assert first in words


def test_whom_to_ask_is_who_speaks_of_security(reference: Prepared) -> None:
    assert said(index_of(reference))["ask"] == ["Security questions and reports", "security@harbourline.example", "mailto:security@harbourline.example"]
    changed = copy.deepcopy(reference.record)
    changed["center"]["contacts"] = [{"role": "Office", "email": None, "url": "javascript:x"}]
    assert said(search.index(changed, Edition(AS_OF, UNTIL), reference.center.frameworks, ()))["ask"] == ["Office", "javascript:x", ""]


def test_prose_is_cut_at_its_headings() -> None:
    html = (
        '<h1 id="top">Policy<a class="headerlink" href="#top" title="a &gt; b">#</a></h1><p>First &amp; foremost.</p><h2 id="a-b">Who <em>leads</em><a class="headerlink" href="#a-b">#</a></h2>'
        '<p title="x > y">Ana.</p><table><tr><td>one</td><td>two</td></tr></table><h3>No id</h3><p>goes on</p>'
    )
    assert search.prose("policy.html", "Policy", html) == search.Prose("policy.html", "Policy", "First & foremost.", (("a-b", "Who leads", "Ana. one two goes on"),))


def test_prose_stands_in_the_index(small: Prepared) -> None:
    index = index_of(small, search.Prose("about.html", "About us", "Top.", (("who", "Who", "w" * 5000),)), search.Prose("index.html", "x", "Own words on the overview."))
    pages = {page[0]: page for page in said(index)["pages"]}
    assert pages["about.html"][:4] == ["about.html", "About us", search.GROUPS.index("Pages"), "Top."]
    assert pages["about.html"][4] == [["who", "Who", "w" * search.LONGEST]]
    assert "Own words on the overview." in pages["index.html"][3]


def test_rows_beyond_a_measure_are_found_by_their_titles(small: Prepared) -> None:
    parts = tuple((f"r{n}", f"Row {n}", "words") for n in range(search.MOST_ROWS + 2))
    made = next(page for page in said(index_of(small, search.Prose("long.html", "Long", "", parts)))["pages"] if page[0] == "long.html")
    assert made[4][search.MOST_ROWS - 1][2] == "words"
    assert made[4][search.MOST_ROWS] == [f"r{search.MOST_ROWS}", f"Row {search.MOST_ROWS}", ""]


# What it cannot hold


@given(st.dictionaries(st.text(), st.recursive(st.none() | st.integers() | st.text(), st.lists)))
def test_a_script_says_its_value_and_nothing_else(value: dict[str, Any]) -> None:
    try:
        made = search.script(value)
    except UnicodeEncodeError:
        return  # half a character: no text that was read from a file has it
    assert said(made) == value
    assert not re.search("[<\u2028\u2029]", made.decode())
    assert made.count(b"\n") == 1


def test_what_breaks_out_of_pages_does_not_break_out_of_the_index() -> None:
    index = index_of(hostile(), search.prose("x.html", "</script>", "<p>&lt;/script&gt;</p>"))
    assert b"<" not in index
    assert tuple(said(index)) == PARTS


def test_what_is_withheld_is_not_in_it(small: Prepared, reference: Prepared) -> None:
    assert b"Traps are laid" not in index_of(small)
    for ready in (small, reference):
        index = index_of(ready).decode()
        for control in ready.center.controls:
            if control.promise.visibility == "private":
                assert control.id not in index
                assert control.promise.title not in index
        for evidence in ready.center.evidence.values():
            assert evidence.register_name or evidence.description.visibility != "private" or not evidence.description.title or evidence.description.title not in index


def test_equal_inputs_give_equal_bytes(small: Prepared) -> None:
    prose = [search.Prose("b.html", "B", "b"), search.Prose("a.html", "A", "a")]
    assert index_of(small, *prose) == index_of(small, *reversed(prose))


def test_it_is_small(reference: Prepared) -> None:
    found = said(index_of(reference))
    clauses = sum(len(listed) // 2 for _, _, listed in found["frameworks"])
    assert len(printed(found["frameworks"])) / clauses <= 120
    many = copy.deepcopy(reference.record)
    many["controls"] = [control | {"id": f"{control['id']}-{turn}"} for turn in range(14) for control in many["controls"]][:1000]
    edition = Edition(AS_OF, UNTIL)
    drawn = [page for page in draw(reference.record, edition, reference.center.frameworks, environment(None)) if not page.path.startswith(("customers/", "suppliers/")) or page.lead]
    index = search.index(many, edition, reference.center.frameworks, drawn)
    of_promises = len(printed(said(index)["promises"]))
    assert len(said(index)["promises"]) == 1000
    assert of_promises + len(printed(found["frameworks"])) <= 500_000
    assert len(index) <= 600_000, "with all of Harbourline's lists, notices and questions"


def printed(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


# The site it stands in


def test_another_search_in_mkdocs_yml_is_said_and_left_out(tmp_path: Path) -> None:
    root = mini(tmp_path / "root")
    (root / "mkdocs.yml").write_text((root / "mkdocs.yml").read_text().replace("  - attest\n", "  - attest\n  - material/search:\n      lang: en\n"))
    ready = prepared(root)
    assert [str(hint) for hint in ready.warnings] == ["mkdocs.yml:9: plugins[1]: material/search is not used: attest brings a search of its own, remove it"]
    build(root, ready, tmp_path / "site")
    assert not (tmp_path / "site/search").exists()
    html = (tmp_path / "site/index.html").read_text("utf-8")
    assert "md-search" not in html
    assert html.count('id="at-search"') == 1


def test_a_page_can_ask_to_be_left_out(tmp_path: Path) -> None:
    root = mini(tmp_path / "root")
    (root / "content/aside.md").write_text("---\nsearch:\n  exclude: true\n---\n# Aside\n\nUnfindable words.\n")
    build(root, prepared(root), tmp_path / "site")
    index = (tmp_path / "site" / search.PATH).read_bytes()
    assert b"Unfindable" not in index
    assert "about.html" in {page[0] for page in said(index)["pages"]}


def test_content_cannot_take_its_place(tmp_path: Path) -> None:
    root = mini(tmp_path / "root")
    (root / "content/assets").mkdir()
    (root / "content" / search.PATH).write_text("mine")
    with pytest.raises(Exception, match=r"content/assets/search-index.js: .* is written by attest itself"):
        build(root, prepared(root), tmp_path / "site")


# In a browser


@pytest.fixture(scope="module")
def site(harbourline: Path, reference: Prepared) -> Path:
    build(harbourline, reference, harbourline / "built")
    return harbourline / "built"


@pytest.fixture(scope="module")
def base(site: Path) -> Iterator[str]:
    server = serve(site, policy_of(site))
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def ask(page: Page, words: str) -> None:
    page.locator("#at-search input").fill(words)


def asking(browser: Browser, base: str, words: str, now: datetime = TODAY) -> tuple[BrowserContext, Page]:
    """The overview with the search opened and something asked."""
    context, page, _ = opened(browser)
    page.clock.install(time=now)
    page.goto(base + "index.html")
    page.keyboard.press("/")
    ask(page, words)
    page.locator(".at-search-hit, .at-search-nothing").first.wait_for()
    return context, page


def first(page: Page, root: str) -> str | None:
    """Where the first of what is found leads, inside the site; None where nothing is found."""
    page.locator(".at-search-hit, .at-search-nothing").first.wait_for()
    found = page.locator(".at-search-hit").first
    return str(found.evaluate("link => link.href")).removeprefix(root) if found.count() else None


@pytest.mark.slow
def test_every_visitor_of_the_table_finds_it_first(browser: Browser, base: str, site: Path) -> None:
    context, page, wrong = opened(browser)
    page.clock.install(time=TODAY)
    page.goto(base + "policies/access.html", wait_until="networkidle")
    page.keyboard.press("/")
    page.locator(".at-search-ways").wait_for()
    found = []
    for row in ASKED:
        ask(page, row["ask"])
        found.append({"ask": row["ask"], "first": first(page, base)})
    assert found == ASKED
    assert wrong == []
    context.close()
    for row in ASKED:
        path, _, fragment = (row["first"] or "index.html").partition("#")
        assert not fragment or f'id="{fragment}"' in (site / path).read_text("utf-8"), row


@pytest.mark.slow
def test_every_address_of_the_index_is_there(site: Path) -> None:
    found = said((site / search.PATH).read_bytes())
    anchors = {path: set(re.findall(r'\bid="([^"]+)"', (site / path).read_text("utf-8"))) for path in [page[0] for page in found["pages"]]}
    assert [(page[0], part[0]) for page in found["pages"] for part in page[4] if part[0] and part[0] not in anchors[page[0]]] == []
    for ident, _, listed in found["frameworks"]:
        html = (site / f"frameworks/{ident}.html").read_text("utf-8")
        assert [clause for clause in listed[::2] if f'id="{clause_anchor(clause)}"' not in html] == []


@pytest.mark.slow
def test_no_byte_of_it_is_asked_for_before_it_is_opened(browser: Browser, base: str) -> None:
    context, page, wrong = opened(browser)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(base)))
    for path in ("index.html", "customers/encrypted-at-rest.html"):
        page.goto(base + path, wait_until="networkidle")
    assert [path for path in asked if "search" in path] == []
    page.get_by_role("button", name="Search").click()
    page.locator(".at-search-ways").wait_for()
    assert [path for path in asked if "search" in path] == ["assets/search-index.js", "assets/search.js"]
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    ask(page, "backups")
    first(page, base)
    assert len([path for path in asked if "search" in path]) == 2
    assert wrong == []
    context.close()


@pytest.mark.slow
def test_from_a_saved_copy(browser: Browser, site: Path) -> None:
    context, page, wrong = opened(browser)
    root = f"{site.as_uri()}/"
    page.goto(root + "customers/encrypted-at-rest.html")
    page.keyboard.press("/")
    ask(page, "GDPR 32")
    assert first(page, root) == "frameworks/gdpr.html#clause-Art.-32"
    page.keyboard.press("Enter")
    page.wait_for_url("**/frameworks/gdpr.html#clause-Art.-32")
    assert wrong == []
    context.close()


@pytest.mark.slow
def test_by_keyboard_alone(browser: Browser, base: str) -> None:
    context, page, wrong = opened(browser)
    page.goto(base + "index.html", wait_until="networkidle")
    page.keyboard.press("Control+k")
    dialog, field = page.get_by_role("dialog", name="Search"), page.get_by_role("searchbox", name="Search this trust center")
    expect(field).to_be_focused()
    page.keyboard.type("a.8.24")
    expect(dialog.get_by_role("status")).to_have_text("5 results")
    page.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("link").nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("link").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("n")  # a letter goes to the field, and nowhere else: Material would turn the page
    expect(field).to_have_value("a.8.24n")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Search").focus()
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || document.activeElement.closest('dialog') !== null"), "focus stays inside"
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Search")).to_be_focused()
    assert page.url == base + "index.html"
    assert wrong == []
    context.close()


@pytest.mark.slow
def test_a_slash_in_a_field_is_a_slash(browser: Browser, base: str) -> None:
    context, page, _ = opened(browser)
    page.goto(base + "index.html", wait_until="networkidle")
    page.evaluate("document.querySelector('h1').append(document.createElement('input'))")
    page.locator("h1 input").focus()
    page.keyboard.type("a/b")
    page.keyboard.press("Control+k")
    assert page.locator("h1 input").input_value() == "a/b"
    expect(page.locator("#at-search")).to_be_hidden()
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_telephone_it_takes_the_whole_screen(browser: Browser, base: str, scheme: Any) -> None:
    context, page, wrong = opened(browser, viewport={"width": 360, "height": 740}, color_scheme=scheme, has_touch=True, is_mobile=True)
    page.goto(base + "index.html", wait_until="networkidle")
    page.get_by_role("button", name="Search").tap()
    ask(page, "subprocessors")
    first(page, base)
    assert page.locator("#at-search").bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 740}
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator("#at-search").evaluate("dialog => dialog.scrollWidth") <= 360
    assert float(page.locator("#at-search input").evaluate("field => parseFloat(getComputedStyle(field).fontSize)")) >= 16, "or the browser zooms in"
    page.locator(".at-search-hit").first.tap()
    page.wait_for_url("**/registers/subprocessors.html")
    assert wrong == []
    context.close()


@pytest.mark.slow
def test_a_link_can_ask(browser: Browser, base: str) -> None:
    context, page, wrong = opened(browser)
    page.goto(base + "customers/index.html?q=GDPR+32")
    assert first(page, base) == "frameworks/gdpr.html#clause-Art.-32"
    expect(page.locator("#at-search input")).to_have_value("GDPR 32")
    assert wrong == []
    context.close()


@pytest.mark.slow
def test_what_was_found_is_marked_and_told_where_it_stands(browser: Browser, base: str) -> None:
    context, page = asking(browser, base, "backups")
    hit = page.locator(".at-search-hit").first
    assert hit.locator(".at-search-title").inner_text() == "Backups are tested by bringing them back"
    assert hit.locator(".at-search-title mark").inner_text() == "Backups"
    assert hit.locator(".at-badge").inner_text() == "Shown by evidence"
    assert hit.locator(".at-search-where").inner_text() == "For customers · Keeping the service running"
    context.close()


@pytest.mark.slow
def test_a_verdict_is_told_by_the_readers_clock(browser: Browser, base: str) -> None:
    context, page = asking(browser, base, "backups", TODAY + timedelta(days=800))
    badge = page.locator(".at-search-hit .at-badge").first
    assert badge.inner_text().startswith("No current evidence since ")
    assert "at-unknown" in str(badge.get_attribute("class"))
    context.close()


@pytest.mark.slow
def test_where_nothing_is_found_it_says_whom_to_ask(browser: Browser, base: str) -> None:
    context, page = asking(browser, base, "zzebra")
    page.get_by_text("Nothing for “zzebra”.").wait_for()
    assert page.locator(".at-search-found a[href='mailto:security@harbourline.example']").is_visible()
    assert page.locator(".at-search-ways a").count() > 5
    expect(page.locator("#at-search [role=status]")).to_have_text("No results")
    context.close()


@pytest.mark.slow
def test_a_slip_is_told(browser: Browser, base: str) -> None:
    context, page = asking(browser, base, "insurnace")
    page.get_by_text("Looked for “insurance”, since what you typed stands nowhere here.").wait_for()
    ask(page, "backups zzebra")
    page.get_by_text("“zzebra” stands nowhere here; the rest was found.").wait_for()
    context.close()


@pytest.mark.slow
def test_a_long_list_is_shown_when_asked_for(browser: Browser, base: str) -> None:
    context, page = asking(browser, base, "gdpr 32")
    section = page.locator("#at-search section", has=page.get_by_role("heading", name="Promises"))
    assert section.locator("li").count() == 6
    section.get_by_role("button").click()
    assert section.locator("li").count() > 20
    expect(section.locator("a").nth(6)).to_be_focused()
    context.close()


@pytest.mark.slow
def test_what_cannot_be_loaded_is_told(browser: Browser, base: str) -> None:
    context, page, _ = opened(browser)
    page.route("**/assets/search.js", lambda route: route.abort())
    page.goto(base + "index.html")
    page.keyboard.press("/")
    page.get_by_text("The search could not be loaded.").wait_for()
    context.close()


@pytest.mark.slow
def test_nothing_declared_runs_in_it(browser: Browser, tmp_path: Path) -> None:
    """Without the policy, which would stop it anyway: text that is set as text has to hold."""
    root = hostile_root(tmp_path / "root")
    build(root, hostile(), tmp_path / "site")
    server = serve(tmp_path / "site", "")
    context, page, wrong = opened(browser)
    page.goto(f"http://127.0.0.1:{server.server_port}/index.html")
    page.keyboard.press("/")
    for words in ("window broken", "x", "S.1", "evidence", "</script><script>window.broken=1</script>"):
        ask(page, words)
        page.locator(".at-search-hit, .at-search-nothing").first.wait_for()
        assert page.locator("#at-search :is(img, script, b)").count() == 0
        assert page.locator("#at-search [href^='javascript:']").count() == 0
    assert page.evaluate("window.broken") is None
    assert [said for said in wrong if "404" not in said] == []
    context.close()
    server.shutdown()
