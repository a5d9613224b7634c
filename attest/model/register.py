"""Registers: lists that staff keep and readers ask for, typed, one row a thing. Each is a file, a page, and something rules can ask.

    controls/registers/subprocessors.yml          the file's name says which register it is

        observed: 2026-11-02                      when somebody last went through the whole of it
        visibility: public                        left out, private: no page, counted nowhere, still usable in checks
        intro: Companies that touch what you give us.
        rows:                                     or  file: subprocessors.csv   (or .xlsx: the first row names the same columns)
          - id: cloud-host
            name: Fjordhost
            …

A cell that is left out or blank says "unknown"; nothing is assumed for it. In CSV and XLSX a list is written with ``;`` between its
parts. A row may say ``visibility: private``: it is counted as withheld and not shown.
"""

from __future__ import annotations

from types import GenericAlias
from typing import Annotated, Any, Final, Literal, Self, get_args

from pydantic import BaseModel, BeforeValidator, Field, create_model, model_validator

from attest.model.base import Day, Id, Model, Span, Text, Whole
from attest.model.condition import Topic
from attest.words import RegisterName

YesNo = Literal["yes", "no"]
Level = Literal["critical", "high", "medium", "low"]


def _parts(value: Any) -> Any:
    """``a; b`` of a spreadsheet's cell -> the list it stands for; a list of YAML stays what it is."""
    return [part.strip() for part in value.split(";") if part.strip()] if isinstance(value, str) else value


def _conditions(value: Any) -> Any:
    """``text => control; text => control`` of a cell -> blocks of keys, as YAML has them."""
    found = _parts(value)
    return [dict(zip(("text", "control"), map(str.strip, one.split("=>", 1)), strict=False)) if isinstance(one, str) else one for one in found] if isinstance(found, list) else found


Texts = Annotated[tuple[Text, ...], BeforeValidator(_parts)]
Ids = Annotated[tuple[Id, ...], BeforeValidator(_parts)]


class Row(Model):
    """What every row has."""

    id: Id
    """Its name for ever: a link may end in it."""
    visibility: Literal["public", "private"] = "public"


class Subprocessor(Row):
    """A company that processes what customers give us, on our behalf."""

    name: Text
    purpose: Text | None = None
    data: Texts = ()
    """Which kinds of data it holds or sees."""
    location: Text | None = None
    """Where it holds them: a country or region."""
    transfer_ground: Text | None = None
    """The legal ground for a transfer abroad, where there is one."""
    since: Day | None = None
    until: Day | None = None
    """The last day it works for us; the row stays, so that history does."""
    criticality: Level | None = None
    reviewed: Day | None = None
    """When its security was last looked at."""
    review_due: Day | None = None
    website: Text | None = None


class Certificate(Row):
    """A certificate that somebody independent gave us, or a company we rely on. Shown as we recorded it; the issuer's own look-up decides."""

    title: Text
    holder: Text | None = None
    """Whose it is, by name, where it is not this company's: a company it relies on. Nobody's certificate passes for another's."""
    issuer: Text
    number: Text | None = None
    scope: Text | None = None
    valid_from: Day | None = None
    valid_until: Day | None = None
    lookup: Text | None = None
    """The issuer's own address for looking the number up."""
    framework: Id | None = None
    document: Text | None = None
    """The id of the evidence that is the certificate itself: its digest binds this row to it."""


class Assurance(Row):
    """An examination by somebody independent: a penetration test, an audit, a review of code."""

    kind: Literal["penetration-test", "audit", "assessment", "code-review", "bug-bounty"]
    firm: Text
    date: Day | None = None
    scope: Text | None = None
    open_critical: Whole | None = None
    open_high: Whole | None = None
    """Findings of that grade that are still open; blank is unknown."""
    next_due: Day | None = None
    letter: Text | None = None
    """The id of the evidence that is the letter or summary."""


