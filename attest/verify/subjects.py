"""Step 6: the control files of a site against the statement that was signed, and, first part of step 10, against releases/<n>/.

    attestation/SHA256SUMS         sha256 is the first subject        SHA256SUMS.sig: the same key's, namespace attest-manifest@v1
    attestation/assessment.json    sha256 is the second subject
    attestation/statement.json     the payload, byte for byte
    attestation/releases/<n>/…     the same bytes: a release that is not kept from its first day cannot be compared later
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from attest.errors import CouldNotTell, Unreadable
from attest.fetch import Absent, Foreign, Source
from attest.statement import ASSESSMENT, MANIFEST, Statement
from attest.verify.answer import Finding, no, unsure
from attest.verify.envelope import Opened
from attest.wire import sshsig
from attest.words import ATTESTATION, MANIFEST_NAMESPACE

BUNDLE: Final = f"{ATTESTATION}/bundle.sigstore.json"
STATEMENT: Final = f"{ATTESTATION}/statement.json"
SIGNATURE: Final = f"{MANIFEST}.sig"
RELEASES: Final = f"{ATTESTATION}/releases"
KEPT: Final = ("bundle.sigstore.json", "statement.json", "assessment.json", "SHA256SUMS")
"""Of every release, in ``releases/<n>/``; and of one with a log its proof."""
PROOF_NAME: Final = "proof.tlog-proof"

CAP: Final = 64 * 2**20
"""Bytes of a control file: the bound of strict JSON."""

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Subjects:
    """What the signed subjects hold; None for one that is not as signed."""

    manifest: bytes | None
    assessment: bytes | None
    findings: tuple[Finding, ...]


def attempt(number: int, path: str, get: Callable[[], Value]) -> Value | Finding:
    """What a source gives, or the finding: a file that the source says is not there is a no, one it cannot give leaves it open."""
    try:
        return get()
    except Absent:
        return no(number, f"{path} is not there")
    except Foreign as error:
        return no(number, f"{path} {error.message}")
    except CouldNotTell as error:
        return unsure(number, f"{path} cannot be read: {error.message}")


def if_there(number: int, source: Source, path: str, cap: int) -> bytes | Finding | None:
    """A file that may be missing: None where the source says that it is not there."""

    def read() -> bytes | None:
        try:
            return source.read(path, cap)
        except Absent:
            return None

    return attempt(number, path, read)


def check_subjects(source: Source, opened: Opened, bundle: bytes) -> Subjects:
    """Reads the control files of the site that ``bundle`` stands in and holds them against it."""
    paths = (STATEMENT, ASSESSMENT, MANIFEST, SIGNATURE)
    read = {path: attempt(6, path, lambda path=path: source.read(path, CAP)) for path in paths}  # type: ignore[misc]
    held = {path: data for path, data in read.items() if isinstance(data, bytes)}
    findings = [data for data in read.values() if isinstance(data, Finding)]
    findings += _not_as_signed(opened, held)
    findings += _not_kept(source, opened.statement, {**held, BUNDLE: bundle})
    return Subjects(_signed(held.get(MANIFEST), opened.statement.manifest), _signed(held.get(ASSESSMENT), opened.statement.assessment), tuple(findings))


def _signed(data: bytes | None, digest: str) -> bytes | None:
    return data if data is not None and hashlib.sha256(data).hexdigest() == digest else None


def _not_as_signed(opened: Opened, held: dict[str, bytes]) -> Iterator[Finding]:
    for path, digest in ((MANIFEST, opened.statement.manifest), (ASSESSMENT, opened.statement.assessment)):
        if path in held and (got := hashlib.sha256(held[path]).hexdigest()) != digest:
            yield no(6, f"{path} is not the one that was signed", digest, got)
    if STATEMENT in held and held[STATEMENT] != opened.bundle.payload:
        yield no(6, f"{STATEMENT} is not the signed payload", opened.payload, hashlib.sha256(held[STATEMENT]).hexdigest())
    if SIGNATURE in held and MANIFEST in held and not _signs(held[SIGNATURE], held[MANIFEST], opened.statement.spki):
        yield no(6, f"{SIGNATURE} is not the signature of {opened.fingerprint} over {MANIFEST}")


def _signs(signature: bytes, manifest: bytes, spki: bytes) -> bool:
    try:
        return sshsig.verify(signature, MANIFEST_NAMESPACE, manifest, spki)
    except Unreadable:
        return False


def _not_kept(source: Source, statement: Statement, held: dict[str, bytes]) -> Iterator[Finding]:
    for name in KEPT if statement.log is None else (*KEPT, PROOF_NAME):
        path, top_path = f"{RELEASES}/{statement.release}/{name}", f"{ATTESTATION}/{name}"
        kept = attempt(10, path, lambda path=path: source.read(path, CAP))  # type: ignore[misc]
        top = held.get(top_path) if name != PROOF_NAME else if_there(10, source, top_path, CAP)
        if isinstance(kept, Finding):
            yield kept
        elif isinstance(top, bytes) and kept != top:
            yield no(10, f"{path} differs from {top_path}", hashlib.sha256(top).hexdigest(), hashlib.sha256(kept).hexdigest())
