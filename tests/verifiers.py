"""Every verifier there is, asked one question in one form: the package, the one file, the page's script in Node and in a browser.

    Asked(files, now, keys …)  ->  {"answer", "exit", "core": {…}, "steps": {name: {"outcome", "findings": [{"step", "outcome", …}]}}}
"""

from __future__ import annotations

import base64
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from attest.cli.answers import as_json
from attest.seen import Seen
from attest.times import print_moment
from attest.trust import Pin, Trust
from attest.verify.core import core_of
from attest.verify.envelope import Opened, open_bundle
from attest.verify.question import Earlier, Question
from attest.verify.verifier import verify_bundle, verify_site
from tests.conftest import ROOT
from tests.signed_site import BUNDLE, CENTER, Files, Memory

ONE_FILE = ROOT / "attest/theme/verify.py"
SCRIPT = ROOT / "attest/theme/assets/verify.js"
IN_NODE = ROOT / "tests/cases/core/ask.js"

Answered = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A site (or the bundle in it alone) and a reader."""

    files: Files
    now: datetime
    trust: Trust
    lists: bool = True
    alone: bool = False
    seen: Seen | None = None
    origin: str = ""
    """Of the log that was seen."""
    since: bytes | None = None
    strict_evidence: bool = False
    page: str | None = None
    name: str = field(default="", compare=False)

    @property
    def keys(self) -> list[str]:
        """Fingerprints alone, as the one file takes them."""
        return [pin.key for pin in self.trust.call or self.trust.pins]


def ask_package(asked: Asked) -> Answered:
    """``attest.verify``, which is what the command asks; of an older bundle it is told what that says of itself."""
    seen = {(CENTER, asked.origin): asked.seen} if asked.seen else {}
    question = Question(asked.trust, asked.now, seen, asked.strict_evidence, since=_release_in(asked.since), page=asked.page)
    answer = verify_bundle(asked.files[BUNDLE], question) if asked.alone else verify_site(Memory(asked.files, lists=asked.lists), question)
    return {**as_json(answer, "memory", None), "core": core_of(answer)}


def _release_in(bundle: bytes | None) -> Earlier | None:
    opened = None if bundle is None else open_bundle(bundle)
    return Earlier(opened.statement.release, opened.payload, opened.statement.log) if isinstance(opened, Opened) else None


@cache
def one_file() -> ModuleType:
    """The one file as a module, from where it lies: it shares nothing with the package."""
    spec = importlib.util.spec_from_file_location("one_file", ONE_FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["one_file"] = module
    spec.loader.exec_module(module)
    return module


def ask_one_file(asked: Asked) -> Answered:
    """``verify.py``, in this process."""
    module = one_file()
    question = module.Question(asked.keys, asked.now, asked.since, asked.strict_evidence, asked.page)
    if asked.alone:
        return module.as_json(module.verify_bundle(asked.files[BUNDLE], question))  # type: ignore[no-any-return]
    log = asked.seen.log if asked.seen else None
    seen = asked.seen and module.Seen(asked.seen.release, asked.seen.payload, asked.origin, log and log.size, log.root if log else "", (log and log.vkey) or "", log is not None)
    return module.as_json(module.verify_site(module.Files(asked.files, asked.lists), question, seen))  # type: ignore[no-any-return]


def run_one_file(where: Path | str, asked: Asked, folder: Path) -> Answered:
    """``python verify.py WHERE``, in a process of its own."""
    since = ["--since", str(folder / "older.json")] if asked.since is not None else []
    if asked.since is not None:
        (folder / "older.json").write_bytes(asked.since)
    named = [word for key in asked.keys for word in ("--key", key)]
    done = subprocess.run([sys.executable, "-I", str(ONE_FILE), str(where), *named, *since, "--at", print_moment(asked.now), "--json"], capture_output=True, text=True, cwd=folder)
    assert done.stderr == "", done.stderr
    answer: Answered = json.loads(done.stdout)
    assert answer["exit"] == done.returncode
    return answer


def ask_node(node: str, every: Iterable[Asked]) -> list[Answered]:
    """The page's script in Node, all questions in one process."""
    lines = "\n".join(json.dumps(as_said(asked)) for asked in every)
    done = subprocess.run([node, str(IN_NODE)], input=lines, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.split("\n") if line]


def as_said(asked: Asked) -> dict[str, Any]:
    """A question as tests/cases/core/ask.js takes it."""
    log = asked.seen.log if asked.seen else None
    seen = asked.seen and {"release": asked.seen.release, "payload": asked.seen.payload, "origin": asked.origin, "log": log and {"size": log.size, "root": log.root, "vkey": log.vkey}}
    question = {
        "now": print_moment(asked.now), "pins": list(map(_pin, asked.trust.pins)), "call": list(map(_pin, asked.trust.call)), "seen": seen,
        "since": asked.since and _base64(asked.since), "strictEvidence": asked.strict_evidence, "page": asked.page,
    }  # fmt: skip
    bytes_ = {"bundle": _base64(asked.files[BUNDLE])} if asked.alone else {"files": {path: _base64(data) for path, data in asked.files.items()}, "lists": asked.lists}
    return {**bytes_, "question": question}


def _pin(pin: Pin) -> dict[str, Any]:
    window = {"notBefore": pin.not_before and print_moment(pin.not_before), "notAfter": pin.not_after and print_moment(pin.not_after)}
    return {"center": pin.center, "role": pin.role, "key": pin.key, "spki": pin.spki and _base64(pin.spki), "log": pin.log, **window, "from": pin.source}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def gist(answer: Answered) -> dict[str, Any]:
    """What two verifiers have to agree in: the answer, and of each step every finding's number and outcome."""
    steps = {name: (step["outcome"], sorted((each["step"], each["outcome"]) for each in step["findings"])) for name, step in answer["steps"].items()}
    return {"answer": answer["answer"], "exit": answer["exit"], "core": answer["core"], "steps": steps}


def told(answer: Answered) -> Sequence[str]:
    """Every finding, for people who look why a test failed."""
    return [f"{each['step']} {each['outcome']} {each['what']}" for step in answer["steps"].values() for each in step["findings"]]
