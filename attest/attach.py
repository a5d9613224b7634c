"""Something in hand, and the promise it shows -> the files to write: the evidence itself, its description, the check that rests on it.

    encrypted-in-transit + scan.json + what its owner said
    ->  controls/evidence/files/tls-scan.json        the file, byte for byte
        controls/evidence/tls-scan.yml               title, kind, format, file, covers, observed, visibility …
        controls/customers/encrypted-in-transit.yml  one check more, every comment kept

The files come in the order in which they may be written: were it interrupted, what lies there would never look younger than it is.
Reads sources, writes nothing (``staging`` does). Refused: another evidence's id or file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import Final

from attest import shelf
from attest.errors import Refused, WrongUse
from attest.load.files import read_bytes
from attest.model.center import Center
from attest.model.control import Control
from attest.model.evidence import Evidence
from attest.model.register import REGISTERS
from attest.observe import FOLDER, place_of
from attest.staging import Write, digest, digest_inside
from attest.times import print_moment
from attest.words import Kind
from attest.yaml_edit import add_item, remove, set_key, written
from attest.yaml_lines import Path as Place
from attest.yaml_lines import Value, parse

FILES: Final = "files"
"""Beside the descriptions: where evidence itself lies."""
REGISTERS_FOLDER: Final = "controls/registers"
_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9.]+)*")
_DATED: Final = re.compile(r"[-_ .]*(?:19|20)\d\d(?:[-_.]?\d\d){0,2}[-_ .]*")
_TELLS_NOTHING: Final = frozenset(["report", "results", "result", "output", "export", "scan", "data", "download", "document", "untitled", "screenshot", "image", "file", "list"])
_LONGEST: Final = 60
_ORDER: Final = (
    "title", "kind", "format", "file", "covers", "collected", "observed", "until", "by", "statement", "issuer", "visibility", "publish", "columns", "sheet", "pass_values", "fail_values",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """The evidence that is meant: its id, and its description where there is one."""

    id: str
    existing: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """What would be asked of it, and where that is from."""

    asks: Mapping[str, Value]
    title: str | None = None
    """What the library calls such evidence; None where the library has none of this kind for the control."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to write, in order, and what is left behind."""

    writes: tuple[Write, ...]
    unused: str | None = None
    """The file that the description named before, where nothing names it any longer."""
    same: bool = False
    """Whether the file is there already, byte for byte."""


def named_control(center: Center, ident: str) -> Control:
    """The control of that id. Raises WrongUse, with the nearest one there is."""
    for control in center.controls:
        if control.id == ident:
            return control
    known = [control.id for control in center.controls]
    near = get_close_matches(ident, known, 1)
    in_library = f"the library has it: `attest add {ident}` first" if ident in shelf.offers() else "`attest status` lists them"
    raise WrongUse(f"there is no control {ident!r}", f"did you mean {near[0]!r}?" if near else in_library)


def named_evidence(center: Center, ident: str) -> Evidence:
    """The evidence of that id. Raises WrongUse, with the nearest one there is."""
    if ident in center.evidence and center.evidence[ident].register_name is None:
        return center.evidence[ident]
    near = get_close_matches(ident, center.evidence, 1)
    raise WrongUse(f"there is no evidence {ident!r}", f"did you mean {near[0]!r}?" if near else "look into controls/evidence/")


def rests_on(control: Control, ident: str) -> bool:
    """Whether a control has a check on that evidence."""
    return any(check.evidence == ident for check in control.checks)


def target(center: Center, control: Control, said: str | None, name: str, *, replace: bool) -> Target:
    """Which evidence is meant. ``said`` is the id that was asked for; without it the file's ``name`` gives one.

    Raises WrongUse for what is no id, Refused where it is another's.
    """
    ident = said if said is not None else _of_name(center, control, name)
    if not _ID.fullmatch(ident) or len(ident) > 80:
        raise WrongUse(f"{ident!r} is not an id", "write lower-case words joined by hyphens, such as access-reviews")
    existing = center.evidence.get(ident)
    if existing is None:
        return Target(ident)
    if existing.register_name is not None:
        raise WrongUse(f"{ident!r} is a register", f"`attest attach --register {existing.register_name} FILE` replaces its rows")
    if not replace and not rests_on(control, ident):
        raise Refused(f"there is evidence {ident!r} already, and {control.id} does not rest on it", "give --replace to replace it wherever it counts, or another id with --id")
    return Target(ident, existing)


