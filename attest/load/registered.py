"""What registers and checks on them cannot mean: columns that are not there or of another kind, days to come, names of what is withheld.

    controls/suppliers/reviewed.yml:12: checks[0].within.revewed: there is no column 'revewed' in subprocessors, did you mean 'reviewed'?

Like ``sanity``, these stop a release and not the model.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final, get_args

from attest.errors import Problem, meant
from attest.load.references import Parts, placed_evidence, stem
from attest.model.control import Check
from attest.model.register import DATED, DONE, NAMES_IN, REGISTERS, Datum, Insurance, Notice, Register, Row, Subprocessor
from attest.words import RegisterName
from attest.yaml_lines import Document, Path

_KEYS: Final = ("only", "within", "latest", "ahead", "at_most", "one_of", "filled")
_CHANGES: Final = ("change", "subprocessor")
_LISTED: Final = ("ahead", "filled")


def unfounded(parts: Parts) -> Iterator[Problem]:
    """Every check on a register and every row that cannot be meant as written."""
    for file, promise in parts.promises.items():
        for index, check in enumerate(promise.checks):
            if check.register_name is not None:
                yield from _asked(parts.documents[file], ("checks", index), check, REGISTERS[check.register_name])
    hidden = {
        "control": _private_controls(parts), "evidence": _private_evidence(parts), "notice": {stem(file) for file, notice in parts.notices.items() if notice.visibility == "private"},
        "document": _private_rows(parts, "documents"), "subprocessor": _private_rows(parts, "subprocessors"),
    }  # fmt: skip
    for file, notice in parts.notices.items():
        yield from _dated(parts.documents[file], notice)
        if notice.visibility == "public" and notice.subprocessor in hidden["subprocessor"]:
            yield parts.documents[file].at(("subprocessor",), f"names {notice.subprocessor}, which is private, in a notice that is published", "remove it, or make that row public")
    for register in parts.registers.values():
        if register.header.visibility == "public":
            yield from _gives_away(parts.documents[register.source], register, hidden)


def _dated(document: Document, notice: Notice) -> Iterator[Problem]:
    """Days of a change that cannot be meant. A later version may repeat a day, and may move it."""
    if notice.subprocessor is not None and notice.kind != "subprocessor":
        yield document.at(("subprocessor",), f"belongs to a notice of kind subprocessor, and this one is of kind {notice.kind}", "remove it, or write kind: subprocessor")
    yield from _ordered(document, notice) if notice.kind in _CHANGES else _without_days(document, notice)


def _without_days(document: Document, notice: Notice) -> Iterator[Problem]:
    for index, version in enumerate(notice.versions):
        for column in DATED:
            if getattr(version, column) is not None:
                yield document.at(("versions", index, column), f"belongs to a notice of kind {' or '.join(_CHANGES)}, and this one is of kind {notice.kind}", "say the day in its words")


def _ordered(document: Document, notice: Notice) -> Iterator[Problem]:
    starts: date | None = None
    ends: date | None = None
    for index, version in enumerate(notice.versions):
        at, last = ("versions", index), ends
        starts, ends = version.effective or starts, version.object_until or ends
        if version.object_until is not None and starts is None:
            yield document.at((*at, "object_until"), "has a day until which readers may object, and none on which the change takes effect", "write effective: beside it")
        if (version.effective or version.object_until) and starts and ends and ends > starts:
            yield document.at((*at, "object_until" if version.object_until else "effective"), f"lets readers object until {ends.isoformat()}, after it takes effect on {starts.isoformat()}", "write an earlier day, or a later effective:")
        if version.object_until is not None and version.object_until != last and version.object_until < version.date:
            yield document.at((*at, "object_until"), f"lets readers object until {version.object_until.isoformat()}, and is said on {version.date.isoformat()}", "write a day that they still have")


def _private_controls(parts: Parts) -> set[str]:
    return {stem(file) for file, promise in parts.promises.items() if promise.visibility == "private"}


def _private_evidence(parts: Parts) -> set[str]:
    return {placed.id for placed in placed_evidence(parts) if placed.description.visibility == "private"}


def _private_rows(parts: Parts, name: RegisterName) -> set[str]:
    """Ids and names of a register's rows that are not shown."""
    found = [(register, row) for register in parts.registers.values() if register.name == name for row in register.rows]
    hidden = [row for register, row in found if "private" in (register.header.visibility, row.visibility)]
    return {row.id for row in hidden} | {row.name for row in hidden if isinstance(row, Subprocessor)}


