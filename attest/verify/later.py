"""Step 15: what a center said beside its releases: withdrawals, notices, changes of keys; each signed, each an entry of the log.

    entry 5 {"digest":"9f3c…","kind":"withdrawal","n":3,…}   attestation/statements/9f3c….sigstore.json

    it is there, of this center and log, at its place, by an accepted key  ->  it counts
    it is there, by a key that never counted, or of another center         ->  no: the log's key alone says nothing for a center
    it is there, by a key that was retired before it was said              ->  no
    it is there, by a key that is no longer believed from before that on   ->  left aside, and said
    it is not there, and a signed payload says the entry is void           ->  said
    it is not there                                                        ->  could not tell: it may be the withdrawal of this release
    it is there, and not in the log (seen in a folder alone)               ->  a withdrawal by an accepted key counts all the same
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from attest.errors import CouldNotTell, Unreadable
from attest.fetch import Source
from attest.later import KeyChange, Later, Withdrawal, parse_later
from attest.statement import Statement
from attest.times import print_moment
from attest.verify.accepted import Accepted, Turn
from attest.verify.answer import Finding, Withdrawn, no, note, unsure
from attest.verify.envelope import Opened, not_signed_by
from attest.verify.log import Log
from attest.verify.subjects import CAP, if_there
from attest.wire.bundle import Bundle, parse_bundle
from attest.wire.log_entry import Entry, Kind
from attest.words import ATTESTATION, PAYLOAD_TYPE

STATEMENTS: Final = f"{ATTESTATION}/statements"
MOST: Final = 20_000
"""Later statements that are read."""

_PATH = re.compile(rf"{STATEMENTS}/([0-9a-f]{{64}})\.sigstore\.json")


@dataclass(frozen=True, slots=True)
class Said:
    """A later statement of this center, signed by the key that it names, at its place."""

    later: Later
    payload: str
    """Hex SHA-256."""
    key: str
    """Fingerprint of the key that signed it; whether that counts is ``accepted``'s to say."""
    index: int | None
    """Its entry; None for one that the log does not have."""

    @property
    def name(self) -> str:
        """For people."""
        where = "" if self.index is None else f" in entry {self.index}"
        return f"the {_noun(self.later.kind)} of {self.later.issued_at.date()}{where}"


@dataclass(frozen=True, slots=True)
class Spoken:
    """Every later statement that was found."""

    said: tuple[Said, ...] = ()
    """Those of the log in its order, then the others."""
    missing: tuple[tuple[int, Kind, int], ...] = ()
    """Entries whose statement the source says is not there: place, kind and release."""
    findings: tuple[Finding, ...] = ()

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The changes of keys, in the log's order."""
        return tuple(Turn(said.index, said.key, said.later.body) for said in self.said if said.index is not None and isinstance(said.later.body, KeyChange))


def read_spoken(source: Source, statement: Statement, log: Log | None) -> Spoken:
    """Reads the statements that the log names, and in a folder all others; without a log only the latter."""
    entries = [index for index, (kind, _) in enumerate(log.kinds) if kind != "release"] if log is not None else []
    if len(entries) > MOST:
        return Spoken(findings=(unsure(15, f"the log has {len(entries)} later statements", f"at most {MOST}, which are read"),))
    places = {log.entry(index).digest: index for index in entries} if log is not None else {}
    found = {index: _read(source, statement, digest, index) for digest, index in places.items()}
    beside = _beside(source, statement, places)
    every = [*found.values(), *beside]
    missing = () if log is None else tuple((index, *log.kinds[index]) for index, one in found.items() if one is None)
    return Spoken(tuple(one for one in every if isinstance(one, Said)), missing, tuple(one for one in every if isinstance(one, Finding)))


def _beside(source: Source, statement: Statement, places: Mapping[str, int]) -> list[Said | Finding | None]:
    """The statements of a folder that the log does not name."""
    try:
        matches = [match for path in sorted(source.paths() or ()) if (match := _PATH.fullmatch(path)) is not None]
    except CouldNotTell as error:
        return [unsure(15, f"the folder cannot be listed: {error.message}")]
    return [_read(source, statement, match[1], None) for match in matches if match[1] not in places]


