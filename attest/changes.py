"""What changed from one published record to a later one, the worst first. Standard library only, values in and out.

    changes(before, now)  ->  Change("worsened", "backups-restored", "What is lost is brought back", was="met", now="unknown"), …
                              said: Worse: “What is lost is brought back” was shown by evidence; now there is no current evidence.

Two records are all it looks at, so whoever kept an old assessment.json can ask it without the one who published. It decides nothing:
whether a check asks more or less than before is for the reader. A promise that is gone was withdrawn or is withheld now; the records
do not say which, and neither does this. Withheld promises are numbers here, never names.

``KINDS`` is in order, the worst first; each kind has the group it is told in, the matter it is about (by which changes of several
releases are put together, see ``history``), what it does to that matter, and its sentence:

    up       something is there that was not         move     it went from ``was`` to ``now``
    down     something is not there any more         touch    it is otherwise, ``parts`` say how
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from attest.published import CheckRecord, ControlRecord, PaperRecord, Record, RegisterRecord
from attest.times import parse_day, spell_day
from attest.wire import jcs
from attest.words import BASES, VERDICTS, VISITOR_BASIS, VISITOR_VERDICT

Effect = Literal["up", "down", "move", "touch"]
Group = Literal["worse", "gone", "notices", "subprocessors", "asked", "lists", "scope", "better", "new", "quiet"]

GROUPS: Final[dict[Group, str]] = {
    "worse": "Worse than before",
    "gone": "No longer shown",
    "notices": "Notices",
    "subprocessors": "Subprocessors",
    "asked": "Checks, decisions and wording",
    "scope": "Scope",
    "lists": "Certificates and other lists",
    "better": "Better than before",
    "new": "New promises",
    "quiet": "Renewed, or as it was again",
}
"""In the order they are told in."""


class Told(NamedTuple):
    """How a kind of change is told and put together."""

    group: Group
    matter: str
    effect: Effect
    sentence: str
    """With ``{title}``, ``{was}``, ``{now}``, ``{where}`` and ``{parts}`` as the kind has them."""
    lead: str = ""
    """What the sentence begins with where it stands alone; under its group's title that would be said twice."""


_MOVED: Final = "“{title}” {was}; now {now}."

