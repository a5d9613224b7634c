"""The lists: promises by audience, and by area. Withheld controls are in neither; a line says how many there are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from jinja2 import Environment

from attest.pages import view
from attest.pages.drawn import Drawn, Edition, Heading
from attest.published import Record
from attest.words import AUDIENCES, Audience

_LEDE = {
    "customers": "What we promise to those who use our services, and what shows it today.",
    "suppliers": "What we promise to those who work for us and with us, and what shows it today.",
}


def draw(record: Record, edition: Edition, templates: Environment) -> Iterator[Drawn]:
    """One list an audience that has promises, one an area that has some."""
    for audience in AUDIENCES:
        if any(control["audience"] == audience for control in record["controls"]):
            yield _audience(record, edition, templates, audience)
    for card in view.cards(record, record["controls"]):
        html = partial(view.fill, templates, "area.html", card.path, record, edition, card=card)
        yield Drawn(card.path, card.title, card.title, card.summary or f"What we promise about: {card.title}.", html)


def _audience(record: Record, edition: Edition, templates: Environment, audience: Audience) -> Drawn:
    path, label = view.index_of(audience), view.AUDIENCE_LABEL[audience]
    cards = view.cards(record, [control for control in record["controls"] if control["audience"] == audience])
    html = partial(view.fill, templates, "audience.html", path, record, edition, label=label, lede=_LEDE[audience], cards=cards, withheld=sum(record["withheld"].values()))
    headings = tuple(Heading(card.id, card.title) for card in cards)
    return Drawn(path, label, label, _LEDE[audience], html, headings, lead=True)
