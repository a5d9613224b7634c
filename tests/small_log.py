"""A log in memory, of as many entries as one likes, with its key; and one good file of each format that speaks of a log.

    checkpoint(7)      the signed note over the first seven entries
    proof(6, 7)        that entry 6 is among them
    LATER["notice"]    a statement that comes later, as a value
    FILES              name -> bytes, as they lie in cases/wire/good
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from attest.later import KeyChange, Later, Notice, Withdrawal, print_later
from attest.logged import Logged
from attest.times import parse_moment
from attest.wire import merkle, publickey
from attest.wire.checkpoint import Checkpoint, sign_checkpoint
from attest.wire.log_entry import KINDS, Entry, print_entry
from attest.wire.note import Note, Signature, VerifierKey, print_note, print_vkey
from attest.wire.tlog_proof import TlogProof, print_proof

ORIGIN: Final = "trust.harbourline.example/attestation/log"


def named(name: str) -> ed25519.Ed25519PrivateKey:
    """A key that is the same in every run."""
    return ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"attest test key, {name}".encode()).digest())


def verifier_key(name: str, key: ed25519.Ed25519PrivateKey) -> VerifierKey:
    """As whoever reads its signatures knows it."""
    return VerifierKey(name, key.public_key().public_bytes_raw())


LOG = named("log")
KEY = verifier_key(ORIGIN, LOG)
VKEY = print_vkey(KEY)


@cache
def entry(index: int) -> bytes:
    """Entry ``index``: releases, and now and then something else."""
    kind = KINDS[1 + index // 5 % 3] if index % 5 == 4 else "release"
    return print_entry(Entry(hashlib.sha256(b"payload %d" % index).hexdigest(), kind, index + 1, f"2026-11-{1 + index % 28:02}T06:01:00Z"))


@cache
def node(level: int, index: int) -> bytes:
    """The hash of a full subtree."""
    return merkle.leaf_hash(entry(index)) if level == 0 else merkle.node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))


def checkpoint(size: int) -> bytes:
    """The signed checkpoint over the first ``size`` entries."""
    return sign_checkpoint(Checkpoint(ORIGIN, size, merkle.root(size, node)), KEY, LOG.sign)


def proof(index: int, size: int) -> bytes:
    """That entry ``index`` is among the first ``size``."""
    return print_proof(TlogProof(index, tuple(merkle.inclusion(index, size, node)), checkpoint(size)))


def sign_note(text: str, *names: str) -> Note:
    """A text, signed by a key of each of these names."""
    signers = [(verifier_key(name, named(name)), named(name)) for name in names]
    return Note(text, tuple(Signature(key.name, key.key_id, signer.sign(text.encode())) for key, signer in signers))


P256 = ec.derive_private_key(int.from_bytes(hashlib.sha256(b"attest test key, p256").digest(), "big"), ec.SECP256R1())
SPKI = publickey.spki(P256.public_key())
NEXT = publickey.spki(named("next").public_key())
AT = parse_moment("2026-11-20T06:01:00Z")
LOGGED = Logged(ORIGIN, VKEY, 7, merkle.root(7, node).hex(), (5,))
_CENTER = ("https://trust.harbourline.example/", "Harbourline (fictional)")
_SAYS = {"kind": "incident", "title": "Späte Container", "date": "2026-11-19", "happened": "Positions were\nan hour old.", "closed": "no", "systems": []}

LATER: Final[dict[str, Later]] = {
    "withdrawal": Later("withdrawal", *_CENTER, 3, AT, SPKI, LOGGED, Withdrawal(hashlib.sha256(b"payload").hexdigest(), "The list of subprocessors lacked one.")),
    "notice": Later("notice", *_CENTER, 3, AT, SPKI, LOGGED, Notice("late-containers", 1, _SAYS)),
    "announce": Later("key-change", *_CENTER, 0, AT, SPKI, LOGGED, KeyChange("announce", NEXT, AT, parse_moment("2027-02-01T00:00:00Z"), "planned", None)),
    "retire": Later("key-change", *_CENTER, 3, AT, NEXT, LOGGED, KeyChange("retire", SPKI, None, None, "compromised", 6)),
}

FILES: Final[dict[str, bytes]] = {
    "note.txt": print_note(sign_note("Two lines,\n\nand an empty one between them: ü.\n", "trust.harbourline.example/log", "witness.example/ä")),
    "checkpoint.txt": checkpoint(7),
    "proof.tlog-proof": proof(6, 7),
    "entry.json": entry(4),
    "vkey.txt": VKEY.encode(),
    **{f"{name}.json": print_later(later) for name, later in LATER.items()},
}
