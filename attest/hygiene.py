"""Text that is not what it looks like, refused wherever text is declared: in YAML, in mkdocs.yml, in Markdown and its front matter.

    control characters (but line feeds)                        draw over what stands beside them
    direction marks and overrides, zero-width and other
    invisible characters, lone surrogates                      make a reader see another text than a program reads
    markup in YAML; script, frames, forms, handlers in prose   would run in the reader's browser
    ``javascript:`` ``vbscript:`` ``data:`` addresses          the same; also spelled with entities, line ends or tabs

Everything is escaped or sanitised again where it is rendered; this says it to the author, at file:line.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final

from attest.errors import Problem, Problems
from attest.yaml_lines import Document, Path, parse_text, print_path

_INVISIBLE: Final = {
    "\u200b": "a zero-width space", "\u200c": "a zero-width non-joiner", "\u200d": "a zero-width joiner", "\u2060": "a word joiner", "\ufeff": "a byte order mark",
    "\u00ad": "a soft hyphen", "\u200e": "a direction mark", "\u200f": "a direction mark", "\u061c": "a direction mark",
}  # fmt: skip
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SUSPECT = re.compile("[^\n\x20-\x7e\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0519]")
"""Everything that has to be looked up: not plain text of the commonest scripts."""
_ODD = re.compile(f"[<:&]|{_SUSPECT.pattern}")
"""What has to be looked at more closely: without one of these, a text has nothing of the three below."""
_MARKUP = re.compile(r"<[A-Za-z/!?]")
_SCHEME = re.compile(
    r"(?P<scheme>javascript|vbscript):"
    r"|(?<![a-z0-9+.-])(?:data):(?:[a-z]+/[a-z0-9.+-]+)?[;,]"  # data:text/html, data:;base64, but not the word "data:" in a sentence
    r"|(?:\]\(\s*<?|\]:\s*<?|(?:href|src|action)\s*=\s*[\"']?\s*)data:"
)
_DROPPED_BY_BROWSERS = dict.fromkeys((*range(0x20), 0x7F, 0xAD, *range(0x200B, 0x2010), *range(0x2060, 0x2065), 0xFEFF))
_RUNS = re.compile(r"<\s*/?\s*(script|iframe|frame|frameset|object|embed|applet|style|form|base|meta|link)\b", re.IGNORECASE)
_HANDLERS = (
    re.compile(r"<[A-Za-z][^<>]{0,2000}?[\s\"'/](on[a-z]+)\s*=", re.IGNORECASE),
    re.compile(r"<[A-Za-z](?:\"[^\"]*\"|'[^']*'|[^<>\"']){0,2000}?[\s\"'/](on[a-z]+)\s*=", re.IGNORECASE),  # past a ">" that is quoted
)
_ANY_TAG = re.compile(r"<(?!https?://|mailto:|[\w.+-]+@)[A-Za-z/!?]")
_FENCE = re.compile(
    r"^(?P<fence>`{3,}|~{3,}) *(?:\{[^\n]*\}|[\w.#+-]*(?: +(?:hl_lines|title|linenums)=\"[^\"\n]*\")*) *\n.*?^(?P=fence) *$",
    re.MULTILINE | re.DOTALL,
)
_SPAN = re.compile(r"(?<![\\`])(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)*?(?<!`)(?P=ticks)(?!`)", re.DOTALL)
_OF_MKDOCS = ("site_name", "site_description", "site_author", "site_url", "copyright", "nav")
"""Texts of mkdocs.yml that reach a page."""
OTHER_SEARCHES: Final = ("search", "material/search")
"""Plugins of mkdocs.yml that would write an index of every word, which is fetched with every page."""


def bad_characters(text: str) -> Iterator[tuple[int, str]]:
    """Where (0-based) a character stands that no declared text may hold, and what it is."""
    for match in _SUSPECT.finditer(text):
        if said := _character(match[0]):
            yield match.start(), f"{said} (U+{ord(match[0]):04X})"


def bad_link(text: str) -> str | None:
    """The scheme of an address that would run code where it is followed, or None. Sees through entities and what browsers drop."""
    if ":" not in text and "&" not in text:
        return None
    bare = html.unescape(html.unescape(text)).translate(_DROPPED_BY_BROWSERS).lower()
    match = _SCHEME.search(bare)
    return None if match is None else f"{match['scheme'] or 'data'}:"


def text_problems(text: str) -> Iterator[str]:
    """What is wrong with one declared text that stands in no YAML file, in words that follow its name."""
    yield from (f"holds {what}" for _, what in bad_characters(text))
    if match := _MARKUP.search(text):
        yield f"holds markup at {text[match.start() : match.start() + 12]!r}"
    if scheme := bad_link(text):
        yield f"holds a {scheme} address"


def document_problems(document: Document) -> Iterator[Problem]:
    """What is wrong with the texts of one YAML file, keys and comments included."""
    yield from _raw_characters(document)
    for path, text in _texts(document):
        if _ODD.search(text):
            yield from _scalar(document, path, text)


def mkdocs_problems(text: str, file: str) -> list[Problem]:
    """What is wrong with the texts of mkdocs.yml that reach a page. The rest of the file is MkDocs' business, its tags and anchors too."""
    try:
        document = parse_text(text, file, foreign=True)
    except Problems as wrong:
        return list(wrong.problems)
    value = {key: inner for key, inner in document.value.items() if key in _OF_MKDOCS}
    spans = {path: span for path, span in document.spans.items() if path and path[0] in _OF_MKDOCS}
    return list(document_problems(Document(file, text, value, spans)))


