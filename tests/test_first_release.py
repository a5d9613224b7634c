"""docs/first-trust-center.md, walked as a new user does: every command on the page, in its order, on a terminal, in a home of its own.

Commands that ask are answered as the page says; the fingerprint is the one that was printed; what is served is looked at. No file is
edited on the way. Before something is attached every promise is unknown, and afterwards exactly the one that was named is met.
"""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "docs/first-trust-center.md").read_text(encoding="utf-8")
COMMANDS = [line.removeprefix("$ ") for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
PASSPHRASE = "a lamp in every window"
ANSWERS = {
    "attest init": {"in a few words": "an online bookshop", "data of your customers": "personal", "laws": "gdpr", "other companies": "Fjordhost", "reach what": "portal", "name of": "Bluebird Books", "address the": "trust.bluebird.example", "e-mail": ""},
    "attest attach": {"which of them pass": "yes", "which column says whether": "finished", "names each row": "person"},
    "attest keys new": {"passphrase for the new key": PASSPHRASE, "the same again": PASSPHRASE},
    "attest publish": {"passphrase of the signing key": PASSPHRASE},
}  # fmt: skip
"""By what a command's questions say; every other question is answered with Enter."""
TRAINING = "person,course,finished\nAda Quist,Handling data with care,yes\nBen Oduya,Handling data with care,yes\nMara Lind,Handling data with care,yes\n"


@dataclass
class Desk:
    """A home, and the folder that whoever sits there is in."""

    home: Path
    folder: Path

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "ATTEST_", "XDG_"))}
        return {**kept, "HOME": str(self.home), "PATH": f"{self.home}/.bin{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "LC_ALL": "C.UTF-8", "TERM": "dumb"}

    def types(self, command: str) -> str:
        """Runs a command on a terminal and answers what it asks; what was shown, once it ended with 0."""
        answers = next((said for begin, said in ANSWERS.items() if command.startswith(begin)), {})
        code, shown = on_terminal(["bash", "-c", f"{command}\nended=$?\npwd >{self.home}/.where\nexit $ended"], self, answers)
        assert code == 0, f"$ {command}\n{shown}"
        self.folder = Path((self.home / ".where").read_text().strip())
        return shown

    def asks(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs attest without a terminal."""
        return subprocess.run([sys.executable, "-m", "attest", *words], cwd=self.folder, env=self.environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True)

    def verdicts(self) -> dict[str, str]:
        done = self.asks("status", "--json")
        assert done.returncode == 0, done.stderr
        return {control["id"]: control["verdict"] for control in json.loads(done.stdout)["controls"]}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    tools = tmp_path / ".bin"
    tools.mkdir()
    (tools / "attest").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m attest "$@"\n')
    (tools / "attest").chmod(0o755)
    (tmp_path / "Downloads").mkdir()
    (tmp_path / "Downloads/training.csv").write_text(TRAINING)
    (tmp_path / "desk").mkdir()
    return Desk(tmp_path, tmp_path / "desk")


def on_terminal(command: list[str], desk: Desk, answers: dict[str, str]) -> tuple[int, str]:
    """Exit code and what was shown. A line that waits for an answer gets the one that its words call for."""
    pid, leader = pty.fork()
    if pid == 0:
        os.chdir(desk.folder)
        os.execvpe(command[0], command, desk.environment())
    shown, answered, given = "", 0, 0
    while True:
        part = _read(leader)
        if part is None:
            break
        shown += part
        waiting = shown[answered:].rsplit("\n", 1)[-1]
        if part == "" and waiting.rstrip().endswith((":", "?")):
            said = next((answer for words, answer in answers.items() if words in waiting), "")
            answered, given = len(shown), given + 1
            assert given <= 30, shown
            os.write(leader, f"{said}\n".encode())
    os.close(leader)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.replace("\r\n", "\n")


def _read(leader: int) -> str | None:
    """What came; empty where nothing comes for a moment, None at the end."""
    if not select.select([leader], [], [], 0.3)[0]:
        return ""
    try:
        return os.read(leader, 65536).decode("utf-8", "replace") or None
    except OSError:
        return None


def serves(desk: Desk, command: str) -> str:
    """Starts the preview, looks at its first page, and stops it as Ctrl-C would."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", *command.split(), "--addr", f"127.0.0.1:{port}"]
    process = subprocess.Popen(words, cwd=desk.folder, env=desk.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        return _first_page(process, f"http://127.0.0.1:{port}/")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def _first_page(process: subprocess.Popen[str], address: str) -> str:
    while process.poll() is None:
        try:
            with urllib.request.urlopen(address) as answer:
                return answer.read().decode()
        except OSError:
            time.sleep(0.2)
    raise AssertionError(process.stdout.read() if process.stdout else "")


def test_the_page_names_the_whole_way() -> None:
    verbs = [re.match(r"attest (\w+( new)?)", command) for command in COMMANDS]
    assert [verb[1] for verb in verbs if verb] == ["init", "serve", "add", "add", "add", "attach", "status", "check", "keys new", "publish", "verify"]


@pytest.mark.slow
def test_from_nothing_to_a_verified_first_release(desk: Desk) -> None:
    fingerprint = ""
    for command in COMMANDS:
        if command == "attest serve":
            assert "Bluebird Books" in serves(desk, command)
            assert set(desk.verdicts().values()) == {"unknown"}
            continue
        before = desk.verdicts() if command.startswith("attest attach") else {}
        shown = desk.types(re.sub(r"SHA256:[A-Za-z0-9+/]{43}", fingerprint, command))
        if command.startswith("attest attach"):
            assert set(before.values()) == {"unknown"}
            assert desk.verdicts() == {**before, "everyone-trained": "met"}
        if command.startswith("attest add --list --framework"):
            assert "no promise made" in shown
        if command.startswith("attest publish"):
            fingerprint = re.findall(r"SHA256:[A-Za-z0-9+/]{43}", shown)[-1]
        if command.startswith("attest verify"):
            assert "valid: Bluebird Books, release 1" in shown
    pages = {path.stem: path.read_text() for path in (desk.home / "desk/www/trust/customers").glob("*.html") if path.stem != "index"}
    assert sorted(ident for ident, page in pages.items() if '"verdict":"met"' in page) == ["everyone-trained"]
    assert "mail-provably-ours" in pages
    assert "flaw-reports-welcome" not in pages
    for private in ("Ada Quist", "Ben Oduya", "training.csv"):
        assert not [path for path in (desk.home / "desk/www/trust/").rglob("*") if path.is_file() and private.encode() in path.read_bytes()]
    assert "no promise made" in (desk.home / "desk/www/trust/frameworks/gdpr.html").read_text().lower()
