r"""What lies on the library's shelf, read from inside the package: promises with what would show them, catalogues, Markdown to fill in.

    attest/library/controls/<audience>/<id>.yml  +  shows.yml   ->  offers()      {"backups-restored": Offer(…), …}
    attest/library/frameworks/<id>.yml                          ->  catalogues()  {"gdpr": b"# 31 of 99 …", …}
    attest/library/{policies,guidance}/<name>.md                ->  templates()   {"policy:access": b"---\ntitle: …", …}
    attest/library/{questionnaires,acceptance}/<id>.yml         ->  forms()       {"questionnaire:new-customer": b"title: …", …}
    attest/library/site/controls/center.yml                     ->  areas()       {"tell-you": {"id": …, "title": …, "summary": …}, …}

Reads package data and nothing else, once a process. It is ours, so what is malformed here is a fault of the package and raises what
``yaml_lines`` raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any, Final

from attest.words import AUDIENCES, Audience
from attest.yaml_lines import Value, parse

TEMPLATES: Final = {"policy": "policies", "guidance": "guidance"}
"""What stands before the colon in ``policy:access``, and the folder: here and in a trust center's content/."""
FORMS: Final = {"questionnaire": "questionnaires", "acceptance": "acceptance"}
"""The same of ``questionnaire:new-customer``, and the folder: here and in a trust center's controls/."""


@dataclass(frozen=True, slots=True)
class Way:
    """A thing that would show a promise, and the rule to hold it against."""

    title: str
    kind: str
    """report, record, document, declaration or register."""
    formats: tuple[str, ...]
    register: str | None
    rule: Mapping[str, Value]
    part: bool = False
    """Shows a part of the promise alone, which the title names."""

    @property
    def said(self) -> str:
        """In a line: ``Device report, one row a laptop (record: csv, xlsx, yaml)``."""
        of = f"register: controls/registers/{self.register}.yml" if self.register is not None else f"{self.kind}: {', '.join(self.formats)}" if self.formats else self.kind
        return f"{self.title} ({of})"


@dataclass(frozen=True, slots=True)
class Offer:
    """A promise that can be taken. It carries no check: whoever takes it has shown nothing yet."""

    id: str
    audience: Audience
    core: bool
    """Among those that `attest init` always takes."""
    when: tuple[str, ...]
    """Answers of `attest init` that bring it in as well: ``laws=gdpr``, ``suppliers=yes``."""
    systems: bool
    """Made of the systems that are sold: whoever takes it names theirs under applies_to."""
    source: bytes
    shown_by: tuple[Way, ...]
    """The strongest first."""
    said: Mapping[str, Any]
    """The source, read: title, area, maps …"""

    @property
    def title(self) -> str:
        """As a reader sees it."""
        return str(self.said["title"])

    @property
    def area(self) -> str:
        """The id of the shelf it stands on."""
        return str(self.said["area"])

    @property
    def maps(self) -> Mapping[str, list[str]]:
        """Framework -> clauses it bears on, over all the library's frameworks."""
        maps: Mapping[str, list[str]] = self.said.get("maps") or {}
        return maps


@cache
def offers() -> Mapping[str, Offer]:
    """Every promise of the library, in the order of shows.yml, by id."""
    shows = parse(_library().joinpath("shows.yml").read_bytes(), "shows.yml").value
    found = {ident: _offer(ident, said) for ident, said in shows.items() if isinstance(said, dict)}
    return MappingProxyType(found)


@cache
def catalogues() -> Mapping[str, bytes]:
    """Every framework's file, by id."""
    return MappingProxyType(dict(_files(_library().joinpath("frameworks"), ".yml")))


@cache
def clauses_of(framework: str) -> Mapping[str, str]:
    """Clause id -> title of one of the ``catalogues``, in its order."""
    clauses: Any = parse(catalogues()[framework], f"{framework}.yml").value["clauses"]
    return MappingProxyType({clause["id"]: clause["title"] for clause in clauses})


@cache
def templates() -> Mapping[str, bytes]:
    """Markdown to fill in, by kind and name: ``policy:access``."""
    found = {f"{kind}:{name}": data for kind, folder in TEMPLATES.items() for name, data in _files(_library().joinpath(folder), ".md")}
    return MappingProxyType(found)


@cache
def forms() -> Mapping[str, bytes]:
    """Questionnaires and acceptance policies, by kind and name: ``acceptance:suppliers``."""
    found = {f"{kind}:{name}": data for kind, folder in FORMS.items() for name, data in _files(_library().joinpath(folder), ".yml")}
    return MappingProxyType(found)


@cache
def areas() -> Mapping[str, Mapping[str, Value]]:
    """The shelves that promises of the library stand on, by id."""
    listed: Any = parse(_library().joinpath("site", "controls", "center.yml").read_bytes(), "center.yml").value["areas"]
    return MappingProxyType({area["id"]: area for area in listed})


def site() -> Iterator[tuple[str, bytes]]:
    """Path and bytes of every file that a first trust center begins with."""
    yield from _walk(_library().joinpath("site"), PurePosixPath())


def _library() -> Traversable:
    return resources.files("attest.library")


def _files(folder: Traversable, ending: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(ending):
            yield entry.name.removesuffix(ending), entry.read_bytes()


def _walk(folder: Traversable, path: PurePosixPath) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _walk(entry, path / entry.name)
        else:
            yield str(path / entry.name), entry.read_bytes()


def _offer(ident: str, said: Mapping[str, Any]) -> Offer:
    audience = next(one for one in AUDIENCES if one == said["audience"])
    source = _library().joinpath("controls", audience, f"{ident}.yml").read_bytes()
    return Offer(
        id=ident,
        audience=audience,
        core=said.get("core") == "yes",
        when=tuple(said.get("when", ())),
        systems=said.get("systems") == "yes",
        source=source,
        shown_by=tuple(_way(one) for one in said.get("shown_by", ())),
        said=MappingProxyType(parse(source, f"{ident}.yml").value),
    )


def _way(said: Mapping[str, Any]) -> Way:
    return Way(said["title"], said["kind"], tuple(said.get("formats", ())), said.get("register"), said.get("rule") or {}, said.get("part") == "yes")
