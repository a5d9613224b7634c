"""What is published of an assessment and what never is: canaries in every private field, numbers that sum, records that hold."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from attest.assess import assess
from attest.published import block_of, claims_of, digest_of, print_record
from attest.record import project
from attest.release import Release  # noqa: F401 - the release context has no way into a record
from attest.statement import ASSESSMENT, MANIFEST, parse_statement, print_statement, release_fields
from attest.times import parse_moment
from attest.wire import jcs
from attest.wire.commitment import commit, control_salt, file_salt
from tests.centers import NOON, center, control, evidence, observed, reading

SECRET = bytes(range(32))


def harbour() -> Any:
    rows = [{"row": "CANARY-row", "outcome": "fail", "subject": "CANARY-subject", "message": "CANARY-message"}]
    found = [
        evidence("open", {"kind": "report", "file": "CANARY-path/a.json", "covers": ["api"], "observed": "2026-11-20", "visibility": "public", "title": "Open scan"}),
        evidence("gated", {"kind": "document", "file": "CANARY.pdf", "observed": "2026-11-20", "visibility": "gated", "title": "Gated letter", "collected": {"by": "hand", "tool": "CANARY-tool"}}),
        evidence("CANARY-private", {"kind": "record", "file": "a.csv", "observed": "2026-11-20", "title": "CANARY-title", "columns": {"row": "CANARY-a", "outcome": "b"}, "pass_values": ["CANARY-ok"]}),
        evidence("word", {"kind": "declaration", "by": "CANARY-role", "statement": "CANARY-said", "observed": "2026-11-20", "until": "2027-01-01", "title": "CANARY-word"}),
    ]
    controls = [
        control("shown", {"owner": "CANARY-owner", "applies_to": ["api"]}, [("open", {})]),
        control("documented", {"owner": "CANARY-owner"}, [("gated", {}), ("CANARY-private", {}), ("word", {})]),
        control("canary-hidden", {"visibility": "private", "title": "CANARY-hidden", "promise": "CANARY", "maps": {"short": ["S.1"]}}),
        control("mapped", {"maps": {"short": ["S.1", "S.2"]}}),
    ]
    observations = {
        "open": observed(reading(rows, tool="scanner", version="3")),
        "gated": observed(None),
        "CANARY-private": observed(reading([{"row": "CANARY-name", "outcome": "fail", "subject": "CANARY-device"}])),
        "word": observed(None),
    }
    return assess(center(controls, found), observations, NOON)


def test_no_private_field_is_published() -> None:
    published = json.dumps(project(harbour(), SECRET, 1, "0"), ensure_ascii=False)
    assert "canary" not in published.lower()
    assert "Gated letter" in published


def test_an_area_of_withheld_controls_alone_is_not_published() -> None:
    hidden = control("hidden", {"visibility": "private", "area": "canary-area"})
    areas = [{"id": "data", "title": "Your data"}, {"id": "canary-area", "title": "CANARY-title", "summary": "CANARY-summary"}]
    made = assess(center([control("shown", {}), hidden], [], {"areas": areas}), {}, NOON)
    record = project(made, SECRET, 1, "0")
    assert "canary" not in json.dumps(record).lower()
    assert [area["id"] for area in record["areas"]] == ["data"]


def test_evidence_shows_what_its_visibility_allows() -> None:
    record = project(harbour(), SECRET, 1, "0")
    checks = {control["id"]: control["checks"] for control in record["controls"]}
    public, (gated, private, declared) = checks["shown"][0], checks["documented"]
    assert (public["sha256"], public["commitment"], public["summary"]) == ("ab" * 32, None, {"examined": 1, "passed": 0, "failed": 1, "other": 0})
    assert public["tool"] == {"name": "scanner", "version": "3"}
    assert (gated["evidence"], gated["sha256"], gated["summary"], gated["tool"]) == ("gated", None, None, None)
    assert gated["commitment"] == commit(file_salt(SECRET, "gated", b"\xab" * 32), "gated", b"\xab" * 32)
    assert (private["evidence"], private["title"], private["verdict"]) == (None, None, "not-met")
    assert declared["declared"] is None


@pytest.mark.parametrize(("visibility", "seen"), [("public", True), ("gated", True), ("private", False)])
def test_what_passes_in_a_record_is_read_beside_the_rule(visibility: str, seen: bool) -> None:
    """Ours to choose: whoever lets "overdue" pass says so."""
    described = {"kind": "record", "file": "a.csv", "observed": "2026-11-20", "visibility": visibility, "columns": {"row": "a", "outcome": "b"}, "pass_values": ["done", "overdue"]}
    made = assess(center([control("one", {}, [("rows", {})])], [evidence("rows", described)]), {"rows": observed(reading([{"row": "x", "outcome": "pass"}]))}, NOON)
    said = project(made, SECRET, 1, "0")["controls"][0]["checks"][0]["ruleText"]
    assert said.endswith(" A row passes where it says \u201cdone\u201d or \u201coverdue\u201d.") is seen
    assert ("overdue" in said) is seen


def test_totals_count_every_control_and_the_withheld_ones_are_among_them() -> None:
    record = project(harbour(), SECRET, 1, "0")
    assert sum(record["totals"].values()) == 4
    assert sum(record["withheld"].values()) == 1 == len(record["commitments"])
    assert [control["id"] for control in record["controls"]] == ["documented", "mapped", "shown"]
    assert record["frameworks"][0]["clauses"] == record["frameworks"][0]["mapped"] == 2
    assert record["frameworks"][0]["verdicts"]["unknown"] == 1, "the withheld control that maps a clause is not counted there"


def test_a_withheld_control_is_bound_and_cannot_be_followed() -> None:
    one, two = (project(harbour(), SECRET, n, "0")["commitments"][0]["commitment"] for n in (1, 2))
    assert one != two
    hidden = project(harbour(), SECRET, 1, "0")
    assert hidden["commitments"][0]["commitment"] == one
    assert project(harbour(), None, 1, "0")["commitments"] == []


def test_a_commitment_is_what_the_docs_say() -> None:
    digest = hashlib.sha256(b"the file").digest()
    salt = control_salt(SECRET, 7, "access-review", digest)
    assert commit(salt, "access-review", digest) == hashlib.sha256(b"attest/commitment/v1\0" + salt + b"\0\0\0\x0d" + b"access-review" + digest).hexdigest()


def test_the_canonical_record_has_no_float_and_changes_with_every_field() -> None:
    shown = next(control for control in project(harbour(), SECRET, 1, "0")["controls"] if control["id"] == "shown")
    assert digest_of(shown) == hashlib.sha256(jcs.canonical(shown)).hexdigest()
    for key in shown:
        assert digest_of({**shown, key: "changed"}) != digest_of(shown)


def test_each_control_stands_on_a_line_that_is_its_canonical_record() -> None:
    record = project(harbour(), SECRET, 1, "0")
    printed = print_record(record)
    assert json.loads(printed) == record
    lines = {hashlib.sha256(line.removesuffix(b",")).hexdigest() for line in printed.splitlines()}
    assert {digest_of(control) for control in record["controls"]} <= lines


def test_a_block_cannot_be_closed_from_inside() -> None:
    block = block_of({"id": "</script><script>alert(1)</script>", "verdict": "met"})
    assert block.count("</script>") == 1
    inside = json.loads(block[block.index(">") + 1 : -len("</script>")])
    assert inside["id"].startswith("</script>")


def test_a_statement_comes_back_as_it_was_printed() -> None:
    record = project(harbour(), SECRET, 2, "0")
    fields = release_fields(2, (1, "cd" * 32), NOON, parse_moment("2026-12-20T00:00:00Z"), b"key", None)
    payload = print_statement(record, claims_of(record["controls"]), {MANIFEST: "01" * 32, ASSESSMENT: "02" * 32}, fields)
    parsed = parse_statement(payload)
    assert (parsed.release, parsed.previous, parsed.center, parsed.log) == (2, (1, "cd" * 32), "https://trust.small.example/", None)
    assert parsed.totals == record["totals"]
    assert [ident for ident, _, _ in parsed.claims] == ["documented", "mapped", "shown"]
    assert jcs.canonical(json.loads(payload)) == payload


def test_a_register_says_how_it_was_read_unless_it_is_private() -> None:
    """Whoever is handed the file comes to the same rows with this, and to the same verdict with the rule."""
    described = {"kind": "record", "file": "a.csv", "observed": "2026-11-20", "columns": {"row": "who", "outcome": "state"}, "pass_values": ["ok"], "fail_values": ["no"]}
    found = [evidence(shown, {**described, "visibility": shown}) for shown in ("public", "gated", "private")]
    held = center([control("one", {}, [(item.id, {}) for item in found])], found)
    read = observed(reading([{"row": "a", "outcome": "pass"}]))
    checks = project(assess(held, {item.id: read for item in found}, NOON), SECRET, 1, "0")["controls"][0]["checks"]
    said = {"format": "test", "columns": {"row": "who", "outcome": "state"}, "passValues": ["ok"], "failValues": ["no"]}
    assert [check["readAs"] for check in checks] == [said, said, None]
