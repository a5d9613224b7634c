"""Asking a JSON value for what a format says is there: absent and ``null`` are the empty value, another type is Unreadable.

    items({"results": [1]}, "results")  ->  [1]          items({"results": 7}, "results")  ->  Unreadable: results is not a list

The same questions can be asked of JSON that is read piece by piece: ``entries_of``, ``records_of`` and ``members_of``.

Times are read as tools write them: ISO 8601 with ``T`` or a blank, with or without a zone. Without one, UTC is meant: that is what
sslyze 5, older pytest and most JUnit writers mean, and no other guess would be the same on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from attest.errors import Unreadable
from attest.readings.json_pieces import Pieces
from attest.wire.strict_json import Json

Object = dict[str, Json]

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(?:[.,](\d{1,9}))? ?(Z|z|UTC|[+-]\d\d:?\d\d)?")


def an_object(value: Json, what: str) -> Object:
    """The value itself, when it is a JSON object."""
    if not isinstance(value, dict):
        raise Unreadable(f"{what} is not a JSON object")
    return value


def record(parent: Object, key: str) -> Object:
    """The object under ``key``."""
    value = parent.get(key)
    return value if isinstance(value, dict) else _empty(value, {}, f"{key} is not an object")


def items(parent: Object, key: str) -> list[Json]:
    """The list under ``key``."""
    value = parent.get(key)
    return value if isinstance(value, list) else _empty(value, [], f"{key} is not a list")


def records(parent: Object, key: str) -> list[Object]:
    """The list of objects under ``key``."""
    found = items(parent, key)
    return [an_object(item, f"{key}[{index}]") for index, item in enumerate(found)] if found else found


def text(parent: Object, key: str) -> str:
    """The text under ``key``."""
    value = parent.get(key)
    return value if isinstance(value, str) else _empty(value, "", f"{key} is not text")


def entries_of(pieces: Pieces, what: str) -> Iterator[int]:
    """The entries of the list that comes next, by number; each is taken by the caller or passed over."""
    if pieces.kind() == "[":
        yield from pieces.entries()
    elif pieces.value() is not None:
        raise Unreadable(f"{what} is not a list")


def records_of(pieces: Pieces, what: str) -> Iterator[Object]:
    """The objects of the list that comes next, each decoded."""
    for index in entries_of(pieces, what):
        yield an_object(pieces.value(), f"{what}[{index}]")


def object_of(pieces: Pieces, what: str) -> Object:
    """The object that comes next, decoded."""
    value = pieces.value()
    return {} if value is None else an_object(value, what)


def members_of(pieces: Pieces, what: str) -> Iterator[str]:
    """The keys of the object that comes next; the value of each is taken by the caller or passed over."""
    if pieces.kind() == "{":
        yield from pieces.members()
    elif pieces.value() is not None:
        raise Unreadable(f"{what} is not an object")


def moment(said: str) -> datetime | None:
    """A tool's time -> aware datetime in UTC, fractions dropped; None for an empty text. Unreadable for anything else."""
    if not said.strip():
        return None
    match = _TIME.fullmatch(said.strip())
    if match is None:
        raise Unreadable(f"{said[:60]!r} is not a time")
    day, minute, second, _, zone = match.groups()
    try:
        return datetime.fromisoformat(f"{day}T{minute}{second or ':00'}{_offset(zone)}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unreadable(f"{said[:60]!r} is not a time") from None


def _offset(zone: str | None) -> str:
    return "+00:00" if zone is None or zone in ("Z", "z", "UTC") else zone


def earliest(*said: str) -> datetime | None:
    """The earliest of these times, so that nothing looks younger than it is; None where none is given."""
    return min((found for each in said if (found := moment(each)) is not None), default=None)


def _empty(value: Json, empty: Any, wrong: str) -> Any:
    """What stands for nothing. Refuses what is something, and of another type."""
    if value is not None:
        raise Unreadable(wrong)
    return empty
