"""Compiled templates: kept beside the code as Python keeps its own, and never used for anything but what they were compiled from."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from jinja2 import BaseLoader, Environment, FileSystemLoader, PackageLoader

from attest.pages.environment import Compiled, environment


@pytest.fixture(autouse=True)
def python_keeps_bytecode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def reading(folder: Path, loader: BaseLoader | None = None, *, trim: bool = False) -> Environment:
    made = Environment(loader=loader or PackageLoader("attest.pages"), autoescape=True, trim_blocks=trim, bytecode_cache=Compiled(folder))
    made.filters.update(environment(None).filters)
    return made


def kept(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def test_what_is_installed_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = reading(tmp_path / "kept").get_template("macros.html").module.bar([], "none")  # type: ignore[attr-defined]
    assert len(kept(tmp_path / "kept")) == 1
    monkeypatch.setattr(Environment, "_generate", lambda *_, **__: pytest.fail("compiled again"))
    assert reading(tmp_path / "kept").get_template("macros.html").module.bar([], "none") == first  # type: ignore[attr-defined]


def test_another_way_to_read_it_is_another_template(tmp_path: Path) -> None:
    texts = [reading(tmp_path / "kept", trim=trim).get_template("macros.html").module.bar([], "none") for trim in (True, False)]  # type: ignore[attr-defined]
    assert texts[0] != texts[1]
    assert len(kept(tmp_path / "kept")) == 2


@pytest.mark.parametrize("left", [0, 5, 40, 300])
def test_what_was_cut_short_is_compiled_anew(tmp_path: Path, left: int) -> None:
    reading(tmp_path / "kept").get_template("macros.html")
    whole = kept(tmp_path / "kept")
    for name, content in whole.items():
        (tmp_path / "kept" / name).write_bytes(content[:left])
    reading(tmp_path / "kept").get_template("macros.html")
    assert kept(tmp_path / "kept") == whole


def test_a_sites_own_templates_leave_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own/macros.html").write_text("own")
    assert reading(tmp_path / "kept", FileSystemLoader(tmp_path / "own")).get_template("macros.html").render() == "own"
    assert not kept(tmp_path / "kept")


def test_where_nothing_may_be_written_templates_are_compiled_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kept").write_text("a file where the folder would be")
    assert reading(tmp_path / "kept").get_template("macros.html")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert reading(tmp_path / "none").get_template("macros.html")
    assert not (tmp_path / "none").exists()
