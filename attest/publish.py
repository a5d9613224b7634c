"""Publishing, in the one order that a killed process or a full disk cannot turn into a lie (format.md, Log: "Publishing, in this order").

    1 lock     nobody else publishes there meanwhile
    2 settle   read the release served, finish what was signed and not served, hold log, releases and high-water mark against each other
    3 number   n and previous, and the log as it stands; moments that may not follow are refused
    4 build    pages and assessment.json, into a folder that nobody sees; files of earlier releases are taken along
    5 seal     what was really written -> SHA256SUMS; payloads, of new versions of notices first; look for leaks; wait for the disk
    6 enter    the payloads' entries into the log, unsigned: whoever loses the swap of its head starts over, and has signed nothing
    7 sign     the high-water mark rises first; the payloads, whose bundles appear at once; checkpoint, proof and the rest follow from them
    8 verify   as a stranger would, pinned to our key; a no here publishes nothing
    9 keep     the folder becomes DEST.releases/<n>; the high-water mark rises; the link is switched; what is older than the policy goes

Until 7 nothing is signed, and before 9 nothing is seen. Whatever stops it, the old release stays served and the next run mends the
rest: what lies unsigned is dropped, and its entries are declared void; what is signed and verifies is finished before anything new is
signed, so that one number has one payload and one size of the log one checkpoint. Nothing here assesses: the record that is signed is
the assessment.json that was built.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from attest.errors import AttestError, CouldNotTell, Refused, WrongUse
from attest.fetch import Folder
from attest.history import Before
from attest.keys import read_highwater
from attest.later import Withdrawal
from attest.predecessor import read_before
from attest.publishers.interface import Number
from attest.publishing.building import build, sign, staged
from attest.publishing.later import PublishedLater, publish_later
from attest.publishing.ledger import Overtaken, commit, log_key
from attest.publishing.place import BUNDLE, Head, Order, Place, Render, Standing, folder_of
from attest.publishing.pruning import drop_folders
from attest.publishing.sealing import check, complete, refuse_against
from attest.publishing.settling import Settled, keep, settle
from attest.publishing.turning import others, turned
from attest.release import Previous, Release, Withdrawn
from attest.times import print_moment, print_span
from attest.wire.note import print_vkey

__all__ = ["Head", "Order", "Place", "Published", "PublishedLater", "Render", "before", "publish", "publish_later"]

ATTEMPTS: Final = 3
"""How often a publisher who was overtaken starts over."""

OLDEST: Final = timedelta(hours=24)
"""How old an as-of may be when it is signed (format.md, Statement)."""

@dataclass(frozen=True, slots=True)
class Published:
    """What was published."""

    head: Head
    folder: Path
    files: int
    """How many the manifest lists."""
    finished: tuple[int, ...]
    """Releases that an earlier run had signed and not served, and this one did."""


def publish(order: Order, place: Place, render: Render) -> Published:
    """Publishes one release.

    Raises Refused (a history that may not be begun or continued, a place that is not ours), Problems (leaks), WrongUse (moments that
    cannot be) and CouldNotTell (no room, unreadable). After any of them what was served is served still.
    """
    _refuse_moments(order)
    try:
        if place.store.empty():
            _refuse_history(order.first, place, None, ())
        with place.store.locked(place.center, place.say):
            return _locked(order, place, render)
    except OSError as error:
        raise CouldNotTell(f"cannot publish to {place.store.name}: {_os_said(error)}", "what was served is served still; mend that and run it again") from error


def _locked(order: Order, place: Place, render: Render) -> Published:
    for attempt in range(1, ATTEMPTS + 1):
        settled = settle(place)
        head = settled.standing.head
        _refuse_history(order.first and (attempt == 1 or head is None), place, head, settled.finished)
        try:
            return _one(order, place, render, settled)
        except Overtaken:
            place.say("another publisher's entry came first: starting over")
    raise Overtaken(f"other publishers were faster {ATTEMPTS} times", "nothing was signed: run it again")


def _one(order: Order, place: Place, render: Render, settled: Settled) -> Published:
    place = turned(place, settled.standing, order.now)
    standing, release = settled.standing, _next(order, place, settled.standing)
    number, old = Number(release.n), None if standing.number is None else folder_of(place, standing.number)
    try:
        files, batch = build(order, place, standing, settled.ledger, release, render)
        ledger = None if settled.ledger is None else commit(place, settled.ledger, [one.entry for one in batch])
        place.entered()
        sign(place, number, batch)
        complete(place, staged(place, number), number, ledger, old)
        place.say("verifying what came out")
        fresh = check(place, staged(place, number), number, standing, order.now)
    except BaseException as error:
        # What is signed and only interrupted is for the next run to finish; what was found wanting is for nobody.
        if isinstance(error, AttestError) or not _is_signed(place, number):
            place.store.drop_staged()
        raise
    assert fresh.head is not None
    folder = _serve(place, fresh)
    drop_folders(place, order.folders)
    return Published(fresh.head, folder, files, tuple(done.release for done in settled.finished if not done.later))


def _is_signed(place: Place, number: Number) -> bool:
    folder = place.store.staged(number)
    return folder is not None and (folder / BUNDLE).is_file()


def _serve(place: Place, fresh: Standing) -> Path:
    """Staged -> kept, marked, served."""
    assert fresh.number is not None
    folder = keep(place, fresh)
    place.store.switch(fresh.number)
    place.say(f"release {fresh.number} is served at {place.store.name}")
    return folder


def _next(order: Order, place: Place, standing: Standing) -> Release:
    """Number, predecessor and end of the next release. Raises Refused where its moments cannot follow the last one's."""
    head, signer, key = standing.head, place.keys.signer, log_key(place)
    if head is not None and order.as_of < head.statement.as_of:
        raise Refused(
            f"the as-of {print_moment(order.as_of)} is before that of release {head.n}, {print_moment(head.statement.as_of)}", "a later release never tells an earlier state: leave --as-of away"
        )
    if head is not None and order.now < head.statement.issued_at:
        raise Refused(f"it is {print_moment(order.now)}, and release {head.n} was issued at {print_moment(head.statement.issued_at)}", "set the clock, or leave --at away")
    if standing.said and order.now < (last := standing.said[-1].later.issued_at):
        raise Refused(f"it is {print_moment(order.now)}, and the last {standing.said[-1].later.kind} was issued at {print_moment(last)}", "set the clock, or leave --at away")
    previous = None if head is None else Previous(head.n, head.payload)
    return Release(1 if head is None else head.n + 1, previous, order.as_of + order.valid_for, signer.spki, signer.fingerprint, None if key is None else print_vkey(key), _withdrawn(standing), others(place, standing))


