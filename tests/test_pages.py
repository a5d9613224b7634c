"""Pages as values: what they say, that they say it once, that nothing declared gets out of its place, and when a verdict lapses."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Mapping
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.build import Prepared
from attest.errors import Problems
from attest.model.register import REGISTERS
from attest.pages import Drawn, Edition, draw, text, view
from attest.pages.drawn import relative
from attest.pages.environment import environment
from attest.pages.outputs import ASSESSMENT, INDEX, SECURITY, outputs, principal
from attest.published import BLOCK_CLOSES, BLOCK_OPENS, block_of, digest_of, digests_of, page_of, print_record, unlisted_by_design
from attest.times import parse_moment
from attest.wire import openssh
from attest.words import PREDICATE_TYPE, VERDICTS, VISITOR_VERDICT
from tests.sites import AS_OF, RELEASE, UNTIL, hostile, mini, prepared


class Elements(HTMLParser):
    """Every element with its attributes, and the text outside scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def attributes(self, name: str) -> list[str]:
        return [attributes[name] or "" for _, attributes in self.found if name in attributes]


def pages(ready: Prepared) -> dict[str, Drawn]:
    edition = Edition(AS_OF, UNTIL, ready.release)
    return {page.path: page for page in draw(ready.record, edition, ready.center.frameworks, environment(None))}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepared(mini(tmp_path_factory.mktemp("pages") / "root"))


@pytest.fixture(scope="module")
def drawn(small: Prepared) -> dict[str, Drawn]:
    return pages(small)


def words(page: Drawn) -> str:
    return " ".join("".join(Elements(page.html).words).split())


def test_every_page_there_should_be_and_no_other(drawn: Mapping[str, Drawn]) -> None:
    assert set(drawn) == {
        "index.html", "customers/index.html", "suppliers/index.html", "areas/data.html", "areas/people.html", "frameworks/index.html", "frameworks/short.html", "history/index.html", "report.html", "programs.html", "verify.html",
        "your-part.html", "customers/restored.html", "customers/failing.html", "customers/stale.html", "customers/later.html", "suppliers/called-back.html", "suppliers/no-cards.html",
    }  # fmt: skip


def test_a_control_page_has_its_block_once_and_no_other_page_has_one(small: Prepared, drawn: Mapping[str, Drawn]) -> None:
    blocks = {page_of(control): block_of(control) for control in small.record["controls"]}
    for path, page in drawn.items():
        assert page.html.count(BLOCK_OPENS) == page.html.count(BLOCK_CLOSES) == (path in blocks)
        assert path not in blocks or blocks[path] in page.html


def test_every_link_between_pages_leads_somewhere(small: Prepared, drawn: Mapping[str, Drawn]) -> None:
    there = {*drawn, *small.files, *outputs(small.record, Edition(AS_OF, UNTIL, RELEASE)), "sitemap.xml"}
    ids = {path: set(Elements(page.html).attributes("id")) for path, page in drawn.items()}
    for path, page in drawn.items():
        for link in Elements(page.html).attributes("href"):
            if not re.match(r"https?:|mailto:", link):
                target, _, fragment = link.partition("#")
                found = path if not target else str((Path("/") / path).parent.joinpath(target).resolve().relative_to("/"))
                assert found in there or unlisted_by_design(found), (path, link)  # what signing adds is linked as well
                assert not fragment or fragment in ids[found], (path, link)


def test_headings_named_for_the_contents_are_there(drawn: Mapping[str, Drawn]) -> None:
    for page in drawn.values():
        assert {heading.id for heading in page.headings} <= set(Elements(page.html).attributes("id")), page.path


def test_no_page_needs_an_inline_style_or_handler(drawn: Mapping[str, Drawn]) -> None:
    for page in drawn.values():
        assert not [name for _, attributes in Elements(page.html).found for name in attributes if name == "style" or name.startswith("on")]


