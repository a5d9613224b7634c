"""What the files of test_readings.py cannot say of these ten formats: products, scores, ends, secrets, verdicts, and real reports.

Trivy, Scorecard, Lynis, OSCAL assessment results, HDF, GitHub's branch protection, certificate chains, ASFF, kube-bench, gitleaks. The
cases themselves are files beside the other formats'. Real reports lie in ``../shared`` and, of public repositories, in a folder that
ATTEST_SAMPLES names (``<folder>/<owner>/<repository>/<path>``); without them these tests skip.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from attest import readings
from attest.errors import Unreadable
from attest.judge import judge
from attest.model.rule import Rule, Where
from attest.readings.interface import Reading, RecordShape
from attest.times import print_moment

CASES = Path(__file__).parent / "cases" / "readings"
MINE = ("trivy", "scorecard", "lynis", "oscal-ar", "hdf", "github-branch-protection", "pem-chain", "asff", "kube-bench", "gitleaks")
JSON_CASES = [path for path in sorted((CASES / "good").iterdir()) if path.suffix == ".json" and path.name.startswith(MINE)]


def _read(data: bytes | str | dict | list, named: str | None = None) -> Reading:
    content = data if isinstance(data, bytes) else data.encode() if isinstance(data, str) else json.dumps(data).encode()
    return readings.read(io.BytesIO(content), named)


def _case(name: str) -> Reading:
    return _read((CASES / "good" / name).read_bytes())


def _counts(reading: Reading) -> dict[str, int]:
    return Counter(f"{row.outcome} {row.severity}" for row in reading.rows)


def _verdict(reading: Reading, **rule: object) -> str:
    return judge(Rule(**rule), reading).verdict


# Trivy


def test_a_trivy_row_carries_every_name_that_vex_may_use() -> None:
    row = _case("trivy-vulnerabilities.json").rows[0]
    image = "registry.harbourline.example/shop"
    assert row.products == ("pkg:apk/alpine/zlib@1.3-r0?arch=x86_64", "zlib@1.3-r0", f"{image}:1.4", f"{image}@sha256:{'ab' * 32}", f"{image}:1.4")
    assert row.message == "zlib@1.3-r0: zlib: reads beyond the end"


def test_no_subject_filter_of_trivy_passes_by_a_weakness() -> None:
    """A pattern that fits a target fits all that was found in it: a narrower subject than the target would let it count as clean."""
    reading = _case("trivy-vulnerabilities.json")
    for pattern in {*reading.targets, "*alpine*", "registry*"}:
        fits = _verdict(reading, where=Where(subject=pattern), max={"critical": 0})
        assert fits == ("met" if pattern.startswith("app/") else "not-met")
    assert _verdict(reading, where=Where(subject="nothing*"), max={"critical": 0}) == "unknown"


@pytest.mark.parametrize("name", ["trivy-secret.json", "trivy-set-aside.json", "gitleaks-version-8.json", "gitleaks-version-7.json"])
def test_no_secret_and_nothing_beside_it_is_kept(name: str) -> None:
    written, kept = (CASES / "good" / name).read_text("utf-8"), repr(_case(name))
    words = [word for word in ("hush-hush-hush", "beside-the-secret", "place-of-the-secret", "Fictional Person", "words of a commit") if word in written]
    assert words
    assert not [word for word in words if word in kept]


@pytest.mark.parametrize("name", ["trivy-no-results.json", "trivy-empty-results.json", "trivy-no-class.json", "trivy-config-without-summary.json"])
def test_a_trivy_report_without_a_target_is_no_clean_one(name: str) -> None:
    assert _verdict(_case(name), max={"critical": 0, "high": 0, "unrated": 0}) == "unknown"


def test_a_clean_trivy_report_is_met_and_one_of_a_dead_system_unknown() -> None:
    assert _verdict(_case("trivy-clean.json"), max={"critical": 0, "high": 0}) == "met"
    assert _verdict(_case("trivy-system-without-advisories.json"), max={"critical": 0, "high": 0}) == "unknown"


@pytest.mark.parametrize("key", ["Vulnerabilities", "Misconfigurations", "Secrets", "Licenses", "ExperimentalModifiedFindings"])
def test_lists_of_trivy_have_to_be_lists(key: str) -> None:
    with pytest.raises(Unreadable, match=f"{key} is not a list"):
        _read({"SchemaVersion": 2, "ArtifactType": "repository", "Results": [{"Target": "a", "Class": "os-pkgs", key: {}}]})


# Scorecard


def test_the_mark_of_the_whole_is_exact() -> None:
    assert _case("scorecard-marks.json").score == Fraction(15, 2)
    assert _case("scorecard-all-inconclusive.json").score is None
    assert _case("scorecard-no-checks.json").score is None


def test_marks_can_be_asked_for_one_by_one_and_as_a_whole() -> None:
    reading = _case("scorecard-marks.json")
    assert _verdict(reading, rows=("License",)) == "met"
    assert _verdict(reading, rows=("Code-Review",)) == "not-met"
    assert _verdict(reading, rows=("CI-Tests",)) == "unknown"
    assert _verdict(reading, rows=("Code-Reveiw",)) == "unknown"
    assert _verdict(reading, min_score=Fraction(15, 2)) == "met"
    assert _verdict(reading, min_score=Fraction(8)) == "not-met"
    assert _verdict(reading, min_score=Fraction(5), min_rows=4) == "unknown"
    assert _verdict(_case("scorecard-no-checks.json"), min_score=Fraction(5)) == "unknown"


# Lynis


def test_a_hardening_index_counts_only_once_the_audit_is_finished() -> None:
    assert _case("lynis-report.dat").score == 71
    assert _case("lynis-broke-off.dat").score is None
    assert _verdict(_case("lynis-report.dat"), min_score=Fraction(70)) == "met"
    assert _verdict(_case("lynis-broke-off.dat"), min_score=Fraction(70)) == "unknown"


def test_no_warning_can_be_asked_for_and_advice_does_not_stand_in_the_way() -> None:
    report = (CASES / "good" / "lynis-report.dat").read_bytes()
    without = b"".join(line for line in report.splitlines(True) if not line.startswith(b"warning[]"))
    assert _verdict(_read(report), max={"unrated": 0}) == "not-met"
    assert _verdict(_read(without), max={"unrated": 0}) == "met"
    assert _verdict(_read(without.replace(b"finish=true\n", b"")), max={"unrated": 0}) == "unknown"


def test_the_first_of_two_equal_keys_counts() -> None:
    """A host's name cannot be written over by what a later test prints."""
    report = (CASES / "good" / "lynis-report.dat").read_text("utf-8").replace("finish=true", "hostname=elsewhere\nfinish=true")
    assert _read(report).targets == ("vault",)


