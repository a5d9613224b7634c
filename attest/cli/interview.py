"""The questions of a questionnaire, one after the other, on a terminal. What is typed becomes an answer, or says why it is none.

    3 of 25  Do your people sign in with a second factor wherever they reach our data?
             a  yes     b  no     c  partly
    answer: c

Enter leaves a question as it is and goes on. Single signs do the rest (``KEYS``). Which questions follow depends on the answers, and is found
anew after each. Every answer goes to ``keep`` before the next question is asked.
"""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, Literal, Protocol

from attest.answering import Raised, Said, in_words, is_answered, progress, raised, unfinished, visible, wrong_answer
from attest.cli import ui
from attest.errors import AttestError
from attest.hygiene import text_problems
from attest.model.answers import Given
from attest.model.questionnaire import Item, Questionnaire, Section
from attest.times import respelt_day
from attest.words import counted

KEYS: Final[Mapping[str, str]] = {
    "Enter": "go on, and leave the answer as it is",
    "<": "back to the question before",
    "-": "take the answer out again",
    "+ text": "a note beside the answer, such as + for now",
    "!": "only for whoever reviews this; ! again takes that back",
    "?": "what can be typed here",
    ".": "stop; the same command goes on from there",
}
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_ASKS: Final = {"yes-no": "answer", "choice": "answer", "choices": "answers, with commas between", "date": "a day, as 2026-04-02", "text": "answer", "file": "path of the file"}
_WIDEST: Final = 96


class Keep(Protocol):
    """Where answers go: a file on the disk."""

    def __call__(self, ident: str, given: Given | None) -> Said:
        """Keeps an answer, or takes it out; returns all that there are now. Raises AttestError where it could not."""
        ...


_Step = Literal[1, -1, 0]
"""On, back, or stop."""


def interview(questionnaire: Questionnaire, said: Said, keep: Keep, digest_of: Callable[[Path], str]) -> Said:
    """Asks until everything is through or the person stops; returns the answers. ``digest_of`` reads a file that is an answer. Raises AttestError."""
    place: str | None = _first_open(questionnaire, said)
    shown: str | None = None
    while place is not None:
        asked = visible(questionnaire, said)
        number = next(index for index, (_, item) in enumerate(asked) if item.id == place)
        section, item = asked[number]
        if section.id != shown:
            _say_section(section)
            shown = section.id
        _say_question(item, number + 1, len(asked), said.get(item.id))
        before = raised(questionnaire, said)
        step, said = _answered(item, said, keep, digest_of)
        _say_raised(before, raised(questionnaire, said))
        place = _next(questionnaire, said, item.id, step) if step else None
    return said


def _first_open(questionnaire: Questionnaire, said: Said) -> str | None:
    """Where to begin: the first question without an answer; the first of all where there is none."""
    asked = visible(questionnaire, said)
    return next((item.id for _, item in asked if not is_answered(said.get(item.id))), asked[0][1].id if asked else None)


def _next(questionnaire: Questionnaire, said: Said, ident: str, step: _Step) -> str | None:
    """The question before or after one, among those that are asked now. At the end: a required one that is still open, if the person wants it."""
    order = [item.id for _, item in questionnaire.items()]
    asked = [item.id for _, item in visible(questionnaire, said)]
    at = order.index(ident)
    if step < 0:
        return next((one for one in reversed(asked) if order.index(one) < at), ident if ident in asked else None)
    return next((one for one in asked if order.index(one) > at), None) or _at_the_end(questionnaire, said)


def _at_the_end(questionnaire: Questionnaire, said: Said) -> str | None:
    still = unfinished(questionnaire, said)
    if not still:
        return None
    ui.say("")
    ui.say(f"that was the last one. {counted(len(still), 'required question is', 'required questions are')} open:")
    for _, item in still[:10]:
        ui.say(f"  {_cut(item.ask)}")
    typed = ui.asked("Enter goes to the first of them, . stops here:")
    return still[0][1].id if typed is not None and typed != "." else None


