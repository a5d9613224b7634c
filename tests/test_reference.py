"""Harbourline, the reference trust center: every verdict for the reason its files give, and nothing better when evidence is damaged.

What `make site` collects is not in the repository; here small files of the same shape stand in for it, under a frozen as-of.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from attest.assess import Assessment, Result, assess
from attest.load import check_sources, load
from attest.model.center import Center
from attest.observe import observe
from attest.readings.interface import Observation
from attest.record import project
from attest.words import BASES, VERDICTS
from tests.conftest import ROOT

AS_OF = datetime(2026, 12, 1, tzinfo=UTC)
OBSERVED = "2026-11-30T03:10:00Z"
FILES = "controls/evidence/files"

EXPECTED = {
    "access-ends-with-the-work": ("met", "record"),
    "access-reviewed": ("met", "record"),
    "agreement-before-data": ("met", "record"),
    "asked-in-writing": ("met", "document"),
    "asked-once": ("unknown", None),
    "authorities-told": ("met", "record"),
    "back-within-hours": ("unknown", None),
    "backups-locked-away": ("met", "record"),
    "backups-restored": ("met", "record"),
    "bank-details-called-back": ("met", "declaration"),
    "card-numbers-kept-safe": ("not-applicable", None),
    "causes-found": ("met", "record"),
    "changes-seen-by-two": ("met", "record"),
    "childrens-data-with-consent": ("not-applicable", None),
    "contract-in-plain-words": ("met", "record"),
    "customers-kept-apart": ("met", "tool"),
    "decoys": ("met", "declaration"),
    "deleted-when-done": ("met", "record"),
    "devices-locked": ("met", "record"),
    "direct-access-has-rules": ("met", "record"),
    "doors-locked": ("met", "third-party"),
    "encrypted-at-rest": ("met", "record"),
    "encrypted-in-transit": ("met", "tool"),
    "everyone-trained": ("not-met", None),
    "few-master-keys": ("met", "record"),
    "files-travel-locked": ("met", "record"),
    "flaw-reports-welcome": ("met", "record"),
    "flaws-mended": ("met", "record"),
    "health-data-by-agreement": ("not-applicable", None),
    "insured-and-keeping-to-it": ("not-met", None),
    "known-ingredients": ("met", "tool"),
    "laws-known": ("met", "record"),
    "leave-with-your-data": ("met", "record"),
    "leavers-locked-out": ("met", "record"),
    "mail-provably-ours": ("unknown", None),
    "malware-kept-out": ("met", "record"),
    "never-sold": ("met", "declaration"),
    "no-copies-outside": ("planned", None),
    "nothing-claimed-unshown": ("met", "record"),
    "odd-use-noticed": ("met", "record"),
    "only-needed-doors-open": ("met", "record"),
    "only-what-we-need": ("met", "record"),
    "our-second-factor": ("met", "record"),
    "patched-from-one-place": ("met", "record"),
    "people-checked": ("planned", None),
    "plan-for-incidents": ("met", "record"),
    "planned-together": ("met", "record"),
    "practised-for-the-bad-day": ("unknown", None),
    "privacy-in-plain-words": ("met", "record"),
    "privacy-weighed-first": ("met", "record"),
    "records-kept-unchanged": ("not-applicable", None),
    "rehearsed-with-you": ("met", "record"),
    "risks-weighed": ("met", "record"),
    "rules-written-down": ("met", "record"),
    "second-factor": ("not-met", None),
    "secrets-out-of-code": ("unknown", None),
    "sensitive-values-hidden": ("met", "record"),
    "shown-how-to-stay-safe": ("met", "record"),
    "somebody-answers": ("met", "record"),
    "strong-passwords": ("met", "record"),
    "suppliers-bound": ("not-met", None),
    "suppliers-checked-first": ("met", "record"),
    "suppliers-listed": ("met", "record"),
    "tested-before-release": ("met", "tool"),
    "tested-by-outsiders": ("met", "third-party"),
    "told-within-48-hours": ("met", "record"),
    "warned-of-attacks": ("met", "record"),
    "watched-day-and-night": ("unknown", None),
    "who-does-what": ("met", "record"),
    "your-access-reviewed": ("met", "record"),
    "your-actions-logged": ("met", "record"),
    "your-choice-counts": ("met", "record"),
    "your-own-corner": ("met", "record"),
    "your-own-sign-in": ("planned", None),
    "your-requests-answered": ("met", "record"),
    "your-visits-logged": ("met", "record"),
}


def _suites(accepted: int) -> dict[str, object]:
    return {"status": "COMPLETED", "result": {"accepted_cipher_suites": [{}] * accepted, "rejected_cipher_suites": [{}], "is_tls_version_supported": accepted > 0}}


def collected() -> dict[str, bytes]:
    """Small files of the shape that .ci/collect.py makes, all that a passing run says."""
    cases = "".join(f'<testcase classname="quick" name="test_{number}"/>' for number in range(25))
    scan = {name: _suites(0) for name in ("ssl_2_0_cipher_suites", "ssl_3_0_cipher_suites", "tls_1_0_cipher_suites", "tls_1_1_cipher_suites")}
    scan |= {"tls_1_2_cipher_suites": _suites(1), "tls_1_3_cipher_suites": _suites(1)}
    server = {"connectivity_status": "COMPLETED", "scan_status": "COMPLETED", "server_location": {"hostname": "127.0.0.1", "port": 443}, "scan_result": scan}
    sarif = {"tool": {"driver": {"name": "Bandit", "version": "1"}}, "invocations": [{"executionSuccessful": True, "endTimeUtc": OBSERVED}], "results": []}
    parts = [{"type": "library", "name": f"part-{number}", "version": "1", "purl": f"pkg:pypi/part-{number}@1"} for number in range(12)]
    return {
        "tests.junit.xml": f'<testsuites><testsuite name="pytest" tests="25" failures="0" errors="0" skipped="0" timestamp="{OBSERVED}">{cases}</testsuite></testsuites>'.encode(),
        "bandit.sarif": json.dumps({"version": "2.1.0", "runs": [sarif]}).encode(),
        "sbom.cdx.json": json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"timestamp": OBSERVED}, "components": parts}).encode(),
        "tls.sslyze.json": json.dumps({"sslyze_version": "6.3.1", "date_scans_started": OBSERVED, "server_scan_results": [server]}).encode(),
    }


@pytest.fixture(scope="module")
def harbourline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources, with collected evidence supplied."""
    root = tmp_path_factory.mktemp("harbourline")
    for folder in ("controls", "content", "theme"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("collected"))
    (root / FILES / "collected").mkdir()
    for name, data in collected().items():
        (root / FILES / "collected" / name).write_bytes(data)
    return root


