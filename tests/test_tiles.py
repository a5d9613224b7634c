"""The files of a log: which there are for a size, what they are called, what they hold, and the tree that is read back from them."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from attest.errors import Unreadable
from attest.wire.merkle import consistency, inclusion, root, root_of, verify_consistency, verify_inclusion
from attest.wire.tiles import (
    MAX_ENTRY,
    MAX_INDEX,
    Tile,
    edge_of,
    nodes,
    parse_entries,
    parse_hashes,
    parse_path,
    print_entries,
    print_hashes,
    print_path,
    tiles_of,
    within,
)
from tests.test_merkle import leaf, mth, path, subproof

levels = st.just("entries") | st.integers(0, 63)
tiles = st.builds(Tile, levels, st.integers(0, MAX_INDEX - 1) | st.integers(0, 2000), st.integers(1, 256))
SIZES = [0, 1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 70_000, 256**3, 256**3 + 1]


# Names.


@pytest.mark.parametrize(("tile", "said"), [
    (Tile(0, 1234067), "tile/0/x001/x234/067"),  # the specification's own example
    (Tile(0, 0), "tile/0/000"),
    (Tile(0, 999, 1), "tile/0/999.p/1"),
    (Tile(1, 1000, 255), "tile/1/x001/000.p/255"),
    (Tile("entries", 0, 7), "tile/entries/000.p/7"),
    (Tile(63, 1_000_000), "tile/63/x001/x000/000"),
])  # fmt: skip
def test_worked_names(tile: Tile, said: str) -> None:
    assert print_path(tile) == said
    assert parse_path(said) == tile


@given(tiles)
def test_a_name_reads_back(tile: Tile) -> None:
    assert parse_path(print_path(tile)) == tile


groups = st.integers(0, 9) | st.integers(0, 999)


@given(st.builds(
    lambda level, above, last, width: f"tile/{level}/" + "".join(f"x{group:03}/" for group in above) + f"{last:03}" + (f".p/{width}" if width is not None else ""),
    levels | st.integers(64, 99), st.lists(groups, max_size=3), groups, st.none() | st.integers(0, 300),
))  # fmt: skip
@example("tile/0/x000/000")
@example("tile/0/000.p/256")
@example("tile/entries/000.p/0")
def test_a_tile_has_one_name(said: str) -> None:
    try:
        tile = parse_path(said)
    except Unreadable:
        return
    assert print_path(tile) == said


@pytest.mark.parametrize("tile", [Tile(0, -1), Tile(0, 0, 0), Tile(0, 0, 257), Tile(64, 0), Tile(-1, 0), Tile(0, MAX_INDEX)])
def test_a_tile_that_cannot_be_has_no_name(tile: Tile) -> None:
    with pytest.raises(ValueError, match="is no tile"):
        print_path(tile)


# Which there are.


def test_the_specifications_own_counts() -> None:
    """70,000: 273 full of level 0 and one of 112, one full of level 1 and one of 17, one of 1; 256: one full, and one of 1 above it."""
    count = Counter((tile.level, tile.width) for tile in tiles_of(70_000))
    assert count == {("entries", 256): 273, ("entries", 112): 1, (0, 256): 273, (0, 112): 1, (1, 256): 1, (1, 17): 1, (2, 1): 1}
    assert list(tiles_of(256)) == [Tile("entries", 0), Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == list(edge_of(0)) == []


@pytest.mark.parametrize("size", [*range(601), 65_535, 65_536, 65_537, 70_000])
def test_tiles_of_a_size(size: int) -> None:
    """Every hash and entry in one file; partial widths as the specification has them; no file that is empty, or twice."""
    found = list(tiles_of(size))
    assert len(set(found)) == len(found)
    for level in ("entries", 0, 1, 2, 3):
        of_level = [tile for tile in found if tile.level == level]
        height = 0 if level == "entries" else 8 * level  # type: ignore[operator]
        assert sum(tile.width for tile in of_level) == size >> height
        assert [tile.index for tile in of_level] == list(range(len(of_level)))
        assert [tile.width for tile in of_level if tile.width < 256] == ([(size >> height) % 256] if (size >> height) % 256 else [])
    assert list(edge_of(size)) == list({tile.level: tile for tile in found}.values()), "the last of each level"


@pytest.mark.parametrize("size", SIZES)
def test_the_edge_ends_where_the_log_ends(size: int) -> None:
    edge = list(edge_of(size))
    assert [tile.level for tile in edge] == (["entries", *range(max(1, -(-size.bit_length() // 8)))] if size else [])
    for tile in edge:
        hashes = size >> (0 if tile.level == "entries" else 8 * tile.level)
        assert tile.index * 256 + tile.width == hashes
        assert 0 < tile.width <= 256


@given(tiles.filter(lambda tile: tile.index < 2000), st.integers(0, 70_000))
def test_a_log_vouches_for_what_it_has(tile: Tile, size: int) -> None:
    """``within`` against the definition: the last entry below the tile's last hash is in the log."""
    last = (tile.index * 256 + tile.width) * 256 ** (0 if tile.level == "entries" else tile.level)
    assert within(tile, size) == (last <= size)


