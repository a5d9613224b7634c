"""What this reader verified last, so that an older or another history shows: ``seen.json``, by center id and log origin.

    {"https://trust.harbourline.example/": {"": {"release": 7, "payload": "9f3c…"}}}

The origin of a center without a log is the empty text. Written only after integrity, signer and history all held (format.md, Trust
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
        centers.setdefault(center, {})[origin] = {"release": last.release, "payload": last.payload}
    write_whole(file, (json.dumps(centers, indent=1, ensure_ascii=False) + "\n").encode())


def _entries(value: Any) -> Iterator[tuple[tuple[str, str], Seen]]:
    for center, origins in _object(value).items():
        for origin, last in _object(origins).items():
            release, payload = _object(last).get("release"), _object(last).get("payload")
            if not isinstance(release, int) or isinstance(release, bool) or release < 1:
                raise Unreadable("a release is no number")
            if not isinstance(payload, str) or not _HEX.fullmatch(payload):
                raise Unreadable("a payload is no SHA-256 in hex")
            yield (center, origin), Seen(release, payload)


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unreadable("not objects in objects")
    return value
