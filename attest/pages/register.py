"""A page a public register, each row a card: its title, then what every column says. What was left blank says "unknown", it is never left out.

    record["registers"]  ->  registers/index.html, registers/subprocessors.html …
                             privacy.html (data), your-rights.html (rights), questions.html (faq)

How a column is shown is data (``_SHOWN``): its label, and a word for its kind that the template knows:

    text prose day list link yes-no span      as they are
    ends            a day until which something holds: a badge that lapses by the reader's clock
    due             a day by which something is to be done; overdue says so
    controls        names of controls, with their verdicts        conditions   an insurer's, each with the control that keeps it
    evidence        a document: where to read it or how to check it; names of another register's rows: row
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from jinja2 import Environment

from attest.pages import text, view
from attest.pages.drawn import Drawn, Edition, Heading
from attest.pages.view import Mark
from attest.published import Record, RegisterRecord
from attest.times import end_of, parse_day, print_moment, start_of

INDEX: Final = "registers/index.html"
_OWN_PATHS: Final = {"data": "privacy.html", "rights": "your-rights.html", "faq": "questions.html"}

_LEDE: Final[dict[str, str]] = {
    "subprocessors": "Companies that touch what you give us, what each does with it, and where.",
    "certificates": "Certificates others gave us, as we recorded them. The issuer's own look-up decides, not this page.",
    "assurance": "Who from outside has examined us, when, how far, and what is still open.",
    "product": "What reviewers ask about each system we sell. A blank answer says unknown: nobody guesses here.",
    "insurance": "What insurance stands behind us, and what it asks of us. A condition that is not kept shows.",
    "data": "What data we hold, why, on which ground, where, for how long, and who else gets it.",
    "rights": "What you can ask of us about your data, how, and how soon you have an answer.",
    "clauses": "What our contracts say about security and data, in plain words. What is signed is what counts.",
    "documents": "What you can read here, and what you can ask for.",
    "access": "Who from outside reaches something of ours, what for, and until when.",
    "reviews": "What we look at again and again, and when we last did.",
    "responsibilities": "Which duties are ours, which are yours, and which we share: plain before anything happens.",
    "contacts": "Whom to reach, for what.",
    "incident-plan": "What happens when something goes wrong, step by step, and who does it.",
    "exercises": "How often we rehearse, with whom, and what came of it.",
    "incidents": "What happened, and what we changed.",
    "notice-terms": "Who tells whom when data is touched, how soon, and what the message holds.",
    "faq": "What we are asked most, answered, with the promises each answer rests on.",
}

_SHOWN: Final[dict[str, tuple[str, tuple[tuple[str, str, str], ...]]]] = {
    "subprocessors": ("name", (
        ("purpose", "What it does for us", "text"), ("data", "Data it holds or sees", "list"), ("location", "Where", "text"), ("transferGround", "Ground for a transfer abroad", "text"),
        ("since", "Since", "day"), ("until", "Works for us until", "last"), ("criticality", "How much depends on it", "words"), ("reviewed", "Last looked at", "day"),
        ("reviewDue", "Looked at again by", "due"), ("website", "Its own address", "link"),
    )),
    "certificates": ("title", (
        ("issuer", "Issued by", "text"), ("number", "Number", "text"), ("scope", "Scope", "prose"), ("validFrom", "Valid from", "day"), ("validUntil", "Valid until", "ends"),
        ("lookup", "Look it up at the issuer", "link"), ("document", "The document", "evidence"),
    )),
    "assurance": ("firm", (
        ("kind", "Kind", "words"), ("date", "When", "day"), ("scope", "How far", "prose"), ("openCritical", "Critical findings still open", "text"), ("openHigh", "High findings still open", "text"),
        ("nextDue", "Next by", "due"), ("letter", "The letter", "evidence"),
    )),
    "product": ("id", (
        ("hostingRegions", "Hosted in", "list"), ("tenantIsolation", "How customers are kept apart", "prose"), ("signIn", "Ways to sign in", "list"), ("secondFactor", "Second factor (MFA)", "prose"),
        ("customerLogs", "Logs you can see", "prose"), ("usesAi", "Use of AI", "prose"), ("trainsOnCustomerData", "Your data trains AI", "yes-no"), ("aiNote", "About AI", "prose"),
        ("rto", "Back within (RTO)", "text"), ("rpo", "Data lost at most (RPO)", "text"), ("statusAddress", "Live status", "link"), ("disclosurePolicy", "Reporting a flaw", "prose"),
    )),
    "insurance": ("cover", (
        ("insurer", "Insurer", "text"), ("amount", "Up to", "text"), ("validFrom", "From", "day"), ("validUntil", "Until", "ends"), ("conditions", "What it asks of us", "conditions"),
        ("termsReviewed", "Terms last read against what we do", "day"), ("proof", "Confirmation", "evidence"), ("note", "Note", "prose"),
    )),
    "data": ("what", (
        ("why", "Why", "prose"), ("needed", "Why less would not do", "prose"), ("ground", "Lawful ground", "text"), ("source", "From whom", "text"), ("where", "Where it is kept", "text"),
        ("kept", "For how long", "text"), ("deleted", "How it goes", "prose"), ("sharedWith", "Shared with", "row:subprocessors"), ("special", "Of a specially guarded kind", "yes-no"),
        ("protection", "What protects it", "controls"),
    )),
    "rights": ("right", (
        ("how", "How", "prose"), ("address", "Where", "link"), ("answeredWithin", "Answered within", "span"), ("note", "Note", "prose"),
    )),
    "clauses": ("title", (
        ("party", "In contracts with", "words"), ("topic", "About", "words"), ("says", "What it says", "prose"), ("negotiable", "Open to talk", "yes-no"), ("document", "The wording", "row:documents"),
    )),
    "documents": ("title", (
        ("version", "Version", "text"), ("date", "Of", "day"), ("evidence", "The file", "evidence"), ("page", "Read it here", "page"), ("how", "How to ask for it", "prose"),
    )),
    "access": ("who", (
        ("party", "Who that is", "words"), ("systems", "Reaches", "systems"), ("purpose", "What for", "prose"), ("level", "What it may do, at most", "prose"), ("segment", "How it is kept apart", "prose"),
        ("granted", "Since", "day"), ("until", "Until", "last"), ("reviewed", "Last looked at", "day"), ("secondFactor", "Second factor", "yes-no"), ("logged", "Recorded", "yes-no"),
        ("confidence", "Why we trust it", "prose"),
    )),
    "reviews": ("what", (
        ("about", "About", "words"), ("every", "Every", "span"), ("last", "Last", "day"), ("nextDue", "Next by", "due"), ("by", "By", "text"), ("outcome", "What came of it", "prose"),
    )),
    "responsibilities": ("duty", (
        ("whose", "Whose", "whose"), ("ours", "Our part", "prose"), ("yours", "Your part", "prose"), ("note", "Note", "prose"), ("control", "The promise", "controls"),
    )),
    "contacts": ("role", (
        ("reason", "For", "prose"), ("channel", "How", "link"), ("hours", "When", "text"),
    )),
    "incident-plan": ("step", (
        ("phase", "Phase", "words"), ("who", "Who", "text"), ("within", "How soon", "text"), ("outside", "Help from outside", "prose"), ("joint", "Together with customers or suppliers", "yes-no"),
    )),
    "exercises": ("kind", (
        ("date", "When", "day"), ("scope", "What was rehearsed", "prose"), ("withCustomers", "With customers", "yes-no"), ("withSuppliers", "With suppliers", "yes-no"), ("found", "What came of it", "prose"),
        ("openActions", "Still to be done", "text"), ("nextDue", "Next by", "due"),
    )),
    "incidents": ("what", (
        ("opened", "Opened", "day"), ("closed", "Closed", "last"), ("severity", "How bad", "words"), ("cause", "Cause", "prose"), ("action", "What we changed", "prose"),
        ("customersTold", "Customers told", "day"), ("leadershipTold", "Management told", "day"), ("notice", "The notice", "notice"),
    )),
    "notice-terms": ("direction", (
        ("within", "How soon", "span"), ("after", "Counted from", "text"), ("contains", "The message holds", "list"), ("channel", "By", "text"), ("contact", "Told to", "text"), ("note", "Note", "prose"),
    )),
    "faq": ("question", (
        ("answer", "Answer", "prose"), ("controls", "Rests on", "controls"),
    )),
}  # fmt: skip

_WORDS: Final = {
    "we-tell-you": "We tell you", "you-tell-us": "You tell us", "we-tell-authorities": "We tell the authorities", "we-tell-others": "We tell other customers",
    "both": "customers and suppliers", "opt-in": "Saying yes", "opt-out": "Saying no", "portability": "Taking your data with you", "access": "Seeing your data",
    "correction": "Having it corrected", "deletion": "Having it deleted", "restriction": "Having it set aside", "objection": "Objecting", "complaint": "Complaining",
}  # fmt: skip
_OPTIONAL: Final = frozenset({"until", "note", "aiNote", "notice", "closed", "page", "evidence", "how", "address", "website", "disclosurePolicy", "hours", "negotiable", "document", "control", "outside", "after"})
"""Columns whose blank is no answer that a reader misses: an end that is not set, a note that nobody wrote."""


_SEARCHED: Final = frozenset({"text", "prose", "words", "whose", "list", "link", "yes-no"})
"""Kinds of columns whose words the site's own search finds."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One column of a row, ready for the template."""

    label: str
    kind: str
    value: Any
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One row."""

    id: str
    title: str
    facts: tuple[Fact, ...]


def path_of(name: str) -> str:
    """The page of a register."""
    return _OWN_PATHS.get(name, f"registers/{name}.html")


def draw(record: Record, edition: Edition, templates: Environment) -> Iterator[Drawn]:
    """A list of the public registers and a page each; nothing where there is none."""
    if not record["registers"]:
        return
    said = "Lists that stand behind the promises: who else is involved, what data there is, what is agreed."
    html = partial(view.fill, templates, "registers.html", INDEX, record, edition, registers=in_order(record), path_of=path_of, ledes=_LEDE, lede=said)
    yield Drawn(INDEX, "Facts and lists", "Facts and lists", said, html, lead=True)
    for register in record["registers"]:
        yield _register(record, edition, register, templates)


def in_order(record: Record) -> list[RegisterRecord]:
    """The public registers in the order visitors meet them."""
    return sorted(record["registers"], key=lambda register: list(_SHOWN).index(register["name"]))


def cards_of(record: Record, edition: Edition, register: RegisterRecord) -> tuple[Card, ...]:
    """A register's rows, ready for the template."""
    return tuple(_card(record, edition, register["name"], row) for row in register["rows"])


