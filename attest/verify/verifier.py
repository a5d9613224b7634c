"""All steps in order, over a site or a bundle alone; and step 12: nothing is denied over a release that was switched meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from attest.errors import CouldNotTell, Unreadable
from attest.fetch import Source
from attest.seen import Seen
from attest.statement import Statement
from attest.trust import Pin
from attest.verify import history
from attest.verify.affirmation import check_affirmation, judge_officer
from attest.verify.answer import STEP_OF, Answer, Facts, Finding, StepName, answer_of, no, note, unchecked, unsure
from attest.verify.blocks import blocks_of, unlisted_pages
from attest.verify.claims import claim_findings, lapses, standing
from attest.verify.envelope import Opened, open_bundle, unsigned
from attest.verify.files import FILE_CAP, check_files, check_unlisted
from attest.verify.freshness import not_fresh
from attest.verify.named import by_dns
from attest.verify.question import Question
from attest.verify.record import check_record, read_record, sums
from attest.verify.signer import judge_signer
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
        answer = _site(source, bundle, question)
        if not _doubtful(answer) or not _switched(source, bundle):
            return answer
    return could_not_tell(f"{source.describe()} changed {ATTEMPTS} times while it was read", question, 12)


def verify_bundle(data: bytes, question: Question) -> Answer:
    """A bundle alone: signature, signer and freshness. Subjects and history stay unchecked, and the answer says so."""
    opened = _opened(data, question)
    if isinstance(opened, Answer):
        return opened
    trust, told = by_dns(opened, question.trust, question.named)
    question = replace(question, trust=trust)
    pin, findings = _judged(opened, question)
    findings += told
    findings += [*sums(opened.statement), *_alone(opened, question)]
    facts = replace(_facts(opened, pin), standing=dict(opened.statement.totals))
    return answer_of(findings, facts, question.now, ("integrity", "signer", "freshness", "claims"))


def _site(source: Source, bundle: bytes, question: Question) -> Answer:
    opened = _opened(bundle, question)
    if isinstance(opened, Answer):
        return opened
    trust, named = by_dns(opened, question.trust, question.named)
    question = replace(question, trust=trust)
    pin, findings = _judged(opened, question)
    findings += named
    subjects = check_subjects(source, opened, bundle)
    record, wrong = _record(subjects, opened.statement)
    checked, listed, read = _files(source, subjects, record, opened, question)
    past = history.check_history(source, opened, question.trust)
    findings += [*subjects.findings, *wrong, *read, *past.findings, *history.descent(_seen(opened, question), opened, past)]
    officer, told = judge_officer(opened.statement, question.trust, question.now)
    findings += [*check_affirmation(source, subjects.manifest, opened.statement), *filter(None, [told])]
    lapsed = tuple(lapses(record["controls"], question.now)) if record is not None else ()
    findings += claim_findings(lapsed, question.strict_evidence)
    facts = replace(
        _facts(opened, pin), files_checked=checked, files_listed=listed, sees_unlisted=source.paths() is not None, record=record,
        lapsed=lapsed, standing=standing(opened.statement.totals, lapsed), held=past.held, pruned=past.pruned, officer=officer,
    )  # fmt: skip
    ran: tuple[StepName, ...] = ("integrity", "signer", "freshness", "history")
    return answer_of(findings, facts, question.now, ran if record is None else (*ran, "claims"))


def _opened(data: bytes, question: Question) -> Opened | Answer:
    """Steps 1 to 3: what a bundle says and some key signed, or the answer that it ends with."""
    opened = open_bundle(data)
    finding = opened if isinstance(opened, Finding) else unsigned(opened)
    if isinstance(opened, Finding) or finding is not None:
        return answer_of(filter(None, [finding]), _facts(opened), question.now, ["integrity"])
    return opened


def _judged(opened: Opened, question: Question) -> tuple[Pin | None, list[Finding]]:
    """Steps 4 and 5."""
    pin = judge_signer(opened, question.trust, question.now)
    late = not_fresh(opened.statement, question.now)
    findings = [finding for finding in (pin, late) if isinstance(finding, Finding)]
    return (None if isinstance(pin, Finding) else pin), findings


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
    site = "a bundle alone: the files it signs and later withdrawals are not checked"
    yield unsure(6, site) if "site" in question.require else note(6, site)
    chain = "history is not checked: a bundle alone does not bring it"
    yield unsure(10, chain) if "history" in question.require else unchecked(10, chain)
    if opened.statement.affirmation is not None:
        yield note(11, "a bundle alone: what it says a person affirmed is not held against that person's signature")
    seen = _seen(opened, question)
    if seen is not None and seen.release == opened.statement.release and seen.payload != opened.payload:
        yield no(10, f"release {seen.release} is not the one you have seen under that number", seen.payload, opened.payload, "forked")
    if question.strict_evidence:
        yield unsure(11, "a bundle alone does not say when evidence expires")


def _seen(opened: Opened, question: Question) -> Seen | None:
    return question.seen.get(seen_key(opened.statement))


def seen_key(statement: Statement) -> tuple[str, str]:
    """Center id and log origin, the key under which a reader remembers a center."""
    return statement.center, statement.log.origin if statement.log is not None else ""


def _facts(opened: Opened | Finding, pin: Pin | None = None) -> Facts:
    if isinstance(opened, Finding):
        return Facts()
    return Facts(opened.statement, opened.fingerprint, opened.payload, pin)


def could_not_tell(what: str, question: Question, number: int = 1) -> Answer:
    """The answer where there is nothing to verify: unreachable, or never at rest."""
    return answer_of([unsure(number, what)], Facts(), question.now, ["integrity"])


def _doubtful(answer: Answer) -> bool:
    """Whether anything but the signer and the clock keeps it from being a yes: that may be a switch, seen from its middle."""
    return any(finding.outcome in ("no", "could-not-tell") and STEP_OF[finding.number] in ("integrity", "history") for step in answer.steps.values() for finding in step.findings)


def _switched(source: Source, bundle: bytes) -> bool:
    with suppress(CouldNotTell):
        source.reopen()
        return source.read(BUNDLE, MAX_BYTES) != bundle
    return False
