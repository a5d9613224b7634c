"""The questionnaires and acceptance policies of the library: sound, whole, able to be answered, and the same that Harbourline uses.

What a source asks is listed here once more as what has to be there: eight themes, six areas, seven parts with 45 fields, 25 points.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from attest.answering import circle, holds, part_of, raised, visible
from attest.authoring import shelf
from attest.authoring.adopt import form_path, plan
from attest.authoring.init import Answers as FirstAnswers
from attest.authoring.init import init
from attest.authoring.placing import files_of, put
from attest.hygiene import document_problems
from attest.load import load
from attest.load.asked import unsound_form
from attest.load.shape import build
from attest.model.acceptance import Acceptance, public_policy
from attest.model.answers import Given
from attest.model.condition import Condition
from attest.model.questionnaire import Flagged, Item, Questionnaire, public_form
from attest.yaml_lines import parse
from tests.conftest import ROOT
from tests.test_add import run

FLAGS = {
    "refuses-clauses", "resists-processing-agreement", "resists-liability-limits", "resists-breach-notice", "wants-exceptions", "wants-no-second-factor",
    "wants-deep-access-without-oversight", "wants-unlogged-database-access", "wants-us-to-carry-everything", "high-risk-trade", "hidden-incidents", "not-insured",
    "says-two-things", "answers-of-another", "answers-unsigned", "attestation-not-valid", "service-not-as-agreed",
}  # fmt: skip
SECTIONS = {
    "new-customer": ["risk-profile", "access", "maturity", "contract", "monitoring", "insurance", "regulation", "notice"],
    "supplier-assessment": ["security", "terms", "access", "watching", "sharing", "incidents-together"],
    "mvsp-self-check": ["business", "design", "making", "running"],
    "attestation-report-form": ["a", "b", "c", "d", "e", "f", "g"],
}
PUBLIC = {"supplier-assessment", "mvsp-self-check", "attestation-report-form", "suppliers"}
_ROLES = {"Whoever answers for the company": "Managing Director", "Whoever answers for security": "Head of Security", 'version: "1"': 'version: "2026-11"'}
"""What Harbourline writes into the library's policies: its own roles, its own version."""


def _read(kind: type[Any], name: str) -> Any:
    document = parse(shelf.forms()[name], form_path(name))
    made, problems = build(kind, document)
    assert [str(problem) for problem in (*problems, *document_problems(document))] == []
    return made


QUESTIONNAIRES: dict[str, Questionnaire] = {ident: _read(Questionnaire, f"questionnaire:{ident}") for ident in SECTIONS}
POLICIES: dict[str, Acceptance] = {ident: _read(Acceptance, f"acceptance:{ident}") for ident in ("customers", "suppliers")}
every_questionnaire = pytest.mark.parametrize("ident", QUESTIONNAIRES)
every_policy = pytest.mark.parametrize("ident", POLICIES)


def test_the_shelf_holds_what_is_listed_here() -> None:
    assert set(shelf.forms()) == {f"questionnaire:{ident}" for ident in QUESTIONNAIRES} | {f"acceptance:{ident}" for ident in POLICIES}


# Questionnaires.


@every_questionnaire
def test_nothing_in_it_cannot_be_meant(ident: str) -> None:
    document = parse(shelf.forms()[f"questionnaire:{ident}"], ident)
    assert [str(problem) for problem in unsound_form(document, QUESTIONNAIRES[ident])] == []


@every_questionnaire
def test_its_themes_are_all_there(ident: str) -> None:
    assert [section.id for section in QUESTIONNAIRES[ident].sections] == SECTIONS[ident]
    assert (QUESTIONNAIRES[ident].visibility == "public") == (ident in PUBLIC)


def test_the_report_form_has_the_fields_of_the_field_list(shared: Path) -> None:
    parts = yaml.safe_load((shared / "attestation-report-form.yml").read_text("utf-8"))["parts"]
    fields = [field["id"].lower() for part in parts for field in part.get("fields", part.get("per_control"))]
    assert [item.id for _, item in QUESTIONNAIRES["attestation-report-form"].items()] == fields
    free = {field["id"].lower() for part in parts for field in part.get("fields", part.get("per_control")) if field.get("must") in (None, False)}
    shown_when = {item.id for section, item in QUESTIONNAIRES["attestation-report-form"].items() if section.show_if is not None}
    assert {item.id for _, item in QUESTIONNAIRES["attestation-report-form"].items() if item.required == "no"} == free - shown_when


