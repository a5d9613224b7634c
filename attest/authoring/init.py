"""A first trust center, written whole or not at all.

    Answers("Bluebird Books", "https://trust.bluebird.example/", "an online bookshop", "security@bluebird.example", data=("personal",), …)
    ->  DIR/mkdocs.yml, DIR/controls/…, DIR/content/…, DIR/.github/workflows/publish.yml …            all CC0-1.0 but the frameworks

What is the same for everybody is ``attest/library/site``; ``$name`` and the like are replaced in YAML, each by a quoted scalar, so that
a colon or a quote in a name stays text. The answers choose promises and frameworks from the shelf and begin registers. No evidence is
written and no check, so every promise is unknown. What came out is loaded before it is moved into place: nothing is written that
``attest check`` would send back. Refused: a DIR that holds anything but ``.git``.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template
from typing import Final

from attest.authoring import shelf
from attest.authoring.adopt import adopted, path_of
from attest.authoring.columns import ids_of
from attest.authoring.shelf import Offer
from attest.authoring.yaml_edit import scalar
from attest.errors import CouldNotTell, Problems, Refused
from attest.hygiene import mkdocs_problems
from attest.load import load_with_problems
from attest.load.deadlines import deadlines

_DOTTED = {"gitignore": ".gitignore", "gitattributes": ".gitattributes"}
"""Kept without the dot, so that they act on what is written and not on our own repository."""
_FILLED = ("mkdocs.yml", "controls/center.yml")
_ALWAYS: Final = "nist-csf-2.0"
_SYSTEM: Final = "service"

DATA: Final = {
    "personal": "Personal data of customers and their people",
    "health": "Health data",
    "payment": "Payment data",
    "children": "Data about children",
}
"""Kinds of data one can be asked for, and what the register calls each."""
LAWS: Final = {"gdpr": "gdpr", "ccpa": "ccpa", "hipaa": "hipaa-security", "pci": "pci-dss-4.0.1", "nis2": "nis2", "sox": "sox"}
"""Laws (and what card networks ask), and the framework of each."""
ACCESS: Final = ("portal", "api", "deep")
"""How customers reach the service: their people sign in, their programs call, one network reaches into the other."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a first trust center says of its company, and what chooses the promises it begins with."""

    name: str
    address: str
    """The trust center's own address, https://…"""
    sells: str
    """What the company sells, in a few words."""
    contact_email: str
    data: tuple[str, ...] = ()
    """Of ``DATA``."""
    laws: tuple[str, ...] = ()
    """Of ``LAWS``."""
    suppliers: bool = False
    """Whether other companies handle what customers hand over."""
    supplier_names: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    """Of ``ACCESS``."""


def chosen(answers: Answers) -> tuple[Offer, ...]:
    """The promises it begins with: the core, and what the answers bring."""
    brought = {f"{key}={said}" for key in ("data", "laws", "access") for said in getattr(answers, key)}
    brought |= {"suppliers=yes"} if answers.suppliers else set()
    return tuple(offer for offer in shelf.offers().values() if offer.core or brought & set(offer.when))


def frameworks_of(answers: Answers) -> tuple[str, ...]:
    """The frameworks it begins with: one for every company, and that of each law."""
    return (_ALWAYS, *(LAWS[law] for law in LAWS if law in answers.laws))


def init(target: Path, answers: Answers, today: date) -> tuple[str, ...]:
    """Writes a first trust center into ``target``, a folder that is empty or not there; returns the paths written, sorted.

    ``today`` dates the registers in it. Raises Refused where something is in the way or the answers cannot be published as they are,
    CouldNotTell where the disk says no; then nothing was written.
    """
    refuse_taken(target)
    files = rendered(answers, today)
    try:
        _write_whole(target, files)
    except OSError as error:
        raise CouldNotTell(f"{target} could not be written: {error.strerror}", "nothing was left behind; mend it and run the same again") from None
    return tuple(sorted(files))


def refuse_taken(target: Path) -> None:
    """Raises Refused where ``target`` is something else than a folder, or holds anything but ``.git``."""
    if not os.path.lexists(target):
        return
    if not target.is_dir():
        raise Refused(f"{target} is in the way: it is not a folder", "name a folder that is empty or not there yet")
    held = sorted(entry.name for entry in target.iterdir() if entry.name != ".git")
    if held:
        named = ", ".join(held[:5]) + (f" and {len(held) - 5} more" if len(held) > 5 else "")
        raise Refused(f"{target} is not empty: {named} {'is' if len(held) == 1 else 'are'} in the way", "name a folder that is empty or not there yet")


def rendered(answers: Answers, today: date) -> dict[str, bytes]:
    """Path -> bytes of everything that would be written."""
    values = {key: json.dumps(value, ensure_ascii=False) for key, value in _values(answers).items()}
    found = {}
    for path, data in shelf.site():
        place = _DOTTED.get(path, path)
        found[place] = Template(data.decode()).substitute(values).encode("utf-8", "surrogatepass") if place in _FILLED else data
    found["controls/center.yml"] += _bound(answers).encode()
    frameworks = {name: shelf.clauses_of(name) for name in frameworks_of(answers)}
    found |= {f"controls/frameworks/{name}.yml": shelf.catalogues()[name] for name in frameworks}
    found |= {path_of(offer): adopted(offer, frameworks, [_SYSTEM]) for offer in chosen(answers)}
    found |= {f"controls/registers/{name}.yml": text.encode("utf-8", "surrogatepass") for name, text in _registers(answers, today)}
    return found


