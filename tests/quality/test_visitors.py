"""Six questions that visitors come with, each answered in two clicks from the first page; what is typed into the search is one click, and Enter.

The answer stands on the page, unfolded, and its first line on the first screen of it. Expected words are taken from the sources.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, Locator, Page, expect

from tests.conftest import ROOT
from tests.quality.doing import SOON, searching
from tests.quality.harbourline import BETTER, NEW, WORSE
from tests.quality.visiting import settled, visit

pytestmark = pytest.mark.slow

MOST = 2
ON_THE_SCREEN = "one => { const box = one.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.left < innerWidth }"
HEADING = """one => {
  const before = [...document.querySelectorAll("main :is(h2, h3, h4, summary)")].filter(each => each.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
  return before.slice(-1).map(each => each.innerText).join() + ": " + one.closest("li, tr, p").innerText;
}"""
"""The heading over what is said, and all of its line."""
REGISTERS = ROOT / "controls" / "registers"


def title(ident: str) -> str:
    """A promise's title."""
    [file] = (ROOT / "controls").glob(f"*/{ident}.yml")
    return str(yaml.safe_load(file.read_text("utf-8"))["title"])


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of a register in YAML."""
    return list(yaml.safe_load((REGISTERS / f"{name}.yml").read_text("utf-8"))["rows"])


class Visitor:
    """Somebody on the first page, who counts what they click."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def clicks_on(self, words: str) -> None:
        """The first link that shows and says this."""
        self.clicks += 1
        before = self.page.url
        self.page.get_by_role("link", name=re.compile(words, re.IGNORECASE)).filter(visible=True).first.click(timeout=SOON)
        self.page.wait_for_url(lambda url: url != before, timeout=SOON)

    def asks(self, words: str) -> None:
        """Types it into the search and presses Enter, as whoever trusts the first hit."""
        self.clicks += 1
        searching(self.page)
        self.page.keyboard.type(words)
        expect(self.page.locator("dialog[open] a:visible").first).to_be_visible(timeout=SOON)
        before = self.page.url
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: url != before, timeout=SOON)

    def reads(self, words: str | re.Pattern[str]) -> Locator:
        """What says this, in the content and unfolded."""
        said = self.page.locator("main").get_by_text(words).filter(visible=True).first
        expect(said).to_be_visible(timeout=SOON)
        return said

    def reads_at_once(self, words: str | re.Pattern[str]) -> None:
        """On the first screen, without scrolling; elsewhere it may stand as well."""
        self.reads(words)
        said = self.page.locator("main").get_by_text(words).filter(visible=True)
        assert any(one.evaluate(ON_THE_SCREEN) for one in said.all()), f"{words} stands below the first screen"


@pytest.fixture(params=[1280, 360])
def visitor(browser: Browser, base: str, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    with visit(browser, width=request.param) as one:
        settled(one.page, f"{base}index.html")
        here = Visitor(one.page)
        yield here
        assert here.clicks <= MOST
        assert one.wrong == []


def test_is_data_encrypted_at_rest_and_who_says_so(visitor: Visitor) -> None:
    visitor.asks("is data encrypted at rest")
    visitor.reads_at_once(title("encrypted-at-rest"))
    visitor.reads_at_once("Shown by evidence")
    visitor.reads_at_once(re.compile("our own records", re.IGNORECASE))
    visitor.reads("List of databases, disks and stores")


def test_the_same_without_the_search(visitor: Visitor) -> None:
    visitor.clicks_on("For customers|Protecting your data")
    visitor.clicks_on(title("encrypted-at-rest"))
    visitor.reads_at_once("Shown by evidence")


def test_which_subprocessors_hold_my_data_and_where(visitor: Visitor) -> None:
    visitor.clicks_on("subprocessors|hold your data|touch your data|who, what for, and where")
    with (REGISTERS / "subprocessors.csv").open(encoding="utf-8") as stream:
        companies = list(csv.DictReader(stream))
    visitor.reads_at_once(re.compile(companies[0]["location"].split()[0]))
    for company in companies:
        visitor.reads(company["name"])
        visitor.reads(company["location"])
        visitor.reads(company["data"].split(";")[0])


def test_what_changed_since_last_quarter(visitor: Visitor) -> None:
    visitor.clicks_on("what changed|changes|history")
    places = []
    for ident, said in ((WORSE, "was shown by evidence; now it is not in place|worse"), (BETTER, "shown by evidence|better"), (NEW, "new")):
        about = visitor.reads(title(ident))
        assert re.search(said, str(about.evaluate(HEADING)), re.IGNORECASE)
        places.append(about.bounding_box()["y"])  # type: ignore[index]
    assert places == sorted(places), "the worst stands first"
    visitor.reads(re.compile("30 September 2026"))


def test_does_this_cover_iso_a_8_24(visitor: Visitor) -> None:
    visitor.asks("A.8.24")
    assert "iso-27001-2022" in visitor.page.url
    visitor.reads_at_once("A.8.24")
    clause = visitor.reads("A.8.24").locator("xpath=ancestor::*[self::li or self::tr or self::section or self::details][1]")
    for ident in ("encrypted-at-rest", "encrypted-in-transit"):
        expect(clause).to_contain_text(title(ident))
        expect(clause.get_by_text(title(ident)).first).to_be_visible()
    expect(clause).to_contain_text("Shown by evidence")


def test_what_must_i_do_myself(visitor: Visitor) -> None:
    visitor.clicks_on("what is yours to do|who does what|responsibilities")
    mine = [row for row in rows("responsibilities") if row.get("yours")]
    assert len(mine) > 3
    for row in mine:
        visitor.reads(row["duty"])
        visitor.reads(str(row["yours"]).strip()[:60])


@pytest.mark.parametrize("words", ["do they train AI on my data?", "train AI on customer data", "is my data used for machine learning"])
def test_do_they_train_ai_on_my_data(visitor: Visitor, words: str) -> None:
    visitor.asks(words)
    visitor.reads_at_once(re.compile(r"trains? (AI|models)", re.IGNORECASE))
    visitor.reads_at_once(re.compile(r"^no\b", re.IGNORECASE))


def test_the_same_by_clicks(visitor: Visitor) -> None:
    """One looks at what the product does, or at the questions that were asked before."""
    visitor.clicks_on("train|AI\\b|product security|questions")
    visitor.reads(re.compile(r"trains? (AI|models)", re.IGNORECASE))
    visitor.reads(re.compile(r"^no\b", re.IGNORECASE))


def test_a_question_about_a_folder_is_the_same(browser: Browser, site: Path) -> None:
    """From a saved copy: the search answers there too."""
    with visit(browser) as one:
        settled(one.page, (site / "index.html").as_uri())
        here = Visitor(one.page)
        here.asks("A.8.24")
        here.reads_at_once("A.8.24")
        assert one.wrong == []
