"""Where the private site may lie, and how it is put there: whole, for its owner's eyes, or not at all.

    refused: where a site is served from, or built, or its sources lie; what no desk wrote; what git has, or would add

What is there already is replaced by two renames. Its mode stays; a new folder is its owner's alone.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from attest.errors import Refused
from attest.load.files import CENTER
from attest.repository import git, says_yes
from attest.swap import beside, swap

MARK: Final = "PRIVATE.txt"
"""By its first line a folder is known as one that a desk was written to."""
FIRST_LINE: Final = "Private: a desk written by attest review. Not to be published."
_PUBLISHED: Final = ("attestation/assessment.json", "attestation/bundle.sigstore.json")
_OF_A_CENTER: Final = {
    "public": "is where the trust center is published", "public.releases": "is where its releases lie", "site": "is where its preview is built",
    "content": "holds its prose, and all of it is published", "controls": "holds its sources", "theme": "holds its look, and all of it is published", "docs": "holds its sources",
}  # fmt: skip
_ELSEWHERE: Final = "name a folder outside, that nobody serves and only your team can read"


def refuse_public(folder: Path) -> None:
    """Raises Refused where what is written into ``folder`` could be published, or would replace what no desk wrote; CouldNotTell where git does not say."""
    refuse_published(folder)
    _refuse_foreign(folder, folder.resolve())


def refuse_published(folder: Path, *, file: bool = False) -> None:
    """Raises Refused where what is written into ``folder`` (or, of a file, as that file) could be published; CouldNotTell where git does not say."""
    real = folder.resolve()
    for above in (real, *real.parents):
        if any((above / path).is_file() for path in _PUBLISHED):
            raise Refused(f"{folder} lies in a published trust center, and this is private", _ELSEWHERE)
        if (above / CENTER).is_file():
            _refuse_within(folder, real, above)
    _refuse_git(folder, real, "" if file else "/")


def _refuse_within(folder: Path, real: Path, center: Path) -> None:
    if real == center:
        raise Refused(f"{folder} holds the trust center's sources", _ELSEWHERE)
    top = real.relative_to(center).parts[0]
    if top in _OF_A_CENTER:
        raise Refused(f"{folder} lies in {top}/, which {_OF_A_CENTER[top]}, and this is private", _ELSEWHERE)


def _refuse_foreign(folder: Path, real: Path) -> None:
    """Only an empty folder, or one that a desk was written to, is replaced."""
    if folder.is_symlink() or (real.exists() and not real.is_dir()):
        raise Refused(f"{folder} is not a folder of its own", "name another")
    if real.is_dir() and any(real.iterdir()) and not _is_desk(real):
        raise Refused(f"{folder} holds something that no desk wrote", "empty it, or name another folder")


def _is_desk(folder: Path) -> bool:
    try:
        with (folder / MARK).open(encoding="utf-8") as file:
            return file.readline().rstrip("\n") == FIRST_LINE
    except (OSError, UnicodeDecodeError):
        return False


def _refuse_git(folder: Path, real: Path, end: str) -> None:
    """In a repository only what git ignores is left alone by the next ``git add``. ``end``: a slash where a folder is meant, since patterns tell them apart."""
    home = next((above for above in (real, *real.parents) if (above / ".git").exists()), None)
    if home is None:
        return
    path = real.relative_to(home).as_posix()
    if path == "." or git(home, "ls-files", "-z", "--", path):
        raise Refused(f"{folder} is in git, and this is private", _ELSEWHERE)
    if not says_yes(home, "check-ignore", "--quiet", f"{path}{end}"):
        raise Refused(f"git would take {folder} with the next `git add`, and this is private", f"add /{path}{end} to .gitignore, or {_ELSEWHERE}")


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    """Makes ``folder`` hold these files and nothing else. Raises CouldNotTell where it cannot be written; then it is as it was."""
    with beside(folder) as held:
        _fill(held / "new", files)
        if folder.exists():
            (held / "new").chmod(stat.S_IMODE(folder.stat().st_mode))
        swap(held, folder)


def _fill(new: Path, files: Mapping[str, bytes]) -> None:
    new.mkdir(mode=0o700)
    for path, data in files.items():
        (new / path).parent.mkdir(parents=True, exist_ok=True)
        (new / path).write_bytes(data)
