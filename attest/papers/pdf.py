"""A PDF (ISO 32000): title, dates, how many pages; and whether it holds what a document needs not: scripts, other files.

    /Info << /Title (Cryptography policy) /CreationDate (D:20260402091500+02'00') >>  ->  Paper("pdf", "Cryptography policy", 2026-04-02T07:15Z, …)

Pages are counted where the file counts them, and one has to be there. Refused: no page, a password that is not the empty one, whatever pypdf
cannot make sense of, and whatever keeps it busier than any honest file of that size would: the bound is a count of calls, not of seconds, so
that the same bytes are read alike on every machine.
"""

from __future__ import annotations

import io
import logging
import re
import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Any, TypeVar

from pypdf import PdfReader
from pypdf.errors import DependencyError, DeprecationError, PyPdfError
from pypdf.generic import DictionaryObject

from attest.errors import Unreadable
from attest.readings.interface import Paper

Result = TypeVar("Result")

_STEPS = 2_000_000
_STEPS_A_BYTE = 0.25
"""An entry of a cross-reference table has 20 bytes and takes pypdf a handful of calls."""
_DEPTH = 64
_MAX_PACKED = 500
"""Object streams that are searched for scripts."""
_MALFORMED = (
    PyPdfError, DependencyError, DeprecationError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RuntimeError, AssertionError, OSError, EOFError,
    MemoryError, zlib.error, struct.error,
)  # fmt: skip
"""What pypdf raises over files that are not what they should be."""
_SCRIPT = re.compile(rb"/(?:JavaScript|JS)(?![A-Za-z])")
_LAUNCH = re.compile(rb"/Launch(?![A-Za-z])")
_ATTACHED = re.compile(rb"/EmbeddedFiles?(?![A-Za-z])")
_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:([Zz+-])(?:(\d\d)'?(?:(\d\d)'?)?)?)?.*", re.DOTALL)

logging.getLogger("pypdf").addHandler(logging.NullHandler())


def read(data: bytes) -> Paper:
    """A PDF's bytes -> what it says of itself. Raises Unreadable as the module says."""
    try:
        return _bounded(lambda: _paper(data), _STEPS + int(_STEPS_A_BYTE * len(data)))
    except _MALFORMED as error:
        raise Unreadable(f"the file is a PDF that is not whole: {str(error)[:120] or type(error).__name__}", "make it anew from its source") from None
    except _TooBusyError:
        raise Unreadable("the file is a PDF built so that reading it takes without end", "make it anew from its source") from None


def _paper(data: bytes) -> Paper:
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("the file is a PDF locked with a password, so it cannot be opened", "save it without one; what must not be public goes into the vault")
    root = reader.trailer["/Root"].get_object()
    said = reader.trailer.get("/Info")
    info = said.get_object() if said is not None else {}
    info = info if isinstance(info, DictionaryObject) else {}
    return Paper("pdf", _title(info.get("/Title")), _moment(info.get("/CreationDate")), _moment(info.get("/ModDate")), _pages(root), tuple(_notes(reader, data)))


def _pages(root: Any) -> int:
    """What the page tree's root says, provided that a first page is there."""
    tree = root["/Pages"].get_object()
    count, node = int(tree.get("/Count", 0).get_object() if "/Count" in tree else 0), tree
    for _ in range(_DEPTH):
        if "/Kids" not in node:
            break
        kids = node["/Kids"].get_object()
        node = kids[0].get_object() if len(kids) else {}
    if count < 1 or "/Kids" in node or node.get("/Type") != "/Page":
        raise Unreadable("the file is a PDF without a page")
    return count


def _title(said: Any) -> str | None:
    text = " ".join(str(said.get_object()).split()) if said is not None else ""
    return text[:200] or None


def _moment(said: Any) -> datetime | None:
    """``D:20260402091500+02'00'`` (7.9.4) -> UTC; what is left out is the earliest, a zone left out is UTC. None for anything else."""
    match = _DATE.fullmatch(str(said.get_object())) if said is not None else None
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) if part else least for part, least in zip(match.groups()[:6], (0, 1, 1, 0, 0, 0), strict=True))
    ahead = timedelta(hours=int(match[8] or 0), minutes=int(match[9] or 0)) * (-1 if match[7] == "-" else 1)
    try:
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC) - ahead
    except (ValueError, OverflowError):
        return None


def _notes(reader: PdfReader, data: bytes) -> Iterator[str]:
    bodies = [data, *_unpacked(reader)]
    if any(_SCRIPT.search(body) for body in bodies):
        yield "holds a script"
    if any(_LAUNCH.search(body) for body in bodies):
        yield "starts a program"
    if any(_ATTACHED.search(body) for body in bodies):
        yield "holds another file"


def _unpacked(reader: PdfReader) -> Iterator[bytes]:
    """Objects that stand packed together in streams (7.5.7)."""
    for number in sorted({found[0] for found in reader.xref_objStm.values()})[:_MAX_PACKED]:
        packed: Any = reader.get_object(number)
        yield packed.get_data()


class _TooBusyError(BaseException):
    """Past the bound. No ``Exception``, so that nothing on the way swallows it."""


def _bounded(work: Callable[[], Result], steps: int) -> Result:
    """What ``work`` returns, unless it makes more than ``steps`` calls."""
    left = steps

    def count(_frame: FrameType, _event: str, _argument: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise _TooBusyError

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        return work()
    finally:
        sys.setprofile(before)
