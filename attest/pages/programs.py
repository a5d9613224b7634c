"""For programs: every address of the site that is not a page, what it is, and questions answered in a few lines of shell or Python.

Each example is ``<pre><code data-program="NAME">``, whole in itself and filled with this center's own address, one of its promises, one of
its clauses: tests take them from the built page and run them against the served site. A question that this center has nothing to answer with
is left out.
"""

from __future__ import annotations

import json
import shlex
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from jinja2 import Environment

from attest.history import PATH as HISTORY
from attest.pages import view
from attest.pages.asked import NOTHING, Asked
from attest.pages.drawn import Drawn, Edition, Heading
from attest.pages.feeds import CHANGES, NOTICES, TYPES
from attest.pages.outputs import ASSESSMENT, INDEX, KEYS, ROBOTS, SECURITY, SITEMAP
from attest.pages.outputs import PROGRAMS as PATH
from attest.published import Record
from attest.report_form import DATA
from attest.words import ATTESTATION

_FIXED: Final = "stays"
_GROWS: Final = "grows"
_KEPT: Final = "as long as it is kept"
PROMISES: Final = {
    _FIXED: "The address stays, and so does the meaning of what is there. Keys may be added, so read those you know and pass over the rest.",
    _GROWS: "The same, and entries are added in front. An entry never changes and never gets another id; old ones leave at the end.",
    _KEPT: "Each file stays as it is, byte for byte, but old releases may be taken down: a 404 here says nothing bad of a release.",
}


