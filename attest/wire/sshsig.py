"""A file's signature in OpenSSH's format (PROTOCOL.sshsig), checked with ``ssh-keygen -Y verify``.

    -----BEGIN SSH SIGNATURE-----                      "SSHSIG" uint32 1 | string key blob | string namespace | string ""
    U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg…      | string "sha512" | string signature
    -----END SSH SIGNATURE-----

What the key signs is not the file but ``"SSHSIG" string namespace string "" string "sha512" string SHA-512(file)``; the namespace keeps
a signature made for one purpose from being shown for another. The signature inside is ``string name string raw``: for Ed25519 its 64
bytes, for ECDSA ``mpint r mpint s``. Refused: other keys, another hash, a reserved field that is not empty, anything after the end.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from attest.errors import Unreadable
from attest.wire import base64_strict, openssh, publickey
from attest.wire.openssh import string, take_string

MAX_BYTES: Final = 4096
_MAGIC: Final = b"SSHSIG"
_VERSION: Final = (1).to_bytes(4, "big")
_HASH: Final = b"sha512"
_COLUMNS: Final = 70
"""Of a line, as ssh-keygen writes it; the specification says 76, so up to that many are read."""

_ARMOR = re.compile(rb"-----BEGIN SSH SIGNATURE-----\n((?:[A-Za-z0-9+/=]{1,76}\n)+)-----END SSH SIGNATURE-----\n?")


@dataclass(frozen=True, slots=True)
class SshSig:
    """What the file says; nothing of it is verified yet."""

    spki_der: bytes
    """The key it brings along: never believed for that."""
    namespace: str
    signature: bytes
    """As ``publickey.verify`` takes it (ECDSA: ASN.1 DER), over ``to_be_signed``."""


def to_be_signed(namespace: str, message: bytes) -> bytes:
    """Namespace and message -> the bytes that the key signs. ValueError for an empty namespace, which OpenSSH forbids."""
    if not namespace:
        raise ValueError("a namespace is needed")
    return _MAGIC + b"".join(map(string, (namespace.encode("utf-8"), b"", _HASH, hashlib.sha512(message).digest())))


def sign_blob(namespace: str, message: bytes, spki_der: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """The message's signature file; ``sign`` gives the key's raw signature (ECDSA: DER) over the bytes it is handed."""
    return armor(spki_der, namespace, sign(to_be_signed(namespace, message)))


def armor(spki_der: bytes, namespace: str, raw_signature: bytes) -> bytes:
    """Key, namespace and raw signature (ECDSA: ASN.1 DER; Ed25519: 64 bytes) -> the signature file. Raises Unreadable, ValueError."""
    if not namespace:
        raise ValueError("a namespace is needed")
    name = openssh.algorithm(spki_der)
    inner = raw_signature if name == openssh.ED25519 else _mpints(raw_signature)
    signature = string(name.encode()) + string(inner)
    blob = _MAGIC + _VERSION + b"".join(map(string, (openssh.key_blob(spki_der), namespace.encode("utf-8"), b"", _HASH, signature)))
    text = base64_strict.encode(blob)
    lines = [text[start : start + _COLUMNS] for start in range(0, len(text), _COLUMNS)]
    return "\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""]).encode("ascii")


def parse(data: bytes) -> SshSig:
    """A signature file's bytes -> SshSig. Raises Unreadable, naming what is not as described above."""
    match = _ARMOR.fullmatch(data) if len(data) <= MAX_BYTES else None
    if match is None:
        raise Unreadable("not an SSH signature (-----BEGIN SSH SIGNATURE----- …)")
    blob = base64_strict.decode(match[1].replace(b"\n", b"").decode("ascii"))
    if not blob.startswith(_MAGIC + _VERSION):
        raise Unreadable("not an SSH signature of version 1")
    key, namespace, reserved, hash_name, signature = _strings(blob[len(_MAGIC + _VERSION) :], 5)
    if reserved:
        raise Unreadable("the SSH signature's reserved field is not empty")
    if hash_name != _HASH:
        raise Unreadable("the SSH signature uses another hash than sha512")
    der = openssh.spki_of(key)
    return SshSig(der, _namespace(namespace), _raw(openssh.algorithm(der), signature))


def verify(data: bytes, namespace: str, message: bytes, spki_der: bytes) -> bool:
    """Whether the file is this key's signature over the message for this namespace. Raises Unreadable for a file that is none."""
    found = parse(data)
    if found.spki_der != spki_der or found.namespace != namespace:
        return False
    return publickey.verify(spki_der, found.signature, to_be_signed(namespace, message))


def _strings(data: bytes, count: int) -> list[bytes]:
    """Exactly so many strings and nothing after them."""
    found = []
    for _ in range(count):
        value, data = take_string(data)
        found.append(value)
    if data:
        raise Unreadable("the SSH signature has bytes after its end")
    return found


def _namespace(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("the SSH signature's namespace is not UTF-8") from None
    if not text:
        raise Unreadable("the SSH signature's namespace is empty")
    return text


def _raw(name: str, signature: bytes) -> bytes:
    inner_name, inner = _strings(signature, 2)
    if inner_name != name.encode():
        raise Unreadable("the SSH signature is of another kind than its key")
    if name == openssh.P256:
        return encode_dss_signature(*map(_integer, _strings(inner, 2)))
    if len(inner) != 64:
        raise Unreadable("an Ed25519 signature has 64 bytes")
    return inner


def _mpints(der: bytes) -> bytes:
    """ECDSA's ASN.1 DER -> OpenSSH's two mpints (RFC 4251, section 5: the shortest two's complement)."""
    return b"".join(string(number.to_bytes(number.bit_length() // 8 + 1, "big")) for number in decode_dss_signature(der))


def _integer(raw: bytes) -> int:
    number = int.from_bytes(raw, "big")
    if not 0 < number < 2**256 or raw != number.to_bytes(number.bit_length() // 8 + 1, "big"):
        raise Unreadable("the SSH signature holds a number that is not in the one form it may have")
    return number
