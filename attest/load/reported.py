"""The attestation report at its edge: the form out of the package, what cannot be meant of ``report:``, and what is missing, each at its line.

    attest/library/report-form.yml                 ->  report_form()
    center + documents + as_of                     ->  unfounded_report: days to come
    root + what the filled form lacks              ->  lacking: controls/center.yml:88: report.sites: field C1 names no site, list the sites …

What is missing stops no release: the report alone is not issued.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Final

from attest.errors import Problem, Problems
from attest.load.files import CENTER, read_bytes
from attest.load.packaged import packaged
from attest.model.center import Center
from attest.model.report import Form, Report
from attest.report_form import Lack
from attest.times import start_of
from attest.yaml_lines import Document, parse

_AT: Final = "report"


@cache
def report_form() -> Form:
    """The form."""
    return packaged(Form, "report-form.yml")


def unfounded_report(center: Center, documents: Mapping[str, Document], as_of: datetime) -> Iterator[Problem]:
    """What ``report:`` cannot mean: days to come."""
    report, document = center.profile.report, documents[CENTER]
    if report is None:
        return
    for path, day in _days(report):
        if day is not None and start_of(day) > as_of:
            yield document.at((_AT, *path), f"{day.isoformat()} has not come yet", "write the day it was done")


def _days(report: Report) -> Iterator[tuple[tuple[str | int, ...], date | None]]:
    signer, none, objectives = report.signer, report.no_incidents, report.objectives
    yield ("signer", "date"), signer.date if signer else None
    yield ("no_incidents", "date"), none.date if none else None
    yield ("objectives", "approved"), objectives.approved if objectives else None
    yield from ((("incidents", index, "date"), one.date) for index, one in enumerate(report.incidents))


def lacking(root: Path, center: Center, lacks: Iterable[Lack]) -> tuple[Problem, ...]:
    """What the report lacks as problems, each at the place where it is to be written."""
    files = {control.id: control.file for control in center.controls}
    return tuple(dict.fromkeys(_placed(_document(root, CENTER if lack.control is None else files[lack.control]), lack) for lack in lacks))


def unissued(root: Path, lacks: Sequence[Lack]) -> tuple[Problem, ...]:
    """One hint, at ``report:``, that the report is not issued; none where it lacks nothing."""
    document, fields = _document(root, CENTER), ", ".join(dict.fromkeys(lack.field for lack in lacks))
    said = f"the attestation report is not issued: {fields} {'is' if ',' not in fields else 'are'} not filled as the form asks"
    return (document.at((_AT,), said, "`attest report` names what to write where"),) if lacks else ()


@cache
def _empty(file: str) -> Document:
    return Document(file, "", {}, {})


def _document(root: Path, file: str) -> Document:
    """The file with its lines; without, where it can no longer be read."""
    with suppress(Problems):
        return parse(read_bytes(root, file), file)
    return _empty(file)


def _placed(document: Document, lack: Lack) -> Problem:
    if lack.text:
        path = next((path for path, text in document.scalars() if text.strip() == lack.text.strip()), (_AT,) if lack.control is None else ())
        return document.at(path, lack.what, lack.todo)
    base = (_AT,) if lack.control is None else ()
    return document.at((*base, *([lack.key] if lack.key else [])), lack.what, lack.todo)
