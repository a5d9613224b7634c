"""Questionnaires and acceptance policies that are well-formed, and cannot be meant: conditions that nothing can answer, names of nothing.

    controls/questionnaires/first-look.yml:12: sections[0].items[1].show_if.item: there is no question 'second-facto' here, did you mean …
    controls/acceptance/suppliers.yml:9: requirements[0].shown_by[0].is[0]: 'maybe' is none of the answers to second-factor: …

``unsound_form`` judges one questionnaire by itself, so that a form that was fetched is held to the same as our own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, get_args

from attest.answering import circle
from attest.errors import Problem, meant, meant_or_known
from attest.load.references import Parts, stem
from attest.model.acceptance import Acceptance
from attest.model.condition import Condition
from attest.model.party import AccessLevel, ClauseWord, Connection
from attest.model.questionnaire import Item, Questionnaire
from attest.model.register import Level, YesNo
from attest.times import parse_day
from attest.words import VERDICTS
from attest.yaml_lines import Document, Path

_STANDING: Final = ("current", "ended", "none")
_WORDS: Final[Mapping[str, Collection[str]]] = {
    "contract": (*get_args(ClauseWord), "absent"),
    "attestation": ("valid", "stale", "withdrawn", "unknown-signer", "wrong-signer", "wrong-party", "forged", "forked", "rolled-back", "could-not-tell", "none"),
    "control": VERDICTS, "maps": VERDICTS, "certificate": _STANDING, "insurance": _STANDING,
}  # fmt: skip
"""What ``is`` can be compared with, by what is asked."""
_ACCESS: Final[Mapping[str, Collection[str]]] = {"level": get_args(AccessLevel), **dict.fromkeys(("logged", "overseen", "second_factor", "limited"), get_args(YesNo))}
_PROFILE: Final[Mapping[str, Collection[str]]] = {"connection": get_args(Connection), "criticality": get_args(Level)}
_PARTS: Final = ("all", "any")


@dataclass(frozen=True, slots=True)
class _Known:
    """All that a policy can name."""

    forms: Mapping[str, Mapping[str, Item] | None]
    """Questions by questionnaire; None of one that could not be built."""
    clauses: Mapping[str, Collection[str] | None]
    systems: Collection[str]


def unsound_asked(parts: Parts) -> Iterator[Problem]:
    """Everything of the kind in a center's questionnaires and acceptance policies."""
    for file, questionnaire in parts.questionnaires.items():
        yield from unsound_form(parts.documents[file], questionnaire)
        yield from _named_otherwise(parts.documents[file], questionnaire.id)
    known = _known(parts)
    for file, policy in parts.acceptance.items():
        yield from _policy(parts.documents[file], policy, known)
        yield from _named_otherwise(parts.documents[file], policy.id)
    yield from _untitled(parts)


def _known(parts: Parts) -> _Known:
    unbuilt = {folder: {stem(file): None for file in parts.unbuilt if file.startswith(f"controls/{folder}/")} for folder in ("questionnaires", "frameworks")}
    forms = {stem(file): {item.id: item for _, item in one.items()} for file, one in parts.questionnaires.items()}
    clauses = {stem(file): frozenset(clause.id for clause in one.clauses) for file, one in parts.frameworks.items()}
    return _Known({**unbuilt["questionnaires"], **forms}, {**unbuilt["frameworks"], **clauses}, frozenset(system.id for system in parts.profile.systems))


def _named_otherwise(document: Document, ident: str | None) -> Iterator[Problem]:
    if ident not in (None, stem(document.file)):
        yield document.at(("id",), f"is {ident!r}, but the file is named {stem(document.file)}.yml", "leave it away: the file's name is the id")


# A questionnaire.


