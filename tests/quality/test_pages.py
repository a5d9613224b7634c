"""Every kind of page, light and dark, wide and narrow: nothing for axe to find, nothing wrong said, nobody else asked, and it fits.

The accessibility rules are all that axe-core has, its best practices among them, but those it calls experimental.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.quality.doing import found as found_by_search
from tests.quality.visiting import Visit, nothing, settled, still, visit

pytestmark = pytest.mark.slow

WIDE, NARROW = ViewportSize(width=1280, height=800), ViewportSize(width=360, height=800)
JUDGE = """async () => {
  const done = await axe.run(document, {resultTypes: ["violations"], preload: false});
  return done.violations.map(rule => `${rule.id} (${rule.nodes.length}): ${rule.nodes[0].target.join(" ")}: ${rule.nodes[0].failureSummary.split("\\n")[1] || ""}`);
}"""
RULES = "() => axe.getRules().filter(rule => rule.tags.includes('best-practice')).length"


def violations(page: Page, axe: str) -> list[str]:
    """What axe finds, a line each, as the page stands."""
    still(page)
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe)
    return [str(line) for line in page.evaluate(JUDGE)]


def unfit(page: Page) -> list[str]:
    """What everybody sees without a tool: a page wider than its screen, no heading or two of the first order, no title."""
    width, headings, title = page.evaluate(
        "() => [document.documentElement.scrollWidth - innerWidth, document.querySelectorAll('h1').length, document.title]"
    )
    return [
        said
        for said, wrong in ((f"{width} px wider than the screen", width > 0), (f"{headings} h1", headings != 1), ("no title", not title))
        if wrong
    ]


def held(one: Visit, axe: str, where: str, *sizes: ViewportSize) -> list[str]:
    """The page that is open at these sizes, and what was said since the last look."""
    found = []
    for size in sizes:
        one.page.set_viewport_size(size)
        found += [f"{where} at {size['width']}: {line}" for line in (*violations(one.page, axe), *unfit(one.page))]
    found += [f"{where}: {line}" for line in one.wrong]
    one.wrong.clear()
    return found


def opened_and_used(page: Page) -> bool:
    """Opens whatever folds, asks a filter for a word and a state, chooses what can be chosen; whether there was anything."""
    for field in page.locator("main form input[type=search]:visible").all():
        field.fill("data")
    for choice in page.locator("main select:visible").all():
        choice.select_option(index=1)
    if page.locator("main form input[type=checkbox]:visible").count():
        page.locator("main form input[type=checkbox]:visible").first.check()
    return bool(page.evaluate("() => [...document.querySelectorAll('details')].map(one => { one.open = true }).length || !!document.querySelector('main form:not([hidden])')"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_kind_of_page(browser: Browser, base: str, one_of_each: dict[str, str], axe: str, scheme: Any) -> None:
    """As it comes; and where something folds or can be used, once more with all of it open and used: narrow by day, wide by night."""
    found, unfolding = [], 0
    with visit(browser, scheme) as one:
        for kind, path in one_of_each.items():
            one.page.set_viewport_size(WIDE)
            settled(one.page, base + path)
            assert one.page.evaluate("() => document.body.dataset.mdColorScheme") == {"light": "default", "dark": "slate"}[scheme]
            where = f"{kind} ({path}), {scheme}"
            found += held(one, axe, where, WIDE, NARROW)
            one.page.set_viewport_size(WIDE)
            if opened_and_used(one.page):
                unfolding += 1
                found += held(one, axe, f"{where}, all open and used", NARROW if scheme == "light" else WIDE)
    nothing(found)
    assert unfolding > 3, "lists have filters, and proofs fold"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_search_dialog_and_the_drawer_while_they_are_open(browser: Browser, base: str, axe: str, scheme: Any) -> None:
    found = []
    with visit(browser, scheme) as one:
        for path in ("index.html", "customers/encrypted-at-rest.html"):
            settled(one.page, base + path)
            found_by_search(one.page, "encrypt")
            found += held(one, axe, f"{path}, {scheme}, searching", WIDE, NARROW)
            one.page.set_viewport_size(NARROW)
            settled(one.page, base + path)
            one.page.get_by_role("button", name="Menu").click()
            one.page.locator(".md-sidebar--primary a:visible").first.wait_for()
            found += [f"{path}, {scheme}, drawer: {line}" for line in (*violations(one.page, axe), *one.wrong)]
            one.page.set_viewport_size(WIDE)
    nothing(found)


def test_axe_would_find_something(browser: Browser, tmp_path: Path, axe: str) -> None:
    """A page that breaks a rule of each kind: text too faint, a picture without words, content outside landmarks."""
    (tmp_path / "bad.html").write_text(
        '<!doctype html><html lang=en><title>x</title><main><h1 style="color:#999;background:#fff">Too faint</h1><img src="data:,"></main><p>y</p>'
    )
    with visit(browser) as one:
        one.page.goto((tmp_path / "bad.html").as_uri())
        found = {line.split()[0] for line in violations(one.page, axe)}
        assert {"color-contrast", "image-alt", "region"} <= found
        assert one.page.evaluate(RULES) > 20
