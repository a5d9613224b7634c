"""The one file that speaks. Data goes to stdout, talk to stderr:

    attest: error: no key in .attest/keys
    attest: hint: make one with `attest keys new`

Lower-case, no full stop. Colour only on a terminal, never with NO_COLOR; progress only on a terminal. Text that came from a file
or a network passes ``plain`` first: control and direction characters would let it draw over what we say.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import TextIOWrapper
from typing import Any, TextIO, TypeVar

from attest.errors import Problem, Problems
from attest.unseen import visible

Item = TypeVar("Item")

_COLOUR = {"red": "31", "green": "32", "yellow": "33", "bold": "1", "dim": "2"}


def plain(text: str) -> str:
    r"""The text with every control, direction and line-breaking character shown as ``\uXXXX``."""
    return visible(text)


def colour(text: str, name: str, stream: TextIO | None = None) -> str:
    """The text in a colour, where the stream shows colours."""
    out = stream or sys.stdout
    wanted = bool(os.environ.get("FORCE_COLOR")) or (out.isatty() and os.environ.get("TERM") != "dumb")
    return f"\x1b[{_COLOUR[name]}m{text}\x1b[0m" if wanted and not os.environ.get("NO_COLOR") else text


def data(text: str) -> None:
    """A result, for people, on stdout."""
    sys.stdout.write(text + "\n")


def data_bytes(value: bytes) -> None:
    """A result that is a file of its own, on stdout, byte for byte."""
    sys.stdout.flush()
    sys.stdout.buffer.write(value)
    sys.stdout.buffer.flush()


def data_json(value: Any) -> None:
    """A result, for programs, on stdout. Where that is no UTF-8, what is beyond ASCII is escaped as JSON does it."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=not _is_utf8(sys.stdout)) + "\n")


def _is_utf8(stream: TextIO) -> bool:
    return (stream.encoding or "").lower().replace("-", "") == "utf8"


def never_fail_to_speak() -> None:
    """A character that the terminal's encoding lacks is shown as an escape; a stream that was closed swallows what is said."""
    sys.stdout, sys.stderr = (stream or open(os.devnull, "w", encoding="utf-8") for stream in (sys.stdout, sys.stderr))  # noqa: PTH123, SIM115 - lives as long as the program
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and not _is_utf8(stream):
            stream.reconfigure(errors="backslashreplace")


def say(text: str) -> None:
    """Talk, on stderr."""
    sys.stderr.write(text + "\n")


def end_line() -> None:
    """Leaves the line that a question or a counter may have begun, on a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write("\n")


def error(message: str, hint: str = "") -> None:
    """What is wrong and what to do, on stderr."""
    say(colour("attest: error: ", "red", sys.stderr) + plain(message))
    if hint:
        say("attest: hint: " + plain(hint))


def warn(message: str) -> None:
    """Something to know that stops nothing, on stderr."""
    say(colour("attest: warning: ", "yellow", sys.stderr) + plain(message))


def ask(question: str, default: str) -> str:
    """One line from the terminal; the default where nothing is typed. The question goes to stderr."""
    sys.stderr.write(f"{question} [{default}]: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip() or default


def asked(question: str) -> str | None:
    """One line from the terminal, blanks around it dropped; None where there is no more to read. The question goes to stderr."""
    sys.stderr.write(f"{question} ")
    sys.stderr.flush()
    line = sys.stdin.readline()
    return line.strip() if line else None


def problems(found: Problems) -> None:
    """Every problem on a line of its own, then the count and what to do, on stderr."""
    for problem in found.problems:
        say(plain(str(problem)))
    error(found.message, found.hint)


def problem_json(problem: Problem) -> dict[str, Any]:
    """A problem for programs. A file name that is no text is shown with escapes in it: JSON holds text."""
    file = problem.file.encode("utf-8", "backslashreplace").decode("utf-8")
    return {"file": file, "line": problem.line, "path": problem.path, "what": problem.what, "todo": problem.todo, "grade": problem.grade}


def progress(items: Sequence[Item], what: str) -> Iterator[Item]:
    """Passes the items on, with a counter on a terminal."""
    show = counter(what)
    for index, item in enumerate(items, 1):
        show(index, len(items))
        yield item


def counter(what: str) -> Callable[[int, int], None]:
    """``counter("pages")(30, 100)`` shows how far long work is, on a terminal."""
    shown = sys.stderr.isatty()

    def show(done: int, of: int) -> None:
        if shown and of > 20 and (done % 10 == 0 or done == of):
            sys.stderr.write(f"\r{what} {done}/{of}" + ("\n" if done == of else ""))
            sys.stderr.flush()

    return show


def table(rows: Iterable[Sequence[str]]) -> str:
    """Rows of text as columns, two spaces apart."""
    lines = [list(map(plain, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)] if lines else []
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in lines)
