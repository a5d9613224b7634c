"""The MkDocs plugin and the calls into MkDocs: the one file that knows it. It calls, and decides nothing.

    on_config    prepare (unless ``build`` has), names escaped, addresses that end in .html
    on_files     pages drawn from the record and files for programs join what lies in content/; a clash of names is an error
    on_nav       overview, lists and verify stand in the navigation; controls never do, yet know the list they belong to
    on_page_*    prose of content/ is sanitised, its titles escaped: Material's templates escape nothing
    on_post_build  our search entries, and the host configuration with the hashes of Material's scripts

``render`` is what ``attest build`` and ``attest publish`` call, ``serve`` what ``attest serve`` calls. Plain ``mkdocs build`` and
``mkdocs serve`` work too, and write what an unsigned preview of this moment is; SOURCE_DATE_EPOCH names another moment.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import logging
import os
import posixpath
import re
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias, cast
from urllib.parse import urlsplit

from jinja2 import TemplateError
from markupsafe import escape
from mkdocs.commands.build import build as build_with_mkdocs
from mkdocs.config import load_config
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException, PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs.utils import meta

from attest.errors import AttestError, CouldNotTell, Refused, WrongUse
from attest.keys import DEFAULT as KEYS
from attest.keys import ENVIRONMENT as KEYS_NAMED
from attest.keys import secret_of
from attest.pages import Drawn, Edition, draw, text
from attest.pages.environment import environment
from attest.pages.outputs import outputs
from attest.pages.overview import INTRO
from attest.prepare import Prepared, prepare
from attest.times import print_moment

NAME: Final = "attest"
OVERVIEW_WORDS: Final = "overview.md"
"""content/overview.md: the site's own words on the front page; not a page itself."""
_QUIET: Final = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
_PATH = re.compile(r"[A-Za-z0-9._/-]+")
_MARKDOWN = (".md", ".markdown", ".mdown", ".mkdn", ".mkd")
_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_LINK = re.compile(r"(?P<opens>\]\(\s*<?)(?P<path>[^)\s>#:]+\.html)(?=[)#>\s])")
_DESCRIPTION_LENGTH = 300
_ROW_LENGTH = 1500
"""Letters of a register's row that the site's search looks through."""
_MOST_SEARCHED = 200
"""Rows of a register with an entry of their own in the search."""
_PLAIN_SEPARATOR = r"[\s\-]+"
_SEPARATOR = r"[\s\-,:;!?()\[\]\"/]+|\.(?!\d)"
"""What parts words in the search, where mkdocs.yml says nothing: Material's own leaves "(GDPR)" and "AI," in one piece, which nobody types."""

log = get_plugin_logger(__name__)

Watch: TypeAlias = Callable[[int, int], None]
"""Hears how many pages are drawn, of how many."""


def unwatched(done: int, of: int) -> None:
    """Nobody is told how far it is."""


class AttestConfig(Config):  # type: ignore[no-untyped-call]
    """The plugin has no options: what there is to say stands in controls/center.yml."""


class DrawnPage(Page):
    """A generated page: its HTML is there already, so Markdown, which costs most of a build, is left out."""

    def __init__(self, drawn: Drawn, file: File, config: MkDocsConfig, intro: str = "") -> None:
        super().__init__(escape(drawn.label), file, config)
        self.drawn = drawn
        self.intro = intro
        """Markdown to be set in where the page has a place for it."""

    def read_source(self, config: MkDocsConfig) -> None:
        """Titles and descriptions leave here escaped."""
        description = text.lines(self.drawn.description)[:_DESCRIPTION_LENGTH]
        self.markdown = self.intro
        self.meta = {"title": escape(self.drawn.title), "description": escape(description), "hide": ["navigation", "toc"], "search": {"exclude": True}}

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Sets the page's parts as MkDocs expects them."""
        words = ""
        if self.markdown:
            super().render(config, files)
            words = f'<div class="at-intro">\n{text.page_body(self.content or "")}\n</div>'
        self.content = self.drawn.html.replace(INTRO, words)
        self.present_anchor_ids = {heading.id for heading in self.drawn.headings}
        self.toc = get_toc([{"level": 2, "id": heading.id, "name": escape(heading.text), "children": []} for heading in self.drawn.headings])


