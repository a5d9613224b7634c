"""What stands in the navigation: overview and lists, the site's own prose in one place, verify. Controls never do: their lists lead to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from markupsafe import escape
from mkdocs.structure.files import Files

from attest.pages import Drawn

MORE: Final = "About us"
"""The tab of the site's own prose, where mkdocs.yml says nothing else and there is more than one page of it. Not "More": out of its place, as readers hear links, that says nothing."""


def navigation(nav: Any, files: Files, drawn: Iterable[Drawn]) -> list[Any]:
    """Our lists, then what mkdocs.yml names (without ``nav``: all of content/), then verify; nothing twice."""
    ours = [_source(page) for page in drawn if page.lead]
    if nav is None:
        prose = _by_folder(file.src_uri for file in files.documentation_pages() if file.src_uri not in set(ours) and not file.generated_by)
        nav = prose if len(prose) < 2 else [{MORE: prose}]
    named = set(_named(nav))
    return [*(path for path in ours[:-1] if path not in named), *nav, *(path for path in ours[-1:] if path not in named)]


def escape_titles(items: Iterable[Any]) -> None:
    """Titles of mkdocs.yml and of prose: Material prints them as they stand."""
    for item in items:
        if item.title is not None:
            item.title = escape(item.title)
        escape_titles(item.children or ())


def _source(page: Drawn) -> str:
    return page.path.removesuffix(".html") + ".md"


def _by_folder(sources: Iterable[str]) -> list[Any]:
    """Pages as navigation: those at the top, then a section a folder, in order of name, a folder's own page first."""
    nav: list[Any] = []
    folders: dict[str, list[Any]] = {}
    for source in sorted(sources, key=lambda source: (not source.endswith("/index.md"), source)):
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