def known_to_facts(record: Record) -> dict[str, Any]:
    """What the macros of facts.html look up: whatever a row may name, and words."""
    return {
        "controls": {control["id"]: control for control in record["controls"]}, "papers": {paper["id"]: paper for paper in record["papers"]},
        "names": {other["name"]: {row["id"]: title_of(record, other["name"], row) for row in other["rows"]} for other in record["registers"]},
        "path_of": path_of, "system_names": partial(view.systems, record), "plain": view.words_of,
    }  # fmt: skip


def _register(record: Record, edition: Edition, register: RegisterRecord, templates: Environment) -> Drawn:
    path, lede, cards = path_of(register["name"]), _LEDE[register["name"]], cards_of(record, edition, register)
    html = partial(
        view.fill, templates, "register.html", path, record, edition, register=register, cards=cards, lede=lede, index=INDEX, **known_to_facts(record),
    )  # fmt: skip
    return Drawn(path, register["title"], register["title"], lede, html, tuple(Heading(card.id, card.title, _to_search(card)) for card in cards), INDEX)


def title_of(record: Record, name: str, row: Mapping[str, Any]) -> str:
    """What a row is called: a system by its name, a word of ours in plain words."""
    column = _SHOWN[name][0]
    if name == "product":
        return view.systems(record, [row["id"]])[0]
    return said(row[column]) if name in ("rights", "exercises", "notice-terms") else str(row[column])


