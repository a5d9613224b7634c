"""The frame of a page: what stands around its middle, rendered once by the theme for all pages that share it, then filled for each.

    Frame.of("<html>…<title>TITLE</title>…BODY…</html>")     the theme's output for a page that says a token wherever a page has its own words
    frame.filled(drawn, drawn.html, "https://trust.example/")   the same bytes as the theme would have made for that page

A theme costs more than a page's own content, and of it only five things differ from page to page: title, label, description, address and
middle. Pages share a frame where they stand in one folder (links are relative), below one list (the navigation shows it) and load the
same scripts. Nothing that is filled in is read again for tokens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urljoin

from markupsafe import escape

from attest.pages import text
from attest.pages.drawn import Drawn

TITLE: Final = "attest-frame-5d1e-title"
LABEL: Final = "attest-frame-5d1e-label"
DESCRIPTION: Final = "attest-frame-5d1e-description"
ADDRESS: Final = "attest-frame-5d1e-address"
BODY: Final = '<h1 id="attest-frame-5d1e-body"></h1>'
"""Begins with a heading: Material writes one of its own where a page's content has none."""

DESCRIPTION_LENGTH: Final = 300
_INDENTATION = re.compile(r"\n\s+")
_TOKENS = re.compile("|".join(map(re.escape, (TITLE, LABEL, DESCRIPTION, ADDRESS, BODY))))


@dataclass(frozen=True, slots=True)
class Frame:
    """A page without what is its own: text and tokens, in turn, beginning and ending with text."""

    parts: tuple[str, ...]

    @classmethod
    def of(cls, rendered: str) -> Frame:
        """The theme's output for a page of tokens."""
        parts, end = [], 0
        for token in _TOKENS.finditer(rendered):
            parts += [rendered[end : token.start()], token[0]]
            end = token.end()
        return cls((*parts, rendered[end:]))

    def filled(self, drawn: Drawn, middle: str, site: str) -> str:
        """The whole page. ``middle``: its own HTML; ``site``: the trust center's address."""
        own = {TITLE: escape(drawn.title), LABEL: escape(drawn.label), DESCRIPTION: description(drawn), ADDRESS: escape(address(site, drawn.path)), BODY: middle}
        return "".join(own[part] if odd else part for part, odd in zip(self.parts, (False, True) * len(self.parts), strict=False))


def slim(rendered: str) -> str:
    """A page of the theme without the indentation around what the page itself says: a sixth of a control's page."""
    before, opens, rest = rendered.partition("<article")
    inside, closes, after = rest.rpartition("</article>")
    return _INDENTATION.sub("\n", before) + opens + inside + closes + _INDENTATION.sub("\n", after) if closes else rendered


def description(drawn: Drawn) -> str:
    """What search engines and previews are told, escaped, on one line."""
    return escape(text.lines(drawn.description)[:DESCRIPTION_LENGTH])


def address(site: str, path: str) -> str:
    """A page's address on the web. The overview's is the site's own, as MkDocs has it."""
    return _joined(site, "") if path == "index.html" else _joined(site, ".") + path


@lru_cache(maxsize=8)
def _joined(site: str, path: str) -> str:
    """What addresses begin with: the site's paths are plain, so they need no more than to be put behind it."""
    return urljoin(site if site.endswith("/") else f"{site}/", path)
