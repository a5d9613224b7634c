"""Find every problem in the sources: YAML, evidence files, prose, the files of parties, and what would be published by mistake.

Each problem is printed as `file:line: path: what, what to do`. Exit code 0 says there is none, 1 that there is at least one. What stops
nothing, such as an attestation report that is not issued, is a warning.
"""

from __future__ import annotations

import argparse
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from attest.cli import ui
from attest.cli.clock import now_or
from attest.cli.folder import root_of
from attest.duties import terms_of
from attest.errors import Problem, Problems
from attest.load import check_sources
from attest.load.deadlines import deadlines
from attest.load.incident_sanity import incident_problems
from attest.load.named import named
from attest.load.parties import read_parties
from attest.load.party_sanity import party_problems
from attest.load.whole import read
from attest.model.center import Center
from attest.prepare import report_hints
from attest.times import print_moment


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("dir", metavar="DIR", nargs="?", help="the trust center's folder (default: the one this folder is in)")
    parser.add_argument("--as-of", metavar="TIME", help="the moment nothing may have been observed after (default: now)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Prints what is wrong, or that nothing is; 0 or 1."""
    as_of, root = now_or(arguments.as_of, "--as-of"), root_of(arguments.dir)
    center, observations, problems = check_sources(root, as_of)
    problems = tuple(sorted({*problems, *_of_parties(root, center, as_of)}))
    hints = () if center is None else (*report_hints(root, center, observations, as_of), *_naming(root, center))
    if arguments.json:
        listed = {"problems": [problem_json(problem) for problem in problems], "hints": [problem_json(hint) for hint in hints]}
        ui.data_json({"asOf": print_moment(as_of), **listed, "counts": None if center is None else counts(center)})
        return 1 if problems else 0
    for hint in hints:
        ui.warn(str(hint))
    if problems or center is None:
        raise Problems(problems)
    ui.say(said(counts(center)))
    return 0


def _of_parties(root: Path, center: Center | None, as_of: datetime) -> tuple[Problem, ...]:
    """What is wrong in the folder of parties, which nothing that builds or publishes opens: only here is it looked at."""
    if center is None:
        return ()
    shelf, problems = read_parties(root, center.profile)
    return (*problems, *party_problems(shelf, center, as_of.date()), *incident_problems(shelf, center, terms_of(center, deadlines()), as_of))


def _naming(root: Path, center: Center) -> tuple[Problem, ...]:
    """Where customers are named in public: no problem, since they may have agreed."""
    return named(root, center, read(root)[2], read_parties(root, center.profile)[0].parties)


def problem_json(problem: Problem) -> dict[str, Any]:
    """A problem for programs. A file name that is no text is shown with escapes in it: JSON holds text."""
    file = problem.file.encode("utf-8", "backslashreplace").decode("utf-8")
    return {"file": file, "line": problem.line, "path": problem.path, "what": problem.what, "todo": problem.todo, "grade": problem.grade}


def counts(center: Center) -> dict[str, Any]:
    """Controls by visibility, evidence by visibility; private evidence is withheld, its kind and dates apart."""
    controls = Counter(control.promise.visibility for control in center.controls)
    evidence = Counter(item.description.visibility for item in center.evidence.values())
    return {
        "controls": {"public": controls["public"], "withheld": controls["private"]},
        "evidence": {"public": evidence["public"], "gated": evidence["gated"], "withheld": evidence["private"]},
    }


def said(counted: dict[str, Any]) -> str:
    """One sentence of the counts."""
    controls, evidence = counted["controls"], counted["evidence"]
    promises = f"{controls['public']} public control{'' if controls['public'] == 1 else 's'} and {controls['withheld']} withheld"
    return f"no problems; {promises}; evidence: {evidence['public']} public, {evidence['gated']} gated, {evidence['withheld']} withheld"
