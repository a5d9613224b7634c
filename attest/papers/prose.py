"""Prose in UTF-8: Markdown, told by its front matter or a heading, or plain text.

    ---
    title: Cryptography policy         ->  Paper("markdown", "Cryptography policy", changed=2026-04-02)
    date: 2026-04-02
    ---

The title is the front matter's, else the first heading. Refused, because it is data and not prose: JSON, also in lines or cut off, XML, web
pages, tables, settings, logs, what is encrypted or packed as text, reports of tools. As a document such a file would be on file, whatever it
says; as a report or a record it is read. Refused too: not one letter beside front matter and comments.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from attest import readings
from attest.errors import Problems, Unreadable
from attest.readings.interface import Paper
from attest.times import parse_moment_or_day
from attest.yaml_lines import Value, parse_text

_NO_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
_FRONT = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(\S.*?)(?:[ \t]+#+)?[ \t]*$|^(\S[^\n]*)\n(?:=+|-+)[ \t]*$", re.MULTILINE)
_FENCED = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.DOTALL | re.MULTILINE)
_MARKED_UP = re.compile(r"\s*<(?!https?:|mailto:|[\w.+-]+@)[a-z!?/]", re.IGNORECASE)
_BEGINS: Final = (
    (re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[{\"\]]|\[\s*\[\s*[\[{\"\d-])"), "JSON"),
    (re.compile(r"-----BEGIN [A-Z ]+-----|age-encryption\.org/"), "encrypted or a key"),
    (re.compile(r"\{\\rtf"), "RTF"),
)
"""How data begins that need not be whole."""
_KEYED = re.compile(r"\s*(?:- )?[\"']?[\w.-]+[\"']?\s*[:=]\s*(?:\S+\s+){0,3}(?:[^\s.]\S*)?\s*$|\s*- ?\{[^{}]*:[^{}]*\}$|\[[\w. -]+\]$")
"""A name and a short value; a sentence after a colon is none."""
_LOGGED = re.compile(r"\W?\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_PAIR = re.compile(r"[^,;\t]+[,;\t][^\s,;\t][^,;\t]*")
_MARKS = ",;\t"
_HEAD = 512 * 1024


def read(data: bytes) -> Paper:
    """A text's bytes -> the document that it is. Raises Unreadable where it is no text, or data."""
    try:
        text = data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Unreadable("the file is no PDF, DOCX, Markdown or text in UTF-8", "save it as PDF, or have a role declare what it shows (kind: declaration, with file:)") from None
    if _NO_TEXT.search(text):
        raise Unreadable("the file is no PDF, DOCX, Markdown or text: it has control characters", "save it as PDF")
    said = _uncommented(text)
    front = _FRONT.match(said.lstrip())
    if not any(character.isalpha() for character in (said.lstrip()[front.end() :] if front else said)):
        raise Unreadable("the file has no text", "see that it was saved in full")
    if thing := _data(said, data):
        raise Unreadable(f"the file is {thing}, not prose", "attach it as kind: report or kind: record, so that it is read; or save a document as PDF")
    return _paper(text)


def _uncommented(text: str) -> str:
    """Without comments; one that is never closed is text."""
    first, *others = text.split("<!--")
    return first + "".join(part.partition("-->")[2] if "-->" in part else part for part in others)


def _paper(text: str) -> Paper:
    front = _FRONT.match(text)
    said = _front(front[1]) if front else {}
    heading = _HEADING.search(_FENCED.sub("", text[front.end() if front else 0 :]))
    title = _text(said.get("title")) or (" ".join((heading[1] or heading[2]).split())[:200] if heading else None)
    return Paper("markdown" if front or heading else "text", title, None, _moment(_text(said.get("date"))), None)


def _front(matter: str) -> dict[str, Value]:
    try:
        return parse_text(matter, "", first_line=2).value
    except Problems:
        return {}


def _text(value: Value) -> str | None:
    return value[:200] if isinstance(value, str) else None


def _moment(said: str | None) -> datetime | None:
    try:
        return parse_moment_or_day(said) if said else None
    except ValueError:
        return None


def _data(text: str, data: bytes) -> str | None:
    """What kind of data it is, where it is some."""
    if _MARKED_UP.match(text):
        return "XML or a web page"
    told = next((name for name, module in readings.REPORTS.items() if module.sniff(data[:_HEAD])), None)
    if told is not None:
        return f"what a tool wrote ({told})"
    return next((thing for begins, thing in _BEGINS if begins.match(text)), None) or _of_lines([line for line in text.split("\n", 200)[:200] if line.strip()])


def _of_lines(lines: list[str]) -> str | None:
    """What kind of data these first lines are, where they are three or more and alike."""
    if len(lines) >= 3 and _is_table(lines):
        return "a table"
    if len(lines) >= 3 and _share(_LOGGED, lines) > 0.8:
        return "a log"
    if _share(_KEYED, [line for line in lines if line[0] not in "#;"]) > 0.9:
        return "settings or a list of values"
    words = " ".join(lines).split()
    return "packed as text" if sum(map(len, words)) > 40 * len(words) and all(map(str.isascii, words)) else None


def _share(pattern: re.Pattern[str], lines: list[str]) -> float:
    return sum(pattern.match(line) is not None for line in lines) / max(1, len(lines))


def _is_table(lines: list[str]) -> bool:
    """Each parted by the same mark into the same number of cells: three or more, or two with nothing between them but the mark."""
    if all(map(_PAIR.fullmatch, lines)):
        return True
    return any(lines[0].count(mark) >= 2 and len({line.count(mark) for line in lines}) == 1 for mark in _MARKS)
