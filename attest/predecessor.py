"""The release before, read where it lies, for the history that the next one carries on. Believed only as far as its digests go.

    Folder("public.releases/6") or Web("https://trust.small.example/")  ->  Before(6, record, valid until, history)

    statement.json                what was signed; held against the payload's digest where a reader knows it
    SHA256SUMS                    held against the statement
    assessment.json, history      held against SHA256SUMS; a history that it does not list is none

Nothing here asks who signed: publishing reads its own store, whose head it has verified, and a preview tells what it was shown.
"""

from __future__ import annotations

import hashlib
from typing import Final

from attest.errors import Refused, Unreadable
from attest.fetch import Source
from attest.history import EMPTY, MOST_BYTES, PATH, Before, History, parse_history
from attest.published import Record
from attest.statement import ASSESSMENT, MANIFEST, Statement, parse_statement
from attest.times import print_moment
from attest.wire import sha256sums, strict_json
from attest.words import ATTESTATION

_STATEMENT: Final = f"{ATTESTATION}/statement.json"
_CAP: Final = 2**26


def read_before(source: Source, payload: str | None = None) -> Before:
    """What the release in ``source`` says. ``payload``: hex SHA-256 of what it signed, where that is known.

    Raises Refused where a file is not the one that its release lists, Unreadable and CouldNotTell where it cannot be read (Absent: it is no signed release).
    """
    signed = source.read(_STATEMENT, _CAP)
    _refuse_other(source, _STATEMENT, signed, payload)
    statement = parse_statement(signed)
    manifest = source.read(MANIFEST, _CAP)
    _refuse_other(source, MANIFEST, manifest, statement.manifest)
    listed = sha256sums.parse_manifest(manifest)
    return Before(statement.release, _record(source, statement), print_moment(statement.valid_until), _history(source, listed.get(PATH)))


def _record(source: Source, statement: Statement) -> Record:
    data = source.read(ASSESSMENT, _CAP)
    _refuse_other(source, ASSESSMENT, data, statement.assessment)
    found: Record = strict_json.parse(data, ASSESSMENT)
    return found


def _history(source: Source, listed: str | None) -> History:
    """An older Attest wrote none; one that a later Attest wrote in a form that is not known here begins anew."""
    if listed is None:
        return EMPTY
    data = source.read(PATH, 4 * MOST_BYTES)
    _refuse_other(source, PATH, data, listed)
    try:
        return parse_history(data)
    except Unreadable:
        return EMPTY


def _refuse_other(source: Source, path: str, data: bytes, digest: str | None) -> None:
    if digest is not None and hashlib.sha256(data).hexdigest() != digest:
        raise Refused(f"{path} in {source.describe()} is not the one that was signed", "restore that release from your copy")
