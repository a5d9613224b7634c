"""Files that the tools of this environment write here and now, read back: the traps are the tools' own."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from attest import readings
from attest.readings.interface import Reading
from tests.conftest import missing

TRICKY = """
import pytest, unittest
@pytest.fixture
def breaks():
    yield
    raise RuntimeError("cleaning up failed")
def test_passes(): pass
def test_passes_then_breaks(breaks): pass
def test_fails_then_breaks(breaks): assert 0
@pytest.mark.skip
def test_skipped(): pass
@pytest.mark.xfail
def test_expected_failure(): assert 0
@pytest.mark.xfail(strict=True)
def test_unexpected_pass(): pass
@pytest.mark.parametrize("text", ["\\x00", "é", "<&>", "]]>"])
def test_odd_name(text): pass
class Cases(unittest.TestCase):
    def test_parts(self):
        for number in range(3):
            with self.subTest(number=number): pass
"""


def _tool(name: str) -> str:
    path = Path(sys.executable).parent / name
    if not path.is_file():
        missing(name)
    return str(path)


def _read(path: Path) -> Reading:
    with path.open("rb") as stream:
        return readings.read(stream, None)


def _outcomes(reading: Reading) -> dict[str, int]:
    return dict(Counter(row.outcome for row in reading.rows))


def _pytest(folder: Path, *options: str) -> Reading:
    out = folder / "out.xml"
    subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml", str(out), *options, "."], cwd=folder, capture_output=True)
    return _read(out)


@pytest.mark.parametrize("family", ["xunit1", "xunit2", "legacy"])
def test_pytest_counts_more_than_it_lists_and_is_read_all_the_same(tmp_path: Path, family: str) -> None:
    (tmp_path / "test_tricky.py").write_text(TRICKY)
    reading = _pytest(tmp_path, "-o", f"junit_family={family}")
    assert reading.tool == "pytest"
    assert reading.observed is not None
    outcomes = {(row.row, row.outcome) for row in reading.rows}
    assert ("test_tricky::test_passes", "pass") in outcomes
    assert {row.row for row in reading.rows if row.outcome == "fail"} == {f"test_tricky::{name}" for name in ("test_passes_then_breaks", "test_fails_then_breaks", "test_unexpected_pass")}
    assert {row.row for row in reading.rows if row.outcome == "other"} == {"test_tricky::test_skipped", "test_tricky::test_expected_failure"}
    assert reading.examined == len([row for row in reading.rows if row.outcome != "other"])


def test_pytest_suite_of_another_name(tmp_path: Path) -> None:
    (tmp_path / "test_tricky.py").write_text(TRICKY)
    assert _pytest(tmp_path, "-o", "junit_suite_name=nightly").examined > 0


def test_pytest_that_found_no_test(tmp_path: Path) -> None:
    assert _pytest(tmp_path).examined == 0


def test_pytest_that_could_not_import(tmp_path: Path) -> None:
    (tmp_path / "test_broken.py").write_text("import nowhere_to_be_found\n")
    assert _outcomes(_pytest(tmp_path)) == {"fail": 1}


@pytest.fixture
def bandit(tmp_path: Path) -> Callable[..., Reading]:
    def scan(*paths: str) -> Reading:
        out = tmp_path / "out.sarif"
        subprocess.run([_tool("bandit"), "-q", "-r", "-f", "sarif", "-o", str(out), *paths], cwd=tmp_path, capture_output=True)
        return _read(out)

    return scan


def test_bandit(tmp_path: Path, bandit: Callable[..., Reading]) -> None:
    (tmp_path / "clean.py").write_text("ANSWER = 42\n")
    (tmp_path / "shell.py").write_text("import subprocess\nsubprocess.call('ls', shell=True)\n")
    reading = bandit("clean.py", "shell.py")
    assert (reading.tool, reading.examined, reading.lists_passes) == ("Bandit", 2, False)
    assert reading.observed is not None
    assert {(row.row, row.outcome) for row in reading.rows} == {("B404", "fail"), ("B602", "fail"), ("B607", "fail")}
    assert bandit("clean.py").examined == 1


def test_bandit_over_nothing_or_what_it_cannot_read_proves_nothing(tmp_path: Path, bandit: Callable[..., Reading]) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "clean.py").write_text("ANSWER = 42\n")
    (tmp_path / "broken.py").write_text("def (\n")
    for paths in (["empty"], ["clean.py", "gone.py"], ["clean.py", "broken.py"]):
        reading = bandit(*paths)
        assert (reading.examined, reading.rows) == (0, ())


def test_ruff_says_of_no_run_that_it_ended_well(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import os\n")
    for select, findings in (("F", 1), ("B", 0)):
        out = tmp_path / "out.sarif"
        subprocess.run([_tool("ruff"), "check", "--isolated", "--no-cache", "--select", select, "--output-format", "sarif", "-o", str(out), "a.py"], cwd=tmp_path, capture_output=True)
        reading = _read(out)
        assert (reading.tool, reading.examined, len(reading.rows)) == ("ruff", 0, findings)


def test_cyclonedx_of_this_environment(tmp_path: Path) -> None:
    out = tmp_path / "sbom.json"
    subprocess.run([_tool("cyclonedx-py"), "environment", "--no-validate", "-o", str(out), sys.executable], capture_output=True, check=True)
    reading = _read(out)
    assert (reading.format, reading.tool, reading.lists_passes) == ("cyclonedx", "cyclonedx-py", True)
    assert reading.observed is not None
    assert any(row.row.startswith("pkg:pypi/cryptography@") and row.outcome == "pass" for row in reading.rows)
    assert "fail" not in _outcomes(reading)


def test_cyclonedx_reproducible_output_has_no_time(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("cryptography==46.0.7\nmarkdown\n")
    out = tmp_path / "sbom.json"
    subprocess.run([_tool("cyclonedx-py"), "requirements", "--no-validate", "--output-reproducible", "-o", str(out), "requirements.txt"], cwd=tmp_path, capture_output=True, check=True)
    reading = _read(out)
    assert reading.observed is None
    assert _outcomes(reading) == {"pass": 1, "fail": 1}, "a requirement without a version is not identified"
