"""The deadlines of the library: ``attest/library/deadlines.yml`` -> ``Deadlines``, read from inside the package, once a process."""

from __future__ import annotations

from functools import cache

from attest.load.packaged import packaged
from attest.model.deadline import Deadlines


@cache
def deadlines() -> Deadlines:
    """What laws ask to be told, as the library has it. Raises Problems."""
    return packaged(Deadlines, "deadlines.yml")