def _asked(document: Document, path: Path, check: Check, model: type[Row]) -> Iterator[Problem]:
    for key in _KEYS:
        for index, column in enumerate(getattr(check, key) or ()):
            at = (*path, key, index if key in _LISTED else column)
            yield from _column(document, at, key, column, check, model)


def _column(document: Document, at: Path, key: str, column: str, check: Check, model: type[Row]) -> Iterator[Problem]:
    if column not in model.model_fields or column == "visibility":
        known = [name for name in model.model_fields if name != "visibility"]
        yield document.at(at, f"there is no column {column!r} in {check.register_name}", meant(column, known, f"its columns are {', '.join(known)}"))
        return
    kinds = _kinds(model.model_fields[column].annotation)
    if key in ("within", "latest", "ahead") and date not in kinds:
        yield document.at(at, f"{column} holds no day", _instead(model, date))
    elif key in ("within", "latest") and column not in DONE:
        yield document.at(at, f"{column} may hold a day to come, so that it has come shows nothing", f"ask ahead: [{column}], or {key} of a day on which something was done")
    if key == "at_most" and int not in kinds:
        yield document.at(at, f"{column} holds no number", _instead(model, int))
    if key in ("only", "one_of"):
        yield from _values(document, at, column, getattr(check, key)[column], kinds)


def _instead(model: type[Row], kind: type) -> str:
    fitting = [name for name, field in model.model_fields.items() if kind in _kinds(field.annotation)]
    said = "a day" if kind is date else "a number"
    return f"those that hold {said} are {', '.join(fitting)}" if fitting else f"no column of this register holds {said}"


def _values(document: Document, at: Path, column: str, values: tuple[str, ...], kinds: set[Any]) -> Iterator[Problem]:
    if tuple in kinds:
        yield document.at(at, f"{column} holds a list", "use a column that holds one thing")
    allowed = [kind for kind in kinds if isinstance(kind, str)]
    for index, value in enumerate(values if allowed else ()):
        if value not in allowed:
            yield document.at((*at, index), f"{value!r} is never in {column}", f"write one of {', '.join(sorted(allowed))}")


def _kinds(annotation: Any) -> set[Any]:
    """The types and words an annotation allows, flat: ``Day | None`` -> {date, None}; ``Literal["a"] | None`` -> {"a", None}."""
    inner = get_args(annotation)
    if not inner or annotation in (date, int, timedelta):
        return {annotation}
    origin = getattr(annotation, "__origin__", None)
    if origin is tuple:
        return {tuple}
    return {kind for one in inner for kind in ({one} if isinstance(one, str) else _kinds(one))}


def _gives_away(document: Document, register: Register, hidden: dict[str, set[str]]) -> Iterator[Problem]:
    """A public row that names what is withheld would tell of it."""
    for index, row in enumerate(register.rows):
        if row.visibility == "public":
            for column, kind, name in _named(row):
                if name in hidden.get(kind, ()):
                    yield document.at(("rows", index, column), f"names {name}, which is private, in a row that is published", "name another, or make this row visibility: private")


def _named(row: Row) -> Iterator[tuple[str, str, str]]:
    for column, kind in NAMES_IN.get(type(row), {}).items():
        found = getattr(row, column)
        yield from ((column, kind, one) for one in (found if isinstance(found, tuple) else (found,)) if one is not None)
    if isinstance(row, Datum):
        yield from (("shared_with", "subprocessor", one) for one in row.shared_with)
    if isinstance(row, Insurance):
        yield from (("conditions", "control", one.control) for one in row.conditions)
