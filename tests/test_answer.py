"""`attest answer`: on a terminal, from a file, from an address; what is kept, what is refused, what is signed."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.answering import check_answers, progress, unfinished, visible, wrong_answer
from attest.cli import main
from attest.cli.draft import plain, print_json, print_yaml
from attest.cli.interview import interview, typed_answer
from attest.load.shape import build
from attest.model.answers import Answers, Asked, Author, Given
from attest.model.questionnaire import Item, public_form
from attest.times import parse_moment
from attest.yaml_lines import parse
from tests.conftest import ROOT
from tests.test_answering import DIGEST, whole
from tests.test_keys import attest as command
from tests.test_keys import on_a_terminal

NOW = "2026-11-20T09:00:00Z"
FORM = """\
id: first-look
title: Questions to a new supplier
version: "1"
visibility: public
about: supplier
sections:
  - id: access
    title: Who reaches what is ours
    help: Of everybody who works for you.
    items:
      - id: factor
        ask: Do your people sign in with a second factor?
        kind: yes-no
        also: [partly, n/a]
        help: Wherever they reach our data.
      - {id: when, ask: By when will all of them?, kind: date, show_if: {item: factor, is: ["no", partly]}}
      - {id: where, ask: Where do you keep our data?, kind: choice, choices: [{id: eu, text: In the European Union}, {id: uk, text: In the United Kingdom}, {id: else, text: Elsewhere}]}
      - {id: kinds, ask: Which data?, kind: choices, choices: [{id: mail, text: Addresses}, {id: goods, text: Goods}, {id: health, text: Health data}], required: "no"}
  - id: notice
    title: When something happens
    items:
      - {id: hours, ask: How soon do you tell us?, kind: number, unit: hours, most: 720}
      - {id: plan, ask: Your plan for incidents?, kind: file, required: "no"}
      - {id: words, ask: Anything else?, kind: text, required: "no"}
"""
HEAD = 'questionnaire: {id: first-look, version: "1"}\nby: {name: Fjordhost (fictional)}\nanswered_at: 2026-11-19T09:00:00Z\n'


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A supplier's folder: no trust center anywhere, one questionnaire in a file."""
    (tmp_path / "form.yml").write_text(FORM)
    (tmp_path / "plan.pdf").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def typed(folder: Path, lines: list[str], *words: str, by: bool = True) -> tuple[int, str]:
    who = ["--by", "Fjordhost (fictional)", "--person", "Ane Holm", "--role", "Security lead"] if by else []
    return on_a_terminal(folder, command("answer", "form.yml", "--out", "a.yml", "--at", NOW, *who, *words), [f"{line}\n".encode() for line in lines])


def answered(text: str, name: str = "a.yml") -> Path:
    Path(name).write_text(HEAD + text)
    return Path(name)


# The walk.


def test_all_questions_one_after_the_other(desk: Path) -> None:
    code, talk = typed(desk, ["y", "a", "mail, c", "24 hours", "plan.pdf", "Nothing"])
    assert code == 0, talk
    assert "By when" not in talk, "it is not asked of those who do"
    assert "Wherever they reach our data." in talk
    assert "1 of 6" in talk
    assert "6 of 6 answered, nothing required is open" in talk
    assert (desk / "a.yml").read_text() == (
        'questionnaire: {id: first-look, version: 1}\nby: {name: Fjordhost (fictional), person: Ane Holm, role: Security lead}\nanswered_at: 2026-11-20T09:00:00Z\nanswers:\n'
        f'  factor: "yes"\n  where: eu\n  kinds: [mail, health]\n  hours: 24\n  plan: {{file: plan.pdf, sha256: {DIGEST}}}\n  words: Nothing\n'
    )
    assert main(["answer", "form.yml", "--check", "a.yml", "--at", NOW]) == 0


def test_conditions_follow_every_answer(desk: Path) -> None:
    code, talk = typed(desk, ["partly", "<", "no", "31.12.2026", "."])
    assert code == 1
    assert talk.count("2 of 7  By when will all of them?") == 2, "asked after partly, and after going back and saying no"
    assert '  factor: "no"\n  when: 2026-12-31\n' in (desk / "a.yml").read_text()
    assert "2 of 7 answered, 2 required ones open" in talk


