"""CycloneDX attestations, JSON of specification versions 1.6 and 1.7: who claims that which requirement is met, on what evidence.

    {"bomFormat": "CycloneDX", "specVersion": "1.6", "declarations": {
      "attestations": [{"assessor": "a-1", "map": [{"requirement": "r-1", "claims": ["c-1"], "conformance": {"score": 1}}]}],
      "claims": [{"bom-ref": "c-1", "target": "t-1", "evidence": ["e-1"]}],
      "evidence": [{"bom-ref": "e-1", "created": "2026-11-20T03:10:00Z", "expires": "2027-11-20T03:10:00Z"}]}}

It is the same format as an inventory; what tells them apart is ``declarations``. A row is a requirement that an attestation maps, by the
identifier that a standard in the same file gives it, else by its reference. Its subject is what the claims are about.

    fail     a counter-claim, or a conformance score below 1
    pass     score 1, by claims of this file, each with evidence of this file and none against it
    other    no score, no claim, a claim without evidence, counter-evidence

*Examined* are the rows that pass or fail. The time is the earliest of the document's and of the evidence that claims rest on: what was
written down last week about a test of last year is a year old. Where such evidence expires, the reading ends with the first of it.
How confident the assessor is decides nothing; neither do mitigation strategies and affirmations. Signatures inside are not checked.
Refused: other versions, a score out of 0 to 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO

from attest.errors import Unreadable
from attest.readings import bom, fields
from attest.readings.fields import Object
from attest.readings.finish import proven, rows_of
from attest.readings.interface import Outcome, Reading, Row

NAME = "cdxa"
_VERSIONS = ("1.6", "1.7")

_ByRef = Mapping[str, Object]


def sniff(head: bytes) -> bool:
    """Whether JSON that calls itself CycloneDX and makes declarations."""
    return bom.looks_like(head) and bom.attests(head)


def read(stream: BinaryIO) -> Reading:
    """A CycloneDX attestation -> a row a requirement. Unreadable for another version or shape, or without declarations."""
    document = bom.opened(stream)
    if document["specVersion"] not in _VERSIONS or "declarations" not in document:
        raise Unreadable(f"the file is not a CycloneDX attestation {' or '.join(_VERSIONS)}: specVersion {document['specVersion']!r}, declarations {'there' if 'declarations' in document else 'absent'}")
    declared, metadata = fields.record(document, "declarations"), fields.record(document, "metadata")
    mapped = [entry for attestation in fields.records(declared, "attestations") for entry in fields.records(attestation, "map")]
    claims, evidence = _by_ref(fields.records(declared, "claims")), _by_ref(fields.records(declared, "evidence"))
    targets, requirements = _targets(declared), _requirements(document)
    rows = rows_of(_row(entry, claims, evidence, targets, requirements) for entry in mapped)
    examined = sum(1 for row in rows if row.outcome != "other")
    rested = [evidence[ref] for ref in dict.fromkeys(_rests_on(mapped, claims)) if ref in evidence]
    tool = bom.tool(metadata)
    return Reading(
        format=NAME,
        rows=proven(rows, examined),
        examined=examined,
        rates=False,
        declares=True,
        tool=fields.text(tool, "name") or None,
        version=fields.text(tool, "version") or None,
        observed=fields.earliest(fields.text(metadata, "timestamp"), *(fields.text(each, "created") for each in rested)),
        targets=tuple(dict.fromkeys(targets.values())),
        ends=fields.earliest(*(fields.text(each, "expires") for each in rested)),
    )


def _by_ref(found: list[Object]) -> _ByRef:
    return {ref: each for each in found if (ref := fields.text(each, "bom-ref"))}


def _refs(parent: Object, key: str) -> list[str]:
    return [ref for ref in fields.items(parent, key) if isinstance(ref, str)]


def _targets(declared: Object) -> Mapping[str, str]:
    """bom-ref -> name of each organization, component and service that claims may be about."""
    places = fields.record(declared, "targets")
    found = {ref: bom.label(each) for key in ("organizations", "components", "services") for ref, each in _by_ref(fields.records(places, key)).items()}
    return {ref: name for ref, name in found.items() if name}


def _requirements(document: Object) -> Mapping[str, str]:
    """bom-ref -> identifier of each requirement of the standards in the file."""
    standards = fields.records(fields.record(document, "definitions"), "standards")
    found = (each for standard in standards for each in fields.records(standard, "requirements"))
    return {fields.text(each, "bom-ref"): fields.text(each, "identifier") for each in found}


def _rests_on(mapped: list[Object], claims: _ByRef) -> Iterator[str]:
    """The evidence of every claim that is mapped."""
    for entry in mapped:
        for ref in _refs(entry, "claims"):
            yield from _refs(claims.get(ref, {}), "evidence")


def _row(entry: Object, claims: _ByRef, evidence: _ByRef, targets: Mapping[str, str], requirements: Mapping[str, str]) -> Row:
    ref = fields.text(entry, "requirement")
    about = (fields.text(claims.get(claim, {}), "target") for claim in _refs(entry, "claims"))
    return Row(
        row=requirements.get(ref) or ref or "unnamed",
        outcome=_outcome(entry, claims, evidence),
        subject=", ".join(dict.fromkeys(targets.get(target, target) for target in about if target)),
        message=fields.text(fields.record(entry, "conformance"), "rationale"),
    )


def _outcome(entry: Object, claims: _ByRef, evidence: _ByRef) -> Outcome:
    score = fields.record(entry, "conformance").get("score")
    if score is not None and (isinstance(score, bool) or not isinstance(score, (int, float)) or not 0 <= score <= 1):
        raise Unreadable(f"the conformance score {str(score)[:20]} is not a number from 0 to 1")
    if fields.items(entry, "counterClaims") or (score is not None and score < 1):
        return "fail"
    made = fields.items(entry, "claims")
    shown = bool(made) and all(isinstance(ref, str) and ref in claims and _evidenced(claims[ref], evidence) for ref in made)
    return "pass" if score == 1 and shown else "other"


def _evidenced(claim: Object, evidence: _ByRef) -> bool:
    found = fields.items(claim, "evidence")
    return bool(found) and all(isinstance(ref, str) and ref in evidence for ref in found) and not fields.items(claim, "counterEvidence")
