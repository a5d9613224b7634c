"""A party held against an acceptance policy: all that is known of it, in; ``Reviewed``, out. Every word with what decided it.

    tier          the first that applies; where nobody can tell, it applies: the closer look is the safer one
    requirements  met, missing, not-met, unknown: ``weigh.shown`` over what shows each; only those of the tier, and not those whose `when` is a no
    flags         raised by the policy's conditions, by answers, and by what is always a warning: says-two-things, answers-of-another,
                  attestation-not-valid; answers-unsigned where the policy lists it
    outcome       the first rule that applies. One that accepts or rejects applies where its condition is a yes, one that asks or refers also
                  where it is unknown. Nobody is turned away by what nobody can tell; but where it cannot be told whether a rule rejects,
                  no later one accepts: then it is `refer`, by that rule. What is missing makes no rule apply; a rule asks for it by name.

What somebody accepted for now, a requirement or a flag, keeps its word and bears the acceptance beside it; rules of outcomes pass over it.
A policy without outcomes (a published one has none) accepts where all that must be met is met, and asks elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import takewhile
from typing import Final

from attest.answering import raised
from attest.intake import A_YEAR, said_of
from attest.model.acceptance import BUILT_IN, Acceptance, Flag, Requirement, Rule, Tier
from attest.model.party import Decided, Excepted, Outcome, Party, Threat
from attest.model.questionnaire import Questionnaire
from attest.reviewed import ClauseState, Due, Found, Raised, Reviewed, TheirBundle, Touching, Weighed
from attest.weigh import Known, shown, voice, weigh

NO_RULES: Final = "no-rules"
"""The rule that decides where a policy has none."""

_LOOK: Final = "Whether this rule rejects cannot be told: somebody has to look."
_UNTOLD: Final = ("could-not-tell",)
"""Words of an attestation that warn of nothing by themselves: an address that did not answer is said as what could not be told."""


def review(ident: str, policy_id: str, known: Known, threats: Mapping[str, Threat], problems: Iterable[str] = ()) -> Reviewed:
    """One party against one policy. ``problems``: what could not be told on the way to what is known."""
    party, policy = known.party, known.policy
    exceptions = _standing(party.exceptions, known.today)
    known = replace(known, accepted=frozenset(exceptions))
    tier, tier_by = _tier(policy, known)
    known = replace(known, tier=None if tier is None else tier.id)
    known = replace(known, requirements=tuple(_requirements(policy, known, exceptions)))
    flags = tuple(_flags(known, exceptions))
    known = replace(known, flags=frozenset(flag.id for flag in flags), doubted=frozenset(_doubted(known)))
    rule, outcome, by = _outcome(policy, known)
    return Reviewed(
        party=ident, name=party.name, kind=party.kind, policy=policy_id, policy_title=policy.title, policy_version=policy.version, at=known.at,
        tier=known.tier, tier_title=None if tier is None else tier.title, tier_by=tier_by, requirements=known.requirements, flags=flags, clauses=_clauses(policy, party),
        received=tuple(sheet.received for sheet in known.sheets), bundle=known.bundle, due=dues(known, tier), threats=tuple(touching(ident, party, threats, known.today)),
        outcome=outcome, rule=rule.id, by=by, say=rule.say, to=rule.to, decision=decision(party, known.today), problems=tuple(problems),
    )  # fmt: skip


# How closely, and what is required.


def _tier(policy: Acceptance, known: Known) -> tuple[Tier | None, tuple[str, ...]]:
    for tier in policy.tiers:
        if tier.when is None:
            return tier, ("no other applies",)
        found = weigh(tier.when, known)
        if found.word != "no":
            return tier, found.where
    return None, ()


def _requirements(policy: Acceptance, known: Known, exceptions: Mapping[str, Excepted]) -> Iterator[Found]:
    for one in policy.requirements:
        if _asked(one, known):
            word, where, disagree = shown([(voice(source), weigh(source, replace(known, unasked="missing"))) for source in one.shown_by])
            accepted = exceptions.get(one.id) if word != "met" else None
            yield Found(one.id, one.title, one.level, word, where, one.why, disagree, accepted, one.some == "yes")


def _asked(one: Requirement, known: Known) -> bool:
    """Whether it is required of this party; where nobody can tell, it is."""
    return (not one.tiers or known.tier in one.tiers) and (one.when is None or weigh(one.when, known).word != "no")


# Warnings.


def _flags(known: Known, exceptions: Mapping[str, Excepted]) -> Iterator[Raised]:
    """Each once, in the policy's order, then the others; with everything that raised it."""
    found: dict[str, list[tuple[str | None, tuple[str, ...]]]] = {}
    for ident, why, where in (*_by_policy(known), *_by_answers(known), *_always(known)):
        found.setdefault(ident, []).append((why, where))
    built_in, named = {flag.id: flag for flag in BUILT_IN}, {flag.id: flag for flag in known.policy.flags}
    for ident in (*(one for one in named if one in found), *(one for one in found if one not in named)):
        untitled = Flag(id=ident, title=ident.replace("-", " "))
        ours, plain = named.get(ident, untitled), built_in.get(ident, untitled)
        where = tuple(dict.fromkeys(place for _, places in found[ident] for place in places))
        why = next(filter(None, (ours.why, *(why for why, _ in found[ident]), plain.why)), None)
        yield Raised(ident, (ours if ident in named else plain).title, why, where, exceptions.get(ident))