def test_the_overview_sums_to_every_control(small: Prepared, drawn: Mapping[str, Drawn]) -> None:
    said = words(drawn["index.html"])
    assert "3 of 7 promises were shown by evidence on 21 November 2026" in said
    assert "3 Shown by evidence 1 by our own records 2 declared by a named role 1 Planned 1 No current evidence 1 Not in place 1 Does not apply 1 Withheld" in said
    assert "Traps" not in said
    assert sum(map(int, Elements(drawn["index.html"].html).attributes("data-at-parts"))) == sum(small.record["totals"].values()) == 7


def test_a_control_page_says_what_the_record_says(drawn: Mapping[str, Drawn]) -> None:
    said = words(drawn["customers/restored.html"])
    for part in ("What is lost is brought back", "Shown by evidence", "All 2 pass.", "Every month we bring back a copy", "Keep your own copy", "2 examined: 2 pass, 0 fail", "Observed2 November 2026", "counts until 31 December 2026", "Short list S.1", "evidence covers 2 of 2 systems"):
        assert part in said, part
    assert '<a href="../evidence/restores.csv">Read the file</a>' in drawn["customers/restored.html"].html
    assert "Accepted for now" in words(drawn["customers/failing.html"])
    assert "out of date: it counts for 1 week" in words(drawn["customers/stale.html"])
    assert "We take no cards." in words(drawn["suppliers/no-cards.html"])
    assert "Product answers for it, due 30 June 2027" in words(drawn["customers/later.html"])


def test_a_framework_page_keeps_mapped_apart_from_met(drawn: Mapping[str, Drawn]) -> None:
    said = words(drawn["frameworks/short.html"])
    assert "2 of 3 clauses are named by a public promise" in said
    assert "Mapped is never met" in said and "No certificate is recorded for it" in said
    assert "For the other 1: no promise made in public." in said
    assert "T.1 Stand aloneNo promise made in public." in said
    assert "1 promise is withheld" in said


def test_the_verify_page_has_this_centers_own_values(drawn: Mapping[str, Drawn]) -> None:
    page = drawn["verify.html"].html
    for value in (RELEASE.fingerprint, PREDICATE_TYPE, "https://trust.small.example/", "attest-manifest@v1"):
        assert value in page
    blocks = ["attest", "verify-py", "download", "ssh-keygen-fingerprint", "ssh-keygen", "cosign", "sigstore-js", "openssl", "statement", "sha256sum"]
    assert re.findall(r'data-verify="([a-z0-9-]+)"', page) == blocks + ["download-log", "log-signature", "log"] * (RELEASE.vkey is not None)
    assert page.index("Compare it, character by character") < page.index('data-verify="attest"')


def test_nothing_declared_breaks_out_of_any_page() -> None:
    drawn = pages(hostile())
    assert len(drawn) == 12 + 3 + len(REGISTERS) + 2
    for page in drawn.values():
        elements = Elements(page.html)
        scripts = [attributes for tag, attributes in elements.found if tag == "script"]
        assert scripts in ([], [{"type": "application/json", "id": "attest-control"}]), page.path
        names_of_drawings = [attributes["id"] for tag, attributes in elements.found if tag == "title"]  # a title that breaks out has no id
        assert all(ident.endswith("-title") for ident in names_of_drawings), page.path
        assert not [tag for tag, _ in elements.found if tag in ("img", "textarea", "b")], page.path
        assert not [name for _, attributes in elements.found for name in attributes if name.startswith("on")], page.path
        assert not [link for link in elements.attributes("href") if link.lower().lstrip().startswith(("javascript:", "data:", "vbscript:"))], page.path


@pytest.mark.parametrize("case", sorted((Path(__file__).parent / "cases" / "site" / "prose").glob("*.txt")), ids=lambda path: path.stem)
def test_prose(case: Path) -> None:
    given_text, _, expected = case.read_text("utf-8").partition("\n=====\n")
    assert str(text.prose(given_text)).strip() == expected.strip()


@given(st.text(alphabet=st.sampled_from("<>\"'&abjs:/()[]!#*_`\n =-onerrscipt"), max_size=60))
def test_prose_keeps_to_its_few_elements(said: str) -> None:
    for tag, attributes in Elements(str(text.prose(said))).found:
        assert tag in {"p", "br", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "a"}
        assert set(attributes) <= {"href", "rel"}
        assert str(attributes.get("href", "https://")).lower().startswith(("https://", "http://", "mailto:"))


