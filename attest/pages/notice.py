"""Notices: a list, the newest first, by kind where there are many, and a page each with every version it has had. What was said stays; later words stand beside it.

    record["notices"]  ->  notices/index.html, notices/<id>.html

Of a change, the day on which it takes effect and the last one on which a reader may object are fields; what the latest version that says
them says, counts. Other days that the latest version names, and that lie after it, are picked out of the words and shown with the sentence
they stand in. All are ``to come`` until they have passed by the reader's clock. A day without a year is the one nearest to the day on which it was said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

from jinja2 import Environment

from attest.pages import text, view
from attest.pages.addresses import reaching
from attest.pages.drawn import Drawn, Edition, Heading
from attest.pages.register_columns import said
from attest.pages.register_paths import path_of as list_path
from attest.pages.view import Mark
from attest.published import NoticeRecord, Record
from attest.times import MONTHS, end_of, parse_day, print_moment, start_of

INDEX: Final = "notices/index.html"

KINDS: Final = {"incident": "Incidents", "subprocessor": "Subprocessor changes", "change": "Changes", "maintenance": "Planned work", "advisory": "Advisories"}
"""In the order they stand in."""

_FEW: Final = 12
"""Notices that stand in one list, the newest first; more are listed by kind."""
_KIND: Final = {"subprocessor": "Subprocessor change", "maintenance": "Planned work"}
_MONTH: Final = f"(?P<{{}}>{'|'.join(MONTHS)})"
_DAY: Final = re.compile(
    rf"\b(?:(?P<iso>\d{{4}}-\d\d-\d\d)|(?P<d>\d{{1,2}}) {_MONTH.format('m')}(?:,? (?P<y>\d{{4}}))?|{_MONTH.format('n')} (?P<e>\d{{1,2}})(?:, (?P<z>\d{{4}}))?)\b"
)
_SENTENCES: Final = re.compile(r"(?<=[.!?])\s+(?=[^a-z])")
_TOLD: Final = ("happened", "affected", "doing", "you")


@dataclass(frozen=True, slots=True)
class Named:
    """A day that a notice names, with the sentence it stands in."""

    day: str
    """RFC 3339."""
    said: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as lists show it."""

    id: str
    title: str
    path: str
    kind: str
    mark: Mark
    open: bool
    first: str
    last: str
    """Days of its first and its latest version."""
    versions: int
    latest: Mapping[str, Any]
    days: tuple[Named, ...]
    effective: Named | None = None
    """Of a change: when it takes effect, as the last version that says so has it."""
    object_until: Named | None = None
    """Of a change: the last day to object."""


def draw(record: Record, edition: Edition, templates: Environment) -> Iterator[Drawn]:
    """Nothing where there is no public notice."""
    if not record["notices"]:
        return
    lede = "What happened, what changed, and what you should know. What we learnt later is added to what we said first, and does not take its place."
    every = [told(edition, notice) for notice in record["notices"]]
    kinds = [(kind, title, found) for kind, title in KINDS.items() if (found := announced(record, edition, kind))]
    html = partial(view.fill, templates, "notices.html", INDEX, record, edition, lede=lede, every=every, kinds=kinds, few=len(every) <= _FEW)
    yield Drawn(INDEX, "Notices", "Notices", lede, html, lead=True)
    for notice in record["notices"]:
        yield _page(record, edition, notice, templates)


def _page(record: Record, edition: Edition, notice: NoticeRecord, templates: Environment) -> Drawn:
    path, row = path_of(notice["id"]), _row(record, notice)
    html = partial(
        view.fill, templates, "notice.html", path, record, edition, notice=notice, told=told(edition, notice), index=INDEX, systems=view.systems(record, notice["systems"]), reaching=reaching, row=row,
    )  # fmt: skip
    headings = tuple(Heading(f"version-{number}", text.day(f"{version['date']}T00:00:00Z")) for number, version in enumerate(notice["versions"], 1))
    return Drawn(path, notice["title"], notice["title"], text.plain(notice["versions"][-1]["happened"]), html, tuple(reversed(headings)), INDEX)


