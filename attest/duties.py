"""What an incident asks of us: whom to tell what by when, and why; what to decide; what to mend. Values in, values out, and the moment is an argument.

    Incident ─┬─ parties it touches         their own notice terms, else ours           tell-ID
    Parties   ├─ others on its platforms    a decision of its own, then its messages    decide-others, tell-ID
    Terms     ├─ a customer's management    where one of their people is the cause      management-ID
    now       ├─ insurers                   the register's notify_within                insurer-ROW
              ├─ laws                       the library's deadlines                     gdpr-authority, nis2-final …
              └─ ourselves                  counsel, the public notice, what to mend    counsel, notice, action-1
                        │
                      Duty  ── state: due | overdue | undecided | sent | done | late | waived | exercise

One message may have several grounds; the earliest counts. What is not known is never assumed: a ground that hangs on it is undecided and shown with
the moment it would be due. Nothing is owed in an exercise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal, get_args

from attest.english import term_words
from attest.model.center import Center
from attest.model.deadline import Deadline, Deadlines, Event, Law, Part, Period, When
from attest.model.incident import Incident
from attest.model.parties import Parties
from attest.model.party import NoticeTerms, Party, Person
from attest.model.register import Clause, Insurance, NoticeTerm, Row
from attest.times import end_of, start_of
from attest.words import RegisterName

State = Literal["due", "overdue", "undecided", "sent", "done", "late", "waived", "exercise"]
STATES: Final[tuple[State, ...]] = get_args(State)
OPEN: Final = ("due", "overdue", "undecided")
"""States in which something is owed."""
Audience = Literal["party", "others", "management", "insurer", "authority", "people", "public", "ourselves"]

DECIDE_WITHIN: Final = timedelta(hours=24)
"""How soon it is decided whether other customers are told, where no notice term says how soon they are."""
COUNSEL: Final = "counsel"
NOTICE: Final = "notice"
OTHERS: Final = "decide-others"

_SUSPECTED: Final = "whether it happened at all: it is only suspected (state)"
_BEFORE: Final = "not before legal counsel has read it"
_UNKNOWN: Final[Mapping[str, str]] = {
    "personal_data": "whether personal data was touched (personal_data)",
    "high_risk": "whether it is likely to hurt people (high_risk)",
    "significant": "whether it is significant, major or material (significant)",
    "role": "whether the personal data is ours to answer for or held for customers (role)",
    "data": "which data was touched (data)",
    "people": "how many people it is about (people)",
}
_KINDS: Final = frozenset({"personal-data", "health-data", "card-data"})
"""Words for kinds of data, beside which rows of the data register may stand."""
_MANAGEMENT: Final = ("manag", "direct", "chief", "ceo", "owner", "board", "president", "partner")
"""What roles of top management are called."""
_SECURITY: Final = ("security", "incident", "privacy", "data protection")


@dataclass(frozen=True, slots=True)
class Piece:
    """Something a message has to hold."""

    says: str
    part: Part | None = None
    """What of the incident it is about; None where the words of a contract have to tell."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Why something is owed, and until when."""

    why: str
    source: str
    """Contract and section; the law's article; the register's row."""
    within: str | None
    """``72 hours``; None is without undue delay."""
    starts: datetime | None
    """From when it counts; None where that has not happened yet."""
    due: datetime | None
    unknown: tuple[str, ...] = ()
    """What has to be known before it is clear that this applies; empty, it does."""
    deadline: str | None = None
    """The law's deadline, by id."""
    address: str | None = None
    checked: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to be told, decided or done."""

    id: str
    incident: str
    kind: Literal["message", "decision", "task"]
    audience: Audience
    to: str
    """Who is told; of decisions and tasks, whose they are."""
    what: str
    grounds: tuple[Ground, ...]
    due: datetime | None = None
    """None: without undue delay."""
    state: State = "due"
    overdue: bool = False
    """Owed, and its moment has passed; so may something undecided be."""
    contacts: tuple[str, ...] = ()
    channel: str | None = None
    contains: tuple[Piece, ...] = ()
    party: str | None = None
    at: datetime | None = None
    """When it was sent, decided or done."""
    by: str | None = None
    note: str | None = None
    exercise: bool = False

    @property
    def owed(self) -> bool:
        """Whether somebody still has to act."""
        return self.state in OPEN

    @property
    def outside(self) -> bool:
        """Whether everybody may read it, so that counsel comes first."""
        return self.audience in ("people", "public")


@dataclass(frozen=True, slots=True)
class Terms:
    """What of a trust center's sources bears on whom it tells."""

    tells: tuple[NoticeTerm, ...] = ()
    insurance: tuple[Insurance, ...] = ()
    clauses: tuple[Clause, ...] = ()
    laws: Mapping[str, str] | None = None
    """Laws that bind us, and whom each is reported to; None where nobody said."""
    taken_on: frozenset[str] = frozenset()
    """Frameworks that are here: a hint at laws, no more."""
    deadlines: Deadlines = field(default_factory=lambda: Deadlines(about="none", laws=(), deadlines=()))
    notices: Mapping[str, date] = field(default_factory=dict)
    """Public notices that are written, by id: the day of the first version."""


