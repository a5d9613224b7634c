"""A publisher that is killed, or runs out of room, at any moment: the old release stays served and a retry publishes.

The child is a fork that really publishes and really dies (SIGKILL) before the k-th call that changes the disk or waits for it; every k is tried, so
that files without their content, renames that did not happen and folders half removed are all among what the retry finds. Whatever the log's
key ever signed, before, in the child and after, is written down outside: one size has one root, and no size comes after a larger one.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from attest import keys
from attest.errors import CouldNotTell, Refused
from attest.keys import Keys, open_keys, read_highwater
from attest.statement import parse_statement
from attest.wire.bundle import parse_bundle
from tests.log_checks import accounted, one_history, remembering
from tests.small_site import AT, SOURCES, answer, new_keys, release, sources
from tests.test_publish import notice, noticed
from tests.test_publish_log import junk, withdraw

DAY = timedelta(days=1)
CHANGES = frozenset(["write", "flush", "sendfile", "fsync", "mkdir", "rename", "replace", "unlink", "rmdir", "symlink", "link"])
"""The interpreter's functions that change the disk, or wait for it. Before ``write`` lies a file that was created and is empty."""


def no_passphrase() -> bytes:
    raise AssertionError("the key is not locked")


def opened(root: Path) -> Keys:
    return remembering(open_keys(root / "keys", no_passphrase), ever_signed(root))


def ever_signed(root: Path) -> Path:
    return root.with_name(f"{root.name}.signed")


def copied(start: Path, run: Path) -> Path:
    """A place, and what was signed for it."""
    if ever_signed(start).exists():
        shutil.copy(ever_signed(start), ever_signed(run))
    else:
        ever_signed(run).unlink(missing_ok=True)
    return shutil.copytree(start, run, symlinks=True)


def die_at(k: int) -> Callable[..., None]:
    """A profile function that kills this process at the k-th moment."""
    left = k

    def watch(frame, event: str, called) -> None:
        nonlocal left
        if event == "c_call" and called.__name__ in CHANGES:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return watch


def dying(root: Path, k: int, act: Callable[[Path], object]) -> int:
    """Acts in a child that dies at its k-th moment; how it ended."""
    child = os.fork()
    if child == 0:
        try:
            sys.setprofile(die_at(k))
            act(root)
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1]


def killed(root: Path, k: int, act: Callable[[Path], object]) -> bool:
    """Whether it died there; False where it ended before that."""
    status = dying(root, k, act)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def publishes(root: Path) -> object:
    return release(root / "public", opened(root), AT + DAY)


def begins(root: Path) -> object:
    return release(root / "public", opened(root), AT + DAY, first=True)


def notices(root: Path) -> object:
    """A release with two entries before its own."""
    return noticed(root / "public", opened(root), AT + DAY, notice("It broke.", "It works."))


def withdraws(root: Path) -> object:
    return withdraw(root / "public", opened(root), 1, AT + DAY)


def signed(root: Path) -> dict[int, bytes]:
    """Every signed payload that lies about, by the number of its release: there may be one a number."""
    found: dict[int, bytes] = {}
    for path in (root / "public.releases").glob("**/attestation/bundle.sigstore.json"):
        payload = parse_bundle(path.read_bytes()).payload
        number = parse_statement(payload).release
        assert found.setdefault(number, payload) == payload
    return found


def settled(root: Path, number: int, moment: int) -> None:
    """What has to hold after a retry."""
    told = answer(root / "public", opened(root), AT + 2 * DAY)
    assert told.word == "valid", moment
    assert told.facts.statement is not None
    assert told.facts.statement.release == number, moment
    mark = read_highwater(root / "keys")
    assert mark is not None
    assert (mark.release, mark.payload) == (number, told.facts.payload), moment
    beside = [path.name for path in (root / "public.releases").iterdir() if "." not in path.name[1:]]
    assert sorted(beside) == sorted([".attest", ".lock", ".log", *map(str, range(1, number + 1))]), moment
    assert sorted(path.name for path in root.iterdir()) == ["keys", "public", "public.releases"], moment
    assert not [path for path in (root / "public.releases/.log").iterdir() if path.name.startswith("fresh-")], moment
    one_history(ever_signed(root), root / "public.releases/.log")
    accounted(root / "public")


def every(step: int) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("step", [pytest.param(step), pytest.param(1, marks=pytest.mark.slow)], ids=["some", "every"])


@pytest.mark.parametrize("said", ["", " again"], ids=["the same", "other content"])
@every(11)
def test_killed_at_any_moment_the_old_release_stays_and_a_retry_publishes(tmp_path: Path, step: int, said: str) -> None:
    start = tmp_path / "start"
    new_keys(start / "keys")
    release(start / "public", opened(start), first=True)
    sources(AT + DAY), sources(AT + 2 * DAY)
    moment, seen = 1, set()
    while killed(root := copied(start, tmp_path / "run"), moment, publishes):
        told = answer(root / "public", opened(root), AT + DAY)
        assert told.word == "valid", moment
        assert told.facts.statement is not None
        before = signed(root)
        published = release(root / "public", opened(root), AT + 2 * DAY if said else AT + DAY, said=said)
        settled(root, published.head.n, moment)
        assert before.items() <= signed(root).items(), f"release signed twice after {moment}"
        seen.add((told.facts.statement.release, published.head.n, published.finished))
        shutil.rmtree(root)
        moment += step
    assert seen == {(1, 2, ()), (1, 3, (2,)), (2, 3, ())} or step > 1


