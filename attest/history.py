r"""What a site tells of its own releases, carried on from one to the next in ``history/releases.json``. Standard library only, values in and out.

    Before(6, record, valid until, History) + record of release 7  ->  History of seven releases  ->  bytes, and strictly back

    {"began":1,"format":1,"last":{"backups-restored":7,…},"releases":[{"asOf":"2026-11-21T12:00:00Z","basis":{…},"changes":[
      {"kind":"worsened","now":"unknown","title":"What is lost is brought back","was":"met","what":"backups-restored"}],
      "n":7,"renewed":3,"totals":{…},"untold":0,"validUntil":"2026-12-26T12:00:00Z","withheld":{…}},…]}

RFC 8785 on one line: equal histories are equal bytes, and what does not print back to the same bytes is refused. A release takes it from
the one before, whose record is all it reads besides, so its cost does not grow with the number of releases. ``between`` puts the changes
of several releases together to what differs between the first and the last.

What grows is bounded: the last ``MOST_RELEASES`` releases, ``MOST_BYTES`` altogether, ``MOST_CHANGES`` of one release; the oldest leave
first, and of one release the mildest. Nothing is lost by it: every release keeps its own record under ``attestation/releases/``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from attest.changes import KINDS, OF_A_CONTROL, Change, Effect, changes, moved, order, withholding
from attest.errors import Unreadable
from attest.published import Record
from attest.times import parse_moment
from attest.wire import jcs, strict_json
from attest.words import BASES, VERDICTS

PATH: Final = "history/releases.json"
FORMAT: Final = 1
MOST_RELEASES: Final = 1000
MOST_CHANGES: Final = 500
MOST_BYTES: Final = 2**21

_FROM_ENTRIES: Final = frozenset({"withheld", "totals"})
"""Kinds that the numbers of two releases tell by themselves."""
_COUNTED: Final = frozenset({"evidence", "looked-at"})
"""Kinds that are only counted: evidence that is renewed every night would fill the file with nothing new."""

MOVES: Final = frozenset(kind.matter for kind in KINDS.values() if kind.effect == "move")
BARE: Final = frozenset({"system", "excluded"})
"""Matters of which nothing but their being there is told."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One release, as the history tells it."""

    n: int
    as_of: str
    """RFC 3339, as in the record."""
    valid_until: str
    totals: Mapping[str, int]
    withheld: Mapping[str, int]
    basis: Mapping[str, int]
    changes: tuple[Change, ...] | None = None
    """From the release before, the worst first; None where none is known: of the first that is told."""
    renewed: int = 0
    """How many promises, documents and rows had their evidence renewed, and changed in nothing else that is listed for them."""
    untold: int = 0
    """How many changes were left out, where a release had very many: the mildest."""


@dataclass(frozen=True, slots=True)
class History:
    """The releases that are told of, oldest first; nothing of a preview that knows none before it."""

    releases: tuple[Entry, ...] = ()
    last: Mapping[str, int] = field(default_factory=dict)
    """Id of a public control: the release its verdict, its words or what its checks ask last changed in."""
    began: int = 1
    """The first release that was ever told of; those from here to the first of ``releases`` have left."""

    def changed(self, control_id: str) -> int | None:
        """The release a control last changed in (the one that brought it, where nothing changed since); None where that is not known."""
        return self.last.get(control_id)


EMPTY: Final = History()
"""Nothing is told yet."""


@dataclass(frozen=True, slots=True)
class Before:
    """The release before, and what it told."""

    n: int
    record: Record
    valid_until: str
    history: History
    """Empty where that release carried none."""


def history_of(n: int | None, record: Record, valid_until: str, before: Before | None) -> History:
    """The history that release ``n`` carries. Without a number (a preview that knows no release) there is none."""
    if n is None:
        return EMPTY
    if before is None:
        return begin(n, record, valid_until)
    return follow(before, n, record, valid_until)


def begin(n: int, record: Record, valid_until: str) -> History:
    """A history that knows nothing before release ``n``. Of the very first release it is known that it brought everything."""
    return History((_entry(n, record, valid_until),), {control["id"]: n for control in record["controls"]} if n == 1 else {}, n)


