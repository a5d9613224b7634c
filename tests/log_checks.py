"""What has to hold of every log, whatever was done to its publisher; and a signer that remembers all it ever signed.

Worked out with hashlib and the definitions alone: what publishes and verifies is not asked.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field, replace
from pathlib import Path

from attest.keys import Keys
from attest.signers.interface import Signer


@dataclass(frozen=True)
class Remembering:
    """Signs as its signer does, and writes down beforehand what it signs: a line a message, in a file that survives the process."""

    signer: Signer
    file: Path = field(compare=False)

    @property
    def spki(self) -> bytes:
        return self.signer.spki

    @property
    def fingerprint(self) -> str:
        return self.signer.fingerprint

    def sign(self, message: bytes) -> bytes:
        with self.file.open("ab", buffering=0) as stream:
            stream.write(base64.b64encode(message) + b"\n")
        return self.signer.sign(message)


def remembering(keys: Keys, file: Path) -> Keys:
    """The keys, whose log key remembers every checkpoint in ``file``."""
    assert keys.log is not None
    return replace(keys, log=Remembering(keys.log, file))


def checkpoints(file: Path) -> list[tuple[int, str]]:
    """Size and root (hex) of every checkpoint that was ever signed, in their order."""
    found = []
    for line in file.read_bytes().splitlines() if file.exists() else ():
        _, size, root, end = base64.b64decode(line).decode().split("\n")
        assert end == ""
        found.append((int(size), base64.b64decode(root).hex()))
    return found


def one_history(file: Path, log: Path) -> int:
    """Every checkpoint ever signed is of a beginning of the log in that folder, and none is smaller than one signed before. Returns how many there are."""
    signed, entries = checkpoints(file), entries_of(log)
    roots = {size: root_of(entries[:size]) for size in {size for size, _ in signed}}
    assert all(size <= len(entries) for size, _ in signed)
    assert [root for _, root in signed] == [roots[size] for size, _ in signed], "two roots of one size were signed"
    assert [size for size, _ in signed] == sorted(size for size, _ in signed), "a size below one signed before was signed"
    return len(signed)


def entries_of(log: Path) -> list[bytes]:
    """The entries of a log's folder, from its bundles, the widest partial one last."""
    found: list[bytes] = []
    for index in range(1000):
        full, partial = log / f"tile/entries/{index:03d}", log / f"tile/entries/{index:03d}.p"
        if not full.exists():
            widest = max((int(path.name) for path in partial.iterdir()), default=0) if partial.is_dir() else 0
            return [*found, *_bundle(partial / str(widest))] if widest else found
        found += _bundle(full)
    raise AssertionError("longer than any log of a test")


def _bundle(path: Path) -> list[bytes]:
    data, at, found = path.read_bytes(), 0, []
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        found.append(data[at + 2 : at + 2 + length])
        at += 2 + length
    return found


def root_of(entries: list[bytes]) -> str:
    """RFC 6962, 2.1."""
    return _mth([hashlib.sha256(b"\x00" + entry).digest() for entry in entries]).hex()


def _mth(hashes: list[bytes]) -> bytes:
    if len(hashes) < 2:
        return hashes[0] if hashes else hashlib.sha256(b"").digest()
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + _mth(hashes[:split]) + _mth(hashes[split:])).digest()


def accounted(site: Path) -> dict[int, str]:
    """Every entry of a served log -> what stands for it: the path of a signed payload, or "void". Each has exactly one."""
    entries = entries_of(site / "attestation/log")
    found: dict[int, str] = {}
    paths = [*site.glob("attestation/releases/*/bundle.sigstore.json"), *site.glob("attestation/statements/*.sigstore.json")]
    for path in paths:
        payload = base64.b64decode(json.loads(path.read_bytes())["dsseEnvelope"]["payload"])
        log = json.loads(payload)["predicate"]["log"]
        if log is None:
            continue
        index = log["sizeBefore"]
        assert json.loads(entries[index])["digest"] == hashlib.sha256(payload).hexdigest(), path
        assert root_of(entries[:index]) == log["rootBefore"], path
        assert found.setdefault(index, path.name) == path.name
        for void in log["void"]:
            assert found.setdefault(void, "void") == "void"
    assert sorted(found) == list(range(len(entries))), "an entry stands for nothing"
    return dict(sorted(found.items()))

