"""Is this file the one that was attested, by which control, and from which release to which?

    the file's SHA-256 + a package (id, salt)  ->  its commitment    ->  a check or paper of the record, or a withheld control
    the file's SHA-256 alone                   ->  the same digest   ->  a check or paper on public evidence

    word              exit
    attested          0     the release that was verified names it
    attested-before   4     an earlier release that is held names it, the one that was verified does not: there is a newer one
    not-attested      1     everything that could name it is at hand, and nothing does
    could-not-tell    3     what would name it is not at hand: a bundle alone holds no record, a file's salt is in its package

What it is held against is what was signed and nothing else: the record of the statement, records that a package brings and whose
digests the statement names, the statement's own commitments. Whose signature that is, and whether it is current, is the answer of
verifying itself, and stays that. A run of releases is told as far as they are held; a withheld control is salted anew in each.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from attest.errors import CouldNotTell, Unreadable
from attest.fetch import Source
from attest.statement import Statement
from attest.verify.answer import Answer
from attest.verify.envelope import Opened, open_bundle, unsigned
from attest.verify.record import read_record
from attest.verify.subjects import CAP, RELEASES
from attest.wire import jcs, strict_json
from attest.wire.bundle import MAX_BYTES
from attest.wire.package import Package

Word = Literal["attested", "attested-before", "not-attested", "could-not-tell"]

EXIT: Final[Mapping[Word, int]] = {"attested": 0, "attested-before": 4, "not-attested": 1, "could-not-tell": 3}
FARTHEST: Final = 1000
"""Releases that are looked through, from the one that was verified backwards."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the record of a release names a document."""

    kind: Literal["check", "paper", "withheld control"]
    control: str | None
    """The control whose check rests on it; of a withheld control its own id."""
    evidence: str | None
    title: str | None
    verdict: str | None
    """Of the check, or of the withheld control's record."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of one document."""

    word: Word
    why: str
    """May quote what others wrote."""
    name: str
    digest: str
    """Hex SHA-256."""
    commitment: str | None = None
    ident: str | None = None
    places: tuple[Place, ...] = ()
    first: int | None = None
    """Of the run of releases that name it, the earliest that is held."""
    last: int | None = None
    since: bool = False
    """Whether the release before ``first`` is held and does not name it, or there is none: then it is the first of all."""
    alone: bool = False
    """Whether only the release that was verified could be looked into."""

    @property
    def exit_code(self) -> int:
        """Of this answer alone; of a call, the worst counts."""
        return EXIT[self.word]


@dataclass(frozen=True, slots=True)
class Held:
    """One release that is at hand: what it signed, and of its record as much as there is."""

    statement: Statement
    record: Mapping[str, Any] | None
    """The whole of assessment.json as it was signed; None where it is not at hand."""
    controls: tuple[Mapping[str, Any], ...] = ()
    """Further records of controls that the statement binds: those that packages brought."""

    @property
    def number(self) -> int:
        """Of the release."""
        return self.statement.release


@dataclass(frozen=True, slots=True)
class Past:
    """The releases of a site: how to have an earlier one, and which there should be."""

    numbers: tuple[int, ...]
    """Newest first, without the current one."""
    get: Callable[[int, str], Held | None]
    """Number and the digest or commitment that is looked for: a record that does not hold it need not be gone through."""


NONE: Final = Past((), lambda _number, _text: None)
_BARE: Final[Mapping[str, Any]] = {"controls": ()}


def past_of(source: Source, answer: Answer, packages: Sequence[Package] = ()) -> Past:
    """The releases that verifying found in the source, and what packages bring of each; none where their history did not hold."""
    held = answer.facts.held if answer.steps["history"].outcome in ("ok", "could-not-tell") else ()
    return Past(held[:FARTHEST], lambda number, text: _kept(source, answer, packages, number, text))


def held_of(answer: Answer, packages: Iterable[Package]) -> Held | None:
    """The release that was verified; None where not even its signature was."""
    statement = answer.facts.statement
    if statement is None or answer.steps["signer"].outcome == "not-checked":
        return None
    packages = tuple(packages)
    brought = (_assessment(package, statement) for package in packages)
    record = answer.facts.record or next((found for found in brought if found is not None), None)
    return Held(statement, record, _brought(packages, statement))


def _brought(packages: Iterable[Package], statement: Statement) -> tuple[Mapping[str, Any], ...]:
    return tuple(control for package in packages for control in bound_records(package, statement))


