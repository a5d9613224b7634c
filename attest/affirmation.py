"""Management's affirmation: a person's own act, signed with that person's own key, printed and parsed strictly back.

    {"_type": "https://in-toto.io/Statement/v1", "subject": [{"name": "https://trust.small.example/", "digest": {"sha256": <of the text>}}],
     "predicateType": "https://w3id.org/attest-center/affirmation/v0.1",
     "predicate": {"center": {"id": …, "name": …}, "text": "I have read …", "role": "Managing Director", "affirmedAt": "2026-11-20T09:00:00Z",
                   "until": "2027-11-20", "keys": {"officer": <SPKI base64>}}}

It lies in ``controls/affirmation.sigstore.json`` with the sources and in ``attestation/affirmation.sigstore.json`` of a site. A release
carries what it says (``Affirmed``), and since which release: a release that is issued by itself carries an old act, and says so. The
key that the payload names is a candidate: whose it is, a reader's pin decides (role officer). Standard library and wire formats only.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from attest.errors import Unreadable
from attest.times import end_of, parse_day, parse_moment, print_moment
from attest.wire import base64_strict, jcs, openssh, publickey, strict_json
from attest.wire.json_fields import an_object, text
from attest.wire.self_signed import open_statement, signed_by
from attest.words import ATTESTATION, STATEMENT_TYPE

PREDICATE: Final = "https://w3id.org/attest-center/affirmation/v0.1"
PATH: Final = f"{ATTESTATION}/affirmation.sigstore.json"
"""Where a site has it."""
LONGEST: Final = timedelta(days=366)
"""From the day it is affirmed to its last day: a year, whether or not it has a leap day."""
MOST_TEXT: Final = 4000
MOST_ROLE: Final = 200
MOST_BYTES: Final = 64 * 1024
"""Of its bundle."""


@dataclass(frozen=True, slots=True)
class Affirmation:
    """What a person affirms, as signed."""

    center: str
    center_name: str
    text: str
    role: str
    affirmed_at: datetime
    until: date
    """The last day on which it stands."""
    spki: bytes
    """The key that it says signed it, DER."""


@dataclass(frozen=True, slots=True)
class Affirmed:
    """What a release says of an affirmation."""

    text: str
    role: str
    affirmed_at: datetime
    until: date
    key: str
    """OpenSSH fingerprint."""
    since: int
    """The first release that carries this act."""

    def stands(self, moment: datetime) -> bool:
        """Whether it was made by then and has not run out."""
        return self.affirmed_at <= moment < end_of(self.until)


def print_affirmation(made: Affirmation) -> bytes:
    """The payload's bytes, RFC 8785. ValueError for one that cannot be."""
    if why := _problem(made):
        raise ValueError(why)
    predicate = {
        "center": {"id": made.center, "name": made.center_name}, "text": made.text, "role": made.role, "affirmedAt": print_moment(made.affirmed_at),
        "until": made.until.isoformat(), "keys": {"officer": base64_strict.encode(made.spki)},
    }  # fmt: skip
    subject = [{"name": made.center, "digest": {"sha256": hashlib.sha256(made.text.encode()).hexdigest()}}]
    return jcs.canonical({"_type": STATEMENT_TYPE, "subject": subject, "predicateType": PREDICATE, "predicate": predicate})


def parse_affirmation(payload: bytes) -> Affirmation:
    """The payload's bytes -> Affirmation. Raises Unreadable naming the field that is wrong, or for bytes that printing would not give."""
    statement = an_object(strict_json.parse(payload, "the affirmation"), "the affirmation")
    if statement.get("predicateType") != PREDICATE:
        raise Unreadable(f"predicateType {statement.get('predicateType')!r:.100} is not that of an affirmation, {PREDICATE}")
    said = an_object(statement.get("predicate"), "predicate")
    center = an_object(said.get("center"), "center")
    spki = base64_strict.decode(text(an_object(said.get("keys"), "keys").get("officer"), "keys.officer"))
    publickey.load_spki(spki)
    made = Affirmation(text(center.get("id"), "center.id"), text(center.get("name"), "center.name"), *_act(said), spki)
    if why := _problem(made):
        raise Unreadable(f"the affirmation cannot be: {why}")
    if print_affirmation(made) != payload:
        raise Unreadable("the affirmation is not in the one form it may have")
    return made


def read_affirmation(data: bytes) -> tuple[Affirmation, bool]:
    """A bundle's bytes -> what is affirmed, and whether the key it names really signed it. Raises Unreadable."""
    found = open_statement(data, MOST_BYTES, "the affirmation")
    made = parse_affirmation(found.payload)
    return made, signed_by(found, made.spki)


def affirmed(made: Affirmation, since: int) -> Affirmed:
    """What a release says of it; ``since``: the first release that carries it."""
    return Affirmed(made.text, made.role, made.affirmed_at, made.until, openssh.fingerprint(made.spki), since)


def print_affirmed(said: Affirmed) -> dict[str, Any]:
    """As it stands in assessment.json and in the statement."""
    return {"affirmedAt": print_moment(said.affirmed_at), "key": said.key, "role": said.role, "since": said.since, "text": said.text, "until": said.until.isoformat()}


def parse_affirmed(value: Any, release: int) -> Affirmed | None:
    """A statement's ``affirmation`` -> what it says; None where there is none. Raises Unreadable naming the field that is wrong."""
    if value is None:
        return None
    said = an_object(value, "affirmation")
    since: Any = said.get("since")
    if not isinstance(since, int) or isinstance(since, bool) or not 1 <= since <= release:
        raise Unreadable("affirmation.since is no release up to this one")
    if not openssh.is_fingerprint(key := text(said.get("key"), "affirmation.key")):
        raise Unreadable("affirmation.key is no fingerprint")
    return Affirmed(*_act(said), key, since)


def _act(said: dict[str, Any]) -> tuple[str, str, datetime, date]:
    try:
        when, until = parse_moment(text(said.get("affirmedAt"), "affirmedAt")), parse_day(text(said.get("until"), "until"))
    except ValueError as error:
        raise Unreadable(f"the affirmation's dates: {error}") from None
    return text(said.get("text"), "text"), text(said.get("role"), "role"), when, until


def _problem(made: Affirmation) -> str:
    if not made.text.strip() or len(made.text) > MOST_TEXT:
        return f"its text has to say something, in at most {MOST_TEXT} characters"
    if not made.role.strip() or len(made.role) > MOST_ROLE:
        return f"its role has to say something, in at most {MOST_ROLE} characters"
    first = made.affirmed_at.date()
    if not first <= made.until <= first + LONGEST:
        return f"it stands from {first} until {made.until}, and a person affirms for a year at most"
    return ""
