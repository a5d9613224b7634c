"""Make and show the keys that sign. They stay in the keys folder; what is shown is public."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from attest import keys
from attest.cli import passphrase, ui
from attest.wire import openssh, publickey

ALGORITHM = {openssh.P256: "ECDSA P-256 with SHA-256", openssh.ED25519: "Ed25519"}


def add(parser: argparse.ArgumentParser) -> None:
    """Declares ``keys new`` and ``keys show``."""
    actions = parser.add_subparsers(dest="action", metavar="new|show", required=True)
    new = actions.add_parser("new", help="make a signing key and a center secret; nothing is ever overwritten")
    new.add_argument("--algorithm", choices=["p256", "ed25519"], default="p256", help="p256 (default) is what every verifier and browser takes")
    new.add_argument("--log", action="store_true", help="make the key of the log alone, in a folder of an older version that has none")
    new.add_argument("--no-passphrase", action="store_true", help="a plain key file, mode 0600: for a machine that signs alone")
    show = actions.add_parser("show", help="the fingerprint to pin and the public key, without opening the private one")
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
    if arguments.action == "new":
        _new(folder, arguments)
    shown = described(folder)
    if arguments.json:
        ui.data_json(shown)
    else:
        ui.data(_text(shown))
    return 0


def described(folder: Path) -> dict[str, str]:
    """What may be told of a keys folder: fingerprint, algorithm, folder, pem, openssh, contract. Raises WrongUse, Unreadable."""
    spki = keys.public_of(folder)
    fingerprint = openssh.fingerprint(spki)
    return {
        "fingerprint": fingerprint,
        "algorithm": ALGORITHM[openssh.algorithm(spki)],
        "folder": str(folder),
        "pem": publickey.pem(spki).decode("ascii"),
        "openssh": openssh.public_line(spki, "attest statement key"),
        "contract": contract_sentence(fingerprint),
    }


def contract_sentence(fingerprint: str) -> str:
    """What to write into a contract, so that the other side can pin the key."""
    return (
        f"The statements of our trust center are signed with the key {fingerprint}. "
        "A statement signed with any other key is not ours, unless we have told you of that key in writing."
    )


def _new(folder: Path, arguments: argparse.Namespace) -> None:
    if arguments.log:
        keys.add_log(folder, passphrase.passphrase_source())
        ui.say(f"made the key of the log in {folder}: keep a copy of it with the rest, a log never changes its key")
        return
    keys.refuse_occupied(folder)
    keys.create(folder, arguments.algorithm, None if arguments.no_passphrase else passphrase.new_passphrase())
    ui.say(f"made keys in {folder}")
    ui.say("keep a copy of the folder in a safe place: without it nothing can be signed, and no commitment be opened")


def _text(shown: dict[str, str]) -> str:
    facts = ui.table([("fingerprint", shown["fingerprint"]), ("algorithm", shown["algorithm"]), ("folder", shown["folder"])])
    return f"{facts}\n\n{shown['pem']}\n{shown['openssh']}\n\nfor a contract:\n  {shown['contract']}"
