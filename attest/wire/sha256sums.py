"""The manifest, in the format of GNU ``sha256sum``: checked with ``sha256sum --check --strict``.

    3f1e…64 hex digits  customers/encrypted-in-transit.html

One line a file, sorted by path (bytewise), two spaces, LF, no "./", no escapes. Paths use ``[A-Za-z0-9._/-]``, no two differ only
in case, none leaves its folder. Parsing refuses whatever does not print back to the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from attest.errors import Unreadable

_LINE = re.compile(rb"([0-9a-f]{64})  ([A-Za-z0-9._/-]{1,1024})\n")
_PATH = re.compile(r"[A-Za-z0-9._/-]{1,1024}")


def path_problem(path: str) -> str:
    """Why a path cannot be listed, or an empty string."""
    if not _PATH.fullmatch(path):
        return "has a character outside [A-Za-z0-9._/-]"
    if any(part in ("", ".", "..") for part in path.split("/")):
        return "is not a plain relative path"
    return ""


def print_manifest(files: Mapping[str, str]) -> bytes:
    """Path -> hex SHA-256, as the manifest's bytes. ValueError for a path that cannot be listed, or two that differ in case."""
    for path, digest in files.items():
        if why := path_problem(path):
            raise ValueError(f"{path!r} {why}")
        if not re.fullmatch("[0-9a-f]{64}", digest):
            raise ValueError(f"{path!r}: not a SHA-256 in hex")
    if len({path.lower() for path in files}) != len(files):
        raise ValueError("two paths differ only in case")
    return b"".join(f"{files[path]}  {path}\n".encode("ascii") for path in sorted(files))


def parse_manifest(data: bytes) -> dict[str, str]:
    """The manifest's bytes -> path: hex SHA-256. Raises Unreadable unless the bytes are exactly what printing gives."""
    found = {match[2].decode("ascii"): match[1].decode("ascii") for match in _LINE.finditer(data)}
    try:
        printed = print_manifest(found)
    except ValueError as error:
        raise Unreadable(f"the manifest is not acceptable: {error}") from None
    if printed != data:
        raise Unreadable("the manifest is not in the one form it may have (sorted, two spaces, one line a file)")
    return found
