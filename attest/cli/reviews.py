"""Reviews, for people, for programs and for spreadsheets. Values in, text out; whatever others wrote passes ``ui.plain``.

    Nordlys (fictional), supplier: ask
      rule else
      ask: Send them the questionnaire again.
    must
      ✓ met      second-factor   Nobody reaches what is ours by a password alone
                                 answer second-factor of supplier-assessment: yes (unsigned, 2026-11-20)
      …

A cell of CSV that begins as a formula would gets an apostrophe before it: spreadsheets run formulas.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from attest.cli import ui
from attest.model.acceptance import Acceptance, Requirement
from attest.model.condition import FoundWord, RequirementLevel
from attest.model.party import Decided, Excepted, Outcome
from attest.reviewed import Due, Found, Raised, Received, Reviewed, TheirBundle
from attest.times import print_moment

COLUMNS: Final = (
    "party", "name", "kind", "tier", "outcome", "rule", "refer_to", "decision", "decided_by", "decided_on", "decided_until", "must_met", "must_not_met", "must_missing",
    "must_unknown", "accepted_for_now", "flags", "clauses_open", "attestation", "next_due", "next_due_what", "overdue", "threats", "could_not_tell",
)  # fmt: skip
"""Of the CSV, in order: new ones are added at the end."""

_MARK: Final[Mapping[FoundWord, tuple[str, str]]] = {"met": ("✓", "green"), "not-met": ("✗", "red"), "missing": ("–", "yellow"), "unknown": ("?", "yellow")}
_TINT: Final[Mapping[Outcome, str]] = {"accept": "green", "ask": "yellow", "refer": "yellow", "reject": "red"}
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_LEVELS: Final[tuple[RequirementLevel, ...]] = ("must", "should")
_MOST_NAMED: Final = 3
_DUE_SHOWN: Final = 8


# For people.


def as_lines(one: Reviewed) -> Iterator[str]:
    """One review, whole: the outcome first, then what it rests on."""
    yield f"{ui.colour(_text(one.name), 'bold')}, {one.kind}: {ui.colour(one.outcome, _TINT[one.outcome])}{_decided(one.decision, one.outcome)}"
    yield f"  by rule {one.rule} of {_text(one.policy_title)} ({one.policy}, version {_text(one.policy_version)})"
    yield from (f"    {_text(place)}" for place in one.by)
    if one.say:
        yield f"  {_text(one.say)}"
    if one.to:
        yield f"  decided by: {_text(one.to)}"
    if one.tier is not None:
        yield f"  tier {one.tier} ({_text(one.tier_title or '')}): {_text('; '.join(one.tier_by))}"
    for level in _LEVELS:
        counted = ", ".join(f"{count} {word}" for word in _MARK if (count := one.count(word, level)))
        yield from _titled(f"{level}: {counted}", [line for found in one.requirements if found.level == level for line in _found(found)])
    yield from _titled("warnings", [line for flag in one.flags for line in _raised(flag)])
    yield from _titled("clauses", [f"  {clause.state:<8} {clause.topic}{f' ({_text(clause.where)})' if clause.where else ''}" for clause in one.clauses])
    yield from _titled("answers", [line for received in one.received for line in _received(received)])
    yield from _titled("attestation", [] if one.bundle is None else [_bundle(one.bundle)])
    yield from _titled("due", [_due(due) for due in one.due[:_DUE_SHOWN]])
    yield from _titled("threats", [f"  {threat.id}: {_text(threat.title)} ({threat.by}){f'; {_text(threat.do)}' if threat.do else ''}" for threat in one.threats])
    yield from _titled("could not tell", [f"  {_text(problem)}" for problem in one.problems])


def as_own_lines(one: Reviewed, policy: Acceptance, aside: Mapping[str, Sequence[Requirement]]) -> Iterator[str]:
    """Ourselves held against somebody's policy. ``aside``: requirements that were not counted, by why not."""
    short = sum(found.level == "must" and found.word != "met" for found in one.requirements)
    said = f"{short} of what has to be met {'is' if short == 1 else 'are'} not shown" if short else "all that you can show of what has to be met is shown"
    whose = f" of {_text(policy.owner_name)}" if policy.owner_name else ""
    yield f"{ui.colour(_text(one.name), 'bold')}, held against {_text(one.policy_title)}{whose} ({one.policy}, version {_text(one.policy_version)}): {ui.colour(said, 'yellow' if short else 'green')}"
    for level in _LEVELS:
        counted = ", ".join(f"{count} {word}" for word in _MARK if (count := one.count(word, level)))
        yield from _titled(f"{level}: {counted}", [line for found in one.requirements if found.level == level for line in _found(found)])
    if any(found.some for found in one.requirements):
        yield "  * asked of some alone: it depends on what you do for them, and on what reaches you"
    for why, those in aside.items():
        yield from _titled(why, [f"  {each.id}: {_text(each.title)}" for each in those])
    yield from _titled("what the contract has to speak of", [f"  {clause.topic.replace('-', ' ')}" for clause in one.clauses])
    yield from _titled("warnings", [line for flag in one.flags for line in _raised(flag)])
    yield from _titled("answers", [line for received in one.received for line in _received(received)])
    yield from _titled("attestation", [] if one.bundle is None else [_bundle(one.bundle)])
    yield from _titled("could not tell", [f"  {_text(problem)}" for problem in one.problems])


