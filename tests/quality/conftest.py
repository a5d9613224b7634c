"""One published site, one browser and one set of npm packages for all that is held against the bar here."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.conftest import missing
from tests.quality import harbourline, kinds
from tests.quality.serving import nginx, plain
from tests.quality.visiting import chromium


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Harbourline, published twice."""
    return harbourline.published(tmp_path_factory.mktemp("harbourline")).resolve()


@pytest.fixture(scope="package")
def one_of_each(site: Path) -> dict[str, str]:
    """Kind of page -> a page of it."""
    return kinds.kinds(site)


@pytest.fixture(scope="package")
def base(site: Path) -> Iterator[str]:
    """Its address behind a plain server that sends the headers it asks for."""
    with plain(site) as address:
        yield address


@pytest.fixture(scope="package")
def compressed(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address behind nginx, with gzip."""
    program = shutil.which("nginx")
    if program is None:
        missing("nginx")
    assert program is not None
    with nginx(program, site, tmp_path_factory.mktemp("nginx")) as address:
        yield address


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="package")
def axe(npm_packages: Path) -> str:
    """The source of axe-core."""
    return (npm_packages / "axe-core" / "axe.min.js").read_text("utf-8")
