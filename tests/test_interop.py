"""What we sign, verified by tools that others already own; and what was changed after signing, refused by them.

openssl and ssh-keygen are everywhere; cosign 3 is fetched by ``.ci/install-cosign``; sigstore-js by ``npm ci`` in ``tests/interop``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from attest.signers.interface import Signer
from attest.signers.keyfile import create_keyfile, open_keyfile
from attest.wire import bundle, dsse, jcs, openssh, publickey, sha256sums, sshsig
from attest.words import MANIFEST_NAMESPACE, PAYLOAD_TYPE, PREDICATE_TYPE, STATEMENT_TYPE

from .conftest import INTEROP, missing

PRINCIPAL = "https://trust.harbourline.example/"

Tool = Callable[[str], str]


class Site:
    """A signed manifest as it lies in a published folder, with the texts of the public key beside it."""

    def __init__(self, folder: Path, signer: Signer) -> None:
        self.folder, self.signer = folder, signer
        (folder / "index.html").write_text("<h1>Harbourline (fictional)</h1>")
        self.manifest = sha256sums.print_manifest({"index.html": hashlib.sha256((folder / "index.html").read_bytes()).hexdigest()})
        subject = {"name": "attestation/SHA256SUMS", "digest": {"sha256": hashlib.sha256(self.manifest).hexdigest()}}
        payload = jcs.canonical({"_type": STATEMENT_TYPE, "subject": [subject], "predicateType": PREDICATE_TYPE, "predicate": {"center": {"name": "Häfen & Co"}}})
        self.bundle = bundle.Bundle(payload, PAYLOAD_TYPE, signer.sign(dsse.pae(PAYLOAD_TYPE, payload)), signer.fingerprint)
        (folder / "SHA256SUMS").write_bytes(self.manifest)
        (folder / "SHA256SUMS.sig").write_bytes(sshsig.sign_blob(MANIFEST_NAMESPACE, self.manifest, signer.spki, signer.sign))
        (folder / "key.pem").write_bytes(publickey.pem(signer.spki))
        (folder / "key.pub").write_text(openssh.public_line(signer.spki, "trust center") + "\n")
        (folder / "allowed_signers").write_text(openssh.allowed_signers(PRINCIPAL, signer.spki, MANIFEST_NAMESPACE) + "\n")
        self.write(self.bundle)

    def write(self, one: bundle.Bundle) -> None:
        (self.folder / "bundle.json").write_bytes(bundle.print_bundle(one))

    def tampered(self) -> bundle.Bundle:
        return replace(self.bundle, payload=self.bundle.payload.replace(b"&", b"+"))

    def run(self, *words: str, stdin: bytes = b"", cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(words, cwd=cwd or self.folder, input=stdin, capture_output=True, timeout=120)


@pytest.fixture(params=["p256", "ed25519"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    algorithm: Literal["p256", "ed25519"] = request.param
    return Site(tmp_path, create_keyfile(tmp_path / "key", algorithm, None))


# openssl, on the bytes that DSSE signs


def openssl_says(openssl: str, site: Site, one: bundle.Bundle) -> bool:
    (site.folder / "pae.bin").write_bytes(dsse.pae(one.payload_type, one.payload))
    (site.folder / "sig.bin").write_bytes(one.signature)
    if openssh.algorithm(site.signer.spki) == openssh.ED25519:
        words = ["pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "pae.bin", "-sigfile", "sig.bin"]
    else:
        words = ["dgst", "-sha256", "-verify", "key.pem", "-signature", "sig.bin", "pae.bin"]
    return site.run(openssl, *words).returncode == 0


def test_openssl_verifies_the_statement(site: Site, require_tool: Tool) -> None:
    openssl = require_tool("openssl")
    assert openssl_says(openssl, site, site.bundle)
    assert not openssl_says(openssl, site, site.tampered())
    assert not openssl_says(openssl, site, replace(site.bundle, payload_type="text/plain"))


def test_a_shell_makes_the_bytes_that_are_signed(site: Site, require_tool: Tool) -> None:
    """The pre-authentication encoding in one line of shell, for whoever checks with openssl alone."""
    shell = require_tool("sh")
    one = json.loads((site.folder / "bundle.json").read_bytes())["dsseEnvelope"]
    (site.folder / "statement.json").write_bytes(base64.b64decode(one["payload"]))
    site.run(shell, "-c", "{ printf 'DSSEv1 28 application/vnd.in-toto+json %d ' $(wc -c <statement.json); cat statement.json; } >shell.bin")
    assert (site.folder / "shell.bin").read_bytes() == dsse.pae(PAYLOAD_TYPE, site.bundle.payload)


@pytest.mark.parametrize("algorithm", ["p256", "ed25519"])
def test_openssl_opens_a_locked_key(tmp_path: Path, require_tool: Tool, algorithm: Literal["p256", "ed25519"]) -> None:
    openssl = require_tool("openssl")
    signer = create_keyfile(tmp_path / "key", algorithm, b"harbour light")
    opened = subprocess.run([openssl, "pkey", "-in", tmp_path / "key", "-passin", "pass:harbour light", "-pubout"], capture_output=True)
    assert opened.stdout == publickey.pem(signer.spki), opened.stderr
    assert subprocess.run([openssl, "pkey", "-in", tmp_path / "key", "-passin", "pass:harbour dark", "-pubout"], capture_output=True).returncode != 0


@pytest.mark.parametrize("words", [["EC", "-pkeyopt", "ec_paramgen_curve:P-256"], ["ED25519"]], ids=["p256", "ed25519"])
@pytest.mark.parametrize("locked", [False, True], ids=["plain", "locked"])
def test_a_key_that_openssl_made_signs(tmp_path: Path, require_tool: Tool, words: list[str], locked: bool) -> None:
    openssl, path = require_tool("openssl"), tmp_path / "key"
    lock = ["-aes-256-cbc", "-pass", "pass:x"] if locked else []
    subprocess.run([openssl, "genpkey", "-algorithm", *words, *lock, "-out", path], check=True, capture_output=True)
    path.chmod(0o600)
    signer = open_keyfile(path, (lambda: b"x") if locked else None)
    assert publickey.verify(signer.spki, signer.sign(b"message"), b"message")


# ssh-keygen, on the manifest


def ssh_keygen_says(tool: str, site: Site, manifest: bytes, namespace: str = MANIFEST_NAMESPACE, principal: str = PRINCIPAL) -> bool:
    words = ["-Y", "verify", "-f", "allowed_signers", "-I", principal, "-n", namespace, "-s", "SHA256SUMS.sig"]
    return site.run(tool, *words, stdin=manifest).returncode == 0


def test_ssh_keygen_verifies_the_manifest(site: Site, require_tool: Tool) -> None:
    tool = require_tool("ssh-keygen")
    assert ssh_keygen_says(tool, site, site.manifest)
    assert not ssh_keygen_says(tool, site, site.manifest.replace(b"index", b"indez"))
    assert not ssh_keygen_says(tool, site, site.manifest, namespace="file")
    assert not ssh_keygen_says(tool, site, site.manifest, principal="https://trust.other.example/")


def test_ssh_keygen_prints_our_fingerprint(site: Site, require_tool: Tool) -> None:
    printed = site.run(require_tool("ssh-keygen"), "-lf", "key.pub").stdout.decode().split()
    assert printed[1] == site.signer.fingerprint == bundle.parse_bundle((site.folder / "bundle.json").read_bytes()).hint


def test_sha256sum_checks_the_manifest(site: Site, require_tool: Tool) -> None:
    tool = require_tool("sha256sum")
    assert site.run(tool, "--check", "--strict", "SHA256SUMS").returncode == 0
    (site.folder / "index.html").write_text("<h1>Changed</h1>")
    assert site.run(tool, "--check", "--strict", "SHA256SUMS").returncode != 0


# cosign 3


@pytest.fixture
def cosign(require_tool: Tool) -> str:
    path = require_tool("cosign")
    if b"--new-bundle-format" in subprocess.run([path, "verify-blob-attestation", "--help"], capture_output=True).stdout:
        missing("cosign 3")
    return path


def cosign_says(cosign: str, site: Site, blob: str = "SHA256SUMS", predicate: str = PREDICATE_TYPE) -> subprocess.CompletedProcess[bytes]:
    return site.run(cosign, "verify-blob-attestation", "--key", "key.pem", "--bundle", "bundle.json", "--insecure-ignore-tlog=true", "--type", predicate, blob)


def test_cosign_verifies_statement_subject_and_type(site: Site, cosign: str) -> None:
    good = cosign_says(cosign, site)
    assert good.returncode == 0 and b"Verified OK" in good.stderr, good.stderr
    assert b"artifact digests do not match" in cosign_says(cosign, site, blob="index.html").stderr
    assert cosign_says(cosign, site, predicate="https://other.example/v1").returncode != 0
    site.write(site.tampered())
    bad = cosign_says(cosign, site)
    assert bad.returncode != 0 and b"accepted signatures do not match threshold" in bad.stderr, bad.stderr


# sigstore-js


@pytest.fixture(scope="session")
def sigstore_js(npm_packages: Path) -> list[str]:
    """The command that verifies with sigstore-js."""
    return [str(shutil.which("node")), str(npm_packages.parent / "verify.mjs")]


def sigstore_js_says(command: list[str], site: Site, fingerprint: str = "") -> str:
    return site.run(*command, "bundle.json", "key.pem", fingerprint or site.signer.fingerprint).stdout.decode().strip()


def test_sigstore_js_verifies_the_statement(site: Site, sigstore_js: list[str]) -> None:
    assert sigstore_js_says(sigstore_js, site) == "verified"
    assert "PUBLIC_KEY_ERROR" in sigstore_js_says(sigstore_js, site, "SHA256:" + "A" * 43)
    site.write(site.tampered())
    assert "SIGNATURE_ERROR" in sigstore_js_says(sigstore_js, site)
    site.write(replace(site.bundle, payload_type="text/plain"))
    assert sigstore_js_says(sigstore_js, site).startswith("refused")


def test_the_lock_file_names_no_registry() -> None:
    lock = (INTEROP / "package-lock.json").read_text()
    assert "://" not in lock and "resolved" not in lock
