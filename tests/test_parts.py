"""A promise that the library shows in parts, met by one of them: what may be missing is said."""

from __future__ import annotations

import pytest

from attest.assess import Result, assess
from attest.authoring.shelf import offers
from attest.cli.outcome import _parts
from tests.centers import NOON, center, control, evidence, observed, reading

IDENT = "customers-kept-apart"
WHOLE, PART = (next(way.title for way in offers()[IDENT].shown_by if way.part is part) for part in (False, True))


def result(*titles: str) -> Result:
    found = [evidence(f"e{index}", {"kind": "report", "title": title, "file": "files/x.json", "observed": "2026-11-20"}) for index, title in enumerate(titles)]
    held = center([control(IDENT, {}, [(item.id, {}) for item in found])], found)
    return assess(held, {item.id: observed(reading([{"row": "a", "outcome": "pass"}])) for item in found}, NOON).results[0]


@pytest.mark.parametrize(("titles", "missing"), [((WHOLE,), [PART]), ((PART,), [WHOLE]), ((WHOLE, PART), []), (("Our own list",), [PART]), ((), [])], ids=["whole alone", "part alone", "both", "another", "nothing"])
def test_what_may_be_missing(titles: tuple[str, ...], missing: list[str]) -> None:
    assert [line.partition(";")[0] for line in _parts(result(*titles))] == missing


def test_a_way_that_says_part_is_marked_as_one() -> None:
    for offer in offers().values():
        for way in offer.shown_by:
            assert way.part == ("for the part " in way.title), way.title
