"""A prepared state -> a whole site on the disk, or nothing: it is rendered beside its place and moved there when it is good.

    prepare(root, as_of, release, secret, as_unknown)  ->  Prepared          (attest.prepare)
    build(root, prepared, site_dir)                    ->  site_dir holds the site, and nothing else
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attest.errors import Refused
from attest.pages.outputs import ASSESSMENT, INDEX, SECURITY
from attest.pages.search import PATH as SEARCH
from attest.prepare import Prepared, prepare
from attest.published import page_of
from attest.site import Watch, render, unwatched
from attest.swap import beside, swap

__all__ = ["Prepared", "build", "prepare"]


def build(root: Path, prepared: Prepared, site_dir: Path, watch: Watch = unwatched) -> None:
    """Writes the site of ``prepared`` into ``site_dir``, which is replaced whole. ``watch`` hears how many pages of how many are drawn.

    Raises Refused where ``site_dir`` holds something that is not a built site, or the site cannot be built as it should; CouldNotTell
    where it cannot be written. After any of them ``site_dir`` is as it was.
    """
    _refuse_foreign(root, site_dir)
    with beside(site_dir) as held, _frozen():
        render(root, prepared, held / "new", watch)
        _look_for_all(prepared, held / "new")
        swap(held, site_dir)


@contextmanager
def _frozen() -> Iterator[None]:
    """The record stays until all is written: looking for garbage in it again and again would cost a tenth of a build."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _refuse_foreign(root: Path, site_dir: Path) -> None:
    """Only an empty folder, or one that an earlier build wrote, is replaced."""
    if site_dir.is_symlink() or (site_dir.exists() and not site_dir.is_dir()):
        raise Refused(f"{site_dir} is not a folder of its own", "name another with --site-dir")
    if root.resolve().is_relative_to(site_dir.resolve()):
        raise Refused(f"{site_dir} holds the sources themselves", "name another with --site-dir")
    if site_dir.is_dir() and any(site_dir.iterdir()) and not (site_dir / ASSESSMENT).is_file():
        raise Refused(f"{site_dir} holds something that no build wrote", "empty it, or name another folder with --site-dir")


def _look_for_all(prepared: Prepared, made: Path) -> None:
    """Whatever renders the site may lose pages and still end well: look for each."""
    pages = [page_of(control) for control in prepared.record["controls"]]
    expected = ["index.html", "verify.html", "404.html", "_headers", ASSESSMENT, INDEX, SECURITY, SEARCH, *pages, *prepared.files]
    if missing := [path for path in expected if not os.path.isfile(f"{made}/{path}")]:  # noqa: PTH113 - there are thousands
        raise Refused(f"the site was built without {', '.join(missing[:5])}{' and more' if len(missing) > 5 else ''}", "look at `plugins` and `exclude_docs` in mkdocs.yml")

