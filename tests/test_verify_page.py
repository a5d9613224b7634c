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
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from attest.cli import main
from attest.wire import dsse, merkle, openssh, publickey, sshsig
from attest.wire.bundle import Bundle, print_bundle
from attest.wire.checkpoint import Checkpoint, sign_checkpoint
from attest.wire.log_entry import Entry, print_entry
from attest.wire.sha256sums import parse_manifest, print_manifest
from attest.wire.tiles import print_entries, print_path, tiles_of
from attest.words import MANIFEST_NAMESPACE, PAYLOAD_TYPE
from tests import small_log
from tests.conftest import ROOT
from tests.signed_site import EDWARDS, Key, p256
from tests.sites import mini
from tests.small_log import ORIGIN, VKEY

pytestmark = pytest.mark.slow

AT = "2026-11-21T12:00:00Z"
LATER = "2026-11-21T13:00:00Z"
THIEF = p256(99)
TOOLS = ("bash", "curl", "jq", "sha256sum", "ssh-keygen", "openssl", "cosign", "node")
AT_HOME = ("attest", "verify-py", "download")
IN_THE_FOLDER = ("ssh-keygen-fingerprint", "ssh-keygen", "cosign", "sigstore-js", "openssl", "statement", "sha256sum", "log-signature", "log")


class Site:
    """A published site behind its own address, and a stranger's empty folder and home."""

    def __init__(self, folder: Path, address: str, npm_packages: Path, root: Path) -> None:
        self.root, self.address, self.folder, self.home = root, address, folder, root / "stranger"
        self.copy, self.npm_packages = self.home / "trust-center", npm_packages
        self.page = (self.folder / "verify.html").read_text()
        self.commands = {name: html.unescape(text) for name, text in re.findall(r'<code data-verify="([a-z0-9-]+)">(.*?)</code>', self.page, re.DOTALL)}
        bin_ = self.home / "bin"
        bin_.mkdir(parents=True)
        (bin_ / "attest").write_text(f'#!/bin/sh\nexec {sys.executable} -m attest "$@" --at {LATER}\n')
        (bin_ / "python3").write_text(f'#!/bin/sh\n[ "$1" = verify.py ] && set -- "$@" --at {LATER}\nexec {sys.executable} "$@"\n')
        for program in bin_.iterdir():
            program.chmod(0o755)
        shutil.copy(ROOT / "attest/theme/verify.py", self.home)
        self.path = f"{bin_}:{os.environ['PATH']}"

    def run(self, name: str, where: Path) -> subprocess.CompletedProcess[str]:
        """One block, with nothing of ours in the environment but the way to the tools."""
        surroundings = {"PATH": self.path, "HOME": str(self.home), "PYTHONPATH": str(Path(__file__).parent.parent), "TMPDIR": str(self.root), "NODE_PATH": str(self.npm_packages)}
        return subprocess.run(["bash", "-e", "-o", "pipefail", "-c", self.commands[name]], cwd=where, env=surroundings, capture_output=True, text=True, timeout=120)

    def download(self) -> None:
        """Fetches the copy that the other blocks are run in."""
        for name, where in (("download", self.home), ("download-log", self.copy)):
            done = self.run(name, where)
            assert done.returncode == 0, (name, done.stdout, done.stderr)


class Silent(SimpleHTTPRequestHandler):
    """Says nothing of what it serves."""

    def log_message(self, *arguments: Any) -> None:
        return


