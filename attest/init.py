"""A first trust center, written whole or not at all.

    Answers("Example Company", "https://trust.example.com/", "bookkeeping", "security@example.com")  +  DIR
    ->  DIR/mkdocs.yml, DIR/controls/…, DIR/content/…, DIR/.github/workflows/publish.yml …            all CC0-1.0

The files are ``attest/library/site``; ``$name`` and the like are replaced in YAML, each by a quoted scalar, so that a colon or a
quote in a name stays text. What came out is loaded before it is moved into place: nothing is written that ``attest check`` would
send back. Refused: a DIR that holds anything but ``.git``.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath
from string import Template

from attest.errors import CouldNotTell, Problems, Refused
from attest.hygiene import mkdocs_problems
from attest.load import load_with_problems

_DOTTED = {"gitignore": ".gitignore", "gitattributes": ".gitattributes"}
"""Kept without the dot, so that they act on what is written and not on our own repository."""
_PLAN = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Answers:
    """What a first trust center says of its company."""

    name: str
    address: str
    """The trust center's own address, https://…"""
    sells: str
    """What the company sells, in a few words."""
    contact_email: str


def init(target: Path, answers: Answers, today: date) -> tuple[str, ...]:
    """Writes a first trust center into ``target``, a folder that is empty or not there; returns the paths written, sorted.

    ``today`` dates the one plan in it. Raises Refused where something is in the way or the answers cannot be published as they are,
    CouldNotTell where the disk says no; then nothing was written.
    """
    refuse_taken(target)
    files = rendered(answers, today)
    try:
        _write_whole(target, files)
    except OSError as error:
        raise CouldNotTell(f"{target} could not be written: {error.strerror}", "nothing was left behind; mend it and run the same again") from None
    return tuple(sorted(files))


def refuse_taken(target: Path) -> None:
    """Raises Refused where ``target`` is something else than a folder, or holds anything but ``.git``."""
    if not os.path.lexists(target):
        return
    if not target.is_dir():
        raise Refused(f"{target} is in the way: it is not a folder", "name a folder that is empty or not there yet")
    held = sorted(entry.name for entry in target.iterdir() if entry.name != ".git")
    if held:
        named = ", ".join(held[:5]) + (f" and {len(held) - 5} more" if len(held) > 5 else "")
        raise Refused(f"{target} is not empty: {named} {'is' if len(held) == 1 else 'are'} in the way", "name a folder that is empty or not there yet")


def rendered(answers: Answers, today: date) -> dict[str, bytes]:
    """Path -> bytes of everything that would be written."""
    values = {key: json.dumps(value, ensure_ascii=False) for key, value in _values(answers).items()}
    values["due"] = (today + _PLAN).isoformat()
    found = {}
    for path, data in _walk(resources.files("attest.library").joinpath("site"), PurePosixPath()):
        found[path] = Template(data.decode()).substitute(values).encode("utf-8", "surrogatepass") if path in _FILLED else data
    return found


_FILLED = ("mkdocs.yml", "controls/center.yml", "controls/customers/everyone-trained.yml")


def _values(answers: Answers) -> dict[str, str]:
    address = answers.address if answers.address.endswith("/") else f"{answers.address}/"
    return {
        "name": answers.name,
        "address": address,
        "summary": f"{answers.name} offers {answers.sells}.",
        "system": answers.sells[:1].upper() + answers.sells[1:],
        "email": answers.contact_email,
    }


def _walk(folder: Traversable, path: PurePosixPath) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        inner = path / _DOTTED.get(entry.name, entry.name)
        if entry.is_dir():
            yield from _walk(entry, inner)
        else:
            yield str(inner), entry.read_bytes()


def _write_whole(target: Path, files: dict[str, bytes]) -> None:
    """Writes beside the target (inside it, where it is there), looks at what came out, and moves it into place."""
    there = target.is_dir()
    made = _make_parents(target.parent)
    try:
        staged = Path(tempfile.mkdtemp(prefix=".attest-init-", dir=target if there else target.parent))
    except OSError:
        _remove(made)
        raise
    try:
        _write(staged, files)
        _refuse_unsound(staged)
        _move_into(staged, target) if there else _rename(staged, target)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        _remove(made)
        raise


def _make_parents(folder: Path) -> list[Path]:
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for parent in reversed(missing):
        parent.mkdir()
    return missing


def _remove(folders: list[Path]) -> None:
    for folder in folders:
        folder.rmdir()


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for path, data in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())


def _refuse_unsound(folder: Path) -> None:
    """What came out, as ``check`` would see it. Half a character, which no UTF-8 can carry, is found here too."""
    _, problems = load_with_problems(folder)
    if problems := problems or tuple(mkdocs_problems((folder / "mkdocs.yml").read_text(encoding="utf-8"), "mkdocs.yml")):
        said = str(Problems(problems).problems[0])
        raise Refused(f"these answers would not pass `attest check`: {said}", "nothing was written; answer otherwise")


def _rename(staged: Path, target: Path) -> None:
    staged.chmod(0o755)
    staged.rename(target)


def _move_into(staged: Path, target: Path) -> None:
    """One entry after the other; a failure takes back those that were moved."""
    moved: list[Path] = []
    try:
        for entry in sorted(staged.iterdir()):
            moved.append(entry.rename(target / entry.name))  # noqa: PERF401 - what was moved before a failure has to be known
    except OSError:
        for entry in moved:
            entry.rename(staged / entry.name)
        raise
    staged.rmdir()
