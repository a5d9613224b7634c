"""Every period and every number in a promise is demanded of what shows it: by how long evidence counts, by figures in rows, by a value or a text.

A promise that says "every quarter" may not rest on evidence that counts for a year. ``HOW`` names, for each such phrase of each promise,
what demands it; a promise with a new phrase, or a phrase without a demand, fails here. Harbourline is held against it check by check, the
library in what it proposes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from attest.authoring.shelf import Offer, offers
from attest.load import load
from attest.model.control import Control, Decision
from attest.model.rule import Ask, Rule
from tests.conftest import ROOT
from tests.test_record_figures import AS_SEEN, FIGURES, RHYTHMS
from tests.test_reference import EXPECTED

CENTER = load(ROOT)
CONTROLS = {control.id: control for control in CENTER.controls}
DOCUMENTS = ROOT / "tests/cases/reference/documents"

_UNIT = r"(?:minute|hour|day|night|week|month|quarter|year)s?"
_COUNT = r"(?:\d+|two|three|five|seven|ten|fifteen|an?)"
PROMISED = re.compile(
    rf"\b(?:(?:once|twice) a {_UNIT}|every two|(?:every|each) (?:{_UNIT}|release|change)|nightly|weekly|monthly|quarterly|yearly|{_COUNT} (?:working )?{_UNIT}"
    r"|the same (?:working )?day|the first (?:day|week)|last working day|three people|ten wrong guesses|(?:TLS |AES-)?\d[\d.]*\b(?: in a hundred| characters)?)",
    re.IGNORECASE,
)  # fmt: skip

WEEK, MONTH, QUARTER, HALF, YEAR, TWO_YEARS = (timedelta(days=days) for days in (14, 40, 100, 200, 365, 730))
"""What is promised every week counts for two weeks, and so on: the period and a little grace, of a year none."""


@dataclass(frozen=True)
class Again:
    """Done again and again: a check on this evidence counts no longer than that, and so does a way of the library."""

    period: timedelta
    evidence: str


@dataclass(frozen=True)
class Nightly:
    """Done more often than anybody looks: a list of the nights, none left out (``RHYTHMS``), looked at every month."""

    evidence: str


@dataclass(frozen=True)
class Figured:
    """Each row of this record says so, worked out from its dates and numbers (``FIGURES``)."""

    evidence: str


@dataclass(frozen=True)
class Seen:
    """This value passes, or this row has to be there, in a check on that evidence."""

    evidence: str
    value: str


@dataclass(frozen=True)
class Share:
    """At least this share of the rows passes."""

    evidence: str
    share: Fraction


@dataclass(frozen=True)
class Written:
    """A document that a check rests on says so in these words."""

    document: str
    words: str


@dataclass(frozen=True)
class NotShown:
    """Nothing shows it at Harbourline, and nothing claims that it is shown."""


How = Again | Nightly | Figured | Seen | Share | Written | NotShown

HOW: dict[str, dict[str, How]] = {
    "encrypted-in-transit": {"tls 1.2": Seen("tls-scan", "tls_1_2_cipher_suites")},
    "encrypted-at-rest": {"aes-256": Seen("stores-encrypted", "AES-256"), "once a year": Figured("store-keys")},
    "customers-kept-apart": {"each release": Figured("releases")},
    "only-what-we-need": {"once a year": Again(YEAR, "register.data")},
    "deleted-when-done": {"30 days": Figured("deletion-log"), "90": Figured("deletion-log")},
    "no-copies-outside": {"14 days": NotShown()},
    "card-numbers-kept-safe": {"the same day": NotShown()},
    "childrens-data-with-consent": {"16": NotShown(), "seven days": NotShown()},
    "your-requests-answered": {"30 days": Figured("requests")},
    "your-choice-counts": {"two working days": Figured("choices-tried")},
    "leave-with-your-data": {"30 days": Figured("customers-left"), "90 days": Figured("customers-left"), "90": Figured("customers-left")},
    "records-kept-unchanged": {"once a month": NotShown(), "seven years": NotShown()},
    "suppliers-checked-first": {"every year": Again(YEAR, "register.subprocessors"), "every two": Again(TWO_YEARS, "register.subprocessors")},
    "suppliers-listed": {"30 days": Figured("announced-ahead")},
    "suppliers-bound": {"24 hours": Figured("supplier-contracts")},
    "tested-by-outsiders": {"once a year": Again(YEAR, "register.assurance"), "two weeks": Written("penetration-test-letter", "from 28 September to 9 October 2026")},
    "flaws-mended": {
        "weekly": Again(WEEK, "weekly-scans"), "every week": Again(WEEK, "weekly-scans"),
        "seven days": Figured("known-flaws"), "30": Figured("known-flaws"), "90": Figured("known-flaws"),
    },
    "known-ingredients": {"every release": Figured("releases")},
    "tested-before-release": {"every release": Figured("releases")},
    "patched-from-one-place": {"14 days": Seen("devices-current", "within 14 days")},
    "changes-seen-by-two": {"two working days": Figured("changes-sample")},
    "secrets-out-of-code": {"every change": NotShown(), "a day": NotShown()},
    "flaw-reports-welcome": {"three working days": Figured("flaw-reports")},
    "backups-restored": {"every quarter": Again(QUARTER, "restore-tests")},
    "backups-locked-away": {"nightly": Nightly("backup-report"), "every night": Nightly("backup-report"), "30 days": Seen("backup-locks", "30")},
    "watched-day-and-night": {"fifteen minutes": Figured("alarm-drills"), "twice a year": Again(HALF, "alarm-drills")},
    "practised-for-the-bad-day": {"once a year": Again(YEAR, "incident-exercise")},
    "decoys": {"once a year": Again(YEAR, "decoys.1")},
    "plan-for-incidents": {"once a year": Again(YEAR, "register.incident-plan")},
    "back-within-hours": {"once a year": Again(YEAR, "switch-over-tests")},
    "causes-found": {"30 days": Figured("incident-review")},
    "malware-kept-out": {"a day": Seen("devices-protected", "on, current, locked"), "95 in a hundred": Share("devices-protected", Fraction(95, 100))},
    "your-actions-logged": {"a year": Seen("log-trials", "still there"), "five working days": Seen("log-trials", "in time")},
    "only-needed-doors-open": {"once a month": Again(MONTH, "port-scans")},
    "insured-and-keeping-to-it": {"once a year": Again(YEAR, "register.insurance")},
    "told-within-48-hours": {"48 hours": Figured("notices-sent")},
    "warned-of-attacks": {"every week": Again(WEEK, "threat-news"), "24 hours": Figured("threat-news")},
    "authorities-told": {"24 hours": Figured("notices-sent"), "72": Figured("notices-sent"), "once a year": Again(YEAR, "notices-sent")},
    "privacy-in-plain-words": {"30 days": Figured("announced-ahead")},
    "shown-how-to-stay-safe": {"ten minutes": Figured("guidance-read"), "once a year": Again(YEAR, "guidance-read")},
    "nothing-claimed-unshown": {"twice a year": Again(HALF, "answers-drawn"), "five working days": Figured("answers-drawn")},
    "rehearsed-with-you": {"once a year": Again(YEAR, "register.exercises")},
    "laws-known": {"once a year": Again(YEAR, "laws")},
    "access-reviewed": {"twice a year": Again(HALF, "access-review")},
    "everyone-trained": {
        "every year": Again(YEAR, "training-register"), "an hour": Figured("training-register"), "a year": Again(YEAR, "training-register"),
        "95 in a hundred": Share("training-register", Fraction(95, 100)),
    },
    "strong-passwords": {"15 characters": Figured("password-settings"), "ten wrong guesses": Figured("password-settings")},
    "leavers-locked-out": {"the same day": Figured("leavers"), "last working day": Figured("leavers"), "every quarter": Again(QUARTER, "accounts-compared")},
    "devices-locked": {"five minutes": Seen("devices-lock", "5 minutes"), "a day": Figured("lost-devices")},
    "people-checked": {"the first day": NotShown()},
    "few-master-keys": {"three people": Figured("administrators"), "once a month": Again(MONTH, "administrator-log-read")},
    "somebody-answers": {"every quarter": Again(QUARTER, "leadership-briefings")},
    "rules-written-down": {
        "the first week": Figured("joiners"), "each year": Again(YEAR, "policies-signed"), "95 in a hundred": Share("policies-signed", Fraction(95, 100)),
        "once a year": Again(YEAR, "register.reviews"),
    },
    "risks-weighed": {"once a year": Again(YEAR, "risks")},
    "doors-locked": {"each year": Figured("rooms")},
    "your-access-reviewed": {"once a year": Again(YEAR, "register.access"), "twice a year": Again(HALF, "customer-reviews")},
    "direct-access-has-rules": {"once a year": Again(YEAR, "connection-tests")},
    "your-own-corner": {"every quarter": Again(QUARTER, "corner-trials")},
    "your-visits-logged": {"a year": Figured("supplier-log-read"), "once a month": Again(MONTH, "supplier-log-read")},
    "files-travel-locked": {"30 days": Figured("shared-folders"), "every quarter": Again(QUARTER, "shared-folders")},
    "planned-together": {"24 hours": Figured("notices-sent"), "once a year": Again(YEAR, "register.exercises")},
    "asked-once": {"a year": NotShown()},
}  # fmt: skip


def promised(offer: Offer) -> set[str]:
    """Periods and numbers that a promise names."""
    return {match[0].lower() for match in PROMISED.finditer(f"{offer.title}. {offer.said['promise']}")}


@pytest.mark.parametrize("offer", offers().values(), ids=list(offers()))
def test_every_period_and_number_is_named_with_what_demands_it(offer: Offer) -> None:
    assert promised(offer) == set(HOW.get(offer.id, {}))


PHRASES = [(ident, phrase) for ident, said in HOW.items() for phrase in said]


@pytest.mark.parametrize(("ident", "phrase"), PHRASES)
def test_harbourline_demands_it(ident: str, phrase: str) -> None:
    how = HOW[ident][phrase]
    assert demanded(how, CONTROLS[ident]), how


def demanded(how: How, control: Control) -> bool:
    """Whether one of the control's checks really asks for it."""
    match how:
        case Again(period, evidence):
            return any(_soonest(check.rule, check.ask) <= period for check in _on(control, evidence))
        case Nightly(evidence):
            return RHYTHMS[evidence][1] == 1 and any(_soonest(check.rule, check.ask) <= MONTH for check in _on(control, evidence))
        case Figured(evidence):
            return evidence in FIGURES and any(_looks_at_all(check.rule) for check in _on(control, evidence))
        case Seen(evidence, value):
            described = CENTER.evidence[evidence].description
            seen = value in described.pass_values and evidence in AS_SEEN
            return any(seen or value in (check.rule.rows or ()) for check in _on(control, evidence))
        case Share(evidence, share):
            return any(check.rule.min_ratio is not None and check.rule.min_ratio >= share for check in _on(control, evidence))
        case Written(document, words):
            resting = {CENTER.evidence[check.evidence].description.file for check in control.checks}
            return f"files/{document}.pdf" in resting and words in (DOCUMENTS / f"{document}.txt").read_text("utf-8")
        case NotShown():
            return EXPECTED[control.id][0] != "met"


