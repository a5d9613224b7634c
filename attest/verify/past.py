"""Steps 10 and 13 to 15 together: the log, what was said later, the releases before; and by whose keys.

The log is read first, since it says which keys count where, and then all else is held against it. Everything that is asked of a
release's past is in one value, so that a site and a bundle held against a site's log are judged alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from attest.fetch import Source
from attest.trust import Trust
from attest.verify import history, later
from attest.verify.accepted import Accepted, Turn, accept
from attest.verify.answer import Finding, InLog, Withdrawn
from attest.verify.envelope import Opened
from attest.verify.history import History
from attest.verify.later import Spoken
from attest.verify.log import PROOF, Log, check_proof, read_proof, release_entry, replay
from attest.verify.places import Placed, Places, check_newer, check_places, places_of
from attest.verify.signer import place_of, roots


@dataclass(frozen=True, slots=True)
class Book:
    """The log of a site and the statements in it, as they are; whose they are is not decided yet."""

    log: Log | None
    spoken: Spoken
    findings: tuple[Finding, ...]

    def turns(self, opened: Opened) -> tuple[Turn, ...] | None:
        """The changes of keys; None where a log was promised and is not at hand."""
        return None if self.log is None and opened.statement.log is not None else self.spoken.turns


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a release's past, and of what came after it."""

    history: History
    payloads: Mapping[int, str]
    """Of each release that the chain or the log shows, by number."""
    placed: tuple[Placed, ...]
    places: Places | None
    """None without a log, and where it could not be replayed."""
    in_log: InLog | None
    findings: tuple[Finding, ...]


def open_book(source: Source, opened: Opened) -> Book:
    """Step 13, and the reading of 15. A statement without a log has statements beside it only in a folder, and none that count for much."""
    said = opened.statement.log
    found = replay(source, said) if said is not None else None
    log = None if found is None else found.log
    spoken = later.read_spoken(source, opened.statement, log) if said is None or log is not None else Spoken()
    return Book(log, spoken, (*(found.findings if found is not None else ()), *spoken.findings))


def look_back(source: Source, served: Opened, trust: Trust, book: Book, asked: Opened | None = None) -> Past:
    """Steps 10, 14 and 15, over a site that serves ``served``. ``asked``: another release, which the answer is about instead."""
    about = served if asked is None else asked
    accepted = _accepted(served, trust, book)
    past = history.check_history(source, served, accepted, book.log, [index for index, _, _ in book.spoken.missing])
    placed = (*past.placed, *_placed(served), *(_placed(asked) if asked is not None else ()), *_said(book.spoken, accepted, book.log))
    places = None if book.log is None else places_of(book.log, placed)
    payloads = {**_of_log(places), **past.chained}
    withdrawn = tuple(later.withdrawals(book.spoken, accepted, book.log))
    findings = [*book.findings, *_proof(source, served, book.log), *past.findings]
    if places is not None:
        findings += [*check_places(places, placed, past.chained), *check_newer(places, served.statement.release)]
    findings += later.check_spoken(book.spoken, places.void if places is not None else (), accepted, book.log)
    findings += later.check_withdrawn(withdrawn, about, payloads)
    return Past(past, payloads, placed, places, in_log(about, places, withdrawn), tuple(findings))


def in_log(opened: Opened, places: Places | None, withdrawn: tuple[Withdrawn, ...]) -> InLog | None:
    """What the answer tells of the log."""
    place = place_of(opened)
    if places is None or place is None:
        return None
    log = places.log
    return InLog(log.size, log.checkpoint.root.hex(), place, withdrawn, places.newer(opened.statement.release))


def _accepted(opened: Opened, trust: Trust, book: Book) -> Accepted:
    """From every pin there is. Where they do not lead to the key that signed, from that one: what was signed is then whole or not by itself."""
    place = place_of(opened)
    accepted = accept(roots(opened, trust), book.spoken.turns, place)
    if accepted.standing(opened.fingerprint, place) == "unknown":
        return accept({*roots(opened, trust), opened.fingerprint}, book.spoken.turns, place)
    return accepted


def _placed(opened: Opened) -> Iterator[Placed]:
    """The release that is served, or asked about: who may have signed that is step 4's to say."""
    if opened.statement.log is not None:
        yield Placed(f"release {opened.statement.release}", opened.fingerprint, release_entry(opened), opened.statement.log, counts=True)


def _said(spoken: Spoken, accepted: Accepted, log: Log | None) -> Iterator[Placed]:
    for said in spoken.said:
        if said.index is not None:
            yield Placed(said.name, said.key, later.entry_of_said(said), said.later.log, later.counts(said, accepted, log))


def _of_log(places: Places | None) -> Mapping[int, str]:
    return {} if places is None else {n: digest for n in places.live if (digest := places.digest(n)) is not None}


def _proof(source: Source, opened: Opened, log: Log | None) -> Iterator[Finding]:
    said = opened.statement.log
    if said is None:
        return
    data = read_proof(source, PROOF)
    if isinstance(data, Finding):
        yield data
    else:
        yield from check_proof(data, PROOF, said, release_entry(opened), log)
