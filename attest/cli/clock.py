"""The one place that reads the clock; everything else takes the moment as an argument."""

from __future__ import annotations

from datetime import UTC, datetime

from attest.errors import WrongUse
from attest.times import parse_moment_or_day


def now_or(text: str | None, flag: str) -> datetime:
    """The moment a flag names, or now, in UTC and whole seconds. Raises WrongUse where it is not one."""
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - this is the edge
    try:
        return parse_moment_or_day(text)
    except ValueError as error:
        raise WrongUse(f"{flag}: {error}") from None
