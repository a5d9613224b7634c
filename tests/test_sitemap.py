"""sitemap.xml names every page once, at its canonical address, with the day it last changed; robots.txt says where it is."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring

from attest.build import build
from attest.history import Entry, History
from attest.pages.sitemap import MOST, changed, sitemap
from tests.sites import mini, prepared

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small site as its seventh release, told of since the sixth."""
    folder = tmp_path_factory.mktemp("sitemap")
    root = mini(folder / "root")
    ready = prepared(root)
    numbers = ready.record["totals"], ready.record["withheld"], ready.record["basis"]
    releases = tuple(Entry(n, as_of, as_of, *numbers) for n, as_of in ((6, "2026-10-02T12:00:00Z"), (7, ready.record["asOf"])))
    build(root, replace(ready, history=History(releases, {"restored": 6, "failing": 7}, 6)), folder / "site")
    return folder / "site"


def days(content: bytes) -> dict[str, str]:
    return {(entry.find(f"{NAMESPACE}loc").text or ""): (entry.find(f"{NAMESPACE}lastmod").text or "") for entry in fromstring(content.decode()).iter(f"{NAMESPACE}url")}  # type: ignore[union-attr]


def test_every_page_stands_in_it_at_its_canonical_address(built: Path) -> None:
    canonical = [found for page in built.rglob("*.html") for found in re.findall(r'rel="canonical" href="([^"]+)"', page.read_text("utf-8"))]
    assert sorted(days((built / "sitemap.xml").read_bytes())) == sorted(canonical)
    assert len(canonical) == len(list(built.rglob("*.html"))) - 1, "all but 404.html"


def test_a_control_has_the_day_of_the_release_it_changed_in(built: Path) -> None:
    found = days((built / "sitemap.xml").read_bytes())
    base = "https://trust.small.example/customers/"
    assert found[f"{base}restored.html"] == "2026-10-02"
    assert found[f"{base}failing.html"] == "2026-11-21"
    assert found[f"{base}stale.html"] == "2026-11-21", "the history does not know it"
    assert {day for page, day in found.items() if page != f"{base}restored.html"} == {"2026-11-21"}


def test_nothing_beside_it_says_otherwise(built: Path) -> None:
    assert not [path for path in built.rglob("sitemap*") if path.name != "sitemap.xml"]


def test_robots_say_where_it_is(built: Path) -> None:
    assert (built / "robots.txt").read_text() == "User-agent: *\nAllow: /\nSitemap: https://trust.small.example/sitemap.xml\n"


def test_xmllint_agrees(built: Path, require_tool: Callable[[str], str]) -> None:
    subprocess.run([require_tool("xmllint"), "--noout", "--nonet", str(built / "sitemap.xml")], check=True)


def test_addresses_are_escaped_and_no_more_than_may_be() -> None:
    assert b"<loc>https://x.example/?a=1&amp;b=2</loc>" in sitemap([("https://x.example/?a=1&b=2", "2026-01-01")])
    assert sitemap((f"https://x.example/{n}", "2026-01-01") for n in range(MOST + 5)).count(b"<url>") == MOST


def test_without_a_history_everything_is_of_this_state(tmp_path: Path) -> None:
    ready = prepared(mini(tmp_path / "root"))
    assert set(changed(ready.record, ready.history).values()) == {"2026-11-21"}
