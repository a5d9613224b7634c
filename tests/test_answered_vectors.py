"""One set of signed answers, good and bad, one answer each: from the package, the command, the one file, the page's script in Node and Chromium.

They are files (tests/cases/answers/vectors), made by tests/cases/answers/vectors.py with fixed keys and times.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Page

from attest import answered
from attest.cli import main, signed_answers
from attest.times import parse_moment
from attest.trust import Pin, Trust
from attest.verify.answered import judge_answers
from attest.verify.question import Question
from attest.verify.verifier import verify_bundle
from tests.conftest import ROOT
from tests.signed_site import enveloped
from tests.small_answers import AUTHOR, GIVEN, bundle
from tests.test_core import ODD, TOKEN, verify_page  # noqa: F401 - a fixture
from tests.verifiers import IN_NODE, ONE_FILE, Answered, ask_node, ask_one_file, ask_package, gist, one_file, told

VECTORS = ROOT / "tests/cases/answers/vectors"
NAMES = sorted(path.stem for path in VECTORS.glob("*.json"))
AT = "2026-11-21T12:00:00Z"
SAID = ("questionnaire", "by", "answeredAt", "answered", "answers")


@cache
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("answer_vectors", ROOT / "tests/cases/answers/vectors.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["answer_vectors"] = module
    spec.loader.exec_module(module)
    return module


@cache
def case(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((VECTORS / f"{name}.json").read_text("utf-8"))
    return found


def ask(data: bytes, keys: Sequence[str], at: str = AT) -> Answered:
    """The package."""
    return signed_answers.as_json(judge_answers(data, dict.fromkeys(keys, "named"), parse_moment(at)), "memory", [], None)


def of_one_file(data: bytes, keys: Sequence[str], at: str = AT) -> Answered:
    module = one_file()
    return module.as_json(module.verify_answers(data, module.Question(keys, parse_moment(at))))  # type: ignore[no-any-return]


def as_said(data: bytes, keys: Sequence[str], at: str = AT) -> dict[str, Any]:
    """A question as tests/cases/core/ask.js takes it."""
    return {"answers": base64.b64encode(data).decode(), "question": {"now": at, "pins": [], "call": [{"key": key, "from": "named"} for key in keys]}}


def of_node(node: str, every: Sequence[dict[str, Any]]) -> list[Answered]:
    done = subprocess.run([node, str(IN_NODE)], input="\n".join(map(json.dumps, every)), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.split("\n") if line]


def asked(name: str) -> tuple[bytes, list[str], str]:
    said = case(name)
    return said["bundle"].encode(), said["ask"]["keys"], said["ask"]["at"]


def held_against(name: str, answer: Answered) -> None:
    found = {key: answer[key] for key in ("answer", "exit", "core")} | {"told": answer.get("answers") is not None}
    assert found == case(name)["expect"], (case(name)["why"], told(answer))


def test_the_vectors_are_what_the_code_makes() -> None:
    made = {f"{name}.json": maker().printed(each) for name, each in maker().cases().items()}
    assert {path.name: path.read_bytes() for path in VECTORS.glob("*.json")} == made, "run: python tests/cases/answers/vectors.py"
    assert {case(name)["expect"]["answer"] for name in NAMES} == {"valid", "forged", "wrong-signer", "unknown-signer", "could-not-tell"}


@pytest.mark.parametrize("name", NAMES)
def test_the_package(name: str) -> None:
    held_against(name, ask(*asked(name)))


@pytest.mark.parametrize("name", NAMES)
def test_the_one_file(name: str) -> None:
    held_against(name, of_one_file(*asked(name)))


@pytest.mark.parametrize("name", [name for name in NAMES if name != "release-instead"])
def test_the_command(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever the file turns out to be. A trust center's release is one, and so it is verified as one."""
    data, keys, at = asked(name)
    file = tmp_path / "answers.sigstore.json"
    file.write_bytes(data)
    code = main(["verify", str(file), *(word for key in keys for word in ("--key", key)), "--at", at, "--no-state", "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert (answer["answer"], answer["exit"], code) == (case(name)["expect"]["answer"], code, case(name)["expect"]["exit"])


@pytest.mark.parametrize("name", ["p256", "no-key-named", "another-key-named", "answer-changed", "key-twice", "unsigned"])
def test_the_one_file_as_a_program(name: str, tmp_path: Path) -> None:
    data, keys, at = asked(name)
    (tmp_path / "answers.sigstore.json").write_bytes(data)
    words = [sys.executable, "-I", str(ONE_FILE), "answers.sigstore.json", *(word for key in keys for word in ("--key", key)), "--at", at]
    for more in ([], ["--json"]):
        done = subprocess.run([*words, *more], capture_output=True, text=True, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (case(name)["expect"]["exit"], "")
        assert case(name)["expect"]["answer"] in done.stdout
    assert ("second-factor" in done.stdout) == case(name)["expect"]["told"], "only what is believed is shown"


def test_the_script_in_node(require_tool: Callable[[str], str]) -> None:
    answers = of_node(require_tool("node"), [as_said(*asked(name)) for name in NAMES])
    for name, answer in zip(NAMES, answers, strict=True):
        assert "error" not in answer, (name, answer)
        held_against(name, answer)


@pytest.mark.slow
def test_the_script_in_chromium(verify_page: Page) -> None:  # noqa: F811 - the fixture
    there = """async ({answers, question}) => AttestVerify.answers(Uint8Array.from(atob(answers), (char) => char.charCodeAt(0)), {...question, now: Date.parse(question.now)})"""
    for name in NAMES:
        held_against(name, verify_page.evaluate(there, as_said(*asked(name))))


def test_all_of_them_tell_the_same_of_what_was_said(require_tool: Callable[[str], str]) -> None:
    names = [name for name in NAMES if case(name)["expect"]["answer"] in ("valid", "unknown-signer", "wrong-signer")]
    for name, scripts in zip(names, of_node(require_tool("node"), [as_said(*asked(name)) for name in names]), strict=True):
        package, other = ask(*asked(name)), of_one_file(*asked(name))
        assert {key: package[key] for key in SAID} == {key: other[key] for key in SAID} == {key: scripts[key] for key in SAID}
        assert (package["payload"], package["fingerprint"]) == (other["payload"], other["fingerprint"]) == (scripts["payload"], scripts["fingerprint"])


def test_answers_are_no_release(require_tool: Callable[[str], str]) -> None:
    """In the place of a release's bundle, even under a key that is pinned for the center: could not tell, and never a yes."""
    answer = verify_bundle(bundle(), Question(Trust((), (Pin(None, "issuer", AUTHOR.fingerprint),)), parse_moment(AT)))
    assert (answer.word, answer.exit_code, answer.verified) == ("could-not-tell", 3, None)
    assert [finding.what for finding in answer.steps["integrity"].findings] == ["this holds answers to a questionnaire, and no release of a trust center"]
    from tests.verifiers import Asked

    there = Asked({"attestation/bundle.sigstore.json": bundle()}, parse_moment(AT), Trust((), (Pin(None, "issuer", AUTHOR.fingerprint),)))
    for each in (there, Asked(there.files, there.now, there.trust, alone=True)):
        expected = ask_package(each)
        assert expected["exit"] == 3
        assert gist(ask_one_file(each)) == gist(ask_node(require_tool("node"), [each])[0]) == gist(expected)
        assert told(ask_one_file(each)) == told(ask_node(require_tool("node"), [each])[0]) == told(expected)


def test_too_large_is_not_read_on(require_tool: Callable[[str], str]) -> None:
    large = bundle(answers={"where": {"value": "x" * answered.MOST_BYTES}})
    assert len(large) > answered.MOST_BYTES
    for answer in (ask(large, [AUTHOR.fingerprint]), of_one_file(large, [AUTHOR.fingerprint]), of_node(require_tool("node"), [as_said(large, [AUTHOR.fingerprint])])[0]):
        assert (answer["answer"], answer["exit"]) == ("could-not-tell", 3)
        assert "4 MiB" in told(answer)[0]


def agree(every: Sequence[bytes], node: str) -> None:
    """All three, finding by finding."""
    keys = [AUTHOR.fingerprint]
    for data, script in zip(every, of_node(node, [as_said(data, keys) for data in every]), strict=True):
        package = ask(data, keys)
        assert gist(of_one_file(data, keys)) == gist(script) == gist(package), (data, told(package), told(script))


def test_they_agree_on_any_answers_that_are_signed(require_tool: Callable[[str], str]) -> None:
    """A payload with one of its tokens exchanged for something odd, signed by the author."""
    chance, payload = random.Random(1), answered.print_answers(GIVEN)
    places = [found.span() for found in TOKEN.finditer(payload)]
    every = []
    for _ in range(300):
        (start, end), odd = chance.choice(places), chance.choice((*ODD, '"a\u200d"'.encode(), '"\U0001f6a2"'.encode(), b'"2026-11-20T09:00:00Z"', b'"yes"'))
        every.append(enveloped(payload[:start] + odd + payload[end:], AUTHOR))
    agree(every, require_tool("node"))


def test_they_agree_on_any_damage(require_tool: Callable[[str], str]) -> None:
    chance, data = random.Random(2), bundle()
    every = []
    for _ in range(200):
        at = chance.randrange(len(data))
        every.append(chance.choice([data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :], data[:at], data[:at] + data[at + 1 :], data[:at] + b"\n" + data[at:]]))
    agree(every, require_tool("node"))
