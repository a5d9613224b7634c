"""An OSCAL catalog in JSON (NIST OSCAL 1.x, model "catalog") -> Catalogue.

    {"catalog": {"metadata": {"title": …, "version": …}, "groups": [{"id": "ac", "title": …, "controls": [
        {"id": "ac-2", "title": "Account Management", "props": [{"name": "label", "value": "AC-2"}], "controls": [ … enhancements … ]}]}]}}

Groups lie in groups and controls in controls; both are followed. The id is the published one: the ``label`` without a class, else the
first label, else the ``id``. What is withdrawn (``status: withdrawn``) is left out and counted. A profile or any other OSCAL model is
refused: it only points at a catalog.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from attest.authoring.importing.interface import MAX_BYTES, MOST_CLAUSES, Catalogue, Chapter, Found, one_line
from attest.errors import Unreadable
from attest.wire import strict_json

_MODELS = ("profile", "mapping-collection", "component-definition", "system-security-plan", "assessment-plan", "assessment-results", "plan-of-action-and-milestones")


def read(data: bytes) -> Catalogue:
    """Raises Unreadable where it is not strict JSON, not a catalog, too large, or a group or control lacks what OSCAL asks of it."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"the file is larger than {MAX_BYTES // 2**20} MiB")
    catalog = _catalog(strict_json.parse(data, "the file"))
    found = list(islice(_walk(catalog, "catalog", None, ()), 2 * MOST_CLAUSES + 1))
    clauses = tuple(one for one in found if isinstance(one, Found))
    if len(found) > 2 * MOST_CLAUSES or len(clauses) > MOST_CLAUSES:
        raise Unreadable(f"the catalog holds more than {MOST_CLAUSES} controls")
    if not clauses:
        raise Unreadable("the catalog holds no controls", "a resolved catalog is needed, not an empty one")
    metadata = _block(catalog.get("metadata", {}), "catalog.metadata")
    chapters = tuple(one for one in found if isinstance(one, Chapter))
    return Catalogue(clauses, chapters, _said(metadata, "title"), _said(metadata, "version"), _publisher(metadata), found.count(None))


def _catalog(document: Any) -> Mapping[str, Any]:
    if not isinstance(document, dict):
        raise Unreadable("the file is JSON, but no OSCAL catalog", "its first key has to be `catalog`")
    other = next((model for model in _MODELS if model in document), None)
    if other is not None:
        raise Unreadable(f"the file is an OSCAL {other}, not a catalog", "take the catalog itself, or the resolved profile, which is one")
    return _block(document.get("catalog"), "catalog")


def _walk(node: Mapping[str, Any], place: str, group: str | None, titles: tuple[str, ...]) -> Iterator[Found | Chapter | None]:
    """The controls of a catalog or group, then the groups in it; None stands for what was withdrawn."""
    for at, control in _list(node, "controls", place):
        yield from _control(control, at, group)
    for at, inner in _list(node, "groups", place):
        below = (*titles, _title(inner, at))
        ident = _label(inner) or ": ".join(below)
        if inner.get("controls"):
            yield Chapter(ident, ": ".join(below))
        yield from _walk(inner, at, ident, below)


def _control(control: Mapping[str, Any], place: str, group: str | None) -> Iterator[Found | None]:
    """A control and those within it, which are its enhancements."""
    ident = _label(control)
    if ident is None:
        raise Unreadable(f"{place} has no id")
    yield None if _is_withdrawn(control) else Found(ident, _title(control, place), group, place)
    for at, inner in _list(control, "controls", place):
        yield from _control(inner, at, group)


def _list(node: Mapping[str, Any], key: str, place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    found = node.get(key, [])
    if not isinstance(found, list):
        raise Unreadable(f"{place}.{key} is no list")
    for index, one in enumerate(found):
        at = f"{place}.{key}[{index}]"
        yield at, _block(one, at)


def _block(value: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Unreadable(f"{place} is no block of keys")
    return value


def _props(node: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = node.get("props", [])
    return [prop for prop in found if isinstance(prop, dict) and prop.get("name") == name and isinstance(prop.get("value"), str)] if isinstance(found, list) else []


def _label(node: Mapping[str, Any]) -> str | None:
    labels = sorted(_props(node, "label"), key=lambda prop: "class" in prop)
    return one_line(labels[0]["value"]) if labels else _said(node, "id")


def _is_withdrawn(control: Mapping[str, Any]) -> bool:
    return any(prop["value"].lower() == "withdrawn" for prop in _props(control, "status"))


def _said(node: Mapping[str, Any], key: str) -> str | None:
    value = node.get(key)
    return one_line(value) if isinstance(value, str) and value.strip() else None


def _title(node: Mapping[str, Any], place: str) -> str:
    title = _said(node, "title")
    if title is None:
        raise Unreadable(f"{place} has no title")
    return title


def _publisher(metadata: Mapping[str, Any]) -> str | None:
    """The party that the metadata call creator or publisher, by its name; else the only party there is."""
    parties = {party.get("uuid"): _said(party, "name") for _, party in _list(metadata, "parties", "catalog.metadata")}
    for wanted in ("publisher", "creator"):
        for _, responsible in _list(metadata, "responsible-parties", "catalog.metadata"):
            uuids = responsible.get("party-uuids")
            if responsible.get("role-id") == wanted and isinstance(uuids, list) and uuids and isinstance(uuids[0], str) and parties.get(uuids[0]):
                return parties[uuids[0]]
    return next(iter(parties.values())) if len(parties) == 1 else None
