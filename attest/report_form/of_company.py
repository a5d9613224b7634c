"""Parts A, B, C, E and G: what the company says of itself, a filler a field. Part F is absent, and the form says so.

Each takes what is known and gives lines, or asks for a key of ``report:`` that has to be written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from attest.enrolled import camel
from attest.published import Record, page_of
from attest.report_form.values import DISTRIBUTION, MOST_NAMED, PAGE, STATUS, YEAR, Ask, Issue, Known, Line, Made, anchor_of, in_order
from attest.times import end_of, parse_day, print_moment, print_span, spell_day
from attest.words import Verdict

_COUNTED: Final[tuple[Verdict, ...]] = ("met", "planned", "unknown", "not-met", "not-applicable")
_SAYING_NONE: Final = timedelta(days=90)
"""How long a word that there was no incident counts."""


def _prose(known: Known, key: str) -> Made:
    """A text that somebody wrote, or that it is missing."""
    found = known.said.get(camel(key))
    yield Ask(key) if found is None else Line(found, shape="words")


def _block(known: Known, key: str, **labels: str) -> Made:
    """A block of keys, each under its label."""
    block = known.said.get(camel(key))
    if block is None:
        yield Ask(key)
        return
    for name, label in labels.items():
        value = block.get(camel(name))
        for one in value if isinstance(value, list) else [value] if value else []:
            yield Line(one, label, "words")


def _version(known: Known) -> Made:
    release = known.issue.release
    yield Line(known.record["center"]["id"].rstrip("/") + "/" + PAGE, "Address", "code")
    yield Line(_number(known.issue), "Version")
    if release is not None:
        yield Line("attestation/statement.json", "Signed statement", "code", "attestation/statement.json")


def _number(issue: Issue) -> str:
    if issue.release is not None:
        return f"release {issue.release.n}"
    return f"unsigned preview of release {issue.upcoming}" if issue.upcoming else "unsigned preview, of no release"


def _who(known: Known) -> Made:
    yield Line(known.record["center"]["name"], "Known as")
    yield from _block(known, "organisation", legal_name="Registered as", identifier="Number", address="Address")


def _period(known: Known) -> Made:
    yield Line(print_moment(known.issue.as_of), "State on", "moment")


def _issued(known: Known) -> Made:
    signed = "With the release named in A1; the second of signing stands in its statement as issuedAt" if known.issue.release is not None else "Not issued: this is a preview that nobody has signed"
    yield Line(signed, "Issued")
    yield Line(print_moment(known.issue.valid_until), "Valid until", "end")


def _follows(known: Known) -> Made:
    release = known.issue.release
    if release is None or release.previous is None:
        yield Line("None: this is the first release" if release is not None else "Named when it is released")
        return
    n = release.previous.release
    yield Line(f"release {n}", "Follows", to=f"attestation/releases/{n}/statement.json")
    yield Line(release.previous.payload, "SHA-256 of its signed statement", "code")


def _readers(known: Known) -> Made:
    yield Line(DISTRIBUTION, "Distribution")
    if "readers" in known.said:
        yield Line(known.said["readers"], "Written for", "words")


def _information(known: Known) -> Made:
    rows = known.rows("data")
    if "information" in known.said or not rows:
        yield from _prose(known, "information")
    for row in rows[:MOST_NAMED]:
        yield Line(row["what"], shape="item", to=known.row_path("data", row))


def _objectives(known: Known) -> Made:
    yield from _block(known, "objectives", are="Objective", set_how="How they are set", approved_by="Approved by")
    if day := known.said.get("objectives", {}).get("approved"):
        yield Line(day, "Approved on", "day")


def _drivers(known: Known) -> Made:
    for one in known.said.get("riskDrivers", ()):
        yield Line(one, shape="item")
    if "riskDrivers" not in known.said:
        yield Ask("risk_drivers")


def recent(record: Record, day: date) -> list[dict[str, Any]]:
    """The public notices of incidents first told of in the twelve months before a day: id, title, first, last."""
    since = day - YEAR
    found = [notice for notice in record["notices"] if notice["kind"] == "incident" and since < parse_day(notice["versions"][0]["date"]) <= day]
    return [{"id": one["id"], "title": one["title"], "first": one["versions"][0]["date"], "closed": one["versions"][-1]["closed"] == "yes"} for one in found]


def _incidents(known: Known) -> Made:
    told, others, none = recent(known.record, known.day), known.said.get("incidents", ()), known.said.get("noIncidents")
    for notice in told:
        yield Line(f"{notice['title']}, first told on {spell_day(parse_day(notice['first']))}, {'closed' if notice['closed'] else 'still open'}", shape="item", to=f"notices/{notice['id']}.html")
    for one in others:
        yield Line(f"{spell_day(parse_day(one['date']))}: {one['says']}", shape="item")
    if not (told or others):
        yield from _none(known, none)
    elif none is not None:
        yield Ask("no_incidents", "says that there was no significant incident in twelve months, and there was: see the notices")


def _none(known: Known, none: Mapping[str, Any] | None) -> Made:
    if none is None:
        yield Ask("no_incidents", "field B5 (significant incidents) is empty: there is neither a notice of one nor a word that there was none")
    elif end_of(parse_day(none["date"])) + _SAYING_NONE <= known.issue.as_of:
        yield Ask("no_incidents", f"the word that there was no incident is of {none['date']}, older than {print_span(_SAYING_NONE)}")
    else:
        yield Line(f"None, says {none['by']} on {spell_day(parse_day(none['date']))}")


def _governance(known: Known) -> Made:
    yield from _prose(known, "governance")
    yield from _block(known, "accountable", name="Answers for it", role="Office")


def _assessed(known: Known) -> Made:
    yield from _block(known, "risk_assessment", how="How", customers="Risks that customers bring", suppliers="Risks that suppliers bring")


def _communication(known: Known) -> Made:
    yield from _block(known, "communication", inside="Inside", outside="Outside")
    for name, said in (("contacts", "Whom to reach"), ("notice-terms", "Who tells whom, and when")):
        if known.rows(name):
            yield Line(said, "See", to=known.list_path(name))


def _monitoring(known: Known) -> Made:
    yield from _block(known, "monitoring", how="How", gaps="Where something is missing")
    if tests := [row for row in known.rows("assurance") if row["date"]]:
        last = max(tests, key=lambda row: str(row["date"]))
        yield Line(f"{last['firm']}, {spell_day(parse_day(last['date']))}: {last['scope'] or 'scope not recorded'}", "Last examination by others", to=known.row_path("assurance", last))


def _controls(known: Known) -> Made:
    totals = known.record["totals"]
    counted = ", ".join(f"{totals[verdict]} {'planned' if verdict == 'planned' else STATUS[verdict]}" for verdict in _COUNTED if totals[verdict])
    yield Line(f"{sum(totals.values())}: {counted}. Part D has them one by one", "Promises")
    if hidden := sum(known.record["withheld"].values()):
        yield Line(f"{hidden} of them {'is' if hidden == 1 else 'are'} counted and not shown", "Withheld")
    yield from _infrastructure(known)
    yield from _policies(known)


def _infrastructure(known: Known) -> Made:
    names = {system["id"]: system["name"] for system in known.record["scope"]["systems"]}
    rows = [row for row in known.rows("product") if row["hostingRegions"]]
    if "infrastructure" in known.said:
        yield Line(known.said["infrastructure"], "Infrastructure", "words")
    elif not rows:
        yield Ask("infrastructure", "field B10 (controls, infrastructure, policies) does not say what the systems run on")
    for row in rows:
        yield Line(f"{names[row['id']]}: {', '.join(row['hostingRegions'])}", "Hosted in", to=known.row_path("product", row))


def _policies(known: Known) -> Made:
    rows = [row for row in known.rows("documents") if "polic" in row["title"].lower() or (row["page"] or "").startswith("policies/")]
    for one in known.said.get("policies", ()):
        yield Line(one, "Policy")
    for row in rows[:MOST_NAMED]:
        yield Line(row["title"], "Policy", to=row["page"] or known.row_path("documents", row))
    if not rows and "policies" not in known.said:
        yield Ask("policies", "field B10 (controls, infrastructure, policies) names no policy")


def _in_scope(known: Known) -> Made:
    for system in known.record["scope"]["systems"]:
        yield Line(system["name"], "System or service")
    for site in known.said.get("sites", ()):
        yield Line(site, "Site")
    if "sites" not in known.said:
        yield Ask("sites", "field C1 (systems, services and sites) names no site")


def _left_out(known: Known) -> Made:
    out = known.record["scope"]["outOfScope"]
    for one in out:
        yield Line(one["why"], one["name"], "words")
    if not out:
        yield from (Line(f"Nothing. {one.text}", shape="words") if isinstance(one, Line) else one for one in _prose(known, "nothing_left_out"))


def _by_others(known: Known) -> Made:
    yield from _block(known, "run_by_others", treated="Their controls are", why="Why")
    rows = [row for row in known.rows("subprocessors") if row["until"] is None or end_of(parse_day(row["until"])) > known.issue.as_of]
    for one in known.said.get("others", ()):
        yield Line(one, shape="item")
    for row in rows[:MOST_NAMED]:
        yield Line(": ".join(filter(None, (row["name"], row["purpose"]))), shape="item", to=known.row_path("subprocessors", row))
    if not rows and "others" not in known.said:
        yield Ask("others", "field C3 (parts that others run) names nobody")


def _duties(known: Known) -> Made:
    left = [(control["title"], control["yours"], page_of(control)) for control in known.record["controls"] if control["yours"]]
    rows = [row for row in known.rows("responsibilities") if row["whose"] in ("you", "both") and row["yours"]]
    if "duties" in known.said:
        yield Line(known.said["duties"], shape="words")
    elif not (left or rows):
        yield Ask("duties")
    for row in rows[:MOST_NAMED]:
        yield Line(row["yours"], row["duty"], "words", known.row_path("responsibilities", row))
    for title, yours, path in left[:MOST_NAMED]:
        yield Line(yours, title, "words", path)


def _criteria(known: Known) -> Made:
    yield Line(known.record["ruleset"], "Rules that decide a status", "code")
    shown = [one for one in known.record["frameworks"] if one["mapped"] and one["id"] not in known.unnamed]
    hidden = sum(1 for one in known.record["frameworks"] if one["mapped"]) - len(shown)
    for one in shown:
        yield Line(f"{one['title']}, {one['version']}", "Catalogue", to=f"frameworks/{one['id']}.html")
    if hidden:
        yield Line(f"{hidden} more, which are named on their own page and not here: their names could be taken for certificates, and none is held", "Not named", to="frameworks/index.html")


def _exceptions(known: Known) -> Made:
    for control in in_order(known.record):
        if control["verdict"] not in ("met", "not-applicable"):
            yield Line(f"{control['title']}: {'not met, planned' if control['verdict'] == 'planned' else STATUS[control['verdict']]}", shape="item", to=f"#{anchor_of(control)}")
    if hidden := sum(count for verdict, count in known.record["withheld"].items() if verdict not in ("met", "not-applicable")):
        yield Line(f"{hidden} more that {'is' if hidden == 1 else 'are'} withheld", shape="item")


def _signer(known: Known) -> Made:
    signer = known.said.get("signer")
    yield from _block(known, "signer", name="Name", role="Role", power="Power to bind the company")
    if signer is not None:
        yield Line(signer["date"], "Asserted on", "day")
        if end_of(parse_day(signer["date"])) + YEAR <= known.issue.as_of:
            yield Ask("signer", f"the assertion of part E is of {signer['date']}, more than a year ago")


def _signature(known: Known) -> Made:
    release, act = known.issue.release, known.record.get("affirmation")
    yield Line("Signature of the release that holds this page: attestation/bundle.sigstore.json" if release is not None else "None: this is a preview that nobody has signed", "Signed")
    if release is not None:
        yield Line(release.fingerprint, "Key of the release", "code")
    if act is None:
        yield Line("No person has affirmed this release with a key of their own; releases are issued automatically", "Affirmed")
        return
    yield Line(f"{act['role']}, until {spell_day(parse_day(act['until']))}", "Affirmed by")
    yield Line(act["affirmedAt"], "Affirmed at", "moment")
    yield Line(act["key"], "Key of that person", "code")


def _digests(known: Known) -> Made:
    yield Line("attestation/SHA256SUMS", "List", "code", "attestation/SHA256SUMS")
    yield Line("attestation/assessment.json", "Record", "code", "attestation/assessment.json")
    yield Line(f"attest verify {known.record['center']['id']} --key SHA256:…", "Check it", "code")
    yield Line("How to verify this, with tools you may already own", "More", to="verify.html")


def _key(known: Known) -> Made:
    release = known.issue.release
    if release is None:
        yield Line("None: this is a preview that nobody has signed", "Fingerprint")
        return
    yield Line(release.fingerprint, "Fingerprint", "code")
    yield Line("attestation/keys/statement.pem", "Public key", "code", "attestation/keys/statement.pem")


def _withdrawal(known: Known) -> Made:
    yield Line("attestation/statements/", "Signed withdrawals", "code")
    yield Line("History of releases", "More", to="history/index.html")


def _contacts(known: Known) -> Made:
    for contact in known.record["center"]["contacts"]:
        about = " (flaws too)" if "secur" in contact["role"].lower() else ""
        yield Line(contact["email"] or contact["url"] or "by the site named in A1", f"{contact['role']}{about}")


OF_COMPANY: Final[Mapping[str, Callable[[Known], Made]]] = {
    "A1": _version, "A2": _who, "A4": _period, "A5": _issued, "A6": _follows, "A7": _readers,
    "B1": lambda known: _prose(known, "business"), "B2": _information, "B3": _objectives, "B4": _drivers, "B5": _incidents, "B6": _governance, "B7": _assessed, "B8": _communication,
    "B9": _monitoring, "B10": _controls, "C1": _in_scope, "C2": _left_out, "C3": _by_others, "C4": _duties, "C5": _criteria, "E2": _exceptions, "E5": _signer, "E6": _signature,
    "G1": _digests, "G2": _key, "G3": _withdrawal, "G4": _contacts,
}  # fmt: skip
"""How each field is filled; those that are left out say what the form says."""
