"""Print a configuration that makes a host send what a trust center needs: policy, media types, compression, what is kept and how long.

    attest hosting nginx --site public > /etc/nginx/conf.d/trust-center.conf
    attest hosting --check https://trust.harbourline.example

What to do with it, and what is not to be had at that host, is said beside it, on stderr.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from attest.cli import ui
from attest.errors import WrongUse
from attest.hosting import HOSTS
from attest.hosting.interface import Host


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("host", metavar="HOST", nargs="?", choices=HOSTS, help=f"one of {', '.join(HOSTS)}")
    parser.add_argument("--site", metavar="DIR", default="public", help="the published folder, as the host sees it (default: public)")
    parser.add_argument("--check", metavar="URL", help="instead: ask a trust center that is served, and say what its host leaves out")
    parser.add_argument("--json", action="store_true", help="of --check: print what was found for programs")


def run(arguments: argparse.Namespace) -> int:
    """Prints the configuration, 0; or checks, 0 where nothing is missing and 1 where something is."""
    if arguments.check:
        return _check(arguments)
    if arguments.host is None:
        raise WrongUse("`attest hosting` needs a host or --check", f"name one of {', '.join(HOSTS)}")
    return _print(HOSTS[arguments.host], Path(arguments.site))


def _print(host: Host, folder: Path) -> int:
    from attest.hosting.folder import hosted

    ui.data(host.configure(hosted(folder)).rstrip("\n"))
    ui.say(f"{host.title}:")
    for number, step in enumerate(host.steps, 1):
        ui.say(f"  {number}. {step}")
    for said in host.cannot:
        ui.say(f"  not here: {said}")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from attest.hosting.asking import ask

    if arguments.host is not None:
        raise WrongUse("--check asks a host that is there, and needs no name of one", "leave HOST away")
    found = ask(arguments.check)
    if arguments.json:
        ui.data_json({"address": found.address, "asked": list(found.asked), "missing": [{"path": lack.path, "what": lack.what, "got": lack.got, "expected": lack.expected} for lack in found.lacks]})
    else:
        for lack in found.lacks:
            ui.data(str(lack))
        ui.say(f"{len(found.lacks)} missing at {found.address}" if found.lacks else f"nothing is missing at {found.address}: {len(found.asked)} addresses asked")
    return 1 if found.lacks else 0
