"""Our own attestation report: the form filled from the published record, or what it lacks.

    Form + record + Issue  ->  Filled: parts A to G, an answer a field, D1 to D10 a promise; lacks: what has to be written before it is issued

Always a self-attestation: there is no field that says otherwise, and part F is said to be absent. A status is the record's; ``planned`` is
not met with a treatment, and since the worst check decides, nothing is partly met. What is withheld is counted. Nothing but the record is
read, so nothing private can be in it. Words that the form never prints make a lack where somebody wrote them; catalogues that are called by
such a word are left out, and counted.

    values       what it is filled from and consists of
    words        what it never prints
    of_company   parts A, B, C, E and G, a filler a field
    of_promise   part D, ten fields a promise
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from attest.model.center import Center
from attest.model.register import Incident
from attest.model.report import Field, Form, Never, Report
from attest.published import ControlRecord, Record, page_of
from attest.report_form.of_company import OF_COMPANY
from attest.report_form.of_promise import OF_PROMISE, reached_by
from attest.report_form.values import (
    DATA,
    DISTRIBUTION,
    KIND,
    OUTSIDE,
    PAGE,
    RULE,
    STATUS,
    WORD,
    YEAR,
    Answer,
    Ask,
    Filled,
    Issue,
    Known,
    Lack,
    Line,
    OfControl,
    Part,
    anchor_of,
    in_order,
)  # fmt: skip
from attest.report_form.words import banned_in, banned_of
from attest.times import print_moment, spell_day, start_of

__all__ = ["DATA", "KIND", "PAGE", "STATUS", "Answer", "Filled", "Issue", "Lack", "Line", "OfControl", "anchor_of", "banned_in", "fill", "in_order", "issued", "lacks_of", "print_filled", "untold"]

_ALL: Final = slice(None)
_SIGNIFICANT: Final = ("critical", "high")


def fill(form: Form, record: Record, said: Mapping[str, Any], issue: Issue, list_path: Callable[[str], str], promises: slice = _ALL) -> Filled:
    """The form, filled. ``said``: ``report:`` of center.yml as published; ``list_path``: a register's name -> its page; ``promises``: which of part D."""
    known = Known(record, said, issue, list_path, _unnamed(record, banned_of(form, record, issue.as_of)))
    parts, lacks = [], list[Lack]()
    for part in form.parts:
        answers = tuple(_answer(field, known, lacks) for field in part.fields_)
        controls = tuple(_of_control(part.per_control, control, known, lacks) for control in in_order(record)[promises]) if part.per_control else ()
        parts.append(Part(part.id, part.title, answers, controls))
    return Filled(form.form, tuple(parts), tuple(lacks))


def lacks_of(form: Form, record: Record, said: Mapping[str, Any], issue: Issue) -> tuple[Lack, ...]:
    """All that keeps the report from being issued: fields that are empty, and words that it never prints."""
    filled, banned = fill(form, record, said, issue, str), banned_of(form, record, issue.as_of)
    answers: list[tuple[Answer, str | None]] = [(answer, None) for part in filled.parts for answer in part.answers]
    answers += [(answer, one.control["id"]) for part in filled.parts for one in part.controls for answer in one.answers]
    every = dict.fromkeys(text for answer, _ in answers for text in _texts(answer))
    wrong = [lack for answer, control in answers for lack in _wrong_words(answer, banned, control)] if banned_in("\n".join(every), banned) else []
    return (*filled.lacks, *wrong)


def _unnamed(record: Record, banned: Sequence[Never]) -> frozenset[str]:
    return frozenset(one["id"] for one in record["frameworks"] if banned_in(one["title"], banned) or banned_in(one["version"], banned))


def _answer(field: Field, known: Known, lacks: list[Lack]) -> Answer:
    fixed = [Line(_named(words, known), shape="words") for words in field.says]
    made = list(OF_COMPANY[field.id](known)) if field.id in OF_COMPANY else []
    todo = {ask.key: ask.todo for ask in field.asks}
    lacks += [Lack(field.id, one.key, one.why or f"field {field.id} ({field.name}) is empty", todo[one.key]) for one in made if isinstance(one, Ask)]
    return Answer(field, (*fixed, *(one for one in made if isinstance(one, Line))))


def _named(words: str, known: Known) -> str:
    center, day = known.record["center"], known.day
    places = {"name": center["name"], "site": center["id"], "day": spell_day(day), "until": spell_day(known.issue.valid_until.date())}
    return re.sub(r"\{([a-z]+)\}", lambda found: places[found[1]], words)


def _texts(answer: Answer) -> Iterator[str]:
    """What of it is printed as words."""
    yield from (text for line in answer.lines if line.shape != "code" for text in (line.label, line.text))


