"""What changed, and when: the last three months, any two releases, release by release. Drawn from the history that the site carries.

    history/index.html      the last three months; a choice of two releases; the last ``RECENT`` releases; verdicts over releases; age of evidence
    history/2026.html       releases before those, by the year of their state
    history/releases.json   the history itself (history.PATH), which the next release carries on
    history/releases.js     the same as a script, with the words sentences are made of: what the choice of two releases is told from

A script that is loaded is used, and not a file that is fetched, so that the choice works in a saved folder. It is loaded when somebody
chooses. ``assets/history.js`` puts changes together as ``history.between`` does, and tells them as ``lines`` does here; a test holds the two
against each other. Releases in which nothing changed but renewed evidence are told in one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import groupby, zip_longest
from typing import Any, Final, TypeAlias

from jinja2 import Environment

from attest.changes import GROUPS, KINDS, NOW, WAS, WORDS, Change, Group, in_order, spelt
from attest.history import BARE, MOVES, PATH, Entry, History, between, change_json, print_history, renewed_between, step
from attest.pages import chart, view
from attest.pages.drawn import Drawn, Edition, Heading, relative
from attest.pages.notice import path_of as notice_path
from attest.pages.register import path_of as list_path
from attest.published import Record, page_of
from attest.times import MONTHS, parse_moment
from attest.wire import jcs
from attest.words import BASES, VERDICTS, VISITOR_VERDICT, Verdict

INDEX: Final = "history/index.html"
SCRIPT_DATA: Final = "history/releases.js"
SCRIPT: Final = "assets/history.js"
RECENT: Final = 24
"""Releases that are told on the first page."""
MOST_LINES: Final = 60
"""Changes of one release that a page lists."""
_QUARTER: Final = timedelta(days=92)

_LEDE: Final = "What changed from release to release, the worst first. Every release is signed and names the one before it: whoever keeps one can tell whether this was written anew."


Step: TypeAlias = tuple[Entry, tuple[Change, ...]]
"""A release, and what it changed."""


@dataclass(frozen=True, slots=True)
class Line:
    """A change as a sentence, its title apart so that it can be a link."""

    opens: str
    title: str
    closes: str
    path: str | None
    was: Verdict | None
    now: Verdict | None


@dataclass(frozen=True, slots=True)
class Part:
    """The changes of one group."""

    group: Group
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What changed over one release or several."""

    parts: tuple[Part, ...]
    more: int
    """Changes that are not listed here."""
    renewed: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """A release, or several one after the other in which nothing changed. Newest first."""

    entries: tuple[Entry, ...]
    told: Told | None
    """None for the first that is told of: nothing before it is known."""
    bar: tuple[view.Segment, ...]


@dataclass(frozen=True, slots=True)
class Since:
    """From one release to another."""

    first: Entry
    last: Entry
    told: Told


def draw(record: Record, edition: Edition, templates: Environment) -> Iterator[Drawn]:
    """The first page, and one for each year that is older."""
    newest = edition.history.releases[::-1]
    steps = [(entry, step(before, entry)) for entry, before in zip_longest(newest, newest[1:])]
    recent, older = steps[:RECENT], steps[RECENT:]
    years = {year: tuple(found) for year, found in groupby(older, key=lambda found: found[0].as_of[:4])}
    yield _index(record, edition, templates, recent, tuple(years))
    for year, found in years.items():
        path = _year(year)
        html = partial(view.fill, templates, "history-year.html", path, record, edition, year=year, stretches=_stretches(pages_of(record), found), index=INDEX)
        said = f"What changed from release to release in {year}, the worst first."
        yield Drawn(path, f"History: {year}", year, said, html, shelf=INDEX)


def _index(record: Record, edition: Edition, templates: Environment, recent: Sequence[Step], years: Sequence[str]) -> Drawn:
    history, several = edition.history, len(edition.history.releases) > 1
    html = partial(
        view.fill, templates, "history.html", INDEX, record, edition,
        lede=_LEDE, history=history, several=several, since=_since(record, edition) if several else None, stretches=_stretches(pages_of(record), recent),
        choice=history.releases[::-1], years=[(year, _year(year)) for year in years], verdicts=chart.verdicts(history.releases) if several else None,
        ages=chart.ages(record, edition.as_of), data=relative(INDEX, SCRIPT_DATA), file=PATH,
    )  # fmt: skip
    withdrawn = {"withdrawn": "Withdrawn releases"} if edition.withdrawn else {}
    there = {"since": "The last three months", "between": "Between any two releases", "releases": "Release by release", "verdicts": "Verdicts over releases"} if several else {}
    headings = tuple(Heading(ident, said) for ident, said in {**withdrawn, **there, "evidence": "How fresh the evidence is", "limits": "What this page cannot show"}.items())
    return Drawn(INDEX, "History", "History", _LEDE, html, headings, lead=True, scripts=(SCRIPT,) if several else ())


