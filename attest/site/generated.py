"""Drawn pages as MkDocs wants them. Pages of the navigation go through the theme one by one; all others share a frame.

    DrawnPage    a page whose HTML is there already: Markdown, which costs most of a build, is left out
    FramePage    stands for the pages of one folder and list: it goes through the theme with tokens for what is a page's own, and is not written
    DrawnFile    a page that is filled from a frame: MkDocs knows its address, for links and clashes, and leaves the writing to us
"""

from __future__ import annotations

import posixpath
from typing import Final, NamedTuple

from jinja2 import TemplateError
from markupsafe import escape
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents, get_toc

from attest.errors import AttestError
from attest.pages import Drawn, frame, text
from attest.pages.overview import INTRO

_MARKDOWN = (".md", ".markdown", ".mdown", ".mkdn", ".mkd")
_HIDDEN: Final = ["navigation", "toc"]
_CONTENT: Final = "content"


class Kind(NamedTuple):
    """What pages have in common that share a frame."""

    folder: str
    shelf: str | None
    scripts: tuple[str, ...]


def kind_of(drawn: Drawn) -> Kind:
    """Which frame a page is filled from."""
    return Kind(posixpath.dirname(drawn.path), drawn.shelf, drawn.scripts)


class DrawnPage(Page):
    """A generated page that the theme renders."""

    def __init__(self, drawn: Drawn, file: File, config: MkDocsConfig, intro: str = "") -> None:
        super().__init__(escape(drawn.label), file, config)
        self.drawn = drawn
        self.shelf = drawn.shelf
        self.intro = intro
        """Markdown to be set in where the page has a place for it."""
        self.words = ""
        """The same as it is set in."""

    def read_source(self, config: MkDocsConfig) -> None:
        """Titles and descriptions leave here escaped."""
        self.markdown = self.intro
        self.meta = _meta(escape(self.drawn.title), frame.description(self.drawn), self.drawn.scripts)

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Sets the page's parts as MkDocs expects them."""
        words = ""
        if self.markdown:
            super().render(config, files)
            self.words = text.page_body(self.content or "")
            words = f'<div class="at-intro">\n{self.words}\n</div>'
        self.content = middle(self.drawn).replace(INTRO, words)
        self.present_anchor_ids = {heading.id for heading in self.drawn.headings}
        self.toc = _toc()


class FramePage(Page):
    """A page of tokens."""

    def __init__(self, kind: Kind, file: File, config: MkDocsConfig) -> None:
        super().__init__(frame.LABEL, file, config)
        self.kind = kind
        self.shelf = kind.shelf
        self.canonical_url = frame.ADDRESS

    def read_source(self, config: MkDocsConfig) -> None:
        """Nothing is read: tokens stand for what is a page's own."""
        self.markdown = ""
        self.meta = _meta(frame.TITLE, frame.DESCRIPTION, self.kind.scripts)

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """The middle is a token, too."""
        self.content = frame.BODY
        self.toc = _toc()


class DrawnFile(File):
    """A page's address, without its content."""

    def copy_file(self, dirty: bool = False) -> None:
        """Nothing: it is written when its frame is known."""


def middle(drawn: Drawn) -> str:
    """The page's own HTML, where the skip link leads to. Raises PluginError for a template that cannot be filled, which a site may have overridden."""
    try:
        return f'<div id="{_CONTENT}" tabindex="-1">\n{drawn.html}\n</div>'
    except (AttestError, TemplateError) as error:
        raise PluginError(f"a page cannot be drawn: {drawn.path}: {error}") from None


def page_file(path: str, config: MkDocsConfig) -> File:
    """A page of the site as a source of MkDocs: ``verify.html`` -> ``verify.md``."""
    return File.generated(config, f"{path.removesuffix('.html')}.md", content="", inclusion=InclusionLevel.NOT_IN_NAV)


def frame_file(number: int, kind: Kind, config: MkDocsConfig) -> File:
    """Where a frame stands while it is rendered, so that its links are those of its folder."""
    return page_file(posixpath.join(kind.folder, f"attest-frame-{number}.html"), config)


def drawn_file(drawn: Drawn, config: MkDocsConfig) -> File:
    """A page that is filled from a frame."""
    return DrawnFile.generated(config, drawn.path, content="", inclusion=InclusionLevel.INCLUDED)


def late_file(path: str, config: MkDocsConfig) -> File:
    """A file whose address is taken from the start, and which we write when all pages are known."""
    return DrawnFile.generated(config, path, content="", inclusion=InclusionLevel.INCLUDED)


def static_file(path: str, content: bytes, config: MkDocsConfig) -> File:
    """A file written as it is. INCLUDED, because MkDocs leaves out what begins with a dot; a Markdown file is no page here."""
    source = f"{path}.file" if path.endswith(_MARKDOWN) else path
    file = File.generated(config, source, content=content, inclusion=InclusionLevel.INCLUDED)
    file.dest_uri = path
    return file


def _toc() -> TableOfContents:
    """One entry, never shown, which Material's skip link takes: every page the same, so that frames can be shared."""
    return get_toc([{"level": 2, "id": _CONTENT, "name": "", "children": []}])


def _meta(title: str, description: str, scripts: tuple[str, ...]) -> dict[str, object]:
    return {"title": title, "description": description, "hide": _HIDDEN, "scripts": scripts}
