"""Equal sources and keys, equal bytes: two releases published in other surroundings, and by another Python, file by file.

Signatures of Ed25519 are the same each time, so nothing is left out: what is signed, the signatures, the kept history and all pages.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.quality.harbourline import both, orders

pytestmark = pytest.mark.slow

SUPPORTED = ("3.13", "3.12", "3.14", "3.11")


def digests(public: Path) -> dict[str, str]:
    top = public.resolve()
    return {file.relative_to(top).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(top.rglob("*")) if file.is_file()}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources of both releases, and keys with which nothing was published yet."""
    folder = tmp_path_factory.mktemp("desk")
    both(folder)
    subprocess.run([sys.executable, "-m", "attest", "keys", "new", "--keys", str(folder / "keys"), "--no-passphrase", "--algorithm", "ed25519"], check=True, capture_output=True, cwd=ROOT)
    return folder


def published(desk: Path, folder: Path, python: str = sys.executable, before: str = "", **environment: str) -> dict[str, str]:
    """Both releases, published from a copy in ``folder``; path -> digest."""
    shutil.copytree(desk, folder)
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | ({"PYTHONPATH": str(ROOT)} if python == sys.executable else {})
    for words in orders(folder):
        line = ["sh", "-c", f'{before} exec "$@"', "sh", python, "-m", "attest", *words]
        done = subprocess.run(line, env={**kept, **environment}, cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    return digests(folder / "public")


@pytest.fixture(scope="module")
def expected(desk: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return published(desk, tmp_path_factory.mktemp("here") / "a", TZ="UTC", LC_ALL="C.UTF-8", PYTHONHASHSEED="0")


def differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


def test_in_other_surroundings(desk: Path, expected: dict[str, str], tmp_path: Path) -> None:
    """Another folder, time zone, language, hash seed and umask; a home of its own; a terminal of another width."""
    other = published(desk, tmp_path / "else" / "where, with a space", before="umask 027;", TZ="Pacific/Auckland", LC_ALL="C", PYTHONHASHSEED="7", HOME=str(tmp_path), COLUMNS="40", PYTHONUTF8="0")
    assert len(expected) > 200
    assert differing(expected, other) == []


def test_a_changed_letter_is_seen(expected: dict[str, str]) -> None:
    changed = {**expected, "about.html": "0" * 64, "new.html": "1" * 64}
    assert differing(expected, changed) == ["about.html", "new.html"]


# Another Python


def other_pythons() -> Iterator[str]:
    """Interpreters of another supported version, on the path or under pyenv."""
    here = sysconfig.get_python_version()
    for version in SUPPORTED:
        installed = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python{version}"))
        for python in (*map(str, installed), shutil.which(f"python{version}")):
            if version != here and python is not None and _runs(python, version):
                yield python


def _runs(python: str, version: str) -> bool:
    """A shim may stand there for a Python that is not chosen; some come without venv."""
    said = subprocess.run([python, "-c", "import sysconfig, venv, ensurepip; print(sysconfig.get_python_version())"], capture_output=True, text=True)
    return said.stdout.strip() == version


def needed() -> set[str]:
    """The names of all that building, publishing and installing attest itself import, however far away."""
    found, waiting = set[str](), ["attest-center[site,vault]", "hatchling"]
    while waiting:
        name, _, extras = waiting.pop().partition("[")
        if (plain := re.sub(r"[-_.]+", "-", name).lower()) in found and not extras:
            continue
        found.add(plain)
        try:
            wanted = distribution(name).requires or []
        except PackageNotFoundError:  # for another system or Python: pip reads the marker again
            continue
        for requirement in wanted:
            extra = re.search(r"extra == ['\"](.*?)['\"]", requirement)
            if extra is None or extra[1] in extras:
                waiting.append(re.match(r"[A-Za-z0-9._-]+", requirement)[0])  # type: ignore[index]
    return found - {"attest-center"}


def test_the_parts_that_are_needed_are_found() -> None:
    assert {"mkdocs", "mkdocs-material", "jinja2", "pydantic", "pydantic-core", "cryptography", "cffi", "pyrage", "watchdog"} <= needed()
    assert not {"mypy", "pytest", "sslyze"} & needed()


@pytest.fixture(scope="module")
def other_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Another Python in an environment of its own, with attest, and the versions that requirements.txt pins, held to its hashes."""
    python = next(other_pythons(), None)
    if python is None:
        pytest.skip(f"tool: needs a second Python beside {sysconfig.get_python_version()}, one of {', '.join(SUPPORTED)}")
    folder, wanted = tmp_path_factory.mktemp("python"), needed()
    blocks = re.findall(r"^(?:[^\s#].*\\\n(?:    .*\n?)+)", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE)
    (folder / "requirements.txt").write_text("".join(block for block in blocks if re.match(r"[a-z0-9-]+", block)[0] in wanted), "utf-8")  # type: ignore[index]
    subprocess.run([python, "-m", "venv", str(folder / "venv")], check=True)
    made = str(folder / "venv/bin/python")
    for words in (["--require-hashes", "-r", str(folder / "requirements.txt")], ["--no-build-isolation", str(ROOT)]):
        done = subprocess.run([made, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", *words], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    return made


def test_by_another_python(desk: Path, expected: dict[str, str], other_python: str, tmp_path: Path) -> None:
    assert differing(expected, published(desk, tmp_path / "there", other_python)) == []
