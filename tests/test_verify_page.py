"""The commands of verify.html, taken from a published page and run as they stand: by a stranger, over http, in a folder of their own.

The center's id is the address of the server that the test starts, so not a letter of a command is changed. Then the same commands over
a site that was signed anew by somebody who has the host and not the key.
"""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from attest.cli import main
from attest.wire import dsse, openssh, publickey, sshsig
from attest.wire.bundle import Bundle, print_bundle
from attest.wire.sha256sums import parse_manifest, print_manifest
from attest.words import MANIFEST_NAMESPACE, PAYLOAD_TYPE
from tests.conftest import ROOT
from tests.signed_site import p256
from tests.sites import mini

pytestmark = pytest.mark.slow

AT = "2026-11-21T12:00:00Z"
LATER = "2026-11-21T13:00:00Z"
TOOLS = ("bash", "curl", "jq", "sha256sum", "ssh-keygen", "openssl", "cosign")
IN_THE_FOLDER = ("ssh-keygen-fingerprint", "ssh-keygen", "cosign", "openssl", "statement", "sha256sum")


class Site:
    """A published site behind its own address, and a stranger's empty folder and home."""

    def __init__(self, root: Path, address: str) -> None:
        self.root, self.address, self.folder, self.home = root, address, root / "public", root / "stranger"
        self.copy = self.home / "trust-center"
        self.commands = {name: html.unescape(text) for name, text in re.findall(r'<code data-verify="([a-z0-9-]+)">(.*?)</code>', (self.folder / "verify.html").read_text(), re.DOTALL)}
        bin_ = self.home / "bin"
        bin_.mkdir(parents=True)
        for name, program in (("attest", f"{sys.executable} -m attest"), ("python3", f"{sys.executable} -I")):
            (bin_ / name).write_text(f'#!/bin/sh\nexec {program} "$@" --at {LATER}\n')
            (bin_ / name).chmod(0o755)
        shutil.copy(ROOT / "attest/theme/verify.py", self.home)
        self.path = f"{bin_}:{os.environ['PATH']}"

    def run(self, name: str, where: Path) -> subprocess.CompletedProcess[str]:
        """One block, with nothing of ours in the environment but the way to the tools."""
        surroundings = {"PATH": self.path, "HOME": str(self.home), "PYTHONPATH": str(Path(__file__).parent.parent), "TMPDIR": str(self.root)}
        return subprocess.run(["bash", "-e", "-o", "pipefail", "-c", self.commands[name]], cwd=where, env=surroundings, capture_output=True, text=True, timeout=120)


class Silent(SimpleHTTPRequestHandler):
    """Says nothing of what it serves."""

    def log_message(self, *arguments: Any) -> None:
        return


@pytest.fixture(params=["p256", "ed25519"])
def published(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, require_tool: Callable[[str], str]) -> Iterator[Site]:
    for tool in TOOLS:
        require_tool(tool)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(tmp_path / "public")))
    address = f"http://127.0.0.1:{server.server_port}/"
    root = mini(tmp_path / "center")
    for file in (root / "mkdocs.yml", root / "controls" / "center.yml"):
        file.write_text(file.read_text().replace("https://trust.small.example/", address))
    monkeypatch.chdir(root)
    keys = str(tmp_path / "keys")
    assert main(["keys", "new", "--keys", keys, "--no-passphrase", "--algorithm", request.param]) == 0
    for first in (["--first"], []):
        assert main(["publish", str(tmp_path / "public"), "--keys", keys, "--as-of", AT, "--at", AT, *first]) == 0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Site(tmp_path, address)
    server.shutdown()
    server.server_close()


def test_every_command_works_as_it_stands(published: Site) -> None:
    assert {"attest", "verify-py", "download", *IN_THE_FOLDER} == set(published.commands)
    for name in ("attest", "verify-py", "download"):
        done = published.run(name, published.home)
        assert done.returncode == 0, (name, done.stdout, done.stderr)
    for name in IN_THE_FOLDER:
        done = published.run(name, published.copy)
        assert done.returncode == 0, (name, done.stdout, done.stderr)
    fingerprint = json.loads((published.folder / "attestation/index.json").read_text())
    assert published.run("ssh-keygen-fingerprint", published.copy).stdout.split()[1] in json.dumps(fingerprint)


@pytest.mark.parametrize(("path", "blocks"), [
    ("index.html", {"sha256sum"}),
    ("attestation/SHA256SUMS", {"ssh-keygen", "cosign", "statement"}),
    ("attestation/assessment.json", {"statement", "sha256sum"}),
    ("attestation/statement.json", {"statement"}),
])  # fmt: skip
def test_what_was_changed_is_refused(published: Site, path: str, blocks: set[str]) -> None:
    assert published.run("download", published.home).returncode == 0
    file = published.copy / path
    file.write_bytes(file.read_bytes() + b"\n")
    assert blocks <= {name for name in IN_THE_FOLDER if published.run(name, published.copy).returncode != 0}


@pytest.mark.parametrize("way", ["attest", "verify-py"])
def test_a_site_signed_by_another_key_is_refused_by_attest(published: Site, way: str) -> None:
    forge(published)
    assert published.run(way, published.home).returncode == 1


def test_the_copy_that_is_published_is_listed_and_the_same(published: Site) -> None:
    copy = (published.folder / "verify.py").read_bytes()
    assert copy == (ROOT / "attest/theme/verify.py").read_bytes()
    assert parse_manifest((published.folder / "attestation/SHA256SUMS").read_bytes())["verify.py"] == hashlib.sha256(copy).hexdigest()


def test_a_site_signed_by_another_key_is_refused_by_tools(published: Site) -> None:
    """The thief leaves the one file whose fingerprint people compare, and puts a key of their own into the two that the tools read."""
    forge(published)
    assert published.run("download", published.home).returncode == 0
    assert [name for name in IN_THE_FOLDER if published.run(name, published.copy).returncode != 0]


def forge(published: Site) -> None:
    """Another first page, all signed anew by a key that nobody knows; ``statement.pub`` stays what it was."""
    thief, site = p256(99), published.folder
    files = {
        "index.html": b"<!doctype html>Everything is fine.",
        "attestation/keys/statement.pem": publickey.pem(thief.spki),
        "attestation/keys/allowed_signers": f"{openssh.allowed_signers(published.address, thief.spki, MANIFEST_NAMESPACE)}\n".encode(),
    }
    for path, data in files.items():
        (site / path).write_bytes(data)
    listed = parse_manifest((site / "attestation/SHA256SUMS").read_bytes())
    manifest = print_manifest(listed | {path: hashlib.sha256(data).hexdigest() for path, data in files.items()})
    (site / "attestation/SHA256SUMS").write_bytes(manifest)
    (site / "attestation/SHA256SUMS.sig").write_bytes(sshsig.sign_blob(MANIFEST_NAMESPACE, manifest, thief.spki, thief.sign))
    statement = json.loads((site / "attestation/statement.json").read_text())
    statement["subject"][0]["digest"]["sha256"] = hashlib.sha256(manifest).hexdigest()
    payload = json.dumps(statement).encode()
    (site / "attestation/statement.json").write_bytes(payload)
    signed = Bundle(payload, PAYLOAD_TYPE, thief.sign(dsse.pae(PAYLOAD_TYPE, payload)), thief.fingerprint)
    (site / "attestation/bundle.sigstore.json").write_bytes(print_bundle(signed))
