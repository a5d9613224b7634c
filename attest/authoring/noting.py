"""What was sent, decided, waived and approved, written into an incident's file; and its public notice. Bytes in, bytes out, every comment kept.

    sent:                                        record(source, duty, Told(at, by, …))
      - duty: tell-aspen-freight
        at: 2026-09-09T07:30:00Z
        by: Head of Security

Nothing that stands is lost: an approval or decision that is replaced moves into the list of earlier ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from attest.authoring.yaml_edit import add_item, flow, scalar, set_key, written
from attest.duties import COUNSEL, NOTICE, OTHERS, Duty
from attest.errors import Refused
from attest.model.incident import Incident, OthersTold
from attest.model.register import NoticeVersion
from attest.noticed import words_digest
from attest.times import print_moment
from attest.yaml_lines import Value, parse


@dataclass(frozen=True, slots=True)
class Told:
    """That something was sent or done."""

    at: datetime
    by: str
    channel: str | None = None
    to: str | None = None
    note: str | None = None


def record(source: bytes, incident: Incident, duty: Duty, told: Told, file: str) -> bytes:
    """The file with a duty recorded as sent or done, where its kind is recorded. Raises Refused, Problems."""
    if duty.id in _ELSEWHERE:
        raise Refused(f"{duty.id} is not sent", _ELSEWHERE[duty.id])
    place = next((place for begins, place in _PLACES.items() if duty.id.startswith(begins)), _sent)
    return place(source, incident, duty, told, file)


_ELSEWHERE: Final = {
    OTHERS: "decide it: --decide others yes|no --by ROLE --why TEXT",
    NOTICE: "publish it: --notice writes it, the next release publishes it",
}


def _sent(source: bytes, incident: Incident, duty: Duty, told: Told, file: str) -> bytes:
    said: dict[str, Value] = {"duty": duty.id, "at": print_moment(told.at), "by": told.by}
    said |= {key: value for key, value in (("channel", told.channel), ("to", told.to), ("note", told.note)) if value is not None}
    return add_item(source, ("sent",), written(said), file=file)


def _management(source: bytes, incident: Incident, duty: Duty, told: Told, file: str) -> bytes:
    """Beside the cause, where the record of it is looked for; what follows is a message like others."""
    if incident.cause.management is not None:
        return _sent(source, incident, duty, told, file)
    if told.to is None:
        raise Refused("it has to stand there who was told", "name the person or role with --to")
    return set_key(source, ("cause",), "management", flow({"told": print_moment(told.at), "by": told.by, "whom": told.to}), file=file)


def _counsel(source: bytes, incident: Incident, duty: Duty, told: Told, file: str) -> bytes:
    """An approval of the words as they stand; the one before it is kept as sent."""
    if incident.counsel is not None:
        source = _sent(source, incident, duty, Told(incident.counsel.approved, incident.counsel.by), file)
    said: dict[str, Value] = {"approved": print_moment(told.at), "by": told.by}
    said |= {"words": words_digest(incident.public)} if incident.public is not None else {}
    return set_key(source, (), "counsel", flow(said), file=file)


def _action(source: bytes, incident: Incident, duty: Duty, told: Told, file: str) -> bytes:
    index = int(duty.id.removeprefix("action-")) - 1
    if (done := incident.actions[index].done) is not None:
        raise Refused(f"{duty.id} was done on {done}", "nothing was written")
    return set_key(source, ("actions", index), "done", told.at.date().isoformat(), file=file)


_PLACES: Final[Mapping[str, Callable[[bytes, Incident, Duty, Told, str], bytes]]] = {"management-": _management, COUNSEL: _counsel, "action-": _action}
"""Duties that are recorded elsewhere than in the list of what was sent, by how their ids begin."""


def decide_others(source: bytes, incident: Incident, decided: OthersTold, file: str) -> bytes:
    """The file with the decision about other customers; an earlier one stays in ``others_before``. Raises Refused, Problems."""
    if incident.others is not None:
        source = add_item(source, ("others_before",), written(_decision(incident.others)), file=file)
    return set_key(source, (), "others", flow(_decision(decided)), file=file)


def _decision(decided: OthersTold) -> dict[str, Value]:
    return {"tell": decided.tell, "why": decided.why, "by": decided.by, "decided": print_moment(decided.decided)}


def waive(source: bytes, duty: str, why: str, file: str) -> bytes:
    """The file with a duty that does not apply after all, and why. Raises Refused, Problems."""
    if not parse(source, file).value.get("waived"):
        return set_key(source, (), "waived", f"{duty}: {scalar(why)}", file=file)
    return set_key(source, ("waived",), duty, scalar(why), file=file)


def name_notice(source: bytes, notice: str, told: Told, file: str) -> bytes:
    """The file with its notice's id, and the record that a version was written. Raises Refused, Problems."""
    source = set_key(source, (), "notice", scalar(notice), file=file)
    return add_item(source, ("sent",), written({"duty": NOTICE, "at": print_moment(told.at), "by": told.by}), file=file)


