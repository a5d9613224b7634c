"""What conditions come to, and what a review comes to: cases as files, and the properties that hold for all of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from attest.intake import Expected, Handed, Sheet, intake
from attest.model.acceptance import Acceptance
from attest.model.answers import Answers
from attest.model.condition import Condition
from attest.model.party import Party, Threat
from attest.model.questionnaire import Questionnaire
from attest.review import review
from attest.reviewed import Found, Reviewed, TheirBundle, Weighed
from attest.times import parse_moment_or_day
from attest.weigh import Known, attested, shown, weigh

CASES = Path(__file__).parent / "cases" / "review"
PARTY = {"name": "Nordlys (fictional)", "kind": "supplier"}


def read(file: Path) -> Any:
    return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def sheets_of(case: dict[str, Any], party: Party, policy: Acceptance) -> tuple[Sheet, ...]:
    questionnaires = {ident: Questionnaire.model_validate(one) for ident, one in case.get("questionnaires", {}).items()}
    names = tuple(filter(None, (party.name, party.legal_name)))
    expected = Expected(names, "https://trust.harbourline.example/", parse_moment_or_day(case["at"]), *((policy.max_age,) if policy.max_age else ()))
    handed = [{**one, "answers": Answers.model_validate(one["answers"]) if "answers" in one else None, "another": "another" in one} for one in case.get("handed", ())]
    return intake([Handed(**one) for one in handed], expected, questionnaires)


def known_of(case: dict[str, Any]) -> Known:
    party, policy = Party.model_validate(case.get("party", PARTY)), Acceptance.model_validate(case["policy"])
    told = case.get("attestation")
    bundle = None if told is None else TheirBundle("https://trust.nordlys.example/", told["word"], valid_until=parse_moment_or_day(told["until"]) if "until" in told else None)
    holds = None if told is None or told["word"] != "valid" else attested(told["verdicts"], told.get("record"))
    return Known(party, policy, parse_moment_or_day(case["at"]), sheets_of(case, party, policy), bundle, holds)


def conditions() -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in read(CASES / "conditions.yml")]


def much_known() -> Known:
    case = read(CASES / "known.yml")
    found = tuple(Found(one["id"], one["id"], one["level"], one["word"], ()) for one in case["found"])
    return replace(known_of(case), tier=case["tier"], flags=frozenset(case["flags"]), accepted=frozenset(case["accepted"]), requirements=found)


KNOWN = much_known()


@pytest.mark.parametrize("case", conditions())
def test_condition(case: dict[str, Any]) -> None:
    found = weigh(Condition.model_validate(case["condition"]), KNOWN)
    assert found.word == case["word"], found
    assert found.disagree == (case.get("disagree") == "yes")
    assert case.get("says", "") in " | ".join(found.where)
    assert found.where


def whole() -> list[Any]:
    return [pytest.param(file, id=file.stem) for file in sorted((CASES / "whole").glob("*.yml"))]


def reviewed(case: dict[str, Any]) -> Reviewed:
    threats = {ident: Threat.model_validate(one) for ident, one in case.get("threats", {}).items()}
    return review("nordlys", "suppliers", known_of(case), threats, case.get("problems", ()))


def told(found: Reviewed) -> dict[str, Any]:
    """A review as cases write it down."""
    every = {
        "tier": found.tier,
        "outcome": found.outcome,
        "rule": found.rule,
        "to": found.to,
        "requirements": {one.id: one.word for one in found.requirements},
        "disagree": [one.id for one in found.requirements if one.disagree],
        "flags": [one.id for one in found.flags],
        "accepted": [one.id for one in (*found.requirements, *found.flags) if one.accepted is not None],
        "clauses": {one.topic: one.state for one in found.clauses},
        "received": {one.file: f"{one.signed}{', stale' if one.stale else ''}" for one in found.received},
        "complete": {one.file: "{} of {}".format(*one.complete) for one in found.received},
        "points": {one.file: "{} of {}".format(*one.points) for one in found.received},
        "due": [f"{one.day} {one.what}{' (overdue)' if one.overdue else ''}" for one in found.due],
        "threats": {one.id: one.by for one in found.threats},
        "decision": found.decision.outcome if found.decision else None,
    }
    return {name: value if isinstance(value, dict | list) else str(value) for name, value in every.items()}


@pytest.mark.parametrize("file", whole())
def test_whole(file: Path) -> None:
    case = read(file)
    found = reviewed(case)
    said = told(found)
    for name, value in case["expect"].items():
        assert said[name] == value, (name, found)
    by = {"outcome": found.by, "tier": found.tier_by, **{one.id: one.where for one in (*found.requirements, *found.flags)}, **{one.file: (one.why or "",) for one in found.received}}
    for name, words in case.get("says", {}).items():
        assert words in " | ".join(by[name]), (name, by[name])


# What holds for all conditions.

_WORDS = ("yes", "no", "missing", "unknown")
LEAVES = {
    "yes": [{"tier": "critical"}, {"flag": "wants-exceptions"}, {"profile": "connection", "is": "api"}],
    "no": [{"tier": "ordinary"}, {"flag": "hidden-incidents"}],
    "missing": [{"profile": "criticality", "is": "low"}, {"item": "logs", "of": "access", "is": "yes"}],
    "unknown": [{"item": "backups", "of": "access", "is": "yes"}, {"control": "logs", "is": "met"}],
}
leaves = st.sampled_from([leaf for word in _WORDS for leaf in LEAVES[word]])
trees = st.recursive(leaves, lambda inner: st.one_of(st.builds(lambda part: {"not": part}, inner), st.builds(lambda kind, parts: {kind: parts}, st.sampled_from(["all", "any"]), st.lists(inner, min_size=1, max_size=4))), max_leaves=12)


def word(condition: Any) -> str:
    return weigh(Condition.model_validate(condition), KNOWN).word


@given(trees)
def test_not_of_not_is_itself(tree: Any) -> None:
    assert word({"not": {"not": tree}}) == word(tree)


@given(st.lists(trees, min_size=1, max_size=4))
def test_none_of_them_is_all_of_their_opposites(trees: list[Any]) -> None:
    assert word({"not": {"any": trees}}) == word({"all": [{"not": tree} for tree in trees]})


@given(st.lists(trees, min_size=1, max_size=4), st.randoms())
def test_order_decides_nothing(trees: list[Any], random: Any) -> None:
    mixed = list(trees)
    random.shuffle(mixed)
    assert {kind: word({kind: trees}) for kind in ("all", "any")} == {kind: word({kind: mixed}) for kind in ("all", "any")}


sources = st.lists(st.tuples(st.sampled_from(["answers", "attestation", "the file"]), st.builds(Weighed, st.sampled_from(_WORDS), st.tuples(st.text(min_size=1, max_size=3)), st.booleans())), min_size=1, max_size=5)


@given(sources)
def test_a_requirement_is_met_by_a_yes_alone_and_never_against_a_no(sources: list[tuple[str, Weighed]]) -> None:
    found, where, disagree = shown(sources)
    words = {one.word for _, one in sources}
    split = any(one.disagree and one.word == "unknown" for _, one in sources)
    assert (found == "met") == ("yes" in words and "no" not in words and not split)
    assert (found == "missing") == (words == {"missing"})
    assert (found == "not-met") == ("no" in words)
    voices = {kind: {voice for voice, one in sources if one.word == kind} for kind in ("yes", "no")}
    assert disagree == (any(one.disagree for _, one in sources) or (bool(voices["yes"] and voices["no"]) and len(voices["yes"] | voices["no"]) > 1))
    assert set(where) <= {place for _, one in sources for place in one.where}


@given(sources, st.integers(0, 4))
def test_one_source_less_never_makes_it_worse_than_the_source_was(sources: list[tuple[str, Weighed]], index: int) -> None:
    """What somebody adds can only speak for itself: without any no, more sources never make a requirement less met."""
    order = ("missing", "unknown", "met")
    kept = [one for one in sources if one[1].word != "no" and not one[1].disagree]
    if len(kept) > 1:
        fewer = kept[: index % len(kept)] + kept[index % len(kept) + 1 :]
        assert order.index(shown(fewer)[0]) <= order.index(shown(kept)[0])


_RULES = [{"id": "a", "then": "accept"}, {"id": "b", "then": "ask"}, {"id": "c", "then": "refer"}, {"id": "d", "then": "reject"}]


@given(st.lists(st.tuples(st.sampled_from(_RULES), trees), max_size=5), st.sampled_from(["ask", "refer", "reject"]))
def test_nobody_is_accepted_or_rejected_by_what_is_not_a_yes(rules: list[tuple[dict[str, str], Any]], last: str) -> None:
    written = [{**rule, "id": f"r{index}", "when": tree} for index, (rule, tree) in enumerate(rules)]
    policy = Acceptance.model_validate({**read(CASES / "known.yml")["policy"], "tiers": [{"id": "critical", "title": "Critical", "review_every": "90d"}],
        "flags": [{"id": "wants-exceptions", "title": "x", "when": {"profile": "connection", "is": "api"}}], "outcomes": [*written, {"id": "last", "then": last}]})  # fmt: skip
    found = review("nordlys", "suppliers", replace(KNOWN, policy=policy), {})
    rule = next(rule for rule in policy.outcomes if rule.id == found.rule)
    if found.outcome in ("accept", "reject") and rule.when is not None:
        assert word(next(one["when"] for one in written if one["id"] == rule.id)) == "yes"
    assert found.outcome == rule.then or (rule.then == "reject" and found.outcome == "refer")
    if found.outcome == "accept":
        assert all(word(one["when"]) not in ("yes", "unknown") for one in written if one["then"] == "reject" and written.index(one) < int(rule.id[1:]))
