"""Incidents as they are handled: one file each in ``parties/incidents/``, private, whatever it says. The register of incidents has a row of the same id.

    parties/incidents/i-2026-09.yml

        title: Passwords tried in bulk against the website
        state: confirmed                        suspected | confirmed | closed | none (it was none after all)
        learned: 2026-09-08T21:40:00Z           from here times run
        cause: {by: customer-employee, party: aspen-freight, what: …, management: {told: 2026-09-09T07:30:00Z, by: Head of Security, whom: …}}
        …
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from attest.model.base import Day, Id, Model, Moment, Text, Whole
from attest.model.register import Ids, Level, Texts, YesNo

DutyId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9.]+)*$", max_length=100)]
"""The id of a duty: a word before that of a party, a law's deadline, or the like."""


class Told(Model):
    """A customer's top management was told that one of their people seems to be the cause."""

    told: Moment
    by: Text
    whom: Text


class Cause(Model):
    """What caused it, as far as known."""

    by: Literal["unknown", "outsider", "our-employee", "customer-employee", "supplier", "fault"]
    party: Id | None = None
    """The party whose it was."""
    what: Text | None = None
    management: Told | None = None


class Words(Model):
    """What is said in public: the only part of this file that `attest notify --notice` publishes."""

    title: Text | None = None
    """Of the notice; left out, the incident's title stays private and the notice has a plain one."""
    happened: Text
    affected: Text | None = None
    """Which data or systems."""
    doing: Text | None = None
    """What we do about it."""
    you: Text | None = None
    """What the reader should do."""


class Counsel(Model):
    """Legal counsel went over what is said in public."""

    approved: Moment
    by: Text
    words: Text | None = None
    """SHA-256 of the words under ``public`` as they stood, where `attest notify --sent counsel` wrote this: other words need another approval."""


class Forensics(Model):
    """The firm that looks into it."""

    firm: Text
    engaged: Moment | None = None
    report: Day | None = None


class Mending(Model):
    """A corrective action."""

    what: Text
    owner: Text
    due: Day
    done: Day | None = None


class OthersTold(Model):
    """Whether the other customers on the same platform are told: a decision that somebody makes, either way."""

    tell: YesNo
    why: Text
    by: Text
    decided: Moment


class Sent(Model):
    """A message that went out."""

    duty: DutyId
    """The id of the duty that `attest notify` shows."""
    at: Moment
    by: Text
    channel: Text | None = None
    to: Text | None = None
    note: Text | None = None


class Incident(Model):
    """What a file in ``parties/incidents/`` says. Its name is its id."""

    title: Text
    state: Literal["suspected", "confirmed", "closed", "none"]
    exercise: YesNo = "no"
    """A rehearsal: everything is drafted, nothing is owed."""
    severity: Level | None = None
    began: Moment | None = None
    learned: Moment
    """When we learned of it; from here our times run."""
    confirmed: Moment | None = None
    classified: Moment | None = None
    """When it was found to be significant, major or material: some laws count from there."""
    contained: Moment | None = None
    closed: Moment | None = None
    what: Text
    systems: Ids = ()
    platforms: Ids = ()
    data: Ids = ()
    """Rows of the data register, or words such as personal-data."""
    personal_data: YesNo | None = None
    role: Literal["controller", "processor", "both"] | None = None
    """Whose personal data it is: ours to answer for, held for customers, or some of each. Laws ask different things of the two."""
    people: Whole | None = None
    """About how many people's data."""
    high_risk: YesNo | None = None
    """Whether it is likely to hurt people: then they are told themselves."""
    significant: YesNo | None = None
    """Whether it disturbs a service so badly that NIS2, DORA or the like ask for a report."""
    parties: Ids = ()
    """Those it touches."""
    reported_by: Id | None = None
    """The party that told us, where one did."""
    cause: Cause = Cause(by="unknown")
    counsel: Counsel | None = None
    forensics: Forensics | None = None
    done: Texts = ()
    """What was done so far."""
    consequences: Text | None = None
    """What it is likely to lead to."""
    advice: Text | None = None
    """What those who are told should do."""
    unknown: Text | None = None
    """What we do not know yet."""
    again: Text | None = None
    """When those who are told hear from us again."""
    public: Words | None = None
    """What is said in public, for counsel to go over."""
    others: OthersTold | None = None
    others_before: tuple[OthersTold, ...] = ()
    """Decisions that the one above replaced, the earliest first."""
    actions: tuple[Mending, ...] = ()
    notice: Id | None = None
    """The public notice."""
    laws: Ids = ()
    """Legal deadlines that apply, by id, beside those that follow from the above."""
    waived: dict[DutyId, Text] = Field(default_factory=dict)
    """Duties that do not apply after all, by id, and why; recorded, and shown as such."""
    sent: tuple[Sent, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        order = [(name, moment) for name in ("began", "learned", "confirmed", "contained", "closed") if (moment := getattr(self, name)) is not None]
        if self.confirmed is not None and self.confirmed < self.learned:
            raise ValueError("was confirmed before anybody learned of it, write confirmed: no earlier than learned:")
        if self.began is not None and self.learned < self.began:
            raise ValueError("was learned of before it began, write began: no later than learned:")
        if self.closed is not None and any(self.closed < moment for name, moment in order if name != "closed"):
            raise ValueError("was closed before something in it happened, write closed: last")
        if self.classified is not None and self.classified < self.learned:
            raise ValueError("was classified before anybody learned of it, write classified: no earlier than learned:")
        if self.state == "closed" and self.closed is None:
            raise ValueError("is closed without a time, write when: closed: 2026-12-01T09:00:00Z")
        return self
