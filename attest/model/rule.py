"""A rule: what a check asks of a reading. Closed: these keys, no expressions (CEL and JMESPath let a misspelt field pass).

    rows: [SSLv3, TLS1]      rows that must be there; absent is unknown, never met
    where: {severity: [critical, high], subject: "api-*"}     which rows are looked at
    max: {critical: 0, high: 3}     at most so many that do not pass
    min_ratio: 95%           at least this share passes
    min_score: 7.5           the report's own score
    every: pass              each one passes (the default where none of max, min_ratio, min_score is given)
    min_rows: 1              at least so many things examined (never findings)
    max_age: 30d             how long what was observed counts

Asked of a register, in place of all but ``min_rows`` and ``max_age`` (``Ask``):

    only: {criticality: [critical]}   which rows are looked at; a row that leaves the column blank makes the answer unknown
    within: {reviewed: 1y}            the day in that column is no longer ago
    latest: {date: 1y}                of all rows looked at, the newest day in that column is no longer ago
    ahead: [valid_until]              the day in that column has not passed
    at_most: {open_high: 0}           the number in that column is no larger
    one_of: {second_factor: ["yes"]}  the column says one of these
    filled: [purpose, location]       the column says something
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from attest.model.base import Model, Score, Share, Span, Text, Whole

Severity = Literal["critical", "high", "medium", "low", "info", "unrated"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "info", "unrated")


class Where(Model):
    """Which rows a rule looks at; a row has to fit all that is given."""

    severity: tuple[Severity, ...] | None = Field(default=None, min_length=1)
    subject: Text | None = None
    """A glob (``*`` and ``?``) over the row's subject."""


class Rule(Model):
    """What is asked of one piece of evidence; see the module for every key."""

    rows: tuple[Text, ...] | None = Field(default=None, min_length=1)
    where: Where | None = None
    max: dict[Severity, Whole] | None = Field(default=None, min_length=1)
    min_ratio: Share | None = None
    min_score: Score | None = None
    every: Literal["pass"] | None = None
    min_rows: Whole = Field(default=1, ge=1)
    max_age: Span | None = None

    @property
    def asks_every(self) -> bool:
        """Whether each row has to pass: said, or nothing else said."""
        return self.every == "pass" or (self.max is None and self.min_ratio is None and self.min_score is None)


class Ask(Model):
    """What is asked of each row of a register (``latest``: of all together); a blank cell answers nothing, so it makes the answer unknown."""

    only: dict[str, tuple[Text, ...]] | None = Field(default=None, min_length=1)
    within: dict[str, Span] | None = Field(default=None, min_length=1)
    latest: dict[str, Span] | None = Field(default=None, min_length=1)
    ahead: tuple[str, ...] | None = Field(default=None, min_length=1)
    at_most: dict[str, Whole] | None = Field(default=None, min_length=1)
    one_of: dict[str, tuple[Text, ...]] | None = Field(default=None, min_length=1)
    filled: tuple[str, ...] | None = Field(default=None, min_length=1)

    @property
    def asks(self) -> bool:
        """Whether anything at all is asked of a row."""
        return any(getattr(self, name) is not None for name in ("within", "latest", "ahead", "at_most", "one_of", "filled"))
