"""What a reader of catalogues hands on: clauses in their order, each with the place it came from.

    Catalogue(title, version, publisher, clauses=(Found("AC-1", "Policy and procedures", "ac", "groups[0].controls[0]"), …), …)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MAX_BYTES: Final = 64 * 2**20
MOST_CLAUSES: Final = 5_000


@dataclass(frozen=True, slots=True)
class Found:
    """A clause as it stands in the file."""

    id: str
    title: str
    group: str | None
    place: str
    """For messages: ``groups[0].controls[3]`` or ``line 12``."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A group of clauses. Where a spreadsheet names it by its title alone, that is its id too."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that a file says of a framework; what it does not say is None."""

    clauses: tuple[Found, ...]
    chapters: tuple[Chapter, ...] = ()
    title: str | None = None
    version: str | None = None
    publisher: str | None = None
    withdrawn: int = 0
    """Clauses left out because their publisher withdrew them."""
    passed_over: int = 0
    """Lines of a spreadsheet without an id."""


def one_line(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())
