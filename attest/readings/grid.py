"""Lines of cells, whatever they were written in -> records: where the header is, and what stands below it under which name.

    1  Devices of the office, November            a title: one cell alone, passed over
    3  Device name | Compliance                    the header: the first line that has every column asked for
    4  LAP-014     | Compliant                     ->  (4, {"Device name": "LAP-014", "Compliance": "Compliant"})

Blank lines are passed over, and so are columns at the right that have neither name nor content. Refused: a header that names a column
twice or leaves one nameless, a line that has something beyond the last column, and, in files that write every cell (CSV), one with more or
fewer cells than the header.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attest.errors import Unreadable

Line = tuple[int, Sequence[str]]
"""The number that a reader of the file would give it, from 1, and its cells."""
Record = tuple[int, dict[str, str]]

_MAX_TITLES = 10


def records(lines: Iterable[Line], wanted: Sequence[str], *, even: bool) -> Iterator[Record]:
    """The records below the header, each with its line's number. ``even``: every line has as many cells as the header, blank ones too.

    Raises Unreadable as the module says, and where no line has the columns ``wanted``.
    """
    filled = ((number, cells) for number, cells in lines if any(cell.strip() for cell in cells))
    header, width = None, 0
    for number, cells in _from_header(filled, wanted):
        if header is None:
            header, width = _names(cells), len(cells)
            continue
        if even and len(cells) != width:
            raise Unreadable(f"line {number}: {len(cells)} cells, the header has {width}")
        if any(cell.strip() for cell in cells[len(header) :]):
            raise Unreadable(f"line {number}: there is something beyond the last column, which has no name")
        yield number, dict(zip(header, (*cells, *[""] * len(header)), strict=False))


def header_of(lines: Iterable[Line], wanted: Sequence[str]) -> list[str] | None:
    """The names of the columns, where a line has all those wanted and nothing but titles stands above it."""
    for titles, (_, cells) in enumerate(line for line in lines if any(cell.strip() for cell in line[1])):
        names = [cell.strip() for cell in cells]
        if set(wanted) <= set(names):
            return names
        if titles >= _MAX_TITLES or not _is_title(names):
            return None
    return None


def need_columns(wanted: Iterable[str], there: Iterable[str]) -> None:
    """Unreadable, naming the columns there are, unless all that are wanted are among them."""
    found = list(there)
    missing = [name for name in wanted if name not in found]
    if missing:
        raise Unreadable(f"no column {', '.join(map(repr, missing))}; the columns are {', '.join(map(repr, found[:30]))}", "mend columns: or the register")


def _from_header(lines: Iterator[Line], wanted: Sequence[str]) -> Iterator[Line]:
    """The header and all below it; raises where it is not to be found, in the words of the first line that is no title."""
    first: list[str] = []
    for titles, (number, cells) in enumerate(lines):
        names = [cell.strip() for cell in cells]
        if set(wanted) <= set(names):
            yield number, cells
            yield from lines
            return
        first = first if first and _is_title(names) else names
        if titles >= _MAX_TITLES or not _is_title(names):
            break
    need_columns(wanted, first)


def _is_title(names: Sequence[str]) -> bool:
    return sum(bool(name) for name in names) == 1


def _names(cells: Sequence[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    twice = next((name for index, name in enumerate(names) if name in names[:index]), None)
    if "" in names:
        raise Unreadable("the header leaves columns without a name")
    if twice is not None:
        raise Unreadable(f"the header names column {twice!r} twice")
    return names
