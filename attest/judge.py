"""One rule asked of one reading: a verdict and why, before dates and coverage are looked at.

    Rule + Reading -> Finding(verdict, reason, detail)         the worst of everything found wrong, or met

``reason`` is fit to be published: it names rows only where the rule itself names them, otherwise it counts. ``detail`` is for
staff: names and subjects as the report has them.

What keeps a pass from being vacuous:

* what was not examined is unknown: ``examined`` below ``min_rows``, a named row that is not there, a filter that nothing fits;
* what neither passes nor fails (skipped, MANUAL, INFO) is never a pass, and where it could hide a failure the answer is unknown;
* a row without a severity that fails, or may, is never counted as a harmless one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from fractions import Fraction

from attest.model.rule import Rule
from attest.readings.interface import Reading, Row
from attest.words import VERDICTS, Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict, the sentence that goes with it, and what staff may see besides."""

    verdict: Verdict
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A rule, a reading, and the rows of it that the rule looks at."""

    rule: Rule
    reading: Reading
    rows: tuple[Row, ...]
    examined: int

    def with_outcome(self, outcome: str) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.outcome == outcome)


def judge(rule: Rule, reading: Reading) -> Finding:
    """The worst of what each part of the rule finds; met where none finds anything wrong."""
    asked = _select(rule, reading)
    found = [finding for ask in _ASKS for finding in ask(asked)]
    return min(found, key=lambda finding: VERDICTS.index(finding.verdict), default=_met(asked))


def _select(rule: Rule, reading: Reading) -> _Asked:
    on_subject = tuple(row for row in reading.rows if _fits_subject(rule, row.subject))
    rows = tuple(row for row in on_subject if _fits_name(rule, row) and _fits_severity(rule, row))
    return _Asked(rule, reading, rows, _examined(rule, reading, on_subject))


def _fits_subject(rule: Rule, subject: str) -> bool:
    return rule.where is None or rule.where.subject is None or fnmatchcase(subject, rule.where.subject)


def _fits_name(rule: Rule, row: Row) -> bool:
    return rule.rows is None or row.row in rule.rows


def _fits_severity(rule: Rule, row: Row) -> bool:
    """A row that nobody rated and that did not pass is always looked at: it may be of any severity."""
    if rule.where is None or rule.where.severity is None:
        return True
    return row.severity in rule.where.severity or _unrated_outcome(row, "fail") or _unrated_outcome(row, "other")


def _unrated_outcome(row: Row, outcome: str) -> bool:
    return row.severity == "unrated" and row.outcome == outcome


def _examined(rule: Rule, reading: Reading, on_subject: Sequence[Row]) -> int:
    """Things examined among what the rule looks at. With a subject filter, only what the report says it looked at counts."""
    if rule.where is None or rule.where.subject is None or not reading.examined:
        return reading.examined
    if reading.lists_passes:
        return len(on_subject)
    return sum(_fits_subject(rule, target) for target in reading.targets)


def _ask_every(asked: _Asked) -> Iterable[Finding]:
    if not asked.rule.asks_every:
        return
    if failed := asked.with_outcome("fail"):
        yield Finding("not-met", f"{_share(failed, asked.rows)} not pass{_named(asked.rule, failed)}", _detail(failed))
    if other := asked.with_outcome("other"):
        yield Finding("unknown", f"{_neither(len(other), f'of {len(asked.rows)}')}{_named(asked.rule, other)}", _detail(other))


def _ask_max(asked: _Asked) -> Iterable[Finding]:
    for severity, most in (asked.rule.max or {}).items():
        failed = [row for row in asked.with_outcome("fail") if row.severity == severity]
        unsure = [row for row in asked.with_outcome("other") if row.severity == severity]
        said = f"{most} {severity} may remain"
        if len(failed) > most:
            yield Finding("not-met", f"{_count(failed, severity)} found; at most {said}", _detail(failed))
        elif len(failed) + len(unsure) > most:
            yield Finding("unknown", f"{_neither(len(unsure), _rows(unsure, severity))}; at most {said}", _detail(unsure))
    if asked.rule.max is not None and "unrated" not in asked.rule.max:
        yield from _unrated(asked)
    if asked.rule.max is not None and not asked.reading.rates:
        yield Finding("unknown", "the evidence lists things and does not rate them: it cannot show that nothing severe remains")


def _ask_where(asked: _Asked) -> Iterable[Finding]:
    """Unrated failures that a severity filter would have hidden; ``every`` and ``min_ratio`` see them as failures already."""
    if asked.rule.where is not None and asked.rule.where.severity is not None and "unrated" not in asked.rule.where.severity:
        yield from _unrated(asked)


def _unrated(asked: _Asked) -> Iterable[Finding]:
    if rows := [row for row in asked.rows if _unrated_outcome(row, "fail")]:
        yield Finding("unknown", f"{_count(rows, 'failing')} without a severity, which may be of any", _detail(rows))
    elif rows := [row for row in asked.rows if _unrated_outcome(row, "other")]:
        yield Finding("unknown", f"{_neither(len(rows), _rows(rows, 'unrated'))}, and may be of any severity", _detail(rows))


def _ask_ratio(asked: _Asked) -> Iterable[Finding]:
    least = asked.rule.min_ratio
    if least is None or not asked.rows:
        return
    passed, other, total = len(asked.with_outcome("pass")), len(asked.with_outcome("other")), len(asked.rows)
    if Fraction(passed + other, total) < least:
        yield Finding("not-met", f"{passed} of {total} pass; at least {percent(least)} have to", _detail(asked.with_outcome("fail")))
    elif Fraction(passed, total) < least:
        yield Finding("unknown", f"{passed} of {total} pass and {_neither(other)}; at least {percent(least)} have to pass")


def _ask_score(asked: _Asked) -> Iterable[Finding]:
    least, score = asked.rule.min_score, asked.reading.score
    if least is None:
        return
    if score is None:
        yield Finding("unknown", "the evidence has no score")
    elif score < least:
        yield Finding("not-met", f"the evidence has a score of {decimal(score)}; at least {decimal(least)} is asked")


def _ask_rows(asked: _Asked) -> Iterable[Finding]:
    have = {row.row for row in asked.reading.rows}
    absent = [name for name in asked.rule.rows or () if name not in {row.row for row in asked.rows}]
    if absent:
        near = sorted({match for name in absent for match in get_close_matches(name, have, 1, 0.75)})
        detail = f"the report has {', '.join(near)}: is one of them meant?" if near else ""
        yield Finding("unknown", f"the evidence says nothing of {_list(absent)}", detail)


def _ask_examined(asked: _Asked) -> Iterable[Finding]:
    if asked.examined == 0:
        yield Finding("unknown", "the evidence is empty: nothing shows that anything was examined")
    elif asked.examined < asked.rule.min_rows:
        yield Finding("unknown", f"{asked.examined} examined; at least {asked.rule.min_rows} have to be")
    elif not asked.rows and _needs_rows(asked):
        yield Finding("unknown", "nothing in the evidence fits what the rule looks at")


def _needs_rows(asked: _Asked) -> bool:
    """A clean list of findings is a pass; no row at all in a report that lists what passed is not, and no share has no measure."""
    return asked.rule.min_ratio is not None or (asked.rule.asks_every and asked.reading.lists_passes)


_ASKS: tuple[Callable[[_Asked], Iterable[Finding]], ...] = (
    _ask_every, _ask_max, _ask_ratio, _ask_score, _ask_rows, _ask_where, _ask_examined,
)  # fmt: skip


def _met(asked: _Asked) -> Finding:
    passed = len(asked.with_outcome("pass"))
    if asked.rule.rows is not None and asked.rule.asks_every:
        return Finding("met", f"all that was asked for passes: {_list(asked.rule.rows)}")
    if asked.reading.lists_passes and asked.rule.asks_every:
        return Finding("met", f"all {passed} pass" if passed > 1 else "the one that was examined passes")
    return Finding("met", f"{asked.examined} examined, nothing beyond what the rule allows")


def percent(share: Fraction) -> str:
    """Fraction -> ``95%`` or ``99.5%``; shares are declared in decimals, so this is exact."""
    return f"{decimal(share * 100)}%"


def decimal(number: Fraction) -> str:
    """Fraction with a finite decimal -> ``7`` or ``7.5``."""
    whole, rest = divmod(number, 1)
    digits = ""
    while rest and len(digits) < 12:
        digit, rest = divmod(rest * 10, 1)
        digits += str(digit)
    return f"{whole}.{digits}" if digits else str(whole)


def _share(rows: Sequence[Row], of: Sequence[Row]) -> str:
    verb = "does" if len(rows) == 1 else "do"
    return f"{len(rows)} of {len(of)} {verb}"


def _neither(count: int, of: str = "") -> str:
    """``3 of 9 neither pass nor fail``, ``1 high row neither passes nor fails``."""
    said = f"{count} {of}" if of else str(count)
    return f"{said} neither passes nor fails" if count == 1 else f"{said} neither pass nor fail"


def _count(rows: Sequence[Row], word: str) -> str:
    return f"{len(rows)} {_rows(rows, word)}"


def _rows(rows: Sequence[Row], word: str) -> str:
    return f"{word} {'row' if len(rows) == 1 else 'rows'}"


def _named(rule: Rule, rows: Sequence[Row]) -> str:
    """Row names, only where the rule itself says them: others may be people's names or addresses."""
    return f": {_list(sorted({row.row for row in rows}))}" if rule.rows is not None else ""


def _list(names: Sequence[str]) -> str:
    return ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")


def _detail(rows: Sequence[Row]) -> str:
    return "; ".join(" ".join(filter(None, (row.row, row.subject, row.message[:120]))) for row in rows[:5]) + ("; …" if len(rows) > 5 else "")
