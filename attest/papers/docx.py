"""A DOCX file (ECMA-376): title and dates of docProps/core.xml, pages of docProps/app.xml, and that there is text in it.

    <dc:title>Cryptography policy</dc:title> <dcterms:modified>2026-04-02T07:15:00Z</dcterms:modified>  ->  Paper("docx", "Cryptography policy", …)

Refused: what ``zipped`` refuses, parts that are not XML, and a file without a word in it: pictures alone show nothing.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring, iterparse

from attest.errors import Unreadable
from attest.readings import zipped
from attest.readings.interface import Paper

_BODY: Final = "word/document.xml"
_CORE: Final = "docProps/core.xml"
_APP: Final = "docProps/app.xml"
_MAX_PROPERTIES: Final = 2**20
_BROKEN = (*zipped.BROKEN, ParseError, DefusedXmlException)


def sniff(data: bytes) -> bool:
    """Whether an archive has a text document's body."""
    return _BODY.encode() in data


def read(data: bytes) -> Paper:
    """A DOCX file's bytes -> what it says of itself. Raises Unreadable as the module says."""
    try:
        with zipped.opened(data) as archive:
            return _paper(archive)
    except _BROKEN as error:
        raise Unreadable(f"the file is a DOCX document that is not whole: {str(error)[:120] or type(error).__name__}", "save it anew") from None


def _paper(archive: zipfile.ZipFile) -> Paper:
    if not _has_text(archive):
        raise Unreadable("the file is a DOCX document without text")
    core, app = _properties(archive, _CORE), _properties(archive, _APP)
    title = " ".join(core.get("title", "").split())[:200]
    return Paper("docx", title or None, _moment(core.get("created")), _moment(core.get("modified")), _number(app.get("Pages")), tuple(_notes(archive)))


def _has_text(archive: zipfile.ZipFile) -> bool:
    """To the end, even where the first word has it: a body that was cut is none."""
    found = False
    with archive.open(_BODY) as stream:
        for _, element in iterparse(stream):
            found = found or (element.tag.endswith("}t") and bool((element.text or "").strip()))
            element.clear()
    return found


def _properties(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """Local name -> text of a part's children; nothing where there is no such part."""
    if part not in archive.namelist():
        return {}
    with archive.open(part) as stream:
        data = stream.read(_MAX_PROPERTIES + 1)
    if len(data) > _MAX_PROPERTIES:
        raise Unreadable(f"part {part!r} is larger than {_MAX_PROPERTIES // 2**20} MiB")
    return {child.tag.rpartition("}")[2]: child.text or "" for child in fromstring(data)}


def _moment(said: str | None) -> datetime | None:
    """W3CDTF -> UTC; a zone left out is UTC. None for anything else."""
    try:
        found = datetime.fromisoformat((said or "").strip())
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _number(said: str | None) -> int | None:
    return int(said) if said is not None and said.isascii() and said.isdigit() and 0 < len(said) < 7 and int(said) else None


def _notes(archive: zipfile.ZipFile) -> Iterator[str]:
    names = archive.namelist()
    if any(name.startswith("word/vbaProject") for name in names):
        yield "holds a script"
    if any(name.startswith("word/embeddings/") for name in names):
        yield "holds another file"
