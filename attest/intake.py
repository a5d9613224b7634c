"""What was handed in, and what of it may be relied on: answers files and what is expected of them -> sheets of answers that count.

    Handed   the file as it was read: its answers, signed by whom, handed in by them or by us
    Expected whose it has to be, whom it has to answer, how old it may be
    Sheet    what counts of it, item by item, and ``Received``: how it stands

Refused as a whole, with the reason: what could not be read, what somebody else answered, what answers somebody else's questions, what
was answered at a time that has not come. Kept and said: unsigned, too old, answers another version. An answer that its question does not
allow, one to a question that is hidden, and a party's answer to what is asked of us count for nothing, and which they are is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from attest.answering import is_answered, points, shut, visible, wrong_answer
from attest.model.answers import Answers, Given
from attest.model.questionnaire import Questionnaire
from attest.reviewed import Received
from attest.times import print_moment, print_span

Side = Literal["them", "us"]

A_YEAR: Final = timedelta(days=365)
MOST_SAID: Final = 8
"""Oddities of one file that are named."""


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
    signer: str | None = None
    """The fingerprint of the key that signed it, whoever's that is; None where nobody did, or it was changed since."""


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
    unasked: frozenset[str] = frozenset()
    """Questions that are not asked, given what was answered and is not too old. One that waits for an answer that nobody gave is not among them."""
    questionnaire: Questionnaire | None = None
    another: bool = False
    """Whether it is somebody else's, or answers somebody else."""

    @property
    def said(self) -> str:
        """How far it can be relied on, in a bracket's few words: ``unsigned, 2026-11-20``."""
        day = "" if self.received.answered_at is None else f", {self.received.answered_at.date()}"
        of = self.questionnaire
        version = "" if of is None or self.received.version == of.version else f", to version {self.received.version}"
        return ("written down by us" if self.by == "us" else self.received.signed) + day + version


def intake(handed: Iterable[Handed], expected: Expected, questionnaires: Mapping[str, Questionnaire]) -> tuple[Sheet, ...]:
    """Files as they were read -> what counts of them. Whether a question is asked follows from all files that answer its questionnaire together."""
    sheets = [_sheet(one, expected, questionnaires) for one in handed]
    fresh = [sheet for sheet in sheets if not sheet.received.stale]
    asked = {ident: _Asked(frozenset(item.id for _, item in visible(one, said_of(sheets, ident))), shut(one, said_of(fresh, ident))) for ident, one in questionnaires.items()}
    return tuple(_settled(sheet, asked.get(sheet.received.questionnaire or ""), said_of(sheets, sheet.received.questionnaire)) for sheet in sheets)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Of a questionnaire, given what was answered."""

    asked: frozenset[str]
    shut: frozenset[str]


def said_of(sheets: Iterable[Sheet], ident: str | None) -> dict[str, Given]:
    """What all sheets together answer to a questionnaire: of each question the newest."""
    own = [sheet for sheet in sheets if sheet.received.questionnaire == ident]
    return {name: given for sheet in sorted(own, key=age) for name, given in sheet.answers.items()}


def age(sheet: Sheet) -> tuple[bool, str, bool, str]:
    """Sorts sheets, the newest last; of the same moment a signed one after one that is not."""
    when = sheet.received.answered_at
    return when is not None, "" if when is None else print_moment(when), sheet.received.signed == "signed", sheet.received.file


def _sheet(handed: Handed, expected: Expected, questionnaires: Mapping[str, Questionnaire]) -> Sheet:
    answers = handed.answers
    if answers is None:
        return Sheet(Received(handed.file, None, None, None, None, "refused", handed.key, why=handed.why), handed.by, another=handed.another)
    found = next(_refusals(handed, answers, expected), None)
    questionnaire = questionnaires.get(answers.questionnaire.id)
    if found is not None:
        return Sheet(_received(handed, answers, expected, "refused", found.why), handed.by, another=found.another)
    unfit = {} if questionnaire is None else dict(_unfit(answers, questionnaire, handed.by))
    kept = {ident: given for ident, given in answers.answers.items() if ident not in unfit and is_answered(given)}
    received = _received(handed, answers, expected, "signed" if handed.key else "unsigned", _and(handed.why, _odd(answers, questionnaire), *(f"{ident} {why}" for ident, why in unfit.items())))
    return Sheet(received, handed.by, kept, unfit, questionnaire=questionnaire)


def _settled(sheet: Sheet, found: _Asked | None, said: Mapping[str, Given]) -> Sheet:
    """A sheet without answers to questions that are not asked, and how complete it is."""
    if found is None or sheet.questionnaire is None:
        return sheet
    asked = found.asked
    items = [item for _, item in sheet.questionnaire.items() if item.id in asked and (sheet.by == "us" or item.asked_of == "them")]
    hidden = frozenset(item.id for _, item in sheet.questionnaire.items() if item.id not in asked)
    kept = {ident: given for ident, given in sheet.answers.items() if ident in asked}
    more = [f"{ident} is not asked, given the other answers" for ident in sheet.answers if ident in hidden]
    complete = sum(1 for item in items if item.id in kept), len(items)
    received = replace(sheet.received, complete=complete, points=points(sheet.questionnaire, said), why=_and(sheet.received.why, *more))
    return replace(sheet, received=received, answers=kept, unasked=hidden & found.shut)


def _and(*parts: str | None) -> str | None:
    """What is odd about a file, in one line; of many things the first few."""
    said = [part for part in parts if part]
    return "; ".join([*said[:MOST_SAID], *([f"and {len(said) - MOST_SAID} more"] if len(said) > MOST_SAID else [])]) or None


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
        yield _Refusal(f"answers the questions of {asker}, not ours")
    if handed.by == "them" and expected.names and not any(same_name(answers.by.name, name) for name in expected.names):
        yield _Refusal(f"says that {answers.by.name} answers, and this is {expected.names[0]} (write legal_name: in the party's file where that is the same company)", another=True)


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same, whatever their case and the blanks in them."""
    return one.casefold().split() == other.casefold().split()


def _received(handed: Handed, answers: Answers, expected: Expected, signed: Literal["signed", "unsigned", "refused"], why: str | None) -> Received:
    asked, author = answers.questionnaire, answers.by
    said = ", ".join(part for part in (author.name, author.person, author.role) if part)
    stale = signed != "refused" and answers.answered_at + expected.max_age <= expected.at
    late = f"is older than {print_span(expected.max_age)}" if stale else None
    return Received(handed.file, asked.id, asked.version, said, answers.answered_at, signed, handed.key, stale=stale, why=_and(late, why))


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
        elif (wrong := wrong_answer(item, given)) is not None:
            yield ident, wrong[0]
