"""Publishing by git push, with the real git: what comes in is checked, what was accepted is published, what is refused is said."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from attest import hook, keys, repository
from attest.errors import CouldNotTell, WrongUse
from attest.hook import Update, parse_updates
from attest.statement import parse_statement
from tests.small_site import SOURCES, answer, new_keys

NOW = datetime.now(UTC)
PROMISE = "controls/customers/drivers-vetted.yml"


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, require_tool: Callable[[str], str]) -> None:
    """A git that knows nobody's settings."""
    require_tool("git")
    for name in [name for name in os.environ if name.startswith(("GIT_", "ATTEST_"))]:
        if name != "ATTEST_REQUIRE":
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Depot lead")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "depot@kestrel.example")


def run(*words: str | Path, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(list(map(str, words)), capture_output=True, text=True, cwd=folder)


def attest(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, "-m", "attest", *words)


class World:
    """A server with a bare repository, keys and a place to publish; and somebody's clone of it, on their machine."""

    def __init__(self, folder: Path) -> None:
        self.bare, self.work, self.dest = folder / "server" / "trust.git", folder / "work", folder / "server" / "www" / "public"
        self.keys = new_keys(folder / "server" / "keys")
        self.git("init", "--quiet", "--bare", "-b", "main", self.bare, at=folder)
        shutil.copytree(SOURCES, self.work)
        file = self.work / PROMISE
        dated = {"2026-11-01": f"{NOW - timedelta(days=3):%Y-%m-%d}", "2027-10-31": f"{NOW + timedelta(days=300):%Y-%m-%d}"}
        for old, new in dated.items():
            file.write_text(file.read_text().replace(old, new))
        (self.work / "controls/customers/quiet-alarm.yml").unlink()
        for words in (("init", "--quiet", "-b", "main"), ("remote", "add", "origin", str(self.bare))):
            self.git(*words)

    def git(self, *words: str | Path, at: Path | None = None) -> str:
        done = run("git", *words, folder=at or self.work)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def install(self, *more: str | Path) -> subprocess.CompletedProcess[str]:
        return attest("hook", "install", self.bare, "--to", self.dest, "--keys", self.keys.folder, *more)

    def commit(self, said: str = "change") -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "-m", said)
        return self.git("rev-parse", "HEAD").strip()

    def push(self, *words: str) -> subprocess.CompletedProcess[str]:
        return run("git", "push", "origin", *(words or ("main",)), folder=self.work)

    def append(self, text: str, path: str = PROMISE) -> None:
        with (self.work / path).open("a") as stream:
            stream.write(text)

    def stored(self, branch: str = "main") -> str:
        return run("git", "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}", folder=self.bare).stdout.strip()

    def released(self) -> tuple[int, str | None]:
        """Number and source commit of the release served, once it verifies."""
        assert answer(self.dest, self.keys, datetime.now(UTC)).word == "valid"
        statement = parse_statement((self.dest / "attestation/statement.json").read_bytes())
        return statement.release, (statement.predicate["source"] or {}).get("commit")


@pytest.fixture
def world(tmp_path: Path, environment: None) -> World:
    return World(tmp_path)


@pytest.mark.slow
def test_a_push_publishes_a_bad_one_is_rejected_and_mending_it_publishes_again(world: World) -> None:
    assert world.keys.signer.fingerprint in world.install().stdout
    first = world.commit()
    pushed = world.push()
    assert pushed.returncode == 0, pushed.stderr
    assert world.released() == (1, first)
    assert f"remote: pin this key  {world.keys.signer.fingerprint}" in pushed.stderr

    world.append("status: met\nowners: nobody\n")
    bad = world.commit("say it is met")
    rejected = world.push()
    assert rejected.returncode == 1
    assert f"remote: {PROMISE}:15: status: 'status' cannot be written here" in rejected.stderr
    assert f"remote: {PROMISE}:16: owners: unknown key 'owners'" in rejected.stderr
    assert "remote: attest: error: the push was rejected, nothing changed on the server" in rejected.stderr
    assert "pre-receive hook declined" in rejected.stderr
    assert world.stored() == first
    assert world.released() == (1, first)
    assert run("git", "cat-file", "-e", bad, folder=world.bare).returncode != 0

    file = world.work / PROMISE
    file.write_text(file.read_text().replace("status: met\nowners: nobody\n", "yours: Count the parcels.\n"))
    mended = world.commit("mend it")
    again = world.push()
    assert again.returncode == 0, again.stderr
    assert world.released() == (2, mended)
    assert not [path for path in (world.bare).iterdir() if "tmp" in path.name]