def terms_of(center: Center, deadlines: Deadlines) -> Terms:
    """What a center's registers and profile say of whom it tells."""

    def rows(name: RegisterName) -> tuple[Row, ...]:
        return center.registers[name].rows if name in center.registers else ()

    return Terms(
        tells=tuple(row for row in rows("notice-terms") if isinstance(row, NoticeTerm)),
        insurance=tuple(row for row in rows("insurance") if isinstance(row, Insurance)),
        clauses=tuple(row for row in rows("clauses") if isinstance(row, Clause)),
        laws=center.profile.laws,
        taken_on=frozenset(center.frameworks),
        deadlines=deadlines,
        notices={ident: notice.versions[0].date for ident, notice in center.notices.items()},
    )


def duties(ident: str, incident: Incident, known: Parties, terms: Terms, now: datetime) -> tuple[Duty, ...]:
    """All that an incident asks of us at a moment: what is owed first, the earliest first; then what was done."""
    told = [*_parties(incident, known, terms), *_management(incident, known, terms), *_insurers(incident, terms), *_authorities(incident, known, terms, now)]
    found = [*_others(incident, known, terms), *told, *_ourselves(incident, told, terms)]
    settled = [_settled(replace(duty, incident=ident, exercise=incident.exercise == "yes"), incident, now) for duty in found]
    return tuple(sorted(settled, key=lambda duty: (not duty.owed, not duty.overdue, duty.at or duty.due or incident.learned, duty.id)))


def all_duties(known: Parties, terms: Terms, now: datetime) -> dict[str, tuple[Duty, ...]]:
    """The same of every incident, by id."""
    return {ident: duties(ident, incident, known, terms, now) for ident, incident in sorted(known.incidents.items())}


# Parties.


def touched(incident: Incident, known: Parties) -> dict[str, Party]:
    """The parties it touches, as far as there is a file of them."""
    return {ident: known.parties[ident] for ident in incident.parties if ident in known.parties}


def platforms_of(incident: Incident, known: Parties) -> frozenset[str]:
    """Platforms it is about: those it names, and those of the customers it touches, began with or was reported by."""
    concerned = {*incident.parties, *filter(None, (incident.reported_by, incident.cause.party))}
    theirs = (known.parties[ident].profile.platforms for ident in concerned if ident in known.parties and known.parties[ident].kind == "customer")
    return frozenset(incident.platforms).union(*theirs)


def others_on(incident: Incident, known: Parties) -> dict[str, Party]:
    """Customers on the same platforms whom it is not known to touch."""
    platforms, left_out = platforms_of(incident, known), {*incident.parties, incident.reported_by, incident.cause.party}
    return {ident: party for ident, party in sorted(known.parties.items()) if party.kind == "customer" and ident not in left_out and platforms & set(party.profile.platforms)}