@pytest.fixture(scope="module")
def center(harbourline: Path) -> Center:
    return load(harbourline)


@pytest.fixture(scope="module")
def observations(harbourline: Path, center: Center) -> Mapping[str, Observation]:
    found, problems = observe(harbourline, center, AS_OF)
    assert not problems
    return found


@pytest.fixture(scope="module")
def assessment(center: Center, observations: Mapping[str, Observation]) -> Assessment:
    return assess(center, observations, AS_OF)


def results_of(assessment: Assessment) -> dict[str, Result]:
    return {result.control.id: result for result in assessment.results}


def test_check_finds_nothing(harbourline: Path) -> None:
    _, _, problems = check_sources(harbourline, AS_OF)
    assert [str(problem) for problem in problems] == []


def test_every_control_has_the_verdict_its_file_means(assessment: Assessment) -> None:
    assert {ident: (result.verdict, result.basis) for ident, result in results_of(assessment).items()} == EXPECTED


def test_every_verdict_and_every_basis_occurs(assessment: Assessment) -> None:
    assert {result.verdict for result in assessment.results} == set(VERDICTS)
    assert {result.basis for result in assessment.results} - {None} == set(BASES)


@pytest.mark.parametrize(
    ("ident", "said"),
    [
        ("practised-for-the-bad-day", "out of date"),
        ("mail-provably-ours", "The evidence is empty"),
        ("watched-day-and-night", "No evidence covers Arrival notices by e-mail."),
        ("everyone-trained", "22 of 25 pass; at least 95% have to."),
        ("card-numbers-kept-safe", "We take no cards."),
        ("your-own-sign-in", "Planned for 2028-12-31."),
        ("back-within-hours", "rpo is blank"),
        ("insured-and-keeping-to-it", "1 of 6 does not pass."),
        ("suppliers-bound", "1 of 7 does not pass."),
        ("suppliers-checked-first", "All 3 checks are met."),
    ],
)
def test_the_reason_is_the_one_that_is_meant(assessment: Assessment, ident: str, said: str) -> None:
    assert said in results_of(assessment)[ident].reason


