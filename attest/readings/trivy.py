"""Trivy JSON, schema version 2 (``trivy image|fs|repo|config|sbom --format json``): weaknesses, misconfigurations, secrets, licences.

    {"SchemaVersion": 2, "CreatedAt": "2026-11-20T03:10:00.5Z", "ArtifactName": "api.example/shop:1.4", "ArtifactType": "container_image",
     "Results": [{"Target": "api.example/shop:1.4 (alpine 3.22)", "Class": "os-pkgs", "Type": "alpine", "Vulnerabilities": [
       {"VulnerabilityID": "CVE-2026-1111", "PkgID": "zlib@1.3-r0", "Severity": "HIGH", "Title": "zlib: reads beyond the end"}]}]}

The subject of a row is the target it was found in, as Trivy lists it; the package is in the message and among the products.

    Vulnerabilities      fail; ``Status: not_affected`` is the vendor's word for it, hence other           row: VulnerabilityID
    Misconfigurations    PASS pass, FAIL fail, EXCEPTION and anything else other                           row: ID
    Secrets              fail; neither the match nor the lines around it are kept                          row: RuleID
    Licenses             fail, with the severity Trivy gives the licence's category: ask ``max``           row: Name
    set aside by VEX or an ignore file, where the report shows them (``--show-suppressed``)                other
    an operating system without advisories any more (``EOSL``): its list of weaknesses is short by nature  other, row OS.EOSL

A clean target has no list, or null. *Examined* is one for each target of packages, secrets or licences that the report names, and for
a target of class config what its summary counts: only failures are listed there, what passed is a number. A report without results
looked at nothing that it could name, and counts 0. Severity UNKNOWN is unrated. The time is ``CreatedAt``, as it stands, however old;
Go's empty time is none. Refused: other schema versions, a summary that contradicts the failures below it, reports of whole clusters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import BinaryIO

from attest.errors import Unreadable
from attest.readings import begin, fields
from attest.readings.fields import Object
from attest.readings.finish import proven, rows_of
from attest.readings.interface import Outcome, Reading, Row

NAME = "trivy"
_SCHEMA = 2
_MAX_NAMES = 32
"""Of one image: each row carries all of them."""
_SEVERITIES = {"CRITICAL": "critical", "HIGH": "high", "MEDIUM": "medium", "LOW": "low"}
_LOOKED_AT = frozenset({"os-pkgs", "lang-pkgs", "secret", "license", "license-file"})
_MISCONFIGURED: dict[str, Outcome] = {"PASS": "pass", "FAIL": "fail"}
_NO_TIME = "0001-01-01T00:00:00Z"


def sniff(head: bytes) -> bool:
    """Whether JSON with Trivy's numbered schema and a kind of artifact."""
    return begin.opens_with(head, b"{") and begin.has_key(head, b"SchemaVersion", rb"\d") and begin.has_key(head, b"ArtifactType")


def read(stream: BinaryIO) -> Reading:
    """A Trivy file -> a row a finding. Unreadable for another schema version or shape."""
    document = fields.an_object(begin.json_of(stream), "the file")
    if document.get("SchemaVersion") != _SCHEMA:
        raise Unreadable(f"the file is not a Trivy report of schema version {_SCHEMA}: SchemaVersion {document.get('SchemaVersion')!r}")
    results = fields.records(document, "Results")
    rows = rows_of([*(row for result in results for row in _rows(result, _image(document))), *_unsupported(document)])
    examined = sum(map(_examined, results))
    return Reading(
        format=NAME,
        rows=proven(rows, examined),
        examined=examined,
        lists_passes=any(row.outcome == "pass" for row in rows),
        tool="Trivy",
        version=fields.text(fields.record(document, "Trivy"), "Version") or None,
        observed=_created(fields.text(document, "CreatedAt")),
        targets=tuple(dict.fromkeys(filter(None, (fields.text(result, "Target") for result in results)))),
    )


def _created(said: str) -> datetime | None:
    return None if said == _NO_TIME else fields.moment(said)


def _image(document: Object) -> tuple[str, ...]:
    """The names by which the whole artifact goes."""
    metadata = fields.record(document, "Metadata")
    listed = [name for key in ("RepoDigests", "RepoTags") for name in fields.items(metadata, key) if isinstance(name, str)]
    return tuple(filter(None, (fields.text(document, "ArtifactName"), *listed[:_MAX_NAMES])))


def _unsupported(document: Object) -> Iterator[Row]:
    system = fields.record(fields.record(document, "Metadata"), "OS")
    if system.get("EOSL") is True:
        name = f"{fields.text(system, 'Family')} {fields.text(system, 'Name')}".strip()
        yield Row(row="OS.EOSL", outcome="other", subject=name, message="no advisories are written for this version any more")


