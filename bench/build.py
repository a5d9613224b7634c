"""What a build costs a control, for 100, 1,000 and 5,000 synthetic controls, stage by stage, beside measures in the same run:

    check      YAML, validation, evidence, what would leak: all that `attest check` does
    assess     the verdicts; then the record
    build      from the record to files in their place: pages, frames, search, feeds
    hash       every file that was written, read again and hashed, as signing does
    write      the same pages' bytes written again as plain files: what no generator can beat
    floor      bench/floor.py: JSON, one Jinja template and writing, what no pipeline of this kind does without
    material   plain MkDocs with Material on equal Markdown pages, thin navigation: the peer

CPU milliseconds a control (user and system, all of the process), the same in floors, peak memory of the process that built, bytes of one
control page. Each measurement is a process of its own, and where the machine is shared the quickest of ``--rounds`` is the least wrong.
``python bench/build.py [N …] [--rounds=3] [--peer]``
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from floor import cpu, floor, workplace
from synthetic import write

AS_OF = datetime(2026, 11, 21, 12, tzinfo=UTC)


def stages(folder: Path, count: int) -> dict[str, Any]:
    """Builds in this process and says what each stage took, in CPU seconds."""
    from attest.assess import assess
    from attest.build import Prepared, build
    from attest.cli import collect_rarely
    from attest.load import check_sources
    from attest.record import project
    from attest.tree import digests

    taken: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        begun = cpu()
        done = work()
        taken[name] = cpu() - begun
        return done

    collect_rarely()  # as the command does
    center, observations, problems = timed("check", lambda: check_sources(folder, AS_OF))
    assert center is not None, problems[:3]
    assessment = timed("assess", lambda: assess(center, observations, AS_OF))
    record = timed("record", lambda: project(assessment, bytes(32), None, "0"))
    timed("build", lambda: build(folder, Prepared(center, assessment, record, None, ()), folder / "site"))
    timed("hash", lambda: digests(folder / "site"))
    page = (folder / "site/customers/promise-1.html").stat().st_size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    timed("write", lambda: rewrite(folder / "site", folder / "again"))
    return {"stages": taken, "peak": peak, "page": page}


def rewrite(site: Path, again: Path) -> None:
    for file in site.rglob("*.html"):
        target = again / file.relative_to(site)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())


def material(folder: Path, count: int) -> float:
    """CPU seconds of plain MkDocs with Material on pages of about the same words."""
    docs = folder / "docs"
    docs.mkdir(parents=True)
    words = "Whatever it is about, we do it every day, write down that we did, and look at what was written. " * 12
    for number in range(count):
        (docs / f"p{number}.md").write_text(f"# Promise {number}\n\n{words}\n\n| check | result |\n|---|---|\n| a | ok |\n| b | ok |\n")
    (docs / "index.md").write_text("# Home\n")
    config = {"site_name": "Peer", "use_directory_urls": False, "theme": {"name": "material", "font": False}, "plugins": [], "nav": [{"Home": "index.md"}], "not_in_nav": "p*.md"}
    (folder / "mkdocs.yml").write_text(json.dumps(config))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(folder / "mkdocs.yml"), "-d", str(folder / "out")], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def one(count: int) -> None:
    with tempfile.TemporaryDirectory(dir=workplace()) as folder:
        write(Path(folder), count)
        print(json.dumps(stages(Path(folder), count)))


def beneath(count: int) -> None:
    with tempfile.TemporaryDirectory(dir=workplace()) as folder:
        print(json.dumps({"stages": {"floor": floor(count, Path(folder))}, "peak": 0, "page": 0}))


def alone(how: str, count: int) -> dict[str, Any]:
    """A measurement in a process of its own."""
    said = subprocess.run([sys.executable, __file__, how, str(count)], check=True, capture_output=True, text=True).stdout
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found


def best(count: int, rounds: int) -> dict[str, Any]:
    """The quickest of each stage, the floor by turns with it; the largest peak."""
    found = [alone(how, count) for _ in range(rounds) for how in ("--one", "--floor")]
    taken: dict[str, float] = {}
    for name, seconds in (item for one in found for item in one["stages"].items()):
        taken[name] = min(seconds, taken.get(name, seconds))
    return {"stages": taken, "peak": max(one["peak"] for one in found), "page": max(one["page"] for one in found)}


STAGES = ("check", "assess", "record", "build", "hash")


def main(counts: list[int], rounds: int, peer: bool) -> None:
    print(f"{'controls':>8}" + "".join(f"{name:>8}" for name in (*STAGES, "all", "write", "floor")) + f"{'build':>8}{'all':>7}{'peer':>8}{'MB':>6}{'page kB':>9}   (CPU ms a control; in floors)")
    before: tuple[int, float] | None = None
    for count in counts:
        done = best(count, rounds)
        each = {name: seconds * 1000 / count for name, seconds in done["stages"].items()}
        each["all"] = sum(each[name] for name in STAGES)
        with tempfile.TemporaryDirectory(dir=workplace()) as folder:
            beside = f"{material(Path(folder), count) * 1000 / count:>8.2f}" if peer else f"{'-':>8}"
        row = "".join(f"{each[name]:>8.2f}" for name in (*STAGES, "all", "write", "floor"))
        print(f"{count:>8}{row}{each['build'] / each['floor']:>8.2f}{each['all'] / each['floor']:>7.2f}{beside}{done['peak']:>6.0f}{done['page'] / 1000:>9.1f}", flush=True)
        if before is not None:
            print(f"{'growth':>8}  {count / before[0]:.0f} times the controls take {each['all'] * count / before[1]:.1f} times the CPU time")
        before = (count, each["all"] * count)


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    if sys.argv[1:2] == ["--one"]:
        one(*numbers)
    elif sys.argv[1:2] == ["--floor"]:
        beneath(*numbers)
    else:
        asked = next((int(word.partition("=")[2]) for word in sys.argv if word.startswith("--rounds=")), 1)
        main(numbers or [100, 1000, 5000], asked, "--peer" in sys.argv)
