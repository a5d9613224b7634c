"""Step 13: the transparency log of a site, read whole and replayed, against what the signed statement says of it.

    attestation/log/checkpoint       signed by the key that the statement names, for its origin
    attestation/log/tile/entries/…   every entry, in the one form it may have; their root is the checkpoint's
    attestation/log/tile/<level>/…   the hashes that follow from the entries; in a folder nothing else lies there
    attestation/proof.tlog-proof     its checkpoint is signed, and an earlier state of the same log; it proves the release's entry in it

A statement names the log's state before its own entry, so that entry is the next one, and the root before it has to follow from the
entries as well. Where a signed statement has a log, a missing proof or log is a no, and never taken for "no log". The log's key shows
that the log is one; from whom it is shows the statement's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from attest.errors import CouldNotTell, Unreadable
from attest.fetch import Source
from attest.later import entry_of
from attest.logged import Logged
from attest.verify.answer import Finding, no, unsure
from attest.verify.envelope import Opened
from attest.verify.subjects import attempt
from attest.verify.tree import Tree, hash_leaves
from attest.wire import checkpoint, note, tiles, tlog_proof
from attest.wire.checkpoint import Checkpoint
from attest.wire.log_entry import Entry, Kind, kind_and_number, parse_entry, print_entry
from attest.wire.merkle import leaf_hash, verify_inclusion
from attest.words import ATTESTATION

LOG: Final = f"{ATTESTATION}/log"
CHECKPOINT: Final = f"{LOG}/checkpoint"
PROOF: Final = f"{ATTESTATION}/proof.tlog-proof"

NOTE_BYTES: Final = note.MAX_BYTES
PROOF_BYTES: Final = tlog_proof.MAX_BYTES
MOST_ENTRIES: Final = 2**19
"""Entries that are replayed; a publisher who adds ten a day has that many after 140 years."""
BUNDLE_CAP: Final = 2**17
"""Bytes of a bundle of entries; 256 of at most 200 bytes have half of that."""

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Log:
    """A log whose entries lead to the root that its signed checkpoint names."""

    checkpoint: Checkpoint
    signed: bytes
    """The checkpoint as it was signed."""
    entries: Sequence[bytes]
    tree: Tree
    kinds: Sequence[tuple[Kind, int]]
    """Of each entry: its kind, and the release it is about."""

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self.tree.size

    def entry(self, index: int) -> Entry:
        """One entry, parsed."""
        return parse_entry(self.entries[index])


@dataclass(frozen=True, slots=True)
class Replay:
    """The log, unless something keeps it from being one, and what was found."""

    log: Log | None
    findings: tuple[Finding, ...]


def replay(source: Source, said: Logged) -> Replay:
    """Reads the whole log of a source: that of the origin and key that a statement names."""
    data = attempt(13, CHECKPOINT, lambda: source.read(CHECKPOINT, NOTE_BYTES))
    signed = data if isinstance(data, Finding) else signed_checkpoint(data, CHECKPOINT, said)
    if isinstance(data, Finding) or isinstance(signed, Finding):
        return Replay(None, tuple(finding for finding in (signed,) if isinstance(finding, Finding)))
    if signed.size > MOST_ENTRIES:
        return Replay(None, (unsure(13, f"the log has {signed.size} entries", f"at most {MOST_ENTRIES}, which are replayed"),))
    entries = _entries(source, signed.size)
    if isinstance(entries, Finding):
        return Replay(None, (entries,))
    tree = Tree(hash_leaves(entries))
    if (got := tree.root(signed.size)) != signed.root:
        return Replay(None, (no(13, f"the entries of the log do not lead to the root of {CHECKPOINT}", signed.root.hex(), got.hex()),))
    kinds = _kinds(entries)
    if isinstance(kinds, Finding):
        return Replay(None, (kinds,))
    log = Log(signed, data, entries, tree, kinds)
    return Replay(log, tuple(_tiles(source, log)))


def signed_checkpoint(data: bytes, path: str, said: Logged) -> Checkpoint | Finding:
    """A checkpoint's bytes, if it is the named log's and signed by its key; ``path`` is for people."""
    found = _parsed(path, lambda: checkpoint.open_checkpoint(data))
    if isinstance(found, Finding):
        return found
    signed, of = found
    if signed.origin != said.origin:
        return no(13, f"{path} is of another log", said.origin, signed.origin)
    signature = note.signature_of(of, note.parse_vkey(said.vkey))
    if signature == "absent":
        return no(13, f"{path} is not signed by the log key that the release names", said.vkey, ", ".join(line.name for line in of.signatures))
    if signature == "bad":
        return no(13, f"{path} has a signature of the log key that does not verify", said.vkey)
    return signed


def check_place(log: Log, said: Logged, entry: Entry, what: str) -> Iterator[Finding]:
    """Whether a signed payload stands where it says, after the state that it says; ``what`` names it."""
    index = said.size_before
    if index >= log.size:
        yield no(13, f"{what} is entry {index} of the log, which has {log.size}", str(index), str(log.size))
    elif log.entries[index] != (own := print_entry(entry)):
        yield no(13, f"entry {index} of the log is not {what}", own.decode(), log.entries[index].decode("ascii", "replace"))
    if index <= log.size and (got := log.tree.root(index).hex()) != said.root_before:
        yield no(13, f"the log before entry {index} is not the one that {what} was signed after", said.root_before, got, "forked")


def release_entry(opened: Opened) -> Entry:
    """The entry that a release's payload has to have."""
    return entry_of("release", opened.statement.release, opened.statement.issued_at, opened.bundle.payload)


