"""Documents: a file's bytes -> what it says of itself, or why it is no document. One format a file, told from the content, never the name.

    %PDF-1.7 …                    ->  Paper("pdf", "Cryptography policy", created, changed, pages=4)
    PK… word/document.xml         ->  Paper("docx", …)
    # Cryptography policy         ->  Paper("markdown", …)          any other prose in UTF-8  ->  Paper("text", …)

Anything else shows nothing by itself: a picture, a spreadsheet, an archive, what a tool wrote. It is Unreadable here, and the message says how
it can count: read as a report or a record, or with a role who declares what it shows. Readers are pure; files up to 64 MiB are read.
"""

from __future__ import annotations

from typing import BinaryIO, Final

from attest.errors import Unreadable
from attest.papers import docx, prose
from attest.readings import begin, zipped
from attest.readings.interface import Paper

_DECLARE: Final = "have a role declare what it shows (kind: declaration, with file:)"
_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\x89PNG\r\n", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"BM", "a picture"),
    (b"II*\0", "a picture"),
    (b"MM\0*", "a picture"),
    (b"\x1f\x8b", "an archive"),
    (b"7z\xbc\xaf\x27\x1c", "an archive"),
    (b"Rar!", "an archive"),
    (b"\xfd7zXZ", "an archive"),
    (b"BZh", "an archive"),
    (b"\x28\xb5\x2f\xfd", "an archive"),
    (b"\x1a\x45\xdf\xa3", "a film"),
    (b"ID3", "a recording"),
)
"""What files begin with, by the formats' own specifications."""
_PDF: Final = b"%PDF-"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_AT_FOUR: Final = {b"heic": "a picture", b"heix": "a picture", b"mif1": "a picture", b"avif": "a picture"}
_OF_RIFF: Final = {b"WEBP": "a picture", b"WAVE": "a recording", b"AVI ": "a film"}


def read(stream: BinaryIO) -> Paper:
    """A binary stream -> the document that it is. Raises Unreadable: none that is read, one that is not whole or locked, larger than 64 MiB."""
    data = begin.everything(stream)
    if _PDF in data[:1024]:  # as viewers take it
        from attest.papers import pdf  # pypdf takes as long to load as much of the rest together

        return pdf.read(data)
    if zipped.is_zip(data):
        return _packed(data)
    if data.startswith(_OLE):
        raise Unreadable("the file is of an old Office format, or locked with a password", "save it as PDF or DOCX, without a password")
    if thing := _thing(data):
        raise shows_nothing(thing)
    return prose.read(data)


def shows_nothing(thing: str) -> Unreadable:
    """``a picture`` -> what to say of it."""
    return Unreadable(f"the file is {thing}, which shows nothing by itself", _DECLARE)


def _packed(data: bytes) -> Paper:
    if docx.sniff(data):
        return docx.read(data)
    if b"xl/" in data:
        raise Unreadable("the file is a spreadsheet, which shows nothing by itself", f"attach it as a record, or {_DECLARE}")
    if b"ppt/" in data or b"application/vnd.oasis" in data[:200]:
        raise Unreadable("the file is of an Office format that is not read", "save it as PDF")
    raise shows_nothing("an archive")


def _thing(data: bytes) -> str | None:
    if data[:4] == b"RIFF":
        return _OF_RIFF.get(data[8:12], "a recording")
    if data[4:8] == b"ftyp":
        return _AT_FOUR.get(data[8:12], "a film")
    if data[257:262] == b"ustar":
        return "an archive"
    return next((thing for magic, thing in _MAGIC if data.startswith(magic)), None)
