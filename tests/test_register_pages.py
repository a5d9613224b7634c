"""Pages of registers and notices: blanks are said, ends lapse by the reader's clock, an unmet condition shows, what is withheld is counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from attest.assess import Assessment, assess
from attest.model.register import REGISTERS, Notice, Register
from attest.pages import Drawn, Edition, draw
from attest.pages.environment import environment
from attest.pages.register import _SHOWN, path_of
from attest.record import project
from tests.centers import NOON, center, control, evidence, observed
from tests.sites import hostile_registers
from tests.test_pages import Elements
from tests.test_registers import register_of

LATER = NOON + timedelta(days=35)


def drawn(*registers: Register, notices: dict[str, Notice] | None = None) -> dict[str, Drawn]:
    assessment = _assessed(registers, notices or {})
    return {page.path: page for page in draw(project(assessment, bytes(32), 1, "0"), Edition(NOON, LATER), assessment.center.frameworks, environment(None))}


def _assessed(registers: tuple[Register, ...], notices: dict[str, Notice]) -> Assessment:
    word = evidence("word", {"kind": "declaration", "title": "Word", "by": "CEO", "statement": "So it is.", "observed": "2026-11-20", "until": "2027-01-01", "visibility": "public"})
    letter = evidence("letter", {"kind": "document", "title": "Letter", "file": "files/letter.pdf", "observed": "2026-11-20", "visibility": "gated"})
    held = center([control("kept", {}, [("word", {})]), control("unkept", {})], [word, letter])
    return assess(held.model_copy(update={"registers": {one.name: one for one in registers}, "notices": notices}), {"word": observed(None), "letter": observed(None)}, NOON)


def words(page: Drawn) -> str:
    return " ".join(" ".join(Elements(page.html).words).split())


@pytest.mark.parametrize("name", REGISTERS)
def test_every_column_of_every_register_is_shown(name: str) -> None:
    columns = {column for column, _, _ in _SHOWN[name][1]} | {_SHOWN[name][0], "id"}
    fields = {"".join(part.title() if index else part for index, part in enumerate(field.split("_"))) for field in REGISTERS[name].model_fields}  # type: ignore[index]
    assert fields - columns <= {"visibility", "framework", "audience"}


def test_what_is_blank_says_unknown() -> None:
    page = drawn(register_of("product", [{"id": "api", "rto": "4 hours"}]))["registers/product.html"]
    assert "Back within (RTO) 4 hours" in words(page)
    assert "Data lost at most (RPO) unknown" in words(page)
    assert "Public API" in words(page)


def test_a_certificate_lapses_by_the_readers_clock() -> None:
    rows = [
        {"id": "a", "title": "Held", "issuer": "I", "valid_from": "2026-01-01", "valid_until": "2026-12-31"},
        {"id": "b", "title": "Over", "issuer": "I", "valid_until": "2026-11-20"},
        {"id": "c", "title": "To come", "issuer": "I", "valid_from": "2027-01-01", "valid_until": "2028-01-01"},
        {"id": "d", "title": "Undated", "issuer": "I"},
    ]
    page = drawn(register_of("certificates", rows))["registers/certificates.html"]
    assert Elements(page.html).attributes("data-at-lapses") == ["2027-01-01T00:00:00Z"]
    assert "Until 31 December 2026" in words(page)
    assert "Ran out on 20 November 2026" in words(page)
    assert "From 1 January 2027" in words(page)
    assert "Valid until unknown" in words(page)
    assert "As we recorded it" in words(page)


def test_a_condition_that_is_not_kept_shows() -> None:
    rows = [{"id": "a", "cover": "Incidents", "conditions": [{"text": "Keep one", "control": "kept"}, {"text": "Keep two", "control": "unkept"}]}]
    said = words(drawn(register_of("insurance", rows))["registers/insurance.html"])
    assert "Keep one Kept Shown by evidence" in said
    assert "Keep two Unkept No current evidence" in said


def test_a_gated_document_is_bound_and_not_shown() -> None:
    page = drawn(register_of("assurance", [{"id": "a", "kind": "penetration-test", "firm": "F", "letter": "letter"}]))["registers/assurance.html"]
    assert "Letter: shown on request" in words(page)
    assert "Commitment" in words(page)
    assert "ab" * 32 not in page.html


def test_withheld_rows_are_counted_and_private_registers_have_no_page() -> None:
    rows = [{"id": "a", "name": "A"}, {"id": "b", "name": "Beta Secret", "visibility": "private"}]
    shown = drawn(register_of("subprocessors", rows), register_of("incidents", [{"id": "i", "opened": "2026-01-01", "what": "Lost key"}], visibility="private"))
    assert "1 entry is withheld" in words(shown["registers/subprocessors.html"])
    assert "registers/incidents.html" not in shown
    assert not [path for path, page in shown.items() if "Beta" in page.html or "Lost key" in page.html]


def test_what_is_overdue_says_so() -> None:
    page = drawn(register_of("reviews", [{"id": "a", "what": "Access", "next_due": "2026-11-20"}, {"id": "b", "what": "Law", "next_due": "2026-12-20"}]))["registers/reviews.html"]
    assert words(page).count("overdue") == 1


def test_without_registers_and_notices_there_is_no_page_of_them() -> None:
    assert not [path for path in drawn() if path.startswith(("registers/", "notices/"))]


def test_a_notice_shows_every_version_the_latest_first() -> None:
    versions = [{"date": "2026-10-01", "happened": "It broke.", "you": "Wait."}, {"date": "2026-10-02", "happened": "It works.", "affected": "Nothing.", "closed": "yes"}]
    notice = Notice.model_validate({"title": "Outage", "kind": "incident", "visibility": "public", "systems": ["api"], "versions": versions})
    shown = drawn(notices={"outage": notice})
    said = words(shown["notices/outage.html"])
    assert said.index("It works.") < said.index("It broke.")
    assert "What is affected not known yet" in said
    assert "amended 1 time" in words(shown["notices/index.html"])


def test_links_lead_to_web_addresses_and_mail_alone() -> None:
    rows = [{"id": "a", "name": "A", "website": "javascript:alert(1)"}, {"id": "b", "name": "B", "website": "https://b.example/"}]
    page = drawn(register_of("subprocessors", rows))["registers/subprocessors.html"]
    assert not [link for link in Elements(page.html).attributes("href") if link.startswith("javascript")]
    assert "https://b.example/" in Elements(page.html).attributes("href")


def test_a_control_that_asks_a_register_leads_to_it() -> None:
    assert path_of("data") == "privacy.html"
    assert path_of("subprocessors") == "registers/subprocessors.html"


def test_hostile_registers_cover_every_register() -> None:
    made: dict[Any, Register] = hostile_registers()
    assert set(made) == set(REGISTERS)


def test_a_framework_leads_to_the_certificates_recorded_for_it() -> None:
    rows = [{"id": "a", "title": "Held", "issuer": "I", "framework": "short"}, {"id": "b", "title": "Other", "issuer": "I"}]
    said = words(drawn(register_of("certificates", rows))["frameworks/short.html"])
    assert "Certificates, as we recorded them: Held ." in said
    assert "Other" not in said


def test_what_a_row_says_is_found_by_the_search() -> None:
    page = drawn(register_of("product", [{"id": "api", "uses_ai": "Arrival times are computed by a model.", "trains_on_customer_data": "no", "hosting_regions": ["Denmark", "Finland"]}]))["registers/product.html"]
    assert [heading.said for heading in page.headings] == ["Hosted in: Denmark, Finland; Use of AI: Arrival times are computed by a model.; Your data trains AI: no"]


def test_levels_begin_with_a_capital_like_every_other_answer() -> None:
    page = drawn(register_of("subprocessors", [{"id": "host", "name": "Host", "criticality": "critical"}]))["registers/subprocessors.html"]
    assert "How much depends on it Critical" in words(page)
