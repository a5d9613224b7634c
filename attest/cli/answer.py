"""Answer a questionnaire: on the terminal, question by question; as a form for the browser; and see whether answers fit, or sign them.

    attest answer https://trust.harbourline.example/questionnaires/supplier-assessment.json --out answers.yml
    attest answer supplier-assessment           one of the trust center that this folder is in
    attest answer answers.yml                   go on with answers that were begun, to a questionnaire that is here
    attest answer answers.yml --out answers.json         the same answers as JSON, for the form in a browser
    attest answer … --out answers.yml --sign ana.pem     sign them, once nothing required is open: answers.sigstore.json
    attest answer … --check answers.json        whether a file fits its questionnaire
    attest answer … --page form.html            the same questions as one file for a browser

Every answer is on the disk before the next question is asked, so you can stop at any time and run the same command again. Nothing is sent
anywhere. Exit code 0: everything required is answered, and fits; 1: something is open or does not fit.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from attest.cli import asking, ui
from attest.cli.clock import now_or
from attest.errors import Problem, Problems, Refused, WrongUse
from attest.times import print_moment

if TYPE_CHECKING:
    from attest.cli.asked_for import Begun, Form
    from attest.cli.draft import Draft
    from attest.model.answers import Author, Given

PARTS: Final = ("them", "us", "contract", "all")
_SIDES: Final = {"them": "what is asked of them", "us": "what is asked of us", "contract": "what is asked of the contract"}


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("what", metavar="WHAT", nargs="?", help="a questionnaire's id here, a file of one, the address of a published one, or an answers file to go on with")
    parser.add_argument("--out", metavar="FILE", help="the answers file, .yml or .json; one that is there is gone on with (default: ID.answers.yml)")
    parser.add_argument("--part", choices=PARTS, help="only what is asked of the other side, of us, or of the contract (default: all; of --page: them)")
    parser.add_argument("--by", metavar="COMPANY", help="who answers: the company")
    parser.add_argument("--person", metavar="NAME", help="who answers: the person")
    parser.add_argument("--role", metavar="ROLE", help="that person's role")
    parser.add_argument("--check", metavar="FILE", help="ask nothing, and say whether this answers file fits")
    parser.add_argument("--sign", metavar="KEY", help="sign the answers with a key of your own, once nothing required is open: `attest keys new --person KEY` makes one")
    parser.add_argument("--page", metavar="FILE", help="write the questions as one HTML file instead, to be filled in by a browser, or printed")
    parser.add_argument("--at", metavar="TIME", help="the clock: when it is answered (default: now)")
    parser.add_argument("--dir", metavar="DIR", help="the trust center's folder (default: the one this folder is in)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Asks, checks, signs or writes the form; 0 or 1, or an AttestError."""
    _refuse_several(arguments)
    if arguments.page:
        return _page(arguments)
    if arguments.check:
        return _check(arguments)
    return _answer(arguments)


def _refuse_several(arguments: argparse.Namespace) -> None:
    named = [f"--{name}" for name in ("page", "check", "sign") if getattr(arguments, name)]
    if len(named) > 1:
        raise WrongUse(f"{' and '.join(named)} cannot be done at once", "one after the other")
    if arguments.what is None and not arguments.check:
        raise WrongUse("say which questionnaire", "`attest answer ID`, a file, or the address of a published one; `attest answer --help` shows examples")


def _part(arguments: argparse.Namespace, form: Form) -> Any:
    """The side whose questions are meant. A form that is written for others asks what is asked of them, unless something else is said."""
    if arguments.part is None and arguments.page and form.whole.about != "us" and any(item.asked_of == "them" for _, item in form.whole.items()):
        return "them"
    return None if arguments.part in (None, "all") else arguments.part


# Asking.


def _answer(arguments: argparse.Namespace) -> int:
    from attest.answering import unfinished
    from attest.cli.asked_for import Begun, find

    found, now = find(arguments.what, arguments.dir), now_or(arguments.at, "--at")
    if isinstance(found, Begun) and arguments.out:
        return _copied(found, Path(arguments.out).expanduser(), arguments)
    form = _form_of(found, arguments) if isinstance(found, Begun) else found.of(_part(arguments, found))
    if form is None:
        return _signed_unseen(cast("Begun", found), arguments)
    draft = _opened(arguments, form, found if isinstance(found, Begun) else None, now)
    if not arguments.sign or unfinished(form.questionnaire, draft.answers.answers):
        draft = _asked(form, draft, now)
    return _ended(form, draft, arguments)


