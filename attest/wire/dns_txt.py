"""A center's keys as DNS names them: TXT records at ``_attest.<host>``, one for each key that may sign, two while one follows another.

    _attest.trust.small.example.  TXT  "v=attest1; key=SHA256:bbXp…43 characters"
    _attest.trust.small.example.  TXT  "v=attest1; key=SHA256:bbXp…; log=trust.small.example/attestation/log+1a2b3c4d+AT…"

One form: version, key, log; "; " between them; a vkey only where there is a log, and then the same in every record. The strings of one
record are joined without anything between them (RFC 7208, 3.3, does the same). A record that begins otherwise is somebody else's and is
passed over; one that begins like ours and is not in this form makes the whole answer unreadable, since it may be the one that counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from attest.errors import Unreadable
from attest.wire.note import parse_vkey
from attest.wire.openssh import is_fingerprint

LABEL: Final = "_attest"
VERSION: Final = "v=attest1"
MOST: Final = 8
"""Records of ours under one name."""
MOST_CHARACTERS: Final = 1024
STRING: Final = 255
"""Bytes of one string of a TXT record (RFC 1035, 3.3)."""

_OURS = re.compile(rb"v=attest1(?![A-Za-z0-9])")


@dataclass(frozen=True, slots=True)
class Record:
    """One key that may sign, and the center's log where it has one."""

    key: str
    """OpenSSH fingerprint."""
    log: str | None
    """vkey."""


@dataclass(frozen=True, slots=True)
class Named:
    """What DNS says of a host."""

    host: str
    records: tuple[Record, ...] = ()
    authenticated: bool = False
    """Whether the resolver says that DNSSEC vouches for it: worth what the way to that resolver is worth."""
    wrong: str = ""
    """Why nothing could be read; then there are no records."""

    @property
    def name(self) -> str:
        """Where it was asked."""
        return f"{LABEL}.{self.host}"

    @property
    def log(self) -> str | None:
        """The vkey that the records name."""
        return next((record.log for record in self.records), None)


def print_record(record: Record) -> str:
    """The text of one TXT record. ValueError for a key that is no fingerprint or a log that is no vkey."""
    if why := _problem(record):
        raise ValueError(why)
    return "; ".join([VERSION, f"key={record.key}", *([f"log={record.log}"] if record.log is not None else [])])


def strings(text: str) -> str:
    """The text as a zone file has it: quoted, in strings of at most 255 bytes. ValueError for a quote or a backslash, which need escapes."""
    if not text.isascii() or not text.isprintable() or re.search(r'["\\]', text):
        raise ValueError("only plain characters stand in a record of ours")
    return " ".join(f'"{text[start : start + STRING]}"' for start in range(0, len(text), STRING))


def parse_records(found: Iterable[Sequence[bytes]]) -> tuple[Record, ...]:
    """The TXT records under the name, each as its strings -> those of ours, sorted. Raises Unreadable for one that is not in the one form,
    for two logs, and for more than there may be.
    """
    ours = [joined for joined in map(b"".join, found) if _OURS.match(joined)]
    if len(ours) > MOST:
        raise Unreadable(f"{len(ours)} records, and at most {MOST} may be")
    records = tuple(sorted({_parse(joined) for joined in ours}, key=lambda record: (record.key, record.log or "")))
    if len({record.log for record in records}) > 1 or len({record.key for record in records}) != len(records):
        raise Unreadable("the records do not all name the same log", "each key stands in one record, with the log's vkey in all of them or in none")
    return records


def _parse(joined: bytes) -> Record:
    shown = joined[:80].decode("ascii", "replace")
    text = joined.decode("ascii", "replace")
    fields = dict(part.partition("=")[::2] for part in text.split("; ")[1:])
    record = Record(fields.get("key", ""), fields.get("log"))
    if len(text) > MOST_CHARACTERS or _problem(record) or print_record(record) != text:
        raise Unreadable(f"the record {shown!r} is not in the form {VERSION}; key=SHA256:…; log=…", "`attest keys show --contract` prints it")
    return record


def _problem(record: Record) -> str:
    if not is_fingerprint(record.key):
        return "key is no fingerprint"
    if record.log is not None:
        try:
            parse_vkey(record.log)
        except Unreadable as error:
            return f"log: {error.message}"
    return "the log's vkey cannot stand in a record" if record.log is not None and re.search(r'[;"\\\s]', record.log) else ""
