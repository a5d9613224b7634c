"""OpenVAS reports (Greenbone Management Protocol, ``<report>``): what a scan of hosts found.

    <report><report id="…"><gmp><version>22.6</version></gmp><scan_run_status>Done</scan_run_status><scan_start>2026-11-20T03:10:00Z</scan_start>
      <host><ip>192.0.2.7</ip><start>…</start><end>2026-11-20T04:00:00Z</end></host>
      <results><result><host>192.0.2.7</host><port>443/tcp</port><nvt oid="1.3.6.1.4.1.25623.1.0.117274"><name>…</name></nvt>
        <threat>Medium</threat><severity>4.3</severity></result></results></report></report>

A row is a result: the test's OID, of a host (``name/address`` where the name is known).

    fail     severity above 0 (CVSS: 9 critical, 7 high, 4 medium, else low)
    other    Log and Debug: a fact; False Positive: somebody's judgement; Error, and each of the scan's errors: a test that could not be made

Where an override lowered a severity, to Log even, the original one counts: a finding does not become smaller by somebody's word. VEX
statements lift none of them: a row is a test, not a vulnerability.

*Examined* are the hosts whose scan began and ended, and in which no test failed to run; where the report leaves out its hosts, those
that results name. Nothing counts unless the run is Done, or where the report says that it lists only some of its results. Passes are not
listed. The time is the start of the scan. Refused: other XML, a severity that is no number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.etree.ElementTree import Element  # the type alone

from attest.errors import Unreadable
from attest.readings import begin, fields, xml_parts
from attest.readings.finish import rows_of
from attest.readings.interface import Reading, Row

NAME = "openvas"
_PARTS = ("results/result", "report/host", "errors/error", "report/scan_run_status", "report/scan_start", "report/timestamp", "report/result_count")
_NUMBER = re.compile(r"-?\d{1,3}(\.\d{1,6})?")
_BANDS = ((9.0, "critical"), (7.0, "high"), (4.0, "medium"))
_MAX_TEXT = 500


@dataclass(slots=True)
class _Scan:
    """What is known of a scan, as its parts go by."""

    status: str = ""
    started: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    """Addresses whose scan began and ended."""
    named: dict[str, str] = field(default_factory=dict)
    """Each address of a result -> how its host is shown."""
    troubled: set[str] = field(default_factory=set)
    """Addresses on which a test could not be made."""
    counted: int = 0
    """How many results the report says to have after filtering."""


def sniff(head: bytes) -> bool:
    """Whether XML of a report with a scan's status."""
    return begin.opens_with(head, b"<") and b"<report" in head and b"<scan_run_status>" in head


def read(stream: BinaryIO) -> Reading:
    """An OpenVAS report -> a row a result and a row an error. Unreadable for other XML or a DTD."""
    scan = _Scan()
    rows = rows_of(row for path, part in xml_parts.parts(stream, lambda path: path.endswith(_PARTS)) for row in _rows(scan, path, part))
    if not scan.status:
        raise Unreadable("the file is no OpenVAS report: it has no scan_run_status")
    listed = sum(1 for row in rows if not row.message.startswith(_ERROR))
    looked_at = tuple(dict.fromkeys(scan.hosts or scan.named))
    whole = scan.status == "Done" and scan.counted <= listed
    return Reading(
        format=NAME,
        rows=rows,
        examined=sum(1 for host in looked_at if host not in scan.troubled) if whole else 0,
        lists_passes=False,
        tool="OpenVAS",
        observed=fields.earliest(*scan.started),
        targets=tuple(dict.fromkeys(scan.named.get(host, host) for host in looked_at)),
    )


_ERROR = "error: "


def _rows(scan: _Scan, path: str, part: Element) -> Iterator[Row]:
    """The row of a result or an error; whatever else goes by is noted."""
    name = path.rpartition("/")[2]
    if name == "result":
        yield _result(scan, part)
    elif name == "error":
        yield _error(scan, part)
    elif name == "host" and _said(part, "start") and _said(part, "end"):
        scan.hosts.append(_said(part, "ip"))
    elif name == "scan_run_status":
        scan.status = xml_parts.text(part)
    elif name in ("scan_start", "timestamp"):
        scan.started.append(xml_parts.text(part))
    elif name == "result_count":
        scan.counted = max(scan.counted, int(_number(_said(part, "filtered") or "0")))


def _said(parent: Element, name: str) -> str:
    return xml_parts.text(xml_parts.child(parent, name))


def _host(scan: _Scan, part: Element) -> str:
    """``name/address`` or the address."""
    place = xml_parts.child(part, "host")
    address, name = xml_parts.text(place), _said(place, "hostname") if place is not None else ""
    shown = f"{name}/{address}" if name and address else address
    if address and (name or address not in scan.named):
        scan.named[address] = shown
    return shown[:_MAX_TEXT]


def _test(part: Element) -> tuple[str, str]:
    """The test's OID, and its name with the port."""
    test = xml_parts.child(part, "nvt")
    name = _said(part, "name") or (_said(test, "name") if test is not None else "")
    return (test.get("oid", "") if test is not None else "") or name or "unnamed", " ".join(filter(None, (name, _said(part, "port"))))


def _result(scan: _Scan, part: Element) -> Row:
    subject, (row, about) = _host(scan, part), _test(part)
    now, first, threat = _number(_said(part, "severity") or "0"), _said(part, "original_severity"), _said(part, "threat")
    worst = max(now, _number(first)) if first and now >= 0 else now
    if worst > 0:
        severity = next((name for floor, name in _BANDS if worst >= floor), "low")
        return Row(row=row, outcome="fail", subject=subject, severity=severity, message=about[:_MAX_TEXT])
    return Row(row=row, outcome="other", subject=subject, severity="info", message=f"{threat}: {about}"[:_MAX_TEXT])


def _error(scan: _Scan, part: Element) -> Row:
    subject, (row, about) = _host(scan, part), _test(part)
    place = xml_parts.child(part, "host")
    scan.troubled.add(xml_parts.text(place))
    return Row(row=row, outcome="other", subject=subject, message=f"{_ERROR}{_said(part, 'description') or about}"[:_MAX_TEXT])


def _number(said: str) -> float:
    if _NUMBER.fullmatch(said) is None:
        raise Unreadable(f"{said[:30]!r} is not a number")
    return float(said)
