"""Questionnaires as forms: what is drawn, what their script decides (in Node, held to attest.answering), what leaves the house, what comes back.

tests/test_form_browser.py looks at the same in Chromium.
"""

from __future__ import annotations

import base64
import copy
import gzip
import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from attest import answering
from attest.build import build as build_site
from attest.hygiene import document_problems
from attest.load.shape import build
from attest.model.acceptance import Acceptance
from attest.model.answers import Answers, Given
from attest.model.questionnaire import Questionnaire, public_form
from attest.pages import asked, form
from attest.pages.conditions import TOPICS, Named, Names, in_words
from attest.yaml_lines import parse
from tests.conftest import ROOT, missing
from tests.formed import ASKER, ASKER_NAME, CASES, asking, questionnaire
from tests.formed import form as small_form
from tests.sites import BREAKS_OUT, prepared

ANSWERING = ROOT / "tests/cases/answering"
SCRIPT = ROOT / "attest/theme/assets/questionnaire.js"
LIBRARY = ROOT / "attest/library/questionnaires"
NOON = 1795694400000
"""2026-11-26T12:00:00Z in a browser's milliseconds."""


class Node:
    """The script, answering a question a line."""

    def __init__(self, program: str) -> None:
        self.process = subprocess.Popen([program, str(CASES / "ask.js")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def ask(self, ask: str, form: Any, given: Any = None, **more: Any) -> Any:
        answer = self.answer(ask, form, given, **more)
        assert "said" in answer, answer
        return answer["said"]

    def answer(self, ask: str, form: Any, given: Any = None, **more: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"ask": ask, "form": scripted(form), "given": given or {}, **more}) + "\n")
        self.process.stdin.flush()
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found


def scripted(made: Any) -> Any:
    """What the page tells the script of a form."""
    return json.loads(form.script_data(made))


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    program = shutil.which("node")
    if program is None:
        missing("node")
    assert program is not None
    made = Node(program)
    yield made
    made.process.kill()
    made.process.wait()


# What the script decides is what Python decides.


def shared() -> Iterator[Any]:
    for file in sorted(ANSWERING.glob("*.json")):
        whole = json.loads(file.read_bytes())
        for case in whole["cases"]:
            yield pytest.param(whole["form"], case, id=f"{file.stem}: {case['why']}"[:90])


@pytest.mark.parametrize(("made", "case"), list(shared()))
def test_the_cases_of_the_command_hold_in_the_script(node: Node, made: Any, case: Any) -> None:
    far = node.ask("progress", made, case["answers"])
    assert node.ask("visible", made, case["answers"]) == case["visible"]
    assert far["open"] == case["unfinished"]
    assert [far["done"], far["of"]] == case["progress"]


IDS = ("a", "b", "c", "d", "constructor")
WORDS = ("yes", "no", "partly", "3", "24", "24.5", "0.000000001", "-1", "999999999999999.999999999", "999999999", "x y")
CONDITIONS = st.recursive(
    st.fixed_dictionaries({"item": st.sampled_from((*IDS, "strange"))}, optional={
        "is": st.lists(st.sampled_from(WORDS), min_size=1, max_size=3), "at_least": st.sampled_from(("0", "3", "24.5", "999999999")), "at_most": st.sampled_from(("0", "3", "24", "999999999")),
        "answered": st.sampled_from(("yes", "no")),
    }).filter(lambda one: len(one) > 1),
    lambda inner: st.one_of(st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=3)}), st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}), st.fixed_dictionaries({"not": inner})),
    max_leaves=4,
)  # fmt: skip
ITEM = st.fixed_dictionaries({"ask": st.just("?"), "kind": st.just("text"), "required": st.sampled_from(("yes", "no"))}, optional={"show_if": CONDITIONS})
FORMS = st.lists(ITEM, min_size=len(IDS), max_size=len(IDS)).flatmap(
    lambda items: st.fixed_dictionaries({"show_if": st.one_of(st.none(), CONDITIONS)}).map(lambda second: _form_of(items, second["show_if"]))
)
GIVEN = st.dictionaries(st.sampled_from((*IDS, "strange")), st.one_of(st.sampled_from(WORDS), st.lists(st.sampled_from(WORDS), max_size=2, unique=True)))


