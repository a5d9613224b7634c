"""Deadlines that laws set for telling others of an incident, as data. Not legal advice: a reminder that counsel reads too.

    - id: gdpr-authority
      law: gdpr
      article: Article 33(1)
      told: authority                        authority | party | people | public
      to: The data protection authority
      when: {personal_data: "yes", role: [controller]}
      from: learned                          learned | confirmed | classified | contained | year-end | sent
      within: 72h                            72h, 60d, 1mo, 4bd (days on which business is done); left out, without undue delay
      contains: {nature: what kind of breach it is, …}
      address: https://eur-lex.europa.eu/…   the law itself
      read: https://…                        where we read it
      checked: 2026-11-30

Periods are counted so that a moment is never later than the law's own counting makes it: no time is added for holidays, and a month that is
shorter ends earlier.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from attest.model.base import Day, Id, Model, Text, Whole
from attest.model.register import Ids, Texts, YesNo
from attest.words import counted

Unit = Literal["h", "d", "mo", "bd"]
Event = Literal["learned", "confirmed", "classified", "contained", "year-end", "sent"]
Told = Literal["authority", "party", "people", "public"]
Role = Literal["controller", "processor"]
Part = Literal[
    "nature", "when", "data", "systems", "people", "cause", "severity", "consequences", "impact", "measures", "advice", "unknown", "contact", "again", "indicators", "borders", "parties",
]  # fmt: skip
"""What a message can hold, so that a draft can fill it from the incident."""

_PERIOD: Final = re.compile("([1-9][0-9]{0,3})(h|d|mo|bd)")
_UNITS: Final[dict[str, Unit]] = {"h": "h", "d": "d", "mo": "mo", "bd": "bd"}
_SATURDAY: Final = 5
_CLOSE: Final = time(21, tzinfo=UTC)
"""On the last day of business: 17:00 in Washington in summer, 16:00 in winter, when offices there still take filings."""


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time as laws write it."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        """As it is written: ``72h``."""
        return f"{self.count}{self.unit}"

    @property
    def words(self) -> str:
        """``72 hours``, ``one month`` as ``1 month``."""
        name = {"h": "hour", "d": "day", "mo": "month", "bd": "business day"}[self.unit]
        return counted(self.count, name)

    def after(self, moment: datetime) -> datetime:
        """The last moment of the period that begins at one."""
        if self.unit == "h":
            return moment + timedelta(hours=self.count)
        if self.unit == "d":
            return moment + timedelta(days=self.count)
        return _months(moment, self.count) if self.unit == "mo" else _business_days(moment, self.count)


def parse_period(text: str) -> Period:
    """``72h`` -> Period. ValueError for anything else."""
    found = _PERIOD.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r:.40} is not a period, write it as 72h, 60d, 1mo or 4bd")
    return Period(int(found[1]), _UNITS[found[2]])


def _months(moment: datetime, count: int) -> datetime:
    """The same day of a later month, or its last one where it is shorter."""
    years, month = divmod(moment.month - 1 + count, 12)
    year = moment.year + years
    return moment.replace(year=year, month=month + 1, day=min(moment.day, calendar.monthrange(year, month + 1)[1]))


def _business_days(moment: datetime, count: int) -> datetime:
    """Monday to Friday; the day itself does not count. Public holidays do, so that it is never later than where they do not."""
    day = moment
    for _ in range(count):
        day += timedelta(days=1)
        while day.weekday() >= _SATURDAY:
            day += timedelta(days=1)
    return min(day, datetime.combine(day.date(), _CLOSE))


def _period(value: Any) -> Any:
    return parse_period(value) if isinstance(value, str) else value


Within = Annotated[Period, BeforeValidator(_period), WithJsonSchema({"type": "string", "pattern": "^[1-9][0-9]{0,3}(h|d|mo|bd)$"})]


class Law(Model):
    """A law, and from what it can be guessed that it may bind somebody."""

    id: Id
    title: Text
    frameworks: Ids = ()
    """Frameworks of this tool's library that are about it: who has taken one on may be bound."""
    countries: Texts = ()
    """Where those it protects live."""


class When(Model):
    """What has to be so for a deadline to apply; all of it. What is not known leaves it undecided."""

    personal_data: YesNo | None = None
    high_risk: YesNo | None = None
    significant: YesNo | None = None
    role: tuple[Role, ...] = ()
    data: Ids = ()
    """Any of these among the incident's data."""
    people_at_least: Whole | None = None
    people_below: Whole | None = None
    named: YesNo | None = None
    """Only where the incident's ``laws`` name it: nothing else tells."""


class Cap(Model):
    """A second moment that must not be passed either."""

    start: Event = Field(alias="from")
    within: Within


class Deadline(Model):
    """One thing that has to be said to somebody by some moment."""

    id: Id
    law: Id
    article: Text
    told: Told
    to: Text
    when: When = When()
    start: Event = Field(alias="from")
    after: Id | None = None
    """With ``from: sent``, the deadline whose message it follows."""
    within: Within | None = None
    cap: Cap | None = None
    contains: dict[Part, Text] = Field(default_factory=dict)
    address: Text
    read: Text
    checked: Day
    by: Literal["wording", "commentary"]
    """What was read: the law's own words, or what others wrote of them."""
    note: Text | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.start == "sent") != (self.after is not None):
            raise ValueError("follows another message without naming it, or the other way, write from: sent and after: together")
        if self.cap is not None and self.within is None:
            raise ValueError("has a second limit and no first one, write within:")
        return self


class Deadlines(Model):
    """What the file says."""

    about: Text
    laws: tuple[Law, ...]
    deadlines: tuple[Deadline, ...]

    @model_validator(mode="after")
    def _named(self) -> Self:
        laws, ids = {law.id for law in self.laws}, [one.id for one in self.deadlines]
        if strange := sorted({one.law for one in self.deadlines} - laws):
            raise ValueError(f"names laws that are not listed: {', '.join(strange)}")
        if twice := sorted({ident for ident in ids if ids.count(ident) > 1}):
            raise ValueError(f"has ids that stand twice: {', '.join(twice)}")
        for index, one in enumerate(self.deadlines):
            if one.after is not None and one.after not in ids[:index]:
                raise ValueError(f"has {one.id} follow {one.after}, which does not stand before it")
        return self

