"""A preview that follows the sources: built beside what is served, and switched to when it is good."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

from mkdocs.livereload import LiveReloadServer

from attest.errors import AttestError, CouldNotTell
from attest.prepare import Prepared
from attest.site.rendering import render
from attest.times import print_moment


def serve(root: Path, ready: Callable[[], Prepared], host: str, port: int, tell: Callable[[AttestError | str], None]) -> None:
    """Serves the site and builds it anew at every change of a source, until interrupted. Nothing is written into the sources.

    A problem is told, and the last good site is served on. Raises CouldNotTell where the address cannot be had.
    """
    _refuse_taken(host, port)
    with tempfile.TemporaryDirectory(prefix="attest-serve-") as held:
        folder = Path(held)
        waiting = folder / "waiting"
        waiting.mkdir()
        (waiting / "index.html").write_text("<!doctype html><title>Not built yet</title><p>The sources have problems: see the terminal.</p></body>", "utf-8")
        server = LiveReloadServer(lambda: _rebuild(root, ready, server, folder, tell), host, port, str(waiting))
        _rebuild(root, ready, server, folder, tell)
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


def _rebuild(root: Path, ready: Callable[[], Prepared], server: LiveReloadServer, folder: Path, tell: Callable[[AttestError | str], None]) -> None:
    """Builds beside what is served, and switches when it is good."""
    fresh = Path(tempfile.mkdtemp(dir=folder))
    try:
        prepared = ready()
        render(root, prepared, fresh, policy=False)
    except AttestError as error:
        shutil.rmtree(fresh)
        tell(error)
        return
    old, server.root = server.root, str(fresh)
    shutil.rmtree(old)
    tell(f"built, state on {print_moment(prepared.assessment.as_of)}")
