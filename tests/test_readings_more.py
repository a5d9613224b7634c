"""What the readings of VEX documents, attestations and inventories hold beside rows: lifts, what they cannot rate, when they end.

Cases are those of ``test_readings``; here the keys ``lifts``, ``rates``, ``ends`` and ``products`` of an expectation are compared. A lift reads
``status names of products in the product they are parts of, justification``.
"""

from __future__ import annotations

import io
import os
import socket
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from attest import readings
from attest.errors import Unreadable
from attest.readings.interface import Lift, Reading
from attest.times import print_moment

GOOD = Path(__file__).parent / "cases" / "readings" / "good"
KEYS = ("lifts", "rates", "ends", "products", "score")


def _read(path: Path, named: str | None = None) -> Reading:
    with path.open("rb") as stream:
        return readings.read(stream, named)


def _expected(path: Path) -> dict:
    return yaml.safe_load(path.with_name(path.name + ".expect.yml").read_text("utf-8"))


def _cases() -> list[Path]:
    cases = [path for path in sorted(GOOD.iterdir()) if not path.name.endswith(".expect.yml")]
    return [path for path in cases if any(key in _expected(path) for key in KEYS) and "shape" not in _expected(path)]


def _lift(lift: Lift) -> str:
    about = " ".join(lift.products) + (f" in {' '.join(lift.within)}" if lift.within else "")
    return f"{lift.status} {' '.join(lift.vulnerabilities)} of {about}, {lift.justification}".strip()


def _also(reading: Reading) -> dict:
    return {
        "lifts": [_lift(lift) for lift in reading.lifts],
        "rates": reading.rates,
        "ends": print_moment(reading.ends) if reading.ends else None,
        "products": [list(row.products) for row in reading.rows],
        "score": str(reading.score) if reading.score is not None else None,
    }


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case.name)
def test_what_a_good_file_says_beside_its_rows(case: Path) -> None:
    expected, found = _expected(case), _also(_read(case))
    assert {key: found[key] for key in KEYS if key in expected} == {key: expected[key] for key in KEYS if key in expected}


def _counts(reading: Reading) -> dict[str, int]:
    return dict(Counter(row.outcome for row in reading.rows))


def test_shared_openvex_sample(shared: Path) -> None:
    reading = _read(shared / "evidence-samples" / "openvex-not-affected.json")
    assert (reading.format, reading.examined, reading.rates, _counts(reading)) == ("openvex", 1, False, {"pass": 1})
    assert reading.observed is not None
    assert print_moment(reading.observed) == "2023-01-10T03:23:03Z"
    (lift,) = reading.lifts
    assert (lift.vulnerabilities, lift.status, lift.justification) == (("CVE-2023-12345",), "not_affected", "inline_mitigations_already_exist")
    assert lift.products == ("pkg:apk/alpine/git@2.38.1-r0?arch=ppc64le", "pkg:apk/alpine/git@2.38.1-r0?arch=x86_64")
    assert lift.within == ("pkg:oci/git@sha256:23a264e6e429852221a963e9f17338ba3f5796dc7086e46439a6f4482cf6e0cb",)


def test_openvex_of_many_products_and_subcomponents_is_bounded() -> None:
    names = ", ".join(f'"pkg:deb/debian/p{number}"' for number in range(1000))
    document = f'{{"@context": "https://openvex.dev/ns", "author": "x", "statements": [{{"vulnerability": "CVE-1", "status": "fixed", "products": [{names}], "subcomponents": [{names}]}}]}}'
    with pytest.raises(Unreadable, match="more than 500000 products"):
        readings.read(io.BytesIO(document.encode()), "openvex")


def test_shared_cyclonedx_vex_sample(shared: Path) -> None:
    reading = _read(shared / "evidence-samples" / "cyclonedx-vex-case1.json")
    assert (reading.format, reading.examined, reading.rates, reading.lists_passes, _counts(reading)) == ("cyclonedx", 1, True, False, {"other": 1})
    assert print_moment(reading.observed) == "2022-01-13T00:00:00Z"
    assert [row.severity for row in reading.rows] == ["high"], "the maker rates it 0.0 for its product: the worst rating counts"
    assert reading.lifts == (Lift(("CVE-2020-25649",), ("acme-product", "Acme Product@2.4.0"), "not_affected", "code_not_reachable"),)


def test_shared_cyclonedx_inventory_lifts_nothing(shared: Path) -> None:
    reading = _read(shared / "evidence-samples" / "cyclonedx-sbom-laravel-1.4.json")
    assert (reading.lifts, reading.rates, reading.observed) == ((), False, None)
    assert all(row.products for row in reading.rows)


