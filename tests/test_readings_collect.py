"""``.ci/collect.py``: each piece of evidence whole or not at all, and what could not be made leaves what was there."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from attest import readings
from tests.conftest import ROOT, missing

SCRIPT = ROOT / ".ci" / "collect.py"
TOOLS = ("bandit", "cyclonedx-py", "sslyze", "pip-audit")


@pytest.fixture(scope="module")
def collect() -> ModuleType:
    spec = importlib.util.spec_from_file_location("collect", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _need_tools() -> None:
    for name in TOOLS:
        if not (Path(sys.executable).parent / name).is_file():
            missing(name)


def test_what_was_made_is_there_whole(collect: ModuleType, tmp_path: Path) -> None:
    said = collect.make(tmp_path, "a.xml", "junit", lambda out, _: out.write_text('<testsuite><testcase name="a"/></testsuite>'))
    assert said == "1 examined, 0 failing"
    assert [path.name for path in tmp_path.iterdir()] == ["a.xml"]


@pytest.mark.parametrize(
    ("written", "why"),
    [("<testsuite", "cannot be read back: the file is not XML"), ("<testsuite/>", "shows nothing as examined")],
    ids=["broken", "empty"],
)
def test_what_cannot_be_read_or_shows_nothing_leaves_the_older_file(collect: ModuleType, tmp_path: Path, written: str, why: str) -> None:
    (tmp_path / "a.xml").write_text("older")
    with pytest.raises(collect.NotMadeError, match=why):
        collect.make(tmp_path, "a.xml", "junit", lambda out, _: out.write_text(written))
    assert (tmp_path / "a.xml").read_text() == "older"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_tool_that_is_not_there_or_fails_is_said(collect: ModuleType) -> None:
    with pytest.raises(collect.NotMadeError, match="no-such-tool cannot be run: No such file"):
        collect.run(["/nowhere/no-such-tool"])
    with pytest.raises(collect.NotMadeError, match="ended with 3: it broke"):
        collect.run([sys.executable, "-c", "import sys; sys.stderr.write('it broke'); sys.exit(3)"])


def test_an_audit_that_skipped_is_no_audit(collect: ModuleType) -> None:
    report = b'{"dependencies": [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "Dependency not found"}], "fixes": []}'
    assert collect.not_looked_up(report) == ["b"]


def test_wrong_use() -> None:
    done = subprocess.run([sys.executable, str(SCRIPT)], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage: python .ci/collect.py DIR" in done.stderr


@pytest.mark.slow
def test_all_that_needs_no_network_is_made(tmp_path: Path) -> None:
    _need_tools()
    done = subprocess.run([sys.executable, str(SCRIPT), str(tmp_path / "new" / "folder")], capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    made = {path.name: path for path in (tmp_path / "new" / "folder").iterdir()}
    formats = {"tests.junit.xml": "junit", "bandit.sarif": "sarif", "sbom.cdx.json": "cyclonedx", "tls.sslyze.json": "sslyze"}
    assert set(formats) <= set(made) <= {*formats, "dependencies.pip-audit.json"}, done.stderr
    for name, wanted in formats.items():
        with made[name].open("rb") as stream:
            reading = readings.read(stream, None)
        assert (reading.format, reading.examined > 0, reading.observed is not None) == (wanted, True, True)


@pytest.mark.slow
def test_the_scan_shows_what_the_local_server_does(collect: ModuleType, tmp_path: Path) -> None:
    _need_tools()
    collect.make(tmp_path, "tls.sslyze.json", "sslyze", collect.tls)
    with (tmp_path / "tls.sslyze.json").open("rb") as stream:
        reading = readings.read(stream, None)
    rows = {row.row: row.outcome for row in reading.rows}
    assert all(row.subject.startswith("api.harbourline.example (127.0.0.1:") for row in reading.rows)
    for name in ("ssl_2_0", "ssl_3_0", "tls_1_0", "tls_1_1", "tls_1_2", "tls_1_3"):
        assert rows[f"{name}_cipher_suites"] == "pass"
    assert rows["certificate_info.path_validation.Supplied CA file"] == "pass"
    assert rows["certificate_info.path_validation.Mozilla"] == "fail", "nobody trusts a test authority"
    assert reading.version is not None
