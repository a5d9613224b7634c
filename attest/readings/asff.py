"""AWS Security Finding Format (schema 2018-10-08): what Security Hub lists, or Prowler and others write for it.

    {"Findings": [{"SchemaVersion": "2018-10-08", "GeneratorId": "…/IAM.5", "AwsAccountId": "000000000000", "UpdatedAt": "2026-11-20T03:10:00Z",
      "Compliance": {"Status": "FAILED", "SecurityControlId": "IAM.5"}, "Severity": {"Label": "MEDIUM"}, "Workflow": {"Status": "NEW"},
      "RecordState": "ACTIVE", "Resources": [{"Id": "arn:aws:iam::000000000000:user/p-017"}], "Title": "MFA for console users"}]}

An object with ``Findings`` (or ``findings``), or a bare list. A check of a control has ``Compliance``: PASSED passes, FAILED fails, WARNING,
NOT_AVAILABLE and Prowler's INFOED are ``other``. A finding without it (Inspector, GuardDuty) was found: it fails, or is ``other`` where it is
informational. Archived and suppressed findings are ``other``, and so is what somebody called resolved without its having passed.

The row is the control's id, else the weakness's (a row each), else the generator's. *Examined* are the checks that passed or failed,
where one passed: a list of findings alone does not tell what else was looked at. Findings have times, the list has none: the time is the earliest update
of what passed, and without a pass ``observed`` has to be written down. Refused: one page of several (``NextToken``), JSON lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from attest.errors import Unreadable
from attest.readings import begin, fields
from attest.readings.fields import Object
from attest.readings.finish import proven, rows_of
from attest.readings.interface import Outcome, Reading, Row

NAME = "asff"
_SCHEMA = "2018-10-08"
_CHECKED: dict[str, Outcome] = {"PASSED": "pass", "FAILED": "fail"}
_SEVERITIES = {"CRITICAL": "critical", "HIGH": "high", "MEDIUM": "medium", "LOW": "low", "INFORMATIONAL": "info"}
_PAGE = ("NextToken", "nextToken")


def sniff(head: bytes) -> bool:
    """Whether JSON with findings of that schema."""
    return begin.opens_with(head, b"{[") and begin.has_key(head, b"SchemaVersion", rb'"2018-10-08"') and begin.has_key(head, b"GeneratorId")


def read(stream: BinaryIO) -> Reading:
    """An ASFF file -> a row a finding. Unreadable for another schema, or a page of several."""
    document = begin.json_of(stream)
    findings = _findings({"Findings": document} if isinstance(document, list) else fields.an_object(document, "the file"))
    rows = rows_of(row for finding in findings for row in _rows(finding))
    passes = any(row.outcome == "pass" for row in rows)
    examined = sum(1 for finding in findings if passes and _compliance(finding) and _outcome(finding) != "other")
    return Reading(
        format=NAME,
        rows=proven(rows, examined),
        examined=examined,
        lists_passes=passes,
        tool=", ".join(dict.fromkeys(filter(None, map(_product, findings)))) or None,
        observed=fields.earliest(*(fields.text(finding, "UpdatedAt") for finding in findings if _outcome(finding) == "pass")),
    )


def _findings(document: Object) -> list[Object]:
    if any(document.get(key) for key in _PAGE):
        raise Unreadable("the file is one page of several (NextToken)", "collect all pages into one file")
    keys = [key for key in ("Findings", "findings") if key in document]
    if not keys:
        raise Unreadable("the file is not ASFF: no Findings")
    found = [finding for key in keys for finding in fields.records(document, key)]
    other = next((finding.get("SchemaVersion") for finding in found if finding.get("SchemaVersion") != _SCHEMA), None)
    if any(finding.get("SchemaVersion") != _SCHEMA for finding in found):
        raise Unreadable(f"a finding is not of ASFF schema {_SCHEMA}: SchemaVersion {other!r}")
    return found


def _product(finding: Object) -> str:
    return fields.text(finding, "ProductName") or fields.text(fields.record(finding, "ProductFields"), "ProviderName")


def _compliance(finding: Object) -> str:
    return fields.text(fields.record(finding, "Compliance"), "Status")


def _outcome(finding: Object) -> Outcome:
    workflow, status = fields.text(fields.record(finding, "Workflow"), "Status"), _compliance(finding)
    if finding.get("RecordState") == "ARCHIVED" or workflow == "SUPPRESSED" or (workflow == "RESOLVED" and status != "PASSED"):
        return "other"
    if status:
        return _CHECKED.get(status, "other")
    return "other" if _severity(finding) == "info" else "fail"


def _rows(finding: Object) -> Iterator[Row]:
    """One for each of its names; what they are about is put together once, however many there are."""
    places = [fields.text(resource, "Id") for resource in fields.records(finding, "Resources")]
    row = Row(
        row="",
        outcome=_outcome(finding),
        subject=", ".join(filter(None, places)),
        severity=_severity(finding),
        message=fields.text(finding, "Title"),
        products=tuple(dict.fromkeys(filter(None, (*_packages(finding), *places)))),
    )
    yield from (replace(row, row=name) for name in _names(finding))


def _names(finding: Object) -> list[str]:
    product = fields.record(finding, "ProductFields")
    control = fields.text(fields.record(finding, "Compliance"), "SecurityControlId") or fields.text(product, "ControlId") or fields.text(product, "RuleId")
    weaknesses = list(dict.fromkeys(filter(None, (fields.text(each, "Id") for each in fields.records(finding, "Vulnerabilities")))))
    return [control] if control else weaknesses or [fields.text(finding, "GeneratorId") or "unnamed"]


def _packages(finding: Object) -> Iterator[str]:
    for weakness in fields.records(finding, "Vulnerabilities"):
        for package in fields.records(weakness, "VulnerablePackages"):
            name, version = fields.text(package, "Name"), fields.text(package, "Version")
            yield f"{name}@{version}" if name and version else name


def _severity(finding: Object) -> str:
    return _SEVERITIES.get(fields.text(fields.record(finding, "Severity"), "Label"), "unrated")
