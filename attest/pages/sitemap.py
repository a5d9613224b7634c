"""sitemap.xml, after sitemaps.org protocol 0.9: every page with the day it was last written."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

_OPENS = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'


def sitemap(pages: Iterable[tuple[str, str]]) -> bytes:
    """(address, day as ``2026-11-20``) -> the file."""
    return (_OPENS + "".join(f"<url><loc>{escape(address)}</loc><lastmod>{day}</lastmod></url>\n" for address, day in sorted(pages)) + "</urlset>\n").encode()
