"""Preview the trust center in the browser, built anew at every change of controls/, content/, theme/ and mkdocs.yml.

A problem in the sources is shown here, and the last good site is served until it is mended. Nothing is written into the sources.
"""

from __future__ import annotations

import argparse
import re

from attest.build import prepare
from attest.cli import ui
from attest.cli.build import secret_in
from attest.cli.clock import now_or
from attest.cli.folder import root_of
from attest.errors import AttestError, Problems, WrongUse

_ADDRESS = re.compile(r"(?P<host>\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):(?P<port>\d{1,5})")


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("dir", metavar="DIR", nargs="?", help="the trust center's folder (default: the one this folder is in)")
    parser.add_argument("--addr", metavar="HOST:PORT", default="127.0.0.1:8000", help="where to serve (default: 127.0.0.1:8000)")


def run(arguments: argparse.Namespace) -> int:
    """Serves until interrupted; 0."""
    from attest.site import serve
    from attest.yaml_lines import Kept

    root = root_of(arguments.dir)
    host, port = _address(arguments.addr)
    parse = Kept()
    try:
        serve(root, lambda: prepare(root, now_or(None, ""), None, secret_in(root), as_unknown=True, parse=parse), host, port, _tell)
    except KeyboardInterrupt:
        ui.say("stopped")
    return 0


def _address(text: str) -> tuple[str, int]:
    match = _ADDRESS.fullmatch(text)
    if match is None or int(match["port"]) > 65535:
        raise WrongUse(f"--addr: {text!r} is not an address", "write it as 127.0.0.1:8000")
    return match["host"].strip("[]"), int(match["port"])


def _tell(said: AttestError | str) -> None:
    if isinstance(said, Problems):
        ui.problems(said)
    elif isinstance(said, AttestError):
        ui.error(said.message, said.hint)
    else:
        ui.say(said)
