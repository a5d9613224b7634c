"""A condition, and what is known of a party -> yes, no, missing or unknown, and by what.

    yes, no     somebody said so, and it can be relied on
    missing     nobody said anything
    unknown     somebody did, and it cannot be relied on: answers too old, a word the question does not allow, an attestation that is not valid

    not    yes <-> no; missing and unknown stay what they are
    all    no, else unknown, else missing, else yes
    any    yes, else unknown, else missing, else no

    shown({yes, missing})  met                what shows a requirement, one source beside the other
    shown({yes, no})       not-met: the worse counts; and where two voices say so (answers, attestation, the party's file) they disagree
    shown({unknown, …})    unknown, where nothing is a no and nothing a yes, or where one voice says both

Of the answers to one question the newest counts, theirs and what we wrote down apart: where the two differ nobody can tell, and that is unknown.
An unsigned file does not put aside a signed one: where they differ nobody can tell either, or whoever wrote last could take back what was signed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, Final

from attest.answering import in_words, number_in, says
from attest.intake import Sheet, Side, age
from attest.model.acceptance import Acceptance, Requirement
from attest.model.answers import Given
from attest.model.condition import Condition, FoundWord
from attest.model.party import Granted, Party
from attest.reviewed import Found, TheirBundle, Weighed, WeighedWord
from attest.times import parse_day

_LONGEST: Final = 80
"""Characters of an answer that are shown as what decided something."""
_HOUR: Final = timedelta(hours=1)
_NOT: Final[Mapping[WeighedWord, WeighedWord]] = {"yes": "no", "no": "yes", "missing": "missing", "unknown": "unknown"}
_ALL: Final[tuple[WeighedWord, ...]] = ("no", "unknown", "missing", "yes")
_ANY: Final[tuple[WeighedWord, ...]] = ("yes", "unknown", "missing", "no")
_VOICES: Final[Mapping[str, str]] = {"item": "answers", "attestation": "attestation", "control": "attestation", "maps": "attestation"}
_OWNERS: Final = ("profile", "access", "contract", "notice", "insurance", "flag", "tier", "requirements")
_OPEN: Final[Mapping[str, WeighedWord]] = {"none": "missing", "could-not-tell": "unknown", "unknown-signer": "unknown"}
"""Words of an attestation that answer neither yes nor no, where they are not asked for by name."""
_SIDES: Final[tuple[Side, ...]] = ("them", "us")


@dataclass(frozen=True, slots=True)
class Attestation:
    """What an attestation that holds says, at the moment of the review."""

    verdicts: Mapping[str, str]
    """Control -> verdict, what time has undone since taken off."""
    serving: Mapping[tuple[str, str], tuple[str, ...]] | None = None
    """(framework, clause) -> controls that name it; None of a bundle alone, which does not say."""
    certificates: tuple[tuple[str, date | None], ...] = ()
    """(framework, last day) of certificates in their register that are their own."""


def attested(verdicts: Mapping[str, str], record: Mapping[str, Any] | None) -> Attestation:
    """Verdicts and a verified assessment.json (None of a bundle alone) -> what conditions ask of them. Rows are their publisher's: what is no day is not said."""
    if record is None:
        return Attestation(verdicts)
    serving: dict[tuple[str, str], list[str]] = {}
    for control in record["controls"]:
        for framework, clauses in control["clauses"].items():
            for clause in clauses:
                serving.setdefault((framework, clause), []).append(control["id"])
    listed = [register.get("rows") for register in record.get("registers", ()) if register["name"] == "certificates"]
    rows = [row for rows in listed if isinstance(rows, list) for row in rows if isinstance(row, Mapping)]
    own = [(row["framework"], _day(row.get("validUntil"))) for row in rows if isinstance(row.get("framework"), str) and not row.get("holder")]
    return Attestation(verdicts, {place: tuple(controls) for place, controls in serving.items()}, tuple(own))


