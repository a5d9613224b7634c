"""What a build costs a control, for 100, 1,000 and 5,000 synthetic controls, stage by stage, beside two measures in the same run:

    floor      the same pages' bytes written again as plain files: what no generator can beat
    material   plain MkDocs with Material on equal Markdown pages, thin navigation: the peer

CPU milliseconds a control (user and system, all of the process), peak memory of the process that built, bytes of one control page.
Each measurement is a process of its own. ``python bench/build.py [N …] [--peer]``
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from synthetic import write

AS_OF = datetime(2026, 11, 21, 12, tzinfo=UTC)


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def stages(folder: Path, count: int) -> dict[str, Any]:
    """Builds in this process and says what each stage took, in CPU seconds."""
    from attest.assess import assess
    from attest.build import Prepared, build
    from attest.load import load
    from attest.observe import observe
    from attest.record import project

    taken: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        begun = cpu()
        done = work()
        taken[name] = cpu() - begun
        return done

    center = timed("load", lambda: load(folder))
    observations, problems = timed("observe", lambda: observe(folder, center, AS_OF))
    assert not problems, problems[:3]
    assessment = timed("assess", lambda: assess(center, observations, AS_OF))
    record = timed("record", lambda: project(assessment, bytes(32), None, "0"))
    timed("build", lambda: build(folder, Prepared(center, assessment, record, None, ()), folder / "site"))
    page = (folder / "site/customers/promise-1.html").stat().st_size
    timed("floor", lambda: rewrite(folder / "site", folder / "again"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"controls": count, "stages": taken, "peak": peak, "page": page}


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


def workplace() -> str | None:
    """Memory, where there is one: a disk's write-back is noise."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def one(count: int) -> None:
    with tempfile.TemporaryDirectory(dir=workplace()) as folder:
        write(Path(folder), count)
        print(json.dumps(stages(Path(folder), count)))


def main(counts: list[int], peer: bool) -> None:
    names = ["load", "observe", "assess", "record", "build", "floor"]
    print(f"{'controls':>8}" + "".join(f"{name:>9}" for name in names) + f"{'all':>9}{'peer':>9}{'MB':>7}{'page kB':>9}{'wall s':>8}   (CPU ms a control)")
    before: tuple[int, float] | None = None
    for count in counts:
        begun = time.perf_counter()
        done = json.loads(subprocess.run([sys.executable, __file__, "--one", str(count)], check=True, capture_output=True, text=True).stdout.splitlines()[-1])
        wall = time.perf_counter() - begun
        each = [done["stages"][name] * 1000 / count for name in names]
        with tempfile.TemporaryDirectory(dir=workplace()) as folder:
            beside = f"{material(Path(folder), count) * 1000 / count:>9.2f}" if peer else f"{'-':>9}"
        print(f"{count:>8}" + "".join(f"{value:>9.2f}" for value in each) + f"{sum(each[:-1]):>9.2f}{beside}{done['peak']:>7.0f}{done['page'] / 1000:>9.1f}{wall:>8.1f}")
        total = sum(each[:-1]) * count
        if before is not None:
            print(f"{'growth':>8}  {count / before[0]:.0f} times the controls take {total / before[1]:.1f} times the CPU time")
        before = (count, total)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(int(sys.argv[2]))
    else:
        main([int(word) for word in sys.argv[1:] if word.isdigit()] or [100, 1000, 5000], "--peer" in sys.argv)
