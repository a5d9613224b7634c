"""The Merkle tree of RFC 6962, section 2.1 (and RFC 9162, 2.1), over SHA-256. Hashes and numbers, nothing else.

    leaf = SHA-256(0x00 entry)     node = SHA-256(0x01 left right)     the root of nothing = SHA-256("")

Proofs are made from ``node(level, index)``, the hash of the full subtree over entries [index << level, (index + 1) << level): a
reader of tiles has those. Proofs are checked from the size and root that a verified checkpoint names, never from what the proof
says of itself. A size is at most 2**53; sizes and indexes that are not in order are ``False``, not errors, when checking.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

Node: TypeAlias = Callable[[int, int], bytes]
"""(level, index) -> hash of a full subtree."""

EMPTY: Final = hashlib.sha256(b"").digest()
HASH_BYTES: Final = 32


def leaf_hash(entry: bytes) -> bytes:
    """An entry -> its leaf hash."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Two hashes -> that of the node above them."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Hashes of one level, from the left -> the root above them; an odd last one moves up as it is. EMPTY for none."""
    if not hashes:
        return EMPTY
    row = list(hashes)
    while len(row) > 1:
        odd = row[len(row) & ~1 :]
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)] + odd
    return row[0]


def root(size: int, node: Node) -> bytes:
    """The root of the first ``size`` entries."""
    return EMPTY if size == 0 else _range(0, size, node)


def inclusion(index: int, size: int, node: Node) -> list[bytes]:
    """The audit path of entry ``index`` in the tree of ``size`` entries, the leaf's sibling first (2.1.1). ValueError where it is not in it."""
    if not 0 <= index < size:
        raise ValueError(f"entry {index} is not among {size}")
    return _path(index, 0, size, node)


def consistency(old: int, new: int, node: Node) -> list[bytes]:
    """The proof that the tree of ``old`` entries is the beginning of that of ``new`` (2.1.2). ValueError unless 0 < old <= new."""
    if not 0 < old <= new:
        raise ValueError(f"{old} entries are not the beginning of {new}")
    return _subproof(old, 0, new, True, node)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> bool:
    """Whether the path leads from the leaf hash at ``index`` to the root of ``size`` entries (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or any(len(each) != HASH_BYTES for each in (leaf, expected, *proof)):
        return False
    at, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(step, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, step)
        at, last = at >> 1, last >> 1
    return last == 0 and found == expected


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of ``old`` entries with that root is the beginning of the tree of ``new`` (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new or any(len(each) != HASH_BYTES for each in (old_root, new_root, *proof)):
        return False
    if old == 0:
        return not proof and old_root == EMPTY and (new > 0 or new_root == EMPTY)
    if old == new:
        return not proof and old_root == new_root
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    return bool(path) and _consistent(old - 1, new - 1, path, old_root, new_root)


def _consistent(at: int, last: int, path: list[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Steps 3 to 7: both roots grow from the first hash of the path."""
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, step)
        at, last = at >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _range(start: int, end: int, node: Node) -> bytes:
    """MTH(D[start:end]); start is a multiple of the largest power of two below the width."""
    width = end - start
    if width & (width - 1) == 0:
        level = width.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(width)
    return node_hash(_range(start, middle, node), _range(middle, end, node))


def _split(width: int) -> int:
    """The largest power of two below ``width``, which is at least 2."""
    return 1 << ((width - 1).bit_length() - 1)


def _path(index: int, start: int, end: int, node: Node) -> list[bytes]:
    """PATH(index, D[start:end])."""
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(index, start, middle, node), _range(middle, end, node)]
    return [*_path(index, middle, end, node), _range(start, middle, node)]


def _subproof(old: int, start: int, end: int, whole: bool, node: Node) -> list[bytes]:
    """SUBPROOF(old - start, D[start:end], whole)."""
    if old == end:
        return [] if whole else [_range(start, end, node)]
    middle = start + _split(end - start)
    if old <= middle:
        return [*_subproof(old, start, middle, whole, node), _range(middle, end, node)]
    return [*_subproof(old, middle, end, False, node), _range(start, middle, node)]
