"""A center's colour and pictures: what is read well enough, what may lie on a page, and what a visitor then sees."""

from __future__ import annotations

import re
import shutil
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.build import build
from attest.errors import Problems
from attest.load import check_sources
from attest.load.pictures import CARD, FAVICON, LOGO
from attest.model import colour
from attest.model.colour import DARK_GROUNDS, DARK_INK, LIGHT_GROUNDS, LIGHT_INK, READABLE, WHITE, Colour, Shades
from attest.pages.look import INITIAL, initial, stylesheet
from tests.conftest import ROOT
from tests.sites import AS_OF, mini, prepared

CASES = Path(__file__).parent / "cases" / "look"
CENTER = """\
id: https://trust.small.example/
name: Small
summary: A fictional company.
systems:
  - {id: api, name: Public API}
areas:
  - {id: data, title: Your data}
contacts:
  - {role: Security, email: security@small.example}
"""

colours = st.builds(Colour, *[st.integers(0, 255)] * 3)


def center(folder: Path, look: str) -> Path:
    """A trust center that says no more than it must, with this look; the pictures of the cases lie in its theme/."""
    (folder / "controls").mkdir(parents=True)
    (folder / "controls/center.yml").write_text(CENTER + look, "utf-8")
    shutil.copytree(CASES / "files", folder / "theme")
    return folder


@pytest.mark.parametrize("case", sorted(CASES.glob("*.txt")), ids=lambda path: path.stem)
def test_a_look_is_taken_or_refused_with_its_reason(case: Path, tmp_path: Path) -> None:
    look, _, expected = case.read_text("utf-8").partition("\n=====\n")
    _, _, problems = check_sources(center(tmp_path / "root", look + "\n"), AS_OF)
    said = [str(problem) for problem in problems if "no control" not in problem.what]
    assert "\n".join(said) == ("" if expected.strip() == "good" else expected.strip())


def test_a_link_to_a_picture_is_no_picture(tmp_path: Path) -> None:
    root = center(tmp_path / "root", "look:\n  logo: theme/linked.svg\n")
    (root / "theme/linked.svg").symlink_to(root / "theme/plain.svg")
    assert [problem.what for problem in check_sources(root, AS_OF)[2]] == ["theme/linked.svg is not read: 'linked.svg' is a symbolic link, name a regular file"]


# Arithmetic


@pytest.mark.parametrize(("one", "other", "expected"), [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.478), ("#767676", "#ffffff", 4.542), ("#ff0000", "#0000ff", 2.149), ("#0b6470", "#0b6470", 1.0)])
def test_ratios_known_from_elsewhere(one: str, other: str, expected: float) -> None:
    assert colour.ratio(colour.parse(one), colour.parse(other)) == pytest.approx(expected, abs=0.001)


@given(colours, colours)
def test_a_ratio_lies_between_one_and_twenty_one_and_is_the_same_both_ways(one: Colour, other: Colour) -> None:
    assert 1 <= colour.ratio(one, other) == colour.ratio(other, one) <= 21


@given(colours)
def test_a_colour_reads_as_it_prints(one: Colour) -> None:
    assert colour.parse(str(one)) == one == colour.parse(str(one).upper())


@pytest.mark.parametrize("grounds", [LIGHT_GROUNDS, DARK_GROUNDS])
@given(one=colours)
def test_the_nearest_shade_would_do_and_a_colour_that_does_is_its_own(one: Colour, grounds: tuple[Colour, ...]) -> None:
    found = colour.too_pale(one, grounds)
    shade = one if found is None else found[1]
    assert colour.worst(shade, grounds) >= READABLE
    assert colour.nearest(shade, grounds, READABLE) == shade
    assert (found is None) == (colour.worst(one, grounds) >= READABLE)


@given(colours)
def test_the_nearest_shade_is_near(one: Colour) -> None:
    """No shade of the same kind between it and the colour would do as well: half-way there, none does."""
    shade = colour.nearest(one, LIGHT_GROUNDS, READABLE)
    assert shade == one or colour.worst(colour.mixed(shade, one, 0.5), LIGHT_GROUNDS) < READABLE + 0.2


