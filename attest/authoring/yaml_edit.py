"""Edits of YAML text that keep every comment, every blank line and every other byte where they were.

    title: Backups   # spring                        title: Backups   # spring
    checks:                                  ->      checks:
      - evidence: restores                             - evidence: restores
    # the end                                          - evidence: drills
                                                     # the end
    add_item(source, ("checks",), "evidence: drills")

A place is a path as ``attest.yaml_lines`` has them: ``("checks", 0, "evidence", "observed")``. What is written there is YAML text, as
an author would write it from column 0; ``scalar``, ``flow`` and ``written`` make such text of values. Line ends stay those of the
file (CRLF too), a flow collection stays one.

Whatever was edited is read again and compared: exactly that place changed, as asked, or the edit is Refused and says what to do by
hand. Refused as well: an edit that would swallow a comment, and everything that ``yaml_lines.parse`` refuses (Problems).
"""

from __future__ import annotations

import copy
import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import yaml

from attest.errors import Problems, Refused
from attest.yaml_lines import Path, Value, parse, print_path

_READ_OTHERWISE: Final = re.compile("(?i:y|n|yes|no|on|off|true|false)")
"""Plain text here; an editor's YAML takes it for a truth value."""
_UNPRINTABLE: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_STEP: Final = 2


def set_value(source: bytes, path: Path, yaml_text: str, *, file: str = "the file") -> bytes:
    """The source with another value at a path that is there. Raises Refused, Problems."""
    read = _read(source, file)
    node = read.at(path)
    if not path or node is None:
        raise _by_hand(read, path, "there is no such place", yaml_text)
    given = _given(yaml_text, read, path)
    edited = _replaced(read, path, node, given)
    return _held(read, edited, path, _with(read.value, path, given.value), yaml_text)


def set_key(source: bytes, path: Path, key: str, block: str, *, file: str = "the file") -> bytes:
    """The source with ``key: block`` in the mapping at a path (``()`` is the whole): replaced where the key stands, else put at its end.

    Raises Refused, Problems.
    """
    read = _read(source, file)
    if read.at((*path, key)) is not None:
        return set_value(source, (*path, key), block, file=file)
    node = read.at(path)
    given = _given(block, read, (*path, key))
    if node is not None and path and _value_at(read.value, path) in (None, {}):
        return set_value(source, path, flow({key: given.value}), file=file)
    if node is None or node.kind != "mapping":
        raise _by_hand(read, (*path, key), "there is no block of keys to put it in", block)
    edited = _appended_key(read, node, key, given)
    return _held(read, edited, (*path, key), _with(read.value, (*path, key), given.value), block)


def add_item(source: bytes, path: Path, block: str, *, file: str = "the file") -> bytes:
    """The source with one item more at the end of the list at a path; the key is made where it is absent or empty.

    Raises Refused (also where something else than a list stands there), Problems.
    """
    read = _read(source, file)
    node = read.at(path)
    given = _given(block, read, path)
    there = _value_at(read.value, path) if node is not None else None
    if not path or not (there is None or isinstance(there, list)):
        raise _by_hand(read, path, "is no list", block)
    if node is None:
        return set_key(source, path[:-1], str(path[-1]), _as_item(given), file=file)
    if not there:
        return set_value(source, path, _as_item(given), file=file)
    edited = _appended_item(read, path, node, given)
    return _held(read, edited, path, _with(read.value, path, [*there, given.value]), block)


def remove(source: bytes, path: Path, *, file: str = "the file") -> bytes:
    """The source without the entry at a path, the comment on its own lines included; an emptied collection stays as ``[]`` or ``{}``.

    Raises Refused (also for the last key of a file), Problems.
    """
    read = _read(source, file)
    parent = read.at(path[:-1]) if path else None
    if parent is None or path[-1] not in parent.children:
        raise _by_hand(read, path, "there is no such place", "")
    expected = _without(read.value, path)
    if len(parent.children) == 1:
        if len(path) == 1:
            raise _by_hand(read, path, "is the only key of the file", "")
        return set_value(source, path[:-1], "{}" if parent.kind == "mapping" else "[]", file=file)
    edited = _removed_flow(read, path, parent) if parent.flow else _removed_block(read, path, parent)
    return _held(read, edited, path, expected, "")


# Values as YAML text.


def scalar(text: str, *, within_flow: bool = False) -> str:
    """Text as a YAML scalar: plain where it reads back as itself, else in double quotes."""
    wrapped = f"v: [{text}]" if within_flow else f"v: {text}"
    plain = bool(text) and "\n" not in text and not _READ_OTHERWISE.fullmatch(text) and _reads_as(wrapped, [text] if within_flow else text)
    return text if plain else _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))