def _on(control: Control, evidence: str) -> Iterator[Decision]:
    return (check for check in control.checks if check.evidence == evidence)


def _looks_at_all(rule: Rule) -> bool:
    return rule.asks_every or rule.min_ratio is not None


def _soonest(rule: Rule, ask: Ask | None) -> timedelta:
    """How long what a check rests on counts at most: the evidence itself, and the days in a register's rows."""
    asked = () if ask is None else (*(ask.within or {}).values(), *(ask.latest or {}).values())
    return min((span for span in (rule.max_age, *asked) if span is not None), default=timedelta.max)


# The library: what it proposes to whoever takes a promise.

AGAIN = [(ident, phrase, how.period) for ident, said in HOW.items() for phrase, how in said.items() if isinstance(how, Again)]


@pytest.mark.parametrize(("ident", "phrase", "period"), AGAIN)
def test_a_way_of_the_library_demands_it_too(ident: str, phrase: str, period: timedelta) -> None:
    assert any(_soonest(*_asked(way.rule)) <= period for way in offers()[ident].shown_by)


def _asked(said: Any) -> tuple[Rule, Ask]:
    return tuple(model.model_validate({key: value for key, value in said.items() if key in model.model_fields}) for model in (Rule, Ask))  # type: ignore[return-value]


def test_nothing_that_is_done_again_within_the_year_counts_for_a_year_in_the_library() -> None:
    """Records of a promise with a shorter rhythm count for its rhythm, or for that of another part of it; never for longer than half a year."""
    soon = {ident for ident, _, period in AGAIN if period < YEAR}
    longest = {ident: max(_spans(way.rule.get("max_age") for way in offers()[ident].shown_by if way.kind in ("record", "report", "declaration"))) for ident in soon}
    assert {ident for ident, span in longest.items() if span > HALF} == set()


def _spans(written: Iterable[Any]) -> list[timedelta]:
    return [span for text in written if text is not None and (span := Rule.model_validate({"max_age": text}).max_age) is not None]
