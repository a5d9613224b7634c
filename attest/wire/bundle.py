"""A signed statement in a Sigstore bundle v0.3, the file that cosign, sigstore-go and sigstore-js read (protobuf-specs
``sigstore_bundle.proto``), with the DSSE envelope in it:

    {"dsseEnvelope":{"payload":"<base64>","payloadType":"application/vnd.in-toto+json",
       "signatures":[{"keyid":"SHA256:pfHI…","sig":"<base64; ECDSA: ASN.1 DER>"}]},
     "mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json",
     "verificationMaterial":{"publicKey":{"hint":"SHA256:pfHI…"},"tlogEntries":[]}}

Printed as RFC 8785 JSON. Parsed from any layout, since others sign bundles too, but with no other latitude: closed sets of keys
in camelCase, no key twice, exactly one signature, strict base64, and ``hint`` equal to ``keyid`` (the specification demands it and
nobody else checks), both an OpenSSH fingerprint: cosign passes over a signature with any other keyid. Hint and keyid are not signed:
they say which key to try, never which key to believe.

``timestampVerificationData.rfc3161Timestamps`` may be there: its shape is checked, its contents are neither verified nor kept.
Certificates and entries of a Sigstore log are refused: whoever relies on them needs a verifier that checks them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from attest.errors import Unreadable
from attest.wire import base64_strict, jcs, strict_json
from attest.wire.openssh import is_fingerprint
from attest.wire.strict_json import Json

MEDIA_TYPE: Final = "application/vnd.dev.sigstore.bundle.v0.3+json"
MAX_BYTES: Final = 16 * 1024 * 1024
MAX_TIMESTAMPS: Final = 8


@dataclass(frozen=True, slots=True)
class Bundle:
    """What one envelope holds; nothing of it is verified yet."""

    payload: bytes
    payload_type: str
    signature: bytes
    """Over ``dsse.pae(payload_type, payload)``: ASN.1 DER for ECDSA, 64 bytes for Ed25519."""
    hint: str
    """The OpenSSH fingerprint of the key, as the bundle claims it: ``publicKey.hint`` and ``keyid``."""


def print_bundle(b: Bundle) -> bytes:
    """Bundle -> its file's bytes. ValueError for a hint that is no fingerprint."""
    if not is_fingerprint(b.hint):
        raise ValueError("the hint has to be the key's OpenSSH fingerprint")
    signature = {"sig": base64_strict.encode(b.signature), "keyid": b.hint}
    return jcs.canonical(
        {
            "mediaType": MEDIA_TYPE,
            "verificationMaterial": {"publicKey": {"hint": b.hint}, "tlogEntries": []},
            "dsseEnvelope": {"payload": base64_strict.encode(b.payload), "payloadType": b.payload_type, "signatures": [signature]},
        }
    )


def parse_bundle(data: bytes) -> Bundle:
    """A bundle's bytes -> Bundle. Raises Unreadable, naming the field, for whatever is not exactly as described above."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"the bundle is larger than {MAX_BYTES // 2**20} MiB")
    whole = _fields(strict_json.parse(data, "the bundle"), "the bundle", ("mediaType", "verificationMaterial", "dsseEnvelope"))
    if whole["mediaType"] != MEDIA_TYPE:
        raise Unreadable(f"mediaType: not {MEDIA_TYPE}")
    hint = _material(whole["verificationMaterial"])
    envelope = _fields(whole["dsseEnvelope"], "dsseEnvelope", ("payload", "payloadType", "signatures"))
    signature, keyid = _signature(envelope["signatures"])
    if keyid != hint:
        raise Unreadable("verificationMaterial.publicKey.hint and the signature's keyid differ, the bundle names two keys")
    payload = _bytes(envelope["payload"], "dsseEnvelope.payload")
    return Bundle(payload, _text(envelope["payloadType"], "dsseEnvelope.payloadType"), signature, hint)


def _material(value: Json) -> str:
    where = "verificationMaterial"
    material = _fields(value, where, ("publicKey",), ("tlogEntries", "timestampVerificationData"))
    if material.get("tlogEntries", []) != []:
        raise Unreadable(f"{where}.tlogEntries: has to be an empty list, entries of a Sigstore log are not checked here")
    if "timestampVerificationData" in material:
        _timestamps(material["timestampVerificationData"], f"{where}.timestampVerificationData")
    key = _fields(material["publicKey"], f"{where}.publicKey", ("hint",))
    hint = _text(key["hint"], f"{where}.publicKey.hint")
    if not is_fingerprint(hint):
        raise Unreadable(f"{where}.publicKey.hint: not an OpenSSH fingerprint (SHA256: and 43 characters)")
    return hint


def _signature(value: Json) -> tuple[bytes, str]:
    where = "dsseEnvelope.signatures"
    if not isinstance(value, list) or len(value) != 1:
        raise Unreadable(f"{where}: exactly one signature is needed, got {len(value) if isinstance(value, list) else 'no list'}")
    signature = _fields(value[0], f"{where}[0]", ("sig", "keyid"))
    return _bytes(signature["sig"], f"{where}[0].sig"), _text(signature["keyid"], f"{where}[0].keyid")


def _timestamps(value: Json, where: str) -> None:
    stamps = _fields(value, where, (), ("rfc3161Timestamps",)).get("rfc3161Timestamps", [])
    if not isinstance(stamps, list) or len(stamps) > MAX_TIMESTAMPS:
        raise Unreadable(f"{where}.rfc3161Timestamps: not a list of at most {MAX_TIMESTAMPS}")
    for index, stamp in enumerate(stamps):
        place = f"{where}.rfc3161Timestamps[{index}]"
        _bytes(_fields(stamp, place, ("signedTimestamp",))["signedTimestamp"], f"{place}.signedTimestamp")


def _fields(value: Json, where: str, needed: Collection[str], allowed: Collection[str] = ()) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise Unreadable(f"{where}: not a JSON object")
    if missing := [key for key in needed if key not in value]:
        raise Unreadable(f"{where}: {missing[0]} is missing")
    if extra := sorted(value.keys() - set(needed) - set(allowed)):
        raise Unreadable(f"{where}: {extra[0]!r:.60} is not a field of it")
    return value


def _text(value: Json, where: str) -> str:
    if not isinstance(value, str):
        raise Unreadable(f"{where}: not a text")
    return value


def _bytes(value: Json, where: str) -> bytes:
    try:
        return base64_strict.decode(_text(value, where))
    except Unreadable as error:
        raise Unreadable(error.message if error.message.startswith(where) else f"{where}: {error.message}") from None
