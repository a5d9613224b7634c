"""A page per framework: every clause, the controls that name it, and their verdicts. Mapped is never met.

Numbers are the record's: mapped clauses apart from verdicts of the controls that map. Withheld controls are counted in no
framework; the page says how many there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from jinja2 import Environment

from attest.model.center import Clause, Framework, Group
from attest.pages import view
from attest.pages.drawn import Drawn, Edition, Heading
from attest.published import ControlRecord, FrameworkRecord, Record

INDEX: Final = "frameworks/index.html"
CERTIFICATES: Final = "registers/certificates.html"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A group of clauses with the controls that name each."""

    title: str | None
    clauses: tuple[tuple[Clause, tuple[ControlRecord, ...]], ...]


def path_of(ident: str) -> str:
    """The path of a framework's page."""
    return f"frameworks/{ident}.html"


def clause_anchor(clause: str) -> str:
    """A clause id as a fragment: letters, digits, dots and hyphens stay, the rest becomes a hyphen."""
    return "clause-" + re.sub(r"[^A-Za-z0-9.-]+", "-", clause)


def draw(record: Record, edition: Edition, frameworks: Mapping[str, Framework], templates: Environment) -> Iterator[Drawn]:
    """The list of frameworks and one page each; nothing where the center names none."""
    if not record["frameworks"]:
        return
    withheld = sum(record["withheld"].values())
    html = partial(view.fill, templates, "frameworks.html", INDEX, record, edition, path_of=path_of, bar=view.bar, withheld=withheld)
    yield Drawn(INDEX, "Frameworks", "Frameworks", "Which clauses of which frameworks our promises bear on. Mapped is never met.", html, lead=True)
    for numbers in record["frameworks"]:
        yield _framework(record, edition, frameworks[numbers["id"]], numbers, templates)


def _framework(record: Record, edition: Edition, framework: Framework, numbers: FrameworkRecord, templates: Environment) -> Drawn:
    path = path_of(framework.id)
    html = partial(
        view.fill, templates, "framework.html", path, record, edition,
        framework=framework, numbers=numbers, chapters=_chapters(framework, record["controls"]), bar=view.bar(numbers["verdicts"]),
        clause_anchor=clause_anchor, index=INDEX, certificates=_certificates(record, framework.id), certificates_path=CERTIFICATES,
        withheld=sum(record["withheld"].values()), unnamed=_unnamed(record),
    )  # fmt: skip
    said = f"{numbers['mapped']} of {numbers['clauses']} clauses are named by a promise of ours. Mapped is never met."
    headings = (Heading("numbers", "In numbers"), Heading("clauses", "Clause by clause"))
    return Drawn(path, f"{framework.title} {framework.version}", framework.title, said, html, headings, INDEX)


def _heading(group: Group) -> str:
    """A catalogue taken from a spreadsheet may name a chapter by its title alone."""
    return group.title if group.title == group.id else f"{group.id} {group.title}"


def _unnamed(record: Record) -> str:
    """What is said of a clause that no promise names; a withheld one may, and nothing tells which."""
    return "No promise made in public" if sum(record["withheld"].values()) else "No promise made"


def _certificates(record: Record, ident: str) -> list[Mapping[str, Any]]:
    """Rows of the public certificates register that name the framework, whatever their dates: their page says which hold."""
    return [row for register in record["registers"] if register["name"] == "certificates" for row in register["rows"] if row["framework"] == ident]


def _chapters(framework: Framework, controls: Sequence[ControlRecord]) -> tuple[Chapter, ...]:
    naming: dict[str, list[ControlRecord]] = {}
    for control in controls:
        for clause in control["clauses"].get(framework.id, ()):
            naming.setdefault(clause, []).append(control)
    groups: list[tuple[str | None, str | None]] = [(group.id, _heading(group)) for group in framework.groups]
    known = {ident for ident, _ in groups}
    found = []
    for ident, title in [*groups, (None, "Other clauses" if groups else None)]:
        clauses = [clause for clause in framework.clauses if (clause.group if clause.group in known else None) == ident]
        if clauses:
            found.append(Chapter(title, tuple((clause, tuple(naming.get(clause.id, ()))) for clause in clauses)))
    return tuple(found)
