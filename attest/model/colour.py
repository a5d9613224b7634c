"""Colours as numbers: how well one is read on another, and the nearest shade that is read well enough. WCAG 2.2 arithmetic, nothing else.

    parse("#0b6470")                                  ->  Colour(11, 100, 112)
    ratio(parse("#0b6470"), WHITE)                    ->  6.86...                1 is unreadable, 21 is black on white
    nearest(parse("#63c5d0"), [WHITE], READABLE)      ->  the same hue, only as much darker as it has to be

``Palette`` is everything that a site's one colour (and, where it is given, a second one for dark screens) becomes: of each pair of text
and ground in it, the text is read at 4.5:1 or better. Which grounds the text of links stands on is said here and in 00-tokens.css; a
test holds the two against each other.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

READABLE: Final = 4.5
"""Success criterion 1.4.3 (level AA), of text of any size."""
_STRONG: Final = 11.0
"""White on the deep ground, so that quieter shades of white are read there too."""
_BRIGHT: Final = 7.5
"""A colour that is derived for dark screens, on their grounds."""
_HEX = re.compile(r"#[0-9A-Fa-f]{6}")
_STEPS: Final = 1024


class Colour(NamedTuple):
    """Red, green and blue of sRGB, each 0 to 255."""

    red: int
    green: int
    blue: int

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"


@dataclass(frozen=True, slots=True)
class Shades:
    """What one scheme (light or dark) makes of the site's colour."""

    accent: Colour
    """Links and buttons."""
    on_accent: Colour
    """Text on a button."""
    pressed: Colour
    """A button that is pointed at."""
    soft: Colour
    """A ground with a breath of the colour."""
    edge: Colour
    """A line on it."""
    deep: Colour
    """The ground of the overview's head."""
    on_deep: Colour
    quiet_on_deep: Colour
    edge_on_deep: Colour


@dataclass(frozen=True, slots=True)
class Palette:
    """Light (and paper), and dark."""

    light: Shades
    dark: Shades


def parse(text: str) -> Colour:
    """``#0b6470`` -> Colour. ValueError for anything else: names of colours differ from program to program."""
    if not _HEX.fullmatch(text):
        raise ValueError(f"{text!r} is not a colour, write # and six digits of 0-9 and a-f, in quotes: '#0b6470'")
    return Colour(*(int(text[at : at + 2], 16) for at in (1, 3, 5)))


WHITE: Final = Colour(255, 255, 255)
_BLACK: Final = Colour(0, 0, 0)
LIGHT_INK: Final = parse("#13242b")
DARK_INK: Final = parse("#e4ecee")
LIGHT_GROUNDS: Final = (WHITE, parse("#f5f8f8"), parse("#f5f5f5"))
"""Page, panels, code."""
DARK_GROUNDS: Final = (parse("#11191d"), parse("#182227"), parse("#1b272d"))
DEFAULT: Final = parse("#0b6470")
DEFAULT_DARK: Final = parse("#63c5d0")
_NIGHT: Final = parse("#06181b")


def luminance(colour: Colour) -> float:
    """Relative luminance, 0 to 1: WCAG 2.2, "relative luminance"."""
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: Colour, other: Colour) -> float:
    """Contrast ratio, 1 to 21, the same either way round: WCAG 2.2, "contrast ratio"."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def worst(colour: Colour, grounds: Iterable[Colour]) -> float:
    """The ratio on the ground it is read worst on."""
    return min(ratio(colour, ground) for ground in grounds)


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """``share`` of the other in the one, part by part."""
    return Colour(*(round(a + (b - a) * share) for a, b in zip(one, other, strict=True)))


def nearest(colour: Colour, grounds: Iterable[Colour], needed: float) -> Colour:
    """The shade of the same hue, as little darker or lighter as will do, that has ``needed`` on every ground; the colour itself where it has.

    Black or white where no shade between has it (grounds both light and dark): then neither may have it.
    """
    grounds = tuple(grounds)
    if worst(colour, grounds) >= needed:
        return colour
    hue, light, full = colorsys.rgb_to_hls(*(part / 255 for part in colour))
    for step in range(1, _STEPS + 1):
        for moved in (light - step / _STEPS, light + step / _STEPS):
            if 0 <= moved <= 1 and worst(shade := _of_hls(hue, moved, full), grounds) >= needed:
                return shade
    return max((_BLACK, WHITE), key=lambda end: worst(end, grounds))


@cache
def palette(colour: Colour = DEFAULT, dark: Colour | None = None) -> Palette:
    """Everything that is made of a site's colour. Its text is readable where ``too_pale`` finds nothing."""
    if dark is None:
        dark = DEFAULT_DARK if colour == DEFAULT else nearest(colour, DARK_GROUNDS, _BRIGHT)
    return Palette(_light(colour), _dark(colour, dark))


def _light(colour: Colour) -> Shades:
    deep = nearest(mixed(colour, _NIGHT, 0.3), [WHITE], _STRONG)
    soft = nearest(mixed(WHITE, colour, 0.06), [LIGHT_INK, colour], READABLE)
    return Shades(colour, WHITE, mixed(colour, _BLACK, 0.18), soft, mixed(WHITE, colour, 0.24), deep, WHITE, mixed(WHITE, deep, 0.25), mixed(deep, WHITE, 0.28))


def _dark(colour: Colour, dark: Colour) -> Shades:
    ground = DARK_GROUNDS[0]
    deep = nearest(mixed(ground, colour, 0.34), [WHITE], _STRONG)
    soft = nearest(mixed(ground, dark, 0.07), [DARK_INK, dark], READABLE)
    on_accent = next((ink for ink in (mixed(dark, _BLACK, 0.82), _BLACK) if ratio(ink, dark) >= READABLE), WHITE)
    return Shades(dark, on_accent, mixed(dark, WHITE, 0.2), soft, mixed(ground, dark, 0.28), deep, WHITE, mixed(WHITE, deep, 0.25), mixed(deep, WHITE, 0.28))


def too_pale(colour: Colour, grounds: Iterable[Colour]) -> tuple[float, Colour] | None:
    """The ratio found and the nearest shade that would do, where a colour cannot be read on some ground; else None."""
    grounds = tuple(grounds)
    found = worst(colour, grounds)
    return None if found >= READABLE else (found, nearest(colour, grounds, READABLE))


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _of_hls(hue: float, light: float, full: float) -> Colour:
    return Colour(*(round(part * 255) for part in colorsys.hls_to_rgb(hue, light, full)))