def _form_of(items: list[Any], condition: Any) -> dict[str, Any]:
    named = [{"id": ident, **item} for ident, item in zip(IDS, items, strict=True)]
    second = {"id": "two", "title": "Two", "items": named[3:], **({"show_if": condition} if condition else {})}
    return {"id": "made", "title": "Made", "version": "1", "about": "us", "sections": [{"id": "one", "title": "One", "items": named[:3]}, second]}


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(FORMS, GIVEN)
def test_any_form_asks_the_same_in_the_script(node: Node, made: Any, said: Any) -> None:
    """Conditions on anything, circles and questions that there are not among them."""
    model = Questionnaire.model_validate(copy.deepcopy(made))
    known = {ident: Given(value=tuple(one) if isinstance(one, list) else one) for ident, one in said.items()}
    far = node.ask("progress", made, said)
    assert node.ask("visible", made, said) == [item.id for _, item in answering.visible(model, known)]
    assert far["open"] == [item.id for _, item in answering.unfinished(model, known)]
    assert (far["done"], far["of"]) == answering.progress(model, known)


@pytest.mark.parametrize(
    ("ident", "answer", "said"),
    [
        ("people", "24", ""), ("people", "24.5", ""), ("people", "0", ""),
        ("people", "-3", "is negative"), ("people", "many", "is not a number"), ("people", "1e3", "is not a number"), ("people", "1,5", "is not a number"), ("people", "5001", "is more than 5000"),
        ("since", "2024-02-29", ""), ("since", "2023-02-29", "is not a day"), ("since", "1.2.2024", "is not a day"),
        ("second-factor", "n/a", "is none of the answers offered"), ("where", ["dk", "mars"], "is none of the answers offered"), ("where", ["dk", "de"], ""),
        ("what", "a <b>bold</b> claim", "reads as markup"), ("what", "a < b", ""), ("what", "see JavaScript:alert(1)", "would run code"), ("what", "data:text/html,x", "would run code"), ("what", "our data: kept", ""), ("depth", {"value": "none", "note": "<i>"}, "has a note that has a “<”"),
        ("plan", {"file": "plan.pdf"}, "lacks the SHA-256"), ("plan", {"sha256": "ab" * 32}, "no name of a file"), ("plan", {"file": "plan.pdf", "sha256": "AB"}, "has no SHA-256"),
        ("plan", {"file": "plan.pdf", "sha256": "ab" * 32}, ""),
    ],
)  # fmt: skip
def test_an_answer_that_does_not_fit_is_told(node: Node, ident: str, answer: Any, said: str) -> None:
    found = node.ask("wrong", small_form(), {ident: answer})
    assert (said in found[ident]) if said else found[ident] == ""
    assert not any(found[other] for other in found if other != ident)


def test_what_may_be_asked_yet_is_known(node: Node) -> None:
    """For paper: a question is printed with its condition where its condition is open, and left out where it is decided."""
    assert node.ask("undecided", small_form(), {}) == ["where-else", "second-factor-when", "second-factor-why", "logged", "overseen"]
    decided = {"where": ["dk"], "second-factor": "yes", "depth": "login", "people": "7", "notice-hours": "12"}
    assert node.ask("undecided", small_form(), decided) == []
    assert node.ask("undecided", small_form(), {**decided, "second-factor": "no"}) == ["second-factor-why"]


# The file that comes out, and goes in again.

TEXT = st.one_of(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), st.lists(st.sampled_from(["<", "a", " ", "\n", "7", ".", "javascript:", "data:,", "\u202e", "&lt;", "https://x.example/?a&b"]), max_size=6).map("".join))


def read_back(text: str) -> tuple[Answers, Any]:
    document = parse(text.encode(), "answers.json")
    made, problems = build(Answers, document)
    assert made is not None, problems
    return made, document


