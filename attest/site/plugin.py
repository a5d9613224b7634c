"""The MkDocs plugin, event by event.

    on_config    no other search; prepare (unless ``render`` has), names escaped, addresses that end in .html
    on_files     pages drawn from the record and files for programs join what lies in content/; a clash of names is an error
    on_nav       overview, lists and verify stand in the navigation; controls never do, yet know the list they belong to
    on_page_*    prose of content/ is sanitised, its titles escaped: Material's templates escape nothing
    on_post_page   a page says what it may load; a frame is kept instead of being written
    on_post_build  pages are filled from their frames and written; sitemap, search index, host configuration

Other plugins see the pages of the navigation and the frames, never a page that is filled from one.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any, Final, TypeAlias, cast
from urllib.parse import urlsplit

from jinja2 import Environment, TemplateError
from markupsafe import escape
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page
from mkdocs.utils import meta

from attest.errors import AttestError
from attest.hosting.folder import hashed
from attest.hosting.headers import print_headers
from attest.hosting.interface import Hosted
from attest.hosting.rules import HOST_ONLY
from attest.hygiene import OTHER_SEARCHES
from attest.keys import DEFAULT as KEYS
from attest.keys import ENVIRONMENT as KEYS_NAMED
from attest.keys import secret_of
from attest.load.appearance import picture_path
from attest.model.center import Look
from attest.model.colour import DEFAULT, palette
from attest.pages import Drawn, Edition, draw, search, text
from attest.pages.asked import asked
from attest.pages.environment import COMPILED, environment
from attest.pages.frame import Frame, address, slim
from attest.pages.head import first_words, head
from attest.pages.headers import hashes, policy, with_policy
from attest.pages.look import INITIAL
from attest.pages.outputs import SITEMAP, outputs
from attest.pages.sitemap import changed, sitemap
from attest.prepare import Prepared, prepare
from attest.published import digests_of, print_record
from attest.report_form import PAGE
from attest.site.generated import DrawnPage, FramePage, Kind, drawn_file, frame_file, kind_of, late_file, middle, page_file, static_file
from attest.site.navigation import escape_titles, navigation
from attest.times import print_moment

NAME: Final = "attest"
OVERVIEW: Final = "index.html"
OVERVIEW_WORDS: Final = "overview.md"
"""content/overview.md: the site's own words on the front page; not a page itself."""
_THEMES_FAVICON: Final = "assets/favicon.svg"
_PATH = re.compile(r"[A-Za-z0-9._/-]+")
_LINK = re.compile(r"(?P<opens>\]\(\s*<?)(?P<path>[^)\s>#:]+)\.(?:html|md)(?=[)#>\s])")

log = get_plugin_logger(__name__)

Watch: TypeAlias = Callable[[int, int], None]
"""Hears how many pages are drawn, of how many."""


def unwatched(done: int, of: int) -> None:
    """Nobody is told how far it is."""


class AttestConfig(Config):  # type: ignore[no-untyped-call]
    """The plugin has no options: what there is to say stands in controls/center.yml."""