def _values(answers: Answers) -> dict[str, str]:
    address = answers.address if answers.address.endswith("/") else f"{answers.address}/"
    return {
        "name": answers.name,
        "address": address,
        "summary": f"{answers.name} offers {answers.sells}.",
        "system": answers.sells[:1].upper() + answers.sells[1:],
        "email": answers.contact_email,
    }


_BOUND: Final = """\

# Laws that bind you, and whom an incident is reported to under each: `attest notify` counts their times. Write which office it is, and
# take out what does not bind you; `attest notify --laws` lists those it knows. None of it is on a page.
laws:
"""


def _bound(answers: Answers) -> str:
    """What `attest notify` has to know of the laws that were named; nothing where none was."""
    named, known = {LAWS[law] for law in answers.laws}, deadlines()
    authorities_last = sorted(known.deadlines, key=lambda one: one.told == "authority")
    reported = {one.law: one.to for one in authorities_last}
    bound = [f"  {law.id}: {scalar(reported[law.id])}\n" for law in known.laws if named & set(law.frameworks)]
    return _BOUND + "".join(bound) if bound else ""


# Registers, begun and left blank where nothing was said.

_BEGUN: Final = """\
# {what}
# What is left away is unknown, and is shown as that. A line with a # in front waits for you: write the answer, take the # away.
observed: {today}          # when somebody last went through the whole of it
visibility: private           # private has no page; public makes one
rows:{rows}
"""
_SUPPLIER_BLANKS: Final = """\
    # purpose:                what it does for you
    # data: []                which kinds of your customers' data it holds or sees
    # location:               the country or region where it holds them
    # transfer_ground:        the legal ground, where that is abroad
    # since:                  the day it began, 2026-11-21
    # criticality:            critical, high, medium or low
    # reviewed:               the day its security was last looked at"""
_DATA_BLANKS: Final = """\
    # why:                    what you need it for
    # needed:                 why less would not do
    # ground:                 the legal ground
    # where:                  the system and the country
    # kept:                   for how long
    # deleted:                how it goes
    # shared_with: []         ids of subprocessors, or names of others"""


def _registers(answers: Answers, today: date) -> Iterator[tuple[str, str]]:
    if answers.suppliers:
        rows = [(ident, {"name": name}) for ident, name in zip(ids_of(answers.supplier_names, "supplier"), answers.supplier_names, strict=True)]
        yield "subprocessors", _register("Companies that handle what customers hand you, one row each.", rows, _SUPPLIER_BLANKS, today)
    if answers.data:
        data = [(kind, {"what": said} | ({"special": "yes"} if kind == "health" else {})) for kind, said in DATA.items() if kind in answers.data]
        yield "data", _register("Which data you hold, why, where, and for how long, one row a kind.", data, _DATA_BLANKS, today)


def _register(what: str, rows: list[tuple[str, dict[str, str]]], blanks: str, today: date) -> str:
    said = [f"  - id: {ident}\n" + "".join(f"    {key}: {scalar(value)}\n" for key, value in row.items()) + blanks for ident, row in rows]
    return _BEGUN.format(what=what, today=today.isoformat(), rows="\n" + "\n".join(said) if said else " []")


def _write_whole(target: Path, files: dict[str, bytes]) -> None:
    """Writes beside the target (inside it, where it is there), looks at what came out, and moves it into place."""
    there = target.is_dir()
    made = _make_parents(target.parent)
    try:
        staged = Path(tempfile.mkdtemp(prefix=".attest-init-", dir=target if there else target.parent))
    except OSError:
        _remove(made)
        raise
    try:
        _write(staged, files)
        _refuse_unsound(staged)
        _move_into(staged, target) if there else _rename(staged, target)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        _remove(made)
        raise


def _make_parents(folder: Path) -> list[Path]:
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for parent in reversed(missing):
        parent.mkdir()
    return missing


def _remove(folders: list[Path]) -> None:
    for folder in folders:
        folder.rmdir()


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for path, data in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())


def _refuse_unsound(folder: Path) -> None:
    """What came out, as ``check`` would see it. Half a character, which no UTF-8 can carry, is found here too."""
    _, problems = load_with_problems(folder)
    if problems := problems or tuple(mkdocs_problems((folder / "mkdocs.yml").read_text(encoding="utf-8"), "mkdocs.yml")):
        said = str(Problems(problems).problems[0])
        raise Refused(f"these answers would not pass `attest check`: {said}", "nothing was written; answer otherwise")


def _rename(staged: Path, target: Path) -> None:
    staged.chmod(0o755)
    staged.rename(target)


def _move_into(staged: Path, target: Path) -> None:
    """One entry after the other; a failure takes back those that were moved."""
    moved: list[Path] = []
    try:
        for entry in sorted(staged.iterdir()):
            moved.append(entry.rename(target / entry.name))  # noqa: PERF401 - what was moved before a failure has to be known
    except OSError:
        for entry in moved:
            entry.rename(staged / entry.name)
        raise
    staged.rmdir()
