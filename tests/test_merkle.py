"""The Merkle tree against RFC 6962, 2.1, written down slowly and once more: every size to 600, and those around a full tile of tiles.

What is refused matters as much: a proof for another index, another size, another root, one hash too many or too few.
"""

from __future__ import annotations

import hashlib
import random
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.wire import merkle
from attest.wire.merkle import EMPTY, consistency, inclusion, leaf_hash, node_hash, root, root_of, verify_consistency, verify_inclusion

MOST = 65_537
LARGE = (65_535, 65_536, 65_537)


@cache
def leaf(index: int) -> bytes:
    return hashlib.sha256(b"\x00entry %d" % index).digest()


@cache
def mth(start: int, end: int) -> bytes:
    """MTH(D[start:end]), by the letter of section 2.1."""
    n = end - start
    if n == 0:
        return hashlib.sha256().digest()
    if n == 1:
        return leaf(start)
    k = 1
    while 2 * k < n:
        k *= 2
    return hashlib.sha256(b"\x01" + mth(start, start + k) + mth(start + k, end)).digest()


def path(m: int, start: int, end: int) -> list[bytes]:
    """PATH(m, D[start:end]), section 2.1.1."""
    n = end - start
    if n == 1:
        return []
    k = 1
    while 2 * k < n:
        k *= 2
    return [*path(m, start, start + k), mth(start + k, end)] if m < k else [*path(m - k, start + k, end), mth(start, start + k)]


def subproof(m: int, start: int, end: int, b: bool) -> list[bytes]:
    """SUBPROOF(m, D[start:end], b), section 2.1.2."""
    n = end - start
    if m == n:
        return [] if b else [mth(start, end)]
    k = 1
    while 2 * k < n:
        k *= 2
    return [*subproof(m, start, start + k, b), mth(start + k, end)] if m <= k else [*subproof(m - k, start + k, end, False), mth(start, start + k)]


def node(level: int, index: int) -> bytes:
    return mth(index << level, (index + 1) << level)


def holds_together(size: int, indexes: list[int], olds: list[int]) -> None:
    """Root, the paths of these indexes and the proofs from these older sizes: as the RFC has them, and verified."""
    whole = mth(0, size)
    assert root(size, node) == whole
    for index in indexes:
        proof = inclusion(index, size, node)
        assert proof == path(index, 0, size)
        assert verify_inclusion(leaf(index), index, size, proof, whole)
    for old in olds:
        proof = consistency(old, size, node)
        assert proof == subproof(old, 0, size, True)
        assert verify_consistency(old, mth(0, old), size, whole, proof)


@pytest.mark.parametrize("start", range(0, 120, 20))
def test_every_proof_of_small_trees(start: int) -> None:
    for size in range(start, start + 20):
        holds_together(size, list(range(size)), list(range(1, size + 1)))


@pytest.mark.slow
@pytest.mark.parametrize("start", range(120, 601, 37))
def test_every_proof_of_trees_to_600(start: int) -> None:
    for size in range(start, min(start + 37, 601)):
        holds_together(size, list(range(size)), list(range(1, size + 1)))


@pytest.mark.parametrize("size", [255, 256, 257, 511, 512, 513, 600, *LARGE])
def test_some_proofs_around_full_tiles(size: int) -> None:
    chosen = random.Random(size).sample(range(size), 40)
    edges = [0, 1, 2, 127, 128, 254, size // 2, size - 2, size - 1]
    holds_together(size, [*chosen, *edges], [*(each + 1 for each in (*chosen, *edges))])


def test_a_row_of_hashes_has_the_same_root() -> None:
    for size in (*range(601), *LARGE):
        assert root_of([leaf(index) for index in range(size)]) == mth(0, size)


# RFC 9162 gives no vectors; these are of the Certificate Transparency reference implementation, known to all (RFC 6962 trees of these inputs).

INPUTS = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)  # fmt: skip


def test_roots_of_certificate_transparency() -> None:
    hashes = [leaf_hash(entry) for entry in INPUTS]
    assert [root_of(hashes[:size]).hex() for size in range(1, 9)] == list(ROOTS)
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" == root_of([]).hex()


# What is refused.


def test_a_path_leads_from_no_other_index_and_to_no_other_tree() -> None:
    for size in range(1, 33):
        for index in range(size):
            proof = inclusion(index, size, node)
            for other in range(size):
                assert verify_inclusion(leaf(index), other, size, proof, mth(0, size)) == (other == index)
                assert verify_inclusion(leaf(other), index, size, proof, mth(0, size)) == (other == index)
            for other in range(index + 1, 40):
                assert verify_inclusion(leaf(index), index, other, proof, mth(0, other)) == (other == size)