@pytest.mark.parametrize("size", SIZES[:-2])
def test_all_files_of_a_log_are_within_it_and_those_of_a_larger_one_are_not(size: int) -> None:
    assert all(within(tile, size) for tile in tiles_of(size))
    assert not any(within(tile, size) for tile in set(edge_of(size + 1)) - set(tiles_of(size)))


# What they hold.


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=256))
def test_hashes_read_back(hashes: list[bytes]) -> None:
    assert parse_hashes(print_hashes(hashes), len(hashes)) == tuple(hashes)
    for width in (len(hashes) - 1, len(hashes) + 1):
        with pytest.raises(Unreadable, match="this one has"):
            parse_hashes(print_hashes(hashes), width)


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=256))
def test_entries_read_back(entries: list[bytes]) -> None:
    data = print_entries(entries)
    assert parse_entries(data, len(entries)) == tuple(entries)
    for wrong, width in [(data, len(entries) - 1), (data, len(entries) + 1), (data[:-1], len(entries)), (data + b"\0", len(entries)), (data + b"\0\0", len(entries))]:
        with pytest.raises(Unreadable, match="cut short, or something stands behind"):
            parse_entries(wrong, width)


@given(st.binary(max_size=60), st.integers(1, 256))
def test_a_bundle_of_any_bytes_is_refused_or_printed_the_same(data: bytes, width: int) -> None:
    try:
        entries = parse_entries(data, width)
    except Unreadable:
        return
    assert print_entries(entries) == data


def test_the_longest_entry() -> None:
    assert parse_entries(print_entries([b"x" * MAX_ENTRY]), 1) == (b"x" * MAX_ENTRY,)


@pytest.mark.parametrize("entries", [[], [b""] * 257, [b"x" * (MAX_ENTRY + 1)]])
def test_what_no_bundle_holds(entries: list[bytes]) -> None:
    with pytest.raises(ValueError, match="1 to 256 entries"):
        print_entries(entries)


@pytest.mark.parametrize("hashes", [[], [bytes(32)] * 257, [bytes(31)], [bytes(32), bytes(33)]])
def test_what_no_tile_holds(hashes: list[bytes]) -> None:
    with pytest.raises(ValueError, match="1 to 256 hashes"):
        print_hashes(hashes)


# The tree, read back from them.


def served(size: int) -> dict[Tile, tuple[bytes, ...]]:
    """The hash tiles of a log of the tests' entries, by the specification's formula."""
    found = {}
    for tile in tiles_of(size):
        if tile.level != "entries":
            span = 256**tile.level
            found[tile] = tuple(mth((tile.index * 256 + at) * span, (tile.index * 256 + at + 1) * span) for at in range(tile.width))
    return found


@pytest.mark.parametrize("size", [*range(1, 20), 100, 254, 255, 256, 257, 300, 511, 512, 513, 600, 65_535, 65_536, 65_537])
def test_the_tree_is_read_from_tiles(size: int) -> None:
    there = served(size)
    node = nodes(size, there.__getitem__)
    assert root(size, node) == root_of([leaf(index) for index in range(size)]) == mth(0, size)
    for index in sorted({0, 1, 200, 255, 256, size // 2, size - 2, size - 1} & set(range(size))):
        proof = inclusion(index, size, node)
        assert proof == path(index, 0, size)
        assert verify_inclusion(leaf(index), index, size, proof, mth(0, size))
        old = index + 1
        assert consistency(old, size, node) == subproof(old, 0, size, True)
        assert verify_consistency(old, mth(0, old), size, mth(0, size), consistency(old, size, node))


@pytest.mark.parametrize(("level", "index"), [(0, 3), (0, -1), (1, 1), (2, 0), (8, 0)])
def test_a_subtree_that_is_not_there_is_not_made_up(level: int, index: int) -> None:
    with pytest.raises(ValueError, match="no subtree"):
        nodes(3, served(3).__getitem__)(level, index)


def test_a_tile_that_is_too_short_is_noticed() -> None:
    node = nodes(4, lambda tile: served(4)[tile][:3])
    with pytest.raises(ValueError, match="fewer hashes"):
        node(1, 1)