# OSCAL


def test_the_first_observation_that_expires_ends_the_evidence() -> None:
    reading = _case("oscal-ar-findings.json")
    assert reading.ends is not None
    assert print_moment(reading.ends) == "2026-12-31T04:00:00Z"
    assert _case("oscal-ar-fragment.json").ends is None


# HDF


def test_a_persons_attestation_file_is_no_report_and_can_be_kept_as_a_register(shared: Path) -> None:
    content = (shared / "evidence-samples" / "hdf-attestations.yaml").read_bytes()
    with pytest.raises(Unreadable, match="none of the formats that are read"):
        _read(content)
    shape = RecordShape(row="control_id", outcome="status", pass_values=("passed",))
    assert [(row.row, row.outcome) for row in readings.read(io.BytesIO(content), None, shape).rows] == [("SV-230223", "pass"), ("SV-230328", "pass")]


# GitHub


def test_not_protected_is_a_failure_and_not_allowed_to_know_is_nothing() -> None:
    for rows in (None, ("allow_force_pushes",), ("required_pull_request_reviews",)):
        assert _verdict(_case("github-branch-protection-404.json"), rows=rows) == "not-met"
        assert _verdict(_case("github-branch-protection-403.json"), rows=rows) == "unknown"
        assert _verdict(_case("github-branch-protection-not-found.json"), rows=rows) == "unknown"
    assert _verdict(_case("github-branch-protection-set.json"), rows=("enforce_admins", "allow_force_pushes")) == "met"


