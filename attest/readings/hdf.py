"""Heimdall Data Format: the JSON of an InSpec run (``inspec exec --reporter json``), and what SAF converters make of other reports.

    {"platform": {"name": "redhat", "release": "9.6", "target_id": "db-1"}, "version": "5.22.40", "statistics": {"duration": 0.5},
     "profiles": [{"name": "baseline", "controls": [{"id": "SV-230221", "impact": 0.7, "title": "The release is still supported",
       "results": [{"status": "passed", "start_time": "2026-11-20T03:10:00+00:00", "code_desc": "…"}]}]}]}

A control is a row. It fails where one of its results failed, and passes only where every one passed. All else is ``other``:

    no result at all, one that was skipped, one that ended in an error
    impact 0                                     does not apply here, whatever its results say; severity info
    skipped_due_to_waiver                        somebody set it aside
    attestation_data                             somebody said so: a person's word stands among a tool's, and is no tool's verdict

A waiver of a control that ran changes nothing: its failure stays one. Overlays repeat the controls of the profile below them, without
results; such an echo has no row. *Examined* are the controls that passed or failed. Severity comes from the impact: 0.9 critical, 0.7
high, 0.4 medium, above 0 low. The time is the earliest start; where a converter spells one in its own way, the file has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from attest.errors import Unreadable
from attest.readings import begin, fields
from attest.readings.fields import Object
from attest.readings.finish import proven, rows_of
from attest.readings.interface import Outcome, Reading, Row
from attest.wire.strict_json import Json

NAME = "hdf"
_IMPACT = ((0.9, "critical"), (0.7, "high"), (0.4, "medium"))
_CONVERTERS = frozenset({"Heimdall Tools"})


def sniff(head: bytes) -> bool:
    """Whether JSON with a platform and the profiles run on it."""
    return begin.opens_with(head, b"{") and begin.has_key(head, b"platform", rb"\{") and begin.has_key(head, b"profiles", rb"\[")


def read(stream: BinaryIO) -> Reading:
    """An HDF file -> a row a control. Unreadable for another shape."""
    document = fields.an_object(begin.json_of(stream), "the file")
    if "profiles" not in document or "platform" not in document:
        raise Unreadable("the file is not HDF: no profiles, or no platform (a profile that was not run has no results)")
    platform, profiles = fields.record(document, "platform"), fields.records(document, "profiles")
    subject = _place(platform)
    controls = list(_controls(profiles))
    rows = rows_of(_row(control, subject) for control in controls)
    examined = sum(1 for row in rows if row.outcome != "other")
    return Reading(
        format=NAME,
        rows=proven(rows, examined),
        examined=examined,
        tool=_tool(platform, fields.record(document, "statistics")),
        version=fields.text(document, "version") or None,
        observed=_started(controls),
        targets=tuple(filter(None, [subject])),
    )


def _place(platform: Object) -> str:
    return fields.text(platform, "target_id") or " ".join(filter(None, (fields.text(platform, "name"), fields.text(platform, "release"))))


def _tool(platform: Object, statistics: Object) -> str | None:
    """The format does not name who wrote it: the converters call themselves a platform, and InSpec alone measures how long it took."""
    name = fields.text(platform, "name")
    if name in _CONVERTERS:
        return name
    return "InSpec" if "duration" in statistics else None


def _controls(profiles: list[Object]) -> Iterator[Object]:
    """All controls but the echoes: those without a result of a profile that lays itself over one which has that control too."""
    below: dict[str, set[str]] = {}
    for profile in profiles:
        names = {fields.text(control, "id") for control in fields.records(profile, "controls")}
        below.setdefault(fields.text(profile, "parent_profile"), set()).update(names)
    for profile in profiles:
        repeated = below.get(fields.text(profile, "name"), set()) if fields.text(profile, "name") else set()
        for control in fields.records(profile, "controls"):
            if fields.items(control, "results") or fields.text(control, "id") not in repeated:
                yield control


def _started(controls: list[Object]) -> datetime | None:
    try:
        return fields.earliest(*(fields.text(result, "start_time") for control in controls for result in fields.records(control, "results")))
    except Unreadable:
        return None


def _row(control: Object, subject: str) -> Row:
    outcome, why = _outcome(control)
    return Row(
        row=fields.text(control, "id") or "unnamed",
        outcome=outcome,
        subject=subject,
        severity=_severity(control.get("impact")),
        message=": ".join(filter(None, (why, fields.text(control, "title")))),
    )


def _outcome(control: Object) -> tuple[Outcome, str]:
    """The control's outcome, and why it is neither where it is neither."""
    statuses = {fields.text(result, "status") for result in fields.records(control, "results")}
    if _is_zero(control.get("impact")):
        return "other", "does not apply"
    if fields.record(control, "waiver_data").get("skipped_due_to_waiver"):
        return "other", "waived"
    if "failed" in statuses:
        return "fail", ""
    if fields.record(control, "attestation_data"):
        return "other", "attested by a person"
    if statuses == {"passed"}:
        return "pass", ""
    return "other", ", ".join(sorted(filter(None, statuses - {"passed"}))) or "no result"


def _is_number(value: Json) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_zero(impact: Json) -> bool:
    return _is_number(impact) and impact == 0


def _severity(impact: Json) -> str:
    if not _is_number(impact) or not 0 <= impact <= 1:
        return "unrated"
    return next((name for floor, name in _IMPACT if impact >= floor), "low" if impact > 0 else "info")
