"""The whole report as a value: everything public is in it once, and its sums are the record's; the margins of paper cannot be broken out of."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.assess import assess
from attest.pages import Drawn, Edition, report, view
from attest.pages.environment import environment
from attest.pages.paper import margins, quoted
from attest.published import Record, digest_of
from attest.record import project
from attest.words import VISITOR_VERDICT
from tests.centers import PROFILE, center, control
from tests.sites import AS_OF, BREAKS_OUT, RELEASE, UNTIL, hostile, mini, prepared

EDITION = Edition(AS_OF, UNTIL, RELEASE)


class Tables(HTMLParser):
    """Every table's cells, a list a row, by its caption or the heading above it; the words of every article, by its id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.articles: dict[str, str] = {}
        self.named, self.inside, self.article = "", "", ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("h2", "h3", "caption"):
            self.named, self.inside = "", tag
        elif tag == "tr":
            self.tables.setdefault(self.named, []).append([])
        elif tag in ("td", "th"):
            self.tables[self.named][-1].append("")
            self.inside = "cell"
        elif tag == "article":
            self.article = dict(attrs).get("id") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("h2", "h3", "caption", "td", "th"):
            self.inside = ""
        elif tag == "article":
            self.article = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "cell":
            self.tables[self.named][-1][-1] += data
        elif self.inside:
            self.named += data
        if self.article:
            self.articles[self.article] = self.articles.get(self.article, "") + data


def drawn(record: Record, frameworks: dict, edition: Edition = EDITION) -> list[Drawn]:
    return list(report.draw(record, edition, frameworks, environment(None)))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return prepared(mini(tmp_path_factory.mktemp("report") / "root")).record


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    ready = prepared(mini(tmp_path_factory.mktemp("report") / "root"))
    (page,) = drawn(ready.record, dict(ready.center.frameworks))
    return page


def test_every_public_promise_is_in_it_once_with_its_verdict_and_digest(small: Record, one: Drawn) -> None:
    found = Tables(one.html)
    assert len([ident for ident in found.articles if ident.startswith("promise-")]) == len(small["controls"])
    digests = {row[1]: row[2] for row in found.tables["Records of the promises"][1:]}
    for promise in small["controls"]:
        said = found.articles[f"promise-{promise['id']}"]
        for words in (promise["title"], view.mark(AS_OF, promise).text, *(check["ruleText"] for check in promise["checks"])):
            assert words in said, promise["id"]
        assert (promise["reason"] in said) == (promise["verdict"] != "planned"), "the day of a plan stands on its badge"
        assert digests.pop(promise["id"]) == digest_of(promise)
    assert digests == {}


def test_its_sums_are_the_records(small: Record, one: Drawn) -> None:
    head, *rows, foot = Tables(one.html).tables["Promises by area and verdict"]
    assert head == ["Area", *(VISITOR_VERDICT[verdict] for verdict in view.SHOWN_ORDER), "All"]
    assert foot == ["All", *(str(small["totals"][verdict]) for verdict in view.SHOWN_ORDER), str(sum(small["totals"].values()))]
    for column in range(1, len(head)):
        assert sum(int(row[column]) for row in rows) == int(foot[column])
    assert rows[-1] == ["Withheld", *(str(small["withheld"][verdict]) for verdict in view.SHOWN_ORDER), str(sum(small["withheld"].values()))]
    shown = [int(count) for count in re.findall(r"at-swatch.*?</svg>(\d+) ", one.html)]
    assert shown == [count for count in small["basis"].values() if count] and sum(shown) == small["totals"]["met"]


def test_clauses_name_promises_by_the_numbers_they_have_in_it(small: Record, one: Drawn) -> None:
    numbers = {ident: said.split()[0] for ident, said in Tables(one.html).articles.items()}
    rows = {row[0].split()[0]: row[1] for row in Tables(one.html).tables["Short list"][1:]}
    assert set(rows) == {clause for promise in small["controls"] for clause in promise["clauses"].get("short", ())}
    for promise in small["controls"]:
        for clause in promise["clauses"].get("short", ()):
            grouped = dict(part.split(": ") for part in rows[clause].split("; "))
            assert numbers[f"promise-{promise['id']}"] in grouped[VISITOR_VERDICT[promise["verdict"]]].split(", ")