def flow(value: Value) -> str:
    """A value on one line: ``{row: account, pass_values: [kept]}``."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key, within_flow=True)}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return "~" if value is None else scalar(value, within_flow=True)


def written(value: Mapping[str, Value]) -> str:
    """A block of keys, a line each; what is inside them in flow style. Ends with a line feed."""
    return "".join(f"{scalar(key)}: {scalar(inner) if isinstance(inner, str) else flow(inner)}\n" for key, inner in value.items())


def _reads_as(text: str, value: Value) -> bool:
    try:
        return parse(text.encode(), "").value == {"v": value}
    except (Problems, UnicodeEncodeError):
        return False


# The text as a tree of places.


@dataclass(frozen=True, slots=True)
class _Node:
    """Where a value stands, in characters from the start of the file."""

    kind: str
    """scalar, sequence or mapping."""
    flow: bool
    start: int
    end: int
    """After its last character that says something; of a block scalar that keeps its blank lines, after these."""
    children: dict[str | int, _Node] = field(default_factory=dict)
    keys: dict[str | int, tuple[int, int]] = field(default_factory=dict)
    """Of a mapping: start and end of each key."""


@dataclass(frozen=True, slots=True)
class _Read:
    file: str
    text: str
    value: dict[str, Value]
    root: _Node
    eol: str

    def at(self, path: Path) -> _Node | None:
        node: _Node | None = self.root
        for part in path:
            node = node.children.get(part) if node is not None else None
        return node

    def column(self, index: int) -> int:
        return index - (self.text.rfind("\n", 0, index) + 1)

    def line_end(self, index: int) -> int:
        """Before the line end that follows, or the end of the file."""
        found = self.text.find("\n", index)
        if found < 0:
            return len(self.text)
        return found - 1 if found > index and self.text[found - 1] == "\r" else found

    def splice(self, start: int, end: int, new: str) -> str:
        return self.text[:start] + new.replace("\n", self.eol) + self.text[end:]


def _read(source: bytes, file: str) -> _Read:
    value = parse(source, file).value
    text = source.decode()
    events = yaml.parse(text, Loader=yaml.CSafeLoader)
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            break
    return _Read(file, text, value, _node(next(events), events, text), "\r\n" if "\r\n" in text else "\n")


def _node(event: yaml.Event, events: Iterator[yaml.Event], text: str) -> _Node:
    """The events of one value as a tree; ``parse`` has read them before, so they are in order."""
    start, end = _marks(event)
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(bool(event.flow_style), start, events, text)
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(bool(event.flow_style), start, events, text)
    if getattr(event, "style", None) in ("|", ">"):
        end = _block_scalar_end(text, start, end)
    return _Node("scalar", False, start, end)


def _marks(event: yaml.Event) -> tuple[int, int]:
    assert event.start_mark is not None
    assert event.end_mark is not None
    return event.start_mark.index, event.end_mark.index


def _block_scalar_end(text: str, start: int, end: int) -> int:
    keeps = "+" in text[start:end].split("\n", 1)[0].partition("#")[0]
    if keeps:
        return end - (2 if text[start:end].endswith("\r\n") else 1 if text[start:end].endswith("\n") else 0)
    return start + len(text[start:end].rstrip(" \r\n"))


def _sequence(is_flow: bool, start: int, events: Iterator[yaml.Event], text: str) -> _Node:
    children: dict[str | int, _Node] = {}
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            end = _marks(event)[1] if is_flow else max(child.end for child in children.values())
            return _Node("sequence", is_flow, start, end, children)
        children[len(children)] = _node(event, events, text)
    raise AssertionError


def _mapping(is_flow: bool, start: int, events: Iterator[yaml.Event], text: str) -> _Node:
    children: dict[str | int, _Node] = {}
    keys: dict[str | int, tuple[int, int]] = {}
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            end = _marks(event)[1] if is_flow else max(child.end for child in children.values())
            return _Node("mapping", is_flow, start, end, children, keys)
        assert isinstance(event, yaml.ScalarEvent)
        keys[event.value] = _marks(event)
        children[event.value] = _node(next(events), events, text)
    raise AssertionError


# What was given.


@dataclass(frozen=True, slots=True)
class _Given:
    """YAML text to be written, its lines from column 0."""

    value: Value
    lines: tuple[str, ...]
    is_block: bool
    """A collection in block style, which begins on a line of its own."""

    def indented(self, by: int) -> str:
        """The lines after the first moved right by so many columns."""
        return "\n".join((self.lines[0], *(" " * by + line if line else line for line in self.lines[1:])))

    def under(self, column: int) -> str:
        """The lines as they stand below a key in that column."""
        return textwrap.indent("\n".join(self.lines), " " * (column + _STEP))


def _given(yaml_text: str, read: _Read, path: Path) -> _Given:
    body = textwrap.dedent(yaml_text.replace("\r\n", "\n")).rstrip("\n") or "~"
    wrapped = "v:\n" + textwrap.indent(body, "  ")
    try:
        value = parse(wrapped.encode(), "").value["v"]
        events = [event for event in yaml.parse(wrapped, Loader=yaml.CSafeLoader) if isinstance(event, yaml.NodeEvent)]
    except (Problems, UnicodeEncodeError) as error:
        said = error.problems[0].what if isinstance(error, Problems) else "is not text"
        raise _by_hand(read, path, f"what is to be written {said}", yaml_text) from None
    lines = body.split("\n")
    return _Given(value, tuple(lines), getattr(events[2], "flow_style", True) is False)


def _as_item(given: _Given) -> str:
    return "- " + given.indented(_STEP if given.is_block else 0)


# The edits, each one splice.


def _replaced(read: _Read, path: Path, node: _Node, given: _Given) -> str:
    parent = read.at(path[:-1])
    assert parent is not None
    if parent.flow:
        _refuse_swallow(read, path, node.start, node.end)
        return read.splice(node.start, node.end, _spaced(read, node, flow(given.value)))
    after, column = _sign(read, path, parent)
    line = read.line_end(after)
    if node.end <= after or node.start > line:
        return _below_sign(read, path, node, given, after, column)
    _refuse_swallow(read, path, node.start, node.end)
    if given.is_block and parent.kind == "mapping":
        end = read.line_end(node.end)
        return read.splice(after, end, f"{_comment(read.text[node.end : end])}\n{given.under(column)}")
    return read.splice(node.start, node.end, given.indented(column + (_STEP if given.is_block else 0)))


def _below_sign(read: _Read, path: Path, node: _Node, given: _Given, after: int, column: int) -> str:
    """Of a value that is empty, or begins on a line below its key or dash: the rest of that line may be a comment."""
    line = read.line_end(after)
    end = max(node.end, after)
    begin = min(end, line)
    _refuse_swallow(read, path, begin, end)
    if given.is_block:
        return read.splice(after, max(end, line), f"{read.text[after:line]}\n{given.under(column)}")
    return read.splice(after, end, f" {given.indented(column)}{read.text[after:begin]}")


def _comment(rest: str) -> str:
    return rest if rest.strip() else ""


def _spaced(read: _Read, node: _Node, text: str) -> str:
    """In flow style, an empty value after ``key:`` or a bare key needs its colon and a blank before what is written."""
    if node.start != node.end:
        return text
    before = read.text[: node.start].rstrip(" \r\n")
    return (" " if before == read.text[: node.start] else "") + text if before.endswith(":") else f": {text}"


def _sign(read: _Read, path: Path, parent: _Node) -> tuple[int, int]:
    """The place after the colon or dash that a value of a block collection follows, and the column its collection stands in."""
    column = read.column(parent.start)
    if parent.kind == "mapping":
        match = re.compile(r" *:").match(read.text, parent.keys[path[-1]][1])
        if match is None:
            raise _by_hand(read, path, "is written with `?`", "")
        return match.end(), column
    return _dash(read, path, parent) + 1, column


def _dash(read: _Read, path: Path, parent: _Node) -> int:
    """The dash of an item: the last one in the sequence's column that stands before it."""
    begin = parent.start if path[-1] == 0 else parent.children[int(path[-1]) - 1].end
    match = re.compile(rf"^ {{{read.column(parent.start)}}}-(?=\s|$)", re.MULTILINE).search(read.text, begin) if path[-1] != 0 else None
    return parent.start if match is None else match.end() - 1


