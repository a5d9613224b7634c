"""What it costs to load and judge many controls in one process, beside a limit in the same run: libyaml alone parsing the same files.

CPU milliseconds a control (user and system), peak memory of the process. ``python bench/assess.py [N …]``
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml
from build import AS_OF, cpu, workplace
from synthetic import write


def measured(folder: Path) -> dict[str, Any]:
    """CPU seconds of each part, and the peak in MB before the limit is measured."""
    from attest.assess import assess
    from attest.load import check_sources

    begun = cpu()
    center, observations, problems = check_sources(folder, AS_OF)
    assert center is not None
    assert not problems, problems[:3]
    loaded = cpu()
    assess(center, observations, AS_OF)
    judged = cpu()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for file in folder.rglob("*.yml"):
        for _ in yaml.parse(file.read_text(), Loader=yaml.CSafeLoader):
            pass
    return {"check": loaded - begun, "assess": judged - loaded, "limit": cpu() - judged, "peak": peak}


def main(counts: list[int]) -> None:
    print(f"{'controls':>8}{'check':>9}{'assess':>9}{'both':>9}{'libyaml':>9}{'times':>7}{'MB':>7}   (CPU ms a control)")
    for count in counts:
        with tempfile.TemporaryDirectory(dir=workplace()) as folder:
            write(Path(folder), count)
            done = subprocess.run([sys.executable, __file__, "--one", folder], check=True, capture_output=True, text=True).stdout
        found = json.loads(done)
        check, judge, limit = (found[name] * 1000 / count for name in ("check", "assess", "limit"))
        print(f"{count:>8}{check:>9.2f}{judge:>9.2f}{check + judge:>9.2f}{limit:>9.2f}{(check + judge) / limit:>7.1f}{found['peak']:>7.0f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measured(Path(sys.argv[2]))))
    else:
        main([int(word) for word in sys.argv[1:]] or [1000, 10_000])
