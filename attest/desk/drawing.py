"""``Told`` -> pages. Every value is text that came from a file or from somebody else: escaped, and what does not print is shown.

    A template sees words and rows, never a condition: what follows from what was decided by ``attest.review`` and ``attest.duties``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import groupby
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from attest.answering import in_words
from attest.desk.dates import to_do
from attest.desk.told import Told
from attest.desk.wording import due_in_words, found_in_words
from attest.english import term_words
from attest.intake import Sheet
from attest.load.parties import INCIDENTS
from attest.model.answers import Given
from attest.model.incident import Incident
from attest.model.party import OUTCOMES, Party
from attest.model.questionnaire import Item, Questionnaire, Section, public_form
from attest.pages.form import standalone
from attest.reviewed import Due, Reviewed
from attest.times import MONTHS, parse_moment, print_moment, spell_day, spell_moment
from attest.unseen import visible
from attest.words import counted

OUTCOME: Final = {"accept": "Accept", "ask": "Ask first", "refer": "Refer", "reject": "Reject"}
_WORST_FIRST: Final = OUTCOMES[::-1]
FOUND: Final = {"not-met": "Not met", "missing": "Missing", "unknown": "Unknown", "met": "Met"}
"""In the order of what needs looking at."""
CLAUSE: Final = {"refused": "Refused", "absent": "Not in the contract", "open": "Open", "agreed": "Agreed"}
STATE: Final = {"overdue": "Overdue", "due": "Due", "undecided": "Not clear yet", "late": "Done late", "sent": "Sent", "done": "Done", "waived": "Does not apply", "exercise": "Exercise"}
SIGNED: Final = {"signed": "Signed", "unsigned": "Unsigned", "refused": "Not used"}
TONE: Final = {
    "accept": "good", "ask": "blue", "refer": "warn", "reject": "bad", "met": "good", "missing": "warn", "unknown": "warn", "not-met": "bad", "agreed": "good", "open": "warn",
    "refused": "bad", "absent": "warn", "overdue": "bad", "due": "blue", "undecided": "warn", "late": "warn", "sent": "good", "done": "good", "waived": "grey", "exercise": "grey", "signed": "good", "unsigned": "warn", "valid": "good",
    "yes": "good", "no": "bad", "suspected": "warn", "confirmed": "bad", "closed": "good", "none": "grey", "stale": "warn",
    "unknown-signer": "warn", "could-not-tell": "warn", "wrong-signer": "bad", "wrong-party": "bad", "forged": "bad", "withdrawn": "bad",
}  # fmt: skip
"""Colour only helps: the word is always there."""
SIGN: Final = {"good": "✓", "blue": "…", "warn": "?", "bad": "✕", "grey": "–"}
_FEW: Final = 3
"""Warnings of a party that the register names; the rest are counted."""
_MOMENT: Final = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
NAVIGATION: Final = (("index.html", "Parties"), ("due.html", "Due"), ("incidents.html", "Incidents"), ("threats.html", "Threats"), ("questionnaires.html", "Questionnaires"))


@dataclass(frozen=True, slots=True)
class Row:
    """A party in the register."""

    review: Reviewed
    must: tuple[tuple[str, int], ...]
    """How many that must be met came to each word, those that came to something."""
    next: Due | None
    tags: str
    """Ids of its warnings, for the filter."""

    @property
    def rank(self) -> int:
        """How badly it needs looking at, 0 most."""
        return _WORST_FIRST.index(self.review.outcome)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what was answered."""

    section: str
    item: str
    ask: str
    said: str
    given: Given | None
    tip: str | None


def draw(told: Told) -> dict[str, bytes]:
    """Path -> page."""
    made = _Drawing(told)
    pages = {"index.html": made.register(), "due.html": made.due(), "incidents.html": made.incidents(), "threats.html": made.threats(), "questionnaires.html": made.questionnaires()}
    pages |= {f"parties/{review.party}.html": made.party(review) for review in told.reviews}
    pages |= {f"incidents/{ident}.html": made.incident(ident, incident) for ident, incident in told.parties.incidents.items()}
    forms = {f"questionnaires/{ident}.html": _form(told, ident, one) for ident, one in told.questionnaires.items()}
    return {path: page.encode() for path, page in pages.items()} | forms


