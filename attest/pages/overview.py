"""The front page: who, how it stands as a whole, where to look further. ``INTRO`` marks where the site's own words go."""

from __future__ import annotations

from functools import partial
from typing import Final

from jinja2 import Environment

from attest.pages import view
from attest.pages.drawn import Drawn, Edition, Heading
from attest.published import Record

PATH: Final = "index.html"
INTRO: Final = "<!-- attest: the words of content/overview.md -->"
"""Replaced by the rendered ``content/overview.md``, or by nothing."""


def draw(record: Record, edition: Edition, templates: Environment) -> Drawn:
    """index.html."""
    name = record["center"]["name"]
    html = partial(
        view.fill, templates, "overview.html", PATH, record, edition,
        bar=view.bar(record["totals"], record["withheld"]), count=sum(record["totals"].values()), withheld=sum(record["withheld"].values()),
        bases=view.bases(record), cards=view.cards(record, record["controls"]), lapses=view.lapses(edition.as_of, record["controls"]), intro=INTRO,
        doors=view.doors(record),
    )  # fmt: skip
    headings = (Heading("picture", "How it stands"), Heading("areas", "By area"), Heading("scope", "What is in scope"), Heading("contacts", "Whom to ask"))
    return Drawn(PATH, f"{name}: trust center", "Overview", record["center"]["summary"], html, headings, lead=True)
