"""Who has to be told of an incident, by when and why; drafts of it; and the record of what was sent. Nothing is ever sent from here.

    attest notify --new i-2026-12 --title "Passwords tried" --what "…" --party aspen-freight
    attest notify i-2026-12                              the clock: what is overdue, due, undecided, done
    attest notify i-2026-12 --draft out/                 a message each, with what is missing marked
    attest notify i-2026-12 --sent tell-aspen-freight --by "Head of Security" --channel telephone
    attest notify i-2026-12 --decide others yes --by "Head of Security" --why "They share the sign-in"
    attest notify i-2026-12 --sent counsel --by "Legal counsel"      then --notice writes the public notice
    attest notify --all                                  the clock over all incidents
    attest notify --laws                                 the laws' deadlines that it reckons with

Incidents lie in controls/parties/incidents/, which nothing publishes. Exit code of the clock: 1 where something is overdue, else 0. Not legal advice.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attest.cli import ui
from attest.cli.asking import need
from attest.cli.clock import now_or
from attest.cli.folder import root_of
from attest.errors import Problem, Problems, Refused, WrongUse, meant
from attest.times import print_moment

if TYPE_CHECKING:
    from attest.authoring.staging import Write
    from attest.drafts import Draft, Sender
    from attest.duties import Duty, Terms
    from attest.load.parties import Shelf
    from attest.model.center import Center
    from attest.model.incident import Incident

_ACTIONS: Final = ("new", "draft", "sent", "decide", "waive", "notice")


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("incident", metavar="INCIDENT", nargs="?", help="the name of a file in controls/parties/incidents/")
    parser.add_argument("--all", action="store_true", help="the clock over all incidents")
    parser.add_argument("--laws", action="store_true", help="list the laws' deadlines that are reckoned with, and where each was read")
    parser.add_argument("--new", metavar="NAME", help="begin an incident; --title and --what say what it is")
    parser.add_argument("--title", metavar="TEXT", help="with --new: its name, in a few words")
    parser.add_argument("--what", metavar="TEXT", help="with --new: what happened, as far as you know")
    parser.add_argument("--party", metavar="PARTY", action="append", default=[], help="with --new: a customer or supplier that it touches; may be given again")
    parser.add_argument("--exercise", action="store_true", help="with --new: a rehearsal, in which nothing is owed")
    parser.add_argument("--draft", metavar="DIR", help="write a draft of each message that is still to be sent")
    parser.add_argument("--sent", metavar="DUTY", help="record that a message was sent, counsel approved, or something was mended")
    parser.add_argument("--decide", metavar=("others", "yes|no"), nargs=2, help="record whether the other customers on the same platform are told")
    parser.add_argument("--waive", metavar="DUTY", help="record that something does not apply after all")
    parser.add_argument("--notice", action="store_true", help="write the public notice, or its next version, from the words that counsel approved")
    parser.add_argument("--by", metavar="ROLE", help="who sent, decided, waived or publishes it")
    parser.add_argument("--why", metavar="TEXT", help="why it is decided or waived")
    parser.add_argument("--channel", metavar="TEXT", help="with --sent: telephone, e-mail, the authority's form …")
    parser.add_argument("--to", metavar="TEXT", help="with --sent: the person or address that got it")
    parser.add_argument("--note", metavar="TEXT", help="with --sent: anything else to remember")
    parser.add_argument("--at", metavar="TIME", help="when it was learned of, sent or decided; else the moment that the clock shows (default: now)")
    parser.add_argument("--dir", metavar="DIR", help="the trust center's folder (default: the one this folder is in)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


@dataclass(frozen=True, slots=True)
class _Read:
    """The sources as they are."""

    root: Path
    center: Center
    shelf: Shelf
    terms: Terms
    problems: tuple[Problem, ...]
    now: datetime
    """The moment that is asked about, or at which something was sent."""
    clock: datetime
    """What has come is judged by this one: what was sent on Monday may be written down on Friday."""

    def path(self, ident: str) -> str:
        """Of an incident's file, below the folder of parties."""
        return f"incidents/{ident}.yml"

    def shown(self, ident: str) -> str:
        """The same, as it is named to people."""
        return f"{self.shelf.shown}/{self.path(ident)}"

    def duties(self, ident: str) -> tuple[Duty, ...]:
        """Of one incident."""
        from attest.duties import duties

        return duties(ident, self.shelf.parties.incidents[ident], self.shelf.parties, self.terms, self.now)


