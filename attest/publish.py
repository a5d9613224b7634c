"""Publishing, in the one order that a killed process or a full disk cannot turn into a lie (format.md, Log: "Publishing, in this order").

    1 lock     nobody else publishes there meanwhile
    2 settle   read the release served, finish one that was signed and not served, hold both against the high-water mark
    3 number   n and previous; moments that may not follow are refused
    4 build    pages and assessment.json, into a folder that nobody sees; files of earlier releases are taken along
    5 seal     what was really written -> SHA256SUMS; payload -> statement.json; look for leaks; wait for the disk
    6 sign     the payload first, whose bundle appears at once; the rest follows from it and can be made again
    7 verify   as a stranger would, pinned to our key; a no here publishes nothing
    8 keep     the folder becomes DEST.releases/<n>; the high-water mark rises; the link is switched

Until 6 nothing is signed, and before 8 nothing is seen. Whatever stops it, the old release stays served and the next run mends the
rest: what lies unsigned is dropped, what is signed and verifies is finished before anything new is signed, so that one number has
one payload. Nothing here assesses: the record that is signed is the assessment.json that was built.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias

from attest import leaks, tree
from attest.errors import AttestError, CouldNotTell, Problems, Refused, WrongUse
from attest.fetch import Folder
from attest.history import Before
from attest.keys import HighWater, Keys, read_highwater, refuse_lower, write_highwater
from attest.predecessor import read_before
from attest.published import rewritten, unlisted_by_design
from attest.publishers.interface import Publisher, Say
from attest.release import Previous, Release
from attest.sign import bundle_of, manifest_signature, payload_of, sha256
from attest.statement import ASSESSMENT, MANIFEST, Statement, parse_statement
from attest.times import print_moment, print_span
from attest.trust import Pin, Trust
from attest.verify.question import Question
from attest.verify.verifier import verify_site
from attest.wire import bundle, dsse, publickey
from attest.wire.sha256sums import print_manifest
from attest.words import ATTESTATION, PAYLOAD_TYPE

BUNDLE: Final = f"{ATTESTATION}/bundle.sigstore.json"
STATEMENT: Final = f"{ATTESTATION}/statement.json"
SIGNATURE: Final = f"{ATTESTATION}/SHA256SUMS.sig"
CARRIED: Final = (f"{ATTESTATION}/releases", f"{ATTESTATION}/statements")
"""What a release takes along from the one before."""

OLDEST: Final = timedelta(hours=24)
"""How old an as-of may be when it is signed (format.md, Statement)."""

Render: TypeAlias = Callable[[Path, Release], None]
"""Writes a site for that release into the empty folder, attestation/assessment.json included. Raises AttestError."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one center publishes, and with what."""

    center: str
    """The center's id, a URI."""
    store: Publisher
    keys: Keys
    say: Say
    """Hears a line a stage."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to publish. Moments are UTC in whole seconds."""

    as_of: datetime
    now: datetime
    """The clock: issuedAt, and the moment it is verified at."""
    valid_for: timedelta
    """From as_of to validUntil."""
    first: bool
    """Begins a history."""
    commit: str | None
    """The sources' commit, where they are exactly that."""
    allowed_emails: frozenset[str]
    """What may stand in published text: the contacts' addresses."""
    internal_domains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """A release of ours that was signed."""

    n: int
    payload: str
    """Hex SHA-256 of the DSSE payload."""
    statement: Statement


@dataclass(frozen=True, slots=True)
class Published:
    """What was published."""

    head: Head
    folder: Path
    files: int
    """How many the manifest lists."""
    finished: tuple[int, ...]
    """Releases that an earlier run had signed and not served, and this one did."""


def publish(order: Order, place: Place, render: Render) -> Published:
    """Publishes one release.

    Raises Refused (a history that may not be begun or continued, a place that is not ours), Problems (leaks), WrongUse (moments that
    cannot be) and CouldNotTell (no room, unreadable). After any of them what was served is served still.
    """
    _refuse_moments(order)
    try:
        if place.store.empty():
            _refuse_history(order.first, place, None, ())
        with place.store.locked(place.center, place.say):
            return _locked(order, place, render)
    except OSError as error:
        raise CouldNotTell(f"cannot publish to {place.store.name}: {_os_said(error)}", "what was served is served still; mend that and run it again") from error


