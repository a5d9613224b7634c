"""Keep the file of a customer or supplier: begin it, take in answers, record that it was looked at, and what was decided.

    attest party new "Nordlys ApS" --kind supplier --from answers.json     a file in controls/parties/, their answers beside it
    attest party received nordlys-aps answers-2027.sigstore.json           more answers: theirs, or what we wrote down ourselves
    attest party reviewed nordlys-aps --by Procurement                     runs the review, and records what it came to
    attest party decide nordlys-aps accept --by "Head of Security" --why "The second factor comes in March." --until 2027-03-31

Files are written whole or not at all, and comments in them stay. None of them is ever published.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from attest.cli import asking, review, reviews, ui
from attest.cli.clock import now_or
from attest.cli.folder import root_of
from attest.errors import Refused, WrongUse
from attest.intake import same_name
from attest.model.party import OUTCOMES, Party
from attest.times import parse_day

if TYPE_CHECKING:
    from attest.authoring.staging import Write
    from attest.intake import Handed
    from attest.load.parties import Shelf
    from attest.model.center import Center
    from attest.model.party import Looked
    from attest.yaml_lines import Value

_KINDS: Final = {"customer": "buys from us", "supplier": "works for us"}
_LONGEST: Final = 60


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the four actions."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    new = actions.add_parser("new", help="begin the file of a party")
    new.add_argument("name", metavar="NAME", help="what it is called")
    new.add_argument("--kind", choices=tuple(_KINDS), help="whether it buys from us or works for us (default: as its questionnaire says, or asked)")
    new.add_argument("--from", dest="source", metavar="ANSWERS", help="an answers file, theirs or what you wrote down of them: checked, copied beside, and named")
    new.add_argument("--policy", metavar="ID", help="the acceptance policy, where it is not the only one for its kind")
    received = actions.add_parser("received", help="take in answers: theirs, or what you wrote down yourselves")
    received.add_argument("name", metavar="PARTY", help="its file's name, without .yml")
    received.add_argument("source", metavar="ANSWERS", help="the answers file, signed or not: checked, copied to the others, and named in the party's file")
    received.add_argument("--key", metavar="FINGERPRINT", help="whose signature it has to be, as they told you by another way (default: the key of their earlier answers)")
    received.add_argument("--from", dest="told", metavar="TEXT", help="with --key: how you know that it is theirs, such as: told by telephone")
    for action in (new, received):
        action.add_argument("--ours", action="store_true", help="somebody of yours wrote these answers down (default: where they say that your company answers)")
    reviewed = actions.add_parser("reviewed", help="run the review, and record what it came to")
    reviewed.add_argument("name", metavar="PARTY", help="its file's name, without .yml")
    reviewed.add_argument("--by", metavar="ROLE", required=True, help="who looked at it")
    reviewed.add_argument("--note", metavar="TEXT", help="what is worth remembering")
    reviewed.add_argument("--policy", metavar="ID|FILE|URL", help="as for `attest review`")
    reviewed.add_argument("--offline", action="store_true", help="as for `attest review`")
    decide = actions.add_parser("decide", help="record what somebody decided")
    decide.add_argument("name", metavar="PARTY", help="its file's name, without .yml")
    decide.add_argument("outcome", choices=OUTCOMES, help="what was decided")
    decide.add_argument("--by", metavar="ROLE", required=True, help="who decided")
    decide.add_argument("--why", metavar="TEXT", help="why; needed where it is not what the last review came to")
    decide.add_argument("--until", metavar="DAY", help="the last day on which it stands (default: until the next one)")
    for action in (new, received, reviewed, decide):
        action.add_argument("--dir", metavar="DIR", help="the trust center's folder (default: the one this folder is in)")
        action.add_argument("--at", metavar="TIME", help="the moment it is done (default: now)")
        action.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Does it and says what was written; 0, or an AttestError with nothing changed."""
    return {"new": _new, "received": _received, "reviewed": _reviewed, "decide": _decide}[arguments.action](arguments)


# A new one.