def test_shared_attestation_sample(shared: Path) -> None:
    reading = _read(shared / "evidence-samples" / "cdxa-attestation-1.6.json")
    assert (reading.format, reading.examined, reading.rates) == ("cdxa", 1, False)
    assert [(row.row, row.outcome, row.subject) for row in reading.rows] == [("requirement-1", "fail", "Acme Inc")]
    assert (print_moment(reading.observed), print_moment(reading.ends)) == ("2023-04-25T00:00:00Z", "2023-05-25T00:00:00Z")


LOCK = """{"name": "tracker", "version": "3.1.0", "lockfileVersion": 3, "packages": {
"": {"name": "tracker", "version": "3.1.0", "dependencies": {"left-pad": "1.3.0"}},
"node_modules/left-pad": {"version": "1.3.0", "resolved": "https://packages.example/left-pad-1.3.0.tgz", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="}}}"""


@pytest.mark.parametrize(("option", "wanted", "rows"), [("spdx", "spdx", ["pkg:npm/tracker@3.1.0", "pkg:npm/left-pad@1.3.0"]), ("cyclonedx", "cyclonedx", ["pkg:npm/left-pad@1.3.0"])])
def test_inventory_that_npm_writes_here_and_now(tmp_path: Path, require_tool: Callable[[str], str], option: str, wanted: str, rows: list[str]) -> None:
    (tmp_path / "package.json").write_text('{"name": "tracker", "version": "3.1.0", "dependencies": {"left-pad": "1.3.0"}}')
    (tmp_path / "package-lock.json").write_text(LOCK)
    done = subprocess.run([require_tool("npm"), "sbom", "--package-lock-only", "--offline", "--sbom-format", option], cwd=tmp_path, capture_output=True, check=True)
    reading = readings.read(io.BytesIO(done.stdout), None)
    assert (reading.format, reading.rates, reading.examined) == (wanted, False, len(rows))
    assert [row.row for row in reading.rows if row.outcome == "pass"] == rows
    assert reading.observed is not None
    assert reading.version is not None


@pytest.fixture
def tls_server(tmp_path: Path, require_tool: Callable[[str], str]) -> Iterator[int]:
    openssl = require_tool("openssl")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(certificate), "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([openssl, *made], check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([openssl, "s_server", "-accept", str(port), "-key", str(key), "-cert", str(certificate), "-www", "-quiet"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield port
    finally:
        server.terminate()
        server.wait()


def _testssl(tool: str, out: Path, form: str, port: int) -> Reading:
    command = [tool, "--warnings", "batch", "--color", "0", "--quiet", form, str(out), "-p", f"localhost:{port}"]
    subprocess.run(command, cwd=out.parent, capture_output=True)
    return _read(out)


@pytest.mark.slow
def test_testssl_says_the_same_in_both_forms(tmp_path: Path, tls_server: int, require_tool: Callable[[str], str]) -> None:
    tool = require_tool("testssl")
    flat = _testssl(tool, tmp_path / "flat.json", "--jsonfile", tls_server)
    pretty = _testssl(tool, tmp_path / "pretty.json", "--jsonfile-pretty", tls_server)
    facts = [[(row.row, row.outcome, row.severity) for row in reading.rows if row.row != "service"] for reading in (flat, pretty)]
    assert facts[0] == facts[1]
    assert {row.outcome for row in flat.rows if row.row in ("SSLv2", "SSLv3", "TLS1", "TLS1_1", "TLS1_2", "TLS1_3")} == {"pass"}
    assert flat.targets == pretty.targets == (f"localhost/127.0.0.1:{tls_server}",)
    assert (flat.observed, pretty.observed is not None, pretty.version is not None) == (None, True, True)
    about_it = [row for row in pretty.rows if row.row != "engine_problem"]  # said of the machine that scans, where its openssl lacks an engine
    assert pretty.examined == len(about_it) > 6


@pytest.mark.slow
@pytest.mark.parametrize("form", ["--jsonfile", "--jsonfile-pretty"])
def test_testssl_that_reached_nothing_proves_nothing(tmp_path: Path, require_tool: Callable[[str], str], form: str) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        reading = _testssl(require_tool("testssl"), tmp_path / "out.json", form, closed.getsockname()[1])
    assert (reading.format, reading.examined, set(_counts(reading))) == ("testssl", 0, {"other"})


NODE_TESTS = """
import { describe, test } from 'node:test';
describe('restore', () => {
  test('works', () => {});
  test('fails', () => { throw new Error('took 5 h'); });
  test.skip('skipped', () => {});
  test.todo('later');
});
"""


