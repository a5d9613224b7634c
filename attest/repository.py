"""Git, as publishing needs it: a commit as files with its history, and which commit a folder is. Always the ``git`` program.

``GIT_*`` variables never reach it, since inside a hook they name another repository than the one that is asked. Programs that a
repository could name are left out: no hooks, no file system monitor.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from attest.errors import CouldNotTell, WrongUse

_SECONDS: Final = 600
_QUIET: Final = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.autocrlf=false", "-c", "advice.detachedHead=false")
_COMMIT: Final = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")
_NOTHING: Final = re.compile("0{40}|0{64}")


def environment() -> dict[str, str]:
    """The environment without git's own variables: for git, and for whatever runs from inside a hook."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}


def git(folder: Path, *words: str) -> str:
    """What ``git -C folder …`` prints. Raises CouldNotTell where git says no or is not there."""
    code, out, err = _run(folder, words)
    if code:
        raise CouldNotTell(f"git {words[0]} failed in {folder}: {err.strip() or code}")
    return out


def says_yes(folder: Path, *words: str) -> bool:
    """Whether ``git -C folder …`` exits with 0. Raises CouldNotTell where git is not there."""
    return _run(folder, words)[0] == 0


def git_dir(folder: Path) -> Path:
    """A repository (bare, or with files) -> where git keeps its own things. Raises WrongUse where it is no repository."""
    code, out, err = _run(folder, ("rev-parse", "--absolute-git-dir"))
    if code:
        raise WrongUse(f"{folder} is not a git repository", "make one with `git init --bare`" if "not a git repository" in err else err.strip())
    return Path(out.removesuffix("\n"))


def hooks_folder(at: Path) -> Path:
    """Where the repository whose ``git_dir`` this is has its hooks; ``core.hooksPath`` moves them."""
    code, out, err = _run(at, ("rev-parse", "--git-path", "hooks"), ())
    if code:
        raise CouldNotTell(f"git does not say where the hooks of {at} are: {err.strip()}")
    return at / out.removesuffix("\n")


def is_commit(text: str) -> bool:
    """Whether the text is a whole commit id, and not the zeros that stand for none."""
    return bool(_COMMIT.fullmatch(text)) and not _NOTHING.fullmatch(text)


def clean_commit(folder: Path) -> str | None:
    """The commit that the folder's files are, or None: outside git, before the first commit, or where anything differs from it."""
    code, out, _ = _run(folder, ("rev-parse", "--verify", "HEAD^{commit}"))
    if code or not is_commit(out.strip()):
        return None
    code, changed, _ = _run(folder, ("status", "--porcelain", "--untracked-files=normal", "--", "."))
    return out.strip() if code == 0 and not changed else None


def check_out(repository: Path, commit: str, folder: Path, objects: Sequence[str] = ()) -> None:
    """Writes a commit's files into a new folder, as a repository of its own that borrows ``repository``'s history.

    ``objects``: further folders of objects, those of a push that is not accepted yet. The repository itself is not touched.
    Raises CouldNotTell.
    """
    kind = git(repository, "rev-parse", "--show-object-format").strip()
    git(repository, "init", "--quiet", "--template=", f"--object-format={kind}", str(folder))
    own = git(repository, "rev-parse", "--git-path", "objects").strip()
    borrowed = [*objects, str((repository / own).resolve())]
    (folder / ".git" / "objects" / "info").mkdir(parents=True, exist_ok=True)
    (folder / ".git" / "objects" / "info" / "alternates").write_text("".join(f"{path}\n" for path in borrowed), encoding="utf-8")
    git(folder, "checkout", "--quiet", "--detach", commit)


def _run(folder: Path, words: Sequence[str], options: Sequence[str] = _QUIET) -> tuple[int, str, str]:
    command = ["git", *options, "-C", str(folder), *words]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS, env=environment() | {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"})
    except FileNotFoundError:
        raise CouldNotTell("git is not there", "install git") from None
    except subprocess.TimeoutExpired:
        raise CouldNotTell(f"git {words[0]} did not end within {_SECONDS} seconds in {folder}") from None
    return done.returncode, done.stdout.decode("utf-8", "surrogateescape"), done.stderr.decode("utf-8", "replace")
