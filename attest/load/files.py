"""Which files of ``controls/`` are sources, read and parsed. Anything else that lies there is a problem, not an oversight.

    controls/center.yml
    controls/affirmation.sigstore.json                          what a person affirmed, read by ``affirmed``
    controls/{customers,suppliers,evidence,frameworks,registers,notices,questionnaires,acceptance}/<id>.yml
    controls/registers/*.csv *.xlsx                             rows that a register's file: names
    controls/evidence/files/**                                  evidence itself, read by ``observe``
    controls/parties/                                           never read for what is published: ``load.parties``

README.md and names that begin with a dot are left alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import Final

from attest.errors import Problem, Problems
from attest.inside import open_inside
from attest.yaml_lines import MAX_BYTES, Document, Parse, parse, shown

CENTER: Final = "controls/center.yml"
AFFIRMATION: Final = "controls/affirmation.sigstore.json"
FOLDERS: Final = ("customers", "suppliers", "evidence", "frameworks", "registers", "notices", "questionnaires", "acceptance")
RESERVED: Final = ("parties",)
SHEETS: Final = (".csv", ".xlsx")
"""Endings of spreadsheets that hold a register's rows."""

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9.]+)*")
_TAKEN = ("index",)
"""Names that pages of our own have."""
_START = "run `attest init DIR` to start a trust center"


def read_sources(root: Path, parse: Parse = parse) -> tuple[dict[str, Document], list[Problem]]:
    """All source files of a trust center, parsed, by path; and what is wrong with those that are not there."""
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    for found in list_sources(root):
        if isinstance(found, Problem):
            problems.append(found)
            continue
        try:
            documents[found] = parse(read_bytes(root, found), found)
        except Problems as wrong:
            problems += wrong.problems
    return documents, problems


def read_bytes(root: Path, file: str) -> bytes:
    """A source file, up to one byte more than may be. Raises Problems where it is no regular file or cannot be read."""
    try:
        with open_inside(root, file) as stream:
            return stream.read(MAX_BYTES + 1)
    except ValueError as error:
        raise Problems([Problem(shown(file, 200), 0, "", f"is not read: {error}")]) from None
    except OSError as error:
        raise Problems([Problem(shown(file, 200), 0, "", f"cannot be read: {error.strerror}")]) from None


def list_sources(root: Path) -> Iterator[str | Problem]:
    """Paths of source files, sorted, and problems for what does not belong."""
    if not (root / "controls").is_dir():
        yield Problem("controls", 0, "", "there is no folder controls/ here", _START)
        return
    entries = _entries(root, "controls")
    if "center.yml" not in entries:
        todo = "rename it to center.yml" if "center.yaml" in entries else _START
        yield Problem(CENTER, 0, "", "is missing", todo)
    for name, entry in entries.items():
        if name == "center.yml":
            yield CENTER
        elif name == PurePosixPath(AFFIRMATION).name and entry.is_file(follow_symlinks=False):
            continue
        elif name in FOLDERS and entry.is_dir(follow_symlinks=False):
            yield from _list_folder(root, name)
        elif name not in ("center.yaml", *RESERVED) or entry.is_symlink():
            yield _stray(f"controls/{name}", entry)


def _entries(root: Path, folder: str) -> Mapping[str, os.DirEntry[str]]:
    with os.scandir(root / folder) as found:
        entries = {entry.name: entry for entry in found if not entry.name.startswith(".") and entry.name != "README.md"}
    return dict(sorted(entries.items()))


def _list_folder(root: Path, folder: str) -> Iterator[str | Problem]:
    entries = _entries(root, f"controls/{folder}")
    for name, entry in entries.items():
        path = f"controls/{folder}/{name}"
        if folder == "evidence" and name == "files" and entry.is_dir(follow_symlinks=False):
            continue
        if folder == "registers" and name.endswith(SHEETS) and entry.is_file(follow_symlinks=False):
            continue
        wrong = wrong_name(name, entries) if entry.is_file(follow_symlinks=False) else _kind(entry)
        yield Problem(shown(path, 200), 0, "", *wrong) if wrong else path


def wrong_name(name: str, beside: Mapping[str, object]) -> tuple[str, str] | None:
    """What is wrong with the name of a source file, and what to do; None where nothing is. ``beside``: the names in its folder."""
    stem, ending = os.path.splitext(name)  # noqa: PTH122 - a name, not a path
    if ending != ".yml":
        if ending.lower() in (".yml", ".yaml"):
            return "is not read: only .yml is", f"rename it to {stem}.yml"
        return "is not a .yml file", "move it elsewhere; evidence files belong in controls/evidence/files/"
    if name.lower() != name and name.lower() in beside:
        return f"differs from {name.lower()} only by case", "keep one: an id is an address, and many systems do not tell case apart"
    if not _ID.fullmatch(stem) or len(stem) > 80:
        return f"its name '{shown(stem)}' is not an id", "rename it: lower-case words joined by hyphens, up to 80 characters"
    if stem in _TAKEN:
        return f"the id {stem!r} is taken by a page of our own", "rename it"
    return None


def _kind(entry: os.DirEntry[str]) -> tuple[str, str]:
    if entry.is_symlink():
        return "is a symbolic link", "put the file itself here"
    if entry.is_dir():
        return "is a folder", "files stand directly in their folder here"
    return "is not a regular file", "remove it"


def _stray(path: str, entry: os.DirEntry[str]) -> Problem:
    path = shown(path, 200)
    if entry.is_symlink():
        return Problem(path, 0, "", *_kind(entry))
    what = "is not a folder that is known here" if entry.is_dir() else "is not a file that is known here"
    near = get_close_matches(entry.name, (*FOLDERS, *RESERVED, "center.yml"), 1)
    known = f"known are center.yml, {', '.join((*FOLDERS, *RESERVED))}"
    return Problem(path, 0, "", what, f"did you mean {near[0]!r}?" if near else f"move it elsewhere; {known}")
