"""A message of a duty, as far as the incident's file can fill it. What is missing stands in square brackets, what may not be told is left out.

    Duty + Incident + Sender  ->  Draft.text          what is above the line stays with us

        To: Aspen Freight                                           who, how, by when, why
        ────
        ## What happened
        …
        ## What it is likely to lead to
        [Fill in: what it is likely to lead to. In the incident's file: consequences]

A message to a party never names another one: where a text does, the words for the public stand in its place, or it is left out and the head says so. Messages to customers who are not touched, to
people and to everybody are filled from the words under ``public`` alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from attest.duties import Duty, Piece
from attest.model.deadline import Part
from attest.model.incident import Incident
from attest.model.parties import Parties
from attest.model.party import Party
from attest.times import spell_day, spell_moment

_STANDARD: Final[tuple[Piece, ...]] = (
    Piece("what happened", "nature"),
    Piece("which data or systems", "data"),
    Piece("what we have done and will do", "measures"),
    Piece("what you should do", "advice"),
    Piece("what we do not know yet", "unknown"),
    Piece("when we write again", "again"),
    Piece("whom to talk to", "contact"),
)
"""What every message to those who are touched says, whatever was agreed."""
_OUTSIDE: Final = ("others", "people", "public")
"""Audiences that hear the words for the public alone."""
_NAMES_NOBODY: Final = ("party", "others", "management", "people", "public")

_MEANT: Final[tuple[tuple[str, Part], ...]] = (
    ("not know|unknown", "unknown"),
    ("again|next update", "again"),
    ("should do|can do|what to do|advice|recommend", "advice"),
    ("look for|signs|indicator", "indicators"),
    ("done|measure|steps|taken|planned|doing|will do", "measures"),
    ("how many|people|persons", "people"),
    ("consequence|lead to", "consequences"),
    ("whom|contact|call|ask", "contact"),
    ("cause|deliberate|malicious", "cause"),
    ("countr|border", "borders"),
    ("data", "data"),
    ("system|account|keys|connection", "systems"),
    ("how bad|sever", "severity"),
    ("^when|time|date", "when"),
    ("happen|nature|descri|kind|incident|breach", "nature"),
)
"""What the words of a contract are about: the first that fits."""
_WHERE: Final[Mapping[Part, str]] = {
    "nature": "what", "when": "began, learned, contained", "data": "data", "systems": "systems", "people": "people", "cause": "cause", "severity": "severity", "consequences": "consequences",
    "impact": "consequences", "measures": "done", "advice": "advice", "unknown": "unknown", "again": "again", "parties": "parties",
}  # fmt: skip
_WHERE_PUBLIC: Final[Mapping[Part, str]] = {"nature": "public: happened", "data": "public: affected", "systems": "public: affected", "measures": "public: doing", "advice": "public: you", "again": "again"}
_PARTS: Final = re.compile(r"[\s\u00ad\u200b-\u200d_-]+")
"""What may stand between the words of a name."""
_WEB: Final = re.compile(r"https?://(?:www\.)?([a-zA-Z0-9.-]+)")
_CAUSES: Final = {
    "outsider": "Somebody from outside.",
    "our-employee": "One of our own people.",
    "customer-employee": "One of the customer's own people, as it seems.",
    "supplier": "It began at a supplier.",
    "fault": "A fault, nobody's intent.",
}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes."""

    name: str
    contacts: tuple[str, ...]
    """``Incidents, day and night: incidents@…``"""
    systems: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    """Names by id, of center.yml and the data register."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that nobody has sent."""

    duty: str
    text: str
    missing: tuple[str, ...]
    """What has to be filled in."""
    left_out: tuple[str, ...]
    """What was left out, since it names somebody else."""


def draft(duty: Duty, incident: Incident, known: Parties, sender: Sender, now: datetime) -> Draft:
    """The message of a duty."""
    pieces = [_piece(duty, one, incident, known, sender) for one in _pieces(duty)]
    missing = tuple(one.says for one in pieces if one.missing)
    left_out = tuple(one.says for one in pieces if one.names)
    body = "\n\n".join(f"## {_sentence(one.says)}\n\n{one.text}" for one in pieces)
    text = f"{_head(duty, incident, now, missing, left_out)}\n\n---\n\n{_banner(duty)}# {_subject(duty, sender)}\n\n{body}\n\n{sender.name}\n"
    return Draft(duty.id, text, missing, left_out)


@dataclass(frozen=True, slots=True)
class _Filled:
    says: str
    text: str
    missing: bool = False
    names: bool = False


def _pieces(duty: Duty) -> tuple[Piece, ...]:
    """What is said of each matter once: under a contract's words for it, else under ours, else under the law's. The head lists all that is asked."""
    standard: dict[str, Piece] = {_matter(piece): piece for piece in (_STANDARD if duty.audience in _NAMES_NOBODY else _STANDARD[-1:])}
    own = {_matter(piece): piece for piece in (Piece(one.says, _meant(one.says)) for one in duty.contains if one.part is None)}
    law = {_matter(piece): piece for piece in duty.contains if piece.part is not None}
    found = {**standard, **own, **{matter: piece for matter, piece in law.items() if matter not in standard and matter not in own}}
    return tuple(sorted(found.values(), key=lambda piece: piece.part == "contact"))


