"""Publishing by git push: two hooks in the repository that is pushed to, and what they do.

    pre-receive    checks out what is pushed, asks `attest check`; anything found there, or a branch deleted or rewritten, rejects the push
    post-receive   checks out what was accepted and publishes it

    git config attest.to /srv/www/trust       where releases go
    git config attest.keys /srv/trust/keys    what signs them
    git config attest.branch main             the branch that is published; pushes to others pass unseen

The hooks are three lines of shell that call this Python by its absolute path. A hook of somebody else's is never overwritten. The
pushed files are looked at in a temporary checkout; the repository and its working files, if any, are not touched.
"""

from __future__ import annotations

import fcntl
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from attest import repository
from attest.errors import CouldNotTell, Refused, WrongUse
from attest.keys import read_highwater
from attest.publishers.interface import Say

HOOKS: Final = ("pre-receive", "post-receive")
_OURS: Final = "written by `attest hook install`"
_SCRIPT: Final = """#!/bin/sh
# {ours}, removed by `attest hook remove`; settings: git config --get-regexp '^attest[.]'
exec {python} -P -m attest hook {name} "$(pwd)"
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a hooked repository publishes, where and with which keys."""

    to: Path
    keys: Path
    branch: str

    @property
    def ref(self) -> str:
        """The branch, as a push names it."""
        return f"refs/heads/{self.branch}"


@dataclass(frozen=True, slots=True)
class Update:
    """One line of what git tells a receiving hook."""

    old: str
    new: str
    ref: str


def install(folder: Path, settings: Settings) -> tuple[Path, ...]:
    """Writes the hooks and settings, again where they are ours; returns the hooks' paths. Raises Refused for foreign hooks, WrongUse."""
    at = repository.git_dir(folder)
    if not repository.says_yes(at, "check-ref-format", "--branch", settings.branch):
        raise WrongUse(f"{settings.branch!r} is not the name of a branch")
    paths = _hooks(at)
    _refuse_foreign(paths)
    for key, value in (("to", settings.to), ("keys", settings.keys), ("branch", settings.branch)):
        repository.git(at, "config", "--local", f"attest.{key}", str(value))
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, _SCRIPT.format(ours=_OURS, python=shlex.quote(sys.executable), name=path.name))
    return paths


def remove(folder: Path) -> tuple[Path, ...]:
    """Takes our hooks and settings away; returns the hooks that were there. Raises WrongUse where it is no repository."""
    at = repository.git_dir(folder)
    there = tuple(path for path in _hooks(at) if _is_ours(path))
    for path in there:
        path.unlink()
    if repository.says_yes(at, "config", "--local", "--get-regexp", "^attest[.]"):
        repository.git(at, "config", "--local", "--remove-section", "attest")
    return there


def settings_of(folder: Path) -> Settings:
    """What ``install`` was told. Raises WrongUse where nothing is installed."""
    at = repository.git_dir(folder)
    if not repository.says_yes(at, "config", "--local", "--get", "attest.to"):
        raise WrongUse(f"{folder} publishes nothing", "install it with `attest hook install REPO --to DEST`")
    to, keys, branch = (repository.git(at, "config", "--local", "--get", f"attest.{key}").removesuffix("\n") for key in ("to", "keys", "branch"))
    return Settings(Path(to), Path(keys), branch)


def parse_updates(text: str) -> tuple[Update, ...]:
    """A receiving hook's standard input -> its lines. Raises CouldNotTell for anything else."""
    found = [line.split(" ", 2) for line in text.splitlines()]
    if any(len(parts) != 3 for parts in found):
        raise CouldNotTell("this is not what git tells a receiving hook", "it is called by git, not by hand")
    return tuple(Update(*parts) for parts in found)


def pre_receive(folder: Path, updates: Sequence[Update], quarantine: Sequence[str]) -> int:
    """0 where the push may come in, else what `attest check` exits with, whose findings stand on stderr.

    ``quarantine``: git's folders of pushed objects. Raises Refused for a branch that would be deleted or rewritten.
    """
    at, settings = repository.git_dir(folder), settings_of(folder)
    for update in (update for update in updates if update.ref == settings.ref):
        if not repository.is_commit(update.new):
            raise Refused(f"the branch {settings.branch} is what is published, it is not deleted", "`attest hook remove` on the server ends publishing")
        with _checked_out(at, update.new, quarantine) as sources:
            if repository.is_commit(update.old) and not repository.says_yes(sources, "merge-base", "--is-ancestor", update.old, update.new):
                raise Refused(f"the branch {settings.branch} would be rewritten, and what was published came from it", "push a commit that follows the last one, without --force")
            if code := _attest("check", str(sources)):
                return code
    return 0


def post_receive(folder: Path, updates: Sequence[Update], say: Say) -> int:
    """Publishes where the branch was among what was pushed; else 0."""
    settings = settings_of(folder)
    return run(folder, say) if any(update.ref == settings.ref for update in updates) else 0


def run(folder: Path, say: Say) -> int:
    """Publishes the branch as it is; returns what `attest publish` exits with. One at a time: an older push never overtakes a newer."""
    at, settings = repository.git_dir(folder), settings_of(folder)
    with _alone(at, say):
        commit = repository.git(at, "rev-parse", "--verify", f"{settings.ref}^{{commit}}").strip()
        with _checked_out(at, commit, ()) as sources:
            say(f"publishing {settings.branch} at {commit[:12]}")
            first = ["--first"] if _never_published(settings) else []
            return _attest("publish", str(settings.to), "--dir", str(sources), "--keys", str(settings.keys), *first)


def _never_published(settings: Settings) -> bool:
    """A mark without a release is that of a first run that died before it signed one."""
    mark = read_highwater(settings.keys)
    return not os.path.lexists(settings.to) and (mark is None or mark.release == 0)


def _attest(*words: str) -> int:
    """One verb in a process of its own, free of git's variables; all it says is talk here."""
    return subprocess.run([sys.executable, "-P", "-m", "attest", *words], check=False, stdout=sys.stderr, env=repository.environment()).returncode


@contextmanager
def _checked_out(at: Path, commit: str, quarantine: Sequence[str]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="attest-hook-") as folder:
        sources = Path(folder) / "sources"
        repository.check_out(at, commit, sources, quarantine)
        yield sources


@contextmanager
def _alone(at: Path, say: Say) -> Iterator[None]:
    with (at / "attest-hook.lock").open("wb") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for an earlier push to be published")
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _hooks(at: Path) -> tuple[Path, ...]:
    return tuple(repository.hooks_folder(at) / name for name in HOOKS)


def _refuse_foreign(paths: Sequence[Path]) -> None:
    for path in paths:
        if os.path.lexists(path) and not _is_ours(path):
            call = f'{shlex.quote(sys.executable)} -P -m attest hook {path.name} "$(pwd)"'
            raise Refused(f"{path} is a hook of somebody else", f"nothing was changed; move it away, or call this from it: {call}")


def _is_ours(path: Path) -> bool:
    try:
        return not path.is_symlink() and _OURS in path.read_text(encoding="utf-8", errors="replace")[:400]
    except OSError:
        return False


def _write(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.chmod(0o755)
    fresh.replace(path)
