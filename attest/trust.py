"""Whom this reader trusts, from where: ``trust.toml``, read strictly, and changed a block at a time so that comments stay.

    [[pin]]
    center = "https://trust.harbourline.example/"
    role = "issuer"                                  # issuer, officer, assessor or witness
    key = "SHA256:pfHI…43 characters"                # as `ssh-keygen -lf` prints it
    spki = "MFkwEwYHKoZI…"                           # optional: the whole key, base64 of its DER
    log = "name+hash+key"                            # optional: the log's vkey
    not_before = 2026-11-01T00:00:00Z                # optional; a day means its first second
    not_after = 2027-11-01                           # optional; a day is still good
    from = "contract of 2026-11-01"

A pin is good for its center and role only (format.md, Trust of the reader). Refused, with the line: unknown keys and tables, a
missing center, role or key, a key that is no fingerprint, a spki that is another key's.
"""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

from attest.errors import CouldNotTell, Unreadable, WrongUse
from attest.times import end_of, parse_day, parse_moment, print_moment, start_of
from attest.wire import base64_strict, openssh, publickey

Role = Literal["issuer", "officer", "assessor", "witness"]
ROLES: Final[tuple[Role, ...]] = ("issuer", "officer", "assessor", "witness")

_FIELDS: Final = ("center", "role", "key", "spki", "log", "not_before", "not_after", "from")
_HEADER = re.compile(r"\s*\[")
_PIN_HEADER = re.compile(r"\s*\[\[\s*(?:pin|\"pin\"|'pin')\s*\]\]")

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Pin:
    """A key the reader trusts, for one center in one role, and from where the reader has it."""

    center: str | None
    """The center's id; None only for a key given for one call."""
    role: Role
    key: str
    """OpenSSH fingerprint."""
    spki: bytes | None = None
    log: str | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None
    """The first moment at which the pin no longer holds."""
    source: str = ""
    """Such as: contract of 2026-11-01, DNS, told by phone."""


@dataclass(frozen=True, slots=True)
class Trust:
    """``pins`` of the trust file; ``call``: keys given for this one call, which then are the only ones good enough."""

    pins: tuple[Pin, ...] = ()
    call: tuple[Pin, ...] = ()


def default_file() -> Path:
    """``$XDG_CONFIG_HOME/attest/trust.toml``, else under ``~/.config``."""
    base = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(base).expanduser() / "attest" / "trust.toml"


def read_trust(file: Path, *, needed: bool) -> tuple[str, tuple[Pin, ...]]:
    """The file's text and pins; both empty where it is not there, unless it is ``needed``. Raises WrongUse at file:line."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        if needed:
            raise WrongUse(f"there is no trust file {file}", "`attest trust add` makes one") from None
        return "", ()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(f"{file} cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8'}") from None
    return text, parse_trust(text, str(file))


def parse_trust(text: str, name: str) -> tuple[Pin, ...]:
    """trust.toml's text -> pins, in order. Raises WrongUse, with ``name`` and the line."""
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise WrongUse(f"{name}: {error}", "it has to be TOML, a [[pin]] a key") from None
    for key in tables.keys() - {"pin"}:
        raise WrongUse(f"{name}:{_line(text, 0, key)}: {key!r} is not known here", "only [[pin]] blocks stand in it")
    pins = tables.get("pin", [])
    if not isinstance(pins, list) or not all(isinstance(pin, dict) for pin in pins):
        raise WrongUse(f"{name}:{_line(text, 0, 'pin')}: pin is not a list of blocks", "write [[pin]]")
    return tuple(_parse(pin, text, name, index) for index, pin in enumerate(pins))


def _parse(table: dict[str, Any], text: str, name: str, index: int) -> Pin:
    def wrong(key: str, what: str, todo: str = "") -> WrongUse:
        return WrongUse(f"{name}:{_line(text, index, key)}: pin[{index}].{key}: {what}", todo)

    for key in table.keys() - set(_FIELDS):
        raise wrong(key, "not known", f"a pin has {', '.join(_FIELDS)}")
    for key in ("center", "role", "key"):
        if not isinstance(table.get(key), str) or not table[key]:
            raise wrong(key, "is missing" if key not in table else "is not text")
    if table["role"] not in ROLES:
        raise wrong("role", f"{table['role']!r} is no role", f"one of {', '.join(ROLES)}")
    for key in ("spki", "log", "from"):
        if not isinstance(table.get(key, ""), str):
            raise wrong(key, "is not text")
    if not openssh.is_fingerprint(table["key"]):
        raise wrong("key", "is no fingerprint", "SHA256: and 43 characters, as `ssh-keygen -lf` prints it")
    return _pin(table, wrong)


def _pin(table: dict[str, Any], wrong: Callable[..., WrongUse]) -> Pin:
    def checked(key: str, read: Callable[[Any], Value]) -> Value | None:
        try:
            return read(table[key]) if key in table else None
        except (ValueError, OverflowError, Unreadable) as error:
            raise wrong(key, getattr(error, "message", None) or str(error)) from None

    spki = checked("spki", base64_strict.decode)
    if spki is not None and checked("spki", lambda _: openssh.fingerprint(spki)) != table["key"]:
        raise wrong("spki", f"is another key than {table['key']}")
    return Pin(
        table["center"], table["role"], table["key"], spki, table.get("log"),
        checked("not_before", lambda value: _moment(value, start_of)), checked("not_after", lambda value: _moment(value, end_of)), table.get("from", ""),
    )  # fmt: skip


