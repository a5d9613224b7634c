"""What the page of each register shows, as data: its line, what it answers, its columns in words, the parts it is read in. A register is never a class.

    COLUMNS["subprocessors"] = ("name", (("purpose", "What it does for us", "text"), …))     what a row is called by, then key, label, kind
    PARTS["subprocessors"] = (Part("table", ("purpose", "data", …), "Who works for us now", rows="current"), …)

A column's kind is a word that ``facts.html`` draws (register.py says which there are). A part shows some columns of some rows in one shape:

    table       a row a line; cards on a telephone             matrix      a column a line, the rows side by side
    cards       a box a row                                    timeline    a day and what it was
    questions   a question and its answer
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

_SPACED: Final = re.compile(r"([A-Z])")
_QUOTED: Final = re.compile(r"\u201c([a-z ]+)\u201d")
"""A column in a rule (english.py)."""
_BARE: Final = re.compile(r"( looked at: | not say |^[Tt]he latest )([a-z_]+)(?=[ ,])")
"""A column in what came of it (judge_register.py)."""

Shape = Literal["table", "matrix", "cards", "timeline", "questions"]
Column = tuple[str, str, str]
"""Key in the record, label, kind."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some columns of some rows, in one shape."""

    shape: Shape
    columns: tuple[str, ...] = ()
    """Keys; none: every column."""
    title: str = ""
    """Of its heading; none: it is all there is on the page."""
    rows: str = ""
    """Which rows: ``current``, ``ended``, ``open``, ``asked``; none: all."""
    by: str = ""
    """The column whose words group the rows, in the order of ``GROUPS``; ``area``: by the area of the first promise a row names."""
    badge: str = ""
    """Of cards: the column whose badge stands beside the title."""
    newest: str = ""
    """The column of days by which rows stand, the newest first; none: as they were written."""
    width: Literal["", "wide", "small"] = ""
    """Of cards: how wide each is."""


LEDE: Final[dict[str, str]] = {
    "subprocessors": "Companies that touch your data: what each holds or sees, what for, and where.",
    "certificates": "Certificates given to us, and to companies we rely on, as we recorded them. The issuer's own look-up decides, not this page.",
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
    "contacts": "Who answers for what, how to reach them, and when they are there.",
    "incident-plan": "What happens when something goes wrong, step by step, and who does it.",
    "exercises": "How often we rehearse, with whom, and what came of it.",
    "incidents": "What happened, and what we changed.",
    "notice-terms": "Who tells whom when data is touched, how soon, and what the message holds.",
    "faq": "What we are asked most, answered, with the promises each answer rests on.",
}

ANSWERS: Final[dict[str, str]] = {
    "subprocessors": "Which companies hold my data, and where? Who joined, who left, who is announced?",
    "certificates": "Which certificates are there, whose, until when, and where can I look them up?",
    "assurance": "When was the last penetration test, by whom, and what is still open?",
    "product": "Does my data train AI? How do we sign in, which logs do we get, how soon is it back?",
    "insurance": "What is covered, until when, and are the insurer's conditions kept?",
    "data": "What do you hold about us, why, and for how long?",
    "rights": "How do I see, correct or delete data about me, and how soon?",
    "clauses": "What will the contract say, and what is open to talk?",
    "documents": "What can I open now, what can I ask for, and how do I check the file I am handed?",
    "access": "Who from outside reaches your systems?",
    "reviews": "What do you look at again, how often, and when was the last time?",
    "responsibilities": "What must I do myself?",
    "contacts": "Whom do I call or write to, and when are they there?",
    "incident-plan": "What happens first, who does it, and where do we take part?",
    "exercises": "Do you rehearse, with whom, and what came of it?",
    "incidents": "What has happened, and what was changed?",
    "notice-terms": "How soon do I hear of a breach, and how soon must I tell you?",
    "faq": "What others ask: do you train models on our data, do you hold a certificate, do your backups work?",
}

