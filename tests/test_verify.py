"""Verifying: every way in which a signed site can be wrong, one file each under cases/verify, with the step that has to say so.

A case builds an honest site, lets an attacker (``at = "site"``, ``"bundle"``) or a dishonest publisher (``"record"``, ``"predicate"``,
``"file"``, ``"payload"``: before signing) edit it, and names answer, exit code, the number of the step and words of its finding.
"""

from __future__ import annotations

import base64
import copy
import fnmatch
import hashlib
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attest.errors import CouldNotTell
from attest.fetch import Folder
from attest.logged import Logged, log_object
from attest.seen import Seen
from attest.times import parse_moment
from attest.trust import Trust
from attest.verify.answer import STEPS, Answer
from attest.verify.question import Question
from attest.verify.verifier import verify_bundle, verify_site
from attest.wire import base64_strict
from attest.wire.merkle import EMPTY
from attest.wire.note import VerifierKey, print_vkey
from tests.signed_site import (
    BUNDLE,
    CENTER,
    EDWARDS,
    KEY,
    OTHER,
    STATEMENT,
    Files,
    Key,
    Memory,
    ask,
    enveloped,
    in_bundle,
    noon,
    pin,
    sealed,
    site,
    write,
)

CASES = Path(__file__).parent / "cases" / "verify"
ELSEWHERE = "https://trust.somebody-else.example/"
KEYS: dict[str, Key] = {"ours": KEY, "other": OTHER, "edwards": EDWARDS}
TRUST = {
    "pinned": Trust((pin(),)),
    "nothing": Trust(),
    "other key": Trust((pin(OTHER),)),
    "another center": Trust((pin(center=ELSEWHERE),)),
    "officer": Trust((pin(role="officer"),)),
    "retired": Trust((pin(not_after=parse_moment("2026-11-01T07:00:00Z")),)),
    "not yet": Trust((pin(not_before=parse_moment("2027-01-01T00:00:00Z")),)),
    "other spki": Trust((pin(spki=OTHER.spki),)),
    "given": Trust((), (pin(center=None),)),
    "other given": Trust((pin(),), (pin(OTHER, None),)),
    "given, pinned for another center": Trust((pin(center=ELSEWHERE),), (pin(center=None),)),
    "edwards": Trust((pin(EDWARDS),)),
}


def cases() -> list[Any]:
    return [pytest.param(tomllib.loads(file.read_text()), id=file.stem) for file in sorted(CASES.glob("*.toml"))]


@pytest.mark.parametrize("case", cases())
def test_case(case: dict[str, Any]) -> None:
    n = case.get("releases", 1)
    files = built(case, n)
    seen = case.get("seen")
    remembered = {(CENTER, ""): Seen(seen["release"], payload_digest(files, n, seen["payload"]))} if seen else {}
    answer = ask(
        files, n, trust=TRUST[case.get("trust", "pinned")], lists=case.get("lists", True), now=parse_moment(case["now"]) if "now" in case else None,
        seen=remembered, strict_evidence=case.get("strict_evidence", False), page=case.get("page"),
    )  # fmt: skip
    assert (answer.word, answer.exit_code) == (case["answer"], case["exit"]), found(answer)
    if case["step"]:
        assert any(finding.number == case["step"] and case["says"] in finding.what for finding in everything(answer)), found(answer)
    else:
        assert all(finding.outcome == "note" for finding in everything(answer)), found(answer)


def built(case: dict[str, Any], n: int) -> Files:
    edits = case.get("edit", [])

    def at(*places: str) -> list[dict[str, Any]]:
        return [edit for edit in edits if edit["at"] in places]

    files = site(
        n, key=KEYS[case.get("key", "ours")], center=case.get("center", CENTER),
        on_record=lambda made: [change(made, edit) for edit in at("record")] and None, on_predicate=lambda made: [change(made, edit) for edit in at("predicate")] and None,
        on_files=lambda made: [in_files(made, edit) for edit in at("file")] and None,
    )  # fmt: skip
    for edit in at("payload"):
        payload = swap(files[STATEMENT], edit.get("replace", []))
        files[STATEMENT] = payload
        files[BUNDLE] = files[f"attestation/releases/{n}/bundle.sigstore.json"] = enveloped(payload, KEY, edit.get("type", "application/vnd.in-toto+json"))
    for edit in at("site"):
        in_files(files, edit)
    for edit in at("bundle"):
        on_bundle(files, edit)
    return files