class _Drawing:
    """The templates with what they all show."""

    def __init__(self, told: Told) -> None:
        self.told, self.things = told, to_do(told)
        self.names = {review.party: review.name for review in told.reviews} | {ident: party.name for ident, party in told.parties.parties.items()}

    def page(self, template: str, path: str, title: str, **known: Any) -> str:
        shown = {"at": self.told.at, "whose": self.told.profile.name if self.told.profile is not None else None, "names": self.names, "reviewed": {review.party for review in self.told.reviews}, "told": self.told}
        return str(_templates().get_template(template).render(path=path, title=title, up="../" * path.count("/"), **shown, **known))

    def register(self) -> str:
        rows = sorted((_row(review) for review in self.told.reviews), key=lambda row: (row.rank, row.review.name.casefold()))
        unseen = {ident: party for ident, party in self.told.parties.parties.items() if ident not in {review.party for review in self.told.reviews}}
        overdue = sum(thing.overdue for thing in self.things)
        return self.page("register.html", "index.html", "Register of parties", rows=rows, unseen=unseen, overdue=overdue, counts=_counts(rows), unread=self.told.unread, **_choices(rows))

    def party(self, review: Reviewed) -> str:
        party = self.told.parties.parties.get(review.party)
        found = sorted(review.requirements, key=lambda one: (list(FOUND).index(one.word), one.level != "must"))
        sheets = [(sheet, asked) for sheet in self.told.answers.get(review.party, ()) if (asked := tuple(_asked(sheet)))]
        incidents = [(ident, incident) for ident, incident in self.told.parties.incidents.items() if _touches(incident, review.party)]
        return self.page(
            "party.html", f"parties/{review.party}.html", review.name, review=review, party=party, found=found, sheets=sheets, incidents=incidents, differs=_differs(review),
            profile=tuple(_profile(party)), terms=_terms(party), tally=[(word, sum(one.word == word for one in found)) for word in FOUND],
        )  # fmt: skip

    def due(self) -> str:
        months = [(month, tuple(things)) for month, things in groupby(self.things, key=lambda thing: f"{MONTHS[thing.day.month - 1]} {thing.day.year}")]
        return self.page("due.html", "due.html", "What is due", things=self.things, months=months, overdue=sum(thing.overdue for thing in self.things), kinds=_same(thing.kind for thing in self.things))

    def incidents(self) -> str:
        known = sorted(self.told.parties.incidents.items(), key=lambda one: one[1].learned, reverse=True)
        clock = [thing for thing in self.things if thing.kind == "incident"]
        return self.page("incidents.html", "incidents.html", "Incidents", incidents=known, clock=clock, open=Counter(thing.about for thing in clock), late=Counter(thing.about for thing in clock if thing.overdue), unread=[one for one in self.told.unread if f"/{INCIDENTS}/" in one])

    def incident(self, ident: str, incident: Incident) -> str:
        duties = self.told.duties.get(ident)
        called = {duty.id: duty.what[:1].upper() + duty.what[1:] for duty in duties or ()}
        sent = sorted(incident.sent, key=lambda one: one.at)
        return self.page("incident.html", f"incidents/{ident}.html", incident.title, ident=ident, incident=incident, duties=duties, called=called, sent=sent, times=tuple(_times(incident)))

    def threats(self) -> str:
        touched: dict[str, list[tuple[Reviewed, str]]] = {}
        for review in self.told.reviews:
            for threat in review.threats:
                touched.setdefault(threat.id, []).append((review, threat.by))
        known = sorted(self.told.parties.threats.items(), key=lambda one: one[1].date, reverse=True)
        return self.page("threats.html", "threats.html", "Threats", threats=known, touched=touched)

    def questionnaires(self) -> str:
        counted = [(ident, one, sum(1 for _ in one.items())) for ident, one in sorted(self.told.questionnaires.items())]
        return self.page("questionnaires.html", "questionnaires.html", "Questionnaires", known=counted)


# What rows are made of


def _row(review: Reviewed) -> Row:
    must = tuple((word, count) for word in FOUND if (count := sum(1 for one in review.requirements if (one.word, one.level) == (word, "must"))))
    return Row(review, must, review.due[0] if review.due else None, " ".join(flag.id for flag in review.flags))


def _counts(rows: Sequence[Row]) -> list[tuple[str, int]]:
    counted = Counter(row.review.outcome for row in rows)
    return [(outcome, counted[outcome]) for outcome in _WORST_FIRST if counted[outcome]]


def _choices(rows: Sequence[Row]) -> dict[str, Any]:
    """What can be chosen to narrow the register: only what occurs."""
    tiers = {row.review.tier: row.review.tier_title or row.review.tier for row in rows if row.review.tier is not None}
    flags = {flag.id: flag.title for row in rows for flag in row.review.flags}
    outcomes = [(outcome, OUTCOME[outcome]) for outcome, _ in _counts(rows)]
    return {"tiers": sorted(tiers.items()), "flags": sorted(flags.items(), key=lambda one: one[1]), "outcomes": outcomes, "kinds": _same(row.review.kind for row in rows)}


def _same(words: Iterable[str]) -> list[tuple[str, str]]:
    """Words that are shown as they are."""
    return [(word, word) for word in sorted(set(words))]


