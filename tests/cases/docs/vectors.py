"""Makes the worked examples of docs/format.md: a whole published site, as small as one can be, and the blocks that explain it.

    python tests/cases/docs/vectors.py        writes docs/vectors/ and the blocks of docs/format.md anew

The site is published by the code itself, from ``center/``, with keys that everybody knows (RFC 8032, 7.1, test 1; a center secret
that counts from 00 to 1f) at times that stand here. Equal inputs give equal bytes: tests/test_docs.py compares, and recomputes the
digests with nothing but hashlib.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
sys.path.insert(0, str(ROOT))

from attest.answered import SignedAnswers, print_answers  # noqa: E402
from attest.assess import assess  # noqa: E402
from attest.disclose import disclose, signed_by  # noqa: E402
from attest.keys import Keys  # noqa: E402
from attest.later import entry_of  # noqa: E402
from attest.load import load  # noqa: E402
from attest.logged import origin_of  # noqa: E402
from attest.observe import observe  # noqa: E402
from attest.publish import Order, Place, publish  # noqa: E402
from attest.published import block_of, digest_of, page_of  # noqa: E402
from attest.publishers.directory import Directory  # noqa: E402
from attest.record import project  # noqa: E402
from attest.release import Release  # noqa: E402
from attest.wire import dsse, jcs, openssh, publickey  # noqa: E402
from attest.wire.checkpoint import Checkpoint, sign_checkpoint  # noqa: E402
from attest.wire.commitment import commit, control_salt, file_salt  # noqa: E402
from attest.wire.log_entry import print_entry  # noqa: E402
from attest.wire.merkle import leaf_hash  # noqa: E402
from attest.wire.note import VerifierKey  # noqa: E402
from attest.wire.package import print_package  # noqa: E402
from attest.wire.stored_zip import parse_zip  # noqa: E402
from attest.wire.tlog_proof import TlogProof, print_proof  # noqa: E402
from attest.words import MANIFEST_NAMESPACE, PAYLOAD_TYPE  # noqa: E402

AS_OF = datetime(2026, 11, 20, 6, tzinfo=UTC)
ISSUED = datetime(2026, 11, 20, 6, 1, tzinfo=UTC)
VERSION = "0.1.0"
CENTER = "https://trust.small.example/"
KEY = Ed25519PrivateKey.from_private_bytes(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
LOG_KEY = Ed25519PrivateKey.from_private_bytes(bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
SECRET = bytes(range(32))
POLICY = "encrypted-in-transit.1"
"""The id of evidence that is written under a check."""

_BLOCK = re.compile(r"(<!-- vector: (?P<name>[a-z-]+) -->\n```[a-z]*\n).*?(^```$)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class KnownKey:
    """A signer whose key is in a specification: for examples, never for use."""

    spki: bytes = publickey.spki(KEY.public_key())

    @property
    def fingerprint(self) -> str:
        return openssh.fingerprint(self.spki)

    def sign(self, message: bytes) -> bytes:
        return KEY.sign(message)


def site() -> dict[str, bytes]:
    """Path -> bytes of the published example."""
    with tempfile.TemporaryDirectory() as folder:
        sources, keys, dest = Path(folder, "sources"), Path(folder, "keys"), Path(folder, "public")
        shutil.copytree(HERE / "center", sources)
        keys.mkdir(mode=0o700)
        place = Place(CENTER, Directory(dest), Keys(keys, KnownKey(), SECRET), lambda _: None)
        order = Order(AS_OF, ISSUED, timedelta(days=35), first=True, commit=None, allowed_emails=frozenset({"security@small.example"}), internal_domains=())
        publish(order, place, lambda out, release: _render(sources, out, release))
        return {path.relative_to(dest.resolve()).as_posix(): path.read_bytes() for path in sorted(dest.resolve().rglob("*")) if path.is_file()}


def _render(sources: Path, out: Path, release: Release) -> None:
    """The least that a site is: the record, a page a control, the public key."""
    center = load(sources)
    observations, _ = observe(sources, center, AS_OF)
    record = project(assess(center, observations, AS_OF), SECRET, release.n, VERSION)
    _write(out / "attestation/assessment.json", (json.dumps(record, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode())
    _write(out / "attestation/keys/statement.pub", (openssh.public_line(release.spki, CENTER) + "\n").encode())
    _write(out / "attestation/keys/allowed_signers", (openssh.allowed_signers(CENTER, release.spki, MANIFEST_NAMESPACE) + "\n").encode())
    for control in record["controls"]:
        _write(out / page_of(control), f"<!doctype html>\n<title>{control['title']}</title>\n<p>{control['reason']}</p>\n{block_of(control)}\n".encode())


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def blocks(published: Mapping[str, bytes]) -> dict[str, str]:
    """Name -> text of every worked example in docs/format.md."""
    key = KnownKey()
    record = json.loads(published["attestation/assessment.json"])
    (control,) = record["controls"]
    statement = published["attestation/statement.json"]
    withheld = _withheld_digest()
    policy = hashlib.sha256((HERE / "center/controls/evidence/files/policy.txt").read_bytes()).digest()
    return {
        "key": f"public key       {KEY.public_key().public_bytes_raw().hex()}\nOpenSSH line     {openssh.public_line(key.spki)}\nfingerprint      {key.fingerprint}\nSPKI, base64     {_base64(key.spki)}",
        "manifest": published["attestation/SHA256SUMS"].decode().rstrip("\n"),
        "canonical": _canonical({"b": [1, True, None], "a": "é", "aa": "</script>"}),
        "record": json.dumps(control, sort_keys=True, indent=1, ensure_ascii=False),
        "record-digest": f"bytes            {len(jcs.canonical(control))}\nSHA-256          {digest_of(control)}",
        "block": block_of(control),
        "commitment": _commitment("file", POLICY, policy, None),
        "commitment-control": _commitment("control", "decoys", withheld, 1),
        "statement": json.dumps(json.loads(statement), sort_keys=True, indent=1, ensure_ascii=False),
        "statement-digest": f"bytes            {len(statement)}\nSHA-256          {hashlib.sha256(statement).hexdigest()}",
        "pae": f"{dsse.pae(PAYLOAD_TYPE, statement)[:44].decode()}…",
        "pae-digest": f"bytes            {len(dsse.pae(PAYLOAD_TYPE, statement))}\nSHA-256          {hashlib.sha256(dsse.pae(PAYLOAD_TYPE, statement)).hexdigest()}",
        "bundle": json.dumps(_shortened(json.loads(published["attestation/bundle.sigstore.json"])), indent=1),
        "sshsig": published["attestation/SHA256SUMS.sig"].decode().rstrip("\n"),
        "log-entry": log_entry(statement).decode(),
        "log-proof": log_proof(statement).decode().rstrip("\n"),
        "allowed-signers": published["attestation/keys/allowed_signers"].decode().rstrip("\n"),
        "files": "\n".join(published),
        "answers": json.dumps(json.loads(answers()), sort_keys=True, indent=1, ensure_ascii=False),
        "package": json.dumps(json.loads(parse_zip(package(published))["package.json"]), sort_keys=True, indent=1, ensure_ascii=False),
        "package-files": _members(package(published)),
    }


def answers() -> bytes:
    """What a supplier signed, with the key that everybody knows."""
    given = {"second-factor": {"value": "yes"}, "where": {"value": "Denmark", "note": "Two halls", "private": "yes"}, "policy": {"file": "policy.txt", "sha256": hashlib.sha256((HERE / "center/controls/evidence/files/policy.txt").read_bytes()).hexdigest()}}
    return print_answers(SignedAnswers(CENTER, "supplier-assessment", "1", "Fjordhost (fictional)", "Ane Holm", None, ISSUED, given, KnownKey().spki))


def package(published: Mapping[str, bytes]) -> bytes:
    """What `attest disclose` writes of the example's policy."""
    signed = signed_by(published["attestation/bundle.sigstore.json"], published["attestation/assessment.json"], KnownKey().spki, CENTER)
    return print_package(disclose(HERE / "center", load(HERE / "center"), POLICY, SECRET, signed).package)


