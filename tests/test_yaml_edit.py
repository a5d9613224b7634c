"""Edits of YAML: exactly one place changes, whatever stands around it."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from attest.authoring.yaml_edit import add_item, flow, remove, scalar, set_key, set_value, written
from attest.errors import Problems, Refused
from attest.yaml_lines import Value, parse

CASES = Path(__file__).parent / "cases" / "yaml_edit"
EDITS = {"set_value": set_value, "add_item": add_item, "set_key": set_key, "remove": remove}


def _path(text: str) -> tuple[str | int, ...]:
    return tuple(int(part) if part.isdigit() else part for part in text.split("/") if part)


def _case(file: Path) -> tuple[list[str], str, str, str]:
    """A case: the call, the source, what is written, and what comes out (or what is said), parted by lines of dashes."""
    call, source, block, after = file.read_text(encoding="utf-8").split("------\n")
    return call.split(), source, block.rstrip("\n"), after


@pytest.mark.parametrize("crlf", [False, True], ids=["lf", "crlf"])
@pytest.mark.parametrize("file", sorted(CASES.glob("*.case")), ids=lambda file: file.stem)
def test_cases(file: Path, crlf: bool) -> None:
    (name, path, *more), source, block, after = _case(file)
    arguments = [*more, block] if name != "remove" else more
    data = source.replace("\n", "\r\n" if crlf else "\n").encode()
    edit: Any = EDITS[name]
    if after.startswith("refused: "):
        with pytest.raises(Refused, match=after.removeprefix("refused: ").strip()) as refused:
            edit(data, _path(path), *arguments)
        assert refused.value.hint
    else:
        assert edit(data, _path(path), *arguments).decode() == after.replace("\n", "\r\n" if crlf else "\n")


@pytest.mark.parametrize("source", [b"a: &x 1\n", b"a: *x\n", b"a: !t 1\n", b"\xff", b"a: 1\na: 2\n", b"- a\n", b""])
def test_what_the_parser_refuses_is_refused(source: bytes) -> None:
    with pytest.raises(Problems):
        set_key(source, (), "b", "1")


def test_a_file_without_a_last_line_end_keeps_it_so() -> None:
    assert add_item(b"a:\n  - 1", ("a",), "2") == b"a:\n  - 1\n  - 2"
    assert remove(b"a: 1\nb: 2", ("b",)) == b"a: 1"
    assert set_key(b"a: 1 # x", (), "b", "2") == b"a: 1 # x\nb: 2"


def test_line_ends_that_are_mixed_stay_where_they_are() -> None:
    assert set_value(b"a: 1\nb: 2\r\nc: 3\n", ("b",), "4") == b"a: 1\nb: 4\r\nc: 3\n"


# Any document, any edit.

TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Z")), max_size=12) | st.sampled_from(["", "null", "~", "no", "a: b", "x #y", "#", "- a", "1.10", "é ü", "'", '"', "{", "]", "two\nlines\n", "a,b", "|", ">-", "?", "a:", "…", "\U0001f600"])
KEYS = st.text("abcdefghé -", min_size=1, max_size=6).map(str.strip).filter(bool) | st.sampled_from(["on", "a: b", "#x", "no-way", "0"])


NOTE, LEFT, ASIDE = "# a: note, of [things]", "# left", "# aside: - [x]"


def values(depth: int = 2) -> st.SearchStrategy[Any]:
    plain = TEXTS | st.none()
    if not depth:
        return plain
    return plain | st.lists(values(depth - 1), max_size=3) | st.dictionaries(KEYS, values(depth - 1), max_size=3)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A value written by hand, as people do: block and flow, comments and blank lines anywhere they may stand."""
    value = draw(st.dictionaries(KEYS, values(2), min_size=1, max_size=3))
    return "".join(line + "\n" for line in [*_noise(draw, 0), *_mapping(draw, value, 0), *_noise(draw, 0)])


def _noise(draw: st.DrawFn, column: int) -> list[str]:
    return draw(st.lists(st.sampled_from(["", " " * column + NOTE, LEFT]), max_size=1))


def _is_noise(line: str) -> bool:
    return line.strip() in ("", NOTE, LEFT)


def _aside(draw: st.DrawFn) -> str:
    return draw(st.sampled_from(["", "", f"  {ASIDE}"]))


def _mapping(draw: st.DrawFn, value: dict[str, Any], column: int) -> list[str]:
    lines: list[str] = []
    for key, inner in value.items():
        head = " " * column + scalar(key) + ":"
        lines += _noise(draw, column) + _entry(draw, head, inner, column, under=draw(st.sampled_from([0, 2])))
    return lines


