"""Answers to a questionnaire, signed by whoever gave them with a key of their own, printed and parsed strictly back.

    {"_type": "https://in-toto.io/Statement/v1",
     "subject": [{"name": "https://trust.small.example/questionnaires/supplier-assessment", "digest": {"sha256": <of the answers, RFC 8785>}}],
     "predicateType": "https://w3id.org/attest-center/answers/v0.1",
     "predicate": {"questionnaire": {"id": "supplier-assessment", "version": "1", "asker": "https://trust.small.example/"},
                   "by": {"name": "Fjordhost", "person": "Ane Holm", "role": null}, "answeredAt": "2026-11-20T09:00:00Z",
                   "answers": {"second-factor": {"value": "yes"}, "policy": {"file": "policy.pdf", "sha256": …}}, "keys": {"author": <SPKI base64>}}}

In a bundle it is handed over like any file, ``answers.sigstore.json``. The key that it names is a candidate: whose it is, only the reader
knows, who was told its fingerprint by another way. Standard library and wire formats only.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from attest.errors import Unreadable
from attest.times import parse_moment, print_moment
from attest.wire import base64_strict, jcs, publickey, strict_json
from attest.wire.bundle import parse_bundle
from attest.wire.json_fields import an_object, text
from attest.wire.self_signed import open_statement, signed_by
from attest.words import STATEMENT_TYPE

PREDICATE: Final = "https://w3id.org/attest-center/answers/v0.1"
ENDING: Final = ".sigstore.json"
"""Of the names of signed answers."""
MOST_BYTES: Final = 4 * 1024 * 1024
"""Of a bundle."""
MOST_ANSWERS: Final = 10_000

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9.]+)*")
_LONGEST_ID: Final = 80
_HEX = re.compile("[0-9a-f]{64}")
_HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")
"""Characters by which a reader sees another text than a program: all controls but line feeds, direction, zero width, tags."""

Given = Mapping[str, Any]
"""One answer: ``value`` (a text, or a list of them), or ``file`` and ``sha256``; besides, perhaps, ``note`` and ``private: "yes"``."""


@dataclass(frozen=True, slots=True)
class SignedAnswers:
    """What somebody answered, as signed."""

    asker: str | None
    """The center that asks, its URI."""
    questionnaire: str
    """Its id."""
    version: str
    company: str
    person: str | None
    role: str | None
    answered_at: datetime
    """As the author says."""
    answers: Mapping[str, Given]
    """By the id of the question; plain JSON values."""
    spki: bytes
    """The key that it says signed it, DER."""

    @property
    def by(self) -> str:
        """Who answered, as it says: ``Fjordhost (Ane Holm, Security lead)``."""
        who = ", ".join(filter(None, (self.person, self.role)))
        return f"{self.company} ({who})" if who else self.company


def print_answers(made: SignedAnswers) -> bytes:
    """The payload's bytes, RFC 8785. ValueError for answers that cannot be."""
    for why in _problems(made):
        raise ValueError(why)
    predicate = {
        "questionnaire": {"id": made.questionnaire, "version": made.version, "asker": made.asker}, "by": {"name": made.company, "person": made.person, "role": made.role},
        "answeredAt": print_moment(made.answered_at), "answers": made.answers, "keys": {"author": base64_strict.encode(made.spki)},
    }  # fmt: skip
    subject = [{"name": subject_of(made.asker, made.questionnaire), "digest": {"sha256": hashlib.sha256(jcs.canonical(made.answers)).hexdigest()}}]
    return jcs.canonical({"_type": STATEMENT_TYPE, "subject": subject, "predicateType": PREDICATE, "predicate": predicate})


def subject_of(asker: str | None, questionnaire: str) -> str:
    """The name of what the answers are about: the questionnaire, under the address of the center that asks."""
    folder = "" if asker is None else asker if asker.endswith("/") else f"{asker}/"
    return f"{folder}questionnaires/{questionnaire}"