def change(value: Any, edit: dict[str, Any]) -> None:
    """``set = "controls.0.verdict"`` ``to = JSON``, with ``*`` for every member; ``drop = "claims.0"``."""
    *way, last = (edit.get("set") or edit["drop"]).split(".")
    places = [value]
    for step in way:
        places = [inner for place in places for inner in (place if step == "*" else [place[int(step) if isinstance(place, list) else step]])]
    for place in places:
        member = int(last) if isinstance(place, list) else last
        if "drop" in edit:
            del place[member]
        else:
            place[member] = named(json.loads(edit["to"]))


def named(value: Any) -> Any:
    return {"@other": OTHER.fingerprint, "@other-spki": base64_strict.encode(OTHER.spki)}.get(value, value) if isinstance(value, str) else value


def in_files(files: Files, edit: dict[str, Any]) -> None:
    if "add" in edit:
        files[edit["path"]] = edit["add"].encode()
        return
    paths = fnmatch.filter(files, edit["path"])
    assert paths, f"the case edits {edit['path']}, which is not there"
    for path in paths:
        if edit.get("remove"):
            del files[path]
        elif "copy" in edit:
            files[path] = files[edit["copy"]]
        else:
            files[path] = swap(files[path], edit.get("replace", [])) + edit.get("append", "").encode()


def swap(data: bytes, words: list[str]) -> bytes:
    for old, new in zip(words[::2], words[1::2], strict=True):
        assert old.encode() in data, f"{old} is not there"
        data = data.replace(old.encode(), new.encode(), 1)
    return data


def on_bundle(files: Files, edit: dict[str, Any]) -> None:
    def reworked(value: dict[str, Any]) -> None:
        envelope = value["dsseEnvelope"]
        if "payload" in edit:
            files[STATEMENT] = swap(base64.b64decode(envelope["payload"]), edit["payload"])
            envelope["payload"] = base64.b64encode(files[STATEMENT]).decode()
        if edit.get("twice"):
            envelope["signatures"] *= 2
        if edit.get("urlsafe"):
            envelope["payload"] = "-_" + envelope["payload"][2:]
        if edit.get("unpadded"):
            envelope["payload"] = base64.b64encode(base64.b64decode(envelope["payload"]) + b" " * 3)[:-1].decode()
        if edit.get("linefeed"):
            envelope["payload"] += "\n"
        if "set" in edit:
            change(value, edit)

    in_bundle(files, reworked)
    files[BUNDLE] = swap(files[BUNDLE], edit.get("raw", [])) + edit.get("raw_append", "").encode()


def payload_digest(files: Files, n: int, which: str) -> str:
    return "ab" * 32 if which == "other" else hashlib.sha256(site(int(which))[STATEMENT]).hexdigest()


def everything(answer: Answer) -> list[Any]:
    return [finding for name in STEPS for finding in answer.steps[name].findings]


def found(answer: Answer) -> str:
    return "\n".join([f"{answer.word} {answer.exit_code}", *(f"{finding.number} {finding.outcome} {finding.what} [{finding.expected} / {finding.got}]" for finding in everything(answer))])


def test_an_honest_site_is_valid_and_hands_out_its_contents() -> None:
    answer = ask(site(3), 3)
    assert (answer.word, answer.exit_code) == ("valid", 0)
    assert {name: step.outcome for name, step in answer.steps.items()} == dict.fromkeys(STEPS, "ok")
    assert answer.facts.files_checked == answer.facts.files_listed == 11
    assert answer.facts.held == (2, 1)
    assert answer.verified is not None
    assert answer.verified.record is not None
    assert answer.verified.statement.release == 3