def _withdrawn(standing: Standing) -> tuple[Withdrawn, ...]:
    return tuple(Withdrawn(said.later.release, said.later.issued_at, said.later.body.why, said.path) for said in standing.said if isinstance(said.later.body, Withdrawal))


def before(place: Place, release: Release) -> Before | None:
    """What the release before told, for the history that ``release`` carries on; None for the first. Raises Refused where it is not what was signed."""
    if release.previous is None:
        return None
    newest = max(number for number in place.store.numbers() if number.release == release.previous.release)
    return read_before(Folder(folder_of(place, newest)), release.previous.payload)


def _refuse_moments(order: Order) -> None:
    if order.as_of > order.now:
        raise WrongUse(f"the as-of {print_moment(order.as_of)} is later than now, {print_moment(order.now)}", "nobody knows that state yet: leave --as-of away")
    if order.now - order.as_of > OLDEST:
        raise Refused(f"the as-of {print_moment(order.as_of)} is more than a day old", "publish the present state: leave --as-of away")
    if order.now >= order.as_of + order.valid_for:
        raise Refused(f"a release of {print_moment(order.as_of)} that is good for {print_span(order.valid_for)} has run out already", "leave --as-of away, or raise defaults.valid_for in center.yml")


def _refuse_history(first: bool, place: Place, head: Head | None, finished: Sequence[Number]) -> None:
    """Raises Refused where the place and the high-water mark do not tell one history, or ``--first`` does not fit it."""
    name, mark = place.store.name, read_highwater(place.keys.folder)
    if mark is not None:
        refuse_against(mark, place, head, first=first)
    if head is None and not first:
        raise Refused(f"nothing was published to {name} yet", "begin its history with --first, once")
    if head is not None and first and tuple(finished) != (Number(1),):
        raise Refused(f"--first begins a history, and {name} has one: release {head.n} is served", "leave --first away")


def _os_said(error: OSError) -> str:
    return f"{error.strerror or error}" + (f" ({error.filename})" if error.filename else "")
