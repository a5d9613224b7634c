"""What is taken from the library, as it goes into a trust center. Values in, values out; ``placing`` writes.

    Offer + the center's frameworks and systems  ->  the promise's YAML, narrowed to what is there, comments kept    (``adopted``)
    Center + its files + ["backups-restored", "framework:soc-2-2017", "policy:access"]  ->  Plan                     (``plan``)
    acceptance:suppliers  ->  narrowed to the center's frameworks in the same way, with the questionnaires that it asks

    Plan ── changes    path -> bytes before (None: no such file) and after
         ├─ offers     promises taken: what would show each of them
         ├─ mapped     promises that were there, now named by clauses of a framework that came
         └─ left       the same, but their owner has changed the promise, so what it bears on is the owner's to say

Nothing taken carries a check, so nothing taken can be met. Refused: what is there already (all of it is, or nothing is done).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from attest.authoring import shelf
from attest.authoring.shelf import Offer
from attest.authoring.yaml_edit import add_item, flow, remove, scalar, set_key, set_value
from attest.errors import Refused, WrongUse
from attest.model.center import Center
from attest.yaml_lines import Value, parse

CENTER: Final = "controls/center.yml"
_MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Change:
    """A file before (None: there is none) and after."""

    before: bytes | None
    after: bytes


@dataclass(frozen=True, slots=True)
class Mapped:
    """A promise and the clauses of a framework that came which it bears on."""

    control: str
    framework: str
    clauses: tuple[str, ...]


@dataclass(slots=True)
class Plan:
    """What to write, and what to say of it; ``plan`` fills it."""

    changes: dict[str, Change] = field(default_factory=dict)
    offers: list[Offer] = field(default_factory=list)
    templates: list[str] = field(default_factory=list)
    """Paths of Markdown with places to fill in."""
    mapped: list[Mapped] = field(default_factory=list)
    left: list[Mapped] = field(default_factory=list)


def adopted(offer: Offer, frameworks: Mapping[str, Collection[str]], systems: Sequence[str]) -> bytes:
    """The promise's file: ``maps`` narrowed to ``frameworks`` (id -> clauses), ``applies_to`` all of ``systems`` where it is made of systems."""
    source = _narrowed(offer, frameworks)
    return _after_owner(source, f"applies_to: {flow(list(systems))}") if offer.systems else source


def path_of(offer: Offer) -> str:
    """Where the promise's file goes."""
    return f"controls/{offer.audience}/{offer.id}.yml"


def _narrowed(offer: Offer, frameworks: Mapping[str, Collection[str]]) -> bytes:
    kept = {name: [clause for clause in clauses if clause in frameworks.get(name, ())] for name, clauses in offer.maps.items()}
    if not any(kept.values()):
        return remove(offer.source, ("maps",)) if offer.maps else offer.source
    source = offer.source
    for name, clauses in kept.items():
        if not clauses:
            source = remove(source, ("maps", name))
        elif clauses != offer.maps[name]:
            source = set_value(source, ("maps", name), flow(list(clauses)))
    return source


def _after_owner(source: bytes, line: str) -> bytes:
    """One line more, below the owner: the order in which a promise is read."""
    document = parse(source, "the promise")
    lines = document.text.split("\n")
    lines.insert(document.spans["owner",][1], line)
    return "\n".join(lines).encode()


def names() -> tuple[str, ...]:
    """All that can be asked for, in the library's order."""
    return (*shelf.offers(), *(f"framework:{name}" for name in shelf.catalogues()), *shelf.templates(), *shelf.forms())


def plan(center: Center, files: Mapping[str, bytes], wanted: Sequence[str]) -> Plan:
    """What taking ``wanted`` from the library means for this center. ``files`` holds its YAML under controls/ and its content/, by path.

    Raises WrongUse where a name is none of the library's, Refused where something is there already.
    """
    wanted = tuple(dict.fromkeys(wanted))
    _refuse_unknown(wanted)
    _refuse_taken(center, files, wanted)
    made = Plan()
    frameworks: dict[str, Collection[str]] = {name: [clause.id for clause in framework.clauses] for name, framework in center.frameworks.items()}
    for name in _of_kind(wanted, "framework"):
        frameworks[name] = shelf.clauses_of(name)
        made.changes[f"controls/frameworks/{name}.yml"] = Change(None, shelf.catalogues()[name])
        _map_adopted(made, center, files, name)
    for ident in wanted:
        if offer := shelf.offers().get(ident):
            made.offers.append(offer)
            made.changes[path_of(offer)] = Change(None, adopted(offer, frameworks, [system.id for system in center.profile.systems]))
    _add_areas(made, center, files)
    for name in _with_asked(center, wanted):
        made.changes[form_path(name)] = Change(None, _form(name, frameworks))
    for name in wanted:
        if name in shelf.templates():
            path = template_path(name)
            made.templates.append(path)
            made.changes[path] = Change(None, named(shelf.templates()[name], center.profile.name))
    return made


def template_path(name: str) -> str:
    """``policy:access`` -> ``content/policies/access.md``."""
    kind, _, stem = name.partition(":")
    return f"content/{shelf.TEMPLATES[kind]}/{stem}.md"


