"""Verifying a site with a transparency log: every attack a file under cases/verify/logged, with the step that has to refuse it and why.

A case tells a story (``story``: what an honest center, or one that is none, does one after the other), lets an attacker edit what lies on
the host (``attack``), and names answer, exit code, the number of the step and words of its finding. A case that is refused for another
reason fails.

    release [unlogged] [by KEY]    withdraw N [by KEY] [silently]    notice    announce KEY [by KEY]    retire KEY [before INDEX] [by KEY]
    killed [N]    silent (what was never signed is not said)    disown INDEX (what was signed is said not to be)    lying | misplaced (the
    next release says so of the log before it)    another-log    keep NAME (what lies on the host now)    mark NAME, back NAME (the whole
    center as it was)                                                KEY: ours, other, third, log (the log's own key)
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from attest.errors import CouldNotTell, Unreadable
from attest.later import KeyChange, Withdrawal
from attest.seen import Seen, SeenLog, is_news, with_seen
from attest.times import parse_moment
from attest.trust import Trust
from attest.verify.accepted import Turn, accept
from attest.verify.answer import STEPS, Answer
from attest.verify.entries import rows
from attest.verify.envelope import Opened, open_bundle
from attest.verify.in_log import verify_in_log, verify_log
from attest.verify.question import Earlier, Question
from attest.verify.verifier import to_remember, verify_bundle, verify_site
from attest.wire import base64_strict, log_entry, note, openssh
from attest.wire.checkpoint import print_checkpoint
from attest.wire.note import Note, Signature, VerifierKey, print_note
from attest.wire.tlog_proof import TlogProof, parse_proof, print_proof
from tests.signed_site import BUNDLE, CENTER, EDWARDS, FIRST, KEY, ORIGIN, OTHER, Files, Key, Ledger, Memory, Publisher, ask, noon, p256, pin

CASES = Path(__file__).parent / "cases" / "verify" / "logged"
THIRD = p256(7003)
STRANGER = Ed25519PrivateKey.from_private_bytes(b"\x66" * 32)
CHECKPOINT, PROOF = "attestation/log/checkpoint", "attestation/proof.tlog-proof"
VKEY = note.print_vkey(Ledger().verifier)
TRUST = {
    "pinned": Trust((pin(),)), "nothing": Trust(), "other": Trust((pin(OTHER),)), "third": Trust((pin(THIRD),)), "given": Trust((), (pin(center=None),)),
    "other retired": Trust((pin(), pin(OTHER, not_after=parse_moment("2026-11-02T00:00:00Z")))),
    "retired": Trust((pin(not_after=parse_moment("2026-11-02T00:00:00Z")),)), "with log": Trust((pin(log=VKEY),)),
    "with another log": Trust((pin(log=note.print_vkey(VerifierKey(ORIGIN, STRANGER.public_key().public_bytes_raw()))),)),
    "other elsewhere": Trust((pin(), pin(OTHER, center="https://trust.somebody-else.example/"))),
}  # fmt: skip


def keys(center: Publisher) -> dict[str, Key]:
    return {"ours": KEY, "other": OTHER, "third": THIRD, "log": Key(center.log.key)}


class Told:
    """A story: the center, and what was kept of the host on the way."""

    def __init__(self, story: list[str]) -> None:
        self.center, self.kept, self.marks, self.hooks = Publisher(), dict[str, Files](), dict[str, Any](), dict[str, Any]()
        for line in story:
            self.step(line.split())

    def step(self, words: list[str]) -> None:
        verb, *rest = words
        if verb in DISHONEST:
            DISHONEST[verb](self, *rest)
            return
        by = {"key": keys(self.center)[rest[rest.index("by") + 1]]} if "by" in rest else {}
        over: dict[str, Any] = {**by, **({"enter": False} if "silently" in rest else {})}
        if verb == "keep":
            self.kept[rest[0]] = dict(self.center.files)
        elif verb == "killed":
            self.center.killed(int(rest[0]) if rest else None)
        elif verb == "release":
            self.center.release(logged="unlogged" not in rest, **by, **self.hooks)
            self.hooks = {}
        elif verb == "withdraw":
            self.center.withdraw(int(rest[0]), **over)
        elif verb == "announce":
            self.center.announce(keys(self.center)[rest[0]], **over)
        elif verb == "retire":
            self.center.retire(keys(self.center)[rest[0]], int(rest[rest.index("before") + 1]) if "before" in rest else None, **over)
        else:
            getattr(self.center, verb)(**over)

    def attack(self, edit: dict[str, Any]) -> None:
        if "do" in edit:
            ATTACKS[edit["do"]](self.center, edit)
        elif "from" in edit:
            if edit.get("whole"):
                self.center.files = {path: data for path, data in self.center.files.items() if not fnmatch.fnmatch(path, edit["path"])}
            self.center.files.update({path: data for path, data in self.kept[edit["from"]].items() if fnmatch.fnmatch(path, edit["path"])})
        elif edit.get("add") is not None:
            self.center.files[edit["path"]] = edit["add"].encode()
        else:
            self.edit_files(edit)

    def edit_files(self, edit: dict[str, Any]) -> None:
        paths = fnmatch.filter(self.center.files, edit["path"])
        assert paths, f"the case edits {edit['path']}, which is not there"
        for path in paths:
            data = self.center.files.pop(path)
            if not edit.get("remove"):
                self.center.files[path] = edited(data, edit)


def disown(told: Told, index: str) -> None:
    told.center.log.never_signed.append(int(index))
    told.center.log.signed = 0


def lying(told: Told) -> None:
    told.hooks = {"on_predicate": lambda predicate: predicate["log"].update(rootBefore="ab" * 32)}


def misplaced(told: Told) -> None:
    told.hooks = {"on_predicate": lambda predicate: predicate["log"].update(sizeBefore=7)}


def mark(told: Told, name: str) -> None:
    center = told.center
    told.marks[name] = (dict(center.files), list(center.log.entries), center.log.signed, center.n, center.spoken)


def back(told: Told, name: str) -> None:
    center = told.center
    files, entries, center.log.signed, center.n, center.spoken = told.marks[name]
    center.files, center.log.entries = dict(files), list(entries)


DISHONEST: dict[str, Callable[..., None]] = {
    "silent": lambda told: told.center.log.never_signed.clear(), "disown": disown, "lying": lying, "misplaced": misplaced, "mark": mark, "back": back,
    "another-log": lambda told: setattr(told.center, "log", Ledger(key=STRANGER)),
    "another-key": lambda told: setattr(told.center, "log", replace(told.center.log, key=STRANGER)),
}  # fmt: skip


def edited(data: bytes, edit: dict[str, Any]) -> bytes:
    for old, new in zip(edit.get("replace", [])[::2], edit.get("replace", [])[1::2], strict=True):
        assert old.encode() in data, f"{old} is not there"
        data = data.replace(old.encode(), new.encode(), 1)
    if "at" in edit:
        data = data[: edit["at"]] + bytes([data[edit["at"]] ^ 1]) + data[edit["at"] + 1 :]
    return data[: edit.get("cut", len(data))] + edit.get("append", "").encode()


def signed_text(center: Publisher, text: str, signer: Ed25519PrivateKey | None = None, *more: Signature) -> bytes:
    """A note over any text, by the log's key: what print_checkpoint would never print."""
    key, who = center.log.verifier, signer or center.log.key
    own = Signature(key.name, key.key_id, who.sign(text.encode()))
    lines = [f"\u2014 {line.name} {base64_strict.encode(line.key_id + line.signature)}\n" for line in (own, *more)]
    return f"{text}\n{''.join(lines)}".encode()


