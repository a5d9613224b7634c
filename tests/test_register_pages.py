"""Pages of registers and notices: blanks are said, ends lapse by the reader's clock, an unmet condition shows, what is withheld is counted."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import zlib
from collections.abc import Mapping
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attest.assess import Assessment, assess
from attest.english import ask_sentence
from attest.model.evidence import of_register
from attest.model.register import REGISTERS, TITLES, Notice, Register
from attest.model.rule import Ask
from attest.pages import Drawn, Edition, addresses, draw, glance, notice, text, view
from attest.pages.environment import environment
from attest.pages.register import path_of
from attest.pages.register_columns import ANSWERS, COLUMNS, GROUPS, HEADS, LEDE, NEIGHBOURS, OPTIONAL, SHELVES, columns_of, in_words, parts_of, said
from attest.record import project
from attest.wire.commitment import commit, file_salt
from tests.centers import NOON, center, control, evidence, observed
from tests.sites import hostile, hostile_registers
from tests.test_pages import Elements, pages
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


def cells(page: Drawn) -> dict[str, list[str]]:
    """What the cells of a page's tables say, by the label each has on a telephone."""
    found: dict[str, list[str]] = {}
    for label, inner in re.findall(r'<td data-label="([^"]*)"[^>]*>(.*?)</td>', page.html, re.DOTALL):
        found.setdefault(unescape(label), []).append(" ".join(" ".join(Elements(inner).words).split()))
    return found


def only(register: Register, **more: Any) -> Drawn:
    """The page of a register that is the only one."""
    return drawn(register, **more)[path_of(register.name)]


@pytest.mark.parametrize("name", REGISTERS)
def test_every_column_of_every_register_is_shown(name: str) -> None:
    columns = {column for column, _, _ in COLUMNS[name][1]} | {COLUMNS[name][0], "id"}
    fields = {"".join(part.title() if index else part for index, part in enumerate(field.split("_"))) for field in REGISTERS[name].model_fields}  # type: ignore[index]
    assert fields - columns <= {"visibility", "framework", "audience"}


def test_what_is_blank_says_unknown() -> None:
    page = drawn(register_of("product", [{"id": "api", "rto": "4 hours"}]))["registers/product.html"]
    assert "Back within (RTO) 4 hours" in words(page)
    assert "Data lost at most (RPO) unknown" in words(page)
    assert "Answers we do not know 9 of 10" in words(page)
    assert "Public API" in words(page)


def test_a_certificate_lapses_by_the_readers_clock() -> None:
    rows = [
        {"id": "a", "title": "Held", "issuer": "I", "valid_from": "2026-01-01", "valid_until": "2026-12-31"},
        {"id": "b", "title": "Over", "issuer": "I", "valid_until": "2026-11-20"},
        {"id": "c", "title": "To come", "issuer": "I", "valid_from": "2027-01-01", "valid_until": "2028-01-01"},
        {"id": "d", "title": "Undated", "issuer": "I"},
    ]
    page = drawn(register_of("certificates", rows))["registers/certificates.html"]
    lapsing = [(part["data-at-lapses"], part["data-at-becomes"], part["data-at-then"]) for _, part in Elements(page.html).found if "data-at-lapses" in part]
    assert lapsing == [("2027-01-01T00:00:00Z", "not-met", "Ran out on 31 December 2026"), ("2027-01-01T00:00:00Z", "met", "Until 1 January 2028")]
    assert "Until 31 December 2026" in words(page)
    assert "Ran out on 20 November 2026" in words(page)
    assert "From 1 January 2027 until 1 January 2028" in words(page)
    assert "Undated No last day recorded" in words(page)
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
    assert "State Closed" in said
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
    assert [heading.said for heading in page.headings] == ["Hosted in: Denmark, Finland; Use of AI: Arrival times are computed by a model; Your data trains AI: no"]


