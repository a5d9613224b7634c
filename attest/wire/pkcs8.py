"""A private key locked with a passphrase, as PKCS#8 in PEM (RFC 5958, section 3) that openssl and every PKI library opens.

    -----BEGIN ENCRYPTED PRIVATE KEY-----        PBES2 (RFC 8018, 6.2): key from scrypt (RFC 7914), AES-256-CBC over the PKCS#8 DER
    MIH7MGYGCSqGSIb3DQEFDTBZ…
    -----END ENCRYPTED PRIVATE KEY-----

Written here because ``cryptography`` locks PKCS#8 with 2,048 rounds of PBKDF2, which a guesser passes in no time. scrypt with N 2**14,
r 8, p 5 takes 16 MiB and about as long as a patient person types; a larger N would pass the 32 MiB that openssl allows itself when
it opens the file. Printing only: ``cryptography`` reads it.
"""

from __future__ import annotations

import hashlib
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from attest.wire import base64_strict

SALT_BYTES: Final = 16
IV_BYTES: Final = 16

_N, _R, _P = 2**14, 8, 5
_PBES2 = bytes.fromhex("06092a864886f70d01050d")
_SCRYPT = bytes.fromhex("06092b06010401da47040b")
_AES_256_CBC = bytes.fromhex("060960864801650304012a")


def print_locked(der: bytes, passphrase: bytes, salt: bytes, iv: bytes) -> bytes:
    """PKCS#8 DER, passphrase, fresh random salt and iv (16 bytes each) -> PEM. ValueError for other lengths or an empty passphrase."""
    if len(salt) != SALT_BYTES or len(iv) != IV_BYTES or not passphrase:
        raise ValueError("a salt and an iv of 16 bytes and a passphrase are needed")
    key = hashlib.scrypt(passphrase, salt=salt, n=_N, r=_R, p=_P, maxmem=64 * 2**20, dklen=32)
    locked = _sequence(_algorithm(salt, iv), _der(0x04, _encrypt(key, iv, der)))
    text = base64_strict.encode(locked)
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN ENCRYPTED PRIVATE KEY-----", *lines, "-----END ENCRYPTED PRIVATE KEY-----", ""]).encode("ascii")


def _algorithm(salt: bytes, iv: bytes) -> bytes:
    derivation = _sequence(_SCRYPT, _sequence(_der(0x04, salt), _integer(_N), _integer(_R), _integer(_P)))
    return _sequence(_PBES2, _sequence(derivation, _sequence(_AES_256_CBC, _der(0x04, iv))))


def _encrypt(key: bytes, iv: bytes, data: bytes) -> bytes:
    padder, encryptor = PKCS7(128).padder(), Cipher(AES(key), CBC(iv)).encryptor()
    return encryptor.update(padder.update(data) + padder.finalize()) + encryptor.finalize()


def _sequence(*parts: bytes) -> bytes:
    return _der(0x30, b"".join(parts))


def _integer(number: int) -> bytes:
    return _der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    raw = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag]) + (bytes([size]) if size < 128 else bytes([0x80 | len(raw)]) + raw) + content
