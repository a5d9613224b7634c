"""A page a public register, in the shape its reader expects: table, matrix, cards, timeline, questions. What was left blank says "unknown", it is never left out.

    record["registers"]  ->  registers/index.html, registers/subprocessors.html …
                             privacy.html (data), your-rights.html (rights), questions.html (faq)

What a page shows and in which shape is data (register_columns.py). How a column is shown is a word for its kind, which facts.html knows:

    text prose day list link yes-no span      as they are
    reach           words in which addresses are links
    ends            a day until which something holds: a badge that lapses by the reader's clock
    due             a day by which something is to be done; overdue says so, by the reader's clock too
    last            a day after which it is over
    controls        names of controls, with their verdicts        conditions   an insurer's, each with the control that keeps it
    evidence        a document: where to read it or how to check it; names of another register's rows: row

Every row is an entry with an anchor of its own (``#row-id``), on one page: 500 rows of a table are 500 lines, with a list of all of them to
jump from. Below stands what rests on the register: the promises whose checks ask it, with their verdicts.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from jinja2 import Environment

from attest.pages import glance, text, view
from attest.pages.addresses import linked, reaching
from attest.pages.drawn import Drawn, Edition, Heading
from attest.pages.notice import announced
from attest.pages.register_columns import (
    ANSWERS,
    COLUMNS,
    GROUPS,
    HEADS,
    LEDE,
    NEIGHBOURS,
    OPTIONAL,
    SHELVES,
    Column,
    Part,
    columns_of,
    parts_of,
    said,
)
from attest.pages.register_paths import INDEX, path_of
from attest.pages.view import Mark
from attest.published import PaperRecord, Record, RegisterRecord
from attest.report_form import PAGE as REPORT
from attest.times import end_of, parse_day, print_moment, start_of
from attest.words import Verdict

__all__ = ["INDEX", "Card", "Fact", "cards_of", "draw", "in_order", "known_to_facts", "path_of", "said", "title_of"]

Rows = Sequence[Mapping[str, Any]]

_MANY: Final = 40
"""Entries from which on a page begins with a list of them all."""
_MANY_QUESTIONS: Final = 8
"""Questions from which on they stand by area."""
_SEARCHED: Final = frozenset({"text", "prose", "reach", "words", "whose", "list", "link", "yes-no"})
"""Kinds of columns whose words the site's own search finds."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One column of a row, ready for the template."""

    label: str
    kind: str
    value: Any
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One row."""

    id: str
    title: str
    facts: tuple[Fact, ...]
    badge: Mark | None = None
    target: str | None = None
    """The path of what the row is, where this site holds it."""
    anchor: bool = True
    """Whether it is the place that links to the row lead to: once on a page."""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that belong together, below words of their own."""

    title: str
    id: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page, filled."""

    title: str
    id: str
    shape: str
    width: str
    labels: tuple[str, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Extra:
    """What a page says besides its rows, after the first part."""

    title: str
    id: str
    template: str
    values: Mapping[str, Any]


def draw(record: Record, edition: Edition, templates: Environment) -> Iterator[Drawn]:
    """A list of the public registers and a page each; nothing where there is none."""
    if not record["registers"]:
        return
    lede = "What stands behind the promises, as plain facts: data, product, companies involved, proof from outside, and what to do when something happens."
    html = partial(view.fill, templates, "registers.html", INDEX, record, edition, shelves=_shelves(record), path_of=path_of, ledes=LEDE, answers=ANSWERS, lede=lede)
    yield Drawn(INDEX, "Facts", "Facts", lede, html, lead=True)
    for register in record["registers"]:
        yield _page(record, edition, register, templates)


def _shelves(record: Record) -> list[tuple[str, str, list[RegisterRecord]]]:
    """The groups of the index that hold something; each public register stands in one."""
    there = {register["name"]: register for register in record["registers"]}
    found = [(ident, title, [there[name] for name in names if name in there]) for ident, title, names in SHELVES]
    return [shelf for shelf in found if shelf[2]]


def in_order(record: Record) -> list[RegisterRecord]:
    """The public registers in the order visitors meet them."""
    return sorted(record["registers"], key=lambda register: list(COLUMNS).index(register["name"]))


def _page(record: Record, edition: Edition, register: RegisterRecord, templates: Environment) -> Drawn:
    name, path, rows = register["name"], path_of(register["name"]), register["rows"]
    html = partial(_fill, record, edition, register, templates)
    headings = tuple(Heading(row["id"], title_of(record, name, row), _to_search(name, row)) for row in rows)
    return Drawn(path, register["title"], register["title"], LEDE[name], html, headings, INDEX)


def _fill(record: Record, edition: Edition, register: RegisterRecord, templates: Environment) -> str:
    name, path = register["name"], path_of(register["name"])
    there = {other["name"]: other["title"] for other in record["registers"]}
    extra = _EXTRAS[name](record, edition, register) if name in _EXTRAS else None
    return view.fill(
        templates, "register.html", path, record, edition, register=register, lede=LEDE[name], head=HEADS[name], index=INDEX, sections=tuple(_sections(record, edition, register)),
        glance=glance.of(record, edition, name, register["rows"]), extra=extra, resting=_resting(record, name), many=_MANY, bound=_bound(record, register), handed=handed(record) if name != "documents" else None, address=shlex.quote(record["center"]["id"]),
        neighbours=[*((there[other], path_of(other)) for other in NEIGHBOURS[name] if other in there), *_report(record, name)], **(extra.values if extra else {}), **known_to_facts(record),
    )  # fmt: skip


def _report(record: Record, name: str) -> list[tuple[str, str]]:
    """Our own attestation report, beside the documents, where one is issued."""
    return [("Attestation report", REPORT)] if name == "documents" and "report" in record else []


def cards_of(record: Record, edition: Edition, register: RegisterRecord) -> tuple[Card, ...]:
    """A register's rows with every column, ready for the template; what is optional and blank is left out."""
    name, rows = register["name"], register["rows"]
    return tuple(_card(record, edition, name, rows, row, Part("cards"), anchor=True) for row in rows)


