"""Files put into a trust center: all of them or none, nothing overwritten that is not what we read, nothing that `check` would send back.

    root + {"controls/customers/decoys.yml": Change(None, b"title: …"), "controls/center.yml": Change(b"…", b"…")}  ->  written

Each file is written beside its place and synced; then new ones are linked (which fails where a file has come meanwhile) and changed
ones renamed over what they replace. What fails on the way takes back what was done.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from attest.authoring.adopt import Change
from attest.errors import CouldNotTell, Refused
from attest.inside import open_inside
from attest.load import load_with_problems

_NO_LINKS: Final = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK)


def files_of(root: Path) -> dict[str, bytes]:
    """The YAML under controls/ and the Markdown under content/, by path; evidence files and what is reached through links are left out."""
    found = {}
    for top, ending in (("controls", ".yml"), ("content", ".md")):
        for at, folders, names in os.walk(root / top):
            folders[:] = sorted(name for name in folders if not name.startswith(".") and (Path(at) / name).relative_to(root).as_posix() != "controls/evidence/files")
            for name in sorted(names):
                path = (Path(at) / name).relative_to(root).as_posix()
                if name.endswith(ending) and not (root / path).is_symlink():
                    with open_inside(root, path) as stream:
                        found[path] = stream.read()
    return found


def put(root: Path, changes: Mapping[str, Change]) -> None:
    """Writes all of ``changes`` under ``root`` or nothing. Raises Refused where the result would have problems, where a file that should be
    new is there, or one that should be changed is no longer what it was; CouldNotTell where the disk says no.
    """
    refuse_unsound(root, changes)
    made: list[Path] = []
    done: list[tuple[str, Change]] = []
    staged: dict[str, Path] = {}
    try:
        for path, change in changes.items():
            staged[path] = _stage(root, path, change, made)
        for path, change in changes.items():
            _commit(root / path, staged[path], change)
            done.append((path, change))
    except BaseException as error:
        _take_back(root, done, made, staged)
        if isinstance(error, OSError):
            raise CouldNotTell(f"{error.filename or root}: could not be written: {(error.strerror or str(error)).lower()}", "nothing was left behind; mend it and run the same again") from None
        raise
    for file in staged.values():
        file.unlink(missing_ok=True)


def refuse_unsound(root: Path, changes: Mapping[str, Change]) -> None:
    """Raises Refused where the sources with these changes would not load; evidence is not looked at."""
    with tempfile.TemporaryDirectory(prefix="attest-") as folder:
        copy = Path(folder)
        shutil.copytree(root / "controls", copy / "controls", symlinks=True, ignore=lambda at, names: ["files"] if Path(at).name == "evidence" else [])
        for path, change in changes.items():
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            (copy / path).write_bytes(change.after)
        _, problems = load_with_problems(copy)
    if problems:
        raise Refused(f"the sources would have a problem then: {problems[0]}", "nothing was written")


def _stage(root: Path, path: str, change: Change, made: list[Path]) -> Path:
    target = root / path
    _make_folders(root, target.parent, made)
    file = target.with_name(f".{target.name}.attest-{os.getpid()}")
    try:
        with file.open("xb") as stream:
            stream.write(change.after)
            stream.flush()
            os.fsync(stream.fileno())
        if change.before is not None:
            file.chmod(stat.S_IMODE(target.stat().st_mode))
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    return file


def _make_folders(root: Path, folder: Path, made: list[Path]) -> None:
    """The folders down to a file, of which none may be a link."""
    at = root
    for name in folder.relative_to(root).parts:
        at /= name
        if at.is_symlink():
            raise Refused(f"{at.relative_to(root)} is a symbolic link, and nothing is written through one", "put the folder itself there")
        if not at.exists():
            at.mkdir()
            made.append(at)


def _commit(target: Path, file: Path, change: Change) -> None:
    if change.before is None:
        _link(file, target)
    elif target.is_symlink() or target.read_bytes() != change.before:
        raise Refused(f"{target.name} was changed meanwhile", "nothing was written; run the same again")
    else:
        file.replace(target)


def _link(file: Path, target: Path) -> None:
    """Into place, never over something. Some file systems know no second name for a file: there we look, then rename."""
    try:
        os.link(file, target)
    except FileExistsError:
        raise Refused(f"{target} is there already, and nothing is overwritten", "nothing was written; move it away, or leave this out") from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(target):
            raise Refused(f"{target} is there already, and nothing is overwritten", "nothing was written; move it away, or leave this out") from None
        file.rename(target)


def _take_back(root: Path, done: list[tuple[str, Change]], made: list[Path], staged: Mapping[str, Path]) -> None:
    for path, change in reversed(done):
        if change.before is None:
            (root / path).unlink(missing_ok=True)
        else:
            (root / path).write_bytes(change.before)
    for file in staged.values():
        file.unlink(missing_ok=True)
    for folder in reversed(made):
        with suppress(OSError):  # somebody put something in it
            folder.rmdir()
