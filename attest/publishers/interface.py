"""Where releases go. One kind of store a file; siblings import this one.

A store keeps every release whole, serves exactly one of them, and changes which one in a single step:

    locked -> served, release -> stage … (written by the flow, signed, verified) … -> keep -> switch

A process that is killed between two of these leaves the old release served; what it left behind is found by ``release`` (whole)
or ``staged`` (perhaps not), and is finished or dropped by the next one that holds the lock.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, TypeAlias

Say: TypeAlias = Callable[[str], None]
"""Where talk goes: one line, without line feed."""


class Publisher(Protocol):
    """A place that serves releases of one center. Methods raise Refused for a place that is not ours, OSError for one that fails."""

    @property
    def name(self) -> str:
        """What people call the place: a path, an address."""

    def empty(self) -> bool:
        """Whether no release lies there at all. Looks only."""

    def locked(self, center: str, say: Say) -> AbstractContextManager[None]:
        """Makes the place ours (``center`` is the center's id) and keeps other publishers out; waits for one that is at work."""

    def served(self) -> int:
        """The number of the release that visitors see; 0 for none."""

    def release(self, n: int) -> Path | None:
        """Release ``n`` as a folder, where it is kept there."""

    def stage(self, n: int) -> Path:
        """An empty folder to write release ``n`` into; whatever was staged as ``n`` before is gone."""

    def staged(self, n: int) -> Path | None:
        """What was staged as ``n`` and not kept."""

    def drop_staged(self) -> None:
        """Removes everything that was staged and not kept."""

    def sync(self, folder: Path) -> None:
        """Waits until a staged folder is on the disk, every file of it."""

    def keep(self, n: int) -> Path:
        """What is staged as ``n`` becomes release ``n``, whole or not at all; returns its folder."""

    def switch(self, n: int) -> None:
        """Visitors see release ``n`` from now on; in one step, and on the disk when this returns."""