def test_accepted_risks_stay_failures(assessment: Assessment) -> None:
    treated = [result for result in assessment.results if result.control.promise.treatment]
    assert [(result.control.id, result.verdict) for result in treated] == [("second-factor", "not-met"), ("suppliers-bound", "not-met")]


def test_three_controls_are_withheld_and_counted(assessment: Assessment) -> None:
    record = project(assessment, bytes(32), 1, "0")
    assert record["withheld"] == {"not-met": 0, "unknown": 0, "planned": 0, "met": 3, "not-applicable": 0}
    assert not [ident for ident in ("decoys", "few-master-keys", "only-needed-doors-open") if ident in json.dumps(record)]
    assert sum(record["totals"].values()) == len(EXPECTED)


def test_public_gated_and_private_evidence_and_a_published_file_occur(center: Center) -> None:
    described = [item.description for item in center.evidence.values()]
    assert {description.visibility for description in described} == {"public", "gated", "private"}
    assert {description.kind for description in described} == {"report", "record", "document", "declaration"}
    assert any(description.publish == "file" for description in described)


def test_it_serves_customers_and_suppliers_in_every_framework_of_the_library(center: Center) -> None:
    audiences = [control.audience for control in center.controls]
    assert audiences.count("customers") >= 14
    assert audiences.count("suppliers") >= 3
    assert set(center.frameworks) == {file.stem for file in (ROOT / "attest/library/frameworks").glob("*.yml")}
    assert {framework for control in center.controls for framework in control.promise.maps} <= set(center.frameworks)
    assert {control.promise.area for control in center.controls} == {area.id for area in center.profile.areas}


def test_harbourline_is_called_fictional(center: Center, harbourline: Path) -> None:
    assert "fictional" in (center.profile.notice or "")
    for file in (harbourline / "content").rglob("*.md"):
        assert "fictional" in file.read_text() or file.name == "overview.md", file


FORBIDDEN = re.compile(r"\bcertified\b|\bcompliant\b|\bcompliance with\b|\bguaranteed?\b|100 ?%|\bbank-grade\b|\bmilitary-grade\b", re.IGNORECASE)


def test_nothing_that_is_published_claims_more_than_it_shows(assessment: Assessment, harbourline: Path) -> None:
    texts = {"record": json.dumps(project(assessment, bytes(32), 1, "0"), ensure_ascii=False)}
    texts |= {str(file): file.read_text() for file in (harbourline / "content").rglob("*.md")}
    texts |= {str(file): file.read_text() for folder in ("customers", "suppliers") for file in (harbourline / "controls" / folder).glob("*.yml")}
    assert {name: match[0] for name, text in texts.items() if (match := FORBIDDEN.search(text))} == {}


def test_about_three_in_four_promises_are_shown(assessment: Assessment) -> None:
    """So that the reference teaches how to read what is not."""
    met = [result for result in assessment.results if result.verdict == "met"]
    assert 0.7 <= len(met) / len(assessment.results) <= 0.85


