"""What a register's page says first: its reader's question, answered in a few words that are counted or picked from the rows, never typed.

    of(record, edition, "subprocessors", rows)  ->  (Glimpse("Work for us", (Said("7 companies"),)), Glimpse("Where", …), …)

A register that has no such answer has none; nothing is said of what is blank but that it is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from attest.pages import text, view
from attest.pages.drawn import Edition
from attest.pages.notice import announced
from attest.pages.register_columns import COLUMNS, GROUPS, OPTIONAL, said
from attest.pages.register_paths import path_of
from attest.published import Record
from attest.times import end_of, parse_day, parse_span
from attest.words import counted

Row = Mapping[str, Any]
Rows = Sequence[Row]

_NAMED_AT_MOST: Final = 12
_OVERDUE_NAMED: Final = 4
_AND_INSIDE: Final = ("Antigua and Barbuda", "Bosnia and Herzegovina", "Saint Kitts and Nevis", "Saint Vincent and the Grenadines", "Sao Tome and Principe", "São Tomé and Príncipe", "Trinidad and Tobago")
_BETWEEN: Final = re.compile(r"\s*[;,]\s*(?:and\s+)?|\s+and\s+")


@dataclass(frozen=True, slots=True)
class Said:
    """A few words of an answer."""

    words: str
    target: str = ""
    """A path of the site, with a fragment, that the words link to; or ``mailto:``."""
    unknown: bool = False
    mark: view.Mark | None = None


@dataclass(frozen=True, slots=True)
class Glimpse:
    """An answer, with what it answers."""

    label: str
    said: tuple[Said, ...]


def of(record: Record, edition: Edition, name: str, rows: Rows) -> tuple[Glimpse, ...]:
    """The answers on top of a register's page, at most four."""
    found = _GLANCES.get(name)
    return tuple(glimpse for glimpse in found(record, edition, rows) if glimpse.said) if found is not None and rows else ()


def contact(record: Record, *words: str) -> Mapping[str, Any]:
    """The contact of center.yml whose role speaks of one of the words, else the first."""
    contacts = record["center"]["contacts"]
    chosen: Mapping[str, Any] = next((one for one in contacts if any(word in one["role"].lower() for word in words)), contacts[0])
    return chosen


