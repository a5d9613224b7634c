"""Feeds as a stranger's reader has them: well-formed, whole, escaped, and each entry the same for ever."""

from __future__ import annotations

import copy
import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import feedparser
import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from attest.build import Prepared
from attest.changes import Change
from attest.history import EMPTY, Before, History, history_of
from attest.pages import Edition
from attest.pages.feeds import MOST, feeds
from attest.published import NoticeRecord, Record
from tests.sites import AS_OF, BREAKS_OUT, UNTIL, hostile, mini, prepared
from tests.test_pages import Elements

EDITION = Edition(AS_OF, UNTIL)
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepared(mini(tmp_path_factory.mktemp("feeds") / "root"))


def version(day: str, happened: str = "Something.", **more: str | None) -> dict[str, Any]:
    return {"date": day, "happened": happened, "affected": None, "doing": None, "you": None, "closed": "no", **more}


def told(ident: str, *versions: dict[str, Any], kind: str = "incident", title: str = "A flaw & a <fix>") -> NoticeRecord:
    return {"id": ident, "title": title, "kind": kind, "systems": [], "othersTold": None, "versions": list(versions)}


def with_notices(ready: Prepared, *notices: NoticeRecord) -> Record:
    record = copy.deepcopy(ready.record)
    record["notices"] = list(notices)
    return record


def read(record: Record, name: str = "notices", edition: Edition = EDITION) -> tuple[Any, dict[str, Any]]:
    """Both forms of a feed, the first as feedparser has it."""
    made = feeds(record, edition)
    atom = feedparser.parse(made[f"feeds/{name}.xml"])
    assert (atom.bozo, atom.version) == (False, "atom10")
    return atom, json.loads(made[f"feeds/{name}.json"])


def test_every_version_of_a_notice_is_an_entry(small: Prepared) -> None:
    flaw = told("flaw", version("2026-11-01", "We **found** it."), version("2026-11-03", "More."), version("2026-11-09", "Mended.", closed="yes", you="Update."))
    atom, said = read(with_notices(small, flaw, told("move", version("2026-11-03"), kind="maintenance", title="A move")))
    base = "https://trust.small.example/notices/"
    assert [(entry.id, entry.title, entry.updated) for entry in atom.entries] == [
        (f"{base}flaw.html#version-3", "Closed: A flaw & a <fix>", "2026-11-09T00:00:00Z"),
        (f"{base}move.html#version-1", "A move", "2026-11-03T00:00:00Z"),
        (f"{base}flaw.html#version-2", "Update 1: A flaw & a <fix>", "2026-11-03T00:00:00Z"),
        (f"{base}flaw.html#version-1", "A flaw & a <fix>", "2026-11-01T00:00:00Z"),
    ]
    first = atom.entries[3].content[0].value
    assert "<p>We <strong>found</strong> it.</p>" in first
    assert "<h2>What is affected</h2><p>Not known yet.</p>" in first
    assert "Not known yet." not in atom.entries[1].content[0].value, "that one is no incident"
    assert [tag.term for tag in atom.entries[1].tags] == ["Maintenance"]
    assert [(item["id"], item["title"], item["date_published"], item["url"]) for item in said["items"]] == [
        (entry.id, entry.title, entry.updated, entry.link) for entry in atom.entries
    ]  # fmt: skip
    assert "<h2>What you should do</h2><p>Update.</p>" in said["items"][0]["content_html"]


def test_the_feeds_head_says_whose_it_is_and_where(small: Prepared) -> None:
    atom, said = read(with_notices(small, told("flaw", version("2026-11-01"))))
    links = {link.rel: (link.type, link.href) for link in atom.feed.links}
    assert links == {
        "self": ("application/atom+xml", "https://trust.small.example/feeds/notices.xml"),
        "alternate": ("text/html", "https://trust.small.example/notices/index.html"),
    }
    assert (atom.feed.id, atom.feed.updated, atom.feed.author) == ("https://trust.small.example/feeds/notices.xml", "2026-11-01T00:00:00Z", "Small")
    assert said["version"] == "https://jsonfeed.org/version/1.1"
    assert said["feed_url"] == "https://trust.small.example/feeds/notices.json"
    assert said["home_page_url"] == "https://trust.small.example/notices/index.html"
    assert said["authors"] == [{"name": "Small", "url": "https://trust.small.example/"}]


