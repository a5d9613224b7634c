"""What changed between an earlier release, from which descent is shown, and the one that was verified. Decides nothing.

    records of both, by their signed digests       ->  every change, the worst first
    the earlier record is not held, or is unreadable ->  the site's own history, a file that it lists, where that reaches back so far
    neither                                        ->  could not tell, and why

The earlier record comes from whoever kept it, or from ``releases/<n>/`` of the site, and is held against the digest that its statement
signs; that statement is the one whose payload the log or the chain shows.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Literal, cast

from attest.changes import Change, changes
from attest.errors import CouldNotTell, Unreadable
from attest.fetch import Source
from attest.history import PATH, between, parse_history, renewed_between
from attest.published import Record
from attest.statement import ASSESSMENT
from attest.verify.answer import Answer
from attest.verify.envelope import Opened, open_bundle
from attest.verify.record import read_record
from attest.verify.subjects import CAP, KEPT, RELEASES

_GENUINE = ("valid", "stale", "withdrawn", "unknown-signer")


@dataclass(frozen=True, slots=True)
class Kept:
    """What a reader kept of the earlier release."""

    digest: str
    """Of its assessment.json, hex SHA-256, as the bundle says that was kept."""
    record: bytes | None = None
    """The assessment.json itself."""


@dataclass(frozen=True, slots=True)
class Changed:
    """From one release to another."""

    first: int
    last: int
    changes: tuple[Change, ...]
    """The worst first."""
    by: Literal["records", "history"]
    untold: int = 0
    """Changes that a history left out, where a release had very many."""


def changed_since(source: Source, answer: Answer, kept: Kept | None = None) -> Changed | None:
    """What changed since the release that the answer shows descent from; None where it shows none, or is no answer to build on.

    Raises CouldNotTell where nothing says what changed.
    """
    facts = answer.facts
    if facts.since is None or facts.record is None or facts.statement is None or answer.word not in _GENUINE or answer.steps["integrity"].outcome != "ok":
        return None
    first, last = facts.since.release, facts.statement.release
    try:
        before = _record(source, first, facts.since.payload, kept)
        return Changed(first, last, changes(cast("Record", before), cast("Record", facts.record)), "records")
    except CouldNotTell as error:
        return _by_history(source, first, last, error)
    except (KeyError, TypeError, AttributeError, ValueError, IndexError) as error:
        return _by_history(source, first, last, Unreadable(f"the records of the two releases cannot be compared: {type(error).__name__} {error}"))


def _record(source: Source, release: int, payload: str, kept: Kept | None) -> dict[str, Any]:
    """The earlier record, as it was signed."""
    digest = kept.digest if kept is not None else _digest(source, release, payload)
    data = kept.record if kept is not None else None
    if data is None:
        data = source.read(f"{RELEASES}/{release}/{ASSESSMENT.rpartition('/')[2]}", CAP)
    if hashlib.sha256(data).hexdigest() != digest:
        raise Unreadable(f"the record of release {release} is not the one that was signed")
    return read_record(data)


def _digest(source: Source, release: int, payload: str) -> str:
    """What the site's own copy of the earlier bundle says of its record."""
    opened = open_bundle(source.read(f"{RELEASES}/{release}/{KEPT[0]}", CAP))
    if not isinstance(opened, Opened) or opened.payload != payload:
        raise Unreadable(f"release {release} is not held as it was signed")
    return opened.statement.assessment


def _by_history(source: Source, first: int, last: int, why: CouldNotTell) -> Changed:
    """What the site's own history says; the site was verified, so it is the file that is listed."""
    try:
        history = parse_history(source.read(PATH, CAP))
        return Changed(first, last, between(history, first, last), "history", renewed_between(history, first, last)[1])
    except (CouldNotTell, KeyError):
        raise CouldNotTell(f"what changed since release {first} cannot be told: {why.message}", "keep the site's folder, or its attestation/assessment.json, from visit to visit") from None
