"""Answers held against their questionnaire: which questions are asked, which answers count, what is wrong, missing, raised and scored.

    questionnaire + answers ->  visible      the questions that are asked, given what was answered
                                shut         the questions that are not asked, however the open ones are answered
                                counted      the answers to those: an answer to a question that is hidden counts as none
                                unfinished   required ones without an answer
                                raised       warnings, by the questions that raise them
                                points       what was scored, of what could have been
                                check_answers, unasked     problems, at file:line

``show_if`` of a section is one of each of its questions. A question is decided once those that its conditions ask are; questions that wait
for each other in a circle are never asked (and ``circle`` names them, so that nobody publishes such a form). The form in the browser
follows the same rules: tests/cases/answering holds both to the same cases.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from itertools import islice
from typing import Any, Final, NamedTuple, Protocol

from attest.errors import Problem, meant
from attest.model.answers import Answers, Given
from attest.model.condition import Condition
from attest.model.questionnaire import AskedOf, Flagged, Item, Questionnaire, Section
from attest.times import parse_day

Said = Mapping[str, Given]
"""Answers by question: ``Answers.answers``."""
Asked = tuple[Section, Item]

MOST_TEXT: Final = 10_000
"""Characters of one answer or note."""
MOST_PROBLEMS: Final = 50
"""Of one file: more would not be read."""
_NUMBER = re.compile(r"(?P<minus>-?)[0-9]{1,15}(\.[0-9]{1,9})?")


class Raised(NamedTuple):
    """A warning that an answer raises."""

    flag: str
    item: str
    why: str
    """As the questionnaire says it; else the question and what was answered."""
    answer: str
    """What was answered, in words."""


class Where(Protocol):
    """What knows the lines of an answers file: ``yaml_lines.Document``."""

    def at(self, path: tuple[str | int, ...], what: str, todo: str = "") -> Problem:
        """A problem of the entry at a path."""
        ...


# Which questions are asked.


def visible(questionnaire: Questionnaire, said: Said) -> list[Asked]:
    """The questions that are asked given these answers, with their sections, in the questionnaire's order."""
    conditions = _conditions(questionnaire)
    shown: set[str] = set()
    known: dict[str, Given] = {}
    for ident in _in_order(conditions):
        if ident in conditions and all(holds(condition, known) for condition in conditions[ident]):
            shown.add(ident)
            known |= {ident: said[ident]} if ident in said else {}
    return [(section, item) for section, item in questionnaire.items() if item.id in shown]


def counted(questionnaire: Questionnaire, said: Said) -> dict[str, Given]:
    """The answers to questions that are asked."""
    return {item.id: said[item.id] for _, item in visible(questionnaire, said) if is_answered(said.get(item.id))}


def shut(questionnaire: Questionnaire, said: Said) -> frozenset[str]:
    """The questions that are not asked, whatever is answered yet to those that are open: leaving out an answer shuts nothing."""
    conditions = _conditions(questionnaire)
    known: dict[str, Given] = {}
    undecided: set[str] = set()
    gone: set[str] = set()
    for ident in _in_order(conditions):
        found = [_perhaps(condition, known, undecided) for condition in conditions.get(ident, ())]
        if False in found:
            gone.add(ident)
        elif None in found or not is_answered(said.get(ident)):
            undecided.add(ident)
        else:
            known[ident] = said[ident]
    return frozenset(gone)


def _perhaps(condition: Condition, said: Said, undecided: Collection[str]) -> bool | None:
    """Whether a condition holds; None where that hangs on a question that is undecided."""
    if condition.not_ is not None:
        inner = _perhaps(condition.not_, said, undecided)
        return None if inner is None else not inner
    if condition.item is not None:
        return None if condition.item in undecided else says(condition, said.get(condition.item))
    found = [_perhaps(one, said, undecided) for one in (*(condition.all or ()), *(condition.any or ()))]
    decides = condition.all is None
    return decides if decides in found else None if None in found else not decides


