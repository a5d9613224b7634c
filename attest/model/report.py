"""The attestation report: the form, as data, and what center.yml adds to it of its own.

    attest/library/report-form.yml   ->  Form: seven parts, 45 fields, which have to be filled, which words are never printed
    center.yml, report:              ->  Report: what the record cannot know, and nothing else

Whatever stands in a ``Report`` is published.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field as Described

from attest.model.base import Day, Id, Model, Text

Must = Literal["always", "no", "rule", "word", "gap", "out"]


class Ask(Model):
    """What somebody has to write where the record does not answer, and the key it is written at."""

    key: Text
    todo: Text
    optional: Literal["yes", "no"] = "no"


class Field(Model):
    """A field of the form."""

    id: Text
    name: Text
    must: Must
    says: tuple[Text, ...] = ()
    asks: tuple[Ask, ...] = ()


class Part(Model):
    """A part of the form: fields, or fields of every promise."""

    id: Text
    title: Text
    fields_: tuple[Field, ...] = Described(default=(), alias="fields")
    per_control: tuple[Field, ...] = ()


class Never(Model):
    """A word that is not printed. In capitals it is meant in capitals; ``unless`` a certificate over one of these catalogues is held."""

    word: Text
    unless: tuple[Id, ...] = ()


class Form(Model):
    """The form."""

    form: Text
    """Its version."""
    title: Text
    parts: tuple[Part, ...]
    never: tuple[Never, ...]


class Organisation(Model):
    """Who attests, as the law knows it."""

    legal_name: Text
    identifier: Text
    """The number, and the register it stands in."""
    address: Text | None = None


class Objectives(Model):
    """What security is for here."""

    are: tuple[Text, ...] = Described(min_length=1)
    set_how: Text
    approved_by: Text
    approved: Day | None = None


class NoIncidents(Model):
    """Somebody says that there was no significant incident in twelve months."""

    by: Text
    """A role."""
    date: Day


class Happened(Model):
    """A significant incident of which there is no public notice."""

    date: Day
    says: Text
    row: Id | None = None
    """Its row in the register of incidents. Never published."""


class Accountable(Model):
    """The officer who answers for the programme."""

    name: Text
    role: Text


class RiskAssessment(Model):
    """How risks are found and weighed, those from customers and from suppliers too."""

    how: Text
    customers: Text
    suppliers: Text


class Communication(Model):
    """Who learns what, inside and outside."""

    inside: Text
    outside: Text


class Monitoring(Model):
    """How it is seen whether controls work, and what follows where one does not."""

    how: Text
    gaps: Text


class RunByOthers(Model):
    """What this report says of parts that others run."""

    treated: Literal["carved out", "included"]
    why: Text


class Signer(Model):
    """Who asserts what part E says. The day is that of the act; it counts for a year."""

    name: Text
    role: Text
    power: Text
    """What gives this person the power to bind the company."""
    date: Day


class Report(Model):
    """``report:`` of center.yml. All of it is published; what the registers and promises say already is left away."""

    organisation: Organisation | None = None
    readers: Text | None = None
    business: Text | None = None
    information: Text | None = None
    objectives: Objectives | None = None
    risk_drivers: tuple[Text, ...] = ()
    incidents: tuple[Happened, ...] = ()
    no_incidents: NoIncidents | None = None
    governance: Text | None = None
    accountable: Accountable | None = None
    risk_assessment: RiskAssessment | None = None
    communication: Communication | None = None
    monitoring: Monitoring | None = None
    infrastructure: Text | None = None
    policies: tuple[Text, ...] = ()
    sites: tuple[Text, ...] = ()
    nothing_left_out: Text | None = None
    run_by_others: RunByOthers | None = None
    others: tuple[Text, ...] = ()
    """Who runs what, where the register of subprocessors is not public."""
    duties: Text | None = None
    signer: Signer | None = None