def _day(value: object) -> date | None:
    try:
        return parse_day(value) if isinstance(value, str) else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of a party, and the policy it is held against."""

    party: Party
    policy: Acceptance
    at: datetime
    sheets: tuple[Sheet, ...] = ()
    bundle: TheirBundle | None = None
    """How their attestation stands; None where they have none."""
    attestation: Attestation | None = None
    """What it says; None where it does not hold, or there is none."""
    tier: str | None = None
    requirements: tuple[Found, ...] = ()
    """Found before: for conditions of flags and outcomes."""
    flags: frozenset[str] = field(default_factory=frozenset)
    doubted: frozenset[str] = frozenset()
    """Warnings of which nobody can tell whether they are raised."""
    accepted: frozenset[str] = field(default_factory=frozenset)
    """Requirements and flags that somebody accepted for now: rules of outcomes pass over them."""

    unasked: WeighedWord = "no"
    """What a question comes to that is not asked, given the other answers, and one without an answer where that is what is asked of it.
    Of what shows a requirement it is missing: silence shows nothing, and is no "no" either."""
    old: bool = False
    """Whether answers that are too old count as given: of warnings they do, which do not go away by waiting."""

    @property
    def today(self) -> date:
        """The day of the review."""
        return self.at.date()


def weigh(condition: Condition, known: Known) -> Weighed:
    """What the condition comes to."""
    return _ASKED[condition.asks](condition, known)


def shown(sources: Sequence[tuple[str, Weighed]]) -> tuple[FoundWord, tuple[str, ...], bool]:
    """What several sources say of one requirement, each with whose voice it is: the word, by what, and whether two voices disagree."""
    words = {one.word for _, one in sources}
    split = any(one.disagree and one.word == "unknown" for _, one in sources)
    word: FoundWord = "not-met" if "no" in words else "met" if "yes" in words and not split else "unknown" if "unknown" in words else "missing"
    telling = {"not-met": ("no", "yes"), "met": ("yes", "unknown"), "unknown": ("unknown",), "missing": ("missing",)}[word]
    where = tuple(dict.fromkeys(place for kind in telling for _, one in sources if one.word == kind for place in one.where))
    yes, no = ({voice for voice, one in sources if one.word == kind} for kind in ("yes", "no"))
    return word, where, any(one != other for one in yes for other in no) or any(one.disagree for _, one in sources)


def of_the_policy_owner(sources: Sequence[Condition]) -> bool:
    """Whether only whoever owns the policy can tell: what their contract says, what access they gave, what they were shown."""
    return all(part.asks in _OWNERS for source in sources for part in source.parts() if part.asks not in ("all", "any", "not_"))


def spares(one: Requirement, known: Known) -> bool:
    """Whether a requirement of some alone is not asked of this party, by its own answers: of what could show it nothing is a question to it."""
    items = {(part.of, part.item) for source in one.shown_by for part in source.parts() if part.item is not None}
    unasked = {(of, item) for sheet in known.sheets for item in sheet.unasked for of in (None, sheet.received.questionnaire)}
    return one.some == "yes" and known.attestation is None and bool(items) and items <= unasked


def voice(condition: Condition) -> str:
    """Who speaks where a condition is answered: answers, the attestation, the party's file, or several of them. One voice does not contradict itself."""
    return ", ".join(sorted({_VOICES.get(part.asks, "the file") for part in condition.parts() if part.asks not in ("all", "any", "not_")}))


def _joined(order: Sequence[WeighedWord], parts: Sequence[Weighed]) -> Weighed:
    """The first word of the order that a part came to, by the parts that came to it."""
    word = next(word for word in order if any(part.word == word for part in parts))
    where = tuple(dict.fromkeys(place for part in parts if part.word == word for place in part.where))
    return Weighed(word, where, any(part.disagree for part in parts))


def _all(condition: Condition, known: Known) -> Weighed:
    return _joined(_ALL, [weigh(part, known) for part in condition.all or ()])


def _any(condition: Condition, known: Known) -> Weighed:
    return _joined(_ANY, [weigh(part, known) for part in condition.any or ()])


def _not(condition: Condition, known: Known) -> Weighed:
    assert condition.not_ is not None
    found = weigh(condition.not_, known)
    return Weighed(_NOT[found.word], found.where, found.disagree)


def _yes(holds: bool, *where: str) -> Weighed:
    return Weighed("yes" if holds else "no", where)


def _is(condition: Condition, words: Sequence[str], said: str) -> Weighed:
    return _yes(any(word in (condition.is_ or ()) for word in words), f"{said}: {', '.join(words) or 'none'}")


# Answers.


def _item(condition: Condition, known: Known) -> Weighed:
    place = f"answer {condition.item}" + (f" of {condition.of}" if condition.of else "")
    asked = [sheet for sheet in known.sheets if sheet.received.signed != "refused" and _is_asked(condition, sheet.received.questionnaire, known.policy)]
    found = [_answer(condition, sheet, place, old=known.old) for sheet in _newest(condition.item or "", asked)]
    if not found:
        return _unanswered(condition, known, place, unasked=any(condition.item in sheet.unasked for sheet in asked))
    telling = [one for one in found if one.word in ("yes", "no")] or found
    where = tuple(place for one in telling for place in one.where)
    if len({one.word for one in telling}) > 1:
        return Weighed("unknown", where, disagree=True)
    return Weighed(telling[0].word, where)


def _is_asked(condition: Condition, questionnaire: str | None, policy: Acceptance) -> bool:
    """Whether answers to a questionnaire are meant: to the one that is named, else to those that the policy asks, if it says which."""
    return questionnaire == condition.of if condition.of is not None else not policy.questionnaires or questionnaire in policy.questionnaires


