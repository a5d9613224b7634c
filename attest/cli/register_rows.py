"""A list of one's own taken as the rows of a register: as it is where its columns are the register's, else respelt column by column."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from attest.cli import ui
from attest.cli.asking import need, offer, on_terminal
from attest.cli.describing import pick, read_moment, typed_moment
from attest.cli.outcome import finish
from attest.errors import Refused, Unreadable, WrongUse, meant

if TYPE_CHECKING:
    from attest.authoring.columns import Table
    from attest.model.center import Center
    from attest.model.register import Row

def attach_register(root: Path, folder: Path, center: Center, arguments: argparse.Namespace, as_of: datetime) -> int:
    """Puts the list where the register's rows are; 0, or an AttestError with nothing written."""
    from attest.authoring.attach import plan_register, register_header
    from attest.authoring.staging import take

    file = arguments.file or arguments.control
    if file is None or (arguments.file is not None and arguments.control is not None):
        raise WrongUse("--register takes one FILE and no control", "`attest attach --register NAME FILE`")
    if arguments.visibility == "gated":
        raise WrongUse("a register is public or private, there is no gated one", "--visibility private, and keep the list for whoever asks")
    suffix = Path(file).suffix.lower()
    register_header(root, arguments.register, suffix, replace=arguments.replace)
    taken = take(Path(file), folder)
    taken, suffix = _columns_of_register(folder, taken, suffix, arguments)
    typed = typed_moment(arguments.observed)
    changed = datetime.fromtimestamp(Path(file).stat().st_mtime, UTC).date().isoformat()
    observed = typed if typed is not None else need("when did somebody last go through the whole of it", "--observed", read_moment(as_of), changed)
    planned = plan_register(root, center, arguments.register, taken, suffix, observed.date(), arguments.visibility, replace=arguments.replace)
    return finish(root, folder, planned, as_of, arguments, (), f"register.{arguments.register}")


def _columns_of_register(folder: Path, taken: Path, suffix: str, arguments: argparse.Namespace) -> tuple[Path, str]:
    """The file as it is where its columns are the register's; else a CSV with these, made from the columns that a person or an option names."""
    from attest.authoring.columns import as_register, is_register, table_of
    from attest.model.register import REGISTERS

    model = REGISTERS[arguments.register]
    try:
        table = table_of(taken.read_bytes(), suffix[1:], arguments.sheet)
    except Unreadable as error:
        raise Refused(f"the list cannot be read: {error.message}", error.hint or "export it anew, with the names of its columns in the first line") from None
    if is_register(table, model) or not table.header:
        return taken, suffix
    columns = _renamed(table, model, arguments)
    ui.say(f"read as {ui.plain(', '.join(f'{column} from {own}' for column, own in columns.items()))}")
    if left := [own for own in table.header if own not in columns.values()]:
        ui.say(f"left out: {ui.plain(', '.join(left))}")
    made = folder / "register.csv"
    made.write_bytes(as_register(table, model, columns))
    return made, ".csv"


def _renamed(table: Table, model: type[Row], arguments: argparse.Namespace) -> dict[str, str]:
    """Column of the register -> column of the list: from options, else asked for each column of the list. Raises WrongUse where one is missing."""
    from attest.authoring.columns import propose_columns

    known = [column for column in model.model_fields if column != "visibility"]
    found = _said_for_register(arguments.column, table, known)
    if not found:
        proposed = propose_columns(table.header, model)
        if not on_terminal():
            flags = " ".join(f"--column {shlex.quote(f'{column}={own}')}" for column, own in proposed.items())
            raise WrongUse(f"which column says what? the register {arguments.register} has {', '.join(known)}", f"perhaps {flags}" if flags else "name them, as --column name=Supplier")
        found = _ask_columns(table, known, proposed)
    if missing := [column for column in known if column != "id" and model.model_fields[column].is_required() and column not in found]:
        raise WrongUse(f"no column says {' or '.join(missing)}, and every row of {arguments.register} needs it", "name it, as --column " + f"{missing[0]}=NAME")
    return found


def _ask_columns(table: Table, known: Sequence[str], proposed: Mapping[str, str]) -> dict[str, str]:
    """For each column of the list, what it says here. What is asked twice for is asked again."""
    ui.say(f"{len(table.rows)} rows. What its columns say here is one of: {', '.join(known)}; none leaves a column out.")
    found: dict[str, str] = {}
    by_own = {own: column for column, own in proposed.items()}
    for own in table.header:
        column = offer(f"{own!r} says", by_own.get(own, "none"), _column_name(known, found))
        if column != "none":
            found[column] = own
    return found


def _column_name(known: Sequence[str], taken: Mapping[str, str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text in taken:
            raise ValueError(f"{text} is what {taken[text]!r} says already")
        if text == "none" or text in known:
            return text
        raise ValueError(f"there is no {text!r}, " + meant(text, known, f"write one of {', '.join(known)}, or none"))

    return read


def _said_for_register(words: Sequence[str], table: Table, known: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in words:
        column, _, name = word.partition("=")
        try:
            found[_column_name(known, found)(column)] = pick(table)(name)
        except ValueError as error:
            raise WrongUse(f"--column {word}: {error}") from None
    return found
