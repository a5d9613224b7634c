"""What a release says that a person affirmed, against the signed act that it lists; and whether that person's key is pinned.

    the statement names none, and none is listed            -> nothing
    one of the two without the other, or they differ         -> no   (8): the publisher tells of an act that is another
    not signed by the key it names, or by the releases' own  -> no   (8): no person's own act
    called new where the release before carried it           -> no   (8), where that one is held
    an officer's key is pinned, and this is another          -> no   (4, wrong-signer)
    pinned as officer, or no officer is pinned               -> said, with until when it stands and since when it is carried

A release may be genuine and good without any affirmation. The reader's clock decides whether it still stands; that changes no answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from attest.affirmation import MOST_BYTES, PATH, Affirmed, affirmed, read_affirmation
from attest.errors import CouldNotTell, Unreadable
from attest.fetch import Source
from attest.statement import Statement, parse_statement
from attest.trust import Pin, Trust
from attest.verify.answer import Finding, no, note, unsure
from attest.verify.signer import in_window
from attest.verify.subjects import CAP, RELEASES, attempt
from attest.wire import openssh
from attest.wire.sha256sums import parse_manifest


def check_affirmation(source: Source, manifest: bytes | None, statement: Statement) -> Iterator[Finding]:
    """The statement's affirmation against the listed bundle. A listed file that is not as listed is step 7's to say."""
    said, listed = statement.affirmation, _listed(manifest)
    if said is None or listed is None:
        if manifest is not None and (said is None) != (listed is None):
            yield no(8, f"{PATH} is listed, and the statement names no affirmation" if said is None else f"the statement names an affirmation, and {PATH} is not listed")
        return
    data = attempt(7, PATH, lambda: source.read(PATH, MOST_BYTES))
    if not isinstance(data, bytes) or hashlib.sha256(data).hexdigest() != listed:
        return
    try:
        made, signed = read_affirmation(data)
    except Unreadable as error:
        yield unsure(8, f"{PATH} cannot be read: {error.message}")
        return
    if not signed:
        yield no(8, f"{PATH} is not signed by the key it names", openssh.fingerprint(made.spki))
    if made.center != statement.center:
        yield no(8, f"{PATH} is of another center", statement.center, made.center)
    if affirmed(made, said.since) != said:
        yield no(8, f"the statement tells of another affirmation than {PATH} holds")
    if made.spki == statement.spki:
        yield no(8, f"{PATH} is signed with the key that signs the releases: that is no person's own act")
    if not said.stands(statement.as_of):
        yield no(8, "the statement names an affirmation that did not stand at its as-of", f"{said.until}", f"{statement.as_of.date()}")
    yield from _since(source, said, statement)


def _since(source: Source, said: Affirmed, statement: Statement) -> Iterator[Finding]:
    """Whether it is new or carried, against the release before where that is held: an old act does not become new by being told anew."""
    if (before := _before(source, statement)) is None:
        return
    old = before.affirmation
    expected = old.since if old is not None and replace(old, since=said.since) == said else statement.release
    if said.since != expected:
        yield no(8, f"the statement carries its affirmation since release {said.since}, and release {before.release} tells otherwise", str(expected), str(said.since))


def _before(source: Source, statement: Statement) -> Statement | None:
    """The release before, by the digest that this one gives it; None where it is not held as that, which is history's to say."""
    if statement.previous is None:
        return None
    number, digest = statement.previous
    with suppress(CouldNotTell):
        payload = source.read(f"{RELEASES}/{number}/statement.json", CAP)
        if hashlib.sha256(payload).hexdigest() == digest:
            return parse_statement(payload)
    return None


def judge_officer(statement: Statement, trust: Trust, now: datetime) -> tuple[Pin | None, Finding | None]:
    """The pin of whoever affirmed, and what is to be said; nothing of either where nobody affirmed."""
    said = statement.affirmation
    if said is None:
        return None, None
    officers = [pin for pin in trust.pins if pin.center == statement.center and pin.role == "officer"]
    pin = next((pin for pin in officers if pin.key == said.key and in_window(pin, now)), None)
    if officers and pin is None:
        return None, no(4, f"{said.role} affirmed with another key than the one pinned as officer, or out of its time", " or ".join(sorted({one.key for one in officers})), said.key, "wrong-signer")
    return pin, note(11, f"{_told(said, statement.release, now)}; {said.key} is {_pinned(pin)}")


def _pinned(pin: Pin | None) -> str:
    return "not pinned as officer" if pin is None else f"pinned as officer ({pin.source or 'trust file'})"


def _told(said: Affirmed, release: int, now: datetime) -> str:
    stands = f"until {said.until}" if said.stands(now) else f"until {said.until}, which has passed: there is no current affirmation"
    carried = f", carried over since release {said.since} and issued automatically" if said.since < release else ""
    return f"affirmed by {said.role} on {said.affirmed_at.date()}, {stands}{carried}"


def _listed(manifest: bytes | None) -> str | None:
    """The digest under which the manifest lists it; a manifest that cannot be read is step 7's to say."""
    try:
        return None if manifest is None else parse_manifest(manifest).get(PATH)
    except Unreadable:
        return None
