"""When git received each file of a folder in its present content: the committer time of the last commit that touched it.

    received_times(root, "controls/evidence")  ->  {"files/tls-scan.json": 2026-11-20T03:12:44Z, …}

Left out: files git does not track or that were changed since their commit, and files whose history is cut off (a shallow clone would
date everything to its one commit). Without git, outside a repository or before the first commit nothing is known, and that is no
problem. The number of git calls does not grow with the number of files.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

_COMMIT = "\x01"
"""Begins a commit in git's output; no path does, because each begins with the folder's own."""
_KEPT = ("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CEILING_DIRECTORIES")
"""Set while a push is received, whose objects are not in the repository yet. The other GIT_ variables would name another repository."""
_SECONDS = 120


def received_times(root: Path, folder: str) -> dict[str, datetime]:
    """Path relative to ``root/folder`` -> moment in UTC."""
    within = root / folder
    prefix = _git(within, "rev-parse", "--show-prefix")
    history = _git(within, "log", "-z", "--name-only", "--no-renames", "--diff-merges=combined", f"--format={_COMMIT}%ct %D", "HEAD", "--", ".")
    changed = _git(within, "diff", "-z", "--name-only", "--no-renames", "--no-ext-diff", "HEAD", "--", ".")
    if prefix is None or history is None or changed is None:
        return {}
    base, differs = prefix.removesuffix("\n"), set(changed.split("\0"))
    return {path.removeprefix(base): moment for path, moment in _last(history).items() if moment is not None and path not in differs}


def _last(history: str) -> dict[str, datetime | None]:
    """The newest commit that names each path; None where it is where the history was cut off."""
    found: dict[str, datetime | None] = {}
    for moment, path in _touched(history):
        found.setdefault(path, moment)
    return found


def _touched(history: str) -> Iterator[tuple[datetime | None, str]]:
    """A commit's moment (None where history is cut off) with each path it names, newest first."""
    moment = None
    for said in history.split("\0"):
        part = said.removeprefix("\n")
        if part.startswith(_COMMIT):
            seconds, _, names = part.removeprefix(_COMMIT).partition(" ")
            moment = None if "grafted" in names.split(", ") else datetime.fromtimestamp(int(seconds), UTC)
        elif part:
            yield moment, part


def _git(folder: Path, *words: str) -> str | None:
    """What git prints, or None where there is no git, no repository, no commit."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _KEPT}
    command = ["git", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "-c", "log.showSignature=false", "-C", str(folder), *words]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS, env=environment | {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"})
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 else None
