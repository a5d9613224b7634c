"""center.yml (who we are, what is in scope, what readers may ask whom), frameworks, and the whole: ``Center``."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from attest.model import colour
from attest.model.acceptance import Acceptance
from attest.model.base import Id, Model, Span, Text
from attest.model.control import Control
from attest.model.evidence import Evidence
from attest.model.questionnaire import Questionnaire
from attest.model.register import Notice, Register
from attest.model.report import Report
from attest.words import Kind, RegisterName


class System(Model):
    """Something in scope, that evidence can cover."""

    id: Id
    name: Text
    targets: tuple[Text, ...] = ()
    """Globs of what a report may call it (api.example.com, *.example.com): what a report says it looked at is held against them."""


class OutOfScope(Model):
    """Something a reader may expect in scope, and why it is not."""

    name: Text
    why: Text


class Contact(Model):
    """How to reach a role. These addresses are published; any other e-mail address in published text is an error."""

    role: Text
    email: Text | None = None
    url: Text | None = None


class Signatory(Model):
    """Who answers for the statement."""

    role: Text
    name: Text | None = None
    key: Text | None = None
    """The fingerprint of this person's own key, where this person affirms (`attest affirm`)."""


class Area(Model):
    """A shelf that promises stand on."""

    id: Id
    title: Text
    summary: Text | None = None


class Defaults(Model):
    """How long evidence of a kind counts where a check says nothing, and how long a release is good for."""

    max_age: dict[Kind, Span] = Field(default_factory=dict)
    valid_for: Span = timedelta(days=35)

    def age(self, kind: Kind) -> timedelta:
        """The span for a kind: center.yml's, else 90 days for reports and a year for the rest."""
        return self.max_age.get(kind, timedelta(days=90 if kind == "report" else 365))


class Releases(Model):
    """What is kept of old releases. Their entries in the log stay in any case."""

    keep: Span | None = None
    """How long the files of a release are taken along under ``attestation/releases/``. Left away, for ever."""
    folders: int = Field(default=10, ge=1, le=100_000)
    """How many whole releases are kept beside the one that is served, its own included; the newest."""


def _shade(value: Any) -> Any:
    return colour.parse(value) if isinstance(value, str) else value


Shade = Annotated[colour.Colour, BeforeValidator(_shade), WithJsonSchema({"type": "string", "pattern": "^#[0-9A-Fa-f]{6}$", "examples": ["#0b6470"]})]


class Look(Model):
    """The site's colour and pictures. Files are named relative to the folder that holds mkdocs.yml: ``theme/logo.svg``."""

    color: Shade | None = None
    """Links, buttons and the overview's head. Left away, Attest's own."""
    color_dark: Shade | None = None
    """The same on a dark screen. Left away, a lighter shade of the first."""
    logo: Text | None = None
    """SVG or PNG, beside the name on every page. Left away, the name's first letter on the colour."""
    favicon: Text | None = None
    """SVG or PNG, square. Left away, the name's first letter on the colour."""
    card: Text | None = None
    """PNG, 1200 by 630 or alike: what others show beside a link to this site."""


class Profile(Model):
    """What center.yml says."""

    id: Text
    """The trust center's own address: a stable https URI, for ever."""
    name: Text
    language: Text = "en"
    summary: Text
    """Who this is, in one sentence."""
    notice: Text | None = None
    """A line shown on every page, such as "Harbourline is a fictional company"."""
    look: Look = Field(default_factory=Look)
    systems: tuple[System, ...] = Field(min_length=1)
    out_of_scope: tuple[OutOfScope, ...] = ()
    areas: tuple[Area, ...] = Field(min_length=1)
    contacts: tuple[Contact, ...] = Field(min_length=1)
    signatories: tuple[Signatory, ...] = ()
    defaults: Defaults = Defaults()
    releases: Releases = Releases()
    internal_domains: tuple[Text, ...] = ()
    """Host names ending in one of these are never published."""
    repository: Literal["public", "private"] = "private"
    """``public``: everybody can read the sources, so nothing private or gated may lie in them in clear."""
    vault: Text | None = None
    """The folder of age-encrypted files, relative to this one; or of files outside the repository, as ~/… or /…."""
    laws: dict[Id, Text] | None = None
    """Laws that bind this company, by the ids of ``attest notify --laws``, and whom each is reported to: ``gdpr: The Danish data protection authority``.
    Read by `attest notify` alone and never published. Left away, nothing is known of them."""
    parties: Text | None = None
    """Where the files of parties lie when not here: the path of another repository."""
    report: Report | None = None
    """What the attestation report says beyond what stands in promises and registers. All of it is published; left out, there is no such report."""


class Group(Model):
    """A chapter of a framework."""

    id: Text
    title: Text


class Clause(Model):
    """One clause: its id and a short title in our own words or of a free source."""

    id: Text
    title: Text
    group: Text | None = None
    baselines: tuple[Text, ...] = ()
    """Names of the publisher's selections that it is in, such as L, M and H of SP 800-53B."""


class Framework(Model):
    """A list of clauses. Mapped is never met: a control that names a clause bears on it, no more."""

    id: Id
    title: Text
    version: Text
    publisher: Text
    url: Text
    licence: Text
    groups: tuple[Group, ...] = ()
    clauses: tuple[Clause, ...] = Field(min_length=1)
    baselines: dict[str, tuple[Text, ...]] = Field(default_factory=dict)


class Center(Model):
    """Everything the sources say, resolved: what ``load`` returns and ``assess`` takes."""

    profile: Profile
    controls: tuple[Control, ...]
    """Sorted by id; an id stands once, over both audiences."""
    evidence: dict[str, Evidence]
    frameworks: dict[str, Framework]
    registers: dict[RegisterName, Register] = Field(default_factory=dict)
    notices: dict[str, Notice] = Field(default_factory=dict)
    """By id, the file's name."""
    questionnaires: dict[str, Questionnaire] = Field(default_factory=dict)
    acceptance: dict[str, Acceptance] = Field(default_factory=dict)
    """By id, the file's name; private ones too, so nothing here is published but by ``public_form`` and ``public_policy``."""
