"""Whose signature counts at which place of the log: from the keys a reader pinned, through the changes of keys in the log's order.

    pins {K0}   entry 17: K0 announces K1   entry 22: K1 retires K0        K0: entries up to 21     K1: entries from 18 on

    announce    by a key that is accepted at its own place: the new key counts for every entry after it
    retire      by a key that is accepted at its own place: the old key counts for no entry at ``trustedBefore`` or after it (left out:
                the entry of the retirement itself), and never again. Where that reaches back, what the old key said from there on is
                undone, and all is judged anew; what was retired once stays so

The first in the order of the log wins, and no time in a statement decides anything. What has no place in the log (it is older than the
log) is before everything. For what lies before a release, and only for that, two more keys count: one that announced an accepted key,
and one that an accepted key retired, up to where it says: whoever pinned today's key reads yesterday's releases too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from attest.later import KeyChange
from attest.wire import openssh

Standing = Literal["accepted", "retired", "aside", "unknown"]
"""``retired``: it signed after its retirement was in the log; ``aside``: before that, and from where it is no longer believed."""

BEFORE_THE_LOG: Final = -1
"""The place of what has none."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A change of keys, at its place."""

    index: int
    by: str
    """Fingerprint of the key that signed it."""
    change: KeyChange

    @property
    def key(self) -> str:
        """Fingerprint of the key that it is about."""
        return openssh.fingerprint(self.change.spki)

    @property
    def before(self) -> int:
        """Of a retirement: the first place at which the key counts no longer."""
        return self.index if self.change.trusted_before is None else self.change.trusted_before


class End(NamedTuple):
    """The end of a key."""

    before: int
    """The first place at which the key counts no longer."""
    since: int
    """The entry that first retired it."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Keys by fingerprint, with the places at which they count."""

    starts: Mapping[str, int]
    """The first place at which a key counts."""
    announced: Mapping[str, Turn]
    """What made a key count that was not pinned."""
    ends: Mapping[str, End]
    former: Mapping[str, int]
    """Keys that count for what lies before a release alone: up to, and without, that place."""

    def standing(self, key: str, index: int | None) -> Standing:
        """Of a signature by ``key`` on a payload at ``index``; None: older than the log."""
        return _standing(key, BEFORE_THE_LOG if index is None else index, self.starts, self.ends)

    def of_old(self, key: str, index: int | None) -> Standing:
        """The same, of what lies before the release that is asked about."""
        found, place = self.standing(key, index), BEFORE_THE_LOG if index is None else index
        return "accepted" if found == "unknown" and place < self.former.get(key, BEFORE_THE_LOG) else found

    def chain(self, key: str) -> tuple[Turn, ...]:
        """The announcements that lead from a pinned key to this one, the first of them first."""
        turn = self.announced.get(key)
        return () if turn is None else (*self.chain(turn.by), turn)


def accept(roots: Iterable[str], turns: Sequence[Turn], release: int | None = None) -> Accepted:
    """Pinned fingerprints and all changes of keys, in the log's order -> which keys count where. ``release``: the place that old keys are asked before."""
    pinned, ends = frozenset(roots), dict[str, End]()
    while True:
        starts, announced, end = _pass(pinned, ends, turns)
        if end is None:
            return Accepted(starts, announced, ends, _former(starts, ends, turns, release))
        known = ends.get(end.key)
        ends[end.key] = End(end.before, end.index if known is None else known.since)


def _pass(pinned: Iterable[str], ends: Mapping[str, End], turns: Sequence[Turn]) -> tuple[dict[str, int], dict[str, Turn], Turn | None]:
    """Goes through the turns under the retirements that are known: starts, announcements, and the first retirement that is not known yet."""
    starts, announced = dict.fromkeys(pinned, BEFORE_THE_LOG), dict[str, Turn]()
    for turn in turns:
        if _standing(turn.by, turn.index, starts, ends) != "accepted":
            continue
        if turn.change.change == "announce":
            if turn.key not in starts:
                starts[turn.key], announced[turn.key] = turn.index + 1, turn
        elif turn.key not in ends or turn.before < ends[turn.key].before:
            return starts, announced, turn
    return starts, announced, None


def _standing(key: str, place: int, starts: Mapping[str, int], ends: Mapping[str, End]) -> Standing:
    if key in ends and place >= ends[key].before:
        return "retired" if place >= ends[key].since else "aside"
    return "accepted" if key in starts and starts[key] <= place else "unknown"


def _former(starts: Mapping[str, int], ends: Mapping[str, End], turns: Sequence[Turn], release: int | None) -> dict[str, int]:
    """Keys that an accepted one vouches for, looking back from a release at that place."""
    former = {key: end.before for key, end in ends.items() if key not in starts}
    for turn in reversed(turns):
        heir = turn.change.change == "announce" and (turn.key in starts or turn.key in former)
        if heir and release is not None and turn.index < release and turn.by not in starts:
            former.setdefault(turn.by, release)
    return former
