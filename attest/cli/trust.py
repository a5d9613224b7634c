"""Keep the keys you trust, and where from. A pin is good for one center and one role.

    attest trust add https://trust.harbourline.example/ SHA256:pfHI… --from "contract of 2026-11-01"
    attest trust list
    attest trust remove https://trust.harbourline.example/
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from attest.cli import ui
from attest.errors import Refused, WrongUse
from attest.times import end_of, parse_day, parse_moment, print_moment, start_of
from attest.trust import ROLES, Pin, default_file, key_of, read_trust, with_pin, without_pins, write_whole


def add(parser: argparse.ArgumentParser) -> None:
    """Declares ``trust list``, ``trust add`` and ``trust remove``."""
    actions = parser.add_subparsers(dest="action", metavar="list|add|remove", required=True)
    listing = actions.add_parser("list", help="show every pin")
    adding = actions.add_parser("add", help="pin a key to a center")
    removing = actions.add_parser("remove", help="take a center's pins away, or one of them")
    adding.add_argument("center", metavar="CENTER", help="the center's id, as `attest verify` names it")
    adding.add_argument("key", metavar="FINGERPRINT|PEM", help="SHA256:…, or the file of the public key")
    adding.add_argument("--from", dest="source", metavar="TEXT", required=True, help='where you have it from: "contract of 2026-11-01", DNS, "told by phone"')
    adding.add_argument("--role", choices=ROLES, default="issuer", help="issuer (default) signs the center's statements")
    adding.add_argument("--log", metavar="VKEY", help="the verification key of the center's log")
    adding.add_argument("--not-before", metavar="TIME", help="good from then on: 2026-11-01, or with a time")
    adding.add_argument("--not-after", metavar="TIME", help="good until then; a day is still good")
    removing.add_argument("center", metavar="CENTER")
    removing.add_argument("key", metavar="FINGERPRINT|PEM", nargs="?", help="only this key")
    for action in (listing, adding, removing):
        action.add_argument("--trust", metavar="FILE", help="the trust file (else attest/trust.toml in your configuration folder)")
        action.add_argument("--json", action="store_true", help="the result as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Runs one action; 0, or an AttestError."""
    file = Path(arguments.trust) if arguments.trust else default_file()
    text, pins = read_trust(file, needed=False)
    if arguments.action == "list":
        return _shown(pins, file, arguments.json)
    changed = _added(text, pins, arguments, file) if arguments.action == "add" else _removed(text, pins, arguments, file)
    if changed is not None:
        write_whole(file, changed.encode())
    return _shown(read_trust(file, needed=False)[1], file, arguments.json) if arguments.json else 0


def _added(text: str, pins: tuple[Pin, ...], arguments: argparse.Namespace, file: Path) -> str | None:
    key, spki = key_of(arguments.key)
    if not arguments.center.strip() or not arguments.source.strip():
        raise WrongUse("CENTER and --from have to say something")
    pin = Pin(arguments.center, arguments.role, key, spki, arguments.log, _moment(arguments.not_before, start_of), _moment(arguments.not_after, end_of), arguments.source)
    if pin in pins:
        ui.say(f"{key} is pinned like that already in {file}")
        return None
    if any((old.center, old.role, old.key) == (pin.center, pin.role, pin.key) for old in pins):
        raise WrongUse(f"{key} is pinned for {pin.center} already, in other words", "take that pin away first: `attest trust remove`")
    changed = with_pin(text, pin)
    ui.say(ui.plain(f"pinned {key} for {pin.center} as {pin.role}, from: {pin.source}"))
    return changed


def _removed(text: str, pins: tuple[Pin, ...], arguments: argparse.Namespace, file: Path) -> str:
    key = None if arguments.key is None else key_of(arguments.key)[0]
    gone = [index for index, pin in enumerate(pins) if pin.center == arguments.center and key in (None, pin.key)]
    if not gone:
        raise Refused(f"{file} has no such pin for {arguments.center}", "`attest trust list` shows them")
    changed = without_pins(text, gone)
    for index in gone:
        ui.say(ui.plain(f"no longer pinned: {pins[index].key} for {pins[index].center} as {pins[index].role}"))
    return changed


def _moment(text: str | None, of_day: Callable[[date], datetime]) -> datetime | None:
    if text is None:
        return None
    try:
        return parse_moment(text) if "T" in text else of_day(parse_day(text))
    except (ValueError, OverflowError) as error:
        raise WrongUse(str(error)) from None


def _shown(pins: tuple[Pin, ...], file: Path, as_json: bool) -> int:
    if as_json:
        ui.data_json({"file": str(file), "pins": [pin_json(pin) for pin in pins]})
    elif pins:
        ui.data(ui.table([(pin.center or "", pin.role, pin.key, _window(pin), pin.source) for pin in pins]))
    else:
        ui.say(f"no key is pinned in {file}")
    return 0


def pin_json(pin: Pin) -> dict[str, Any]:
    """A pin as the trust file spells it, times as text; nothing that is not set."""
    times = {"not_before": pin.not_before, "not_after": pin.not_after}
    every = {"center": pin.center, "role": pin.role, "key": pin.key, "log": pin.log, "from": pin.source or None}
    return {key: value for key, value in (every | {key: moment and print_moment(moment) for key, moment in times.items()}).items() if value is not None}


def _window(pin: Pin) -> str:
    begin = f"from {print_moment(pin.not_before)}" if pin.not_before else ""
    end = f"until {print_moment(pin.not_after)}" if pin.not_after else ""
    return " ".join(filter(None, (begin, end))) or "always"
