"""Second part of step 10: the release and its log against what this reader verified last.

    seen 9, served 7                                        rolled-back
    seen 7, served 7, another payload                       forked
    seen 5, served 7, and release 5 is another              forked      as releases/6 names it, or as the log has it
    seen 5, served 7, and nothing says which 5 was          could not tell: descent is not shown
    seen a log of 12 entries, now it has 11                 rolled-back
    seen its root at 12 entries, now it is another          forked
    seen a log, now there is none, another, or another key  forked
    seen 12 entries signed, now one of them is said void    forked      only what no checkpoint was signed over can be void
    seen 7, served 7, the same log, and it has run out      stale, and said: frozen
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal

from attest.logged import Logged
from attest.seen import Seen, SeenLog
from attest.verify.answer import Descended, Finding, no, note, unsure
from attest.verify.envelope import Opened
from attest.verify.log import Log
from attest.verify.past import Past
from attest.verify.question import Earlier


def check_descent(seen: tuple[str, Seen] | None, opened: Opened, past: Past, now: datetime) -> Iterator[Finding]:
    """``seen``: log origin and state, as ``seen.recall`` gives them."""
    if seen is None:
        yield note(10, "you have seen no earlier release of this center: nothing to compare with")
        return
    origin, last = seen
    log = None if past.places is None else past.places.log
    yield from _same_log(origin, last, opened)
    yield from _release(last, opened, past.payloads)
    if last.log is not None and past.places is not None:
        yield from _log(last.log, past.places.log)
        yield from _void(last.log, past)
    if last.payload == opened.payload and now >= opened.statement.valid_until and (log is None or last.log is None or log.size == last.log.size):
        yield note(10, "frozen: it is the release that you have seen, and nothing followed it before it ran out; its publisher has stopped, or somebody holds back what is newer")


def check_since(since: Earlier, opened: Opened, past: Past) -> Descended | Finding:
    """Whether the release in question follows an earlier one, and what shows it."""
    number, payload, release = since.release, since.payload, opened.statement.release
    known = past.payloads.get(number)
    if number > release:
        return no(10, f"release {release} is served, and you ask what changed since release {number}", str(number), str(release), "rolled-back")
    if known is None:
        return unsure(10, f"that release {release} follows release {number} is not shown", got="neither releases between them nor a log are held")
    if payload is not None and payload != known:
        return no(10, f"release {number} is not the one you have", payload, known, "forked")
    if since.log is not None and (wrong := _after(since.log, opened, past)) is not None:
        return wrong
    by: Literal["log", "chain", "itself"] = "itself" if number == release else "log" if past.places is not None and past.places.digest(number) == known else "chain"
    return Descended(number, known, by)


def _after(earlier: Logged, opened: Opened, past: Past) -> Finding | None:
    """The log that the reader's copy was signed after has to be the beginning of this one."""
    said, log = opened.statement.log, None if past.places is None else past.places.log
    if said is None or (said.origin, said.vkey) != (earlier.origin, earlier.vkey):
        return no(10, "it names another log than the release you have, or none", earlier.vkey, "no log" if said is None else said.vkey, "forked")
    if log is not None and earlier.size_before <= log.size and (root := log.tree.root(earlier.size_before).hex()) != earlier.root_before:
        return no(10, f"the first {earlier.size_before} entries of the log are not those that the release you have was signed after", earlier.root_before, root, "forked")
    return None


def _same_log(origin: str, last: Seen, opened: Opened) -> Iterator[Finding]:
    said, vkey = opened.statement.log, None if last.log is None else last.log.vkey
    if origin and (said is None or said.origin != origin):
        yield no(10, "it names another log than the one that you have seen, or none", origin, "no log" if said is None else said.origin, "forked")
    elif said is not None and vkey not in (None, said.vkey):
        yield no(10, "the log's key is not the one that you have seen", str(vkey), said.vkey, "forked")


def _release(last: Seen, opened: Opened, payloads: Mapping[int, str]) -> Iterator[Finding]:
    release = opened.statement.release
    known = payloads.get(last.release)
    if last.release > release:
        yield no(10, f"release {release} is served, and you have seen release {last.release}", str(last.release), str(release), "rolled-back")
    elif known is None:
        yield unsure(10, f"that release {release} follows release {last.release}, which you have seen, is not shown", got="releases between them are not held")
    elif known != last.payload:
        yield no(10, f"release {last.release} is not the one you have seen under that number", last.payload, known, "forked")


def _log(last: SeenLog, log: Log) -> Iterator[Finding]:
    if log.size < last.size:
        yield no(10, f"the log has {log.size} entries, and you have seen {last.size}", str(last.size), str(log.size), "rolled-back")
    elif (root := log.tree.root(last.size).hex()) != last.root:
        yield no(10, f"the first {last.size} entries of the log are not the ones that you have seen", last.root, root, "forked")


def _void(last: SeenLog, past: Past) -> Iterator[Finding]:
    """A payload after what was seen may declare void only what came after it as well: a checkpoint had been signed over all of that."""
    for one in past.placed:
        void = [index for index in one.logged.void if index < last.size <= one.index]
        if one.counts and void:
            yield no(10, f"{one.name} says that entry {void[0]} was never signed, and you have seen a signed log with it", f"entry {last.size} or later", str(void[0]), "forked")
