"""What `attest verify` says of signed answers to a questionnaire: who answered what, when, signed by whom.

    ok   integrity  the answers' signature
    ok   signer     SHA256:u8b1…, given with --key
    ok   freshness  answered at 2026-11-20T09:00:00Z, as they say
    -    history    not checked
         second-factor  yes
         policy         policy.pdf, a file of the SHA-256 2c73…
    ok   document   policy.pdf: the file that is named by the answer policy
    valid: Fjordhost (Ane Holm, Security lead) answered supplier-assessment, version 1, of https://trust.harbourline.example/: 2 answers

Only answers of the key that the reader gave are shown: before that, nobody is known to have said them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from attest import trust as trusted
from attest.answered import SignedAnswers
from attest.cli import clock, ui
from attest.cli.answers import one_line, step_lines, steps_as_json
from attest.cli.documents import Document, worst
from attest.errors import WrongUse
from attest.times import print_moment
from attest.verify.answer import STEPS, Answer, StepName
from attest.verify.answered import Handed, Judged, check_file, judge_answers
from attest.verify.core import core_of

UNSIGNED: Final = "attest: hint: this looks like an answers file that nobody signed, so there is nothing to verify; `attest answer --check` says whether it fits its questionnaire"
SHOWN: Final = 200
"""Answers that people are shown; programs get all."""
_LONGEST: Final = 300
_OF_CENTERS: Final = ("dns", "dns_server", "trust", "require", "strict_evidence", "remember", "source", "log", "since", "package", "identity", "recompute", "evidence")
_SPELLED: Final = {"source": "--from"}
_HANDED: Final = {"named": ("ok", "green", 0), "another": ("no", "red", 1), "not-named": ("no", "red", 1)}


def is_file(data: bytes) -> bool:
    """Whether this looks like an answers file that nobody signed."""
    return all(key in data[:65536] for key in (b"questionnaire", b"answered_at", b"answers"))


def run(arguments: argparse.Namespace, data: bytes, documents: Sequence[Document]) -> int:
    """Verifies the answers in a bundle and says so; the exit code. Raises WrongUse for what is only asked of trust centers."""
    _refuse(arguments)
    keys = {trusted.key_of(text)[0]: "given with --key" for text in arguments.key}
    now = clock.now_or(arguments.at, "--at")
    judged = judge_answers(data, keys, now)
    handed = [] if judged.said is None else [check_file(judged.said, each.name, each.digest) for each in documents]
    code = worst((judged.answer.exit_code, *([3] if documents and judged.said is None else []), *(_HANDED[each.word][2] for each in handed)))
    if arguments.json:
        ui.data_json(as_json(judged, arguments.where, handed, now if arguments.at else None) | {"exit": code})
        return code
    for line in as_lines(judged, handed, now if arguments.at else None):
        ui.data(line)
    for line in _next_steps(judged):
        ui.say(line)
    return code


def _refuse(arguments: argparse.Namespace) -> None:
    for name in _OF_CENTERS:
        if getattr(arguments, name):
            flag = _SPELLED.get(name, f"--{name.replace('_', '-')}")
            raise WrongUse(f"{flag} is for trust centers, and these are answers to a questionnaire", "signed answers take --key, --document, --at and --json; pins of a trust file count for none")


def as_lines(judged: Judged, handed: Sequence[Handed], at: datetime | None) -> Iterator[str]:
    """The steps, the answers where they are believed, the files, and the answer in a sentence; ``at``: the moment the reader named instead of now."""
    answer, said = judged.answer, judged.said
    for name in STEPS[:4]:
        yield from step_lines(name, answer.steps[name], _step(name, judged))
    if said is not None and answer.exit_code == 0:
        yield from _given(said)
    for each in handed:
        yield from _file(each, answer)
    colour = {0: "green", 1: "red"}.get(answer.exit_code, "yellow")
    yield f"{ui.colour(answer.word, colour)}: {one_line(_sentence(judged))}{f' (judged at {print_moment(at)}, as --at says)' if at else ''}"


def as_json(judged: Judged, where: str, handed: Sequence[Handed], at: datetime | None) -> dict[str, Any]:
    """The whole of it; keys stay, more may come. ``answers`` is null wherever the answer is no yes."""
    answer, said = judged.answer, judged.said
    return {
        "answer": answer.word, "exit": answer.exit_code, "where": where, "checkedAt": print_moment(answer.at), "at": None if at is None else print_moment(at), **_stated(said),
        "answers": dict(said.answers) if said is not None and answer.exit_code == 0 else None,
        "payload": answer.facts.payload, "fingerprint": answer.facts.fingerprint, "pin": None if answer.facts.pin is None else {"from": answer.facts.pin.source},
        "documents": [{"file": each.name, "answer": each.word, "sha256": each.digest, "items": list(each.items)} for each in handed],
        "core": core_of(answer), "steps": steps_as_json(answer),
    }  # fmt: skip


def _stated(said: SignedAnswers | None) -> dict[str, Any]:
    if said is None:
        return dict.fromkeys(("questionnaire", "by", "answeredAt", "answered"))
    asked = {"id": said.questionnaire, "version": said.version, "asker": said.asker}
    return {"questionnaire": asked, "by": {"name": said.company, "person": said.person, "role": said.role}, "answeredAt": print_moment(said.answered_at), "answered": len(said.answers)}


def _step(name: StepName, judged: Judged) -> str:
    answer, said = judged.answer, judged.said
    if said is None or answer.steps[name].outcome == "not-checked":
        return "not checked" if answer.steps[name].outcome == "not-checked" else ""
    pin = answer.facts.pin
    return {
        "integrity": "the answers' signature",
        "signer": f"{answer.facts.fingerprint}{'' if pin is None else f', {pin.source}'}",
        "freshness": f"answered at {print_moment(said.answered_at)}, as they say",
    }.get(name, "")


def _given(said: SignedAnswers) -> Iterator[str]:
    rows = [(ident, one_line(_one(given).replace("\n", " "))[:_LONGEST]) for ident, given in list(said.answers.items())[:SHOWN]]
    width = max(len(ident) for ident, _ in rows)
    yield from (f"     {ident:<{width}}  {text}" for ident, text in rows)
    if len(said.answers) > SHOWN:
        yield f"     and {len(said.answers) - SHOWN} more; --json has them"


def _one(given: Mapping[str, Any]) -> str:
    """An answer in words; a note and its privacy are told from the value by what stands around them."""
    value = given.get("value")
    text = f"{given['file']}, a file of the SHA-256 {given['sha256']}" if "file" in given else ", ".join(value) or "none of them" if isinstance(value, list) else str(value)
    more = [*([f"note: {given['note']}"] if "note" in given else []), *(["for reviewers alone"] if "private" in given else [])]
    return text + (f" [{'; '.join(more)}]" if more else "")


def _file(each: Handed, answer: Answer) -> Iterator[str]:
    """A yes is worth no more than the answer to the answers, and looks no better."""
    mark, tint, code = _HANDED[each.word]
    if code == 0 and answer.exit_code:
        mark, tint = "?", "yellow"
    items = one_line(" and ".join(each.items))
    many = "s" if len(each.items) > 1 else ""
    said = {"named": f"the file that is named by the answer{many} {items}", "another": f"not the file of that name in the answer{many} {items}: what is in it is another", "not-named": "no answer names this file"}
    yield f"{ui.colour(f'{mark:<4}', tint)} {'document':<10} {one_line(each.name)}: {said[each.word]}"
    if mark == "?":
        yield f"       by whoever signed this: the answer is {answer.word}, and nothing that hangs on it is better"


def _sentence(judged: Judged) -> str:
    answer, said = judged.answer, judged.said
    why = next((finding.what for name in STEPS for finding in answer.steps[name].findings if finding.code), "nothing could be verified")
    if said is None:
        return why
    count = len(said.answers)
    who = f"{said.by} answered {said.questionnaire}, version {said.version}{f', of {said.asker}' if said.asker else ''}: {count} answer{'' if count == 1 else 's'}"
    if answer.word == "valid":
        return who
    if answer.word == "unknown-signer":
        return f"it says that {who}, signed by its own key {answer.facts.fingerprint}; whose key that is, nothing you gave says"
    return f"it says that {who}; but {why}"


def _next_steps(judged: Judged) -> Iterator[str]:
    """What the reader can do now, for stderr."""
    if judged.answer.word == "unknown-signer" and judged.said is not None:
        yield f"attest: hint: have {one_line(judged.said.company)} tell you the fingerprint of the key by another way than these answers, in the contract or by phone; if it is this one:"
        yield f"  --key {judged.answer.facts.fingerprint}"
