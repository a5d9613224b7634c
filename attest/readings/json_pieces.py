r"""JSON (RFC 8259) read from front to back without ever holding the whole of it: for reports of hundreds of megabytes.

    pieces = Pieces(stream)                  {"runs": [{"results": [{…}, {…}, …]}]}
    for name in pieces.members():            "runs"
        for _ in pieces.entries():           each run, taken by whoever asks
            for name in pieces.members():    "results"
                for result in pieces.values():    one decoded result after the other

A window of decoded text slides over the file; the value that stands at its beginning is decoded at once, by the same scanner in C that
``json.loads`` uses. What the caller does not take is passed over, and read as strictly as the rest: refused are, wherever they stand,
another encoding than UTF-8, a key that stands twice in its object (RFC 7493, section 2.3), NaN and Infinity, numbers beyond a double's
range, lone surrogates, nesting beyond 64, anything after the end. A file larger than 1 GiB is refused, and so is one value of more than 16
million characters that is decoded whole, and one object with more than 100,000 keys: these bounds are what memory can grow to.

The file is looked at once: what stands after a fault is not read, so the first fault is the one that is named.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from json.decoder import JSONDecodeError
from typing import BinaryIO, Final, NoReturn

from attest.errors import Unreadable
from attest.wire.strict_json import MAX_DEPTH, Json, finite, no_constant, text_of, unique

MAX_BYTES: Final = 1024**3
MAX_PIECE: Final = 16 * 1024**2
MAX_NAMES: Final = 100_000
_STEP: Final = 512 * 1024
_PASSED_OVER: Final = 1024**2
"""A value that is not wanted is decoded at once up to this many characters, and gone through entry by entry above."""
_LITERAL: Final = 16
"""No cut in a number, an escape or a word reaches further back than this from the window's end."""
_GOES_ON: Final = 2
"""A number may seem to end so much before the window does, and go on: 1 in ``1e+``, 0 in ``0.``."""
_BLANK: Final = re.compile(r"[ \t\n\r]*")
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")
_FAR: Final = object()
"""In place of a value that is longer than the caller wants to decode at once."""


