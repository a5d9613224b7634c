"""The files beside the pages that programs read, as bytes: the record, an index of addresses, keys, security.txt, host configuration.

    attestation/assessment.json     the published record; signing reads this file and never assesses again
    attestation/index.json          addresses (relative), release, times, fingerprints: never a pin
    attestation/keys/statement.pem statement.pub allowed_signers      of a release; log.vkey where it is logged; next.pub and
                                    statement-<n>.pub, of keys that follow or signed before
    feeds/                          notices and changes, for whoever follows them (feeds.py)
    .well-known/security.txt        RFC 9116
    attestation-report.json         our own attestation report, where one is issued (attestation_report.py)
    history/                        what changed from release to release (history.py)
    questionnaires/ acceptance/     what partners are asked and required (asked.py)
    robots.txt                      RFC 9309, with where the sitemap is
    assets/attest.css               the stylesheet, with what stands in the margins of paper (paper.py)
    assets/look/initial.svg         the sign of a center without a logo
    verify.py                       the verifier in one file, for whoever holds it against an independent copy
    .nojekyll                       or a host leaves out what begins with a dot
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from importlib.resources import files as resources
from typing import Any, Final
from urllib.parse import quote

from attest.history import PATH as HISTORY
from attest.pages import asked
from attest.pages.attestation_report import files as report_files
from attest.pages.drawn import Edition
from attest.pages.feeds import CHANGES, NOTICES, address, feeds
from attest.pages.history import files
from attest.pages.look import INITIAL, STYLESHEET, initial, stylesheet
from attest.pages.paper import margins
from attest.published import Record, page_of, print_record
from attest.release import Other, Release
from attest.report_form import DATA
from attest.times import print_moment
from attest.wire import openssh, publickey
from attest.words import ATTESTATION, MANIFEST_NAMESPACE, PREDICATE_TYPE

ASSESSMENT: Final = f"{ATTESTATION}/assessment.json"
INDEX: Final = f"{ATTESTATION}/index.json"
KEYS: Final = f"{ATTESTATION}/keys"
SECURITY: Final = ".well-known/security.txt"
ROBOTS: Final = "robots.txt"
SITEMAP: Final = "sitemap.xml"
ONE_FILE: Final = "verify.py"
PROGRAMS: Final = "programs.html"

_BESIDE: Final = {
    "programs": PROGRAMS, "noticesAtom": f"{NOTICES}.xml", "noticesJsonFeed": f"{NOTICES}.json", "changesAtom": f"{CHANGES}.xml", "changesJsonFeed": f"{CHANGES}.json",
    "history": HISTORY, "securityTxt": SECURITY, "sitemap": SITEMAP,
}  # fmt: skip
"""What lies outside the folder of the index."""
_LOGGED: Final = {"log": "log/", "checkpoint": "log/checkpoint", "proof": "proof.tlog-proof", "statements": "statements/", "logKey": "keys/log.vkey"}
"""What a release has besides that has a log."""
_YEAR = timedelta(days=364)
_OF_MAIL = "@!$*+-./=_~"
"""What an address may hold in a mailto: URI as it stands (RFC 6068, 2)."""
_SECURE = re.compile(r"https://[^\s<>\"'()\[\]]+")
_PRINCIPAL = re.compile(r"[A-Za-z0-9@._:/~%+=-]+")
_NOTE = "What this site says of itself. The fingerprints are candidates to compare, never a pin: take the pin from your contract, from DNS or from an earlier visit."


def outputs(record: Record, edition: Edition, printed: bytes | None = None, found: asked.Asked = asked.NOTHING) -> dict[str, bytes]:
    """Site path -> content. ``printed``: the record as ``print_record`` prints it, where somebody has; ``found``: what partners are asked."""
    made = {ASSESSMENT: printed or print_record(record), INDEX: _json(_index(record, edition)), SECURITY: _security(record, edition), ".nojekyll": b""}
    made |= {STYLESHEET: stylesheet(edition.palette) + margins(record, edition), INITIAL: initial(record["center"]["name"], edition.palette)}
    made |= files(record, edition) | report_files(record, edition) | asked.outputs(found)
    made[ONE_FILE] = resources("attest.theme").joinpath(ONE_FILE).read_bytes()
    made |= {ROBOTS: _robots(record["center"]["id"]), **feeds(record, edition)}
    if edition.release is not None:
        made |= _keys(edition.release, principal(record["center"]["id"]))
        made |= {f"{KEYS}/log.vkey": edition.release.vkey.encode() + b"\n"} if edition.release.vkey is not None else {}
    return made


def _keys(release: Release, name: str) -> dict[str, bytes]:
    """The key that signed, in three spellings; the other statement keys that the log knows, and when each signs.

    The key that signed has no end: its signature stands as long as the release does, which is for the statement to say. One that was
    stolen stands in no list: who holds a signature of it has to ask the log.
    """
    listed = [(release.spki, None, None), *((one.spki, one.start, one.end) for one in release.others if not one.stolen)]
    lines = [openssh.allowed_signers(name, spki, MANIFEST_NAMESPACE, after, before) for spki, after, before in listed]
    made = {f"{KEYS}/statement.pem": publickey.pem(release.spki), f"{KEYS}/statement.pub": openssh.public_line(release.spki, name).encode() + b"\n"}
    made |= {f"{KEYS}/{_file(one)}": openssh.public_line(one.spki, name).encode() + b"\n" for one in release.others}
    return {**made, f"{KEYS}/allowed_signers": "".join(f"{line}\n" for line in lines).encode()}


def _file(other: Other) -> str:
    return "next.pub" if other.coming else f"statement-{other.number}.pub"


def _succession(release: Release) -> list[dict[str, Any]]:
    """The keys beside the one that signs, for programs."""
    return [
        {
            "fingerprint": openssh.fingerprint(one.spki), "file": f"keys/{_file(one)}", "state": "compromised" if one.stolen else "next" if one.coming else "former",
            "from": one.start and print_moment(one.start), "until": one.end and print_moment(one.end),
        }
        for one in release.others
    ]  # fmt: skip


def principal(center: str) -> str:
    """Who signs, in the words of ``ssh-keygen -Y verify -I``: the center's id, or a fixed name where that has characters it may not."""
    return center if _PRINCIPAL.fullmatch(center) else "trust-center"


