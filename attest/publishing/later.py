"""What is said after a release, without a new one: a withdrawal, a change of keys.

    served 7 + payload  ->  7.1: the same listed files, the statement in attestation/statements/, the log one entry longer

The order is that of ``publish``: settled, staged, entered into the log unsigned, signed, completed, verified, kept, switched. Folders are
never changed: 7 stays as it is, and 7.1 is a copy of it by hard links.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from attest import tree
from attest.errors import AttestError, CouldNotTell, Refused
from attest.later import Later
from attest.logged import Logged
from attest.publishers.interface import Number
from attest.publishing.building import Signable, link_or_copy, sign, signable
from attest.publishing.ledger import Ledger, commit, entries_at
from attest.publishing.place import RELEASES, Place, Said, Standing, folder_of
from attest.publishing.sealing import check, complete
from attest.publishing.settling import keep, settle
from attest.publishing.turning import turned
from attest.sign import sha256
from attest.times import print_moment
from attest.wire.log_entry import parse_entry
from attest.wire.tiles import WIDTH

Make: TypeAlias = Callable[[Logged, Standing], Later]
"""The log as it is before the statement's own entry, and what stands -> the statement, to be signed with whatever key signs now. May raise
AttestError: then nothing was done."""

Turn: TypeAlias = Callable[[Place, Standing, datetime], Place]
"""The place with the key that signs now."""


@dataclass(frozen=True, slots=True)
class PublishedLater:
    """What was said."""

    said: Said
    standing: Standing
    """What is served now."""
    folder: Path
    index: int
    """Its entry in the log."""


def publish_later(make: Make, place: Place, now: datetime, turn: Turn = turned) -> PublishedLater:
    """Publishes one statement beside the release that is served. ``turn``: with which key, where the one that follows may be due.

    Raises Refused (nothing is served, there is no log, what ``make`` refuses, moments that go back) and CouldNotTell. After any of them
    what was served is served still.
    """
    try:
        if place.store.empty():
            raise Refused(f"nothing was published to {place.store.name} yet", "publish a release first")
        with place.store.locked(place.center, place.say):
            return _locked(make, place, now, turn)
    except OSError as error:
        raise CouldNotTell(f"cannot publish to {place.store.name}: {error.strerror or error}", "what was served is served still; mend that and run it again") from error


def _locked(make: Make, place: Place, now: datetime, turn: Turn) -> PublishedLater:
    settled = settle(place)
    standing, ledger = settled.standing, settled.ledger
    _refuse_moment(place, standing, now)
    if ledger is None or ledger.published == 0:
        raise Refused("this center has no log yet, and what is said later stands in the log", "make its key with `attest keys new --log`, publish a release, then run this again")
    place = turn(place, standing, now)
    one = _signable(make, place, standing, ledger, now)
    assert standing.number is not None
    number = Number(standing.number.release, standing.number.later + 1)
    fresh = _staged(place, standing, ledger, number, one)
    folder = keep(place, fresh)
    place.store.switch(number)
    place.say(f"release {number} is served at {place.store.name}")
    said = next(said for said in fresh.said if said.path == one.path)
    return PublishedLater(said, fresh, folder, said.later.log.size_before)


def _refuse_moment(place: Place, standing: Standing, now: datetime) -> None:
    head = standing.head
    if head is None:
        raise Refused(f"nothing was published to {place.store.name} yet", "publish a release first")
    latest = max([head.statement.issued_at, *(said.later.issued_at for said in standing.said)])
    if now < latest:
        raise Refused(f"it is {print_moment(now)}, and the last statement was issued at {print_moment(latest)}", "set the clock, or leave --at away")


def _signable(make: Make, place: Place, standing: Standing, ledger: Ledger, now: datetime) -> Signable:
    later = replace(make(ledger.logged(), standing), spki=place.keys.signer.spki)
    if (later.center, later.issued_at) != (place.center, now):
        raise ValueError("a statement of another center or moment")
    return signable(later)


def _staged(place: Place, standing: Standing, ledger: Ledger, number: Number, one: Signable) -> Standing:
    """Staged, entered, signed, completed, verified."""
    assert standing.number is not None
    old = folder_of(place, standing.number)
    try:
        folder = place.store.stage(number)
        for path in tree.paths(old):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            link_or_copy(old / path, folder / path)
        place.store.sync(folder)
        after = commit(place, ledger, [one.entry])
        place.entered()
        sign(place, number, [one])
        complete(place, folder, number, after, old)
        place.say("verifying what came out")
        return check(place, folder, number, standing, None)
    except BaseException as error:
        # What is signed and only interrupted is for the next run to finish; what was found wanting is for nobody.
        found = place.store.staged(number)
        if isinstance(error, AttestError) or found is None or not (found / one.path).is_file():
            place.store.drop_staged()
        raise


def payload_of_release(place: Place, standing: Standing, release: int) -> str:
    """Hex SHA-256 of the payload of a release that was published. Raises Refused where there was none."""
    head = standing.head
    if head is None or not 1 <= release <= head.n:
        raise Refused(f"there is no release {release}", "nothing was published yet" if head is None else f"the last one is release {head.n}")
    if release == head.n:
        return head.payload
    assert standing.number is not None
    found = _entered(place, standing, release) or _held(folder_of(place, standing.number), release)
    if found is None:
        raise Refused(f"release {release} is neither in the log nor kept", "it was published before there was a log, and its files were removed since: restore them from your copy")
    return found


def _entered(place: Place, standing: Standing, release: int) -> str | None:
    """The last entry of a release of that number: those before it are void."""
    store, published = place.store.log(), max([said.later.log.size_before for said in standing.said], default=-1)
    own = standing.head.statement.log if standing.head is not None else None
    size = max(published, -1 if own is None else own.size_before) + 1
    found = None
    for first in range(0, size, WIDTH):
        for data in entries_at(store, size, first):
            entry = parse_entry(data)
            if (entry.kind, entry.n) == ("release", release):
                found = entry.digest
    return found


def _held(folder: Path, release: int) -> str | None:
    path = folder / RELEASES / str(release) / "statement.json"
    return sha256(path.read_bytes()) if path.is_file() else None