def known_to_facts(record: Record) -> dict[str, Any]:
    """What the macros of facts.html look up: whatever a row may name, and words."""
    return {
        "controls": {control["id"]: control for control in record["controls"]}, "papers": {paper["id"]: paper for paper in record["papers"]},
        "names": {other["name"]: {row["id"]: title_of(record, other["name"], row) for row in other["rows"]} for other in record["registers"]},
        "path_of": path_of, "system_names": partial(view.systems, record), "plain": view.words_of, "lean": view.badge, "linked": linked, "reaching": reaching,
        "notices": {notice["id"]: notice["title"] for notice in record["notices"]},
    }  # fmt: skip


def title_of(record: Record, name: str, row: Mapping[str, Any]) -> str:
    """What a row is called: a system by its name, a word of ours in plain words."""
    column = COLUMNS[name][0]
    if name == "product":
        return view.systems(record, [row["id"]])[0]
    return said(row[column], column) if name in ("rights", "exercises", "notice-terms") else str(row[column])


def _sections(record: Record, edition: Edition, register: RegisterRecord) -> Iterator[Section]:
    """The parts of a page that have a row; a row's anchor is where it stands first."""
    name, rows, seen = register["name"], register["rows"], set[str]()
    for number, part in enumerate(parts_of(name), 1):
        chosen = _newest(part, [row for row in rows if _ROWS[part.rows](edition, row, record)])
        if not chosen:
            continue
        columns = _in_use(part, columns_of(name, part), chosen)
        cards = {row["id"]: _card(record, edition, name, rows, row, part, columns, anchor=row["id"] not in seen) for row in chosen}
        groups = tuple(Group(title, f"{number}_{ident}", tuple(cards[row["id"]] for row in inside)) for ident, title, inside in _grouped(record, part, chosen))
        yield Section(part.title, f"{number}_part", part.shape, part.width, tuple(label for _, label, _ in columns), groups)
        seen |= cards.keys()


def _grouped(record: Record, part: Part, rows: Rows) -> Iterator[tuple[str, str, Rows]]:
    """(id, words, rows) in the order of the groups; one without words where nothing groups."""
    if part.by == "area" and len(rows) >= _MANY_QUESTIONS:
        yield from _by_area(record, rows)
    elif part.by in GROUPS:
        for word, title in GROUPS[part.by].items():
            if inside := [row for row in rows if row[part.by] == word]:
                yield word, title, inside
    else:
        yield "all", "", rows


