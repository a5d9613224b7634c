"""SARIF 2.1.0 (OASIS, ``sarif-v2.1.0``): what static analysers and scanners write.

    {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "Bandit", "version": "1.9.4"}},
      "invocations": [{"executionSuccessful": true, "endTimeUtc": "2026-11-20T03:10:00Z"}], "results": []}]}

A clean run and a run that never happened both have no results; what counts as *examined* is therefore read strictly, and findings
are not counted:

* an invocation says that it ended well (``executionSuccessful: true``, section 3.20.14): then the files the run names as its
  targets (``artifacts`` with role ``analysisTarget``; Bandit's list of measured files), else one for each invocation;
* no invocation at all (Trivy, Scorecard, ruff): a run that found something counts as one, a clean one proves nothing;
* results of kind pass among them: then each that passed or failed is a check that was made;
* one invocation failed, does not say, or notes an error ("no such file"): nothing counts, in any run of the file;
* ``results`` absent or null (section 3.14.23: the run did not look) or one run that proves nothing: nothing counts.

A result is a failure unless its ``kind`` says otherwise; accepted suppressions (section 3.35), results that are gone since the
baseline, and the kinds open, review, notApplicable and informational are ``other``. Severity comes from ``security-severity`` of the
result, then of its rule (CVSS: 9 critical, 7 high, 4 medium, above 0 low), then from the level. Refused: results kept in other files.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import BinaryIO

from attest.errors import Unreadable
from attest.readings import begin, fields
from attest.readings.fields import Object
from attest.readings.finish import proven, rows_of
from attest.readings.interface import Outcome, Reading, Row
from attest.wire.strict_json import Json

NAME = "sarif"
_VERSION = "2.1.0"
_LEVEL = {"error": "high", "warning": "medium", "note": "low", "none": "info"}
_CVSS = ((9.0, "critical"), (7.0, "high"), (4.0, "medium"))


def sniff(head: bytes) -> bool:
    """Whether JSON with runs."""
    return begin.opens_with(head, b"{") and begin.has_key(head, b"runs", rb"[\[n]")


def read(stream: BinaryIO) -> Reading:
    """A SARIF file -> a row a result. Unreadable for another version or shape."""
    document = fields.an_object(begin.json_of(stream), "the file")
    if "runs" not in document or document.get("version") != _VERSION:
        raise Unreadable(f"the file is not SARIF {_VERSION}: version {document.get('version')!r}, runs {'there' if 'runs' in document else 'absent'}")
    runs = fields.records(document, "runs")
    rows = rows_of(row for run in runs for row in _rows(run))
    examined = _proof(runs)
    return Reading(
        format=NAME,
        rows=proven(rows, examined),
        examined=examined,
        lists_passes=any(map(_lists_passes, runs)),
        tool=", ".join(dict.fromkeys(filter(None, (fields.text(_driver(run), "name") for run in runs)))) or None,
        version=next(filter(None, map(_version, runs)), None),
        observed=fields.earliest(*(_time(invocation) for run in runs for invocation in fields.records(run, "invocations"))),
        targets=tuple(dict.fromkeys(target for run in runs for target in _targets(run) or ())),
    )


def _driver(run: Object) -> Object:
    return fields.record(fields.record(run, "tool"), "driver")


def _version(run: Object) -> str:
    return fields.text(_driver(run), "semanticVersion") or fields.text(_driver(run), "version")


def _time(invocation: Object) -> str:
    return fields.text(invocation, "startTimeUtc") or fields.text(invocation, "endTimeUtc")


def _results(run: Object) -> list[Object]:
    if fields.items(fields.record(run, "externalPropertyFileReferences"), "results"):
        raise Unreadable("the results are kept in other files (externalPropertyFileReferences)", "have the tool write one file")
    return fields.records(run, "results")


def _proof(runs: list[Object]) -> int:
    """How many things all runs prove to have examined; 0 as soon as one run proves nothing or failed."""
    counts = [_examined(run) for run in runs]
    return sum(counts) if all(counts) else 0


def _examined(run: Object) -> int:
    """Never counts findings: ten in one file are still one file."""
    invocations = fields.records(run, "invocations")
    if run.get("results") is None or not all(map(_ended_well, invocations)):
        return 0
    decided = [result for result in _results(run) if result.get("kind", "fail") in ("pass", "fail") and result.get("baselineState") != "absent"]
    checks = len(decided) if _lists_passes(run) else 0
    if not invocations:
        return checks or min(1, len(decided))
    targets = _targets(run)
    return max(checks, len(invocations) if targets is None else len(targets))


def _lists_passes(run: Object) -> bool:
    return any(result.get("kind") == "pass" for result in _results(run))


def _ended_well(invocation: Object) -> bool:
    """Said to have ended well, and without a note of an error: Bandit says ``true`` and notes the files it could not read."""
    notes = fields.records(invocation, "toolExecutionNotifications") + fields.records(invocation, "toolConfigurationNotifications")
    return invocation.get("executionSuccessful") is True and all(note.get("level") != "error" for note in notes)


def _targets(run: Object) -> list[str] | None:
    """The files the run names as looked at; None where it names none, an empty list where it says that there were none."""
    metrics = fields.record(fields.record(run, "properties"), "metrics")
    if "_totals" in metrics and fields.text(_driver(run), "name") == "Bandit":
        return [name for name in metrics if name != "_totals"]
    return [_uri(artifact, "location") for artifact in fields.records(run, "artifacts") if "analysisTarget" in fields.items(artifact, "roles")] or None


def _uri(parent: Object, key: str) -> str:
    return fields.text(fields.record(parent, key), "uri")


def _rows(run: Object) -> Iterator[Row]:
    components = [_driver(run), *fields.records(fields.record(run, "tool"), "extensions")]
    by_id = {fields.text(rule, "id"): rule for component in reversed(components) for rule in fields.records(component, "rules")}
    for result in _results(run):
        rule = _rule(result, components, by_id)
        yield Row(
            row=_rule_id(result) or fields.text(rule, "id") or "unnamed",
            outcome=_outcome(result),
            subject=_subject(run, result),
            severity=_severity(result, rule),
            message=fields.text(fields.record(result, "message"), "text"),
        )


def _rule_id(result: Object) -> str:
    return fields.text(result, "ruleId") or fields.text(fields.record(result, "rule"), "id")


def _rule(result: Object, components: list[Object], by_id: dict[str, Object]) -> Object:
    """The rule's own description: by id ("CA1000/1" is a part of "CA1000", section 3.27.5), else by index in its component."""
    name = _rule_id(result)
    if name:
        return by_id.get(name) or by_id.get(name.rpartition("/")[0]) or {}
    reference = fields.record(result, "rule")
    component = fields.record(reference, "toolComponent").get("index", -1)
    rules = fields.records(_at(components, component + 1 if _is_index(component) else 0) or {}, "rules")
    return _at(rules, result.get("ruleIndex", reference.get("index"))) or {}


