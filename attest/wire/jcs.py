r"""RFC 8785, JSON Canonicalization Scheme, for the JSON we write: no floating-point numbers, integers within 2**53.

    {"b": 1, "a": "é"}  ->  b'{"a":"\xc3\xa9","b":1}'

Keys are sorted by their UTF-16 code units (section 3.2.3); strings are escaped as ECMAScript does (section 3.2.2.2), which for
valid Unicode is what ``json`` does with ``ensure_ascii=False``. What is printed here, ``strict_json`` reads: nesting has one bound.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from attest.wire.strict_json import MAX_DEPTH

_BOUND: Final = 2**53 - 1
_PLAIN: Final = frozenset({str, bool, type(None)})

_print = json.JSONEncoder(ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":"), sort_keys=True).encode
_print_as_it_stands = json.JSONEncoder(ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":")).encode


def canonical(value: Any) -> bytes:
    """A JSON value -> its one canonical form. ValueError for a float, an integer of 2**53 or more, a lone surrogate, a foreign type, deep nesting."""
    said = _print(value) if _look(value, 0) else _print_as_it_stands(_sorted(value))
    return said.encode("utf-8")


def _look(value: Any, depth: int) -> bool:
    """Refuses what has no form; whether the keys are sorted by UTF-16 where they are sorted by code point: ASCII is."""
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")
    if isinstance(value, dict):
        alike = _keys(value).isascii()
        inside: Iterable[Any] = value.values()
    elif isinstance(value, (list, tuple)):
        alike, inside = True, value
    else:
        return _leaf(value)
    for inner in inside:
        if type(inner) not in _PLAIN and not _look(inner, depth + 1):
            alike = False
    return alike


def _leaf(value: Any) -> bool:
    if isinstance(value, int) and abs(value) > _BOUND:
        raise ValueError("an integer of 2**53 or more is not the same number everywhere (RFC 8785, appendix D)")
    if value is not None and not isinstance(value, (bool, int, str)):
        raise ValueError(f"{type(value).__name__} has no canonical form here")
    return True


def _keys(value: dict[Any, Any]) -> str:
    try:
        return "".join(value)
    except TypeError:
        raise ValueError("a key has to be a string") from None


def _sorted(value: Any) -> Any:
    """The same value with the keys of every object in the order of section 3.2.3."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be"))}
    return [_sorted(inner) for inner in value] if isinstance(value, (list, tuple)) else value
