"""What this reader verified last, so that an older or another history shows: ``seen.json``, by center id and log origin.

    {"https://trust.harbourline.example/": {"trust.harbourline.example/attestation/log":
        {"release": 7, "payload": "9f3c…", "log": {"size": 12, "root": "77aa…", "vkey": "trust.harbourline…+hash+key"}}}}

The origin of a center without a log is the empty text, and such a one has no ``log``; a center that begins a log is remembered under its
origin from then on, and under no other. Written only after integrity, signer and history all held (format.md, Trust
of the reader), whole or not at all, for nobody else to read. A file that cannot be read is an error, never an empty memory.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from attest.errors import CouldNotTell, Unreadable
from attest.trust import write_whole
from attest.wire import strict_json

_HEX = re.compile("[0-9a-f]{64}")
_HINT: Final = "mend or remove it, then every center is new to you; --no-state leaves it aside"


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest release of a center that this reader verified: its number and the hex SHA-256 of its payload."""

    release: int
    payload: str
    log: SeenLog | None = None
    """None without a log."""


@dataclass(frozen=True, slots=True)
class SeenLog:
    """The largest state of a center's log that this reader verified."""

    size: int
    root: str
    """Hex SHA-256."""
    vkey: str | None = None
    """The log's key, as its releases name it."""


def recall(seen: Mapping[tuple[str, str], Seen], center: str, origin: str) -> tuple[str, Seen] | None:
    """What was seen of a center, and the origin it had then: under this origin, else under another, for a center has one log and keeps it."""
    here = {was: last for (whose, was), last in seen.items() if whose == center}
    first = next((was for was in (origin, *sorted(here, reverse=True)) if was in here), None)
    return None if first is None else (first, here[first])


def is_news(last: Seen | None, now: Seen) -> bool:
    """Whether ``now`` is further on: a memory never moves back."""
    if last is None or last.release != now.release:
        return last is None or last.release < now.release
    return now.log is not None and (last.log is None or last.log.size < now.log.size)


def with_seen(seen: Mapping[tuple[str, str], Seen], center: str, origin: str, now: Seen) -> dict[tuple[str, str], Seen]:
    """All that was seen, with what is seen now of one center."""
    return {**{key: last for key, last in seen.items() if key[0] != center}, (center, origin): now}


def default_file() -> Path:
    """``$XDG_STATE_HOME/attest/seen.json``, else under ``~/.local/state``."""
    base = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(base).expanduser() / "attest" / "seen.json"


def read_seen(file: Path) -> dict[tuple[str, str], Seen]:
    """(center id, log origin) -> what was seen; empty where there is no file yet. Raises CouldNotTell for one that cannot be read."""
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise CouldNotTell(f"{file}: {error.strerror}", _HINT) from None
    try:
        return dict(_entries(strict_json.parse(data, str(file))))
    except Unreadable as error:
        raise CouldNotTell(f"what was last seen cannot be read: {error.message}", _HINT) from None


def write_seen(file: Path, seen: Mapping[tuple[str, str], Seen]) -> None:
    """Writes all of it, mode 0600. Raises CouldNotTell where that cannot be done."""
    centers: dict[str, dict[str, Any]] = {}
    for (center, origin), last in sorted(seen.items()):
        centers.setdefault(center, {})[origin] = _said(last)
    write_whole(file, (json.dumps(centers, indent=1, ensure_ascii=False) + "\n").encode())


def _said(last: Seen) -> dict[str, Any]:
    said: dict[str, Any] = {"release": last.release, "payload": last.payload}
    if last.log is None:
        return said
    return {**said, "log": {"size": last.log.size, "root": last.log.root, **({} if last.log.vkey is None else {"vkey": last.log.vkey})}}


def _entries(value: Any) -> Iterator[tuple[tuple[str, str], Seen]]:
    for center, origins in _object(value).items():
        for origin, last in _object(origins).items():
            yield (center, origin), _seen(_object(last))


def _seen(last: dict[str, Any]) -> Seen:
    log = None if last.get("log") is None else _log(_object(last["log"]))
    return Seen(_number(last.get("release")), _hex(last.get("payload")), log)


def _log(said: dict[str, Any]) -> SeenLog:
    vkey = said.get("vkey")
    if vkey is not None and not isinstance(vkey, str):
        raise Unreadable("a log's key is no text")
    return SeenLog(_number(said.get("size")), _hex(said.get("root")), vkey)


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise Unreadable("a release or a size is no number")
    return value


def _hex(value: Any) -> str:
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise Unreadable("a payload or a root is no SHA-256 in hex")
    return value


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unreadable("not objects in objects")
    return value