def spelt(center: Publisher, edit: dict[str, Any]) -> None:
    """The checkpoint's text with other words in it, signed by the log's own key."""
    log, text = center.log, print_checkpoint(_state(center.log))
    center.files[CHECKPOINT] = signed_text(center, edited(text.encode(), {"replace": edit["replace"]}).decode())
    assert log.entries


def _state(log: Ledger) -> Any:
    return note_text(log.checkpoint())


def note_text(data: bytes) -> Any:
    from attest.wire.checkpoint import open_checkpoint

    return open_checkpoint(data)[0]


def beside(center: Publisher, edit: dict[str, Any]) -> None:
    """A line of the log's key that does not verify, and the good line of a key that nobody knows."""
    text, stranger = print_checkpoint(_state(center.log)), VerifierKey("witness.example", STRANGER.public_key().public_bytes_raw())
    center.files[CHECKPOINT] = signed_text(center, text, STRANGER, Signature(stranger.name, stranger.key_id, STRANGER.sign(text.encode())))


def witnessed(center: Publisher, edit: dict[str, Any]) -> None:
    """The log's good line, and the line of a key that nobody knows."""
    text, stranger = print_checkpoint(_state(center.log)), VerifierKey("witness.example", STRANGER.public_key().public_bytes_raw())
    center.files[CHECKPOINT] = signed_text(center, text, None, Signature(stranger.name, stranger.key_id, bytes(64)))


