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
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from attest.cli import ui
from attest.cli.clock import now_or
from attest.cli.describing import VISIBLE, Given, describe, said_anew
from attest.cli.folder import root_of
from attest.cli.outcome import finish, say_rule
from attest.cli.register_rows import attach_register
from attest.errors import Problems, Refused, Unreadable, WrongUse

if TYPE_CHECKING:
    from attest.authoring.attach import Target
    from attest.authoring.look import Look
    from attest.model.center import Center
    from attest.model.control import Control

_KINDS: Final = ("report", "record", "document", "declaration")

def add(parser: argparse.ArgumentParser) -> None:
    """Declares CONTROL, FILE and what can be said of it."""
    parser.add_argument("control", metavar="CONTROL", nargs="?", help="the promise it shows, by id")
    parser.add_argument("file", metavar="FILE", nargs="?", help="left out: what is declared, or the evidence that --id names")
    parser.add_argument("--title", metavar="TEXT", help="what the evidence is called")
    parser.add_argument("--kind", choices=_KINDS, help="left out, told from the file")
    parser.add_argument("--format", metavar="NAME", help="a reader's name; left out, told from the content")
    parser.add_argument("--visibility", choices=VISIBLE, help="left out, private: kind and dates are shown, nothing else")
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
            return attach_register(root, folder, center, arguments, as_of)
        return _attach(root, folder, center, arguments, as_of)


def loaded(root: Path) -> Center:
    """The trust center as it stands. Raises Problems where its YAML cannot be read."""
    from attest.load import load_with_problems

    center, problems = load_with_problems(root)
    if center is None:
        raise Problems(problems)
    return center


# A file, or somebody's word.


def _attach(root: Path, folder: Path, center: Center, arguments: argparse.Namespace, as_of: datetime) -> int:
    from attest.authoring.attach import named_control, plan, proposed_rule, rests_on, target
    from attest.authoring.staging import take

    if arguments.control is None:
        raise WrongUse("no control is named", "`attest attach CONTROL FILE`; `attest status` lists the controls")
    control = named_control(center, arguments.control)
    file = None if arguments.file is None else Path(arguments.file)
    if file is None and not _declares(arguments) and (arguments.id is None or arguments.id not in center.evidence):
        _say_ways(control)
        raise WrongUse("no file is named", "name a file, declare something with --statement, or name evidence that is there with --id")
    taken = None if file is None else take(file, folder)
    aim = target(center, control, arguments.id, _name_of(file, arguments), replace=arguments.replace or (file is None and not _declares(arguments)))
    if file is None and not _declares(arguments):
        given = Given(arguments, center, control, aim, _as_it_is(aim), "", None, as_of)
        described, looked = said_anew(given), given.look
    else:
        given = taken_look(center, control, aim, file, taken, arguments, as_of)
        described, looked = describe(given), given.look
    rule = None if rests_on(control, aim.id) else proposed_rule(control.id, looked.kind, looked.format)
    if rule is not None and not arguments.json:
        say_rule(rule, looked)
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
