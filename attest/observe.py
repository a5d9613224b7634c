"""The files behind evidence, opened once each: digest, reading, and when git received them.

    root + Center + as_of  ->  {evidence id: Observation}, problems

A file that is missing, empty or cannot be read is a problem of grade ``evidence``: what rests on it is unknown, the rest stands.
A path that leaves controls/evidence/, goes through a link or names no regular file is one of grade ``error``, and so is evidence that
says it is from the future or whose report says another time than was typed.

Files are streamed: memory stays flat whatever their size. Digest and reading come from one open file, which is refused where it
changed in between.
"""

from __future__ import annotations

import hashlib
import os
import pathlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from io import BufferedReader, BytesIO
from typing import Final, TypeAlias

from attest import papers, readings
from attest.enrolled import register_digest
from attest.errors import CouldNotTell, Grade, Problem, Problems, Unreadable
from attest.inside import open_inside, parts_of
from attest.model.center import Center
from attest.model.evidence import Description, Evidence
from attest.readings.interface import Observation, Paper, Reading, RecordShape
from attest.received import received_times
from attest.times import print_moment
from attest.vault import ENDING, PREFIX, Vault, open_clear, vault_of
from attest.wire import jcs
from attest.yaml_lines import Path, parse, shown

_Stream: TypeAlias = BufferedReader | BytesIO
FOLDER: Final = "controls/evidence"
_HEAD: Final = 65536
_LFS: Final = b"version https://git-lfs.github.com/spec/"
_PARTED: Final = re.compile(r"[/:@\s]+")
_ENDING: Final = re.compile(r"[^/]\.[A-Za-z0-9]{1,8}$")
_TOLERANCE: Final = timedelta(hours=24)
"""Between a report's own time and the day or time typed for it."""


def observe(root: pathlib.Path, center: Center, as_of: datetime) -> tuple[dict[str, Observation], tuple[Problem, ...]]:
    """An Observation for every evidence id, and what is wrong with the files and their times, sorted.

    ``root`` is the folder that holds controls/; ``as_of`` the moment (UTC) that nothing may have been observed after.
    """
    received, vault = _received(root, center), _vault(root, center)
    found: dict[str, Observation] = {}
    problems: list[Problem] = []
    for ident, evidence in center.evidence.items():
        found[ident], wrong = _observe(root, center, evidence, received, vault)
        problems += [_located(root, evidence, one) for one in (*wrong, *_impossible(center, evidence, found[ident], as_of))]
    return found, tuple(sorted(set(problems)))


def observe_bytes(data: bytes, description: Description, received: datetime | None = None) -> Observation:
    """What comes of evidence whose bytes are at hand, exactly as if they had been opened here."""
    return _seen(BytesIO(data), description, received)


def clear_bytes(root: pathlib.Path, center: Center, file: str) -> bytes:
    """A file as a description names it, out of the vault decrypted. Raises ValueError where it is no safe path, OSError, CouldNotTell."""
    with _opened(root, _vault(root, center), file) as stream:
        return stream.read()


def declared(description: Description, exhibit: str | None) -> bytes:
    """What is bound of a declaration: its RFC 8785 form. ``exhibit``: hex SHA-256 of the file it is about, if there is one."""
    assert description.observed is not None
    assert description.until is not None
    said = {"by": description.by, "observed": print_moment(description.observed), "statement": description.statement, "until": description.until.isoformat()}
    return jcs.canonical(said if exhibit is None else said | {"sha256": exhibit})


def place_of(evidence: Evidence) -> Path:
    """Where in its YAML file a description stands: the whole of a file of its own, or under check ``n`` of ``<control>.<n>``."""
    return () if evidence.register_name is not None or evidence.file.startswith(f"{FOLDER}/") else ("checks", int(evidence.id.rpartition(".")[2]) - 1, "evidence")


@dataclass(frozen=True, slots=True)
class _Wrong:
    """A problem before it has a line: the key of the description it is about."""

    key: str
    what: str
    todo: str
    grade: Grade


def _received(root: pathlib.Path, center: Center) -> dict[str, datetime]:
    """By what a description calls the file; of one in a vault of this repository, when git received it encrypted as it is."""
    received = received_times(root, FOLDER)
    vault = _vault(root, center)
    if vault is not None and not vault.outside and any(_in_vault(evidence.description) for evidence in center.evidence.values()):
        received |= {PREFIX + path.removesuffix(ENDING): moment for path, moment in received_times(root, vault.within.rstrip("/")).items() if path.endswith(ENDING)}
    return received


def _vault(root: pathlib.Path, center: Center) -> Vault | None:
    """None too where the name is no folder's: ``exposed`` says that of center.yml."""
    try:
        return None if center.profile.vault is None else vault_of(root, center.profile.vault)
    except ValueError:
        return None


def _in_vault(description: Description) -> bool:
    return description.file is not None and description.file.startswith(PREFIX)


