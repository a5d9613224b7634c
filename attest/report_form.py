"""Our own attestation report: the form filled from the published record, or what it lacks.

    Form + record + Issue  ->  Filled: parts A to G, an answer a field, D1 to D10 a promise; lacks: what has to be written before it is issued

Always a self-attestation: there is no field that says otherwise, and part F is said to be absent. A status is the record's; ``planned`` is
not met with a treatment, and since the worst check decides, nothing is partly met. What is withheld is counted. Nothing but the record is
read, so nothing private can be in it. Words that the form never prints make a lack where somebody wrote them; catalogues that are called by
such a word are left out, and counted.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, Literal

from attest.enrolled import camel
from attest.model.center import Center
from attest.model.register import Incident
from attest.model.report import Field, Form, Never, Report
from attest.published import CheckRecord, ControlRecord, Record, page_of
from attest.release import Release
from attest.times import end_of, parse_day, print_moment, print_span, spell_day, start_of
from attest.words import AUDIENCES, Basis, Verdict

PAGE: Final = "attestation-report.html"
DATA: Final = "attestation-report.json"
KIND: Final = "self-attestation"

STATUS: Final[dict[Verdict, str]] = {"met": "met", "not-met": "not met", "unknown": "unknown", "planned": "not met", "not-applicable": "not applicable"}
"""A verdict in the form's words."""
RULE, WORD, OUTSIDE = "rule over evidence", "person's statement", "third-party report"
REACHED: Final[dict[Basis, str]] = {"tool": RULE, "record": RULE, "document": RULE, "declaration": WORD, "third-party": OUTSIDE}
"""How a check's status was reached, by the basis of its evidence."""

_COUNTED: Final[tuple[Verdict, ...]] = ("met", "planned", "unknown", "not-met", "not-applicable")
_SIGNIFICANT: Final = ("critical", "high")
_YEAR: Final = timedelta(days=365)
_SAYING_NONE: Final = timedelta(days=90)
"""How long a word that there was no incident counts."""
_MOST_NAMED: Final = 200
"""Lines of one field; a list that is longer is on its own page."""
_DISTRIBUTION: Final = "public"

_LINKED: Final = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")
"""A link of Markdown, of which a reader sees the words."""
_UNSEEN: Final = re.compile("[*_`~\\\\\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")