def _differs(review: Reviewed) -> bool:
    return review.decision is not None and review.decision.outcome != review.outcome


def _touches(incident: Incident, party: str) -> bool:
    return party in (*incident.parties, incident.reported_by, incident.cause.party)


def _profile(party: Party | None) -> Iterator[tuple[str, str]]:
    """What the relation is; what is not said is left out, and the page says that it is unknown then."""
    if party is None:
        return
    about = party.profile
    said = {
        "Legal name": party.legal_name, "Number": party.number, "Website": party.website, "Since": party.since and spell_day(party.since), "Sector": about.sector, "Countries": about.countries,
        "Data": about.data, "Connection": about.connection, "Systems": about.systems, "Platforms shared with others": about.platforms, "Laws": about.laws, "Criticality": about.criticality,
    }  # fmt: skip
    for name, value in said.items():
        if value:
            yield name, value if isinstance(value, str) else ", ".join(value)


def _terms(party: Party | None) -> list[tuple[str, Any]]:
    if party is None:
        return []
    both = (("We tell them", party.notice.we_tell_them), ("They tell us", party.notice.they_tell_us))
    return [(said, terms) for said, terms in both if terms is not None]


def _times(incident: Incident) -> Iterator[tuple[str, datetime]]:
    for name in ("began", "learned", "confirmed", "contained", "closed"):
        if (moment := getattr(incident, name)) is not None:
            yield name.capitalize(), moment


def _asked(sheet: Sheet) -> Iterator[Asked]:
    """Every question of theirs with its answer; answers to questions that are not known, last. Nothing where nothing was answered."""
    if not sheet.answers:
        return
    known: dict[str, tuple[Section, Item]] = {item.id: (section, item) for section, item in sheet.questionnaire.items()} if sheet.questionnaire is not None else {}
    for ident, (section, item) in known.items():
        if ident in sheet.answers or item.asked_of == "them":
            yield Asked(section.title, ident, item.ask, _said(sheet.answers.get(ident), item), sheet.answers.get(ident), item.tip)
    for ident, given in sheet.answers.items():
        if ident not in known:
            yield Asked("Other answers", ident, ident, _said(given, None), given, None)


def _said(given: Given | None, item: Item | None) -> str:
    return "" if given is None else in_words(item, given)


def _form(told: Told, ident: str, questionnaire: Questionnaire) -> bytes:
    """The whole questionnaire with what reviewers look for, to be filled in."""
    asker, name = (told.profile.id, told.profile.name) if told.profile is not None else ("", "")
    return standalone(public_form(questionnaire, ident, asker, name, None), dict(_looked_for(questionnaire, told.titles.get(questionnaire.about, {}))))


def _looked_for(questionnaire: Questionnaire, titles: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for _, item in questionnaire.items():  # noqa: PERF102 - no dict
        warns = sorted({f"“{titles[flagged.flag]}”" if flagged.flag in titles else flagged.flag for flagged in item.flags})
        said = (*((item.tip,) if item.tip is not None else ()), *((f"May warn: {', '.join(warns)}.",) if warns else ()))
        if said:
            yield item.id, " ".join(said)


# Templates


@cache
def _templates() -> Environment:
    made = Environment(loader=PackageLoader("attest.desk"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_printing)
    made.filters.update(day=_day, moment=_moment, span=term_words, lines=_lines, number=counted, found=found_in_words, due=due_in_words, spelled=_spelled)
    made.globals.update(OUTCOME=OUTCOME, FOUND=FOUND, CLAUSE=CLAUSE, STATE=STATE, SIGNED=SIGNED, TONE=TONE, SIGN=SIGN, NAVIGATION=NAVIGATION, FEW=_FEW)
    return made


def _printing(value: Any) -> Any:
    r"""Characters that would not show, or would turn text around, as ``\u202e``; what is HTML already went through here."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _lines(value: str) -> Markup:
    """Text of several lines, as lines."""
    return Markup("<br>").join(escape(visible(line)) for line in value.splitlines())


def _day(value: date | datetime) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat() if not isinstance(value, datetime) else print_moment(value), spell_day(value))


def _moment(value: date | datetime) -> Markup:
    """With the time of day, where there is one."""
    return Markup('<time datetime="{}">{}</time>').format(print_moment(value), spell_moment(value)) if isinstance(value, datetime) else _day(value)


def _spelled(text: str) -> str:
    """Moments within a text, as people write them; what is none stays as it is."""
    return _MOMENT.sub(_spelled_moment, text)


def _spelled_moment(match: re.Match[str]) -> str:
    try:
        return spell_moment(parse_moment(match[0]))
    except ValueError:
        return match[0]
