"""The site's stylesheet, and the sign of a center that has no logo.

    styles/00-tokens.css … 95-paper.css, joined in the order of their names, and after the tokens the site's colours    ->  assets/attest.css
    the first letter of the center's name on its colour                                                                ->  assets/look/initial.svg
    the tokens, alone/base.css and the parts that are asked for                                                        ->  a page outside the site (``alone``)

    00-tokens  measures, and colours that are the same for everybody    10-frame … 80-…  one part of the site each    90-phones  95-paper  what overrides them

Colours come as numbers (``attest.model.colour``) and leave as custom properties, so that no page needs a style of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Final

from markupsafe import escape

from attest.model.colour import Palette, Shades, palette

STYLESHEET: Final = "assets/attest.css"
INITIAL: Final = "assets/look/initial.svg"
_TOKENS: Final = "00-tokens.css"
_BASE: Final = "alone/base.css"
_ANY: Final = "[data-md-color-scheme]"
_SWITCHED: Final = '@media screen {\n  [data-md-color-scheme="slate"]'
"""Where the tokens of a dark screen begin: on the site a switch chooses them."""
_FOLLOWED: Final = f"@media screen and (prefers-color-scheme: dark) {{\n  {_ANY}"
_PROPERTIES: Final = {
    "accent": "accent", "accent-ink": "on_accent", "accent-pressed": "pressed", "soft": "soft", "edge": "edge",
    "deep": "deep", "deep-ink": "on_deep", "deep-quiet": "quiet_on_deep", "deep-edge": "edge_on_deep",
}  # fmt: skip
_SIGN: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="{colour}"/>'
    '<text x="16" y="22.4" text-anchor="middle" font-family="system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif" font-size="18" font-weight="700" fill="{ink}">{letter}</text></svg>\n'
)


def stylesheet(colours: Palette | None = None) -> bytes:
    """The whole of it, as it is published."""
    return "\n".join(_rules(colours or palette()) if part is None else part for part in _parts()).encode()


def alone(parts: Iterable[str], colours: Palette | None = None) -> bytes:
    """A stylesheet for a page that no theme surrounds: the named parts of the site's, on measures and colours that follow the reader's system by themselves."""
    folder, made = files("attest.pages").joinpath("styles"), colours or palette()
    tokens = folder.joinpath(_TOKENS).read_text("utf-8").replace(_SWITCHED, _FOLLOWED)
    chosen = f"{_block(_ANY, made.light)}@media screen and (prefers-color-scheme: dark) {{\n{_block(_ANY, made.dark)}}}\n"
    return "\n".join((tokens, chosen, *(folder.joinpath(part).read_text("utf-8") for part in (_BASE, *parts)))).encode()


def initial(name: str, colours: Palette) -> bytes:
    """A center's sign where it has none: its name's first letter or digit, a ring where there is neither."""
    letter = next((char.upper() for char in name if char.isalnum()), "○")
    return _SIGN.format(colour=colours.light.accent, ink=colours.light.on_accent, letter=escape(letter[:1])).encode()


@cache
def _parts() -> tuple[str | None, ...]:
    """The parts in order; None where the site's colours go."""
    found = sorted((part for part in files("attest.pages").joinpath("styles").iterdir() if part.name.endswith(".css")), key=lambda part: part.name)
    return tuple(said for part in found for said in ((part.read_text("utf-8"), None) if part.name == _TOKENS else (part.read_text("utf-8"),)))


def _rules(colours: Palette) -> str:
    """The same names in both schemes; paper has the light ones whatever the screen shows."""
    dark = _block('[data-md-color-scheme="slate"]', colours.dark)
    return f"/* This center's colours, from controls/center.yml. */\n{_block('[data-md-color-scheme]', colours.light)}@media screen {{\n{dark}}}\n"


def _block(selector: str, shades: Shades) -> str:
    said = "".join(f"  --at-{name}: {getattr(shades, part)};\n" for name, part in _PROPERTIES.items())
    return f"{selector} {{\n{said}}}\n"
