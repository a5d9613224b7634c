"""The verdicts of a published record once more, on a reader's own machine: rule, readers and evidence in, what came out the same.

    a check of the record + the evidence it names  ->  the check as this machine would publish it  ->  same, different (in what), not at hand

It goes the way that publishing goes: the record's check is turned back into a description and a rule, the evidence is read
(``observe``), judged (``assess``) and projected (``record``), and then held against the record field by field. What cannot be
recomputed is said, and never passed as the same:

* evidence that is not at hand; of what is not public, its package;
* findings that a VEX statement sets aside, where no file at hand is that statement;
* of a declaration, what it binds, where its last day or its file cannot be told.

What the record alone says is taken as said: when a file without a time of its own was observed, that evidence counts for less long
than its rule allows, which systems it covers, who issued it, when it was received.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any, Final, Literal

from attest.assess import assess_check
from attest.enrolled import camel, register_digest
from attest.errors import Unreadable
from attest.model.center import Center, Defaults, Profile
from attest.model.control import Decision
from attest.model.evidence import Collected, Columns, Description, Evidence, of_register
from attest.model.register import REGISTERS, Header, Register
from attest.model.rule import Ask, Rule
from attest.observe import declared, observe_bytes
from attest.readings import read
from attest.readings.interface import Lift, Observation, Reading
from attest.record import ask_json, check_record, rule_json
from attest.times import parse_day, parse_moment, parse_span
from attest.verify.record import follows
from attest.wire import strict_json
from attest.wire.package import Named, Package

Word = Literal["same", "different", "not-at-hand"]
_TAKEN: Final = ("commitment", "received")
"""Of a check: bound by its package, and git's to say."""
_KINDS: Final = ("report", "record", "document", "declaration")
_LONG: Final = timedelta(days=36_500)
_DAYS: Final = 1100
"""Last days of a declaration that are tried, from the earliest it can be."""
_ID: Final = "evidence"


@dataclass(frozen=True, slots=True)
class AtHand:
    """Evidence that the reader has. Files by hex SHA-256, read when they are needed."""

    files: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)
    named: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """By id of evidence: a file that is named so (and its digest), for naming one that is another."""
    published: Mapping[str, str] = field(default_factory=dict)
    """Site path -> hex SHA-256 of what lies there."""
    packages: Sequence[Package] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What the record says, and what came out."""

    what: str
    said: str
    found: str


@dataclass(frozen=True, slots=True)
class Again:
    """One check, once more."""

    control: str
    number: int
    """Of the check, from 1."""
    evidence: str | None
    word: Word
    why: str = ""
    differences: tuple[Difference, ...] = ()
    verdict: str | None = None
    """What came out; None where nothing did."""
    used: str | None = None
    """Hex SHA-256 of the evidence."""


@dataclass(frozen=True, slots=True)
class ControlAgain:
    """One control: the verdict that follows from its checks as they came out, those not at hand as they are said."""

    control: str
    said: str
    found: str
    checks: tuple[Again, ...]


def recompute(controls: Iterable[Mapping[str, Any]], registers: Iterable[Mapping[str, Any]], as_of: datetime, at_hand: AtHand) -> tuple[ControlAgain, ...]:
    """Records of controls and public registers, as they were signed, and a moment -> each control once more."""
    lists = {one["name"]: one for one in registers}
    return tuple(_control(control, lists, as_of, at_hand) for control in controls)


def _control(control: Mapping[str, Any], registers: Mapping[str, Mapping[str, Any]], as_of: datetime, at_hand: AtHand) -> ControlAgain:
    again = tuple(_check(control["id"], number, check, registers, as_of, at_hand) for number, check in enumerate(control["checks"], 1))
    checks = [check if one.verdict is None else {**check, "verdict": one.verdict} for check, one in zip(control["checks"], again, strict=True)]
    return ControlAgain(control["id"], control["verdict"], follows({**control, "checks": checks}, as_of), again)


def _check(control: str, number: int, check: Mapping[str, Any], registers: Mapping[str, Mapping[str, Any]], as_of: datetime, at_hand: AtHand) -> Again:
    def again(word: Word, why: str = "", differences: Sequence[Difference] = (), verdict: str | None = None, used: str | None = None) -> Again:
        return Again(control, number, check.get("evidence"), word, why, tuple(differences), verdict, used)

    try:
        made, used = _made(check, registers, as_of, at_hand)
    except _NotAtHand as missing:
        return again("not-at-hand", str(missing))
    except _Other as other:
        return again("different", str(other), (Difference("the file", other.said, other.found),))
    except (KeyError, TypeError, ValueError, AttributeError, Unreadable):
        return again("not-at-hand", "its record is written in a way that this version does not know")
    wrong = [Difference(key, _said(check.get(key)), _said(made[key])) for key in made if key not in _TAKEN and made[key] != check.get(key)]
    wrong.sort(key=lambda one: one.what != "verdict")
    return again("different" if wrong else "same", "", wrong, made["verdict"], used)


class _NotAtHand(Exception):
    """What would be needed is not there."""


class _Other(Exception):
    """A file that should be the evidence, and is another."""

    def __init__(self, what: str, said: str, found: str) -> None:
        super().__init__(what)
        self.said, self.found = said, found


@dataclass(frozen=True, slots=True)
class _Basis:
    """A check's evidence as it was described and as it is read, ready to be judged."""

    evidence: Evidence
    seen: Observation
    ask: Ask | None = None
    rule: Rule = field(default_factory=Rule)
    register: Register | None = None
    lifts: tuple[Lift, ...] = ()