def test_junit_that_node_writes_here_and_now(tmp_path: Path, require_tool: Callable[[str], str]) -> None:
    (tmp_path / "restore.test.mjs").write_text(NODE_TESTS)
    done = subprocess.run([require_tool("node"), "--test", "--test-reporter=junit", "restore.test.mjs"], cwd=tmp_path, capture_output=True, env={})
    reading = readings.read(io.BytesIO(done.stdout), None)
    assert [(row.row.rpartition("::")[2], row.outcome) for row in reading.rows] == [("works", "pass"), ("fails", "fail"), ("skipped", "other"), ("later", "other")]
    assert reading.examined == 2


XCCDF = """<?xml version="1.0" encoding="UTF-8"?>
<Benchmark xmlns="http://checklists.nist.gov/xccdf/1.2" id="xccdf_example.harbourline_benchmark_host" resolved="1">
 <status date="2026-11-20">draft</status><title>Host rules (fictional)</title><version>0.1</version>
 <Group id="xccdf_example.harbourline_group_g"><title>g</title>
 <Rule id="xccdf_example.harbourline_rule_there" selected="true" severity="high"><title>there</title>
  <check system="http://oval.mitre.org/XMLSchema/oval-definitions-5"><check-content-ref href="oval.xml" name="oval:example:def:1"/></check></Rule>
 <Rule id="xccdf_example.harbourline_rule_absent" selected="true" severity="medium"><title>absent</title><fix system="urn:xccdf:fix:script:sh">touch "FLAG"</fix>
  <check system="http://oval.mitre.org/XMLSchema/oval-definitions-5"><check-content-ref href="oval.xml" name="oval:example:def:2"/></check></Rule>
 <Rule id="xccdf_example.harbourline_rule_unrepairable" selected="true" severity="medium"><title>unrepairable</title><fix system="urn:xccdf:fix:script:sh">true</fix>
  <check system="http://oval.mitre.org/XMLSchema/oval-definitions-5"><check-content-ref href="oval.xml" name="oval:example:def:3"/></check></Rule>
 <Rule id="xccdf_example.harbourline_rule_unchecked" selected="true" severity="low"><title>unchecked</title></Rule>
 <Rule id="xccdf_example.harbourline_rule_off" selected="false" severity="low"><title>off</title></Rule></Group></Benchmark>"""


def _oval(*paths: str) -> str:
    numbered = list(enumerate(paths, 1))
    definitions = "".join(f'<definition class="compliance" id="oval:example:def:{n}" version="1"><metadata><title>a</title><description>a</description></metadata><criteria><criterion test_ref="oval:example:tst:{n}"/></criteria></definition>' for n, _ in numbered)
    tests = "".join(f'<unix:file_test id="oval:example:tst:{n}" version="1" check="all" check_existence="at_least_one_exists" comment="a"><unix:object object_ref="oval:example:obj:{n}"/></unix:file_test>' for n, _ in numbered)
    objects = "".join(f'<unix:file_object id="oval:example:obj:{n}" version="1"><unix:filepath>{path}</unix:filepath></unix:file_object>' for n, path in numbered)
    spaces = 'xmlns="http://oval.mitre.org/XMLSchema/oval-definitions-5" xmlns:oval="http://oval.mitre.org/XMLSchema/oval-common-5" xmlns:unix="http://oval.mitre.org/XMLSchema/oval-definitions-5#unix"'
    generator = "<generator><oval:schema_version>5.11</oval:schema_version><oval:timestamp>2026-11-20T00:00:00</oval:timestamp></generator>"
    return f"<oval_definitions {spaces}>{generator}<definitions>{definitions}</definitions><tests>{tests}</tests><objects>{objects}</objects></oval_definitions>"


@pytest.fixture
def oscap(tmp_path: Path, require_tool: Callable[[str], str]) -> Callable[..., dict[str, Reading]]:
    """Runs OpenSCAP over rules of our own -> the readings of its results and of its ARF file."""
    tool = require_tool("oscap")
    (tmp_path / "rules.xml").write_text(XCCDF.replace("FLAG", str(tmp_path / "flag")))
    (tmp_path / "oval.xml").write_text(_oval(str(tmp_path / "oval.xml"), str(tmp_path / "flag"), str(tmp_path / "never")))

    def run(*options: str) -> dict[str, Reading]:
        subprocess.run([tool, "xccdf", "eval", *options, "--results", "results.xml", "--results-arf", "arf.xml", "rules.xml"], cwd=tmp_path, capture_output=True)
        return {name: _read(tmp_path / f"{name}.xml") for name in ("results", "arf")}

    return run