def run(arguments: argparse.Namespace) -> int:
    """Shows the clock, or does what is asked first; 1 where something is overdue, 3 where something could not be read."""
    actions = [name for name in _ACTIONS if getattr(arguments, name)]
    _refuse_unclear(arguments, actions)
    if arguments.laws:
        from attest.cli.duties import laws

        return laws(arguments.json)
    now = now_or(arguments.at, "--at")
    read = _read(root_of(arguments.dir), now, max(now, now_or(None, "now")))
    if arguments.new:
        return _new(read, arguments)
    if arguments.all:
        return _clock(read, sorted(read.shelf.parties.incidents), arguments.json)
    ident = _named(read, arguments.incident)
    if not actions:
        return _clock(read, [ident], arguments.json)
    return {"draft": _draft, "sent": _sent, "decide": _decide, "waive": _waive, "notice": _notice}[actions[0]](read, ident, arguments)


def _refuse_unclear(arguments: argparse.Namespace, actions: Sequence[str]) -> None:
    if len(actions) > 1:
        raise WrongUse(f"--{actions[0]} and --{actions[1]} are two things", "do one after the other")
    whole = [flag for flag in ("all", "laws", "new") if getattr(arguments, flag)]
    if len(whole) > 1 or (whole and arguments.incident) or (whole and actions and whole != actions):
        raise WrongUse(f"--{whole[0]} goes with nothing else that says what to do", "`attest notify --help` shows each way to use it")
    if not whole and arguments.incident is None:
        raise WrongUse("no incident is named", "`attest notify --all` lists them; `attest notify --new NAME` begins one")


def _read(root: Path, now: datetime, clock: datetime) -> _Read:
    from attest.duties import terms_of
    from attest.load import load_with_problems
    from attest.load.deadlines import deadlines
    from attest.load.incident_sanity import incident_problems
    from attest.load.parties import read_parties

    center, wrong = load_with_problems(root)
    if center is None:
        raise Problems(wrong)
    shelf, problems = read_parties(root, center.profile)
    terms = terms_of(center, deadlines())
    return _Read(root, center, shelf, terms, (*problems, *incident_problems(shelf, center, terms, clock)), now, clock)


def _named(read: _Read, ident: str) -> str:
    """An incident that is there and could be read. Raises Problems, WrongUse."""
    incidents = read.shelf.parties.incidents
    if ident in incidents:
        return ident
    wrong = [problem for problem in read.problems if problem.file == read.shown(ident)]
    if wrong:
        raise Problems(wrong)
    known = f"there are {', '.join(sorted(incidents))}" if incidents else f"begin one with `attest notify --new {ident}`"
    raise WrongUse(f"there is no incident {ident!r} in {read.shelf.shown}/incidents/", meant(ident, incidents, known))


# The clock.


def _clock(read: _Read, idents: Sequence[str], as_json: bool) -> int:
    from attest.cli.duties import incident_json, show
    from attest.load.incident_sanity import incident_hints

    found = {ident: read.duties(ident) for ident in idents}
    for problem in read.problems:
        ui.warn(ui.plain(str(problem)))
    for hint in incident_hints(read.shelf, read.center):
        ui.say(f"attest: hint: {ui.plain(str(hint))}")
    if as_json:
        ui.data_json({"at": print_moment(read.now), "incidents": [incident_json(ident, read.shelf.parties.incidents[ident], found[ident]) for ident in idents], "notice": read.terms.deadlines.about})
    elif found:
        show(read.shelf.parties.incidents, found, read.now)
    else:
        ui.say(f"there is no incident in {read.shelf.shown}/incidents/; begin one with `attest notify --new NAME`")
    late = any(duty.overdue for duties in found.values() for duty in duties)
    return 1 if late else 3 if read.problems else 0