def said(word: str) -> str:
    """``penetration-test`` -> Penetration test."""
    return _WORDS.get(word) or word[:1].upper() + word[1:].replace("-", " ")


def _card(record: Record, edition: Edition, name: str, row: Mapping[str, Any]) -> Card:
    _, columns = _SHOWN[name]
    shown = [(column, label, kind) for column, label, kind in columns if not _blank(row[column]) or column not in _OPTIONAL]
    return Card(row["id"], title_of(record, name, row), tuple(_fact(edition, label, kind, row, column) for column, label, kind in shown))


def _to_search(card: Card) -> str:
    """What a row says in words, after the names of its columns; what it only points to is found where it stands."""
    said_here = [(fact.label, fact.value if isinstance(fact.value, list) else [fact.value]) for fact in card.facts if fact.kind in _SEARCHED]
    return "; ".join(f"{label}: {', '.join(map(str, values))}" for label, values in said_here)


def _fact(edition: Edition, label: str, kind: str, row: Mapping[str, Any], column: str) -> Fact:
    value = row[column]
    if _blank(value):
        return Fact(label, "unknown", None)
    if kind == "ends":
        return Fact(label, kind, value, _holds(edition, value, row.get("validFrom")))
    if kind == "controls" and isinstance(value, str):
        return Fact(label, kind, [value])
    if kind == "due":
        return Fact(label, kind, value, Mark("unknown", "overdue") if end_of(parse_day(value)) <= edition.as_of else None)
    return Fact(label, kind, said(value) if kind in ("words", "whose") else value)


def _holds(edition: Edition, until: str, begins: str | None) -> Mark:
    """A badge for something that holds until a day. What has not begun does not hold yet."""
    end = end_of(parse_day(until))
    if begins is not None and start_of(parse_day(begins)) > edition.as_of:
        return Mark("planned", f"From {text.day(start_of(parse_day(begins)))}")
    if end <= edition.as_of:
        return Mark("not-met", f"Ran out on {text.last_day(end)}")
    return Mark("met", f"Until {text.last_day(end)}", print_moment(end), "not-met", f"Ran out on {text.last_day(end)}")


def _blank(value: Any) -> bool:
    return value is None or value == []
