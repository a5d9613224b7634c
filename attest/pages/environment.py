"""The templates of the pages: escaping on, an unknown name is an error, all read at once.

A site may override any of them by a file of the same name in its ``theme/attest-pages/``; the overridden one stays reachable as
``attest/NAME``, so that an override can extend it.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from pickle import UnpicklingError
from typing import Final

from jinja2 import BytecodeCache, ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader, StrictUndefined, TemplateError
from jinja2.bccache import Bucket

from attest.errors import Problem, Problems
from attest.pages import text, view

OVERRIDES = "theme/attest-pages"
_OURS: Final = "attest/"
_MARK: Final = "template-"
_READ_AS: Final = (
    "block_start_string", "block_end_string", "variable_start_string", "variable_end_string", "comment_start_string", "comment_end_string", "line_statement_prefix",
    "line_comment_prefix", "trim_blocks", "lstrip_blocks", "newline_sequence", "keep_trailing_newline", "optimized", "sandboxed", "autoescape",
)  # fmt: skip
_INSTALLED: Final = (f"{Path(__file__).parent.parent}{os.sep}", f"{sysconfig.get_path('purelib')}{os.sep}")
"""Where templates lie whose folder Python keeps bytecode for."""


class Compiled(BytecodeCache):
    """Templates compiled once, because compiling takes longer than drawing hundreds of pages: a site's own for this process, installed ones beside the code,
    where and whenever Python keeps its own. Jinja compares sources and versions, and the key says how templates are read, so that nothing
    outlived is used.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(cache_from_source(__file__)).parent
        self.kept: dict[str, bytes] = {}

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        """As ever, but two ways to read one file are two."""
        how = [*(getattr(environment, option) for option in _READ_AS), *sorted(environment.extensions)]
        return super().get_bucket(environment, name, filename and f"{filename}{how}", source)

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """As ever, with a mark on what is installed."""
        return (_MARK if filename is not None and filename.startswith(_INSTALLED) else "") + super().get_cache_key(name, filename)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fills the bucket where it is known."""
        if bucket.key not in self.kept and bucket.key.startswith(_MARK):
            with suppress(OSError):
                self.kept[bucket.key] = (self.folder / bucket.key).read_bytes()
        if (found := self.kept.get(bucket.key)) is not None:
            with suppress(EOFError, ValueError, TypeError, UnpicklingError):  # cut short: it is compiled anew
                bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps the bucket."""
        self.kept[bucket.key] = bucket.bytecode_to_string()
        if bucket.key.startswith(_MARK) and not sys.dont_write_bytecode:
            with suppress(OSError):
                self.folder.mkdir(exist_ok=True)
                part = self.folder / f"{bucket.key}.{os.getpid()}"
                part.write_bytes(self.kept[bucket.key])
                part.replace(self.folder / bucket.key)


COMPILED: Final = Compiled()


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