def unsigned_by_log(center: Publisher, edit: dict[str, Any]) -> None:
    stranger = VerifierKey("witness.example", STRANGER.public_key().public_bytes_raw())
    text = print_checkpoint(_state(center.log))
    center.files[CHECKPOINT] = print_note(Note(text, (Signature(stranger.name, stranger.key_id, STRANGER.sign(text.encode())),)))


def relogged(center: Publisher, edit: dict[str, Any]) -> None:
    """Who has the log's key rewrites an entry, and signs the log that follows from it."""
    entries = list(center.log.entries)
    entries[edit["entry"]] = edited(entries[edit["entry"]], edit)
    resigned(center, entries)


def resigned(center: Publisher, entries: list[bytes], key: Ed25519PrivateKey | None = None) -> None:
    log = replace(center.log, entries=entries, key=key or center.log.key)
    for path in fnmatch.filter(center.files, "attestation/log/*"):
        del center.files[path]
    center.files.update(log.files())
    center.log = log


def appended(center: Publisher, edit: dict[str, Any]) -> None:
    """Who has the log's key appends an entry."""
    resigned(center, [*center.log.entries, edit["entry"].encode()])


def cut_back(center: Publisher, edit: dict[str, Any]) -> None:
    """Who has the log's key signs it as it was at an earlier size."""
    resigned(center, center.log.entries[: edit["size"]])


def other_log_key(center: Publisher, edit: dict[str, Any]) -> None:
    """The whole log, signed by another key; the proof, too, if told so."""
    resigned(center, center.log.entries, STRANGER)
    if edit.get("proof"):
        center.prove(edit["proof"])


def repeated(center: Publisher, edit: dict[str, Any]) -> None:
    """Who has the log's key enters an entry once more."""
    resigned(center, [*center.log.entries, center.log.entries[edit["entry"]]])


def proof_of(center: Publisher, edit: dict[str, Any]) -> None:
    """A proof made of parts that do not belong together."""
    good = parse_proof(center.log.proof(edit["index"], edit["size"]))
    proof = print_proof(TlogProof(edit.get("says", good.index), good.hashes[: edit.get("hashes", len(good.hashes))], center.log.checkpoint(edit.get("checkpoint", edit["size"]))))
    for path in (PROOF, f"attestation/releases/{center.n}/proof.tlog-proof"):
        center.files[path] = proof


def second_of_a_number(center: Publisher, edit: dict[str, Any]) -> None:
    """The publisher signs another release under the same number, one entry later."""
    first = dict(center.files)
    center.n -= 1
    center.files = {path: data for path, data in first.items() if not path.startswith(f"attestation/releases/{center.n + 1}/")}
    if center.n == 0:
        center.files = {}
    else:
        for name in ("statement.json",):
            center.files[f"attestation/{name}"] = first[f"attestation/releases/{center.n}/{name}"]
    tiles = {path: data for path, data in first.items() if path.startswith("attestation/log/tile/")}
    center.release(on_record=lambda made: made["tool"].update(version="another"))
    center.files = tiles | center.files


def withdraws_another(center: Publisher, edit: dict[str, Any]) -> None:
    center.say("withdrawal", Withdrawal("ab" * 32, "it never was"), edit["release"])


def other_center(center: Publisher, edit: dict[str, Any]) -> None:
    """A withdrawal that the same key signed for another center it has."""
    center.say("withdrawal", Withdrawal(hashlib.sha256(center.payloads[1]).hexdigest(), "elsewhere"), 1, center="https://trust.elsewhere.example/")


