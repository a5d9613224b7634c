"""How every reading begins: the stream's bytes within a bound, and JSON without latitude.

    b'{"runs": []}'  ->  {"runs": []}        refused: an empty file, more than 64 MiB, duplicate keys, trailing data

A file larger than the bound is refused after the bound has been read, so memory stays flat whatever lies behind it.
"""

from __future__ import annotations

import codecs
import io
import re
from typing import BinaryIO

from attest.errors import Unreadable
from attest.wire import strict_json

MAX_BYTES = 64 * 1024 * 1024
_PIECE = 1024 * 1024


def everything(stream: BinaryIO) -> bytes:
    """A binary stream -> all its bytes, a UTF-8 byte order mark taken off. Unreadable when empty or above ``MAX_BYTES``."""
    found = io.BytesIO()
    while piece := stream.read(_PIECE):
        found.write(piece)
        if found.tell() > MAX_BYTES:
            raise Unreadable(f"the file is larger than {MAX_BYTES // 2**20} MiB, which is as much as is read", "attach a shorter report")
    data = found.getvalue().removeprefix(codecs.BOM_UTF8)
    if not data.strip():
        raise Unreadable("the file is empty")
    return data


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


def opens_with(data: bytes, characters: bytes) -> bool:
    """Whether the first character that is not white space is one of these."""
    first = re.search(rb"\S", data)
    return first is not None and first[0] in characters
