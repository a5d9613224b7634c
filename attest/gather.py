"""A party's files -> all that is known of it: answers are read, their attestation is fetched and verified. The edge before ``review``.

    parties/nordlys.yml                          Known
      answers: [{file: a.yml}, …]       ->         sheets        what counts of each file, and why one is not used
      attestation: {where:, key:}       ->         bundle        what verifying it answered, under the party's own pin alone
                                                   attestation   what it says, where it holds

The reader's trust file is not asked: whose key it has to be, the party's file says, and from where that is known. An attestation is
fetched only from an address that the party's file names. What cannot be read or reached is said, and never taken for an answer.
"""

from __future__ import annotations

import hashlib
import os.path
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from attest.answered import ENDING, MOST_BYTES, read_answers
from attest.answers_of import answers_of
from attest.errors import AttestError, CouldNotTell, Problems, Unreadable
from attest.fetch import Folder, Source
from attest.inside import open_inside, parts_of
from attest.intake import A_YEAR, Expected, Handed, Side, intake
from attest.load.parties import ANSWERS, BUNDLES, Shelf
from attest.load.shape import shaped
from attest.model.acceptance import Acceptance
from attest.model.answers import Answers
from attest.model.party import Attested, Party
from attest.model.questionnaire import Questionnaire
from attest.reviewed import TheirBundle
from attest.seen import Seen
from attest.trust import Pin, Trust
from attest.verify.answer import STEPS, Answer
from attest.verify.claims import lapses
from attest.verify.question import Question
from attest.verify.record import check_record, read_record
from attest.verify.subjects import CAP
from attest.verify.verifier import verify_bundle, verify_site
from attest.weigh import Attestation, Known, attested
from attest.wire import openssh
from attest.wire.bundle import MAX_BYTES as MOST_OF_A_BUNDLE
from attest.yaml_lines import shown

RECORD: Final = ".assessment.json"
"""Of a file beside a bundle: the assessment that the bundle signs, if it is that one."""
_LONGEST: Final = 300


def _all(paths: Sequence[str]) -> Iterable[str]:
    return paths


@dataclass(frozen=True, slots=True)
class Means:
    """What a review is made with."""

    at: datetime
    asker: str | None
    """Our own center, its URI."""
    questionnaires: Mapping[str, Questionnaire]
    reach: Callable[[str], Source] | None = None
    """An address -> the site there; None: nothing is fetched."""
    seen: Mapping[tuple[str, str], Seen] = field(default_factory=dict)
    """What this reader saw of centers before, so that a rewritten past shows."""
    watch: Callable[[Sequence[str]], Iterable[str]] = _all


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is known, and what could not be told on the way."""

    known: Known
    problems: tuple[str, ...] = ()


def gather(shelf: Shelf, party: Party, policy: Acceptance, means: Means) -> Gathered:
    """Everything that a party's file names. Raises nothing that its files or their host do: what cannot be had is a problem."""
    handed = [_answers_file(shelf, one.file, one.key, one.by) for one in party.answers]
    names = tuple(name for name in (party.name, party.legal_name) if name)
    expected = Expected(names, means.asker, means.at, policy.max_age or A_YEAR)
    told = Told() if party.attestation is None else _attested(shelf.folder, party.attestation, means)
    unread = tuple(_at(_place(shelf, one.file), one.why or "") for one in handed if one.answers is None)
    known = Known(party, policy, means.at, intake(handed, expected, means.questionnaires), told.bundle, told.attestation)
    return Gathered(known, (*unread, *told.problems))


def hold_own(name: str, policy: Acceptance, handed: Iterable[Handed], told: Told, means: Means) -> Known:
    """What the owner of a policy would know of ourselves: our answers, whoever they are to, and our attestation. The rest only they know."""
    expected = Expected((), None, means.at, policy.max_age or A_YEAR)
    return Known(Party(name=name, kind=policy.kind), policy, means.at, intake(handed, expected, means.questionnaires), told.bundle, told.attestation)