def _read(source: Source, statement: Statement, digest: str, index: int | None) -> Said | Finding | None:
    """One statement, if it is whole and this center's; None where it is not there."""
    path = f"{STATEMENTS}/{digest}.sigstore.json"
    data = if_there(15, source, path, CAP)
    if not isinstance(data, bytes):
        return data
    try:
        bundle = parse_bundle(data)
    except Unreadable as error:
        return no(15, f"{path} is no signed statement: {error.message}")
    if (got := hashlib.sha256(bundle.payload).hexdigest()) != digest or bundle.payload_type != PAYLOAD_TYPE:
        return no(15, f"{path} holds another statement than its name says", digest, got)
    try:
        return _stated(path, parse_later(bundle.payload), bundle, statement, index)
    except Unreadable as error:
        return (no if index is None else unsure)(15, f"{path} cannot be read: {error.message}")


def _stated(path: str, later: Later, bundle: Bundle, statement: Statement, index: int | None) -> Said | Finding:
    if (wrong := not_signed_by(later.spki, bundle, 15)) is not None:
        return no(15, f"{path}: {wrong.what}", wrong.expected, wrong.got)
    if later.center != statement.center:
        return no(15, f"{path} is of another center", statement.center, later.center)
    if statement.log is not None and (later.log.origin, later.log.vkey) != (statement.log.origin, statement.log.vkey):
        return no(15, f"{path} names another log than the release", statement.log.vkey, later.log.vkey, "forked")
    return Said(later, hashlib.sha256(bundle.payload).hexdigest(), bundle.hint, index)


def entry_of_said(said: Said) -> Entry:
    """The entry that it has to have."""
    return Entry(said.payload, said.later.kind, said.later.release, print_moment(said.later.issued_at))


def check_spoken(spoken: Spoken, void: Collection[int], accepted: Accepted, log: Log | None) -> Iterator[Finding]:
    """Whose statements these are, and those that are named and not there."""
    for index, kind, n in spoken.missing:
        if index in void:
            yield note(15, f"entry {index} of the log, a {_noun(kind)} about release {n}, is said never to have been signed")
        else:
            yield unsure(15, f"entry {index} of the log is a {_noun(kind)} whose statement is not there: nobody can tell what it says")
    for said in spoken.said:
        yield from _whose(said, accepted, log)


def counts(said: Said, accepted: Accepted, log: Log | None) -> bool:
    """Whether it is said by a key that counts at its place; what is not in the log is taken for its next entry."""
    return accepted.of_old(said.key, _place(said, log)) == "accepted"


def _place(said: Said, log: Log | None) -> int | None:
    return said.index if said.index is not None else None if log is None else log.size


def _whose(said: Said, accepted: Accepted, log: Log | None) -> Iterator[Finding]:
    standing = accepted.of_old(said.key, _place(said, log))
    if standing == "unknown":
        yield no(15, f"{said.name} is signed by a key that does not speak for this center", got=said.key)
    elif standing == "retired":
        yield no(15, f"{said.name} is signed by a key that was retired before", f"before entry {accepted.ends[said.key].before}", said.key)
    elif standing == "aside":
        yield note(15, f"{said.name} is left aside: its key is not believed from entry {accepted.ends[said.key].before} on")
    elif said.index is None:
        yield note(15, f"{said.name} is not in the log" + (", and counts all the same" if isinstance(said.later.body, Withdrawal) else ""))


def withdrawals(spoken: Spoken, accepted: Accepted, log: Log | None) -> Iterator[Withdrawn]:
    """Releases that were withdrawn, by keys that count."""
    for said in spoken.said:
        if isinstance(said.later.body, Withdrawal) and counts(said, accepted, log):
            yield Withdrawn(said.later.release, said.later.body.payload, said.later.body.why, said.later.issued_at, said.index)


def check_withdrawn(found: Iterable[Withdrawn], opened: Opened, digests: Mapping[int, str]) -> Iterator[Finding]:
    """``digests``: the payload of each release that is known, by its number."""
    for one in found:
        if one.payload == opened.payload:
            yield no(15, f"release {one.release} was withdrawn on {one.at.date()}: {one.why}", word="withdrawn")
        elif digests.get(one.release, one.payload) != one.payload:
            yield no(15, f"what was withdrawn as release {one.release} is another one", digests[one.release], one.payload, "forked")
        else:
            yield note(15, f"release {one.release} was withdrawn on {one.at.date()}: {one.why}")


def _noun(kind: str) -> str:
    return "change of keys" if kind == "key-change" else kind
