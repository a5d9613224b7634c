"""RFC 8785, JSON Canonicalization Scheme, for the JSON we write: no floating-point numbers, integers within 2**53.

    {"b": 1, "a": "é"}  ->  b'{"a":"\\xc3\\xa9","b":1}'

Keys are sorted by their UTF-16 code units (section 3.2.3); strings are escaped as ECMAScript does (section 3.2.2.2), which for
valid Unicode is what ``json`` does with ``ensure_ascii=False``.
"""

from __future__ import annotations

import json
from typing import Any

_BOUND = 2**53 - 1


def canonical(value: Any) -> bytes:
    """A JSON value -> its one canonical form. ValueError for a float, a large integer, a lone surrogate or a foreign type."""
    return _print(value).encode("utf-8")


def _print(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_print, value)) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{_string(key)}:{_print(value[key])}" for key in sorted(value, key=_utf16)) + "}"
    raise ValueError(f"{type(value).__name__} has no canonical form here")


def _integer(value: int) -> str:
    if abs(value) > _BOUND:
        raise ValueError("an integer beyond 2**53 is not the same number everywhere (RFC 8785, appendix D)")
    return str(value)


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a key has to be a string")
    value.encode("utf-8")
    return json.dumps(value, ensure_ascii=False)


def _utf16(key: Any) -> bytes:
    if not isinstance(key, str):
        raise ValueError("a key has to be a string")
    return key.encode("utf-16-be")
