"""Show every verdict and why, as the sources stand now.

    attest status                          verdicts, and what runs out next
    attest status --calendar > due.ics     what runs out, for a calendar program; --owner "IT operations" for one person's

Exit code 0 says the verdicts were computed, whatever they are; problems in the sources that would stop `attest check` are shown
and answer 1 where no verdicts can be computed.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from attest.assess import Assessment, CheckResult, Result, assess
from attest.authoring import shelf
from attest.authoring.expiring import Expiry, expiring, owners
from attest.cli import ui
from attest.cli.clock import now_or
from attest.cli.folder import root_of
from attest.errors import Problem, Problems, WrongUse, meant
from attest.load import check_sources
from attest.load.affirmed import find_affirmation
from attest.published import bases, totals
from attest.times import print_moment
from attest.words import verdict_of

_NEXT: Final = 3
_MARK = {"met": ("✓", "green"), "not-met": ("✗", "red"), "unknown": ("?", "yellow"), "planned": ("…", "yellow"), "not-applicable": ("–", "dim")}


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("dir", metavar="DIR", nargs="?", help="the trust center's folder (default: the one this folder is in)")
    parser.add_argument("--as-of", metavar="TIME", help="the moment verdicts are computed for (default: now)")
    parser.add_argument("--owner", metavar="NAME", help="of what runs out, only what a control of this owner rests on")
    result = parser.add_mutually_exclusive_group()
    result.add_argument("--json", action="store_true", help="print one JSON object")
    result.add_argument("--calendar", action="store_true", help="print what runs out as iCalendar, with a reminder a week before")


def run(arguments: argparse.Namespace) -> int:
    """Prints the verdicts; 0."""
    root = root_of(arguments.dir)
    as_of = now_or(arguments.as_of, "--as-of")
    center, observations, problems = check_sources(root, as_of)
    if center is None:
        raise Problems(problems)
    assessment = assess(center, observations, as_of)
    refuse_unknown_owner(assessment, arguments.owner)
    if arguments.calendar:
        _calendar(assessment, arguments.owner)
    elif arguments.json:
        ui.data_json({**status_json(assessment, problems, arguments.owner), "affirmation": _affirmation(root, assessment)})
    else:
        _show(assessment, problems, arguments.owner)
        if (act := _affirmation(root, assessment)) is not None:
            ui.data(f"affirmed by {ui.plain(act['role'])} until {act['until']}{'' if act['stands'] else ', which has passed: `attest affirm` makes it current'}")
    return 0


def _affirmation(root: Path, assessment: Assessment) -> dict[str, Any] | None:
    """Who affirmed, until when, and whether it stands; None where nobody did."""
    found = find_affirmation(root, assessment.center.profile, assessment.as_of)
    made = found.affirmation
    return None if made is None else {"role": made.role, "affirmedAt": print_moment(made.affirmed_at), "until": made.until.isoformat(), "stands": found.current(assessment.as_of) is not None}


def refuse_unknown_owner(assessment: Assessment, owner: str | None) -> None:
    """Raises WrongUse where nobody of that name owns a control: an empty list would look like a clear desk."""
    known = owners(assessment)
    if owner is not None and owner.casefold() not in {one.casefold() for one in known}:
        raise WrongUse(f"no control has the owner {owner!r}", meant(owner, known, f"owners are {', '.join(known)}"))


def _calendar(assessment: Assessment, owner: str | None) -> None:
    from attest.authoring.ical import calendar

    profile = assessment.center.profile
    name = f"{profile.name}: what runs out" + (f" ({owner})" if owner else "")
    ui.data_bytes(calendar(expiring(assessment, owner), profile.id, name, assessment.as_of))


def status_json(assessment: Assessment, problems: Sequence[Problem], owner: str | None = None) -> dict[str, Any]:
    """What staff see of an assessment, withheld controls and details included. Never written under a site.

    ``owner`` narrows ``expiring`` and ``expired`` to what a control of that owner rests on.
    """
    results = assessment.results
    dated = [(one.past(assessment.as_of), expiry_json(one, assessment.as_of)) for one in expiring(assessment, owner)]
    return {
        "asOf": print_moment(assessment.as_of),
        "center": {"id": assessment.center.profile.id, "name": assessment.center.profile.name},
        "totals": totals(result.verdict for result in results),
        "basis": bases(result.basis for result in results),
        "withheld": totals(result.verdict for result in results if result.withheld),
        "controls": [_control_json(result) for result in results],
        "expiring": [said for past, said in dated if not past],
        "expired": [said for past, said in dated if past],
        "problems": [ui.problem_json(problem) for problem in problems],
    }


def _control_json(result: Result) -> dict[str, Any]:
    control = result.control
    return {
        "id": control.id,
        "audience": control.audience,
        "title": control.promise.title,
        "area": control.promise.area,
        "owner": control.promise.owner,
        "verdict": result.verdict,
        "reason": result.reason,
        "basis": result.basis,
        "visibility": control.promise.visibility,
        "covered": {"checked": len(result.covered), "inScope": len(control.promise.applies_to)},
        "checks": [_check_json(check) for check in result.checks],
    }


def _check_json(check: CheckResult) -> dict[str, Any]:
    return {
        "evidence": check.evidence.id,
        "verdict": check.verdict,
        "reason": check.reason,
        "detail": check.detail,
        "visibility": check.evidence.description.visibility,
        "observed": None if check.observed is None else print_moment(check.observed),
        "expires": None if check.expires is None else print_moment(check.expires),
    }


def expiry_json(thing: Expiry, as_of: datetime) -> dict[str, Any]:
    """Something that runs out, for programs. ``daysLeft`` is whole days, below 0 where it has run out."""
    return {
        "expires": print_moment(thing.expires),
        "daysLeft": thing.days_left(as_of),
        "what": thing.what,
        "evidence": thing.id if thing.what == "evidence" else None,
        "title": thing.title,
        "controls": list(thing.controls),
        "owners": list(thing.owners),
    }


def _show(assessment: Assessment, problems: Sequence[Problem], owner: str | None) -> None:
    for problem in problems:
        ui.warn(str(problem))
    for result in assessment.results:
        mark, name = _MARK[result.verdict]
        withheld = " (withheld)" if result.withheld else ""
        ui.data(f"{ui.colour(mark, name)} {result.verdict:<15}{ui.plain(result.control.id)}{withheld}")
        ui.data(ui.colour(f"  {ui.plain(result.reason)}{_detail(result)}", "dim"))
        if way := _shown_by(result):
            ui.data(ui.colour(f"  would show it: {way}", "dim"))
    counted = totals(result.verdict for result in assessment.results)
    ui.data("")
    ui.data(f"State on {print_moment(assessment.as_of)}: " + ", ".join(f"{count} {verdict_of(count, verdict).lower()}" for verdict, count in counted.items() if count))  # type: ignore[arg-type]
    _show_expiring(expiring(assessment, owner), assessment.as_of, _NEXT if owner is None else None)


def _show_expiring(things: Sequence[Expiry], as_of: datetime, most: int | None) -> None:
    """What has run out, as a count; what runs out next, a line each."""
    ahead = [one for one in things if not one.past(as_of)]
    if past := len(things) - len(ahead):
        ui.data(f"out of date: {past}; `attest renew` walks through {'it' if past == 1 else 'them'}")
    for one in ahead[:most]:
        ui.data(f"next to run out: {print_moment(one.expires)[:10]}  {ui.plain(one.id)} ({ui.plain(', '.join(one.owners))})")


def _shown_by(result: Result) -> str | None:
    """What the library says would show a promise that nothing is attached to, and of which nothing else is said."""
    offer = shelf.offers().get(result.control.id)
    return offer.shown_by[0].said if offer is not None and offer.shown_by and result.verdict == "unknown" and not result.checks else None


def _detail(result: Result) -> str:
    detail = result.checks[result.deciding].detail if result.deciding is not None else ""
    return f" [{ui.plain(' '.join(detail.split()))}]" if detail else ""
