"""Make and show the keys that sign, let one follow another, and retire one. They stay in the keys folder; what is shown is public.

    attest keys new                          once
    attest keys show --contract              the sentence for a contract, and the record for DNS
    attest keys rotate public                the next key, announced in the log by the present one; it signs after the overlap
    attest keys retire SHA256:… public       a key counts no longer; --compromised where somebody else had it
    attest keys new --person ane.pem         a person's own key, in that file: to affirm, or to sign answers; needs no trust center
"""

from __future__ import annotations

import argparse
import os
import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from attest import keys
from attest.cli import clock, passphrase, ui
from attest.errors import Refused, WrongUse
from attest.logged import origin_of
from attest.signers.keyfile import create_keyfile, write_new
from attest.times import parse_span, print_moment
from attest.wire import dns_txt, note, openssh, publickey
from attest.wire.dns_txt import Record

if TYPE_CHECKING:
    from attest.publishing.place import Place

OVERLAP: Final = "30d"

ALGORITHM = {openssh.P256: "ECDSA P-256 with SHA-256", openssh.ED25519: "Ed25519"}


def add(parser: argparse.ArgumentParser) -> None:
    """Declares ``keys new``, ``show``, ``rotate`` and ``retire``."""
    actions = parser.add_subparsers(dest="action", metavar="new|show|rotate|retire", required=True)
    new = actions.add_parser("new", help="make a signing key and a center secret; nothing is ever overwritten")
    new.add_argument("--log", action="store_true", help="make the key of the log alone, in a folder of an older version that has none")
    new.add_argument("--no-passphrase", action="store_true", help="a plain key file, mode 0600: for a machine that signs alone")
    new.add_argument("--person", metavar="FILE", help="make a person's own key in this file instead: for `attest affirm`, or to sign answers to a questionnaire")
    show = actions.add_parser("show", help="the fingerprint to pin and the public key, without opening the private one")
    show.add_argument("--contract", action="store_true", help="what to write into a contract and into DNS, and nothing else")
    show.add_argument("--center", metavar="URL", help="the trust center's address (default: the one these keys have signed for)")
    rotate = actions.add_parser("rotate", help="make the key that follows, and announce it in the log")
    rotate.add_argument("--overlap", metavar="SPAN", default=OVERLAP, help=f"for how long the present key still signs (default: {OVERLAP}; 0d: not any more)")
    retire = actions.add_parser("retire", help="say in the log that a key counts no longer")
    retire.add_argument("fingerprint", metavar="FINGERPRINT", help="the key, as `attest keys show` prints it")
    retire.add_argument("--compromised", action="store_true", help="somebody else had it")
    retire.add_argument("--trusted-before", metavar="ENTRY", help="with --compromised: the first entry of the log from which it is not believed (default: the retirement's own)")
    for action in (new, rotate):
        action.add_argument("--algorithm", choices=["p256", "ed25519"], default="p256", help="p256 (default) is what every verifier and browser takes")
    for action in (rotate, retire):
        action.add_argument("dest", metavar="DEST", help="where the site is served from, as for `attest publish`")
        action.add_argument("--at", metavar="TIME", help="the clock: when it is issued (default: now)")
    for action in (new, show, rotate, retire):
        add_folder(action)
        action.add_argument("--json", action="store_true", help="the result as JSON")


def add_folder(parser: argparse.ArgumentParser) -> None:
    """Declares ``--keys``, the same for every verb that signs."""
    parser.add_argument("--keys", metavar="DIR", help=f"the keys folder (else ${keys.ENVIRONMENT}, else {keys.DEFAULT})")


def folder_of(argument: str | None) -> Path:
    """The keys folder: ``--keys``, else $ATTEST_KEYS, else ``.attest/keys``."""
    return Path(argument or os.environ.get(keys.ENVIRONMENT) or keys.DEFAULT)


def run(arguments: argparse.Namespace) -> int:
    """Runs one action; 0, or an AttestError."""
    folder = folder_of(arguments.keys)
    if arguments.action in ("rotate", "retire"):
        return (_rotate if arguments.action == "rotate" else _retire)(folder, arguments)
    if arguments.action == "new" and arguments.person:
        return _person(Path(arguments.person), arguments)
    if arguments.action == "new":
        _new(folder, arguments)
    asked = getattr(arguments, "contract", False)
    shown = described(folder, getattr(arguments, "center", None))
    if arguments.json:
        ui.data_json(shown)
    else:
        ui.data(_handed(shown) if asked else _text(shown))
    if asked and shown["center"] is None:
        ui.warn("these keys have signed nothing yet: name the trust center's address with --center, so that the record in DNS has its name")
    return 0