@given(st.text(max_size=80))
def test_plain_text_survives_as_its_own_words(said: str) -> None:
    shown = "".join(Elements(str(text.escaped(said))).words)
    assert shown == said


def control(**more: Any) -> Any:
    return {"verdict": "met", "plan": None, "notApplicable": None, "checks": [], **more}


def check(verdict: str, expires: str | None) -> Any:
    return {"verdict": verdict, "expires": expires}


def test_met_lapses_with_the_first_of_its_evidence() -> None:
    found = view.mark(AS_OF, control(checks=[check("met", "2027-03-01T00:00:00Z"), check("met", "2026-12-20T03:10:00Z")]))
    assert (found.text, found.lapses, found.becomes, found.then) == ("Shown by evidence", "2026-12-20T03:10:00Z", "unknown", "No current evidence since 20 December 2026")


def test_a_failure_stays_one_and_is_last_known_once_its_evidence_is_old() -> None:
    fresh = view.mark(AS_OF, control(verdict="not-met", checks=[check("not-met", "2027-01-01T00:00:00Z"), check("met", "2026-12-01T00:00:00Z")]))
    stale = view.mark(AS_OF, control(verdict="not-met", checks=[check("not-met", "2026-01-01T00:00:00Z")]))
    assert (fresh.text, fresh.lapses, fresh.becomes, fresh.then) == ("Not in place", "2027-01-01T00:00:00Z", "not-met", "Not in place (last known)")
    assert (stale.text, stale.lapses) == ("Not in place (last known)", None)


def test_plans_and_decisions_run_out_after_their_day() -> None:
    planned = view.mark(AS_OF, control(verdict="planned", plan={"due": "2027-06-30"}))
    outside = view.mark(AS_OF, control(verdict="not-applicable", notApplicable={"until": "2027-06-30"}))
    assert (planned.text, planned.lapses, planned.becomes) == ("Planned for 30 June 2027", "2027-07-01T00:00:00Z", "not-met")
    assert (outside.lapses, outside.becomes, outside.then) == ("2027-07-01T00:00:00Z", "unknown", "Decision ran out on 30 June 2027")


@given(st.fixed_dictionaries({verdict: st.integers(0, 50) for verdict in VERDICTS}))
def test_a_bar_sums_to_its_totals(totals: dict[str, int]) -> None:
    parts = view.bar(totals)
    assert {part.verdict: part.count for part in parts} == {verdict: count for verdict, count in totals.items() if count}
    assert [part.start for part in parts] == [sum(other.count for other in parts[:index]) for index in range(len(parts))]


def test_every_verdict_has_words_and_a_shape(drawn: Mapping[str, Drawn]) -> None:
    macros = environment(None).get_template("macros.html").module
    assert set(view.SHOWN_ORDER) == set(VERDICTS) == set(VISITOR_VERDICT)
    assert len({str(macros.icon(verdict)) for verdict in VERDICTS}) == 5  # type: ignore[attr-defined]


def test_dates_as_people_read_them() -> None:
    assert str(text.time("2026-11-20T03:10:00Z", clock=True)) == '<time datetime="2026-11-20T03:10:00Z">20 November 2026, 03:10 UTC</time>'
    assert str(text.time("2026-11-20T00:00:00Z", clock=True)) == '<time datetime="2026-11-20T00:00:00Z">20 November 2026</time>'
    assert str(text.end("2027-01-01T00:00:00Z")) == '<time datetime="2027-01-01T00:00:00Z">31 December 2026</time>'


