"""What somebody follows without visiting: notices and changes, as Atom (RFC 4287) and as JSON Feed 1.1.

    feeds/notices.xml  feeds/notices.json     an entry a version of a public notice; what a later version says is an entry of its own
    feeds/changes.xml  feeds/changes.json     an entry a release: what it changed, worse before better

    <entry><id>https://trust.harbourline.example/notices/archive-move.html#version-2</id>…<updated>2026-11-15T00:00:00Z</updated>…</entry>

An entry's id is the address of what it tells of (of a release, of its own statement), and stays for ever; so does its date, which is the
version's day or the release's as-of. Both forms are printed from the same entries. A feed is there before it has anything to say: whoever follows it today hears of
the first incident.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from markupsafe import Markup

from attest import history
from attest.changes import GROUPS, Group
from attest.pages import notice, text
from attest.pages.drawn import Edition
from attest.pages.register import said
from attest.pages.view import SHOWN_ORDER
from attest.published import NoticeRecord, Record
from attest.times import parse_day, parse_moment, print_moment, spell_day, start_of
from attest.words import ATTESTATION, Verdict

NOTICES: Final = "feeds/notices"
CHANGES: Final = "feeds/changes"
TYPES: Final = {".xml": "application/atom+xml", ".json": "application/feed+json"}
"""The two forms of a feed, by ending."""
HISTORY: Final = "history/index.html"
MOST: Final = 50
"""Entries of a feed, the newest: a reader has the older ones already, and the site keeps them all."""

_MOST_TOLD: Final = 100
"""Changes of one release that its entry lists."""
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no spelling for (2.2)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to hear of."""

    id: str
    """Absolute, for ever."""
    address: str
    """The page to read it on."""
    title: str
    moment: datetime
    body: Markup
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """Entries, the newest first, and what a reader shows above them."""

    stem: str
    """Site path without its ending."""
    title: str
    about: str
    page: str
    """Site path of the page that shows the same."""
    entries: tuple[Entry, ...]


def feeds(record: Record, edition: Edition) -> dict[str, bytes]:
    """Site path -> content, four files whatever there is to say."""
    made: dict[str, bytes] = {}
    for feed in (_notices(record), _changes(record["center"], edition)):
        made[f"{feed.stem}.xml"] = atom(feed, record["center"], edition.as_of)
        made[f"{feed.stem}.json"] = json_feed(feed, record["center"])
    return made


def heads(name: str) -> tuple[tuple[str, str], ...]:
    """A center's name -> its feeds: path without ending, title."""
    return ((NOTICES, f"{name}: notices"), (CHANGES, f"{name}: changes"))


def address(center: str, path: str) -> str:
    """A center's id and a site path -> the absolute address; of the overview, the site's own."""
    return f"{center.rstrip('/')}/{'' if path == 'index.html' else path}"


def atom(feed: Feed, center: Mapping[str, Any], as_of: datetime) -> bytes:
    """RFC 4287. ``updated`` is the newest entry's moment, or the as-of of a feed that has none yet."""
    own, page = address(center["id"], f"{feed.stem}.xml"), address(center["id"], feed.page)
    updated = max((entry.moment for entry in feed.entries), default=as_of)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        _fill('<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{}">', center["language"]),
        _fill("<id>{}</id>", own),
        _fill("<title>{}</title>", feed.title),
        _fill("<subtitle>{}</subtitle>", feed.about),
        _fill("<updated>{}</updated>", print_moment(updated)),
        _fill("<author><name>{}</name><uri>{}</uri></author>", center["name"], center["id"]),
        _fill('<link rel="self" type="application/atom+xml" href="{}"/>', own),
        _fill('<link rel="alternate" type="text/html" href="{}"/>', page),
        *(_atom_entry(entry) for entry in feed.entries),
        "</feed>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _atom_entry(entry: Entry) -> str:
    lines = [
        "<entry>",
        _fill("<id>{}</id>", entry.id),
        _fill("<title>{}</title>", entry.title),
        _fill("<published>{0}</published><updated>{0}</updated>", print_moment(entry.moment)),
        _fill('<link rel="alternate" type="text/html" href="{}"/>', entry.address),
        *(_fill('<category term="{}"/>', tag) for tag in entry.tags),
        _fill('<content type="html">{}</content>', str(entry.body)),
        "</entry>",
    ]
    return "\n".join(lines)


def json_feed(feed: Feed, center: Mapping[str, Any]) -> bytes:
    """JSON Feed 1.1."""
    made = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.about,
        "home_page_url": address(center["id"], feed.page),
        "feed_url": address(center["id"], f"{feed.stem}.json"),
        "language": center["language"],
        "authors": [{"name": center["name"], "url": center["id"]}],
        "items": [_json_item(entry) for entry in feed.entries],
    }
    return (json.dumps(made, indent=1, ensure_ascii=False) + "\n").encode()


def _json_item(entry: Entry) -> dict[str, Any]:
    moment = print_moment(entry.moment)
    made = {"id": entry.id, "url": entry.address, "title": entry.title, "content_html": str(entry.body), "date_published": moment, "date_modified": moment}
    return {**made, "tags": list(entry.tags)} if entry.tags else made


def _fill(template: str, *values: str) -> str:
    """The template with its values escaped, and without characters that XML cannot hold."""
    return Markup(template).format(*(_NO_XML.sub("�", value) for value in values))  # noqa: S704 - templates of this file


