"""A small, complete, signed trust center in memory, made with attest's own printing and no site generator; and a source that serves it.

    files = site(3)                     path -> bytes of release 3, with releases 1 to 3 kept; KEY signed it, for CENTER
    files["customers/logs.html"] += b"!"
    answer = ask(files)                 -> Answer, under a pin on KEY

    center = Publisher().release().withdraw(1).release()
    answer = ask(center.files, center.n)        the same with a transparency log, entry by entry

An attacker edits ``files``. A dishonest publisher hands ``site`` a hook, which runs before hashing and signing, or keeps ``Publisher.log``
otherwise than it should.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from attest.errors import CouldNotTell
from attest.fetch import Absent
from attest.later import Body, KeyChange, Later, LaterKind, Notice, Reason, Withdrawal, entry_of, path_of, print_later
from attest.logged import Logged
from attest.published import bases, block_of, claims_of, page_of, totals, unlisted_by_design
from attest.statement import ASSESSMENT, MANIFEST, print_statement, release_fields
from attest.times import parse_moment, print_moment
from attest.trust import Pin, Trust
from attest.verify.answer import Answer
from attest.verify.question import Question
from attest.verify.verifier import verify_site
from attest.wire import dsse, jcs, merkle, openssh, publickey, sshsig, tiles
from attest.wire.bundle import Bundle, print_bundle
from attest.wire.checkpoint import Checkpoint, sign_checkpoint
from attest.wire.log_entry import Kind, print_entry
from attest.wire.note import VerifierKey, print_vkey
from attest.wire.sha256sums import print_manifest
from attest.wire.tlog_proof import TlogProof, print_proof
from attest.words import MANIFEST_NAMESPACE, PAYLOAD_TYPE, RULESET

CENTER = "https://trust.harbourline.example/"
FIRST = parse_moment("2026-11-01T06:00:00Z")
"""The as-of of release 1; each later one is a day after."""
VALID = timedelta(days=35)
ORIGIN = "trust.harbourline.example/attestation/log"
BUNDLE, STATEMENT, SIGNATURE = "attestation/bundle.sigstore.json", "attestation/statement.json", "attestation/SHA256SUMS.sig"

Files = dict[str, bytes]


@dataclass(frozen=True)
class Key:
    """A private key and what is public of it."""

    private: EllipticCurvePrivateKey | Ed25519PrivateKey

    @property
    def spki(self) -> bytes:
        return publickey.spki(self.private.public_key())

    @property
    def fingerprint(self) -> str:
        return openssh.fingerprint(self.spki)

    def sign(self, message: bytes) -> bytes:
        if isinstance(self.private, Ed25519PrivateKey):
            return self.private.sign(message)
        return self.private.sign(message, ECDSA(SHA256()))


def p256(number: int) -> Key:
    """The P-256 key of a fixed secret: worthless, and the same in every run."""
    return Key(derive_private_key(number, SECP256R1()))


KEY, OTHER, EDWARDS = p256(7001), p256(7002), Key(Ed25519PrivateKey.from_private_bytes(b"\x07" * 32))


def as_of(n: int) -> datetime:
    """The as-of of release n."""
    return FIRST + timedelta(days=n - 1)


def noon(n: int) -> datetime:
    """A moment at which release n is issued and fresh."""
    return as_of(n) + timedelta(hours=6)


def _check(n: int, **over: Any) -> dict[str, Any]:
    check = {
        "rule": {"minRows": 1, "maxAge": "30d"}, "ruleText": "Every row passes.", "evidence": "scan", "title": "A scan", "visibility": "public", "kind": "report",
        "sha256": "ab" * 32, "commitment": None, "file": None, "tool": None, "collected": {"by": "ci"}, "issuer": None, "declared": None,
        "observed": print_moment(as_of(n) - timedelta(days=1)), "received": None, "expires": print_moment(as_of(n) + timedelta(days=29)), "summary": None,
        "readAs": None, "register": None, "lifted": [],
        "basis": "tool", "verdict": "met", "reason": "All 3 pass.",
    }  # fmt: skip
    return {**check, **over}


def control(n: int, ident: str, verdict: str = "met", **over: Any) -> dict[str, Any]:
    """One control's object in assessment.json."""
    checks = [_check(n, verdict=verdict)] if verdict in ("met", "not-met", "unknown") else []
    every = {
        "id": ident, "audience": "customers", "title": f"The promise {ident}", "promise": "We keep it <always> & show it.", "yours": None, "responsibility": "us",
        "area": "protect", "appliesTo": ["api"], "verdict": verdict, "reason": "All 3 pass.", "basis": "tool" if verdict == "met" else None,
        "covered": {"checked": 1, "inScope": 1}, "visibility": "public", "clauses": {"csf": ["PR.DS-02"]}, "plan": None, "treatment": None, "notApplicable": None,
        "checks": checks,
    }  # fmt: skip
    return {**every, **over}