def _opened(root: pathlib.Path, vault: Vault | None, file: str) -> _Stream:
    """Raises ValueError where it is no safe path, OSError where it is missing, CouldNotTell where the vault does not open it."""
    if not file.startswith(PREFIX):
        return open_inside(root, "/".join((FOLDER, *parts_of(file))))
    if vault is None:
        raise ValueError("lies in the vault, and center.yml names none, write vault: into it")
    return open_clear(vault, file.removeprefix(PREFIX))


def _observe(root: pathlib.Path, center: Center, evidence: Evidence, received: Mapping[str, datetime], vault: Vault | None) -> tuple[Observation, list[_Wrong]]:
    description = evidence.description
    if evidence.register_name is not None:
        return Observation(register_digest(center.registers[evidence.register_name])), []
    if description.file is None:
        return Observation(_declared(description, None)), []
    try:
        with _opened(root, vault, description.file) as stream:
            seen = _seen(stream, description, received.get(description.file))
    except ValueError as error:
        where = "in the vault" if _in_vault(description) else "inside controls/evidence/"
        return Observation(None, trouble=f"the file is not {where}"), [_Wrong("file", f"{description.file!r}: {error}", "", "error")]
    except FileNotFoundError:
        todo = "add it with `attest vault add`, or correct the path" if _in_vault(description) else "add it, or correct the path; it is relative to controls/evidence/"
        return _unusable("file", "is missing", todo, description)
    except CouldNotTell as error:
        trouble = error.message if error.message.startswith("the vault ") else f"the file cannot be read: {error.message}"
        return Observation(None, trouble=trouble), [_Wrong("file", f"the file {description.file!r} cannot be read: {error.message}", error.hint, "evidence")]
    except OSError as error:
        return _unusable("file", f"cannot be read: {error.strerror}", "see that it can", description)
    return seen, _trouble(seen, description)


def _unusable(key: str, said: str, todo: str, description: Description) -> tuple[Observation, list[_Wrong]]:
    return Observation(None, trouble=f"the file {said}"), [_Wrong(key, f"the file {description.file!r} {said}", todo, "evidence")]


def _trouble(seen: Observation, description: Description) -> list[_Wrong]:
    """Nothing where the format is not one of its kind: ``load`` says that of the YAML."""
    formats = readings.RECORDS if description.kind == "record" else readings.REPORTS
    if seen.trouble is None or description.format not in (None, *formats):
        return []
    said = seen.trouble.removeprefix("the file ")
    if description.kind == "document" and " (kind: " in said:
        return [_Wrong("file", f"the file {description.file!r} {said}", "", "evidence")]
    return [_Wrong("file", f"the file {description.file!r} {said}", "mend or replace it", "evidence")]


def _declared(description: Description, exhibit: str | None) -> str:
    """The digest of a declaration: of what it says, by whom, for how long, and of the hex SHA-256 of the file it is about, if it has one."""
    return hashlib.sha256(declared(description, exhibit)).hexdigest()


def _seen(stream: _Stream, description: Description, received: datetime | None) -> Observation:
    before = _state(stream)
    digest, exhibit = hashlib.file_digest(stream, "sha256").hexdigest(), None
    if description.kind == "declaration":
        digest, exhibit = _declared(description, digest), digest
    if hollow := _hollow(stream, before[0]):
        return Observation(digest, received, trouble=hollow, exhibit=exhibit)
    reading, trouble = _read(stream, description)
    paper, no_paper = _paper(stream, description)
    if _state(stream) != before:
        return Observation(None, trouble="the file changed while it was read")
    return Observation(digest, received, reading, trouble or no_paper, exhibit, paper)


def _hollow(stream: _Stream, size: int) -> str | None:
    """What stands where evidence should be, and is none: no byte, blanks alone, git's note of a file that was left on a server."""
    stream.seek(0)
    head = stream.read(_HEAD)
    if not head.strip(b" \t\r\n\f\v\0") and size <= _HEAD:
        return "the file is empty"
    return "the file is git LFS's pointer to it, not the file itself: run `git lfs pull`" if head.startswith(_LFS) else None


def _state(stream: _Stream) -> tuple[int, int]:
    if isinstance(stream, BytesIO):  # decrypted, and ours alone
        return len(stream.getbuffer()), 0
    found = os.fstat(stream.fileno())
    return found.st_size, found.st_mtime_ns


def _read(stream: _Stream, description: Description) -> tuple[Reading | None, str | None]:
    if description.kind not in ("report", "record"):
        return None, None
    stream.seek(0)
    try:
        return readings.read(stream, description.format, _shape(description)), None
    except Unreadable as error:
        return None, f"the file cannot be read: {error.message}"


def _paper(stream: _Stream, description: Description) -> tuple[Paper | None, str | None]:
    if description.kind != "document":
        return None, None
    stream.seek(0)
    try:
        return papers.read(stream), None
    except Unreadable as error:
        said = error.message if error.message.startswith("the file ") else f"the file cannot be read: {error.message}"
        return None, f"{said}: {error.hint}" if "(kind: " in error.hint else said


