r"""The shapes of what is published, and the arithmetic that a verifier repeats over them. Standard library only.

``Record`` is attestation/assessment.json. A control's object in it, in RFC 8785 form, is its canonical record; its SHA-256 stands
in the statement (claims) and in the control page's machine-readable block, whose one form is

    <script type="application/json" id="attest-control">{"id":"…","record":"<hex sha256>","verdict":"met"}</script>

with RFC 8785 JSON inside, ``<`` written as \u003c.

``unlisted_by_design`` is the closed list of files that a site holds beside those its manifest names (format.md, Files).
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NotRequired, TypedDict

from attest.wire import jcs
from attest.words import ATTESTATION, BASES, VERDICTS, Basis, Verdict, Visibility

BLOCK_OPENS: Final = '<script type="application/json" id="attest-control">'
BLOCK_CLOSES: Final = "</script>"

RELEASE_FILES: Final = ("bundle.sigstore.json", "statement.json", "assessment.json", "SHA256SUMS", "proof.tlog-proof")
"""What is kept of every release under attestation/releases/<n>/."""

_RELEASE = r"releases/[1-9][0-9]{0,8}/"
_TILE = r"log/tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/(x[0-9]{3}/)*[0-9]{3}(\.p/([1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?"
_UNLISTED: Final = re.compile(
    "|".join(
        [
            r"_headers|_redirects|\.nojekyll|CNAME",
            rf"{ATTESTATION}/(SHA256SUMS(\.sig)?|statement\.json|bundle\.sigstore\.json|proof\.tlog-proof|log/checkpoint|{_TILE})",
            rf"{ATTESTATION}/{_RELEASE}({'|'.join(map(re.escape, RELEASE_FILES))}|cosignatures/[0-9a-f]{{64}}\.sigstore\.json)",
            rf"{ATTESTATION}/statements/[0-9a-f]{{64}}\.sigstore\.json",
        ]
    )
)


class Tool(TypedDict):
    """A program, by name and version."""

    name: str
    version: str | None


class Summary(TypedDict):
    """A reading in four numbers."""

    examined: int
    passed: int
    failed: int
    other: int


class ReadAs(TypedDict):
    """How a file was read: the format's name (null: told from the content of a file that could not be read), and of a record what plays which part."""

    format: str | None
    columns: dict[str, str] | None
    passValues: list[str]
    failValues: list[str]
    sheet: NotRequired[str]
    """Of a workbook, where one is named."""


class CheckRecord(TypedDict):
    """One check as published. Exactly one of ``sha256`` and ``commitment`` is set where there is a file (or a declaration)."""

    rule: dict[str, Any]
    ruleText: str
    evidence: str | None
    title: str | None
    visibility: Visibility
    kind: str
    sha256: str | None
    commitment: str | None
    file: str | None
    """Site path of the evidence file, where it is published."""
    tool: Tool | None
    collected: dict[str, str] | None
    issuer: str | None
    declared: dict[str, str] | None
    """Of a public declaration: by, statement."""
    observed: str | None
    received: str | None
    expires: str | None
    readAs: ReadAs | None
    """Of public and gated reports and records: with the file and the rule, what a reader needs to come to the same verdict."""
    register: str | None
    """Of a public register: its name among the record's registers."""
    lifted: list[dict[str, str]]
    """Findings of a public report that a VEX statement set aside: vulnerability, status, justification."""
    summary: Summary | None
    basis: Basis
    verdict: Verdict
    reason: str


class ControlRecord(TypedDict):
    """One public control as published; its RFC 8785 form is the canonical record."""

    id: str
    audience: str
    title: str
    promise: str
    yours: str | None
    responsibility: str
    area: str
    appliesTo: list[str]
    verdict: Verdict
    reason: str
    basis: Basis | None
    covered: dict[str, int]
    visibility: str
    clauses: dict[str, list[str]]
    plan: dict[str, str] | None
    treatment: dict[str, str] | None
    notApplicable: dict[str, str] | None
    checks: list[CheckRecord]


class FrameworkRecord(TypedDict):
    """A framework's numbers: clauses it has, clauses some public control names, verdicts of those controls."""

    id: str
    title: str
    version: str
    clauses: int
    mapped: int
    verdicts: dict[str, int]


class RegisterRecord(TypedDict):
    """A public register: its rows as published, keys in lowerCamelCase, blanks null; rows that are withheld are counted."""

    name: str
    title: str
    observed: str
    intro: str | None
    withheld: int
    rows: list[dict[str, Any]]


class PaperRecord(TypedDict):
    """Evidence that a public register names: the certificate behind a row, the letter of an examination."""

    id: str
    title: str
    visibility: Visibility
    observed: str | None
    issuer: str | None
    sha256: str | None
    commitment: str | None
    file: str | None
    """Site path, where the file itself is published."""


class NoticeRecord(TypedDict):
    """A public notice, with every version it has had."""

    id: str
    title: str
    kind: str
    systems: list[str]
    othersTold: str | None
    subprocessor: NotRequired[str]
    """The id of its row in the register of subprocessors, which may join it later; left out where none is named."""
    versions: list[dict[str, Any]]
    """Where a version says them: effective, objectUntil."""


