"""A built folder -> what its host has to know of it. Reads three things: ``_headers``, ``attestation/index.json``, the names of its assets."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from attest.errors import CouldNotTell, Refused, Unreadable
from attest.hosting.headers import read_policy
from attest.hosting.interface import Hosted
from attest.hosting.rules import HASHED
from attest.wire import strict_json

_INDEX: Final = "attestation/index.json"
_HASHED = re.compile(HASHED)
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?")
_PLAIN = re.compile(r"[A-Za-z0-9 À-ɏ '+,./:;=@_~-]+")


def hosted(folder: Path) -> Hosted:
    """Of a built or published site. Raises CouldNotTell where there is none, Unreadable where it is not what a build writes."""
    try:
        policy, index = read_policy((folder / "_headers").read_bytes()), strict_json.parse((folder / _INDEX).read_bytes(), f"{folder}/{_INDEX}")
    except OSError as error:
        raise CouldNotTell(f"{folder} is no built site: {error.strerror or error}", "name one with --site; `attest publish` and `attest build` write one") from None
    center = index.get("center") if isinstance(index, dict) else None
    address = center.get("id") if isinstance(center, dict) else None
    if not isinstance(address, str):
        raise Unreadable(f"{folder}/{_INDEX} names no trust center", "build the site anew")
    where = os.path.abspath(folder)  # noqa: PTH100 - a link stays one: publishing switches it
    _refuse_unwritable(address, where, policy)
    return Hosted(address, where, policy, hashed(folder))


def _refuse_unwritable(address: str, folder: str, policy: str) -> None:
    """What would mean something else in a configuration: quotes, variables, blocks."""
    if not _ADDRESS.fullmatch(address):
        raise Refused(f"the trust center's address {address!r:.200} cannot be written into a configuration", "serve it at an address of plain letters")
    for said, value in (("folder", folder), ("policy of its pages", policy)):
        if not _PLAIN.fullmatch(value):
            raise Refused(f"the {said} {value!r:.200} cannot be written into a configuration", "put the site into a folder of plain letters")


def hashed(folder: Path) -> tuple[str, ...]:
    """Site paths of the assets whose names change with their content."""
    return tuple(sorted(path.relative_to(folder).as_posix() for path in (folder / "assets").rglob("*") if _HASHED.search(path.name)))
