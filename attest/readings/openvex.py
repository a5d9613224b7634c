"""OpenVEX JSON, versions 0.0.1 and 0.2.0: what a maker says of known vulnerabilities in its products.

    {"@context": "https://openvex.dev/ns/v0.2.0", "author": "Harbourline security", "timestamp": "2026-11-20T03:10:00Z",
     "statements": [{"vulnerability": {"name": "CVE-2026-0001", "aliases": ["GHSA-x"]}, "status": "not_affected",
                     "products": [{"@id": "pkg:oci/api@sha256:0c", "subcomponents": [{"@id": "pkg:deb/debian/zlib1g@1.2"}]}],
                     "justification": "vulnerable_code_not_in_execute_path"}]}

A row is a vulnerability in a product; its subject is the product.

    pass     not_affected with a justification or an impact statement; fixed
    fail     affected
    other    under_investigation; a status that passes, said of no product or, for not_affected, without a ground

*Lifts* come from the passing ones: where the statement names subcomponents, of those in that product, else of the product. Version 0.0.1
writes a vulnerability and products as text. govulncheck's "Unknown Product" names nothing.

Statements have times, their own or else the document's. A later one about the same vulnerability and product, with the same
subcomponents or as a whole, replaces an earlier one. What is left may still disagree: a statement lifts nothing where another, no older
or without a time, says otherwise of the same vulnerability (by any of its names) in the same, a broader or a narrower product. So an old
"not affected" falls with the "affected" that came after it, however that one is written.

*Examined* are the statements that stand. The document says nothing of severity. Its time is the earliest of its ``timestamp`` and of the
statements that stand: ``last_updated`` only shows that something was changed, not that everything was looked at again. Refused: no author,
another status, a justification that is none of the five, more than a hundred aliases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import BinaryIO, Final, Literal

from attest.errors import Unreadable
from attest.readings import begin, fields
from attest.readings.fields import Object
from attest.readings.finish import MAX_ROWS, proven, rows_of
from attest.readings.interface import Lift, Outcome, Reading, Row
from attest.wire.strict_json import Json

NAME = "openvex"
_CONTEXTS = ("https://openvex.dev/ns", "https://openvex.dev/ns/v0.0.1", "https://openvex.dev/ns/v0.2.0")
_STATUSES = ("not_affected", "affected", "fixed", "under_investigation")
_JUSTIFICATIONS = (
    "component_not_present",
    "vulnerable_code_not_present",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "inline_mitigations_already_exist",
)
_NOBODY_S: Final = "Unknown Product"
_MAX_ALIASES: Final = 100
_ALWAYS: Final = datetime.max.replace(tzinfo=UTC)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_UNSAID: Final = _NEVER + timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class _Claim:
    """What one statement says of one product."""

    names: tuple[str, ...]
    """The vulnerability's name, then its aliases."""
    product: tuple[str, ...]
    """The product's names; empty where nothing is named."""
    parts: frozenset[str]
    """Names of the subcomponents it is limited to."""
    status: str
    ground: str
    said: datetime | None


def sniff(head: bytes) -> bool:
    """Whether JSON whose context is OpenVEX."""
    return begin.opens_with(head, b"{") and begin.has_key(head, b"@context", rb'"https://openvex\.dev/ns')


def read(stream: BinaryIO) -> Reading:
    """An OpenVEX file -> a row a vulnerability and product, and the lifts. Unreadable for another version or shape."""
    document = fields.an_object(begin.json_of(stream), "the file")
    if document.get("@context") not in _CONTEXTS:
        raise Unreadable(f"the file is not OpenVEX 0.0.1 or 0.2.0: @context {str(document.get('@context'))[:60]!r}")
    if not fields.text(document, "author").strip():
        raise Unreadable("the OpenVEX document has no author: nobody says this")
    issued = fields.moment(fields.text(document, "timestamp"))
    claims = (claim for statement in fields.records(document, "statements") for claim in _claims(statement, issued))
    standing = tuple(_standing(list(_bounded(claims))))
    rows = rows_of(map(_row, standing))
    return Reading(
        format=NAME,
        rows=proven(rows, len(rows)),
        examined=len(rows),
        rates=False,
        declares=True,
        tool=fields.text(document, "tooling") or None,
        observed=min((moment for moment in (issued, *(claim.said for claim in standing)) if moment is not None), default=None),
        targets=tuple(dict.fromkeys(claim.product[0] for claim in standing if claim.product)),
        lifts=tuple(_lifts(standing)),
    )


def _claims(statement: Object, issued: datetime | None) -> Iterator[_Claim]:
    """One for each product, or a single one about nothing."""
    names, status = _vulnerability(statement.get("vulnerability")), fields.text(statement, "status")
    if status not in _STATUSES:
        raise Unreadable(f"status {status[:40]!r} of {names[0][:60]} is none of {', '.join(_STATUSES)}")
    said = fields.moment(fields.text(statement, "timestamp")) or issued
    # 0.0.1 names subcomponents beside the products, 0.2.0 inside each.
    beside = [name for each in fields.items(statement, "subcomponents") for name in _component(each)]
    for product in fields.items(statement, "products") or [{}]:
        inside = [name for each in _subcomponents(product) for name in _component(each)]
        yield _Claim(names, _component(product), frozenset(beside + inside), status, _ground(statement, names[0]), said)


def _vulnerability(said: Json) -> tuple[str, ...]:
    found = {"name": said} if isinstance(said, str) else fields.an_object(said, "vulnerability")
    aliases = fields.items(found, "aliases")
    names = tuple(dict.fromkeys(name.strip() for name in (fields.text(found, "name"), *aliases) if isinstance(name, str)))
    if not names[0] or len(aliases) > _MAX_ALIASES:
        raise Unreadable(f"a vulnerability has {f'more than {_MAX_ALIASES} aliases' if names[0] else 'no name'}")
    return tuple(filter(None, names))


