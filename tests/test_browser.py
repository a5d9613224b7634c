"""The site in a real browser: it runs under its own policy, asks nobody else for anything, and holds itself against the reader's clock."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from attest.build import build
from tests.quality.visiting import chromium
from tests.sites import AS_OF, hostile, mini, prepared
from tests.test_site import hostile_root

pytestmark = pytest.mark.slow

ONE_OF_EACH = (
    "index.html", "customers/index.html", "customers/restored.html", "customers/failing.html", "customers/stale.html", "customers/later.html", "suppliers/no-cards.html",
    "areas/data.html", "frameworks/index.html", "frameworks/short.html", "history/index.html", "verify.html", "about.html", "guides/start.html",
)  # fmt: skip


class Served(http.server.SimpleHTTPRequestHandler):
    """A folder, with the policy that its ``_headers`` asks of the host."""

    policy = ""

    def end_headers(self) -> None:
        if self.policy:
            self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


def policy_of(site: Path) -> str:
    lines = (site / "_headers").read_text("utf-8").splitlines()
    return next(line for line in lines if "Content-Security-Policy" in line).partition(": ")[2]


def serve(site: Path, policy: str) -> http.server.ThreadingHTTPServer:
    handler = type("OfThisSite", (Served,), {"policy": policy})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser")
    root = mini(folder / "root")
    build(root, prepared(root), folder / "site")
    return folder / "site"


@pytest.fixture(scope="module")
def base(site: Path) -> Iterator[str]:
    server = serve(site, policy_of(site))
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def opened(browser: Browser, **how: Any) -> tuple[BrowserContext, Page, list[str]]:
    """A context, a page of it, and whatever goes wrong there or is asked of somebody else."""
    context = browser.new_context(**how)
    page, wrong = context.new_page(), list[str]()
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda request: wrong.append(f"failed {request.url}"))
    page.on("request", lambda request: wrong.append(f"asked {request.url}") if not request.url.startswith(("http://127.0.0.1:", "file://", "data:", "about:")) else None)
    return context, page, wrong


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_every_kind_of_page_runs_under_its_policy_and_fits(browser: Browser, base: str, width: int, scheme: str) -> None:
    context, page, wrong = opened(browser, viewport={"width": width, "height": 800}, color_scheme=scheme)
    for path in ONE_OF_EACH:
        page.goto(base + path, wait_until="networkidle")
        assert wrong == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.locator("h1").count() == 1, path
    assert page.evaluate("document.body.getAttribute('data-md-color-scheme')") == {"light": "default", "dark": "slate"}[scheme]
    context.close()


def search(page: Page, words: str) -> None:
    page.wait_for_load_state()
    page.keyboard.press("/")
    page.locator("#at-search input").press_sequentially(words, delay=30)


def test_search_finds_a_promise(browser: Browser, base: str) -> None:
    context, page, wrong = opened(browser)
    page.goto(base + "about.html", wait_until="networkidle")
    search(page, "brought back")
    page.locator(".at-search-hit", has_text="What is lost is brought back").first.wait_for()
    assert wrong == []
    context.close()


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The small site with a register, and a page with a table that is wider than a telephone."""
    folder = tmp_path_factory.mktemp("listed")
    root = mini(folder / "root")
    (root / "controls/registers").mkdir()
    (root / "controls/registers/product.yml").write_text("observed: 2026-11-20\nvisibility: public\nrows:\n  - {id: api, uses_ai: Arrival times (ETA) are guessed., trains_on_customer_data: 'no'}\n")
    (root / "content/wide.md").write_text("# Wide\n\n| " + " | ".join(f"a column named {n}" for n in range(6)) + " |\n" + "|---" * 6 + "|\n" + "| cell " * 6 + "|\n")
    build(root, prepared(root), folder / "site")
    server = serve(folder / "site", policy_of(folder / "site"))
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.mark.parametrize("words", ["ETA", "trains AI"])
def test_search_finds_what_a_register_says(browser: Browser, listed: str, words: str) -> None:
    context, page, wrong = opened(browser)
    page.goto(listed + "about.html", wait_until="networkidle")
    search(page, words)
    page.locator(".at-search-hit[href*='registers/product.html']").first.wait_for()
    assert wrong == []
    context.close()


def test_a_wide_table_can_be_scrolled_by_keyboard(browser: Browser, listed: str) -> None:
    context, page, wrong = opened(browser, viewport={"width": 360, "height": 800})
    page.goto(listed + "wide.html", wait_until="networkidle")
    page.locator(".md-typeset__scrollwrap[tabindex='0']").wait_for()
    page.set_viewport_size({"width": 2400, "height": 800})
    page.locator(".md-typeset__scrollwrap:not([tabindex])").wait_for()
    assert wrong == []
    context.close()


