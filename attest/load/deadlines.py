"""The deadlines of the library: ``attest/library/deadlines.yml`` -> ``Deadlines``, read from inside the package, once a process.

It is ours, so what is malformed there is a fault of the package and raises Problems.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

from attest.errors import Problems
from attest.load.shape import build
from attest.model.deadline import Deadlines
from attest.yaml_lines import parse


@cache
def deadlines() -> Deadlines:
    """What laws ask to be told, as the library has it. Raises Problems."""
    built, problems = build(Deadlines, parse(resources.files("attest.library").joinpath("deadlines.yml").read_bytes(), "deadlines.yml"))
    if built is None:
        raise Problems(problems)
    return built