def bound_records(package: Package, statement: Statement) -> Iterator[Mapping[str, Any]]:
    """The records of controls in a package that the statement binds: public ones by their digest, a withheld one by its commitment."""
    claimed = {(ident, digest) for ident, _, digest in statement.claims}
    for data in package.records:
        control = strict_json.parse(data, "a record")
        if (control["id"], hashlib.sha256(data).hexdigest()) in claimed and _is_control(control):
            yield control
    if package.commitment(package.real_digest) in _withheld(statement) and (control := _control_in(package)) is not None:
        yield control


def check_document(name: str, digest: str, package: Package | None, held: Held | None, past: Past = NONE) -> Told:
    """What is said of one file. ``digest``: its hex SHA-256; ``package``: the one that it was handed over with, if any; ``held``: see ``held_of``."""
    if held is None:
        return Told("could-not-tell", "what it would be held against is not signed, or could not be read", name, digest)
    if package is None:
        return _public(name, digest, held, past)
    ident, commitment = package.ident, package.commitment(digest)

    def told(word: Word, why: str, **more: Any) -> Told:
        return Told(word, why, name, digest, commitment, ident, **more)

    if package.center != held.statement.center:
        return told("not-attested", f"the package is of another trust center, {package.center}")
    found = _searched(commitment, lambda release: _places(commitment, package, release), held, past)
    if found is not None:
        return _run(told, found, held, past)
    if digest != package.digest:
        return told("not-attested", f"the package was made for another file, of the SHA-256 {package.digest}")
    if _decides(commitment, package, held, past):
        return told("not-attested", f"nothing that release {package.release} signed is bound to this file under the id {ident}")
    return told("could-not-tell", _elsewhere(package, held, past))


def _places(commitment: str, package: Package, release: Held) -> tuple[Place, ...]:
    """Where a release names a commitment."""
    found = [*_checks("commitment", commitment, release), *_papers("commitment", commitment, release)]
    if commitment in _withheld(release.statement):
        control = _control_in(package) or {}
        found.append(Place("withheld control", package.ident, None, _text(control.get("title")), _text(control.get("verdict"))))
    return tuple(found)


def _control_in(package: Package) -> Mapping[str, Any] | None:
    """The record of a control that a package hands over as its document; None where that is something else."""
    try:
        control = strict_json.parse(package.document.data, package.document.name)
    except Unreadable:
        return None
    return control if isinstance(control, dict) and _is_control(control) else None


def _public(name: str, digest: str, held: Held, past: Past) -> Told:
    """Without a package only what is public can be found: its digest stands in the record."""
    found = _searched(digest, lambda release: (*_checks("sha256", digest, release), *_papers("sha256", digest, release)), held, past)
    if found is not None:
        return _run(lambda word, why, **more: Told(word, why, name, digest, **more), found, held, past)
    if held.record is None:
        return Told("could-not-tell", "a bundle alone does not name evidence: it takes the site, or the package that the file came with", name, digest, alone=True)
    bound = len([one for one in _bindings(held) if one.get("commitment")]) + sum(held.statement.withheld.values())
    if bound:
        return Told("could-not-tell", f"no public evidence is this file; whether it is one of the {bound} that are not public, only the package that comes with such a file can tell", name, digest)
    return Told("not-attested", "no evidence of this release is this file", name, digest)


_Places = tuple[Place, ...]


def _searched(text: str, look: Callable[[Held], _Places], held: Held, past: Past) -> tuple[_Places, int, int, bool] | None:
    """Newest first: where it is named, in the run of releases from the first to the last that do, and whether that run's beginning is seen."""
    places, first, last = look(held), held.number, held.number
    numbers = list(past.numbers)
    while not places and numbers:
        last = first = numbers.pop(0)
        older = past.get(first, text)
        places = look(older) if older is not None else ()
    if not places:
        return None
    for number in numbers:
        older = past.get(number, text) if number == first - 1 else None
        if older is None:
            return places, first, last, False
        if not look(older):
            return places, first, last, True
        first = number
    return places, first, last, first == 1


def _run(told: Callable[..., Told], found: tuple[_Places, int, int, bool], held: Held, past: Past) -> Told:
    places, first, last, since = found
    alone = held.number > 1 and not past.numbers
    if last == held.number:
        return told("attested", "", places=places, first=first, last=last, since=since, alone=alone)
    why = f"release {last} named it, and release {held.number} does not: {'a withheld control is bound anew in each, so' if places[0].kind == 'withheld control' else 'it was renewed or taken out;'} ask for the one of today"
    return told("attested-before", why, places=places, first=first, last=last, since=since)


