"""Data of the package itself, ``attest/library/<file>.yml`` -> a model. It is ours, so what is malformed there is a fault of the package."""

from __future__ import annotations

from importlib import resources

from attest.load.shape import Built, shaped


def packaged(model: type[Built], file: str) -> Built:
    """What a file of the library says. Raises Problems."""
    return shaped(model, resources.files("attest.library").joinpath(file).read_bytes(), file, "this is a fault of attest, report it")[0]
