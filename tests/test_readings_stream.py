"""Large reports: read piece by piece, as strictly as at once, wherever the pieces are cut, within bounds that are stated."""

from __future__ import annotations

import io
import itertools
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attest import readings
from attest.errors import Unreadable
from attest.readings import begin, finish, json_pieces, ocsf, sarif
from attest.readings.json_pieces import Pieces
from attest.wire import strict_json

CASES = Path(__file__).parent / "cases" / "readings"
STREAMED = [path for kind in ("good", "bad") for path in sorted((CASES / kind).iterdir()) if path.name.startswith(("sarif-", "ocsf-")) and not path.name.endswith(".yml")]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6) | st.just('"}]\\,:{['),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner, max_size=5),
    max_leaves=30,
)
BROKEN = [b"", b'"', b"{", b"}", b"[", b"]", b":", b",", b"\\", b"NaN", b"-Infinity", b"1e999", b"-", b"0", b"01", b"1.", b".5", b"tru", b"null", b"\\u12", b"\\ud800", b'"a":1,', b"\xff", b"\xc3", b"\n", b"\x00", b"// x"]


class Flow(io.RawIOBase):
    """A file that is made while it is read, so that no memory holds it."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._left = self._left or next(self._pieces, b"")
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size


def flow(*parts: bytes | Iterator[bytes]) -> io.BufferedReader:
    return io.BufferedReader(Flow(itertools.chain.from_iterable([part] if isinstance(part, bytes) else part for part in parts)), 2**20)


def rebuilt(pieces: Pieces, walk: int) -> object:
    """The value that comes next, walked through down to a depth, and decoded below it."""
    if walk and pieces.kind() == "{":
        return {name: rebuilt(pieces, walk - 1) for name in pieces.members()}
    if walk and pieces.kind() == "[":
        return [rebuilt(pieces, walk - 1) for _ in pieces.entries()]
    return pieces.value()


def by_pieces(data: bytes, walk: int, step: int) -> object:
    """The value, or None in a tuple of its own where it is refused."""
    pieces = Pieces(io.BytesIO(data), step)
    try:
        value = rebuilt(pieces, walk)
        pieces.end()
    except Unreadable:
        return (None,)
    return value


def at_once(data: bytes) -> object:
    try:
        return strict_json.parse(data.removeprefix(b"\xef\xbb\xbf"))
    except Unreadable:
        return (None,)


def passed_over(data: bytes, step: int) -> bool:
    """Whether it is taken, when nobody asks for anything in it."""
    pieces = Pieces(io.BytesIO(data), step)
    try:
        for _ in pieces.members():
            pass
        pieces.end()
    except Unreadable:
        return False
    return True


@settings(max_examples=300)
@given(JSON, st.sampled_from([None, 1]), st.booleans(), st.integers(0, 4), st.integers(1, 9))
def test_what_is_read_piece_by_piece_is_what_is_read_at_once(value: object, indent: int | None, ascii_only: bool, walk: int, step: int) -> None:
    data = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    expected = at_once(data)
    assert repr(by_pieces(data, walk, step)) == repr(expected)
    assert repr(by_pieces(b"\xef\xbb\xbf" + data + b"\r\n\t ", walk, step)) == repr(expected)


@settings(max_examples=500)
@given(JSON, st.data(), st.integers(0, 3), st.integers(1, 40))
def test_what_is_refused_at_once_is_refused_piece_by_piece(value: object, data: st.DataObject, walk: int, step: int) -> None:
    content = json.dumps({"a": value, "b": value}).encode()
    for _ in range(data.draw(st.integers(1, 2))):
        at = data.draw(st.integers(0, len(content)))
        content = content[:at] + data.draw(st.sampled_from(BROKEN)) + content[data.draw(st.integers(at, min(at + 3, len(content)))) :]
    expected = at_once(content)
    assert repr(by_pieces(content, walk, step)) == repr(expected)
    if content.lstrip().startswith(b"{"):
        assert passed_over(content, step) == (expected != (None,))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(STREAMED), st.integers(1, 700))
def test_cases_do_not_depend_on_where_the_pieces_are_cut(case: Path, step: int) -> None:
    reader = sarif if case.name.startswith("sarif") else ocsf
    found = []
    for size in (step, 2**20):
        try:
            found.append(reader._of(Pieces(io.BytesIO(case.read_bytes()), size)))
        except Unreadable as refused:
            found.append(refused.message.partition(" (about byte")[0])
    assert found[0] == found[1]


def shuffled(value: object, chance: random.Random) -> object:
    if isinstance(value, dict):
        return {name: shuffled(value[name], chance) for name in chance.sample(sorted(value), len(value))}
    return [shuffled(each, chance) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("case", [path for path in STREAMED if path.parent.name == "good" and path.name != "ocsf-lines.json"], ids=lambda case: case.name)
def test_the_order_of_keys_does_not_matter(case: Path) -> None:
    document = json.loads(case.read_bytes())
    name = case.name.partition("-")[0]
    wanted = readings.read(io.BytesIO(case.read_bytes()), name)
    for seed in range(8):
        mixed = json.dumps(shuffled(document, random.Random(seed))).encode()
        found = readings.read(io.BytesIO(mixed), name)
        assert (found.rows, found.examined, found.observed, found.tool, found.lists_passes) == (wanted.rows, wanted.examined, wanted.observed, wanted.tool, wanted.lists_passes)
        assert set(found.targets) == set(wanted.targets)  # Bandit's are the keys of an object


@pytest.mark.parametrize("depth", [62, 64, 65, 900, 200_000])
@pytest.mark.parametrize("walk", [0, 3])
def test_nesting_is_bounded_whoever_looks(depth: int, walk: int) -> None:
    data = b"[" * depth + b"]" * depth
    if depth <= 64:
        assert by_pieces(data, walk, 1000) != (None,)
        return
    with pytest.raises(Unreadable, match="nested too deeply"):
        rebuilt(Pieces(io.BytesIO(data)), walk)


def test_many_lists_side_by_side_are_not_deep() -> None:
    value = [[[number] for number in range(300)]]
    assert by_pieces(json.dumps(value).encode(), 0, 1000) == value


def test_a_fault_is_placed() -> None:
    with pytest.raises(Unreadable, match=r"expecting ',' delimiter \(about byte 100010\)"):
        Pieces(io.BytesIO(b'{"a":  "' + b"x" * 100_000 + b'" 7}')).value()


def test_a_key_that_stands_twice_is_found_where_nobody_looks() -> None:
    data = b'{"version": "2.1.0", "other": [' + b'{"a": 1},' * 200_000 + b'{"a": {"b": 1, "b": 1}}], "runs": []}'
    with pytest.raises(Unreadable, match="key 'b' stands twice"):
        readings.read(io.BytesIO(data), "sarif")


RESULT = b'{"ruleId": "R1", "message": {"text": "%s"}, "locations": [{"physicalLocation": {"artifactLocation": {"uri": "src/%d.py"}}}]}'
OPENING = b'{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "Examiner"}}, "invocations": [{"executionSuccessful": true}], "results": ['


def results(count: int, message: bytes = b"about", places: int = 100) -> Iterator[bytes]:
    return (b"," * bool(number) + RESULT % (message, number % places) for number in range(count))


def test_what_a_sarif_row_is_about_is_named_for_vex() -> None:
    place = {"physicalLocation": {"artifactLocation": {"uri": "app.jar"}}, "logicalLocations": [{"fullyQualifiedName": "pkg:maven/example/c@3"}]}
    results = [{"ruleId": "CVE-1", "properties": {"purl": "pkg:maven/example/a@1"}, "locations": [place]}, {"ruleId": "CVE-2", "properties": {"purls": [7, "not one"]}}]
    tool = {"driver": {"rules": [{"id": "CVE-1", "properties": {"purls": ["pkg:maven/example/b@2"]}}]}}
    for properties, image in (({}, ()), ({"imageName": "shop:1", "repoTags": None, "repoDigests": ["shop@sha256:0c"]}, ("shop:1", "shop@sha256:0c"))):
        document = {"version": "2.1.0", "runs": [{"results": results, "properties": properties, "tool": tool}]}
        first, second = readings.read(io.BytesIO(json.dumps(document).encode()), None).rows
        assert first.products == ("pkg:maven/example/a@1", "pkg:maven/example/c@3", "pkg:maven/example/b@2", *image, "app.jar")
        assert second.products == image


def test_messages_are_kept_of_the_first_failures_only_and_cut() -> None:
    rows = readings.read(flow(OPENING, results(1000, b"m" * 1000), b"]}]}"), "sarif").rows
    assert {len(row.message) for row in rows[:300]} == {300}
    assert {row.message for row in rows[300:]} == {""}


def test_equal_names_and_places_are_kept_once() -> None:
    rows = readings.read(flow(OPENING, results(1000), b"]}]}"), "sarif").rows
    assert len({id(row.row) for row in rows}) == 1
    assert len({id(row.subject) for row in rows}) == 100


@pytest.mark.slow
def test_more_results_than_the_bound_are_refused_while_they_are_read() -> None:
    with pytest.raises(Unreadable, match="more than 500000 rows"):
        readings.read(flow(OPENING, itertools.repeat(b"{}, " * 1000)), "sarif")


@pytest.mark.slow
def test_more_names_than_the_bound_are_refused_while_they_are_read() -> None:
    names = (b'{"ruleId": "%d%s"},' % (number, b"r" * 2**20) for number in itertools.count())
    with pytest.raises(Unreadable, match="more than 128 million characters of different names"):
        readings.read(flow(OPENING, names), "sarif")
    assert finish.MAX_CHARACTERS == 128 * 2**20


def test_one_value_beyond_the_bound_is_refused() -> None:
    with pytest.raises(Unreadable, match="one value is longer than 16 million characters"):
        readings.read(flow(OPENING, b'{"ruleId": "', itertools.repeat(b"r" * 2**20)), "sarif")


def test_a_long_value_that_nobody_wants_is_gone_through() -> None:
    graphs = (b"," * bool(number) + b'{"nodes": [{"id": "n"}], "text": "' + b"g" * 2**20 + b'"}' for number in range(40))
    reading = readings.read(flow(OPENING, b'], "graphs": [', graphs, b"]}]}"), "sarif")
    assert reading.examined == 1


@pytest.mark.slow
def test_a_file_beyond_the_bound_is_refused() -> None:
    taken = itertools.repeat(b" " * 2**20, 2 * json_pieces.MAX_BYTES // 2**20)
    with pytest.raises(Unreadable, match="larger than 1 GiB"):
        readings.read(flow(OPENING, taken), "sarif")
    assert 1020 < 2048 - len(list(taken)) < 1030


def test_keys_without_end_are_refused() -> None:
    with pytest.raises(Unreadable, match="an object has more than 100000 keys"):
        readings.read(flow(b'{"runs": [', (b'{"%d": [], ' % number if number == 0 else b'"%d": [], ' % number for number in itertools.count())), "sarif")


def test_other_formats_say_how_much_of_them_is_read() -> None:
    with pytest.raises(Unreadable, match="larger than 64 MiB, which is as much as is read of this format"):
        readings.read(flow(b"<testsuite>", itertools.repeat(b" " * 2**20)), None)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sarif", "ocsf"])
def test_a_format_is_told_from_the_beginning_of_a_file_without_an_end(name: str) -> None:
    finding = (CASES / "good" / "ocsf-cluster.json").read_bytes().strip().removesuffix(b"]") + b","
    streams = {"sarif": flow(OPENING, itertools.repeat(b"{}," * 1000)), "ocsf": flow(finding, itertools.repeat(b'{"class_uid": 2004},' * 1000))}
    with pytest.raises(Unreadable, match="more than 500000 rows"):
        readings.read(streams[name], None)


def test_a_format_whose_mark_stands_behind_the_beginning_is_told_all_the_same() -> None:
    pretty = json.dumps({"version": "3.0.8", "scanResult": [{"targetHost": "api.example", "protocols": [{"id": "TLS1", "severity": "OK", "finding": "not offered" + " " * begin.HEAD}]}], "scanTime": 7})
    assert readings.read(io.BytesIO(pretty.encode()), None).format == "testssl"


def test_a_head_that_ends_between_two_findings_or_within_a_byte_order_mark() -> None:
    one = (CASES / "good" / "ocsf-cluster.json").read_bytes().strip()[1:-1].strip()
    padded = one + b" " * (begin.HEAD - len(one) - 1) + b"\n" + one
    assert len(readings.read(io.BytesIO(padded), None).rows) == 2
    assert len(readings.read(io.BytesIO(b"\xef\xbb\xbf" + padded), None).rows) == 2


def test_blanks_alone_are_an_empty_file_however_many() -> None:
    with pytest.raises(Unreadable, match="the file is empty"):
        readings.read(flow(b"\xef\xbb\xbf", itertools.repeat(b" \n" * 2**19, 3)), None)


MEASURE = """
import resource, sys
from attest import readings
from tests.test_readings_stream import OPENING, flow, results
readings.read(flow(OPENING, results(20000), b"]}]}"), "sarif")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = readings.read(flow(OPENING, results(20000, b"m" * int(sys.argv[1])), b"]}]}"), "sarif")
print(len(found.rows), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file_where_the_rows_are_the_same() -> None:
    done = subprocess.run([sys.executable, "-c", MEASURE, "10000"], capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent)
    rows, grown = map(int, done.stdout.split())
    assert rows == 20_000
    assert grown * (1 if sys.platform == "darwin" else 1024) < 32 * 2**20, "200 MB were read"


# Real files, beside a development checkout.


def test_shared_prowler_sample_has_the_time_that_its_seconds_say(shared: Path) -> None:
    with (shared / "evidence-samples" / "prowler-aws.ocsf.json").open("rb") as stream:
        reading = readings.read(stream, None)
    assert str(reading.observed) == "2025-02-14 13:27:03+00:00", "time_dt says 14:27:03, an hour later, without a zone"
    assert [row.outcome for row in reading.rows if row.row.startswith("account_security")] == ["other", "other"]


def test_shared_trivy_sample_is_rated_by_its_rules_and_proves_no_run(shared: Path) -> None:
    with (shared / "evidence-samples" / "sarif-trivy-alpine-310.sarif").open("rb") as stream:
        reading = readings.read(stream, None)
    assert {row.severity for row in reading.rows} == {"medium"}
    assert reading.rows[0].products
    assert reading.examined == 0