# Answers.


def _answers_file(shelf: Shelf, name: str, key: str | None, by: Side) -> Handed:
    try:
        data = _read(shelf.folder, f"{ANSWERS}/{name}", MOST_BYTES)
    except CouldNotTell as error:
        return Handed(name, None, key, by, why=error.message)
    return handed_of(name, data, key, by, _place(shelf, name))


def _place(shelf: Shelf, name: str) -> str:
    return f"{shelf.shown}/{ANSWERS}/{name}"


def handed_of(name: str, data: bytes, key: str | None, by: Side, place: str) -> Handed:
    """The bytes of an answers file -> what it says, and whether ``key`` signed it, where one is expected. ``place``: how problems name it."""
    if name.endswith(ENDING):
        return _signed(name, data, key, by)
    try:
        answers, _ = shaped(Answers, data, place)
    except Problems as wrong:
        return Handed(name, None, key, by, why=_first(wrong))
    if key is not None:
        return Handed(name, answers, None, by, why=f"is not signed, and the party's file names the key {key} for it", another=True)
    return Handed(name, answers, None, by)


def _first(wrong: Problems) -> str:
    more = len(wrong.problems) - 1
    return f"{wrong.problems[0]}{f', and {more} more' if more else ''}"


def _signed(name: str, data: bytes, key: str | None, by: Side) -> Handed:
    """A bundle: by the key that the party's file names, by another, or by one that nobody knows."""
    try:
        made, holds = read_answers(data)
        answers = answers_of(made)
    except Unreadable as error:
        return Handed(name, None, key, by, why=f"cannot be read: {error.message}")
    signer = openssh.fingerprint(made.spki)
    if not holds:
        return Handed(name, answers, None, by, why="is not signed by the key that it names: somebody changed it", another=True)
    if key is None:
        return Handed(name, answers, None, by, why=f"is signed by {signer}, and the party's file does not say whose key that is", signer=signer)
    if signer != key:
        return Handed(name, answers, None, by, why=f"is signed by {signer}, and the party's file names {key} for it", another=True, signer=signer)
    return Handed(name, answers, key, by, signer=signer)


# Their attestation.


@dataclass(frozen=True, slots=True)
class Told:
    """How an attestation stands, and what it says where it holds."""

    bundle: TheirBundle | None = None
    attestation: Attestation | None = None
    problems: tuple[str, ...] = ()


def _attested(folder: Path, said: Attested, means: Means) -> Told:
    """What verifying it answered, and what it says where it holds."""
    center = center_of(said)
    pins = () if said.key is None else (Pin(center, "issuer", said.key, source=said.source or ""),)
    question = Question(Trust(pins), means.at, means.seen, watch=means.watch)
    try:
        answer, record = _verified(folder, said.where, question, means)
    except AttestError as error:
        return _unreached(said.where, error.message)
    return told_of(said.where, answer, record, center)


def center_of(said: Attested) -> str:
    """The id that their statement has to bear."""
    return said.center or (said.where if said.where.endswith("/") else f"{said.where}/")


def _unreached(where: str, why: str) -> Told:
    return Told(TheirBundle(where, "could-not-tell", why=why), problems=(_at(where, why),))


def _at(where: str, why: str) -> str:
    return why if why.startswith(where) else f"{where}: {why}"


def _verified(folder: Path, where: str, question: Question, means: Means) -> tuple[Answer, Mapping[str, Any] | None]:
    """The answer, and the assessment where it is the signed one. Raises CouldNotTell, WrongUse."""
    if "://" in where:
        if means.reach is None:
            raise CouldNotTell("was not asked for, as --offline says")
        answer = verify_site(means.reach(where), question)
        return answer, answer.facts.record
    if _is_folder(folder, where):
        answer = verify_site(Folder(folder / BUNDLES / where), question)
        return answer, answer.facts.record
    answer = verify_bundle(_read(folder, f"{BUNDLES}/{where}", MOST_OF_A_BUNDLE), question)
    return answer, _beside(folder, where, answer)


