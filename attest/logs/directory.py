"""A log in a folder, ``DEST.releases/.log``.

    head           {"files":{"tile/0/000.p/57":"<base64>",…},"origin":"trust.harbourline.example/attestation/log","root":"<hex>","size":57}
    checkpoint     the last one that was published
    tile/…         as they are published (wire/tiles)
    fresh-<hex>    half-written
    .lock          held for the moment in which the head or the checkpoint changes

The head brings the files that lead to it from the one before, so that whoever wins the swap has won it with them; they are put in place
after it, and again by whoever comes next, which changes nothing where it was done.

Every file appears whole: written beside, waited for, renamed, and the folder waited for. The lock is this log's own: no two swaps
succeed from one head, whatever else holds or has lost the lock of the releases.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from attest.errors import CouldNotTell, Refused, Unreadable
from attest.logs.interface import TreeHead
from attest.wire import base64_strict, jcs, strict_json
from attest.wire.checkpoint import MAX_SIZE, open_checkpoint
from attest.wire.tiles import MAX_BUNDLE, parse_path, within

_LOCK: Final = ".lock"
_HEAD: Final = "head"
_CHECKPOINT: Final = "checkpoint"
_FRESH: Final = "fresh-"
_HEX = re.compile("[0-9a-f]{64}")
_RESTORE: Final = "restore it from your copy; without it, take the folder away: it is made again from the site that is served"


@dataclass(frozen=True, slots=True)
class DirectoryLog:
    """See ``LogStore``; ``folder`` is made when something is written."""

    folder: Path

    @property
    def name(self) -> str:
        return str(self.folder)

    def head(self) -> TreeHead | None:
        found = self._head()
        return None if found is None else found[0]

    def checkpoint(self) -> bytes | None:
        return self._or_none(_CHECKPOINT)

    def read(self, path: str) -> bytes:
        data = self._or_none(path)
        if data is None:
            raise CouldNotTell(f"{self.folder / path} is not there", _RESTORE)
        return data

    def paths(self, size: int) -> list[str]:
        above = len(str(self.folder)) + 1
        there = (f"{found[above:]}/{name}" for found, _, names in os.walk(self.folder / "tile") for name in names)
        return sorted(path for path in there if _vouched(path, size))

    def clear(self) -> None:
        for path in self.folder.iterdir() if self.folder.is_dir() else ():
            if path.name.startswith(_FRESH):
                path.unlink(missing_ok=True)

    def swap(self, old: TreeHead | None, new: TreeHead, files: Mapping[str, bytes]) -> bool:
        self._folders(self.folder)
        brought = {path: base64_strict.encode(data) for path, data in files.items()}
        with self._alone():
            if self.head() != old:
                return False
            self._write(_HEAD, jcs.canonical({"files": brought, "origin": new.origin, "root": new.root.hex(), "size": new.size}) + b"\n")
            return True

    def apply(self, signed: int) -> None:
        if (found := self._head()) is not None:
            self.put(found[1].items(), signed)

    def put(self, files: Iterable[tuple[str, bytes]], signed: int) -> None:
        for path, data in files:
            tile, there = parse_path(path), self._or_none(path)
            if there == data:
                continue
            if there is not None and within(tile, signed):
                raise Refused(f"{self.folder / path} is another file than the one that was signed", "nothing was changed: restore one of the two from your copy, the log never has both")
            self._write(path, data)

    def published(self, checkpoint: bytes, size: int) -> None:
        with self._alone():
            there = self.checkpoint()
            if there is None or open_checkpoint(there)[0].size < size:
                self._write(_CHECKPOINT, checkpoint)

    def prune(self, size: int) -> None:
        above = len(str(self.folder)) + 1
        for found, folders, _ in os.walk(self.folder / "tile"):
            for full in (f"{found[above:]}/{name.removesuffix('.p')}" for name in folders if name.endswith(".p")):
                if _vouched(full, size) and (self.folder / full).is_file():
                    shutil.rmtree(self.folder / f"{full}.p")

    def _head(self) -> tuple[TreeHead, dict[str, bytes]] | None:
        data = self._or_none(_HEAD)
        return None if data is None else _parse_head(data, self.folder / _HEAD)

    def _or_none(self, path: str) -> bytes | None:
        """At most as much as a bundle may have, and never through a link."""
        try:
            with os.fdopen(os.open(f"{self.folder}/{path}", os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as stream:
                return stream.read(2 * MAX_BUNDLE)
        except FileNotFoundError:
            return None

    def _write(self, path: str, data: bytes) -> None:
        """Whole or not at all, and on the disk; folders that have to be made, too."""
        target, fresh = self.folder / path, self.folder / f"{_FRESH}{secrets.token_hex(8)}"
        self._folders(target.parent)
        with fresh.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(target)
        _sync(target.parent)

    def _folders(self, folder: Path) -> None:
        if not folder.is_dir():
            self._folders(folder.parent)
            folder.mkdir(exist_ok=True)
            _sync(folder.parent)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        handle = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _vouched(path: str, size: int) -> bool:
    try:
        return within(parse_path(path), size)
    except Unreadable:
        return False


def _parse_head(data: bytes, path: Path) -> tuple[TreeHead, dict[str, bytes]]:
    said: Any = strict_json.parse(data, str(path))
    typed = isinstance(said, dict) and {key: type(value) for key, value in said.items()} == {"files": dict, "origin": str, "root": str, "size": int}
    if not typed or not said["origin"] or not _HEX.fullmatch(said["root"]) or not 0 <= said["size"] <= MAX_SIZE or not all(isinstance(value, str) for value in said["files"].values()):
        raise Unreadable(f"{path} is not the head of a log", _RESTORE)
    return TreeHead(said["origin"], said["size"], bytes.fromhex(said["root"])), {name: base64_strict.decode(value) for name, value in said["files"].items()}


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
