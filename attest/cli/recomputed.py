"""What `attest verify --recompute` says: the record's verdicts once more, from the evidence at hand.

    --evidence DIR     files, matched by their digests; the site's own published files and packages are at hand anyway

Verifying itself needs none of this. Readers and rules come with `pip install "attest-center[site]"`, and are imported when asked for.
"""

from __future__ import annotations

import argparse
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attest.cli import ui
from attest.errors import CouldNotTell, WrongUse
from attest.fetch import Absent, Source, read_file
from attest.verify.answer import Answer
from attest.verify.document import Held, controls_of
from attest.verify.subjects import BUNDLE
from attest.wire.bundle import MAX_BYTES
from attest.wire.package import Package
from attest.words import RULESET

if TYPE_CHECKING:
    from attest.recompute import Again, ControlAgain

FILE_CAP: Final = 2**30
MOST_FILES: Final = 20_000
SHOWN: Final = 12
KEPT: Final = 1000


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What came out, and what is to be said besides."""

    word: str
    """same, different or could-not-tell."""
    why: str = ""
    controls: tuple[ControlAgain, ...] = ()
    unused: tuple[str, ...] = ()
    """Files of the reader's that no check names."""

    @property
    def exit_code(self) -> int:
        """Of this alone."""
        return {"same": 0, "different": 1}.get(self.word, 3)


def add(parser: argparse.ArgumentParser) -> None:
    """Declares what is recomputed, and from what."""
    parser.add_argument("--recompute", action="store_true", help="come to the verdicts once more, from rule and evidence, and name what differs")
    parser.add_argument("--evidence", metavar="DIR", action="append", default=[], type=Path, help="with --recompute: a folder of evidence, or a file")