RUNS_OUT = {
    "2026-12": """
        backups-locked-away customers-kept-apart devices-locked encrypted-in-transit few-master-keys flaws-mended known-ingredients malware-kept-out
        only-needed-doors-open our-second-factor patched-from-one-place tested-before-release warned-of-attacks your-visits-logged
    """,
    "2027-01": "backups-restored encrypted-at-rest leavers-locked-out your-own-corner",
    "2027-02": """
        access-ends-with-the-work causes-found changes-seen-by-two deleted-when-done files-travel-locked somebody-answers strong-passwords suppliers-listed
        your-requests-answered
    """,
    "2027-05": """
        access-reviewed agreement-before-data direct-access-has-rules flaw-reports-welcome leave-with-your-data odd-use-noticed privacy-weighed-first
        sensitive-values-hidden suppliers-checked-first your-access-reviewed your-actions-logged your-choice-counts
    """,
    "2027-06": "nothing-claimed-unshown privacy-in-plain-words",
    "2027-10": """
        asked-in-writing bank-details-called-back contract-in-plain-words decoys doors-locked laws-known planned-together rehearsed-with-you rules-written-down
        shown-how-to-stay-safe tested-by-outsiders
    """,
    "2027-11": "authorities-told never-sold only-what-we-need plan-for-incidents risks-weighed told-within-48-hours who-does-what",
}
"""When each promise that is met stops being so if nobody renews anything: weekly and monthly things before the year is out, quarterly ones in
winter, half-yearly ones in spring, yearly ones in autumn."""


def test_each_promise_runs_out_when_what_it_says_is_due_again(assessment: Assessment) -> None:
    ends = {result.control.id: min(check.expires for check in result.checks if check.expires) for result in assessment.results if result.verdict == "met"}
    found: dict[str, set[str]] = {}
    for ident, end in ends.items():
        found.setdefault(f"{end:%Y-%m}", set()).add(ident)
    assert found == {month: set(idents.split()) for month, idents in RUNS_OUT.items()}


def test_what_does_not_age_by_itself_outlasts_the_year(assessment: Assessment) -> None:
    """No plan, decision, accepted risk, document or declaration runs out before autumn 2027, save what is stale on purpose."""
    for result in assessment.results:
        promise = result.control.promise
        assert promise.plan is None or promise.plan.due >= date(2028, 11, 1)
        assert promise.not_applicable is None or promise.not_applicable.until >= date(2028, 11, 1)
        assert promise.treatment is None or promise.treatment.until >= date(2028, 11, 1)
        for check in result.checks:
            if check.evidence.description.kind in ("document", "declaration"):
                assert check.expires is not None
                assert check.expires.date() >= date(2027, 10, 1), check.evidence.id


def test_tomorrow_nothing_is_better_by_itself(assessment: Assessment, observations: Mapping[str, Observation], center: Center) -> None:
    """Verdicts as time passes, everything else equal: met turns unknown (or not met, where a review is overdue), planned turns not met, nothing turns met."""
    before = results_of(assessment)
    worse = {("met", "unknown"), ("met", "not-met"), ("planned", "not-met"), ("not-applicable", "unknown")}
    for days in (20, 31, 200, 400, 800, 1200):
        for ident, result in results_of(assess(center, observations, AS_OF + timedelta(days=days))).items():
            assert result.verdict == before[ident].verdict or (before[ident].verdict, result.verdict) in worse, ident


# Damage: each file is deleted, emptied and cut, one at a time.


def _rests_on(center: Center) -> dict[str, set[str]]:
    """Evidence file -> ids of the controls that rest on it."""
    found: dict[str, set[str]] = {}
    for control in center.controls:
        for check in control.checks:
            if (file := center.evidence[check.evidence].description.file) is not None:
                found.setdefault(file, set()).add(control.id)
    return found


