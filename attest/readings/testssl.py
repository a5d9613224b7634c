"""testssl.sh JSON, flat (``--jsonfile``) and pretty (``--jsonfile-pretty``), of versions 3.0 to 3.2.

    [{"id": "TLS1", "ip": "api.example/192.0.2.7", "port": "443", "severity": "INFO", "finding": "not offered"}, …]

    OK                              pass
    LOW MEDIUM HIGH CRITICAL        fail, with that severity
    INFO WARN DEBUG FATAL           other: a fact, or a test that could not be made

One exception: for the deprecated protocols (SSLv2, SSLv3, TLS1, TLS1_1) testssl.sh calls "not offered" INFO where it is merely
normal. Plainly said to be absent, they pass; "offered" fails whatever the severity. "not offered, and downgraded to …" is
judged by its severity alone.

*Examined* are the rows with a finding, unless the scan broke off anywhere: a FATAL row ("can't connect") or "Scan interrupted" make it
0, and so does a file without ``scanTime``, the seconds that testssl.sh writes when it is done: such a file was cut. The flat form has no time in it, so its description needs ``observed``; the pretty form says when it started. A row that comes once
for each address keeps its own subject, ``host/address:port``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from attest.errors import Unreadable
from attest.readings import begin, fields
from attest.readings.fields import Object
from attest.readings.finish import proven, rows_of
from attest.readings.interface import Outcome, Reading, Row
from attest.wire.strict_json import Json

NAME = "testssl"
_FAILS = {"LOW": "low", "MEDIUM": "medium", "HIGH": "high", "CRITICAL": "critical"}
_DEPRECATED = frozenset({"SSLv2", "SSLv3", "TLS1", "TLS1_1"})


def sniff(head: bytes) -> bool:
    """Whether a JSON list of findings, or an object with a scan result."""
    flat = begin.opens_with(head, b"[") and begin.has_key(head, b"severity") and begin.first_keys(head) >= {"id", "finding"}
    return flat or (begin.opens_with(head, b"{") and begin.has_key(head, b"scanResult") and (begin.has_key(head, b"scanTime") or begin.has_key(head, b"startTime")))


def read(stream: BinaryIO) -> Reading:
    """A testssl.sh file, flat or pretty -> a row a finding. Unreadable for another shape."""
    document = begin.json_of(stream)
    pretty = document if isinstance(document, dict) else {}
    found = list(_pretty(pretty) if pretty else _flat(document))
    rows = rows_of(_row(entry) for entry in found if entry["id"] != "scanTime")
    examined = 0 if _broke_off(pretty, found) else sum(1 for entry in found if entry["id"] != "scanTime" and entry["severity"] in ("OK", "INFO", *_FAILS))
    return Reading(
        format=NAME,
        rows=proven(rows, examined),
        examined=examined,
        tool="testssl.sh",
        version=next(iter(fields.text(pretty, "version").split()), None),
        observed=_started(pretty.get("startTime")),
        targets=tuple(dict.fromkeys(filter(None, (row.subject for row in rows)))),
    )


def _flat(document: Json) -> Iterator[Object]:
    if not isinstance(document, list):
        raise Unreadable("the file is not testssl.sh JSON: neither a list nor an object")
    return (_entry(entry, {}) for entry in document)


def _pretty(document: Object) -> Iterator[Object]:
    """The findings of all hosts: sections hang below a host, problems beside the hosts."""
    if "scanResult" not in document:
        raise Unreadable("the file is not testssl.sh JSON: no scanResult")
    for key in document:
        if key.startswith("clientProblem"):
            yield from (_entry(each, {}) for each in fields.items(document, key))
    for host in fields.records(document, "scanResult"):
        if "id" in host:
            yield _entry(host, {})
            continue
        for section in (value for value in host.values() if isinstance(value, list)):
            yield from (_entry(each, host) for each in section)


def _entry(entry: Json, host: Object) -> Object:
    """One finding with id, severity, finding and subject as text."""
    found = fields.an_object(entry, "a finding")
    if not all(isinstance(found.get(key), str) for key in ("id", "severity", "finding")) or not found["id"]:
        raise Unreadable("the file is not testssl.sh JSON: a row lacks id, severity or finding")
    place = {**host, **found}
    name, port = fields.text(host, "targetHost"), fields.text(place, "port")
    address = "/".join(filter(None, (name, fields.text(place, "ip"))))
    return {"id": found["id"], "severity": found["severity"], "finding": found["finding"], "subject": f"{address}:{port}" if address.strip("/") else ""}


def _broke_off(pretty: Object, found: list[Object]) -> bool:
    took = [str(pretty.get("scanTime"))] if pretty else [entry["finding"] for entry in found if entry["id"] == "scanTime"]
    return any(entry["severity"] == "FATAL" for entry in found) or not took or not all(said.isdigit() for said in took)


def _row(entry: Object) -> Row:
    severity = entry["severity"]
    rated = "info" if severity == "INFO" else _FAILS.get(severity, "unrated")
    return Row(row=entry["id"], outcome=_outcome(entry), subject=entry["subject"], severity=rated, message=entry["finding"])


def _outcome(entry: Object) -> Outcome:
    said = entry["finding"].strip()
    if entry["id"] in _DEPRECATED:
        if said == "offered" or said.startswith(("offered ", "offered,")):
            return "fail"
        if said == "not offered" and entry["severity"] in ("OK", "INFO"):
            return "pass"
    if entry["severity"] in _FAILS:
        return "fail"
    return "pass" if entry["severity"] == "OK" else "other"


def _started(said: Json) -> datetime | None:
    """Seconds since 1970, which testssl.sh writes as text."""
    if said is None:
        return None
    if not (isinstance(said, (str, int)) and str(said).isascii() and str(said).isdigit() and len(str(said)) <= 11):
        raise Unreadable(f"startTime {str(said)[:30]!r} is not a number of seconds")
    return datetime.fromtimestamp(int(said), UTC)
