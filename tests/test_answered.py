"""Answers that their author signed: what is printed reads back, the same as the answers file says it, and nothing else does."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest import answered
from attest.answered import SignedAnswers, is_answers, parse_answers, print_answers, read_answers, subject_of
from attest.answers_of import answers_of, signed_of
from attest.errors import Refused, Unreadable
from attest.load.shape import build
from attest.model.answers import Answers
from attest.sign import sign_answers
from attest.wire import jcs
from attest.yaml_lines import parse
from tests import signed_site
from tests.signed_site import EDWARDS, KEY, OTHER, Key, enveloped
from tests.small_answers import AUTHOR, GIVEN, bundle, edwards
from tests.test_wire_refused import GOOD

FILE = """\
questionnaire: {id: supplier-assessment, version: "1", asker: "https://trust.harbourline.example/"}
by: {name: Fjordhost (fictional), person: Ane Holm, role: Security lead}
answered_at: 2026-11-20T09:00:00Z
answers:
  second-factor: "yes"
  frameworks: [iso-27001, soc-2]
  none-of-these: []
  notice: "24"
  where: {value: Denmark, note: "Two halls,\\nBillund and Århus", private: "yes"}
  policy: {file: policy.pdf, sha256: DIGEST, note: of this year}
""".replace("DIGEST", GIVEN.answers["policy"]["sha256"])


def in_file() -> Answers:
    """The same answers, as somebody wrote them."""
    built, problems = build(Answers, parse(FILE.encode(), "answers.yml"))
    assert (built is not None, list(problems)) == (True, [])
    return built  # type: ignore[return-value]


# the format


def test_what_is_printed_reads_back() -> None:
    payload = print_answers(GIVEN)
    assert payload == (GOOD / "answers.json").read_bytes()
    assert parse_answers(payload) == GIVEN
    assert read_answers(bundle()) == (GIVEN, True)
    assert read_answers(edwards()) == (replace(GIVEN, spki=EDWARDS.spki), True)


@pytest.mark.parametrize(("asker", "name"), [
    (None, "questionnaires/new-customer"), ("https://trust.small.example/", "https://trust.small.example/questionnaires/new-customer"),
    ("https://trust.small.example", "https://trust.small.example/questionnaires/new-customer"),
])
def test_they_are_about_the_questionnaire_of_whoever_asks(asker: str | None, name: str) -> None:
    assert subject_of(asker, "new-customer") == name


def test_another_signature_under_the_same_name_is_told_apart() -> None:
    assert read_answers(enveloped(print_answers(GIVEN), OTHER))[1] is False, "the hint names another key"
    said = json.loads(bundle())
    said["dsseEnvelope"]["signatures"] = json.loads(bundle(version="2"))["dsseEnvelope"]["signatures"]
    assert read_answers(jcs.canonical(said))[1] is False, "a signature of the same key over other answers"


WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).filter(lambda said: said == said.strip() and not answered._HIDDEN.search(said))
IDS = st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9.]{1,9}){0,4}", fullmatch=True)
ONE = st.fixed_dictionaries({"value": WORDS | st.lists(WORDS, max_size=4)}, optional={"note": WORDS, "private": st.just("yes")}) | st.fixed_dictionaries(
    {"file": WORDS, "sha256": st.from_regex("[0-9a-f]{64}", fullmatch=True)}, optional={"note": WORDS, "private": st.just("yes")})  # fmt: skip
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2999, 12, 31), timezones=st.just(UTC)).map(lambda when: when.replace(microsecond=0))


@given(st.builds(SignedAnswers, st.none() | WORDS, IDS, WORDS, WORDS, st.none() | WORDS, st.none() | WORDS, MOMENTS, st.dictionaries(IDS, ONE, min_size=1, max_size=5), st.just(AUTHOR.spki)))
def test_any_answers_there_and_back(made: SignedAnswers) -> None:
    payload = print_answers(made)
    assert parse_answers(payload) == made
    assert signed_of(answers_of(made), made.spki) == made, "the model has room for whatever can be signed, and takes nothing from it"


@pytest.mark.parametrize("data", [b"", b"{}", b"x" * (answered.MOST_BYTES + 1), enveloped(print_answers(GIVEN), AUTHOR, "text/plain"), signed_site.site(1)[signed_site.BUNDLE]])
def test_other_files_are_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read_answers(data)


def test_one_question_too_many_is_unreadable() -> None:
    most = {f"q{n}": {"value": "yes"} for n in range(answered.MOST_ANSWERS)}
    payload = print_answers(replace(GIVEN, answers=most))
    assert len(parse_answers(payload).answers) == answered.MOST_ANSWERS
    with pytest.raises(Unreadable, match="10001 questions are answered"):
        parse_answers(payload.replace(b'"q0":', b'"p":{"value":"no"},"q0":', 1))


def test_what_a_bundle_says_it_is() -> None:
    assert is_answers(bundle())
    assert is_answers(enveloped(print_answers(GIVEN), OTHER)), "a forged one is one, too"
    assert not is_answers(signed_site.site(1)[signed_site.BUNDLE])
    assert not is_answers(b"questionnaire: {}")


# from an answers file, and back


def test_an_answers_file_is_signed_as_it_stands() -> None:
    assert signed_of(in_file(), AUTHOR.spki) == GIVEN
    assert answers_of(GIVEN) == in_file()
    made, signed = read_answers(sign_answers(in_file(), AUTHOR))
    assert (made, signed) == (GIVEN, True)


@pytest.mark.parametrize("key", [KEY, EDWARDS])
def test_signed_answers_are_their_authors(key: Key) -> None:
    made, signed = read_answers(sign_answers(in_file(), key))
    assert (made.spki, signed) == (key.spki, True)


@pytest.mark.parametrize(("change", "why"), [
    ({"answers": {}}, "0 questions are answered"),
    ({"answers": {"second-factor": {"value": "yes\u200b"}}}, "answers.second-factor holds what has a character that is not seen (U+200B)"),
    ({"answers": {"second-factor": {"value": "a\tb"}}}, "U+0009"),
    ({"by": {"name": "Fjord\u202ehost"}}, "by.name has a character that is not seen (U+202E)"),
    ({"answers": {"where": {"value": "x" * answered.MOST_BYTES}}}, "bytes signed, more than"),
])
def test_what_could_not_be_read_is_not_signed(change: dict[str, Any], why: str) -> None:
    said = {"questionnaire": {"id": "supplier-assessment", "version": "1"}, "by": {"name": "Fjordhost"}, "answered_at": "2026-11-20", "answers": {"second-factor": "yes"}}
    with pytest.raises(Refused, match=re.escape(why)):
        sign_answers(Answers.model_validate({**said, **change}), AUTHOR)


def test_a_day_is_its_first_second() -> None:
    said = {"questionnaire": {"id": "a", "version": "1"}, "by": {"name": "Fjordhost"}, "answered_at": "2026-11-20", "answers": {"b": "yes"}}
    made = read_answers(sign_answers(Answers.model_validate(said), AUTHOR))[0]
    assert (made.answered_at.isoformat(), made.asker, made.by) == ("2026-11-20T00:00:00+00:00", None, "Fjordhost")
