"""Conditions as people say them: on paper, where no script hides a question, and of requirements, which say by what they are shown.

    {item: second-factor, is: ["no", partly]}              ->  2.1 is answered “No” or “Partly”
    {all: [{item: hours, at_most: 24}, {not: {…}}]}        ->  3.4 is at most 24 hours, and it is not so that …
    {maps: iso-27001-2022, clause: A.8.5, is: met}         ->  in your attestation, what bears on A.8.5 of ISO/IEC 27001:2022 is met

Conditions come as the plain JSON values in which they are published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Condition = Mapping[str, Any]

WORDS: Final = {"yes": "Yes", "no": "No", "partly": "Partly", "n/a": "Does not apply"}
"""What can be answered beside choices, as people read it."""
TOPICS: Final = {
    "data-protection": "data protection", "data-ownership": "whose the data is", "data-handling": "how data is handled", "breach-notice": "notice of a breach",
    "compromise": "what follows a compromise", "audit": "the right to check", "access": "access", "acceptable-use": "acceptable use", "liability": "liability",
    "compensation": "compensation", "insurance": "insurance", "termination": "termination", "processing-agreement": "a data processing agreement",
    "health-data": "health data", "regulation": "the law that applies", "subcontracting": "subcontractors", "service-level": "service levels",
}  # fmt: skip
"""What a clause of a contract is about."""
_DIRECTIONS: Final = {"we-tell-them": "hours in which we tell you of an incident", "they-tell-us": "hours in which you tell us of an incident"}
_OURS: Final = "we see it ourselves"
"""What only we know of a party, or ask ourselves."""


@dataclass(frozen=True, slots=True)
class Named:
    """A question, as a condition names it."""

    name: str
    """``2.1``, or the question in quotation marks."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """Answer -> how people read it."""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """How what conditions speak of is called."""

    questions: Mapping[tuple[str | None, str], Named] = field(default_factory=dict)
    """(questionnaire, item); None for the questionnaire that the condition stands in."""
    frameworks: Mapping[str, str] = field(default_factory=dict)
    """Id -> title."""
    promises: Mapping[str, str] = field(default_factory=dict)
    """Id -> title, of those that are public here: whoever took the same from the library has it by the same id."""


def in_words(condition: Condition, names: Names) -> str:
    """The whole of it, to stand after "if" or "shown by"."""
    if "not" in condition:
        return f"it is not so that {_inner(condition['not'], names)}"
    for key, joined in (("all", ", and "), ("any", ", or ")):
        if key in condition:
            return joined.join(dict.fromkeys(_inner(part, names) for part in condition[key]))
    asked = next(name for name in (*_SAID, "else") if name in condition or name == "else")
    return _SAID[asked](condition, names) if asked in _SAID else _OURS


def when_in_words(condition: Condition, names: Names) -> str:
    """As a sentence of its own beside what depends on it."""
    return f"Unless {in_words(condition['not'], names)}." if "not" in condition else f"Only if {in_words(condition, names)}."


def _inner(condition: Condition, names: Names) -> str:
    """One part of several; what is joined itself stands in brackets."""
    said = in_words(condition, names)
    return f"({said})" if len(condition.get("all", condition.get("any", ()))) > 1 else said


def _item(condition: Condition, names: Names) -> str:
    found = names.questions.get((condition.get("of"), condition["item"]))
    return _OURS if found is None else " and ".join(_compared(condition, found.name, found.answers, found.unit))


def _compared(condition: Condition, name: str, answers: Mapping[str, str], unit: str) -> Iterable[str]:
    more = f" {unit}" if unit else ""
    if "is" in condition:
        yield f"{name} is answered {_or(f'“{answers.get(word) or WORDS.get(word, word)}”' for word in _words(condition))}"
    if "at_least" in condition:
        yield f"{name} is at least {condition['at_least']}{more}"
    if "at_most" in condition:
        yield f"{name} is at most {condition['at_most']}{more}"
    if "answered" in condition:
        yield f"{name} is {'answered' if condition['answered'] == 'yes' else 'left open'}"


def _attestation(condition: Condition, names: Names) -> str:
    return f"your own attestation verifies as {_is(condition)}"


def _control(condition: Condition, names: Names) -> str:
    title = names.promises.get(condition["control"])
    called = condition["control"] if title is None else f"“{title}” ({condition['control']})"
    return f"in your attestation, the promise {called} is {_is(condition)}"


def _maps(condition: Condition, names: Names) -> str:
    return f"in your attestation, what bears on {condition['clause']} of {names.frameworks.get(condition['maps'], condition['maps'])} is {_is(condition)}"


def _certificate(condition: Condition, names: Names) -> str:
    return f"your certificate for {names.frameworks.get(condition['certificate'], condition['certificate'])} is {_is(condition)}"


def _insurance(condition: Condition, names: Names) -> str:
    return f"your {condition['insurance']} insurance is {_is(condition)}"


def _contract(condition: Condition, names: Names) -> str:
    return f"our contract’s clause on {TOPICS.get(condition['contract'], condition['contract'])} is {_is(condition)}"


def _notice(condition: Condition, names: Names) -> str:
    return " and ".join(_compared(condition, f"the number of {_DIRECTIONS[condition['notice']]}", {}, ""))


def _is(condition: Condition) -> str:
    return _or(word.replace("-", " ") for word in _words(condition))


def _words(condition: Condition) -> tuple[str, ...]:
    """A form that was fetched may write one word without a list."""
    said = condition["is"]
    return (said,) if isinstance(said, str) else tuple(said)


def _or(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


_SAID: Final[Mapping[str, Callable[[Condition, Names], str]]] = {
    "item": _item, "attestation": _attestation, "control": _control, "maps": _maps, "certificate": _certificate, "insurance": _insurance, "contract": _contract, "notice": _notice,
}  # fmt: skip
"""By what is asked; the rest only we know of a party."""
