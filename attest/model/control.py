"""A control: one promise, with the checks that decide it. There is no place for a status: it is computed."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from attest.model.base import Day, Id, Model, Text
from attest.model.evidence import Description
from attest.model.rule import Ask, Rule
from attest.words import Audience, RegisterName

_OF_A_RULE = frozenset(Rule.model_fields)
_OF_AN_ASK = frozenset(Ask.model_fields)


class Check(Rule, Ask):
    """A rule and what it is asked of: evidence, by id or described in place, or a register by name."""

    evidence: Id | Description | None = None
    register_name: RegisterName | None = Field(default=None, alias="register")
    lifted_by: tuple[Id, ...] = ()
    """Evidence ids of VEX documents; a finding that one of them sets aside does not count."""

    @property
    def rule(self) -> Rule:
        """The rule alone."""
        return Rule(**{name: getattr(self, name) for name in self.model_fields_set & _OF_A_RULE})

    @property
    def ask(self) -> Ask:
        """What is asked of a register alone."""
        return Ask(**{name: getattr(self, name) for name in self.model_fields_set & _OF_AN_ASK})

    @model_validator(mode="after")
    def _of_one(self) -> Self:
        for wrong, said in self._misfits():
            if wrong:
                raise ValueError(said)
        return self

    def _misfits(self) -> tuple[tuple[bool, str], ...]:
        registered, given = self.register_name is not None, self.model_fields_set
        return (
            (registered == (self.evidence is not None), "needs what it is asked of, write evidence: or register:"),
            (registered and not self.ask.asks, "asks nothing of the register's rows, write within, latest, ahead, at_most, one_of or filled"),
            (registered and bool(given & (_OF_A_RULE - {"min_rows", "max_age"})), "asks of a register what only a report has, write only, within, latest, ahead, at_most, one_of or filled"),
            (not registered and bool(given & _OF_AN_ASK), "only, within, latest, ahead, at_most, one_of and filled belong to a register"),
            (registered and bool(self.lifted_by), "lifted_by belongs to a report"),
        )


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
    ask: Ask | None = None
    """Where the evidence is a register."""
    lifted_by: tuple[str, ...] = ()


class Control(Model):
    """A promise with its id, its audience, and its checks resolved."""

    id: Id
    audience: Audience
    promise: Promise
    checks: tuple[Decision, ...]
    file: str
