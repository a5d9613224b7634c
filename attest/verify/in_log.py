"""A bundle, years later: held against a site of its center, or a folder with its log, that has gone on since. And a log by itself.

    who signed it, is it in the log, is the log whole, was it withdrawn, what followed it?

The bundle may be the site's own, or one that somebody kept. The files that it signs are not checked, but those that the past is made of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from attest.errors import CouldNotTell
from attest.fetch import Source
from attest.verify.answer import Answer, Finding, StepName, answer_of, no, note, unsure
from attest.verify.descent import check_descent
from attest.verify.envelope import Opened
from attest.verify.named import by_dns
from attest.verify.past import Past, look_back, open_book
from attest.verify.question import Question
from attest.verify.record import sums
from attest.verify.subjects import BUNDLE
from attest.verify.verifier import could_not_tell, facts_of, judged, opened_of, seen_of
from attest.wire.bundle import MAX_BYTES

_LOG_ALONE: Final[frozenset[StepName]] = frozenset({"integrity", "signer", "history"})


def verify_in_log(data: bytes, source: Source, question: Question) -> Answer:
    """The answer over a bundle and its center's site."""
    opened, served = opened_of(data, question), _served(source, question)
    if isinstance(opened, Answer):
        return opened
    if isinstance(served, Answer):
        return served
    book = open_book(source, served)
    trust, named = by_dns(opened, question.trust, question.named)
    question = replace(question, trust=trust)
    signer, findings = judged(opened, question, book.turns(served))
    findings += named
    past = look_back(source, served, question.trust, book, opened)
    findings += [*sums(opened.statement), *past.findings, *_among(opened, served, past), note(6, "the files that the bundle signs are not checked")]
    findings += [finding for finding in judged(served, question, book.turns(served))[1] if finding.number == 4 and served.payload != opened.payload]
    findings += check_descent(seen_of(served, question), served, past, question.now)
    held, pruned = (tuple(n for n in numbers if n < opened.statement.release) for numbers in (past.history.held, past.history.pruned))
    facts = replace(facts_of(opened, signer), standing=dict(opened.statement.totals), held=held, pruned=pruned, log=past.in_log)
    return answer_of(findings, facts, question.now)


def verify_log(source: Source, question: Question) -> tuple[Answer, Past | None]:
    """The log of a site, replayed, with every signature in it. Whether the newest release is still fresh is not asked, nor are its files."""
    opened = _served(source, question)
    if isinstance(opened, Answer):
        return opened, None
    book = open_book(source, opened)
    signer, findings = judged(opened, question, book.turns(opened))
    past = look_back(source, opened, question.trust, book)
    findings = [*(finding for finding in findings if finding.number != 5), *past.findings]
    findings += check_descent(seen_of(opened, question), opened, past, question.now)
    if opened.statement.log is None:
        findings.append(unsure(13, "this center keeps no log"))
    facts = replace(facts_of(opened, signer), held=past.history.held, pruned=past.history.pruned, log=past.in_log)
    return answer_of(findings, facts, question.now, _LOG_ALONE, _LOG_ALONE), past


def _served(source: Source, question: Question) -> Opened | Answer:
    """The release that a site serves, signed by whomever."""
    try:
        return opened_of(source.read(BUNDLE, MAX_BYTES), question)
    except CouldNotTell as error:
        return could_not_tell(f"{source.describe()}: {BUNDLE} cannot be read: {error.message}", question)


def _among(opened: Opened, served: Opened, past: Past) -> Iterator[Finding]:
    """Whether a bundle is a release of the site that it is held against."""
    release, known = opened.statement.release, past.payloads.get(opened.statement.release)
    was, now = opened.statement.log, served.statement.log
    if was is not None and (now is None or now.vkey != was.vkey):
        yield no(10, "the site names another log than the bundle, or none", was.vkey, "no log" if now is None else now.vkey, "forked")
    if opened.statement.center != served.statement.center:
        yield no(10, "the site is another center's", opened.statement.center, served.statement.center)
    elif known is None:
        yield unsure(10, f"release {release} is not among those that the site shows", got=f"it serves release {served.statement.release}")
    elif known != opened.payload:
        yield no(10, f"release {release} is not the one that the site shows under that number", opened.payload, known, "forked")
    elif release < served.statement.release:
        yield note(10, f"it is no longer the newest: release {served.statement.release} followed it")