def test_the_self_check_asks_each_clause_once() -> None:
    asked = [item.help for _, item in QUESTIONNAIRES["mvsp-self-check"].items()]
    assert asked == [f"MVSP {clause}" for clause in shelf.clauses_of("mvsp-3.0")]


@every_questionnaire
def test_what_is_sent_can_be_answered_by_whoever_gets_it(ident: str) -> None:
    """No question of theirs waits for one that only we answer: its condition would be lost, and it would be asked of everybody."""
    whole = QUESTIONNAIRES[ident]
    theirs = part_of(whole, "them")
    before = {item.id: item.show_if for _, item in whole.items() if item.asked_of == "them"}
    assert {item.id: item.show_if for _, item in theirs.items()} == before
    assert [section.show_if for section in theirs.sections] == [section.show_if for section in whole.sections if any(item.asked_of == "them" for item in section.items)]
    assert circle(whole) == ()


@every_questionnaire
def test_what_is_sent_reads_back_and_keeps_its_secrets(ident: str) -> None:
    form = public_form(QUESTIONNAIRES[ident], ident, "https://trust.small.example/", "Small")
    back = Questionnaire.model_validate(form)
    assert all(item.asked_of == "them" and not (item.tip or item.flags or item.score) for _, item in back.items())
    secret = [text for _, item in QUESTIONNAIRES[ident].items() for text in (item.tip, *(flag.why for flag in item.flags)) if text]
    assert [text for text in secret if text in str(form)] == []


def test_maturity_and_laws_are_asked_only_where_they_matter() -> None:
    whole = QUESTIONNAIRES["new-customer"]

    def asked(connection: str, laws: tuple[str, ...]) -> set[str]:
        said = {"connection": Given(value=connection), "laws": Given(value=laws)}
        return {section.id for section, _ in visible(whole, said)}

    assert {"maturity", "regulation"} & asked("login", ("none",)) == set()
    assert {"maturity", "regulation"} & asked("none", ("none",)) == set()
    assert {"maturity", "regulation"} & asked("api", ("none",)) == {"maturity"}
    assert {"maturity", "regulation"} & asked("deep", ("none",)) == {"maturity"}
    assert {"maturity", "regulation"} & asked("login", ("gdpr",)) == {"regulation"}
    assert {"maturity", "regulation"} & asked("api", ("hipaa", "sox")) == {"maturity", "regulation"}


def _answers(condition: Condition, items: dict[str, Item]) -> dict[str, Given]:
    """Answers under which a condition of the shapes used here holds."""
    if condition.item is not None:
        return {condition.item: _answer(condition, items[condition.item])}
    parts = condition.all if condition.all is not None else (condition.any or ())[:1]
    return {ident: given for part in parts for ident, given in _answers(part, items).items()}


def _answer(condition: Condition, item: Item) -> Given:
    if condition.is_ is not None:
        word = condition.is_[0]
        return Given(value=(word,) if item.kind == "choices" else word)
    number = condition.at_least if condition.at_least is not None else condition.at_most
    return Given(value="something" if number is None else str(number))


def _warnings() -> list[Any]:
    asked = [(ident, whole, item) for ident, whole in QUESTIONNAIRES.items() for _, item in whole.items()]
    return [pytest.param(whole, item, flagged, id=f"{ident}-{item.id}-{index}") for ident, whole, item in asked for index, flagged in enumerate(item.flags)]


