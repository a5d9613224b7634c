"""C2SP tlog-tiles v0.1.0: a log as plain files, 256 hashes or entries a file.

    tile/0/x001/x234/067          level 0, tile 1234067: 256 leaf hashes, 8,192 bytes
    tile/1/000.p/17               level 1, tile 0, whose first 17 hashes are there: each is the root of a full tile of level 0
    tile/entries/000.p/7          the first 7 entries, each behind its length in two bytes

Hash i of tile n at level l is MTH(D[(n * 256 + i) * 256**l : (n * 256 + i + 1) * 256**l]). A log of ``size`` entries has at level l
``size >> 8 * l`` hashes; the last tile is partial, with ``% 256`` of them, and is not there where that is 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from attest.errors import Unreadable
from attest.wire.merkle import HASH_BYTES, Node, root_of

WIDTH: Final = 256
LEVELS: Final = 64
MAX_ENTRY: Final = 65_535
MAX_BUNDLE: Final = WIDTH * (MAX_ENTRY + 2)

MAX_INDEX: Final = 10**18
"""Tiles of a level, that many groups of digits: beyond any log, and a number that reads at once."""

Level: TypeAlias = int | Literal["entries"]

_PATH = re.compile(r"tile/(entries|0|[1-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/){0,5})([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, slots=True)
class Tile:
    """One file of a log."""

    level: Level
    index: int
    """From 0, within the level."""
    width: int = WIDTH
    """How many hashes or entries; fewer than 256 in a partial one."""


def print_path(tile: Tile) -> str:
    """A tile -> its path below the log's prefix. ValueError for one that cannot be."""
    if not 0 < tile.width <= WIDTH or not 0 <= tile.index < MAX_INDEX or (tile.level != "entries" and not 0 <= tile.level < LEVELS):
        raise ValueError(f"{tile} is no tile")
    digits = f"{tile.index:d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return f"tile/{tile.level}/{path}" + ("" if tile.width == WIDTH else f".p/{tile.width}")


def parse_path(path: str) -> Tile:
    """A path -> the tile. Raises Unreadable unless it is what printing gives."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise Unreadable(f"{path!r:.200} is no tile of a log")
    level: Level = "entries" if match[1] == "entries" else int(match[1])
    tile = Tile(level, int(match[2].replace("x", "").replace("/", "") + match[3]), int(match[4] or WIDTH))
    if tile.width > WIDTH or print_path(tile) != path:
        raise Unreadable(f"{path!r:.200} is not the one path of that tile")
    return tile


def tiles_of(size: int) -> Iterator[Tile]:
    """Every file that a log of ``size`` entries has, the full ones and the last of each level: bundles of entries first, then level by level."""
    for level, hashes in _levels(size):
        full, rest = divmod(hashes, WIDTH)
        yield from (Tile(level, index) for index in range(full))
        if rest:
            yield Tile(level, full, rest)


def edge_of(size: int) -> Iterator[Tile]:
    """The last file of each level of a log of ``size`` entries, partial or just filled: what the next entry is appended to."""
    for level, hashes in _levels(size):
        yield Tile(level, (hashes - 1) // WIDTH, (hashes - 1) % WIDTH + 1)


def within(tile: Tile, size: int) -> bool:
    """Whether a log of ``size`` entries vouches for that file: it has all of its hashes or entries."""
    shift = 0 if tile.level == "entries" else 8 * tile.level
    return tile.index * WIDTH + tile.width <= size >> shift


def _levels(size: int) -> Iterator[tuple[Level, int]]:
    """The levels of a log of ``size`` entries that are not empty, and how many entries or hashes each has."""
    if size:
        yield "entries", size
    for level in range(LEVELS):
        if not (hashes := size >> 8 * level):
            return
        yield level, hashes


def print_hashes(hashes: Sequence[bytes]) -> bytes:
    """A tile's hashes -> its bytes. ValueError for none, too many, or one that is no SHA-256."""
    if not 0 < len(hashes) <= WIDTH or any(len(each) != HASH_BYTES for each in hashes):
        raise ValueError("a tile has 1 to 256 hashes of 32 bytes")
    return b"".join(hashes)


def parse_hashes(data: bytes, width: int) -> tuple[bytes, ...]:
    """A tile's bytes -> its hashes. Raises Unreadable unless there are exactly ``width``."""
    if len(data) != width * HASH_BYTES:
        raise Unreadable(f"a tile of {width} hashes has {width * HASH_BYTES} bytes, this one has {len(data)}")
    return tuple(data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES))


def print_entries(entries: Sequence[bytes]) -> bytes:
    """Entries -> a bundle's bytes. ValueError for none, too many, or one that is too long."""
    if not 0 < len(entries) <= WIDTH or any(len(each) > MAX_ENTRY for each in entries):
        raise ValueError("a bundle has 1 to 256 entries of at most 65,535 bytes")
    return b"".join(len(each).to_bytes(2, "big") + each for each in entries)


def parse_entries(data: bytes, width: int) -> tuple[bytes, ...]:
    """A bundle's bytes -> its entries. Raises Unreadable unless there are exactly ``width``, and nothing after them."""
    found: list[bytes] = []
    at, size = 0, len(data)
    for _ in range(width):
        if at + 2 > size:
            break
        end = at + 2 + (data[at] << 8 | data[at + 1])
        found.append(data[at + 2 : end])
        at = end
    if len(found) != width or at != len(data):
        raise Unreadable(f"a bundle of {width} entries is cut short, or something stands behind them")
    return tuple(found)


def nodes(size: int, read: Callable[[Tile], tuple[bytes, ...]]) -> Node:
    """Full subtrees of a log of ``size`` entries, from its hash tiles; ``read`` gives a tile's hashes, exactly as many as it is wide.

    The node raises ValueError for a subtree that such a log has not, or that ``read`` gave too few hashes for.
    """

    def node(level: int, index: int) -> bytes:
        tile_level, above = divmod(level, 8)
        first = index << above
        if not 0 <= index < size >> level:
            raise ValueError(f"a log of {size} entries has no subtree {index} of height {level}")
        tile, at = divmod(first, WIDTH)
        hashes = read(Tile(tile_level, tile, min(WIDTH, (size >> 8 * tile_level) - tile * WIDTH)))[at : at + (1 << above)]
        if len(hashes) != 1 << above:
            raise ValueError(f"a tile of level {tile_level} with fewer hashes than it should have")
        return root_of(hashes)

    return node
