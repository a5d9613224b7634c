"""What an earlier run has left -> what stands now, with nothing half-done beside it.

    served 7, kept 8 (signed, whole, never served)       -> 8 is verified and served
    served 7, staged 8 or 7.1, its payload signed         -> completed, verified, kept, served
    staged and not signed, or torn                        -> removed; its entries in the log are void, and the next payload says so

Before anything is completed the log is settled: the store's, the release's and the high-water mark's have to be one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from attest import tree
from attest.errors import AttestError
from attest.keys import HighWater, read_highwater, write_highwater
from attest.publishers.interface import Number
from attest.publishing.ledger import Ledger, settle_log
from attest.publishing.place import BUNDLE, STATEMENTS, Place, Standing, folder_of
from attest.publishing.sealing import at_the_mark, check, complete, published_checkpoint, read_head, read_said, refuse_against
from attest.wire.checkpoint import open_checkpoint


@dataclass(frozen=True, slots=True)
class Settled:
    """A place in which nothing is half-done."""

    standing: Standing
    ledger: Ledger | None
    finished: tuple[Number, ...]
    """What an earlier run had signed and not served, and this one did."""


def settle(place: Place) -> Settled:
    """The newest that is kept, after finishing what was signed and never served. Unsigned leftovers are removed.

    Raises Refused where the place holds another key's or center's release, one that does not follow, or another log than was signed.
    """
    standing, finished = _served(place), []
    for number in _kept_after(place, standing):
        standing = check(place, folder_of(place, number), number, standing, None)
        finished.append(_finish(place, standing))
    if (mark := read_highwater(place.keys.folder)) is not None:
        refuse_against(mark, place, standing.head)
    ledger = settle_log(place, standing, _folder(place, standing))
    if (found := _signed_before(place, standing, ledger)) is not None:
        standing = found
        finished.append(_finish(place, standing))
        ledger = settle_log(place, standing, _folder(place, standing))
    if finished and standing.number is not None:
        place.store.switch(standing.number)
    place.store.drop_staged()
    return Settled(standing, ledger, tuple(finished))


def _served(place: Place) -> Standing:
    served = place.store.served()
    if served is None:
        return Standing()
    folder = folder_of(place, served)
    return Standing(served, read_head(folder, served.release, place), read_said(folder, place))


def _kept_after(place: Place, standing: Standing) -> Iterator[Number]:
    """What was kept after what is served and never switched to, or all that is kept where the link was lost, each following the one before."""
    for number in place.store.numbers():
        if standing.number is None or number > standing.number:
            yield number


def _finish(place: Place, standing: Standing) -> Number:
    assert standing.number is not None
    place.say(f"release {standing.number} was signed and is not served: finishing it")
    keep(place, standing)
    return standing.number


def _signed_before(place: Place, standing: Standing, ledger: Ledger | None) -> Standing | None:
    """What is staged after ``standing``, where its payload was signed. What was only staged, and is torn, is not it."""
    for number in _next(standing):
        if (folder := place.store.staged(number)) is not None and _is_signed(folder, number, standing):
            try:
                complete(place, folder, number, ledger, _folder(place, standing))
                return check(place, folder, number, standing, None)
            except (AttestError, FileNotFoundError):  # torn: a full disk is another error, and drops nothing
                return None
    return None


def _next(standing: Standing) -> tuple[Number, ...]:
    number = standing.number
    return (Number(1),) if number is None else (Number(number.release, number.later + 1), Number(number.release + 1))


def _is_signed(folder: Path, number: Number, standing: Standing) -> bool:
    """A release by its bundle, what came later by a statement that what is served has not."""
    if not number.later:
        return (folder / BUNDLE).is_file()
    there = tree.paths(folder / STATEMENTS) if (folder / STATEMENTS).is_dir() else []
    known = {said.path for said in standing.said}
    return any(f"{STATEMENTS}/{name}" not in known and name.endswith(".json") for name in there)


def keep(place: Place, signed: Standing) -> Path:
    """Staged or kept -> kept, the mark not below it, and the store of the log told what is published by it."""
    assert signed.number is not None
    assert signed.head is not None
    folder = place.store.kept(signed.number) or place.store.keep(signed.number)
    if (checkpoint := published_checkpoint(folder)) is not None:
        size, log = open_checkpoint(checkpoint)[0].size, place.store.log()
        log.published(checkpoint, size)
        log.prune(size)
    if at_the_mark(place, signed.head.n):
        write_highwater(place.keys.folder, HighWater(place.center, signed.head.n, signed.head.payload))
    return folder


def _folder(place: Place, standing: Standing) -> Path | None:
    return None if standing.number is None else folder_of(place, standing.number)
