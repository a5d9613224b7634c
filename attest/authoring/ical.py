"""What runs out next, as a calendar that any calendar program reads (RFC 5545): a day-long event a thing, a reminder a week before.

    BEGIN:VEVENT
    SUMMARY:Renew: TLS scan
    DTSTART;VALUE=DATE:20261203
    DTSTAMP:20261121T120000Z
    UID:3f9c0a…@trust.harbourline.example
    DESCRIPTION:Shows: encrypted-in-transit

Says titles and ids of controls, nothing else. Equal inputs give equal bytes: DTSTAMP is the moment of the assessment, and a UID stands
for the same thing for ever, so that a calendar that is read again moves its events instead of doubling them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from icalendar import Alarm, Calendar, Event

from attest.authoring.expiring import Expiry, What

_ASKS: Final[dict[What, str]] = {
    "evidence": "Renew",
    "plan": "Planned for today",
    "not-applicable": "Decide again whether this applies",
    "treatment": "Decide again on an accepted risk",
}
_AHEAD: Final = timedelta(days=7)


def calendar(things: Iterable[Expiry], center_id: str, name: str, as_of: datetime) -> bytes:
    """An iCalendar object, lines ended by CR LF. ``center_id`` is the trust center's address; ``name`` the calendar's."""
    found = Calendar()
    found.add("prodid", "-//Attest//attest status//EN")
    found.add("version", "2.0")
    found.add("x-wr-calname", name)
    for thing in things:
        found.add_component(_event(thing, center_id, as_of))
    return bytes(found.to_ical())


def _event(thing: Expiry, center_id: str, as_of: datetime) -> Event:
    """The last day it counts: what expires with the first second of a day has to be there the day before."""
    day, summary = (thing.expires - timedelta(seconds=1)).date(), f"{_ASKS[thing.what]}: {thing.title}"
    event = Event()
    event.add("uid", _uid(thing, center_id))
    event.add("dtstamp", as_of)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", summary)
    event.add("description", f"{'Shows' if thing.what == 'evidence' else 'Control'}: {', '.join(thing.controls)}")
    event.add("transp", "TRANSPARENT")
    event.add_component(_alarm(summary))
    return event


def _alarm(summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", -_AHEAD)
    return alarm


def _uid(thing: Expiry, center_id: str) -> str:
    """Of the thing, not of its date or title: both change."""
    digest = hashlib.sha256(f"{center_id}\0{thing.what}\0{thing.id}".encode()).hexdigest()
    return f"{digest[:32]}@{urlsplit(center_id).hostname or 'attest'}"
