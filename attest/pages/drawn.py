"""What goes into a page and what comes out of one, as values that know no site generator."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from attest.history import EMPTY, History
from attest.model.colour import Palette, palette
from attest.published import ControlRecord, digest_of
from attest.release import Release, Withdrawn


@dataclass(frozen=True, slots=True)
class Edition:
    """The build that a page belongs to. Without a release it is an unsigned preview, and every page says so."""

    as_of: datetime
    valid_until: datetime
    """Of a preview: what a release of the same moment would bear."""
    release: Release | None = None
    upcoming: int | None = None
    """Of a preview: the number that the next release will have, where the one before is known."""
    history: History = EMPTY
    """The releases up to this one; of a preview, as if it were the next. Empty where none before is known."""
    palette: Palette = field(default_factory=palette)
    """The site's colours."""
    digests: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The digest of each control's canonical record by its id, where somebody has worked them out."""

    def digest(self, control: ControlRecord) -> str:
        """The digest of a control's canonical record."""
        return self.digests.get(control["id"]) or digest_of(control)

    @property
    def withdrawn(self) -> tuple[Withdrawn, ...]:
        """Releases before this one that no longer stand, the latest withdrawal first."""
        return () if self.release is None else self.release.withdrawn[::-1]

    @property
    def logged(self) -> bool:
        """Whether this release is an entry of the center's log."""
        return self.release is not None and self.release.vkey is not None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a page, for its table of contents."""

    id: str
    text: str
    said: str = ""
    """Plain text under it, for the site's own search; empty for what the page's description tells."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page, ready to be set into the theme."""

    path: str
    """Its address inside the site, which never changes: ``customers/encrypted-in-transit.html``."""
    title: str
    """Plain text, not escaped."""
    label: str
    """Plain text for navigation and breadcrumbs, not escaped."""
    description: str
    """Plain text, one or two sentences, not escaped: for search engines, previews and the site's own search."""
    fill: Callable[[], str]
    """Makes the middle of the page, escaped and sanitised: when it is written, so that thousands of pages need not be held at once."""
    headings: tuple[Heading, ...] = ()
    shelf: str | None = None
    """The path of the list it stands in; None for what stands on its own."""
    lead: bool = False
    """Whether it belongs into the navigation: overview, lists, verify; never a control."""
    scripts: tuple[str, ...] = ()
    """Site paths of scripts that this page alone needs, loaded deferred."""

    @property
    def html(self) -> str:
        """The middle of the page."""
        return self.fill()


def relative(here: str, there: str) -> str:
    """The link from one page to another path of the site; fragments and the site's root work too."""
    path, mark, fragment = there.partition("#")
    folder, _, name = path.rpartition("/")
    return f"{_way(here.rpartition('/')[0], folder)}{name}{mark}{fragment}"


@lru_cache(maxsize=1024)
def _way(start: str, folder: str) -> str:
    """From one folder of the site into another; the same few again and again."""
    way = posixpath.relpath(folder or ".", start or ".")
    return "" if way == "." else f"{way}/"
