"""Writes a trust center of N synthetic controls, all different, with three pieces of evidence between every ten of them.

    python bench/synthetic.py DIR N
"""

from __future__ import annotations

import sys
from pathlib import Path

CENTER = """\
id: https://trust.synthetic.example/
name: Synthetic
summary: A fictional company that exists to be measured.
systems:
  - {id: api, name: Public API}
areas:
AREAS
contacts:
  - {role: Security, email: security@synthetic.example}
"""
CONTROL = """\
title: Promise number N is kept on every system it names
promise: >-
  Whatever number N is about, we do it every day, write down that we did, and look at what was written. Where it fails we say so
  on this page, and what we are doing about it; nobody can set this page to say that it holds.
area: area-AREA
owner: Team AREA
applies_to: [api]
responsibility: both
yours: Keep your side of number N in order as well.
checks:
  - evidence: report-TENTH
    rows: [check-N]
    every: pass
    max_age: 1y
  - evidence: policy-TENTH
    max_age: 1y
"""
REPORT = "title: Report TENTH\nkind: record\nformat: csv\nfile: files/report-TENTH.csv\ncovers: [api]\nobserved: 2026-11-01\nvisibility: public\ncolumns: {row: check, outcome: result}\npass_values: [ok]\n"
POLICY = "title: Policy TENTH\nkind: document\nfile: files/policy-TENTH.md\ncovers: [api]\nobserved: 2026-11-01\nvisibility: gated\n"


def write(folder: Path, count: int) -> None:
    """The sources of a center with ``count`` controls; every seventh fails and every eleventh has no row."""
    for name in ("controls/customers", "controls/evidence/files", "content"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    areas = "\n".join(f"  - {{id: area-{area}, title: Area {area}}}" for area in range(12))
    (folder / "controls/center.yml").write_text(CENTER.replace("AREAS", areas))
    (folder / "mkdocs.yml").write_text("site_name: Synthetic\ndocs_dir: content\nuse_directory_urls: false\ntheme: {name: attest}\nplugins: [attest]\n")
    (folder / "content/about.md").write_text("# About\n\nA fictional company that exists to be measured.\n")
    for number in range(count):
        _control(folder, number)
    for tenth in range((count + 9) // 10):
        _evidence(folder, tenth)


def _control(folder: Path, number: int) -> None:
    text = CONTROL.replace("AREA", str(number % 12)).replace("TENTH", str(number // 10)).replace("number N", f"number {number}").replace("check-N", f"check-{number}")
    (folder / f"controls/customers/promise-{number}.yml").write_text(text)


def _evidence(folder: Path, tenth: int) -> None:
    base = folder / "controls/evidence"
    (base / f"report-{tenth}.yml").write_text(REPORT.replace("TENTH", str(tenth)))
    (base / f"policy-{tenth}.yml").write_text(POLICY.replace("TENTH", str(tenth)))
    rows = "".join(f"check-{n},{'broken' if n % 7 == 0 else 'ok'}\n" for n in range(tenth * 10, tenth * 10 + 10) if n % 11)
    (base / f"files/report-{tenth}.csv").write_text("check,result\n" + rows)
    (base / f"files/policy-{tenth}.md").write_text(f"# Policy {tenth}\n\nWe do what number {tenth} says.\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