def test_whoever_stops_goes_on_from_there_and_keeps_what_they_wrote(desk: Path) -> None:
    answered("answers:\n  factor: yes   # since spring\n  # where: somebody look\n  words: [half\n    ]\n".replace("words: [half\n    ]", "words: |\n    Two lines\n    of it"))
    code, talk = typed(desk, ["b", "", "36", "", "", "."], by=False)
    assert code == 0, talk
    assert "1 of 6  Do" not in talk, "it goes on with the first that is open"
    text = (desk / "a.yml").read_text()
    assert "  factor: yes   # since spring\n  # where: somebody look\n  words: |\n    Two lines\n    of it\n  where: uk\n  hours: 36\n" in text
    assert "answered_at: 2026-11-20T09:00:00Z\n" in text


def test_the_end_of_input_stops_and_what_was_answered_is_there(desk: Path) -> None:
    code, talk = on_a_terminal(desk, command("answer", "form.yml", "--out", "a.json", "--at", NOW, "--by", "Fjordhost", "--person", "", "--role", ""), [b"y\n", b"\x04"])
    assert code == 1, talk
    assert json.loads((desk / "a.json").read_text()) == {
        "questionnaire": {"id": "first-look", "version": "1"}, "by": {"name": "Fjordhost"}, "answered_at": NOW, "answers": {"factor": "yes"},
    }  # fmt: skip


def test_who_answers_is_asked(desk: Path) -> None:
    code, talk = typed(desk, ["", "Fjordhost", "Ane Holm", "", "y", "."], by=False)
    assert code == 1
    assert "write the company's name" in talk
    assert "by: {name: Fjordhost, person: Ane Holm}\n" in (desk / "a.yml").read_text()


def test_notes_private_marks_and_taking_back(desk: Path) -> None:
    code, talk = typed(desk, ["+ too early", "y", "<", "+ for now", "!", "?", "n", "<", "-", "."])
    assert code == 1
    assert "answer first, then say what stands beside it" in talk
    assert "now: yes; note: for now; only for whoever reviews this" in talk
    assert "stop; the same command goes on from there" in talk
    assert "now: not answered" in talk
    assert (desk / "a.yml").read_text().endswith("answers: {}\n")
    code, talk = typed(desk, ["y", "<", "+ for now", "!", "n", "."], by=False)
    assert "  answers: {}" not in (desk / "a.yml").read_text()
    assert parse((desk / "a.yml").read_bytes(), "a").value["answers"] == {"factor": {"value": "no", "note": "for now", "private": "yes"}}, "what stands beside an answer stays when it changes"


def test_what_is_open_at_the_end_is_named(desk: Path) -> None:
    code, talk = typed(desk, ["", "a", "", "", "", "", "", "y", "", "", "24", "", ""])
    assert code == 0, talk
    assert "that was the last one. 2 required questions are open:\r\n  Do your people" in talk
    assert talk.count("1 of 6  Do") == 2


def test_nothing_answered_is_nothing_written(desk: Path) -> None:
    code, talk = typed(desk, ["."])
    assert code == 1
    assert "nothing was answered, so nothing was written" in talk
    assert not (desk / "a.yml").exists()


def test_one_side_alone(desk: Path) -> None:
    (desk / "form.yml").write_text(FORM.replace("kind: choice,", "kind: choice, asked_of: us,"))
    code, talk = typed(desk, ["b", "."], "--part", "us")
    assert code == 0, talk
    assert "1 of 1" in talk
    code, talk = typed(desk, ["y", "", "24", "", "", "."], "--part", "them", by=False)
    assert "Where do you keep" not in talk
    assert code == 0, talk
    assert main(["answer", "form.yml", "--check", "a.yml", "--at", NOW]) == 0
    assert main(["answer", "form.yml", "--out", "b.yml", "--part", "contract"]) == 1