def test_recorded_answers_of_github(shared: Path) -> None:
    """The records of whole requests are no answer; the bodies inside them are."""
    content = (shared / "evidence-samples" / "github-branch-protection-http-fixture.json").read_bytes()
    with pytest.raises(Unreadable, match="none of the formats that are read"):
        _read(content)
    bodies = [record["response"] for record in json.loads(content) if record["response"]]
    unprotected, bare, protected = map(_read, bodies)
    assert [reading.format for reading in (unprotected, bare, protected)] == ["github-branch-protection"] * 3
    assert _counts(unprotected) == {"fail unrated": 11}
    assert {row.row for row in bare.rows if row.outcome == "pass"} == {"allow_force_pushes", "allow_deletions"}
    assert {row.row for row in protected.rows if row.outcome == "fail"} == {
        "require_code_owner_reviews", "required_linear_history", "required_signatures", "required_conversation_resolution",
    }  # fmt: skip
    assert protected.targets == ("octokit-fixture-org/branch-protection main",)
    assert protected.observed is None
    assert {row.row for row in protected.rows} == {row.row for row in unprotected.rows}, "an answer of any kind has the same rows"


# Certificate chains

START = datetime(2026, 11, 1, tzinfo=UTC)
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | Ed25519PrivateKey | ed448.Ed448PrivateKey


def _certificate(name: str, key: Key, issuer: tuple[str, Key] | None = None, days: int = 90, hosts: tuple[str, ...] = (), **more: bool | None) -> x509.Certificate:
    """A certificate; ``ca`` and ``server`` say what it is for, None says nothing."""
    by, signer = issuer or (name, key)
    built = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, by)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=days))
    )
    if hosts:
        built = built.add_extension(x509.SubjectAlternativeName([_general(host) for host in hosts]), critical=False)
    if more.get("ca") is not None:
        built = built.add_extension(x509.BasicConstraints(ca=bool(more["ca"]), path_length=None), critical=True)
    if more.get("server") is not None:
        usage = ExtendedKeyUsageOID.SERVER_AUTH if more["server"] else ExtendedKeyUsageOID.EMAIL_PROTECTION
        built = built.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    return built.sign(signer, None if isinstance(signer, (Ed25519PrivateKey, ed448.Ed448PrivateKey)) else SHA384() if isinstance(signer, rsa.RSAPrivateKey) else SHA256())


def _general(host: str) -> x509.GeneralName:
    return x509.DNSName(host) if host[0].isalpha() else x509.IPAddress(ip_address(host))


def _pem(*chain: x509.Certificate) -> bytes:
    return b"".join(each.public_bytes(Encoding.PEM) for each in chain)


ROOT, MIDDLE, LEAF = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
ROOT_CERTIFICATE = _certificate("Fictional Root", ROOT, days=3650, ca=True)
MIDDLE_CERTIFICATE = _certificate("Fictional Authority", MIDDLE, ("Fictional Root", ROOT), days=60, ca=True)
LEAF_CERTIFICATE = _certificate("shop", LEAF, ("Fictional Authority", MIDDLE), hosts=("shop.example", "192.0.2.7"), ca=False, server=True)


def _outcomes(reading: Reading) -> list[tuple[str, str]]:
    return [(row.row, row.outcome) for row in reading.rows]


