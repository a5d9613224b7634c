"""A canary in every field of a model, made from the model itself, so that a field that is added is watched from its first day.

    Brood().fill(Party)   ->  {"name": "kanari0001x", "since": "2093-01-03", "clauses": {"data-protection": {"where": "kanari0007x", …}}, …}
    found(b"…")           ->  the canaries in the bytes, also where they are packed, encoded or escaped

A canary is a word, number, span, day or digest that stands nowhere else. Words of a closed list cannot be one; the test counts them. Of what
is published of a model (``PUBLISHED``) a word sings instead: it has to be found, so that a test that looks in the wrong place fails.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import html
import io
import re
import types
import urllib.parse
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from attest.model.acceptance import Acceptance, Requirement
from attest.model.answers import Given
from attest.model.condition import Condition
from attest.model.questionnaire import Choice, Item, Questionnaire, Section
from attest.times import print_moment

PUBLISHED: Final[dict[type[BaseModel], frozenset[str]]] = {
    Questionnaire: frozenset({"id", "asker", "asker_name", "title", "version", "visibility", "about", "summary", "send_to", "sections"}),
    Section: frozenset({"id", "title", "help", "show_if", "items"}),
    Item: frozenset({"id", "ask", "kind", "also", "choices", "unit", "least", "most", "asked_of", "required", "help", "show_if"}),
    Choice: frozenset({"id", "text"}),
    Acceptance: frozenset({"id", "owner", "owner_name", "title", "version", "visibility", "kind", "summary", "questionnaires", "requirements", "clauses"}),
    Requirement: frozenset({"id", "title", "level", "shown_by", "why", "help", "some"}),
}
"""All that may be said of a public questionnaire or policy. What is not named here is private, a field of tomorrow too."""

VARIANTS: Final[dict[type[BaseModel], tuple[dict[str, Any], ...]]] = {
    Item: ({"kind": "number", "choices": None, "also": None}, {"kind": "choices", "also": None, "unit": None, "least": None, "most": None}, {"kind": "yes-no", "choices": None, "unit": None, "least": None, "most": None}),
    Given: ({"file": None, "sha256": None}, {"value": None}),
}
"""Of models whose fields exclude each other: what is given besides, and left out (None), so that each field stands in one of them."""

_BEGIN: Final = datetime(2093, 1, 1, tzinfo=UTC)
_WORD: Final = "kanari{:04d}x"
_OPEN: Final = "singing{:04d}x"
_SHAPES: Final = (
    re.compile(r"kanari\d{4}x", re.IGNORECASE),
    re.compile(r"\b734[,. ']?\d{3}[,. ']?\d{3}\b"),
    re.compile(r"\b23[4-9]\d\d ?(?:d|days)\b"),
    re.compile(r"\b209[34]-?\d\d-?\d\d(?!\d)|\b\d{1,2} [A-Z][a-z]{2,8} 209[34]\b|\b[A-Z][a-z]{2,8} \d{1,2}, 209[34]\b"),
)
_SINGING: Final = re.compile(r"singing\d{4}x", re.IGNORECASE)
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{24,}")
_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
_DEEP: Final = 3


@dataclass
class Brood:
    """Fills models with canaries, and knows every one."""

    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    digests: set[str] = field(default_factory=set)
    places: list[tuple[str, str]] = field(default_factory=list)
    """Model and field of each canary."""
    closed: list[tuple[str, str]] = field(default_factory=list)
    """Of each word of a closed list, which no canary can be."""
    condition: Callable[[], Any] = lambda: None
    """What stands where a condition may; None for nothing."""
    at: tuple[str, str] = ("", "")
    """Model and field that is being filled."""

    def word(self) -> str:
        """A word that is an id, a name, a text."""
        return _WORD.format(next(self.numbers))

    def fill(self, model: type[BaseModel], *, openly: bool = False, variant: int = 0, **given: Any) -> dict[str, Any]:
        """Plain values of every field, by the keys that files have. ``given`` is taken as it is, None leaves out; ``openly``: as something public."""
        chosen, filled = {**dict(VARIANTS.get(model, ({},))[variant]), **given}, {}
        for name, about in model.model_fields.items():
            shown = openly and name in PUBLISHED.get(model, ())
            self.at = (model.__name__, name)
            value = chosen[name] if name in chosen else self._value(_kind(about), shown)
            if value is not None:
                filled[about.alias or name] = value
        return filled

    def _value(self, kind: Any, openly: bool) -> Any:
        origin, inner = get_origin(kind), get_args(kind)
        if origin is Annotated and get_origin(inner[0]) not in (tuple, dict, Union, types.UnionType) and not _is_model(inner[0]):
            return self._leaf(kind, openly)
        if origin is Annotated:
            return self._value(inner[0], openly)
        if origin in (Union, types.UnionType):
            return self._value(next(one for one in inner if one is not type(None)), openly)
        if origin is tuple:
            return self._every(inner[0], openly)
        if origin is dict:
            return self._by_key(self.at, inner[0], self._every(inner[1], openly), openly)
        if _is_model(kind):
            return self.condition() if kind is Condition else self.fill(kind, openly=openly)
        return self._leaf(kind, openly)

    def _by_key(self, at: tuple[str, str], key: Any, values: list[Any], openly: bool) -> dict[str, Any]:
        made = {}
        for value in values:
            self.at = at
            made[self._value(key, openly)] = value
        return made

    def _every(self, kind: Any, openly: bool) -> list[Any]:
        inner = get_args(kind)[0] if get_origin(kind) is Annotated else kind
        if _is_model(inner) and inner in VARIANTS:
            return [self.fill(inner, openly=openly, variant=variant) for variant in range(len(VARIANTS[inner]))]
        return [one for one in [self._value(kind, openly)] if one is not None]

    def _leaf(self, kind: Any, openly: bool) -> str:
        words = _closed(kind)
        if words:
            self.closed.append(self.at)
            return str(words[0])
        for tried in self._candidates(next(self.numbers), openly):
            with suppress(ValueError):
                TypeAdapter(kind).validate_python(tried)
                self.places += [] if openly else [self.at]
                self.digests |= {tried} if len(tried) > 40 and not openly else set()
                return tried
        raise AssertionError(f"{self.at}: no canary fits, add one to _candidates")

    def _candidates(self, n: int, openly: bool) -> tuple[str, ...]:
        word = (_OPEN if openly else _WORD).format(n)
        digest, when = hashlib.sha256(word.encode()), _BEGIN + timedelta(days=n)
        return word, str((735_000_000 if openly else 734_000_000) + n), f"{23_400 + n % 600}d", when.date().isoformat(), print_moment(when), f"SHA256:{base64.b64encode(digest.digest()).decode().rstrip('=')}", digest.hexdigest()


def _kind(about: FieldInfo) -> Any:
    return Annotated[about.annotation, *about.metadata] if about.metadata else about.annotation


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _closed(kind: Any) -> tuple[Any, ...]:
    kind = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    return get_args(kind) if get_origin(kind) is Literal else ()


def found(data: bytes, digests: frozenset[str] | set[str] = frozenset()) -> set[str]:
    """Every canary in the bytes, however it is said there."""
    texts = list(readings(data))
    said = {match[0] for text in texts for shape in _SHAPES for match in shape.finditer(text)}
    return said | {digest for digest in digests for text in texts if digest in text}


def singing(data: bytes) -> set[str]:
    """Every published word in the bytes."""
    return {match[0] for text in readings(data) for match in _SINGING.finditer(text)}


def readings(data: bytes, deep: int = 0) -> Iterator[str]:
    """The bytes as text, as written and as read: unpacked, decoded, without escapes."""
    text = data.decode("utf-8", "replace")
    yield from {text, text.replace("\0", ""), html.unescape(text), urllib.parse.unquote(text), _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), text)}
    if deep < _DEEP:
        for inner in (*_unpacked(data), *_decoded(text)):
            yield from readings(inner, deep + 1)


def _unpacked(data: bytes) -> Iterator[bytes]:
    with suppress(OSError, EOFError, zlib.error):
        if data.startswith(b"\x1f\x8b"):
            yield gzip.decompress(data)
    with suppress(zipfile.BadZipFile):
        if data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                yield from (archive.read(part) for part in archive.namelist())


def _decoded(text: str) -> Iterator[bytes]:
    for match in _BASE64.finditer(text):
        run = match[0].replace("-", "+").replace("_", "/")
        whole = run[:-1] if len(run) % 4 == 1 else run
        with suppress(binascii.Error):
            yield base64.b64decode(whole + "=" * (-len(whole) % 4))