def _examined(result: Object) -> int:
    """How many things one entry shows to have been looked at: one target, or the checks of its summary."""
    kind, summary = fields.text(result, "Class"), fields.record(result, "MisconfSummary")
    if kind != "config":
        return 1 if kind in _LOOKED_AT and fields.text(result, "Target") else 0
    failed = sum(1 for each in fields.records(result, "Misconfigurations") if each.get("Status") == "FAIL")
    if summary and _count(summary, "Failures") != failed:
        raise Unreadable(f"the summary counts {_count(summary, 'Failures')} failures of {fields.text(result, 'Target')[:60]!r}, {failed} are listed")
    return _count(summary, "Successes") + _count(summary, "Failures")


def _count(summary: Object, key: str) -> int:
    found = summary.get(key) or 0
    if not isinstance(found, int) or isinstance(found, bool) or found < 0:
        raise Unreadable(f"the count MisconfSummary.{key} is not a number")
    return found


def _rows(result: Object, image: tuple[str, ...]) -> Iterator[Row]:
    target = fields.text(result, "Target")
    for key, row in _KINDS.items():
        yield from (row(finding, target, image) for finding in fields.records(result, key))
    for modified in fields.records(result, "ExperimentalModifiedFindings"):
        yield _set_aside(modified, target, image)


def _vulnerability(found: Object, target: str, image: tuple[str, ...]) -> Row:
    package = _package(found)
    identifier = fields.record(found, "PkgIdentifier")
    return Row(
        row=fields.text(found, "VulnerabilityID") or "unnamed",
        outcome="other" if found.get("Status") == "not_affected" else "fail",
        subject=target,
        severity=_severity(found),
        message=_said(package, fields.text(found, "Title")),
        products=tuple(filter(None, (fields.text(identifier, "PURL"), fields.text(identifier, "BOMRef"), package, *image))),
    )


def _package(found: Object) -> str:
    """``name@version``: what Trivy calls it, else put together."""
    name, version = fields.text(found, "PkgName"), fields.text(found, "InstalledVersion")
    return fields.text(found, "PkgID") or (f"{name}@{version}" if name and version else name)


def _misconfiguration(found: Object, target: str, _: tuple[str, ...]) -> Row:
    return Row(
        row=fields.text(found, "ID") or fields.text(found, "AVDID") or "unnamed",
        outcome=_MISCONFIGURED.get(fields.text(found, "Status"), "other"),
        subject=target,
        severity=_severity(found),
        message=_said(fields.text(found, "Title"), fields.text(found, "Message")),
    )


def _secret(found: Object, target: str, _: tuple[str, ...]) -> Row:
    """The rule and its title, never Match or Code: they hold the secret, or what stands beside it."""
    return Row(
        row=fields.text(found, "RuleID") or "unnamed",
        outcome="fail",
        subject=target,
        severity=_severity(found),
        message=fields.text(found, "Title"),
    )


def _license(found: Object, target: str, _: tuple[str, ...]) -> Row:
    where = fields.text(found, "PkgName") or fields.text(found, "FilePath")
    return Row(
        row=fields.text(found, "Name") or "unnamed",
        outcome="fail",
        subject=target,
        severity=_severity(found),
        message=_said(where, fields.text(found, "Category")),
    )


_KINDS: dict[str, Callable[[Object, str, tuple[str, ...]], Row]] = {
    "Vulnerabilities": _vulnerability,
    "Misconfigurations": _misconfiguration,
    "Secrets": _secret,
    "Licenses": _license,
}
_MODIFIED = {"vulnerability": _vulnerability, "misconfiguration": _misconfiguration, "secret": _secret, "license": _license}


def _set_aside(modified: Object, target: str, image: tuple[str, ...]) -> Row:
    """A finding that Trivy left out of its count, and whose word for it that was."""
    kind = fields.text(modified, "Type")
    if kind not in _MODIFIED:
        raise Unreadable(f"a finding set aside is of an unknown kind: {kind[:30]!r}")
    row = _MODIFIED[kind](fields.record(modified, "Finding"), target, image)
    why = _said(fields.text(modified, "Status"), fields.text(modified, "Statement"))
    return Row(row=row.row, outcome="other", subject=row.subject, severity=row.severity, message=_said(why, row.message), products=row.products)


def _severity(found: Object) -> str:
    return _SEVERITIES.get(fields.text(found, "Severity"), "unrated")


def _said(*parts: str) -> str:
    return ": ".join(filter(None, parts))