def _titled(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ui.colour(title, "bold")
        yield from lines


def _found(found: Found) -> Iterator[str]:
    mark, tint = _MARK[found.word]
    yield f"  {ui.colour(f'{mark} {found.word:<8}', tint)} {found.id}: {_text(found.title)}{' *' if found.some else ''}"
    yield from (f"             {ui.colour(_text(place), 'dim')}" for place in found.where)
    if found.disagree:
        yield f"             {ui.colour('the sources say two things; the worse counts', 'yellow')}"
    yield from _accepted(found.accepted)


def _raised(flag: Raised) -> Iterator[str]:
    yield f"  {ui.colour('!', 'red')} {flag.id}: {_text(flag.title)}{f' ({_text(flag.why)})' if flag.why else ''}"
    yield from (f"             {ui.colour(_text(place), 'dim')}" for place in flag.where)
    yield from _accepted(flag.accepted)


def _accepted(accepted: Excepted | None) -> Iterator[str]:
    if accepted is not None:
        yield f"             accepted by {_text(accepted.by)} until {accepted.until}: {_text(accepted.why)}"


def _received(received: Received) -> Iterator[str]:
    when = "" if received.answered_at is None else f", {received.answered_at.date()}"
    who = f", {_text(received.by)}" if received.by else ""
    much = f"; {received.complete[0]} of {received.complete[1]} answered" if received.complete[1] else ""
    scored = f"; {received.points[0]} of {received.points[1]} points" if received.points[1] else ""
    yield f"  {_text(received.file)}: {received.questionnaire or 'not read'}, {received.signed}{when}{who}{much}{scored}"
    if received.why:
        yield f"             {_text(received.why)}"


def _bundle(bundle: TheirBundle) -> str:
    release = "" if bundle.release is None else f", release {bundle.release}"
    until = "" if bundle.valid_until is None else f", valid until {bundle.valid_until.date()}"
    return f"  {bundle.word}: {_text(bundle.where)}{release}{until}{f'; {_text(bundle.why)}' if bundle.why else ''}"


def _due(due: Due) -> str:
    return f"  {due.day}  {_text(due.what)}{ui.colour('  overdue', 'red') if due.overdue else ''}"


def _decided(made: Decided | None, outcome: Outcome) -> str:
    if made is None:
        return ""
    other = " (not what the policy comes to)" if made.outcome != outcome else ""
    return f"; decided: {made.outcome} by {_text(made.by)} on {made.date}{f' until {made.until}' if made.until else ''}{other}"


def _text(said: str) -> str:
    return " ".join(ui.plain(said).split())


def as_table(reviews: Iterable[Reviewed]) -> str:
    """The register: a line a party."""
    rows = [("party", "kind", "tier", "outcome", "decision", "next due", "warnings"), *map(_row, reviews)]
    return ui.table(rows)


def summary(reviews: Sequence[Reviewed]) -> str:
    """How many came to what, how many decisions differ from it or were never made, and what is overdue."""
    counted = ", ".join(f"{count} {outcome}" for outcome in _TINT if (count := sum(one.outcome == outcome for one in reviews)))
    made = [one for one in reviews if one.decision is not None]
    other, late = sum(one.decision is not None and one.decision.outcome != one.outcome for one in made), sum(due.overdue for one in reviews for due in one.due)
    more = [f"{other} decided otherwise" if other else "", f"{len(reviews) - len(made)} not decided" if len(made) < len(reviews) else ""]
    parties = f"{len(reviews)} part{'y' if len(reviews) == 1 else 'ies'}"
    return "; ".join(filter(None, [f"{parties}: {counted}", ", ".join(filter(None, more)), f"{late} overdue" if late else "nothing is overdue"]))


def _row(one: Reviewed) -> tuple[str, ...]:
    due = one.due[0] if one.due else None
    decision = "none" if one.decision is None else one.decision.outcome
    said = "" if due is None else f"{due.day} {_text(due.what)}{' (overdue)' if due.overdue else ''}"
    return one.party, one.kind, one.tier or "-", one.outcome + (" (could not tell all)" if one.problems else ""), decision, said or "-", _few([flag.id for flag in one.flags])


def _few(names: list[str]) -> str:
    """The first of many, for a table on a terminal; a review of its own names all."""
    more = len(names) - _MOST_NAMED
    return (", ".join(names[:_MOST_NAMED]) or "-") + (f" and {more} more" if more > 0 else "")


# For spreadsheets.


def as_csv(reviews: Iterable[Reviewed]) -> bytes:
    """The register as CSV (RFC 4180, UTF-8), a row a party, with ``COLUMNS`` as its first row. Excel takes it for UTF-8 by its byte order mark alone."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([safe_cell(cell) for cell in _cells(one)] for one in reviews)
    return text.getvalue().encode("utf-8-sig")


def safe_cell(value: str) -> str:
    """A cell that no spreadsheet takes for a formula: one line, and with an apostrophe before it where it begins like one."""
    line = _text(value)
    return f"'{line}" if line.startswith(_FORMULA) else line


def _cells(one: Reviewed) -> Sequence[str]:
    made, due = one.decision, one.due[0] if one.due else None
    accepted = [*(each.id for each in one.requirements if each.accepted is not None), *(each.id for each in one.flags if each.accepted is not None)]
    open_ = [clause.topic for clause in one.clauses if clause.state != "agreed"]
    decided = ("", "", "", "") if made is None else (made.outcome, made.by, made.date.isoformat(), _day(made.until))
    counted = (str(one.count(word)) for word in ("met", "not-met", "missing", "unknown"))
    dated = ("", "") if due is None else (due.day.isoformat(), due.what)
    return (
        one.party, one.name, one.kind, one.tier or "", one.outcome, one.rule, one.to or "", *decided, *counted, "; ".join(accepted), "; ".join(flag.id for flag in one.flags),
        "; ".join(open_), "none" if one.bundle is None else one.bundle.word, *dated, str(sum(each.overdue for each in one.due)), "; ".join(each.id for each in one.threats),
        "; ".join(one.problems),
    )  # fmt: skip


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


# For programs.


def as_json(one: Reviewed, code: int) -> dict[str, Any]:
    """One review; keys stay, more may come."""
    return {
        "party": one.party, "name": one.name, "kind": one.kind, "policy": {"id": one.policy, "title": one.policy_title, "version": one.policy_version}, "at": print_moment(one.at),
        "outcome": one.outcome, "exit": code, "rule": one.rule, "by": list(one.by), "say": one.say, "to": one.to,
        "decision": None if one.decision is None else _decision(one.decision),
        "tier": None if one.tier is None else {"id": one.tier, "title": one.tier_title, "by": list(one.tier_by)},
        "requirements": [{**_of(found, "id", "title", "level", "word", "why", "disagree"), "where": list(found.where), "accepted": _excepted(found.accepted)} for found in one.requirements],
        "flags": [{**_of(flag, "id", "title", "why"), "where": list(flag.where), "accepted": _excepted(flag.accepted)} for flag in one.flags],
        "clauses": [_of(clause, "topic", "state", "where") for clause in one.clauses],
        "answers": [_answers(received) for received in one.received],
        "attestation": None if one.bundle is None else _attestation(one.bundle),
        "due": [{"what": due.what, "day": due.day.isoformat(), "overdue": due.overdue} for due in one.due],
        "threats": [_of(threat, "id", "title", "by", "do") for threat in one.threats],
        "problems": list(one.problems),
    }  # fmt: skip


def _of(value: object, *names: str) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}


def _decision(made: Decided) -> dict[str, Any]:
    return {"outcome": made.outcome, "date": made.date.isoformat(), "by": made.by, "why": made.why, "until": _day(made.until) or None}


def _excepted(accepted: Excepted | None) -> dict[str, Any] | None:
    return None if accepted is None else {"why": accepted.why, "by": accepted.by, "date": accepted.date.isoformat(), "until": accepted.until.isoformat()}


def _answers(received: Received) -> dict[str, Any]:
    said = _of(received, "file", "questionnaire", "version", "by", "signed", "key", "stale", "why")
    return {**said, "answeredAt": _moment(received.answered_at), "answered": received.complete[0], "asked": received.complete[1], "points": received.points[0], "ofPoints": received.points[1]}


def _attestation(bundle: TheirBundle) -> dict[str, Any]:
    return {**_of(bundle, "where", "word", "release", "key", "why"), "asOf": _moment(bundle.as_of), "validUntil": _moment(bundle.valid_until)}


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else print_moment(moment)
