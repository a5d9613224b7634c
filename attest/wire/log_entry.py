"""An entry of a center's log: which signed payload it stands for, and nothing that the payload does not say (format.md, Log).

    {"digest":"9f3c…64 hex digits","kind":"release","n":42,"time":"2026-11-20T06:01:00Z"}

RFC 8785, no line feed, at most 200 bytes. ``n`` is the release that it is about: the release itself, the one withdrawn, or for a
notice and a change of keys the last one before it (0 where there is none). An entry says that a payload was logged, and not that it was
signed: only a bundle with that payload shows that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, get_args

from attest.errors import Unreadable
from attest.times import parse_day, parse_moment
from attest.wire import jcs, strict_json

Kind = Literal["release", "withdrawal", "notice", "key-change"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
MAX_BYTES: Final = 200

_HEX = re.compile("[0-9a-f]{64}")
_KIND: Final = {kind.encode(): kind for kind in KINDS}
_FIELDS = {"digest": str, "kind": str, "n": int, "time": str}
_FORM = re.compile(
    rb'","kind":"(?:(release|withdrawal)","n":([1-9][0-9]{0,8})|(notice|key-change)","n":(0|[1-9][0-9]{0,8})),"time":"'
    rb'([0-9]{4}-[0-9]{2}-[0-9]{2})T(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}Z"\}'
)
"""The one form behind the digest: what matches, and names a day that there is, prints back to itself."""
_HEAD: Final = b'{"digest":"'
_DIGITS: Final = b"0123456789abcdef"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry."""

    digest: str
    """Hex SHA-256 of the DSSE payload."""
    kind: Kind
    n: int
    time: str
    """The payload's issuedAt."""


def print_entry(entry: Entry) -> bytes:
    """The entry's bytes. ValueError for one that cannot be."""
    if why := _problem(entry):
        raise ValueError(why)
    return jcs.canonical({"digest": entry.digest, "kind": entry.kind, "n": entry.n, "time": entry.time})


def parse_entry(data: bytes) -> Entry:
    """Bytes -> the entry. Raises Unreadable unless they are exactly what printing gives."""
    kind, n = kind_and_number(data)
    return Entry(digest_of(data), kind, n, data[-22:-2].decode())


def digest_of(data: bytes) -> str:
    """The digest of an entry that was parsed before: its form gives the place."""
    return data[11:75].decode()


def kind_and_number(data: bytes) -> tuple[Kind, int]:
    """As ``parse_entry``, and as strict: what a log of a hundred thousand entries is gone through by."""
    match = _FORM.fullmatch(data, 75)
    if match is None or data[:11] != _HEAD or data[11:75].translate(None, _DIGITS) or not _is_day(match[5]):
        entry = parse_slowly(data)
        return entry.kind, entry.n
    return (_KIND[match[1]], int(match[2])) if match[1] else (_KIND[match[3]], int(match[4]))


@lru_cache(maxsize=4096)
def _is_day(text: bytes) -> bool:
    try:
        parse_day(text.decode())
    except ValueError:
        return False
    return True


def parse_slowly(data: bytes) -> Entry:
    """The same, as the specification puts it: JSON, its fields, its one form. What ``parse_entry`` refuses, this says why."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"a log entry has at most {MAX_BYTES} bytes, this one has {len(data)}")
    said = strict_json.parse(data, "the log entry")
    if not isinstance(said, dict) or {key: type(value) for key, value in said.items()} != _FIELDS:
        raise Unreadable("a log entry says digest, kind, n and time, and nothing else")
    entry = Entry(**said)
    if why := _problem(entry):
        raise Unreadable(f"malformed log entry: {why}")
    if print_entry(entry) != data:
        raise Unreadable("malformed log entry: not in the one form it may have")
    return entry


def _problem(entry: Entry) -> str:
    if not _HEX.fullmatch(entry.digest):
        return "digest is not a SHA-256 in hex"
    if entry.kind not in KINDS:
        return f"kind is none of {', '.join(KINDS)}"
    if not (1 if entry.kind in ("release", "withdrawal") else 0) <= entry.n < 10**9:
        return "n is no release's number"
    try:
        parse_moment(entry.time)
    except ValueError as error:
        return f"time: {error}"
    return ""
