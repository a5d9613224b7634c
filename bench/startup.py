"""How long the light verbs take to start, beside ``python -c pass`` (the limit) in the same run; medians of 15 in turn."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "python -c 'import cryptography.hazmat…ec'": [sys.executable, "-c", "import cryptography.hazmat.primitives.asymmetric.ec"],
    "attest --version": [sys.executable, "-m", "attest", "--version"],
    "attest verify --help": [sys.executable, "-m", "attest", "verify", "--help"],
    "attest status --help": [sys.executable, "-m", "attest", "status", "--help"],
}


def once(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return (time.perf_counter() - begun) * 1000


def main() -> None:
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(15):
        for name, command in COMMANDS.items():
            taken[name].append(once(command))
    floor = statistics.median(taken["python -c pass"])
    print(f"{'command':<45}{'ms':>8}{'times pass':>12}")
    for name, values in taken.items():
        print(f"{name:<45}{statistics.median(values):>8.0f}{statistics.median(values) / floor:>12.1f}")


if __name__ == "__main__":
    main()
