"""What the site's search costs: bytes of its index, and how soon the first result stands there in Chromium, beside Material's search
over the same pages in the same run.

    python bench/search.py [N …] [--alone]      1000 controls, where nothing is said; --alone leaves Material out

The controls say prose of this repository, in which no sentence stands twice while it lasts, because text that repeats itself would
compress to nothing; each names eleven clauses of the frameworks that Harbourline ships, as Harbourline's own do on average.

    unasked   kilobytes that a page fetches for its search before anybody searches
    ms        from the moment the search is opened and the words stand in its field to the first result, fetching included, in a browser
              that has cached nothing: the quickest of seven visits and the middle one, since the machine is shared
    CPU       of these, processor time of the page's own thread; Material's search has a thread besides
    slow      the quickest again, with Chromium's own throttling to a quarter of the processor
    file://   the quickest again, from a saved copy
"""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Browser, CDPSession, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
AS_OF = datetime(2026, 11, 21, 12, tzinfo=UTC)
ASKED = "encrypted"
VISITS = 7
SENTENCE = re.compile(r"[A-Z][a-z]+(?:[,;:]? [A-Za-z0-9'-]+){5,40}[.]")
OURS = ("document.querySelector('.at-search-open').click()", "#at-search input", "input", ".at-search-hit")
MATERIALS = ("document.querySelector('.md-search__input').focus()", ".md-search__input", "keyup", ".md-search-result__link")
MEASURE = """([open, field, event, hit]) => new Promise(done => {
  const begun = performance.now(), look = () => document.querySelector(hit) && done(performance.now() - begun);
  new MutationObserver(look).observe(document.body, {childList: true, subtree: true});
  eval(open);
  const typed = document.querySelector(field);
  typed.value = 'WORDS';
  typed.dispatchEvent(new Event(event, {bubbles: true}));
  look();
})""".replace("WORDS", ASKED)


def sentences() -> list[str]:
    """Prose of the repository, each sentence once."""
    files = [*ROOT.glob("docs/**/*.md"), *ROOT.glob("content/**/*.md"), *ROOT.glob("*.md"), *ROOT.glob("attest/**/*.py"), *ROOT.glob("attest/**/*.md")]
    found = [sentence for file in sorted(files) for sentence in SENTENCE.findall(" ".join(file.read_text("utf-8").split()))]
    return [sentence for sentence in dict.fromkeys(found) if len(sentence) < 200]


def write(folder: Path, count: int) -> None:
    """The sources of a center with that many promises."""
    shutil.copytree(ROOT / "controls/frameworks", folder / "controls/frameworks")
    for name in ("controls/customers", "content"):
        (folder / name).mkdir(parents=True)
    (folder / "mkdocs.yml").write_text("site_name: Synthetic\ndocs_dir: content\ntheme: {name: attest}\nplugins: [attest]\n")
    (folder / "content/about.md").write_text("# About\n\nA fictional company that exists to be measured.\n")
    areas = [{"id": f"area-{n}", "title": f"Area {n}"} for n in range(12)]
    center = {"id": "https://trust.synthetic.example/", "name": "Synthetic", "summary": "A fictional company that exists to be measured.", "systems": [{"id": "api", "name": "Public API"}]}
    (folder / "controls/center.yml").write_text(yaml.safe_dump({**center, "areas": areas, "contacts": [{"role": "Security", "email": "security@synthetic.example"}]}))
    for number, control in zip(range(count), controls(), strict=False):
        (folder / f"controls/customers/promise-{number}.yml").write_text(yaml.safe_dump(control, allow_unicode=True))


def controls() -> Iterator[dict[str, Any]]:
    chance, prose = random.Random(7), sentences()
    clauses = [(file.stem, clause["id"]) for file in sorted(ROOT.glob("controls/frameworks/*.yml")) for clause in yaml.safe_load(file.read_text("utf-8"))["clauses"]]
    at = 0
    while True:
        promise = ""
        while len(promise) < 226:
            promise, at = f"{promise} {prose[at % len(prose)]}".strip(), at + 1
        maps: dict[str, list[str]] = {}
        for ident, clause in sorted(chance.sample(clauses, 11)):
            maps.setdefault(ident, []).append(clause)
        plan = {"owner": "Team", "due": (AS_OF + timedelta(days=chance.randrange(1, 300))).date(), "why": "It is measured."}
        title, yours = (" ".join(prose[(at + step) % len(prose)].rstrip(".").split()[:7]) for step in (977, 1977))
        secret = " Everything is encrypted." if chance.random() < 0.02 else ""
        yield {"title": title, "promise": promise[:260] + secret, "yours": f"{yours}.", "area": f"area-{chance.randrange(12)}", "owner": "Team", "applies_to": ["api"], "responsibility": "both", "maps": maps, "plan": plan}


