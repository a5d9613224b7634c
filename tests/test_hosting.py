"""Configurations of hosts: nginx, Apache and Caddy are started with what is printed and asked over TLS; of the others the syntax is parsed.

The site is Harbourline, published and signed, at ``https://localhost:PORT/``. All that a test changes in a configuration is where the
certificate lies, which is the operator's to change as well.
"""

from __future__ import annotations

import contextlib
import gzip
import http.client
import io
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from attest.cli import main
from attest.errors import CouldNotTell, Refused, Unreadable, WrongUse
from attest.hosting import HOSTS
from attest.hosting.asking import Lack, ask
from attest.hosting.folder import hosted
from attest.hosting.headers import print_headers, read_policy
from attest.hosting.interface import Hosted
from attest.hosting.rules import ATOM, FEEDS, HASHED, JSON_FEED, KEPT, NO_DEVICES, SANDBOX, TEXT, text_paths
from tests.conftest import ROOT, missing
from tests.sites import mini
from tests.test_reference import AS_OF, FILES, collected

CERTIFICATE = "/etc/letsencrypt/live/localhost"
PLAIN = Hosted("https://trust.harbourline.example/", "/srv/trust/public", "default-src 'none'; script-src 'self' 'sha256-abc='; frame-ancestors 'none'", ("assets/a.0123abcd.min.js",))
SERVERS = ("nginx", "apache", "caddy")
PROGRAMS = {"nginx": "nginx", "apache": "apache2", "caddy": "caddy"}


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def attest(*words: str) -> str:
    """What it prints on stdout; what it says is shown where it fails."""
    said, talk = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(talk):
        code = main(list(words))
    assert code == 0, talk.getvalue()
    return said.getvalue()


class Site:
    """A published site, and a folder that servers may read."""

    def __init__(self, folder: Path, address: str, sources: Path, moment: str) -> None:
        self.folder, self.address, self.sources, self.moment = folder, address, sources, moment
        self.public = folder / "public"
        attest("keys", "new", "--keys", str(folder / "keys"), "--no-passphrase")
        self.publish("--first")

    def publish(self, *more: str) -> None:
        attest("publish", str(self.public), "--dir", str(self.sources), "--keys", str(self.folder / "keys"), "--as-of", self.moment, "--at", self.moment, *more)

    def read(self, path: str) -> bytes:
        return (self.public / path).read_bytes()

    def evidence(self) -> str:
        return next(path.relative_to(self.public).as_posix() for path in sorted((self.public / "evidence").rglob("*")) if path.is_file())


@pytest.fixture(scope="module")
def readable() -> Iterator[Path]:
    """A folder that every user of the machine may read, as a web server's own user has to."""
    with tempfile.TemporaryDirectory(prefix="attest-hosting-") as held:
        Path(held).chmod(0o755)
        yield Path(held)


@pytest.fixture(scope="module")
def harbourline(readable: Path) -> Site:
    """The reference site, at an address of this machine."""
    sources = readable / "sources"
    for name in ("controls", "content", "theme"):
        shutil.copytree(ROOT / name, sources / name, ignore=shutil.ignore_patterns("collected"))
    (sources / FILES / "collected").mkdir()
    for name, data in collected().items():
        (sources / FILES / "collected" / name).write_bytes(data)
    address = f"https://localhost:{free_port()}/"
    shutil.copy(ROOT / "mkdocs.yml", sources)
    for file in [*sources.rglob("*.yml"), *sources.rglob("*.md")]:
        file.write_text(file.read_text("utf-8").replace("https://trust.harbourline.example/", address), "utf-8")
    return Site(readable, address, sources, f"{AS_OF:%Y-%m-%dT%H:%M:%SZ}")