@every(11)
def test_killed_while_a_history_begins(tmp_path: Path, step: int) -> None:
    start = tmp_path / "start"
    new_keys(start / "keys")
    sources(AT + DAY), sources(AT + 2 * DAY)
    moment, seen = 1, set()
    while killed(root := copied(start, tmp_path / "run"), moment, begins):
        served, before = (root / "public").exists(), signed(root) if (root / "public.releases").exists() else {}
        try:
            published = release(root / "public", opened(root), AT + 2 * DAY, first=True, said=" again")
        except Refused:
            assert served, moment
            published = release(root / "public", opened(root), AT + 2 * DAY, said=" again")
        settled(root, published.head.n, moment)
        assert before.items() <= signed(root).items(), f"release signed twice after {moment}"
        seen.add((served, published.head.n, published.finished))
        shutil.rmtree(root)
        moment += step
    assert seen == {(False, 1, ()), (False, 2, (1,)), (True, 2, ())} or step > 1


@pytest.mark.parametrize("act", [publishes, notices, withdraws])
@pytest.mark.parametrize(("size", "step"), [(254, 31), (255, 31), (256, 31), pytest.param(255, 1, marks=pytest.mark.slow)])
def test_killed_at_the_edge_of_a_tile(tmp_path: Path, step: int, size: int, act: Callable[[Path], object]) -> None:
    """The log has so many entries, all but one of publishers that died; a retry has to go on behind them, and behind what the child left."""
    start = tmp_path / "start"
    new_keys(start / "keys")
    release(start / "public", opened(start), first=True)
    junk(start / "public", size - 1)
    sources(AT + DAY), sources(AT + 2 * DAY)
    moment = 1
    while killed(root := copied(start, tmp_path / "run"), moment, act):
        assert answer(root / "public", opened(root), AT + DAY).word in ("valid", "withdrawn"), moment
        settled(root, retried(root, act, AT + 2 * DAY), moment)
        shutil.rmtree(root)
        moment += step
    assert moment > 31


def retried(root: Path, act: Callable[[Path], object], at: datetime) -> int:
    """Another content than the child's; what the child had said of notices is said again, as it has to be."""
    if act is notices:
        noticed(root / "public", opened(root), at, notice("It broke.", "It works.", "It is over."))
    else:
        release(root / "public", opened(root), at, said=" again")
    return int(str((root / "public").readlink()).removeprefix("public.releases/"))


@pytest.mark.slow
def test_killed_again_and_again(tmp_path: Path) -> None:
    """Four publishers die one after the other, each where the clock of the test says, before one lives; entries of all of them may lie in the log."""
    start = tmp_path / "start"
    new_keys(start / "keys")
    release(start / "public", opened(start), first=True)
    junk(start / "public", 253)
    chance = random.Random(7)
    sources(AT + DAY), sources(AT + 2 * DAY)
    for _ in range(40):
        root = copied(start, tmp_path / "run")
        for act in chance.choices([publishes, notices, withdraws], k=4):
            try_killed(root, chance.randrange(1, 260), act)
        retried(root, notices, AT + 2 * DAY)
        one_history(ever_signed(root), root / "public.releases/.log")
        accounted(root / "public")
        assert answer(root / "public", opened(root), AT + 2 * DAY).word == "valid"
        shutil.rmtree(root)


def try_killed(root: Path, k: int, act: Callable[[Path], object]) -> None:
    """As ``killed``; an act that is refused (it was done by then, or would take a notice back) has ended, too."""
    dying(root, k, act)


@pytest.mark.parametrize("size", [0, 100, 700, 1500, 2000])
def test_no_room_for_a_file_leaves_the_old_release_and_says_so(tmp_path: Path, size: int) -> None:
    """The limit on a file's size stands in for a full disk: the same write fails, half done, with an error."""
    release(tmp_path / "public", new_keys(tmp_path / "keys"), first=True)
    sources(AT + DAY)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
            release(tmp_path / "public", opened(tmp_path), AT + DAY)
        except CouldNotTell as error:
            code = 0 if "File too large" in error.message and "what was served is served still" in error.hint else 2
        except BaseException:
            code = 3
        os._exit(code)
    assert os.WEXITSTATUS(os.waitpid(child, 0)[1]) == 0
    assert str((tmp_path / "public").readlink()) == "public.releases/1"
    assert answer(tmp_path / "public", opened(tmp_path), AT + DAY).word == "valid"
    assert not list((tmp_path / "public.releases").glob(".staging-*"))
    release(tmp_path / "public", opened(tmp_path), AT + DAY)
    settled(tmp_path, 2, size)


