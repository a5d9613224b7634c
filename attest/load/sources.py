"""Everything that `check` looks at, in one call: YAML, evidence files, prose, and what would be published by mistake.

    root + as_of  ->  Center | None, {evidence id: Observation}, problems

`build` and `publish` ask the same, so that nothing reaches a site that `check` would have stopped.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from io import BufferedReader, BytesIO
from itertools import groupby
from pathlib import Path

from attest.errors import Problem, Problems, Unreadable
from attest.exposed import exposed
from attest.hygiene import mkdocs_hints, mkdocs_problems, prose_problems
from attest.inside import open_inside
from attest.leaks import REMEDY, Leak, find, find_in_stream, scan_tree
from attest.load.affirmed import find_affirmation
from attest.load.appearance import wrong_look
from attest.load.files import CENTER, read_bytes
from attest.load.publishing import published_texts
from attest.load.reported import unfounded_report
from attest.load.whole import read
from attest.model.center import Center
from attest.model.register import DONE, Register
from attest.observe import FOLDER, observe
from attest.readings import zipped
from attest.readings.interface import Observation
from attest.times import end_of, start_of
from attest.yaml_lines import Document, Parse, decode, parse, shown
from attest.yaml_lines import Path as YamlPath

_ACTIVE_XML = re.compile(rb"http://www\.w3\.org/(?:1999/xhtml|2000/svg)|<\?xml-stylesheet")
_PAGES = (".html", ".htm", ".xhtml", ".shtml", ".mht")
_SCRIPT = re.compile(rb"<\s*(?:[\w.-]+:)?(?:script|foreignObject|iframe|handler)\b|\son\w+\s*=|javascript\s*:|<!ENTITY", re.IGNORECASE)
_MOST_PUBLISHED = 64 * 2**20
"""Of one file: a page's visitor waits for it, and it is searched for what must not be published."""
_PROSE = (".md", ".markdown")
_HEAD = 8
_MOST_LEAKS = 20
"""Of one file: enough to see what kind of file it is."""


def check_sources(root: Path, as_of: datetime, parse: Parse = parse) -> tuple[Center | None, dict[str, Observation], tuple[Problem, ...]]:
    """The model where it can be built, an observation for each of its evidence ids, and every problem of the sources, sorted.

    ``parse``: what reads a source file; whoever reads the same sources again and again gives one that remembers (``yaml_lines.Kept``).
    """
    center, problems, documents = read(root, parse)
    found = [*problems, *_of_mkdocs(root, mkdocs_problems)]
    prose = dict(_prose(root, found))
    found += [problem for file, text in prose.items() for problem in prose_problems(text, file)]
    if center is None:
        return None, {}, tuple(sorted(set(found)))
    observations, wrong = observe(root, center, as_of)
    found += [*wrong, *_past(center, documents, as_of), *wrong_look(root, documents[CENTER], center.profile.look)]
    allowed, domains = leak_terms(center)
    for _, texts in groupby(published_texts(center, documents), lambda one: one[0].file):
        found += _would_publish([*texts], allowed, domains)
    for file, text in prose.items():
        found += [Problem(file, text.count("\n", 0, leak.at) + 1, "", f"would publish {leak.what}: {leak.excerpt}", REMEDY) for leak in find(text, allowed, domains)]
    found += unfounded_report(center, documents, as_of)
    found += find_affirmation(root, center.profile, as_of).problems
    found += [*_published_files(root, center), *_copied_files(root, center), *_active_copies(root), *exposed(root, center, documents)]
    return center, observations, tuple(sorted(set(found)))


def _past(center: Center, documents: Mapping[str, Document], as_of: datetime) -> Iterator[Problem]:
    """Days that cannot be: in registers and notices, those to come; of accepted risks, those that have passed: somebody has to decide anew, and until then the page would show a decision nobody stands behind."""
    for control in center.controls:
        risk = control.promise.treatment
        if risk is not None and as_of >= end_of(risk.until):
            said = f"the risk was accepted until {risk.until.isoformat()}, which has passed"
            yield documents[control.file].at(("treatment", "until"), said, f"have {risk.owner} decide anew, or remove the treatment")
    for register in center.registers.values():
        yield from _to_come(register, documents[register.source], as_of)
        if start_of(register.header.observed) > as_of:
            yield documents[register.file].at(("observed",), f"{register.header.observed.isoformat()} has not come yet", "write the day the register was last gone through")
    for ident, notice in center.notices.items():
        for index, version in enumerate(notice.versions):
            if start_of(version.date) > as_of:
                yield documents[f"controls/notices/{ident}.yml"].at(("versions", index, "date"), f"{version.date.isoformat()} has not come yet", "write the day this is said; what is to come belongs into its words")


def _to_come(register: Register, document: Document, as_of: datetime) -> Iterator[Problem]:
    for index, row in enumerate(register.rows):
        for column in DONE:
            day = getattr(row, column, None)
            if day is not None and start_of(day) > as_of:
                yield document.at(("rows", index, column), f"{day.isoformat()} has not come yet", "write the day it was done, or leave it blank")


def _would_publish(texts: Sequence[tuple[Document, YamlPath, str]], allowed: frozenset[str], domains: tuple[str, ...]) -> Iterator[Problem]:
    """What texts of one file would give away. All of them at once first: nothing that is looked for ends where a line does, and hardly a file holds any."""
    if find("\n".join(text for _, _, text in texts), allowed, domains):
        for document, path, text in texts:
            yield from (document.at(path, f"would publish {leak.what}: {leak.excerpt}", REMEDY) for leak in find(text, allowed, domains))


