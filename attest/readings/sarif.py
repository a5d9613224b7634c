"""SARIF 2.1.0 (OASIS, ``sarif-v2.1.0``): what static analysers and scanners write.

    {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "Bandit", "version": "1.9.4"}},
      "invocations": [{"executionSuccessful": true, "endTimeUtc": "2026-11-20T03:10:00Z"}], "results": []}]}

A clean run and a run that never happened both have no results; what counts as *examined* is therefore read strictly, and findings
are not counted:

* an invocation says that it ended well (``executionSuccessful: true``, section 3.20.14): then the files the run names as its
  targets (``artifacts`` with role ``analysisTarget``; Bandit's list of measured files), else one for each invocation;
* results of kind pass among them: then each that passed or failed is a check that was made;
* no invocation at all (Trivy, Scorecard, ruff) and nothing that passed: nothing counts, whatever was found; a run that broke off
  after its first finding looks the same;
* one invocation failed, does not say, or notes an error ("no such file"): nothing counts, in any run of the file;
* ``results`` absent or null (section 3.14.23: the run did not look) or one run that proves nothing: nothing counts.

A result is a failure unless its ``kind`` says otherwise; accepted suppressions (section 3.35), results that are gone since the
baseline, and the kinds open, review, notApplicable and informational are ``other``, and so is a pass that has a level (3.27.10).
Severity comes from ``security-severity`` of the result, then of its rule (CVSS: 9 critical, 7 high, 4 medium, above 0 low), then from
the level. Unrated is what may be of any severity: a score of 0 (Trivy writes it for unknown), a failure of level none, an
open result that neither rates itself nor by its rule, a level left to overrides. Where one id stands for several rules, the worst
rating counts. What a row is about, for VEX: the package URLs of the result and its rule, the image the run names, and then its place too.

Read piece by piece, rules before results or after them. Refused: results or rules kept in other files or in external properties.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from attest.errors import Unreadable
from attest.readings import begin, fields
from attest.readings.fields import Object
from attest.readings.finish import Words, enough, proven, rows_of
from attest.readings.interface import Outcome, Reading, Row
from attest.readings.json_pieces import Pieces
from attest.wire.strict_json import Json

NAME = "sarif"
_VERSION = "2.1.0"
_LEVEL = {"error": "high", "warning": "medium", "note": "low"}
_CVSS = ((9.0, "critical"), (7.0, "high"), (4.0, "medium"))
_ORDER = ("critical", "high", "medium", "low", "unrated", "")
_ELSEWHERE = ("results", "driver", "extensions", "policies")


class _Rule(NamedTuple):
    """What is kept of a rule."""

    id: str = ""
    rating: str = ""
    """By security-severity; empty where it has none."""
    level: str = ""
    """Its default; empty where it has none, and then the specification's own is warning (3.50.3)."""
    purls: tuple[str, ...] = ()


class _Result(NamedTuple):
    """What is kept of a result until the run's rules and artifacts are known."""

    name: str
    rule: tuple[Json, Json]
    """The extension's index, and the rule's in it or in the driver."""
    outcome: Outcome
    kind: str
    rating: str
    level: str | None
    subject: str | int
    """A place, or the index of the artifact that names it."""
    message: str
    purls: tuple[str, ...]


@dataclass(slots=True)
class _Component:
    name: str = ""
    version: str = ""
    rules: list[_Rule] = field(default_factory=list)


@dataclass(slots=True)
class _Run:
    """What is kept of a run; filled in while it is read."""

    words: Words
    images: tuple[str, ...] = ()
    driver: _Component = field(default_factory=_Component)
    extensions: list[_Component] = field(default_factory=list)
    results: list[_Result] = field(default_factory=list)
    looked: bool = False
    decided: int = 0
    passed: int = 0
    invocations: int = 0
    ended_well: bool = True
    overrides: bool = False
    times: list[str] = field(default_factory=list)
    artifacts: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    measured: list[str] | None = None
    """Bandit's own list of files, where there is one."""


def sniff(head: bytes) -> bool:
    """Whether JSON with runs."""
    return begin.opens_with(head, b"{") and begin.has_key(head, b"runs", rb"[\[n]")


def read(stream: BinaryIO) -> Reading:
    """A SARIF file -> a row a result. Unreadable for another version or shape."""
    return _of(Pieces(stream))