def built(folder: Path, count: int) -> Path:
    """A trust center with that many promises."""
    from attest.build import build, prepare

    root = folder / "root"
    write(root, count)
    build(root, prepare(root, AS_OF, None, None, as_unknown=False), folder / "site")
    return folder / "site"


def of_material(site: Path, folder: Path) -> Path:
    """The same pages as plain MkDocs with Material and its search would serve them: their middles, as HTML in Markdown."""
    docs = folder / "docs"
    for page in sorted(site.rglob("*.html")):
        middle = re.search(r"<article[^>]*>(.*?)</article>", page.read_text("utf-8"), re.DOTALL)
        if middle and page.name not in ("404.html", "report.html"):
            target = (docs / page.relative_to(site)).with_suffix(".md")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text("<div>\n" + re.sub(r"\n\s*\n", "\n", middle[1]) + "\n</div>\n")
    config = {"site_name": "Peer", "use_directory_urls": False, "theme": {"name": "material", "font": False}, "plugins": ["search"], "nav": [{"Home": "index.md"}], "not_in_nav": "*\n"}
    (folder / "mkdocs.yml").write_text(json.dumps(config))
    subprocess.run([sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(folder / "mkdocs.yml"), "-d", str(folder / "out")], check=True, capture_output=True)
    return folder / "out"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Says nothing."""


def visit(browser: Browser, address: str, how: tuple[str, str, str, str], slower: int = 1) -> tuple[float, float]:
    """Milliseconds from opening to the first result, and of processor time, in a browser that has been nowhere."""
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.goto(address, wait_until="load")
    page.wait_for_timeout(500)
    tools.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = busy(tools)
    taken = float(page.evaluate(MEASURE, list(how)))
    used = busy(tools) - before
    context.close()
    return taken, used


def busy(tools: CDPSession) -> float:
    """Processor milliseconds of the page's thread so far."""
    return float(next(metric["value"] for metric in tools.send("Performance.getMetrics")["metrics"] if metric["name"] == "TaskDuration")) * 1000


def fetched(browser: Browser, address: str) -> int:
    """Bytes of search that a page asks for before anybody searches."""
    context, sizes = browser.new_context(), list[int]()
    page = context.new_page()
    page.on("response", lambda response: sizes.append(len(response.body())) if "search" in response.url else None)
    page.goto(address, wait_until="networkidle")
    context.close()
    return sum(sizes)


def told(browser: Browser, name: str, site: Path, page: str, index: str, how: tuple[str, str, str, str]) -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base, data = f"http://127.0.0.1:{server.server_port}/", (site / index).read_bytes()
    visits = [visit(browser, base + page, how) for _ in range(VISITS)]
    slow = min(visit(browser, base + page, how, 4)[0] for _ in range(VISITS))
    saved = f"{min(visit(browser, (site / page).as_uri(), how)[0] for _ in range(VISITS)):>9.0f}" if how is OURS else f"{'-':>9}"
    times = f"{min(visits)[0]:>7.0f}{statistics.median(taken for taken, _ in visits):>7.0f}{statistics.median(used for _, used in visits):>7.0f}{slow:>7.0f}"
    print(f"{name:>10}{len(data) / 1000:>10.0f}{len(gzip.compress(data, 9)) / 1000:>9.0f}{fetched(browser, base + page) / 1000:>9.0f}{times}{saved}", flush=True)
    server.shutdown()


def parts(site: Path) -> None:
    """What the index is made of."""
    found = json.loads((site / "assets/search-index.js").read_bytes().partition(b"=")[2].rstrip(b";\n"))
    sizes = {name: len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()) for name, value in found.items()}
    clauses = sum(len(listed) // 2 for _, _, listed in found["frameworks"])
    print(f"{'':>10}{sizes['promises'] / len(found['promises']):.0f} bytes a promise, {sizes['frameworks'] / clauses:.0f} a clause ({clauses} of them)")


def main(counts: list[int], peer: bool) -> None:
    print(f"{'':>10}{'index kB':>10}{'gzip kB':>9}{'unasked':>9}{'ms':>7}{'middle':>7}{'CPU':>7}{'slow':>7}{'file://':>9}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", "--no-first-run"])
        for count in counts:
            with tempfile.TemporaryDirectory() as folder:
                print(f"{count} controls")
                site = built(Path(folder), count)
                told(browser, "ours", site, "customers/promise-1.html", "assets/search-index.js", OURS)
                parts(site)
                if peer:
                    told(browser, "Material", of_material(site, Path(folder) / "peer"), "customers/promise-1.html", "search/search_index.json", MATERIALS)
        browser.close()


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:] if word.isdigit()] or [1000], "--alone" not in sys.argv)
