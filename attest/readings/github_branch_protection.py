"""What GitHub answers to ``GET /repos/{owner}/{repo}/branches/{branch}/protection``: one JSON object, the body alone.

    {"url": "https://api.github.com/repos/harbourline/shop/branches/main/protection", "enforce_admins": {"enabled": true},
     "required_pull_request_reviews": {"dismiss_stale_reviews": true, "require_code_owner_reviews": false, "required_approving_review_count": 1},
     "allow_force_pushes": {"enabled": false}, "allow_deletions": {"enabled": false}}

Each setting is a row under GitHub's own name, and passes where it protects:

    required_pull_request_reviews        reviews are asked for, by one person at least; GitHub leaves it out where they are not
    dismiss_stale_reviews                a new push takes a review back
    require_code_owner_reviews
    required_status_checks               at least one check has to have succeeded; left out where none has
    required_status_checks.strict        on a branch that is up to date
    enforce_admins                       the rules hold for administrators too
    allow_force_pushes allow_deletions   pass where they are off
    required_linear_history required_signatures required_conversation_resolution
    bypass_pull_request_allowances       only where the answer has it: fails where somebody may pass reviews by

A setting that the answer does not have, where GitHub would say it either way, is ``other``. *Examined* are the settings that pass or fail.

An error is an answer too. "Branch not protected" (status 404) fails every row: nothing is asked of anyone. Any other message ("Not Found",
403 for a token that may not know) tells nothing: every row is ``other``, and nothing was examined. There is no time in it, so ``observed``
has to be written down. Rulesets are another answer and are not read: a branch that rulesets alone protect is "not protected" here.
"""

from __future__ import annotations

import re
from typing import BinaryIO

from attest.errors import Unreadable
from attest.readings import begin, fields
from attest.readings.fields import Object
from attest.readings.finish import proven, rows_of
from attest.readings.interface import Outcome, Reading, Row
from attest.wire.strict_json import Json

NAME = "github-branch-protection"
_REVIEWS = "required_pull_request_reviews"
_CHECKS = "required_status_checks"
_BYPASS = "bypass_pull_request_allowances"
_OF_REVIEWS = ("dismiss_stale_reviews", "require_code_owner_reviews")
_SWITCHES = {
    "enforce_admins": True,
    "allow_force_pushes": False,
    "allow_deletions": False,
    "required_linear_history": True,
    "required_signatures": True,
    "required_conversation_resolution": True,
}
"""Setting: the state of it that protects."""
_ROWS = (_REVIEWS, *_OF_REVIEWS, _CHECKS, f"{_CHECKS}.strict", *_SWITCHES)
_UNPROTECTED = "Branch not protected"
_PLACE = re.compile(r"/repos/([^/\s]+/[^/\s]+)/branches/(\S+)/protection")
_URL = rb'"[^"]{1,500}/branches/[^"]{1,500}/protection"'
_LONGEST_URL = 1500
_ASKED = rb'"[^"]*get-branch-protection"'


def sniff(head: bytes) -> bool:
    """Whether JSON with the address of a branch's protection, or an error in answer to asking for it."""
    answered = begin.has_key(head, b"url", _URL) and (begin.has_key(head, b"enforce_admins") or begin.has_key(head, b"allow_force_pushes"))
    return begin.opens_with(head, b"{") and (answered or (begin.has_key(head, b"message") and begin.has_key(head, b"documentation_url", _ASKED)))


def read(stream: BinaryIO) -> Reading:
    """GitHub's answer -> a row a setting. Unreadable for another shape, such as records of whole requests."""
    document = fields.an_object(begin.json_of(stream), "the file")
    place = _PLACE.search(fields.text(document, "url")[:_LONGEST_URL])
    subject = f"{place[1]} {place[2]}" if place else ""
    if place is None and "message" not in document:
        raise Unreadable("the file is not GitHub's answer about a branch's protection: neither its address nor a message")
    found = _settings(document) if place else _answer(fields.text(document, "message"))
    rows = rows_of(Row(row=name, outcome=outcome, subject=subject, message=said) for name, outcome, said in found)
    examined = sum(1 for row in rows if row.outcome != "other")
    return Reading(format=NAME, rows=proven(rows, examined), examined=examined, tool="GitHub", targets=tuple(filter(None, [subject])))


_Found = tuple[str, Outcome, str]


def _answer(message: str) -> list[_Found]:
    """An error: that there is no protection, or nothing."""
    outcome: Outcome = "fail" if message == _UNPROTECTED else "other"
    return [(name, outcome, message) for name in _ROWS]


def _settings(document: Object) -> list[_Found]:
    reviews, checks = fields.record(document, _REVIEWS), fields.record(document, _CHECKS)
    return [
        _reviews(reviews, _REVIEWS in document and document[_REVIEWS] is not None),
        *((name, _switch(reviews.get(name), True) if reviews else "fail", _state(reviews.get(name))) for name in _OF_REVIEWS),
        *_bypass(reviews),
        *_status_checks(checks),
        *((name, _switch(_enabled(document, name), good), _state(_enabled(document, name))) for name, good in _SWITCHES.items()),
    ]


def _reviews(reviews: Object, asked: bool) -> _Found:
    count = reviews.get("required_approving_review_count")
    if not asked:
        return _REVIEWS, "fail", "not asked for"
    if not isinstance(count, int) or isinstance(count, bool):
        return _REVIEWS, "other", "asked for; how many have to approve is not said"
    return _REVIEWS, "pass" if count > 0 else "fail", f"{count} have to approve"


def _bypass(reviews: Object) -> list[_Found]:
    if _BYPASS not in reviews:
        return []
    allowed = fields.record(reviews, _BYPASS)
    count = sum(len(fields.items(allowed, key)) for key in ("users", "teams", "apps"))
    return [(_BYPASS, "fail" if count else "pass", f"{count} may pass reviews by")]


def _status_checks(checks: Object) -> list[_Found]:
    named = {name for name in fields.items(checks, "contexts") if isinstance(name, str)} | {fields.text(each, "context") for each in fields.records(checks, "checks")}
    strict = checks.get("strict")
    return [
        (_CHECKS, "pass" if named else "fail", f"{len(named)} have to succeed"),
        (f"{_CHECKS}.strict", _switch(strict, True) if named else "fail", _state(strict)),
    ]


def _enabled(document: Object, name: str) -> Json:
    return fields.record(document, name).get("enabled")


def _switch(value: Json, good: bool) -> Outcome:
    """On or off; anything else, absence included, is neither."""
    if not isinstance(value, bool):
        return "other"
    return "pass" if value is good else "fail"


def _state(value: Json) -> str:
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else "not said"
