"""Lighthouse gives the first page and a promise's page 100 for accessibility, best practices and SEO, at the site's own address.

Performance is a measurement, not a test: bench/lighthouse.py.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.quality.harbourline import VISITED
from tests.quality.lighthouse import lighthouse
from tests.quality.serving import nginx

pytestmark = pytest.mark.slow

HOST = "trust.harbourline.example"
CATEGORIES = ("accessibility", "best-practices", "seo")


@pytest.fixture(scope="module")
def served(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = shutil.which("nginx")
    if program is None:
        missing("nginx")
    with nginx(str(program), site, tmp_path_factory.mktemp("nginx"), HOST) as address:
        yield address


@pytest.mark.parametrize("path", ["", "customers/encrypted-at-rest.html"])
def test_full_marks(served: str, npm_packages: Path, require_tool: Callable[[str], str], path: str) -> None:
    said = lighthouse(require_tool("chromium"), served, f"https://{HOST}/{path}", VISITED, CATEGORIES)
    assert said.scores == dict.fromkeys(CATEGORIES, 100), said.failed
