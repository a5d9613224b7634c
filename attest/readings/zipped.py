r"""An Office file (ECMA-376: a ZIP archive of XML parts), opened only after every part was unpacked once, to be counted and thrown away.

    b"PK\x03\x04…"  ->  zipfile.ZipFile        refused: more than 256 MiB or 5,000 parts unpacked, a part twice, encryption, a document type

What an archive says of its sizes is not believed. ECMA-376 part 2 allows no document type declaration, so one is refused before a parser
could follow its entities.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from attest.errors import Unreadable

MAX_UNPACKED = 256 * 1024 * 1024
MAX_PARTS = 5000
_PIECE = 1024 * 1024
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DOCTYPE = re.compile(b"|".join(re.escape(mark.encode(code)) for mark in ("<!DOCTYPE", "<!ENTITY") for code in ("utf-8", "utf-16-le", "utf-16-be")))
_OVERLAP = 32
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, KeyError)
"""What ``zipfile`` raises over an archive that is not whole."""


def is_zip(data: bytes) -> bool:
    """Whether it begins as a ZIP archive does, and so as Office files do."""
    return data.startswith(b"PK\x03\x04")


def opened(data: bytes) -> zipfile.ZipFile:
    """The archive's bytes -> the archive, every part of which was seen to unpack within bounds. Raises Unreadable as the module says."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        _count(archive)
    except BROKEN as error:
        raise Unreadable(f"the file is a ZIP archive that is not whole: {str(error)[:120] or type(error).__name__}") from None
    return archive


def _count(archive: zipfile.ZipFile) -> None:
    parts, names = archive.infolist(), {part.filename for part in archive.infolist()}
    if len(parts) > MAX_PARTS:
        raise Unreadable(f"the file has more than {MAX_PARTS} parts")
    if len(names) != len(parts):
        raise Unreadable("the file has two parts of one name")
    left = MAX_UNPACKED
    for part in parts:
        if part.flag_bits & _ENCRYPTED:
            raise Unreadable("the file is locked with a password", "save it without one; evidence that is not public needs none: see the vault")
        if part.compress_type not in _METHODS:
            raise Unreadable(f"part {part.filename[:80]!r} is packed in a way that Office files are not")
        left -= _unpacked(archive, part, left)


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    """Bytes of one part, unpacked piece by piece."""
    total, kept = 0, b""
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            total += len(piece)
            if total > left:
                raise Unreadable(f"the file unpacks to more than {MAX_UNPACKED // 2**20} MiB")
            if part.filename.lower().endswith((".xml", ".rels")) and _DOCTYPE.search(kept + piece):
                raise Unreadable(f"part {part.filename[:80]!r} has a document type declaration, which Office files may not have")
            kept = piece[-_OVERLAP:]
    return total