# Beginning, drafting.


def _new(read: _Read, arguments: argparse.Namespace) -> int:
    from attest.authoring.noting import new_incident
    from attest.authoring.staging import Write
    from attest.load.files import wrong_name

    ident = arguments.new
    wrong = wrong_name(f"{ident}.yml", {})
    if wrong is not None or "/" in ident:
        raise WrongUse(f"{ident!r} is no name for an incident", "write lower-case words joined by hyphens, such as i-2026-12")
    title = arguments.title or need("what it is, in a few words", "--title", _filled)
    what = arguments.what or need("what happened, as far as you know", "--what", _filled)
    strange = [name for name in arguments.party if name not in read.shelf.parties.parties]
    if strange:
        raise WrongUse(f"there is no party {strange[0]!r} in {read.shelf.shown}", meant(strange[0], read.shelf.parties.parties, "`attest party new NAME` makes one; leave it out for now"))
    data = new_incident(title, what, read.now, tuple(dict.fromkeys(arguments.party)), arguments.exercise)
    _held(data, read.shown(ident))
    read.shelf.folder.mkdir(parents=True, exist_ok=True)
    _settle(read.shelf.folder, [Write(read.path(ident), data, None)])
    again = _read(read.root, read.clock, read.clock)
    ui.say(f"wrote {read.shown(ident)}; it is private, and never published. Write into it what you know as you learn it")
    _clock(again, [ident], arguments.json)
    return 0


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty, write it out")
    return text.strip()


def _draft(read: _Read, ident: str, arguments: argparse.Namespace) -> int:
    from attest.authoring.staging import Write
    from attest.drafts import draft

    folder = _private_folder(Path(arguments.draft))
    incident, sender = read.shelf.parties.incidents[ident], sender_of(read.center)
    owed = [duty for duty in read.duties(ident) if duty.kind == "message" and (duty.owed or duty.state == "exercise")]
    drafts = [draft(duty, incident, read.shelf.parties, sender, read.now) for duty in owed]
    texts = {f"{ident}-{one.duty}.md": one.text.encode() for one in drafts}
    there = {name: (folder / name).read_bytes() for name in texts if (folder / name).is_file()}
    if kept := sorted(name for name, data in there.items() if not _same(data, texts[name])):
        raise Refused(f"{', '.join(kept)} {'is' if len(kept) == 1 else 'are'} there, and somebody may have written in {'it' if len(kept) == 1 else 'them'}", "nothing was written; name another folder, or move what is there")
    folder.mkdir(parents=True, exist_ok=True)
    _settle(folder, [Write(name, data, None) for name, data in texts.items() if name not in there])
    _say_drafts(drafts, folder, arguments.json)
    return 3 if read.problems else 0


def _same(there: bytes, now: bytes) -> bool:
    """Whether a draft is the same but for the moment it was drafted, and for how late it is."""
    import re

    ignored = re.compile(rb"- (?:Drafted on|No later than: ).*")
    return ignored.sub(b"", there) == ignored.sub(b"", now)


def _say_drafts(drafts: Sequence[Draft], folder: Path, as_json: bool) -> None:
    if as_json:
        ui.data_json({"folder": str(folder), "drafts": [{"duty": one.duty, "missing": list(one.missing), "leftOut": list(one.left_out)} for one in drafts]})
        return
    for one in drafts:
        ui.data(ui.plain(f"{one.duty}: {'to fill in: ' + '; '.join(one.missing) if one.missing else 'nothing is missing'}"))
    ui.say(f"{len(drafts)} draft{'' if len(drafts) == 1 else 's'} in {ui.plain(str(folder))}; nobody has sent anything" if drafts else "there is nothing left to be sent")


def _private_folder(folder: Path) -> Path:
    """Where drafts may lie: nowhere that is published, or could be. Raises WrongUse, Refused, CouldNotTell."""
    from attest.desk.place import refuse_published

    if folder.exists() and not folder.is_dir():
        raise WrongUse(f"{str(folder)!r} is not a folder")
    refuse_published(folder)
    return folder.resolve()


