"""Signed answers, checked by tools that others already own, with the very commands of docs/verifying.md; and what was changed, refused."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from attest.answered import PREDICATE
from attest.model.answers import Answers
from attest.sign import sign_answers
from attest.signers.interface import Signer
from attest.signers.keyfile import create_keyfile
from attest.wire import openssh, publickey
from tests.conftest import ROOT
from tests.signed_site import EDWARDS, KEY
from tests.small_answers import AUTHOR, bundle
from tests.test_answered import in_file
from tests.test_answered_vectors import case
from tests.test_interop import cosign, sigstore_js  # noqa: F401 - fixtures

Tool = Callable[[str], str]
DOCS = (ROOT / "docs/verifying.md").read_text("utf-8")


def shown(name: str) -> str:
    match = re.search(rf"<!-- tested: {name} -->\n```sh\n(.*?)```", DOCS, re.DOTALL)
    assert match is not None, name
    return match[1]


def run(folder: Path, name: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-euo", "pipefail", "-c", shown(name)], cwd=folder, capture_output=True, text=True, timeout=120)


@pytest.fixture(params=["p256", "ed25519"])
def signer(request: pytest.FixtureRequest, tmp_path: Path, require_tool: Tool) -> Signer:
    """A key, and what it signed, as it was handed over."""
    for tool in ("bash", "jq", "base64"):
        require_tool(tool)
    algorithm: Literal["p256", "ed25519"] = request.param
    made = create_keyfile(tmp_path / "key", algorithm, None)
    (tmp_path / "ane.pem").write_bytes(publickey.pem(made.spki))
    (tmp_path / "answers.sigstore.json").write_bytes(sign_answers(in_file(), made) + b"\n")
    return made


def of(signer: Signer) -> str:
    return "ed25519" if openssh.algorithm(signer.spki) == openssh.ED25519 else "p256"


def test_openssl(signer: Signer, tmp_path: Path, require_tool: Tool) -> None:
    require_tool("openssl")
    assert run(tmp_path, "answers payload").returncode == 0
    assert run(tmp_path, f"answers openssl {of(signer)}").returncode == 0
    pae = (tmp_path / "pae.bin").read_bytes()
    assert b'"second-factor":{"value":"yes"}' in pae
    (tmp_path / "pae.bin").write_bytes(pae.replace(b'"second-factor":{"value":"yes"}', b'"second-factor":{"value":"yea"}'))
    assert run(tmp_path, f"answers openssl {of(signer)}").returncode != 0


def test_cosign(signer: Signer, tmp_path: Path, cosign: str) -> None:  # noqa: F811 - the fixture
    assert run(tmp_path, "answers payload").returncode == 0
    done = run(tmp_path, "answers cosign")
    assert done.returncode == 0 and "Verified OK" in done.stderr, done.stderr
    command = shown("answers cosign").split("\n", 1)[1]
    assert PREDICATE in command

    def again(words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["bash", "-c", words], cwd=tmp_path, capture_output=True, text=True, timeout=120)

    assert again(command.replace("answers/v0.1", "compliance/v0.1")).returncode != 0, "another type"
    (tmp_path / "answers.json").write_bytes((tmp_path / "answers.json").read_bytes().replace(b'"yes"', b'"no"'))
    assert "artifact digests do not match" in again(command).stderr
    (tmp_path / "ane.pem").write_bytes(publickey.pem((EDWARDS if of(signer) == "ed25519" else KEY).spki))
    assert run(tmp_path, "answers cosign").returncode != 0, "another key"


def test_what_jq_prints_is_what_was_signed_in_any_script(tmp_path: Path, require_tool: Tool, cosign: str) -> None:  # noqa: F811 - the fixture
    require_tool("jq")
    key = create_keyfile(tmp_path / "key", "p256", None)
    words = 'Ålesund "\\ / \U0001f6a2 東京\nЛьвов & <b>'
    answers = Answers.model_validate({**in_file().model_dump(), "answers": {"zz-10.2": {"value": words}, "a1": {"value": [words, "b"], "note": words}}})
    (tmp_path / "ane.pem").write_bytes(publickey.pem(key.spki))
    (tmp_path / "answers.sigstore.json").write_bytes(sign_answers(answers, key))
    assert run(tmp_path, "answers payload").returncode == 0
    done = run(tmp_path, "answers cosign")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["answer-changed", "signature-flipped", "signature-by-another", "file-exchanged"])
def test_what_is_forged_is_forged_to_openssl_too(name: str, tmp_path: Path, require_tool: Tool) -> None:
    require_tool("openssl")
    (tmp_path / "answers.sigstore.json").write_text(case(name)["bundle"])
    (tmp_path / "ane.pem").write_bytes(publickey.pem(AUTHOR.spki))
    assert run(tmp_path, "answers payload").returncode == 0
    assert run(tmp_path, "answers openssl p256").returncode != 0
    (tmp_path / "answers.sigstore.json").write_bytes(bundle())
    assert run(tmp_path, "answers payload").returncode == 0
    assert run(tmp_path, "answers openssl p256").returncode == 0


def test_an_openssh_line_becomes_the_key_that_they_read(tmp_path: Path, require_tool: Tool) -> None:
    tool = require_tool("ssh-keygen")
    (tmp_path / "ane.pub").write_text(openssh.public_line(KEY.spki, "ane") + "\n")
    done = subprocess.run([tool, "-e", "-m", "PKCS8", "-f", "ane.pub"], cwd=tmp_path, capture_output=True)
    assert "`ssh-keygen -e -m PKCS8 -f ane.pub`" in DOCS
    assert publickey.from_pem(done.stdout) == KEY.spki


def test_sigstore_js(signer: Signer, tmp_path: Path, sigstore_js: list[str]) -> None:  # noqa: F811 - the fixture
    shutil.copy(tmp_path / "answers.sigstore.json", tmp_path / "bundle.json")

    def says(data: bytes) -> str:
        (tmp_path / "bundle.json").write_bytes(data)
        return subprocess.run([*sigstore_js, "bundle.json", "ane.pem", signer.fingerprint], cwd=tmp_path, capture_output=True, text=True, timeout=120).stdout

    good = (tmp_path / "answers.sigstore.json").read_bytes()
    assert says(good).strip() == "verified"
    assert says(bundle()).startswith("refused"), "another's answers"
