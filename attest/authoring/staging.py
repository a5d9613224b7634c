"""Changes to a trust center's files, tried out on a copy first, then moved into place in an order that a crash cannot turn into a lie.

    root + (Write("controls/evidence/files/scan.json", …), Write("controls/evidence/scan.yml", …), Write("controls/customers/tls.yml", …))
    try_out  ->  Tried(before, after): both assessments, and the problems that are new
    settle   ->  written, one after the other as given, each whole, each on the disk before the next begins

The copy lies beside the sources, in a folder of mode 0700 that git passes over and that goes away again, after a kill with the next run; files in it are second names for the
same bytes where the disk allows that. Refused: to write over something else than what was read, through a link, or outside controls/.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from attest.assess import Assessment, assess
from attest.errors import CouldNotTell, Problem, Problems, Refused
from attest.inside import open_inside
from attest.load import check_sources
from attest.model.center import Center
from attest.vault import KEY, folder_of

_COPIED: Final = ("controls", "content", "mkdocs.yml", KEY)
"""What a check looks at, beside the vault; its key is what opens that."""
_CENTER: Final = "controls/center.yml"
_BESIDE: Final = ".attest-trying-"


@dataclass(frozen=True, slots=True)
class Write:
    """One file as it shall be."""

    path: str
    """Relative to the trust center's folder."""
    data: bytes | Path
    """What it shall hold, or the file that holds it."""
    before: str | None
    """Hex SHA-256 of what it replaces; None where nothing may be there."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What some changes would come to."""

    before: Assessment
    after: Assessment | None
    """None where the sources could not be read then."""
    new: tuple[Problem, ...]
    """Problems that are not there now."""


@contextmanager
def beside(root: Path) -> Iterator[Path]:
    """A folder for the length of the block, in ``root`` and for its owner alone. Those of runs that were killed are removed first."""
    for left in root.glob(f"{_BESIDE}*"):
        with _held(left, fcntl.LOCK_EX | fcntl.LOCK_NB) as free:
            if free and (left / ".gitignore").is_file():
                shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=_BESIDE, dir=root))
    with _held(folder, fcntl.LOCK_SH):
        try:
            folder.mkdir(mode=0o700, exist_ok=True)  # another run may have taken it for a left one before it was held
            (folder / ".gitignore").write_text("*\n", encoding="ascii")
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _held(folder: Path, how: int) -> Iterator[bool]:
    """Holds a folder against other runs; whether it could. The system lets go of what a killed run held."""
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        yield False
        return
    try:
        fcntl.flock(opened, how)
        held = True
    except OSError:
        held = False
    try:
        yield held
    finally:
        os.close(opened)


def take(file: Path, into: Path) -> Path:
    """A copy of a regular file, made in the folder ``into``, under its own name. Raises Refused where it is none, or empty; CouldNotTell."""
    try:
        opened, target = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), into / "taken"
        if not stat.S_ISREG(mode := os.fstat(opened).st_mode):
            os.close(opened)
            raise Refused(f"{str(file)!r} is {'a folder' if stat.S_ISDIR(mode) else 'a device, pipe or socket'}", "name a file")
        with os.fdopen(opened, "rb") as source, target.open("xb") as copy:
            shutil.copyfileobj(source, copy)
    except FileNotFoundError:
        raise Refused(f"there is no file {str(file)!r}", "look at the spelling, and at the folder you are in") from None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise Refused(f"{str(file)!r} is a symbolic link", "name the file itself") from None
        raise CouldNotTell(f"{str(file)!r} cannot be read: {(error.strerror or str(error)).lower()}") from None
    if not target.stat().st_size:
        raise Refused(f"{str(file)!r} is empty", "see that it was exported or saved in full")
    return target


