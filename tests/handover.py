"""A trust center with evidence of every kind and visibility, published in milliseconds: what can be handed over, and recomputed.

    there = Ferries(tmp_path)              sources of its own, keys, a first release
    there.release()                        the next one, a day later
    there.hand_over("rules")               the package of evidence, or of a withheld control
    there.verify("--package", …)           (exit code, the answer as JSON)
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from attest import keys
from attest.cli import main
from attest.prepare import prepare
from attest.publish import Render, publish
from attest.published import block_of, page_of, print_record
from attest.record import project
from attest.release import Release
from attest.statement import ASSESSMENT
from attest.times import print_moment
from attest.wire.package import Package, parse_package
from tests import small_site

SOURCES = Path(__file__).parent / "cases" / "handover" / "center"
CENTER = "https://trust.gull.example/"
AT = datetime(2026, 11, 21, 12, tzinfo=UTC)

Doctor = Callable[[dict[str, Any]], None]


def _leave(record: dict[str, Any]) -> None:
    return None


class Ferries:
    """The center, its keys and its releases, in a folder."""

    def __init__(self, folder: Path, secret: bytes | None = None) -> None:
        self.folder, self.root, self.dest = folder, folder / "sources", folder / "public"
        shutil.copytree(SOURCES, self.root)
        self.keys = keys.create(folder / "keys", "ed25519", None)
        self.at = AT
        self.count = 0
        self.release()

    def release(self, doctor: Doctor = _leave) -> None:
        """Publishes; ``doctor`` changes the record before it is signed, as a publisher could."""
        self.at = AT + timedelta(days=self.count)
        order = small_site.order(self.at, first=not self.count, allowed_emails=frozenset({"security@gull.example"}))
        publish(order, small_site.place(self.dest, self.keys, center=CENTER), self._drawn(doctor))
        self.count += 1

    def _drawn(self, doctor: Doctor) -> Render:
        prepared = prepare(self.root, self.at, None, self.keys.secret, as_unknown=True)

        def render(folder: Path, release: Release) -> None:
            record: dict[str, Any] = json.loads(json.dumps(project(prepared.assessment, self.keys.secret, release.n, "0.1.0")))
            doctor(record)
            files = {"index.html": f"<p>release {release.n}</p>".encode(), ASSESSMENT: print_record(record), **prepared.files}
            files |= {page_of(control): f"<h1>{control['title']}</h1>{block_of(control)}".encode() for control in record["controls"]}
            for path, data in files.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(data)

        return render

    def disclose(self, ident: str, to: Path, *words: str) -> int:
        """`attest disclose`, with what every call needs."""
        return main(["disclose", ident, "--to", str(to), "--dir", str(self.root), "--keys", str(self.keys.folder), *(() if "--from" in words else ("--from", str(self.dest))), *words])

    def hand_over(self, ident: str, *words: str) -> Path:
        """The package's file; private or not."""
        to = self.folder / f"{ident}-{self.count}.zip"
        assert self.disclose(ident, to, "--private", "--force", *words) == 0
        return to

    def package(self, ident: str) -> Package:
        """The package of it, read."""
        return parse_package(self.hand_over(ident).read_bytes())

    def verify(self, capsys: pytest.CaptureFixture[str], *words: str, where: Path | None = None) -> tuple[int, dict[str, Any]]:
        """`attest verify --json`, by a reader who has the fingerprint."""
        capsys.readouterr()
        code = self.ask(*words, "--json", where=where)
        said: dict[str, Any] = json.loads(capsys.readouterr().out)
        return code, said

    def ask(self, *words: str, where: Path | None = None) -> int:
        """`attest verify`; the exit code."""
        return main(["verify", str(where or self.dest), "--key", self.keys.signer.fingerprint, "--at", print_moment(self.at), "--no-state", *words])

    def bundle(self, release: int | None = None) -> Path:
        """The bundle of a release, as a file."""
        return self.dest.resolve() / f"attestation/releases/{release or self.count}/bundle.sigstore.json"

    def evidence(self, name: str) -> Path:
        """A file of evidence."""
        return self.root / "controls/evidence/files" / name


def changed(package: Package, **changes: Any) -> Package:
    """A package that somebody tampered with, its digest as it would be printed."""
    return replace(package, **changes)