def unsound_form(document: Document, questionnaire: Questionnaire) -> Iterator[Problem]:
    """What cannot be meant in one questionnaire: ids that stand twice, questions that wait for each other, conditions that nothing can answer."""
    yield from _twice(document, [(("sections", index), section.id) for index, section in enumerate(questionnaire.sections)])
    placed = [(("sections", at, "items", index), item) for at, section in enumerate(questionnaire.sections) for index, item in enumerate(section.items)]
    yield from _twice(document, [(path, item.id) for path, item in placed])
    for path, item in placed:
        yield from _twice(document, [((*path, "choices", index), choice.id) for index, choice in enumerate(item.choices)])
    items = {item.id: item for _, item in placed}
    for place, condition in _conditions_of(questionnaire):
        for at, part in _each(place, condition):
            yield from _asks_answers(document, at, part, items)
    if waits := circle(questionnaire):
        first = next(path for path, item in placed if item.id == waits[0])
        yield document.at((*first, "show_if"), f"waits in a circle: {' -> '.join(waits[:12])}{' …' if len(waits) > 12 else ''}", "let one of them be asked without a condition: none of them ever would be")


def _conditions_of(questionnaire: Questionnaire) -> Iterator[tuple[Path, Condition]]:
    for at, section in enumerate(questionnaire.sections):
        if section.show_if is not None:
            yield ("sections", at, "show_if"), section.show_if
        for index, item in enumerate(section.items):
            path: Path = ("sections", at, "items", index)
            yield from ([((*path, "show_if"), item.show_if)] if item.show_if is not None else [])
            yield from (((*path, "flags", place, "when"), flagged.when) for place, flagged in enumerate(item.flags))
            yield from (((*path, "score", place, "when"), scored.when) for place, scored in enumerate(item.score))


def _each(path: Path, condition: Condition) -> Iterator[tuple[Path, Condition]]:
    """A condition's parts that ask something themselves, each with its place."""
    for key in _PARTS:
        for index, inner in enumerate(getattr(condition, key) or ()):
            yield from _each((*path, key, index), inner)
    if condition.not_ is not None:
        yield from _each((*path, "not"), condition.not_)
    if condition.asks not in (*_PARTS, "not_"):
        yield path, condition


def _asks_answers(document: Document, path: Path, condition: Condition, items: Mapping[str, Item]) -> Iterator[Problem]:
    if condition.item is None:
        yield document.at((*path, condition.asks), f"asks {condition.asks}, and a questionnaire can ask its own questions alone", "write item:, or ask this in the acceptance policy")
    elif condition.of is not None:
        yield document.at((*path, "of"), "asks another questionnaire, and a questionnaire can ask its own questions alone", "leave of: away, or ask this in the acceptance policy")
    else:
        yield from _asks_item(document, path, condition, items, "here")


def _asks_item(document: Document, path: Path, condition: Condition, items: Mapping[str, Item], where: str) -> Iterator[Problem]:
    item = items.get(condition.item or "")
    if item is None:
        yield _unknown(document, (*path, "item"), "question", condition.item or "", items, where)
        return
    for index, word in enumerate(condition.is_ or ()):
        if wrong := _never(item, word):
            yield document.at(_word_at(document, path, index), *wrong)
    yield from _limits(document, path, condition, item)


def _never(item: Item, word: str) -> tuple[str, str] | None:
    """Why a question is never answered by a word."""
    if item.allowed:
        return None if word in item.allowed else (f"{word!r:.60} is none of the answers to {item.id}", meant(word, item.allowed, f"write one of {', '.join(item.allowed[:12])}"))
    if item.kind == "date":
        try:
            parse_day(word)
        except ValueError:
            return f"{word!r:.60} is no day, and {item.id} is answered by one", "write it as 2026-04-02"
        return None
    todo = "write at_least: or at_most:" if item.kind == "number" else "write answered: yes or no"
    return f"compares a {item.kind} with a word", todo


