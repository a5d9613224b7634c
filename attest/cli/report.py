"""Fill our own attestation report from promises and registers, or name what it lacks and where to write that.

    attest report                        print it as Markdown
    attest report --out report.html      one file to look at, print or send; .md and .json too

What promises and registers cannot know stands under `report:` in controls/center.yml. It is always a self-attestation. Where it lacks
nothing the site has it as attestation-report.html, signed with the rest; a file written here is signed by nobody, and says so.
Exit code 1 says that it lacks something, and 0 that it is whole.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from attest.cli import ui
from attest.cli.clock import now_or
from attest.cli.folder import root_of
from attest.errors import Problem, Problems, WrongUse
from attest.load import check_sources
from attest.load.reported import lacking, report_form
from attest.model.center import Center
from attest.model.colour import DEFAULT, palette
from attest.pages.drawn import Edition
from attest.pages.environment import environment
from attest.pages.register_paths import path_of
from attest.prepare import report_lacks
from attest.published import Record
from attest.report_form import Answer, Filled, Issue, Line, fill, print_filled
from attest.times import parse_day, parse_moment, spell_day
from attest.trust import write_whole
from attest.words import counted

_ENDINGS = (".html", ".md", ".json")


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("dir", metavar="DIR", nargs="?", help="the trust center's folder (default: the one this folder is in)")
    parser.add_argument("--as-of", metavar="TIME", help="the moment it speaks of (default: now)")
    parser.add_argument("--out", metavar="FILE", help="write it there: .html, .md or .json")
    parser.add_argument("--json", action="store_true", help="print one JSON object: the report, or what it lacks")


def run(arguments: argparse.Namespace) -> int:
    """Prints or writes the report; 0, or 1 where it lacks something."""
    ending = Path(arguments.out).suffix.lower() if arguments.out else None
    if ending is not None and ending not in _ENDINGS:
        raise WrongUse(f"--out {arguments.out}: a report is written as {', '.join(_ENDINGS)}", "name a file that ends in one of these")
    root, as_of = root_of(arguments.dir), now_or(arguments.as_of, "--as-of")
    center, observations, problems = check_sources(root, as_of)
    if center is None or any(problem.grade == "error" for problem in problems):
        raise Problems(problems)
    record, said, lacks = report_lacks(center, observations, as_of)
    found = lacking(root, center, lacks)
    if found:
        return _lacks(arguments.json, found)
    made = _Made(center, {**record, "report": dict(said)}, root, as_of)
    if arguments.out:
        write_whole(Path(arguments.out), made.printed(ending or ""), 0o644)  # it is for others to read
        ui.say("an unsigned copy; what counts is attestation-report.html of the release, signed with the rest")
        ui.data(arguments.out)
    elif arguments.json:
        ui.data_json({"issued": True, "lacks": [], "report": made.data()})
    else:
        ui.data(ui.plain(made.printed(".md").decode()).rstrip("\n"))
    return 0


def _lacks(as_json: bool, found: tuple[Problem, ...]) -> int:
    """What is missing, a line each."""
    if as_json:
        ui.data_json({"issued": False, "lacks": [ui.problem_json(one) for one in found], "report": None})
        return 1
    for one in found:
        ui.say(ui.plain(str(one)))
    count = len(found)
    ui.error(f"the attestation report is not issued: {counted(count, 'thing')} to write", "docs/report.md shows a whole report: block to begin with")
    return 1


class _Made:
    """The report of one moment, in the forms it is written in."""

    def __init__(self, center: Center, record: Record, root: Path, as_of: datetime) -> None:
        self.center, self.record, self.root = center, record, root
        self.issue = Issue(as_of, as_of + center.profile.defaults.valid_for, None)

    def printed(self, ending: str) -> bytes:
        """The bytes of a file with that ending."""
        if ending == ".html":
            from attest.pages.attestation_report import standalone

            look = self.center.profile.look
            return standalone(self.record, Edition(self.issue.as_of, self.issue.valid_until, palette=palette(look.color or DEFAULT, look.color_dark)), environment(self.root))
        if ending == ".json":
            return (json.dumps(self.data(), indent=1, ensure_ascii=False) + "\n").encode()
        return ("\n".join(_markdown(self._filled(), self.record["center"], self.issue)) + "\n").encode()

    def data(self) -> dict[str, Any]:
        """The report for programs."""
        return print_filled(self._filled(), self.record, self.issue)

    def _filled(self) -> Filled:
        return fill(report_form(), self.record, self.record["report"], self.issue, path_of)


def _markdown(filled: Filled, center: Mapping[str, Any], issue: Issue) -> Iterator[str]:
    """The report as Markdown, a line a piece."""
    yield f"# Attestation report of {_line(center['name'])}"
    yield f"\nSelf-attestation, state on {spell_day(issue.as_of.date())}. This copy is signed by nobody: what counts is published at {center['id']}."
    for part in filled.parts:
        yield f"\n## {part.id}. {part.title}"
        for answer in part.answers:
            yield from ("", f"### {answer.field.id} {answer.field.name}", *_answer(answer))
        for one in part.controls:
            yield f"\n### {_line(one.control['title'])}\n"
            for answer in one.answers:
                yield from (f"- {answer.field.id} {answer.field.name}", *(f"  {said}" for said in _answer(answer) if said))


def _answer(answer: Answer) -> Iterator[str]:
    for line in answer.lines:
        if not line.label and line.shape == "words":
            yield from ("", _line(line.text))
        else:
            yield f"- {_line(line.label)}: {_said(line)}" if line.label else f"- {_said(line)}"


def _said(line: Line) -> str:
    if line.shape in ("moment", "end"):
        return f"{parse_moment(line.text):%Y-%m-%d %H:%M} UTC"
    if line.shape == "day":
        return spell_day(parse_day(line.text))
    return f"`{line.text}`" if line.shape == "code" else _line(line.text)


def _line(text: str) -> str:
    """Declared text on one line of its own; what would begin a tag does not."""
    return " ".join(text.split()).replace("<", "&lt;")
