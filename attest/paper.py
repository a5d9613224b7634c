"""What a document says of itself: its title, the day it was last changed, its pages. Proposals for a person to confirm, nothing decides by them.

    %PDF-1.7 … /Title (Access policy) /ModDate (D:20260402…)   ->  Paper("Access policy", 2026-04-02, 12)
    a DOCX's docProps/core.xml, a Markdown file's front matter and first heading                likewise

Whatever cannot be read is simply not said: a document needs no reader to be evidence.
"""

from __future__ import annotations

import io
import logging
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from attest.errors import Unreadable
from attest.readings import zipped
from attest.times import parse_day

_MOST: Final = 64 * 2**20
_CORE: Final = "docProps/core.xml"
_TERMS: Final = "{http://purl.org/dc/terms/}"
_DC: Final = "{http://purl.org/dc/elements/1.1/}"
_DAY: Final = re.compile(r"^(?:date|updated|approved|reviewed|effective|last_?reviewed|version_date):\s*['\"]?(\d{4}-\d\d-\d\d)", re.MULTILINE | re.IGNORECASE)
_TITLE: Final = re.compile(r"^title:\s*['\"]?(.+?)['\"]?\s*$", re.MULTILINE | re.IGNORECASE)
_HEADING: Final = re.compile(r"^#\s+(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Paper:
    """What could be told of a document; None where it does not say."""

    title: str | None = None
    day: date | None = None
    pages: int | None = None


def paper_of(file: Path, suffix: str) -> Paper:
    """A file and the ending of its name (``.pdf``, ``.docx``, ``.md``) -> what it says of itself."""
    if file.stat().st_size > _MOST:
        return Paper()
    data = file.read_bytes()
    if data.startswith(b"%PDF-"):
        return _pdf(data)
    if zipped.is_zip(data) and suffix == ".docx":
        return _docx(data)
    return _markdown(data.decode("utf-8", "replace")) if suffix in (".md", ".markdown", ".txt") else Paper()


def _pdf(data: bytes) -> Paper:
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it talks on stderr about what it mends
    try:
        reader = PdfReader(io.BytesIO(data))
        said = reader.metadata
        moment = None if said is None else said.modification_date or said.creation_date
        return Paper(_words(None if said is None else said.title), None if moment is None else _day(moment), len(reader.pages))
    except Exception:  # noqa: BLE001 - a PDF that its library cannot read is a document all the same
        return Paper()


def _docx(data: bytes) -> Paper:
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root = fromstring(zipped.opened(data).read(_CORE))
        changed = root.findtext(f"{_TERMS}modified") or root.findtext(f"{_TERMS}created") or ""
        return Paper(_words(root.findtext(f"{_DC}title")), _day(datetime.fromisoformat(changed)) if changed else None)
    except (Unreadable, ParseError, KeyError, ValueError):
        return Paper()


def _markdown(text: str) -> Paper:
    front = text.split("\n---", 1)[0] if text.startswith("---\n") else ""
    day, title = _DAY.search(front), _TITLE.search(front) or _HEADING.search(text)
    return Paper(_words(title[1]) if title else None, _parsed(day[1]) if day else None)


def _parsed(text: str) -> date | None:
    try:
        return parse_day(text)
    except ValueError:
        return None


def _day(moment: datetime) -> date | None:
    """In UTC, where the document says which time it means; else as it says."""
    return _parsed((moment.astimezone(UTC) if moment.tzinfo else moment).date().isoformat())


def _words(text: str | None) -> str | None:
    said = " ".join((text or "").split())
    return said if said and said.isprintable() and len(said) <= 200 else None
