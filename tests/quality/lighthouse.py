"""Lighthouse over a folder that is served at its own address: https, HTTP/2 where nginx has it, gzip, the headers it asks for, the clock of its day."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from attest.times import print_moment

SCRIPT = Path(__file__).parent.parent / "interop" / "lighthouse.mjs"


@dataclass(frozen=True)
class Said:
    """``scores``: category -> 0 to 100; ``failed``: what costs points; ``figures``: milliseconds."""

    scores: dict[str, int]
    failed: list[str]
    figures: dict[str, int]


def lighthouse(chromium: str, served: str, address: str, now: datetime, categories: Sequence[str]) -> Said:
    """``address`` is the page's own; ``served`` is where its host is found here."""
    place = f"{urlsplit(address).hostname}={urlsplit(served).port}"
    done = subprocess.run(["node", SCRIPT, chromium, address, place, print_moment(now), *categories], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return Said(**json.loads(done.stdout.splitlines()[-1]))