def _members(data: bytes) -> str:
    files = parse_zip(data)
    width = max(map(len, files)) + 2
    lines = [f"{name:<{width}}{len(content)} bytes" for name, content in files.items() if name != "README.txt"]
    return "\n".join([*lines[:1], f"{'README.txt':<{width}}…", *lines[1:]])


def log_entry(statement: bytes) -> bytes:
    """What the example's entry in a log would be."""
    return print_entry(entry_of("release", 1, ISSUED, statement))


def log_proof(statement: bytes) -> bytes:
    """Of that entry, in the log that has nothing else."""
    origin, root = origin_of(CENTER), leaf_hash(log_entry(statement))
    key = VerifierKey(origin, LOG_KEY.public_key().public_bytes_raw())
    return print_proof(TlogProof(0, (), sign_checkpoint(Checkpoint(origin, 1, root), key, LOG_KEY.sign)))


def _withheld_digest() -> bytes:
    """Of the canonical record of the withheld control, as it would stand in assessment.json were it public."""
    with tempfile.TemporaryDirectory() as folder:
        sources = Path(folder, "sources")
        shutil.copytree(HERE / "center", sources)
        file = sources / "controls/customers/decoys.yml"
        center = load(sources)
        observations, _ = observe(sources, center, AS_OF)
        file.write_text(file.read_text().replace("visibility: private\nchecks", "visibility: public\nchecks"))
        shown = project(assess(load(sources), observations, AS_OF), SECRET, 1, VERSION)
        (control,) = [one for one in shown["controls"] if one["id"] == "decoys"]
        return bytes.fromhex(digest_of({**control, "visibility": "private"}))