def _matter(piece: Piece) -> str:
    return piece.part or piece.says


def _meant(says: str) -> Part | None:
    return next((part for pattern, part in _MEANT if re.search(pattern, says, re.IGNORECASE)), None)


def _piece(duty: Duty, piece: Piece, incident: Incident, known: Parties, sender: Sender) -> _Filled:
    text = _FILL[piece.part](duty, incident, known, sender) if piece.part in _FILL else None
    if text is None:
        places = _WHERE_PUBLIC if duty.audience in _OUTSIDE else _WHERE
        where = f" In the incident's file: {places[piece.part]}" if piece.part is not None and piece.part in places else ""
        return _Filled(piece.says, f"[Fill in: {piece.says}.{where}]", missing=True)
    if duty.audience in _NAMES_NOBODY and _named(text, duty, known):
        said = _FILL[piece.part](replace(duty, audience="others"), incident, known, sender)
        if said is not None and not _named(said, duty, known):
            return _Filled(piece.says, said)
        return _Filled(piece.says, f"[Fill in: {piece.says}. Left out, since the text we have names somebody else]", missing=True, names=True)
    return _Filled(piece.says, text)


def _named(text: str, duty: Duty, known: Parties) -> bool:
    """Whether a text names another party than the one it goes to."""
    return bool(names_in(text, {ident: party for ident, party in known.parties.items() if ident != duty.party}))


def names_in(text: str, parties: Mapping[str, Party]) -> tuple[str, ...]:
    """The parties that a text names, by id; as whole words, whatever their case and what stands between them, without a note in brackets behind the name.

    Whoever names a party's people, their address or its site names the party.
    """
    return tuple(ident for ident, party in parties.items() if (names := [*_known_by(ident, party)]) and whole_words(names).search(text))


def _known_by(ident: str, party: Party) -> Iterator[str]:
    """By what a party can be told, besides its own names."""
    yield from party.called
    web = _WEB.match(party.website or "")
    beside = (ident if "-" in ident else None, web[1] if web is not None else None, *(said for person in party.contacts.theirs for said in (person.name, person.email)))
    yield from (said for said in beside if said)


def whole_words(names: Iterable[str]) -> re.Pattern[str]:
    """What finds any of these names in a text, the longest first; on one line or two, and with a hyphen or an unseen character between its words."""
    parts = [found for name in sorted(names, key=len, reverse=True) if (found := [re.escape(part) for part in _PARTS.split(name) if part])]
    either = "|".join(map(_PARTS.pattern.join, parts)) or r"(?!)"
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def folded(name: str) -> str:
    """A name that ``whole_words`` found, as one way to write it."""
    return " ".join(filter(None, _PARTS.split(name.casefold())))


# What each part says, or None where the file does not.

_Fill = Callable[[Duty, Incident, Parties, Sender], str | None]


def _nature(duty: Duty, incident: Incident, known: Parties, sender: Sender) -> str | None:
    return (incident.public.happened if incident.public else None) if duty.audience in _OUTSIDE else incident.what


def _data(duty: Duty, incident: Incident, known: Parties, sender: Sender) -> str | None:
    if duty.audience in _OUTSIDE:
        return incident.public.affected if incident.public else None
    data, systems = [sender.data.get(ident, ident) for ident in incident.data], [sender.systems.get(ident, ident) for ident in incident.systems]
    lines = [f"Data: {'; '.join(data)}." if data else "", f"Systems: {'; '.join(systems)}." if systems else ""]
    return "\n".join(filter(None, lines)) or None


def _systems(duty: Duty, incident: Incident, known: Parties, sender: Sender) -> str | None:
    if duty.audience in _OUTSIDE:
        return _data(duty, incident, known, sender)
    return "; ".join(sender.systems.get(ident, ident) for ident in incident.systems) or None


def _when(duty: Duty, incident: Incident, known: Parties, sender: Sender) -> str | None:
    said = (("It began", incident.began), ("We learned of it", incident.learned), ("It was confirmed", incident.confirmed), ("It was contained", incident.contained), ("It was over", incident.closed))
    return "\n".join(f"- {words} on {spell_moment(moment)}" for words, moment in said if moment is not None)


def _people(duty: Duty, incident: Incident, known: Parties, sender: Sender) -> str | None:
    return f"About {incident.people} people." if incident.people is not None else None


