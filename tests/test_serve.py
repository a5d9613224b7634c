"""The preview of ``attest serve``: the same site as a build, made piece by piece as it is asked for, and following the sources."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
from mkdocs.exceptions import PluginError

from attest.build import prepare
from attest.errors import AttestError, Problems
from attest.pages.search import PATH as SEARCH
from attest.site import render, render_preview
from attest.site.serving import Preview
from attest.yaml_lines import Kept, parse
from tests.sites import AS_OF, mini, prepared


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return mini(tmp_path / "root")


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_made_when_it_is_asked_for_is_what_a_build_writes(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Byte for byte, but for the policy that a preview goes without; and the pages of promises are among what waits, or nothing would be gained."""
    made = prepared(root, None)
    waiting = render_preview(root, made, tmp_path / "preview")
    there = tree(tmp_path / "preview")
    assert there.keys().isdisjoint(waiting)
    assert {f"{control['audience']}/{control['id']}.html" for control in made.record["controls"]} | {SEARCH, "report.html"} <= waiting.keys()
    monkeypatch.setattr("attest.site.plugin.with_policy", lambda page, *_: page)
    render(root, made, tmp_path / "whole")
    assert {**there, **{path: content() for path, content in waiting.items()}} == tree(tmp_path / "whole")


def test_what_has_not_changed_is_not_parsed_again(root: Path) -> None:
    """Told by the object; what has changed, or was refused, is read anew, and the whole comes out as without remembering."""
    kept = Kept()
    first = kept(b"title: one\n", "a.yml")
    assert kept(b"title: one\n", "a.yml") is first
    assert kept(b"title: two\n", "a.yml").value == {"title": "two"}
    with pytest.raises(Problems):
        kept(b"title: [\n", "a.yml")
    assert kept(b"title: one\n", "b.yml") == parse(b"title: one\n", "b.yml")
    prepare(root, AS_OF, None, None, as_unknown=True, parse=kept)
    control = next((root / "controls/customers").glob("*.yml"))
    control.write_text(re.sub(r"(?m)^title: .*$", "title: Another title altogether", control.read_text()))
    again, fresh = (prepare(root, AS_OF, None, None, as_unknown=True, parse=how) for how in (kept, parse))
    assert again.record == fresh.record
    assert any(one["title"] == "Another title altogether" for one in again.record["controls"])


def ask(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@contextmanager
def served(folder: Path, waiting: Mapping[str, Callable[[], bytes]], told: list[AttestError | str]) -> Iterator[str]:
    """The address of a preview that builds nothing by itself."""
    server = Preview(lambda: None, "127.0.0.1", 0, folder, told.append)
    server.waiting = waiting
    server.server_bind()
    server.server_activate()
    server.serve_thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()


def test_a_page_is_made_once_when_somebody_asks(tmp_path: Path) -> None:
    """Also by its folder's address; what is nowhere is not found, and what cannot be drawn is told and takes nothing else with it."""
    made: list[str] = []

    def page(said: str) -> bytes:
        made.append(said)
        return f"<body>{said}</body>".encode()

    def broken() -> bytes:
        raise PluginError("a page cannot be drawn: b.html: 'titel' is undefined")

    told: list[AttestError | str] = []
    with served(tmp_path, {"a/p.html": partial(page, "one"), "h/index.html": partial(page, "two"), "b.html": broken}, told) as base:
        assert [(status, b"one" in body) for status, body in (ask(f"{base}/a/p.html"), ask(f"{base}/a/../a/p.html"))] == [(200, True)] * 2
        assert ask(f"{base}/h/")[0] == 200
        assert [ask(f"{base}/{path}")[0] for path in ("a/q.html", "../a/p.html.part", "b.html", "h/index.html")] == [404, 404, 404, 200]
    assert made == ["one", "two"]
    assert ["titel" in str(one) for one in told] == [True]
    assert sorted(tree(tmp_path)) == ["a/p.html", "h/index.html"]


def test_a_change_of_the_sources_is_shown(root: Path) -> None:
    """Of a page that waits, of one that does not, and of the search's index; a mistake leaves the last good site; nothing is written beside the sources."""
    before, at = set(tree(root)), address()
    control = root / "controls/customers/restored.yml"
    text = control.read_text()
    with subprocess.Popen([sys.executable, "-m", "attest", "serve", str(root), "--addr", at], stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            page, shelf, index = (f"http://{at}/{path}" for path in ("customers/restored.html", "customers/index.html", SEARCH))
            until(page, b"</html>")
            control.write_text(re.sub(r"(?m)^title: .*$", "title: Said in another way", text))
            for url in (page, shelf, index):
                until(url, b"Said in another way")
            control.write_text("titel: broken\n")
            time.sleep(1)
            assert b"Said in another way" in ask(page)[1]
            control.write_text(text)
            until(page, re.search(r"(?m)^title: (.*)$", text)[1].encode())  # type: ignore[index]
        finally:
            process.send_signal(signal.SIGINT)
            said = process.communicate(timeout=60)[0].decode()
    assert process.returncode == 0, said
    assert "unknown key 'titel'" in said
    assert set(tree(root)) == before


def address() -> str:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        return f"127.0.0.1:{free.getsockname()[1]}"


def until(url: str, said: bytes) -> None:
    """Waits for the page to say it, a minute at most."""
    for _ in range(600):
        with suppress(OSError):
            if said in ask(url)[1]:
                return
        time.sleep(0.1)
    raise AssertionError(f"{url} never said {said!r}")