def test_warnings_and_tips_are_shown_where_the_questionnaire_has_them(desk: Path) -> None:
    more = '        tip: Ask when.\n        flags: [{flag: wants-no-second-factor, when: {item: factor, is: "no"}, why: A password alone}]\n'
    (desk / "form.yml").write_text(FORM.replace("        help: Wherever", f"{more}        help: Wherever"))
    _, talk = typed(desk, ["n", "."])
    assert "look for: Ask when." in talk
    assert "warning flag wants-no-second-factor: A password alone" in talk.replace("\x1b[33m", "").replace("\x1b[0m", "")


def test_answers_to_another_version_are_carried_over_when_somebody_says_so(desk: Path) -> None:
    (desk / "form.yml").write_text(FORM.replace('version: "1"', 'version: "2"'))
    before = answered("answers: {factor: yes}   # all\n").read_bytes()
    code, talk = typed(desk, ["no"], by=False)
    assert code == 1
    assert "is '1', and this questionnaire is version '2'" in talk
    assert (desk / "a.yml").read_bytes() == before
    code, talk = typed(desk, ["yes", "."], by=False)
    assert code == 1
    assert "questionnaire: {id: first-look, version: 2}\n" in (desk / "a.yml").read_text()
    assert "# all" in (desk / "a.yml").read_text()


def test_a_file_that_somebody_else_changed_is_left_alone(desk: Path) -> None:
    from attest.cli.draft import Draft
    from attest.errors import Refused

    file = answered("answers: {factor: yes}\n")
    built, _ = build(Answers, parse(file.read_bytes(), "a.yml"))
    assert built is not None
    draft = Draft(file, built, file.read_bytes())
    draft = draft.given("where", Given(value="eu"), parse_moment(NOW))
    answered("answers: {factor: no}\n")
    with pytest.raises(Refused, match="changed by somebody else"):
        draft.given("hours", Given(value="4"), parse_moment(NOW))
    assert "hours" not in file.read_text()


def test_hostile_text_is_shown_as_escapes_or_refused(desk: Path) -> None:
    (desk / "form.yml").write_text(FORM.replace("Anything else?", '"Any\\e[31mthing?"'))
    assert main(["answer", "form.yml", "--check", "a.yml"]) == 3, "no such file"
    answered("answers: {factor: yes}\n")
    assert main(["answer", "form.yml", "--check", "a.yml"]) == 1, "the form itself is refused"
    (desk / "form.yml").write_text(FORM)
    code, talk = typed(desk, ["a", "", "4", "", "<script>alert(1)</script>", "Well \u202e", "Well", "."], by=False)
    assert code == 0, talk
    assert "holds markup at '<script>aler'; write it without" in talk
    assert "a direction override" in talk
    assert "  words: Well\n" in (desk / "a.yml").read_text() or "words: Well" in (desk / "a.yml").read_text()


# What is typed, by kind.