def _sequence(draw: st.DrawFn, value: list[Any], column: int) -> list[str]:
    lines: list[str] = []
    for inner in value:
        lines += _noise(draw, column) + _entry(draw, " " * column + "-", inner, column, under=2)
    return lines


def _entry(draw: st.DrawFn, head: str, inner: Any, column: int, under: int) -> list[str]:
    if isinstance(inner, dict | list) and inner and draw(st.booleans()):
        if isinstance(inner, dict):
            if head.endswith("-") and draw(st.booleans()):
                lines = _mapping(draw, inner, column + 2)
                while _is_noise(lines[0]):
                    lines.pop(0)
                return [head + lines[0][len(head) :], *lines[1:]]
            return [head + _aside(draw), *_mapping(draw, inner, column + 2)]
        return [head + _aside(draw), *_sequence(draw, inner, column + under)]
    if isinstance(inner, str) and inner.strip() and inner.splitlines()[0].strip() and inner.isprintable() and inner == inner.strip() and draw(st.booleans()):
        mark = draw(st.sampled_from(["|-", ">-"]))
        return [f"{head} {mark}{_aside(draw)}", " " * (column + 4) + inner, *draw(st.sampled_from([[], [""]]))]
    if inner is None and draw(st.booleans()):
        return [head + _aside(draw)]
    return [f"{head} {scalar(inner) if isinstance(inner, str) else flow(inner)}{_aside(draw)}"]


def places(value: Value, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for part, each in inner for found in places(each, (*path, part)))]


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        value = value[part]
    return value


def as_block(draw: st.DrawFn, value: Any) -> str:
    if isinstance(value, dict | list) and value and draw(st.booleans()):
        lines = _mapping(draw, value, 0) if isinstance(value, dict) else _sequence(draw, value, 0)
        return "\n".join(lines)
    return scalar(value) if isinstance(value, str) else flow(value)


def _fits(name: str, value: Any, path: tuple[str | int, ...]) -> bool:
    kinds = {"add_item": list, "set_key": dict}
    return bool(path) and (value is None or isinstance(value, kinds.get(name, object)))


def meant(name: str, before: dict[str, Any], path: tuple[str | int, ...], new: Any) -> Any:
    """What the edit should come to, on plain values."""
    whole = {"": copy.deepcopy(before)}
    parent, last = at(whole, ("", *path)[:-1]), ("", *path)[-1]
    if name == "remove":
        del parent[last]
    else:
        parent[last] = {"set_value": lambda old: new, "add_item": lambda old: [*(old or []), new], "set_key": lambda old: {**(old or {}), "fresh": new}}[name](parent[last])
    return whole[""]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_an_edit_changes_its_place_alone_or_is_refused(data: st.DataObject) -> None:
    source = data.draw(documents()).replace("\n", data.draw(st.sampled_from(["\n", "\r\n"]))).encode()
    before = parse(source, "f").value
    name, new = data.draw(st.sampled_from(sorted(EDITS))), data.draw(values(1))
    path = data.draw(st.sampled_from([path for path in places(before) if _fits(name, at(before, path), path)] or places(before)))
    arguments = {"remove": (), "set_key": ("fresh", as_block(data.draw, new))}.get(name, (as_block(data.draw, new),))
    try:
        edited = EDITS[name](source, path, *arguments)  # type: ignore[operator]
    except Refused as refused:
        event(refused.message.rpartition(": ")[2])
        assert re.search("would be lost|is no list|no such place|only key|no block of keys", refused.message), refused.message
        return
    event("edited")
    assert parse(edited, "f").value == meant(name, before, path, new)
    assert name == "remove" or _comments(source) <= _comments(edited) <= _comments(source + arguments[-1].encode())
    assert b"\r\n" not in source or edited.count(b"\n") == edited.count(b"\r\n")


def _comments(source: bytes) -> int:
    return sum(source.count(comment.encode()) for comment in (NOTE, LEFT, ASIDE))


@settings(max_examples=200, deadline=None)
@given(documents(), st.data())
def test_what_is_put_in_and_taken_out_again_leaves_no_trace(text: str, data: st.DataObject) -> None:
    source = text.encode()
    block = scalar(data.draw(TEXTS))
    assert remove(set_key(source, (), "fresh", block), ("fresh",)) == source


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(KEYS, values(3), min_size=1, max_size=4))
def test_values_are_written_as_they_are_read(value: dict[str, Any]) -> None:
    assert parse(written(value).encode(), "f").value == value
