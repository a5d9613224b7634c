"""SPDX: an inventory of packages, in JSON or tag-value of versions 2.2 and 2.3, and in JSON-LD of version 3.0.

    {"spdxVersion": "SPDX-2.3", "creationInfo": {"created": "2026-11-20T03:10:00Z", "creators": ["Tool: syft-1.2.3"]},
     "packages": [{"SPDXID": "SPDXRef-1", "name": "zlib", "versionInfo": "1.2", "externalRefs":
       [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:generic/zlib@1.2"}]}]}

A row is a package: its package URL, else ``name@version``. As with other inventories, it says whether the package is *identified*.

    pass     a name, a version, and an identifier: package URL, CPE, another package manager's or persistent id, or a checksum
    fail     no version
    other    a version but no identifier; or no version, of what the document describes as a whole

NOASSERTION and NONE are no values. Licences are not judged: a concluded licence is a pass of nothing, and neither is NOASSERTION. Nothing
is said of weaknesses: a rule's ``max`` over it is unknown. *Examined* are the packages; files and snippets are not read. The time is the
document's, of 3.0 the earliest of any part. GitHub's export, which puts the document under ``sbom``, is read as well. Refused: other versions.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from attest.errors import Unreadable
from attest.readings import begin, fields
from attest.readings.fields import Object
from attest.readings.finish import rows_of
from attest.readings.interface import Outcome, Reading, Row
from attest.wire import strict_json
from attest.wire.strict_json import Json

NAME = "spdx"
_VERSIONS = ("SPDX-2.2", "SPDX-2.3")
_CONTEXT = re.compile(r"https?://spdx\.org/rdf/3\.0(\.\d+)?/")
_IDENTIFIERS = frozenset(
    {"purl", "cpe22Type", "cpe23Type", "swid", "swh", "gitoid", "maven-central", "npm", "nuget", "bower"}  # 2.2, 2.3: annex F
    | {"packageUrl", "cpe22", "cpe23", "swhid"}  # 3.0: ExternalIdentifierType
)
_PURLS = frozenset({"purl", "packageUrl"})
_NOTHING = frozenset({"", "NOASSERTION", "NONE"})


@dataclass(slots=True)
class _Package:
    """A package, however it was written."""

    ident: str = ""
    name: str = ""
    version: str = ""
    about: str = ""
    external: list[tuple[str, str]] = field(default_factory=list)
    """Kind and value of each identifier."""
    hashed: bool = False


@dataclass(slots=True)
class _Document:
    """A document, however it was written."""

    packages: list[_Package] = field(default_factory=list)
    described: set[str] = field(default_factory=set)
    created: list[str] = field(default_factory=list)
    tools: list[str] = field(default_factory=list)


def sniff(head: bytes) -> bool:
    """Whether JSON with an SPDX version or context, or lines that begin with one."""
    if begin.opens_with(head, b"{"):
        return begin.has_key(head, b"spdxVersion", rb'"SPDX-') or begin.has_key(head, b"@context", rb'(\[\s*)?"https?://spdx\.org/rdf/3\.')
    return not begin.opens_with(head, b"[<") and re.search(rb"^SPDXVersion:", head, re.MULTILINE) is not None


def read(stream: BinaryIO) -> Reading:
    """An SPDX file -> a row a package. Unreadable for another version or shape."""
    data = begin.everything(stream)
    document = _from_json(data) if begin.opens_with(data, b"{") else _from_tags(begin.text_of(io.BytesIO(data)))
    rows = rows_of(_row(package, package.ident in document.described) for package in document.packages)
    tool, version = _tool(document.tools)
    return Reading(
        format=NAME,
        rows=rows,
        examined=len(rows),
        rates=False,
        tool=tool,
        version=version,
        observed=fields.earliest(*document.created),
        targets=tuple(dict.fromkeys(_label(package) for package in document.packages if package.ident in document.described and package.name)),
    )


def _tool(tools: list[str]) -> tuple[str | None, str | None]:
    """The first tool, which is written ``name-version`` or without a version."""
    whole = next(iter(tools), "")
    name, _, version = whole.rpartition("-")
    return (name, version) if name and version.removeprefix("v")[:1].isdigit() else (whole or None, None)


def _row(package: _Package, described: bool) -> Row:
    purls = [value for kind, value in package.external if kind in _PURLS and value]
    names = (*purls, *(value for kind, value in package.external if kind.startswith("cpe")), _label(package))
    return Row(
        row=next(iter(purls), "") or _label(package) or "unnamed",
        outcome=_identified(package, described),
        subject=package.name,
        message=package.about,
        products=tuple(dict.fromkeys(filter(None, names))),
    )


def _label(package: _Package) -> str:
    return f"{package.name}@{package.version}" if package.name and package.version else package.name


def _identified(package: _Package, described: bool) -> Outcome:
    if not (package.name and package.version):
        return "other" if described else "fail"
    return "pass" if package.hashed or any(kind in _IDENTIFIERS and value for kind, value in package.external) else "other"


def _value(said: str) -> str:
    return "" if said.strip() in _NOTHING else said.strip()


def _from_json(data: bytes) -> _Document:
    document = fields.an_object(strict_json.parse(data, "the file"), "the file")
    if "spdxVersion" not in document and "sbom" in document:
        document = fields.record(document, "sbom")
    contexts = document.get("@context")
    if any(isinstance(each, str) and _CONTEXT.match(each) for each in (contexts if isinstance(contexts, list) else [contexts])):
        return _graph(fields.records(document, "@graph"))
    _known(document.get("spdxVersion"))
    return _second(document)


def _known(version: Json) -> None:
    if version not in _VERSIONS:
        raise Unreadable(f"the file is not SPDX 2.2, 2.3 or 3.0: version {str(version)[:40]!r}")


def _second(document: Object) -> _Document:
    """Version 2, JSON."""
    created = fields.record(document, "creationInfo")
    found = _Document(created=[fields.text(created, "created")])
    found.tools = list(_tools(each for each in fields.items(created, "creators") if isinstance(each, str)))
    found.packages = [_second_package(each) for each in fields.records(document, "packages")]
    found.described = {each for each in fields.items(document, "documentDescribes") if isinstance(each, str)}
    for each in fields.records(document, "relationships"):
        ends = fields.text(each, "spdxElementId"), fields.text(each, "relatedSpdxElement")
        found.described |= _describes(ends[0], fields.text(each, "relationshipType"), ends[1])
    return found


def _describes(one: str, how: str, other: str) -> set[str]:
    ends = {"DESCRIBES": (one, other), "DESCRIBED_BY": (other, one)}.get(how)
    return {ends[1]} if ends and ends[0] == "SPDXRef-DOCUMENT" else set()


def _tools(creators: Iterable[str]) -> Iterator[str]:
    return (each.removeprefix("Tool:").strip() for each in creators if each.startswith("Tool:"))


def _second_package(package: Object) -> _Package:
    refs = fields.records(package, "externalRefs")
    return _Package(
        ident=fields.text(package, "SPDXID"),
        name=_value(fields.text(package, "name")),
        version=_value(fields.text(package, "versionInfo")),
        about=fields.text(package, "summary") or fields.text(package, "description"),
        external=[(fields.text(each, "referenceType").rpartition("/")[2], _value(fields.text(each, "referenceLocator"))) for each in refs],
        hashed=bool(fields.items(package, "checksums")),
    )


def _from_tags(text: str) -> _Document:
    """Version 2, tag-value: a package goes on until the next package, file, snippet or licence."""
    found, package, version = _Document(), None, ""
    for tag, value in _tags(text):
        if tag == "SPDXVersion":
            version = value
        elif tag == "PackageName":
            package = _Package(name=_value(value))
            found.packages.append(package)
        elif tag in ("FileName", "SnippetSPDXID", "LicenseID"):
            package = None
        elif tag == "Relationship":
            found.described |= _describes(*(*value.split(), "", "", "")[:3])
        elif tag == "Created":
            found.created.append(value)
        elif tag == "Creator":
            found.tools.extend(_tools([value]))
        elif package is not None:
            _tag_of_package(package, tag, value)
    _known(version)
    return found


def _tags(text: str) -> Iterator[tuple[str, str]]:
    """Tag and value of each line; what stands between <text> and </text> may go over several."""
    lines = iter(enumerate(text.splitlines(), 1))
    for number, line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        tag, colon, value = line.partition(":")
        if not (colon and tag.strip().isalpha()):
            raise Unreadable(f"line {number} is not a tag and its value")
        if value.lstrip().startswith("<text>"):
            said = [value]
            while "</text>" not in said[-1]:
                said.append(next(lines, (0, "</text>"))[1])
            value = "\n".join(said).strip().removeprefix("<text>").removesuffix("</text>")
        yield tag.strip(), value.strip()


def _tag_of_package(package: _Package, tag: str, value: str) -> None:
    if tag == "SPDXID":
        package.ident = value
    elif tag == "PackageVersion":
        package.version = _value(value)
    elif tag in ("PackageSummary", "PackageDescription"):
        package.about = package.about or value
    elif tag == "PackageChecksum":
        package.hashed = True
    elif tag == "ExternalRef":
        _, kind, locator = (*value.split(), "", "", "")[:3]
        package.external.append((kind.rpartition("/")[2], _value(locator)))


def _graph(elements: list[Object]) -> _Document:
    """Version 3: elements beside each other, joined by their ids."""
    by_id = {ident: each for each in elements if (ident := fields.text(each, "spdxId") or fields.text(each, "@id"))}
    made = [each for each in elements if each.get("type") == "CreationInfo"]
    made += [inline for each in elements if isinstance(inline := each.get("creationInfo"), dict)]
    return _Document(
        packages=[_third_package(each) for each in elements if each.get("type") == "software_Package"],
        described=_roots(elements, by_id),
        created=[fields.text(each, "created") for each in made],
        tools=[name for each in made for ref in fields.items(each, "createdUsing") if (name := _name_of(ref, by_id))],
    )


def _name_of(ref: Json, by_id: Mapping[str, Object]) -> str:
    return fields.text(by_id.get(ref, {}), "name") if isinstance(ref, str) else ""


def _roots(elements: list[Object], by_id: Mapping[str, Object]) -> set[str]:
    """What the document, or the bill of materials that is its root, is about."""
    documents = [each for each in elements if each.get("type") == "SpdxDocument"]
    near = {ref for each in documents for ref in fields.items(each, "rootElement") if isinstance(ref, str)}
    return near | {ref for each in near for ref in fields.items(by_id.get(each, {}), "rootElement") if isinstance(ref, str)}


def _third_package(package: Object) -> _Package:
    named = [(fields.text(each, "externalIdentifierType"), _value(fields.text(each, "identifier"))) for each in fields.records(package, "externalIdentifier")]
    url = _value(fields.text(package, "software_packageUrl"))
    return _Package(
        ident=fields.text(package, "spdxId") or fields.text(package, "@id"),
        name=_value(fields.text(package, "name")),
        version=_value(fields.text(package, "software_packageVersion")),
        about=fields.text(package, "summary") or fields.text(package, "description"),
        external=[("packageUrl", url), *named] if url else named,
        hashed=any(each.get("type") == "Hash" for each in fields.records(package, "verifiedUsing")),
    )
