"""What both readers of CycloneDX begin with: a BOM of a known version, its tool, and the names of what stands in it.

    {"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {…}, …}  ->  the object        refused: other versions, another shape

A component has several names, and a VEX statement may use any: its package URL, its CPE, its bom-ref, ``group/name@version``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from attest.errors import Unreadable
from attest.readings import begin, fields
from attest.readings.fields import Object

_VERSIONS = ("1.2", "1.3", "1.4", "1.5", "1.6", "1.7")


def looks_like(head: bytes) -> bool:
    """Whether JSON that calls itself CycloneDX."""
    return begin.opens_with(head, b"{") and begin.has_key(head, b"bomFormat", rb'"CycloneDX"')


def attests(head: bytes) -> bool:
    """Whether it makes declarations: attestations of requirements, with claims and evidence."""
    return begin.has_key(head, b"declarations", rb"\{")


def opened(stream: BinaryIO) -> Object:
    """A stream -> the BOM. Unreadable for another version or shape."""
    document = fields.an_object(begin.json_of(stream), "the file")
    if document.get("bomFormat") != "CycloneDX" or document.get("specVersion") not in _VERSIONS:
        raise Unreadable(f"the file is not CycloneDX {_VERSIONS[0]} to {_VERSIONS[-1]}: specVersion {document.get('specVersion')!r}")
    return document


def tool(metadata: Object) -> Object:
    """The first tool: a list up to 1.4, an object with components since 1.5."""
    tools = metadata.get("tools")
    listed = fields.records(tools, "components") if isinstance(tools, dict) else fields.records(metadata, "tools")
    return listed[0] if listed else {}


def components(parent: Object) -> Iterator[Object]:
    """All components below, in the order written, those inside others after them."""
    waiting = fields.records(parent, "components")[::-1]
    while waiting:
        component = waiting.pop()
        yield component
        waiting.extend(fields.records(component, "components")[::-1])


def label(component: Object) -> str:
    """``group/name@version``, as much of it as there is."""
    name = "/".join(filter(None, (fields.text(component, "group"), fields.text(component, "name"))))
    version = fields.text(component, "version")
    return f"{name}@{version}" if name and version else name


def names(component: Object) -> tuple[str, ...]:
    """Everything by which a statement may mean this component, each once."""
    found = (fields.text(component, "purl"), fields.text(component, "cpe"), fields.text(component, "bom-ref"), label(component))
    return tuple(dict.fromkeys(filter(None, found)))