def _wrong_words(answer: Answer, banned: Sequence[Never], control: str | None) -> Iterator[Lack]:
    field = answer.field
    for text in _texts(answer):
        if word := banned_in(text, banned):
            todo = "write it otherwise: a self-attestation prints no such word without a certificate of ours in the register, complete and current"
            yield Lack(field.id, "", f"field {field.id} ({field.name}) would print {word!r}", todo, control, text)


def _of_control(fields: Sequence[Field], control: ControlRecord, known: Known, lacks: list[Lack]) -> OfControl:
    reached = reached_by(control)
    asked = {"always": True, "no": False, "rule": RULE in reached or OUTSIDE in reached, "word": WORD in reached, "gap": control["verdict"] in ("not-met", "planned"), "out": control["verdict"] == "not-applicable"}
    answers = []
    for field in fields:
        lines = tuple(OF_PROMISE[field.id](control, known))
        if asked[field.must] and (lack := _lack(field, control, lines)) is not None:
            lacks.append(lack)
        if lines:
            answers.append(Answer(field, lines))
    return OfControl(control, STATUS[control["verdict"]], reached, tuple(answers))


def _lack(field: Field, control: ControlRecord, lines: Sequence[Line]) -> Lack | None:
    if field.must == "gap" and control["plan"] is None and control["treatment"] is None:
        return Lack(field.id, "plan", f"field {field.id} ({field.name}) is empty, and the promise is {STATUS[control['verdict']]}", field.asks[0].todo, control["id"])
    return None if lines else Lack(field.id, "", f"field {field.id} ({field.name}) is empty", "", control["id"])


def _happened(center: Center) -> Iterator[Incident]:
    """The rows of the register of incidents."""
    yield from (row for register in center.registers.values() for row in register.rows if isinstance(row, Incident))


def untold(center: Center, as_of: datetime) -> tuple[Lack, ...]:
    """Significant incidents of our own register, private as it may be, that the report denies or leaves out. What is said here is for staff alone."""
    report = center.profile.report or Report()
    told = {ident for ident, notice in center.notices.items() if notice.kind == "incident" and notice.visibility == "public"} | {one.row for one in report.incidents}
    grave = [row for row in _happened(center) if row.severity in _SIGNIFICANT and as_of - YEAR < start_of(row.opened) <= as_of]
    unweighed = [row.id for row in _happened(center) if row.severity is None and as_of - YEAR < start_of(row.opened) <= as_of] if report.no_incidents is not None else []
    left = [row for row in grave if row.notice not in told and row.id not in told]
    denied = [*(row.id for row in grave), *(f"of {one.date.isoformat()}" for one in report.incidents)] if report.no_incidents is not None else []
    return (
        *(Lack("B5", "no_incidents", f"says that there was no significant incident in twelve months, and there was: {one}", "remove it") for one in denied[:1]),
        *(Lack("B5", "no_incidents", f"says that there was no significant incident in twelve months, and nobody said how bad {ident} was", "write severity: in its row of the register of incidents") for ident in unweighed[:1]),
        *(Lack("B5", "incidents", f"{row.id} of the register of incidents was {row.severity}, and the report would leave it out", f"publish a notice of it, or tell it here with row: {row.id}") for row in left),
    )


def issued(form: Form, record: Record, said: Mapping[str, Any] | None, issue: Issue, more: Sequence[Lack] = ()) -> tuple[Record, tuple[Lack, ...]]:
    """The record with what the report says of its own, where the report is issued; else the record as it was, and what the report lacks, ``more`` included."""
    if said is None:
        return record, ()
    lacks = (*lacks_of(form, record, said, issue), *more)
    return (record, lacks) if lacks else ({**record, "report": dict(said)}, ())


def print_filled(filled: Filled, record: Record, issue: Issue) -> dict[str, Any]:
    """attestation-report.json as an object. Keys stay, more may come."""
    center = record["center"]
    return {
        "form": {"title": "Attestation report", "version": filled.form},
        "kind": KIND,
        "independent": None,
        "center": {"id": center["id"], "name": center["name"]},
        "release": None if issue.release is None else issue.release.n,
        "asOf": print_moment(issue.as_of),
        "validUntil": print_moment(issue.valid_until),
        "distribution": DISTRIBUTION,
        "parts": [{"id": part.id, "title": part.title, "fields": [_field(one) for one in part.answers], **({"controls": [_control(one) for one in part.controls]} if part.id == "D" else {})} for part in filled.parts],
    }


def _control(one: OfControl) -> dict[str, Any]:
    return {"id": one.control["id"], "title": one.control["title"], "page": page_of(one.control), "status": one.status, "reached": list(one.reached), "fields": [_field(answer) for answer in one.answers]}


def _field(answer: Answer) -> dict[str, Any]:
    return {"id": answer.field.id, "name": answer.field.name, "must": answer.field.must, "answer": [_line(line) for line in answer.lines]}


def _line(line: Line) -> dict[str, Any]:
    return {key: value for key, value in (("label", line.label), ("text", line.text), ("path", line.to)) if value}
