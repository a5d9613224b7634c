"""How every reading begins: the stream's bytes within a bound, and JSON without latitude.

    b'{"runs": []}'  ->  {"runs": []}        refused: an empty file, more than 64 MiB, duplicate keys, trailing data

Formats that are read piece by piece (``json_pieces``) take the stream itself and have a bound of their own. A file larger than the
bound is refused after the bound has been read, so memory stays flat whatever lies behind it.
"""

from __future__ import annotations

import codecs
import io
import json
import re
from typing import BinaryIO

from attest.errors import Unreadable
from attest.wire import strict_json

MAX_BYTES = 64 * 1024 * 1024
HEAD = 512 * 1024
"""So much of a file's beginning tells its format."""
_PIECE = 1024 * 1024
_FIRST_OBJECT = re.compile(r"[ \t\r\n]*(?:\[[ \t\r\n]*)?(?=\{)")


def opened(stream: BinaryIO) -> tuple[bytes, BinaryIO]:
    """A binary stream -> its first ``HEAD`` bytes, a byte order mark taken off, and a stream that gives everything, the head once more.

    The stream need not be seekable and may give less than it is asked for. Unreadable when empty.
    """
    head = _up_to(HEAD, stream)
    if len(head) < HEAD:
        _some(head)
        return head.removeprefix(codecs.BOM_UTF8), io.BytesIO(head)
    return head.removeprefix(codecs.BOM_UTF8), io.BufferedReader(_Again(head, stream), _PIECE)


def _up_to(most: int, stream: BinaryIO) -> bytes:
    found = bytearray()
    while len(found) < most and (piece := stream.read(most - len(found))):
        found += piece
    return bytes(found)


def _some(data: bytes) -> None:
    if not data.removeprefix(codecs.BOM_UTF8).strip():
        raise Unreadable("the file is empty")


class _Again(io.RawIOBase):
    """A stream put together again from its head and the rest."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = io.BytesIO(head)
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # narrower than typeshed's Buffer, and all that is ever passed
        piece = self._head.read(len(buffer)) or self._rest.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


def everything(stream: BinaryIO) -> bytes:
    """A binary stream -> all its bytes, a UTF-8 byte order mark taken off. Unreadable when empty or above ``MAX_BYTES``."""
    found = io.BytesIO()
    while piece := stream.read(_PIECE):
        found.write(piece)
        if found.tell() > MAX_BYTES:
            raise Unreadable(f"the file is larger than {MAX_BYTES // 2**20} MiB, which is as much as is read of this format", "attach a shorter report")
    data = found.getvalue()
    _some(data)
    return data.removeprefix(codecs.BOM_UTF8)


def json_of(stream: BinaryIO) -> strict_json.Json:
    """A binary stream of UTF-8 JSON -> its value. Unreadable for anything else, duplicate keys included (RFC 7493, section 2.3)."""
    return strict_json.parse(everything(stream), "the file")


def text_of(stream: BinaryIO) -> str:
    """A binary stream of UTF-8 text -> str. Unreadable for another encoding or a NUL."""
    try:
        text = everything(stream).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(f"the file is not UTF-8 (byte {error.start}), save it as UTF-8") from None
    if "\x00" in text:
        raise Unreadable("the file has a NUL character in it")
    return text


def has_key(data: bytes, key: bytes, value: bytes = rb"") -> bool:
    """Whether JSON bytes have a key, at any depth, followed by ``value`` (a pattern). Inside a string its quotes would be escaped."""
    return re.search(rb'(?<!\\)"' + re.escape(key) + rb'"\s*:\s*' + value, data) is not None


def first_keys(data: bytes) -> frozenset[str]:
    """The keys of the first object of JSON bytes that are a list of objects, or objects one after the other; none where that is cut off."""
    text = data.decode("utf-8", "replace")
    start = _FIRST_OBJECT.match(text)
    try:
        found = json.JSONDecoder().raw_decode(text, start.end())[0] if start else {}
    except (ValueError, RecursionError):
        return frozenset()
    return frozenset(found)


def opens_with(data: bytes, characters: bytes) -> bool:
    """Whether the first character that is not white space is one of these."""
    first = re.search(rb"\S", data)
    return first is not None and first[0] in characters
