"""A page per framework: every clause, the controls that name it, and their verdicts. Mapped is never met.

    clause  ->  a row of the matrix: how many promises that name it have each verdict, and which they are
    group   ->  a chapter that folds; open from the start where the catalogue is short

Numbers are the record's: mapped clauses apart from verdicts of the controls that map, and never a share of one in the other. Withheld
controls are counted in no framework; the page says how many there are. A control's page leads to the clauses it names, and a clause
to the controls: ``frameworks/iso-27001-2022.html#clause-A.8.24``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from jinja2 import Environment
from markupsafe import Markup

from attest.model.center import Clause, Framework, Group
from attest.pages import view
from attest.pages.drawn import Drawn, Edition, Heading
from attest.published import FrameworkRecord, Record, page_of

INDEX: Final = "frameworks/index.html"
CERTIFICATES: Final = "registers/certificates.html"
FILTER: Final = "assets/filter.js"
_OPEN: Final = 150
"""Clauses of a catalogue whose chapters are open from the start."""

_FAMILY: Final = {
    "European Union": "Law of the European Union",
    "State of California": "Law of the United States", "US HHS": "Law of the United States", "US Federal Trade Commission": "Law of the United States",
    "US Congress": "Law of the United States",
    "NIST": "Published by governments", "CISA": "Published by governments", "FedRAMP (US GSA)": "Published by governments",
    "UK National Cyber Security Centre": "Published by governments",
}  # fmt: skip
"""By publisher, of the catalogues that Attest brings; whatever else a center names stands among the standards."""
_STANDARDS: Final = "Standards and criteria"
_FAMILIES: Final = (_STANDARDS, "Published by governments", "Law of the European Union", "Law of the United States")


@dataclass(frozen=True, slots=True)
class Answer:
    """A control that names a clause."""

    title: str
    path: str
    badge: Markup


@dataclass(frozen=True, slots=True)
class Line:
    """A clause as a row of the matrix."""

    clause: Clause
    anchor: str
    cells: tuple[tuple[str, int], ...]
    """In the order of ``view.SHOWN_ORDER``: verdict, how many of the controls that name the clause have it."""
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A group of clauses."""

    title: str | None
    lines: tuple[Line, ...]

    @property
    def mapped(self) -> int:
        """How many of its clauses a control names."""
        return sum(bool(line.answers) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Entry:
    """A framework in the list."""

    numbers: FrameworkRecord
    path: str
    publisher: str
    cells: tuple[tuple[str, int], ...]


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
    families = _families(record, frameworks)
    html = partial(view.fill, templates, "frameworks.html", INDEX, record, edition, families=families, count=len(record["frameworks"]), order=view.SHOWN_ORDER, withheld=withheld)
    said = "Which clauses of which frameworks our promises bear on. Mapped is never met."
    yield Drawn(INDEX, "Frameworks", "Frameworks", said, html, lead=True, scripts=(FILTER,))
    for numbers in record["frameworks"]:
        yield _framework(record, edition, frameworks[numbers["id"]], numbers, templates)


def _families(record: Record, frameworks: Mapping[str, Framework]) -> list[tuple[str, list[Entry]]]:
    """By title; what no promise names stands last."""
    inside: dict[str, list[Entry]] = {family: [] for family in _FAMILIES}
    for numbers in record["frameworks"]:
        publisher = frameworks[numbers["id"]].publisher
        inside[_FAMILY.get(publisher, _STANDARDS)].append(Entry(numbers, path_of(numbers["id"]), publisher, _cells(numbers["verdicts"])))
    return [(family, sorted(entries, key=lambda one: (not one.numbers["mapped"], one.numbers["title"]))) for family, entries in inside.items() if entries]


def _framework(record: Record, edition: Edition, framework: Framework, numbers: FrameworkRecord, templates: Environment) -> Drawn:
    path = path_of(framework.id)
    html = partial(_fill, record, edition, framework, numbers, templates)
    said = f"{numbers['mapped']} of {numbers['clauses']} clauses are named by a promise of ours. Mapped is never met."
    headings = (Heading("numbers", "In numbers"), Heading("clauses", "Clause by clause"))
    return Drawn(path, f"{framework.title} {framework.version}", framework.title, said, html, headings, INDEX, scripts=(FILTER,))


def _fill(record: Record, edition: Edition, framework: Framework, numbers: FrameworkRecord, templates: Environment) -> str:
    return view.fill(
        templates, "framework.html", path_of(framework.id), record, edition,
        framework=framework, numbers=numbers, chapters=_chapters(framework, _answers(record, edition, framework.id)), opened=len(framework.clauses) <= _OPEN,
        bar=view.bar(numbers["verdicts"]), index=INDEX, certificates=_certificates(record, framework.id), certificates_path=CERTIFICATES, order=view.SHOWN_ORDER,
        withheld=sum(record["withheld"].values()), unnamed=_unnamed(record),
    )  # fmt: skip


def _heading(group: Group) -> str:
    """A catalogue taken from a spreadsheet may name a chapter by its title alone."""
    return group.title if group.title == group.id else f"{group.id} {group.title}"


def _unnamed(record: Record) -> str:
    """What is said of a clause that no promise names; a withheld one may, and nothing tells which."""
    return "No promise made in public" if sum(record["withheld"].values()) else "No promise made"


def _certificates(record: Record, ident: str) -> list[Mapping[str, Any]]:
    """Rows of the public certificates register that name the framework, whatever their dates: their page says which hold."""
    return [row for register in record["registers"] if register["name"] == "certificates" for row in register["rows"] if row["framework"] == ident]


def _answers(record: Record, edition: Edition, ident: str) -> dict[str, list[tuple[str, Answer]]]:
    """Clause -> verdict and answer of each control that names it."""
    naming: dict[str, list[tuple[str, Answer]]] = {}
    for control in record["controls"]:
        if clauses := control["clauses"].get(ident):
            answer = Answer(control["title"], page_of(control), view.badge(view.mark(edition.as_of, control)))
            for clause in clauses:
                naming.setdefault(clause, []).append((control["verdict"], answer))
    return naming


def _chapters(framework: Framework, naming: Mapping[str, Sequence[tuple[str, Answer]]]) -> list[Chapter]:
    groups: list[tuple[str | None, str | None]] = [(group.id, _heading(group)) for group in framework.groups]
    known = {ident for ident, _ in groups}
    found = []
    for ident, title in [*groups, (None, "Other clauses" if groups else None)]:
        lines = tuple(_line(clause, naming.get(clause.id, ())) for clause in framework.clauses if (clause.group if clause.group in known else None) == ident)
        if lines:
            found.append(Chapter(title, lines))
    return found


def _line(clause: Clause, answers: Sequence[tuple[str, Answer]]) -> Line:
    return Line(clause, clause_anchor(clause.id), _cells(Counter(verdict for verdict, _ in answers)), tuple(answer for _, answer in answers))


def _cells(verdicts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple((verdict, verdicts.get(verdict, 0)) for verdict in view.SHOWN_ORDER)
