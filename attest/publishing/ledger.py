"""The log of a place: how it stands, one batch of entries more, and its files in a release.

    settle_log      store, newest release, high-water mark  ->  Ledger      one history, or Refused with what differs
    Ledger.logged   what the next payload says of the log before its own entry
    commit          the head swapped for the batch -> its files in place -> read back, root recomputed       nothing is signed here
    vouched         high-water mark raised -> the checkpoint of a state, signed
    file_log        tiles, checkpoint and proof, put into a release's folder

*Published* is what a release that was kept has a checkpoint for; up to there every entry has its statement in that release, or
was declared void by one. What lies beyond was appended by publishers that died or were found wanting: the next payload declares it
void. *Signed* is what the mark says: files up to there never change, whether or not anybody ever saw that checkpoint.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from attest import tree
from attest.append import Edge, append, read_edge, root
from attest.errors import CouldNotTell, Refused, Unreadable
from attest.keys import LogMark, read_highwater, vouch
from attest.logged import MOST_VOID, Logged, origin_of
from attest.logs.interface import LogStore, TreeHead
from attest.publishing.place import PROOF, Place, Standing
from attest.wire import merkle, publickey
from attest.wire.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from attest.wire.note import MAX_BYTES, VerifierKey, print_vkey, signature_of
from attest.wire.tiles import MAX_BUNDLE, WIDTH, Tile, nodes, parse_entries, parse_hashes, parse_path, print_path, tiles_of, within
from attest.wire.tlog_proof import TlogProof, print_proof
from attest.words import ATTESTATION

LOG: Final = f"{ATTESTATION}/log"
CHECKPOINT: Final = f"{LOG}/checkpoint"


class Overtaken(CouldNotTell):
    """Somebody else appended first: nothing was signed, and everything is to be done again."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A log that was looked through and is whole."""

    key: VerifierKey
    stored: TreeHead | None
    """The head as the store has it; None for a log that is still to begin."""
    edge: Edge
    published: int
    """Entries that the newest checkpoint that was published vouches for."""
    signed: int
    """Entries that some signed checkpoint vouches for, seen or not."""

    @property
    def vkey(self) -> str:
        """The log's key, as readers want it."""
        return print_vkey(self.key)

    def logged(self, before: Sequence[bytes] = ()) -> Logged:
        """What a payload says of the log whose entry follows those of ``before``. Raises Refused where too much would have to be void."""
        edge = append(self.edge, before).edge
        void = tuple(range(self.published, self.edge.size))
        if len(void) > MOST_VOID:
            raise Refused(f"{len(void)} entries of the log were never published, and one statement declares at most {MOST_VOID} void", "so many publishers did not die by chance: find out what appends to this log")
        return Logged(self.key.name, self.vkey, edge.size, root(edge).hex(), void)


def log_key(place: Place) -> VerifierKey | None:
    """The log key of a place under the name of its log; None where there is none."""
    if place.keys.log is None:
        return None
    return VerifierKey(origin_of(place.center), _raw(place.keys.log.spki))


def _raw(spki: bytes) -> bytes:
    key = publickey.load_spki(spki)
    if not isinstance(key, Ed25519PublicKey):
        raise Refused("log.pem is not an Ed25519 key", "restore it from your copy: a log is signed with no other kind")
    return key.public_bytes_raw()


def settle_log(place: Place, standing: Standing, folder: Path | None) -> Ledger | None:
    """The log as it stands; None where this center has none yet. What a publisher that died had appended is put in place.

    ``folder``: the newest release. Raises Refused where store, release and high-water mark do not tell one history.
    """
    mark, key = read_highwater(place.keys.folder), log_key(place)
    _refuse_other_log(place, standing, key, mark.log if mark is not None else None)
    if key is None:
        return None
    store, top = place.store.log(), _published(place, standing, folder, key)
    store.clear()
    _restore(store, top, folder)
    stored = store.head()
    signed = max(top.size if top else 0, mark.log.size if mark and mark.log else 0)
    ledger = Ledger(key, stored, _edge(store, stored, key, signed), top.size if top else 0, signed)
    if top is not None:
        _refuse_fork(store, ledger, top.size, top.root, "the release that is served")
    if mark is not None and mark.log is not None:
        _refuse_fork(store, ledger, mark.log.size, bytes.fromhex(mark.log.root), "the high-water mark")
    _refuse_gap(store, ledger, standing)
    return ledger


def _refuse_other_log(place: Place, standing: Standing, key: VerifierKey | None, mark: LogMark | None) -> None:
    """A log is begun once, and keeps its key and its name; nobody goes on without it."""
    logged = standing.head.statement.log if standing.head is not None else None
    if key is None:
        if logged is not None or mark is not None:
            raise Refused(f"this center has a log, and there is no log.pem in {place.keys.folder}", "restore log.pem and log.pub from your copy of the keys: a release without the log would deny the history")
        return
    if logged is not None and (logged.origin, logged.vkey) != (key.name, print_vkey(key)):
        raise Refused(f"the releases in {place.store.name} are in the log of another key", f"it says {logged.vkey}, the key is {print_vkey(key)}: restore log.pem and log.pub from your copy")
    if mark is not None and mark.origin != key.name:
        raise Refused(f"these keys sign for the log {mark.origin}, not for {key.name}", "a log never changes its name; one keys folder serves one center")


