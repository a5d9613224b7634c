"""OSCAL assessment results, JSON (NIST, versions 1.0 and 1.1): the whole document, or the bare ``results`` that Trestle's tasks write.

    {"assessment-results": {"results": [{"start": "2026-11-20T03:10:00Z",
       "observations": [{"description": "…_rule_disable_prelink", "collected": "2026-11-20T03:10:00Z",
         "props": [{"name": "idref", "value": "…_rule_disable_prelink"}, {"name": "result", "value": "pass"}]}],
       "findings": [{"title": "Least privilege", "target": {"target-id": "ac-6.1_obj", "status": {"state": "not-satisfied"}}}]}]}}

Two kinds of verdict are read, each a row:

* a finding: its target's status. ``satisfied`` passes, ``not-satisfied`` fails. One that is satisfied for a reason other than ``pass`` (an
  accepted risk, say) is ``other``. The row is the ``target-id``.
* an observation with a property ``result``, as checkers give it: ``pass`` and ``fail``; everything else (notselected, notapplicable,
  notchecked, informational, fixed, error, unknown) is ``other``, and info where it says that the check was not meant to be made.
  The row is the property ``idref``, else the description.

An observation without a result is what a finding rests on, no verdict, and has no row. *Examined* are the verdicts that passed or failed.
Severity is the observation's property of that name; findings have none. The time is the earliest of what was collected and of the start,
for a converter may write its own start over old results; the evidence ends with the first observation that says so (``expires``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from attest.errors import Unreadable
from attest.readings import begin, fields
from attest.readings.fields import Object
from attest.readings.finish import proven, rows_of
from attest.readings.interface import Outcome, Reading, Row

NAME = "oscal-ar"
_RESULTS: dict[str, Outcome] = {"pass": "pass", "fail": "fail"}
_NOT_MEANT = frozenset({"notselected", "notapplicable", "informational"})
_STATES: dict[str, Outcome] = {"satisfied": "pass", "not-satisfied": "fail"}
_SEVERITIES = frozenset({"critical", "high", "medium", "low", "info"})
_TOLD_BY = (b"reviewed-controls", b"local-definitions", b"assessment-log")


def sniff(head: bytes) -> bool:
    """Whether JSON with assessment results, or with results that review controls."""
    whole = begin.has_key(head, b"assessment-results", rb"\{")
    bare = begin.has_key(head, b"results", rb"\[") and any(begin.has_key(head, key, rb"\{") for key in _TOLD_BY)
    return begin.opens_with(head, b"{") and (whole or bare) and not begin.has_key(head, b"assessment-plan", rb"\{")


def read(stream: BinaryIO) -> Reading:
    """An OSCAL assessment-results file -> a row a finding, a row an observation with a result. Unreadable for another shape."""
    document = fields.an_object(begin.json_of(stream), "the file")
    body = fields.record(document, "assessment-results") if "assessment-results" in document else document
    if "results" not in body:
        raise Unreadable("the file is not OSCAL assessment results: no results")
    results = fields.records(body, "results")
    rows = rows_of(row for result in results for row in _rows(result))
    examined = sum(1 for row in rows if row.outcome != "other")
    observations = [each for result in results for each in fields.records(result, "observations")]
    return Reading(
        format=NAME,
        rows=proven(rows, examined),
        examined=examined,
        tool=next(filter(None, (_tool(result, "scanner_name") for result in results)), None),
        version=next(filter(None, (_tool(result, "scanner_version") for result in results)), None),
        observed=fields.earliest(*(fields.text(each, "start") for each in results), *(fields.text(each, "collected") for each in observations)),
        ends=fields.earliest(*(fields.text(each, "expires") for each in observations)),
        targets=tuple(dict.fromkeys(name for result in results for name in _subjects(result).values())),
    )


def _tool(result: Object, name: str) -> str:
    """What the component that checked says of itself."""
    assets = fields.record(fields.record(result, "local-definitions"), "assessment-assets")
    return next(filter(None, (_prop(component, name) for component in fields.records(assets, "components"))), "")


def _prop(parent: Object, name: str) -> str:
    return next((fields.text(prop, "value") for prop in fields.records(parent, "props") if prop.get("name") == name), "")


def _rows(result: Object) -> Iterator[Row]:
    subjects = _subjects(result)
    yield from map(_finding, fields.records(result, "findings"))
    for observation in fields.records(result, "observations"):
        if said := _prop(observation, "result"):
            yield _observation(observation, said, subjects)


def _subjects(result: Object) -> dict[tuple[str, str], str]:
    """Kind and uuid of what was looked at -> its name. Kinds apart: a uuid may stand for a component and an inventory item."""
    local = fields.record(result, "local-definitions")
    found = {("component", fields.text(part, "uuid")): fields.text(part, "title") for part in fields.records(local, "components")}
    found |= {("inventory-item", fields.text(item, "uuid")): _prop(item, "target") or fields.text(item, "description") for item in fields.records(local, "inventory-items")}
    return {key: name for key, name in found.items() if name}


def _finding(finding: Object) -> Row:
    target = fields.record(finding, "target")
    status = fields.record(target, "status")
    state, reason = fields.text(status, "state"), fields.text(status, "reason")
    outcome = _STATES.get(state, "other")
    return Row(
        row=fields.text(target, "target-id") or fields.text(finding, "title") or "unnamed",
        outcome="other" if outcome == "pass" and reason not in ("", "pass") else outcome,
        message=": ".join(filter(None, (reason, fields.text(finding, "title")))),
    )


def _observation(observation: Object, said: str, subjects: dict[tuple[str, str], str]) -> Row:
    severity = _prop(observation, "severity").lower()
    rated = severity if severity in _SEVERITIES else "unrated"
    about = [(fields.text(each, "type"), fields.text(each, "subject-uuid")) for each in fields.records(observation, "subjects")]
    return Row(
        row=_prop(observation, "idref") or fields.text(observation, "description") or "unnamed",
        outcome=_RESULTS.get(said, "other"),
        subject=", ".join(filter(None, (subjects.get(each, "") for each in about))),
        severity="info" if said in _NOT_MEANT else rated,
        message=said,
    )
