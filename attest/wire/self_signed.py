"""A bundle of a person's own act: its payload names the key that it says signed it, so that intact and from-whom stay two questions.

    bytes -> Bundle, of an in-toto Statement and no larger than may be      (``open_statement``)
    Bundle + the key that its payload names -> whether it really did        (``signed_by``)

What the payload says is for ``affirmation`` and ``answered`` to read; whose key it is, for the reader's pin to decide.
"""

from __future__ import annotations

from attest.errors import Unreadable
from attest.wire import dsse, openssh, publickey
from attest.wire.bundle import Bundle, parse_bundle
from attest.words import PAYLOAD_TYPE


def open_statement(data: bytes, most: int, what: str) -> Bundle:
    """A bundle's bytes, ``most`` at the most, of an in-toto Statement. Raises Unreadable, naming it as ``what``."""
    if len(data) > most:
        raise Unreadable(f"{what} cannot be that large: {most // 1024} KiB at the most")
    found = parse_bundle(data)
    if found.payload_type != PAYLOAD_TYPE:
        raise Unreadable(f"payload type {found.payload_type!r:.80}, expected {PAYLOAD_TYPE}")
    return found


def signed_by(found: Bundle, spki: bytes) -> bool:
    """Whether the key signed it, and the bundle says so."""
    return found.hint == openssh.fingerprint(spki) and publickey.verify(spki, found.signature, dsse.pae(found.payload_type, found.payload))
