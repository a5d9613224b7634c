"""What the head of every page says to search engines and to whoever shows a link to it: escaped, since the theme escapes nothing.

    {"summary": "Harbourline tells shippers …", "locale": "en_US", "card": "https://trust.harbourline.example/assets/look/card.png",
     "feeds": [("application/atom+xml", "Harbourline: notices", "feeds/notices.xml"), …], "grounds": [("light", "#ffffff"), ("dark", "#11191d")]}

A page's own title, description and address are its own (``drawn.py``); a page of ``content/`` without a description is described by its
first paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from markupsafe import Markup, escape

from attest.pages import text
from attest.pages.feeds import TYPES, address, heads

GROUNDS: Final = (("light", "#ffffff"), ("dark", "#11191d"))
"""The grounds of the site's own header in both schemes (styles/00-tokens.css), for the browser's bar above it."""
_CARD: Final = "assets/look/card."
_REGION = re.compile(r"[A-Z]{2}")
_HOME: Final = {
    "bg": "BG", "cs": "CZ", "da": "DK", "de": "DE", "el": "GR", "en": "US", "es": "ES", "et": "EE", "fi": "FI", "fr": "FR", "ga": "IE", "hr": "HR", "hu": "HU", "is": "IS",
    "it": "IT", "ja": "JP", "ko": "KR", "lt": "LT", "lv": "LV", "mt": "MT", "nb": "NO", "nl": "NL", "pl": "PL", "pt": "BR", "ro": "RO", "sk": "SK", "sl": "SI", "sv": "SE",
    "tr": "TR", "uk": "UA",
}  # fmt: skip
"""Where a tag names no territory, the likeliest one (CLDR, likely subtags): OpenGraph has no locale without."""
_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_LONGEST: Final = 300
_TELLING: Final = 60
"""Letters from which on a paragraph says something of its page, rather than how to take it."""


def head(center: Mapping[str, Any], files: Iterable[str]) -> dict[str, Any]:
    """``center``: that of the record; ``files``: site paths that are published as they are, among which may be a picture for links."""
    card = next((path for path in files if path.startswith(_CARD)), None)
    return {
        "summary": escape(text.lines(center["summary"])[:_LONGEST]),
        "locale": locale(center["language"]),
        "card": escape(address(center["id"], card)) if card else None,
        "feeds": [(TYPES[ending], escape(title), stem + ending) for stem, title in heads(center["name"]) for ending in TYPES],
        "grounds": GROUNDS,
    }


def locale(language: str) -> str | None:
    """``de-CH`` -> ``de_CH``, ``de`` -> ``de_DE``; None where no territory is named or known."""
    first, *rest = language.split("-")
    region = next((part.upper() for part in rest if _REGION.fullmatch(part.upper())), _HOME.get(first.lower()))
    return f"{first.lower()}_{region}" if region else None


def first_words(html: str) -> Markup:
    """What a page of prose begins with, as one line of escaped text: its first paragraph of some length, else its first; empty where there is none."""
    paragraphs = [said for part in _PARAGRAPH.findall(html) if (said := text.lines(Markup(part).striptags()))]  # noqa: S704 - its tags are taken away, nothing is shown
    found = next((said for said in paragraphs if len(said) >= _TELLING), paragraphs[0] if paragraphs else "")
    return escape(found[:_LONGEST])
