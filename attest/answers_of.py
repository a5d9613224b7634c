"""An answers file and what is signed of it: the same answers, one as the model has them, the other as plain JSON values.

    Answers ──signed_of(spki)──> SignedAnswers ──print, sign──> bundle
    Answers <──answers_of─────── SignedAnswers <──verify────────

Every value stays the text that it was: nothing becomes a number, a day or a yes on the way.
"""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from attest.answered import SignedAnswers
from attest.errors import Unreadable
from attest.model.answers import Answers, Given


def signed_of(answers: Answers, spki: bytes) -> SignedAnswers:
    """The answers as they are signed by that key, SPKI in DER. Whether they can be is ``print_answers``'s to say."""
    asked, by = answers.questionnaire, answers.by
    given = {ident: _plain(one) for ident, one in answers.answers.items()}
    return SignedAnswers(asked.asker, asked.id, asked.version, by.name, by.person, by.role, answers.answered_at, given, spki)


def answers_of(signed: SignedAnswers) -> Answers:
    """What was signed, as an answers file says it. Raises Unreadable where the model has no room for it."""
    said = {
        "questionnaire": {"id": signed.questionnaire, "version": signed.version, "asker": signed.asker}, "by": {"name": signed.company, "person": signed.person, "role": signed.role},
        "answered_at": signed.answered_at, "answers": {ident: dict(given) for ident, given in signed.answers.items()},
    }  # fmt: skip
    try:
        return Answers.model_validate(said)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        raise Unreadable(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _plain(given: Given) -> dict[str, Any]:
    value = list(given.value) if isinstance(given.value, tuple) else given.value
    said = {"value": value, "file": given.file, "sha256": given.sha256, "note": given.note, "private": "yes" if given.private == "yes" else None}
    return {key: each for key, each in said.items() if each is not None}
