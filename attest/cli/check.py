"""Find every problem in the sources: YAML, evidence files, prose, the files of parties, and what would be published by mistake.

Each problem is printed as `file:line: path: what, what to do`. Exit code 0 says there is none, 1 that there is at least one. What stops
nothing, such as an attestation report that is not issued, is a warning.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
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
from attest.load.parties import Shelf, read_parties
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
    hints: tuple[Problem, ...] = ()
    if center is not None:
        shelf, unread = read_parties(root, center.profile)
        problems = tuple(sorted({*problems, *unread, *_of_parties(shelf, center, as_of)}))
        hints = (*report_hints(root, center, observations, as_of), *named(root, center, read(root)[2], shelf.parties))
    if arguments.json:
        listed = {"problems": [ui.problem_json(problem) for problem in problems], "hints": [ui.problem_json(hint) for hint in hints]}
        ui.data_json({"asOf": print_moment(as_of), **listed, "counts": None if center is None else counts(center)})
        return 1 if problems else 0
    for hint in hints:
        ui.warn(str(hint))
    if problems or center is None:
        raise Problems(problems)
    ui.say(said(counts(center)))
    return 0


def _of_parties(shelf: Shelf, center: Center, as_of: datetime) -> Iterator[Problem]:
    """What cannot be meant in the folder of parties, which nothing that builds or publishes opens: only here is it looked at."""
    yield from party_problems(shelf, center, as_of.date())
    yield from incident_problems(shelf, center, terms_of(center, deadlines()), as_of)


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