def test_nothing_that_is_not_genuine_hands_out_contents() -> None:
    for files, trust in ((site(), Trust()), (site(key=OTHER), None), ({**site(), "index.html": b"x"}, None)):
        assert ask(files, trust=trust).verified is None


def test_lapses_change_what_stands_and_not_what_was_signed() -> None:
    answer = ask(site(), now=parse_moment("2026-12-03T00:00:00Z"))
    assert answer.word == "valid"
    assert {lapse.control: (lapse.was, lapse.now) for lapse in answer.facts.lapsed} == {
        "backups": ("met", "unknown"), "encrypted": ("met", "unknown"), "subprocessors": ("met", "unknown"),
        "pen-test": ("planned", "not-met"), "paper": ("not-applicable", "unknown"),
    }  # fmt: skip
    assert answer.facts.statement is not None
    assert answer.facts.statement.totals["met"] == 4
    assert answer.facts.standing == {"not-met": 2, "unknown": 5, "planned": 0, "met": 1, "not-applicable": 0}


def test_a_fork_in_the_kept_history_is_told_from_a_forgery() -> None:
    files, other = site(3), site(1, on_record=lambda made: made["tool"].update(version="other"))
    forked = files | {path: data for path, data in other.items() if path.startswith("attestation/releases/1/")}
    assert ask(forked, 3).word == "forked"
    stranger = site(1, key=OTHER)
    assert ask(files | {path: data for path, data in stranger.items() if path.startswith("attestation/releases/1/")}, 3).word == "forged"


def test_a_former_key_needs_its_own_pin() -> None:
    files = site(2, before=site(1, key=OTHER))
    answer = ask(files, 2)
    assert (answer.word, answer.exit_code) == ("could-not-tell", 3), found(answer)
    retired = pin(OTHER, not_after=noon(1))
    assert ask(files, 2, trust=Trust((pin(), retired))).word == "valid"


def test_a_dropped_log_is_a_fork() -> None:
    vkey = print_vkey(VerifierKey("trust.harbourline.example/attestation/log", b"\x07" * 32))
    log = Logged("trust.harbourline.example/attestation/log", vkey, 0, EMPTY.hex())
    with_log = {"log": log_object(log), "keys": {"statement": base64_strict.encode(KEY.spki), "log": vkey}}
    answer = ask(site(2, before=site(1, on_predicate=lambda predicate: predicate.update(with_log))), 2)
    assert answer.word == "forked", found(answer)


@pytest.mark.parametrize("lists", [True, False])
def test_a_former_release_of_another_center_is_refused(lists: bool) -> None:
    answer = ask(site(2, before=site(1, center=ELSEWHERE)), 2, lists=lists)
    assert answer.word == "forged", found(answer)


def test_a_bundle_alone_answers_what_it_can() -> None:
    files = site(2)
    answer = alone(files[BUNDLE], 2)
    assert (answer.word, answer.exit_code) == ("valid", 0)
    assert answer.steps["history"].outcome == "not-checked"
    assert answer.facts.files_listed == 0
    assert any("not checked" in finding.what for finding in answer.steps["integrity"].findings)


@pytest.mark.parametrize("require", ["site", "history"])
def test_what_is_required_of_a_bundle_alone_is_not_there(require: str) -> None:
    assert alone(site()[BUNDLE], require=frozenset({require})).exit_code == 3


def test_a_bundle_alone_is_held_against_trust_clock_memory_and_itself() -> None:
    bundle = site()[BUNDLE]
    assert alone(bundle, trust=Trust()).word == "unknown-signer"
    assert alone(bundle, trust=TRUST["other key"]).word == "wrong-signer"
    assert alone(bundle, now=parse_moment("2027-01-01T00:00:00Z")).exit_code == 4
    assert alone(bundle, seen={(CENTER, ""): Seen(1, "ab" * 32)}).word == "forked"
    assert alone(bundle, strict_evidence=True).exit_code == 3
    wrong = site(on_predicate=lambda predicate: predicate["claims"].pop())
    assert alone(wrong[BUNDLE]).word == "forged"


def alone(bundle: bytes, n: int = 1, **over: Any) -> Answer:
    return verify_bundle(bundle, Question(**{"trust": TRUST["pinned"], "now": noon(n), **over}))