def test_a_consistency_proof_is_of_two_sizes_and_their_roots() -> None:
    for new in range(1, 25):
        for old in range(1, new + 1):
            proof = consistency(old, new, node)
            for other in range(1, 30):
                if other <= new:
                    assert verify_consistency(other, mth(0, other), new, mth(0, new), proof) == (other == old)
                if other >= old:
                    assert verify_consistency(old, mth(0, old), other, mth(0, other), proof) == (other == new)
            for wrong in (bytes(32), mth(0, new + 1), mth(1, new + 1)):
                assert not verify_consistency(old, wrong, new, mth(0, new), proof)
                assert not verify_consistency(old, mth(0, old), new, wrong, proof)


def test_a_size_is_bound_by_its_root_alone() -> None:
    """The path of entry 0 of three is a path in a tree of four, with the root of three: hence a size is never taken from anywhere but the checkpoint."""
    proof = inclusion(0, 3, node)
    assert verify_inclusion(leaf(0), 0, 4, proof, mth(0, 3))
    assert not verify_inclusion(leaf(0), 0, 4, proof, mth(0, 4))


sizes = st.integers(1, 600) | st.sampled_from(LARGE)


def damaged(proof: list[bytes], data: st.DataObject) -> list[bytes]:
    """Another list of hashes."""
    kind = data.draw(st.sampled_from(["longer", "shorter", "bit", "length", "order", "front"]))
    at = data.draw(st.integers(0, len(proof) - 1)) if proof else 0
    if kind == "longer" or not proof:
        return [*proof, data.draw(st.sampled_from([bytes(32), EMPTY, *proof]))]
    if kind == "front":
        return [proof[0], *proof]
    if kind == "shorter":
        return proof[:at] + proof[at + 1 :]
    if kind == "order":
        return proof[::-1]
    one = bytes([proof[at][0] ^ 1]) + proof[at][1:] if kind == "bit" else proof[at][:31]
    return [*proof[:at], one, *proof[at + 1 :]]


@given(sizes, st.data())
def test_a_damaged_path_is_refused(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion(index, size, node)
    other = damaged(proof, data)
    assert verify_inclusion(leaf(index), index, size, other, mth(0, size)) == (other == proof)
    assert not verify_inclusion(leaf(index), index, size, proof, mth(0, size + 1))
    assert not verify_inclusion(leaf(index)[:31], index, size, proof, mth(0, size))


@given(sizes, st.data())
def test_a_damaged_consistency_proof_is_refused(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    proof = consistency(old, new, node)
    other = damaged(proof, data)
    assert verify_consistency(old, mth(0, old), new, mth(0, new), other) == (other == proof)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 1), (600, 600), (2**63, 5)])
def test_an_entry_that_is_not_there_has_no_path(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="is not among"):
        inclusion(index, size, node)
    assert not verify_inclusion(leaf(0), index, size, [], mth(0, 1))


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 5), (-1, 5), (6, 5)])
def test_sizes_that_are_in_no_order_have_no_proof(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="are not the beginning"):
        consistency(old, new, node)
    assert not verify_consistency(old, leaf(0), new, mth(0, max(new, 0)), [])


def test_every_log_begins_with_the_empty_one_which_has_one_root() -> None:
    assert verify_consistency(0, EMPTY, 5, mth(0, 5), [])
    assert verify_consistency(0, EMPTY, 0, EMPTY, [])
    assert not verify_consistency(0, EMPTY, 5, mth(0, 5), [leaf(0)])
    assert not verify_consistency(0, EMPTY, 0, leaf(0), [])
    assert not verify_consistency(0, leaf(0), 0, leaf(0), [])


def test_a_proof_without_end_is_refused_at_once() -> None:
    """What a proof may be long is bound by the size, whatever was sent."""
    endless = [bytes(32)] * 100_000
    assert not verify_inclusion(leaf(0), 0, 2**53, endless, bytes(32))
    assert not verify_consistency(1, leaf(0), 2**53, bytes(32), endless)


def test_a_leaf_is_never_a_node() -> None:
    """0x00 before an entry, 0x01 before two hashes: an entry of 64 bytes cannot pass for the node above two others."""
    assert leaf_hash(leaf(0) + leaf(1)) != node_hash(leaf(0), leaf(1)) == mth(0, 2)
    assert len(EMPTY) == merkle.HASH_BYTES
