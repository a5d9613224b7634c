"""Public keys and what they verify: ECDSA P-256 with SHA-256 (signatures in ASN.1 DER) and pure Ed25519 (RFC 8032). Nothing else.

A key travels as the DER of its SubjectPublicKeyInfo (RFC 5280, 4.1.2.7; RFC 5480; RFC 8410): 91 bytes for P-256, 44 for Ed25519,
in PEM when people handle it:

    -----BEGIN PUBLIC KEY-----
    MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
    -----END PUBLIC KEY-----

Refused: other algorithms and curves, DER that does not encode back to itself (a compressed point, trailing bytes), and Ed25519
points of small order or in a second spelling: such a key takes one signature for every message, so it names no signer.
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from attest.errors import Unreadable
from attest.wire import base64_strict

PublicKey: TypeAlias = EllipticCurvePublicKey | Ed25519PublicKey

MAX_BYTES: Final = 4096
"""Of a key's PEM with whatever blanks stand around it; a P-256 key has 178."""

_PEM = re.compile(rb"\s*-----BEGIN PUBLIC KEY-----[ \t]*\r?\n([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*")
_WANTED = "only ECDSA P-256 and Ed25519 keys are taken"

_FIELD: Final = 2**255 - 19
_ORDER_8: Final = 55188659117513257062467267217118295137698188065244968500265048394206261417927
_SMALL_ORDER_Y: Final = frozenset({0, 1, _FIELD - 1, _ORDER_8, _FIELD - _ORDER_8})
"""The y coordinates of the eight points whose order divides 8 (a test computes them from the curve)."""


def load_spki(der: bytes) -> PublicKey:
    """SubjectPublicKeyInfo in DER -> key. Raises Unreadable for anything but the one DER of a P-256 or Ed25519 key."""
    if len(der) > MAX_BYTES:
        raise Unreadable("not a public key: too large")
    try:
        key = load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm):
        raise Unreadable("not a public key in DER (SubjectPublicKeyInfo)", _WANTED) from None
    accepted = _accepted(key)
    if spki(accepted) != der:
        raise Unreadable("the public key is not in the one DER form it may have")
    return accepted


def spki(key: PublicKey) -> bytes:
    """Key -> SubjectPublicKeyInfo in DER."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def verify(spki_der: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the signature (ECDSA: ASN.1 DER; Ed25519: 64 bytes) is the key's over the message. Raises Unreadable for a bad key."""
    key = load_spki(spki_der)
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, message)
        else:
            key.verify(signature, message, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def pem(spki_der: bytes) -> bytes:
    """SubjectPublicKeyInfo in DER -> PEM (RFC 7468), lines of 64, LF. Raises Unreadable for a key that is not taken."""
    return load_spki(spki_der).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def from_pem(text: bytes) -> bytes:
    """PEM, as people paste it (blanks around, CRLF, lines of any length) -> SPKI DER. Raises Unreadable unless it is one public key."""
    if b"PRIVATE KEY-----" in text:
        raise Unreadable("that is a private key, a public one is needed", "never hand it on: `attest keys show` prints the public key")
    match = _PEM.fullmatch(text) if len(text) <= MAX_BYTES else None
    if match is None:
        raise Unreadable("not one public key in PEM", "it begins with -----BEGIN PUBLIC KEY-----")
    der = base64_strict.decode(b"".join(match[1].split()).decode("ascii"))
    load_spki(der)
    return der


def _accepted(key: object) -> PublicKey:
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return key
    if isinstance(key, Ed25519PublicKey):
        _refuse_weak(key.public_bytes_raw())
        return key
    name = f"EC {key.curve.name}" if isinstance(key, EllipticCurvePublicKey) else type(key).__name__.removesuffix("PublicKey").lstrip("_")
    raise Unreadable(f"a public key of another kind ({name})", _WANTED)


def _refuse_weak(point: bytes) -> None:
    """RFC 8032, 5.1.3: y is encoded below p; and a point of small order takes one signature for many messages."""
    y = int.from_bytes(point, "little") & (2**255 - 1)
    if y >= _FIELD:
        raise Unreadable("the Ed25519 key is not in the one form it may have")
    if y in _SMALL_ORDER_Y:
        raise Unreadable("the Ed25519 key is of small order: it names no signer")
