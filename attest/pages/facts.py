"""What reviewers ask before anything else, answered from the registers and the notices in a line each; what the record does not say is not asked.

    registers/assurance      ->  Fact("Who examined you last?", "23 October 2026", ("Brightwater Assurance", …), a mark that says when it is overdue)
    registers/certificates   ->  Certificate(title, issuer, until when): only those that hold on the day of the record, each lapsing by the reader's clock
    registers/faq            ->  Answer(question, its first words, the promises it rests on, the least of their verdicts)

No answer is written here. A column that is blank makes no sentence, but is counted as unknown where others have an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from attest.history import step
from attest.pages import text, view
from attest.pages.drawn import Edition
from attest.pages.history import Line, line, pages_of
from attest.pages.notice import path_of as notice_path
from attest.pages.register import path_of, said
from attest.pages.view import Mark
from attest.published import ControlRecord, Record
from attest.times import end_of, parse_day, print_moment, start_of
from attest.words import VERDICTS, Verdict, counted

Row = Mapping[str, Any]

_MOST_QUESTIONS: Final = 6
_MOST_NOTICES: Final = 3
_MOST_CHANGES: Final = 5
_MOST_PLACES: Final = 8
_LONGEST_PLACE: Final = 40
_LONGEST_ANSWER: Final = 190
_BETWEEN_PLACES = re.compile(r"\s*(?:,|;|\band\b|&)\s*(?![^()]*\))")
_SENTENCE = re.compile(r".{20,}?[.!?](?=\s)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fact:
    """A question, its answer in a few words, and where the whole of it stands."""

    asks: str
    answer: str
    more: tuple[str, ...]
    path: str
    leads: str
    """What the link to the whole says."""
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that holds on the day of the record."""

    title: str
    holder: str | None
    """Whose it is, where it is not the center's own."""
    issuer: str
    mark: Mark
    path: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A question of the register, and how it is answered."""

    question: str
    answer: str
    whole: bool
    path: str
    rests_on: int
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class News:
    """A notice."""

    title: str
    kind: str
    day: str
    amended: bool
    path: str


def facts(record: Record, as_of: datetime) -> tuple[Fact, ...]:
    """Those that the record answers, in the order in which they are asked. Frameworks alone answer nothing: they have a tab of their own."""
    made = (_examined(record, as_of), _others(record, as_of), _hosted(record), _trained(record), _told(record), _papers(record))
    said = tuple(fact for fact in made if fact is not None)
    return (*said, *(fact for fact in (_frameworks(record),) if fact is not None)) if said else ()


def certificates(record: Record, as_of: datetime) -> tuple[Certificate, ...]:
    """Those that hold at the record's moment. One without a first or a last day is not known to hold."""
    return tuple(_certificate(row) for row in _rows(record, "certificates") or () if _holds(row, as_of))


def entries(record: Record, name: str) -> int:
    """How many rows a register has that are shown; 0 without one."""
    return len(_rows(record, name) or ())


def answers(record: Record, as_of: datetime) -> tuple[tuple[Answer, ...], int]:
    """The first questions of the register, in its own order, and how many there are."""
    rows = _rows(record, "faq") or ()
    controls = {control["id"]: control for control in record["controls"]}
    return tuple(_answer(row, controls, as_of) for row in rows[:_MOST_QUESTIONS]), len(rows)


def news(record: Record) -> tuple[News, ...]:
    """The latest notices, the last said first."""
    latest = sorted(record["notices"], key=lambda notice: (notice["versions"][-1]["date"], notice["id"]), reverse=True)[:_MOST_NOTICES]
    return tuple(News(one["title"], said(one["kind"]), f"{one['versions'][-1]['date']}T00:00:00Z", len(one["versions"]) > 1, notice_path(one["id"])) for one in latest)


def places(cells: Sequence[str | None]) -> tuple[str, ...]:
    """Cells such as "Denmark and Finland" -> places, each once, sorted; empty where a cell is a sentence rather than a list of places."""
    found = {part for cell in cells if cell for part in _BETWEEN_PLACES.split(cell) if part}
    return () if any(len(part) > _LONGEST_PLACE for part in found) or len(found) > _MOST_PLACES else tuple(sorted(found))


def _rows(record: Record, name: str) -> Sequence[Row] | None:
    return next((register["rows"] for register in record["registers"] if register["name"] == name), None)


