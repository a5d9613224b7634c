"""Fields of a parsed JSON document, read strictly, for the statements that are signed: a value of the wrong kind is refused by name.

    text(said.get("why"), "why")     ->  the text, or Unreadable: why is not text

Nothing is converted: ``true`` is no number, and an empty text says nothing.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from attest.errors import Unreadable
from attest.times import parse_moment

EXACT: Final = 2**53
"""From here on numbers are not the same for every reader of JSON (RFC 8259, 6)."""

_HEX = re.compile("[0-9a-f]{64}")


def an_object(value: Any, what: str) -> dict[str, Any]:
    """An object. Raises Unreadable, as all of these do, with ``what`` for its name."""
    if not isinstance(value, dict):
        raise Unreadable(f"{what} is not an object")
    return value


def a_list(value: Any, what: str) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        raise Unreadable(f"{what} is not a list")
    return value


def text(value: Any, what: str) -> str:
    """A text that says something."""
    if not isinstance(value, str) or not value:
        raise Unreadable(f"{what} is not text")
    return value


def sha256_hex(value: Any, what: str) -> str:
    """A SHA-256 in lower-case hex."""
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise Unreadable(f"{what} is not a SHA-256 in hex")
    return value


def number(value: Any, what: str, least: int, below: int = EXACT) -> int:
    """A whole number from ``least`` on and smaller than ``below``."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value < below:
        raise Unreadable(f"{what} is not a whole number of at least {least}")
    return value


def moment(value: Any, what: str) -> datetime:
    """A time in UTC, as ``times`` prints it."""
    try:
        return parse_moment(text(value, what))
    except ValueError as error:
        raise Unreadable(f"{what}: {error}") from None
