"""Step 5: the reader's clock against validUntil, and against issuedAt, since a clock that runs behind would find everything fresh."""

from __future__ import annotations

from datetime import datetime

from attest.statement import Statement
from attest.times import print_moment
from attest.verify.answer import Finding, no, unsure


def not_fresh(statement: Statement, now: datetime) -> Finding | None:
    """None where issuedAt <= now < validUntil."""
    if now < statement.issued_at:
        return unsure(5, "it was issued in the future: your clock or theirs is wrong", f"issued by {print_moment(now)}", print_moment(statement.issued_at))
    if now >= statement.valid_until:
        return no(5, f"it was valid until {print_moment(statement.valid_until)}", f"valid at {print_moment(now)}", print_moment(statement.valid_until), "stale")
    return None
