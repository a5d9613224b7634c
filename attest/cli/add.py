"""Take more from the library: promises, frameworks, questionnaires, and Markdown to fill in. Nothing is overwritten, and it is all or nothing.

    attest add backups-locked-away                a promise, without evidence: it is unknown until something shows it
    attest add framework:soc-2-2017               a framework, and what your promises bear on in it
    attest add policy:access guidance:phishing    pages to fill in, in content/
    attest add acceptance:suppliers               what you require of suppliers, with the questionnaire it asks
    attest add --list [--framework ID]            what there is; for a framework, which clauses no promise names
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from attest.cli import ui
from attest.cli.folder import root_of
from attest.errors import WrongUse, meant

if TYPE_CHECKING:
    from attest.authoring.adopt import Mapped, Plan
    from attest.authoring.shelf import Way
    from attest.model.center import Center

_NO_PROMISE = "no promise made"


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("names", metavar="ID", nargs="*", help="a promise of the library, framework:ID, policy:NAME, guidance:NAME, questionnaire:ID or acceptance:ID")
    parser.add_argument("--list", action="store_true", help="show what the library holds, and what of it is here")
    parser.add_argument("--framework", metavar="ID", help="with --list: its clauses, the promises that name each, and what the library has for the others")
    parser.add_argument("--dir", metavar="DIR", help="the trust center's folder (default: the one this folder is in)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Takes what is named, or lists; 0, or an AttestError."""
    _refuse_unclear(arguments)
    from attest.load import load

    root = root_of(arguments.dir)
    center = load(root)
    if not arguments.list:
        return _take(root, center, arguments)
    if arguments.framework is None:
        return _list(root, center, arguments.json)
    return _clauses(center, arguments.framework, arguments.json)


def _refuse_unclear(arguments: argparse.Namespace) -> None:
    if arguments.list and arguments.names:
        raise WrongUse("--list shows everything, and was given names too", "leave one of them away")
    if not arguments.list and arguments.framework is not None:
        raise WrongUse("--framework belongs to --list", f"to take a framework: `attest add framework:{arguments.framework}`")
    if not arguments.list and not arguments.names:
        raise WrongUse("nothing is named", "`attest add --list` shows what the library holds")


# Taking.


def _take(root: Path, center: Center, arguments: argparse.Namespace) -> int:
    from attest.authoring.adopt import plan
    from attest.authoring.placing import files_of, put

    planned = plan(center, files_of(root), arguments.names)
    put(root, planned.changes)
    if arguments.json:
        ui.data_json(_plan_json(planned))
    else:
        for line in _said(planned):
            ui.say(line)
    return 0


def _plan_json(planned: Plan) -> dict[str, Any]:
    return {
        "written": sorted(path for path, change in planned.changes.items() if change.before is None),
        "changed": sorted(path for path, change in planned.changes.items() if change.before is not None),
        "controls": [{"id": offer.id, "title": offer.title, "shownBy": [_way_json(way) for way in offer.shown_by]} for offer in planned.offers],
        "fillIn": planned.templates,
        "mapped": [_mapped_json(one) for one in planned.mapped],
        "left": [_mapped_json(one) for one in planned.left],
    }


def _way_json(way: Way) -> dict[str, Any]:
    return {"title": way.title, "kind": way.kind, "formats": list(way.formats), "register": way.register}


def _mapped_json(one: Mapped) -> dict[str, Any]:
    return {"control": one.control, "framework": one.framework, "clauses": list(one.clauses)}


def _said(planned: Plan) -> Iterator[str]:
    named = {one.control for one in planned.mapped}
    for path, change in planned.changes.items():
        if PurePosixPath(path).stem not in named:
            yield f"{'wrote' if change.before is None else 'changed'} {path}"
    if named:
        yield f"named its clauses under maps in {len(named)} promise{'' if len(named) == 1 else 's'} that {'was' if len(named) == 1 else 'were'} here"
    for offer in planned.offers:
        yield ""
        yield f"{offer.id}: {offer.title}"
        yield "  unknown until something shows it. What would:"
        yield from (f"  - {way.said}" for way in offer.shown_by)
        yield f"  attest attach {offer.id} FILE"
    for path in planned.templates:
        yield f"{path}: fill in what stands in square brackets before you publish it"
    for one in planned.left:
        yield f"{one.control} says something else than the library's promise, so nothing was mapped there; if it still bears on {', '.join(one.clauses)}, write so under maps"


