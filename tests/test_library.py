"""The library of promises: every file is sound, every clause exists, every way to show a promise fits the engine, every word can be kept.

It lives once, in the package. Harbourline is held against it: the library's words, and evidence of its own.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from attest import readings
from attest.authoring import shelf
from attest.authoring.shelf import Offer, Way
from attest.hygiene import document_problems
from attest.load import load, load_with_problems
from attest.load.shape import build
from attest.model.center import Framework
from attest.model.control import Promise
from attest.model.register import REGISTERS
from attest.yaml_lines import parse
from tests.conftest import ROOT

LIBRARY = ROOT / "attest/library"
OFFERS = shelf.offers()
MAPPED_BY_HAND = {
    "nist-csf-2.0", "iso-27001-2022", "soc-2-2017", "hipaa-security", "gdpr", "ccpa", "pci-dss-4.0.1", "nis2", "cis-8.1", "mvsp-3.0",
}  # fmt: skip
ANSWERS = {
    "laws": {"gdpr", "ccpa", "hipaa", "pci", "nis2", "sox"},
    "data": {"personal", "health", "payment", "children"},
    "suppliers": {"yes"},
    "access": {"portal", "api", "deep"},
}
OF_THE_LIBRARY = ("title", "promise", "area", "responsibility", "yours", "maps")
"""What Harbourline may not say in other words. Owner, systems, checks, plans and decisions are its own."""


def promise_of(offer: Offer) -> Promise:
    """The promise as the model has it; fails with what is wrong."""
    document = parse(offer.source, f"{offer.id}.yml")
    promise, problems = build(Promise, document)
    assert [str(problem) for problem in (*problems, *document_problems(document))] == []
    assert promise is not None
    return promise


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z0-9'’]+", text.lower())


every_offer = pytest.mark.parametrize("offer", OFFERS.values(), ids=list(OFFERS))


# Files.


def test_each_file_is_listed_once_and_each_listed_one_is_there() -> None:
    files = {(path.stem, path.parent.name) for path in (LIBRARY / "controls").rglob("*.yml")}
    assert files == {(offer.id, offer.audience) for offer in OFFERS.values()}
    assert 65 <= len(files) <= 80
    assert 12 <= sum(offer.core for offer in OFFERS.values()) <= 18


@every_offer
def test_a_promise_carries_words_and_nothing_that_decides(offer: Offer) -> None:
    promise = promise_of(offer)
    assert promise.model_fields_set <= {*OF_THE_LIBRARY, "owner"}
    assert promise.area in shelf.areas()
    assert promise.owner.startswith("Whoever "), "a first trust center has roles of its own"
    assert (promise.responsibility == "both") <= (promise.yours is not None), "what is shared says what is left to the reader"


@every_offer
def test_every_clause_exists_and_stands_once(offer: Offer) -> None:
    for framework, clauses in promise_of(offer).maps.items():
        assert [clause for clause in clauses if clause not in shelf.clauses_of(framework)] == [], framework
        assert len(set(clauses)) == len(clauses), framework


def test_an_unknown_clause_is_an_error(tmp_path: Path) -> None:
    root = a_center(tmp_path)
    path = root / "controls/customers/encrypted-in-transit.yml"
    path.write_text(path.read_text().replace("[PR.DS-02]", "[PR.DS-20]"))
    _, problems = load_with_problems(root)
    said = [problem.what for problem in problems if problem.file == "controls/customers/encrypted-in-transit.yml"]
    assert said == ["there is no clause 'PR.DS-20' in nist-csf-2.0"]


def test_each_framework_mapped_by_hand_is_borne_on_broadly() -> None:
    reached: dict[str, set[str]] = {}
    for offer in OFFERS.values():
        for framework, clauses in offer.maps.items():
            reached.setdefault(framework, set()).update(clauses)
    assert reached.keys() >= MAPPED_BY_HAND
    shares = {framework: len(reached[framework]) / len(shelf.clauses_of(framework)) for framework in sorted(MAPPED_BY_HAND)}
    assert {framework: share for framework, share in shares.items() if share < 0.4} == {}


def test_no_promise_bears_on_everything() -> None:
    """A map that names many clauses of one framework says that nobody weighed them."""
    assert {offer.id: name for offer in OFFERS.values() for name, clauses in offer.maps.items() if len(clauses) > 7} == {}


# What would show it.


@every_offer
def test_what_brings_it_in_is_an_answer(offer: Offer) -> None:
    for answer in offer.when:
        key, _, value = answer.partition("=")
        assert value in ANSWERS[key]
    assert not (offer.core and offer.when), "a core promise is always in"


def test_every_answer_brings_something_in() -> None:
    assert {answer for offer in OFFERS.values() for answer in offer.when} == {f"{key}={value}" for key, values in ANSWERS.items() for value in values}


def ways() -> Iterator[tuple[str, int, Way]]:
    for offer in OFFERS.values():
        for index, way in enumerate(offer.shown_by):
            yield offer.id, index, way


@pytest.mark.parametrize(("ident", "way"), [pytest.param(ident, way, id=f"{ident}-{index}") for ident, index, way in ways()])
def test_a_way_to_show_it_names_what_is_there(ident: str, way: Way) -> None:
    table = {"report": readings.REPORTS, "record": readings.RECORDS}.get(way.kind, {})
    assert set(way.formats) <= set(table)
    assert bool(way.formats) == bool(table)
    assert (way.register in REGISTERS) if way.kind == "register" else way.register is None
    assert "max_age" in way.rule, "what it rests on has to be looked at again"


def test_every_promise_can_be_shown() -> None:
    assert [offer.id for offer in OFFERS.values() if not offer.shown_by] == []


def evidence_for(way: Way) -> dict[str, Any]:
    """A description such as somebody would write for it."""
    described: dict[str, Any] = {"kind": way.kind, "title": way.title, "observed": "2026-11-20"}
    if way.kind == "declaration":
        return {**described, "by": "Managing Director", "statement": "It is so.", "until": "2027-11-19"}
    described["file"] = f"files/{way.kind}"
    if way.kind == "record":
        described |= {"columns": {"row": "what", "outcome": "outcome"}, "pass_values": ["yes"]}
    return described


def check_for(way: Way) -> dict[str, Any]:
    asked = {"register": way.register} if way.kind == "register" else {"evidence": evidence_for(way)}
    return {**asked, **way.rule}


def a_center(folder: Path) -> Path:
    """A trust center of the whole library, as it is, beside Harbourline's registers."""
    root = folder / "center"
    for name in ("controls", "content"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("collected"))
    for offer in OFFERS.values():
        (root / f"controls/{offer.audience}/{offer.id}.yml").write_bytes(offer.source)
    return root


