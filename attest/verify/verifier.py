"""All steps in order, over a site or a bundle alone; and step 12: nothing is denied over a release that was switched meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from attest.errors import CouldNotTell, Unreadable
from attest.fetch import Source
from attest.seen import Seen, SeenLog, recall
from attest.statement import Statement
from attest.verify.accepted import Turn
from attest.verify.affirmation import check_affirmation, judge_officer
from attest.verify.answer import STEP_OF, Announced, Answer, Descended, Facts, Finding, StepName, answer_of, no, note, unchecked, unsure
from attest.verify.blocks import blocks_of, unlisted_pages
from attest.verify.claims import claim_findings, lapses, standing
from attest.verify.descent import check_descent, check_since
from attest.verify.envelope import Opened, open_bundle, unsigned
from attest.verify.files import FILE_CAP, check_files, check_unlisted
from attest.verify.freshness import not_fresh
from attest.verify.log import CHECKPOINT, NOTE_BYTES
from attest.verify.named import by_dns
from attest.verify.past import look_back, open_book
from attest.verify.question import Question
from attest.verify.record import check_record, read_record, sums
from attest.verify.signer import Signer, judge_signer, other_log
from attest.verify.subjects import BUNDLE, Subjects, attempt, check_subjects
from attest.wire.bundle import MAX_BYTES
from attest.wire.sha256sums import parse_manifest

ATTEMPTS: Final = 3


def verify_site(source: Source, question: Question) -> Answer:
    """A site, whole. Raises nothing that the source does: what cannot be read is part of the answer."""
    for _ in range(ATTEMPTS):
        try:
            bundle = source.read(BUNDLE, MAX_BYTES)
        except CouldNotTell as error:
            return could_not_tell(f"{source.describe()}: {BUNDLE} cannot be read: {error.message}", question)
        opened = opened_of(bundle, question)
        log = _state(source, opened)
        answer = opened if isinstance(opened, Answer) else _site(source, bundle, opened, question)
        if not _doubtful(answer) or not _switched(source, bundle, opened, log):
            return answer
    return could_not_tell(f"{source.describe()} changed {ATTEMPTS} times while it was read", question, 12)


def verify_bundle(data: bytes, question: Question) -> Answer:
    """A bundle alone: signature, signer and freshness. Subjects and history stay unchecked, and the answer says so."""
    opened = opened_of(data, question)
    if isinstance(opened, Answer):
        return opened
    trust, told = by_dns(opened, question.trust, question.named)
    question = replace(question, trust=trust)
    signer, findings = judged(opened, question, None if opened.statement.log is not None else ())
    findings += told
    findings += [*sums(opened.statement), *_alone(opened, question)]
    facts = replace(facts_of(opened, signer), standing=dict(opened.statement.totals))
    return answer_of(findings, facts, question.now, ("integrity", "signer", "freshness", "claims"))


def _site(source: Source, bundle: bytes, opened: Opened, question: Question) -> Answer:
    book = open_book(source, opened)
    trust, named = by_dns(opened, question.trust, question.named)
    question = replace(question, trust=trust)
    signer, findings = judged(opened, question, book.turns(opened))
    findings += named
    subjects = check_subjects(source, opened, bundle)
    record, wrong = _record(subjects, opened.statement)
    checked, listed, read = _files(source, subjects, record, opened, question)
    past = look_back(source, opened, question.trust, book)
    findings += [*subjects.findings, *wrong, *read, *past.findings, *check_descent(seen_of(opened, question), opened, past, question.now)]
    since = None if question.since is None else check_since(question.since, opened, past)
    findings += [since] if isinstance(since, Finding) else []
    officer, told = judge_officer(opened.statement, question.trust, question.now)
    findings += [*check_affirmation(source, subjects.manifest, opened.statement), *filter(None, [told])]
    lapsed = tuple(lapses(record["controls"], question.now)) if record is not None else ()
    findings += claim_findings(lapsed, question.strict_evidence)
    facts = replace(
        facts_of(opened, signer), files_checked=checked, files_listed=listed, sees_unlisted=source.paths() is not None, record=record,
        lapsed=lapsed, standing=standing(opened.statement.totals, lapsed), held=past.history.held, pruned=past.history.pruned, log=past.in_log,
        since=since if isinstance(since, Descended) else None, officer=officer,
    )  # fmt: skip
    ran: tuple[StepName, ...] = ("integrity", "signer", "freshness", "history")
    return answer_of(findings, facts, question.now, ran if record is None else (*ran, "claims"))


def opened_of(data: bytes, question: Question) -> Opened | Answer:
    """Steps 1 to 3: what a bundle says and some key signed, or the answer that it ends with."""
    opened = open_bundle(data)
    finding = opened if isinstance(opened, Finding) else unsigned(opened)
    if isinstance(opened, Finding) or finding is not None:
        return answer_of(filter(None, [finding]), facts_of(opened), question.now, ["integrity"])
    return opened


def judged(opened: Opened, question: Question, turns: Sequence[Turn] | None) -> tuple[Signer | None, list[Finding]]:
    """Steps 4 and 5."""
    signer = judge_signer(opened, question.trust, question.now, turns)
    late = not_fresh(opened.statement, question.now)
    log = other_log(signer.pin, opened) if isinstance(signer, Signer) else None
    findings = [finding for finding in (signer, late, log) if isinstance(finding, Finding)]
    return (None if isinstance(signer, Finding) else signer), findings


def _record(subjects: Subjects, statement: Statement) -> tuple[dict[str, Any] | None, list[Finding]]:
    """Step 8, over the assessment if it is the signed one."""
    if subjects.assessment is None:
        return None, list(sums(statement))
    try:
        record = read_record(subjects.assessment)
    except Unreadable as error:
        return None, [unsure(8, error.message)]
    return record, list(check_record(record, statement))


def _files(source: Source, subjects: Subjects, record: dict[str, Any] | None, opened: Opened, question: Question) -> tuple[int, int, list[Finding]]:
    """Steps 7 and 9, over the manifest if it is the signed one: how many files were checked, of how many, and what was found."""
    if subjects.manifest is None:
        return 0, 0, []
    try:
        manifest = parse_manifest(subjects.manifest)
    except Unreadable as error:
        return 0, 0, [unsure(7, error.message)]
    blocks = blocks_of(record["controls"]) if record is not None else {}
    files = check_files(source, manifest, blocks if record is not None else None, question.watch)
    findings = [*files.findings, *unlisted_pages(blocks, manifest)]
    try:
        findings += check_unlisted(source, manifest, opened.statement.release, logged=opened.statement.log is not None)
    except CouldNotTell as error:
        findings.append(unsure(7, f"the folder cannot be listed: {error.message}"))
    if question.page is not None and question.page not in manifest:
        findings.append(_unlisted_page(source, question.page))
    return files.checked, len(manifest), findings


def _unlisted_page(source: Source, page: str) -> Finding:
    """A page that the host shows and nobody listed speaks against it; an address that leads nowhere speaks against nobody."""
    found = attempt(7, page, lambda: source.sha256(page, FILE_CAP))
    if isinstance(found, Finding):
        return unsure(7, f"{page}, the page you asked about, is not listed, and cannot be had")
    return no(7, f"{page}, the page you asked about, is not listed")


def _alone(opened: Opened, question: Question) -> Iterator[Finding]:
    """What a bundle leaves open, and whether the reader wanted it closed."""
    site = "a bundle alone: the files it signs are not checked"
    yield unsure(6, site) if "site" in question.require else note(6, site)
    chain = "history and withdrawal not checked: a bundle alone brings neither what was before it nor what came after"
    yield unsure(10, chain) if "history" in question.require else unchecked(10, chain)
    if opened.statement.affirmation is not None:
        yield note(11, "a bundle alone: what it says a person affirmed is not held against that person's signature")
    seen = seen_of(opened, question)
    if seen is not None and (seen[1].release, seen[1].payload) != (opened.statement.release, opened.payload) and seen[1].release == opened.statement.release:
        yield no(10, f"release {seen[1].release} is not the one you have seen under that number", seen[1].payload, opened.payload, "forked")
    if question.strict_evidence:
        yield unsure(11, "a bundle alone does not say when evidence expires")


def seen_of(opened: Opened, question: Question) -> tuple[str, Seen] | None:
    """What the reader saw of the center, and under which log."""
    return recall(question.seen, *seen_key(opened.statement))


def seen_key(statement: Statement) -> tuple[str, str]:
    """Center id and log origin, the key under which a reader remembers a center."""
    return statement.center, statement.log.origin if statement.log is not None else ""


def to_remember(answer: Answer) -> Seen | None:
    """What a reader should remember of a whole site that a pinned key signed, whose past held: also where it has run out, or was withdrawn."""
    facts, history = answer.facts, answer.steps["history"]
    past = history.outcome == "ok" or (history.outcome == "no" and all(finding.outcome == "note" or finding.word == "withdrawn" for finding in history.findings))
    if answer.steps["integrity"].outcome != "ok" or answer.steps["signer"].outcome != "ok" or not past or not facts.files_listed:
        return None
    if facts.pin is None or facts.pin.center is None or facts.statement is None or facts.payload is None:
        return None
    said = facts.statement.log
    log = None if facts.log is None or said is None else SeenLog(facts.log.size, facts.log.root, said.vkey)
    return Seen(facts.statement.release, facts.payload, log)


def facts_of(opened: Opened | Finding, signer: Signer | None = None) -> Facts:
    """What is known after steps 1 to 4."""
    if isinstance(opened, Finding):
        return Facts()
    said = Facts(opened.statement, opened.fingerprint, opened.payload)
    if signer is None:
        return said
    return replace(said, pin=signer.pin, announced=tuple(Announced(turn.key, turn.by, turn.index) for turn in signer.chain))


def could_not_tell(what: str, question: Question, number: int = 1) -> Answer:
    """The answer where there is nothing to verify: unreachable, or never at rest."""
    return answer_of([unsure(number, what)], Facts(), question.now, ["integrity"])


def _doubtful(answer: Answer) -> bool:
    """Whether anything but the signer and the clock keeps it from being a yes: that may be a switch, seen from its middle."""
    return any(finding.outcome in ("no", "could-not-tell") and STEP_OF[finding.number] in ("integrity", "history") for step in answer.steps.values() for finding in step.findings)


def _switched(source: Source, bundle: bytes, opened: Opened | Answer, log: bytes | None) -> bool:
    with suppress(CouldNotTell):
        source.reopen()
        return source.read(BUNDLE, MAX_BYTES) != bundle or _state(source, opened) != log
    return False


def _state(source: Source, opened: Opened | Answer) -> bytes | None:
    """The log's checkpoint, for it changes also where something was only said later; None where there is none to be had."""
    if isinstance(opened, Opened) and opened.statement.log is not None:
        with suppress(CouldNotTell):
            return source.read(CHECKPOINT, NOTE_BYTES)
    return None
