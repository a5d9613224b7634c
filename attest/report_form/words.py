"""Words that a self-attestation never prints without a certificate of ours, found however Markdown writes them."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from attest.model.report import Form, Never
from attest.published import Record
from attest.times import end_of, parse_day, start_of

_LINKED: Final = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")
"""A link of Markdown, of which a reader sees the words."""
_UNSEEN: Final = re.compile("[*_`~\\\\\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")

def banned_in(text: str, banned: Sequence[Never]) -> str | None:
    """The first word of ``banned`` that a text holds, as it is written or as it is read once Markdown is drawn: ``**c**ertified`` is certified."""
    pattern = _pattern(tuple(one.word for one in banned)) if banned else None
    found = next(filter(None, map(pattern.search, (text, _as_read(text)))), None) if pattern is not None else None
    return found[0] if found else None


def _as_read(text: str) -> str:
    """Without the signs that Markdown takes away, entities spelt out, wide letters as plain ones, and nothing that is not seen."""
    spelt = unicodedata.normalize("NFKC", html.unescape(_LINKED.sub(r"\1", text)))
    return _UNSEEN.sub("", spelt)


@lru_cache(maxsize=16)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Words in capitals are meant in capitals, or before a number: ``soc`` is a sock with a slip of the pen, ``soc 2`` and ``Certified`` are what they are."""
    every = (rf"{re.escape(word)}|(?i:{re.escape(word)})(?=[ -]?[0-9])" if word != word.lower() else f"(?i:{re.escape(word)})" for word in words)
    return re.compile(rf"(?<![A-Za-z])(?:{'|'.join(every)})(?![a-z])")


def banned_of(form: Form, record: Record, as_of: datetime) -> tuple[Never, ...]:
    """Words that this company may not print: those of the form that no certificate of its own lets stand."""
    return tuple(one for one in form.never if not _held(record, one, as_of))


def _held(record: Record, never: Never, as_of: datetime) -> bool:
    """Whether a certificate of ours stands in the register over one of the catalogues that let the word stand: with number, body, scope and an end that has not come."""
    rows = next((register["rows"] for register in record["registers"] if register["name"] == "certificates"), [])
    return any(row["framework"] in never.unless and _is_whole(row, as_of) for row in rows)


def _is_whole(row: Mapping[str, Any], as_of: datetime) -> bool:
    ours = row["holder"] is None and all(row[key] for key in ("issuer", "number", "scope", "validFrom", "validUntil"))
    return bool(ours) and start_of(parse_day(row["validFrom"])) <= as_of < end_of(parse_day(row["validUntil"]))