def test_a_saved_copy_works(browser: Browser, site: Path) -> None:
    context, page, wrong = opened(browser)
    page.goto((site / "customers/index.html").as_uri())
    page.get_by_role("link", name="Signing in takes two things").click()
    assert page.url.endswith("customers/failing.html")
    search(page, "brought back")
    page.locator(".at-search-hit", has_text="What is lost is brought back").first.wait_for()
    assert wrong == []
    context.close()


def test_without_scripts_everything_is_there(browser: Browser, base: str) -> None:
    context, page, _ = opened(browser, java_script_enabled=False)
    page.goto(base + "customers/restored.html")
    for words in ("Shown by evidence", "All 2 pass.", "Valid until 26 December 2026", "31 December 2026"):
        assert page.get_by_text(words).first.is_visible(), words
    page.goto(base)
    assert page.get_by_text("3 of 7").is_visible()
    context.close()


SHAPE = "found => getComputedStyle(found, '::before').maskImage"
"""What the stylesheet draws before a verdict's words."""


def at(browser: Browser, base: str, path: str, moment: Any) -> tuple[BrowserContext, Page]:
    context, page, _ = opened(browser)
    page.clock.install(time=moment)
    page.goto(base + path)
    return context, page


def test_on_its_day_nothing_is_relabelled(browser: Browser, base: str) -> None:
    context, page = at(browser, base, "customers/restored.html", AS_OF + timedelta(hours=1))
    assert page.locator(".at-answer .at-badge").inner_text() == "Shown by evidence"
    assert not page.locator(".at-late").is_visible()
    context.close()


def test_a_lapsed_verdict_is_relabelled_by_the_readers_clock(browser: Browser, base: str) -> None:
    late = AS_OF + timedelta(days=12)  # the declaration counted until 1 December
    for path, where in (("suppliers/called-back.html", ".at-answer .at-badge"), ("suppliers/called-back.html", ".at-check .at-badge"), ("suppliers/index.html", ".at-row:has-text('bank details') .at-badge")):
        context, page = at(browser, base, path, late)
        badge = page.locator(where)
        assert badge.inner_text() == "No current evidence since 2 December 2026"
        assert "at-unknown" in str(badge.get_attribute("class")) and "at-met" not in str(badge.get_attribute("class"))
        assert badge.evaluate(SHAPE) == page.locator("html").evaluate("() => { const one = document.body.appendChild(document.createElement('i')); one.className = 'at-lean at-unknown'; return (" + SHAPE + ")(one) }")
        assert not page.locator(".at-late").is_visible()
        context.close()
    context, page = at(browser, base, "customers/restored.html", late)
    assert page.locator(".at-answer .at-badge").inner_text() == "Shown by evidence", "that one counts longer"
    context.close()


def test_the_overview_counts_what_has_lapsed(browser: Browser, base: str) -> None:
    context, page = at(browser, base, "index.html", AS_OF + timedelta(days=12))
    assert "the evidence of 1 of the 2 that are published has run out since" in page.locator(".at-picture [data-at-count]").inner_text(), "of a withheld one nobody is told"
    assert float(page.locator(".at-picture > .at-standing").evaluate("bar => getComputedStyle(bar).opacity")) < 0.5, "what was signed stands back"
    context.close()


@pytest.mark.parametrize(("moment", "said"), [(AS_OF + timedelta(days=36), "out of date"), (AS_OF - timedelta(days=1), "from the future")])
def test_a_page_past_its_day_or_before_it_says_so(browser: Browser, base: str, moment: Any, said: str) -> None:
    for path in ("index.html", "about.html", "customers/failing.html"):
        context, page = at(browser, base, path, moment)
        assert said in page.locator(".at-late").inner_text()
        context.close()


def test_nothing_declared_runs(browser: Browser, tmp_path: Path) -> None:
    """Without the policy, which would stop it anyway: escaping alone has to hold."""
    root = hostile_root(tmp_path / "root")
    build(root, hostile(), tmp_path / "site")
    context, page, wrong = opened(browser)
    server = serve(tmp_path / "site", "")
    pages = sorted(path.relative_to(tmp_path / "site").as_posix() for path in (tmp_path / "site").rglob("*.html"))
    assert len(pages) > 10
    for path in pages:
        page.goto(f"http://127.0.0.1:{server.server_port}/{path}", wait_until="networkidle")
        assert page.evaluate("window.broken") is None, path
        assert page.locator("[href^='javascript:'], [onerror], [onclick], [onload]").count() == 0, path
    search(page, "evidence")
    page.locator(".at-search-hit").first.wait_for()
    assert page.evaluate("window.broken") is None
    assert [said for said in wrong if "404" not in said] == [], "an image of the site's own may be missing, nothing worse"
    context.close()
    server.shutdown()