def _row(record: Record, notice: NoticeRecord) -> tuple[str, str] | None:
    """Path and name of the subprocessor that it is about, once that stands in the list."""
    rows = [row for register in record["registers"] if register["name"] == "subprocessors" for row in register["rows"]]
    return next(((f"{list_path('subprocessors')}#{row['id']}", row["name"]) for row in rows if row["id"] == notice.get("subprocessor")), None)


def path_of(ident: str) -> str:
    """The page of a notice."""
    return f"notices/{ident}.html"


def announced(record: Record, edition: Edition, kind: str) -> tuple[Told, ...]:
    """The notices of a kind, the newest first."""
    return tuple(told(edition, notice) for notice in record["notices"] if notice["kind"] == kind)


def told(edition: Edition, notice: NoticeRecord) -> Told:
    """A notice as lists show it."""
    latest = notice["versions"][-1]
    still_open = latest["closed"] != "yes"
    mark = Mark("unknown" if notice["kind"] == "incident" else "planned", "Open") if still_open else Mark("not-applicable", "Closed")
    effective, until = said_last(notice, "effective"), said_last(notice, "objectUntil")
    days = tuple(one for one in _named(edition, latest) if one.day[:10] not in (effective, until)) if still_open else ()
    kind = _KIND.get(notice["kind"]) or said(notice["kind"])
    begins = effective and _from(edition, effective)
    ends = until and _day(edition, until, latest["you"] or "", "you can object", "past: no longer open to objection")
    return Told(
        notice["id"], notice["title"], path_of(notice["id"]), kind, mark, still_open, notice["versions"][0]["date"], latest["date"], len(notice["versions"]), latest, days, begins or None, ends or None,
    )  # fmt: skip


def said_last(notice: NoticeRecord, key: str) -> str | None:
    """A day of a notice as the last version that says it has it; None where none does."""
    return next((str(version[key]) for version in reversed(notice["versions"]) if version.get(key)), None)


def _from(edition: Edition, day: str) -> Named:
    """A day on which something begins: it holds from its first second."""
    begin = start_of(parse_day(day))
    mark = Mark("planned", "to come", print_moment(begin), "not-applicable", "in effect") if begin > edition.as_of else Mark("not-applicable", "in effect")
    return Named(f"{day}T00:00:00Z", "", mark)


def _day(edition: Edition, day: str, words: str, ahead: str, past: str) -> Named:
    """A day that counts to its last second."""
    end = end_of(parse_day(day))
    mark = Mark("planned", ahead, print_moment(end), "not-applicable", past) if end > edition.as_of else Mark("not-applicable", past)
    return Named(f"{day}T00:00:00Z", words, mark)


def _named(edition: Edition, version: Mapping[str, Any]) -> Iterator[Named]:
    """Days to come when the version was written, the earliest first; each once, where it is named first."""
    since, found = parse_day(version["date"]), dict[date, str]()
    for key in _TOLD:
        for sentence in _SENTENCES.split(text.lines(text.plain(version[key]))) if version[key] else ():
            for day in days_in(sentence, since):
                found.setdefault(day, sentence)
    for day in sorted(day for day in found if day > since):
        yield _day(edition, day.isoformat(), found[day], "to come", "past")


def days_in(words: str, said_on: date) -> Iterator[date]:
    """Days that words name: ``20 December 2026``, ``December 20, 2026``, ``2026-12-20``, and ``20 December`` of the year nearest to ``said_on``."""
    for match in _DAY.finditer(words):
        year, month, day = match["y"] or match["z"], match["m"] or match["n"], match["d"] or match["e"]
        years = [int(year)] if year else [said_on.year - 1, said_on.year, said_on.year + 1]
        there = [match["iso"]] if match["iso"] else [f"{one:04}-{MONTHS.index(month) + 1:02}-{int(day):02}" for one in years]
        if days := [found for one in there if (found := _real(one)) is not None]:
            yield min(days, key=lambda found: abs(found - said_on))


def _real(day: str) -> date | None:
    try:
        return parse_day(day)
    except ValueError:
        return None
