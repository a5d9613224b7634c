"""Sites on the disk: whole or not at all, the same bytes every time and by whichever way, and nothing written into the sources."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from attest import leaks, tree
from attest.build import build, prepare
from attest.cli import main
from attest.errors import Problems, Refused, WrongUse
from attest.pages import Drawn
from attest.pages.frame import ADDRESS, BODY, DESCRIPTION, LABEL, TITLE, Frame
from attest.published import BLOCK_CLOSES, BLOCK_OPENS, block_of, page_of
from attest.site import AttestPlugin
from tests.conftest import missing
from tests.sites import AS_OF, BREAKS_OUT, MINI, hostile, mini, prepared
from tests.test_pages import Elements

EPOCH = str(int(AS_OF.timestamp()))
STRICT = ["build", "--strict", "--quiet"]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small site, released; from a copy, since in a checkout git says when its evidence was received."""
    folder = tmp_path_factory.mktemp("built")
    root = mini(folder / "sources")
    build(root, prepared(root), folder / "site")
    return folder / "site"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the small site, away from the repository."""
    return mini(tmp_path / "root")


def test_the_site_is_whole(built: Path) -> None:
    there = set(contents(built))
    assert {
        "index.html", "404.html", "about.html", "guides/start.html", "verify.html", "customers/index.html", "customers/restored.html", "suppliers/no-cards.html", "areas/people.html",
        "frameworks/short.html", "attestation/assessment.json", "attestation/index.json", "attestation/keys/statement.pem", "attestation/keys/statement.pub",
        "attestation/keys/allowed_signers", "evidence/restores.csv", ".well-known/security.txt", ".nojekyll", "_headers", "sitemap.xml", "assets/search-index.js", "assets/search.js", "assets/attest.js",
    } <= there  # fmt: skip
    assert "overview.html" not in there
    assert not any("hidden" in path for path in there)
    assert "Traps are laid" not in b"".join(contents(built).values()).decode("utf-8", "replace")


def test_paths_are_plain_and_differ_in_more_than_case(built: Path) -> None:
    there = list(contents(built))
    assert all(re.fullmatch(r"[A-Za-z0-9._/-]+", path) for path in there)
    assert len({path.casefold() for path in there}) == len(there)
    assert tree.digests(built).keys() == set(there)


def test_every_control_page_carries_its_block(built: Path) -> None:
    record = json.loads((built / "attestation/assessment.json").read_bytes())
    for control in record["controls"]:
        html = (built / page_of(control)).read_text("utf-8")
        assert html.count(BLOCK_OPENS) == 1
        assert block_of(control) in html
        assert BLOCK_CLOSES in html


def test_every_page_says_when_and_how_long_and_whose(built: Path) -> None:
    for path, content in contents(built).items():
        if path.endswith(".html"):
            html = content.decode()
            for part in ('State on <time datetime="2026-11-21T12:00:00Z">', 'Valid until <time datetime="2026-12-26T12:00:00Z">', "Small is a fictional company.", "Release 7", "verify.html", "assets/attest.js"):
                assert part in html, (path, part)
            assert "Unsigned preview" not in html


def test_a_page_filled_from_a_frame_is_the_page_that_the_theme_makes(tmp_path: Path, root: Path, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AttestPlugin, "framed", False)
    build(root, prepared(root), tmp_path / "slowly")
    assert contents(tmp_path / "slowly") == contents(built)


@given(st.text(), st.text(), st.text())
def test_what_is_filled_in_is_never_read_for_tokens(title: str, description: str, middle: str) -> None:
    """Words of a page that look like a token stay words."""
    drawn = Drawn("a/b.html", title + TITLE, DESCRIPTION + title, description + ADDRESS, lambda: middle)
    made = Frame.of(f"<{TITLE}|{LABEL}|{DESCRIPTION}|{ADDRESS}|{BODY}>").filled(drawn, middle + BODY, "https://trust.example")
    assert made == f"<{escape(drawn.title)}|{escape(drawn.label)}|{escape(' '.join(drawn.description.split())[:300])}|https://trust.example/a/b.html|{middle}{BODY}>"


def test_a_preview_says_so_on_every_page(tmp_path: Path, root: Path) -> None:
    build(root, prepared(root, None), tmp_path / "site")
    pages = {path: content for path, content in contents(tmp_path / "site").items() if path.endswith(".html")}
    assert len(pages) > 15
    assert [path for path, content in pages.items() if b"<strong>Unsigned preview.</strong>" not in content] == []


def test_controls_are_in_no_navigation_and_yet_found(built: Path) -> None:
    nav = (built / "about.html").read_text("utf-8")
    assert 'href="customers/index.html"' in nav
    assert "customers/failing.html" not in nav
    assert '[0,"failing","Signing in takes two things",' in (built / "assets/search-index.js").read_text("utf-8")
    assert "customers/failing.html" in (built / "sitemap.xml").read_text("utf-8")


def test_the_sites_own_words_stand_on_the_overview(built: Path) -> None:
    html = (built / "index.html").read_text("utf-8")
    assert '<a href="about.html"' in html
    assert '<a href="verify.html#fingerprint"' in html
    assert 'href="customers/restored.html"' in (built / "about.html").read_text("utf-8")
    assert 'href="../customers/failing.html"' in (built / "guides/start.html").read_text("utf-8")


def test_the_sitemap_dates_every_page_by_the_as_of(built: Path) -> None:
    dates = set(re.findall("<lastmod>(.*?)</lastmod>", (built / "sitemap.xml").read_text("utf-8")))
    assert dates == {"2026-11-21"}


def test_the_host_configuration_allows_every_script_there_is(built: Path) -> None:
    policy = (built / "_headers").read_text("utf-8")
    for path, content in contents(built).items():
        for script in re.findall(rb"<script>(.*?)</script>", content, re.DOTALL) if path.endswith(".html") else []:
            assert f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'" in policy, path
        assert not path.endswith(".html") or not re.search(rb"<[^>]+\s(style|on[a-z]+)=", content.replace(b"<style", b"")), path


def test_nothing_comes_from_elsewhere(built: Path) -> None:
    for path, content in contents(built).items():
        if path.endswith(".html"):
            loads = re.findall(rb"<(?:script|img|iframe|source|video)[^>]+src=\"([^\"]+)\"|<link[^>]+rel=\"(?:stylesheet|icon|preconnect)\"[^>]+href=\"([^\"]+)\"", content)
            assert not [url for pair in loads for url in pair if re.match(rb"(https?:)?//", url)], path
            assert b"squidfunk" not in content
            assert b"generator" not in content


def test_it_leaks_nothing(built: Path) -> None:
    assert leaks.scan_tree(built, frozenset({"security@small.example"}), ()) == ()


def test_two_builds_are_the_same_bytes(tmp_path: Path, built: Path) -> None:
    """Another folder, process, time zone, hash seed and umask."""
    root = mini(tmp_path / "else" / "where")
    code = f"""
        import os; os.umask(0o027)
        from pathlib import Path
        from attest.build import build
        from tests.sites import prepared
        root = Path({str(root)!r})
        build(root, prepared(root), root / "out")
    """
    environment = {**os.environ, "TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", "\n".join(line.strip() for line in code.splitlines())], check=True, env=environment, cwd=Path(__file__).parent.parent)
    assert contents(root / "out") == contents(built)


def by_plain(command: str, root: Path, site: Path) -> None:
    """The preview by the generator's own command."""
    program = Path(sys.executable).parent / command
    if not program.exists():
        missing(command)
    environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH, "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    subprocess.run([program, *STRICT, "-f", root / "mkdocs.yml", "-d", site], check=True, env=environment)


