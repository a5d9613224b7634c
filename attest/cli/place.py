"""WHERE, as people give it -> the site that it means: an address, or a folder.

    https://trust.harbourline.example/customers/x.html   the site, and the page customers/x.html
    public/                                              the folder
"""

from __future__ import annotations

from pathlib import Path

from attest.errors import WrongUse
from attest.fetch import Folder, Source


def find_place(where: str) -> tuple[Source, str | None]:
    """The site, and the page that an address names. Raises WrongUse for what is neither an address nor a folder, CouldNotTell."""
    if "://" in where:
        from attest.cli.address import find_site

        return find_site(where)
    place = Path(where)
    if not place.is_dir():
        raise WrongUse(f"{where} is neither an address nor a folder", "name the site's address, or the folder that has attestation/ in it")
    return folder(place), None


def folder(place: Path) -> Source:
    """A site's folder. Raises WrongUse for the attestation folder in it."""
    if (place / "bundle.sigstore.json").is_file() and not (place / "attestation").exists():
        raise WrongUse(f"{place} is the attestation of a site, not the site", f"verify the site around it, or the bundle alone: attest verify {place / 'bundle.sigstore.json'}")
    return Folder(place)
