"""What makes a build a release: its number, what it follows, how long it is good, whose key signs it. None of it says a verdict.

    Release(n=7, previous=Previous(6, "9f3c…"), valid_until=2026-12-26T…Z, spki=…, fingerprint="SHA256:…", vkey="…/attestation/log+…",
            withdrawn=(Withdrawn(5, 2026-11-02T…Z, "…"),))
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Previous:
    """The release before, by the SHA-256 (hex) of its DSSE payload."""

    release: int
    payload: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A release that no longer stands, as a statement in the log says."""

    release: int
    at: datetime
    """When the withdrawal was issued."""
    why: str
    path: str
    """The site path of the signed withdrawal."""


@dataclass(frozen=True, slots=True)
class Other:
    """A statement key beside the one that signs, as the log knows it."""

    number: int
    """From 1, in the order in which the log knew them; the one that signs has one of these numbers, too."""
    spki: bytes
    start: datetime | None
    """From when it may be used; None for the first of all."""
    end: datetime | None
    """The first moment at which it is used no longer; None where that is not known."""
    stolen: bool
    """Whether it was retired because somebody else had it."""
    coming: bool
    """Whether it follows the one that signs."""


@dataclass(frozen=True, slots=True)
class Release:
    """The release context of a build; without one a build is an unsigned preview."""

    n: int
    previous: Previous | None
    valid_until: datetime
    spki: bytes
    """The statement key, DER SubjectPublicKeyInfo."""
    fingerprint: str
    """OpenSSH fingerprint of the statement key."""
    vkey: str | None = None
    """The log's key, as readers of a log want it; None where the center keeps no log."""
    withdrawn: tuple[Withdrawn, ...] = ()
    """Of the releases before."""
    others: tuple[Other, ...] = ()
    """Statement keys that signed before, or are to follow."""
