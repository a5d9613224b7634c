"""What `attest verify` says of documents: files with --document, packages with --package, or a package as WHERE.

    given(arguments)                  what the reader has, read
    more(arguments, given, answer)    what it comes to (``verify/document``), ready to be said beside the answer

A file is held against the package that is of it, where one is; packages without a file are held against by what is in them.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from attest import age
from attest.cli import recomputed, ui
from attest.errors import CouldNotTell, Unreadable, WrongUse
from attest.fetch import Folder, Source, read_file
from attest.verify.answer import Answer
from attest.verify.document import NONE, Held, Told, check_document, held_of, past_of
from attest.wire.package import MOST_BYTES, Package, parse_package
from attest.wire.package_readme import print_readme

FILE_CAP: Final = 2**30
_KEY_CAP: Final = 2**16
_WORST_FIRST: Final = (1, 3, 4, 0)
_MARK: Final = {"attested": ("ok", "green"), "attested-before": ("?", "yellow"), "not-attested": ("no", "red"), "could-not-tell": ("?", "yellow")}
_BOUND: Final = {"check": "attested by", "paper": "named by a list, as", "withheld control": "attested as the withheld control"}


@dataclass(frozen=True, slots=True)
class Document:
    """A file, by its digest."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Given:
    """What a reader holds against a release."""

    documents: tuple[Document, ...] = ()
    packages: tuple[tuple[str, Package], ...] = ()
    bundle: bytes | None = None
    """Where WHERE is a package: the bundle in it."""

    @property
    def asked(self) -> bool:
        """Whether anything is asked about documents."""
        return bool(self.documents or self.packages)


@dataclass(frozen=True, slots=True)
class More:
    """What is said beside the answer of verifying."""

    codes: tuple[int, ...] = ()
    lines: tuple[str, ...] = ()
    said: tuple[tuple[str, Any], ...] = ()
    """Keys of the answer as JSON."""

    def in_json(self, answer: dict[str, Any]) -> dict[str, Any]:
        """The answer with these keys; ``exit`` is that of the whole call."""
        return answer | dict(self.said) | {"exit": worst((answer["exit"], *self.codes))}


def add(parser: argparse.ArgumentParser) -> None:
    """Declares what is asked of documents."""
    parser.add_argument("--document", metavar="FILE", action="append", default=[], type=Path, help="whether this file is the one that was attested, and since which release")
    parser.add_argument("--package", metavar="FILE", action="append", default=[], type=Path, help="what a file that is not public was handed over in: it brings the salt, and the file itself")
    parser.add_argument("--identity", metavar="FILE", type=Path, help="the key that opens packages encrypted with age: of age-keygen, or an OpenSSH key")
    recomputed.add(parser)


def given(arguments: argparse.Namespace) -> Given:
    """Reads what was named. Raises CouldNotTell, Unreadable and Refused where it cannot be read, WrongUse."""
    recomputed.refuse(arguments)
    where = None if "://" in arguments.where else _package_at(Path(arguments.where), arguments.identity)
    packages = [(str(path), _package(path, arguments.identity)) for path in arguments.package]
    if arguments.identity is not None and not packages and where is None:
        raise WrongUse("--identity opens packages, and none is named", "name one with --package")
    if where is not None:
        packages.insert(0, (arguments.where, where))
    documents = tuple(_document(path) for path in arguments.document)
    return Given(documents, tuple(packages), None if where is None else where.bundle)


def _document(path: Path) -> Document:
    return Document(path.name, hashlib.sha256(read_file(path, FILE_CAP)).hexdigest())


def _package(path: Path, identity: Path | None) -> Package:
    data = read_file(path, MOST_BYTES)
    if age.is_sealed(data[:64]):
        data = _opened(path, data, identity)
    elif data[:2] != b"PK":
        raise Unreadable(f"{path} is no package", "a package is what `attest disclose` writes; a document itself is named with --document")
    try:
        return parse_package(data)
    except Unreadable as error:
        raise Unreadable(f"{path}: {error.message}", "ask for it again, as `attest disclose` writes it: a package that was unpacked and packed anew is another file") from None


def _package_at(where: Path, identity: Path | None) -> Package | None:
    """A package that stands where a bundle could; None for anything else."""
    if not where.is_file():
        return None
    with where.open("rb") as stream:
        head = stream.read(64)
    return _package(where, identity) if head.startswith(b"PK\x03\x04") or age.is_sealed(head) else None


def _opened(path: Path, data: bytes, identity: Path | None) -> bytes:
    if identity is None:
        raise CouldNotTell(f"{path} is encrypted with age", f"name your key with --identity KEYFILE, or open it first: age -d -i KEYFILE {path} > package.zip")
    return age.opened(data, read_file(identity, _KEY_CAP))