def test_it_says_who_signed_until_when_and_that_a_print_proves_nothing(one: Drawn) -> None:
    for words in (RELEASE.fingerprint, "https://trust.small.example/", "A print proves nothing by itself", "Do not take it from this page", "attest verify"):
        assert words in one.html
    assert "data-at-lapses" in one.html, "what lapses is relabelled here too"


def test_a_preview_says_that_nobody_signed_it(small: Record, tmp_path: Path) -> None:
    ready = prepared(mini(tmp_path / "root"), None)
    (page,) = drawn(ready.record, dict(ready.center.frameworks), Edition(AS_OF, UNTIL))
    assert "nobody: this is an unsigned preview" in page.html


def test_what_is_too_much_for_one_page_stands_in_parts_and_says_so() -> None:
    count = report.MOST + 1
    made = center([control(f"c{number}", {}) for number in range(count)], [], PROFILE)
    record = project(assess(made, {}, AS_OF), bytes(32), 1, "0")
    first, *parts = drawn(record, dict(made.frameworks))
    assert [page.path for page in parts] == ["report/part-1.html", "report/part-2.html"]
    assert not re.search('id="promise-c[0-9]', first.html)
    assert f"promises 1 to {report.MOST}" in first.html and f"promises {count} to {count}" in first.html
    articles = [ident for page in parts for ident in Tables(page.html).articles]
    assert len(set(articles)) == len(articles) == count
    assert sum(len(Tables(page.html).tables["Records of the promises"]) - 1 for page in parts) == count
    assert all(page.shelf == first.path for page in parts)


def test_a_center_without_promises_has_a_report() -> None:
    made = center([], [], PROFILE)
    (page,) = drawn(project(assess(made, {}, AS_OF), bytes(32), 1, "0"), dict(made.frameworks))
    assert "0 of 0" in re.sub("<[^>]+>", "", page.html)


def test_everything_that_lists_and_notices_say_is_in_it() -> None:
    record = hostile().record
    (page,) = drawn(record, dict(hostile().center.frameworks))
    assert {f'id="list-{register["name"]}"' for register in record["registers"]} <= set(re.findall(r'id="list-[a-z-]+"', page.html))
    assert 'id="notices"' in page.html and "<script" not in page.html and "<img" not in page.html


def read(words: str) -> str:
    """A CSS string -> its text, as CSS Syntax 3 (4.3.5, 4.3.7) has it read."""
    assert words[0] == words[-1] == '"' and '"' not in words[1:-1]
    return re.sub(r"\\([0-9a-f]{1,6}) ", lambda found: chr(int(found[1], 16)), words[1:-1])


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_a_css_string_says_what_was_put_into_it_and_holds_nothing_else(words: str) -> None:
    assert read(quoted(words)) == words
    assert re.fullmatch(r'"[A-Za-z0-9\\ ]*"', quoted(words))


def test_the_margins_say_who_when_and_whose_key(small: Record) -> None:
    rules = margins(small, EDITION).decode()
    running, signed = (read(said) for said in re.findall(r"--at-[a-z]+: (\".*\");", rules))
    assert running == "Small · Release 7 · State on 21 November 2026 · Valid until 26 December 2026"
    assert signed == f"Signed by {RELEASE.fingerprint} · https://trust.small.example/"
    assert read(re.findall(r"--at-signed: (\".*\");", margins(small, Edition(AS_OF, UNTIL)).decode())[0]).startswith("Signed by nobody")


def test_a_name_that_breaks_out_stays_in_its_margin() -> None:
    rules = margins(hostile().record, EDITION).decode()
    assert rules.count("{") == rules.count("}") == 2 and "<" not in rules and json.dumps(BREAKS_OUT) not in rules
    assert "window.broken" in read(re.findall(r"--at-running: (\".*\");", rules)[0])