def described(folder: Path, center: str | None = None) -> dict[str, Any]:
    """What may be told of a keys folder: fingerprint, algorithm, folder, pem, openssh, contract, center, log, dns, next, former. Raises
    WrongUse, Unreadable.

    ``center``: the trust center's address, where it is known; else the one that the keys have signed for.
    """
    spki, coming = keys.public_of(folder), keys.next_public_of(folder)
    fingerprint, mark = openssh.fingerprint(spki), keys.read_highwater(folder)
    following = [] if coming is None else [openssh.fingerprint(coming)]
    center = center or (mark.center if mark is not None else None)
    return {
        "center": center,
        "log": (log := log_of(folder, center)),
        "dns": {"name": dns_name(center), "records": [dns_txt.print_record(Record(key, log)) for key in (fingerprint, *following)]},
        "next": following[0] if following else None,
        "former": [openssh.fingerprint(one) for one in keys.former_of(folder) if one != spki],
        "fingerprint": fingerprint,
        "algorithm": ALGORITHM[openssh.algorithm(spki)],
        "folder": str(folder),
        "pem": publickey.pem(spki).decode("ascii"),
        "openssh": openssh.public_line(spki, "attest statement key"),
        "contract": contract_sentence(fingerprint, center, log),
    }


def contract_sentence(fingerprint: str, center: str | None = None, log: str | None = None) -> str:
    """What to write into a contract, so that the other side can pin the key, and with it those that follow it."""
    where = f" {center}" if center else ""
    kept = f" Its log is signed with the key {log}." if log else ""
    follow = "this key announced that one in the log of the trust center, or we have" if log else "we have"
    return (
        f"The statements of our trust center{where} are signed with the key {fingerprint}.{kept} "
        f"A statement signed with any other key is not ours, unless {follow} told you of that key in writing."
    )


def log_of(folder: Path, center: str | None) -> str | None:
    """The vkey of the center's log, where there is one and its name is known."""
    spki = keys.log_public_of(folder)
    if spki is None or center is None:
        return None
    return note.print_vkey(note.key_of_spki(origin_of(center), spki))


def dns_name(center: str | None) -> str | None:
    """Where the records stand in DNS, with the point at its end; None where the address is not known or names no host."""
    try:
        host = urlsplit(center).hostname if center else None
    except ValueError:
        host = None
    return host and f"{dns_txt.LABEL}.{host}."


def _new(folder: Path, arguments: argparse.Namespace) -> None:
    if arguments.log:
        keys.add_log(folder, passphrase.passphrase_source())
        ui.say(f"made the key of the log in {folder}: keep a copy of it with the rest, a log never changes its key")
        return
    keys.refuse_occupied(folder)
    keys.create(folder, arguments.algorithm, None if arguments.no_passphrase else passphrase.new_passphrase())
    ui.say(f"made keys in {folder}")
    ui.say("keep a copy of the folder in a safe place: without it nothing can be signed, and no commitment be opened")


def _person(file: Path, arguments: argparse.Namespace) -> int:
    """A key of somebody's own, and its public half beside it."""
    public = file.with_name(f"{file.name}.pub")
    for taken in (file, public):
        if os.path.lexists(taken):
            raise Refused(f"{taken} is there already", "nothing was overwritten; name another file")
    signer = create_keyfile(file, arguments.algorithm, None if arguments.no_passphrase else passphrase.new_passphrase())
    write_new(public, openssh.public_line(signer.spki, file.stem).encode() + b"\n")
    shown = {"fingerprint": signer.fingerprint, "algorithm": ALGORITHM[openssh.algorithm(signer.spki)], "file": str(file), "pem": publickey.pem(signer.spki).decode("ascii")}
    if arguments.json:
        ui.data_json(shown)
    else:
        ui.data(ui.table([("fingerprint", signer.fingerprint), ("algorithm", shown["algorithm"]), ("file", str(file))]))
        ui.say("keep it to yourself")
        ui.say(f"to affirm with it, write under signatories in center.yml, beside your role\n  key: {signer.fingerprint}")
        ui.say("to sign answers with it, tell whoever asks you this fingerprint by phone or in the contract, not along with the answers")
    return 0


