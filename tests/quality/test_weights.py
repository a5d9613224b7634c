"""What a visit weighs: counted on the network of a real browser, compressed by nginx; and a promise's page, however many there are.

A kilobyte is 1,000 bytes. Headers count.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from attest.build import build, prepare
from tests.conftest import ROOT
from tests.quality.kinds import controls
from tests.quality.visiting import Visit, nothing, settled, visit
from tests.sites import AS_OF

sys.path.append(str(ROOT / "bench"))
from synthetic import write

FIRST, NEXT, PROMISE = 120_000, 60_000, 25_000


class Scale:
    """The bytes that come over the network to one page."""

    def __init__(self, one: Visit) -> None:
        self.came: dict[str, int] = {}
        names: dict[str, str] = {}
        session = one.context.new_cdp_session(one.page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", lambda event: names.update({event["requestId"]: event["request"]["url"]}))
        session.on("Network.loadingFinished", lambda event: self.came.update({names[event["requestId"]]: int(event["encodedDataLength"])}) if event["encodedDataLength"] else None)

    def taken(self) -> dict[str, int]:
        """What came since the last look."""
        came, self.came = dict(sorted(self.came.items(), key=lambda pair: -pair[1])), {}
        return came


@pytest.mark.slow
def test_the_first_page_and_every_next_one(browser: Browser, compressed: str, one_of_each: dict[str, str]) -> None:
    """The first with an empty cache; then each kind of page by a visitor who has seen those before it. The report is all pages in one, and says so."""
    heavy = {}
    with visit(browser) as one:
        scale = Scale(one)
        settled(one.page, f"{compressed}index.html")
        one.page.wait_for_timeout(500)
        first = scale.taken()
        assert sum(first.values()) > 20_000, "compressed or not, that much there is"
        assert sum(first.values()) <= FIRST, first
        for kind, path in one_of_each.items():
            settled(one.page, compressed + path)
            came = scale.taken()
            if sum(came.values()) > NEXT and kind != "report":
                heavy[f"{kind} ({path})"] = came
    assert heavy == {}


@pytest.mark.slow
def test_nothing_that_is_searched_comes_before_the_search_is_opened(browser: Browser, compressed: str, site: Path) -> None:
    with visit(browser) as one:
        settled(one.page, f"{compressed}index.html")
        one.page.wait_for_timeout(500)
        assert [url for url in one.asked if "search" in url] == []
    assert [path for path in site.rglob("*") if path.is_file() and "search" in path.name], "there is something to search"


def test_a_promises_page_of_harbourline(site: Path) -> None:
    nothing(f"{path}: {size} bytes" for path in sorted(controls(site)) if (size := (site / path).stat().st_size) > PROMISE)


@pytest.mark.slow
def test_a_promises_page_weighs_the_same_however_many_there_are(tmp_path: Path) -> None:
    heaviest = {}
    for count in (100, 1000):
        root = tmp_path / str(count)
        write(root, count)
        build(root, prepare(root, AS_OF, None, None, as_unknown=False), root / "site")
        heaviest[count] = max((root / "site" / path).stat().st_size for path in controls(root / "site"))
    assert max(heaviest.values()) <= PROMISE, heaviest
    assert abs(heaviest[1000] - heaviest[100]) < 100, f"numbers in the texts are a few digits longer, and nothing else: {heaviest}"