def _by_rule(reading: Reading) -> dict[str, str]:
    return {row.row.rpartition("_")[2]: row.outcome for row in reading.rows}


def test_openscap_says_the_same_alone_and_in_a_collection(oscap: Callable[..., dict[str, Reading]]) -> None:
    found = oscap()
    for reading in found.values():
        assert _by_rule(reading) == {"there": "pass", "absent": "fail", "unrepairable": "fail", "unchecked": "other", "off": "other"}
        assert (reading.format, reading.examined, reading.tool) == ("xccdf", 3, "OpenSCAP")
        assert reading.observed is not None
        assert reading.score is not None
        assert 33 < reading.score < 34
    assert found["results"].rows == found["arf"].rows


def test_openscap_that_repairs_passes_nothing_by_it(oscap: Callable[..., dict[str, Reading]]) -> None:
    before = _by_rule(oscap("--remediate")["results"])
    assert before == {"there": "pass", "absent": "other", "unrepairable": "fail", "unchecked": "other", "off": "other"}
    assert _by_rule(oscap()["results"])["absent"] == "pass", "the next run shows that the repair holds"


# Real files of public repositories, for whoever has clones of them: ATTEST_CLONES names a folder of git directories OWNER+NAME/repo.

PUBLIC = {
    ("openvex+go-vex", "pkg/vex/testdata/v0.0.1.json"): ("openvex", 2, {"pass": 2}),
    ("openvex+go-vex", "pkg/vex/testdata/v0.2.0.json"): ("openvex", 5, {"pass": 5}),
    ("openvex+go-vex", "pkg/vex/testdata/v020-1.vex.json"): ("openvex", 1, {"other": 1}),
    ("CycloneDX+bom-examples", "VEX/Use-Cases/Case-13/vex.json"): ("cyclonedx", 2, {"other": 1, "fail": 1}),
    ("CycloneDX+bom-examples", "VEX/Use-Cases/Case-4/vex.json"): ("cyclonedx", 1, {"other": 1}),
    ("spdx+spdx-examples", "software/example11/spdx2.3/sbom.spdx.json"): ("spdx", 4, {"pass": 4}),
    ("spdx+spdx-examples", "software/example6/spdx2.2/example6-lib.spdx"): ("spdx", 5, {"pass": 2, "other": 3}),
    ("spdx+spdx-examples", "software/example11/spdx3.0/sbom.spdx3.json"): ("spdx", 4, {"pass": 4}),
    ("spdx+spdx-examples", "software/example14/content/examplemaven-0.0.1.spdx3.json"): ("spdx", 6, {"other": 2, "fail": 4}),
    ("jstemmer+go-junit-report", "testdata/101-report.xml"): ("junit", None, None),
    ("DefectDojo+django-DefectDojo", "unittests/scans/openscap/one_vuln_rhsa.xml"): ("xccdf", 8, {"pass": 7, "fail": 1}),
    ("mitre+heimdall2", "libs/hdf-converters/sample_jsons/xccdf_results_mapper/sample_input_report/xccdf-results-openscap-rhel8.xml"): ("xccdf", 248, {"pass": 61, "fail": 187}),
    ("DefectDojo+django-DefectDojo", "unittests/scans/openvas/many_vuln.xml"): ("openvas", 1, {"fail": 44}),
    ("DefectDojo+django-DefectDojo", "unittests/scans/openvas/no_vuln.xml"): ("openvas", 0, {}),
    ("DefectDojo+django-DefectDojo", "unittests/scans/openvas/one_vuln.xml"): ("openvas", 1, {"fail": 1}),
    ("DefectDojo+django-DefectDojo", "unittests/scans/openvas/report_detail_v2.xml"): ("openvas", 1, {"fail": 1}),
}  # fmt: skip


@pytest.mark.parametrize(("repository", "path"), PUBLIC, ids=lambda part: part.rpartition("/")[2])
def test_file_of_a_public_repository(repository: str, path: str) -> None:
    folder = Path(os.environ.get("ATTEST_CLONES", "")) / repository / "repo"
    if "ATTEST_CLONES" not in os.environ or not folder.is_dir():
        pytest.skip(f"development: no clone of {repository.replace('+', '/')} under ATTEST_CLONES")
    content = subprocess.run(["git", "--git-dir", str(folder), "show", f"HEAD:{path}"], capture_output=True, check=True).stdout
    reading = readings.read(io.BytesIO(content), None)
    wanted, examined, counts = PUBLIC[repository, path]
    assert reading.format == wanted
    assert reading.examined == (examined if examined is not None else reading.examined)
    assert _counts(reading) == (counts if counts is not None else _counts(reading))