class Product(Row):
    """What a reviewer asks of a system we sell; ``id`` is a system of center.yml. A blank answer is shown as unknown."""

    hosting_regions: Texts = ()
    tenant_isolation: Text | None = None
    sign_in: Texts = ()
    second_factor: Text | None = None
    customer_logs: Text | None = None
    """Which logs a customer can see or take away."""
    uses_ai: Text | None = None
    trains_on_customer_data: YesNo | None = None
    ai_note: Text | None = None
    rto: Text | None = None
    """Recovery time objective: how long until it works again."""
    rpo: Text | None = None
    """Recovery point objective: how much of the latest data may be lost."""
    status_address: Text | None = None
    disclosure_policy: Text | None = None
    """Where to report a flaw, and what follows."""


class Condition(Model):
    """What an insurer asks of us, and the control that keeps it. Where the control is not met, neither is the condition."""

    text: Text
    control: Id


class Insurance(Row):
    """A policy that pays when things go wrong, and what it asks of us."""

    cover: Text
    insurer: Text | None = None
    amount: Text | None = None
    valid_from: Day | None = None
    valid_until: Day | None = None
    conditions: Annotated[tuple[Condition, ...], BeforeValidator(_conditions)] = ()
    notify_within: Span | None = None
    """How soon the insurer has to be told of what may become a claim."""
    terms_reviewed: Day | None = None
    """When somebody last read its terms against what we do."""
    proof: Text | None = None
    """The id of the evidence that is the insurer's confirmation."""
    note: Text | None = None


class Datum(Row):
    """A kind of data: what, why, on which ground, where, for how long, and who else gets it."""

    what: Text
    why: Text | None = None
    ground: Text | None = None
    source: Text | None = None
    where: Text | None = None
    kept: Text | None = None
    """For how long."""
    deleted: Text | None = None
    """How it goes."""
    shared_with: Texts = ()
    """Ids of subprocessors, or names of others."""
    special: YesNo | None = None
    """Whether it is of a kind the law guards most: health, belief, biometrics …"""
    needed: Text | None = None
    """Why less would not do."""
    protection: Texts = ()
    """Ids of the controls that protect it."""


class Right(Row):
    """What a person may ask of us about their data, and how."""

    right: Literal["access", "correction", "deletion", "portability", "restriction", "objection", "opt-in", "opt-out", "complaint"]
    how: Text
    address: Text | None = None
    answered_within: Span | None = None
    note: Text | None = None


class Clause(Row):
    """A clause of our contracts, in plain words; what is signed is what counts."""

    title: Text
    party: Literal["customers", "suppliers", "both"]
    topic: Topic
    says: Text
    negotiable: YesNo | None = None
    document: Text | None = None
    """The id of the row of the documents register that holds the wording."""


class Paper(Row):
    """A document readers may open or ask for."""

    title: Text
    evidence: Text | None = None
    """The id of the evidence that is the file; its visibility says whether it can be opened or asked for."""
    page: Text | None = None
    """The path of a page of this site that is the document: policies/access.html."""
    version: Text | None = None
    date: Day | None = None
    how: Text | None = None
    """How to ask for it, and on which terms."""


class Access(Row):
    """An outsider who reaches something of ours: what, why, until when, and who looked at it last."""

    who: Text
    party: Literal["customer", "supplier", "partner", "auditor"]
    systems: Ids = ()
    purpose: Text | None = None
    level: Text | None = None
    """What it lets them do, at most."""
    segment: Text | None = None
    """How it is kept apart from the rest."""
    granted: Day | None = None
    until: Day | None = None
    reviewed: Day | None = None
    second_factor: YesNo | None = None
    logged: YesNo | None = None
    confidence: Text | None = None
    """Why we trusted them when it was granted, and what we watch since."""


class Review(Row):
    """Something that is looked at again and again, and when it was last."""

    what: Text
    every: Span | None = None
    last: Day | None = None
    next_due: Day | None = None
    by: Text | None = None
    """A role."""
    outcome: Text | None = None
    about: Literal["access", "suppliers", "customers", "law", "policies", "insurance", "risk", "privacy", "technology", "continuity"] | None = None