@pytest.fixture
def small_disk(tmp_path: Path):
    """A file system of 256 kB, where this process may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("not permitted here: mounting a small disk")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_full_disk_leaves_the_old_release_and_says_so(small_disk: Path, tmp_path: Path) -> None:
    made = new_keys(tmp_path / "keys")
    dest = small_disk / "public"
    release(dest, made, first=True)
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as stream, pytest.raises(OSError, match="No space left"):
        while True:
            stream.write(bytes(4096))
    with pytest.raises(CouldNotTell, match="No space left"):
        release(dest, made, AT + DAY)
    assert str(dest.readlink()) == "public.releases/1"
    assert answer(dest, made, AT + DAY).word == "valid"
    filler.unlink()
    assert release(dest, made, AT + DAY).head.n == 2


@pytest.mark.parametrize("torn", ["index.html", "attestation/SHA256SUMS"])
def test_a_torn_signed_folder_is_dropped_and_a_whole_one_finished(tmp_path: Path, torn: str) -> None:
    made = new_keys(tmp_path / "keys")
    release(tmp_path / "public", made, first=True)
    beside = tmp_path / "public.releases"
    checkpoint = (beside / ".log/checkpoint").read_bytes()
    second = release(tmp_path / "public", made, AT + DAY)
    (beside / ".log/checkpoint").write_bytes(checkpoint)
    mark = (made.folder / keys.HIGHWATER).read_text().replace(second.head.payload, second.head.statement.previous[1]).replace('"release":2', '"release":1')
    (made.folder / keys.HIGHWATER).write_text(mark)
    (tmp_path / "public").unlink()
    (tmp_path / "public").symlink_to("public.releases/1")
    (beside / ".staging-2").mkdir()
    (beside / "2").rename(beside / ".staging-2/site")
    whole = shutil.copytree(tmp_path, tmp_path.with_name(f"{tmp_path.name}-whole"), symlinks=True)
    (beside / ".staging-2/site" / torn).unlink()
    assert release(tmp_path / "public", made, AT + 2 * DAY).finished == ()
    settled(tmp_path, 2, 0)
    assert release(whole / "public", opened(whole), AT + 2 * DAY).finished == (2,)
    settled(whole, 3, 0)


def test_a_kept_release_that_does_not_verify_is_never_served(tmp_path: Path) -> None:
    made = new_keys(tmp_path / "keys")
    release(tmp_path / "public", made, first=True)
    release(tmp_path / "public", made, AT + DAY)
    (tmp_path / "public").unlink()
    (tmp_path / "public").symlink_to("public.releases/1")
    (tmp_path / "public.releases/2/index.html").write_text("changed")
    with pytest.raises(Refused, match="does not verify, forged"):
        release(tmp_path / "public", made, AT + 2 * DAY)
    assert str((tmp_path / "public").readlink()) == "public.releases/1"


@pytest.mark.slow
@pytest.mark.parametrize("line", ["building", "hashing", "signing", "verifying"])
def test_the_verb_killed_at_a_stage_leaves_the_old_release_and_a_retry_publishes(tmp_path: Path, line: str) -> None:
    made = new_keys(tmp_path / "keys")
    words = [sys.executable, "-m", "attest", "publish", tmp_path / "public", "--dir", SOURCES, "--keys", made.folder]
    subprocess.run([*words, "--first", "--at", "2026-11-21T12:00:00Z"], check=True, capture_output=True)
    again = subprocess.Popen([*words, "--at", "2026-11-22T12:00:00Z"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert again.stderr is not None
    for said in again.stderr:
        if said.startswith(line):
            again.kill()
    again.wait()
    assert str((tmp_path / "public").readlink()) in ("public.releases/1", "public.releases/2")
    assert answer(tmp_path / "public", made, AT + DAY).word == "valid"
    retried = subprocess.run([*words, "--at", "2026-11-23T12:00:00Z"], capture_output=True, text=True)
    assert retried.returncode == 0, retried.stderr
    told = answer(tmp_path / "public", made, AT + 2 * DAY)
    assert told.word == "valid"
    assert not list((tmp_path / "public.releases").glob(".staging-*"))


@pytest.mark.slow
def test_the_verb_without_room_says_so(tmp_path: Path) -> None:
    made = new_keys(tmp_path / "keys")
    words = [sys.executable, "-m", "attest", "publish", tmp_path / "public", "--dir", SOURCES, "--keys", made.folder]
    subprocess.run([*words, "--first", "--at", "2026-11-21T12:00:00Z"], check=True, capture_output=True)

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, resource.RLIM_INFINITY))

    full = subprocess.run([*words, "--at", "2026-11-22T12:00:00Z"], capture_output=True, text=True, preexec_fn=little_room)
    assert full.returncode == 3, full.stderr
    assert "File too large" in full.stderr
    assert "Traceback" not in full.stderr
    assert str((tmp_path / "public").readlink()) == "public.releases/1"
    assert not list((tmp_path / "public.releases").glob(".staging-*"))
    assert subprocess.run([*words, "--at", "2026-11-22T12:00:00Z"], capture_output=True).returncode == 0
