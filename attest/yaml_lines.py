"""YAML as text with line numbers: the part of YAML in which nothing means something else than it says.

    title: NO            ->  Document.value   {"title": "NO", "checks": [{"max_age": "30d"}]}
    checks:                  Document.spans   {("title",): (1, 1), ("checks", 0, "max_age"): (3, 3), …}
      - max_age: 30d

Every scalar stays the text that stands in the file (``NO``, ``1.10`` and ``2026-13-40`` are text); only an empty value, ``~`` and
``null`` are None. Refused, each at its line: anchors, aliases, merge keys and tags (a few lines could blow up a billionfold or run
code), a key that stands twice, keys that are not text, several documents, directives, tabs and other control characters, a byte
order mark, anything but UTF-8, nesting beyond 32, files beyond 1 MiB. Reads YAML events, so nothing is ever built that was refused.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, TypeAlias, TypeVar

import yaml

from attest.errors import Problem, Problems

MAX_BYTES: Final = 2**20
MAX_DEPTH: Final = 32
MAX_PROBLEMS: Final = 50
"""Of one file: more would not be read."""

Value = str | None | list["Value"] | dict[str, "Value"]
Path = tuple[str | int, ...]
_Place = TypeVar("_Place", bound=tuple[object, ...])

_STRUCTURAL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What no YAML here may hold raw: tabs, control characters, and what YAML, but hardly an editor, takes for a line end."""
_CHARACTER = {"\t": ("a tab", "indent with spaces"), "\x00": ("a NUL character", "remove it"), "\ufeff": ("a byte order mark inside the text", "remove it")}
_EMPTY = ("", "~", "null")


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says, and where."""

    file: str
    text: str
    value: dict[str, Value]
    spans: dict[Path, tuple[int, int]]
    """First and last line (1-based) of every entry, the key's line included; ``()`` is the whole."""
    first_line: int = 1
    """The line of its file that the text begins on."""

    def line(self, path: Path) -> int:
        """The line of the entry at a path, or of the nearest one around it."""
        while path and path not in self.spans:
            path = path[:-1]
        return self.spans.get(path, (1, 1))[0]

    def raw(self, path: Path) -> str:
        """The lines an entry stands on, as they are in the file."""
        first, last = self.spans.get(path, (self.first_line, self.first_line))
        return "\n".join(self.text.split("\n")[first - self.first_line : last - self.first_line + 1])

    def path_at(self, line: int) -> Path:
        """The innermost entry that a line belongs to; ``()`` for a line between entries, such as a comment's."""
        within = [path for path, (first, last) in self.spans.items() if first <= line <= last]
        return max(within, key=len, default=())

    def at(self, path: Path, what: str, todo: str = "") -> Problem:
        """A problem of the entry at a path."""
        return Problem(self.file, self.line(path), print_path(path), what, todo)

    def scalars(self) -> Iterator[tuple[Path, str]]:
        """Every text of the document, depth first in the file's order, with its path."""
        return _scalars(self.value, ())


def print_path(path: Path) -> str:
    """``("checks", 0, "max_age")`` -> ``checks[0].max_age``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{shown(part)}" for part in path).removeprefix(".")


def shown(text: str, most: int = 60) -> str:
    """Foreign text for a message: one line, nothing that does not print, cut where it is long."""
    cut = text if len(text) <= most else text[:most] + "…"
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in cut)


def parse(data: bytes, file: str) -> Document:
    """Bytes of one file -> Document. Raises Problems; ``file`` is the name they carry."""
    text = decode(data, file)
    _refuse_characters(text, file)
    return parse_text(text, file)


Parse: TypeAlias = Callable[[bytes, str], Document]
"""Bytes of a file and its name -> Document, as ``parse``."""


class Kept:
    """``parse`` for whoever reads the same files again and again: one whose bytes are the same as the last time is not parsed again."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[bytes, Document]] = {}

    def __call__(self, data: bytes, file: str) -> Document:
        """As ``parse``; what is refused is not remembered."""
        known = self._known.get(file)
        if known is None or known[0] != data:
            known = self._known[file] = (data, parse(data, file))
        return known[1]