def check_proof(data: bytes, path: str, said: Logged, entry: Entry, log: Log | None) -> Iterator[Finding]:
    """A release's proof: its place, its checkpoint, the path between, and, where the log is there, that it is the same one's."""
    proof = _parsed(path, lambda: tlog_proof.parse_proof(data))
    if isinstance(proof, Finding):
        yield proof
        return
    signed = signed_checkpoint(proof.checkpoint, path, said)
    if isinstance(signed, Finding):
        yield signed
        return
    if proof.index != said.size_before:
        yield no(13, f"{path} is of another entry than the release's", str(said.size_before), str(proof.index))
    elif proof.index >= signed.size:
        yield no(13, f"{path} is of entry {proof.index} of a log that has {signed.size}", f"below {signed.size}", str(proof.index))
    elif not verify_inclusion(leaf_hash(print_entry(entry)), proof.index, signed.size, proof.hashes, signed.root):
        yield no(13, f"{path} does not lead from the release's entry to the root of its checkpoint")
    elif log is not None and (signed.size > log.size or log.tree.root(signed.size) != signed.root):
        yield from _other_log(path, signed, log)


def _other_log(path: str, signed: Checkpoint, log: Log) -> Iterator[Finding]:
    """Two checkpoints that one key signed: of one log, or proof of two."""
    if signed.size > log.size:
        yield no(13, f"{path} knows more of the log than {CHECKPOINT}", str(signed.size), str(log.size), "rolled-back")
    else:
        yield no(13, f"the log at size {signed.size} is not the one of {path}", signed.root.hex(), log.tree.root(signed.size).hex(), "forked")


def read_proof(source: Source, path: str) -> bytes | Finding:
    """A proof's bytes."""
    return attempt(13, path, lambda: source.read(path, PROOF_BYTES))


def _entries(source: Source, size: int) -> list[bytes] | Finding:
    found: list[bytes] = []
    for tile in tiles.tiles_of(size):
        if tile.level != "entries":
            break
        path = f"{LOG}/{tiles.print_path(tile)}"
        data = attempt(13, path, lambda path=path: source.read(path, BUNDLE_CAP))  # type: ignore[misc]
        if isinstance(data, Finding):
            return data
        entries = _parsed(path, lambda data=data, tile=tile: tiles.parse_entries(data, tile.width))  # type: ignore[misc]
        if isinstance(entries, Finding):
            return entries
        found += entries
    return found


def _kinds(entries: Sequence[bytes]) -> list[tuple[Kind, int]] | Finding:
    """Kind and number of each. The log's key signed them, so what cannot be read may be of a kind that is newer than this reader."""
    found: list[tuple[Kind, int]] = []
    try:
        found.extend(map(kind_and_number, entries))
    except Unreadable as error:
        return unsure(13, f"entry {len(found)} of the log cannot be read: {error.message}")
    return found


def _tiles(source: Source, log: Log) -> Iterator[Finding]:
    """The hash tiles that the size asks for; in a folder also every other file of the log."""
    wanted = {f"{LOG}/{tiles.print_path(tile)}": tile for tile in tiles.tiles_of(log.size)}
    for path, tile in wanted.items():
        if tile.level != "entries":
            yield from _tile(source, path, log.tree.tile(tile))
    try:
        beside = sorted(path for path in source.paths() or () if path.startswith(f"{LOG}/") and path not in wanted and path != CHECKPOINT)
    except CouldNotTell as error:
        yield unsure(13, f"the folder cannot be listed: {error.message}")
        return
    for path in beside:
        yield from _beside(source, path, log)


def _beside(source: Source, path: str, log: Log) -> Iterator[Finding]:
    """A file of the log that the size does not ask for: a tile from when it was smaller, or planted."""
    try:
        tile = tiles.parse_path(path.removeprefix(f"{LOG}/"))
    except Unreadable:
        yield no(13, f"{path} is no file of the log")
        return
    if not tiles.within(tile, log.size):
        yield no(13, f"{path} reaches beyond the log, which has {log.size} entries")
    elif tile.level == "entries":
        first = tile.index * tiles.WIDTH
        yield from _tile(source, path, tiles.print_entries(log.entries[first : first + tile.width]))
    else:
        yield from _tile(source, path, log.tree.tile(tile))


def _tile(source: Source, path: str, expected: bytes) -> Iterator[Finding]:
    data = attempt(13, path, lambda: source.read(path, BUNDLE_CAP))
    if isinstance(data, Finding):
        yield data
    elif data != expected:
        yield no(13, f"{path} is not what follows from the log's entries", f"{len(expected)} bytes", f"{len(data)} bytes")


def _parsed(path: str, parse: Callable[[], Value]) -> Value | Finding:
    """What a strict parser gives. A signed statement says that such a file is there, so one that is none is not the publisher's."""
    try:
        return parse()
    except Unreadable as error:
        return no(13, f"{path}: {error.message}")