def _shape(description: Description) -> RecordShape | None:
    columns = description.columns
    if columns is None:
        return None
    return RecordShape(columns.row, columns.outcome, columns.subject, columns.severity, description.pass_values, description.fail_values, description.sheet)


def _impossible(center: Center, evidence: Evidence, seen: Observation, as_of: datetime) -> Iterator[_Wrong]:
    """What a description says and its file contradicts."""
    yield from _times(evidence.description, seen, as_of)
    yield from _dates(evidence.description, seen, as_of)
    yield from _published(evidence.description, seen)
    yield from _contradicted(center, evidence, seen)


def _times(description: Description, seen: Observation, as_of: datetime) -> Iterator[_Wrong]:
    """What cannot be true of when it was observed."""
    typed, own = description.observed, seen.reading.observed if seen.reading is not None else None
    if typed is not None and typed > as_of:
        yield _Wrong("observed", f"{print_moment(typed)} lies after {print_moment(as_of)}, the moment of this check", "write when it was true", "error")
    if own is not None and own.replace(microsecond=0) > as_of:  # an as-of has whole seconds
        yield _Wrong("file", f"the report says it is of {print_moment(own)}, which lies after {print_moment(as_of)}", "check the clock of the machine that made it", "error")
    if typed is not None and own is not None and abs(typed - own) > _TOLERANCE:
        yield _Wrong("observed", f"says {print_moment(typed)}, but the report itself {print_moment(own)}", "remove this key: the report's own time counts", "error")
    if typed is None and own is None and seen.reading is not None:
        yield _Wrong("observed", "is needed: the report has no time of its own", "write when it was made, as 2026-11-20T03:10:00Z", "error")


def _dates(description: Description, seen: Observation, as_of: datetime) -> Iterator[_Wrong]:
    """What cannot be true of a document's day. Only what it was made after: printing or saving a text again later takes nothing from it."""
    own = sorted(moment for moment in (seen.paper.created, seen.paper.changed) if moment is not None) if seen.paper is not None else []
    typed = description.observed
    if own and typed is not None and own[0] - typed > _TOLERANCE:
        yield _Wrong("observed", f"says {print_moment(typed)}, but the document says it was made {print_moment(own[0])}", "write when it was seen, or attach the file that was seen then", "error")
    if own and own[-1] - as_of > _TOLERANCE:
        yield _Wrong("file", f"the document says it is of {print_moment(own[-1])}, which lies after {print_moment(as_of)}", "check the clock of the machine that made it", "error")


def _published(description: Description, seen: Observation) -> Iterator[_Wrong]:
    """What a document would hand to readers besides its pages."""
    if description.publish is not None and _in_vault(description):
        yield _Wrong("publish", "would publish a file of the vault", "put it into controls/evidence/files/ in clear, or remove this key", "error")
    if description.publish is not None and seen.reading is not None and seen.reading.format == "gitleaks":
        yield _Wrong("publish", "would publish a gitleaks report, which holds the secrets that were found", "remove this key", "error")
    if description.publish is not None and seen.digest is not None and description.file is not None and not _ENDING.search(description.file):
        yield _Wrong("file", "is published, and has no ending that says what it is", "name it .pdf, .csv, .json or .txt", "error")
    for note in seen.paper.notes if seen.paper is not None and description.publish is not None else ():
        yield _Wrong("file", f"is published, and the document {note}", "print it as a PDF without", "error")


def _contradicted(center: Center, evidence: Evidence, seen: Observation) -> Iterator[_Wrong]:
    """A system said to be covered, whose names the report does not have among what it says it looked at."""
    looked_at = seen.reading.targets if seen.reading is not None else ()
    for system in center.profile.systems:
        if looked_at and system.targets and system.id in evidence.description.covers and not _among(looked_at, system.targets):
            named = ", ".join(shown(target, 40) for target in looked_at[:5])
            yield _Wrong("covers", f"names {system.id}, but the report looked at {named}", "name what it covers, or add its name to targets of the system in center.yml", "error")


def _among(looked_at: tuple[str, ...], targets: tuple[str, ...]) -> bool:
    """Whole, or any part of it: testssl names a target host/address:port."""
    named = {part for target in looked_at for part in (target.lower(), *_PARTED.split(target.lower()))}
    return any(fnmatchcase(name, pattern.lower()) for name in named for pattern in targets)


def _located(root: pathlib.Path, evidence: Evidence, wrong: _Wrong) -> Problem:
    """With the file and line of the key it is about; the description was found by ``load``, so only its place is looked up again."""
    try:
        with open_inside(root, evidence.file) as stream:
            document = parse(stream.read(), evidence.file)
    except (Problems, ValueError, OSError):
        return Problem(evidence.file, evidence.line, wrong.key, wrong.what, wrong.todo, wrong.grade)
    at = document.at((*place_of(evidence), wrong.key), wrong.what, wrong.todo)
    return Problem(at.file, at.line, at.path, at.what, at.todo, wrong.grade)
