"""Acceptance policies: what we require of a party, when we warn, how deep we look, and what follows. Closed, bounded, no code.

    controls/acceptance/suppliers.yml

        title: What we require of suppliers
        version: "2026-11"
        visibility: public                    its requirements alone are published; never flags, tiers and outcomes
        for: supplier
        tiers:                                the first that applies
          - {id: critical, title: Critical, when: {profile: criticality, is: critical}, review_every: 90d}
          - {id: ordinary, title: Ordinary, review_every: 1y}
        requirements:
          - id: second-factor
            title: Nobody reaches what is ours by a password alone
            level: must
            shown_by:                         any of these; where two disagree, the worse counts, and it is said
              - {item: second-factor, of: supplier-assessment, is: "yes"}
              - {maps: iso-27001-2022, clause: A.8.5, is: met}
        flags:
          - {id: refuses-clauses, title: Refuses security clauses, when: {contract: breach-notice, is: refused}}
        clauses: [breach-notice, audit]       topics that the contract has to hold
        outcomes:                             the first that applies decides; the last has no `when`
          - {id: clauses-refused, then: reject, when: {flag: refuses-clauses}, say: …}
          - {id: all-kept, then: accept, when: {not: {requirements: must, found: [not-met, missing, unknown], at_least: 1}}}
          - {id: else, then: ask}
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final, Literal, Self

from pydantic import Field, model_validator

from attest.model.base import Id, Model, Span, Text
from attest.model.condition import Condition, RequirementLevel, Topic
from attest.model.party import Outcome
from attest.model.questionnaire import Questionnaire, plain_condition

_OURS: Final = ("flag", "tier", "requirements")
"""What we find out about a party ourselves, and keep to ourselves."""


class Requirement(Model):
    """Something that is required, and by what it is shown."""

    id: Id
    title: Text
    level: RequirementLevel = "must"
    tiers: tuple[Id, ...] = ()
    """Only of parties of these tiers; left out, of all."""
    when: Condition | None = None
    """Only of parties that this is so of: regulated, connected …"""
    shown_by: tuple[Condition, ...] = Field(min_length=1, max_length=20)
    why: Text | None = None
    help: Text | None = None
    """How a party comes to meet it."""
    some: Literal["yes", "no"] = "no"
    """In a policy that was fetched: whether it is asked of some alone; of whom is not said."""


class Flag(Model):
    """A warning, by name."""

    id: Id
    title: Text
    why: Text | None = None
    """What it can lead to."""
    when: Condition | None = None
    """Left out, it is raised by answers to questionnaires alone."""


BUILT_IN: Final = (
    Flag(id="says-two-things", title="What they say in one place is not what they say in another", why="The worse of the two counts until they explain it."),
    Flag(id="answers-of-another", title="Answers that are not theirs, or not to our questions", why="Such a file is not used at all."),
    Flag(id="attestation-not-valid", title="Their attestation does not hold", why="Nothing in it was used."),
    Flag(id="answers-unsigned", title="Answers that nobody signed", why="Anybody could have written them."),
)
"""Warnings that a review raises by itself: the first three always, the last where the policy lists it."""


class Tier(Model):
    """How closely a party is looked at."""

    id: Id
    title: Text
    when: Condition | None = None
    """Left out, whoever comes this far is of this tier."""
    review_every: Span


class Rule(Model):
    """What follows."""

    id: Id
    then: Outcome
    when: Condition | None = None
    say: Text | None = None
    to: Text | None = None
    """Of refer: the role that decides."""


class Acceptance(Model):
    """What a file in ``controls/acceptance/`` says. Its name is its id."""

    id: Id | None = None
    """In a policy that was fetched; a file's own name says it otherwise."""
    owner: Text | None = None
    """In a policy that was fetched: the center whose it is, its URI."""
    owner_name: Text | None = None
    title: Text
    version: Text
    visibility: Literal["public", "private"] = "private"
    kind: Literal["customer", "supplier"] = Field(alias="for")
    summary: Text | None = None
    max_age: Span | None = None
    """How old answers may be; left out, a year."""
    questionnaires: tuple[Id, ...] = Field(default=(), max_length=20)
    """Which are asked."""
    tiers: tuple[Tier, ...] = Field(default=(), max_length=20)
    requirements: tuple[Requirement, ...] = Field(min_length=1, max_length=300)
    flags: tuple[Flag, ...] = Field(default=(), max_length=100)
    clauses: tuple[Topic, ...] = Field(default=(), max_length=50)
    outcomes: tuple[Rule, ...] = Field(default=(), max_length=50)

    @property
    def titled(self) -> frozenset[str]:
        """The warnings that it can speak of: its own, and those that are built in."""
        return frozenset(flag.id for flag in (*self.flags, *BUILT_IN))

    @model_validator(mode="after")
    def _ends(self) -> Self:
        for what, rules in (("tiers", self.tiers), ("outcomes", self.outcomes)):
            if rules and rules[-1].when is not None:
                raise ValueError(f"has {what} that may all not apply, write a last one without when:")
            if any(rule.when is None for rule in rules[:-1]):
                raise ValueError(f"has {what} behind one that always applies, write the one without when: last")
        return self


def public_policy(policy: Acceptance, ident: str, owner: str, owner_name: str, asked: Mapping[str, Questionnaire] | None = None) -> dict[str, Any]:
    """What may leave the house, as plain JSON values that are a policy again: requirements and clauses; never flags, tiers, outcomes.

    ``asked``: the questionnaires that are public themselves, by id; left out, all. A requirement of some parties alone (by tier, or by what we know of
    them) says that it is, and not of whom. What only we can see kept, by a flag, a tier, other requirements, a private questionnaire or a question that is asked of us, is left out, and
    so is a requirement that nothing else shows.
    """
    head = {"id": ident, "owner": owner, "owner_name": owner_name, "title": policy.title, "version": policy.version, "visibility": "public", "for": policy.kind}
    questionnaires = [one for one in policy.questionnaires if asked is None or one in asked]
    more = {name: value for name, value in {"summary": policy.summary, "questionnaires": questionnaires, "clauses": list(policy.clauses)}.items() if value}
    items = None if asked is None else {(of, item.id) for of in questionnaires for _, item in asked[of].items() if item.asked_of == "them"}
    return {**head, **more, "requirements": [made for one in policy.requirements if (made := _requirement(one, items))["shown_by"]]}


def _requirement(one: Requirement, items: Collection[tuple[str, str]] | None) -> dict[str, Any]:
    plain = {name: value for name in ("id", "title", "level", "why", "help") if (value := getattr(one, name)) is not None}
    some = {"some": "yes"} if one.tiers or one.when is not None or one.some == "yes" else {}
    return {**plain, **some, "shown_by": [plain_condition(condition) for condition in one.shown_by if all(_everybodys(part, items) for part in condition.parts())]}


def _everybodys(part: Condition, items: Collection[tuple[str, str]] | None) -> bool:
    """Whether others may know that this is asked."""
    if part.item is None or items is None:
        return part.asks not in _OURS
    return any(part.item == item and part.of in (None, of) for of, item in items)