# One question each.


def _examined(record: Record, as_of: datetime) -> Fact | None:
    """The last penetration test; where there is none, the last examination of any kind."""
    rows = [row for row in _rows(record, "assurance") or () if row["date"] is not None]
    tests = [row for row in rows if row["kind"] == "penetration-test"]
    if not rows:
        return None
    last = max(tests or rows, key=lambda row: (row["date"], row["id"]))
    kind = said(last["kind"])
    scope = () if last["scope"] is None else (last["scope"],)
    return Fact(
        f"When was the last {kind.lower()}?", text.day(f"{last['date']}T00:00:00Z"), (last["firm"], *scope, _open(last)), f"{path_of('assurance')}#{last['id']}",
        f"All {len(rows)} examinations" if len(rows) > 1 else "The examination", _due(last["nextDue"], as_of),
    )  # fmt: skip


def _open(row: Row) -> str:
    counts = [(row["openCritical"], "critical"), (row["openHigh"], "high")]
    known = [f"{'no' if count == 0 else count} {grade}" for count, grade in counts if count is not None]
    blank = [grade for count, grade in counts if count is None]
    found = f"{' and '.join(known)} {'finding' if known[-1].startswith('1 ') else 'findings'} open" if known else ""
    unknown = f"open {' and '.join(blank)} findings: unknown" if blank else ""
    return text.lines("; ".join(part for part in (found, unknown) if part)).capitalize()


def _due(day: str | None, as_of: datetime) -> Mark | None:
    if day is None:
        return None
    end = end_of(parse_day(day))
    late = f"Overdue: was due by {text.last_day(end)}"
    return Mark("not-met", late) if end <= as_of else Mark("planned", f"Next by {text.last_day(end)}", print_moment(end), "not-met", late)


def _others(record: Record, as_of: datetime) -> Fact | None:
    """Those who work for us on the day of the record."""
    rows = _rows(record, "subprocessors")
    if rows is None:
        return None
    now = [row for row in rows if row["until"] is None or end_of(parse_day(row["until"])) > as_of]
    where, blank = places([row["location"] for row in now]), sum(row["location"] is None for row in now)
    more = ((", ".join(where),) if where else ()) + ((f"{counted(blank, 'place')} unknown",) if blank else ())
    return Fact("Who else touches our data?", counted(len(now), "company", "companies") if now else "No company", more, path_of("subprocessors"), "Subprocessors: who, what for, and where")


def _hosted(record: Record) -> Fact | None:
    rows = [row for row in _rows(record, "product") or () if row["hostingRegions"]]
    if not rows:
        return None
    regions = tuple(dict.fromkeys(region for row in rows for region in row["hostingRegions"]))
    shown = ", ".join(regions[:_MOST_PLACES]) + (" …" if len(regions) > _MOST_PLACES else "")
    return Fact("Where is it hosted?", shown, (_answered(record, len(rows)),), path_of("product"), "System by system")


def _trained(record: Record) -> Fact | None:
    """No is said only where no system that has a row says anything else."""
    rows = [row for row in _rows(record, "product") or () if row["trainsOnCustomerData"] is not None]
    if not rows:
        return None
    trains = view.systems(record, [row["id"] for row in rows if row["trainsOnCustomerData"] == "yes"])
    more = (*((f"By {', '.join(trains)}",) if trains else ()), _answered(record, len(rows)))
    return Fact("Does our data train AI?", "Yes" if trains else "No", more, path_of("product"), "Product security: what each system does")


def _answered(record: Record, count: int) -> str:
    systems = len(record["scope"]["systems"])
    return f"Answered for {count} of {counted(systems, 'system')}" if count < systems else "Answered for every system in scope"


def _told(record: Record) -> Fact | None:
    """The promise of the register; where it names several, the slowest, since that is what can be counted on."""
    terms = [row for row in _rows(record, "notice-terms") or () if row["direction"] == "we-tell-you" and row["within"] is not None]
    if not terms:
        return None
    slowest = max(terms, key=lambda row: _hours(row["within"]))
    after = () if slowest["after"] is None else (f"Counted from: {slowest['after'][:1].lower()}{slowest['after'][1:]}",)
    return Fact("How soon are we told of a breach?", f"Within {view.words_of(slowest['within'])}", after, f"{path_of('notice-terms')}#{slowest['id']}", "What the message holds")


