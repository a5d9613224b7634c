"""Step 10: the releases before this one, as far as they are held. Whether what was last seen is among them, ``descent`` says.

    releases/7  --previous.payload-->  releases/6  -->  releases/5  -->  …       each signed, numbered and dated by itself too

An old release that is not there is pruned, which is no forgery; what lies behind the gap hangs on nothing, and is checked for
itself alone. Two payloads under one number, both signed, are a fork: that is the publisher's own doing, and nobody else's.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from attest.fetch import Source
from attest.statement import Statement
from attest.times import print_moment
from attest.verify.accepted import Accepted
from attest.verify.answer import Finding, no, note, unsure
from attest.verify.envelope import Opened, open_bundle, unsigned
from attest.verify.log import PROOF_BYTES, Log, check_proof, release_entry
from attest.verify.places import Placed
from attest.verify.signer import place_of
from attest.verify.subjects import CAP, KEPT, PROOF_NAME, RELEASES, if_there

LONGEST: Final = 50_000
"""Releases that are followed; an hourly publisher has that many after five years."""
MOST_EXPLAINING: Final = 200
"""Releases behind a gap that are asked for over http."""


@dataclass(frozen=True, slots=True)
class History:
    """The releases before the current one."""

    held: tuple[int, ...]
    """Newest first."""
    pruned: tuple[int, ...]
    chained: dict[int, str]
    """Payload digest by number: the current release's, and each that an unbroken line of successors names."""
    placed: tuple[Placed, ...]
    """The held releases that say they are in the log."""
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Link:
    """Where the walk stands: the nearest newer release, and the digest it gives the next one down; None below a gap."""

    newer: Statement
    expected: str | None
    unbroken: bool
    """Whether every release from the current one down to here is held, and is the one its successor names."""


def check_history(source: Source, opened: Opened, accepted: Accepted, log: Log | None, missing: Sequence[int] = ()) -> History:
    """Walks back from the current release. Behind a gap a folder is walked on, since all that lies in it has to hold; over http only to
    releases that may say what is void: of a number that the log has twice, or the next after an entry whose statement is missing.
    """
    held: list[int] = []
    pruned: list[int] = []
    placed: list[Placed] = []
    findings: list[Finding] = []
    link, chained = _link(opened.statement, unbroken=True), {opened.statement.release: opened.payload}
    lists = source.paths() is not None
    explaining: frozenset[int] | None = None
    for number in range(opened.statement.release - 1, max(0, opened.statement.release - 1 - LONGEST), -1):
        if explaining is not None and number not in explaining:
            link = _Link(link.newer, None, unbroken=False)
            continue
        if link.unbroken and link.expected is not None:
            chained[number] = link.expected
        found = _held(source, number)
        if isinstance(found, Opened):
            held.append(number)
            findings += [*_check(found, number, link, opened, accepted), *_files(source, found, number), *_proof(source, found, number, log if _same_log(found, opened) else None)]
            placed += _placed(found, accepted) if _same_log(found, opened) else []
            link = _link(found.statement, unbroken=link.unbroken and found.payload == link.expected)
            continue
        findings += _orphans(source, number) if found is None and lists else [] if found is None else [found]
        pruned += [number] if found is None and explaining is None else []
        link = _Link(link.newer, None, unbroken=False)
        if not lists and explaining is None:
            explaining = _explaining(log, missing)
    if lists and opened.statement.release - 1 > LONGEST:
        findings.append(unsure(10, f"only the last {LONGEST} releases are followed, what lies of those before them was not looked at"))
    if pruned:
        findings.append(note(10, f"no longer held: release {', '.join(map(str, pruned[:10]))}" + (" and more" if len(pruned) > 10 else "")))
    return History(tuple(held), tuple(pruned), chained, tuple(placed), tuple(findings))


def _explaining(log: Log | None, missing: Sequence[int]) -> frozenset[int]:
    """The releases that may say which entries were never signed."""
    if log is None:
        return frozenset()
    counted = Counter(n for kind, n in log.kinds if kind == "release")
    after = (next((n for kind, n in log.kinds[index:] if kind == "release"), 0) for index in missing)
    return frozenset(sorted([*(n for n, count in counted.items() if count > 1), *after])[:MOST_EXPLAINING])


def _link(statement: Statement, *, unbroken: bool) -> _Link:
    return _Link(statement, statement.previous[1] if statement.previous else None, unbroken)


def _held(source: Source, number: int) -> Opened | Finding | None:
    """The release under that number; None where the source says that it is not there."""
    path = f"{RELEASES}/{number}/{KEPT[0]}"
    data = if_there(10, source, path, CAP)
    if not isinstance(data, bytes):
        return data
    found = open_bundle(data)
    return unsure(10, f"release {number}: {found.what}") if isinstance(found, Finding) else found