def form_path(name: str) -> str:
    """``questionnaire:new-customer`` -> ``controls/questionnaires/new-customer.yml``."""
    kind, _, stem = name.partition(":")
    return f"controls/{shelf.FORMS[kind]}/{stem}.yml"


def _with_asked(center: Center, wanted: Sequence[str]) -> list[str]:
    """The forms among ``wanted``, and the questionnaires that its policies ask and that are not here yet: a policy without them would ask nothing."""
    forms = [name for name in wanted if name in shelf.forms()]
    asked = [f"questionnaire:{ident}" for name in _of_kind(forms, "acceptance") for ident in _read(f"acceptance:{name}")["questionnaires"] if ident not in center.questionnaires]
    return list(dict.fromkeys([*asked, *forms]))


def _read(name: str) -> Any:
    return parse(shelf.forms()[name], form_path(name)).value


def _form(name: str, frameworks: Mapping[str, Collection[str]]) -> bytes:
    """The form's file. A policy counts a clause of a framework only where the framework is there; what else shows the requirement stays."""
    source = shelf.forms()[name]
    if not name.startswith("acceptance:"):
        return source
    for index, requirement in enumerate(_read(name)["requirements"]):
        for place, shown in reversed(list(enumerate(requirement["shown_by"]))):
            if "maps" in shown and shown["clause"] not in frameworks.get(shown["maps"], ()):
                source = remove(source, ("requirements", index, "shown_by", place))
    return source


def named(template: bytes, company: str) -> bytes:
    """The template with the company's name where it says ``[company]``; every other bracket is its owner's to fill in."""
    escaped = "".join(f"\\{char}" if char in "\\`*_[]#|" else char for char in company)
    return template.replace(b"[company]", escaped.encode())


def _of_kind(wanted: Iterable[str], kind: str) -> Iterator[str]:
    return (name.removeprefix(f"{kind}:") for name in wanted if name.startswith(f"{kind}:"))


def _refuse_unknown(wanted: Sequence[str]) -> None:
    known = names()
    for name in wanted:
        if name not in known:
            near = [one for one in known if one.partition(":")[2] == name] or get_close_matches(name, known, 1)
            raise WrongUse(f"the library holds no {name!r}", f"did you mean `attest add {near[0]}`?" if near else "`attest add --list` shows what it holds")


def _refuse_taken(center: Center, files: Mapping[str, bytes], wanted: Sequence[str]) -> None:
    there = [name for name in wanted if _taken(center, files, name)]
    if there:
        said = ", ".join(there[:_MOST_NAMED]) + (f" and {len(there) - _MOST_NAMED} more" if len(there) > _MOST_NAMED else "")
        raise Refused(f"{said} {'is' if len(there) == 1 else 'are'} there already, and nothing is overwritten", "nothing was done; leave out what is there")


def _taken(center: Center, files: Mapping[str, bytes], name: str) -> bool:
    if name in shelf.templates():
        return template_path(name) in files
    if name in shelf.forms():
        return form_path(name) in files
    kind, _, stem = name.rpartition(":")
    return stem in center.frameworks if kind else any(control.id == name for control in center.controls)


def _map_adopted(made: Plan, center: Center, files: Mapping[str, bytes], framework: str) -> None:
    """The library's clauses of a framework that came, written into promises that are as the library has them."""
    for control in center.controls:
        offer = shelf.offers().get(control.id)
        clauses = tuple(offer.maps.get(framework, ())) if offer is not None else ()
        if offer is None or not clauses:
            continue
        change = made.changes.get(control.file)
        source = files[control.file] if change is None else change.after
        bears = Mapped(control.id, framework, clauses)
        edited = _mapped(source, bears) if _says_the_same(offer, source) else None
        if edited is None:
            made.left.append(bears)
        else:
            made.mapped.append(bears)
            made.changes[control.file] = Change(files[control.file], edited)


def _says_the_same(offer: Offer, source: bytes) -> bool:
    """Whether title and promise are the library's: of other words nobody but their owner can say what they bear on."""
    said = parse(source, path_of(offer)).value
    return all(_words(said.get(key)) == _words(offer.said[key]) for key in ("title", "promise"))


def _words(text: Any) -> list[str]:
    return text.split() if isinstance(text, str) else []


def _mapped(source: bytes, bears: Mapped) -> bytes | None:
    """The promise with the clauses named; None where its text cannot be edited in place."""
    maps = parse(source, bears.control).value.get("maps")
    clauses: Value = list(bears.clauses)
    try:
        if isinstance(maps, dict) and maps:
            return set_key(source, ("maps",), bears.framework, flow(clauses))
        return set_key(source, (), "maps", f"{scalar(bears.framework)}: {flow(clauses)}\n")
    except Refused:
        return None


def _add_areas(made: Plan, center: Center, files: Mapping[str, bytes]) -> None:
    there = {area.id for area in center.profile.areas}
    missing = [area for area in dict.fromkeys(offer.area for offer in made.offers) if area not in there]
    source = files[CENTER]
    for area in missing:
        source = add_item(source, ("areas",), "".join(f"{key}: {scalar(str(said))}\n" for key, said in shelf.areas()[area].items()), file=CENTER)
    if missing:
        made.changes[CENTER] = Change(files[CENTER], source)