def test_a_good_chain_passes_whole_and_ends_with_the_first_of_it() -> None:
    reading = _read(_pem(LEAF_CERTIFICATE, MIDDLE_CERTIFICATE, ROOT_CERTIFICATE))
    assert (reading.format, reading.examined, reading.observed) == ("pem-chain", 3, None)
    assert reading.ends == START + timedelta(days=60)
    assert reading.targets == ("shop.example", "192.0.2.7")
    assert Counter(row.row for row in reading.rows) == {
        "names-a-host": 1, "not-self-signed": 1, "server-authentication": 1, "signed-by-the-next": 2, "may-sign": 2, "key-large-enough": 3, "signature-algorithm": 2,
    }  # fmt: skip
    assert {row.outcome for row in reading.rows} == {"pass"}
    assert {row.subject for row in reading.rows} == {"shop.example, 192.0.2.7", "CN=Fictional Authority", "CN=Fictional Root"}
    assert _verdict(reading, every="pass") == "met"


def test_text_around_the_blocks_is_passed_over() -> None:
    around = b"Certificate chain\r\n 0 s:CN = shop\r\n" + _pem(LEAF_CERTIFICATE).replace(b"\n", b"\r\n") + b"---\r\nServer certificate\r\n"
    assert _read(around).examined == 1


def test_a_lone_certificate_does_not_say_who_signed_it() -> None:
    reading = _read(_pem(LEAF_CERTIFICATE))
    assert _verdict(reading, rows=("signed-by-the-next",)) == "unknown"
    assert _verdict(reading, rows=("names-a-host", "not-self-signed")) == "met"


def test_what_is_wrong_with_a_chain_is_told_apart() -> None:
    stranger = ec.generate_private_key(ec.SECP256R1())
    no_authority = _certificate("Fictional Authority", MIDDLE, ("Fictional Root", ROOT), ca=False)
    impostor = _certificate("Fictional Authority", stranger, ca=True)
    assert ("signed-by-the-next", "fail") in _outcomes(_read(_pem(LEAF_CERTIFICATE, impostor)))
    assert ("signed-by-the-next", "fail") in _outcomes(_read(_pem(LEAF_CERTIFICATE, ROOT_CERTIFICATE)))
    assert ("signed-by-the-next", "fail") in _outcomes(_read(_pem(ROOT_CERTIFICATE, LEAF_CERTIFICATE)))
    assert ("may-sign", "fail") in _outcomes(_read(_pem(LEAF_CERTIFICATE, no_authority)))
    assert ("may-sign", "fail") in _outcomes(_read(_pem(LEAF_CERTIFICATE, _certificate("Fictional Authority", MIDDLE, ("Fictional Root", ROOT)))))


@pytest.mark.parametrize(
    ("certificate", "row", "outcome"),
    [
        (_certificate("shop.example", LEAF, ("a", ROOT), server=True), "names-a-host", "fail"),
        (_certificate("shop", LEAF, hosts=("shop.example",), server=True), "not-self-signed", "fail"),
        (_certificate("shop", LEAF, ("a", ROOT), hosts=("shop.example",)), "server-authentication", "other"),
        (_certificate("shop", LEAF, ("a", ROOT), server=False), "server-authentication", "fail"),
        (_certificate("shop", rsa.generate_private_key(65537, 1024), ("a", ROOT)), "key-large-enough", "fail"),
        (_certificate("shop", rsa.generate_private_key(65537, 2048), ("a", ROOT)), "key-large-enough", "pass"),
        (_certificate("shop", ec.generate_private_key(ec.SECP224R1()), ("a", ROOT)), "key-large-enough", "fail"),
        (_certificate("shop", Ed25519PrivateKey.generate(), ("a", ROOT)), "key-large-enough", "pass"),
        (_certificate("shop", ed448.Ed448PrivateKey.generate(), ("a", ROOT)), "key-large-enough", "pass"),
        (_certificate("shop", LEAF, ("a", Ed25519PrivateKey.generate())), "signature-algorithm", "pass"),
        (_certificate("shop", LEAF, ("a", rsa.generate_private_key(65537, 2048))), "signature-algorithm", "pass"),
    ],
    ids=["no-name", "self-signed", "no-usage", "for-mail", "rsa-1024", "rsa-2048", "p-224", "ed25519", "ed448", "by-ed25519", "sha-384"],
)
def test_one_certificate(certificate: x509.Certificate, row: str, outcome: str) -> None:
    assert (row, outcome) in _outcomes(_read(_pem(certificate)))


