"""What the transparency log costs: at publishing, at verifying, and on the disk; beside hashing the same entries and nothing else.

    python bench/log.py [FOLDER]      in a folder of its own there (default: the temporary one)

    publishing   what a release of a center with so many entries spends on the log: looking through what is there, entering, vouching
                 (high-water mark and signature), filing tiles and proof in the release, keeping. Milliseconds, the quickest of 15 and the
                 middle one; processor time of the quickest; how long the middle one waited for the disk, and how often; files written in
                 the log and beside its key
    replay       a whole log read from files, its entries parsed, tiles compared and its root found, as verifying does; the quickest of five;
                 beside hashlib over the same leaves and nodes, held in memory
    growth       256 releases with an entry each: bytes of the log's published files, before and after the first tile is full
"""

from __future__ import annotations

import hashlib
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from attest import keys
from attest.append import Edge, append, root
from attest.fetch import Folder
from attest.keys import HighWater, Keys
from attest.logged import Logged, origin_of
from attest.logs.directory import DirectoryLog
from attest.logs.interface import TreeHead
from attest.publishers.directory import Directory
from attest.publishers.interface import Number
from attest.publishing.ledger import CHECKPOINT, LOG, commit, file_log, file_proof, log_key, settle_log, vouched
from attest.publishing.place import Head, Place, Standing
from attest.statement import Statement
from attest.times import print_moment
from attest.verify.log import replay
from attest.wire.checkpoint import Checkpoint, sign_checkpoint
from attest.wire.log_entry import Entry, print_entry
from attest.wire.note import print_vkey

CENTER = "https://trust.synthetic.example/"
BEGAN = datetime(2000, 1, 3, 12, tzinfo=UTC)
ROUNDS = 15


def entry(index: int) -> bytes:
    return print_entry(Entry(hashlib.sha256(b"%d" % index).hexdigest(), "release", index + 1, print_moment(BEGAN + timedelta(hours=index))))


class Waiting:
    """Stands in for ``os.fsync`` and says how often the disk was waited for, and how long."""

    def __init__(self) -> None:
        self.times, self.seconds, self.real = 0, 0.0, os.fsync

    def __call__(self, handle: int) -> None:
        began = time.perf_counter()
        self.real(handle)
        self.times, self.seconds = self.times + 1, self.seconds + time.perf_counter() - began


def place_of(folder: Path, opened: Keys) -> Place:
    return Place(CENTER, Directory(folder / "public"), opened, lambda _: None)


def filled(folder: Path, size: int) -> tuple[Place, Standing, Path]:
    """A center that published ``size`` releases, as far as its log can tell, and the folder of the last one."""
    place = place_of(folder, keys.create(folder / "keys", "ed25519", None))
    key, log = log_key(place), place.store.log()
    assert key is not None
    assert place.keys.log is not None
    before = append(Edge(0), [entry(index) for index in range(size - 1)])
    made = append(before.edge, [entry(size - 1)])
    log.put({**before.files, **made.files}.items(), 0)
    head = TreeHead(key.name, size, root(made.edge))
    log.swap(None, head, {})
    checkpoint = sign_checkpoint(Checkpoint(key.name, size, head.root), key, place.keys.log.sign)
    log.published(checkpoint, size)
    release = folder / "release"
    for path in log.paths(size):
        (release / LOG / path).parent.mkdir(parents=True, exist_ok=True)
        (release / LOG / path).write_bytes(log.read(path))
    (release / CHECKPOINT).write_bytes(checkpoint)
    keys.write_highwater(place.keys.folder, HighWater(CENTER, size, hashlib.sha256(b"%d" % (size - 1)).hexdigest()))
    return place, standing(size, Logged(key.name, print_vkey(key), size - 1, root(before.edge).hex())), release


def standing(size: int, log: Logged) -> Standing:
    said: Any = dict.fromkeys(Statement.__dataclass_fields__)
    statement = Statement(**{**said, "center": CENTER, "release": size, "log": log})
    return Standing(Number(size), Head(size, hashlib.sha256(b"%d" % (size - 1)).hexdigest(), statement))


