"""A built folder, as it really lies on the disk: site path -> SHA-256, read file by file.

    digests(Path("public.releases/.staging-7"))  ->  {"index.html": "9f3c…", "attestation/assessment.json": "41aa…", …}

What a generator meant to write is nobody's business here. Refused, all at once: links of every kind, devices, pipes and sockets,
names that the manifest cannot carry, two paths that differ only in case (they are one file on many disks).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from stat import S_ISDIR, S_ISLNK, S_ISREG

from attest.errors import CouldNotTell, Refused
from attest.wire.sha256sums import path_problem

_SHOWN = 20
_PIECE = 2**17
"""Most files are read in one."""


def digests(folder: Path) -> dict[str, str]:
    """Site path -> hex SHA-256 of every file under the folder, sorted. Memory stays flat whatever the files' size.

    Raises Refused with everything that may not stand in a site; CouldNotTell where something cannot be read.
    """
    return {path: digest_of(folder / path) for path in paths(folder)}


def paths(folder: Path) -> list[str]:
    """The site paths of every file under the folder, sorted. Raises as ``digests``."""
    found, wrong = [], []
    for path, mode in _walk(folder, ""):
        problem = path_problem(path) or _kind_problem(mode)
        if problem:
            wrong.append(f"{path!r} {problem}")
        elif S_ISREG(mode):
            found.append(path)
    wrong += _case_problems(found)
    if wrong:
        raise Refused(f"the folder {folder.name!r} holds what no site may hold: " + "; ".join(wrong[:_SHOWN] + _rest(wrong)), "remove or rename it at its source")
    return sorted(found)


def digest_of(file: Path) -> str:
    """A regular file -> hex SHA-256 of its bytes, streamed. Raises CouldNotTell where it cannot be read, or is a link by now."""
    try:
        with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as stream:
            first = stream.read(_PIECE)
            if len(first) < _PIECE:
                return hashlib.sha256(first).hexdigest()
            stream.seek(0)
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise CouldNotTell(f"{file.name}: {error.strerror}", "see that the folder is readable and that nothing writes to it") from None


def _walk(folder: Path, prefix: str) -> Iterator[tuple[str, int]]:
    """(site path, mode) of everything below, folders included; a link is shown, never followed."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise CouldNotTell(f"{folder}: {error.strerror}") from None
    for entry in entries:
        mode = entry.stat(follow_symlinks=False).st_mode
        yield prefix + entry.name, mode
        if S_ISDIR(mode):
            yield from _walk(folder / entry.name, f"{prefix}{entry.name}/")


def _kind_problem(mode: int) -> str:
    if S_ISLNK(mode):
        return "is a link"
    return "" if S_ISREG(mode) or S_ISDIR(mode) else "is a device, pipe or socket"


def _case_problems(found: list[str]) -> list[str]:
    first: dict[str, str] = {}
    return [f"{path!r} and {first[path.lower()]!r} differ only in case" for path in found if first.setdefault(path.lower(), path) != path]


def _rest(wrong: list[str]) -> list[str]:
    return [f"and {len(wrong) - _SHOWN} more"] if len(wrong) > _SHOWN else []
