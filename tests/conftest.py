"""Fixtures that every test may use: where the development samples are, and which system tools this machine has.

A test that needs a tool calls ``require_tool``: it skips by name, and fails instead where ``ATTEST_REQUIRE=all`` says that
everything is installed. The count of such skips is printed at the end of a run.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("attest", deadline=None)  # a slow machine is no failure
settings.load_profile("attest")

ROOT = Path(__file__).resolve().parent.parent
INTEROP = ROOT / "tests" / "interop"


def missing(what: str) -> None:
    """Skips for want of a tool, or fails where all tools are promised."""
    if os.environ.get("ATTEST_REQUIRE") == "all":
        pytest.fail(f"needs {what}, and ATTEST_REQUIRE=all promises it")
    pytest.skip(f"tool: needs {what}")


@pytest.fixture
def require_tool() -> Callable[[str], str]:
    """``require_tool("openssl")`` -> its path."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None:
            missing(name)
        assert path is not None
        return path

    return find


@pytest.fixture(scope="session")
def npm_packages() -> Path:
    """The node_modules that the lock file in tests/interop names, installed once; no script of theirs is run while they are."""
    npm, lock, done = shutil.which("npm"), INTEROP / "package-lock.json", INTEROP / "node_modules" / ".package-lock.json"
    if npm is None or shutil.which("node") is None:
        missing("node and npm")
    with (INTEROP / ".npm.lock").open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # tests run on every core, and one of them installs
        if not done.exists() or done.stat().st_mtime < lock.stat().st_mtime:
            ran = subprocess.run([str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=INTEROP, capture_output=True, timeout=600)
            if ran.returncode:
                missing("what tests/interop/package-lock.json names, which npm could not install")
    return INTEROP / "node_modules"


@pytest.fixture
def shared() -> Path:
    """The development samples beside the checkout; tests that read them skip on a fresh clone elsewhere."""
    folder = ROOT.parent / "shared"
    if not (folder / "evidence-samples").is_dir():
        pytest.skip("development: no samples beside this checkout")
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what reads the development samples, so that a run that must not skip can leave it out."""
    for item in items:
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker("development")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints how many tests were skipped for want of a tool, by tool."""
    wanted: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        if "tool: needs " in reason:
            name = reason.split("tool: needs ", 1)[1]
            wanted[name] = wanted.get(name, 0) + 1
    if wanted:
        said = ", ".join(f"{name} ({count})" for name, count in sorted(wanted.items()))
        terminalreporter.write_line(f"skipped for want of a tool: {sum(wanted.values())}: {said}")
