"""Documents: what they say of themselves, what is none, and files made to keep a reader busy."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter
from pypdf.actions import JavaScript
from pypdf.generic import ArrayObject, DictionaryObject, NameObject

from attest import papers
from attest.assess import assess
from attest.errors import Problem, Unreadable
from attest.load import load
from attest.observe import observe
from attest.papers import pdf
from attest.readings.interface import Observation, Paper
from attest.times import parse_moment
from tests.cases.reference.documents import pdf as printed
from tests.test_check import AS_OF, site_of

APRIL, MAY = parse_moment("2026-04-02T07:15:00Z"), parse_moment("2026-05-04T10:00:00Z")


def read(data: bytes) -> Paper:
    return papers.read(io.BytesIO(data))


def refused(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read(data)
    error = caught.value
    assert error.message.startswith("the file "), error.message
    return f"{error.message}: {error.hint}" if error.hint else error.message


def written(change: Callable[[PdfWriter], object] = lambda _: None, pages: int = 2, **info: str) -> bytes:
    """A PDF as pypdf writes it; ``info`` is its dictionary, without the slashes."""
    made = PdfWriter()
    for _ in range(pages):
        made.add_blank_page(595, 842)
    made.add_metadata({f"/{name}": value for name, value in info.items()})
    change(made)
    out = io.BytesIO()
    made.write(out)
    return out.getvalue()


def packed_objects(body: bytes) -> bytes:
    """A PDF whose object 5 stands in an object stream (ISO 32000-1, 7.5.7), as printing programs write it."""
    inner = zlib.compress(b"5 0 " + body)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction 5 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>", b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(inner), inner),
    ]  # fmt: skip
    out, starts = b"%PDF-1.5\n", []
    for number, one in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    entries = b"\0" * 4 + b"".join(b"\x01" + start.to_bytes(2, "big") + b"\0" for start in starts) + b"\x02\0\x04\0" + b"\x01" + len(out).to_bytes(2, "big") + b"\0"
    table = b"<< /Type /XRef /Size 7 /W [1 2 1] /Root 1 0 R /Length %d >>" % len(entries)
    return out + b"6 0 obj\n%s\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, entries, len(out))


CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>Access  policy</dc:title>'
    '<dcterms:created xsi:type="dcterms:W3CDTF">2026-04-02T07:15:00Z</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">2026-05-04T12:00:00+02:00</dcterms:modified></cp:coreProperties>'
)
APP = '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Pages>3</Pages></Properties>'
WORD = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:body></w:document>'


def docx(text: str = "Nobody shares a password.", **parts: str | bytes | None) -> bytes:
    found: dict[str, str | bytes | None] = {"word/document.xml": WORD.format(text), "docProps/core.xml": CORE, "docProps/app.xml": APP} | parts
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in found.items():
            if content is not None:
                archive.writestr(name, content)
    return out.getvalue()


def test_a_pdf() -> None:
    data = written(Title="Cryptography\n policy", CreationDate="D:20260402091500+02'00'", ModDate="D:20260504100000Z")
    assert read(data) == Paper("pdf", "Cryptography policy", APRIL, MAY, 2)
    assert read(b"\n\n" + printed("A title", "under", ["A paragraph."])) == Paper("pdf", "A title", None, None, 1)
    assert read(packed_objects(b"<< /Nothing 1 >>")) == Paper("pdf", None, None, None, 1)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("D:20260402071500Z", APRIL), ("D:20260402071500", APRIL), ("20260402071500+00'00", APRIL), ("D:20260402071500Z00'00'", APRIL), ("D:20260401231500-08'00'", APRIL),
        ("D:2026", datetime(2026, 1, 1, tzinfo=UTC)), ("D:202604", datetime(2026, 4, 1, tzinfo=UTC)), ("D:20260402", datetime(2026, 4, 2, tzinfo=UTC)),
        ("D:20261302", None), ("D:20260230000000Z", None), ("April 2026", None), ("", None), ("D:00000000000000Z", None), ("D:00010101000000+23'59'", None),
        ("D:20260402071560Z", datetime(2026, 4, 2, 7, 15, 59, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_a_pdf_says_its_dates_in_many_ways(said: str, meant: datetime | None) -> None:
    assert read(written(CreationDate=said)).created == meant


def test_a_pdf_without_a_page_is_no_document() -> None:
    assert refused(written(pages=0)) == "the file is a PDF without a page"
    assert "without a page" in refused(printed("A", "b", ["c"]).replace(b"/Count 1", b"/Count 0"))
    assert "without a page" in refused(printed("A", "b", ["c"]).replace(b"/Kids [3 0 R]", b"/Kids [    ]"))
    assert "without a page" in refused(printed("A", "b", ["c"]).replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]")), "a tree that is its own branch"


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_a_locked_pdf_cannot_be_opened(algorithm: str) -> None:
    assert "locked with a password, so it cannot be opened" in refused(written(lambda made: made.encrypt("secret", "owner", algorithm=algorithm)))
    assert read(written(lambda made: made.encrypt("", "owner", algorithm=algorithm), Title="Open to all")).title == "Open to all"


def _launches(made: PdfWriter) -> None:
    made.root_object[NameObject("/OpenAction")] = DictionaryObject({NameObject("/S"): NameObject("/Launch")})


@pytest.mark.parametrize(
    ("data", "notes"),
    [
        (written(lambda made: made.add_open_action(JavaScript("x"))), ("holds a script",)),
        (written(lambda made: made.add_attachment("x.txt", b"x")), ("holds another file",)),
        (written(_launches), ("starts a program",)),
        (packed_objects(b"<< /S /JavaScript /JS (x) >>"), ("holds a script",)),
        (written(), ()),
        (docx(**{"word/vbaProject.bin": b"x"}), ("holds a script",)),
        (docx(**{"word/embeddings/oleObject1.bin": b"x"}), ("holds another file",)),
    ],
    ids=["script", "attachment", "launch", "packed script", "none", "macro", "embedded"],
)
def test_what_a_document_holds_besides_is_noted(data: bytes, notes: tuple[str, ...]) -> None:
    assert read(data).notes == notes


def test_a_docx() -> None:
    assert read(docx()) == Paper("docx", "Access policy", APRIL, MAY, 3)
    assert read(docx(**{"docProps/core.xml": None, "docProps/app.xml": None})) == Paper("docx", None, None, None, None)
    assert read(docx(**{"docProps/app.xml": APP.replace("3", "0")})).pages is None
    assert read(docx(**{"docProps/core.xml": CORE.replace("2026-04-02T07:15:00Z", "soon")})).created is None


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (docx(text=" "), "without text"),
        (docx(**{"docProps/core.xml": "nonsense"}), "not whole"),
        (docx(**{"docProps/core.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}), "document type declaration"),
        (docx(**{"word/document.xml": WORD[:-9]}), "not whole"),
        (docx()[:-30], "not whole"),
        (docx(**{"docProps/core.xml": "<x>" + " " * 2**20 + "</x>"}), "larger than 1 MiB"),
    ],
    ids=["no text", "properties", "entity", "body cut", "archive cut", "large properties"],
)
def test_a_docx_that_is_not_whole(data: bytes, why: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(data)
    assert why in caught.value.message


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("# Access policy\n\nNobody shares a password.\n", Paper("markdown", "Access policy", None, None, None)),
        ("\ufeff---\r\ntitle: Access\r\ndate: 2026-04-02T07:15:00Z\r\n---\r\n\r\nText.\r\n", Paper("markdown", "Access", None, APRIL, None)),
        ("---\ndate: 2026-05-04\n---\nAccess policy\n=============\n", Paper("markdown", "Access policy", None, datetime(2026, 5, 4, tzinfo=UTC), None)),
        ("---\ntitle: [a, b]\ndate: spring\n---\ntext\n", Paper("markdown", None, None, None, None)),
        ("---\ntitle: &a x\n---\n## Second level ##\n", Paper("markdown", "Second level", None, None, None)),
        ("```\n# no heading\n```\nText, and more, and more.\n", Paper("text", None, None, None, None)),
        ("Access policy\n\nNobody shares a password.\n", Paper("text", None, None, None, None)),
        ("Dear all, first, second.\nThen, more.\nThanks.\n", Paper("text", None, None, None, None)),
        ("[A link](https://harbourline.example) and text\n", Paper("text", None, None, None, None)),
        ("<!-- a comment -->\n# Policy\n", Paper("markdown", "Policy", None, None, None)),
        ("Zugriff für alle: nein. Ünïcödé.\n", Paper("text", None, None, None, None)),
        ("Asset: anything we would miss.\nOwner: whoever answers for it, by role.\n", Paper("text", None, None, None, None)),
        ("[[Access]] is given by role.\n", Paper("text", None, None, None, None)),
        ("<https://harbourline.example/policy> has it all.\n", Paper("text", None, None, None, None)),
        ("密码不得共享。" * 40 + "\n", Paper("text", None, None, None, None)),
    ],
)  # fmt: skip
def test_prose(text: str, paper: Paper) -> None:
    assert read(text.encode("utf-8")) == paper


NOTHING = "shows nothing by itself: have a role declare what it shows (kind: declaration, with file:)"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x89PNG\r\n\x1a\n rest", f"the file is a picture, which {NOTHING}"),
        (b"\xff\xd8\xff\xe0 rest", f"the file is a picture, which {NOTHING}"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", f"the file is a picture, which {NOTHING}"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", f"the file is a picture, which {NOTHING}"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", f"the file is a film, which {NOTHING}"),
        (b"\x1f\x8b\x08\0rest", f"the file is an archive, which {NOTHING}"),
        (b"x" * 257 + b"ustar\0", f"the file is an archive, which {NOTHING}"),
        (docx(**{"word/document.xml": None, "xl/workbook.xml": "<x/>"}), "the file is a spreadsheet"),
        (docx(**{"word/document.xml": None, "ppt/presentation.xml": "<x/>"}), "save it as PDF"),
        (docx(**{"word/document.xml": None, "a.txt": "x"}), f"the file is an archive, which {NOTHING}"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "save it as PDF or DOCX"),
        (b'{"results": []}', "the file is JSON, not prose"),
        (b'{"version": "2.1.0", "runs": []}', "the file is what a tool wrote (sarif), not prose"),
        (b'<?xml version="1.0"?><x/>', "the file is XML or a web page"),
        (b"<!DOCTYPE html><p>Policy", "the file is XML or a web page"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "the file is XML or a web page"),
        (b"a,b,c\n1,2,3\n4,5,6\n", "the file is a table, not prose"),
        (b"a\tb\tc\n1\t2\t3\n4\t5\t6\n", "the file is a table, not prose"),
        (b"a,b\nc,d\ne,f\n", "the file is a table, not prose"),
        (b'{"a": 1}\n{"a": 2}\n', "the file is JSON, not prose"),
        (b'{"results": [{"a": 1},\n {"b": ', "the file is JSON, not prose"),
        (b'{"a": 1, "a": 2}', "the file is JSON, not prose"),
        (b"<!-- kept -->\n<html><p>Policy", "the file is XML or a web page"),
        (b"<report><row/></report>", "the file is XML or a web page"),
        (b"- {person: a, mfa: on}\n- {person: b, mfa: off}\n", "settings or a list of values"),
        (b"rows:\n  - person: a\n    mfa: on\n", "settings or a list of values"),
        (b"# Access\nSECRET=1\nUSER=ops\n", "settings or a list of values"),
        (b"2026-01-01 10:00 start\n2026-01-01 10:01 end\n2026-01-02 10:00 start\n", "the file is a log, not prose"),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----\n", "encrypted or a key"),
        (b"age-encryption.org/v1\n-> X25519 abc\n", "encrypted or a key"),
        (b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ\n" * 20, "packed as text"),
        (b"{\\rtf1 Policy}", "the file is RTF"),
        (b"---\ntitle: Access policy\n---\n", "the file has no text"),
        (b"<!-- to be written -->\n# \n.\n", "the file has no text"),
        ("Müller".encode("latin-1"), "no PDF, DOCX, Markdown or text in UTF-8"),
        (b"some\0thing", "control characters"),
        (b"%PDF-1.7 nothing of the kind", "a PDF that is not whole"),
        (b"  \n", "the file is empty"),
    ],
)  # fmt: skip
def test_what_is_no_document(data: bytes, why: str) -> None:
    assert why in refused(data)


def _deep(made: PdfWriter) -> None:
    inner = ArrayObject()
    for _ in range(3000):
        inner = ArrayObject([inner])
    made.root_object[NameObject("/Deep")] = inner


WHOLE = printed("Cryptography policy", "State of 2 April 2026", ["All that leaves our systems is encrypted."])
BUSY = {
    "tables that name each other": WHOLE.replace(b"trailer\n<<", b"trailer\n<< /Prev 9"),
    "a table of a million": WHOLE.replace(b"xref\n0 8", b"xref\n0 9999999"),
    "a title that is itself": WHOLE.replace(b"/Title (Cryptography policy)", b"/Title 7 0 R"),
    "a number far too long": WHOLE.replace(b"/Count 1", b"/Count " + b"9" * 100_000),
    "brackets that never close": b"%PDF-1.7\n1 0 obj\n" + b"[" * 200_000 + b"\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF",
    "dictionaries that never close": b"%PDF-1.7\n1 0 obj\n" + b"<</A" * 50_000 + b"\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF",
    "objects without end": b"%PDF-1.7\n" + b"1 0 obj\n" * 200_000 + b"startxref\n0\n%%EOF",
    "a filter that pypdf no longer has": packed_objects(b"<< >>").replace(b"/FlateDecode", b"/Fl         "),
    "comments without end": b"%PDF-1.7\n" + b"%" * 500_000 + b"\nstartxref\n9\n%%EOF",
}


@pytest.mark.parametrize("name", BUSY)
def test_a_file_that_keeps_a_reader_busy_ends(name: str) -> None:
    try:
        assert read(BUSY[name]).format == "pdf"
    except Unreadable as error:
        assert error.message.startswith("the file is a PDF ")


def test_nested_objects_end() -> None:
    with pytest.raises((Unreadable, RecursionError)):
        read(written(_deep))


def test_work_is_bounded_by_a_count_and_leaves_no_trace() -> None:
    def forever() -> None:
        while True:
            len("x")

    before = sys.getprofile()
    with pytest.raises(BaseException, match=r"^$") as caught:
        pdf._bounded(forever, 1000)
    assert type(caught.value).__name__ == "_TooBusyError"
    assert sys.getprofile() is before
    assert pdf._bounded(lambda: 5, 1000) == 5


def test_an_honest_long_pdf_stays_within_the_bound() -> None:
    data = written(pages=1500, Title="Long")
    assert (read(data).pages, read(data).title) == (1500, "Long")


SEEDS = (WHOLE, written(Title="A", CreationDate="D:20260402"), packed_objects(b"<< /S /JavaScript /JS (x) >>"), written(lambda made: made.encrypt("", "o", algorithm="AES-256")), docx())


@given(st.data())
@settings(max_examples=300)
def test_spoilt_files_are_read_or_unreadable(data: st.DataObject) -> None:
    spoilt = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(spoilt) - 1))
        if data.draw(st.booleans()):
            spoilt[at] = data.draw(st.integers(0, 255))
        else:
            spoilt[at:at] = data.draw(st.sampled_from([b"<<", b">>", b"[", b"]", b"(", b"obj", b" 0 R", b"stream\n", b"/Kids", b"/Prev 9", b"999999999", b"xref\n"]))
    try:
        assert read(bytes(spoilt[: data.draw(st.integers(1, len(spoilt)))])).format in ("pdf", "docx", "markdown", "text")
    except Unreadable:
        pass


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_unreadable(data: bytes) -> None:
    for begun in (data, b"%PDF-1.7\n" + data):
        try:
            read(begun)
        except Unreadable:
            pass


POLICY = "controls/evidence/files/cryptography-policy.pdf"


def seen(folder: Path, content: bytes) -> tuple[Observation, tuple[Problem, ...], str]:
    """The base with another policy: its observation, all problems, and what becomes of the control that rests on it."""
    site = site_of(folder)
    (site / POLICY).write_bytes(content)
    center = load(site)
    found, problems = observe(site, center, AS_OF)
    result = next(result for result in assess(center, found, AS_OF).results if result.control.id == "encrypted-in-transit")
    return found["encrypted-in-transit.2"], problems, result.checks[1].verdict


def test_a_document_is_observed_with_what_it_says(tmp_path: Path) -> None:
    observation, problems, verdict = seen(tmp_path, written(Title="Policy", CreationDate="D:20260401080000Z"))
    assert (observation.trouble, problems, verdict) == (None, (), "met")
    assert observation.paper == Paper("pdf", "Policy", datetime(2026, 4, 1, 8, tzinfo=UTC), None, 2)


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n rest", b"%PDF-1.4 a policy, it says", b'{"results": []}', written(pages=0), docx(text="")])
def test_what_is_no_document_is_unknown(content: bytes, tmp_path: Path) -> None:
    observation, problems, verdict = seen(tmp_path, content)
    assert observation.trouble is not None
    assert (observation.paper, verdict, [problem.grade for problem in problems]) == (None, "unknown", ["evidence"])


def test_a_picture_is_told_what_it_needs(tmp_path: Path) -> None:
    _, problems, _ = seen(tmp_path, b"\x89PNG\r\n\x1a\n rest")
    assert [str(problem) for problem in problems] == [
        f"controls/customers/encrypted-in-transit.yml:16: checks[1].evidence.file: the file 'files/cryptography-policy.pdf' is a picture, which {NOTHING}"
    ]


@pytest.mark.parametrize(
    ("created", "changed", "said"),
    [
        ("D:20260402235900Z", "", None),  # the day itself
        ("D:20260403000000Z", "", None),  # a day later: zones, and days typed without an hour
        ("D:20260403000001Z", "", "says 2026-04-02T00:00:00Z, but the document says it was made 2026-04-03T00:00:01Z"),
        ("D:20260301000000Z", "D:20260901000000Z", None),  # saved or printed again later
        ("", "D:20260901000000Z", "says 2026-04-02T00:00:00Z, but the document says it was made 2026-09-01T00:00:00Z"),
        ("D:20260901000000Z", "D:20260301000000Z", None),  # copied: what it was copied from is older
        ("D:20260301000000Z", "D:20270101000000Z", "the document says it is of 2027-01-01T00:00:00Z, which lies after 2026-11-21T12:00:00Z"),
    ],
)  # fmt: skip
def test_a_document_made_after_it_was_seen_is_an_error(created: str, changed: str, said: str | None, tmp_path: Path) -> None:
    _, problems, _ = seen(tmp_path, written(**{name: value for name, value in (("CreationDate", created), ("ModDate", changed)) if value}))
    assert [(problem.what, problem.grade) for problem in problems] == ([(said, "error")] if said else [])


def test_a_published_document_hands_out_its_pages_alone(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    control = site / "controls/customers/encrypted-in-transit.yml"
    control.write_text(control.read_text("utf-8").replace("visibility: gated}", "visibility: public, publish: file}"), "utf-8")
    for data, said in ((written(lambda made: made.add_open_action(JavaScript("x"))), ["is published, and the document holds a script"]), (written(), [])):
        (site / POLICY).write_bytes(data)
        assert [problem.what for problem in observe(site, load(site), AS_OF)[1]] == said


def test_a_printed_page_of_a_browser(tmp_path: Path, require_tool: Callable[[str], str]) -> None:
    """What Chromium prints: a made date with a zone, pages as a tree."""
    browser = require_tool("chromium")
    (tmp_path / "page.html").write_text("<title>Printed policy</title><p>One page.", "utf-8")
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={tmp_path / 'out.pdf'}", str(tmp_path / "page.html")]
    subprocess.run(command, capture_output=True, check=True, timeout=120)
    paper = read((tmp_path / "out.pdf").read_bytes())
    assert (paper.format, paper.title, paper.pages, paper.notes) == ("pdf", "Printed policy", 1, ())
    assert paper.created is not None
