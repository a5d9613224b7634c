"""A questionnaire as a form: on a page of the site, or as one file that holds all it needs.

    form          the plain JSON values of ``public_form``; nothing else gets here, so nothing else can be published
    laid_out      the same numbered, with its conditions in words: what the template draws, whole without any script
    script_data   what assets/questionnaire.js has to know: ids, kinds, limits, conditions; the words are on the page
    standalone    the form as one HTML file for mail, USB stick or a private folder: script and style inside, allowed by their hashes

A form's digest is that of its JSON file. What is filled in is kept in the reader's browser under it, and sent nowhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Template
from markupsafe import Markup

from attest.pages.conditions import WORDS, Named, Names, when_in_words
from attest.pages.environment import environment
from attest.pages.headers import source_of
from attest.pages.look import alone

SCRIPT: Final = "assets/questionnaire.js"
_ALWAYS: Final = {"yes-no": ("yes", "no")}
_FOR_SCRIPTS: Final = ("id", "kind", "least", "most", "required", "show_if")
_STYLES: Final = ("84-forms.css", "97-forced-colours.css", "97-preferences.css")
_PAGE: Final = "form-alone.html"

Form = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """One question, ready to be drawn."""

    id: str
    number: str
    ask: str
    kind: str
    options: tuple[tuple[str, str], ...]
    """(answer, how it reads)."""
    of: str
    """Who answers: them, us, or whoever reads the contract."""
    unit: str
    limits: str
    """``0 to 720 hours``; empty where there is none."""
    optional: bool
    help: str
    only: str
    """When it is asked, in words; empty for always."""
    tip: str
    """For whoever reviews; empty on every published page."""


@dataclass(frozen=True, slots=True)
class Part:
    """A section."""

    id: str
    number: int
    title: str
    help: str
    only: str
    asks: tuple[Ask, ...]


def printed(value: Any) -> bytes:
    """A form (or a policy) as its file: what its digest is of."""
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def digest(form: Form) -> str:
    """The SHA-256 of its file."""
    return hashlib.sha256(printed(form)).hexdigest()


def saved_as(ident: str) -> str:
    """How a browser names the answers that it saves."""
    return f"{ident}-answers.json"


def laid_out(form: Form, tips: Mapping[str, str] | None = None) -> tuple[Part, ...]:
    """Sections and questions as they stand on the page. ``tips``: by question, of an internal version."""
    names = Names(named(form))
    return tuple(_part(number, section, names, tips or {}) for number, section in enumerate(form["sections"], 1))


def named(form: Form) -> dict[tuple[str | None, str], Named]:
    """What conditions call its questions: their numbers."""
    found = {item["id"]: Named(number, dict(options(item)), item.get("unit", "")) for _, number, item in _numbered(form)}
    return {(of, ident): one for ident, one in found.items() for of in (None, form.get("id"))}


def options(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What can be chosen; nothing where something is written."""
    yield from ((word, WORDS[word]) for word in (*_ALWAYS.get(item["kind"], ()), *item.get("also", ())))
    yield from ((choice["id"], choice["text"]) for choice in item.get("choices", ()))


def script_data(form: Form) -> Markup:
    """As the content of a data block: ``<`` and the line ends that scripts once did not know as escapes."""
    sections = [{**_picked(section, ("id", "show_if")), "items": [_for_script(item) for item in section["items"]]} for section in form["sections"]]
    said = json.dumps({**_picked(form, ("id", "version", "asker", "asker_name", "title")), "digest": digest(form), "sections": sections}, ensure_ascii=False, separators=(",", ":"))
    for letter in "<\u2028\u2029":
        said = said.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(said)  # noqa: S704 - JSON without a "<" cannot leave its block


def standalone(form: Form, tips: Mapping[str, str] | None = None) -> bytes:
    """One HTML file with the form in it, to be filled in anywhere. ``form``: as ``public_form`` made it, or as it was fetched and read.

    With ``tips`` (by question; none of them is enough) it is the internal version, and says so.
    """
    style, script = alone(_STYLES).decode(), _script()
    policy = f"default-src 'none'; script-src {source_of(script)}; style-src {source_of(style)}; img-src data:; base-uri 'none'; form-action 'none'"
    page = _template().render(form=form, parts=laid_out(form, tips), data=script_data(form), internal=tips is not None, style=Markup(style), script=Markup(script), policy=policy)  # noqa: S704 - ours
    return page.encode()


def _part(number: int, section: Mapping[str, Any], names: Names, tips: Mapping[str, str]) -> Part:
    asks = tuple(_ask(f"{number}.{place}", item, names, tips.get(item["id"], "")) for place, item in enumerate(section["items"], 1))
    return Part(section["id"], number, section["title"], section.get("help", ""), _only(section, names), asks)


def _ask(number: str, item: Mapping[str, Any], names: Names, tip: str) -> Ask:
    optional, unit = item.get("required") == "no", item.get("unit", "")
    return Ask(item["id"], number, item["ask"], item["kind"], tuple(options(item)), item.get("asked_of", "them"), unit, _limits(item), optional, item.get("help", ""), _only(item, names), tip)


def _only(asked: Mapping[str, Any], names: Names) -> str:
    return when_in_words(asked["show_if"], names) if "show_if" in asked else ""


def _limits(item: Mapping[str, Any]) -> str:
    least, most = item.get("least"), item.get("most")
    said = f"{least} to {most}" if least and most else f"At least {least}" if least else f"At most {most}" if most else ""
    return said and f"{said} {item.get('unit', '')}".strip()


def _numbered(form: Form) -> Iterator[tuple[Mapping[str, Any], str, Mapping[str, Any]]]:
    for part, section in enumerate(form["sections"], 1):
        for place, item in enumerate(section["items"], 1):
            yield section, f"{part}.{place}", item


def _for_script(item: Mapping[str, Any]) -> dict[str, Any]:
    allowed = [answer for answer, _ in options(item)]
    return {**_picked(item, _FOR_SCRIPTS), **({"allowed": allowed} if allowed else {})}


def _picked(value: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: value[name] for name in names if value.get(name) is not None}


@cache
def _script() -> str:
    return files("attest.theme").joinpath(SCRIPT).read_text("utf-8")


@cache
def _template() -> Template:
    return environment(None).get_template(_PAGE)
