"""sitemap.xml, after sitemaps.org protocol 0.9: every page with the day on which what it says last changed.

    <url><loc>https://trust.harbourline.example/customers/encrypted-in-transit.html</loc><lastmod>2026-10-02</lastmod></url>

Of a control, that is the state of the release it last changed in, where the history knows it; of every other page, this state. A file may
name ``MOST`` pages; what is beyond, search engines find by following links.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from xml.sax.saxutils import escape

from attest.history import History
from attest.published import Record, page_of

MOST: Final = 50_000
"""sitemaps.org: addresses in one file."""
_OPENS = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'


def sitemap(pages: Iterable[tuple[str, str]]) -> bytes:
    """(address, day as ``2026-11-20``) -> the file."""
    listed = sorted(pages)[:MOST]
    return (_OPENS + "".join(f"<url><loc>{escape(address)}</loc><lastmod>{day}</lastmod></url>\n" for address, day in listed) + "</urlset>\n").encode()


def changed(record: Record, history: History) -> Mapping[str, str]:
    """Site path of each control's page -> the day it last changed."""
    days = {entry.n: entry.as_of[:10] for entry in history.releases}
    return {page_of(control): days.get(history.changed(control["id"]) or 0, record["asOf"][:10]) for control in record["controls"]}
