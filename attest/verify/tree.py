"""Leaf hashes in, every hash of the tree above them: roots of any earlier size, tiles, and paths, all recomputed (RFC 6962, 2.1).

    rows[0]   leaf hashes        rows[k][i]   the full subtree over entries [i << k, (i + 1) << k)

Nothing that a log says of itself is used, so what comes out can be held against all of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

from attest.wire import merkle
from attest.wire.tiles import Tile


def hash_leaves(entries: Iterable[bytes]) -> list[bytes]:
    """Entries -> their leaf hashes: ``merkle.leaf_hash`` of each, without a call for each."""
    sha256 = hashlib.sha256
    return [sha256(b"\x00" + entry).digest() for entry in entries]


class Tree:
    """The tree over a log's entries."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.size: Final = len(leaves)
        self._rows: Final = [leaves]
        sha256 = hashlib.sha256
        while len(row := self._rows[-1]) > 1:
            self._rows.append([sha256(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=False)])

    def node(self, level: int, index: int) -> bytes:
        """A full subtree's hash, as ``merkle`` asks for it."""
        return self._rows[level][index]

    def root(self, size: int) -> bytes:
        """The root over the first ``size`` entries, which are at most all of them."""
        return merkle.root(size, self.node)

    def tile(self, tile: Tile) -> bytes:
        """The bytes of a tile of hashes that is within the size."""
        assert isinstance(tile.level, int)
        first = tile.index * 256
        return b"".join(self._rows[8 * tile.level][first : first + tile.width])

    def path(self, index: int, size: int) -> list[bytes]:
        """The audit path of an entry in the tree of the first ``size`` entries."""
        return merkle.inclusion(index, size, self.node)
