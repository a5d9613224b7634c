"""How fast each reader is, beside the plain parser of the standard library on the same bytes.

    .venv/bin/python bench/readings.py [MEBIBYTES]              default 8: every format, in memory
    .venv/bin/python bench/readings.py --large [MEGABYTES]      default 200: SARIF and OCSF from a file, each in a process of its own

The first makes a report of about that size in each format; prints MB/s of the reader (the best of three), of ``json.loads``, of
``ElementTree.fromstring``, of ``csv.reader`` or of ``yaml.load``, and how many times longer the reader takes.

The second writes a report of that size and one of a quarter of it to a temporary folder, laid out as the tools do; then the reader and
``json.load`` read the same file one after the other. Prints MB a CPU second of both, how many times faster the reader is, and by how many MB
the peak of each process's memory lies above what it was before reading.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from xml.etree import ElementTree as ET

import yaml

from attest import readings
from attest.readings.interface import RecordShape

SHAPE = RecordShape(row="person", outcome="mfa", pass_values=("on",))
RESULT = {
    "ruleId": "B101", "ruleIndex": 0, "level": "note", "message": {"text": "Use of assert detected."}, "properties": {"issue_severity": "LOW"},
    "locations": [{"physicalLocation": {"artifactLocation": {"uri": "src/module.py"}, "region": {"startLine": 3, "snippet": {"text": "assert x\n"}}}}],
}  # fmt: skip
FINDING = {"id": "TLS1_2", "ip": "api.example/192.0.2.7", "port": "443", "severity": "OK", "finding": "offered"}
COMPONENT = {"type": "library", "name": "package", "version": "1.2.3", "purl": "pkg:pypi/package@1.2.3", "licenses": [{"license": {"id": "MIT"}}], "description": "A package that does something"}
SUITE = {"accepted_cipher_suites": [], "rejected_cipher_suites": [{"cipher_suite": {"name": "TLS_RSA_WITH_SEED_CBC_SHA", "key_size": 128}, "error_message": "TLS alert: handshake failure"}] * 80}
SERVER = {
    "connectivity_status": "COMPLETED", "scan_status": "COMPLETED", "server_location": {"hostname": "api.example", "port": 443},
    "scan_result": {"tls_1_0_cipher_suites": {"status": "COMPLETED", "result": SUITE}, "heartbleed": {"status": "COMPLETED", "result": {"is_vulnerable_to_heartbleed": False}}},
}  # fmt: skip
CASE = '<testcase classname="package.test_module" name="test_something_of_note" time="0.001"/>'


def many(item: object, size: int) -> list[object]:
    return [item] * (size // len(json.dumps(item)))


def reports(size: int) -> dict[str, bytes]:
    """Format -> a report of about so many bytes."""
    run = {"tool": {"driver": {"name": "Bandit", "rules": [{"id": "B101"}]}}, "invocations": [{"executionSuccessful": True}], "results": many(RESULT, size)}
    documents = {
        "sarif": {"version": "2.1.0", "runs": [run]},
        "testssl": many(FINDING, size),
        "sslyze": {"sslyze_version": "6.3.1", "server_scan_results": many(SERVER, size)},
        "cyclonedx": {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": many(COMPONENT, size)},
    }
    found = {name: json.dumps(document).encode() for name, document in documents.items()}
    found["junit"] = f'<testsuites><testsuite name="all">{CASE * (size // len(CASE))}</testsuite></testsuites>'.encode()
    found["csv"] = b"person,mfa,team,reviewed\n" + b"p-0017,on,operations,2026-10-02\n" * (size // 32)
    found["yaml"] = b"- {person: p-0017, mfa: on, team: operations}\n" * (size // 8 // 46)
    return found


def best(action: Callable[[], object]) -> float:
    """Seconds, the shortest of three."""
    taken = []
    for _ in range(3):
        began = time.perf_counter()
        action()
        taken.append(time.perf_counter() - began)
    return min(taken)


def plain(name: str, data: bytes) -> Callable[[], object]:
    if name == "junit":
        return lambda: ET.fromstring(data)
    if name == "csv":
        return lambda: list(csv.reader(io.StringIO(data.decode())))
    if name == "yaml":
        return lambda: yaml.load(data, Loader=yaml.CSafeLoader)  # the safe one, in C
    return lambda: json.loads(data)


def main(size: int) -> None:
    print(f"{'format':<10} {'MB':>6} {'rows':>8} {'reader MB/s':>12} {'plain MB/s':>12} {'times':>6}")
    for name, data in reports(size).items():
        shape = SHAPE if name in readings.RECORDS else None
        rows = len(readings.read(io.BytesIO(data), name, shape).rows)
        ours, theirs = best(lambda name=name, data=data, shape=shape: readings.read(io.BytesIO(data), name, shape)), best(plain(name, data))
        megabytes = len(data) / 1e6
        print(f"{name:<10} {megabytes:6.1f} {rows:8} {megabytes / ours:12.1f} {megabytes / theirs:12.1f} {ours / theirs:6.1f}")


WORDS = ("the", "bucket", "of", "a", "fictional", "company", "is", "open", "to", "everybody", "who", "knows", "its", "name", "and", "should", "be", "closed", "again", "é", '"quoted"', "C:\\path")


def prose(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, k=words))


def large_result(chance: random.Random) -> dict[str, object]:
    """One of a static analyser's: with a snippet, and every eighth with the way that data took."""
    rule, line = chance.randrange(300), chance.randrange(2000)
    place = {"artifactLocation": {"uri": f"src/part{chance.randrange(40)}/module{chance.randrange(200)}.py", "uriBaseId": "ROOT", "index": line}, "region": {"startLine": line, "startColumn": 5, "endColumn": 31, "snippet": {"text": prose(chance, 8)}}}
    flow = {"codeFlows": [{"threadFlows": [{"locations": [{"location": {"physicalLocation": place, "message": {"text": prose(chance, 3)}}} for _ in range(6)]}]}]}
    return {
        "ruleId": f"R{rule}", "ruleIndex": rule, "rule": {"id": f"R{rule}", "index": rule}, "level": chance.choice(("error", "warning", "note")), "message": {"text": prose(chance, 20)},
        "locations": [{"physicalLocation": place}], "partialFingerprints": {"primaryLocationLineHash": f"{chance.getrandbits(64):x}:1"}, **(flow if chance.randrange(8) == 0 else {}),
    }  # fmt: skip


