"""Who says that a promise is kept, in words a customer understands: not the kind of a file, but whose word one takes.

    report of sslyze, run by a command   ->  the tool sslyze 6.3.1, run by a command of ours
    document of an issuer                ->  Brightwater Assurance, from outside
    record                               ->  our own records

What is not published of a check is not said of it either: everything comes from the published record.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from attest.published import CheckRecord, ControlRecord
from attest.words import Verdict

_RUN: Final = {"command": "run by a command of ours", "ci": "run automatically in our build system", "hand": "run by hand"}
_ASKED: Final[dict[Verdict, str]] = {"met": "Who says so", "not-met": "Who says so", "unknown": "Who would say so", "planned": "Who answers for the plan", "not-applicable": "Who decided"}


def voice(check: CheckRecord) -> str:
    """Whose word a check rests on, to stand in the middle of a sentence."""
    basis = check["basis"]
    if basis == "tool":
        return _tool(check)
    if basis == "third-party":
        return f"{check['issuer']}, from outside" if check["issuer"] else "a party from outside"
    if basis == "declaration":
        return f"{check['declared']['by']}, who declares it" if check["declared"] else "a named role, who declares it"
    if basis == "document":
        return "a document of ours, which says what is meant to be"
    return "a list of ours, published here" if check["register"] else "our own records"


def _tool(check: CheckRecord) -> str:
    tool, run = check["tool"], check["collected"]
    named = f"the tool {tool['name']}{' ' + tool['version'] if tool['version'] else ''}" if tool else "a tool's report"
    return f"{named}, {_RUN[run['by']]}" if run else named


def asked(control: ControlRecord) -> str:
    """What the line above the voices is called."""
    return _ASKED[control["verdict"]]


def voices(control: ControlRecord) -> str:
    """Whose word the verdict rests on, as one line with a capital. Of a failure: those checks that fail."""
    verdict = control["verdict"]
    if verdict == "planned" and control["plan"]:
        return control["plan"]["owner"]
    if verdict == "not-applicable" and control["notApplicable"]:
        return control["notApplicable"]["decidedBy"]
    heard = dict.fromkeys(voice(check) for check in control["checks"] if verdict != "not-met" or check["verdict"] == verdict)
    said = "; ".join(heard) or "nobody: there is no evidence"
    return said[:1].upper() + said[1:]


def answering(center: dict[str, Any]) -> str:
    """Who answers for the whole statement: roles, with names where they are given. Empty where none is."""
    return _and(f"{person['name']}, {person['role']}" if person["name"] else person["role"] for person in center["signatories"])


def _and(words: Iterable[str]) -> str:
    *most, last = [*words] or [""]
    return f"{', '.join(most)} and {last}" if most else last
