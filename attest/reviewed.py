"""What a review comes to, as values: ``attest.review`` makes them, the command and the private site show them, nothing publishes them.

    Reviewed ── requirements   Found: met, missing, not-met or unknown, and where it was found
             ├─ flags          Raised: by name, by what
             ├─ clauses        ClauseState of each topic that the policy asks for
             ├─ received       answers: signed by whom, how old, how complete
             ├─ bundle         their attestation: what verifying it answered
             ├─ due            what has to be done by when
             ├─ threats        what is known that touches them
             └─ tier, outcome  with the rule that decided
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from attest.model.condition import FoundWord, RequirementLevel, Topic
from attest.model.party import Decided, Excepted, Outcome

WeighedWord = Literal["yes", "no", "missing", "unknown"]


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a condition comes to."""

    word: WeighedWord
    where: tuple[str, ...]
    """By what, in plain words: ``answer second-factor of supplier-assessment: yes (unsigned, 2026-11-20)``."""
    disagree: bool = False
    """Whether sources say different things; the worse counts."""


@dataclass(frozen=True, slots=True)
class Found:
    """A requirement, and whether it is kept."""

    id: str
    title: str
    level: RequirementLevel
    word: FoundWord
    where: tuple[str, ...]
    why: str | None = None
    disagree: bool = False
    accepted: Excepted | None = None
    """Somebody accepted that it is not kept, for now; the word stays."""
    some: bool = False
    """Of a policy that was fetched: it is asked of some alone, and of whom it does not say."""


@dataclass(frozen=True, slots=True)
class Raised:
    """A warning."""

    id: str
    title: str
    why: str | None
    where: tuple[str, ...]
    accepted: Excepted | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """An answers file."""

    file: str
    questionnaire: str | None
    """None where it could not be read."""
    version: str | None
    by: str | None
    """Company, person, role, as it says."""
    answered_at: datetime | None
    signed: Literal["signed", "unsigned", "refused"]
    """Signed by the key that the party's file names; unsigned; or not to be used, and then why says it."""
    key: str | None
    complete: tuple[int, int] = (0, 0)
    """Answered, of those that are asked."""
    stale: bool = False
    why: str | None = None
    points: tuple[int, int] = (0, 0)
    """What all answers to its questionnaire scored, of what they could have; nothing of nothing where nothing is scored."""


@dataclass(frozen=True, slots=True)
class TheirBundle:
    """Their attestation."""

    where: str
    word: str
    """What verifying answered: valid, stale, withdrawn, unknown-signer, wrong-signer, forged, could-not-tell …; ``wrong-party`` where it is another's."""
    release: int | None = None
    key: str | None = None
    as_of: datetime | None = None
    valid_until: datetime | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """Something that has to be done."""

    what: str
    day: date
    overdue: bool


@dataclass(frozen=True, slots=True)
class ClauseState:
    """A clause that the policy asks for, and how it stands in the contract."""

    topic: Topic
    state: Literal["agreed", "open", "refused", "absent"]
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Touching:
    """A threat that touches this party."""

    id: str
    title: str
    by: str
    """sector finance; system api; named."""
    do: str | None = None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A party held against a policy at one moment."""

    party: str
    name: str
    kind: Literal["customer", "supplier"]
    policy: str
    policy_title: str
    policy_version: str
    at: datetime
    tier: str | None
    tier_title: str | None
    tier_by: tuple[str, ...]
    requirements: tuple[Found, ...]
    flags: tuple[Raised, ...]
    clauses: tuple[ClauseState, ...]
    received: tuple[Received, ...]
    bundle: TheirBundle | None
    due: tuple[Due, ...]
    """The earliest first."""
    threats: tuple[Touching, ...]
    outcome: Outcome
    rule: str
    """The id of the rule that decided."""
    by: tuple[str, ...]
    """By what the rule applied."""
    say: str | None = None
    to: str | None = None
    """Of refer: who decides."""
    decision: Decided | None = None
    """The last decision that stands; it may differ from the outcome, and then both are shown."""
    problems: tuple[str, ...] = ()
    """What could not be told: an address that did not answer, a file that could not be read."""

    def count(self, word: FoundWord, level: RequirementLevel = "must") -> int:
        """How many requirements of a level came to a word."""
        return sum(1 for one in self.requirements if (one.word, one.level) == (word, level))
