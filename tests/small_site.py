"""A trust center so small that publishing it takes milliseconds: the sources in cases/publish/center, and plain pages drawn from their record.

The pages are input, written as a generator would; everything that publishes and verifies them is the real thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from attest import keys
from attest.fetch import Folder
from attest.keys import Keys
from attest.prepare import Prepared, prepare
from attest.publish import Order, Place, Published, Render, publish
from attest.published import NoticeRecord, block_of, page_of
from attest.publishers.directory import Directory
from attest.record import project
from attest.release import Release
from attest.statement import ASSESSMENT
from attest.trust import Pin, Trust
from attest.verify.answer import Answer
from attest.verify.question import Question
from attest.verify.verifier import verify_site
from attest.wire import jcs

SOURCES = Path(__file__).parent / "cases" / "publish" / "center"
CENTER = "https://trust.kestrel.example/"
AT = datetime(2026, 11, 21, 12, tzinfo=UTC)


@cache
def sources(as_of: datetime = AT) -> Prepared:
    return prepare(SOURCES, as_of, None, bytes(32), as_unknown=False)


def new_keys(folder: Path, log: bool = True) -> Keys:
    """With a log's key, or as an older version made them."""
    made = keys.create(folder, "ed25519", None)
    if not log:
        (folder / keys.LOG_PRIVATE).unlink()
        (folder / keys.LOG_PUBLIC).unlink()
    return made if log else replace(made, log=None)


def drawn(secret: bytes, as_of: datetime = AT, said: str = "", notices: Sequence[NoticeRecord] = ()) -> Render:
    """Writes the site; ``said`` stands on its first page, ``notices`` in its record."""

    def render(folder: Path, release: Release) -> None:
        record = project(sources(as_of).assessment, secret, release.n, "0")
        record["notices"] = list(notices)
        files = {"index.html": f"<p>release {release.n}{said}</p>".encode(), ASSESSMENT: jcs.canonical(record), ".nojekyll": b""}
        files |= {page_of(control): f"<h1>{control['title']}</h1>{block_of(control)}".encode() for control in record["controls"]}
        for path, data in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)

    return render


def order(at: datetime = AT, **changes: object) -> Order:
    return replace(Order(at, at, timedelta(days=35), False, None, frozenset({"security@kestrel.example"}), ("corp.kestrel.example",)), **changes)


def place(dest: Path, opened: Keys, said: list[str] | None = None, patience: float = 10, center: str = CENTER) -> Place:
    return Place(center, Directory(dest, patience), opened, (said if said is not None else []).append)


def release(dest: Path, opened: Keys, at: datetime = AT, first: bool = False, said: str = "") -> Published:
    """Publishes one release as of ``at``."""
    return publish(order(at, first=first), place(dest, opened), drawn(opened.secret, at, said))


def answer(dest: Path, opened: Keys, at: datetime = AT) -> Answer:
    """What a stranger who pinned the key is told."""
    return verify_site(Folder(dest), Question(Trust(call=(Pin(None, "issuer", opened.signer.fingerprint),)), at))
