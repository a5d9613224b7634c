"""Step 14: the entries of a log against the payloads that are held, and against each other.

    a payload stands where it says it does, after the state of the log that it says was there
    what a payload declares void was never signed: no payload of such an entry may be held
    each release has one entry that is not void, and they follow each other by their numbers, as the chain of payloads does
    a release that follows the served one: somebody serves an old state

Who signs a payload declares the entries since the last signed checkpoint that were never signed. So an entry is signed, by its
publisher's own word, where the next payload is held and does not name it; and the last one is, since only then a checkpoint is signed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from typing import Final

from attest.logged import Logged
from attest.verify.answer import Finding, no, unsure
from attest.verify.log import Log, check_place
from attest.wire.log_entry import Entry, digest_of

MOST: Final = 20
"""Contradictions of a log with itself that are told of."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A signed payload that is held."""

    name: str
    """For people."""
    key: str
    """Fingerprint of the key that signed it."""
    entry: Entry
    logged: Logged
    counts: bool
    """Whether its key does, at its place."""

    @property
    def index(self) -> int:
        """Where it says it stands."""
        return self.logged.size_before


@dataclass(frozen=True, slots=True)
class Places:
    """What the log says, under what the held payloads say of it."""

    void: Mapping[int, str]
    """Entries that were never signed, and the payload that says so."""
    live: Mapping[int, Sequence[int]]
    """The other entries of releases, by number, in the order of the log."""
    held: AbstractSet[int]
    """Places of held payloads that count."""
    log: Log

    def digest(self, release: int) -> str | None:
        """The payload of a release, where the log has just one under its number."""
        indexes = self.live.get(release, ())
        return digest_of(self.log.entries[indexes[0]]) if len(indexes) == 1 else None

    def newer(self, release: int) -> tuple[int, ...]:
        """The releases that follow one."""
        return tuple(n for n in self.live if n > release)


def places_of(log: Log, placed: Sequence[Placed]) -> Places:
    """The log under all payloads that are held."""
    void = {index: one.name for one in placed if one.counts for index in one.logged.void}
    live: dict[int, list[int]] = {}
    for index, (kind, n) in enumerate(log.kinds):
        if kind == "release" and index not in void:
            live.setdefault(n, []).append(index)
    return Places(void, live, frozenset(one.index for one in placed if one.counts), log)


def check_places(places: Places, placed: Iterable[Placed], chained: Mapping[int, str]) -> Iterator[Finding]:
    """All but what follows the served release. ``chained``: payloads of releases, as each is named by the next."""
    for one in placed:
        yield from check_place(places.log, one.logged, one.entry, one.name)
        if one.counts and one.index in places.void:
            yield no(14, f"{one.name} is signed, and {places.void[one.index]} says that its entry {one.index} never was", word="forked")
    yield from islice(chain(_repeated(places.log), _twice(places), _order(places)), MOST)
    for n, payload in chained.items():
        if (found := places.digest(n)) is not None and found != payload:
            yield no(14, f"release {n} of the log is not the one that the releases after it follow", payload, found, "forked")


def check_newer(places: Places, release: int) -> Iterator[Finding]:
    """Releases that the log has after the one that is served."""
    if newer := places.newer(release):
        yield no(14, f"release {release} is served, and the log has release {max(newer)}", str(max(newer)), str(release), "rolled-back")


def _repeated(log: Log) -> Iterator[Finding]:
    if len(set(log.entries)) == log.size:
        return
    seen: dict[bytes, int] = {}
    for index, entry in enumerate(log.entries):
        if (first := seen.setdefault(entry, index)) != index:
            yield no(14, f"entry {index} of the log repeats entry {first}")


def _twice(places: Places) -> Iterator[Finding]:
    for n, indexes in places.live.items():
        if len(indexes) == 1:
            continue
        where = " and ".join(map(str, indexes[:5]))
        if sum(_is_signed(places, index) for index in indexes) > 1:
            yield no(14, f"the log has release {n} more than once, in entries {where}", "1", str(len(indexes)), "forked")
        else:
            yield unsure(14, f"the log has release {n} in entries {where}, and what would say which was never signed is not held")


def _is_signed(places: Places, index: int) -> bool:
    """By its publisher's own word: it is held, or the payload after it is, or nothing is after it."""
    after = next((at for at in range(index + 1, places.log.size) if at not in places.void), None)
    return after is None or index in places.held or after in places.held


def _order(places: Places) -> Iterator[Finding]:
    numbers = list(places.live)
    for before, after in pairwise(numbers):
        if after != before + 1:
            yield no(14, f"release {after} stands in the log next after release {before}", str(before + 1), str(after), "forked")