ATTACKS: dict[str, Callable[[Publisher, dict[str, Any]], None]] = {
    function.__name__: function
    for function in (
        spelt, beside, witnessed, unsigned_by_log, relogged, appended, repeated, cut_back, other_log_key, proof_of, second_of_a_number, withdraws_another, other_center,
    )
}  # fmt: skip


def cases() -> list[Any]:
    return [pytest.param(tomllib.loads(file.read_text()), id=file.stem) for file in sorted(CASES.glob("*.toml"))]


@pytest.mark.parametrize("case", cases())
def test_case(case: dict[str, Any]) -> None:
    answer = answered(case)
    assert (answer.word, answer.exit_code) == (case["answer"], case["exit"]), found(answer)
    if case["step"]:
        assert any(finding.number == case["step"] and case["says"] in finding.what for finding in everything(answer)), found(answer)
    else:
        assert all(finding.outcome == "note" for finding in everything(answer)), found(answer)
        assert case.get("says", "") in found(answer), found(answer)


def answered(case: dict[str, Any]) -> Answer:
    told = Told(case["story"])
    seen = remembered(told, case["seen"]) if "seen" in case else {}
    for edit in case.get("attack", []):
        told.attack(edit)
    if "serve" in case:
        told.center.files = told.kept[case["serve"]]
    n = int(case.get("now", told.center.n))
    now = parse_moment(case["at"]) if "at" in case else None
    return ask(told.center.files, n, trust=TRUST[case.get("trust", "pinned")], lists=case.get("lists", True), seen=seen, now=now)


def remembered(told: Told, name: str) -> dict[tuple[str, str], Seen]:
    """What a reader remembers who verified what was kept under that name; "now" for what lies there at last."""
    files = told.center.files if name == "now" else told.kept[name]
    answer = ask(files, told.center.n, trust=TRUST["pinned"])
    log, statement = answer.facts.log, answer.facts.statement
    assert statement is not None
    assert answer.facts.payload is not None
    origin = statement.log.origin if statement.log is not None else ""
    return {(CENTER, origin): Seen(statement.release, answer.facts.payload, None if log is None else SeenLog(log.size, log.root, statement.log.vkey))}


def everything(answer: Answer) -> list[Any]:
    return [finding for name in STEPS for finding in answer.steps[name].findings]


def found(answer: Answer) -> str:
    return "\n".join([f"{answer.word} {answer.exit_code}", *(f"{finding.number} {finding.outcome} {finding.what} [{finding.expected} / {finding.got}]" for finding in everything(answer))])


def test_what_is_remembered_moves_on_and_never_back() -> None:
    center = Publisher().release()
    first = to_remember(ask(center.files, 1))
    center.notice()
    later = to_remember(ask(center.files, 1))
    assert first is not None
    assert later is not None
    assert (first.log, later.log) == (SeenLog(1, center.log.root(1).hex(), VKEY), SeenLog(2, center.log.root(2).hex(), VKEY))
    assert is_news(first, later)
    assert not is_news(later, first)
    assert not is_news(later, later)
    assert with_seen({(CENTER, ""): first, ("https://other.example/", ""): first}, CENTER, ORIGIN, later) == {("https://other.example/", ""): first, (CENTER, ORIGIN): later}


def test_a_withdrawn_release_is_remembered_with_its_log() -> None:
    center = Publisher().release().withdraw(1)
    kept = to_remember(ask(center.files, 1))
    assert kept is not None
    assert kept.log is not None
    assert kept.log.size == 2


@pytest.mark.parametrize("trust", ["nothing", "given", "other"])
def test_nothing_is_remembered_without_a_pin_that_is_kept(trust: str) -> None:
    assert to_remember(ask(Publisher().release().files, 1, trust=TRUST[trust])) is None


def test_nothing_is_remembered_of_a_fork() -> None:
    center = Publisher().release().release()
    second_of_a_number(center, {})
    assert to_remember(ask(center.files, 2)) is None


def test_the_answer_says_where_in_the_log_and_by_whose_word() -> None:
    center = Publisher().release().announce(OTHER)
    center.key = OTHER
    answer = ask(center.release().withdraw(1).files, 2)
    assert answer.facts.log is not None
    assert (answer.facts.log.size, answer.facts.log.index, answer.facts.log.newer) == (4, 2, ())
    assert [(one.release, one.why, one.index) for one in answer.facts.log.withdrawn] == [(1, "the scan was of another system", 3)]
    assert [(one.key, one.by, one.index) for one in answer.facts.announced] == [(OTHER.fingerprint, KEY.fingerprint, 1)]
    assert answer.facts.pin == pin()