def publishing(folder: Path, size: int) -> None:
    took, used, waited, times, files = [], [], [], 0, 0
    place, stands, _ = filled(folder / "start", size)
    for number in range(ROUNDS):
        run = shutil.copytree(folder / "start", folder / f"run-{number}", symlinks=True)
        moved = Place(CENTER, Directory(run / "public"), Keys(run / "keys", place.keys.signer, place.keys.secret, place.keys.log), place.say)
        os.sync()
        before, waiting = written(run), Waiting()
        os.fsync = waiting
        began, busy = time.perf_counter(), time.process_time()
        work(moved, stands, run / "release", run / "next", size)
        took.append(time.perf_counter() - began)
        used.append(time.process_time() - busy)
        os.fsync = waiting.real
        waited.append(waiting.seconds)
        times, files = waiting.times, len(written(run) - before)
        shutil.rmtree(run)
    quickest, middle, busy, disk = (1000 * one for one in (min(took), statistics.median(took), min(used), statistics.median(waited)))
    print(f"publishing  {size:>7,} entries   quickest {quickest:6.1f} ms, middle {middle:6.1f} ms, processor {busy:5.1f} ms, disk {disk:5.1f} ms in {times} waits   {files} files")
    shutil.rmtree(folder / "start")


def work(place: Place, stands: Standing, old: Path, new: Path, size: int) -> None:
    ledger = settle_log(place, stands, old)
    assert ledger is not None
    ledger.logged()
    after = commit(place, ledger, [entry(size)])
    checkpoint = vouched(place, after, size + 1)
    file_log(place, after, new, checkpoint, old)
    file_proof(place, after, new, checkpoint, size)
    place.store.log().published(checkpoint, size + 1)
    place.store.log().prune(size + 1)


def written(run: Path) -> set[tuple[str, int]]:
    """The files of the log and the mark, each with its inode: whatever is written anew has another."""
    return {(str(path), path.stat().st_ino) for part in ("public.releases/.log", "keys") for path in (run / part).rglob("*") if path.is_file()}


def replaying(folder: Path, size: int) -> None:
    place, stands, release = filled(folder / "log", size)
    del place
    assert stands.head is not None
    said = stands.head.statement.log
    assert said is not None
    entries = [entry(index) for index in range(size)]
    ours, limit = [], []
    for _ in range(5):
        ours.append(timed(lambda: replay(Folder(release), said)))
        limit.append(timed(lambda: hashed(entries)))
    print(f"replay      {size:>7,} entries   {min(ours) * 1000:6.0f} ms   hashing alone {min(limit) * 1000:5.0f} ms   {min(ours) / min(limit):.1f} times that")
    shutil.rmtree(folder / "log")


def hashed(entries: list[bytes]) -> bytes:
    """Leaves and nodes of the tree, by hashlib and a list, nothing read and nothing compared."""
    sha, row = hashlib.sha256, [hashlib.sha256(b"\x00" + one).digest() for one in entries]
    while len(row) > 1:
        odd = row[len(row) & ~1 :]
        row = [sha(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=False)] + odd
    return row[0]


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    found = act()
    assert not getattr(found, "findings", ())
    return time.perf_counter() - began


def growth(folder: Path) -> None:
    log, edge, most = DirectoryLog(folder / "growth"), Edge(0), 0
    for index in range(256):
        made = append(edge, [entry(index)])
        head = log.head()
        log.swap(head, TreeHead(origin_of(CENTER), made.edge.size, root(made.edge)), made.files)
        log.apply(0)
        most = max(most, weight(log))
        edge = made.edge
    log.prune(256)
    print(f"growth          256 entries   {most / 1e6:6.2f} MB in {256 * 2 + 1} files before the tile is full and {weight(log) / 1e6:.2f} MB in {len(log.paths(256))} after")
    shutil.rmtree(folder / "growth")


def weight(log: DirectoryLog) -> int:
    return sum(path.stat().st_size for path in (log.folder / "tile").rglob("*") if path.is_file())


def main(where: list[str]) -> None:
    folder = Path(tempfile.mkdtemp(prefix="attest-bench-", dir=where[0] if where else None))
    try:
        for size in (1, 255, 256, 10_000, 100_000):
            publishing(folder, size)
        for size in (1_000, 10_000, 100_000):
            replaying(folder, size)
        growth(folder)
    finally:
        with suppress(OSError):
            shutil.rmtree(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
