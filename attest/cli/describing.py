"""What a description says of a piece of evidence: from options, from the file itself, or asked of whoever is at the terminal.

    Given (options, what the file is, what stands there)  ->  {title, kind, covers, observed, columns, pass_values …}

Nothing that decides a verdict is assumed: values that pass and the day a document is of are said by somebody.
"""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Final

from attest.cli import ui
from attest.cli.asking import need, offer, on_terminal
from attest.cli.clock import now_or
from attest.errors import Refused, WrongUse, meant
from attest.times import parse_day, parse_moment_or_day

if TYPE_CHECKING:
    from attest.authoring.attach import Target
    from attest.authoring.columns import Proposal, Table
    from attest.authoring.look import Look
    from attest.model.center import Center
    from attest.model.control import Control
    from attest.model.evidence import Description
    from attest.yaml_lines import Value

VISIBLE: Final = ("public", "gated", "private")
_PARTS: Final = ("row", "outcome", "subject", "severity")
_MOST_VALUES: Final = 10
_YEAR: Final = timedelta(days=365)


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


def said_anew(given: Given) -> dict[str, Value]:
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
    base["visibility"] = arguments.visibility or offer("who may see it: public, gated or private", "private", _one_of(VISIBLE))
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
            raise WrongUse(f"there is no system {name!r}", meant(name, known, f"known are {', '.join(known)}"))
    return tuple(dict.fromkeys(found))


def _report(given: Given) -> dict[str, Value]:
    reading = given.look.reading
    assert reading is not None
    keys: dict[str, Value] = {"format": given.look.format} if given.before is None or given.before.format not in (None, given.look.format) else {}
    own = reading.observed
    typed = typed_moment(given.arguments.observed)
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

    typed = typed_moment(given.arguments.observed)
    proposed = proposed or given.changed
    moment = typed if typed is not None else need(question, "--observed", read_moment(given.as_of), proposed.isoformat() if proposed else "")
    return moment_text(moment)


def typed_moment(text: str | None) -> datetime | None:
    """What --observed says, or None."""
    return None if text is None else now_or(text, "--observed")


def read_moment(as_of: datetime) -> Callable[[str], datetime]:
    """Reads a moment that a person types; not one to come."""
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
    typed = typed_moment(arguments.observed)
    observed = typed if typed is not None else need("since when is that so", "--observed", read_moment(given.as_of), given.as_of.date().isoformat())
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
    picked = pick(table)
    found = {
        "row": said.get("row") or offer("which column names each row", proposal.row or table.header[0], picked),
        "outcome": said.get("outcome") or offer("which column says whether it is in order", proposal.outcome or fewest(table, proposal.row), picked),
    }
    subject = said.get("subject") or (offer("which column says whose it is; none if none does", proposal.subject or "none", lambda text: "" if text == "none" else picked(text)) if on_terminal() else "")
    return found | ({"subject": subject} if subject else {}) | ({"severity": said["severity"]} if "severity" in said else {})


def _said_columns(words: Sequence[str], table: Table) -> dict[str, str]:
    found = {}
    for word in words:
        part, _, name = word.partition("=")
        if part not in _PARTS or not name:
            raise WrongUse(f"--column {word!r} is not understood", "write it as row=NAME, outcome=NAME, subject=NAME or severity=NAME")
        try:
            found[part] = pick(table)(name)
        except ValueError as error:
            raise WrongUse(f"--column {word}: {error}") from None
    return found


def pick(table: Table) -> Callable[[str], str]:
    """Reads the name of one of a table's columns."""
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
