"""An answers file while it is being filled in: every answer is on the disk before the next question is asked.

    answers.yml    edited in place: what somebody wrote there, comments too, stays      answers.json    printed anew

It is written whole, beside and then over. A file that somebody else changed meanwhile is left alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from attest.authoring import yaml_edit
from attest.cli.asked_for import Begun, Form
from attest.errors import CouldNotTell, Refused, WrongUse
from attest.fetch import read_file
from attest.model.answers import Answers, Asked, Author, Given
from attest.times import print_moment
from attest.trust import write_whole
from attest.yaml_lines import MAX_BYTES, Value

ENDINGS = (".yml", ".yaml", ".json")


@dataclass(frozen=True, slots=True)
class Draft:
    """Answers so far, and the file that holds them."""

    file: Path
    answers: Answers
    held: bytes | None
    """What the file holds; None while there is none: it begins with the first answer."""

    def given(self, ident: str, given: Given | None, now: datetime) -> Draft:
        """The draft with another answer to a question, or none; written. Raises Refused, CouldNotTell: then the file is as it was."""
        rest = {name: one for name, one in self.answers.answers.items() if name != ident or given is not None}
        after = self.answers.model_copy(update={"answered_at": now, "answers": rest | ({ident: given} if given is not None else {})})
        data = self._printed(after, ident)
        if len(data) > MAX_BYTES:
            raise Refused(f"{self.file} would be larger than 1 MiB", "shorten the answers, or hand over files; nothing was changed")
        self._unchanged()
        write_whole(self.file, data)
        return replace(self, answers=after, held=data)

    def _printed(self, after: Answers, ident: str) -> bytes:
        if self.file.suffix == ".json":
            return print_json(after)
        if self.held is None:
            return print_yaml(after)
        name, data = str(self.file), yaml_edit.set_key(self.held, (), "answered_at", print_moment(after.answered_at), file=str(self.file))
        if ident not in after.answers:
            return yaml_edit.remove(data, ("answers", ident), file=name)
        return yaml_edit.set_key(data, ("answers",), ident, _yaml(plain(after.answers[ident])), file=name)

    def _unchanged(self) -> None:
        """Two people, or a browser's export over it: whoever comes second must not win unseen."""
        there = read_file(self.file, 2 * MAX_BYTES) if self.file.exists() else None
        if there != self.held:
            raise Refused(f"{self.file} was changed by somebody else meanwhile", "nothing was written; run it again to go on from what is there")


def new_draft(file: Path, form: Form, by: Author, now: datetime) -> Draft:
    """No answers yet; nothing is written. Raises WrongUse for a name whose ending says no format."""
    if file.suffix not in ENDINGS:
        raise WrongUse(f"{str(file)!r} ends in neither .yml nor .json", "the ending says how answers are written")
    asked = Asked(id=form.id, version=form.questionnaire.version, asker=form.asker)
    return Draft(file, Answers(questionnaire=asked, by=by, answered_at=now, answers={}), None)


def carry(begun: Begun, version: str) -> Path:
    """Has an answers file say that it answers another version of its questionnaire; returns it. Raises Refused, CouldNotTell."""
    asked = begun.answers.questionnaire.model_copy(update={"version": version})
    edited = yaml_edit.set_value(begun.data, ("questionnaire", "version"), yaml_edit.flow(version), file=begun.document.file) if begun.file.suffix != ".json" else None
    write_whole(begun.file, edited or print_json(begun.answers.model_copy(update={"questionnaire": asked})))
    return begun.file


def print_json(answers: Answers) -> bytes:
    """An answers file as JSON; every value is text."""
    return (json.dumps({**_head(answers), "answers": {ident: plain(one) for ident, one in answers.answers.items()}}, ensure_ascii=False, indent=2) + "\n").encode()


def print_yaml(answers: Answers) -> bytes:
    """An answers file as YAML, an answer a line."""
    lines = "".join(f"  {ident}: {_yaml(plain(one))}\n" for ident, one in answers.answers.items())
    return (yaml_edit.written(_head(answers)) + (f"answers:\n{lines}" if lines else "answers: {}\n")).encode()


def plain(given: Given) -> Any:
    """One answer as JSON has it: the value alone where nothing stands beside it."""
    value = list(given.value) if isinstance(given.value, tuple) else given.value
    if given.file is None and given.note is None and given.private == "no":
        return value
    said = {"value": value, "file": given.file, "sha256": given.sha256, "note": given.note, "private": "yes" if given.private == "yes" else None}
    return {name: one for name, one in said.items() if one is not None}


def _head(answers: Answers) -> dict[str, Value]:
    asked, by = answers.questionnaire, answers.by
    return {"questionnaire": _filled(id=asked.id, version=asked.version, asker=asked.asker), "by": _filled(name=by.name, person=by.person, role=by.role), "answered_at": print_moment(answers.answered_at)}


def _filled(**values: str | None) -> Value:
    return {name: value for name, value in values.items() if value is not None}


def _yaml(value: Value) -> str:
    return yaml_edit.scalar(value) if isinstance(value, str) else yaml_edit.flow(value)


def digest_of(path: Path) -> str:
    """Hex SHA-256 of a file that is handed over beside the answers. Raises CouldNotTell."""
    from attest.authoring.staging import digest

    if not path.is_file():
        raise CouldNotTell(f"there is no file {str(path)!r}")
    try:
        return digest(path)
    except OSError as error:
        raise CouldNotTell(f"{str(path)!r} cannot be read: {(error.strerror or str(error)).lower()}") from None
