"""Where something was found, as a person would say it: questions by their words and answers by what was offered, instead of their ids.

    answer second-factor of new-customer: yes (signed, 2026-11-02)   ->  “Do your people sign in with a second factor?” yes (signed, 2026-11-02)
    warning not-insured: raised                                      ->  warning “Has no insurance”
    contract, breach-notice: refused                                 ->  contract, breach notice: refused
    answers to new-customer anew                                     ->  answers to “Due diligence on a new customer” anew

What is not known stays as it was: an id is better than nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from attest.desk.told import Told
from attest.model.questionnaire import Item

_ANSWER: Final = re.compile(r"answer (?P<item>[a-z0-9-]+)(?: of (?P<form>[a-z0-9-]+))?: (?P<said>.*)", re.DOTALL)
_WARNING: Final = re.compile(r"warning (?P<id>[a-z0-9-]+): raised")
_CONTRACT: Final = re.compile(r"contract, (?P<topic>[a-z-]+)(?P<rest>\W.*)", re.DOTALL)
_DUE: Final = re.compile(r"(?P<before>answers to|certificate anew:|exception ends:) (?P<id>[a-z0-9.-]+)(?P<after>,? .*|)", re.DOTALL)
_ALSO: Final = {"n/a": "does not apply"}


def found_in_words(place: str, told: Told, kind: str) -> str:
    """One of the places that a review of a customer or supplier names."""
    for shape, said in _SAID.items():
        if match := shape.fullmatch(place.removeprefix(_UNTOLD)):
            return (_UNTOLD if place.startswith(_UNTOLD) else "") + said(match, told, kind)
    return place


_UNTOLD: Final = "cannot be told: "


def due_in_words(what: str, told: Told, kind: str) -> str:
    """One of the things that are due of one."""
    match = _DUE.fullmatch(what)
    if match is None or (title := told.title(kind, match["id"]) or _form(match["id"], told)) is None:
        return what
    return f"{match['before']} “{title}”{match['after']}"


def _form(ident: str, told: Told) -> str | None:
    return told.questionnaires[ident].title if ident in told.questionnaires else None


def _answer(match: re.Match[str], told: Told, kind: str) -> str:
    item = _item(match["item"], match["form"], told)
    return match[0] if item is None else f"“{item.ask}” {_chosen(item, match['said'])}"


def _item(item: str, form: str | None, told: Told) -> Item | None:
    forms = told.questionnaires.values() if form is None else filter(None, [told.questionnaires.get(form)])
    return next((one for questionnaire in forms for _, one in questionnaire.items() if one.id == item), None)


def _chosen(item: Item, said: str) -> str:
    """What was chosen, by its text; who said it when stays behind it."""
    words, bracket, rest = said.partition(" (")
    texts: Mapping[str, str] = {choice.id: choice.text for choice in item.choices} | _ALSO
    return f"{', '.join(texts.get(word, word) for word in words.split(', '))}{f' {item.unit}' if item.unit and words.isdecimal() else ''}{bracket}{rest}"


def _warning(match: re.Match[str], told: Told, kind: str) -> str:
    title = told.title(kind, match["id"])
    return match[0] if title is None else f"warning “{title}”"


def _contract(match: re.Match[str], told: Told, kind: str) -> str:
    return f"contract, {match['topic'].replace('-', ' ')}{match['rest']}"


_SAID: Final[Mapping[re.Pattern[str], Callable[[re.Match[str], Told, str], str]]] = {_ANSWER: _answer, _WARNING: _warning, _CONTRACT: _contract}