def test_every_way_to_show_a_promise_can_be_written_under_it(tmp_path: Path) -> None:
    """All checks of all promises at once: rules, columns and values are what a trust center may say."""
    root = a_center(tmp_path)
    for offer in OFFERS.values():
        checks = yaml.safe_dump({"checks": [check_for(way) for way in offer.shown_by]}, sort_keys=False)
        (root / f"controls/{offer.audience}/{offer.id}.yml").write_bytes(offer.source + checks.encode())
    center, problems = load_with_problems(root)
    assert [str(problem) for problem in problems if problem.file.startswith(("controls/customers/", "controls/suppliers/"))] == []
    assert center is not None
    assert sum(len(control.checks) for control in center.controls) == sum(1 for _ in ways())


@pytest.mark.parametrize(("sample", "reader"), [("testssl-flat.json", "testssl"), ("sslyze-one-server.json", "sslyze")])
def test_rows_of_scans_are_named_as_the_readers_name_them(sample: str, reader: str) -> None:
    with (ROOT / "tests/cases/readings/good" / sample).open("rb") as stream:
        known = {row.row for row in readings.read(stream, reader).rows}
    asked = {row for _, _, way in ways() if reader in way.formats for row in way.rule.get("rows") or ()}
    assert asked
    assert asked <= known


# Harbourline: the library and evidence.


@pytest.fixture(scope="module")
def harbourline() -> dict[str, Any]:
    return {control.id: control for control in load(ROOT).controls}


def test_harbourline_adopts_the_whole_library_and_nothing_else(harbourline: dict[str, Any]) -> None:
    assert {ident: control.audience for ident, control in harbourline.items()} == {offer.id: offer.audience for offer in OFFERS.values()}


@every_offer
def test_harbourline_says_it_in_the_librarys_words(offer: Offer, harbourline: dict[str, Any]) -> None:
    ours, theirs = harbourline[offer.id].promise, promise_of(offer)
    assert {key: getattr(ours, key) for key in OF_THE_LIBRARY} == {key: getattr(theirs, key) for key in OF_THE_LIBRARY}
    assert not ours.owner.startswith("Whoever ")
    assert ours.applies_to or ours.not_applicable or not offer.systems, "it is a promise about systems, and says of which"