@pytest.fixture(scope="module")
def certificate(readable: Path) -> Path:
    program = shutil.which("openssl")
    if program is None:
        missing("openssl")
    folder = readable / "certificate"
    folder.mkdir()
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([str(program), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", *names, "-keyout", "privkey.pem", "-out", "fullchain.pem"], cwd=folder, check=True, capture_output=True)  # fmt: skip
    return folder


NGINX = """\
{user}
pid {folder}/nginx.pid;
error_log stderr warn;
daemon off;
events {{ }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""
APACHE = """\
ServerRoot {folder}
PidFile {folder}/apache.pid
Mutex file:{folder} default
ErrorLog /dev/stderr
LogLevel warn
{user}
{modules}
TypesConfig /etc/mime.types
<Directory />
    Options FollowSymLinks
    AllowOverride None
    Require all denied
</Directory>
ServerName localhost
Include {folder}/site.conf
"""
MODULES = ("mpm_event", "authz_core", "alias", "dir", "mime", "headers", "filter", "deflate", "brotli", "ssl", "socache_shmcb", "unixd")


def as_nginx(folder: Path, text: str) -> tuple[list[str], dict[str, str]]:
    (folder / "site.conf").write_text(text)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, user="user root;" if os.geteuid() == 0 else ""))
    return ["-p", str(folder), "-c", str(folder / "nginx.conf")], {}


def as_apache(folder: Path, text: str) -> tuple[list[str], dict[str, str]]:
    (folder / "site.conf").write_text(text)
    there = [name for name in MODULES if Path(f"/usr/lib/apache2/modules/mod_{name}.so").exists()]
    modules = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in there)
    (folder / "apache.conf").write_text(APACHE.format(folder=folder, modules=modules, user="User www-data\nGroup www-data" if os.geteuid() == 0 else ""))
    return ["-X", "-f", str(folder / "apache.conf")], {}


def as_caddy(folder: Path, text: str) -> tuple[list[str], dict[str, str]]:
    """Certificates of its own making are enough here, and nobody's trust store is touched."""
    (folder / "Caddyfile").write_text("{\n    admin off\n    auto_https disable_redirects\n    skip_install_trust\n}\n" + text)
    return ["run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")], {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "HOME": str(folder)}


AS: dict[str, Callable[[Path, str], tuple[list[str], dict[str, str]]]] = {"nginx": as_nginx, "apache": as_apache, "caddy": as_caddy}


def localised(text: str, certificate: Path | None) -> str:
    """The configuration with the certificate of this test, and without IPv6 where the machine has none."""
    made = text if certificate is None else text.replace(CERTIFICATE, str(certificate))
    return made if socket.has_ipv6 and Path("/proc/net/if_inet6").exists() else re.sub(r"^ *listen \[::\].*\n", "", made, flags=re.MULTILINE)


@contextlib.contextmanager
def served(name: str, text: str, site: Hosted, folder: Path) -> Iterator[None]:
    """The server, running with this configuration until the block ends."""
    program = shutil.which(PROGRAMS[name])
    if program is None:
        missing(PROGRAMS[name])
    folder.mkdir(exist_ok=True)
    words, more = AS[name](folder, text)
    log = folder / "log"
    with log.open("wb") as said:
        running = subprocess.Popen([str(program), *words], stdout=said, stderr=said, env={**os.environ, **more})
    try:
        wait(running, site.port, site.secure, log)
        yield
    finally:
        running.terminate()
        running.wait(20)


def wait(running: subprocess.Popen[bytes], port: int, secure: bool, log: Path) -> None:
    """Until it answers: Caddy listens before it has made its certificate."""
    context = ssl._create_unverified_context()
    for _ in range(200):
        assert running.poll() is None, log.read_text()
        with contextlib.suppress(OSError), socket.create_connection(("localhost", port), 1) as plain:
            if secure:
                context.wrap_socket(plain, server_hostname="localhost").close()
            return
        time.sleep(0.05)
    raise AssertionError(log.read_text())


class Reply:
    """An answer, its body without compression."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status, self.headers = answer.status, answer.headers
        sent = answer.read()
        self.compressed = answer.headers.get("Content-Encoding") == "gzip"
        self.body = gzip.decompress(sent) if self.compressed else sent

    def one(self, name: str) -> str | None:
        """A header that is sent once or not at all."""
        found = self.headers.get_all(name) or []
        assert len(found) < 2, (name, found)
        return found[0] if found else None


class Client:
    """Asks one address as a browser does."""

    def __init__(self, address: str) -> None:
        self.secure, _, rest = address.partition("://")
        self.netloc = rest.partition("/")[0]

    def get(self, path: str, **headers: str) -> Reply:
        context = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection(self.netloc, timeout=20, context=context) if self.secure == "https" else http.client.HTTPConnection(self.netloc, timeout=20)
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        with contextlib.closing(connection):
            return Reply(connection.getresponse())


@pytest.fixture(scope="module", params=SERVERS)
def client(request: pytest.FixtureRequest, harbourline: Site, certificate: Path, readable: Path) -> Iterator[Client]:
    text = attest("hosting", request.param, "--site", str(harbourline.public))
    with served(request.param, localised(text, certificate), hosted(harbourline.public), readable / request.param):
        yield Client(harbourline.address)


slow = pytest.mark.slow


@slow
def test_pages_come_with_every_header_once(client: Client, harbourline: Site) -> None:
    for path in ("/", "/index.html", "/verify.html", "/customers/index.html", "/customers/encrypted-in-transit.html"):
        reply = client.get(path)
        assert reply.status == 200
        assert reply.body == harbourline.read(path.lstrip("/") or "index.html")
        assert (reply.one("Content-Type") or "").lower() == "text/html; charset=utf-8"
        assert reply.one("Content-Security-Policy") == read_policy(harbourline.read("_headers"))
        assert reply.one("X-Content-Type-Options") == "nosniff"
        assert reply.one("Referrer-Policy") == "no-referrer"
        assert reply.one("Permissions-Policy") == NO_DEVICES
        assert reply.one("Strict-Transport-Security") == "max-age=31536000"
        assert reply.one("Cache-Control") == "no-cache"
        assert reply.one("Access-Control-Allow-Origin") is None


@slow
@pytest.mark.parametrize(("path", "type_"), [
    ("attestation/index.json", "application/json"), ("attestation/assessment.json", "application/json"), ("attestation/bundle.sigstore.json", "application/json"),
    ("attestation/statement.json", "application/json"), ("attestation/SHA256SUMS", "text/plain"), ("attestation/SHA256SUMS.sig", "text/plain"),
    ("attestation/keys/statement.pem", "text/plain"), ("attestation/keys/statement.pub", "text/plain"), ("attestation/keys/allowed_signers", "text/plain"),
    ("attestation/releases/1/SHA256SUMS", "text/plain"), ("attestation/releases/1/bundle.sigstore.json", "application/json"), ("history/releases.json", "application/json"),
    ("attestation/proof.tlog-proof", "text/plain"), ("attestation/releases/1/proof.tlog-proof", "text/plain"), ("attestation/log/checkpoint", "text/plain"),
    ("attestation/keys/log.vkey", "text/plain"), ("feeds/notices.xml", "application/atom+xml"), ("feeds/changes.xml", "application/atom+xml"), ("feeds/notices.json", "application/feed+json"),
    ("feeds/changes.json", "application/feed+json"),
])  # fmt: skip
def test_what_programs_read_has_its_media_type_and_is_open_to_them(client: Client, harbourline: Site, path: str, type_: str) -> None:
    reply = client.get(f"/{path}")
    assert reply.status == 200
    assert reply.body == harbourline.read(path)
    assert (reply.one("Content-Type") or "").partition(";")[0] == type_
    assert reply.one("Access-Control-Allow-Origin") == "*"


@slow
@pytest.mark.parametrize(("path", "type_"), [
    (".well-known/security.txt", "text/plain; charset=utf-8"), ("robots.txt", "text/plain; charset=utf-8"), ("assets/attest.js", "javascript"), ("assets/attest.css", "text/css"),
    ("sitemap.xml", "xml"), ("assets/look/initial.svg", "image/svg+xml"),
])  # fmt: skip
def test_the_rest_has_its_media_type(client: Client, harbourline: Site, path: str, type_: str) -> None:
    if not (harbourline.public / path).exists():
        pytest.skip("system: not part of this site")
    reply = client.get(f"/{path}")
    assert (reply.status, reply.body) == (200, harbourline.read(path))
    assert type_ in (reply.one("Content-Type") or "").lower()


@slow
def test_evidence_is_sandboxed_however_it_is_asked_for(client: Client, harbourline: Site) -> None:
    path = harbourline.evidence()
    for asked in (f"/{path}", f"//{path}", f"/%65{path[1:]}", f"/attestation/../{path}"):
        reply = client.get(asked)
        if reply.status == 200:
            assert reply.body == harbourline.read(path)
            assert reply.one("Content-Security-Policy") == SANDBOX, asked
    assert client.get(f"/{path}").status == 200


@slow
def test_what_is_not_there_is_said_on_our_page(client: Client, harbourline: Site) -> None:
    for path in ("/nowhere.html", "/customers/nowhere.html", "/evidence/nowhere.html", "/attestation/nowhere.json", "/.nojekyll", "/_headers", "/.git/config", "/customers/.x"):
        reply = client.get(path)
        assert (reply.status, reply.body) == (404, harbourline.read("404.html")), path
        assert (reply.one("Content-Type") or "").startswith("text/html")
        assert "frame-ancestors 'none'" in (reply.one("Content-Security-Policy") or "") or reply.one("Content-Security-Policy") == SANDBOX
        assert reply.one("X-Content-Type-Options") == "nosniff"


@slow
def test_folders_are_not_listed(client: Client) -> None:
    assert client.get("/attestation/").status in (403, 404)
    assert client.get("/evidence/").status in (403, 404)
    assert client.get("/customers").status in (301, 302, 307, 308)
    assert client.get("/customers/").status == 200


@slow
def test_text_is_compressed_and_a_copy_is_asked_for_anew(client: Client, harbourline: Site) -> None:
    for path in ("index.html", "assets/attest.css", "assets/attest.js", "attestation/assessment.json", "feeds/notices.xml", "feeds/notices.json", "attestation/SHA256SUMS"):
        reply = client.get(f"/{path}", Accept_Encoding="gzip")
        assert reply.compressed, path
        assert reply.body == harbourline.read(path)
        assert "Accept-Encoding" in (reply.headers.get("Vary") or "")
        again = client.get(f"/{path}", Accept_Encoding="gzip", If_None_Match=reply.one("ETag") or "")
        assert (again.status, again.body) == (304, b""), path


@slow
def test_only_what_is_named_after_its_content_is_kept(client: Client, harbourline: Site) -> None:
    kept = hosted(harbourline.public).hashed
    assert kept
    assert {client.get(f"/{path}").one("Cache-Control") for path in kept} == {KEPT}
    assert {client.get(f"/{path}").one("Cache-Control") for path in ("assets/attest.css", "assets/attest.js", "attestation/SHA256SUMS")} == {"no-cache"}


@pytest.fixture(scope="module", params=["/", "/trust/"])
def small(request: pytest.FixtureRequest, readable: Path) -> Site:
    """A small site without TLS, at the top and under a path."""
    folder = readable / f"small{request.param.strip('/')}"
    folder.mkdir()
    root = mini(folder / "sources")
    address = f"http://localhost:{free_port()}{request.param}"
    for file in (root / "mkdocs.yml", root / "controls/center.yml"):
        file.write_text(file.read_text().replace("https://trust.small.example/", address))
    return Site(folder, address, root, "2026-11-21T12:00:00Z")


@slow
@pytest.mark.parametrize("server", SERVERS)
def test_a_served_site_verifies_and_a_new_release_of_it_is_served(small: Site, server: str, readable: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = attest("hosting", server, "--site", str(small.public))
    site = hosted(small.public)
    with served(server, localised(text, None), site, readable / f"{server}-{site.port}"):
        assert main(["verify", small.address, "--key", str(small.folder / "keys/statement.pub"), "--at", "2026-11-21T13:00:00Z"]) == 0, capsys.readouterr().err
        assert main(["hosting", "--check", small.address]) == 0, capsys.readouterr().out
        client, prefix = Client(small.address), site.prefix
        assert client.get(f"{prefix}customers").headers["Location"].endswith(f"{prefix}customers/")
        assert client.get(f"{prefix}nowhere.html").body == small.read("404.html")
        if prefix != "/":
            assert client.get("/index.html").status in (403, 404), "it is not ours"
            assert client.get(prefix.rstrip("/")).headers["Location"].endswith(prefix)
        before = json.loads(client.get(f"{prefix}attestation/index.json").body)["release"]
        small.publish()
        assert json.loads(client.get(f"{prefix}attestation/index.json").body)["release"] == before + 1, "publishing switches a link, and the server follows it"


@slow
def test_what_a_bare_server_leaves_out_is_named(small: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """Python's own server sends no header of ours, and knows no 404.html."""
    import http.server
    import threading
    from functools import partial

    class Bare(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = http.server.ThreadingHTTPServer(("localhost", 0), partial(Bare, directory=str(small.public)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://localhost:{server.server_port}"
    try:
        lacks = ask(address).lacks
        assert main(["hosting", "--check", address, "--json"]) == 1
    finally:
        server.shutdown()
        server.server_close()
    found = {(lack.path, lack.what): lack for lack in lacks}
    assert found["index.html", "Content-Security-Policy"].got is None
    assert "frame-ancestors 'none'" in found["index.html", "Content-Security-Policy"].expected
    assert found["feeds/notices.xml", "Content-Type"].expected.startswith("application/atom+xml")
    assert ("attestation/index.json", "Access-Control-Allow-Origin") in found
    assert ("evidence/restores.csv", "Content-Security-Policy") in found
    assert ("attestation/index.json", "Content-Type") not in found
    assert ("index.html", "compression") in found
    assert {"path": "index.html", "what": "Referrer-Policy", "got": None, "expected": "no-referrer"} in json.loads(capsys.readouterr().out)["missing"]


@slow
def test_nginx_takes_the_configuration_of_a_real_address(tmp_path: Path, certificate: Path, require_tool: Callable[[str], str]) -> None:
    """With the block for port 80; on other ports here, since a machine may have something on those."""
    program = require_tool("nginx")
    for address in ("https://trust.harbourline.example/", "https://www.harbourline.example/trust/"):
        text = HOSTS["nginx"].configure(Hosted(address, str(tmp_path), PLAIN.policy)).replace(f"/etc/letsencrypt/live/{Hosted(address, '', '').name}", str(certificate))
        text = localised(text.replace("listen 80", f"listen {free_port()}").replace("listen 443", f"listen {free_port()}"), None)
        text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
        words, _ = as_nginx(tmp_path, text)
        done = subprocess.run([program, "-t", *words], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert "warn" not in done.stderr


@slow
def test_apache_and_caddy_take_the_configuration_of_a_real_address(tmp_path: Path, certificate: Path, require_tool: Callable[[str], str]) -> None:
    apache, caddy = require_tool("apache2"), require_tool("caddy")
    text = HOSTS["apache"].configure(Hosted(PLAIN.address, str(tmp_path), PLAIN.policy)).replace("/etc/letsencrypt/live/trust.harbourline.example", str(certificate))
    words, _ = as_apache(tmp_path, text)
    done = subprocess.run([apache, "-t", *words[1:]], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (tmp_path / "Caddyfile").write_text(HOSTS["caddy"].configure(PLAIN))
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    done = subprocess.run([caddy, "adapt", "--validate", "--adapter", "caddyfile", "--config", str(tmp_path / "Caddyfile")], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr


@slow
def test_a_browser_knows_every_device_that_is_shut_out(small: Site, require_tool: Callable[[str], str], readable: Path) -> None:
    """And takes the whole page under these headers, without a word in its console."""
    from playwright.sync_api import sync_playwright

    program, said = require_tool("chromium"), list[str]()
    with served("nginx", localised(attest("hosting", "nginx", "--site", str(small.public)), None), hosted(small.public), readable / "browsed"), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu", "--no-first-run"])
        page = browser.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        for path in ("index.html", "customers/restored.html", "programs.html"):
            page.goto(small.address + path, wait_until="networkidle")
        browser.close()
    assert said == []


# The hosts that nobody can run here: their configurations are at least what their formats say.


def test_netlify_and_cloudflare_are_toml() -> None:
    netlify = tomllib.loads(HOSTS["netlify"].configure(PLAIN))
    assert netlify["build"] == {"publish": "public", "command": "", "processing": {"skip_processing": True, "html": {"pretty_urls": False}}}
    cloudflare = tomllib.loads(HOSTS["cloudflare"].configure(PLAIN))
    assert cloudflare["pages_build_output_dir"] == "public"
    assert re.fullmatch(r"[a-z0-9-]{1,58}", cloudflare["name"])


def test_github_and_gitlab_are_yaml_that_keeps_dotfiles_and_changes_nothing() -> None:
    workflow = yaml.safe_load(HOSTS["github-pages"].configure(PLAIN))
    steps = workflow["jobs"]["pages"]["steps"]
    assert steps[1]["with"] == {"path": "site", "include-hidden-files": True}
    assert workflow["jobs"]["pages"]["environment"]["url"] == "${{ steps.deployment.outputs.page_url }}"
    job = yaml.safe_load(HOSTS["gitlab-pages"].configure(PLAIN))["pages"]
    assert job["artifacts"] == {"paths": ["public"]}
    assert job["script"][0] == "cp -r site public"


def test_gitlabs_script_adds_compressed_copies_and_nothing_else(tmp_path: Path, require_tool: Callable[[str], str]) -> None:
    require_tool("gzip")
    (tmp_path / "site/.well-known").mkdir(parents=True)
    for name in ("index.html", ".well-known/security.txt", "SHA256SUMS"):
        (tmp_path / "site" / name).write_text(name)
    job = yaml.safe_load(HOSTS["gitlab-pages"].configure(PLAIN))["pages"]
    subprocess.run(["bash", "-e", "-c", "\n".join(job["script"])], cwd=tmp_path, check=True)
    there = {path.relative_to(tmp_path / "public").as_posix() for path in (tmp_path / "public").rglob("*") if path.is_file()}
    assert there == {"index.html", "index.html.gz", ".well-known/security.txt", ".well-known/security.txt.gz", "SHA256SUMS"}


def test_azure_is_json_with_the_policy_and_the_sandbox() -> None:
    made = json.loads(HOSTS["azure"].configure(PLAIN))
    assert made["globalHeaders"]["Content-Security-Policy"] == PLAIN.policy
    assert made["routes"][0] == {"route": "/evidence/*", "headers": {"Content-Security-Policy": SANDBOX}}
    assert made["mimeTypes"][".json"] == "application/json"
    assert made["responseOverrides"] == {"404": {"rewrite": "/404.html"}}


def test_cloudfront_is_a_template_whose_names_all_resolve() -> None:
    text = HOSTS["s3-cloudfront"].configure(PLAIN)
    made = yaml.safe_load(text)
    names = {*made["Resources"], *made["Parameters"], "AWS::AccountId"}
    named = set(re.findall(r"\{Ref: (\w+)\}", text)) | {found[0] for found in re.findall(r'"Fn::GetAtt": \[(\w+), (\w+)\]', text)} | set(re.findall(r"\$\{([\w:]+?)(?:\.\w+)?\}", text))
    assert named <= names
    headers = {name: found["Properties"]["ResponseHeadersPolicyConfig"] for name, found in made["Resources"].items() if name.endswith("Headers")}
    assert headers["PagesHeaders"]["SecurityHeadersConfig"]["ContentSecurityPolicy"] == {"ContentSecurityPolicy": PLAIN.policy, "Override": True}
    assert headers["EvidenceHeaders"]["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"] == SANDBOX
    behaviours = made["Resources"]["Distribution"]["Properties"]["DistributionConfig"]["CacheBehaviors"]
    assert {found["PathPattern"]: found["ResponseHeadersPolicyId"]["Ref"] for found in behaviours} == {
        "/evidence/*": "EvidenceHeaders", "/attestation/*": "OpenHeaders", "/feeds/*": "OpenHeaders", "/history/*": "OpenHeaders",
    }  # fmt: skip
    assert "assets/a.0123abcd.min.js" in text


# What travels with the site.


def test_the_file_that_travels_with_the_site_says_it_once() -> None:
    rules: dict[str, dict[str, str]] = {}
    for line in print_headers(PLAIN).decode().splitlines():
        if line.startswith("/"):
            rules[line] = {}
        else:
            name, _, value = line.strip().partition(": ")
            rules[list(rules)[-1]][name] = value
            assert len(line) <= 2000
    assert len(rules) <= 100
    assert all(rule.count("*") <= 1 for rule in rules)
    assert rules["/*"]["Content-Security-Policy"] == PLAIN.policy
    assert rules["/evidence/*"] == {"Content-Security-Policy": SANDBOX}
    assert rules["/attestation/*"] == rules["/feeds/*"] == {"Access-Control-Allow-Origin": "*"}
    assert rules["/feeds/notices.xml"]["Content-Type"].startswith("application/atom+xml")
    assert rules["/attestation/releases/:n/SHA256SUMS"]["Content-Type"].startswith("text/plain")
    assert rules["/assets/a.0123abcd.min.js"] == {"Cache-Control": KEPT}
    assert "Cache-Control" not in rules["/*"], "it would be joined with the one above"


def test_a_policy_reads_back() -> None:
    assert read_policy(print_headers(PLAIN)) == PLAIN.policy
    with pytest.raises(Unreadable, match="names no Content-Security-Policy"):
        read_policy(b"/evidence/*\n  Content-Security-Policy: sandbox\n")


def test_paths_without_patterns_are_those_with() -> None:
    assert all(re.fullmatch(TEXT, path) for path in text_paths("12"))
    assert all(re.fullmatch(pattern, path) for path, pattern in FEEDS.items())
    assert {ATOM, JSON_FEED} == set(FEEDS.values())
    assert not re.search(TEXT, "attestation/assessment.json")
    assert re.search(HASHED, "assets/stylesheets/main.57a0d79d.min.css")
    assert not re.search(HASHED, "assets/attest.css")


@pytest.mark.parametrize(("address", "name", "port", "prefix", "secure"), [
    ("https://trust.x.example/", "trust.x.example", 443, "/", True), ("https://x.example/trust", "x.example", 443, "/trust/", True), ("http://localhost:8080/a/b/", "localhost", 8080, "/a/b/", False),
])  # fmt: skip
def test_an_address_as_a_host_needs_it(address: str, name: str, port: int, prefix: str, secure: bool) -> None:
    made = Hosted(address, "", "")
    assert (made.name, made.port, made.prefix, made.secure) == (name, port, prefix, secure)


@pytest.mark.parametrize(("wrong", "error", "says"), [
    ("no folder", CouldNotTell, "is no built site"),
    ("no policy", Unreadable, "names no Content-Security-Policy"),
    ("no center", Unreadable, "names no trust center"),
    ("a hostile address", Refused, "cannot be written into a configuration"),
    ("a hostile policy", Refused, "cannot be written into a configuration"),
])  # fmt: skip
def test_a_folder_that_is_no_site_is_refused(tmp_path: Path, wrong: str, error: type[Exception], says: str) -> None:
    site = tmp_path / "site"
    if wrong != "no folder":
        (site / "attestation").mkdir(parents=True)
        policy = "x'; add_header X \"y\"" if wrong == "a hostile policy" else PLAIN.policy
        (site / "_headers").write_bytes(b"" if wrong == "no policy" else print_headers(Hosted(PLAIN.address, "", policy)))
        address = 'https://x.example/"; return 301 https://evil.example/' if wrong == "a hostile address" else PLAIN.address
        (site / "attestation/index.json").write_text(json.dumps({} if wrong == "no center" else {"center": {"id": address}}))
    with pytest.raises(error, match=says):
        hosted(site)


@pytest.mark.parametrize("host", ["azure", "s3-cloudfront"])
def test_a_host_that_cannot_carry_a_path_says_so(host: str) -> None:
    with pytest.raises(Refused, match=r"/trust/|is not set up here"):
        HOSTS[host].configure(Hosted("https://x.example/trust/", "/srv", PLAIN.policy))


def test_the_link_that_publishing_switches_is_what_is_served(tmp_path: Path) -> None:
    (tmp_path / "releases/1/attestation").mkdir(parents=True)
    (tmp_path / "releases/1/_headers").write_bytes(print_headers(PLAIN))
    (tmp_path / "releases/1/attestation/index.json").write_text(json.dumps({"center": {"id": PLAIN.address}}))
    (tmp_path / "public").symlink_to("releases/1")
    assert hosted(tmp_path / "public").folder == str(tmp_path / "public")


@pytest.mark.parametrize(("words", "says"), [
    ([], "needs a host or --check"), (["iis"], "invalid choice"), (["nginx", "--check", "https://x.example"], "needs no name of one"), (["--check", "x.example"], "no address on the web"),
])  # fmt: skip
def test_wrong_use_is_said(words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hosting", *words]) == 2
    assert says in capsys.readouterr().err


def test_a_host_that_does_not_answer_is_no_no(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hosting", "--check", f"http://localhost:{free_port()}/"]) == 3
    assert "does not answer" in capsys.readouterr().err


def test_a_lack_reads_as_a_sentence() -> None:
    assert str(Lack("index.html", "Referrer-Policy", None, "no-referrer")) == "index.html: Referrer-Policy is missing, expected 'no-referrer'"
    assert str(Lack("a", "status", "500", "200")) == "a: status is '500', expected '200'"


def test_every_host_says_what_to_do_with_it_and_what_it_cannot(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "attestation").mkdir()
    (tmp_path / "_headers").write_bytes(print_headers(PLAIN))
    (tmp_path / "attestation/index.json").write_text(json.dumps({"center": {"id": PLAIN.address}}))
    documented = (ROOT / "docs/hosting.md").read_text("utf-8")
    for name, host in HOSTS.items():
        assert main(["hosting", name, "--site", str(tmp_path)]) == 0
        said = capsys.readouterr()
        assert said.out == host.configure(hosted(tmp_path)).rstrip("\n") + "\n"
        assert all(step in said.err for step in (*host.steps, *host.cannot))
        assert f"attest hosting {name}" in documented


def test_wrong_use_of_asking() -> None:
    with pytest.raises(WrongUse):
        ask("ftp://x.example/")