def record(n: int, center: str = CENTER) -> dict[str, Any]:
    """assessment.json of release n: seven public controls of every verdict and a withheld one."""
    controls = [
        control(n, "backups"),
        control(n, "encrypted"),
        control(n, "logs", "unknown"),
        control(n, "patching", "not-met"),
        control(n, "pen-test", "planned", plan={"owner": "Security", "due": "2026-12-01", "why": "booked"}),
        control(n, "paper", "not-applicable", notApplicable={"reason": "no paper", "decidedBy": "Security", "until": "2026-12-02"}, clauses={}),
        control(n, "subprocessors", audience="suppliers", clauses={}),
    ]
    return {
        "asOf": print_moment(as_of(n)),
        "center": {"id": center, "name": "Harbourline (fictional)", "language": "en", "summary": "s", "notice": None, "contacts": [], "signatories": []},
        "ruleset": RULESET,
        "tool": {"name": "attest", "version": "0"},
        "scope": {"systems": [{"id": "api", "name": "API"}], "outOfScope": []},
        "areas": [{"id": "protect", "title": "Protect", "summary": None}],
        "withheld": totals(["met"]),
        "controls": controls,
        "commitments": [{"commitment": "cd" * 32}],
        "registers": [],
        "papers": [],
        "notices": [],
    }


def counted(made: dict[str, Any]) -> dict[str, Any]:
    """The record with every number that follows from its controls; what a hook has set stays."""
    controls = made["controls"]
    verdicts = totals(item["verdict"] for item in controls)
    mapped = [item for item in controls if "csf" in item["clauses"]]
    withheld_bases = bases(["document"] * made["withheld"]["met"])
    numbers = {
        "totals": {verdict: verdicts[verdict] + made["withheld"][verdict] for verdict in verdicts},
        "basis": {basis: count + withheld_bases[basis] for basis, count in bases(item["basis"] for item in controls).items()},
        "frameworks": [{"id": "csf", "title": "A framework", "version": "2", "clauses": 106, "mapped": 1, "verdicts": totals(item["verdict"] for item in mapped)}],
    }
    return {**numbers, **made}


def _pages(made: Mapping[str, Any]) -> Files:
    pages = {"index.html": b"<!doctype html><title>Trust center</title>", "assets/style.css": b"body{}", "attestation/index.json": b"{}\n"}
    for item in made["controls"]:
        pages[page_of(item)] = f"<!doctype html><title>{item['title']}</title>{block_of(item)}<p>A page.</p>".encode()
    return pages


def _leave(value: Any) -> None:
    return None


def site(
    n: int = 1, *, key: Key = KEY, center: str = CENTER, on_record: Callable[[dict[str, Any]], None] = _leave, on_files: Callable[[Files], None] = _leave,
    on_predicate: Callable[[dict[str, Any]], None] = _leave, before: Files | None = None, log: Logged | None = None,
) -> Files:  # fmt: skip
    """Release n with all before it. The hooks touch release n alone; ``before``: the release to follow instead of an honest one."""
    earlier = before if before is not None else site(n - 1, key=key, center=center) if n > 1 else {}
    made = record(n, center)
    on_record(made)
    made = counted(made)
    files = _pages(made)
    files[ASSESSMENT] = json.dumps(made, indent=1).encode()
    on_files(files)
    kept = {path: data for path, data in earlier.items() if path.startswith("attestation/releases/")}
    previous = (n - 1, hashlib.sha256(earlier[STATEMENT]).hexdigest()) if earlier else None
    return sealed(files, made, n, previous, key, on_predicate, log) | kept


