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
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import Final

from attest.authoring import shelf
from attest.authoring.staging import Write, digest, digest_inside
from attest.authoring.yaml_edit import add_item, remove, set_key, written
from attest.errors import CouldNotTell, Refused, WrongUse, meant
from attest.load.files import read_bytes
from attest.model.center import Center
from attest.model.control import Control
from attest.model.evidence import Evidence
from attest.model.register import REGISTERS
from attest.observe import FOLDER, place_of
from attest.repository import says_yes
from attest.times import print_moment
from attest.vault import ENDING, PREFIX, Vault, open_clear, seal, vault_of
from attest.words import Kind
from attest.yaml_lines import Path as Place
from attest.yaml_lines import Value, parse

FILES: Final = "files"
"""Beside the descriptions: where evidence itself lies."""
REGISTERS_FOLDER: Final = "controls/registers"
_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9.]+)*")
_DATED: Final = re.compile(r"[-_ .]*(?:19|20)\d\d(?:[-_.]?\d\d){0,2}[-_ .]*")
_COPIED: Final = re.compile(r"\s*[(\[]\d{1,3}[)\]]$")
"""What a browser puts behind a name that was downloaded before: ``export (2)``."""
_CLOCK: Final = re.compile(r"[-_ .]*(?:at|um)?[-_ .]+\d{1,2}[.:_-]\d\d(?:[.:_-]\d\d)?(?: ?[ap]m)?$")
"""The time of day that screenshots are named by."""
_TELLS_NOTHING: Final = frozenset(["report", "results", "result", "output", "export", "scan", "data", "download", "document", "untitled", "screenshot", "image", "file", "list"])
_LONGEST: Final = 60
_VEX: Final = "openvex"
_ORDER: Final = (
    "title", "kind", "format", "file", "covers", "collected", "observed", "until", "by", "statement", "issuer", "visibility", "publish", "columns", "sheet", "pass_values", "fail_values",
)  # fmt: skip


_CALLED: Final = {"suppliers": "subprocessors", "vendors": "subprocessors", "privacy": "data", "questions": "faq", "penetration-tests": "assurance", "your-rights": "rights", "pentests": "assurance"}
"""What people call a register."""


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
    sets_aside: bool = False
    """Whether it is a VEX document: no check of its own, but named by the check on the report whose findings it is about."""


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
    if ident in shelf.offers():
        raise WrongUse(f"there is no control {ident!r} here", f"the library has it: `attest add {ident}` first")
    raise WrongUse(f"there is no control {ident!r}", f"did you mean {near[0]!r}?" if near else "`attest status` lists them")


def named_evidence(center: Center, ident: str) -> Evidence:
    """The evidence of that id. Raises WrongUse, with the nearest one there is."""
    if ident in center.evidence and center.evidence[ident].register_name is None:
        return center.evidence[ident]
    raise WrongUse(f"there is no evidence {ident!r}", meant(ident, center.evidence, "look into controls/evidence/"))


def rests_on(control: Control, ident: str) -> bool:
    """Whether a control has a check on that evidence, or one whose findings that evidence sets aside."""
    return any(ident in (check.evidence, *check.lifted_by) for check in control.checks)


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
    """An id from a file's name: ``Access review 2026-11 (2).csv`` -> ``access-review``; of a name that tells nothing, from the control."""
    stem = _CLOCK.sub("", _COPIED.sub("", PurePosixPath(name).stem.lower()))
    plain = unicodedata.normalize("NFKD", stem.split(".")[0]).encode("ascii", "ignore").decode()
    stem = _DATED.sub("-", plain)
    ident = re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:_LONGEST].strip("-")
    ident = control.id if ident in _TELLS_NOTHING or len(ident) < 3 else ident
    for tried in (ident, f"{control.id}-{ident}", *(f"{ident}-{number}" for number in range(2, 100))):
        if tried not in center.evidence or rests_on(control, tried):
            return tried
    return f"{ident}-more"


