"""The templates of the pages: escaping on, an unknown name is an error, all read at once.

A site may override any of them by a file of the same name in its ``theme/attest-pages/``; the overridden one stays reachable as
``attest/NAME``, so that an override can extend it.
"""

from __future__ import annotations

from pathlib import Path

from jinja2 import BytecodeCache, ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader, StrictUndefined, TemplateError
from jinja2.bccache import Bucket

from attest.errors import Problem, Problems
from attest.pages import text, view

OVERRIDES = "theme/attest-pages"
_OURS = "attest/"


class Compiled(BytecodeCache):
    """Templates compiled once a process: a preview that follows the sources would compile them all at every change. Jinja compares their sources."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fills the bucket where it is known."""
        if (found := self.kept.get(bucket.key)) is not None:
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps the bucket."""
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


def environment(root: Path | None) -> Environment:
    """The templates, those of the site in ``root`` first. Raises Problems for one that cannot be read as a template."""
    ours = PackageLoader("attest.pages")
    loaders = [ours, PrefixLoader({_OURS.rstrip("/"): ours})]
    if root is not None:
        loaders.insert(0, FileSystemLoader(root / OVERRIDES))
    made = Environment(loader=ChoiceLoader(loaders), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False, bytecode_cache=COMPILED)
    made.filters.update(prose=text.prose, day=text.day, time=text.time, end=text.end)
    made.globals.update(view.WORDS)
    _read_all(made)
    return made


def _read_all(made: Environment) -> None:
    problems = []
    for name in (name for name in made.list_templates(extensions=["html"]) if not name.startswith(_OURS)):  # ours again, for those that extend them
        try:
            made.get_template(name)
        except TemplateError as error:
            problems.append(Problem(f"{OVERRIDES}/{name}", getattr(error, "lineno", 0) or 0, "", f"is not a template: {error.message}", "see the one it overrides"))
    if problems:
        raise Problems(problems)
