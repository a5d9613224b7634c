"""Write a first trust center into a folder: promises without evidence, which say so, and everything to publish them.

Six questions choose what it begins with. On a terminal it asks those that no option answers; elsewhere it takes the defaults, which
assume nothing about your company.
"""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Callable, Collection
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from attest.cli import clock, ui
from attest.cli.asking import offer, on_terminal
from attest.errors import WrongUse

_OTHER_WORDS: Final = {
    "data": {"children's": "children", "childrens": "children", "card": "payment", "cards": "payment", "medical": "health"},
    "laws": {"pci-dss": "pci", "nis-2": "nis2", "dsgvo": "gdpr"},
    "access": {"web": "portal", "sign-in": "portal", "website": "portal", "integration": "deep", "network": "deep"},
}
_DATA: Final = ("personal", "health", "payment", "children")
_LAWS: Final = ("gdpr", "ccpa", "hipaa", "pci", "nis2", "sox")
_ACCESS: Final = ("portal", "api", "deep")
EXAMPLE_ADDRESS: Final = "https://trust.company.example/"
"""What Enter means; nobody's own."""
_NONE: Final = ("none", "no", "none known", "nothing", "")


@dataclass(frozen=True, slots=True)
class _Question:
    """One thing to ask: an option, and the same on a terminal."""

    key: str
    number: int
    asks: str
    explains: str
    default: str
    understood: Callable[[str], Any]
    """Text -> answer; ValueError, in words that say what to write, where it is not understood."""


def _one_of(key: str, known: Collection[str]) -> Callable[[str], tuple[str, ...]]:
    def understood(text: str) -> tuple[str, ...]:
        if text.strip().lower() in _NONE:
            return ()
        words = [word.strip().lower() for word in text.split(",") if word.strip()]
        found = {_OTHER_WORDS[key].get(word, word) for word in words}
        for word in sorted(found - set(known)):
            near = get_close_matches(word, known, 1)
            raise ValueError(f"{word!r} is not among {', '.join(known)}, none" + (f"; did you mean {near[0]}?" if near else ""))
        return tuple(word for word in known if word in found)

    return understood


