"""A table of anybody's -> which column says what: a proposal to be looked at, never a decision.

    Device name | Owner | Compliance | Last check-in     ->  row: Device name, outcome: Compliance, subject: Owner
    LAP-014     | j.doe | Compliant  | 2026-11-18            values of Compliance: Compliant 41, Noncompliant 3

Told by the words of the header and by how many different values a column has: names differ from line to line, outcomes are few. Which
values pass is never guessed here: that is what a person decides. A list kept by somebody becomes the rows of a register the same way:

    Supplier   | Country | Last review   ->  id,name,location,reviewed
    Postbrise  | Germany | 04.05.2026        postbrise,Postbrise,Germany,2026-05-04
"""

from __future__ import annotations

import csv
import io
import re
import textwrap
import unicodedata
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, get_args

from attest.errors import Problems, Unreadable
from attest.model.register import Row
from attest.readings import rows_csv, rows_xlsx
from attest.times import respelt_day
from attest.yaml_lines import parse

_ROW: Final = (
    "row", "name", "id", "account", "user", "username", "person", "employee", "device", "hostname", "host", "computer", "machine", "asset", "serial", "course",
    "system", "drill", "step", "supplier", "vendor", "item", "group", "repository", "server", "backup", "resource", "title", "mail", "email", "upn", "who",
)  # fmt: skip
_OUTCOME: Final = (
    "outcome", "compliance", "compliant", "status", "state", "result", "kept", "passed", "completed", "completion", "mfa", "2fa", "decision", "ok", "order", "enabled",
    "encrypted", "encryption", "answered", "went", "second", "factor", "restored", "done", "enrolled", "approved", "reviewed", "registered",
)  # fmt: skip
_SUBJECT: Final = ("owner", "holder", "who", "subject", "assigned", "manager", "department", "user", "person", "employee", "email", "supplier", "part", "copy", "of")
_MOST_VALUES: Final = 12
"""More different values than that are no outcomes."""
_LEADING: Final = 15
_WORD: Final = 5
"""What a telling header outweighs, in tenths of lines that have a value of their own."""
_DATES: Final = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}")


@dataclass(frozen=True, slots=True)
class Table:
    """What stands in a table, before anybody said what it means."""

    header: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]

    def values(self, column: str) -> Counter[str]:
        """How often each value stands in a column, blanks around it dropped."""
        return Counter(row.get(column, "").strip() for row in self.rows)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Which column would play which part; None where none looks like it."""

    row: str | None
    outcome: str | None
    subject: str | None


def table_of(data: bytes, format_name: str, sheet: str | None = None) -> Table:
    """The bytes of a CSV, XLSX or YAML file -> its table. Raises Unreadable."""
    if format_name == "yaml":
        return _yaml(data)
    header = _csv_header(data) if format_name == "csv" else _xlsx_header(data, sheet)
    found = rows_csv.table(io.BytesIO(data), header) if format_name == "csv" else rows_xlsx.table(io.BytesIO(data), header, sheet)
    return Table(tuple(header), tuple(cells for _, cells in found))


def propose(table: Table, passing: Sequence[str] = ()) -> Proposal:
    """The columns that look most like it. ``passing``: values that pass, where they are known; the outcome's column has one of them."""
    outcome = _best([column for column in table.header if _may_be_outcome(table, column, passing)], lambda column: (_fits(column, _OUTCOME), -len(table.values(column))))
    named = [column for column in table.header if column != outcome and all(table.values(column)) and not _is_dates(table, column)]
    row = _best(named, lambda column: (_distinct(table, column) + (_WORD if _fits(column, _ROW) else 0), _fits(column, _ROW)))
    subject = _best([column for column in table.header if column not in (row, outcome) and _fits(column, _SUBJECT)], lambda column: _fits(column, _SUBJECT))
    return Proposal(row, outcome, subject)


def fewest(table: Table, row: str | None) -> str:
    """The column with the fewest different values, days and the rows' names aside: what a person may be asked about where no header tells. Else the last one."""
    found = [column for column in table.header if column != row and not _is_dates(table, column)]
    return min(found, key=lambda column: len(table.values(column)), default=table.header[-1])


def _best(columns: Sequence[str], worth: Any) -> str | None:
    """The first of those worth most; None where there are none."""
    return max(columns, key=worth, default=None)


def _may_be_outcome(table: Table, column: str, passing: Sequence[str]) -> bool:
    values = table.values(column)
    if passing:
        return any(value in values for value in passing)
    few = len(values) <= _MOST_VALUES and (len(values) < len(table.rows) or len(table.rows) <= _MOST_VALUES)
    return few and _fits(column, _OUTCOME) > 0 and not _is_dates(table, column)


def _fits(column: str, words: Sequence[str]) -> int:
    """Higher for words that stand earlier in the list; 0 for a header that has none of them."""
    said = set(re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column).lower()))
    return max((len(words) - index for index, word in enumerate(words) if word in said), default=0)


def _distinct(table: Table, column: str) -> int:
    """Tenths of the lines that have a value of their own: a name that stands twice here and there is still a name."""
    return 10 * len(table.values(column)) // max(len(table.rows), 1)


def _is_dates(table: Table, column: str) -> bool:
    values = [value for value in table.values(column) if value]
    return bool(values) and all(_DATES.match(value) for value in values)


# Where the header is.


def _csv_header(data: bytes) -> list[str]:
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith(("sep=", "#TYPE "))][:_LEADING]
    found = [_first_full(csv.reader(lines, delimiter=mark)) for mark in (",", ";", "\t")]
    return max(found, key=len)


