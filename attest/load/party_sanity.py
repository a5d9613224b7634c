"""Parties and threats that are well-formed and cannot be meant: names of what is not there, days out of order or to come, files that are missing.

    Shelf + Center + today  ->  problems at file:line

    controls/parties/nordlys.yml:14: exceptions[0].until: is longer than a year after it was accepted, accept it for a year at most, then anew
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Final

from attest.errors import Problem, meant, meant_or_known
from attest.load.parties import ANSWERS, BUNDLES, THREATS, Shelf
from attest.model.acceptance import Acceptance
from attest.model.center import Center
from attest.model.party import NoticeTerms, Party, Person, Threat
from attest.yaml_lines import Document, Path

LONGEST_EXCEPTION: Final = timedelta(days=366)
"""A year, whether or not it has a leap day."""
_COUNTRY = re.compile("[A-Z]{2}")


def party_problems(shelf: Shelf, center: Center, today: date) -> Iterator[Problem]:
    """What is wrong with parties and threats."""
    for ident, party in shelf.parties.parties.items():
        document = shelf.documents[f"{ident}.yml"]
        yield from _policy(document, party, center)
        yield from _profile(document, party, center)
        yield from _notices(document, party)
        yield from _files(document, party, shelf)
        yield from _order(document, party)
        yield from _to_come(document, party, today)
        yield from _decided(document, party)
    for ident, threat in shelf.parties.threats.items():
        yield from _threat(shelf.documents[f"{THREATS}/{ident}.yml"], threat, shelf, center)


# Names.


def _policy(document: Document, party: Party, center: Center) -> Iterator[Problem]:
    policy = None if party.policy is None else center.acceptance.get(party.policy)
    if party.policy is not None and policy is None:
        yield document.at(("policy",), f"there is no acceptance policy {party.policy!r}", meant_or_known(party.policy, center.acceptance))
    if policy is not None and policy.kind != party.kind:
        yield document.at(("policy",), f"is for {policy.kind}s, and this is a {party.kind}", "name another, or mend kind:")
    known = _acceptable(policies) if (policies := [policy] if policy is not None else [one for one in center.acceptance.values() if one.kind == party.kind]) else None
    raised = {flagged.flag for form in center.questionnaires.values() for _, item in form.items() for flagged in item.flags}
    for index, one in enumerate(party.exceptions):
        if known is not None and one.about not in known | raised:
            yield document.at(("exceptions", index, "about"), f"{one.about!r} is neither a requirement nor a warning of the policy", meant_or_known(one.about, known | raised))


def _acceptable(policies: Collection[Acceptance]) -> frozenset[str]:
    return frozenset().union(*(policy.titled for policy in policies), *((one.id for one in policy.requirements) for policy in policies))


def _profile(document: Document, party: Party, center: Center) -> Iterator[Problem]:
    systems = [system.id for system in center.profile.systems]
    named: list[tuple[Path, str | None]] = [(("profile", "systems", index), name) for index, name in enumerate(party.profile.systems)]
    named += [(("access", index, "system"), way.system) for index, way in enumerate(party.access)]
    for path, name in named:
        if name is not None and name not in systems:
            yield document.at(path, f"there is no system {name!r} in center.yml", meant_or_known(name, systems))
    for index, country in enumerate(party.profile.countries):
        if not _COUNTRY.fullmatch(country):
            yield document.at(("profile", "countries", index), f"{country!r:.40} is no code of a country", "write its two capital letters (ISO 3166): DK, DE, US")


def _notices(document: Document, party: Party) -> Iterator[Problem]:
    """Roles that a notice goes to stand among the contacts of the side that is told."""
    yield from _roles(document, "we-tell-them", party.notice.we_tell_them, "theirs", party.contacts.theirs)
    yield from _roles(document, "they-tell-us", party.notice.they_tell_us, "ours", party.contacts.ours)


def _roles(document: Document, direction: str, terms: NoticeTerms | None, side: str, people: Collection[Person]) -> Iterator[Problem]:
    roles = [person.role for person in people]
    for index, role in enumerate(terms.to if terms is not None else ()):
        if role not in roles:
            yield document.at(("notice", direction, "to", index), f"nobody among contacts.{side} has the role {role!r:.60}", meant_or_known(role, roles) if roles else f"add whoever it is to contacts: {side}:")


def _threat(document: Document, threat: Threat, shelf: Shelf, center: Center) -> Iterator[Problem]:
    systems = [system.id for system in center.profile.systems]
    for key, names, known, what in (("parties", threat.parties, list(shelf.parties.parties), "party"), ("systems", threat.systems, systems, "system")):
        for index, name in enumerate(names):
            if name not in known and not (key == "parties" and (shelf.folder / f"{name}.yml").exists()):
                yield document.at((key, index), f"there is no {what} {name!r}", meant_or_known(name, known))


# Files.


def _files(document: Document, party: Party, shelf: Shelf) -> Iterator[Problem]:
    named = [one.file for one in party.answers]
    for index, name in enumerate(named):
        if name in named[:index]:
            yield document.at(("answers", index, "file"), f"{name!r:.80} is named twice", "keep one")
        else:
            yield from _missing(document, ("answers", index, "file"), shelf, ANSWERS, name)
    if party.attestation is not None and "://" not in party.attestation.where:
        yield from _missing(document, ("attestation", "where"), shelf, BUNDLES, party.attestation.where)


def _missing(document: Document, path: Path, shelf: Shelf, folder: str, name: str) -> Iterator[Problem]:
    parts = name.split("/")
    if name.startswith("/") or ".." in parts:
        yield document.at(path, "leaves its folder", f"put the file into {shelf.shown}/{folder}/ and write its name")
    elif not os.path.exists(shelf.folder / folder / name):  # noqa: PTH110 - a name that is too long is not there, and no error
        there = sorted(file.name for file in (shelf.folder / folder).iterdir()) if (shelf.folder / folder).is_dir() else []
        yield document.at(path, f"there is no file {name!r:.80} in {shelf.shown}/{folder}/", meant(name, there, "put it there, or take the entry out"))


# Days.


def _order(document: Document, party: Party) -> Iterator[Problem]:
    """Days that cannot follow each other."""
    pairs: list[tuple[Path, date | None, str, date | None]] = []
    pairs += [(("access", index, "until"), way.granted, "granted", way.until) for index, way in enumerate(party.access)]
    pairs += [(("access", index, "reviewed"), way.granted, "granted", way.reviewed) for index, way in enumerate(party.access)]
    pairs += [(("decisions", index, "until"), one.date, "date", one.until) for index, one in enumerate(party.decisions)]
    pairs += [(("exceptions", index, "until"), one.date, "date", one.until) for index, one in enumerate(party.exceptions)]
    for path, first, name, second in pairs:
        if first is not None and second is not None and second < first:
            yield document.at(path, f"{second} is before {name}: {first}", "write the later day")
    for index, one in enumerate(party.exceptions):
        if one.until > one.date + LONGEST_EXCEPTION:
            yield document.at(("exceptions", index, "until"), "is longer than a year after it was accepted", "accept it for a year at most, then anew")


def _to_come(document: Document, party: Party, today: date) -> Iterator[Problem]:
    """What was done cannot lie ahead."""
    done: list[tuple[Path, date | None]] = [(("reviews", index, "date"), one.date) for index, one in enumerate(party.reviews)]
    done += [(("decisions", index, "date"), one.date) for index, one in enumerate(party.decisions)]
    done += [(("exceptions", index, "date"), one.date) for index, one in enumerate(party.exceptions)]
    done += [(("insurance", index, "seen"), one.seen) for index, one in enumerate(party.insurance)]
    done += [(("certificates", index, "looked_up"), one.looked_up) for index, one in enumerate(party.certificates)]
    done += [(("access", index, "reviewed"), one.reviewed) for index, one in enumerate(party.access)]
    for path, day in done:
        if day is not None and day > today:
            yield document.at(path, f"{day} has not come yet", "write the day on which it was")


def _decided(document: Document, party: Party) -> Iterator[Problem]:
    """A decision against the review before it says why."""
    for index, one in enumerate(party.decisions):
        held = [review for review in party.reviews if review.date <= one.date]
        last = max(held, key=lambda review: review.date, default=None)
        if last is not None and last.outcome != one.outcome and one.why is None:
            yield document.at(("decisions", index), f"decides to {one.outcome}, and the review of {last.date} came to {last.outcome}", "write why:")