def test_a_saved_file_is_an_answers_file_and_brings_one_back(node: Node) -> None:
    said = {
        "what": "We host.\nTwo halls.", "where": ["dk", "other"], "where-else": {"value": "Norway", "note": "From 2027", "private": "yes"}, "people": "80", "second-factor": "partly",
        "second-factor-when": "2027-01-31", "second-factor-why": {"value": "New keys", "private": "yes"}, "depth": "deep", "logged": "yes", "overseen": "n/a", "notice-hours": "24",
        "plan": {"file": "plan.pdf", "sha256": "ab" * 32, "note": "Draft"},
    }  # fmt: skip
    made = node.ask("print", small_form(), said, by={"name": " Fjordhost (fictional) ", "person": "Ane Holm", "role": ""}, now=NOON)
    answers, document = read_back(made["text"])
    assert answering.check_answers(questionnaire(form.printed(small_form())), answers, document) == []
    assert list(document_problems(document)) == []
    assert (answers.by.name, answers.by.person, answers.by.role) == ("Fjordhost (fictional)", "Ane Holm", None)
    assert answers.questionnaire.asker == ASKER
    assert answers.answered_at.isoformat() == "2026-11-26T12:00:00+00:00"
    assert (made["open"], made["left"]) == ([], [])
    back = node.ask("read", small_form(), text=made["text"])
    again = node.ask("print", small_form(), back["given"], by=back["by"], now=NOON)
    assert again["text"] == made["text"]
    assert back["said"] == []


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["what", "where-else", "people"]), TEXT), TEXT, TEXT)
def test_whatever_is_written_is_saved_as_a_file_that_reads(node: Node, texts: dict[str, str], note: str, name: str) -> None:
    """What a page's fields hold goes through ``read`` here as an import does, which cleans as typing does."""
    file = json.dumps({"questionnaire": {"id": "new-supplier", "version": "3"}, "by": {"name": name}, "answers": {ident: {"value": said, "note": note} for ident, said in texts.items()}})
    taken = node.ask("read", small_form(), text=file)
    made = node.ask("print", small_form(), taken["given"], by={**taken["by"], "name": "X"}, now=NOON)
    answers, document = read_back(made["text"])
    if not any(node.ask("wrong", small_form(), taken["given"]).values()):  # else the page names it, and saves nothing
        assert list(document_problems(document)) == []
        assert answering.check_answers(questionnaire(form.printed(small_form())), answers, document) == []
    assert set(answers.answers) <= set(texts)


def test_what_is_left_out_is_said(node: Node) -> None:
    said = {"second-factor": "yes", "second-factor-when": "2027-01-31", "what": {"note": "later"}}
    made = node.ask("print", small_form(), said, by={"name": "X"}, now=NOON)
    answers, _ = read_back(made["text"])
    assert list(answers.answers) == ["second-factor"]
    assert made["left"] == [["what", "has a note and no answer"], ["second-factor-when", "is not asked after your other answers"]]
    assert made["open"] == ["what", "where", "people", "depth", "notice-hours"]


REASONS = yaml.safe_load((CASES / "refused/reasons.yml").read_text("utf-8"))


def test_every_refused_file_has_its_reason() -> None:
    assert {file.name for file in (CASES / "refused").glob("*.json")} == set(REASONS)


@pytest.mark.parametrize("name", REASONS)
def test_a_file_that_is_none_is_refused(node: Node, name: str) -> None:
    assert REASONS[name] in node.answer("read", small_form(), text=(CASES / "refused" / name).read_text("utf-8"))["refused"]


def test_of_a_file_that_fits_in_part_the_rest_is_named(node: Node) -> None:
    file = {
        "questionnaire": {"id": "new-supplier", "version": "2", "asker": "https://elsewhere.example/"}, "by": {"name": "X", "person": ["no"]},
        "answers": {"people": 7, "second-factor": "perhaps", "what": ["a", "b"], "plan": "plan.pdf", "__proto__": {"value": "x"}, "constructor": "x", "gone": "x", "where": "dk", "depth": {}, "notice-hours": "soon"},
    }  # fmt: skip
    text = json.dumps(file)
    found = node.ask("read", small_form(), text=text)
    assert found["given"] == {"people": {"value": "7"}, "where": {"value": ["dk"]}, "notice-hours": {"value": "soon"}}
    assert found["by"] == {"name": "X", "person": "", "role": ""}
    assert [line.partition(".")[0] for line in found["said"][:1]] == ["It answers the form of https://elsewhere"]
    assert "version 2" in found["said"][1]
    for lost in ("second-factor", "what", "plan", "__proto__", "constructor", "gone", "depth"):
        assert lost in found["said"][2], lost


