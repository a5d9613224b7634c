"""What is asked of those we work with, and what is required of them: forms to fill in, policies to run against oneself.

    public questionnaires  ->  questionnaires/<id>.html  the form (form.py)         questionnaires/<id>.json  the same for programs
    public policies        ->  acceptance/<id>.html      what is required           acceptance/<id>.json      the same for programs
                               questionnaires.html       the list of both

Nothing comes here but what ``public_form`` and ``public_policy`` let out: tips, flags, scores, tiers and outcomes are not there to be shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from jinja2 import Environment

from attest.model.acceptance import public_policy
from attest.model.center import Center, Framework
from attest.model.questionnaire import Questionnaire, public_form
from attest.pages import form, text, view
from attest.pages.conditions import TOPICS, Named, Names, in_words
from attest.pages.drawn import Drawn, Edition, Heading
from attest.published import Record
from attest.words import Audience, counted

PATH: Final = "questionnaires.html"
TITLE: Final = "Questionnaires"
_LEDE: Final = "What we ask of those we work with, to be filled in here, and what we require of them."
_SHELVES: Final = (("suppliers", "supplier", "For suppliers"), ("customers", "customer", "For customers"), ("ourselves", "us", "To check oneself"))
"""Anchor, whom a questionnaire is about or a policy is for, title."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is published, as plain values, by id in order."""

    forms: tuple[form.Form, ...] = ()
    policies: tuple[Mapping[str, Any], ...] = ()

    @property
    def audiences(self) -> frozenset[Audience]:
        """The audiences that something is asked or required of."""
        kinds = {one["about"] for one in self.forms} | {one["for"] for one in self.policies}
        return frozenset(audience for audience, kind in (("customers", "customer"), ("suppliers", "supplier")) if kind in kinds)  # type: ignore[misc]  # both are audiences


NOTHING: Final = Asked()


@dataclass(frozen=True, slots=True)
class Required:
    """A requirement, with what shows it in words."""

    id: str
    title: str
    must: bool
    some: bool
    """Whether it is asked of some alone."""
    why: str
    help: str
    shown_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list."""

    path: str
    title: str
    said: str
    count: str


def asked(center: Center) -> Asked:
    """What of a center's questionnaires and policies leaves the house. A questionnaire of which the reader answers nothing stays."""
    profile = center.profile
    forms = (_form(one, ident, profile.id, profile.name) for ident, one in sorted(center.questionnaires.items()) if one.visibility == "public")
    public = {ident: one for ident, one in center.questionnaires.items() if one.visibility == "public"}
    policies = (public_policy(one, ident, profile.id, profile.name, public) for ident, one in sorted(center.acceptance.items()) if one.visibility == "public")
    return Asked(tuple(one for one in forms if one["sections"]), tuple(policies))


def _form(one: Questionnaire, ident: str, asker: str, asker_name: str) -> dict[str, Any]:
    """What the other side answers; of one by which somebody checks themselves, all."""
    return public_form(one, ident, asker, asker_name, None if one.about == "us" else "them")


def form_path(ident: str) -> str:
    """The address of a form, for ever."""
    return f"questionnaires/{ident}.html"


def policy_path(ident: str) -> str:
    """The address of a policy, for ever."""
    return f"acceptance/{ident}.html"


def outputs(found: Asked) -> dict[str, bytes]:
    """The same for programs."""
    made = {form_path(one["id"]): one for one in found.forms} | {policy_path(one["id"]): one for one in found.policies}
    return {f"{path.removesuffix('.html')}.json": form.printed(one) for path, one in made.items()}


def draw(record: Record, edition: Edition, frameworks: Mapping[str, Framework], templates: Environment, found: Asked) -> Iterator[Drawn]:
    """The list and its pages; nothing where nothing is public."""
    if found == NOTHING:
        return
    html = partial(view.fill, templates, "questionnaires.html", PATH, record, edition, title=TITLE, lede=_LEDE, shelves=_shelves(found))
    yield Drawn(PATH, TITLE, TITLE, _LEDE, html, lead=True)
    for one in found.forms:
        yield _form_page(record, edition, templates, one, [policy for policy in found.policies if one["id"] in policy.get("questionnaires", ())])
    for policy in found.policies:
        yield _policy_page(record, edition, frameworks, templates, policy, found)