KINDS = {item.id: item for _, item in whole(FORM).items()}
TYPED: list[tuple[str, str, Any]] = [
    ("factor", "y", "yes"), ("factor", "YES", "yes"), ("factor", "n", "no"), ("factor", "p", "partly"), ("factor", "n/", "n/a"), ("factor", "n/a", "n/a"),
    ("where", "a", "eu"), ("where", "EU", "eu"), ("where", "c", "else"), ("where", "in the united", "uk"), ("where", "elsewhere", "else"), ("where", "B", "uk"),
    ("kinds", "a", ["mail"]), ("kinds", "a, health ,a", ["mail", "health"]), ("kinds", "Goods, addresses", ["goods", "mail"]),
    ("hours", "24", "24"), ("hours", "24 hours", "24"), ("hours", "24.5Hours", "24.5"), ("when", "2026-12-31", "2026-12-31"), ("when", "31.12.2026", "2026-12-31"),
    ("words", "yes - and + more", "yes - and + more"), ("plan", "'plan.pdf'", {"file": "plan.pdf", "sha256": DIGEST}),
]  # fmt: skip
MISTYPED = [
    ("factor", "maybe", "'maybe' is not an answer here, write one of yes, no, partly, n/a"),
    ("where", "in", "'in' could be several, write a letter from a to c, or the word"),
    ("where", "d", "'d' is not an answer here, write a letter from a to c, or the word"),
    ("kinds", "a, x", "'x' is not an answer here, write a letter from a to c, or the word"),
    ("kinds", ",", "is no answer, write one or more, with commas between"),
    ("hours", "soon", "'soon' is not a number, write it as 24 or 24.5, without the unit, which is hours"),
    ("hours", "hours", "'hours' is not a number, write it as 24 or 24.5, without the unit, which is hours"),
    ("hours", "-4", "is negative, and hours are counted from 0, write 0 or more"),
    ("hours", "721", "is more than 720 hours, write 720 or less"),
    ("when", "1/2/2026", "'1/2/2026' is not a day, write it as 2026-04-02"),
    ("when", "2026-02-30", "'2026-02-30' is not a day that there is, write it as 2026-04-02"),
    ("words", "a\u200bb", "that holds a zero-width space (U+200B); write it without"),
]


@pytest.mark.parametrize(("ident", "line", "expected"), TYPED, ids=[f"{ident}: {line}" for ident, line, _ in TYPED])
def test_what_is_typed(ident: str, line: str, expected: Any) -> None:
    assert plain(typed_answer(KINDS[ident], line, lambda _: DIGEST)) == expected


@pytest.mark.parametrize(("ident", "line", "says"), MISTYPED, ids=[f"{ident}: {line}" for ident, line, _ in MISTYPED])
def test_what_cannot_be_typed(ident: str, line: str, says: str) -> None:
    with pytest.raises(ValueError) as error:
        typed_answer(KINDS[ident], line, lambda _: DIGEST)
    assert str(error.value) == says


def test_a_hundred_choices_have_letters() -> None:
    many = Item.model_validate({"id": "x", "ask": "?", "kind": "choice", "choices": [{"id": f"number-{number}", "text": f"Number {number}"} for number in range(100)]})
    assert typed_answer(many, "z", lambda _: DIGEST).value == "number-25"
    assert typed_answer(many, "aa", lambda _: DIGEST).value == "number-26"
    assert typed_answer(many, "cv", lambda _: DIGEST).value == "number-99"


LINES = st.lists(st.sampled_from(["y", "n", "p", "a", "b, c", "24", "-4", "2026-12-31", "", "<", "-", "+ note", "+", "!", "?", "plan.pdf", "Well", "[", "\x1b[2J"]), max_size=60)


@given(LINES)
def test_whatever_is_typed_what_is_kept_fits(lines: list[str]) -> None:
    """Any row of lines ends when they do, and leaves answers that fit their questions."""
    questionnaire, kept = whole(FORM), dict[str, Given]()

    def keep(ident: str, given: Given | None) -> Mapping[str, Given]:
        kept.pop(ident, None)
        kept.update({ident: given} if given is not None else {})
        return dict(kept)

    before = sys.stdin, sys.stderr
    sys.stdin, sys.stderr = io.StringIO("".join(f"{line}\n" for line in lines)), io.StringIO()
    try:
        ended = interview(questionnaire, {}, keep, lambda _: DIGEST)
        talk = sys.stderr.getvalue()
    finally:
        sys.stdin, sys.stderr = before
    assert "\x1b" not in talk
    assert ended == kept
    assert all(wrong_answer(KINDS[ident], given) is None for ident, given in kept.items())


texts = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp"]), min_size=1, max_size=20).filter(str.strip)
givens = st.builds(lambda value, note, private: Given(value=value, note=note, private=private), st.one_of(texts, st.lists(texts, max_size=3).map(tuple)), st.none() | texts, st.sampled_from(["yes", "no"]))