class Pieces:
    """A JSON text and the place in it up to which it was read. Every method raises Unreadable."""

    def __init__(self, stream: BinaryIO, step: int = _STEP) -> None:
        """``step`` is how many bytes are taken from the stream at least; what is found does not depend on it."""
        self._stream = stream
        self._step = step
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._json = json.JSONDecoder(object_pairs_hook=unique, parse_constant=no_constant, parse_float=finite)
        self._text = ""
        self._at = 0
        self._bytes = 0
        self._ended = False
        self._depth = 0
        self._waiting = False  # whether a member's or an entry's value was offered and is not yet taken

    def kind(self) -> str:
        """The first character of the value that comes next: ``{``, ``[``, ``"``, a digit …; empty where the file ends."""
        while True:
            match = _BLANK.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def members(self) -> Iterator[str]:
        """The keys of the object that comes next. A value that is not taken before the next key is asked for is passed over."""
        names: set[str] = set()
        self._open("{")
        more = self.kind() != "}"
        while more:
            name = self._name()
            if name in names:
                self._refuse(f"key {name!r:.80} stands twice")
            names.add(name)
            if len(names) > MAX_NAMES:
                raise Unreadable(f"an object has more than {MAX_NAMES} keys")
            self._waiting = True
            yield name
            self._pass_over_if_waiting()
            more = self._comma("}")
        self._close()

    def entries(self) -> Iterator[int]:
        """The entries of the array that comes next, by number; each is taken by the caller, or passed over."""
        number = 0
        self._open("[")
        more = self.kind() != "]"
        while more:
            self._waiting = True
            yield number
            self._pass_over_if_waiting()
            number += 1
            more = self._comma("]")
        self._close()

    def values(self) -> Iterator[Json]:
        """The entries of the array that comes next, each decoded."""
        return (self.value() for _ in self.entries())

    def lines(self) -> Iterator[Json]:
        """All that follows, up to the end of the file: values, each on lines of its own."""
        while self.kind():
            yield self.value()
            if not self._line_ends():
                self._refuse("a value begins on the line on which another ends")

    def value(self) -> Json:
        """The value that comes next, decoded."""
        found = self._piece(MAX_PIECE)
        if found is _FAR:
            raise Unreadable(f"one value is longer than {MAX_PIECE // 1024**2} million characters, which is as much as is taken in at once", "have the tool leave contents out")
        return found

    def end(self) -> None:
        """Nothing follows."""
        if self.kind():
            self._refuse("extra data after its end")

    def _line_ends(self) -> bool:
        """Whether only blanks stand before the end of the line, or of the file."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in " \t\r":
                    return self._text[self._at] == "\n"
                self._at += 1
            if not self._more():
                return True

    def _pass_over_if_waiting(self) -> None:
        """Large values entry by entry, small ones at once."""
        if not self._waiting or self._piece(_PASSED_OVER) is not _FAR:
            return
        kind = self.kind()
        if kind == "{":
            for _ in self.members():
                pass
        elif kind == "[":
            for _ in self.entries():
                pass
        else:
            self.value()

    def _open(self, mark: str) -> None:
        if self.kind() != mark:
            self._refuse(f"expected {mark}")
        self._waiting = False
        self._at += 1
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._refuse("nested too deeply")

    def _close(self) -> None:
        self._at += 1
        self._depth -= 1

    def _name(self) -> str:
        if self.kind() != '"':
            self._refuse("expected a key in double quotes")
        name: str = self.value()
        if self.kind() != ":":
            self._refuse("expected : after a key")
        self._at += 1
        return name

    def _comma(self, closing: str) -> bool:
        mark = self.kind()
        if mark == ",":
            self._at += 1
            return True
        if mark != closing:
            self._refuse("expected a comma or the end of a list or object" if mark else "it ends too early")
        return False

    def _piece(self, most: int) -> Json:
        """The next value, decoded; ``_FAR`` where it is not complete within so many characters, and then nothing was taken."""
        if not self.kind():
            self._refuse("it ends too early")
        while (decoded := self._decoded()) is None:
            if len(self._text) - self._at > most:
                return _FAR
            self._more()
        found, end = decoded
        self._check(found, end)
        self._at = end
        self._waiting = False
        return found

    def _decoded(self) -> tuple[Json, int] | None:
        """The value at the window's beginning and where it ends; None where the window may have cut it."""
        try:
            found, end = self._json.raw_decode(self._text, self._at)
        except JSONDecodeError as error:
            cut = error.msg.startswith("Unterminated") or error.pos >= len(self._text) - _LITERAL
            if self._ended or not cut:
                self._refuse(error.msg[0].lower() + error.msg[1:], error.pos)
            return None
        except RecursionError:
            self._refuse("nested too deeply")
        except ValueError as error:
            self._refuse(str(error))
        return (found, end) if self._ended or end + _GOES_ON < len(self._text) else None

    def _check(self, found: Json, end: int) -> None:
        """What the scanner lets pass; looked for in the text first, because walking through every value is slow."""
        text, at = self._text, self._at
        deep = text.count("{", at, end) + text.count("[", at, end) > MAX_DEPTH - self._depth
        try:
            if deep and not _within(found, MAX_DEPTH - self._depth):
                self._refuse("nested too deeply")
            if _SURROGATE.search(text, at, end):
                text_of(found)
        except ValueError as error:
            self._refuse(str(error))

    def _more(self) -> bool:
        """Slides the window on, by at least as much as is waiting in it; False at the end of the file."""
        if self._ended:
            return False
        waiting = self._text[self._at :]
        try:
            self._text = waiting + self._taken(max(self._step, len(waiting)))
        except UnicodeDecodeError:
            raise Unreadable("the file is not strict JSON: it is not UTF-8") from None
        self._at = 0
        return True

    def _taken(self, size: int) -> str:
        data = self._stream.read(size)
        self._bytes += len(data)
        if self._bytes > MAX_BYTES:
            raise Unreadable(f"the file is larger than {MAX_BYTES // 1024**3} GiB, which is as much as is read", "attach a shorter report")
        self._ended = not data
        return self._decode(data, final=not data)

    def _refuse(self, why: str, place: int | None = None) -> NoReturn:
        raise Unreadable(f"the file is not strict JSON: {why} (about byte {self._about(self._at if place is None else place)})")

    def _about(self, place: int) -> int:
        return max(0, self._bytes - len(self._text[place:].encode("utf-8", "replace")))


def _within(value: Json, depth: int) -> bool:
    """Whether no container in the value lies deeper than this, the value itself being at 1."""
    level = [value] if isinstance(value, (dict, list)) else []
    while level and depth:
        level = [inner for outer in level for inner in (outer.values() if isinstance(outer, dict) else outer) if isinstance(inner, (dict, list))]
        depth -= 1
    return not level
