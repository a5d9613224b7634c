"""What the private site is drawn from: values that others made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from attest.duties import Duty
from attest.intake import Sheet
from attest.model.center import Profile
from attest.model.parties import Parties
from attest.model.questionnaire import Questionnaire
from attest.reviewed import Reviewed


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
    """What parties handed in, by party."""
    profile: Profile | None = None
    """Whose desk it is."""
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What warnings, requirements and frameworks are called, by id: where customers are looked at, and where suppliers are."""
    unread: tuple[str, ...] = ()
    """Files of parties, incidents and threats that could not be read: what they say is on no page."""

    def title(self, kind: str, ident: str) -> str | None:
        """Of a warning, a requirement or a framework; None where it is not known."""
        return self.titles.get(kind, {}).get(ident)