def _of_name(center: Center, control: Control, name: str) -> str:
    """An id from a file's name: ``Access review 2026-11.csv`` -> ``access-review``; of a name that tells nothing, from the control."""
    stem = _DATED.sub("-", PurePosixPath(name).stem.split(".")[0].lower())
    ident = re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:_LONGEST].strip("-")
    ident = control.id if ident in _TELLS_NOTHING or len(ident) < 3 else ident
    for tried in (ident, f"{control.id}-{ident}", *(f"{ident}-{number}" for number in range(2, 100))):
        if tried not in center.evidence or rests_on(control, tried):
            return tried
    return f"{ident}-more"


def proposed_rule(control: str, kind: Kind, format_name: str | None) -> Rule:
    """What the library would ask of evidence of this kind and format for a control; else that every row passes."""
    offer = shelf.offers().get(control)
    for way in offer.shown_by if offer is not None else ():
        if way.kind == kind and (not way.formats or format_name in way.formats):
            return Rule(way.rule or _default(kind), way.title)
    return Rule(_default(kind))


def _default(kind: Kind) -> Mapping[str, Value]:
    return {"every": "pass"} if kind in ("report", "record") else {}


def moment_text(moment: datetime) -> str:
    """``2026-11-20``, or with its time where it has one."""
    return print_moment(moment) if moment.time() != time() else moment.date().isoformat()


# What is written.


def plan(root: Path, control: Control | None, aim: Target, said: Mapping[str, Value], taken: Path | None, suffix: str, rule: Rule | None, center: Center) -> Plan:
    """The files to write for evidence with (or, of a declaration, without) a file.

    ``said``: keys of the description and their values; of evidence that is there, the keys to change, None for one to take out.
    ``taken``: the file, ``suffix`` the ending of its name. ``rule``: what the control's new check asks; None for no new check.
    """
    keys = dict(said)
    moved = [] if taken is None else [_file_write(root, center, aim, taken, suffix)]
    if moved:
        keys["file"] = moved[0].path.removeprefix(f"{FOLDER}/")
    described = _described(root, aim, keys)
    checked = None if control is None or rule is None or rests_on(control, aim.id) else _checked(root, control, aim, rule)
    same = bool(moved) and moved[0].before == digest(taken) if taken is not None else False
    writes = [write for write in (*_ordered(aim, keys, [] if same else moved, described), checked) if write is not None]
    return Plan(tuple(writes), _unused(aim, keys, center), same)


def _ordered(aim: Target, keys: Mapping[str, Value], moved: list[Write], described: Write | None) -> tuple[Write | None, ...]:
    """The file first: with the old day beside it, it looks older than it is. Only where the new day is the older one, that goes first."""
    before = aim.existing.description.observed if aim.existing is not None else None
    new = keys.get("observed")
    if before is not None and isinstance(new, str) and new < moment_text(before):
        return (described, *moved)
    return (*moved, described)


def _file_write(root: Path, center: Center, aim: Target, taken: Path, suffix: str) -> Write:
    path = f"{FOLDER}/{FILES}/{aim.id}{suffix if re.fullmatch(r'[.][a-z0-9]{1,8}', suffix) else ''}"
    others = [one.id for one in center.evidence.values() if one.id != aim.id and one.description.file == path.removeprefix(f"{FOLDER}/")]
    if others:
        raise Refused(f"{path} is the file of evidence {others[0]!r}", "give another id with --id")
    there = digest_inside(root, path)
    ours = aim.existing is not None and aim.existing.description.file == path.removeprefix(f"{FOLDER}/")
    if there is not None and not ours and there != digest(taken):
        raise Refused(f"{path} is there already, and no evidence names it", "move it away, or give another id with --id")
    return Write(path, taken, there)


