"""Incidents that are well-formed and cannot be meant: names of what is not there, times out of order or to come, an exercise with a notice.

    Shelf + Center + deadlines + now  ->  problems at file:line; and hints, which stop nothing
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from attest.duties import OTHERS, Terms, duties
from attest.errors import Problem, meant_or_known
from attest.load.parties import INCIDENTS, Shelf
from attest.model.center import Center
from attest.model.incident import Incident
from attest.times import print_moment, start_of
from attest.yaml_lines import Document, Path


def incident_problems(shelf: Shelf, center: Center, terms: Terms, now: datetime) -> Iterator[Problem]:
    """What is wrong with incidents."""
    for ident, incident in shelf.parties.incidents.items():
        document = shelf.documents[f"{INCIDENTS}/{ident}.yml"]
        yield from _names(document, incident, shelf, center, terms)
        yield from _duties(document, ident, incident, shelf, terms, now)
        yield from _times(document, incident, now)
        yield from _contradicts(document, ident, incident, center)
        if incident.exercise == "yes" and incident.notice is not None:
            yield document.at(("notice",), "an exercise has a notice", "remove this key: nothing of an exercise is published")


def incident_hints(shelf: Shelf, center: Center) -> Iterator[Problem]:
    """What would be better otherwise: incidents that the register does not know, and laws that nobody named."""
    rows = {row.id for row in center.registers["incidents"].rows} if "incidents" in center.registers else set()
    for ident, incident in shelf.parties.incidents.items():
        if ident not in rows and incident.exercise == "no":
            yield Problem(shelf.documents[f"{INCIDENTS}/{ident}.yml"].file, 0, "", f"the register of incidents has no row {ident!r}", "add one to controls/registers/incidents.yml")
        if incident.notice is not None and incident.notice not in center.notices and incident.exercise == "no":
            document = shelf.documents[f"{INCIDENTS}/{ident}.yml"]
            yield document.at(("notice",), f"there is no notice {incident.notice!r} yet", f"`attest notify {ident} --notice` writes it")
    if shelf.parties.incidents and center.profile.laws is None:
        yield Problem("controls/center.yml", 0, "", "does not say which laws bind you, so no legal deadline is sure", "write laws: {gdpr: The data protection authority}, or laws: {} where there is none; `attest notify --laws` lists them")


def _contradicts(document: Document, ident: str, incident: Incident, center: Center) -> Iterator[Problem]:
    """What makes duties go away without anybody having decided it."""
    rows = {row.id for row in center.registers["incidents"].rows} if "incidents" in center.registers else set()
    if incident.exercise == "yes" and ident in rows:
        yield document.at(("exercise",), f"the register of incidents has a row {ident!r}, so it was none", "remove this key, or give the exercise a name of its own: nothing is owed in an exercise")
    personal = [word for word in ("health-data", "personal-data") if word in incident.data]
    if incident.personal_data == "no" and personal:
        yield document.at(("personal_data",), f"says no, and data names {' and '.join(personal)}", "mend the one that is wrong: laws ask for messages where it is yes")
    if OTHERS in incident.waived:
        yield document.at(("waived", OTHERS), "is a decision, which is made either way and not waived", "remove it, then: attest notify --decide others yes|no")


def _names(document: Document, incident: Incident, shelf: Shelf, center: Center, terms: Terms) -> Iterator[Problem]:
    parties = shelf.parties.parties
    systems = [system.id for system in center.profile.systems]
    platforms = {platform for party in parties.values() for platform in party.profile.platforms} | set(systems)
    for path, name, kind, known in (
        *((("parties", index), name, "party", parties) for index, name in enumerate(incident.parties)),
        (("reported_by",), incident.reported_by, "party", parties),
        (("cause", "party"), incident.cause.party, "party", parties),
        *((("systems", index), name, "system", systems) for index, name in enumerate(incident.systems)),
        *((("platforms", index), name, "platform", platforms) for index, name in enumerate(incident.platforms)),
        *((("laws", index), name, "deadline", [one.id for one in terms.deadlines.deadlines]) for index, name in enumerate(incident.laws)),
    ):
        if name is not None and name not in known:
            yield document.at(path, f"there is no {kind} {name!r}", meant_or_known(name, known))


def _duties(document: Document, ident: str, incident: Incident, shelf: Shelf, terms: Terms, now: datetime) -> Iterator[Problem]:
    """Records of duties that are none. What once was a duty and is none any more, since facts changed, may have been sent: only what never could be one is wrong."""
    known = {duty.id for duty in duties(ident, incident, shelf.parties, terms, now)} | {one.id for one in terms.deadlines.deadlines}
    known |= {f"{word}-{party}" for party in shelf.parties.parties for word in ("tell", "management")} | {f"insurer-{row.id}" for row in terms.insurance} | {"counsel", "notice", "decide-others"}
    for index, sent in enumerate(incident.sent):
        if sent.duty not in known:
            yield document.at(("sent", index, "duty"), f"there is no duty {sent.duty!r}", meant_or_known(sent.duty, known))
    for name in incident.waived:
        if name not in known:
            yield document.at(("waived", name), f"there is no duty {name!r}", meant_or_known(name, known))


def _times(document: Document, incident: Incident, now: datetime) -> Iterator[Problem]:
    """Nothing was done before the incident was learned of, and nothing in time to come."""
    for path, moment in _moments(incident):
        if moment > now:
            yield document.at(path, f"{print_moment(moment)} has not come yet", "write when it was, or leave it away until then")
        elif moment < incident.learned and path[0] not in ("began", "forensics"):
            yield document.at(path, f"{print_moment(moment)} is before anybody learned of the incident", f"write a time no earlier than learned: {print_moment(incident.learned)}")
    for index, action in enumerate(incident.actions):
        if action.done is not None and start_of(action.done) > now:
            yield document.at(("actions", index, "done"), f"{action.done} has not come yet", "write the day it was done, or leave it away")


def _moments(incident: Incident) -> Iterator[tuple[Path, datetime]]:
    yield from (((name,), moment) for name in ("began", "learned", "confirmed", "classified", "contained", "closed") if (moment := getattr(incident, name)) is not None)
    yield from ((("sent", index, "at"), sent.at) for index, sent in enumerate(incident.sent))
    yield from ((("others_before", index, "decided"), one.decided) for index, one in enumerate(incident.others_before))
    for path, owner, name in ((("others", "decided"), incident.others, "decided"), (("counsel", "approved"), incident.counsel, "approved"), (("cause", "management", "told"), incident.cause.management, "told"), (("forensics", "engaged"), incident.forensics, "engaged")):
        if owner is not None and getattr(owner, name) is not None:
            yield path, getattr(owner, name)
