"""Every file under cases/wire/refused/<parser>/ is refused by that parser, for the reason the file states.

    says: <what the message has to contain>
    why: <for the reader>
    input: hex            only where the input is not text

    <the input, byte for byte>
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from attest.answered import parse_answers
from attest.errors import Unreadable
from attest.later import parse_later
from attest.wire import base64_strict, bundle, checkpoint, log_entry, note, openssh, publickey, sha256sums, sshsig, strict_json, tiles, tlog_proof

FOLDER = Path(__file__).parent / "cases" / "wire" / "refused"
GOOD = Path(__file__).parent / "cases" / "wire" / "good"
CASES = sorted(FOLDER.glob("*/*.txt"))

PARSERS: dict[str, Callable[[bytes], Any]] = {
    "strict_json.parse": strict_json.parse,
    "base64_strict.decode": lambda data: base64_strict.decode(data.decode("utf-8")),
    "sha256sums.parse_manifest": sha256sums.parse_manifest,
    "publickey.load_spki": publickey.load_spki,
    "publickey.from_pem": publickey.from_pem,
    "openssh.spki_of_line": lambda data: openssh.spki_of_line(data.decode("utf-8")),
    "bundle.parse_bundle": bundle.parse_bundle,
    "sshsig.parse": sshsig.parse,
    "note.parse_note": note.parse_note,
    "note.parse_vkey": lambda data: note.parse_vkey(data.decode("utf-8")),
    "checkpoint.parse_checkpoint": lambda data: checkpoint.parse_checkpoint(data.decode("utf-8")),
    "checkpoint.open_checkpoint": checkpoint.open_checkpoint,
    "tlog_proof.parse_proof": tlog_proof.parse_proof,
    "log_entry.parse_entry": log_entry.parse_entry,
    "tiles.parse_path": lambda data: tiles.parse_path(data.decode("utf-8")),
    "later.parse_later": parse_later,
    "answered.parse_answers": parse_answers,
}
TAKE_TEXT = ("base64_strict.decode", "openssh.spki_of_line", "note.parse_vkey", "checkpoint.parse_checkpoint", "tiles.parse_path")


def read_case(path: Path) -> tuple[dict[str, str], bytes]:
    head, _, data = path.read_bytes().partition(b"\n\n")
    fields = dict(line.split(": ", 1) for line in head.decode().splitlines())
    return fields, bytes.fromhex(data.decode()) if fields.get("input") == "hex" else data


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_refused_for_the_reason_stated(path: Path) -> None:
    fields, data = read_case(path)
    with pytest.raises(Unreadable) as caught:
        PARSERS[path.parent.name](data)
    assert fields["says"], "a case says why"
    assert fields["says"] in caught.value.message


def test_every_parser_has_cases_and_every_folder_a_parser() -> None:
    assert {path.parent.name for path in CASES} == PARSERS.keys()


def test_messages_are_one_line_and_short() -> None:
    for path in CASES:
        with pytest.raises(Unreadable) as caught:
            PARSERS[path.parent.name](read_case(path)[1])
        said = caught.value.message
        assert len(said) < 300 and "\n" not in said and not said.endswith("."), path.name


SEEDS = [path.read_bytes() for path in sorted(GOOD.iterdir())]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good file with bytes cut out, doubled or replaced."""
    data = draw(st.sampled_from(SEEDS))
    start = draw(st.integers(0, len(data)))
    end = draw(st.integers(start, min(len(data), start + 8)))
    return data[:start] + draw(st.sampled_from([b"", data[start:end] * 2]) | st.binary(max_size=4)) + data[end:]


@given(st.binary(max_size=200) | damaged())
@example(b"\xff")
@example(b"[" * 100_000)
def test_parsers_raise_unreadable_and_nothing_else(data: bytes) -> None:
    for name, parser in PARSERS.items():
        try:
            parser(data)
        except Unreadable:
            pass
        except UnicodeDecodeError:
            assert name in TAKE_TEXT, "these take text"


@given(st.text(max_size=60))
def test_text_parsers_raise_unreadable_and_nothing_else(text: str) -> None:
    for parser in (base64_strict.decode, openssh.spki_of_line, note.parse_vkey, checkpoint.parse_checkpoint, tiles.parse_path):
        try:
            parser(text)
        except Unreadable:
            pass


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
    st.sampled_from(["mediaType", "verificationMaterial", "dsseEnvelope", "publicKey", "hint", "signatures", "sig", "keyid", "payload", "tlogEntries"]), inner, max_size=4
), max_leaves=12))
def test_a_bundle_of_any_shape_is_refused_cleanly(value: Any) -> None:
    import json

    with pytest.raises(Unreadable):
        bundle.parse_bundle(json.dumps(value).encode())


@pytest.mark.parametrize(("parser", "data"), [
    (bundle.parse_bundle, b" " * (bundle.MAX_BYTES + 1)),
    (sha256sums.parse_manifest, b"a" * (sha256sums.MAX_BYTES + 1)),
    (strict_json.parse, b" " * (strict_json.MAX_BYTES + 1)),
])
def test_too_large_is_refused_before_it_is_parsed(parser: Callable[[bytes], Any], data: bytes) -> None:
    with pytest.raises(Unreadable, match="larger than"):
        parser(data)
