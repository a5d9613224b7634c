"""Steps 1 to 3: from a bundle's bytes to a statement that some key signed. Whose key it is, is another question (``signer``).

    bytes -> Opened(bundle, statement, payload digest, fingerprint)     or the finding that refuses them

What cannot be parsed is "could not tell": it may be garbage, damage, or a version that is newer than this reader.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from attest.answered import is_answers
from attest.errors import Unreadable
from attest.statement import Statement, parse_statement
from attest.verify.answer import Finding, no, unsure
from attest.wire import dsse, openssh, publickey
from attest.wire.bundle import Bundle, parse_bundle
from attest.words import PAYLOAD_TYPE


@dataclass(frozen=True, slots=True)
class Opened:
    """A bundle that parsed. ``fingerprint`` is of the key its statement names; nothing of it is verified yet."""

    bundle: Bundle
    statement: Statement
    payload: str
    """Hex SHA-256 of the payload."""
    fingerprint: str


def open_bundle(data: bytes) -> Opened | Finding:
    """Steps 1 and 2 over a bundle's bytes."""
    try:
        bundle = parse_bundle(data)
    except Unreadable as error:
        return unsure(1, f"the bundle cannot be read: {error.message}")
    try:
        return _stated(bundle)
    except Unreadable as error:
        return unsure(2, "this holds answers to a questionnaire, and no release of a trust center" if is_answers(data) else f"the statement cannot be read: {error.message}")


def _stated(bundle: Bundle) -> Opened:
    if bundle.payload_type != PAYLOAD_TYPE:
        raise Unreadable(f"payload type {bundle.payload_type!r:.80}, expected {PAYLOAD_TYPE}")
    statement = parse_statement(bundle.payload)
    return Opened(bundle, statement, hashlib.sha256(bundle.payload).hexdigest(), openssh.fingerprint(statement.spki))


def unsigned(opened: Opened, number: int = 3) -> Finding | None:
    """Step 3: None where the statement's key is the one the bundle names, and signed the payload (DSSE v1.0, PAE)."""
    return not_signed_by(opened.statement.spki, opened.bundle, number)


def not_signed_by(spki: bytes, bundle: Bundle, number: int) -> Finding | None:
    """None where the bundle names that key, and it signed the payload."""
    fingerprint = openssh.fingerprint(spki)
    if fingerprint != bundle.hint:
        return no(number, "the bundle names another key than the statement it holds", fingerprint, bundle.hint)
    if not publickey.verify(spki, bundle.signature, dsse.pae(bundle.payload_type, bundle.payload)):
        return no(number, f"the signature is not that of key {fingerprint} over this statement")
    return None
