"""Answers held against their questionnaire: cases that the browser's form shares (tests/cases/answering), and what holds for all of them."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest import answering
from attest.answering import (
    Raised,
    check_answers,
    circle,
    counted,
    holds,
    in_words,
    part_of,
    points,
    progress,
    raised,
    says,
    unasked,
    unfinished,
    visible,
)
from attest.load.shape import build
from attest.model.answers import Answers, Given
from attest.model.condition import Condition
from attest.model.questionnaire import Item, Questionnaire, public_form
from attest.yaml_lines import Document, parse

CASES = Path(__file__).parent / "cases" / "answering"
DIGEST = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def form(text: str) -> Questionnaire:
    """A questionnaire from the lines of its items."""
    return whole(f"title: T\nversion: '1'\nabout: supplier\nsections:\n  - id: only\n    title: Only\n    items:\n{text}")


def whole(text: str) -> Questionnaire:
    built, wrong = build(Questionnaire, parse(text.encode(), "form.yml"))
    assert built is not None, wrong
    return built


def file_of(text: str, head: str = "questionnaire: {id: form, version: '1'}") -> tuple[Answers, Document]:
    document = parse(f"{head}\nby: {{name: Fjordhost}}\nanswered_at: 2026-11-20T09:00:00Z\nanswers:\n{text}".encode(), "answers.yml")
    built, wrong = build(Answers, document)
    assert built is not None, wrong
    return built, document


def said(**answers: Any) -> dict[str, Given]:
    return {name.replace("_", "-"): Given(value=value) for name, value in answers.items()}


def condition(plain: dict[str, Any]) -> Condition:
    return Condition.model_validate(plain, by_alias=True, by_name=False)


# Which questions are asked: the shared cases.


def shared_cases() -> list[Any]:
    found = [(path, json.loads(path.read_text())) for path in sorted(CASES.glob("*.json"))]
    return [pytest.param(case["form"], one, id=f"{path.stem}: {one['why']}") for path, case in found for one in case["cases"]]


@pytest.mark.parametrize(("plain", "case"), shared_cases())
def test_shared_case(plain: Any, case: Any) -> None:
    questionnaire = whole(json.dumps(plain))
    given, _ = file_of(f"  {json.dumps(case['answers'])}")
    assert [item.id for _, item in visible(questionnaire, given.answers)] == case["visible"]
    assert [item.id for _, item in unfinished(questionnaire, given.answers)] == case["unfinished"]
    assert list(progress(questionnaire, given.answers)) == case["progress"]


def test_the_shared_forms_are_published_forms() -> None:
    """The browser reads them as they stand: a form that is made of one says the same."""
    for path in (CASES / "conditions.json", CASES / "hidden.json"):
        plain = json.loads(path.read_text())["form"]
        made = public_form(whole(json.dumps(plain)), plain["id"], "https://trust.small.example/", "Small")
        again = whole(json.dumps(made))
        assert again == whole(json.dumps(plain)).model_copy(update={"asker": "https://trust.small.example/", "asker_name": "Small"})


# What holds for any form and any answers.

WORDS = ["yes", "no", "partly"]
NAMES = [f"q{number}" for number in range(7)]
leaves = st.one_of(
    st.builds(lambda name, words: {"item": name, "is": words}, st.sampled_from(NAMES), st.lists(st.sampled_from(WORDS), min_size=1, max_size=2)),
    st.builds(lambda name, word: {"item": name, "answered": word}, st.sampled_from(NAMES), st.sampled_from(["yes", "no"])),
    st.builds(lambda name, number: {"item": name, "at_least": number}, st.sampled_from(NAMES), st.sampled_from(["0", "1.5", "9"])),
)
conditions = st.recursive(leaves, lambda inner: st.one_of(
    st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
    st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
    st.builds(lambda part: {"not": part}, inner),
), max_leaves=5)  # fmt: skip


@st.composite
def forms(draw: st.DrawFn) -> Questionnaire:
    sections = []
    for number, names in enumerate((NAMES[:3], NAMES[3:5], NAMES[5:])):
        items = [
            {"id": name, "ask": "?", "kind": "yes-no", "also": ["partly"], "asked_of": draw(st.sampled_from(["them", "us"])), **_maybe(draw)}
            for name in names
        ]  # fmt: skip
        sections.append({"id": f"s{number}", "title": "S", "items": items, **_maybe(draw)})
    return Questionnaire.model_validate({"title": "T", "version": "1", "about": "us", "sections": sections}, by_alias=True, by_name=False)


def _maybe(draw: st.DrawFn) -> dict[str, Any]:
    return {"show_if": draw(conditions)} if draw(st.booleans()) else {}


answers_of = st.dictionaries(st.sampled_from(NAMES), st.sampled_from([*WORDS, "2"]).map(lambda word: Given(value=word)))


@given(forms(), answers_of)
def test_what_is_asked_is_what_its_conditions_say_of_the_answers_that_count(questionnaire: Questionnaire, answers: dict[str, Given]) -> None:
    asked = {item.id for _, item in visible(questionnaire, answers)}
    known = counted(questionnaire, answers)
    assert set(known) == asked & set(answers)
    for section, item in questionnaire.items():
        wanted = all(holds(one, known) for one in (section.show_if, item.show_if) if one is not None)
        if item.id in asked:
            assert wanted
        elif not circle(questionnaire):
            assert not wanted


@given(forms(), answers_of, answers_of)
def test_hidden_answers_change_nothing(questionnaire: Questionnaire, answers: dict[str, Given], others: dict[str, Given]) -> None:
    asked = visible(questionnaire, answers)
    hidden = set(NAMES) - {item.id for _, item in asked}
    changed = {name: given for name, given in answers.items() if name not in hidden} | {name: given for name, given in others.items() if name in hidden}
    assert visible(questionnaire, changed) == asked
    assert progress(questionnaire, changed) == progress(questionnaire, answers)


@given(forms(), answers_of)
def test_progress_ends_where_nothing_is_open(questionnaire: Questionnaire, answers: dict[str, Given]) -> None:
    done, of = progress(questionnaire, answers)
    assert 0 <= done <= of == len(visible(questionnaire, answers))
    assert len(unfinished(questionnaire, answers)) == of - done, "every question here is required"


@given(forms(), answers_of)
def test_answering_on_always_ends(questionnaire: Questionnaire, answers: dict[str, Given]) -> None:
    """Whoever answers what is open, one after the other, and goes back to none, is through after as many as there are questions."""
    for _ in NAMES:
        if still := unfinished(questionnaire, answers):
            answers = {**answers, still[0][1].id: Given(value="yes")}
    assert not unfinished(questionnaire, answers) or circle(questionnaire)


@given(forms(), answers_of)
def test_the_published_part_asks_what_the_part_asks(questionnaire: Questionnaire, answers: dict[str, Given]) -> None:
    """Whoever fills the published form and whoever fills the same part here are asked the same."""
    if not any(item.asked_of == "them" for _, item in questionnaire.items()):
        return
    published = whole(json.dumps(public_form(questionnaire, "form", "https://trust.small.example/", "Small")))
    part = part_of(questionnaire, "them")
    assert [(section.id, item.id) for section, item in visible(part, answers)] == [(section.id, item.id) for section, item in visible(published, answers)]
    assert {item.asked_of for _, item in part.items()} == {"them"}


@given(forms())
def test_a_circle_is_named_where_something_waits_for_ever(questionnaire: Questionnaire) -> None:
    found = circle(questionnaire)
    if not found:
        return
    assert found[0] == found[-1]
    waits = {item.id: {part.item for one in (section.show_if, item.show_if) if one for part in one.parts()} for section, item in questionnaire.items()}
    assert all(later in waits[earlier] for earlier, later in pairwise(found)), "each waits for the next"
    assert not {item.id for _, item in visible(questionnaire, {})} & set(found)


@given(conditions, answers_of)
def test_not_turns_an_answer_around(plain: dict[str, Any], answers: dict[str, Given]) -> None:
    assert holds(condition({"not": plain}), answers) is not holds(condition(plain), answers)
    assert holds(condition({"all": [plain, plain]}), answers) is holds(condition({"any": [plain, plain]}), answers) is holds(condition(plain), answers)


@given(st.integers(0, 10**15 - 1), st.integers(0, 10**9 - 1))
def test_numbers_are_exact(whole_part: int, rest: int) -> None:
    text = f"{whole_part}.{rest:09}"
    assert answering.number_in(Given(value=text)) == Fraction(whole_part) + Fraction(rest, 10**9)


def test_many_questions_that_wait_for_each_other_do_not_hang() -> None:
    """As long a row as a form can hold, asked from its end."""
    items = [Item.model_validate({"id": f"q{number}", "ask": "?", "kind": "yes-no", "show_if": {"item": f"q{number + 1}", "is": "yes"}}) for number in range(7999)]
    last = Item(id="q7999", ask="?", kind="yes-no")
    sections = [{"id": f"s{at}", "title": "S", "items": [*items, last][at * 200 : at * 200 + 200]} for at in range(40)]
    questionnaire = Questionnaire.model_validate({"title": "T", "version": "1", "about": "us", "sections": sections})
    assert len(visible(questionnaire, {item.id: Given(value="yes") for item in (*items, last)})) == 8000


def test_other_kinds_of_questions_hold_for_nobody() -> None:
    assert not holds(condition({"profile": "sector", "is": "finance"}), {})
    assert not holds(condition({"flag": "not-insured"}), {})


def test_one_answer_is_compared_with_all_that_a_condition_names() -> None:
    both = condition({"item": "hours", "answered": "yes", "at_most": "24"})
    assert says(both, Given(value="24"))
    assert not says(both, Given(value="25"))
    assert not says(both, None)
    assert says(condition({"item": "hours", "answered": "no"}), None)


# Whether answers fit: each line of a file, and what is said of it.

FITS = """\
      - {id: word, ask: Really?, kind: yes-no, also: [partly]}
      - {id: one, ask: Which?, kind: choice, choices: [{id: a, text: A}, {id: b, text: B}]}
      - {id: several, ask: Which?, kind: choices, choices: [{id: a, text: A}, {id: b, text: B}]}
      - {id: hours, ask: How soon?, kind: number, unit: hours}
      - {id: people, ask: How many?, kind: number, unit: people, least: 10, most: 20.5}
      - {id: day, ask: When?, kind: date}
      - {id: words, ask: How?, kind: text}
      - {id: paper, ask: Where?, kind: file}
      - {id: hidden, ask: Why?, kind: text, show_if: {item: word, is: "no"}}