SHELVES: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("your-data", "Your data", ("data", "rights", "faq")),
    ("product", "Our product", ("product", "documents", "reviews")),
    ("others", "Who else is involved", ("subprocessors", "access")),
    ("shown", "Shown by others", ("certificates", "assurance", "insurance")),
    ("together", "Together with you", ("responsibilities", "clauses", "notice-terms")),
    ("happens", "When something happens", ("contacts", "incident-plan", "exercises", "incidents")),
)
"""The groups of the index: id, title, registers."""

NEIGHBOURS: Final[dict[str, tuple[str, ...]]] = {
    "subprocessors": ("data", "certificates", "clauses"),
    "certificates": ("assurance", "documents"),
    "assurance": ("certificates", "documents", "exercises"),
    "product": ("data", "responsibilities", "documents"),
    "insurance": ("clauses", "responsibilities", "documents"),
    "data": ("rights", "subprocessors", "clauses"),
    "rights": ("data", "contacts"),
    "clauses": ("documents", "responsibilities", "notice-terms"),
    "documents": ("clauses", "contacts"),
    "access": ("subprocessors", "reviews"),
    "reviews": ("access", "exercises"),
    "responsibilities": ("clauses", "notice-terms"),
    "contacts": ("incident-plan", "notice-terms", "rights"),
    "incident-plan": ("contacts", "notice-terms", "exercises"),
    "exercises": ("incident-plan",),
    "incidents": ("incident-plan", "notice-terms"),
    "notice-terms": ("contacts", "incident-plan", "clauses"),
    "faq": ("product", "data", "subprocessors"),
}
"""What a reader of each page goes to next; the page of data and that of rights name each other."""

COLUMNS: Final[dict[str, tuple[str, tuple[Column, ...]]]] = {
    "subprocessors": ("name", (
        ("purpose", "What it does for us", "text"), ("data", "Data it holds or sees", "list"), ("location", "Where", "text"), ("transferGround", "Ground for a transfer abroad", "text"),
        ("since", "Since", "day"), ("until", "Works for us until", "last"), ("criticality", "How much depends on it", "words"), ("reviewed", "Last looked at", "day"),
        ("reviewDue", "Looked at again by", "due"), ("website", "Its own address", "link"),
    )),
    "certificates": ("title", (
        ("holder", "Held by", "text"), ("issuer", "Issued by", "text"), ("number", "Number", "text"), ("scope", "Scope", "prose"), ("validFrom", "Valid from", "day"), ("validUntil", "Valid until", "ends"),
        ("lookup", "Look it up at the issuer", "link"), ("document", "The document", "evidence"),
    )),
    "assurance": ("firm", (
        ("kind", "Kind", "words"), ("date", "When", "day"), ("scope", "How far", "prose"), ("openCritical", "Critical findings still open", "text"), ("openHigh", "High findings still open", "text"),
        ("nextDue", "Next by", "due"), ("letter", "The letter", "evidence"),
    )),
    "product": ("id", (
        ("hostingRegions", "Hosted in", "list"), ("tenantIsolation", "How customers are kept apart", "prose"), ("signIn", "Ways to sign in", "list"), ("secondFactor", "Second factor (MFA)", "prose"),
        ("customerLogs", "Logs you can see", "prose"), ("usesAi", "Use of AI", "prose"), ("trainsOnCustomerData", "Your data trains AI", "yes-no"), ("aiNote", "About AI", "prose"),
        ("rto", "Back within (RTO)", "text"), ("rpo", "Data lost at most (RPO)", "text"), ("statusAddress", "Live status", "link"), ("disclosurePolicy", "Reporting a flaw", "reach"),
    )),
    "insurance": ("cover", (
        ("insurer", "Insurer", "text"), ("amount", "Up to", "text"), ("validFrom", "From", "day"), ("validUntil", "Until", "ends"), ("conditions", "What it asks of us", "conditions"), ("notifyWithin", "We tell the insurer within", "span"),
        ("termsReviewed", "Terms last read against what we do", "day"), ("proof", "Confirmation", "evidence"), ("note", "Note", "prose"),
    )),
    "data": ("what", (
        ("why", "Why", "prose"), ("needed", "Why less would not do", "prose"), ("ground", "Lawful ground", "text"), ("source", "From whom", "text"), ("where", "Where it is kept", "text"),
        ("kept", "For how long", "text"), ("deleted", "How it goes", "prose"), ("sharedWith", "Shared with", "row:subprocessors"), ("special", "Of a specially guarded kind", "yes-no"),
        ("protection", "What protects it", "controls"),
    )),
    "rights": ("right", (
        ("how", "How", "reach"), ("address", "Where", "link"), ("answeredWithin", "Answered within", "span"), ("note", "Note", "prose"),
    )),
    "clauses": ("title", (
        ("party", "In contracts with", "words"), ("topic", "About", "words"), ("says", "What it says", "prose"), ("negotiable", "Open to talk", "yes-no"), ("document", "The wording", "row:documents"),
    )),
    "documents": ("title", (
        ("version", "Version", "text"), ("date", "Dated", "day"), ("evidence", "The file", "evidence"), ("page", "Read it here", "page"), ("how", "How to get it", "reach"),
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
        ("within", "How soon", "span"), ("after", "Counted from", "text"), ("contains", "The message holds", "list"), ("channel", "By", "link"), ("contact", "Told to", "text"), ("note", "Note", "prose"),
    )),
    "faq": ("question", (
        ("answer", "Answer", "prose"), ("controls", "Rests on", "controls"),
    )),
}  # fmt: skip