def _limits(document: Document, path: Path, condition: Condition, item: Item) -> Iterator[Problem]:
    """Comparisons with a number: of a number, and one that it can have."""
    for key, limit in (("at_least", condition.at_least), ("at_most", condition.at_most)):
        if limit is None:
            continue
        if item.kind != "number":
            yield document.at((*path, key), f"compares {item.id} with a number, and its answer is none ({item.kind})", "write is: or answered:")
        elif _beyond(key, limit, item):
            yield document.at((*path, key), f"can never be so: {item.id} is limited to {_range(item)}", "write a number within these limits")
    if condition.at_least is not None and condition.at_most is not None and condition.at_least > condition.at_most:
        yield document.at((*path, "at_least"), "is more than at_most, so it can never be so", "write the smaller number as at_least")


def _beyond(key: str, limit: Fraction, item: Item) -> bool:
    return (item.most is not None and limit > item.most) if key == "at_least" else limit < (item.least or 0)


def _range(item: Item) -> str:
    low, high = float(item.least or 0), item.most
    return f"{low:g} and more" if high is None else f"{low:g} to {float(high):g}"


# A policy.


def _policy(document: Document, policy: Acceptance, known: _Known) -> Iterator[Problem]:
    for key in ("tiers", "requirements", "flags", "outcomes"):
        yield from _twice(document, [((key, index), one.id) for index, one in enumerate(getattr(policy, key))])
    for index, ident in enumerate(policy.questionnaires):
        if ident not in known.forms:
            yield _unknown(document, ("questionnaires", index), "questionnaire", ident, known.forms, "in controls/questionnaires/")
    for index, requirement in enumerate(policy.requirements):
        yield from (problem for place, tier in enumerate(requirement.tiers) for problem in _tier(document, ("requirements", index, "tiers", place), tier, policy))
    for path, condition, may in _asked_in(policy):
        for at, part in _each(path, condition):
            yield from _asks_of_review(document, at, part, policy, may) if part.asks in _FOUND else _asks_of_party(document, at, part, policy, known)


def _tier(document: Document, path: Path, name: str, policy: Acceptance) -> Iterator[Problem]:
    tiers = {tier.id for tier in policy.tiers}
    if name not in tiers:
        yield _unknown(document, path, "tier", name, tiers, "in this policy")


def _asks_of_review(document: Document, path: Path, part: Condition, policy: Acceptance, may: Collection[str]) -> Iterator[Problem]:
    """What is found in the same review can be asked once it is found."""
    if part.asks not in may:
        yield document.at((*path, part.asks), f"asks {_article(part.asks)} before {_FOUND[part.asks]}", "ask it in outcomes" + (", requirements or flags" if part.asks == "tier" else ""))
    elif part.flag is not None and part.flag not in policy.titled:
        yield _unknown(document, (*path, "flag"), "warning", part.flag, policy.titled, "in this policy: its flags give every warning a title")
    elif part.tier is not None:
        yield from _tier(document, (*path, "tier"), part.tier, policy)


_FOUND: Final[Mapping[str, str]] = {"flag": "warnings are found", "tier": "the tier is found", "requirements": "requirements are looked at"}


def _article(asks: str) -> str:
    return asks if asks == "requirements" else f"a {asks}"


def _asked_in(policy: Acceptance) -> Iterator[tuple[Path, Condition, tuple[str, ...]]]:
    """Every condition of a policy, its place, and what it may ask of that which is found in the same review."""
    for index, tier in enumerate(policy.tiers):
        yield from [(("tiers", index, "when"), tier.when, ())] if tier.when is not None else []
    for index, one in enumerate(policy.requirements):
        yield from [(("requirements", index, "when"), one.when, ("tier",))] if one.when is not None else []
        yield from ((("requirements", index, "shown_by", place), shown, ("tier",)) for place, shown in enumerate(one.shown_by))
    for index, flag in enumerate(policy.flags):
        yield from [(("flags", index, "when"), flag.when, ("tier",))] if flag.when is not None else []
    for index, rule in enumerate(policy.outcomes):
        yield from [(("outcomes", index, "when"), rule.when, ("tier", "flag", "requirements"))] if rule.when is not None else []


