"""What a site tells of its own releases: carried on from one to the next in ``history/releases.json``. Standard library only, values in and out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Entry:
    """One release, as the history tells it."""

    n: int
    as_of: str
    """RFC 3339, as in the record."""
    valid_until: str
    totals: Mapping[str, int]
    withheld: Mapping[str, int]
    basis: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class History:
    """The releases that are told of, oldest first; nothing of a preview that knows none before it."""

    releases: tuple[Entry, ...] = ()
    last: Mapping[str, int] = field(default_factory=dict)
    """Id of a public control: the release its verdict, its words or what its checks ask last changed in."""

    def changed(self, control_id: str) -> int | None:
        """The release a control last changed in (the one that brought it, where nothing changed since); None where that is not known."""
        return self.last.get(control_id)


EMPTY: Final = History()
"""Nothing is told yet."""
