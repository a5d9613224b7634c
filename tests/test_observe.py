"""Evidence files: opened without following links, digested with flat memory, dated by git."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from attest.assess import assess
from attest.errors import Problem
from attest.inside import open_inside, parts_of
from attest.load import load
from attest.observe import observe
from attest.prepare import prepare
from attest.readings.interface import Observation
from attest.received import received_times
from tests.conftest import ROOT
from tests.test_check import AS_OF, site_of

FILES = "controls/evidence/files"
REPORT = f"{FILES}/tls-tests.xml"


def seen(site: Path) -> tuple[dict[str, Observation], tuple[Problem, ...]]:
    return observe(site, load(site), AS_OF)


def test_the_base(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    found, problems = seen(site)
    assert problems == ()
    assert set(found) == {"tls-tests", "staff-register", "staff-declaration", "encrypted-in-transit.2"}
    assert found["tls-tests"].digest == hashlib.sha256((site / REPORT).read_bytes()).hexdigest()
    assert found["tls-tests"].reading is not None
    assert found["tls-tests"].reading.format == "junit"
    assert found["staff-register"].reading is not None
    assert [row.outcome for row in found["staff-register"].reading.rows] == ["pass", "pass"]
    assert found["encrypted-in-transit.2"].reading is None
    assert found["encrypted-in-transit.2"].trouble is None


def test_a_declaration_is_bound_by_what_it_says(tmp_path: Path) -> None:
    found, _ = seen(site_of(tmp_path))
    said = {"by": "Head of human resources", "observed": "2026-09-01T00:00:00Z", "statement": "Nobody works on our systems before the check came back.", "until": "2027-08-31"}
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    assert found["staff-declaration"] == Observation(hashlib.sha256(canonical).hexdigest())


def test_troubles_end_a_sentence(tmp_path: Path) -> None:
    found, _ = seen(site_of(tmp_path, "evidence-malformed"))
    trouble = found["tls-tests"].trouble
    assert trouble is not None
    assert trouble.startswith("the file cannot be read: ")
    assert found["tls-tests"].digest is not None
    found, _ = seen(_without(tmp_path / "missing"))
    assert found["tls-tests"] == Observation(None, trouble="the file is missing")


def _without(folder: Path) -> Path:
    site = site_of(folder)
    (site / REPORT).unlink()
    return site


def _linked_file(site: Path, elsewhere: Path) -> None:
    (site / REPORT).rename(elsewhere / "x")
    (site / REPORT).symlink_to(elsewhere / "x")


def _linked_folder(site: Path, elsewhere: Path) -> None:
    (site / FILES).rename(elsewhere / "files")
    (site / FILES).symlink_to(elsewhere / "files")


def _pipe(site: Path, elsewhere: Path) -> None:
    (site / REPORT).unlink()
    os.mkfifo(site / REPORT)


def _folder(site: Path, elsewhere: Path) -> None:
    (site / REPORT).unlink()
    (site / REPORT).mkdir()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [(_linked_file, "'tls-tests.xml' is a symbolic link"), (_linked_folder, "'files' is a symbolic link"), (_pipe, "is a device, pipe or socket"), (_folder, "is a folder")],
)
def test_paths_that_are_not_safe(spoil: Callable[[Path, Path], None], said: str, tmp_path: Path) -> None:
    site = site_of(tmp_path / "site")
    center = load(site)
    spoil(site, tmp_path)
    found, problems = observe(site, center, AS_OF)
    mine = [problem for problem in problems if problem.file == "controls/evidence/tls-tests.yml"]
    assert [(problem.line, problem.path, problem.grade) for problem in mine] == [(4, "file", "error")]
    assert said in mine[0].what
    assert found["tls-tests"].digest is None
    assert found["tls-tests"].trouble


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    (site / REPORT).chmod(0)
    found, problems = seen(site)
    assert [(problem.grade, "cannot be read" in problem.what) for problem in problems] == [("evidence", True)]
    assert found["tls-tests"].digest is None


@pytest.mark.parametrize("path", ["", "/a", "a/../b", "..", "a//b", "a/", "./a", "a\\b", "C:x", "a\nb", "a\0b", "a\u202eb"])
def test_paths_that_are_not_plain(path: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        parts_of(path)
    with pytest.raises(ValueError):
        open_inside(tmp_path, path)


def test_descriptors_are_closed(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c").write_bytes(b"x")
    (tmp_path / "a" / "l").symlink_to("b")
    before = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").is_dir() else 0
    for path in ("a/b/c", "a/l/c", "a/b", "a/b/none", "a/b/c/d"):
        try:
            open_inside(tmp_path, path).close()
        except (ValueError, OSError):
            pass
    assert before == 0 or len(list(Path("/proc/self/fd").iterdir())) == before


MEASURE = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from attest.load import load
from attest.observe import observe
from attest.prepare import prepare
site = Path(sys.argv[1])
center = load(site)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found, problems = observe(site, center, datetime(2026, 11, 21, 12, tzinfo=UTC))
print(found["staff-declaration"].exhibit, problems, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.slow
def test_a_gigabyte_with_flat_memory(tmp_path: Path) -> None:
    site = _exhibited(site_of(tmp_path), "files/film.bin")
    with (site / FILES / "film.bin").open("wb") as stream:
        stream.truncate(2**30)
    done = subprocess.run([sys.executable, "-c", MEASURE, str(site)], capture_output=True, text=True, check=True, cwd=ROOT)
    digest, problems, grown = done.stdout.split()
    assert digest == "49bc20df15e412a64472421e13fe86ff1c5165e18b2afccf160d4dc19fe68a14"
    assert problems == "()"
    assert int(grown) * (1 if sys.platform == "darwin" else 1024) < 64 * 2**20


@pytest.mark.slow
def test_a_document_of_a_gigabyte_is_not_read(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    with (site / FILES / "cryptography-policy.pdf").open("wb") as stream:
        stream.truncate(2**30)
    found, problems = seen(site)
    assert "larger than 64 MiB" in (found["encrypted-in-transit.2"].trouble or "")
    assert [problem.grade for problem in problems] == ["evidence"]


def git(folder: Path, *words: str, at: str = "2026-11-01T00:00:00Z") -> None:
    identity = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@harbourline.example", "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@harbourline.example"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | identity | {"GIT_COMMITTER_DATE": at, "GIT_AUTHOR_DATE": "2020-01-01T00:00:00Z", "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", "-c", "protocol.file.allow=always", *words], cwd=folder, env=environment, check=True, capture_output=True)


def commit(folder: Path, at: str) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x", at=at)


@pytest.fixture
def committed(tmp_path: Path, require_tool: Callable[[str], str]) -> Path:
    """The base in a repository, in a folder of it, committed on 1 November 2026."""
    require_tool("git")
    site = site_of(tmp_path / "repository" / "trust center")
    git(tmp_path / "repository", "init", "-q", "-b", "main")
    commit(site, "2026-11-01T00:00:00Z")
    return site


def test_received(committed: Path) -> None:
    (committed / REPORT).write_bytes((committed / REPORT).read_bytes() + b"<!-- -->\n")
    commit(committed, "2026-11-02T00:00:00Z")
    (committed / FILES / "staff.csv").write_bytes(b"check,person,done\nidentity,7,yes\n")
    found, _ = seen(committed)
    assert found["tls-tests"].received == datetime(2026, 11, 2, tzinfo=UTC)
    assert found["encrypted-in-transit.2"].received == datetime(2026, 11, 1, tzinfo=UTC)
    assert found["staff-register"].received is None, "changed since its commit"
    assert found["staff-declaration"].received is None, "has no file"
    git(committed, "add", "-A")
    assert seen(committed)[0]["staff-register"].received is None, "staged is not committed"


def test_received_through_merges(committed: Path) -> None:
    name = committed / FILES / "tls-tests.xml"
    git(committed, "checkout", "-q", "-b", "side")
    (committed / FILES / "side.txt").write_bytes(b"x")
    commit(committed, "2026-11-03T00:00:00Z")
    git(committed, "checkout", "-q", "main")
    (committed / FILES / "main.txt").write_bytes(b"x")
    commit(committed, "2026-11-04T00:00:00Z")
    git(committed, "merge", "-q", "--no-commit", "side")
    name.write_bytes(name.read_bytes() + b"<!-- changed while merging -->\n")
    commit(committed, "2026-11-05T00:00:00Z")
    found = received_times(committed, "controls/evidence")
    assert {path: found[f"files/{path}"].day for path in ("side.txt", "main.txt", "tls-tests.xml", "staff.csv")} == {"side.txt": 3, "main.txt": 4, "tls-tests.xml": 5, "staff.csv": 1}


def test_received_with_odd_names(committed: Path) -> None:
    for name in ("ü b.txt", "new\nline.txt", "\x01.txt", '"q".txt'):
        (committed / FILES / name).write_bytes(b"x")
    commit(committed, "2026-11-06T00:00:00Z")
    found = received_times(committed, "controls/evidence")
    assert {path for path, at in found.items() if at.day == 6} >= {"files/ü b.txt", "files/new\nline.txt", "files/\x01.txt", 'files/"q".txt'}


def test_received_in_a_shallow_clone(committed: Path, tmp_path: Path) -> None:
    (committed / REPORT).write_bytes((committed / REPORT).read_bytes() + b"<!-- -->\n")
    commit(committed, "2026-11-02T00:00:00Z")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{committed.parent}", "shallow")
    assert received_times(tmp_path / "shallow" / committed.name, "controls/evidence") == {}, "one commit would date everything"


def test_received_is_not_led_astray(committed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "another"))
    assert received_times(committed, "controls/evidence")


def test_received_without_a_repository_or_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = site_of(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert received_times(site, "controls/evidence") == {}
    monkeypatch.setenv("PATH", "")
    assert received_times(site, "controls/evidence") == {}


def test_received_before_the_first_commit(tmp_path: Path, require_tool: Callable[[str], str]) -> None:
    require_tool("git")
    site = site_of(tmp_path)
    git(site, "init", "-q")
    assert received_times(site, "controls/evidence") == {}
    assert seen(site)[1] == ()


def _exhibited(site: Path, file: str = "files/shot.png") -> Path:
    """The base, its declaration given a file."""
    declaration = site / "controls/evidence/staff-declaration.yml"
    declaration.write_text(declaration.read_text("utf-8") + f"file: {file}\n", "utf-8")
    return site


def test_a_declaration_is_bound_to_the_file_it_is_about(tmp_path: Path) -> None:
    site = _exhibited(site_of(tmp_path))
    (site / FILES / "shot.png").write_bytes(b"\x89PNG\r\n\x1a\n fictional")
    found, problems = seen(site)
    exhibit = hashlib.sha256(b"\x89PNG\r\n\x1a\n fictional").hexdigest()
    said = {
        "by": "Head of human resources", "observed": "2026-09-01T00:00:00Z", "sha256": exhibit,
        "statement": "Nobody works on our systems before the check came back.", "until": "2027-08-31",
    }  # fmt: skip
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    assert problems == ()
    assert found["staff-declaration"] == Observation(hashlib.sha256(canonical).hexdigest(), exhibit=exhibit)


@pytest.mark.parametrize(("content", "said"), [(None, "is missing"), (b"", "is empty"), (b" \n", "is empty")])
def test_a_declaration_without_the_file_it_is_about_is_unknown(content: bytes | None, said: str, tmp_path: Path) -> None:
    site = _exhibited(site_of(tmp_path))
    if content is not None:
        (site / FILES / "shot.png").write_bytes(content)
    found, problems = seen(site)
    assert found["staff-declaration"].trouble == f"the file {said}"
    assert [(problem.file, problem.path, problem.what, problem.grade) for problem in problems] == [
        ("controls/evidence/staff-declaration.yml", "file", f"the file 'files/shot.png' {said}", "evidence")
    ]
    result = next(result for result in assess(load(site), found, AS_OF).results if result.control.id == "background-checks")
    assert result.verdict == "unknown"


def test_the_file_a_declaration_is_about_is_published_as_it_is(tmp_path: Path) -> None:
    site = _exhibited(site_of(tmp_path))
    (site / FILES / "shot.png").write_bytes(b"\x89PNG\r\n\x1a\n fictional")
    with (site / "controls/evidence/staff-declaration.yml").open("a") as stream:
        stream.write("publish: file\n")
    assert prepare(site, AS_OF, None, None, as_unknown=False).files["evidence/staff-declaration.png"] == b"\x89PNG\r\n\x1a\n fictional"
