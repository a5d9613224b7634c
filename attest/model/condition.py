"""Conditions: closed YAML that asks one thing, or all, any or none of several. No expressions, no patterns, no code.

    {item: second-factor, is: "no"}                          an answer; of another questionnaire with `of: ID`
    {item: notice-hours, at_most: 24}                        a number, in the item's unit
    {item: incidents-note, answered: "yes"}
    {profile: connection, is: [deep, api]}                   what the party's file says of it
    {access: logged, is: "no"}                               of any access that was granted
    {contract: breach-notice, is: [refused, open]}           a clause of the contract, by topic; `absent` where nothing is said
    {notice: they-tell-us, at_most: 24}                      hours agreed
    {attestation: word, is: valid}                           what verifying their bundle answered; `none` where there is none
    {control: second-factor, is: met}                        a verdict in their attestation
    {maps: iso-27001-2022, clause: A.8.5, is: met}           the verdicts of their controls that name the clause
    {certificate: iso-27001-2022, is: current}               current, ended or none: in their attestation or the party's file
    {insurance: cyber, is: current}
    {flag: refuses-clauses}   {tier: critical}               what was found before; in outcomes, tiers in requirements too
    {requirements: must, found: [not-met, missing], at_least: 1}
    {all: […]}   {any: […]}   {not: {…}}

A condition is answered yes, no, missing (nobody said anything) or unknown (somebody did, and it cannot be relied on): ``attest.weigh``.
In a questionnaire only items of the same questionnaire can be asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from attest.model.base import Id, Model, Score, Text

MOST: Final = 50
"""Parts of one condition: more would not be read."""

ProfileField = Literal["sector", "countries", "data", "connection", "systems", "platforms", "laws", "criticality"]
AccessField = Literal["level", "logged", "overseen", "second_factor", "limited"]
Topic = Literal[
    "data-protection", "data-ownership", "data-handling", "breach-notice", "compromise", "audit", "access", "acceptable-use", "liability",
    "compensation", "insurance", "termination", "processing-agreement", "health-data", "regulation", "subcontracting", "service-level",
]  # fmt: skip
Direction = Literal["we-tell-them", "they-tell-us"]
FoundWord = Literal["met", "not-met", "missing", "unknown"]
RequirementLevel = Literal["must", "should"]

_ASKS: Final = ("item", "profile", "access", "contract", "notice", "attestation", "control", "maps", "certificate", "insurance", "flag", "tier", "requirements", "all", "any", "not_")
_NAMES: Final = {"not_": "not"}
_NEEDS: Final = {
    "item": ("is_", "at_least", "at_most", "answered"), "profile": ("is_",), "access": ("is_",), "contract": ("is_",), "notice": ("at_least", "at_most", "answered"), "attestation": ("is_",),
    "control": ("is_",), "maps": ("is_",), "certificate": ("is_",), "insurance": ("is_",), "requirements": ("at_least",),
}  # fmt: skip
"""What each has to be compared with: one of these."""
_ALSO: Final = {"item": ("of",), "maps": ("clause",), "requirements": ("found",)}
_COMPARE: Final = ("is_", "at_least", "at_most", "answered", "of", "clause", "found")


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Condition(Model):
    """One question about a party, or several joined. Exactly one key says what is asked."""

    item: Id | None = None
    profile: ProfileField | None = None
    access: AccessField | None = None
    contract: Topic | None = None
    notice: Direction | None = None
    attestation: Literal["word"] | None = None
    control: Id | None = None
    maps: Id | None = None
    certificate: Id | None = None
    insurance: Id | None = None
    flag: Id | None = None
    tier: Id | None = None
    requirements: RequirementLevel | None = None
    all: tuple[Condition, ...] | None = Field(default=None, min_length=1, max_length=MOST)
    any: tuple[Condition, ...] | None = Field(default=None, min_length=1, max_length=MOST)
    not_: Condition | None = Field(default=None, alias="not")

    is_: Annotated[tuple[Text, ...], BeforeValidator(_listed, json_schema_input_type=Text | tuple[Text, ...])] | None = Field(default=None, alias="is", min_length=1, max_length=MOST)
    """One of these; of an answer with several choices, any of these among them."""
    at_least: Score | None = None
    at_most: Score | None = None
    answered: Literal["yes", "no"] | None = None
    of: Id | None = None
    """The questionnaire of an item."""
    clause: Text | None = None
    """The clause of a framework."""
    found: Annotated[tuple[FoundWord, ...], BeforeValidator(_listed, json_schema_input_type=FoundWord | tuple[FoundWord, ...])] | None = Field(default=None, min_length=1)

    @property
    def asks(self) -> str:
        """The key that says what is asked."""
        return next(name for name in _ASKS if getattr(self, name) is not None)

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        asked = [name for name in _ASKS if getattr(self, name) is not None]
        if len(asked) != 1:
            raise ValueError(f"asks {len(asked)} things, write exactly one of {', '.join(_NAMES.get(name, name) for name in _ASKS)}")
        self._compared(asked[0])
        return self

    def _compared(self, asked: str) -> None:
        given = [name for name in _COMPARE if getattr(self, name) is not None]
        needs, also = _NEEDS.get(asked, ()), _ALSO.get(asked, ())
        strange = [name.rstrip("_") for name in given if name not in (*needs, *also)]
        if strange:
            raise ValueError(f"cannot say {', '.join(strange)} of {_NAMES.get(asked, asked)}, write {_or(needs) or 'nothing beside it'}")
        if needs and not any(name in given for name in needs):
            raise ValueError(f"says nothing of {asked}, write {_or(needs)}")
        if asked == "maps" and self.clause is None:
            raise ValueError("names a framework and no clause, write clause: beside it")
        if asked == "requirements" and self.found is None:
            raise ValueError("does not say which requirements, write found: [missing, not-met] beside it")

    def parts(self) -> Iterator[Condition]:
        """The condition itself and every one inside it."""
        yield self
        for inner in (*(self.all or ()), *(self.any or ()), *((self.not_,) if self.not_ else ())):
            yield from inner.parts()


def _or(names: tuple[str, ...]) -> str:
    return " or ".join(f"{name.rstrip('_')}:" for name in names)
