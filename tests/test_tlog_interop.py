"""The log's formats against others' code: golang.org/x/mod/sumdb (the log of Go's own checksums) and sigstore-js.

Vectors that x/mod made are held against ours in every run. Where Go is installed, x/mod also reads a log that we wrote.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from attest.wire import base64_strict, merkle, publickey, tiles
from attest.wire.checkpoint import open_checkpoint, parse_checkpoint
from attest.wire.note import Note, parse_note, parse_vkey, print_note, print_vkey, signature_of
from attest.wire.tlog_proof import parse_proof, print_proof
from tests import small_log
from tests.conftest import INTEROP, missing
from tests.small_log import KEY, LOG, ORIGIN, VKEY, named, sign_note, verifier_key
from tests.test_merkle import leaf, mth
from tests.test_tiles import served

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "cases/wire/vectors/tlog.json").read_bytes())
X_MOD = Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog")


def hashes_of(texts: list[str]) -> list[bytes]:
    return list(map(base64_strict.decode, texts))


@pytest.mark.parametrize("tree", VECTORS["trees"], ids=lambda tree: str(tree["size"]))
def test_trees_of_x_mod(tree: dict[str, Any]) -> None:
    """Root, every tile by its digest, paths and consistency proofs: what x/mod made is what we make, and verifies."""
    size, whole = tree["size"], hashes_of([tree["root"]])[0]
    there = served(size)
    node = tiles.nodes(size, there.__getitem__)
    assert whole == merkle.root(size, node) == mth(0, size)
    assert {tiles.print_path(tile): hashlib.sha256(tiles.print_hashes(found)).hexdigest() for tile, found in there.items()} == tree["tiles"]
    for proof in tree["inclusion"]:
        made = merkle.inclusion(proof["index"], size, node)
        assert made == hashes_of(proof["hashes"])
        assert merkle.verify_inclusion(leaf(proof["index"]), proof["index"], size, made, whole)
    for proof in tree["consistency"]:
        made = merkle.consistency(proof["index"], size, node)
        assert made == hashes_of(proof["hashes"])
        assert merkle.verify_consistency(proof["index"], mth(0, proof["index"]), size, whole, made)


@pytest.mark.parametrize("case", VECTORS["notes"], ids=["one", "empty-lines", "checkpoint"])
def test_notes_of_x_mod(case: dict[str, Any]) -> None:
    data = case["note"].encode()
    found = parse_note(data)
    assert print_note(found) == data
    keys = [parse_vkey(vkey) for vkey in case["vkeys"]]
    assert list(map(print_vkey, keys)) == case["vkeys"] == [print_vkey(verifier_key(key.name, named(key.name))) for key in keys]
    assert [signature_of(found, key) for key in keys] == ["good"] * len(keys)
    assert found == sign_note(found.text, *(key.name for key in keys)), "Ed25519 signs one way only"


def test_the_checkpoint_of_x_mod() -> None:
    said, _ = open_checkpoint(VECTORS["notes"][2]["note"].encode())
    assert (said.origin, said.size, said.root) == (ORIGIN, 7, mth(0, 7))


# x/mod, on what we wrote.


def write(folder: Path, size: int) -> Path:
    """A log of that many entries as it is served, with two proofs: one of now, and one of an earlier checkpoint."""
    entries = [small_log.entry(index) for index in range(size)]
    for tile in tiles.tiles_of(size):
        start = tile.index * tiles.WIDTH
        if tile.level == "entries":
            data = tiles.print_entries(entries[start : start + tile.width])
        else:
            data = tiles.print_hashes([small_log.node(8 * tile.level, start + at) for at in range(tile.width)])
        path = folder / tiles.print_path(tile)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (folder / "checkpoint").write_bytes(small_log.checkpoint(size))
    (folder / "now.tlog-proof").write_bytes(small_log.proof(size - 1, size))
    (folder / "then.tlog-proof").write_bytes(small_log.proof(size // 3, size // 2 + 1))
    return folder


@pytest.fixture(scope="session")
def x_mod(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """What tests/interop/tlog says, built with Debian's Go and golang.org/x/mod."""
    go, built = shutil.which("go"), tmp_path_factory.mktemp("go") / "tlog"
    if go is None or not X_MOD.is_dir():
        missing("go and golang.org/x/mod")
    surroundings = {**os.environ, "GO111MODULE": "off", "GOPATH": str(X_MOD.parents[5]), "GOCACHE": str(built.parent / "cache"), "GOFLAGS": ""}
    subprocess.run([str(go), "build", "-o", built, INTEROP / "tlog" / "tlog.go"], env=surroundings, check=True, capture_output=True, timeout=300)

    def say(*words: object) -> str:
        done = subprocess.run([built, *map(str, words)], capture_output=True, text=True, timeout=120)
        return done.stdout + done.stderr

    return say


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 2, 7, 255, 256, 257, 600, 70_000])
def test_x_mod_reads_our_log(tmp_path: Path, x_mod: Callable[..., str], size: int) -> None:
    assert x_mod("check", write(tmp_path, size), VKEY) == f"{size} entries\n"


