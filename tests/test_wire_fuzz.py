"""Every parser of what is signed, over thousands of damaged files, the same in each run: a value, or Unreadable in one short line.

Bytes are flipped, cut, doubled, moved between files; JSON gets values of other types, sizes and depths; sizes go to the cap. Whatever
parses of a format with one form prints back to the same bytes. Memory is held against the size of what was read.
"""

from __future__ import annotations

import json
import random
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from attest.errors import Unreadable
from attest.later import parse_later
from attest.logged import parse_log
from attest.statement import parse_statement
from attest.wire import bundle, note, strict_json, tiles, tlog_proof
from attest.wire.log_entry import parse_entry
from tests.conftest import ROOT
from tests.small_log import VKEY, entry, node
from tests.test_wire_log import THERE_AND_BACK
from tests.test_wire_refused import GOOD, PARSERS, TAKE_TEXT

PUBLISHED = ROOT / "docs/vectors/attestation"


def _log(data: bytes) -> object:
    return parse_log(strict_json.parse(data), VKEY)


ALL: dict[str, Callable[[bytes], Any]] = {
    **PARSERS,
    "statement.parse_statement": parse_statement,
    "logged.parse_log": _log,
    **{f"tiles.parse_entries {width}": partial(tiles.parse_entries, width=width) for width in (1, 7, 256)},
    **{f"tiles.parse_hashes {width}": partial(tiles.parse_hashes, width=width) for width in (1, 7, 256)},
}
SEEDS = [
    *(path.read_bytes() for path in sorted(GOOD.iterdir())),
    *((PUBLISHED / name).read_bytes() for name in ("statement.json", "bundle.sigstore.json", "SHA256SUMS", "SHA256SUMS.sig")),
    json.dumps(json.loads((GOOD / "retire.json").read_bytes())["predicate"]["log"]).encode(),
    tiles.print_entries([entry(index) for index in range(7)]),
    tiles.print_hashes([node(0, index) for index in range(7)]),
    b"tile/entries/x001/234.p/7",
]
PIECES = [
    b"\0", b"\n", b"\r\n", b"\n\n", b" ", b"+", b"-", b"=", b"==", b"/", b"../", b"\\", b'"', b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xe2\x80\x94 ", b"\xe2\x80\xa8", b"\xef\xbb\xbf",
    "٣".encode(), b"9" * 5000, b"0", b"-0", b"1e999", b"NaN", b"null", b"[" * 500, b'{"a":' * 500, b'"\\ud800"', b"QUJ=", b"AAAA" * 300, b"x123/" * 300, b"index 5\n", b"\\u0000",
]  # fmt: skip
VALUES: list[Any] = [
    None, True, False, 0, -1, 1, 7, 2**53, 10**400, 1.5, -0.0, "", "x", "\n", "\x1b[2J", "\ud800", "٣", "x" * 5000, VKEY, "0" * 64, "2026-11-20T06:01:00Z", "2026-11-20T24:00:00Z",
    [], {}, [[]], [None], ["x"], {"x": None}, {"": ""}, list(range(2000)), {str(index): index for index in range(500)},
]  # fmt: skip


def damaged(data: bytes, chance: random.Random) -> bytes:
    """One to four changes to bytes."""
    for _ in range(chance.randint(1, 4)):
        start = chance.randint(0, len(data))
        end = min(len(data), start + chance.choice([0, 1, 1, 2, 8, 40, 400]))
        piece = chance.choice([b"", data[start:end] * 2, chance.choice(PIECES), chance.randbytes(chance.randint(1, 8)), _cut(chance.choice(SEEDS), chance)])
        data = data[:start] + piece + data[end:]
    return data


def _cut(data: bytes, chance: random.Random) -> bytes:
    start = chance.randint(0, len(data))
    return data[start : start + chance.choice([4, 40, 400])]


def _deep(chance: random.Random) -> Any:
    value: Any = chance.choice(VALUES)
    for _ in range(chance.choice([1, 10, 62, 63, 64, 65, 200])):
        value = [value] if chance.random() < 0.5 else {"a": value}
    return value