@dataclass(frozen=True, slots=True)
class Address:
    """Something that a program fetches."""

    path: str
    """Site path; ``<n>`` stands for a number and such."""
    said: str
    type: str
    promise: str

    @property
    def whole(self) -> bool:
        """Whether there is one such file, to link to."""
        return "<" not in self.path


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause to ask for, and how shell and Python write its id."""

    framework: str
    title: str
    id: str

    @property
    def shell(self) -> str:
        """Quoted for a shell."""
        return shlex.quote(self.id)

    @property
    def python(self) -> str:
        """Quoted for Python."""
        return json.dumps(self.id, ensure_ascii=False)


_JSON: Final = "application/json"
_TEXT: Final = "text/plain"
_STATEMENT: Final = (
    Address(f"{ATTESTATION}/statement.json", "What is signed: an in-toto statement that counts every promise and binds every file.", _JSON, _FIXED),
    Address(f"{ATTESTATION}/bundle.sigstore.json", "The statement with its signature, as cosign and others read it.", _JSON, _FIXED),
    Address(f"{ATTESTATION}/SHA256SUMS", "The SHA-256 of every file of the site, as sha256sum reads it.", _TEXT, _FIXED),
    Address(f"{ATTESTATION}/SHA256SUMS.sig", "The signature of that list, as ssh-keygen reads it.", _TEXT, _FIXED),
    Address(f"{KEYS}/statement.pem", "The key that signed, for openssl and cosign. A candidate to compare, never a pin.", _TEXT, _FIXED),
    Address(f"{KEYS}/statement.pub", "The same key, as OpenSSH writes it.", _TEXT, _FIXED),
    Address(f"{KEYS}/allowed_signers", "The same key, as ssh-keygen -Y verify wants it.", _TEXT, _FIXED),
    Address(f"{ATTESTATION}/releases/<n>/", "Of each release, this one too: bundle.sigstore.json, statement.json, assessment.json, SHA256SUMS.", f"{_JSON}, {_TEXT}", _KEPT),
    Address(f"{ATTESTATION}/statements/<digest>.sigstore.json", "Kept free for what is said of a release later, such as that it was withdrawn.", _JSON, _FIXED),
)  # fmt: skip
_NEWS: Final = (
    Address(f"{NOTICES}.xml", "Notices as Atom: incidents, changes, advisories; an entry each time something is said.", TYPES[".xml"], _GROWS),
    Address(f"{NOTICES}.json", "The same as JSON Feed.", TYPES[".json"], _GROWS),
    Address(f"{CHANGES}.xml", "Changes as Atom: an entry a release, worse before better.", TYPES[".xml"], _GROWS),
    Address(f"{CHANGES}.json", "The same as JSON Feed.", TYPES[".json"], _GROWS),
)  # fmt: skip
_HISTORY: Final = Address(HISTORY, "All releases that are told of: state, numbers, and what changed in each; the next release carries it on.", _JSON, _GROWS)
_SITE: Final = (
    Address(SECURITY, "How to reach security (RFC 9116).", _TEXT, _FIXED),
    Address(SITEMAP, "Every page, and when it last changed.", "application/xml", _FIXED),
    Address(ROBOTS, "Where the sitemap is (RFC 9309).", _TEXT, _FIXED),
)  # fmt: skip


def draw(record: Record, edition: Edition, templates: Environment, found: Asked = NOTHING) -> Drawn:
    """programs.html."""
    center = record["center"]
    site = center["id"].rstrip("/")
    html = partial(
        view.fill, templates, "programs.html", PATH, record, edition,
        groups=groups(edition, found, reported="report" in record), promises=PROMISES, shell=shlex.quote(site), python=json.dumps(site), questions=_questions(record), one=_one(record), clause=_clause(record),
    )  # fmt: skip
    headings = (Heading("begin", "Where to begin"), Heading("questions", "Questions, answered"), Heading("addresses", "Every address"), Heading("stays", "What stays"), Heading("care", "With care"))
    description = f"Every machine-readable address of {center['name']}'s trust center, with examples for the shell and for Python."
    return Drawn(PATH, "For programs", "For programs", description, html, headings)


def groups(edition: Edition, found: Asked = NOTHING, *, reported: bool = False) -> tuple[tuple[str, tuple[Address, ...]], ...]:
    """The addresses of a build under what they are for. A preview has no signatures; ``reported``: whether it has an attestation report."""
    record = (
        Address(INDEX, "Where everything else lies, which release this is, and how long it is good.", _JSON, _FIXED),
        Address(ASSESSMENT, "The record: every promise with its verdict, reason, checks and evidence; registers and notices. The pages are drawn from it.", _JSON, _FIXED),
        *((Address(DATA, "What this company attests of itself, field by field in the order of a report form. Gone while a field that must be filled is empty.", _JSON, _FIXED),) if reported else ()),
    )
    signed = (("Signatures", _STATEMENT),) if edition.release is not None else ()
    partners = (("For partners", tuple(_partners(found))),) if found != NOTHING else ()
    return (("The record", record), *signed, *partners, ("What is new", (*_NEWS, *([_HISTORY] if edition.history.releases else []))), ("The site", _SITE))


def _partners(found: Asked) -> Iterator[Address]:
    if found.forms:
        yield Address("questionnaires/<id>.json", "A questionnaire as its page shows it: `attest answer` asks it, and anybody may send it on.", _JSON, _FIXED)
    if found.policies:
        yield Address("acceptance/<id>.json", "What we require, as `attest review --self --policy` reads it.", _JSON, _FIXED)


def _questions(record: Record) -> frozenset[str]:
    """What this center has an answer to."""
    registers = {register["name"] for register in record["registers"]}
    return frozenset(registers & {"subprocessors"})


def _one(record: Record) -> str | None:
    """A promise to ask for by its id: the first."""
    return next((control["id"] for control in record["controls"]), None)


def _clause(record: Record) -> Clause | None:
    """A clause to ask for: the first that two promises name, else the first that one does."""
    titles = {framework["id"]: framework["title"] for framework in record["frameworks"]}
    named = Counter((framework, clause) for control in record["controls"] for framework in sorted(control["clauses"]) if framework in titles for clause in control["clauses"][framework])
    chosen = next((one for one, count in named.items() if count > 1), next(iter(named), None))
    return Clause(chosen[0], titles[chosen[0]], chosen[1]) if chosen else None
