"""What a signed payload says of the log: its state before the payload's own entry. Standard library and wire formats only.

    "log": {"origin": "trust.small.example/attestation/log", "vkey": "trust.small.example/attestation/log+hash+key",
            "sizeBefore": 41, "rootBefore": "<hex sha256>", "void": [39, 40]}

``void`` names the entries between the last published checkpoint before this payload and ``sizeBefore`` whose payloads the publisher
never published: a publisher that was killed after its entry had won its place leaves such a one. Saying so is a signed act: whoever holds
a signed payload of an entry that was declared void has proof of a fork.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from attest.errors import Unreadable
from attest.wire.checkpoint import MAX_SIZE
from attest.wire.merkle import EMPTY
from attest.wire.note import parse_vkey

MOST_VOID: Final = 1000
"""Entries that one payload may declare void."""
SUFFIX: Final = "/attestation/log"
"""What an origin has behind the center's address: where the log's files lie."""

_PLAIN: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/@!$&'()*,;=?#[]%")

_HEX = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Logged:
    """A log, and the state it had before a payload's entry."""

    origin: str
    vkey: str
    size_before: int
    root_before: str
    """Hex SHA-256."""
    void: tuple[int, ...] = ()
    """Indexes, rising, all below ``size_before``."""


def origin_of(center: str) -> str:
    """A center's id -> the origin of its log: without scheme and closing slash, what an origin may not hold percent-encoded.

    ``https://trust.small.example/`` -> ``trust.small.example/attestation/log``
    """
    bare = center.partition("://")[2] or center
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in bare.rstrip("/").encode()) + SUFFIX


def log_object(log: Logged) -> dict[str, Any]:
    """As it stands in a predicate."""
    return {"origin": log.origin, "vkey": log.vkey, "sizeBefore": log.size_before, "rootBefore": log.root_before, "void": list(log.void)}


def parse_log(value: Any, vkey: Any) -> Logged:
    """A predicate's ``log`` and ``keys.log`` -> Logged. Raises Unreadable naming the field that is wrong."""
    if not isinstance(value, dict):
        raise Unreadable("log is not an object")
    log = Logged(_text(value, "origin"), _text(value, "vkey"), _size(value), _root(value), _void(value.get("void", [])))
    if parse_vkey(log.vkey).name != log.origin:
        raise Unreadable("log.vkey is not of the log that log.origin names")
    if log.vkey != vkey:
        raise Unreadable("keys.log and log.vkey differ")
    if log.size_before == 0 and log.root_before != EMPTY.hex():
        raise Unreadable("log.rootBefore of an empty log is the SHA-256 of nothing")
    if any(index >= log.size_before for index in log.void) or list(log.void) != sorted(set(log.void)):
        raise Unreadable("log.void does not name entries before log.sizeBefore, rising")
    return log


def _text(value: dict[str, Any], key: str) -> str:
    if not isinstance(found := value.get(key), str) or not found:
        raise Unreadable(f"log.{key} is not text")
    return found


def _size(value: dict[str, Any]) -> int:
    found: Any = value.get("sizeBefore")
    if not _is_number(found) or found > MAX_SIZE:
        raise Unreadable("log.sizeBefore is not a size")
    return int(found)


def _root(value: dict[str, Any]) -> str:
    if not _HEX.fullmatch(found := _text(value, "rootBefore")):
        raise Unreadable("log.rootBefore is not a SHA-256 in hex")
    return found


def _void(found: Any) -> tuple[int, ...]:
    if not isinstance(found, list) or len(found) > MOST_VOID or not all(map(_is_number, found)):
        raise Unreadable(f"log.void is not a list of at most {MOST_VOID} entries")
    return tuple(found)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