class Record(TypedDict):
    """attestation/assessment.json."""

    asOf: str
    center: dict[str, Any]
    ruleset: str
    tool: Tool
    scope: dict[str, Any]
    areas: list[dict[str, Any]]
    totals: dict[str, int]
    basis: dict[str, int]
    withheld: dict[str, int]
    frameworks: list[FrameworkRecord]
    controls: list[ControlRecord]
    registers: list[RegisterRecord]
    papers: list[PaperRecord]
    notices: list[NoticeRecord]
    commitments: list[dict[str, str]]
    affirmation: NotRequired[dict[str, Any]]
    """What a person affirmed and still stands by; left out where nobody does. Its form is ``affirmation.print_affirmed``'s."""
    report: NotRequired[dict[str, Any]]
    """What the attestation report says of its own; left out where no such report is issued."""


def unlisted_by_design(path: str) -> bool:
    """Whether a site path is one of the files that the manifest never names: signatures, proofs, the log, kept releases, host configuration.

    Any other file that the manifest does not name is unlisted, and verifying a folder answers no (format.md, Files).
    """
    return _UNLISTED.fullmatch(path) is not None


def totals(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """Verdicts -> how many of each, every verdict named."""
    counted = Counter(verdicts)
    return {verdict: counted[verdict] for verdict in VERDICTS}


def bases(found: Iterable[Basis | None]) -> dict[str, int]:
    """Bases of met controls -> how many of each, every basis named."""
    counted = Counter(found)
    return {basis: counted[basis] for basis in BASES}


def rewritten(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Two published records, an earlier and a later one -> what the later one says otherwise of notices, or no longer says.

    A notice is amended by a further version. Its versions stay as they were, word for word, in their order, and so do its title and kind;
    systems may be added to it, a subprocessor be named, and more be written behind how others were told.
    """
    there = {notice["id"]: notice for notice in now.get("notices", ())}
    return [said for notice in before.get("notices", ()) for said in _rewritten(notice, there.get(notice["id"]))]


def _rewritten(before: Mapping[str, Any], now: Mapping[str, Any] | None) -> Iterator[str]:
    ident = before["id"]
    if now is None:
        yield f"notice {ident} is gone"
        return
    for number, version in enumerate(before["versions"], 1):
        if now["versions"][number - 1 : number] != [version]:
            yield f"version {number} of notice {ident} ({version['date']}) is another"
    for key in ("title", "kind", *(("subprocessor",) if before.get("subprocessor") else ())):
        if now.get(key) != before.get(key):
            yield f"the {key} of notice {ident} is another"
    if not set(before.get("systems") or ()) <= set(now.get("systems") or ()):
        yield f"notice {ident} names fewer systems"
    if not (now.get("othersTold") or "").startswith(before.get("othersTold") or ""):
        yield f"how others were told of notice {ident} is another"


def print_record(record: Mapping[str, Any]) -> bytes:
    """attestation/assessment.json: a line a control, a register, a notice …, each in RFC 8785 form: the digest of a control's line is that of its record."""
    pieces = [piece for key in sorted(record) for piece in (b",\n", *_canonical_field(key, record[key]))]
    return b"".join([b"{\n", *pieces[1:], b"\n}\n"])


def _canonical_field(key: str, value: Any) -> Iterator[bytes]:
    """In pieces, so that the record is never held three times."""
    yield jcs.canonical(key)
    if not isinstance(value, list) or not value:
        yield b":" + jcs.canonical(value)
        return
    yield b":[\n"
    for number, one in enumerate(value):
        yield b",\n" * (number > 0) + jcs.canonical(one)
    yield b"\n]"


def digests_of(record: Mapping[str, Any], printed: bytes) -> dict[str, str]:
    """A record and ``print_record`` of it -> ``digest_of`` each of its controls, by id: printing has made their canonical records already."""
    lines = printed.partition(b'\n"controls":[\n')[2].split(b"\n", len(record["controls"]))
    return {control["id"]: hashlib.sha256(line.removesuffix(b",")).hexdigest() for control, line in zip(record["controls"], lines, strict=False)}


def digest_of(control: Mapping[str, Any]) -> str:
    """A control's object in assessment.json -> hex SHA-256 of its canonical record."""
    return hashlib.sha256(jcs.canonical(control)).hexdigest()


def page_of(control: Mapping[str, Any]) -> str:
    """A control's object -> the site path of its page, which never changes."""
    return f"{control['audience']}/{control['id']}.html"


def block_of(control: Mapping[str, Any], digest: str | None = None) -> str:
    """A control's object, and its digest where that is known -> the machine-readable block of its page."""
    said = jcs.canonical({"id": control["id"], "record": digest or digest_of(control), "verdict": control["verdict"]}).decode()
    return BLOCK_OPENS + said.replace("<", "\\u003c") + BLOCK_CLOSES


def claims_of(controls: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The public controls of assessment.json -> the statement's claims, in the same order."""
    return [{"id": control["id"], "verdict": control["verdict"], "record": digest_of(control)} for control in controls]
