"""Collecting: only when told to, never through a shell, nothing replaced by what does not read or is older."""

from __future__ import annotations

import ast
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from attest.authoring import collect as collecting
from attest.authoring.collect import collect
from attest.authoring.staging import beside
from attest.cli import main
from attest.errors import CouldNotTell, Refused
from attest.load import load
from attest.times import print_moment
from tests.attaching import attest, center, changed, commit, files
from tests.conftest import ROOT
from tests.test_fetch import answering, serving
from tests.test_keys import environment
from tests.test_publish_crash import die_at

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
ROWS = "account,factor\na-1,key\na-2,app\na-3,key\n"
ADMINS, FILE = "controls/evidence/admins.yml", "controls/evidence/files/admins-2026-10.csv"
READINGS = ROOT / "tests/cases/readings/good"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return center(tmp_path)


def declare(site: Path, collector: str, ident: str = "admins") -> None:
    """Writes ``collect:`` into a description."""
    with (site / f"controls/evidence/{ident}.yml").open("a") as stream:
        stream.write(f"collect: {collector}\n")


def python(code: str, **more: int) -> str:
    """A collector that runs a line of Python."""
    return json.dumps({"run": [sys.executable, "-c", code], **{key: str(value) for key, value in more.items()}})


def printing(text: str) -> str:
    return python(f"print({text!r}, end='')")


def collected(site: Path, ident: str = "admins", now: datetime = NOW) -> collecting.Collected:
    made = load(site)
    with beside(site) as folder:
        return collect(site, folder, made, made.evidence[ident], now)


# What comes is put in place, and nothing else changes.


def test_file_and_day_are_replaced_together_and_comments_stay(site: Path) -> None:
    declare(site, printing(ROWS))
    before = files(site)
    done = collected(site)
    after = files(site)
    assert (done.new, done.observed) == (True, NOW)
    assert changed(before, after) == [ADMINS, FILE]
    assert after[FILE] == ROWS.encode()
    expected = before[ADMINS].decode().replace("observed: 2026-10-05   # the day", "observed: 2026-12-01T12:00:00Z   # the day")
    assert after[ADMINS].decode() == expected + f"collected: {{by: command, tool: {Path(sys.executable).name}}}\n"


def test_the_same_rows_a_day_later_are_of_that_day(site: Path) -> None:
    declare(site, printing(ROWS))
    collected(site)
    before = files(site)
    assert collected(site, now=NOW + timedelta(days=1)).new
    assert changed(before, files(site)) == [ADMINS]
    assert not collected(site, now=NOW + timedelta(days=1)).new


def test_a_report_with_a_time_of_its_own_keeps_it(site: Path) -> None:
    report = READINGS / "testssl-pretty.json"
    (site / "controls/evidence/scan.yml").write_text(f"kind: report\nfile: files/scan.json\ncollect: {{copy: {json.dumps(str(report))}}}\nobserved: 2026-10-01   # by hand\n")
    assert collected(site, "scan").observed == datetime(2026, 11, 21, 20, 45, 38, tzinfo=UTC)
    assert "observed" not in (site / "controls/evidence/scan.yml").read_text()


def test_a_description_under_a_check_is_collected_where_it_is_written(site: Path) -> None:
    file = site / "controls/customers/rules-written.yml"
    file.write_text(file.read_text().replace("visibility: public}", f"visibility: public, collect: {printing('# Rules' + chr(10))}}}"))
    collected(site, "rules-written.1")
    assert "observed: 2026-12-01T12:00:00Z, visibility: public, collect:" in file.read_text()
    assert (site / "controls/evidence/files/rules.md").read_text() == "# Rules\n"


def test_a_program_that_found_something_wrong_is_heard(site: Path) -> None:
    declare(site, python(f"import sys; print({ROWS!r}, end=''); print('two warnings', file=sys.stderr); sys.exit(7)"))
    done = collected(site)
    assert done.new
    assert done.note.endswith("ended with 7: two warnings")