@dataclass(slots=True)
class _Files:
    """Evidence by digest, gathered."""

    by_digest: dict[str, Callable[[], bytes]] = field(default_factory=dict)
    named: dict[str, tuple[str, str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    published: dict[str, str] = field(default_factory=dict)


def refuse(arguments: argparse.Namespace) -> None:
    """Raises WrongUse for options that say nothing by themselves, CouldNotTell where the readers are not installed."""
    if arguments.evidence and not arguments.recompute:
        raise WrongUse("--evidence is what to recompute from", "add --recompute")
    for place in arguments.evidence:
        if not place.exists():
            raise WrongUse(f"there is no {place}")
    if arguments.recompute:
        _readers()


def _readers() -> Any:
    try:
        from attest import recompute
    except ModuleNotFoundError as error:
        raise CouldNotTell(f"recomputing needs the readers of evidence, and {error.name} is not installed", 'pip install "attest-center[site]"') from None
    return recompute


def recomputed(places: Sequence[Path], packages: Sequence[Package], held: Held | None, answer: Answer, source: Source | None) -> Recomputed:
    """The verdicts of what was verified, once more."""
    if held is None:
        return Recomputed("could-not-tell", "what would be recomputed is not signed, or could not be read")
    if held.statement.predicate.get("ruleset") != RULESET:
        return Recomputed("could-not-tell", f"its rules are not those that this version knows, {RULESET}")
    controls = controls_of(held)
    if not controls:
        return Recomputed("could-not-tell", "a bundle alone does not hold the record: name the site, or a package that brings a part of it")
    files = _gathered(places, controls, source)
    registers = held.record.get("registers", ()) if held.record is not None else ()
    again = _readers()
    made = again.recompute(controls, registers, held.statement.as_of, again.AtHand(files.by_digest, files.named, files.published, tuple(packages)))
    return _answered(made, files, answer, source)


def _answered(made: tuple[ControlAgain, ...], files: _Files, answer: Answer, source: Source | None) -> Recomputed:
    words = Counter(check.word for control in made for check in control.checks)
    used = {check.used for control in made for check in control.checks}
    unused = tuple(sorted(name for name, digest in files.names.items() if digest not in used))
    if words["different"] and source is not None and _switched(source, answer):
        return Recomputed("could-not-tell", "the site changed while it was read; run it again")
    if words["different"]:
        return Recomputed("different", "", made, unused)
    return Recomputed("same", "", made, unused) if words["same"] else Recomputed("could-not-tell", "none of the evidence is at hand", made, unused)


def _gathered(places: Sequence[Path], controls: Sequence[Mapping[str, Any]], source: Source | None) -> _Files:
    files = _Files()
    for path in (path for place in places for path in _paths(place)):
        digest = hashlib.sha256(read_file(path, FILE_CAP)).hexdigest()
        files.by_digest.setdefault(digest, partial(read_file, path, FILE_CAP))
        files.named.setdefault(path.name.partition(".")[0], (str(path), digest))
        files.names[str(path)] = digest
        if len(files.names) > MOST_FILES:
            raise WrongUse(f"more than {MOST_FILES} files are no evidence of one center", "name the folder with its evidence alone")
    for path in sorted({check["file"] for control in controls for check in control["checks"] if isinstance(check.get("file"), str)}) if source is not None else ():
        _published(source, path, files)
    return files


def _published(source: Source | None, path: str, files: _Files) -> None:
    """A file that the site shows. What is not there, verifying has said."""
    assert source is not None
    try:
        digest = source.sha256(path, FILE_CAP)
    except Absent:
        return
    files.published[path] = digest
    files.by_digest.setdefault(digest, partial(source.read, path, FILE_CAP))


def _paths(place: Path) -> Iterator[Path]:
    """Plain files below a folder, no links."""
    if place.is_file():
        yield place
        return
    for at, folders, names in os.walk(place):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (path for name in sorted(names) if not name.startswith(".") and (path := Path(at) / name).is_file() and not path.is_symlink())


def _switched(source: Source, answer: Answer) -> bool:
    try:
        source.reopen()
        from attest.verify.envelope import Opened, open_bundle

        found = open_bundle(source.read(BUNDLE, MAX_BYTES))
    except CouldNotTell:
        return True
    return not isinstance(found, Opened) or found.payload != answer.facts.payload


def as_lines(found: Recomputed) -> Iterator[str]:
    """What came out, what differs, what is not at hand."""
    mark, tint = {"same": ("ok", "green"), "different": ("no", "red")}.get(found.word, ("?", "yellow"))
    yield f"{ui.colour(f'{mark:<4}', tint)} {'recompute':<10} {_sentence(found)}"
    checks = [check for control in found.controls for check in control.checks]
    different = [check for check in checks if check.word == "different"]
    for check in different[:SHOWN]:
        yield f"       {_line(check)}"
    if len(different) > SHOWN:
        yield f"       and {len(different) - SHOWN} more; --json has them"
    yield from (f"       {ui.plain(one.control)} comes to {one.found}, and the record says {one.said}" for one in found.controls if one.found != one.said)
    for why, count in Counter(check.why for check in checks if check.word == "not-at-hand").most_common():
        yield f"       {count} not recomputed: {why}"
    if found.unused:
        shown = ", ".join(map(ui.plain, found.unused[:5])) + (f" and {len(found.unused) - 5} more" if len(found.unused) > 5 else "")
        yield f"       at hand, and named by no check that was recomputed: {shown}"


def _sentence(found: Recomputed) -> str:
    words = Counter(check.word for control in found.controls for check in control.checks)
    total = sum(words.values())
    if found.word == "could-not-tell":
        return f"could not tell: {found.why}"
    if found.word == "different":
        return f"{words['different']} of {total} checks come{'s' if words['different'] == 1 else ''} out differently, {words['same']} the same"
    return f"{words['same']} of {total} checks recomputed from the evidence, all the same"


def _line(check: Again) -> str:
    named = f"{check.control}, check {check.number}" + (f" ({check.evidence})" if check.evidence else "")
    if check.why:
        return ui.plain(f"{named}: {check.why} (expected {check.differences[0].said}, got {check.differences[0].found})")
    said = "; ".join(f"{one.what} is {one.found[:120]}, and the record says {one.said[:120]}" for one in check.differences[:3])
    return ui.plain(f"{named}: {said}").replace("\n", " ")


def as_json(found: Recomputed) -> dict[str, Any]:
    """The same for programs; keys stay, more may come."""
    words = Counter(check.word for control in found.controls for check in control.checks)
    return {
        "answer": found.word, "exit": found.exit_code, "why": found.why, "same": words["same"], "different": words["different"], "notAtHand": words["not-at-hand"],
        "controls": [{"control": one.control, "verdict": one.said, "recomputed": one.found, "checks": [_check(check) for check in one.checks]} for one in found.controls[:KEPT]],
        "unused": list(found.unused),
    }  # fmt: skip


def _check(check: Again) -> dict[str, Any]:
    differences = [{"field": one.what, "said": one.said, "found": one.found} for one in check.differences]
    return {"number": check.number, "evidence": check.evidence, "answer": check.word, "why": check.why, "differences": differences}
