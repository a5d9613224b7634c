"""A control: one promise, with the checks that decide it. There is no place for a status: it is computed."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from attest.model.base import Day, Id, Model, Text
from attest.model.evidence import Description
from attest.model.rule import Rule
from attest.words import Audience


class Check(Rule):
    """A rule and the evidence it is asked of: an id, or a description written in place."""

    evidence: Id | Description

    @property
    def rule(self) -> Rule:
        """The rule alone."""
        return Rule(**{name: getattr(self, name) for name in Rule.model_fields})


class Plan(Model):
    """Not yet, but by whom and when. Past its day the control is not met."""

    owner: Text
    due: Day
    why: Text


class NotApplicable(Model):
    """A dated decision that the promise has nothing to apply to; past ``until`` it counts no longer."""

    reason: Text
    decided_by: Text
    until: Day


class Treatment(Model):
    """An accepted risk. The control stays not met; this stands beside it."""

    decision: Text
    owner: Text
    reason: Text
    until: Day


class Promise(Model):
    """What a file in ``controls/customers/`` or ``controls/suppliers/`` says."""

    title: Text
    promise: Text
    area: Id
    owner: Text
    applies_to: tuple[Id, ...] = ()
    responsibility: Literal["us", "you", "both", "third-party"] = "us"
    yours: Text | None = None
    """What is left for the reader to do."""
    maps: dict[str, tuple[Text, ...]] = Field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    plan: Plan | None = None
    not_applicable: NotApplicable | None = Field(default=None, alias="not-applicable")
    treatment: Treatment | None = None
    visibility: Literal["public", "private"] = "public"


class Decision(Model):
    """A check with its evidence resolved to an id of ``Center.evidence``."""

    evidence: str
    rule: Rule


class Control(Model):
    """A promise with its id, its audience, and its checks resolved."""

    id: Id
    audience: Audience
    promise: Promise
    checks: tuple[Decision, ...]
    file: str
