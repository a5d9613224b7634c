"""Many publishers, one place, one key: whatever the locks do, no two checkpoints of one size are signed, and all are of one log.

Every checkpoint that the log's key signs is written down outside before it is signed, by every process (``log_checks``).
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from attest.errors import AttestError, Refused
from attest.keys import Keys, LogMark, open_keys, vouch
from attest.publish import publish
from attest.publishers.directory import Directory
from attest.publishers.interface import Say
from attest.publishing.place import Place
from attest.wire.checkpoint import Checkpoint, print_checkpoint
from tests.log_checks import accounted, checkpoints, one_history, remembering
from tests.small_site import AT, CENTER, answer, drawn, new_keys, order, release, sources

BEGAN = time.monotonic()


@dataclass(frozen=True)
class Unlocked(Directory):
    """A place whose lock holds nobody out, as on a disk that only pretends to lock."""

    @contextmanager
    def locked(self, center: str, say: Say) -> Iterator[None]:
        self._claim(center)
        yield


def opened(root: Path) -> Keys:
    return remembering(open_keys(root / "keys", lambda: b""), root / "signed")


def moment() -> datetime:
    """Clocks of one machine: later is later."""
    return AT + timedelta(seconds=int((time.monotonic() - BEGAN) * 20))


def publishes(root: Path, store: Directory, name: int) -> object:
    now = moment()
    return publish(order(AT, now=now), Place(CENTER, store, opened(root), lambda _: None), drawn(opened(root).secret, AT, f" by {name}"))


def raced(root: Path, publishers: int, act: Callable[[int], None]) -> list[int]:
    """Every publisher a process of its own -> what each ended with."""
    children = []
    for name in range(publishers):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                act(name)
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    return [os.WEXITSTATUS(os.waitpid(child, 0)[1]) for child in children]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    new_keys(tmp_path / "keys")
    release(tmp_path / "public", opened(tmp_path), first=True)
    sources(AT)
    return tmp_path


def held_together(root: Path) -> int:
    signed = one_history(root / "signed", root / "public.releases/.log")
    accounted(root / "public")
    assert answer(root / "public", opened(root), moment()).word == "valid"
    return signed


def test_publishers_who_wait_for_each_other_all_publish(root: Path) -> None:
    def act(name: int) -> None:
        for _ in range(3):
            while True:
                with suppress(Refused):  # its clock was read before another's, who was let in first
                    publishes(root, Directory(root / "public", 120), name)
                    break

    assert raced(root, 4, act) == [0] * 4
    assert held_together(root) == 1 + 4 * 3
    assert str((root / "public").readlink()) == "public.releases/13"


def test_a_patient_one_waits_for_a_lock_that_somebody_holds(root: Path) -> None:
    lock = os.open(root / "public.releases/.lock", os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    threading.Timer(0.5, os.close, [lock]).start()
    said: list[str] = []
    publish(order(AT, now=moment()), Place(CENTER, Directory(root / "public", 60), opened(root), said.append), drawn(opened(root).secret))
    assert said[0].startswith("waiting for another publisher")
    assert held_together(root) == 2


@pytest.mark.parametrize("run", [pytest.param(n, marks=pytest.mark.slow) if n else n for n in range(8)])
def test_publishers_whom_no_lock_holds_out_never_sign_two_logs(root: Path, run: int) -> None:
    """They tread on each other's folders, and most of them fail. Whoever comes next, alone, goes on from there."""

    def act(name: int) -> None:
        for _ in range(6):
            with suppress(AttestError, AssertionError, OSError, ValueError):
                publishes(root, Unlocked(root / "public"), name)

    assert raced(root, 4, act) == [0] * 4
    signed = one_history(root / "signed", root / "public.releases/.log")
    release(root / "public", opened(root), moment())
    held_together(root)
    assert one_history(root / "signed", root / "public.releases/.log") > max(signed, 1), "they may have kept each other from signing anything"


def test_of_many_who_vouch_for_one_size_one_does(tmp_path: Path) -> None:
    """The mark alone, without any store: each vouches for logs of its own, of sizes from 1 to 30."""
    made, file = new_keys(tmp_path / "keys"), tmp_path / "signed"
    key = remembering(made, file).log
    assert key is not None

    def act(name: int) -> None:
        for size in range(1, 31):
            checkpoint = Checkpoint("trust.kestrel.example/attestation/log", size, bytes([name]) * 32)
            with suppress(Refused):
                vouch(made.folder, CENTER, LogMark(checkpoint.origin, size, checkpoint.root.hex()), lambda checkpoint=checkpoint: key.sign(print_checkpoint(checkpoint).encode()))

    assert raced(tmp_path, 6, act) == [0] * 6
    signed = checkpoints(file)
    assert [size for size, _ in signed] == sorted(size for size, _ in signed)
    assert len({size for size, _ in signed}) == len(set(signed)) == 30