def decode(data: bytes, file: str) -> str:
    """Bytes -> text with line feeds alone as line ends. Raises Problems where they are too many, not UTF-8, or begin with a byte order mark."""
    if len(data) > MAX_BYTES:
        raise Problems([Problem(file, 0, "", "is larger than 1 MiB", "split it")])
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise Problems([Problem(file, 1, "", "begins with a byte order mark", "save it as UTF-8 without one")])
    try:
        return data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Problems([Problem(file, line, "", "is not UTF-8 text", "save it as UTF-8 (it looks like latin-1 or binary)")]) from None


def parse_text(text: str, file: str, *, first_line: int = 1, foreign: bool = False) -> Document:
    """Decoded text -> Document. Raises Problems.

    ``first_line`` counts from where the text stands in its file (front matter). ``foreign`` lets anchors, tags, several meanings of a key
    pass and reads aliases as empty: for a file that is another program's (mkdocs.yml), of which only some texts are looked at.
    """
    reader = _Reader(file, first_line - 1, foreign)
    try:
        value = reader.document(iter(yaml.CSafeLoader(text).get_event, None))
    except yaml.YAMLError as error:
        raise Problems([*reader.problems, _syntax(error, file, first_line)]) from None
    if reader.problems:
        raise Problems(reader.problems[:MAX_PROBLEMS])
    return Document(file, text, value, reader.spans, first_line)