def _answered(item: Item, said: Said, keep: Keep, digest_of: Callable[[Path], str]) -> tuple[_Step, Said]:
    """Asks one question until it is clear what was meant. What cannot be is said, and asked again."""
    while True:
        typed = ui.asked(f"{_prompt(item)}:")
        if typed is None or typed == ".":
            return 0, said
        if typed in ("", "<"):
            return -1 if typed else 1, said
        if typed == "?":
            _say_keys(item)
            continue
        try:
            given = _changed(item, said.get(item.id), typed, digest_of)
            said = keep(item.id, given)
        except (ValueError, AttestError) as error:
            _say_wrong(error)
            continue
        if typed[0] in "!+-" and (typed in ("!", "-") or typed[0] == "+"):
            ui.say(f"  {_now(item, said.get(item.id))}")
            continue
        ui.say(f"  -> {ui.plain(_cut(in_words(item, given)))}")
        return 1, said


def _changed(item: Item, before: Given | None, typed: str, digest_of: Callable[[Path], str]) -> Given | None:
    """The answer after what was typed; None for none. Raises ValueError, and what ``digest_of`` raises."""
    if typed == "-":
        return None
    if typed == "!" or typed[0] == "+":
        if before is None:
            raise ValueError("answer first, then say what stands beside it")
        if typed == "!":
            return before.model_copy(update={"private": "no" if before.private == "yes" else "yes"})
        return before.model_copy(update={"note": _text(typed[1:].strip()) if typed[1:].strip() else None})
    given = typed_answer(item, typed, digest_of)
    return given if before is None else given.model_copy(update={"note": before.note, "private": before.private})


def typed_answer(item: Item, typed: str, digest_of: Callable[[Path], str]) -> Given:
    """What a person typed, as an answer to a question. Raises ValueError in words for that person, and what ``digest_of`` raises for a file."""
    given = _READ[item.kind](item, _text(typed), digest_of)
    if wrong := wrong_answer(item, given):
        raise ValueError(", ".join(wrong))
    return given


def _text(typed: str) -> str:
    for wrong in text_problems(typed):
        raise ValueError(f"that {wrong}; write it without")
    return typed


def _word(item: Item, typed: str) -> str:
    """One of the words that can be answered: itself, its letter, or the beginning of it or of its text where that means one alone."""
    words, texts = item.allowed, {choice.id: choice.text for choice in item.choices}
    lower = typed.lower().strip()
    exact = [word for word in words if lower in (word, texts.get(word, word).lower())]
    letters = [word for letter, word in zip(_letters(), words, strict=False) if letter == lower]
    begun = [word for word in words if word.startswith(lower) or texts.get(word, "").lower().startswith(lower)]
    for found in (exact, *((begun[:1],) if item.kind == "yes-no" and len(lower) == 1 else (letters,)), begun):
        if len(found) == 1:
            return found[0]
    listed = f"one of {', '.join(words)}" if not item.choices else f"a letter from a to {list(zip(_letters(), words, strict=False))[-1][0]}, or the word"
    raise ValueError(f"{_cut(typed, 40)!r} {'could be several' if len(begun) > 1 else 'is not an answer here'}, write {listed}")


def _letters() -> Iterator[str]:
    """a, b … z, aa, ab …"""
    yield from _LETTERS
    for first in _LETTERS:
        yield from (first + second for second in _LETTERS)


def _one(item: Item, typed: str, _: object) -> Given:
    return Given(value=_word(item, typed))


def _several(item: Item, typed: str, _: object) -> Given:
    parts = [part.strip() for part in typed.split(",") if part.strip()]
    if not parts:
        raise ValueError("is no answer, write one or more, with commas between")
    return Given(value=tuple(dict.fromkeys(_word(item, part) for part in parts)))


def _number(item: Item, typed: str, _: object) -> Given:
    """The unit may be typed behind the number."""
    unit = re.escape(item.unit or "")
    return Given(value=re.sub(rf"\s*{unit}$", "", typed, flags=re.IGNORECASE) or typed)


def _day(item: Item, typed: str, _: object) -> Given:
    return Given(value=respelt_day(typed) or typed)


