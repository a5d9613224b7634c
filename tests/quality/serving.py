"""A published folder behind a web server that does what its ``_headers`` asks: a plain one here, and nginx.

``_headers`` is lines of a path pattern, each followed by its headers, further in:

    /*
      Content-Security-Policy: default-src 'none'; …
    /evidence/*
      Content-Security-Policy: sandbox; default-src 'none'

A path gets the headers of every pattern that it matches.
"""

from __future__ import annotations

import contextlib
import http.server
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from attest.hosting.interface import Hosted
from attest.hosting.nginx import configure

Headers = list[tuple[str, list[tuple[str, str]]]]
POLICY = "Content-Security-Policy"


def headers_of(site: Path) -> Headers:
    """Pattern -> the names and values under it, in their order."""
    found: Headers = []
    for line in (site / "_headers").read_text("utf-8").splitlines():
        if line.startswith("/"):
            found.append((line.strip(), []))
        elif line.strip() and not line.lstrip().startswith("#"):
            name, _, value = line.strip().partition(": ")
            found[-1][1].append((name, value))
    return found


def policy_of(site: Path) -> str:
    """The policy that every page is to be served with; empty where none is asked for."""
    return next((value for pattern, pairs in headers_of(site) if pattern == "/*" for name, value in pairs if name == POLICY), "")


class _Plain(http.server.SimpleHTTPRequestHandler):
    headers_there: Headers = []  # noqa: RUF012 - set by the class that is made for one site
    asked: list[str] = []  # noqa: RUF012 - likewise
    protocol_version = "HTTP/1.1"

    def end_headers(self) -> None:
        for pattern, pairs in self.headers_there:
            if fnmatchcase(urlsplit(self.path).path, pattern):
                for name, value in pairs:
                    self.send_header(name, value)
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@contextlib.contextmanager
def plain(site: Path, headers: Headers | None = None) -> Iterator[str]:
    """The folder's address, with the headers that it asks for or with others."""
    handler = type("OfThisSite", (_Plain,), {"headers_there": headers_of(site) if headers is None else headers})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


NGINX = """\
{user} daemon off; pid {work}/pid; error_log {work}/error.log; worker_processes 1; events {{}}
http {{
  include /etc/nginx/mime.types; default_type application/octet-stream; access_log off;
  client_body_temp_path {work}/b; proxy_temp_path {work}/p; fastcgi_temp_path {work}/f; uwsgi_temp_path {work}/u; scgi_temp_path {work}/s;
  include {work}/site.conf;
}}
"""


@contextlib.contextmanager
def nginx(program: str, site: Path, work: Path, host: str = "") -> Iterator[str]:
    """The folder's address behind nginx as `attest hosting nginx` sets it up; with a host, by TLS under a certificate that nobody vouches for."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    work.mkdir(parents=True, exist_ok=True)
    hosted = Hosted(f"https://{host}:{port}/" if host else f"http://127.0.0.1:{port}/", str(site.resolve()), policy_of(site))
    if host:
        _certificate(host, work)
    (work / "site.conf").write_text(configure(hosted).replace(f"/etc/letsencrypt/live/{hosted.name}", str(work)))
    (work / "nginx.conf").write_text(NGINX.format(user="user root;" if os.geteuid() == 0 else "", work=work))
    with (work / "said.log").open("wb") as said:
        server = subprocess.Popen([program, "-p", str(work), "-c", str(work / "nginx.conf")], stderr=said)
    try:
        _wait_for(port, work / "said.log")
        yield f"{'https' if host else 'http'}://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(10)


def _certificate(host: str, work: Path) -> None:
    """Makes a key and a certificate for one day."""
    key, name, now = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]), datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - timedelta(hours=1), now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    (work / "fullchain.pem").write_bytes(made.sign(key, SHA256()).public_bytes(Encoding.PEM))
    (work / "privkey.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _wait_for(port: int, log: Path) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"nginx did not come up: {log.read_text()}")
