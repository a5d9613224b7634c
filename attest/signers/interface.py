"""What can sign: a key file today; an agent, a token or a cloud's key service tomorrow. One kind a file; siblings import this one."""

from __future__ import annotations

from typing import Protocol


class Signer(Protocol):
    """Something that holds a P-256 or Ed25519 key and signs with it."""

    @property
    def spki(self) -> bytes:
        """The public key, SubjectPublicKeyInfo in DER."""

    @property
    def fingerprint(self) -> str:
        """The public key's OpenSSH fingerprint, ``SHA256:…``."""

    def sign(self, message: bytes) -> bytes:
        """The signature over the message: ECDSA with SHA-256 in ASN.1 DER, or 64 bytes of pure Ed25519. Raises AttestError."""