def mkdocs_hints(text: str, file: str) -> list[Problem]:
    """What may go from mkdocs.yml: another search, which is not used and would have every page fetch an index of every word."""
    try:
        document = parse_text(text, file, foreign=True)
    except Problems:
        return []
    plugins = document.value.get("plugins")
    named = [(index, name) for index, entry in enumerate(plugins if isinstance(plugins, list) else []) for name in (entry if isinstance(entry, dict) else [entry]) if name in OTHER_SEARCHES]
    return [document.at(("plugins", index), f"{name} is not used: attest brings a search of its own", "remove it") for index, name in named]


def prose_problems(text: str, file: str) -> list[Problem]:
    """What is wrong with a Markdown file: its front matter as YAML, its text, and the HTML in it that would run."""
    matter, body, first = _front_matter(text)
    problems = _front_problems(matter, file)
    line = _lines(body, first)
    problems += [Problem(file, line(at), "", f"holds {what}", "remove it") for at, what in bad_characters(body.replace("\t", " "))]
    shown = without_code(body)
    problems += [Problem(file, line(match.start()), "", f"holds the tag <{match[1].lower()}>", _NO_SCRIPT) for match in _RUNS.finditer(shown)]
    problems += [Problem(file, line(found.start(1)), "", f"holds the handler {found[1].lower()}=", _NO_SCRIPT) for tag in _HANDLERS for found in tag.finditer(shown)]
    return problems + list(_prose_links(body, file, first))


_NO_SCRIPT = "remove it; code to be shown stands between lines that begin with ```"


def without_code(text: str) -> str:
    """Markdown with its code blanked out, character for character.

    Fenced code only where the fence is closed. Code spans only where the file holds no HTML of its own: inside raw HTML backticks
    protect nothing.
    """
    fenced = _FENCE.sub(_blank, text)
    spanned = _SPAN.sub(_blank, fenced)
    return fenced if _ANY_TAG.search(spanned) else spanned


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def _character(char: str) -> str | None:
    if char in _INVISIBLE:
        return _INVISIBLE[char]
    if _DIRECTION.match(char):
        return "a direction override, which shows text in another order than it has"
    names = {"Cc": "a control character", "Cf": "an invisible character", "Cs": "half a character (a lone surrogate)", "Co": "a private character", "Zl": "a hidden line end", "Zp": "a hidden line end"}
    return names.get(unicodedata.category(char))


def _texts(document: Document) -> Iterator[tuple[Path, str]]:
    """Values, and keys: both are printed."""
    for path in document.spans:
        if path and isinstance(path[-1], str):
            yield path, path[-1]
    yield from document.scalars()


def _scalar(document: Document, path: Path, text: str) -> Iterator[Problem]:
    for at, what in bad_characters(text):
        if text[at] not in document.raw(path):
            yield document.at(path, f"holds {what}, written as an escape", "remove it")
    if match := _MARKUP.search(text):
        yield document.at(path, f"holds markup at {text[match.start() : match.start() + 12]!r}", "write plain text or Markdown; `<` before a letter needs a space")
    if scheme := bad_link(text):
        yield document.at(path, f"holds a {scheme} address", "remove it: it would run in the reader's browser")


def _raw_characters(document: Document) -> Iterator[Problem]:
    line = _lines(document.text, document.first_line)
    for at, what in bad_characters(document.text):
        yield Problem(document.file, line(at), print_path(document.path_at(line(at))), f"holds {what}", "remove it")


def _lines(text: str, first: int) -> Callable[[int], int]:
    return lambda at: first + text.count("\n", 0, at)


def _front_matter(text: str) -> tuple[str, str, int]:
    """Front matter, the rest, and the line the rest begins on."""
    match = re.match(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", text, re.DOTALL | re.MULTILINE)
    return (match[1], text[match.end() :], match[0].count("\n") + 1) if match else ("", text, 1)


def _front_problems(matter: str, file: str) -> list[Problem]:
    if not matter.strip():
        return []
    try:
        return list(document_problems(parse_text(matter, file, first_line=2)))
    except Problems as wrong:
        return list(wrong.problems)


def _prose_links(body: str, file: str, first: int) -> Iterator[Problem]:
    """By paragraph, because an address can be broken over lines."""
    at = 0
    for part in re.split(r"(\n[ \t]*\n)", body):
        if part.strip() and (scheme := bad_link(part)):
            yield Problem(file, first + body.count("\n", 0, at) + _line_of(part), "", f"holds a {scheme} address", "remove it: it would run in the reader's browser")
        at += len(part)


def _line_of(paragraph: str) -> int:
    """The line of a paragraph (from 0) on which the address stands whole; else its first."""
    lines = paragraph.split("\n")
    return next((index for index, line in enumerate(lines) if bad_link(line)), 0)