@given(st.dictionaries(st.sampled_from([*KINDS, "no", "x1"]), givens, max_size=5), texts, st.none() | texts)
def test_a_file_reads_back_as_what_was_written(answers: dict[str, Given], name: str, role: str | None) -> None:
    made = Answers(questionnaire=Asked(id="first-look", version="1"), by=Author(name=name, role=role), answered_at=parse_moment(NOW), answers=answers)
    for print_as in (print_json, print_yaml):
        built, wrong = build(Answers, parse(print_as(made), "a"))
        assert built == made, wrong


# Where the questionnaire comes from.


@pytest.fixture
def site(desk: Path) -> Iterator[str]:
    """A trust center's published form, served."""
    published = desk / "site/questionnaires"
    published.mkdir(parents=True)
    (published / "first-look.json").write_text(json.dumps(public_form(whole(FORM), "first-look", "https://trust.small.example/", "Small")))
    (published / "circle.json").write_text(json.dumps(public_form(whole(FORM), "circle", "https://trust.small.example/", "Small")).replace('"kind": "number"', '"kind": "number", "show_if": {"item": "hours", "answered": "yes"}'))
    (published / "nameless.json").write_text(FORM.replace("id: first-look\n", ""))
    (published / "huge.json").write_text(" " * (2**20 + 1))
    (published / "page.json").write_text("<!doctype html>")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(desk / "site")))
    server.RequestHandlerClass.log_message = lambda *_: None  # type: ignore[method-assign]
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/questionnaires"
    server.shutdown()


@pytest.mark.parametrize("ending", ["json", "html"])
def test_a_published_form_is_asked(site: str, desk: Path, ending: str) -> None:
    code, talk = on_a_terminal(desk, command("answer", f"{site}/first-look.{ending}", "--by", "Fjordhost", "--person", "", "--role", "", "--at", NOW), [b"y\n", b".\n"])
    assert code == 1, talk
    assert "Questions to a new supplier, asked by Small" in talk
    assert 'questionnaire: {id: first-look, version: 1, asker: "https://trust.small.example/"}' in (desk / "first-look.answers.yml").read_text() or "asker: https://trust.small.example/" in (desk / "first-look.answers.yml").read_text()


@pytest.mark.parametrize(("name", "code", "says"), [
    ("nowhere.json", 3, "nowhere.json: is not there (404)"),
    ("first-look", 2, "is no published questionnaire"),
    ("circle.json", 1, "waits in a circle: hours -> hours"),
    ("nameless.json", 1, "has no id, so no answers could name it"),
    ("huge.json", 3, "is larger than 1048576 bytes"),
    ("page.json", 1, "is not"),
])  # fmt: skip
def test_an_address_that_holds_no_form(site: str, name: str, code: int, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["answer", f"{site}/{name}"]) == code
    err = capsys.readouterr().err
    assert says in err
    assert "Traceback" not in err