@pytest.mark.parametrize(("whole", "item", "flagged"), _warnings())
def test_each_warning_is_raised_by_an_answer_and_by_no_other(whole: Questionnaire, item: Item, flagged: Flagged) -> None:
    items = {one.id: one for _, one in whole.items()}
    section = next(section for section, one in whole.items() if one.id == item.id)
    waits = [one for one in (section.show_if, item.show_if) if one is not None]
    waits += [items[part.item].show_if for part in (*flagged.when.parts(), *waits) if part.item is not None]  # type: ignore[misc]
    said = {ident: given for one in (*filter(None, waits), flagged.when) for ident, given in _answers(one, items).items()}
    assert (flagged.flag, item.id) in [(one.flag, one.item) for one in raised(whole, said)]
    assert (flagged.flag, item.id) not in [(one.flag, one.item) for one in raised(whole, {})]
    assert not holds(flagged.when, {})


def test_every_question_is_short_and_no_two_are_the_same() -> None:
    for ident, whole in QUESTIONNAIRES.items():
        asked = [item.ask for _, item in whole.items()]
        assert len(set(asked)) == len(asked), ident
        assert [one for one in asked if len(one) > 170] == [], ident
        assert [one for one in asked if not one.endswith(("?", "."))] == [], ident


# Policies.


@every_policy
def test_every_warning_has_a_title_and_can_be_raised(ident: str) -> None:
    policy = POLICIES[ident]
    titled = {flag.id for flag in policy.flags}
    assert [flag.id for flag in policy.flags if flag.why is None] == []
    by_questions = {flag.flag for name in policy.questionnaires for _, item in QUESTIONNAIRES[name].items() for flag in item.flags}
    built_in = {"says-two-things", "answers-of-another", "answers-unsigned", "attestation-not-valid"}
    assert by_questions <= titled <= FLAGS
    assert titled == by_questions | {flag.id for flag in policy.flags if flag.when is not None} | built_in
    assert {name for rule in policy.outcomes for part in (rule.when.parts() if rule.when else ()) if (name := part.flag)} <= titled


def test_every_warning_is_one_of_a_policy() -> None:
    assert {flag.id for policy in POLICIES.values() for flag in policy.flags} == FLAGS


@every_policy
def test_every_outcome_is_there_and_says_what_to_do(ident: str) -> None:
    rules = POLICIES[ident].outcomes
    assert {rule.then for rule in rules} == {"accept", "ask", "refer", "reject"}
    assert all(rule.say is not None for rule in rules if rule.then != "accept")
    assert all((rule.to is not None) == (rule.then == "refer") for rule in rules)


def test_a_published_policy_tells_requirements_and_nothing_else() -> None:
    policy = POLICIES["suppliers"]
    published = public_policy(policy, "suppliers", "https://trust.small.example/", "Small")
    assert Acceptance.model_validate(published).requirements[0].title == policy.requirements[0].title
    assert not {"tiers", "flags", "outcomes", "max_age"} & published.keys()
    secret = [rule.say for rule in policy.outcomes if rule.say] + [flag.title for flag in policy.flags]
    assert [text for text in secret if text in str(published)] == []


@every_policy
def test_each_requirement_can_be_met_by_one_of_the_questions_or_by_the_partys_file(ident: str) -> None:
    for requirement in POLICIES[ident].requirements:
        for part in (part for shown in requirement.shown_by for part in shown.parts() if part.item is not None):
            items = {item.id for _, item in QUESTIONNAIRES[part.of or ""].items()}
            assert part.item in items, requirement.id


def test_a_published_requirement_names_only_questions_that_are_published() -> None:
    theirs = {item.id for _, item in QUESTIONNAIRES["supplier-assessment"].items() if item.asked_of == "them"}
    asked = {part.item for one in POLICIES["suppliers"].requirements for shown in one.shown_by for part in shown.parts() if part.item is not None}
    assert asked <= theirs


def test_promises_that_a_policy_looks_for_are_those_of_the_library() -> None:
    """Whoever takes the library's promises can show them: a name that nobody has would never be met."""
    named = {part.control for policy in POLICIES.values() for one in policy.requirements for shown in one.shown_by for part in shown.parts() if part.control is not None}
    assert named <= set(shelf.offers())


# Harbourline.


