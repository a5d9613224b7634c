"""Verifies a trust center that Attest made, in one file: Python 3.11 or newer and `cryptography`, nothing else.

    python verify.py WHERE --key SHA256:…  [--at TIME] [--since OLDER_BUNDLE] [--strict-evidence] [--json]

    WHERE       the address of a site, a folder that holds one, or a bundle (bundle.sigstore.json) alone; or answers to a
                questionnaire that their author signed (answers.sigstore.json): whose they are, and what they say
    --key       the fingerprint from your contract; never one that the site itself shows. More than one may be given
    --since     a bundle that you kept: the release it holds has to be an ancestor of this one
    exit code   0 valid   1 no (forged, wrong-signer, forked, rolled-back)   2 wrong use   3 could not tell   4 stale or withdrawn

This is a second verifier, written by hand from the format (docs/format.md) and sharing no line with the `attest` command, so that one
checks the other; a set of good and bad sites holds them to the same answers. Have it from an independent copy (Attest's releases, your
own shelf): one that comes with the site it is to judge proves nothing about a dishonest site.

Steps, with the numbers of the command:

    integrity    1 bundle   2 statement   3 signature   6 subjects   7 files   8 record   9 page blocks   12 changed while it was read
    signer       4 whose key                            freshness    5 the reader's clock
    history      10 releases before   13 log   14 its entries   15 withdrawals, notices, changes of keys
    claims       11 what has run out since

Not checked here: pins of a trust file (name the key with --key), and fingerprints in DNS. Each answer says what was not checked.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import html
import json
import os
import re
import stat
import sys
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn, TypeAlias, TypeGuard
from urllib.parse import quote, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

VERSION: Final = "0.1.0"
STEPS: Final = ("integrity", "signer", "freshness", "history", "claims")
STEP_OF: Final = {**dict.fromkeys((1, 2, 3, 6, 7, 8, 9, 12), "integrity"), 4: "signer", 5: "freshness", **dict.fromkeys((10, 13, 14, 15), "history"), 11: "claims"}
CORE: Final = ("signature", "subjects", "pin", "expiry", "log", "history", "withdrawal")
"""The seven questions that every verifier of Attest answers alike."""
CORE_OF: Final = {1: "signature", 2: "signature", 3: "signature", 6: "subjects", 7: "subjects", 4: "pin", 5: "expiry", 13: "log", 14: "log", 10: "history", 15: "withdrawal"}
EXIT: Final = {"valid": 0, "stale": 4, "withdrawn": 4, "could-not-tell": 3, "unknown-signer": 3, "forged": 1, "wrong-signer": 1, "forked": 1, "rolled-back": 1}
WORDS_FIRST: Final = ("forged", "wrong-signer", "forked", "rolled-back", "unknown-signer", "could-not-tell", "withdrawn", "stale")

VERDICTS: Final = ("not-met", "unknown", "planned", "met", "not-applicable")
BASES: Final = ("tool", "third-party", "record", "document", "declaration")
RULESET: Final = "attest-rules/v0.1"
STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE: Final = "https://w3id.org/attest-center/compliance/v0.1"
ANSWERS_TYPE: Final = "https://w3id.org/attest-center/answers/v0.1"
PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
MEDIA_TYPE: Final = "application/vnd.dev.sigstore.bundle.v0.3+json"
NAMESPACE: Final = b"attest-manifest@v1"

BUNDLE, STATEMENT, ASSESSMENT = "attestation/bundle.sigstore.json", "attestation/statement.json", "attestation/assessment.json"
MANIFEST, SIGNATURE = "attestation/SHA256SUMS", "attestation/SHA256SUMS.sig"
PROOF_NAME, PROOF, LOG, CHECKPOINT = "proof.tlog-proof", "attestation/proof.tlog-proof", "attestation/log/", "attestation/log/checkpoint"
KEPT: Final = ("bundle.sigstore.json", "statement.json", "assessment.json", "SHA256SUMS")
MIB: Final = 2**20
NOTE_CAP: Final = 100_000
PROOF_CAP: Final = NOTE_CAP + 4096
TILE_CAP: Final = 2**17
MOST_ENTRIES: Final = 2**19
LONGEST: Final = 50_000
GIVE_UP: Final = 8
ATTEMPTS: Final = 3

Json: TypeAlias = Any


class Unreadable(Exception):
    """What is not in the one form it may have."""


class Absent(Exception):
    """The source says that this file is not there."""


class Unreached(Exception):
    """The source cannot give this file."""


def refuse(why: str) -> NoReturn:
    raise Unreadable(why)


# ------------------------------------------------------------------------------------------------ bytes, text, JSON, times


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def unbase64(said: Json, what: str = "it") -> bytes:
    """RFC 4648, section 4, padded, on one line, unused bits zero: what does not encode back to itself is refused."""
    try:
        data = base64.b64decode(said, validate=True) if isinstance(said, str) else None
    except ValueError:
        data = None
    if data is None or base64.b64encode(data).decode() != said:
        refuse(f"{what}: not strict base64")
    return data


def parse_json(data: bytes, what: str) -> Json:
    """RFC 8259 without latitude: UTF-8, no key twice, nothing behind the end, at most 64 deep."""

    def once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        found = dict(pairs)
        if len(found) != len(pairs):
            twice = next(key for at, (key, _) in enumerate(pairs) if key in dict(pairs[:at]))
            refuse(f"{what} is not strict JSON: key {twice!r:.80} stands twice")
        return found

    def number(said: str) -> float:
        return float(said) if abs(float(said)) != float("inf") else refuse(f"{what} is not strict JSON: a number beyond the range of a double")

    if len(data) > 64 * MIB:
        refuse(f"{what} is larger than 64 MiB")
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=once, parse_float=number, parse_constant=lambda name: refuse(f"{what} is not strict JSON: {name}"))
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        refuse(f"{what} is not strict JSON: {error}")
    return value if not too_deep(value) else refuse(f"{what} is nested too deeply")


def too_deep(value: Json, left: int = 64) -> bool:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return left < 0 or any(too_deep(each, left - 1) for each in inside)


def canonical(value: Json) -> bytes:
    """RFC 8785 for what is signed here: no fractions, whole numbers within 2**53, keys by their UTF-16 code units."""
    if isinstance(value, dict):
        rows = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be"))
        return b"{" + b",".join(canonical(key) + b":" + canonical(inner) for key, inner in rows) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(canonical, value)) + b"]"
    if isinstance(value, float) or (isinstance(value, int) and abs(value) >= 2**53):
        refuse("a number that has no canonical form here")
    return json.dumps(value, ensure_ascii=False).encode("utf-8")


def alike(one: Json, other: Json) -> bool:
    """Equal as JSON: true is not 1, and 1.0 is neither."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def an_object(value: Json, what: str) -> dict[str, Json]:
    return value if isinstance(value, dict) else refuse(f"{what} is not an object")


def a_list(value: Json, what: str) -> list[Json]:
    return value if isinstance(value, list) else refuse(f"{what} is not a list")


def words(value: Json, what: str) -> str:
    return value if isinstance(value, str) and value else refuse(f"{what} is not text")


def is_hex(value: Json) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


def digest(value: Json, what: str) -> str:
    return str(value) if is_hex(value) else refuse(f"{what} is not a SHA-256 in hex")


def count(value: Json, what: str, least: int = 0, below: int = 2**53) -> int:
    good = isinstance(value, int) and not isinstance(value, bool) and least <= value < below
    return int(value) if good else refuse(f"{what} is not a whole number of at least {least}")


def one_of(value: Json, allowed: Sequence[Json], what: str) -> Json:
    return value if any(value == each and type(value) is type(each) for each in allowed) else refuse(f"{what} is {value!r:.40}")


def moment(said: Json, what: str) -> datetime:
    """RFC 3339 in UTC with Z and whole seconds, and no other spelling."""
    if isinstance(said, str) and re.fullmatch(r"(19[7-9]|2[0-9]{2})[0-9]-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", said):
        try:
            found = datetime.fromisoformat(said)
        except ValueError:
            found = None
        if found is not None and spell(found) == said:
            return found
    refuse(f"{what}: not a time, such as 2026-11-20T03:10:00Z")


def spell(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def for_people(when: datetime) -> str:
    return when.strftime("%Y-%m-%d %H:%M UTC")


def end_of(day: Json, what: str) -> datetime:
    """What is good until a day is good on that day."""
    return moment(f"{day}T00:00:00Z", what) + timedelta(days=1)


def span(said: Json, what: str) -> timedelta:
    match = re.fullmatch("([1-9][0-9]{0,4})([hdwy])", said) if isinstance(said, str) else None
    hours = int(match[1]) * {"h": 1, "d": 24, "w": 168, "y": 8760}[match[2]] if match else 0
    return timedelta(hours=hours) if 0 < hours <= 876_000 else refuse(f"{what}: not a span of time, such as 30d")


# ------------------------------------------------------------------------------------------------ keys and signatures

P256_DER: Final = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
ED25519_DER: Final = bytes.fromhex("302a300506032b6570032100")
FIELD: Final = 2**255 - 19
ORDER_8: Final = 55188659117513257062467267217118295137698188065244968500265048394206261417927
SMALL_ORDER: Final = {0, 1, FIELD - 1, ORDER_8, FIELD - ORDER_8}
"""y of the points whose order divides 8: such a key takes one signature for many messages."""


def load_key(spki: bytes) -> EllipticCurvePublicKey | Ed25519PublicKey:
    """SubjectPublicKeyInfo in its one DER form, P-256 or Ed25519 alone."""
    try:
        if len(spki) == 91 and spki.startswith(P256_DER):
            return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), spki[26:])
        if len(spki) == 44 and spki.startswith(ED25519_DER):
            y = int.from_bytes(spki[12:], "little") & (2**255 - 1)
            return Ed25519PublicKey.from_public_bytes(spki[12:]) if y < FIELD and y not in SMALL_ORDER else refuse("the Ed25519 key names no signer")
    except ValueError:
        refuse("the public key holds no point of its curve")
    refuse("a public key of another kind: only ECDSA P-256 and Ed25519 keys are taken")