def _is_index(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _at(found: list[Object], index: Json) -> Object | None:
    return found[index] if _is_index(index) and index < len(found) else None


def _outcome(result: Object) -> Outcome:
    if result.get("baselineState") == "absent" or _suppressed(result):
        return "other"
    kind = result.get("kind", "fail")
    return kind if kind in ("pass", "fail") else "other"


def _suppressed(result: Object) -> bool:
    """Suppressed, and none of the suppressions still under review or rejected (section 3.27.23)."""
    found = fields.records(result, "suppressions")
    return bool(found) and all(each.get("status", "accepted") == "accepted" for each in found)


def _subject(run: Object, result: Object) -> str:
    for location in fields.records(result, "locations")[:1]:
        place = fields.record(fields.record(location, "physicalLocation"), "artifactLocation")
        artifact = _at(fields.records(run, "artifacts"), place.get("index")) or {} if "uri" not in place else {}
        logical = [fields.text(each, "fullyQualifiedName") for each in fields.records(location, "logicalLocations")]
        return fields.text(place, "uri") or _uri(artifact, "location") or next(filter(None, logical), "")
    return ""


def _severity(result: Object, rule: Object) -> str:
    for bag in (fields.record(result, "properties"), fields.record(rule, "properties")):
        if rated := _rated(bag.get("security-severity")):
            return rated
    level = result.get("level") or fields.record(rule, "defaultConfiguration").get("level") or "warning"
    return _LEVEL.get(level, "unrated") if isinstance(level, str) else "unrated"


def _rated(value: Json) -> str:
    """A CVSS score as number or text -> severity; an empty text where it is neither, or out of 0 to 10."""
    try:
        score = float(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        return ""
    if not 0 <= score <= 10:
        return ""
    return next((name for floor, name in _CVSS if score >= floor), "low" if score > 0 else "info")
