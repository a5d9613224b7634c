"""Show a promise by something you have: a tool's report, a table, a document, a screenshot, somebody's word. No editor needed.

    attest attach encrypted-in-transit tls.json --covers api --covers web
    attest attach second-factor export.csv --column row=user --column outcome=mfa --pass on --observed 2026-11-20
    attest attach decoys --statement "Two decoys stand in every network." --by "Head of Security" --observed 2026-11-20 --until 2027-11-19
    attest attach --register subprocessors list.xlsx --observed 2026-11-20

The file is copied, its format told from its content, description and check are written, and the verdict is shown before and after. On a
terminal it asks for what no option says. What would have problems is not written. Exit code 0 says it was done, 1 that it was refused.
"""

from __future__ import annotations

import argparse
import difflib
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attest.cli import ui
from attest.cli.asking import need, offer, on_terminal
from attest.cli.clock import now_or
from attest.cli.folder import root_of
from attest.errors import CouldNotTell, Problems, Refused, Unreadable, WrongUse
from attest.times import parse_day, parse_moment_or_day

if TYPE_CHECKING:
    from attest.assess import Assessment, Result
    from attest.authoring.attach import Plan, Rule, Target
    from attest.authoring.columns import Proposal, Table
    from attest.authoring.look import Look
    from attest.authoring.staging import Tried
    from attest.model.center import Center
    from attest.model.control import Control
    from attest.model.evidence import Description
    from attest.model.register import Row
    from attest.yaml_lines import Value

_KINDS: Final = ("report", "record", "document", "declaration")
_VISIBLE: Final = ("public", "gated", "private")
_PARTS: Final = ("row", "outcome", "subject", "severity")
_MOST_VALUES: Final = 10
_YEAR: Final = timedelta(days=365)


