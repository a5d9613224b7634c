"""A prepared state -> a site in a folder. What MkDocs warns of is an error, and is said at once."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from jinja2 import TemplateError
from mkdocs.commands.build import build as build_with_mkdocs
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException

from attest.errors import Refused, WrongUse
from attest.prepare import Prepared
from attest.site.plugin import NAME, AttestPlugin, Watch, unwatched

_QUIET: Final = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}


def render(root: Path, prepared: Prepared, site_dir: Path, watch: Watch = unwatched) -> None:
    """Writes the site into the folder, strictly: what MkDocs warns of is an error.

    Raises WrongUse (no usable mkdocs.yml) and
    Refused with everything MkDocs said. What is in ``site_dir`` afterwards counts only where nothing was raised: MkDocs aborts after it
    has written.
    """
    _rendered(root, prepared, site_dir, watch, preview=False)


def render_preview(root: Path, prepared: Prepared, site_dir: Path) -> Mapping[str, Callable[[], bytes]]:
    """As ``render``, but pages say nothing of what they may load, because a preview reloads itself; and those outside the navigation are not
    written: the answer has what makes each, by site path. Together they are the same site.
    """
    return _rendered(root, prepared, site_dir, unwatched, preview=True)


def _rendered(root: Path, prepared: Prepared, site_dir: Path, watch: Watch, *, preview: bool) -> Mapping[str, Callable[[], bytes]]:
    file = root / "mkdocs.yml"
    if not file.is_file():
        raise WrongUse(f"{file} is missing", "`attest init` writes one")
    with _environment(prepared.assessment.as_of), _heard() as said:
        try:
            config = load_config(str(file), site_dir=str(site_dir), strict=True)
            plugin = _plugin_of(config)
            plugin.prepared, plugin.watch, plugin.policy, plugin.lazily = prepared, watch, not preview, preview
            config.plugins.on_startup(command="build", dirty=False)
            build_with_mkdocs(config)
            return plugin.waiting
        except MkDocsException as error:
            raise Refused("the site cannot be built: " + ("; ".join(said) or str(error)), "mend what it says, then run it again") from None
        except TemplateError as error:
            raise Refused(f"the site cannot be built: a template of the theme: {error}", "look into theme/") from None


def _plugin_of(config: MkDocsConfig) -> AttestPlugin:
    found = config.plugins.get(NAME)
    if not isinstance(found, AttestPlugin):
        raise WrongUse("mkdocs.yml does not name the plugin", "write `plugins: [attest]`")
    return found


@contextlib.contextmanager
def _environment(as_of: datetime) -> Iterator[None]:
    """The environment of a build: its moment is the as-of, and nobody advertises. Put back afterwards."""
    wanted = {**_QUIET, "SOURCE_DATE_EPOCH": str(int(as_of.timestamp()))}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


class _Ear(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@contextlib.contextmanager
def _heard() -> Iterator[list[str]]:
    """What MkDocs warns of, instead of on the terminal."""
    logger, ear = logging.getLogger("mkdocs"), _Ear()
    before = logger.propagate
    logger.addHandler(ear)
    logger.propagate = False
    try:
        yield ear.said
    finally:
        logger.removeHandler(ear)
        logger.propagate = before
