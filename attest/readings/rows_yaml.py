"""A register as YAML: a list of entries, alone or under the one key of the file. JSON of that shape is read as well.

    subprocessors:
      - {name: Fictional Cloud AG, contract: signed, since: 2026-01-10}

Every scalar is the text that stands there: ``NO`` is "NO" and ``1.10`` is "1.10". A value that is a list or a mapping is passed
over, unless it is asked for. Refused: aliases, anchors and tags (nothing is ever expanded or made), a key that stands twice, more
than one document, nesting beyond 16.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import yaml

from attest.errors import Unreadable
from attest.readings import begin, zipped
from attest.readings.grid import need_columns
from attest.readings.interface import Reading, RecordShape
from attest.readings.register import columns_of, reading_of

NAME = "yaml"
_MAX_DEPTH = 16
_SPEAKING = re.compile(rb"^[ \t]*([^\s#][^\r\n]*)", re.MULTILINE)
_OPENS = re.compile(rb"---|-\s|-$|\[|\{|[^,;:#]+:\s*(?:#.*)?$")

Node = Any
"""str for a scalar; (line, list of nodes) for a sequence; (line, dict of nodes) for a mapping."""


def sniff(head: bytes) -> bool:
    """Whether it opens with a list, or with one key that has the list below it."""
    first = None if zipped.is_zip(head) else _SPEAKING.search(head)
    return first is not None and not first[1].startswith(b"<") and _OPENS.match(first[1]) is not None


def read(stream: BinaryIO, shape: RecordShape) -> Reading:
    """A YAML file and its shape -> a row an entry. Unreadable as the module and ``register`` say."""
    if shape.sheet is not None:
        raise Unreadable("a YAML file has no sheets", "remove sheet:")
    text = begin.text_of(stream)
    try:
        tree = _document(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}: " if mark else ""
        raise Unreadable(f"the file is not YAML: {place}{getattr(error, 'problem', None) or 'cannot be read'}") from None
    return reading_of(NAME, _records(_entries(tree), shape), shape)


def _document(events: Iterator[Any]) -> Node:
    """The one document's tree."""
    tree: list[Node] = []
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            if tree:
                raise Unreadable("a second document begins, one is read")
            tree.append(_node(next(events), events, 0))
    if not tree:
        raise Unreadable("the file has no entries")
    return tree[0]


def _node(event: Any, events: Iterator[Any], depth: int) -> Node:
    line: int = event.start_mark.line + 1
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        raise Unreadable(f"line {line}: anchors and aliases are not read, write the value out")
    if event.tag is not None:
        raise Unreadable(f"line {line}: tags are not read, take {event.tag[:40]!r} away")
    if depth > _MAX_DEPTH:
        raise Unreadable(f"line {line}: nested beyond {_MAX_DEPTH}")
    if isinstance(event, yaml.ScalarEvent):
        return event.value
    return line, (_sequence if isinstance(event, yaml.SequenceStartEvent) else _mapping)(events, depth + 1)


def _sequence(events: Iterator[Any], depth: int) -> list[Node]:
    found = []
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        found.append(_node(event, events, depth))
    return found


def _mapping(events: Iterator[Any], depth: int) -> dict[str, Node]:
    found: dict[str, Node] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key, line = _node(event, events, depth), event.start_mark.line + 1
        if not isinstance(key, str):
            raise Unreadable(f"line {line}: a key has to be text")
        if key in found:
            raise Unreadable(f"line {line}: key {key[:60]!r} stands twice")
        found[key] = _node(next(events), events, depth)
    return found


def _entries(tree: Node) -> list[Node]:
    inner = tree[1] if isinstance(tree, tuple) else None
    if isinstance(inner, dict) and len(inner) == 1:
        (tree,) = inner.values()
        inner = tree[1] if isinstance(tree, tuple) else None
    if not isinstance(inner, list):
        raise Unreadable("the file is not a list of entries, nor one key with such a list")
    return inner


def _records(entries: list[Node], shape: RecordShape) -> Iterator[tuple[str, dict[str, str]]]:
    """Entries by line. A column may be left out of an entry, and is then blank, but not out of all of them."""
    if not all(isinstance(entry, tuple) and isinstance(entry[1], dict) for entry in entries):
        raise Unreadable("an entry is not a mapping of columns to values")
    if entries:
        need_columns(columns_of(shape), dict.fromkeys(name for _, found in entries for name in found))
    for line, found in entries:
        cells = {name: found.get(name, "") for name in columns_of(shape)}
        nested = next((name for name, value in cells.items() if not isinstance(value, str)), None)
        if nested is not None:
            raise Unreadable(f"line {line}: {nested!r} is not one value")
        yield f"line {line}", cells
