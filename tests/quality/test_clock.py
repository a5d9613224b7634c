"""What a page says holds on the visitor's day, or the page says that it does not: verdicts lapse in lists, in counts and in filters."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from attest.times import parse_moment
from tests.quality.doing import SOON
from tests.quality.harbourline import AS_OF, VISITED
from tests.quality.kinds import controls
from tests.quality.visiting import nothing, settled, visit

pytestmark = pytest.mark.slow

LATER = AS_OF + timedelta(days=30)
"""Some evidence has run out by then; the release has not."""
EXPIRED = AS_OF + timedelta(days=36)
LAPSES = re.compile(r'class="[^"]*\bat-met\b[^"]*"[^>]*data-at-lapses="([^"]+)"|data-at-lapses="([^"]+)"[^>]*class="[^"]*\bat-met\b')
SHOWN = "() => [...document.querySelectorAll('main .at-met[data-at-lapses], main .at-has-lapsed')].map(one => [one.classList.contains('at-has-lapsed'), one.textContent.trim()])"


def lapsing(html: str) -> list[datetime]:
    """When each verdict on a page that is met runs out, as its source says."""
    return [parse_moment(one or other) for one, other in LAPSES.findall(html)]


def badges(page: Page) -> tuple[list[str], list[str]]:
    """What verdicts say that hold for a time, and what those say that did."""
    said: list[list[Any]] = page.evaluate(SHOWN)
    return [text for lapsed, text in said if not lapsed], [text for lapsed, text in said if lapsed]


@pytest.mark.parametrize("path", ["customers/index.html", "suppliers/index.html", "areas/keep-running.html", "frameworks/iso-27001-2022.html"])
def test_a_list_relabels_what_has_run_out_and_nothing_else(browser: Browser, base: str, site: Path, path: str) -> None:
    ends = lapsing((site / path).read_text("utf-8"))
    gone = sum(end <= LATER for end in ends)
    assert gone
    for moment, wanted in ((VISITED, 0), (LATER, gone)):
        with visit(browser, at=moment) as one:
            settled(one.page, base + path)
            kept, lapsed = badges(one.page)
            assert (len(kept), len(lapsed)) == (len(ends) - wanted, wanted)
            assert all(text.startswith("No current evidence since") for text in lapsed)
            assert one.wrong == []


def test_a_filter_finds_what_has_run_out_among_what_has_no_evidence(browser: Browser, base: str) -> None:
    rows = "main .at-row:visible"
    with visit(browser, at=LATER) as one:
        settled(one.page, f"{base}suppliers/index.html")
        gone = one.page.locator(f"{rows} > .at-has-lapsed").count()
        assert gone
        one.page.get_by_role("checkbox", name="No current evidence").check(timeout=SOON)
        assert (one.page.locator(f"{rows} > .at-badge.at-met").count(), one.page.locator(f"{rows} > .at-has-lapsed").count()) == (0, gone)
        assert one.wrong == []


def test_the_first_page_says_how_many_have_run_out(browser: Browser, base: str, site: Path) -> None:
    """Of those that are published; of a withheld one nobody is told when it does."""
    met = {path: lapsing((site / path).read_text("utf-8")) for path, verdict in controls(site).items() if verdict == "met"}
    gone = sum(any(end <= LATER for end in ends) for ends in met.values())
    with visit(browser, at=VISITED) as one:
        settled(one.page, f"{base}index.html")
        assert not one.page.get_by_text("run out").filter(visible=True).count()
    with visit(browser, at=LATER) as one:
        settled(one.page, f"{base}index.html")
        assert re.search(rf"\b{gone}\b", one.page.get_by_text("run out").filter(visible=True).first.inner_text(timeout=SOON))
        assert one.wrong == []


@pytest.mark.parametrize(("moment", "said"), [(EXPIRED, "out of date"), (AS_OF - timedelta(days=1), "from the future")], ids=["expired", "early"])
def test_every_kind_of_page_says_when_its_day_is_past_or_has_not_come(browser: Browser, base: str, one_of_each: dict[str, str], moment: datetime, said: str) -> None:
    silent = []
    with visit(browser, at=moment) as one:
        for path in one_of_each.values():
            one.page.goto(base + path)
            late = one.page.get_by_role("status").filter(has_text=said, visible=True)
            if not late.count():
                silent.append(path)
    nothing(silent)
