"""Sources and a moment -> everything a build is drawn from, decided once. The edge that reads the sources; it renders nothing.

    root + as-of + release context + center secret  ->  Prepared: center, assessment, record, evidence files to publish

The as-of is fixed here: pages, record and statement all say this one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from attest import __version__
from attest.affirmation import PATH as AFFIRMATION
from attest.affirmation import Affirmation, Affirmed, affirmed, parse_affirmed
from attest.assess import Assessment, assess
from attest.enrolled import report_said
from attest.errors import CouldNotTell, Problem, Problems, Refused, Unreadable
from attest.history import EMPTY, Before, History, history_of
from attest.inside import open_inside
from attest.load import check_sources, hints
from attest.load.affirmed import find_affirmation, overdue
from attest.load.appearance import pictures
from attest.load.reported import report_form, unissued
from attest.model.center import Center
from attest.model.report import Report
from attest.published import Record
from attest.readings.interface import Observation
from attest.record import project, published_files
from attest.release import Release
from attest.report_form import Issue, Lack, issued, lacks_of, untold
from attest.times import print_moment
from attest.yaml_lines import Parse, parse

_FILES = "controls/evidence"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a build is drawn from."""

    center: Center
    assessment: Assessment
    record: Record
    release: Release | None
    """None for an unsigned preview."""
    warnings: tuple[Problem, ...]
    """Evidence that could not be read; the claims that rest on it are unknown. And what would be better otherwise."""
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """Files that are published as they are, by site path: evidence, and the site's own pictures."""
    upcoming: int | None = None
    """Of a preview: the number the next release will have, where the one before is known."""
    history: History = EMPTY
    """The releases up to this one."""
    affirmation: Affirmation | None = None
    """What a person affirmed, where it stands at the as-of."""

    @property
    def valid_until(self) -> datetime:
        """The release's, or of a preview what a release of this moment would bear."""
        return self.release.valid_until if self.release is not None else self.assessment.as_of + self.center.profile.defaults.valid_for


def prepare(root: Path, as_of: datetime, release: Release | None, secret: bytes | None, as_unknown: bool, upcoming: int | None = None, before: Before | None = None, parse: Parse = parse) -> Prepared:
    """Loads, assesses and projects the trust center in ``root``.

    ``secret``: the center secret, 32 bytes; without it commitments are null. ``as_unknown``: evidence that cannot be read is a
    warning and its claims are unknown, instead of a problem that stops. ``before``: the release before, whose history is carried on. ``parse``: what reads a source file.
    Raises Problems, all of them.
    """
    center, observations, problems = check_sources(root, as_of, parse)
    stopping = [problem for problem in problems if problem.grade == "error" or not as_unknown]
    if center is None or stopping:
        raise Problems(stopping or problems)
    assessment, number, act = assess(center, observations, as_of), release.n if release is not None else upcoming, find_affirmation(root, center.profile, as_of)
    record, lacks = _reported(project(assessment, secret, number, __version__, _carried(act.current(as_of), number, before)), center, as_of)
    made = Prepared(center, assessment, record, release, (*problems, *hints(root), *overdue(act, as_of), *unissued(root, lacks)), upcoming=upcoming, affirmation=act.current(as_of))
    files = _evidence(root, center, observations) | _pictures(root, center) | ({AFFIRMATION: act.bundle} if made.affirmation is not None else {})
    return replace(made, files=files, history=history_of(number, made.record, print_moment(made.valid_until), before))


def released(prepared: Prepared, release: Release, secret: bytes, before: Before | None) -> Prepared:
    """The same state as that release: only the commitments of withheld controls, the pages, the history and what is carried name it.

    Raises Refused where whoever affirmed is the key that signs releases: that would be no person's own act.
    """
    if prepared.affirmation is not None and prepared.affirmation.spki == release.spki:
        raise Refused("the affirmation is signed with the key that signs releases", "a person affirms with a key of their own: make one with `attest keys new --person FILE`")
    record, _ = _reported(project(prepared.assessment, secret, release.n, __version__, _carried(prepared.affirmation, release.n, before)), prepared.center, prepared.assessment.as_of)
    return replace(prepared, record=record, release=release, history=history_of(release.n, record, print_moment(release.valid_until), before))


def _reported(record: Record, center: Center, as_of: datetime) -> tuple[Record, tuple[Lack, ...]]:
    """The record with our own attestation report in it where that is issued, and what it lacks where not. Whether it is does not hang on a release."""
    report = center.profile.report
    said = None if report is None else report_said(report)
    return issued(report_form(), record, said, Issue(as_of, as_of + center.profile.defaults.valid_for, None), untold(center, as_of))


def report_lacks(center: Center, observations: Mapping[str, Observation], as_of: datetime) -> tuple[Record, Mapping[str, Any], tuple[Lack, ...]]:
    """The record of a moment, what ``report:`` says, and what an attestation report of that moment lacks; also where there is no ``report:`` yet."""
    record = project(assess(center, observations, as_of), None, None, __version__)
    said = report_said(center.profile.report or Report())
    lacks = lacks_of(report_form(), record, said, Issue(as_of, as_of + center.profile.defaults.valid_for, None))
    return record, said, (*lacks, *untold(center, as_of))


def report_hints(root: Path, center: Center, observations: Mapping[str, Observation], as_of: datetime) -> tuple[Problem, ...]:
    """Where there is a ``report:``, that the report of this moment is not issued, if it is not."""
    return () if center.profile.report is None else unissued(root, report_lacks(center, observations, as_of)[2])


def _carried(act: Affirmation | None, number: int | None, before: Before | None) -> Affirmed | None:
    """The act, with the first release that carries it: this one, unless the one before carried the same."""
    if act is None:
        return None
    new = affirmed(act, number or 1)
    try:
        old = None if before is None else parse_affirmed(before.record.get("affirmation"), before.n)
    except Unreadable:
        return new
    return replace(new, since=old.since) if old is not None and replace(old, since=new.since) == new else new


def _evidence(root: Path, center: Center, observations: Mapping[str, Observation]) -> dict[str, bytes]:
    """The files marked ``publish: file``; one that cannot be read is left out: its claims are unknown, and say so."""
    return {path: _bytes(root, center, ident, observations[ident]) for path, ident in published_files(center).items() if observations[ident].digest is not None}


def _pictures(root: Path, center: Center) -> dict[str, bytes]:
    try:
        return pictures(root, center.profile.look)
    except (OSError, ValueError) as error:
        raise CouldNotTell(f"a picture of the site cannot be read: {error}", "it was there a moment ago; run it again") from None


def _bytes(root: Path, center: Center, ident: str, observation: Observation) -> bytes:
    file = f"{_FILES}/{center.evidence[ident].description.file}"
    try:
        with open_inside(root, file) as stream:
            content = stream.read()
    except (OSError, ValueError) as error:
        raise CouldNotTell(f"{file} cannot be read: {error}", "it was there a moment ago; run it again") from None
    if hashlib.sha256(content).hexdigest() != (observation.exhibit or observation.digest):
        raise Refused(f"{file} changed while it was being read", "run it again when it is written")
    return content