_Flag = tuple[str, str | None, tuple[str, ...]]


def _by_policy(known: Known) -> Iterator[_Flag]:
    """By the policy's conditions; old answers count as well: a warning does not go away by waiting."""
    for flag in known.policy.flags:
        if flag.when is not None and (found := weigh(flag.when, replace(known, old=True))).word == "yes":
            yield flag.id, None, found.where


def _by_answers(known: Known) -> Iterator[_Flag]:
    """By questions, of the newest answers to each, and of the newest that are signed; old ones as well."""
    signed = [sheet for sheet in known.sheets if sheet.received.signed == "signed" or sheet.by == "us"]
    for ident, questionnaire in _answered(known).items():
        for sheets in (known.sheets, signed):
            yield from ((one.flag, one.why, (f"answer {one.item} of {ident}: {one.answer}",)) for one in raised(questionnaire, said_of(sheets, ident)))


def _answered(known: Known) -> dict[str, Questionnaire]:
    """The questionnaires that were answered, by id."""
    return {sheet.received.questionnaire: sheet.questionnaire for sheet in known.sheets if sheet.received.questionnaire is not None and sheet.questionnaire is not None}


def _doubted(known: Known) -> Iterator[str]:
    """Warnings of which nobody can tell whether they are raised: an answer that its question does not allow hides none."""
    aged = replace(known, old=True)
    yield from (flag.id for flag in known.policy.flags if flag.when is not None and weigh(flag.when, aged).word == "unknown")
    for ident, questionnaire in _answered(known).items():
        own = replace(aged, sheets=tuple(sheet for sheet in known.sheets if sheet.received.questionnaire == ident))
        yield from (flagged.flag for _, item in questionnaire.items() for flagged in item.flags if weigh(flagged.when, own).word == "unknown")


def _always(known: Known) -> Iterator[_Flag]:
    if split := [one for one in known.requirements if one.disagree]:
        yield "says-two-things", None, tuple(f"{one.id}: {' | '.join(one.where)}" for one in split)
    if others := [sheet.received for sheet in known.sheets if sheet.another]:
        yield "answers-of-another", None, tuple(f"{one.file}: {one.why}" for one in others)
    if known.bundle is not None and known.bundle.word not in ("valid", *_UNTOLD):
        yield "attestation-not-valid", None, (_said(known.bundle),)
    listed = any(flag.id == "answers-unsigned" and flag.when is None for flag in known.policy.flags)
    if listed and (bare := [sheet.received.file for sheet in known.sheets if sheet.by == "them" and sheet.received.signed == "unsigned"]):
        yield "answers-unsigned", None, tuple(bare)


def _said(bundle: TheirBundle) -> str:
    return f"{bundle.where}: {bundle.word}" + (f", {bundle.why}" if bundle.why else "")


# What follows.


def _outcome(policy: Acceptance, known: Known) -> tuple[Rule, Outcome, tuple[str, ...]]:
    """The rule that decides, what it comes to, and by what."""
    passed = tuple(f"{ident} is accepted for now and not counted" for ident in _passed_over(known))
    rule, where = _applying(policy, known)
    doubt = next(_doubts(takewhile(lambda one: one.id != rule.id, policy.outcomes), known), None)
    if rule.then == "accept" and doubt is not None:
        return doubt[0].model_copy(update={"say": _LOOK}), "refer", (*doubt[1], *passed)
    return rule, rule.then, (*where, *passed)


def _applying(policy: Acceptance, known: Known) -> tuple[Rule, tuple[str, ...]]:
    """The first rule that applies, and by what."""
    for rule in policy.outcomes:
        found = Weighed("yes", ("no other rule applies",)) if rule.when is None else weigh(rule.when, known)
        if found.word == "yes":
            return rule, found.where
        if found.word == "unknown" and rule.then in ("ask", "refer"):
            return rule, _untold(found)
    return _without_rules(known), _short(known)


def _doubts(rules: Iterable[Rule], known: Known) -> Iterator[tuple[Rule, tuple[str, ...]]]:
    """Rules that reject of which nobody can tell whether they apply."""
    for rule in rules:
        if rule.then == "reject" and rule.when is not None and (found := weigh(rule.when, known)).word == "unknown":
            yield rule, _untold(found)


def _untold(found: Weighed) -> tuple[str, ...]:
    return tuple(f"cannot be told: {place}" for place in found.where)


def _passed_over(known: Known) -> Iterator[str]:
    yield from (one.id for one in known.requirements if one.accepted is not None)
    yield from (ident for ident in sorted(known.flags) if ident in known.accepted)


