"""Makes the core vectors: small signed sites, good and bad, that every verifier of Attest has to answer alike.

    python tests/cases/core/vectors.py        writes tests/cases/core/vectors/*.json anew

    {"why":    what is done here, and why the answer is what it is,
     "ask":    {"at": a moment, "keys": fingerprints the reader names, "lists": false where files cannot be listed (http),
                "bundle": true where the bundle alone is asked, "since": an older bundle that the reader kept},
     "expect": {"answer", "exit", "core": {"signature", "subjects", "pin", "expiry", "log", "history", "withdrawal"}},
     "files":  {path: text, or {"base64": …} for bytes, or {"same": path} for what lies there twice}}

What is expected stands in the list below, written down and not computed. Keys are fixed and worthless, times stand in
``tests/signed_site.py``, ECDSA signatures are deterministic (RFC 6979): equal code gives equal files, and a test compares them.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent.parent))

from attest.later import Withdrawal, path_of  # noqa: E402
from attest.times import print_moment  # noqa: E402
from attest.wire import dsse, jcs, sshsig  # noqa: E402
from attest.wire.base64_strict import encode  # noqa: E402
from attest.wire.log_entry import Entry, print_entry  # noqa: E402
from attest.wire.note import Note, Signature, print_note  # noqa: E402
from attest.words import MANIFEST_NAMESPACE, PAYLOAD_TYPE  # noqa: E402
from tests import signed_site  # noqa: E402
from tests.signed_site import (  # noqa: E402
    BUNDLE,
    MANIFEST,
    SIGNATURE,
    STATEMENT,
    VALID,
    Files,
    Key,
    Ledger,
    Publisher,
    as_of,
    control,
    enveloped,
    in_bundle,
    noon,
    site,
)

VECTORS = HERE / "vectors"
PROOF, CHECKPOINT = "attestation/proof.tlog-proof", "attestation/log/checkpoint"
ISSUED = timedelta(minutes=1)


class Steady(Key):
    """A key whose signatures are the same in every run."""

    def sign(self, message: bytes) -> bytes:
        if isinstance(self.private, EllipticCurvePrivateKey):
            return self.private.sign(message, ECDSA(SHA256(), deterministic_signing=True))
        return super().sign(message)


def p256(number: int) -> Key:
    return Steady(derive_private_key(number, SECP256R1()))


KEY, NEW, THIEF = p256(7001), p256(7003), p256(6666)
EDWARDS = Steady(Ed25519PrivateKey.from_private_bytes(b"\x07" * 32))


@dataclass
class Case:
    """One question and its answer."""

    why: str
    files: Files
    at: datetime
    answer: str = "valid"
    exit: int = 0
    core: dict[str, str] = field(default_factory=dict)
    keys: tuple[Key, ...] = (KEY,)
    lists: bool = True
    since: bytes | None = None
    alone: bool = False


def small(made: dict[str, Any]) -> None:
    """Two promises instead of seven, so that the vectors stay small."""
    n = (datetime.fromisoformat(made["asOf"]) - signed_site.FIRST).days + 1
    made["controls"] = [control(n, "encrypted"), control(n, "logs", "unknown")]


def other(made: dict[str, Any]) -> None:
    """The same release, saying something else."""
    small(made)
    made["controls"][0]["title"] = "Another promise"


class Center(Publisher):
    """A small center with steady keys."""

    def __init__(self, key: Key = KEY, **how: Any) -> None:
        super().__init__(key=key, **how)

    def release(self, *, on_record: Callable[[dict[str, Any]], None] = small, **how: Any) -> Center:
        """The next release."""
        super().release(on_record=on_record, **how)
        return self


def twin(center: Center) -> Center:
    """A center that goes another way from here on."""
    other = copy.copy(center)
    other.files, other.payloads = dict(center.files), dict(center.payloads)
    other.log = replace(center.log, entries=list(center.log.entries), never_signed=list(center.log.never_signed))
    return other


def logged(releases: int = 1, key: Key = KEY) -> Center:
    """A center with a log and so many releases."""
    center = Center(key)
    for _ in range(releases):
        center.release()
    return center


def plain(releases: int = 1, key: Key = KEY, **hooks: Any) -> Files:
    """A site without a log."""
    center = Center(key)
    for number in range(1, releases + 1):
        center.release(logged=False, **(hooks if number == releases else {}))
    return center.files


def without(files: Files, *paths: str) -> Files:
    """The files but those that begin so."""
    return {path: data for path, data in files.items() if not path.startswith(paths)}


def edited(files: Files, path: str, change: Callable[[bytes], bytes]) -> Files:
    assert path in files, path
    return {**files, path: change(files[path])}


def with_bundle(files: Files, change: Callable[[dict[str, Any]], None]) -> Files:
    """The site with its bundle edited, in both places."""
    made = dict(files)
    in_bundle(made, change)
    return made


def with_signature(files: Files, change: Callable[[bytes], bytes]) -> Files:
    def swap(bundle: dict[str, Any]) -> None:
        signature = bundle["dsseEnvelope"]["signatures"][0]
        signature["sig"] = encode(change(base64.b64decode(signature["sig"])))

    return with_bundle(files, swap)


def raw_bundle(files: Files, old: bytes, new: bytes) -> Files:
    """The site with the bundle's very bytes edited, in both places."""
    assert files[BUNDLE].count(old) >= 1, old
    return {path: data.replace(old, new, 1) if data == files[BUNDLE] else data for path, data in files.items()}