def _cause(duty: Duty, incident: Incident, known: Parties, sender: Sender) -> str | None:
    """Whose person it was is told to that customer, and to those who have to know everything."""
    told = duty.audience in ("management", "insurer", "authority") or (duty.party is not None and duty.party == incident.cause.party)
    if incident.cause.by == "unknown" or not (told or incident.cause.by in ("outsider", "fault")):
        return None
    return " ".join(filter(None, (_CAUSES[incident.cause.by], incident.cause.what)))


def _severity(duty: Duty, incident: Incident, known: Parties, sender: Sender) -> str | None:
    return f"We hold it to be {incident.severity}." if incident.severity else None


def _consequences(duty: Duty, incident: Incident, known: Parties, sender: Sender) -> str | None:
    return incident.consequences


def _measures(duty: Duty, incident: Incident, known: Parties, sender: Sender) -> str | None:
    if duty.audience in _OUTSIDE:
        return incident.public.doing if incident.public else None
    planned = [f"Still to come, by {spell_day(one.due)}: {one.what}" for one in incident.actions if one.done is None]
    firm = [f"{incident.forensics.firm} looks into it."] if incident.forensics and duty.audience in ("insurer", "authority") else []
    return "\n".join(f"- {line}" for line in (*incident.done, *planned, *firm)) or None


def _advice(duty: Duty, incident: Incident, known: Parties, sender: Sender) -> str | None:
    return (incident.public.you if incident.public else None) if duty.audience in _OUTSIDE else incident.advice or (incident.public.you if incident.public else None)


def _unknown(duty: Duty, incident: Incident, known: Parties, sender: Sender) -> str | None:
    return None if duty.audience in _OUTSIDE else incident.unknown


def _again(duty: Duty, incident: Incident, known: Parties, sender: Sender) -> str | None:
    return incident.again


def _contact(duty: Duty, incident: Incident, known: Parties, sender: Sender) -> str | None:
    return "\n".join(f"- {line}" for line in sender.contacts) or None


def _borders(duty: Duty, incident: Incident, known: Parties, sender: Sender) -> str | None:
    countries = sorted({country for ident in incident.parties if ident in known.parties for country in known.parties[ident].profile.countries})
    return f"It touches customers or suppliers in {', '.join(countries)}." if countries and duty.audience == "authority" else None


def _touched(duty: Duty, incident: Incident, known: Parties, sender: Sender) -> str | None:
    names = [known.parties[ident].name if ident in known.parties else ident for ident in incident.parties]
    return "; ".join(names) or None if duty.audience in ("insurer", "authority") else None


_FILL: Final[Mapping[Part | None, _Fill]] = {
    "nature": _nature, "when": _when, "data": _data, "systems": _systems, "people": _people, "cause": _cause, "severity": _severity, "consequences": _consequences, "impact": _consequences,
    "measures": _measures, "advice": _advice, "unknown": _unknown, "contact": _contact, "again": _again, "borders": _borders, "parties": _touched,
}  # fmt: skip


# The head, which stays with us.


def _head(duty: Duty, incident: Incident, now: datetime, missing: Sequence[str], left_out: Sequence[str]) -> str:
    lines = [
        "EXERCISE: nothing has happened, nothing is owed, and nobody outside the exercise gets this." if duty.exercise else "A draft. Nobody has sent it; what is above the line stays with us.",
        "",
        f"- To: {duty.to}" + (f" ({'; '.join(duty.contacts)})" if duty.contacts else ""),
        f"- By: {duty.channel or '[a channel: none was agreed]'}",
        f"- No later than: {spell_moment(duty.due) if duty.due else 'without undue delay'}" + (", which has passed" if duty.overdue else ""),
        *(f"- Because {ground.why}: {ground.source}" + (f". Not clear yet: {'; '.join(ground.unknown)}" if ground.unknown else "") + (f". {ground.address}" if ground.address else "") for ground in duty.grounds),
        f"- Legal counsel: {_counsel(incident, now)}",
        f"- It has to say: {'; '.join(piece.says for piece in duty.contains) or 'nothing was agreed'}",
        f"- To fill in: {'; '.join(missing) if missing else 'nothing'}",
    ]
    lines += [f"- Left out, since it names somebody else: {'; '.join(left_out)}"] if left_out else []
    lines += ["- Not legal advice"] if any(ground.deadline for ground in duty.grounds) else []
    return "\n".join([*lines, f"- Drafted on {spell_moment(now)}; when it is sent: attest notify {duty.incident} --sent {duty.id} --by ROLE"])


def _counsel(incident: Incident, now: datetime) -> str:
    return f"approved by {incident.counsel.by} on {spell_moment(incident.counsel.approved)}" if incident.counsel is not None and incident.counsel.approved <= now else "has not read it yet"


def _banner(duty: Duty) -> str:
    return "**EXERCISE. Nothing has happened.**\n\n" if duty.exercise else ""


def _subject(duty: Duty, sender: Sender) -> str:
    return f"{'Exercise: ' if duty.exercise else ''}{sender.name}: {'a report of an incident' if duty.audience in ('authority', 'insurer') else 'what you have to know of an incident'}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