def _hours(span: str) -> int:
    return int(span[:-1]) * {"h": 1, "d": 24, "w": 168, "y": 8766}[span[-1]]


def _papers(record: Record) -> Fact | None:
    rows, papers = _rows(record, "documents") or (), {paper["id"]: paper for paper in record["papers"]}
    if not rows:
        return None
    here = [row for row in rows if row["page"] or (row["evidence"] in papers and papers[row["evidence"]]["file"])]
    asked = [row for row in rows if row not in here and (row["how"] or row["evidence"])]
    parts = [f"{len(here)} to open" if here else "", f"{len(asked)} on request" if asked else "", f"{len(rows) - len(here) - len(asked)} named" if len(rows) > len(here) + len(asked) else ""]
    return Fact("Which documents can we have?", ", ".join(filter(None, parts)), tuple(row["title"] for row in here[:2]), path_of("documents"), "All documents, and how to ask")


def _frameworks(record: Record) -> Fact | None:
    named = [one for one in record["frameworks"] if one["mapped"]]
    if not named:
        return None
    most_named = sorted(named, key=lambda one: (-one["mapped"], one["id"]))[:2]
    more = tuple(f"{one['title']}: {one['mapped']} of {counted(one['clauses'], 'clause')} named" for one in most_named)
    return Fact("What is it mapped to?", counted(len(named), "framework"), more, "frameworks/index.html", "Clause by clause; mapped is never met")


def _holds(row: Row, as_of: datetime) -> bool:
    begun = row["validFrom"] is not None and start_of(parse_day(row["validFrom"])) <= as_of
    return begun and row["validUntil"] is not None and end_of(parse_day(row["validUntil"])) > as_of


def _certificate(row: Row) -> Certificate:
    end = end_of(parse_day(row["validUntil"]))
    found = Mark("met", f"Until {text.last_day(end)}", print_moment(end), "not-met", f"Ran out on {text.last_day(end)}")
    return Certificate(row["title"], row["holder"], row["issuer"], found, f"{path_of('certificates')}#{row['id']}")


def _answer(row: Row, controls: Mapping[str, ControlRecord], as_of: datetime) -> Answer:
    carrying = [controls[ident] for ident in row["controls"] if ident in controls]
    words = text.lines(text.plain(row["answer"]))
    short = words if len(words) <= _LONGEST_ANSWER else _first_sentence(words)
    return Answer(row["question"], short, short == words, f"{path_of('faq')}#{row['id']}", len(row["controls"]), least(carrying, as_of))


def _first_sentence(words: str) -> str:
    found = _SENTENCE.match(words)
    return found[0] if found and len(found[0]) <= _LONGEST_ANSWER else f"{words[:_LONGEST_ANSWER].rpartition(' ')[0]} …"


def least(controls: Sequence[ControlRecord], as_of: datetime) -> Mark | None:
    """The badge of what stands least well; of several that are met, the one whose evidence runs out first."""
    order = {verdict: place for place, verdict in enumerate(VERDICTS)}
    marks = [view.mark(as_of, control) for control in controls]
    return min(marks, key=lambda found: (order[found.verdict], found.lapses or "9999"), default=None)


@dataclass(frozen=True, slots=True)
class Changes:
    """What the latest release says otherwise than the one before."""

    before: int
    lines: tuple[Line, ...]
    """The worst of them, as the history tells them."""
    more: int
    """How many the history has besides."""
    moved: tuple[tuple[Verdict, int], ...]
    """How many more, or fewer, have a verdict."""


def changes(record: Record, edition: Edition) -> Changes | None:
    """What changed since the release before; None where none is known."""
    if len(edition.history.releases) < 2:
        return None
    before, now = edition.history.releases[-2:]
    found = step(before, now)
    lines = tuple(line(pages_of(record), change) for change in found[:_MOST_CHANGES])
    moved = tuple((verdict, by) for verdict in view.SHOWN_ORDER if (by := now.totals[verdict] - before.totals[verdict]))
    return Changes(before.n, lines, len(found) - len(lines) + now.untold, moved)


def leading(controls: Sequence[ControlRecord], count: int) -> Iterator[ControlRecord]:
    """The promises that most clauses of frameworks name: what others ask for most, however it stands."""
    named = sorted(controls, key=lambda control: (-sum(map(len, control["clauses"].values())), control["id"]))
    yield from named[:count]
