"""Affirm, as a person, what this trust center says: signed with a key of your own, dated, and running out within a year.

    attest keys new --person ana.pem             once: your own key, and the line for center.yml
    attest affirm --key ana.pem                  what you sign is shown first; it is written to controls/affirmation.sigstore.json

Commit that file. Every release from then on carries it: who affirmed what, until when, and since which release. Releases that follow by
themselves say that they do. Past its last day a release says that there is no current affirmation, until somebody affirms anew.
"""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from attest.affirmation import LONGEST, MOST_TEXT, Affirmation, print_affirmation
from attest.cli import asking, ui
from attest.cli.clock import now_or
from attest.cli.folder import root_of
from attest.cli.own_key import own_key
from attest.errors import Problems, Refused, WrongUse
from attest.model.center import Profile
from attest.signers.interface import Signer
from attest.times import parse_day, print_moment

YEAR: Final = timedelta(days=365)
WORDS: Final = "I have read what this trust center says of {name}. To the best of my knowledge it is true, and {name} stands by it."


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("--key", metavar="FILE", required=True, help="your own key: `attest keys new --person FILE` makes one")
    parser.add_argument("--role", metavar="ROLE", help="your role among the signatories of center.yml (default: the one that has this key)")
    words = parser.add_mutually_exclusive_group()
    words.add_argument("--text", metavar="TEXT", help="what you affirm (default: that you have read it and stand by it)")
    words.add_argument("--text-file", metavar="FILE", help="the same, from a file of plain text")
    parser.add_argument("--until", metavar="DAY", help=f"the last day it stands: a year if nothing is said, {LONGEST.days} days at most")
    parser.add_argument("--at", metavar="TIME", help="the clock: when you affirm it (default: now)")
    parser.add_argument("--yes", action="store_true", help="sign without asking: where there is no terminal to ask on")
    parser.add_argument("--dir", metavar="DIR", help="the trust center's folder (default: the one this folder is in)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Shows, asks, signs and writes; 0, or an AttestError."""
    from attest.load import load_with_problems

    root, now = root_of(arguments.dir), now_or(arguments.at, "--at")
    center, problems = load_with_problems(root)
    if center is None:
        raise Problems(problems)
    signer = own_key(Path(arguments.key), "affirm")
    made = _made(arguments, center.profile, signer, now)
    _confirm(made, arguments.yes)
    _write(root, center.profile, made, signer, now)
    said = {"role": made.role, "key": signer.fingerprint, "text": made.text, "affirmedAt": print_moment(now), "until": made.until.isoformat(), "file": _file()}
    _show(said, arguments.json)
    return 0


def _file() -> str:
    from attest.load.files import AFFIRMATION

    return AFFIRMATION


def _made(arguments: argparse.Namespace, profile: Profile, signer: Signer, now: datetime) -> Affirmation:
    text = arguments.text or (_read(Path(arguments.text_file)) if arguments.text_file else WORDS.format(name=profile.name))
    try:
        until = parse_day(arguments.until) if arguments.until else (now + YEAR).date()
        made = Affirmation(profile.id, profile.name, text.strip(), _role(arguments.role, profile, signer.fingerprint), now, until, signer.spki)
        print_affirmation(made)
    except (ValueError, OverflowError) as error:
        raise WrongUse(str(error)) from None
    return made


def _read(file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as stream:
            return stream.read(MOST_TEXT + 2)
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(f"{str(file)!r} cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8'}") from None


def _role(asked: str | None, profile: Profile, key: str) -> str:
    """The role in center.yml that has this key. Raises Refused where it has none, WrongUse where it has several and none is named."""
    roles = sorted({person.role for person in profile.signatories if person.key == key})
    if asked in roles:
        return asked
    if not roles or asked is not None:
        raise Refused(f"no signatory of center.yml has the key {key}" + (f" and the role {asked!r}" if asked else ""), f"write `key: {key}` beside the role, under signatories")
    if len(roles) > 1:
        raise WrongUse(f"{key} stands beside several roles", f"name one with --role: {', '.join(roles)}")
    return roles[0]


def _confirm(made: Affirmation, already: bool) -> None:
    ui.say(ui.plain(f"as {made.role} of {made.center_name} ({made.center}), until {made.until}, you affirm:"))
    for line in made.text.splitlines():
        ui.say(ui.plain(f"  {line}"))
    if already:
        return
    if not asking.on_terminal():
        raise WrongUse("a person has to see what is signed", "run it on a terminal, or add --yes")
    if ui.ask("sign it? type yes", "no").strip().lower() != "yes":
        raise asking.Stopped("nothing was signed", "say what you do affirm with --text")


def _write(root: Path, profile: Profile, made: Affirmation, signer: Signer, now: datetime) -> None:
    from attest.authoring.staging import Write, digest_inside, settle
    from attest.load.affirmed import problems_of
    from attest.sign import bundle_of

    if wrong := list(problems_of(made, True, profile, now)):
        raise Problems(wrong)
    before = digest_inside(root, _file())
    settle(root, [Write(_file(), bundle_of(print_affirmation(made), signer) + b"\n", before)])


def _show(said: dict[str, Any], as_json: bool) -> None:
    if as_json:
        ui.data_json(said)
        return
    ui.data(ui.table([(name, str(said[key])) for name, key in (("affirmed as", "role"), ("with the key", "key"), ("until", "until"), ("written to", "file"))]))
    ui.say("commit it; the next release carries it")