def verifies(spki: bytes, signature: bytes, message: bytes) -> bool:
    key = load_key(spki)
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, message)
        else:
            key.verify(signature, message, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def string(data: bytes) -> bytes:
    """RFC 4251, section 5: the length in four bytes, and the bytes."""
    return len(data).to_bytes(4, "big") + data


def strings(data: bytes, many: int) -> list[bytes]:
    found = []
    for _ in range(many):
        end = 4 + int.from_bytes(data[:4], "big")
        if len(data) < max(4, end):
            refuse("the OpenSSH data ends too early")
        found.append(data[4:end])
        data = data[end:]
    return found if not data else refuse("the OpenSSH data goes on behind its end")


def ssh_name(spki: bytes) -> bytes:
    return b"ssh-ed25519" if len(spki) == 44 else b"ecdsa-sha2-nistp256"


def ssh_blob(spki: bytes) -> bytes:
    return string(ssh_name(spki)) + (string(spki[12:]) if len(spki) == 44 else string(b"nistp256") + string(spki[26:]))


def fingerprint(spki: bytes) -> str:
    """As `ssh-keygen -lf` prints it."""
    load_key(spki)
    return "SHA256:" + base64.b64encode(hashlib.sha256(ssh_blob(spki)).digest()).decode().rstrip("=")


def is_fingerprint(said: Json) -> bool:
    if not isinstance(said, str) or not re.fullmatch("SHA256:[A-Za-z0-9+/]{43}", said):
        return False
    try:
        return len(unbase64(said[7:] + "=")) == 32
    except Unreadable:
        return False


def ssh_signed(file: bytes, message: bytes, spki: bytes) -> bool:
    """Whether SHA256SUMS.sig (PROTOCOL.sshsig) is this key's signature over the message, for our namespace."""
    armor = re.fullmatch(rb"-----BEGIN SSH SIGNATURE-----\n((?:[A-Za-z0-9+/=]{1,76}\n)+)-----END SSH SIGNATURE-----\n?", file) if len(file) <= 4096 else None
    if armor is None:
        return False
    blob = unbase64(armor[1].replace(b"\n", b"").decode())
    head = b"SSHSIG\0\0\0\1" + b"".join(map(string, (ssh_blob(spki), NAMESPACE, b"", b"sha512")))
    if not blob.startswith(head):
        return False
    name, raw = strings(strings(blob[len(head) :], 1)[0], 2)
    if name != ssh_name(spki):
        return False
    if name != b"ssh-ed25519":
        raw = encode_dss_signature(*map(positive, strings(raw, 2)))
    return verifies(spki, raw, b"SSHSIG" + b"".join(map(string, (NAMESPACE, b"", b"sha512", hashlib.sha512(message).digest()))))


def positive(raw: bytes) -> int:
    number = int.from_bytes(raw, "big")
    return number if 0 < number < 2**256 and raw == number.to_bytes(number.bit_length() // 8 + 1, "big") else refuse("not a number in its shortest form")


def pae(kind: str, payload: bytes) -> bytes:
    """DSSE v1.0, what a signature covers."""
    return b"DSSEv1 %d %b %d %b" % (len(kind.encode()), kind.encode(), len(payload), payload)


# ------------------------------------------------------------------------------------------------ findings and the answer


class Finding(NamedTuple):
    number: int
    outcome: str
    what: str
    expected: str = ""
    got: str = ""
    word: str = "valid"
    code: int = 0


def no(number: int, what: str, expected: str = "", got: str = "", word: str = "forged", code: int | None = None) -> Finding:
    return Finding(number, "no", what, expected, got, word, EXIT[word] if code is None else code)


def unsure(number: int, what: str, expected: str = "", got: str = "", word: str = "could-not-tell") -> Finding:
    return Finding(number, "could-not-tell", what, expected, got, word, 3)


def note(number: int, what: str) -> Finding:
    return Finding(number, "note", what)


def unchecked(number: int, what: str) -> Finding:
    return Finding(number, "not-checked", what)


@dataclass
class Answer:
    """One word, one exit code, five steps, seven core questions."""

    word: str
    code: int
    steps: dict[str, str]
    core: dict[str, str]
    findings: list[Finding]
    facts: dict[str, Json]
    at: datetime


def worst(found: Iterable[Finding], reached: bool) -> str:
    outcomes = {finding.outcome for finding in found}
    return next((each for each in ("no", "could-not-tell", "not-checked") if each in outcomes), "ok" if reached else "not-checked")


def answer_of(findings: list[Finding], facts: dict[str, Json], at: datetime, ran: Sequence[str] = STEPS, core: Iterable[str] = ()) -> Answer:
    """The worst finding wins, in the order 1, 3, 4, 0; where nothing was verified it is never 0."""
    steps = {name: worst([one for one in findings if STEP_OF[one.number] == name], name in ran) for name in STEPS}
    code = next(code for code in (1, 3, 4, 0) if code == 0 or any(one.code == code for one in findings))
    said = {one.word for one in findings if one.code == code and code}
    order = ("could-not-tell", *WORDS_FIRST) if steps["integrity"] == "could-not-tell" else WORDS_FIRST
    word = next((each for each in order if each in said), "valid")
    if code == 0 and not {"integrity", "signer", "freshness"} <= set(ran):
        word, code = "could-not-tell", 3
    reached = set(core)
    return Answer(word, code, steps, {name: worst([one for one in findings if CORE_OF.get(one.number) == name], name in reached) for name in CORE}, findings, facts, at)


# ------------------------------------------------------------------------------------------------ where the bytes are


class Files:
    """A site in memory."""

    def __init__(self, files: dict[str, bytes], lists: bool = True) -> None:
        self.files, self.lists = files, lists

    def describe(self) -> str:
        return "memory"

    def read(self, path: str, cap: int) -> bytes:
        if path not in self.files:
            raise Absent("is not there")
        return self.files[path] if len(self.files[path]) <= cap else over(cap)

    def paths(self) -> list[str] | None:
        return list(self.files) if self.lists else None

    def reopen(self) -> None:
        return


class Folder(Files):
    """A site in a folder. Every link in it is refused unread; only the one that leads to the folder is followed."""

    def __init__(self, where: Path) -> None:
        self.where, self.root = where, where.resolve()

    def describe(self) -> str:
        return str(self.where)

    def reopen(self) -> None:
        self.root = self.where.resolve()

    def read(self, path: str, cap: int) -> bytes:
        file = self.root
        try:
            for part in path.split("/"):
                file = file / part
                if stat.S_ISLNK(file.lstat().st_mode):
                    raise Unreached("is a link, or lies behind one")
            if not stat.S_ISREG(file.lstat().st_mode):
                raise Unreached("is no plain file")
            with file.open("rb") as stream:
                data = stream.read(cap + 1)
        except (FileNotFoundError, NotADirectoryError):
            raise Absent("is not there") from None
        except OSError as error:
            raise Unreached(error.strerror or "cannot be read") from None
        return data if len(data) <= cap else over(cap)

    def paths(self) -> list[str] | None:
        found = []
        for folder, folders, files in os.walk(self.root):
            links = [name for name in folders if (Path(folder) / name).is_symlink()]
            found += [(Path(folder) / name).relative_to(self.root).as_posix() for name in (*files, *links)]
        return found


def over(cap: int) -> NoReturn:
    raise Unreached(f"is larger than {cap} bytes")


class Web(Files):
    """A site behind http(s). Redirects are followed within the host alone; no proxy, no cookie, no compression."""

    def __init__(self, root: str) -> None:
        self.root = root if root.endswith("/") else f"{root}/"
        self.open = urllib.request.build_opener(urllib.request.ProxyHandler({}), _SameHost()).open

    def describe(self) -> str:
        return self.root

    def paths(self) -> list[str] | None:
        return None

    def read(self, path: str, cap: int) -> bytes:
        asked = urllib.request.Request(self.root + quote(path), headers={"Accept-Encoding": "identity", "User-Agent": f"attest-verify.py/{VERSION}"})  # noqa: S310 - http or https, see main
        try:
            with self.open(asked, timeout=20) as answer:
                data: bytes = answer.read(cap + 1)
        except urllib.error.HTTPError as error:
            raise (Absent("is not there") if error.code in (404, 410) else Unreached(f"the host answers {error.code}")) from None
        except (OSError, ValueError) as error:
            raise Unreached(str(getattr(error, "reason", None) or error)) from None
        return data if len(data) <= cap else over(cap)


class _SameHost(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        if old.hostname != new.hostname or (old.scheme, new.scheme) == ("https", "http"):
            raise Unreached(f"the host redirects elsewhere, to {new.scheme}://{new.netloc}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def attempt(number: int, path: str, get: Callable[[], Json]) -> Json:
    """What a source gives, or the finding: a file that is said not to be there is a no, one that cannot be had leaves it open."""
    try:
        return get()
    except Absent:
        return no(number, f"{path} is not there")
    except Unreached as error:
        return unsure(number, f"{path} cannot be read: {error}")


def if_there(number: int, source: Files, path: str, cap: int = 64 * MIB) -> bytes | Finding | None:
    """A file that may be missing: None where the source says that it is not there."""
    try:
        return source.read(path, cap)
    except Absent:
        return None
    except Unreached as error:
        return unsure(number, f"{path} cannot be read: {error}")


# ------------------------------------------------------------------------------------------------ 1 to 3: bundle, statement, signature


@dataclass
class Log:
    """What a payload says of the log: its state before the payload's own entry."""

    origin: str
    vkey: str
    key_id: bytes
    spki: bytes
    size: int
    root: str
    void: list[int]


@dataclass
class Said:
    """A signed payload: a release's statement, or (kind) one that came later."""

    kind: str
    center: str
    name: str
    release: int
    issued: datetime
    spki: bytes
    log: Log | None
    predicate: dict[str, Json]
    payload: str = ""
    fingerprint: str = ""
    previous: tuple[int, str] | None = None
    as_of: datetime | None = None
    until: datetime | None = None
    subjects: dict[str, str] = field(default_factory=dict)
    claims: dict[str, tuple[str, str]] = field(default_factory=dict)
    raw: bytes = b""
    index: int | None = None

    @property
    def place(self) -> int:
        """Its entry in the log, as it says; -1 for what has no log."""
        return -1 if self.log is None else self.log.size

    def entry(self) -> dict[str, Json]:
        """Its entry in the log: a function of the payload."""
        return {"digest": self.payload, "kind": self.kind, "n": self.release, "time": spell(self.issued)}


class Envelope(NamedTuple):
    payload: bytes
    kind: str
    signature: bytes
    hint: str


def parse_bundle(data: bytes) -> Envelope:
    """A Sigstore bundle v0.3 with exactly one signature, and nothing in it that is not known."""
    if len(data) > 16 * MIB:
        refuse("the bundle is larger than 16 MiB")
    whole = fields(parse_json(data, "the bundle"), "the bundle", ("mediaType", "verificationMaterial", "dsseEnvelope"))
    if whole["mediaType"] != MEDIA_TYPE:
        refuse(f"mediaType: not {MEDIA_TYPE}")
    material = fields(whole["verificationMaterial"], "verificationMaterial", ("publicKey",), ("tlogEntries", "timestampVerificationData"))
    if material.get("tlogEntries", []) != []:
        refuse("verificationMaterial.tlogEntries: has to be an empty list")
    stamps = fields(material.get("timestampVerificationData", {}), "timestampVerificationData", (), ("rfc3161Timestamps",)).get("rfc3161Timestamps", [])
    for stamp in stamps if isinstance(stamps, list) and len(stamps) <= 8 else refuse("rfc3161Timestamps: not a list of at most 8"):
        unbase64(fields(stamp, "rfc3161Timestamps", ("signedTimestamp",))["signedTimestamp"], "signedTimestamp")
    hint = fields(material["publicKey"], "verificationMaterial.publicKey", ("hint",))["hint"]
    if not is_fingerprint(hint):
        refuse("verificationMaterial.publicKey.hint: not an OpenSSH fingerprint")
    envelope = fields(whole["dsseEnvelope"], "dsseEnvelope", ("payload", "payloadType", "signatures"))
    if not isinstance(envelope["signatures"], list) or len(envelope["signatures"]) != 1:
        refuse("dsseEnvelope.signatures: exactly one signature is needed")
    signature = fields(envelope["signatures"][0], "dsseEnvelope.signatures[0]", ("sig", "keyid"))
    if signature["keyid"] != hint:
        refuse("verificationMaterial.publicKey.hint and the signature's keyid differ, the bundle names two keys")
    if envelope["payloadType"] != PAYLOAD_TYPE:
        raise OtherPayload(f"payload type {envelope['payloadType']!r:.80}, expected {PAYLOAD_TYPE}")
    return Envelope(unbase64(envelope["payload"], "dsseEnvelope.payload"), PAYLOAD_TYPE, unbase64(signature["sig"], "sig"), hint)


class OtherPayload(Unreadable):
    """A bundle of something else: what cannot be read is the statement (step 2)."""


def fields(value: Json, where: str, needed: Sequence[str], allowed: Sequence[str] = ()) -> dict[str, Json]:
    found = an_object(value, where)
    for key in needed:
        if key not in found:
            refuse(f"{where}: {key} is missing")
    for key in found:
        if key not in (*needed, *allowed):
            refuse(f"{where}: {key!r:.60} is not a field of it")
    return found


def parse_statement(payload: bytes) -> Said:
    """The in-toto statement of a release."""
    whole = an_object(parse_json(payload, "the statement"), "the statement")
    if whole.get("_type") != STATEMENT_TYPE or whole.get("predicateType") != PREDICATE_TYPE:
        refuse(f"not an in-toto statement of {PREDICATE_TYPE}: {whole.get('predicateType')!r:.120}")
    subject = [an_object(each, "subject") for each in a_list(whole.get("subject"), "subject")]
    subjects = {words(each.get("name"), "subject.name"): digest(an_object(each.get("digest"), "subject.digest").get("sha256"), "subject.digest.sha256") for each in subject}
    if len(subject) != 2 or set(subjects) != {MANIFEST, ASSESSMENT}:
        refuse(f"the subjects are not exactly {MANIFEST} and {ASSESSMENT}")
    said = an_object(whole.get("predicate"), "predicate")
    found = stated("release", said)
    count(found.release, "release", 1)
    found.subjects, found.claims, found.previous = subjects, parse_claims(said.get("claims")), parse_previous(said.get("previous"))
    found.as_of, found.until = moment(said.get("asOf"), "asOf"), moment(said.get("validUntil"), "validUntil")
    for name in ("totals", "withheld"):
        if not is_counts(said.get(name), VERDICTS):
            refuse(f"{name} is not five counts")
    if not found.as_of <= found.issued < found.until:
        refuse("asOf, issuedAt and validUntil are not in order")
    if (found.previous is None) != (found.release == 1) or (found.previous is not None and found.previous[0] != found.release - 1):
        refuse(f"release {found.release} does not name the one before it")
    return found


def stated(kind: str, said: dict[str, Json]) -> Said:
    """What every signed payload says."""
    center, keys = an_object(said.get("center"), "center"), an_object(said.get("keys"), "keys")
    log = None if said.get("log", "absent") is None else parse_log(said.get("log"), keys.get("log"))
    spki = unbase64(words(keys.get("statement"), "keys.statement"), "keys.statement")
    name = fingerprint(spki)
    return Said(
        kind, words(center.get("id"), "center.id"), words(center.get("name"), "center.name"), count(said.get("release"), "release"),
        moment(said.get("issuedAt"), "issuedAt"), spki, log, said, fingerprint=name,
    )  # fmt: skip


def parse_claims(value: Json) -> dict[str, tuple[str, str]]:
    rows = [an_object(each, "claims") for each in a_list(value, "claims")]
    found = {words(row.get("id"), "claims.id"): (str(one_of(row.get("verdict"), VERDICTS, "claims.verdict")), digest(row.get("record"), "claims.record")) for row in rows}
    return found if len(found) == len(rows) else refuse("a control is claimed twice")


def parse_previous(value: Json) -> tuple[int, str] | None:
    if value is None:
        return None
    said = an_object(value, "previous")
    return count(said.get("release"), "previous.release", 1), digest(said.get("payload"), "previous.payload")


def parse_log(value: Json, vkey: Json) -> Log:
    said = an_object(value, "log")
    origin, own, size = words(said.get("origin"), "log.origin"), words(said.get("vkey"), "log.vkey"), count(said.get("sizeBefore"), "log.sizeBefore", 0, 10**15 + 1)
    root, void = digest(said.get("rootBefore"), "log.rootBefore"), [count(each, "log.void", 0, size) for each in a_list(said.get("void", []), "log.void")]
    name, key_id, spki = parse_vkey(own)
    if name != origin or own != vkey:
        refuse("log.origin, log.vkey and keys.log do not name one log")
    if void != sorted(set(void)) or len(void) > 1000:
        refuse("log.void does not name entries before log.sizeBefore, rising")
    if size == 0 and root != sha256(b""):
        refuse("log.rootBefore of an empty log is the SHA-256 of nothing")
    return Log(origin, own, key_id, spki, size, root, void)


def opened(data: bytes, number: int = 3) -> tuple[Said | None, Finding | None]:
    """Steps 1 to 3: a statement and whether its own key signed it, or the finding that refuses it."""
    try:
        envelope = parse_bundle(data)
    except OtherPayload as error:
        return None, unsure(2, f"the statement cannot be read: {error}")
    except Unreadable as error:
        return None, unsure(1, f"the bundle cannot be read: {error}")
    try:
        found = parse_statement(envelope.payload)
    except Unreadable as error:
        return None, unsure(2, "this holds answers to a questionnaire, and no release of a trust center" if holds_answers(data) else f"the statement cannot be read: {error}")
    found.payload, found.raw = sha256(envelope.payload), envelope.payload
    return found, unsigned(found, envelope, number)


def unsigned(found: Said, envelope: Envelope, number: int) -> Finding | None:
    if found.fingerprint != envelope.hint:
        return no(number, "the bundle names another key than the statement it holds", found.fingerprint, envelope.hint)
    if not verifies(found.spki, envelope.signature, pae(envelope.kind, envelope.payload)):
        return no(number, f"the signature is not that of key {found.fingerprint} over this statement")
    return None


# ------------------------------------------------------------------------------------------------ 4 and 5: whose key, and when


@dataclass
class Question:
    """Which keys the reader named, the reader's moment, and how strict to be."""

    keys: Sequence[str]
    now: datetime
    since: bytes | None = None
    strict_evidence: bool = False
    page: str | None = None
    watch: Callable[[int, int], None] = lambda done, of: None


def judge_signer(said: Said, question: Question, turns: list[Turn] | None) -> Finding | None:
    """The reader named the key, or the log leads to it from one that the reader named; and the log did not retire it before."""
    keys, name, named = Keys(question.keys, turns or []), said.fingerprint, " or ".join(sorted(question.keys))
    standing = keys.standing(name, said.place)
    if standing == "accepted":
        return None
    if standing in ("retired", "aside") and name in keys.starts:
        what = f"key {name} was retired in entry {keys.ends[name].since} of the log"
        return no(4, what, f"an entry before {keys.ends[name].before}", f"entry {said.place}", "wrong-signer")
    if name in keys.starts:
        return no(4, f"key {name} was announced after this release", f"entry {keys.starts[name]} or later", f"entry {said.place}", "wrong-signer")
    if question.keys and turns is None and said.log is not None:
        return unsure(4, "signed by another key than the one pinned; whether that one announced it, only the site's log can show", named, name, "unknown-signer")
    if question.keys:
        return no(4, "signed by another key than the one pinned", named, name, "wrong-signer")
    return unsure(4, f"no key is pinned for {said.center}", got=name, word="unknown-signer")


def not_fresh(said: Said, now: datetime) -> Finding | None:
    assert said.until is not None
    if now < said.issued:
        return unsure(5, "it was issued in the future: your clock or theirs is wrong", f"issued by {spell(now)}", spell(said.issued))
    if now >= said.until:
        return no(5, f"it was valid until {spell(said.until)}", f"valid at {spell(now)}", spell(said.until), "stale")
    return None


# ------------------------------------------------------------------------------------------------ 6 and 7: subjects and files

_RELEASE_FILES = r"bundle\.sigstore\.json|statement\.json|assessment\.json|SHA256SUMS|proof\.tlog-proof|cosignatures/[0-9a-f]{64}\.sigstore\.json"
_TILE = r"log/tile/(?:entries|[0-9]|[1-5][0-9]|6[0-3])/(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/(?:[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?"
UNLISTED = re.compile(
    rf"_headers|_redirects|\.nojekyll|CNAME|attestation/(?:SHA256SUMS(?:\.sig)?|statement\.json|bundle\.sigstore\.json|proof\.tlog-proof|log/checkpoint|{_TILE}"
    rf"|releases/[1-9][0-9]{{0,8}}/(?:{_RELEASE_FILES})|statements/[0-9a-f]{{64}}\.sigstore\.json)"
)
"""What a site holds beside its listed files (docs/format.md, Files)."""
HOST = re.compile(r"_headers|_redirects|\.nojekyll|CNAME")
OF_LOG = re.compile(r"attestation/(?:log/.*|proof\.tlog-proof)")
OF_RELEASE = re.compile(r"attestation/releases/([0-9]+)/(.*)")
COSIGNED = re.compile(r"attestation/releases/[0-9]+/cosignatures/.*")
LATER_FILE = re.compile(r"attestation/statements/([0-9a-f]{64})\.sigstore\.json")
PAGES: Final = (".html", ".htm", ".xhtml", ".svg")


def check_subjects(source: Files, said: Said, bundle: bytes) -> tuple[bytes | None, bytes | None, list[Finding]]:
    """Manifest and record, where they are the signed ones, and what is wrong with the control files."""
    held, findings = {BUNDLE: bundle}, []
    for path in (STATEMENT, ASSESSMENT, MANIFEST, SIGNATURE):
        data = attempt(6, path, lambda path=path: source.read(path, 64 * MIB))  # type: ignore[misc]
        if isinstance(data, Finding):
            findings.append(data)
        else:
            held[path] = data
    for path, wanted in said.subjects.items():
        if path in held and sha256(held[path]) != wanted:
            findings.append(no(6, f"{path} is not the one that was signed", wanted, sha256(held[path])))
    if STATEMENT in held and held[STATEMENT] != said.raw:
        findings.append(no(6, f"{STATEMENT} is not the signed payload", said.payload, sha256(held[STATEMENT])))
    if SIGNATURE in held and MANIFEST in held and not manifest_signed(held, said):
        findings.append(no(6, f"{SIGNATURE} is not the signature of {said.fingerprint} over {MANIFEST}"))
    for name in KEPT if said.log is None else (*KEPT, PROOF_NAME):
        path, top = f"attestation/releases/{said.release}/{name}", held.get(f"attestation/{name}") if name != PROOF_NAME else if_there(10, source, PROOF)
        kept = attempt(10, path, lambda path=path: source.read(path, 64 * MIB))  # type: ignore[misc]
        if isinstance(kept, Finding):
            findings.append(kept)
        elif isinstance(top, bytes) and kept != top:
            findings.append(no(10, f"{path} differs from attestation/{name}", sha256(top), sha256(kept)))
    good = [held[path] if path in held and sha256(held[path]) == said.subjects[path] else None for path in (MANIFEST, ASSESSMENT)]
    return good[0], good[1], findings


def manifest_signed(held: dict[str, bytes], said: Said) -> bool:
    try:
        return ssh_signed(held[SIGNATURE], held[MANIFEST], said.spki)
    except Unreadable:
        return False


def parse_manifest(data: bytes) -> dict[str, str]:
    """What `sha256sum` writes, sorted, every path once and plain."""
    lines = data.decode("ascii", "replace").split("\n")
    rows = [re.fullmatch(r"([0-9a-f]{64})  ([A-Za-z0-9._/-]{1,1024})", line) for line in lines[:-1]]
    paths = [row[2] for row in rows if row is not None]
    plain = all(path != "-" and not {"", ".", ".."} & set(path.split("/")) for path in paths)
    if len(data) > 64 * MIB or lines[-1] or not paths or len(paths) != len(rows) or not plain:
        refuse("the manifest is not lines of 64 hex digits, two spaces and a plain path")
    if paths != sorted(set(paths)) or len({path.lower() for path in paths}) != len(paths):
        refuse("the manifest is not sorted, or names a path twice")
    return {row[2]: row[1] for row in rows if row is not None}


def check_files(source: Files, manifest: dict[str, str], blocks: dict[str, str] | None, question: Question) -> tuple[int, list[Finding]]:
    """Every listed file, once: hashed, and if it is a page looked through for its block."""
    findings: list[Finding] = []
    if not any(path.endswith(".html") for path in manifest):
        findings.append(no(7, "SHA256SUMS lists no page", "at least 1", "0"))
    if ASSESSMENT not in manifest:
        findings.append(no(7, f"SHA256SUMS does not list {ASSESSMENT}"))
    findings += [no(7, f"SHA256SUMS lists {path}, which is never listed") for path in manifest if UNLISTED.fullmatch(path)]
    checked = doubts = 0
    for done, (path, wanted) in enumerate(manifest.items(), 1):
        found = check_file(source, path, wanted, blocks)
        question.watch(done, len(manifest))
        checked += not any(one.number == 7 for one in found)
        doubts += any(one.outcome == "could-not-tell" for one in found)
        findings += found
        if doubts >= GIVE_UP:
            findings.append(unsure(7, f"{doubts} files cannot be read, the rest was left unread"))
            break
    return checked, findings


def check_file(source: Files, path: str, wanted: str, blocks: dict[str, str] | None) -> list[Finding]:
    page = path.lower().endswith(PAGES)
    data = attempt(7, path, lambda: source.read(path, 32 * MIB if page else 1024 * MIB))
    if isinstance(data, Finding):
        return [data]
    if sha256(data) != wanted:
        return [no(7, f"{path} is not as listed", wanted, sha256(data))]
    return list(block_findings(path, data, blocks.get(path))) if page and blocks is not None else []


def check_unlisted(source: Files, manifest: dict[str, str], release: int, logged: bool) -> Iterator[Finding]:
    paths = source.paths()
    if paths is None:
        yield note(7, "files that are not listed cannot be seen over http(s)")
        return
    for path in sorted(set(paths) - manifest.keys()):
        kept = OF_RELEASE.fullmatch(path)
        top = f"attestation/{kept[2]}" if kept is not None and int(kept[1]) == release else path
        if not UNLISTED.fullmatch(path) or (OF_LOG.fullmatch(top) and not logged) or (kept is not None and int(kept[1]) > release):
            yield no(7, f"{path} is not listed")
        elif COSIGNED.fullmatch(path):
            yield unsure(10, f"{path} is a cosignature, which this version does not read")
        elif HOST.fullmatch(path) and isinstance(found := attempt(7, path, lambda path=path: source.read(path, 1024 * MIB)), Finding):  # type: ignore[misc]
            yield found


# ------------------------------------------------------------------------------------------------ 9: what a page says to machines

_TAG = re.compile(rb"<[A-Za-z][^\t\n\f\r />]*+")
_ATTRIBUTE = re.compile(rb"""[\t\n\f\r /]*+([^\t\n\f\r />][^\t\n\f\r />=]*+)(?:[\t\n\f\r ]*+=[\t\n\f\r ]*+("[^"]*+"|'[^']*+'|[^\t\n\f\r >]*+))?""")
_HIDES = (b"template", b"textarea", b"title", b"style", b"script", b"noscript", b"iframe", b"xmp", b"noembed", b"noframes")


def block_of(control: dict[str, Json]) -> str:
    said = canonical({"id": control["id"], "record": sha256(canonical(control)), "verdict": control["verdict"]}).decode()
    return '<script type="application/json" id="attest-control">' + said.replace("<", "\\u003c") + "</script>"


def block_findings(path: str, page: bytes, block: str | None) -> Iterator[Finding]:
    """A control's page carries its block once, in the open; no other page carries one, however its tag is spelled."""
    if b"\0" in page:
        yield no(9, f"{path} is not UTF-8 text: what it says depends on who reads it")
        return
    try:
        marked = marked_in(page)
    except Unreadable as error:
        yield no(9, f"{path} {error}")
        return
    if len(marked) != (block is not None):
        yield no(9, f"{path} carries {len(marked)} machine-readable blocks", str(int(block is not None)), str(len(marked)))
    elif block is not None and not page.startswith(block.encode(), marked[0]):
        yield no(9, f"{path} carries another block than the record gives", block)
    elif marked and (where := hidden_in(page[: marked[0]].lower())):
        yield no(9, f"{path} carries its block where no reader looks, in {where}")


def marked_in(page: bytes) -> list[int]:
    found, left = [], 2 * len(page) + 2**16
    for tag in _TAG.finditer(page):
        at = tag.end()
        while (attribute := _ATTRIBUTE.match(page, at)) is not None:
            left, at = left - (attribute.end() - at), attribute.end()
            if left < 0:
                refuse("has tags that do not end: no reader can say what they hold")
            value = (attribute[2] or b"").decode("utf-8", "replace")
            if attribute[1].lower() == b"id" and html.unescape(value[1:-1] if value[:1] in ('"', "'") else value).strip().lower() == "attest-control":
                found.append(tag.start())
                break
    return found


def hidden_in(before: bytes) -> str:
    if before.rfind(b"<!--") > before.rfind(b"-->"):
        return "a comment"
    return next((f"<{name.decode()}>" for name in _HIDES if before.rfind(b"<" + name) > before.rfind(b"</" + name)), "")


# ------------------------------------------------------------------------------------------------ 8: every number recomputed

SHARED: Final = ("asOf", "scope", "totals", "basis", "withheld", "frameworks", "commitments", "tool", "ruleset")
BASIS_OF: Final = {
    "report": ("tool", "third-party", "declaration"), "record": ("record", "third-party", "declaration"), "document": ("document", "third-party"),
    "declaration": ("declaration", "third-party"),
}  # fmt: skip


def is_counts(value: Json, names: Sequence[str]) -> TypeGuard[dict[str, int]]:
    return isinstance(value, dict) and set(value) == set(names) and all(type(each) is int and 0 <= each < 2**53 for each in value.values())


def how_many(found: Iterable[Json], names: Sequence[str]) -> dict[str, int]:
    listed = list(found)
    return {name: listed.count(name) for name in names}


def read_record(data: bytes) -> dict[str, Json]:
    """assessment.json, of the shape that the rest relies on."""
    record = an_object(parse_json(data, ASSESSMENT), ASSESSMENT)
    an_object(record.get("center"), "center")
    for at, control in enumerate(a_list(record.get("controls"), "controls")):
        read_control(an_object(control, f"controls[{at}]"), f"controls[{at}]")
        canonical(control)
    for at, register in enumerate(a_list(record.get("registers", []), "registers")):
        if not isinstance(an_object(register, f"registers[{at}]").get("name"), str):
            refuse(f"registers[{at}].name is not text")
        canonical(register)
    return record


def read_control(control: dict[str, Json], where: str) -> None:
    for key in ("id", "audience", "title"):
        if not isinstance(control.get(key), str):
            refuse(f"{where}.{key} is not text")
    one_of(control.get("verdict"), VERDICTS, f"{where}.verdict")
    one_of(control.get("basis", "nothing"), (*BASES, None), f"{where}.basis")
    if not is_counts(control.get("covered"), ("checked", "inScope")):
        refuse(f"{where}.covered is not two counts")
    a_list(control.get("appliesTo"), f"{where}.appliesTo")
    for framework, clauses in an_object(control.get("clauses"), f"{where}.clauses").items():
        if not all(isinstance(clause, str) for clause in a_list(clauses, f"{where}.clauses.{framework}")):
            refuse(f"{where}.clauses.{framework} is not a list of texts")
    for key, day in (("plan", "due"), ("notApplicable", "until"), ("treatment", "until")):
        if control.get(key) is not None:
            end_of(an_object(control[key], f"{where}.{key}").get(day), f"{where}.{key}.{day}")
    for at, check in enumerate(a_list(control.get("checks"), f"{where}.checks")):
        read_check(an_object(check, f"{where}.checks[{at}]"), f"{where}.checks[{at}]")


def read_check(check: dict[str, Json], where: str) -> None:
    one_of(check.get("verdict"), VERDICTS[:4], f"{where}.verdict")
    one_of(check.get("basis"), BASES, f"{where}.basis")
    if not isinstance(check.get("kind"), str):
        refuse(f"{where}.kind is not text")
    span(an_object(check.get("rule"), f"{where}.rule").get("maxAge"), f"{where}.rule.maxAge")
    for key in ("observed", "expires"):
        if check.get(key, "absent") is not None:
            moment(check.get(key), f"{where}.{key}")


def check_record(record: dict[str, Json], said: Said) -> Iterator[Finding]:
    """The record against the statement, and each verdict against its own checks."""
    predicate, controls = said.predicate, record["controls"]
    for key in SHARED:
        if not alike(predicate.get(key), record.get(key)):
            yield no(8, f"the statement and {ASSESSMENT} differ in {key}")
    for key in ("id", "name", "language"):
        if not alike(predicate["center"].get(key), record["center"].get(key)):
            yield no(8, f"the statement and {ASSESSMENT} differ in center.{key}")
    yield from check_claims(controls, said)
    yield from sums(said)
    yield from check_frameworks(controls, predicate.get("frameworks"))
    yield from check_registers(record)
    if predicate.get("ruleset") != RULESET:
        yield unsure(8, f"its rules are {predicate.get('ruleset')!s:.100}: whether the verdicts follow from them, this version cannot tell", RULESET)
        return
    assert said.as_of is not None
    for control in controls:
        for why in decided(control, said.as_of):
            yield no(8, f"{control['id']}: {why}")


def check_claims(controls: list[dict[str, Json]], said: Said) -> Iterator[Finding]:
    found = {control["id"]: (control["verdict"], sha256(canonical(control))) for control in controls}
    for ident in sorted(found.keys() | said.claims.keys()):
        if found.get(ident) != said.claims.get(ident):
            yield no(8, f"the claim on {ident} is not the one of its record", str(said.claims.get(ident)), str(found.get(ident)))
    if len(found) != len(controls) or len({page_of(control) for control in controls}) != len(controls):
        yield no(8, f"{ASSESSMENT} has a control twice, or two on one page")
    shows, basis = how_many((control["basis"] for control in controls), BASES), said.predicate.get("basis")
    if is_counts(basis, BASES) and any(shows[name] > basis[name] for name in BASES):
        yield no(8, "the bases are not those of the records")


def page_of(control: dict[str, Json]) -> str:
    return f"{control['audience']}/{control['id']}.html"


def sums(said: Said) -> Iterator[Finding]:
    """The statement against itself: what can be recomputed of a bundle alone."""
    totals, withheld, basis, commitments = said.predicate["totals"], said.predicate["withheld"], said.predicate.get("basis"), said.predicate.get("commitments")
    shows = how_many((verdict for verdict, _ in said.claims.values()), VERDICTS)
    if {name: shows[name] + withheld[name] for name in VERDICTS} != totals:
        yield no(8, "the totals are not those of the claims and the withheld controls")
    if not is_counts(basis, BASES) or sum(basis.values()) != totals["met"]:
        yield no(8, "the bases do not add up to the controls that are met")
    if not isinstance(commitments, list) or len(commitments) != sum(withheld.values()):
        yield no(8, "there is not one commitment for each withheld control")


def check_frameworks(controls: list[dict[str, Json]], frameworks: Json) -> Iterator[Finding]:
    named = {each["id"]: each for each in frameworks or () if isinstance(each, dict) and isinstance(each.get("id"), str)} if isinstance(frameworks, list) else {}
    if not isinstance(frameworks, list) or len(named) != len(frameworks):
        yield no(8, "the frameworks are no list of frameworks")
        return
    for ident in sorted({ident for control in controls for ident in control["clauses"]} - named.keys()):
        yield no(8, f"controls name the framework {ident}, which is not listed")
    for ident, framework in named.items():
        mapping = [control for control in controls if ident in control["clauses"]]
        mapped, clauses = len({clause for control in mapping for clause in control["clauses"][ident]}), framework.get("clauses")
        found = {"mapped": mapped, "verdicts": how_many((control["verdict"] for control in mapping), VERDICTS)}
        if not alike({key: framework.get(key) for key in found}, found) or type(clauses) is not int or not mapped <= clauses < 2**53:
            yield no(8, f"the numbers of framework {ident} are not those of its controls")


def check_registers(record: dict[str, Json]) -> Iterator[Finding]:
    published = {register["name"]: sha256(canonical(register)) for register in record.get("registers", ())}
    for control in record["controls"]:
        for check in control["checks"]:
            name, said = check.get("register"), check.get("sha256")
            if name is not None and not (isinstance(name, str) and name in published):
                yield no(8, f"{control['id']}: a check asks the register {name!s:.40}, which is not in the record")
            elif name is not None and said is not None and said != published[name]:
                yield no(8, f"{control['id']}: a check asks another register {name} than the record has", str(said), published[name])


def decided(control: dict[str, Json], as_of: datetime) -> Iterator[str]:
    """attest-rules/v0.1: what speaks against a control's verdict, from its own record."""
    verdict, checks, follows = control["verdict"], control["checks"], follows_from(control, as_of)
    if follows != verdict:
        yield f"its record comes to {follows}, and it says {verdict}"
    if (verdict == "met") != (control["basis"] is not None):
        yield "a basis belongs to met controls and to no others"
    if verdict == "met" and control["basis"] not in [check["basis"] for check in checks]:
        yield f"says {control['basis']}, and no check rests on that"
    if control["covered"]["inScope"] != len(control["appliesTo"]):
        yield f"applies to {len(control['appliesTo'])} systems, and counts {control['covered']['inScope']}"
    for check in checks:
        if check["verdict"] == "met" and not stands(check, as_of):
            yield f"a check says met by evidence that was not current at {for_people(as_of)}"
        if check["basis"] not in BASIS_OF.get(check["kind"], ()):
            yield f"a check calls a {check['kind']:.40} {check['basis']}"
        if check.get("lifted") and check["basis"] != "declaration":
            yield f"a check sets findings aside by declaration, and calls itself {check['basis']}"


def follows_from(control: dict[str, Json], as_of: datetime) -> str:
    """A failing check, a decision, a plan, the worst check, what nobody looked at: in this order."""
    verdicts = {check["verdict"] for check in control["checks"]}
    lowest = next((verdict for verdict in VERDICTS if verdict in verdicts), None)
    plan, out = control.get("plan"), control.get("notApplicable")
    if lowest == "not-met":
        return "not-met"
    if out is not None:
        return "not-applicable" if as_of < end_of(out["until"], "until") else "unknown"
    if lowest is None and plan is not None:
        return "planned" if as_of < end_of(plan["due"], "due") else "not-met"
    return lowest if lowest is not None and control["covered"]["checked"] == control["covered"]["inScope"] else "unknown"


def stands(check: dict[str, Json], as_of: datetime) -> bool:
    if check["observed"] is None or check["expires"] is None:
        return False
    observed, expires = moment(check["observed"], "observed"), moment(check["expires"], "expires")
    return observed <= as_of < expires <= observed + span(check["rule"]["maxAge"], "maxAge")


# ------------------------------------------------------------------------------------------------ 11: what time has undone


def lapses(controls: list[dict[str, Json]], now: datetime) -> Iterator[tuple[str, str, str, str]]:
    """(control, was, is now, why)."""
    for control in controls:
        ends = [moment(check["expires"], "expires") for check in control["checks"] if check["expires"] is not None]
        verdict, plan, out = control["verdict"], control.get("plan"), control.get("notApplicable")
        if verdict == "met" and ends and min(ends) <= now:
            yield control["id"], verdict, "unknown", f"its evidence expired on {for_people(min(ends))}"
        elif verdict == "planned" and plan is not None and end_of(plan["due"], "due") <= now:
            yield control["id"], verdict, "not-met", f"it was planned for {plan['due']} and is overdue"
        elif verdict == "not-applicable" and out is not None and end_of(out["until"], "until") <= now:
            yield control["id"], verdict, "unknown", f"the decision that it does not apply ran out on {out['until']}"


# ------------------------------------------------------------------------------------------------ 10: the releases before


@dataclass
class Past:
    held: dict[int, Said] = field(default_factory=dict)
    pruned: list[int] = field(default_factory=list)
    chained: dict[int, str] = field(default_factory=dict)
    placed: list[Placed] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def explaining(log: Replayed | None, missing: list[int]) -> set[int]:
    """Releases that may say which entries are void: of a number that the log has twice, or next after an entry whose statement is missing."""
    numbers = [(index, entry["n"]) for index, entry in enumerate(log.entries if log is not None else []) if entry["kind"] == "release"]
    counted = Counter(number for _, number in numbers)
    after = [next((number for index, number in numbers if index > at), 0) for at in missing]
    return set(sorted([*(number for number, times in counted.items() if times > 1), *after])[:200])


def check_history(source: Files, said: Said, keys: Keys, log: Replayed | None, missing: list[int]) -> Past:
    """Walks back from the current release along ``previous``; behind a gap in a folder only, over http to what may explain the log."""
    asked: set[int] | None = None
    past, newer, lists = Past(chained={said.release: said.payload}), said, source.paths() is not None
    expected, unbroken = said.previous[1] if said.previous else None, True
    for number in range(said.release - 1, max(0, said.release - 1 - LONGEST), -1):
        if asked is not None and number not in asked:
            expected = None
            continue
        if unbroken and expected is not None:
            past.chained[number] = expected
        found, refused = held_release(source, number)
        if found is not None:
            past.findings += check_release(found, refused, number, newer, expected, said, keys)
            past.findings += kept_files(source, number, (found.payload, found.subjects[ASSESSMENT], found.subjects[MANIFEST]))
            same_log = found.log is not None and said.log is not None and found.log.vkey == said.log.vkey
            past.findings += kept_proof(source, found, number, log if same_log else None)
            past.held[number] = found
            if same_log and found.log is not None and refused is None:
                past.placed.append(Placed(f"release {number}", found, found.log, keys.of_old(found.fingerprint, found.place) == "accepted"))
            unbroken, newer, expected = unbroken and found.payload == expected, found, found.previous[1] if found.previous else None
            continue
        past.findings += [refused] if refused is not None else kept_files(source, number, None) if lists else []
        past.pruned += [number] if refused is None and asked is None else []
        expected, unbroken = None, False
        if not lists and asked is None:
            asked = explaining(log, missing)
    if lists and said.release - 1 > LONGEST:
        past.findings.append(unsure(10, f"only the last {LONGEST} releases are followed, what lies of those before them was not looked at"))
    if past.pruned:
        past.findings.append(note(10, f"no longer held: release {', '.join(map(str, past.pruned[:10]))}" + (" and more" if len(past.pruned) > 10 else "")))
    return past


def held_release(source: Files, number: int) -> tuple[Said | None, Finding | None]:
    data = if_there(10, source, f"attestation/releases/{number}/{KEPT[0]}")
    if not isinstance(data, bytes):
        return None, data
    found, refused = opened(data, 10)
    return found, refused if found is not None or refused is None else unsure(10, f"release {number}: {refused.what}")


def check_release(was: Said, forged: Finding | None, number: int, newer: Said, expected: str | None, current: Said, keys: Keys) -> Iterator[Finding]:
    """One held release: whose it is, which it is, whether its successor means it, and that nothing went backwards."""
    assert was.as_of is not None
    assert newer.as_of is not None
    name, standing = f"release {number}", keys.of_old(was.fingerprint, was.place)
    if forged is not None:
        yield no(10, f"{name}: {forged.what}", forged.expected, forged.got)
        return
    if (was.center, was.release) != (current.center, number):
        yield no(10, f"what is kept as {name} is another one", f"{current.center} {number}", f"{was.center} {was.release}")
        return
    if standing == "unknown":
        yield unsure(10, f"{name} is signed by a key that is not pinned", current.fingerprint, was.fingerprint)
    elif standing == "retired":
        yield no(10, f"{name} is signed by a key that was retired before", f"an entry before {keys.ends[was.fingerprint].before}", f"entry {was.place}")
    elif standing == "aside":
        yield note(10, f"{name} is signed by a key that is not believed from entry {keys.ends[was.fingerprint].before} of the log on")
    if expected is not None and was.payload != expected:
        yield no(10, f"{name} is not the one that release {number + 1} follows", expected, was.payload, "forked" if standing == "accepted" else "forged")
    if was.as_of > newer.as_of or was.issued > newer.issued:
        yield no(10, f"release {newer.release} tells an earlier state than release {was.release}", spell(was.as_of), spell(newer.as_of), "forked")
    if was.log is not None and newer.log is None:
        yield no(10, f"release {newer.release} has no log, and release {was.release} had one", word="forked")
    if was.log is not None and newer.log is not None and was.log.vkey != newer.log.vkey:
        yield no(10, f"release {newer.release} names another log than release {was.release}", was.log.vkey, newer.log.vkey, "forked")


def kept_files(source: Files, number: int, digests: tuple[str, str, str] | None) -> list[Finding]:
    """The other files of a release, by what its bundle says; without the bundle nothing vouches for them."""
    findings = []
    for at, name in enumerate(KEPT[1:] if digests is not None else (*KEPT[1:], PROOF_NAME)):
        path = f"attestation/releases/{number}/{name}"
        data = if_there(10, source, path)
        if isinstance(data, Finding):
            findings.append(data)
        elif data is not None and digests is None:
            findings.append(no(10, f"{path} is there without the bundle that vouches for it"))
        elif data is not None and digests is not None and sha256(data) != digests[at]:
            findings.append(no(10, f"{path} is not the one that was signed", digests[at], sha256(data)))
    return findings


def kept_proof(source: Files, release: Said, number: int, log: Replayed | None) -> Iterator[Finding]:
    """The proof of a held release, under the checkpoint of its day; one that is not there is pruned."""
    path = f"attestation/releases/{number}/{PROOF_NAME}"
    data = if_there(13, source, path, PROOF_CAP)
    if isinstance(data, Finding):
        yield data
    elif data is not None and release.log is None:
        yield no(10, f"{path} is there, and release {number} has no log")
    elif data is not None and release.log is not None:
        yield from check_proof(data, release, release.log, log, path)


class Seen(NamedTuple):
    """What a reader verified before: a release, and the state that its log had."""

    release: int
    payload: str
    origin: str = ""
    size: int | None = None
    root: str = ""
    vkey: str = ""
    signed: bool = False
    """Whether a checkpoint was signed over that state; that before a bundle's own entry may have been none."""


def older(data: bytes, said: Said, keys: Keys) -> Seen | Finding:
    """The bundle that the reader kept, believed only as far as its signer is."""
    found, refused = opened(data, 10)
    if found is None or refused is not None:
        return unsure(10, f"the older bundle: {refused.what if refused else ''}")
    if found.center != said.center:
        return unsure(10, "the older bundle is of another center", said.center, found.center)
    if found.fingerprint != said.fingerprint and keys.of_old(found.fingerprint, found.place) != "accepted":
        return unsure(10, "the older bundle is signed by a key that is not pinned", got=found.fingerprint)
    return Seen(found.release, found.payload, *((found.log.origin, found.log.size, found.log.root, found.log.vkey) if found.log else ()))


def descent(seen: Seen | None, said: Said, payloads: dict[int, str], log: Replayed | None, placed: list[Placed], now: datetime) -> Iterator[Finding]:
    """The current release and its log against what the reader verified before."""
    assert said.until is not None
    if seen is None:
        yield note(10, "you have seen no earlier release of this center: nothing to compare with")
        return
    known = payloads.get(seen.release)
    if seen.origin and (said.log is None or said.log.origin != seen.origin):
        yield no(10, "it names another log than the one that you have seen, or none", seen.origin, said.log.origin if said.log else "no log", "forked")
    elif seen.vkey and said.log is not None and said.log.vkey != seen.vkey:
        yield no(10, "the log's key is not the one that you have seen", seen.vkey, said.log.vkey, "forked")
    if seen.release > said.release:
        yield no(10, f"release {said.release} is served, and you have seen release {seen.release}", str(seen.release), str(said.release), "rolled-back")
    elif known is None:
        yield unsure(10, f"that release {said.release} follows release {seen.release}, which you have seen, is not shown", got="releases between them are not held")
    elif known != seen.payload:
        yield no(10, f"release {seen.release} is not the one you have seen under that number", seen.payload, known, "forked")
    if seen.size is not None and log is not None and log.size < seen.size:
        yield no(10, f"the log has {log.size} entries, and you have seen {seen.size}", str(seen.size), str(log.size), "rolled-back")
    elif seen.size is not None and log is not None and log.root(seen.size) != seen.root:
        yield no(10, f"the first {seen.size} entries of the log are not the ones that you have seen", seen.root, log.root(seen.size), "forked")
    for one in placed if seen.signed and seen.size is not None else ():
        # A payload after what was seen may declare void only what came after it as well.
        if one.counts and (void := [index for index in one.log.void if index < (seen.size or 0) <= one.log.size]):
            yield no(10, f"{one.name} says that entry {void[0]} was never signed, and you have seen a signed log with it", f"entry {seen.size} or later", str(void[0]), "forked")
    if seen.payload == said.payload and now >= said.until and (log is None or seen.size in (None, log.size)):
        yield note(10, "frozen: it is the release that you have seen, and nothing followed it before it ran out; its publisher has stopped, or somebody holds it back")


# ------------------------------------------------------------------------------------------------ 13: the log (C2SP signed-note, tlog-checkpoint, tlog-tiles, tlog-proof)


class Head(NamedTuple):
    """What a checkpoint says."""

    size: int
    root: str


@dataclass
class Replayed:
    """A log whose entries lead to the root of its signed checkpoint."""

    size: int
    raw: list[bytes]
    levels: list[list[bytes]]
    entries: list[dict[str, Json]]

    def root(self, size: int) -> str:
        """The root over the first ``size`` entries: of the full subtrees that they are made of, from the right."""
        return root_of(self.levels, size)

    def tile(self, level: str | int, first: int, width: int) -> bytes:
        """What a file of the log holds."""
        if isinstance(level, int):
            return b"".join(self.levels[8 * level][first : first + width])
        return b"".join(len(each).to_bytes(2, "big") + each for each in self.raw[first : first + width])


def root_of(levels: list[list[bytes]], size: int) -> str:
    found, end = None, size
    for level in range(size.bit_length()):
        if size >> level & 1:
            end -= 1 << level
            subtree = levels[level][end >> level]
            found = subtree if found is None else node_hash(subtree, found)
    return (hashlib.sha256(b"").digest() if found is None else found).hex()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\0" + entry).digest()


def grow(entries: list[bytes]) -> list[list[bytes]]:
    """Levels of full subtrees, leaves first (RFC 6962, 2.1)."""
    levels = [[leaf_hash(entry) for entry in entries]]
    while len(levels[-1]) > 1:
        row = levels[-1]
        levels.append([node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)])
    return levels


def parse_vkey(said: str) -> tuple[str, bytes, bytes]:
    """(name, key id, SPKI) of ``name+hex(key id)+base64(1, public key)``."""
    match = re.fullmatch(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)", said) if len(said) <= 1024 else None
    if match is None:
        refuse("not a vkey")
    body = unbase64(match[3], "the vkey")
    if len(body) != 33 or body[0] != 1:
        refuse("the vkey is not of an Ed25519 key (type 0x01)")
    key_id = hashlib.sha256(match[1].encode() + b"\n" + body).digest()[:4]
    load_key(ED25519_DER + body[1:])
    return (match[1], key_id, ED25519_DER + body[1:]) if key_id.hex() == match[2] else refuse("the vkey's key id is not that of its name and key")


def parse_note(data: bytes) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """A signed note -> its text, and (name, key id, signature) of each line."""
    try:
        text, parted, rest = data.decode("utf-8").rpartition("\n\n")
    except UnicodeDecodeError:
        refuse("malformed note: not UTF-8")
    lines = rest.split("\n")
    if len(data) > NOTE_CAP or not parted or not text or len(lines) < 2 or lines.pop() or re.search(r"[\x00-\x09\x0b-\x1f]", data.decode("utf-8")):
        refuse("malformed note: a text, an empty line, and signature lines")
    found = []
    for line in lines:
        match = re.fullmatch("\u2014 ([^\\s+]+) ([A-Za-z0-9+/=]+)", line)
        raw = unbase64(match[2], "a signature line") if match else b""
        found.append((match[1], raw[:4], raw[4:]) if match and len(raw) > 4 else refuse("malformed note: a signature line is an em dash, a name and base64"))
    return text + "\n", found


def open_checkpoint(data: bytes, log: Log, path: str) -> Head | Finding:
    """A checkpoint of this log, signed by its key; or the finding that refuses it: a signed statement says that there is one."""
    try:
        text, signatures = parse_note(data)
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not re.fullmatch(r"[^\s+]+", lines[0]) or not re.fullmatch("0|[1-9][0-9]{0,15}", lines[1]) or int(lines[1]) > 10**15:
            refuse("malformed checkpoint: an origin, a size and a root, each on its line, and nothing else")
        head = Head(int(lines[1]), unbase64(lines[2], "the root").hex())
        if not is_hex(head.root) or (head.size == 0 and head.root != sha256(b"")):
            refuse("malformed checkpoint: not the root of a log")
    except Unreadable as error:
        return no(13, f"{path}: {error}")
    if lines[0] != log.origin:
        return no(13, f"{path} is of another log", log.origin, lines[0])
    own = [signature for name, key_id, signature in signatures if (name, key_id) == (log.origin, log.key_id)]
    if not own:
        return no(13, f"{path} is not signed by the log key that the release names", log.vkey)
    if not all(verifies(log.spki, signature, text.encode()) for signature in own):
        return no(13, f"{path} has a signature of the log key that does not verify", log.vkey)
    return head


def check_proof(data: bytes, release: Said, said: Log, log: Replayed | None, path: str) -> Iterator[Finding]:
    """A release's proof: its place, its checkpoint, the path between, and that it is of the log that is here."""
    head, parted, checkpoint = data.partition(b"\n\n")
    lines = head.decode("ascii", "replace").split("\n")
    index = re.fullmatch("index (0|[1-9][0-9]{0,15})", lines[1]) if len(lines) > 1 else None
    try:
        if not parted or lines[0] != "c2sp.org/tlog-proof@v1" or index is None or len(lines) > 66 or int(index[1]) >= 10**15:
            refuse("malformed proof: it begins with c2sp.org/tlog-proof@v1, then the index, then hashes, then an empty line")
        way = [unbase64(line, "a hash") for line in lines[2:]]
        if any(len(each) != 32 for each in way):
            refuse("malformed proof: a hash has 32 bytes")
    except Unreadable as error:
        yield no(13, f"{path}: {error}")
        return
    signed = open_checkpoint(checkpoint, said, path)
    if isinstance(signed, Finding):
        yield signed
    elif int(index[1]) != said.size:
        yield no(13, f"{path} is of another entry than the release's", str(said.size), index[1])
    elif not included(leaf_hash(canonical(release.entry())), said.size, signed.size, way, signed.root):
        yield no(13, f"{path} does not lead from the release's entry to the root of its checkpoint")
    elif log is not None and signed.size > log.size:
        yield no(13, f"{path} knows more of the log than {CHECKPOINT}", str(signed.size), str(log.size), "rolled-back")
    elif log is not None and log.root(signed.size) != signed.root:
        yield no(13, f"the log at size {signed.size} is not the one of {path}", signed.root, log.root(signed.size), "forked")


def included(leaf: bytes, index: int, size: int, way: list[bytes], root: str) -> bool:
    """RFC 9162, 2.1.3.2."""
    at, last, found = index, size - 1, leaf
    if not 0 <= index < size:
        return False
    for step in way:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(step, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, step)
        at, last = at >> 1, last >> 1
    return last == 0 and found.hex() == root


def tile_path(level: str | int, index: int, width: int) -> str:
    digits = str(index).zfill(-(-len(str(index)) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return f"{LOG}tile/{level}/" + "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]]) + ("" if width == 256 else f".p/{width}")


def tiles_of(level: str | int, hashes: int) -> Iterator[tuple[str, int, int]]:
    """(path, first, width) of each file of a level."""
    for first in range(0, hashes, 256):
        yield tile_path(level, first // 256, min(256, hashes - first)), first, min(256, hashes - first)


def split_entries(data: bytes, width: int) -> list[bytes] | None:
    """A bundle of entries, each behind its length in two bytes; None unless there are exactly so many."""
    found: list[bytes] = []
    at = 0
    while at < len(data) and len(found) < width:
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        found.append(data[at + 2 : end])
        at = end
    return found if len(found) == width and at == len(data) else None


def parse_entry(data: bytes) -> dict[str, Json]:
    if len(data) > 200:
        refuse("a log entry has at most 200 bytes")
    said = an_object(parse_json(data, "the log entry"), "the log entry")
    if set(said) != {"digest", "kind", "n", "time"}:
        refuse("a log entry says digest, kind, n and time, and nothing else")
    digest(said["digest"], "digest")
    kind = one_of(said["kind"], ("release", "withdrawal", "notice", "key-change"), "kind")
    count(said["n"], "n", 1 if kind in ("release", "withdrawal") else 0, 10**9)
    moment(said["time"], "time")
    return said if canonical(said) == data else refuse("malformed log entry: not in the one form it may have")


def replay(source: Files, said: Log) -> tuple[Replayed | None, list[Finding]]:
    """The whole log, as its signed checkpoint commits to it, and what was found; no log where it is none."""
    data = attempt(13, CHECKPOINT, lambda: source.read(CHECKPOINT, NOTE_CAP))
    head = data if isinstance(data, Finding) else open_checkpoint(data, said, CHECKPOINT)
    raw = head if isinstance(head, Finding) else read_entries(source, head.size)
    if isinstance(head, Finding) or isinstance(raw, Finding):
        return None, [one for one in (head, raw) if isinstance(one, Finding)][:1]
    levels = grow(raw)
    if (got := root_of(levels, head.size)) != head.root:
        return None, [no(13, f"the entries of the log do not lead to the root of {CHECKPOINT}", head.root, got)]
    entries: list[dict[str, Json]] = []
    try:
        entries.extend(map(parse_entry, raw))
    except Unreadable as error:
        return None, [unsure(13, f"entry {len(entries)} of the log cannot be read: {error}")]
    log = Replayed(head.size, raw, levels, entries)
    return log, list(check_tiles(source, log))


def read_entries(source: Files, size: int) -> list[bytes] | Finding:
    if size > MOST_ENTRIES:
        return unsure(13, f"the log has {size} entries, and at most {MOST_ENTRIES} are replayed")
    found: list[bytes] = []
    for path, _, width in tiles_of("entries", size):
        data = attempt(13, path, lambda path=path: source.read(path, TILE_CAP))  # type: ignore[misc]
        entries = data if isinstance(data, Finding) else split_entries(data, width)
        if entries is None or isinstance(entries, Finding):
            return entries or no(13, f"{path}: a bundle of {width} entries is cut short, or something stands behind them")
        found += entries
    return found


def check_tiles(source: Files, log: Replayed) -> Iterator[Finding]:
    """Each hash tile is what the entries come to; in a folder nothing else lies below log/ but tiles of an earlier size."""
    known = {CHECKPOINT, *(path for path, _, _ in tiles_of("entries", log.size))}
    for level in range(8):
        for path, first, width in tiles_of(level, log.size >> 8 * level):
            known.add(path)
            yield from check_tile(source, path, log.tile(level, first, width))
    for path in sorted(path for path in source.paths() or () if path.startswith(LOG) and path not in known):
        match = re.fullmatch(r"attestation/log/tile/(entries|[0-9]+)/((?:x[0-9]{3}/)*)([0-9]{3})(?:\.p/([0-9]+))?", path)
        level, index, width = (match[1], int(re.sub("[x/]", "", match[2]) + match[3]), int(match[4] or 256)) if match else ("", 0, 0)  # type: ignore[assignment]
        if not 0 < width <= 256 or tile_path(level, index, width) != path:
            yield no(13, f"{path} is no file of the log")
        elif 256 * index + width > log.size >> (0 if str(level) == "entries" else 8 * int(level)):
            yield no(13, f"{path} reaches beyond the log, which has {log.size} entries")
        else:
            yield from check_tile(source, path, log.tile("entries" if str(level) == "entries" else int(level), 256 * index, width))


def check_tile(source: Files, path: str, wanted: bytes) -> Iterator[Finding]:
    data = attempt(13, path, lambda: source.read(path, TILE_CAP))
    if isinstance(data, Finding):
        yield data
    elif data != wanted:
        yield no(13, f"{path} is not what follows from the log's entries", f"{len(wanted)} bytes", f"{len(data)} bytes")


# ------------------------------------------------------------------------------------------------ 14: entries against what is held, and each other


class Placed(NamedTuple):
    """A signed payload that is held, and whether its key counts at its place."""

    name: str
    said: Said
    log: Log
    counts: bool


@dataclass
class Places:
    """What the log says, under what the held payloads say of it."""

    void: dict[int, str]
    live: dict[int, list[int]]
    held: set[int]

    def digest(self, log: Replayed, number: int) -> str | None:
        """The payload of a release, where the log has just one under its number."""
        indexes = self.live.get(number, [])
        return str(log.entries[indexes[0]]["digest"]) if len(indexes) == 1 else None


def places_of(log: Replayed, placed: list[Placed]) -> Places:
    void = {index: one.name for one in placed if one.counts for index in one.log.void}
    live: dict[int, list[int]] = {}
    for index, entry in enumerate(log.entries):
        if entry["kind"] == "release" and index not in void:
            live.setdefault(entry["n"], []).append(index)
    return Places(void, live, {one.log.size for one in placed if one.counts})


def check_places(log: Replayed, places: Places, placed: list[Placed], chained: dict[int, str]) -> Iterator[Finding]:
    """Each held payload stands where it says; what was declared void was never signed; releases follow each other, each once."""
    for one in placed:
        yield from check_place(one, log)
        if one.counts and one.log.size in places.void:
            yield no(14, f"{one.name} is signed, and {places.void[one.log.size]} says that its entry {one.log.size} never was", word="forked")
    yield from list(against_itself(log, places))[:20]
    for number, payload in chained.items():
        found = places.digest(log, number)
        if found is not None and found != payload:
            yield no(14, f"release {number} of the log is not the one that the releases after it follow", payload, found, "forked")


def check_place(one: Placed, log: Replayed) -> Iterator[Finding]:
    index = one.log.size
    if index >= log.size:
        yield no(13, f"{one.name} is entry {index} of the log, which has {log.size}", str(index), str(log.size))
    elif log.entries[index] != one.said.entry():
        yield no(13, f"entry {index} of the log is not {one.name}")
    if index <= log.size and log.root(index) != one.log.root:
        yield no(13, f"the log before entry {index} is not the one that {one.name} was signed after", one.log.root, log.root(index), "forked")


def against_itself(log: Replayed, places: Places) -> Iterator[Finding]:
    seen: dict[bytes, int] = {}
    for index, entry in enumerate(log.raw):
        if seen.setdefault(entry, index) != index:
            yield no(14, f"entry {index} of the log repeats entry {seen[entry]}")
    for number, indexes in places.live.items():
        if len(indexes) > 1:
            yield twice(log, places, number, indexes)
    numbers = list(places.live)
    for before, after in pairwise(numbers):
        if after != before + 1:
            yield no(14, f"release {after} stands in the log next after release {before}", str(before + 1), str(after), "forked")


def twice(log: Replayed, places: Places, number: int, indexes: list[int]) -> Finding:
    """An entry is signed, by its publisher's own word, where it is held, or the payload after it is, or nothing is after it."""

    def is_signed(index: int) -> bool:
        after = next((at for at in range(index + 1, log.size) if at not in places.void), None)
        return after is None or index in places.held or after in places.held

    where = " and ".join(map(str, indexes[:5]))
    if sum(map(is_signed, indexes)) > 1:
        return no(14, f"the log has release {number} more than once, in entries {where}", "1", str(len(indexes)), "forked")
    return unsure(14, f"the log has release {number} in entries {where}, and what would say which was never signed is not held")


# ------------------------------------------------------------------------------------------------ which keys count where


class Turn(NamedTuple):
    """A change of keys, at its place in the log."""

    at: int
    by: str
    key: str
    announces: bool
    before: int


class End(NamedTuple):
    """The end of a key: the first place at which it counts no longer, and the entry that first said so."""

    before: int
    since: int


class Keys:
    """Which keys count at which place of the log: from named ones, through announcements and retirements in the log's order.

    The first in the order of the log wins. A retirement that reaches back undoes what the retired key said from there on, so all is judged
    anew. -1 is the place of what is older than the log. For what lies before a release (``of_old``), a key counts too that announced one
    that counts, or that one that counts retired.
    """

    def __init__(self, roots: Iterable[str], turns: list[Turn], release: int | None = None) -> None:
        self.roots, self.turns = list(roots), turns
        self.starts: dict[str, int] = {}
        self.ends: dict[str, End] = {}
        while (turn := self._next_end()) is not None:
            self.ends[turn.key] = End(turn.before, self.ends[turn.key].since if turn.key in self.ends else turn.at)
        self.former = self._former(release)

    def _next_end(self) -> Turn | None:
        """Goes through the turns under the retirements that are known; the first that is not known yet."""
        self.starts = dict.fromkeys(self.roots, -1)
        for turn in self.turns:
            if self.standing(turn.by, turn.at) != "accepted":
                continue
            if turn.announces:
                self.starts.setdefault(turn.key, turn.at + 1)
            elif turn.key not in self.ends or turn.before < self.ends[turn.key].before:
                return turn
        return None

    def _former(self, release: int | None) -> dict[str, int]:
        found = {key: end.before for key, end in self.ends.items() if key not in self.starts}
        for turn in reversed(self.turns):
            if turn.announces and (turn.key in self.starts or turn.key in found) and release is not None and turn.at < release and turn.by not in self.starts:
                found.setdefault(turn.by, release)
        return found

    def standing(self, key: str, place: int) -> str:
        """accepted; retired: signed after its end was in the log; aside: before that, and from where it is no longer believed; unknown."""
        if key in self.ends and place >= self.ends[key].before:
            return "retired" if place >= self.ends[key].since else "aside"
        return "accepted" if key in self.starts and self.starts[key] <= place else "unknown"

    def of_old(self, key: str, place: int) -> str:
        found = self.standing(key, place)
        return "accepted" if found == "unknown" and place < self.former.get(key, -1) else found


# ------------------------------------------------------------------------------------------------ 15: later statements


def parse_later(payload: bytes) -> Said:
    """A withdrawal, a notice or a change of keys; each has one form, so it is printed again and compared."""
    whole = an_object(parse_json(payload if len(payload) <= MIB else refuse("the statement is larger than 1 MiB"), "the statement"), "the statement")
    kind = re.fullmatch(r"https://w3id\.org/attest-center/(withdrawal|notice|key-change)/v0\.1", str(whole.get("predicateType")))
    said = an_object(whole.get("predicate"), "predicate")
    found = stated(kind[1], said) if kind else refuse(f"predicateType {whole.get('predicateType')!r:.120} is none of a later statement")
    count(found.release, "release", 1 if found.kind == "withdrawal" else 0, 10**9)
    log = found.log if found.log is not None else refuse("log is not an object")
    name, sha, own = {"withdrawal": parse_withdrawal, "notice": parse_notice, "key-change": parse_change}[found.kind](said, found.release)
    if (own.get("trustedBefore") or 0) > log.size:
        refuse("trustedBefore lies behind the statement's own entry")
    logged = {"origin": log.origin, "vkey": log.vkey, "sizeBefore": log.size, "rootBefore": log.root, "void": log.void}
    keys = {"statement": said["keys"]["statement"], "log": log.vkey}
    predicate = {"center": {"id": found.center, "name": found.name}, "release": found.release, "issuedAt": spell(found.issued), "keys": keys, "log": logged, **own}
    form = {"_type": STATEMENT_TYPE, "subject": [{"name": name, "digest": {"sha256": sha}}], "predicateType": whole["predicateType"], "predicate": predicate}
    return found if canonical(form) == payload else refuse(f"the {found.kind} is not in the one form it may have")


def parse_withdrawal(said: dict[str, Json], release: int) -> tuple[str, str, dict[str, Json]]:
    payload, why = digest(said.get("payload"), "payload"), words(said.get("why"), "why")
    if len(why) > 2000:
        refuse("why is longer than 2000 characters")
    return f"attestation/releases/{release}/statement.json", payload, {"payload": payload, "why": why}


def parse_notice(said: dict[str, Json], _: int) -> tuple[str, str, dict[str, Json]]:
    notice, says = words(said.get("notice"), "notice"), an_object(said.get("says"), "says")
    if not re.fullmatch("[a-z0-9][a-z0-9.-]{0,79}", notice):
        refuse("notice is not the id of one")
    return f"notices/{notice}.html", sha256(canonical(says)), {"notice": notice, "version": count(said.get("version"), "version", 1, 10**9), "says": says}


def parse_change(said: dict[str, Json], _: int) -> tuple[str, str, dict[str, Json]]:
    change, reason = one_of(said.get("change"), ("announce", "retire"), "change"), one_of(said.get("reason"), ("planned", "compromised"), "reason")
    start, until = (None if said.get(name) is None else spell(moment(said[name], name)) for name in ("from", "until"))
    before = None if said.get("trustedBefore") is None else count(said["trustedBefore"], "trustedBefore", 0, 10**9)
    if (change == "announce") != (start is not None) or (change == "retire" and until is not None) or (change == "announce" and before is not None):
        refuse("a key that comes has a start, and one that goes may have an index it is trusted before")
    spki = unbase64(words(said.get("key"), "key"), "key")
    own = {"change": change, "key": said["key"], "from": start, "until": until, "reason": reason, "trustedBefore": before}
    return fingerprint(spki), sha256(spki), own


def open_later(source: Files, current: Said, name: str, index: int | None) -> Said | Finding | None:
    """A file of attestation/statements/ -> what it says, signed by the key it names, of this center; the finding that refuses it; None."""
    path = f"attestation/statements/{name}.sigstore.json"
    data = if_there(15, source, path)
    if not isinstance(data, bytes):
        return data
    try:
        envelope = parse_bundle(data)
    except Unreadable as error:
        return no(15, f"{path} is no signed statement: {error}")
    if sha256(envelope.payload) != name:
        return no(15, f"{path} holds another statement than its name says", name, sha256(envelope.payload))
    try:
        found = parse_later(envelope.payload)
    except Unreadable as error:
        return (no if index is None else unsure)(15, f"{path} cannot be read: {error}")
    found.payload, found.index = name, index
    if (wrong := unsigned(found, envelope, 15)) is not None:
        return no(15, f"{path}: {wrong.what}", wrong.expected, wrong.got)
    if found.center != current.center:
        return no(15, f"{path} is of another center", current.center, found.center)
    if current.log is not None and found.log is not None and found.log.vkey != current.log.vkey:
        return no(15, f"{path} names another log than the release", current.log.vkey, found.log.vkey, "forked")
    return found


@dataclass
class Book:
    """The log of a site and the statements in it, as they are; whose they are is not decided yet."""

    log: Replayed | None = None
    said: list[Said] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)
    turns: list[Turn] | None = None
    findings: list[Finding] = field(default_factory=list)


def open_book(source: Files, said: Said) -> Book:
    """Replays the log, and reads the statements that it names, and in a folder all others."""
    book = Book()
    if said.log is not None:
        book.log, book.findings = replay(source, said.log)
        if book.log is None:
            return book
    names: dict[str, int | None] = {entry["digest"]: index for index, entry in enumerate(book.log.entries if book.log else ()) if entry["kind"] != "release"}
    for path in sorted(source.paths() or ()):
        if match := LATER_FILE.fullmatch(path):
            names.setdefault(match[1], None)
    for name, index in names.items():
        later = open_later(source, said, name, index)
        if isinstance(later, Said):
            book.said.append(later)
        elif later is not None:
            book.findings.append(later)
        elif index is not None:
            book.missing.append(index)
    book.turns = [turn_of(later) for later in book.said if later.kind == "key-change" and later.index is not None]
    return book


def turn_of(later: Said) -> Turn:
    said, index = later.predicate, later.index or 0
    return Turn(index, later.fingerprint, fingerprint(unbase64(said["key"])), said["change"] == "announce", index if said.get("trustedBefore") is None else said["trustedBefore"])


NOUN: Final = {"key-change": "change of keys"}


def check_laters(book: Book, void: dict[int, str], keys: Keys) -> Iterator[Finding]:
    """Whose statements these are, and those that are named and not there."""
    entries = book.log.entries if book.log is not None else []
    for index in book.missing:
        kind, number = entries[index]["kind"], entries[index]["n"]
        if index in void:
            yield note(15, f"entry {index} of the log, a {NOUN.get(kind, kind)} about release {number}, is said never to have been signed")
        else:
            yield unsure(15, f"entry {index} of the log is a {NOUN.get(kind, kind)} whose statement is not there: nobody can tell what it says")
    for later in book.said:
        standing, name = keys.of_old(later.fingerprint, later_place(later, book)), later_name(later)
        if standing == "unknown":
            yield no(15, f"{name} is signed by a key that does not speak for this center", got=later.fingerprint)
        elif standing == "retired":
            yield no(15, f"{name} is signed by a key that was retired before", f"before entry {keys.ends[later.fingerprint].before}", later.fingerprint)
        elif standing == "aside":
            yield note(15, f"{name} is left aside: its key is not believed from entry {keys.ends[later.fingerprint].before} on")
        elif later.index is None:
            yield note(15, f"{name} is not in the log" + (", and counts all the same" if later.kind == "withdrawal" else ""))


def later_place(later: Said, book: Book) -> int:
    """What is not in the log is taken for its next entry."""
    return later.index if later.index is not None else book.log.size if book.log is not None else -1


def later_name(later: Said) -> str:
    return f"the {NOUN.get(later.kind, later.kind)} of {later.issued.date()}" + ("" if later.index is None else f" in entry {later.index}")


def check_withdrawn(book: Book, keys: Keys, said: Said, payloads: dict[int, str]) -> Iterator[Finding]:
    for later in book.said:
        if later.kind != "withdrawal" or keys.of_old(later.fingerprint, later_place(later, book)) != "accepted":
            continue
        payload, known, what = later.predicate["payload"], payloads.get(later.release), f"release {later.release} was withdrawn on {later.issued.date()}: {later.predicate['why']}"
        if payload == said.payload:
            yield no(15, what, word="withdrawn")
        elif known not in (None, payload):
            yield no(15, f"what was withdrawn as release {later.release} is another one", known or "", payload, "forked")
        else:
            yield note(15, what)


# ------------------------------------------------------------------------------------------------ all steps, in order


def look_back(source: Files, said: Said, question: Question, book: Book) -> tuple[Past, dict[int, str], Keys, list[Placed], list[Finding]]:
    """Steps 10 and 13 to 15: the releases before, each payload that the chain or the log shows, the keys that count, payloads in the log, and what was found."""
    turns, findings = book.turns or [], list(book.findings)
    keys = Keys(question.keys, turns, said.place)
    if keys.standing(said.fingerprint, said.place) == "unknown":
        # All else is judged from the key that signed, named or not: what an unknown signer signed is whole, or not, by itself.
        keys = Keys([*question.keys, said.fingerprint], turns, said.place)
    if said.log is not None:
        data = attempt(13, PROOF, lambda: source.read(PROOF, PROOF_CAP))
        findings += [data] if isinstance(data, Finding) else check_proof(data, said, said.log, book.log, PROOF)
    past = check_history(source, said, keys, book.log, book.missing)
    findings += past.findings
    payloads, void, placed = dict(past.chained), dict[int, str](), list[Placed]()
    if book.log is not None and said.log is not None:
        laters = [Placed(later_name(one), one, one.log, keys.of_old(one.fingerprint, one.place) == "accepted") for one in book.said if one.index is not None and one.log]
        placed = [*past.placed, Placed(f"release {said.release}", said, said.log, counts=True), *laters]
        places = places_of(book.log, placed)
        void, newest = places.void, max([said.release, *places.live])
        payloads = {n: found for n in places.live if (found := places.digest(book.log, n)) is not None} | payloads
        findings += check_places(book.log, places, placed, past.chained)
        if newest > said.release:
            findings.append(no(14, f"release {said.release} is served, and the log has release {newest}", str(newest), str(said.release), "rolled-back"))
    findings += [*check_laters(book, void, keys), *check_withdrawn(book, keys, said, payloads)]
    return past, payloads, keys, placed, findings


def verify_site(source: Files, question: Question, seen: Seen | None = None) -> Answer:
    """A site, whole. Where anything does not match and the site has changed meanwhile, all starts over: a release may be switched."""
    for _ in range(ATTEMPTS):
        try:
            bundle = source.read(BUNDLE, 16 * MIB)
        except (Absent, Unreached) as error:
            return answer_of([unsure(1, f"{source.describe()}: {BUNDLE} cannot be read: {error}")], {}, question.now, ["integrity"], ["signature"])
        checkpoint, answer = if_there(13, source, CHECKPOINT, NOTE_CAP), whole(source, bundle, question, seen)
        if not any(one.outcome in ("no", "could-not-tell") and STEP_OF[one.number] in ("integrity", "history") for one in answer.findings):
            return answer
        source.reopen()
        again = if_there(12, source, BUNDLE, 16 * MIB)
        if not isinstance(again, bytes) or (again == bundle and if_there(13, source, CHECKPOINT, NOTE_CAP) == checkpoint):
            return answer
    return answer_of([unsure(12, f"{source.describe()} changed {ATTEMPTS} times while it was read")], {}, question.now, ["integrity"], ["signature"])


def whole(source: Files, bundle: bytes, question: Question, seen: Seen | None) -> Answer:
    said, refused = opened(bundle)
    if said is None or refused is not None:
        return answer_of([refused] if refused else [], stated_facts(said), question.now, ["integrity"], ["signature"])
    book = open_book(source, said)
    findings = list(filter(None, [judge_signer(said, question, book.turns), not_fresh(said, question.now)]))
    manifest_bytes, record_bytes, wrong = check_subjects(source, said, bundle)
    record, more = checked_record(record_bytes, said)
    findings += [*wrong, *more]
    checked, listed, more = checked_files(source, manifest_bytes, record, said, question)
    past, payloads, keys, placed, back = look_back(source, said, question, book)
    findings += [*more, *back]
    kept = older(question.since, said, keys) if question.since is not None else seen
    findings += [kept] if isinstance(kept, Finding) else descent(kept, said, payloads, book.log, placed, question.now)
    lapsed = list(lapses(record["controls"], question.now)) if record is not None else []
    findings += [no(11, f"{one[0]}: {one[3]}", one[1], one[2], "stale", code=1) if question.strict_evidence else note(11, f"{one[0]}: {one[3]}") for one in lapsed]
    facts = {**stated_facts(said), "filesChecked": checked, "filesListed": listed, "unlistedSeen": source.paths() is not None, "held": list(past.held), "pruned": past.pruned}
    facts |= {"standing": standing(said, lapsed), "lapsed": [dict(zip(("control", "was", "now", "why"), one, strict=True)) for one in lapsed]}
    core = ("signature", "subjects", "pin", "expiry", "history", *(("log", "withdrawal") if book.log is not None else ()))
    return answer_of(findings, facts, question.now, STEPS if record is not None else STEPS[:4], core)


def checked_record(data: bytes | None, said: Said) -> tuple[dict[str, Json] | None, list[Finding]]:
    if data is None:
        return None, list(sums(said))
    try:
        record = read_record(data)
    except Unreadable as error:
        return None, [unsure(8, str(error))]
    return record, list(check_record(record, said))


def checked_files(source: Files, data: bytes | None, record: dict[str, Json] | None, said: Said, question: Question) -> tuple[int, int, list[Finding]]:
    if data is None:
        return 0, 0, []
    try:
        manifest = parse_manifest(data)
    except Unreadable as error:
        return 0, 0, [unsure(7, str(error))]
    blocks = {page_of(control): block_of(control) for control in record["controls"]} if record is not None else None
    checked, findings = check_files(source, manifest, blocks, question)
    findings += [no(9, f"{path}, a control's page, is not listed") for path in sorted((blocks or {}).keys() - manifest.keys())]
    findings += check_unlisted(source, manifest, said.release, said.log is not None)
    if question.page is not None and question.page not in manifest:
        there = not isinstance(attempt(7, question.page, lambda: source.read(question.page or "", 1024 * MIB)), Finding)
        what = f"{question.page}, the page you asked about, is not listed"
        findings.append(no(7, what) if there else unsure(7, f"{what}, and cannot be had"))
    return checked, len(manifest), findings


def verify_bundle(data: bytes, question: Question) -> Answer:
    """A bundle alone: signature, signer and freshness; what that leaves open, the answer says."""
    said, refused = opened(data)
    if said is None or refused is not None:
        return answer_of([refused] if refused else [], stated_facts(said), question.now, ["integrity"], ["signature"])
    findings = [*filter(None, [judge_signer(said, question, None if said.log is not None else []), not_fresh(said, question.now)]), *sums(said)]
    findings.append(note(6, "a bundle alone: the files it signs are not checked"))
    findings.append(unchecked(10, "history and withdrawal not checked: a bundle alone brings neither what was before it nor what came after"))
    kept = older(question.since, said, Keys(question.keys, [])) if question.since is not None else None
    known = {said.release: said.payload, **({said.previous[0]: said.previous[1]} if said.previous else {})}
    if isinstance(kept, Finding):
        findings.append(kept)
    elif kept is not None and known.get(kept.release, kept.payload) != kept.payload:
        findings.append(no(10, f"release {kept.release} is not the one you have seen under that number", kept.payload, known[kept.release], "forked"))
    if question.strict_evidence:
        findings.append(unsure(11, "a bundle alone does not say when evidence expires"))
    facts = {**stated_facts(said), "standing": said.predicate["totals"]}
    return answer_of(findings, facts, question.now, ["integrity", "signer", "freshness", "claims"], ["signature", "pin", "expiry"])


def stated_facts(said: Said | None) -> dict[str, Json]:
    if said is None or said.as_of is None or said.until is None:
        return {}
    dates = {"asOf": spell(said.as_of), "issuedAt": spell(said.issued), "validUntil": spell(said.until)}
    center = {"id": said.center, "name": said.name}
    return {"center": center, "release": said.release, **dates, "totals": said.predicate["totals"], "payload": said.payload, "fingerprint": said.fingerprint}


def standing(said: Said, lapsed: Iterable[tuple[str, str, str, str]]) -> dict[str, int]:
    left: dict[str, int] = dict(said.predicate["totals"])
    for _, was, now, _ in lapsed:
        left[was] -= 1
        left[now] += 1
    return left


# ------------------------------------------------------------------------------------------------ answers to a questionnaire

ANSWERS_CAP: Final = 4 * MIB
MOST_ANSWERS: Final = 10_000
ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9.]+)*")
UNSEEN: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")
"""Controls but line feeds, direction, zero width, tags: by these a reader sees another text than a program."""


@dataclass
class Answered:
    """What somebody answered, as signed."""

    questionnaire: dict[str, Json]
    by: dict[str, Json]
    when: datetime
    answers: dict[str, dict[str, Json]]
    spki: bytes


def holds_answers(data: bytes) -> bool:
    """Whether a bundle says that it holds answers, whatever else is wrong with it."""
    try:
        said = parse_json(parse_bundle(data).payload, "the statement")
    except Unreadable:
        return False
    return isinstance(said, dict) and said.get("predicateType") == ANSWERS_TYPE


def visible(value: Json, what: str) -> str:
    said = words(value, what)
    if said != said.strip() or UNSEEN.search(said):
        refuse(f"{what} has blanks around it, or a character that is not seen")
    return said


def ident(value: Json, what: str) -> str:
    return str(value) if isinstance(value, str) and len(value) <= 80 and ID.fullmatch(value) else refuse(f"{what}: {value!r:.90} is no id")


def given(value: Json, what: str) -> dict[str, Json]:
    """One answer: a text, several, or a file by its digest; perhaps a note, perhaps for reviewers alone."""
    found = an_object(value, what)
    if found.keys() - {"note", "private"} not in ({"value"}, {"file", "sha256"}):
        refuse(f"{what} is not a value or a file with its sha256, with a note and private at most")
    several = found.get("value")
    for each in several if isinstance(several, list) else [found[key] for key in ("value", "file") if key in found]:
        visible(each, what)
    if "note" in found:
        visible(found["note"], what)
    if "sha256" in found:
        digest(found["sha256"], what)
    one_of(found.get("private", "yes"), ("yes",), what)
    return found


def parse_answers(payload: bytes) -> Answered:
    """The in-toto statement of answers, in the one form that it may have."""
    whole = an_object(parse_json(payload, "the statement"), "the statement")
    said = an_object(whole.get("predicate"), "predicate")
    asked, by, keys = (an_object(said.get(name), name) for name in ("questionnaire", "by", "keys"))
    named, asker = ident(asked.get("id"), "questionnaire.id"), asked.get("asker")
    questionnaire = {"asker": None if asker is None else visible(asker, "questionnaire.asker"), "id": named, "version": visible(asked.get("version"), "questionnaire.version")}
    author = {"name": visible(by.get("name"), "by.name"), **{key: None if by.get(key) is None else visible(by[key], f"by.{key}") for key in ("person", "role")}}
    when, spki = moment(said.get("answeredAt"), "answeredAt"), unbase64(words(keys.get("author"), "keys.author"), "keys.author")
    load_key(spki)
    rows = an_object(said.get("answers"), "answers")
    if not 1 <= len(rows) <= MOST_ANSWERS:
        refuse(f"{len(rows)} questions are answered, and it takes 1 to {MOST_ANSWERS}")
    answers = {ident(key, "answers"): given(value, f"answers.{key}") for key, value in rows.items()}
    folder = "" if asker is None else asker if asker.endswith("/") else f"{asker}/"
    predicate = {"answeredAt": spell(when), "answers": answers, "by": author, "keys": {"author": base64.b64encode(spki).decode()}, "questionnaire": questionnaire}
    subject = [{"digest": {"sha256": sha256(canonical(answers))}, "name": f"{folder}questionnaires/{named}"}]
    if canonical({"_type": STATEMENT_TYPE, "predicate": predicate, "predicateType": ANSWERS_TYPE, "subject": subject}) != payload:
        refuse("the answers are not in the one form they may have")
    return Answered(questionnaire, author, when, answers, spki)


def verify_answers(data: bytes, question: Question) -> Answer:
    """Signed answers: steps 1 to 5. History they have none."""

    def ended(finding: Finding) -> Answer:
        return answer_of([finding], {}, question.now, ["integrity"], ["signature"])

    try:
        envelope = parse_bundle(data if len(data) <= ANSWERS_CAP else refuse("signed answers are larger than 4 MiB"))
    except OtherPayload as error:
        return ended(unsure(2, f"the answers cannot be read: {error}"))
    except Unreadable as error:
        return ended(unsure(1, f"the bundle cannot be read: {error}"))
    try:
        said = parse_answers(envelope.payload)
    except Unreadable as error:
        return ended(unsure(2, f"the answers cannot be read: {error}"))
    name = fingerprint(said.spki)
    if name != envelope.hint:
        return ended(no(3, "the bundle names another key than the answers it holds", name, envelope.hint))
    if not verifies(said.spki, envelope.signature, pae(envelope.kind, envelope.payload)):
        return ended(no(3, f"the signature is not that of key {name} over these answers"))
    findings = [*not_theirs(name, question), *left_open(said, question.now)]
    facts = {"questionnaire": said.questionnaire, "by": said.by, "answeredAt": spell(said.when), "answered": len(said.answers), "payload": sha256(envelope.payload), "fingerprint": name}
    answer = answer_of(findings, facts, question.now, ["integrity", "signer", "freshness"], ["signature", "pin", "expiry"])
    answer.facts["answers"] = said.answers if answer.code == 0 else None
    return answer


def not_theirs(name: str, question: Question) -> Iterator[Finding]:
    if not question.keys:
        yield unsure(4, "no key was given to hold them against", got=name, word="unknown-signer")
    elif name not in question.keys:
        yield no(4, "signed by another key than the one given", " or ".join(sorted(question.keys)), name, "wrong-signer")


def left_open(said: Answered, now: datetime) -> Iterator[Finding]:
    if now < said.when:
        yield unsure(5, "they were answered in the future: your clock or theirs is wrong", f"answered by {spell(now)}", spell(said.when))
    if any("file" in each for each in said.answers.values()):
        yield note(6, "answers name files, which are not in here: hold the SHA-256 of what you were handed against theirs")
    yield unchecked(10, "answers have no history: nobody can withdraw them, and later ones stand beside them")


def answers_lines(answer: Answer) -> Iterator[str]:
    """What is shown of answers; what they say, only where the key is the reader's."""
    facts, asked = answer.facts, answer.facts["questionnaire"]
    for key, value in (facts["answers"] or {}).items():  # none where the answer is no yes
        text = f"{value['file']}, a file of the SHA-256 {value['sha256']}" if "file" in value else value["value"]
        more = [*([f"note: {value['note']}"] if "note" in value else []), *(["for reviewers alone"] if "private" in value else [])]
        said = (", ".join(text) or "none of them" if isinstance(text, list) else text) + (f" [{'; '.join(more)}]" if more else "")
        yield f"     {key}: {plain(said.replace(chr(10), ' '))[:300]}"
    who = ", ".join(each for each in (facts["by"]["person"], facts["by"]["role"]) if each)
    of = f", of {asked['asker']}" if asked["asker"] else ""
    yield plain(f"{answer.word}: {'' if answer.code == 0 else 'it says that '}{facts['by']['name']}{f' ({who})' if who else ''} answered {asked['id']}, version {asked['version']}{of}: {facts['answered']} in all, at {facts['answeredAt']} as they say")


# ------------------------------------------------------------------------------------------------ the command line


def as_json(answer: Answer) -> dict[str, Json]:
    """What `attest verify --json` prints, and the seven questions of ``CORE``."""
    rows = {name: [one for one in answer.findings if STEP_OF[one.number] == name] for name in STEPS}
    told = {name: [{key: value for key, value in zip(("step", "outcome", "what", "expected", "got"), one, strict=False) if value != ""} for one in rows[name]] for name in STEPS}
    steps = {name: {"outcome": answer.steps[name], "findings": told[name]} for name in STEPS}
    return {"answer": answer.word, "exit": answer.code, "checkedAt": spell(answer.at), **answer.facts, "steps": steps, "core": answer.core}


def plain(said: str) -> str:
    """Others' words on one line of a terminal: nothing in them moves the cursor or turns the direction."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in said)


def as_lines(answer: Answer) -> Iterator[str]:
    marks = {"ok": "ok", "no": "no", "could-not-tell": "?", "not-checked": "-"}
    facts, total = answer.facts, sum((answer.facts.get("standing") or {}).values())
    says = {
        "integrity": f"{facts['filesChecked']} of {facts['filesListed']} files as signed" if facts.get("filesListed") else "",
        "signer": str(facts.get("fingerprint") or ""), "freshness": f"valid until {facts['validUntil']}" if "validUntil" in facts else "",
        "history": f"release {facts['release']}" if "release" in facts else "", "claims": f"{facts['standing']['met']} of {total} promises shown by evidence" if total else "",
    }  # fmt: skip
    for name in STEPS:
        outcome = answer.steps[name]
        yield f"{marks[outcome]:<4} {name:<10} {'not checked' if outcome == 'not-checked' else plain(says[name])}".rstrip()
        for one in [one for one in answer.findings if STEP_OF[one.number] == name][:12]:
            contrast = ", ".join(f"{key} {plain(value)[:160]}" for key, value in (("expected", one.expected), ("got", one.got)) if value)
            yield f"       {plain(one.what)}{f' ({contrast})' if contrast else ''}"
    asked = [name for name in CORE if answer.core[name] == "not-checked"]
    if "answeredAt" in facts:
        yield from answers_lines(answer)
        return
    yield f"{answer.word}: {plain(facts['center']['name'])}, release {facts['release']}" if facts else f"{answer.word}: nothing could be verified"
    if asked:
        yield f"not checked: {', '.join(asked)}"


def ask(where: str, question: Question) -> Answer:
    """The answer for an address, a folder or a bundle. Raises ValueError for what is none of them."""
    if "://" in where:
        parts = urlsplit(where)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
            raise ValueError(f"{where} is no http(s) address of a site")
        return verify_site(Web(where), question)
    place = Path(where)
    if place.is_dir():
        return verify_site(Folder(place), question)
    if not place.is_file():
        raise ValueError(f"{where} is neither a folder nor a file")
    data = place.read_bytes()
    if not holds_answers(data):
        return verify_bundle(data, question)
    if question.since is not None or question.strict_evidence:
        raise ValueError("--since and --strict-evidence are for trust centers, and these are answers to a questionnaire")
    return verify_answers(data, question)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="verify.py", description="Verifies a trust center that Attest made.")
    parser.add_argument("where", metavar="WHERE", help="the address of a site, a folder, or a bundle")
    parser.add_argument("--key", metavar="FINGERPRINT", action="append", default=[], help="from your contract, such as SHA256:…")
    parser.add_argument("--at", metavar="TIME", help="judge as of then, such as 2026-11-21T12:00:00Z, instead of now")
    parser.add_argument("--since", metavar="BUNDLE", help="a bundle that you kept: what is served has to follow it")
    parser.add_argument("--strict-evidence", action="store_true", help="evidence that ran out since is a no")
    parser.add_argument("--json", action="store_true", help="the answer as JSON")
    given = parser.parse_args(arguments)
    try:
        for key in given.key:
            if not is_fingerprint(key):
                raise ValueError(f"{key} is no fingerprint: SHA256: and 43 characters")
        now = moment(given.at, "--at") if given.at else datetime.now(UTC)  # noqa: TID251 - this file is an edge: the reader's clock is read here and nowhere else
        question = Question(given.key, now, Path(given.since).read_bytes() if given.since else None, given.strict_evidence, watch=progress)
        answer = ask(given.where, question)
    except (ValueError, OSError, Unreadable) as error:
        sys.stderr.write(f"verify.py: error: {plain(str(error))}\n")
        return 2
    sys.stdout.write(json.dumps(as_json(answer), indent=1, ensure_ascii=False) + "\n" if given.json else "".join(f"{line}\n" for line in as_lines(answer)))
    return answer.code


def progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\rchecking files {done}/{of}" + ("\n" if done == of else ""))


if __name__ == "__main__":
    sys.exit(main())
