"""Without scripts, and without a server: what is said is said all the same, and every link leads on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.quality.doing import found as searched
from tests.quality.doing import narrowed, switched
from tests.quality.visiting import nothing, settled, visit

pytestmark = pytest.mark.slow

LINES = "() => document.querySelector('main').innerText.split('\\n').map(line => line.trim().replace(/\\s+/g, ' ')).filter(Boolean)"
MADE_BY_SCRIPTS = "main form, main [role=status], main [data-at-script], main .md-clipboard, main .md-code__nav"
"""What scripts add or show, and what they tell: filters, the search, copying."""
TOOLS = {"Between any two releases", "Print it, or save it as PDF"}
"""What stands over or on a tool that scripts show."""
A_BLANK = "one => one.matches('.at-form [data-at-ask] *, .at-form-by *') && one.matches('input:not([type=file]), textarea')"
NEEDS_SCRIPTS = "button, input, select, textarea, [role=button], [contenteditable], label.md-icon, canvas"


def said(page: Page) -> set[str]:
    """The lines of the content, without what only scripts make."""
    page.evaluate("selector => document.querySelectorAll(selector).forEach(one => one.remove())", MADE_BY_SCRIPTS)
    return set(page.evaluate(LINES))


def idle(page: Page) -> Iterator[str]:
    """Controls that show and do nothing without a script. A box can be ticked without one, and the menu of a phone is such a box; a questionnaire can be filled in and printed."""
    for one in page.locator(NEEDS_SCRIPTS).all():
        if one.is_visible() and not one.evaluate(A_BLANK) and one.get_attribute("for") != "__drawer" and (one.get_attribute("type") != "checkbox" or one.locator("xpath=ancestor::form").count()):
            yield str(one.evaluate("one => one.outerHTML"))[:120]


def test_without_scripts_every_kind_of_page_says_the_same(browser: Browser, base: str, one_of_each: dict[str, str]) -> None:
    found = []
    with visit(browser) as one, visit(browser, java_script_enabled=False) as bare:
        for kind, path in one_of_each.items():
            settled(one.page, base + path)
            bare.page.goto(base + path)
            controls = list(idle(bare.page))
            missing = said(one.page) - said(bare.page) - TOOLS
            found += [f"{kind} ({path}): only with scripts: {line}" for line in sorted(missing)] + [f"{kind} ({path}): does nothing: {line}" for line in controls]
            assert bare.page.locator("main h1").is_visible(), path
            assert "nothing here watches the clock" in bare.page.locator(".at-state").inner_text(), path
    nothing(found)


@pytest.mark.parametrize("width", [1280, 360])
def test_without_scripts_one_gets_from_the_first_page_to_a_proof(browser: Browser, base: str, width: int) -> None:
    with visit(browser, width=width, java_script_enabled=False) as one:
        one.page.goto(f"{base}index.html")
        if width < 1000:
            one.page.locator("header label[for=__drawer]").click()
        menu = ".md-sidebar--primary" if width < 1000 else ".md-tabs"
        one.page.locator(f"{menu} a[href='customers/index.html']").click()
        one.page.wait_for_url("**/customers/index.html")
        one.page.get_by_role("link", name="Your data is encrypted where we keep it").first.click()
        one.page.wait_for_url("**/customers/encrypted-at-rest.html")
        for words in ("Shown by evidence", "List of databases, disks and stores", "until"):
            assert one.page.locator("main").get_by_text(words).first.is_visible(), words


def test_from_a_folder_every_kind_of_page_opens_and_all_it_links_to_is_there(browser: Browser, site: Path, one_of_each: dict[str, str]) -> None:
    """But the page for what is not there: a host shows it at any depth, so its links begin at the top of the host."""
    found = []
    with visit(browser) as one:
        for path in (path for path in one_of_each.values() if path != "404.html"):
            settled(one.page, (site / path).as_uri())
            links = {href for href in one.page.evaluate("() => [...document.links].map(one => one.href)") if href.startswith("file:")}
            found += [f"{path}: {href}" for href in sorted(links) if not Path(unquote(urlsplit(href).path)).is_file()]
            found += [f"{path}: {line}" for line in one.wrong]
            one.wrong.clear()
    nothing(found)


def test_from_a_folder_scripts_work(browser: Browser, site: Path) -> None:
    with visit(browser) as one:
        settled(one.page, (site / "frameworks/index.html").as_uri())
        assert switched(one.page)[1] == "slate"
        settled(one.page, (site / "customers/index.html").as_uri())
        assert narrowed(one.page, "backup")[1] > 0
        searched(one.page, "A.8.24").first.click()
        one.page.wait_for_load_state()
        assert Path(unquote(urlsplit(one.page.url).path)).is_file()
        assert one.wrong == []