class Responsibility(Row):
    """A duty, and whose it is."""

    duty: Text
    whose: Literal["us", "you", "both", "third-party"]
    ours: Text | None = None
    yours: Text | None = None
    note: Text | None = None
    control: Id | None = None


class Reach(Row):
    """Whom to reach, for what, and how."""

    role: Text
    reason: Text
    channel: Text
    """An e-mail address of center.yml's contacts, a telephone number, a portal's address."""
    hours: Text | None = None
    audience: Literal["customers", "suppliers", "both", "internal"] = "both"


class Step(Row):
    """A step of the plan for incidents."""

    phase: Literal["prepare", "detect", "contact", "contain", "investigate", "notify", "recover", "learn"]
    step: Text
    who: Text | None = None
    """A role, or a firm that stands ready."""
    within: Text | None = None
    outside: Text | None = None
    """Help from outside that this step can call on."""
    joint: YesNo | None = None
    """Whether customers or suppliers take part."""


class Exercise(Row):
    """A rehearsal: tabletop, restore, switch-over."""

    kind: Literal["tabletop", "restore", "failover", "phishing", "notification"]
    date: Day | None = None
    scope: Text | None = None
    with_customers: YesNo | None = None
    with_suppliers: YesNo | None = None
    found: Text | None = None
    """What came out, in a sentence."""
    open_actions: Whole | None = None
    next_due: Day | None = None


class Incident(Row):
    """An event that was, or might have been, an incident: kept, whatever it turned out to be."""

    opened: Day
    closed: Day | None = None
    severity: Level | None = None
    what: Text
    cause: Text | None = None
    action: Text | None = None
    """What was changed so that it does not happen again."""
    customers_told: Day | None = None
    leadership_told: Day | None = None
    """When the customer's management was brought in, where one of their people seems to be the cause."""
    notice: Id | None = None


class NoticeTerm(Row):
    """Who tells whom of a breach, how soon, what it says, and through which channel."""

    direction: Literal["we-tell-you", "you-tell-us", "we-tell-authorities", "we-tell-others"]
    within: Span | None = None
    after: Text | None = None
    """From when the time runs."""
    contains: Texts = ()
    channel: Text | None = None
    contact: Text | None = None
    """The role at either side that is told."""
    note: Text | None = None


class Question(Row):
    """A question that is often asked, the answer, and the controls that carry it."""

    question: Text
    answer: Text
    controls: Ids = ()


REGISTERS: Final[dict[RegisterName, type[Row]]] = {
    "subprocessors": Subprocessor,
    "certificates": Certificate,
    "assurance": Assurance,
    "product": Product,
    "insurance": Insurance,
    "data": Datum,
    "rights": Right,
    "clauses": Clause,
    "documents": Paper,
    "access": Access,
    "reviews": Review,
    "responsibilities": Responsibility,
    "contacts": Reach,
    "incident-plan": Step,
    "exercises": Exercise,
    "incidents": Incident,
    "notice-terms": NoticeTerm,
    "faq": Question,
}
TITLES: Final[dict[RegisterName, str]] = {
    "subprocessors": "Subprocessors",
    "certificates": "Certificates",
    "assurance": "Examinations by others",
    "product": "Product security",
    "insurance": "Insurance",
    "data": "What data we hold",
    "rights": "Your rights",
    "clauses": "What our contracts say",
    "documents": "Documents",
    "access": "Outsiders' access",
    "reviews": "Regular reviews",
    "responsibilities": "Who does what",
    "contacts": "Whom to reach",
    "incident-plan": "When something goes wrong",
    "exercises": "Rehearsals",
    "incidents": "Incidents",
    "notice-terms": "Who tells whom, and when",
    "faq": "Questions",
}
assert set(REGISTERS) == set(TITLES) == set(get_args(RegisterName))


