"""C2SP tlog-checkpoint v1.0.0: a log's size and root, as the text of a signed note.

    trust.small.example/log                          origin, which is also the name of the log's key
    7                                                size, decimal, no leading zero
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=     root, base64 of SHA-256

Extension lines are refused: the specification advises against them, and what nobody audits should not be signed. Digits are those
of ASCII: ``int()`` alone would also take ``+5``, ``1_0``, `` 5`` and digits of other scripts.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from attest.errors import Unreadable
from attest.wire import base64_strict
from attest.wire.note import Note, Signature, VerifierKey, parse_note, print_note

MAX_SIZE: Final = 10**15
"""Entries. Far above what a publisher can reach, far below where numbers lose precision in a browser (2**53)."""
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()

_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log committed itself to."""

    origin: str
    size: int
    root: bytes
    """SHA-256, 32 bytes."""


def print_checkpoint(checkpoint: Checkpoint) -> str:
    """The text that is signed. ValueError for an origin, size or root that cannot stand in one."""
    if not checkpoint.origin or not re.fullmatch(r"[^\s+]+", checkpoint.origin):
        raise ValueError(f"{checkpoint.origin!r} is no origin")
    if not 0 <= checkpoint.size <= MAX_SIZE or len(checkpoint.root) != 32:
        raise ValueError(f"size {checkpoint.size} with a root of {len(checkpoint.root)} bytes")
    return f"{checkpoint.origin}\n{checkpoint.size}\n{base64_strict.encode(checkpoint.root)}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """A note's text -> the checkpoint. Raises Unreadable unless it is exactly what printing gives."""
    lines = text.split("\n")
    if len(lines) != 4 or not _SIZE.fullmatch(lines[1]):
        raise Unreadable("malformed checkpoint: an origin, a size and a root, each on its line, and nothing else")
    checkpoint = Checkpoint(lines[0], int(lines[1]), base64_strict.decode(lines[2]))
    try:
        same = print_checkpoint(checkpoint) == text
    except ValueError as error:
        raise Unreadable(f"malformed checkpoint: {error}") from None
    if not same:
        raise Unreadable("malformed checkpoint: not in the one form it may have")
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        raise Unreadable("malformed checkpoint: the root of an empty log is SHA-256 of nothing")
    return checkpoint


def sign_checkpoint(checkpoint: Checkpoint, key: VerifierKey, sign: Callable[[bytes], bytes]) -> bytes:
    """The signed note's bytes. ``sign`` gives 64 bytes of Ed25519 under ``key``. ValueError for a checkpoint that is none, or of another origin."""
    text = print_checkpoint(checkpoint)
    if key.name != checkpoint.origin:
        raise ValueError(f"a key named {key.name!r} signs no checkpoint of {checkpoint.origin!r}")
    return print_note(Note(text, (Signature(key.name, key.key_id, sign(text.encode())),)))


def open_checkpoint(data: bytes) -> tuple[Checkpoint, Note]:
    """A signed checkpoint's bytes -> what it says and the note, whose signatures are not verified yet. Raises Unreadable."""
    note = parse_note(data)
    return parse_checkpoint(note.text), note
