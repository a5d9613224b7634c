"""Lynis ``report.dat`` (version 3): what an audit of one Unix host found, as lines of key and value.

    # Lynis Report
    report_datetime_start=2026-11-20 03:10:00
    lynis_version=3.1.4
    hostname=vault
    warning[]=AUTH-9216|grpck binary found errors in one or more group files|-|-|
    suggestion[]=BANN-7126|Add a legal banner to /etc/issue|-|-|
    lynis_tests_done=2
    hardening_index=71
    tests_executed=BANN-7126|AUTH-9216|
    finish=true

A warning fails, without a severity: Lynis gives none. A suggestion is ``other``, of severity info: advice, no verdict. A test that was
made and brought neither has no row: Lynis does not say that it passed, many only collect. A row is the id of a test; what is to hold is
therefore asked with ``max: {unrated: 0}`` (no warning) or ``min_score`` (the hardening index, 0 to 100).

*Examined* are the tests listed as executed, and 0 unless the report says that it came to its end (``finish=true``). Tests that were
skipped count for nothing: without root many are, so ask for ``min_rows``. The time is the start, the host's own clock without a zone:
UTC is meant. Refused: a count of tests that contradicts their list, a line that is no key and value.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import BinaryIO

from attest.errors import Unreadable
from attest.readings import begin, fields
from attest.readings.finish import proven, rows_of
from attest.readings.interface import Outcome, Reading, Row

NAME = "lynis"
_FOUND: dict[str, tuple[Outcome, str]] = {"warning[]": ("fail", "unrated"), "suggestion[]": ("other", "info")}
_FULL_INDEX = 100


def sniff(head: bytes) -> bool:
    """Whether the first line is a Lynis report's."""
    return head.lstrip().startswith((b"# Lynis Report", b"report_version_major="))


def read(stream: BinaryIO) -> Reading:
    """A Lynis report -> a row a warning and a row a suggestion. Unreadable for other lines."""
    pairs = list(_pairs(begin.text_of(stream)))
    once = dict(reversed([pair for pair in pairs if not pair[0].endswith("[]")]))
    if "lynis_version" not in once:
        raise Unreadable("the file is not a Lynis report: no lynis_version")
    host = once.get("hostname", "")
    rows = rows_of(_row(key, value, host) for key, value in pairs if key in _FOUND)
    examined = _executed(once)
    return Reading(
        format=NAME,
        rows=proven(rows, examined),
        examined=examined,
        lists_passes=False,
        tool="Lynis",
        version=once["lynis_version"] or None,
        observed=fields.moment(once.get("report_datetime_start", "")),
        score=_index(once) if examined else None,
        targets=tuple(filter(None, [host])),
    )


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        key, equals, value = line.rstrip("\r").partition("=")
        if equals and key:
            yield key, value.strip()
        elif line.strip() and not line.startswith("#"):
            raise Unreadable(f"line {number} is not of the form key=value")


def _row(key: str, value: str, host: str) -> Row:
    test, *said = value.split("|")
    outcome, severity = _FOUND[key]
    return Row(row=test or "unnamed", outcome=outcome, subject=host, severity=severity, message="; ".join(part for part in said if part not in ("", "-")))


def _executed(once: dict[str, str]) -> int:
    """How many tests were made, once the report says that it is complete."""
    listed = [test for test in once.get("tests_executed", "").split("|") if test]
    done = once.get("lynis_tests_done")
    if once.get("finish") != "true":
        return 0
    if done is not None and _number("lynis_tests_done", done, 10**6) != len(listed):
        raise Unreadable(f"lynis_tests_done={done} contradicts the list of tests executed: {len(listed)} are named")
    return len(listed)


def _index(once: dict[str, str]) -> Fraction | None:
    said = once.get("hardening_index", "")
    return Fraction(_number("hardening_index", said, _FULL_INDEX)) if said else None


def _number(key: str, said: str, most: int) -> int:
    if not (said.isascii() and said.isdigit() and len(said) <= 9 and int(said) <= most):
        raise Unreadable(f"{key}={said[:30]!r} is not a number from 0 to {most}")
    return int(said)
