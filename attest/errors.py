"""Everything that can go wrong on purpose, drawn as a tree. Each error knows who reads it.

    AttestError                      message, hint, exit_code
    |-- WrongUse            exit 2   the command line, or a trust file, is not usable as written
    |-- Problems            exit 1   for authors: every problem at once, each at file:line
    |-- Refused             exit 1   for operators: what was asked would break a promise (a second first release, a foreign DEST)
    `-- CouldNotTell        exit 3   for whoever runs it: unreachable, unreadable, out of room: nothing was decided
        `-- Unreadable      exit 3   bytes that are not what they should be (a format's parser refused them)

Messages are lower-case and end without a full stop; ``hint`` says what to do. A verifier's "no" is not an exception but an
answer (see ``verify``): an exception never decides that something is forged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal


class AttestError(Exception):
    """Base of all: ``message`` says what is wrong, ``hint`` what to do about it (may be empty)."""

    exit_code = 3

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class WrongUse(AttestError):
    """The command line or a configuration file cannot be used as written."""

    exit_code = 2


class Refused(AttestError):
    """Doing this would break a promise, so nothing was done."""

    exit_code = 1


class CouldNotTell(AttestError):
    """Nothing could be decided: unreachable, unreadable, no room."""

    exit_code = 3


class Unreadable(CouldNotTell):
    """Bytes that a parser refused; raised by ``wire`` and ``readings``."""


Grade = Literal["error", "evidence"]
"""``error``: the model cannot be built, or something unsafe would be published. ``evidence``: the file behind an evidence
description is missing or cannot be read; the claims that rest on it are unknown, everything else stands."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing an author has to mend, as ``file:line: path: what, todo``."""

    file: str
    """Relative to the trust center's folder, with forward slashes."""
    line: int
    """1-based; 0 where the whole file is meant."""
    path: str
    """Where inside the file: ``checks[0].max_age``; empty for the whole file."""
    what: str
    todo: str = ""
    grade: Grade = "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        said = f"{self.what}, {self.todo}" if self.todo else self.what
        return ": ".join(part for part in (place, self.path, said) if part)


def meant(name: str, known: Collection[str], otherwise: str = "") -> str:
    """What to do about a name that there is not: the one that was likely meant, else ``otherwise``."""
    from difflib import get_close_matches  # whoever makes no mistake does not load it

    near = get_close_matches(name, list(known), 1)
    return f"did you mean {near[0]!r}?" if near else otherwise


def meant_or_known(name: str, known: Collection[str]) -> str:
    """The same; else the names that there are, the first of many."""
    return meant(name, known, f"known are {', '.join(sorted(known)[:12])}{' …' if len(known) > 12 else ''}" if known else "there is none yet")


class Problems(AttestError):
    """All that is wrong with a trust center's sources, or with one file that is none of them, sorted by place."""

    exit_code = 1

    def __init__(self, problems: Iterable[Problem], within: str = "the sources", hint: str = "mend them all, then run `attest check` again") -> None:
        self.problems = tuple(sorted(set(problems)))
        count = len(self.problems)
        super().__init__(f"{count} problem{'' if count == 1 else 's'} in {within}", hint)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))