class Switching(Memory):
    """Serves the next state each time so many reads were made; the last one stays, unless it goes round."""

    def __init__(self, *states: Files, every: int, rounds: int = 1) -> None:
        super().__init__(states[0], lists=False)
        self.states, self.every = states * rounds, every

    def read(self, path: str, cap: int) -> bytes:
        self.files = self.states[min(self.reads // self.every, len(self.states) - 1)]
        return super().read(path, cap)


def told_apart(n: int) -> Files:
    """A release whose every page differs from those of its neighbours."""

    def renamed(made: dict[str, Any]) -> None:
        for item in made["controls"]:
            item["title"] += f" in release {n}"

    return site(n, on_record=renamed, before=told_apart(n - 1) if n > 1 else None)


@pytest.mark.parametrize("every", range(1, 24))
def test_a_release_switched_while_reading_is_no_forgery(every: int) -> None:
    answer = verify_site(Switching(told_apart(1), told_apart(2), every=every), Question(TRUST["pinned"], noon(2)))
    assert answer.word == "valid", found(answer)


def test_a_site_that_never_rests_is_never_decided() -> None:
    states = [told_apart(n) for n in (1, 2, 3)]
    answer = verify_site(Switching(*states, every=5, rounds=99), Question(TRUST["pinned"], noon(3)))
    assert (answer.word, answer.exit_code) == ("could-not-tell", 3)
    assert "changed 3 times" in found(answer)


def test_a_forgery_that_stays_is_said_after_looking_twice() -> None:
    source = Memory({**site(), "index.html": b"x"})
    assert verify_site(source, Question(TRUST["pinned"], noon(1))).word == "forged"


class Ill(Memory):
    """A host that answers nothing but the control files."""

    def read(self, path: str, cap: int) -> bytes:
        if not path.startswith("attestation/"):
            self.reads += 1
            raise CouldNotTell("the host answers 503")
        return super().read(path, cap)


def test_a_host_that_is_ill_is_neither_forged_nor_waited_for() -> None:
    def many(files: Files) -> None:
        files.update({f"pages/p{number}.html": b"<p>" for number in range(500)})

    source = Ill(site(on_files=many))
    answer = verify_site(source, Question(TRUST["pinned"], noon(1)))
    assert (answer.word, answer.exit_code) == ("could-not-tell", 3)
    assert source.reads < 60
    assert answer.facts.files_checked < answer.facts.files_listed


def test_a_host_that_breaks_in_the_middle_of_a_forgery_hides_nothing() -> None:
    broken = Ill({**site(), "attestation/statement.json": b"{}"})
    assert verify_site(broken, Question(TRUST["pinned"], noon(1))).word == "forged"


WHOLE = site(2)
CONTROL_FILES = sorted(path for path in WHOLE if path.startswith("attestation/"))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_flipped_byte_of_any_file_is_ever_valid(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(WHOLE)))
    offset = data.draw(st.integers(0, len(WHOLE[path]) - 1))
    mask = data.draw(st.integers(1, 255))
    changed = bytearray(WHOLE[path])
    changed[offset] ^= mask
    answer = ask({**WHOLE, path: bytes(changed)}, 2)
    assert answer.word != "valid", (path, offset, mask)
    assert answer.exit_code in (1, 3)


@pytest.mark.parametrize("lists", [True, False])
@pytest.mark.parametrize("path", sorted(WHOLE))
def test_no_missing_file_of_the_current_release_is_ever_valid(path: str, lists: bool) -> None:
    files = copy.copy(WHOLE)
    del files[path]
    answer = ask(files, 2, lists=lists)
    old = path.startswith("attestation/releases/1/")
    assert (answer.word == "valid") == (old and (not lists or not path.endswith("bundle.sigstore.json"))), found(answer)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.recursive(st.none() | st.integers() | st.floats(allow_nan=False) | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)).map(lambda value: json.dumps(value).encode()))
def test_any_bytes_where_a_bundle_should_be_are_an_answer(data: bytes) -> None:
    assert alone(data).exit_code == 3