@pytest.fixture(scope="module", params=["p256", "ed25519"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder with a site in ``public``, and the address behind which ``served``, beside it, is shown."""
    folder = tmp_path_factory.mktemp("center")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(folder / "served")))
    address = f"http://127.0.0.1:{server.server_port}/"
    root = mini(folder / "sources")
    for file in (root / "mkdocs.yml", root / "controls" / "center.yml"):
        file.write_text(file.read_text().replace("https://trust.small.example/", address))
    keys = str(folder / "keys")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        assert main(["keys", "new", "--keys", keys, "--no-passphrase", "--algorithm", request.param]) == 0
        for first in (["--first"], []):
            assert main(["publish", str(folder / "public"), "--keys", keys, "--as-of", AT, "--at", AT, *first]) == 0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, address
    server.shutdown()
    server.server_close()


@pytest.fixture
def published(served: tuple[Path, str], tmp_path: Path, require_tool: Callable[[str], str], npm_packages: Path) -> Site:
    """The site as it was published, whatever the test before did to it."""
    for tool in TOOLS:
        require_tool(tool)
    folder, address = served
    shutil.rmtree(folder / "served", ignore_errors=True)
    shutil.copytree(folder / "public", folder / "served")
    return Site(folder / "served", address, npm_packages, tmp_path)


def test_every_command_works_as_it_stands(published: Site) -> None:
    assert {*AT_HOME, "download-log", *IN_THE_FOLDER} == set(published.commands)
    for name, where in [*((name, published.home) for name in AT_HOME), *((name, published.copy) for name in ("download-log", *IN_THE_FOLDER))]:
        done = published.run(name, where)
        assert done.returncode == 0, (name, done.stdout, done.stderr)
    assert published.run("log", published.copy).stdout == "this release is entry 1 of 2\n"
    fingerprint = json.loads((published.folder / "attestation/index.json").read_text())
    assert published.run("ssh-keygen-fingerprint", published.copy).stdout.strip() in json.dumps(fingerprint)


def test_every_block_is_run_and_says_what_it_does_not_show(published: Site) -> None:
    assert published.page.count("<pre") == len(published.commands)
    for name in published.commands:
        after = published.page.split(f'data-verify="{name}"', 1)[1].split("<pre", 1)[0]
        said = " ".join(re.findall(r'<p class="at-quiet">(.*?)</p>', after, re.DOTALL))
        assert re.search(r"[Dd]oes not (show|look|see)|[Ss]hows nothing|[Ss]ays nothing|cannot see", said), name


def longer(data: bytes) -> bytes:
    return data + b"\n"


CHANGED: dict[str, set[str]] = {
    "index.html": {"sha256sum"},
    "attestation/SHA256SUMS": {"ssh-keygen", "cosign", "statement"},
    "attestation/assessment.json": {"statement", "sha256sum"},
    "attestation/statement.json": {"statement", "log"},
    "attestation/keys/statement.pub": {"ssh-keygen-fingerprint", "sha256sum"},
    "attestation/bundle.sigstore.json": {"cosign", "sigstore-js", "openssl", "statement"},
    "attestation/log/checkpoint": {"log-signature", "log"},
    "attestation/log/tile/entries/000.p/2": {"log"},
    "unlisted.html": set(),
}
HOW: dict[str, Callable[[bytes], bytes]] = {
    "attestation/bundle.sigstore.json": lambda data: data.replace(b'"payload":"ey', b'"payload":"fy'),
    "attestation/log/checkpoint": lambda data: data.replace(b"\n2\n", b"\n1\n"),
    "attestation/log/tile/entries/000.p/2": lambda data: data.replace(b'"kind":"release"', b'"kind":"releasf"'),
}
"""What happens to a file; else it becomes longer."""


def test_what_was_changed_is_refused_by_these_and_no_others(published: Site) -> None:
    """What a tool does not show is as true as what it does: the others pass."""
    published.download()
    for path, blocks in CHANGED.items():
        file = published.copy / path
        kept = file.read_bytes() if file.exists() else b""
        file.write_bytes(HOW.get(path, longer)(kept))
        assert {name for name in IN_THE_FOLDER if published.run(name, published.copy).returncode != 0} == blocks, path
        file.write_bytes(kept)


@pytest.mark.parametrize("size", [1, 256, 257, 600])
def test_the_log_is_read_by_hand_whatever_its_size(published: Site, size: int) -> None:
    """A log of that many entries behind the same address; the release is its last but two, a withdrawal and a notice follow."""
    own, log = max(0, size - 3), published.folder / "attestation/log"
    before = {"origin": ORIGIN, "vkey": VKEY, "sizeBefore": own, "rootBefore": merkle.root(own, small_log.node).hex(), "void": []}
    payload = json.dumps({"predicate": {"log": before}}).encode()
    entries = [*map(small_log.entry, range(own)), print_entry(Entry(hashlib.sha256(payload).hexdigest(), "release", 9, AT)), *map(small_log.entry, range(own + 1, size))]
    shutil.rmtree(log)
    for tile in tiles_of(size):
        if tile.level == "entries":
            file = log / print_path(tile)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(print_entries(entries[tile.index * 256 :][: tile.width]))
    state = Checkpoint(ORIGIN, size, merkle.root_of([*map(merkle.leaf_hash, entries)]))
    (log / "checkpoint").write_bytes(sign_checkpoint(state, small_log.KEY, small_log.LOG.sign))
    published.copy.mkdir()
    assert published.run("download-log", published.copy).returncode == 0
    (published.copy / "attestation/statement.json").write_bytes(payload)
    assert published.run("log-signature", published.copy).returncode == 0
    said = published.run("log", published.copy).stdout.splitlines()
    assert said == [f"this release is entry {own} of {size}", *(f"since then: {entry.decode()!a}" for entry in entries[own + 1 :])]


@pytest.mark.parametrize("size", ["0", "07", "-1", "1000000", "a[$(touch ran)]", "7 8", ""])
def test_a_size_that_is_none_is_not_counted_with(published: Site, size: str) -> None:
    """A shell runs what stands in brackets where it counts."""
    (published.folder / "attestation/log/checkpoint").write_text(f"{ORIGIN}\n{size}\n")
    published.copy.mkdir()
    assert published.run("download-log", published.copy).returncode != 0
    assert [path.name for path in published.copy.rglob("*") if path.is_file()] == ["checkpoint"]


def test_a_site_signed_by_another_key_is_refused_by_attest_and_by_the_one_file(published: Site) -> None:
    forge(published)
    assert [published.run(name, published.home).returncode for name in ("attest", "verify-py")] == [1, 1]


def test_the_copy_that_is_published_is_listed_and_the_same(published: Site) -> None:
    copy = (published.folder / "verify.py").read_bytes()
    assert copy == (ROOT / "attest/theme/verify.py").read_bytes()
    assert parse_manifest((published.folder / "attestation/SHA256SUMS").read_bytes())["verify.py"] == hashlib.sha256(copy).hexdigest()


def test_a_site_signed_by_another_key_is_refused_by_tools(published: Site) -> None:
    """The thief leaves the one file whose fingerprint people compare, and puts a key of their own into the two that the tools read."""
    forge(published)
    published.download()
    assert [name for name in IN_THE_FOLDER if published.run(name, published.copy).returncode != 0]


def test_a_site_signed_by_another_key_throughout_is_told_by_the_comparison_alone(published: Site) -> None:
    """Every tool passes that reads no log; what is printed first is not the fingerprint of the contract. Without the log's key, the log knows it not."""
    line = published.folder / "attestation/keys/statement.pub"
    theirs = openssh.spki_of_line(line.read_text())
    thief = EDWARDS if openssh.algorithm(theirs) == openssh.ED25519 else THIEF
    forge(published, thief, {"attestation/keys/statement.pub": f"{openssh.public_line(thief.spki)}\n".encode()})
    published.download()
    assert published.run("ssh-keygen-fingerprint", published.copy).stdout == f"{thief.fingerprint}\n"
    assert [name for name in IN_THE_FOLDER if published.run(name, published.copy).returncode != 0] == ["log"]
    assert published.run("attest", published.home).returncode == 1


def forge(published: Site, thief: Key = THIEF, more: Mapping[str, bytes] = MappingProxyType({})) -> None:
    """Another first page, all signed anew by a key that nobody knows; ``statement.pub`` stays what it was."""
    site = published.folder
    files = {
        **more,
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
