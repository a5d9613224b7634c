"""A ZIP archive (APPNOTE 6.3.3) in the one form in which the same files are the same bytes: stored, undated, in the order given.

    {"README.txt": b"…", "document/policy.pdf": b"…"}     <->     bytes that every unzip opens

Nothing is compressed, so an archive is never larger inside than outside. Names are plain ASCII paths that stay where they are
unpacked. What does not print back to the same bytes is refused: a second file of one name, a comment, bytes in front or behind, a
file that only the list at the end names or only the files themselves.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from typing import Final
from zlib import crc32

from attest.errors import Unreadable

MOST_FILES: Final = 2000
_NAME: Final = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9._-]{0,99}/){0,3}[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_LISTED: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_NEEDED: Final = 10
"""Version 1.0 of the format reads stored files (4.4.3.2)."""
_MADE: Final = 3 << 8 | 20
"""On Unix, so that the mode below means one."""
_DAY: Final = 1 << 5 | 1
"""The first of January 1980, the first day that the format has."""
_MODE: Final = 0o100644 << 16


def print_zip(files: Mapping[str, bytes]) -> bytes:
    """Files by path, in their order -> the archive. ValueError for a name or a number of files that it does not hold."""
    if len(files) > MOST_FILES or not all(map(_NAME.fullmatch, files)):
        raise ValueError("more files, or other names, than such an archive holds")
    parts, listed, at = [], [], 0
    for name, data in files.items():
        raw, alike = name.encode("ascii"), (0, 0, 0, _DAY, crc32(data), len(data), len(data), len(name), 0)
        listed.append(_LISTED.pack(b"PK\x01\x02", _MADE, _NEEDED, *alike, 0, 0, 0, _MODE, at) + raw)
        parts += [_LOCAL.pack(b"PK\x03\x04", _NEEDED, *alike), raw, data]
        at += _LOCAL.size + len(raw) + len(data)
    directory = b"".join(listed)
    end = _END.pack(b"PK\x05\x06", 0, 0, len(files), len(files), len(directory), at, 0)
    return b"".join((*parts, directory, end))


def parse_zip(data: bytes) -> dict[str, bytes]:
    """An archive -> its files, in their order. Raises Unreadable for whatever ``print_zip`` would not have written."""
    files: dict[str, bytes] = {}
    at = 0
    while data[at : at + 4] == b"PK\x03\x04" and len(files) <= MOST_FILES:
        name, content, at = _file(data, at)
        if name in files:
            raise Unreadable(f"the archive holds {name} twice")
        files[name] = content
    try:
        if files and print_zip(files) == data:
            return files
    except ValueError:
        pass
    raise Unreadable("the archive is damaged, or not one of the plain kind that is read here")


def _file(data: bytes, at: int) -> tuple[str, bytes, int]:
    """The file that begins there, and where the next one does. Sizes are believed only as far as the bytes go."""
    if at + _LOCAL.size > len(data):
        raise Unreadable("the archive is cut short")
    (*_, method, _, _, check, _, size, length, extra) = _LOCAL.unpack_from(data, at)
    begins = at + _LOCAL.size + length
    name = data[at + _LOCAL.size : begins].decode("latin-1")
    if not _NAME.fullmatch(name):
        raise Unreadable(f"the archive holds a file of the name {name!r:.80}, which is none that is unpacked")
    if method or extra:
        raise Unreadable(f"{name} in the archive is compressed or has extra fields, and such are not read here")
    content = data[begins : begins + size]
    if len(content) != size:
        raise Unreadable("the archive is cut short")
    if crc32(content) != check:
        raise Unreadable(f"{name} in the archive is damaged")
    return name, content, begins + size