def follow(before: Before, n: int, record: Record, valid_until: str) -> History:
    """The history of the release before, and this one. Where that one carried none, it begins with it."""
    known = before.history if before.history.releases else begin(before.n, before.record, before.valid_until)
    found = changes(before.record, record)
    listed = [change for change in found if change.kind not in _FROM_ENTRIES | _COUNTED]
    told = {change.what for change in listed}
    renewed = sum(change.kind in _COUNTED and change.what not in told for change in found)
    entry = _entry(n, record, valid_until, tuple(listed[:MOST_CHANGES]), renewed, max(0, len(listed) - MOST_CHANGES))
    return _bounded(History((*known.releases, entry), _last(known.last, found, n, record), known.began))


def _entry(n: int, record: Record, valid_until: str, found: tuple[Change, ...] | None = None, renewed: int = 0, untold: int = 0) -> Entry:
    return Entry(n, record["asOf"], valid_until, record["totals"], record["withheld"], record["basis"], found, renewed, untold)


def _last(known: Mapping[str, int], found: Iterable[Change], n: int, record: Record) -> dict[str, int]:
    touched = {change.what for change in found if KINDS[change.kind].matter in OF_A_CONTROL}
    there = {control["id"] for control in record["controls"]}
    return {ident: n if ident in touched else known[ident] for ident in sorted(there) if ident in touched or ident in known}


def _bounded(history: History) -> History:
    """Without the oldest that are too many."""
    left, kept = MOST_BYTES, 0
    for entry in reversed(history.releases[-MOST_RELEASES:]):
        left -= len(jcs.canonical(_entry_json(entry)))
        if left < 0:
            break
        kept += 1
    return History(history.releases[-max(2, kept) :], history.last, history.began)


def between(history: History, first: int, last: int) -> tuple[Change, ...]:
    """What differs between two releases that are told of, ``first`` before ``last``, the worst first.

    Changes of one thing are put together: a promise that got worse and then better than it was is better; what came and went again is
    left out, but for a verdict, which is said to have come back. Raises KeyError for a release that is not told of.
    """
    entries = {entry.n: entry for entry in history.releases}
    gathered: dict[tuple[str, str], list[Change]] = {}
    for entry in history.releases:
        if first < entry.n <= last:
            for change in entry.changes or ():
                gathered.setdefault((KINDS[change.kind].matter, change.what), []).append(change)
    not_both = {what for (matter, what), found in gathered.items() if matter == "promise" and (_effect(found[0]) == "up" or _effect(found[-1]) == "down")}
    net = [made for (matter, what), found in gathered.items() if (matter == "promise" or what not in not_both) and (made := _together(found)) is not None]
    if (withheld := withholding(entries[first].withheld, entries[last].withheld)) is not None:
        net.append(withheld)
    return tuple(sorted(net, key=order))


def step(before: Entry | None, entry: Entry) -> tuple[Change, ...]:
    """What one release changed, the number of withheld promises included. ``before``: the release before, where it is told of."""
    withheld = None if before is None else withholding(before.withheld, entry.withheld)
    return tuple(sorted([*(entry.changes or ()), *([] if withheld is None else [withheld])], key=order))


def renewed_between(history: History, first: int, last: int) -> tuple[int, int]:
    """How often evidence was renewed between two releases, and how many changes are not listed."""
    inside = [entry for entry in history.releases if first < entry.n <= last]
    return sum(entry.renewed for entry in inside), sum(entry.untold for entry in inside)


def _is_nothing(found: Sequence[Change]) -> bool:
    """Whether it came and went."""
    return _effect(found[0]) == "up" and _effect(found[-1]) == "down"


def _effect(change: Change) -> Effect:
    return KINDS[change.kind].effect


def _together(found: Sequence[Change]) -> Change | None:
    """The changes of one thing in one matter, in the order of releases -> the one they come to, or None."""
    first, last, matter = found[0], found[-1], KINDS[found[-1].kind].matter
    if _is_nothing(found) or (matter in BARE and _effect(first) == "down" and _effect(last) == "up"):
        return None
    if _effect(first) == "up":
        return _arrived(found)
    if _effect(last) == "down":
        return Change(last.kind, last.what, last.title, was=first.was, where=last.where)
    if matter not in MOVES:
        return _touched(found)
    return Change(moved(matter, first.was, last.now), last.what, last.title, first.was, last.now) if matter == "promise" or first.was != last.now else None