def _of(pieces: Pieces) -> Reading:
    runs, rows = _document(pieces)
    examined = _proof(runs)
    tools = dict.fromkeys((run.driver.name, run.driver.version) for run in runs if run.driver.name)
    return Reading(
        format=NAME,
        rows=proven(rows_of(rows), examined),
        examined=examined,
        lists_passes=any(run.passed for run in runs),
        tool=", ".join(dict.fromkeys(name for name, _ in tools)) or None,
        version=", ".join(version for _, version in tools) or None if all(version for _, version in tools) else None,
        observed=fields.earliest(*(time for run in runs for time in run.times)),
        targets=tuple(dict.fromkeys(target for run in runs for target in _targets(run) or ())),
    )


def _document(pieces: Pieces) -> tuple[list[_Run], list[Row]]:
    """The runs, and the rows of all their results."""
    runs: list[_Run] = []
    rows: list[Row] = []
    version: Json = None
    found = False
    words = Words()
    if pieces.kind() != "{":
        fields.an_object(pieces.value(), "the file")
    for name in pieces.members():
        if name == "version":
            version = pieces.value()
        elif name == "runs":
            found = True
            runs = [_run(pieces, index, words, rows) for index in fields.entries_of(pieces, name)]
        elif name == "inlineExternalProperties":
            for properties in fields.records_of(pieces, name):
                _refuse_elsewhere(properties, name)
    pieces.end()
    if not found or version != _VERSION:
        raise Unreadable(f"the file is not SARIF {_VERSION}: version {version!r:.80}, runs {'there' if found else 'absent'}")
    return runs, rows


def _refuse_elsewhere(properties: Object, what: str) -> None:
    if any(properties.get(name) for name in _ELSEWHERE):
        raise Unreadable(f"results or rules are kept in other files or apart from their run ({what})", "have the tool write one file")


def _run(pieces: Pieces, index: int, words: Words, rows: list[Row]) -> _Run:
    """One run; its rows are added to those of the runs before it."""
    run = _Run(words)
    if pieces.kind() != "{":
        fields.an_object(pieces.value(), f"runs[{index}]")
    for name in pieces.members():
        if name in _PARTS:
            _PARTS[name](pieces, run, len(rows))
    rows.extend(_rows(run))
    return run


def _read_results(pieces: Pieces, run: _Run, before: int) -> None:
    run.looked = pieces.kind() == "["
    for result in fields.records_of(pieces, "results"):
        run.results.append(_result(result, run))
        enough(before + len(run.results))


def _read_tool(pieces: Pieces, run: _Run, before: int) -> None:
    for name in fields.members_of(pieces, "tool"):
        if name == "driver":
            run.driver = _component(pieces, name, run.words)
        elif name == "extensions":
            run.extensions = [_component(pieces, f"extensions[{index}]", run.words) for index in fields.entries_of(pieces, name)]


def _component(pieces: Pieces, what: str, words: Words) -> _Component:
    said: Object = {}
    rules: list[_Rule] = []
    for name in fields.members_of(pieces, what):
        if name == "rules":
            for rule in fields.records_of(pieces, name):
                rules.append(_rule(rule, words))
                enough(len(rules))
        elif name in ("name", "version", "semanticVersion"):
            said[name] = pieces.value()
    return _Component(fields.text(said, "name"), fields.text(said, "semanticVersion") or fields.text(said, "version"), rules)


def _rule(rule: Object, words: Words) -> _Rule:
    properties = fields.record(rule, "properties")
    level = fields.text(fields.record(rule, "defaultConfiguration"), "level")
    return _Rule(words.one(fields.text(rule, "id")), _rated(properties.get("security-severity")), words.one(level), _purls(properties, words))


def _read_invocations(pieces: Pieces, run: _Run, before: int) -> None:
    for invocation in fields.records_of(pieces, "invocations"):
        run.invocations += 1
        run.ended_well = run.ended_well and _ended_well(invocation)
        run.overrides = run.overrides or any(fields.record(each, "configuration").get("level") for each in fields.records(invocation, "ruleConfigurationOverrides"))
        run.times.append(fields.text(invocation, "startTimeUtc") or fields.text(invocation, "endTimeUtc"))
        enough(run.invocations)