def _by_area(record: Record, rows: Rows) -> Iterator[tuple[str, str, Rows]]:
    """Questions by the area of the first promise that each rests on; those that rest on none come last."""
    areas = {control["id"]: control["area"] for control in record["controls"]}
    placed = [(areas.get(row["controls"][0]) if row["controls"] else None, row) for row in rows]
    for area in record["areas"]:
        if inside := [row for found, row in placed if found == area["id"]]:
            yield area["id"], area["title"], inside
    if rest := [row for found, row in placed if found is None]:
        yield "other", "Other questions", rest


def _newest(part: Part, rows: Rows) -> Rows:
    """Rows without a day come last."""
    return sorted(rows, key=lambda row: str(row[part.newest] or ""), reverse=True) if part.newest else rows


def _in_use(part: Part, columns: Sequence[Column], rows: Rows) -> tuple[Column, ...]:
    """Of a table or matrix, optional columns that no row fills are left out."""
    if part.shape not in ("table", "matrix"):
        return tuple(columns)
    return tuple(column for column in columns if column[0] not in OPTIONAL or not all(_blank(row[column[0]]) for row in rows))


def _card(record: Record, edition: Edition, name: str, rows: Rows, row: Mapping[str, Any], part: Part, columns: Sequence[Column] | None = None, *, anchor: bool) -> Card:
    lines_up = part.shape in ("table", "matrix")
    shown = [column for column in (COLUMNS[name][1] if columns is None else columns) if lines_up or not _blank(row[column[0]]) or column[0] not in OPTIONAL]
    facts = {column[0]: _fact(edition, name, rows, row, column) for column in shown}
    badge = (facts[part.badge].mark or Mark("unknown", "No last day recorded")) if part.badge else None
    said_here = tuple(fact for key, fact in facts.items() if key != part.badge or fact.mark is None)
    return Card(row["id"], title_of(record, name, row), said_here, badge, _opens(record, row) if part.rows == "open" else None, anchor)


def _to_search(name: str, row: Mapping[str, Any]) -> str:
    """What a row says in words, after the names of its columns; what it only points to is found where it stands."""
    there = [(key, label, kind) for key, label, kind in COLUMNS[name][1] if kind in _SEARCHED and not _blank(row[key])]
    told = [(label, row[key] if isinstance(row[key], list) else [said(row[key], key) if kind in ("words", "whose") else row[key]]) for key, label, kind in there]
    return "; ".join(f"{label}: {', '.join(map(str, values)).removesuffix('.')}" for label, values in told)


def _fact(edition: Edition, name: str, rows: Rows, row: Mapping[str, Any], column: Column) -> Fact:
    key, label, kind = column
    value = row[key]
    if _blank(value):
        return _blank_fact(name, key, label, row)
    if kind == "ends":
        return Fact(label, kind, value, _holds(edition, value, row.get("validFrom")))
    if kind == "due":
        return Fact(label, kind, value, _due(edition, value, glance.followed(name, rows, row)))
    if kind == "last":
        return Fact(label, kind, value, _lasts(edition, value))
    if kind == "controls" and isinstance(value, str):
        return Fact(label, kind, [value])
    return Fact(label, kind, said(value, key) if kind == "words" else value)


def _blank_fact(name: str, key: str, label: str, row: Mapping[str, Any]) -> Fact:
    if (name, key) == ("documents", "evidence"):
        return Fact(label, "page" if row["page"] else "unbound", row["page"])
    return Fact(label, "no-part" if _answered(name, key, row) else "none" if key in OPTIONAL else "unknown", None)


def _answered(name: str, key: str, row: Mapping[str, Any]) -> bool:
    """Whether another column answers a blank: who has no part in a duty need not name it."""
    without = {"yours": ("us", "third-party"), "ours": ("you", "third-party")}
    return name == "responsibilities" and row["whose"] in without.get(key, ())


def _holds(edition: Edition, until: str, begins: str | None) -> Mark:
    """A badge for something that holds until a day. What has not begun does not hold yet."""
    end = end_of(parse_day(until))
    begin = start_of(parse_day(begins)) if begins is not None else None
    if begin is not None and begin > edition.as_of:
        return Mark("planned", f"From {text.day(begin)} until {text.last_day(end)}", print_moment(begin), "met", f"Until {text.last_day(end)}")
    if end <= edition.as_of:
        return Mark("not-met", f"Ran out on {text.last_day(end)}")
    return Mark("met", f"Until {text.last_day(end)}", print_moment(end), "not-met", f"Ran out on {text.last_day(end)}")


