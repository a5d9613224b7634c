"""Fetching, from real folders and real servers on the loopback: what is there, what is not, what cannot be told, and never too much."""

from __future__ import annotations

import hashlib
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from attest import fetch
from attest.cli import main
from attest.cli.address import find_site
from attest.errors import CouldNotTell, WrongUse
from attest.fetch import Absent, Folder, Foreign, Web
from attest.times import print_moment
from attest.trust import Trust
from attest.verify.question import Question
from attest.verify.verifier import verify_site
from tests.signed_site import KEY, Files, noon, pin, site, write

TRUSTED = Question(Trust((pin(),)), noon(1))


class Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: Any) -> None:
        return

    def give(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class Calm(ThreadingHTTPServer):
    """A reader that hangs up is no news."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        return


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = Calm(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def answering(do: Callable[[Quiet], None]) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (Quiet,), {"do_GET": do})


def holding(files: Files) -> type[BaseHTTPRequestHandler]:
    def do(request: Quiet) -> None:
        path = request.path.partition("?")[0].lstrip("/")
        request.give(files[path]) if path in files else request.give(b"none", 404)

    return answering(do)


@contextmanager
def raw(*answers: bytes, hold: bool = False) -> Iterator[str]:
    """A server that says exactly these bytes, one a connection (the last for all further ones), whatever it is asked."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        count = 0
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=speak, args=(connection, answers[min(count, len(answers) - 1)]), daemon=True).start()
            count += 1

    def speak(connection: socket.socket, answer: bytes) -> None:
        with connection:
            connection.recv(65536)
            connection.sendall(answer)
            if hold:
                stop.wait(30)

    serving_thread = threading.Thread(target=serve, daemon=True)
    serving_thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        stop.set()
        # Woken before it is closed: a thread left in accept() can be restarted by the kernel on the same number, which is another's by then.
        listener.shutdown(socket.SHUT_RDWR)
        serving_thread.join()
        listener.close()


def test_a_file_and_its_digest_come_over_http() -> None:
    with serving(holding({"a/b.html": b"hello"})) as url:
        web = Web(url)
        assert web.read("a/b.html", 5) == b"hello"
        assert web.sha256("a/b.html", 5) == hashlib.sha256(b"hello").hexdigest()
        assert web.paths() is None


def test_one_connection_serves_many_files() -> None:
    ports = set()

    def do(request: Quiet) -> None:
        ports.add(request.client_address[1])
        request.give(b"x")

    with serving(answering(do)) as url:
        web = Web(url)
        for _ in range(20):
            web.read("x", 1)
    assert len(ports) == 1


def test_a_kept_connection_that_the_host_closed_is_opened_again() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"
    with raw(answer) as url:
        web = Web(url)
        assert [web.read("x", 1) for _ in range(5)] == [b"x"] * 5


def test_what_is_asked_for_is_plain_and_names_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, str] = {}

    def do(request: Quiet) -> None:
        asked.update(request.headers.items())
        request.give(b"x")

    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    with serving(answering(do)) as url:
        Web(url).read("x", 1)
    assert asked["Accept-Encoding"] == "identity"
    assert asked["User-Agent"].startswith("attest/")
    assert "Cookie" not in asked


@pytest.mark.parametrize("status", [404, 410])
def test_not_there_is_an_answer(status: int) -> None:
    with serving(answering(lambda request: request.give(b"", status))) as url, pytest.raises(Absent):
        Web(url).read("x", 1)


@pytest.mark.parametrize("status", [204, 206, 400, 401, 403, 418, 429, 500, 502, 503, 304])
def test_every_other_status_is_none(status: int) -> None:
    with serving(answering(lambda request: request.give(b"", status))) as url, pytest.raises(CouldNotTell) as error:
        Web(url).read("x", 1)
    assert not isinstance(error.value, Absent)
    assert str(status) in error.value.message


def test_an_endless_body_stops_at_the_cap() -> None:
    sent = []

    def do(request: Quiet) -> None:
        request.send_response(200)
        request.end_headers()
        try:
            while True:
                request.wfile.write(b"x" * 65536)
                sent.append(65536)
        except OSError:
            pass

    with serving(answering(do)) as url, pytest.raises(CouldNotTell, match="larger than"):
        Web(url).read("x", 10_000_000)
    assert sum(sent) < 60_000_000


