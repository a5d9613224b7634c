"""Makes the vectors of signed answers: bundles, good and bad, that every verifier of Attest has to answer alike.

    python tests/cases/answers/vectors.py        writes tests/cases/answers/vectors/*.json anew

    {"why":    what is done here, and why the answer is what it is,
     "ask":    {"at": a moment, "keys": fingerprints the reader names},
     "expect": {"answer", "exit", "core", "told": whether what they say is handed out},
     "bundle": text}

What is expected stands in the list below, written down and not computed. Keys are fixed and worthless; equal code gives equal files,
and a test compares them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent.parent))

from attest.answered import print_answers  # noqa: E402
from attest.wire import dsse, jcs  # noqa: E402
from attest.wire.base64_strict import encode  # noqa: E402
from attest.wire.bundle import Bundle, print_bundle  # noqa: E402
from attest.words import PAYLOAD_TYPE  # noqa: E402
from tests import signed_site  # noqa: E402
from tests.signed_site import EDWARDS, Key, enveloped  # noqa: E402
from tests.small_answers import AUTHOR, GIVEN, Steady, bundle, edwards  # noqa: E402

VECTORS = HERE / "vectors"
AT = "2026-11-21T12:00:00Z"
THIEF = Steady(signed_site.p256(6666).private)

OPEN = {"subjects": "not-checked", "log": "not-checked", "history": "not-checked", "withdrawal": "not-checked"}
OK = {"signature": "ok", "pin": "ok", "expiry": "ok", **OPEN}
ENDED = {"pin": "not-checked", "expiry": "not-checked", **OPEN}
NO, UNSURE = {"signature": "no", **ENDED}, {"signature": "could-not-tell", **ENDED}


@dataclass(frozen=True)
class Case:
    """A bundle, a reader, and the answer."""

    why: str
    data: bytes
    answer: str = "valid"
    exit: int = 0
    core: Any = None
    keys: tuple[str, ...] = (AUTHOR.fingerprint,)
    at: str = AT


def cases() -> dict[str, Case]:
    """Every case by its name."""
    return {**good(), **signers(), **forged(), **unread()}


def good() -> dict[str, Case]:
    """What may be believed, as far as the key is the author's."""
    return {
        "p256": Case("as they were signed", bundle()),
        "ed25519": Case("with the other kind of key", edwards(), keys=(EDWARDS.fingerprint,)),
        "one-of-two-keys": Case("the reader named two keys, and one of them signed", bundle(), keys=(THIEF.fingerprint, AUTHOR.fingerprint)),
        "nobody-asked": Case("a questionnaire that names no asker", bundle(asker=None)),
        "a-person-alone": Case("neither person nor role is named", bundle(person=None, role=None)),
        "other-layout": Case("the bundle's own JSON may have any layout: its payload is what is signed", json.dumps(json.loads(bundle()), indent=1).encode()),
        "that-very-second": Case("answered at the reader's moment", bundle(), at="2026-11-20T09:00:00Z"),
        "other-scripts": Case("letters of any script, and no less strict", bundle(company="Фьорд 株式会社", answers={"where": {"value": "Ålesund \U0001f6a2 – 東京"}})),
    }  # fmt: skip


def signers() -> dict[str, Case]:
    """Whole, and yet no yes."""
    return {
        "no-key-named": Case("nobody said whose key that is", bundle(), "unknown-signer", 3, {**OK, "pin": "could-not-tell"}, keys=()),
        "another-key-named": Case("the reader named another key", bundle(), "wrong-signer", 1, {**OK, "pin": "no"}, keys=(THIEF.fingerprint,)),
        "signed-by-another-in-their-name": Case("the same names and answers under a thief's key", bundle(THIEF), "wrong-signer", 1, {**OK, "pin": "no"}),
        "answered-in-the-future": Case("they would look newer than they are", bundle(), "could-not-tell", 3, {**OK, "expiry": "could-not-tell"}, at="2026-11-20T08:59:59Z"),
        "in-the-future-and-by-another": Case("the worse of two counts", bundle(THIEF), "wrong-signer", 1, {**OK, "pin": "no", "expiry": "could-not-tell"}, at="2026-11-20T08:59:59Z"),
    }  # fmt: skip