def _parties(incident: Incident, known: Parties, terms: Terms) -> Iterator[Duty]:
    for ident, party in touched(incident, known).items():
        grounds = (_agreed(incident, party, terms), *_laws_for(incident, party, terms))
        yield _message_to(ident, party, "party", grounds, terms)
    for ident in incident.parties:
        if ident not in known.parties:
            ground = _ground("it is touched", "no file of it could be read, so nothing is known of what was agreed", incident.learned, None)
            yield Duty(f"tell-{ident}", "", "message", "party", ident, f"tell {ident}", (ground,), party=ident)
    if incident.others is not None and incident.others.tell == "yes":
        for ident, party in others_on(incident, known).items():
            yield _message_to(ident, party, "others", (_platform_ground(incident, terms),), terms)


def _message_to(ident: str, party: Party, audience: Audience, grounds: tuple[Ground, ...], terms: Terms) -> Duty:
    term = party.notice.we_tell_them
    row = _our_term(party, terms)
    pieces = tuple(Piece(text) for text in (term.contains if term else row.contains if row else ()))
    channel = term.channel if term else row.channel if row else None
    by_law = _asked(ground.deadline for ground in grounds if ground.deadline and not ground.unknown) if terms.deadlines.deadlines else ()
    asked = tuple(piece for one in by_law for piece in _pieces(_deadline(one, terms)))
    return Duty(f"tell-{ident}", "", "message", audience, party.name, f"tell {party.name}", grounds, contacts=_contacts(party, term), channel=channel, contains=_once((*pieces, *asked)), party=ident)


def _asked(found: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ident for ident in found if ident is not None))


