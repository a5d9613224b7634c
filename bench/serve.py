"""How soon ``attest serve`` shows a changed control: from the moment its file is written to the moment its page says it, asked for every 20 ms.

    python bench/serve.py [N …]      1,000 controls where nothing is said; five changes each, beside a limit: one whole ``attest build``.
    CPU is what the server took for a change, whatever else the machine does.
"""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from synthetic import write

CHANGES = 5


def address() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


def until(url: str, said: str) -> float:
    """The moment the page says it."""
    while True:
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                if said in answer.read().decode():
                    return time.perf_counter()
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.02)


def used(process: subprocess.Popen[bytes]) -> float:
    """Processor seconds of a process so far, as Linux counts them."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def changes(root: Path) -> list[tuple[float, float]]:
    """Seconds until each change is shown, by the clock and of the processor."""
    control, at = root / "controls/customers/promise-7.yml", address()
    text = control.read_text("utf-8")
    process = subprocess.Popen([sys.executable, "-m", "attest", "serve", str(root), "--addr", at], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(f"http://{at}/customers/promise-7.html", "is kept on every system")
        taken = []
        for number in range(CHANGES):
            time.sleep(1)
            said = f"is kept, said for the {number}th time"
            begun, before = time.perf_counter(), used(process)
            control.write_text(text.replace("is kept on every system it names", said), "utf-8")
            taken.append((until(f"http://{at}/customers/promise-7.html", said) - begun, used(process) - before))
        return taken
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def main(counts: list[int]) -> None:
    print(f"{'controls':>8}{'best s':>8}{'median s':>10}{'worst s':>9}{'CPU s':>7}{'build s':>9}{'times':>7}")
    for count in counts:
        with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
            root = Path(folder) / "sources"
            write(root, count)
            begun = time.perf_counter()
            subprocess.run([sys.executable, "-m", "attest", "build", str(root), "--site-dir", f"{folder}/site"], check=True, capture_output=True)
            build, taken = time.perf_counter() - begun, changes(root)
            walls, cpus = [wall for wall, _ in taken], [cpu for _, cpu in taken]
            print(f"{count:>8}{min(walls):>8.2f}{statistics.median(walls):>10.2f}{max(walls):>9.2f}{min(cpus):>7.2f}{build:>9.2f}{statistics.median(walls) / build:>7.2f}")


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [1000])
