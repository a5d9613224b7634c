"""Make files of evidence anew, as their descriptions declare under collect:. Runs when you call it, and never otherwise.

    attest collect tls-scan          one, by the id of the evidence
    attest collect --due             what is missing, out of date, or out of date within a week
    attest collect --all --dry-run   what would be run, asked, copied; nothing is

Each is run, read as its description says, held against what is there, and put in place together with its day; what does not read, or is
older, replaces nothing. Exit codes: 0 all are in place, 1 something that came was refused, 3 something did not come.
"""

from __future__ import annotations

import argparse
import signal
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from attest.cli import ui
from attest.cli.clock import now_or
from attest.cli.folder import root_of
from attest.errors import AttestError, Problems, Refused, WrongUse
from attest.times import print_moment

if TYPE_CHECKING:
    from attest.model.center import Center


def add(parser: argparse.ArgumentParser) -> None:
    """Declares which evidence is meant."""
    parser.add_argument("ids", metavar="ID", nargs="*", help="evidence, by id")
    parser.add_argument("--all", action="store_true", help="all that declare how they are collected")
    parser.add_argument("--due", action="store_true", help="of them, those missing, out of date, or out of date within a week")
    parser.add_argument("--dry-run", action="store_true", help="show what would be done, do nothing")
    parser.add_argument("--dir", metavar="DIR", help="the trust center's folder (default: the one this folder is in)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Collects one after the other; 0, 1 or 3, or an AttestError before the first."""
    root = root_of(arguments.dir)
    center, wanted = _wanted(root, arguments)
    if arguments.dry_run:
        return _show(center, wanted, as_json=arguments.json)
    if not wanted:
        ui.say("nothing is due" if arguments.due else "no description says collect: yet")
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        results = [one(root, center, ident) for ident in wanted]
    finally:
        signal.signal(signal.SIGTERM, before)
    if arguments.json:
        ui.data_json({"collected": results})
    return _exit_code(results)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """Being ended from outside takes the program that collects along."""
    raise KeyboardInterrupt


def _exit_code(results: Sequence[dict[str, Any]]) -> int:
    codes = {result["exitCode"] for result in results}
    return 1 if 1 in codes else 3 if 3 in codes else 0


def _wanted(root: Path, arguments: argparse.Namespace) -> tuple[Center, list[str]]:
    """Which evidence is meant. Raises WrongUse where nothing is, Refused where one of those named says nothing of how it is collected."""
    from attest.assess import assess
    from attest.authoring.attach import named_evidence
    from attest.authoring.collect import collectable, due
    from attest.load import check_sources

    now = now_or(None, "now")
    center, observations, problems = check_sources(root, now)
    if center is None:
        raise Problems(problems)
    able = collectable(center)
    if sum((bool(arguments.ids), arguments.all, arguments.due)) != 1:
        raise WrongUse("name evidence, or say --all or --due", f"these can be collected: {', '.join(able)}" if able else "no description says collect: yet")
    if arguments.ids:
        for ident in arguments.ids:
            if named_evidence(center, ident).description.collect is None:
                raise Refused(f"evidence {ident!r} does not say how it is collected", "write collect: in its description, or renew it with `attest attach`")
        return center, list(dict.fromkeys(arguments.ids))
    return center, list(able) if arguments.all else list(due(assess(center, observations, now), observations))


def _show(center: Center, wanted: Sequence[str], *, as_json: bool) -> int:
    from attest.authoring.collect import said_of

    rows = [(ident, said_of(collector)) for ident in wanted if (collector := center.evidence[ident].description.collect) is not None]
    if as_json:
        ui.data_json({"would": [{"evidence": ident, "does": does} for ident, does in rows]})
    else:
        ui.data(ui.table(rows) if rows else "nothing is due")
    return 0


def one(root: Path, center: Center, ident: str) -> dict[str, Any]:
    """Collects one piece of evidence and says what came of it; as JSON, with the exit code it stands for."""
    from attest.authoring.collect import collect, said_of
    from attest.authoring.staging import beside

    evidence = center.evidence[ident]
    assert evidence.description.collect is not None
    ui.say(f"{ident}: {ui.plain(said_of(evidence.description.collect))}")
    try:
        with beside(root) as folder:
            done = collect(root, folder, center, evidence, now_or(None, "now"))
    except AttestError as error:
        code = 1 if isinstance(error, Refused) else 3
        ui.error(f"{ident}: {error.message}", error.hint)
        return {"evidence": ident, "replaced": False, "exitCode": code, "error": error.message}
    if done.note:
        ui.say(f"{ident}: {ui.plain(done.note)}")
    ui.say(f"{ident}: {'in place' if done.new else 'nothing new'}, of {print_moment(done.observed)}")
    return {"evidence": ident, "replaced": done.new, "exitCode": 0, "observed": print_moment(done.observed)}
