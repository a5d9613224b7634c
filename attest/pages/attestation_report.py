"""Our own attestation report as readers and programs get it; nothing where the record has none.

    record + edition  ->  attestation-report.html                parts A to G, made to be printed, with the promises of part D in it
                          attestation-report/part-1.html, …      the promises, ``MOST`` a page, where there are more
                          attestation-report.json                the same, for programs
                          one file for a mail or a folder        ``standalone``, with its style inside and absolute links

The report is a reading of the record: what it says of a promise is what the promise's page says, in the words of the form.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.resources import files as resources
from itertools import groupby
from typing import Any, Final

from jinja2 import Environment
from markupsafe import Markup

from attest.load.reported import report_form
from attest.pages import text, view
from attest.pages.drawn import Drawn, Edition, Heading
from attest.pages.headers import source_of
from attest.pages.register_paths import path_of
from attest.pages.view import Mark
from attest.published import ControlRecord, Record, page_of
from attest.report_form import DATA, PAGE, STATUS, Answer, Filled, Issue, Line, OfControl, anchor_of, fill, in_order, print_filled

TITLE: Final = "Attestation report"
MOST: Final = 1000
"""Promises a page."""
_SAID: Final = "What this company attests of itself, field by field in the order of a report form: who it is, what it covers, every promise with its status, and how to check it."
_STYLE: Final = "standalone-report.css"


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one shape that follow each other: terms and facts, entries of a list, or words."""

    shape: str
    lines: tuple[Line, ...]


def draw(record: Record, edition: Edition, templates: Environment) -> Iterator[Drawn]:
    """The page, and its parts where it has any."""
    if "report" not in record:
        return
    sizes = _sizes(record)
    yield _page(record, edition, templates, sizes)
    for number, size in enumerate(sizes if len(sizes) > 1 else (), 1):
        yield _part(record, edition, templates, (number - 1) * MOST, size, number, len(sizes))


def files(record: Record, edition: Edition) -> dict[str, bytes]:
    """Site path -> content."""
    return {DATA: print_json(record, edition)} if "report" in record else {}


def print_json(record: Record, edition: Edition) -> bytes:
    """attestation-report.json."""
    return (json.dumps(print_filled(_filled(record, edition), record, issue_of(edition)), indent=1, ensure_ascii=False) + "\n").encode()


def issue_of(edition: Edition) -> Issue:
    """What the report is issued with."""
    return Issue(edition.as_of, edition.valid_until, edition.release, edition.upcoming)


def standalone(record: Record, edition: Edition, templates: Environment) -> bytes:
    """The report as one HTML file that needs no other and loads nothing; links lead to the published site."""
    style = resources("attest.pages").joinpath("templates", _STYLE).read_text("utf-8")
    allowed = f"default-src 'none'; style-src {source_of(style)}"
    filled = _filled(record, edition)
    away = partial(_away, record["center"]["id"])
    return _fill("standalone-report.html", PAGE, record, edition, templates, filled, _promises(filled), style=Markup(style), allowed=allowed, away=away).encode()  # noqa: S704 - a file of ours


def _away(center: str, path: str) -> str:
    return path if path.startswith("#") else f"{center.rstrip('/')}/{path}"


def _filled(record: Record, edition: Edition, promises: slice = slice(None)) -> Filled:
    """``promises``: those that a page prints."""
    return fill(report_form(), record, record.get("report", {}), issue_of(edition), path_of, promises)


def _promises(filled: Filled) -> tuple[OfControl, ...]:
    """Part D."""
    return tuple(one for part in filled.parts for one in part.controls)


def _sizes(record: Record) -> list[int]:
    """How many promises stand on each page of part D: one size where they stand in the report itself."""
    count = len(record["controls"])
    return [min(MOST, count - start) for start in range(0, count, MOST)] or [0]