def _made(check: Mapping[str, Any], registers: Mapping[str, Mapping[str, Any]], as_of: datetime, at_hand: AtHand) -> tuple[dict[str, Any], str | None]:
    """The check as this machine would publish it, and the digest of what it was read from."""
    package = next((one for one in at_hand.packages if check["commitment"] is not None and one.commitment(one.real_digest) == check["commitment"]), None)
    if _asks(check["rule"]):
        basis = _of_register(check, registers, package)
    elif check["kind"] == "declaration":
        basis = _of_declaration(check, package, at_hand)
    else:
        basis = _of_file(check, package, at_hand)
    lifting = _lifts(check, basis.seen.reading)
    made = _judged(check, replace(basis, lifts=tuple(_statements(check, at_hand))) if lifting else basis, as_of)
    if lifting and (made["basis"] != "declaration" or any(one not in made["lifted"] for one in check["lifted"])):
        raise _NotAtHand("a VEX statement sets findings of it aside, and no file at hand is that statement")
    return made, basis.seen.digest


def _judged(check: Mapping[str, Any], basis: _Basis, as_of: datetime) -> dict[str, Any]:
    """Once with what the evidence says of its end, and where the record's is earlier, once more with that as its last day."""
    made = _projected(check, basis, as_of, None)
    said, found = check["expires"], made["expires"]
    if said is None or found is None or said >= found:
        return made
    return _projected(check, basis, as_of, parse_moment(said))


def _projected(check: Mapping[str, Any], basis: _Basis, as_of: datetime, ends: datetime | None) -> dict[str, Any]:
    evidence = basis.evidence
    if ends is not None and not basis.lifts and ends.time() == datetime.min.time():
        until = ends.date() - timedelta(days=1)
        evidence = evidence.model_copy(update={"description": evidence.description.model_copy(update={"until": until})})
    registers = {} if basis.register is None else {basis.register.name: basis.register}
    vex, lifted = _vex(basis.lifts, as_of, ends)
    profile = Profile.model_construct(id="", name="", summary="", areas=(), contacts=(), systems=(), defaults=Defaults.model_construct(max_age=dict.fromkeys(_KINDS, _LONG)))
    center = Center.model_construct(profile=profile, controls=(), evidence={evidence.id: evidence, **vex}, frameworks={}, registers=registers, notices={})
    decision = Decision(evidence=evidence.id, rule=basis.rule, ask=basis.ask, lifted_by=tuple(vex))
    return dict(check_record(assess_check(center, decision, {evidence.id: basis.seen, **lifted}, as_of), None))


def _vex(lifts: tuple[Lift, ...], as_of: datetime, ends: datetime | None) -> tuple[dict[str, Evidence], dict[str, Observation]]:
    """Statements that are current, as evidence; for how long is the record's to say."""
    if not lifts:
        return {}, {}
    described = Description.model_construct(kind="report", file="vex", observed=as_of)
    evidence = Evidence.model_construct(id="vex", description=described, title="vex", file="", line=1, register_name=None, withholds=False)
    return {"vex": evidence}, {"vex": Observation("0" * 64, reading=Reading("vex", (), 0, ends=ends, lifts=lifts))}


# What the evidence is.


