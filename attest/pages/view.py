"""What templates ask of a record: the words visitors read, when a verdict lapses, bars that sum to the whole.

Everything is computed from the published record and its as-of. The moment of reading is the visitor's: a page carries, beside each
verdict that can lapse, when it does and what it then says (``Mark``), and one script compares that with the visitor's clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, Final

from jinja2 import Environment
from markupsafe import Markup

from attest.pages import text
from attest.pages.affirmed import act_of
from attest.pages.drawn import Edition, relative
from attest.pages.register_columns import in_words
from attest.published import CheckRecord, ControlRecord, Record
from attest.times import end_of, parse_day, parse_moment, print_moment
from attest.words import AUDIENCES, BASES, VISITOR_BASIS, VISITOR_VERDICT, Audience, Basis, Verdict, Visibility, verdict_of

SHOWN_ORDER: Final[tuple[Verdict, ...]] = ("met", "planned", "unknown", "not-met", "not-applicable")
"""Left to right in a bar, top to bottom in a legend."""

AUDIENCE_LABEL: Final[dict[Audience, str]] = {"customers": "For customers", "suppliers": "For suppliers"}

YOUR_PART: Final = "your-part.html"
YOUR_PART_LABEL: Final = "What is yours to do"

KIND_LABEL: Final[dict[str, str]] = {"report": "Tool report", "record": "Register", "document": "Document", "declaration": "Declaration"}
_VISIBILITY: Final[dict[Visibility, str]] = {
    "public": "Published here",
    "gated": "Shown on request",
    "private": "Not published",
}
_RESPONSIBILITY: Final = {"us": "Ours", "you": "Yours", "both": "Shared: ours and yours", "third-party": "A third party's"}
_COLLECTED: Final = {"command": "by a command we run", "ci": "automatically, in our build system", "hand": "by hand"}

WORDS: Final[dict[str, Any]] = {
    "VERDICT": VISITOR_VERDICT, "BASIS": VISITOR_BASIS, "KIND": KIND_LABEL, "VISIBILITY": _VISIBILITY, "RESPONSIBILITY": _RESPONSIBILITY,
    "COLLECTED": _COLLECTED, "AUDIENCE": AUDIENCE_LABEL, "verdict_of": verdict_of,
}  # fmt: skip
"""What every template may say, by name; ``rule_of``, ``reason_of`` and ``why`` stand below them."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A verdict as visitors read it, and what it turns into when its evidence runs out."""

    verdict: Verdict
    text: str
    lapses: str | None = None
    """The first moment it no longer holds, RFC 3339."""
    becomes: Verdict = "unknown"
    then: str = ""
    """What it says from that moment on."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a bar, in counts; ``start`` is where it begins."""

    verdict: Verdict
    count: int
    withheld: int
    start: int


@dataclass(frozen=True, slots=True)
class Card:
    """An area with what stands on its shelf."""

    id: str
    title: str
    summary: str | None
    controls: tuple[ControlRecord, ...]
    bar: tuple[Segment, ...]

    @property
    def path(self) -> str:
        """Its page."""
        return f"areas/{self.id}.html"


def fill(templates: Environment, name: str, path: str, record: Record, edition: Edition, **more: Any) -> str:
    """A template with everything every page may use: the record, the edition, links from where the page stands."""
    known = {"record": record, "center": record["center"], "edition": edition, "path": path, "act": act_of(record, edition), "link": partial(relative, path), "mark": partial(mark, edition.as_of)}
    return templates.get_template(name).render(**known, **more)


def mark(as_of: datetime, control: ControlRecord) -> Mark:
    """The badge of a control."""
    verdict = control["verdict"]
    if verdict == "planned" and control["plan"] is not None:
        due = end_of(parse_day(control["plan"]["due"]))
        said = f"Planned for {text.last_day(due)}"
        return Mark(verdict, said, print_moment(due), "not-met", f"{said}, overdue")
    if verdict == "not-applicable" and control["notApplicable"] is not None:
        end = end_of(parse_day(control["notApplicable"]["until"]))
        return Mark(verdict, VISITOR_VERDICT[verdict], print_moment(end), "unknown", f"Decision ran out on {text.last_day(end)}")
    return _of_checks(as_of, verdict, tuple([check["expires"] for check in control["checks"] if check["verdict"] == verdict]))


def check_mark(as_of: datetime, check: CheckRecord) -> Mark:
    """The badge of one check."""
    return _of_checks(as_of, check["verdict"], (check["expires"],))