def circle(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Questions that wait for each other before any of them is asked, the first again at the end; empty where there are none."""
    try:
        TopologicalSorter(_graph(_conditions(questionnaire))).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return tuple(reversed(found))
    return ()


def part_of(questionnaire: Questionnaire, part: AskedOf | None) -> Questionnaire:
    """The questions asked of one side, tips and flags with them; None for all.

    A condition that asks a question of another side is left out, as it is in the published form: whoever answers this part does not answer that one.
    """
    if part is None:
        return questionnaire
    kept = frozenset(item.id for _, item in questionnaire.items() if item.asked_of == part)
    sections = [section.model_copy(update={"items": _kept(section, kept), "show_if": _within(section.show_if, kept)}) for section in questionnaire.sections]
    return questionnaire.model_copy(update={"sections": tuple(section for section in sections if section.items)})


def _kept(section: Section, kept: frozenset[str]) -> tuple[Item, ...]:
    return tuple(item.model_copy(update={"show_if": _within(item.show_if, kept)}) for item in section.items if item.id in kept)


def _within(condition: Condition | None, kept: frozenset[str]) -> Condition | None:
    strange = condition is not None and any(part.item is not None and part.item not in kept for part in condition.parts())
    return None if strange else condition


def _conditions(questionnaire: Questionnaire) -> dict[str, tuple[Condition, ...]]:
    """What has to hold before each question is asked."""
    return {item.id: tuple(one for one in (section.show_if, item.show_if) if one is not None) for section, item in questionnaire.items()}


def _graph(conditions: Mapping[str, tuple[Condition, ...]]) -> dict[str, set[str]]:
    return {ident: {part.item for one in ones for part in one.parts() if part.item is not None} for ident, ones in conditions.items()}


def _in_order(conditions: Mapping[str, tuple[Condition, ...]]) -> Iterator[str]:
    """Each question after those that its conditions ask; not those in a circle, nor what waits for one."""
    sorter = TopologicalSorter(_graph(conditions))
    try:
        sorter.prepare()
    except CycleError:
        pass  # it gives what waits for no circle
    while ready := sorter.get_ready():
        yield from ready
        sorter.done(*ready)


# What an answer says.


def holds(condition: Condition, said: Said) -> bool:
    """Whether a condition on answers holds. ``said`` holds the answers that count: a question that is not in it was not answered.

    Only answers can be asked here: any other kind of question about a party does not hold.
    """
    if condition.all is not None:
        return all(holds(one, said) for one in condition.all)
    if condition.any is not None:
        return any(holds(one, said) for one in condition.any)
    if condition.not_ is not None:
        return not holds(condition.not_, said)
    return condition.item is not None and says(condition, said.get(condition.item))


def says(condition: Condition, given: Given | None) -> bool:
    """Whether one answer is as a condition on it asks: all of is, at_least, at_most and answered that it names. None is no answer."""
    there = is_answered(given)
    words, value = (given.words if given is not None and there else ()), number_in(given)
    return (
        (condition.answered is None or (condition.answered == "yes") == there)
        and (condition.is_ is None or any(word in condition.is_ for word in words))
        and (condition.at_least is None or (value is not None and value >= condition.at_least))
        and (condition.at_most is None or (value is not None and value <= condition.at_most))
    )


def is_answered(given: Given | None) -> bool:
    """Whether it says anything: an empty list of choices does not."""
    return given is not None and (given.file is not None or bool(given.words))


def number_in(given: Given | None) -> Fraction | None:
    """The number that was answered, exactly; None where it is none."""
    words = () if given is None else given.words
    return Fraction(words[0]) if len(words) == 1 and _NUMBER.fullmatch(words[0]) else None


def in_words(item: Item | None, given: Given | None) -> str:
    """An answer for people: choices by their text, a number with its unit, a file by its name. Without its question, as it stands."""
    if given is None or not is_answered(given):
        return "not answered"
    if given.file is not None:
        return f"file {given.file}"
    texts = {} if item is None else {choice.id: choice.text for choice in item.choices}
    said = ", ".join(texts.get(word, word) for word in given.words)
    return said if item is None or item.unit is None else f"{said} {item.unit}"


# How far it is, and what follows from it.


def unfinished(questionnaire: Questionnaire, said: Said) -> list[Asked]:
    """Questions that are asked, required, and without an answer."""
    return [(section, item) for section, item in visible(questionnaire, said) if item.required == "yes" and not is_answered(said.get(item.id))]


def progress(questionnaire: Questionnaire, said: Said) -> tuple[int, int]:
    """How many questions were answered, of how many that are asked; those that need no answer count in both."""
    asked = visible(questionnaire, said)
    return sum(is_answered(said.get(item.id)) for _, item in asked), len(asked)


def raised(questionnaire: Questionnaire, said: Said) -> list[Raised]:
    """The warnings that questions which are asked raise, in the questionnaire's order."""
    known = counted(questionnaire, said)
    items = [item for _, item in visible(questionnaire, said)]
    return [_raised(one, item, in_words(item, known.get(item.id))) for item in items for one in item.flags if holds(one.when, known)]


def _raised(flagged: Flagged, item: Item, answer: str) -> Raised:
    return Raised(flagged.flag, item.id, flagged.why or f"{item.ask} {answer}", answer)


def points(questionnaire: Questionnaire, said: Said) -> tuple[int, int]:
    """Points of the questions that are asked, of the most they could bring. Of a question's rules the first that holds counts; of one with several choices, each that holds."""
    known, scored = counted(questionnaire, said), [item for _, item in visible(questionnaire, said) if item.score]
    got = [[one.points for one in item.score if holds(one.when, known)] for item in scored]
    most = [[one.points for one in item.score] for item in scored]
    several = [item.kind == "choices" for item in scored]
    return sum(map(_got, got, several)), sum(map(_most, most, several))


def _got(found: list[int], several: bool) -> int:
    return sum(found if several else found[:1])


def _most(rules: list[int], several: bool) -> int:
    return sum(rules) if several else max(rules)


# Whether answers fit.


def check_answers(questionnaire: Questionnaire, answers: Answers, document: Where, ident: str | None = None) -> list[Problem]:
    """What makes answers not fit: of another questionnaire or version, to questions that there are not, not of their kind or beyond their limits.

    ``ident`` is the questionnaire's id where it does not say it itself. Answers that fit may still be ``unfinished``.
    """
    return list(islice(_wrong(questionnaire, answers, document, ident or questionnaire.id), MOST_PROBLEMS))


def unasked(questionnaire: Questionnaire, answers: Answers, document: Where) -> list[Problem]:
    """Warnings: answers to questions that are not asked, given the others. They stop nothing, and count as not given. One that waits for an answer yet is none of them."""
    gone = shut(questionnaire, answers.answers)
    hidden = [item.id for _, item in questionnaire.items() if item.id in gone and item.id in answers.answers]
    return [document.at(("answers", ident), "answers a question that is not asked, given the other answers", "it counts as not given; take it out, or look at the others") for ident in hidden[:MOST_PROBLEMS]]


def _wrong(questionnaire: Questionnaire, answers: Answers, document: Where, ident: str | None) -> Iterator[Problem]:
    yield from _of_another(questionnaire, answers, document, ident)
    items = {item.id: item for _, item in questionnaire.items()}
    for name, given in answers.answers.items():
        if name not in items:
            yield document.at(("answers", name), f"there is no question {name!r} in this questionnaire", meant(name, items, "take it out"))
        elif wrong := wrong_answer(items[name], given):
            yield document.at(("answers", name), *wrong)


def _of_another(questionnaire: Questionnaire, answers: Answers, document: Where, ident: str | None) -> Iterator[Problem]:
    asked = answers.questionnaire
    if ident is not None and asked.id != ident:
        yield document.at(("questionnaire", "id"), f"is {asked.id!r}, and this questionnaire is {ident!r}", "answer this one, or name the one that was answered")
    elif asked.version != questionnaire.version:
        yield document.at(("questionnaire", "version"), f"is {asked.version!r:.60}, and this questionnaire is version {questionnaire.version!r:.60}", "go through the answers again with the present version")
    if questionnaire.asker is not None and asked.asker not in (None, questionnaire.asker):
        yield document.at(("questionnaire", "asker"), f"is {asked.asker!r:.100}, and this questionnaire is asked by {questionnaire.asker!r:.100}", "answer the questionnaire of whoever asks")


def wrong_answer(item: Item, given: Given) -> tuple[str, str] | None:
    """What is wrong with an answer to a question and what to do; None where it fits."""
    if (item.kind == "file") != (given.file is not None):
        return ("is not a file", "write file: with its name and sha256: with its digest") if item.kind == "file" else (f"is a file, and a {_named(item)} is asked for", "write value:")
    if isinstance(given.value, tuple) != (item.kind == "choices") and given.file is None:
        return ("is one word, and several are asked for", f"write a list: [{_cut(given.words[0])}]") if item.kind == "choices" else (f"is a list, and a {_named(item)} is asked for", "write one answer")
    if any(len(text) > MOST_TEXT for text in (*given.words, given.note or "", given.file or "")):
        return f"is longer than {MOST_TEXT} characters", "shorten it, or hand over a file"
    check = _CHECKS.get(item.kind)
    return check(item, given) if check is not None else None


def _named(item: Item) -> str:
    return {"yes-no": "word", "choice": "word", "choices": "list of words", "date": "day"}.get(item.kind, item.kind)


def _words_fit(item: Item, given: Given) -> tuple[str, str] | None:
    strange = [word for word in given.words if word not in item.allowed]
    if strange:
        return f"{_cut(strange[0])!r} is not one of {', '.join(item.allowed[:12])}{' …' if len(item.allowed) > 12 else ''}", "write one of these words"
    if len(set(given.words)) < len(given.words):
        return "names a choice twice", "keep one"
    return None


def _number_fits(item: Item, given: Given) -> tuple[str, str] | None:
    value = number_in(given)
    if value is None:
        return f"{_cut(given.words[0])!r} is not a number", f"write it as 24 or 24.5, without the unit, which is {item.unit}"
    if item.least is None and value < 0:
        return f"is negative, and {item.unit} are counted from 0", "write 0 or more"
    if item.least is not None and value < item.least:
        return f"is less than {_plain(item.least)} {item.unit}", f"write {_plain(item.least)} or more"
    if item.most is not None and value > item.most:
        return f"is more than {_plain(item.most)} {item.unit}", f"write {_plain(item.most)} or less"
    return None


def _day_fits(item: Item, given: Given) -> tuple[str, str] | None:
    try:
        parse_day(given.words[0])
    except ValueError as error:
        what, _, todo = str(error).partition(", write ")
        return (what, f"write {todo}") if todo else (f"{_cut(given.words[0])!r} is not a day that there is", "write it as 2026-04-02")
    return None


_CHECKS: Final[Mapping[str, Any]] = {"yes-no": _words_fit, "choice": _words_fit, "choices": _words_fit, "number": _number_fits, "date": _day_fits}


def _plain(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else str(float(value))


def _cut(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
