"""Who affirmed what a release says, until when, and whether anybody looked at this release: for the pages that tell it.

    record["affirmation"] + edition  ->  Act(role "Managing Director", until …, carried_from 3)     None: nobody, or no longer

An act is a person's; releases follow it by themselves. So a page never says that somebody affirmed this release, only when and what
somebody affirmed, and since which release that is carried.
"""

from __future__ import annotations

from dataclasses import dataclass

from attest.pages.drawn import Edition
from attest.published import Record
from attest.times import end_of, parse_day, print_moment


@dataclass(frozen=True, slots=True)
class Act:
    """An affirmation that stood at the record's as-of."""

    role: str
    name: str | None
    """Of the one signatory who has that role, where it is given."""
    text: str
    key: str
    """Fingerprint of the person's own key."""
    affirmed_at: str
    ends: str
    """The first second it no longer stands."""
    carried_from: int | None
    """The first release that carries it, where that is not this one."""


def act_of(record: Record, edition: Edition) -> Act | None:
    """What the record says was affirmed."""
    said = record.get("affirmation")
    if said is None:
        return None
    names = [person["name"] for person in record["center"]["signatories"] if person["role"] == said["role"]]
    number = edition.release.n if edition.release is not None else edition.upcoming
    carried = said["since"] if number is not None and said["since"] < number else None
    return Act(said["role"], names[0] if len(names) == 1 else None, said["text"], said["key"], said["affirmedAt"], print_moment(end_of(parse_day(said["until"]))), carried)