def _once(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Each part of the incident once: what a contract asks in its own words stands, what a law asks beside it is added."""
    return tuple({piece.part or piece.says: piece for piece in pieces}.values())


def _agreed(incident: Incident, party: Party, terms: Terms) -> Ground:
    """What was agreed with this party, else what we tell everybody; where neither is said, it is told without delay."""
    term, row = party.notice.we_tell_them, _our_term(party, terms)
    if term is not None:
        where = term.where or (party.clauses["breach-notice"].where if "breach-notice" in party.clauses else None)
        return _ground("it is touched, and this was agreed with it", where or "its notice terms", incident.learned, term.within, note=term.after and f"counted from: {term.after}")
    if row is not None:
        return _ground("it is touched, and nothing else was agreed with it", _named(row, party, terms), incident.learned, row.within, note=row.after and f"counted from: {row.after}")
    return _ground("it is touched", "no time is agreed: write notice: we-tell-them in its file", incident.learned, None)


def _our_term(party: Party, terms: Terms) -> NoticeTerm | None:
    """The row of the register that tells how soon such a party is told: the soonest, where several do."""
    direction = "we-tell-you" if party.kind == "customer" else "we-tell-others"
    return _soonest(terms, direction)


def _soonest(terms: Terms, direction: str) -> NoticeTerm | None:
    rows = [row for row in terms.tells if row.direction == direction]
    return min(rows, key=lambda row: row.within or timedelta.max, default=None)


def _named(row: NoticeTerm, party: Party, terms: Terms) -> str:
    side = "customers" if party.kind == "customer" else "suppliers"
    clause = next((clause for clause in terms.clauses if clause.topic == "breach-notice" and clause.party in (side, "both")), None)
    return f"our notice terms, {row.id}" + (f"; clause {clause.title}" if clause is not None else "")


def _platform_ground(incident: Incident, terms: Terms) -> Ground:
    row = _soonest(terms, "we-tell-others")
    return _ground("it is on the same platform, and it was decided to tell such customers", f"our notice terms, {row.id}" if row else "decision on others", incident.learned, row.within if row else None)


def _contacts(party: Party, term: NoticeTerms | None) -> tuple[str, ...]:
    """Those whom the agreement names; else whoever has to do with security; else everybody we know there."""
    theirs = party.contacts.theirs
    named = {role.casefold() for role in (term.to if term else ())}
    found = [person for person in theirs if person.role.casefold() in named] or _with_roles(theirs, _SECURITY) or list(theirs)
    return tuple(map(_person, found))


def _with_roles(people: Sequence[Person], words: Sequence[str]) -> list[Person]:
    return [person for person in people if any(word in person.role.casefold() for word in words)]


def _person(person: Person) -> str:
    return ", ".join(filter(None, (f"{person.role}: {person.name}" if person.name else person.role, person.phone, person.email)))


def _others(incident: Incident, known: Parties, terms: Terms) -> Iterator[Duty]:
    """The decision about other customers: due wherever a customer or a shared platform is concerned, also where nobody else is known to be on it."""
    concerned = [ident for ident in (*incident.parties, incident.reported_by) if ident in known.parties and known.parties[ident].kind == "customer"]
    if not concerned and not platforms_of(incident, known):
        return
    row = _soonest(terms, "we-tell-others")
    within = (row.within if row else None) or DECIDE_WITHIN
    source = f"our notice terms, {row.id}" if row else "no notice term says how soon; a day is taken"
    there, platforms = others_on(incident, known), ", ".join(sorted(platforms_of(incident, known))) or "platforms that nobody has named"
    names = ", ".join(party.name for party in there.values()) or "nobody else is recorded there"
    ground = _ground(f"others share {platforms} with them: {names}", source, incident.learned, within)
    yield Duty(OTHERS, "", "decision", "ourselves", "Us", "decide whether other customers on the same platform are told", (ground,))


def _management(incident: Incident, known: Parties, terms: Terms) -> Iterator[Duty]:
    """Their top management hears of it from us where one of their people seems to be the cause, no later than the incident itself is told."""
    if incident.cause.by != "customer-employee":
        return
    ident = incident.cause.party
    party = known.parties.get(ident) if ident is not None else None
    starts = incident.confirmed or incident.learned
    if party is None:
        missing = ("which customer's person it was (cause: party)",)
        yield Duty("management", "", "message", "management", "The customer's top management", "tell the customer's top management", (replace(_ground("one of their people seems to be the cause", "cause", starts, None), unknown=missing),))
        return
    term, row = party.notice.we_tell_them, _our_term(party, terms)
    ground = _ground("one of their people seems to be the cause", "as soon as that is likely, and no later than the notice itself", starts, term.within if term else row.within if row else None)
    people = tuple(map(_person, _with_roles(party.contacts.theirs, _MANAGEMENT)))
    pieces = (Piece("what happened", "nature"), Piece("why one of their people seems to be the cause", "cause"), Piece("what we have done", "measures"), Piece("what you should do", "advice"), Piece("whom to talk to", "contact"))
    yield Duty(f"management-{ident}", "", "message", "management", f"{party.name}: top management", f"tell the top management of {party.name}", (ground,), contacts=people, contains=pieces, channel="Telephone, then in writing", party=ident)


# Insurers and laws.


def _insurers(incident: Incident, terms: Terms) -> Iterator[Duty]:
    """Policies that ran when we learned of it. One that does not say how soon it wants to hear is undecided, not left out."""
    day = incident.learned.date()
    pieces = (Piece("what happened", "nature"), Piece("when", "when"), Piece("which data and systems", "systems"), Piece("who is touched", "parties"), Piece("what was done and who was called in", "measures"), Piece("what caused it, as far as that is known", "cause"), Piece("whom to talk to", "contact"))
    for row in terms.insurance:
        if (row.valid_from is None or row.valid_from <= day) and (row.valid_until is None or day <= row.valid_until):
            unknown = () if row.notify_within else ("how soon this insurer has to be told (notify_within in the register of insurance)",)
            ground = replace(_ground("the policy asks to hear of what may become a claim", f"register of insurance, {row.id}", incident.learned, row.notify_within), unknown=unknown)
            yield Duty(f"insurer-{row.id}", "", "message", "insurer", row.insurer or f"The insurer of {row.id}", f"tell the insurer ({row.id})", (ground,), contains=pieces)


def _laws_for(incident: Incident, party: Party, terms: Terms) -> Iterator[Ground]:
    """What laws ask to be told to a customer whose data or service it is."""
    if party.kind != "customer":
        return
    for one in terms.deadlines.deadlines:
        if one.told == "party":
            bound = _bound(_law(one, terms), terms, party.profile.laws, party.profile.countries)
            ground = _by_law(one, incident, bound, terms)
            if ground is not None:
                yield ground


def _authorities(incident: Incident, known: Parties, terms: Terms, now: datetime) -> Iterator[Duty]:
    """What laws ask to be told to authorities, people and everybody; each stage counts from when the one before was sent, or else was due."""
    countries = {country for party in touched(incident, known).values() for country in party.profile.countries}
    stages: dict[str, datetime | None] = {}
    for one in terms.deadlines.deadlines:
        if one.told == "party":
            continue
        ground = _by_law(one, incident, _bound(_law(one, terms), terms, (), countries), terms, stages)
        if ground is None:
            continue
        stages[one.id] = _first_sent(incident, one.id, now) or ground.due
        to = (terms.laws or {}).get(one.law, one.to) if one.told == "authority" else one.to
        yield Duty(one.id, "", "message", one.told, to, f"tell {to[:1].lower() + to[1:]}", (ground,), contains=_pieces(one))
    if terms.laws is None and not any(set(law.frameworks) & terms.taken_on for law in terms.deadlines.laws):
        yield from _unnamed_laws(incident, terms)


def _unnamed_laws(incident: Incident, terms: Terms) -> Iterator[Duty]:
    """Where nobody said which laws bind us, what our own terms promise to authorities is all there is to go by."""
    for row in terms.tells:
        if row.direction == "we-tell-authorities":
            ground = replace(_ground(row.after or "our own terms say so", f"our notice terms, {row.id}", incident.learned, row.within), unknown=("whether this is such a case; and which laws bind us (laws in center.yml)",))
            to = row.contact or "The authority"
            yield Duty(f"authority-{row.id}", "", "message", "authority", to, f"tell {to}", (ground,), channel=row.channel, contains=tuple(map(Piece, row.contains)))


def _bound(law: Law, terms: Terms, theirs: Collection[str], countries: Collection[str]) -> tuple[str, ...] | None:
    """Whether a law binds: nothing is unknown, something is, or None where nothing hints at it."""
    if law.id in (terms.laws or {}) or law.id in theirs:
        return ()
    if terms.laws is None and set(law.frameworks) & terms.taken_on:
        return (f"whether it binds us: center.yml does not say (laws: {law.id})",)
    if here := sorted(set(law.countries) & set(countries)):
        return (f"whether it binds us: somebody it touches is in {', '.join(here)} (laws: {law.id} in center.yml)",)
    return None


def _by_law(one: Deadline, incident: Incident, bound: tuple[str, ...] | None, terms: Terms, stages: Mapping[str, datetime | None] | None = None) -> Ground | None:
    named = one.id in incident.laws
    asked = () if named else _met(one.when, incident)
    if asked is None or (bound is None and not named) or (one.start == "sent" and one.after not in (stages or {})):
        return None
    suspected = (_SUSPECTED,) if incident.state == "suspected" else ()
    starts, due = _counted(one, incident, stages or {})
    law = _law(one, terms)
    return Ground(
        why=f"{law.title} asks for it",
        source=f"{one.article} ({law.id})",
        within=one.within.words if one.within else None,
        starts=starts,
        due=due,
        unknown=(*suspected, *(() if named else bound or ()), *asked),
        deadline=one.id,
        address=one.address,
        checked=one.checked,
        note=one.note,
    )


def _met(when: When, incident: Incident) -> tuple[str, ...] | None:
    """What is not known of the conditions; None where one of them is not so."""
    answers = [_fact(name, wanted, incident) for name, wanted in when if wanted not in (None, ())]
    return None if any(answer is False for answer in answers) else tuple(answer for answer in answers if isinstance(answer, str))


def _fact(name: str, wanted: object, incident: Incident) -> bool | str:
    """Whether one condition is so, or what is not known."""
    if name == "named":
        return False  # the incident's laws were looked at before
    if name in ("people_at_least", "people_below"):
        return _UNKNOWN["people"] if incident.people is None else (incident.people >= int(str(wanted))) is (name == "people_at_least")
    given = getattr(incident, name)
    if given in (None, ()):
        return _UNKNOWN[name]
    if name == "role":
        return given == "both" or given in wanted  # type: ignore[operator]
    return _of_kind(given, wanted) if name == "data" else given == wanted  # type: ignore[arg-type]


def _of_kind(given: Collection[str], wanted: Collection[str]) -> bool | str:
    """Whether data of a kind was touched. Rows of our own register alone do not say of which kind they are."""
    if set(given) & set(wanted):
        return True
    return False if _KINDS & set(given) else f"whether {' or '.join(sorted(wanted))} is among it (data: add that word, or personal-data where it is none of the kind)"


def _counted(one: Deadline, incident: Incident, stages: Mapping[str, datetime | None]) -> tuple[datetime | None, datetime | None]:
    """From when a deadline counts, and its last moment."""
    starts = stages.get(one.after or "") if one.start == "sent" else _moment(one.start, incident)
    due = one.within.after(starts) if one.within is not None and starts is not None else None
    if one.cap is None:
        return starts, due
    return starts, _capped(one.start, due, one.cap.start, one.cap.within, incident)


def _capped(event: Event, due: datetime | None, other: Event, within: Period, incident: Incident) -> datetime | None:
    """The earlier of both limits; one that had passed before the event it counts from was there is no limit any more."""
    begins = _moment(other, incident)
    limit = within.after(begins) if begins is not None else None
    happened = incident.classified if event == "classified" else _moment(event, incident)
    if limit is None or (happened is not None and happened > limit):
        return due
    return limit if due is None or happened is None else min(due, limit)


def _moment(event: Event, incident: Incident) -> datetime | None:
    """When something was; what was not judged yet counts from when it was learned, the earlier side."""
    if event == "contained":
        return incident.contained
    if event == "year-end":
        return start_of(date(incident.learned.year + 1, 1, 1))
    return {"confirmed": incident.confirmed, "classified": incident.classified}.get(event) or incident.learned


def _law(one: Deadline, terms: Terms) -> Law:
    return next(law for law in terms.deadlines.laws if law.id == one.law)


def _deadline(ident: str, terms: Terms) -> Deadline:
    return next(one for one in terms.deadlines.deadlines if one.id == ident)


def _pieces(one: Deadline) -> tuple[Piece, ...]:
    return tuple(Piece(says, part) for part, says in one.contains.items())


# Ourselves.


def _ourselves(incident: Incident, told: Sequence[Duty], terms: Terms) -> Iterator[Duty]:
    heard = [duty for duty in told if duty.audience in ("authority", "people", "public")]
    if heard or incident.public is not None or incident.notice is not None or incident.counsel is not None:
        sure = [duty for duty in heard if any(not ground.unknown for ground in duty.grounds)]
        dues = [due for duty in sure or heard if (due := _due(duty)) is not None]
        ground = Ground("nothing goes to authorities, people or the public before counsel has read it", "the plan for incidents", None, incident.learned, min(dues, default=None))
        yield Duty(COUNSEL, "", "task", "ourselves", "Legal counsel", "have legal counsel read what is told and said in public", (ground,))
    if incident.public is not None or incident.notice is not None:
        ground = Ground("words for the public are prepared", "the incident's public or notice", None, incident.learned, None)
        published = terms.notices.get(incident.notice or "")
        yield Duty(NOTICE, "", "task", "public", "Everybody, on the trust center", "publish the notice", (ground,), at=start_of(published) if published is not None else None)
    for number, action in enumerate(incident.actions, 1):
        ground = Ground("so that it does not happen again", "corrective action", None, None, end_of(action.due) - timedelta(seconds=1))
        yield Duty(f"action-{number}", "", "task", "ourselves", action.owner, action.what, (ground,))


# Settling.


def _ground(why: str, source: str, starts: datetime, within: timedelta | None, note: str | None = None) -> Ground:
    return Ground(why, source, term_words(within) if within else None, starts, starts + within if within else None, note=note)


def _due(duty: Duty) -> datetime | None:
    """The earliest moment of the grounds that apply; of the others, where none is sure to."""
    sure = [ground for ground in duty.grounds if not ground.unknown]
    return min((ground.due for ground in sure or duty.grounds if ground.due is not None), default=None)


def _first_sent(incident: Incident, ident: str, now: datetime) -> datetime | None:
    """When the stage was sent; what lies ahead moves no deadline that counts from it."""
    return min((sent.at for sent in incident.sent if sent.duty == ident and incident.learned <= sent.at <= now), default=None)


def _settled(duty: Duty, incident: Incident, now: datetime) -> Duty:
    """With its due moment, and what the incident's file says became of it by ``now``."""
    due = _due(duty)
    at, by, note = _record(duty, incident, now)
    state = _state(duty, incident, due, at, now)
    if state == "waived":
        note = incident.waived.get(duty.id, "it turned out to be none")
    elif state in OPEN and duty.audience in ("authority", "people", "public") and incident.counsel is None:
        note = _BEFORE
    return replace(duty, due=due, state=state, at=at, by=by, note=note, overdue=state in OPEN and due is not None and due < now)


def _state(duty: Duty, incident: Incident, due: datetime | None, at: datetime | None, now: datetime) -> State:
    if at is not None:
        return "late" if due is not None and at > due else "sent" if duty.kind == "message" else "done"
    if (duty.id in incident.waived and duty.kind != "decision") or (incident.state == "none" and not duty.id.startswith("action-")):
        return "waived"
    if duty.exercise:
        return "exercise"
    if duty.kind == "decision" or all(ground.unknown for ground in duty.grounds):
        return "undecided"
    return "overdue" if due is not None and due < now else "due"


def _record(duty: Duty, incident: Incident, now: datetime) -> tuple[datetime | None, str | None, str | None]:
    """When it was done, by whom, and what is said of it: wherever in the file that stands. What lies ahead of ``now`` is not done yet, and what lies before
    the incident was learned of was about something else.
    """
    found = [(one.at, one.by, ", ".join(filter(None, (one.channel and f"by {one.channel}", one.to and f"to {one.to}", one.note))) or None) for one in incident.sent if one.duty == duty.id]
    if duty.audience == "management" and incident.cause.management is not None:
        found.append((incident.cause.management.told, incident.cause.management.by, f"to {incident.cause.management.whom}"))
    if duty.id == OTHERS and incident.others is not None:
        found.append((incident.others.decided, incident.others.by, f"{'they are told' if incident.others.tell == 'yes' else 'they are not told'}: {incident.others.why}"))
    if duty.id == COUNSEL and incident.counsel is not None:
        found.append((incident.counsel.approved, incident.counsel.by, None))
    if duty.at is not None and not found:
        found.append((duty.at, "the notice's first version", None))
    found += _mended(duty, incident)
    earliest = start_of(incident.learned.date()) if duty.kind == "task" else incident.learned
    return min((one for one in found if earliest <= one[0] <= now), key=lambda one: one[0], default=(None, None, None))


def _mended(duty: Duty, incident: Incident) -> list[tuple[datetime, str, str | None]]:
    if not duty.id.startswith("action-"):
        return []
    action = incident.actions[int(duty.id.removeprefix("action-")) - 1]
    return [(start_of(action.done), action.owner, None)] if action.done is not None else []