def _commitment(what: str, ident: str, digest: bytes, release: int | None) -> str:
    salt = file_salt(SECRET, ident, digest) if release is None else control_salt(SECRET, release, ident, digest)
    lines = [("center secret", SECRET.hex()), ("id", ident), (f"{what} SHA-256", digest.hex())]
    lines += [] if release is None else [("release", str(release))]
    lines += [("salt", salt.hex()), ("commitment", commit(salt, ident, digest))]
    return "\n".join(f"{name:<17}{value}" for name, value in lines)


def _canonical(value: object) -> str:
    printed = jcs.canonical(value)
    return f"{printed.decode()}\nSHA-256          {hashlib.sha256(printed).hexdigest()}"


def _shortened(value: dict[str, object]) -> dict[str, object]:
    value["dsseEnvelope"]["payload"] = value["dsseEnvelope"]["payload"][:40] + "…"  # type: ignore[index]
    return value


def _base64(data: bytes) -> str:
    from attest.wire import base64_strict

    return base64_strict.encode(data)


def fill(text: str, found: Mapping[str, str]) -> str:
    """docs/format.md with every block that has a name printed anew. KeyError for a name that nothing makes."""
    return _BLOCK.sub(lambda match: match[1] + found[match["name"]] + "\n" + match[3], text)


def names(text: str) -> list[str]:
    """The named blocks of a text."""
    return [match["name"] for match in _BLOCK.finditer(text)]


def main() -> None:
    published = site()
    target = ROOT / "docs/vectors"
    shutil.rmtree(target, ignore_errors=True)
    for path, data in published.items():
        _write(target / path, data)
    file = ROOT / "docs/format.md"
    file.write_text(fill(file.read_text(encoding="utf-8"), blocks(published)), encoding="utf-8")


if __name__ == "__main__":
    main()
