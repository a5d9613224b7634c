"""What is kept of old releases. What is left out never breaks the chain: every release has its entry in the log, and each names the one before.

    releases:
      keep: 3y         files under attestation/releases/<n>/ of releases issued longer ago are not taken along (left away: all are, for ever)
      folders: 10      so many of the folders beside DEST stay, the newest

Never left out: the release before, whose record the next one is compared with; a release whose statement declares entries void, since
nothing else says so; later statements. Never dropped: what is served, and what a link that was lost is led back to.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from attest.publishing.place import RELEASES, Place
from attest.statement import Statement, parse_statement


def too_old(folder: Path, now: datetime, keep: timedelta | None) -> frozenset[int]:
    """The releases whose own files the next one does not take along. ``folder``: the newest release."""
    if keep is None:
        return frozenset()
    return frozenset(found.release for found in _before(folder, now - keep) if found.log is None or not found.log.void)


def _before(folder: Path, moment: datetime) -> Iterator[Statement]:
    """The statements that are held and were issued before a moment, but for the last one; oldest first."""
    numbers = sorted(int(path.name) for path in (folder / RELEASES).iterdir() if path.name.isdecimal())
    for number in numbers[:-1]:
        found = parse_statement((folder / RELEASES / str(number) / "statement.json").read_bytes())
        if found.issued_at >= moment:
            return
        yield found


def drop_folders(place: Place, most: int) -> None:
    """Leaves the newest ``most`` of the folders beside what is served. What cannot be removed is said, and no failure."""
    for number in place.store.numbers()[:-most]:
        try:
            place.store.drop(number)
        except OSError as error:
            place.say(f"the folder of release {number} cannot be removed: {error.strerror}")
