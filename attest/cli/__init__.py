"""The command. One verb a file, imported when it is called; ``ui`` is the one file that speaks.

    attest VERB …   ->  VERBS[VERB].run(arguments) -> exit code     0 yes, 1 no, 2 wrong use, 3 could not tell (verify adds 4)

A verb's module offers ``add(parser)``, which declares its arguments, and ``run(arguments) -> int``. Errors of ``attest.errors``
become one message, one hint and an exit code here; anything else that escapes is "could not tell", with the way to report it.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import keyword
import os
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Final, NoReturn

from attest import __version__
from attest.cli import ui
from attest.errors import AttestError, Problems, WrongUse

VERBS: dict[str, tuple[str, str]] = {
    # verb: (who uses it, what it does)
    "init": ("staff", "write a first trust center into a folder"),
    "add": ("staff", "take more from the library"),
    "import": ("staff", "take in a framework's catalogue that you own"),
    "attach": ("staff", "show a promise by a file or by somebody's word"),
    "renew": ("staff", "walk through what runs out next"),
    "collect": ("staff", "make files of evidence anew, as declared"),
    "check": ("staff", "find every problem in the sources"),
    "status": ("staff", "show every verdict and why"),
    "report": ("staff", "fill our own attestation report, or say what it lacks"),
    "build": ("staff", "render an unsigned preview"),
    "serve": ("staff", "preview in the browser, rebuilt at every change"),
    "keys": ("staff", "make and show the keys that sign"),
    "affirm": ("staff", "affirm, as a person, what this trust center says"),
    "vault": ("staff", "keep private files encrypted in a public repository"),
    "publish": ("staff", "check, build, sign and release"),
    "withdraw": ("staff", "withdraw a release, and say why"),
    "notify": ("staff", "reckon who has to be told of an incident by when, draft it, and keep what was sent"),
    "disclose": ("staff", "hand over a document that is not public"),
    "hook": ("staff", "publish by git push"),
    "hosting": ("staff", "print a host's configuration, or ask what a host leaves out"),
    "schema": ("staff", "print the JSON Schema of a source file"),
    "verify": ("partners", "verify a trust center, a folder or a bundle"),
    "log": ("partners", "read a center's transparency log"),
    "trust": ("partners", "keep the keys you trust, and where from"),
    "answer": ("both ways", "answer a questionnaire, here or as a form"),
    "party": ("both ways", "begin a customer's or supplier's file; record reviews and decisions"),
    "review": ("both ways", "hold a customer or supplier against what you require, or yourself against theirs"),
    "completion": ("everyone", "print completions for your shell"),
}
"""In the order of ``--help``."""
_OBJECTS_BEFORE_A_LOOK: Final = 100_000


class Parser(argparse.ArgumentParser):
    """argparse, with our way of saying what is wrong: one message, one hint, exit code 2."""

    def error(self, message: str) -> NoReturn:
        """Raises WrongUse instead of printing a usage and leaving."""
        raise WrongUse(f"`{self.prog}`: {message}", f"`{self.prog} --help` says how")


def parser_of(verbs: Sequence[str]) -> argparse.ArgumentParser:
    """The parser with the arguments of the named verbs; naming one keeps the others' modules unimported."""
    parser = Parser(prog="attest", description="Trust centers that can be verified.", epilog=_by_user(), formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--version", action="version", version=f"attest {__version__}")
    subparsers = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for verb in verbs:
        module = _module(verb)
        module.add(subparsers.add_parser(verb, help=VERBS[verb][1], description=module.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter))
    return parser


def _module(verb: str) -> ModuleType:
    """A verb's module; one that Python keeps for itself has an underscore behind it."""
    return importlib.import_module(f"attest.cli.{verb}_" if keyword.iskeyword(verb) else f"attest.cli.{verb}")


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one verb; returns the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    collect_rarely()
    ui.never_fail_to_speak()
    try:
        code = _run(words)
        sys.stdout.flush()
        return code
    except Problems as problems:
        ui.problems(problems)
        return problems.exit_code
    except AttestError as error:
        ui.error(error.message, error.hint)
        return error.exit_code
    except BrokenPipeError:
        _let_go_of_stdout()
        return 3
    except KeyboardInterrupt:
        ui.end_line()
        ui.error("interrupted", "nothing was half-written; run it again")
        return 3
    except OSError as error:
        if os.environ.get("ATTEST_DEBUG"):
            raise
        _let_go_of_stdout()
        where = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, (str, bytes)) else ""
        ui.error(f"could not tell: {where}{(error.strerror or str(error)).lower()}", "make room or give leave, as it says, then run it again")
        return 3
    except Exception as error:
        if os.environ.get("ATTEST_DEBUG"):
            raise
        ui.error(f"could not tell: {type(error).__name__}: {error}", "this is a fault of attest; run again with ATTEST_DEBUG=1 and report what it prints")
        return 3


def collect_rarely() -> None:
    """Python looks for garbage that refers to itself after so many new objects, through all of them: what a command makes stays until it ends."""
    gc.set_threshold(_OBJECTS_BEFORE_A_LOOK)


def _let_go_of_stdout() -> None:
    """What could not be written stays in the buffer, and Python would try again on its way out and end with 120."""
    try:
        sys.stdout.flush()
    except OSError:
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device
            os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _run(words: list[str]) -> int:
    called = words[0] if words and words[0] in VERBS else None
    if called is None:
        if words and not words[0].startswith("-"):
            _unknown(words[0])
        parser = Parser(prog="attest", usage="attest VERB …", description="Trust centers that can be verified.", epilog=_by_user(), formatter_class=argparse.RawDescriptionHelpFormatter)
        parser.add_argument("--version", action="version", version=f"attest {__version__}")
        parser.parse_args(words)
        parser.print_help(sys.stderr)
        return 2
    try:
        arguments, strange = parser_of([called]).parse_known_args(words)
        _refuse(called, strange)
        code: int = _module(called).run(arguments)
    except ModuleNotFoundError as error:
        raise _not_installed(called, error) from error
    return code


_FOLDER_FIRST: Final = ("check", "status", "build", "serve")
"""Verbs that take nothing but the trust center's folder, and so take it without a flag."""


def _refuse(verb: str, strange: Sequence[str]) -> None:
    if strange:
        named = "name the folder without --dir" if verb in _FOLDER_FIRST and strange[0].startswith("--dir") else f"`attest {verb} --help` lists what it takes"
        raise WrongUse(f"`attest {verb}` does not know {strange[0]!r}", named)


def _not_installed(verb: str, error: ModuleNotFoundError) -> Exception:
    """The base package verifies; what publishes needs the rest."""
    if (error.name or "").partition(".")[0] == "attest":
        return error
    return WrongUse(f"`attest {verb}` needs {error.name}, which is not installed", 'install the whole with: pip install "attest-center[site]"')


def _unknown(word: str) -> None:
    from difflib import get_close_matches

    near = get_close_matches(word, VERBS, 1)
    raise WrongUse(f"there is no verb {word!r}", f"did you mean `attest {near[0]}`?" if near else "`attest --help` lists them")


def _by_user() -> str:
    lines = []
    for user in dict.fromkeys(who for who, _ in VERBS.values()):
        lines.append(f"{user}:")
        lines += [f"  {verb:<12}{what}" for verb, (who, what) in VERBS.items() if who == user]
    return "\n".join([*lines, "", "exit codes: 0 yes, 1 no, 2 wrong use, 3 could not tell; verify adds 4: genuine but stale or withdrawn"])