@every_questionnaire
def test_harbourline_asks_the_librarys_questions(ident: str) -> None:
    """Word for word; only where answers go is its own."""
    library = re.sub(rb"^# send_to: .*$", b"send_to: Purchasing at trust@harbourline.example", shelf.forms()[f"questionnaire:{ident}"], flags=re.MULTILINE)
    assert (ROOT / "controls/questionnaires" / f"{ident}.yml").read_bytes() == library


@every_policy
def test_harbourline_requires_what_the_library_does_and_names_its_own_people(ident: str) -> None:
    text = shelf.forms()[f"acceptance:{ident}"].decode()
    for before, after in _ROLES.items():
        text = text.replace(before, after)
    assert (ROOT / "controls/acceptance" / f"{ident}.yml").read_text("utf-8") == text


# Taking them.


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    init(tmp_path / "trust", FirstAnswers("Bluebird *Books*", "https://trust.bluebird.example/", "an online bookshop", "security@bluebird.example"), date(2026, 11, 21))
    return tmp_path / "trust"


def test_a_policy_brings_the_questionnaire_that_it_asks(trust: Path) -> None:
    done = run(trust, "add", "acceptance:suppliers")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""
    assert [line for line in done.stderr.splitlines() if line] == ["wrote controls/questionnaires/supplier-assessment.yml", "wrote controls/acceptance/suppliers.yml"]
    center = load(trust)
    assert set(center.questionnaires) == {"supplier-assessment"}
    assert set(center.acceptance) == {"suppliers"}


def test_a_questionnaire_that_is_here_stays_as_it_is(trust: Path) -> None:
    put(trust, plan(load(trust), files_of(trust), ["questionnaire:supplier-assessment"]).changes)
    mine = trust / "controls/questionnaires/supplier-assessment.yml"
    mine.write_text(mine.read_text("utf-8").replace("title: Questions to a supplier", "title: Our own questions"), "utf-8")
    assert run(trust, "add", "acceptance:suppliers").returncode == 0
    assert load(trust).questionnaires["supplier-assessment"].title == "Our own questions"
    assert run(trust, "add", "acceptance:suppliers").returncode == 1


def test_a_policy_counts_clauses_of_frameworks_that_are_here(trust: Path) -> None:
    """Without the framework the clause is left out, and everything else that shows the requirement stays; with it, all of it is there."""
    whole = len([1 for one in POLICIES["suppliers"].requirements for shown in one.shown_by if shown.maps is not None])
    assert whole > 0
    without = plan(load(trust), files_of(trust), ["acceptance:suppliers"]).changes["controls/acceptance/suppliers.yml"].after
    assert b"maps:" not in without
    assert without.count(b"\n") == shelf.forms()["acceptance:suppliers"].count(b"\n") - whole
    together = plan(load(trust), files_of(trust), ["acceptance:suppliers", "framework:iso-27001-2022"]).changes["controls/acceptance/suppliers.yml"].after
    assert together == shelf.forms()["acceptance:suppliers"]


@pytest.mark.slow
def test_every_form_at_once_is_sound(trust: Path) -> None:
    done = run(trust, "add", *shelf.forms())
    assert done.returncode == 0, done.stderr
    assert run(trust, "check").returncode == 0


def test_the_list_names_forms_and_says_which_are_here(trust: Path) -> None:
    assert run(trust, "add", "questionnaire:mvsp-self-check").returncode == 0
    listed = run(trust, "add", "--list").stdout
    assert re.search(r"(?m)^here +questionnaire:mvsp-self-check +MVSP self-check$", listed)
    assert re.search(r"(?m)^ +acceptance:customers +How we look at customers$", listed)


@every_questionnaire
def test_a_tip_that_says_what_to_write_into_the_partys_file_names_the_very_words(ident: str) -> None:
    """Whoever fills in a form reads "Finance or insurance"; a policy asks for "finance"."""
    asked = [item for _, item in QUESTIONNAIRES[ident].items() if item.tip is not None and " in the party's file: " in item.tip]
    for item in asked:
        assert item.tip is not None
        said = set(re.findall("[a-z-]+", item.tip.partition(" in the party's file: ")[2]))
        assert {word for word in item.allowed if word != "none"} <= said, item.id
    assert not any("same word" in (item.tip or "") for _, item in QUESTIONNAIRES[ident].items())