def files(record: Record, edition: Edition) -> dict[str, bytes]:
    """The history as a file and as a script; nothing where none is known."""
    if not edition.history.releases:
        return {}
    return {PATH: print_history(edition.history), SCRIPT_DATA: b"window.attestHistory = " + jcs.canonical(_data(record, edition.history)) + b";\n"}


def _data(record: Record, history: History) -> dict[str, Any]:
    """What ``assets/history.js`` knows: changes, and how they are put together and told."""
    return {
        "kinds": {kind: [told.group, told.matter, told.effect, told.sentence] for kind, told in KINDS.items()},
        "order": list(in_order()),
        "groups": [[group, title] for group, title in GROUPS.items()],
        "verdicts": list(VERDICTS),
        "bases": list(BASES),
        "was": WAS,
        "now": NOW,
        "words": WORDS,
        "shown": {verdict: said.lower() for verdict, said in VISITOR_VERDICT.items()},
        "months": list(MONTHS),
        "moves": sorted(MOVES),
        "bare": sorted(BARE),
        "paths": {what: relative(INDEX, path) for what, path in pages_of(record).items()},
        "releases": [
            {"n": entry.n, "withheld": dict(entry.withheld), "renewed": entry.renewed, "untold": entry.untold, "changes": [change_json(change) for change in entry.changes or ()]}
            for entry in history.releases
        ],
    }


def _since(record: Record, edition: Edition) -> Since:
    """From the release that stood three months ago, or the first that is told of."""
    releases = edition.history.releases
    long_ago = edition.as_of - _QUARTER
    first = next((entry for entry in reversed(releases[:-1]) if parse_moment(entry.as_of) <= long_ago), releases[0])
    return Since(first, releases[-1], told(pages_of(record), between(edition.history, first.n, releases[-1].n), *renewed_between(edition.history, first.n, releases[-1].n)))


def _stretches(paths: Mapping[str, str], steps: Iterable[Step]) -> tuple[Stretch, ...]:
    """Newest first, quiet ones that follow each other as one."""
    made = []
    for quiet, group in groupby(steps, key=_is_quiet):
        found = tuple(group)
        made += [_stretch(paths, together) for together in ([found] if quiet else [(one,) for one in found])]
    return tuple(made)


def _stretch(paths: Mapping[str, str], steps: Sequence[Step]) -> Stretch:
    entries, (newest, changed) = tuple(entry for entry, _ in steps), steps[0]
    said = None if newest.changes is None else told(paths, changed, sum(entry.renewed for entry in entries), newest.untold)
    return Stretch(entries, said, view.bar(newest.totals, newest.withheld))


def _is_quiet(step: Step) -> bool:
    entry, changed = step
    return entry.changes is not None and not changed and not entry.untold


def told(paths: Mapping[str, str], changes: Sequence[Change], renewed: int, untold: int) -> Told:
    """Changes, the worst first -> groups of sentences, no more than a page can bear."""
    shown = changes[:MOST_LINES]
    by_group = {group: tuple(change for change in shown if change.group == group) for group in GROUPS}
    parts = tuple(Part(group, GROUPS[group], tuple(line(paths, change) for change in found)) for group, found in by_group.items() if found)
    return Told(parts, untold + len(changes) - len(shown), renewed)


def line(paths: Mapping[str, str], change: Change) -> Line:
    """A change as it is told, linked where what it is about is still there."""
    opens, _, closes = KINDS[change.kind].sentence.partition("{title}")
    known = {"was": spelt(change.was, WAS), "now": spelt(change.now, NOW), "where": change.where, "parts": "; ".join(change.parts)}
    titled = "{title}" in KINDS[change.kind].sentence
    return Line(opens.format(**known), change.title if titled else "", closes.format(**known), paths.get(change.what) or paths.get(change.what.partition("/")[0]), _verdict(change.was), _verdict(change.now))


def _verdict(value: str) -> Verdict | None:
    return next((verdict for verdict in VERDICTS if verdict == value), None)


def pages_of(record: Record) -> dict[str, str]:
    """What can have changed and has a page today -> the page: controls and lists by their names, notices behind ``notices/``; a row stands on its list's."""
    notices = {f"notices/{notice['id']}": notice_path(notice["id"]) for notice in record["notices"]}
    lists = {register["name"]: list_path(register["name"]) for register in record["registers"]}
    return lists | notices | {control["id"]: page_of(control) for control in record["controls"]}


def _year(year: str) -> str:
    return f"history/{year}.html"
