r"""What stands in the margins of every printed sheet, as the end of the stylesheet: who says it, when, until when, and whose key signed it.

    record + edition  ->  @media print {:root {--at-running: "Small Co · Release 7 · State on …"; --at-signed: "Signed by SHA256:… · https://…"}}

The margin boxes of 95-paper.css show both. A stylesheet holds them because margins can show nothing of a page's own, and because it is
bound by the signed list of files, as the pages are. Declared text leaves here escaped: only letters and digits of ASCII stay as they are.
"""

from __future__ import annotations

import re

from attest.pages import text
from attest.pages.drawn import Edition
from attest.published import Record

_OTHERS = re.compile(r"[^A-Za-z0-9]")


def margins(record: Record, edition: Edition) -> bytes:
    """Rules to be appended to the stylesheet."""
    release, center = edition.release, record["center"]
    numbered = f"Release {release.n}" if release is not None else "Unsigned preview"
    running = f"{text.lines(center['name'])} · {numbered} · State on {text.day(edition.as_of)} · Valid until {text.day(edition.valid_until)}"
    signed = f"Signed by {release.fingerprint} · {text.lines(center['id'])}" if release is not None else f"Signed by nobody · {text.lines(center['id'])}"
    return f"@media print {{\n:root {{\n  --at-running: {quoted(running)};\n  --at-signed: {quoted(signed)};\n}}\n}}\n".encode()


def quoted(words: str) -> str:
    r"""Text -> a CSS string (CSS Syntax 3, 4.3.7): every other character than a letter or digit of ASCII as a backslash, its number and a blank."""
    return '"' + _OTHERS.sub(lambda found: f"\\{ord(found[0]):x} ", words) + '"'
