"""From signed payloads to a folder that may be served: everything that follows from them, and the look of a stranger at what came out.

    read_head, read_said      what lies signed in a folder, by our key, for our center
    complete                  log, proof, the manifest's signature, the release's own copies: all of it can be made again
    check                     verified whole, as a stranger would who pinned our key

The payload is signed first, and its bundle appears at once (``publish``, ``later``): from then on its place in the log has its payload.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

from attest import tree
from attest.errors import Refused
from attest.fetch import Folder
from attest.keys import HighWater, read_highwater, refuse_lower
from attest.later import parse_later, path_of
from attest.publishers.interface import Number
from attest.publishing.ledger import CHECKPOINT, Ledger, file_log, file_proof, vouched
from attest.publishing.place import BUNDLE, PROOF, RELEASES, SIGNATURE, STATEMENTS, Head, Place, Said, Standing
from attest.sign import manifest_signature, sha256
from attest.statement import MANIFEST, parse_statement
from attest.trust import Pin, Trust
from attest.verify.question import Question
from attest.verify.verifier import verify_site
from attest.wire import bundle, dsse, openssh, publickey
from attest.words import PAYLOAD_TYPE


def read_head(folder: Path, n: int, place: Place) -> Head:
    """Release ``n`` in its folder -> what was signed. Raises Refused unless our key signed it, for this center and number."""
    payload = _signed(folder, BUNDLE, f"release {n}", place)
    statement = parse_statement(payload)
    if statement.center != place.center:
        raise Refused(f"release {n} in {folder} is of {statement.center}, not of {place.center}", "a center's address never changes; publish another center somewhere else")
    if statement.release != n:
        raise Refused(f"the release in {folder} is number {statement.release}", "somebody moved it: restore it from your copy")
    return Head(n, sha256(payload), statement)


def read_said(folder: Path, place: Place) -> tuple[Said, ...]:
    """The statements that came later and lie in a folder, in the order of the log. Raises Refused unless each is ours."""
    there = tree.paths(folder / STATEMENTS) if (folder / STATEMENTS).is_dir() else []
    said = (_read_later(folder, f"{STATEMENTS}/{name}", place) for name in there)
    return tuple(sorted(said, key=lambda one: one.later.log.size_before))


def _read_later(folder: Path, path: str, place: Place) -> Said:
    payload = _signed(folder, path, path, place)
    later = parse_later(payload)
    if later.center != place.center or path_of(payload) != path:
        raise Refused(f"{path} in {folder} is not what it is named, or of {later.center}", "somebody moved it: restore it from your copy")
    return Said(later, sha256(payload), path)


def _signed(folder: Path, path: str, what: str, place: Place) -> bytes:
    with (folder / path).open("rb") as stream:
        found = bundle.parse_bundle(stream.read(bundle.MAX_BYTES + 1))
    ours = place.keys.ours
    if found.payload_type != PAYLOAD_TYPE or found.hint not in ours or not publickey.verify(ours[found.hint], found.signature, dsse.pae(PAYLOAD_TYPE, found.payload)):
        named = f"the key is {place.keys.signer.fingerprint}" if len(ours) == 1 else f"the keys are {', '.join(ours)}"
        raise Refused(f"{what} in {folder} was not signed by the key of {place.keys.folder}", f"it says {found.hint}, {named}: name the right keys with --keys DIR")
    return found.payload


def complete(place: Place, folder: Path, number: Number, ledger: Ledger | None, before: Path | None) -> None:
    """What follows from the signed payloads of a staged folder. ``before``: the folder of what is served."""
    head = read_head(folder, number.release, place)
    if not number.later:
        (folder / SIGNATURE).write_bytes(manifest_signature((folder / MANIFEST).read_bytes(), place.keys.signer_of(head.statement.spki)))
        keep_copies(folder, number.release, [BUNDLE])
    logs = [said.later.log for said in read_said(folder, place)] + ([] if head.statement.log is None else [head.statement.log])
    if ledger is not None and logs:
        checkpoint = vouched(place, ledger, max(log.size_before for log in logs) + 1)
        file_log(place, ledger, folder, checkpoint, before)
        if not number.later and head.statement.log is not None:
            file_proof(place, ledger, folder, checkpoint, head.statement.log.size_before)
            keep_copies(folder, number.release, [PROOF])


def keep_copies(folder: Path, n: int, paths: Sequence[str]) -> None:
    """The release's own files under releases/<n>/, from the first day on."""
    own = folder / RELEASES / str(n)
    own.mkdir(parents=True, exist_ok=True)
    for path in paths:
        shutil.copyfile(folder / path, own / Path(path).name)


