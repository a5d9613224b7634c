"""Where a center publishes, with what, and what stands there: values that the other parts hand to each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias

from attest.errors import Refused
from attest.keys import Keys
from attest.later import Later
from attest.publishers.interface import Number, Publisher, Say
from attest.release import Release
from attest.statement import Statement
from attest.times import print_moment
from attest.wire.log_entry import Entry, print_entry
from attest.words import ATTESTATION

BUNDLE: Final = f"{ATTESTATION}/bundle.sigstore.json"
STATEMENT: Final = f"{ATTESTATION}/statement.json"
SIGNATURE: Final = f"{ATTESTATION}/SHA256SUMS.sig"
PROOF: Final = f"{ATTESTATION}/proof.tlog-proof"
RELEASES: Final = f"{ATTESTATION}/releases"
STATEMENTS: Final = f"{ATTESTATION}/statements"


Render: TypeAlias = Callable[[Path, Release], None]
"""Writes a site for that release into the empty folder, attestation/assessment.json included. Raises AttestError."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one center publishes, and with what."""

    center: str
    """The center's id, a URI."""
    store: Publisher
    keys: Keys
    say: Say
    """Hears a line a stage."""
    entered: Callable[[], None] = lambda: None
    """Called when the place in the log is won and nothing is signed yet. May raise AttestError: then nothing is."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to publish. Moments are UTC in whole seconds."""

    as_of: datetime
    now: datetime
    """The clock: issuedAt, and the moment it is verified at."""
    valid_for: timedelta
    """From as_of to validUntil."""
    first: bool
    """Begins a history."""
    commit: str | None
    """The sources' commit, where they are exactly that."""
    allowed_emails: frozenset[str]
    """What may stand in published text: the contacts' addresses."""
    internal_domains: tuple[str, ...]
    keep: timedelta | None = None
    """How long the files of old releases are taken along; None for ever."""
    folders: int = 10
    """How many of the folders beside what is served are kept, at least 1."""


@dataclass(frozen=True, slots=True)
class Head:
    """A release of ours that was signed."""

    n: int
    payload: str
    """Hex SHA-256 of the DSSE payload."""
    statement: Statement


@dataclass(frozen=True, slots=True)
class Said:
    """A statement of ours that came later, and was signed."""

    later: Later
    payload: str
    """Hex SHA-256 of the DSSE payload."""
    path: str
    """Site path of its bundle."""

    @property
    def entry(self) -> bytes:
        """Its entry in the log."""
        later = self.later
        return print_entry(Entry(self.payload, later.kind, later.release, print_moment(later.issued_at)))


@dataclass(frozen=True, slots=True)
class Standing:
    """What is kept in a place as the newest: a release, and what was said beside it since."""

    number: Number | None = None
    """None where nothing was published yet, and then there is no head."""
    head: Head | None = None
    said: tuple[Said, ...] = ()
    """In the order of the log."""


def folder_of(place: Place, number: Number) -> Path:
    """What is kept as ``number``. Raises Refused where it is not there."""
    folder = place.store.kept(number)
    if folder is None:
        raise Refused(f"release {number} is not in {place.store.name}", "restore it from your copy")
    return folder