class AttestPlugin(BasePlugin[AttestConfig]):
    """The plugin ``attest`` of mkdocs.yml."""

    prepared: Prepared | None = None
    """Set by ``render``; without it the plugin prepares an unsigned preview by itself."""
    policy = True
    """Whether pages say what they may load."""
    lazily = False
    """Whether pages outside the navigation and the search's index are left in ``waiting`` instead of being written: a preview makes those that are asked for."""
    framed = True
    """Whether pages outside the navigation are filled from frames; without, the theme renders each, slower and to the same bytes."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.serving = False
        self.last: Prepared | None = None
        self.ready: Prepared | None = None
        self.edition: Edition | None = None
        self.printed = b""
        self.watch: Watch = unwatched
        self._forget()

    def _forget(self) -> None:
        """What belongs to one build."""
        self.drawn: tuple[Drawn, ...] = ()
        self.in_theme: frozenset[str] = frozenset()
        self.suffixes: dict[str, str] = {}
        self.frames: dict[Kind, Frame] = {}
        self.waiting: Mapping[str, Callable[[], bytes]] = {}
        self.scripts: set[str] = set()
        self.written: list[search.Prose] = []
        self.addresses: list[str] = []
        self.done = self.pages = 0

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Being here keeps the plugin alive from one rebuild of ``mkdocs serve`` to the next."""
        self.serving = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Prepares; escapes what Material would print as it stands."""
        self._forget()
        _drop_searches(config)
        root = _root(config)
        self.ready = self.prepared or self._prepare(root)
        self.last = self.ready
        self.printed = print_record(self.ready.record)
        self.edition = _edition(self.ready, digests_of(self.ready.record, self.printed))
        config.watch.append(str(root / "controls"))
        config.use_directory_urls = False
        config.site_url = config.site_url or self.ready.center.profile.id
        config.site_name = escape(config.site_name)
        config.copyright = config.copyright and text.page_body(config.copyright)
        config.extra["scope"] = urlsplit(config.site_url).path or "/"
        config.extra[NAME] = _shown(self.ready)
        _dress(config, self.ready.center.profile.look)
        config.theme.static_templates.discard("sitemap.xml")  # ours names the filled pages, too
        return config

    def _prepare(self, root: Path) -> Prepared:
        """An unsigned preview of this moment. While serving, a problem leaves the last good state standing."""
        try:
            found = prepare(root, _moment(), None, _secret(root), as_unknown=True)
        except AttestError as error:
            if self.serving and self.last is not None:
                log.error("%s", error)  # noqa: TRY400 - for an author; the traceback says nothing to them
                return self.last
            raise PluginError(str(error)) from None
        for problem in found.warnings:
            log.info("%s", problem)
        return found

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Adds what is generated."""
        assert self.ready is not None
        assert self.edition is not None
        intro = _take_intro(files)
        self.drawn = tuple(self._draw(_root(config)))
        in_theme = [DrawnPage(drawn, page_file(drawn.path, config), config, intro if drawn.path == OVERVIEW else "") for drawn in self.drawn if drawn.lead or not self.framed]
        self.in_theme = frozenset(page.drawn.path for page in in_theme)
        self.suffixes = {drawn.path.removesuffix(".html"): ".md" if drawn.path in self.in_theme else ".html" for drawn in self.drawn}
        filled = self._filled()
        frames = [FramePage(kind, frame_file(number, kind, config), config) for number, kind in enumerate(dict.fromkeys(map(kind_of, filled)))]
        made = {**outputs(self.ready.record, self.edition, self.printed, asked(self.ready.center)), **self.ready.files}
        added = [page.file for page in [*in_theme, *frames]]
        added += [*(drawn_file(drawn, config) for drawn in filled), late_file(search.PATH, config)]
        added += [static_file(path, content, config) for path, content in made.items()]
        _refuse_clashes(files, added)
        for file in added:
            files.append(file)
        config.nav = navigation(config.nav, files, self.drawn)
        return files

    def _draw(self, root: Path) -> Iterator[Drawn]:
        assert self.ready is not None
        assert self.edition is not None
        try:
            yield from draw(self.ready.record, self.edition, self.ready.center.frameworks, environment(root), asked(self.ready.center))
        except (AttestError, TemplateError) as error:
            raise PluginError(f"a page cannot be drawn: {error}") from None

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Escapes titles of mkdocs.yml; dates pages by the as-of; hangs each drawn page under its list."""
        assert self.ready is not None
        escape_titles(nav.items)
        pages = {file.page.file.dest_uri: file.page for file in files.documentation_pages() if file.page is not None}
        self.pages = len(pages) + len(self.drawn) - len(self.in_theme)
        self.addresses = [page.canonical_url for page in pages.values() if page.canonical_url and not isinstance(page, FramePage)]
        for page in pages.values():
            page.update_date = self.ready.assessment.as_of.date().isoformat()
            if isinstance(page, DrawnPage | FramePage) and page.shelf in pages:
                page.parent = cast("Section", pages[page.shelf])  # a list is a page, not a section; MkDocs asks no more of it than to be active
        return nav

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        """The theme's templates are compiled once a process, too."""
        env.bytecode_cache = COMPILED
        return env

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Front matter leaves here escaped; links to drawn pages may be written as their addresses."""
        if not isinstance(page, DrawnPage | FramePage):
            page.meta = {key: escape(value) if isinstance(value, str) else value for key, value in page.meta.items()}
        return _to_sources(markdown, page.file.src_uri, self.suffixes)

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Prose leaves here sanitised, and described by its first words where it says nothing of itself."""
        if isinstance(page, DrawnPage | FramePage):
            self._remember(page, page.words if isinstance(page, DrawnPage) else "")
            return html
        made = text.page_body(html)
        self._remember(page, made)
        page.meta.setdefault("description", first_words(made))
        return made

    @event_priority(-100)
    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """A frame is kept and not written; any other page is, with its policy."""
        made = self._with_policy(output)
        if isinstance(page, FramePage):
            self.frames[page.kind] = Frame.of(made)
            return ""
        self._count()
        return made

    @event_priority(-100)
    def on_post_template(self, output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
        """404.html is no page."""
        return self._with_policy(output_content) if template_name.endswith(".html") else output_content

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """After every other plugin: the pages of the navigation have been written."""
        assert self.ready is not None
        site, own = Path(config.site_dir), config.site_url or ""
        filled = self._filled()
        self.waiting = {**{drawn.path: partial(self._page, drawn, own) for drawn in filled}, search.PATH: self._index}
        if not self.lazily:
            self.write_waiting(site)
        day = self.ready.assessment.as_of.date().isoformat()
        last = {address(own, path): on for path, on in changed(self.ready.record, self.ready.history).items()}
        pages = [*self.addresses, *(address(own, drawn.path) for drawn in filled)]
        (site / SITEMAP).write_bytes(sitemap((found, last.get(found, day)) for found in pages))
        allowed = f"{policy(self.scripts)}; {HOST_ONLY}"
        (site / "_headers").write_bytes(print_headers(Hosted(self.ready.record["center"]["id"], str(site), allowed, hashed(site))))

    def _remember(self, page: Page, words: str) -> None:
        """The site's own words, for the search; a page can ask to be left out as it would of Material."""
        left_out = not isinstance(page, DrawnPage) and isinstance(asked := page.meta.get("search"), dict) and asked.get("exclude")
        if words and not left_out:
            self.written.append(search.prose(page.file.dest_uri, unescape(page.title or ""), words))

    def _filled(self) -> list[Drawn]:
        return [drawn for drawn in self.drawn if drawn.path not in self.in_theme]

    def write_waiting(self, site: Path) -> None:
        """What waits, written into the site's folder."""
        for folder in {posixpath.dirname(path) for path in self.waiting}:
            (site / folder).mkdir(parents=True, exist_ok=True)
        for path, content in self.waiting.items():
            with open(f"{site}/{path}", "wb", buffering=0) as stream:  # noqa: PTH123 - a Path for each of thousands costs as much as writing it
                stream.write(content())
        self.waiting = {}

    def _page(self, drawn: Drawn, own: str) -> bytes:
        """A page, filled from its frame."""
        made = self.frames[kind_of(drawn)].filled(drawn, middle(drawn), own)
        self._count()
        return made.encode()

    def _index(self) -> bytes:
        """What the search looks through."""
        assert self.ready is not None
        assert self.edition is not None
        return search.index(self.ready.record, self.edition, self.ready.center.frameworks, self.drawn, self.written)

    def _with_policy(self, output: str) -> str:
        made = slim(output)
        self.scripts |= hashes(made)
        return with_policy(made) if self.policy else made

    def _count(self) -> None:
        self.done += 1
        self.watch(self.done, self.pages)


def _root(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).resolve().parent


def _moment() -> datetime:
    """SOURCE_DATE_EPOCH, else the clock: this is the edge."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC).replace(microsecond=0)  # noqa: TID251


def _secret(root: Path) -> bytes | None:
    return secret_of(Path(os.environ.get(KEYS_NAMED) or root / KEYS))


def _edition(ready: Prepared, digests: Mapping[str, str]) -> Edition:
    look = ready.center.profile.look
    return Edition(ready.assessment.as_of, ready.valid_until, ready.release, ready.upcoming, ready.history, palette(look.color or DEFAULT, look.color_dark), digests)


def _dress(config: MkDocsConfig, look: Look) -> None:
    """The center's own pictures. Where center.yml names none, those of mkdocs.yml; where neither does, the first letter of its name."""
    logo, favicon = picture_path(look, "logo"), picture_path(look, "favicon")
    config.theme["logo"] = logo or config.theme.get("logo") or INITIAL
    if favicon or config.theme["favicon"] == _THEMES_FAVICON:
        config.theme["favicon"] = favicon or INITIAL


def _shown(ready: Prepared) -> dict[str, Any]:
    """What the theme says on every page, escaped."""
    profile, release = ready.center.profile, ready.release
    return {
        "name": escape(profile.name),
        "notice": escape(profile.notice) if profile.notice else None,
        "preview": release is None,
        "release": release.n if release is not None else None,
        "fingerprint": escape(release.fingerprint) if release is not None else None,
        "as_of": print_moment(ready.assessment.as_of),
        "as_of_day": text.day(ready.assessment.as_of),
        "valid_until": print_moment(ready.valid_until),
        "valid_until_day": text.day(ready.valid_until),
        "report": PAGE if "report" in ready.record else None,
        "head": head(ready.record["center"], ready.files),
    }


def _drop_searches(config: MkDocsConfig) -> None:
    """A mkdocs.yml that still names another search gets none of it; building says that the line may go."""
    for name in OTHER_SEARCHES:
        other = config.plugins.pop(name, None)
        for event, heard in config.plugins.events.items():
            config.plugins.events[event] = [method for method in heard if getattr(method, "__self__", None) is not other or other is None]


def _take_intro(files: Files) -> str:
    """content/overview.md as Markdown, taken out of the pages; empty where there is none."""
    file = files.get_file_from_path(OVERVIEW_WORDS)
    if file is None:
        return ""
    files.remove(file)
    return meta.get_data(file.content_string)[0]


def _to_sources(markdown: str, here: str, suffixes: Mapping[str, str]) -> str:
    """Links to drawn pages as MkDocs wants them, which knows files and no addresses. Both ways to write one are right: ``verify.html``, ``verify.md``."""

    def source(match: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(here), match["path"]))
        return f"{match['opens']}{match['path']}{suffixes[path]}" if path in suffixes else match[0]

    return _LINK.sub(source, markdown)


def _refuse_clashes(there: Iterable[File], added: Iterable[File]) -> None:
    """One address, one page: also for hosts that take upper case for lower. Paths are plain, so that manifests and shells agree."""
    taken: dict[str, File] = {}
    wrong = []
    for file in [*there, *added]:
        if file.inclusion.is_excluded():  # type: ignore[no-untyped-call]
            continue
        if not _PATH.fullmatch(file.dest_uri):
            wrong.append(f"content/{file.src_uri}: the name may have letters without accents, digits, dot, hyphen and underscore only, rename it")
        other = taken.setdefault(file.dest_uri.casefold(), file)
        if other is not file:
            wrong.append(f"content/{other.src_uri}: {file.dest_uri} is written by attest itself, or stands twice but for upper case; rename it")
    if wrong:
        raise PluginError("\n".join(wrong))
