"""A document that is not public, made ready to be handed over: sources, keys and the release that attested it in, a package out.

    sources + center secret + release (bundle, and the site's record where there is one) + id  ->  Package       (wire/package)

Refused: what the release does not bind. The file at hand, under its id, has to come to a commitment that the release signed; a
withheld control's record is made again as of that release, and has to come to it too. So nothing is handed over that its reader
would be told is another one. Public files are refused as well: their digests are published, and a package would add nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import Any

from attest import observe
from attest.assess import Result, assess
from attest.enrolled import register_record
from attest.errors import CouldNotTell, Problems, Refused, WrongUse
from attest.load import load_with_problems
from attest.model.center import Center
from attest.model.control import Control
from attest.model.evidence import Evidence
from attest.readings.interface import Observation
from attest.record import control_record, read_as
from attest.statement import Statement
from attest.verify.answer import Finding
from attest.verify.envelope import Opened, open_bundle, unsigned
from attest.verify.record import read_record
from attest.wire import jcs, openssh
from attest.wire.commitment import commit, control_salt, file_salt
from attest.wire.package import MOST, Named, Package, file_name, in_order
from attest.wire.package_readme import print_readme


@dataclass(frozen=True, slots=True)
class Signed:
    """The release that attested it."""

    bundle: bytes
    statement: Statement
    assessment: bytes | None
    """assessment.json as it was signed; None where there is the bundle alone."""


@dataclass(frozen=True, slots=True)
class Made:
    """A package, and what whoever hands it over should know."""

    package: Package
    private: bool
    """Whether it is of what staff said nobody is shown: private evidence, a withheld control, a register with withheld rows."""
    controls: tuple[str, ...]
    """Public controls that rest on it."""
    withheld: tuple[str, ...]
    """Withheld controls that rest on it."""


def signed_by(bundle: bytes, assessment: bytes | None, spki: bytes, center: str) -> Signed:
    """A release's bytes -> the release, where our key signed it for our center. Raises Refused, CouldNotTell."""
    opened = open_bundle(bundle)
    if isinstance(opened, Finding):
        raise CouldNotTell(opened.what, "name the site, or its attestation/bundle.sigstore.json, with --from")
    _refuse_foreign(opened, spki, center)
    if assessment is not None and hashlib.sha256(assessment).hexdigest() != opened.statement.assessment:
        raise Refused("attestation/assessment.json is not the one that was signed", "verify the site first; `attest verify` names what is wrong")
    return Signed(bundle, opened.statement, assessment)


def _refuse_foreign(opened: Opened, spki: bytes, center: str) -> None:
    if (finding := unsigned(opened)) is not None:
        raise Refused(finding.what, "verify the site first; `attest verify` names what is wrong")
    if opened.statement.center != center:
        raise Refused(f"that release is of {opened.statement.center}, and these sources are of {center}", "name our own with --from, or the right sources with --dir")
    if opened.statement.spki != spki:
        raise Refused(f"that release is signed by {opened.fingerprint}, and the keys folder has {openssh.fingerprint(spki)}", "name the folder with the keys that signed it with --keys")


def center_of(root: Path) -> Center:
    """The sources. Raises Problems."""
    center, problems = load_with_problems(root)
    if center is None:
        raise Problems(problems)
    return center


def disclose(root: Path, center: Center, ident: str, secret: bytes, signed: Signed) -> Made:
    """The package of evidence, or of a withheld control, by its id.

    Raises WrongUse (no such id), Refused (public, or not what that release attested), CouldNotTell (a file that cannot be read).
    """
    made = _of_control(root, center, ident, secret, signed) if ident not in center.evidence else _of_evidence(root, center, center.evidence[ident], secret, signed)
    return replace(made, package=replace(made.package, readme=print_readme(made.package)))


