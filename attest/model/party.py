"""Parties under review: a customer or supplier, one file each in ``parties/``; private, whatever their files say, and never part of ``Center``.

    parties/fjordhost.yml                  the party
    parties/answers/*                      what they answered: files, or signed bundles (*.sigstore.json)
    parties/bundles/*                      attestations they sent
    parties/incidents/<id>.yml             incidents (``model.incident``)
    parties/threats/<id>.yml               threat intelligence

The folder is controls/parties/, or the one that ``parties:`` of center.yml names. ``load.parties`` reads it; ``build`` and ``publish`` never do.
"""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from attest.model.base import Day, Id, Model, Span, Text
from attest.model.condition import Topic
from attest.model.register import Ids, Level, Texts, YesNo
from attest.wire import openssh

Outcome = Literal["accept", "ask", "refer", "reject"]
OUTCOMES: tuple[Outcome, ...] = ("accept", "ask", "refer", "reject")
"""From best to worst."""
Connection = Literal["none", "login", "api", "deep"]
AccessLevel = Literal["read", "write", "administer"]
ClauseWord = Literal["agreed", "open", "refused"]
_BESIDE: Final = re.compile(r"\s*\([^)]*\)\s*$")


def _fingerprint(value: str) -> str:
    if not openssh.is_fingerprint(value):
        raise ValueError(f"{value!r} is not a fingerprint, write it as SHA256:… (`attest keys show` prints it)")
    return value


Fingerprint = Annotated[str, AfterValidator(_fingerprint)]


class Person(Model):
    """Somebody to talk to."""

    role: Text
    name: Text | None = None
    email: Text | None = None
    phone: Text | None = None


class Contacts(Model):
    """Whom to talk to, on both sides. A role in a notice term names one of these."""

    theirs: tuple[Person, ...] = ()
    ours: tuple[Person, ...] = ()


class About(Model):
    """What the relation is, and so how much can go wrong. What is left out is unknown."""

    sector: Id | None = None
    """finance, healthcare, defence, energy, transport, public, retail, other …: the acceptance policy says which are of high risk."""
    countries: Texts = ()
    """ISO 3166 codes: DK, DE."""
    data: Ids = ()
    """Rows of our data register, or words such as personal-data, health-data."""
    connection: Connection | None = None
    """How deep they are connected: deep is a database, a server, an administrator's account or a private network."""
    systems: Ids = ()
    """Systems of center.yml that they reach, or that they touch."""
    platforms: Ids = ()
    """What they share with other customers: who reports a breach there concerns the others."""
    laws: Ids = ()
    """gdpr, nis2, dora, hipaa, sox, pci-dss …"""
    criticality: Level | None = None
    """What stops if they do."""


class Granted(Model):
    """A way into something of ours that this party has or asks for."""

    what: Text
    system: Id | None = None
    level: AccessLevel | None = None
    logged: YesNo | None = None
    overseen: YesNo | None = None
    """Whether somebody of ours approves or watches it."""
    limited: YesNo | None = None
    """Whether it is restricted to what the work needs."""
    second_factor: YesNo | None = None
    granted: Day | None = None
    """Left out, it is only asked for."""
    until: Day | None = None
    reviewed: Day | None = None


class Agreed(Model):
    """How a clause stands with this party."""

    state: ClauseWord
    where: Text | None = None
    """Contract and section."""
    note: Text | None = None


class Insured(Model):
    """An insurance of theirs."""

    cover: Id
    """cyber, liability …"""
    insurer: Text | None = None
    amount: Text | None = None
    valid_until: Day | None = None
    seen: Day | None = None
    """When we saw the insurer's confirmation."""


class Certified(Model):
    """A certificate record of theirs, as we were shown it."""

    framework: Id
    title: Text
    issuer: Text | None = None
    number: Text | None = None
    scope: Text | None = None
    valid_until: Day | None = None
    looked_up: Day | None = None
    """When somebody asked the issuer."""


class NoticeTerms(Model):
    """Who is told of an incident, how soon and how, as agreed with this party."""

    within: Span
    after: Text | None = None
    """From when the time runs; left out, from learning of it."""
    channel: Text
    contains: Texts = ()
    to: Texts = ()
    """Roles among the contacts of the side that is told."""
    where: Text | None = None
    """Contract and section."""


