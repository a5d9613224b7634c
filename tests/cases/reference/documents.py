"""Prints the documents of the reference trust center: text in, a small PDF out, the same bytes every time.

    python tests/cases/reference/documents.py controls/evidence/files     writes them all

The text is here so that it can be read and changed; tests/test_reference.py compares what is committed with what this prints.
A PDF of this kind is a list of numbered objects, then a table of where each begins (ISO 32000-1, 7.5): no fonts are embedded, the
fourteen standard ones are named.
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

FICTION = "Harbourline is a fictional company, and so is everybody else named here."

DOCUMENTS: dict[str, tuple[str, str, list[str]]] = {
    "cryptography-policy.pdf": (
        "Cryptography policy",
        "Harbourline, Head of Security, 5 October 2026. Shown to customers on request.",
        [
            "1. On networks. Everything that leaves a machine of ours travels inside TLS 1.2 or newer. SSL 2, SSL 3, TLS 1.0 and TLS 1.1 "
            "are switched off. There is no list of exceptions, because there are none.",
            "2. On disks. Databases, archives and backups lie on encrypted disks. The keys are not kept beside them.",
            "3. Keys. Each key has an owner and a day on which it is replaced. Keys for signing never leave the machine that signs.",
            "4. Algorithms. We use what our libraries recommend this year and invent nothing of our own.",
            "5. Review. The Head of Security reads this policy again every October, and sooner when an algorithm falls.",
        ],
    ),
    "penetration-test-letter.pdf": (
        "Penetration test: closing letter",
        "Brightwater Assurance (fictional) to Harbourline, 23 October 2026. Shown to customers on request.",
        [
            "What we tested. The Tracking API and the Tracking website, from 28 September to 9 October 2026, as an outsider and as a customer "
            "with an ordinary account. The arrival notices and the driver app were not part of the test.",
            "What we found. No finding rated critical, one rated high, three rated medium, and six of lesser weight.",
            "What became of it. On 22 October 2026 we tested again. The finding rated high and those rated medium no longer occur. Of the rest, "
            "four are mended and two are accepted by Harbourline, with reasons that we find sound.",
            "What this letter is not. A test of two weeks shows what two testers found in two weeks. It does not show that nothing else is there.",
            "Signed by the lead tester, Brightwater Assurance.",
        ],
    ),
    "incident-communication-policy.pdf": (
        "Incident communication policy",
        "Harbourline, Head of Security, 4 November 2026. Public.",
        [
            "1. When the clock starts. It starts when one of us has good reason to believe that a customer's data was seen, taken or changed "
            "by somebody who should not have. It does not wait for proof.",
            "2. Within 48 hours the customer's security contact hears from us: what we know, what we do not know yet, which data it "
            "concerns, what we are doing, and what the customer should do now.",
            "3. Until it is over, a further message at least every second day, even when there is nothing new.",
            "4. Afterwards, within 30 days, a letter that says what happened, why, and what we changed. It is written so that somebody "
            "who is not an engineer can follow it.",
            "5. Authorities are told within the times the law sets. That is done beside the above, never instead of it.",
            "6. Who speaks. The incident lead writes, the Head of Security signs. Nobody else promises anything on the telephone.",
        ],
    ),
    "security-terms-for-suppliers.pdf": (
        "Security terms for suppliers",
        "Harbourline, Purchasing, 12 October 2026. Public; part of every supplier's contract.",
        [
            "1. People. Those who work for us under your name use an account of their own. You tell us within one working day when one of "
            "them leaves or changes work.",
            "2. Data. You use what we hand you for the work agreed, keep it apart from others', and delete it within 30 days of the work's end.",
            "3. Incidents. You tell us within 24 hours of learning of an incident that may touch us or our customers. Early and incomplete "
            "is better than late and tidy.",
            "4. Looking. Once a year you answer our questions in writing, or show us a report by an independent party that answers them. "
            "We visit only where the answers leave us worried, and we say so beforehand.",
            "5. Your own suppliers. Where you pass work on, these terms go with it.",
            "6. Our side. We close accounts on the day the work ends, ring before we change your bank details, and pay for what we ask beyond this.",
        ],
    ),
}


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


def write(folder: Path) -> None:
    """Writes every document into a folder."""
    for name, (title, under, paragraphs) in DOCUMENTS.items():
        (folder / name).write_bytes(pdf(title, under, paragraphs))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
