r"""What the site's own search looks through: one script file, fetched when somebody opens the search and never before.

    record + edition + frameworks + drawn pages + prose  ->  assets/search-index.js

    attestSearch={"version":1,"ask":["Security","security@acme.example","mailto:security@acme.example"],
     "groups":["Promises","Frameworks and clauses",…],
     "doors":[["customers","For customers"],…],"areas":["Protect customer data",…],
     "marks":[["met","Shown by evidence","2027-02-05T00:00:00Z","unknown","No current evidence since 5 February 2027"],…],
     "promises":[[door,id,title,promise,yours,area,mark,[clause,step,step,…]],…],
     "frameworks":[["gdpr","General Data Protection Regulation (GDPR)",["Art. 5","Principles",…]],…],
     "pages":[[path,title,group,words,[[fragment,title,words,group],…]],…],
     "start":[page,…]}

What many share is named by its place in a list. A promise names its clauses by their places too, counted through all frameworks: the
first, then each by its distance from the one before. It is a script, because a saved copy may load one where it may not fetch a file,
and because a policy without ``unsafe-inline`` allows it. It is made from the published record and from pages that are published, so
what is withheld cannot stand in it; ``<`` and the two line ends that JSON knows and scripts once did not are written as escapes.
Names that others chose are values and never keys.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any, Final, TypeAlias

from attest.model.center import Framework
from attest.pages import notice, overview, register, text, view
from attest.pages.drawn import Drawn, Edition
from attest.pages.framework import path_of as framework_path
from attest.published import ControlRecord, NoticeRecord, Record, page_of
from attest.words import AUDIENCES

PATH: Final = "assets/search-index.js"
OPENS: Final = "attestSearch="
MOST_ROWS: Final = 500
"""Rows of one page that are searched by their words; those after them by their titles alone."""
LONGEST: Final = 1200
"""Letters of a row, a section or a notice that are searched."""

GROUPS: Final = ("Promises", "Frameworks and clauses", "Lists", "Documents", "Notices", "Questions", "Whom to ask", "Pages")
_LISTS, _DOCUMENTS, _NOTICES, _QUESTIONS, _CONTACTS, _PAGES = range(2, len(GROUPS))
_ROWS_OF: Final = {"faq": _QUESTIONS, "documents": _DOCUMENTS, "contacts": _CONTACTS}
_OFFERED: Final = ("subprocessors", "product", "documents", "data", "faq")
"""Lists that are offered before anything is asked, beside the pages of the navigation."""
_TOLD: Final = ("happened", "affected", "doing", "you", "learnt")

_TAG = re.compile(r'<(?:[^">]|"[^"]*")*>')
_HEADING = re.compile(r'<h([1-6])((?: (?:[^">]|"[^"]*")*)?)>(.*?)</h[1-6]>', re.DOTALL)
_ID = re.compile(r'\sid="([^"]*)"')
_PERMALINK = re.compile(r'<a class="headerlink"(?:[^">]|"[^"]*")*>.*?</a>', re.DOTALL)

Part: TypeAlias = tuple[str, str, str] | tuple[str, str, str, int]
"""Of a page: fragment, title, words; and its group, where that is not the page's."""


@dataclass(frozen=True, slots=True)
class Prose:
    """A page of ``content/``: what stands on top of it, and its sections."""

    path: str
    title: str
    words: str
    parts: tuple[Part, ...] = ()


def prose(path: str, title: str, html: str) -> Prose:
    """A page, its title as plain text, its HTML as ``text.page_body`` returned it -> its words by heading.

    What stands under a heading without an id, or under one of the first level, belongs to what came before.
    """
    pieces = _HEADING.split(_PERMALINK.sub("", html))
    found: list[tuple[str, str, list[str]]] = [("", title, [pieces[0]])]
    for level, attributes, heading, body in zip(pieces[1::4], pieces[2::4], pieces[3::4], pieces[4::4], strict=True):
        ident = _ID.search(attributes)
        if ident is None or level == "1":
            found[-1][2].append(body)
        else:
            found.append((unescape(ident[1]), _words(heading), [body]))
    (_, _, top), *parts = [(ident, heading, _words(" ".join(bodies))) for ident, heading, bodies in found]
    return Prose(path, title, top, tuple(parts))


def index(record: Record, edition: Edition, frameworks: Mapping[str, Framework], drawn: Iterable[Drawn], written: Iterable[Prose] = ()) -> bytes:
    """The whole file. ``frameworks`` gives clauses' titles, ``drawn`` every generated page, ``written`` the site's own."""
    drawn = tuple(drawn)
    pages = _pages(record, drawn, written)
    marks = list(dict.fromkeys(_mark(edition, control) for control in record["controls"]))
    clauses = _places(record, frameworks)
    return script({
        "version": 1,
        "ask": _ask(record),
        "groups": GROUPS,
        "doors": [[audience, view.AUDIENCE_LABEL[audience]] for audience in AUDIENCES],
        "areas": [area["title"] for area in record["areas"]],
        "marks": marks,
        "promises": [_promise(record, control, marks.index(_mark(edition, control)), clauses) for control in record["controls"]],
        "frameworks": [_framework(frameworks[numbers["id"]]) for numbers in record["frameworks"]],
        "pages": pages,
        "start": _start(record, drawn, pages),
    })  # fmt: skip


def script(said: Mapping[str, Any]) -> bytes:
    """A value as a script that sets it, and does nothing else wherever it is put."""
    printed = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    for letter in "<\u2028\u2029":
        printed = printed.replace(letter, f"\\u{ord(letter):04x}")
    return f"{OPENS}{printed};\n".encode()


