"""What each reader makes of a file: cases as files with an expectation beside them, then bounds, detection and the shared samples.

A good case says what is read (each row as ``outcome name |subject| severity``) and why it is a case; a bad one says which module
refuses it, and with which words. Only keys that an expectation has are compared.
"""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path

import pytest
import yaml

from attest import readings
from attest.errors import Unreadable
from attest.readings import begin, fields, finish
from attest.readings.interface import Reading, RecordShape, Row
from attest.times import print_moment

CASES = Path(__file__).parent / "cases" / "readings"


def _cases(kind: str) -> list[Path]:
    return sorted(path for path in (CASES / kind).iterdir() if not path.name.endswith(".expect.yml"))


def _expectation(case: Path) -> dict:
    return yaml.safe_load(case.with_name(case.name + ".expect.yml").read_text("utf-8"))


def _read(case: Path, expected: dict, named: str | None) -> Reading:
    shape = expected.get("shape")
    with case.open("rb") as stream:
        return readings.read(stream, named, RecordShape(**{key: tuple(v) if isinstance(v, list) else v for key, v in shape.items()}) if shape else None)


def _printed(row: Row) -> str:
    return f"{row.outcome} {row.row} |{row.subject}| {row.severity}"


@pytest.mark.parametrize("case", _cases("good"), ids=lambda case: case.name)
def test_good_file(case: Path) -> None:
    expected = _expectation(case)
    reading = _read(case, expected, None)
    assert [_printed(row) for row in reading.rows] == expected["rows"]
    found = {key: getattr(reading, key) for key in ("format", "examined", "lists_passes", "tool", "version")}
    found |= {"targets": list(reading.targets), "observed": print_moment(reading.observed) if reading.observed else None}
    assert {key: value for key, value in found.items() if key in expected} == {key: expected[key] for key in found if key in expected}
    assert reading == _read(case, expected, reading.format)


@pytest.mark.parametrize("case", _cases("bad"), ids=lambda case: case.name)
def test_bad_file_is_refused_by_the_right_step(case: Path) -> None:
    expected = _expectation(case)
    with pytest.raises(Unreadable) as caught:
        _read(case, expected, expected.get("format"))
    assert expected["says"] in caught.value.message
    assert caught.traceback[-1].frame.f_globals["__name__"].rpartition(".")[2] == expected["refused_by"]
    assert caught.value.message == caught.value.message[0].lower() + caught.value.message[1:]
    assert not caught.value.message.endswith(".")


def test_every_case_has_its_expectation_and_the_reverse() -> None:
    for kind in ("good", "bad"):
        names = {path.name for path in (CASES / kind).iterdir()}
        assert {name + ".expect.yml" for name in names if not name.endswith(".expect.yml")} == {name for name in names if name.endswith(".expect.yml")}


def test_each_format_is_listed_with_its_own_name() -> None:
    assert readings.known_formats() == ("asff", "cdxa", "csv", "cyclonedx", "github-branch-protection", "gitleaks", "hdf", "junit", "kube-bench", "lynis", "ocsf", "openvas", "openvex", "oscal-ar", "pem-chain", "sarif", "scorecard", "spdx", "sslyze", "testssl", "trivy", "xccdf", "xlsx", "yaml")
    assert all(name == module.NAME for name, module in readings.FORMATS.items())


class _Endless(io.RawIOBase):
    """A stream that never ends, and counts what was taken from it."""

    def __init__(self) -> None:
        self.taken = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        assert size > 0, "asked for everything"
        self.taken += size
        return b" " * size


def test_a_file_beyond_the_bound_is_refused_without_being_taken_in() -> None:
    stream = _Endless()
    with pytest.raises(Unreadable, match="larger than 64 MiB"):
        readings.read(stream, "junit")  # type: ignore[arg-type]
    assert stream.taken <= begin.MAX_BYTES + 2 * 1024 * 1024


