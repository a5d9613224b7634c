"""A wheel builds, installs into an empty environment and works from there: the verifier alone, then the whole."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path, home: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "NO_MKDOCS_2_WARNING": "1"}
    environment |= {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    done = subprocess.run([str(word) for word in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout."""
    out = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)], capture_output=True, check=True)
    return next(out.glob("*.whl"))


@pytest.fixture
def empty(tmp_path: Path) -> Callable[[str], Path]:
    """``empty(requirement)`` -> the bin folder of a new environment with that and nothing else."""

    def install(requirement: str) -> Path:
        # pip leaves with what it installs, so that the environment holds the wheel and what that asks for, nothing else.
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "env")], check=True)
        python = tmp_path / "env" / "bin" / "python"
        # The versions are those of the lock, so that what is tested is what is shipped.
        command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--disable-pip-version-check", "--constraint", str(constraints(tmp_path)), requirement]
        subprocess.run(command, check=True)
        return python.parent

    return install


def constraints(folder: Path) -> Path:
    """requirements.txt as plain name==version lines."""
    lines = [line.removesuffix(" \\") for line in (ROOT / "requirements.txt").read_text().splitlines() if "==" in line and not line.startswith((" ", "#"))]
    file = folder / "constraints.txt"
    file.write_text("\n".join(lines) + "\n")
    return file


def test_it_carries_what_a_site_needs(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in ("attest/theme/mkdocs_theme.yml", "attest/theme/verify.py", "attest/theme/assets/verify.js", "attest/theme/assets/questionnaire.js", "attest/pages/styles/alone/base.css", "attest/library/site/mkdocs.yml", "attest/library/shows.yml", "attest/library/controls/customers/never-sold.yml", "attest/library/policies/access.md", "attest/py.typed"):
        assert needed in names, needed
    assert any(name.startswith("attest/pages/templates/") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "controls/", "content/"))]


def test_the_base_verifies_with_cryptography_alone(wheel: Path, empty: Callable[[str], Path], tmp_path: Path) -> None:
    bin_folder = empty(f"{wheel}")
    assert set(_installed(bin_folder)) <= {"attest-center", "cryptography", "cffi", "pycparser"}
    assert run(bin_folder / "attest", "--version", cwd=tmp_path, home=tmp_path).stdout.startswith("attest ")
    done = run(bin_folder / "attest", "verify", tmp_path / "nowhere", cwd=tmp_path, home=tmp_path, check=False)
    assert done.returncode == 3, done.stderr
    without = run(bin_folder / "attest", "status", cwd=tmp_path, home=tmp_path, check=False)
    assert without.returncode == 2
    assert "attest-center[site]" in without.stderr


def test_the_whole_goes_from_nothing_to_a_verified_release(wheel: Path, empty: Callable[[str], Path], tmp_path: Path) -> None:
    bin_folder = empty(f"{wheel}[site]")
    home = tmp_path / "home"
    home.mkdir()
    attest = bin_folder / "attest"
    run(attest, "init", "center", cwd=home, home=home)
    run(attest, "check", cwd=home / "center", home=home)
    run(attest, "keys", "new", "--no-passphrase", cwd=home / "center", home=home)
    run(attest, "publish", "../public", "--first", cwd=home / "center", home=home)
    done = run(attest, "verify", "public", "--key", "center/.attest/keys/statement.pub", cwd=home, home=home)
    assert "valid" in done.stdout


def _installed(bin_folder: Path) -> list[str]:
    code = "from importlib.metadata import distributions; print(*(d.name for d in distributions()), sep='\\n')"
    return subprocess.run([str(bin_folder / "python"), "-c", code], capture_output=True, text=True, check=True).stdout.split()