def _moment(value: Any, of_day: Callable[[date], datetime]) -> datetime:
    """A TOML time with its offset, a TOML day, or the text of either."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("is a time without a zone, write it as 2026-11-01T00:00:00Z")
        return value.astimezone(UTC)
    if isinstance(value, date):
        return of_day(value)
    if isinstance(value, str):
        return parse_moment(value) if "T" in value else of_day(parse_day(value))
    raise ValueError("is neither a time nor a day")


def _line(text: str, index: int, key: str) -> int:
    """Where a key of the pin stands, as far as lines tell; else where its block begins, else 1."""
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines) if _PIN_HEADER.match(line)]
    start = starts[index] if index < len(starts) else 0
    named = re.compile(rf"\s*(?:\[+\s*)?[\"']?{re.escape(key)}[\"']?\s*[\]=]")
    inside = (number for number in range(start, len(lines)) if named.match(lines[number]))
    return next(inside, start) + 1


def key_of(text: str) -> tuple[str, bytes | None]:
    """A fingerprint, a public key in PEM, or the path of a PEM or .pub file -> (fingerprint, SPKI DER where known). Raises WrongUse."""
    if openssh.is_fingerprint(text):
        return text, None
    if text.startswith("SHA256:"):
        raise WrongUse(f"{text!r} is no fingerprint", "SHA256: and 43 characters, as `ssh-keygen -lf` prints it")
    try:
        spki = _public_key(text.encode() if "-----BEGIN" in text else _key_file(Path(text)))
    except Unreadable as error:
        raise WrongUse(f"{text[:80]!r}: {error.message}", error.hint or "a fingerprint, a PEM or an OpenSSH .pub file is wanted") from None
    return openssh.fingerprint(spki), spki


def _key_file(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(publickey.MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "is no path"
        raise WrongUse(f"{str(file)[:80]!r} is neither a fingerprint nor a key file: {why}", "a fingerprint begins with SHA256:") from None


def _public_key(data: bytes) -> bytes:
    if data.startswith((openssh.P256.encode(), openssh.ED25519.encode())):
        return openssh.spki_of_line(data.decode("utf-8", "replace"))
    return publickey.from_pem(data)


def with_pin(text: str, pin: Pin) -> str:
    """trust.toml's text with one more block at its end; what stood there stays. Raises WrongUse where that cannot be."""
    before = parse_trust(text, "the trust file")
    joined = f"{text.rstrip()}\n\n{print_pin(pin)}" if text.strip() else print_pin(pin)
    return _checked(joined, (*before, pin))


def without_pins(text: str, gone: Sequence[int]) -> str:
    """trust.toml's text without the blocks of these indexes; comments before a block belong to it only if they touch it. Raises WrongUse."""
    before = parse_trust(text, "the trust file")
    lines = text.splitlines(keepends=True)
    headers = [number for number, line in enumerate(lines) if _HEADER.match(line)]
    pins = [number for number in headers if _PIN_HEADER.match(lines[number])]
    dropped: set[int] = set()
    for index in gone:
        if index < len(pins):
            dropped |= set(range(_first(lines, pins[index]), _end(lines, headers, pins[index])))
    left = "".join(line for number, line in enumerate(lines) if number not in dropped)
    return _checked(left, tuple(pin for index, pin in enumerate(before) if index not in set(gone)))


def _first(lines: Sequence[str], header: int) -> int:
    """The block's first line: comments that stand right above it are its own."""
    while header and lines[header - 1].lstrip().startswith("#"):
        header -= 1
    return header


def _end(lines: Sequence[str], headers: Sequence[int], header: int) -> int:
    """The line after the block; what stands right above the next header is the next block's."""
    following = next((number for number in headers if number > header), None)
    return len(lines) if following is None else _first(lines, following)


def _checked(text: str, pins: tuple[Pin, ...]) -> str:
    """Only a text that reads back as meant is ever written over a trust file."""
    try:
        held = parse_trust(text, "the trust file") == pins
    except WrongUse:
        held = False
    if not held:
        raise WrongUse("the trust file is not laid out in plain [[pin]] blocks", "change it by hand")
    return text


def print_pin(pin: Pin) -> str:
    """Pin -> its block of trust.toml. ValueError for a pin without a center."""
    if pin.center is None:
        raise ValueError("a key for one call is never kept")
    rows = [("center", _quote(pin.center)), ("role", _quote(pin.role)), ("key", _quote(pin.key))]
    if pin.spki is not None:
        rows.append(("spki", _quote(base64_strict.encode(pin.spki))))
    if pin.log is not None:
        rows.append(("log", _quote(pin.log)))
    rows += [(key, print_moment(moment)) for key, moment in (("not_before", pin.not_before), ("not_after", pin.not_after)) if moment is not None]
    if pin.source:
        rows.append(("from", _quote(pin.source)))
    return "[[pin]]\n" + "".join(f"{key} = {value}\n" for key, value in rows)


def _quote(text: str) -> str:
    """A basic string of TOML 1.0: quotes, backslashes and control characters escaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda match: f"\\u{ord(match[0]):04x}", escaped) + '"'


def write_whole(file: Path, data: bytes, mode: int = 0o600) -> None:
    """Writes a file whole or not at all; a link to it stays a link. Raises CouldNotTell where that cannot be done."""
    target = Path(os.path.realpath(file))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, data, mode)
    except OSError as error:
        raise CouldNotTell(f"{file} cannot be written: {error.strerror}", "what stood there stands there still") from None


def _replace(target: Path, data: bytes, mode: int) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
