"""One page of every kind that a built site has, found by walking it: {"control, met": "customers/x.html", "registers/data": …}.

A control's kind is its verdict; every page at the top, every register and every index is a kind of its own; of the other pages in a
folder the heaviest stands for all. A folder that somebody adds is walked like the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from attest.published import page_of
from attest.words import VERDICTS

EACH_ITS_OWN = {".", "registers"}
"""Folders whose pages are all of different kinds."""


def pages(site: Path) -> tuple[str, ...]:
    """Every page, by its path in the site."""
    return tuple(sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html")))


def controls(site: Path) -> dict[str, str]:
    """Path of a control's page -> its verdict."""
    record = json.loads((site / "attestation/assessment.json").read_bytes())
    return {page_of(control): str(control["verdict"]) for control in record["controls"]}


def kinds(site: Path) -> dict[str, str]:
    """Kind -> the heaviest page of that kind."""
    verdicts = controls(site)
    heaviest: dict[str, str] = {}
    for path in sorted(pages(site), key=lambda path: ((site / path).stat().st_size, path)):
        heaviest[f"control, {verdicts[path]}" if path in verdicts else _kind(path)] = path
    found = dict(sorted(heaviest.items()))
    _look_for_the_known(found, verdicts)
    return found


def _kind(path: str) -> str:
    page = PurePosixPath(path)
    folder = str(page.parent)
    return str(page.with_suffix("")) if folder in EACH_ITS_OWN or page.name == "index.html" else f"{folder}/…"


def _look_for_the_known(found: Iterable[str], verdicts: dict[str, str]) -> None:
    """A walk that finds less than there is known to be would hold nothing."""
    known = {"index", "404", "verify", "customers/index", "suppliers/index", "areas/…", "frameworks/index", "frameworks/…", "registers/index", "notices/index", "notices/…"}
    assert known | {f"control, {verdict}" for verdict in VERDICTS} <= set(found), sorted(found)
    assert len(verdicts) > 70