def _locked(order: Order, place: Place, render: Render) -> Published:
    head, finished = settle(place)
    _refuse_history(order.first, place, head, finished)
    release = _next(order, head, place.keys)
    try:
        files = _build(order, place, head, release, render)
        _sign(place, release.n)
        place.say("verifying what came out")
        fresh = _checked(place, _staged(place.store, release.n), release.n, head, order.now)
    except BaseException as error:
        # What is signed and only interrupted is for the next run to finish; what was found wanting is for nobody.
        if isinstance(error, AttestError) or _signed(place.store, release.n) is None:
            place.store.drop_staged()
        raise
    return Published(fresh, _serve(place, fresh), files, finished)


def settle(place: Place) -> tuple[Head | None, tuple[int, ...]]:
    """The last release, after finishing what was signed and never served; and the numbers of those. Unsigned leftovers are removed.

    Raises Refused where the place holds another key's or center's release, or one that does not follow.
    """
    served = place.store.served()
    head = None if served == 0 else read_head(_folder(place.store, served), served, place.center, place.keys)
    finished: list[int] = []
    while (found := _left_behind(place, head)) is not None:
        place.say(f"release {found.n} was signed and is not served: finishing it")
        _keep(place, found)
        finished.append(found.n)
        head = found
    if head is not None and finished:
        place.store.switch(head.n)
    place.store.drop_staged()
    return head, tuple(finished)


def read_head(folder: Path, n: int, center: str, keys: Keys) -> Head:
    """Release ``n`` in its folder -> what was signed. Raises Refused unless our key signed it, for this center and number."""
    with (folder / BUNDLE).open("rb") as stream:
        found = bundle.parse_bundle(stream.read(bundle.MAX_BYTES + 1))
    if found.payload_type != PAYLOAD_TYPE or not publickey.verify(keys.signer.spki, found.signature, dsse.pae(PAYLOAD_TYPE, found.payload)):
        raise Refused(f"release {n} in {folder} was not signed by the key of {keys.folder}", f"it says {found.hint}, the key is {keys.signer.fingerprint}: name the right keys with --keys DIR")
    statement = parse_statement(found.payload)
    if statement.center != center:
        raise Refused(f"release {n} in {folder} is of {statement.center}, not of {center}", "a center's address never changes; publish another center somewhere else")
    if statement.release != n:
        raise Refused(f"the release in {folder} is number {statement.release}", "somebody moved it: restore it from your copy")
    return Head(n, sha256(found.payload), statement)


def _left_behind(place: Place, head: Head | None) -> Head | None:
    """The release after ``head``, where an earlier run signed it completely. What was only staged, and is torn, is not it."""
    n = 1 if head is None else head.n + 1
    if (kept := place.store.release(n)) is not None:
        return _checked(place, kept, n, head, None)
    if (staged := _signed(place.store, n)) is None:
        return None
    try:
        _complete(place, staged, n)
        return _checked(place, staged, n, head, None)
    except AttestError:
        return None


def _checked(place: Place, folder: Path, n: int, head: Head | None, now: datetime | None) -> Head:
    """A signed release that follows ``head``, verified whole as a stranger would, at ``now`` or else the moment it was issued."""
    found = read_head(folder, n, place.center, place.keys)
    if found.statement.previous != (head and (head.n, head.payload)):
        raise Refused(f"release {n} in {folder} does not follow the release that is served", "somebody moved releases about: restore them from your copy")
    if _at_the_mark(place, n):
        refuse_lower(read_highwater(place.keys.folder), HighWater(place.center, n, found.payload))
    _verify(folder, place.keys.signer.fingerprint, now or found.statement.issued_at)
    return found


def _verify(folder: Path, fingerprint: str, now: datetime) -> None:
    """As a stranger who pinned our key would. Raises Refused unless the answer is yes."""
    ours = Pin(None, "issuer", fingerprint, source="the key that signed")
    answer = verify_site(Folder(folder), Question(Trust(call=(ours,)), now))
    if answer.exit_code:
        said = "; ".join(finding.what for step in answer.steps.values() for finding in step.findings if finding.code)
        raise Refused(f"what came out does not verify, {answer.word}: {said}", "nothing was switched; `attest verify` on the folder shows more, and this is a fault of attest or of the disk")


