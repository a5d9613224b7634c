"""Where releases go. One kind of store a file; siblings import this one.

A store keeps every release whole, serves exactly one of them, and changes which one in a single step:

    locked -> served, kept -> stage … (written by the flow, signed, verified) … -> keep -> switch

A process that is killed between two of these leaves the old release served; what it left behind is found by ``kept`` (whole)
or ``staged`` (perhaps not), and is finished or dropped by the next one that holds the lock.

What is kept has a number: release 8 is ``8``; the same release, with a statement that came later beside it, ``8.1``, then ``8.2``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, TypeAlias

from attest.logs.interface import LogStore

_NUMBER: Final = re.compile(r"([1-9][0-9]{0,8})(?:\.([1-9][0-9]{0,8}))?")

Say: TypeAlias = Callable[[str], None]
"""Where talk goes: one line, without line feed."""


@dataclass(frozen=True, slots=True, order=True)
class Number:
    """What a kept folder is: a release, and how many statements came after it."""

    release: int
    later: int = 0

    def __str__(self) -> str:
        return f"{self.release}.{self.later}" if self.later else f"{self.release}"


def number_of(text: str) -> Number | None:
    """``8`` or ``8.2`` -> the number; None for any other text."""
    match = _NUMBER.fullmatch(text)
    return None if match is None else Number(int(match[1]), int(match[2] or 0))


class Publisher(Protocol):
    """A place that serves releases of one center. Methods raise Refused for a place that is not ours, OSError for one that fails."""

    @property
    def name(self) -> str:
        """What people call the place: a path, an address."""

    def empty(self) -> bool:
        """Whether no release lies there at all. Looks only."""

    def locked(self, center: str, say: Say) -> AbstractContextManager[None]:
        """Makes the place ours (``center`` is the center's id) and keeps other publishers out; waits for one that is at work."""

    def served(self) -> Number | None:
        """What visitors see; None for nothing."""

    def numbers(self) -> tuple[Number, ...]:
        """All that is kept there, rising."""

    def kept(self, number: Number) -> Path | None:
        """The folder that is kept there as ``number``."""

    def stage(self, number: Number) -> Path:
        """An empty folder to write ``number`` into; whatever was staged as that before is gone."""

    def staged(self, number: Number) -> Path | None:
        """What was staged as ``number`` and not kept."""

    def drop_staged(self) -> None:
        """Removes everything that was staged and not kept, and what is left of folders that were dropped."""

    def sync(self, folder: Path) -> None:
        """Waits until a staged folder is on the disk, every file of it."""

    def keep(self, number: Number) -> Path:
        """What is staged as ``number`` is kept, whole or not at all; returns its folder."""

    def switch(self, number: Number) -> None:
        """Visitors see ``number`` from now on; in one step, and on the disk when this returns."""

    def drop(self, number: Number) -> None:
        """What is kept as ``number`` is not kept any longer. ValueError for what is served."""

    def log(self) -> LogStore:
        """The log that lies beside the releases."""
