"""The manifest, in the format of GNU ``sha256sum``: checked with ``sha256sum --check --strict``.

    3f1e…64 hex digits  customers/encrypted-in-transit.html

One line a file, sorted by path (bytewise), two spaces, LF, no "./", no escapes. Paths use ``[A-Za-z0-9._/-]``, no two differ only
in case, none leaves its folder, none is "-" (sha256sum would read its standard input). A manifest of nothing is none: sha256sum
refuses it too. Parsing refuses whatever does not print back to the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import count
from typing import Final

from attest.errors import Unreadable

MAX_BYTES: Final = 64 * 1024 * 1024

_LINE = re.compile(rb"([0-9a-f]{64})  ([A-Za-z0-9._/-]+)")
_PATH = re.compile(r"[A-Za-z0-9._/-]*")


def path_problem(path: str) -> str:
    """Why a path cannot be listed, or an empty string."""
    if len(path) > 1024:
        return "is longer than 1024 characters"
    if not _PATH.fullmatch(path):
        return "has a character outside [A-Za-z0-9._/-]"
    if path == "-":
        return "means standard input to sha256sum"
    if any(part in ("", ".", "..") for part in path.split("/")):
        return "is not a plain relative path"
    return ""


def print_manifest(files: Mapping[str, str]) -> bytes:
    """Path -> hex SHA-256, as the manifest's bytes. ValueError for a path that cannot be listed, two that differ in case, or none."""
    if not files:
        raise ValueError("it lists no file")
    for path, digest in files.items():
        if why := path_problem(path):
            raise ValueError(f"{path!r:.200} {why}")
        if not re.fullmatch("[0-9a-f]{64}", digest):
            raise ValueError(f"{path!r:.200}: not a SHA-256 in hex")
    if len({path.lower() for path in files}) != len(files):
        raise ValueError("two paths differ only in case")
    return b"".join(f"{files[path]}  {path}\n".encode("ascii") for path in sorted(files))


def parse_manifest(data: bytes) -> dict[str, str]:
    """The manifest's bytes -> path: hex SHA-256. Raises Unreadable unless the bytes are exactly what printing gives."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"the manifest is larger than {MAX_BYTES // 2**20} MiB")
    found = dict(map(_entry, data.split(b"\n")[:-1], count(1)))
    try:
        printed = print_manifest(found)
    except ValueError as error:
        raise Unreadable(f"the manifest is not acceptable: {error}") from None
    if printed != data:
        raise Unreadable("the manifest is not in the one form it may have (sorted, no path twice, every line ended)")
    return found


def _entry(line: bytes, number: int) -> tuple[str, str]:
    match = _LINE.fullmatch(line)
    if match is None:
        raise Unreadable(f"the manifest, line {number}: not 64 hex digits, two spaces and a path of [A-Za-z0-9._/-]")
    return match[2].decode("ascii"), match[1].decode("ascii")