# What leaves the house.


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("asking")
    root = asking(folder / "root")
    build_site(root, prepared(root), folder / "site")
    return folder / "site"


def test_public_ones_are_pages_and_files_and_private_ones_nothing(site: Path) -> None:
    there = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    wanted = {f"questionnaires/{name}" for name in ("new-supplier.html", "new-supplier.json", "self-check.html", "self-check.json")} | {"acceptance/suppliers.html", "acceptance/suppliers.json"}
    assert {path for path in there if path.startswith(("questionnaires/", "acceptance/"))} == wanted
    assert "questionnaires.html" in there


def test_no_published_byte_holds_what_is_private(site: Path) -> None:
    for path in site.rglob("*"):
        if path.is_file():
            assert b"CANARY" not in path.read_bytes().upper(), path


def test_what_is_published_reads_back_as_what_it_is(site: Path) -> None:
    for name in ("new-supplier", "self-check"):
        made = questionnaire((site / f"questionnaires/{name}.json").read_bytes())
        assert (made.id, made.asker, made.asker_name) == (name, ASKER, ASKER_NAME)
    policy, problems = build(Acceptance, parse((site / "acceptance/suppliers.json").read_bytes(), "suppliers.json"))
    assert problems == []
    assert policy is not None
    assert [one.id for one in policy.requirements] == ["second-factor", "told-in-time"]
    assert (policy.tiers, policy.flags, policy.outcomes) == ((), (), ())


def test_a_forms_digest_is_that_of_its_file(site: Path) -> None:
    said = json.loads(re.search(r'id="attest-form">(.*?)</script>', (site / "questionnaires/new-supplier.html").read_text("utf-8"))[1])  # type: ignore[index]
    assert said["digest"] == hashlib.sha256((site / "questionnaires/new-supplier.json").read_bytes()).hexdigest()


def test_pages_lead_there(site: Path) -> None:
    lists = {path: (site / path).read_text("utf-8") for path in ("suppliers/index.html", "customers/index.html", "index.html", "questionnaires.html", "questionnaires/new-supplier.html")}
    assert 'href="../questionnaires.html#suppliers"' in lists["suppliers/index.html"]
    assert "Questions and requirements" not in lists["customers/index.html"], "nothing is asked of customers"
    assert 'href="questionnaires.html"' in lists["index.html"]
    assert all(f'href="{path}"' in lists["questionnaires.html"] for path in ("questionnaires/new-supplier.html", "questionnaires/self-check.html", "acceptance/suppliers.html"))
    assert 'href="../acceptance/suppliers.html"' in lists["questionnaires/new-supplier.html"]
    assert "questionnaires/new-supplier.html" in (site / "sitemap.xml").read_text("utf-8")
    assert "second factor wherever they reach our data" in (site / "assets/search-index.js").read_text("utf-8")


def test_without_scripts_every_question_and_its_condition_is_there(site: Path) -> None:
    html = (site / "questionnaires/new-supplier.html").read_text("utf-8")
    assert all(html.count(f'id="ask-{item["id"]}"') == 1 for section in small_form()["sections"] for item in section["items"])
    for said in ("Only if 2.1 is answered “No” or “Partly”.", "Only if 2.2 is answered, and 1.4 is at least 50 people.", "Unless 4.1 is at most 24 hours."):
        assert said in html
    assert re.search(r'<section[^>]*id="part-deep".*?Only if 2\.4 is answered “Servers, databases or administrators&#39; accounts”\.', html, re.DOTALL)


def test_requirements_stand_there_in_words(site: Path) -> None:
    html = (site / "acceptance/suppliers.html").read_text("utf-8")
    for said in (
        "“Do your people sign in with a second factor wherever they reach our data?” is answered “Yes”", "in your attestation, what bears on S.1 of", "your own attestation verifies as valid",
        "the number of hours in which you tell us of an incident is at most 24", "Notice of a breach", "attest review --self --policy https://trust.small.example/acceptance/suppliers.json",
    ):  # fmt: skip
        assert said in html, said


def test_a_center_that_asks_nothing_has_no_page_of_it(tmp_path: Path) -> None:
    root = asking(tmp_path / "root")
    shutil.rmtree(root / "controls/questionnaires")
    shutil.rmtree(root / "controls/acceptance")
    assert asked.asked(prepared(root).center) == asked.NOTHING