def test_a_bundle_alone_says_that_withdrawal_is_not_checked() -> None:
    bundle = Publisher().release().withdraw(1).files[BUNDLE]
    answer = verify_bundle(bundle, Question(TRUST["pinned"], noon(1)))
    assert (answer.word, answer.steps["history"].outcome) == ("valid", "not-checked")
    assert "withdrawal not checked" in found(answer)


def test_a_bundle_alone_cannot_say_whether_its_key_was_announced() -> None:
    center = Publisher().release().announce(OTHER)
    center.key = OTHER
    answer = verify_bundle(center.release().files[BUNDLE], Question(TRUST["pinned"], noon(2)))
    assert (answer.word, answer.exit_code) == ("unknown-signer", 3)
    assert "only the site's log can show" in found(answer)


def small(made: dict[str, Any]) -> None:
    made["controls"] = made["controls"][:1]


def three(files: Files) -> None:
    files["about.html"] = b"<!doctype html><title>About</title>"


SMALL: dict[str, Any] = {"on_record": small, "on_files": three}
WHOLE = Publisher(key=EDWARDS).release(**SMALL).notice().release(**SMALL).withdraw(1).release(**SMALL).files
"""Three releases of a site with three pages, a notice and a withdrawal."""
RELEASE = Publisher(key=EDWARDS).release(**SMALL).notice().files
"""One release of it, and a notice."""
CONTROL_FILES = sorted(path for path in RELEASE if path.startswith("attestation/"))
EDWARDS_PINNED = Trust((pin(EDWARDS),))
MUST_SAY = {
    "attestation/bundle.sigstore.json": {1, 2, 3, 10}, "attestation/statement.json": {6, 10}, "attestation/SHA256SUMS": {6, 10}, "attestation/SHA256SUMS.sig": {6},
    "attestation/proof.tlog-proof": {10, 13}, "attestation/log/*": {13}, "attestation/statements/*": {15}, "attestation/releases/*": {10, 13},
}  # fmt: skip


def refused(files: Files, n: int, path: str, offset: int, lists: bool) -> None:
    changed = bytearray(files[path])
    changed[offset] ^= 1 << (offset % 8)
    answer = ask({**files, path: bytes(changed)}, n, lists=lists, trust=EDWARDS_PINNED)
    numbers = {finding.number for finding in everything(answer) if finding.outcome in ("no", "could-not-tell")}
    wanted = next((steps for pattern, steps in MUST_SAY.items() if fnmatch.fnmatch(path, pattern)), {7})
    assert answer.exit_code in (1, 3), (path, offset, found(answer))
    assert numbers & wanted, (path, offset, found(answer))


def seen_over_http(path: str) -> bool:
    """Whether a reader asks for the file by its address: of the log's tiles only those of its size, and of it no file beside."""
    return not path.startswith("attestation/log/tile/") or ".p/5" in path


def test_the_site_that_is_flipped_is_valid_and_has_three_pages() -> None:
    assert ask(WHOLE, 3, trust=EDWARDS_PINNED).word == "valid"
    assert ask(RELEASE, 1, trust=EDWARDS_PINNED).word == "valid"
    assert sum(path.endswith(".html") for path in WHOLE) == 3


@pytest.mark.slow
@pytest.mark.parametrize("path", CONTROL_FILES)
def test_no_flipped_byte_of_a_control_file_is_passed(path: str) -> None:
    for offset in range(len(RELEASE[path])):
        refused(RELEASE, 1, path, offset, lists=True)