def _appended_key(read: _Read, node: _Node, key: str, given: _Given) -> str:
    if node.flow:
        return _appended_flow(read, node, f"{scalar(key, within_flow=True)}: {flow(given.value)}")
    column = read.column(node.start)
    own = f"\n{given.under(column)}" if given.is_block else f" {given.indented(column)}"
    at = read.line_end(node.end)
    return read.splice(at, at, f"\n{' ' * column}{scalar(key)}:{own}")


def _appended_item(read: _Read, path: Path, node: _Node, given: _Given) -> str:
    if node.flow:
        return _appended_flow(read, node, flow(given.value))
    column = read.column(node.start)
    at = read.line_end(node.end)
    return read.splice(at, at, "\n" + textwrap.indent(_as_item(given), " " * column))


def _appended_flow(read: _Read, node: _Node, text: str) -> str:
    """After the last entry; on a line of its own where that has one, and with a comma at the end where there was one."""
    last = list(node.children)[-1]
    child = node.children[last]
    began = node.keys[last][0] if node.kind == "mapping" else child.start
    end = max(child.end, node.keys[last][1] if node.kind == "mapping" else 0)
    trailing = re.compile(r"\s*,").match(read.text, end)
    line = read.text.rfind("\n", 0, began) + 1
    alone = not read.text[line:began].strip() and read.text[line:began]
    gap = f"\n{alone}" if alone else " "
    return read.splice(trailing.end(), trailing.end(), f"{gap}{text},") if trailing else read.splice(end, end, f",{gap}{text}")


