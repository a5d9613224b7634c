"""What `attest answer` was pointed at -> a questionnaire that can be asked, or an answers file and what it says. Nothing that is wrong gets past here.

    supplier-assessment                                           of the trust center that this folder is in
    form.yml  form.json                                           a questionnaire in a file, as it is written or as it is published
    https://trust.harbourline.example/questionnaires/….json       a published form; its page, ….html, will do
    answers.yml  answers.json                                     answers that were begun, of a questionnaire that is here

Only an address that was typed is asked: one that stands in a file never is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlunsplit

from attest.answered import is_answers, read_answers
from attest.answering import part_of
from attest.answers_of import answers_of
from attest.cli.folder import root_of
from attest.errors import CouldNotTell, Problem, Problems, Refused, WrongUse, meant
from attest.fetch import read_file, read_url, split_url
from attest.load.asked import unsound_form
from attest.load.files import CENTER
from attest.load.shape import shaped
from attest.model.answers import Answers
from attest.model.questionnaire import AskedOf, Questionnaire
from attest.yaml_lines import MAX_BYTES, Document, parse, shown

FOLDER: Final = "controls/questionnaires"
_MOST: Final = 4 * 2**20
"""Bytes of any file that is read: beyond MAX_BYTES its reader says where the limit is."""


@dataclass(frozen=True, slots=True)
class Form:
    """A questionnaire, ready to be asked."""

    id: str
    asker: str | None
    """Who asks, the address of a trust center; None where nothing says so."""
    asker_name: str | None
    questionnaire: Questionnaire
    """The questions that are asked now: all of them, or those of one side."""
    whole: Questionnaire

    def of(self, part: AskedOf | None) -> Form:
        """The questions of one side. Raises Refused where there are none."""
        made = part_of(self.whole, part)
        if not made.sections:
            sides = sorted({item.asked_of for _, item in self.whole.items()})
            raise Refused(f"nothing in {self.id} is asked of {part}", f"--part {' or '.join(sides)}")
        return replace(self, questionnaire=made)


@dataclass(frozen=True, slots=True)
class Begun:
    """An answers file, as it was read."""

    file: Path
    data: bytes
    answers: Answers
    document: Document


def find(what: str, folder: str | None) -> Form | Begun:
    """What was named. Raises WrongUse where there is no such thing, CouldNotTell, Problems."""
    if what.startswith(("http://", "https://")):
        return _fetched(what)
    file = Path(what).expanduser()
    if file.suffix in (".yml", ".yaml", ".json") or file.is_file():
        return _in_file(file)
    return here(what, folder)


def here(ident: str, folder: str | None) -> Form:
    """A questionnaire of the trust center in a folder, by its id. Raises WrongUse, Problems."""
    root = root_of(folder)
    known = sorted(path.stem for path in (root / FOLDER).glob("*.yml"))
    if ident not in known:
        listed = meant(ident, known, f"here are {', '.join(known)}" if known else f"there is none in {FOLDER}/ yet")
        raise WrongUse(f"there is no questionnaire {ident!r:.80} here, nor a file of that name", listed)
    from attest.model.center import Profile

    profile, _ = shaped(Profile, read_file(root / CENTER, _MOST), CENTER)
    name = f"{FOLDER}/{ident}.yml"
    return _form(*shaped(Questionnaire, read_file(root / name, _MOST), name), ident, (profile.id, profile.name))


def begun(file: Path) -> Begun:
    """An answers file. Raises CouldNotTell, Problems, WrongUse for one that is signed: it cannot be changed."""
    found = _in_file(file)
    if isinstance(found, Form):
        raise WrongUse(f"{str(file)!r} is a questionnaire, and answers are needed here", "name the answers file")
    return found


def received(file: Path) -> Begun:
    """An answers file as it came, signed or not. Of a signed one, whose key it is stays open: `attest verify` says that. Raises CouldNotTell, Problems."""
    data = read_file(file, _MOST)
    if not is_answers(data):
        return begun(file)
    name = shown(str(file), 200)
    made, intact = read_answers(data)
    if not intact:
        raise Problems([Problem(name, 0, "", "was changed after it was signed", "ask whoever answered for the file as they signed it")], name, "nothing in it counts")
    document = Document(name, "", {}, {})
    return Begun(file, data, answers_of(made), document)


def _in_file(file: Path) -> Form | Begun:
    data, name = read_file(file, _MOST), shown(str(file), 200)
    if is_answers(data):
        raise WrongUse(f"{name} holds signed answers, which nobody can change", f"`attest verify {file}` reads them; what was signed is the file beside it")
    if _is_form(data, name):
        questionnaire, document = shaped(Questionnaire, data, name)
        return _form(questionnaire, document, questionnaire.id or _stem(file), (questionnaire.asker, questionnaire.asker_name))
    answers, document = shaped(Answers, data, name)
    return Begun(file, data, answers, document)


def _is_form(data: bytes, name: str) -> bool:
    try:
        return "sections" in parse(data, name).value
    except Problems:
        return False  # what is wrong with it is said where it is shaped


def _stem(file: Path) -> str:
    if not (stem := file.stem).replace("-", "").isalnum() or stem != stem.lower():
        raise WrongUse(f"the name of {str(file)!r} is no id", "write id: into the questionnaire, or name the file in lower-case words joined by hyphens")
    return stem


def _fetched(url: str) -> Form:
    parts = split_url(url)
    folder, _, name = parts.path.rpartition("/")
    if name.endswith(".html"):
        name = f"{name.removesuffix('.html')}.json"
    address = urlunsplit((parts.scheme, parts.netloc, f"{folder}/{name}", "", ""))
    if not name.endswith(".json"):
        raise WrongUse(f"{url!r:.200} is no published questionnaire", "its address ends in .json, or in .html: https://…/questionnaires/ID.json")
    try:
        data = read_url(address, MAX_BYTES)
    except CouldNotTell as error:
        raise CouldNotTell(error.message, "look at the address; a published questionnaire stands under questionnaires/ of a trust center") from None
    questionnaire, document = shaped(Questionnaire, data, address)
    if questionnaire.id is None:
        raise Problems([Problem(address, 0, "", "has no id, so no answers could name it", "ask whoever published it")])
    return _form(questionnaire, document, questionnaire.id, (questionnaire.asker, questionnaire.asker_name))


def _form(questionnaire: Questionnaire, document: Document, ident: str, asker: tuple[str | None, str | None]) -> Form:
    """Refuses what cannot be asked: a circle among its conditions, a condition on nothing."""
    if problems := [*unsound_form(document, questionnaire)]:
        raise Problems(problems, document.file, "whoever wrote the questionnaire has to mend it")
    return Form(ident, *asker, questionnaire, questionnaire)
