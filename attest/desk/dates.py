"""What has to be done by when, over all parties and incidents: the earliest first, as rows and as a calendar (RFC 5545).

    Reviewed.due, duties  ->  (To(2026-12-03, "Review again", "fjordhost", "Fjordhost", overdue=False), …)  ->  due.ics

A calendar that is read again moves its events instead of doubling them: a UID stands for the same thing of the same party for ever. Equal
inputs give equal bytes. Events are private by their own word (CLASS), since calendars are shared more readily than folders.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

from icalendar import Alarm, Calendar, Event

from attest.desk.told import Told

_AHEAD: Final = {True: timedelta(days=7), False: timedelta(hours=6)}
"""How long before a day, and before a moment, a calendar reminds."""


@dataclass(frozen=True, slots=True)
class To:
    """Something to be done."""

    when: date | datetime
    """A day, or where hours count a moment."""
    what: str
    about: str
    """The party or incident, by id."""
    name: str
    kind: str
    """customer, supplier or incident."""
    page: str
    """Seen from the top of the desk."""
    overdue: bool
    at_once: bool = False
    """Without undue delay: it has no moment of its own, and stands under the day of the desk."""

    @property
    def day(self) -> date:
        """The day it is due on."""
        return self.when.date() if isinstance(self.when, datetime) else self.when


def to_do(told: Told) -> tuple[To, ...]:
    """Everything with a date that is still open, the earliest first."""
    return tuple(sorted((*_of_parties(told), *_of_incidents(told)), key=lambda one: (one.day, not one.at_once, _moment(one), one.name, one.what)))


def _moment(one: To) -> str:
    return one.when.isoformat() if isinstance(one.when, datetime) else ""


def _of_parties(told: Told) -> Iterator[To]:
    for review in told.reviews:
        for due in review.due:
            yield To(due.day, due.what, review.party, review.name, review.kind, f"parties/{review.party}.html", due.overdue)


def _of_incidents(told: Told) -> Iterator[To]:
    """What is owed, with a time or without; of an exercise nothing is."""
    for ident, duties in told.duties.items():
        incident = told.parties.incidents.get(ident)
        for duty in duties:
            if duty.owed:
                when, title = duty.due or told.at.date(), incident.title if incident is not None else ident
                yield To(when, duty.what[:1].upper() + duty.what[1:], ident, title, "incident", f"incidents/{ident}.html", duty.overdue, duty.due is None)


def calendar(things: Iterable[To], asker: str, at: datetime) -> bytes:
    """An iCalendar object, lines ended by CR LF. ``asker``: whose desk it is, a part of every UID."""
    found = Calendar()
    found.add("prodid", "-//Attest//attest review//EN")
    found.add("version", "2.0")
    found.add("x-wr-calname", "Private: parties and incidents")
    for (_, what), same in groupby(sorted(things, key=lambda one: (one.page, one.what, str(one.when))), key=lambda one: (one.page, one.what)):
        for index, thing in enumerate(same):
            found.add_component(_event(thing, _uid(asker, thing.page, what, str(index)), at))
    return bytes(found.to_ical())


def _event(thing: To, uid: str, at: datetime) -> Event:
    event, whole_day = Event(), not isinstance(thing.when, datetime)
    summary = f"{thing.what}: {thing.name}{' (without undue delay)' if thing.at_once else ''}"
    event.add("uid", uid)
    event.add("dtstamp", at)
    event.add("dtstart", thing.when)
    event.add("dtend", thing.when + (timedelta(days=1) if whole_day else timedelta(0)))
    event.add("summary", summary)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    event.add_component(_alarm(summary, _AHEAD[whole_day]))
    return event


def _alarm(summary: str, ahead: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", -ahead)
    return alarm


def _uid(*parts: str) -> str:
    """Of the thing, not of its date: that changes. Two of one name are told apart by their order."""
    return f"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}@desk.attest"