def _asks_of_party(document: Document, path: Path, condition: Condition, policy: Acceptance, known: _Known) -> Iterator[Problem]:
    if condition.asks == "item":
        yield from _asks_form(document, path, condition, policy, known)
    if condition.asks == "maps":
        yield from _asks_clause(document, path, condition, known)
    words = _comparable(condition, known)
    for index, word in enumerate(condition.is_ or () if words is not None else ()):
        if words is not None and word not in words:
            yield _unknown(document, _word_at(document, path, index), "answer", word, words, f"that {condition.asks} can have")


def _word_at(document: Document, path: Path, index: int) -> Path:
    """The place of one of the words of ``is``, which may also be one word alone."""
    inner: Path = (*path, "is", index)
    return inner if inner in document.spans else (*path, "is")


def _comparable(condition: Condition, known: _Known) -> Collection[str] | None:
    """The words that what is asked can be; None where it can be any."""
    if condition.profile is not None:
        return known.systems if condition.profile == "systems" else _PROFILE.get(condition.profile)
    return _ACCESS[condition.access] if condition.access is not None else _WORDS.get(condition.asks)


def _asks_form(document: Document, path: Path, condition: Condition, policy: Acceptance, known: _Known) -> Iterator[Problem]:
    if condition.of is None:
        yield document.at((*path, "item"), "does not say of which questionnaire", f"write of: {policy.questionnaires[0] if policy.questionnaires else 'its id'} beside it")
    elif condition.of not in known.forms:
        yield _unknown(document, (*path, "of"), "questionnaire", condition.of, known.forms, "in controls/questionnaires/")
    elif condition.of not in policy.questionnaires:
        yield document.at((*path, "of"), f"asks {condition.of}, and this policy does not ask that questionnaire", "add it to questionnaires:")
    elif (items := known.forms[condition.of]) is not None:
        yield from _asks_item(document, path, condition, items, f"in {condition.of}")


def _asks_clause(document: Document, path: Path, condition: Condition, known: _Known) -> Iterator[Problem]:
    framework, clause = condition.maps or "", condition.clause or ""
    clauses = known.clauses.get(framework)
    if framework not in known.clauses:
        yield _unknown(document, (*path, "maps"), "framework", framework, known.clauses, "in controls/frameworks/")
    elif clauses is not None and clause not in clauses:
        yield _unknown(document, (*path, "clause"), "clause", clause, clauses, f"in {framework}")


def _untitled(parts: Parts) -> Iterator[Problem]:
    """Warnings that a questionnaire raises, and a policy that asks it gives no title."""
    for file, questionnaire in parts.questionnaires.items():
        asking = [(stem(name), policy) for name, policy in parts.acceptance.items() if stem(file) in policy.questionnaires]
        for name, policy in asking:
            for path, flag in _flags_of(questionnaire):
                if flag not in policy.titled:
                    yield parts.documents[file].at(path, f"raises the warning {flag!r}, which the acceptance policy {name} does not know", f"add it to flags in controls/acceptance/{name}.yml, with a title")


def _flags_of(questionnaire: Questionnaire) -> Iterator[tuple[Path, str]]:
    for at, section in enumerate(questionnaire.sections):
        for index, item in enumerate(section.items):
            for place, flagged in enumerate(item.flags):
                yield ("sections", at, "items", index, "flags", place, "flag"), flagged.flag


def _twice(document: Document, placed: list[tuple[Path, str]]) -> Iterator[Problem]:
    seen: dict[str, Path] = {}
    for path, ident in placed:
        first = seen.setdefault(ident, path)
        if first != path:
            yield document.at((*path, "id"), f"{ident!r} stands twice, first on line {document.line((*first, 'id'))}", "keep one, or give it an id of its own")


def _unknown(document: Document, path: Path, kind: str, name: str, known: Collection[str], where: str) -> Problem:
    return document.at(path, f"there is no {kind} {name!r:.80} {where}", meant_or_known(name, known))
