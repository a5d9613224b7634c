"""Makes fresh, real evidence of this project, with the tools in its own environment.

    .venv/bin/python .ci/collect.py controls/evidence/files/collected

    tests.junit.xml               pytest over a quick part of the tests
    bandit.sarif                  bandit over the package: the one analyser here whose SARIF proves that it ran
    sbom.cdx.json                 cyclonedx-py over the environment
    tls.sslyze.json               sslyze against a TLS 1.2 and 1.3 server that this program runs on 127.0.0.1 as api.harbourline.example
    dependencies.pip-audit.json   pip-audit over what `attest verify` runs on, where its advisories can be had

Each is made on its own: written beside its place, read back by Attest's own reader, and only then put there. One that cannot be
made says why, and what lay there before stays, to grow old. Answers 0 however many could be made, since a trust center without fresh
evidence has an answer of its own ("unknown"); 2 for wrong use. Progress goes to stderr. None of this is published.
"""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from attest import readings  # noqa: E402  # found beside this file, installed or not
from attest.errors import Unreadable  # noqa: E402

BIN = Path(sys.executable).parent
QUICK_TESTS = ("tests/test_wire.py", "tests/test_wire_refused.py", "tests/test_assess.py", "tests/test_record.py", "tests/test_readings.py")
HOST = "api.harbourline.example"
SCANS = (
    "sslv2", "sslv3", "tlsv1", "tlsv1_1", "tlsv1_2", "tlsv1_3", "certinfo", "compression",
    "heartbleed", "robot", "openssl_ccs", "reneg", "fallback", "ems", "elliptic_curves",
)  # fmt: skip
LIMIT = 60
"""Seconds that one tool may take."""


class NotMadeError(Exception):
    """Why a piece of evidence could not be made."""


def tests(out: Path, scratch: Path) -> None:
    """Failing tests are evidence too (pytest's 1); whatever else goes wrong is not."""
    there = [name for name in QUICK_TESTS if (ROOT / name).is_file()]
    if not there:
        raise NotMadeError("none of the quick tests is there")
    options = ["-q", "-m", "not slow and not development", "-p", "no:cacheprovider", "--junitxml", str(out)]
    run([sys.executable, "-m", "pytest", *options, *there], fine=(0, 1))


def bandit(out: Path, scratch: Path) -> None:
    """Findings are evidence too (bandit's 1)."""
    run([str(BIN / "bandit"), "-q", "-r", "attest", "-f", "sarif", "-o", str(out)], fine=(0, 1))


def sbom(out: Path, scratch: Path) -> None:
    """Not validated against the schema: that takes twelve seconds, and our own reader looks at the shape."""
    run([str(BIN / "cyclonedx-py"), "environment", "--no-validate", "--pyproject", "pyproject.toml", "-o", str(out), sys.executable])


def tls(out: Path, scratch: Path) -> None:
    """The server is this program's own, the name asked for is the fictional company's."""
    write_certificates(scratch)
    wanted = [f"--{scan}" for scan in SCANS]
    with tls_server(scratch / "server.pem") as port:
        options = ["--quiet", "--mozilla_config", "disable", "--sni", HOST, "--certinfo_ca_file", str(scratch / "ca.pem")]
        run([str(BIN / "sslyze"), *options, *wanted, "--json_out", str(out), f"127.0.0.1:{port}"])


def audit(out: Path, scratch: Path) -> None:
    """A package that pip-audit could not look up is skipped by it without a word on its exit code: then nothing was shown."""
    pinned = scratch / "requirements.txt"
    pinned.write_text("".join(f"{name}=={version(name)}\n" for name in ("cryptography", "cffi", "pycparser")))
    options = ["--progress-spinner", "off", "--timeout", "5", "--no-deps", "--disable-pip", "-f", "json", "-o", str(out)]
    run([str(BIN / "pip-audit"), *options, "-r", str(pinned)], fine=(0, 1), limit=15)
    if skipped := not_looked_up(written(out)):
        raise NotMadeError(f"no advisories to be had for {', '.join(skipped)}")


def not_looked_up(report: bytes) -> list[str]:
    """pip-audit's JSON -> the packages it skipped, and still called "no known vulnerabilities"."""
    try:
        return [each["name"] for each in json.loads(report)["dependencies"] if "skip_reason" in each]
    except (ValueError, TypeError, KeyError):
        raise NotMadeError("pip-audit's report is not what it was") from None


JOBS: tuple[tuple[str, str | None, Callable[[Path, Path], None]], ...] = (
    ("tests.junit.xml", "junit", tests),
    ("bandit.sarif", "sarif", bandit),
    ("sbom.cdx.json", "cyclonedx", sbom),
    ("tls.sslyze.json", "sslyze", tls),
    ("dependencies.pip-audit.json", None, audit),
)
"""File name, the format it is read back as (None: Attest has no reader for it), and what makes it."""