def pairs(shades: Shades, ink: Colour, quiet: Colour) -> dict[str, tuple[Colour, Colour]]:
    """Every text and what it stands on, of what a palette decides."""
    return {
        "link on soft": (shades.accent, shades.soft), "text on soft": (ink, shades.soft), "quiet text on soft": (quiet, shades.soft), "button": (shades.on_accent, shades.accent),
        "button pointed at": (shades.on_accent, shades.pressed), "text on deep": (shades.on_deep, shades.deep), "quiet text on deep": (shades.quiet_on_deep, shades.deep),
    }  # fmt: skip


@given(colours, st.none() | colours)
def test_whatever_colour_is_taken_everything_made_of_it_can_be_read(one: Colour, dark: Colour | None) -> None:
    one = colour.nearest(one, LIGHT_GROUNDS, READABLE)
    dark = None if dark is None else colour.nearest(dark, DARK_GROUNDS, READABLE)
    made = colour.palette(one, dark)
    assert made.light.accent == one and made.dark.accent == (dark or made.dark.accent)
    assert colour.worst(made.dark.accent, DARK_GROUNDS) >= READABLE
    for shades, ink, quiet in ((made.light, LIGHT_INK, token("quiet", 0)), (made.dark, DARK_INK, token("quiet", 1))):
        assert {name: colour.ratio(*pair) for name, pair in pairs(shades, ink, quiet).items() if colour.ratio(*pair) < READABLE} == {}


# The stylesheet


def token(name: str, scheme: int) -> Colour:
    """A colour of the tokens: of light (0) or dark (1)."""
    return colour.parse(re.findall(rf"--at-{name}: (#[0-9a-f]{{6}});", stylesheet().decode())[scheme])


def test_the_grounds_that_are_reckoned_with_are_those_of_the_stylesheet() -> None:
    for grounds, ink, scheme in ((LIGHT_GROUNDS, LIGHT_INK, 0), (DARK_GROUNDS, DARK_INK, 1)):
        assert (token("ground", scheme), token("raised", scheme), token("code", scheme), token("ink", scheme)) == (*grounds, ink)


@pytest.mark.parametrize("scheme", [0, 1])
def test_every_text_of_the_tokens_is_read_on_every_ground(scheme: int) -> None:
    grounds = (LIGHT_GROUNDS, DARK_GROUNDS)[scheme]
    for name in ("ink", "quiet"):
        assert colour.worst(token(name, scheme), grounds) >= READABLE
    for verdict in ("met", "planned", "unknown", "not-met", "not-applicable"):
        assert colour.ratio(token(f"{verdict}-ink", scheme), token(f"{verdict}-ground", scheme)) >= READABLE
        assert colour.worst(token(verdict, scheme), grounds) >= 3, "1.4.11: what is no text, an icon or a bar"


def test_a_centers_colours_are_in_its_stylesheet_and_nothing_else_changes() -> None:
    ours, theirs = stylesheet().decode(), stylesheet(colour.palette(colour.parse("#7c2d12"))).decode()
    assert "--at-accent: #0b6470;" in ours and "--at-accent: #7c2d12;" in theirs
    assert "#0b6470" not in theirs
    assert ours.count("\n") == theirs.count("\n")
    assert {line.partition(":")[0] for line in set(theirs.splitlines()) ^ set(ours.splitlines())} <= {f"  --at-{name}" for name in ("accent", "accent-ink", "accent-pressed", "soft", "edge", "deep", "deep-ink", "deep-quiet", "deep-edge")}
    assert len(fields(Shades)) == 9


@pytest.mark.parametrize(("name", "letter"), [("Harbourline", "H"), ("ß & Söhne", "S"), ("42 things", "4"), ("北", "北"), ("<&>", "○"), ("«éclair»", "É")])
def test_a_center_without_a_logo_has_its_first_letter(name: str, letter: str) -> None:
    made = initial(name, colour.palette(colour.parse("#7c2d12"))).decode()
    assert re.findall(r">([^<\n]+)</text>", made) == [letter]
    assert 'fill="#7c2d12"' in made and str(WHITE) in made