KINDS: Final[dict[str, Told]] = {
    "worsened": Told("worse", "promise", "move", _MOVED, "Worse: "),
    "postponed": Told("worse", "due", "move", "Put off: “{title}” was planned for {was}, now for {now}."),
    "weaker": Told("worse", "basis", "move", "Shown less well: “{title}” was {was}, and is now {now}."),
    "checks-worse": Told("worse", "checks-worse", "touch", "Behind “{title}”, whose verdict stands, checks came out worse ({parts})."),
    "gone": Told("gone", "promise", "down", "“{title}”, which {was}. Withdrawn or withheld: from outside the two cannot be told apart.", "No longer shown: "),
    "withheld": Told("gone", "withheld", "move", "Withheld promises: {was} before, {now} now ({parts})."),
    "notice-gone": Told("gone", "notice", "down", "A notice is gone: “{title}”."),
    "list-gone": Told("gone", "list", "down", "No longer shown: the list “{title}”."),
    "less-shown": Told("gone", "less-shown", "touch", "Less is shown of the evidence for “{title}”: {parts}."),
    "applies-open": Told("worse", "promise", "move", "Applies now: " + _MOVED),
    "applies": Told("asked", "promise", "move", "Applies now: " + _MOVED),
    "ceased": Told("asked", "promise", "move", "Set aside: " + _MOVED),
    "ruleset": Told("asked", "ruleset", "move", "Verdicts follow other rules: {was} before, {now} now."),
    "notice-added": Told("notices", "notice", "up", "New notice: “{title}” ({now})."),
    "notice-changed": Told("notices", "notice", "touch", "Notice amended: “{title}”."),
    "subprocessor-added": Told("subprocessors", "row", "up", "{title}, new: {parts}.", "Subprocessor "),
    "subprocessor-changed": Told("subprocessors", "row", "touch", "{title}: {parts}.", "Subprocessor "),
    "subprocessor-gone": Told("subprocessors", "row", "down", "{title} is no longer named.", "Subprocessor "),
    "asks": Told("asked", "asks", "touch", "What its checks ask changed for “{title}”: {parts}."),
    "decided": Told("asked", "decided", "touch", "What was decided about “{title}” changed: {parts}."),
    "responsibility": Told("asked", "responsibility", "move", "Whose part “{title}” is: {was} before, now {now}."),
    "covers": Told("asked", "covers", "touch", "“{title}” {parts}."),
    "reworded": Told("asked", "words", "touch", "Reworded: “{title}” ({parts})."),
    "clauses": Told("asked", "clauses", "touch", "“{title}” answers other clauses: {parts}."),
    "moved": Told("asked", "place", "touch", "“{title}” stands elsewhere: {parts}."),
    "system-gone": Told("scope", "system", "down", "No longer in scope: {title}."),
    "system-added": Told("scope", "system", "up", "In scope now: {title}."),
    "excluded-added": Told("scope", "excluded", "up", "Said to be out of scope now: {title}."),
    "excluded-gone": Told("scope", "excluded", "down", "No longer said to be out of scope: {title}."),
    "certificate-gone": Told("lists", "row", "down", "A certificate is no longer listed: {title}."),
    "certificate-changed": Told("lists", "row", "touch", "Certificate {title}: {parts}."),
    "certificate-added": Told("lists", "row", "up", "A certificate was added: {title}."),
    "row-gone": Told("lists", "row", "down", "{where}: “{title}” is no longer listed."),
    "row-changed": Told("lists", "row", "touch", "{where}: “{title}” changed ({parts})."),
    "row-added": Told("lists", "row", "up", "{where}: “{title}” was added."),
    "list-changed": Told("lists", "list", "touch", "The list “{title}” was away in between, and may differ."),
    "list-added": Told("lists", "list", "up", "A list is shown now: “{title}”."),
    "improved": Told("better", "promise", "move", _MOVED, "Better: "),
    "sooner": Told("better", "due", "move", "Brought forward: “{title}” was planned for {was}, now for {now}."),
    "stronger": Told("better", "basis", "move", "Shown better: “{title}” was {was}, and is now {now}."),
    "checks-better": Told("better", "checks-better", "touch", "Behind “{title}”, whose verdict stands, checks came out better ({parts})."),
    "more-shown": Told("better", "more-shown", "touch", "More is shown of the evidence for “{title}”: {parts}."),
    "added": Told("new", "promise", "up", "“{title}”; {now}.", "New here: "),
    "returned": Told("quiet", "promise", "move", "Went and came back: “{title}”; {now}, as before."),
    "evidence": Told("quiet", "evidence", "touch", "Evidence was renewed for “{title}”."),
    "looked-at": Told("quiet", "looked-at", "touch", "{where}: “{title}” was looked at again."),
    "totals": Told("quiet", "totals", "touch", "Counted anew: {parts}."),
}

WAS: Final = {
    "met": "was shown by evidence", "unknown": "had no current evidence", "not-met": "was not in place", "planned": "was planned", "not-applicable": "did not apply",
}  # fmt: skip
NOW: Final = {
    "met": "it is shown by evidence", "unknown": "there is no current evidence", "not-met": "it is not in place", "planned": "it is planned",
    "not-applicable": "it does not apply",
}  # fmt: skip
WHOSE: Final = {"us": "ours", "you": "yours", "both": "ours and yours", "third-party": "a third party's"}

OF_A_CONTROL: Final = frozenset({"promise", "due", "basis", "asks", "decided", "responsibility", "covers", "words", "clauses", "place", "less-shown", "more-shown", "checks-worse", "checks-better"})
"""Matters of a promise that are more than renewed evidence."""

