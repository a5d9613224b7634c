"""Walk through what runs out next, and what has run out, soonest first.

    attest renew                          on a terminal: for each a new file, a new day, its collector, or leave it
    attest renew --within 90d --owner "IT operations" | cat      elsewhere: the list

Exit code 0 says that nothing is out of date, or was when the walk ended; 1 that something is.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from attest.cli import attach, collect, ui
from attest.cli.asking import Stopped, choose, need, on_terminal
from attest.cli.clock import now_or
from attest.cli.describing import describe
from attest.cli.folder import root_of
from attest.cli.outcome import finish
from attest.cli.status import expiry_json, refuse_unknown_owner
from attest.errors import AttestError, Problems, WrongUse
from attest.times import parse_day, parse_span, print_moment

if TYPE_CHECKING:
    from attest.assess import Assessment
    from attest.authoring.expiring import Expiry
    from attest.model.evidence import Evidence
    from attest.yaml_lines import Value

_WITHIN: Final = "30d"
_YEAR: Final = timedelta(days=365)
_MEANS: Final = {
    "file": "attach a new file",
    "collect": "make the file anew, as declared",
    "date": "it still holds: give the day somebody looked at it again",
    "skip": "leave it",
    "quit": "stop here",
}
_DECISIONS: Final = {"plan": "a plan for", "not-applicable": "the decision that this does not apply:", "treatment": "an accepted risk:"}


def add(parser: argparse.ArgumentParser) -> None:
    """Declares what is looked at."""
    parser.add_argument("--within", metavar="SPAN", default=_WITHIN, help=f"how far ahead, as 30d, 8w or 1y ({_WITHIN}); what has run out is always there")
    parser.add_argument("--owner", metavar="NAME", help="only what a control of this owner rests on")
    parser.add_argument("--as-of", metavar="TIME", help="the moment it is looked at from (default: now)")
    parser.add_argument("--dir", metavar="DIR", help="the trust center's folder (default: the one this folder is in)")
    parser.add_argument("--json", action="store_true", help="print the list as one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Lists, and on a terminal walks; 1 where something is out of date."""
    root, as_of = root_of(arguments.dir), now_or(arguments.as_of, "--as-of")
    try:
        within = parse_span(arguments.within)
    except ValueError as error:
        raise WrongUse(f"--within: {error}") from None
    assessment, things = _things(root, as_of, within, arguments.owner)
    if arguments.json:
        ui.data_json({"asOf": print_moment(as_of), "renew": [{**expiry_json(one, as_of), "collect": _collects(assessment, one)} for one in things]})
    elif not (on_terminal() and sys.stdout.isatty()):
        _list(things, as_of)
    else:
        _walk(root, things, arguments)
        _, things = _things(root, as_of if arguments.as_of else now_or(None, "now"), within, arguments.owner)
    return 1 if any(one.past(as_of) for one in things) else 0


def _things(root: Path, as_of: datetime, within: timedelta, owner: str | None) -> tuple[Assessment, tuple[Expiry, ...]]:
    """What has run out and what will within a span, soonest first. Raises Problems, WrongUse for an owner nobody is."""
    from attest.assess import assess
    from attest.authoring.expiring import expiring
    from attest.load import check_sources

    center, observations, problems = check_sources(root, as_of)
    if center is None:
        raise Problems(problems)
    assessment = assess(center, observations, as_of)
    refuse_unknown_owner(assessment, owner)
    for problem in problems:
        ui.warn(str(problem))
    return assessment, tuple(one for one in expiring(assessment, owner) if one.expires <= as_of + within)


def _collects(assessment: Assessment, thing: Expiry) -> bool:
    return thing.what == "evidence" and assessment.center.evidence[thing.id].description.collect is not None


def _list(things: Sequence[Expiry], as_of: datetime) -> None:
    if not things:
        ui.say("nothing runs out")
        return
    ui.data(ui.table((print_moment(one.expires)[:10], _left(one, as_of), one.id, one.title, ", ".join(one.controls), ", ".join(one.owners)) for one in things))


def _left(thing: Expiry, as_of: datetime) -> str:
    days = thing.days_left(as_of)
    return "out of date" if thing.past(as_of) else f"{days} day{'' if days == 1 else 's'}"


# The walk.


def _walk(root: Path, things: Sequence[Expiry], arguments: argparse.Namespace) -> None:
    if not things:
        ui.say("nothing runs out")
    for number, thing in enumerate(things, 1):
        as_of = now_or(arguments.as_of, "--as-of")
        ui.say("")
        ui.say(f"{number} of {len(things)}: {ui.plain(_named(thing))}")
        ui.say(f"  {_left(thing, as_of)}, {print_moment(thing.expires)[:10]}; {ui.plain(', '.join(thing.owners))}; shows {ui.plain(', '.join(thing.controls))}")
        if thing.what != "evidence":
            ui.say(f"  somebody has to decide: edit {thing.what} in controls/*/{ui.plain(thing.id)}.yml")
        elif not _renewed(root, thing, as_of, arguments):
            return