def _of_file(check: Mapping[str, Any], package: Package | None, at_hand: AtHand) -> _Basis:
    """A report, a record or a document."""
    data = package.document.data if package is not None else _bytes_of(check, at_hand)
    how = check["readAs"] if check["readAs"] is not None or package is None else package.read_as
    described = _described(check, how or {})
    return _Basis(_evidence(check, described), observe_bytes(data, described), rule=_rule(check["rule"]))


def _bytes_of(check: Mapping[str, Any], at_hand: AtHand) -> bytes:
    """The file whose digest the record names; a file that should be it, and is another, is a difference."""
    digest = check["sha256"]
    if digest is None:
        raise _NotAtHand("it is not public: it takes the package that it is handed over in" if check["commitment"] else "there was no file that could be read")
    if (there := at_hand.published.get(check["file"] or "")) is not None and there != digest:
        raise _Other(f"{check['file']} on the site is another file than the record names", digest, there)
    if digest in at_hand.files:
        return at_hand.files[digest]()
    if (like := at_hand.named.get(check["evidence"] or "")) is not None:
        raise _Other(f"{like[0]} is named like it, and is another file", digest, like[1])
    raise _NotAtHand("no file at hand is the one whose digest the record names")


def _of_declaration(check: Mapping[str, Any], package: Package | None, at_hand: AtHand) -> _Basis:
    """Somebody's word: what it says, until when, and the file it is about."""
    if package is not None:
        return _of_handed_declaration(check, package, at_hand)
    if check["sha256"] is None:
        raise _NotAtHand("it is not public: it takes the package that it is handed over in")
    described = _described(check, {})
    until, exhibit = _bound(check, described, at_hand)
    return _of_word(check, described.model_copy(update={"until": until}), exhibit, at_hand)


def _of_handed_declaration(check: Mapping[str, Any], package: Package, at_hand: AtHand) -> _Basis:
    said = strict_json.parse(package.document.data, package.document.name)
    more = {"by": said["by"], "statement": said["statement"], "observed": parse_moment(said["observed"]), "until": parse_day(said["until"])}
    about = package.exhibit
    files = {} if about is None else {hashlib.sha256(about.data).hexdigest(): partial(_data, about)}
    return _of_word(check, _described(check, {}).model_copy(update=more), said.get("sha256"), replace(at_hand, files={**at_hand.files, **files}))


def _data(named: Named) -> bytes:
    return named.data


def _of_word(check: Mapping[str, Any], described: Description, exhibit: str | None, at_hand: AtHand) -> _Basis:
    if exhibit is None:
        seen = Observation(hashlib.sha256(declared(described, None)).hexdigest())
    elif exhibit in at_hand.files:
        described = described.model_copy(update={"file": described.file or "file"})
        seen = observe_bytes(at_hand.files[exhibit](), described)
    else:
        raise _NotAtHand("the file that the declaration is about is not at hand")
    return _Basis(_evidence(check, described), seen, rule=_rule(check["rule"]))


def _bound(check: Mapping[str, Any], described: Description, at_hand: AtHand) -> tuple[date, str | None]:
    """The last day and the file that make the digest of a public declaration: the record says neither, so those that can be are tried."""
    expires, observed = parse_moment(check["expires"]), parse_moment(check["observed"])
    first = expires.date() - timedelta(days=1)
    days = [first + timedelta(days=more) for more in range(_DAYS if expires == observed + parse_span(check["rule"]["maxAge"]) else 1)]
    for exhibit in (None, *at_hand.files):
        head, _, tail = declared(described.model_copy(update={"until": first}), exhibit).rpartition(first.isoformat().encode())
        begun = hashlib.sha256(head)
        for day in days:
            ended = begun.copy()
            ended.update(day.isoformat().encode() + tail)
            if ended.hexdigest() == check["sha256"]:
                return day, exhibit
    raise _NotAtHand("its last day, or the file that it is about, cannot be told from the record")


