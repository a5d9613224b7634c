"""Signed answers to a questionnaire: are they whole, whose are they, and do they not come from the future?

    bundle + keys + now  ->  Judged(answer, said)         the same steps as of a bundle alone, 1 to 5

    not signed by the key that they name   -> no   (3, forged)
    no key was given                       -> could not tell (4, unknown-signer)
    another key than those that were given -> no   (4, wrong-signer)
    answered after the reader's now        -> could not tell (5): they would look newer than they are

Keys come with the call. The pins of a trust file speak for trust centers: who may sign for one need not be who may answer for its company.
How old answers may be is for the reader's own rules; history they have none, nobody can withdraw them, and what they say need not be true.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from attest.answered import MOST_BYTES, SignedAnswers, parse_answers
from attest.errors import Unreadable
from attest.times import print_moment
from attest.trust import Pin
from attest.verify.answer import Answer, Facts, Finding, answer_of, no, note, unchecked, unsure
from attest.verify.envelope import not_signed_by
from attest.wire import openssh
from attest.wire.bundle import Bundle, parse_bundle
from attest.words import PAYLOAD_TYPE

FileWord = Literal["named", "another", "not-named"]


@dataclass(frozen=True, slots=True)
class Judged:
    """What verifying signed answers came to."""

    answer: Answer
    said: SignedAnswers | None
    """What the key that they name did sign; None where it signed nothing that can be read."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A file that was handed over beside answers."""

    word: FileWord
    """An answer names it; an answer names a file of that name and another content; no answer names it."""
    name: str
    digest: str
    items: tuple[str, ...] = ()
    """The questions whose answers name it, or its name."""


def judge_answers(data: bytes, keys: Mapping[str, str], now: datetime) -> Judged:
    """A bundle's bytes, and the keys that the reader goes by: fingerprint -> where it is from. Raises nothing: what cannot be read is part of the answer."""
    opened = _open(data)
    if isinstance(opened, Finding):
        return Judged(answer_of([opened], Facts(), now, ["integrity"]), None)
    bundle, made = opened
    facts = Facts(fingerprint=openssh.fingerprint(made.spki), payload=hashlib.sha256(bundle.payload).hexdigest())
    if (forged := not_signed_by(made.spki, bundle, 3)) is not None:
        return Judged(answer_of([forged], facts, now, ["integrity"]), None)
    findings = [*filter(None, [_signer(made, keys)]), *_more(made, now)]
    facts = replace(facts, pin=Pin(None, "issuer", bundle.hint, source=keys[bundle.hint])) if bundle.hint in keys else facts
    return Judged(answer_of(findings, facts, now, ["integrity", "signer", "freshness"]), made)


def files_of(made: SignedAnswers) -> Mapping[str, tuple[str, str]]:
    """The files that answers name: id of the question -> name and hex SHA-256."""
    return {ident: (given["file"], given["sha256"]) for ident, given in made.answers.items() if "file" in given}


def check_file(made: SignedAnswers, name: str, digest: str) -> Handed:
    """Whether a file is one that an answer names: by its digest, whatever it is called."""
    files = files_of(made)
    if named := tuple(ident for ident, (_, sha256) in files.items() if sha256 == digest):
        return Handed("named", name, digest, named)
    alike = tuple(ident for ident, (called, _) in files.items() if called == name)
    return Handed("another" if alike else "not-named", name, digest, alike)


def _open(data: bytes) -> tuple[Bundle, SignedAnswers] | Finding:
    """Steps 1 and 2."""
    if len(data) > MOST_BYTES:
        return unsure(1, f"the bundle cannot be read: signed answers are larger than {MOST_BYTES // 2**20} MiB")
    try:
        bundle = parse_bundle(data)
    except Unreadable as error:
        return unsure(1, f"the bundle cannot be read: {error.message}")
    if bundle.payload_type != PAYLOAD_TYPE:
        return unsure(2, f"the answers cannot be read: payload type {bundle.payload_type!r:.80}, expected {PAYLOAD_TYPE}")
    try:
        return bundle, parse_answers(bundle.payload)
    except Unreadable as error:
        return unsure(2, f"the answers cannot be read: {error.message}")


def _signer(made: SignedAnswers, keys: Mapping[str, str]) -> Finding | None:
    """Step 4."""
    key = openssh.fingerprint(made.spki)
    if not keys:
        return unsure(4, "no key was given to hold them against", got=key, word="unknown-signer")
    return None if key in keys else no(4, "signed by another key than the one given", " or ".join(sorted(keys)), key, "wrong-signer")


def _more(made: SignedAnswers, now: datetime) -> Iterator[Finding]:
    """Step 5, and what is left open."""
    if now < made.answered_at:
        yield unsure(5, "they were answered in the future: your clock or theirs is wrong", f"answered by {print_moment(now)}", print_moment(made.answered_at))
    if named := files_of(made):
        yield note(6, f"{len(named)} answer{'s name' if len(named) > 1 else ' names'} a file, which is not in here: hold what you were handed against it")
    yield unchecked(10, "answers have no history: nobody can withdraw them, and later ones stand beside them")
