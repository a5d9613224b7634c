"""Days of a change: published only where they are said, so that what was signed before stays; amended and never rewritten; shown by the reader's clock."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.enrolled import notices_shown
from attest.model.register import Notice
from attest.pages import feeds
from attest.published import rewritten
from attest.wire import jcs
from tests.test_register_pages import Elements, drawn, words
from tests.test_registers import register_of

SAID = {"date": "2026-11-10", "happened": "Post (fictional) will send our mail.", "affected": "Addresses.", "you": "Write to us."}


def notice(*versions: dict[str, Any], kind: str = "subprocessor", **more: Any) -> Notice:
    return Notice.model_validate({"title": "Post joins us", "kind": kind, "visibility": "public", "versions": versions, **more})


def shown(found: Notice) -> dict[str, Any]:
    (made,) = notices_shown({"post": found})
    return dict(made)


def test_a_notice_without_days_is_published_as_it_was_before_there_were_any() -> None:
    old = b'{"id":"post","kind":"subprocessor","othersTold":null,"systems":[],"title":"Post joins us","versions":[{"affected":"Addresses.","closed":"no","date":"2026-11-10","doing":null,"happened":"Post (fictional) will send our mail.","you":"Write to us."}]}'
    assert jcs.canonical(shown(notice(SAID))) == old


def test_days_are_added_to_what_a_version_says_and_to_nothing_else() -> None:
    plain, dated = shown(notice(SAID)), shown(notice({**SAID, "effective": "2026-12-20", "object_until": "2026-12-16"}, subprocessor="post"))
    (version,) = dated["versions"]
    assert (version.pop("effective"), version.pop("objectUntil"), dated.pop("subprocessor")) == ("2026-12-20", "2026-12-16", "post")
    assert dated == plain


@pytest.mark.parametrize(("before", "now", "says"), [
    ({"effective": "2026-12-20"}, {"effective": "2026-12-21"}, "version 1 of notice post (2026-11-10) is another"),
    ({"effective": "2026-12-20"}, {}, "version 1 of notice post (2026-11-10) is another"),
    ({}, {"effective": "2026-12-20"}, "version 1 of notice post (2026-11-10) is another"),
    ({"effective": "2026-12-20", "object_until": "2026-12-16"}, {"effective": "2026-12-20", "object_until": "2026-12-10"}, "version 1 of notice post (2026-11-10) is another"),
])  # fmt: skip
def test_a_day_that_was_said_is_not_rewritten(before: dict[str, str], now: dict[str, str], says: str) -> None:
    assert rewritten({"notices": [shown(notice({**SAID, **before}))]}, {"notices": [shown(notice({**SAID, **now}))]}) == [says]


def test_a_day_moves_in_a_later_version() -> None:
    first, later = {**SAID, "effective": "2026-12-20"}, {**SAID, "date": "2026-11-12", "effective": "2027-01-20"}
    assert rewritten({"notices": [shown(notice(first))]}, {"notices": [shown(notice(first, later))]}) == []


def test_a_subprocessor_may_be_named_later_and_not_exchanged() -> None:
    none, one, other = (shown(notice(SAID, **more)) for more in ({}, {"subprocessor": "post"}, {"subprocessor": "parcel"}))
    assert rewritten({"notices": [none]}, {"notices": [one]}) == []
    assert rewritten({"notices": [one]}, {"notices": [other]}) == rewritten({"notices": [one]}, {"notices": [none]}) == ["the subprocessor of notice post is another"]


def test_the_page_says_both_days_and_what_they_turn_into_by_the_readers_clock() -> None:
    first = {**SAID, "effective": "2026-12-10", "object_until": "2026-12-01"}
    page = drawn(notices={"post": notice(first, {**SAID, "date": "2026-11-12", "effective": "2026-12-20", "object_until": "2026-12-16"})})["notices/post.html"]
    said = words(page)
    assert "Takes effect 20 December 2026 to come" in said and "Object until 16 December 2026 you can object" in said, "the last word counts"
    assert "Takes effect 10 December 2026" in said and "Object until 1 December 2026" in said, "what was said first stands below"
    assert sorted(Elements(page.html).attributes("data-at-lapses")) == ["2026-12-17T00:00:00Z", "2026-12-20T00:00:00Z"]
    assert sorted(Elements(page.html).attributes("data-at-then")) == ["in effect", "past: no longer open to objection"]


def test_the_list_of_subprocessors_says_until_when_and_how_to_object() -> None:
    coming = notice({**SAID, "effective": "2026-12-20", "object_until": "2026-12-16"}, subprocessor="post")
    pages = drawn(register_of("subprocessors", [{"id": "post", "name": "Post"}]), notices={"post": coming})
    said = words(pages["registers/subprocessors.html"])
    assert "Takes effect 20 December 2026 to come You can object until 16 December 2026 you can object" in said
    assert "How to object, and what else you can do Write to us." in said
    assert "registers/subprocessors.html#post" in "".join(Elements(pages["notices/post.html"].html).attributes("href"))
    assert "In the list" not in words(drawn(notices={"post": coming})["notices/post.html"]), "where it is not in the list yet, nothing leads there"


def test_days_that_are_fields_are_not_picked_out_of_the_words_again() -> None:
    page = drawn(notices={"post": notice({**SAID, "happened": "It begins on 20 December 2026, and we look again on 5 January 2027.", "effective": "2026-12-20"})})["notices/post.html"]
    assert "Days it names 5 January 2027" in words(page)
    assert words(page).count("20 December 2026 to come") == 1


def test_a_feed_says_them_and_entries_without_them_stay() -> None:
    told = feeds._told({**shown(notice({**SAID, "effective": "2026-12-20", "object_until": "2026-12-16"}))["versions"][0]}, incident=False)
    plain = feeds._told(shown(notice(SAID))["versions"][0], incident=False)
    assert told.startswith(plain) and told.removeprefix(plain) == "<h2>Takes effect</h2><p>20 December 2026.</p><h2>You can object until</h2><p>16 December 2026.</p>"


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_whatever_days_are_said_come_back_as_they_were_said(effective: date, until: date) -> None:
    made = shown(notice({**SAID, "effective": effective.isoformat(), "object_until": until.isoformat()}))
    again = json.loads(jcs.canonical(made))["versions"][0]
    assert (again["effective"], again["objectUntil"]) == (effective.isoformat(), until.isoformat())
