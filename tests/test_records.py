"""Registers kept in spreadsheets: what becomes of a cell, where the header is found, and files that mean harm.

What office tools export as CSV is in tests/cases/readings; here are XLSX files, written as they are needed: by openpyxl, or part by part where
openpyxl would not write such a thing.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from attest import readings
from attest.errors import Unreadable
from attest.readings import grid, zipped
from attest.readings.interface import Reading, RecordShape
from attest.readings.table import table_of

SHAPE = RecordShape("device", "encrypted", pass_values=("yes",))
ROWS = [["device", "encrypted"], ["LAP-014", "yes"], ["LAP-015", "no"]]
READ = ["pass LAP-014", "fail LAP-015"]

TYPES = """<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
</Types>"""
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TOP = f'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
BOOK_RELATIONS = f'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{RELATION}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BOOK = f'<?xml version="1.0"?><workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><sheets><sheet name="Devices" sheetId="1" r:id="r1"/></sheets></workbook>'


def book(sheets: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    """A workbook as openpyxl writes it: sheet name -> rows of values."""
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def parts(sheet: str, **others: str) -> bytes:
    """A workbook of one sheet, its XML as given; ``others`` replaces or adds parts by name."""
    found = {"[Content_Types].xml": TYPES, "_rels/.rels": TOP, "xl/workbook.xml": BOOK, "xl/_rels/workbook.xml.rels": BOOK_RELATIONS, "xl/worksheets/sheet1.xml": sheet} | others
    return packed(found)


def packed(found: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in found.items():
            archive.writestr(name, content)
    return out.getvalue()


def sheet_xml(rows: str, before: str = "", after: str = "") -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>{before}<worksheet xmlns="{MAIN}">{after}<sheetData>{rows}</sheetData></worksheet>'


def inline(cell: str, text: str) -> str:
    return f'<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER = f'<row r="1">{inline("A1", "device")}{inline("B1", "encrypted")}</row>'
FIRST = f'<row r="2">{inline("A2", "LAP-014")}{inline("B2", "yes")}</row>'


def read(data: bytes, shape: RecordShape = SHAPE, named: str | None = None) -> Reading:
    return readings.read(io.BytesIO(data), named, shape)


def said(reading: Reading) -> list[str]:
    return [f"{row.outcome} {row.row}" for row in reading.rows]


def test_a_sheet_is_told_from_its_content() -> None:
    reading = read(book({"Devices": ROWS}))
    assert (reading.format, reading.examined, said(reading)) == ("xlsx", 2, READ)
    assert read(book({"Devices": ROWS}), named="xlsx") == reading
    assert read(parts(sheet_xml(HEADER + FIRST))).rows == reading.rows[:1]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12, "12"), (12.0, "12"), (-3.0, "-3"), (0.955, "0.955"), (99.5, "99.5"), (1e300, "1e+300"), (True, "TRUE"), (False, "FALSE"),
        (date(2026, 11, 18), "2026-11-18"), (datetime(2026, 11, 18), "2026-11-18"), (datetime(2026, 11, 18, 8, 30), "2026-11-18T08:30:00"),
        (time(8, 30), "08:30:00"), ("yes", "yes"), (" yes ", "yes"), ("1.10", "1.10"), ("NO", "NO"), (None, ""), ("", ""), ("=1+1", ""),
        ("#N/A", "#N/A"),
    ],
)  # fmt: skip
def test_a_cell_is_the_text_of_its_value(value: object, text: str) -> None:
    (row,) = read(book({"Devices": [["device", "encrypted"], ["LAP-014", value]]})).rows
    assert row.message == text
    assert row.outcome == ("other" if not text else "pass" if text == "yes" else "fail")


def test_a_formula_counts_with_the_value_last_computed() -> None:
    computed = '<row r="3"><c r="A3" t="str"><f>"LAP-"&amp;15</f><v>LAP-015</v></c><c r="B3" t="str"><f>IF(1,"yes","no")</f><v>yes</v></c></row>'
    never = f'<row r="4">{inline("A4", "LAP-016")}<c r="B4"><f>IF(1,"yes","no")</f></c></row>'
    assert said(read(parts(sheet_xml(HEADER + FIRST + computed + never)))) == ["pass LAP-014", "pass LAP-015", "other LAP-016"]


def test_of_merged_cells_the_first_has_the_value() -> None:
    made = Workbook()
    for row in (["Devices", None], ["device", "encrypted"], ["LAP-014", "yes"], ["LAP-015", None]):
        made.active.append(row)
    made.active.merge_cells("A1:B1")
    made.active.merge_cells("B3:B4")
    out = io.BytesIO()
    made.save(out)
    assert said(read(out.getvalue())) == ["pass LAP-014", "other LAP-015"]
    made.active.merge_cells("A3:A4")
    out = io.BytesIO()
    made.save(out)
    assert said(read(out.getvalue())) == ["pass LAP-014"], "the line below has neither a name nor a value of its own"
    made.active.unmerge_cells("B3:B4")
    made.active["B4"] = "yes"
    out = io.BytesIO()
    made.save(out)
    with pytest.raises(Unreadable, match="line 4: nothing in column 'device'"):
        read(out.getvalue())


@pytest.mark.parametrize(
    "rows",
    [
        [[], [], *ROWS],
        [["Devices of the office, November"], [None, None], *ROWS],
        [[None, "State of 18 November"], ["Made by hand"], [], *ROWS],
        [*ROWS, [None, None], ["", ""], [" ", None, None]],
        [[*ROWS[0], None, ""], [*ROWS[1], None], [*ROWS[2], "", None]],
        [["no", *ROWS[0]], [1, *ROWS[1]], [2, *ROWS[2]]],
    ],
    ids=["blank lines above", "title above", "two titles", "blank lines below", "blank columns", "more columns"],
)
def test_the_header_is_found(rows: list[list[Any]]) -> None:
    assert said(read(book({"Devices": rows}))) == READ


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([["device", "device", "encrypted"]], "names column 'device' twice"),
        ([["device", None, "encrypted"]], "columns without a name"),
        ([*ROWS, ["LAP-016", "yes", "stray"]], "line 4: there is something beyond the last column"),
        ([["LAP-013", "yes"], *ROWS], "no column 'device', 'encrypted'; the columns are 'LAP-013', 'yes'"),
        ([["Devices"]], "no column 'device', 'encrypted'; the columns are 'Devices'"),
        ([[f"title {n}"] for n in range(20)] + ROWS, "no column"),
        ([["device", "encrypted"], [None, "yes"]], "line 2: nothing in column 'device'"),
    ],
)
def test_refused_by_what_stands_in_it(rows: list[list[Any]], why: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(book({"Devices": rows}))
    assert why in caught.value.message


def test_an_empty_sheet_has_no_columns() -> None:
    with pytest.raises(Unreadable, match="no column"):
        read(book({"Devices": []}))


def test_a_sheet_that_nobody_sees_shows_nothing() -> None:
    made = Workbook()
    made.create_sheet("Clean", 0).sheet_state = "veryHidden"
    packed = io.BytesIO()
    made.save(packed)
    packed.seek(0)
    with pytest.raises(Unreadable, match="sheet 'Clean' is hidden"):
        readings.read(packed, "xlsx", RecordShape("Device", "Compliance", pass_values=("Compliant",), sheet="Clean"))


def test_of_several_sheets_one_is_named() -> None:
    data = book({"Devices": ROWS, "Notes": [["anything"]]})
    with pytest.raises(Unreadable) as caught:
        read(data)
    assert (caught.value.message, caught.value.hint) == ("the file has 2 sheets: 'Devices', 'Notes'", "say which with sheet:")
    named = RecordShape("device", "encrypted", pass_values=("yes",), sheet="Devices")
    assert said(read(data, named)) == READ
    with pytest.raises(Unreadable, match="no sheet 'devices'; the sheets are 'Devices', 'Notes'"):
        read(data, RecordShape("device", "encrypted", pass_values=("yes",), sheet="devices"))
    assert said(read(book({"Devices": ROWS}), named)) == READ


def test_rows_beyond_the_size_a_sheet_states_are_read() -> None:
    assert said(read(parts(sheet_xml(HEADER + FIRST, after='<dimension ref="A1"/>')))) == ["pass LAP-014"]


def test_lines_are_numbered_as_the_sheet_numbers_them() -> None:
    far = f'<row r="41">{inline("B41", "yes")}</row>'
    with pytest.raises(Unreadable, match="line 41: nothing in column 'device'"):
        read(parts(sheet_xml(HEADER + FIRST + far)))


def test_registers_take_the_same_files() -> None:
    expected = [(2, {"id": "cloud", "name": "Fictional Cloud AG"}), (4, {"id": "mail", "name": ""})]
    assert table_of(io.BytesIO(book({"S": [["id", "name"], ["cloud", "Fictional Cloud AG"], [], ["mail"]]}))) == expected
    assert table_of(io.BytesIO(b"id,name\ncloud,Fictional Cloud AG\n\nmail,\n")) == expected
    assert table_of(io.BytesIO(book({"S": [["id"], ["x"]], "T": []})), "S") == [(2, {"id": "x"})]
    with pytest.raises(Unreadable, match="no sheets"):
        table_of(io.BytesIO(b"id,name\n"), "S")


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media/none.bin", "w") as stream:
        for _ in range(zipped.MAX_UNPACKED // 2**20 + 1):
            stream.write(bytes(2**20))
    return out.getvalue()


def _twice() -> bytes:
    out = io.BytesIO()
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(out, "w") as archive:
        for _ in range(2):
            archive.writestr("xl/workbook.xml", BOOK)
    return out.getvalue()


def _locked() -> bytes:
    data = bytearray(parts(sheet_xml(HEADER)))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = -1
        while (start := data.find(mark, start + 1)) >= 0:
            data[start + at] |= 1
    return bytes(data)


def _bzipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("xl/workbook.xml", BOOK)
    return out.getvalue()


ENTITY = '<!DOCTYPE x [<!ENTITY a "yes">]>'
BILLION = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)) + "]>"
OUTSIDE = '<!DOCTYPE x SYSTEM "file:///etc/hostname">'
HARM = {
    "unpacks to 257 MiB": (_bomb, "unpacks to more than 256 MiB"),
    "a part twice": (_twice, "two parts of one name"),
    "locked": (_locked, "locked with a password"),
    "an entity": (lambda: parts(sheet_xml(HEADER, ENTITY)), "document type declaration"),
    "a billion laughs": (lambda: parts(sheet_xml(HEADER, BILLION)), "document type declaration"),
    "a file from outside": (lambda: parts(sheet_xml(HEADER, OUTSIDE)), "document type declaration"),
    "an entity in UTF-16": (lambda: packed({"xl/workbook.xml": (ENTITY + "<x/>").encode("utf-16")}), "document type declaration"),
    "another packing": (_bzipped, "packed in a way"),
    "many parts": (lambda: packed({f"xl/{n}": b"" for n in range(zipped.MAX_PARTS + 1)}), "more than 5000 parts"),
    "a row far below": (lambda: parts(sheet_xml(HEADER + FIRST + f'<row r="999999999999">{inline("A999999999999", "x")}</row>')), "more than 1048576 rows"),
    "no sheet": (lambda: parts(sheet_xml(""), **{"xl/workbook.xml": BOOK.replace(BOOK[BOOK.index("<sheet name") : BOOK.index("</sheets>")], "")}), "no sheet"),
    "a column far to the right": (lambda: parts(sheet_xml(HEADER + FIRST + '<row r="3"><c r="XFD3"><v>1</v></c></row>')), "line 3: a cell beyond column 512"),
    "no workbook": (lambda: packed({"xl/other.xml": "<x/>"}), "not a whole workbook"),
    "a sheet that is not XML": (lambda: parts("nonsense"), "not a whole workbook"),
    "a cell nowhere": (lambda: parts(sheet_xml('<row r="1"><c r="&#x661;1" t="s"><v>9</v></c></row>')), "not a whole workbook"),
    "a text that is not shared": (lambda: parts(sheet_xml('<row r="1"><c r="A1" t="s"><v>9</v></c></row>')), "not a whole workbook"),
}  # fmt: skip


@pytest.mark.parametrize("harm", HARM)
def test_a_file_that_means_harm_is_unreadable(harm: str) -> None:
    make, why = HARM[harm]
    with pytest.raises(Unreadable) as caught:
        read(make())
    assert why in caught.value.message


WHOLE = book({"Devices": ROWS})


@given(st.data())
@settings(max_examples=150)
def test_a_spoilt_file_is_unreadable_or_says_no_more_than_it_did(data: st.DataObject) -> None:
    spoilt = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(spoilt)))
    try:
        reading = read(bytes(spoilt[:cut]), named="xlsx")
    except Unreadable:
        return
    assert set(said(reading)) <= set(READ)


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=6), max_size=4), max_size=8))
def test_lines_become_records_or_are_refused(lines: list[list[str]]) -> None:
    """Whatever the lines are: every record has the header's columns, and no cell that was filled is lost below the header."""
    header = ["a", "b"]
    try:
        found = list(grid.records(enumerate([header, *lines], 1), ("a", "b"), even=False))
    except Unreadable as error:
        assert "beyond the last column" in error.message
        return
    filled = [line for line in lines if any(cell.strip() for cell in line)]
    assert [list(cells.values()) for _, cells in found] == [[*line, "", ""][:2] for line in filled]
