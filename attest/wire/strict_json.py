r"""JSON (RFC 8259) read without latitude: UTF-8 without byte order mark, no key twice, no NaN, no number beyond a double's range,
no trailing data, no lone surrogates, bounded depth and size.

    {"a": 1, "\u0061": 2}     refused: the key 'a' stands twice, once it is unescaped

Python's ``json`` keeps the last of two equal keys and other parsers the first: a document that two verifiers read differently is
refused here (RFC 7493, section 2). Integers are exact, of any size: whoever signs them prints them with ``jcs``, which bounds them.
"""

from __future__ import annotations

import json
import math
from typing import Any, Final

from attest.errors import Unreadable

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_DEPTH: Final = 64

Json = Any
"""None, bool, int, float, str, list or dict of these: what a parser gives before anyone has checked its shape."""


def parse(data: bytes, what: str = "the document") -> Json:
    """UTF-8 JSON bytes -> value. Raises Unreadable, naming ``what``."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"{what} is larger than {MAX_BYTES // 2**20} MiB")
    try:
        text = data.decode("utf-8")
        value = json.loads(text, object_pairs_hook=unique, parse_constant=no_constant, parse_float=finite)
        text_of(value)
    except RecursionError:
        raise Unreadable(f"{what} is nested too deeply") from None
    except (ValueError, UnicodeError) as error:
        raise Unreadable(f"{what} is not strict JSON: {error}") from None
    return value


def text_of(value: Json, depth: int = 0) -> None:
    """Raises ValueError for a string that no UTF-8 can carry, or for nesting beyond ``MAX_DEPTH``."""
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")
    if isinstance(value, str):
        value.encode("utf-8")
    elif isinstance(value, dict):
        for key, inner in value.items():
            key.encode("utf-8")
            text_of(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            text_of(inner, depth + 1)


def unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """What a decoder makes of an object; ValueError where a key stands twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"key {twice!r:.80} stands twice")
    return found


def no_constant(name: str) -> Json:
    """What a decoder makes of NaN and Infinity: a ValueError."""
    raise ValueError(f"{name} is not JSON")


def finite(text: str) -> float:
    """What a decoder makes of a number with a fraction or an exponent; ValueError beyond the range of a double."""
    number = float(text)
    if math.isinf(number):
        raise ValueError("a number beyond the range of a double")
    return number