WORDS: Final[dict[str, str]] = {str(word): said for word, said in [*VISITOR_BASIS.items(), *WHOSE.items()]}
_LOOKED_AT: Final = frozenset({"reviewed", "reviewDue", "last", "nextDue", "termsReviewed"})
"""Columns that say when somebody looked at a row: where nothing else changed, the row did not."""
_NAMING: Final = ("name", "title", "firm", "cover", "what", "right", "who", "duty", "role", "step", "question", "direction", "kind", "id")
_NOUNS: Final = {"subprocessors": "subprocessor", "certificates": "certificate"}
_OPEN: Final[dict[str, str]] = {"public": "published", "gated": "shown on request", "private": "not published"}
_CAME_OUT: Final[dict[str, str]] = {verdict: VISITOR_VERDICT[verdict].lower() for verdict in VERDICTS}
_LONGEST: Final = 80
"""Letters of a value that are quoted; a longer one is only said to be reworded."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference."""

    kind: str
    """One of ``KINDS``."""
    what: str
    """A control's id; else the list and the row: ``subprocessors/postbrise``, ``notices/moving-day``, ``systems/api``; empty for the whole."""
    title: str
    """As the later record has it, or the last that had it."""
    was: str = ""
    """Verdict, basis, day, number or whose part it was."""
    now: str = ""
    where: str = ""
    """Of a row, its list's title."""
    parts: tuple[str, ...] = ()

    @property
    def group(self) -> Group:
        """Where it is told."""
        return KINDS[self.kind].group

    @property
    def said(self) -> str:
        """The sentence a customer reads."""
        told = KINDS[self.kind]
        return told.lead + told.sentence.format(title=self.title, was=spelt(self.was, WAS), now=spelt(self.now, NOW), where=self.where, parts="; ".join(self.parts))


def spelt(value: str, verdicts: Mapping[str, str]) -> str:
    """A verdict, basis, whose part or day as it stands in a sentence; anything else as it is."""
    return verdicts.get(value) or WORDS.get(value) or _day(value)


def changes(before: Record, now: Record) -> tuple[Change, ...]:
    """Two records of one center, the earlier first -> what is otherwise, the worst first; nothing for equal ones.

    Every public control whose verdict differs is named; those of withheld ones show as numbers.
    """
    found = [*_whole(before, now), *_controls(before, now), *_registers(before, now), *_papers(before, now), *_notices(before, now), *_scope(before, now)]
    return tuple(sorted(found, key=order))


def order(change: Change) -> tuple[int, int, str]:
    """The worst first: by kind, within verdicts by the one it has now, then by name."""
    known = change.now if change.now in _VERDICTS else change.was
    return _RANK[change.kind], _VERDICTS.index(known) if known in _VERDICTS else 0, change.what


_VERDICTS: Final[tuple[str, ...]] = VERDICTS
_BASES: Final[tuple[str, ...]] = BASES
_RANK: Final = {kind: rank for rank, kind in enumerate(sorted(KINDS, key=lambda kind: list(GROUPS).index(KINDS[kind].group)))}


def in_order() -> tuple[str, ...]:
    """The kinds, the worst first."""
    return tuple(_RANK)


def moved(matter: str, was: str, now: str) -> str:
    """The kind of a move: verdicts, bases and days know better and worse, and what leaves or enters "does not apply" is said as such."""
    if matter == "promise":
        return _of_verdicts(was, now)
    if matter == "basis":
        return "weaker" if _BASES.index(now) > _BASES.index(was) else "stronger"
    if matter == "due":
        return "postponed" if now > was else "sooner"
    return matter


def _of_verdicts(was: str, now: str) -> str:
    if was == now:
        return "returned"
    if "not-applicable" in (was, now):
        return "ceased" if now == "not-applicable" else "applies" if now in ("met", "planned") else "applies-open"
    return "worsened" if _VERDICTS.index(now) < _VERDICTS.index(was) else "improved"


def _whole(before: Record, now: Record) -> Iterator[Change]:
    if before["ruleset"] != now["ruleset"]:
        yield Change("ruleset", "", "", before["ruleset"], now["ruleset"])
    if (withheld := withholding(before["withheld"], now["withheld"])) is not None:
        yield withheld
    if parts := _counted(before["totals"], now["totals"]):
        yield Change("totals", "", "", parts=parts)


def withholding(before: Mapping[str, int], now: Mapping[str, int]) -> Change | None:
    """How many promises are withheld, and with which verdicts; None where that is as it was."""
    parts = _counted(before, now)
    return Change("withheld", "", "", str(sum(before.values())), str(sum(now.values())), parts=parts) if parts else None


