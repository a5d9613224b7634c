"""CycloneDX JSON, specification versions 1.2 to 1.7: an inventory of components (SBOM), and what is known to be wrong with them (VEX).

    {"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"timestamp": "2026-11-21T20:39:13Z"},
     "components": [{"type": "library", "name": "cryptography", "version": "46.0.7", "purl": "pkg:pypi/cryptography@46.0.7"}],
     "vulnerabilities": [{"id": "CVE-2020-25649", "ratings": [{"severity": "high"}], "analysis": {"state": "not_affected"}}]}

A component is not good or bad, but an entry of an inventory can be: what a component row says is whether it is *identified*, so that an
advisory can be matched with it.

    pass     a name, a version, and an identifier: purl, cpe, swid, swhid, omniborId or a hash
    fail     no version (for ``type: file``: neither version nor hash)
    other    a version but no identifier

Components inside components count as well; the component that the BOM describes (``metadata.component``) is no row. The row is the
purl, else ``group/name@version``. A vulnerability row fails, with its worst rating, unless its analysis says not_affected,
false_positive or resolved: that is somebody's judgement, hence ``other``, never a pass. *Examined* counts both. A BOM without
vulnerabilities says nothing of them: a rule's ``max`` over it is unknown, never met.

*Lifts* are those judgements, for other reports: not_affected and false_positive with a justification or a detail, resolved as fixed, each
of the products under ``affects``. A ``ref`` is looked up among the components of the file; a BOM-Link into another file stands for itself
and, where its fragment is a package URL, for that. Versions under ``affects`` restrict a judgement to them: it then lifts only where
the component's own version is listed, exactly, as unaffected. What the same file says otherwise of the same vulnerability and product
lifts nothing. Where the file has no components, its time is the earliest of its own and its analyses'.

Refused: other versions, CycloneDX XML, more than a hundred references of one vulnerability, attestations (``declarations``) without anything else, which are format cdxa.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO, Literal

from attest.errors import Unreadable
from attest.readings import bom, fields
from attest.readings.fields import Object
from attest.readings.finish import rows_of
from attest.readings.interface import Lift, Outcome, Reading, Row

NAME = "cyclonedx"
_IDENTIFIERS = ("purl", "cpe", "swid", "swhid", "omniborId", "hashes")
_FIXED = frozenset({"resolved", "resolved_with_pedigree"})
_JUDGED = frozenset({"not_affected", "false_positive"}) | _FIXED
_MAX_REFERENCES = 100
_SEVERITIES = ("critical", "high", "medium", "low", "info")


def sniff(head: bytes) -> bool:
    """Whether JSON that calls itself CycloneDX and makes no declarations."""
    return bom.looks_like(head) and not bom.attests(head)


def read(stream: BinaryIO) -> Reading:
    """A CycloneDX file -> a row a component, a row a vulnerability, and the lifts. Unreadable for another version or shape."""
    document = bom.opened(stream)
    if "declarations" in document and not {"components", "vulnerabilities"} & document.keys():
        raise Unreadable("the file is a CycloneDX attestation, neither an inventory nor a VEX document", "write format: cdxa")
    metadata = fields.record(document, "metadata")
    found, known = fields.records(document, "vulnerabilities"), _known(document)
    listed = rows_of(map(_component, bom.components(document)))
    rows = rows_of((*listed, *(_vulnerability(each, known) for each in found)))
    analysed = () if listed else (time for each in found for time in _analysed(each))
    tool = bom.tool(metadata)
    return Reading(
        format=NAME,
        rows=rows,
        examined=len(rows),
        lists_passes=bool(listed),
        rates="vulnerabilities" in document,
        tool=fields.text(tool, "name") or None,
        version=fields.text(tool, "version") or None,
        observed=fields.earliest(fields.text(metadata, "timestamp"), *analysed),
        targets=tuple(filter(None, [bom.label(fields.record(metadata, "component"))])),
        lifts=tuple(_lifts(found, known)),
    )


def _component(component: Object) -> Row:
    return Row(
        row=fields.text(component, "purl") or bom.label(component) or "unnamed",
        outcome=_identified(component),
        subject=fields.text(component, "name"),
        message=fields.text(component, "description"),
        products=bom.names(component),
    )


def _identified(component: Object) -> Outcome:
    versioned = bool(fields.text(component, "version")) or (component.get("type") == "file" and bool(component.get("hashes")))
    if not (versioned and fields.text(component, "name")):
        return "fail"
    return "pass" if any(component.get(key) for key in _IDENTIFIERS) else "other"


def _known(document: Object) -> Mapping[str, Object]:
    """What a ``ref`` may mean: the components of this file, by bom-ref, and by BOM-Link where the file has a serial number."""
    described = fields.record(fields.record(document, "metadata"), "component")
    found = {ref: each for each in (described, *bom.components(described), *bom.components(document)) if (ref := fields.text(each, "bom-ref"))}
    serial = fields.text(document, "serialNumber").removeprefix("urn:uuid:")
    if not serial:
        return found
    return found | {f"urn:cdx:{serial}/{document.get('version', 1)}#{ref}": each for ref, each in found.items()}


def _names(affected: Object, known: Mapping[str, Object]) -> tuple[str, ...]:
    """Everything by which a product under ``affects`` may be meant."""
    ref = fields.text(affected, "ref")
    if ref in known:
        return tuple(dict.fromkeys((*bom.names(known[ref]), ref)))
    fragment = _unquoted(ref.partition("#")[2]) if ref.startswith("urn:cdx:") else ""
    return tuple(name for name in (ref, fragment if fragment.startswith("pkg:") else "") if name)


def _unquoted(fragment: str) -> str:
    """RFC 3986, section 2.1: %40 is @."""
    return re.sub(r"(?:%[0-9A-Fa-f]{2})+", lambda found: bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "replace"), fragment)


def _vulnerability(vulnerability: Object, known: Mapping[str, Object]) -> Row:
    affected = fields.records(vulnerability, "affects")
    return Row(
        row=fields.text(vulnerability, "id") or "unnamed",
        outcome="other" if _state(vulnerability) in _JUDGED else "fail",
        subject=", ".join(filter(None, (fields.text(each, "ref") for each in affected))),
        severity=_worst(fields.records(vulnerability, "ratings")),
        message=fields.text(vulnerability, "description"),
        products=tuple(dict.fromkeys(name for each in affected for name in _names(each, known))),
    )


def _analysis(vulnerability: Object) -> Object:
    return fields.record(vulnerability, "analysis")


def _state(vulnerability: Object) -> str:
    return fields.text(_analysis(vulnerability), "state")


def _analysed(vulnerability: Object) -> Iterator[str]:
    analysis = _analysis(vulnerability)
    yield fields.text(analysis, "lastUpdated") or fields.text(analysis, "firstIssued")


def _lifts(found: Iterable[Object], known: Mapping[str, Object]) -> Iterator[Lift]:
    """A lift a product, so that whatever is said otherwise of one leaves the others."""
    judged, open_ = [], set()
    for each in found:
        if _state(each) in _JUDGED:
            judged.append(each)
        else:
            open_ |= {(ident, name) for ident in _ids(each) for product in fields.records(each, "affects") for name in _names(product, known)}
    for each in judged:
        ids, fixed, ground = _ids(each), _state(each) in _FIXED, _ground(each)
        status: Literal["not_affected", "fixed"] = "fixed" if fixed else "not_affected"
        for product in fields.records(each, "affects"):
            names = _names(product, known)
            if names and (fixed or ground) and _whole(product, known) and not any((ident, name) in open_ for ident in ids for name in names):
                yield Lift(ids, names, status, ground)


def _ids(vulnerability: Object) -> tuple[str, ...]:
    """Its id and those of the same vulnerability elsewhere (``references``)."""
    others = [fields.text(each, "id") for each in fields.records(vulnerability, "references")]
    if len(others) > _MAX_REFERENCES:
        raise Unreadable(f"a vulnerability has more than {_MAX_REFERENCES} references")
    return tuple(dict.fromkeys(filter(None, (fields.text(vulnerability, "id"), *others))))


def _ground(vulnerability: Object) -> str:
    return fields.text(_analysis(vulnerability), "justification") or fields.text(_analysis(vulnerability), "detail").strip()


def _whole(affected: Object, known: Mapping[str, Object]) -> bool:
    """Whether the judgement is of the component as it stands here: of no version in particular, or of its very version."""
    versions = fields.records(affected, "versions")
    ours = fields.text(known.get(fields.text(affected, "ref"), {}), "version")
    said = {fields.text(each, "status") or "affected" for each in versions if fields.text(each, "version") == ours}
    return not versions or (bool(ours) and said == {"unaffected"})


def _worst(ratings: list[Object]) -> str:
    """The worst severity anyone gave; ``none`` is info, and a rating without a word is left to its score's band."""
    said = {_word(rating) for rating in ratings}
    return next((severity for severity in _SEVERITIES if severity in said), "unrated")


def _word(rating: Object) -> str:
    word, score = fields.text(rating, "severity"), rating.get("score")
    if word not in ("", "unknown"):
        return "info" if word == "none" else word
    if not isinstance(score, (int, float)) or isinstance(score, bool) or "CVSS" not in fields.text(rating, "method"):
        return ""
    return next((name for floor, name in ((9, "critical"), (7, "high"), (4, "medium")) if score >= floor), "low" if score > 0 else "info")
