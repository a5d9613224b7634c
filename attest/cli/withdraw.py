"""Withdraw a release: a signed statement of its own, an entry of the log, beside the release that is served.

    attest withdraw 7 public --why "The scan of 3 November was of another system."

What was published stays where it is. From now on whoever verifies the release is told that it was withdrawn and why, and the pages of
the next release say so. A withdrawal is never taken back.
"""

from __future__ import annotations

import argparse
import json
import shlex
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attest.cli import ui
from attest.cli.clock import now_or
from attest.cli.keys import add_folder, folder_of
from attest.cli.passphrase import passphrase_source
from attest.cli.publish import add_entered, directory_of, entered_of
from attest.errors import Refused, WrongUse
from attest.keys import open_keys
from attest.later import MOST_WHY, Later, Withdrawal
from attest.times import print_moment

if TYPE_CHECKING:
    from attest.logged import Logged
    from attest.publish import Place, PublishedLater
    from attest.publishing.place import Standing


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("release", metavar="RELEASE", type=int, help="its number")
    parser.add_argument("dest", metavar="DEST", help="where the site is served from, as for `attest publish`")
    parser.add_argument("--why", metavar="TEXT", required=True, help="the reason, published as it is")
    add_folder(parser)
    parser.add_argument("--at", metavar="TIME", help="the clock: when it is issued (default: now)")
    add_entered(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Withdraws one release and says what became of it; 0, or an AttestError."""
    from attest.publish import Place, publish_later

    now, store, why = now_or(arguments.at, "--at"), directory_of(arguments.dest), arguments.why.strip()
    center = store.center()
    if center is None:
        raise Refused(f"nothing was published to {store.name} yet", "there is nothing to withdraw")
    _refuse_words(why, store.dest)
    place = Place(center, store, open_keys(folder_of(arguments.keys), passphrase_source()), ui.say, entered_of(arguments.entered))
    published = publish_later(lambda log, standing: _withdrawal(place, arguments.release, why, now, log, standing), place, now)
    said = _described(published, arguments.dest, place)
    if arguments.json:
        ui.data_json(said)
    else:
        ui.data(_text(said))
    if published.said.later.release == said["served"]:
        ui.say("that is the release that is served: publish the next one, whose pages say so")
    return 0


def _refuse_words(why: str, dest: Path) -> None:
    """Text that is published and signed for good is held to what is asked of sources."""
    from attest.hygiene import bad_characters
    from attest.leaks import REMEDY, find

    if not why or len(why) > MOST_WHY:
        raise WrongUse(f"--why has to say something, in at most {MOST_WHY} characters", "one sentence that a customer understands")
    found = [f"{what} at character {at + 1}" for at, what in bad_characters(why)]
    found += [f"{leak.what}, {leak.excerpt}" for leak in find(why, _contacts(dest), ())]
    if found:
        raise Refused(f"--why holds {'; '.join(found)}", REMEDY)


def _contacts(dest: Path) -> frozenset[str]:
    """The addresses that the served release names as contacts."""
    record = json.loads((dest / "attestation/assessment.json").read_bytes())
    return frozenset(contact["email"] for contact in record["center"]["contacts"] if contact["email"])


def _withdrawal(place: Place, release: int, why: str, now: datetime, log: Logged, standing: Standing) -> Later:
    from attest.publishing.later import payload_of_release

    assert standing.head is not None
    for said in standing.said:
        if isinstance(said.later.body, Withdrawal) and said.later.release == release:
            raise Refused(f"release {release} was withdrawn already, on {print_moment(said.later.issued_at)}: {said.later.body.why}", "once is enough: it is never taken back")
    payload = payload_of_release(place, standing, release)
    return Later("withdrawal", place.center, standing.head.statement.center_name, release, now, place.keys.signer.spki, log, Withdrawal(payload, why))


def _described(published: PublishedLater, dest: str, place: Place) -> dict[str, Any]:
    later, head = published.said.later, published.standing.head
    assert head is not None
    return {
        "withdrawn": later.release,
        "why": later.body.why if isinstance(later.body, Withdrawal) else "",
        "at": print_moment(later.issued_at),
        "entry": published.index,
        "statement": published.said.path,
        "served": head.n,
        "folder": str(published.folder),
        "verify": f"attest verify {shlex.quote(dest)} --key {place.keys.signer.fingerprint}",
    }


def _text(said: dict[str, Any]) -> str:
    rows = [("withdrawn", f"release {said['withdrawn']}, entry {said['entry']} of the log"), ("statement", said["statement"]), ("verify it", said["verify"])]
    return ui.table(rows)
