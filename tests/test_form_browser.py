"""A questionnaire in Chromium: on the site under its policy, and as one file from a folder. What is kept, read, saved and printed, and that nobody is asked for anything."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from attest import answering
from attest.build import build as build_site
from attest.hygiene import document_problems
from attest.load.shape import build
from attest.model.answers import Answers
from attest.pages import form
from attest.yaml_lines import parse
from tests.formed import asking, questionnaire
from tests.formed import form as small_form
from tests.quality.visiting import chromium
from tests.sites import prepared
from tests.test_browser import policy_of, serve
from tests.test_form import heavy_form, hostile_form

pytestmark = pytest.mark.slow

PAGE = "questionnaires/new-supplier.html"
NO_STORAGE = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('off', 'SecurityError'); }})"
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }"
TELLS = "addEventListener('securitypolicyviolation', event => console.error(`refused ${event.blockedURI} by ${event.violatedDirective}`))"
JUDGE = """async () => (await axe.run(document, {resultTypes: ["violations"], preload: false})).violations
  .map(rule => `${rule.id}: ${rule.nodes.map(node => node.target.join(" ")).slice(0, 3)}`)"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that asks, forms by themselves beside it, and a file to be named."""
    folder = tmp_path_factory.mktemp("forms")
    root = asking(folder / "root")
    build_site(root, prepared(root), folder / "site")
    made = small_form()
    (folder / "alone.html").write_bytes(form.standalone(made))
    (folder / "internal.html").write_bytes(form.standalone(small_form(part=None), {"second-factor": "Ask how."}))
    (folder / "hostile.html").write_bytes(form.standalone(hostile_form(), {"what": "x"}))
    (folder / "heavy.html").write_bytes(form.standalone(heavy_form(400)))
    (folder / "newer.html").write_bytes(form.standalone({**made, "version": "4"}))
    (folder / "plan.pdf").write_bytes(b"%PDF-1.7 a plan")
    return folder


@pytest.fixture(scope="module")
def base(folder: Path) -> Iterator[str]:
    server = serve(folder / "site", policy_of(folder / "site"))
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