def _arrived(found: Sequence[Change]) -> Change:
    """What is there now and was not."""
    arrival = next(change for change in reversed(found) if KINDS[change.kind].effect == "up")
    return Change(arrival.kind, arrival.what, found[-1].title, now=found[-1].now or arrival.now, where=found[-1].where, parts=arrival.parts)


def _touched(found: Sequence[Change]) -> Change:
    """What was there before and is there now, with everything that was said of it."""
    last = found[-1]
    kind = last.kind if KINDS[last.kind].effect == "touch" else f"{last.kind.rpartition('-')[0]}-changed"
    parts = [part for change in found if KINDS[change.kind].effect == "touch" for part in change.parts]
    gone = ["gone in between"] if any(KINDS[change.kind].effect == "down" for change in found) else []
    return Change(kind, last.what, last.title, where=last.where, parts=tuple(dict.fromkeys([*parts, *gone])))


def print_history(history: History) -> bytes:
    """As it is published."""
    return jcs.canonical({"began": history.began, "format": FORMAT, "last": dict(history.last), "releases": [_entry_json(entry) for entry in history.releases]})


def _entry_json(entry: Entry) -> dict[str, Any]:
    said = {
        "n": entry.n, "asOf": entry.as_of, "validUntil": entry.valid_until, "totals": dict(entry.totals), "withheld": dict(entry.withheld), "basis": dict(entry.basis),
        "renewed": entry.renewed, "untold": entry.untold,
    }  # fmt: skip
    return said if entry.changes is None else {**said, "changes": [change_json(change) for change in entry.changes]}


def change_json(change: Change) -> dict[str, Any]:
    """What is empty is left out."""
    said = {"kind": change.kind, "what": change.what, "title": change.title, "was": change.was, "now": change.now, "where": change.where, "parts": list(change.parts)}
    return {key: value for key, value in said.items() if value or key in ("kind", "what", "title")}


def parse_history(data: bytes) -> History:
    """The published bytes -> the history. Raises Unreadable unless they are exactly what printing gives."""
    try:
        found = strict_json.parse(data, PATH)
        history = History(tuple(map(_entry_of, found["releases"])), {str(ident): _number(n) for ident, n in found["last"].items()}, _number(found["began"]))
        right = found["format"] == FORMAT and _in_order(history) and print_history(history) == data
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(f"{PATH} is not a history of format {FORMAT}: {type(error).__name__} {error}") from None
    if not right:
        raise Unreadable(f"{PATH} is not a history of format {FORMAT} in the one form it may have")
    return history


def _in_order(history: History) -> bool:
    """Releases one by one, none that the first was before."""
    numbers = [entry.n for entry in history.releases]
    return not numbers or (history.began <= numbers[0] and numbers == list(range(numbers[0], numbers[0] + len(numbers))))


def _entry_of(said: Mapping[str, Any]) -> Entry:
    found = tuple(map(_change_of, said["changes"])) if "changes" in said else None
    return Entry(
        _number(said["n"]), _moment(said["asOf"]), _moment(said["validUntil"]), _tally(said["totals"], VERDICTS), _tally(said["withheld"], VERDICTS),
        _tally(said["basis"], BASES), found, _number(said["renewed"]), _number(said["untold"]),
    )  # fmt: skip


def _change_of(said: Mapping[str, Any]) -> Change:
    change = Change(
        said["kind"], said["what"], said["title"], said.get("was", ""), said.get("now", ""), said.get("where", ""), tuple(said.get("parts", ())),
    )  # fmt: skip
    texts = [change.kind, change.what, change.title, change.was, change.now, change.where, *change.parts]
    if change.kind not in KINDS or not all(isinstance(one, str) for one in texts):
        raise ValueError("not a change")
    return change


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("not a number")
    return value


def _moment(value: Any) -> str:
    parse_moment(value)
    return str(value)


def _tally(said: Mapping[str, Any], words: Sequence[str]) -> dict[str, int]:
    if set(said) != set(words):
        raise ValueError("not these numbers")
    return {word: _number(said[word]) for word in words}
