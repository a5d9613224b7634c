"""Where a page's links lead, read from its source: ids there are, and every address that is followed or loaded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from tests.quality.kinds import pages

ELSEWHERE = ("https:", "http:", "mailto:", "tel:", "data:")
BASE = "https://site.invalid/"


@dataclass
class Source:
    """One page: ``links`` as written, in order; ``ids`` that a fragment may name, and those that stand there twice."""

    links: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    twice: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.source = Source()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                (self.source.twice if value in self.source.ids else self.source.ids).add(value)
            elif name == "srcset" and value:
                self.source.links += [part.split()[0] for part in value.split(",")]
            elif (name in {"href", "src", "action", "poster", "data"} or (name == "name" and tag == "a")) and value is not None:
                if name == "name":
                    self.source.ids.add(value)
                else:
                    self.source.links.append(value)


def read(html: str) -> Source:
    reader = _Reader()
    reader.feed(html)
    return reader.source


def sources(site: Path) -> dict[str, Source]:
    """Every page of a site."""
    return {path: read((site / path).read_text("utf-8")) for path in pages(site)}


def broken(site: Path, there: dict[str, Source]) -> Iterator[str]:
    """``page: link: what is wrong``, for every link to the site itself that leads nowhere."""
    for path, source in there.items():
        for link in dict.fromkeys(source.links):
            if not link.lower().startswith(ELSEWHERE) and (wrong := _wrong(site, there, path, link)):
                yield f"{path}: {link}: {wrong}"


def target(path: str, link: str) -> SplitResult:
    """Where a link on a page leads."""
    return urlsplit(urljoin(BASE + path, link))


def _wrong(site: Path, there: dict[str, Source], path: str, link: str) -> str | None:
    """The 404 page alone is served at any depth, so its links begin at the top."""
    if link.startswith("/") and path != "404.html":
        return "begins at the top of the host: broken in a folder, and where the site lies deeper"
    aim = target(path, link)
    file, fragment = unquote(aim.path).lstrip("/"), unquote(aim.fragment)
    if not (site / file).is_file():
        return "no such file"
    return "no such place on that page" if fragment and file in there and fragment not in there[file].ids else None
