"""JUnit XML, as pytest, Surefire, GoogleTest, Jest and others write it. There is no standard; the dialects agree on this:

    <testsuites><testsuite name="pytest" tests="2" failures="1" errors="0" skipped="0" timestamp="2026-11-21T18:40:50+00:00">
      <testcase classname="test_restore" name="test_backup_exists"/>
      <testcase classname="test_restore" name="test_restore_in_time"><failure message="took 5 h"/></testcase>
    </testsuite></testsuites>

A test that failed or could not run (``error``) fails. Skipped is ``other``, and so is what looks like a pass to a careless reader:
pytest's expected failures (written as skipped), GoogleTest's ``status="notrun"``, and a pass on a second try, which passed by luck as
likely as by right: Surefire's and Gradle's ``flakyFailure``, pytest's tests that are listed again without a mark.
*Examined* are the tests that ran. The row is ``classname::name``. The time is the earliest suite's; without a zone it is UTC.

Counts that contradict the tests below them are refused: a list that was cut must not pass. Failures, errors and skips may be counted by
test or by element, for a suite alone or with those inside it, and failures as errors (Mocha). Known for other counts, and read:

    pytest     more ``tests`` than are listed: subtests and failing clean-ups; fewer, where tests are listed again
    Surefire   less of everything, where a test was tried again: it counts the last try alone

Refused as well: a failure outside of any test, any DTD (entity bombs), suites nested beyond 32.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element  # the type alone

from attest.errors import Unreadable
from attest.readings import begin, fields, xml_parts
from attest.readings.finish import proven, rows_of
from attest.readings.interface import Outcome, Reading, Row

NAME = "junit"
_MAX_DEPTH = 32
_SUITES = ("testsuites", "testsuite")
_COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}
_FAILS = frozenset({"failure", "error"})
_SECOND_TRY = frozenset({"flakyFailure", "flakyError", "rerunFailure", "rerunError"})
_RAN = frozenset({"", "run", "passed", "pass", "success", "successful", "ok", "completed"})
_FAILED = frozenset({"fail", "failed", "failure", "error"})
_MAX_TEXT = 500
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_RFC_1123 = re.compile(r"[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d:\d\d:\d\d) GMT")
_ALL = "have the tool list every test, skipped ones included"


def sniff(head: bytes) -> bool:
    """Whether XML with a test suite in it."""
    return begin.opens_with(head, b"<") and (b"<testsuite" in head)


def read(stream: BinaryIO) -> Reading:
    """A JUnit XML file -> a row a test. Unreadable for other XML, a DTD, or counts that contradict the tests."""
    root = xml_parts.tree(stream)
    if root.tag not in _SUITES:
        raise Unreadable(f"the file is not JUnit XML: its root is <{str(root.tag)[:60]}>")
    by_pytest = any(element.get("name") in ("pytest", "pytest tests") for element in (root, *root[:1]))
    total = _tally(root, by_pytest, 0)
    again = {name for name, times in Counter(map(_name, root.iter("testcase"))).items() if times > 1} if by_pytest else set()
    rows = rows_of(_row(case, again) for case in root.iter("testcase"))
    if len(rows) != total["tests"]:
        raise Unreadable("a test stands outside of any suite")
    if any(each.tag in _FAILS for suite in root.iter() if suite.tag in _SUITES for each in suite):
        raise Unreadable("a failure stands outside of any test")
    examined = sum(1 for row in rows if row.outcome != "other")
    return Reading(
        format=NAME,
        rows=proven(rows, examined),
        examined=examined,
        tool="pytest" if by_pytest else None,
        observed=fields.earliest(*(_time(suite.get("timestamp", "")) for suite in root.iter() if suite.tag in _SUITES)),
    )


def _time(said: str) -> str:
    """The time as ISO 8601: Mocha writes it as ``Sat, 21 Nov 2026 23:54:50 GMT``."""
    match = _RFC_1123.fullmatch(said)
    if match is None or match[2] not in _MONTHS:
        return said
    return f"{match[3]}-{_MONTHS.index(match[2]) + 1:02}-{match[1]}T{match[4]}Z"


def _tally(suite: Element, by_pytest: bool, depth: int) -> Counter[str]:
    """What a suite and those inside it hold, checked against what each says of itself."""
    if depth > _MAX_DEPTH:
        raise Unreadable(f"test suites are nested beyond {_MAX_DEPTH}")
    cases = suite.findall("testcase")
    own = Counter(mark for case in cases for mark in _marks(case))
    own["once"] = len(set(map(_name, cases)))
    total = own.copy()
    for inner in suite.findall("testsuite"):
        total.update(_tally(inner, by_pytest, depth + 1))
    _agree(suite, own, total, by_pytest)
    return total


def _name(case: Element) -> str:
    name, group = case.get("name", ""), case.get("classname", "")
    return f"{group}::{name}" if group else name or "unnamed"


def _marks(case: Element) -> Iterator[str]:
    """One test's share in the counts: by test (``failures``) and by element (``failures.each``)."""
    yield "tests"
    if any(child.tag in _SECOND_TRY for child in case):
        yield "again"
    for count, tag in _COUNTED.items():
        found = len(case.findall(tag))
        yield from [f"{count}.each"] * found
        if found or (count == "skipped" and _outcome(case) == "other"):
            yield count


def _agree(suite: Element, own: Counter[str], total: Counter[str], by_pytest: bool) -> None:
    said = {name: _number(name, text) for name in ("tests", *_COUNTED) if (text := suite.get(name)) is not None}
    failing = said.get("failures", 0) + said.get("errors", 0)
    for name, claimed in said.items():
        possible = {own[name], total[name], own[f"{name}.each"], total[f"{name}.each"]} if name != "tests" else {own[name], total[name]}
        elsewhere = name in ("failures", "errors") and failing in (own["failures"] + own["errors"], total["failures"] + total["errors"])
        more = by_pytest and name == "tests" and (claimed > total[name] or claimed == total["once"])
        fewer = bool(total["again"]) and claimed <= total[name]
        if not (claimed in possible or elsewhere or more or fewer):
            raise Unreadable(f'{name}="{claimed}" of suite {suite.get("name", "")[:60]!r} contradicts its tests: {total[name]} found', _ALL)


def _number(name: str, said: str) -> int:
    if not (said.isascii() and said.isdigit() and len(said) <= 9):
        raise Unreadable(f"{name}={said[:30]!r} of a test suite is not a number")
    return int(said)


def _row(case: Element, again: set[str]) -> Row:
    name, outcome = _name(case), _outcome(case)
    said = [child for child in case if child.tag in _FAILS | {"skipped"}]
    return Row(
        row=name,
        outcome="other" if outcome == "pass" and name in again else outcome,
        subject=case.get("file", "")[:_MAX_TEXT],
        message=said[0].get("message", "")[:_MAX_TEXT] if said else "",
    )


def _outcome(case: Element) -> Outcome:
    tags = {child.tag for child in case}
    status = {case.get(key, "").lower() for key in ("status", "result")}
    if tags & _FAILS or status & _FAILED:
        return "fail"
    if "skipped" in tags or tags & _SECOND_TRY or status - _RAN:
        return "other"
    return "pass"
