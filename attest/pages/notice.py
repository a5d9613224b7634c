"""Notices: a list, the newest first, and a page each with every version it has had. What was said stays; later words stand beside it.

    record["notices"]  ->  notices/index.html, notices/<id>.html
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from jinja2 import Environment

from attest.pages import text, view
from attest.pages.drawn import Drawn, Edition, Heading
from attest.pages.register import said
from attest.published import Record

INDEX: Final = "notices/index.html"


def draw(record: Record, edition: Edition, templates: Environment) -> Iterator[Drawn]:
    """Nothing where there is no public notice."""
    if not record["notices"]:
        return
    lede = "What happened, what changed, and what you should know. Nothing here is rewritten: what we learnt later stands beside what we said first."
    html = partial(view.fill, templates, "notices.html", INDEX, record, edition, lede=lede, path_of=path_of, plain=said)
    yield Drawn(INDEX, "Notices", "Notices", lede, html, lead=True)
    for notice in record["notices"]:
        path, latest = path_of(notice["id"]), notice["versions"][-1]
        html = partial(view.fill, templates, "notice.html", path, record, edition, notice=notice, index=INDEX, plain=said, system_names=partial(view.systems, record))
        headings = tuple(Heading(f"version-{number}", text.day(f"{version['date']}T00:00:00Z")) for number, version in enumerate(notice["versions"], 1))
        yield Drawn(path, notice["title"], notice["title"], text.plain(latest["happened"]), html, tuple(reversed(headings)), INDEX)


def path_of(ident: str) -> str:
    """The page of a notice."""
    return f"notices/{ident}.html"