def _form_of(found: Begun, arguments: argparse.Namespace) -> Form | None:
    """The questionnaire that an answers file names, where it is here; None where it is not, and is not needed: to sign."""
    from attest.cli.asked_for import here

    asked = found.answers.questionnaire
    try:
        form = here(asked.id, arguments.dir)
    except WrongUse:
        if arguments.sign:
            return None
        where = f"{asked.asker.rstrip('/')}/questionnaires/{asked.id}.json" if asked.asker else "its file or address"
        raise WrongUse(f"{found.document.file} answers {asked.id}, and that questionnaire is not here", f"name it: attest answer {where} --out {arguments.what}") from None
    return form.of(_part(arguments, form))


def _signed_unseen(found: Begun, arguments: argparse.Namespace) -> int:
    """Signs answers whose questionnaire is not here: whoever fills in a form in a browser has no more than the file that it saved."""
    from attest.cli.draft import Draft

    ui.warn(f"the questionnaire {found.answers.questionnaire.id} is not here, so whether the answers fit it was not looked at; name it with --check to see that")
    draft = Draft(found.file, found.answers, found.data)
    signed = _signed(draft, Path(arguments.sign).expanduser())
    if arguments.json:
        ui.data_json({"questionnaire": found.answers.questionnaire.id, "version": found.answers.questionnaire.version, "file": str(found.file), "signed": signed})
    else:
        _say_signed(signed)
    return 0


def _copied(found: Begun, target: Path, arguments: argparse.Namespace) -> int:
    """The same answers in another file, as its ending says: a browser reads JSON alone."""
    from attest.cli.draft import ENDINGS, print_json, print_yaml
    from attest.signers.keyfile import write_new

    if arguments.sign or target.suffix not in ENDINGS:
        raise WrongUse(f"{arguments.what!r} holds answers, and --out names where to copy them, .yml or .json", "name the questionnaire to go on with them, or leave --out away")
    write_new(target, print_json(found.answers) if target.suffix == ".json" else print_yaml(found.answers))
    if arguments.json:
        ui.data_json({"questionnaire": found.answers.questionnaire.id, "version": found.answers.questionnaire.version, "file": str(target)})
    else:
        ui.say(ui.plain(f"the same answers are in {target}"))
    return 0


def _opened(arguments: argparse.Namespace, form: Form, begun: Begun | None, now: datetime) -> Draft:
    """The answers there are, which fit; or none yet."""
    from attest.answered import ENDING
    from attest.cli import asked_for
    from attest.cli.draft import ENDINGS, Draft, carry, new_draft

    file = begun.file if begun is not None else Path(arguments.out or f"{form.id}.answers.yml").expanduser()
    if file.suffix not in ENDINGS or file.name.endswith(ENDING):
        raise WrongUse(f"{str(file)!r} ends in neither .yml nor .json", "the ending says how answers are written; signed ones are made by --sign")
    if begun is None and not file.exists():
        if not asking.on_terminal():
            raise WrongUse("there is no terminal to ask on, and no answers yet", f"fill in a form instead: attest answer {arguments.what} --page form.html; or write {file} by hand")
        return new_draft(file, form, _author(arguments), now)
    found = begun or asked_for.begun(file)
    if _carries_over(form, found):
        found = asked_for.begun(carry(found, form.questionnaire.version))
    problems, warnings = fits(form, found)
    _warn(warnings)
    if problems:
        raise Problems(problems, found.document.file, "mend the file, then run it again; nothing was changed")
    return Draft(file, found.answers, found.data)


def _carries_over(form: Form, found: Begun) -> bool:
    """Whether answers to another version are to be taken for the present one, where nothing else is wrong with them: a person has to say so."""
    asked = found.answers.questionnaire
    if asked.id != form.id or asked.version == form.questionnaire.version or not asking.on_terminal():
        return False
    present = found.answers.model_copy(update={"questionnaire": asked.model_copy(update={"version": form.questionnaire.version})})
    if fits(form, replace(found, answers=present))[0]:
        return False
    ui.say(ui.plain(f"these answers are to version {asked.version}, and the present one is {form.questionnaire.version}; they fit it"))
    return asking.need("take them for the present version? type yes", "--out", str.lower, "no") == "yes"