def test_the_files_of_a_release(small: Prepared) -> None:
    made = outputs(small.record, Edition(AS_OF, UNTIL, RELEASE))
    index = json.loads(made[INDEX])
    assert json.loads(made[ASSESSMENT]) == small.record
    assert made[ASSESSMENT].endswith(b"\n") and b"\r" not in made[ASSESSMENT]
    assert (index["release"], index["asOf"], index["validUntil"], index["fingerprints"]) == (7, "2026-11-21T12:00:00Z", "2026-12-26T12:00:00Z", {"statement": RELEASE.fingerprint})
    assert "never a pin" in index["note"]
    assert not [address for address in index["addresses"].values() if ":" in address or address.startswith("/")]
    assert openssh.spki_of_line(made["attestation/keys/statement.pub"].decode()) == RELEASE.spki
    assert made["attestation/keys/allowed_signers"].startswith(b'https://trust.small.example/ namespaces="attest-manifest@v1" ssh-ed25519 ')


def test_a_preview_has_no_key_and_names_no_release(small: Prepared) -> None:
    made = outputs(small.record, Edition(AS_OF, UNTIL))
    assert not [path for path in made if "keys/" in path]
    assert (json.loads(made[INDEX])["release"], json.loads(made[INDEX])["fingerprints"]) == (None, {})


def test_security_txt(small: Prepared) -> None:
    lines = outputs(small.record, Edition(AS_OF, UNTIL, RELEASE))[SECURITY].decode().splitlines()
    assert lines == [
        "Contact: mailto:security@small.example", "Expires: 2026-12-26T12:00:00Z", "Preferred-Languages: en", "Canonical: https://trust.small.example/.well-known/security.txt",
    ]  # fmt: skip
    late = outputs(small.record, Edition(AS_OF, AS_OF + timedelta(days=900)))[SECURITY].decode()
    assert parse_moment(re.findall("Expires: (.*)", late)[0]) < AS_OF + timedelta(days=365), "RFC 9116 advises less than a year"


def test_a_principal_is_the_center_or_a_name_that_ssh_keygen_takes() -> None:
    assert principal("https://trust.small.example/") == "https://trust.small.example/"
    assert principal("https://trust.small.example/?a,b") == "trust-center"


def test_a_site_overrides_a_template_and_can_extend_ours(tmp_path: Path, small: Prepared) -> None:
    folder = tmp_path / "theme" / "attest-pages"
    folder.mkdir(parents=True)
    (folder / "area.html").write_text('<p>ours first: {{ card.title }}</p>{% include "attest/area.html" %}', "utf-8")
    drawn = {page.path: page for page in draw(small.record, Edition(AS_OF, UNTIL), small.center.frameworks, environment(tmp_path))}
    assert drawn["areas/data.html"].html.startswith("<p>ours first: Your data</p>")
    assert "<h1>Your data</h1>" in drawn["areas/data.html"].html


def test_a_broken_override_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "theme" / "attest-pages"
    folder.mkdir(parents=True)
    (folder / "area.html").write_text("one\n{% if %}", "utf-8")
    with pytest.raises(Problems, match=r"theme/attest-pages/area.html:2: is not a template"):
        environment(tmp_path)


def test_digests_are_those_of_the_printed_lines() -> None:
    """Also where texts hold what a line or a key of the record looks like."""
    for made in (hostile(), hostile(None)):
        assert digests_of(made.record, print_record(made.record)) == {control["id"]: digest_of(control) for control in made.record["controls"]}
        assert not digests_of({**made.record, "controls": []}, print_record({**made.record, "controls": []}))


@given(st.sampled_from(["", "a/", "a/b/", "b/"]), st.sampled_from(["", "a/", "a/b/", "c/"]), st.sampled_from(["x.html", "index.html", "x.html#a/b#c", "z#"]))
def test_a_link_is_the_way_from_one_page_to_another(here: str, there: str, name: str) -> None:
    path, mark, fragment = f"{there}{name}".partition("#")
    assert relative(f"{here}page.html", f"{there}{name}") == posixpath.relpath(path, here or ".") + mark + fragment


@given(st.text("ab .,;:'’\"()/%?-+1\n", max_size=30))
def test_words_on_one_line_are_those_of_the_markup(said: str) -> None:
    """Text that Markdown would leave alone takes a shorter way to the same words."""
    assert text.plain(said) == text.prose(said).striptags()
