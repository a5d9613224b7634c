"""What some changes to the sources would come to: tried out, written unless that was not asked for, and said, with what would undo it."""

from __future__ import annotations

import argparse
import difflib
import shlex
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attest.cli import ui
from attest.errors import CouldNotTell, Refused

if TYPE_CHECKING:
    from attest.assess import Assessment, Result
    from attest.authoring.attach import Plan, Rule
    from attest.authoring.look import Look
    from attest.authoring.staging import Tried

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


def say_rule(rule: Rule, looked: Look) -> None:
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
