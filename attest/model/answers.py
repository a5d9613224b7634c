"""Answers to a questionnaire, as a file: what a browser exports, what `attest answer` writes, and what a person may write by hand.

    questionnaire: {id: supplier-assessment, version: "1", asker: https://trust.harbourline.example/}
    by: {name: Fjordhost, person: Ane Holm, role: Security lead}
    answered_at: 2026-11-20T09:00:00Z
    answers:
      second-factor: "yes"                                 a word, a number, a date, text
      frameworks: [iso-27001, soc-2]                       several choices
      where: {value: Denmark, note: Two halls, private: "yes"}
      policy: {file: policy.pdf, sha256: <64 hex digits>}

JSON is YAML here: one reader, and every value knows its line. Whether answers fit their questionnaire is ``attest.answering``'s to say.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from attest.model.base import Id, Model, Moment, Text


def _digest(value: str) -> str:
    if not re.fullmatch("[0-9a-f]{64}", value):
        raise ValueError(f"{value!r} is not a SHA-256, write its 64 hex digits in lower case")
    return value


class Asked(Model):
    """Which questionnaire was answered."""

    id: Id
    version: Text
    asker: Text | None = None
    """The center that asks, its URI."""


class Author(Model):
    """Who answers."""

    name: Text
    """The company."""
    person: Text | None = None
    role: Text | None = None


class Given(Model):
    """One answer. Exactly one of value and file."""

    value: Text | tuple[Text, ...] | None = None
    """A word, number (as text), day or text; several choices as a tuple."""
    file: Text | None = None
    """The name of a file handed over beside the answers."""
    sha256: Annotated[str, AfterValidator(_digest)] | None = None
    note: Text | None = None
    private: Literal["yes", "no"] = "no"
    """Whether it is for the eyes of the reviewers alone."""

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if (self.value is None) == (self.file is None):
            raise ValueError("answers nothing, or two things, write value: or file:")
        if (self.file is None) != (self.sha256 is None):
            raise ValueError("names a file without its digest, write file: and sha256: together")
        return self

    @property
    def words(self) -> tuple[str, ...]:
        """What was answered as words: none for a file."""
        return () if self.value is None else (self.value,) if isinstance(self.value, str) else self.value


def _given(value: Any) -> Any:
    """``"yes"`` and ``[a, b]`` stand for a value without a note."""
    return {"value": value} if isinstance(value, str | list) else value


class Answers(Model):
    """What an answers file says."""

    questionnaire: Asked
    by: Author
    answered_at: Moment
    answers: dict[Id, Annotated[Given, BeforeValidator(_given, json_schema_input_type=Text | float | tuple[Text, ...] | Given)]] = Field(max_length=10_000)
