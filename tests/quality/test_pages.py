"""Every kind of page, light and dark, wide and narrow: nothing for axe to find, nothing wrong said, nobody else asked, and it fits.

The accessibility rules are all that axe-core has, its best practices among them, but those it calls experimental. Two visitors walk
side by side, one who likes it light and one who likes it dark, so that both processors have something to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.quality.doing import found as found_by_search
from tests.quality.doing import scheme
from tests.quality.visiting import Visit, nothing, ready, settled, still, visit

pytestmark = pytest.mark.slow

WIDE, NARROW = ViewportSize(width=1280, height=800), ViewportSize(width=360, height=800)
SCHEMES = {"light": "default", "dark": "slate"}
JUDGE = """() => {
  const judged = async () => {
    const done = await axe.run(document, {resultTypes: ["violations"], preload: false});
    return done.violations.map(rule => `${rule.id} (${rule.nodes.length}): ${rule.nodes[0].target.join(" ")}: ${rule.nodes[0].failureSummary.split("\\n")[1] || ""}`);
  };
  window.attestJudged = new Promise(done => setTimeout(() => done(judged())));
}"""
"""Begins, and does not wait: others may begin meanwhile."""
JUDGED = "() => window.attestJudged"
RULES = "() => axe.getRules().filter(rule => rule.tags.includes('best-practice')).length"
UNFIT = "() => [document.documentElement.scrollWidth - innerWidth, document.querySelectorAll('h1').length, document.title]"


@pytest.fixture
def visitors(browser: Browser, axe: str) -> Iterator[dict[str, Visit]]:
    """Scheme -> who likes it so, with axe at hand on every page."""
    with ExitStack() as stack:
        both = {liked: stack.enter_context(visit(browser, liked)) for liked in ("light", "dark")}
        for one in both.values():
            one.context.add_init_script(axe)
        yield both


def unfit(page: Page) -> list[str]:
    """What everybody sees without a tool: a page wider than its screen, no heading or two of the first order, no title."""
    width, headings, title = page.evaluate(UNFIT)
    return [said for said, wrong in ((f"{width} px wider than the screen", width > 0), (f"{headings} h1", headings != 1), ("no title", not title)) if wrong]


def held(visitors: dict[str, Visit], where: str, *sizes: ViewportSize) -> list[str]:
    """What is wrong with the page that is open, at each of these sizes, in either scheme."""
    found = []
    for size in sizes:
        for one in visitors.values():
            one.page.set_viewport_size(size)
            still(one.page)
            one.page.evaluate(JUDGE)
        for liked, one in visitors.items():
            found += [f"{where}, {liked}, {size['width']}: {line}" for line in (*one.page.evaluate(JUDGED), *unfit(one.page))]
    return found + [f"{where}, {liked}: {line}" for liked, one in visitors.items() for line in one.told()]


def all_settled(visitors: dict[str, Visit], address: str) -> None:
    """Both go there at a time."""
    for one in visitors.values():
        one.page.set_viewport_size(WIDE)
        one.page.goto(address, wait_until="commit")
    for liked, one in visitors.items():
        ready(one.page)
        assert scheme(one.page) == SCHEMES[liked]


def opened_and_used(page: Page) -> bool:
    """Opens whatever folds, asks a filter for a word and a state, chooses what can be chosen; whether there was anything."""
    for field in page.locator("main form input[type=search]:visible").all():
        field.fill("data")
    for choice in page.locator("main select:visible").all():
        choice.select_option(index=1)
    if page.locator("main form input[type=checkbox]:visible").count():
        page.locator("main form input[type=checkbox]:visible").first.check()
    return bool(page.evaluate("() => [...document.querySelectorAll('details')].map(one => { one.open = true }).length || !!document.querySelector('main form:not([hidden])')"))


def test_every_kind_of_page(visitors: dict[str, Visit], base: str, one_of_each: dict[str, str]) -> None:
    """As it comes; and where something folds or can be used, once more with all of it open and used."""
    found, unfolding = [], 0
    for kind, path in one_of_each.items():
        all_settled(visitors, base + path)
        found += held(visitors, f"{kind} ({path})", NARROW, WIDE)
        if all([opened_and_used(one.page) for one in visitors.values()]):  # noqa: C419 - in both, whatever the first says
            unfolding += 1
            found += held(visitors, f"{kind} ({path}), all open and used", WIDE if unfolding % 2 else NARROW)
    nothing(found)
    assert unfolding > 3, "lists have filters, and proofs fold"


def test_the_search_dialog_and_the_menu_while_they_are_open(visitors: dict[str, Visit], base: str) -> None:
    found = []
    for path in ("index.html", "customers/encrypted-at-rest.html"):
        all_settled(visitors, base + path)
        for one in visitors.values():
            found_by_search(one.page, "encrypt")
        found += held(visitors, f"{path}, searching", WIDE, NARROW)
        for one in visitors.values():
            settled(one.page, base + path)
            one.page.get_by_role("button", name="Menu").click()
            one.page.locator(".md-sidebar--primary a:visible").first.wait_for()
        found += held(visitors, f"{path}, its menu open", NARROW)
    nothing(found)


def test_axe_would_find_something(visitors: dict[str, Visit], tmp_path: Path) -> None:
    """A page that breaks a rule of each kind: text too faint, a picture without words, content outside landmarks."""
    (tmp_path / "bad.html").write_text('<!doctype html><html lang=en><title>x</title><main><h1 style="color:#999;background:#fff">Too faint</h1><img src="data:,"></main><p>y</p>')
    page = visitors["light"].page
    page.goto((tmp_path / "bad.html").as_uri())
    page.evaluate(JUDGE)
    assert {"color-contrast", "image-alt", "region"} <= {line.split()[0] for line in page.evaluate(JUDGED)}
    assert page.evaluate(RULES) > 20