OPTIONAL: Final = frozenset({"until", "holder", "note", "aiNote", "notice", "closed", "page", "evidence", "how", "address", "website", "disclosurePolicy", "hours", "negotiable", "document", "control", "outside", "after", "notifyWithin"})
"""Columns whose blank is no answer that a reader misses: an end that is not set, a note that nobody wrote."""

_STANDING: Final = ("purpose", "data", "location", "transferGround", "since", "until")
PARTS: Final[dict[str, tuple[Part, ...]]] = {
    "subprocessors": (
        Part("table", _STANDING, "Who works for us now", rows="current"),
        Part("table", _STANDING, "Who no longer does", rows="ended"),
        Part("table", ("criticality", "reviewed", "reviewDue", "website"), "How we look at each"),
    ),
    "certificates": (Part("cards", badge="validUntil"),),
    "assurance": (Part("table", ("date", "kind", "scope", "openCritical", "openHigh", "nextDue", "letter"), newest="date"),),
    "product": (
        Part("matrix", ("trainsOnCustomerData", "usesAi", "aiNote"), "AI and your data"),
        Part("matrix", ("signIn", "secondFactor"), "Signing in"),
        Part("matrix", ("tenantIsolation", "customerLogs"), "Kept apart, and logged"),
        Part("matrix", ("hostingRegions", "rto", "rpo", "statusAddress"), "Where it runs, and how soon it is back"),
        Part("matrix", ("disclosurePolicy",), "Flaws"),
    ),
    "insurance": (Part("cards", badge="validUntil", width="wide"),),
    "data": (
        Part("table", ("why", "ground", "where", "kept", "sharedWith"), "What, why, where and how long"),
        Part("cards", ("source", "needed", "deleted", "special", "protection"), "Each kind more closely"),
    ),
    "rights": (Part("table"),),
    "clauses": (Part("table", ("says", "topic", "negotiable", "document"), by="party"),),
    "documents": (
        Part("table", ("evidence", "version", "date", "how"), "To open here", rows="open"),
        Part("table", ("how", "version", "date", "evidence"), "For the asking", rows="asked"),
    ),
    "reviews": (Part("table"),),
    "responsibilities": (Part("table", ("yours", "ours", "note", "control"), by="whose"),),
    "contacts": (Part("cards", by="audience", width="small"),),
    "incident-plan": (Part("table", ("who", "within", "outside", "joint"), by="phase"),),
    "exercises": (Part("table", ("date", "scope", "found", "withCustomers", "withSuppliers", "openActions", "nextDue"), newest="date"),),
    "incidents": (Part("timeline", newest="opened"),),
    "notice-terms": (Part("table"),),
    "faq": (Part("questions", by="area"),),
}
"""How a page is read; a register that stands in none of them is cards with every column."""