def _described(root: Path, aim: Target, keys: Mapping[str, Value]) -> Write | None:
    if aim.existing is None:
        value = {key: keys[key] for key in _ORDER if keys.get(key) is not None}
        return Write(f"{FOLDER}/{aim.id}.yml", written(value).encode(), None)
    return reworded(root, aim.existing, keys)


def reworded(root: Path, evidence: Evidence, keys: Mapping[str, Value]) -> Write | None:
    """A description that is there with some keys changed, None taking one out; None where it says all that already. Raises Refused."""
    source = read_bytes(root, evidence.file)
    edited = _edited(source, place_of(evidence), keys, evidence.file)
    return None if edited == source else Write(evidence.file, edited, hashlib.sha256(source).hexdigest())


def _edited(source: bytes, place: Place, keys: Mapping[str, Value], file: str) -> bytes:
    """A description with some keys changed; what says the same already stays as it was written."""
    for key, value in keys.items():
        there = _keys_at(source, place, file).get(key)
        if value is None and there is not None:
            source = remove(source, (*place, key), file=file)
        elif value is not None and value != there:
            source = set_key(source, place, key, written({"v": value}).removeprefix("v: "), file=file)
    return source


def _keys_at(source: bytes, place: Place, file: str) -> dict[str, Value]:
    value: Value = parse(source, file).value
    for part in place:
        value = value[part]  # type: ignore[index]
    assert isinstance(value, dict)
    return value


def _checked(root: Path, control: Control, aim: Target, rule: Rule) -> Write:
    source = read_bytes(root, control.file)
    edited = add_item(source, ("checks",), written({"evidence": aim.id, **rule.asks}), file=control.file)
    return Write(control.file, edited, hashlib.sha256(source).hexdigest())


def _unused(aim: Target, keys: Mapping[str, Value], center: Center) -> str | None:
    before = aim.existing.description.file if aim.existing is not None else None
    if before is None or "file" not in keys or keys["file"] == before:
        return None
    shared = any(one.id != aim.id and one.description.file == before for one in center.evidence.values())
    return None if shared else f"{FOLDER}/{before}"


# Registers.


def plan_register(root: Path, name: str, taken: Path, suffix: str, observed: date, visibility: str | None, *, replace: bool) -> Plan:
    """The files to write for a register whose rows a spreadsheet holds. Raises WrongUse for an unknown register or format, Refused where rows stand in its YAML."""
    if name not in REGISTERS:
        near = get_close_matches(name, REGISTERS, 1)
        raise WrongUse(f"there is no register {name!r}", f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(REGISTERS))}")
    if suffix not in (".csv", ".xlsx"):
        raise WrongUse(f"a register's rows are read from CSV or XLSX, not from {suffix or 'a file without an ending'!r}", "save it as one of these")
    header, rows = f"{REGISTERS_FOLDER}/{name}.yml", f"{REGISTERS_FOLDER}/{name}{suffix}"
    there = digest_inside(root, rows)
    said: dict[str, Value] = {"observed": observed.isoformat(), "file": f"{name}{suffix}"}
    if visibility is not None:
        said["visibility"] = visibility
    if digest_inside(root, header) is None:
        return Plan((Write(rows, taken, there), Write(header, written(said).encode(), None)), same=there == digest(taken))
    source = read_bytes(root, header)
    value = parse(source, header).value
    if "rows" in value and not replace:
        raise Refused(f"{header} holds its rows itself", "give --replace to take the spreadsheet's rows in their place")
    edited = _edited(source, (), {**said, "rows": None}, header)
    writes = (Write(rows, taken, there), Write(header, edited, hashlib.sha256(source).hexdigest()))
    older = str(value.get("observed", "")) > observed.isoformat()
    named = value.get("file")
    return Plan(writes[::-1] if older else writes, f"{REGISTERS_FOLDER}/{named}" if isinstance(named, str) and named != f"{name}{suffix}" else None, there == digest(taken))