def _rotate(folder: Path, arguments: argparse.Namespace) -> int:
    from attest.publishing.rotation import rotate

    now, overlap = clock.now_or(arguments.at, "--at"), _overlap(arguments.overlap)
    found = rotate(_place(folder, arguments.dest), overlap, arguments.algorithm, now)
    until = found.change.until
    said = {
        "announced": openssh.fingerprint(found.change.spki), "by": openssh.fingerprint(found.said.later.spki), "entry": found.said.later.log.size_before, "statement": found.said.path,
        "from": print_moment(found.change.start or now), "signsFrom": print_moment(until or now), "before": found.published is None,
        "dns": described(folder)["dns"],
    }  # fmt: skip
    if arguments.json:
        ui.data_json(said)
        return 0
    ui.data(ui.table([("announced", said["announced"]), ("by", said["by"]), ("in the log", f"entry {said['entry']}"), ("signs from", said["signsFrom"])]))
    ui.say("that was announced before; nothing was done" if found.published is None else "copy the keys folder to where you keep it safe, and publish both keys in DNS if you do that: `attest keys show --contract`")
    return 0


def _retire(folder: Path, arguments: argparse.Namespace) -> int:
    from attest.publishing.rotation import SaidAlready, retire

    now, before = clock.now_or(arguments.at, "--at"), _entry(arguments.trusted_before)
    if before is not None and not arguments.compromised:
        raise WrongUse("--trusted-before is for a key that somebody else had", "add --compromised, or leave it away: a key is retired from the retirement's own entry on")
    if not openssh.is_fingerprint(arguments.fingerprint):
        raise WrongUse(f"{arguments.fingerprint!r:.80} is no fingerprint", "`attest keys show` prints them")
    try:
        later = (made := retire(_place(folder, arguments.dest), arguments.fingerprint, now, compromised=arguments.compromised, trusted_before=before)).said
    except SaidAlready as already:
        later, made = already.said, None
    entry = later.later.log.size_before
    said = {"retired": arguments.fingerprint, "by": openssh.fingerprint(later.later.spki), "entry": entry, "trustedBefore": entry if before is None else before, "statement": later.path, "before": made is None}
    if arguments.json:
        ui.data_json(said)
        return 0
    ui.data(ui.table([("retired", said["retired"]), ("by", said["by"]), ("in the log", f"entry {entry}"), ("not believed", f"from entry {said['trustedBefore']} on")]))
    ui.say("that was said before; nothing was done" if made is None else "take the key out of DNS, and tell those who have it in a contract which one follows it")
    return 0


def _place(folder: Path, dest: str) -> Place:
    """Where the center publishes. Raises Refused where nothing was published there."""
    from attest.cli.publish import directory_of
    from attest.publishing.place import Place

    store = directory_of(dest)
    if (center := store.center()) is None:
        raise Refused(f"nothing was published to {store.name} yet", "publish a release first: a change of keys stands in its log")
    return Place(center, store, keys.open_keys(folder, passphrase.passphrase_source()), ui.say)


def _overlap(text: str) -> timedelta:
    try:
        return timedelta() if text == "0d" else parse_span(text)
    except ValueError as error:
        raise WrongUse(f"--overlap: {error}") from None


def _entry(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch("0|[1-9][0-9]{0,8}", text):
        raise WrongUse(f"--trusted-before {text!r:.40} is no entry of the log", "a whole number: `attest log show` lists them")
    return int(text)


def _text(shown: dict[str, Any]) -> str:
    more = [("next", shown["next"])] if shown["next"] else []
    facts = ui.table([("fingerprint", shown["fingerprint"]), ("algorithm", shown["algorithm"]), ("folder", shown["folder"]), *more, *(("former", one) for one in shown["former"])])
    return f"{facts}\n\n{shown['pem']}\n{shown['openssh']}\n\n{_handed(shown)}"


def _handed(shown: dict[str, Any]) -> str:
    """What others get: by contract, and by DNS."""
    name = shown["dns"]["name"] or f"{dns_txt.LABEL}.<host>."
    records = "\n".join(f"  {name} IN TXT {dns_txt.strings(record)}" for record in shown["dns"]["records"])
    return f"for a contract:\n  {ui.plain(shown['contract'])}\n\nfor DNS:\n{ui.plain(records)}"
