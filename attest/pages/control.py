"""A page per control: the promise, the verdict and why, each check with its rule in English and its evidence, the clauses.

It carries exactly one machine-readable block (``published.block_of``), which verifying holds against assessment.json.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from jinja2 import Environment
from markupsafe import Markup

from attest.model.center import Framework
from attest.pages import text, view
from attest.pages.drawn import Drawn, Edition, Heading
from attest.pages.framework import clause_anchor, path_of
from attest.pages.register import path_of as register_path
from attest.published import ControlRecord, Record, block_of, digest_of, page_of


def draw(record: Record, edition: Edition, frameworks: Mapping[str, Framework], templates: Environment) -> Iterator[Drawn]:
    """customers/ID.html and suppliers/ID.html, one a public control."""
    areas = {area["id"]: area["title"] for area in record["areas"]}
    with_page = {card.id: card.path for card in view.cards(record, record["controls"])}
    titles = {ident: {clause.id: clause.title for clause in framework.clauses} for ident, framework in frameworks.items()}
    for control in record["controls"]:
        path = page_of(control)
        html = partial(
            view.fill, templates, "control.html", path, record, edition,
            control=control, block=Markup(block_of(control)), digest=digest_of(control),  # noqa: S704 - canonical JSON with < escaped
            area_title=areas[control["area"]], area_path=with_page[control["area"]], shelf_path=view.index_of(control["audience"]),
            systems=view.systems(record, control["appliesTo"]), check_mark=partial(view.check_mark, edition.as_of),
            clauses=_clauses(control, frameworks, titles), register_path=register_path,
        )  # fmt: skip
        yield Drawn(path, control["title"], control["title"], _description(edition, control), html, _headings(control), view.index_of(control["audience"]))


def _clauses(control: ControlRecord, frameworks: Mapping[str, Framework], titles: Mapping[str, Mapping[str, str]]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """(framework title, [(clause id, clause title, link)])"""
    return [
        (frameworks[ident].title, [(clause, titles[ident].get(clause, ""), f"{path_of(ident)}#{clause_anchor(clause)}") for clause in clauses])
        for ident, clauses in control["clauses"].items()
    ]


def _description(edition: Edition, control: ControlRecord) -> str:
    return f"{view.mark(edition.as_of, control).text}. {text.plain(control['promise'])}"


def _headings(control: ControlRecord) -> tuple[Heading, ...]:
    there = {"promise": "What we promise", "yours": "What is left to you", "checks": "How we know", "clauses": "Clauses it bears on"}
    present = {"promise": True, "yours": bool(control["yours"]), "checks": bool(control["checks"]), "clauses": bool(control["clauses"])}
    return tuple(Heading(ident, said) for ident, said in there.items() if present[ident])