@pytest.mark.parametrize("command", ["mkdocs", "properdocs"])
def test_plain_strict_builds_give_the_same_preview(tmp_path: Path, root: Path, command: str) -> None:
    by_plain(command, root, tmp_path / "plain")
    build(root, prepare(root, AS_OF, None, None, as_unknown=True), tmp_path / "site")
    assert contents(tmp_path / "plain") == contents(tmp_path / "site")


def test_a_build_writes_nothing_into_the_sources_nor_beside_its_site(tmp_path: Path, root: Path) -> None:
    before = contents(root)
    build(root, prepared(root), tmp_path / "out" / "site")
    assert contents(root) == before
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["site"]


def test_a_site_is_replaced_whole(tmp_path: Path, root: Path) -> None:
    site = tmp_path / "site"
    build(root, prepared(root), site)
    (site / ".well-known" / "left-over").write_text("old")
    build(root, prepared(root, None), site)
    assert not (site / ".well-known" / "left-over").exists()
    assert not (site / "attestation" / "keys").exists()


def test_a_foreign_folder_is_left_alone(tmp_path: Path, root: Path) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "mine.txt").write_text("mine")
    with pytest.raises(Refused, match="no build wrote"):
        build(root, prepared(root), foreign)
    assert contents(foreign) == {"mine.txt": b"mine"}
    for place in (root, tmp_path):
        with pytest.raises(Refused):
            build(root, prepared(root), place)