def large_finding(chance: random.Random) -> dict[str, object]:
    """One of a cloud scanner's: most of it says how to mend what was found, and to which clauses of which framework it belongs."""
    check, account = chance.randrange(500), f"{chance.randrange(8):012d}"
    return {
        "message": prose(chance, 12), "metadata": {"event_code": f"check_{check}", "product": {"name": "Prowler", "uid": "prowler", "version": "5.4.0"}, "profiles": ["cloud", "datetime"], "version": "1.4.0"},
        "severity_id": check % 5 + 1, "severity": "", "status": "New", "status_code": chance.choice(("PASS", "PASS", "FAIL", "MANUAL")), "status_detail": prose(chance, 12), "status_id": 1,
        "unmapped": {"related_url": "https://docs.example/check", "categories": [], "depends_on": [], "notes": "", "compliance": {f"Framework-{n}": [f"{n}.{m}" for m in range(check % 4 + 1)] for n in range(12)}},
        "finding_info": {"created_time": 1739539623, "desc": prose(chance, 40), "title": prose(chance, 8), "types": ["IAM"], "uid": f"prowler-aws-check_{check}-{chance.getrandbits(40):x}"},
        "resources": [{"cloud_partition": "aws", "region": "eu-north-1", "data": {"details": "", "metadata": {"name": "x", "tags": []}}, "group": {"name": "s3"}, "labels": [], "uid": f"arn:aws:s3:::fictional-{chance.randrange(3000)}"}],
        "category_uid": 2, "class_name": "Detection Finding", "class_uid": 2004, "cloud": {"account": {"uid": account, "type_id": 10}, "org": {"uid": ""}, "provider": "aws", "region": "eu-north-1"},
        "remediation": {"desc": prose(chance, 50), "references": ["https://docs.example/mend"]}, "risk_details": prose(chance, 60), "time": 1739539623, "time_dt": "2025-02-14T14:27:03.913874", "type_uid": 200401,
    }  # fmt: skip


def varied(make: Callable[[random.Random], object], indent: int | None) -> Iterator[str]:
    """Texts without end, from a thousand different ones."""
    chance = random.Random(3)
    made = [json.dumps(make(chance), indent=indent) for _ in range(1000)]
    return itertools.cycle(made)


def write_large(name: str, path: pathlib.Path, size: int) -> None:
    rules = [{"id": f"R{n}", "defaultConfiguration": {"level": "warning"}, "properties": {"security-severity": f"{n % 100 / 10}"}} for n in range(300)]
    opening = json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "Examiner", "version": "1", "rules": rules}}, "invocations": [{"executionSuccessful": True}], "results": []}]})
    before, after = (opening[: opening.rindex("[") + 1], "]}]}") if name == "sarif" else ("[", "]")
    with path.open("w", encoding="utf-8") as stream:
        stream.write(before)
        for number, text in enumerate(varied(large_result, 2) if name == "sarif" else varied(large_finding, 4)):
            stream.write("," * bool(number) + text)
            if stream.tell() > size:
                break
        stream.write(after)


def one(way: str, name: str, path: str) -> None:
    """In a process of its own: CPU seconds, rows, and MB by which the peak rose."""
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with pathlib.Path(path).open("rb") as stream:
        rows = len(readings.read(stream, name).rows if way == "reader" else [json.load(stream)])
    print(time.process_time() - began, rows, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)


def large(size: int) -> None:
    print(f"{'format':<8} {'MB':>6} {'rows':>8} {'reader MB/s':>12} {'json.load MB/s':>15} {'times faster':>13} {'reader peak':>12} {'json.load peak':>15}")
    for name, share in itertools.product(("sarif", "ocsf"), (4, 1)):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "report.json")
            write_large(name, path, size // share)
            said = [subprocess.run([sys.executable, __file__, "--one", way, name, str(path)], capture_output=True, text=True, check=True).stdout.split() for way in ("reader", "json.load")]
            (ours, rows, our_peak), (theirs, _, their_peak) = ([float(each) for each in line] for line in said)
            megabytes = path.stat().st_size / 1e6
        print(f"{name:<8} {megabytes:6.0f} {rows:8.0f} {megabytes / ours:12.1f} {megabytes / theirs:15.1f} {theirs / ours:13.1f} {our_peak:9.0f} MB {their_peak:12.0f} MB")


if __name__ == "__main__":
    asked = sys.argv[1:]
    if asked[:1] == ["--one"]:
        one(*asked[1:])
    elif asked[:1] == ["--large"]:
        large(int(asked[1] if len(asked) > 1 else "200") * 10**6)
    else:
        main(int(asked[0] if asked else "8") * 2**20)
