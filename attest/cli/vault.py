"""Keep files that are not public encrypted, in a repository that is. Evidence names them: file: vault:contracts/soc.pdf

    attest vault new
    attest vault add ~/Downloads/soc.pdf --as contracts/soc.pdf
    attest vault show contracts/soc.pdf --output soc.pdf
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from attest import vault
from attest.cli import ui
from attest.cli.folder import root_of
from attest.errors import Problems, Refused, WrongUse
from attest.load.files import CENTER, read_bytes
from attest.signers.keyfile import write_new
from attest.yaml_lines import parse

_USUAL = "vault"


def add(parser: argparse.ArgumentParser) -> None:
    """Declares ``vault new``, ``add``, ``list``, ``show`` and ``remove``."""
    actions = parser.add_subparsers(dest="action", metavar="new|add|list|show|remove", required=True)
    new = actions.add_parser("new", help="make your key, and put its public half among the recipients")
    adding = actions.add_parser("add", help="encrypt files into the vault")
    listing = actions.add_parser("list", help="name what is in it")
    showing = actions.add_parser("show", help="decrypt one file")
    removing = actions.add_parser("remove", help="take files out of it")
    adding.add_argument("file", metavar="FILE", nargs="+", type=Path)
    adding.add_argument("--as", dest="name", metavar="NAME", help="the name in the vault, for one file: contracts/soc.pdf (else the file's own name)")
    adding.add_argument("--replace", action="store_true", help="put it in the place of what has that name")
    showing.add_argument("name", metavar="NAME")
    showing.add_argument("--output", metavar="FILE", type=Path, help="write it there, mode 0600, instead of to stdout")
    removing.add_argument("name", metavar="NAME", nargs="+")
    for action in (new, adding, listing, showing, removing):
        action.add_argument("--dir", metavar="DIR", help="the trust center's folder (default: the one this folder is in)")
    for action in (new, listing):
        action.add_argument("--json", action="store_true", help="the result as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Runs one action; 0, or an AttestError."""
    root = root_of(arguments.dir)
    named = _named(root)
    if arguments.action == "new":
        _new(root, named, arguments.json)
        return 0
    if named is None:
        raise WrongUse("center.yml names no vault", f"write `vault: {_USUAL}` into {CENTER}, and make a key with `attest vault new`")
    _ACTIONS[arguments.action](_opened(root, named), arguments)
    return 0


def _named(root: Path) -> str | None:
    """What center.yml says, whatever else is wrong with it."""
    try:
        said = parse(read_bytes(root, CENTER), CENTER).value.get("vault")
    except Problems as wrong:
        raise WrongUse(str(wrong.problems[0]), "mend it first") from None
    return said if isinstance(said, str) else None


def _opened(root: Path, named: str) -> vault.Vault:
    try:
        return vault.vault_of(root, named)
    except ValueError as error:
        raise WrongUse(f"{CENTER}: vault: {named!r} {error}", "name a folder here, or one outside as ~/… or /…") from None


def _new(root: Path, named: str | None, as_json: bool) -> None:
    _opened(root, named or _USUAL)
    key, public = vault.new_key(root, named or _USUAL)
    if as_json:
        ui.data_json({"key": str(key), "recipient": public, "vault": named or _USUAL})
    else:
        ui.data(public)
    ui.say(f"made {key}; keep a copy of it in a safe place: without it nothing in the vault can be read")
    ui.say(f"whoever has only an older key cannot open what is added for the new one alone: {vault.RECIPIENTS} has them all")
    if named is None:
        ui.say(f"now write `vault: {_USUAL}` into {CENTER}")


def _add(opened: vault.Vault, arguments: argparse.Namespace) -> None:
    if arguments.name is not None and len(arguments.file) != 1:
        raise WrongUse("--as names one file", "add the others by themselves")
    for file, data in vault.sources(arguments.file):
        name = arguments.name or file.name
        vault.add(opened, name, data, replace=arguments.replace)
        ui.data(f"file: {vault.PREFIX}{name}")
        ui.say(f"encrypted {file} for {len(vault.recipients_of(opened))} key(s){'' if opened.secrets else '; not opened again to see, for there is no key here'}")
        if not opened.outside and file.resolve().is_relative_to(opened.base.resolve()):
            ui.say(f"{file} still lies here in clear: remove it; what was committed of it stays in git's history")


def _list(opened: vault.Vault, arguments: argparse.Namespace) -> None:
    found = vault.names(opened)
    if arguments.json:
        ui.data_json({"files": list(found), "locked": not opened.secrets})
    elif found:
        ui.data("\n".join(map(ui.plain, found)))
    else:
        ui.say("there is nothing in the vault")


def _show(opened: vault.Vault, arguments: argparse.Namespace) -> None:
    try:
        data = vault.open_clear(opened, arguments.name).getvalue()
    except FileNotFoundError:
        raise WrongUse(f"there is no {arguments.name!r} in the vault", "`attest vault list` names what there is") from None
    except ValueError as error:
        raise WrongUse(f"{arguments.name!r} {error}") from None
    if arguments.output is not None:
        write_new(arguments.output, data)
    elif sys.stdout.isatty() and b"\0" in data[:4096]:
        raise Refused("a terminal does not show such a file", "write it somewhere with --output FILE")
    else:
        ui.data_bytes(data)


def _remove(opened: vault.Vault, arguments: argparse.Namespace) -> None:
    for name in arguments.name:
        vault.remove(opened, name)
        ui.say(f"removed {name}; git's history keeps the encrypted file")


_ACTIONS = {"add": _add, "list": _list, "show": _show, "remove": _remove}
