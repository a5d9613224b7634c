"""What ``look`` of center.yml says, held against readers' eyes and against what may lie on a page.

    controls/center.yml:8: look.color: '#63c5d0' is read at 1.84:1 on the site's light grounds and needs 4.5:1, '#287b85' is the nearest shade that has it
    controls/center.yml:9: look.logo: theme/logo.svg holds a <script>, save it as a plain SVG, or as PNG

``wrong_look`` says what is wrong; ``pictures`` gives the files once nothing is, by the paths they have on the site. Reads files.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from attest.errors import Problem
from attest.inside import open_inside
from attest.load.pictures import CARD, FAVICON, LOGO, Fault, Kind, fault
from attest.model.center import Look
from attest.model.colour import DARK_GROUNDS, LIGHT_GROUNDS, READABLE, Colour, too_pale
from attest.yaml_lines import Document, shown

FOLDER: Final = "assets/look"
"""Where pictures lie on the site: ``assets/look/logo.svg``."""
_KINDS: Final = (LOGO, FAVICON, CARD)


def wrong_look(root: Path, document: Document, look: Look) -> Iterator[Problem]:
    """Colours that cannot be read, pictures that cannot be had or shown. ``document`` is center.yml."""
    for key, colour, grounds, where in (("color", look.color, LIGHT_GROUNDS, "light"), ("color_dark", look.color_dark, DARK_GROUNDS, "dark")):
        if colour is not None:
            yield from _pale(document, key, colour, grounds, where)
    for kind in _KINDS:
        file = getattr(look, kind.name)
        if file is not None and (wrong := _fault(root, file, kind)):
            yield document.at(("look", kind.name), f"{shown(file, 200)} {wrong[0]}", wrong[1])


def pictures(root: Path, look: Look) -> dict[str, bytes]:
    """Site path -> bytes of the pictures that are named. ValueError or OSError where one is not there any more."""
    named = {kind.name: file for kind in _KINDS if (file := getattr(look, kind.name)) is not None}
    return {f"{FOLDER}/{name}{_ending(file)}": _read(root, file) for name, file in named.items()}


def picture_path(look: Look, name: str) -> str | None:
    """Where a picture of that name (``logo``, ``favicon``, ``card``) lies on the site, if there is one."""
    file = getattr(look, name)
    return None if file is None else f"{FOLDER}/{name}{_ending(file)}"


def _pale(document: Document, key: str, colour: Colour, grounds: tuple[Colour, ...], where: str) -> Iterator[Problem]:
    found = too_pale(colour, grounds)
    if found is not None:
        contrast, shade = found
        said = f"'{colour}' is read at {int(contrast * 100) / 100:.2f}:1 on the site's {where} grounds and needs {READABLE}:1"
        yield document.at(("look", key), said, f"'{shade}' is the nearest shade that has it")


def _fault(root: Path, file: str, kind: Kind) -> Fault | None:
    if file.startswith("/") or "\\" in file or ".." in file.split("/"):
        return "does not lie in this folder", "put it beside mkdocs.yml or below, and name it from there: theme/logo.svg"
    try:
        return fault(_read(root, file), kind, _ending(file))
    except FileNotFoundError:
        return "is not there", "name it from the folder that holds mkdocs.yml: theme/logo.svg"
    except ValueError as error:
        return f"is not read: {error}", ""
    except OSError as error:
        return f"cannot be read: {error.strerror}", ""


def _read(root: Path, file: str) -> bytes:
    """Up to one byte more than any picture may have."""
    with open_inside(root, file) as stream:
        return stream.read(max(kind.most for kind in _KINDS) + 1)


def _ending(file: str) -> str:
    return PurePosixPath(file).suffix.lower()