def _counted(before: Mapping[str, int], now: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(f"{said}: {before[verdict]} before, {now[verdict]} now" for verdict, said in _CAME_OUT.items() if before[verdict] != now[verdict])


def _controls(before: Record, now: Record) -> Iterator[Change]:
    old, new = _by_id(before["controls"]), _by_id(now["controls"])
    names = {system["id"]: system["name"] for record in (before, now) for system in record["scope"]["systems"]}
    areas = {area["id"]: area["title"] for record in (before, now) for area in record["areas"]}
    for ident in old | new:
        if ident not in new:
            yield Change("gone", ident, old[ident]["title"], was=old[ident]["verdict"])
        elif ident not in old:
            yield Change("added", ident, new[ident]["title"], now=new[ident]["verdict"])
        elif old[ident] != new[ident]:
            yield from _control(old[ident], new[ident], names, areas)


def _control(old: ControlRecord, new: ControlRecord, systems: Mapping[str, str], areas: Mapping[str, str]) -> Iterator[Change]:
    ident, title = new["id"], new["title"]
    for matter, was, now in _moves(old, new):
        if was and now and was != now:
            yield Change(moved(matter, was, now), ident, title, was, now)
    touched: dict[str, Iterable[str]] = {
        "reworded": _words(old, new),
        "asks": _asked(old["checks"], new["checks"]),
        "decided": _decided(old, new),
        "covers": _more_or_less(old["appliesTo"], new["appliesTo"], "now covers", "no longer covers", systems),
        "clauses": _clauses(old["clauses"], new["clauses"]),
        "moved": _place(old, new, areas),
        "evidence": ["renewed"] if _renewed(old["checks"], new["checks"]) else [],
    }
    yield from (Change(kind, ident, title, parts=said) for kind, parts in touched.items() if (said := tuple(parts)))
    yield from _behind(old, new)


def _moves(old: ControlRecord, new: ControlRecord) -> list[tuple[str, str, str]]:
    due = [found["plan"]["due"] if found["verdict"] == "planned" and found["plan"] else "" for found in (old, new)]
    return [
        ("promise", old["verdict"], new["verdict"]),
        ("basis", old["basis"] or "", new["basis"] or ""),
        ("due", due[0], due[1]),
        ("responsibility", old["responsibility"], new["responsibility"]),
    ]


def _words(old: ControlRecord, new: ControlRecord) -> Iterator[str]:
    if old["title"] != new["title"]:
        yield f"its title, before: “{old['title']}”"
    if old["promise"] != new["promise"]:
        yield "the promise"
    if old["yours"] != new["yours"]:
        yield "what is left to you"
    if _texts(old) != _texts(new) and not any(_asked(old["checks"], new["checks"])):
        yield "how a check is put in words"


def _texts(control: ControlRecord) -> list[str]:
    return sorted(check["ruleText"] for check in control["checks"])


def _asked(old: Sequence[CheckRecord], new: Sequence[CheckRecord]) -> Iterator[str]:
    """Checks that ask otherwise. One check against one is a check that changed, else it was dropped or added."""
    deep = _hidden(old) == _hidden(new)
    before, after = _only(old, new, deep), _only(new, old, deep)
    if len(before) == len(after):
        for was, now in zip(before, after, strict=True):
            yield f"before: ‘{was}’, now: ‘{now}’" if was != now else f"the same in words, and read in another way: ‘{now}’"
        return
    yield from (f"a check was dropped: ‘{said}’" for said in before)
    yield from (f"a check was added: ‘{said}’" for said in after)


def _hidden(checks: Sequence[CheckRecord]) -> Counter[str]:
    return Counter(check["visibility"] for check in checks)


def _only(checks: Sequence[CheckRecord], others: Sequence[CheckRecord], deep: bool) -> list[str]:
    """What checks ask that others do not, as their sentences."""
    left, found = Counter(_rule(check, deep) for check in others), []
    for check in checks:
        if left[rule := _rule(check, deep)] > 0:
            left[rule] -= 1
        else:
            found.append(check["ruleText"].rstrip("."))
    return found


def _rule(check: CheckRecord, deep: bool) -> bytes:
    """What a check asks, whatever shows it. ``deep``: how it is read, too, which is only known while as much is shown of the evidence."""
    read = check["readAs"] if deep else None
    words = None if read is None else [read["columns"], read["passValues"], read["failValues"], read.get("sheet")]
    return jcs.canonical([check["rule"], check["kind"], check["register"] if deep else None, words])


def _decided(old: ControlRecord, new: ControlRecord) -> Iterator[str]:
    def plan(control: ControlRecord) -> dict[str, str]:
        return {key: value for key, value in (control["plan"] or {}).items() if key != "due"}

    if plan(old) != plan(new) and old["plan"] and new["plan"]:
        yield "the plan"
    yield from _decision("the treatment of the risk", old["treatment"], new["treatment"])
    yield from _decision("why it does not apply", old["notApplicable"], new["notApplicable"])


def _decision(name: str, old: Mapping[str, str] | None, new: Mapping[str, str] | None) -> Iterator[str]:
    if old == new:
        return
    if old is None or new is None:
        yield f"{name} is {'said now' if old is None else 'no longer said'}"
    elif {**old, "until": ""} == {**new, "until": ""}:
        yield f"{name} holds until {_day(new['until'])}, before until {_day(old['until'])}"
    else:
        yield name


def _more_or_less(old: Sequence[str], new: Sequence[str], more: str, less: str, names: Mapping[str, str]) -> Iterator[str]:
    for said, found in ((less, sorted(set(old) - set(new))), (more, sorted(set(new) - set(old)))):
        if found:
            yield f"{said} {', '.join(names.get(one, one) for one in found)}"


def _clauses(old: Mapping[str, Sequence[str]], new: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for framework in sorted({*old, *new}):
        yield from (f"{framework}: {said}" for said in _more_or_less(old.get(framework, ()), new.get(framework, ()), "now", "no longer", {}))


def _place(old: ControlRecord, new: ControlRecord, areas: Mapping[str, str]) -> Iterator[str]:
    if old["audience"] != new["audience"]:
        yield f"among what we promise {new['audience']}, before among what we promise {old['audience']}"
    if old["area"] != new["area"]:
        yield f"under “{areas.get(new['area'], new['area'])}”, before under “{areas.get(old['area'], old['area'])}”"


def _renewed(old: Sequence[CheckRecord] | Sequence[PaperRecord], new: Sequence[CheckRecord] | Sequence[PaperRecord]) -> bool:
    """Whether other evidence shows it, or of another day. A preview without the center secret has no commitments: there the days have to do."""
    if len(old) != len(new):
        return False
    bound = all(shown["sha256"] or shown["commitment"] for shown in (*old, *new))
    said = [sorted((shown["observed"] or "", (shown["sha256"] or shown["commitment"] or "") if bound else "") for shown in found) for found in (old, new)]
    return said[0] != said[1]


def _behind(old: ControlRecord, new: ControlRecord) -> Iterator[Change]:
    """What shows where the verdict stands and the number of checks is the same: how they came out, and how openly they are shown."""
    if len(old["checks"]) != len(new["checks"]):
        return
    ident, title = new["id"], new["title"]
    opened: list[list[str]] = [[check["visibility"] for check in control["checks"]] for control in (old, new)]
    if said := _tally(opened[0], opened[1], _OPEN):
        yield Change("less-shown" if _sum(opened[1], _OPEN) > _sum(opened[0], _OPEN) else "more-shown", ident, title, parts=said)
    found: list[list[str]] = [[check["verdict"] for check in control["checks"]] for control in (old, new)]
    if old["verdict"] == new["verdict"] and (said := _tally(found[0], found[1], _CAME_OUT)):
        yield Change("checks-worse" if _sum(found[1], _CAME_OUT) < _sum(found[0], _CAME_OUT) else "checks-better", ident, title, parts=said)


def _tally(old: Sequence[str], new: Sequence[str], words: Mapping[str, str]) -> tuple[str, ...]:
    before, now = Counter(old), Counter(new)
    return tuple(f"{said}: {before[word]} before, {now[word]} now" for word, said in words.items() if before[word] != now[word])


def _sum(found: Iterable[str], ranked: Mapping[str, str]) -> int:
    """How far along all of them are in the order of the words."""
    return sum(list(ranked).index(one) for one in found)


def _registers(before: Record, now: Record) -> Iterator[Change]:
    old, new = ({register["name"]: register for register in record["registers"]} for record in (before, now))
    systems = {system["id"]: system["name"] for record in (before, now) for system in record["scope"]["systems"]}
    for name in old | new:
        if name not in new:
            yield Change("list-gone", name, old[name]["title"])
        elif name not in old:
            yield Change("list-added", name, new[name]["title"])
        elif old[name] != new[name]:
            yield from _rows(old[name], new[name], systems)


def _rows(before: RegisterRecord, now: RegisterRecord, systems: Mapping[str, str]) -> Iterator[Change]:
    """A row that is about a system, and has no name of its own, is called as the system is."""
    old, new, noun = _by_id(before["rows"]), _by_id(now["rows"]), _NOUNS.get(now["name"], "row")
    for ident in old | new:
        row = new.get(ident) or old[ident]
        what, title = f"{now['name']}/{ident}", _name(row, systems)
        if ident not in new:
            yield Change(f"{noun}-gone", what, title, where=now["title"])
        elif ident not in old:
            yield Change(f"{noun}-added", what, title, where=now["title"], parts=_introduced(now["name"], row))
        elif differing := [key for key in old[ident] | row if old[ident].get(key) != row.get(key)]:
            quiet = _LOOKED_AT.issuperset(differing)
            parts = () if quiet else tuple(_difference(key, old[ident].get(key), row.get(key)) for key in sorted(differing) if key not in _LOOKED_AT)
            yield Change("looked-at" if quiet else f"{noun}-changed", what, title, where=now["title"], parts=parts)


def _introduced(register: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    """Of a new subprocessor, what it does and where."""
    if register != "subprocessors":
        return ()
    return tuple(_value(row[key]) for key in ("purpose", "location") if row.get(key)) or ("What it does is not said",)


def _name(row: Mapping[str, Any], systems: Mapping[str, str]) -> str:
    found = next(key for key in _NAMING if row.get(key))
    return systems.get(row[found], row[found]) if found == "id" else str(row[found])


def _difference(key: str, old: Any, new: Any) -> str:
    """A column that differs: from what to what where that is short, else that it was reworded."""
    name = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in key)
    if isinstance(old, list) and isinstance(new, list) and all(isinstance(one, str) for one in [*old, *new]):
        return f"{name}: {', '.join(_more_or_less(old, new, 'now also', 'no longer', {})) or 'in another order'}"
    was, now = _value(old), _value(new)
    if len(was) > _LONGEST or len(now) > _LONGEST:
        return f"{name} reworded"
    return f"{name}: {was.removesuffix('.')} before, {now.removesuffix('.')} now"


def _value(value: Any) -> str:
    if value is None:
        return "not said"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_value, value)) or "none"
    return _day(str(value))