def _shelves(found: Asked) -> list[tuple[str, str, list[Entry]]]:
    shelves = [(anchor, title, [*_policies(found.policies, kind), *_forms(found.forms, kind)]) for anchor, kind, title in _SHELVES]
    return [shelf for shelf in shelves if shelf[2]]


def _policies(policies: Iterable[Mapping[str, Any]], kind: str) -> Iterator[Entry]:
    for one in policies:
        if one["for"] == kind:
            yield Entry(policy_path(one["id"]), one["title"], text.plain(one.get("summary", "")), counted(len(one["requirements"]), "requirement"))


def _forms(forms: Iterable[form.Form], kind: str) -> Iterator[Entry]:
    for one in forms:
        if one["about"] == kind:
            yield Entry(form_path(one["id"]), one["title"], text.plain(one.get("summary", "")), counted(sum(len(section["items"]) for section in one["sections"]), "question"))


def _form_page(record: Record, edition: Edition, templates: Environment, one: form.Form, policies: list[Mapping[str, Any]]) -> Drawn:
    path, title = form_path(one["id"]), text.lines(one["title"])
    html = partial(_fill_form, templates, path, record, edition, one, [(policy["title"], policy_path(policy["id"])) for policy in policies])
    headings = tuple(Heading(f"part-{section['id']}", section["title"], " ".join(item["ask"] for item in section["items"])) for section in one["sections"])
    said = text.plain(one.get("summary", "")) or f"A questionnaire of {record['center']['name']}, to be filled in in the browser; nothing is sent."
    return Drawn(path, title, title, said, html, headings, PATH, scripts=(form.SCRIPT,))


def _fill_form(templates: Environment, path: str, record: Record, edition: Edition, one: form.Form, policies: list[tuple[str, str]]) -> str:
    return view.fill(templates, "form.html", path, record, edition, form=one, parts=form.laid_out(one), data=form.script_data(one), policies=policies, list=PATH, list_title=TITLE)


def _policy_page(record: Record, edition: Edition, frameworks: Mapping[str, Framework], templates: Environment, policy: Mapping[str, Any], found: Asked) -> Drawn:
    path, title = policy_path(policy["id"]), text.lines(policy["title"])
    forms_of = [one for one in found.forms if one["id"] in policy.get("questionnaires", ())]
    forms = [(one["title"], form_path(one["id"])) for one in forms_of]
    html = partial(
        view.fill, templates, "acceptance.html", path, record, edition, policy=policy, required=required(policy, _names(found.forms, frameworks, record)), forms=forms,
        saved=form.saved_as(forms_of[0]["id"]) if forms_of else "", topics=[TOPICS[topic] for topic in policy.get("clauses", ())], list=PATH, list_title=TITLE, address=f"{record['center']['id'].rstrip('/')}/{path.removesuffix('.html')}.json",
    )  # fmt: skip
    headings = tuple(Heading(f"requires-{one['id']}", one["title"], one.get("why") or one["title"]) for one in policy["requirements"])
    return Drawn(path, title, title, text.plain(policy.get("summary", "")) or _LEDE, html, headings, PATH)


def required(policy: Mapping[str, Any], names: Names) -> tuple[Required, ...]:
    """The requirements of a policy, musts first."""
    made = [
        Required(one["id"], one["title"], one["level"] == "must", one.get("some") == "yes", one.get("why", ""), one.get("help", ""), tuple(in_words(shown, names) for shown in one["shown_by"]))
        for one in policy["requirements"]
    ]
    return tuple(sorted(made, key=lambda one: not one.must))


def _names(forms: Iterable[form.Form], frameworks: Mapping[str, Framework], record: Record) -> Names:
    """Questions by their words, because a policy is read away from the form."""
    questions: dict[tuple[str | None, str], Named] = {}
    for one in forms:
        for section in one["sections"]:
            for item in section["items"]:
                questions[one["id"], item["id"]] = Named(f"“{text.lines(item['ask'])}”", dict(form.options(item)), item.get("unit", ""))
    promises = {control["id"]: text.lines(control["title"]) for control in record["controls"]}
    return Names(questions, {ident: framework.title for ident, framework in frameworks.items()}, promises)