@pytest.mark.parametrize("lists", [True, False], ids=["folder", "http"])
@pytest.mark.parametrize("path", sorted(WHOLE))
def test_no_flipped_first_middle_or_last_byte_of_any_file_is_passed(path: str, lists: bool) -> None:
    if lists or seen_over_http(path):
        for offset in {0, len(WHOLE[path]) // 2, len(WHOLE[path]) - 1}:
            refused(WHOLE, 3, path, offset, lists)


@pytest.mark.parametrize("lists", [True, False], ids=["folder", "http"])
@pytest.mark.parametrize("path", sorted(WHOLE))
def test_a_missing_file_is_passed_only_where_it_is_pruned(path: str, lists: bool) -> None:
    answer = ask({kept: data for kept, data in WHOLE.items() if kept != path}, 3, lists=lists, trust=EDWARDS_PINNED)
    old_tile = path.startswith("attestation/log/tile/") and ".p/5" not in path
    archive = path.startswith(("attestation/releases/1/", "attestation/releases/2/"))
    pruned = archive and (not lists or not path.endswith("bundle.sigstore.json"))
    assert (answer.word == "valid") == (pruned or old_tile), found(answer)


class Ill(Memory):
    """A host that answers all but the paths that begin so."""

    def __init__(self, files: Files, ill: str) -> None:
        super().__init__(files, lists=False)
        self.ill = ill

    def read(self, path: str, cap: int) -> bytes:
        if path.startswith(self.ill):
            raise CouldNotTell("the host answers 503")
        return super().read(path, cap)


@pytest.mark.parametrize("ill", ["attestation/log/", "attestation/log/checkpoint", "attestation/log/tile/entries", "attestation/proof", "attestation/statements/", "attestation/releases/3/proof"])
def test_a_log_that_cannot_be_reached_is_neither_forged_nor_passed(ill: str) -> None:
    answer = verify_site(Ill(WHOLE, ill), Question(EDWARDS_PINNED, noon(3)))
    assert (answer.word, answer.exit_code) == ("could-not-tell", 3), found(answer)


def test_a_key_that_only_the_unreachable_log_could_announce_is_nobodys_yet() -> None:
    center = Publisher().release().announce(OTHER)
    center.key = OTHER
    answer = verify_site(Ill(center.release().files, "attestation/log/"), Question(TRUST["pinned"], noon(2)))
    assert answer.exit_code == 3, found(answer)


class Edition(Memory):
    """A host on which something is said later, without a new release, after so many reads."""

    def __init__(self, before: Files, after: Files, reads: int) -> None:
        super().__init__(before, lists=False)
        self.after, self.until = after, reads

    def read(self, path: str, cap: int) -> bytes:
        if self.reads >= self.until:
            self.files = self.after
        return super().read(path, cap)


@pytest.mark.parametrize("reads", range(1, 30))
def test_something_said_while_reading_is_no_forgery(reads: int) -> None:
    center = Publisher().release()
    before = dict(center.files)
    gone = {path: data for path, data in center.notice().files.items() if ".p/1" not in path}
    answer = verify_site(Edition(before, gone, reads), Question(TRUST["pinned"], noon(1)))
    assert answer.word == "valid", found(answer)


FIELDS = st.fixed_dictionaries(
    {
        "digest": st.text("0123456789abcdefABCDEF", min_size=62, max_size=66) | st.just("ab" * 32),
        "kind": st.sampled_from(["release", "withdrawal", "notice", "key-change", "Release", "", "x"]),
        "n": st.integers(-1, 10**9 + 1) | st.sampled_from([0, 1, True, 1.0, "1"]),
        "time": st.datetimes(min_value=datetime(1960, 1, 1), max_value=datetime(3010, 1, 1)).map(lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ"))
        | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", fullmatch=True) | st.text(max_size=21),
    }
)  # fmt: skip


def outcome(parse: Callable[[bytes], Any], data: bytes) -> Any:
    try:
        return parse(data)
    except Unreadable as error:
        return error.message


@settings(max_examples=600, deadline=None)
@given(FIELDS, st.booleans())
def test_entries_are_read_fast_exactly_as_strictly(fields: dict[str, Any], spaced: bool) -> None:
    data = json.dumps(fields, separators=(", ", ":") if spaced else (",", ":"), ensure_ascii=False).encode()
    slow = outcome(log_entry.parse_slowly, data)
    assert outcome(log_entry.parse_entry, data) == slow
    assert outcome(log_entry.kind_and_number, data) == ((slow.kind, slow.n) if isinstance(slow, log_entry.Entry) else slow)


@settings(max_examples=600, deadline=None)
@given(st.integers(0, 130), st.integers(0, 255), st.booleans())
def test_an_edited_entry_is_read_fast_exactly_as_strictly(at: int, byte: int, inserted: bool) -> None:
    whole = log_entry.print_entry(log_entry.Entry("ab" * 32, "release", 12, "2026-02-28T23:59:59Z"))
    data = whole[:at] + bytes([byte]) + whole[at if inserted else at + 1 :]
    assert outcome(log_entry.parse_entry, data) == outcome(log_entry.parse_slowly, data)


NAMES = ["A", "B", "C", "D"]
SPKI = {name: p256(7100 + number).spki for number, name in enumerate(NAMES)}
PRINT = {name: openssh.fingerprint(spki) for name, spki in SPKI.items()}
TURNS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(["announce", "retire"]), st.sampled_from(NAMES), st.none() | st.integers(0, 12)), max_size=12)


