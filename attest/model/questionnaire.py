"""Questionnaires: sections of questions that a party, we ourselves or a contract answer.

    controls/questionnaires/supplier-assessment.yml

        title: Questions to a new supplier
        version: "1"
        visibility: public                  left out, private: on no page of the trust center
        about: supplier                     customer | supplier | us
        sections:
          - id: access
            title: Who can reach what is ours
            items:
              - id: second-factor
                ask: Do your people sign in with a second factor wherever they reach our data?
                kind: yes-no
                also: [partly]
              - id: second-factor-when
                ask: By when will all of them?
                kind: date
                show_if: {item: second-factor, is: ["no", partly]}
                tip: Beyond six months, talk to the security team first.      never published, nor are flags and score

``public_form`` is what leaves the house: the items of one part, without what is ours alone. It is a questionnaire itself, so that
whoever fetched ``questionnaires/supplier-assessment.json`` of a trust center reads it as its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal, Self

from pydantic import Field, model_validator

from attest.model.base import Id, Model, Score, Text, Whole
from attest.model.condition import Condition

Kind = Literal["yes-no", "choice", "choices", "number", "date", "text", "file"]
AskedOf = Literal["them", "us", "contract"]

MOST_SECTIONS: Final = 40
MOST_ITEMS: Final = 200
"""Of one section."""
_ALWAYS: Final = {"yes-no": ("yes", "no")}
_PRIVATE: Final = ("tip", "flags", "score")


class Choice(Model):
    """One of the answers offered."""

    id: Id
    text: Text


class Flagged(Model):
    """A warning that an answer raises. Never published."""

    flag: Id
    """A warning to which the acceptance policy gives a title."""
    when: Condition
    why: Text | None = None


class Scored(Model):
    """How an answer counts. Never published."""

    when: Condition
    points: Whole


class Item(Model):
    """One question."""

    id: Id
    ask: Text
    kind: Kind
    also: tuple[Literal["partly", "n/a"], ...] = ()
    """Of yes-no: what may be answered besides."""
    choices: tuple[Choice, ...] = Field(default=(), max_length=100)
    unit: Text | None = None
    least: Score | None = None
    most: Score | None = None
    asked_of: AskedOf = "them"
    """Who answers: the party, we ourselves, or whoever reads the contract."""
    required: Literal["yes", "no"] = "yes"
    help: Text | None = None
    show_if: Condition | None = None
    tip: Text | None = None
    """For whoever reviews: what to look for. Never published."""
    flags: tuple[Flagged, ...] = ()
    score: tuple[Scored, ...] = ()

    @property
    def allowed(self) -> tuple[str, ...]:
        """The words that may be answered; empty where it is not one of some words."""
        return (*_ALWAYS.get(self.kind, ()), *self.also, *(choice.id for choice in self.choices))

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if (self.kind in ("choice", "choices")) != bool(self.choices):
            raise ValueError(f"is a {self.kind} {'without' if not self.choices else 'with'} choices, write them under kind: choice or choices, and only there")
        if self.also and self.kind != "yes-no":
            raise ValueError("offers partly or n/a, write also: only under kind: yes-no")
        if self.kind != "number" and any(value is not None for value in (self.unit, self.least, self.most)):
            raise ValueError("has a unit or limits, write them only under kind: number")
        if self.kind == "number" and self.unit is None:
            raise ValueError("is a number without a unit, write unit: hours, people …")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError("has a least above its most, write the smaller one as least")
        return self


class Section(Model):
    """Questions that belong together."""

    id: Id
    title: Text
    help: Text | None = None
    show_if: Condition | None = None
    items: tuple[Item, ...] = Field(min_length=1, max_length=MOST_ITEMS)


class Questionnaire(Model):
    """What a file in ``controls/questionnaires/`` says. Its name is its id."""

    id: Id | None = None
    """In a form that was fetched; a file's own name says it otherwise."""
    asker: Text | None = None
    """In a form that was fetched: the center that asks, its URI."""
    asker_name: Text | None = None
    title: Text
    version: Text
    visibility: Literal["public", "private"] = "private"
    about: Literal["customer", "supplier", "us"]
    summary: Text | None = None
    send_to: Text | None = None
    """To whom answers go, in words: a role and an address. Published, so the address has to be a contact's."""
    sections: tuple[Section, ...] = Field(min_length=1, max_length=MOST_SECTIONS)

    def items(self) -> Iterator[tuple[Section, Item]]:
        """Every question with its section, in order."""
        for section in self.sections:
            for item in section.items:
                yield section, item


def public_form(questionnaire: Questionnaire, ident: str, asker: str, asker_name: str, part: AskedOf | None = "them") -> dict[str, Any]:
    """What may leave the house, as plain JSON values that are a questionnaire again: items asked of ``part`` (None for all), without tips, flags and scores.

    A condition on an item that is not in the part is dropped with what depends on it: whoever fills the part cannot answer it.
    """
    kept = {item.id for _, item in questionnaire.items() if part in (None, item.asked_of)}
    sections = [_section(section, kept) for section in questionnaire.sections if any(item.id in kept for item in section.items)]
    head = {"id": ident, "asker": asker, "asker_name": asker_name, "title": questionnaire.title, "version": questionnaire.version, "visibility": "public", "about": questionnaire.about}
    more = {name: value for name, value in (("summary", questionnaire.summary), ("send_to", questionnaire.send_to)) if value}
    return {**head, **more, "sections": sections}


def _section(section: Section, kept: set[str]) -> dict[str, Any]:
    plain: dict[str, Any] = section.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True, exclude={"items"})
    items = [_item(item, kept) for item in section.items if item.id in kept]
    return {**_without_strange(plain, section.show_if, kept), "items": items}


def _item(item: Item, kept: set[str]) -> dict[str, Any]:
    plain: dict[str, Any] = item.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True, exclude=set(_PRIVATE))
    limits = {name: _number(value) for name in ("least", "most") if (value := getattr(item, name)) is not None}
    return {**_without_strange(plain, item.show_if, kept), **limits}


def _without_strange(plain: dict[str, Any], condition: Condition | None, kept: set[str]) -> dict[str, Any]:
    if condition is not None and any(part.item is not None and part.item not in kept for part in condition.parts()):
        return {name: value for name, value in plain.items() if name != "show_if"}
    if condition is not None:
        return {**plain, "show_if": plain_condition(condition)}
    return plain


def plain_condition(condition: Condition) -> dict[str, Any]:
    """A condition as plain JSON values, numbers as text that reads back exactly."""
    made: dict[str, Any] = {}
    for name in type(condition).model_fields:
        value = getattr(condition, name)
        key = {"is_": "is", "not_": "not"}.get(name, name)
        if value is None:
            continue
        if isinstance(value, Condition):
            made[key] = plain_condition(value)
        elif isinstance(value, tuple):
            made[key] = [plain_condition(one) if isinstance(one, Condition) else one for one in value]
        else:
            made[key] = value if isinstance(value, str) else _number(value)
    return made


def _number(value: Any) -> str:
    """As it was written, never with an exponent: it has eight decimals at most."""
    return f"{float(value):.8f}".rstrip("0").rstrip(".")