"""
WRONG = [
    ("word: maybe", "answers.word: 'maybe' is not one of yes, no, partly, write one of these words"),
    ("word: Yes", "answers.word: 'Yes' is not one of yes, no, partly, write one of these words"),
    ("word: n/a", "answers.word: 'n/a' is not one of yes, no, partly, write one of these words"),
    ("word: [yes]", "answers.word: is a list, and a word is asked for, write one answer"),
    ("one: c", "answers.one: 'c' is not one of a, b, write one of these words"),
    ("several: a", "answers.several: is one word, and several are asked for, write a list: [a]"),
    ("several: [a, z]", "answers.several: 'z' is not one of a, b, write one of these words"),
    ("several: [a, a]", "answers.several: names a choice twice, keep one"),
    ("hours: -4", "answers.hours: is negative, and hours are counted from 0, write 0 or more"),
    ("hours: 24 hours", "answers.hours: '24 hours' is not a number, write it as 24 or 24.5, without the unit, which is hours"),
    ("hours: 1e9", "answers.hours: '1e9' is not a number, write it as 24 or 24.5, without the unit, which is hours"),
    ("hours: 1,000", "answers.hours: '1,000' is not a number, write it as 24 or 24.5, without the unit, which is hours"),
    ("hours: ٢٤", "answers.hours: '٢٤' is not a number, write it as 24 or 24.5, without the unit, which is hours"),
    ("hours: .inf", "answers.hours: '.inf' is not a number, write it as 24 or 24.5, without the unit, which is hours"),
    ("people: 9.99", "answers.people: is less than 10 people, write 10 or more"),
    ("people: 21", "answers.people: is more than 20.5 people, write 20.5 or less"),
    ("day: tomorrow", "answers.day: 'tomorrow' is not a day, write it as 2026-04-02"),
    ("day: 20.11.2026", "answers.day: '20.11.2026' is not a day, write it as 2026-11-20"),
    ("day: 2026-02-30", "answers.day: '2026-02-30' is not a day that there is, write it as 2026-04-02"),
    ("words: [a, b]", "answers.words: is a list, and a text is asked for, write one answer"),
    (f"words: {'x' * 10_001}", "answers.words: is longer than 10000 characters, shorten it, or hand over a file"),
    ("words: {file: a.pdf, sha256: " + DIGEST + "}", "answers.words: is a file, and a text is asked for, write value:"),
    ("paper: policy.pdf", "answers.paper: is not a file, write file: with its name and sha256: with its digest"),
    ("wrod: yes", "answers.wrod: there is no question 'wrod' in this questionnaire, did you mean 'word'?"),
    ("price: 9", "answers.price: there is no question 'price' in this questionnaire, take it out"),
]
RIGHT = ["word: yes", "word: 'no'", "one: b", "several: [b, a]", "several: []", "hours: 0", "hours: 24.5", "people: 10", "people: 20.5", "day: 2026-02-28", "words: Well", "words: {value: Well, note: But, private: 'yes'}",
         "paper: {file: a.pdf, sha256: " + DIGEST + "}"]  # fmt: skip


@pytest.mark.parametrize(("line", "says"), WRONG, ids=[line[:30] for line, _ in WRONG])
def test_an_answer_that_does_not_fit(line: str, says: str) -> None:
    answers, document = file_of(f"  # above\n  {line}\n")
    assert [str(problem) for problem in check_answers(form(FITS), answers, document, "form")] == [f"answers.yml:6: {says}"]


@pytest.mark.parametrize("line", RIGHT)
def test_an_answer_that_fits(line: str) -> None:
    answers, document = file_of(f"  {line}\n")
    assert check_answers(form(FITS), answers, document, "form") == []


def test_everything_wrong_is_said_at_once_up_to_a_bound() -> None:
    answers, document = file_of("".join(f"  {line}\n" for line in ("word: maybe", "hours: -4", "day: never", "price: 9")))
    assert len(check_answers(form(FITS), answers, document, "form")) == 4
    answers, document = file_of("".join(f"  x{number}: yes\n" for number in range(9_000)))
    assert len(check_answers(form(FITS), answers, document, "form")) == 50


@pytest.mark.parametrize(("head", "says"), [
    ("questionnaire: {id: other, version: '1'}", "answers.yml:1: questionnaire.id: is 'other', and this questionnaire is 'form', answer this one, or name the one that was answered"),
    ("questionnaire: {id: form, version: '0'}", "answers.yml:1: questionnaire.version: is '0', and this questionnaire is version '1', go through the answers again with the present version"),
    ("questionnaire: {id: form, version: '1', asker: https://else.example/}",
     "answers.yml:1: questionnaire.asker: is 'https://else.example/', and this questionnaire is asked by 'https://trust.small.example/', answer the questionnaire of whoever asks"),
])  # fmt: skip
def test_answers_to_something_else(head: str, says: str) -> None:
    questionnaire = form(FITS).model_copy(update={"id": "form", "asker": "https://trust.small.example/"})
    answers, document = file_of("  word: yes\n", head)
    assert [str(problem) for problem in check_answers(questionnaire, answers, document)] == [says]


def test_an_answer_to_a_hidden_question_is_a_warning() -> None:
    answers, document = file_of("  word: yes\n  hidden: Because\n")
    assert check_answers(form(FITS), answers, document, "form") == []
    assert [str(problem) for problem in unasked(form(FITS), answers, document)] == [
        "answers.yml:6: answers.hidden: answers a question that is not asked, given the other answers, it counts as not given; take it out, or look at the others",
    ]  # fmt: skip


# Warnings and points.

FLAGS = """\
      - id: clauses
        ask: Do you agree to our clauses?
        kind: yes-no
        flags: [{flag: refuses-clauses, when: {item: clauses, is: "no"}, why: Without them nothing binds them}]
        score: [{when: {item: clauses, is: "yes"}, points: 3}, {when: {item: clauses, answered: "yes"}, points: 1}]
      - id: hours
        ask: How soon do you tell us?
        kind: number
        unit: hours
        show_if: {item: clauses, is: "yes"}
        flags: [{flag: resists-breach-notice, when: {item: hours, at_least: 73}}, {flag: says-little, when: {item: hours, answered: "no"}}]
        score: [{when: {item: hours, at_most: 24}, points: 2}]