def _index(record: Record, edition: Edition) -> dict[str, Any]:
    release = edition.release
    addresses = {"assessment": "assessment.json", **{name: f"../{path}" for name, path in _BESIDE.items() if path != HISTORY or edition.history.releases}}
    if release is not None:
        signed = {"bundle": "bundle.sigstore.json", "statement": "statement.json", "manifest": "SHA256SUMS", "manifestSignature": "SHA256SUMS.sig", "key": "keys/statement.pem"}
        addresses |= {**signed, "releases": "releases/"}
        addresses |= _LOGGED if release.vkey is not None else {}
    if "report" in record:
        addresses["attestationReport"] = f"../{DATA}"
    if "affirmation" in record:
        addresses["affirmation"] = "affirmation.sigstore.json"
    return {
        "note": _NOTE,
        "center": {"id": record["center"]["id"], "name": record["center"]["name"]},
        "release": release.n if release is not None else None,
        "asOf": print_moment(edition.as_of),
        "validUntil": print_moment(edition.valid_until) if release is not None else None,
        "fingerprints": {"statement": release.fingerprint} if release is not None else {},
        **({"otherKeys": _succession(release)} if release is not None and release.others else {}),
        "predicateType": PREDICATE_TYPE,
        "addresses": addresses,
        "pages": {control["id"]: f"../{page_of(control)}" for control in record["controls"]},
    }


def _security(record: Record, edition: Edition) -> bytes:
    """RFC 9116, 2.5: Contact and Expires are required, no field but Contact, Policy and Canonical more than once; it advises against an expiry over a year away."""
    expires = min(edition.valid_until, edition.as_of + _YEAR)
    fields = [f"Contact: {contact}" for contact in _contacts(record)]
    fields += [f"Expires: {print_moment(expires)}", f"Preferred-Languages: {record['center']['language']}"]
    fields += [f"Policy: {policy}" for policy in _policies(record)]
    canonical = address(record["center"]["id"], SECURITY)
    return ("\n".join([*fields, *([f"Canonical: {canonical}"] if _is_secure(canonical) else [])]) + "\n").encode()


def _robots(center: str) -> bytes:
    """Everybody may read everything. An unsigned preview says in each page that it is not to be indexed, which only who may read it sees."""
    return f"User-agent: *\nAllow: /\nSitemap: {address(center, SITEMAP)}\n".encode()


def _contacts(record: Record) -> list[str]:
    """Those whose role speaks of security, else all; web addresses before mail, as the record has them. Where nothing can be written there, this site."""
    contacts = record["center"]["contacts"]
    chosen = [contact for contact in contacts if "secur" in contact["role"].lower()] or contacts
    ways = [(contact["url"], contact["email"] and f"mailto:{quote(contact['email'], safe=_OF_MAIL)}") for contact in chosen]
    return [said for url, mail in ways for said in (url, mail) if said and (said == mail or _is_secure(said))] or [address(record["center"]["id"], "index.html")]


def _policies(record: Record) -> list[str]:
    """Where a product's row says how flaws are handled, the addresses it names."""
    rows = [row for register in record["registers"] if register["name"] == "product" for row in register["rows"]]
    named = [found.rstrip(".,;:") for row in rows for found in _SECURE.findall(row.get("disclosurePolicy") or "")]
    return list(dict.fromkeys(named))


def _is_secure(address: str) -> bool:
    """2.5.3: addresses of the web begin with https://."""
    return address.startswith("https://")


def _json(value: Any) -> bytes:
    return (json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()