def _unanswered(condition: Condition, known: Known, place: str, *, unasked: bool) -> Weighed:
    why = "not asked, given the other answers" if unasked else "not given"
    if condition.answered == "no":
        return _yes(True, f"{place}: {why}")
    return Weighed(known.unasked if unasked or condition.answered else "missing", (f"{place}: {why}",))


def _newest(item: str, sheets: Sequence[Sheet]) -> Iterator[Sheet]:
    """Of each side the newest sheet that answers the question; and the newest that is signed and not too old, where what is newer is not."""
    for side in _SIDES:
        own = sorted((sheet for sheet in sheets if sheet.by == side and (item in sheet.answers or item in sheet.unfit)), key=age)
        signed = [sheet for sheet in own if sheet.received.signed == "signed" and not sheet.received.stale]
        yield from own[-1:]
        yield from (sheet for sheet in signed[-1:] if sheet is not own[-1])


def _answer(condition: Condition, sheet: Sheet, place: str, *, old: bool) -> Weighed:
    item = condition.item or ""
    given = sheet.answers.get(item)
    if given is None:
        return Weighed("unknown", (f"{place}: {sheet.unfit[item]} ({sheet.said})",))
    said = f"{place}: {_spelled(given)} ({sheet.said})"
    if sheet.received.stale and not old:
        return Weighed("unknown", (f"{said}, too old",))
    if not _comparable(condition, given):
        return Weighed("unknown", (said,))
    return _yes(says(condition, given), said)


def _spelled(given: Given) -> str:
    text = in_words(None, given)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _comparable(condition: Condition, given: Given) -> bool:
    """Whether an answer is of a kind that can be compared so: a file is no word, and a word no number."""
    numbers = condition.at_least is not None or condition.at_most is not None
    return (condition.is_ is None or bool(given.words)) and (not numbers or number_in(given) is not None)


# What the party's file says.


def _profile(condition: Condition, known: Known) -> Weighed:
    name, about = condition.profile or "", known.party.profile
    value = getattr(about, name)
    if value is None or (value == () and name not in about.model_fields_set):
        return Weighed("missing", (f"profile {name}: not said",))
    return _is(condition, value if isinstance(value, tuple) else (value,), f"profile {name}")


def _access(condition: Condition, known: Known) -> Weighed:
    """Of any way in: one that is as asked is enough, and one of which it is not said leaves it open. None at all has to be said: ``access: []``."""
    if not known.party.access and "access" not in known.party.model_fields_set:
        return Weighed("missing", ("access: not said",))
    ways = [way for way in known.party.access if way.until is None or way.until >= known.today]
    found = [_way(condition, way) for way in ways]
    return _joined(_ANY, found) if found else _yes(False, "access: none")


def _way(condition: Condition, way: Granted) -> Weighed:
    value = getattr(way, condition.access or "")
    said = f"access to {way.what}, {condition.access}"
    return Weighed("missing", (f"{said}: not said",)) if value is None else _is(condition, (value,), said)


def _contract(condition: Condition, known: Known) -> Weighed:
    agreed = known.party.clauses.get(condition.contract) if condition.contract else None
    said = f"contract, {condition.contract}"
    if agreed is None:
        return _yes(True, f"{said}: absent") if "absent" in (condition.is_ or ()) else Weighed("missing", (f"{said}: absent",))
    return _is(condition, (agreed.state,), said + (f" ({agreed.where})" if agreed.where else ""))


