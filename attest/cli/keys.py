"""Make and show the keys that sign. They stay in the keys folder; what is shown is public."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from attest import keys
from attest.cli import passphrase, ui
from attest.errors import Refused
from attest.signers.keyfile import create_keyfile, write_new
from attest.wire import openssh, publickey

ALGORITHM = {openssh.P256: "ECDSA P-256 with SHA-256", openssh.ED25519: "Ed25519"}


def add(parser: argparse.ArgumentParser) -> None:
    """Declares ``keys new`` and ``keys show``."""
    actions = parser.add_subparsers(dest="action", metavar="new|show", required=True)
    new = actions.add_parser("new", help="make a signing key and a center secret; nothing is ever overwritten")
    new.add_argument("--algorithm", choices=["p256", "ed25519"], default="p256", help="p256 (default) is what every verifier and browser takes")
    new.add_argument("--no-passphrase", action="store_true", help="a plain key file, mode 0600: for a machine that signs alone")
    new.add_argument("--person", metavar="FILE", help="make a person's own key in this file instead, for `attest affirm`")
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
    if arguments.action == "new" and arguments.person:
        return _person(Path(arguments.person), arguments)
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


def _text(shown: dict[str, str]) -> str:
    facts = ui.table([("fingerprint", shown["fingerprint"]), ("algorithm", shown["algorithm"]), ("folder", shown["folder"])])
    return f"{facts}\n\n{shown['pem']}\n{shown['openssh']}\n\nfor a contract:\n  {shown['contract']}"
