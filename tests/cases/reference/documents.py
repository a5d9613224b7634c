"""Prints the documents of the reference trust center: text in, a small PDF out, the same bytes every time.

    python tests/cases/reference/documents.py controls/evidence/files     writes them all

The texts are the files of ``documents/``: a title, a line under it, paragraphs, with empty lines between. tests/test_reference.py
compares what is committed with what this prints.
A PDF of this kind is a list of numbered objects, then a table of where each begins (ISO 32000-1, 7.5): no fonts are embedded, the
fourteen standard ones are named.
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

FICTION = "Harbourline is a fictional company, and so is everybody else named here."


def pdf(title: str, under: str, paragraphs: list[str]) -> bytes:
    """One page of A4: a title, a line under it, paragraphs, and the note that all is fiction."""
    content = _content(title, under, paragraphs)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (en) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        b"<< /Title (%s) >>" % _escaped(title),
    ]
    return _file(objects)


def _file(objects: list[bytes]) -> bytes:
    out, starts = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % start for start in starts)
    return out + table + b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(objects), len(out))


def _content(title: str, under: str, paragraphs: list[str]) -> bytes:
    lines = [(b"/F2 20 Tf", title, 30), (b"/F1 9 Tf", under, 30)]
    for paragraph in paragraphs:
        wrapped = textwrap.wrap(paragraph, 88)
        lines += [(b"/F1 11 Tf", line, 16) for line in wrapped[:-1]] + [(b"/F1 11 Tf", wrapped[-1], 26)]
    lines.append((b"/F1 9 Tf", FICTION, 12))
    drawn = b"".join(b"%s (%s) Tj 0 -%d Td\n" % (font, _escaped(line), below) for font, line, below in lines)
    return b"BT 62 770 Td\n" + drawn + b"ET"


def _escaped(text: str) -> bytes:
    return text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def documents() -> dict[str, bytes]:
    """File name -> PDF of every document."""
    found = {}
    for file in sorted((Path(__file__).parent / "documents").glob("*.txt")):
        title, under, *paragraphs = file.read_text(encoding="utf-8").strip().split("\n\n")
        found[f"{file.stem}.pdf"] = pdf(title, under, paragraphs)
    return found


if __name__ == "__main__":
    for name, data in documents().items():
        (Path(sys.argv[1]) / name).write_bytes(data)