def proposed_rule(control: str, kind: Kind, format_name: str | None) -> Rule:
    """What the library would ask of evidence of this kind and format for a control; else that every row passes."""
    if format_name == _VEX:
        return Rule({}, sets_aside=True)
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
    keys, moved = dict(said), None
    if taken is not None:
        keys["file"], moved = _stored(root, center, aim, taken, suffix, _visibility(aim, keys))
    if keys.get("statement") is not None and _visibility(aim, keys) != "public":
        _refuse_exposed(root, center, f"{FOLDER}/{aim.id}.yml")
    described = _described(root, aim, keys)
    checked = None if control is None or rule is None or rests_on(control, aim.id) else _checked(root, center, control, aim, rule)
    writes = [write for write in (*_ordered(aim, keys, moved, described), checked) if write is not None]
    return Plan(tuple(writes), _unused(aim, keys, center), taken is not None and moved is None)


def _visibility(aim: Target, keys: Mapping[str, Value]) -> Value:
    return keys.get("visibility") or (aim.existing.description.visibility if aim.existing is not None else "private")


def _ordered(aim: Target, keys: Mapping[str, Value], moved: Write | None, described: Write | None) -> tuple[Write | None, ...]:
    """The file first: with the old day beside it, it looks older than it is. Only where the new day is the older one, that goes first."""
    before = aim.existing.description.observed if aim.existing is not None else None
    new = keys.get("observed")
    if before is not None and isinstance(new, str) and new < moment_text(before):
        return (described, moved)
    return (moved, described)


def _stored(root: Path, center: Center, aim: Target, taken: Path, suffix: str, visibility: Value) -> tuple[str, Write | None]:
    """What the description calls the file, and the write that puts it there; none where it lies there already, byte for byte."""
    name = f"{aim.id}{suffix if re.fullmatch(r'[.][a-z0-9]{1,8}', suffix) else ''}"
    before = aim.existing.description.file if aim.existing is not None else None
    hidden = center.profile.vault is not None and center.profile.repository == "public" and visibility != "public"
    file = f"{PREFIX}{name}" if hidden or (before is not None and before.startswith(PREFIX)) else f"{FILES}/{name}"
    others = [one.id for one in center.evidence.values() if one.id != aim.id and one.description.file == file]
    if others:
        raise Refused(f"{file} is the file of evidence {others[0]!r}", "give another id with --id")
    if not file.startswith(PREFIX) and visibility != "public":
        _refuse_exposed(root, center, f"{FOLDER}/{file}")
    write = put_at(root, center, file, taken)
    if write is not None and write.before is not None and file != before:
        raise Refused(f"{write.path} is there already, and no evidence names it", "move it away, or give another id with --id")
    return file, write


def put_at(root: Path, center: Center, file: str, taken: Path) -> Write | None:
    """The write that puts a file where a description names it, encrypted where that is the vault; None where it lies there already.

    Raises Refused where the vault lies outside of this folder, or cannot be written.
    """
    if not file.startswith(PREFIX):
        path = f"{FOLDER}/{file}"
        there = digest_inside(root, path)
        return None if there == digest(taken) else Write(path, taken, there)
    try:
        vault = vault_of(root, center.profile.vault or "")
    except ValueError as error:
        raise Refused(f"the vault {error}", "mend vault: in center.yml") from None
    if vault.outside:
        raise Refused("the vault lies outside of this folder", "put the file there yourself, and its new day into the description")
    path = f"{vault.within}{file.removeprefix(PREFIX)}{ENDING}"
    there = digest_inside(root, path)
    data = taken.read_bytes()
    return None if there is not None and _opens_as(vault, file, data) else Write(path, seal(vault, data), there)


def _opens_as(vault: Vault, file: str, data: bytes) -> bool:
    try:
        return open_clear(vault, file.removeprefix(PREFIX)).getvalue() == data
    except (CouldNotTell, ValueError, OSError):
        return False


def _refuse_exposed(root: Path, center: Center, path: str) -> None:
    """Raises Refused where everybody could read at ``path`` what is not for everybody. What git passes over stays on this machine."""
    if center.profile.repository != "public" or says_yes(root, "check-ignore", "--quiet", "--", path):
        return
    todo = "say --visibility public" if center.profile.vault is not None else "say --visibility public, or begin a vault: write `vault: vault` into center.yml and run `attest vault new`"
    raise Refused(f"{path} would lie in clear in a public repository, and the evidence is not public", todo)


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