def forged() -> dict[str, Case]:
    """Not what the key signed that they name."""
    payload, honest = print_answers(GIVEN), json.loads(bundle())

    def no(why: str, data: bytes, **more: Any) -> Case:
        return Case(why, data, "forged", 1, NO, **more)

    def signed_as(signature: bytes) -> bytes:
        return print_bundle(Bundle(payload, PAYLOAD_TYPE, signature, AUTHOR.fingerprint))

    signature = base64.b64decode(honest["dsseEnvelope"]["signatures"][0]["sig"])
    return {
        "signature-flipped": no("one bit of the signature is another", signed_as(signature[:-1] + bytes([signature[-1] ^ 1]))),
        "signature-of-other-answers": no("the author's signature, of an earlier version", signed_as(AUTHOR.sign(dsse.pae(PAYLOAD_TYPE, print_answers(replace(GIVEN, version="0")))))),
        "signature-without-pae": no("over the payload alone, without its type", signed_as(AUTHOR.sign(payload))),
        "signature-by-another": no("a thief's signature under the author's name", signed_as(THIEF.sign(dsse.pae(PAYLOAD_TYPE, payload)))),
        "signature-p1363": no("ECDSA as r and s side by side, where DER is asked", signed_as(b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(signature)))),
        "answer-changed": no("a no became a yes, digest and all", moved(print_answers(replace(GIVEN, answers={**GIVEN.answers, "second-factor": {"value": "no"}})))),
        "answer-left-out": no("an answer is gone, digest and all", moved(print_answers(replace(GIVEN, answers={key: given for key, given in GIVEN.answers.items() if key != "second-factor"})))),
        "name-changed": no("in another company's name", moved(print_answers(replace(GIVEN, company="Sund Data (fictional)")))),
        "moment-changed": no("older answers, made to look new", moved(print_answers(replace(GIVEN, answered_at=GIVEN.answered_at.replace(day=21))))),
        "file-exchanged": no("another file is named", moved(payload.replace(GIVEN.answers["policy"]["sha256"].encode(), b"0" * 64), again=True)),
        "key-exchanged": no("the payload names another key than the bundle", enveloped(print_answers(replace(GIVEN, spki=THIEF.spki)), AUTHOR)),
        "key-of-the-thief-in-the-bundle": no("the bundle names another key than the payload", enveloped(payload, THIEF), keys=(AUTHOR.fingerprint, THIEF.fingerprint)),
    }  # fmt: skip


def moved(payload: bytes, again: bool = False) -> bytes:
    """Another payload under the honest signature. ``again``: with the digest of its subject made to fit."""
    if again:
        said = json.loads(payload)
        said["subject"][0]["digest"]["sha256"] = hashlib.sha256(jcs.canonical(said["predicate"]["answers"])).hexdigest()
        payload = jcs.canonical(said)
    said = json.loads(bundle())
    said["dsseEnvelope"]["payload"] = encode(payload)
    return jcs.canonical(said)


