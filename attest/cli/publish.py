"""Check, build, sign and release: DEST becomes a link to the newest of the releases that lie beside it, in DEST.releases.

The first release takes --first, once in a center's life. Whatever goes wrong, what was served before is served still, and running
it again is safe. What comes out is verified before it is served.
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attest.cli import ui
from attest.cli.clock import now_or
from attest.cli.folder import root_of
from attest.cli.init import EXAMPLE_ADDRESS
from attest.cli.keys import add_folder, folder_of
from attest.cli.passphrase import passphrase_source
from attest.errors import Refused, WrongUse
from attest.keys import open_keys
from attest.publishers.directory import Directory
from attest.repository import clean_commit
from attest.times import print_moment
from attest.wire import openssh

if TYPE_CHECKING:
    from attest.prepare import Prepared
    from attest.publish import Order, Place, Published, Render
    from attest.release import Release


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("dest", metavar="DEST", help="where the site is served from: a link that publishing makes")
    parser.add_argument("--dir", metavar="DIR", help="the trust center's folder (default: the one this folder is in)")
    parser.add_argument("--first", action="store_true", help="begin the history: the first release of all")
    add_folder(parser)
    parser.add_argument("--as-of", metavar="TIME", help="the moment verdicts are computed for, at most a day ago (default: now)")
    parser.add_argument("--at", metavar="TIME", help="the clock: when it is issued (default: now)")
    parser.add_argument("--as-unknown", action="store_true", help="publish although evidence is missing or unreadable; what rests on it is published as unknown")
    add_entered(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def add_entered(parser: argparse.ArgumentParser) -> None:
    """Declares ``--entered``, the same for every verb that appends to the log."""
    parser.add_argument("--entered", metavar="COMMAND", help="run when its place in the log is won and nothing is signed yet; nothing is signed if it fails")


def entered_of(command: str | None) -> Callable[[], None]:
    """What ``Place.entered`` calls: the program with its arguments, through no shell; all it says is talk.

    Raises WrongUse for what is no list of words. The call raises Refused where the program fails, or cannot be run.
    """
    try:
        words = shlex.split(command or "")
    except ValueError as error:
        raise WrongUse(f"--entered {command!r}: {str(error).lower()}", "a program and its arguments, quoted as for a shell") from None

    def entered() -> None:
        if words and (ended := _ended(words)):
            raise Refused(f"the command of --entered {ended}, so nothing was signed", "its entry in the log is void; run it again when the command can succeed")

    return entered


def _ended(words: list[str]) -> str:
    """How a program went wrong, or nothing."""
    try:
        code = subprocess.run(words, check=False, stdout=sys.stderr).returncode
    except OSError as error:
        return f"cannot be run ({(error.strerror or str(error)).lower()})"
    return f"ended with {code}" if code else ""


def run(arguments: argparse.Namespace) -> int:
    """Publishes one release and says where it is; 0, or an AttestError."""
    from attest.prepare import prepare
    from attest.publish import Place, publish

    root, now = root_of(arguments.dir), now_or(arguments.at, "--at")
    as_of = now if arguments.as_of is None else now_or(arguments.as_of, "--as-of")
    store = directory_of(arguments.dest)
    keys = open_keys(folder_of(arguments.keys), passphrase_source())
    prepared = prepare(root, as_of, None, keys.secret, arguments.as_unknown)
    for warning in prepared.warnings:
        ui.warn(str(warning))
    if arguments.first and prepared.center.profile.id == EXAMPLE_ADDRESS:
        ui.warn(f"{EXAMPLE_ADDRESS} is an example, and is signed into every release; settle id: in controls/center.yml before customers rely on it")
    place = Place(prepared.center.profile.id, store, keys, ui.say, entered_of(arguments.entered))
    published = publish(_order(root, prepared, now, arguments.first), place, _renderer(root, prepared, place))
    result = described(published, arguments.dest)
    if arguments.json:
        ui.data_json(result)
    else:
        ui.data(_text(result))
    return 0


def directory_of(text: str) -> Directory:
    """DEST as given -> the store. Its last part may be a link, and is not followed."""
    return Directory(Path(os.path.abspath(text)))  # noqa: PTH100 - resolve() would follow the link


def _order(root: Path, prepared: Prepared, now: datetime, first: bool) -> Order:
    from attest.load import leak_terms
    from attest.publish import Order

    emails, domains = leak_terms(prepared.center)
    profile = prepared.center.profile
    return Order(prepared.assessment.as_of, now, profile.defaults.valid_for, first, clean_commit(root), emails, domains, profile.releases.keep, profile.releases.folders)


def _renderer(root: Path, prepared: Prepared, place: Place) -> Render:
    """Everything is decided before the number is known, and the release it follows."""
    from attest.build import build
    from attest.prepare import released
    from attest.publish import before

    def render(folder: Path, release: Release) -> None:
        build(root, released(prepared, release, place.keys.secret, before(place, release)), folder, ui.counter("pages"))

    return render


def described(published: Published, dest: str) -> dict[str, Any]:
    """What is said of a release: for programs as it stands, for people as text."""
    statement = published.head.statement
    fingerprint = openssh.fingerprint(statement.spki)
    return {
        "center": statement.center,
        "release": published.head.n,
        "asOf": print_moment(statement.as_of),
        "issuedAt": print_moment(statement.issued_at),
        "validUntil": print_moment(statement.valid_until),
        "payload": published.head.payload,
        "fingerprint": fingerprint,
        "files": published.files,
        "dest": dest,
        "page": str(Path(dest) / "index.html"),
        "folder": str(published.folder),
        "finished": list(published.finished),
        "verify": f"attest verify {shlex.quote(dest)} --key {fingerprint}",
    }


def _text(said: dict[str, Any]) -> str:
    rows = [
        ("release", f"{said['release']}, {said['files']} files, good until {said['validUntil']}"),
        ("look at", said["page"]),
        ("pin this key", said["fingerprint"]),
        ("verify it", said["verify"]),
    ]
    return ui.table(rows)