def _checked(root: Path, center: Center, control: Control, aim: Target, rule: Rule) -> Write:
    source = read_bytes(root, control.file)
    if rule.sets_aside:
        edited = add_item(source, ("checks", _of_report(center, control), "lifted_by"), aim.id, file=control.file)
    else:
        edited = add_item(source, ("checks",), written({"evidence": aim.id, **rule.asks}), file=control.file)
    return Write(control.file, edited, hashlib.sha256(source).hexdigest())


def _of_report(center: Center, control: Control) -> int:
    """The one check that rests on a report. Raises Refused where there is none, or more."""
    found = [index for index, check in enumerate(control.checks) if center.evidence[check.evidence].description.kind == "report"]
    if len(found) != 1:
        raise Refused(
            f"a VEX document sets findings of a report aside, and {control.id} rests on {len(found) or 'none'}",
            "write lifted_by: [its id] under the check that it is meant for" if found else "attach the report first",
        )
    return found[0]


def _unused(aim: Target, keys: Mapping[str, Value], center: Center) -> str | None:
    before = aim.existing.description.file if aim.existing is not None else None
    if before is None or "file" not in keys or keys["file"] == before:
        return None
    shared = any(one.id != aim.id and one.description.file == before for one in center.evidence.values())
    return None if shared else before if before.startswith(PREFIX) else f"{FOLDER}/{before}"


# Registers.


def plan_register(root: Path, center: Center, name: str, taken: Path, suffix: str, observed: date, visibility: str | None, *, replace: bool) -> Plan:
    """The files to write for a register whose rows a spreadsheet holds. Raises WrongUse for an unknown register or format, Refused where rows stand in its YAML."""
    source, value = register_header(root, name, suffix, replace=replace)
    header, rows = f"{REGISTERS_FOLDER}/{name}.yml", f"{REGISTERS_FOLDER}/{name}{suffix}"
    if (visibility or value.get("visibility")) != "public":
        _refuse_exposed(root, center, rows)
    there, said = digest_inside(root, rows), _header(name, suffix, observed, visibility)
    moved = () if there == digest(taken) else (Write(rows, taken, there),)
    writes = (*moved, *_header_write(source, said, header))
    older = str(value.get("observed", "")) > observed.isoformat()
    named = value.get("file")
    unused = f"{REGISTERS_FOLDER}/{named}" if isinstance(named, str) and named != f"{name}{suffix}" else None
    return Plan(writes[::-1] if older else writes, unused, not moved)


def register_header(root: Path, name: str, suffix: str, *, replace: bool) -> tuple[bytes | None, Mapping[str, Value]]:
    """The register's YAML as it lies there, and what it says. Raises WrongUse for an unknown register or format, Refused where rows stand in it."""
    if name not in REGISTERS:
        near = get_close_matches(name, REGISTERS, 1) or [meant for word, meant in _CALLED.items() if word == name]
        raise WrongUse(f"there is no register {name!r}", f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(REGISTERS))}")
    if suffix not in (".csv", ".xlsx"):
        raise WrongUse(f"a register's rows are read from CSV or XLSX, not from {suffix or 'a file without an ending'!r}", "save it as one of these")
    header = f"{REGISTERS_FOLDER}/{name}.yml"
    source = read_bytes(root, header) if digest_inside(root, header) is not None else None
    value = {} if source is None else parse(source, header).value
    if "rows" in value and not replace:
        raise Refused(f"{header} holds its rows itself", "give --replace to take the spreadsheet's rows in their place")
    return source, value


def _header(name: str, suffix: str, observed: date, visibility: str | None) -> dict[str, Value]:
    said: dict[str, Value] = {"observed": observed.isoformat(), "file": f"{name}{suffix}"}
    return said if visibility is None else {**said, "visibility": visibility}


def _header_write(source: bytes | None, said: Mapping[str, Value], header: str) -> tuple[Write, ...]:
    """``rows`` goes where it stood: a register has its rows once."""
    if source is None:
        return (Write(header, written(said).encode(), None),)
    edited = _edited(source, (), {**said, "rows": None}, header)
    return () if edited == source else (Write(header, edited, hashlib.sha256(source).hexdigest()),)