def _cuts(data: bytes) -> Iterator[int]:
    """Lengths to cut to: one byte short, halves and quarters, and after each of the first and last lines: there a register still parses."""
    ends = [match.end() for match in re.finditer(rb"\n", data)][:-1]
    yield from sorted({len(data) - 1, *(len(data) * part // 4 for part in (1, 2, 3)), *ends[:12], *ends[-12:]} - {0})


def _damaged(root: Path, center: Center, file: str, damage: Callable[[Path], object], undamaged: Mapping[str, Observation] | None = None) -> tuple[Mapping[str, Result], int]:
    """Verdicts and the number of problems after some damage, which is mended again.

    With what was observed undamaged, only the evidence in that file is looked at anew: many cuts of one file are then quick.
    """
    path = root / "controls/evidence" / file
    whole = path.read_bytes()
    looked_at = center if undamaged is None else center.model_copy(update={"evidence": {name: item for name, item in center.evidence.items() if item.description.file == file}})
    try:
        damage(path)
        observations, problems = observe(root, looked_at, AS_OF)
        return results_of(assess(center, {**(undamaged or {}), **observations}, AS_OF)), len(problems)
    finally:
        path.write_bytes(whole)


def _evidence_files() -> list[str]:
    return sorted(_rests_on(load(ROOT)))


@pytest.mark.slow
@pytest.mark.parametrize("file", _evidence_files())
def test_a_file_that_is_missing_or_empty_shows_nothing(file: str, harbourline: Path, center: Center, assessment: Assessment) -> None:
    before, resting = results_of(assessment), _rests_on(center)[file]
    for damage in (Path.unlink, lambda path: path.write_bytes(b"")):
        after, problems = _damaged(harbourline, center, file, damage)
        assert problems >= 1
        assert {ident for ident in after if after[ident].verdict != before[ident].verdict} <= resting
        assert all(after[ident].verdict in ("unknown", "not-met") for ident in resting)


@pytest.mark.slow
@pytest.mark.parametrize("file", _evidence_files())
def test_a_file_that_is_cut_turns_nothing_to_met(file: str, harbourline: Path, center: Center, assessment: Assessment, observations: Mapping[str, Observation]) -> None:
    before, resting = results_of(assessment), _rests_on(center)[file]
    for length in _cuts((harbourline / "controls/evidence" / file).read_bytes()):
        after, _ = _damaged(harbourline, center, file, lambda path, length=length: path.write_bytes(path.read_bytes()[:length]), observations)  # type: ignore[misc]
        changed = {ident: after[ident].verdict for ident in after if after[ident].verdict != before[ident].verdict}
        assert changed.keys() <= resting
        assert "met" not in changed.values(), (file, length)


# What the library has on the shelf, filled in.

SHELVES = sorted((ROOT / "attest/library").glob("policies/*.md")) + sorted((ROOT / "attest/library").glob("guidance/*.md"))
FILL_IN = "Square brackets mark what is yours to fill in; what stands in them is a suggestion."


def _unbracketed(block: str) -> re.Pattern[str]:
    """What a paragraph of the shelf may have become: something stands where the brackets were, the rest as it is."""
    parts = re.split(r"\[[^\]]*\]", block.replace(FILL_IN, "[]"))
    return re.compile(".+?".join(re.escape(part) for part in parts), re.DOTALL)


@pytest.mark.parametrize("template", SHELVES, ids=lambda path: path.stem)
def test_what_the_shelf_offers_harbourline_has_filled_in(template: Path) -> None:
    page = (ROOT / "content" / template.parent.name / template.name).read_text()
    blocks = template.read_text().split("---\n", 2)[2].strip().split("\n\n")
    assert [block for block in blocks if not _unbracketed(block).search(page)] == []
    assert not re.search(r"\[[^\]]*\](?!\()", page)
    assert "Harbourline is a fictional company" in page


@pytest.mark.parametrize("template", SHELVES, ids=lambda path: path.stem)
def test_what_is_on_the_shelf_names_nobody_and_stays_short(template: Path) -> None:
    text = template.read_text()
    head = yaml.safe_load(text.split("---\n", 2)[1])
    assert head.keys() == {"title", "version", "owner", "review"}
    assert all(value.startswith("[") for key, value in head.items() if key != "title")
    assert "Harbourline" not in text
    assert FILL_IN in text
    assert 200 <= len(text.split()) <= 700, "two pages at most"
    assert not FORBIDDEN.search(text)


# Documents.


def _documents() -> ModuleType:
    spec = importlib.util.spec_from_file_location("documents", ROOT / "tests/cases/reference/documents.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_documents_are_what_their_texts_print() -> None:
    printed = _documents().documents()
    assert {path.name: path.read_bytes() for path in (ROOT / FILES).glob("*.pdf")} == printed


def test_the_documents_are_pdf(require_tool: Callable[[str], str]) -> None:
    import subprocess

    tool = require_tool("pdftotext")
    for path in (ROOT / FILES).glob("*.pdf"):
        done = subprocess.run([tool, str(path), "-"], capture_output=True, text=True, check=True)
        assert done.stderr == ""
        assert "Harbourline is a fictional company" in done.stdout