def sender_of(center: Center) -> Sender:
    """Who writes, for drafts."""
    from attest.drafts import Sender
    from attest.model.register import Datum

    contacts = tuple(f"{contact.role}: {contact.email or contact.url}" for contact in center.profile.contacts if contact.email or contact.url)
    rows = center.registers["data"].rows if "data" in center.registers else ()
    return Sender(center.profile.name, contacts, {system.id: system.name for system in center.profile.systems}, {row.id: row.what for row in rows if isinstance(row, Datum)})


# Recording.


def _sent(read: _Read, ident: str, arguments: argparse.Namespace) -> int:
    from attest.authoring.noting import Told, record
    from attest.duties import COUNSEL

    incident, duty = read.shelf.parties.incidents[ident], _duty(read, ident, arguments.sent)
    told = Told(read.now, _by(arguments), arguments.channel, arguments.to, arguments.note)
    _not_before(incident, read.now)
    again = _change(read, ident, record(_source(read, ident), incident, duty, told, read.shown(ident)))
    ui.say(f"recorded in {read.shown(ident)}: {duty.id}, {print_moment(read.now)}, by {ui.plain(told.by)}")
    if duty.at is not None:
        ui.say(f"it stood there already, of {print_moment(duty.at)}; both stand now, and {'the later one counts for the words' if duty.id == COUNSEL else 'the first counts'}")
    return _recorded(again, ident, arguments.json)


def _decide(read: _Read, ident: str, arguments: argparse.Namespace) -> int:
    from attest.authoring.noting import decide_others
    from attest.model.incident import OthersTold

    what, answer = arguments.decide
    if what != "others" or answer not in ("yes", "no"):
        raise WrongUse(f"--decide {what} {answer} is not understood", "write --decide others yes, or --decide others no")
    incident = read.shelf.parties.incidents[ident]
    _not_before(incident, read.now)
    why = arguments.why or need("why", "--why", _filled)
    decided = OthersTold(tell=answer, why=why, by=_by(arguments), decided=read.now)
    again = _change(read, ident, decide_others(_source(read, ident), incident, decided, read.shown(ident)))
    ui.say(f"recorded in {read.shown(ident)}: the other customers are {'' if answer == 'yes' else 'not '}told" + ("; the earlier decision is kept under others_before" if incident.others else ""))
    return _recorded(again, ident, arguments.json)


def _waive(read: _Read, ident: str, arguments: argparse.Namespace) -> int:
    from attest.authoring.noting import waive

    duty, incident = _duty(read, ident, arguments.waive), read.shelf.parties.incidents[ident]
    if duty.kind == "decision":
        raise Refused(f"{duty.id} is made either way, and not waived", "decide it: --decide others yes|no --by ROLE --why TEXT")
    if duty.at is not None or duty.id in incident.waived:
        raise Refused(f"{duty.id} is {duty.state} already", "nothing was written")
    why = f"{arguments.why or need('why it does not apply', '--why', _filled)} ({_by(arguments)}, {print_moment(read.now)})"
    again = _change(read, ident, waive(_source(read, ident), duty.id, why, read.shown(ident)))
    ui.say(f"recorded in {read.shown(ident)}: {duty.id} does not apply")
    return _recorded(again, ident, arguments.json)


def _recorded(read: _Read, ident: str, as_json: bool) -> int:
    """After something was written: what is left, in a line; 0, whatever is overdue besides. What was sent on Monday leaves what is left today."""
    from attest.cli.duties import incident_json, summary

    duties = replace(read, now=read.clock).duties(ident)
    if as_json:
        ui.data_json(incident_json(ident, read.shelf.parties.incidents[ident], duties))
    else:
        ui.say(summary(duties))
    return 0


def _duty(read: _Read, ident: str, name: str) -> Duty:
    known = {duty.id: duty for duty in read.duties(ident)}
    if name in known:
        return known[name]
    raise WrongUse(f"{ident} has no duty {name!r}", meant(name, known, f"it has {', '.join(known) or 'none'}"))