def _notice(condition: Condition, known: Known) -> Weighed:
    terms = known.party.notice.we_tell_them if condition.notice == "we-tell-them" else known.party.notice.they_tell_us
    said = "notice, they tell us" if condition.notice == "they-tell-us" else "notice, we tell them"
    if condition.answered is not None:
        return _yes((terms is not None) == (condition.answered == "yes"), f"{said}: {'agreed' if terms else 'not agreed'}")
    if terms is None:
        return Weighed("missing", (f"{said}: not agreed",))
    hours = Fraction(terms.within // _HOUR)
    holds = (condition.at_least is None or hours >= condition.at_least) and (condition.at_most is None or hours <= condition.at_most)
    return _yes(holds, f"{said}: within {hours} hours" + (f", counted from: {terms.after}" if terms.after else "") + (f" ({terms.where})" if terms.where else ""))


def _insurance(condition: Condition, known: Known) -> Weighed:
    days = [one.valid_until for one in known.party.insurance if one.cover == condition.insurance]
    return _current(condition, days, f"insurance {condition.insurance}", known, doubtful=False)


# What their attestation says.


def _attestation(condition: Condition, known: Known) -> Weighed:
    word = "none" if known.bundle is None else known.bundle.word
    if word not in _OPEN or word in (condition.is_ or ()):
        return _is(condition, (word,), "attestation")
    return Weighed(_OPEN[word], (f"attestation: {word}",))


def _relied(known: Known, place: str) -> Attestation | Weighed:
    """What the attestation says, or why it says nothing."""
    if known.bundle is None:
        return Weighed("missing", (f"{place}: no attestation was given",))
    if known.attestation is None:
        return Weighed("unknown", (f"{place}: their attestation is {known.bundle.word}",))
    return known.attestation


def _control(condition: Condition, known: Known) -> Weighed:
    place = f"attestation, promise {condition.control}"
    relied = _relied(known, place)
    if isinstance(relied, Weighed):
        return relied
    verdict = relied.verdicts.get(condition.control or "")
    return Weighed("missing", (f"{place}: not among those that are shown",)) if verdict is None else _verdict(condition, verdict, place)


def _verdict(condition: Condition, verdict: str, place: str) -> Weighed:
    open_ = verdict == "unknown" and "unknown" not in (condition.is_ or ())
    return Weighed("unknown", (f"{place}: no current evidence",)) if open_ else _is(condition, (verdict,), place)


def _maps(condition: Condition, known: Known) -> Weighed:
    """Of all their promises that name the clause, the worst."""
    place = f"attestation, {condition.maps} {condition.clause}"
    relied = _relied(known, place)
    if isinstance(relied, Weighed):
        return relied
    if relied.serving is None:
        return Weighed("unknown", (f"{place}: a bundle alone does not say which promises serve a clause; give the address of their trust center",))
    naming = relied.serving.get((condition.maps or "", condition.clause or ""), ())
    found = [_verdict(condition, relied.verdicts[ident], f"{place}, promise {ident}") for ident in naming if ident in relied.verdicts]
    return _joined(_ALL, found) if found else Weighed("missing", (f"{place}: no promise of theirs names it",))


def _certificate(condition: Condition, known: Known) -> Weighed:
    """By the party's file and their own register: what is current in one of them is."""
    days = [one.valid_until for one in known.party.certificates if one.framework == condition.certificate]
    relied = _relied(known, "")
    if not isinstance(relied, Weighed):
        days += [day for framework, day in relied.certificates if framework == condition.certificate]
    doubtful = isinstance(relied, Weighed) and relied.word == "unknown"
    return _current(condition, days, f"certificate {condition.certificate}", known, doubtful=doubtful)


def _current(condition: Condition, days: Sequence[date | None], said: str, known: Known, *, doubtful: bool) -> Weighed:
    """Of records with their last days: current, ended or none. ``doubtful``: whether there may be records that cannot be relied on."""
    last = max((day for day in days if day is not None), default=None)
    if last is not None and last >= known.today:
        return _is(condition, ("current",), f"{said} until {last}")
    if None in days:
        return Weighed("unknown", (f"{said}: until when is not said",))
    if last is not None:
        return _is(condition, ("ended",), f"{said} until {last}")
    if doubtful and known.bundle is not None:
        return Weighed("unknown", (f"{said}: no record here, and their attestation is {known.bundle.word}",))
    return _yes(True, f"{said}: none") if "none" in (condition.is_ or ()) else Weighed("missing", (f"{said}: no record",))


# What was found before.


def _flag(condition: Condition, known: Known) -> Weighed:
    raised = condition.flag in known.flags and condition.flag not in known.accepted
    if condition.flag in known.doubted - known.flags - known.accepted:
        return Weighed("unknown", (f"warning {condition.flag}: whether it is raised cannot be told",))
    return _yes(raised, f"warning {condition.flag}: {'raised' if raised else 'accepted for now' if condition.flag in known.flags else 'not raised'}")


def _tier(condition: Condition, known: Known) -> Weighed:
    return Weighed("missing", ("tier: none",)) if known.tier is None else _yes(condition.tier == known.tier, f"tier: {known.tier}")


def _requirements(condition: Condition, known: Known) -> Weighed:
    """How many of a level came to the words; those that somebody accepted for now are not counted."""
    level, words = condition.requirements, condition.found or ()
    named = [f"{one.id} {one.word}" for one in known.requirements if one.level == level and one.word in words and one.id not in known.accepted]
    holds = len(named) >= (condition.at_least or 0)
    return _yes(holds, f"requirements ({level}): {', '.join(named) or f'none is {_or(words)}'}")


def _or(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


_ASKED: Final[Mapping[str, Callable[[Condition, Known], Weighed]]] = {
    "item": _item, "profile": _profile, "access": _access, "contract": _contract, "notice": _notice, "attestation": _attestation, "control": _control, "maps": _maps,
    "certificate": _certificate, "insurance": _insurance, "flag": _flag, "tier": _tier, "requirements": _requirements, "all": _all, "any": _any, "not_": _not,
}  # fmt: skip
