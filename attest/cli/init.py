"""Write a first trust center into a folder: promises without evidence, which say so, and everything to publish them.

On a terminal it asks for what no option says; elsewhere it takes the defaults.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from attest.cli import clock, ui

_QUESTIONS = {
    "name": ("name of the company", "Example Company"),
    "address": ("address the trust center will have", "https://trust.company.example/"),
    "sells": ("what it sells, in a few words", "an online service"),
    "contact_email": ("address for security questions", "security@company.example"),
}


def add(parser: argparse.ArgumentParser) -> None:
    """Declares DIR and one option a question."""
    parser.add_argument("dir", metavar="DIR", help="a folder that is empty or not there yet")
    for key, (question, default) in _QUESTIONS.items():
        parser.add_argument(f"--{key.replace('_', '-')}", metavar="TEXT", help=f"{question} ({default})")


def run(arguments: argparse.Namespace) -> int:
    """Writes the folder and says what to do next; 0, or an AttestError."""
    from attest.init import Answers, init, refuse_taken

    target = Path(arguments.dir)
    refuse_taken(target)
    answers = Answers(**{key: _answer(getattr(arguments, key), *question) for key, question in _QUESTIONS.items()})
    written = init(target, answers, clock.now_or(None, "today").date())
    ui.say(f"{len(written)} files in {target}: a first trust center, in which nothing is shown by evidence yet")
    for step in _next(target):
        ui.say(f"  {step}")
    return 0


def _answer(given: str | None, question: str, default: str) -> str:
    if given is not None:
        return given.strip()
    if sys.stdin.isatty() and sys.stderr.isatty():
        return ui.ask(question, default)
    return default


def _next(target: Path) -> tuple[str, ...]:
    enter = () if target.resolve() == Path.cwd() else (f"cd {shlex.quote(str(target))}",)
    return (
        *enter,
        "edit controls/center.yml and the promises in controls/customers/ and controls/suppliers/",
        "attest check                 finds every problem",
        "attest serve                 shows it in the browser, as you write",
        "attest keys new              makes the key that signs; keep its passphrase",
        "attest publish DEST --first  builds, signs and publishes",
    )