def _by(arguments: argparse.Namespace) -> str:
    return arguments.by or need("who, as a role", "--by", _filled)


def _not_before(incident: Incident, moment: datetime) -> None:
    if moment < incident.learned:
        raise WrongUse(f"--at {print_moment(moment)} is before anybody learned of the incident", f"it was learned of on {print_moment(incident.learned)}")


def _source(read: _Read, ident: str) -> bytes:
    """The incident's file as it stands. Raises Problems where something is wrong with it: what could not be understood is not written into."""
    wrong = [problem for problem in read.problems if problem.file == read.shown(ident)]
    if wrong:
        raise Problems(wrong)
    from attest.load.files import read_bytes

    return read_bytes(read.shelf.folder, read.path(ident))


def _change(read: _Read, ident: str, data: bytes) -> _Read:
    """Writes the incident's file anew, after it was read once as it will be; returns the sources as they are then."""
    _held(data, read.shown(ident))
    _settle(read.shelf.folder, [_over(read, ident, data)])
    return _read(read.root, read.now, read.clock)


def _over(read: _Read, ident: str, data: bytes) -> Write:
    from attest.authoring.staging import Write

    return Write(read.path(ident), data, hashlib.sha256(_source(read, ident)).hexdigest())


def _held(data: bytes, file: str) -> None:
    """Raises Problems where the file would not be an incident."""
    from attest.load.shape import shaped
    from attest.model.incident import Incident

    shaped(Incident, data, file)


def _settle(folder: Path, writes: Sequence[Write]) -> None:
    from attest.authoring.staging import settle

    settle(folder, writes)


# The public notice.


def _notice(read: _Read, ident: str, arguments: argparse.Namespace) -> int:
    from attest.authoring.noting import Told, name_notice
    from attest.noticed import next_version, why_not

    incident = read.shelf.parties.incidents[ident]
    name = incident.notice or ident
    before, day = read.center.notices.get(name), read.now.date()
    if reasons := why_not(incident, before, read.shelf.parties, day):
        raise Refused(f"the notice is not written: {'; and '.join(reasons)}", f"mend that in {read.shown(ident)}, then run the same again")
    version = next_version(incident, before, day)
    if version is None and incident.notice is not None:
        ui.say(f"controls/notices/{name}.yml says so already; nothing was written")
        return _recorded(read, ident, arguments.json)
    source, by = _source(read, ident), _by(arguments)
    if version is not None:
        _write_notice(read, name, incident, version)
    again = _change(read, ident, name_notice(source, name, Told(read.now, by), read.shown(ident)))
    ui.say(f"wrote controls/notices/{name}.yml" + ("" if before is None else f", version {len(before.versions) + 1}; the earlier ones stand as they were"))
    ui.say("it is published with the next release: attest publish")
    return _recorded(again, ident, arguments.json)


def _write_notice(read: _Read, name: str, incident: Incident, version: Any) -> None:
    """Tried out on a copy first: what would give something away, or could not be read, is not written."""
    from attest.authoring.noting import append_version, new_notice
    from attest.authoring.staging import Write, beside, settle, try_out
    from attest.load.files import read_bytes
    from attest.noticed import others_told, title_of

    file, before = f"controls/notices/{name}.yml", read.center.notices.get(name)
    assert incident.counsel is not None
    if before is None:
        title = title_of(incident, {system.id: system.name for system in read.center.profile.systems})
        write = Write(file, new_notice(title, incident.systems, others_told(incident), incident.counsel.by, version), None)
    else:
        source = read_bytes(read.root, file)
        write = Write(file, append_version(source, version, others_told(incident), before.others_told is not None, file), hashlib.sha256(source).hexdigest())
    with beside(read.root) as folder:
        tried = try_out(read.root, folder, [write], read.now)
        if tried.after is None or tried.new:
            for problem in tried.new:
                ui.say(ui.plain(str(problem)))
            raise Refused("the notice would have problems, so it was not written", f"mend the words under public in the incident; {file} is as it was")
        settle(read.root, [write])