def _words(item: Item, typed: str, _: object) -> Given:
    return Given(value=typed)


def _file(item: Item, typed: str, digest_of: Callable[[Path], str]) -> Given:
    path = Path(typed.strip("'\"")).expanduser()
    return Given(file=path.name, sha256=digest_of(path))


_READ: Final[Mapping[str, Callable[[Item, str, Callable[[Path], str]], Given]]] = {
    "yes-no": _one, "choice": _one, "choices": _several, "number": _number, "date": _day, "text": _words, "file": _file,
}  # fmt: skip


# What is shown.


def _say_section(section: Section) -> None:
    ui.say("")
    ui.say(ui.colour(ui.plain(section.title), "bold", sys.stderr))
    _paragraph(section.help, "")


def _say_question(item: Item, number: int, of: int, given: Given | None) -> None:
    ui.say("")
    head = f"{number} of {of}  "
    first, *rest = _wrapped(item.ask + ("" if item.required == "yes" else " (may stay open)"), len(head)) or [""]
    ui.say(f"{head}{ui.colour(first, 'bold', sys.stderr)}")
    for line in rest:
        ui.say(ui.colour(f"{' ' * len(head)}{line}", "bold", sys.stderr))
    _paragraph(item.help, " " * len(head))
    if item.tip:
        _paragraph(f"look for: {item.tip}", " " * len(head))
    texts = {choice.id: choice.text for choice in item.choices}
    for letter, word in zip(_letters(), item.allowed if item.choices else (), strict=False):
        for at, line in enumerate(_wrapped(texts[word], len(head) + 4)):
            ui.say(f"{' ' * len(head)}{letter if not at else ' ':<2}  {line}")
    if is_answered(given):
        ui.say(f"{' ' * len(head)}{_now(item, given)}")


def _now(item: Item, given: Given | None) -> str:
    if given is None or not is_answered(given):
        return "now: not answered"
    beside = [*([f"note: {given.note}"] if given.note else []), *(["only for whoever reviews this"] if given.private == "yes" else [])]
    return ui.plain(f"now: {_cut(in_words(item, given), 300)}" + "".join(f"; {one}" for one in beside))


def _prompt(item: Item) -> str:
    if item.kind == "number":
        return ui.plain(item.unit or "a number")
    return "/".join(item.allowed) if item.kind == "yes-no" else _ASKS[item.kind]


def _say_keys(item: Item) -> None:
    if item.allowed:
        ui.say("  a letter, the word, or how it begins" + ("; several with commas between" if item.kind == "choices" else ""))
    for key, meaning in KEYS.items():
        ui.say(f"  {key:<8}{meaning}")


def _say_wrong(error: ValueError | AttestError) -> None:
    message, hint = (error.message, error.hint) if isinstance(error, AttestError) else (str(error), "")
    ui.say(f"  {ui.plain(message)}{f', {ui.plain(hint)}' if hint else ''}")


def _say_raised(before: list[Raised], after: list[Raised]) -> None:
    """Warnings that an answer brought: only whoever has the questionnaire itself sees them, they are in no published form."""
    for one in after:
        if one not in before:
            ui.say(f"  {ui.colour('warning flag', 'yellow', sys.stderr)} {ui.plain(one.flag)}: {ui.plain(_cut(one.why, 200))}")


def said_so_far(questionnaire: Questionnaire, said: Said) -> str:
    """How far it is, in a sentence."""
    done, of = progress(questionnaire, said)
    still = len(unfinished(questionnaire, said))
    return f"{done} of {of} answered, {'nothing required is open' if not still else counted(still, 'required one open', 'required ones open')}"


def _paragraph(text: str | None, margin: str) -> None:
    for line in _wrapped(text or "", len(margin)):
        ui.say(ui.colour(f"{margin}{line}", "dim", sys.stderr))


def _wrapped(text: str, margin: int) -> list[str]:
    width = max(30, min(_WIDEST, shutil.get_terminal_size().columns - 1) - margin)
    return textwrap.wrap(ui.plain(text), width, break_on_hyphens=False)


def _cut(text: str, most: int = 80) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
