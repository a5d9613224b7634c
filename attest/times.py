"""Moments and spans, as text and back: RFC 3339 in UTC with ``Z`` and whole seconds; days as ``2026-04-02``; spans as ``30d``.

Nothing here reads a clock: the moment is always an argument.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3])(?::[0-9]{2}){2}Z")  # 24:00 is read by later Pythons, a second text for one moment
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DOTTED = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_SPAN = re.compile("([1-9][0-9]{0,4})([hdwy])")
MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_UNIT = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1), "y": timedelta(days=365)}


def parse_moment(text: str) -> datetime:
    """``2026-11-20T03:10:00Z`` -> an aware datetime in UTC. ValueError for any other spelling: one moment, one text."""
    if not _MOMENT.fullmatch(text):
        raise ValueError(f"{text!r:.60} is not a time, write it as 2026-11-20T03:10:00Z")
    moment = datetime.fromisoformat(text)
    _bounded(moment.year)
    return moment


def parse_day(text: str) -> date:
    """``2026-04-02`` -> date. ValueError for any other spelling or a day that does not exist."""
    if not _DAY.fullmatch(text):
        raise ValueError(f"{text!r:.60} is not a day, write it as {respelt_day(text) or '2026-04-02'}")
    day = date.fromisoformat(text)
    _bounded(day.year)
    return day


def spell_day(day: date) -> str:
    """``2026-11-20`` -> ``20 November 2026``, for people."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def spell_moment(moment: datetime) -> str:
    """``9 September 2026, 21:40 UTC``, for people."""
    return f"{spell_day(moment)}, {moment:%H:%M} UTC"


def respelt_day(text: str) -> str | None:
    """``20.11.2026`` -> ``2026-11-20``; None for what is not written with points or is no day. Slashes mean two things, points one."""
    found = _DOTTED.fullmatch(text.strip())
    try:
        return date(*map(int, reversed(found.groups()))).isoformat() if found is not None else None
    except ValueError:
        return None


def _bounded(year: int) -> None:
    """So that a day plus any span is still a day."""
    if not 1970 <= year <= 2999:
        raise ValueError(f"the year {year} is not meant, write one from 1970 to 2999")



def parse_moment_or_day(text: str) -> datetime:
    """A time, or a day read as its first second: the earliest it can mean, so that nothing looks younger than it is."""
    return parse_moment(text) if "T" in text else start_of(parse_day(text))


def parse_span(text: str) -> timedelta:
    """``12h`` ``30d`` ``8w`` ``1y`` (365 days) -> timedelta. Months are refused: they have no one length."""
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r:.60} is not a span of time, write it as 12h, 30d, 8w or 1y")
    span = int(match[1]) * _UNIT[match[2]]
    if span > 100 * _UNIT["y"]:
        raise ValueError(f"{text!r} is longer than a hundred years, write a span that ends")
    return span


@lru_cache(maxsize=4096)
def print_moment(moment: datetime) -> str:
    """Aware datetime -> ``2026-11-20T03:10:00Z``, fractions of a second dropped. ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone means nothing")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@lru_cache(maxsize=256)
def print_span(span: timedelta) -> str:
    """timedelta -> the largest unit that says it exactly: ``30d``, ``1y``, ``12h``; other lengths in hours, rounded down."""
    for letter in "ywd":
        count, rest = divmod(span, _UNIT[letter])
        if not rest and count:
            return f"{count}{letter}"
    return f"{span // _UNIT['h']}h"


def start_of(day: date) -> datetime:
    """The first second of a day, in UTC."""
    return datetime.combine(day, time(), UTC)


def end_of(day: date) -> datetime:
    """The first second after a day, in UTC: what is good "until" a day is good on that day."""
    return start_of(day) + timedelta(days=1)