def test_a_signature_with_sha_1_fails_and_that_of_a_root_does_not_matter(require_tool: Callable[[str], str], tmp_path: Path) -> None:
    key, made = tmp_path / "key.pem", tmp_path / "made.pem"
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-sha1", "-days", "30", "-subj", "/CN=Fictional Old Root", "-out", str(made)]
    subprocess.run([require_tool("openssl"), *words], check=True, capture_output=True)
    assert ("signature-algorithm", "fail") in _outcomes(_read(made.read_bytes()))
    assert "signature-algorithm" not in [row.row for row in _read(_pem(LEAF_CERTIFICATE) + made.read_bytes()).rows if "Old Root" in row.subject]


PRIVATE = [
    LEAF.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    LEAF.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"fictional")),
    LEAF.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
    LEAF.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()),
]


@pytest.mark.parametrize("key", PRIVATE, ids=["pkcs8", "locked", "sec1", "openssh"])
@pytest.mark.parametrize("named", [None, "pem-chain"])
def test_a_private_key_is_refused_and_not_repeated(key: bytes, named: str | None) -> None:
    secret = key.splitlines()[2].decode()
    for content in (key, key + _pem(LEAF_CERTIFICATE), _pem(LEAF_CERTIFICATE) + key, _pem(LEAF_CERTIFICATE) + b"\r\n\r\n" + key.replace(b"\n", b"\r\n")):
        with pytest.raises(Unreadable) as caught:
            _read(content, named)
        assert caught.value.message == "the file holds a private key, which must never be evidence"
        assert "replace the key" in caught.value.hint
        assert secret not in repr(caught.value) + caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "certificate 1 cannot be read as X.509"),
        (_pem(LEAF_CERTIFICATE)[:-40], "not a chain of certificates in PEM: 0 whole of 1 blocks that begin"),
        (_pem(LEAF_CERTIFICATE) + b"-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n", "1 whole of 2 blocks that begin"),
        (_pem(LEAF_CERTIFICATE) + LEAF.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), "1 whole of 2 blocks that begin"),
        (_pem(*[LEAF_CERTIFICATE] * 33), "the file has 33 certificates; a chain has 32 at most"),
    ],
    ids=["garbage", "cut", "revocations", "public-key", "too-many"],
)
def test_other_blocks_are_refused(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable) as caught:
        _read(content)
    assert says in caught.value.message


def test_a_certificate_inside_another_format_does_not_make_it_two() -> None:
    inside = _pem(LEAF_CERTIFICATE).decode()
    assert _read({"version": "2.1.0", "runs": [], "note": inside}).format == "sarif"
    junit = f'<testsuite tests="1"><testcase name="a"><system-out>{inside}</system-out></testcase></testsuite>'
    assert _read(junit).format == "junit"


# AWS, kube-bench, gitleaks


def test_an_inspector_row_carries_packages_and_resources_for_vex() -> None:
    assert _case("asff-findings.json").rows[0].products == ("zlib@1.3", "arn:aws:::account")


def test_an_empty_list_of_secrets_proves_nothing() -> None:
    for content in (b"[]\n", b"null\n"):
        reading = _read(content, "gitleaks")
        assert (reading.examined, reading.rows) == (0, ())
        assert _verdict(reading, max={"unrated": 0}) == "unknown"


