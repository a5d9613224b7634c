"""Small centers and readings made in memory, for tests of what is decided from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from attest.model.center import Center, Framework, Profile
from attest.model.control import Control, Decision, Promise
from attest.model.evidence import Description, Evidence
from attest.model.rule import Rule
from attest.readings.interface import Observation, Reading, Row

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

PROFILE = {
    "id": "https://trust.small.example/",
    "name": "Small",
    "summary": "A fictional company.",
    "systems": [{"id": "api", "name": "Public API"}, {"id": "web", "name": "Web application"}],
    "areas": [{"id": "data", "title": "Your data"}],
    "contacts": [{"role": "Security", "email": "security@small.example"}],
}
FRAMEWORK = {
    "id": "short",
    "title": "Short list",
    "version": "1",
    "publisher": "nobody",
    "url": "https://short.example/",
    "licence": "CC0-1.0",
    "clauses": [{"id": "S.1", "title": "one"}, {"id": "S.2", "title": "two"}],
}


def evidence(ident: str, description: Mapping[str, Any]) -> Evidence:
    """An evidence description under an id."""
    return Evidence(id=ident, description=Description.model_validate(description), title=description.get("title", "Some evidence"), file="controls/evidence/x.yml", line=1)


def control(ident: str, promise: Mapping[str, Any], checks: Sequence[tuple[str, Mapping[str, Any]]] = ()) -> Control:
    """A control with checks given as (evidence id, rule)."""
    said = Promise.model_validate({"title": ident.title(), "promise": "We do.", "area": "data", "owner": "Ops", **promise})
    decisions = tuple(Decision(evidence=found, rule=Rule.model_validate(rule)) for found, rule in checks)
    return Control(id=ident, audience="customers", promise=said, checks=decisions, file=f"controls/customers/{ident}.yml")


def center(controls: Sequence[Control], found: Sequence[Evidence], profile: Mapping[str, Any] | None = None) -> Center:
    """A center of these controls and evidence."""
    return Center(
        profile=Profile.model_validate({**PROFILE, **(profile or {})}),
        controls=tuple(sorted(controls, key=lambda item: item.id)),
        evidence={item.id: item for item in found},
        frameworks={"short": Framework.model_validate(FRAMEWORK)},
    )


def reading(rows: Sequence[Mapping[str, Any]], examined: int | None = None, **more: Any) -> Reading:
    """A reading of rows; ``examined`` is their number unless it is said."""
    score = more.pop("score", None)
    return Reading(
        format="test",
        rows=tuple(Row(**row) for row in rows),
        examined=len(rows) if examined is None else examined,
        score=None if score is None else Fraction(str(score)),
        **more,
    )


def observed(given: Reading | None, **more: Any) -> Observation:
    """An observation with a reading."""
    return Observation(digest="ab" * 32, reading=given, **more)
