"""What visitors read, drawn from the published record alone, and the one place that escapes declared text.

    Record + Edition + frameworks + templates  ->  Drawn: path, title, HTML of the page's middle, headings
    Record + Edition                           ->  files beside the pages (``outputs``)

    environment   the templates, read at once; escaping on, a missing name is an error; a site may override any of them
    text          declared text as HTML: escaped, or Markdown that is sanitised; dates; links inside the site
    view          what the templates ask of a record: words for visitors, when a verdict lapses, what belongs together
    overview control shelf your_part framework register notice history report attestation_report programs verify     one kind of page each
    asked form    what partners are asked, as forms, and what is required of them; conditions    both in words
    affirmed      what a person affirmed, and since when that is carried
    who_says      whose word a verdict rests on, in a customer's words
    search        what the site's search looks through: all of the above as one script file

Nothing here opens a file once the templates are read, knows MkDocs, or decides a verdict. What a page says of a control comes
from the control's object in the record, whose digest stands in the page's machine-readable block.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jinja2 import Environment

from attest.model.center import Framework
from attest.pages import (
    asked,
    attestation_report,
    control,
    framework,
    history,
    notice,
    overview,
    programs,
    register,
    report,
    shelf,
    verify,
    your_part,
)
from attest.pages.drawn import Drawn, Edition
from attest.published import Record

__all__ = ["Drawn", "Edition", "draw"]


def draw(record: Record, edition: Edition, frameworks: Mapping[str, Framework], templates: Environment, found: asked.Asked = asked.NOTHING) -> Iterator[Drawn]:
    """Every generated page of a site, the overview first. ``frameworks`` gives the clauses' titles, which the record leaves out; ``found`` what partners are asked."""
    yield overview.draw(record, edition, templates)
    yield from shelf.draw(record, edition, templates, found)
    yield from your_part.draw(record, edition, templates)
    yield from framework.draw(record, edition, frameworks, templates)
    yield from register.draw(record, edition, templates)
    yield from notice.draw(record, edition, templates)
    yield from asked.draw(record, edition, frameworks, templates, found)
    yield from history.draw(record, edition, templates)
    yield from report.draw(record, edition, frameworks, templates)
    yield from attestation_report.draw(record, edition, templates)
    yield programs.draw(record, edition, templates, found)
    yield verify.draw(record, edition, templates)
    yield from control.draw(record, edition, frameworks, templates)
