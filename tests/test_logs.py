"""A log that grows: the right files and root at every size, and a store in which one of many appenders wins and signed files never change."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given
from hypothesis import strategies as st

from attest.append import Edge, append, read_edge, root
from attest.errors import AttestError, CouldNotTell, Refused, Unreadable
from attest.logs.directory import DirectoryLog
from attest.logs.interface import LogStore, TreeHead
from attest.wire.checkpoint import Checkpoint, sign_checkpoint
from attest.wire.merkle import leaf_hash
from attest.wire.note import VerifierKey
from attest.wire.tiles import edge_of, parse_path, print_entries, print_path, tiles_of, within

ORIGIN = "trust.small.example/attestation/log"


def entries(size: int, said: str = "") -> list[bytes]:
    return [f"entry {index}{said}".encode() for index in range(size)]


def mth(hashes: list[bytes]) -> bytes:
    """RFC 6962, 2.1, letter for letter."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return hashlib.sha256(b"\x01" + mth(hashes[:split]) + mth(hashes[split:])).digest()


def files_of(all_entries: list[bytes]) -> dict[str, bytes]:
    """Every file of a log, worked out from nothing but the definition of tiles."""
    found = {}
    leaves = [leaf_hash(entry) for entry in all_entries]
    for tile in tiles_of(len(all_entries)):
        first, last = tile.index * 256, tile.index * 256 + tile.width
        if tile.level == "entries":
            found[print_path(tile)] = print_entries(all_entries[first:last])
        else:
            span = 256**tile.level
            found[print_path(tile)] = b"".join(mth(leaves[index * span : (index + 1) * span]) for index in range(first, last))
    return found


def state(edge: Edge) -> TreeHead:
    return TreeHead(ORIGIN, edge.size, root(edge))


# Appending


@example([255, 1, 1])
@example([256, 256, 1])
@example([1, 511])
@given(st.lists(st.integers(min_value=0, max_value=520), max_size=6))
def test_a_log_has_the_files_and_the_root_of_its_entries_however_it_grew(batches: list[int]) -> None:
    every = entries(sum(batches))
    edge, files = Edge(0), {}
    for batch in batches:
        made = append(edge, every[edge.size : edge.size + batch])
        assert all(path not in files or files[path] == data for path, data in made.files.items()), "no file is ever another"
        edge, files = made.edge, files | made.files
        assert root(edge) == mth([leaf_hash(entry) for entry in every[: edge.size]])
    assert files_of(every).items() <= files.items()
    assert all(within(parse_path(path), len(every)) for path in files)


@pytest.mark.slow
@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 65_792])
def test_at_the_edge_of_the_second_level(size: int) -> None:
    every = entries(size)
    edge = append(Edge(0), every[: size - 1]).edge
    made = append(edge, every[size - 1 :])
    whole = append(Edge(0), every)
    assert root(made.edge) == root(whole.edge) == mth([leaf_hash(entry) for entry in every])
    assert made.files.items() <= whole.files.items()
    assert whole.files == files_of(every)
    assert read_edge(size, whole.files.__getitem__) == made.edge


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 511, 512, 513])
def test_the_edge_is_read_back_from_the_files_alone(size: int) -> None:
    made = append(Edge(0), entries(size))
    assert read_edge(size, made.files.__getitem__) == made.edge


@pytest.mark.parametrize("size", [1, 255, 256, 257, 512])
def test_an_edge_whose_files_do_not_fit_each_other_is_refused(size: int) -> None:
    """One byte changed in any file of the edge: either the files contradict each other, or they lead to another root."""
    made = append(Edge(0), entries(size))
    for path in map(print_path, edge_of(size)):
        other = bytearray(made.files[path])
        other[-1] ^= 1
        try:
            found = read_edge(size, {**made.files, path: bytes(other)}.__getitem__)
        except Unreadable:
            continue
        assert root(found) != root(made.edge), path


def test_nothing_appended_changes_nothing() -> None:
    edge = append(Edge(0), entries(3)).edge
    assert append(edge, []) == type(append(edge, []))(edge, {})


# The store


@pytest.fixture
def store(tmp_path: Path) -> LogStore:
    return DirectoryLog(tmp_path / "public.releases" / ".log")


def grow(store: LogStore, edge: Edge, more: list[bytes], signed: int = 0) -> Edge:
    made = append(edge, more)
    assert store.swap(store.head(), state(made.edge), made.files)
    store.apply(signed)
    return made.edge


def test_an_empty_store_says_so(store: LogStore) -> None:
    assert (store.head(), store.checkpoint(), store.paths(9)) == (None, None, [])
    with pytest.raises(CouldNotTell, match="is not there"):
        store.read("tile/0/000.p/1")