class AttestPlugin(BasePlugin[AttestConfig]):
    """The plugin ``attest`` of mkdocs.yml."""

    prepared: Prepared | None = None
    """Set by ``render``; without it the plugin prepares an unsigned preview by itself."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.serving = False
        self.last: Prepared | None = None
        self.ready: Prepared | None = None
        self.drawn: tuple[Drawn, ...] = ()
        self.watch: Watch = unwatched
        self.done = 0
        self.pages = 0

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Being here keeps the plugin alive from one rebuild of ``mkdocs serve`` to the next."""
        self.serving = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Prepares; escapes what Material would print as it stands."""
        root = _root(config)
        self.ready = self.prepared or self._prepare(root)
        self.last = self.ready
        config.watch.append(str(root / "controls"))
        config.use_directory_urls = False
        config.site_url = config.site_url or self.ready.center.profile.id
        config.site_name = escape(config.site_name)
        config.copyright = config.copyright and text.page_body(config.copyright)
        config.extra["scope"] = urlsplit(config.site_url).path or "/"
        config.extra[NAME] = _shown(self.ready)
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
        intro = _take_intro(files)
        pages = [DrawnPage(drawn, _page_file(drawn, config), config, intro if drawn.path == "index.html" else "") for drawn in self._draw(_root(config))]
        self.drawn = tuple(page.drawn for page in pages)
        made = {**outputs(self.ready.record, _edition(self.ready)), **self.ready.files}
        added = [page.file for page in pages] + [_static_file(path, content, config) for path, content in made.items()]
        _refuse_clashes(files, added)
        for file in added:
            files.append(file)
        config.nav = _navigation(config.nav, files, self.drawn)
        return files

    def _draw(self, root: Path) -> Iterator[Drawn]:
        assert self.ready is not None
        try:
            yield from draw(self.ready.record, _edition(self.ready), self.ready.center.frameworks, environment(root))
        except (AttestError, TemplateError) as error:
            raise PluginError(f"a page cannot be drawn: {error}") from None

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Escapes titles of mkdocs.yml; dates pages by the as-of; hangs each drawn page under its list."""
        assert self.ready is not None
        _escape_titles(nav.items)
        self.done, self.pages = 0, len(files.documentation_pages())
        pages = {file.page.file.dest_uri: file.page for file in files.documentation_pages() if file.page is not None}
        for page in pages.values():
            page.update_date = self.ready.assessment.as_of.date().isoformat()
            if isinstance(page, DrawnPage) and page.drawn.shelf is not None:
                page.parent = cast("Section", pages[page.drawn.shelf])  # a list is a page, not a section; MkDocs asks no more of it than to be active
        return nav

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Front matter leaves here escaped; links to drawn pages may be written as their addresses."""
        if not isinstance(page, DrawnPage):
            page.meta = {key: escape(value) if isinstance(value, str) else value for key, value in page.meta.items()}
        return _to_sources(markdown, page.file.src_uri, {drawn.path for drawn in self.drawn})

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Prose leaves here sanitised."""
        return html if isinstance(page, DrawnPage) else text.page_body(html)

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Counts; the page itself is left as it is."""
        self.done += 1
        self.watch(self.done, self.pages)
        return output

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """After every other plugin: the search index has been written, and so have the pages."""
        site = Path(config.site_dir)
        _add_to_search(site / "search" / "search_index.json", self.drawn)
        (site / "_headers").write_bytes(_headers(site))


def render(root: Path, prepared: Prepared, site_dir: Path, watch: Watch = unwatched) -> None:
    """Writes the site into the folder, strictly: what MkDocs warns of is an error.

    Raises WrongUse (no usable mkdocs.yml) and Refused with everything MkDocs said. What is in ``site_dir`` afterwards counts only
    where nothing was raised: MkDocs aborts after it has written.
    """
    file = root / "mkdocs.yml"
    if not file.is_file():
        raise WrongUse(f"{file} is missing", "`attest init` writes one")
    with _environment(prepared.assessment.as_of), _heard() as said:
        try:
            config = load_config(str(file), site_dir=str(site_dir), strict=True)
            plugin = _plugin_of(config)
            plugin.prepared, plugin.watch = prepared, watch
            config.plugins.on_startup(command="build", dirty=False)
            build_with_mkdocs(config)
        except MkDocsException as error:
            raise Refused("the site cannot be built: " + ("; ".join(said) or str(error)), "mend what it says, then run it again") from None
        except TemplateError as error:
            raise Refused(f"the site cannot be built: a template of the theme: {error}", "look into theme/") from None


def serve(root: Path, ready: Callable[[], Prepared], host: str, port: int, tell: Callable[[AttestError | str], None]) -> None:
    """Serves the site and builds it anew at every change of a source, until interrupted. Nothing is written into the sources.

    A problem is told, and the last good site is served on. Raises CouldNotTell where the address cannot be had.
    """
    _refuse_taken(host, port)
    with tempfile.TemporaryDirectory(prefix="attest-serve-") as held:
        folder = Path(held)
        waiting = folder / "waiting"
        waiting.mkdir()
        (waiting / "index.html").write_text("<!doctype html><title>Not built yet</title><p>The sources have problems: see the terminal.</p></body>", "utf-8")
        server = LiveReloadServer(lambda: _rebuild(root, ready, server, folder, tell), host, port, str(waiting))
        _rebuild(root, ready, server, folder, tell)
        for watched in ("controls", "content", "theme", "mkdocs.yml"):
            if (root / watched).exists():
                server.watch(str(root / watched))
        tell(f"serving on {server.url} (unsigned preview; interrupt to stop)")
        try:
            server.serve()  # type: ignore[no-untyped-call]
        finally:
            server.shutdown()


def _refuse_taken(host: str, port: int) -> None:
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        raise CouldNotTell(f"cannot serve on {host}:{port}: {error.strerror}", "name another address with --addr") from None


def _rebuild(root: Path, ready: Callable[[], Prepared], server: LiveReloadServer, folder: Path, tell: Callable[[AttestError | str], None]) -> None:
    """Builds beside what is served, and switches when it is good."""
    fresh = Path(tempfile.mkdtemp(dir=folder))
    try:
        prepared = ready()
        render(root, prepared, fresh)
    except AttestError as error:
        shutil.rmtree(fresh)
        tell(error)
        return
    old, server.root = server.root, str(fresh)
    shutil.rmtree(old)
    tell(f"built, state on {print_moment(prepared.assessment.as_of)}")


def _plugin_of(config: MkDocsConfig) -> AttestPlugin:
    found = config.plugins.get(NAME)
    if not isinstance(found, AttestPlugin):
        raise WrongUse("mkdocs.yml does not name the plugin", "write `plugins: [attest, material/search]`")
    return found


def _root(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).resolve().parent


def _moment() -> datetime:
    """SOURCE_DATE_EPOCH, else the clock: this is the edge."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC).replace(microsecond=0)  # noqa: TID251


