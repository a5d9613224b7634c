"""The whole report: everything the record says on one page made for paper and saved PDFs, for those who file a trust center away.

    record  ->  report.html                       title page, contents, how it stands, scope, promises, facts and lists, notices,
                                                  frameworks, whom to ask, digests for those who check
                report/part-1.html, part-2 …      the promises with their digests, ``MOST`` a part, where there are more than ``MOST``

Promises are numbered through, by audience and area, so that the clauses of frameworks can name them by number. The numbers are this
report's own: the next release may number otherwise. It decides nothing and counts nothing that the record does not hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any, Final

from jinja2 import Environment

from attest.model.center import Clause, Framework
from attest.pages import register, view
from attest.pages.drawn import Drawn, Edition, Heading
from attest.pages.framework import path_of as framework_path
from attest.pages.notice import path_of as notice_path
from attest.pages.overview import folded
from attest.pages.standing import standing
from attest.published import ControlRecord, FrameworkRecord, Record, page_of
from attest.words import AUDIENCES, VISITOR_VERDICT, Verdict

PATH: Final = "report.html"
TITLE: Final = "Whole report"
MOST: Final = 1000
"""Promises a page: some three hundred sheets of paper. What is more stands in parts."""

_MOST_NAMED: Final = 30
"""Promises that a clause names by number; where more bear on it they are counted."""
_PROMISES: Final = {"customers": "What we promise customers", "suppliers": "What we promise suppliers"}
_SAID: Final = "Everything this trust center says, on one page made for paper: every promise with its verdict and evidence, every list, every notice."


@dataclass(frozen=True, slots=True)
class Numbered:
    """A promise with its number in this report and, seen from the site's root, where this report prints it and its own page."""

    number: int
    control: ControlRecord
    path: str
    page: str

    @property
    def anchor(self) -> str:
        """Its fragment, which stays where its number may not."""
        return f"promise-{self.control['id']}"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The promises of one audience and area that stand on one page."""

    audience: str
    area: str
    title: str
    summary: str | None
    promises: tuple[Numbered, ...]

    @property
    def anchor(self) -> str:
        """Its fragment."""
        return f"{self.audience}-{self.area}"


@dataclass(frozen=True, slots=True)
class Named:
    """A clause with the promises that name it, by verdict in the order visitors read."""

    clause: Clause
    by_verdict: tuple[tuple[str, tuple[Numbered, ...]], ...]

    @property
    def many(self) -> bool:
        """Whether its promises are counted instead of named."""
        return sum(len(found) for _, found in self.by_verdict) > _MOST_NAMED


@dataclass(frozen=True, slots=True)
class Answered:
    """A framework with the clauses that promises name, and the ids of those that none does."""

    numbers: FrameworkRecord
    path: str
    named: tuple[Named, ...]
    unnamed: tuple[str, ...]


def draw(record: Record, edition: Edition, frameworks: Mapping[str, Framework], templates: Environment) -> Iterator[Drawn]:
    """report.html, and its parts where it has any."""
    pages = _numbered(record)
    yield _report(record, edition, frameworks, templates, pages)
    if len(pages) > 1:
        for number, page in enumerate(pages, 1):
            yield _part(record, edition, templates, page, number, len(pages))


def _report(record: Record, edition: Edition, frameworks: Mapping[str, Framework], templates: Environment, pages: Sequence[Sequence[Numbered]]) -> Drawn:
    whole = [shelf for page in pages for shelf in _shelves(record, page)]
    html = partial(
        view.fill, templates, "report.html", PATH, record, edition,
        count=sum(record["totals"].values()), withheld=sum(record["withheld"].values()), shelves=_by_audience(whole), parts=[page for page in pages if len(pages) > 1],
        standing=standing(record), lapses=folded(view.lapses(edition.as_of, record["controls"])), verdicts=view.SHOWN_ORDER,
        areas=_areas(record), lists=[(found, register.cards_of(record, edition, found)) for found in register.in_order(record)], answered=_answered(record, frameworks, whole),
        notice_path=notice_path, spoken=register.said, promised=_PROMISES, **_of_promises(edition), **register.known_to_facts(record),
    )  # fmt: skip
    return Drawn(PATH, TITLE, TITLE, _SAID, html, _headings(record))


def _part(record: Record, edition: Edition, templates: Environment, page: Sequence[Numbered], number: int, of: int) -> Drawn:
    path, title = _part_path(number), f"{TITLE}, part {number} of {of}"
    html = partial(
        view.fill, templates, "report-part.html", path, record, edition, title=title, whole=PATH,
        shelves=_by_audience(_shelves(record, page)), first=page[0].number, last=page[-1].number, promised=_PROMISES, **_of_promises(edition),
    )  # fmt: skip
    return Drawn(path, title, title, f"Promises {page[0].number} to {page[-1].number}, each with its verdict and evidence.", html, shelf=PATH)


def _part_path(number: int) -> str:
    return f"report/part-{number}.html"


def _of_promises(edition: Edition) -> dict[str, Any]:
    """What both templates need to print promises."""
    return {"check_mark": partial(view.check_mark, edition.as_of), "badge": view.badge, "digest_of": edition.digest, "evidence_of": _evidence}


def _numbered(record: Record) -> list[list[Numbered]]:
    """Every public promise, by audience and area, ``MOST`` a page; one empty page where there is none."""
    ordered = [
        control
        for audience in AUDIENCES
        for card in view.cards(record, [control for control in record["controls"] if control["audience"] == audience])
        for control in card.controls
    ]
    pages = [ordered[start : start + MOST] for start in range(0, len(ordered), MOST)] or [[]]
    paths = [_part_path(number) for number in range(1, len(pages) + 1)] if len(pages) > 1 else [PATH]
    return [[Numbered(start * MOST + number, control, paths[start], page_of(control)) for number, control in enumerate(page, 1)] for start, page in enumerate(pages)]


def _shelves(record: Record, promises: Iterable[Numbered]) -> list[Shelf]:
    areas = {area["id"]: area for area in record["areas"]}
    return [
        Shelf(audience, area, areas[area]["title"], areas[area]["summary"], tuple(found))
        for (audience, area), found in groupby(promises, key=lambda one: (one.control["audience"], one.control["area"]))
    ]


def _by_audience(shelves: Iterable[Shelf]) -> list[tuple[str, list[Shelf]]]:
    return [(audience, list(found)) for audience, found in groupby(shelves, key=lambda shelf: shelf.audience)]


def _areas(record: Record) -> list[tuple[str, Counter[Verdict]]]:
    """Area by area, the verdicts of its public promises; those withheld stand in no area."""
    return [(card.title, Counter(control["verdict"] for control in card.controls)) for card in view.cards(record, record["controls"])]


def _evidence(shelves: Iterable[tuple[str, Iterable[Shelf]]]) -> list[tuple[str, str, str]]:
    """What was looked at, once each: its title or kind, which digest it is, the digest."""
    found: dict[tuple[str, str, str], None] = {}
    kinds = view.WORDS["KIND"]
    for check in (check for _, areas in shelves for shelf in areas for one in shelf.promises for check in one.control["checks"]):
        name = check["title"] or f"{kinds[check['kind']]}, not published"
        if digest := check["sha256"] or check["commitment"]:
            found[name, "SHA-256" if check["sha256"] else "Commitment", digest] = None
    return sorted(found)


def _answered(record: Record, frameworks: Mapping[str, Framework], shelves: Iterable[Shelf]) -> list[Answered]:
    """Framework by framework, in the record's order."""
    naming: dict[tuple[str, str], list[Numbered]] = {}
    for shelf in shelves:
        for one in shelf.promises:
            for ident, clauses in one.control["clauses"].items():
                for clause in clauses:
                    naming.setdefault((ident, clause), []).append(one)
    return [_answer(numbers, frameworks[numbers["id"]], naming) for numbers in record["frameworks"]]


