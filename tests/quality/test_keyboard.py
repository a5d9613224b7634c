"""With the keyboard alone: every promise is reached, what has the focus shows it, and nothing keeps it."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.quality.doing import SEARCH
from tests.quality.kinds import controls
from tests.quality.visiting import nothing, settled, visit

pytestmark = pytest.mark.slow

REACHED = """() => {
  document.querySelectorAll("details").forEach(one => { one.open = true });
  return [...document.querySelectorAll("a[href]")].filter(one => one.tabIndex >= 0 && !one.closest("[inert]")
    && one.checkVisibility({visibilityProperty: true, opacityProperty: true})).map(one => one.href.split("#")[0]);
}"""
"""Where the links lead that a keyboard can come to; what folds can be opened by it."""

FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body || one === document.documentElement) return null;
  window.attestSeen = window.attestSeen || [];
  let place = window.attestSeen.indexOf(one);
  if (place < 0) place = window.attestSeen.push(one) - 1;
  const parts = [one, ...(one.labels || []), one.nextElementSibling].filter(Boolean);
  const drawn = [...parts, ...one.querySelectorAll("*"), one.closest("label, summary, li, tr")].filter(Boolean);
  const seen = drawn.some(each => { const how = getComputedStyle(each); return (how.outlineStyle !== "none" && parseFloat(how.outlineWidth) > 0) || how.boxShadow !== "none"; });
  const shown = (one.matches("input") ? parts : [one]).some(each => {
    const box = each.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && each.checkVisibility({visibilityProperty: true, opacityProperty: true});
  });
  const name = `${one.localName} ${(one.innerText || one.getAttribute("aria-label") || one.id || "").trim().slice(0, 40)}`;
  return {place, seen, shown, name, href: one.href || ""};
}"""

LAST = """() => {
  const all = [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")].filter(one => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({visibilityProperty: true}));
  return (window.attestSeen || []).indexOf(all[all.length - 1]);
}"""


def tabbed(page: Page, keys: str = "Tab") -> dict[str, Any] | None:
    """Presses the key; what has the focus then: its place among those that had it before, whether that shows, its name, and where it leads."""
    page.keyboard.press(keys)
    focus: dict[str, Any] | None = page.evaluate(FOCUS)
    return focus


def test_links_that_can_be_focused_lead_to_every_promise(browser: Browser, base: str, site: Path) -> None:
    wanted, seen, queue = set(controls(site)), {"index.html"}, deque(["index.html"])
    with visit(browser) as one:
        while queue and not wanted <= seen:
            settled(one.page, base + queue.popleft())
            for href in one.page.evaluate(REACHED):
                path = urlsplit(href).path.lstrip("/")
                if href.startswith(base) and path.endswith(".html") and path not in seen:
                    seen.add(path)
                    queue.append(path)
    assert sorted(wanted - seen) == []


def test_from_the_first_page_to_a_promise_by_tab_and_enter(browser: Browser, base: str, site: Path) -> None:
    with visit(browser) as one:
        settled(one.page, f"{base}index.html")
        presses = _to(one.page, {f"{base}customers/index.html"})
        one.page.wait_for_url("**/customers/index.html*")
        presses += _to(one.page, {base + path for path in controls(site)})
        one.page.wait_for_url(lambda url: url.split("#")[0].removeprefix(base) in controls(site))
        assert presses < 120


def _to(page: Page, wanted: set[str]) -> int:
    """Tabs to the first link that leads to one of these and presses Enter; how often Tab was pressed."""
    for presses in range(1, 100):
        focus = tabbed(page)
        if focus and focus["href"].split("#")[0] in wanted:
            page.keyboard.press("Enter")
            return presses
    raise AssertionError(f"no link to {sorted(wanted)[:3]} in 100 presses")


@pytest.mark.parametrize("width", [1280, 360])
def test_the_first_stop_skips_to_the_content(browser: Browser, base: str, one_of_each: dict[str, str], width: int) -> None:
    found = []
    with visit(browser, width=width) as one:
        for kind, path in one_of_each.items():
            settled(one.page, base + path)
            first = tabbed(one.page)
            if not first or "skip" not in first["name"].lower() or not first["shown"]:
                found.append(f"{kind}: {first}")
                continue
            one.page.keyboard.press("Enter")
            after = tabbed(one.page)
            inside = one.page.evaluate("() => !document.activeElement.closest('header, nav.md-tabs, .at-state')")
            if after and not inside:
                found.append(f"{kind}: {after}")
    nothing(found)


