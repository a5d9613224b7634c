"""What a visitor does to a page, said by what they see there: a button called Search, the dialog it opens, the switch between light and dark.

Each waits for what has to come of it, and fails where it does not come.
"""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

SEARCH = re.compile("search", re.IGNORECASE)
SOON = 5_000
"""Milliseconds after which what has not come is missing."""


def searching(page: Page) -> Locator:
    """Opens the search and gives its field, which has the focus."""
    page.get_by_role("button", name=SEARCH).first.click(timeout=SOON)
    field = page.locator("dialog[open] input")
    expect(field).to_be_focused(timeout=SOON)
    return field


def found(page: Page, words: str) -> Locator:
    """What the search finds, first the best."""
    searching(page)
    page.keyboard.type(words)
    results = page.locator("dialog[open] a:visible")
    expect(results.first).to_be_visible(timeout=SOON)
    return results


def narrowed(page: Page, words: str) -> tuple[int, int]:
    """Types into the filter of a list; how many entries showed before, and how many do now."""
    entries, field = page.locator("main li a:visible, main tr a:visible"), page.locator("main form input[type=search]")
    expect(field).to_be_visible(timeout=SOON)
    before = entries.count()
    field.fill(words)
    expect(entries).not_to_have_count(before, timeout=SOON)
    return before, entries.count()


def scheme(page: Page) -> str:
    """``default`` or ``slate``."""
    return str(page.locator("body").get_attribute("data-md-color-scheme"))


def switched(page: Page) -> tuple[str, str]:
    """Switches between light and dark; what it was, and what it is."""
    before = scheme(page)
    page.locator("header form[data-md-component=palette] label:visible, header button[data-at-palette]:visible").click(timeout=SOON)
    expect(page.locator("body")).not_to_have_attribute("data-md-color-scheme", before, timeout=SOON)
    return before, scheme(page)
