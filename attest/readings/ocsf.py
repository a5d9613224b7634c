"""OCSF findings (Open Cybersecurity Schema Framework, 1.0 and newer), as Prowler 4 and 5 and AWS Security Hub write them.

    [{"class_uid": 2004, "status_code": "FAIL", "status": "New", "severity_id": 4, "message": "Bucket is public.",
      "metadata": {"event_code": "s3_bucket_public", "product": {"name": "Prowler", "version": "5.4.0"}},
      "resources": [{"uid": "arn:aws:s3:::fictional"}], "cloud": {"provider": "aws", "account": {"uid": "…"}, "region": "…"},
      "time": 1739539623, "time_dt": "2025-02-14T14:27:03.913874"}]

A JSON list of findings, or one finding after the other, each beginning on a line of its own; both are read piece by piece. Detection
Finding (2004) and Compliance Finding (2003) are read, another class is refused: it holds no verdicts on checks.

The row is the check (``metadata.event_code``, else ``compliance.control``, else the finding's title or id), its subject the resource; a
finding about several resources is a row for each. What says pass or fail is ``status_code`` and, in a Compliance Finding, the status of
``compliance``. One that says fail makes it a failure, and a pass needs that nothing says otherwise; MANUAL, WARNING and all else are
``other``. A muted finding (status Suppressed) is ``other`` whatever it says: somebody looked away from it, and a pass there shows nothing.

*Examined* are the findings that pass or fail, if any passes. Prowler run with ``--status FAIL`` lists failures alone: these count, but a
list of nothing but failures looks the same whether the rest passed or was never looked at, so it proves nothing, and what passed cannot
be missed in it. A list without an end is refused; findings on lines that were cut off at the end of a line cannot be told from fewer.

The time is the earliest finding's. ``time`` counts from 1970, in seconds by Prowler and in milliseconds by the specification;
``time_dt`` is used only where that is missing, because Prowler writes the scanning machine's local time there, without a zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO

from attest.errors import Unreadable
from attest.readings import begin, fields
from attest.readings.fields import Object
from attest.readings.finish import Words, enough, proven, rows_of
from attest.readings.interface import Outcome, Reading, Row
from attest.readings.json_pieces import Pieces
from attest.wire.strict_json import Json

NAME = "ocsf"
_CLASSES = (2003, 2004)
_COMPLIANCE = 2003
_SEVERITY_IDS = {1: "info", 2: "low", 3: "medium", 4: "high", 5: "critical", 6: "critical"}
_SEVERITIES = {"informational": "info", "info": "info", "low": "low", "medium": "medium", "high": "high", "critical": "critical", "fatal": "critical"}
_PASSES = frozenset({"pass", "passed", "1"})
_FAILS = frozenset({"fail", "failed", "3"})
_SUPPRESSED = 3
_MILLISECONDS_FROM = 10**11
"""Seconds would lie beyond the year 5138, milliseconds before 1973-03."""


@dataclass(slots=True)
class _Findings:
    """What is kept of the findings read so far."""

    words: Words = field(default_factory=Words)
    rows: list[Row] = field(default_factory=list)
    decided: int = 0
    passed: int = 0
    tools: dict[tuple[str, str], None] = field(default_factory=dict)
    targets: dict[str, None] = field(default_factory=dict)
    observed: datetime | None = None


def sniff(head: bytes) -> bool:
    """Whether JSON whose first object has a class and says who wrote it."""
    return begin.opens_with(head, b"[{") and begin.has_key(head, b"class_uid") and begin.first_keys(head) >= {"class_uid", "metadata"}


def read(stream: BinaryIO) -> Reading:
    """An OCSF file -> a row a finding and resource. Unreadable for another class or shape."""
    return _of(Pieces(stream))


def _of(pieces: Pieces) -> Reading:
    found = _Findings()
    for index, finding in enumerate(_each(pieces)):
        _take(fields.an_object(finding, f"finding {index + 1}"), found)
    examined = found.decided if found.passed else 0
    return Reading(
        format=NAME,
        rows=proven(rows_of(found.rows), examined),
        examined=examined,
        lists_passes=bool(found.passed),
        tool=", ".join(dict.fromkeys(name for name, _ in found.tools)) or None,
        version=", ".join(version for _, version in found.tools) if all(version for _, version in found.tools) else None,
        observed=found.observed,
        targets=tuple(found.targets),
    )


def _each(pieces: Pieces) -> Iterator[Json]:
    """The findings of a list, or those on lines of their own."""
    if pieces.kind() != "[":
        yield from pieces.lines()
        return
    yield from pieces.values()
    pieces.end()


def _take(finding: Object, found: _Findings) -> None:
    """Adds what one finding says."""
    if finding.get("class_uid") not in _CLASSES:
        raise Unreadable(f"the file is not OCSF findings: class_uid {finding.get('class_uid')!r:.40}; {' and '.join(map(str, _CLASSES))} are read")
    metadata = fields.record(finding, "metadata")
    outcome = _outcome(finding)
    found.rows.extend(_rows(finding, metadata, outcome, found.words))
    enough(len(found.rows))
    found.decided += outcome != "other"
    found.passed += outcome == "pass"
    product = fields.record(metadata, "product")
    found.tools[fields.text(product, "name") or fields.text(product, "vendor_name"), fields.text(product, "version")] = None
    found.targets.update(dict.fromkeys(map(found.words.one, _targets(fields.record(finding, "cloud")))))
    moment = _moment(finding)
    found.observed = min(filter(None, (found.observed, moment)), default=None)


def _outcome(finding: Object) -> Outcome:
    said = {_word(finding.get("status_code"))}
    if finding["class_uid"] == _COMPLIANCE:
        compliance = fields.record(finding, "compliance")
        said |= {_word(compliance.get("status")), _word(compliance.get("status_id"))}
    said.discard("")
    if _muted(finding):
        return "other"
    if said & _FAILS:
        return "fail"
    return "pass" if said and said <= _PASSES else "other"


def _word(value: Json) -> str:
    return str(value).strip().lower() if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def _muted(finding: Object) -> bool:
    unmapped = finding.get("unmapped")
    marked = unmapped.get("muted") if isinstance(unmapped, dict) else None
    return _word(finding.get("status")) == "suppressed" or finding.get("status_id") == _SUPPRESSED or marked not in (None, False)


def _rows(finding: Object, metadata: Object, outcome: Outcome, words: Words) -> Iterator[Row]:
    row = words.one(_name(finding, metadata))
    severity = _severity(finding)
    message = words.message(fields.text(finding, "message") or fields.text(finding, "status_detail")) if outcome == "fail" else ""
    for subject in _subjects(finding):
        yield Row(row, outcome, words.one(subject), severity, message)


def _name(finding: Object, metadata: Object) -> str:
    info = fields.record(finding, "finding_info")
    return (
        fields.text(metadata, "event_code")
        or fields.text(fields.record(finding, "compliance"), "control")
        or fields.text(info, "title")
        or fields.text(info, "uid")
        or "unnamed"
    )


def _subjects(finding: Object) -> tuple[str, ...]:
    """The resources by their ids or else names, each once; one without a name where there is none."""
    resources = fields.records(finding, "resources") or [fields.record(finding, "resource")]
    return tuple(dict.fromkeys(fields.text(each, "uid") or fields.text(each, "name") for each in resources))


def _severity(finding: Object) -> str:
    """By number where that is one of the known, else by word."""
    number = finding.get("severity_id")
    if isinstance(number, int) and number in _SEVERITY_IDS:
        return _SEVERITY_IDS[number]
    return _SEVERITIES.get(_word(finding.get("severity")), "unrated")


def _targets(cloud: Object) -> tuple[str, ...]:
    """Account, region and provider, each a name that ``targets`` of a system may have."""
    account = fields.record(cloud, "account")
    return tuple(filter(None, (fields.text(account, "uid"), fields.text(cloud, "region"), fields.text(cloud, "provider"))))


def _moment(finding: Object) -> datetime | None:
    value = next((each for each in (finding.get("time"), finding.get("time_dt")) if each is not None), None)
    if isinstance(value, str):
        return fields.moment(value)
    if value is None:
        return None
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise Unreadable("time is not a time")
    try:
        return datetime.fromtimestamp(value / 1000 if value >= _MILLISECONDS_FROM else value, UTC).replace(microsecond=0)
    except (ValueError, OverflowError, OSError):
        raise Unreadable(f"{value!r:.40} is not a time") from None