def _check(found: Opened, number: int, link: _Link, current: Opened, accepted: Accepted) -> Iterator[Finding]:
    """One held release: whose it is, which it is, and whether its successor means it."""
    was, standing = found.statement, accepted.of_old(found.fingerprint, place_of(found))
    if (forged := unsigned(found, 10)) is not None:
        yield no(10, f"release {number}: {forged.what}", forged.expected, forged.got)
        return
    if (was.center, was.release) != (current.statement.center, number):
        yield no(10, f"what is kept as release {number} is another one", f"{current.statement.center} {number}", f"{was.center} {was.release}")
        return
    yield from _whose(found, number, current, accepted)
    if link.expected is not None and found.payload != link.expected:
        yield no(10, f"release {number} is not the one that release {number + 1} follows", link.expected, found.payload, "forked" if standing == "accepted" else "forged")
    yield from _order(was, link.newer)


def _whose(found: Opened, number: int, current: Opened, accepted: Accepted) -> Iterator[Finding]:
    standing, key = accepted.of_old(found.fingerprint, place_of(found)), found.fingerprint
    if standing == "unknown":
        yield unsure(10, f"release {number} is signed by a key that is not pinned", current.fingerprint, key)
    elif standing == "retired":
        yield no(10, f"release {number} is signed by a key that was retired before", f"an entry before {accepted.ends[key].before}", f"entry {place_of(found)}")
    elif standing == "aside":
        yield note(10, f"release {number} is signed by a key that is not believed from entry {accepted.ends[key].before} of the log on")


def _same_log(found: Opened, current: Opened) -> bool:
    """Whether a held release names the log that the current one names: only then the log has something to say of it."""
    was, now = found.statement.log, current.statement.log
    return was is not None and now is not None and (was.origin, was.vkey) == (now.origin, now.vkey)


def _placed(found: Opened, accepted: Accepted) -> Iterator[Placed]:
    """A held release, for the log to be held against."""
    if found.statement.log is not None and unsigned(found) is None:
        standing = accepted.of_old(found.fingerprint, place_of(found))
        yield Placed(f"release {found.statement.release}", found.fingerprint, release_entry(found), found.statement.log, standing == "accepted")


def _order(was: Statement, newer: Statement) -> Iterator[Finding]:
    """A later release tells no earlier state, and no log is ever dropped (format.md, Statement)."""
    if was.as_of > newer.as_of or was.issued_at > newer.issued_at:
        yield no(10, f"release {newer.release} tells an earlier state than release {was.release}", print_moment(was.as_of), print_moment(newer.as_of), "forked")
    if was.log is not None and newer.log is None:
        yield no(10, f"release {newer.release} has no log, and release {was.release} had one", word="forked")
    if was.log is not None and newer.log is not None and (was.log.origin, was.log.vkey) != (newer.log.origin, newer.log.vkey):
        yield no(10, f"release {newer.release} names another log than release {was.release}", was.log.vkey, newer.log.vkey, "forked")


def _files(source: Source, found: Opened, number: int) -> Iterator[Finding]:
    """The other files of a held release, by its payload and its subjects; one that is not there is pruned."""
    digests = (found.payload, found.statement.assessment, found.statement.manifest)
    for name, digest in zip(KEPT[1:], digests, strict=True):
        path = f"{RELEASES}/{number}/{name}"
        data = if_there(10, source, path, CAP)
        if isinstance(data, Finding):
            yield data
        elif data is not None and (got := hashlib.sha256(data).hexdigest()) != digest:
            yield no(10, f"{path} is not the one that was signed", digest, got)


def _proof(source: Source, found: Opened, number: int, log: Log | None) -> Iterator[Finding]:
    """The proof of a held release; one that is not there is pruned, for the log itself shows what it did."""
    path = f"{RELEASES}/{number}/{PROOF_NAME}"
    data = if_there(13, source, path, PROOF_BYTES)
    if isinstance(data, Finding):
        yield data
    elif data is not None and found.statement.log is None:
        yield no(10, f"{path} is there, and release {number} has no log")
    elif data is not None and found.statement.log is not None:
        yield from check_proof(data, path, found.statement.log, release_entry(found), log)


def _orphans(source: Source, number: int) -> Iterator[Finding]:
    """Files of a release whose bundle is gone: nothing says that they are what they were."""
    for name in (*KEPT[1:], PROOF_NAME):
        path = f"{RELEASES}/{number}/{name}"
        data = if_there(10, source, path, CAP)
        if data is not None:
            yield data if isinstance(data, Finding) else no(10, f"{path} is there without the bundle that vouches for it")