def _papers(before: Record, now: Record) -> Iterator[Change]:
    old, new = _by_id(before["papers"]), _by_id(now["papers"])
    for ident in old.keys() & new.keys():
        if _renewed([old[ident]], [new[ident]]):
            yield Change("evidence", f"papers/{ident}", new[ident]["title"], parts=("renewed",))


def _notices(before: Record, now: Record) -> Iterator[Change]:
    old, new = _by_id(before["notices"]), _by_id(now["notices"])
    for ident in old | new:
        notice = new.get(ident) or old[ident]
        if ident not in new:
            yield Change("notice-gone", f"notices/{ident}", notice["title"], was=notice["kind"])
        elif ident not in old:
            yield Change("notice-added", f"notices/{ident}", notice["title"], now=notice["kind"])
        elif old[ident] != notice:
            yield Change("notice-changed", f"notices/{ident}", notice["title"], parts=("amended",))


def _scope(before: Record, now: Record) -> Iterator[Change]:
    yield from _there("system", "systems", *({one["id"]: one["name"] for one in record["scope"]["systems"]} for record in (before, now)))
    yield from _there("excluded", "out-of-scope", *({one["name"]: one["name"] for one in record["scope"]["outOfScope"]} for record in (before, now)))


def _there(noun: str, where: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    yield from (Change(f"{noun}-gone", f"{where}/{ident}", title) for ident, title in old.items() if ident not in new)
    yield from (Change(f"{noun}-added", f"{where}/{ident}", title) for ident, title in new.items() if ident not in old)


def _by_id(found: Iterable[Any]) -> dict[str, Any]:
    return {one["id"]: one for one in found}


def _day(value: str) -> str:
    """``2026-12-01`` -> 1 December 2026; anything else as it is."""
    try:
        return spell_day(parse_day(value))
    except ValueError:
        return value