class Notices(Model):
    """Notice terms in both directions."""

    we_tell_them: NoticeTerms | None = Field(default=None, alias="we-tell-them")
    they_tell_us: NoticeTerms | None = Field(default=None, alias="they-tell-us")


class Keyed(Model):
    """Something of theirs that a key signed."""

    key: Fingerprint | None = None
    source: Text | None = Field(default=None, alias="from")
    """From where the fingerprint is known: the contract, DNS, by phone. A key without it is not believed."""

    @model_validator(mode="after")
    def _with_source(self) -> Self:
        if (self.key is None) != (self.source is None):
            raise ValueError("has a key without its source, or the other way, write key: and from: together")
        return self


class Attested(Keyed):
    """Their attestation: where it is, and from where we know their key."""

    where: Text
    """https://… of their trust center, or a file of parties/bundles/."""
    center: Text | None = None
    """The id that their statement has to bear; left out, the address in where."""

    @model_validator(mode="after")
    def _whose(self) -> Self:
        if self.center is None and not self.where.startswith("https://"):
            raise ValueError("is a file, and anybody's could lie there, write center: with the id that it has to bear")
        return self


class Answered(Keyed):
    """An answers file of theirs. Left without a key, it is taken as unsigned even where it is signed."""

    file: Text
    """In parties/answers/."""
    by: Literal["them", "us"] = "them"
    """Who handed it in: they, or somebody of ours who wrote down what was said, looked up or read in the contract. What is asked of us and of the contract is taken from these alone."""


class Looked(Model):
    """A review that was held."""

    date: Day
    by: Text
    """A role or name."""
    outcome: Outcome
    """What the policy came to on that day."""
    note: Text | None = None


class Decided(Model):
    """What a person decided, which may differ from what the policy came to, and then says why."""

    date: Day
    outcome: Outcome
    by: Text
    why: Text | None = None
    until: Day | None = None


class Excepted(Model):
    """A requirement or flag that somebody accepted not to be kept, for a time. It stays what it is, with this beside it."""

    about: Id
    """A requirement or flag of the acceptance policy."""
    why: Text
    by: Text
    date: Day
    until: Day


class Party(Model):
    """What a file in ``parties/`` says. Its name is its id."""

    name: Text
    kind: Literal["customer", "supplier"]
    website: Text | None = None
    legal_name: Text | None = None
    number: Text | None = None
    """In the register of companies."""
    since: Day | None = None
    """Left out, not yet: a new one under review."""
    policy: Id | None = None
    """The acceptance policy; left out, the one for its kind."""
    contacts: Contacts = Contacts()
    profile: About = About()
    access: tuple[Granted, ...] = ()
    clauses: dict[Topic, Agreed] = Field(default_factory=dict)
    insurance: tuple[Insured, ...] = ()
    certificates: tuple[Certified, ...] = ()
    notice: Notices = Notices()
    answers: tuple[Answered, ...] = ()
    attestation: Attested | None = None
    reviews: tuple[Looked, ...] = ()
    decisions: tuple[Decided, ...] = ()
    exceptions: tuple[Excepted, ...] = ()
    notes: Text | None = None

    @property
    def called(self) -> tuple[str, ...]:
        """Its names, without what stands behind them in brackets: (fictional), (Denmark)."""
        return tuple(bare for name in (self.name, self.legal_name) if name is not None and (bare := _BESIDE.sub("", name).strip()))


class Threat(Model):
    """What a file in ``parties/threats/`` says: something that threatens some trades or some of our parties."""

    title: Text
    date: Day
    until: Day | None = None
    """Left out, until it is taken away."""
    source: Text | None = None
    sectors: Ids = ()
    parties: Ids = ()
    systems: Ids = ()
    severity: Level | None = None
    what: Text
    do: Text | None = None
    """What to do about it."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until is not None and self.until < self.date:
            raise ValueError("ends before it begins, write until: no earlier than date:")
        if not (self.sectors or self.parties or self.systems):
            raise ValueError("touches nobody, write sectors:, parties: or systems:")
        return self

