"""Notes, checkpoints, proofs, entries and later statements: worked examples, there and back, and every byte of a good file once changed.

What else they refuse, each for its reason, is in test_wire_refused; the tree and its tiles in test_merkle and test_tiles.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest import later
from attest.errors import Unreadable
from attest.later import KeyChange, Later, Notice, Withdrawal, entry_of, parse_later, path_of, print_later
from attest.logged import MOST_VOID, Logged, log_object, parse_log
from attest.wire import log_entry, merkle, note, publickey, tlog_proof
from attest.wire.checkpoint import MAX_SIZE, Checkpoint, open_checkpoint, parse_checkpoint, print_checkpoint, sign_checkpoint
from attest.wire.log_entry import KINDS, Entry, parse_entry, print_entry
from attest.wire.note import Note, Signature, VerifierKey, parse_note, parse_vkey, print_note, print_vkey, signature_of, spki_of
from attest.wire.tlog_proof import MAX_HASHES, TlogProof, parse_proof, print_proof
from tests import small_log
from tests.small_log import AT, FILES, KEY, LATER, LOG, LOGGED, NEXT, ORIGIN, SPKI, VKEY, named, sign_note, verifier_key
from tests.test_wire import SPKI as WIRE_SPKI
from tests.test_wire import texts

GOOD = Path(__file__).parent / "cases" / "wire" / "good"


def _signed(data: bytes) -> bytes:
    said, whole = open_checkpoint(data)
    return print_note(replace(whole, text=print_checkpoint(said)))


THERE_AND_BACK: dict[str, Callable[[bytes], bytes]] = {
    "note.txt": lambda data: print_note(parse_note(data)),
    "checkpoint.txt": _signed,
    "proof.tlog-proof": lambda data: print_proof(parse_proof(data)),
    "entry.json": lambda data: print_entry(parse_entry(data)),
    "vkey.txt": lambda data: print_vkey(parse_vkey(data.decode())).encode(),
    **{f"{name}.json": lambda data: print_later(parse_later(data)) for name in LATER},
}


@pytest.mark.parametrize("name", FILES)
def test_a_good_file_is_what_is_printed_and_reads_back(name: str) -> None:
    assert (GOOD / name).read_bytes() == FILES[name] == THERE_AND_BACK[name](FILES[name])


def changed(data: bytes, others: bytes) -> Iterator[bytes]:
    """The data with one byte left out, in front of each one more, and each one another."""
    for at in range(len(data) + 1):
        yield data[:at] + data[at + 1 :]
        for other in {*others, *(data[at : at + 1] or b"\n")}:
            yield data[:at] + bytes([other]) + data[at:]
            yield data[:at] + bytes([other]) + data[at + 1 :]
        if at < len(data):
            yield from (data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :] for bit in (1, 0x20, 0x80))


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.slow) if name.removesuffix(".json") in LATER else name for name in FILES])
def test_a_changed_byte_is_refused_or_says_something_else(name: str) -> None:
    """No two files say the same: what still parses prints back to the very bytes that were read."""
    data = FILES[name]
    for other in changed(data, b"\n" if name.removesuffix(".json") in LATER else b"\0\t\n\r +-0=A"):
        try:
            again = THERE_AND_BACK[name](other)
        except (Unreadable, UnicodeDecodeError) as error:
            assert isinstance(error, Unreadable) or name == "vkey.txt", "a vkey is text"
            continue
        assert again == other


def test_no_byte_of_a_signed_checkpoint_can_change() -> None:
    """Not one change leaves a note that its log signed."""
    for other in changed(FILES["checkpoint.txt"], b"\0\n +0="):
        try:
            _, whole = open_checkpoint(other)
        except Unreadable:
            continue
        assert signature_of(whole, KEY) != "good" or other == FILES["checkpoint.txt"]


# Notes: the specifications' own examples.

EXAMPLE = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"


def test_the_specifications_note() -> None:
    data = (
        "This is an example message.\n\n"
        "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
    ).encode()
    key, found = parse_vkey(EXAMPLE), parse_note(data)
    assert print_vkey(key) == EXAMPLE
    assert print_note(found) == data
    assert (found.text, signature_of(found, key)) == ("This is an example message.\n", "good")
    assert signature_of(replace(found, text="This is an example massage.\n"), key) == "bad"


def test_the_specifications_note_with_an_empty_line_in_it() -> None:
    text = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n"
    signature = "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
    found = parse_note(f"{text}\n{signature}".encode())
    assert found.text == text
    assert [(line.name, line.key_id.hex(), len(line.signature)) for line in found.signatures] == [("quasimodo.example/salvatore", "367ba04b", 64)]


def test_the_specifications_checkpoint() -> None:
    data = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    ).encode()
    said, whole = open_checkpoint(data)
    assert (said.origin, said.size, said.root.hex()[:8]) == ("example.com/behind-the-sofa", 20852163, "0ac5186a")
    assert print_note(whole) == data


names = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp"), exclude_characters="+"), min_size=1, max_size=12)
note_texts = st.text(st.characters(exclude_categories=("Cs",), min_codepoint=0x20) | st.just("\n"), max_size=40).map(lambda text: text + "\n").filter(lambda text: text != "\n")
signatures = st.builds(Signature, names, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80))
some_notes = st.builds(Note, note_texts, st.lists(signatures, min_size=1, max_size=17).map(tuple))


@given(some_notes)
def test_any_note_reads_back(whole: Note) -> None:
    assert parse_note(print_note(whole)) == whole


@given(names, st.binary(min_size=32, max_size=32))
def test_any_vkey_reads_back_or_is_weak(name: str, seed: bytes) -> None:
    key = VerifierKey(name, publickey.spki(small_log.ed25519.Ed25519PrivateKey.from_private_bytes(seed).public_key())[-32:])
    assert parse_vkey(print_vkey(key)) == key
    assert spki_of(key)[-32:] == key.public


@pytest.mark.parametrize("name", ["a b", "a+b", "", "a\u00a0b", "a\u2028b", "a\u3000", "\u0085", "a\nb", "a\0b", "a\x1fb", "\ud800"])
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(ValueError, match="no verifier key"):
        print_vkey(replace(KEY, name=name))
    with pytest.raises(ValueError, match="cannot sign"):
        print_note(Note("a\n", (Signature(name, bytes(4), bytes(64)),)))
    with pytest.raises(ValueError, match="no origin"):
        print_checkpoint(Checkpoint(name, 0, merkle.EMPTY))
    with pytest.raises(Unreadable, match="not a vkey"):
        parse_vkey(f"{name}+3a42a4fb+{VKEY.rpartition('+')[2]}")


@pytest.mark.parametrize(("whole", "why"), [
    (Note("a", (Signature("b", bytes(4), bytes(64)),)), "does not end with a line feed"),
    (Note("\n", (Signature("b", bytes(4), bytes(64)),)), "does not end with a line feed"),
    (Note("a\r\n", (Signature("b", bytes(4), bytes(64)),)), "control character .* line ends of another system"),
    (Note("a\n", ()), "without a signature"),
    (Note("a\n", (Signature("b", bytes(3), bytes(64)),)), "cannot sign"),
    (Note("a\n", (Signature("b", bytes(4), b""),)), "cannot sign"),
    (Note("a\n" * 60_000, (Signature("b", bytes(4), bytes(64)),)), "more than 100000"),
    (Note("\ud800\n", (Signature("b", bytes(4), bytes(64)),)), "surrogates"),
])  # fmt: skip
def test_a_note_that_could_not_be_read_is_not_printed(whole: Note, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        print_note(whole)


# Who signed.


def test_sixteen_signatures_and_more_are_taken_and_lines_of_strangers_passed_over() -> None:
    """The specification: sixteen at least. Three of the post-quantum kind, 2,420 bytes each, are strangers here, too."""
    whole = sign_note("a\n", *(f"witness-{n}.example" for n in range(17)))
    large = replace(whole, signatures=(*whole.signatures, *(Signature("pq.example", bytes([n] * 4), bytes(2428)) for n in range(16))))
    found = parse_note(print_note(large))
    assert found == large
    assert all(signature_of(found, verifier_key(f"witness-{n}.example", named(f"witness-{n}.example"))) == "good" for n in range(17))


def test_a_known_key_that_did_not_sign_spoils_the_note_whatever_others_say() -> None:
    good, other = sign_note("a\n", "log.example", "other.example").signatures
    key = verifier_key("log.example", named("log.example"))
    assert signature_of(Note("a\n", (good, other)), key) == "good"
    assert signature_of(Note("a\n", (other, good)), key) == "good"
    assert signature_of(Note("a\n", (other,)), key) == "absent"
    bad = replace(good, signature=other.signature)
    for lines in [(bad,), (bad, other), (other, bad), (good, bad), (bad, good)]:
        assert signature_of(Note("a\n", lines), key) == "bad"
    assert signature_of(Note("a\n", (replace(good, signature=good.signature[:63]),)), key) == "bad"


def test_a_name_or_an_id_alone_names_no_key() -> None:
    (line,) = sign_note("a\n", "log.example").signatures
    key = verifier_key("log.example", named("log.example"))
    assert signature_of(Note("a\n", (replace(line, name="log.example.evil"),)), key) == "absent"
    assert signature_of(Note("a\n", (replace(line, key_id=bytes(4)),)), key) == "absent"
    thief = replace(sign_note("a\n", "thief").signatures[0], name="log.example", key_id=key.key_id)
    assert signature_of(Note("a\n", (thief,)), key) == "bad"


# Checkpoints.

sizes = st.integers(1, MAX_SIZE)
roots = st.binary(min_size=32, max_size=32)


@given(st.builds(Checkpoint, names, sizes, roots) | st.builds(Checkpoint, names, st.just(0), st.just(merkle.EMPTY)))
def test_any_checkpoint_reads_back(said: Checkpoint) -> None:
    assert parse_checkpoint(print_checkpoint(said)) == said


def test_a_checkpoint_is_signed_by_the_key_of_its_origin() -> None:
    said = Checkpoint(ORIGIN, 7, merkle.root(7, small_log.node))
    opened, whole = open_checkpoint(sign_checkpoint(said, KEY, LOG.sign))
    assert (opened, signature_of(whole, KEY)) == (said, "good")
    with pytest.raises(ValueError, match="signs no checkpoint"):
        sign_checkpoint(replace(said, origin="other.example/log"), KEY, LOG.sign)
    with pytest.raises(ValueError, match="what signs is not the key"):
        sign_checkpoint(said, KEY, named("other").sign)


@pytest.mark.parametrize(("said", "why"), [
    (Checkpoint(ORIGIN, -1, bytes(32)), "size -1"),
    (Checkpoint(ORIGIN, MAX_SIZE + 1, bytes(32)), "size 1000000000000001"),
    (Checkpoint(ORIGIN, 5, bytes(31)), "a root of 31 bytes"),
    (Checkpoint(ORIGIN, 0, bytes(32)), "empty log"),
])  # fmt: skip
def test_a_checkpoint_that_could_not_be_read_is_not_printed(said: Checkpoint, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        print_checkpoint(said)


# Proofs.


@given(st.builds(TlogProof, st.integers(0, MAX_SIZE - 1), st.lists(roots, max_size=MAX_HASHES).map(tuple), st.binary(max_size=100)))
def test_any_proof_reads_back(said: TlogProof) -> None:
    assert parse_proof(print_proof(said)) == said


@pytest.mark.parametrize("size", [*range(1, 20), 255, 256, 257, 600])
def test_a_proof_shows_an_entry_offline(size: int) -> None:
    for index in {0, size // 2, size - 1}:
        said = parse_proof(small_log.proof(index, size))
        state, whole = open_checkpoint(said.checkpoint)
        assert signature_of(whole, KEY) == "good"
        assert merkle.verify_inclusion(merkle.leaf_hash(small_log.entry(index)), said.index, state.size, said.hashes, state.root)


@pytest.mark.parametrize("said", [TlogProof(-1, (), b""), TlogProof(MAX_SIZE, (), b""), TlogProof(0, (bytes(31),), b""), TlogProof(0, (bytes(32),) * 65, b"")])
def test_a_proof_that_could_not_be_read_is_not_printed(said: TlogProof) -> None:
    with pytest.raises(ValueError, match="not an index and at most 64 hashes"):
        print_proof(said)


# Entries.

times = st.datetimes(datetime(1970, 1, 1), datetime(2999, 12, 31)).map(lambda moment: f"{moment:%Y-%m-%dT%H:%M:%SZ}")
hexes = roots.map(bytes.hex)


@given(st.builds(Entry, hexes, st.sampled_from(KINDS), st.integers(1, 10**9 - 1), times) | st.builds(Entry, hexes, st.sampled_from(KINDS[2:]), st.just(0), times))
def test_any_entry_reads_back(said: Entry) -> None:
    data = print_entry(said)
    assert parse_entry(data) == said
    assert len(data) <= log_entry.MAX_BYTES


@pytest.mark.parametrize(("fields", "why"), [
    ({"digest": "9F" * 32}, "digest"), ({"digest": "9f" * 31}, "digest"), ({"kind": "promise"}, "kind"), ({"n": 0}, "no release's number"),
    ({"n": 10**9}, "no release's number"), ({"time": "2026-11-20T06:01:00+00:00"}, "time"), ({"time": "2026-11-20T24:00:00Z"}, "time"),
    ({"time": "2026-02-30T06:01:00Z"}, "time"), ({"time": "٢٠٢٦-11-20T06:01:00Z"}, "time"),
])  # fmt: skip
def test_an_entry_that_could_not_be_read_is_not_printed(fields: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        print_entry(replace(Entry("9f" * 32, "release", 1, "2026-11-20T06:01:00Z"), **fields))


def test_an_entry_is_a_function_of_its_payload() -> None:
    payload = print_later(LATER["withdrawal"])
    said = entry_of("withdrawal", 3, AT, payload)
    assert said == Entry(hashlib.sha256(payload).hexdigest(), "withdrawal", 3, "2026-11-20T06:01:00Z")
    assert path_of(payload) == f"attestation/statements/{said.digest}.sigstore.json"


# What a payload says of the log.

voids = st.lists(st.integers(0, 99), max_size=5).map(lambda found: tuple(sorted(set(found))))


@given(st.builds(Logged, st.just(ORIGIN), st.just(VKEY), st.integers(100, MAX_SIZE), hexes, voids))
def test_what_a_payload_says_of_the_log_reads_back(said: Logged) -> None:
    assert parse_log(log_object(said), VKEY) == said


@pytest.mark.parametrize(("fields", "why"), [
    ({"origin": "other.example/log"}, "not of the log that log.origin names"),
    ({"origin": ""}, "log.origin is not text"),
    ({"vkey": 7}, "log.vkey is not text"),
    ({"vkey": "x"}, "not a vkey"),
    ({"vkey": EXAMPLE, "origin": "example.com/foo"}, "keys.log and log.vkey differ"),
    ({"sizeBefore": "7"}, "log.sizeBefore is not a size"), ({"sizeBefore": True}, "log.sizeBefore is not a size"), ({"sizeBefore": -1}, "log.sizeBefore is not a size"),
    ({"sizeBefore": 7.0}, "log.sizeBefore is not a size"), ({"sizeBefore": MAX_SIZE + 1}, "log.sizeBefore is not a size"), ({"sizeBefore": None}, "log.sizeBefore is not a size"),
    ({"sizeBefore": 0, "void": []}, "SHA-256 of nothing"),
    ({"rootBefore": LOGGED.root_before.upper()}, "log.rootBefore is not"), ({"rootBefore": LOGGED.root_before[:63]}, "log.rootBefore is not"),
    ({"void": [7]}, "log.void does not name"), ({"void": [2, 1]}, "log.void does not name"), ({"void": [1, 1]}, "log.void does not name"),
    ({"void": [-1]}, "log.void is not a list"), ({"void": [True]}, "log.void is not a list"), ({"void": "1"}, "log.void is not a list"), ({"void": None}, "log.void is not a list"),
    ({"void": list(range(MOST_VOID + 1)), "sizeBefore": 5000}, "log.void is not a list"),
])  # fmt: skip
def test_what_no_payload_may_say_of_the_log(fields: dict[str, Any], why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        parse_log({**log_object(LOGGED), **fields}, VKEY)


def test_a_log_that_is_none() -> None:
    for value in (None, [], "log", 1):
        with pytest.raises(Unreadable, match="log is not an object"):
            parse_log(value, VKEY)


# Later statements.

moments = st.datetimes(datetime(1970, 1, 1), datetime(2999, 12, 31), timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0))
filled = texts.filter(bool)
says = st.dictionaries(texts, st.recursive(st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts, lambda inner: st.lists(inner, max_size=3), max_leaves=5), max_size=4)
bodies = st.one_of(
    st.builds(Withdrawal, hexes, filled),
    st.builds(Notice, st.from_regex(r"[a-z0-9][a-z0-9.-]{0,20}", fullmatch=True), st.integers(1, 999), says),
    st.builds(KeyChange, st.just("announce"), st.just(NEXT), moments, st.none() | moments, st.sampled_from(["planned", "compromised"]), st.none()),
    st.builds(KeyChange, st.just("retire"), st.just(SPKI), st.none(), st.none(), st.sampled_from(["planned", "compromised"]), st.none() | st.integers(0, 7)),
)
_KIND: dict[type, later.LaterKind] = {Withdrawal: "withdrawal", Notice: "notice", KeyChange: "key-change"}


@given(filled, filled, st.integers(1, 10**9 - 1), moments, st.sampled_from([SPKI, NEXT, WIRE_SPKI["ed25519"]]), bodies)
def test_any_later_statement_reads_back(center: str, name: str, release: int, issued: datetime, spki: bytes, body: later.Body) -> None:
    said = Later(_KIND[type(body)], center, name, release, issued, spki, LOGGED, body)
    assert parse_later(print_later(said)) == said


def _but(name: str, **fields: Any) -> Later:
    """A good one, but for these fields of its body, or its own."""
    said = LATER[name]
    own = {key: value for key, value in fields.items() if key in Later.__slots__}
    return replace(said, **own, body=replace(said.body, **{key: value for key, value in fields.items() if key not in own}))  # type: ignore[arg-type]


@pytest.mark.parametrize(("said", "why"), [
    (_but("withdrawal", release=0), "release is not a whole number of at least 1"),
    (_but("withdrawal", why=""), "why is not text"),
    (_but("withdrawal", why="x" * 2001), "why is longer than 2000"),
    (_but("withdrawal", payload="abc"), "payload is not a SHA-256"),
    (_but("withdrawal", kind="notice"), "notice is not text"),
    (_but("notice", ident="../../index"), "not the id of one"),
    (_but("notice", ident="a" * 81), "not the id of one"),
    (_but("notice", version=0), "version is not a whole number"),
    (_but("notice", says={"share": 0.5}), "float has no canonical form"),
    (_but("notice", says={"share": "\ud800"}), "surrogates"),
    (_but("notice", says={"text": "x" * later.MAX_BYTES}), "more than 1048576"),
    (_but("announce", start=None), "a key that comes has a start"),
    (_but("announce", trusted_before=3), "a key that comes has a start"),
    (replace(LATER["announce"], body=replace(LATER["announce"].body, spki=b"not a key")), "not a public key"),
    (_but("retire", start=AT), "a key that comes has a start"),
    (_but("retire", until=AT), "a key that comes has a start"),
    (_but("retire", trusted_before=8), "trustedBefore lies behind"),
    (_but("retire", reason="whim"), "reason neither planned nor compromised"),
    (_but("retire", center=""), "center.id is not text"),
    (_but("retire", log=replace(LOGGED, void=(7,))), "log.void does not name"),
])  # fmt: skip
def test_a_later_statement_that_could_not_be_read_is_not_printed(said: Later, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        print_later(said)


# Sizes.


@pytest.mark.parametrize(("parser", "most"), [
    (parse_note, note.MAX_BYTES), (open_checkpoint, note.MAX_BYTES), (parse_proof, tlog_proof.MAX_BYTES), (parse_entry, log_entry.MAX_BYTES), (parse_later, later.MAX_BYTES),
])  # fmt: skip
def test_what_is_too_large_is_refused_before_it_is_read(parser: Callable[[bytes], Any], most: int) -> None:
    with pytest.raises(Unreadable, match=r"larger than|at most|more than"):
        parser(b"a" * (most + 1))


def test_a_size_is_exact_in_a_browser() -> None:
    assert MAX_SIZE < 2**53
