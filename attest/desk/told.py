"""What the private site is drawn from: values that others made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from attest.model.answers import Given
from attest.model.center import Profile
from attest.model.parties import Parties
from attest.model.questionnaire import Questionnaire
from attest.reviewed import Received, Reviewed


class Ground(Protocol):
    """Why something is owed."""

    @property
    def why(self) -> str:
        """In plain words."""

    @property
    def source(self) -> str:
        """Contract and section, article, row."""

    @property
    def unknown(self) -> tuple[str, ...]:
        """What has to be known before it is clear that it applies."""


class Duty(Protocol):
    """Somebody who has to be told, or something that has to be decided or done, because of an incident."""

    @property
    def id(self) -> str:
        """Its name within the incident."""

    @property
    def what(self) -> str:
        """``tell Fjordhost``."""

    @property
    def to(self) -> str:
        """Who is told, or whose it is."""

    @property
    def grounds(self) -> Sequence[Ground]:
        """Why, each with its source."""

    @property
    def channel(self) -> str | None:
        """By what it is told."""

    @property
    def due(self) -> datetime | None:
        """By when; None: without undue delay."""

    @property
    def state(self) -> str:
        """due, overdue, undecided, sent, done, late, waived or exercise."""

    @property
    def overdue(self) -> bool:
        """Whether it is owed, and its moment has passed."""

    @property
    def owed(self) -> bool:
        """Whether somebody still has to act."""


class Sheet(Protocol):
    """Answers that were handed in, with the questionnaire that they answer."""

    @property
    def received(self) -> Received:
        """The file."""

    @property
    def answers(self) -> Mapping[str, Given]:
        """By item."""

    @property
    def questionnaire(self) -> Questionnaire | None:
        """None where it is not known here."""


@dataclass(frozen=True, slots=True)
class Told:
    """All of it, at one moment."""

    at: datetime
    reviews: tuple[Reviewed, ...]
    parties: Parties
    duties: Mapping[str, Sequence[Duty]] = field(default_factory=dict)
    """By incident."""
    questionnaires: Mapping[str, Questionnaire] = field(default_factory=dict)
    answers: Mapping[str, Sequence[Sheet]] = field(default_factory=dict)
    """By party."""
    profile: Profile | None = None
    """Whose desk it is."""
    forms: bool = False
    """Whether each questionnaire has a page of its own."""