def resigned(files: Files, payload: bytes, key: Key, kind: str = PAYLOAD_TYPE) -> Files:
    """The site with another payload, signed."""
    bundle = enveloped(payload, key, kind)
    swaps = {files[BUNDLE]: bundle, files[STATEMENT]: payload}
    return {path: swaps.get(data, data) for path, data in files.items()}


def flipped(data: bytes) -> bytes:
    """The last byte but one is another."""
    return data[:-2] + bytes([data[-2] ^ 1]) + data[-1:]


def der_padded(signature: bytes) -> bytes:
    """ECDSA's DER with a zero in front of r that does not belong there (X.690, 8.3.2)."""
    size = signature[3]
    return bytes([0x30, signature[1] + 1, 2, size + 1, 0]) + signature[4:]


def p1363(signature: bytes) -> bytes:
    return b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(signature))


def malleable(signature: bytes) -> bytes:
    """Ed25519 with S + L for S: RFC 8032, 5.1.7, refuses what is not below L."""
    order = 2**252 + 27742317777372353535851937790883648493
    return signature[:32] + (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")


def weak(files: Files, spki: bytes, fingerprint: str, signature: bytes) -> Files:
    """The statement names a key that names nobody."""
    statement = json.loads(files[STATEMENT])
    statement["predicate"]["keys"]["statement"] = encode(spki)
    payload = jcs.canonical(statement)

    def swap(bundle: dict[str, Any]) -> None:
        bundle["verificationMaterial"]["publicKey"]["hint"] = fingerprint
        bundle["dsseEnvelope"] = {"payload": encode(payload), "payloadType": PAYLOAD_TYPE, "signatures": [{"sig": encode(signature), "keyid": fingerprint}]}

    return edited(with_bundle(files, swap), STATEMENT, lambda _: payload)


def cases() -> dict[str, Case]:
    """Name -> case."""
    return {**good(), **bad_signatures(), **bad_subjects(), **bad_signers(), **bad_times(), **bad_logs(), **bad_histories(), **withdrawals()}


UNLOGGED = {"log": "not-checked", "withdrawal": "not-checked"}
ALONE = {"subjects": "not-checked", "log": "not-checked", "history": "not-checked", "withdrawal": "not-checked"}
ENDED = dict.fromkeys(("subjects", "pin", "expiry", "log", "history", "withdrawal"), "not-checked")
"""Where the bundle itself is refused, nothing further is asked."""


def good() -> dict[str, Case]:
    three, rotated = plain(3), logged()
    rotated.announce(NEW).release(key=NEW)
    handed, stolen = twin(rotated), twin(rotated)
    handed.retire(KEY, key=NEW).release(key=NEW)
    stolen.announce(THIEF).retire(KEY, 3, "compromised", key=NEW)
    stolen.release(key=NEW)
    old = logged(3)
    return {
        "p256": Case("a site without a log, signed by a P-256 key", plain(), noon(1), core=UNLOGGED),
        "ed25519": Case("a site without a log, signed by an Ed25519 key", plain(key=EDWARDS), noon(1), core=UNLOGGED, keys=(EDWARDS,)),
        "three-releases": Case("each release names the one before", three, noon(3), core=UNLOGGED),
        "old-releases-gone": Case("an old release that is not there is pruned, which is no forgery", without(three, "attestation/releases/1/", "attestation/releases/2/"), noon(3), core=UNLOGGED),
        "one-of-two-keys": Case("the reader names two keys, and one of them signed", plain(), noon(1), core=UNLOGGED, keys=(THIEF, KEY)),
        "first-second": Case("issued this very second", plain(), as_of(1) + ISSUED, core=UNLOGGED),
        "last-second": Case("valid for one second more", plain(), as_of(1) + VALID - timedelta(seconds=1), core=UNLOGGED),
        "over-http": Case("files that nobody lists cannot be seen, and one is there", {**plain(), "planted.html": b"<p>Planted."}, noon(1), core=UNLOGGED, lists=False),
        "bundle-alone": Case("signature, signer and dates; all else is not checked", plain(), noon(1), core=ALONE, alone=True),
        "since-the-one-before": Case("the reader kept release 2, and 3 follows it", three, noon(3), core=UNLOGGED, since=three["attestation/releases/2/bundle.sigstore.json"]),
        "since-the-same": Case("the reader kept this very release", three, noon(3), core=UNLOGGED, since=three[BUNDLE]),
        "logged": Case("one release, in the log", logged().files, noon(1)),
        "logged-ed25519": Case("one release by an Ed25519 key, in the log", logged(key=EDWARDS).files, noon(1), keys=(EDWARDS,)),
        "logged-over-http": Case("the log is read without being listed", logged(2).files, noon(2), lists=False),
        "logged-three-releases": Case("tiles of earlier sizes stay, and are what they were", old.files, noon(3)),
        "logged-from-the-second": Case("the log began with the second release", begun_later(), noon(2)),
        "tile-full": Case("the release is entry 255, so the first tile is full", full(255).files, noon(1)),
        "tile-full-and-one": Case("the release is entry 256, the first of a second tile, and there is a tile of level 1", full(256).files, noon(1)),
        "notice": Case("a notice was said after the release", logged().notice().files, noon(1)),
        "older-release-withdrawn": Case("release 1 was withdrawn, and this is release 2", older_withdrawn(), noon(2)),
        "key-announced": Case("the key that the reader named announced the one that signed", rotated.files, noon(2)),
        "key-handed-over": Case("… which then retired it, and signed another release", handed.files, noon(3)),
        "newer-key-named": Case("the reader names today's key; what yesterday's signed is read by its announcement", handed.files, noon(3), keys=(NEW,)),
        "stolen-key-undone": Case("a thief announced a key with the old one; its retirement reaches back before that", stolen.files, noon(3)),
        "killed-publisher": Case("an entry whose payload was never signed, and the next release says so", killed().files, noon(2)),
        "descent-by-the-log": Case("old releases are gone, and the log still shows that this one follows the one the reader kept", without(old.files, "attestation/releases/1/", "attestation/releases/2/"), noon(3),
                                   since=old.files["attestation/releases/1/bundle.sigstore.json"]),
    }  # fmt: skip


def begun_later() -> Files:
    center = Center()
    center.release(logged=False)
    return center.release().files


def full(before: int) -> Center:
    """A log whose first entries were never signed: its publisher was killed each time, and says so."""
    center = Center()
    center.log.never_signed = [center._enter("release", 1, as_of(1), b"never signed %d" % at) for at in range(before)]
    return center.release()


def older_withdrawn() -> Files:
    center = logged()
    center.withdraw(1)
    return center.release().files


def killed() -> Center:
    center = logged()
    center.killed()
    return center.release()


def bad_signatures() -> dict[str, Case]:
    whole, edwards = plain(), plain(key=EDWARDS)
    no, unsure = {**ENDED, "signature": "no"}, {**ENDED, "signature": "could-not-tell"}
    small_order = bytes.fromhex("302a300506032b6570032100") + b"\x01" + bytes(31)
    blob = b"\0\0\0\x0bssh-ed25519\0\0\0 " + small_order[12:]
    named = "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    compressed = bytes.fromhex("3039301306072a8648ce3d020106082a8648ce3d030107032200") + bytes([2 + (KEY.spki[-1] & 1)]) + KEY.spki[27:59]

    def forged(why: str, files: Files, **more: Any) -> Case:
        return Case(why, files, noon(1), "forged", 1, no, **more)

    def unread(why: str, files: Files, **more: Any) -> Case:
        return Case(why, files, noon(1), "could-not-tell", 3, unsure, **more)

    return {
        "signature-flipped": forged("one bit of the signature is another", with_signature(whole, flipped)),
        "signature-of-another-payload": forged("the key signed something else", with_signature(whole, lambda _: KEY.sign(dsse.pae(PAYLOAD_TYPE, b"{}")))),
        "signature-without-pae": forged("the key signed the payload as it stands, and not DSSE's encoding of it", with_signature(whole, lambda _: KEY.sign(whole[STATEMENT]))),
        "signature-by-another-key": forged("the bundle names the key that signed it, and the statement another", resigned(whole, whole[STATEMENT], THIEF)),
        "signature-der-padded": forged("ECDSA in DER with a zero too many: two spellings of one signature", with_signature(whole, der_padded)),
        "signature-p1363": forged("ECDSA as r and s side by side, where DER is asked", with_signature(whole, p1363)),
        "signature-trailing-byte": forged("a byte behind the signature", with_signature(whole, lambda raw: raw + b"\0")),
        "signature-ed25519-short": forged("63 bytes of an Ed25519 signature", with_signature(edwards, lambda raw: raw[:-1]), keys=(EDWARDS,)),
        "signature-ed25519-malleable": forged("S and the order of the group: two spellings of one signature", with_signature(edwards, malleable), keys=(EDWARDS,)),
        "payload-changed": forged("the payload says another release", changed_payload(whole)),
        "two-signatures": unread("one signature is asked, and two are there", with_bundle(whole, lambda bundle: bundle["dsseEnvelope"]["signatures"].append(dict(bundle["dsseEnvelope"]["signatures"][0])))),
        "no-signature": unread("none is there", with_bundle(whole, lambda bundle: bundle["dsseEnvelope"]["signatures"].clear())),
        "hint-differs": unread("hint and key id name two keys", with_bundle(whole, lambda bundle: bundle["verificationMaterial"]["publicKey"].update(hint=THIEF.fingerprint))),
        "payload-twice": unread("two payloads: which one a reader takes depends on the reader", raw_bundle(whole, b'{"payload":', b'{"payload":"e30=","payload":')),
        "payload-url-safe": unread("base64 of another alphabet", raw_bundle(whole, b'"payload":"eyJf', b'"payload":"eyJ_')),
        "payload-unpadded": unread("base64 whose last character has bits that mean nothing", stray_bits(whole)),
        "bundle-trailing": unread("something stands behind the bundle's end", edited(whole, BUNDLE, lambda data: data + b"{}")),
        "bundle-unknown-field": unread("a field that the format does not have", with_bundle(whole, lambda bundle: bundle.update(note="x"))),
        "bundle-missing": unread("there is no bundle", without(whole, BUNDLE)),
        "predicate-type-unknown": unread("a statement of another kind", resigned(whole, whole[STATEMENT].replace(b"compliance/v0.1", b"compliance/v9.9"), KEY)),
        "release-twice": unread("the statement has its release twice", resigned(whole, whole[STATEMENT].replace(b'"release":1', b'"release":1,"release":2', 1), KEY)),
        "payload-type-unknown": unread("the payload is of another type", resigned(whole, whole[STATEMENT], KEY, "application/json")),
        "key-of-small-order": unread("an Ed25519 key that takes one signature for every message", weak(whole, small_order, named, b"\x01" + bytes(63)), keys=()),
        "key-compressed": unread("a P-256 point in its other spelling", weak(whole, compressed, KEY.fingerprint, KEY.sign(b""))),
    }  # fmt: skip


def changed_payload(files: Files) -> Files:
    payload = files[STATEMENT].replace(b'"name":"Harbourline (fictional)"', b'"name":"Harbourline"', 1)
    return edited(with_bundle(files, lambda bundle: bundle["dsseEnvelope"].update(payload=encode(payload))), STATEMENT, lambda _: payload)


def stray_bits(files: Files) -> Files:
    """A signature of 71 bytes or fewer ends in padding; the bits under it are set."""

    def swap(bundle: dict[str, Any]) -> None:
        payload = files[STATEMENT]
        while len(payload) % 3 != 1:
            payload += b" "
        bundle["dsseEnvelope"]["payload"] = encode(payload)[:-3] + chr(ord(encode(payload)[-3]) + 1) + "=="

    return with_bundle(files, swap)


def bad_subjects() -> dict[str, Case]:
    whole, page = plain(), "customers/encrypted.html"
    listed = "".join(line for line in whole[MANIFEST].decode().splitlines(keepends=True) if page not in line).encode()

    def forged(why: str, files: Files, core: Mapping[str, str] | None = None, **more: Any) -> Case:
        return Case(why, files, noon(1), "forged", 1, {**UNLOGGED, "subjects": "no", **(core or {})}, **more)

    return {
        "page-changed": forged("a page says something else", edited(whole, page, lambda data: data + b"<p>And more.")),
        "page-missing": forged("a listed page is not there", without(whole, page)),
        "page-missing-over-http": forged("the host says that a listed page is not there", without(whole, page), lists=False),
        "page-unlisted": forged("a page that nobody listed", {**whole, "customers/new.html": b"<p>New."}),
        "release-unlisted": forged("files of a release that is none yet", {**whole, "attestation/releases/2/statement.json": b"{}"}),
        "manifest-changed": forged("a line of the manifest was taken out, in both places", {path: listed if data == whole[MANIFEST] else data for path, data in whole.items()}),
        "record-changed": forged("the record is not the one that was signed, here and where it is kept", {path: data.replace(b'"met"', b'"MET"') if data == whole["attestation/assessment.json"] else data for path, data in whole.items()}),
        "statement-differs": forged("statement.json is not the payload", edited(whole, STATEMENT, lambda data: data + b"\n"), {"history": "no"}),
        "manifest-signed-by-another": forged("SHA256SUMS.sig is another key's", edited(whole, SIGNATURE, lambda _: sshsig.sign_blob(MANIFEST_NAMESPACE, whole[MANIFEST], THIEF.spki, THIEF.sign))),
        "manifest-signed-for-another-purpose": forged("SHA256SUMS.sig is of another namespace", edited(whole, SIGNATURE, lambda _: sshsig.sign_blob("file", whole[MANIFEST], KEY.spki, KEY.sign))),
        "manifest-signature-missing": forged("SHA256SUMS.sig is not there", without(whole, SIGNATURE)),
        "log-that-nobody-signed": forged("the statement says that there is no log, and one is there", {**whole, CHECKPOINT: Ledger().checkpoint(0)}),
    }  # fmt: skip


def bad_signers() -> dict[str, Case]:
    late, retired, stranger = logged(), logged(), logged()
    late.release(key=NEW).announce(NEW)
    retired.announce(NEW).retire(KEY, key=NEW).release()
    stranger.announce(NEW, key=THIEF).release(key=NEW)
    alone = logged()
    alone.announce(NEW).release(key=NEW)

    def wrong(why: str, files: Files, at: datetime, core: Mapping[str, str], **more: Any) -> Case:
        return Case(why, files, at, "wrong-signer", 1, {"pin": "no", **core}, **more)

    return {
        "another-key-named": wrong("the reader names another key", plain(), noon(1), UNLOGGED, keys=(THIEF,)),
        "two-other-keys-named": wrong("the reader names two keys, and neither signed", plain(), noon(1), UNLOGGED, keys=(THIEF, NEW)),
        "another-key-named-bundle-alone": wrong("a bundle alone, and another key named", plain(), noon(1), ALONE, keys=(THIEF,), alone=True),
        "no-key-named": Case("the reader names none: whole, and whose it is nobody can tell", plain(), noon(1), "unknown-signer", 3, {**UNLOGGED, "pin": "could-not-tell"}, keys=()),
        "key-announced-too-late": wrong("the key was announced after it signed", late.files, noon(2), {}),
        "retired-key": wrong("the key signed after its retirement was in the log", retired.files, noon(2), {}),
        "announced-by-a-stranger": wrong("a key that was never this center's announced the one that signed", stranger.files, noon(2), {}),
        "announced-key-bundle-alone": Case("a bundle alone does not show that its key was announced", alone.files, noon(2), "unknown-signer", 3, {**ALONE, "pin": "could-not-tell"}, alone=True),
    }  # fmt: skip


def bad_times() -> dict[str, Case]:
    end = as_of(1) + VALID
    return {
        "expired": Case("valid until this very second, which is over", plain(), end, "stale", 4, {**UNLOGGED, "expiry": "no"}),
        "expired-bundle-alone": Case("a bundle alone, out of date", plain(), end, "stale", 4, {**ALONE, "expiry": "no"}, alone=True),
        "issued-in-the-future": Case("the reader's clock is behind, or the publisher's ahead", plain(), as_of(1), "could-not-tell", 3, {**UNLOGGED, "expiry": "could-not-tell"}),
        "expired-and-changed": Case("out of date, and a page changed: the worst is said", edited(plain(), "index.html", flipped), end, "forged", 1, {**UNLOGGED, "expiry": "no", "subjects": "no"}),
        "expired-and-unknown": Case("out of date, and nobody's", plain(), end, "unknown-signer", 3, {**UNLOGGED, "expiry": "no", "pin": "could-not-tell"}, keys=()),
    }  # fmt: skip


def bad_logs() -> dict[str, Case]:
    one, two = logged(), logged(2)
    lost = {"withdrawal": "not-checked"}
    entries, hashes = "attestation/log/tile/entries/000.p/2", "attestation/log/tile/0/000.p/2"

    def forged(why: str, files: Files, n: int = 2, core: Mapping[str, str] | None = None, **more: Any) -> Case:
        return Case(why, files, noon(n), "forged", 1, {"log": "no", **(core or {})}, **more)

    def forked(why: str, files: Files, n: int = 2, core: Mapping[str, str] | None = None, **more: Any) -> Case:
        return Case(why, files, noon(n), "forked", 1, {"log": "no", **(core or {})}, **more)

    return {
        "proof-missing": forged("a signed statement says that there is a log, and its proof is not there", without(two.files, PROOF)),
        "proof-of-another-entry": forged("the proof is of entry 0", both_proofs(two, two.log.proof(0))),
        "proof-cut-short": forged("the proof's path lacks a hash", both_proofs(two, shortened(two.log.proof(1)))),
        "proof-with-extra": forged("a line that nothing signs", both_proofs(two, two.log.proof(1).replace(b"\nindex", b"\nextra eA==\nindex"))),
        "checkpoint-missing": forged("the log's checkpoint is not there", without(two.files, CHECKPOINT), core=lost),
        "checkpoint-by-another-key": forged("another key signed the checkpoint", edited(two.files, CHECKPOINT, lambda _: two.log.checkpoint(key=Ed25519PrivateKey.from_private_bytes(b"\x66" * 32))), core=lost),
        "checkpoint-signature-flipped": forged("a signature in the log key's name that is none", edited(two.files, CHECKPOINT, torn), core=lost),
        "checkpoint-with-extension": forged("a line more than a checkpoint has, signed by the log's key", edited(two.files, CHECKPOINT, lambda _: signed_note(two.log, two.log.checkpoint().decode().split("\n\n")[0] + "\nmore\n")), core=lost),
        "checkpoint-of-another-log": forged("a checkpoint of another origin", edited(two.files, CHECKPOINT, lambda _: replace(two.log, origin="elsewhere.example/log").checkpoint()), core=lost),
        "checkpoint-older": forged("the log ends before this release's entry", {**two.files, **one.log.files()}),
        "entries-missing": forged("the entries are not there", without(two.files, entries), core=lost),
        "entry-changed": forged("an entry is another than the one that was hashed", edited(two.files, entries, lambda data: data.replace(b'"n":1', b'"n":3', 1)), core=lost),
        "entries-cut-short": forged("a bundle of entries ends too early", edited(two.files, entries, lambda data: data[:-1]), core=lost),
        "hashes-changed": forged("a tile is not what the entries come to", edited(two.files, hashes, flipped)),
        "hashes-missing-over-http": forged("a tile is not there", without(two.files, hashes), lists=False),
        "tile-beyond-the-log": forged("a tile of a log that is larger than this one", {**two.files, "attestation/log/tile/0/000.p/3": bytes(96)}),
        "earlier-tile-changed": forged("a tile of an earlier size is not what it was", edited(two.files, "attestation/log/tile/0/000.p/1", flipped)),
        "entry-of-another-payload": forged("where this release's entry should stand, stands another", replaced_entry().files),
        "entry-malformed": Case("the log's key signed an entry that nobody can read", malformed_entry().files, noon(1), "could-not-tell", 3, {"log": "could-not-tell", "withdrawal": "not-checked"}),
        "state-before-differs": forked("the release says another state of the log than the one before its entry", dishonest(lambda log: log.update(rootBefore="ab" * 32)).files),
        "release-twice-in-the-log": forked("two entries of release 1, and neither was declared void", doubled().files, 1),
        "release-left-out": forked("release 3 stands in the log next after release 1", skipped(), 3),
        "void-and-signed": forked("release 2 says that the entry of release 1 never was, and release 1 is there, signed", voided().files),
        "log-of-another-key": forked("release 2 names another log than release 1", other_log(), core={"log": "ok", "history": "no"}),
        "log-dropped": forked("release 1 had a log, and release 2 says that there is none", dropped(), core={"log": "not-checked", "withdrawal": "not-checked", "history": "no"}),
        "served-before-the-newest": Case("the log has release 2, and release 1 is served", {**one.files, **two.log.files()}, noon(1), "rolled-back", 1, {"log": "no"}),
    }  # fmt: skip


def torn(note: bytes) -> bytes:
    """The same note, with a signature that is another by one bit."""
    head, _, body = note.rstrip(b"\n").rpartition(b" ")
    raw = bytearray(base64.b64decode(body))
    raw[20] ^= 1
    return head + b" " + base64.b64encode(bytes(raw)) + b"\n"


def both_proofs(center: Center, proof: bytes) -> Files:
    return {**center.files, PROOF: proof, f"attestation/releases/{center.n}/proof.tlog-proof": proof}


def shortened(proof: bytes) -> bytes:
    lines = proof.split(b"\n")
    return b"\n".join(lines[:2] + lines[3:])


def signed_note(log: Ledger, text: str) -> bytes:
    return print_note(Note(text, (Signature(log.origin, log.verifier.key_id, log.key.sign(text.encode())),)))


def replaced_entry() -> Center:
    center = logged(2)
    center.log.entries[1] = print_entry(Entry("ab" * 32, "release", 2, print_moment(as_of(2) + ISSUED)))
    center.settle()
    return center


def malformed_entry() -> Center:
    center = logged()
    center.log.entries.append(b'{"digest":"' + b"ab" * 32 + b'","kind":"poem","n":1,"time":"2026-11-01T06:01:00Z"}')
    center.settle()
    return center


def dishonest(change: Callable[[dict[str, Any]], None]) -> Center:
    return logged().release(on_predicate=lambda predicate: change(predicate["log"]))


def doubled() -> Center:
    center = logged()
    center.killed(1)
    center.settle()
    return center


def skipped() -> Files:
    """Release 2 is written without its entry, and lost; release 3 is logged."""
    center = logged()
    ledger = twin(center).log
    center.release()
    center.log = ledger
    center.release()
    return without(center.files, "attestation/releases/2/", "attestation/log/") | center.log.files()


def voided() -> Center:
    center = logged()
    center.log.never_signed, center.log.signed = [0], 0
    return center.release()


def other_log() -> Files:
    center = logged()
    files = center.files
    center.log = Ledger(key=Ed25519PrivateKey.from_private_bytes(b"\x4d" * 32))
    center.files = without(files, "attestation/log/")
    center.release()
    return without(center.files, "attestation/releases/1/proof")


def dropped() -> Files:
    center = logged()
    center.release(logged=False)
    return without(center.files, "attestation/releases/1/proof")


def bad_histories() -> dict[str, Case]:
    two, three = plain(2), plain(3)
    another = site(1, key=KEY, on_record=other)
    first = {path: another[path] for path in another if path.startswith("attestation/releases/1/")}
    strangers = site(1, key=THIEF, on_record=small)
    gone = without(three, "attestation/releases/1/", "attestation/releases/2/")

    def case(why: str, files: Files, answer: str, n: int = 2, outcome: str = "no", code: int = 1, **more: Any) -> Case:
        return Case(why, files, noon(n), answer, code, {**UNLOGGED, "history": outcome}, **more)

    fork = Center()
    fork.release(on_record=other).release()
    return {
        "older-release-another": case("what is kept as release 1 is signed, and not the one that release 2 follows", {**two, **first}, "forked"),
        "older-release-anothers": case("what is kept as release 1 is another key's", {**two, **{path: data for path, data in strangers.items() if path.startswith("attestation/releases/1/")}}, "forged"),
        "older-record-changed": case("the kept record of release 1 is not the one that was signed", edited(two, "attestation/releases/1/assessment.json", lambda data: data + b" "), "forged"),
        "older-bundle-gone": case("files of release 1 are there without the bundle that vouches for them", without(two, "attestation/releases/1/bundle"), "forged"),
        "previous-names-another": case("the release follows one that is not here", plain(2, on_predicate=lambda predicate: predicate["previous"].update(payload="ab" * 32)), "forked"),
        "kept-release-differs": case("the current release's kept manifest is another", edited(two, "attestation/releases/2/SHA256SUMS", lambda data: data + b"\n"), "forged"),
        "since-a-newer": case("the reader kept release 3, and release 2 is served", two, "rolled-back", since=three[BUNDLE]),
        "since-another-first": case("the reader kept another release 1", two, "forked", since=another[BUNDLE]),
        "since-not-shown": case("the reader kept release 1, and what lies between is gone", gone, "could-not-tell", 3, "could-not-tell", 3, since=three["attestation/releases/1/bundle.sigstore.json"]),
        "since-a-strangers": case("what the reader kept is another key's", two, "could-not-tell", 2, "could-not-tell", 3, since=strangers[BUNDLE]),
        "since-no-bundle": case("what the reader kept is no bundle", two, "could-not-tell", 2, "could-not-tell", 3, since=b"{}"),
        "since-of-another-log": Case("the log was another when the reader kept release 2", logged(2).files, noon(2), "forked", 1, {"history": "no"}, since=fork.files[BUNDLE]),
    }  # fmt: skip


def withdrawals() -> dict[str, Case]:
    by_stranger = logged().withdraw(1, key=THIEF)
    unlogged = logged().withdraw(1, enter=False).files
    whole = logged().withdraw(1)
    path = next(path for path in whole.files if path.startswith("attestation/statements/"))
    retired = logged()
    retired.announce(NEW).retire(KEY, key=NEW).withdraw(1)

    def withdrawn(why: str, files: Files, answer: str = "withdrawn", code: int = 4, outcome: str = "no", core: Mapping[str, str] | None = None, **more: Any) -> Case:
        return Case(why, files, noon(1), answer, code, {"withdrawal": outcome, **(core or {})}, **more)

    return {
        "withdrawn": withdrawn("the release was withdrawn", whole.files),
        "withdrawn-over-http": withdrawn("the release was withdrawn, and the log says where that is said", whole.files, lists=False),
        "withdrawn-and-expired": replace(withdrawn("withdrawn, and out of date: the worse is said", whole.files, core={"expiry": "no"}), at=as_of(1) + VALID),
        "withdrawn-beside-the-log": withdrawn("signed, and not in the log: a withdrawal counts all the same", unlogged),
        "withdrawn-beside-the-log-over-http": withdrawn("… and over http nobody can see it", unlogged, "valid", 0, "ok", lists=False),
        "withdrawal-hidden": withdrawn("the log has a withdrawal whose statement is not there: it may be of this very release", without(whole.files, "attestation/statements/"), "could-not-tell", 3, "could-not-tell"),
        "withdrawal-by-a-stranger": withdrawn("a key that was never this center's says so; the log's key alone says nothing", by_stranger.files, "forged", 1),
        "announcement-by-a-stranger": withdrawn("a key that was never this center's announces another", logged().announce(NEW, key=THIEF).files, "forged", 1),
        "withdrawal-by-a-retired-key": withdrawn("the key was retired before it said so", retired.files, "forged", 1),
        "withdrawal-reworded": withdrawn("the reason is another than the one that was signed", edited(whole.files, path, reworded), "forged", 1),
        "withdrawal-of-another-center": withdrawn("another center's withdrawal", beside(center="https://trust.elsewhere.example/"), "forged", 1),
        "withdrawal-under-another-log": withdrawn("a withdrawal that names another log", beside(log=Ledger(key=Ed25519PrivateKey.from_private_bytes(b"\x4d" * 32)).now()), "forked", 1),
        "withdrawal-of-another-release": withdrawn("what was withdrawn as release 1 is another one: there were two", another_withdrawn(), "forked", 1),
        "withdrawal-of-another-form": withdrawn("a statement in the log that says more than this reader knows", odd_withdrawal(), "could-not-tell", 3, "could-not-tell"),
        "statement-that-is-none": withdrawn("what lies among the statements is none", {**whole.files, f"attestation/statements/{'ab' * 32}.sigstore.json": b"{}"}, "forged", 1),
    }  # fmt: skip


def reworded(bundle: bytes) -> bytes:
    said = json.loads(bundle)
    payload = base64.b64decode(said["dsseEnvelope"]["payload"]).replace(b"another system", b"your own system")
    said["dsseEnvelope"]["payload"] = encode(payload)
    return jcs.canonical(said)


def beside(**over: Any) -> Files:
    """A withdrawal that lies there and is in no log."""
    center = logged()
    center.say("withdrawal", Withdrawal(hashlib.sha256(center.payloads[1]).hexdigest(), "why"), 1, enter=False, **over)
    return center.files


def another_withdrawn() -> Files:
    center = logged()
    center.say("withdrawal", Withdrawal("ab" * 32, "why"), 1)
    return center.files


def odd_withdrawal() -> Files:
    """Signed, in its place in the log, with a field that this version does not print."""
    center = logged()
    payload = center.say("withdrawal", Withdrawal(hashlib.sha256(center.payloads[1]).hexdigest(), "why"), 1, enter=False)
    del center.files[path_of(payload)]
    said = json.loads(payload)
    said["predicate"]["more"] = True
    odd = jcs.canonical(said)
    center.files[path_of(odd)] = enveloped(odd, center.key)
    center._enter("withdrawal", 1, as_of(1) + 2 * ISSUED, odd)
    center.settle()
    return center.files


# Printing.


def printed(case: Case) -> bytes:
    """A case as its file."""
    ask: dict[str, Any] = {"at": print_moment(case.at), "keys": [key.fingerprint for key in case.keys]}
    ask |= {"lists": False} if not case.lists else {}
    ask |= {"bundle": True} if case.alone else {}
    ask |= {"since": case.since.decode()} if case.since is not None else {}
    every = dict.fromkeys(("signature", "subjects", "pin", "expiry", "log", "history", "withdrawal"), "ok")
    files = {BUNDLE: case.files[BUNDLE]} if case.alone else case.files
    said = {"why": case.why, "ask": ask, "expect": {"answer": case.answer, "exit": case.exit, "core": {**every, **case.core}}, "files": dict(_files(files))}
    return (json.dumps(said, indent=1, ensure_ascii=False) + "\n").encode()


def _files(files: Files) -> Iterator[tuple[str, Any]]:
    first: dict[bytes, str] = {}
    for path in sorted(files):
        data = files[path]
        if len(data) > 100 and data in first:
            yield path, {"same": first[data]}
            continue
        first[data] = path
        yield path, _text(data)


def _text(data: bytes) -> Any:
    try:
        said = data.decode()
    except UnicodeDecodeError:
        return {"base64": encode(data)}
    return said if said.isprintable() or "\0" not in said else {"base64": encode(data)}


def main() -> None:
    """Writes every case, and takes away what is none."""
    VECTORS.mkdir(exist_ok=True)
    made = {f"{name}.json": printed(case) for name, case in cases().items()}
    for stale in {path.name for path in VECTORS.glob("*.json")} - made.keys():
        (VECTORS / stale).unlink()
    for name, data in made.items():
        (VECTORS / name).write_bytes(data)


if __name__ == "__main__":
    main()