@pytest.mark.slow
def test_x_mod_refuses_what_was_changed(tmp_path: Path, x_mod: Callable[..., str]) -> None:
    folder = write(tmp_path, 300)
    for path in ("checkpoint", "now.tlog-proof", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000"):
        file, kept = folder / path, (folder / path).read_bytes()
        file.write_bytes(kept[:40] + bytes([kept[40] ^ 1]) + kept[41:] if len(kept) > 40 else bytes([kept[0] ^ 1]) + kept[1:])
        assert "entries\n" not in x_mod("check", folder, VKEY), path
        file.write_bytes(kept)
    assert "entries\n" in x_mod("check", folder, VKEY)
    assert "entries\n" not in x_mod("check", folder, print_vkey(verifier_key(ORIGIN, named("other"))))


@pytest.mark.slow
def test_the_vectors_are_what_x_mod_makes(x_mod: Callable[..., str]) -> None:
    assert json.loads(x_mod("vectors")) == VECTORS


# sigstore-js, on a checkpoint, a proof and the entry.


@pytest.fixture(scope="session")
def sigstore_js(npm_packages: Path) -> Callable[..., dict[str, str]]:
    """What sigstore-js says of each of many cases, by name."""

    def say(folder: Path, cases: dict[str, tuple[bytes, bytes]]) -> dict[str, str]:
        told = {name: {"proof": proof.decode(), "entry": entry.decode()} for name, (proof, entry) in cases.items()}
        (folder / "cases.json").write_text(json.dumps(told))
        (folder / "log.pem").write_bytes(publickey.pem(publickey.spki(LOG.public_key())))
        words = [str(shutil.which("node")), npm_packages.parent / "tlog.mjs", folder / "cases.json", folder / "log.pem", ORIGIN, KEY.key_id.hex()]
        return json.loads(subprocess.run(words, capture_output=True, check=True, timeout=120).stdout)  # type: ignore[no-any-return]

    return say


def test_sigstore_js_finds_entries_and_refuses_what_was_changed(tmp_path: Path, sigstore_js: Callable[..., dict[str, str]]) -> None:
    good = {f"{index} of {size}": (small_log.proof(index, size), small_log.entry(index)) for size in (1, 2, 3, 7, 8, 256, 257, 600) for index in {0, size // 2, size - 1}}
    proof, entry = good["3 of 7"]
    said = parse_proof(proof)
    state, whole = open_checkpoint(said.checkpoint)
    other = sign_note(whole.text, "other")
    forged = Note(whole.text, (replace(other.signatures[0], name=ORIGIN, key_id=KEY.key_id),))
    bad = {
        "another entry": (proof, small_log.entry(4)),
        "another index": (print_proof(replace(said, index=4)), entry),
        "a hash less": (print_proof(replace(said, hashes=said.hashes[:-1])), entry),
        "another hash": (print_proof(replace(said, hashes=(state.root, *said.hashes[1:]))), entry),
        "another tree": (print_proof(replace(said, checkpoint=small_log.checkpoint(6))), entry),
        "signed by another": (print_proof(replace(said, checkpoint=print_note(forged))), entry),
        "signed by a stranger": (print_proof(replace(said, checkpoint=print_note(other))), entry),
    }
    assert parse_checkpoint(whole.text) == state
    answers = sigstore_js(tmp_path, {**good, **bad})
    assert {name for name, answer in answers.items() if answer == "verified"} == good.keys()
    assert all(answers[name].startswith("refused") for name in bad)