def test_short_reads_are_put_together() -> None:
    class Drops(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(1)

    assert readings.read(Drops(b'{"version": "2.1.0", "runs": []}'), None).format == "sarif"


def test_more_rows_than_the_bound_are_refused() -> None:
    with pytest.raises(Unreadable, match="more than 500000 rows"):
        finish.rows_of(Row("a", "pass") for _ in range(finish.MAX_ROWS + 1))


def test_a_long_name_is_cut() -> None:
    assert len(finish.rows_of([Row("a" * 10_000, "pass")])[0].row) == 500


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-11-20T03:10:00Z", "2026-11-20T03:10:00Z"),
        ("2026-11-20T03:10:00.999999Z", "2026-11-20T03:10:00Z"),
        ("2026-11-20 03:10:00", "2026-11-20T03:10:00Z"),
        ("2026-11-20T03:10", "2026-11-20T03:10:00Z"),
        ("2026-11-20T05:10:00+02:00", "2026-11-20T03:10:00Z"),
        ("2026-11-20T05:10:00+0200", "2026-11-20T03:10:00Z"),
        ("2026-11-20 03:10:00 UTC", "2026-11-20T03:10:00Z"),
    ],
)
def test_times_as_tools_write_them(said: str, meant: str) -> None:
    found = fields.moment(said)
    assert found is not None
    assert print_moment(found) == meant


@pytest.mark.parametrize("said", ["2026-11-20", "20261120T031000Z", "2026-02-30T00:00:00Z", "0001-01-01T00:00:00+23:59", "2026-11-20T24:61:00Z", "1795293938"])
def test_other_times_are_refused(said: str) -> None:
    with pytest.raises(Unreadable, match="is not a time"):
        fields.moment(said)


def test_no_time_is_no_time() -> None:
    assert fields.moment(" ") is None
    assert fields.earliest("", "2026-11-20T03:10:00Z", "2026-11-19T03:10:00Z") == fields.moment("2026-11-19T03:10:00Z")


# Real files of real tools, beside a development checkout.

SAMPLES = {
    "sarif-trivy-alpine-310.sarif": ("sarif", 0, {"fail medium": 4}),
    "sarif-scorecard-check3.sarif": ("sarif", 0, {"fail high": 1, "fail medium": 1}),
    "prowler-aws.ocsf.json": ("ocsf", 0, {"fail low": 1, "fail medium": 1, "other medium": 3}),
    "junit-pytest-restore.xml": ("junit", 4, {"pass unrated": 2, "fail unrated": 2, "other unrated": 2}),
    "testssl-localhost-flat.json": ("testssl", 153, {"other info": 108, "pass unrated": 33, "pass info": 2, "fail low": 4, "fail medium": 1, "fail high": 4, "fail critical": 1}),
    "sslyze-example.com.json": ("sslyze", 21, {"pass unrated": 19, "fail unrated": 2}),
    "cyclonedx-sbom-laravel-1.4.json": ("cyclonedx", 62, {"pass unrated": 62}),
    "cyclonedx-vex-case1.json": ("cyclonedx", 1, {"other high": 1}),
}
OTHERS = ("hdf-attestations.yaml",)


@pytest.mark.parametrize("name", SAMPLES)
def test_shared_sample(shared: Path, name: str) -> None:
    with (shared / "evidence-samples" / name).open("rb") as stream:
        reading = readings.read(stream, None)
    wanted, examined, counts = SAMPLES[name]
    assert (reading.format, reading.examined) == (wanted, examined)
    assert Counter(f"{row.outcome} {row.severity}" for row in reading.rows) == counts


@pytest.mark.parametrize("name", OTHERS)
def test_shared_sample_of_a_format_that_is_not_read(shared: Path, name: str) -> None:
    with (shared / "evidence-samples" / name).open("rb") as stream, pytest.raises(Unreadable, match="none of the formats that are read"):
        readings.read(stream, None)


def test_shared_sslyze_sample_says_what_example_com_still_offered(shared: Path) -> None:
    with (shared / "evidence-samples" / "sslyze-example.com.json").open("rb") as stream:
        reading = readings.read(stream, None)
    assert [row.row for row in reading.rows if row.outcome == "fail"] == ["tls_1_0_cipher_suites", "tls_1_1_cipher_suites"]
    assert reading.observed is not None


def test_shared_testssl_sample_meets_the_rule_of_the_design(shared: Path) -> None:
    with (shared / "evidence-samples" / "testssl-localhost-flat.json").open("rb") as stream:
        rows = {row.row: row.outcome for row in readings.read(stream, None).rows}
    assert {rows[name] for name in ("SSLv2", "SSLv3", "TLS1", "TLS1_1")} == {"pass"}