def more(arguments: argparse.Namespace, have: Given, answer: Answer) -> More:
    """What is said of the documents that were named, and of the verdicts once more where that was asked; nothing where neither was."""
    if not have.asked and not arguments.recompute:
        return More()
    packages = [package for _, package in have.packages]
    source, held = _source(arguments.where, answer), held_of(answer, packages)
    found = _told(have, answer, held, source)
    told = More(tuple(one.exit_code for one in found), tuple(_lines(have, found, answer)), (("documents", _json(found)),) if have.asked else ())
    if not arguments.recompute:
        return told
    again = recomputed.recomputed(arguments.evidence, packages, held, answer, source)
    return More((*told.codes, again.exit_code), (*told.lines, *recomputed.as_lines(again)), (*told.said, ("recompute", recomputed.as_json(again))))


def _told(have: Given, answer: Answer, held: Held | None, source: Source | None) -> tuple[Told, ...]:
    """What is said of each document. ``source``: the site that was verified, where it was one."""
    past = past_of(source, answer, [package for _, package in have.packages]) if source is not None and held is not None else NONE
    return tuple(check_document(document.name, document.digest, package, held, past) for document, package in _pairs(have))


def _pairs(have: Given) -> Iterator[tuple[Document, Package | None]]:
    """Each file with the package that is of it; where there is one package and one file, those two. Packages left over stand for themselves."""
    packages = [package for _, package in have.packages]
    taken = set()
    for document in have.documents:
        fitting = next((index for index, package in enumerate(packages) if document.digest in (package.digest, package.real_digest)), None)
        if fitting is None and len(packages) == 1 and len(have.documents) == 1:
            fitting = 0
        taken.add(fitting)
        yield document, None if fitting is None else packages[fitting]
    for index, package in enumerate(packages):
        if index not in taken:
            yield Document(package.document.name, package.real_digest), package


def _source(where: str, answer: Answer) -> Source | None:
    """The site again, for what lies in it besides; None for a bundle, or where there was none."""
    if not answer.facts.files_listed:
        return None
    if "://" in where:
        from attest.cli.address import find_site

        return find_site(where)[0]
    return Folder(Path(where))


def worst(codes: Iterable[int]) -> int:
    """Of several exit codes the one that counts (format.md, Answers)."""
    found = set(codes)
    return next(code for code in _WORST_FIRST if code in found)


def _lines(have: Given, found: Sequence[Told], answer: Answer) -> Iterator[str]:
    """One block a document. A yes is worth no more than the answer above, and looks no better."""
    holds = answer.exit_code in (0, 4)
    for one in found:
        mark, tint = _MARK[one.word] if holds or one.exit_code in (1, 3) else ("?", "yellow")
        yield f"{ui.colour(f'{mark:<4}', tint)} {'document':<10} {_line(one.name)}: {_line(_sentence(one))}"
        yield from (f"       {_line(_place(place))}" for place in one.places[:6])
        if len(one.places) > 6:
            yield f"       and {len(one.places) - 6} more; --json has them"
        if not holds and one.places:
            yield f"       by whoever signed this: the answer above is {answer.word}, and nothing that hangs on it is better"
    for name, package in have.packages:
        if package.readme != print_readme(package):
            yield f"       the README in {_line(name)} is not the one that this version writes: go by this answer, not by it"


def _sentence(one: Told) -> str:
    if one.word == "not-attested":
        return f"not the one that was attested: {one.why}"
    if one.word == "could-not-tell":
        return f"could not tell: {one.why}"
    if one.word == "attested-before":
        return f"attested {_releases(one)}, and no longer: {one.why}"
    return f"the one that was attested, {_releases(one)}"


def _releases(one: Told) -> str:
    if one.alone:
        return f"in release {one.last}; since when, the site tells"
    if one.first == one.last:
        return f"in release {one.last}" + ("" if one.since else ", the first that is held")
    return f"from release {one.first} to {one.last}" + ("" if one.since else "; older ones are not held")


def _place(place: Any) -> str:
    named = " ".join(filter(None, (place.control, f"({place.title})" if place.title else place.evidence and f"({place.evidence})")))
    if place.kind == "paper":
        named = place.title or place.evidence or ""
    return f"{_BOUND[place.kind]} {named}" + (f", which says {place.verdict}" if place.verdict else "")


def _json(found: Sequence[Told]) -> list[dict[str, Any]]:
    """One object a document; keys stay, more may come."""
    return [
        {
            "file": one.name, "answer": one.word, "exit": one.exit_code, "why": one.why, "sha256": one.digest, "commitment": one.commitment, "id": one.ident,
            "attestedBy": [{"kind": place.kind, "control": place.control, "evidence": place.evidence, "title": place.title, "verdict": place.verdict} for place in one.places],
            "releases": None if one.first is None else {"first": one.first, "last": one.last, "beginningSeen": one.since, "onlyThisOne": one.alone},
        }
        for one in found
    ]  # fmt: skip


def _line(text: str) -> str:
    return ui.plain(text).replace("\n", "\\u000a")
