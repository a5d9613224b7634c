"""The fixed words: verdicts, bases, visibilities, and what visitors read for them. Imports nothing.

Order matters: ``VERDICTS`` runs from worst to best (the worst check decides a control; not-applicable stands outside), ``BASES``
from strongest to weakest.
"""

from __future__ import annotations

from typing import Final, Literal

Verdict = Literal["not-met", "unknown", "planned", "met", "not-applicable"]
Basis = Literal["tool", "third-party", "record", "document", "declaration"]
Kind = Literal["report", "record", "document", "declaration"]
Visibility = Literal["public", "gated", "private"]
Audience = Literal["customers", "suppliers"]

RegisterName = Literal[
    "subprocessors", "certificates", "assurance", "product", "insurance", "data", "rights", "clauses", "documents", "access", "reviews",
    "responsibilities", "contacts", "incident-plan", "exercises", "incidents", "notice-terms", "faq",
]  # fmt: skip

VERDICTS: Final[tuple[Verdict, ...]] = ("not-met", "unknown", "planned", "met", "not-applicable")
BASES: Final[tuple[Basis, ...]] = ("tool", "third-party", "record", "document", "declaration")
AUDIENCES: Final[tuple[Audience, ...]] = ("customers", "suppliers")

VISITOR_VERDICT: Final[dict[Verdict, str]] = {
    "met": "Shown by evidence",
    "unknown": "No current evidence",
    "not-met": "Not in place",
    "planned": "Planned",
    "not-applicable": "Does not apply",
}
_SEVERAL: Final[dict[Verdict, str]] = {"not-applicable": "Do not apply"}
VISITOR_BASIS: Final[dict[Basis, str]] = {
    "tool": "shown by a tool's report",
    "third-party": "shown by an outside party's report",
    "record": "shown by our own records",
    "document": "documented",
    "declaration": "declared by a named role",
}

RULESET: Final = "attest-rules/v0.1"
PREDICATE_TYPE: Final = "https://w3id.org/attest-center/compliance/v0.1"
STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"
PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
MANIFEST_NAMESPACE: Final = "attest-manifest@v1"

ATTESTATION: Final = "attestation"
"""The folder of a site that holds everything a verifier reads."""


def counted(count: int, one: str, many: str = "") -> str:
    """``1 question``, ``2 questions``; ``many``: where it is more than an s."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def verdict_of(count: int, verdict: Verdict) -> str:
    """What visitors read for so many of a verdict, after their number: 1 Does not apply, 2 Do not apply."""
    return VISITOR_VERDICT[verdict] if count == 1 else _SEVERAL.get(verdict, VISITOR_VERDICT[verdict])