# What is written of it


def test_the_documentation_says_what_is_so(tmp_path: Path) -> None:
    text = (ROOT / "docs/look.md").read_text("utf-8")
    block = re.search(r"```yaml\n(look:\n.*?)```", text, re.DOTALL)
    assert block is not None
    pictures = {"logo.svg": "plain.svg", "icon.svg": "plain.svg", "card.png": "plain.png"}
    root = center(tmp_path / "root", block[1])
    for name, taken in pictures.items():
        shutil.copy(CASES / "files" / taken, root / "theme" / name)
    assert [str(problem) for problem in check_sources(root, AS_OF)[2]] == []
    said = (CASES / "colour-too-pale.txt").read_text("utf-8").partition("look.color: ")[2].strip()
    assert said in text
    for kind in (LOGO, FAVICON, CARD):
        endings = ", ".join(ending[1:].upper() for ending in kind.endings)
        assert f"| `{kind.name}` | {endings} | {kind.most // 1024} KiB |" in text


# What visitors see


def sources(folder: Path, look: str, theme: str = "name: attest") -> Path:
    """The small site with a look, and a theme of its mkdocs.yml."""
    root = mini(folder)
    shutil.copytree(CASES / "files", root / "theme")
    for file, old, new in ((root / "controls/center.yml", "systems:", f"{look}systems:"), (root / "mkdocs.yml", "name: attest", theme)):
        file.write_text(file.read_text("utf-8").replace(old, new, 1), "utf-8")
    return root


@pytest.mark.parametrize(
    ("look", "theme", "logo", "favicon"),
    [
        ("", "name: attest", INITIAL, INITIAL),
        ("look: {logo: theme/plain.svg, favicon: theme/plain.png}\n", "name: attest", "assets/look/logo.svg", "assets/look/favicon.png"),
        ("", "name: attest\n  custom_dir: theme\n  logo: gradient.svg\n  favicon: plain.png", "gradient.svg", "plain.png"),
        ("look: {logo: theme/plain.svg}\n", "name: attest\n  custom_dir: theme\n  logo: gradient.svg\n  favicon: plain.png", "assets/look/logo.svg", "plain.png"),
    ],
)  # fmt: skip
def test_logo_and_favicon_are_the_centers_else_those_of_mkdocs_else_its_first_letter(look: str, theme: str, logo: str, favicon: str, tmp_path: Path) -> None:
    root = sources(tmp_path / "root", look, theme)
    build(root, prepared(root), tmp_path / "site")
    page = (tmp_path / "site/customers/failing.html").read_text("utf-8")
    assert f'<img src="../{logo}"' in page
    assert f'<link rel="icon" href="../{favicon}">' in page
    assert (tmp_path / "site" / logo).is_file() and (tmp_path / "site" / favicon).is_file()


def test_the_colour_reaches_the_site_and_a_picture_is_published_byte_for_byte(tmp_path: Path) -> None:
    root = sources(tmp_path / "root", 'look: {color: "#7c2d12", logo: theme/gradient.svg, card: theme/plain.png}\n')
    build(root, prepared(root), tmp_path / "site")
    styles = (tmp_path / "site/assets/attest.css").read_text("utf-8")
    assert "--at-accent: #7c2d12;" in styles and "#0b6470" not in styles
    assert b'fill="#7c2d12"' in (tmp_path / "site" / INITIAL).read_bytes()
    assert (tmp_path / "site/assets/look/logo.svg").read_bytes() == (CASES / "files/gradient.svg").read_bytes()
    assert 'property="og:image" content="https://trust.small.example/assets/look/card.png"' in (tmp_path / "site/about.html").read_text("utf-8")


def test_a_colour_that_cannot_be_read_stops_the_build(tmp_path: Path) -> None:
    root = sources(tmp_path / "root", 'look: {color: "#63c5d0"}\n')
    with pytest.raises(Problems, match=r"look\.color: '#63c5d0' is read at 1\.84:1 .* '#287b85' is the nearest shade"):
        prepared(root)