"""


def test_warnings_say_by_what() -> None:
    questionnaire = form(FLAGS)
    assert raised(questionnaire, {}) == []
    assert raised(questionnaire, said(clauses="no", hours="99")) == [Raised("refuses-clauses", "clauses", "Without them nothing binds them", "no")]
    assert raised(questionnaire, said(clauses="yes", hours="99")) == [Raised("resists-breach-notice", "hours", "How soon do you tell us? 99 hours", "99 hours")]
    assert raised(questionnaire, said(clauses="yes")) == [Raised("says-little", "hours", "How soon do you tell us? not answered", "not answered")]


def test_points_count_what_is_asked() -> None:
    questionnaire = form(FLAGS)
    assert points(questionnaire, {}) == (0, 3)
    assert points(questionnaire, said(clauses="no", hours="12")) == (1, 3), "the first rule that holds; hours are not asked"
    assert points(questionnaire, said(clauses="yes", hours="24")) == (5, 5)
    assert points(form(FITS), said(word="yes")) == (0, 0)


def test_points_of_several_choices_add_up() -> None:
    rules = "[{when: {item: several, is: a}, points: 2}, {when: {item: several, is: b}, points: 1}]"
    questionnaire = form(f"      - {{id: several, ask: Which?, kind: choices, choices: [{{id: a, text: A}}, {{id: b, text: B}}], score: {rules}}}\n")
    assert points(questionnaire, {}) == (0, 3)
    assert points(questionnaire, said(several=("b",))) == (1, 3)
    assert points(questionnaire, said(several=("b", "a"))) == (3, 3)


def test_answers_in_words() -> None:
    items = {item.id: item for _, item in form(FITS).items()}
    assert in_words(items["several"], Given(value=("b", "a"))) == "B, A"
    assert in_words(items["hours"], Given(value="24")) == "24 hours"
    assert in_words(items["paper"], Given(file="a.pdf", sha256=DIGEST)) == "file a.pdf"
    assert in_words(items["word"], None) == "not answered"