def sealed(
    files: Files, made: Mapping[str, Any], n: int, previous: tuple[int, str] | None, key: Key, on_predicate: Callable[[dict[str, Any]], None] = _leave,
    log: Logged | None = None,
) -> Files:
    """Hashes, states and signs what is there."""
    manifest = print_manifest({path: hashlib.sha256(data).hexdigest() for path, data in files.items() if not unlisted_by_design(path)})
    subjects = {MANIFEST: hashlib.sha256(manifest).hexdigest(), ASSESSMENT: hashlib.sha256(files[ASSESSMENT]).hexdigest()}
    fields = release_fields(n, previous, as_of(n) + timedelta(minutes=1), as_of(n) + VALID, key.spki, None, log)
    statement = json.loads(print_statement(made, claims_of(made["controls"]), subjects, fields))
    on_predicate(statement["predicate"])
    signed = enveloped(jcs.canonical(statement), key)
    signature = sshsig.sign_blob(MANIFEST_NAMESPACE, manifest, key.spki, key.sign)
    control_files = {MANIFEST: manifest, SIGNATURE: signature, STATEMENT: jcs.canonical(statement), BUNDLE: signed}
    whole = {**files, **control_files}
    for name in ("bundle.sigstore.json", "statement.json", "assessment.json", "SHA256SUMS"):
        whole[f"attestation/releases/{n}/{name}"] = whole[f"attestation/{name}"]
    return whole


@dataclass
class Ledger:
    """A log as its publisher keeps it: entries, and the tree over them by ``merkle`` alone."""

    origin: str = ORIGIN
    key: Ed25519PrivateKey = field(default_factory=lambda: Ed25519PrivateKey.from_private_bytes(b"\x4c" * 32))
    entries: list[bytes] = field(default_factory=list)
    signed: int = 0
    """The size of the last checkpoint that was signed."""
    never_signed: list[int] = field(default_factory=list)
    """Entries whose payload the publisher holds no signature of."""

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.origin, self.key.public_key().public_bytes_raw())

    def now(self) -> Logged:
        """What the next payload says of the log."""
        size, void = len(self.entries), tuple(index for index in self.never_signed if index >= self.signed)
        return Logged(self.origin, print_vkey(self.verifier), size, self.root(size).hex(), void)

    def node(self, level: int, index: int) -> bytes:
        return merkle.root_of([merkle.leaf_hash(entry) for entry in self.entries[index << level : (index + 1) << level]])

    def root(self, size: int) -> bytes:
        return merkle.root(size, self.node)

    def checkpoint(self, size: int | None = None, key: Ed25519PrivateKey | None = None) -> bytes:
        size = len(self.entries) if size is None else size
        signer = key or self.key
        return sign_checkpoint(Checkpoint(self.origin, size, self.root(size)), VerifierKey(self.origin, signer.public_key().public_bytes_raw()), signer.sign)

    def proof(self, index: int, size: int | None = None) -> bytes:
        size = len(self.entries) if size is None else size
        return print_proof(TlogProof(index, tuple(merkle.inclusion(index, size, self.node)), self.checkpoint(size)))

    def tile(self, tile: tiles.Tile) -> bytes:
        first = tile.index * tiles.WIDTH
        if tile.level == "entries":
            return tiles.print_entries(self.entries[first : first + tile.width])
        return tiles.print_hashes([self.node(8 * tile.level, first + at) for at in range(tile.width)])

    def files(self) -> Files:
        """The log as a site has it: the tiles of its size, and its checkpoint."""
        whole = {f"attestation/log/{tiles.print_path(tile)}": self.tile(tile) for tile in tiles.tiles_of(len(self.entries))}
        return {**whole, "attestation/log/checkpoint": self.checkpoint()}


