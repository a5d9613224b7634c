"""A preview that follows the sources: built beside what is served, and switched to when it is good.

What a reader of the preview cannot miss is made at once: the navigation's pages, the files for programs, the theme's own. The thousands
of pages beside them, and the search's index, are made when somebody asks for one, from the same frames to the same bytes.
"""

from __future__ import annotations

import os
import posixpath
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from mkdocs.exceptions import MkDocsException
from mkdocs.livereload import LiveReloadServer

from attest.errors import AttestError, CouldNotTell, Refused
from attest.prepare import Prepared
from attest.site.rendering import render_preview
from attest.times import print_moment

_EVERY: Final = 0.25
"""Seconds between two looks at the sources."""

Tell = Callable[[AttestError | str], None]


class Preview(LiveReloadServer):
    """Serves a folder, and pages that are not in it until they are asked for."""

    def __init__(self, build: Callable[[], None], host: str, port: int, folder: Path, tell: Tell) -> None:
        super().__init__(build, host, port, str(folder), polling_interval=_EVERY)
        self.tell = tell
        self.drawing = threading.RLock()
        """Held by whoever draws, because what turns Markdown into HTML does one text at a time."""
        self.waiting: Mapping[str, Callable[[], bytes]] = {}
        """What makes each page that is not in the folder."""

    def switch(self, folder: Path, waiting: Mapping[str, Callable[[], bytes]]) -> None:
        """Serves another folder from now on; the one before is removed."""
        old, self.root, self.waiting = self.root, str(folder), waiting
        shutil.rmtree(old)

    def serve_request(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """As ever; what is not there may be waiting, or have come while the question waited for a build."""
        said: list[tuple[Any, ...]] = []
        answer: Iterable[bytes] = super().serve_request(environ, lambda *words: said.append(words))
        if said[-1][0].startswith("404") and self._is_there(environ["PATH_INFO"]):
            answer = super().serve_request(environ, lambda *words: said.append(words))
        start_response(*said[-1])
        return answer

    def _is_there(self, asked: str) -> bool:
        """Whether a page is there by now, made if need be."""
        path = posixpath.normpath(f"/{asked}index.html" if asked.endswith("/") else f"/{asked}").lstrip("/")
        with self.drawing:
            file = Path(self.root, path)
            try:
                if path in self.waiting and not file.is_file():
                    _put(file, self.waiting[path]())
            except (AttestError, MkDocsException) as error:
                self.tell(Refused(str(error), "mend what it says"))
            return file.is_file()


def _put(file: Path, content: bytes) -> None:
    """Whole or not at all: another question may be reading."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    part.write_bytes(content)
    os.replace(part, file)  # noqa: PTH105 - the name says that it may be there


def serve(root: Path, ready: Callable[[], Prepared], host: str, port: int, tell: Tell) -> None:
    """Serves the site and builds it anew at every change of a source, until interrupted. Nothing is written into the sources.

    A problem is told, and the last good site is served on. Raises CouldNotTell where the address cannot be had.
    """
    _refuse_taken(host, port)
    with tempfile.TemporaryDirectory(prefix="attest-serve-") as held:
        folder = Path(held)
        waiting = folder / "waiting"
        waiting.mkdir()
        (waiting / "index.html").write_text("<!doctype html><title>Not built yet</title><p>The sources have problems: see the terminal.</p></body>", "utf-8")
        server = Preview(lambda: _rebuild(root, ready, server, folder), host, port, waiting, tell)
        _rebuild(root, ready, server, folder)
        for watched in ("controls", "content", "theme", "mkdocs.yml"):
            if (root / watched).exists():
                server.watch(str(root / watched))
        tell(f"serving on {server.url} (unsigned preview; interrupt to stop)")
        try:
            server.serve()  # type: ignore[no-untyped-call]
        finally:
            server.shutdown()


def _refuse_taken(host: str, port: int) -> None:
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        raise CouldNotTell(f"cannot serve on {host}:{port}: {error.strerror}", "name another address with --addr") from None


def _rebuild(root: Path, ready: Callable[[], Prepared], server: Preview, folder: Path) -> None:
    """Builds beside what is served, and switches when it is good."""
    fresh = Path(tempfile.mkdtemp(dir=folder))
    with server.drawing:
        try:
            prepared = ready()
            server.switch(fresh, render_preview(root, prepared, fresh))
        except AttestError as error:
            shutil.rmtree(fresh)
            server.tell(error)
            return
    server.tell(f"built, state on {print_moment(prepared.assessment.as_of)}")