def _new(arguments: argparse.Namespace) -> int:
    from attest.authoring.staging import Write, settle
    from attest.load.parties import ANSWERS
    from attest.load.shape import shaped

    at = now_or(arguments.at, "--at")
    center, shelf = review.sources(root_of(arguments.dir), at)
    ident, name = id_of(arguments.name), " ".join(arguments.name.split())
    if (shelf.folder / f"{ident}.yml").exists():
        raise Refused(f"{shelf.shown}/{ident}.yml is there already", "nothing was written; edit that file, or give another name")
    handed = None if arguments.source is None else _handed(arguments, center)
    kind = _kind(arguments.kind, handed, center)
    _refuse_policy(arguments.policy, kind, center)
    copy = None if handed is None else _copied(ident, handed, Path(arguments.source))
    data = skeleton(name, kind, arguments.policy, handed, None if copy is None else copy.path.removeprefix(f"{ANSWERS}/")).encode()
    shaped(Party, data, f"{shelf.shown}/{ident}.yml")
    writes = [*([] if copy is None else [copy]), Write(f"{ident}.yml", data, None)]
    shelf.folder.mkdir(parents=True, exist_ok=True)
    settle(shelf.folder, writes)
    return _said_new(ident, name, writes, shelf, handed, center, arguments.json)


def id_of(name: str) -> str:
    """``Nordlys ApS`` -> ``nordlys-aps``. Raises WrongUse where nothing is left of it."""
    bare = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("Ø", "O").replace("æ", "ae").replace("Æ", "Ae").replace("ß", "ss")).encode("ascii", "ignore").decode()
    ident = re.sub("[^a-z0-9]+", "-", bare.lower()).strip("-")[:_LONGEST].rstrip("-")
    if not ident or ident == "index":
        raise WrongUse(f"{name!r:.80} makes no name for a file", "give a name with letters of the Latin alphabet; name: in the file may be any")
    return ident


def _handed(arguments: argparse.Namespace, center: Center) -> Handed:
    """The answers, checked; ours where that is said, or where they say that our company answers."""
    handed = review.own_answers(Path(arguments.source))
    assert handed.answers is not None
    ours = arguments.ours or same_name(handed.answers.by.name, center.profile.name)
    return replace(handed, by="us" if ours else "them")


def _kind(given: str | None, handed: Handed | None, center: Center) -> str:
    """As given, as the questionnaire that was answered says, or as a person says."""
    if given is not None:
        return given
    form = None if handed is None or handed.answers is None else center.questionnaires.get(handed.answers.questionnaire.id)
    if form is not None and form.about in _KINDS:
        return form.about
    if not asking.on_terminal():
        raise WrongUse("--kind is needed: whether it buys from us or works for us", "give --kind customer or --kind supplier")
    return asking.choose("customer or supplier", _KINDS)


def _refuse_policy(policy: str | None, kind: str, center: Center) -> None:
    if policy is None:
        return
    known = [ident for ident, one in center.acceptance.items() if one.kind == kind]
    if policy not in known:
        raise WrongUse(f"there is no acceptance policy {policy!r} for {kind}s", f"there are {', '.join(known)}" if known else f"take one from the library: attest add acceptance:{kind}s")


def _copied(ident: str, handed: Handed, file: Path) -> Write:
    """The answers as a file beside the party's."""
    from attest.answered import ENDING
    from attest.authoring.staging import Write
    from attest.load.parties import ANSWERS

    assert handed.answers is not None
    ending, ours = ENDING if file.name.endswith(ENDING) else file.suffix, "-ours" if handed.by == "us" else ""
    return Write(f"{ANSWERS}/{ident}{ours}-{handed.answers.questionnaire.id}-{handed.answers.answered_at.date()}{ending}", file.read_bytes(), None)


def skeleton(name: str, kind: str, policy: str | None, handed: Handed | None, copy: str | None) -> str:
    """A party's file to be filled in: what is known as keys, what may be said as comments."""
    from attest.answered import ENDING
    from attest.authoring.yaml_edit import flow, scalar

    answers = None if handed is None or handed.by == "us" else handed.answers
    lines = [f"# {' '.join(name.split())}: what we know, what they handed in, what we decided. Never published. Every key may be left out; what is left out is unknown.", f"name: {scalar(name)}"]
    if answers is not None and not same_name(answers.by.name, name):
        lines.append(f"legal_name: {scalar(answers.by.name)}")
    lines += [f"kind: {kind}", *([f"policy: {policy}"] if policy else [])]
    if answers is not None and answers.by.person is not None:
        person: dict[str, Value] = {"role": answers.by.role or "Whoever answers our questions", "name": answers.by.person}
        lines += ["contacts:", f"  theirs: [{flow(person)}]", "  ours: []"]
    else:
        lines.append("# contacts: {theirs: [{role: Security, name: …, email: …, phone: …}], ours: [{role: Account manager, name: …}]}")
    lines += [
        "# profile: {sector: …, countries: [DK], data: [personal-data], connection: login, laws: [gdpr], criticality: medium}    connection: none, login, api or deep; criticality: critical, high, medium or low",
        '# access: [{what: …, system: …, level: read, logged: "yes", overseen: "yes", limited: "yes", second_factor: "yes", granted: 2026-11-20}]',
        "# clauses: {breach-notice: {state: agreed, where: Contract, section 9}}    state: agreed, open or refused",
        "# insurance: [{cover: cyber, valid_until: 2027-06-30, seen: 2026-11-20}]",
        "# notice: {they-tell-us: {within: 24h, channel: telephone, to: [Account manager]}, we-tell-them: {within: 48h, channel: e-mail, to: [Security]}}",
        "# attestation: {where: https://trust.…/, key: SHA256:…, from: the contract}    the key's fingerprint, and from where you know it",
    ]
    if copy is not None:
        lines += ["answers:", f"  - file: {copy}", *(["    by: us"] if handed is not None and handed.by == "us" else [])]
        lines += ["    # key: SHA256:…    once you have compared it with them by another way, and then", "    # from: told by telephone"] if copy.endswith(ENDING) and answers is not None else []
    return "\n".join(lines) + "\n"