def run(command: list[str], fine: tuple[int, ...] = (0,), limit: int = LIMIT) -> None:
    """Runs a tool in the project's folder; NotMadeError with its last line unless it ends as it should."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "COV_"))}
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=limit, check=False)
    except OSError as error:
        raise NotMadeError(f"{Path(command[0]).name} cannot be run: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise NotMadeError(f"{Path(command[0]).name} took more than {limit} s") from None
    if done.returncode not in fine:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()
        raise NotMadeError(f"{Path(command[0]).name} ended with {done.returncode}: {said[-1] if said else 'no word'}")


def write_certificates(folder: Path) -> None:
    """A test authority (``ca.pem``) and the server's certificate with its key (``server.pem``), good for a day, gone after the scan."""
    authority, server = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer, subject = named("Harbourline test authority (fictional)"), named(HOST)
    root = signed(issuer, issuer, authority.public_key(), authority, [
        (x509.BasicConstraints(ca=True, path_length=0), True),
        (key_usage(for_certificates=True), True),
        (x509.SubjectKeyIdentifier.from_public_key(authority.public_key()), False),
    ])  # fmt: skip
    leaf = signed(subject, issuer, server.public_key(), authority, [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (key_usage(for_certificates=False), True),
        (x509.SubjectAlternativeName([x509.DNSName(HOST)]), False),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), False),
    ])  # fmt: skip
    key = server.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "ca.pem").write_bytes(root)
    (folder / "server.pem").write_bytes(key + leaf)


def named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def key_usage(*, for_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not for_certificates, key_cert_sign=for_certificates, crl_sign=for_certificates,
        content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def signed(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, by: ec.EllipticCurvePrivateKey, extensions: list[tuple[x509.ExtensionType, bool]]
) -> bytes:
    now = datetime.now(UTC)  # noqa: TID251  # this program is an edge
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(by, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@contextmanager
def tls_server(certificate: Path) -> Iterator[int]:
    """A server of TLS 1.2 and 1.3 on a free port of 127.0.0.1 that answers each connection in a thread, for as long as the block runs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        thread = threading.Thread(target=accept, args=(listening, context), daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            # Woken before it is closed: a thread left in accept() can be restarted by the kernel on the same number, another's by then.
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def accept(listening: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=answer, args=(connection, context), daemon=True).start()


def answer(connection: socket.socket, context: ssl.SSLContext) -> None:
    """A handshake and a short reply. A scanner breaks off most of them on purpose."""
    connection.settimeout(10)
    try:
        with context.wrap_socket(connection, server_side=True) as secured:
            if secured.recv(4096):
                secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    except OSError:
        connection.close()


def make(folder: Path, name: str, read_as: str | None, job: Callable[[Path, Path], None]) -> str:
    """Makes one piece of evidence and says what came of it; NotMadeError leaves what was there before."""
    with tempfile.TemporaryDirectory(prefix="collect-") as scratch:
        out = Path(scratch) / name
        job(out, Path(scratch))
        data = written(out)
        said = read_back(out, read_as) if read_as else f"{len(data)} bytes"
    put(folder / name, data)
    return said


def written(out: Path) -> bytes:
    """What a tool wrote; some end with "found something" (1) also when they broke down and wrote nothing."""
    try:
        return out.read_bytes()
    except FileNotFoundError:
        raise NotMadeError("the tool wrote nothing") from None


def read_back(out: Path, read_as: str) -> str:
    try:
        with out.open("rb") as stream:
            reading = readings.read(stream, read_as)
    except Unreadable as error:
        raise NotMadeError(f"cannot be read back: {error}") from None
    if not reading.examined:
        raise NotMadeError("shows nothing as examined")
    failing = sum(1 for row in reading.rows if row.outcome == "fail")
    return f"{reading.examined} examined, {failing} failing"


def put(place: Path, data: bytes) -> None:
    """The file appears whole or not at all."""
    with tempfile.NamedTemporaryFile(dir=place.parent, prefix=f".{place.name}.", delete=False) as partial:
        try:
            partial.write(data)
            partial.flush()
            os.fsync(partial.fileno())
            Path(partial.name).chmod(0o644)
            Path(partial.name).replace(place)
        except OSError as error:
            Path(partial.name).unlink(missing_ok=True)
            raise NotMadeError(f"cannot be written: {error.strerror}") from None


def main(arguments: list[str]) -> int:
    """Makes all of them into the one folder named."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        say("usage: python .ci/collect.py DIR")
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    for name, read_as, job in JOBS:
        began = time.monotonic()
        try:
            said = make(folder, name, read_as, job)
        except NotMadeError as error:
            older = "; the older file stays" if (folder / name).exists() else ""
            said = f"not made: {error}{older}"
        say(f"{name}: {said} ({time.monotonic() - began:.1f} s)")
    return 0


def say(text: str) -> None:
    print(f"collect: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
