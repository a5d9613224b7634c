"""How one statement key follows another: changes of keys, said in the log by a key that counts there.

    rotate   next.pem is made -> announced by statement.pem, from now on, with the day until which that one still signs
    retire   a key counts no longer, from this entry on, or from one before where it was stolen

Whatever is half done is finished by running the same again. Refused: to retire the key that signs where none follows; to reach back so
far that whoever pinned a key that led to today's no longer reaches it; to take back what the release that is served rests on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from attest.errors import Refused, WrongUse
from attest.keys import make_next, set_aside
from attest.later import KeyChange, Later, Reason
from attest.logged import Logged
from attest.publishing.later import PublishedLater, publish_later
from attest.publishing.place import Place, Said, Standing
from attest.publishing.turning import accepted_by, said_of, turned, turns_of
from attest.signers.keyfile import Algorithm
from attest.verify.accepted import Turn, accept
from attest.wire import openssh

_NEVER: Final = "begin with new keys, and tell every reader of them by another way: a log cannot carry on what it takes back"


class SaidAlready(Refused):
    """What was asked stands in the log already, and nothing was done."""

    def __init__(self, said: Said) -> None:
        super().__init__(f"entry {said.later.log.size_before} of the log says so already", "nothing was done")
        self.said = said


@dataclass(frozen=True, slots=True)
class Announced:
    """A key that follows, in the log."""

    said: Said
    change: KeyChange
    published: PublishedLater | None
    """None where it had been announced before."""


def rotate(place: Place, overlap: timedelta, algorithm: Algorithm, now: datetime) -> Announced:
    """Makes the key that follows, and announces it; where that was half done, the rest of it. Raises as ``publish_later``.

    ``overlap``: for how long the key that signs still does.
    """
    place = replace(place, keys=make_next(place.keys.folder, algorithm, place.keys.ask or _nobody))
    try:
        made = publish_later(lambda log, standing: _announcement(place, log, standing, overlap, now), place, now)
    except SaidAlready as already:
        return _announced(already.said, None)
    except _Gone:
        return rotate(replace(place, keys=set_aside(place.keys)), overlap, algorithm, now)
    return _announced(made.said, made)


def _announced(said: Said, published: PublishedLater | None) -> Announced:
    assert isinstance(said.later.body, KeyChange)
    return Announced(said, said.later.body, published)


class _Gone(Refused):
    """The key that was to follow was retired before it ever signed."""


def _nobody() -> bytes:
    raise WrongUse("the key is locked, and there is nobody to ask for its passphrase")


def _announcement(place: Place, log: Logged, standing: Standing, overlap: timedelta, now: datetime) -> Later:
    coming = place.keys.next
    assert coming is not None
    if (known := said_of(standing, coming.spki, "announce")) is not None:
        if openssh.fingerprint(coming.spki) in accepted_by(place, standing).ends:
            raise _Gone(f"{coming.fingerprint} was retired before it signed anything")
        raise SaidAlready(known)
    return _later(place, standing, log, now, KeyChange("announce", coming.spki, now, now + overlap, "planned", None))


def retire(place: Place, fingerprint: str, now: datetime, *, compromised: bool, trusted_before: int | None) -> PublishedLater:
    """Retires a key of this center. ``trusted_before``: the first entry from which it is not believed; None for the retirement's own.

    Raises SaidAlready where that is said already, and as ``publish_later``.
    """
    signing = place

    def turn(found: Place, standing: Standing, at: datetime) -> Place:
        nonlocal signing
        signing = turned(found, standing, at, fingerprint)
        return signing

    def make(log: Logged, standing: Standing) -> Later:
        reason: Reason = "compromised" if compromised else "planned"
        return _retirement(signing, fingerprint, KeyChange("retire", _known(signing, standing, fingerprint), None, None, reason, trusted_before), log, standing, now)

    return publish_later(make, place, now, turn)


def _retirement(place: Place, fingerprint: str, change: KeyChange, log: Logged, standing: Standing, now: datetime) -> Later:
    signing, turn = place.keys.signer.fingerprint, Turn(log.size_before, place.keys.signer.fingerprint, change)
    if turn.before > log.size_before:
        raise WrongUse(f"the log has {log.size_before} entries, and {turn.before} is behind its end", "--trusted-before names the first entry from which the key is not believed")
    end, known = accepted_by(place, standing).ends.get(fingerprint), said_of(standing, change.spki, "retire")
    if end is not None and known is not None and end.before <= turn.before:
        raise SaidAlready(known)
    if fingerprint == signing:
        raise Refused(f"{fingerprint} is the key that signs, and none follows it", "announce the next one first: `attest keys rotate`")
    _refuse_lost_readers(turns_of(standing.said), turn)
    _refuse_served(standing, fingerprint, turn.before)
    return _later(place, standing, log, now, change)


def _known(place: Place, standing: Standing, fingerprint: str) -> bytes:
    """A statement key that the folder has, or the log announced."""
    announced = {turn.key: turn.change.spki for turn in turns_of(standing.said) if turn.change.change == "announce"}
    if (spki := (announced | place.keys.ours).get(fingerprint)) is None:
        raise Refused(f"{fingerprint} is no statement key of this center", f"its keys are {', '.join(place.keys.ours)}")
    return spki


def _refuse_lost_readers(turns: Sequence[Turn], new: Turn) -> None:
    """Whoever pinned a key that announced another, or the one that signs, has to reach the one that signs afterwards."""
    for root in dict.fromkeys([new.by, *(turn.by for turn in turns if turn.change.change == "announce")]):
        was, will = accept([root], turns), accept([root], [*turns, new])
        if was.standing(new.by, new.index) == "accepted" and will.standing(new.by, new.index) != "accepted":
            raise Refused(f"whoever pinned {root} would no longer be led to {new.by}: what announced it would be taken back", f"name a later entry with --trusted-before; if that one was forged, too, {_NEVER}")


def _refuse_served(standing: Standing, fingerprint: str, before: int) -> None:
    """Reaching back behind the release that is served would leave every reader with a site that nobody vouches for."""
    head = standing.head
    if head is None or head.statement.log is None or openssh.fingerprint(head.statement.spki) != fingerprint:
        return
    if head.statement.log.size_before >= before:
        raise Refused(f"release {head.n}, which is served, is entry {head.statement.log.size_before} and signed by that key", "publish a release with the key that follows first, then run this again")


def _later(place: Place, standing: Standing, log: Logged, now: datetime, change: KeyChange) -> Later:
    assert standing.head is not None
    return Later("key-change", place.center, standing.head.statement.center_name, standing.head.n, now, place.keys.signer.spki, log, change)