def places(rows: Rows) -> list[tuple[str, list[Row]]]:
    """Places that rows name, as they name them, in order; ``Denmark and Finland`` are two. Rows that name none come last, as ``unknown``."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        for place in _apart(row["location"]) if row["location"] else ["unknown"]:
            found.setdefault(place, []).append(row)
    return sorted(found.items(), key=lambda item: (item[0] == "unknown", item[0].casefold()))


def _apart(location: str) -> list[str]:
    for name in _AND_INSIDE:
        location = location.replace(name, name.replace(" and ", "\0"))
    return list(dict.fromkeys(place.replace("\0", " and ") for place in _BETWEEN.split(location) if place))


def _subprocessors(record: Record, edition: Edition, rows: Rows) -> Iterator[Glimpse]:
    now = [row for row in rows if row["until"] is None or end_of(parse_day(row["until"])) > edition.as_of]
    yield Glimpse("Work for us", (Said(counted(len(now), "company", "companies")),))
    yield Glimpse("Where", (Said(_listed([place for place, _ in places(now)])),) if now else ())
    coming = [told for told in announced(record, edition, "subprocessor") if told.open]
    yield Glimpse("Announced", tuple(Said(told.title, told.path) for told in coming) or (Said("no change"),))
    joined = max((row for row in rows if row["since"]), key=lambda row: str(row["since"]), default=None)
    yield Glimpse("Joined last", (Said(f"{joined['name']}, {_day(joined['since'])}", f"{path_of('subprocessors')}#{joined['id']}"),) if joined else ())


def _product(record: Record, _: Edition, rows: Rows) -> Iterator[Glimpse]:
    yield Glimpse("Your data trains AI", tuple(_trains(record, rows)))
    using = [row for row in rows if row["usesAi"] and row["usesAi"].casefold() != "no"]
    yield Glimpse("AI is used in", (Said(_listed(_systems(record, using))),) if using else () if any(row["usesAi"] is None for row in rows) else (Said("nothing we sell"),))
    asked = [key for key, _, _ in COLUMNS["product"][1] if key not in OPTIONAL]
    blank = sum(1 for row in rows for key in asked if row[key] in (None, []))
    yield Glimpse("Answers we do not know", (Said(f"{blank} of {len(rows) * len(asked)}"),))


def _trains(record: Record, rows: Rows) -> Iterator[Said]:
    """One word where all systems agree, else the systems by answer."""
    answers = {answer: [row for row in rows if row["trainsOnCustomerData"] == answer] for answer in ("no", "yes", None)}
    for answer, found in answers.items():
        word = "Unknown" if answer is None else str(answer).capitalize()
        if found:
            yield Said(word if len(found) == len(rows) else f"{word}: {_listed(_systems(record, found))}", unknown=answer is None)


def _data(record: Record, _: Edition, rows: Rows) -> Iterator[Glimpse]:
    yield Glimpse("We hold", (Said(counted(len(rows), "kind of data", "kinds of data")),))
    special, open_ = [row["what"] for row in rows if row["special"] == "yes"], [row["what"] for row in rows if row["special"] is None]
    yield Glimpse("Of a specially guarded kind", (Said(_listed(special)),) if special else (Said(f"unknown of {len(open_)}", unknown=True),) if open_ else (Said("none"),))
    known = {row["id"] for register in record["registers"] if register["name"] == "subprocessors" for row in register["rows"]}
    with_us = {one for row in rows for one in row["sharedWith"] if one in known}
    yield Glimpse("Shared with", (Said(counted(len(with_us), "subprocessor", "subprocessors"), path_of("subprocessors")),) if with_us else ())
    if any(register["name"] == "rights" for register in record["registers"]):
        yield Glimpse("Yours to ask", (Said("see, correct, delete, take it away", path_of("rights")),))


def _rights(record: Record, _: Edition, rows: Rows) -> Iterator[Glimpse]:
    spans, unknown = [row["answeredWithin"] for row in rows if row["answeredWithin"]], sum(1 for row in rows if not row["answeredWithin"])
    known = (Said(view.words_of(max(spans, key=parse_span)) + (" at most" if len(set(spans)) > 1 else "")),) if spans else ()
    yield Glimpse("Answered within", (*known, Said(f"unknown of {unknown}", unknown=True)) if unknown else known)
    addresses = {row["address"] for row in rows}
    yield Glimpse("Write to", (Said(min(addresses), f"mailto:{min(addresses)}"),) if len(addresses) == 1 and "@" in str(min(map(str, addresses))) else ())
    if any(register["name"] == "data" for register in record["registers"]):
        yield Glimpse("What there is", (Said("the data we hold", path_of("data")),))


def _documents(record: Record, _: Edition, rows: Rows) -> Iterator[Glimpse]:
    files = {paper["id"] for paper in record["papers"] if paper["file"]}
    here = [row for row in rows if row["page"] or row["evidence"] in files]
    yield Glimpse("To open here", (Said(counted(len(here), "document", "documents"), f"{path_of('documents')}#1_part" if here else ""),))
    if len(here) < len(rows):
        yield Glimpse("For the asking", (Said(counted(len(rows) - len(here), "document", "documents"), f"{path_of('documents')}#2_part"),))
        asked = contact(record, "document", "request")
        yield Glimpse("Ask", (Said(asked["email"], f"mailto:{asked['email']}"),) if asked["email"] else ())


def _assurance(_: Record, __: Edition, rows: Rows) -> Iterator[Glimpse]:
    tests = [row for row in rows if row["kind"] == "penetration-test" and row["date"]]
    last = max(tests, key=lambda row: str(row["date"]), default=None)
    yield Glimpse("Last penetration test", (Said(f"{_day(last['date'])}, {last['firm']}", f"{path_of('assurance')}#{last['id']}") if last else Said("unknown", unknown=True),))
    if last:
        left = [(last["openCritical"], "critical"), (last["openHigh"], "high")]
        words = ", ".join(f"{word}: unknown" if count is None else f"{count} {word}" for count, word in left)
        yield Glimpse("Its findings still open", (Said(words, unknown=any(count is None for count, _ in left)),))


def _insurance(record: Record, edition: Edition, rows: Rows) -> Iterator[Glimpse]:
    verdicts = {control["id"]: control["verdict"] for control in record["controls"]}
    asked = [condition["control"] for row in rows for condition in row["conditions"]]
    kept = sum(1 for ident in asked if verdicts.get(ident) == "met")
    yield Glimpse("Conditions shown to be kept", (Said(f"{kept} of {len(asked)} on {text.day(edition.as_of)}"),) if asked else ())
    yield Glimpse("Covers", (Said(counted(len(rows), "policy", "policies")),))


def _responsibilities(_: Record, __: Edition, rows: Rows) -> Iterator[Glimpse]:
    for word, title in GROUPS["whose"].items():
        if count := sum(1 for row in rows if row["whose"] == word):
            yield Glimpse(title, (Said(counted(count, "duty", "duties"), f"{path_of('responsibilities')}#1_{word}"),))


def _clauses(_: Record, __: Edition, rows: Rows) -> Iterator[Glimpse]:
    yield Glimpse("Clauses in plain words", (Said(str(len(rows))),))
    yield Glimpse("Open to talk", (Said(f"{sum(1 for row in rows if row['negotiable'] == 'yes')} of them"),))


def _notice_terms(_: Record, __: Edition, rows: Rows) -> Iterator[Glimpse]:
    for direction in dict.fromkeys(row["direction"] for row in rows):
        spans = sorted({row["within"] for row in rows if row["direction"] == direction and row["within"]}, key=parse_span)
        yield Glimpse(said(direction, "direction"), (Said(f"within {_either(list(map(view.words_of, spans)))}"),) if spans else (Said("unknown", unknown=True),))


def _again(name: str, key: str, title: str) -> Callable[[Record, Edition, Rows], Iterator[Glimpse]]:
    """For lists of what is done again and again: the last, the next, and what is overdue."""

    def glance(_: Record, edition: Edition, rows: Rows) -> Iterator[Glimpse]:
        done = max((row for row in rows if row[key]), key=lambda row: str(row[key]), default=None)
        yield Glimpse("Last", (Said(f"{_day(done[key])}: {said(done[title], title)}", f"{path_of(name)}#{done['id']}"),) if done else (Said("unknown", unknown=True),))
        due = sorted((row for row in rows if row["nextDue"]), key=lambda row: str(row["nextDue"]))
        late = [row for row in due if end_of(parse_day(row["nextDue"])) <= edition.as_of and not followed(name, rows, row)]
        ahead = next((row for row in due if end_of(parse_day(row["nextDue"])) > edition.as_of), None)
        yield Glimpse("Overdue", tuple(Said(said(row[title], title), f"{path_of(name)}#{row['id']}") for row in late[:_OVERDUE_NAMED]))
        yield Glimpse("Next by", (Said(f"{_day(ahead['nextDue'])}: {said(ahead[title], title)}"),) if ahead else ())

    return glance


def followed(name: str, rows: Rows, row: Row) -> str | None:
    """Of an examination or a rehearsal: the day on which the next of its kind was done, if it was done by the day that was set."""
    if name not in ("assurance", "exercises") or row["date"] is None:
        return None
    later = [other["date"] for other in rows if other["kind"] == row["kind"] and other["date"] and row["date"] < other["date"] <= row["nextDue"]]
    return min(later, default=None)


def _incident_plan(_: Record, __: Edition, rows: Rows) -> Iterator[Glimpse]:
    first = next((row for row in rows if row["phase"] == "detect"), None)
    yield Glimpse("Steps", (Said(f"{len(rows)}, in {counted(len({row['phase'] for row in rows}), 'phase', 'phases')}"),))
    yield Glimpse("First step after an alarm", (Said(f"within {first['within']}" if first["within"] else "unknown", f"{path_of('incident-plan')}#{first['id']}", not first["within"]),) if first else ())
    yield Glimpse("With customers or suppliers", (Said(counted(sum(1 for row in rows if row["joint"] == "yes"), "step", "steps")),))


def _incidents(_: Record, __: Edition, rows: Rows) -> Iterator[Glimpse]:
    yield Glimpse("Recorded", (Said(str(len(rows))),))
    yield Glimpse("Still open", (Said(str(sum(1 for row in rows if row["closed"] is None))),))


def _systems(record: Record, rows: Rows) -> list[str]:
    return view.systems(record, [row["id"] for row in rows])


def _day(day: str) -> str:
    return text.day(f"{day}T00:00:00Z")


def _listed(words: Iterable[str]) -> str:
    """Words one after the other; what is more than a line holds is counted."""
    every = list(words)
    return ", ".join(every) if len(every) <= _NAMED_AT_MOST else f"{', '.join(every[:_NAMED_AT_MOST])} and {len(every) - _NAMED_AT_MOST} more"


def _either(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


_GLANCES: Final[dict[str, Callable[[Record, Edition, Rows], Iterator[Glimpse]]]] = {
    "subprocessors": _subprocessors, "product": _product, "data": _data, "rights": _rights, "documents": _documents, "assurance": _assurance, "insurance": _insurance,
    "responsibilities": _responsibilities, "clauses": _clauses, "notice-terms": _notice_terms, "exercises": _again("exercises", "date", "kind"), "reviews": _again("reviews", "last", "what"),
    "incident-plan": _incident_plan, "incidents": _incidents,
}  # fmt: skip