def _said_new(ident: str, name: str, writes: Sequence[Write], shelf: Shelf, handed: Handed | None, center: Center, as_json: bool) -> int:
    files = [f"{shelf.shown}/{write.path}" for write in writes]
    if as_json:
        ui.data_json({"party": ident, "files": files, "signedBy": None if handed is None else handed.signer})
        return 0
    for file in files:
        ui.say(f"wrote {ui.plain(file)}")
    answers = None if handed is None or handed.by == "us" else handed.answers
    if answers is not None and not same_name(answers.by.name, name):
        ui.warn(f"the answers say that {' '.join(answers.by.name.split())} answers: that is written as legal_name:, take it out if it is another company")
    _warn_of_others_questions(handed, center)
    if handed is not None and handed.by == "us":
        ui.say("the answers are ours: written down as by: us")
    elif handed is not None and handed.signer is not None:
        ui.say(f"the answers are signed by {handed.signer}: compare that with them by another way (by telephone, on a number you had before), then write it as key: with from:")
    ui.say(f"fill in what you know, then: attest review {ident}")
    return 0


def _warn_of_others_questions(handed: Handed | None, center: Center) -> None:
    asker = None if handed is None or handed.answers is None else handed.answers.questionnaire.asker
    if asker is not None and asker != center.profile.id:
        ui.warn(f"they answer the questions of {asker}, and you are {center.profile.id}: nothing of them is used")


# What came later.


def _received(arguments: argparse.Namespace) -> int:
    at = now_or(arguments.at, "--at")
    center, shelf = review.sources(root_of(arguments.dir), at)
    ident = review.named(arguments.name, shelf)
    handed = _handed(arguments, center)
    copy = _copied(ident, handed, Path(arguments.source))
    if (shelf.folder / copy.path).exists():
        raise Refused(f"{shelf.shown}/{copy.path} is there already: answers to the same questions of the same day", "nothing was written; take the old file away if the new one replaces it, or name both in the party's file by hand")
    entry = _entry(copy.path.partition("/")[2], handed, shelf.parties.parties[ident], arguments)
    _append(ident, "answers", entry, shelf, copy)
    return _said_received(ident, entry, handed, shelf, center, arguments.json)


def _entry(file: str, handed: Handed, party: Party, arguments: argparse.Namespace) -> dict[str, Value]:
    """As it is named in the party's file: signed answers with the key that they have to be signed with, where that is known."""
    if arguments.key and (handed.by == "us" or handed.signer is None):
        raise WrongUse("--key says who signed answers of theirs", "leave it away: these are yours" if handed.by == "us" else "these are not signed")
    if arguments.key and arguments.key != handed.signer:
        raise Refused(f"the answers are signed by {handed.signer}, and not by {arguments.key}", "nothing was written; ask them by another way which of the two is theirs")
    if bool(arguments.key) != bool(arguments.told):
        raise WrongUse("--key and --from go together", 'such as --key SHA256:… --from "told by telephone"')
    if handed.by == "us":
        return {"file": file, "by": "us"}
    known = next(((one.key, one.source or "") for one in reversed(party.answers) if one.key is not None), None)
    key, told = (arguments.key, arguments.told) if arguments.key else known if known is not None and handed.signer is not None else (None, "")
    return {"file": file, **({"key": key, "from": told} if key else {})}


