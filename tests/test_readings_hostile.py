"""Whatever the bytes, a reader answers with a Reading or with Unreadable, soon, and never finds a pass where nothing was examined."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attest import readings
from attest.errors import Unreadable
from attest.readings.interface import Reading, RecordShape

CASES = Path(__file__).parent / "cases" / "readings"
SHAPE = RecordShape(row="person", outcome="mfa", subject="person", severity="mfa", pass_values=("on",), fail_values=("off",))
FILES = [path.read_bytes() for kind in ("good", "bad") for path in sorted((CASES / kind).iterdir()) if not path.name.endswith(".expect.yml") and path.stat().st_size < 20_000]
WAYS = [(name, None) for name in (None, *readings.REPORTS)] + [(name, SHAPE) for name in (None, *readings.RECORDS)]
PIECES = [b'"', b"{", b"}", b"[", b"]", b":", b",", b"\\", b"null", b"true", b"1e999", b"-1", b"0" * 5000, b'""', b"{}", b"[]", b"\x00", b"\xff", b"\xef\xbb\xbf", "\u202e".encode(),
          b"\\ud800", b"<", b"</", b"&a;", b"<!DOCTYPE x>", b"<testcase/>", b"tests='9'", b"&a ", b"*a", b"!!x ", b"\t", b"\n", b"- ", b"---\n", b"12345678901234567890"]  # fmt: skip

hostile = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def _answers(data: bytes) -> None:
    for name, shape in WAYS:
        try:
            reading = readings.read(io.BytesIO(data), name, shape)
        except Unreadable as refused:
            assert refused.message
            continue
        _is_sound(reading)


def _is_sound(reading: Reading) -> None:
    assert isinstance(reading.examined, int)
    assert reading.examined >= 0
    assert reading.examined or not any(row.outcome == "pass" for row in reading.rows)
    assert all(row.outcome in ("pass", "fail", "other") and row.row for row in reading.rows)
    assert all(row.severity in ("critical", "high", "medium", "low", "info", "unrated") for row in reading.rows)
    assert all(isinstance(text, str) for row in reading.rows for text in (row.row, row.subject, row.message))
    assert reading.observed is None or reading.observed.utcoffset() is not None


@hostile
@given(st.binary(max_size=400))
def test_random_bytes(data: bytes) -> None:
    _answers(data)


@hostile
@given(st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join))
def test_random_syntax(data: bytes) -> None:
    _answers(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12) | st.sampled_from(["pass", "fail", "COMPLETED", "OK", "2.1.0", "TLS1", "not offered"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(sorted(
        {"version", "runs", "results", "tool", "driver", "invocations", "executionSuccessful", "rules", "ruleId", "ruleIndex", "rule", "index", "kind", "level", "properties", "security-severity", "suppressions",
         "id", "severity", "finding", "ip", "port", "scanResult", "scanTime", "startTime", "server_scan_results", "scan_result", "scan_status", "connectivity_status", "tls_1_0_cipher_suites", "certificate_info",
         "status", "result", "accepted_cipher_suites", "bomFormat", "specVersion", "components", "vulnerabilities", "name", "purl", "ratings", "analysis", "state", "metadata", "timestamp", "artifacts", "roles", "location",
         "class_uid", "event_code", "product", "status_code", "status_id", "severity_id", "unmapped", "muted", "resources", "uid", "time", "time_dt", "cloud", "account", "finding_info", "compliance", "control"}
    )), inner, max_size=6),
    max_leaves=25,
)  # fmt: skip
FRAMES = (
    {"version": "2.1.0", "runs": None}, {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": None}, {"server_scan_results": None}, {"scanResult": None, "scanTime": 1},
    {"class_uid": 2004, "metadata": None}, {"class_uid": 2003, "compliance": None, "resources": None}, {"class_uid": 2004, "status_code": "PASS", "cloud": None, "time": None},
)  # fmt: skip


@hostile
@given(JSON, st.sampled_from(FRAMES))
def test_every_shape_of_json(value: object, frame: dict) -> None:
    _answers(json.dumps(value).encode())
    _answers(json.dumps([{key: value if inner is None else inner for key, inner in frame.items()}]).encode())
    _answers(json.dumps({key: value if inner is None else inner for key, inner in frame.items()}).encode())
    _answers(json.dumps({key: [value] if inner is None else inner for key, inner in frame.items()}).encode())


@settings(hostile, max_examples=400)
@given(st.data())
def test_real_files_with_bytes_changed_cut_and_put_in(data: st.DataObject) -> None:
    content = data.draw(st.sampled_from(FILES))
    for _ in range(data.draw(st.integers(1, 4))):
        content = _changed(content, data)
    _answers(content)


def _changed(content: bytes, data: st.DataObject) -> bytes:
    at = data.draw(st.integers(0, len(content)))
    until = min(len(content), at + data.draw(st.integers(0, 40)))
    return content[:at] + data.draw(st.sampled_from([b"", *PIECES]) | st.binary(max_size=6)) + content[until:]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sarif-trivy-alpine-310.sarif", "prowler-aws.ocsf.json", "junit-pytest-restore.xml", "testssl-localhost-flat.json", "sslyze-example.com.json", "cyclonedx-sbom-laravel-1.4.json"])
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_shared_samples_changed(shared: Path, name: str, data: st.DataObject) -> None:
    content = (shared / "evidence-samples" / name).read_bytes()
    for _ in range(data.draw(st.integers(1, 3))):
        content = _changed(content, data)
    _answers(content)


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 1_000_000,
        b'{"runs":' * 200_000,
        b"<testsuite>" * 200_000,
        b"<testsuite>" * 200_000 + b"</testsuite>" * 200_000,
        b"<a>" * 300_000 + b"<testsuite/>" + b"</a>" * 300_000,
        b"- " * 100_000,
        b"? " * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b"{a: " * 50_000,
        b"person,mfa\n" + b'"' * 1_000_000,
        b"," * 1_000_000,
        b"\n" * 300_000 + b"!",
        b" \n\t" * 100_000 + b"=",
        b"#\n \n" * 100_000 + b"=",
        b"a" * 300_000 + b":" * 300_000,
        b'"runs"' * 50_000 + b":" + b" " * 300_000 + b"x",
        b'{"version": "2.1.0", "runs": [], "x": ' + b"9" * 100_000 + b"}",
    ],
    ids=lambda content: repr(content[:12])[2:-1],
)
def test_deep_and_wide(content: bytes) -> None:
    assert sys.getrecursionlimit() < 10_000
    _answers(content)


ODD = (None, True, 0, -1, 7.5, 10**40, "", "x", [], {}, [[]], [None], [{}], {"": None}, {"x": []})
JSON_FORMATS = ("sarif", "ocsf", "testssl", "sslyze", "cyclonedx", "openvex", "cdxa", "spdx")


def _places(value: object) -> list[tuple[dict | list, str | int]]:
    """Every place inside a JSON value, as container and key."""
    inner = list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    return [(value, key) for key, _ in inner] + [place for _, child in inner for place in _places(child)]


@pytest.mark.parametrize("case", [path for path in sorted((CASES / "good").glob("*")) if path.name.startswith(JSON_FORMATS) and not path.name.endswith((".yml", "-lines.json"))], ids=lambda case: case.name)
def test_every_value_of_every_case_replaced_by_every_odd_one(case: Path) -> None:
    document = json.loads(case.read_bytes())
    name = case.name.partition("-")[0]
    for container, key in _places(document):
        kept = container[key]
        for odd in ODD:
            container[key] = odd
            try:
                _is_sound(readings.read(io.BytesIO(json.dumps(document).encode()), name))
            except Unreadable as refused:
                assert refused.message
        container[key] = kept
