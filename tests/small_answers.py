"""A few answers that a fictional supplier gave and signed, with keys of tests/signed_site: worthless, and the same in every run.

    GIVEN       SignedAnswers, of every shape that an answer may have
    bundle()    the same in a bundle, signed by the author's key
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, derive_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from attest.answered import SignedAnswers, print_answers
from attest.times import parse_moment
from tests.signed_site import EDWARDS, Key, enveloped


class Steady(Key):
    """A key whose signatures are the same in every run, too."""

    def sign(self, message: bytes) -> bytes:
        """ECDSA of RFC 6979."""
        if isinstance(self.private, EllipticCurvePrivateKey):
            return self.private.sign(message, ECDSA(SHA256(), deterministic_signing=True))
        return super().sign(message)


AUTHOR: Final = Steady(derive_private_key(7010, SECP256R1()))
ASKER: Final = "https://trust.harbourline.example/"
POLICY: Final = b"Our policy (fictional)\n"
GIVEN: Final = SignedAnswers(
    ASKER, "supplier-assessment", "1", "Fjordhost (fictional)", "Ane Holm", "Security lead", parse_moment("2026-11-20T09:00:00Z"),
    {
        "second-factor": {"value": "yes"},
        "frameworks": {"value": ["iso-27001", "soc-2"]},
        "none-of-these": {"value": []},
        "notice": {"value": "24"},
        "where": {"value": "Denmark", "note": "Two halls,\nBillund and Århus", "private": "yes"},
        "policy": {"file": "policy.pdf", "sha256": hashlib.sha256(POLICY).hexdigest(), "note": "of this year"},
    },
    AUTHOR.spki,
)  # fmt: skip


def bundle(key: Key = AUTHOR, **changed: Any) -> bytes:
    """The answers, some fields otherwise, signed by the key that they name."""
    return enveloped(print_answers(replace(GIVEN, spki=key.spki, **changed)), key)


def edwards() -> bytes:
    """Signed with an Ed25519 key."""
    return bundle(EDWARDS)