def reshaped(value: Any, chance: random.Random) -> Any:
    """The JSON value with something in it left out, added, or of another type."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key = chance.choice(sorted(value))
        rest = {name: inner for name, inner in value.items() if name != key}
        return chance.choice([lambda: rest, lambda: {**value, "zz": chance.choice(VALUES)}, *[lambda: {**rest, key: reshaped(value[key], chance)}] * 8])()
    if isinstance(value, list) and value and chance.random() < 0.7:
        at = chance.randrange(len(value))
        return chance.choice([lambda: value * 2, lambda: value[:at] + value[at + 1 :], lambda: [*value[:at], reshaped(value[at], chance), *value[at + 1 :]]])()
    return chance.choice([chance.choice(VALUES), chance.choice(VALUES), _deep(chance)])


def canonical(value: Any) -> bytes:
    """As we print it, as far as it has such a form: a lone surrogate is an escape."""
    said = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    try:
        return said.encode()
    except UnicodeEncodeError:
        return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def objects() -> Iterator[bytes]:
    for seed in SEEDS:
        if seed[:1] == b"{":
            yield seed


def read(name: str, data: bytes) -> bool:
    """Whether it parsed. Anything but Unreadable, in one line of a length that fits a screen, escapes."""
    try:
        ALL[name](data)
    except Unreadable as error:
        assert len(error.message) < 400 and "\n" not in error.message, (name, error.message[:1000])
        return False
    except UnicodeDecodeError:
        assert name in TAKE_TEXT
        return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize("run", range(3))
def test_damaged_bytes(run: int) -> None:
    chance = random.Random(f"bytes {run}")
    for _ in range(250):
        for seed in SEEDS:
            data = damaged(seed, chance)
            for name in ALL:
                read(name, data)


@pytest.mark.slow
@pytest.mark.parametrize("run", range(3))
def test_reshaped_json(run: int) -> None:
    """Shapes that nobody wrote, as canonical JSON: past the printing, into what each field may say."""
    chance = random.Random(f"shapes {run}")
    kinds = [name for name in ALL if name.endswith(("parse_later", "parse_answers", "parse_entry", "parse_bundle", "parse_statement", "parse_log"))]
    taken = 0
    for _ in range(150):
        for seed in objects():
            value = json.loads(seed)
            for _ in range(chance.randint(1, 3)):
                value = reshaped(value, chance)
            taken += sum(read(name, canonical(value)) for name in kinds)
    assert taken, "something still parses: not everything is refused for one and the same reason"


@pytest.mark.slow
@pytest.mark.parametrize("name", THERE_AND_BACK)
def test_what_has_one_form_prints_back(name: str) -> None:
    chance, good = random.Random(name), (GOOD / name).read_bytes()
    for _ in range(2000):
        data = damaged(good, chance)
        try:
            assert THERE_AND_BACK[name](data) == data
        except (Unreadable, UnicodeDecodeError):
            pass


# The largest, and the worst that fits.


def _note(lines: int) -> bytes:
    return b"a\n\n" + "".join(f"— {'b' * 5} AAAAAAA=\n" for _ in range(lines)).encode()


LARGEST: dict[str, tuple[str, bytes]] = {
    "a note of short lines": ("note.parse_note", _note(note.MAX_BYTES // 19)),
    "a note of empty lines": ("note.parse_note", b"\n" * note.MAX_BYTES),
    "a note of one line": ("note.parse_note", b"a" * note.MAX_BYTES),
    "a proof of lines": ("tlog_proof.parse_proof", b"c2sp.org/tlog-proof@v1\nindex 5\n" + b"AAAA\n" * 20_000),
    "a proof of line feeds": ("tlog_proof.parse_proof", b"c2sp.org/tlog-proof@v1\nindex 5" + b"\n" * (tlog_proof.MAX_BYTES - 40)),
    "a checkpoint of lines": ("checkpoint.parse_checkpoint", b"\n" * 1_000_000),
    "a size of a million digits": ("checkpoint.parse_checkpoint", b"a\n" + b"9" * 1_000_000 + b"\nAAAA\n"),
    "an entry of brackets": ("log_entry.parse_entry", b"[" * 200),
    "a statement of brackets": ("later.parse_later", b"[" * 2**20),
    "a statement of objects": ("later.parse_later", b'{"a":' * 200_000),
    "a statement of one text": ("later.parse_later", b'"' + b"x" * (2**20 - 2) + b'"'),
    "a statement of zeros": ("later.parse_later", b"[" + b"0," * (2**19 - 2) + b"0]"),
    "a path of groups": ("tiles.parse_path", b"tile/0/" + b"x123/" * 200_000 + b"000"),
    "a bundle of empty entries": ("tiles.parse_entries 256", b"\0\0" * 2**20),
    "a vkey of pluses": ("note.parse_vkey", b"+" * 1_000_000),
    "a vkey of a long name": ("note.parse_vkey", b"a" * 1_000_000 + b"+00000000+AAAA"),
}


@pytest.mark.parametrize("case", LARGEST)
def test_the_worst_that_fits_takes_no_more_than_its_size_tells(case: str) -> None:
    """Thirty times its size at the most, and a quarter of a MiB; a note of lines is a list of small values."""
    name, data = LARGEST[case]
    tracemalloc.start()
    try:
        read(name, data)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 30 * len(data) + 2**18


def test_a_full_bundle_of_the_longest_entries_is_read() -> None:
    """16.8 MB: 256 entries of 65,535 bytes."""
    data = tiles.print_entries([bytes([index]) * tiles.MAX_ENTRY for index in range(256)])
    assert len(data) == tiles.MAX_BUNDLE
    assert tiles.parse_entries(data, 256)[255] == b"\xff" * tiles.MAX_ENTRY


def test_the_largest_bundle_is_refused_by_what_it_is_not() -> None:
    with pytest.raises(Unreadable, match=r"not strict JSON"):
        bundle.parse_bundle(b'{"mediaType":"' + b"x" * (bundle.MAX_BYTES - 20))
    with pytest.raises(Unreadable, match="at most"):
        parse_entry(b"{" * 10**6)
    with pytest.raises(Unreadable, match="more than"):
        parse_later(b"{" * (2**20 + 1))
