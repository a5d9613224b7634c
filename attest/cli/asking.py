"""Questions to a person: asked on a terminal, and elsewhere a named option that is missing.

    need("when was it exported", "--observed", parse_day)     on a terminal until it is understood; else WrongUse, naming --observed
    offer("title", "TLS scan", str)                           on a terminal with what Enter means; else that

A person who closes the terminal's input (Ctrl-D) has stopped: ``Stopped``, and nothing was written.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

from attest.cli import ui
from attest.errors import Refused, WrongUse

Answer = TypeVar("Answer")


class Stopped(Refused):
    """Whoever was asked had enough."""


def on_terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def need(question: str, flag: str, read: Callable[[str], Answer], proposed: str = "", *, hint: str = "") -> Answer:
    """The answer to what cannot be guessed. ``read`` raises ValueError with what is wrong. ``proposed``: what Enter means on a terminal, and
    what is named elsewhere, but never taken there.

    Raises WrongUse where nobody can be asked, Stopped where there is no more input.
    """
    if not on_terminal():
        raise WrongUse(f"{flag} is needed: {question}", hint or (f"perhaps {flag} {proposed!r}" if proposed else f"give it with {flag}"))
    return _until(question, read, proposed)


def offer(question: str, default: str, read: Callable[[str], Answer]) -> Answer:
    """The answer to what has a harmless default, which is taken where nobody can be asked."""
    return _until(question, read, default) if on_terminal() else read(default)


def _until(question: str, read: Callable[[str], Answer], default: str) -> Answer:
    while True:
        said = ui.asked(f"{ui.plain(question)}{f' [{ui.plain(default)}]' if default else ''}:")
        if said is None:
            raise Stopped("stopped", "nothing was written")
        try:
            return read(said or default)
        except ValueError as error:
            ui.say(f"  {ui.plain(str(error))}")


def choose(question: str, choices: dict[str, str]) -> str:
    """One of some words, by the word or its first letter; the last one where there is no more input."""
    words = ", ".join(f"[{word[0]}]{word[1:]}" for word in choices)
    while True:
        said = ui.asked(f"{question}? {words}:")
        if said is None:
            return list(choices)[-1]
        found = [word for word in choices if said and word.startswith(said.lower())]
        if found:
            return found[0]
        for word, meaning in choices.items():
            ui.say(f"  {word:<9}{meaning}")