def _next(order: Order, head: Head | None, keys: Keys) -> Release:
    """Number, predecessor and end of the next release. Raises Refused where its moments cannot follow the last one's."""
    if head is not None and order.as_of < head.statement.as_of:
        raise Refused(
            f"the as-of {print_moment(order.as_of)} is before that of release {head.n}, {print_moment(head.statement.as_of)}", "a later release never tells an earlier state: leave --as-of away"
        )
    if head is not None and order.now < head.statement.issued_at:
        raise Refused(f"it is {print_moment(order.now)}, and release {head.n} was issued at {print_moment(head.statement.issued_at)}", "set the clock, or leave --at away")
    previous = None if head is None else Previous(head.n, head.payload)
    return Release(1 if head is None else head.n + 1, previous, order.as_of + order.valid_for, keys.signer.spki, keys.signer.fingerprint)


def _build(order: Order, place: Place, head: Head | None, release: Release, render: Render) -> int:
    """Everything of the release but its signatures, staged and on the disk. Returns how many files are listed."""
    place.say(f"building release {release.n}")
    staging = place.store.stage(release.n)
    render(staging, release)
    place.say("hashing what was written")
    listed = {path: digest for path, digest in tree.digests(staging).items() if not unlisted_by_design(path)}
    manifest, assessment = print_manifest(listed), (staging / ASSESSMENT).read_bytes()
    if head is not None:
        _refuse_rewriting((_folder(place.store, head.n) / ASSESSMENT).read_bytes(), assessment, head.n)
    payload = payload_of(assessment, manifest, release, order.now, order.commit)
    for path, data in ((MANIFEST, manifest), (STATEMENT, payload)):
        (staging / path).write_bytes(data)
    _keep_copies(staging, release.n, (MANIFEST, STATEMENT, ASSESSMENT))
    _refuse_leaks(staging, order)
    if head is not None:
        _carry(_folder(place.store, head.n), staging)
    place.store.sync(staging)
    return len(listed)


def before(place: Place, release: Release) -> Before | None:
    """What the release before told, for the history that ``release`` carries on; None for the first. Raises Refused where it is not what was signed."""
    if release.previous is None:
        return None
    return read_before(Folder(_folder(place.store, release.previous.release)), release.previous.payload)


def _refuse_rewriting(before: bytes, now: bytes, n: int) -> None:
    """Notices are amended and never rewritten: what release ``n`` said of them, this one says too."""
    if changed := rewritten(json.loads(before), json.loads(now)):
        raise Refused(f"release {n} said otherwise: {'; '.join(changed[:5])}", "put back what was published, and add a version that says what changed")


def _carry(old: Path, staging: Path) -> None:
    """Files of earlier releases, by hard link where the disk allows it: they never change. Whatever else lies among them stays behind."""
    for part in CARRIED:
        folder = old / part
        for path in (f"{part}/{name}" for name in (tree.paths(folder) if folder.is_dir() else ())):
            if unlisted_by_design(path):
                (staging / path).parent.mkdir(parents=True, exist_ok=True)
                _link_or_copy(old / path, staging / path)


def _link_or_copy(old: Path, new: Path) -> None:
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError:
        shutil.copyfile(old, new, follow_symlinks=False)


def _keep_copies(staging: Path, n: int, paths: Sequence[str]) -> None:
    """The release's own files under releases/<n>/, from the first day on."""
    folder = staging / ATTESTATION / "releases" / str(n)
    folder.mkdir(parents=True, exist_ok=True)
    for path in paths:
        shutil.copyfile(staging / path, folder / Path(path).name)


def _refuse_leaks(staging: Path, order: Order) -> None:
    found = leaks.scan_tree(staging, order.allowed_emails, order.internal_domains)
    if found:
        raise Problems(found)


def _sign(place: Place, n: int) -> None:
    """Signs the payload. The bundle appears at once and first: from then on this number has its payload, whatever happens."""
    staging = _staged(place.store, n)
    place.say(f"signing with {place.keys.signer.fingerprint}")
    fresh = staging / f"{BUNDLE}.new"
    fresh.write_bytes(bundle_of((staging / STATEMENT).read_bytes(), place.keys.signer))
    place.store.sync(staging)
    fresh.replace(staging / BUNDLE)
    _complete(place, staging, n)