def _page(record: Record, edition: Edition, templates: Environment, sizes: Sequence[int]) -> Drawn:
    html = partial(_fill_page, record, edition, templates, sizes)
    headings = tuple(Heading(f"part-{part.id.lower()}", f"{part.id}. {part.title}") for part in report_form().parts)
    return Drawn(PAGE, TITLE, TITLE, _SAID, html, headings)


def _fill_page(record: Record, edition: Edition, templates: Environment, sizes: Sequence[int]) -> str:
    if len(sizes) == 1:
        filled = _filled(record, edition)
        return _fill("attestation-report.html", PAGE, record, edition, templates, filled, _promises(filled), parts=())
    led = _led(_filled(record, edition, slice(0)), {f"#{anchor_of(one)}": _part_path(place // MOST + 1) for place, one in enumerate(in_order(record))})
    parts = [(_part_path(number), (number - 1) * MOST + 1, (number - 1) * MOST + size) for number, size in enumerate(sizes, 1)]
    return _fill("attestation-report.html", PAGE, record, edition, templates, led, (), parts=parts)


def _led(filled: Filled, pages: Mapping[str, str]) -> Filled:
    """Links to promises of this report lead to the pages that they stand on."""
    return replace(filled, parts=tuple(replace(part, answers=tuple(_lead(answer, pages) for answer in part.answers)) for part in filled.parts))


def _lead(answer: Answer, pages: Mapping[str, str]) -> Answer:
    return replace(answer, lines=tuple(replace(line, to=f"{pages.get(line.to, '')}{line.to}") for line in answer.lines))


def _part(record: Record, edition: Edition, templates: Environment, start: int, size: int, number: int, of: int) -> Drawn:
    path, title = _part_path(number), f"{TITLE}, part D, {number} of {of}"
    html = partial(_fill_part, record, edition, templates, path, title, start, size)
    return Drawn(path, title, title, f"Part D of the attestation report: promises {start + 1} to {start + size}.", html, shelf=PAGE)


def _fill_part(record: Record, edition: Edition, templates: Environment, path: str, title: str, start: int, size: int) -> str:
    filled = _filled(record, edition, slice(start, start + size))
    return _fill("attestation-report-part.html", path, record, edition, templates, filled, _promises(filled), part_title=title, whole=PAGE)


def _part_path(number: int) -> str:
    return f"attestation-report/part-{number}.html"


def _fill(name: str, path: str, record: Record, edition: Edition, templates: Environment, filled: Filled, controls: Sequence[OfControl], **more: Any) -> str:
    """A template with what all of them need; ``controls`` are the promises that it prints."""
    return view.fill(
        templates, name, path, record, edition, filled=filled, controls=controls, title=TITLE, data=DATA,
        groups=groups, anchor=anchor_of, page_of=page_of, status=partial(status, edition), lean=view.badge, spoken=_spoken, **more,
    )  # fmt: skip


def _spoken(line: Line) -> str | Markup:
    """A line's text as HTML."""
    if line.shape == "words":
        return text.prose(line.text)
    if line.shape == "code":
        return Markup("<code>{}</code>").format(line.text)
    if line.shape == "moment":
        return text.time(line.text, clock=True)
    if line.shape == "end":
        return text.end(line.text)
    return text.time(f"{line.text}T00:00:00Z") if line.shape == "day" else text.escaped(line.text)


def groups(lines: Iterable[Line]) -> list[Group]:
    """Lines as they are set: what has a label together, entries of a list together, words by themselves."""
    return [Group(shape, tuple(found)) for shape, found in groupby(lines, key=lambda line: "facts" if line.label else "list" if line.shape == "item" else "words")]


def status(edition: Edition, control: ControlRecord) -> Mark:
    """A status with what it turns into by the reader's clock, in the words of the form."""
    found = view.mark(edition.as_of, control)
    said = "not met, planned" if control["verdict"] == "planned" else STATUS[control["verdict"]]
    return replace(found, text=said.capitalize(), then=f"{STATUS[found.becomes].capitalize()}: {found.then[:1].lower()}{found.then[1:]}" if found.lapses else "")
