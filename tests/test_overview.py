"""The front page: a bar that sums whatever stands, answers that come from registers alone, and one that is whole with nothing but a promise."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser

from attest.build import Prepared, build
from attest.changes import Change
from attest.history import Entry, History
from attest.pages import Edition, facts, overview
from attest.pages.drawn import Drawn
from attest.pages.environment import environment
from attest.pages.standing import standing
from attest.published import bases, totals
from attest.words import BASES, VERDICTS
from tests.sites import AS_OF, UNTIL, mini, prepared
from tests.test_browser import at, browser, opened, policy_of, serve
from tests.test_pages import Elements

__all__ = ["browser"]

CASES = Path(__file__).parent / "cases" / "overview"


def drawn(ready: Prepared, history: History | None = None) -> Drawn:
    return overview.draw(ready.record, Edition(AS_OF, UNTIL, ready.release, history=history or History()), environment(None))


def words(page: Drawn) -> str:
    """What is read, with a space wherever an element begins or ends."""
    return re.sub(r" ([.,;])", r"\1", " ".join(" ".join(Elements(page.html).words).split()))


def full(folder: Path) -> Path:
    """The small site with the registers and notices of the cases."""
    root = mini(folder)
    for name in ("registers", "notices"):
        shutil.copytree(CASES / name, root / "controls" / name)
    return root


def least(folder: Path) -> Path:
    """A center that says what it must, and makes one promise without evidence: what anybody begins with."""
    root = mini(folder)
    for name in ("customers", "suppliers", "evidence", "frameworks"):
        shutil.rmtree(root / "controls" / name)
    (root / "content/overview.md").unlink()
    shutil.rmtree(root / "content/guides")
    (root / "content/about.md").write_text("# About\n\nWe are fictional.\n")
    center = root / "controls/center.yml"
    center.write_text(re.sub(r"(?m)^(out_of_scope|signatories):\n(  .*\n)+", "", center.read_text()))
    (root / "controls/customers").mkdir()
    (root / "controls/customers/only.yml").write_text("title: We tell you\npromise: We tell you.\narea: data\nowner: Boss\n")
    return root


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepared(full(tmp_path_factory.mktemp("overview") / "root"))


# The bar

verdicts = st.tuples(st.sampled_from(VERDICTS), st.sampled_from(BASES), st.booleans())


@given(st.lists(verdicts, max_size=80))
def test_the_bar_sums_to_the_controls_whatever_they_are(found: list[Any]) -> None:
    results = [(verdict, basis if verdict == "met" else None, withheld) for verdict, basis, withheld in found]
    record: Any = {
        "totals": totals(verdict for verdict, _, _ in results), "withheld": totals(verdict for verdict, _, withheld in results if withheld),
        "basis": bases(basis for _, basis, _ in results), "controls": [{"verdict": verdict, "basis": basis} for verdict, basis, withheld in results if not withheld],
    }  # fmt: skip
    bar = standing(record)
    assert bar.total == sum(part.count for part in bar.parts) == len(results)
    assert [part.start for part in bar.parts] == [sum(other.count for other in bar.parts[:place]) for place in range(len(bar.parts))]
    assert {verdict: bar.of(verdict) for verdict in VERDICTS} == record["totals"]
    assert {basis: bar.by(basis) for basis in BASES} == record["basis"]
    assert {verdict: bar.withheld(verdict) for verdict in VERDICTS} == record["withheld"]
    assert all(part.count > 0 and (part.basis is not None) == (part.verdict == "met") for part in bar.parts)
    assert abs(sum(float(bar.share(part.count)[:-1]) for part in bar.parts) - 100 * bool(results)) < 0.01


def test_the_bar_is_told_in_words_and_drawn_in_parts(everything: Prepared) -> None:
    page = Elements(drawn(everything).html)
    bar = next(attributes for tag, attributes in page.found if attributes.get("class") == "at-standing")
    assert bar["role"] == "img"
    assert bar["aria-label"] == "Of 7 promises: 3 shown by evidence (1 shown by our own records, 2 declared by a named role), 1 planned, 1 no current evidence, 1 not in place, 1 does not apply, 1 of them withheld"
    assert list(map(int, page.attributes("data-at-parts"))) == [1, 1, 1, 1, 1, 1, 1]
    hatched = [attributes for tag, attributes in page.found if attributes.get("fill") == "url(#at-hatch)"]
    assert len(hatched) == 2, "one part of the bar, and its key"
    assert set(page.attributes("fill")) <= {f"url(#{ident})" for ident in page.attributes("id")}


# What it says


def test_who_and_what_is_said_in_one_sentence(everything: Prepared) -> None:
    assert "Small is a fictional company that keeps small things; in scope: Public API and Web application." in words(drawn(everything))


def test_of_many_systems_the_sentence_names_some_and_the_list_all(everything: Prepared) -> None:
    record: Any = {**everything.record, "scope": {"systems": [{"id": f"s{n}", "name": f"System {n}"} for n in range(9)], "outOfScope": []}}
    found = overview.scope(record)
    assert (found.names, found.more) == (("System 0", "System 1", "System 2"), 6)


def test_everything_that_the_record_has_is_answered_from_it(everything: Prepared) -> None:
    said = words(drawn(everything))
    for part in (
        "Which certificates do you hold? None of our own Held by companies we rely on: Fjordhost: data centre Baltic Audit House (fictional) Until 10 December 2026 All 5 on record, and where to look them up",
        "When was the last penetration test? 23 October 2026 Brightwater (fictional) The API No critical and 2 high findings open Next by 5 December 2026 All 3 examinations",
        "Who else touches our data? 3 companies Denmark, Finland, Germany 1 place unknown",
        "Where is it hosted? Denmark, Finland Answered for every system in scope",
        "Does our data train AI? No Answered for 1 of 2 systems",
        "How soon are we told of a breach? Within 3 days Counted from: good reason to believe it",
        "Which documents can we have? 1 to open, 1 on request, 1 named How we look at it",
        "Is it brought back? Yes, every month. Rests on a promise: Shown by evidence Who signs in? You do. Rests on 2 promises, the weakest of them: Not in place",
        "hold it against the list. Read on", "All 7 questions, answered",
        "Latest notices Notice number 1 Change · 20 November 2026, amended Notice number 4 Change · 4 November 2026 Notice number 3",
        "Your data What you hand us. 1 shown by evidence, 1 no current evidence",
        "How to reach us Security security@small.example Sales small.example/sales", "The office Nothing of yours is there.",
    ):  # fmt: skip
        assert part in said, (part, said)
    for absent in ("Notice number 2", "A seventh?", "the one after", "no last day", "being obtained", "Austria", "Changed since"):
        assert absent not in said, absent


def test_nothing_is_answered_that_the_record_does_not_say(tmp_path: Path) -> None:
    ready = prepared(least(tmp_path / "root"), None)
    page = drawn(ready)
    assert facts.facts(ready.record, AS_OF) == ()
    assert re.findall(r'<h2 id="([a-z]+)"', page.html) == ["picture", "areas", "scope", "contacts"]
    said = words(page)
    assert "0 of 1 promise was shown by evidence on 21 November 2026" in said
    assert "1 No current evidence" in said and "Withheld" not in said and "Shown by evidence" not in said
    assert "Signed by Nobody: unsigned preview" in said
    assert '<div class="at-own"><!-- attest: the words of content/overview.md --></div>' in page.html, "nothing else, or an empty box is seen"


@pytest.mark.parametrize("row", ["", "valid_from: 2026-12-11, valid_until: 2027-12-10", "valid_from: 2025-01-01, valid_until: 2026-11-20", "valid_from: 2026-01-01", "valid_until: 2027-01-01"])
def test_without_a_certificate_that_holds_nothing_resembles_a_mark(row: str, tmp_path: Path) -> None:
    root = mini(tmp_path / "root")
    (root / "controls/registers").mkdir()
    (root / "controls/registers/certificates.yml").write_text(f"observed: 2026-11-20\nvisibility: public\nrows:\n  - {{id: one, title: A certificate, issuer: Baltic{', ' + row if row else ''}}}\n")
    page = drawn(prepared(root)).html
    tile = re.search(r'<article class="at-tile at-held">.*?</article>', page, re.DOTALL)
    assert tile is not None and "at-badge" not in tile[0] and "<svg" not in tile[0]
    assert "None" in tile[0]


def test_what_was_due_before_the_state_is_overdue(everything: Prepared) -> None:
    late = next(fact for fact in facts.facts(everything.record, AS_OF + timedelta(days=15)) if fact.mark)
    assert late.mark is not None
    assert (late.mark.text, late.mark.verdict) == ("Overdue: was due by 5 December 2026", "not-met")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["Denmark and Finland", "Finland"], ("Denmark", "Finland")), (["EU (Frankfurt, Dublin)"], ("EU (Frankfurt, Dublin)",)), ([None, ""], ()), (["Ireland; Iceland", "A & B"], ("A", "B", "Iceland", "Ireland")),
        (["wherever the law of the country in which you live allows it"], ()), ([f"Place {n}" for n in range(9)], ()), (["Andorra, Sandland"], ("Andorra", "Sandland")),
    ],
)  # fmt: skip
def test_places_are_listed_once_or_not_at_all(cells: list[str | None], expected: tuple[str, ...]) -> None:
    assert facts.places(cells) == expected


@given(st.sampled_from([0, 2]), st.integers(0, 8))
def test_tiles_fill_their_rows(wide: int, single: int) -> None:
    found = overview.tiling(wide, single)
    assert (wide + single + found.last - 1) % found.columns == 0
    assert 1 <= found.last <= 3


def test_what_changed_since_the_release_before(everything: Prepared) -> None:
    record = everything.record
    before = Entry(6, "2026-10-21T12:00:00Z", "2026-11-25T12:00:00Z", {**record["totals"], "met": 5, "not-met": 0}, record["withheld"], record["basis"])
    found = (Change("worsened", "failing", "Signing in takes two things", "met", "not-met"), *(Change("added", f"n{n}", f"New {n}", now="met") for n in range(6)))
    now = Entry(7, "2026-11-21T12:00:00Z", "2026-12-26T12:00:00Z", record["totals"], record["withheld"], record["basis"], found)
    page = drawn(everything, History((before, now), {"failing": 7, "restored": 7, "later": 2}))
    assert "Changed since release 6 −2 shown by evidence, +1 not in place." in words(page)
    assert '<a href="customers/failing.html">Signing in takes two things</a>' in page.html[page.html.index("Changed since") :]
    assert "New 3" in words(page) and "New 4" not in words(page) and "These, and 2 more" in words(page)
    assert "Changed since" not in words(drawn(everything, History((now,), {"failing": 7})))


# In a browser


@pytest.fixture(scope="module")
def site(everything: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("served")
    build(full(folder / "root"), everything, folder / "site")
    server = serve(folder / "site", policy_of(folder / "site"))
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.mark.slow
def test_a_certificate_lapses_by_the_readers_clock(browser: Browser, site: str) -> None:
    for days, said, kind in ((1, "Until 10 December 2026", "at-met"), (19.4, "Until 10 December 2026", "at-met"), (20, "Ran out on 10 December 2026", "at-not-met")):
        context, page = at(browser, site, "index.html", AS_OF + timedelta(days=days))
        badge = page.locator(".at-held .at-badge")
        assert badge.inner_text() == said
        assert kind in str(badge.get_attribute("class")).split()
        context.close()


@pytest.mark.slow
def test_the_next_examination_is_overdue_by_the_readers_clock(browser: Browser, site: str) -> None:
    context, page = at(browser, site, "index.html", AS_OF + timedelta(days=15))
    assert page.locator(".at-tile .at-badge", has_text="Overdue: was due by 5 December 2026").is_visible()
    context.close()


@pytest.mark.slow
def test_areas_and_promises_say_what_ran_out(browser: Browser, site: str) -> None:
    context, page = at(browser, site, "index.html", AS_OF + timedelta(days=12))
    area = page.locator(".at-area:has(a[href='suppliers/called-back.html'])")
    assert area.locator(".at-lapsed").inner_text() == "By your clock, the evidence of 1 of these has run out since."
    assert area.locator(".at-lead .at-said", has_text="No current evidence since 2 December 2026").is_visible()
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
def test_it_fits_and_every_door_is_reached_by_keyboard(browser: Browser, site: str, width: int) -> None:
    context, page, wrong = opened(browser, viewport={"width": width, "height": 900})
    page.goto(site, wait_until="networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert wrong == []
    wanted = page.locator(".at-door, .at-button, .at-area h3 a, .at-tile-more a").count()
    reached = page.evaluate("[...document.querySelectorAll('.at-door, .at-button, .at-area h3 a, .at-tile-more a')].filter(one => { one.focus(); return document.activeElement === one; }).length")
    assert reached == wanted > 8
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_colours_of_the_readers_own_the_bar_keeps_its_parts(browser: Browser, site: str, scheme: str) -> None:
    context, page, _ = opened(browser, color_scheme=scheme, forced_colors="active")
    page.goto(site, wait_until="networkidle")
    fills = page.evaluate("[...document.querySelectorAll('.at-standing .at-piece')].map(one => getComputedStyle(one).fill)")
    assert len(set(fills)) == 5, "as many as verdicts"
    ground, ink = page.evaluate("[getComputedStyle(document.querySelector('.at-hero')).backgroundColor, getComputedStyle(document.querySelector('.at-hero h1')).color]")
    assert ground != ink
    context.close()
