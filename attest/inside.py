"""Opens a file inside a folder and nothing else: no link is followed anywhere on the way, and only a regular file is opened.

    open_inside(root, "controls/evidence/files/scan.json")  ->  a binary stream       ValueError: unsafe; OSError: missing, unreadable

Each folder is opened from the one before it by descriptor, so a link that is swapped in between looking and opening is refused too.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from io import BufferedReader
from pathlib import Path

_Test = Callable[[int], bool]


def open_inside(root: Path, path: str) -> BufferedReader:
    """Opens ``path`` (relative, forward slashes) under ``root``.

    Raises ValueError, in words that follow the path, where it is not a plain path to a regular file; FileNotFoundError or another
    OSError where it is missing or may not be read.
    """
    *folders, name = parts_of(path)
    held = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for folder in folders:
            inner = _open(folder, held, stat.S_ISDIR, os.O_DIRECTORY)
            os.close(held)
            held = inner
        return os.fdopen(_open(name, held, stat.S_ISREG, os.O_NONBLOCK), "rb")
    finally:
        os.close(held)


def parts_of(path: str) -> list[str]:
    """The names of a relative path. ValueError where it leaves its folder or is no plain relative path."""
    if "\\" in path:
        raise ValueError("has a backslash, write forward slashes")
    if path.startswith("/") or path[1:2] == ":":
        raise ValueError("is an absolute path, write it relative to controls/evidence/")
    parts = path.split("/")
    if ".." in parts:
        raise ValueError("leaves the folder, remove `..`")
    if any(part in ("", ".") for part in parts) or not path.isprintable():
        raise ValueError("is not a plain path, write names joined by single slashes")
    return parts


def _open(name: str, folder: int, is_kind: _Test, flags: int) -> int:
    """Looks before it opens, because opening a device can act, and looks again at what was opened."""
    _refuse(name, os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode, is_kind)
    opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | flags, dir_fd=folder)
    try:
        _refuse(name, os.fstat(opened).st_mode, is_kind)
    except ValueError:
        os.close(opened)
        raise
    return opened


def _refuse(name: str, mode: int, is_kind: _Test) -> None:
    if not is_kind(mode):
        raise ValueError(f"{_kind(name, mode)}, {'name a regular file' if is_kind is stat.S_ISREG else 'only folders may lead to a file'}")


def _kind(name: str, mode: int) -> str:
    kinds = ((stat.S_ISLNK, "a symbolic link"), (stat.S_ISDIR, "a folder"), (stat.S_ISREG, "a file"))
    return next((f"{name!r} is {said}" for test, said in kinds if test(mode)), f"{name!r} is a device, pipe or socket")