def turns_of(said: list[tuple[str, str, str, int | None]]) -> list[Turn]:
    change = {"announce": lambda key, _: KeyChange("announce", SPKI[key], FIRST, None, "planned", None), "retire": lambda key, before: KeyChange("retire", SPKI[key], None, None, "planned", before)}
    return [Turn(index, PRINT[by], change[kind](key, before)) for index, (by, kind, key, before) in enumerate(said)]


@settings(max_examples=400, deadline=None)
@given(TURNS)
def test_keys_are_accepted_by_the_logs_order_alone(said: list[tuple[str, str, str, int | None]]) -> None:
    """However keys are changed: what is accepted was pinned or announced before by one that is, nothing retired counts from its end on, and
    what comes later in the log takes nothing from what a key said before, but by a retirement that says so."""
    turns = turns_of(said)
    got = accept([PRINT["A"]], turns)
    for name in NAMES:
        for place in range(14):
            if got.standing(PRINT[name], place) == "accepted":
                chain = got.chain(PRINT[name])
                assert name == "A" or (chain[0].by == PRINT["A"] and chain[-1].index < place)
                assert all(got.standing(turn.by, turn.index) == "accepted" for turn in chain)
                assert PRINT[name] not in got.ends or place < got.ends[PRINT[name]].before
    assert all(got.ends[key].since < len(turns) for key in got.ends)
    assert accept([PRINT["B"]], []).standing(PRINT["A"], 3) == "unknown"


KEPT_BUNDLE = "attestation/releases/1/bundle.sigstore.json"


def held_against(center: Publisher, bundle: bytes, n: int = 1, **over: Any) -> Answer:
    return verify_in_log(bundle, Memory(center.files), Question(**{"trust": TRUST["pinned"], "now": noon(n), **over}))


def test_a_bundle_that_was_kept_is_asked_what_became_of_it() -> None:
    center = Publisher().release().notice().release().release()
    answer = held_against(center, center.files[KEPT_BUNDLE])
    assert (answer.word, answer.exit_code) == ("valid", 0), found(answer)
    assert "it is no longer the newest: release 3 followed it" in found(answer)
    assert answer.facts.log is not None
    assert (answer.facts.log.index, answer.facts.log.newer) == (0, (2, 3))
    assert held_against(center, center.files[KEPT_BUNDLE], now=parse_moment("2029-01-01T00:00:00Z")).word == "stale"


def test_a_bundle_that_was_withdrawn_later() -> None:
    center = Publisher().release()
    bundle = center.files[BUNDLE]
    answer = held_against(center.release().withdraw(1), bundle)
    assert (answer.word, answer.exit_code) == ("withdrawn", 4), found(answer)
    assert held_against(center, center.files[BUNDLE], 2).word == "valid"


def test_a_bundle_of_a_pruned_release_is_found_in_the_log() -> None:
    center = Publisher().release()
    bundle = center.files[BUNDLE]
    center.release().release()
    center.files = {path: data for path, data in center.files.items() if not path.startswith(("attestation/releases/1/", "attestation/releases/2/"))}
    assert held_against(center, bundle).word == "valid"


def test_a_bundle_that_the_site_never_published_is_a_fork() -> None:
    other = Publisher().release(on_record=lambda made: made["tool"].update(version="another"))
    answer = held_against(other, Publisher().release().files[BUNDLE])
    assert answer.exit_code == 1
    assert any(finding.number == 10 and finding.word == "forked" and "is not the one that the site shows" in finding.what for finding in everything(answer))