def test_of_two_who_append_to_one_state_one_wins(store: LogStore) -> None:
    edge = grow(store, Edge(0), entries(1))
    ours, theirs = (append(edge, [said]) for said in (b"ours", b"theirs"))
    assert store.swap(state(edge), state(theirs.edge), theirs.files)
    before = sorted(path.name for path in Path(store.name).rglob("*"))
    assert not store.swap(state(edge), state(ours.edge), ours.files)
    assert sorted(path.name for path in Path(store.name).rglob("*")) == before
    store.apply(1)
    assert store.read("tile/entries/000.p/2").endswith(b"theirs")


def test_who_comes_next_puts_in_place_what_won(store: LogStore) -> None:
    made = append(Edge(0), entries(257))
    assert store.swap(None, state(made.edge), made.files)
    assert store.paths(257) == []
    again = DirectoryLog(Path(store.name))
    again.clear()
    again.apply(0)
    assert {path: again.read(path) for path in again.paths(257)} == made.files
    assert read_edge(257, again.read) == made.edge


def test_files_within_the_signed_size_are_never_changed_and_beyond_it_may_be(store: LogStore) -> None:
    edge = grow(store, Edge(0), entries(2))
    beyond = append(append(Edge(0), entries(2)).edge, [b"other"])
    store.put(append(edge, [b"lost"]).files.items(), 2)
    store.put(beyond.files.items(), 2)
    assert {path: store.read(path) for path in beyond.files} == beyond.files
    with pytest.raises(Refused, match="another file than the one that was signed"):
        store.put(append(edge, [b"third"]).files.items(), 3)
    with pytest.raises(Refused, match="another file than the one that was signed"):
        store.put([("tile/entries/000.p/2", print_entries([b"x", b"y"]))], 2)
    assert {path: store.read(path) for path in beyond.files} == beyond.files


def test_partial_files_are_kept_until_the_whole_one_is_there_and_signed(store: LogStore) -> None:
    edge = grow(store, Edge(0), entries(253))
    for entry in entries(258)[253:]:
        edge = grow(store, edge, [entry])
    partial = [f"tile/{level}/000.p/{width}" for level in ("0", "entries") for width in (253, 254, 255)]
    store.prune(255)
    assert set(partial) < set(store.paths(258))
    store.prune(258)
    left = ["tile/0/000", "tile/0/001.p/1", "tile/0/001.p/2", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/1", "tile/entries/001.p/2"]
    assert store.paths(258) == left
    assert store.paths(257) == [path for path in left if not path.endswith("p/2")]


def test_a_smaller_checkpoint_never_replaces_a_larger_one(store: LogStore) -> None:
    notes = {size: note(size) for size in (1, 2, 10)}
    grow(store, Edge(0), entries(1))
    for size in (2, 10, 1):
        store.published(notes[size], size)
    assert store.checkpoint() == notes[10]


def note(size: int) -> bytes:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    return sign_checkpoint(Checkpoint(ORIGIN, size, bytes(32)), VerifierKey(ORIGIN, key.public_key().public_bytes_raw()), key.sign)


@pytest.mark.parametrize(
    ("name", "text"),
    [("head", text) for text in ("{}", '{"files":{},"origin":"o","root":"00","size":1}', *(f'{{"files":{files},"origin":"o","root":"{"0" * 64}","size":{size}}}' for files, size in (("{}", -1), ("{}", "true"), ("[]", 1), ('{"a":1}', 1))))],
)
def test_a_head_that_is_none_is_said(store: LogStore, name: str, text: str) -> None:
    grow(store, Edge(0), entries(1))
    Path(store.name, name).write_text(text)
    with pytest.raises(Unreadable, match="is not the head of a log"):
        store.head()


def test_a_link_in_the_store_is_not_followed(store: LogStore) -> None:
    grow(store, Edge(0), entries(1))
    path = Path(store.name, "tile/entries/000.p/1")
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")
    with pytest.raises(OSError, match="symbolic"):
        store.read("tile/entries/000.p/1")


def append_until_done(folder: Path, name: str, times: int) -> None:
    """A process that appends ``times`` entries of its own, starting over whenever it was overtaken."""
    store, left = DirectoryLog(folder), times
    while left:
        try:
            head = store.head()
            store.apply(0)
            edge = Edge(0) if head is None else read_edge(head.size, store.read)
        except (AttestError, FileNotFoundError):
            continue
        made = append(edge, [f"{name} {left}".encode()])
        if store.swap(head, state(made.edge), made.files):
            store.apply(0)
            left -= 1


def test_many_appenders_lose_nothing_and_agree(tmp_path: Path) -> None:
    folder, appenders, times = tmp_path / ".log", 6, 12
    children = []
    for name in range(appenders):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                append_until_done(folder, f"appender {name}", times)
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    assert [os.WEXITSTATUS(os.waitpid(child, 0)[1]) for child in children] == [0] * appenders
    store = DirectoryLog(folder)
    head = store.head()
    assert head is not None
    assert head.size == appenders * times
    edge = read_edge(head.size, store.read)
    assert root(edge) == head.root == mth([leaf_hash(entry) for entry in edge.bundle])
    assert sorted(edge.bundle) == sorted(f"appender {name} {left}".encode() for name in range(appenders) for left in range(1, times + 1))
