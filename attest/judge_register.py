"""What a check asks of a register's rows: a verdict, why, and until when a yes can stand.

    Ask + rows + as_of -> (Finding, ends)

        only: {criticality: [critical]}, within: {reviewed: 1y}
        -> met      "all 3 rows looked at are as asked"                    ends: the first day a review is a year old
        -> not-met  "1 of 3 rows looked at: reviewed is longer than 1 year ago"
        -> unknown  "1 of 3 rows looked at does not say reviewed"

``latest`` alone is asked of all rows together, so that what was done in earlier years may stay in the list. A row whose ``until`` lay behind it when the register was last gone through is over, and not looked at. A blank cell answers nothing, nor does one that says n/a, unknown or a dash. In a column of ``only`` it makes the whole answer unknown: the row might be one that is meant. A day in the
future proves nothing of the past. ``reason`` counts; which rows they are stands in ``detail``, for staff.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final, Literal

from attest.english import span_words
from attest.judge import Finding
from attest.model.register import Register, Row
from attest.model.rule import Ask
from attest.times import end_of, start_of
from attest.words import VERDICTS, counted


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one row says to one thing that is asked of it."""

    verdict: Literal["met", "not-met", "unknown"]
    said: str = ""
    ends: datetime | None = None


_Asked = tuple[str, Callable[[Any], _Answer]]
"""A column, and what its cell answers."""


def judge_register(ask: Ask, min_rows: int, register: Register, as_of: datetime) -> tuple[Finding, datetime | None]:
    """The worst of what the rows answer, and the first moment at which a met answer would no longer be one."""
    rows = [row for row in register.rows if not _over(row, register.header.observed)]
    looked_at = [row for row in rows if _fits(ask, row)]
    answers = [(row, column, answer(getattr(row, column))) for row in looked_at for column, answer in _asked(ask, as_of)]
    newest = [_latest(column, span, looked_at, as_of) for column, span in (ask.latest or {}).items()]
    found = [*_unsorted(ask, rows), *_findings(answers, len(looked_at)), *(finding for finding, _ in newest if finding is not None)]
    if len(looked_at) < min_rows:
        found.append(Finding("unknown", f"{counted(len(looked_at), 'row')} to look at; at least {min_rows} {'has' if min_rows == 1 else 'have'} to be there"))
    ends = min((end for end in (*(answer.ends for _, _, answer in answers), *(end for _, end in newest)) if end is not None), default=None)
    return min(found, key=lambda finding: VERDICTS.index(finding.verdict), default=_met(looked_at)), ends


def _met(rows: Sequence[Row]) -> Finding:
    return Finding("met", f"all {len(rows)} rows looked at are as asked" if len(rows) > 1 else "the row looked at is as asked")


def _over(row: Row, observed: date) -> bool:
    """Held against the day the register was gone through, not the clock: time passing alone never improves an answer."""
    until: date | None = getattr(row, "until", None)
    return until is not None and until < observed


def _fits(ask: Ask, row: Row) -> bool:
    return all(_text(getattr(row, column)) in values for column, values in (ask.only or {}).items())


def _unsorted(ask: Ask, rows: Sequence[Row]) -> Iterator[Finding]:
    """Rows that do not say whether they are meant."""
    for column in ask.only or {}:
        if blank := [row for row in rows if _blank(getattr(row, column))]:
            yield Finding("unknown", f"{len(blank)} of {len(rows)} rows {'does' if len(blank) == 1 else 'do'} not say {column}, so nothing tells whether {'it is' if len(blank) == 1 else 'they are'} meant", _names(blank))


def _findings(answers: Sequence[tuple[Row, str, _Answer]], count: int) -> Iterator[Finding]:
    """One a column and kind of wrong answer."""
    for verdict in ("not-met", "unknown"):
        for column, said in dict.fromkeys((column, answer.said) for _, column, answer in answers if answer.verdict == verdict):
            wrong = [row for row, at, answer in answers if (at, answer.said, answer.verdict) == (column, said, verdict)]
            yield Finding(verdict, f"{len(wrong)} of {counted(count, 'row')} looked at: {column} {said}", _names(wrong))


def _asked(ask: Ask, as_of: datetime) -> Iterator[_Asked]:
    yield from ((column, partial(_within, span, as_of)) for column, span in (ask.within or {}).items())
    yield from ((column, partial(_ahead, as_of)) for column in ask.ahead or ())
    yield from ((column, partial(_at_most, most)) for column, most in (ask.at_most or {}).items())
    yield from ((column, partial(_one_of, values)) for column, values in (ask.one_of or {}).items())
    yield from ((column, _filled) for column in ask.filled or ())


_FILLERS: Final = "\u115f\u1160\u3164\uffa0"
"""Letters of Hangul that show nothing."""
_BLANK = _Answer("unknown", "is blank")


def _within(span: timedelta, as_of: datetime, day: date | None) -> _Answer:
    if day is None:
        return _BLANK
    if start_of(day) > as_of:
        return _Answer("unknown", "lies in the future")
    ends = start_of(day) + span
    return _Answer("met", ends=ends) if as_of < ends else _Answer("not-met", f"is longer ago than {span_words(span)}")


def _latest(column: str, span: timedelta, rows: Sequence[Row], as_of: datetime) -> tuple[Finding | None, datetime | None]:
    """What is wrong, or until when it holds. The newest day that is known decides: a further row without one never makes a "no" less of one."""
    days = [day for row in rows if (day := getattr(row, column)) is not None and start_of(day) <= as_of]
    ends = max((start_of(day) + span for day in days), default=as_of)
    if as_of < ends:
        return None, ends
    if days:
        return Finding("not-met", f"the latest {column} is longer ago than {span_words(span)}"), None
    return Finding("unknown", f"{len(rows)} of {counted(len(rows), 'row')} looked at: {column} is blank or lies in the future") if rows else None, None


def _ahead(as_of: datetime, day: date | None) -> _Answer:
    if day is None:
        return _BLANK
    return _Answer("met", ends=end_of(day)) if as_of < end_of(day) else _Answer("not-met", "has passed")


def _at_most(most: int, number: int | None) -> _Answer:
    return _BLANK if number is None else _unless(number <= most, f"is over {most}")


def _one_of(values: tuple[str, ...], value: Any) -> _Answer:
    return _BLANK if _blank(value) else _unless(_text(value) in values, f"is not {' or '.join(values)}")


def _filled(value: Any) -> _Answer:
    return _BLANK if _blank(value) else _Answer("met")


def _unless(holds: bool, said: str) -> _Answer:
    return _Answer("met") if holds else _Answer("not-met", said)


_UNSAID: Final = frozenset({"n/a", "na", "n.a", "unknown", "unclear", "tbd", "tba", "tbc", "todo", "to do", "to be done", "to be defined", "to be decided", "xxx"})
_ERROR: Final = re.compile(r"#[A-Z0-9/]+[!?]?")
"""What a spreadsheet shows where a formula went wrong: #REF!, #N/A."""


def _blank(value: Any) -> bool:
    """Left out, or filled with what says nothing: no letter or digit, a word that puts the answer off, a formula's error."""
    if isinstance(value, tuple):
        return all(map(_blank, value))
    if not isinstance(value, str):
        return value is None
    return not any(map(_speaks, value)) or value.strip(" .?!").casefold() in _UNSAID or _ERROR.fullmatch(value) is not None


def _speaks(character: str) -> bool:
    return character.isalnum() and character not in _FILLERS


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _names(rows: Sequence[Row]) -> str:
    return ", ".join(row.id for row in rows[:8]) + (" …" if len(rows) > 8 else "")
