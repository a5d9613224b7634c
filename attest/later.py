"""What a center signs beside its releases, printed and parsed strictly back: withdrawals, notices, changes of keys.

    {"_type": "https://in-toto.io/Statement/v1", "subject": [{"name": …, "digest": {"sha256": …}}],
     "predicateType": "https://w3id.org/attest-center/withdrawal/v0.1",
     "predicate": {"center": {"id": …, "name": …}, "issuedAt": …, "keys": {"statement": <SPKI base64>, "log": <vkey>}, "log": {…}, …}}

    kind         predicateType             subject                                            and in the predicate
    withdrawal   …/withdrawal/v0.1         attestation/releases/<n>/statement.json: payload   release, payload, why
    notice       …/notice/v0.1             notices/<id>.html: the version, RFC 8785           release, notice, version, says {…}
    key-change   …/key-change/v0.1         the key's fingerprint: its SPKI, DER               release, change, key, from, until, reason, trustedBefore

Each is an entry of the log and lies in ``attestation/statements/<sha256 of payload>.sigstore.json``. ``release`` is the number in the
entry: the release withdrawn, else the last one before (0 for none). The key that a payload names is a candidate, never believed by
itself. Standard library only.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_args

from attest.errors import Unreadable
from attest.logged import Logged, log_object, parse_log
from attest.times import print_moment
from attest.wire import base64_strict, jcs, openssh, strict_json
from attest.wire.json_fields import an_object, moment, number, text
from attest.wire.log_entry import Entry, Kind
from attest.words import ATTESTATION, STATEMENT_TYPE

LaterKind = Literal["withdrawal", "notice", "key-change"]
Change = Literal["announce", "retire"]
Reason = Literal["planned", "compromised"]

PREDICATES: Final[Mapping[LaterKind, str]] = {kind: f"https://w3id.org/attest-center/{kind}/v0.1" for kind in get_args(LaterKind)}
MOST_WHY: Final = 2000
"""Characters of a withdrawal's reason."""
MAX_BYTES: Final = 1024 * 1024
"""Of a payload."""
BELOW: Final = 10**9
"""Numbers of releases and versions, and indexes: what an entry of the log can say."""

_HEX = re.compile("[0-9a-f]{64}")
_NOTICE = re.compile(r"[a-z0-9][a-z0-9.-]{0,79}")


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A release that no longer stands."""

    payload: str
    """Hex SHA-256 of the release's payload."""
    why: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One version of a public notice, as assessment.json has it."""

    ident: str
    version: int
    """From 1."""
    says: Mapping[str, Any]
    """``title``, ``kind`` and the version's own fields."""


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A further statement key, or the end of one. What it is worth is decided by its place in the log, never by a time in it."""

    change: Change
    spki: bytes
    """The key that comes, or the one that goes."""
    start: datetime | None
    """Of a key that comes: from when it may be used."""
    until: datetime | None
    """Of a key that comes: until when the one that announces it will still be used; for whoever derives windows from it."""
    reason: Reason
    trusted_before: int | None
    """Of a key that goes: what it signed at this index of the log or later is not to be believed; None for this statement's own index."""


Body = Withdrawal | Notice | KeyChange


@dataclass(frozen=True, slots=True)
class Later:
    """A parsed statement of one of these kinds."""

    kind: LaterKind
    center: str
    center_name: str
    release: int
    issued_at: datetime
    spki: bytes
    """The key that it says signed it."""
    log: Logged
    body: Body


def print_later(later: Later) -> bytes:
    """The payload's bytes, RFC 8785. ValueError for what parsing would refuse: its entry would stay in the log, and nobody could read it."""
    try:
        statement = _statement(later)
        _later(later.kind, statement["predicate"])
        return _bounded(jcs.canonical(statement))
    except Unreadable as error:
        raise ValueError(error.message) from None


def parse_later(payload: bytes) -> Later:
    """The payload's bytes -> Later. Raises Unreadable naming the field that is wrong, or for bytes that printing would not give."""
    statement = an_object(strict_json.parse(_bounded(payload), "the statement"), "the statement")
    kind = next((kind for kind, known in PREDICATES.items() if known == statement.get("predicateType")), None)
    if kind is None:
        raise Unreadable(f"predicateType {statement.get('predicateType')!r:.80} is none of a withdrawal, notice or change of keys")
    later = _later(kind, an_object(statement.get("predicate"), "predicate"))
    try:
        same = print_later(later) == payload
    except ValueError as error:
        raise Unreadable(f"the {kind} has no one form: {error}") from None
    if not same:
        raise Unreadable(f"the {kind} is not in the one form it may have")
    return later