def _answer(numbers: FrameworkRecord, framework: Framework, naming: Mapping[tuple[str, str], Sequence[Numbered]]) -> Answered:
    known = [(clause, naming.get((framework.id, clause.id), ())) for clause in framework.clauses]
    named = tuple(Named(clause, _by_verdict(found)) for clause, found in known if found)
    return Answered(numbers, framework_path(framework.id), named, tuple(clause.id for clause, found in known if not found))


def _by_verdict(promises: Sequence[Numbered]) -> tuple[tuple[str, tuple[Numbered, ...]], ...]:
    grouped = ((VISITOR_VERDICT[verdict], tuple(one for one in promises if one.control["verdict"] == verdict)) for verdict in view.SHOWN_ORDER)
    return tuple((said, found) for said, found in grouped if found)


def _headings(record: Record) -> tuple[Heading, ...]:
    audiences = {control["audience"] for control in record["controls"]}
    there = {
        "stands": ("How it stands", True), "scope": ("What is in scope", True), **{audience: (said, audience in audiences) for audience, said in _PROMISES.items()},
        "lists": ("Facts and lists", bool(record["registers"])), "notices": ("Notices", bool(record["notices"])), "frameworks": ("Frameworks", bool(record["frameworks"])),
        "contacts": ("Whom to ask", True), "digests": ("For those who check", True),
    }  # fmt: skip
    return tuple(Heading(ident, said) for ident, (said, present) in there.items() if present)
