"""gitleaks JSON, versions 7 and 8 (``gitleaks detect --report-format json``): which rules found a secret, and how often. Nothing else.

    [{"RuleID": "aws-access-token", "Secret": "…", "Match": "…", "File": "conf/aws.tf", "Commit": "…", "Author": "…"}]

The report holds the secrets themselves, and beside them people's names and the places to look. None of that is taken over: a row is the
rule's id, with no subject and no message, and fails. A report is bound by its digest; keep the file itself private, or redacted.

``[]``, and ``null`` of version 7, come from a clean run and from a run over nothing alike: and findings do not tell what else was looked at, so nothing counts as
examined and no rule is ever met by it. To show that little or nothing was found, have the run write SARIF with an invocation, or record it. No severity, no time: ``observed`` has to be written down.
"""

from __future__ import annotations

from typing import BinaryIO

from attest.errors import Unreadable
from attest.readings import begin, fields
from attest.readings.fields import Object
from attest.readings.finish import rows_of
from attest.readings.interface import Reading, Row

NAME = "gitleaks"


def sniff(head: bytes) -> bool:
    """Whether a JSON list of findings with a rule and what it met with."""
    newer = begin.has_key(head, b"RuleID") and begin.has_key(head, b"Secret")
    older = begin.has_key(head, b"rule") and begin.has_key(head, b"offender")
    return begin.opens_with(head, b"[") and (newer or older)


def read(stream: BinaryIO) -> Reading:
    """A gitleaks file -> a row a finding, its rule alone. Unreadable for another shape."""
    document = begin.json_of(stream)
    if document is not None and not isinstance(document, list):
        raise Unreadable("the file is not gitleaks JSON: not a list")
    rows = rows_of(Row(row=_rule(fields.an_object(finding, "a finding")), outcome="fail") for finding in document or [])
    return Reading(format=NAME, rows=rows, examined=0, lists_passes=False, tool="gitleaks")


def _rule(finding: Object) -> str:
    """The rule's id (version 8) or name (version 7)."""
    name = fields.text(finding, "RuleID") or fields.text(finding, "rule")
    if not name:
        raise Unreadable("the file is not gitleaks JSON: a finding has neither RuleID nor rule")
    return name
