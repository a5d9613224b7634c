"""A rule as one English sentence, for the page and for the record. The same rule always gives the same sentence.

    Rule(rows=(SSLv3, TLS1), every=pass, max_age=30 d)
    -> "The report must name SSLv3 and TLS1 and each of them must pass; it must be no older than 30 days."
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from attest.judge import decimal, percent
from attest.model.rule import Ask, Rule
from attest.times import print_span
from attest.words import Kind, counted

_NOUN: dict[Kind, str] = {"report": "report", "record": "record", "document": "document", "declaration": "declaration"}
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_UNIT = {"h": "hour", "d": "day", "w": "week", "y": "year"}


def rule_sentence(rule: Rule, kind: Kind, max_age: timedelta, passing: Sequence[str] = ()) -> str:
    """The rule as asked of evidence of a kind, with the age that holds (the rule's, or the default).

    ``passing``: the values that pass in a record. They are ours to choose, so a reader has to see them.
    """
    noun, age = _NOUN[kind], f"no older than {span_words(max_age)}"
    if kind in ("document", "declaration"):
        return f"The {noun} must be on file and {age}."
    subject = "it" if rule.rows is not None else f"the {noun}"
    sentence = f"{_join(_content(rule, noun))}; {subject} must {_proof(rule)}be {age}.{_passing(passing)}"
    return sentence[0].upper() + sentence[1:]


def ask_sentence(ask: Ask, min_rows: int, title: str, max_age: timedelta) -> str:
    """What is asked of a register, as a few sentences."""
    which = " and".join(f" whose {_column(column)} is {_join(values, 'or')}" for column, values in (ask.only or {}).items())
    each = list(_asked(ask))
    said = [f"each row{which} must {_join(each)}"] if each else []
    said += [f"the latest {_column(column)} of {'the' if not said else 'these'} rows{which if not said else ''} must be no longer than {span_words(span)} ago" for column, span in (ask.latest or {}).items()]
    least = f" There must be at least {min_rows} of them." if min_rows > 1 else ""
    return f"In the register \u201c{title}\u201d {_join(said)}; the register must have been gone through no longer than {span_words(max_age)} ago.{least}"


def _asked(ask: Ask) -> Iterator[str]:
    yield from (f"have a day under {_column(column)} that is no longer than {span_words(span)} ago" for column, span in (ask.within or {}).items())
    yield from (f"have a day under {_column(column)} that has not passed" for column in ask.ahead or ())
    yield from (f"have {_column(column)} at most {most}" for column, most in (ask.at_most or {}).items())
    yield from (f"say {_join(values, 'or')} under {_column(column)}" for column, values in (ask.one_of or {}).items())
    if ask.filled:
        yield f"fill in {_join([_column(column) for column in ask.filled])}"


def _column(name: str) -> str:
    """``review_due`` -> “review due”."""
    return f"\u201c{name.replace('_', ' ')}\u201d"


def span_words(span: timedelta) -> str:
    """timedelta -> ``30 days``, ``1 year``."""
    text = print_span(span)
    return counted(int(text[:-1]), _UNIT[text[-1]])


def term_words(span: timedelta) -> str:
    """The same as contracts have it: hours up to four days, ``48 hours``, then ``30 days``."""
    return counted(span // _DAY, "day") if span > 4 * _DAY and not span % _DAY else counted(span // _HOUR, "hour")


def _content(rule: Rule, noun: str) -> list[str]:
    parts: list[str] = []
    if rule.rows is not None:
        parts.append(f"the {noun} must name {_join(rule.rows)}")
    if rule.asks_every:
        parts.append("each of them must pass" if rule.rows is not None else f"every row{_where(rule)} must pass")
    if rule.max is not None:
        parts.append(f"{_join([_most(severity, count) for severity, count in rule.max.items()])}{_where(rule)} may fail")
    if rule.min_ratio is not None:
        parts.append(f"at least {percent(rule.min_ratio)} of the rows{_where(rule)} must pass")
    if rule.min_score is not None:
        parts.append(f"the {noun}'s score must be at least {decimal(rule.min_score)}")
    return parts


def _proof(rule: Rule) -> str:
    if rule.min_rows > 1:
        return f"show that at least {rule.min_rows} were examined and "
    return "" if rule.rows is not None else "show that something was examined and "


def _passing(values: Sequence[str]) -> str:
    said = [f"\u201c{value}\u201d" for value in values]
    return f" A row passes where it says {_join(said, 'or')}." if said else ""


def _most(severity: str, count: int) -> str:
    rows = f"{severity} row" if count == 1 else f"{severity} rows"
    return f"no {severity} row" if count == 0 else f"at most {count} {rows}"


def _where(rule: Rule) -> str:
    if rule.where is None:
        return ""
    severity = f" rated {_join(rule.where.severity, 'or')}" if rule.where.severity else ""
    subject = f" about {rule.where.subject}" if rule.where.subject else ""
    return severity + subject


def _join(words: Sequence[str], last: str = "and") -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