@pytest.mark.slow
def test_a_push_that_cannot_be_published_is_stored_and_run_mends_it(world: World) -> None:
    world.install()
    world.dest.mkdir(parents=True)
    first = world.commit()
    pushed = world.push()
    assert pushed.returncode == 0
    assert "is a folder, and a destination is a link" in pushed.stderr
    assert "remote: attest: error: the push is stored, but it is not published" in pushed.stderr
    assert f"attest hook run {world.bare}" in pushed.stderr
    assert world.stored() == first
    world.dest.rmdir()
    retried = attest("hook", "run", world.bare)
    assert retried.returncode == 0, retried.stderr
    assert world.released() == (1, first)


def rejected(world: World, said: str, *words: str) -> None:
    before = world.stored()
    pushed = world.push(*words)
    assert pushed.returncode == 1, pushed.stderr
    assert said in pushed.stderr
    assert world.stored() == before
    assert not world.dest.exists()


def stored_unpublished(world: World) -> str:
    """A server whose branch has a commit from before the hooks were there."""
    first = world.commit()
    assert world.push().returncode == 0
    world.install()
    return first


def test_the_branch_is_not_deleted(world: World) -> None:
    stored_unpublished(world)
    rejected(world, "the branch main is what is published, it is not deleted", "--delete", "main")


def test_the_branch_is_not_rewritten(world: World) -> None:
    stored_unpublished(world)
    world.append("yours: Count the parcels.\n")
    world.git("add", "--all")
    world.git("commit", "--quiet", "--amend", "-m", "another past")
    rejected(world, "the branch main would be rewritten", "--force", "main")


def test_a_link_in_the_pushed_files_is_rejected(world: World) -> None:
    stored_unpublished(world)
    (world.work / "controls/customers/passwords.yml").symlink_to("/etc/passwd")
    world.commit()
    rejected(world, "controls/customers/passwords.yml")


def test_an_e_mail_address_about_to_be_published_is_rejected(world: World) -> None:
    stored_unpublished(world)
    world.append("yours: Ask ana@corp.kestrel.example about it.\n")
    world.commit()
    rejected(world, f"{PROMISE}:15: yours: would publish")


def test_files_that_are_no_trust_center_are_rejected(world: World) -> None:
    stored_unpublished(world)
    world.git("rm", "-r", "--quiet", "controls")
    world.commit()
    rejected(world, "is not a trust center")


def test_other_branches_pass_unseen(world: World) -> None:
    stored_unpublished(world)
    world.git("checkout", "--quiet", "-b", "draft")
    world.append("status: met\n")
    draft = world.commit()
    assert world.push("draft").returncode == 0
    assert world.stored("draft") == draft
    assert world.push("--delete", "draft").returncode == 0
    assert not world.dest.exists()


def test_hooks_are_installed_again_and_removed(world: World) -> None:
    assert world.install().returncode == 0
    before = {path.name: path.read_text() for path in (world.bare / "hooks").iterdir()}
    assert world.install("--branch", "trunk").returncode == 0
    assert {path.name: path.read_text() for path in (world.bare / "hooks").iterdir()} == before
    assert hook.settings_of(world.bare) == hook.Settings(world.dest, world.keys.folder, "trunk")
    assert all(os.access(world.bare / "hooks" / name, os.X_OK) for name in hook.HOOKS)
    assert attest("hook", "remove", world.bare).returncode == 0
    assert not {"pre-receive", "post-receive"} & {path.name for path in (world.bare / "hooks").iterdir()}
    with pytest.raises(WrongUse, match="publishes nothing"):
        hook.settings_of(world.bare)
    assert attest("hook", "remove", world.bare).returncode == 0


