"""Where registers stand on a site: ``subprocessors`` -> registers/subprocessors.html. Addresses never change."""

from __future__ import annotations

from typing import Final

INDEX: Final = "registers/index.html"
_OWN_PATHS: Final = {"data": "privacy.html", "rights": "your-rights.html", "faq": "questions.html"}


def path_of(name: str) -> str:
    """The page of a register."""
    return _OWN_PATHS.get(name, f"registers/{name}.html")