# Listing.


def _list(root: Path, center: Center, as_json: bool) -> int:
    from attest.authoring import shelf
    from attest.authoring.adopt import form_path, template_path
    from attest.yaml_lines import parse

    here = {control.id for control in center.controls}
    controls = [{"id": offer.id, "audience": offer.audience, "title": offer.title, "adopted": offer.id in here, "core": offer.core} for offer in shelf.offers().values()]
    frameworks = [{"id": f"framework:{name}", "title": _framework_title(name), "adopted": name in center.frameworks} for name in shelf.catalogues()]
    templates = [{"id": name, "title": _template_title(data), "adopted": (root / template_path(name)).exists()} for name, data in shelf.templates().items()]
    forms = [{"id": name, "title": str(parse(data, name).value["title"]), "adopted": (root / form_path(name)).exists()} for name, data in shelf.forms().items()]
    if as_json:
        ui.data_json({"controls": controls, "frameworks": frameworks, "templates": templates, "forms": forms})
        return 0
    ui.data(ui.table(["here" if row["adopted"] else "", str(row["id"]), str(row["title"])] for row in [*controls, *frameworks, *templates, *forms]))
    ui.say(f"{sum(bool(row['adopted']) for row in controls)} of the library's {len(controls)} promises are here; take one with `attest add ID`")
    return 0


def _framework_title(name: str) -> str:
    from attest.authoring.shelf import catalogues
    from attest.yaml_lines import parse

    return str(parse(catalogues()[name], name).value["title"])


def _template_title(data: bytes) -> str:
    """The first heading."""
    return next((line.removeprefix("# ") for line in data.decode().splitlines() if line.startswith("# ")), "")


def _clauses(center: Center, framework: str, as_json: bool) -> int:
    """Every clause with the promises that name it, and what the library has that would."""
    titles = _clause_titles(center, framework)
    naming = _naming({control.id: control.promise.maps.get(framework, ()) for control in center.controls})
    offered = _offered(center, framework)
    rows = [{"id": clause, "title": title, "promises": naming.get(clause, []), "library": offered.get(clause, [])} for clause, title in titles.items()]
    bare = [row for row in rows if not row["promises"]]
    if as_json:
        ui.data_json({"framework": framework, "adopted": framework in center.frameworks, "clauses": rows, "noPromise": len(bare)})
        return 0
    for row in rows:
        ui.data(ui.plain(f"{row['id']}  {row['title']}"))
        ui.data(f"    {'promised by: ' + ', '.join(row['promises']) if row['promises'] else _NO_PROMISE}")
        if row["library"]:
            ui.data(f"    in the library: {', '.join(row['library'])}")
    ui.say(f"{framework}: {_NO_PROMISE} for {len(bare)} of {len(rows)} clauses; the library has something for {sum(bool(row['library']) for row in bare)} of these")
    if framework not in center.frameworks:
        ui.say(f"the framework is not here yet: `attest add framework:{framework}`")
    return 0


def _clause_titles(center: Center, framework: str) -> Mapping[str, str]:
    from attest.authoring import shelf

    if framework in center.frameworks:
        return {clause.id: clause.title for clause in center.frameworks[framework].clauses}
    if framework not in shelf.catalogues():
        known = sorted({*center.frameworks, *shelf.catalogues()})
        raise WrongUse(f"there is no framework {framework!r} here or in the library", meant(framework, known, f"known are {', '.join(known)}"))
    return shelf.clauses_of(framework)


def _offered(center: Center, framework: str) -> dict[str, list[str]]:
    """Clause -> promises of the library that would bear on it: those that are not here, or all where the framework is not."""
    from attest.authoring import shelf

    here = {control.id for control in center.controls} if framework in center.frameworks else set()
    return _naming({offer.id: offer.maps.get(framework, ()) for offer in shelf.offers().values() if offer.id not in here})


def _naming(maps: Mapping[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for ident, clauses in maps.items():
        for clause in clauses:
            found.setdefault(clause, []).append(ident)
    return found
