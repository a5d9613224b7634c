"""A small center to attach to (cases/attach/center), the command called on it, and what lies in it before and after."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from attest.cli import main

CASES = Path(__file__).parent / "cases" / "attach"
FILES = CASES / "files"
AS_OF = "2026-12-01"
GIT = ("-c", "user.name=Tern", "-c", "user.email=staff@tern.example", "-c", "commit.gpgsign=false")


def center(folder: Path) -> Path:
    """A copy of the center, committed."""
    site = Path(shutil.copytree(CASES / "center", folder / "trust"))
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=site, check=True)
    commit(site)
    return site


def commit(site: Path) -> None:
    subprocess.run(["git", "add", "-A"], cwd=site, check=True)
    subprocess.run(["git", *GIT, "commit", "-q", "--allow-empty", "-m", "as it stands"], cwd=site, check=True)


def attest(site: Path, verb: str, *words: str | Path, as_of: str | None = AS_OF) -> int:
    """The command in this process, as of a day."""
    named = ["--as-of", as_of] if as_of is not None else []
    return main([verb, *map(str, words), "--dir", str(site), *named])


def files(site: Path) -> dict[str, bytes]:
    """Everything that lies there, but for git's own."""
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file() and ".git" not in path.parts}


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> Sequence[str]:
    """Paths that came, went or say something else."""
    return [path for path in sorted(before | after) if before.get(path) != after.get(path)]
