"""What Lighthouse makes of a trust center beside plain MkDocs with Material, in the same run: scores, and the milliseconds behind them.

Harbourline is published and served as its page says it should be: by nginx, gzip, TLS and HTTP/2, at its own address; the peer the same
way. Lighthouse plays a middling phone on a slow line. Each page is judged three times, and the best of each is shown: a shared machine
can only make it worse. ``python bench/lighthouse.py [TIMES]``
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.quality.harbourline import VISITED, published  # noqa: E402 - beside the tests
from tests.quality.lighthouse import Said, lighthouse  # noqa: E402
from tests.quality.serving import nginx  # noqa: E402

OURS, PEER = "trust.harbourline.example", "peer.example"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FIGURES = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "speed-index")


def material(folder: Path) -> Path:
    """Two pages of plain MkDocs with Material, about as long as ours, with its search."""
    docs = folder / "docs"
    docs.mkdir(parents=True)
    words = "Whatever it is about, we do it every day, write down that we did, and look at what was written. " * 12
    for name in ("index", "promise"):
        (docs / f"{name}.md").write_text(f"# A {name}\n\n{words}\n\n| check | result |\n|---|---|\n| a | ok |\n| b | ok |\n\n## More\n\n{words}\n")
    config = {"site_name": "Peer", "site_description": "A plain page", "site_url": f"https://{PEER}/", "use_directory_urls": False, "theme": {"name": "material", "font": False}}
    (folder / "mkdocs.yml").write_text(json.dumps(config))
    subprocess.run([sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(folder / "mkdocs.yml"), "-d", str(folder / "site")], check=True, capture_output=True)
    (folder / "site/_headers").write_text("/*\n  X-Content-Type-Options: nosniff\n")
    return folder / "site"


def best(said: list[Said]) -> Said:
    """Of several runs, the one with the highest performance."""
    return max(said, key=lambda one: (one.scores["performance"], -sum(one.figures.values())))


def row(name: str, said: Said) -> str:
    figures = [str(said.figures.get(name, "-")) for name in FIGURES]
    return f"{name:<34}" + "".join(f"{said.scores[category]:>16}" for category in CATEGORIES) + "".join(f"{figure:>30}" for figure in figures)


def main(times: int) -> None:
    chromium, server = shutil.which("chromium"), shutil.which("nginx")
    if chromium is None or server is None or not (ROOT / "tests/interop/node_modules/lighthouse").is_dir():
        print("needs chromium, nginx, and `npm ci --ignore-scripts` in tests/interop: not measured")
        return
    print(f"{'':<34}" + "".join(f"{category:>16}" for category in CATEGORIES) + "".join(f"{name + ' ms':>30}" for name in FIGURES))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sites = ((OURS, published(folder), ("", "customers/encrypted-at-rest.html")), (PEER, material(folder / "peer"), ("", "promise.html")))
        for host, site, paths in sites:
            with nginx(server, site, folder / f"nginx-{host}", host) as served:
                for path in paths:
                    runs = [lighthouse(chromium, served, f"https://{host}/{path}", VISITED, CATEGORIES) for _ in range(times)]
                    print(row(f"{host.split('.')[-2]}: {path or 'the first page'}", best(runs)), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
