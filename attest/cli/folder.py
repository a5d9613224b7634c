"""Which trust center a verb means: the folder that is named, or the one this folder lies in, as git does it."""

from __future__ import annotations

from pathlib import Path

from attest.errors import WrongUse

_CENTER = "controls/center.yml"


def root_of(text: str | None) -> Path:
    """The trust center's folder (it holds controls/). ``text`` names it; None looks from here upwards.

    Raises WrongUse where there is none. A named folder with controls/ but without center.yml is taken: ``load`` says what it lacks.
    """
    if text is not None:
        return _named(Path(text))
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / _CENTER).is_file():
            return folder
    if (here / "controls").is_dir():
        return here
    raise WrongUse("this folder is not in a trust center: there is no controls/center.yml here or above", "name its folder, or start one with `attest init DIR`")


def _named(folder: Path) -> Path:
    if not folder.exists():
        raise WrongUse(f"there is no folder {str(folder)!r}")
    if not (folder / "controls").is_dir():
        raise WrongUse(f"{str(folder)!r} is not a trust center: it holds no controls/", f"start one with `attest init {folder}`")
    return folder
