"""A chain of X.509 certificates in PEM, a server's own first: what ``tls: HOST`` collects, or ``openssl s_client -showcerts`` prints.

    -----BEGIN CERTIFICATE-----
    MIIB…                                    the server's, then whose key signed it, and so on; the root may be there or not
    -----END CERTIFICATE-----

What can be told without a clock, as rows; the subject is the certificate's own, the first one's with the names it is for:

    names-a-host            first       a DNS name or an address stands among its alternative names
    not-self-signed         first       somebody else vouches for it
    server-authentication   first       it is meant for servers; other where it does not say for what
    signed-by-the-next      all but the last
    may-sign                all but the first: a certificate authority, whose key may sign certificates
    key-large-enough        each        RSA from 2048 bits, elliptic curves from 256, Ed25519 and Ed448; other for kinds unknown here
    signature-algorithm     each, but for a root that stands last: fails for MD5 and SHA-1

Whether the last one is trusted is not said: that depends on who asks. A single certificate has no row signed-by-the-next. *Examined* are
the certificates. Nothing says when they were collected, so ``observed`` has to be written down; the evidence ends when the first of them
does (``notAfter``), and the names are what was looked at. Text outside the blocks is passed over.

Refused, and nothing of it is ever repeated: a file with a private key. Whoever put it there has to replace the key.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from itertools import pairwise
from typing import BinaryIO

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.dsa import DSAPublicKey
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID, SignatureAlgorithmOID

from attest.errors import Unreadable
from attest.readings import begin
from attest.readings.finish import rows_of
from attest.readings.interface import Outcome, Reading, Row

NAME = "pem-chain"
_MAX_CERTIFICATES = 32
_LEAST_RSA = 2048
_LEAST_CURVE = 256
_BLOCK = re.compile(rb"^-----BEGIN (?:X509 )?CERTIFICATE-----[ \t\r]*$.*?^-----END (?:X509 )?CERTIFICATE-----[ \t\r]*$", re.MULTILINE | re.DOTALL)
_OPENING = re.compile(rb"^-----BEGIN ([A-Z0-9 ]+)-----", re.MULTILINE)
_PRIVATE = re.compile(rb"PRIVATE\s+KEY", re.IGNORECASE)
_WEAK = frozenset({"md2", "md4", "md5", "sha1"})
_WITHOUT_HASH = frozenset({SignatureAlgorithmOID.ED25519, SignatureAlgorithmOID.ED448})


def sniff(head: bytes) -> bool:
    """Whether text, no other format, in which a certificate or a private key begins: what holds a key has to come here to be refused."""
    return not begin.opens_with(head, b"{[<") and any(name.endswith((b"CERTIFICATE", b"PRIVATE KEY")) for name in _OPENING.findall(head))


def read(stream: BinaryIO) -> Reading:
    """A PEM file -> rows for each certificate. Unreadable for a private key, other blocks, or what is no certificate."""
    chain = _chain(begin.everything(stream))
    names = _names(chain[0])
    rows = rows_of(_rows(chain, ", ".join(names)))
    return Reading(
        format=NAME,
        rows=rows,
        examined=len(chain),
        ends=min(certificate.not_valid_after_utc for certificate in chain),
        targets=names,
    )


def _chain(data: bytes) -> list[x509.Certificate]:
    if _PRIVATE.search(data):
        raise Unreadable("the file holds a private key, which must never be evidence", "take it out of the file and of its history, and replace the key: it is no secret any more")
    kinds = _OPENING.findall(data)
    if len(kinds) > _MAX_CERTIFICATES:
        raise Unreadable(f"the file has {len(kinds)} certificates; a chain has {_MAX_CERTIFICATES} at most")
    blocks = _BLOCK.findall(data)
    if not blocks or len(blocks) != len(kinds):
        raise Unreadable(f"the file is not a chain of certificates in PEM: {len(blocks)} whole of {len(kinds)} blocks that begin")
    return [_certificate(block, number) for number, block in enumerate(blocks, 1)]


def _certificate(block: bytes, number: int) -> x509.Certificate:
    """One certificate, with all that is asked of it known to be readable."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it will refuse in later versions
            found = x509.load_pem_x509_certificate(block)
            _ = (found.extensions, found.public_key(), found.subject, found.issuer, found.not_valid_after_utc, found.signature_hash_algorithm)
    except UnsupportedAlgorithm:
        raise Unreadable(f"certificate {number} uses an algorithm that is not known here") from None
    except (ValueError, TypeError, KeyError, x509.DuplicateExtension, x509.InvalidVersion, x509.UnsupportedGeneralNameType):
        raise Unreadable(f"certificate {number} cannot be read as X.509") from None
    return found


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    """The hosts a certificate is for: its alternative names. A common name is not asked any more (RFC 9525, section 6.3)."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(dict.fromkeys([*found.get_values_for_type(x509.DNSName), *map(str, found.get_values_for_type(x509.IPAddress))]))


def _rows(chain: list[x509.Certificate], names: str) -> Iterator[Row]:
    subjects = [_subject(certificate) for certificate in chain]
    subjects[0] = names or subjects[0]
    yield from _first(chain[0], subjects[0])
    for (certificate, subject), (issuer, _) in pairwise(zip(chain, subjects, strict=True)):
        yield _row("signed-by-the-next", _issued(certificate, issuer), subject)
    for certificate, subject in zip(chain[1:], subjects[1:], strict=True):
        yield _row("may-sign", _may_sign(certificate), subject)
    for certificate, subject in zip(chain, subjects, strict=True):
        yield Row("key-large-enough", *_key(certificate, subject))
        if certificate is chain[0] or certificate is not chain[-1] or not _by_itself(certificate):
            yield Row("signature-algorithm", *_signature(certificate, subject))


def _first(certificate: x509.Certificate, subject: str) -> Iterator[Row]:
    yield _row("names-a-host", bool(_names(certificate)), subject)
    yield _row("not-self-signed", not _by_itself(certificate), subject)
    yield Row("server-authentication", _for_servers(certificate), subject)


def _row(name: str, holds: bool, subject: str) -> Row:
    return Row(name, "pass" if holds else "fail", subject)


def _subject(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string()


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether the names fit and the signature verifies; what cannot be verified did not."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _by_itself(certificate: x509.Certificate) -> bool:
    """By its names alone: a signature with an algorithm that is refused today could not be verified."""
    return certificate.issuer == certificate.subject


def _for_servers(certificate: x509.Certificate) -> Outcome:
    try:
        meant = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return "other"
    return "pass" if ExtendedKeyUsageOID.SERVER_AUTH in meant else "fail"


def _may_sign(certificate: x509.Certificate) -> bool:
    """RFC 5280, section 6.1.4 (k) and (n): cA is asserted, and keyCertSign where key usage is said at all."""
    try:
        authority = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False
    try:
        return authority and certificate.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        return authority


def _key(certificate: x509.Certificate, subject: str) -> tuple[Outcome, str, str, str]:
    key = certificate.public_key()
    if isinstance(key, (Ed25519PublicKey, Ed448PublicKey)):
        return "pass", subject, "unrated", type(key).__name__.removesuffix("PublicKey")
    if isinstance(key, RSAPublicKey):
        return "pass" if key.key_size >= _LEAST_RSA else "fail", subject, "unrated", f"RSA, {key.key_size} bits"
    if isinstance(key, EllipticCurvePublicKey):
        return "pass" if key.key_size >= _LEAST_CURVE else "fail", subject, "unrated", f"{key.curve.name}, {key.key_size} bits"
    return "fail" if isinstance(key, DSAPublicKey) else "other", subject, "unrated", type(key).__name__


def _signature(certificate: x509.Certificate, subject: str) -> tuple[Outcome, str, str, str]:
    if certificate.signature_algorithm_oid in _WITHOUT_HASH:
        return "pass", subject, "unrated", "a hash of its own"
    hashed = certificate.signature_hash_algorithm
    if hashed is None:
        return "other", subject, "unrated", certificate.signature_algorithm_oid.dotted_string
    return "fail" if hashed.name in _WEAK else "pass", subject, "unrated", hashed.name
