"""The folder of parties -> ``Parties``, and every problem in it. Read by `review`, `notify`, `party` and `check`; never by what builds or publishes.

    parties/<id>.yml  incidents/<id>.yml  threats/<id>.yml      shaped here, at file:line
    parties/answers/**  bundles/**                              named by parties' files, opened by whoever reviews

The folder is controls/parties/, or the one that ``parties:`` of center.yml names, which may be another repository.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from attest.errors import Problem, Problems
from attest.hygiene import document_problems
from attest.load.files import read_bytes, wrong_name
from attest.load.shape import Built, build
from attest.model.center import Profile
from attest.model.incident import Incident
from attest.model.parties import Parties
from attest.model.party import Party, Threat
from attest.yaml_lines import Document, parse, shown

DEFAULT: Final = "controls/parties"
ANSWERS: Final = "answers"
BUNDLES: Final = "bundles"
INCIDENTS: Final = "incidents"
THREATS: Final = "threats"
_FOLDERS: Final = (ANSWERS, BUNDLES, INCIDENTS, THREATS)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder of parties, read."""

    folder: Path
    """Where it is."""
    shown: str
    """How it is named in problems: ``controls/parties``."""
    parties: Parties = field(default_factory=Parties)
    documents: Mapping[str, Document] = field(default_factory=dict)
    """By path below the folder: ``fjordhost.yml``, ``incidents/i-1.yml``. A document's own ``file`` is what problems name."""

    def unread(self) -> tuple[str, ...]:
        """Files of parties, incidents and threats that are there and could not be understood, as they are named in problems."""
        known: dict[str, Collection[str]] = {"": self.parties.parties, INCIDENTS: self.parties.incidents, THREATS: self.parties.threats}
        there = ((within, path) for within in known for path in sorted((self.folder / within).glob("*.yml")) if not path.name.startswith("."))
        return tuple(f"{self.shown}/{path.relative_to(self.folder).as_posix()}" for within, path in there if path.stem not in known[within])


def folder_of(root: Path, profile: Profile) -> Path:
    """Where the files of parties lie; it may not be there."""
    return (root / Path(profile.parties or DEFAULT).expanduser()).resolve() if profile.parties else root / DEFAULT


def read_parties(root: Path, profile: Profile) -> tuple[Shelf, tuple[Problem, ...]]:
    """What the folder says, as far as it could be read, and all that is wrong with it. No folder is an empty one."""
    folder, name = folder_of(root, profile), profile.parties or DEFAULT
    problems: list[Problem] = []
    documents = dict(_documents(folder, name, problems))
    parties = {Path(path).stem: one for path, one in _built(Party, "", documents, problems)}
    incidents = {Path(path).stem: one for path, one in _built(Incident, f"{INCIDENTS}/", documents, problems)}
    threats = {Path(path).stem: one for path, one in _built(Threat, f"{THREATS}/", documents, problems)}
    problems += [problem for document in documents.values() for problem in document_problems(document)]
    return Shelf(folder, name, Parties(parties=parties, incidents=incidents, threats=threats), documents), tuple(sorted(set(problems)))


def _documents(folder: Path, name: str, problems: list[Problem]) -> Iterator[tuple[str, Document]]:
    for path in _listed(folder, name, problems):
        try:
            yield path, parse(read_bytes(folder, path), f"{name}/{path}")
        except Problems as wrong:
            problems += wrong.problems


def _listed(folder: Path, name: str, problems: list[Problem]) -> Iterator[str]:
    for within in ("", INCIDENTS, THREATS):
        here = folder / within
        if not here.is_dir():
            continue
        entries = {path.name: path for path in sorted(here.iterdir()) if not path.name.startswith(".") and path.name != "README.md"}
        for entry, path in entries.items():
            relative = f"{within}/{entry}".removeprefix("/")
            if path.is_dir() and not path.is_symlink() and not within and entry in _FOLDERS:
                continue
            wrong = wrong_name(entry, entries) if path.is_file() and not path.is_symlink() else ("is not a file", f"known folders here are {', '.join(_FOLDERS)}")
            if wrong is None:
                yield relative
            else:
                problems.append(Problem(shown(f"{name}/{relative}", 200), 0, "", *wrong))


def _built(model: type[Built], prefix: str, documents: Mapping[str, Document], problems: list[Problem]) -> Iterator[tuple[str, Built]]:
    for path, document in documents.items():
        if path.rpartition("/")[0] == prefix.rstrip("/"):
            built, wrong = build(model, document)
            problems += wrong
            if built is not None:
                yield path, built