def _published(place: Place, standing: Standing, folder: Path | None, key: VerifierKey) -> Checkpoint | None:
    """The newest checkpoint that was published: the release's own, or the one that the store remembers."""
    kept = place.store.log().checkpoint()
    found = [] if kept is None else [_opened(kept, key, place.store.log().name)]
    if standing.head is not None and standing.head.statement.log is not None and folder is not None:
        try:
            served = (folder / CHECKPOINT).read_bytes()
        except FileNotFoundError:
            raise Refused(f"release {standing.number} in {folder} has no {CHECKPOINT}", "restore it from your copy: it was signed into the log") from None
        found.append(_opened(served, key, str(folder)))
    return max(found, key=lambda checkpoint: checkpoint.size, default=None)


def _opened(data: bytes, key: VerifierKey, where: str) -> Checkpoint:
    with suppress(Unreadable):
        checkpoint, note = open_checkpoint(data[: MAX_BYTES + 1])
        if signature_of(note, key) == "good" and checkpoint.origin == key.name:
            return checkpoint
    raise Refused(f"the checkpoint of the log in {where} was not signed by log.pem", "restore it from your copy")


def _restore(store: LogStore, top: Checkpoint | None, folder: Path | None) -> None:
    """A store that lacks what was published gets it from the newest release, which has the whole log."""
    head, there = store.head(), store.checkpoint()
    if top is None or (head is not None and head.size >= top.size):
        return
    served = None if folder is None else (folder / CHECKPOINT).read_bytes()
    if folder is None or served is None or open_checkpoint(served)[0] != top:
        raise Refused(f"the log in {store.name} has not the {top.size} entries that were published", "restore it from your copy, with the releases beside it")
    store.put(_replayed(folder / LOG, top), 0 if there is None else open_checkpoint(there)[0].size)
    if not store.swap(head, TreeHead(top.origin, top.size, top.root), {}):
        raise Overtaken("somebody else mended the log meanwhile", "run it again")
    store.published(served, top.size)


def _replayed(folder: Path, top: Checkpoint) -> list[tuple[str, bytes]]:
    """The files of a published log, worked out again from its entries. Raises Refused where they do not lead to the root that was signed."""
    entries: list[bytes] = []
    for tile in tiles_of(top.size):
        if tile.level == "entries":
            entries += parse_entries(_bytes(folder / print_path(tile)), tile.width)
    made = append(Edge(0), entries)
    if root(made.edge) != top.root:
        raise Refused(f"the log in {folder} does not lead to the root that was signed", "restore it from your copy")
    return [*made.files.items(), *_partials(folder, top.size, made.files)]