def test_a_link_is_not_followed(tmp_path: Path, root: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "site").symlink_to("real")
    with pytest.raises(Refused, match="not a folder of its own"):
        build(root, prepared(root), tmp_path / "site")


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("content/about.md", "[gone](nowhere.md)", "nowhere.md"),
        ("content/customers/restored.md", "# Mine", "customers/restored.html is written by attest itself"),
        ("content/index.md", "# Mine", "index.html is written by attest itself"),
        ("content/ABOUT.txt", "", None),
        ("content/About.md", "# Again", "stands twice but for upper case"),
        ("content/ümlaut.md", "# Again", "letters without accents"),
        ("content/attestation/assessment.json", "{}", "attestation/assessment.json is written by attest itself"),
        ("theme/main.html", "{% if %}", "a template of the theme"),
        ("theme/attest-pages/area.html", "{{ nobody.knows }}", "a page cannot be drawn"),
    ],
)
def test_what_cannot_be_built_leaves_the_old_site(tmp_path: Path, root: Path, file: str, content: str, said: str | None) -> None:
    site = tmp_path / "site"
    configured = (root / "mkdocs.yml").read_text("utf-8")
    (root / "theme").mkdir()
    (root / "mkdocs.yml").write_text(configured.replace("name: attest", "name: attest\n  custom_dir: theme"), "utf-8")
    build(root, prepared(root), site)
    before = contents(site)
    (root / file).parent.mkdir(parents=True, exist_ok=True)
    (root / file).write_text(content, "utf-8")
    if said is None:
        build(root, prepared(root), site)
        return
    with pytest.raises(Refused, match=re.escape(said)):
        build(root, prepared(root), site)
    assert contents(site) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["root", "site"]


def test_a_configuration_without_the_plugin_is_named(tmp_path: Path, root: Path) -> None:
    (root / "mkdocs.yml").write_text("site_name: x\ndocs_dir: content\n", "utf-8")
    with pytest.raises(WrongUse, match="does not name the plugin"):
        build(root, prepared(root), tmp_path / "site")
    (root / "mkdocs.yml").unlink()
    with pytest.raises(WrongUse, match="is missing"):
        build(root, prepared(root), tmp_path / "site")


def test_the_environment_is_put_back(tmp_path: Path, root: Path) -> None:
    before = dict(os.environ)
    build(root, prepared(root), tmp_path / "site")
    assert dict(os.environ) == before


def test_evidence_that_cannot_be_read_stops_a_release_and_only_warns_a_preview(tmp_path: Path, root: Path) -> None:
    (root / "controls/evidence/files/restores.csv").unlink()
    with pytest.raises(Problems):
        prepare(root, AS_OF, None, None, as_unknown=False)
    ready = prepare(root, AS_OF, None, None, as_unknown=True)
    assert [problem.grade for problem in ready.warnings] == ["evidence"]
    build(root, ready, tmp_path / "site")
    page = (tmp_path / "site/customers/restored.html").read_text("utf-8")
    assert "No current evidence" in page
    assert "evidence/restores.csv" not in page
    assert not (tmp_path / "site/evidence").exists()


def hostile_root(folder: Path) -> Path:
    """The small site's configuration and prose, with text that tries to break out; its controls are given in memory."""
    root = mini(folder)
    quoted = json.dumps(BREAKS_OUT)
    configured = (root / "mkdocs.yml").read_text("utf-8").replace("site_name: Small trust center", f"site_name: {quoted}\ncopyright: {quoted}")
    (root / "mkdocs.yml").write_text(f"{configured}nav:\n  - {quoted}: about.md\n  - {quoted}:\n    - guides/start.md\n", "utf-8")
    (root / "content/about.md").write_text(f"---\ntitle: {quoted}\ndescription: {quoted}\n---\n{BREAKS_OUT}\n\n<a href='javascript:window.broken=1' onclick='window.broken=1'>x</a>\n", "utf-8")
    (root / "content/guides/start.md").write_text(f"# {BREAKS_OUT}\n\n<svg onload=window.broken=1></svg><iframe src='javascript:window.broken=1'></iframe>\n", "utf-8")
    (root / "content/overview.md").write_text(f"{BREAKS_OUT}\n", "utf-8")
    return root


