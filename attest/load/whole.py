"""The YAML of a trust center as a whole: files read, shaped, resolved, and every problem of every stage at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from attest.errors import Problem, Problems
from attest.hygiene import document_problems
from attest.load.asked import unsound_asked
from attest.load.files import CENTER, read_sources
from attest.load.references import Parts, resolve, unresolved
from attest.load.registered import unfounded
from attest.load.registers import registers_of
from attest.load.sanity import unsound
from attest.load.shape import Built, build
from attest.model.acceptance import Acceptance
from attest.model.center import Center, Framework, Profile
from attest.model.control import Promise
from attest.model.evidence import Description
from attest.model.questionnaire import Questionnaire
from attest.model.register import Notice, Register
from attest.yaml_lines import Document, Parse, parse


def load(root: Path) -> Center:
    """The trust center in ``root`` (the folder that holds mkdocs.yml, controls/ and content/). Raises Problems, all at once."""
    center, problems = load_with_problems(root)
    if problems or center is None:
        raise Problems(problems)
    return center


def load_with_problems(root: Path) -> tuple[Center | None, tuple[Problem, ...]]:
    """The trust center where it can be built, beside everything that is wrong with its YAML, sorted.

    It cannot be built where a file is not read, does not fit its model, or names what is not there: half of it would be another claim.
    """
    center, problems, _ = read(root)
    return center, problems


def read(root: Path, parse: Parse = parse) -> tuple[Center | None, tuple[Problem, ...], Mapping[str, Document]]:
    """``load_with_problems``, and the parsed files by path."""
    documents, unread = read_sources(root, parse)
    registers, mislisted = registers_of(root, documents)
    parts, misshapen = _parts(documents, registers, [*unread, *mislisted])
    names = [] if parts is None else list(unresolved(parts))
    blocking = [*unread, *mislisted, *misshapen, *names]
    beside = [problem for document in documents.values() for problem in document_problems(document)]
    beside += [] if parts is None else [*unsound(parts), *unfounded(parts), *unsound_asked(parts)]
    center = resolve(parts) if parts is not None and not blocking else None
    return center, tuple(sorted({*blocking, *beside})), documents


def _parts(documents: Mapping[str, Document], registers: Mapping[str, Register], unread: list[Problem]) -> tuple[Parts | None, list[Problem]]:
    """What could be built of each file; None without a profile, to which everything else refers."""
    problems: list[Problem] = []
    profile = _built(Profile, CENTER, documents, problems).get(CENTER)
    promises = _built(Promise, "controls/customers/", documents, problems) | _built(Promise, "controls/suppliers/", documents, problems)
    descriptions = _built(Description, "controls/evidence/", documents, problems)
    frameworks = _built(Framework, "controls/frameworks/", documents, problems)
    notices = _built(Notice, "controls/notices/", documents, problems)
    questionnaires = _built(Questionnaire, "controls/questionnaires/", documents, problems)
    acceptance = _built(Acceptance, "controls/acceptance/", documents, problems)
    unbuilt = frozenset(problem.file for problem in (*unread, *problems))
    if profile is None:
        return None, problems
    return Parts(documents, profile, promises, descriptions, frameworks, unbuilt, registers, notices, questionnaires, acceptance), problems


def _built(model: type[Built], prefix: str, documents: Mapping[str, Document], problems: list[Problem]) -> dict[str, Built]:
    found: dict[str, Built] = {}
    for file, document in documents.items():
        if file.startswith(prefix):
            built, wrong = build(model, document)
            problems += wrong
            if built is not None:
                found[file] = built
    return found
