"""Where a log's files lie. One kind of store a file; siblings import this one.

A store keeps the log's files, and one more thing: its *head*, what was appended last. The head is not signed, and changes only by
compare-and-swap, so that of two publishers who append to one state one wins, before anything is signed:

    swap (the new head with the files that lead to it) -> apply -> … signed elsewhere … -> published -> prune

Between two of these a process may die. Who lost the swap has written nothing; what won it is put in place by whoever comes next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class TreeHead:
    """A state of a log."""

    origin: str
    size: int
    root: bytes
    """SHA-256, 32 bytes."""


class LogStore(Protocol):
    """A log's files. Methods raise Refused where a promise would be broken, CouldNotTell for what cannot be read, OSError for a place that fails."""

    @property
    def name(self) -> str:
        """What people call the place."""

    def head(self) -> TreeHead | None:
        """What was appended last; None where there is nothing."""

    def checkpoint(self) -> bytes | None:
        """The last checkpoint that was published from here."""

    def read(self, path: str) -> bytes:
        """One of the log's files. Raises CouldNotTell where it is not there."""

    def paths(self, size: int) -> list[str]:
        """The files there that a log of ``size`` entries vouches for, sorted."""

    def clear(self) -> None:
        """Removes what publishers that died have left half-written."""

    def swap(self, old: TreeHead | None, new: TreeHead, files: Mapping[str, bytes]) -> bool:
        """``old`` -> ``new`` with the files that lead from one to the other, in one step, and on the disk when this returns.

        False, and nothing changed, where the head is not ``old`` (any more).
        """

    def apply(self, signed: int) -> None:
        """The head's files are put in place. Files that a log of ``signed`` entries vouches for are never changed: Refused where one would be."""

    def put(self, files: Iterable[tuple[str, bytes]], signed: int) -> None:
        """Files put in place under the same rule, each whole and on the disk: what a log is rebuilt with."""

    def published(self, checkpoint: bytes, size: int) -> None:
        """Keeps the checkpoint, unless a larger one is kept already."""

    def prune(self, size: int) -> None:
        """Removes the partial files of tiles that a log of ``size`` entries has whole."""