def test_a_foreign_hook_is_never_overwritten(world: World) -> None:
    theirs = world.bare / "hooks/post-receive"
    theirs.parent.mkdir(exist_ok=True)
    theirs.write_text("#!/bin/sh\nexit 0\n")
    done = world.install()
    assert done.returncode == 1
    assert "is a hook of somebody else" in done.stderr
    assert 'attest hook post-receive "$(pwd)"' in done.stderr
    assert theirs.read_text() == "#!/bin/sh\nexit 0\n"
    assert not (world.bare / "hooks/pre-receive").exists()
    assert attest("hook", "remove", world.bare).returncode == 0
    assert theirs.exists()


def test_a_repository_with_files_has_its_hooks_in_its_git_folder(world: World) -> None:
    assert attest("hook", "install", world.work, "--to", world.dest, "--keys", world.keys.folder).returncode == 0
    assert (world.work / ".git/hooks/pre-receive").is_file()


def test_hooks_kept_elsewhere_are_found(world: World, tmp_path: Path) -> None:
    world.git("config", "core.hooksPath", str(tmp_path / "hooks"), at=world.bare)
    assert world.install().returncode == 0
    assert (tmp_path / "hooks/post-receive").is_file()


@pytest.mark.parametrize(
    ("spoil", "code", "said"),
    [
        (lambda world: shutil.rmtree(world.bare), 2, "is not a git repository"),
        (lambda world: shutil.rmtree(world.keys.folder), 2, "keys new"),
        (lambda world: world.dest.mkdir(parents=True), 1, "is a folder"),
    ],
    ids=["no repository", "no keys", "no place of ours"],
)
def test_nothing_is_installed_where_it_cannot_work(world: World, spoil: Callable[[World], None], code: int, said: str) -> None:
    spoil(world)
    world.bare.mkdir(exist_ok=True)
    done = world.install()
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert not (world.bare / "hooks/pre-receive").exists()


def test_a_branch_is_a_name(world: World) -> None:
    done = world.install("--branch", "a..b")
    assert done.returncode == 2
    assert "is not the name of a branch" in done.stderr


def test_what_git_tells_a_hook() -> None:
    assert parse_updates(f"{'0' * 40} {'a' * 40} refs/heads/a branch\n") == (Update("0" * 40, "a" * 40, "refs/heads/a branch"),)
    assert parse_updates("") == ()
    with pytest.raises(CouldNotTell):
        parse_updates("main\n")


def test_the_commit_of_a_folder(world: World) -> None:
    assert repository.clean_commit(world.work) is None
    first = world.commit()
    assert repository.clean_commit(world.work) == first
    (world.work / "new.txt").write_text("")
    assert repository.clean_commit(world.work) is None
    (world.work / "new.txt").unlink()
    world.append("# a remark\n")
    assert repository.clean_commit(world.work) is None
    assert repository.clean_commit(world.keys.folder) is None


def test_a_checkout_brings_the_history_and_leaves_the_repository_alone(world: World, tmp_path: Path) -> None:
    first = world.commit()
    world.append("# a remark\n")
    second = world.commit()
    world.push()
    before = sorted(str(path) for path in world.bare.rglob("*"))
    repository.check_out(world.bare, second, tmp_path / "out")
    assert repository.git(tmp_path / "out", "rev-list", "HEAD").split() == [second, first]
    assert repository.clean_commit(tmp_path / "out") == second
    assert sorted(str(path) for path in world.bare.rglob("*")) == before


def test_keys_stay_where_they_are(world: World) -> None:
    """Paths are kept absolute: git runs hooks from another folder."""
    folder = world.keys.folder
    done = run(sys.executable, "-m", "attest", "hook", "install", world.bare, "--to", "www/public", "--keys", folder.name, folder=folder.parent)
    assert done.returncode == 0, done.stderr
    assert hook.settings_of(world.bare) == hook.Settings(folder.parent / "www/public", folder, "main")
    assert keys.public_of(folder)
