"""C2SP signed-note v1.0.0: a text and the lines of whoever signed it, Ed25519 (type 0x01) alone.

    trust.small.example/log
    7
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — trust.small.example/log Az3grlgtzPICa5OS8npVmf1My…

Text and signatures part at the last empty line. A line is an em dash, a space, the key's name, a space and the base64 of four bytes
of key id and the signature over the text. Lines of keys that a reader does not know are passed over; a line of a key it does know
has to verify, or the whole note is refused.

A vkey says who signs: ``name+hex(key id)+base64(type || public key)``, key id = SHA-256(name LF type public key)[:4].
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from attest.errors import Unreadable
from attest.wire import base64_strict, publickey

MAX_BYTES: Final = 100_000
"""Of a whole note. The sixteen signatures that a reader has to take fit, of ML-DSA-44 too (3.3 kB a line)."""

ED25519: Final = b"\x01"
_DASH: Final = "\u2014 "
_NAME = re.compile(r"[^\s+\x00-\x1f\ud800-\udfff]+")
_VKEY = re.compile(rf"({_NAME.pattern})\+([0-9a-f]{{8}})\+([A-Za-z0-9+/]+=*)")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A log's or witness's key by its name, as a vkey says it."""

    name: str
    public: bytes
    """The Ed25519 public key, 32 bytes (RFC 8032)."""

    @property
    def key_id(self) -> bytes:
        """Four bytes that say which key a line is of; a hint, and no fingerprint."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]


@dataclass(frozen=True, slots=True)
class Signature:
    """One line: whose it says it is, and the signature."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A note that parsed; none of its signatures is verified yet."""

    text: str
    """With the line feed at its end."""
    signatures: tuple[Signature, ...]


def is_name(text: str) -> bool:
    """Whether a key, and here a log too, can be called that: no spaces of Unicode, no plus, no control characters."""
    return _NAME.fullmatch(text) is not None


def print_vkey(key: VerifierKey) -> str:
    """A key -> its vkey. ValueError for a name or a key that cannot stand in one."""
    if not is_name(key.name) or len(key.public) != 32:
        raise ValueError(f"{key.name!r} with {len(key.public)} bytes is no verifier key")
    return f"{key.name}+{key.key_id.hex()}+{base64_strict.encode(ED25519 + key.public)}"


def parse_vkey(text: str) -> VerifierKey:
    """A vkey -> the key. Raises Unreadable for another type than Ed25519, a key id that is not this key's, a weak key."""
    match = _VKEY.fullmatch(text) if len(text) <= 1024 else None
    if match is None:
        raise Unreadable("not a vkey", "it has the form name+hash+key")
    body = base64_strict.decode(match[3])
    if body[:1] != ED25519 or len(body) != 33:
        raise Unreadable("the vkey is not of an Ed25519 key (type 0x01)")
    key = VerifierKey(match[1], body[1:])
    publickey.load_spki(spki_of(key))
    if print_vkey(key) != text:
        raise Unreadable("the vkey's key id is not that of its name and key")
    return key


def key_of_spki(name: str, spki: bytes) -> VerifierKey:
    """A name and an Ed25519 key, SubjectPublicKeyInfo in DER -> the verifier key. Raises Unreadable for another key."""
    key = publickey.load_spki(spki)
    if not isinstance(key, Ed25519PublicKey):
        raise Unreadable("a log is signed with an Ed25519 key and no other")
    return VerifierKey(name, key.public_bytes_raw())


def spki_of(key: VerifierKey) -> bytes:
    """The key as SubjectPublicKeyInfo in DER (RFC 8410)."""
    return publickey.spki(Ed25519PublicKey.from_public_bytes(key.public))


def print_note(note: Note) -> bytes:
    """Note -> bytes. ValueError for a text or name that cannot stand in a note, no signature, or more than ``MAX_BYTES``."""
    if not note.text.endswith("\n") or note.text == "\n":
        raise ValueError("the text does not end with a line feed")
    if not note.signatures:
        raise ValueError("a note without a signature is none")
    printed = _plain(note.text + "\n" + "".join(map(_line, note.signatures))).encode()
    if len(printed) > MAX_BYTES:
        raise ValueError(f"a note of {len(printed)} bytes, more than {MAX_BYTES}")
    return printed


def parse_note(data: bytes) -> Note:
    """Bytes -> Note. Raises Unreadable unless they are exactly what printing gives."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"the note is larger than {MAX_BYTES} bytes")
    try:
        text, parted, lines = _plain(data.decode("utf-8")).rpartition("\n\n")
        if not parted:
            raise ValueError("no empty line between a text and signatures")
        note = Note(text + "\n", tuple(map(_parse_line, lines.split("\n")[:-1])))
        same = print_note(note) == data
    except ValueError as error:
        raise Unreadable(f"malformed note: {error}") from None
    if not same:
        raise Unreadable("malformed note: not in the one form it may have")
    return note


def signature_of(note: Note, key: VerifierKey) -> Literal["good", "bad", "absent"]:
    """Whether ``key`` signed: ``bad`` as soon as one line that names it does not verify, whatever other lines say."""
    own = [line for line in note.signatures if (line.name, line.key_id) == (key.name, key.key_id)]
    if not own:
        return "absent"
    spki = spki_of(key)
    return "good" if all(publickey.verify(spki, line.signature, note.text.encode()) for line in own) else "bad"


def _line(signature: Signature) -> str:
    if not is_name(signature.name) or len(signature.key_id) != 4 or not signature.signature:
        raise ValueError(f"{signature.name!r:.200} cannot sign a note")
    return f"{_DASH}{signature.name} {base64_strict.encode(signature.key_id + signature.signature)}\n"


def _parse_line(line: str) -> Signature:
    name, parted, body = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not parted:
        raise Unreadable("malformed note: a signature line is an em dash, a name and base64")
    raw = base64_strict.decode(body)
    return Signature(name, raw[:4], raw[4:])


def _plain(text: str) -> str:
    if found := _CONTROL.search(text):
        raise ValueError(f"the control character {found[0]!r} is in it" + (", the line ends of another system" if found[0] == "\r" else ""))
    return text
