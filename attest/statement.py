"""The in-toto Statement v1 that is signed, printed from the published record and parsed strictly back.

    {"_type": "https://in-toto.io/Statement/v1",
     "subject": [{"name": "attestation/SHA256SUMS", "digest": {"sha256": …}}, {"name": "attestation/assessment.json", …}],
     "predicateType": "https://w3id.org/attest-center/compliance/v0.1",
     "predicate": {"center": …, "release": 7, "previous": …, "asOf": …, "issuedAt": …, "validUntil": …, "keys": …, "log": … or null,
                   "scope": …, "totals": …, "basis": …, "withheld": …, "frameworks": …, "claims": …, "commitments": …,
                   "affirmation": … or null, "source": …, "tool": …, "ruleset": …}}

``log`` is the state that the publisher's transparency log had before this statement's entry (``logged``): its entry is the next one.

Printing gives RFC 8785 bytes. Parsing refuses unknown predicate types and anything whose shape would let two readers differ;
unknown fields of the predicate are ignored (format.md, Statement). Imports the standard library only: verifying uses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from attest.affirmation import Affirmed, parse_affirmed
from attest.errors import Unreadable
from attest.logged import Logged, log_object, parse_log
from attest.times import print_moment
from attest.wire import base64_strict, jcs, strict_json
from attest.wire.json_fields import a_list, an_object, moment, number, sha256_hex, text
from attest.words import ATTESTATION, PREDICATE_TYPE, STATEMENT_TYPE, VERDICTS

MANIFEST = f"{ATTESTATION}/SHA256SUMS"
ASSESSMENT = f"{ATTESTATION}/assessment.json"



@dataclass(frozen=True, slots=True)
class Statement:
    """A parsed statement. ``predicate`` is the whole predicate as parsed, for what has no field here."""

    center: str
    center_name: str
    release: int
    previous: tuple[int, str] | None
    """Number and payload digest (hex SHA-256) of the release before."""
    as_of: datetime
    issued_at: datetime
    valid_until: datetime
    spki: bytes
    """The key the statement names: a candidate to hold against a pin, never believed by itself."""
    log: Logged | None
    """The log as it was before this release's entry; None is a signed "no log"."""
    manifest: str
    """Hex SHA-256 of attestation/SHA256SUMS."""
    assessment: str
    """Hex SHA-256 of attestation/assessment.json."""
    claims: tuple[tuple[str, str, str], ...]
    """(control id, verdict, hex SHA-256 of its canonical record), public controls."""
    totals: Mapping[str, int]
    withheld: Mapping[str, int]
    affirmation: Affirmed | None
    """What a person affirmed, as the publisher tells it; None where there is none that stands."""
    predicate: Mapping[str, Any]


def print_statement(record: Mapping[str, Any], claims: list[dict[str, str]], subjects: Mapping[str, str], release: Mapping[str, Any]) -> bytes:
    """The payload's bytes.

    ``record``: assessment.json as an object; ``claims``: one a public control; ``subjects``: site path -> hex SHA-256 of the
    manifest and the assessment; ``release``: the fields release, previous, issuedAt, validUntil, keys, log, source.
    """
    copied = {key: record[key] for key in ("asOf", "scope", "totals", "basis", "withheld", "frameworks", "commitments", "tool", "ruleset")}
    center = {key: record["center"][key] for key in ("id", "name", "language")}
    statement = {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": name, "digest": {"sha256": subjects[name]}} for name in (MANIFEST, ASSESSMENT)],
        "predicateType": PREDICATE_TYPE,
        "predicate": {**copied, "center": center, "claims": claims, "affirmation": record.get("affirmation"), **release},
    }
    return jcs.canonical(statement)


def release_fields(n: int, previous: tuple[int, str] | None, issued_at: datetime, valid_until: datetime, spki: bytes, commit: str | None, log: Logged | None = None) -> dict[str, Any]:
    """The release's own fields of a predicate; ``log`` None is a signed "no log"."""
    return {
        "release": n,
        "previous": previous and {"release": previous[0], "payload": previous[1]},
        "issuedAt": print_moment(issued_at),
        "validUntil": print_moment(valid_until),
        "keys": {"statement": base64_strict.encode(spki), "log": log and log.vkey},
        "log": log and log_object(log),
        "source": commit and {"commit": commit},
    }


