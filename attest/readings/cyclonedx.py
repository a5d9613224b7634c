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
vulnerabilities says nothing of them: a rule's ``max`` over it is unknown, never met. Refused: other versions, CycloneDX XML.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from attest.errors import Unreadable
from attest.readings import begin, fields
from attest.readings.fields import Object
from attest.readings.finish import rows_of
from attest.readings.interface import Outcome, Reading, Row

NAME = "cyclonedx"
_VERSIONS = ("1.2", "1.3", "1.4", "1.5", "1.6", "1.7")
_IDENTIFIERS = ("purl", "cpe", "swid", "swhid", "omniborId", "hashes")
_JUDGED = frozenset({"not_affected", "false_positive", "resolved", "resolved_with_pedigree"})
_SEVERITIES = ("critical", "high", "medium", "low", "info")


def sniff(head: bytes) -> bool:
    """Whether JSON that calls itself CycloneDX."""
    return begin.opens_with(head, b"{") and begin.has_key(head, b"bomFormat", rb'"CycloneDX"')


def read(stream: BinaryIO) -> Reading:
    """A CycloneDX file -> a row a component and a row a vulnerability. Unreadable for another version or shape."""
    document = fields.an_object(begin.json_of(stream), "the file")
    if document.get("bomFormat") != "CycloneDX" or document.get("specVersion") not in _VERSIONS:
        raise Unreadable(f"the file is not CycloneDX {_VERSIONS[0]} to {_VERSIONS[-1]}: specVersion {document.get('specVersion')!r}")
    metadata = fields.record(document, "metadata")
    listed = rows_of(map(_component, _components(document)))
    rows = rows_of((*listed, *map(_vulnerability, fields.records(document, "vulnerabilities"))))
    tool = _tool(metadata)
    return Reading(
        format=NAME,
        rows=rows,
        examined=len(rows),
        lists_passes=bool(listed),
        rates="vulnerabilities" in document,
        tool=fields.text(tool, "name") or None,
        version=fields.text(tool, "version") or None,
        observed=fields.moment(fields.text(metadata, "timestamp")),
        targets=tuple(filter(None, [_label(fields.record(metadata, "component"))])),
    )


def _tool(metadata: Object) -> Object:
    """The first tool: a list up to 1.4, an object with components since 1.5."""
    tools = metadata.get("tools")
    listed = fields.records(tools, "components") if isinstance(tools, dict) else fields.records(metadata, "tools")
    return listed[0] if listed else {}


def _components(document: Object) -> Iterator[Object]:
    """All components in the order written, those inside others after them."""
    waiting = fields.records(document, "components")[::-1]
    while waiting:
        component = waiting.pop()
        yield component
        waiting.extend(fields.records(component, "components")[::-1])


def _label(component: Object) -> str:
    name = "/".join(filter(None, (fields.text(component, "group"), fields.text(component, "name"))))
    version = fields.text(component, "version")
    return f"{name}@{version}" if name and version else name


def _component(component: Object) -> Row:
    return Row(
        row=fields.text(component, "purl") or _label(component) or "unnamed",
        outcome=_identified(component),
        subject=fields.text(component, "name"),
        message=fields.text(component, "description"),
    )


def _identified(component: Object) -> Outcome:
    versioned = bool(fields.text(component, "version")) or (component.get("type") == "file" and bool(component.get("hashes")))
    if not (versioned and fields.text(component, "name")):
        return "fail"
    return "pass" if any(component.get(key) for key in _IDENTIFIERS) else "other"


def _vulnerability(vulnerability: Object) -> Row:
    state = fields.text(fields.record(vulnerability, "analysis"), "state")
    return Row(
        row=fields.text(vulnerability, "id") or "unnamed",
        outcome="other" if state in _JUDGED else "fail",
        subject=", ".join(filter(None, (fields.text(each, "ref") for each in fields.records(vulnerability, "affects")))),
        severity=_worst(fields.records(vulnerability, "ratings")),
        message=fields.text(vulnerability, "description"),
    )


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