def _secret(root: Path) -> bytes | None:
    return secret_of(Path(os.environ.get(KEYS_NAMED) or root / KEYS))


def _edition(ready: Prepared) -> Edition:
    return Edition(ready.assessment.as_of, ready.valid_until, ready.release, ready.upcoming)


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
    }


def _take_intro(files: Files) -> str:
    """content/overview.md as Markdown, taken out of the pages; empty where there is none."""
    file = files.get_file_from_path(OVERVIEW_WORDS)
    if file is None:
        return ""
    files.remove(file)
    return meta.get_data(file.content_string)[0]


def _to_sources(markdown: str, here: str, drawn: set[str]) -> str:
    """Links to drawn pages as MkDocs wants them, which knows files and no addresses: ``verify.html`` -> ``verify.md``."""

    def source(match: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(here), match["path"]))
        return f"{match['opens']}{match['path'].removesuffix('.html')}.md" if path in drawn else match[0]

    return _LINK.sub(source, markdown)


def _page_file(drawn: Drawn, config: MkDocsConfig) -> File:
    return File.generated(config, drawn.path.removesuffix(".html") + ".md", content="", inclusion=InclusionLevel.NOT_IN_NAV)


def _static_file(path: str, content: bytes, config: MkDocsConfig) -> File:
    """A file written as it is. INCLUDED, because MkDocs leaves out what begins with a dot; a Markdown file is no page here."""
    source = f"{path}.file" if path.endswith(_MARKDOWN) else path
    file = File.generated(config, source, content=content, inclusion=InclusionLevel.INCLUDED)
    file.dest_uri = path
    return file


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


