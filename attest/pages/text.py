"""Declared text -> HTML that cannot run, load or overlay anything; and dates as people read them.

    prose("Inside **TLS**, see [how](https://x.example).")
    -> <p>Inside <strong>TLS</strong>, see <a href="https://x.example" rel="nofollow noopener">how</a>.</p>

Markdown is turned to HTML first and sanitised after, so that nothing the Markdown step makes is believed. Two allow-lists: a
small one for text in YAML, a wide one for pages that staff write in ``content/``. Links lead to http, https and mailto; in prose
of YAML they have to be whole addresses, because one text stands on several pages. Images and everything else that a browser
loads by itself must be the site's own.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

import markdown
import nh3
from markupsafe import Markup, escape

from attest.times import parse_moment, print_moment, spell_day, spell_moment

_SCHEMES: Final = {"http", "https", "mailto"}
_WHOLE = re.compile(r"(https?://|mailto:)", re.IGNORECASE)
_ANY_SCHEME = re.compile(r"\s*([a-zA-Z][a-zA-Z0-9+.-]*:|//|\\)")
_PLAIN = re.compile(r"[A-Za-z0-9À-ɏ ,.;:'’\"“”()/%?…–—+-]*")
"""Text that Markdown would leave as it is; a line that opens a list or a heading has another character or a line end before it."""
_LINK = re.compile(r'<a (?=(?:[^">]|"[^"]*")*?href="((?:https?://|mailto:)[^"]*)")((?:[^">]|"[^"]*")*)>(.*?)</a>', re.DOTALL)
"""As nh3 prints one that leads out of the site."""
_LIST = re.compile(r"([+-]|\d+\.)\s|\s{4}")

_PROSE_TAGS: Final = {"p", "br", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "a"}
_PAGE_TAGS: Final = _PROSE_TAGS | {
    "h1", "h2", "h3", "h4", "h5", "h6", "hr", "table", "thead", "tbody", "tr", "th", "td", "caption", "div", "span", "section", "figure", "figcaption", "img",
    "dl", "dt", "dd", "del", "ins", "mark", "sub", "sup", "kbd", "abbr", "small", "details", "summary", "nav", "input", "label", "svg", "path",
}  # fmt: skip
_PAGE_ATTRIBUTES: Final = {
    "*": {"id", "class", "title", "lang", "dir", "role", "aria-label", "aria-hidden", "tabindex", "hidden"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "loading"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
    "ol": {"start"},
    "details": {"open"},
    "input": {"type", "checked", "disabled", "name"},
    "label": {"for"},
    "svg": {"viewBox", "xmlns"},
    "path": {"d"},
}

_markdown = markdown.Markdown(extensions=["sane_lists"])


def prose(text: str | None) -> Markup:
    """Markdown of YAML -> a few harmless elements; no headings, images or raw HTML. Empty for None."""
    if not text:
        return Markup()
    return Markup(f"<p>{escape(text)}</p>") if _is_plain(text) else _converted(text)  # noqa: S704 - escaped


@lru_cache(maxsize=4096)
def _converted(text: str) -> Markup:
    """One text stands on several pages."""
    made = _markdown.reset().convert(text)
    clean = nh3.clean(made, tags=_PROSE_TAGS, attributes={"a": {"href"}}, url_schemes=_SCHEMES, link_rel="nofollow noopener", attribute_filter=_whole_links)
    return Markup(_LINK.sub(_for_paper, clean))  # noqa: S704 - sanitised


def plain(text: str) -> str:
    """Markdown of YAML -> its words on one line, not escaped."""
    return lines(text) if _is_plain(text) else prose(text).striptags()


def page_body(made: str) -> str:
    """The HTML of a Markdown page of ``content/`` -> the same without anything that runs or loads from elsewhere."""
    clean = nh3.clean(made, tags=_PAGE_TAGS, attributes=_PAGE_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener", attribute_filter=_own_images, strip_comments=True)
    return _LINK.sub(_for_paper, clean)


def escaped(text: str) -> Markup:
    """Plain text -> HTML. What is escaped already stays as it is."""
    return escape(text)


def lines(text: str) -> str:
    """Text with its white space closed up, for one-line places such as titles and descriptions."""
    return " ".join(text.split())


@lru_cache(maxsize=4096)
def day(moment: str | datetime) -> str:
    """``2026-11-20T03:10:00Z`` -> ``20 November 2026``."""
    return spell_day(_moment(moment))


@lru_cache(maxsize=4096)
def time(moment: str | datetime, *, clock: bool = False) -> Markup:
    """A moment as a ``time`` element; with the time of day where that is wanted and known (a day is kept as its first second)."""
    found = _moment(moment)
    said = spell_moment(found) if clock and not _starts_a_day(found) else day(found)
    return Markup('<time datetime="{}">{}</time>').format(print_moment(found), said)


@lru_cache(maxsize=4096)
def end(moment: str | datetime) -> Markup:
    """The first second something no longer counts, as people say it: the day before for midnight, else the time of day."""
    found = _moment(moment)
    return Markup('<time datetime="{}">{}</time>').format(print_moment(found), last_day(found)) if _starts_a_day(found) else time(found, clock=True)


def last_day(end: str | datetime) -> str:
    """The last day on which something still counts, given the first second it does not."""
    return day(_moment(end) - timedelta(seconds=1))


def _is_plain(text: str) -> bool:
    return _PLAIN.fullmatch(text) is not None and not _LIST.match(text)


def _for_paper(found: re.Match[str]) -> str:
    """A link that leads elsewhere by other words than its address is marked, so that paper can print the address."""
    address, attributes, said = found.groups()
    bare = address.removeprefix("mailto:").removeprefix("https://").rstrip("/")
    itself = said.strip().removeprefix("mailto:").removeprefix("https://").rstrip("/") == bare
    return found[0] if itself else f"<a {attributes} data-at-leads>{said}</a>"


def _starts_a_day(moment: datetime) -> bool:
    return (moment.hour, moment.minute, moment.second) == (0, 0, 0)


def _moment(moment: str | datetime) -> datetime:
    return parse_moment(moment) if isinstance(moment, str) else moment


def _whole_links(tag: str, attribute: str, value: str) -> str | None:
    return None if attribute == "href" and not _WHOLE.match(value) else value


def _own_images(tag: str, attribute: str, value: str) -> str | None:
    if tag == "img" and attribute == "src" and _ANY_SCHEME.match(value):
        return None
    if tag == "input" and attribute == "type" and value not in ("checkbox", "radio"):
        return "checkbox"
    return value
