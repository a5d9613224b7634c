"""What was handed in, and what of it may be relied on: an answers file and what is expected of it -> a sheet of answers that count.

    Handed   the file as it was read: its answers, signed by whom, handed in by them or by us
    Expected whose it has to be, whom it has to answer, how old it may be
    Sheet    what counts of it, item by item, and ``Received``: how it stands

Refused as a whole, with the reason: what could not be read, what somebody else answered, what answers somebody else's questions, what
was answered at a time that has not come. Kept and said: unsigned, too old, answers another version. An answer that its question does not
allow, one to a question that is hidden, and a party's answer to what is asked of us count for nothing, and which they are is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final, Literal

from attest.model.answers import Answers, Given
from attest.model.questionnaire import Item, Questionnaire
from attest.reviewed import Received
from attest.times import parse_day, print_moment, print_span

Side = Literal["them", "us"]

A_YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Handed:
    """An answers file, read."""

    file: str
    answers: Answers | None
    """None where it could not be read, and then ``why`` says so."""
    key: str | None = None
    """The fingerprint of whoever signed it, if the party's file names that key for it."""
    by: Side = "them"
    """Who handed it in, as the party's file says: they, or somebody of ours who wrote down what was said."""
    why: str | None = None
    """Why it is not used, or what is odd about it."""
    another: bool = False
    """Whether somebody else signed it than the party's file names."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of every answers file of one party."""

    names: tuple[str, ...]
    """What the party is called; empty: nobody in particular."""
    asker: str | None
    """The center that asks, its URI; None: whoever."""
    at: datetime
    max_age: timedelta = A_YEAR


@dataclass(frozen=True, slots=True)
class Sheet:
    """Answers that count."""

    received: Received
    by: Side
    answers: Mapping[str, Given] = field(default_factory=dict)
    unfit: Mapping[str, str] = field(default_factory=dict)
    """Answers that their question does not allow, and why: somebody said something, and it cannot be relied on."""
    questionnaire: Questionnaire | None = None
    another: bool = False
    """Whether it is somebody else's, or answers somebody else."""

    @property
    def said(self) -> str:
        """How far it can be relied on, in a bracket's few words: ``unsigned, 2026-11-20``."""
        day = "" if self.received.answered_at is None else f", {self.received.answered_at.date()}"
        return ("written down by us" if self.by == "us" else self.received.signed) + day


def intake(handed: Handed, expected: Expected, questionnaires: Mapping[str, Questionnaire]) -> Sheet:
    """A file as it was read -> what counts of it."""
    answers = handed.answers
    if answers is None:
        return Sheet(Received(handed.file, None, None, None, None, "refused", handed.key, why=handed.why), handed.by, another=handed.another)
    found = next(_refusals(handed, answers, expected), None)
    questionnaire = questionnaires.get(answers.questionnaire.id)
    if found is not None:
        return Sheet(_received(handed, answers, expected, "refused", found.why), handed.by, another=found.another)
    unfit = {} if questionnaire is None else dict(_unfit(answers, questionnaire, handed.by))
    kept = {ident: given for ident, given in answers.answers.items() if ident not in unfit}
    received = _received(handed, answers, expected, "signed" if handed.key else "unsigned", handed.why or _odd(answers, questionnaire), _complete(kept, questionnaire, handed.by))
    return Sheet(received, handed.by, kept, unfit, questionnaire)


@dataclass(frozen=True, slots=True)
class _Refusal:
    why: str
    another: bool = False


def _refusals(handed: Handed, answers: Answers, expected: Expected) -> Iterator[_Refusal]:
    """Why it is not used, the worst first."""
    if handed.another:
        yield _Refusal(handed.why or "is signed by another key", another=True)
    if answers.answered_at > expected.at:
        yield _Refusal(f"was answered at {print_moment(answers.answered_at)}, which has not come")
    asker = answers.questionnaire.asker
    if asker is not None and expected.asker is not None and asker != expected.asker:
        yield _Refusal(f"answers the questions of {asker}, not ours", another=True)
    if handed.by == "them" and expected.names and _plain(answers.by.name) not in map(_plain, expected.names):
        yield _Refusal(f"says that {answers.by.name} answers, and this is {expected.names[0]} (write legal_name: in the party's file where that is the same company)", another=True)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _received(handed: Handed, answers: Answers, expected: Expected, signed: Literal["signed", "unsigned", "refused"], why: str | None, complete: tuple[int, int] = (0, 0)) -> Received:
    asked, author = answers.questionnaire, answers.by
    said = ", ".join(part for part in (author.name, author.person, author.role) if part)
    stale = signed != "refused" and answers.answered_at + expected.max_age <= expected.at
    late = f"is older than {print_span(expected.max_age)}" if stale else None
    return Received(handed.file, asked.id, asked.version, said, answers.answered_at, signed, handed.key, complete, stale, "; ".join(filter(None, (late, why))) or None)


def _odd(answers: Answers, questionnaire: Questionnaire | None) -> str | None:
    asked = answers.questionnaire
    if questionnaire is None:
        return f"there is no questionnaire {asked.id} here to hold it against"
    return None if asked.version == questionnaire.version else f"answers version {asked.version}, and {asked.id} is at version {questionnaire.version}"


def _unfit(answers: Answers, questionnaire: Questionnaire, by: Side) -> Iterator[tuple[str, str]]:
    items = {item.id: item for _, item in questionnaire.items()}
    for ident, given in answers.answers.items():
        item = items.get(ident)
        if item is None:
            yield ident, "is no question of it"
        elif by == "them" and item.asked_of != "them":
            yield ident, f"is asked of {'us' if item.asked_of == 'us' else 'the contract'}, not of them"
        elif why := misfit(item, given):
            yield ident, why


def _complete(answers: Mapping[str, Given], questionnaire: Questionnaire | None, by: Side) -> tuple[int, int]:
    if questionnaire is None:
        return 0, 0
    asked = [item.id for _, item in questionnaire.items() if item.required == "yes" and (by == "us" or item.asked_of == "them")]
    return sum(1 for ident in asked if ident in answers), len(asked)


def misfit(item: Item, given: Given) -> str | None:
    """Why a question does not allow an answer; None where it does."""
    if (item.kind == "file") != (given.file is not None):
        return "is a file, and none is asked for" if given.file is not None else "asks for a file"
    if item.kind != "choices" and len(given.words) > 1:
        return "gives several answers, and one is asked for"
    strange = [word for word in given.words if item.allowed and word not in item.allowed]
    if strange:
        return f"{strange[0]!r:.60} is not one of {', '.join(item.allowed)}"
    return _KINDS[item.kind](item, given.words[0]) if item.kind in _KINDS else None


def number_of(word: str) -> Fraction | None:
    """``72``, ``7.5`` -> the number; None for anything else."""
    return Fraction(word) if word.replace(".", "", 1).isdigit() and word.isascii() and len(word) <= 12 else None


def _number(item: Item, word: str) -> str | None:
    number = number_of(word)
    if number is None:
        return f"{word!r:.60} is no number of {item.unit}"
    if (item.least is not None and number < item.least) or (item.most is not None and number > item.most):
        return f"{word} {item.unit} is beyond what can be answered"
    return None


def _day(item: Item, word: str) -> str | None:
    try:
        parse_day(word)
    except ValueError as error:
        return str(error)
    return None


_KINDS: Final[Mapping[str, Callable[[Item, str], str | None]]] = {"number": _number, "date": _day}
