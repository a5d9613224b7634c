"""C2SP tlog-proof (draft of 2026-07, still untagged): that an entry is in a log, in one file that needs no network.

    c2sp.org/tlog-proof@v1
    index 6
    gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=        the leaf's sibling first
    B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=

    trust.small.example/log                             the checkpoint, verbatim
    7
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — trust.small.example/log Az3grlgtzPICa5OS8npVmf1My…

The ``extra`` line that the draft allows is refused: nothing signs it (format.md, Files).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from attest.errors import Unreadable
from attest.wire import base64_strict
from attest.wire.checkpoint import MAX_SIZE
from attest.wire.merkle import HASH_BYTES
from attest.wire.note import MAX_BYTES as NOTE_BYTES

HEADER: Final = "c2sp.org/tlog-proof@v1"
MAX_HASHES: Final = 64
MAX_BYTES: Final = NOTE_BYTES + 64 * 64

_INDEX = re.compile(r"index (0|[1-9][0-9]{0,15})")


@dataclass(frozen=True, slots=True)
class TlogProof:
    """An entry's place in a log, as somebody says it; nothing of it is verified yet."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    """The signed note's bytes."""


def print_proof(proof: TlogProof) -> bytes:
    """The file's bytes. ValueError for an index or hashes that cannot be."""
    if not 0 <= proof.index < MAX_SIZE or len(proof.hashes) > MAX_HASHES or any(len(each) != HASH_BYTES for each in proof.hashes):
        raise ValueError("not an index and at most 64 hashes of 32 bytes")
    lines = [HEADER, f"index {proof.index}", *map(base64_strict.encode, proof.hashes), ""]
    return "".join(f"{line}\n" for line in lines).encode() + proof.checkpoint


def parse_proof(data: bytes) -> TlogProof:
    """The file's bytes -> the proof. Raises Unreadable unless they are exactly what printing gives."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"the proof is larger than {MAX_BYTES} bytes")
    head, parted, checkpoint = data.partition(b"\n\n")
    lines = head.decode("ascii", "replace").split("\n")
    match = _INDEX.fullmatch(lines[1]) if len(lines) > 1 else None
    if not parted or lines[0] != HEADER or match is None:
        raise Unreadable(f"malformed proof: it begins with {HEADER}, then the index, then hashes, then an empty line")
    try:
        proof = TlogProof(int(match[1]), tuple(map(base64_strict.decode, lines[2:])), checkpoint)
        same = print_proof(proof) == data
    except ValueError as error:
        raise Unreadable(f"malformed proof: {error}") from None
    if not same:
        raise Unreadable("malformed proof: not in the one form it may have")
    return proof
