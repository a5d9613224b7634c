"""The Content-Security-Policy that is published: nothing on a site breaks it, everything works under it, and it refuses what was not built.

It comes as a header where the host sends ``_headers`` on, and in every page for hosts that do not and for saved copies.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.quality.doing import found, narrowed, switched
from tests.quality.harbourline import AS_OF
from tests.quality.kinds import controls, pages
from tests.quality.serving import headers_of, plain, policy_of
from tests.quality.visiting import settled, visit

META = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
HEADER_ALONE = {"frame-ancestors", "report-uri", "sandbox"}
"""What a policy inside a page may not say (CSP3 §3.3)."""


def directives(policy: str) -> dict[str, list[str]]:
    """``script-src`` -> its sources."""
    return {words[0]: words[1:] for words in (part.split() for part in policy.split(";")) if words}


def test_the_policy_allows_nothing_unsafe_and_nobody_else(site: Path) -> None:
    said = directives(policy_of(site))
    assert said["default-src"] == ["'none'"]
    assert {"base-uri", "form-action", "frame-ancestors"} <= set(said)
    sources = {source for listed in said.values() for source in listed}
    assert not [source for source in sources if source.startswith("'unsafe") or source == "*" or "." in source or source in {"http:", "https:", "blob:"}], sources
    assert "data:" not in said["script-src"]


def test_every_page_carries_the_same_policy_before_anything_it_governs(site: Path) -> None:
    """Of the hashes only those of its own scripts."""
    header = directives(policy_of(site))
    allowed = set(header["script-src"])
    wanted = {name: sources for name, sources in header.items() if name not in {*HEADER_ALONE, "script-src"}}
    for path in pages(site):
        html = (site / path).read_text("utf-8")
        [policy] = META.findall(html) or [""]
        said = directives(unescape(policy))
        assert "'self'" in said["script-src"] and set(said.pop("script-src")) <= allowed, path
        assert said == wanted, path
        assert META.search(html).start() < re.search(r"<(script|link|style)\b", html).start(), path  # type: ignore[union-attr]


WAYS = ["header", "page", "file"]


@contextmanager
def reached(site: Path, way: str) -> Iterator[str]:
    """The site's address, where the policy comes by header, in the page alone, or in the page from a folder."""
    if way == "file":
        yield f"{site.as_uri()}/"
        return
    with plain(site, headers_of(site) if way == "header" else []) as address:
        yield address


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_everything_works_under_it(browser: Browser, site: Path, way: str) -> None:
    with reached(site, way) as address, visit(browser) as one:
        settled(one.page, f"{address}index.html")
        assert switched(one.page) == ("default", "slate")
        found(one.page, "encrypted at rest").first.click()
        one.page.wait_for_url(re.compile(r"/customers/encrypted-at-rest\.html"))
        settled(one.page, f"{address}customers/index.html")
        before, after = narrowed(one.page, "encrypted")
        assert 0 < after < before
        assert one.wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_a_page_holds_itself_against_the_visitors_clock_under_it(browser: Browser, site: Path, way: str) -> None:
    with reached(site, way) as address, visit(browser, at=AS_OF + timedelta(days=400)) as one:
        settled(one.page, f"{address}customers/encrypted-at-rest.html")
        assert one.page.locator("main .at-badge").first.inner_text().startswith("No current evidence since")
        assert "out of date" in one.page.locator(".at-late").inner_text()
        assert one.wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_it_refuses_what_somebody_put_into_a_page(browser: Browser, site: Path, tmp_path: Path, way: str) -> None:
    """A script between the tags, one in an attribute, and one of another host; each is named."""
    shutil.copytree(site, tmp_path / "copy")
    page = tmp_path / "copy" / next(iter(controls(site)))
    put = '<script>document.title="broken"</script><img src="nowhere.png" onerror="document.title=\'broken\'"><script src="https://elsewhere.example/x.js"></script>'
    html = page.read_text("utf-8")
    html = html if way != "header" else META.sub("", html)
    page.write_text(html.replace("</h1>", f"</h1>{put}", 1), "utf-8")
    with reached(tmp_path / "copy", way) as address, visit(browser) as one:
        settled(one.page, address + page.relative_to(tmp_path / "copy").as_posix())
        one.page.wait_for_timeout(200)
        assert one.page.title() != "broken"
        refused = [line for line in one.wrong if "the policy refused" in line]
        assert {"inline by script-src-elem", "inline by script-src-attr", "https://elsewhere.example/x.js by script-src-elem"} == {line.removeprefix("console: the policy refused ") for line in refused}