def leak_terms(center: Center) -> tuple[frozenset[str], tuple[str, ...]]:
    """The e-mail addresses that may be published, and the domains that may not."""
    return frozenset(contact.email for contact in center.profile.contacts if contact.email), center.profile.internal_domains


def hints(root: Path) -> list[Problem]:
    """What stops nothing, and would be better otherwise."""
    return _of_mkdocs(root, mkdocs_hints)


def _of_mkdocs(root: Path, look: Callable[[str, str], list[Problem]]) -> list[Problem]:
    if not os.path.lexists(root / "mkdocs.yml"):
        return []
    try:
        return look(decode(read_bytes(root, "mkdocs.yml"), "mkdocs.yml"), "mkdocs.yml")
    except Problems as wrong:
        return list(wrong.problems)


def _prose(root: Path, problems: list[Problem]) -> Iterator[tuple[str, str]]:
    """Path and text of every Markdown file under content/; what cannot be read, and every link, goes to ``problems``."""
    for at, folders, names in os.walk(root / "content"):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        within = Path(at).relative_to(root)
        for name in (*folders, *sorted(names)):
            if (Path(at) / name).is_symlink():
                problems.append(Problem(shown((within / name).as_posix(), 200), 0, "", "is a symbolic link", "put the file itself here"))
            elif name.lower().endswith(_PROSE) and name in names:
                file = (within / name).as_posix()
                try:
                    yield shown(file, 200), decode(read_bytes(root, file), shown(file, 200))
                except Problems as wrong:
                    problems += wrong.problems


def _published_files(root: Path, center: Center) -> Iterator[Problem]:
    """What files marked ``publish: file`` would give away."""
    allowed, domains = leak_terms(center)
    for evidence in center.evidence.values():
        if evidence.description.publish is None or evidence.description.file is None:
            continue
        file = f"{FOLDER}/{evidence.description.file}"
        try:
            with open_inside(root, file) as stream:
                if os.fstat(stream.fileno()).st_size > _MOST_PUBLISHED:
                    yield Problem(file, 0, "", f"is published and larger than {_MOST_PUBLISHED // 2**20} MiB", "take `publish: file` away, or publish a smaller file")
                    continue
                yield from _active(stream, file)
                for part, line, leak in _first(_searched(stream, allowed, domains)):
                    yield Problem(file, line, part, f"would publish {leak.what}: {leak.excerpt}", "do not publish the file, or have its tool leave this out")
        except (ValueError, OSError):
            continue


def _copied_files(root: Path, center: Center) -> Iterator[Problem]:
    """What files that lie beside the prose would give away: MkDocs copies them as they are."""
    for problem in scan_tree(root / "content", *leak_terms(center), skip=()):
        if not problem.file.lower().endswith(_PROSE):
            yield replace(problem, file=f"content/{problem.file}")


def _active_copies(root: Path) -> Iterator[Problem]:
    """Pages and drawings beside the prose that a reader's browser would run: what is written in Markdown is sanitised, these are not."""
    for at, folders, names in os.walk(root / "content"):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = shown((Path(at) / name).relative_to(root).as_posix(), 200)
            if name.lower().endswith(_PAGES):
                yield Problem(file, 0, "", "would be copied as it stands, and browsers run what is in it", "write the page in Markdown")
            elif name.lower().endswith(".svg") and _runs(root, (Path(at) / name).relative_to(root).as_posix()):
                yield Problem(file, 0, "", "is a drawing that holds a script", "save it without scripts, or as PNG")


def _runs(root: Path, file: str) -> bool:
    """Whether a drawing holds something to run; what cannot be read is named elsewhere."""
    try:
        with open_inside(root, file) as stream:
            return _SCRIPT.search(stream.read(_MOST_PUBLISHED)) is not None
    except (ValueError, OSError):
        return False


def _active(stream: BufferedReader, file: str) -> Iterator[Problem]:
    """XML that a browser would draw or run instead of showing."""
    if file.lower().endswith(".xml") and (match := _ACTIVE_XML.search(stream.read())):
        said = match[0].decode("ascii")
        yield Problem(file, 0, "", f"is published and holds {said!r}: browsers run such a file instead of showing it", "do not publish the file")
    stream.seek(0)


def _searched(stream: BufferedReader, allowed: frozenset[str], domains: tuple[str, ...]) -> Iterator[tuple[str, int, Leak]]:
    """Part, line, leak; of an archive, and so of an Office file, part by part, unpacked."""
    head = stream.read(_HEAD)
    stream.seek(0)
    if not zipped.is_zip(head):
        yield from (("", line, leak) for line, leak in find_in_stream(stream, allowed, domains))
        return
    try:
        with zipped.opened(stream.read()) as archive:
            for part in archive.infolist():
                yield from ((shown(part.filename), 0, leak) for _, leak in find_in_stream(BytesIO(archive.read(part)), allowed, domains))
    except Unreadable:
        return  # what it is to be read as says so


def _first(found: Iterator[tuple[str, int, Leak]]) -> Iterator[tuple[str, int, Leak]]:
    yield from (each for _, each in zip(range(_MOST_LEAKS), found, strict=False))
