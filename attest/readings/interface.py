"""What every reader of evidence gives back, whatever the format: a ``Reading``.

    bytes (a binary stream) -> Reading(rows, examined, tool, observed …)      or Unreadable

A reader is pure: the same bytes give the same reading, on our machine and on a customer's. It reports what the tool said and
never decides whether that is good enough; rules do. Three things it must not get wrong:

* **outcome**: ``pass`` and ``fail`` only where the tool says so. Everything else (skipped, MANUAL, INFO, inconclusive, not
  selected, expected failure) is ``other``, which is never a pass.
* **examined**: how many things were looked at. Formats that list only findings count what they prove to have been examined
  (invocations that ended well, targets named, rules run); a report that proves nothing counts 0, and so is never a pass.
* **observed**: the report's own time, when it has one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import BinaryIO, Literal, Protocol

Outcome = Literal["pass", "fail", "other"]


@dataclass(frozen=True, slots=True)
class Row:
    """One thing the report says."""

    row: str
    """Its name in the report: a test id, a rule id, a check id."""
    outcome: Outcome
    subject: str = ""
    """What it was said of: a host, a file, a package, a person's device. Never published."""
    severity: str = "unrated"
    """critical, high, medium, low, info or unrated."""
    message: str = ""
    """The tool's own words. Never published."""
    products: tuple[str, ...] = ()
    """Names by which a VEX statement may mean what this row is about: package URLs, bom-refs, image names. Never published."""


@dataclass(frozen=True, slots=True)
class Lift:
    """A statement that a vulnerability does not touch a product (or is fixed in it): OpenVEX, CycloneDX VEX."""

    vulnerabilities: tuple[str, ...]
    """Its id and its aliases, as written: CVE-…, GHSA-…."""
    products: tuple[str, ...]
    """The products and subcomponents it is said of; a statement without one lifts nothing."""
    status: Literal["not_affected", "fixed"]
    justification: str
    """The machine word or, without one, the impact statement; never empty for not_affected."""
    within: tuple[str, ...] = ()
    """Names of the product whose parts ``products`` are, where the statement speaks of that product's parts alone; else empty."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file of evidence says."""

    format: str
    rows: tuple[Row, ...]
    examined: int
    """How many things were looked at; 0 says the file proves nothing."""
    lists_passes: bool = True
    """False for formats that list findings only: there a row that must be there can be absent because it passed."""
    rates: bool = True
    """False where the file could not say of anything how severe it is (an inventory): that nothing severe stands there means nothing."""
    tool: str | None = None
    version: str | None = None
    observed: datetime | None = None
    """The report's own time, in UTC."""
    score: Fraction | None = None
    targets: tuple[str, ...] = ()
    """What the report says it looked at, where it says so; for holding ``covers`` against. Never published."""
    ends: datetime | None = None
    """The first moment from which the file itself says it no longer counts: a certificate's end, evidence that expires."""
    lifts: tuple[Lift, ...] = ()
    """Of a VEX document: which findings its author sets aside, and why."""
    declares: bool = False
    """True where what passes is somebody's word for it, though a tool wrote it down: VEX, attestations."""


@dataclass(frozen=True, slots=True)
class RecordShape:
    """How to read rows of a register: which column plays which part, which values pass."""

    row: str
    outcome: str
    subject: str | None = None
    severity: str | None = None
    pass_values: tuple[str, ...] = ()
    fail_values: tuple[str, ...] = ()
    sheet: str | None = None
    """Of an XLSX file: which sheet; None means its only one."""


class Reader(Protocol):
    """One format: a module of this package offers ``NAME``, ``sniff`` and ``read``; the table in ``attest.readings`` names it."""

    def __call__(self, stream: BinaryIO) -> Reading:
        """Reads the stream to its end, within a bound. Raises ``attest.errors.Unreadable`` with what is wrong, in plain words."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What a document says of itself; none of it decides, but that it is one."""

    format: Literal["pdf", "docx", "markdown", "text"]
    title: str | None
    created: datetime | None
    """In UTC, as are the others; None where the file does not say."""
    changed: datetime | None
    pages: int | None
    notes: tuple[str, ...] = ()
    """What it holds besides, as the end of a sentence: ``holds a script``, ``starts a program``, ``holds another file``."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What came of one piece of evidence: its digest, when it was received, and its reading or why there is none."""

    digest: str | None
    """Hex SHA-256 of the file (of a declaration: of its canonical text); None where the file is missing or unreadable."""
    received: datetime | None = None
    """When git received the file's present content; None outside git or before a commit."""
    reading: Reading | None = None
    """For reports and records."""
    trouble: str | None = None
    """Why there is no reading or no file, as the end of a sentence: ``the file is missing``."""
    exhibit: str | None = None
    """Hex SHA-256 of the file that a declaration is about, which ``digest`` binds; None where it has none."""
    paper: Paper | None = None
    """Of a document: what it says of itself; None where it is none, and ``trouble`` says why."""
