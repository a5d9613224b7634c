"""Duties as they are shown: the clock for people, JSON for programs, and the list of laws.

    i-2026-12: Passwords tried
      confirmed, high, learned of on 8 September 2026, 21:40 UTC
      overdue  2026-09-09 21:40  19 hours ago  tell-aspen-freight  tell Aspen Freight (fictional)
        contract of 2024, section 9, within 24 hours
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from attest.cli import ui
from attest.duties import STATES, Duty
from attest.load.deadlines import deadlines
from attest.model.incident import Incident
from attest.times import print_moment, spell_moment
from attest.words import counted


def incident_json(ident: str, incident: Incident, duties: Sequence[Duty]) -> dict[str, Any]:
    """An incident and its duties, for programs."""
    counts = {state: sum(duty.state == state for duty in duties) for state in STATES}
    return {
        "incident": ident,
        "title": incident.title,
        "state": incident.state,
        "exercise": incident.exercise == "yes",
        "learned": print_moment(incident.learned),
        "overdue": sum(duty.overdue for duty in duties),
        "counts": counts,
        "duties": [duty_json(duty) for duty in duties],
    }


def duty_json(duty: Duty) -> dict[str, Any]:
    """A duty for programs."""
    return {
        "id": duty.id,
        "kind": duty.kind,
        "what": duty.what,
        "to": duty.to,
        "party": duty.party,
        "state": duty.state,
        "overdue": duty.overdue,
        "due": _moment(duty.due),
        "at": _moment(duty.at),
        "by": duty.by,
        "note": duty.note,
        "contacts": list(duty.contacts),
        "channel": duty.channel,
        "contains": [piece.says for piece in duty.contains],
        "exercise": duty.exercise,
        "grounds": [
            {
                "why": ground.why,
                "source": ground.source,
                "within": ground.within,
                "starts": _moment(ground.starts),
                "due": _moment(ground.due),
                "unknown": list(ground.unknown),
                "address": ground.address,
                "checked": ground.checked.isoformat() if ground.checked else None,
                "note": ground.note,
            }
            for ground in duty.grounds
        ],
    }


def _moment(moment: datetime | None) -> str | None:
    return print_moment(moment) if moment is not None else None


def show(incidents: Mapping[str, Incident], found: Mapping[str, Sequence[Duty]], now: datetime) -> None:
    """The clock of each incident, and how much is owed in all."""
    for ident, duties in found.items():
        incident = incidents[ident]
        said = ", ".join(filter(None, (incident.state, incident.severity, f"learned of on {spell_moment(incident.learned)}")))
        ui.data(ui.colour(ui.plain(f"{'EXERCISE ' if incident.exercise == 'yes' else ''}{ident}: {incident.title}"), "bold"))
        ui.data(f"  {said}")
        lines = ui.table(_row(duty, now) for duty in duties).split("\n") if duties else []
        for line, duty in zip(lines, duties, strict=True):
            ui.data(ui.colour(line, "red") if duty.overdue else line)
            for more in _because(duty):
                ui.data(f"    {ui.plain(more)}")
        ui.data("")
    every = [duty for duties in found.values() for duty in duties]
    ui.say(summary(every))
    if any(ground.deadline for duty in every for ground in duty.grounds):
        ui.say("the laws' times are reminders, not legal advice; `attest notify --laws` says where each was read, and when")


def _row(duty: Duty, now: datetime) -> tuple[str, ...]:
    """State, moment, how far, id and what; in an exercise each line says so."""
    if duty.at is not None or duty.state == "waived":
        when, far = _short(duty.at) if duty.at is not None else "", ""
    else:
        when, far = (_short(duty.due), distance(duty.due, now)) if duty.due else ("at once" if duty.kind == "message" else "", "")
    state = f"{duty.state}, overdue" if duty.overdue and duty.state != "overdue" else duty.state
    return f"  {'exercise' if duty.exercise and duty.at is None else f'exercise, {state}' if duty.exercise else state}", when, far, duty.id, duty.what


def _short(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def distance(moment: datetime, now: datetime) -> str:
    """``in 5 hours``, ``19 hours ago``, ``in 3 days``."""
    seconds = int((moment - now).total_seconds())
    minutes = abs(seconds) // 60
    count, unit = (minutes // 1440, "day") if minutes >= 2880 else (minutes // 60, "hour") if minutes >= 120 else (minutes, "minute")
    words = counted(count, unit)
    return f"{words} ago" if seconds < 0 else f"in {words}"


def _because(duty: Duty) -> list[str]:
    if not duty.owed and duty.state != "exercise":
        return [": ".join(filter(None, (duty.by and f"by {duty.by}", duty.note)))] if duty.by or duty.note else []
    lines = []
    for ground in duty.grounds:
        said = ground.source + (f", within {ground.within}" if ground.within else "")
        lines.append(said + (f": not clear: {'; '.join(ground.unknown)}" if ground.unknown else ""))
    return [*lines, *([duty.note] if duty.note else [])]


def summary(duties: Sequence[Duty]) -> str:
    """How much is overdue, due and undecided, and what comes next."""
    late, owed = [duty for duty in duties if duty.overdue], [duty for duty in duties if duty.owed and not duty.overdue]
    undecided = sum(duty.state == "undecided" for duty in owed)
    following = min((duty.due for duty in owed if duty.due is not None), default=None)
    said = [f"{len(late)} overdue" if late else "nothing is overdue", f"{len(owed) - undecided} due", f"{undecided} undecided"]
    return ", ".join(said) + (f"; next on {_short(following)} UTC" if following else "")


def laws(as_json: bool) -> int:
    """The laws' deadlines, with where each was read; 0."""
    known = deadlines()
    if as_json:
        ui.data_json(known.model_dump(mode="json", by_alias=True, exclude_none=True))
        return 0
    ui.say(known.about)
    for law in known.laws:
        ui.data(ui.colour(f"{law.id}: {law.title}", "bold"))
        for one in (one for one in known.deadlines if one.law == law.id):
            within = one.within.words if one.within else "without undue delay"
            ui.data(f"  {one.id}: {one.article}: {one.to}, {within}{f' after {one.after}' if one.after else ''}")
            ui.data(f"    {one.address}; {'its words' if one.by == 'wording' else 'what others write of it'} read on {one.checked}: {one.read}")
            if one.note:
                ui.data(f"    {one.note}")
    return 0
