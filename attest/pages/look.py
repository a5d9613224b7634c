"""The site's stylesheet: the files of ``styles/`` joined in the order of their names, so that each can be read alone and is fetched as one.

    00-tokens.css  colours and measures    10-frame … 80-…  one part of the site each    90-phones  95-paper  what overrides them
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

STYLESHEET: Final = "assets/attest.css"


@cache
def stylesheet() -> bytes:
    """The whole of it, as it is published."""
    parts = sorted((part for part in files("attest.pages").joinpath("styles").iterdir() if part.name.endswith(".css")), key=lambda part: part.name)
    return "\n".join(part.read_text("utf-8") for part in parts).encode()