def _suppliers(text: str) -> tuple[bool, tuple[str, ...]]:
    said = text.strip().lower()
    if said in _NONE:
        return False, ()
    return True, () if said in ("yes", "y") else tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def _some_text(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty, write a few words")
    return text.strip()


def _address(text: str) -> str:
    address = text.strip() if "://" in text else f"https://{text.strip()}"
    if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[^\s<>\"'`\\]*)?", address):
        raise ValueError(f"{text.strip()!r} is not a web address, write it as https://trust.company.example/")
    return address


def _email(text: str) -> str:
    if not re.fullmatch(r"[^@\s<>\"'&]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}", text.strip()):
        raise ValueError(f"{text.strip()!r} is not an e-mail address, write it as security@company.example")
    return text.strip()


_QUESTIONS: Final = (
    _Question("sells", 1, "what you sell, in a few words", "What do you sell? As you would say it to a stranger: an online bookshop, payroll for dentists.", "an online service", _some_text),
    _Question(
        "data", 2, "which data of your customers you hold",
        """Which data of your customers do you hold? Several with commas between; none if you hold none.
  personal   about people: names, addresses, what they do
  health     about people's health
  payment    card numbers, bank accounts
  children   about children""",
        "none", _one_of("data", _DATA),
    ),
    _Question(
        "laws", 3, "which laws bind you, as far as you know",
        """Which laws bind you? Several with commas between; none if you know of none.
  gdpr       data about people in Europe
  ccpa       data about people in California
  hipaa      health data in the United States
  pci        payment cards, by the rules of the card networks
  nis2       services that Europe counts as vital
  sox        accounts of companies listed in the United States""",
        "none", _one_of("laws", _LAWS),
    ),
    _Question(
        "suppliers", 4, "whether other companies handle what customers hand you",
        "Do other companies handle what customers hand you: a cloud host, a mail service, a help desk? yes, no, or a few of their names with commas between.",
        "no", _suppliers,
    ),
    _Question(
        "access", 5, "how customers reach what you sell",
        """How do customers reach what you sell? Several with commas between; none if in none of these ways.
  portal     their people sign in on the web
  api        their programs call yours
  deep       into your network or databases""",
        "none", _one_of("access", _ACCESS),
    ),
    _Question("name", 6, "name of your company", "Who are you, and where will readers find this trust center? The address is signed into every release, so it should last.", "Example Company", _some_text),
    _Question("address", 6, "address the trust center will have", "", EXAMPLE_ADDRESS, _address),
    _Question("contact_email", 6, "e-mail address for security questions", "", "", _email),
)  # fmt: skip
_FILES_SAY: Final = ("name", "sells", "contact_email", "address")
"""Answers that are written into files: what is wrong with one of an option is said with the file and line it would be on."""


def add(parser: argparse.ArgumentParser) -> None:
    """Declares DIR and one option a question."""
    parser.add_argument("dir", metavar="DIR", help="a folder that is empty or not there yet")
    for question in _QUESTIONS:
        parser.add_argument(f"--{question.key.replace('_', '-')}", metavar="TEXT", help=f"{question.asks}{_words(question)} (default: {question.default or 'security@ and the domain of the address'})")


def _words(question: _Question) -> str:
    known = {"data": _DATA, "laws": _LAWS, "access": _ACCESS}.get(question.key)
    return "" if known is None else f": any of {', '.join(known)}, with commas between"


def run(arguments: argparse.Namespace) -> int:
    """Writes the folder and says what to do next; 0, or an AttestError."""
    from attest.authoring.init import Answers, chosen, frameworks_of, init, refuse_taken

    target = Path(arguments.dir)
    refuse_taken(target)
    said = _answers(arguments)
    suppliers, names = said.pop("suppliers")
    answers = Answers(**said, suppliers=suppliers, supplier_names=names)
    written = init(target, answers, clock.now_or(None, "today").date())
    ui.say(f"{len(written)} files in {target}: {len(chosen(answers))} promises, none shown by evidence yet, each saying so")
    ui.say(f"frameworks they are held against: {', '.join(frameworks_of(answers))}")
    for step in _next(target, written, example=answers.address == EXAMPLE_ADDRESS):
        ui.say(f"  {step}")
    return 0


def _answers(arguments: argparse.Namespace) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for question in _QUESTIONS:
        default = question.default or _security_at(said["address"])
        given = getattr(arguments, question.key)
        said[question.key] = _given(question, given) if given is not None else _asked(question, default)
    return said


def _given(question: _Question, text: str) -> Any:
    """An option's answer. Free text is judged where it is written, with the line it would stand on."""
    if question.key in _FILES_SAY:
        return text.strip()
    try:
        return question.understood(text)
    except ValueError as error:
        raise WrongUse(f"--{question.key}: {error}", "`attest init --help` says what can be answered") from None


def _asked(question: _Question, default: str) -> Any:
    if question.explains and on_terminal():
        ui.say("")
        ui.say(f"{question.number} of 6. {question.explains}")
    return offer(question.asks, default, question.understood)


def _security_at(address: str) -> str:
    """``https://trust.bluebird.example/`` -> ``security@bluebird.example``."""
    host = (urlsplit(address).hostname or "").removeprefix("trust.").removeprefix("www.")
    return f"security@{host}" if "." in host else "security@company.example"


def _next(target: Path, written: Collection[str], *, example: bool) -> tuple[str, ...]:
    enter = () if target.resolve() == Path.cwd() else (f"cd {shlex.quote(str(target))}",)
    registers = [path for path in written if path.startswith("controls/registers/")]
    return (
        *enter,
        f"{'attest serve':<45}shows it in the browser, as you write",
        f"{'attest attach CONTROL FILE':<45}shows a promise by something you have",
        f"{'attest check':<45}finds every problem",
        f"{'attest add --list':<45}what else the library holds",
        *(f"edit {path:<40}waits for what you know" for path in registers),
        *(("edit controls/center.yml                     its address is an example still: settle it before the first release",) if example else ()),
        f"{'attest keys new':<45}makes the key that signs; keep its passphrase",
        f"{'attest publish DEST --first':<45}builds, signs and publishes",
    )