def _is_folder(folder: Path, where: str) -> bool:
    """Whether it is a copy of their whole site. Raises CouldNotTell for what leaves the folder of bundles."""
    here = folder / BUNDLES
    try:
        for part in parts_of(where):
            here /= part
            if os.path.islink(here):  # noqa: PTH114 - a name that is too long is no link, and no error
                raise ValueError(f"{part!r:.80} is a symbolic link, copy what is behind it")
    except ValueError as error:
        raise CouldNotTell(f"is not read: {error}") from None
    return os.path.isdir(here)  # noqa: PTH112 - the same


def _beside(folder: Path, where: str, answer: Answer) -> Mapping[str, Any] | None:
    """The assessment that lies beside a bundle, where it is the one that is signed and follows from itself. Raises CouldNotTell where it is not."""
    name, statement = f"{BUNDLES}/{where.removesuffix(ENDING)}{RECORD}", answer.facts.statement
    if statement is None or not os.path.isfile(folder / name):  # noqa: PTH113 - a name that is too long is not there
        return None
    data = _read(folder, name, CAP)
    if hashlib.sha256(data).hexdigest() != statement.assessment:
        raise CouldNotTell(f"{name} is not the assessment that the bundle signs")
    record = read_record(data)
    wrong = next((finding for finding in check_record(record, statement) if finding.outcome in ("no", "could-not-tell")), None)
    if wrong is not None:
        raise CouldNotTell(f"{name}: {wrong.what}")
    return record


def told_of(where: str, answer: Answer, record: Mapping[str, Any] | None, center: str | None) -> Told:
    """An answer -> how the attestation stands, and what it says where it is valid and of the center that it has to be of (None: whichever)."""
    facts, statement = answer.facts, answer.facts.statement
    another = statement is not None and center not in (None, statement.center) and answer.steps["integrity"].outcome == "ok"
    word = "wrong-party" if another else answer.word
    why = f"is of {statement.center}, not of {center}" if another and statement is not None else _why(answer)
    bundle = TheirBundle(where, word, why=None if why is None else shown(why, _LONGEST))
    if statement is not None:
        bundle = replace(bundle, release=statement.release, key=facts.fingerprint, as_of=statement.as_of, valid_until=statement.valid_until)
    problems = (_at(where, bundle.why or word),) if word == "could-not-tell" else ()
    if word != "valid" or answer.verified is None:
        return Told(bundle, problems=problems)
    return Told(bundle, attested(_standing(answer, record), record), problems)


def _why(answer: Answer) -> str | None:
    """The first thing that made it what it is."""
    found = (finding.what for name in STEPS for finding in answer.steps[name].findings if (finding.code, finding.word) == (answer.exit_code, answer.word))
    return None if answer.word == "valid" else next(found, None)


def _standing(answer: Answer, record: Mapping[str, Any] | None) -> dict[str, str]:
    """Control -> verdict: as stated, and what time has undone since."""
    assert answer.facts.statement is not None
    stated = {ident: verdict for ident, verdict, _ in answer.facts.statement.claims}
    return {**stated, **({} if record is None else {lapse.control: lapse.now for lapse in lapses(record["controls"], answer.at)})}


def _read(folder: Path, name: str, cap: int) -> bytes:
    """A file of the folder of parties. Raises CouldNotTell."""
    try:
        with open_inside(folder, name) as stream:
            data = stream.read(cap + 1)
    except ValueError as error:
        raise CouldNotTell(f"is not read: {error}") from None
    except OSError as error:
        raise CouldNotTell("is not there" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}") from None
    if len(data) > cap:
        raise CouldNotTell(f"is larger than {cap // 2**20} MiB")
    return data
