"""Show every verdict and why, as the sources stand now.

Exit code 0 says the verdicts were computed, whatever they are; problems in the sources that would stop `attest check` are shown
and answer 1 where no verdicts can be computed.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from attest.assess import Assessment, CheckResult, Result, assess
from attest.cli import ui
from attest.cli.clock import now_or
from attest.cli.folder import root_of
from attest.errors import Problem, Problems
from attest.load import check_sources
from attest.published import bases, totals
from attest.times import print_moment
from attest.words import VISITOR_VERDICT

_MARK = {"met": ("✓", "green"), "not-met": ("✗", "red"), "unknown": ("?", "yellow"), "planned": ("…", "yellow"), "not-applicable": ("–", "dim")}


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("dir", nargs="?", help="the trust center's folder (default: the one this folder is in)")
    parser.add_argument("--as-of", metavar="TIME", help="the moment verdicts are computed for (default: now)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Prints the verdicts; 0."""
    root = root_of(arguments.dir)
    as_of = now_or(arguments.as_of, "--as-of")
    center, observations, problems = check_sources(root, as_of)
    if center is None:
        raise Problems(problems)
    assessment = assess(center, observations, as_of)
    if arguments.json:
        ui.data_json(status_json(assessment, problems))
    else:
        _show(assessment, problems)
    return 0


def status_json(assessment: Assessment, problems: Sequence[Problem]) -> dict[str, Any]:
    """What staff see of an assessment, withheld controls and details included. Never written under a site."""
    results = assessment.results
    return {
        "asOf": print_moment(assessment.as_of),
        "center": {"id": assessment.center.profile.id, "name": assessment.center.profile.name},
        "totals": totals(result.verdict for result in results),
        "basis": bases(result.basis for result in results),
        "withheld": totals(result.verdict for result in results if result.withheld),
        "controls": [_control_json(result) for result in results],
        "expiring": [{"expires": print_moment(moment), "control": ident, "evidence": evidence} for moment, ident, evidence in _expiring(assessment)],
        "problems": [{"file": p.file, "line": p.line, "path": p.path, "what": p.what, "todo": p.todo} for p in problems],
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


def _expiring(assessment: Assessment) -> list[tuple[Any, str, str]]:
    """What runs out next, soonest first."""
    ahead = [(check.expires, result.control.id, check.evidence.id) for result in assessment.results for check in result.checks if check.expires is not None]
    return sorted(item for item in ahead if item[0] > assessment.as_of)


def _show(assessment: Assessment, problems: Sequence[Problem]) -> None:
    for problem in problems:
        ui.warn(str(problem))
    for result in assessment.results:
        mark, name = _MARK[result.verdict]
        withheld = " (withheld)" if result.withheld else ""
        ui.data(f"{ui.colour(mark, name)} {result.verdict:<15}{ui.plain(result.control.id)}{withheld}")
        ui.data(ui.colour(f"  {ui.plain(result.reason)}{_detail(result)}", "dim"))
    counted = totals(result.verdict for result in assessment.results)
    ui.data("")
    ui.data(f"State on {print_moment(assessment.as_of)}: " + ", ".join(f"{count} {VISITOR_VERDICT[verdict].lower()}" for verdict, count in counted.items() if count))  # type: ignore[index]
    for moment, ident, evidence in _expiring(assessment)[:3]:
        ui.data(f"next to run out: {print_moment(moment)[:10]}  {ui.plain(evidence)} ({ui.plain(ident)})")


def _detail(result: Result) -> str:
    detail = result.checks[result.deciding].detail if result.deciding is not None else ""
    return f" [{ui.plain(detail)}]" if detail else ""