def _due(edition: Edition, day: str, followed: str | None) -> Mark:
    """A badge for what is to be done by a day: the day alone until it has passed; then that it is overdue, or when the next of its kind was done in time."""
    end = end_of(parse_day(day))
    then = f"{text.last_day(end)}; one followed on {text.day(start_of(parse_day(followed)))}" if followed else f"{text.last_day(end)}, overdue"
    becomes: Verdict = "not-applicable" if followed else "unknown"
    return Mark(becomes, then) if end <= edition.as_of else Mark("planned", text.last_day(end), print_moment(end), becomes, then)


def _lasts(edition: Edition, day: str) -> Mark | None:
    """A badge for what ends after a day; None once it has ended."""
    end = end_of(parse_day(day))
    return Mark("planned", text.last_day(end), print_moment(end), "not-applicable", f"ended on {text.last_day(end)}") if end > edition.as_of else None


def _blank(value: Any) -> bool:
    return value is None or value == []


def _current(edition: Edition, row: Mapping[str, Any], _: Record) -> bool:
    return row["until"] is None or end_of(parse_day(row["until"])) > edition.as_of


def _opens(record: Record, row: Mapping[str, Any]) -> str | None:
    """Where a document can be read on this site."""
    return row["page"] or next((paper["file"] for paper in record["papers"] if paper["id"] == row["evidence"]), None)


_ROWS: Final[dict[str, Callable[[Edition, Mapping[str, Any], Record], bool]]] = {
    "": lambda *_: True,
    "current": _current,
    "ended": lambda edition, row, record: not _current(edition, row, record),
    "open": lambda _, row, record: _opens(record, row) is not None,
    "asked": lambda _, row, record: _opens(record, row) is None,
}


def _resting(record: Record, name: str) -> list[Any]:
    """The promises whose checks ask this register."""
    return [control for control in record["controls"] if any(check["register"] == name for check in control["checks"])]


def _moves(record: Record, edition: Edition, register: RegisterRecord) -> list[tuple[str, str, str, str]]:
    """Who joined or left, the latest first: day, what happened, title, id."""
    found = []
    for row in register["rows"]:
        title = title_of(record, register["name"], row)
        if row["since"]:
            found.append((row["since"], "joined", title, row["id"]))
        if row["until"]:
            found.append((row["until"], "leaves" if _current(edition, row, record) else "left", title, row["id"]))
    return sorted(found, reverse=True)


def _bound(record: Record, register: RegisterRecord) -> list[PaperRecord]:
    """The files that rows name and the record binds: those whose digest is published, and those bound by a commitment."""
    named = {row[key] for row in register["rows"] for key, _, kind in COLUMNS[register["name"]][1] if kind == "evidence"}
    return [paper for paper in record["papers"] if paper["id"] in named and (paper["sha256"] or paper["commitment"])]


def handed(record: Record) -> str | None:
    """Where the page of documents says how to check a file that somebody was handed; None where no such page says it."""
    there = [register for register in record["registers"] if register["name"] == "documents" and any(paper["commitment"] for paper in _bound(record, register))]
    return f"{path_of('documents')}#_handed" if there else None


def _changes(record: Record, edition: Edition, register: RegisterRecord) -> Extra:
    """Of subprocessors: what is announced, who joined or left, which places they are in, and whom to write to."""
    now = [row for row in register["rows"] if _current(edition, row, record)]
    told = {"announced": announced(record, edition, "subprocessor"), "moves": _moves(record, edition, register), "places": glance.places(now)}
    return Extra("Changes and dates", "_changes", "register-changes.html", {**told, "ask": glance.contact(record, "privacy", "data protection")})


def _more_contacts(record: Record, _: Edition, register: RegisterRecord) -> Extra | None:
    """Contacts of center.yml whose address no row of the register names."""
    said_there = " ".join(str(row["channel"]) for row in register["rows"])
    more = [contact for contact in record["center"]["contacts"] if not any(contact[key] and contact[key] in said_there for key in ("email", "url"))]
    return Extra("Other addresses of this trust center", "_more", "register-contacts.html", {"more_contacts": more}) if more else None


_EXTRAS: Final[dict[str, Callable[[Record, Edition, RegisterRecord], Extra | None]]] = {"subprocessors": _changes, "contacts": _more_contacts}