def new_notice(title: str, systems: tuple[str, ...], others: str | None, approved_by: str, version: NoticeVersion) -> bytes:
    """A notice's file with its first version."""
    head: dict[str, Value] = {"title": title, "kind": "incident", "visibility": "public"}
    head |= {"systems": list(systems)} if systems else {}
    head |= {"others_told": others} if others is not None else {}
    return (written({**head, "approved_by": approved_by}) + f"versions:\n  - {_version(version).rstrip().replace(chr(10), chr(10) + '    ')}\n").encode()


def append_version(source: bytes, version: NoticeVersion, others: str | None, has_others: bool, file: str) -> bytes:
    """A notice's file with one version more; what stands stays as it is. Raises Refused, Problems."""
    if others is not None and not has_others:
        source = set_key(source, (), "others_told", scalar(others), file=file)
    return add_item(source, ("versions",), _version(version), file=file)


def _version(version: NoticeVersion) -> str:
    said: dict[str, Value] = {"date": version.date.isoformat(), "happened": version.happened}
    said |= {key: value for key, value in (("affected", version.affected), ("doing", version.doing), ("you", version.you)) if value is not None}
    return written({**said, **({"closed": "yes"} if version.closed == "yes" else {})})


def new_incident(title: str, what: str, learned: datetime, parties: tuple[str, ...], exercise: bool) -> bytes:
    """A new incident's file, with what can be added as comments."""
    said: dict[str, Value] = {"title": title, "state": "suspected", **({"exercise": "yes"} if exercise else {}), "learned": print_moment(learned), "what": what}
    said |= {"parties": list(parties)} if parties else {}
    return (written(said) + _MORE).encode()


_MORE: Final = """\
# What is left out is unknown, and `attest notify` says what hangs on it. Take away the # where you know more:
# severity: high  # critical, high, medium or low
# began: 2026-01-31T20:00:00Z
# confirmed: 2026-01-31T22:00:00Z  # then write state: confirmed
# closed: 2026-02-14T09:00:00Z  # then write state: closed
# systems: [web]  # ids of center.yml
# platforms: [web]  # what customers share
# data: [personal-data]  # rows of the data register, or words such as health-data, card-data
# personal_data: "yes"
# role: processor  # controller, processor or both: whose personal data it is
# people: 120
# high_risk: "no"  # whether it is likely to hurt people
# significant: "no"  # whether it disturbs a service badly
# reported_by: some-customer
# cause: {by: outsider, what: How they came in}
# consequences: What it is likely to lead to
# done: [Accounts are locked]
# advice: What those who are told should do
# unknown: What we do not know yet
# again: When they hear from us again
# actions:
#   - {what: Hold bulk tries, owner: IT operations, due: 2026-02-15}
# public: {happened: In public words, affected: Which data or systems, doing: What we do, you: What the reader should do}
"""
