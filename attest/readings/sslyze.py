"""sslyze JSON (``--json_out``), versions 5 and 6: facts of a TLS scan, to which sslyze adds no verdict.

    {"sslyze_version": "6.3.1", "date_scans_started": "2026-11-21T20:39:29.267609Z", "server_scan_results": [
      {"connectivity_status": "COMPLETED", "scan_status": "COMPLETED", "scan_result": {
        "tls_1_0_cipher_suites": {"status": "COMPLETED", "result": {"accepted_cipher_suites": [], "rejected_cipher_suites": […]}}}}]}

Only facts that sslyze's own console output calls OK or VULNERABLE become rows, named after its scan commands:

    ssl_2_0_cipher_suites ssl_3_0_… tls_1_0_… tls_1_1_…    pass where each suite tried was rejected, fail where one was accepted
    tls_1_2_cipher_suites tls_1_3_cipher_suites            pass where a suite was accepted, else other
    heartbleed robot openssl_ccs_injection tls_compression tls_fallback_scsv tls_extended_master_secret
    session_renegotiation.supports_secure_renegotiation session_renegotiation.is_vulnerable_to_client_renegotiation_dos
    certificate_info.path_validation.<trust store>         Android, Apple, Java, Mozilla, Windows; "Supplied CA file"
    certificate_info.leaf_certificate_subject_matches_hostname (version 5)
    certificate_info.received_chain_has_valid_order
    certificate_info.verified_chain_has_sha1_signature certificate_info.verified_chain_has_legacy_symantec_anchor

A command that was not scheduled has no row. One that ended in an error is ``other``, and so is each of them for a server that could
not be reached or named: a rule over "each tls_1_0 row" then sees what was not looked at. *Examined* counts the rows of completed
commands. The subject is ``host:port``, or ``name (host:port)`` where another name was asked for (SNI). The time is the scan's start.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from attest.errors import Unreadable
from attest.readings import begin, fields
from attest.readings.fields import Object
from attest.readings.finish import proven, rows_of
from attest.readings.interface import Outcome, Reading, Row
from attest.wire.strict_json import Json

NAME = "sslyze"
_SWITCHED_OFF = ("ssl_2_0_cipher_suites", "ssl_3_0_cipher_suites", "tls_1_0_cipher_suites", "tls_1_1_cipher_suites")
_WANTED = ("tls_1_2_cipher_suites", "tls_1_3_cipher_suites")
_FLAGS = {
    "heartbleed": ("heartbleed", "is_vulnerable_to_heartbleed", False),
    "openssl_ccs_injection": ("openssl_ccs_injection", "is_vulnerable_to_ccs_injection", False),
    "tls_compression": ("tls_compression", "supports_compression", False),
    "tls_fallback_scsv": ("tls_fallback_scsv", "supports_fallback_scsv", True),
    "tls_extended_master_secret": ("tls_extended_master_secret", "supports_ems_extension", True),
    "session_renegotiation.supports_secure_renegotiation": ("session_renegotiation", "supports_secure_renegotiation", True),
    "session_renegotiation.is_vulnerable_to_client_renegotiation_dos": ("session_renegotiation", "is_vulnerable_to_client_renegotiation_dos", False),
}
"""Row name: scan command, the field of its result, and the value that is good."""
_CERTIFICATE = {
    "leaf_certificate_subject_matches_hostname": True,
    "received_chain_has_valid_order": True,
    "verified_chain_has_sha1_signature": False,
    "verified_chain_has_legacy_symantec_anchor": False,
}
_ROBOT = {
    "NOT_VULNERABLE_NO_ORACLE": "pass",
    "NOT_VULNERABLE_RSA_NOT_SUPPORTED": "pass",
    "VULNERABLE_WEAK_ORACLE": "fail",
    "VULNERABLE_STRONG_ORACLE": "fail",
}
_COMMANDS = (*_SWITCHED_OFF, *_WANTED, "robot", *dict.fromkeys(command for command, _, _ in _FLAGS.values()), "certificate_info")
_NAMES = (*_SWITCHED_OFF, *_WANTED, "robot", *_FLAGS, "certificate_info")


def sniff(head: bytes) -> bool:
    """Whether JSON with server scan results."""
    return begin.opens_with(head, b"{") and begin.has_key(head, b"server_scan_results")


def read(stream: BinaryIO) -> Reading:
    """An sslyze file -> rows for each server. Unreadable for another shape or a version before 5."""
    document = fields.an_object(begin.json_of(stream), "the file")
    if "server_scan_results" not in document:
        raise Unreadable("the file is not sslyze JSON: no server_scan_results")
    servers = fields.records(document, "server_scan_results")
    answers = [(server, _subject(server)) for server in servers if _reached(server)]
    rows = rows_of(
        [row for server, subject in answers for row in _rows(fields.record(server, "scan_result"), subject)]
        + [row for subject, why in _unreached(document, servers) for row in _nothing(_NAMES, subject, why)]
    )
    examined = sum(_completed(fields.record(server, "scan_result")) for server, _ in answers)
    return Reading(
        format=NAME,
        rows=proven(rows, examined),
        examined=examined,
        tool="sslyze",
        version=fields.text(document, "sslyze_version") or None,
        observed=fields.moment(fields.text(document, "date_scans_started")),
        targets=tuple(dict.fromkeys(subject for _, subject in answers)),
    )


def _reached(server: Object) -> bool:
    if "scan_result" not in server:
        raise Unreadable("a server has no scan_result: sslyze 5 or newer is read")
    return server.get("connectivity_status") == "COMPLETED" == server.get("scan_status") and server["scan_result"] is not None


def _unreached(document: Object, servers: list[Object]) -> Iterator[tuple[str, str]]:
    """Subject and reason of what was to be scanned and was not."""
    for server in servers:
        if not _reached(server):
            yield _subject(server), f"not scanned: {server.get('scan_status')}"
    for invalid in fields.records(document, "invalid_server_strings"):
        yield fields.text(invalid, "server_string"), fields.text(invalid, "error_message")


def _subject(server: Object) -> str:
    place = fields.record(server, "server_location")
    host, port = fields.text(place, "hostname"), place.get("port")
    address = f"{host}:{port}" if isinstance(port, int) else host
    asked = fields.text(fields.record(server, "network_configuration"), "tls_server_name_indication")
    return address if asked in ("", host) else f"{asked} ({address})"


def _completed(scan: Object) -> int:
    """How many rows come from commands that were completed."""
    done = {command for command in _COMMANDS if fields.record(scan, command).get("status") == "COMPLETED"}
    return sum(1 for row in _rows({command: scan[command] for command in done}, ""))


def _rows(scan: Object, subject: str) -> Iterator[Row]:
    for command in _COMMANDS:
        attempt = fields.record(scan, command)
        status = attempt.get("status", "NOT_SCHEDULED")
        if status == "COMPLETED":
            found = _facts(command, fields.an_object(attempt.get("result"), f"{command}.result"))
            yield from (Row(row=name, outcome=outcome, subject=subject, message=said) for name, outcome, said in found)
        elif status != "NOT_SCHEDULED":
            yield from _nothing(_names(command), subject, f"{status}: {attempt.get('error_reason')}")


def _nothing(names: tuple[str, ...], subject: str, why: str) -> Iterator[Row]:
    return (Row(row=name, outcome="other", subject=subject, message=why) for name in names)


def _names(command: str) -> tuple[str, ...]:
    return tuple(name for name, (of, _, _) in _FLAGS.items() if of == command) or (command,)


def _facts(command: str, result: Object) -> Iterator[tuple[str, Outcome, str]]:
    if command in (*_SWITCHED_OFF, *_WANTED):
        yield _suites(command, result)
    elif command == "robot":
        said = fields.text(result, "robot_result")
        yield command, _outcome(_ROBOT.get(said)), said
    elif command == "certificate_info":
        for deployment in fields.records(result, "certificate_deployments"):
            yield from _certificate(deployment)
    for name, (of, field, good) in _FLAGS.items():
        if of == command:
            yield name, _flag(result.get(field), good), field


def _suites(command: str, result: Object) -> tuple[str, Outcome, str]:
    """A protocol, by its cipher suites. Where none was tried, nothing was learnt."""
    accepted, rejected = len(fields.items(result, "accepted_cipher_suites")), len(fields.items(result, "rejected_cipher_suites"))
    contradicted = result.get("is_tls_version_supported") not in (None, accepted > 0)
    said = f"{accepted} cipher suites accepted, {rejected} rejected"
    if accepted:
        return command, "fail" if command in _SWITCHED_OFF else "other" if contradicted else "pass", said
    return command, "pass" if command in _SWITCHED_OFF and rejected and not contradicted else "other", said


def _certificate(deployment: Object) -> Iterator[tuple[str, Outcome, str]]:
    for path in fields.records(deployment, "path_validation_results"):
        store = fields.text(fields.record(path, "trust_store"), "name") or "unnamed"
        trusted = bool(fields.items(path, "verified_certificate_chain"))
        why = fields.text(path, "validation_error") or fields.text(path, "openssl_error_string")
        yield f"certificate_info.path_validation.{store}", "fail" if why or not trusted else "pass", why
    for field, good in _CERTIFICATE.items():
        if field in deployment:
            yield f"certificate_info.{field}", _flag(deployment[field], good), field


def _flag(value: Json, good: bool) -> Outcome:
    """Good passes, its opposite fails, anything but a truth value is neither."""
    if not isinstance(value, bool):
        return "other"
    return "pass" if value is good else "fail"


def _outcome(said: str | None) -> Outcome:
    return "pass" if said == "pass" else "fail" if said == "fail" else "other"