def _author(arguments: argparse.Namespace) -> Author:
    from attest.hygiene import text_problems
    from attest.model.answers import Author

    def filled(text: str) -> str:
        for wrong in text_problems(text):
            raise ValueError(f"that {wrong}")
        if not text.strip():
            raise ValueError("write the company's name")
        return text.strip()

    name = arguments.by or asking.need("for which company do you answer", "--by", filled)
    person = arguments.person if arguments.person is not None else asking.offer("your name, or Enter to leave it out", "", str.strip)
    role = arguments.role if arguments.role is not None else asking.offer("your role, or Enter to leave it out", "", str.strip)
    try:
        return Author(name=filled(name), person=filled(person) if person else None, role=filled(role) if role else None)
    except ValueError as error:
        raise WrongUse(f"--by, --person or --role: {error}") from None


def _asked(form: Form, draft: Draft, now: datetime) -> Draft:
    """The interview, on a terminal; elsewhere the answers stay what they are."""
    from attest.cli.draft import digest_of
    from attest.cli.interview import interview, said_so_far

    if not asking.on_terminal():
        return draft
    who = f", asked by {form.asker_name}" if form.asker_name else ""
    ui.say(ui.plain(f"{form.questionnaire.title}{who}: {said_so_far(form.questionnaire, draft.answers.answers)}"))
    ui.say(f"? shows what can be typed, . stops; answers are kept in {ui.plain(str(draft.file))}")
    held = [draft]

    def keep(ident: str, given: Given | None) -> dict[str, Given]:
        held[0] = held[0].given(ident, given, now)
        return held[0].answers.answers

    interview(form.questionnaire, draft.answers.answers, keep, digest_of)
    return held[0]


def _ended(form: Form, draft: Draft, arguments: argparse.Namespace) -> int:
    """How far it is; signed, where that was asked for and nothing is open."""
    from attest.answering import progress, unfinished
    from attest.cli.interview import said_so_far

    said = draft.answers.answers
    still = unfinished(form.questionnaire, said)
    if arguments.sign and still:
        raise Refused(f"{len(still)} required question{' is' if len(still) == 1 else 's are'} open, so nothing was signed", f"the first is {still[0][1].id}; answers so far are in {draft.file}")
    signed = _signed(draft, Path(arguments.sign).expanduser()) if arguments.sign else None
    done, of = progress(form.questionnaire, said)
    result = {"questionnaire": form.id, "version": form.questionnaire.version, "file": str(draft.file) if draft.held is not None else None, "answered": done, "asked": of, "open": [item.id for _, item in still]}
    if arguments.json:
        ui.data_json({**result, "signed": signed})
    else:
        ui.say("")
        ui.say(ui.plain(said_so_far(form.questionnaire, said)))
        _say_next(draft, bool(still), signed, form.questionnaire.send_to)
    return 1 if still else 0


def _say_next(draft: Draft, still: bool, signed: dict[str, str] | None, to: str | None) -> None:
    if signed is not None:
        _say_signed(signed, to)
    elif draft.held is None:
        ui.say("nothing was answered, so nothing was written")
    elif still:
        ui.say(ui.plain(f"kept in {draft.file}; the same command goes on from here"))
    else:
        ui.say(ui.plain(f"kept in {draft.file}; sign it with --sign KEY, or send it as it is{f' to {to}' if to else ''}: it is taken then, and marked unsigned"))


def _say_signed(signed: dict[str, str], to: str | None = None) -> None:
    ui.data(ui.table([("signed", signed["file"]), ("with the key", signed["key"])]))
    ui.say(f"send that file, and the files it names{f', to {ui.plain(to)}' if to else ''}; tell whoever asks your key's fingerprint another way: in the contract, or by phone")


def _signed(draft: Draft, key: Path) -> dict[str, str]:
    """Signs the answers file as it stands, into a bundle beside it."""
    from attest.answered import ENDING
    from attest.cli.own_key import own_key
    from attest.sign import sign_answers
    from attest.trust import write_whole

    if not key.exists():
        raise WrongUse(f"there is no key {str(key)!r}", f"make one of your own, once: attest keys new --person {key}")
    signer = own_key(key, "sign answers")
    bundle = sign_answers(draft.answers, signer)
    target = draft.file.with_name(f"{draft.file.stem}{ENDING}")
    write_whole(target, bundle + b"\n")
    return {"file": str(target), "key": signer.fingerprint, "answeredAt": print_moment(draft.answers.answered_at)}


# Checking.