# In words


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ({"item": "hours", "at_least": "2", "at_most": "24"}, "3.1 is at least 2 hours and 3.1 is at most 24 hours"),
        ({"item": "hours", "is": "24"}, "3.1 is answered “24”"),
        ({"item": "asked-of-us", "of": "new-supplier", "answered": "no"}, "we see it ourselves"),
        ({"all": [{"item": "hours", "answered": "yes"}, {"any": [{"item": "mfa", "is": ["no"]}, {"item": "mfa", "is": ["n/a"]}]}]}, "3.1 is answered, and (2.1 is answered “Never”, or 2.1 is answered “Does not apply”)"),
        ({"not": {"any": [{"item": "mfa", "is": ["no"]}, {"item": "hours", "answered": "no"}]}}, "it is not so that (2.1 is answered “Never”, or 3.1 is left open)"),
        ({"certificate": "short", "is": ["current"]}, "your certificate for Short list is current"),
        ({"control": "kept", "is": ["met"]}, "in your attestation, the promise “It is kept” (kept) is met"),
        ({"control": "second-factor", "is": ["met", "planned"]}, "in your attestation, the promise second-factor is met or planned"),
        ({"maps": "other", "clause": "A.1", "is": ["met"]}, "in your attestation, what bears on A.1 of other is met"),
        ({"insurance": "cyber", "is": ["current"]}, "your cyber insurance is current"),
        ({"contract": "breach-notice", "is": ["agreed"]}, "our contract’s clause on notice of a breach is agreed"),
        ({"notice": "we-tell-them", "answered": "yes"}, "the number of hours in which we tell you of an incident is answered"),
        ({"all": [{"profile": "connection", "is": ["deep"]}, {"access": "logged", "is": "no"}]}, "we see it ourselves"),
        ({"profile": "connection", "is": ["deep"]}, "we see it ourselves"),
    ],
)  # fmt: skip
def test_conditions_in_words(condition: Any, said: str) -> None:
    names = Names({(None, "hours"): Named("3.1", unit="hours"), (None, "mfa"): Named("2.1", {"no": "Never"})}, {"short": "Short list"}, {"kept": "It is kept"})
    assert in_words(condition, names) == said


@pytest.mark.parametrize(("limits", "said"), [({}, ""), ({"most": "365"}, "At most 365 days"), ({"least": "5"}, "At least 5 days"), ({"least": "5", "most": "10"}, "5 to 10 days"), ({"least": "0", "most": "9"}, "0 to 9 days")])
def test_limits_are_said_as_people_say_them(limits: dict[str, str], said: str) -> None:
    made = {"sections": [{"id": "s", "title": "S", "items": [{"id": "n", "ask": "How long?", "kind": "number", "unit": "days", **limits}]}]}
    assert form.laid_out(made)[0].asks[0].limits == said


def test_where_answers_go_is_at_the_end(site: Path) -> None:
    plain = small_form()
    assert "send it to Purchasing at buy@small.example yourself" in form.standalone({**plain, "send_to": "Purchasing at buy@small.example"}).decode()
    assert "send it to Small yourself" in (site / "questionnaires/new-supplier.html").read_text("utf-8")


def test_a_requirement_of_some_says_so_and_not_of_whom(site: Path) -> None:
    html = (site / "acceptance/suppliers.html").read_text("utf-8")
    first, second = (re.search(rf'id="requires-{ident}".*?<p class="at-quiet">(.*?)</p>', html, re.DOTALL)[1] for ident in ("second-factor", "told-in-time"))  # type: ignore[index]
    assert (first, second) == ("Has to be met.", "Should be met, where it applies.")
    published = {one["id"]: one for one in json.loads((site / "acceptance/suppliers.json").read_text())["requirements"]}
    assert "some" not in published["second-factor"]
    assert published["told-in-time"]["some"] == "yes"
    assert "--answers new-supplier-answers.json" in html


def test_every_topic_has_words() -> None:
    from typing import get_args

    from attest.model.condition import Topic

    assert set(TOPICS) == set(get_args(Topic))


# By itself


