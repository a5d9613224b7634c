"""How fast each reader is, beside the plain parser of the standard library on the same bytes.

    .venv/bin/python bench/readings.py [MEBIBYTES]          default 8

Makes a report of about that size in each format, in memory; prints MB/s of the reader (the best of three), of ``json.loads``, of
``ElementTree.fromstring``, of ``csv.reader`` or of ``yaml.load``, and how many times longer the reader takes.
"""

from __future__ import annotations

import csv
import io
import json
import sys
import time
from collections.abc import Callable
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


if __name__ == "__main__":
    main(int(sys.argv[1] if len(sys.argv) > 1 else "8") * 2**20)