def test_a_feed_without_entries_is_a_feed(small: Prepared) -> None:
    atom, said = read(with_notices(small))
    assert (atom.entries, said["items"]) == ([], [])
    assert atom.feed.updated == "2026-11-21T12:00:00Z"
    assert said["home_page_url"] == "https://trust.small.example/"


def test_a_later_version_changes_no_earlier_entry(small: Prepared) -> None:
    first, second = version("2026-11-01", "Early."), version("2026-11-09", "Late.", closed="yes")
    before = feeds(with_notices(small, told("flaw", first)), EDITION)["feeds/notices.xml"].decode()
    after = feeds(with_notices(small, told("flaw", first, second)), EDITION)["feeds/notices.xml"].decode()
    entry = before[before.index("<entry>") : before.index("</feed>")]
    assert entry in after
    assert after.count("<entry>") == 2


def test_a_feed_keeps_the_newest(small: Prepared) -> None:
    many = [version(f"2026-{month:02}-{day:02}") for month in range(1, 7) for day in range(1, 21)]
    atom, said = read(with_notices(small, told("long", *many)))
    assert len(atom.entries) == len(said["items"]) == MOST
    assert atom.entries[0].id.endswith("#version-120")
    assert atom.entries[-1].id.endswith("#version-71")


def test_versions_of_one_day_stand_in_their_order(small: Prepared) -> None:
    atom, _ = read(with_notices(small, told("busy", *[version("2026-11-09") for _ in range(12)])))
    assert [entry.id.rpartition("-")[2] for entry in atom.entries] == [str(number) for number in range(12, 0, -1)]


def later(record: Record, day: int, **verdicts: str) -> Record:
    """The record of a later day, with other verdicts."""
    made = copy.deepcopy(record)
    made["asOf"] = f"2026-11-{day:02}T12:00:00Z"
    for control in made["controls"]:
        control["verdict"] = verdicts.get(control["id"].replace("-", "_"), control["verdict"])  # type: ignore[typeddict-item]
    return made


def told_of(*records: Record) -> History:
    """The history that the last of these carries, release by release."""
    found = EMPTY
    for n, record in enumerate(records, 1):
        before = Before(n - 1, records[n - 2], UNTIL.isoformat()[:19] + "Z", found) if n > 1 else None
        found = history_of(n, record, UNTIL.isoformat()[:19] + "Z", before)
    return found


def test_every_release_is_an_entry_with_the_worst_first(small: Prepared) -> None:
    first = later(small.record, 21)
    second = later(small.record, 22, restored="not-met", failing="met")
    third = later(second, 23)
    atom, said = read(third, "changes", replace(EDITION, history=told_of(first, second, third)))
    base = "https://trust.small.example/"
    assert [(entry.title, entry.updated, entry.id, entry.link) for entry in atom.entries] == [
        ("Release 3: nothing changed", "2026-11-23T12:00:00Z", f"{base}attestation/releases/3/statement.json", f"{base}history/index.html#release-3"),
        ("Release 2: 1 worse, 1 better", "2026-11-22T12:00:00Z", f"{base}attestation/releases/2/statement.json", f"{base}history/index.html#release-2"),
        ("Release 1: where this history begins", "2026-11-21T12:00:00Z", f"{base}attestation/releases/1/statement.json", f"{base}history/index.html#release-1"),
    ]
    body = said["items"][1]["content_html"]
    assert body == atom.entries[1].content[0].value
    worse, better = body.index("Worse: “What is lost is brought back” was shown by evidence; now it is not in place."), body.index("Better: “Signing in takes two things”")
    assert worse < better
    assert "<p>State on 22 November 2026: " in body
    assert body.endswith(" Valid until 26 December 2026.</p>")
    assert "Worse" not in said["items"][2]["content_html"]