def _notices(record: Record) -> Feed:
    name = record["center"]["name"]
    entries = (entry for found in record["notices"] for entry in _versions(record["center"]["id"], found))
    about = f"Incidents, changes and advisories that {name} tells everybody of. What was said stays; what was learnt later is an entry of its own."
    return Feed(NOTICES, dict(heads(name))[NOTICES], about, notice.INDEX if record["notices"] else "index.html", _newest(entries))


def _newest(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The newest first; of one moment, by address backwards, so that a later version stands above an earlier one."""
    return tuple(sorted(entries, key=lambda entry: (entry.moment, _natural(entry.id)), reverse=True)[:MOST])


def _natural(address: str) -> list[tuple[int, str]]:
    """``version-10`` comes after ``version-9``."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d{1,9})", address)]


def _versions(center: str, found: NoticeRecord) -> Iterator[Entry]:
    for number, version in enumerate(found["versions"], 1):
        where = address(center, f"{notice.path_of(found['id'])}#version-{number}")
        body = _told(version, incident=found["kind"] == "incident")
        yield Entry(where, where, _title(found["title"], number, version), start_of(parse_day(version["date"])), body, (said(found["kind"]),))


def _title(title: str, number: int, version: Mapping[str, Any]) -> str:
    """A version's own, from what it says itself: later versions do not change it."""
    if version.get("closed") == "yes" and number > 1:
        return f"Closed: {title}"
    return f"Update {number - 1}: {title}" if number > 1 else title


_PARTS: Final = (("happened", "What happened"), ("affected", "What is affected"), ("doing", "What we do"), ("you", "What you should do"))


_DAYS: Final = (("effective", "Takes effect"), ("objectUntil", "You can object until"))


def _told(version: Mapping[str, Any], *, incident: bool) -> Markup:
    """What a version says, as the notice's page has it: of an incident also that nobody knows yet what is affected."""
    parts = {label: text.prose(version.get(key)) for key, label in _PARTS}
    parts |= {label: Markup("<p>{}.</p>").format(spell_day(parse_day(version[key]))) for key, label in _DAYS if version.get(key)}
    if incident and not parts["What is affected"]:
        parts["What is affected"] = Markup("<p>Not known yet.</p>")
    return Markup().join(Markup("<h2>{}</h2>{}").format(label, told) for label, told in parts.items() if told)


def _changes(center: Mapping[str, Any], edition: Edition) -> Feed:
    name = center["name"]
    about = f"What changed in {name}'s trust center from one release to the next, worse before better."
    return Feed(CHANGES, dict(heads(name))[CHANGES], about, HISTORY, _newest(_release(center["id"], found) for found in edition.history.releases[-MOST:]))


def _release(center: str, found: history.Entry) -> Entry:
    where = address(center, f"{HISTORY}#release-{found.n}")
    ident = address(center, f"{ATTESTATION}/releases/{found.n}/statement.json")
    return Entry(ident, where, f"Release {found.n}: {_in_short(found)}", parse_moment(found.as_of), _changed(found))


_STANDS: Final[dict[Verdict, str]] = {
    "met": "shown by evidence", "planned": "planned", "unknown": "without current evidence", "not-met": "not in place", "not-applicable": "not applicable",
}  # fmt: skip
_IN_SHORT: Final[dict[Group, str]] = {"worse": "worse", "gone": "no longer shown", "better": "better", "new": "new"}


def _in_short(found: history.Entry) -> str:
    """``2 worse, 1 better, 3 other changes``."""
    if found.changes is None:
        return "where this history begins"
    counted = Counter(change.group for change in found.changes)
    told = [f"{counted[group]} {word}" for group, word in _IN_SHORT.items() if counted[group]]
    others = counted.total() - sum(counted[group] for group in _IN_SHORT) + found.untold
    told += [f"{others} other change{'s' if others > 1 else ''}"] if others else []
    return ", ".join(told) or ("evidence renewed, nothing else changed" if found.renewed else "nothing changed")


def _changed(found: history.Entry) -> Markup:
    """The changes under the headings that the history's page has, as sentences; then how it stands, and how long it is good."""
    told = (found.changes or ())[:_MOST_TOLD]
    groups = ((title, [change.said for change in told if change.group == group]) for group, title in GROUPS.items())
    body = Markup().join(Markup("<h2>{}</h2><ul>{}</ul>").format(title, Markup().join(map(Markup("<li>{}</li>").format, said))) for title, said in groups if said)
    left = len(found.changes or ()) - len(told) + found.untold
    stands = ", ".join(f"{found.totals[verdict]} {_STANDS[verdict]}" for verdict in SHOWN_ORDER if found.totals[verdict])
    notes = [
        f"{left} milder change{' is' if left == 1 else 's are'} not listed here." if left else "",
        f"Of {found.renewed} promise{'s, documents and rows' if found.renewed > 1 else ', document or row'} the evidence was renewed, and nothing else." if found.renewed else "",
        f"State on {text.day(found.as_of)}: {sum(found.totals.values())} promises, {stands}. Valid until {text.last_day(found.valid_until)}.",
    ]
    return body + Markup().join(Markup("<p>{}</p>").format(note) for note in notes if note)