def entry_of(kind: Kind, release: int, issued_at: datetime, payload: bytes) -> Entry:
    """The log entry of a signed payload: a function of it, and of nothing else (format.md, Log)."""
    return Entry(hashlib.sha256(payload).hexdigest(), kind, release, print_moment(issued_at))


def path_of(payload: bytes) -> str:
    """Where the bundle of such a payload lies."""
    return f"{ATTESTATION}/statements/{hashlib.sha256(payload).hexdigest()}.sigstore.json"


def _statement(later: Later) -> dict[str, Any]:
    name, digest, said = _said(later)
    predicate = {
        "center": {"id": later.center, "name": later.center_name}, "release": later.release, "issuedAt": print_moment(later.issued_at),
        "keys": {"statement": base64_strict.encode(later.spki), "log": later.log.vkey}, "log": log_object(later.log), **said,
    }  # fmt: skip
    return {"_type": STATEMENT_TYPE, "subject": [{"name": name, "digest": {"sha256": digest}}], "predicateType": PREDICATES[later.kind], "predicate": predicate}


def _said(later: Later) -> tuple[str, str, dict[str, Any]]:
    """Subject and own fields."""
    body = later.body
    if isinstance(body, Withdrawal):
        return f"{ATTESTATION}/releases/{later.release}/statement.json", body.payload, {"payload": body.payload, "why": body.why}
    if isinstance(body, Notice):
        digest = hashlib.sha256(jcs.canonical(dict(body.says))).hexdigest()
        return f"notices/{body.ident}.html", digest, {"notice": body.ident, "version": body.version, "says": dict(body.says)}
    windows = {"from": body.start and print_moment(body.start), "until": body.until and print_moment(body.until)}
    said = {"change": body.change, "key": base64_strict.encode(body.spki), **windows, "reason": body.reason, "trustedBefore": body.trusted_before}
    return openssh.fingerprint(body.spki), hashlib.sha256(body.spki).hexdigest(), said


def _later(kind: LaterKind, predicate: dict[str, Any]) -> Later:
    center, keys = an_object(predicate.get("center"), "center"), an_object(predicate.get("keys"), "keys")
    later = Later(
        kind, text(center.get("id"), "center.id"), text(center.get("name"), "center.name"),
        number(predicate.get("release"), "release", 1 if kind == "withdrawal" else 0, BELOW), moment(predicate.get("issuedAt"), "issuedAt"),
        base64_strict.decode(text(keys.get("statement"), "keys.statement")), parse_log(predicate.get("log"), keys.get("log")), _body(kind, predicate),
    )  # fmt: skip
    if isinstance(later.body, KeyChange) and (later.body.trusted_before or 0) > later.log.size_before:
        raise Unreadable("trustedBefore lies behind the statement's own entry: a key that goes is gone from then on at the latest")
    return later


def _body(kind: LaterKind, said: dict[str, Any]) -> Body:
    if kind == "withdrawal":
        if not _HEX.fullmatch(payload := text(said.get("payload"), "payload")):
            raise Unreadable("payload is not a SHA-256 in hex")
        if len(why := text(said.get("why"), "why")) > MOST_WHY:
            raise Unreadable(f"why is longer than {MOST_WHY} characters")
        return Withdrawal(payload, why)
    if kind == "notice":
        if not _NOTICE.fullmatch(ident := text(said.get("notice"), "notice")):
            raise Unreadable("notice is not the id of one: lower-case letters, digits, hyphens and points, up to 80")
        return Notice(ident, number(said.get("version"), "version", 1, BELOW), an_object(said.get("says"), "says"))
    return _key_change(said)


def _key_change(said: dict[str, Any]) -> KeyChange:
    change: Any = said.get("change")
    reason: Any = said.get("reason")
    if change not in get_args(Change) or reason not in get_args(Reason):
        raise Unreadable("change is neither announce nor retire, or reason neither planned nor compromised")
    spki = base64_strict.decode(text(said.get("key"), "key"))
    openssh.fingerprint(spki)
    start, until = (None if said.get(key) is None else moment(said.get(key), key) for key in ("from", "until"))
    before = None if said.get("trustedBefore") is None else number(said.get("trustedBefore"), "trustedBefore", 0, BELOW)
    if (change == "announce") != (start is not None) or (change == "retire" and until is not None) or (change == "announce" and before is not None):
        raise Unreadable("a key that comes has a start, and one that goes may have an index it is trusted before")
    return KeyChange(change, spki, start, until, reason, before)


def _bounded(payload: bytes) -> bytes:
    if len(payload) > MAX_BYTES:
        raise Unreadable(f"the statement has {len(payload)} bytes, more than {MAX_BYTES}")
    return payload