def _complete(place: Place, staging: Path, n: int) -> None:
    """What follows from a signed payload: the manifest's signature, and the bundle among the release's own files."""
    (staging / SIGNATURE).write_bytes(manifest_signature((staging / MANIFEST).read_bytes(), place.keys.signer))
    _keep_copies(staging, n, [BUNDLE])


def _keep(place: Place, signed: Head) -> Path:
    """Staged or kept -> kept, and the mark not below it."""
    folder = place.store.release(signed.n) or place.store.keep(signed.n)
    if _at_the_mark(place, signed.n):
        write_highwater(place.keys.folder, HighWater(place.center, signed.n, signed.payload))
    return folder


def _serve(place: Place, fresh: Head) -> Path:
    """Staged -> kept, marked, served."""
    folder = _keep(place, fresh)
    place.store.switch(fresh.n)
    place.say(f"release {fresh.n} is served at {place.store.name}")
    return folder


def _at_the_mark(place: Place, n: int) -> bool:
    """Whether release ``n`` is the last one that was signed, or a later one; below are kept ones that a lost link is led past."""
    mark = read_highwater(place.keys.folder)
    return mark is None or n >= mark.release


def _refuse_moments(order: Order) -> None:
    if order.as_of > order.now:
        raise WrongUse(f"the as-of {print_moment(order.as_of)} is later than now, {print_moment(order.now)}", "nobody knows that state yet: leave --as-of away")
    if order.now - order.as_of > OLDEST:
        raise Refused(f"the as-of {print_moment(order.as_of)} is more than a day old", "publish the present state: leave --as-of away")
    if order.now >= order.as_of + order.valid_for:
        raise Refused(f"a release of {print_moment(order.as_of)} that is good for {print_span(order.valid_for)} has run out already", "leave --as-of away, or raise defaults.valid_for in center.yml")


def _refuse_history(first: bool, place: Place, head: Head | None, finished: Sequence[int]) -> None:
    """Raises Refused where the place and the high-water mark do not tell one history, or ``--first`` does not fit it."""
    name, mark = place.store.name, read_highwater(place.keys.folder)
    if mark is not None:
        _refuse_against(mark, place, head, first)
    if head is None and not first:
        raise Refused(f"nothing was published to {name} yet", "begin its history with --first, once")
    if head is not None and first and tuple(finished) != (1,):
        raise Refused(f"--first begins a history, and {name} has one: release {head.n} is served", "leave --first away")


def _refuse_against(mark: HighWater, place: Place, head: Head | None, first: bool) -> None:
    name = place.store.name
    if mark.center != place.center:
        raise Refused(f"these keys sign for {mark.center}, not for {place.center}", "one keys folder serves one center: name another with --keys DIR")
    if head is None or head.n < mark.release:
        there = "nothing" if head is None else f"release {head.n} and none after it"
        again = "a second first release would fork the history: " if first else ""
        raise Refused(f"{name} holds {there}, and release {mark.release} was signed already", f"{again}restore release {mark.release} and those beside it from your copy, and publish there; if they are lost for good, only new keys can begin again (`attest keys new`), and every reader has to be told of them")
    if head.n == mark.release and head.payload != mark.payload:
        raise Refused(f"{name} holds another release {head.n} than the one signed last", f"restore the one whose payload is sha256:{mark.payload}")


def _staged(store: Publisher, n: int) -> Path:
    """What is staged as ``n``, where it is known to be there."""
    folder = store.staged(n)
    assert folder is not None
    return folder


def _signed(store: Publisher, n: int) -> Path | None:
    """What is staged as ``n``, where its payload is signed."""
    folder = store.staged(n)
    return folder if folder is not None and (folder / BUNDLE).is_file() else None


def _folder(store: Publisher, n: int) -> Path:
    folder = store.release(n)
    if folder is None:
        raise Refused(f"release {n} is not in {store.name}", "restore it from your copy")
    return folder


def _os_said(error: OSError) -> str:
    return f"{error.strerror or error}" + (f" ({error.filename})" if error.filename else "")
