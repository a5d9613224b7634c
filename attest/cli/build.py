"""Render an unsigned preview of the trust center: the whole site, with a line on every page that nobody signed it.

`attest publish` is what signs and releases. Evidence that cannot be read is a warning here, and its claims read unknown.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from attest.build import build, prepare
from attest.cli import ui
from attest.cli.clock import now_or
from attest.cli.folder import root_of
from attest.errors import Unreadable
from attest.fetch import Absent, Folder, Web
from attest.history import Before
from attest.predecessor import read_before
from attest.wire import strict_json

_INDEX = "attestation/index.json"
_MOST = 16 * 2**20


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("dir", metavar="DIR", nargs="?", help="the trust center's folder (default: the one this folder is in)")
    parser.add_argument("--site-dir", metavar="DIR", help="where to write it (default: site, in the trust center's folder)")
    parser.add_argument("--as-of", metavar="TIME", help="the moment verdicts are computed for (default: now)")
    parser.add_argument("--previous", metavar="DIR|URL|none", default="none", help="the release before, for the number shown and the history (default: none)")


def run(arguments: argparse.Namespace) -> int:
    """Builds; 0 where a site was written."""
    root = root_of(arguments.dir)
    site_dir = Path(arguments.site_dir) if arguments.site_dir else root / "site"
    upcoming, before = _previous(arguments.previous)
    prepared = prepare(root, now_or(arguments.as_of, "--as-of"), None, secret_in(root), as_unknown=True, upcoming=upcoming, before=before)
    for warning in prepared.warnings:
        ui.warn(str(warning))
    build(root, prepared, site_dir, ui.counter("pages"))
    ui.say(f"an unsigned preview of {prepared.center.profile.name}, {len(prepared.center.controls)} controls; look at")
    ui.data(str(site_dir / "index.html"))
    return 0


def secret_in(root: Path) -> bytes | None:
    """The center secret of ``$ATTEST_KEYS`` or ``.attest/keys``, None where there is none yet."""
    from attest.keys import DEFAULT, ENVIRONMENT, secret_of

    return secret_of(Path(os.environ.get(ENVIRONMENT) or root / DEFAULT))


def _previous(previous: str) -> tuple[int | None, Before | None]:
    """The number after the release that lies at a folder or an address, and what that release told, as far as its manifest bears it out."""
    if previous == "none":
        return None, None
    source = Web(previous) if previous.startswith(("https://", "http://")) else Folder(Path(previous))
    index = strict_json.parse(source.read(_INDEX, _MOST), f"{previous}: {_INDEX}")
    release = index.get("release") if isinstance(index, dict) else None
    if not isinstance(release, int) or isinstance(release, bool) or release < 1:
        raise Unreadable(f"{previous} is no release: its {_INDEX} names no number", "--previous none builds without")
    return release + 1, _told(source)


def _told(source: Folder | Web) -> Before | None:
    try:
        return read_before(source)
    except Absent:
        return None