def _component(said: Json) -> tuple[str, ...]:
    """Names of a product or subcomponent: its @id, then its identifiers."""
    if isinstance(said, str):
        found = [said]
    else:
        entry = fields.an_object(said, "a product")
        identifiers = fields.record(entry, "identifiers")
        found = [fields.text(entry, "@id"), *(fields.text(identifiers, kind) for kind in identifiers)]
    return tuple(dict.fromkeys(name for name in found if name.strip() and name != _NOBODY_S))


def _subcomponents(product: Json) -> list[Json]:
    return fields.items(product, "subcomponents") if isinstance(product, dict) else []


def _ground(statement: Object, name: str) -> str:
    word = fields.text(statement, "justification")
    if word and word not in _JUSTIFICATIONS:
        raise Unreadable(f"justification {word[:60]!r} of {name[:60]} is none of {', '.join(_JUSTIFICATIONS)}")
    return word or fields.text(statement, "impact_statement").strip()


def _bounded(claims: Iterable[_Claim]) -> Iterator[_Claim]:
    """The claims, as long as they and their subcomponents are no more than rows may be: products times subcomponents grow fast."""
    count = 0
    for claim in claims:
        count += 1 + len(claim.parts)
        if count > MAX_ROWS:
            raise Unreadable(f"the file says something of more than {MAX_ROWS} products and subcomponents", "attach a shorter document")
        yield claim


def _standing(claims: list[_Claim]) -> Iterator[_Claim]:
    """The claims that no later one about the same vulnerability and product replaces."""
    latest: dict[tuple[str, str, frozenset[str]], datetime] = {}
    for claim in claims:
        if claim.said and _about(claim):
            key = (claim.names[0], _first(claim), claim.parts)
            latest[key] = max(claim.said, latest.get(key, _NEVER))
    whole: frozenset[str] = frozenset()
    for claim in claims:
        later = max(latest.get((claim.names[0], _first(claim), parts), _NEVER) for parts in (claim.parts, whole))
        if claim.said is None or later <= claim.said:
            yield claim


def _first(claim: _Claim) -> str:
    return claim.product[0] if claim.product else ""


def _row(claim: _Claim) -> Row:
    return Row(
        row=claim.names[0],
        outcome=_outcome(claim),
        subject=next(iter(claim.product), ""),
        message=claim.status + (f": {claim.ground}" if claim.ground else ""),
        products=_about(claim),
    )


def _outcome(claim: _Claim) -> Outcome:
    if claim.status == "affected":
        return "fail"
    return "pass" if _sets_aside(claim) else "other"


def _about(claim: _Claim) -> tuple[str, ...]:
    return tuple(sorted(claim.parts)) or claim.product


def _sets_aside(claim: _Claim) -> bool:
    return bool(_about(claim)) and (claim.status == "fixed" or (claim.status == "not_affected" and bool(claim.ground)))


def _lifts(standing: tuple[_Claim, ...]) -> Iterator[Lift]:
    group = _groups(claim.names for claim in standing)
    against = _against(standing, group)
    for claim in filter(_sets_aside, standing):
        if max(against.get(place, _NEVER) for place in _touching(claim, group)) < (claim.said or _UNSAID):
            status: Literal["not_affected", "fixed"] = "fixed" if claim.status == "fixed" else "not_affected"
            yield Lift(claim.names, _about(claim), status, claim.ground, within=claim.product if claim.parts else ())


_Place = tuple[str, str, str, str]
"""A vulnerability, whether the product's name is meant as written or as a broader form, that name, and a subcomponent."""


def _against(standing: tuple[_Claim, ...], group: Mapping[str, str]) -> Mapping[_Place, datetime]:
    """When it was last said that a vulnerability is not set aside, by the places this touches."""
    found: dict[_Place, datetime] = {}
    for claim in standing:
        if not _sets_aside(claim):
            parts = (*(_forms(part)[-1] for part in claim.parts or ("",)), "*")
            for way, name in _names(claim):
                for part in parts:
                    place = (group[claim.names[0]], way, name, part)
                    found[place] = max(claim.said or _ALWAYS, found.get(place, _NEVER))
    return found


def _touching(claim: _Claim, group: Mapping[str, str]) -> Iterator[_Place]:
    """The places where another claim would be about the same, a broader or a narrower product."""
    other = {"named": "broader", "broader": "named"}
    parts = ("", *(_forms(part)[-1] for part in claim.parts)) if claim.parts else ("*",)
    return ((group[claim.names[0]], other[way], name, part) for way, name in _names(claim) for part in parts)


def _names(claim: _Claim) -> Iterator[tuple[str, str]]:
    for name in claim.product or ("",):
        yield "named", name
        yield from (("broader", form) for form in _forms(name))


def _forms(name: str) -> tuple[str, ...]:
    """A package URL itself, without its subpath, without its qualifiers, without its version; any other name itself."""
    if not name.startswith("pkg:"):
        return (name,)
    plain = name.partition("#")[0]
    unqualified = plain.partition("?")[0]
    unversioned, _, version = unqualified.rpartition("@")
    return tuple(dict.fromkeys((name, plain, unqualified, unqualified if "/" in version else unversioned)))


def _groups(names: Iterable[tuple[str, ...]]) -> Mapping[str, str]:
    """Each name of a vulnerability -> the one that stands for all that are said to be the same."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = name = parent.setdefault(parent[name], parent[name])
        return name

    for known in names:
        for name in known:
            parent[root(name)] = root(known[0])
    return {name: root(name) for name in tuple(parent)}