def parse_answers(payload: bytes) -> SignedAnswers:
    """The payload's bytes -> SignedAnswers. Raises Unreadable naming the field that is wrong, or for bytes that printing would not give."""
    statement = an_object(strict_json.parse(payload, "the statement"), "the statement")
    if statement.get("predicateType") != PREDICATE:
        raise Unreadable(f"predicateType {statement.get('predicateType')!r:.100} is not that of answers, {PREDICATE}")
    said = an_object(statement.get("predicate"), "predicate")
    asked, by = an_object(said.get("questionnaire"), "questionnaire"), an_object(said.get("by"), "by")
    spki = base64_strict.decode(text(an_object(said.get("keys"), "keys").get("author"), "keys.author"))
    publickey.load_spki(spki)
    made = SignedAnswers(
        _perhaps(asked.get("asker"), "questionnaire.asker"), text(asked.get("id"), "questionnaire.id"), text(asked.get("version"), "questionnaire.version"),
        text(by.get("name"), "by.name"), _perhaps(by.get("person"), "by.person"), _perhaps(by.get("role"), "by.role"), _when(said), an_object(said.get("answers"), "answers"), spki,
    )  # fmt: skip
    for why in _problems(made):
        raise Unreadable(why)
    if print_answers(made) != payload:
        raise Unreadable("the answers are not in the one form they may have")
    return made


def read_answers(data: bytes) -> tuple[SignedAnswers, bool]:
    """A bundle's bytes -> what was answered, and whether the key it names really signed it. Raises Unreadable."""
    found = open_statement(data, MOST_BYTES, "signed answers")
    made = parse_answers(found.payload)
    return made, signed_by(found, made.spki)


def is_answers(data: bytes) -> bool:
    """Whether a bundle says that it holds answers, whatever else is wrong with it."""
    try:
        said = strict_json.parse(parse_bundle(data).payload)
    except Unreadable:
        return False
    return isinstance(said, dict) and said.get("predicateType") == PREDICATE


def _problems(made: SignedAnswers) -> Iterator[str]:
    named = {"questionnaire.asker": made.asker, "questionnaire.version": made.version, "by.name": made.company, "by.person": made.person, "by.role": made.role}
    yield from (f"{where} {why}" for where, said in named.items() if said is not None and (why := _text_problem(said)))
    if not is_id(made.questionnaire):
        yield f"questionnaire.id {made.questionnaire!r:.90} is no id"
    if not 1 <= len(made.answers) <= MOST_ANSWERS:
        yield f"{len(made.answers)} questions are answered, and it takes 1 to {MOST_ANSWERS}"
        return
    for ident, given in made.answers.items():
        if not is_id(ident):
            yield f"answers: {ident!r:.90} is no id of a question"
        elif why := _given_problem(given):
            yield f"answers.{ident} {why}"


def is_id(said: str) -> bool:
    """Lower-case words joined by hyphens, 80 characters at most."""
    return len(said) <= _LONGEST_ID and _ID.fullmatch(said) is not None


def _given_problem(given: Any) -> str:
    """What is wrong with one answer; nothing where it is well."""
    if not isinstance(given, Mapping) or given.keys() - {"note", "private"} not in ({"value"}, {"file", "sha256"}):
        return 'is not a value or a file with its sha256, with a note and private: "yes" at most'
    if "sha256" in given and not (isinstance(given["sha256"], str) and _HEX.fullmatch(given["sha256"])):
        return "sha256 is not 64 hex digits in lower case"
    if given.get("private", "yes") != "yes":
        return 'private is not "yes", and is left out where it is not'
    value = given.get("value", [])
    texts = [*(value if isinstance(value, list) else [value]), *(given[key] for key in ("file", "note") if key in given)]
    return next((f"holds what {why}" for each in texts if (why := _text_problem(each))), "")


def _text_problem(said: Any) -> str:
    if not isinstance(said, str):
        return "is not text"
    if not said or said != said.strip():
        return "is empty, or has blanks around it"
    hidden = _HIDDEN.search(said)
    return "" if hidden is None else f"has a character that is not seen (U+{ord(hidden[0]):04X})"


def _perhaps(value: Any, what: str) -> str | None:
    return None if value is None else text(value, what)


def _when(said: dict[str, Any]) -> datetime:
    try:
        return parse_moment(text(said.get("answeredAt"), "answeredAt"))
    except ValueError as error:
        raise Unreadable(f"answeredAt: {error}") from None