@lru_cache(maxsize=16384)
def _of_checks(as_of: datetime, verdict: Verdict, expiries: tuple[str | None, ...]) -> Mark:
    """Met holds until the first of its evidence runs out; a failure stays, as last known, once all of its evidence has."""
    ends = [parse_moment(end) for end in expiries if end is not None]
    said = VISITOR_VERDICT[verdict]
    if verdict == "met" and ends:
        return Mark(verdict, said, print_moment(min(ends)), "unknown", f"{VISITOR_VERDICT['unknown']} since {text.day(min(ends))}")
    if verdict == "not-met" and ends and len(ends) == len(expiries):
        last_known = f"{said} (last known)"
        return Mark(verdict, last_known) if max(ends) <= as_of else Mark(verdict, said, print_moment(max(ends)), "not-met", last_known)
    return Mark(verdict, said)


@lru_cache(maxsize=4096)
def badge(found: Mark, kind: str = "at-badge") -> Markup:
    """A verdict in words, as ``badge`` of macros.html is, with a shape that the stylesheet draws: for lists, where thousands stand on a page."""
    lapsing = Markup(' data-at-lapses="{}" data-at-becomes="{}" data-at-then="{}"').format(found.lapses, found.becomes, found.then) if found.lapses else ""
    return Markup('<span class="{} at-lean at-{}"{}><span class="at-said">{}</span></span>').format(kind, found.verdict, lapsing, found.text)


def lapses(as_of: datetime, controls: Iterable[ControlRecord]) -> tuple[str, ...]:
    """When each control that is shown by evidence stops being so, sorted: for the overview's count by the visitor's clock."""
    return tuple(sorted(found.lapses for control in controls if (found := mark(as_of, control)).verdict == "met" and found.lapses))


def rule_of(check: CheckRecord) -> str:
    """What was asked, in the words of the page that shows what it was asked of."""
    return in_words(check["register"], check["ruleText"]) if check["register"] else check["ruleText"]


def reason_of(check: CheckRecord) -> str:
    """What came of it, in the same words."""
    return in_words(check["register"], check["reason"]) if check["register"] else check["reason"]


def why(control: ControlRecord) -> str:
    """A control's reason in those words. The day of a plan stands on its badge, so what is said is who answers for it."""
    if control["verdict"] == "planned" and control["plan"]:
        return f"{control['plan']['owner']} answers for the plan."
    return next((reason_of(check) for check in control["checks"] if check["reason"] == control["reason"]), control["reason"])


def bar(totals: Mapping[str, int], withheld: Mapping[str, int] | None = None) -> tuple[Segment, ...]:
    """Totals -> the parts of a bar; verdicts that nothing has are left out, and the parts sum to all there is."""
    segments, start = [], 0
    for verdict in SHOWN_ORDER:
        if count := totals[verdict]:
            segments.append(Segment(verdict, count, (withheld or {}).get(verdict, 0), start))
            start += count
    return tuple(segments)


def cards(record: Record, controls: Sequence[ControlRecord]) -> tuple[Card, ...]:
    """The areas that have something on their shelf, in the center's order."""
    inside: dict[str, list[ControlRecord]] = {area["id"]: [] for area in record["areas"]}
    for control in controls:
        inside[control["area"]].append(control)
    found = ((area, tuple(inside[area["id"]])) for area in record["areas"])
    return tuple(Card(area["id"], area["title"], area["summary"], within, bar(count(within))) for area, within in found if within)


def doors(record: Record) -> tuple[tuple[str, str, int], ...]:
    """The lists by audience, and the one of what is left to the reader: label, path, how many promises; those without one are left out."""
    counted = Counter(control["audience"] for control in record["controls"])
    lists = [(AUDIENCE_LABEL[audience], index_of(audience), counted[audience]) for audience in AUDIENCES]
    return tuple(door for door in (*lists, (YOUR_PART_LABEL, YOUR_PART, sum(map(has_part, record["controls"])))) if door[2])


def has_part(control: ControlRecord) -> bool:
    """Whether a promise leaves something to the reader."""
    return bool(control["yours"]) or control["responsibility"] in ("you", "both")


def index_of(audience: str) -> str:
    """The path of an audience's list."""
    return f"{audience}/index.html"


def bases(record: Record) -> tuple[tuple[Basis, str, int], ...]:
    """How what is met is shown: basis, words, count; those that nothing has are left out."""
    return tuple((basis, VISITOR_BASIS[basis], count) for basis in BASES if (count := record["basis"][basis]))


def systems(record: Record, idents: Iterable[str]) -> list[str]:
    """System ids -> names."""
    names = {system["id"]: system["name"] for system in record["scope"]["systems"]}
    return [names[ident] for ident in idents]


def words_of(span: str) -> str:
    """``72h`` -> 72 hours."""
    unit = {"h": "hour", "d": "day", "w": "week", "y": "year"}[span[-1]]
    return f"{span[:-1]} {unit}{'' if span[:-1] == '1' else 's'}"


def count(controls: Iterable[ControlRecord]) -> dict[str, int]:
    """How many of each verdict."""
    found = [control["verdict"] for control in controls]
    return {verdict: found.count(verdict) for verdict in SHOWN_ORDER}


WORDS.update(rule_of=rule_of, reason_of=reason_of, why=why)