class Visitor:
    """A context with a page, what went wrong there, and every address that was asked for."""

    def __init__(self, context: BrowserContext) -> None:
        self.context, self.wrong, self.asked = context, list[str](), list[str]()
        context.add_init_script(TELLS)
        self.page = self.opened()

    def opened(self) -> Page:
        page = self.context.new_page()
        page.on("console", lambda said: self.wrong.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("request", lambda request: self.asked.append(f"{request.method} {request.url}"))
        return page


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    context = browser.new_context()
    one = Visitor(context)
    yield one
    context.close()
    assert one.wrong == []


def choose(page: Page, ident: str, *values: str) -> None:
    for value in values:
        page.check(f'[name="a-{ident}"][value="{value}"]')


def fill_all(page: Page, plan: Path) -> None:
    page.fill("#by-name", "Fjordhost (fictional)")
    page.fill("#by-role", "Security lead")
    page.fill("#a-what", "We host.\nTwo halls.")
    choose(page, "where", "dk", "other")
    page.fill("#a-where-else", "Norway")
    page.fill("#a-people", "80")
    choose(page, "second-factor", "partly")
    page.fill("#a-second-factor-when", "2027-01-31")
    page.fill("#a-second-factor-why", "New keys come then.")
    choose(page, "depth", "deep")
    choose(page, "logged", "yes")
    choose(page, "overseen", "n/a")
    page.fill("#a-notice-hours", "24")
    page.set_input_files("#ask-plan input[type=file]", plan)
    expect(page.locator('[name="a-plan-sha256"]')).to_have_value(re.compile("^[0-9a-f]{64}$"))


def noted(page: Page, ident: str, note: str, *, private: bool = False) -> None:
    page.click(f"#ask-{ident} summary")
    page.fill(f"#ask-{ident} .at-more-note", note)
    page.set_checked(f"#ask-{ident} .at-more-private", private)


def saved(page: Page) -> bytes:
    with page.expect_download() as download:
        page.click(".at-form-save")
    assert download.value.suggested_filename == "new-supplier-answers.json"
    return Path(download.value.path()).read_bytes()


def read(data: bytes) -> Answers:
    """As whoever reviews reads it, with nothing to say against it."""
    document = parse(data, "answers.json")
    made, problems = build(Answers, document)
    assert made is not None, problems
    assert answering.check_answers(questionnaire(form.printed(small_form())), made, document) == []
    assert list(document_problems(document)) == []
    return made


@pytest.mark.parametrize("where", ["site", "folder of the site", "alone"])
def test_filled_in_saved_and_read_back(browser: Browser, visitor: Visitor, folder: Path, base: str, tmp_path: Path, where: str) -> None:
    """The whole way, on the site, from a saved copy and from the one file: the answers file fits, and brings everything back on another computer."""
    page, address = visitor.page, {"site": base + PAGE, "folder of the site": (folder / "site" / PAGE).as_uri(), "alone": (folder / "alone.html").as_uri()}[where]
    page.goto(address)
    fill_all(page, folder / "plan.pdf")
    noted(page, "where-else", "From 2027 on", private=True)
    assert page.inner_text(".at-form-count") == "12 of 13 answered, the rest may be left open"
    first = saved(page)
    assert "Everything that needs an answer has one." in page.inner_text(".at-form-saved")
    answers = read(first)
    assert (answers.by.name, answers.by.person, answers.by.role) == ("Fjordhost (fictional)", None, "Security lead")
    assert answers.answers["where"].value == ("dk", "other")
    assert (answers.answers["where-else"].note, answers.answers["where-else"].private) == ("From 2027 on", "yes")
    assert answers.answers["plan"].sha256 == hashlib.sha256((folder / "plan.pdf").read_bytes()).hexdigest()

    elsewhere = Visitor(browser.new_context())
    other = elsewhere.page
    other.goto(address)
    assert other.input_value("#a-people") == ""
    (tmp_path / "back.json").write_bytes(first)
    other.set_input_files(".at-form-import", tmp_path / "back.json")
    expect(other.locator(".at-form-told")).to_contain_text("12 answers taken from back.json")
    second = json.loads(saved(other))
    assert {**json.loads(first), "answered_at": None} == {**second, "answered_at": None}
    assert elsewhere.wrong == []
    elsewhere.context.close()
    asked = [line for line in (*visitor.asked, *elsewhere.asked) if not line.startswith(("GET http://127.0.0.1", "GET file://"))]
    assert [line for line in asked if not line.startswith("GET blob:")] == [], "nobody is asked"


def test_nothing_is_sent_while_it_is_filled_in(visitor: Visitor, folder: Path, base: str) -> None:
    page = visitor.page
    page.goto(base + PAGE, wait_until="networkidle")
    visitor.asked.clear()
    fill_all(page, folder / "plan.pdf")
    saved(page)
    page.reload()
    page.wait_for_load_state("networkidle")
    assert {line for line in visitor.asked if not line.startswith(f"GET {base}")} <= {line for line in visitor.asked if line.startswith("GET blob:")}
    assert not any("?" in line or "Fjordhost" in line for line in visitor.asked)
    assert page.locator("form", has=page.locator("[data-at-ask]")).count() == 0, "there is no form element that a browser could submit"


def test_conditions_are_live(visitor: Visitor, folder: Path) -> None:
    page = visitor.page
    page.goto((folder / "alone.html").as_uri())
    when, why, deep, more = page.locator("#ask-second-factor-when"), page.locator("#ask-second-factor-why"), page.locator("#part-deep"), page.locator(".at-form-more")
    assert not when.is_visible()
    assert not deep.is_visible()
    choose(page, "second-factor", "no")
    expect(when).to_be_visible()
    expect(more).to_have_text("One more question follows from this answer.")
    page.fill("#a-second-factor-when", "2027-01-31")
    page.fill("#a-people", "49")
    assert not why.is_visible()
    page.fill("#a-people", "50")
    expect(why).to_be_visible()
    choose(page, "depth", "deep")
    expect(deep).to_be_visible()
    expect(more).to_have_text("2 more questions follow from this answer.")
    assert page.inner_text("#title-deep .at-part-count") == "0 of 2"
    choose(page, "second-factor", "yes")
    assert not when.is_visible()
    assert not why.is_visible(), "what follows from a hidden question is hidden"
    choose(page, "second-factor", "partly")
    assert page.input_value("#a-second-factor-when") == "2027-01-31", "hiding loses nothing"


def test_what_is_wrong_is_told_and_no_file_is_made(visitor: Visitor, folder: Path) -> None:
    page, downloads = visitor.page, list[str]()
    page.on("download", lambda download: downloads.append(download.suggested_filename))
    page.goto((folder / "alone.html").as_uri())
    page.fill("#a-people", "very many")
    assert page.inner_text("#wrong-people") == "", "not while it is being written"
    page.locator("#a-people").blur()
    assert page.inner_text("#wrong-people") == "This is not a number: write it as 24 or 24.5, without the unit."
    assert page.get_attribute("#a-people", "aria-invalid") == "true"
    assert "wrong-people" in (page.get_attribute("#a-people", "aria-describedby") or "")
    page.fill("#a-what", "<b>x")
    page.click(".at-form-save")
    links = page.locator(".at-form-wrong a")
    assert links.all_inner_texts() == ["Who answers", "1.1 What do you do for us?", "1.4 How many people can reach our data?"]
    assert page.evaluate("document.activeElement.className") == "at-form-wrong", "focus goes where it is said"
    links.last.click()
    assert page.evaluate("document.activeElement.id") == "a-people"
    assert downloads == []
    page.fill("#a-people", "5001")
    page.locator("#a-people").blur()
    assert "more than 5000" in page.inner_text("#wrong-people")
    page.fill("#a-people", "12")
    page.fill("#a-what", "x")
    page.fill("#by-name", "Fjordhost (fictional)")
    answers = read(saved(page))
    assert page.locator(".at-form-wrong").is_hidden()
    assert sorted(answers.answers) == ["people", "what"]
    assert page.locator(".at-form-saved a").count() == 4, "open ones are named, and stop nothing"


def test_kept_here_and_forgotten(visitor: Visitor, folder: Path) -> None:
    page = visitor.page
    page.goto((folder / "alone.html").as_uri())
    assert page.locator(".at-form-forget").is_hidden()
    page.fill("#a-what", "We host.")
    page.fill("#by-name", "Fjordhost (fictional)")
    noted(page, "depth", "see the plan")
    page.reload()
    assert page.input_value("#a-what") == "We host."
    assert page.input_value("#by-name") == "Fjordhost (fictional)"
    assert page.input_value("#ask-depth .at-more-note") == "see the plan"
    assert "kept in this browser" in page.inner_text(".at-form-kept")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.click(".at-form-forget")
    assert page.input_value("#a-what") == "We host.", "asked first"
    page.once("dialog", lambda dialog: dialog.accept())
    page.click(".at-form-forget")
    assert page.input_value("#a-what") == ""
    assert page.evaluate("localStorage.length") == 0
    page.reload()
    assert page.input_value("#a-what") == ""


def test_what_is_written_about_one_party_is_not_shown_of_another(visitor: Visitor, folder: Path) -> None:
    page, alone = visitor.page, (folder / "alone.html").as_uri()
    page.goto(f"{alone}?for=aspen-freight")
    page.fill("#a-what", "About Aspen")
    assert page.inner_text(".at-form-kept").startswith("About aspen-freight. ")
    for other in ("?for=northquay", "?for=%3Cb%3E", ""):
        page.goto(alone + other)
        assert page.input_value("#a-what") == ""
        assert "aspen" not in page.inner_text("main")
    page.goto(f"{alone}?for=aspen-freight#ask-what")
    assert page.input_value("#a-what") == "About Aspen"


def test_two_windows_do_not_overwrite_each_other(visitor: Visitor, folder: Path) -> None:
    page, other = visitor.page, visitor.opened()
    page.goto((folder / "alone.html").as_uri())
    other.goto((folder / "alone.html").as_uri())
    page.fill("#a-what", "From the first")
    expect(other.locator("#a-what")).to_have_value("From the first")
    other.fill("#a-people", "7")
    expect(page.locator("#a-people")).to_have_value("7")
    assert page.input_value("#a-what") == "From the first"


def test_a_new_version_offers_what_was_written_into_the_old_one(visitor: Visitor, folder: Path) -> None:
    page = visitor.page
    page.goto((folder / "alone.html").as_uri())
    page.fill("#a-what", "We host.")
    page.goto((folder / "newer.html").as_uri())
    assert page.input_value("#a-what") == ""
    page.click(".at-form-older")
    assert page.input_value("#a-what") == "We host."
    assert page.locator(".at-form-older").is_hidden()


@pytest.mark.parametrize("broken", [NO_STORAGE, FULL])
def test_without_storage_it_works_and_says_so(browser: Browser, folder: Path, broken: str) -> None:
    context = browser.new_context()
    context.add_init_script(broken)
    one = Visitor(context)
    one.page.goto((folder / "alone.html").as_uri())
    fill_all(one.page, folder / "plan.pdf")
    one.page.wait_for_timeout(400)
    assert "keeps nothing" in one.page.inner_text(".at-form-kept")
    asked = list[str]()
    one.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    one.page.close(run_before_unload=True)
    one.page.wait_for_event("close") if not one.page.is_closed() else None
    assert asked == ["beforeunload"], "whoever leaves without a file is asked"
    page = one.opened()
    page.goto((folder / "alone.html").as_uri())
    fill_all(page, folder / "plan.pdf")
    read(saved(page))
    assert one.wrong == []
    context.close()


def test_kept_nonsense_is_passed_over(visitor: Visitor, folder: Path) -> None:
    page, key = visitor.page, f"attest-form:{form.digest(small_form())}"
    for nonsense in ("{", "[]", "null", '{"given": 7}', '{"given": [["people", null], ["what", {"value": {"a": 1}}], ["second-factor", {"value": "perhaps"}], ["gone", {"value": "x"}]], "by": "x"}'):
        page.goto((folder / "alone.html").as_uri())
        page.evaluate("([key, said]) => localStorage.setItem(key, said)", [key, nonsense])
        page.reload()
        assert page.inner_text(".at-form-count") == "0 of 9 answered", nonsense


def test_an_import_can_be_taken_back_and_says_what_it_could_not_take(visitor: Visitor, folder: Path, tmp_path: Path) -> None:
    page = visitor.page
    page.goto((folder / "alone.html").as_uri())
    page.fill("#a-people", "80")
    (tmp_path / "a.json").write_text(json.dumps({"questionnaire": {"id": "new-supplier", "version": "3"}, "by": {"name": "F"}, "answers": {"people": "7", "what": "x", "gone": "y"}}), "utf-8")
    page.set_input_files(".at-form-import", tmp_path / "a.json")
    told = page.locator(".at-form-told")
    expect(told).to_contain_text("2 answers taken from a.json")
    expect(told).to_contain_text("not like that: gone.")
    expect(told).to_contain_text("One answer was here before and replaced.")
    assert page.input_value("#a-people") == "7"
    told.get_by_role("button", name="Undo").click()
    assert (page.input_value("#a-people"), page.input_value("#a-what")) == ("80", "")
    (tmp_path / "b.yml").write_text("questionnaire: {id: new-supplier}\n", "utf-8")
    page.set_input_files(".at-form-import", tmp_path / "b.yml")
    expect(told).to_contain_text("Nothing was changed.")
    assert page.input_value("#a-people") == "80"


def test_where_a_browser_cannot_hash_a_person_writes_it(browser: Browser, folder: Path) -> None:
    context = browser.new_context()
    context.add_init_script("Object.defineProperty(window, 'crypto', {value: {}})")
    one = Visitor(context)
    one.page.goto((folder / "alone.html").as_uri())
    one.page.fill("#by-name", "F")
    one.page.set_input_files("#ask-plan input[type=file]", folder / "plan.pdf")
    expect(one.page.locator("#ask-plan [role=status]")).to_contain_text("cannot work it out")
    assert "lacks the SHA-256" in one.page.inner_text("#wrong-plan")
    one.page.fill('[name="a-plan-sha256"]', "AB" * 32)
    assert read(saved(one.page)).answers["plan"].sha256 == "ab" * 32
    context.close()


def test_by_keys_alone(visitor: Visitor, folder: Path) -> None:
    page = visitor.page
    page.goto((folder / "alone.html").as_uri())
    page.locator("#by-name").focus()
    page.keyboard.type("Fjordhost (fictional)")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.type("We host.")
    page.locator('[name="a-second-factor"]').first.focus()
    page.keyboard.press("ArrowDown")
    assert page.locator("#ask-second-factor-when").is_visible()
    page.locator(".at-form-next").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('[data-at-ask]').id") == "ask-where"
    page.locator(".at-form-save").focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    answers = read(Path(download.value.path()).read_bytes())
    assert answers.answers["what"].value == "We host."
    assert answers.answers["second-factor"].value == "no"


def test_an_answer_can_be_taken_back(visitor: Visitor, folder: Path) -> None:
    page = visitor.page
    page.goto((folder / "alone.html").as_uri())
    clear = page.locator("#ask-second-factor .at-more-clear")
    assert clear.is_hidden()
    choose(page, "second-factor", "no")
    noted(page, "second-factor", "we talk about it")
    clear.click()
    assert page.locator('[name="a-second-factor"]:checked').count() == 0
    assert page.input_value("#ask-second-factor .at-more-note") == "we talk about it"
    assert page.locator("#ask-second-factor-when").is_hidden()


def test_on_paper_answers_blanks_and_what_may_be_asked_yet(visitor: Visitor, folder: Path) -> None:
    page = visitor.page
    page.goto((folder / "alone.html").as_uri())
    choose(page, "depth", "login")
    noted(page, "depth", "for two people")
    page.fill("#a-what", "line\n" * 12)
    page.emulate_media(media="print")
    shown = {one.get_attribute("data-at-ask") for one in page.locator("[data-at-ask]").all() if one.is_visible()}
    assert "second-factor-when" in shown, "it may be asked yet"
    assert "logged" not in shown, "access is not deep"
    assert page.locator("#ask-second-factor-when .at-ask-only").is_visible(), "with the words that say when"
    assert page.locator("#ask-depth .at-more-note").is_visible()
    assert page.locator("#ask-what .at-more-note").is_hidden()
    assert page.evaluate("(field => field.scrollHeight - field.clientHeight)(document.getElementById('a-what'))") <= 2, "nothing written is cut"
    for tool in (".at-form-box", ".at-form-end", ".at-form-bar", ".at-ask-pick"):
        assert page.locator(tool).first.is_hidden(), tool


def test_without_scripts_it_can_be_filled_in_and_printed(browser: Browser, base: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(base + PAGE)
    assert all(one.is_visible() for one in page.locator("[data-at-ask]").all())
    assert page.get_by_text("Only if 2.1 is answered “No” or “Partly”.").is_visible()
    for tool in (".at-form-box", ".at-form-end", ".at-form-bar", ".at-ask-pick", ".at-more"):
        assert page.locator(tool).first.is_hidden(), tool
    choose(page, "second-factor", "no")
    page.fill("#a-what", "We host.")
    page.emulate_media(media="print")
    assert page.locator("#a-what").is_visible()
    assert page.locator('[name="a-second-factor"]:checked').is_visible()
    context.close()


@pytest.mark.parametrize("name", ["alone.html", "internal.html", "site/questionnaires/new-supplier.html", "site/questionnaires.html", "site/acceptance/suppliers.html"])
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_it_fits(browser: Browser, folder: Path, npm_packages: Path, name: str, width: int, scheme: Any) -> None:
    """As it comes, and with questions that followed, notes opened, errors told."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce")
    one = Visitor(context)
    one.page.goto((folder / name).as_uri())
    one.page.evaluate((npm_packages / "axe-core" / "axe.min.js").read_text("utf-8"))
    found = one.page.evaluate(JUDGE)
    if one.page.locator(".at-form").count():
        choose(one.page, "second-factor", "no")
        choose(one.page, "depth", "deep")
        noted(one.page, "depth", "x" * 200)
        one.page.fill("#a-people", "many")
        one.page.click(".at-form-save")
        found += one.page.evaluate(JUDGE)
    assert found == []
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width
    assert one.page.locator("h1").count() == 1
    assert one.wrong == []
    context.close()


def test_text_of_a_stranger_runs_nowhere(visitor: Visitor, folder: Path) -> None:
    page = visitor.page
    page.goto((folder / "hostile.html").as_uri())
    page.fill("#by-name", "F")
    choose(page, "second-factor", "no")
    page.fill("#a-people", "7")
    saved(page)
    assert page.evaluate("window.broken") is None
    assert page.locator("main img, main b, main iframe").count() == 0


def test_four_hundred_questions_answer_at_once(visitor: Visitor, folder: Path) -> None:
    page = visitor.page
    page.goto((folder / "heavy.html").as_uri())
    spent = page.evaluate("""() => {
      const box = document.querySelector('[name="a-question-0"]'), begun = performance.now();
      for (let at = 0; at < 10; at += 1) box.click();
      return (performance.now() - begun) / 10;
    }""")
    assert spent < 100, spent
