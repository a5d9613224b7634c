"""What is staged of a release before anything is signed: pages, record, manifest, payloads, and what is taken along from the release before.

    render -> what really lies there -> SHA256SUMS -> payloads, in the order of the log  ->  [Signable, …]     all of it on the disk

Looked for before it is done: leaks, and notices that say otherwise than the release before.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from attest import leaks, tree
from attest.errors import Problems, Refused
from attest.later import Later, Notice, entry_of, parse_later, path_of, print_later
from attest.published import rewritten, unlisted_by_design
from attest.publishers.interface import Number
from attest.publishing.ledger import Ledger
from attest.publishing.place import BUNDLE, RELEASES, STATEMENT, STATEMENTS, Order, Place, Render, Standing, folder_of
from attest.publishing.pruning import too_old
from attest.publishing.sealing import keep_copies
from attest.release import Release
from attest.sign import bundle_of, payload_of
from attest.statement import ASSESSMENT, MANIFEST, parse_statement
from attest.wire.log_entry import print_entry
from attest.wire.sha256sums import print_manifest

CARRIED: Final = (RELEASES, STATEMENTS)
"""What a release takes along from the one before, beside the log."""


@dataclass(frozen=True, slots=True)
class Signable:
    """A payload that is to be signed."""

    payload: bytes
    entry: bytes
    """Its entry in the log."""
    path: str
    """Site path of its bundle."""


def signable(later: Later) -> Signable:
    """A statement that is to come later. Raises Unreadable where what is printed would not be read."""
    payload = print_later(later)
    parse_later(payload)
    return Signable(payload, print_entry(entry_of(later.kind, later.release, later.issued_at, payload)), path_of(payload))


def build(order: Order, place: Place, standing: Standing, ledger: Ledger | None, release: Release, render: Render) -> tuple[int, list[Signable]]:
    """Everything of the release but its signatures, staged and on the disk. Returns how many files are listed, and what is to be signed."""
    place.say(f"building release {release.n}")
    staging, old = place.store.stage(Number(release.n)), None if standing.number is None else folder_of(place, standing.number)
    render(staging, release)
    place.say("hashing what was written")
    listed = {path: digest for path, digest in tree.digests(staging).items() if not unlisted_by_design(path)}
    manifest, assessment = print_manifest(listed), (staging / ASSESSMENT).read_bytes()
    if old is not None:
        _refuse_rewriting((old / ASSESSMENT).read_bytes(), assessment, release.n - 1)
    batch = _batch(order, ledger, release, manifest, assessment, _notices_before(standing, old))
    for path, data in ((MANIFEST, manifest), (STATEMENT, batch[-1].payload)):
        (staging / path).write_bytes(data)
    keep_copies(staging, release.n, (MANIFEST, STATEMENT, ASSESSMENT))
    _refuse_leaks(staging, order)
    if old is not None:
        carry(old, staging, too_old(old, order.now, order.keep))
    place.store.sync(staging)
    return len(listed), batch


def _batch(order: Order, ledger: Ledger | None, release: Release, manifest: bytes, assessment: bytes, told: Mapping[str, int]) -> list[Signable]:
    """What is to be signed, in the order of the log: new versions of notices, then the release. Each says how the log was before its own entry."""
    batch: list[Signable] = []
    record = json.loads(assessment)
    if ledger is not None:
        for notice in _new_versions(record, told):
            log = ledger.logged([one.entry for one in batch])
            batch.append(signable(Later("notice", record["center"]["id"], record["center"]["name"], release.n - 1, order.now, release.spki, log, notice)))
    payload = payload_of(assessment, manifest, release, order.now, order.commit, None if ledger is None else ledger.logged([one.entry for one in batch]))
    parse_statement(payload)
    return [*batch, Signable(payload, print_entry(entry_of("release", release.n, order.now, payload)), BUNDLE)]


def _notices_before(standing: Standing, old: Path | None) -> dict[str, int]:
    """Id of a notice -> how many versions the release before had, and are in the log with it."""
    if old is None or standing.head is None or standing.head.statement.log is None:
        return {}
    return {notice["id"]: len(notice["versions"]) for notice in json.loads((old / ASSESSMENT).read_bytes())["notices"]}


def _new_versions(record: Mapping[str, Any], told: Mapping[str, int]) -> Iterator[Notice]:
    """The versions that no release before had, each notice's in their order, the oldest notice first."""
    for notice in reversed(record["notices"]):
        for number, version in list(enumerate(notice["versions"], 1))[told.get(notice["id"], 0) :]:
            yield Notice(notice["id"], number, {"title": notice["title"], "kind": notice["kind"], **version})


def _refuse_rewriting(before: bytes, now: bytes, n: int) -> None:
    """Notices are amended and never rewritten: what release ``n`` said of them, this one says too."""
    if changed := rewritten(json.loads(before), json.loads(now)):
        raise Refused(f"release {n} said otherwise: {'; '.join(changed[:5])}", "put back what was published, and add a version that says what changed")


def carry(old: Path, staging: Path, without: Collection[int]) -> None:
    """Files of earlier releases, by hard link where the disk allows it: they never change. Whatever else lies among them stays behind."""
    for part in CARRIED:
        folder = old / part
        for path in (f"{part}/{name}" for name in (tree.paths(folder) if folder.is_dir() else ())):
            if unlisted_by_design(path) and not (part == RELEASES and int(path.split("/")[2]) in without):
                (staging / path).parent.mkdir(parents=True, exist_ok=True)
                link_or_copy(old / path, staging / path)


def link_or_copy(old: Path, new: Path) -> None:
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError:
        shutil.copyfile(old, new, follow_symlinks=False)


def _refuse_leaks(staging: Path, order: Order) -> None:
    found = leaks.scan_tree(staging, order.allowed_emails, order.internal_domains)
    if found:
        raise Problems(found)


def sign(place: Place, number: Number, batch: Sequence[Signable]) -> None:
    """Signs the payloads of what is staged as ``number``. The last one's bundle appears last: from then on its place in the log has its payload."""
    folder = staged(place, number)
    place.say(f"signing with {place.keys.signer.fingerprint}")
    for one in batch:
        fresh = folder / f"{one.path}.new"
        fresh.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(bundle_of(one.payload, place.keys.signer))
    place.store.sync(folder)
    for one in batch:
        (folder / f"{one.path}.new").replace(folder / one.path)


def staged(place: Place, number: Number) -> Path:
    """What is staged as ``number``, where it is known to be there."""
    folder = place.store.staged(number)
    assert folder is not None
    return folder