def _scalars(value: Value, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _scalars(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _scalars(inner, (*path, index))


def _refuse_characters(text: str, file: str) -> None:
    found = []
    for match in _STRUCTURAL.finditer(text):
        what, todo = _CHARACTER.get(match[0], (f"the character U+{ord(match[0]):04X} ({_kind(match[0])})", "remove it"))
        found.append(Problem(file, text.count("\n", 0, match.start()) + 1, "", f"holds {what}", todo))
        if len(found) == MAX_PROBLEMS:
            break
    if found:
        raise Problems(found)


def _kind(char: str) -> str:
    return "a line end that editors do not show" if char in "\x85\u2028\u2029" else "a control character"


def _syntax(error: yaml.YAMLError, file: str, first_line: int) -> Problem:
    if not isinstance(error, yaml.MarkedYAMLError):
        return Problem(file, 0, "", f"is not YAML: {str(error).splitlines()[0]}")
    mark = error.problem_mark or error.context_mark
    said = " ".join(filter(None, (error.context, error.problem)))
    return Problem(file, mark.line + first_line if mark else 0, "", f"is not YAML: {said}", "mend it; text that holds `: ` or `#` or begins with a sign needs quotes")


@lru_cache(maxsize=2**16)
def _shared(place: _Place) -> _Place:
    """The same path or span as one object: thousands of files have the same keys on the same lines."""
    return place


class _Stop(Exception):
    """Reading on makes no sense."""


@dataclass
class _Reader:
    """Events in, one value out; what is wrong is gathered, what makes reading on pointless stops it."""

    file: str
    shift: int
    foreign: bool
    problems: list[Problem] = field(default_factory=list)
    spans: dict[Path, tuple[int, int]] = field(default_factory=dict)
    anchored: bool = False

    def document(self, events: Iterator[yaml.Event]) -> dict[str, Value]:
        value: Value = None
        try:
            value = self._one_document(events)
        except _Stop:
            return {}
        if not isinstance(value, dict):
            self._wrong(1 + self.shift, (), "is empty" if value is None else "is not a block of keys", "write `key: value` lines")
            return {}
        return value

    def _one_document(self, events: Iterator[yaml.Event]) -> Value:
        value: Value = None
        count = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                count += 1
                self._document_start(event, count)
                inner = next(events)
                value = self._value(inner, events, (), self._line(inner))
        return value

    def _document_start(self, event: yaml.DocumentStartEvent, count: int) -> None:
        if count > 1:
            self._wrong(self._line(event), (), "begins a second document", "remove the `---` in the middle; one file says one thing")
            raise _Stop
        if event.version or event.tags:
            self._wrong(self._line(event), (), "has a % directive", "remove it")

    def _value(self, event: Any, events: Iterator[yaml.Event], path: Path, first: int) -> Value:
        """What an event begins, read to its end; ``first`` is the line of its entry. Made for every value of every file: looks and does no more than it must."""
        kind = type(event)
        if len(path) > MAX_DEPTH:
            self._wrong(self._line(event), path[:4], f"is nested more than {MAX_DEPTH} deep", "flatten it")
            raise _Stop
        if event.anchor or kind is yaml.AliasEvent or event.tag:
            self._refuse_indirection(event, path)
        value: Value = None
        if kind is yaml.ScalarEvent:
            value = None if not event.style and event.value in _EMPTY else event.value
        elif kind is not yaml.AliasEvent:
            self.spans[path] = (first, first)
            event, value = self._sequence(events, path) if kind is yaml.SequenceStartEvent else self._mapping(events, path)
        end = event.end_mark  # in column 0 it is the start of the line after the last
        last = end.line + self.shift + (1 if end.column else 0)
        self.spans[path] = _shared((first, max(first, last)))
        return value

    def _sequence(self, events: Iterator[yaml.Event], path: Path) -> tuple[yaml.Event, list[Value]]:
        found: list[Value] = []
        for event in events:
            if type(event) is yaml.SequenceEndEvent:
                return event, found
            found.append(self._value(event, events, _shared((*path, len(found))), self._line(event)))
        raise _Stop

    def _mapping(self, events: Iterator[yaml.Event], path: Path) -> tuple[yaml.Event, dict[str, Value]]:
        found: dict[str, Value] = {}
        for event in events:
            if type(event) is yaml.MappingEndEvent:
                return event, found
            key, line = self._key(event, path), self._line(event)
            inner = _shared((*path, key))
            if key in found and not self.foreign:
                self._wrong(line, inner, f"stands twice, first on line {self.spans[inner][0]}", "keep one")
                self._value(next(events), events, inner, self.spans[inner][0])
                continue
            self.spans[inner] = (line, line)
            found[key] = self._value(next(events), events, inner, line)
        raise _Stop

    def _key(self, event: Any, path: Path) -> str:
        if event.anchor or event.tag:
            self._refuse_indirection(event, path)
        if type(event) is not yaml.ScalarEvent or (not event.style and event.value in _EMPTY):
            self._wrong(self._line(event), path, "has a key that is not text", "write `key: value`; a value in braces or with `?` needs quotes")
            raise _Stop
        if event.value == "<<" and not event.style and not self.foreign:
            self._wrong(self._line(event), path, "has a merge key `<<`", "write the keys out")
        return sys.intern(event.value)

    def _refuse_indirection(self, event: Any, path: Path) -> None:
        if self.foreign:
            return
        if isinstance(event, yaml.AliasEvent):
            if not self.anchored:  # an alias follows from its anchor: one mistake, one problem
                self._wrong(self._line(event), path, f"is an alias `*{event.anchor}`", "write it out")
            return
        if event.anchor:
            self.anchored = True
            self._wrong(self._line(event), path, f"has an anchor `&{event.anchor}`", "remove it, and write out what refers to it")
        if event.tag:
            self._wrong(self._line(event), path, f"has a tag `{event.tag}`", "remove it; text that begins with `!` needs quotes")

    def _wrong(self, line: int, path: Path, what: str, todo: str) -> None:
        self.problems.append(Problem(self.file, line, print_path(path), what, todo))
        if len(self.problems) >= MAX_PROBLEMS:
            raise _Stop

    def _line(self, event: yaml.Event) -> int:
        assert event.start_mark is not None
        return event.start_mark.line + 1 + self.shift
