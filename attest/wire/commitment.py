"""A file that is not public is bound by a salted digest, so that whoever is handed it can check, and nobody can guess it.

    commitment = SHA-256("attest/commitment/v1" 0x00 salt[32] len(id) id digest[32])
    salt       = HMAC-SHA256(center secret, tag 0x00 len(id) id digest[32])            tag "attest/salt/v1"
    salt       = HMAC-SHA256(center secret, tag 0x00 n len(id) id digest[32])          tag "attest/salt/control/v1", a withheld control

``len(id)`` is four bytes and ``n``, the release's number, eight, both big-endian; ``id`` is UTF-8; ``digest`` is the file's raw
SHA-256, for a withheld control that of its canonical record. The release's number in the salt keeps a withheld control from
being followed from release to release. format.md, Statement.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from typing import Final

_DOMAIN = b"attest/commitment/v1\x00"
_SALT_FILE = b"attest/salt/v1\x00"
_SALT_CONTROL = b"attest/salt/control/v1\x00"

SECRET_BYTES: Final = 32
"""Of a secret, and of a salt and a digest, which are SHA-256 values."""


def commit(salt: bytes, ident: str, digest: bytes) -> str:
    """Salt (32 bytes), id and SHA-256 (32 bytes) -> hex commitment. ValueError for other lengths, here and below."""
    return hashlib.sha256(_DOMAIN + _fixed(salt) + _counted(ident) + _fixed(digest)).hexdigest()


def file_salt(secret: bytes, ident: str, digest: bytes) -> bytes:
    """The salt of an evidence file: equal as long as the file and its id are."""
    return hmac.digest(_fixed(secret), _SALT_FILE + _counted(ident) + _fixed(digest), "sha256")


def control_salt(secret: bytes, release: int, ident: str, digest: bytes) -> bytes:
    """The salt of a withheld control in one release (its number, from 1): never equal in two."""
    if not 0 < release < 2**64:
        raise ValueError(f"{release} is no release's number")
    return hmac.digest(_fixed(secret), _SALT_CONTROL + struct.pack(">Q", release) + _counted(ident) + _fixed(digest), "sha256")


def _counted(ident: str) -> bytes:
    raw = ident.encode("utf-8")
    return struct.pack(">I", len(raw)) + raw


def _fixed(value: bytes) -> bytes:
    if len(value) != SECRET_BYTES:
        raise ValueError(f"{SECRET_BYTES} bytes needed, got {len(value)}")
    return value