GROUPS: Final[dict[str, dict[str, str]]] = {
    "whose": {"you": "Yours", "both": "Shared: ours and yours", "us": "Ours", "third-party": "A third party's"},
    "party": {"customers": "In contracts with customers", "both": "In contracts with customers and suppliers", "suppliers": "In contracts with suppliers"},
    "audience": {"both": "For everybody", "customers": "For customers", "suppliers": "For suppliers", "internal": "Whom we reach ourselves"},
    "phase": {
        "prepare": "Prepare", "detect": "Detect", "contact": "Contact", "contain": "Contain", "investigate": "Investigate", "notify": "Notify", "recover": "Recover", "learn": "Learn",
    },
}  # fmt: skip
"""Columns that group, each with its words in the order they stand."""

HEADS: Final[dict[str, str]] = {
    "subprocessors": "Company", "certificates": "Certificate", "assurance": "By whom", "product": "System", "insurance": "Cover", "data": "What we hold", "rights": "You can ask for",
    "clauses": "Clause", "documents": "Document", "access": "Who", "reviews": "What we look at", "responsibilities": "Duty", "contacts": "Whom", "incident-plan": "Step",
    "exercises": "What", "incidents": "What", "notice-terms": "Who tells whom", "faq": "Question",
}  # fmt: skip
"""What stands over the first column of a table."""

_WORDS: Final[dict[str, dict[str, str]]] = {
    "direction": {"we-tell-you": "We tell you", "you-tell-us": "You tell us", "we-tell-authorities": "We tell the authorities", "we-tell-others": "We tell other customers"},
    "right": {
        "opt-in": "Saying yes", "opt-out": "Saying no", "portability": "Taking your data with you", "access": "Seeing your data", "correction": "Having it corrected",
        "deletion": "Having it deleted", "restriction": "Having it set aside", "objection": "Objecting", "complaint": "Complaining",
    },
    "party": {"both": "Customers and suppliers"},
    "kind": {"failover": "Switch-over"},
}  # fmt: skip


def said(word: str, column: str = "") -> str:
    """A word of ours as visitors read it: ``penetration-test`` -> Penetration test; ``access`` of the column ``right`` -> Seeing your data."""
    return _WORDS.get(column, {}).get(word) or word[:1].upper() + word[1:].replace("-", " ")


@lru_cache(maxsize=1024)
def in_words(name: str, sentence: str) -> str:
    """What was asked of a register, or what came of it, with columns called as its page calls them: ``rpo is blank`` -> ``“Data lost at most (RPO)” is blank``."""
    labels = {_SPACED.sub(r" \1", key).lower(): f"\u201c{label}\u201d" for key, label, _ in COLUMNS[name][1]}
    quoted = _QUOTED.sub(lambda found: labels.get(found[1], found[0]), sentence)
    return _BARE.sub(lambda found: found[1] + labels.get(found[2].replace("_", " "), found[2]), quoted)


def parts_of(name: str) -> tuple[Part, ...]:
    """The parts of a register's page."""
    return PARTS.get(name, (Part("cards"),))


def columns_of(name: str, part: Part) -> tuple[Column, ...]:
    """The columns a part shows, in its order. What only says the group again is left out."""
    every = {column[0]: column for column in COLUMNS[name][1]}
    return tuple(every[key] for key in (part.columns or every) if key != part.by)
