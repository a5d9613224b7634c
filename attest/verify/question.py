"""What one call of verify asks, as a frozen value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from attest.logged import Logged
from attest.seen import Seen
from attest.trust import Trust
from attest.wire.dns_txt import Named


def _all(paths: Sequence[str]) -> Iterable[str]:
    return paths


class Earlier(NamedTuple):
    """An earlier release, as far as the reader has it."""

    release: int
    payload: str | None = None
    """Hex SHA-256."""
    log: Logged | None = None
    """What its payload says of the log."""


@dataclass(frozen=True, slots=True)
class Question:
    """Whom the reader trusts, the reader's moment, and how strict to be."""

    trust: Trust
    now: datetime
    """The reader's clock, or the moment the reader names."""
    seen: Mapping[tuple[str, str], Seen] = field(default_factory=dict)
    """By (center id, log origin); the origin of a center without a log is empty."""
    strict_evidence: bool = False
    """Whether evidence that expired since turns the answer into a no."""
    require: frozenset[str] = frozenset()
    """Of "site" and "history": what a bundle alone may not leave unchecked."""
    since: Earlier | None = None
    """An earlier release from which descent is to be shown."""
    named: Named | None = None
    """What DNS says of the host, where the reader asked for it."""
    page: str | None = None
    """The page the reader came from; it has to be listed."""
    watch: Callable[[Sequence[str]], Iterable[str]] = _all
    """Passes the listed paths on, one by one, so that an edge can show progress."""