def test_a_form_by_itself_is_one_file_that_asks_for_nothing() -> None:
    html = form.standalone(small_form()).decode()
    assert not re.search(r"(?:src|href)=\"(?!#)", html)
    assert "url(" not in re.sub(r"url\(\"data:", "", html)
    script, style = re.search(r"<script>(.*)</script>", html, re.DOTALL)[1], re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]  # type: ignore[index]
    assert script == SCRIPT.read_text("utf-8")
    for inside in (script, style):
        assert f"'sha256-{base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()}'" in unescape(html.split("<style>")[0])
    assert form.standalone(small_form()) == html.encode(), "the same bytes each time"


def test_tips_are_in_the_internal_version_alone() -> None:
    made = small_form(part=None)
    plain, internal = form.standalone(made).decode(), form.standalone(made, {"second-factor": "Ask *how*."}).decode()
    assert "For the reviewer" not in plain
    assert "Internal" not in plain.split("<body", 1)[1].split("<script>")[0]
    assert "Ask <em>how</em>." in internal
    assert "Not to be sent or published" in internal
    assert "ours to answer" in internal, "what we answer ourselves is marked"


def hostile_form() -> dict[str, Any]:
    """The breaking text wherever a form says anything; as a stranger's might, it went through no ``load``."""
    made = json.loads(json.dumps(small_form()).replace("(fictional)", ""))
    for one in (made, *made["sections"], *(item for section in made["sections"] for item in section["items"]), *(choice for section in made["sections"] for item in section["items"] for choice in item.get("choices", ()))):
        one |= {name: BREAKS_OUT for name in ("title", "summary", "help", "ask", "text", "unit", "version", "asker_name") if name in one}
    return made


def test_text_that_breaks_out_of_nothing() -> None:
    html = form.standalone(hostile_form(), {"what": BREAKS_OUT}).decode()
    middle = html.split("</style>")[1].rpartition("<script>")[0]
    assert "<script>window" not in middle
    assert "<img" not in middle
    assert not re.search(r'href="javascript:', middle)
    assert json.loads(re.search(r'id="attest-form">(.*?)</script>', middle)[1])["id"] == "new-supplier"  # type: ignore[index]


@pytest.mark.parametrize("name", sorted(file.stem for file in LIBRARY.glob("*.yml")))
def test_shipped_questionnaires_are_forms(name: str, node: Node) -> None:
    """Each draws, and its script asks of nobody's answers what the command asks."""
    made = questionnaire((LIBRARY / f"{name}.yml").read_bytes())
    plain = public_form(made, name, ASKER, ASKER_NAME, None)
    html = form.standalone(plain).decode()
    assert all(html.count(f'id="ask-{item.id}"') == 1 for _, item in made.items())
    assert node.ask("visible", plain, {}) == [item.id for _, item in answering.visible(made, {})]


def heavy_form(count: int) -> dict[str, Any]:
    """Questions with help, conditions and choices of their own, none like another."""
    digest = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(count)]
    kinds = ("yes-no", "choice", "choices", "number", "date", "text", "file")
    items = [
        {
            "id": f"question-{number}", "ask": f"How do you keep {text[:9]} apart from {text[9:20]}, and who in {text[20:30]} looks at it?", "kind": kinds[number % 7],
            "help": f"Think of {text[30:44]}, and of whoever {text[44:60]} is for.", **({"show_if": {"item": f"question-{number - 7}", "is": ["yes"]}} if number > 6 and number % 7 == 0 else {}),
            **({"choices": [{"id": f"c{one}", "text": f"As in {text[one : one + 12]}"} for one in range(4)]} if kinds[number % 7].startswith("choice") else {}), **({"unit": "hours"} if kinds[number % 7] == "number" else {}),
        }
        for number, text in enumerate(digest)
    ]  # fmt: skip
    return {"id": "heavy", "title": "Heavy", "version": "1", "asker": ASKER, "about": "supplier", "sections": [{"id": f"part-{at}", "title": f"Part {at}", "items": items[at : at + 10]} for at in range(0, count, 10)]}


def test_a_hundred_questions_weigh_little() -> None:
    assert len(gzip.compress(form.standalone(heavy_form(100)), 6)) <= 60_000


def test_the_script_can_stand_inside_a_page() -> None:
    text = SCRIPT.read_text("utf-8")
    assert "</script" not in text.lower()
    assert "<!--" not in text
