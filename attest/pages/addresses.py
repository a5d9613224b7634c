"""Addresses inside declared text become links: of the web, of mail, and telephone numbers that begin with a plus.

    linked("+44 1632 960112, then incidents@harbourline.example")
    -> <a href="tel:+441632960112">+44 1632 960112</a>, then <a href="mailto:incidents@harbourline.example">incidents@harbourline.example</a>

What is searched is escaped or sanitised before, and what is found holds no letter that HTML gives a meaning, so nothing gets out of its place.
"""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup

from attest.pages import text

_ADDRESS: Final = re.compile(
    r"(?P<web>https?://(?:[^\s<>\"'&;,()]|&amp;)*(?:[^\s<>\"'&;,().]))"
    r"|(?P<mail>[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8})"
    r"|(?P<phone>(?<![\w&#])\+[0-9][0-9 ]{5,22}[0-9])"
)


def linked(words: str) -> Markup:
    """Plain text, escaped, with its addresses as links."""
    return Markup(_ADDRESS.sub(_link, str(text.escaped(words))))  # noqa: S704 - escaped before, and links made of what was found in it


def reaching(words: str | None) -> Markup:
    """Markdown of YAML, sanitised; where it has no links of its own, its addresses become some."""
    made = text.prose(words)
    return made if "<a " in made else Markup(_ADDRESS.sub(_link, str(made)))  # noqa: S704 - sanitised, and no attribute in it to break


def _link(found: re.Match[str]) -> str:
    if found["web"]:
        return f'<a href="{found[0]}" rel="nofollow noopener">{found[0]}</a>'
    if found["mail"]:
        return f'<a href="mailto:{found[0]}">{found[0]}</a>'
    return f'<a href="tel:{found[0].replace(" ", "")}">{found[0]}</a>'