def test_harbourline_has_every_catalogue_byte_for_byte() -> None:
    theirs = {path.stem: path.read_bytes() for path in (ROOT / "controls/frameworks").glob("*.yml")}
    assert theirs == dict(shelf.catalogues())


# Catalogues.


@pytest.mark.parametrize("name", list(shelf.catalogues()))
def test_a_catalogue_says_whose_it_is_and_what_may_be_shown(name: str) -> None:
    document = parse(shelf.catalogues()[name], f"{name}.yml")
    framework, problems = build(Framework, document)
    assert [str(problem) for problem in (*problems, *document_problems(document))] == []
    assert framework is not None
    assert framework.id == name
    assert re.search(r"public domain|no copyright|EU legislation|Open Government|our own words", framework.licence, re.IGNORECASE)
    assert "ship" not in framework.licence, "its page prints this line: it speaks to visitors and not to us"
    assert [ident for ident, times in Counter(clause.id for clause in framework.clauses).items() if times > 1] == []
    assert max(len(clause.title.split()) for clause in framework.clauses) <= 12, "titles, never the publisher's text"


def test_only_the_clauses_of_800_53_are_in_baselines() -> None:
    catalogues = {name: yaml.safe_load(data) for name, data in shelf.catalogues().items()}
    found = {name: {baseline for clause in said["clauses"] for baseline in clause.get("baselines", ())} for name, said in catalogues.items()}
    assert {name: baselines for name, baselines in found.items() if baselines} == {"nist-800-53-r5": {"L", "M", "H"}}


# Words.

FORBIDDEN = re.compile(
    r"\bcertified\b|\bcompliant\b|\bcompliance\b|\bguarantee|\bSOC ?[123]\b|\bISO\b|\bPCI\b|100 ?%|-grade\b|\brobust|\bindustry[- ]standard|\bbest[- ]practice"
    r"|\bstate[- ]of[- ]the[- ]art|\bworld[- ]class|\bcutting[- ]edge|\bleverag|\bcomprehensive|\bseamless|\bholistic|\bseriously\b|\bstrive|\bendeavou?r"
    r"|\breasonable efforts|\bcommercially\b|\bappropriate (?:measures|technical)|\bat all times\b|\bhereby\b|\bincluding but\b|\bas appropriate\b|\bwhere feasible\b",
    re.IGNORECASE,
)
AMERICAN = re.compile(r"\b(?:behavior|color|favor|honor|labor)\w*\b|\b\w{3,}iz(?:e|es|ed|ing|ation)\b|\b(?:license|defense|toward)\b", re.IGNORECASE)


@every_offer
def test_the_words_claim_nothing_that_no_evidence_could_break(offer: Offer) -> None:
    promise = promise_of(offer)
    said = f"{promise.title}. {promise.promise} {promise.yours or ''}"
    assert FORBIDDEN.findall(said) == []
    assert AMERICAN.findall(said) == []
    assert "!" not in said
    assert len(promise.title) < 60
    assert not promise.title.endswith(".")
    assert promise.promise.endswith(".")
    assert promise.yours is None or promise.yours.endswith(".")


@every_offer
def test_a_promise_is_read_in_one_breath_or_two(offer: Offer) -> None:
    text = promise_of(offer).promise
    assert len(text) <= (330 if offer.core else 400)
    assert max(len(words_of(sentence)) for sentence in re.split(r"(?<=[.!?]) ", text)) <= 42


def test_no_two_promises_share_a_sentence() -> None:
    sentences = Counter(sentence for offer in OFFERS.values() for sentence in re.split(r"(?<=[.!?]) ", promise_of(offer).promise))
    assert [sentence for sentence, times in sentences.items() if times > 1] == []


def test_no_sentence_is_taken_over_from_the_source_documents(shared: Path) -> None:
    """Eight words in a row are a sentence's worth."""
    size = 8
    theirs: set[tuple[str, ...]] = set()
    for seed in (shared / "seeds").glob("*.txt"):
        words = words_of(seed.read_text(errors="replace"))
        theirs.update(tuple(words[at : at + size]) for at in range(len(words) - size + 1))
    assert theirs
    for path in sorted([*(LIBRARY / "controls").rglob("*.yml"), LIBRARY / "shows.yml"]):
        words = words_of(path.read_text())
        assert [words[at : at + size] for at in range(len(words) - size + 1) if tuple(words[at : at + size]) in theirs] == [], path.name
