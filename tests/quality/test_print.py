"""Every kind of page on paper, A4 and Letter: all of its words and nothing to press, inside the sheet, with who says it and when.

Chromium prints, poppler reads: what is asked of a PDF is asked of the file that a reader would keep.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from attest.pages import text, view
from attest.published import Record
from attest.times import parse_moment
from tests.conftest import missing
from tests.quality.harbourline import VISITED
from tests.quality.visiting import settled, visit

pytestmark = pytest.mark.slow

SHEETS = {"A4": (595, 842), "Letter": (612, 792)}
EDGE = 40
"""Points that stay white on the left and on the right: a printer cannot reach them."""
MANY = 24
"""Sheets that no page but the report needs."""
PRESSED = "button, select, textarea:not(.at-form *), dialog, input:not([type=checkbox], .at-form *), .at-form input[type=file], [role=search], nav:not(.at-contents, .md-header__inner), .md-header label, .md-header a:not(.md-logo), .md-tabs, .md-search, .md-sidebar, .md-skip, .at-crumbs, .md-clipboard"
SEEN = """selectors => [...document.querySelectorAll(selectors)]
  .filter(one => one.checkVisibility({opacityProperty: true, visibilityProperty: true}) && one.getBoundingClientRect().height > 1)
  .map(one => one.outerHTML.slice(0, 120))"""
"""What is seen of it. The fields of a questionnaire are what it is printed for: answers, and room to write."""
FOLDED = """() => {
  const folds = [...document.querySelectorAll('details:not([open])')], found = [];
  folds.forEach(fold => { fold.open = true; });
  folds.forEach(fold => {
    const walker = document.createTreeWalker(fold, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const range = document.createRange();
      range.selectNodeContents(walker.currentNode);
      const box = range.getBoundingClientRect();
      if (walker.currentNode.parentElement.closest('summary') === null && box.width > 2 && box.height > 2) found.push(walker.currentNode.data);
    }
  });
  folds.forEach(fold => { fold.open = false; });
  return [folds.length, found.map(text => text.trim()).filter(Boolean)];
}"""
"""How many are folded, and what can be seen of them on paper once they are open."""
LINKS = """() => [...document.querySelectorAll('a[href]')].filter(one => one.checkVisibility()).map(one =>
  [one.getAttribute('href'), one.textContent.trim(), getComputedStyle(one, '::after').content])"""

Print = Callable[..., Path]


@pytest.fixture(scope="module")
def tools() -> None:
    for name in ("pdftotext", "pdfinfo", "pdftoppm"):
        if shutil.which(name) is None:
            missing(f"{name} (poppler-utils)")


@pytest.fixture(scope="module")
def printed(tools: None, browser: Browser, base: str, tmp_path_factory: pytest.TempPathFactory) -> Print:
    """``printed("index.html")`` -> its PDF; once a page, format, scheme and day."""
    folder = tmp_path_factory.mktemp("paper")

    @cache
    def of(path: str, sheet: str = "A4", scheme: Literal["light", "dark"] = "light", days: int = 0) -> Path:
        made = folder / f"{path.replace('/', '-')}.{sheet}.{scheme}.{days}.pdf"
        with visit(browser, scheme, at=VISITED + timedelta(days=days)) as one:
            settled(one.page, base + path)
            one.page.pdf(path=made, format=sheet, tagged=True, outline=True)
        return made

    return of


@pytest.fixture(scope="module")
def record(site: Path) -> Record:
    found: Record = json.loads((site / "attestation/assessment.json").read_bytes())
    return found


def words(made: Path) -> str:
    """The text in the order it was written, without what stands in the margins."""
    ran = subprocess.run(["pdftotext", "-raw", str(made), "-"], check=True, capture_output=True, text=True).stdout
    margins = re.compile(r"^(\S.* · Release \d+ · State on .* · Valid until .*|Signed by SHA256:\S+ · \S+|\d+ / \d+)$", re.MULTILINE)
    return margins.sub("", ran.replace("\f", "\n"))


def close(said: str) -> str:
    """Without white space, which lines and soft hyphens break."""
    return re.sub(r"[\s­]+", "", said)


def sheets(made: Path) -> tuple[int, tuple[int, int]]:
    """How many, and their size in points."""
    said = subprocess.run(["pdfinfo", str(made)], check=True, capture_output=True, text=True).stdout
    size = re.search(r"Page size:\s+([\d.]+) x ([\d.]+)", said)
    assert size is not None
    return int(re.findall(r"Pages:\s+(\d+)", said)[0]), (round(float(size[1])), round(float(size[2])))


def outside(made: Path) -> Iterator[str]:
    """Words that reach into the white edge, or out of the sheet."""
    said = subprocess.run(["pdftotext", "-bbox", str(made), "-"], check=True, capture_output=True, text=True).stdout
    said = re.sub(r"[\x00-\x08\x0b-\x1f]", "", said)
    for sheet in ET.fromstring(said).iter("{http://www.w3.org/1999/xhtml}page"):
        width, height = float(sheet.attrib["width"]), float(sheet.attrib["height"])
        for word in sheet:
            left, right, top, bottom = (float(word.attrib[name]) for name in ("xMin", "xMax", "yMin", "yMax"))
            if left < EDGE or right > width - EDGE or top < 0 or bottom > height:
                yield f"{word.text} at {left:.0f} to {right:.0f} of {width:.0f}, {top:.0f} to {bottom:.0f} of {height:.0f}"


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_kind_of_page_fits_on_paper_and_says_whose_it_is(site: Path, one_of_each: dict[str, str], printed: Print, record: Record, sheet: str) -> None:
    wrong = []
    statement = json.loads((site / "attestation/statement.json").read_bytes())["predicate"]
    fingerprint = json.loads((site / "attestation/index.json").read_bytes())["fingerprints"]["statement"]
    for kind, path in one_of_each.items():
        made = printed(path, sheet)
        count, size = sheets(made)
        whole = close(subprocess.run(["pdftotext", "-raw", str(made), "-"], check=True, capture_output=True, text=True).stdout)
        address = record["center"]["id"] + path
        told = (record["center"]["name"], fingerprint, f"Release {statement['release']}", "State on", "Valid until", f"{count} / {count}", *([] if path == "404.html" else [address]))
        wrong += [f"{kind}: {said!r} is nowhere" for said in told if close(said) not in whole]
        wrong += [f"{kind}: {said}" for said in outside(made)]
        if max(abs(is_ - asked) for is_, asked in zip(size, SHEETS[sheet], strict=True)) > 2 or not (count <= MANY or path.startswith(("report", "attestation-report"))):
            wrong.append(f"{kind}: {count} sheets of {size}")
    assert wrong == []


def test_nothing_to_press_is_printed(one_of_each: dict[str, str], browser: Browser, base: str) -> None:
    wrong = []
    with visit(browser) as one:
        for kind, path in one_of_each.items():
            one.page.emulate_media(media="screen")
            settled(one.page, base + path)
            one.page.emulate_media(media="print")
            wrong += [f"{kind}: {said}" for said in one.page.evaluate(SEEN, PRESSED)]
    assert wrong == []


def test_what_is_folded_on_the_screen_is_open_on_paper(one_of_each: dict[str, str], browser: Browser, base: str, printed: Print) -> None:
    wrong, looked = [], 0
    with visit(browser) as one:
        for kind, path in one_of_each.items():
            settled(one.page, base + path)
            one.page.emulate_media(media="print")
            folds, texts = one.page.evaluate(FOLDED)
            one.page.emulate_media(media="screen")
            if folds:
                there = close(words(printed(path)))
                looked += len(texts)
                wrong += [f"{kind}: {said!r}" for said in texts if not all(part in there for part in re.findall(r"\w{4,}", said))]
    assert wrong == []
    assert looked, "no page folds anything: then nothing was tried"


def test_it_is_open_on_paper_for_browsers_that_need_the_script(one_of_each: dict[str, str], browser: Browser, base: str) -> None:
    with visit(browser) as one:
        for path in one_of_each.values():
            settled(one.page, base + path)
            if before := one.page.locator("details:not([open])").count():
                one.page.evaluate("dispatchEvent(new Event('beforeprint'))")
                assert one.page.locator("details:not([open])").count() == 0, path
                one.page.evaluate("dispatchEvent(new Event('afterprint'))")
                assert one.page.locator("details:not([open])").count() == before, path
                return
    pytest.fail("no page folds anything: then nothing was tried")


def test_where_a_link_leads_is_printed_only_where_it_leads_elsewhere(one_of_each: dict[str, str], browser: Browser, base: str) -> None:
    wrong = []
    with visit(browser) as one:
        for kind, path in one_of_each.items():
            settled(one.page, base + path)
            one.page.emulate_media(media="print")
            for address, said, after in one.page.evaluate(LINKS):
                itself = bare(address) == bare(said)
                if (address.startswith(("https://", "http://", "mailto:")) and not itself) != (address in after):
                    wrong.append(f"{kind}: {said!r} leads to {address}, followed by {after}")
            one.page.emulate_media(media="screen")
    assert wrong == []


def bare(address: str) -> str:
    return close(address).removeprefix("mailto:").removeprefix("https://").rstrip("/")


def test_the_address_of_prose_that_leads_elsewhere_is_printed(browser: Browser, base: str) -> None:
    with visit(browser) as one:
        settled(one.page, base + "about.html")
        one.page.evaluate("html => document.querySelector('article').insertAdjacentHTML('beforeend', html)", str(text.prose("See [how](https://far.example/how).")))
        one.page.emulate_media(media="print")
        assert ["https://far.example/how", "how", '" (" attr(href) ")"'] in one.page.evaluate(LINKS) or '" (https://far.example/how)"' in str(one.page.evaluate(LINKS))


def test_a_promise_is_all_there_in_black_and_white(record: Record, printed: Print) -> None:
    for verdict in view.SHOWN_ORDER:
        promise = next(control for control in record["controls"] if control["verdict"] == verdict)
        there = close(words(printed(f"{promise['audience']}/{promise['id']}.html")))
        why = [] if verdict == "planned" else [view.why(promise)]  # the mark says it all
        said = [promise["title"], view.mark(parse_moment(record["asOf"]), promise).text, *why, *map(view.rule_of, promise["checks"])]
        assert [part for part in said if close(part) not in there] == []


def test_a_dark_screen_prints_the_same_light_paper(one_of_each: dict[str, str], printed: Print) -> None:
    for path in ("index.html", one_of_each["control, not-met"], "report.html"):
        light, dark = (grey(printed(path, "A4", scheme)) for scheme in ("light", "dark"))
        assert sum(light) / len(light) > 215, path
        assert light == dark, path


def grey(made: Path, more: tuple[str, ...] = ("-l", "1")) -> bytes:
    """The first sheet as shades of grey, 0 is black."""
    ran = subprocess.run(["pdftoppm", "-gray", "-r", "30", *more, str(made)], check=True, capture_output=True).stdout
    return ran.split(b"\n", 3)[3]


def test_neighbours_in_a_bar_are_told_apart_in_grey(browser: Browser, base: str) -> None:
    shades = "() => [...document.querySelectorAll('.at-bar')].map(bar => [...bar.querySelectorAll('rect')].map(part => getComputedStyle(part).fill))"
    verdicts = "() => [[...document.querySelectorAll('.at-standing .at-piece')].map(part => [part.classList[1], getComputedStyle(part).fill])]"
    with visit(browser) as one:
        settled(one.page, base + "report.html")
        one.page.emulate_media(media="print")
        (bar,) = one.page.evaluate(verdicts)
        settled(one.page, base + "areas/protect-customer-data.html")
        bars = one.page.evaluate(shades)
    firsts = [fill for number, (verdict, fill) in enumerate(bar) if not number or bar[number - 1][0] != verdict]
    assert len(firsts) > 3
    for fills in (firsts, *bars):
        greys = [luminance(fill) for fill in fills if fill.startswith("rgb")]
        assert all(abs(first - second) > 0.1 for first, second in pairwise(greys)), fills


def luminance(colour: str) -> float:
    """``rgb(20, 97, 60)`` -> how bright a grey it becomes, 0 to 1, as a printer weighs it."""
    red, green, blue = map(int, re.findall(r"\d+", colour)[:3])
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


def test_what_has_lapsed_since_is_printed_as_lapsed(record: Record, printed: Print) -> None:
    promise = next(control for control in record["controls"] if control["verdict"] == "met" and view.mark(parse_moment(record["asOf"]), control).lapses)
    then = view.mark(parse_moment(record["asOf"]), promise).then
    path = f"{promise['audience']}/{promise['id']}.html"
    assert close(then) not in close(words(printed(path)))
    late = close(words(printed(path, "A4", "light", 2000)))
    assert close(then) in late and close("This page is out of date") in late
    assert close(then) in close(words(printed("report.html", "A4", "light", 2000)))


def test_the_report_holds_every_promise_list_notice_and_clause(record: Record, printed: Print) -> None:
    there = close(words(printed("report.html")))
    missed = [control["id"] for control in record["controls"] if close(control["title"] + view.mark(parse_moment(record["asOf"]), control).text) not in there]
    missed += [register["title"] for register in record["registers"] if close(register["title"]) not in there]
    missed += [notice["title"] for notice in record["notices"] if close(notice["title"] + "") not in there]
    missed += [framework["title"] for framework in record["frameworks"] if close(framework["title"] + f"{framework['mapped']} of {framework['clauses']}") not in there]
    missed += [contact["role"] for contact in record["center"]["contacts"] if close(contact["role"]) not in there]
    assert missed == []
    assert close("A print proves nothing by itself") in there


def test_the_report_has_bookmarks_and_a_structure(printed: Print) -> None:
    reader = PdfReader(printed("report.html"))
    titles = list(flat(reader.outline))
    for said in ("How it stands", "What is in scope", "What we promise customers", "Facts and lists", "Subprocessors", "Notices", "Frameworks", "Whom to ask", "For those who check"):
        assert said in titles
    assert "/StructTreeRoot" in reader.trailer["/Root"]
    assert reader.trailer["/Root"]["/Lang"] == "en"


def flat(outline: Any) -> Iterator[str]:
    for one in outline:
        if isinstance(one, list):
            yield from flat(one)
        else:
            yield str(one.title)


def test_headings_of_a_table_stand_on_each_of_its_sheets(printed: Print) -> None:
    made = printed("report.html")
    ran = subprocess.run(["pdftotext", "-raw", str(made), "-"], check=True, capture_output=True, text=True).stdout
    long = [sheet for sheet in ran.split("\f") if len(re.findall(r"\b[0-9a-f]{64}\b", sheet)) > 5]
    assert len(long) > 2
    assert all(re.search(r"^(No\. Control Record|Evidence Kind Digest|Document Kind Digest)$", sheet, re.MULTILINE) for sheet in long)


def test_more_contrast_and_less_motion_are_given_where_they_are_asked_for(browser: Browser, base: str) -> None:
    for scheme in ("light", "dark"):
        with visit(browser, scheme) as one:
            one.page.emulate_media(contrast="more", reduced_motion="reduce")
            settled(one.page, base + "customers/index.html")
            assert contrast(one.page, "--at-quiet") > 7
            assert one.page.evaluate("() => getComputedStyle(document.querySelector('.md-tabs, .md-header')).transitionDuration.split(', ').every(one => parseFloat(one) < 0.01)")


def contrast(page: Page, name: str) -> float:
    """WCAG contrast of a colour of ours on the page's ground."""
    colours = [page.evaluate("name => getComputedStyle(document.body).getPropertyValue(name).trim()", wanted) for wanted in (name, "--at-ground")]
    shades = [[int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)] for colour in colours]
    light = sorted(sum(part * (shade / 12.92 if shade <= 0.04045 else ((shade + 0.055) / 1.055) ** 2.4) for part, shade in zip((0.2126, 0.7152, 0.0722), one, strict=True)) for one in shades)
    return (light[1] + 0.05) / (light[0] + 0.05)