def fits(form: Form, found: Begun) -> tuple[list[Problem], list[Problem]]:
    """What makes answers not fit the whole questionnaire, and what is only worth knowing of the part that is asked."""
    from attest.answering import check_answers, unasked

    whole = form.whole.model_copy(update={"asker": form.asker})
    return check_answers(whole, found.answers, found.document, form.id), unasked(form.questionnaire, found.answers, found.document)


def _check(arguments: argparse.Namespace) -> int:
    from attest.answering import progress, unfinished
    from attest.cli import asked_for
    from attest.cli.interview import said_so_far

    now = now_or(arguments.at, "--at")
    found = asked_for.received(Path(arguments.check).expanduser())
    form = _side(_whole(arguments, found), found, arguments)
    problems, warnings = fits(form, found)
    problems += _to_come(found, now)
    said = found.answers.answers
    still, (done, of) = unfinished(form.questionnaire, said), progress(form.questionnaire, said)
    if arguments.json:
        ui.data_json({"questionnaire": form.id, "version": form.questionnaire.version, "file": arguments.check, "fits": not problems, "answered": done, "asked": of, "open": [item.id for _, item in still], "problems": [*map(ui.problem_json, problems)], "warnings": [*map(ui.problem_json, warnings)]})
        return 1 if problems or still else 0
    _warn(warnings)
    if problems:
        raise Problems(problems, found.document.file, "mend them, or ask whoever answered")
    ui.say(ui.plain(f"fits {form.id} version {form.questionnaire.version}{_of_side(form)}: {said_so_far(form.questionnaire, said)}"))
    for _, item in still:
        ui.say(ui.plain(f"  open: {item.id}: {item.ask}"))
    return 1 if still else 0


def _whole(arguments: argparse.Namespace, found: Begun) -> Form:
    """The questionnaire that was named; else the one of this trust center that the answers name."""
    from attest.cli.asked_for import here

    return _named(arguments) if arguments.what else here(found.answers.questionnaire.id, arguments.dir)


def _named(arguments: argparse.Namespace) -> Form:
    from attest.cli.asked_for import Form, find

    named = find(arguments.what, arguments.dir)
    if not isinstance(named, Form):
        raise WrongUse(f"{arguments.what!r} holds answers, and the questionnaire is needed here", "name it by its id, file or address")
    return named


def _of_side(form: Form) -> str:
    """Which questions were meant, where they are not all."""
    asked, all_of = ({item.asked_of for _, item in one.items()} for one in (form.questionnaire, form.whole))
    return f", {_SIDES[asked.pop()]}" if len(asked) < len(all_of) else ""


def _side(form: Form, found: Begun, arguments: argparse.Namespace) -> Form:
    """What the answers are held against: the side that was named; else the one that alone was answered, for whoever fills in a published form sees no other."""
    sides = {item.asked_of for _, item in form.whole.items() if item.id in found.answers.answers}
    if arguments.part is None and len(sides) == 1:
        return form.of(sides.pop())
    return form.of(_part(arguments, form))


def _to_come(found: Begun, now: datetime) -> list[Problem]:
    if found.answers.answered_at <= now:
        return []
    return [found.document.at(("answered_at",), f"{print_moment(found.answers.answered_at)} has not come yet", "write when it was answered")]


def _warn(warnings: Sequence[Problem]) -> None:
    for warning in warnings:
        ui.warn(str(warning))


# A form for the browser.


def _page(arguments: argparse.Namespace) -> int:
    """One file that holds all it needs: never tips, warnings and scores, whatever the questionnaire has of them."""
    from attest.model.questionnaire import public_form
    from attest.pages.form import standalone
    from attest.trust import write_whole

    whole, file = _named(arguments), Path(arguments.page).expanduser()
    form = whole.of(_part(arguments, whole))
    if file.suffix not in (".html", ".htm"):
        raise WrongUse(f"{str(file)!r} does not end in .html", "a browser has to know it for a page")
    plain = public_form(form.questionnaire, form.id, form.asker or "", form.asker_name or "", None)
    write_whole(file, standalone({name: value for name, value in plain.items() if value != ""}))
    count = sum(1 for _ in form.questionnaire.items())
    if arguments.json:
        ui.data_json({"questionnaire": form.id, "version": form.questionnaire.version, "file": str(file), "asked": count})
    else:
        ui.say(ui.plain(f"wrote {file}: {count} question{'' if count == 1 else 's'}, without tips, warnings and scores"))
        ui.say("it works without a network and sends nothing: whoever fills it in saves one answers file, and sends you that")
    return 0