class Publisher:
    """A center that publishes release after release into ``files``, and says things later, each with its entry in the log."""

    def __init__(self, *, key: Key = KEY, center: str = CENTER, log: Ledger | None = None) -> None:
        self.key, self.center, self.log = key, center, log or Ledger()
        self.files: Files = {}
        self.n = self.spoken = 0
        self.payloads: dict[int, bytes] = {}

    def release(self, *, logged: bool = True, key: Key | None = None, **hooks: Any) -> Publisher:
        """The next release, with or without a log."""
        self.n, log = self.n + 1, self.log.now() if logged else None
        later = {path: data for path, data in self.files.items() if path.startswith(("attestation/statements/", "attestation/log/tile/"))}
        self.files = site(self.n, key=key or self.key, center=self.center, before=self.files or None, log=log, **hooks) | (later if logged else {})
        self.payloads[self.n], self.spoken = self.files[STATEMENT], 0
        if logged:
            index = self._enter("release", self.n, as_of(self.n) + timedelta(minutes=1), self.files[STATEMENT])
            self.settle()
            self.prove(index)
        return self

    def prove(self, index: int, size: int | None = None) -> Publisher:
        """Writes the current release's proof, in both places."""
        for path in ("attestation/proof.tlog-proof", f"attestation/releases/{self.n}/proof.tlog-proof"):
            self.files[path] = self.log.proof(index, size)
        return self

    def say(self, kind: LaterKind, body: Body, n: int | None = None, *, key: Key | None = None, enter: bool = True, **over: Any) -> bytes:
        """Signs a later statement, writes it, and enters it unless told otherwise; its payload."""
        self.spoken += 1
        at, signer = as_of(max(self.n, 1)) + timedelta(minutes=1 + self.spoken), key or self.key
        later = Later(kind, self.center, "Harbourline (fictional)", self.n if n is None else n, at, signer.spki, self.log.now(), body)
        payload = print_later(replace(later, **over))
        self.files[path_of(payload)] = enveloped(payload, signer)
        if enter:
            self._enter(kind, later.release, at, payload)
            self.settle()
        return payload

    def withdraw(self, n: int, why: str = "the scan was of another system", **over: Any) -> Publisher:
        payload = hashlib.sha256(self.payloads[n]).hexdigest()
        self.say("withdrawal", Withdrawal(payload, why), n, **over)
        return self

    def notice(self, ident: str = "late-mail", version: int = 1, **over: Any) -> Publisher:
        self.say("notice", Notice(ident, version, {"title": "Late mail", "kind": "incident", "text": "It was late."}), **over)
        return self

    def announce(self, new: Key, **over: Any) -> Publisher:
        self.say("key-change", KeyChange("announce", new.spki, as_of(self.n), None, "planned", None), **over)
        return self

    def retire(self, old: Key, before: int | None = None, reason: Reason = "planned", **over: Any) -> Publisher:
        self.say("key-change", KeyChange("retire", old.spki, None, None, reason, before), **over)
        return self

    def killed(self, n: int | None = None) -> Publisher:
        """A publisher that won its entry and signed nothing."""
        self.log.never_signed.append(self._enter("release", n or self.n + 1, as_of(self.n + 1), b"never signed %d" % len(self.log.entries)))
        return self

    def settle(self) -> Publisher:
        """Signs the log as it is, and writes it."""
        self.files |= self.log.files()
        self.log.signed = len(self.log.entries)
        return self

    def _enter(self, kind: Kind, n: int, at: datetime, payload: bytes) -> int:
        self.log.entries.append(print_entry(entry_of(kind, n, at, payload)))
        return len(self.log.entries) - 1


def enveloped(payload: bytes, key: Key, payload_type: str = PAYLOAD_TYPE) -> bytes:
    """A bundle over any payload."""
    return print_bundle(Bundle(payload, payload_type, key.sign(dsse.pae(payload_type, payload)), key.fingerprint))


def in_bundle(files: Files, change: Callable[[dict[str, Any]], None]) -> None:
    """Edits the bundle, in both places where it is kept."""
    value = copy.deepcopy(json.loads(files[BUNDLE]))
    release = json.loads(files[STATEMENT])["predicate"]["release"]
    change(value)
    files[BUNDLE] = files[f"attestation/releases/{release}/bundle.sigstore.json"] = jcs.canonical(value)


def write(files: Files, folder: Path) -> Path:
    """The site as a folder."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


class Memory:
    """A source over a dict, as a folder is: it can be listed. ``lists=False``: as a web server is."""

    def __init__(self, files: Files, *, lists: bool = True) -> None:
        self.files, self.lists, self.reads = files, lists, 0

    def describe(self) -> str:
        return "memory"

    def read(self, path: str, cap: int) -> bytes:
        self.reads += 1
        if path not in self.files:
            raise Absent("is not there")
        if len(self.files[path]) > cap:
            raise CouldNotTell(f"is larger than {cap} bytes")
        return self.files[path]

    def sha256(self, path: str, cap: int) -> str:
        return hashlib.sha256(self.read(path, cap)).hexdigest()

    def paths(self) -> Iterator[str] | None:
        return iter(list(self.files)) if self.lists else None

    def reopen(self) -> None:
        return


def pin(key: Key = KEY, center: str | None = CENTER, **over: Any) -> Pin:
    """A pin of a trust file."""
    return Pin(center, **{"role": "issuer", "key": key.fingerprint, "source": "contract of 2026-11-01", **over})


def ask(files: Files, n: int = 1, *, trust: Trust | None = None, now: datetime | None = None, lists: bool = True, **over: Any) -> Answer:
    """The answer over a site in memory, under a pin on KEY, at a moment at which release n is fresh."""
    return verify_site(Memory(files, lists=lists), Question(trust or Trust((pin(),)), now or noon(n), **over))
