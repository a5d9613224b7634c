"""Parsed parts put together: every name resolved to what it names, or a problem with the nearest name that exists.

    profile + promises + descriptions + frameworks  ->  Center       controls/customers/tls.yml:4: area: there is no area 'dta' …

Evidence written under a check gets the id ``<control>.<n>`` (``n`` counts checks from 1); evidence without a title gets the plain
name of its kind, which tells nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from attest.errors import Problem, meant_or_known
from attest.load.files import CENTER
from attest.model.acceptance import Acceptance
from attest.model.center import Center, Framework, Profile
from attest.model.control import Check, Control, Decision, Promise
from attest.model.evidence import Description, Evidence, of_register
from attest.model.questionnaire import Questionnaire
from attest.model.register import NAMES_IN, Insurance, Notice, Register, Row
from attest.words import AUDIENCES, Audience, Kind
from attest.yaml_lines import Document, Path

DEFAULT_TITLE: Final[dict[Kind, str]] = {"report": "Tool report", "record": "Record", "document": "Document", "declaration": "Declaration"}


@dataclass(frozen=True, slots=True)
class Parts:
    """What the files say, each by its path."""

    documents: Mapping[str, Document]
    profile: Profile
    promises: Mapping[str, Promise]
    descriptions: Mapping[str, Description]
    frameworks: Mapping[str, Framework]
    unbuilt: frozenset[str] = frozenset()
    """Files that are there, but could not be read or do not fit their model."""
    registers: Mapping[str, Register] = field(default_factory=dict)
    notices: Mapping[str, Notice] = field(default_factory=dict)
    questionnaires: Mapping[str, Questionnaire] = field(default_factory=dict)
    acceptance: Mapping[str, Acceptance] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Placed:
    """A description with its id and the place it is written at: a file of its own, or under a check."""

    id: str
    description: Description
    file: str
    base: Path


def resolve(parts: Parts) -> Center:
    """The whole. Only meaningful where ``unresolved`` finds nothing."""
    evidence = {placed.id: _evidence(parts, placed) for placed in placed_evidence(parts)}
    registers = {register.name: register for register in parts.registers.values()}
    evidence |= {register_evidence(name): of_register(register) for name, register in registers.items()}
    controls = sorted((_control(file, promise) for file, promise in parts.promises.items()), key=lambda control: control.id)
    frameworks = {framework.id: framework for framework in parts.frameworks.values()}
    return Center(
        profile=parts.profile, controls=tuple(controls), evidence=evidence, frameworks=dict(sorted(frameworks.items())),
        registers=registers, notices={stem(file): notice for file, notice in sorted(parts.notices.items())},
        questionnaires={stem(file): one for file, one in sorted(parts.questionnaires.items())}, acceptance={stem(file): one for file, one in sorted(parts.acceptance.items())},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Names:
    """All that can be referred to. What a file that could not be built would have offered counts as there: one mistake, one problem."""

    areas: frozenset[str]
    systems: frozenset[str]
    evidence: frozenset[str]
    clauses: Mapping[str, frozenset[str] | None]
    """By framework; None for one that could not be built."""
    registers: frozenset[str]
    controls: frozenset[str]


def unresolved(parts: Parts) -> Iterator[Problem]:
    """Names that name nothing, and ids that stand twice."""
    names = _names(parts)
    yield from _profile_problems(parts)
    yield from _duplicate_controls(parts)
    yield from _duplicate_evidence(parts)
    for file, framework in parts.frameworks.items():
        yield from _framework_problems(parts.documents[file], framework)
    for file, promise in parts.promises.items():
        yield from _promise_problems(names, parts.documents[file], promise)
    for placed in placed_evidence(parts):
        yield from _systems(names, parts.documents[placed.file], (*placed.base, "covers"), placed.description.covers)
    for register in parts.registers.values():
        yield from _register_problems(parts, names, register)
    for file, notice in parts.notices.items():
        yield from _systems(names, parts.documents[file], ("systems",), notice.systems)


def _names(parts: Parts) -> _Names:
    clauses: dict[str, frozenset[str] | None] = {stem(file): None for file in parts.unbuilt if file.startswith("controls/frameworks/")}
    clauses |= {stem(file): frozenset(clause.id for clause in framework.clauses) for file, framework in parts.frameworks.items()}
    return _Names(
        frozenset(area.id for area in parts.profile.areas),
        frozenset(system.id for system in parts.profile.systems),
        frozenset(placed.id for placed in placed_evidence(parts)) | {stem(file) for file in parts.unbuilt if file.startswith("controls/evidence/")},
        clauses,
        frozenset(stem(file) for file in (*parts.registers, *_unbuilt(parts, "registers"))),
        frozenset(stem(file) for file in (*parts.promises, *_unbuilt(parts, "customers"), *_unbuilt(parts, "suppliers"))),
    )


def _unbuilt(parts: Parts, folder: str) -> list[str]:
    return [file for file in parts.unbuilt if file.startswith(f"controls/{folder}/") and file.endswith(".yml")]


def stem(file: str) -> str:
    """``controls/customers/tls.yml`` -> ``tls``."""
    return file.rpartition("/")[2].removesuffix(".yml")


def placed_evidence(parts: Parts) -> Iterator[Placed]:
    """Every description: the files of controls/evidence/, then those under checks."""
    for file, description in parts.descriptions.items():
        yield Placed(stem(file), description, file, ())
    for file, promise in parts.promises.items():
        for index, check in enumerate(promise.checks):
            if isinstance(check.evidence, Description):
                yield Placed(_inline_id(file, index), check.evidence, file, ("checks", index, "evidence"))


def _inline_id(file: str, index: int) -> str:
    return f"{stem(file)}.{index + 1}"


def _evidence(parts: Parts, placed: Placed) -> Evidence:
    """``line`` is where the file is named, or where a declaration begins."""
    line = parts.documents[placed.file].line((*placed.base, "file"))
    title = placed.description.title or DEFAULT_TITLE[placed.description.kind]
    return Evidence(id=placed.id, description=placed.description, title=title, file=placed.file, line=line)


def _control(file: str, promise: Promise) -> Control:
    checks = tuple(_decision(file, index, check) for index, check in enumerate(promise.checks))
    return Control(id=stem(file), audience=audience_of(file), promise=promise, checks=checks, file=file)


def _decision(file: str, index: int, check: Check) -> Decision:
    asked = check.ask if check.register_name is not None else None
    return Decision(evidence=_evidence_id(file, index, check), rule=check.rule, ask=asked, lifted_by=check.lifted_by)


def _evidence_id(file: str, index: int, check: Check) -> str:
    if check.register_name is not None:
        return register_evidence(check.register_name)
    return check.evidence if isinstance(check.evidence, str) else _inline_id(file, index)


def register_evidence(name: str) -> str:
    """The id under which a register is evidence: no file can have it."""
    return f"register.{name}"


def audience_of(file: str) -> Audience:
    """``controls/customers/tls.yml`` -> ``customers``."""
    return next(audience for audience in AUDIENCES if file.startswith(f"controls/{audience}/"))


def _profile_problems(parts: Parts) -> Iterator[Problem]:
    document = parts.documents[CENTER]
    yield from _twice(document, ("systems",), [system.id for system in parts.profile.systems])
    yield from _twice(document, ("areas",), [area.id for area in parts.profile.areas])


def _framework_problems(document: Document, framework: Framework) -> Iterator[Problem]:
    if framework.id != stem(document.file):
        yield document.at(("id",), f"is {framework.id!r}, but the file is named {stem(document.file)}.yml", "make them the same")
    clauses, groups = [clause.id for clause in framework.clauses], [group.id for group in framework.groups]
    yield from _twice(document, ("clauses",), clauses)
    yield from _twice(document, ("groups",), groups)
    for index, clause in enumerate(framework.clauses):
        if clause.group is not None:
            yield from _known(document, ("clauses", index, "group"), "group", clause.group, groups)
    for name, baseline in framework.baselines.items():
        for index, wanted in enumerate(baseline):
            yield from _known(document, ("baselines", name, index), "clause", wanted, clauses)


def _promise_problems(names: _Names, document: Document, promise: Promise) -> Iterator[Problem]:
    yield from _known(document, ("area",), "area", promise.area, names.areas, "in center.yml")
    yield from _systems(names, document, ("applies_to",), promise.applies_to)
    yield from _clauses(names, document, promise)
    for index, check in enumerate(promise.checks):
        if isinstance(check.evidence, str):
            yield from _known(document, ("checks", index, "evidence"), "evidence", check.evidence, names.evidence, "in controls/evidence/")
        if check.register_name is not None:
            yield from _known(document, ("checks", index, "register"), "register", check.register_name, names.registers, "in controls/registers/")
        for place, ident in enumerate(check.lifted_by):
            yield from _known(document, ("checks", index, "lifted_by", place), "evidence", ident, names.evidence, "in controls/evidence/")


def _register_problems(parts: Parts, names: _Names, register: Register) -> Iterator[Problem]:
    """Row ids that stand twice, and cells that name what is not there."""
    yield from _systems(names, parts.documents[register.file], ("covers",), register.header.covers)
    document = parts.documents[register.source]
    yield from _twice(document, ("rows",), [row.id for row in register.rows])
    for index, row in enumerate(register.rows):
        for path, kind, name in _named_by(row):
            yield from _known(document, ("rows", index, *path), kind, name, _all_of(parts, names, kind))


def _named_by(row: Row) -> Iterator[tuple[Path, str, str]]:
    """(place in the row, what is named, its name) of every reference a row makes."""
    for column, kind in NAMES_IN.get(type(row), {}).items():
        found = getattr(row, column)
        if isinstance(found, tuple):
            yield from (((column, index), kind, one) for index, one in enumerate(found))
        elif found is not None:
            yield (column,), kind, found
    if isinstance(row, Insurance):
        yield from ((("conditions", index, "control"), "control", one.control) for index, one in enumerate(row.conditions))


def _all_of(parts: Parts, names: _Names, kind: str) -> Collection[str]:
    documents = next((register.rows for register in parts.registers.values() if register.name == "documents"), ())
    known: dict[str, Collection[str]] = {
        "system": names.systems, "control": names.controls, "evidence": names.evidence, "framework": names.clauses,
        "document": {row.id for row in documents}, "notice": {stem(file) for file in parts.notices},
    }  # fmt: skip
    return known[kind]


def _systems(names: _Names, document: Document, path: Path, systems: Iterable[str]) -> Iterator[Problem]:
    for index, system in enumerate(systems):
        yield from _known(document, (*path, index), "system", system, names.systems, "in center.yml")


def _clauses(names: _Names, document: Document, promise: Promise) -> Iterator[Problem]:
    for framework, clauses in promise.maps.items():
        yield from _known(document, ("maps", framework), "framework", framework, names.clauses, "in controls/frameworks/")
        known = names.clauses.get(framework)
        for index, clause in enumerate(clauses if known is not None else ()):
            yield from _known(document, ("maps", framework, index), "clause", clause, known or (), f"in {framework}")


def _duplicate_controls(parts: Parts) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for file in parts.promises:
        first = seen.setdefault(stem(file), file)
        if first != file:
            yield parts.documents[file].at((), f"the id {stem(file)!r} is also that of {first}", "rename one: an id stands once, over both audiences")


def _duplicate_evidence(parts: Parts) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for placed in placed_evidence(parts):
        first = seen.setdefault(placed.id, placed.file)
        if first != placed.file:
            yield parts.documents[placed.file].at(placed.base, f"would have the id {placed.id!r}, which is that of {first}", f"rename {first}")


def _twice(document: Document, path: Path, ids: list[str]) -> Iterator[Problem]:
    for index, ident in enumerate(ids):
        if ident in ids[:index]:
            first = document.line((*path, ids.index(ident), "id"))
            yield document.at((*path, index, "id"), f"{ident!r} stands twice, first on line {first}", "keep one, or give it an id of its own")


def _known(document: Document, path: Path, kind: str, name: str, known: Collection[str], where: str = "here") -> Iterator[Problem]:
    if name not in known:
        yield document.at(path, f"there is no {kind} {name!r} {where}", meant_or_known(name, known))