Shape = Literal["words", "item", "fact", "code", "day", "moment", "end"]


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of an answer."""

    text: str
    """As it is in the record: Markdown where it is declared ``words``, a day or a moment in RFC 3339, a digest or address as ``code``."""
    label: str = ""
    shape: Shape = "fact"
    to: str = ""
    """The site path it leads to."""


@dataclass(frozen=True, slots=True)
class Lack:
    """Why the report is not issued: something that has to be written."""

    field: str
    key: str
    """The key under ``report:``, or in the promise's file."""
    what: str
    todo: str
    control: str | None = None
    """The id of the promise whose file it belongs into; None for center.yml."""
    text: str = ""
    """Where words are wrong: the text that holds them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A field with what the report says in it."""

    field: Field
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class OfControl:
    """The fields of one promise."""

    control: ControlRecord
    status: str
    reached: tuple[str, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part, filled."""

    id: str
    title: str
    answers: tuple[Answer, ...]
    controls: tuple[OfControl, ...] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    """The report. It is issued where it lacks nothing."""

    form: str
    parts: tuple[Part, ...]
    lacks: tuple[Lack, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """What the report is issued with."""

    as_of: datetime
    valid_until: datetime
    release: Release | None
    upcoming: int | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """What fields are filled from."""

    record: Record
    said: Mapping[str, Any]
    issue: Issue
    list_path: Callable[[str], str]
    banned: tuple[Never, ...]
    """Words that this company may not print."""

    @property
    def day(self) -> date:
        return self.issue.as_of.date()

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows of a public register; none where it is not public."""
        return next((register["rows"] for register in self.record["registers"] if register["name"] == name), [])

    def row_path(self, name: str, row: Mapping[str, Any]) -> str:
        return f"{self.list_path(name)}#{row['id']}"


@dataclass(frozen=True, slots=True)
class _Ask:
    """A filler's word that a key has to be written; what to do is the form's to say, unless ``why`` says what is wrong with what is there."""

    key: str
    why: str = ""


_Made = Iterator[Line | _Ask]


def fill(form: Form, record: Record, said: Mapping[str, Any], issue: Issue, list_path: Callable[[str], str]) -> Filled:
    """The form, filled. ``said``: ``report:`` of center.yml as published; ``list_path``: a register's name -> its page."""
    known = _Known(record, said, issue, list_path, tuple(one for one in form.never if not _held(record, one, issue.as_of)))
    parts, lacks = [], list[Lack]()
    for part in form.parts:
        answers = tuple(_answer(field, known, lacks) for field in part.fields_)
        controls = tuple(_of_control(part.per_control, control, known, lacks) for control in _in_order(record)) if part.per_control else ()
        parts.append(Part(part.id, part.title, answers, controls))
    return Filled(form.form, tuple(parts), tuple(lacks))


def _in_order(record: Record) -> Iterator[ControlRecord]:
    """By audience and area, as visitors meet them."""
    places = {area["id"]: place for place, area in enumerate(record["areas"])}
    yield from sorted(record["controls"], key=lambda control: (AUDIENCES.index(control["audience"]), places[control["area"]], control["id"]))


def _answer(field: Field, known: _Known, lacks: list[Lack]) -> Answer:
    fixed = [Line(_named(words, known), shape="words") for words in field.says]
    made = list(_FILLERS[field.id](known)) if field.id in _FILLERS else []
    lines = [*fixed, *(one for one in made if isinstance(one, Line))]
    todo = {ask.key: ask.todo for ask in field.asks}
    lacks += [Lack(field.id, one.key, one.why or f"field {field.id} ({field.name}) is empty", todo[one.key]) for one in made if isinstance(one, _Ask)]
    lacks += _wrong_words(field, lines, known)
    return Answer(field, tuple(lines))


def _named(words: str, known: _Known) -> str:
    center, day = known.record["center"], known.day
    places = {"name": center["name"], "site": center["id"], "day": spell_day(day), "until": spell_day(known.issue.valid_until.date())}
    return re.sub(r"\{([a-z]+)\}", lambda found: places[found[1]], words)


def _wrong_words(field: Field, lines: Iterable[Line], known: _Known, control: str | None = None) -> Iterator[Lack]:
    for line in lines:
        for text in (line.label, line.text):
            if line.shape != "code" and (word := banned_in(text, known.banned)):
                todo = "write it otherwise: a self-attestation prints no such word without a certificate of ours in the register, complete and current"
                yield Lack(field.id, "", f"field {field.id} ({field.name}) would print {word!r}", todo, control, text)


def banned_in(text: str, banned: Sequence[Never]) -> str | None:
    """The first word of ``banned`` that a text holds, as it is written or as it is read once Markdown is drawn: ``**c**ertified`` is certified."""
    pattern = _pattern(tuple(one.word for one in banned)) if banned else None
    found = next(filter(None, map(pattern.search, (text, _as_read(text)))), None) if pattern is not None else None
    return found[0] if found else None


def _as_read(text: str) -> str:
    """Without the signs that Markdown takes away, entities spelt out, wide letters as plain ones, and nothing that is not seen."""
    spelt = unicodedata.normalize("NFKC", html.unescape(_LINKED.sub(r"\1", text)))
    return _UNSEEN.sub("", spelt)


@lru_cache(maxsize=16)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Words in capitals are meant in capitals, or before a number: ``soc`` is a sock with a slip of the pen, ``soc 2`` and ``Certified`` are what they are."""
    every = (rf"{re.escape(word)}|(?i:{re.escape(word)})(?=[ -]?[0-9])" if word != word.lower() else f"(?i:{re.escape(word)})" for word in words)
    return re.compile(rf"(?<![A-Za-z])(?:{'|'.join(every)})(?![a-z])")


def _held(record: Record, never: Never, as_of: datetime) -> bool:
    """Whether a certificate of ours stands in the register over one of the catalogues that let the word stand: with number, body, scope and an end that has not come."""
    rows = next((register["rows"] for register in record["registers"] if register["name"] == "certificates"), [])
    return any(row["framework"] in never.unless and _is_whole(row, as_of) for row in rows)


def _is_whole(row: Mapping[str, Any], as_of: datetime) -> bool:
    ours = row["holder"] is None and all(row[key] for key in ("issuer", "number", "scope", "validFrom", "validUntil"))
    return bool(ours) and start_of(parse_day(row["validFrom"])) <= as_of < end_of(parse_day(row["validUntil"]))


# Parts A, B, C, E, G: a filler a field.


def _prose(known: _Known, key: str) -> _Made:
    """A text that somebody wrote, or that it is missing."""
    found = known.said.get(camel(key))
    yield _Ask(key) if found is None else Line(found, shape="words")


def _block(known: _Known, key: str, **labels: str) -> _Made:
    """A block of keys, each under its label."""
    block = known.said.get(camel(key))
    if block is None:
        yield _Ask(key)
        return
    for name, label in labels.items():
        value = block.get(camel(name))
        for one in value if isinstance(value, list) else [value] if value else []:
            yield Line(one, label, "words")


def _version(known: _Known) -> _Made:
    release = known.issue.release
    yield Line(known.record["center"]["id"].rstrip("/") + "/" + PAGE, "Address", "code")
    yield Line(_number(known.issue), "Version")
    if release is not None:
        yield Line("attestation/statement.json", "Signed statement", "code", "attestation/statement.json")


def _number(issue: Issue) -> str:
    if issue.release is not None:
        return f"release {issue.release.n}"
    return f"unsigned preview of release {issue.upcoming}" if issue.upcoming else "unsigned preview, of no release"


def _who(known: _Known) -> _Made:
    yield Line(known.record["center"]["name"], "Known as")
    yield from _block(known, "organisation", legal_name="Registered as", identifier="Number", address="Address")


def _period(known: _Known) -> _Made:
    yield Line(print_moment(known.issue.as_of), "State on", "moment")


def _issued(known: _Known) -> _Made:
    signed = "With the release named in A1; the second of signing stands in its statement as issuedAt" if known.issue.release is not None else "Not issued: this is a preview that nobody has signed"
    yield Line(signed, "Issued")
    yield Line(print_moment(known.issue.valid_until), "Valid until", "end")


def _follows(known: _Known) -> _Made:
    release = known.issue.release
    if release is None or release.previous is None:
        yield Line("None: this is the first release" if release is not None else "Named when it is released")
        return
    n = release.previous.release
    yield Line(f"release {n}", "Follows", to=f"attestation/releases/{n}/statement.json")
    yield Line(release.previous.payload, "SHA-256 of its signed statement", "code")


def _readers(known: _Known) -> _Made:
    yield Line(_DISTRIBUTION, "Distribution")
    if "readers" in known.said:
        yield Line(known.said["readers"], "Written for", "words")


def _information(known: _Known) -> _Made:
    rows = known.rows("data")
    if "information" in known.said or not rows:
        yield from _prose(known, "information")
    for row in rows[:_MOST_NAMED]:
        yield Line(row["what"], shape="item", to=known.row_path("data", row))


def _objectives(known: _Known) -> _Made:
    yield from _block(known, "objectives", are="Objective", set_how="How they are set", approved_by="Approved by")
    if day := known.said.get("objectives", {}).get("approved"):
        yield Line(day, "Approved on", "day")


def _drivers(known: _Known) -> _Made:
    for one in known.said.get("riskDrivers", ()):
        yield Line(one, shape="item")
    if "riskDrivers" not in known.said:
        yield _Ask("risk_drivers")


def recent(record: Record, day: date) -> list[dict[str, Any]]:
    """The public notices of incidents first told of in the twelve months before a day: id, title, first, last."""
    since = day - _YEAR
    found = [notice for notice in record["notices"] if notice["kind"] == "incident" and since < parse_day(notice["versions"][0]["date"]) <= day]
    return [{"id": one["id"], "title": one["title"], "first": one["versions"][0]["date"], "closed": one["versions"][-1]["closed"] == "yes"} for one in found]


def _incidents(known: _Known) -> _Made:
    told, others, none = recent(known.record, known.day), known.said.get("incidents", ()), known.said.get("noIncidents")
    for notice in told:
        yield Line(f"{notice['title']}, first told on {spell_day(parse_day(notice['first']))}, {'closed' if notice['closed'] else 'still open'}", shape="item", to=f"notices/{notice['id']}.html")
    for one in others:
        yield Line(f"{spell_day(parse_day(one['date']))}: {one['says']}", shape="item")
    if not (told or others):
        yield from _none(known, none)
    elif none is not None:
        yield _Ask("no_incidents", "says that there was no significant incident in twelve months, and there was: see the notices")


def _none(known: _Known, none: Mapping[str, Any] | None) -> _Made:
    if none is None:
        yield _Ask("no_incidents", "field B5 (significant incidents) is empty: there is neither a notice of one nor a word that there was none")
    elif end_of(parse_day(none["date"])) + _SAYING_NONE <= known.issue.as_of:
        yield _Ask("no_incidents", f"the word that there was no incident is of {none['date']}, older than {print_span(_SAYING_NONE)}")
    else:
        yield Line(f"None, says {none['by']} on {spell_day(parse_day(none['date']))}")


def _governance(known: _Known) -> _Made:
    yield from _prose(known, "governance")
    yield from _block(known, "accountable", name="Answers for it", role="Office")


def _assessed(known: _Known) -> _Made:
    yield from _block(known, "risk_assessment", how="How", customers="Risks that customers bring", suppliers="Risks that suppliers bring")


def _communication(known: _Known) -> _Made:
    yield from _block(known, "communication", inside="Inside", outside="Outside")
    for name, said in (("contacts", "Whom to reach"), ("notice-terms", "Who tells whom, and when")):
        if known.rows(name):
            yield Line(said, "See", to=known.list_path(name))


def _monitoring(known: _Known) -> _Made:
    yield from _block(known, "monitoring", how="How", gaps="Where something is missing")
    if tests := [row for row in known.rows("assurance") if row["date"]]:
        last = max(tests, key=lambda row: str(row["date"]))
        yield Line(f"{last['firm']}, {spell_day(parse_day(last['date']))}: {last['scope'] or 'scope not recorded'}", "Last examination by others", to=known.row_path("assurance", last))


def _controls(known: _Known) -> _Made:
    totals = known.record["totals"]
    counted = ", ".join(f"{totals[verdict]} {'planned' if verdict == 'planned' else STATUS[verdict]}" for verdict in _COUNTED if totals[verdict])
    yield Line(f"{sum(totals.values())}: {counted}. Part D has them one by one", "Promises")
    if hidden := sum(known.record["withheld"].values()):
        yield Line(f"{hidden} of them {'is' if hidden == 1 else 'are'} counted and not shown", "Withheld")
    yield from _infrastructure(known)
    yield from _policies(known)


def _infrastructure(known: _Known) -> _Made:
    names = {system["id"]: system["name"] for system in known.record["scope"]["systems"]}
    rows = [row for row in known.rows("product") if row["hostingRegions"]]
    if "infrastructure" in known.said:
        yield Line(known.said["infrastructure"], "Infrastructure", "words")
    elif not rows:
        yield _Ask("infrastructure", "field B10 (controls, infrastructure, policies) does not say what the systems run on")
    for row in rows:
        yield Line(f"{names[row['id']]}: {', '.join(row['hostingRegions'])}", "Hosted in", to=known.row_path("product", row))


def _policies(known: _Known) -> _Made:
    rows = [row for row in known.rows("documents") if "polic" in row["title"].lower() or (row["page"] or "").startswith("policies/")]
    for one in known.said.get("policies", ()):
        yield Line(one, "Policy")
    for row in rows[:_MOST_NAMED]:
        yield Line(row["title"], "Policy", to=row["page"] or known.row_path("documents", row))
    if not rows and "policies" not in known.said:
        yield _Ask("policies", "field B10 (controls, infrastructure, policies) names no policy")


def _in_scope(known: _Known) -> _Made:
    for system in known.record["scope"]["systems"]:
        yield Line(system["name"], "System or service")
    for site in known.said.get("sites", ()):
        yield Line(site, "Site")
    if "sites" not in known.said:
        yield _Ask("sites", "field C1 (systems, services and sites) names no site")


def _left_out(known: _Known) -> _Made:
    out = known.record["scope"]["outOfScope"]
    for one in out:
        yield Line(one["why"], one["name"], "words")
    if not out:
        yield from (Line(f"Nothing. {one.text}", shape="words") if isinstance(one, Line) else one for one in _prose(known, "nothing_left_out"))


def _by_others(known: _Known) -> _Made:
    yield from _block(known, "run_by_others", treated="Their controls are", why="Why")
    rows = [row for row in known.rows("subprocessors") if row["until"] is None or end_of(parse_day(row["until"])) > known.issue.as_of]
    for one in known.said.get("others", ()):
        yield Line(one, shape="item")
    for row in rows[:_MOST_NAMED]:
        yield Line(": ".join(filter(None, (row["name"], row["purpose"]))), shape="item", to=known.row_path("subprocessors", row))
    if not rows and "others" not in known.said:
        yield _Ask("others", "field C3 (parts that others run) names nobody")


def _duties(known: _Known) -> _Made:
    left = [(control["title"], control["yours"], page_of(control)) for control in known.record["controls"] if control["yours"]]
    rows = [row for row in known.rows("responsibilities") if row["whose"] in ("you", "both") and row["yours"]]
    if "duties" in known.said:
        yield Line(known.said["duties"], shape="words")
    elif not (left or rows):
        yield _Ask("duties")
    for row in rows[:_MOST_NAMED]:
        yield Line(row["yours"], row["duty"], "words", known.row_path("responsibilities", row))
    for title, yours, path in left[:_MOST_NAMED]:
        yield Line(yours, title, "words", path)


def _criteria(known: _Known) -> _Made:
    yield Line(known.record["ruleset"], "Rules that decide a status", "code")
    shown = [one for one in known.record["frameworks"] if one["mapped"] and not _is_called(one, known)]
    hidden = sum(1 for one in known.record["frameworks"] if one["mapped"]) - len(shown)
    for one in shown:
        yield Line(f"{one['title']}, {one['version']}", "Catalogue", to=f"frameworks/{one['id']}.html")
    if hidden:
        yield Line(f"{hidden} more, which are named on their own page and not here: their names could be taken for certificates, and none is held", "Not named", to="frameworks/index.html")


def _is_called(framework: Mapping[str, Any], known: _Known) -> bool:
    """Whether a catalogue's name is one that this report does not print."""
    return banned_in(framework["title"], known.banned) is not None or banned_in(framework["version"], known.banned) is not None


def _exceptions(known: _Known) -> _Made:
    for control in _in_order(known.record):
        if control["verdict"] not in ("met", "not-applicable"):
            yield Line(f"{control['title']}: {'not met, planned' if control['verdict'] == 'planned' else STATUS[control['verdict']]}", shape="item", to=f"#{anchor_of(control)}")
    if hidden := sum(count for verdict, count in known.record["withheld"].items() if verdict not in ("met", "not-applicable")):
        yield Line(f"{hidden} more that {'is' if hidden == 1 else 'are'} withheld", shape="item")


def anchor_of(control: Mapping[str, Any]) -> str:
    """The fragment of a promise in the report."""
    return f"promise-{control['id']}"


def _signer(known: _Known) -> _Made:
    signer = known.said.get("signer")
    yield from _block(known, "signer", name="Name", role="Role", power="Power to bind the company")
    if signer is not None:
        yield Line(signer["date"], "Asserted on", "day")
        if end_of(parse_day(signer["date"])) + _YEAR <= known.issue.as_of:
            yield _Ask("signer", f"the assertion of part E is of {signer['date']}, more than a year ago")


def _signature(known: _Known) -> _Made:
    release, act = known.issue.release, known.record.get("affirmation")
    yield Line("Signature of the release that holds this page: attestation/bundle.sigstore.json" if release is not None else "None: this is a preview that nobody has signed", "Signed")
    if release is not None:
        yield Line(release.fingerprint, "Key of the release", "code")
    if act is None:
        yield Line("No person has affirmed this release with a key of their own; releases are issued automatically", "Affirmed")
        return
    yield Line(f"{act['role']}, until {spell_day(parse_day(act['until']))}", "Affirmed by")
    yield Line(act["affirmedAt"], "Affirmed at", "moment")
    yield Line(act["key"], "Key of that person", "code")


def _digests(known: _Known) -> _Made:
    yield Line("attestation/SHA256SUMS", "List", "code", "attestation/SHA256SUMS")
    yield Line("attestation/assessment.json", "Record", "code", "attestation/assessment.json")
    yield Line(f"attest verify {known.record['center']['id']} --key SHA256:…", "Check it", "code")
    yield Line("How to verify this, with tools you may already own", "More", to="verify.html")


def _key(known: _Known) -> _Made:
    release = known.issue.release
    if release is None:
        yield Line("None: this is a preview that nobody has signed", "Fingerprint")
        return
    yield Line(release.fingerprint, "Fingerprint", "code")
    yield Line("attestation/keys/statement.pem", "Public key", "code", "attestation/keys/statement.pem")


def _withdrawal(known: _Known) -> _Made:
    yield Line("attestation/statements/", "Signed withdrawals", "code")
    yield Line("History of releases", "More", to="history/index.html")


def _contacts(known: _Known) -> _Made:
    for contact in known.record["center"]["contacts"]:
        about = " (flaws too)" if "secur" in contact["role"].lower() else ""
        yield Line(contact["email"] or contact["url"] or "by the site named in A1", f"{contact['role']}{about}")


_FILLERS: Final[Mapping[str, Callable[[_Known], _Made]]] = {
    "A1": _version, "A2": _who, "A4": _period, "A5": _issued, "A6": _follows, "A7": _readers,
    "B1": lambda known: _prose(known, "business"), "B2": _information, "B3": _objectives, "B4": _drivers, "B5": _incidents, "B6": _governance, "B7": _assessed, "B8": _communication,
    "B9": _monitoring, "B10": _controls, "C1": _in_scope, "C2": _left_out, "C3": _by_others, "C4": _duties, "C5": _criteria, "E2": _exceptions, "E5": _signer, "E6": _signature,
    "G1": _digests, "G2": _key, "G3": _withdrawal, "G4": _contacts,
}  # fmt: skip
"""How each field is filled; those that are left out say what the form says."""


# Part D: a promise's ten fields.


def _of_control(fields: Sequence[Field], control: ControlRecord, known: _Known, lacks: list[Lack]) -> OfControl:
    reached = _reached(control)
    asked = {"always": True, "no": False, "rule": RULE in reached or OUTSIDE in reached, "word": WORD in reached, "gap": control["verdict"] in ("not-met", "planned"), "out": control["verdict"] == "not-applicable"}
    answers = []
    for field in fields:
        lines = tuple(_OF_CONTROL[field.id](control, known))
        lacks += _wrong_words(field, lines, known, control["id"])
        if asked[field.must] and (lack := _lack(field, control, lines)) is not None:
            lacks.append(lack)
        if lines:
            answers.append(Answer(field, lines))
    return OfControl(control, STATUS[control["verdict"]], reached, tuple(answers))


def _lack(field: Field, control: ControlRecord, lines: Sequence[Line]) -> Lack | None:
    if field.must == "gap" and control["plan"] is None and control["treatment"] is None:
        return Lack(field.id, "plan", f"field {field.id} ({field.name}) is empty, and the promise is {STATUS[control['verdict']]}", field.asks[0].todo, control["id"])
    return None if lines else Lack(field.id, "", f"field {field.id} ({field.name}) is empty", "", control["id"])


def _reached(control: ControlRecord) -> tuple[str, ...]:
    """How the status came about: by each check's evidence; without a check, by whoever decided or plans; with neither, the rules found nothing."""
    found = tuple(dict.fromkeys(REACHED[check["basis"]] for check in control["checks"]))
    return found or ((WORD,) if control["plan"] or control["notApplicable"] else (RULE,))


def _promise(control: ControlRecord, _: _Known) -> Iterator[Line]:
    yield Line(control["promise"], shape="words")
    yield Line(control["id"], "Id", "code", page_of(control))


def _references(control: ControlRecord, known: _Known) -> Iterator[Line]:
    titles = {one["id"]: one for one in known.record["frameworks"]}
    shown = {ident: clauses for ident, clauses in control["clauses"].items() if not _is_called(titles[ident], known)}
    for ident, clauses in shown.items():
        yield Line(f"{titles[ident]['title']}: {', '.join(clauses)}", shape="item")
    if hidden := len(control["clauses"]) - len(shown):
        yield Line(f"{hidden} more, on the promise's page", shape="item", to=page_of(control))


def _status(control: ControlRecord, _: _Known) -> Iterator[Line]:
    yield Line("not met, planned" if control["verdict"] == "planned" else STATUS[control["verdict"]])


def _how(control: ControlRecord, _: _Known) -> Iterator[Line]:
    yield Line("; ".join(_reached(control)))


def _rules(control: ControlRecord, known: _Known) -> Iterator[Line]:
    ruleset = known.record["ruleset"]
    for check in _by(control, (RULE, OUTSIDE)):
        yield Line(f"{check['ruleText']} ({ruleset})", "Rule")
        yield from _evidence(check)
    if not control["checks"] and RULE in _reached(control):
        yield Line(f"No evidence is attached, so no rule could decide ({ruleset})", "Rule")


def _by(control: ControlRecord, ways: Iterable[str]) -> list[CheckRecord]:
    return [check for check in control["checks"] if REACHED[check["basis"]] in ways]


def _evidence(check: CheckRecord) -> Iterator[Line]:
    yield Line(check["title"] or f"a {check['kind']} that is not published", "Evidence")
    if digest := check["sha256"]:
        yield Line(digest, "SHA-256", "code")
    elif check["commitment"]:
        yield Line(check["commitment"], "Bound by commitment", "code")
    else:
        yield Line("none: there is no file yet, or it is bound when this is released", "Digest")
    yield from _dates(check)


def _dates(check: CheckRecord) -> Iterator[Line]:
    if check["observed"]:
        yield Line(check["observed"], "Collected", "moment")
    if check["expires"]:
        yield Line(check["expires"], "Counts until", "end")


def _whose(control: ControlRecord, _: _Known) -> Iterator[Line]:
    for check in _by(control, (WORD,)):
        yield Line(check["declared"]["by"] if check["declared"] else "a role that is named to us and not published", "Says so")
        yield from _dates(check)
    if not control["checks"] and (plan := control["plan"]):
        yield Line(plan["owner"], "Says so")
        yield Line(plan["due"], "Due", "day")
    if out := control["notApplicable"]:
        yield Line(out["decidedBy"], "Decided by")
        yield Line(out["until"], "Looked at again by", "day")


def _population(control: ControlRecord, _: _Known) -> Iterator[Line]:
    covered = control["covered"]
    if covered["inScope"]:
        yield Line(f"{covered['checked']} of {covered['inScope']}", "Systems")
    for check in control["checks"]:
        if check["summary"] is not None:
            yield Line(f"{check['summary']['examined']}, of which {check['summary']['passed']} passed: {check['title']}", "Looked at")
    if not covered["inScope"] and not any(check["summary"] for check in control["checks"]):
        yield Line("it names no system, and what was counted is not published", "Systems")


def _gap(control: ControlRecord, _: _Known) -> Iterator[Line]:
    if control["verdict"] not in ("not-met", "planned"):
        return
    yield Line(control["reason"], "Gap")
    if plan := control["plan"]:
        yield Line(plan["why"], "Treatment", "words")
        yield Line(plan["owner"], "Owner")
        yield Line(plan["due"], "Due", "day")
    if risk := control["treatment"]:
        yield Line(f"{risk['decision']}. {risk['reason']}", "Treatment", "words")
        yield Line(risk["owner"], "Owner")
        yield Line(risk["until"], "Decided anew by", "day")


def _not_applicable(control: ControlRecord, _: _Known) -> Iterator[Line]:
    if control["notApplicable"]:
        yield Line(control["notApplicable"]["reason"], shape="words")


def _against(control: ControlRecord, _: _Known) -> Iterator[Line]:
    """What public evidence holds besides what the status rests on: rows that failed within the rule's limit, findings set aside, checks that came out otherwise."""
    for check in control["checks"]:
        if check["summary"] and check["summary"]["failed"]:
            yield Line(f"{check['summary']['failed']} of {check['summary']['examined']} did not pass: {check['title']}", "Failed")
        for one in check["lifted"]:
            yield Line(f"{one['vulnerability']}: {one['status']}{', ' + one['justification'] if one['justification'] else ''}", "Set aside")
        if control["verdict"] == "unknown" and check["verdict"] != "met":
            yield Line(check["reason"], "Open")


_OF_CONTROL: Final[Mapping[str, Callable[[ControlRecord, _Known], Iterator[Line]]]] = {
    "D1": _promise, "D2": _references, "D3": _status, "D4": _how, "D5": _rules, "D6": _whose, "D7": _population, "D8": _gap, "D9": _not_applicable, "D10": _against,
}  # fmt: skip


def _happened(center: Center) -> Iterator[Incident]:
    """The rows of the register of incidents."""
    yield from (row for register in center.registers.values() for row in register.rows if isinstance(row, Incident))


def untold(center: Center, as_of: datetime) -> tuple[Lack, ...]:
    """Significant incidents of our own register, private as it may be, that the report denies or leaves out. What is said here is for staff alone."""
    report = center.profile.report or Report()
    told = {ident for ident, notice in center.notices.items() if notice.kind == "incident" and notice.visibility == "public"} | {one.row for one in report.incidents}
    grave = [row for row in _happened(center) if row.severity in _SIGNIFICANT and as_of - _YEAR < start_of(row.opened) <= as_of]
    unweighed = [row.id for row in _happened(center) if row.severity is None and as_of - _YEAR < start_of(row.opened) <= as_of] if report.no_incidents is not None else []
    left = [row for row in grave if row.notice not in told and row.id not in told]
    denied = [*(row.id for row in grave), *(f"of {one.date.isoformat()}" for one in report.incidents)] if report.no_incidents is not None else []
    return (
        *(Lack("B5", "no_incidents", f"says that there was no significant incident in twelve months, and there was: {one}", "remove it") for one in denied[:1]),
        *(Lack("B5", "no_incidents", f"says that there was no significant incident in twelve months, and nobody said how bad {ident} was", "write severity: in its row of the register of incidents") for ident in unweighed[:1]),
        *(Lack("B5", "incidents", f"{row.id} of the register of incidents was {row.severity}, and the report would leave it out", f"publish a notice of it, or tell it here with row: {row.id}") for row in left),
    )


def issued(form: Form, record: Record, said: Mapping[str, Any] | None, issue: Issue, more: Sequence[Lack] = ()) -> tuple[Record, tuple[Lack, ...]]:
    """The record with what the report says of its own, where the report is issued; else the record as it was, and what the report lacks, ``more`` included."""
    if said is None:
        return record, ()
    lacks = (*fill(form, record, said, issue, str).lacks, *more)
    return (record, lacks) if lacks else ({**record, "report": dict(said)}, ())


def print_filled(filled: Filled, record: Record, issue: Issue) -> dict[str, Any]:
    """attestation-report.json as an object. Keys stay, more may come."""
    center = record["center"]
    return {
        "form": {"title": "Attestation report", "version": filled.form},
        "kind": KIND,
        "independent": None,
        "center": {"id": center["id"], "name": center["name"]},
        "release": None if issue.release is None else issue.release.n,
        "asOf": print_moment(issue.as_of),
        "validUntil": print_moment(issue.valid_until),
        "distribution": _DISTRIBUTION,
        "parts": [{"id": part.id, "title": part.title, "fields": [_field(one) for one in part.answers], **({"controls": [_control(one) for one in part.controls]} if part.id == "D" else {})} for part in filled.parts],
    }


def _control(one: OfControl) -> dict[str, Any]:
    return {"id": one.control["id"], "title": one.control["title"], "page": page_of(one.control), "status": one.status, "reached": list(one.reached), "fields": [_field(answer) for answer in one.answers]}


def _field(answer: Answer) -> dict[str, Any]:
    return {"id": answer.field.id, "name": answer.field.name, "must": answer.field.must, "answer": [_line(line) for line in answer.lines]}


def _line(line: Line) -> dict[str, Any]:
    return {key: value for key, value in (("label", line.label), ("text", line.text), ("path", line.to)) if value}