def _decides(commitment: str, package: Package, held: Held, past: Past) -> bool:
    """Whether the release that the package is of is at hand, with everything in it that could name the document."""
    release = held if package.release == held.number else past.get(package.release, commitment) if package.release in past.numbers else None
    if release is None:
        return False
    if package.kind == "control":
        return True
    if not package.records and package.assessment is None and any(release.statement.withheld.values()):
        return False  # a withheld control may rest on it, whose record is a package of its own
    return release.record is not None or bool(package.records)


def _elsewhere(package: Package, held: Held, past: Past) -> str:
    if package.release not in (held.number, *past.numbers):
        return f"its package is of release {package.release}, which is not at hand here: name the site, or verify the package by itself"
    return "no control that is shown rests on it: ask for the package of the withheld one that does, and give both with --package"


def _checks(key: str, value: str, release: Held) -> Iterator[Place]:
    for control in controls_of(release):
        for check in control["checks"]:
            if check.get(key) == value:
                yield Place("check", control["id"], _text(check.get("evidence")), _text(check.get("title")), _text(check.get("verdict")))


def _papers(key: str, value: str, release: Held) -> Iterator[Place]:
    for paper in _list(release.record, "papers"):
        if paper.get(key) == value:
            yield Place("paper", None, _text(paper.get("id")), _text(paper.get("title")), None)


def _bindings(release: Held) -> Iterator[Mapping[str, Any]]:
    for control in controls_of(release):
        yield from control["checks"]
    yield from _list(release.record, "papers")


def controls_of(release: Held) -> Sequence[Mapping[str, Any]]:
    """Every record of a control that the release binds and that is at hand, each once, whoever brought it."""
    whole = list(release.record["controls"]) if release.record is not None else []
    named = {control["id"] for control in whole}
    more = {control["id"]: control for control in release.controls if control["id"] not in named}
    return [*whole, *more.values()]


def _withheld(statement: Statement) -> frozenset[str]:
    found = statement.predicate.get("commitments")
    return frozenset(one["commitment"] for one in found if isinstance(one, dict) and isinstance(one.get("commitment"), str)) if isinstance(found, list) else frozenset()


def _assessment(package: Package, statement: Statement) -> Mapping[str, Any] | None:
    """The whole record that a package brings, where it is the signed one."""
    if package.assessment is None or hashlib.sha256(package.assessment).hexdigest() != statement.assessment:
        return None
    try:
        return read_record(package.assessment)
    except Unreadable:
        return None


def _kept(source: Source, answer: Answer, packages: Sequence[Package], number: int, text: str) -> Held | None:
    """An earlier release as the site keeps it, by the bytes that its own bundle signs; None where it is not that.

    Of a record in which the text does not stand, nothing is kept: there may be a thousand of them, each as large as the site's.
    """
    try:
        opened = open_bundle(source.read(f"{RELEASES}/{number}/bundle.sigstore.json", MAX_BYTES))
        if not isinstance(opened, Opened) or unsigned(opened) is not None or not _is_ours(opened, answer, number):
            return None
        data = source.read(f"{RELEASES}/{number}/assessment.json", CAP)
    except CouldNotTell:
        return None
    if hashlib.sha256(data).hexdigest() != opened.statement.assessment:
        return None
    try:
        return Held(opened.statement, read_record(data) if text.encode() in data else _BARE, _brought(packages, opened.statement))
    except Unreadable:
        return None


def _is_ours(opened: Opened, answer: Answer, number: int) -> bool:
    """Of that center and number. Where the history held, so did whose each release is, after a change of keys too; else the key that signed now is asked for."""
    current = answer.facts.statement
    known = answer.steps["history"].outcome == "ok" or opened.fingerprint == answer.facts.fingerprint
    return current is not None and known and (opened.statement.center, opened.statement.release) == (current.center, number)


def _is_control(control: Any) -> bool:
    """Of the shape that is read here; a record as a whole has been through ``read_record``."""
    try:
        read_record(jcs.canonical({"center": {}, "controls": [control]}))
    except (Unreadable, ValueError):
        return False
    return True


def _list(record: Mapping[str, Any] | None, key: str) -> list[Mapping[str, Any]]:
    found = record.get(key) if record is not None else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