def test_what_lies_in_the_vault_stays_there(site: Path) -> None:
    pytest.importorskip("pyrage", reason="tool: needs pyrage")
    from attest import vault

    with (site / "controls/center.yml").open("a") as stream:
        stream.write("vault: vault\n")
    vault.new_key(site, "vault")
    vault.add(vault.vault_of(site, "vault"), "admins.csv", b"account,factor\na-1,key\n", replace=False)
    file = site / ADMINS
    file.write_text(file.read_text().replace("files/admins-2026-10.csv", "vault:admins.csv"))
    declare(site, printing(ROWS))
    assert collected(site).new
    assert vault.open_clear(vault.vault_of(site, "vault"), "admins.csv").getvalue() == ROWS.encode()
    assert b"a-3" not in b"".join(files(site).values()).replace(json.dumps(ROWS).encode(), b"").replace(file.read_bytes(), b"")
    assert not collected(site).new, "the same, though encrypted anew it would be other bytes"


# How a program is run.


def test_no_shell_reads_the_arguments(site: Path, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    declare(site, json.dumps({"run": ["printf", r"%s\n", f"account,factor\n$HOME;touch {marker} `id` $(id),key"]}))
    collected(site)
    assert (site / FILE).read_text() == f"account,factor\n$HOME;touch {marker} `id` $(id),key\n"
    assert not marker.exists()


def test_it_sees_a_few_names_of_the_environment_no_input_and_this_folder(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTEST_PASSPHRASE", "harbour light")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("TZ", "UTC")
    code = "import os,sys; print('account,factor'); [print(f'{name},key') for name in sorted(os.environ)]; print(f'cwd={os.getcwd()},key'); print(f'stdin={sys.stdin.read()!r},key')"
    declare(site, python(code))
    collected(site)
    seen = [line.removesuffix(",key") for line in (site / FILE).read_text().splitlines()[1:]]
    assert f"cwd={site}" in seen
    assert "stdin=''" in seen
    names = {name for name in seen if "=" not in name}
    assert {"PATH", "TZ"} <= names <= {*collecting.KEPT, "LC_CTYPE"}


def gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has waited for yet has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def waited(condition: Callable[[], bool]) -> bool:
    for _ in range(600):
        if condition():
            return True
        time.sleep(0.05)
    return False


FAMILY = "import subprocess,sys,time; child=subprocess.Popen(['sleep','600']); open('pids','w').write(f'{child.pid}'); sys.stdout.close(); time.sleep(600)"


def test_when_its_time_is_up_it_ends_with_all_it_started(site: Path) -> None:
    declare(site, python(FAMILY, timeout=2))
    before = files(site)
    with pytest.raises(CouldNotTell, match="did not end within 2 seconds"):
        collected(site)
    assert waited(lambda: gone(int((site / "pids").read_text())))
    assert changed(before, files(site)) == ["pids"]


def test_what_it_leaves_running_ends_with_it(site: Path) -> None:
    declare(site, python(f"import subprocess; child=subprocess.Popen(['sleep','600']); open('pids','w').write(f'{{child.pid}}'); print({ROWS!r}, end='')"))
    assert collected(site).new
    assert waited(lambda: gone(int((site / "pids").read_text())))


def test_being_ended_takes_it_along(site: Path) -> None:
    declare(site, python(FAMILY, timeout=600))
    with subprocess.Popen([sys.executable, "-m", "attest", "collect", "admins"], cwd=site, env=environment(), stderr=subprocess.PIPE) as process:
        assert waited(lambda: (site / "pids").exists() and (site / "pids").read_text() != "")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 3
    assert waited(lambda: gone(int((site / "pids").read_text())))
    assert [path.name for path in site.iterdir() if path.name.startswith(".attest")] == []


def test_what_it_prints_is_bounded(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "MOST", 2**20)
    declare(site, json.dumps({"run": ["yes"]}))
    with pytest.raises(CouldNotTell, match="printed more than 1 MiB"):
        collected(site)


@pytest.mark.parametrize(("collector", "says"), [
    ('{run: ["no-such-program-anywhere"]}', "'no-such-program-anywhere' could not be started"),
    ('{run: ["./controls/center.yml"]}', "could not be started: permission denied"),
    (python("pass"), "printed nothing"),
    (python("import sys; sys.exit(3)"), "ended with 3"),
    (python(f"import os; print({ROWS!r}, flush=True); os.kill(os.getpid(), 9)"), "ended with -9"),
    (python(f"import sys; print({ROWS!r}); sys.exit(127)"), "ended with 127"),
    ("{copy: nowhere.csv}", "nowhere.csv no such file or directory"),
    ("{copy: controls}", "controls is no regular file"),
    ('{tls: ".."}', "names no host that can be"),
    ("{tls: " + "x" * 300 + "}", "names no host that can be"),
    ('{tls: "127.0.0.1:1"}', "connection refused"),
])  # fmt: skip
def test_what_does_not_come_changes_nothing(site: Path, collector: str, says: str) -> None:
    declare(site, collector)
    before = files(site)
    with pytest.raises(CouldNotTell) as error:
        collected(site)
    assert says in error.value.message
    assert files(site) == before


# What may not replace what is there.


@pytest.mark.parametrize(("text", "says"), [
    ("account,other\na-1,key\n", "no column 'factor'"),
    ("Not found, or not for you", "no column 'account'"),
    ("Sign in first", "none of the formats"),
    ("   \n", "is empty"),
    ("account,factor\na-1\n", "1 cells, the header has 2"),
    ("version https://git-lfs.github.com/spec/v1\noid x\n", "git LFS"),
])  # fmt: skip
def test_what_does_not_read_replaces_nothing(site: Path, text: str, says: str) -> None:
    declare(site, printing(text))
    before = files(site)
    with pytest.raises(Refused) as error:
        collected(site)
    assert says in error.value.message
    assert files(site) == before


def test_what_is_older_replaces_nothing(site: Path) -> None:
    declare(site, printing(ROWS))
    collected(site)
    before = files(site)
    with pytest.raises(Refused, match="older than what is there"):
        collected(site, now=NOW - timedelta(days=1))
    assert files(site) == before


def test_a_report_from_the_future_replaces_nothing(site: Path) -> None:
    (site / "controls/evidence/scan.yml").write_text(f"kind: report\nfile: files/scan.json\ncollect: {{copy: {json.dumps(str(READINGS / 'testssl-pretty.json'))}}}\n")
    with pytest.raises(Refused, match="lies after 2026-11-01"):
        collected(site, "scan", datetime(2026, 11, 1, tzinfo=UTC))


def test_a_declaration_is_not_collected(site: Path, tmp_path: Path) -> None:
    (tmp_path / "shot.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (site / "controls/evidence/word.yml").write_text(f"kind: declaration\nby: Head\nstatement: So it is.\nobserved: 2026-11-01\nuntil: 2027-10-31\nfile: files/a.png\ncollect: {{copy: {json.dumps(str(tmp_path / 'shot.png'))}}}\n")
    with pytest.raises(Refused, match="somebody has to stand by it"):
        collected(site, "word")


# Files, addresses, certificates.


def test_a_copied_file_is_of_the_day_it_was_changed(site: Path, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_text(ROWS)
    made = datetime(2026, 11, 3, 4, 5, 6, tzinfo=UTC)
    os.utime(export, (made.timestamp(), made.timestamp()))
    declare(site, json.dumps({"copy": str(export)}))
    assert collected(site).observed == made
    os.utime(export, (0, NOW.timestamp() + 99999))
    assert collected(site).observed == NOW, "a clock that is ahead makes nothing younger than now"


def test_a_pipe_is_not_waited_for(site: Path) -> None:
    os.mkfifo(site / "pipe")
    declare(site, "{copy: pipe}")
    with pytest.raises(CouldNotTell, match="no regular file"):
        collected(site)


def test_an_address_is_of_the_day_its_host_says(site: Path) -> None:
    with serving(answering(lambda request: request.give(ROWS.encode(), **{"Last-Modified": "Tue, 03 Nov 2026 04:05:06 GMT"}))) as url:
        declare(site, json.dumps({"get": f"{url}export.csv?since=2026"}))
        assert collected(site).observed == datetime(2026, 11, 3, 4, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize("changed_at", [None, "yesterday", "Tue, 03 Nov 2099 04:05:06 GMT"])
def test_an_address_that_does_not_say_is_of_the_moment_it_was_asked(site: Path, changed_at: str | None) -> None:
    said = {} if changed_at is None else {"Last-Modified": changed_at}
    with serving(answering(lambda request: request.give(ROWS.encode(), **said))) as url:
        declare(site, json.dumps({"get": url}))
        assert collected(site).observed == NOW


@pytest.mark.parametrize(("status", "said", "says"), [
    (404, {}, "is not there"), (500, {}, "the host answers 500"), (302, {"Location": "https://elsewhere.example/x"}, "redirects elsewhere"),
])  # fmt: skip
def test_an_address_that_gives_no_file_changes_nothing(site: Path, status: int, said: dict[str, str], says: str) -> None:
    with serving(answering(lambda request: request.give(b"x", status, **said))) as url:
        declare(site, json.dumps({"get": url}))
        with pytest.raises(CouldNotTell, match=says):
            collected(site)


def chain(folder: Path) -> list[bytes]:
    """A server's certificate and the one that signed it, in ``folder`` with the key; the certificates in PEM."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("localhost", "Tern test authority")]
    made = [
        x509.CertificateBuilder().subject_name(names[at]).issuer_name(names[1]).public_key(keys[at].public_key()).serial_number(at + 1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2036, 1, 1, tzinfo=UTC)).sign(keys[1], hashes.SHA256()).public_bytes(Encoding.PEM)
        for at in range(2)
    ]  # fmt: skip
    (folder / "chain.pem").write_bytes(b"".join(made))
    (folder / "key.pem").write_bytes(keys[0].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return made


@contextmanager
def speaking_tls(folder: Path) -> Iterator[int]:
    """A TLS server that shakes hands and hangs up; its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "chain.pem", folder / "key.pem")
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            line, _ = listener.accept()
            with line, context.wrap_socket(line, server_side=True) as spoken:
                spoken.recv(1)
        except OSError:
            pass

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        with socket.create_connection(listener.getsockname()):
            pass
        listener.close()
        thread.join()


def test_a_certificate_chain_is_taken_down_as_it_is_sent(site: Path, tmp_path: Path) -> None:
    made = chain(tmp_path)
    with speaking_tls(tmp_path) as port:
        (site / "controls/evidence/chain.yml").write_text(f"kind: report\nformat: pem-chain\nfile: files/chain.pem\nobserved: 2026-10-01\ncollect: {{tls: '127.0.0.1:{port}'}}\n")
        assert collected(site, "chain").observed == NOW
    assert (site / "controls/evidence/files/chain.pem").read_bytes() == b"".join(made)


def test_one_that_never_speaks_is_given_up(site: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        declare(site, json.dumps({"tls": f"127.0.0.1:{listener.getsockname()[1]}", "timeout": "1"}))
        with pytest.raises(CouldNotTell, match="no answer in time"):
            collected(site)


# Killed at any moment.


@pytest.mark.slow
def test_killed_at_any_moment_nothing_looks_younger_than_it_is(site: Path, tmp_path: Path) -> None:
    declare(site, printing(ROWS))
    states = set()
    for k in range(1, 200):
        copy = tmp_path / f"copy-{k}"
        shutil.copytree(site, copy)
        ended = killed(copy, k)
        content, day = (copy / FILE).read_text() == ROWS, print_moment(NOW) in (copy / ADMINS).read_text()
        states.add((content, day))
        assert (content, day) != (False, True), f"old rows with a new day, killed at {k}"
        assert load(copy).evidence["admins"]
        shutil.rmtree(copy)
        if not ended:
            break
    assert states == {(False, False), (True, False), (True, True)}


def killed(site: Path, k: int) -> bool:
    """Collects in a child that dies at its k-th moment; False where it ended before that."""
    child = os.fork()
    if child == 0:
        try:
            made = load(site)
            with beside(site) as folder:
                found = collecting.make(site, folder, made.evidence["admins"].description.collect, NOW)  # type: ignore[arg-type]
                writes, _ = collecting.accepted(site, folder, made, made.evidence["admins"], found, NOW)
                sys.setprofile(die_at(k))
                collecting.settle(site, writes)
        except BaseException:
            os._exit(1)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


# The command.


def run(site: Path, *words: str) -> int:
    return attest(site, "collect", *words, as_of=None)


def test_exit_codes_and_what_is_said(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    declare(site, printing(ROWS))
    for ident, collector in (("broken", printing("nonsense")), ("absent", '{run: ["no-such-program-anywhere"]}')):
        shutil.copy(site / ADMINS, site / f"controls/evidence/{ident}.yml")
        file = site / f"controls/evidence/{ident}.yml"
        file.write_text(file.read_text().split("collect:")[0])
        declare(site, collector, ident)
    assert run(site, "admins") == 0
    assert "admins: in place" in capsys.readouterr().err
    assert run(site, "absent") == 3
    assert run(site, "broken", "absent") == 1
    capsys.readouterr()
    assert run(site, "--all", "--json") == 1
    found = {one["evidence"]: one for one in json.loads(capsys.readouterr().out)["collected"]}
    assert {ident: one["exitCode"] for ident, one in found.items()} == {"absent": 3, "admins": 0, "broken": 1}
    assert "none of the formats" in found["broken"]["error"]


@pytest.mark.parametrize(("words", "code", "says"), [
    ((), 2, "name evidence, or say --all or --due\nattest: hint: these can be collected: admins"),
    (("admins", "--all"), 2, "name evidence, or say"),
    (("admin",), 2, "did you mean 'admins'?"),
    (("rules-written.1",), 1, "does not say how it is collected"),
    (("admins", "rules-written.1"), 1, "does not say how it is collected"),
])  # fmt: skip
def test_what_cannot_be_collected_is_said_before_anything_runs(site: Path, words: tuple[str, ...], code: int, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    declare(site, printing(ROWS))
    before = files(site)
    assert run(site, *words) == code
    assert says in capsys.readouterr().err
    assert files(site) == before


def test_a_dry_run_does_nothing(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    declare(site, python("open('marker', 'w')"))
    assert run(site, "--all", "--dry-run") == 0
    assert "run: " in capsys.readouterr().out
    assert not (site / "marker").exists()


def test_due_is_what_is_missing_or_soon_out_of_date(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    declare(site, printing(ROWS))
    assert run(site, "--due", "--dry-run") == 0
    assert "nothing is due" in capsys.readouterr().out
    (site / FILE).unlink()
    assert run(site, "--due") == 0
    assert "admins: in place" in capsys.readouterr().err
    control = site / "controls/customers/our-second-factor.yml"
    control.write_text(control.read_text().replace("every: pass", "every: pass\n    max_age: 1w"))
    assert run(site, "--due", "--dry-run") == 0
    assert "admins" in capsys.readouterr().out, "a week from now it is out of date"


# Never otherwise.


def test_nothing_else_knows_how_to_collect() -> None:
    knowing = []
    for file in sorted((ROOT / "attest").rglob("*.py")):
        named = {name for node in ast.walk(ast.parse(file.read_text())) for name in _imports(node)}
        if named & {"attest.authoring.collect", "attest.cli.collect"}:
            knowing.append(file.relative_to(ROOT).as_posix())
    assert knowing == ["attest/cli/collect.py", "attest/cli/renew.py"]


def _imports(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.slow
def test_no_other_verb_ever_runs_a_collector(site: Path, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    declare(site, json.dumps({"run": ["touch", str(marker)]}))
    commit(site)
    keys, public = str(tmp_path / "keys"), str(tmp_path / "public")
    moment = datetime.now(UTC).date().isoformat()
    file = site / ADMINS
    file.write_text(file.read_text().replace("2026-10-05", min(moment, "2026-10-05")))
    for words in (
        ("check", str(site)), ("status", str(site)), ("status", str(site), "--calendar"), ("renew", "--dir", str(site)), ("collect", "--all", "--dry-run", "--dir", str(site)),
        ("attach", "decoys", "--id", "admins", "--dir", str(site)), ("build", str(site), "--site-dir", str(tmp_path / "site")),
        ("keys", "new", "--no-passphrase", "--keys", keys), ("publish", public, "--first", "--dir", str(site), "--keys", keys),
    ):  # fmt: skip
        assert main(list(words)) == 0, words
    repository = tmp_path / "repository.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(site), str(repository)], check=True)
    assert main(["hook", "install", str(repository), "--to", public, "--keys", keys]) == 0
    assert main(["hook", "run", str(repository)]) == 0
    assert not marker.exists()
    main(["collect", "admins", "--dir", str(site)])
    assert marker.exists()
