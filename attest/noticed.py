"""The public notice of an incident, derived from the words under its ``public`` and from nothing else that its file says.

    Incident.public ─┬─ counsel approved these very words? ── no ─> why_not
                     └─ the last version says the same? ──── yes ─> None, nothing new
                                │ no
                        NoticeVersion, appended; what was said stays

Beside those words only these leave the file: its systems, that it is closed, who approved (never published), and that others were told or not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date

from attest.drafts import names_in
from attest.model.incident import Incident, Words
from attest.model.parties import Parties
from attest.model.register import Notice, NoticeVersion
from attest.times import print_moment

_TOLD = {"yes": "Other customers on the same platform are told, without naming anybody.", "no": "Other customers on the same platform were looked at, and are not told separately."}


def words_digest(words: Words) -> str:
    """Hex SHA-256 of the words: what counsel's approval is bound to."""
    said = {name: value for name, value in words if value is not None}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def why_not(incident: Incident, before: Notice | None, known: Parties, day: date) -> tuple[str, ...]:
    """Every reason against publishing; none where there is none."""
    return tuple(_reasons(incident, before, known, day))


def _reasons(incident: Incident, before: Notice | None, known: Parties, day: date) -> Iterator[str]:
    if incident.exercise == "yes":
        yield "it is an exercise, and nothing of one is published"
    if incident.state == "none":
        yield "it turned out to be none"
    if incident.public is None:
        yield "there are no words for the public: write public: {happened: …, affected: …, doing: …, you: …}"
        return
    yield from _uncounselled(incident, incident.public, before, day)
    for ident in names_in(" ".join(value for _, value in incident.public if value), known.parties):
        yield f"the words for the public name {known.parties[ident].name}"
    if before is not None and (before.kind != "incident" or before.versions[-1].date > day):
        yield f"the notice that is there is of {before.kind}" if before.kind != "incident" else f"its last version is of {before.versions[-1].date}, which is later than {day}"


def _uncounselled(incident: Incident, words: Words, before: Notice | None, day: date) -> Iterator[str]:
    """An approval counts for the words that were read and no others. One that was written by hand names none, so nothing new is published by it."""
    counsel = incident.counsel
    if counsel is None:
        yield "legal counsel has not approved it: counsel: {approved: …, by: …}, or --sent counsel --by ROLE"
    elif counsel.words is not None and counsel.words != words_digest(words):
        yield f"the words have changed since {counsel.by} approved them on {print_moment(counsel.approved)}: have them read again, then --sent counsel --by ROLE"
    elif counsel.words is None and next_version(incident, before, day) is not None:
        yield f"nothing says which words {counsel.by} approved: have these read, then --sent counsel --by ROLE, which binds the approval to them"


def next_version(incident: Incident, before: Notice | None, day: date) -> NoticeVersion | None:
    """What is to be said now; None where the last version says the same."""
    words = incident.public
    assert words is not None
    version = NoticeVersion(date=day, happened=words.happened, affected=words.affected, doing=words.doing, you=words.you, closed="yes" if incident.state == "closed" else "no")
    last = before.versions[-1] if before is not None else None
    return None if last is not None and last.model_copy(update={"date": day}) == version else version


def title_of(incident: Incident, systems: Mapping[str, str]) -> str:
    """The notice's title: the one for the public, else a plain one."""
    if incident.public is not None and incident.public.title is not None:
        return incident.public.title
    names = [systems[ident] for ident in incident.systems if ident in systems]
    return f"An incident: {', '.join(names)}" if names else "A security incident"


def others_told(incident: Incident) -> str | None:
    """That other customers were told, or not; never why, and None while nobody has decided."""
    return _TOLD[incident.others.tell] if incident.others is not None else None