def _first_full(lines: Iterable[Sequence[str]]) -> list[str]:
    """The names of the first line with more than one cell that says something."""
    try:
        return next((_names(cells) for cells in lines if sum(bool(cell.strip()) for cell in cells) > 1), [])
    except csv.Error:
        return []


def _names(cells: Sequence[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


def _xlsx_header(data: bytes, sheet: str | None) -> list[str]:
    """Looked for among the first lines; what is wrong with the file is said by its reader."""
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl's, about looks
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            lines = book[sheet or book.sheetnames[0]].iter_rows(max_row=_LEADING, values_only=True)
            return _first_full(["" if cell is None else str(cell) for cell in cells] for cells in lines)
    except Exception:  # noqa: BLE001 - openpyxl has no error of its own, and the reader reads it again and says
        return []


def _yaml(data: bytes) -> Table:
    """A list of entries, alone or under the one key of the file."""
    try:
        text = data.decode("utf-8-sig")
        opens_with_list = text.lstrip().startswith(("- ", "[")) or re.search(r"^- ", text, re.MULTILINE) is not None
        value = parse((f"rows:\n{textwrap.indent(text, '  ')}" if opens_with_list else text).encode(), "the file").value
    except (Problems, UnicodeDecodeError) as error:
        raise Unreadable(f"its columns could not be told: {error.problems[0].what if isinstance(error, Problems) else 'it is not UTF-8'}", "name them with --column") from None
    entries = next(iter(value.values()), None)
    rows = [{key: cell or "" for key, cell in entry.items() if isinstance(cell, str | None)} for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    return Table(tuple(dict.fromkeys(name for row in rows for name in row)), tuple(rows))


# Somebody's own list as a register.

_MEANS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("supplier", "vendor", "company", "subprocessor", "processor", "partner", "provider"),
    "purpose": ("what for", "service", "reason", "use"),
    "data": ("kinds of data", "data categories", "categories of data"),
    "location": ("country", "region", "where", "place", "hosted in"),
    "transfer_ground": ("transfer basis", "transfer mechanism", "legal basis", "safeguard"),
    "since": ("start", "started", "start date", "from", "in use since"),
    "until": ("end", "ended", "end date", "to"),
    "criticality": ("priority", "importance", "critical", "risk"),
    "reviewed": ("last review", "last reviewed", "review date", "checked"),
    "review_due": ("next review", "review by", "due"),
    "website": ("url", "web", "homepage", "address"),
    "title": ("name", "certificate", "document"),
    "what": ("name", "data", "item", "kind"),
    "why": ("purpose", "reason"),
    "kept": ("retention", "how long", "retention period"),
    "where": ("location", "system", "country"),
    "ground": ("legal basis", "lawful basis", "legal ground"),
    "shared_with": ("recipients", "shared"),
    "valid_until": ("expires", "expiry", "expiry date", "until", "valid to"),
    "valid_from": ("issued", "from", "since"),
    "number": ("no", "certificate number"),
    "firm": ("company", "tester", "supplier", "vendor"),
    "date": ("when", "day"),
}
"""What people call a column of a register in their own lists."""


def is_register(table: Table, model: type[Row]) -> bool:
    """Whether its columns are already those of the register."""
    return "id" in table.header and set(table.header) <= set(model.model_fields)


def propose_columns(header: Sequence[str], model: type[Row]) -> dict[str, str]:
    """Column of the register -> column of the list that looks like it: by its name, else by what people call it. Each is used once."""
    found: dict[str, str] = {}
    for names in (lambda column: (column.replace("_", " "),), lambda column: _MEANS.get(column, ())):
        for column in model.model_fields:
            near = [own for own in header if own not in found.values() and " ".join(_said_words(own)) in names(column)]
            if near and column not in found:
                found[column] = near[0]
    return found


def _said_words(column: str) -> list[str]:
    return re.findall(r"[^\W_]+", column.lower())


def as_register(table: Table, model: type[Row], columns: Mapping[str, str]) -> bytes:
    """The list as CSV with the register's own columns: ids made from names, days with points respelt, words of a fixed choice in lower case.

    ``columns``: column of the register -> column of the list. What else the list has is left out. Lines that say nothing are dropped.
    """
    rows = [{column: _cell(model, column, row.get(own, "")) for column, own in columns.items()} for row in table.rows]
    rows = [row for row in rows if any(row.values())]
    named = next((column for column, field in model.model_fields.items() if column in columns and column != "id" and field.is_required()), next(iter(columns)))
    for row, ident in zip(rows, ids_of([row[named] for row in rows], "row"), strict=True):
        row.setdefault("id", ident)
    out = io.StringIO()
    writer = csv.DictWriter(out, [column for column in model.model_fields if column == "id" or column in columns], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _cell(model: type[Row], column: str, cell: str) -> str:
    text, allowed = cell.strip(), _choices(model.model_fields[column].annotation)
    if date in allowed:
        return respelt_day(text) or text
    return text.lower() if text.lower() in allowed else text


def _choices(annotation: Any) -> set[Any]:
    """The types and words that an annotation names, flat."""
    return {annotation} if not get_args(annotation) else {kind for one in get_args(annotation) for kind in ({one} if isinstance(one, str) else _choices(one))}


def ids_of(names: Sequence[str], otherwise: str) -> list[str]:
    """An id for each name, none twice; ``otherwise`` for those without a letter or digit of ASCII."""
    found: list[str] = []
    for name in names:
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        stem = re.sub("[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or otherwise
        found.append(next(one for number in range(1, len(names) + 2) if (one := stem if number == 1 else f"{stem}-{number}") not in found))
    return found
