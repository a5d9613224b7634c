"""What is well-formed and resolved, but cannot be meant: rules that their evidence can never answer, addresses that are none.

These stop a release, not the model: the sources can still be assessed while they are mended.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from attest import readings
from attest.errors import Problem, meant
from attest.load.files import CENTER
from attest.load.references import Parts, Placed, placed_evidence
from attest.model.control import Check, Promise
from attest.model.evidence import Description
from attest.model.rule import SEVERITIES, Rule
from attest.wire import openssh
from attest.yaml_lines import Document, Path

_WEB = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[^\s<>\"'`\\]*)?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_DOMAIN = re.compile(r"\.?([A-Za-z0-9_]([A-Za-z0-9_-]{0,62})\.)*[A-Za-z0-9-]{2,63}")
_MAIL = re.compile(r"[^@\s<>\"'&]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
_ACTIVE = (".html", ".htm", ".xhtml", ".xht", ".shtml", ".mht", ".mhtml", ".svg", ".svgz", ".js", ".mjs", ".cjs", ".xsl", ".xslt", ".css", ".swf", ".hta")
"""What a browser runs instead of showing."""
_OF_READINGS = ("rows", "where", "max", "min_ratio", "min_score", "every", "min_rows")


def unsound(parts: Parts) -> Iterator[Problem]:
    """Every rule, description and address that cannot be meant as written."""
    yield from _profile(parts)
    for file, framework in parts.frameworks.items():
        yield from _fits(_WEB, parts.documents[file], ("url",), framework.url, _NO_WEB)
    descriptions = {placed.id: placed.description for placed in placed_evidence(parts)}
    for file, promise in parts.promises.items():
        yield from _rules(parts.documents[file], promise, descriptions)
    for placed in placed_evidence(parts):
        yield from _description(parts.documents[placed.file], placed)
        yield from _independent(parts.documents[placed.file], placed, parts.profile.name)


_NO_WEB = ("is not a web address", "write it as https://…")


def _profile(parts: Parts) -> Iterator[Problem]:
    document, profile = parts.documents[CENTER], parts.profile
    yield from _fits(_WEB, document, ("id",), profile.id, ("is not a web address", "write the trust center's own address, https://…, for ever"))
    yield from _fits(_LANGUAGE, document, ("language",), profile.language, ("is not a language tag", "write it as en or de-CH"))
    for index, contact in enumerate(profile.contacts):
        if contact.url is not None:
            yield from _fits(_WEB, document, ("contacts", index, "url"), contact.url, _NO_WEB)
        if contact.email is not None:
            yield from _fits(_MAIL, document, ("contacts", index, "email"), contact.email, ("is not an e-mail address", "write it as security@harbourline.example"))
    for index, person in enumerate(profile.signatories):
        if person.key is not None and not openssh.is_fingerprint(person.key):
            yield document.at(("signatories", index, "key"), f"{person.key[:60]!r} is not a fingerprint", "write SHA256: and 43 characters, as `ssh-keygen -lf` prints it")
    for index, domain in enumerate(profile.internal_domains):
        yield from _fits(_DOMAIN, document, ("internal_domains", index), domain, ("is not a domain", "write it as harbourline.internal"))


def _fits(pattern: re.Pattern[str], document: Document, path: Path, text: str, wrong: tuple[str, str]) -> Iterator[Problem]:
    if not pattern.fullmatch(text):
        yield document.at(path, f"{text[:60]!r} {wrong[0]}", wrong[1])


def _rules(document: Document, promise: Promise, descriptions: dict[str, Description]) -> Iterator[Problem]:
    for index, check in enumerate(promise.checks):
        yield from _never_broken(document, ("checks", index), check)
        yield from _worse_left_open(document, ("checks", index), check)
        described = descriptions.get(check.evidence) if isinstance(check.evidence, str) else check.evidence
        if described is not None and described.kind in ("document", "declaration"):
            yield from _rule_without_reading(document, ("checks", index), check, described.kind)
        if described is not None and described.visibility == promise.visibility == "public":
            yield from _gives_away(document, ("checks", index), check, descriptions)


def _gives_away(document: Document, path: Path, check: Check, descriptions: dict[str, Description]) -> Iterator[Problem]:
    """What sets findings of public evidence aside is published beside them, word for word."""
    shown = check.evidence if isinstance(check.evidence, str) else "this evidence"
    for place, ident in enumerate(check.lifted_by):
        if ident in descriptions and (visibility := descriptions[ident].visibility) != "public":
            said = f"{ident} is {visibility}, and what it says would be published with the findings of {shown}"
            yield document.at((*path, "lifted_by", place), said, f"make {ident} public, or what it sets aside not")


def _never_broken(document: Document, path: Path, check: Check) -> Iterator[Problem]:
    """A limit on rows that ``where`` takes out of sight holds whatever the report says."""
    looked_at = check.where.severity if check.where is not None else None
    for severity in check.max or {}:
        if looked_at is not None and severity not in (*looked_at, "unrated"):
            yield document.at((*path, "max", severity), f"limits rows rated {severity}, and where.severity leaves them out: it would always hold", f"add {severity} to where.severity, or leave where.severity away")


def _worse_left_open(document: Document, path: Path, check: Check) -> Iterator[Problem]:
    """``max: {high: 0}`` says nothing of critical rows: it would hold with a hundred of them."""
    graded, looked_at = SEVERITIES[:-1], check.where.severity if check.where is not None else None
    named = [graded.index(severity) for severity in check.max or {} if severity in graded]
    worse = [severity for severity in graded[: max(named, default=0)] if severity not in (check.max or {}) and (looked_at is None or severity in looked_at)]
    if worse:
        yield document.at((*path, "max"), f"limits {graded[max(named)]} rows and not {' and '.join(worse)} ones, which are worse", f"add {', '.join(f'{severity}: 0' for severity in worse)}")


def _rule_without_reading(document: Document, path: Path, check: Check, kind: str) -> Iterator[Problem]:
    for key in _OF_READINGS:
        if key in check.model_fields_set and key in Rule.model_fields:
            yield document.at((*path, key), f"asks for what a {kind} does not have: rows", "remove it, or attach a report or a record")


def _description(document: Document, placed: Placed) -> Iterator[Problem]:
    base, described = placed.base, placed.description
    if described.format is not None:
        yield from _format(document, (*base, "format"), described)
    if described.until is not None and described.observed is not None and described.until < described.observed.date():
        yield document.at((*base, "until"), "lies before observed", "write the last day it counts")
    if described.publish and described.file and PurePosixPath(described.file).suffix.lower() in _ACTIVE:
        yield document.at((*base, "file"), "is published, and browsers run such a file instead of showing it", "publish a PDF, CSV, JSON or text file instead")


def _independent(document: Document, placed: Placed, ours: str) -> Iterator[Problem]:
    """``issuer`` makes the basis third-party, which we are not."""
    if placed.description.issuer is not None and placed.description.issuer.casefold() == ours.casefold():
        yield document.at((*placed.base, "issuer"), "is this center's own name, and an issuer is an independent party", "remove this key: what we wrote ourselves is no third party's")


def _format(document: Document, path: Path, described: Description) -> Iterator[Problem]:
    if described.kind not in ("report", "record"):
        yield document.at(path, f"a {described.kind} is not read, so it has no format", "remove it")
        return
    known = readings.RECORDS if described.kind == "record" else readings.REPORTS
    if described.format not in known:
        todo = meant(described.format or "", known, f"known are {', '.join(sorted(known))}; left away, it is told from the content")
        yield document.at(path, f"there is no format {described.format!r} of a {described.kind}", todo)