def parse_statement(payload: bytes) -> Statement:
    """The payload's bytes -> Statement. Raises Unreadable naming the field that is wrong."""
    statement = an_object(strict_json.parse(payload, "the statement"), "the statement")
    if statement.get("_type") != STATEMENT_TYPE:
        raise Unreadable(f"the statement's _type is not {STATEMENT_TYPE}")
    if statement.get("predicateType") != PREDICATE_TYPE:
        raise Unreadable(f"predicateType {statement.get('predicateType')!r:.80} is not known, expected {PREDICATE_TYPE}")
    subjects = _subjects(statement.get("subject"))
    return _predicate(an_object(statement.get("predicate"), "predicate"), subjects)


def _predicate(predicate: dict[str, Any], subjects: Mapping[str, str]) -> Statement:
    center = an_object(predicate.get("center"), "center")
    parsed = Statement(
        center=text(center.get("id"), "center.id"),
        center_name=text(center.get("name"), "center.name"),
        release=number(predicate.get("release"), "release", 1),
        previous=_previous(predicate.get("previous")),
        as_of=moment(predicate.get("asOf"), "asOf"),
        issued_at=moment(predicate.get("issuedAt"), "issuedAt"),
        valid_until=moment(predicate.get("validUntil"), "validUntil"),
        spki=base64_strict.decode(text(an_object(predicate.get("keys"), "keys").get("statement"), "keys.statement")),
        log=None if predicate.get("log", "absent") is None else parse_log(predicate.get("log"), predicate["keys"].get("log")),
        manifest=subjects[MANIFEST],
        assessment=subjects[ASSESSMENT],
        claims=_claims(predicate.get("claims")),
        totals=_totals(predicate.get("totals"), "totals"),
        withheld=_totals(predicate.get("withheld"), "withheld"),
        affirmation=parse_affirmed(predicate.get("affirmation"), number(predicate.get("release"), "release", 1)),
        predicate=predicate,
    )
    _holds_together(parsed)
    return parsed


def _holds_together(parsed: Statement) -> None:
    if not parsed.as_of <= parsed.issued_at < parsed.valid_until:
        raise Unreadable("asOf, issuedAt and validUntil are not in order")
    if (parsed.previous is None) != (parsed.release == 1):
        raise Unreadable("the first release has no previous one, and every other has")
    if parsed.previous is not None and parsed.previous[0] != parsed.release - 1:
        raise Unreadable(f"release {parsed.release} follows {parsed.previous[0]}, expected {parsed.release - 1}")


def _subjects(value: Any) -> dict[str, str]:
    found = {}
    for item in a_list(value, "subject"):
        subject = an_object(item, "subject")
        digest = an_object(subject.get("digest"), "subject.digest")
        found[text(subject.get("name"), "subject.name")] = sha256_hex(digest.get("sha256"), "subject.digest.sha256")
    if set(found) != {MANIFEST, ASSESSMENT} or len(a_list(value, "subject")) != len(found):
        raise Unreadable(f"the subjects are not exactly {MANIFEST} and {ASSESSMENT}")
    return found


def _previous(value: Any) -> tuple[int, str] | None:
    if value is None:
        return None
    previous = an_object(value, "previous")
    return number(previous.get("release"), "previous.release", 1), sha256_hex(previous.get("payload"), "previous.payload")


def _claims(value: Any) -> tuple[tuple[str, str, str], ...]:
    claims = [an_object(item, "claims") for item in a_list(value, "claims")]
    found = tuple((text(c.get("id"), "claims.id"), _verdict(c.get("verdict")), sha256_hex(c.get("record"), "claims.record")) for c in claims)
    if len({ident for ident, _, _ in found}) != len(found):
        raise Unreadable("a control is claimed twice")
    return found


def _totals(value: Any, what: str) -> dict[str, int]:
    counted = an_object(value, what)
    if set(counted) != set(VERDICTS):
        raise Unreadable(f"{what} does not name exactly the five verdicts")
    return {verdict: number(counted[verdict], f"{what}.{verdict}", 0) for verdict in VERDICTS}


def _verdict(value: Any) -> str:
    if value not in VERDICTS:
        raise Unreadable(f"{value!r:.60} is not a verdict")
    return str(value)
