"""XCCDF 1.1 and 1.2 results, as OpenSCAP and other SCAP tools write them: alone, in their benchmark, or in an ARF collection.

    <Benchmark xmlns="http://checklists.nist.gov/xccdf/1.2"> … <TestResult start-time="2026-11-20T03:10:00+00:00" end-time="…">
      <target>db1.harbourline.example</target>
      <rule-result idref="xccdf_example.harbourline_rule_umask" severity="medium"><result>pass</result></rule-result>
      <score system="urn:xccdf:scoring:default" maximum="100">66.7</score></TestResult></Benchmark>

A row is a rule on a target; its subject is the target.

    pass     pass
    fail     fail, and error: OpenSCAP says error where a rule failed and its repair failed as well
    other    fixed, unknown, notapplicable, notchecked, notselected, informational; a pass that somebody entered by override

``fixed`` was found failing and then repaired in the same run: the next run shows whether it holds. *Examined* are the rows that pass
or fail, of runs that say when they ended. The score is the default model's, of 100, where there is one target. The time is the
earliest start; without a zone it is UTC. Refused: a benchmark without results, other namespaces, a result of another name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import BinaryIO, NamedTuple
from xml.etree.ElementTree import Element  # the type alone

from attest.errors import Unreadable
from attest.readings import begin, fields, xml_parts
from attest.readings.finish import proven, rows_of
from attest.readings.interface import Outcome, Reading, Row

NAME = "xccdf"
_SPACE = re.compile(r"http://checklists\.nist\.gov/xccdf/1\.[12]")
_FAILS = frozenset({"fail", "error"})
_RESULTS = frozenset({"pass", "fixed", "unknown", "notapplicable", "notchecked", "notselected", "informational"}) | _FAILS
_SEVERITIES = frozenset({"high", "medium", "low", "info"})
_SCANNER = "urn:xccdf:fact:scanner:"
_DEFAULT_MODEL = "urn:xccdf:scoring:default"
_DECIMAL = re.compile(r"\d{1,9}(\.\d{1,18})?")


def sniff(head: bytes) -> bool:
    """Whether XML that speaks of XCCDF or is an ARF collection."""
    return begin.opens_with(head, b"<") and (b"http://checklists.nist.gov/xccdf/1." in head or b"http://scap.nist.gov/schema/asset-reporting-format/1." in head)


def read(stream: BinaryIO) -> Reading:
    """An XCCDF or ARF file -> a row a rule and target. Unreadable for other XML, a DTD, or no result in it."""
    found = xml_parts.parts(stream, lambda path: path.endswith("TestResult"))
    runs = [_run(element) for _, element in found if _SPACE.fullmatch(xml_parts.space(element))]
    if not runs:
        raise Unreadable("the file has no XCCDF 1.1 or 1.2 TestResult in it: rules, but no result of checking them", "have the tool write its results (oscap: --results)")
    rows = rows_of(row for run in runs for row in run.rows)
    examined = sum(1 for row in rows if row.outcome != "other") if all(run.ended for run in runs) else 0
    return Reading(
        format=NAME,
        rows=proven(rows, examined),
        examined=examined,
        tool=runs[0].tool or None,
        version=runs[0].version or None,
        observed=fields.earliest(*(run.started or run.ended for run in runs)),
        score=runs[0].score if len(runs) == 1 and examined else None,
        targets=tuple(dict.fromkeys(name for run in runs for name in run.targets)),
    )


class _Run(NamedTuple):
    rows: tuple[Row, ...]
    started: str
    ended: str
    tool: str
    version: str
    targets: tuple[str, ...]
    score: Fraction | None


def _run(run: Element) -> _Run:
    """What one TestResult says, before its element is dropped."""
    return _Run(
        rows=rows_of(_rows(run)),
        started=run.get("start-time", ""),
        ended=run.get("end-time", ""),
        tool=_fact(run, "name"),
        version=_fact(run, "version"),
        targets=tuple(_targets(run)),
        score=_score(run),
    )


def _targets(run: Element) -> Iterator[str]:
    for name in ("target", "target-address"):
        yield from filter(None, map(xml_parts.text, xml_parts.children(run, name)))


def _fact(run: Element, name: str) -> str:
    """What the scanner says of itself: its name or version."""
    facts = xml_parts.child(run, "target-facts")
    return next((xml_parts.text(each) for each in (facts if facts is not None else ()) if each.get("name") == _SCANNER + name), "")


def _rows(run: Element) -> Iterator[Row]:
    target = next(_targets(run), "")
    for each in xml_parts.children(run, "rule-result"):
        said, severity = xml_parts.text(xml_parts.child(each, "result")), each.get("severity", "")
        if said not in _RESULTS:
            raise Unreadable(f"{said[:40]!r} is no result that XCCDF knows")
        yield Row(
            row=each.get("idref") or "unnamed",
            outcome=_outcome(each, said),
            subject=target,
            severity=severity if severity in _SEVERITIES else "unrated",
            message=" ".join(filter(None, (said, xml_parts.text(xml_parts.child(each, "message"))))),
        )


def _outcome(rule: Element, said: str) -> Outcome:
    if said in _FAILS:
        return "fail"
    return "pass" if said == "pass" and xml_parts.child(rule, "override") is None else "other"


def _score(run: Element) -> Fraction | None:
    """Points of a hundred by the default model; None where there are none, or of another maximum."""
    for each in xml_parts.children(run, "score"):
        said, most = xml_parts.text(each), each.get("maximum", "100")
        if each.get("system", _DEFAULT_MODEL) == _DEFAULT_MODEL and _DECIMAL.fullmatch(said) and _DECIMAL.fullmatch(most) and Fraction(most) == 100:
            return Fraction(said)
    return None
