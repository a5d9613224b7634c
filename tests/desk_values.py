"""Reviews, parties, incidents and duties by hand, for the private site: every outcome, word, state and mark once or more. All fictional."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from attest.desk.told import Told
from attest.duties import Duty, Ground, State
from attest.intake import Sheet
from attest.load.parties import Shelf
from attest.model.answers import Given
from attest.model.center import Profile
from attest.model.incident import Incident
from attest.model.parties import Parties
from attest.model.party import Decided, Excepted, Party, Threat
from attest.model.questionnaire import Questionnaire
from attest.reviewed import ClauseState, Due, Found, Raised, Received, Reviewed, TheirBundle, Touching
from tests.centers import PROFILE

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
KEY = "SHA256:" + "k" * 43
EXCEPTED = Excepted(about="tested", why="A test is booked for January.", by="Head of Security", date=date(2026, 11, 1), until=date(2027, 2, 1))
FOUND = (
    Found("second-factor", "Nobody reaches what is ours by a password alone", "must", "met", ("answer second-factor of supplier-assessment: yes (signed, 2026-11-02)",)),
    Found("told-soon", "We hear of a breach within 24 hours", "must", "not-met", ("notice terms: 72 hours", "answer notice-hours: 24"), "Later is too late to act.", disagree=True),
    Found("insured", "Insured against cyber incidents", "must", "missing", ()),
    Found("attested", "Attests to its controls", "must", "unknown", ("attestation: stale",)),
    Found("tested", "Tested by outsiders once a year", "should", "not-met", ("answer tested: no",), accepted=EXCEPTED),
)
FLAGS = (
    Raised("refuses-clauses", "Refuses security clauses", "Nobody could hold them to anything.", ("contract breach-notice: refused",)),
    Raised("not-insured", "Has no insurance", None, ("answer insured: no",), EXCEPTED.model_copy(update={"about": "not-insured"})),
)
RECEIVED = (
    Received("fjordhost.sigstore.json", "supplier-assessment", "1", "Fjordhost (fictional), Ane Holm, Security lead", AT - timedelta(days=19), "signed", KEY, (38, 41)),
    Received("old.yml", "supplier-assessment", "0", "Fjordhost (fictional)", AT - timedelta(days=700), "unsigned", None, (12, 41), stale=True, why="answers version 0, and 1 is asked now"),
    Received("odd.yml", None, None, None, None, "refused", None, why="is signed by another key"),
)
BUNDLE = TheirBundle("https://trust.fjordhost.example/", "stale", 4, KEY, AT - timedelta(days=60), AT - timedelta(days=25), "was good until 27 October 2026")


def reviewed(ident: str, name: str, **over: Any) -> Reviewed:
    """One of a party about which there is nothing odd."""
    plain = Reviewed(
        party=ident, name=name, kind="supplier", policy="suppliers", policy_title="What we require of suppliers", policy_version="2026-11", at=AT, tier="ordinary", tier_title="Ordinary", tier_by=(),
        requirements=FOUND[:1], flags=(), clauses=(), received=(), bundle=None, due=(), threats=(), outcome="accept", rule="all-kept", by=("all 1 that must be met is met",),
    )  # fmt: skip
    return replace(plain, **over)


FJORDHOST = reviewed(
    "fjordhost", "Fjordhost (fictional)", tier="critical", tier_title="Critical", tier_by=("profile criticality: critical",), requirements=FOUND, flags=FLAGS,
    clauses=(ClauseState("breach-notice", "refused", "Annex 2"), ClauseState("audit", "absent"), ClauseState("liability", "open"), ClauseState("insurance", "agreed", "§ 9")),
    received=RECEIVED, bundle=BUNDLE, due=(Due("Review again", date(2026, 11, 1), overdue=True), Due("Ask for the insurer's confirmation", date(2026, 12, 3), overdue=False)),
    threats=(Touching("hosting-phish", "Letters that look like ours", "sector hosting", "Warn them."),), outcome="refer", rule="critical-not-shown", by=("2 requirements are not met",),
    say="The Head of Security decides about critical suppliers.", to="Head of Security", decision=Decided(date=date(2026, 11, 5), outcome="accept", by="Head of Security", why="There is no other host.", until=date(2027, 1, 5)),
    problems=("https://trust.fjordhost.example/ did not answer",),
)  # fmt: skip
REVIEWS = (
    reviewed("ordinary-mail", "Ordinary Mail (fictional)", flags=tuple(Raised(f"odd-{n}", f"Odd in way {n}", None, ()) for n in range(5)), due=(Due("Review again", date(2027, 10, 1), overdue=False),), decision=Decided(date=date(2026, 11, 5), outcome="accept", by="Sales")),
    FJORDHOST,
    reviewed("grasp", "Grasp & Sons <fictional>", kind="customer", policy="customers", policy_title="Whom we serve", outcome="reject", rule="wants-everything", flags=FLAGS[:1], requirements=FOUND[1:2], tier=None, tier_title=None),
    reviewed("aspen-freight", "Aspen Freight (fictional)", kind="customer", policy="customers", policy_title="Whom we serve", outcome="ask", rule="else", requirements=FOUND[2:4], say="Ask for what is missing."),
)


def party(name: str, **over: Any) -> Party:
    return Party.model_validate({"name": name, "kind": "supplier", **over})


PARTIES = {
    "fjordhost": party(
        "Fjordhost (fictional)", legal_name="Fjordhost A/S", since="2024-03-01", notes="Nice people.\nSlow to answer.",
        contacts={"theirs": [{"role": "Security", "name": "Ane Holm", "email": "ane@fjordhost.example", "phone": "+45 00 00"}], "ours": [{"role": "Head of Security"}]},
        profile={"sector": "hosting", "countries": ["DK"], "connection": "deep", "criticality": "critical"},
        access=[{"what": "Root on two servers", "system": "api", "level": "administer", "logged": "no", "overseen": "yes", "granted": "2024-03-01", "reviewed": "2026-09-01"}, {"what": "A look at the database"}],
        clauses={"breach-notice": {"state": "refused", "where": "Annex 2", "note": "They offered 72 hours."}}, insurance=[{"cover": "cyber", "insurer": "North", "valid_until": "2027-01-01", "seen": "2026-02-01"}, {"cover": "liability"}],
        certificates=[{"framework": "short", "title": "A certificate record", "number": "17", "valid_until": "2027-03-01", "looked_up": "2026-08-01"}],
        notice={"they-tell-us": {"within": "72h", "channel": "telephone", "to": ["Security"], "contains": ["what happened"], "where": "Annex 2"}},
        reviews=[{"date": "2026-08-01", "by": "Audit", "outcome": "ask", "note": "Papers were missing."}], decisions=[{"date": "2026-11-05", "outcome": "accept", "by": "Head of Security", "why": "There is no other host.", "until": "2027-01-05"}],
        exceptions=[{"about": "tested", "why": "A test is booked for January.", "by": "Head of Security", "date": "2026-11-01", "until": "2027-02-01"}],
    ),
    "ordinary-mail": party("Ordinary Mail (fictional)"), "not-looked-at": party("Quiet Works (fictional)"), "grasp": party("Grasp & Sons <fictional>", kind="customer"), "aspen-freight": party("Aspen Freight (fictional)", kind="customer"),
}  # fmt: skip
INCIDENTS = {
    "i-2026-09": Incident.model_validate({
        "title": "Passwords tried in bulk (fictional)", "state": "confirmed", "severity": "high", "learned": "2026-11-20T21:40:00Z", "confirmed": "2026-11-20T23:00:00Z", "what": "Somebody tried passwords.\nSome fitted.",
        "cause": {"by": "customer-employee", "party": "aspen-freight", "what": "A shared password", "management": {"told": "2026-11-21T07:30:00Z", "by": "Head of Security", "whom": "Their managing director"}},
        "parties": ["aspen-freight", "somebody-gone"], "platforms": ["north"], "personal_data": "yes", "people": "40", "unknown": "Whether anything was read.", "advice": "Change passwords.", "done": ["Accounts locked"],
        "actions": [{"what": "Slow down sign-in", "owner": "Platform", "due": "2026-11-25"}, {"what": "Tell support", "owner": "Support", "due": "2026-11-20", "done": "2026-11-20"}],
        "sent": [{"duty": "party-aspen-freight", "at": "2026-11-21T08:00:00Z", "by": "Head of Security", "channel": "telephone", "to": "Duty officer"}], "waived": {"authority-uk": "Nobody there is touched."},
    }),
    "exercise-1": Incident.model_validate({"title": "A rehearsal (fictional)", "state": "closed", "closed": "2026-10-02T12:00:00Z", "exercise": "yes", "learned": "2026-10-01T09:00:00Z", "what": "We pretended."}),
}  # fmt: skip
THREATS = {
    "hosting-phish": Threat.model_validate({"title": "Letters that look like ours", "date": "2026-11-10", "sectors": ["hosting"], "severity": "high", "what": "Somebody writes in our name.", "do": "Warn them.", "source": "A partner"}),
    "over": Threat.model_validate({"title": "Long gone", "date": "2025-01-10", "until": "2025-02-01", "what": "It was.", "systems": ["api"]}),
}  # fmt: skip
PRIVATE = Questionnaire.model_validate({
    "title": "Due diligence on a new customer", "version": "2", "about": "customer",
    "sections": [{"id": "access", "title": "Access", "items": [
        {"id": "second-factor", "ask": "Does everybody sign in with a second factor?", "kind": "yes-no", "tip": "Ask to see it.", "flags": [{"flag": "wants-no-second-factor", "when": {"item": "second-factor", "is": "no"}}]},
        {"id": "people", "ask": "How many people?", "kind": "number", "unit": "people"},
        {"id": "trades", "ask": "Which trades?", "kind": "choices", "choices": [{"id": "a", "text": "Hosting"}, {"id": "b", "text": "Freight"}]},
        {"id": "policy", "ask": "Your policy", "kind": "file"},
        {"id": "left-out", "ask": "Anything else?", "kind": "text", "required": "no"},
    ]}],
})  # fmt: skip


def owed(ident: str, what: str, ground: tuple[str, ...], due: datetime | None, state: State, **over: Any) -> Duty:
    """A duty; its ground as why, source and what it hangs on."""
    why, source, *unknown = ground
    return Duty(ident, "i-2026-09", "message", "party", "somebody", what, (Ground(why, source, None, AT, due, tuple(unknown)),), due, state, due is not None and due < AT, **over)


DUTIES = {
    "i-2026-09": (
        owed("insurer-north", "tell North", ("a condition of the policy", "insurance, north"), AT - timedelta(hours=2), "overdue", channel="telephone"),
        owed("decide-others", "decide whether other customers are told", ("they share a platform", "ourselves"), AT - timedelta(hours=1), "undecided"),
        owed("gdpr-authority", "tell the supervisory authority", ("72 hours from learning of it", "GDPR Art. 33(1)", "whether personal data was touched"), AT + timedelta(hours=58), "due"),
        owed("tell-aspen-freight", "tell Aspen Freight (fictional)", ("it is touched", "contract § 4"), AT + timedelta(hours=10), "sent"),
        owed("management-aspen-freight", "tell the management of Aspen Freight (fictional)", ("one of their people is the cause", "ourselves"), None, "due"),
        owed("notice", "tell everybody", ("ourselves", "counsel comes first"), None, "waived"),
    ),
    "exercise-1": (owed("insurer-north", "tell North", ("a rehearsal", "insurance, north"), AT + timedelta(days=3), "exercise"),),
}  # fmt: skip
ANSWERS = {
    "fjordhost": (
        Sheet(RECEIVED[0], "them", {
            "second-factor": Given(value="yes", note="Since May."), "people": Given(value="14", private="yes"), "trades": Given(value=("a", "b")),
            "policy": Given(file="policy.pdf", sha256="ab" * 32), "strange": Given(value="a question nobody asked"),
        }, questionnaire=PRIVATE),
        Sheet(RECEIVED[2], "them"),
    ),
}  # fmt: skip


def shelf(**over: Any) -> Shelf:
    return Shelf(Path("/nowhere"), "controls/parties", Parties(**{"parties": PARTIES, "incidents": INCIDENTS, "threats": THREATS, **over}))


def told(**over: Any) -> Told:
    return replace(Told(AT, REVIEWS, shelf().parties, DUTIES, {"new-customer": PRIVATE}, ANSWERS, Profile.model_validate(PROFILE)), **over)
