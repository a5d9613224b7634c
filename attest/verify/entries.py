"""The entries of a log as a list: what each stands for, who signed that, and what became of it. For showing; decides nothing new.

    index  kind        release  time                  digest   by           standing
    0      release     1        2026-11-20T06:01:00Z  9f3c…    SHA256:pf…   withdrawn
    1      release     2        2026-11-21T06:01:00Z  77aa…    -            void
    2      withdrawal  1        2026-11-21T09:00:00Z  0b1d…    SHA256:pf…   signed

``signed``: its payload is held, by a key that counts there. ``not held``: it is not, which of an old release is no fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from attest.verify.past import Past
from attest.verify.places import Placed
from attest.wire.log_entry import Entry

Standing = Literal["signed", "withdrawn", "void", "not held", "left aside"]


@dataclass(frozen=True, slots=True)
class Row:
    """One entry."""

    index: int
    entry: Entry
    by: str | None
    """Fingerprint of the key that signed its payload; None where that is not held."""
    standing: Standing


def rows(past: Past) -> Iterator[Row]:
    """Every entry, in order; nothing where there is no log."""
    if past.places is None:
        return
    held = {(one.index, one.entry): one for one in past.placed}
    withdrawn = {one.payload for one in past.in_log.withdrawn} if past.in_log is not None else set()
    for index in range(past.places.log.size):
        entry = past.places.log.entry(index)
        one = held.get((index, entry))
        yield Row(index, entry, None if one is None else one.key, _standing(one, index in past.places.void, entry.digest in withdrawn))


def _standing(one: Placed | None, void: bool, withdrawn: bool) -> Standing:
    if withdrawn:
        return "withdrawn"
    if one is None:
        return "void" if void else "not held"
    return "signed" if one.counts else "left aside"
