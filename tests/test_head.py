"""What the head of a page tells search engines, previews of links and feed readers."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from attest.build import build
from attest.pages import head
from tests.sites import hostile, mini, prepared
from tests.test_pages import Elements
from tests.test_site import hostile_root


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("head")
    root = mini(folder / "root")
    (root / "content/plain.md").write_text("# Plain\n\n*Short.*\n\nThis page says in a whole sentence what it is about & for <whom> it was written.\n", "utf-8")
    build(root, prepared(root), folder / "site")
    return folder / "site"


def told(page: Path) -> dict[str, str]:
    """Name or property of each meta element of a page, with its content; and its canonical address."""
    found = Elements(page.read_text("utf-8")).found
    said = {attributes.get("property") or attributes.get("name") or "": attributes.get("content") or "" for tag, attributes in found if tag == "meta" and "media" not in attributes}
    return said | {attributes["rel"] or "": attributes["href"] or "" for tag, attributes in found if tag == "link" and attributes.get("rel") == "canonical"}


def test_a_control_is_shown_by_its_own_words(built: Path) -> None:
    said = told(built / "customers/failing.html")
    assert said["og:title"] == "Signing in takes two things"
    assert said["og:url"] == said["canonical"] == "https://trust.small.example/customers/failing.html"
    assert said["og:description"] == said["description"]
    assert said["description"].startswith("Not in place.")
    assert (said["og:site_name"], said["og:type"], said["og:locale"]) == ("Small trust center", "website", "en_US")
    assert "og:image" not in said


def test_prose_is_described_by_its_first_whole_sentence(built: Path) -> None:
    said = told(built / "plain.html")
    assert said["description"] == "This page says in a whole sentence what it is about & for it was written."
    assert said["og:title"] == "Plain"
    assert "<title>Plain - Small trust center</title>" in (built / "plain.html").read_text("utf-8")


def test_every_page_has_one_title_one_description_and_its_own_address(built: Path) -> None:
    pages = [page for page in built.rglob("*.html") if page.name != "404.html"]
    addresses = set()
    for page in pages:
        said, html = told(page), page.read_text("utf-8")
        assert said["description"], page
        assert html.count("<title>") == html.count('name="description"') == html.count('rel="canonical"') == html.count("og:title") == 1, page
        addresses.add(said["canonical"])
    assert len(addresses) == len(pages)


def test_only_what_nobody_should_find_asks_not_to_be_indexed(tmp_path: Path, built: Path) -> None:
    assert {page.name for page in built.rglob("*.html") if "robots" in told(page)} == {"404.html"}
    root = mini(tmp_path / "root")
    build(root, prepared(root, None), tmp_path / "site")
    assert {told(page).get("robots") for page in (tmp_path / "site").rglob("*.html")} == {"noindex"}


def test_feeds_are_found_from_every_page(built: Path) -> None:
    for page in built.rglob("*.html"):
        links = [attributes for tag, attributes in Elements(page.read_text("utf-8")).found if tag == "link" and attributes.get("rel") == "alternate feed"]
        assert {link["type"] for link in links} == {"application/atom+xml", "application/feed+json"}
        for link in links:
            where = link["href"] or ""
            assert (built / where.lstrip("/") if where.startswith("/") else page.parent / where).is_file(), (page, where)


def test_the_browsers_bar_has_the_colour_of_the_header() -> None:
    tokens = files("attest.pages").joinpath("styles/00-tokens.css").read_text("utf-8")
    assert [colour for _, colour in head.GROUNDS] == re.findall(r"--at-ground: (#[0-9a-f]{6});", tokens)


def test_a_picture_for_links_is_named_where_there_is_one() -> None:
    center = {"id": "https://x.example/trust/", "name": "X", "summary": "We.", "language": "en"}
    assert head.head(center, ["evidence/a.csv", "assets/look/card.png"])["card"] == "https://x.example/trust/assets/look/card.png"
    assert head.head(center, ["assets/look/logo.svg"])["card"] is None


@pytest.mark.parametrize(("language", "locale"), [("en", "en_US"), ("en-GB", "en_GB"), ("de-CH", "de_CH"), ("DE", "de_DE"), ("zh-Hant-TW", "zh_TW"), ("tlh", None), ("sr-Latn", None)])
def test_a_language_as_previews_write_it(language: str, locale: str | None) -> None:
    assert head.locale(language) == locale


def test_nothing_declared_breaks_out_of_the_head(tmp_path: Path) -> None:
    root = hostile_root(tmp_path / "root")
    build(root, hostile(), tmp_path / "site")
    for page in (tmp_path / "site").rglob("*.html"):
        html = page.read_text("utf-8")
        inside = Elements(html[html.index("<head>") : html.index("</head>")])
        assert {tag for tag, _ in inside.found} <= {"head", "meta", "link", "title", "script"}, page
        assert not [name for _, attributes in inside.found for name in attributes if name.startswith("on")], page