def _ended_well(invocation: Object) -> bool:
    """Said to have ended well, and without a note of an error: Bandit says ``true`` and notes the files it could not read."""
    notes = fields.records(invocation, "toolExecutionNotifications") + fields.records(invocation, "toolConfigurationNotifications")
    return invocation.get("executionSuccessful") is True and all(note.get("level") != "error" for note in notes)


def _read_artifacts(pieces: Pieces, run: _Run, before: int) -> None:
    for artifact in fields.records_of(pieces, "artifacts"):
        run.artifacts.append(run.words.one(fields.text(fields.record(artifact, "location"), "uri")))
        if "analysisTarget" in fields.items(artifact, "roles"):
            run.targets.append(run.artifacts[-1])
        enough(len(run.artifacts))


def _read_properties(pieces: Pieces, run: _Run, before: int) -> None:
    properties = fields.object_of(pieces, "properties")
    metrics = fields.record(properties, "metrics")
    if "_totals" in metrics:
        run.measured = [run.words.one(name) for name in metrics if name != "_totals"]
    run.images = tuple(run.words.one(name) for name in _texts(properties, "imageName", "imageID", "repoTags", "repoDigests"))


def _read_elsewhere(pieces: Pieces, run: _Run, before: int) -> None:
    name = "externalPropertyFileReferences"
    _refuse_elsewhere(fields.object_of(pieces, name), name)


_PARTS: dict[str, Callable[[Pieces, _Run, int], None]] = {
    "tool": _read_tool,
    "invocations": _read_invocations,
    "artifacts": _read_artifacts,
    "results": _read_results,
    "properties": _read_properties,
    "externalPropertyFileReferences": _read_elsewhere,
}


def _proof(runs: list[_Run]) -> int:
    """How many things all runs prove to have examined; 0 as soon as one run proves nothing or failed."""
    counts = [_examined(run) for run in runs]
    return sum(counts) if all(counts) else 0


def _examined(run: _Run) -> int:
    """Never counts findings: ten in one file are still one file."""
    if not (run.looked and run.ended_well):
        return 0
    checks = run.decided if run.passed else 0
    targets = _targets(run)
    return max(checks, run.invocations if targets is None or not run.invocations else len(targets))


def _targets(run: _Run) -> list[str] | None:
    """The files the run names as looked at; None where it names none, an empty list where it says that there were none."""
    if run.measured is not None and run.driver.name == "Bandit":
        return run.measured
    return run.targets or None


def _result(result: Object, run: _Run) -> _Result:
    """What is kept of one result, its texts shared with those of others."""
    words = run.words
    level = result.get("level")
    kind = _kind(result, level)
    outcome = _outcome(result, kind)
    if kind in ("pass", "fail") and result.get("baselineState") != "absent":
        run.decided += 1
        run.passed += kind == "pass"
    reference = fields.record(result, "rule")
    properties = fields.record(result, "properties")
    place, logical = _place(result)
    return _Result(
        words.one(fields.text(result, "ruleId") or fields.text(reference, "id")),
        (fields.record(reference, "toolComponent").get("index"), result.get("ruleIndex", reference.get("index"))),
        outcome,
        words.one(kind),
        _rated(properties.get("security-severity")),
        words.one(level) if isinstance(level, str) else None if level is None else "",
        words.one(place) if isinstance(place, str) else place,
        words.message(fields.text(fields.record(result, "message"), "text")) if outcome == "fail" else "",
        _purls(properties, words, *logical, place if isinstance(place, str) else ""),
    )


def _kind(result: Object, level: Json) -> str:
    """A pass that has a level contradicts itself: it is for somebody to look at."""
    kind = fields.text(result, "kind") or "fail"
    return "review" if kind == "pass" and level not in (None, "none") else kind


def _outcome(result: Object, kind: str) -> Outcome:
    if result.get("baselineState") == "absent" or _suppressed(result):
        return "other"
    return "pass" if kind == "pass" else "fail" if kind == "fail" else "other"


def _suppressed(result: Object) -> bool:
    """Suppressed, and none of the suppressions still under review or rejected (section 3.27.23)."""
    found = fields.records(result, "suppressions")
    return bool(found) and all(each.get("status", "accepted") == "accepted" for each in found)