def _of_control(root: Path, center: Center, ident: str, secret: bytes, signed: Signed) -> Made:
    control = next((control for control in center.controls if control.id == ident), None)
    if control is None:
        raise WrongUse(f"there is no evidence and no withheld control {ident!r}", _near(center, ident))
    if control.promise.visibility == "public":
        raise Refused(f"the control {ident} is public", f"everybody can read it: {control.audience}/{ident}.html; to hand over what it rests on, name its evidence: {_evidence_of(control)}")
    (result,) = _assessed(root, center, [control], signed.statement)
    data = jcs.canonical(control_record(result, secret))
    raw, release = hashlib.sha256(data).digest(), signed.statement.release
    salt = control_salt(secret, release, ident, raw)
    if {"commitment": commit(salt, ident, raw)} not in signed.statement.predicate.get("commitments", []):
        raise Refused(f"release {release} withheld another record of {ident} than the sources come to now", _as_it_was(signed.statement))
    return Made(_package("control", ident, salt, control.promise.title, Named("control.json", data), signed), True, (), (ident,))


def _evidence_of(control: Control) -> str:
    return ", ".join(dict.fromkeys(check.evidence for check in control.checks)) or "it has none"


def _near(center: Center, ident: str) -> str:
    """Ids that are near, or whose title says the word."""
    known = {one.id: one.title for one in center.evidence.values() if _is_bound(one)} | {control.id: control.promise.title for control in center.controls if control.promise.visibility == "private"}
    near = [*get_close_matches(ident, known, 3, 0.5), *(one for one, title in known.items() if ident.lower() in title.lower())][:3]
    said = " or ".join(f"{one} ({known[one]})" for one in dict.fromkeys(near))
    return f"did you mean {said}?" if near else "ids stand on the page of the control, and in `attest status --json`"


def _is_bound(evidence: Evidence) -> bool:
    """Whether a commitment stands for it, and not its digest."""
    return evidence.description.visibility != "public" or evidence.withholds


def _of_evidence(root: Path, center: Center, evidence: Evidence, secret: bytes, signed: Signed) -> Made:
    if not _is_bound(evidence):
        raise Refused(f"{evidence.id} is public", _said_of_public(center, evidence))
    document, exhibit = _contents(root, center, evidence)
    seen = _seen(root, center, evidence, signed)
    raw = hashlib.sha256(document.data).digest()
    if seen.digest is None or seen.digest != raw.hex():
        raise CouldNotTell(f"the file of {evidence.id} changed while it was read", "run it again when it is written")
    salt = file_salt(secret, evidence.id, raw)
    commitment = commit(salt, evidence.id, raw)
    resting = [control for control in center.controls if any(check.evidence == evidence.id for check in control.checks)]
    records = [*_bound(root, center, commitment, [control for control in resting if control.promise.visibility == "public"], secret, signed)]
    paper = not records and signed.assessment is not None and any(one.get("commitment") == commitment for one in read_record(signed.assessment).get("papers", ()))
    hidden = tuple(control.id for control in resting if control.promise.visibility == "private")
    if not records and not paper and not _is_hidden(root, center, commitment, [control for control in resting if control.id in hidden], secret, signed):
        raise Refused(f"release {signed.statement.release} attested another file as {evidence.id} than the one at hand, or none", _as_it_was(signed.statement))
    read = read_as(evidence.description, seen.reading) if evidence.description.kind in ("report", "record") and evidence.register_name is None else None
    package = _package("evidence", evidence.id, salt, evidence.title, document, signed)
    package = replace(package, exhibit=exhibit, read_as=read, records=in_order(records), assessment=signed.assessment if paper else None)
    return Made(package, evidence.description.visibility == "private" or evidence.withholds, tuple(sorted(_ids(records))), hidden)


def _said_of_public(center: Center, evidence: Evidence) -> str:
    if evidence.register_name is not None:
        return "everybody can read the list on its page; no package is needed"
    if evidence.description.publish:
        return f"everybody can download it: {center.profile.id.rstrip('/')}/evidence/{evidence.id}{PurePosixPath(evidence.description.file or '').suffix.lower()}"
    return "its SHA-256 is published: hand over the file itself, and `attest verify WHERE --document FILE` needs no package; with `publish: file` everybody could download it"


def _as_it_was(statement: Statement) -> str:
    source = statement.predicate.get("source")
    commit_id = source.get("commit") if isinstance(source, dict) else None
    before = f"check out {commit_id}, of which that release was made" if isinstance(commit_id, str) else "take the sources that it was made of"
    return f"publish what is there now, or {before}, and run it there"


