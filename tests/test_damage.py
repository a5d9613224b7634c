"""Each piece of Harbourline's evidence aged by itself, and each register emptied, aged and blanked: what rests on it changes, nothing else does, nothing turns met.

Files that are deleted, emptied or cut are in test_reference.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from attest.assess import Assessment, Result, assess
from attest.load import load
from attest.model.center import Center
from attest.model.evidence import of_register
from attest.observe import observe
from attest.readings.interface import Observation
from tests.conftest import ROOT
from tests.test_reference import AS_OF, assessment, center, harbourline, observations, results_of  # noqa: F401  # fixtures

pytestmark = pytest.mark.slow

LONG_AGO = timedelta(days=365 * 40)


def _resting(center: Center) -> dict[str, set[str]]:  # noqa: F811
    """Evidence id -> the controls that ask it anything, VEX statements included."""
    found: dict[str, set[str]] = {}
    for control in center.controls:
        for check in control.checks:
            for ident in (check.evidence, *check.lifted_by):
                found.setdefault(ident, set()).add(control.id)
    return found


RESTING = _resting(load(ROOT))
REGISTERS = sorted(ident for ident in RESTING if ident.startswith("register."))


def _aged(center: Center, seen: Mapping[str, Observation], ident: str) -> tuple[Center, dict[str, Observation]]:  # noqa: F811
    """The same, but this one observed forty years earlier: in its own words and in ours."""
    evidence, one = center.evidence[ident], seen[ident]
    typed = evidence.description.observed
    described = evidence.description.model_copy(update={"observed": typed and typed - LONG_AGO})
    older = center.model_copy(update={"evidence": {**center.evidence, ident: evidence.model_copy(update={"description": described})}})
    reading = one.reading and replace(one.reading, observed=one.reading.observed and one.reading.observed - LONG_AGO)
    return older, {**seen, ident: replace(one, reading=reading)}


def _expect(before: Mapping[str, Result], after: Mapping[str, Result], resting: set[str], what: str) -> None:
    changed = {ident: after[ident].verdict for ident in after if after[ident].verdict != before[ident].verdict}
    assert changed.keys() <= resting, what
    assert "met" not in changed.values(), what
    assert all(after[ident].verdict != "met" for ident in resting), what


@pytest.mark.parametrize("ident", sorted(RESTING))
def test_what_is_out_of_date_shows_nothing(ident: str, harbourline: Path, center: Center, assessment: Assessment) -> None:  # noqa: F811
    older, seen = _aged(center, assessment.observations, ident)
    _expect(results_of(assessment), results_of(assess(older, seen, AS_OF)), RESTING[ident], ident)


def _with_rows(center: Center, ident: str, rows: tuple[Any, ...]) -> Center:  # noqa: F811
    name = ident.removeprefix("register.")
    register = center.registers[name].model_copy(update={"rows": rows})  # type: ignore[index]
    return center.model_copy(update={"registers": {**center.registers, name: register}, "evidence": {**center.evidence, ident: of_register(register)}})


def _assessed(root: Path, damaged: Center) -> Mapping[str, Result]:
    seen, _ = observe(root, damaged, AS_OF)
    return results_of(assess(damaged, seen, AS_OF))


@pytest.mark.parametrize("ident", REGISTERS)
def test_an_emptied_register_shows_nothing(ident: str, harbourline: Path, center: Center, assessment: Assessment) -> None:  # noqa: F811
    _expect(results_of(assessment), _assessed(harbourline, _with_rows(center, ident, ())), RESTING[ident], ident)


@pytest.mark.parametrize("ident", REGISTERS)
def test_a_register_with_blanks_turns_nothing_to_met(ident: str, harbourline: Path, center: Center, assessment: Assessment) -> None:  # noqa: F811
    """Each row with every cell blank that may be, one row at a time."""
    before, rows = results_of(assessment), center.registers[ident.removeprefix("register.")].rows  # type: ignore[index]
    for index, row in enumerate(rows):
        fields = type(row).model_fields
        blank = row.model_copy(update={name: field.default for name, field in fields.items() if not field.is_required() and name != "visibility"})
        after = _assessed(harbourline, _with_rows(center, ident, (*rows[:index], blank, *rows[index + 1 :])))
        changed = {control: after[control].verdict for control in after if after[control].verdict != before[control].verdict}
        assert changed.keys() <= RESTING[ident], row.id
        assert "met" not in changed.values(), row.id


def test_every_kind_of_evidence_was_aged(center: Center) -> None:  # noqa: F811
    assert {center.evidence[ident].description.kind for ident in RESTING} == {"report", "record", "document", "declaration"}
