"""One set of small signed sites, good and bad, one answer each: from the package, the one file, the page's script in Node and in Chromium.

The sites and their answers are files (tests/cases/core/vectors), made by tests/cases/core/vectors.py with fixed keys and times. Then every
attack of the package's own tests is asked of all, and they have to agree finding by finding, whatever the answer.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import random
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from attest.build import build
from attest.times import parse_moment
from attest.trust import Pin, Trust
from attest.verify.core import CORE
from tests import test_verify, test_verify_log
from tests.conftest import ROOT
from tests.quality.serving import plain
from tests.quality.visiting import QUIET
from tests.signed_site import CENTER, Files, noon, pin, write
from tests.signed_site import ask as really_ask
from tests.sites import mini, prepared
from tests.verifiers import SCRIPT, Answered, Asked, as_said, ask_node, ask_one_file, ask_package, gist, run_one_file, told

VECTORS = ROOT / "tests/cases/core/vectors"
NAMES = sorted(path.stem for path in VECTORS.glob("*.json"))
LOOKS_BACK = ("since-a-strangers", "since-no-bundle")
"""Of older bundles that are not to be believed: the package is told number and payload of an older release, by whoever has looked at it."""


@cache
def said(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((VECTORS / f"{name}.json").read_text("utf-8"))
    return found


@cache
def vector(name: str) -> Asked:
    """A case as a question."""
    case = said(name)
    ask = case["ask"]
    trust = Trust((), tuple(Pin(None, "issuer", key, source="named") for key in ask["keys"]))
    since = ask["since"].encode() if "since" in ask else None
    return Asked(unpacked(case["files"]), parse_moment(ask["at"]), trust, ask.get("lists", True), ask.get("bundle", False), since=since, name=name)


def unpacked(files: dict[str, Any]) -> Files:
    plainly = {path: data.encode() if isinstance(data, str) else base64.b64decode(data["base64"]) for path, data in files.items() if isinstance(data, str) or "base64" in data}
    return plainly | {path: plainly[data["same"]] for path, data in files.items() if isinstance(data, dict) and "same" in data}


def held_against(name: str, answer: Answered) -> None:
    found = {key: answer[key] for key in ("answer", "exit", "core")}
    assert found == said(name)["expect"], (said(name)["why"], told(answer))


@cache
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("core_vectors", ROOT / "tests/cases/core/vectors.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["core_vectors"] = module
    spec.loader.exec_module(module)
    return module


def test_the_vectors_are_what_the_code_makes() -> None:
    made = {f"{name}.json": maker().printed(case) for name, case in maker().cases().items()}
    assert {path.name: path.read_bytes() for path in VECTORS.glob("*.json")} == made, "run: python tests/cases/core/vectors.py"


def test_each_question_is_refused_in_three_ways_and_more() -> None:
    refused = {question: [name for name in NAMES if said(name)["expect"]["core"][question] == "no"] for question in CORE}
    assert {question: len(names) >= 3 for question, names in refused.items()} == dict.fromkeys(CORE, True), refused
    assert {said(name)["expect"]["answer"] for name in NAMES} == {"valid", "stale", "withdrawn", "forged", "wrong-signer", "unknown-signer", "forked", "rolled-back", "could-not-tell"}
    assert sum(said(name)["expect"]["exit"] == 0 for name in NAMES) >= 20


@pytest.mark.parametrize("name", [name for name in NAMES if name not in LOOKS_BACK])
def test_the_package(name: str) -> None:
    held_against(name, ask_package(vector(name)))


@pytest.mark.parametrize("name", NAMES)
def test_the_one_file(name: str) -> None:
    held_against(name, ask_one_file(vector(name)))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_one_file_as_a_program(name: str, tmp_path: Path) -> None:
    """A folder, a host that cannot be listed, a bundle: as a stranger runs it, with nothing of ours on its path."""
    asked = vector(name)
    folder = write(asked.files, tmp_path / "site")
    if asked.alone:
        held_against(name, run_one_file(folder / "attestation/bundle.sigstore.json", asked, tmp_path))
    elif asked.lists:
        held_against(name, run_one_file(folder, asked, tmp_path))
    else:
        with plain(folder, []) as address:
            held_against(name, run_one_file(address, asked, tmp_path))


def test_the_script_in_node(require_tool: Callable[[str], str]) -> None:
    wrong = {}
    for name, answer in zip(NAMES, ask_node(require_tool("node"), map(vector, NAMES)), strict=True):
        assert "error" not in answer, (name, answer)
        if {key: answer[key] for key in ("answer", "exit", "core")} != said(name)["expect"]:
            wrong[name] = (answer["answer"], answer["exit"], answer["core"], told(answer))
    assert wrong == {}


@pytest.fixture
def verify_page(tmp_path: Path, require_tool: Callable[[str], str]) -> Iterator[Page]:
    """verify.html as it is built, under its policy, in Chromium."""
    root = mini(tmp_path / "root")
    build(root, prepared(root), tmp_path / "site")
    with plain(tmp_path / "site") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=require_tool("chromium"), args=QUIET)
        page = browser.new_page()
        page.goto(f"{address}verify.html")
        yield page
        browser.close()


IN_THE_PAGE = """async ({files, lists, bundle, question}) => {
  const bytes = (text) => text === null || text === undefined ? null : Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const asked = {...question, now: Date.parse(question.now), since: bytes(question.since)};
  if (bundle) return AttestVerify.bundle(bytes(bundle), asked);
  const source = AttestVerify.memory(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, bytes(text)])));
  if (lists === false) source.paths = () => null;
  return AttestVerify.site(source, asked);
}"""


@pytest.mark.slow
def test_the_script_in_chromium(verify_page: Page) -> None:
    wrong = {}
    for name in NAMES:
        answer = verify_page.evaluate(IN_THE_PAGE, as_said(vector(name)))
        if {key: answer[key] for key in ("answer", "exit", "core")} != said(name)["expect"]:
            wrong[name] = (answer["answer"], answer["exit"], answer["core"], told(answer))
    assert wrong == {}


# Every attack that the package's own tests know.


@pytest.fixture(scope="module")
def attacks() -> list[Asked]:
    """What those tests ask the package, taken down as they ask it."""
    taken: list[Asked] = []

    def take(files: Files, n: int = 1, **how: Any) -> Any:
        seen = dict(how.get("seen") or {})
        origin, last = next(((origin, last) for (center, origin), last in seen.items() if center == CENTER), ("", None))
        more = {key: how[key] for key in ("strict_evidence", "page") if key in how}
        taken.append(Asked(dict(files), how.get("now") or noon(n), how.get("trust") or Trust((pin(),)), how.get("lists", True), seen=last, origin=origin, name=now[0], **more))
        return really_ask(files, n, **how)

    now = [""]
    with pytest.MonkeyPatch.context() as patch:
        for module in (test_verify, test_verify_log):
            patch.setattr(module, "ask", take)
            for case in module.cases():
                now[0] = str(case.id)
                module.test_case(case.values[0])
    return taken


def disagreeing(asked: list[Asked], answers: Iterator[Answered]) -> dict[str, Any]:
    wrong = {}
    for one, answer in zip(asked, answers, strict=True):
        expected = ask_package(one)
        if gist(answer) != gist(expected):
            wrong[one.name] = {"package": (expected["answer"], told(expected)), "other": (answer["answer"], told(answer))}
    return wrong


def test_the_script_agrees_on_every_attack(attacks: list[Asked], require_tool: Callable[[str], str]) -> None:
    assert len(attacks) > 200
    assert disagreeing(attacks, iter(ask_node(require_tool("node"), attacks))) == {}


def test_the_one_file_agrees_on_every_attack(attacks: list[Asked]) -> None:
    """But those on what only a trust file can say: it takes keys and nothing more of a pin."""
    without = [one for one in attacks if all(_is_a_key(each, one) for each in (*one.trust.call, *one.trust.pins))]
    assert len(without) > 180
    assert disagreeing(without, map(ask_one_file, without)) == {}


def _is_a_key(pin: Pin, asked: Asked) -> bool:
    plain_pin = (pin.role, pin.spki, pin.log, pin.not_before, pin.not_after) == ("issuer", None, None, None, None)
    return plain_pin and pin.center in (None, CENTER) and b'"id":"https://trust.somebody-else' not in asked.files.get("attestation/statement.json", b"")


# Whatever a publisher signs, and whatever becomes of it on the way.

TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|-?[0-9]+|true|false|null|[{}\[\],:]')
ODD = (b"0", b"-0", b"1.0", b"1e3", b"1E400", b"9007199254740993", b"true", b"null", b'""', b"[]", b"{}", b'"\\u0061"', b'"\\ud800"', b"-1", b"01", b"NaN", b'"2026-02-30T06:00:00Z"', b'"2026-11-02T24:00:00Z"',
       b'"__proto__"', b'"\t"', '"\u2028"'.encode(), b'"\xff"')  # fmt: skip


def test_they_agree_on_any_statement_that_is_signed(require_tool: Callable[[str], str]) -> None:
    """A statement with one of its tokens exchanged for something odd, signed by the pinned key."""
    chance, base = random.Random(1), maker().plain(2)
    payload = base["attestation/statement.json"]
    places = [found.span() for found in TOKEN.finditer(payload)]
    asked = []
    for _ in range(150):
        (start, end), odd = chance.choice(places), chance.choice(ODD)
        asked.append(Asked(maker().resigned(base, payload[:start] + odd + payload[end:], maker().KEY), noon(2), Trust((pin(maker().KEY),)), name=f"{payload[start - 30 : start]!r} {odd!r}"))
    assert disagreeing(asked, iter(ask_node(require_tool("node"), asked))) == {}
    assert disagreeing(asked, map(ask_one_file, asked)) == {}


def test_they_agree_on_any_damage(require_tool: Callable[[str], str]) -> None:
    """A site with a log and with later statements, one file of which is another by a byte, shorter or longer."""
    chance, center = random.Random(2), maker().logged(2)
    center.notice().withdraw(1).announce(maker().NEW)
    paths = sorted(path for path in center.files if path.startswith("attestation/") and "/releases/2/" not in path)
    asked = []
    for _ in range(100):
        path = chance.choice(paths)
        data = center.files[path]
        at = chance.randrange(len(data))
        damaged = chance.choice([data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :], data[:at], data[:at] + data[at + 1 :], data[:at] + b"\n" + data[at:], data + b" "])
        asked.append(Asked({**center.files, path: damaged}, noon(2), Trust((pin(maker().KEY),)), chance.random() < 0.7, name=f"{path} at {at}"))
    assert disagreeing(asked, iter(ask_node(require_tool("node"), asked))) == {}
    assert disagreeing(asked, map(ask_one_file, asked)) == {}


# What they are.


def test_the_one_file_shares_no_line_with_the_package() -> None:
    """It imports the standard library and cryptography; and what it is checked against is not what it is made of."""
    text = (ROOT / "attest/theme/verify.py").read_text("utf-8")
    imported = {name.split(".")[0] for name in re.findall(r"^(?:from|import) ([\w.]+)", text, re.MULTILINE)}
    assert imported - {"cryptography"} <= set(sys.stdlib_module_names) | {"__future__"}
    assert "attest" not in imported


def test_the_script_asks_nobody_and_touches_no_page() -> None:
    text = SCRIPT.read_text("utf-8")
    for word in ("fetch(", "XMLHttpRequest", "document.", "localStorage", "import(", "eval(", "new Function", "innerHTML", "WebSocket"):
        assert word not in text, word
    assert "innerHTML" not in (SCRIPT.parent / "verify-page.js").read_text("utf-8")