def _places(record: Record, frameworks: Mapping[str, Framework]) -> dict[tuple[str, str], int]:
    listed = [(numbers["id"], clause.id) for numbers in record["frameworks"] for clause in frameworks[numbers["id"]].clauses]
    return {clause: place for place, clause in enumerate(listed)}


def _promise(record: Record, control: ControlRecord, mark: int, clauses: Mapping[tuple[str, str], int]) -> list[Any]:
    area = [area["id"] for area in record["areas"]].index(control["area"])
    named = sorted(clauses[ident, clause] for ident, found in control["clauses"].items() for clause in found)
    return [AUDIENCES.index(control["audience"]), control["id"], control["title"], _plain(control["promise"]), _plain(control["yours"]), area, mark, _steps(named)]


def _mark(edition: Edition, control: ControlRecord) -> tuple[str, ...]:
    found = view.mark(edition.as_of, control)
    return (found.verdict, found.text, found.lapses, found.becomes, found.then) if found.lapses else (found.verdict, found.text)


def _steps(places: Sequence[int]) -> list[int]:
    return [place - before for before, place in zip((0, *places), places, strict=False)]


def _framework(framework: Framework) -> list[Any]:
    return [framework.id, framework.title, [said for clause in framework.clauses for said in (clause.id, clause.title)]]


def _ask(record: Record) -> list[str]:
    """Whom to ask what the search does not find: the role that speaks of security, else the first; its address, and a link to it."""
    contacts = record["center"]["contacts"]
    chosen = next((contact for contact in contacts if "secur" in contact["role"].lower()), contacts[0])
    address = chosen["email"] or chosen["url"] or ""
    link = f"mailto:{address}" if chosen["email"] else address if address.startswith(("https://", "http://")) else ""
    return [chosen["role"], address, link]


def _pages(record: Record, drawn: Iterable[Drawn], written: Iterable[Prose]) -> list[list[Any]]:
    """Every page but those of single promises and frameworks, which have entries of their own; by path."""
    own = {page_of(control) for control in record["controls"]} | {framework_path(numbers["id"]) for numbers in record["frameworks"]}
    words = {page.path: page for page in written}
    made = {page.path: _page(record, page, words.pop(page.path, None)) for page in drawn if page.path not in own}
    made |= {page.path: [page.path, page.title, _PAGES, page.words[:LONGEST], _cut(page.parts)] for page in words.values()}
    return [made[path] for path in sorted(made)]


def _page(record: Record, page: Drawn, more: Prose | None) -> list[Any]:
    """A generated page, with the site's own words where it has some on it."""
    told = {notice.path_of(found["id"]): found for found in record["notices"]}.get(page.path)
    if told is not None:
        return [page.path, told["title"], _NOTICES, _of_notice(told)[:LONGEST], []]
    lists = {register.path_of(found["name"]): found["name"] for found in record["registers"]}
    parts = [*_parts(record, page, lists.get(page.path)), *(more.parts if more else ())]
    words = " ".join(filter(None, (text.lines(page.description), more.words if more else "", *(heading.text for heading in page.headings if not heading.said))))
    return [page.path, page.title, _LISTS if page.path in lists else _PAGES, words[:LONGEST], _cut(parts)]


def _parts(record: Record, page: Drawn, name: str | None) -> Iterator[Part]:
    if page.path == overview.PATH:
        yield from _of_overview(record, {heading.id for heading in page.headings})
    group = _ROWS_OF.get(name, _LISTS) if name else _PAGES
    for heading in page.headings:
        if heading.said:
            yield heading.id, heading.text, text.lines(heading.said).removeprefix("Answer: "), group


def _of_overview(record: Record, there: set[str]) -> Iterator[Part]:
    """Whom to reach, and what is in scope and what is not: said on the overview alone."""
    contacts, scope = ("contacts" if "contacts" in there else ""), ("scope" if "scope" in there else "")
    for contact in record["center"]["contacts"]:
        yield contacts, contact["role"], " ".join(filter(None, (contact["email"], contact["url"]))), _CONTACTS
    for system in record["scope"]["systems"]:
        yield scope, system["name"], "In scope of this trust center.", _PAGES
    for outside in record["scope"]["outOfScope"]:
        yield scope, outside["name"], f"Not in scope: {_plain(outside['why'])}", _PAGES


def _of_notice(told: NoticeRecord) -> str:
    """The latest version first."""
    return " ".join(_plain(version.get(key)) for version in reversed(told["versions"]) for key in _TOLD if version.get(key))


def _cut(parts: Iterable[Part]) -> list[list[Any]]:
    """What is searched of a page's parts."""
    return [[fragment, title, words[: LONGEST if row < MOST_ROWS else 0], *group] for row, (fragment, title, words, *group) in enumerate(parts)]


def _start(record: Record, drawn: Iterable[Drawn], pages: Sequence[Sequence[Any]]) -> list[int]:
    """Where one can begin: the pages of the navigation but the overview, and the lists that are asked for most."""
    places = {page[0]: place for place, page in enumerate(pages)}
    offered = [page.path for page in drawn if page.lead and page.path != overview.PATH]
    offered[-1:-1] = [register.path_of(name) for name in _OFFERED]
    return [places[path] for path in dict.fromkeys(offered) if path in places]


def _plain(said: str | None) -> str:
    return text.lines(text.plain(said)) if said else ""


def _words(html: str) -> str:
    return text.lines(unescape(_TAG.sub(" ", html)))
