"""``attest verify --since``: from which earlier release, and what changed since, for people and for programs.

    --since 3                 release 3, as the site's log or its kept releases show it
    --since old.sigstore.json the release of a bundle that you kept
    --since saved/            the release of a site's folder that you kept; its record is compared
    --since last              the release that you verified last
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attest import seen as memory
from attest.changes import GROUPS, KINDS, Change
from attest.cli.answers import one_line
from attest.errors import CouldNotTell, WrongUse
from attest.fetch import Folder, Source, read_file
from attest.history import change_json
from attest.statement import ASSESSMENT
from attest.verify.answer import Answer, Descended, Finding
from attest.verify.envelope import Opened, open_bundle, unsigned
from attest.verify.question import Earlier
from attest.verify.since import Changed, Kept, changed_since
from attest.verify.subjects import BUNDLE, CAP
from attest.verify.verifier import seen_key
from attest.wire.bundle import MAX_BYTES

_SHOWN_BY = {"log": "shown by the log", "chain": "shown by the releases between, each of which names the one before", "itself": "the same release"}


@dataclass(frozen=True, slots=True)
class Base:
    """The earlier release."""

    earlier: Earlier
    kept: Kept | None = None
    """What the reader has of it."""


def add(parser: argparse.ArgumentParser) -> None:
    """Declares --since."""
    parser.add_argument("--since", metavar="RELEASE|FILE|last", help="show that it follows an earlier release (its number, a bundle or folder you kept, or the last you saw), and what changed")


def base_of(text: str, source: Source) -> Base:
    """What --since names. Raises WrongUse, CouldNotTell."""
    if text == "last":
        return _last(source)
    if re.fullmatch("[1-9][0-9]{0,8}", text):
        return Base(Earlier(int(text)))
    place = Path(text)
    if not place.exists():
        raise WrongUse(f"--since {text}: no release's number, and no such file", "a number, a bundle or a folder you kept, or `last`")
    if not place.is_dir():
        opened = _whole(read_file(place, MAX_BYTES), text)
        return Base(_earlier(opened), Kept(opened.statement.assessment))
    folder = Folder(place)
    opened = _whole(folder.read(BUNDLE, MAX_BYTES), text)
    return Base(_earlier(opened), Kept(opened.statement.assessment, folder.read(ASSESSMENT, CAP)))


def _last(source: Source) -> Base:
    opened = open_bundle(source.read(BUNDLE, MAX_BYTES))
    if isinstance(opened, Finding):
        raise CouldNotTell(opened.what)
    last = memory.recall(memory.read_seen(memory.default_file()), *seen_key(opened.statement))
    if last is None:
        raise CouldNotTell("--since last: you have seen no release of this center", "verify it once with its key pinned, or name a file you kept")
    return Base(Earlier(last[1].release, last[1].payload))


def _earlier(opened: Opened) -> Earlier:
    return Earlier(opened.statement.release, opened.payload, opened.statement.log)


def _whole(data: bytes, text: str) -> Opened:
    opened = open_bundle(data)
    if isinstance(opened, Finding):
        raise CouldNotTell(f"--since {text}: {opened.what}")
    if (wrong := unsigned(opened)) is not None:
        raise CouldNotTell(f"--since {text}: {wrong.what}")
    return opened


def told(base: Base | None, source: Source | None, answer: Answer) -> Changed | None:
    """What changed, where that was asked for and descent is shown. Raises CouldNotTell."""
    return None if base is None or source is None else changed_since(source, answer, base.kept)


def as_lines(changed: Changed, since: Descended) -> Iterator[str]:
    """A line for the whole, then group by group, the worst first."""
    count = len(changed.changes)
    yield f"since release {changed.first} ({_SHOWN_BY[since.by]}): {'nothing changed' if not count else f'{count} change' + ('s' if count > 1 else '')}" + (
        ", as the site's own history tells it" if changed.by == "history" else ""
    )
    for group, title in GROUPS.items():
        if found := [change for change in changed.changes if change.group == group]:
            yield f"  {title}"
            yield from (f"    {one_line(_sentence(change))}" for change in found)
    if changed.untold:
        yield f"  and {changed.untold} more, which the history does not list"


def _sentence(change: Change) -> str:
    """Under its group's title what leads it in would be said twice."""
    return change.said.removeprefix(KINDS[change.kind].lead)


def as_json(changed: Changed | None, since: Descended | None) -> dict[str, Any] | None:
    """None where descent is not shown; ``changes`` null where it is, and nothing says what changed."""
    if since is None:
        return None
    said = {"release": since.release, "payload": since.payload, "shownBy": since.by}
    if changed is None:
        return {**said, "toldBy": None, "changes": None, "untold": None}
    return {**said, "toldBy": changed.by, "changes": [{**change_json(change), "group": change.group, "said": change.said} for change in changed.changes], "untold": changed.untold}
