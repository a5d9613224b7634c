"""Reading YAML as text with lines, and putting a center together."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from attest.assess import assess
from attest.errors import Problems
from attest.hygiene import bad_link, document_problems, mkdocs_problems, prose_problems, without_code
from attest.load import check_sources, load, load_with_problems
from attest.record import project
from attest.wire.jcs import canonical
from attest.yaml_lines import MAX_DEPTH, Document, decode, parse, parse_text, print_path
from tests.test_check import AS_OF, BASE, CONTROL, site_of


def test_scalars_stay_text() -> None:
    document = parse(b"a: NO\nb: [1.10, 2026-13-40, 0o7, 0x1F, 1e3, .inf, =]\nc: on\n", "a.yml")
    assert document.value == {"a": "NO", "b": ["1.10", "2026-13-40", "0o7", "0x1F", "1e3", ".inf", "="], "c": "on"}


def test_only_three_spellings_are_empty() -> None:
    document = parse(b"a:\nb: ~\nc: null\nd: Null\ne: 'null'\nf: \"\"\n", "a.yml")
    assert document.value == {"a": None, "b": None, "c": None, "d": "Null", "e": "null", "f": ""}


def test_lines() -> None:
    text = b"# a comment\ntitle: x\nlong: >-\n  one\n\n  two\nlist:\n  - a: 1\n    b:\n      - deep\n  - {c: 2,\n     d: 3}\n"
    document = parse(text, "a.yml")
    lines = {("title",): 2, ("long",): 3, ("list",): 7, ("list", 0): 8, ("list", 0, "b"): 9, ("list", 0, "b", 0): 10, ("list", 1, "c"): 11, ("list", 1, "d"): 12}
    assert {path: document.line(path) for path in lines} == lines
    assert document.line(("list", 1, "missing")) == 11
    assert document.spans["long",] == (3, 6)
    assert document.path_at(5) == ("long",)
    assert document.at(("list", 0, "b"), "x").path == "list[0].b"


def test_foreign_text_in_messages_stays_on_its_line() -> None:
    assert print_path(("checks", 0, "a\nattest: fine", "\x1b[0m")) == "checks[0].a\\nattest: fine.\\x1b[0m"
    with pytest.raises(Problems) as refused:
        parse(b'"a\\nb": 1\n"a\\nb": 2\n"<<": &x 3\n', "a.yml")
    assert len(str(refused.value).split("\n")) == len(refused.value.problems) == 2


def test_windows_line_ends() -> None:
    assert parse(b"a: 1\r\nb: |\r\n  x\r\n  y\r\n", "a.yml").value == {"a": "1", "b": "x\ny\n"}


def test_front_matter_counts_from_its_line() -> None:
    with pytest.raises(Problems) as refused:
        parse_text("a: 1\na: 2\n", "a.md", first_line=2)
    assert [(problem.line, problem.what) for problem in refused.value.problems] == [(3, "stands twice, first on line 2")]


DEEPEST = "".join(" " * level + "a:\n" for level in range(MAX_DEPTH - 1)) + " " * (MAX_DEPTH - 1) + "a: x\n"


def test_depth() -> None:
    assert parse(DEEPEST.encode(), "a.yml").value
    with pytest.raises(Problems, match="32 deep"):
        parse(DEEPEST.replace("a: x", "a: {b: x}").encode(), "a.yml")


YAMLISH = st.text(st.sampled_from(list("ab:-?[]{},&*!|>'\"%@`#~<\n\n  \t\\xu0é\u2028\u202e\0")), max_size=80)


@settings(max_examples=600, deadline=None)
@given(st.one_of(st.binary(max_size=80), st.text(max_size=80).map(lambda text: text.encode("utf-8", "surrogatepass")), YAMLISH.map(str.encode)))
@example(b"? ")
@example(b"*a")
@example(b"&a")
@example(b"a: !<tag:x> b")
@example(b'"\\ud800": x')
@example(b"%TAG ! x\n--- a")
@example(b"a: 1\n...\nb: 2")
def test_never_anything_but_problems(data: bytes) -> None:
    try:
        document = parse(data, "a.yml")
    except Problems as refused:
        assert refused.problems
        assert all(problem.file == "a.yml" and problem.what for problem in refused.problems)
    else:
        list(document_problems(document))
        assert all(1 <= first <= last <= data.count(b"\n") + 1 for first, last in document.spans.values())


@settings(max_examples=300, deadline=None)
@given(st.recursive(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8), lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text("abc", min_size=1, max_size=2), inner, max_size=3)), max_leaves=8))
def test_reads_what_yaml_writes(value: object) -> None:
    text = yaml.safe_dump({"value": value}, default_style='"', allow_unicode=False)
    assert parse(text.encode(), "a.yml").value == {"value": value}


def test_the_base_is_a_center() -> None:
    center = load(BASE)
    assert [control.id for control in center.controls] == ["background-checks", "encrypted-in-transit"]
    assert [control.audience for control in center.controls] == ["suppliers", "customers"]
    assert [check.evidence for check in center.controls[1].checks] == ["tls-tests", "encrypted-in-transit.2"]
    assert center.controls[0].checks[0].rule.min_ratio == Fraction(95, 100)
    inline = center.evidence["encrypted-in-transit.2"]
    assert (inline.title, inline.file, inline.line) == ("Document", CONTROL, 16)
    assert center.evidence["tls-tests"].line == 4
    assert center.frameworks["nist-csf-2.0"].version == "2.0"


def test_a_broken_file_is_one_problem(tmp_path: Path) -> None:
    """What it would have offered is not said to be missing as well."""
    site = site_of(tmp_path)
    (site / "controls/evidence/tls-tests.yml").write_text("kind: [\n", encoding="utf-8")
    (site / "controls/frameworks/nist-csf-2.0.yml").write_text("titel: x\n", encoding="utf-8")
    center, problems = load_with_problems(site)
    assert center is None
    assert {problem.file for problem in problems} == {"controls/evidence/tls-tests.yml", "controls/frameworks/nist-csf-2.0.yml"}


def test_dot_files_and_readmes_are_left_alone(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    for name in (".gitkeep", ".DS_Store", "README.md"):
        (site / "controls" / "customers" / name).write_bytes(b"\xff")
    assert load(site) == load(BASE)


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)", "JaVaScRiPt:x", "java\nscript:x", "java&#10;script:x", "java&Tab;script:x", "javascript&colon;x", "&#x6A;avascript:x", "jav\u00adascript:x",
        "&amp;#106;avascript:x", "vbscript:x", "[a](data:x)", "[a]( data:x)", "[a]: data:x", "<a href=data:x>", "data:text/html;base64,AA", "data:,x", "data:;base64,AA",
    ],
)  # fmt: skip
def test_links_that_run(text: str) -> None:
    assert bad_link(text)


@pytest.mark.parametrize("text", ["We hold this data: names, addresses", "JavaScript is off", "metadata:,", "https://x.example/?a=b&c=d", "a: b", "the data: text and images"])
def test_links_that_do_not(text: str) -> None:
    assert bad_link(text) is None


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("`<script>`", 0),
        ("\\`<script>\\`", 1),
        ("```\n<script>\n```\n", 0),
        ("~~~ html\n<script>\n~~~", 0),
        ("```\n<script>\n", 1),
        ("```\n<script>\n````\n", 1),
        ("<div>\n`<script>`\n</div>", 1),
        ("<div>\n\n```\n<script>\n```\n\n</div>", 0),
        ("a ` b <script> c", 1),
        ("`a` <script> `b`", 1),
        ("< script >", 1),
        ("</ScRiPt>", 1),
        ("<scripture>", 0),
        ("<https://x.example> and <a@b.example> `<script>`", 0),
    ],
)
def test_tags_in_prose(text: str, tags: int) -> None:
    assert sum("the tag" in problem.what for problem in prose_problems(text, "a.md")) == tags


@pytest.mark.parametrize("text", ["<p onclick=x>", "<img alt='>' onerror=x>", "<svg/onload=x>", "<a\nonfocus = x>", '<a title="x"onmouseover=y>'])
def test_handlers_in_prose(text: str) -> None:
    assert any("the handler" in problem.what for problem in prose_problems(text, "a.md"))


@given(st.text(st.sampled_from(list("`~\n a<\\")), max_size=60))
def test_code_is_blanked_in_place(text: str) -> None:
    assert len(without_code(text)) == len(text)
    assert without_code(text).count("\n") == text.count("\n")


def test_front_matter_of_prose() -> None:
    found = prose_problems("---\ntitle: <b>x\nhide: [toc]\nhide: [nav]\n---\nText\n", "a.md")
    assert [(problem.line, problem.what) for problem in found] == [(4, "stands twice, first on line 3")]
    found = prose_problems("---\ntitle: <b>x\n---\n\n\u202e\n", "a.md")
    assert [problem.line for problem in found] == [2, 5]


def test_mkdocs_file_is_another_programs() -> None:
    text = "site_name: !ENV [X, y]\nextra: &a {html: <b>}\nplugins: [*a]\nmarkdown_extensions:\n  - a: !!python/name:x.y\nnav:\n  - <i>a: b.md\n"
    assert [problem.line for problem in mkdocs_problems(text, "mkdocs.yml")] == [7]


@pytest.mark.parametrize("char", [chr(code) for code in (0x7, 0x7F, 0x85, 0xAD, 0x61C, 0x200B, 0x200E, 0x200F, 0x202A, 0x202E, 0x2028, 0x2029, 0x2060, 0x2066, 0x2069, 0xFEFF, 0xE0041)])
def test_characters_that_do_not_show(char: str) -> None:
    for text in (f"title: a{char}b\n", f"a: 1 # {char}\n"):
        with pytest.raises(Problems):
            _refuse(text)
    written = f'title: "a\\U{ord(char):08x}b"\n'
    found = list(document_problems(parse(written.encode(), "a.yml")))
    assert [(problem.path, "written as an escape" in problem.what) for problem in found] == [("title", True)]


def _refuse(text: str) -> None:
    document: Document = parse(text.encode(), "a.yml")
    raise Problems(document_problems(document))


@pytest.mark.parametrize("text", ["Grüße, Ελλάδα, Привет, 日本語, עברית, العربية, naïve – “quoted” … 🙂", "a < b, a <3, 1 <2 and x> y"])
def test_languages_are_welcome(text: str) -> None:
    assert list(document_problems(parse_text(f"title: '{text}'\n", "a.yml"))) == []


def test_decode_names_the_line() -> None:
    with pytest.raises(Problems) as refused:
        decode(b"a\nb\n\xfc\n", "a.yml")
    assert refused.value.problems[0].line == 3


SOURCES = sorted(path.relative_to(BASE).as_posix() for path in BASE.rglob("*") if path.suffix in (".yml", ".md"))
SNIPPETS = st.one_of(
    YAMLISH,
    st.sampled_from([
        "[]", "{}", "~", "''", "[[a]]", "{a: {b: c}}", "9999-12-31", "1970-01-01", "0001-01-01", "2026-11-21T12:00:00Z", "99999y", "100y", "1h", "0", "-1", "999999999", "²", "0.0%", "100%", "1.", ".", "%",
        "customers", "tls-tests", "encrypted-in-transit.2", "private", "gated", "public", "report", "record", "document", "declaration", "*", "[a-", "\\", '"\\0"', '"\\n"', "!!x y", "&a b", "x\ny: z", "checks:", "plan: {owner: a, due: 2026-01-01, why: b}",
    ]),
)  # fmt: skip


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return site_of(tmp_path_factory.mktemp("fuzz"))


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(SOURCES), st.floats(0, 1), st.integers(0, 30), SNIPPETS)
def test_changed_sources_are_assessed_or_refused(scratch: Path, file: str, where: float, length: int, snippet: str) -> None:
    """Whatever stands in a file: problems with a place, or a model that can be assessed and published."""
    original = (BASE / file).read_text(encoding="utf-8")
    at = int(where * len(original))
    (scratch / file).write_text(original[:at] + snippet + original[at + length :], encoding="utf-8", errors="surrogatepass")
    try:
        center, observations, problems = check_sources(scratch, AS_OF)
        assert center is not None or problems
        assert all(problem.file and problem.what and "\n" not in str(problem) for problem in problems)
        if center is not None:
            assert canonical(project(assess(center, observations, AS_OF), b"s" * 32, 1, "0"))
    finally:
        (scratch / file).write_text(original, encoding="utf-8")
