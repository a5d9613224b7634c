"""C2SP tlog-checkpoint v1.0.0: a log's size and root, as the text of a signed note.

    trust.small.example/log                          origin, which is also the name of the log's key
    7                                                size, decimal, no leading zero
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=     root, base64 of SHA-256

Extension lines are refused: the specification advises against them, and what nobody audits should not be signed. Digits are those
of ASCII: ``int()`` alone would also take ``+5``, ``1_0``, `` 5`` and digits of other scripts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from attest.errors import Unreadable
from attest.wire import base64_strict
from attest.wire.merkle import EMPTY, HASH_BYTES
from attest.wire.note import Note, Signature, VerifierKey, is_name, parse_note, print_note, signature_of

MAX_SIZE: Final = 10**15
"""Entries. Far above what a publisher can reach, far below where numbers lose precision in a browser (2**53)."""

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
    if not is_name(checkpoint.origin):
        raise ValueError(f"{checkpoint.origin!r:.200} is no origin")
    if not 0 <= checkpoint.size <= MAX_SIZE or len(checkpoint.root) != HASH_BYTES:
        raise ValueError(f"size {checkpoint.size} with a root of {len(checkpoint.root)} bytes")
    if checkpoint.size == 0 and checkpoint.root != EMPTY:
        raise ValueError("the root of an empty log is SHA-256 of nothing")
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
    return checkpoint


def sign_checkpoint(checkpoint: Checkpoint, key: VerifierKey, sign: Callable[[bytes], bytes]) -> bytes:
    """The signed note's bytes; ``sign`` gives Ed25519 under ``key``.

    ValueError for a checkpoint that is none or of another origin, and where what was signed does not verify: nobody could read it.
    """
    text = print_checkpoint(checkpoint)
    if key.name != checkpoint.origin:
        raise ValueError(f"a key named {key.name!r} signs no checkpoint of {checkpoint.origin!r}")
    note = Note(text, (Signature(key.name, key.key_id, sign(text.encode())),))
    if signature_of(note, key) != "good":
        raise ValueError(f"what signs is not the key that {key.name!r} is known by")
    return print_note(note)


def open_checkpoint(data: bytes) -> tuple[Checkpoint, Note]:
    """A signed checkpoint's bytes -> what it says and the note, whose signatures are not verified yet. Raises Unreadable."""
    note = parse_note(data)
    return parse_checkpoint(note.text), note
