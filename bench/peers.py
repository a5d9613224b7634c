"""Building beside other generators, on equal pages, in one run: plain MkDocs with Material, Hugo, Zensical, and writing the bytes alone.

    python bench/peers.py [N …]          100, 1,000, 5,000 and 10,000 controls where nothing is said

``attest build`` runs first, as the command it is, with YAML, validation, verdicts, pages, search and hashes of the record. What stands in
the middle of its pages is then given to each peer as that many pages of its own:

    write      the built pages' bytes, written again: what no generator can beat
    hugo       those middles as HTML files, our frame as the layout, no Markdown, no search
    material   the same words as Markdown, navigation of one page, no search, no plugin
    zensical   the same sources as Material; where the program ``zensical`` is found on PATH or named in $ZENSICAL

CPU is user and system of the whole process and its children, in milliseconds a page; everything lies in memory where there is /dev/shm.
"""

from __future__ import annotations

import html
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from synthetic import write

AS_OF = "2026-11-21T12:00:00Z"
MIDDLE = re.compile(r'<div id="content" tabindex="-1">.*</div>(?=\s*</article>)', re.DOTALL)
TAGS = re.compile(r"<[^>]+>")
QUIET = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}


class Taken(NamedTuple):
    """What a process took: CPU seconds, seconds by the clock, peak memory in MB."""

    cpu: float
    wall: float
    peak: float


def run(*command: str | Path, cwd: Path | None = None) -> Taken:
    """Runs a command to its end; ``wait4`` tells what it and its own children took."""
    begun = time.perf_counter()
    process = subprocess.Popen([str(word) for word in command], cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, **QUIET})
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command[0]} failed: {said.decode()[-2000:]}")
    return Taken(used.ru_utime + used.ru_stime, time.perf_counter() - begun, used.ru_maxrss / 1024)


def pages(site: Path) -> Iterator[tuple[str, str, str]]:
    """(name, title, middle) of each control's page."""
    for file in sorted((site / "customers").glob("promise-*.html")):
        made = file.read_text("utf-8")
        found = MIDDLE.search(made)
        assert found is not None, file
        yield file.stem, html.unescape(re.search("<title>(.*?)</title>", made)[1]), found[0]  # type: ignore[index]


def again(site: Path, folder: Path) -> Taken:
    """The control pages' bytes, written again."""
    contents = [(file.name, file.read_bytes()) for file in (site / "customers").glob("promise-*.html")]
    before, begun = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    folder.mkdir()
    for name, content in contents:
        (folder / name).write_bytes(content)
    after = resource.getrusage(resource.RUSAGE_SELF)
    return Taken(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.perf_counter() - begun, 0)


def hugo(site: Path, folder: Path) -> Taken:
    """Our middles as content, our frame as the layout."""
    program = shutil.which("hugo")
    if program is None:
        raise FileNotFoundError("hugo")
    content, layouts = folder / "content/customers", folder / "layouts/_default"
    content.mkdir(parents=True)
    layouts.mkdir(parents=True)
    for name, title, middle in pages(site):
        (content / f"{name}.html").write_text(f"---\n{json.dumps({'title': title})}\n---\n{middle}", "utf-8")
    made = (site / "customers/promise-1.html").read_text("utf-8").replace("{{", "").replace("}}", "")
    framed = MIDDLE.sub("{{ .Content }}", re.sub("<title>.*?</title>", "<title>{{ .Title }}</title>", made))
    (layouts / "single.html").write_text(framed, "utf-8")
    (folder / "config.toml").write_text('baseURL = "https://peer.example/"\ndisableKinds = ["taxonomy", "term", "section", "home", "RSS", "sitemap"]\nuglyURLs = true\n')
    taken = run(program, "--quiet", "--source", folder, "--destination", folder / "out")
    assert_written(folder / "out/customers", site)
    return taken


def sources(site: Path, folder: Path) -> None:
    """The words of our pages as Markdown, for Material and Zensical."""
    docs = folder / "docs"
    docs.mkdir(parents=True)
    for name, title, middle in pages(site):
        words = " ".join(html.unescape(TAGS.sub(" ", middle)).split()).replace("<", "").replace("*", "").replace("_", " ")
        (docs / f"{name}.md").write_text(f"# {title}\n\n{words}\n\n| check | result |\n|---|---|\n| a | ok |\n| b | ok |\n", "utf-8")
    (docs / "index.md").write_text("# Home\n")
    config = {"site_name": "Peer", "use_directory_urls": False, "theme": {"name": "material", "font": False}, "plugins": [], "nav": [{"Home": "index.md"}], "not_in_nav": "promise-*.md"}
    (folder / "mkdocs.yml").write_text(json.dumps(config))


def material(site: Path, folder: Path) -> Taken:
    """Plain MkDocs with Material."""
    sources(site, folder)
    taken = run(sys.executable, "-m", "mkdocs", "build", "-q", "-f", folder / "mkdocs.yml", "-d", folder / "out")
    assert_written(folder / "out", site)
    return taken


def zensical(site: Path, folder: Path) -> Taken:
    """Zensical on Material's sources, from nothing."""
    program = os.environ.get("ZENSICAL") or shutil.which("zensical")
    if program is None:
        raise FileNotFoundError("zensical")
    sources(site, folder)
    taken = run(program, "build", "-f", folder / "mkdocs.yml", cwd=folder)
    assert_written(folder / "site", site)
    return taken


def assert_written(out: Path, site: Path) -> None:
    """A peer that left pages out has won nothing."""
    found, wanted = len(list(out.glob("promise-*.html"))), len(list((site / "customers").glob("promise-*.html")))
    assert found == wanted, f"{out}: {found} of {wanted}"


PEERS: dict[str, Callable[[Path, Path], Taken]] = {"write": again, "hugo": hugo, "material": material, "zensical": zensical}


def measure(count: int) -> None:
    """One row each for attest and the peers."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        root = Path(folder)
        write(root / "sources", count)
        ours = run(sys.executable, "-m", "attest", "build", root / "sources", "--site-dir", root / "site", "--as-of", AS_OF)
        show(count, "attest build", ours, ours)
        for name, peer in PEERS.items():
            try:
                show(count, name, peer(root / "site", root / name), ours)
            except FileNotFoundError as missing:
                print(f"{count:>8}  {name:<14}{'not here: ' + str(missing)}")


def show(count: int, name: str, taken: Taken, ours: Taken) -> None:
    print(f"{count:>8}  {name:<14}{taken.cpu * 1000 / count:>10.2f}{taken.wall:>9.2f}{taken.peak:>8.0f}{ours.cpu / max(taken.cpu, 1e-9):>12.2f}", flush=True)


if __name__ == "__main__":
    print(f"{'pages':>8}  {'':<14}{'CPU ms/page':>10}{'wall s':>8}{'MB':>8}{'ours/theirs':>12}")
    for wanted in [int(word) for word in sys.argv[1:]] or [100, 1000, 5000, 10000]:
        measure(wanted)