def _of_register(check: Mapping[str, Any], registers: Mapping[str, Mapping[str, Any]], package: Package | None) -> _Basis:
    """A list that a check asks: public, as it stands in the record, or whole, as it was handed over."""
    if package is not None:
        listed = strict_json.parse(package.document.data, package.document.name)
    elif check["register"] is None or check["sha256"] is None:
        raise _NotAtHand("the list that it asks is not public, or not whole: it takes the package that it is handed over in")
    else:
        listed = registers[check["register"]]
    model = REGISTERS[listed["name"]]
    columns = {camel(name): name for name in model.model_fields}
    rows = tuple(model.model_validate({columns[key]: value for key, value in row.items()}) for row in listed["rows"])
    header = Header.model_construct(observed=parse_day(listed["observed"]), visibility=check["visibility"], intro=listed["intro"], covers=(), file=None, sheet=None, rows=None)
    register = Register.model_construct(name=listed["name"], header=header, rows=rows, file="", source="")
    evidence = of_register(register)
    seen = Observation(register_digest(register))
    if check["visibility"] == "public" and check["sha256"] is None:
        evidence = evidence.model_copy(update={"withholds": True})
    rule, ask = Rule.model_validate({"min_rows": check["rule"]["minRows"], "max_age": check["rule"]["maxAge"]}), _ask(check["rule"], columns)
    if ask_json(ask, rule) != check["rule"]:
        raise ValueError("a rule that does not print back")
    return _Basis(evidence, seen, ask, rule, register)


# What a record says, back into what the sources said.


def _described(check: Mapping[str, Any], how: Mapping[str, Any]) -> Description:
    said, tool = check["declared"] or {}, check["tool"]
    columns = None if how.get("columns") is None else Columns.model_validate(how["columns"])
    collected = None if check["collected"] is None else Collected.model_construct(by=check["collected"]["by"], tool=tool["name"] if tool is not None and tool["version"] is None else None)
    issuer = check["issuer"] or ("somebody independent" if check["basis"] == "third-party" else None)
    return Description.model_construct(
        kind=check["kind"], title=check["title"], format=how.get("format"), file=PurePosixPath(check["file"]).name if check["file"] else None if check["kind"] == "declaration" else "file",
        covers=(), collected=collected, collect=None, observed=None if check["observed"] is None else parse_moment(check["observed"]), until=None, visibility=check["visibility"],
        publish="file" if check["file"] else None, issuer=issuer, by=said.get("by"), statement=said.get("statement"), columns=columns, sheet=how.get("sheet"),
        pass_values=tuple(how.get("passValues", ())), fail_values=tuple(how.get("failValues", ())),
    )  # fmt: skip


def _evidence(check: Mapping[str, Any], described: Description) -> Evidence:
    ident = check["evidence"] or _ID
    return Evidence.model_construct(id=ident, description=described, title=check["title"] or ident, file="", line=1, register_name=None, withholds=False)


def _asks(rule: Mapping[str, Any]) -> bool:
    return not rule.keys().isdisjoint({"within", "latest", "ahead", "atMost", "oneOf", "filled"})


def _rule(said: Mapping[str, Any]) -> Rule:
    """A published rule -> the rule. ValueError where it does not print back to the same."""
    names = {camel(name): name for name in Rule.model_fields}
    rule = Rule.model_validate({names[key]: value for key, value in said.items()})
    if rule_json(rule) != said:
        raise ValueError("a rule that does not print back")
    return rule


def _ask(said: Mapping[str, Any], columns: Mapping[str, str]) -> Ask:
    names = {camel(name): name for name in Ask.model_fields}
    return Ask.model_validate({names[key]: _columns(value, columns) for key, value in said.items() if key in names})


def _columns(value: Any, columns: Mapping[str, str]) -> Any:
    return {columns[key]: inner for key, inner in value.items()} if isinstance(value, dict) else [columns[key] for key in value]


# Findings set aside.


def _lifts(check: Mapping[str, Any], reading: Reading | None) -> bool:
    """Whether findings were set aside: the record of public evidence names them, that of other evidence has the basis alone."""
    hidden = check["visibility"] != "public" and check["kind"] == "report" and check["basis"] == "declaration"
    return bool(check["lifted"]) or (hidden and reading is not None and not reading.declares)


def _statements(check: Mapping[str, Any], at_hand: AtHand) -> Iterator[Lift]:
    """Of the files at hand that are VEX documents, what could be meant."""
    said = {(one["vulnerability"], one["status"], one["justification"]) for one in check["lifted"]}
    handed: list[Callable[[], bytes]] = [partial(_data, package.document) for package in at_hand.packages]
    for load in (*at_hand.files.values(), *handed):
        try:
            lifts = read(BytesIO(load()), None).lifts
        except Unreadable:
            continue
        yield from (one for one in lifts if not said or any((name, one.status, one.justification) in said for name in one.vulnerabilities))


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_said(inner)}" for key, inner in value.items())
    return ", ".join(map(_said, value)) if isinstance(value, list) else "nothing" if value is None else str(value)
