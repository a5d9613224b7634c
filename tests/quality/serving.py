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
    """The policy that every page is to be served with."""
    return next(value for pattern, pairs in headers_of(site) if pattern == "/*" for name, value in pairs if name == POLICY)


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
  include /etc/nginx/mime.types; types {{ application/feed+json feed; }} default_type application/octet-stream; charset utf-8; charset_types text/plain text/css application/javascript;
  access_log off; client_body_temp_path {work}/b; proxy_temp_path {work}/p; fastcgi_temp_path {work}/f; uwsgi_temp_path {work}/u; scgi_temp_path {work}/s;
  gzip on; gzip_comp_level 6; gzip_min_length 256; gzip_types text/css text/plain application/javascript application/json image/svg+xml application/xml application/atom+xml;
  server {{
    listen 127.0.0.1:{port}{secure}; root {site}; error_page 404 /404.html; index index.html;
{locations}
  }}
}}
"""


def locations_of(headers: Headers) -> str:
    """One location a pattern: nginx adds the headers of the innermost alone, so each repeats those of the wider patterns it lies in."""
    blocks = []
    for pattern, _ in headers:
        lines = [f'add_header {name} "{value}" always;' for wider, pairs in headers if fnmatchcase(pattern, wider) for name, value in pairs]
        blocks.append(f"    location {pattern.removesuffix('*')} {{ {' '.join(lines)} }}")
    return "\n".join(blocks)


@contextlib.contextmanager
def nginx(program: str, site: Path, work: Path, host: str = "") -> Iterator[str]:
    """The folder's address behind nginx, compressed; with a host, by TLS under a certificate that nobody vouches for."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    work.mkdir(parents=True, exist_ok=True)
    user = "user root;" if os.geteuid() == 0 else ""
    secure = f" ssl http2; {_certificate(host, work)}" if host else ""
    (work / "nginx.conf").write_text(NGINX.format(user=user, work=work, port=port, secure=secure, site=site.resolve(), locations=locations_of(headers_of(site))))
    with (work / "said.log").open("wb") as said:
        server = subprocess.Popen([program, "-p", str(work), "-c", str(work / "nginx.conf")], stderr=said)
    try:
        _wait_for(port, work / "said.log")
        yield f"https://127.0.0.1:{port}/" if host else f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(10)


def _certificate(host: str, work: Path) -> str:
    """Makes a key and a certificate for one day; what nginx is told of them."""
    key, name, now = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]), datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - timedelta(hours=1), now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    (work / "certificate.pem").write_bytes(made.sign(key, SHA256()).public_bytes(Encoding.PEM))
    (work / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return f"ssl_certificate {work}/certificate.pem; ssl_certificate_key {work}/key.pem"


def _wait_for(port: int, log: Path) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"nginx did not come up: {log.read_text()}")
