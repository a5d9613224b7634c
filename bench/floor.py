"""What no pipeline of this language does without, to measure machines by: for each of N pages, read its record as JSON, fill one Jinja
template with it (escaping on), and write the page. A record has 4.7 kB, a page 20 kB, of which three fifths stand in the template.

    python bench/floor.py [N …]      CPU milliseconds a page; beside it libyaml building one such record, and the bytes written again

The targets of docs/performance.md were set on a machine where this took 0.22 ms a page and libyaml 0.46. Milliseconds of another machine
say nothing beside them; floors do.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import yaml
from jinja2 import Environment

_WORDS: Final = "Whatever it is about, we do it every day, write down that we did, and look at what was written. "
_LINK: Final = '<li class="nav__item"><a class="nav__link" href="../area-{n}/index.html"><span class="nav__text">Area {n} of what we promise</span></a></li>\n'
_PAGE: Final = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title><meta name="description" content="{{ promise }}"><link rel="stylesheet" href="../site.css"></head>
<body><nav>HEAD</nav><main><h1>{{ title }}</h1><p class="verdict {{ verdict }}">{{ verdict }}: {{ reason }}</p><p>{{ promise }}</p>
{% if yours %}<h2>What is left to you</h2><p>{{ yours }}</p>{% endif %}
<h2>How we know</h2><table><thead><tr><th>Evidence</th><th>Rule</th><th>Result</th><th>Tool</th><th>Observed</th><th>Digest</th></tr></thead><tbody>
{% for check in checks %}<tr><td>{{ check.title }}</td><td>{{ check.rule }}</td><td class="{{ check.verdict }}">{{ check.reason }}</td><td>{{ check.tool }}</td><td><time datetime="{{ check.observed }}">{{ check.observed }}</time></td><td><code>{{ check.sha256 }}</code></td></tr>
{% endfor %}</tbody></table>
<h2>Clauses</h2><ul>{% for clause in clauses %}<li><a href="../{{ clause.framework }}/{{ clause.id }}.html">{{ clause.framework }} {{ clause.id }}</a></li>
{% endfor %}</ul></main><footer>FOOT</footer></body></html>
"""


def record(number: int) -> str:
    """A control as somebody else's pipeline would hand it over."""
    check = {"rule": "every row passes, none is missing, and it is younger than a year", "verdict": "met", "reason": "12 of 12 rows pass.", "tool": "scanner 1.2.3"}
    checks = [{**check, "title": f"Report {number} & {at}", "observed": "2026-11-01T00:00:00Z", "sha256": f"{number * 97 + at:064x}"} for at in range(10)]
    clauses = [{"framework": f"framework-{at % 4}", "id": f"A.{at}"} for at in range(20)]
    said = {"id": f"promise-{number}", "title": f"Promise {number}", "promise": _WORDS * 5, "yours": _WORDS, "verdict": "met", "reason": "All checks pass.", "owner": "Somebody", "area": "area-1", "audience": "customers", "visibility": "public"}
    return json.dumps({**said, "checks": checks, "clauses": clauses})


def floor(count: int, folder: Path) -> float:
    """CPU seconds for so many pages."""
    records = [record(number) for number in range(count)]
    made = _PAGE.replace("HEAD", "".join(_LINK.replace("{n}", str(n)) for n in range(86))).replace("FOOT", _WORDS * 22)
    begun = cpu()
    template = Environment(autoescape=True).from_string(made)
    for number, said in enumerate(records):
        (folder / f"{number}.html").write_bytes(template.render(json.loads(said)).encode())
    return cpu() - begun


def libyaml(count: int) -> float:
    """CPU seconds for as many records, as objects of PyYAML on libyaml."""
    text = yaml.safe_dump(json.loads(record(1)), sort_keys=False)
    return taken(lambda: [yaml.load(text, Loader=yaml.CSafeLoader) for _ in range(count)])


def again(count: int, folder: Path) -> float:
    """CPU seconds for the bytes alone, read and written."""
    return taken(lambda: [(folder / f"{n}.copy").write_bytes((folder / f"{n}.html").read_bytes()) for n in range(count)])


def taken(work: Callable[[], Any]) -> float:
    begun = cpu()
    work()
    return cpu() - begun


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def workplace() -> str | None:
    """Memory, where there is one: a disk's write-back is noise."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def main(counts: list[int]) -> None:
    print(f"{'pages':>8}{'floor':>8}{'libyaml':>9}{'write':>8}   (CPU ms a page)")
    for count in counts:
        with tempfile.TemporaryDirectory(dir=workplace()) as made:
            folder = Path(made)
            found = floor(count, folder), libyaml(min(count, 500)) * count / min(count, 500), again(count, folder)
            said = "".join(f"{value * 1000 / count:>{width}.3f}" for value, width in zip(found, (8, 9, 8), strict=True))
            print(f"{count:>8}{said}   record {len(record(count))} B, page {(folder / '0.html').stat().st_size} B")


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [1000, 5000])
