"""What the report is filled from and consists of: values that the fields and the whole share.

    Form + Known  ->  Filled ── Part A to G ── Answer a field ── Line
                                   └─ D: OfControl a promise ── Answer D1 to D10
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from attest.model.report import Field
from attest.published import ControlRecord, Record
from attest.release import Release
from attest.words import AUDIENCES, Basis, Verdict

PAGE: Final = "attestation-report.html"
DATA: Final = "attestation-report.json"
KIND: Final = "self-attestation"

STATUS: Final[dict[Verdict, str]] = {"met": "met", "not-met": "not met", "unknown": "unknown", "planned": "not met", "not-applicable": "not applicable"}
"""A verdict in the form's words."""
RULE, WORD, OUTSIDE = "rule over evidence", "person's statement", "third-party report"
REACHED: Final[dict[Basis, str]] = {"tool": RULE, "record": RULE, "document": RULE, "declaration": WORD, "third-party": OUTSIDE}
"""How a check's status was reached, by the basis of its evidence."""

YEAR: Final = timedelta(days=365)
MOST_NAMED: Final = 200
"""Lines of one field; a list that is longer is on its own page."""
DISTRIBUTION: Final = "public"

Shape = Literal["words", "item", "fact", "code", "day", "moment", "end"]


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of an answer."""

    text: str
    """As it is in the record: Markdown where it is declared ``words``, a day or a moment in RFC 3339, a digest or address as ``code``."""
    label: str = ""
    shape: Shape = "fact"
    to: str = ""
    """The site path it leads to."""


@dataclass(frozen=True, slots=True)
class Lack:
    """Why the report is not issued: something that has to be written."""

    field: str
    key: str
    """The key under ``report:``, or in the promise's file."""
    what: str
    todo: str
    control: str | None = None
    """The id of the promise whose file it belongs into; None for center.yml."""
    text: str = ""
    """Where words are wrong: the text that holds them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A field with what the report says in it."""

    field: Field
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class OfControl:
    """The fields of one promise."""

    control: ControlRecord
    status: str
    reached: tuple[str, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part, filled."""

    id: str
    title: str
    answers: tuple[Answer, ...]
    controls: tuple[OfControl, ...] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    """The report. It is issued where it lacks nothing."""

    form: str
    parts: tuple[Part, ...]
    lacks: tuple[Lack, ...]
    """Fields that are empty. Words that may not be printed are looked for apart (``lacks_of``): whoever draws the report has done that."""


@dataclass(frozen=True, slots=True)
class Issue:
    """What the report is issued with."""

    as_of: datetime
    valid_until: datetime
    release: Release | None
    upcoming: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What fields are filled from."""

    record: Record
    said: Mapping[str, Any]
    issue: Issue
    list_path: Callable[[str], str]
    unnamed: frozenset[str]
    """Catalogues, by id, whose names are words that this company may not print."""

    @property
    def day(self) -> date:
        """The day of the state."""
        return self.issue.as_of.date()

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows of a public register; none where it is not public."""
        return next((register["rows"] for register in self.record["registers"] if register["name"] == name), [])

    def row_path(self, name: str, row: Mapping[str, Any]) -> str:
        """Where a row of a register stands."""
        return f"{self.list_path(name)}#{row['id']}"


@dataclass(frozen=True, slots=True)
class Ask:
    """A filler's word that a key has to be written; what to do is the form's to say, unless ``why`` says what is wrong with what is there."""

    key: str
    why: str = ""


Made = Iterator[Line | Ask]


def in_order(record: Record) -> list[ControlRecord]:
    """The promises by audience and area, as visitors meet them."""
    places = {area["id"]: place for place, area in enumerate(record["areas"])}
    return sorted(record["controls"], key=lambda control: (AUDIENCES.index(control["audience"]), places[control["area"]], control["id"]))


def anchor_of(control: Mapping[str, Any]) -> str:
    """The fragment of a promise in the report."""
    return f"promise-{control['id']}"