def check(place: Place, folder: Path, number: Number, before: Standing, now: datetime | None) -> Standing:
    """A signed folder that follows ``before``, verified whole as a stranger would, at ``now`` or else the moment the release was issued."""
    found = read_head(folder, number.release, place)
    if not _follows(found, number, before):
        raise Refused(f"release {number} in {folder} does not follow the release that is served", "somebody moved releases about: restore them from your copy")
    if at_the_mark(place, number.release):
        mark = read_highwater(place.keys.folder)
        refuse_lower(mark, HighWater(place.center, number.release, found.payload))
    _verify(folder, openssh.fingerprint(found.statement.spki), now or found.statement.issued_at, ("valid", "withdrawn") if number.later else ("valid",))
    return Standing(number, found, read_said(folder, place))


def _follows(found: Head, number: Number, before: Standing) -> bool:
    """Where the link was lost, and the first releases are not kept any longer, the oldest that is follows nothing that is known."""
    if before.head is None:
        return True
    if number.later:
        return (before.head.n, before.head.payload) == (found.n, found.payload)
    return found.statement.previous == (before.head.n, before.head.payload)


def at_the_mark(place: Place, n: int) -> bool:
    """Whether release ``n`` is the last one that was kept, or a later one; below are kept ones that a lost link is led past."""
    mark = read_highwater(place.keys.folder)
    return mark is None or n >= mark.release


def refuse_against(mark: HighWater, place: Place, head: Head | None, *, first: bool = False) -> None:
    """Raises Refused where the newest release is not the last one that was signed. ``first``: whether a history is about to begin."""
    name = place.store.name
    if mark.center != place.center:
        raise Refused(f"these keys sign for {mark.center}, not for {place.center}", "one keys folder serves one center: name another with --keys DIR")
    if mark.release == 0:
        return
    if head is None or head.n < mark.release:
        there = "nothing" if head is None else f"release {head.n} and none after it"
        again = "a second first release would fork the history: " if first else ""
        raise Refused(f"{name} holds {there}, and release {mark.release} was signed already", f"{again}restore release {mark.release} and those beside it from your copy, and publish there; if they are lost for good, only new keys can begin again (`attest keys new`), and every reader has to be told of them")
    if head.n == mark.release and head.payload != mark.payload:
        raise Refused(f"{name} holds another release {head.n} than the one signed last", f"restore the one whose payload is sha256:{mark.payload}")


def published_checkpoint(folder: Path) -> bytes | None:
    """The checkpoint that a kept folder serves, where it has a log."""
    return (folder / CHECKPOINT).read_bytes() if (folder / CHECKPOINT).is_file() else None


def _verify(folder: Path, fingerprint: str, now: datetime, good: Collection[str]) -> None:
    """As a stranger who pinned our key would. Raises Refused unless the answer is one of those: what came later may say that it was withdrawn."""
    ours = Pin(None, "issuer", fingerprint, source="the key that signed")
    answer = verify_site(Folder(folder), Question(Trust(call=(ours,)), now))
    if answer.word not in good:
        said = "; ".join(finding.what for step in answer.steps.values() for finding in step.findings if finding.code)
        raise Refused(f"what came out does not verify, {answer.word}: {said}", "nothing was switched; `attest verify` on the folder shows more, and this is a fault of attest or of the disk")