def test_nothing_declared_breaks_out_of_the_theme(tmp_path: Path) -> None:
    root = hostile_root(tmp_path / "root")
    build(root, hostile(), tmp_path / "site")
    for path, content in contents(tmp_path / "site").items():
        if path.endswith(".html"):
            html = content.decode()
            assert not [script for script in re.findall("<script>(.*?)</script>", html, re.DOTALL) if "broken" in script], path
            for tag, attributes in Elements(html).found:
                assert not [name for name in attributes if name.startswith("on")], path
                assert not [value for value in attributes.values() if value and value.lower().lstrip().startswith("javascript:")], path
                assert tag not in ("iframe", "textarea", "b"), (path, tag)


def test_attest_build_says_where_to_look(tmp_path: Path, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", str(root), "--as-of", "2026-11-21T12:00:00Z"]) == 0
    said = capsys.readouterr()
    assert said.out.strip() == str(root / "site" / "index.html")
    assert "unsigned preview of Small" in said.err
    assert "none" in (root / "site/index.html").read_text("utf-8")


def test_attest_build_shows_the_number_that_comes_next(tmp_path: Path, root: Path, built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", str(root), "--site-dir", str(tmp_path / "out"), "--as-of", "2026-11-21T12:00:00Z", "--previous", str(built)]) == 0
    assert "8, not yet published" in (tmp_path / "out/index.html").read_text("utf-8")
    assert main(["build", str(root), "--site-dir", str(tmp_path / "out"), "--as-of", "2026-11-21T12:00:00Z", "--previous", str(tmp_path / "out")]) == 3
    assert "is no release" in capsys.readouterr().err


def test_attest_build_lists_every_problem_and_writes_nothing(tmp_path: Path, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("failing", "stale"):
        with (root / f"controls/customers/{name}.yml").open("a") as stream:
            stream.write("status: met\n")
    assert main(["build", str(root)]) == 1
    said = capsys.readouterr().err
    assert "controls/customers/failing.yml" in said and "controls/customers/stale.yml" in said
    assert not (root / "site").exists()


def test_attest_serve_says_that_an_address_is_taken(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["serve", str(root), "--addr", f"127.0.0.1:{taken.getsockname()[1]}"]) == 3
    assert "cannot serve on 127.0.0.1" in capsys.readouterr().err
    assert main(["serve", str(root), "--addr", "somewhere"]) == 2


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str, Path]]:
    """The small site under ``attest serve``: its sources, its address, and what the command says."""
    root, log = mini(tmp_path / "root"), tmp_path / "log"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with log.open("wb") as stream:
        process = subprocess.Popen([sys.executable, "-m", "attest", "serve", str(root), "--addr", f"127.0.0.1:{port}"], stdout=stream, stderr=stream)
    try:
        yield root, f"http://127.0.0.1:{port}/", log
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def wait_for(address: str, part: str) -> str:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                html = answer.read().decode()
            if part in html:
                return html
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.1)
    raise AssertionError(f"{address} never said {part!r}")


def wait_for_line(log: Path, part: str) -> None:
    for _ in range(300):
        if part in log.read_text("utf-8"):
            return
        time.sleep(0.1)
    raise AssertionError(f"never said {part!r}: {log.read_text('utf-8')}")


@pytest.mark.slow
def test_serve_shows_a_change_survives_a_problem_and_mends(served: tuple[Path, str, Path]) -> None:
    root, address, log = served
    control = root / "controls/customers/restored.yml"
    page, good = f"{address}customers/restored.html", control.read_text("utf-8")
    wait_for(page, "What is lost is brought back")
    control.write_text(good.replace("What is lost is brought back", "It comes back"), "utf-8")
    wait_for(page, "It comes back")
    control.write_text(good + "status: met\n", "utf-8")
    wait_for_line(log, "controls/customers/restored.yml:")
    wait_for(page, "It comes back")
    control.write_text(good, "utf-8")
    wait_for(page, "What is lost is brought back")
    control_files: Mapping[str, bytes] = contents(root)
    assert control_files == contents(MINI)
