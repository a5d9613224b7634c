"""The stylesheet of the desk: the trust center's measures and colours, dark where the reader's system is, and rules of its own."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from attest.model.center import Look
from attest.model.colour import DEFAULT, Shades, palette

_ASSETS: Final = files("attest.desk").joinpath("assets")
_TOKENS: Final = files("attest.pages").joinpath("styles/00-tokens.css")
_ANY: Final = "[data-md-color-scheme]"
_SWITCHED: Final = '@media screen {\n  [data-md-color-scheme="slate"]'
"""Where the tokens of a dark screen begin: on the site a switch chooses them."""
_FOLLOWED: Final = f"@media screen and (prefers-color-scheme: dark) {{\n  {_ANY}"


def stylesheet(chosen: Look) -> bytes:
    """The whole of it, in the center's colours."""
    colours = palette(chosen.color or DEFAULT, chosen.color_dark)
    tokens = _TOKENS.read_text("utf-8").replace(_SWITCHED, _FOLLOWED)
    own = f"{_block(colours.light)}@media screen and (prefers-color-scheme: dark) {{\n{_block(colours.dark)}}}\n"
    return f"{tokens}{own}{_ASSETS.joinpath('desk.css').read_text('utf-8')}".encode()


def script() -> bytes:
    """What narrows and sorts, and holds dates against the reader's clock."""
    return _ASSETS.joinpath("desk.js").read_bytes()


def _block(shades: Shades) -> str:
    named = {"accent": shades.accent, "accent-ink": shades.on_accent, "soft": shades.soft, "edge": shades.edge, "deep": shades.deep, "deep-ink": shades.on_deep, "deep-quiet": shades.quiet_on_deep}
    return f"{_ANY} {{\n{''.join(f'  --at-{name}: {colour};' for name, colour in named.items())}\n}}\n"
