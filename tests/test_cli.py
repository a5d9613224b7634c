"""What the command says, and where: on streams that cannot take it, and to words it does not know."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


def run(folder: Path, *words: str, shell: str = 'exec "$@"', **more: str) -> subprocess.CompletedProcess[bytes]:
    """The command under a shell that may redirect its streams first."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "HOME": str(folder), **more}
    return subprocess.run(["sh", "-c", shell, "sh", sys.executable, "-m", "attest", *words], cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True)


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    assert run(tmp_path, "init", "trust", "--name", "Übersee").returncode == 0
    return tmp_path / "trust"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_that_lacks_a_character_shows_an_escape(trust: Path, encoding: str) -> None:
    with (trust / "controls/customers/never-sold.yml").open("a") as promise:
        promise.write("plan: {owner: Managing Director, due: 2099-12-31, why: It has to be signed first.}\n")
    done = run(trust, "status", PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    assert rb"\u2026 planned" in done.stdout
    assert run(trust, "--help", PYTHONIOENCODING=encoding).returncode == 0


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_json_is_json_in_every_encoding(trust: Path, encoding: str) -> None:
    done = run(trust, "status", "--json", PYTHONIOENCODING=encoding)
    assert json.loads(done.stdout.decode("utf-8"))["center"]["name"] == "Übersee"


@pytest.mark.parametrize("closed", ["1", "2"])
def test_a_closed_stream_changes_no_answer(trust: Path, closed: str) -> None:
    assert run(trust, "check", shell=f'exec "$@" {closed}>&-').returncode == 0
    (trust / "controls/center.yml").unlink()
    assert run(trust, "check", str(trust), shell=f'exec "$@" {closed}>&-').returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="system: no /dev/full")
def test_no_room_for_the_answer_is_no_fault_of_ours(trust: Path) -> None:
    done = run(trust, "status", "--json", shell='exec "$@" >/dev/full')
    assert done.returncode == 3
    assert b"no space left on device" in done.stderr
    assert b"fault" not in done.stderr


@pytest.mark.parametrize("words", [("check", "--jsn"), ("build", ".", "extra"), ("status", "-x")])
def test_what_a_verb_does_not_know_is_named(trust: Path, words: tuple[str, ...]) -> None:
    done = run(trust, *words)
    assert done.returncode == 2
    assert done.stdout == b""
    assert f"attest: error: `attest {words[0]}` does not know {words[-1]!r}" in done.stderr.decode()
    assert f"attest: hint: `attest {words[0]} --help`" in done.stderr.decode()


def test_the_next_step_can_be_pasted(tmp_path: Path) -> None:
    done = run(tmp_path, "init", "our trust")
    assert b"  cd 'our trust'\n" in done.stderr


@pytest.mark.parametrize(("words", "says"), [
    (("keys",), "the following arguments are required"),
    (("verify",), "the following arguments are required: WHERE"),
    (("trust", "add", "https://x.example/"), "--from"),
    (("completion", "fish"), "invalid choice: 'fish'"),
])  # fmt: skip
def test_wrong_use_is_said_our_way(trust: Path, words: tuple[str, ...], says: str) -> None:
    done = run(trust, *words)
    assert (done.returncode, done.stdout) == (2, b"")
    first, second = done.stderr.decode().splitlines()
    assert first.startswith("attest: error: ")
    assert says in first
    assert second.startswith("attest: hint: ")
    assert second.endswith("--help` says how")


def test_the_verbs_that_take_the_folder_without_a_flag_say_so(trust: Path) -> None:
    done = run(trust, "status", "--dir", ".")
    assert done.returncode == 2
    assert done.stderr.decode().splitlines()[1] == "attest: hint: name the folder without --dir"