def _contents(root: Path, center: Center, evidence: Evidence) -> tuple[Named, Named | None]:
    """What is bound of evidence, and the file that a declaration is about."""
    description = evidence.description
    if evidence.register_name is not None:
        return Named(f"{evidence.register_name}.json", jcs.canonical(register_record(center.registers[evidence.register_name], whole=True))), None
    file = None if description.file is None else Named(file_name(description.file.removeprefix("vault:")), _read(root, center, description.file))
    if description.kind != "declaration":
        assert file is not None
        return file, None
    return Named("declaration.json", observe.declared(description, None if file is None else hashlib.sha256(file.data).hexdigest())), file


def _read(root: Path, center: Center, file: str) -> bytes:
    try:
        data = observe.clear_bytes(root, center, file)
    except (ValueError, OSError) as error:
        said = (error.strerror or "cannot be read").lower() if isinstance(error, OSError) else str(error)
        raise CouldNotTell(f"the file {file!r}: {said}", "it has to lie where the sources say") from None
    if len(data) > MOST:
        raise Refused(f"{file!r} is larger than {MOST // 2**20} MiB, which is as much as a package holds", "hand the file over by itself, and its package without it is not made")
    return data


def _seen(root: Path, center: Center, evidence: Evidence, signed: Signed) -> Observation:
    """The evidence read as of that release. What is wrong with its days is for `check` to say."""
    return observe.observe(root, center.model_copy(update={"evidence": {evidence.id: evidence}}), signed.statement.as_of)[0][evidence.id]


def _bound(root: Path, center: Center, commitment: str, resting: Sequence[Control], secret: bytes, signed: Signed) -> Iterator[bytes]:
    """The canonical records of public controls that carry the commitment and that the release signed."""
    claimed = {(ident, digest) for ident, _, digest in signed.statement.claims}
    if signed.assessment is not None:
        found: list[Mapping[str, Any]] = [control for control in read_record(signed.assessment)["controls"] if _carries(control, commitment)]
    else:
        found = [record for result in _assessed(root, center, resting, signed.statement) if _carries(record := dict(control_record(result, secret)), commitment)]
    for data in map(jcs.canonical, found):
        if any((ident, hashlib.sha256(data).hexdigest()) in claimed for ident in _ids([data])):
            yield data


def _is_hidden(root: Path, center: Center, commitment: str, hidden: Sequence[Control], secret: bytes, signed: Signed) -> bool:
    """Whether the record of a withheld control, as that release bound it, carries the commitment."""
    said, release = signed.statement.predicate.get("commitments", []), signed.statement.release
    for result in _assessed(root, center, hidden, signed.statement):
        record = control_record(result, secret)
        raw = hashlib.sha256(jcs.canonical(record)).digest()
        if _carries(dict(record), commitment) and {"commitment": commit(control_salt(secret, release, result.control.id, raw), result.control.id, raw)} in said:
            return True
    return False


def _carries(control: Mapping[str, Any], commitment: str) -> bool:
    return any(check.get("commitment") == commitment for check in control["checks"])


def _ids(records: Sequence[bytes]) -> Iterator[str]:
    for data in records:
        yield read_record(b'{"center":{},"controls":[' + data + b"]}")["controls"][0]["id"]


def _assessed(root: Path, center: Center, controls: Sequence[Control], statement: Statement) -> tuple[Result, ...]:
    """These controls alone, as of the release, on the evidence that they rest on."""
    named = {ident for control in controls for check in control.checks for ident in (check.evidence, *check.lifted_by)}
    part = center.model_copy(update={"controls": tuple(controls), "evidence": {ident: center.evidence[ident] for ident in sorted(named)}})
    seen, _ = observe.observe(root, part, statement.as_of)
    return assess(part, seen, statement.as_of).results


def _package(kind: Any, ident: str, salt: bytes, title: str, document: Named, signed: Signed) -> Package:
    where = "stands among the commitments of" if kind == "control" else "stands in the record of"
    check = (
        f"The SHA-256 of attest/commitment/v1, a zero byte, the salt, the length of the id in four bytes, the id and the SHA-256 of document/{document.name} "
        f"{where} release {signed.statement.release}: attest verify {signed.statement.center} --package FILE."
    )
    statement = signed.statement
    return Package(kind, ident, salt, statement.center, statement.center_name, statement.release, title, check, document, bundle=signed.bundle)