@pytest.mark.parametrize(
    ("name", "sentence", "reads"),
    [
        ("product", "1 of 3 rows looked at: rpo is blank.", "1 of 3 rows looked at: “Data lost at most (RPO)” is blank."),
        ("subprocessors", "2 of 7 rows do not say transfer_ground, so nothing tells whether they are meant.", "2 of 7 rows do not say “Ground for a transfer abroad”, so nothing tells whether they are meant."),
        ("reviews", "The latest last is longer ago than 1 year.", "The latest “Last” is longer ago than 1 year."),
        ("data", "Where the data is kept is not said.", "Where the data is kept is not said."),
        ("contacts", "1 of 2 rows looked at: role is blank.", "1 of 2 rows looked at: role is blank."),
    ],
)
def test_what_came_of_a_list_is_said_in_the_words_of_its_page(name: str, sentence: str, reads: str) -> None:
    assert in_words(name, sentence) == reads


@pytest.mark.parametrize("name", sorted(COLUMNS))
def test_what_is_asked_of_a_list_is_said_in_the_words_of_its_page(name: str) -> None:
    """Every column that a rule can name and the page shows."""
    labels = {re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", key): label for key, label, _ in COLUMNS[name][1]}
    sentence = in_words(name, ask_sentence(Ask.model_validate({"filled": sorted(labels)}), 1, "The list", timedelta(days=90)))
    assert re.findall("“([^”]*)”", sentence) == ["The list", *(labels[column] for column in sorted(labels))]


def test_levels_begin_with_a_capital_like_every_other_answer() -> None:
    page = drawn(register_of("subprocessors", [{"id": "host", "name": "Host", "criticality": "critical"}]))["registers/subprocessors.html"]
    assert cells(page)["How much depends on it"] == ["Critical"]


# What a page shows is data.


@pytest.mark.parametrize("name", REGISTERS)
def test_every_column_of_a_row_stands_on_its_page_once(name: str) -> None:
    """In a part, or as the words that group it; the page of a document is what its title leads to."""
    parts = parts_of(name)
    for kind in {part.rows for part in parts if part.rows} or {""}:
        taken = [part for part in parts if part.rows in ("", kind)]
        shown = [key for part in taken for key, _, _ in columns_of(name, part)] + [part.by for part in taken if part.by in {key for key, _, _ in COLUMNS[name][1]}]
        assert sorted([*shown, *(["page"] if name == "documents" else [])]) == sorted(key for key, _, _ in COLUMNS[name][1])


def test_every_register_has_its_line_its_question_and_its_place() -> None:
    placed = [name for _, _, names in SHELVES for name in names]
    assert sorted(placed) == sorted(REGISTERS)
    assert set(LEDE) == set(ANSWERS) == set(HEADS) == set(NEIGHBOURS) == set(COLUMNS) == set(REGISTERS)
    assert all(other in REGISTERS for names in NEIGHBOURS.values() for other in names)


WORDS = st.text(st.sampled_from("abc éß漢"), min_size=1, max_size=20).filter(lambda said: said == " ".join(said.split()) != "")
CUTTING = st.text(st.sampled_from("ab<>&\"'; é"), min_size=1, max_size=20).filter(lambda said: said == " ".join(said.split()) != "")
DAYS = st.dates(date(2020, 1, 1), date(2026, 11, 20)).map(date.isoformat)
LATE = st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(date.isoformat)
KINDS: Mapping[str, st.SearchStrategy[Any]] = {
    "text": CUTTING, "link": CUTTING, "prose": WORDS, "reach": WORDS, "list": st.lists(CUTTING.filter(lambda said: ";" not in said), min_size=1, max_size=3), "day": DAYS, "last": LATE, "due": LATE,
    "ends": LATE, "yes-no": st.sampled_from(["yes", "no"]), "span": st.sampled_from(["2d", "30d", "1y", "4h"]), "systems": st.just(["api"]), "page": st.just("policies/access.html"),
    "row:subprocessors": st.lists(CUTTING.filter(lambda said: ";" not in said), min_size=1, max_size=2), "controls": st.just(["kept"]), "evidence": st.just("letter"),
    "conditions": st.lists(WORDS.map(lambda said: {"text": said, "control": "kept"}), min_size=1, max_size=2),
}  # fmt: skip
FIXED = {"kept": "Kept", "letter": "Letter", "api": "Public API", "policies/access.html": ""}


def _cell(name: str, key: str, kind: str) -> st.SearchStrategy[Any]:
    field = REGISTERS[name].model_fields[re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", key)]  # type: ignore[index]
    if key in ("openCritical", "openHigh", "openActions"):
        return st.integers(0, 9).map(str)
    if found := [word for one in (field.annotation, *getattr(field.annotation, "__args__", ())) for word in getattr(one, "__args__", ()) if isinstance(word, str)]:
        return st.sampled_from(found)
    if kind.startswith("row:documents") or kind == "notice":
        return st.just("one")
    return KINDS[kind].map(lambda value: value[0] if key == "control" else value)


@st.composite
def filled(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A register's name and a row of it, some columns filled and others left blank."""
    name = draw(st.sampled_from(sorted(REGISTERS)))
    title, columns = COLUMNS[name]
    needed = {"".join(part.title() if place else part for place, part in enumerate(field.split("_"))) for field, about in REGISTERS[name].model_fields.items() if about.is_required()}
    row = {key: draw(_cell(name, key, kind)) for key, _, kind in columns if key in needed or draw(st.booleans())}
    return name, {"id": "api", **row, **({} if title == "id" else {title: draw(_cell(name, title, "text"))})}


def _spoken(key: str, kind: str, value: Any) -> list[str]:
    """The words that stand on a page for a value."""
    if isinstance(value, list):
        return [_spoken(key, kind, one["text"] if isinstance(one, dict) else one)[0] for one in value]
    if value in GROUPS.get(key, ()):
        return [GROUPS[key][value]]
    if kind in ("day", "last", "due", "ends"):
        return [text.day(f"{value}T00:00:00Z")]
    spoken = {"words": lambda: said(value, key), "yes-no": value.capitalize, "span": lambda: view.words_of(value), "page": lambda: ""}
    return [spoken[kind]() if kind in spoken else FIXED.get(value, value)]


@settings(max_examples=150, deadline=None)
@given(filled())
def test_every_value_stands_on_its_page_and_every_blank_says_unknown(made: tuple[str, dict[str, Any]]) -> None:
    name, row = made
    register = register_of(name, [{re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", key): value for key, value in row.items()}])
    page = only(register)
    there = words(page)
    for key, _, kind in COLUMNS[name][1]:
        if key in row:
            for spoken in _spoken(key, kind, row[key]):
                assert spoken in there, (name, key)
    title = row[COLUMNS[name][0]]
    assert {"product": "Public API"}.get(name, said(title, COLUMNS[name][0]) if name in ("rights", "exercises", "notice-terms") else title) in there
    blank = {key for key, _, _ in COLUMNS[name][1] if key not in row and key not in OPTIONAL}
    if name == "responsibilities":
        blank -= {"us": {"yours"}, "you": {"ours"}, "third-party": {"yours", "ours"}}.get(row["whose"], set())
    assert page.html.count('<span class="at-quiet at-blank">unknown</span>') == len(blank)
    assert 'id="api"' in page.html


def test_a_row_has_one_anchor_and_pages_hold_each_id_once() -> None:
    for page in pages(hostile()).values():
        ids = Elements(page.html).attributes("id")
        assert len(ids) == len(set(ids)), page.path
        assert {heading.id for heading in page.headings} <= set(ids), page.path


# Each page answers its reader's question first.

COMPANIES = [
    {"id": "host", "name": "Host", "purpose": "Runs machines", "data": "everything", "location": "Denmark and Finland", "since": "2020-01-01"},
    {"id": "mail", "name": "Mail", "location": "Trinidad and Tobago; Germany", "since": "2024-05-01", "until": "2026-12-31"},
    {"id": "old", "name": "Old", "location": "France", "since": "2019-01-01", "until": "2022-03-31"},
    {"id": "dark", "name": "Dark"},
]


def test_subprocessors_say_who_where_and_what_changed() -> None:
    said_there = {"date": "2026-11-10", "happened": "From 20 December 2026 Post joins us.", "you": "Object to privacy@small.example before 17 December."}
    coming = Notice.model_validate({"title": "Post joins", "kind": "subprocessor", "visibility": "public", "versions": [said_there]})
    page = only(register_of("subprocessors", COMPANIES), notices={"post": coming})
    shown = words(page)
    assert "Work for us 3 companies Where Denmark, Finland, Germany, Trinidad and Tobago, unknown Announced Post joins Joined last Mail, 1 May 2024" in shown
    assert page.html.index('id="host"') < page.html.index('id="_changes"') < page.html.index('id="old"')
    assert "31 December 2026 : Mail leaves 1 May 2024 : Mail joined 31 March 2022 : Old left 1 January 2020 : Host joined 1 January 2019 : Old joined" in shown
    assert "17 December 2026 to come Object to privacy@small.example before 17 December. 20 December 2026 to come" in shown
    assert "write to Security: security@small.example" in shown
    lapsing = {str(part["data-at-lapses"]): part["data-at-then"] for _, part in Elements(page.html).found if "data-at-lapses" in part}
    assert lapsing["2026-12-18T00:00:00Z"] == "past"
    assert lapsing["2027-01-01T00:00:00Z"] == "ended on 31 December 2026"


def test_places_are_taken_apart_and_names_with_and_are_not() -> None:
    rows: list[dict[str, Any]] = [{"location": "Bosnia and Herzegovina, Serbia"}, {"location": "Serbia; and Montenegro"}, {"location": None}]
    assert [(place, len(found)) for place, found in glance.places(rows)] == [("Bosnia and Herzegovina", 1), ("Montenegro", 1), ("Serbia", 2), ("unknown", 1)]


@pytest.mark.parametrize(
    ("answers", "says"),
    [(["no", "no"], "Your data trains AI No AI"), (["yes", "no"], "Your data trains AI No: Web application Yes: Public API AI"), (["no", None], "Your data trains AI No: Public API Unknown: Web application AI")],
)
def test_whether_data_trains_ai_is_said_plainly(answers: list[str | None], says: str) -> None:
    rows = [{"id": ident, "uses_ai": "yes, everywhere", **({"trains_on_customer_data": answer} if answer else {})} for ident, answer in zip(("api", "web"), answers, strict=True)]
    assert says in words(only(register_of("product", rows)))


def test_product_security_has_a_column_a_system() -> None:
    page = only(register_of("product", [{"id": "api", "rto": "4 hours"}, {"id": "web", "rto": "1 day"}]))
    assert (cells(page)["Public API"].count("4 hours"), cells(page)["Web application"].count("1 day")) == (1, 1)


def test_documents_are_parted_into_those_to_open_and_those_for_the_asking() -> None:
    rows = [
        {"id": "a", "title": "Rules", "page": "policies/rules.html", "how": "Open to everybody"}, {"id": "b", "title": "The letter", "evidence": "letter", "how": "Write to papers@small.example"},
        {"id": "c", "title": "Contract"},
    ]  # fmt: skip
    page = only(register_of("documents", rows))
    assert "../policies/rules.html" in Elements(page.html).attributes("href")
    assert "mailto:papers@small.example" in Elements(page.html).attributes("href")
    assert words(page).index("To open here Document") < words(page).index("Rules") < words(page).index("For the asking Document") < words(page).index("The letter")
    assert cells(page)["The file"][1] == "no file of it is bound here"


def test_what_the_page_says_of_checking_a_file_is_right(tmp_path: Path) -> None:
    page = only(register_of("documents", [{"id": "a", "title": "The letter", "evidence": "letter"}]))
    code = unescape(re.findall(r"<code data-handed>(.*?)</code>", page.html, re.DOTALL)[0])
    script = code.partition("<<'END'\n")[2].partition("END\n")[0]
    (tmp_path / "letter.pdf").write_bytes(b"what was handed over")
    raw = hashlib.sha256(b"what was handed over").digest()
    salt = file_salt(bytes(range(32)), "letter", raw)
    said_so = subprocess.run([sys.executable, "-", str(tmp_path / "letter.pdf"), "letter", salt.hex()], input=script, capture_output=True, text=True, check=True).stdout
    assert said_so.strip() == commit(salt, "letter", raw)


def test_duties_stand_by_whose_they_are_and_yours_come_first() -> None:
    rows = [
        {"id": "a", "duty": "Guard", "whose": "us", "ours": "All of it."}, {"id": "b", "duty": "Choose", "whose": "you", "yours": "All of it."}, {"id": "c", "duty": "Both", "whose": "both", "ours": "Half."},
    ]  # fmt: skip
    page = only(register_of("responsibilities", rows))
    assert words(page).index("Yours Choose") < words(page).index("Shared: ours and yours Both") < words(page).index("Ours Guard")
    assert cells(page)["Your part"] == ["All of it.", "unknown", "no part named"]
    assert "responsibilities.html#1_you" in Elements(page.html).attributes("href")


def test_an_examination_that_was_followed_in_time_is_not_overdue() -> None:
    rows = [
        {"id": "a", "kind": "penetration-test", "firm": "First", "date": "2025-10-01", "next_due": "2026-10-31"}, {"id": "b", "kind": "penetration-test", "firm": "Next", "date": "2026-10-20", "next_due": "2026-11-19"},
        {"id": "c", "kind": "audit", "firm": "Other", "date": "2026-10-20", "next_due": "2027-10-20"},
    ]  # fmt: skip
    page = only(register_of("assurance", rows))
    assert cells(page)["Next by"] == ["19 November 2026, overdue", "20 October 2027", "31 October 2026; one followed on 20 October 2026"]
    assert "Last penetration test 20 October 2026, Next Its findings still open critical: unknown, high: unknown" in words(page)


def test_many_questions_stand_by_area_and_each_with_its_verdicts() -> None:
    rows = [{"id": f"q{number}", "question": f"Question {number}?", "answer": "So.", "controls": "kept" if number else ""} for number in range(9)]
    page = only(register_of("faq", rows))
    assert words(page).index("Your data Question 1?") < words(page).index("Other questions Question 0?")
    assert "Question 1? So. Rests on Kept Shown by evidence" in words(page)


def test_the_page_says_which_promises_rest_on_it() -> None:
    register = register_of("reviews", [{"id": "a", "what": "Access", "last": "2026-11-01"}])
    proof = of_register(register)
    asking = control("asking", {}).model_copy(update={"checks": (control("x", {}, [(proof.id, {"min_rows": "1"})]).checks[0].model_copy(update={"ask": Ask.model_validate({"within": {"last": "1y"}})}),)})
    held = center([asking, control("other", {})], [proof]).model_copy(update={"registers": {"reviews": register}})
    made = project(assess(held, {proof.id: observed(None)}, NOON), bytes(32), 1, "0")
    page = {page.path: page for page in draw(made, Edition(NOON, LATER), held.frameworks, environment(None))}["registers/reviews.html"]
    assert "What rests on this list" in words(page)
    assert "../customers/asking.html" in Elements(page.html).attributes("href") and "../customers/other.html" not in Elements(page.html).attributes("href")


def test_contacts_of_the_center_that_the_register_does_not_name_are_there_too() -> None:
    rows = [{"id": "a", "role": "Desk", "reason": "Anything", "channel": "+44 1632 960112, then desk@small.example"}]
    page = only(register_of("contacts", rows))
    links = Elements(page.html).attributes("href")
    assert {"tel:+441632960112", "mailto:desk@small.example", "mailto:security@small.example"} <= set(links)


def test_the_index_groups_what_there_is() -> None:
    shown = drawn(register_of("subprocessors", COMPANIES), register_of("faq", []), register_of("contacts", []))["registers/index.html"]
    assert shown.label == "Facts"
    assert words(shown).index("Your data Questions") < words(shown).index("Who else is involved Subprocessors") < words(shown).index("When something happens Whom to reach")
    assert "Shown by others" not in words(shown)
    assert "Which companies hold my data, and where?" in words(shown)


def test_five_hundred_rows_weigh_what_their_words_weigh() -> None:
    """A row costs the words it has, in twice their bytes, and three kilobytes at most; gzipped the whole page stays below the weight of one picture."""
    ready = hostile()
    many: list[Any] = [{**register, "rows": _many(register)} for register in ready.record["registers"]]
    for page in draw({**ready.record, "registers": many}, Edition(NOON, LATER), ready.center.frameworks, environment(None)):
        for register in many:
            if page.path == path_of(register["name"]):
                spoken = len(json.dumps(register["rows"]))
                assert len(page.html) < 20_000 + 3 * spoken + 3_000 * len(register["rows"]), page.path
                assert len(zlib.compress(page.html.encode())) < 80_000, page.path
                assert ("All 500 entries" in words(page)) == (len(register["rows"]) == 500)


def _many(register: Any) -> list[dict[str, Any]]:
    row = register["rows"][0]
    return [row] if register["name"] == "product" else [{**row, "id": f"row-{number}"} for number in range(500)]


# Addresses and days in words.


@pytest.mark.parametrize(
    ("words", "links"),
    [
        ("+44 1632 960112, then a.b+c@x.example.", ["tel:+441632960112", "mailto:a.b+c@x.example"]),
        ("See https://x.example/a?b=1&c=2, or http://y.example.", ["https://x.example/a?b=1&amp;c=2", "http://y.example"]),
        ("C++ 12 3456789, 1+1 2345678, javascript:x@y, @home", []),
        ("(https://x.example/)", ["https://x.example/"]),
    ],
)
def test_addresses_in_words_are_links(words: str, links: list[str]) -> None:
    assert Elements(str(addresses.linked(words))).attributes("href") == [unescape(link) for link in links]


@given(st.text(alphabet=st.sampled_from("<>\"'&;@.:/+ 12ahtpsx()#\n"), max_size=60))
def test_linked_words_stay_the_same_words(said: str) -> None:
    made = Elements(str(addresses.linked(said)))
    assert "".join(made.words) == said
    assert {tag for tag, _ in made.found} <= {"a"}
    assert all(set(attributes) <= {"href", "rel"} and str(attributes["href"]).startswith(("https://", "http://", "mailto:", "tel:")) for _, attributes in made.found)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("From 20 December 2026 on, not 2026-12-24.", ["2026-12-20", "2026-12-24"]),
        ("On 19 January we switch, on 9 September we wrote.", ["2027-01-19", "2026-09-09"]),
        ("By December 5, 2026 or March 3", ["2026-12-05", "2027-03-03"]),
        ("31 February 2027, 12 apples in May, on 1 June", ["2026-06-01"]),
        ("30 February, 99 March", []),
    ],
)
def test_days_that_words_name(words: str, days: list[str]) -> None:
    assert [day.isoformat() for day in notice.days_in(words, date(2026, 11, 12))] == days


def _notice(kind: str, *dates: str, **more: Any) -> Notice:
    return Notice.model_validate({"title": f"About {kind}", "kind": kind, "visibility": "public", "versions": [{"date": day, "happened": "So.", **more} for day in dates]})


def test_days_of_a_notice_pass_by_the_readers_clock_and_closed_ones_name_none() -> None:
    still = _notice("change", "2026-10-01", doing="On 1 November we switch. On 1 December we look.")
    done = _notice("change", "2026-10-01", doing="On 1 December we look.", closed="yes")
    shown = drawn(notices={"still": still, "done": done})
    assert "Days it names 1 November 2026 past On 1 November we switch. 1 December 2026 to come On 1 December we look." in words(shown["notices/still.html"])
    assert Elements(shown["notices/still.html"].html).attributes("data-at-lapses") == ["2026-12-02T00:00:00Z"]
    assert "Days it names" not in words(shown["notices/done.html"])
    assert "Open now About change" in words(shown["notices/index.html"])


def test_many_notices_are_listed_by_kind() -> None:
    few = words(drawn(notices={"a": _notice("advisory", "2026-10-02"), "b": _notice("incident", "2026-10-01")})["notices/index.html"])
    assert few.index("About advisory Open Advisory") < few.index("About incident Open Incident")
    many = words(drawn(notices={f"n{number}": _notice(("advisory", "incident")[number % 2], f"2026-10-{number + 1:02}") for number in range(20)})["notices/index.html"])
    assert many.index("Incidents About incident") < many.index("Advisories About advisory")
    assert set(notice.KINDS) == {"incident", "subprocessor", "change", "advisory", "maintenance"}


def test_titles_of_registers_are_those_of_the_record() -> None:
    assert only(register_of("subprocessors", [])).title == TITLES["subprocessors"]