def test_five_gigabytes_are_refused_by_what_is_announced_and_by_what_comes() -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {5 * 2**30}\r\n\r\n".encode()
    with raw(head, hold=True) as url, pytest.raises(CouldNotTell, match="larger than"):
        Web(url).sha256("x", 2**30)


def test_a_chunked_body_is_capped_too() -> None:
    with raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"FFFF\r\n" + b"x" * 65535 + b"\r\n0\r\n\r\n") as url:
        with pytest.raises(CouldNotTell, match="larger than"):
            Web(url).read("x", 1000)
        assert len(Web(url).read("x", 70_000)) == 65535


def test_a_body_shorter_than_announced_is_not_a_file() -> None:
    with raw(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc") as url, pytest.raises(CouldNotTell, match="cut short: 3 of 10"):
        Web(url).read("x", 100)


def test_a_chunked_body_that_breaks_off_is_not_a_file() -> None:
    with raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFF\r\nabc") as url, pytest.raises(CouldNotTell):
        Web(url).read("x", 1000)


def test_a_body_longer_than_announced_gives_what_was_announced() -> None:
    with raw(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef") as url:
        assert Web(url).read("x", 100) == b"abc"


def test_compression_nobody_asked_for_is_refused() -> None:
    with serving(answering(lambda request: request.give(b"x", Content_Encoding="gzip"))) as url, pytest.raises(CouldNotTell, match="compresses"):
        Web(url).read("x", 100)


@pytest.mark.parametrize("answer", [b"", b"\r\n", b"not http at all\r\n\r\n", b"HTTP/1.1 banana\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 5000, b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"])
def test_what_is_no_http_is_could_not_tell(answer: bytes) -> None:
    with raw(answer) as url:
        try:
            assert Web(url).read("x", 100) == b""
        except CouldNotTell as error:
            assert not isinstance(error, Absent)
            assert error.message


def test_a_silent_host_is_left_in_time() -> None:
    with raw(b"", hold=True) as url, pytest.raises(CouldNotTell, match="in time"):
        Web(url, timeout=0.2).read("x", 100)


def test_a_host_that_drips_is_left_in_time() -> None:
    def do(request: Quiet) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "100000")
        request.end_headers()
        try:
            for _ in range(100000):
                request.wfile.write(b"x")
                time.sleep(0.02)
        except OSError:
            pass

    with serving(answering(do)) as url, pytest.raises(CouldNotTell, match="too slowly"):
        Web(url, timeout=0.3).read("x", 1_000_000)


def test_a_host_that_says_continue_for_ever_is_left_in_time() -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            try:
                while True:
                    connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                    time.sleep(0.01)
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    with listener, pytest.raises(CouldNotTell, match="in time"):
        Web(f"http://127.0.0.1:{listener.getsockname()[1]}/", timeout=0.2).read("x", 100)


@pytest.mark.parametrize(("head", "drop"), [
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;", b"x"),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n", b"A: b\r\n"),
    (b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5;", b"x"),
    (b"HTTP/1.1 404 Not Found\r\nContent-Length: 60000\r\n\r\n", b"x"),
    (b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 60000\r\n\r\n", b"x"),
], ids=["between chunks", "after the last chunk", "between chunks, closing", "not there", "not there, closing"])  # fmt: skip
def test_a_host_that_drips_beside_the_body_is_left_in_time(head: bytes, drop: bytes) -> None:
    stop = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            connection.recv(65536)
            connection.sendall(head)
            while not stop.wait(0.02):
                connection.sendall(drop)

    def ask() -> None:
        with suppress(CouldNotTell):
            Web(f"http://127.0.0.1:{listener.getsockname()[1]}/", timeout=0.3).read("x", 1_000_000)

    threading.Thread(target=serve, daemon=True).start()
    reader = threading.Thread(target=ask, daemon=True)
    with listener:
        reader.start()
        reader.join(20)
        left = not reader.is_alive()
        stop.set()
    assert left, "the reader still waits for a host that never comes to an end"


def test_an_address_with_letters_beyond_ascii_is_asked_for_percent_encoded() -> None:
    with serving(answering(lambda request: request.give(request.path.encode()))) as url:
        assert Web(f"{url}vertrauen für alle/").read("x", 100) == b"/vertrauen%20f%C3%BCr%20alle/x"
        assert Web(f"{url}f%C3%BCr/").read("x", 100) == b"/f%C3%BCr/x"


def test_a_refused_connection_is_could_not_tell() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(CouldNotTell, match="refused") as error:
        Web(f"http://127.0.0.1:{port}/").read("x", 1)
    assert not isinstance(error.value, Absent)


def test_a_redirect_within_the_host_is_followed() -> None:
    def do(request: Quiet) -> None:
        if request.path == "/pretty.html":
            request.give(b"moved", 308, Location="/pretty")
        else:
            request.give(request.path.encode())

    with serving(answering(do)) as url:
        assert Web(url).read("pretty.html", 100) == b"/pretty"


def test_a_redirect_to_another_host_is_refused_and_never_asked() -> None:
    asked = []
    with serving(answering(lambda request: (asked.append(request.path), request.give(b"evil"))[1])) as other:
        with serving(answering(lambda request: request.give(b"", 302, Location=f"{other}x"))) as url, pytest.raises(CouldNotTell, match="redirects elsewhere") as error:
            Web(url).read("x", 100)
        assert not isinstance(error.value, Absent)
    assert asked == []


@pytest.mark.parametrize("location", ["", "https://[", "file:///etc/passwd", "//user@127.0.0.1/", "ftp://127.0.0.1/x", "http://127.0.0.1:1/x", "http://localhost/x", "https://127.0.0.1/x"])
def test_a_redirect_to_anything_else_is_refused(location: str) -> None:
    with serving(answering(lambda request: request.give(b"", 301, Location=location))) as url, pytest.raises(CouldNotTell, match="redirect"):
        Web(url).read("x", 100)


def test_redirects_end() -> None:
    with serving(answering(lambda request: request.give(b"", 302, Location=request.path + "x"))) as url, pytest.raises(CouldNotTell, match="more than 5 redirects"):
        Web(url).read("x", 100)


@pytest.mark.parametrize(("here", "there", "good"), [
    ("http://a.example/x", "https://a.example/x", True), ("http://a.example:8080/x", "https://a.example/x", False), ("https://a.example/x", "http://a.example/x", False),
    ("http://a.example/x", "http://www.a.example/x", False), ("http://a.example/x", "HTTP://A.example:80/y", True), ("http://a.example/x", "http://a.example.evil.example/x", False),
])  # fmt: skip
def test_which_hops_stay_at_the_host(here: str, there: str, good: bool) -> None:
    try:
        fetch._next_hop(fetch.split_url(here), there)
        followed = True
    except CouldNotTell:
        followed = False
    assert followed == good


@pytest.mark.parametrize("url", ["ftp://a.example/", "http:///x", "http://user:secret@a.example/", "https://a.example:99999/", "http://[::1/", "javascript:alert(1)", "http://a.example:0/", "http://a..example/"])
def test_what_is_no_address_is_wrong_use(url: str) -> None:
    with pytest.raises(WrongUse):
        Web(url)


def test_certificates_are_checked(tmp_path: Path, require_tool: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        [require_tool("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = Calm(("localhost", 0), holding({"x": b"over tls"}))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"https://localhost:{server.server_port}/"
    try:
        with pytest.raises(CouldNotTell, match=r"(?i)certificate"):
            Web(url).read("x", 100)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert Web(url).read("x", 100) == b"over tls"
        with pytest.raises(CouldNotTell, match=r"(?i)certificate|hostname"):
            Web(url.replace("localhost", "127.0.0.1")).read("x", 100)
    finally:
        server.shutdown()
        server.server_close()


def test_a_site_over_http_is_verified_whole() -> None:
    with serving(holding(site(3))) as url:
        answer = verify_site(Web(url), Question(Trust((pin(),)), noon(3)))
    assert (answer.word, answer.exit_code, answer.facts.files_checked, answer.facts.sees_unlisted) == ("valid", 0, 11, False)


@pytest.mark.parametrize(("status", "word", "code"), [(404, "forged", 1), (500, "could-not-tell", 3), (302, "could-not-tell", 3)])
def test_a_page_the_host_denies_is_not_one_it_cannot_give(status: int, word: str, code: int) -> None:
    files = site()

    def do(request: Quiet) -> None:
        path = request.path.lstrip("/")
        if path == "customers/logs.html":
            request.give(b"", status, Location="https://elsewhere.example/")
        else:
            request.give(files[path]) if path in files else request.give(b"", 404)

    with serving(answering(do)) as url:
        answer = verify_site(Web(url), TRUSTED)
    assert (answer.word, answer.exit_code) == (word, code)


def test_a_release_switched_while_it_is_fetched_is_no_forgery() -> None:
    states, asked = [site(1), site(2)], []

    def do(request: Quiet) -> None:
        files, path = states[len(asked) > 9], request.path.lstrip("/")
        asked.append(path)
        request.give(files[path]) if path in files else request.give(b"", 404)

    with serving(answering(do)) as url:
        answer = verify_site(Web(url), Question(Trust((pin(),)), noon(2)))
    assert (answer.word, answer.facts.statement and answer.facts.statement.release) == ("valid", 2)


@pytest.mark.parametrize(("path", "page"), [
    ("", "index.html"), ("trust", "index.html"), ("trust/", "index.html"), ("trust/index.html", "index.html"), ("trust/customers/logs.html", "customers/logs.html"),
    ("trust/customers/logs", "customers/logs.html"), ("trust/customers/logs.html?a=b#c", "customers/logs.html"), ("trust/customers/l%6Fgs%2Ehtml", "customers/logs.html"), ("trust/attestation/", None),
])  # fmt: skip
def test_an_address_leads_to_the_site_it_belongs_to(path: str, page: str | None) -> None:
    root = "" if not path else "trust/"
    with serving(holding({root + name: data for name, data in site().items()})) as url:
        source, found = find_site(url + path)
        assert (source.describe(), found) == (url + root, page)
        assert verify_site(source, TRUSTED).word == "valid"


def test_a_site_served_by_nginx_from_the_link_that_is_switched(tmp_path: Path, require_tool: Callable[[str], str]) -> None:
    nginx = require_tool("nginx")
    for n in (1, 2):
        write(site(n), tmp_path / "public.releases" / str(n))
    link = tmp_path / "public"
    link.symlink_to("public.releases/1")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = tmp_path / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    config.write_text(
        f"{user} daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}} http {{ access_log off; client_body_temp_path {tmp_path}/b; proxy_temp_path {tmp_path}/p;"
        f"fastcgi_temp_path {tmp_path}/f; uwsgi_temp_path {tmp_path}/u; scgi_temp_path {tmp_path}/s; gzip on; gzip_min_length 1; gzip_types *; server {{ listen 127.0.0.1:{port}; root {link}; }} }}\n"
    )
    server = subprocess.Popen([nginx, "-p", str(tmp_path), "-c", str(config)], stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        web = Web(f"http://127.0.0.1:{port}/")
        assert verify_site(web, TRUSTED).word == "valid"
        fresh = tmp_path / "fresh"
        fresh.symlink_to("public.releases/2")
        fresh.replace(link)
        answer = verify_site(web, Question(Trust((pin(),)), noon(2)))
        assert (answer.word, answer.facts.held) == ("valid", (1,))
    finally:
        server.terminate()
        server.wait(10)


def wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("nginx did not come up")


def test_a_folder_behind_the_one_link_that_is_ours(tmp_path: Path) -> None:
    for n in (1, 2):
        write(site(n), tmp_path / f"public.releases/{n}")
    link = tmp_path / "public"
    link.symlink_to("public.releases/1")
    folder = Folder(link)
    fresh = tmp_path / "fresh"
    fresh.symlink_to("public.releases/2")
    fresh.replace(link)
    assert verify_site(folder, TRUSTED).facts.held == ()
    folder.reopen()
    assert verify_site(folder, Question(Trust((pin(),)), noon(2))).facts.held == (1,)


def test_a_file_that_is_a_link_is_refused_even_to_the_right_bytes(tmp_path: Path) -> None:
    folder = write(site(), tmp_path / "site")
    page = folder / "customers/logs.html"
    page.rename(tmp_path / "logs.html")
    page.symlink_to(tmp_path / "logs.html")
    with pytest.raises(Foreign):
        Folder(folder).read("customers/logs.html", 1000)
    answer = verify_site(Folder(folder), TRUSTED)
    assert (answer.word, answer.exit_code) == ("forged", 1)
    assert any("is a link" in finding.what for finding in answer.steps["integrity"].findings)


def test_a_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    folder = write(site(), tmp_path / "site")
    (folder / "customers").rename(tmp_path / "customers")
    (folder / "customers").symlink_to(tmp_path / "customers")
    assert verify_site(Folder(folder), TRUSTED).word == "forged"
    assert "customers" in list(Folder(folder).paths())


def test_a_link_that_nobody_listed_shows(tmp_path: Path) -> None:
    folder = write(site(), tmp_path / "site")
    (folder / "secret").symlink_to("/etc")
    answer = verify_site(Folder(folder), TRUSTED)
    assert any(finding.what == "secret is not listed" for finding in answer.steps["integrity"].findings)


def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    folder = write(site(), tmp_path / "site")
    (folder / "index.html").unlink()
    os.mkfifo(folder / "index.html")
    assert verify_site(Folder(folder), TRUSTED).word == "forged"


def test_a_folder_that_cannot_be_read_is_could_not_tell(tmp_path: Path) -> None:
    with pytest.raises(CouldNotTell, match="No such file"):
        Folder(tmp_path / "nowhere")
    folder = write(site(), tmp_path / "site")
    with pytest.raises(Absent):
        Folder(folder).read("index.html/x", 10)
    with pytest.raises(Absent):
        Folder(folder).read("nothing/at/all", 10)
    if os.geteuid() != 0:
        (folder / "index.html").chmod(0)
        assert verify_site(Folder(folder), TRUSTED).exit_code == 3


def test_a_large_file_is_hashed_without_being_held(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as stream:
        stream.truncate(300_000_000)
    tracemalloc.start()
    digest = Folder(tmp_path).sha256("large", 2**30)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert digest == hashlib.file_digest((tmp_path / "large").open("rb"), "sha256").hexdigest()
    assert peak < 5_000_000
    with pytest.raises(CouldNotTell, match="larger than"):
        Folder(tmp_path).sha256("large", 1000)


def test_the_command_verifies_over_http(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    files = site()
    with serving(holding(files)) as url:
        say = ["--key", KEY.fingerprint, "--at", print_moment(noon(1))]
        assert main(["verify", url, *say]) == 0
        assert "cannot be seen over http(s)" in capsys.readouterr().out
        assert main(["verify", f"{url}customers/logs.html", *say]) == 0
        assert main(["verify", f"{url}attestation/bundle.sigstore.json", *say]) == 0
        assert "a bundle alone" in capsys.readouterr().out
        assert main(["verify", f"{url}nowhere/extra.html", *say]) == 3
        files["nowhere/extra.html"] = b"<p>Everything is fine."
        capsys.readouterr()
        assert main(["verify", f"{url}nowhere/extra.html", *say]) == 1
        assert "nowhere/extra.html, the page you asked about, is not listed" in capsys.readouterr().out
        files.pop("attestation/bundle.sigstore.json")
        assert main(["verify", url, *say]) == 3
    assert main(["verify", url, *say]) == 3
    assert "refused" in capsys.readouterr().out


def test_reading_a_site_imports_no_network_for_a_folder(tmp_path: Path) -> None:
    write(site(), tmp_path / "site")
    code = f"import sys; from attest.cli import main; main(['verify', {str(tmp_path / 'site')!r}, '--no-state']); print(*sorted(m for m in ('http.client', 'ssl') if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == ""


def test_simple_http_server_is_enough(tmp_path: Path) -> None:
    """The host of a saved copy: ``python -m http.server``."""
    write(site(), tmp_path)

    class Plain(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, directory=str(tmp_path), **named)

        def log_message(self, *_: Any) -> None:
            return

    with serving(Plain) as url:
        assert verify_site(Web(url), TRUSTED).word == "valid"
