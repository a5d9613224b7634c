"""A visitor's browser: one Chromium, a context of its own for each visit, and whatever goes wrong in it or is asked of somebody else.

    with visit(browser, scheme="dark", width=360) as one:
        one.page.goto(…)
        assert one.wrong == []

The clock stands at VISITED unless a test moves it: what is published here is of its day, and a page says so by the visitor's clock.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, sync_playwright

from tests.conftest import missing
from tests.quality.harbourline import VISITED

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
TELLS = "addEventListener('securitypolicyviolation', event => console.error(`the policy refused ${event.blockedURI} by ${event.violatedDirective}`))"
"""Chromium says most of it in the console by itself; this says all."""
HERE = {"127.0.0.1", ""}


@contextlib.contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """The Chromium of this machine, with nobody looking; ``more``: further arguments of its own. Skips where there is none."""
    program = shutil.which("chromium")
    if program is None:
        missing("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*QUIET, *more])
        yield browser
        browser.close()


@dataclass
class Visit:
    """``wrong`` grows while it lasts; ``asked`` is every address that was requested."""

    context: BrowserContext
    page: Page
    wrong: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def hears(self, page: Page) -> None:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on("requestfailed", self._failed)
        page.on("request", self._requested)
        page.on("response", self._answered)

    def told(self) -> list[str]:
        """What went wrong since the last look."""
        lines, self.wrong[:] = list(self.wrong), []
        return lines

    def _said(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.wrong.append(f"console: {said.text}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # what a page had not fetched when it was left
            self.wrong.append(f"failed: {request.url}: {request.failure}")

    def _requested(self, request: Request) -> None:
        self.asked.append(request.url)
        if urlsplit(request.url).scheme not in ("data", "blob", "about") and urlsplit(request.url).hostname not in (*HERE, None):
            self.wrong.append(f"another host: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status not in (0, 200, 304) and not response.url.endswith("/404.html"):
            self.wrong.append(f"{response.status}: {response.url}")


@contextlib.contextmanager
def visit(browser: Browser, scheme: Literal["light", "dark"] = "light", width: int = 1280, at: datetime = VISITED, **how: Any) -> Iterator[Visit]:
    """A visitor of the given taste and screen, at a moment; motion is reduced, so that nothing is judged half faded."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce", **how)
    context.clock.set_fixed_time(at)
    context.add_init_script(TELLS)
    one = Visit(context, context.new_page())
    one.hears(one.page)
    try:
        yield one
    finally:
        context.close()


def nothing(found: Iterable[str]) -> None:
    """Fails with every line of it."""
    lines = list(found)
    assert not lines, f"{len(lines)}:\n" + "\n".join(lines)


def settled(page: Page, address: str) -> None:
    """Goes there, and waits until it is ready."""
    page.goto(address, wait_until="load")
    ready(page)


def ready(page: Page) -> None:
    """Waits until all of a page has come, scripts have run, and nothing moves."""
    page.wait_for_load_state("load")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    still(page)


def still(page: Page) -> None:
    page.evaluate("() => Promise.all(document.getAnimations().map(one => one.finished.catch(() => null)))")
