"""The stylesheet of the desk: the trust center's measures and colours, dark where the reader's system is, and rules of its own."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from attest.model.center import Look
from attest.model.colour import DEFAULT, palette
from attest.pages.look import alone

_ASSETS: Final = files("attest.desk").joinpath("assets")


def stylesheet(chosen: Look) -> bytes:
    """The whole of it, in the center's colours."""
    return alone((), palette(chosen.color or DEFAULT, chosen.color_dark)) + _ASSETS.joinpath("desk.css").read_bytes()


def script() -> bytes:
    """What narrows and sorts, and holds dates against the reader's clock."""
    return _ASSETS.joinpath("desk.js").read_bytes()