def test_a_bundle_held_against_a_strangers_site_is_not_passed() -> None:
    bundle = Publisher().release(logged=False).files[BUNDLE]
    stranger = Publisher(key=OTHER)
    stranger.files, stranger.payloads[1], stranger.n = dict(Publisher().release(logged=False).files), b"", 1
    answer = held_against(stranger.release(logged=False), bundle)
    assert (answer.word, answer.exit_code) == ("wrong-signer", 1), found(answer)


def test_a_log_by_itself_is_verified_also_when_its_release_has_run_out() -> None:
    center = Publisher().release().notice().killed().release().withdraw(1)
    answer, past = verify_log(Memory(center.files), Question(TRUST["pinned"], parse_moment("2029-01-01T00:00:00Z")))
    assert (answer.word, answer.exit_code) == ("valid", 0), found(answer)
    assert answer.steps["freshness"].outcome == "not-checked"
    assert past is not None
    assert [(row.entry.kind, row.entry.n, row.standing) for row in rows(past)] == [
        ("release", 1, "withdrawn"), ("notice", 1, "signed"), ("release", 2, "void"), ("release", 2, "signed"), ("withdrawal", 1, "signed"),
    ]  # fmt: skip
    assert [row.by for row in rows(past)] == [KEY.fingerprint, KEY.fingerprint, None, KEY.fingerprint, KEY.fingerprint]


def test_a_log_by_itself_needs_a_log_and_a_pin() -> None:
    assert verify_log(Memory(Publisher().release(logged=False).files), Question(TRUST["pinned"], noon(1)))[0].exit_code == 3
    assert verify_log(Memory(Publisher().release().files), Question(TRUST["nothing"], noon(1)))[0].word == "unknown-signer"
    assert verify_log(Memory({}), Question(TRUST["pinned"], noon(1)))[1] is None


@pytest.mark.parametrize(
    ("since", "word", "by"),
    [(Earlier(1), "valid", "log"), (Earlier(3), "valid", "itself"), (Earlier(4), "rolled-back", None), (Earlier(1, "ab" * 32), "forked", None)],
)
def test_descent_from_an_earlier_release(since: Earlier, word: str, by: str | None) -> None:
    answer = ask(Publisher().release().release().release().files, 3, since=since)
    assert answer.word == word, found(answer)
    assert (answer.facts.since and answer.facts.since.by) == by


def test_descent_without_a_log_is_shown_by_the_chain_alone() -> None:
    files = Publisher().release(logged=False).release(logged=False).release(logged=False).files
    answer = ask(files, 3, since=Earlier(1))
    assert answer.facts.since is not None
    assert answer.facts.since.by == "chain"
    pruned = {path: data for path, data in files.items() if not path.startswith(("attestation/releases/1/", "attestation/releases/2/"))}
    assert (ask(pruned, 3).word, ask(pruned, 3, since=Earlier(1)).exit_code) == ("valid", 3)


def test_descent_from_a_copy_that_was_signed_after_another_log() -> None:
    center = Publisher().release().release()
    opened = open_bundle(center.files[KEPT_BUNDLE.replace("/1/", "/2/")])
    assert isinstance(opened, Opened)
    assert opened.statement.log is not None
    own = Earlier(2, opened.payload, opened.statement.log)
    files = center.release().files
    assert ask(files, 3, since=own).word == "valid"
    for other in (replace(opened.statement.log, root_before="ab" * 32), replace(opened.statement.log, vkey="another+log+key")):
        answer = ask(files, 3, since=own._replace(log=other))
        assert (answer.word, answer.facts.since) == ("forked", None), found(answer)


@pytest.mark.parametrize("lists", [True, False], ids=["folder", "http"])
def test_what_says_that_an_entry_is_void_is_found_behind_a_gap(lists: bool) -> None:
    center = Publisher().release().killed().release().release().release()
    files = {path: data for path, data in center.files.items() if "/releases/1/" not in path and "/releases/3/" not in path}
    answer = ask(files, 4, lists=lists)
    assert answer.word == "valid", found(answer)
    assert answer.facts.held == (2,)
    without = {path: data for path, data in files.items() if "/releases/2/" not in path}
    assert ask(without, 4, lists=lists).exit_code == 3
