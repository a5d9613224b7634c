"""What must not be published: each shape found, its neighbours left alone, and nothing lost between two chunks."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attest.leaks import find, find_in_stream, scan_tree

ALLOWED = frozenset({"security@harbourline.example"})
DOMAINS = ("harbourline-intern.example", ".office.example")
PEM = "-----BEGIN {}PRI" + "VATE KEY-----"

FOUND = [
    ("a private address", ["10.1.2.3", "10.0.0.0/8", "http://192.168.0.1/", "172.16.0.1", "172.31.255.255", "169.254.1.1", "fd12:3456::1", "fe80::1%eth0", "[fc00::2]:80", "(10.9.8.7).", "100.64.0.1", "100.127.255.254"]),
    ("a home folder", ["/home/ana", "/Users/bob/x", "C:\\Users\\eve", "c:/users".replace("users", "Users") + "/eve", "at /root/.ssh", '"/home/ana"', "file=/home/ana", "file:///home/ana/x.py", "file:///root/x"]),
    ("an e-mail address that is no contact of center.yml", ["ana@harbourline.example", "<a.b+c@x.example>", "mailto:x@y.example", "git@harbourline.example"]),
    ("an internal host name", ["db.harbourline-intern.example", "harbourline-intern.example", "HARBOURLINE-INTERN.EXAMPLE.", "a.office.example", "x.internal", "a.b.corp", "nas.lan", "printer.local:80"]),
    ("a private key", [PEM.format(""), PEM.format("OPENSSH "), PEM.format("RSA "), PEM.format("ENCRYPTED ")]),
    ("a cloud access key", ["AKIA" + "ABCDEFGHIJKLMNOP", "AIza" + "a" * 35, "aws_secret_access_key = " + "aB/+" * 10, '"AWS_SECRET_ACCESS_KEY": "' + "aB/+" * 10, "&quot;aws_secret_access_key&quot;: &#34;" + "aB/+" * 10, "AccountKey=" + "aB/+" * 21 + "=="]),
    ("a token", [
        "ghp_" + "a1" * 18, "github_pat_" + "a" * 22, "glpat-" + "a" * 20, "xoxb-" + "1" * 12, "sk_live_" + "a" * 24, "npm_" + "a" * 36, "sk-ant-" + "a" * 40,
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", "Authorization: Bearer " + "abcd" * 8,
    ]),
    ("a password in an address", ["postgres://user:hunter2@db.example/x", "https://a:b@c.example"]),
]  # fmt: skip

LEFT = [
    "8.8.8.8", "172.32.0.1", "100.63.0.1", "100.128.0.1", "100.64.0", "aws_secret_access_key", "10.2.3", "version 10.2.3", "1.10.2.3.4", "10.300.1.1", "127.0.0.1", "v10.2.3.4.5", "2001:db8::1", "12:34:fd:12", "fdab", "ab:fd12:3456",
    "/home/", "/homes/x", "https://x.example/home/ana", "the /root/ folder", "C:\\Windows",
    "security@harbourline.example", "Security@Harbourline.Example", "git@github.com:owner/name", "logo@2x.png", "checkout@v4.1", "a@b", "@scope/name",
    "notharbourline-intern.example", "harbourline-intern.example.com", "internal", "the corp", "docker-compose.local.yml", "~/.local/share", "localhost",
    "-----BEGIN PUBLIC KEY-----", "AKIA", "sk-learn", "Bearer token", "eyJhbGciOiJub25lIn0", "https://x.example/a:b@c",
]  # fmt: skip


@pytest.mark.parametrize(("what", "text"), [(what, text) for what, texts in FOUND for text in texts])
def test_found(what: str, text: str) -> None:
    found = find(f"See {text} there", ALLOWED, DOMAINS)
    assert what in {leak.what for leak in found}
    for leak in found:
        assert leak.excerpt.endswith("…")
        assert text not in leak.excerpt


@pytest.mark.parametrize("text", LEFT)
def test_left_alone(text: str) -> None:
    assert find(f"See {text} there", ALLOWED, DOMAINS) == ()


def test_without_internal_domains() -> None:
    assert find("x.example and example", frozenset(), ()) == ()


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(st.integers(-40, 40), st.sampled_from([1 << 20, 2 << 20]), st.sampled_from(["ana@harbourline.example", "security@harbourline.example", "10.1.2.3"]), st.booleans())
def test_nothing_is_lost_or_invented_between_chunks(shift: int, edge: int, text: str, lines: bool) -> None:
    """One leak near the edge of two chunks is found once, at its line; a contact is not taken for half an address."""
    before = edge + shift - len(text) // 2
    filler = (b"x" * 63 + b"\n") * (before // 64 + 1) if lines else b"x" * before
    data = filler[:before] + b" " + text.encode() + b" " + b"y" * 6000
    found = list(find_in_stream(io.BufferedReader(io.BytesIO(data)), ALLOWED, DOMAINS))
    expected = find(data.decode(), ALLOWED, DOMAINS)
    assert [(line, leak.what, leak.excerpt) for line, leak in found] == [(data.count(b"\n", 0, leak.at) + 1, leak.what, leak.excerpt) for leak in expected]
    assert len(expected) == (0 if text in ALLOWED else 1)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    assert all(0 <= leak.at < len(text) for leak in find(text, ALLOWED, DOMAINS))


def test_tree(tmp_path: Path) -> None:
    files = {
        "index.html": "<p>\nana@harbourline.example\n<a href='mailto:security@harbourline.example'>us</a>",
        "hidden/entities.html": "<p>&#97;&#110;&#97;&#64;harbourline.example</p>",
        "feed.xml": "<x>10.0.0.1</x>",
        "robots.txt": "ok",
        "search.json": '{"text": "see C:\\\\Users\\\\ana"}',
        "assets/theirs.json": "me@theirs.example",
        "deep/assets/ours.json": "me@theirs.example",
        "picture.png": "me@theirs.example",
        "files/key.pem": PEM.format(""),
        "files/register.CSV": "name\nme@theirs.example",
        "notes": "10.0.0.1",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    found = scan_tree(tmp_path, ALLOWED, DOMAINS)
    assert [(problem.file, problem.line) for problem in found] == [("deep/assets/ours.json", 1), ("feed.xml", 1), ("files/key.pem", 1), ("files/register.CSV", 2), ("hidden/entities.html", 1), ("index.html", 2), ("notes", 1), ("search.json", 1)]
    assert all(problem.grade == "error" for problem in found)


def test_tree_does_not_pass_what_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "real.html").write_text("fine", encoding="utf-8")
    (tmp_path / "link.html").symlink_to(tmp_path / "real.html")
    found = scan_tree(tmp_path, ALLOWED, DOMAINS)
    assert [(problem.file, "cannot be searched" in problem.what) for problem in found] == [("link.html", True)]


@settings(max_examples=200)
@given(st.lists(st.sampled_from([*LEFT, *(text for _, texts in FOUND for text in texts), "10.", "@", ":", ".", "git@", "/", ""]), min_size=2, max_size=4))
def test_whoever_asks_of_texts_line_by_line_hears_of_each(texts: list[str]) -> None:
    """Sources are asked of all at once first: what one of them holds must be found then as well."""
    if any(find(text, ALLOWED, DOMAINS) for text in texts):
        assert find("\n".join(texts), ALLOWED, DOMAINS)
