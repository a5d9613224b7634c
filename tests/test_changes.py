"""What changed between two records. A case is a file in cases/changes: what is done to before.json, and the sentences that come of it, in order.

    {"do": [{"in": ["controls", "restored"], "set": {"verdict": "unknown"}}], "said": ["Worse: …"]}

``set`` sets fields, ``drop`` takes an entry out of a list, ``copy`` puts a changed copy in. ``ATTEST_GOLDEN=write`` writes what is said now.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.changes import GROUPS, KINDS, Change, changes, in_order, order
from attest.published import Record, totals
from attest.words import BASES, VERDICTS

CASES = Path(__file__).parent / "cases" / "changes"
BEFORE: Record = json.loads((CASES / "before.json").read_text("utf-8"))
FILES = sorted(path for path in CASES.glob("*.json") if path.stem != "before")


def changed(record: Record, steps: Iterable[dict[str, Any]]) -> Record:
    """The record after what a case does."""
    made = copy.deepcopy(record)
    for step in steps:
        found: Any = made
        for name in step["in"]:
            found = found[at(found, name)] if isinstance(found, list) else found[name]
        if "drop" in step:
            del found[at(found, step["drop"])]
        elif "copy" in step:
            fresh = copy.deepcopy(found[at(found, step["copy"])])
            found.append({**fresh, **({"id": step["as"]} if step["as"] else {}), **step["set"]})
        else:
            found.update(step["set"])
    return made


def at(entries: list[Any], name: str | int) -> int:
    return name if isinstance(name, int) else next(place for place, entry in enumerate(entries) if name in (entry.get("id"), entry.get("name")))


@pytest.mark.parametrize("case", FILES, ids=lambda path: path.stem)
def test_what_is_said(case: Path) -> None:
    wanted = json.loads(case.read_text("utf-8"))
    said = [change.said for change in changes(BEFORE, changed(BEFORE, wanted["do"]))]
    if os.environ.get("ATTEST_GOLDEN") == "write":
        case.write_text(json.dumps({**wanted, "said": said}, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert said == json.loads(case.read_text("utf-8"))["said"]


def test_every_kind_has_a_case() -> None:
    told = {change.kind for case in FILES for change in changes(BEFORE, changed(BEFORE, json.loads(case.read_text("utf-8"))["do"]))}
    backwards = {change.kind for case in FILES for change in changes(changed(BEFORE, json.loads(case.read_text("utf-8"))["do"]), BEFORE)}
    # What only comes of several releases put together is test_history's.
    assert told | backwards == set(KINDS) - {"returned", "list-changed"}


def records() -> st.SearchStrategy[Record]:
    """The small record with any verdicts, bases, and any of its controls, rows and notices left out."""

    def made(verdicts: list[str], bases: list[str], shown: list[bool], rows: list[bool]) -> Record:
        record = copy.deepcopy(BEFORE)
        for control, verdict, basis in zip(record["controls"], verdicts, bases, strict=True):
            control["verdict"], control["basis"] = verdict, basis if verdict == "met" else None  # type: ignore[typeddict-item]
        record["controls"] = [control for control, there in zip(record["controls"], shown, strict=True) if there]
        record["totals"] = totals(control["verdict"] for control in record["controls"])
        for register in record["registers"]:
            register["rows"] = [row for row, there in zip(register["rows"], rows, strict=False) if there]
        return record

    count = len(BEFORE["controls"])
    some = st.lists(st.booleans(), min_size=count, max_size=count)
    return st.builds(made, st.lists(st.sampled_from(VERDICTS), min_size=count, max_size=count), st.lists(st.sampled_from(BASES), min_size=count, max_size=count), some, some)


@given(records())
def test_a_record_does_not_differ_from_itself(record: Record) -> None:
    assert changes(record, copy.deepcopy(record)) == ()


@given(records(), records())
def test_every_difference_of_a_verdict_is_named(before: Record, now: Record) -> None:
    was, is_now = ({control["id"]: control["verdict"] for control in record["controls"]} for record in (before, now))
    wanted = {(ident, was.get(ident, ""), is_now.get(ident, "")) for ident in was | is_now if was.get(ident) != is_now.get(ident)}
    found = [(change.what, change.was, change.now) for change in changes(before, now) if KINDS[change.kind].matter == "promise"]
    assert set(found) == wanted
    assert len(found) == len(wanted)


@given(records(), records())
def test_the_worst_comes_first(before: Record, now: Record) -> None:
    found = changes(before, now)
    groups = [list(GROUPS).index(change.group) for change in found]
    assert groups == sorted(groups)
    worse = [list(VERDICTS).index(change.now) for change in found if change.kind == "worsened"]
    assert worse == sorted(worse)
    assert list(found) == sorted(found, key=order)


@given(records(), records())
def test_back_is_the_opposite(before: Record, now: Record) -> None:
    opposite = {"worsened": "improved", "improved": "worsened", "added": "gone", "gone": "added", "weaker": "stronger", "stronger": "weaker"}
    there = {(opposite[change.kind], change.what) for change in changes(before, now) if change.kind in opposite}
    back = {(change.kind, change.what) for change in changes(now, before) if change.kind in opposite}
    assert there == back


def test_kinds_are_in_the_order_of_their_groups() -> None:
    assert [KINDS[kind].group for kind in in_order()] == sorted((told.group for told in KINDS.values()), key=list(GROUPS).index)


def test_nothing_declared_is_taken_for_a_place_in_a_sentence() -> None:
    """Braces in a title stay braces."""
    assert Change("improved", "x", "{parts} {0} {", "unknown", "met").said == "Better: “{parts} {0} {” had no current evidence; now it is shown by evidence."