def test_a_later_release_changes_no_earlier_entry(small: Prepared) -> None:
    records = [later(small.record, 21), later(small.record, 22, restored="unknown"), later(small.record, 23)]
    before = read(records[1], "changes", replace(EDITION, history=told_of(*records[:2])))[1]["items"]
    after = read(records[2], "changes", replace(EDITION, history=told_of(*records)))[1]["items"]
    assert after[1:] == before


def test_changes_keep_the_newest(small: Prepared) -> None:
    entries = tuple(replace(told_of(later(small.record, 21)).releases[0], n=n, as_of=f"20{n + 10}-01-01T00:00:00Z") for n in range(1, MOST + 11))
    atom, _ = read(small.record, "changes", replace(EDITION, history=History(entries)))
    assert [entry.title.partition(":")[0] for entry in atom.entries] == [f"Release {n}" for n in range(MOST + 10, 10, -1)]


def test_a_release_with_very_many_changes_says_how_many_are_left_out(small: Prepared) -> None:
    many = tuple(Change("added", f"c-{n}", f"Promise {n}", now="met") for n in range(130))
    entry = replace(told_of(later(small.record, 21)).releases[0], changes=many, untold=20, renewed=1)
    body = read(small.record, "changes", replace(EDITION, history=History((entry,))))[1]["items"][0]["content_html"]
    assert body.count("<li>") == 100
    assert "<p>50 milder changes are not listed here.</p><p>Of 1 promise, document or row the evidence was renewed" in body


def test_nothing_declared_breaks_out() -> None:
    record = hostile().record
    other = later(record, 22, met="unknown", failing="met")
    made = feeds(record, replace(EDITION, history=told_of(later(record, 21), other)))
    for path, content in made.items():
        if path.endswith(".xml"):
            root = fromstring(content.decode())
            assert {element.tag.removeprefix(ATOM) for element in root.iter()} <= {
                "feed", "id", "title", "subtitle", "updated", "published", "author", "name", "uri", "link", "entry", "category", "content",
            }  # fmt: skip
            bodies = [element.text or "" for element in root.iter(f"{ATOM}content")]
        else:
            said = json.loads(content)
            bodies = [item["content_html"] for item in said["items"]]
        assert bodies, path
        for tag, attributes in (element for body in bodies for element in Elements(body).found):
            assert tag in ("h2", "p", "ul", "li", "a"), (path, tag)
            assert not (attributes.keys() - {"href", "rel"}), path
            assert not (attributes.get("href") or "").startswith("javascript:"), path
    titles = [element.text or "" for element in fromstring(made["feeds/notices.xml"].decode()).iter(f"{ATOM}title")]
    assert BREAKS_OUT in titles


@given(st.text())
def test_any_text_gives_well_formed_xml(text: str) -> None:
    record: Any = {"center": {"id": "https://x.example/", "name": text, "language": "en"}, "notices": [told("a", version("2026-11-01", "x"), title=text)], "registers": []}
    fromstring(feeds(record, EDITION)["feeds/notices.xml"])


@pytest.mark.parametrize("which", ["hostile", "small"])
def test_xmllint_agrees(tmp_path: Path, small: Prepared, which: str, require_tool: Callable[[str], str]) -> None:
    tool = require_tool("xmllint")
    record = hostile().record if which == "hostile" else with_notices(small, told("flaw", version("2026-11-01")))
    for path, content in feeds(record, EDITION).items():
        if path.endswith(".xml"):
            (tmp_path / "feed.xml").write_bytes(content)
            subprocess.run([tool, "--noout", "--nonet", str(tmp_path / "feed.xml")], check=True, capture_output=True)