def _navigation(nav: Any, files: Files, drawn: Iterable[Drawn]) -> list[Any]:
    """The overview and lists, then what mkdocs.yml names (without one: all of content/), then verify; nothing twice."""
    sources = {page.path.removesuffix(".html") + ".md" for page in drawn}
    ours = [page.path.removesuffix(".html") + ".md" for page in drawn if page.lead]
    if nav is None:
        nav = _by_folder(file.src_uri for file in files.documentation_pages() if file.src_uri not in sources)
    named = set(_named(nav))
    return [*(path for path in ours[:-1] if path not in named), *nav, *(path for path in ours[-1:] if path not in named)]


def _by_folder(sources: Iterable[str]) -> list[Any]:
    """Pages as navigation: those at the top, then a section a folder, in order of name."""
    nav: list[Any] = []
    folders: dict[str, list[Any]] = {}
    for source in sorted(sources):
        folder, slash, _ = source.partition("/")
        (folders.setdefault(folder, []) if slash else nav).append(source)
    return nav + [{folder.replace("-", " ").replace("_", " ").capitalize(): pages} for folder, pages in folders.items()]


def _named(nav: Any) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, dict):
        for inner in nav.values():
            yield from _named(inner)
    elif isinstance(nav, list):
        for inner in nav:
            yield from _named(inner)


def _escape_titles(items: Iterable[Any]) -> None:
    for item in items:
        if item.title is not None:
            item.title = escape(item.title)
        _escape_titles(item.children or ())


def _add_to_search(index: Path, drawn: Iterable[Drawn]) -> None:
    """One short entry a page, and one a row of a register: Material would index every word, and its index is loaded with every page."""
    if not index.is_file():
        return
    found = json.loads(index.read_bytes())
    for page in drawn:
        found["docs"].append(_search_entry(page.path, page.title, page.description, _DESCRIPTION_LENGTH))
        found["docs"] += [_search_entry(f"{page.path}#{heading.id}", heading.text, heading.said, _ROW_LENGTH) for heading in page.headings[:_MOST_SEARCHED] if heading.said]
    if found["config"]["separator"] == _PLAIN_SEPARATOR:
        found["config"]["separator"] = _SEPARATOR
    printed = json.dumps(found, separators=(",", ":"))
    index.write_text(printed, "utf-8")
    index.with_suffix(".js").write_text(f"var __index = {printed}", "utf-8")  # what Material reads in a saved copy


def _search_entry(location: str, title: str, said: str, length: int) -> dict[str, str]:
    return {"location": location, "title": escape(title), "text": escape(text.lines(said)[:length])}


def _headers(site: Path) -> bytes:
    """``_headers`` as Netlify, Cloudflare and others read it; other hosts can be given the same lines."""
    found = {script for name in ("index.html", "404.html", "verify.html") if (site / name).is_file() for script in _INLINE_SCRIPT.findall((site / name).read_bytes())}
    hashes = " ".join(sorted(f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'" for script in found))
    policy = (
        f"default-src 'none'; script-src 'self' {hashes}; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        "worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    common = f"/*\n  Content-Security-Policy: {policy}\n  X-Content-Type-Options: nosniff\n  Referrer-Policy: no-referrer\n"
    return (common + "/evidence/*\n  Content-Security-Policy: sandbox; default-src 'none'\n/attestation/*\n  Access-Control-Allow-Origin: *\n").encode()


@contextlib.contextmanager
def _environment(as_of: datetime) -> Iterator[None]:
    """The environment of a build: its moment is the as-of, and nobody advertises. Put back afterwards."""
    wanted = {**_QUIET, "SOURCE_DATE_EPOCH": str(int(as_of.timestamp()))}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


class _Ear(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@contextlib.contextmanager
def _heard() -> Iterator[list[str]]:
    """What MkDocs warns of, instead of on the terminal."""
    logger, ear = logging.getLogger("mkdocs"), _Ear()
    before = logger.propagate
    logger.addHandler(ear)
    logger.propagate = False
    try:
        yield ear.said
    finally:
        logger.removeHandler(ear)
        logger.propagate = before
