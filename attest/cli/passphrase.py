"""The one place that asks for a passphrase: $ATTEST_PASSPHRASE, else the terminal, else wrong use. Never an argument: others see those."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path

from attest.errors import WrongUse

ENVIRONMENT = "ATTEST_PASSPHRASE"


def passphrase_source() -> Callable[[], bytes]:
    """What ``open_keys`` calls for a locked key. The call raises WrongUse where there is nobody to ask."""
    return lambda: _from_environment() or _ask("passphrase of the signing key: ")


def new_passphrase() -> bytes:
    """A passphrase for a new key, typed twice. Raises WrongUse where the two differ, it is empty, or there is nobody to ask."""
    if given := _from_environment():
        return given
    first = _ask("passphrase for the new key: ")
    if first != _ask("the same again: "):
        raise WrongUse("the two passphrases differ", "nothing was made; run it again")
    return first


def _from_environment() -> bytes:
    return os.fsencode(os.environ.get(ENVIRONMENT, ""))


def _ask(prompt: str) -> bytes:
    if not _has_terminal():
        raise WrongUse("a passphrase is needed and there is no terminal to ask on", f"set {ENVIRONMENT}; a key without one is made by `attest keys new --no-passphrase`")
    try:
        typed = getpass.getpass(prompt)
    except EOFError:
        typed = ""
    if not typed:
        raise WrongUse("no passphrase was given", "run it again")
    return typed.encode("utf-8", "surrogateescape")


def _has_terminal() -> bool:
    """Asking goes to the controlling terminal, wherever the standard input comes from."""
    if sys.stdin.isatty():
        return True
    try:
        with Path("/dev/tty").open("rb"):
            return True
    except OSError:
        return False
