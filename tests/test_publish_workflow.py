"""The GitHub Pages workflow that `init` writes: it parses, asks for little, and its own commands publish, run here one after the other.

The steps of the workflow file run as they stand, in bash, against a clone of a bare repository. Left out are what only GitHub has:
the actions, installing, and verifying over the network, for which the folder is verified instead.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

from attest.cli import VERBS
from attest.keys import Keys, create
from tests.small_site import answer

FILE = resources.files("attest.library") / "site/.github/workflows/publish.yml"
PASSPHRASE = "lantern on the quay"


@pytest.fixture
def workflow() -> dict[Any, Any]:
    return yaml.safe_load(FILE.read_text())


def steps(workflow: dict[Any, Any]) -> list[dict[str, Any]]:
    return workflow["jobs"]["publish"]["steps"]


def test_it_runs_on_pushes_by_itself_and_by_hand_one_at_a_time(workflow: dict[Any, Any]) -> None:
    assert set(workflow[True]) == {"push", "schedule", "workflow_dispatch"}  # YAML 1.1 reads `on` so
    assert workflow[True]["push"] == {"branches": ["main"]}
    assert workflow["concurrency"]["cancel-in-progress"] is False


def test_it_asks_for_no_more_than_it_needs(workflow: dict[Any, Any]) -> None:
    assert workflow["permissions"] == {}
    assert workflow["jobs"]["publish"]["permissions"] == {"contents": "write", "pages": "write", "id-token": "write"}
    assert "pull_request" not in str(workflow)


def test_only_the_forges_own_actions_are_used(workflow: dict[Any, Any]) -> None:
    used = [step["uses"] for step in steps(workflow) if "uses" in step]
    assert used
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", name) for name in used)


def test_nothing_from_outside_stands_in_a_script(workflow: dict[Any, Any]) -> None:
    assert not [step["name"] for step in steps(workflow) if "${{" in step.get("run", "")]


def test_every_verb_it_calls_exists(workflow: dict[Any, Any]) -> None:
    called = {verb for step in steps(workflow) for verb in re.findall(r"^\s*attest (\w+)", step.get("run", ""), re.MULTILINE)}
    assert called == {"check", "publish", "verify"}
    assert called <= set(VERBS)


def git(folder: Path, *words: str | Path) -> str:
    return subprocess.run(["git", *map(str, words)], cwd=folder, check=True, capture_output=True, text=True).stdout


class Forge:
    """A bare repository, secrets, and runners that last for one run."""

    def __init__(self, folder: Path, workflow: dict[Any, Any]) -> None:
        self.folder, self.steps = folder, steps(workflow)
        self.bare, self.work = folder / "trust.git", folder / "work"
        self.keys: Keys = create(folder / "keys", "p256", PASSPHRASE.encode())
        subprocess.run([sys.executable, "-m", "attest", "init", self.work], check=True, capture_output=True)
        git(folder, "init", "--quiet", "--bare", "-b", "main", self.bare)
        git(self.work, "init", "--quiet", "-b", "main")
        git(self.work, "remote", "add", "origin", self.bare)

    def push(self) -> str:
        git(self.work, "add", "--all")
        git(self.work, "commit", "--quiet", "-m", "change")
        git(self.work, "push", "--quiet", "origin", "main")
        return git(self.work, "rev-parse", "HEAD").strip()

    def run(self, name: str, first: bool = False) -> tuple[Path, str]:
        """All steps on a fresh runner -> the site it would hand over, and why it stopped; empty where it did not."""
        runner = self.folder / name
        (runner / "temp").mkdir(parents=True)
        git(runner, "clone", "--quiet", self.bare, "source")
        stopped = ""
        for step in self.steps:
            if "uses" in step or step["name"] in ("Attest", "Verify what is served") or (stopped and step.get("if") != "always()"):
                continue
            done = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]], cwd=runner / "source", env=self._environment(runner, step, first), capture_output=True, text=True)
            stopped = stopped or (f"{step['name']}: {done.stderr}" if done.returncode else "")
        return runner / "temp/state/public", stopped

    def _environment(self, runner: Path, step: dict[str, Any], first: bool) -> dict[str, str]:
        archive = subprocess.run(["tar", "-C", self.keys.folder, "-c", "statement.pem", "statement.pub", "center.secret", "log.pem", "log.pub"], check=True, capture_output=True).stdout
        given = {
            "${{ secrets.ATTEST_KEYS_ARCHIVE }}": base64.b64encode(archive).decode(),
            "${{ secrets.ATTEST_PASSPHRASE }}": PASSPHRASE,
            "${{ inputs.first && '--first' || '' }}": "--first" if first else "",
        }
        own = {key: given[value] for key, value in step.get("env", {}).items()}
        return os.environ | {"RUNNER_TEMP": str(runner / "temp"), "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"} | own


@pytest.fixture
def forge(tmp_path: Path, workflow: dict[Any, Any], monkeypatch: pytest.MonkeyPatch, require_tool: Callable[[str], str]) -> Forge:
    for tool in ("git", "bash", "tar", "base64"):
        require_tool(tool)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Somebody")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "somebody@company.example")
    return Forge(tmp_path, workflow)


@pytest.mark.slow
def test_its_steps_publish_one_history_over_many_runners(forge: Forge) -> None:
    forge.push()
    assert "begin its history with --first" in forge.run("too early")[1]
    site, stopped = forge.run("one", first=True)
    assert not stopped
    assert answer(site, forge.keys, datetime.now(UTC)).word == "valid"
    assert (site / ".well-known/security.txt").is_file()

    (forge.work / "content/more.md").write_text("# More\n\nMore about us.\n")
    commit = forge.push()
    site, stopped = forge.run("two")
    assert not stopped
    told = answer(site, forge.keys, datetime.now(UTC))
    assert (told.word, told.facts.held) == ("valid", (1,))
    assert told.facts.statement is not None
    assert told.facts.statement.release == 2
    assert told.facts.statement.predicate["source"] == {"commit": commit}

    assert "--first begins a history" in forge.run("again", first=True)[1]
    names = git(forge.bare, "ls-tree", "--name-only", "releases", "./", "public.releases/").split()
    assert names == [".gitattributes", "highwater.json", "public", "public.releases/.attest", "public.releases/.lock", "public.releases/.log", "public.releases/2"]
    assert not list(forge.folder.glob("*/temp/keys"))


@pytest.mark.slow
def test_two_runs_cannot_both_store_the_same_number(forge: Forge) -> None:
    forge.push()
    assert not forge.run("one", first=True)[1]
    shutil.copytree(forge.bare, forge.folder / "before.git")
    assert not forge.run("two")[1]
    now, forge.bare = forge.bare, forge.folder / "before.git"
    late = next(step for step in forge.steps if step["name"] == "Store the release")
    late["run"] = late["run"].replace("git push --quiet origin", f"git push --quiet {now}")
    assert "Store the release" in forge.run("late")[1]
    early = next(step for step in forge.steps if step["name"] == "Publish")
    early["run"] = early["run"].replace("git push --quiet origin", f"git push --quiet {now}")
    assert "so nothing was signed" in forge.run("later")[1]
