"""Which statement key signs now, and which there are beside it: by the changes of keys in the log, as a reader asks them.

    turned   the day that an announcement names has come -> next.pem takes the place of statement.pem
    others   the keys beside the one that signs, with the windows that follow from the log, for attestation/keys/

Which keys count is asked of ``verify.accepted``, as a reader asks who pinned the oldest key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from attest.errors import Refused
from attest.keys import take_over
from attest.later import KeyChange
from attest.publishing.place import Place, Said, Standing
from attest.release import Other
from attest.verify.accepted import Accepted, Turn, accept
from attest.wire import openssh


def turns_of(said: Sequence[Said]) -> tuple[Turn, ...]:
    """The changes of keys, in the log's order."""
    return tuple(Turn(one.later.log.size_before, openssh.fingerprint(one.later.spki), one.later.body) for one in said if isinstance(one.later.body, KeyChange))


def accepted_by(place: Place, standing: Standing) -> Accepted:
    """Which keys count where, for a reader who pinned the oldest one: the one that signed the first change, since there was no other."""
    turns = turns_of(standing.said)
    return accept([turns[0].by if turns else place.keys.signer.fingerprint], turns)


def turned(place: Place, standing: Standing, now: datetime, leaving: str = "") -> Place:
    """The place with the key that signs now. ``leaving``: a key that is about to be retired; the one that follows it takes over at once.

    Raises Refused where the one that signs was retired, and none follows.
    """
    keys, accepted = place.keys, accepted_by(place, standing)
    if keys.next is not None and _takes_over(keys.next.fingerprint, keys.signer.fingerprint, accepted, now, leaving):
        place.say(f"{keys.next.fingerprint} signs from now on")
        place = replace(place, keys=take_over(keys))
    if (end := accepted.ends.get(place.keys.signer.fingerprint)) is not None:
        raise Refused(f"{place.keys.signer.fingerprint} was retired in entry {end.since} of the log, and signs nothing more", "the key that follows it is in another copy of the keys folder: use that one")
    return place


def _takes_over(coming: str, signing: str, accepted: Accepted, now: datetime, leaving: str) -> bool:
    turn = accepted.announced.get(coming)
    if turn is None or coming in accepted.ends or turn.change.start is None or now < turn.change.start:
        return False
    return turn.change.until is None or turn.change.until <= now or signing in accepted.ends or signing == leaving


def said_of(standing: Standing, spki: bytes, change: str) -> Said | None:
    """The last such change of a key that was said."""
    return next((one for one in reversed(standing.said) if isinstance(one.later.body, KeyChange) and (one.later.body.change, one.later.body.spki) == (change, spki)), None)


def others(place: Place, standing: Standing) -> tuple[Other, ...]:
    """The statement keys that the log knows beside the one that signs, in its order."""
    accepted, turns = accepted_by(place, standing), turns_of(standing.said)
    keys = {openssh.fingerprint(spki): spki for turn in turns for spki in (turn.change.spki,)} | place.keys.ours
    return tuple(_other(keys[key], key, number, accepted, standing) for number, key in enumerate(accepted.starts, 1) if key != place.keys.signer.fingerprint and key in keys)


def _other(spki: bytes, key: str, number: int, accepted: Accepted, standing: Standing) -> Other:
    announced, gone = accepted.announced.get(key), said_of(standing, spki, "retire") if key in accepted.ends else None
    heir = next((turn for turn in accepted.announced.values() if turn.by == key), None)
    stolen = any(isinstance(one.later.body, KeyChange) and one.later.body.spki == spki and one.later.body.reason == "compromised" for one in standing.said)
    ends = [moment for moment in (gone.later.issued_at if gone is not None else None, heir.change.until if heir is not None else None) if moment is not None]
    return Other(number, spki, None if announced is None else announced.change.start, min(ends, default=None), stolen, announced is not None and heir is None and gone is None)