def add(parser: argparse.ArgumentParser) -> None:
    """Declares CONTROL, FILE and what can be said of it."""
    parser.add_argument("control", metavar="CONTROL", nargs="?", help="the promise it shows, by id")
    parser.add_argument("file", metavar="FILE", nargs="?", help="left out: what is declared, or the evidence that --id names")
    parser.add_argument("--title", metavar="TEXT", help="what the evidence is called")
    parser.add_argument("--kind", choices=_KINDS, help="left out, told from the file")
    parser.add_argument("--format", metavar="NAME", help="a reader's name; left out, told from the content")
    parser.add_argument("--visibility", choices=_VISIBLE, help="left out, private: kind and dates are shown, nothing else")
    parser.add_argument("--observed", metavar="TIME", help="when it was true; a report's own time wins")
    parser.add_argument("--covers", metavar="SYSTEM", action="append", default=[], help="a system it looked at; once for each, or with commas")
    parser.add_argument("--until", metavar="DAY", help="the last day it counts")
    parser.add_argument("--by", metavar="ROLE", help="of a declaration: who declares")
    parser.add_argument("--statement", metavar="TEXT", help="of a declaration: what is declared")
    parser.add_argument("--issuer", metavar="NAME", help="the independent party that wrote the document or ran the examination")
    parser.add_argument("--column", metavar="PART=NAME", action="append", default=[], help="of a table: row, outcome, subject or severity, and the column that says it; with --register, one of its columns")
    parser.add_argument("--pass", dest="passing", metavar="VALUE", action="append", default=[], help="of a table: a value of the outcome that passes")
    parser.add_argument("--fail", dest="failing", metavar="VALUE", action="append", default=[], help="of a table: a value that fails; left out, all others do")
    parser.add_argument("--sheet", metavar="NAME", help="of an XLSX file with more than one")
    parser.add_argument("--id", metavar="EVIDENCE", help="the evidence's id; left out, from the file's name")
    parser.add_argument("--replace", action="store_true", help="replace evidence of that id, wherever it counts")
    parser.add_argument("--register", metavar="NAME", help="take FILE as the rows of a register instead")
    parser.add_argument("--dry-run", action="store_true", help="show what would change, write nothing")
    parser.add_argument("--as-of", metavar="TIME", help="the moment verdicts are computed for (default: now)")
    parser.add_argument("--dir", metavar="DIR", help="the trust center's folder (default: the one this folder is in)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Attaches; 0, or an AttestError with nothing written."""
    from attest.authoring.staging import beside

    root, as_of = root_of(arguments.dir), now_or(arguments.as_of, "--as-of")
    center = loaded(root)
    with beside(root) as folder:
        if arguments.register is not None:
            return _register(root, folder, center, arguments, as_of)
        return _attach(root, folder, center, arguments, as_of)


def loaded(root: Path) -> Center:
    """The trust center as it stands. Raises Problems where its YAML cannot be read."""
    from attest.load import load_with_problems

    center, problems = load_with_problems(root)
    if center is None:
        raise Problems(problems)
    return center


# A file, or somebody's word.


@dataclass(frozen=True, slots=True)
class Given:
    """What was said of it, and what it is."""

    arguments: argparse.Namespace
    center: Center
    control: Control | None
    """None where evidence is replaced that several controls may rest on."""
    aim: Target
    look: Look
    name: str
    """The file's own name; empty for a declaration without one."""
    changed: date | None
    """When the file was last changed on this machine."""
    as_of: datetime

    @property
    def before(self) -> Description | None:
        """What stands there so far."""
        return self.aim.existing.description if self.aim.existing is not None else None


def _attach(root: Path, folder: Path, center: Center, arguments: argparse.Namespace, as_of: datetime) -> int:
    from attest.authoring.attach import named_control, plan, proposed_rule, rests_on, target

    if arguments.control is None:
        raise WrongUse("no control is named", "`attest attach CONTROL FILE`; `attest status` lists the controls")
    control = named_control(center, arguments.control)
    file = None if arguments.file is None else Path(arguments.file)
    if file is None and not _declares(arguments) and (arguments.id is None or arguments.id not in center.evidence):
        _say_ways(control)
        raise WrongUse("no file is named", "name a file, declare something with --statement, or name evidence that is there with --id")
    taken = None if file is None else _taken(root, folder, file)
    aim = target(center, control, arguments.id, _name_of(file, arguments), replace=arguments.replace or (file is None and not _declares(arguments)))
    if file is None and not _declares(arguments):
        given = Given(arguments, center, control, aim, _as_it_is(aim), "", None, as_of)
        described, looked = _said_anew(given), given.look
    else:
        given = taken_look(center, control, aim, file, taken, arguments, as_of)
        described, looked = describe(given), given.look
    rule = None if rests_on(control, aim.id) else proposed_rule(control.id, looked.kind, looked.format)
    if rule is not None and not arguments.json:
        _say_rule(rule, looked)
    planned = plan(root, control, aim, described, taken, "" if file is None else file.suffix.lower(), rule, center)
    return finish(root, folder, planned, as_of, arguments, (control.id,), aim.id)


def _say_ways(control: Control) -> None:
    """What would show a promise of the library: whoever names no file may be asking just that."""
    from attest.authoring.shelf import offers

    if ways := offers()[control.id].shown_by if control.id in offers() else ():
        ui.say(f"what would show {control.id}:")
        for way in ways:
            ui.say(f"  - {way.said}")


def _declares(arguments: argparse.Namespace) -> bool:
    return arguments.kind == "declaration" or arguments.statement is not None


def _name_of(file: Path | None, arguments: argparse.Namespace) -> str:
    return file.name if file is not None else str(arguments.title or "")


def _as_it_is(aim: Target) -> Look:
    """Evidence that is there already, as a rule is proposed for it."""
    from attest.authoring.look import Look

    assert aim.existing is not None
    return Look(aim.existing.description.kind, aim.existing.description.format)


def _taken(root: Path, folder: Path, file: Path) -> Path:
    from attest.authoring.staging import take

    return take(file, folder)


def taken_look(center: Center, control: Control | None, aim: Target, file: Path | None, taken: Path | None, arguments: argparse.Namespace, as_of: datetime) -> Given:
    """What the file is, told from its copy. Raises Refused where it is not what it seems, or not of the kind that it would replace."""
    from attest.authoring.look import Look, is_report, look

    before = aim.existing.description if aim.existing is not None else None
    kind = arguments.kind or (before.kind if before is not None else "declaration" if _declares(arguments) else None)
    if before is not None and kind != before.kind:
        raise Refused(f"evidence {aim.id!r} is a {before.kind}, and this is to be a {kind}", "give another id with --id")
    if taken is None or file is None:
        return Given(arguments, center, control, aim, Look("declaration"), "", None, as_of)
    try:
        looked = look(taken, file.suffix.lower(), kind, arguments.format, arguments.sheet or (before.sheet if before is not None else None))
    except Unreadable as error:
        if before is not None and before.kind == "report" and arguments.format is None and not is_report(taken):
            raise Refused(f"{file.name} is no report that is read, and evidence {aim.id!r} is one", f"its format has been {before.format} so far" if before.format else "look whether it is the right file") from None
        raise Refused(f"{file.name}: {error.message}", error.hint or "mend it, or say with --kind that it is a document or a declaration") from None
    changed = datetime.fromtimestamp(file.stat().st_mtime, UTC).date()
    return Given(arguments, center, control, aim, looked, file.name, min(changed, as_of.date()), as_of)


# What the description says.


def describe(given: Given) -> dict[str, Value]:
    """The keys of a new description, or those that change in one that is there."""
    said = _told(given)
    by_kind: dict[str, Callable[[Given], dict[str, Value]]] = {"report": _report, "record": _record, "document": _document, "declaration": _declaration}
    keys = {**_base(given), **by_kind[given.look.kind](given), **said}
    return {key: value for key, value in keys.items() if given.before is not None or value is not None}


def _told(given: Given) -> dict[str, Value]:
    """What options say outright."""
    arguments = given.arguments
    found: dict[str, Value] = {key: value for key in ("issuer", "sheet") if (value := getattr(arguments, key)) is not None}
    if arguments.until is not None:
        found["until"] = _day(arguments.until, "--until").isoformat()
    if given.before is not None:
        found |= {key: value for key in ("title", "visibility") if (value := getattr(arguments, key)) is not None}
        found |= {"covers": list(_systems(given.center, arguments.covers))} if arguments.covers else {}
    return found


def _said_anew(given: Given) -> dict[str, Value]:
    """Of evidence whose file stays: what options say of it. A new day would make old rows look fresh, so it takes a new file."""
    if given.arguments.observed is None:
        return _told(given)
    if given.look.kind != "document":
        raise Refused(f"a new day for a {given.look.kind} takes a new file", "name the file, or leave --observed away")
    return {**_told(given), **_document(given)}


def _base(given: Given) -> dict[str, Value]:
    """Title, kind, systems and who may see it: of new evidence alone."""
    if given.before is not None:
        collected = given.before.collected
        return {"collected": {"by": "hand"}} if collected is not None and collected.by != "hand" else {}
    arguments = given.arguments
    base: dict[str, Value] = {"title": arguments.title or offer("title", _proposed_title(given), _some), "kind": given.look.kind}
    if covers := _covers(given):
        base["covers"] = list(covers)
    base["visibility"] = arguments.visibility or offer("who may see it: public, gated or private", "private", _one_of(_VISIBLE))
    return base | ({"collected": {"by": "hand"}} if given.look.kind in ("report", "record") else {})


def _proposed_title(given: Given) -> str:
    from attest.authoring.attach import proposed_rule

    library = proposed_rule(given.control.id, given.look.kind, given.look.format).title if given.control is not None else None
    tool = given.look.reading.tool if given.look.reading is not None else None
    made = f"Report of {ui.plain(tool)[:60]}" if tool else None
    paper = given.look.paper.title if given.look.paper is not None else None
    return paper or library or made or Path(given.name).stem.replace("-", " ").replace("_", " ").strip().capitalize() or "Declaration"


def _covers(given: Given) -> tuple[str, ...]:
    """Systems it looked at. Where its own targets name them, that is proposed; nothing is assumed."""
    control, wanted = given.control, given.arguments.covers
    if wanted or control is None or not control.promise.applies_to:
        return _systems(given.center, wanted)
    proposed = _targeted(given)
    if proposed and not on_terminal():
        ui.say(f"it names what it looked at: covers {', '.join(proposed)}")
        return proposed
    applies = ", ".join(control.promise.applies_to)
    return offer(f"which systems did it look at, of {applies}; none if it does not say", ", ".join(proposed) or "none", lambda text: _read_systems(given.center, text))


def _targeted(given: Given) -> tuple[str, ...]:
    targets = given.look.reading.targets if given.look.reading is not None else ()
    applies = given.control.promise.applies_to if given.control is not None else ()
    return tuple(system.id for system in given.center.profile.systems if system.id in applies and any(fnmatchcase(target.lower(), glob.lower()) for target in targets for glob in system.targets))


def _read_systems(center: Center, text: str) -> tuple[str, ...]:
    try:
        return () if text.strip().lower() == "none" else _systems(center, [text])
    except WrongUse as error:
        raise ValueError(f"{error.message}, {error.hint}") from None


def _systems(center: Center, words: Iterable[str]) -> tuple[str, ...]:
    found = [part.strip() for word in words for part in word.split(",") if part.strip()]
    known = [system.id for system in center.profile.systems]
    for name in found:
        if name not in known:
            near = get_close_matches(name, known, 1)
            raise WrongUse(f"there is no system {name!r}", f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}")
    return tuple(dict.fromkeys(found))


def _report(given: Given) -> dict[str, Value]:
    reading = given.look.reading
    assert reading is not None
    keys: dict[str, Value] = {"format": given.look.format} if given.before is None or given.before.format not in (None, given.look.format) else {}
    own = reading.observed
    typed = _moment(given.arguments.observed)
    if own is None:
        return {**keys, "observed": _observed(given, "when was it made: the report has no time of its own")}
    if typed is not None and abs(typed - own) > timedelta(hours=24):
        raise Refused(f"the report says it is of {own:%Y-%m-%d}, and --observed says {typed:%Y-%m-%d}", "leave --observed away: the report's own time counts")
    return {**keys, "observed": None}


def _document(given: Given) -> dict[str, Value]:
    paper = given.look.paper
    said = (paper.changed or paper.created) if paper is not None else None
    return {"observed": _observed(given, "when was it approved or last gone over", min(said, given.as_of).date() if said is not None else None)}


def _observed(given: Given, question: str, proposed: date | None = None) -> str:
    """The time it was true, as text: from --observed, or from whoever is there."""
    from attest.authoring.attach import moment_text

    typed = _moment(given.arguments.observed)
    proposed = proposed or given.changed
    moment = typed if typed is not None else need(question, "--observed", _read_moment(given.as_of), proposed.isoformat() if proposed else "")
    return moment_text(moment)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else now_or(text, "--observed")


def _read_moment(as_of: datetime) -> Callable[[str], datetime]:
    def read(text: str) -> datetime:
        moment = parse_moment_or_day(text)
        if moment > as_of:
            raise ValueError("that is still to come")
        return moment

    return read


def _day(text: str, flag: str) -> date:
    try:
        return parse_day(text)
    except ValueError as error:
        raise WrongUse(f"{flag}: {error}") from None


def _declaration(given: Given) -> dict[str, Value]:
    """A role's word. Of one that is there, role and statement stay unless they are said anew."""
    from attest.authoring.attach import moment_text

    arguments, before = given.arguments, given.before
    by = arguments.by or need("which role declares it, such as Head of IT", "--by", _some, before.by or "" if before is not None else "")
    statement = arguments.statement or need("what does it show, in a sentence" if given.name else "what is declared, in a sentence", "--statement", _some, before.statement or "" if before is not None else "")
    typed = _moment(arguments.observed)
    observed = typed if typed is not None else need("since when is that so", "--observed", _read_moment(given.as_of), given.as_of.date().isoformat())
    until = _day(arguments.until, "--until") if arguments.until else need("the last day it may count", "--until", parse_day, (observed + _YEAR).date().isoformat())
    return {"by": by, "statement": statement, "observed": moment_text(observed), "until": until.isoformat()}


# Tables.


def _record(given: Given) -> dict[str, Value]:
    table = given.look.table
    assert table is not None
    keys: dict[str, Value] = {"format": given.look.format} if given.before is None or given.before.format not in (None, given.look.format) else {}
    if given.before is None or given.arguments.column or given.arguments.passing:
        keys |= _mapping(given, table)
    return {**keys, "observed": _observed(given, "when was it exported")}


def _mapping(given: Given, table: Table) -> dict[str, Value]:
    """Which column says what and which values pass: proposed, shown, and decided by a person or by options."""
    from attest.authoring.columns import propose

    passing, failing = given.arguments.passing, given.arguments.failing
    proposal = propose(table, passing)
    columns = _columns(given, table, proposal)
    values = passing or _ask_passing(table, columns, proposal)
    _preview(given, columns, values, failing)
    keys: dict[str, Value] = {"columns": dict(columns), "pass_values": list(values)}
    return keys | ({"fail_values": list(failing)} if failing else {})


def _columns(given: Given, table: Table, proposal: Proposal) -> dict[str, str]:
    from attest.authoring.columns import fewest

    said = _said_columns(given.arguments.column, table)
    if not table.header:
        raise Refused(f"{given.name}: no line of it looks like the names of columns", "write a name above each column")
    if not on_terminal() and not {"row", "outcome"} <= said.keys() and not (given.arguments.passing and proposal.row and proposal.outcome):
        raise WrongUse("which column says what? --column is needed", _proposed_flags(table, proposal))
    if on_terminal():
        ui.say(f"{len(table.rows)} rows; its columns: {ui.plain(', '.join(table.header))}")
    pick = _pick(table)
    found = {
        "row": said.get("row") or offer("which column names each row", proposal.row or table.header[0], pick),
        "outcome": said.get("outcome") or offer("which column says whether it is in order", proposal.outcome or fewest(table, proposal.row), pick),
    }
    subject = said.get("subject") or (offer("which column says whose it is; none if none does", proposal.subject or "none", lambda text: "" if text == "none" else pick(text)) if on_terminal() else "")
    return found | ({"subject": subject} if subject else {}) | ({"severity": said["severity"]} if "severity" in said else {})


def _said_columns(words: Sequence[str], table: Table) -> dict[str, str]:
    found = {}
    for word in words:
        part, _, name = word.partition("=")
        if part not in _PARTS or not name:
            raise WrongUse(f"--column {word!r} is not understood", "write it as row=NAME, outcome=NAME, subject=NAME or severity=NAME")
        try:
            found[part] = _pick(table)(name)
        except ValueError as error:
            raise WrongUse(f"--column {word}: {error}") from None
    return found


def _pick(table: Table) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text in table.header:
            return text
        near = get_close_matches(text, table.header, 1, 0.5)
        raise ValueError(f"there is no column {text!r}, " + (f"did you mean {near[0]!r}?" if near else f"the columns are {', '.join(table.header)}"))

    return read


def _proposed_flags(table: Table, proposal: Proposal) -> str:
    """The options that look right, for whoever is no terminal; which values pass is left to say."""
    parts = {"row": proposal.row, "outcome": proposal.outcome}
    flags = " ".join(f"--column {shlex.quote(f'{part}={name}')}" for part, name in parts.items() if name)
    there = _values(table, proposal.outcome) if proposal.outcome else ""
    return f"perhaps {flags} --pass VALUE" + (f"; its values: {there}" if there else "") if flags else f"the columns are {', '.join(table.header)}"


def _values(table: Table, column: str) -> str:
    counted = table.values(column).most_common()
    more = f" and {len(counted) - _MOST_VALUES} more" if len(counted) > _MOST_VALUES else ""
    return ", ".join(f"{value or '(blank)'} {count}" for value, count in counted[:_MOST_VALUES]) + more


def _ask_passing(table: Table, columns: Mapping[str, str], proposal: Proposal) -> list[str]:
    there = _values(table, columns["outcome"])
    if on_terminal():
        ui.say(f"in {ui.plain(columns['outcome'])} stands: {ui.plain(there)}")
    return need("which of them pass, with commas between", "--pass", _read_values(table, columns["outcome"]), hint=f"say which values of {columns['outcome']!r} pass: {there}")


def _read_values(table: Table, column: str) -> Callable[[str], list[str]]:
    def read(text: str) -> list[str]:
        known = [value for value in table.values(column) if value]
        whole = [text] if text in known else [part.strip() for part in text.split(",") if part.strip()]
        if unknown := [value for value in whole if value not in known]:
            near = get_close_matches(unknown[0], known, 1)
            raise ValueError(f"no row says {unknown[0]!r}" + (f", did you mean {near[0]!r}?" if near else ""))
        if not whole:
            raise ValueError("at least one has to")
        return whole

    return read


def _preview(given: Given, columns: Mapping[str, str], passing: Sequence[str], failing: Sequence[str]) -> None:
    """How many rows would pass, so that a wrong column shows before anything is written."""
    from collections import Counter

    table = given.look.table
    assert table is not None
    counted: Counter[str] = Counter()
    for value, count in table.values(columns["outcome"]).items():
        counted["fail" if value in failing else "pass" if value in passing else "neither" if failing or not value else "fail"] += count
    said = ", ".join(f"{part} {name}" for part, name in columns.items())
    ui.say(f"read as {ui.plain(said)}: {counted['pass']} of {len(table.rows)} rows pass, {counted['fail']} fail, {counted['neither']} do neither")


def _some(text: str) -> str:
    if not text.strip():
        raise ValueError("write a few words")
    return text.strip()


def _one_of(words: Sequence[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"write {', '.join(words[:-1])} or {words[-1]}")
        return text

    return read


# Registers.


def _register(root: Path, folder: Path, center: Center, arguments: argparse.Namespace, as_of: datetime) -> int:
    from attest.authoring.attach import plan_register, register_header

    file = arguments.file or arguments.control
    if file is None or (arguments.file is not None and arguments.control is not None):
        raise WrongUse("--register takes one FILE and no control", "`attest attach --register NAME FILE`")
    suffix = Path(file).suffix.lower()
    register_header(root, arguments.register, suffix, replace=arguments.replace)
    taken = _taken(root, folder, Path(file))
    taken, suffix = _columns_of_register(folder, taken, suffix, arguments)
    typed = _moment(arguments.observed)
    changed = datetime.fromtimestamp(Path(file).stat().st_mtime, UTC).date().isoformat()
    observed = typed if typed is not None else need("when did somebody last go through the whole of it", "--observed", _read_moment(as_of), changed)
    visibility = "private" if arguments.visibility == "gated" else arguments.visibility
    planned = plan_register(root, center, arguments.register, taken, suffix, observed.date(), visibility, replace=arguments.replace)
    return finish(root, folder, planned, as_of, arguments, (), f"register.{arguments.register}")


def _columns_of_register(folder: Path, taken: Path, suffix: str, arguments: argparse.Namespace) -> tuple[Path, str]:
    """The file as it is where its columns are the register's; else a CSV with these, made from the columns that a person or an option names."""
    from attest.authoring.columns import as_register, is_register, table_of
    from attest.model.register import REGISTERS

    model = REGISTERS[arguments.register]
    try:
        table = table_of(taken.read_bytes(), suffix[1:], arguments.sheet)
    except Unreadable as error:
        raise Refused(f"the list cannot be read: {error.message}", error.hint or "export it anew, with the names of its columns in the first line") from None
    if is_register(table, model) or not table.header:
        return taken, suffix
    columns = _renamed(table, model, arguments)
    ui.say(f"read as {ui.plain(', '.join(f'{column} from {own}' for column, own in columns.items()))}")
    if left := [own for own in table.header if own not in columns.values()]:
        ui.say(f"left out: {ui.plain(', '.join(left))}")
    made = folder / "register.csv"
    made.write_bytes(as_register(table, model, columns))
    return made, ".csv"


def _renamed(table: Table, model: type[Row], arguments: argparse.Namespace) -> dict[str, str]:
    """Column of the register -> column of the list: from options, else asked for each column of the list. Raises WrongUse where one is missing."""
    from attest.authoring.columns import propose_columns

    known = [column for column in model.model_fields if column != "visibility"]
    found = _said_for_register(arguments.column, table, known)
    if not found:
        proposed = propose_columns(table.header, model)
        if not on_terminal():
            flags = " ".join(f"--column {shlex.quote(f'{column}={own}')}" for column, own in proposed.items())
            raise WrongUse(f"which column says what? the register {arguments.register} has {', '.join(known)}", f"perhaps {flags}" if flags else "name them, as --column name=Supplier")
        found = _ask_columns(table, known, proposed)
    if missing := [column for column in known if column != "id" and model.model_fields[column].is_required() and column not in found]:
        raise WrongUse(f"no column says {' or '.join(missing)}, and every row of {arguments.register} needs it", "name it, as --column " + f"{missing[0]}=NAME")
    return found


def _ask_columns(table: Table, known: Sequence[str], proposed: Mapping[str, str]) -> dict[str, str]:
    """For each column of the list, what it says here. What is asked twice for is asked again."""
    ui.say(f"{len(table.rows)} rows. What its columns say here is one of: {', '.join(known)}; none leaves a column out.")
    found: dict[str, str] = {}
    by_own = {own: column for column, own in proposed.items()}
    for own in table.header:
        column = offer(f"{own!r} says", by_own.get(own, "none"), _column_name(known, found))
        if column != "none":
            found[column] = own
    return found


def _column_name(known: Sequence[str], taken: Mapping[str, str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text in taken:
            raise ValueError(f"{text} is what {taken[text]!r} says already")
        if text == "none" or text in known:
            return text
        near = get_close_matches(text, known, 1)
        raise ValueError(f"there is no {text!r}, " + (f"did you mean {near[0]!r}?" if near else f"write one of {', '.join(known)}, or none"))

    return read


def _said_for_register(words: Sequence[str], table: Table, known: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in words:
        column, _, name = word.partition("=")
        try:
            found[_column_name(known, found)(column)] = _pick(table)(name)
        except ValueError as error:
            raise WrongUse(f"--column {word}: {error}") from None
    return found


# Trying, writing, saying.


def finish(root: Path, folder: Path, planned: Plan, as_of: datetime, arguments: argparse.Namespace, controls: Sequence[str], ident: str) -> int:
    """Tries it out, writes it unless that was not asked for, and says what came of it; 0, or Refused with nothing written."""
    from attest.authoring.staging import settle, try_out

    tried = try_out(root, folder, planned.writes, as_of)
    if tried.after is None or tried.new:
        for problem in tried.new:
            ui.say(ui.plain(str(problem)))
        raise Refused("the sources would have problems then, so nothing was written", "mend what is named, in the file or with other options")
    undo = () if arguments.dry_run else _undo(root, planned)
    if not arguments.dry_run:
        settle(root, planned.writes)
    if arguments.json:
        ui.data_json(_json(planned, tried, controls, ident, written=not arguments.dry_run))
        return 0
    _say(root, planned, tried, controls, dry_run=arguments.dry_run)
    for line in undo:
        ui.say(line)
    return 0


def _json(planned: Plan, tried: Tried, controls: Sequence[str], ident: str, *, written: bool) -> dict[str, Any]:
    changed = [
        {"control": after.control.id, "before": {"verdict": before.verdict, "reason": before.reason}, "after": {"verdict": after.verdict, "reason": after.reason}, "missing": [*_missing(after), *_parts(after)]}
        for before, after in _changed(tried, controls)
    ]
    return {"evidence": ident, "written": written, "files": [write.path for write in planned.writes], "unused": planned.unused, "controls": changed}


def _say(root: Path, planned: Plan, tried: Tried, controls: Sequence[str], *, dry_run: bool) -> None:
    if planned.same:
        ui.say("the file is there already, byte for byte" + ("; a later day for it is true only if it was made again" if planned.writes else ""))
    for write in planned.writes:
        if dry_run:
            ui.data(_difference(root, write.path, write.data))
        else:
            ui.say(f"{'wrote' if write.before is None else 'changed'} {write.path}")
    if planned.unused is not None:
        ui.say(f"{planned.unused} is named by nothing any longer; take it out with `git rm` (of the vault, with `attest vault remove`)")
    for before, after in _changed(tried, controls):
        ui.data(f"{ui.plain(after.control.id)}: {before.verdict} -> {after.verdict}" if before.verdict != after.verdict else f"{ui.plain(after.control.id)}: {after.verdict}, as before")
        ui.data(f"  {ui.plain(after.reason)}")
        for line in _missing(after):
            ui.data(f"  missing: {ui.plain(line)}")
        for line in _parts(after):
            ui.data(f"  a part may be missing: {ui.plain(line)}")
    if dry_run:
        ui.say("nothing was written")


def _difference(root: Path, path: str, data: bytes | Path) -> str:
    """What would change in a file of text; of evidence itself, that it would."""
    if isinstance(data, Path):
        return f"{path}: {data.stat().st_size} bytes"
    old = (root / path).read_bytes().decode("utf-8", "replace") if (root / path).exists() else ""
    lines = difflib.unified_diff(old.splitlines(), data.decode("utf-8", "replace").splitlines(), path if old else "/dev/null", path, lineterm="")
    return "\n".join(map(ui.plain, lines))


def _changed(tried: Tried, controls: Sequence[str]) -> Iterator[tuple[Result, Result]]:
    """The control that was named, and every other one whose verdict changes."""
    assert tried.after is not None
    before = _by_id(tried.before)
    for result in tried.after.results:
        was = before[result.control.id]
        if result.control.id in controls or was.verdict != result.verdict:
            yield was, result


def _by_id(assessment: Assessment) -> dict[str, Result]:
    return {result.control.id: result for result in assessment.results}


def _missing(result: Result) -> Iterator[str]:
    """What stands between this and met, check by check."""
    if result.verdict in ("met", "not-applicable"):
        return
    for check in result.checks:
        if check.verdict != "met":
            yield f"{check.evidence.id}: {check.reason}" + (f" [{' '.join(check.detail.split())}]" if check.detail else "")
    bare = [system for system in result.control.promise.applies_to if system not in result.covered]
    if bare:
        yield f"no evidence covers {', '.join(bare)}: add {' '.join(f'--covers {system}' for system in bare)} where that is so"


def _parts(result: Result) -> Iterator[str]:
    """What the library would show besides, of a promise that it shows in parts: met by one of them is more than that one says."""
    from attest.authoring.shelf import offers

    offer = offers().get(result.control.id)
    if result.verdict != "met" or offer is None or not any(way.part for way in offer.shown_by):
        return
    there = {check.evidence.title for check in result.checks}
    parts, rest = ([way for way in offer.shown_by if way.part is part] for part in (True, False))
    if any(way.title in there for way in parts):
        parts = [] if any(way.title in there for way in rest) else rest[:1]
    yield from (f"{way.title}; attach it too, or promise less" for way in parts)


def _say_rule(rule: Rule, looked: Look) -> None:
    if rule.sets_aside:
        ui.say("it is a VEX document: what it says of findings counts for the check on the report that has them")
    elif rule.title is not None:
        ui.say(f"the library asks of it what it asks of: {rule.title}")
    elif rule.asks:
        ui.say("asked of it: every row has to pass")


def _undo(root: Path, planned: Plan) -> tuple[str, ...]:
    """The commands that take it back, looked up before it is done: only what git has as it is can be restored."""
    from attest.repository import git

    new = [write.path for write in planned.writes if write.before is None]
    old = [write.path for write in planned.writes if write.before is not None]
    try:
        clean = [path for path in old if not git(root, "status", "--porcelain", "--untracked-files=all", "--", path)]
    except CouldNotTell:
        return ()
    said = [f"rm {' '.join(map(shlex.quote, new))}"] if new else []
    said += [f"git restore {' '.join(map(shlex.quote, clean))}"] if clean else []
    return (f"to undo: {' && '.join(said)}",) if said and len(clean) == len(old) else ()