@pytest.mark.parametrize("width", [1280, 360])
def test_whatever_has_the_focus_shows_it_and_lets_it_go(browser: Browser, base: str, width: int) -> None:
    """Tab after Tab until nothing new comes; the last of the page was among them."""
    found = []
    with visit(browser, width=width) as one:
        for path in ("index.html", "customers/encrypted-at-rest.html", "verify.html"):
            settled(one.page, base + path)
            for presses in range(1, 400):
                focus = tabbed(one.page)
                if focus is None or (focus["place"] == 0 and presses > 1):
                    break
                if not focus["seen"] or not focus["shown"]:
                    found.append(f"{path}: {focus['name']}: {'not on the screen' if focus['seen'] else 'the focus does not show'}")
            else:
                found.append(f"{path}: no end after 400 presses")
            if one.page.evaluate(LAST) < 0:
                found.append(f"{path}: the last stop was never reached")
    nothing(found)


@pytest.mark.parametrize("width", [1280, 360])
def test_the_search_takes_the_focus_and_gives_it_back(browser: Browser, base: str, width: int) -> None:
    with visit(browser, width=width) as one:
        settled(one.page, f"{base}index.html")
        opener = one.page.get_by_role("button", name=SEARCH).first
        for key in ("Enter", "Space"):
            opener.focus()
            one.page.keyboard.press(key)
            expect(one.page.locator("dialog[open] input")).to_be_focused()
            one.page.keyboard.type("backup")
            expect(one.page.locator("dialog[open] a:visible").first).to_be_visible()
            for _ in range(40):
                one.page.keyboard.press("Tab")
                assert one.page.evaluate("() => document.activeElement === document.body || !!document.activeElement.closest('dialog')"), "behind the dialog nothing takes the focus"
            one.page.keyboard.press("Escape")
            expect(one.page.locator("dialog[open]")).to_have_count(0)
            expect(opener).to_be_focused()
        one.page.keyboard.press("/")
        expect(one.page.locator("dialog[open] input")).to_be_focused()
        assert one.wrong == []


def test_what_was_found_is_opened_by_arrows_and_enter(browser: Browser, base: str) -> None:
    with visit(browser) as one:
        settled(one.page, f"{base}index.html")
        one.page.keyboard.press("/")
        expect(one.page.locator("dialog[open] input")).to_be_focused()
        one.page.keyboard.type("encrypted at rest")
        expect(one.page.locator("dialog[open] a:visible").first).to_be_visible()
        one.page.keyboard.press("ArrowDown")
        one.page.keyboard.press("Enter")
        one.page.wait_for_url("**/customers/encrypted-at-rest.html*")


def test_the_menu_of_a_phone_opens_and_closes(browser: Browser, base: str) -> None:
    """And while it is shut, nothing in it takes the focus."""
    with visit(browser, width=360) as one:
        settled(one.page, f"{base}index.html")
        sign, links = one.page.get_by_role("button", name="Menu"), one.page.locator(".md-sidebar--primary a")
        expect(links.first).not_to_be_visible()
        _to_the(one.page, "button Menu")
        one.page.keyboard.press("Enter")
        expect(links.first).to_be_focused()
        expect(sign).to_have_attribute("aria-expanded", "true")
        one.page.keyboard.press("Escape")
        expect(links.first).not_to_be_visible()
        expect(sign).to_be_focused()
        one.page.keyboard.press("Space")
        for _ in range(links.count() + 2):
            one.page.keyboard.press("Tab")
        expect(links.first).not_to_be_visible()
        expect(sign).to_have_attribute("aria-expanded", "false")
        assert one.wrong == []


def _to_the(page: Page, name: str) -> None:
    for _ in range(40):
        focus = tabbed(page)
        assert focus is None or focus["shown"], focus
        if focus and focus["name"] == name:
            return
    raise AssertionError(f"no stop is called {name}")
