"""Every link and every fragment of every page leads somewhere, without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.quality.links import Source, broken, read, sources, target
from tests.quality.visiting import nothing


@pytest.fixture(scope="module")
def there(site: Path) -> dict[str, Source]:
    return sources(site)


def test_every_link_and_fragment_resolves(site: Path, there: dict[str, Source]) -> None:
    assert sum(len(source.links) for source in there.values()) > 1000
    nothing(broken(site, there))


def test_no_id_stands_on_a_page_twice(there: dict[str, Source]) -> None:
    assert {path: sorted(source.twice) for path, source in there.items() if source.twice} == {}


def test_every_page_is_linked_from_another(site: Path, there: dict[str, Source]) -> None:
    """But the first, which is the address itself, and the one that nobody looks for."""
    reached = {target(path, link).path.lstrip("/") for path, source in there.items() for link in source.links}
    assert sorted(set(there) - reached - {"index.html", "404.html"}) == []


@pytest.mark.parametrize(("link", "why"), [("nowhere.html", "no such file"), ("about.html#nowhere", "no such place"), ("/about.html", "begins at the top"), ("../", "no such file"), ("", "")])
def test_a_broken_link_is_seen(tmp_path: Path, link: str, why: str) -> None:
    (tmp_path / "about.html").write_text("<p id=here>", "utf-8")
    (tmp_path / "index.html").write_text(f'<a href="{link}">x</a><a href="about.html#here">y</a><a href="https://a.example/">z</a>', "utf-8")
    found = list(broken(tmp_path, sources(tmp_path)))
    assert len(found) == (1 if why else 0) and all(why in one for one in found)


def test_an_id_is_read_once() -> None:
    assert read("<p id=a><p id=b><p id=a>") == Source([], {"a", "b"}, {"a"})
