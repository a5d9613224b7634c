"""Growing a log: its right edge and new entries in, new files and root out. Values only; RFC 6962 trees in C2SP tiles (``wire.tiles``).

    Edge(size=255, bundle=255 entries, rows=(255 hashes,))  +  2 entries
        ->  Edge(size=257, …), {"tile/entries/000": …, "tile/entries/001.p/1": …, "tile/0/000": …, "tile/0/001.p/1": …, "tile/1/000.p/1": …}

What lies left of the edge never changes and is not looked at. Files come out for the state after the last entry alone: nobody signs the
states in between, so nobody has to serve them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from attest.errors import Unreadable
from attest.wire.merkle import EMPTY, leaf_hash, root_of
from attest.wire.tiles import WIDTH, Tile, edge_of, parse_entries, parse_hashes, print_entries, print_hashes, print_path


@dataclass(frozen=True, slots=True)
class Edge:
    """The last file of each kind, partial or just filled; what is to the left of it is full."""

    size: int
    bundle: tuple[bytes, ...] = ()
    """Entries of the last bundle."""
    rows: tuple[tuple[bytes, ...], ...] = ()
    """Level by level, the hashes of the last tile."""


@dataclass(frozen=True, slots=True)
class Appended:
    """A log that has grown."""

    edge: Edge
    files: Mapping[str, bytes]
    """Path below the log's prefix -> content: every file that the log has now and had not, or had otherwise."""


def append(edge: Edge, entries: Sequence[bytes]) -> Appended:
    """The edge and more entries -> the edge after them, and the files that are new. ValueError for an entry that is too long."""
    size, bundle, rows, files = edge.size, list(edge.bundle), [list(row) for row in edge.rows], {}
    for entry in entries:
        bundle = [*(bundle if len(bundle) < WIDTH else ()), entry]
        size += 1
        if len(bundle) == WIDTH:
            files[print_path(Tile("entries", size // WIDTH - 1))] = print_entries(bundle)
        files |= _carry(rows, leaf_hash(entry), size)
    after = Edge(size, tuple(bundle), tuple(map(tuple, rows)))
    return Appended(after, files | (_last(edge.size, after) if entries else {}))


def _carry(rows: list[list[bytes]], found: bytes, size: int) -> dict[str, bytes]:
    """One leaf hash into the lowest row; a row that fills puts its root into the one above. Returns the tiles that were filled."""
    files = {}
    for level in range(len(rows) + 1):
        if level == len(rows):
            rows.append([])
        rows[level] = [*(rows[level] if len(rows[level]) < WIDTH else ()), found]
        if len(rows[level]) < WIDTH:
            break
        files[print_path(Tile(level, (size >> 8 * level) // WIDTH - 1))] = print_hashes(rows[level])
        found = root_of(rows[level])
    return files


def _last(before: int, after: Edge) -> dict[str, bytes]:
    """The last file of each level that has grown."""
    grown = [tile for tile in edge_of(after.size) if tile.level == "entries" or after.size >> 8 * tile.level > before >> 8 * tile.level]
    return {print_path(tile): print_entries(after.bundle) if tile.level == "entries" else print_hashes(after.rows[tile.level]) for tile in grown}


def root(edge: Edge) -> bytes:
    """The root of the whole tree. A row is full subtrees, and all that lies to the right of them is one more, not full, behind it."""
    found: tuple[bytes, ...] = ()
    for row in edge.rows:
        if len(row) < WIDTH:
            whole = (*row, *found)
            found = (root_of(whole),) if whole else ()
    return found[0] if found else EMPTY


def read_edge(size: int, read: Callable[[str], bytes]) -> Edge:
    """The edge of a log that has ``size`` entries, from its files. Raises Unreadable where they do not fit each other, and what ``read`` raises."""
    bundle: tuple[bytes, ...] = ()
    rows = []
    for tile in edge_of(size):
        data = read(print_path(tile))
        if tile.level == "entries":
            bundle = parse_entries(data, tile.width)
        else:
            rows.append(parse_hashes(data, tile.width))
    _refuse_torn(bundle, rows)
    return Edge(size, bundle, tuple(rows))


def _refuse_torn(bundle: Iterable[bytes], rows: Sequence[Sequence[bytes]]) -> None:
    """The last entries hash to the last leaves, and a full tile's root is the last hash above it."""
    if rows and [leaf_hash(entry) for entry in bundle] != list(rows[0]):
        raise Unreadable("the last entries of the log are not those of its last tile")
    for level, row in enumerate(rows):
        if len(row) == WIDTH and (level + 1 == len(rows) or rows[level + 1][-1] != root_of(row)):
            raise Unreadable(f"the last tile of level {level} is not the one that level {level + 1} names")
