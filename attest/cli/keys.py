"""Make and show the keys that sign. They stay in the keys folder; what is shown is public."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from attest import keys
from attest.cli import passphrase, ui
from attest.errors import Refused
from attest.signers.keyfile import create_keyfile, write_new
from attest.wire import dns_txt, openssh, publickey
from attest.wire.dns_txt import Record

ALGORITHM = {openssh.P256: "ECDSA P-256 with SHA-256", openssh.ED25519: "Ed25519"}


def add(parser: argparse.ArgumentParser) -> None:
    """Declares ``keys new`` and ``keys show``."""
    actions = parser.add_subparsers(dest="action", metavar="new|show", required=True)
    new = actions.add_parser("new", help="make a signing key and a center secret; nothing is ever overwritten")
    new.add_argument("--algorithm", choices=["p256", "ed25519"], default="p256", help="p256 (default) is what every verifier and browser takes")
    new.add_argument("--log", action="store_true", help="make the key of the log alone, in a folder of an older version that has none")
    new.add_argument("--no-passphrase", action="store_true", help="a plain key file, mode 0600: for a machine that signs alone")
    new.add_argument("--person", metavar="FILE", help="make a person's own key in this file instead, for `attest affirm`")
    show = actions.add_parser("show", help="the fingerprint to pin and the public key, without opening the private one")
    show.add_argument("--contract", action="store_true", help="what to write into a contract and into DNS, and nothing else")
    show.add_argument("--center", metavar="URL", help="the trust center's address (default: the one these keys have signed for)")
    for action in (new, show):
        add_folder(action)
        action.add_argument("--json", action="store_true", help="the result as JSON")


def add_folder(parser: argparse.ArgumentParser) -> None:
    """Declares ``--keys``, the same for every verb that signs."""
    parser.add_argument("--keys", metavar="DIR", help=f"the keys folder (else ${keys.ENVIRONMENT}, else {keys.DEFAULT})")


def folder_of(argument: str | None) -> Path:
    """The keys folder: ``--keys``, else $ATTEST_KEYS, else ``.attest/keys``."""
    return Path(argument or os.environ.get(keys.ENVIRONMENT) or keys.DEFAULT)


def run(arguments: argparse.Namespace) -> int:
    """Runs ``new`` or ``show``; 0, or an AttestError."""
    folder = folder_of(arguments.keys)
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
    """What may be told of a keys folder: fingerprint, algorithm, folder, pem, openssh, contract, center, dns. Raises WrongUse, Unreadable.

    ``center``: the trust center's address, where it is known; else the one that the keys have signed for.
    """
    spki = keys.public_of(folder)
    fingerprint, mark = openssh.fingerprint(spki), keys.read_highwater(folder)
    center = center or (mark.center if mark is not None else None)
    return {
        "center": center,
        "log": (log := log_of(folder, center)),
        "dns": {"name": dns_name(center), "records": [dns_txt.print_record(Record(fingerprint, log))]},
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
    """The vkey of the center's log, where there is one."""
    return None


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
        ui.say(f"keep it to yourself; under signatories in center.yml, beside your role, write\n  key: {signer.fingerprint}")
    return 0


def _text(shown: dict[str, Any]) -> str:
    facts = ui.table([("fingerprint", shown["fingerprint"]), ("algorithm", shown["algorithm"]), ("folder", shown["folder"])])
    return f"{facts}\n\n{shown['pem']}\n{shown['openssh']}\n\n{_handed(shown)}"


def _handed(shown: dict[str, Any]) -> str:
    """What others get: by contract, and by DNS."""
    name = shown["dns"]["name"] or f"{dns_txt.LABEL}.<host>."
    records = "\n".join(f"  {name} IN TXT {dns_txt.strings(record)}" for record in shown["dns"]["records"])
    return f"for a contract:\n  {ui.plain(shown['contract'])}\n\nfor DNS:\n{ui.plain(records)}"