def _partials(folder: Path, size: int, files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Partial files of states before, each the beginning of a file that is known."""
    whole = {(tile.level, tile.index): data for path, data in files.items() for tile in [parse_path(path)]}
    for path in tree.paths(folder / "tile"):
        with suppress(Unreadable):
            tile, data = parse_path(f"tile/{path}"), _bytes(folder / "tile" / path)
            if within(tile, size) and f"tile/{path}" not in files and whole[tile.level, tile.index].startswith(data) and _is_whole(tile, data):
                yield f"tile/{path}", data


def _is_whole(tile: Tile, data: bytes) -> bool:
    return bool(parse_entries(data, tile.width) if tile.level == "entries" else parse_hashes(data, tile.width))


def _edge(store: LogStore, stored: TreeHead | None, key: VerifierKey, signed: int) -> Edge:
    """The edge as it lies there, once what the head brought is in place. Raises Refused where it does not lead to the head's root."""
    if stored is None:
        return Edge(0)
    if stored.origin != key.name:
        raise Refused(f"{store.name} is the log {stored.origin}, not {key.name}", "a log never changes its name; one place serves one center")
    store.apply(signed)
    edge = read_edge(stored.size, store.read)
    if root(edge) != stored.root:
        raise Refused(f"the files in {store.name} do not lead to the root of its head", "restore them from your copy; without one, take the folder away: it is made again from the site that is served")
    return edge


def _refuse_fork(store: LogStore, ledger: Ledger, size: int, expected: bytes, whose: str) -> None:
    if ledger.edge.size < size:
        raise Refused(f"the log in {store.name} has {ledger.edge.size} entries, and by {whose} it had {size}", "an older state was restored: restore the newest from your copy; a second log of that size is never signed")
    if root_at(store, ledger.edge.size, size) != expected:
        raise Refused(f"the log in {store.name} is another one than that of {whose}", "restore the one that was published, from your copy; a second one is never signed")


def _refuse_gap(store: LogStore, ledger: Ledger, standing: Standing) -> None:
    """Every entry that was published has its statement in the newest release, or was declared void there: the last one's own entry is the last."""
    bundles = cache(lambda index: entries_at(store, ledger.edge.size, index))
    for said in standing.said:
        index = said.later.log.size_before
        if index >= ledger.published or bundles(index - index % WIDTH)[index % WIDTH] != said.entry:
            raise Refused(f"{said.path} of release {standing.number} is not in the log", "it is not one of ours, or an older log was restored: restore both from your copy")
    own = standing.head.statement.log if standing.head is not None else None
    last = max([*(said.later.log.size_before for said in standing.said), *([] if own is None else [own.size_before])], default=-1)
    if last + 1 != ledger.published:
        entry = entries_at(store, ledger.edge.size, last + 1)[0].decode("utf-8", "replace") if last + 1 < ledger.published else "nothing"
        raise Refused(
            f"the log has {ledger.published} entries that were published, and release {standing.number} knows of {last + 1}: its next is {entry}", "releases or statements are missing: restore the newest of them from your copy"
        )


def root_at(store: LogStore, size: int, at: int) -> bytes:
    """The root that a log of ``size`` entries had when it had ``at``."""
    return merkle.root(at, _nodes(store, size))


def entries_at(store: LogStore, size: int, index: int) -> tuple[bytes, ...]:
    """The entries from ``index`` to the end of its bundle, of a log of ``size``."""
    first = index - index % WIDTH
    return parse_entries(store.read(print_path(tile := Tile("entries", first // WIDTH, min(WIDTH, size - first)))), tile.width)[index - first :]


def _nodes(store: LogStore, size: int) -> merkle.Node:
    """Each tile is read once."""
    return nodes(size, cache(lambda tile: parse_hashes(store.read(print_path(tile)), tile.width)))


def commit(place: Place, ledger: Ledger, entries: Sequence[bytes]) -> Ledger:
    """One batch more: won, in place, read back. Raises Overtaken where somebody else appended first; nothing is signed here."""
    store, made = place.store.log(), append(ledger.edge, entries)
    new = TreeHead(ledger.key.name, made.edge.size, root(made.edge))
    if not store.swap(ledger.stored, new, made.files):
        raise Overtaken("another publisher's entry came first", "nothing was signed: run it again")
    store.apply(ledger.signed)
    if any(store.read(path) != data for path, data in made.files.items()) or root(read_edge(new.size, store.read)) != new.root:
        raise Refused(f"what was written to {store.name} does not read back", "nothing was signed: see to the disk")
    return replace(ledger, stored=new, edge=made.edge)


def vouched(place: Place, ledger: Ledger, size: int) -> bytes:
    """The checkpoint of the log's first ``size`` entries, signed after the high-water mark was raised to it. Raises Refused below the mark."""
    assert place.keys.log is not None
    sign, checkpoint = place.keys.log.sign, Checkpoint(ledger.key.name, size, root_at(place.store.log(), ledger.edge.size, size))
    mark = LogMark(checkpoint.origin, checkpoint.size, checkpoint.root.hex())
    return vouch(place.keys.folder, place.center, mark, lambda: sign_checkpoint(checkpoint, ledger.key, sign))


def file_log(place: Place, ledger: Ledger, folder: Path, checkpoint: bytes, before: Path | None) -> None:
    """The log's files for that checkpoint, into a release's folder: by hard link from the release before where it has them, else copied."""
    store, size = place.store.log(), open_checkpoint(checkpoint)[0].size
    paths = store.paths(size)
    for part in {path.rpartition("/")[0] for path in paths}:
        (folder / LOG / part).mkdir(parents=True, exist_ok=True)
    for path in paths:
        target = f"{folder}/{LOG}/{path}"
        if not _is_linked(target) and not _linked(before, path, target):
            _replace(Path(target), store.read(path))
    _replace(folder / CHECKPOINT, checkpoint)


def file_proof(place: Place, ledger: Ledger, folder: Path, checkpoint: bytes, index: int) -> None:
    """That entry ``index`` is in the log of that checkpoint."""
    size = open_checkpoint(checkpoint)[0].size
    proof = TlogProof(index, tuple(merkle.inclusion(index, size, _nodes(place.store.log(), ledger.edge.size))), checkpoint)
    _replace(folder / PROOF, print_proof(proof))


def _is_linked(target: str) -> bool:
    """What is another's link is whole; what was written here may have been half-written when its publisher died."""
    try:
        return os.lstat(target).st_nlink > 1
    except FileNotFoundError:
        return False


def _linked(before: Path | None, path: str, target: str) -> bool:
    """The store's own files are never linked to: who damages a served one has not damaged the log."""
    if before is None:
        return False
    try:
        os.link(f"{before}/{LOG}/{path}", target, follow_symlinks=False)
    except OSError:
        return False
    return True


def _replace(path: Path, data: bytes) -> None:
    """A file that may be another's link is never written into."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_bytes(data)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BUNDLE + 1)
    except OSError as error:
        raise CouldNotTell(f"{path} cannot be read: {error.strerror}", "restore it from your copy") from None
