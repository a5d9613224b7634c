"""What is signed, and the files it travels in. Bytes in, bytes out; the key stays behind ``Signer``.

    assessment.json + SHA256SUMS + release  ->  payload     attestation/statement.json
    payload  -> DSSE, by the statement key  ->  bundle      attestation/bundle.sigstore.json
    SHA256SUMS -> SSHSIG, by the same key   ->  signature   attestation/SHA256SUMS.sig
    answers  -> DSSE, by their author's key ->  bundle      handed over, published nowhere

The published record is read, never computed again: what a visitor reads and what is signed cannot come from two assessments.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, cast

from attest.answered import MOST_BYTES, print_answers
from attest.answers_of import signed_of
from attest.errors import Refused, Unreadable
from attest.logged import Logged
from attest.model.answers import Answers
from attest.published import claims_of
from attest.release import Release
from attest.signers.interface import Signer
from attest.statement import ASSESSMENT, MANIFEST, print_statement, release_fields
from attest.wire import dsse, sshsig, strict_json
from attest.wire.bundle import Bundle, print_bundle
from attest.words import MANIFEST_NAMESPACE, PAYLOAD_TYPE


def payload_of(assessment: bytes, manifest: bytes, release: Release, issued_at: datetime, commit: str | None, log: Logged | None = None) -> bytes:
    """The bytes of assessment.json and SHA256SUMS, the release and the log before it -> the DSSE payload. Raises Unreadable for an assessment that is no JSON object."""
    record = strict_json.parse(assessment, ASSESSMENT)
    if not isinstance(record, dict):
        raise Unreadable(f"{ASSESSMENT} is not an object")
    subjects = {MANIFEST: sha256(manifest), ASSESSMENT: sha256(assessment)}
    previous = None if release.previous is None else (release.previous.release, release.previous.payload)
    fields = release_fields(release.n, previous, issued_at, release.valid_until, release.spki, commit, log)
    return print_statement(record, claims_of(cast("list[dict[str, Any]]", record["controls"])), subjects, fields)


def bundle_of(payload: bytes, signer: Signer) -> bytes:
    """The payload, signed -> the bundle's bytes. Raises AttestError where the key cannot sign."""
    return print_bundle(Bundle(payload, PAYLOAD_TYPE, signer.sign(dsse.pae(PAYLOAD_TYPE, payload)), signer.fingerprint))


def sign_answers(answers: Answers, signer: Signer) -> bytes:
    """Answers, signed by their author -> the bundle's bytes. Raises Refused for answers that cannot be signed, AttestError where the key cannot sign."""
    try:
        payload = print_answers(signed_of(answers, signer.spki))
        bundle = bundle_of(payload, signer)
    except ValueError as error:
        raise Refused(f"these answers cannot be signed: {error}", "mend the answers file, then sign it again") from None
    if len(bundle) > MOST_BYTES:
        raise Refused(f"these answers come to {len(bundle)} bytes signed, more than {MOST_BYTES}", "hand long texts over as files, and answer with file: and sha256:")
    return bundle


def manifest_signature(manifest: bytes, signer: Signer) -> bytes:
    """The manifest's bytes -> SHA256SUMS.sig, for ``ssh-keygen -Y verify -n attest-manifest@v1``. Raises AttestError."""
    return sshsig.sign_blob(MANIFEST_NAMESPACE, manifest, signer.spki, signer.sign)


def sha256(data: bytes) -> str:
    """Bytes -> hex SHA-256."""
    return hashlib.sha256(data).hexdigest()
