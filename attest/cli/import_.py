"""Take in a catalogue that you own: an OSCAL catalog (JSON) or a spreadsheet (CSV, XLSX) becomes controls/frameworks/ID.yml.

    attest import catalog.json --id house-rules --url https://rules.example/ --licence "ours" --show-titles
    attest import matrix.xlsx --sheet Controls --column id="Control ID" --column title=Title --ids-only …

What the file does not say is asked on a terminal, and has to be given as an option elsewhere. Titles are shown on public pages: many
catalogues may be used but not shown, so say --show-titles, or write ids alone with --ids-only.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from attest.cli import ui
from attest.cli.asking import need, offer, on_terminal
from attest.cli.folder import root_of
from attest.errors import CouldNotTell, Refused, WrongUse

if TYPE_CHECKING:
    from attest.authoring.importing.interface import Catalogue

_ASKED: Final = {
    "id": "its id here, such as csa-ccm-4: lower-case words joined by hyphens",
    "title": "its title",
    "version": "its version",
    "publisher": "who publishes it",
    "url": "the publisher's address for it, https://…",
    "licence": "what its licence lets you do, in a line",
}


def add(parser: argparse.ArgumentParser) -> None:
    """Declares FILE, what is said of it, and how it is read."""
    parser.add_argument("file", metavar="FILE", help="an OSCAL catalog in JSON, or a spreadsheet as .csv or .xlsx")
    for key, said in _ASKED.items():
        parser.add_argument(f"--{key}", metavar="TEXT", help=said)
    parser.add_argument("--column", metavar="PART=NAME", action="append", default=[], help="of a spreadsheet: id, title or group, and the column that says it; once for each")
    parser.add_argument("--sheet", metavar="NAME", help="of an XLSX file: which sheet")
    titles = parser.add_mutually_exclusive_group()
    titles.add_argument("--ids-only", action="store_true", help="write the ids, with a neutral title for each")
    titles.add_argument("--show-titles", action="store_true", help="write the titles: they are shown to everybody")
    parser.add_argument("--dir", metavar="DIR", help="the trust center's folder (default: the one this folder is in)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Writes the framework and says what was taken; 0, or an AttestError."""
    from attest.authoring.adopt import Change
    from attest.authoring.importing.printed import About, framework_yaml, refuse_alike
    from attest.authoring.placing import put

    root = root_of(arguments.dir)
    catalogue = _read(Path(arguments.file), _columns(arguments.column), arguments.sheet)
    refuse_alike(catalogue.clauses)
    said = _about(arguments, catalogue)
    path = f"controls/frameworks/{_id(said['id'])}.yml"
    if (root / path).exists():
        raise Refused(f"{path} is there already, and nothing is overwritten", "give another --id, or take the file away first")
    ids_only = _ids_only(arguments)
    put(root, {path: Change(None, framework_yaml(catalogue, About(**said), ids_only))})
    _report(path, catalogue, ids_only, arguments.json)
    return 0


def _read(file: Path, columns: dict[str, str], sheet: str | None) -> Catalogue:
    from attest.authoring.importing import oscal, table
    from attest.authoring.importing.interface import MAX_BYTES

    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise CouldNotTell(f"{file} cannot be read: {(error.strerror or str(error)).lower()}") from None
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return table.read(data, columns, sheet)
    if columns or sheet:
        raise WrongUse("--column and --sheet belong to a spreadsheet, and this file is JSON", "leave them away")
    return oscal.read(data)


def _columns(words: list[str]) -> dict[str, str]:
    from attest.authoring.importing.table import PARTS

    found: dict[str, str] = {}
    for word in words:
        part, sign, name = word.partition("=")
        if not sign or part not in PARTS or part in found or not name.strip():
            raise WrongUse(f"--column: {word!r} is not understood", f"write each of {', '.join(f'{one}=…' for one in PARTS)} at most once")
        found[part] = name.strip()
    return found


def _about(arguments: argparse.Namespace, catalogue: Catalogue) -> dict[str, str]:
    """What is said of it: options first, then the file, then whoever sits at the terminal."""
    from_file = {"title": catalogue.title, "version": catalogue.version, "publisher": catalogue.publisher}
    said = {key: getattr(arguments, key) or "" for key in _ASKED}
    if on_terminal():
        return {key: said[key] or need(_ASKED[key], f"--{key}", _some_text, from_file.get(key) or "") for key in _ASKED}
    said = {key: text or from_file.get(key) or "" for key, text in said.items()}
    missing = [f"--{key}" for key, text in said.items() if not text.strip()]
    if missing:
        raise WrongUse(f"the file does not say all that is needed: {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing", "`attest import --help` says what each is")
    return said


def _some_text(text: str) -> str:
    if not text.strip():
        raise ValueError("this one is needed")
    return text.strip()


def _id(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9.]+)*", text) or len(text) > 80:
        raise WrongUse(f"--id: {text[:80]!r} is not an id", "write lower-case words joined by hyphens, such as csa-ccm-4")
    return text


def _ids_only(arguments: argparse.Namespace) -> bool:
    if arguments.ids_only or arguments.show_titles:
        return bool(arguments.ids_only)
    if not on_terminal():
        raise WrongUse("a public site shows the titles of a framework, and nothing says whether these may be shown", "say --show-titles if the licence lets you, else --ids-only")
    ui.say("A public site shows the titles of a framework to everybody. Many catalogues may be used but not shown; the licence says.")
    return offer("write the titles? yes or no", "no", str.lower) not in ("y", "yes")


def _report(path: str, catalogue: Catalogue, ids_only: bool, as_json: bool) -> None:
    from attest.authoring.importing.printed import count_shortened

    shortened = 0 if ids_only else count_shortened(catalogue)
    if as_json:
        ui.data_json({"written": path, "clauses": len(catalogue.clauses), "withdrawn": catalogue.withdrawn, "passedOver": catalogue.passed_over, "shortened": shortened, "titles": not ids_only})
        return
    ui.say(f"wrote {path}: {len(catalogue.clauses)} clauses{', without their titles' if ids_only else ''}")
    for line in _beside(catalogue, shortened):
        ui.say(f"  {line}")
    ui.say("  a promise names a clause under maps; until one does, the framework's page says `no promise made`")


def _beside(catalogue: Catalogue, shortened: int) -> Iterator[str]:
    if catalogue.withdrawn:
        yield f"{catalogue.withdrawn} left out, because their publisher withdrew them"
    if catalogue.passed_over:
        yield f"{catalogue.passed_over} line{'' if catalogue.passed_over == 1 else 's'} without an id passed over"
    if shortened:
        yield f"{shortened} title{'' if shortened == 1 else 's'} of more than 200 characters cut"