def test_answers_alone_never_lead_to_an_address(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answered("answers: {factor: yes}\n")
    Path("a.yml").write_text(Path("a.yml").read_text().replace('version: "1"', 'version: "1", asker: https://trust.small.example/'))
    assert main(["answer", "a.yml"]) == 2
    assert "name it: attest answer https://trust.small.example/questionnaires/first-look.json --out a.yml" in capsys.readouterr().err


def test_the_same_answers_for_a_browser_and_back(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answered("answers:\n  hours: 24\n  kinds: [mail]\n  words: {value: Well, note: 'For now: yes'}\n")
    assert main(["answer", "a.yml", "--out", "a.json"]) == 0
    assert json.loads(Path("a.json").read_text())["answers"] == {"hours": "24", "kinds": ["mail"], "words": {"value": "Well", "note": "For now: yes"}}
    assert main(["answer", "a.json", "--out", "b.yml"]) == 0
    assert parse(Path("b.yml").read_bytes(), "b").value == parse(Path("a.yml").read_bytes(), "a").value
    assert main(["answer", "a.json", "--out", "b.yml"]) == 1, "nothing is overwritten"


def test_a_questionnaire_of_the_center_by_its_id(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    controls = desk / "center/controls"
    (controls / "questionnaires").mkdir(parents=True)
    (controls / "center.yml").write_bytes((ROOT / "tests/cases/check/_base/controls/center.yml").read_bytes())
    (controls / "questionnaires/first-look.yml").write_text(FORM)
    answered("answers: {factor: yes}\n")
    assert main(["answer", "--check", "a.yml", "--dir", "center"]) == 1
    assert "fits first-look version 1: 1 of 6 answered, 2 required ones open\n  open: where: Where do you keep our data?\n" in capsys.readouterr().err
    assert main(["answer", "a.yml", "--dir", "center"]) == 1, "there is no terminal, so it stays as it is"
    assert main(["answer", "first-lok", "--dir", "center"]) == 2
    assert "there is no questionnaire 'first-lok' here, nor a file of that name" in (err := capsys.readouterr().err)
    assert "did you mean 'first-look'?" in err
    assert main(["answer", "first-look"]) == 2, "this folder is in no trust center"


# Bad answers.

CHECKED = [
    ("answers: {factor: maybe, hours: -4, price: 9}\n", 1, ["a.yml:4: answers.factor: 'maybe' is not one of yes", "a.yml:4: answers.hours: is negative", "a.yml:4: answers.price: there is no question", "3 problems in a.yml"]),
    ("answers: {factor: yes, where: eu, hours: 4, when: 2026-12-31}\n", 0, ["warning: a.yml:4: answers.when: answers a question that is not asked"]),
    ("answers: {factor: yes}\n", 1, ["2 required ones open"]),
    ("answers: {factor: yes, factor: no}\n", 1, ["stands twice"]),
    ("answers: {factor: !!python/object x}\n", 1, ["has a tag"]),
    ("answers: {factor: {value: yes, file: x}}\n", 1, ["answers nothing, or two things"]),
    ("answers: {plan: {file: x.pdf, sha256: abc}}\n", 1, ["'abc' is not a SHA-256"]),
    ("answers: {words: '<script>'}\n", 1, ["holds markup"]),
    ("answers: {Factor: yes}\n", 1, ["is not an id"]),
    ("answers: yes\n", 1, ["is text, write a block of keys"]),
    ("", 1, ["answers: is missing"]),
    ("answers:\n" + "".join(f"  x{number}: yes\n" for number in range(100_000)), 1, ["larger than 1 MiB"]),
    ("answers:\n" + "".join(f"  x{number}: y\n" for number in range(20_000)), 1, ["answers: "]),
]


@pytest.mark.parametrize(("text", "code", "says"), CHECKED, ids=[text[:40] or "nothing" for text, _, _ in CHECKED])
def test_check_says_what_does_not_fit(desk: Path, capsys: pytest.CaptureFixture[str], text: str, code: int, says: list[str]) -> None:
    before = answered(text).read_bytes()
    assert main(["answer", "form.yml", "--check", "a.yml", "--at", NOW]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert all(one in err for one in says), err
    assert "Traceback" not in err
    assert main(["answer", "form.yml", "--out", "a.yml", "--at", NOW]) == code, "and going on with it is refused for the same reason"
    assert Path("a.yml").read_bytes() == before


def test_what_one_side_answered_is_held_against_that_side(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "form.yml").write_text(FORM.replace("kind: choice,", "kind: choice, asked_of: us,"))
    answered("answers: {factor: yes, hours: 4}\n")
    assert main(["answer", "form.yml", "--check", "a.yml", "--at", NOW]) == 0
    assert "fits first-look version 1, what is asked of them: 2 of 5 answered, nothing required is open" in capsys.readouterr().err
    assert main(["answer", "form.yml", "--check", "a.yml", "--at", NOW, "--part", "all"]) == 1
    assert "open: where: Where do you keep our data?" in capsys.readouterr().err


def test_check_for_programs(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answered("answers: {factor: maybe, hours: 4}\n")
    assert main(["answer", "form.yml", "--check", "a.yml", "--json", "--at", NOW]) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["fits"], said["answered"], said["asked"], said["open"]) == (False, 2, 6, ["where"])
    assert said["problems"] == [{"file": "a.yml", "line": 4, "path": "answers.factor", "what": "'maybe' is not one of yes, no, partly, n/a", "todo": "write one of these words", "grade": "error"}]


def test_a_time_to_come_does_not_fit(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answered("answers: {factor: yes, where: eu, hours: 4}\n")
    assert main(["answer", "form.yml", "--check", "a.yml", "--at", "2026-11-18"]) == 1
    assert "a.yml:3: answered_at: 2026-11-19T09:00:00Z has not come yet, write when it was answered" in capsys.readouterr().err


@pytest.mark.parametrize("words", [
    [], ["form.yml", "--out", "a.txt"], ["form.yml", "--out", "a.sigstore.json"], ["form.yml", "--check", "a.yml", "--sign", "k"], ["form.yml", "--part", "nobody"],
    ["a.yml", "--out", "b.txt"], ["a.yml", "--out", "b.json", "--sign", "k"], ["form.yml"], ["form.yml", "--at", "noon"],
])  # fmt: skip
def test_wrong_use(desk: Path, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    answered("answers: {factor: yes}\n")
    assert main(["answer", *words]) == 2
    assert capsys.readouterr().err.startswith("attest: error: ")
    assert sorted(path.name for path in desk.iterdir()) == ["a.yml", "form.yml", "plan.pdf"]


# Signing.


@pytest.fixture
def key(desk: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["keys", "new", "--person", "ane.pem", "--no-passphrase", "--json"]) == 0
    return str(json.loads(capsys.readouterr().out)["fingerprint"])


def test_signed_answers_verify(desk: Path, key: str, capsys: pytest.CaptureFixture[str]) -> None:
    answered("answers: {factor: yes, where: eu, hours: 4}\n")
    assert main(["answer", "form.yml", "--out", "a.yml", "--sign", "ane.pem"]) == 0
    out, err = capsys.readouterr()
    assert key in out
    assert "tell whoever asks your key's fingerprint another way" in err
    assert main(["verify", "a.sigstore.json", "--key", key]) == 0
    assert "Fjordhost (fictional)" in capsys.readouterr().out
    assert main(["answer", "form.yml", "--check", "a.sigstore.json", "--at", NOW]) == 0
    assert main(["answer", "a.sigstore.json"]) == 2, "what is signed cannot be gone on with"


def test_where_answers_go_is_said_at_the_end(desk: Path, key: str, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "form.yml").write_text(FORM.replace("about: supplier\n", "about: supplier\nsend_to: Purchasing at buy@small.example\n"))
    answered("answers: {factor: yes, where: eu, hours: 4}\n")
    assert main(["answer", "form.yml", "--out", "a.yml"]) == 0
    assert "send it as it is to Purchasing at buy@small.example: it is taken then" in capsys.readouterr().err
    assert main(["answer", "form.yml", "--out", "a.yml", "--sign", "ane.pem"]) == 0
    assert "send that file, and the files it names, to Purchasing at buy@small.example; tell whoever asks" in capsys.readouterr().err


def test_what_a_browser_saved_is_signed_without_its_questionnaire(desk: Path, key: str, capsys: pytest.CaptureFixture[str]) -> None:
    answered("answers: {factor: yes}\n")
    assert main(["answer", "a.yml", "--out", "a.json"]) == 0
    assert main(["answer", "a.json", "--sign", "ane.pem"]) == 0
    assert "the questionnaire first-look is not here, so whether the answers fit it was not looked at" in capsys.readouterr().err
    assert main(["verify", "a.sigstore.json", "--key", key]) == 0
    assert main(["answer", "form.yml", "--check", "a.sigstore.json", "--at", NOW]) == 1, "two required ones are open"


def test_the_key_of_releases_signs_no_answers(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "new", "--no-passphrase"]) == 0
    answered("answers: {factor: yes, where: eu, hours: 4}\n")
    assert main(["answer", "form.yml", "--out", "a.yml", "--sign", ".attest/keys/statement.pem"]) == 2
    assert "with a key of your own" in capsys.readouterr().err
    assert main(["answer", "form.yml", "--out", "a.yml", "--sign", "nobodys.pem"]) == 2
    assert "make one of your own, once: attest keys new --person nobodys.pem" in capsys.readouterr().err


def test_nothing_is_signed_while_something_is_open_or_wrong(desk: Path, key: str, capsys: pytest.CaptureFixture[str]) -> None:
    answered("answers: {factor: yes}\n")
    assert main(["answer", "form.yml", "--out", "a.yml", "--sign", "ane.pem"]) == 1
    assert "2 required questions are open, so nothing was signed" in capsys.readouterr().err
    answered("answers: {factor: yes, where: eu, hours: -4}\n")
    assert main(["answer", "form.yml", "--out", "a.yml", "--sign", "ane.pem"]) == 1
    assert not (desk / "a.sigstore.json").exists()


def test_signed_answers_that_were_changed_do_not_fit(desk: Path, key: str, capsys: pytest.CaptureFixture[str]) -> None:
    from attest.wire import base64_strict

    answered("answers: {factor: yes, where: eu, hours: 4}\n")
    assert main(["answer", "form.yml", "--out", "a.yml", "--sign", "ane.pem"]) == 0
    bundle = json.loads((desk / "a.sigstore.json").read_bytes())
    payload = base64_strict.decode(bundle["dsseEnvelope"]["payload"]).replace(b'"value":"4"', b'"value":"9"')
    bundle["dsseEnvelope"]["payload"] = base64_strict.encode(payload)
    (desk / "a.sigstore.json").write_text(json.dumps(bundle))
    assert main(["answer", "form.yml", "--check", "a.sigstore.json"]) != 0
    assert "Traceback" not in capsys.readouterr().err


# The form for a browser. What it does there: tests/test_form.py.


def test_a_page_asks_them_and_holds_nothing_private(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = '        tip: CANARY-TIP\n        flags: [{flag: canary-flag, when: {item: factor, is: "no"}, why: CANARY-WHY}]\n        score: [{when: {item: factor, is: "yes"}, points: 987654}]\n'
    (desk / "form.yml").write_text(FORM.replace("        help: Wherever", f"{more}        help: Wherever").replace("kind: file,", "kind: file, asked_of: us,"))
    assert main(["answer", "form.yml", "--page", "form.html"]) == 0
    assert "wrote form.html: 6 questions, without tips" in capsys.readouterr().err
    page = (desk / "form.html").read_text().lower()
    assert "do your people sign in" in page
    assert "your plan for incidents" not in page
    assert not [word for word in ("canary", "987654") if word in page]
    assert main(["answer", "form.yml", "--page", "us.html", "--part", "us", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"questionnaire": "first-look", "version": "1", "file": "us.html", "asked": 1}
    assert main(["answer", "form.yml", "--page", "form.pdf"]) == 2
    answered("answers: {factor: yes}\n")
    assert main(["answer", "a.yml", "--page", "form.html"]) == 2


def test_questionnaires_of_the_library_can_be_asked(desk: Path) -> None:
    """Each is walked with the first answer that fits every question, until nothing is open."""
    for path in sorted((ROOT / "attest/library/questionnaires").glob("*.yml")):
        questionnaire = whole(path.read_text())
        said: dict[str, Given] = {}
        while still := unfinished(questionnaire, said):
            said[still[0][1].id] = _fitting(still[0][1])
        document = parse(HEAD.encode() + b"answers: {}\n", "a.yml")
        answers = Answers(questionnaire=Asked(id="x", version=questionnaire.version), by=Author(name="X"), answered_at=parse_moment(NOW), answers=said)
        assert check_answers(questionnaire, answers, document, "x") == [], path
        assert progress(questionnaire, said)[1] == len(visible(questionnaire, said))


def _fitting(item: Item) -> Given:
    return typed_answer(item, {"number": str(item.least or 1), "date": "2026-11-20", "text": "Well", "file": "x.pdf"}.get(item.kind, item.allowed[0] if item.allowed else ""), lambda _: DIGEST)
