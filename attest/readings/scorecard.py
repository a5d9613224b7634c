"""OpenSSF Scorecard JSON of versions 4 and 5 (``scorecard --format json``, and what its public API answers).

    {"date": "2026-11-20", "repo": {"name": "github.com/harbourline/shop", "commit": "…"}, "scorecard": {"version": "v5.3.0", "commit": "…"},
     "score": 8.9, "checks": [{"name": "Code-Review", "score": 7, "reason": "16 out of 23 changesets reviewed before merge"}]}

Scorecard gives marks, not verdicts. A check is a row, and what the mark says of it is what Scorecard's own SARIF makes of it:

    10        pass     nothing was found wanting
    0 to 9    fail     something was; how much, the message says
    -1        other    inconclusive: the check could not be made, or had nothing to look at

So ``rows: [Code-Review]`` asks for a full mark, and ``min_score`` for the mark of the whole. That one leaves inconclusive checks out and
may rest on a single check: hold it together with ``min_rows``, or name the checks. *Examined* are those with a mark. Nothing is rated:
Scorecard weighs its checks inside the total. The time is the date, as its first second where no time of day is given.
Refused: the first JSON format (``Checks`` with ``Pass``), the probe format (``findings``), a mark that is not a whole number from -1 to 10.
"""

from __future__ import annotations

import re
from datetime import datetime
from fractions import Fraction
from typing import BinaryIO

from attest.errors import Unreadable
from attest.readings import begin, fields
from attest.readings.fields import Object
from attest.readings.finish import proven, rows_of
from attest.readings.interface import Outcome, Reading, Row

NAME = "scorecard"
_BEST = 10
_INCONCLUSIVE = -1
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def sniff(head: bytes) -> bool:
    """Whether JSON with checks by Scorecard."""
    return begin.opens_with(head, b"{") and begin.has_key(head, b"scorecard", rb"\{") and begin.has_key(head, b"checks")


def read(stream: BinaryIO) -> Reading:
    """A Scorecard file -> a row a check. Unreadable for another shape."""
    document = fields.an_object(begin.json_of(stream), "the file")
    if "checks" not in document or "scorecard" not in document:
        raise Unreadable("the file is not Scorecard JSON of version 4 or 5: no checks, or no scorecard")
    name = fields.text(fields.record(document, "repo"), "name")
    rows = rows_of(_row(check, name) for check in fields.records(document, "checks"))
    examined = sum(1 for row in rows if row.outcome != "other")
    return Reading(
        format=NAME,
        rows=proven(rows, examined),
        examined=examined,
        tool="OpenSSF Scorecard",
        version=fields.text(fields.record(document, "scorecard"), "version") or None,
        observed=_when(fields.text(document, "date")),
        score=_aggregate(document) if examined else None,
        targets=tuple(filter(None, [name])),
    )


def _when(said: str) -> datetime | None:
    return fields.moment(f"{said} 00:00" if _DAY.fullmatch(said) else said)


def _aggregate(document: Object) -> Fraction | None:
    """The mark of the whole; None where it is missing or inconclusive."""
    score = document.get("score")
    if score is None or score == _INCONCLUSIVE:
        return None
    if not isinstance(score, (int, float)) or isinstance(score, bool) or not 0 <= score <= _BEST:
        raise Unreadable("the score of the whole is not a number from 0 to 10")
    return Fraction(str(score))


def _row(check: Object, repository: str) -> Row:
    name, score = fields.text(check, "name"), check.get("score")
    if not isinstance(score, int) or isinstance(score, bool) or not _INCONCLUSIVE <= score <= _BEST:
        raise Unreadable(f"the score of check {name[:60]!r} is not a whole number from -1 to 10")
    return Row(
        row=name or "unnamed",
        outcome=_outcome(score),
        subject=repository,
        message=f"{'inconclusive' if score == _INCONCLUSIVE else f'{score} of {_BEST}'}: {fields.text(check, 'reason')}",
    )


def _outcome(score: int) -> Outcome:
    if score == _INCONCLUSIVE:
        return "other"
    return "pass" if score == _BEST else "fail"