SPOTS = ["controls", "controls.0", "controls.0.checks", "controls.0.checks.0", "controls.0.clauses", "controls.0.covered", "controls.0.plan", "controls.0.id", "controls.0.audience",
         "controls.0.verdict", "controls.0.basis", "controls.0.checks.0.verdict", "controls.0.checks.0.expires", "controls.0.checks.0.observed", "controls.0.notApplicable", "center", "frameworks", "asOf"]  # fmt: skip
DROPPED = "dropped"
VALUES: list[Any] = [DROPPED, "9999-12-31", {"due": "9999-12-31", "until": "9999-12-31"}, None, 1, 1.5, 2**70, "x", "../x", "\x00", "é", [], [1], {}, {"a": 1}, True]


@pytest.mark.parametrize("spot", SPOTS)
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_any_signed_record_is_an_answer(spot: str, value: Any) -> None:
    """A hostile publisher signs a record of any shape: an answer, never a crash, and valid only where nothing was broken."""
    files, made = site(), json.loads(site()["attestation/assessment.json"])
    change(made, {"drop": spot} if value == DROPPED else {"set": spot, "to": json.dumps(value)})
    pages = {path: data for path, data in files.items() if not path.startswith("attestation/")}
    pages["attestation/assessment.json"] = json.dumps(made).encode()
    honest = {**json.loads(files["attestation/assessment.json"]), **{key: made[key] for key in ("frameworks", "asOf") if isinstance(made.get(key), str | list)}}
    try:
        broken = sealed(pages, honest, 1, None, KEY)
    except ValueError:
        return
    answer = ask(broken, now=parse_moment("2026-12-04T00:00:00Z"))
    assert answer.exit_code in (1, 3) or json.loads(files["attestation/assessment.json"]) == made, found(answer)


SEALED = """
import sys
from attest.fetch import Folder
from tests.signed_site import ask, site

files = site(2)
assert ask(files, 2).word == "valid"  # what Python itself imports late is imported now
FORBIDDEN = ("open", "os.", "socket.", "subprocess.", "shutil.", "tempfile.", "urllib.", "glob.", "time.sleep")

def refuse(event, arguments):
    if event.startswith(FORBIDDEN):
        raise AssertionError(f"verifying did {event} {arguments!r}")

sys.addaudithook(refuse)
assert ask(files, 2).word == "valid"
assert ask({**files, "index.html": b""}, 2).word == "forged"
print("sealed")
"""


def test_verifying_opens_nothing_but_its_source() -> None:
    done = subprocess.run([sys.executable, "-c", SEALED], capture_output=True, text=True, cwd=Path(__file__).parent.parent)
    assert done.stdout == "sealed\n", done.stderr


@pytest.mark.parametrize("special", ["link", "pipe"])
def test_a_hosts_own_file_is_a_file(tmp_path: Path, special: str) -> None:
    folder = write(site(), tmp_path / "site")
    if special == "link":
        (folder / "_headers").symlink_to("/etc/hostname")
    else:
        os.mkfifo(folder / "_redirects")
    answer = verify_site(Folder(folder), Question(TRUST["pinned"], noon(1)))
    assert (answer.word, answer.exit_code) == ("forged", 1)
    assert any("is a link or no plain file" in finding.what for finding in answer.steps["integrity"].findings)


@pytest.mark.parametrize("tangle", [b'<a "', b"<a b='", b"<a/b=x"])
def test_a_page_is_not_read_over_and_over(tangle: bytes) -> None:
    files = site(on_files=lambda made: made.update({"index.html": tangle * 20_000}))
    answer = ask(files)
    assert answer.word == "forged"
    assert any("tags that do not end" in finding.what for finding in answer.steps["integrity"].findings)


def test_what_lies_before_the_releases_that_are_followed_is_not_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attest.verify.history.LONGEST", 2)
    assert ask(site(3), 3).word == "valid"
    answer = ask(site(4), 4)
    assert (answer.word, answer.exit_code) == ("could-not-tell", 3)
    assert any("only the last 2 releases are followed" in finding.what for finding in answer.steps["history"].findings)