def _said_received(ident: str, entry: dict[str, Value], handed: Handed, shelf: Shelf, center: Center, as_json: bool) -> int:
    assert handed.answers is not None
    names, key = shelf.parties.parties[ident], entry.get("key")
    if as_json:
        ui.data_json({"party": ident, "recorded": entry, "signedBy": handed.signer})
        return 0
    ui.say(f"recorded in {shelf.shown}/{ident}.yml: answers to {handed.answers.questionnaire.id}{', written down by us' if handed.by == 'us' else ''}")
    _warn_of_others_questions(handed, center)
    if handed.by == "them" and not any(same_name(handed.answers.by.name, name) for name in (names.name, names.legal_name) if name):
        ui.warn(f"they say that {' '.join(handed.answers.by.name.split())} answers, and not {names.name}: until that is explained nothing of them is used")
    if handed.signer is not None and key is not None and key != handed.signer:
        ui.warn(f"they are signed by {handed.signer}, and their earlier ones by {key}: until they explain that by another way, nothing of them is used")
    elif handed.signer is not None and handed.by == "them" and key is None:
        ui.say(f"they are signed by {handed.signer}: compare that with them by another way (by telephone, on a number you had before), then write it as key: with from:")
    ui.say(f"now: attest review {ident}")
    return 0


# What was looked at and decided.


def _reviewed(arguments: argparse.Namespace) -> int:
    at = now_or(arguments.at, "--at")
    center, shelf = review.sources(root_of(arguments.dir), at)
    ident = review.named(arguments.name, shelf)
    found, _ = review.reviewed(ident, arguments, center, shelf, review.means_of(arguments, center))
    entry: dict[str, Value] = {"date": at.date().isoformat(), "by": _filled(arguments.by, "--by"), "outcome": found.outcome}
    if arguments.note:
        entry["note"] = _filled(arguments.note, "--note")
    _append(ident, "reviews", entry, shelf)
    if arguments.json:
        ui.data_json({"party": ident, "recorded": entry, "review": reviews.as_json(found, review.code_of(found))})
    else:
        ui.data("\n".join(reviews.as_lines(found)))
        ui.say(f"recorded in {shelf.shown}/{ident}.yml: reviewed on {at.date()}, {found.outcome}")
    return 0


def _decide(arguments: argparse.Namespace) -> int:
    at = now_or(arguments.at, "--at")
    _, shelf = review.sources(root_of(arguments.dir), at)
    ident = review.named(arguments.name, shelf)
    _refuse_unsaid(arguments, shelf.parties.parties[ident].reviews, at.date())
    entry: dict[str, Value] = {"date": at.date().isoformat(), "outcome": arguments.outcome, "by": _filled(arguments.by, "--by")}
    if arguments.why:
        entry["why"] = _filled(arguments.why, "--why")
    if arguments.until:
        entry["until"] = _day(arguments.until).isoformat()
    _append(ident, "decisions", entry, shelf)
    if arguments.json:
        ui.data_json({"party": ident, "recorded": entry})
    else:
        ui.say(f"recorded in {shelf.shown}/{ident}.yml: {arguments.outcome}, decided by {ui.plain(arguments.by)} on {at.date()}")
    return 0


def _refuse_unsaid(arguments: argparse.Namespace, held: Sequence[Looked], today: date) -> None:
    """A decision that is not what the last review came to, or that no review was held before, needs its reason."""
    last = max((one for one in held if one.date <= today), key=lambda one: one.date, default=None)
    if arguments.why or (last is not None and last.outcome == arguments.outcome):
        return
    said = "no review is recorded" if last is None else f"the review of {last.date} came to {last.outcome}"
    raise WrongUse(f"{said}, and it is decided to {arguments.outcome}", "say why with --why" + (", or record a review first: attest party reviewed" if last is None else ""))


def _append(ident: str, key: str, entry: dict[str, Value], shelf: Shelf, *beside: Write) -> None:
    """One entry more under a key of the party's file; checked before it is written, with the files that it names."""
    from attest.authoring.staging import Write, settle
    from attest.authoring.yaml_edit import add_item, flow
    from attest.load.files import read_bytes
    from attest.load.shape import shaped

    file = f"{shelf.shown}/{ident}.yml"
    before = read_bytes(shelf.folder, f"{ident}.yml")
    data = add_item(before, (key,), flow(entry), file=file)
    shaped(Party, data, file)
    settle(shelf.folder, [*beside, Write(f"{ident}.yml", data, hashlib.sha256(before).hexdigest())])


def _filled(text: str, flag: str) -> str:
    if not text.strip():
        raise WrongUse(f"{flag} says nothing")
    return " ".join(text.split())


def _day(text: str) -> date:
    try:
        return parse_day(text)
    except ValueError as error:
        raise WrongUse(f"--until: {error}") from None