def _place(result: Object) -> tuple[str | int, list[str]]:
    """Where the result was found, as text or as an artifact's index, and the logical names of that place."""
    for location in fields.records(result, "locations")[:1]:
        place = fields.record(fields.record(location, "physicalLocation"), "artifactLocation")
        logical = [fields.text(each, "fullyQualifiedName") or fields.text(each, "name") for each in fields.records(location, "logicalLocations")]
        index = _index(place.get("index"))
        if "uri" not in place and index is not None:
            return index, logical
        return fields.text(place, "uri") or next(filter(None, logical), ""), logical
    return "", []


def _purls(properties: Object, words: Words, *names: str) -> tuple[str, ...]:
    """Package URLs: among names, and where scanners put them among a result's or a rule's properties."""
    return tuple(words.one(name) for name in dict.fromkeys((*_texts(properties, "purl", "purls"), *names)) if name.startswith("pkg:"))


def _texts(properties: Object, *keys: str) -> Iterator[str]:
    """What stands under these keys, each a text or a list of texts; a bag of properties may hold anything else."""
    for key in keys:
        value = properties.get(key)
        yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str) and each)


def _rows(run: _Run) -> Iterator[Row]:
    """A row for each result, in their order; each result is let go once it has become one."""
    components = [run.driver, *run.extensions]
    by_id = _by_id(rule for component in components for rule in component.rules)
    results, run.results = run.results, []
    for index, result in enumerate(results):
        results[index] = _SPENT
        yield _row(run, result, _rule_of(result, components, by_id))


def _by_id(rules: Iterable[_Rule]) -> dict[str, _Rule]:
    """Rules by their ids; where one id stands for several, the one that is rated worst."""
    found: dict[str, _Rule] = {}
    for rule in rules:
        if rule.id not in found or _ORDER.index(rule.rating) < _ORDER.index(found[rule.id].rating):
            found[rule.id] = rule
    return found


def _rule_of(result: _Result, components: list[_Component], by_id: dict[str, _Rule]) -> _Rule:
    """The rule's own description: by index where that has the result's name or the result has none, else by name.

    "CA1000/1" is a part of "CA1000" (section 3.27.5).
    """
    rules = _rules(components, _index(result.rule[0]))
    index = _index(result.rule[1])
    at = rules[index] if index is not None and index < len(rules) else None
    family = result.name.rpartition("/")[0]
    if at is not None and (not result.name or at.id in (result.name, family)):
        return at
    return (by_id.get(result.name) or by_id.get(family) or _Rule()) if result.name else _Rule()


def _rules(components: list[_Component], extension: int | None) -> list[_Rule]:
    """Those of the driver, which comes first, or of an extension."""
    place = 0 if extension is None else extension + 1
    return components[place].rules if place < len(components) else []


def _index(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _row(run: _Run, result: _Result, rule: _Rule) -> Row:
    subject = result.subject
    if isinstance(subject, int):
        subject = run.artifacts[subject] if subject < len(run.artifacts) else ""
    products = (*result.purls, *rule.purls, *run.images)
    return Row(
        row=result.name or rule.id or "unnamed",
        outcome=result.outcome,
        subject=subject,
        severity=_severity(result, rule, run.overrides),
        message=result.message,
        products=tuple(dict.fromkeys((*products, subject))) if products and subject else products,
    )


def _severity(result: _Result, rule: _Rule, overrides: bool) -> str:
    rated = [rating for rating in (result.rating, rule.rating) if rating]
    if rated:
        return next((rating for rating in rated if rating != "unrated"), "unrated")
    if result.level is not None and result.level != "none":
        return _LEVEL.get(result.level, "unrated")
    if result.kind in ("notApplicable", "informational"):
        return "info"
    if result.kind in ("pass", "fail"):
        failed_at_none = result.kind == "fail" and (result.level == "none" or overrides)
        return "unrated" if failed_at_none else _LEVEL.get(rule.level or "warning", "unrated")
    return _LEVEL.get(rule.level, "unrated")


def _rated(value: Json) -> str:
    """A CVSS score as number or text -> severity; unrated for 0, and an empty text where it is neither, or out of 0 to 10."""
    try:
        score = float(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        return ""
    if not 0 <= score <= 10:
        return ""
    return next((name for floor, name in _CVSS if score >= floor), "low" if score > 0 else "unrated")


_SPENT = _Result("", (None, None), "other", "", "", None, "", "", ())
