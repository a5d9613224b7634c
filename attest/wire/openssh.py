"""Public keys as OpenSSH writes them, so that ``ssh-keygen`` can show and check what we sign with (RFC 4253, 6.6; RFC 5656; RFC 8709).

    key blob       string "ssh-ed25519" | string point[32]       string "ecdsa-sha2-nistp256" | string "nistp256" | string point[65]
    fingerprint    SHA256:pfHI…43 characters       base64 of the blob's SHA-256 without padding, as `ssh-keygen -lf` prints it
    public line    ssh-ed25519 AAAAC3Nza… trust-center
    signers line   center@harbourline.example namespaces="attest-manifest@v1",valid-before="20261220000000Z" ssh-ed25519 AAAAC3Nza…

``string`` is a length of four bytes, big-endian, and that many bytes. Lines are returned without the line feed.
"""

from __future__ import annotations

import hashlib
import re
import struct
from datetime import UTC, datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from attest.errors import Unreadable
from attest.wire import base64_strict
from attest.wire.publickey import PublicKey, load_spki, spki

P256: Final = "ecdsa-sha2-nistp256"
ED25519: Final = "ssh-ed25519"
_CURVE = b"nistp256"

_FINGERPRINT = re.compile(r"SHA256:([A-Za-z0-9+/]{43})")
_COMMENT = re.compile(r"[^\x00-\x1f\x7f]*")
_PRINCIPAL = re.compile(r"[A-Za-z0-9@._:/~%+=-]+")
_NAMESPACE = re.compile(r"[A-Za-z0-9@._:/+=-]+")


def algorithm(spki_der: bytes) -> str:
    """The key's name in OpenSSH: ``ecdsa-sha2-nistp256`` or ``ssh-ed25519``. Raises Unreadable for another key."""
    return ED25519 if isinstance(load_spki(spki_der), Ed25519PublicKey) else P256


def key_blob(spki_der: bytes) -> bytes:
    """SPKI DER -> the key in OpenSSH's own encoding. Raises Unreadable for anything but P-256 and Ed25519."""
    key = load_spki(spki_der)
    if isinstance(key, Ed25519PublicKey):
        return string(ED25519.encode()) + string(key.public_bytes_raw())
    return string(P256.encode()) + string(_CURVE) + string(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def spki_of(blob: bytes) -> bytes:
    """OpenSSH's encoding of a key -> SPKI DER. Raises Unreadable unless it is what ``key_blob`` gives."""
    name, rest = take_string(blob)
    try:
        key = _ed25519(rest) if name == ED25519.encode() else _p256(rest) if name == P256.encode() else None
    except ValueError:
        raise Unreadable("the OpenSSH key holds no point of its curve") from None
    if key is None:
        raise Unreadable("an OpenSSH key of another kind", "only ecdsa-sha2-nistp256 and ssh-ed25519 are taken")
    der = spki(key)
    if key_blob(der) != blob:
        raise Unreadable("the OpenSSH key is not in the one form it may have")
    return der


def fingerprint(spki_der: bytes) -> str:
    """SPKI DER -> ``SHA256:…`` without padding. Raises Unreadable for anything but P-256 and Ed25519."""
    return "SHA256:" + base64_strict.encode(hashlib.sha256(key_blob(spki_der)).digest()).rstrip("=")


def is_fingerprint(text: str) -> bool:
    """Whether the text is a fingerprint in the one form it may have: 43 characters that stand for 32 bytes."""
    match = _FINGERPRINT.fullmatch(text)
    if match is None:
        return False
    try:
        return len(base64_strict.decode(match[1] + "=")) == 32
    except Unreadable:
        return False


def public_line(spki_der: bytes, comment: str = "") -> str:
    """SPKI DER -> the line of a ``.pub`` file, without line feed. ValueError for a comment with control characters."""
    if not _COMMENT.fullmatch(comment):
        raise ValueError("a comment is one line of text")
    return f"{algorithm(spki_der)} {base64_strict.encode(key_blob(spki_der))} {comment}".rstrip()


def spki_of_line(line: str) -> bytes:
    """The line of a ``.pub`` file (options in front are refused) -> SPKI DER. Raises Unreadable."""
    name, _, rest = line.strip().partition(" ")
    if name not in (P256, ED25519):
        raise Unreadable("not the line of an OpenSSH public key", f"it begins with {P256} or {ED25519}")
    der = spki_of(base64_strict.decode(rest.partition(" ")[0]))
    if algorithm(der) != name:
        raise Unreadable("the OpenSSH line names another kind of key than it holds")
    return der


def allowed_signers(principal: str, spki_der: bytes, namespace: str, after: datetime | None = None, before: datetime | None = None) -> str:
    """One line for ``ssh-keygen -Y verify -f``, without line feed: this key, for this principal and namespace only, and where that is
    said from one moment on and up to another (OpenSSH 9.1 and later read times in UTC).

    ValueError for a principal or namespace with blanks, quotes, commas or wildcards, which mean something else in that file.
    """
    if not _PRINCIPAL.fullmatch(principal) or not _NAMESPACE.fullmatch(namespace):
        raise ValueError("a principal or a namespace has no blanks, quotes, commas or wildcards")
    window = "".join(f',valid-{name}="{moment.astimezone(UTC):%Y%m%d%H%M%S}Z"' for name, moment in (("after", after), ("before", before)) if moment is not None)
    return f'{principal} namespaces="{namespace}"{window} {public_line(spki_der)}'


def string(data: bytes) -> bytes:
    """Bytes with their length in front (RFC 4251, section 5)."""
    return struct.pack(">I", len(data)) + data


def take_string(data: bytes) -> tuple[bytes, bytes]:
    """The first string of the data, and what comes after it. Raises Unreadable where the data ends before it does."""
    end = 4 + int.from_bytes(data[:4], "big")
    if len(data) < 4 or len(data) < end:
        raise Unreadable("the OpenSSH data ends too early")
    return data[4:end], data[end:]


def _ed25519(rest: bytes) -> PublicKey:
    return Ed25519PublicKey.from_public_bytes(take_string(rest)[0])


def _p256(rest: bytes) -> PublicKey:
    return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), take_string(take_string(rest)[1])[0])
