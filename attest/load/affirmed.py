"""``controls/affirmation.sigstore.json`` -> what a person of this center affirmed, or what is wrong with it.

    root, profile, as_of  ->  Found(affirmation, bundle, problems)     nothing there: no affirmation, and no problem

It has to be of this center, of a role among the signatories of center.yml, signed with the key that stands there beside the role, made
by now, and say nothing that a page may not say. Whose key that is, is center.yml's word; a reader asks a pin. One that has run out is
no problem: the release goes on without it, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from attest.affirmation import Affirmation, affirmed, read_affirmation
from attest.errors import Problem, Problems, Unreadable
from attest.hygiene import text_problems
from attest.leaks import REMEDY, find
from attest.load.files import AFFIRMATION, read_bytes
from attest.model.center import Profile
from attest.times import print_moment
from attest.wire import openssh

_ANEW: Final = "have it affirmed anew with `attest affirm`"


@dataclass(frozen=True, slots=True)
class Found:
    """What lies there."""

    affirmation: Affirmation | None = None
    """One that can be carried, whether or not it has run out."""
    bundle: bytes = field(default=b"", repr=False)
    problems: tuple[Problem, ...] = ()

    def current(self, moment: datetime) -> Affirmation | None:
        """The affirmation, where it stands at a moment."""
        return self.affirmation if self.affirmation is not None and affirmed(self.affirmation, 1).stands(moment) else None


def find_affirmation(root: Path, profile: Profile, as_of: datetime) -> Found:
    """What is affirmed, and everything that is wrong with it."""
    if not (root / AFFIRMATION).exists() and not (root / AFFIRMATION).is_symlink():
        return Found()
    try:
        data = read_bytes(root, AFFIRMATION)
        made, signed = read_affirmation(data)
    except Problems as wrong:
        return Found(problems=wrong.problems)
    except Unreadable as error:
        return Found(problems=(_problem(f"cannot be read: {error.message}"),))
    problems = tuple(problems_of(made, signed, profile, as_of))
    return Found(made if not problems else None, data, problems)


def overdue(found: Found, as_of: datetime) -> Iterator[Problem]:
    """What is to be said of one that has run out: it stops nothing."""
    if found.affirmation is not None and found.current(as_of) is None:
        yield _problem(f"ran out on {found.affirmation.until}: releases say that there is no current affirmation", f"{_ANEW}, or remove it")


def problems_of(made: Affirmation, signed: bool, profile: Profile, as_of: datetime) -> Iterator[Problem]:
    """What is wrong with an affirmation of this center at a moment; ``signed``: whether the key it names signed it."""
    if not signed:
        yield _problem("is not signed by the key it names")
    if made.center != profile.id:
        yield _problem(f"is of {made.center[:200]!r}, not of {profile.id}")
    if made.affirmed_at > as_of:
        yield _problem(f"was made at {print_moment(made.affirmed_at)}, which has not come yet", "set the clock, or wait")
    yield from _signatory(made, profile)
    for name, text in (("text", made.text), ("role", made.role)):
        yield from (_problem(f"{name} {said}") for said in text_problems(text))
        emails = frozenset(contact.email for contact in profile.contacts if contact.email)
        yield from (_problem(f"{name} would publish {leak.what}: {leak.excerpt}", REMEDY) for leak in find(text, emails, profile.internal_domains))


def _signatory(made: Affirmation, profile: Profile) -> Iterator[Problem]:
    key = openssh.fingerprint(made.spki)
    keys = [person.key for person in profile.signatories if person.role == made.role]
    if not keys:
        yield _problem(f"is by {made.role[:80]!r}, and no signatory of center.yml has that role", "add the role under signatories, or have somebody affirm it who answers for this")
    elif key not in keys:
        named = " or ".join(filter(None, keys))
        yield _problem(f"is signed with {key}, and center.yml names {named or 'no key'} for {made.role}", f"write `key: {key}` beside that role if it is that person's" if not named else _ANEW)


def _problem(what: str, todo: str = _ANEW) -> Problem:
    return Problem(AFFIRMATION, 0, "", what, todo)