# Any shape of them


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"-----BEGIN CERTIFICATE-----\n" * 100_000, "pem-chain"),
        (b"-----BEGIN CERTIFICATE-----\n" + b"-----END CERTIFICATE\n" * 100_000, "pem-chain"),
        (b"PRIVATE" + b" " * 1_000_000, "pem-chain"),
        (b'{"enforce_admins": 1, "url": "' + b"/repos/a/b/branches/" * 50_000 + b'"}', "github-branch-protection"),
        (b"# Lynis Report\n" + b"warning[]=" + b"|" * 1_000_000, "lynis"),
        (json.dumps({"Findings": [{"SchemaVersion": "2018-10-08", "GeneratorId": "a", "Resources": [{"Id": str(n)} for n in range(20_000)], "Vulnerabilities": [{"Id": str(n)} for n in range(20_000)]}]}).encode(), "asff"),
        (json.dumps({"SchemaVersion": 2, "ArtifactType": "a", "Metadata": {"RepoTags": [str(n) for n in range(20_000)]}, "Results": [{"Target": "a", "Class": "os-pkgs", "Vulnerabilities": [{}] * 20_000}]}).encode(), "trivy"),
    ],
    ids=["begins", "never-ends", "blanks", "places", "bars", "many-by-many", "tags-by-many"],
)  # fmt: skip
def test_deep_and_wide(content: bytes, name: str) -> None:
    for named in (name, None):
        try:
            assert _read(content, named).format == name
        except Unreadable as refused:
            assert refused.message


ODD = (None, True, 0, -1, 7.5, 10**40, "", "x", [], {}, [[]], [None], [{}], {"": None}, {"x": []})


def _places(value: object) -> list[tuple[dict | list, str | int]]:
    inner = list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    return [(value, key) for key, _ in inner] + [place for _, child in inner for place in _places(child)]


@pytest.mark.parametrize("case", JSON_CASES, ids=lambda case: case.name)
def test_every_value_replaced_by_every_odd_one_is_read_or_refused(case: Path) -> None:
    document, name = json.loads(case.read_bytes()), _case(case.name).format
    for container, key in _places(document):
        kept = container[key]
        for odd in ODD:
            container[key] = odd
            _is_sound(json.dumps(document).encode(), name)
        container[key] = kept


@pytest.mark.parametrize("case", [path for path in sorted((CASES / "good").iterdir()) if path.name.startswith("lynis") and path.suffix == ".dat"], ids=lambda case: case.name)
def test_every_line_of_a_lynis_report_left_out(case: Path) -> None:
    lines = case.read_bytes().splitlines(True)
    for index in range(len(lines)):
        _is_sound(b"".join(lines[:index] + lines[index + 1 :]), "lynis")
        _is_sound(b"".join(lines[:index]), "lynis")


def test_every_byte_of_a_certificate_changed() -> None:
    content = _pem(LEAF_CERTIFICATE, MIDDLE_CERTIFICATE)
    for index in range(0, len(content), 3):
        _is_sound(content[:index] + bytes([content[index] ^ 1]) + content[index + 1 :], "pem-chain")


def _is_sound(content: bytes, name: str) -> None:
    try:
        reading = _read(content, name)
    except Unreadable as refused:
        assert refused.message
        return
    assert reading.examined or not any(row.outcome == "pass" for row in reading.rows)
    assert all(row.row and isinstance(row.subject, str) and isinstance(row.message, str) for row in reading.rows)
    assert reading.score is None or 0 <= reading.score <= 100


# Real reports beside a development checkout.


