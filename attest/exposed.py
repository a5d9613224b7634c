"""What a public repository would show to everybody: evidence, controls, registers, questionnaires and parties that are not public, in clear.

    repository: public    ->    controls/evidence/soc.yml:4: file: is gated, and lies in clear in a public repository, …

What counts is what git has or would add: what it ignores stays here. Outside git every file counts. What was committed once stays in the
history, which this does not look through. Also looked at, whatever the repository is: the folders that center.yml names, and the vault's key.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from attest.errors import CouldNotTell, Problem
from attest.inside import open_inside
from attest.model.center import Center
from attest.model.evidence import Evidence
from attest.observe import FOLDER, place_of
from attest.repository import git
from attest.vault import ENDING, KEY, PREFIX, RECIPIENTS, folder_of
from attest.yaml_lines import Document, shown
from attest.yaml_lines import Path as YamlPath

_CENTER: Final = "controls/center.yml"
_PARTIES: Final = "controls/parties/"
_REGISTERS: Final = "controls/registers/"
_BESIDE: Final = (RECIPIENTS, "README.md", ".gitignore", ".gitattributes")
"""What may lie in a vault in clear."""
_SEALED: Final = (b"age-encryption.org/v1\n", b"-----BEGIN AGE ENCRYPTED FILE-----")
_MOST: Final = 20
_HISTORY: Final = "what was committed stays in git's history"


def exposed(root: Path, center: Center, documents: Mapping[str, Document]) -> tuple[Problem, ...]:
    """Every such problem, sorted; the files and lines are those of ``documents``."""
    return tuple(sorted({*_named(root, center, documents[_CENTER]), *(_public(root, center, documents) if center.profile.repository == "public" else ())}))


def _named(root: Path, center: Center, document: Document) -> Iterator[Problem]:
    profile = center.profile
    if profile.vault is not None:
        try:
            folder_of(root, profile.vault)
        except ValueError as error:
            yield document.at(("vault",), f"{profile.vault!r} {error}", "name a folder here, or one outside as ~/… or /…")
        if KEY in (_listed(root, KEY) or ()):
            yield Problem(KEY, 0, "", "is the key of the vault, and git has it", f"`git rm --cached {KEY}`, make another and add every file again: {_HISTORY}")
    if profile.parties is not None:
        folder = (root / Path(profile.parties).expanduser()).resolve()
        if not folder.is_dir():
            yield document.at(("parties",), f"there is no folder {profile.parties!r}", "clone it there, or correct the path")
        elif profile.repository == "public" and folder.is_relative_to(root.resolve()):
            yield document.at(("parties",), f"{profile.parties!r} lies in this repository, which is public", "name a folder of another repository")


def _public(root: Path, center: Center, documents: Mapping[str, Document]) -> Iterator[Problem]:
    listed = _listed(root, ".")
    there = _walked(root, center) if listed is None else listed
    for evidence in center.evidence.values():
        yield from _evidence(evidence, documents, there)
    for control in center.controls:
        if control.promise.visibility == "private" and control.file in there:
            yield documents[control.file].at(("visibility",), "is private, and everybody can read the control here", f"make it public, or the repository private; {_HISTORY}")
    yield from _registers(center, documents, there)
    yield from _asked(center, documents, there)
    yield from _files(root, center, there)


def _evidence(evidence: Evidence, documents: Mapping[str, Document], there: Collection[str]) -> Iterator[Problem]:
    described, document = evidence.description, documents.get(evidence.file)
    if document is None or evidence.register_name is not None or described.visibility == "public":
        return
    base = place_of(evidence)
    if described.file is not None and not described.file.startswith(PREFIX) and f"{FOLDER}/{described.file}" in there:
        todo = f"put it into the vault with `attest vault add`, or outside git; {_HISTORY}"
        yield document.at((*base, "file"), f"is {described.visibility}, and lies in clear in a public repository", todo)
    if described.statement is not None and evidence.file in there:
        yield document.at((*base, "statement"), f"is {described.visibility}, and everybody can read it here", "make it public, or declare it in a document of the vault")


def _registers(center: Center, documents: Mapping[str, Document], there: Collection[str]) -> Iterator[Problem]:
    for register in center.registers.values():
        if register.header.visibility == "private" and (register.file in there or register.source in there):
            yield documents[register.file].at(("visibility",), "is private, and everybody can read the register here", f"make it public, or the repository private; {_HISTORY}")
            continue
        for index, row in enumerate(register.rows):
            if row.visibility == "private" and register.source in there:
                yield documents[register.source].at(("rows", index, "visibility"), f"row {row.id!r} is private, and everybody can read it here", "take it out, or make it public")
    for ident, notice in center.notices.items():
        file = f"controls/notices/{ident}.yml"
        if notice.visibility == "private" and file in there and file in documents:
            yield documents[file].at(("visibility",), "is private, and everybody can read the notice here", "make it public, or keep it elsewhere until it is")


def _asked(center: Center, documents: Mapping[str, Document], there: Collection[str]) -> Iterator[Problem]:
    """Questionnaires and acceptance policies that are ours alone, and of public ones how answers are weighed."""
    for folder, asked in (("questionnaires", center.questionnaires), ("acceptance", center.acceptance)):
        for ident, one in asked.items():
            file = f"controls/{folder}/{ident}.yml"
            if file not in there or file not in documents:
                continue
            if one.visibility == "private":
                yield documents[file].at(("visibility",), "is private, and everybody can read it here", f"make it public, or keep it in a private repository; {_HISTORY}")
            else:
                yield from (documents[file].at(path, "is never published, and everybody can read it here", f"keep it in a private repository; {_HISTORY}") for path in _weighing(documents[file], folder))


def _weighing(document: Document, folder: str) -> Iterator[YamlPath]:
    """Where a file says how answers are weighed: each such key, not what stands below it."""
    keys, depth = (("tip", "flags", "score"), 5) if folder == "questionnaires" else (("tiers", "flags", "outcomes"), 1)
    return (path for path in document.spans if len(path) == depth and path[-1] in keys)


def _files(root: Path, center: Center, listed: Collection[str]) -> Iterator[Problem]:
    """Whole files that may not be there."""
    parties = sorted(file for file in listed if file.startswith(_PARTIES) and PurePosixPath(file).name not in _BESIDE)
    for file in parties[:_MOST]:
        yield Problem(shown(file, 200), 0, "", "is of a party, and lies in clear in a public repository", f"keep parties in another repository (parties: in center.yml); {_HISTORY}")
    for file in [file for file in _nobodys(center, listed) if (root / file).exists()][:_MOST]:
        yield Problem(shown(file, 200), 0, "", "is named by nothing that is public, and everybody can read it here", f"name it, or remove it; {_HISTORY}")
    within = _within(root, center)
    clear = sorted(file for file in listed if within and file.startswith(within) and PurePosixPath(file).name not in _BESIDE and not _is_sealed(root, file))
    for file in clear[:_MOST]:
        yield Problem(shown(file, 200), 0, "", "lies in the vault, and is not encrypted", f"`attest vault add` it and remove it; {_HISTORY}")


def _nobodys(center: Center, listed: Collection[str]) -> list[str]:
    """Evidence and spreadsheets that nothing names: left over, or a copy. Whether they may be read, nobody said."""
    named = {f"{FOLDER}/{evidence.description.file}" for evidence in center.evidence.values()} | {register.source for register in center.registers.values()}
    kept = (file for file in listed if file.startswith(f"{FOLDER}/files/") or (file.startswith(_REGISTERS) and not file.endswith(".yml")))
    return sorted(file for file in kept if file not in named and PurePosixPath(file).name not in (*_BESIDE, ".gitkeep"))


def _is_sealed(root: Path, file: str) -> bool:
    try:
        with open_inside(root, file) as stream:
            return file.endswith(ENDING) and stream.read(64).startswith(_SEALED)
    except FileNotFoundError:
        return True  # removed, and not yet told to git
    except (OSError, ValueError):
        return False


def _listed(root: Path, path: str) -> frozenset[str] | None:
    """What git has under a path or would add, relative to ``root``; None where git does not say."""
    try:
        said = git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", path)
    except CouldNotTell:
        return None
    return frozenset(said.split("\0")) - {""}


def _walked(root: Path, center: Center) -> frozenset[str]:
    """Outside git: all that lies in controls/ and in the vault."""
    tops = [root / "controls", root / _within(root, center)] if _within(root, center) else [root / "controls"]
    return frozenset(path.relative_to(root).as_posix() for top in tops for path in top.rglob("*") if path.is_file())


def _within(root: Path, center: Center) -> str:
    """The vault's path in this repository; empty where there is none, or it lies outside."""
    try:
        return folder_of(root, center.profile.vault)[1] if center.profile.vault is not None else ""
    except ValueError:
        return ""
