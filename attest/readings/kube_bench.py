"""kube-bench JSON (``kube-bench --json``): the CIS benchmark's checks of a Kubernetes cluster.

    {"Controls": [{"id": "4", "version": "cis-1.10", "text": "Worker Node Security Configuration", "node_type": "node", "tests": [
       {"section": "4.1", "pass": 1, "fail": 0, "warn": 1, "info": 0, "results": [
         {"test_number": "4.1.1", "test_desc": "…", "status": "PASS", "scored": true, "type": ""},
         {"test_number": "4.1.3", "test_desc": "…", "status": "WARN", "scored": false, "type": "manual"}]}]}],
     "Totals": {"total_pass": 1, "total_fail": 0, "total_warn": 1, "total_info": 0}}

An object with ``Controls``, or the bare list of older versions. PASS passes and FAIL fails, scored or not; WARN (nobody could tell, look for
yourself), INFO (skipped) and every test of type manual are ``other``. The row is ``test_number``, the subject the kind of node. *Examined* are
the checks that passed or failed. Nothing is rated, and there is no time in it: ``observed`` has to be written down. The benchmark's version
stands in ``version`` of each part; kube-bench does not say its own.

Counts that contradict the checks below them, in a section or a part, are refused: a list that was cut must not pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from attest.errors import Unreadable
from attest.readings import begin, fields
from attest.readings.fields import Object
from attest.readings.finish import proven, rows_of
from attest.readings.interface import Outcome, Reading, Row

NAME = "kube-bench"
_OUTCOMES: dict[str, Outcome] = {"PASS": "pass", "FAIL": "fail"}
_STATES = ("pass", "fail", "warn", "info")


def sniff(head: bytes) -> bool:
    """Whether JSON with controls of a kind of node."""
    return begin.opens_with(head, b"{[") and begin.has_key(head, b"node_type") and begin.has_key(head, b"test_number")


def read(stream: BinaryIO) -> Reading:
    """A kube-bench file -> a row a check. Unreadable for another shape, or counts that contradict the checks."""
    document = begin.json_of(stream)
    whole = {"Controls": document} if isinstance(document, list) else fields.an_object(document, "the file")
    if "Controls" not in whole:
        raise Unreadable("the file is not kube-bench JSON: no Controls")
    parts = fields.records(whole, "Controls")
    counted = sum(map(_agrees, parts), Counter[str]())
    _compare(fields.record(whole, "Totals"), "total_", counted, "the whole")
    rows = rows_of(row for part in parts for row in _rows(part))
    examined = sum(1 for row in rows if row.outcome != "other")
    nodes = tuple(dict.fromkeys(filter(None, (fields.text(part, "node_type") for part in parts))))
    return Reading(format=NAME, rows=proven(rows, examined), examined=examined, tool="kube-bench", targets=nodes)


def _agrees(part: Object) -> Counter[str]:
    """How many checks of a part ended how, held against what it says of itself."""
    total: Counter[str] = Counter()
    for section in fields.records(part, "tests"):
        found = Counter(fields.text(check, "status").lower() for check in fields.records(section, "results"))
        _compare(section, "", found, f"section {fields.text(section, 'section')[:30]}")
        total += found
    _compare(part, "total_", total, f"part {fields.text(part, 'id')[:30]}")
    return total


def _compare(said: Object, prefix: str, found: Counter[str], where: str) -> None:
    for state in _STATES:
        claimed = said.get(prefix + state)
        if claimed is not None and claimed != found[state]:
            raise Unreadable(f"{prefix}{state} of {where} contradicts its checks: {found[state]} found")


def _rows(part: Object) -> Iterator[Row]:
    for section in fields.records(part, "tests"):
        for check in fields.records(section, "results"):
            yield Row(
                row=fields.text(check, "test_number") or "unnamed",
                outcome="other" if "manual" in (check.get("type"), section.get("type")) else _OUTCOMES.get(fields.text(check, "status"), "other"),
                subject=fields.text(part, "node_type"),
                message=f"{fields.text(check, 'status')}: {fields.text(check, 'test_desc')}",
            )
