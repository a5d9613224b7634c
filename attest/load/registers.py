"""Files of controls/registers/ -> ``Register``, their rows typed, wherever these are written; problems at file and line.

    subprocessors.yml with rows:                         the rows stand in the YAML file
    subprocessors.yml with file: subprocessors.csv       each line is a row, the first names the columns; .xlsx alike

The rows of a spreadsheet become a ``Document`` whose lines are the sheet's, so that what is wrong with a cell is said as it is of YAML.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from attest.errors import Problem, Unreadable
from attest.inside import open_inside, parts_of
from attest.load.files import SHEETS
from attest.load.shape import build
from attest.model.register import REGISTER_FILES, REGISTER_TABLES, Header, Register, Row
from attest.readings.table import table_of
from attest.words import RegisterName
from attest.yaml_lines import Document, Value
from attest.yaml_lines import Path as YamlPath

FOLDER: Final = "controls/registers"


def registers_of(root: Path, documents: dict[str, Document]) -> tuple[dict[str, Register], list[Problem]]:
    """Path -> Register of all that could be built, and what is wrong. Rows of spreadsheets join ``documents``, by their path."""
    found: dict[str, Register] = {}
    problems: list[Problem] = []
    for file in [file for file in documents if file.startswith(f"{FOLDER}/")]:
        register, wrong = _register(root, documents, file)
        problems += wrong
        if register is not None:
            found[file] = register
    return found, problems


def _register(root: Path, documents: dict[str, Document], file: str) -> tuple[Register | None, list[Problem]]:
    document, name = documents[file], file.removeprefix(f"{FOLDER}/").removesuffix(".yml")
    if name not in REGISTER_FILES:
        near = get_close_matches(name, REGISTER_FILES, 1)
        todo = f"did you mean {near[0]}.yml?" if near else f"known are {', '.join(sorted(REGISTER_FILES))}"
        return None, [document.at((), f"there is no register {name!r}", todo)]
    header, problems = build(REGISTER_FILES[name], document)
    if header is None:
        return None, problems
    assert isinstance(header, Header)
    if header.file is None:
        return Register(name=name, header=header.model_copy(update={"rows": ()}), rows=_typed(header), file=file, source=file), problems
    return _from_sheet(root, documents, name, header, document)


def _typed(header: Any) -> tuple[Row, ...]:
    """The rows that ``REGISTER_FILES`` has typed."""
    return tuple(header.rows or ())


def _from_sheet(root: Path, documents: dict[str, Document], name: RegisterName, header: Header, document: Document) -> tuple[Register | None, list[Problem]]:
    assert header.file is not None
    source = f"{FOLDER}/{header.file}"
    if "/" in header.file or not header.file.endswith(SHEETS):
        return None, [document.at(("file",), f"{header.file!r} is not a .csv or .xlsx file of {FOLDER}/", "put the spreadsheet beside this file")]
    try:
        sheet = _sheet_document(root, source, header.sheet)
    except (Unreadable, ValueError, OSError) as error:
        return None, [document.at(("file",), f"{header.file!r} {_said(error)}", "mend or replace it")]
    documents[source] = sheet
    table, problems = build(REGISTER_TABLES[name], sheet)
    if table is None:
        return None, problems
    return Register(name=name, header=header, rows=_typed(table), file=document.file, source=source), problems


def _said(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "is missing"
    return f"cannot be read: {error.message if isinstance(error, Unreadable) else error.strerror if isinstance(error, OSError) else error}"


def _sheet_document(root: Path, source: str, sheet: str | None) -> Document:
    with open_inside(root, "/".join(parts_of(source))) as stream:
        lines = table_of(stream, sheet)
    rows: list[Value] = [_row(cells) for _, cells in lines]
    spans: dict[YamlPath, tuple[int, int]] = {("rows", index): (line, line) for index, (line, _) in enumerate(lines)}
    text = "\n".join(" ".join(cells.values()) for _, cells in lines)
    return Document(source, text, {"rows": rows}, {(): (1, lines[-1][0] if lines else 1), **spans})


def _row(cells: Mapping[str, str]) -> dict[str, Value]:
    """Blank cells are keys that were left away."""
    return {column: cell.strip() for column, cell in cells.items() if cell.strip()}