def _short(known: Known) -> tuple[str, ...]:
    return tuple(f"{one.id} {one.word}" for one in known.requirements if one.level == "must" and one.word != "met" and one.accepted is None)


def _without_rules(known: Known) -> Rule:
    short = len(_short(known))
    say = "All that must be met is shown." if not short else f"{short} of what must be met {'is' if short == 1 else 'are'} not shown."
    return Rule(id=NO_RULES, then="ask" if short else "accept", say=say)


def _clauses(policy: Acceptance, party: Party) -> tuple[ClauseState, ...]:
    found = [(topic, party.clauses.get(topic)) for topic in policy.clauses]
    return tuple(ClauseState(topic, "absent" if agreed is None else agreed.state, None if agreed is None else agreed.where) for topic, agreed in found)


def _standing(exceptions: Iterable[Excepted], today: date) -> dict[str, Excepted]:
    return {one.about: one for one in sorted(exceptions, key=lambda one: one.until) if one.date <= today <= one.until}


def decision(party: Party, today: date) -> Decided | None:
    """The last decision, where it still stands."""
    made = sorted((one for one in party.decisions if one.date <= today), key=lambda one: one.date)
    return made[-1] if made and (made[-1].until is None or made[-1].until >= today) else None


# What has to be done by when.


def dues(known: Known, tier: Tier | None) -> tuple[Due, ...]:
    """All of it, the earliest first."""
    found = {*_reviews(known, tier), *_answers(known), *_ending(known)}
    return tuple(Due(what, day, day < known.today) for day, what in sorted(found))


_Dated = tuple[date, str]


def _reviews(known: Known, tier: Tier | None) -> Iterator[_Dated]:
    party, every = known.party, A_YEAR if tier is None else tier.review_every
    held = [one.date for one in party.reviews if one.date <= known.today]
    yield (_later(max(held), every), "next review") if held else (min(party.since or known.today, known.today), "first review")
    for way in party.access:
        if way.granted is not None and (way.until is None or way.until >= known.today):
            yield _later(way.reviewed or way.granted, every), f"look through access to {way.what}"


def _later(day: date, span: timedelta) -> date:
    return day + max(span, timedelta(days=1))


def _answers(known: Known) -> Iterator[_Dated]:
    """When answers to each questionnaire run out, theirs or what we wrote down, whichever is first; and those that never came."""
    newest: dict[tuple[str, str], date] = {}
    for sheet in known.sheets:
        received = sheet.received
        if received.signed != "refused" and received.questionnaire is not None and received.answered_at is not None:
            key = received.questionnaire, sheet.by
            newest[key] = max(newest.get(key, date.min), received.answered_at.date())
    for ident in dict.fromkeys(ident for ident, _ in newest):
        first = min(day for (name, _), day in newest.items() if name == ident)
        yield _later(first, known.policy.max_age or A_YEAR), f"answers to {ident} anew"
    came = {ident for ident, side in newest if side == "them"}
    yield from ((known.today, f"answers to {ident}, which did not come yet") for ident in known.policy.questionnaires if ident not in came)


def _ending(known: Known) -> Iterator[_Dated]:
    """What runs out: of records that follow each other the last one counts."""
    party = known.party
    yield from ((day, f"proof of insurance anew: {cover}") for cover, day in _last((one.cover, one.valid_until) for one in party.insurance))
    yield from ((day, f"certificate anew: {framework}") for framework, day in _last((one.framework, one.valid_until) for one in party.certificates))
    yield from ((way.until, f"access to {way.what} ends") for way in party.access if way.until is not None)
    yield from ((day, f"exception ends: {about}") for about, day in _last((one.about, one.until) for one in party.exceptions))
    if known.bundle is not None and known.bundle.valid_until is not None:
        yield known.bundle.valid_until.date(), "their attestation runs out"
    made = sorted((one for one in party.decisions if one.date <= known.today), key=lambda one: one.date)
    if made and made[-1].until is not None:
        yield made[-1].until, f"decision to {made[-1].outcome} ends"


def _last(dated: Iterable[tuple[str, date | None]]) -> Iterator[tuple[str, date]]:
    last: dict[str, date] = {}
    for name, day in dated:
        if day is not None:
            last[name] = max(last.get(name, day), day)
    yield from last.items()


# What threatens them.


def touching(ident: str, party: Party, threats: Mapping[str, Threat], today: date) -> Iterator[Touching]:
    """The threats of this day that touch a party, and by what."""
    systems = {*party.profile.systems, *(way.system for way in party.access if way.system is not None and (way.until is None or way.until >= today))}
    for name, threat in sorted(threats.items()):
        by = [*(["named"] if ident in threat.parties else [])]
        by += [f"sector {party.profile.sector}"] if party.profile.sector in threat.sectors else []
        by += [f"system {system}" for system in threat.systems if system in systems]
        if by and threat.date <= today and (threat.until is None or threat.until >= today):
            yield Touching(name, threat.title, "; ".join(by), threat.do)