SAMPLES = {
    "trivy-alpine-39.json": ("trivy", 1, {"fail medium": 4, "fail critical": 2, "other unrated": 1}, "dev", "2021-08-25T12:20:30Z"),
    "trivy-misconfig-dockerfile.json": ("trivy", 27, {"fail high": 1}, "dev", "2021-08-25T12:20:30Z"),
    "scorecard-kubernetes.json": ("scorecard", 9, {"pass unrated": 7, "fail unrated": 2}, "v4.7.0", "2022-10-06T00:00:00Z"),
    "lynis-many.dat": ("lynis", 233, {"other info": 37, "fail unrated": 1}, "3.1.4", "2026-07-31T00:00:00Z"),
    "oscal-ar-trestle-xccdf-rhel7.json": ("oscal-ar", 1, {"other info": 1, "pass unrated": 1}, "1.3.3", "2021-02-24T19:31:13Z"),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_shared_sample(shared: Path, name: str) -> None:
    wanted, examined, counts, version, observed = SAMPLES[name]
    reading = _read((shared / "evidence-samples" / name).read_bytes())
    assert (reading.format, reading.examined, reading.version) == (wanted, examined, version)
    assert reading.tool in ("Trivy", "OpenSSF Scorecard", "Lynis", "OpenSCAP")
    assert _counts(reading) == counts
    assert reading.observed is not None
    assert print_moment(reading.observed) == observed


def test_shared_scores(shared: Path) -> None:
    assert _read((shared / "evidence-samples" / "scorecard-kubernetes.json").read_bytes()).score == Fraction("8.9")
    assert _read((shared / "evidence-samples" / "lynis-many.dat").read_bytes()).score == 57


def test_shared_trivy_rows_can_be_lifted(shared: Path) -> None:
    rows = {row.row: row for row in _read((shared / "evidence-samples" / "trivy-alpine-39.json").read_bytes()).rows}
    assert "pkg:apk/alpine/libssl1.1@1.1.1b-r1?arch=x86_64&distro=3.9.4" in rows["CVE-2019-1549"].products
    assert "ghcr.io/aquasecurity/trivy-test-images:alpine-39" in rows["CVE-2019-1549"].products


SCANS = "DefectDojo/django-DefectDojo/unittests/scans"
HEIMDALL = "mitre/heimdall2/libs/hdf-converters/sample_jsons"
TRIVY = "aquasecurity/trivy/integration/testdata"
PUBLIC = {
    f"{TRIVY}/alpine-39-skip.json.golden": ("trivy", 0, {}),
    f"{TRIVY}/cargo.lock.json.golden": ("trivy", 1, {}),
    f"{TRIVY}/secrets.json.golden": ("trivy", 1, {"fail critical": 1, "fail high": 1}),
    f"{TRIVY}/gomod.json.golden": ("trivy", 3, {"fail unrated": 4, "fail medium": 1}),
    f"{TRIVY}/helm.json.golden": ("trivy", 99, {"fail medium": 4, "fail low": 11, "fail high": 3}),
    f"{TRIVY}/terraform-exclude-misconfs-remote-module.json.golden": ("trivy", 58, {}),
    f"{SCANS}/trivy/scheme_2_no_vuln.json": ("trivy", 1, {}),
    f"{SCANS}/trivy/all_statuses.json": ("trivy", 1, {"fail low": 7, "other low": 1}),
    f"{SCANS}/trivy/license_scheme.json": ("trivy", 2, {"fail high": 7, "fail low": 11, "fail medium": 1}),
    f"{SCANS}/trivy/misconfigurations_and_secrets.json": ("trivy", 26, {"fail high": 2, "fail medium": 1, "fail critical": 2}),
    f"{SCANS}/lynis/lynis_no_vuln.dat": ("lynis", 1, {}),
    f"{SCANS}/lynis/lynis_one_vuln.dat": ("lynis", 1, {"other info": 1}),
    f"{SCANS}/kubebench/kube-bench-controls.json": ("kube-bench", 73, {"fail unrated": 36, "other unrated": 49, "pass unrated": 37}),
    f"{SCANS}/kubebench/kube-bench-report-one-vuln.json": ("kube-bench", 23, {"pass unrated": 22, "fail unrated": 1}),
    f"{SCANS}/asff/prowler-output.asff.json": ("asff", 727, {"pass critical": 8, "pass high": 397, "pass medium": 33, "pass low": 3, "fail critical": 3, "fail high": 29, "fail medium": 199, "fail low": 55, "other medium": 4}),
    f"{SCANS}/awssecurityhub/inspector_ecr.json": ("asff", 1, {"fail medium": 1, "fail high": 5, "fail critical": 1}),
    f"{SCANS}/awssecurityhub/config_many_findings.json": ("asff", 3, {"pass info": 3}),
    f"{SCANS}/awssecurityhub/guardduty.json": ("asff", 1, {"fail medium": 2, "fail low": 2}),
    f"{SCANS}/gitleaks/gitleaks8_many.json": ("gitleaks", 1, {"fail unrated": 4}),
    f"{SCANS}/gitleaks/version_7.5.0.json": ("gitleaks", 1, {"fail unrated": 8}),
    f"{SCANS}/gitleaks/data_one.json": ("gitleaks", 1, {"fail unrated": 1}),
    f"{HEIMDALL}/asff_mapper/sample_input_report/asff_sample.json": ("asff", 18, {"fail low": 15, "fail medium": 2, "pass info": 1}),
    f"{HEIMDALL}/attestations/rhel8_sample_oneOfEachControlStatus.json": ("hdf", 2, {"pass high": 1, "fail medium": 1, "other info": 1, "other medium": 1}),
    f"{HEIMDALL}/attestations/triple_overlay_profile_sample.json": ("hdf", 2, {"other medium": 2, "other info": 1, "fail medium": 1, "pass medium": 1}),
    f"{HEIMDALL}/nessus_mapper/nessus-hdf-10.0.0.2.json": ("hdf", 0, {"other info": 23}),
    "mitre/heimdall2/apps/frontend/public/static/samples/example-3-layer-overlay.json": ("hdf", 210, {"pass high": 16, "pass medium": 50, "pass low": 6, "fail high": 4, "fail medium": 126, "fail low": 8, "other high": 3, "other medium": 7, "other info": 27}),
    "oscal-compass/compliance-trestle/tests/data/tasks/osco/output-xml-ocp4/ocp4-check-result.oscal.json": ("oscal-ar", 27, None),
    "oscal-compass/compliance-trestle/tests/data/tasks/osco/output-fetcher/cluster_resource_no_results.oscal.json": ("oscal-ar", 0, {}),
    "usnistgov/oscal-content/examples/ar/json/ifa_assessment-results-example.json": ("oscal-ar", 1, {"fail unrated": 1}),
    "ossf/scorecard/pkg/scorecard/testdata/check3.json": ("scorecard", 2, {"fail unrated": 2, "other unrated": 1}),
}
CUT = {
    f"{SCANS}/kubebench/kube-bench-report-many-vuln.json": "total_pass of part 4 contradicts its checks",
    f"{SCANS}/trivy/legacy_many_vulns.json": "none of the formats that are read",
    f"{SCANS}/trivy/kubernetes.json": "none of the formats that are read",
    f"{SCANS}/gitleaks/no_findings.json": "none of the formats that are read",
    "ossf/scorecard/pkg/scorecard/testdata/probe1.json": "none of the formats that are read",
}


@pytest.fixture
def public() -> Callable[[str], bytes]:
    """``public("owner/repository/path")`` -> the file's bytes, from the folder that ATTEST_SAMPLES names."""

    def find(name: str) -> bytes:
        path = Path(os.environ.get("ATTEST_SAMPLES", "")) / name
        if not os.environ.get("ATTEST_SAMPLES") or not path.is_file():
            pytest.skip(f"development: no {name} in a folder that ATTEST_SAMPLES names")
        return path.read_bytes()

    return find


@pytest.mark.development
@pytest.mark.parametrize("name", PUBLIC)
def test_report_of_a_public_repository(public: Callable[[str], bytes], name: str) -> None:
    wanted, examined, counts = PUBLIC[name]
    reading = _read(public(name))
    assert (reading.format, reading.examined) == (wanted, examined)
    assert counts is None or _counts(reading) == counts


@pytest.mark.development
@pytest.mark.parametrize("name", CUT)
def test_file_of_a_public_repository_that_is_refused(public: Callable[[str], bytes], name: str) -> None:
    content = public(name)
    with pytest.raises(Unreadable) as caught:
        _read(content)
    assert CUT[name] in caught.value.message


@pytest.mark.development
def test_no_secret_of_a_public_report_is_kept(public: Callable[[str], bytes]) -> None:
    content = public(f"{SCANS}/gitleaks/gitleaks8_many.json")
    kept = repr(_read(content))
    assert all(finding[key] not in kept for finding in json.loads(content) for key in ("Secret", "Match", "File", "Author", "Email", "Message", "Commit") if finding[key])