class Header(Model):
    """What a file in ``controls/registers/`` says besides its rows."""

    observed: Day
    visibility: Literal["public", "private"] = "private"
    intro: Text | None = None
    covers: tuple[Id, ...] = ()
    """Systems of center.yml that it speaks of; left out, none."""
    file: Text | None = None
    """A CSV or XLSX file in controls/registers/ that holds the rows."""
    sheet: Text | None = None
    """Of an XLSX file: which sheet; left out, its only one."""
    rows: tuple[dict[str, Any], ...] | None = None

    @model_validator(mode="after")
    def _rows_once(self) -> Self:
        if (self.rows is None) == (self.file is None):
            raise ValueError("needs its rows, write rows: here or name a CSV or XLSX file with file:")
        if self.sheet is not None and self.file is None:
            raise ValueError("sheet belongs to a file")
        return self


NAMES_IN: Final[dict[type[Row], dict[str, str]]] = {
    Certificate: {"framework": "framework", "document": "evidence"},
    Assurance: {"letter": "evidence"},
    Product: {"id": "system"},
    Insurance: {"proof": "evidence"},
    Datum: {"protection": "control"},
    Clause: {"document": "document"},
    Paper: {"evidence": "evidence"},
    Access: {"systems": "system"},
    Responsibility: {"control": "control"},
    Incident: {"notice": "notice"},
    Question: {"controls": "control"},
}
"""Columns that name something else: a system, a control, evidence, a framework, a row of the documents register, a notice."""


DONE: Final = ("reviewed", "since", "granted", "last", "date", "opened", "closed", "terms_reviewed", "customers_told", "leadership_told")
"""Columns whose day says that something was done: one to come is an error, so what they show cannot come true by waiting."""


def _many(row: type[Row]) -> Any:
    """The type of a list of rows."""
    return GenericAlias(tuple, (row, ...))


REGISTER_FILES: Final[dict[RegisterName, type[BaseModel]]] = {
    name: create_model(f"{row.__name__}File", __base__=Header, rows=(_many(row) | None, None)) for name, row in REGISTERS.items()
}
"""What a file of each register may say, its rows typed."""

REGISTER_TABLES: Final[dict[RegisterName, type[BaseModel]]] = {
    name: create_model(f"{row.__name__}Table", __base__=Model, rows=(_many(row), ...)) for name, row in REGISTERS.items()
}
"""What the rows of a spreadsheet may say."""


class Register(Model):
    """A register as it is used: its rows typed, each of the class that ``REGISTERS`` names."""

    name: RegisterName
    header: Header
    rows: tuple[Row, ...]
    file: str = Field(description="the YAML file it was written in, relative to the trust center's folder")
    source: str = Field(description="the file that holds the rows: the YAML file itself, or the spreadsheet")

    @property
    def title(self) -> str:
        """Its name for readers."""
        return TITLES[self.name]


class NoticeVersion(Model):
    """A notice as it stood on a day. What was said stays; a later version stands beside it."""

    date: Day
    happened: Text
    affected: Text | None = None
    """Which data or systems."""
    doing: Text | None = None
    """What we do about it."""
    you: Text | None = None
    """What the reader should do."""
    effective: Day | None = None
    """Of a change: the day it takes effect. What was said stays, so a day that moves stands in a later version."""
    object_until: Day | None = None
    """Of a change: the last day on which a reader may object to it."""
    closed: YesNo = "no"


DATED: Final = ("effective", "object_until")
"""What a version of a notice says of days. Left out of what is published where it says nothing: versions of old stay as they were signed."""


class Notice(Model):
    """What a file in ``controls/notices/`` says. Its file name is its id and its address for ever."""

    title: Text
    kind: Literal["incident", "subprocessor", "change", "advisory", "maintenance"]
    visibility: Literal["public", "private"] = "private"
    systems: tuple[Id, ...] = ()
    subprocessor: Id | None = None
    """Of a change among subprocessors: the id of its row in that register, which may join the list later."""
    others_told: Text | None = None
    """Of an incident at one customer: whether and how customers of the same platform were told."""
    approved_by: Text | None = None
    """The role, such as legal counsel, that went over it before it was published. Never published itself."""
    versions: tuple[NoticeVersion, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        days = [version.date for version in self.versions]
        if days != sorted(days):
            raise ValueError("has versions out of order, write the earliest first")
        return self