def _removed_flow(read: _Read, path: Path, parent: _Node) -> str:
    """With the comma before it, or, of the first entry, everything up to the second."""
    spans = [_flow_span(parent, part) for part in parent.children]
    index = list(parent.children).index(path[-1])
    start, end = (spans[0][0], spans[1][0]) if index == 0 else (spans[index - 1][1], spans[index][1])
    _refuse_swallow(read, path, start, end)
    return read.splice(start, end, "")


def _flow_span(parent: _Node, part: str | int) -> tuple[int, int]:
    child = parent.children[part]
    key = parent.keys.get(part, (child.start, child.end))
    return key[0], max(child.end, key[1])


def _removed_block(read: _Read, path: Path, parent: _Node) -> str:
    """Whole lines; of an entry that shares its line with what is around it, up to the next entry."""
    part = path[-1]
    start = parent.keys[part][0] if parent.kind == "mapping" else _dash(read, path, parent)
    after = _sign(read, path, parent)[0]
    end = read.line_end(max(parent.children[part].end, after))
    line = read.text.rfind("\n", 0, start) + 1
    if not read.text[line:start].strip():
        return _without_lines(read, line, end)
    following = list(parent.children)[list(parent.children).index(part) + 1]
    behind = parent.keys[following][0] if parent.kind == "mapping" else _dash(read, (*path[:-1], following), parent)
    _refuse_swallow(read, path, end, behind)
    return read.splice(start, behind, "")


def _without_lines(read: _Read, line: int, end: int) -> str:
    if end < len(read.text):
        return read.splice(line, end + len(read.eol if read.text.startswith(read.eol, end) else "\n"), "")
    return read.text[:line].removesuffix("\n").removesuffix("\r")


def _refuse_swallow(read: _Read, path: Path, start: int, end: int) -> None:
    """Raises Refused where a comment stands between two places, outside of any text."""
    gaps = read.text[start:end]
    for left, right in sorted(_texts(read, read.root), reverse=True):
        if left < end and right > start:
            gaps = gaps[: max(left - start, 0)] + gaps[max(right - start, 0) :]
    if re.search(r"(?:^|\s)#", gaps):
        raise _by_hand(read, path, "has a comment inside that would be lost", "")


def _texts(read: _Read, node: _Node) -> Iterator[tuple[int, int]]:
    """The places of all keys and scalars; of a block scalar without its first line, which may end in a comment."""
    if node.kind == "scalar":
        yield read.line_end(node.start) if read.text[node.start : node.start + 1] in ("|", ">") else node.start, node.end
    yield from node.keys.values()
    for child in node.children.values():
        yield from _texts(read, child)


# Held against what was asked.


def _held(read: _Read, edited: str, path: Path, expected: Value, asked: str) -> bytes:
    """The edited text as bytes, where it says exactly what it should."""
    data = edited.encode()
    try:
        found = parse(data, read.file).value
    except Problems:
        found = {}
    if found != expected:
        raise _by_hand(read, path, "cannot be edited in place", asked)
    return data


def _by_hand(read: _Read, path: Path, what: str, asked: str) -> Refused:
    todo = f"write it by hand: {' / '.join(asked.strip().splitlines())}" if asked.strip() else "edit it by hand"
    return Refused(f"{read.file}: {print_path(path) or 'the whole'}: {what}", todo)


def _value_at(value: Value, path: Path) -> Value:
    for part in path:
        value = value[part]  # type: ignore[index]
    return value


def _with(value: dict[str, Value], path: Path, new: Value) -> Value:
    changed = copy.deepcopy(value)
    parent = _value_at(changed, path[:-1])
    parent[path[-1]] = new  # type: ignore[index]
    return changed


def _without(value: dict[str, Value], path: Path) -> Value:
    changed = copy.deepcopy(value)
    parent = _value_at(changed, path[:-1])
    del parent[path[-1]]  # type: ignore[union-attr, arg-type]
    return changed