def _named(thing: Expiry) -> str:
    return f"{thing.title} ({thing.id})" if thing.what == "evidence" else f"{_DECISIONS[thing.what]} {thing.title}"


def _renewed(root: Path, thing: Expiry, as_of: datetime, arguments: argparse.Namespace) -> bool:
    """Asks until something was done or it is left; False to stop. What goes wrong is said, and asked again."""
    ways: dict[str, Callable[[], object]] = {"file": lambda: _file(root, thing, as_of), "collect": lambda: _collect(root, thing), "date": lambda: _date(root, thing, as_of)}
    while True:
        word = choose("  what now", {word: _MEANS[word] for word in _choices(attach.loaded(root).evidence[thing.id])})
        if word in ("skip", "quit"):
            return word == "skip"
        try:
            if ways[word]() in (0, None):
                return True
        except Stopped:
            return False
        except AttestError as error:
            ui.error(error.message, error.hint)


def _choices(evidence: Evidence) -> list[str]:
    """Rows grow no younger by a new day: only what a person can look at again may have one."""
    described = evidence.description
    found = ["date"] if evidence.register_name is not None or described.kind in ("document", "declaration") else []
    if evidence.register_name is None:
        found = ["file", *(["collect"] if described.collect is not None and described.kind != "declaration" else []), *found]
    return [*found, "skip", "quit"]


def _collect(root: Path, thing: Expiry) -> int:
    code: int = collect.one(root, attach.loaded(root), thing.id)["exitCode"]
    return code


def _file(root: Path, thing: Expiry, as_of: datetime) -> int:
    """A new file for evidence that is there, as ``attest attach --replace`` takes it."""
    from attest.authoring.attach import Target, plan
    from attest.authoring.staging import beside, take

    center = attach.loaded(root)
    file = need("  which file", "FILE", _path)
    said, aim = _nothing_said(as_of), Target(thing.id, center.evidence[thing.id])
    with beside(root) as folder:
        taken = take(file, folder)
        given = attach.taken_look(center, None, aim, file, taken, said, as_of)
        planned = plan(root, None, aim, describe(given), taken, file.suffix.lower(), None, center)
        return finish(root, folder, planned, as_of, said, thing.controls, thing.id)


def _path(text: str) -> Path:
    """As a person types or drops it: quotes around it and ~ are understood."""
    text = text.strip().strip("'\"")
    if not text:
        raise ValueError("write its path")
    return Path(text).expanduser()


def _nothing_said(as_of: datetime) -> argparse.Namespace:
    """The options of `attest attach`, none of them given."""
    parser = argparse.ArgumentParser()
    attach.add(parser)
    return argparse.Namespace(**{**vars(parser.parse_args([])), "as_of": print_moment(as_of)})


def _date(root: Path, thing: Expiry, as_of: datetime) -> int:
    """Somebody stands by it anew, without a new file."""
    from attest.authoring.attach import Plan, reworded
    from attest.authoring.staging import beside

    evidence = attach.loaded(root).evidence[thing.id]
    ui.say(f"  {ui.plain(evidence.description.statement or evidence.title)}")
    if need("  does it still hold, as it stands? type yes", "yes", str.lower) != "yes":
        ui.say("  then it needs new words, or a new file; nothing was written")
        return 1
    changed = reworded(root, evidence, _stood_by(evidence, as_of))
    with beside(root) as folder:
        return finish(root, folder, Plan((changed,) if changed is not None else ()), as_of, _nothing_said(as_of), thing.controls, thing.id)


def _stood_by(evidence: Evidence, as_of: datetime) -> dict[str, Value]:
    """Who says so, on which day; of a declaration also until when."""
    today, described = as_of.date().isoformat(), evidence.description
    if described.kind != "declaration":
        return {"observed": need("  on which day did somebody go over it", "--observed", _day_until(as_of), today)}
    by = need("  which role says so", "--by", str, described.by or "")
    day = need("  on which day", "--observed", _day_until(as_of), today)
    until = need("  the last day it may count", "--until", parse_day, (parse_day(day) + _YEAR).isoformat())
    return {"by": by, "observed": day, "until": until.isoformat()}


def _day_until(as_of: datetime) -> Callable[[str], str]:
    def read(text: str) -> str:
        day = parse_day(text)
        if day > as_of.date():
            raise ValueError("that is still to come")
        return day.isoformat()

    return read