def digest(file: Path) -> str:
    """Hex SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digest_inside(root: Path, path: str) -> str | None:
    """Hex SHA-256 of a file under ``root``; None where there is none. Raises Refused where something else is there, CouldNotTell."""
    try:
        with open_inside(root, path) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise Refused(f"{path}: {error}", "put a file there, or name another place") from None
    except OSError as error:
        raise CouldNotTell(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from None


def place_alone(folder: Path, path: str, data: Path) -> Path:
    """A folder in ``folder`` that holds nothing but one file, at ``path``; returns it."""
    alone = Path(tempfile.mkdtemp(prefix="alone-", dir=folder))
    _write(alone / path, data)
    return alone


def try_out(root: Path, folder: Path, writes: Sequence[Write], as_of: datetime) -> Tried:
    """What ``writes`` would come to at a moment; ``folder`` is one that ``beside`` gave. Raises Problems where the sources cannot be read as they are."""
    center, observations, problems = check_sources(root, as_of)
    if center is None:
        raise Problems(problems)
    copy = folder / "tried"
    _copy(root, copy, (*_COPIED, *_vault(root, center)))
    for write in writes:
        _write(copy / write.path, write.data)
    changed, seen, found = check_sources(copy, as_of)
    known = {(problem.file, problem.path, problem.what) for problem in problems}
    new = tuple(problem for problem in found if problem.file != _CENTER and (problem.file, problem.path, problem.what) not in known)
    return Tried(assess(center, observations, as_of), None if changed is None else assess(changed, seen, as_of), new)


def _vault(root: Path, center: Center) -> tuple[str, ...]:
    """The vault's folder, where it lies in the tree."""
    try:
        within = folder_of(root, center.profile.vault)[1] if center.profile.vault is not None else ""
    except ValueError:
        return ()
    return (within.rstrip("/"),) if within else ()


def _copy(root: Path, copy: Path, names: Sequence[str]) -> None:
    """Addresses in center.yml that lead out of the tree lead elsewhere from here; center.yml is never changed, so nothing new is said of it."""
    copy.mkdir()
    for name in names:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        if (root / name).is_dir():
            shutil.copytree(root / name, copy / name, symlinks=True, copy_function=_second_name)
        elif (root / name).exists():
            _second_name(str(root / name), str(copy / name))


def _second_name(source: str, target: str) -> str:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        if stat.S_ISREG(os.lstat(source).st_mode):  # links and pipes are named by the check of the sources themselves
            shutil.copy2(source, target, follow_symlinks=False)
    return target


def _write(target: Path, data: bytes | Path) -> None:
    """Anew: what stands there may be a second name for the original."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    if isinstance(data, Path):
        _second_name(str(data), str(target))
    else:
        target.write_bytes(data)


def settle(root: Path, writes: Sequence[Write]) -> None:
    """Writes in the order given. Raises Refused where something has changed since it was read, CouldNotTell where the disk says no.

    All are written beside their places before the first is moved, so that running out of room changes nothing.
    """
    staged: list[Path] = []
    try:
        for write in writes:
            _refuse_changed(root, write)
            staged.append(_stage(root, write))
        for write, file in zip(writes, staged, strict=True):
            _move(root, write, file)
    except OSError as error:
        raise CouldNotTell(f"{error.filename or root}: could not be written: {(error.strerror or str(error)).lower()}", "make room or give leave, then run the same again") from None
    finally:
        for file in staged:
            file.unlink(missing_ok=True)


def _refuse_changed(root: Path, write: Write) -> None:
    if digest_inside(root, write.path) != write.before:
        said = "is there already" if write.before is None else "was changed meanwhile"
        raise Refused(f"{write.path} {said}", "nothing was written; run the same again")


def _stage(root: Path, write: Write) -> Path:
    target = root / write.path
    for folder in (root / parent for parent in reversed(Path(write.path).parents)):
        if folder.is_symlink():
            raise Refused(f"{folder.relative_to(root)} is a symbolic link, and nothing is written through one", "put the folder itself there")
        folder.mkdir(exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:80]}.", dir=target.parent)
    staged = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            if isinstance(write.data, Path):
                with write.data.open("rb") as source:
                    shutil.copyfileobj(source, stream)
            else:
                stream.write(write.data)
            stream.flush()
            os.fsync(stream.fileno())
        staged.chmod(stat.S_IMODE(target.stat().st_mode) if write.before is not None else 0o666 & ~_umask())
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
    return staged


def _umask() -> int:
    """There is no way to ask without setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _move(root: Path, write: Write, staged: Path) -> None:
    _refuse_changed(root, write)
    staged.replace(root / write.path)
    folder = os.open((root / write.path).parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
