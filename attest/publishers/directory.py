"""A directory as the store: DEST is a symlink to one of the releases that lie side by side.

    public             -> public.releases/8
    public.releases/.attest      {"center":"https://trust.harbourline.example/"}
    public.releases/.lock        held while somebody publishes
    public.releases/.log/        the log (logs/directory)
    public.releases/7  8  8.1    whole releases, never changed again; 8.1 is 8 with a statement that came later
    public.releases/.staging-9/site   being written; its builder may leave scraps beside it
    public.releases/.dropped-6   being removed

Switching replaces the symlink in one rename. Refused, and never converted: a DEST that is a folder, a file or somebody else's link,
a DEST.releases that holds anything else or belongs to another center.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from attest.errors import CouldNotTell, Refused, Unreadable
from attest.logs.directory import DirectoryLog
from attest.logs.interface import LogStore
from attest.publishers.interface import Number, Say, number_of
from attest.wire import jcs, strict_json

MARKER: Final = ".attest"
LOCK: Final = ".lock"
_FRESH_MARKER: Final = ".attest.new"
_STAGING: Final = ".staging-"
_DROPPED: Final = ".dropped-"
_SITE: Final = "site"
_LOG: Final = ".log"
_OURS: Final = re.compile(r"(\.staging-|\.dropped-)?[1-9][0-9]{0,8}(\.[1-9][0-9]{0,8})?|\.lock|\.log|\.attest(\.new)?")


@dataclass(frozen=True, slots=True)
class Directory:
    """See ``Publisher``; ``dest`` is an absolute path, ``patience`` how many seconds another publisher is waited for."""

    dest: Path
    patience: float = 600

    @property
    def name(self) -> str:
        return str(self.dest)

    @property
    def releases(self) -> Path:
        """The folder of releases beside DEST."""
        return self.dest.with_name(self.dest.name + ".releases")

    def center(self) -> str | None:
        """Whose releases lie there; None where there are none. Raises Refused for a place that is not ours."""
        self._refuse_foreign()
        return _owner(self.releases / MARKER) if MARKER in self._names() else None

    def empty(self) -> bool:
        self._refuse_foreign()
        return self.served() is None and not any(number_of(name) or name.startswith(_STAGING) or name == _LOG for name in self._names())

    @contextmanager
    def locked(self, center: str, say: Say) -> Iterator[None]:
        self._refuse_foreign()
        self.releases.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.releases / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        try:
            self._wait(handle, say)
            self._refuse_foreign()
            self._claim(center)
            yield
        finally:
            os.close(handle)

    def served(self) -> Number | None:
        target = self._target()
        if target is not None and not (self.releases / str(target)).is_dir():
            raise Refused(f"{self.dest} leads to release {target}, which is not in {self.releases.name}", "restore the folder from your copy, or lead the link to the last release that is there")
        return target

    def numbers(self) -> tuple[Number, ...]:
        return tuple(sorted(number for name in self._names() if (number := number_of(name)) is not None))

    def kept(self, number: Number) -> Path | None:
        return _real_folder(self.releases / str(number))

    def stage(self, number: Number) -> Path:
        around = self._staging(number)
        if os.path.lexists(around):
            shutil.rmtree(around)
        (around / _SITE).mkdir(parents=True)
        return around / _SITE

    def staged(self, number: Number) -> Path | None:
        return _real_folder(self._staging(number) / _SITE)

    def drop_staged(self) -> None:
        for name in self._names():
            if name.startswith((_STAGING, _DROPPED)):
                shutil.rmtree(self.releases / name)

    def sync(self, folder: Path) -> None:
        for path, folders, files in os.walk(folder):
            for name in [*files, *folders]:
                _sync(Path(path, name))
        _sync(folder)

    def keep(self, number: Number) -> Path:
        staged, kept = self._staging(number) / _SITE, self.releases / str(number)
        self.sync(staged)
        if kept.exists():
            raise Refused(f"there is a release {number} in {self.releases} already", "releases are never changed: look at what it is")
        staged.rename(kept)
        shutil.rmtree(staged.parent)
        _sync(self.releases)
        return kept

    def switch(self, number: Number) -> None:
        fresh = self.dest.with_name(f".{self.dest.name}.next")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(f"{self.releases.name}/{number}")
        fresh.replace(self.dest)
        _sync(self.dest.parent)

    def drop(self, number: Number) -> None:
        if number == self.served():
            raise ValueError(f"{number} is served")
        gone = self.releases / f"{_DROPPED}{number}"
        (self.releases / str(number)).rename(gone)
        _sync(self.releases)
        shutil.rmtree(gone)

    def log(self) -> LogStore:
        return DirectoryLog(self.releases / _LOG)

    def _staging(self, number: Number) -> Path:
        return self.releases / f"{_STAGING}{number}"

    def _target(self) -> Number | None:
        """The number that DEST leads to, None where there is no DEST. Raises Refused for anything but a link of ours."""
        if not os.path.lexists(self.dest):
            return None
        if not self.dest.is_symlink():
            what = "a folder" if self.dest.is_dir() else "a file"
            raise Refused(f"{self.dest} is {what}, and a destination is a link that `attest publish` makes", "it is never converted: move it away, or publish somewhere else")
        target = str(self.dest.readlink())
        for folder in (self.releases.name, str(self.releases)):
            if target.startswith(folder + "/") and (number := number_of(target.removeprefix(folder + "/"))) is not None:
                return number
        raise Refused(f"{self.dest} is a link to {target!r}, not one of ours", f"ours lead to {self.releases.name}/<n>; move it away, or publish somewhere else")

    def _names(self) -> list[str]:
        return sorted(path.name for path in self.releases.iterdir()) if self.releases.is_dir() else []

    def _refuse_foreign(self) -> None:
        self._target()
        if os.path.lexists(self.releases) and _real_folder(self.releases) is None:
            raise Refused(f"{self.releases} is not a folder", "move it away, or publish somewhere else")
        foreign = [name for name in self._names() if not _OURS.fullmatch(name)]
        if foreign:
            raise Refused(f"{self.releases} holds {foreign[0]!r}, which is not ours", "nothing was changed: move it away, or publish somewhere else")
        if MARKER not in self._names() and set(self._names()) - {LOCK, _FRESH_MARKER}:
            raise Refused(f"{self.releases} holds releases but does not say whose (no {MARKER})", "nothing was changed: restore it from your copy, or publish somewhere else")

    def _wait(self, handle: int, say: Say) -> None:
        until, told = time.monotonic() + self.patience, False
        while not _try_lock(handle):
            if time.monotonic() >= until:
                raise Refused(f"another publisher still holds {self.releases / LOCK}", "wait until it is done, then run it again")
            if not told:
                say(f"waiting for another publisher of {self.dest}")
                told = True
            time.sleep(0.1)

    def _claim(self, center: str) -> None:
        marker = self.releases / MARKER
        if marker.exists():
            owner = _owner(marker)
            if owner != center:
                raise Refused(f"{self.releases} holds releases of {owner}, not of {center}", "a center's address never changes; publish another center somewhere else")
            return
        fresh = self.releases / _FRESH_MARKER
        fresh.write_bytes(jcs.canonical({"center": center}) + b"\n")
        _sync(fresh)
        fresh.replace(marker)
        _sync(self.releases)
        _sync(self.releases.parent)


def _owner(marker: Path) -> str:
    try:
        value = strict_json.parse(marker.read_bytes(), str(marker))
    except Unreadable as error:
        raise CouldNotTell(error.message, "restore it from your copy") from None
    if isinstance(value, dict) and isinstance(owner := value.get("center"), str):
        return owner
    raise CouldNotTell(f"{marker} does not name a center", "restore it from your copy")


def _real_folder(path: Path) -> Path | None:
    return path if path.is_dir() and not path.is_symlink() else None


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
