r"""RFC 8785, JSON Canonicalization Scheme, for the JSON we write: no floating-point numbers, integers within 2**53.

    {"b": 1, "a": "é"}  ->  b'{"a":"\xc3\xa9","b":1}'

Keys are sorted by their UTF-16 code units (section 3.2.3); strings are escaped as ECMAScript does (section 3.2.2.2), which for
valid Unicode is what ``json`` does with ``ensure_ascii=False``. What is printed here, ``strict_json`` reads: nesting has one bound.
"""

from __future__ import annotations

import json
from json.encoder import encode_basestring
from typing import Any, Final

from attest.wire.strict_json import MAX_DEPTH

_BOUND: Final = 2**53 - 1


def canonical(value: Any) -> bytes:
    """A JSON value -> its one canonical form. ValueError for a float, an integer of 2**53 or more, a lone surrogate, a foreign type, deep nesting."""
    return _print(value, 0).encode("utf-8")


def _print(value: Any, depth: int) -> str:
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(_print(inner, depth + 1) for inner in value) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{_string(key)}:{_print(value[key], depth + 1)}" for key in sorted(value, key=_utf16)) + "}"
    raise ValueError(f"{type(value).__name__} has no canonical form here")


def _integer(value: int) -> str:
    if abs(value) > _BOUND:
        raise ValueError("an integer of 2**53 or more is not the same number everywhere (RFC 8785, appendix D)")
    return str(value)


def _string(value: str) -> str:
    value.encode("utf-8")
    return encode_basestring(value)


def _utf16(key: Any) -> bytes:
    if isinstance(key, str):
        return key.encode("utf-16-be")
    raise ValueError("a key has to be a string")