def unread() -> dict[str, Case]:
    """In no form that counts. Where it matters, the author signed it so: a signature makes no form of it."""
    payload = print_answers(GIVEN)

    def unsure(why: str, data: bytes, **more: Any) -> Case:
        return Case(why, data, "could-not-tell", 3, UNSURE, **more)

    def signed(change: Callable[[bytes], bytes], payload_type: str = PAYLOAD_TYPE, key: Key = AUTHOR) -> bytes:
        return enveloped(change(payload), key, payload_type)

    def twice(inner: bytes) -> Callable[[bytes], bytes]:
        return lambda data: data.replace(b'"second-factor":{"value":"yes"}', inner)

    def edited(change: Callable[[Any], Any]) -> bytes:
        said = json.loads(bundle())
        change(said)
        return jcs.canonical(said)

    weak = bytes.fromhex("302a300506032b6570032100") + b"\x01" + bytes(31)
    weakly = "SHA256:" + base64.b64encode(hashlib.sha256(b"\0\0\0\x0bssh-ed25519\0\0\0 " + weak[12:]).digest()).decode().rstrip("=")
    hint = {"hint": THIEF.fingerprint}
    return {
        "payload-type-another": unsure("signed as another type: no statement", signed(bytes, "application/json")),
        "payload-type-exchanged": unsure("the type became another after signing", edited(lambda said: said["dsseEnvelope"].update(payloadType="text/plain"))),
        "predicate-type-newer": unsure("what a later version means is not known here", signed(lambda data: data.replace(b"answers/v0.1", b"answers/v0.2"))),
        "in-toto-v01": unsure("an older kind of statement", signed(lambda data: data.replace(b"Statement/v1", b"Statement/v0.1"))),
        "release-instead": unsure("a trust center's release", enveloped(signed_site.site(1)[signed_site.STATEMENT], Steady(signed_site.KEY.private)), keys=(signed_site.KEY.fingerprint,)),
        "reordered": unsure("the same JSON in another order", signed(lambda data: json.dumps(dict(reversed(json.loads(data).items())), separators=(",", ":"), ensure_ascii=False).encode())),
        "blanks": unsure("the same JSON with blanks", signed(lambda data: data.replace(b',"', b', "'))),
        "escaped": unsure("a letter spelled as an escape", signed(lambda data: data.replace("Å".encode(), b"\\u00c5"))),
        "key-twice": unsure("two values: which one a reader takes depends on the reader", signed(twice(b'"second-factor":{"value":"no","value":"yes"}'))),
        "question-twice": unsure("one question, answered twice", signed(twice(b'"second-factor":{"value":"no"},"second-factor":{"value":"yes"}'))),
        "question-twice-escaped": unsure("the same, once spelled with an escape", signed(twice(b'"second-factor":{"value":"no"},"second\\u002dfactor":{"value":"yes"}'))),
        "question-hidden": unsure("a zero-width space makes it another question that looks the same", signed(twice('"second\u200b-factor":{"value":"yes"}'.encode()))),
        "value-hidden": unsure("a zero-width space makes it another answer that looks the same", signed(twice('"second-factor":{"value":"yes\u200b"}'.encode()))),
        "value-turned": unsure("a direction override shows it backwards", signed(twice('"second-factor":{"value":"\u202eon"}'.encode()))),
        "value-tagged": unsure("a tag, which is never drawn", signed(twice('"second-factor":{"value":"yes\U000e006e"}'.encode()))),
        "value-escape": unsure("draws over what stands beside it on a terminal", signed(twice(b'"second-factor":{"value":"no\\u001b[2K"}'))),
        "value-blank": unsure("a blank behind it", signed(twice(b'"second-factor":{"value":"yes "}'))),
        "value-no-break-space": unsure("a blank of another kind behind it", signed(twice('"second-factor":{"value":"yes\u00a0"}'.encode()))),
        "value-empty": unsure("says nothing", signed(twice(b'"second-factor":{"value":""}'))),
        "value-true": unsure("true is no text", signed(twice(b'"second-factor":{"value":true}'))),
        "value-number": unsure("a number is no text", signed(twice(b'"second-factor":{"value":1e1}'))),
        "value-null": unsure("null is no text", signed(twice(b'"second-factor":{"value":null}'))),
        "value-object": unsure("an object is no text", signed(twice(b'"second-factor":{"value":{"yes":"no"}}'))),
        "value-and-file": unsure("two things at once", signed(twice(b'"second-factor":{"file":"a","sha256":"' + b"0" * 64 + b'","value":"yes"}'))),
        "proto": unsure("a name that some programs take for something else", signed(twice(b'"__proto__":{"value":"yes"}'))),
        "private-no": unsure("left out where it is not", signed(twice(b'"second-factor":{"private":"no","value":"yes"}'))),
        "further-field": unsure("a field that nobody knows", signed(lambda data: data.replace(b'"by":{', b'"audited":"yes","by":{'))),
        "nothing-answered": unsure("no answer at all", signed(lambda data: jcs.canonical(nothing(json.loads(data))))),
        "subject-of-another": unsure("about another questionnaire than the one it names", signed(lambda data: data.replace(b'questionnaires/supplier-assessment"', b'questionnaires/new-customer"'))),
        "subject-digest": unsure("the subject is other answers", signed(lambda data: data.replace(json.loads(data)["subject"][0]["digest"]["sha256"].encode(), b"0" * 64))),
        "id-way-out": unsure("a path instead of an id", signed(lambda data: data.replace(b"supplier-assessment", b"../../etc/passwd"))),
        "moment-with-a-fraction": unsure("one moment, one text", signed(lambda data: data.replace(b"09:00:00Z", b"09:00:00.0Z"))),
        "day-that-is-none": unsure("there is no such day", signed(lambda data: data.replace(b"2026-11-20T", b"2026-02-30T"))),
        "deep": unsure("nested without end", signed(twice(b'"second-factor":{"value":' + b"[" * 80 + b"]" * 80 + b"}"))),
        "not-utf-8": unsure("bytes that are no text", signed(twice(b'"second-factor":{"value":"yes\xff"}'))),
        "half-a-character": unsure("a lone surrogate", signed(twice(b'"second-factor":{"value":"\\ud800"}'))),
        "empty-payload": unsure("nothing at all, signed", signed(lambda data: b"")),
        "key-of-small-order": unsure("an Ed25519 key that takes one signature for any answers", print_bundle(Bundle(jcs.canonical(with_key(json.loads(payload), weak)), PAYLOAD_TYPE, b"\x01" + bytes(63), weakly)), keys=(weakly,)),
        "two-signatures": unsure("one signature is asked, and two are there", edited(lambda said: said["dsseEnvelope"]["signatures"].append(said["dsseEnvelope"]["signatures"][0]))),
        "no-signature": unsure("none is there", edited(lambda said: said["dsseEnvelope"]["signatures"].clear())),
        "hint-differs": unsure("hint and key id name two keys", edited(lambda said: said["verificationMaterial"]["publicKey"].update(hint))),
        "payload-url-safe": unsure("another text for the same bytes", bundle(company="Fjordhost ~~~ ???").replace(b"+", b"-").replace(b"/", b"_")),
        "payload-cut": unsure("cut off on the way", bundle()[:-200]),
        "payload-twice": unsure("two payloads: which one counts depends on the reader", bundle().replace(b'{"payload":', b'{"payload":"e30=","payload":', 1)),
        "behind-the-end": unsure("something stands behind the end", bundle() + b"{}"),
        "unsigned": unsure("an answers file as it is before it is signed", json.dumps(json.loads(payload)["predicate"]).encode()),
    }  # fmt: skip


def nothing(said: Any) -> Any:
    """The statement without any answer."""
    said["predicate"]["answers"] = {}
    said["subject"][0]["digest"]["sha256"] = hashlib.sha256(b"{}").hexdigest()
    return said


def with_key(said: Any, spki: bytes) -> Any:
    """The statement, naming another key."""
    said["predicate"]["keys"]["author"] = encode(spki)
    return said


def printed(case: Case) -> bytes:
    """A case as its file."""
    text = case.data.decode("utf-8")
    expect = {"answer": case.answer, "exit": case.exit, "core": case.core or OK, "told": case.exit == 0}
    return json.dumps({"why": case.why, "ask": {"at": case.at, "keys": list(case.keys)}, "expect": expect, "bundle": text}, indent=1, ensure_ascii=False).encode() + b"\n"


def main() -> None:
    """Writes every case."""
    VECTORS.mkdir(exist_ok=True)
    for old in VECTORS.glob("*.json"):
        old.unlink()
    for name, case in cases().items():
        (VECTORS / f"{name}.json").write_bytes(printed(case))


if __name__ == "__main__":
    main()
