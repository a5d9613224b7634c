"""What a party's files come to: answers read, attestations verified under the party's own pin, and `attest review` over them, in a real folder."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from attest.cli import main
from attest.cli.reviews import COLUMNS, safe_cell
from attest.gather import Means, gather
from attest.load import load
from attest.load.parties import read_parties
from attest.load.shape import shaped
from attest.model.answers import Answers
from attest.sign import sign_answers
from attest.times import print_moment
from tests.signed_site import BUNDLE, KEY, OTHER, Key, Memory, in_bundle, noon, site, write

CENTER = Path(__file__).parent / "cases" / "review" / "center"
THEIRS = "https://trust.nordlys.example/"
AT = noon(3)


class Hand:
    """A signer over a test's key."""

    def __init__(self, key: Key) -> None:
        self.spki, self.fingerprint, self._key = key.spki, key.fingerprint, key

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The center as a folder, the reader's configuration elsewhere."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    return shutil.copytree(CENTER, tmp_path / "kestrel")


def party(home: Path, **over: Any) -> None:
    """Writes keys of the party's file anew."""
    file = home / "controls/parties/nordlys.yml"
    file.write_text(yaml.safe_dump({**yaml.load(file.read_text(), Loader=yaml.BaseLoader), **over}, sort_keys=False))


def answers(home: Path, **over: Any) -> Any:
    said = yaml.load((home / "controls/parties/answers/nordlys.yml").read_text(), Loader=yaml.BaseLoader)
    return shaped(Answers, json.dumps({**said, **over}).encode(), "nordlys.json")[0]


def gathered(home: Path, reach: Callable[[str], Any] | None = None, at: Any = AT) -> Any:
    center = load(home)
    shelf, problems = read_parties(home, center.profile)
    assert not problems
    return gather(shelf, shelf.parties.parties["nordlys"], center.acceptance["suppliers"], Means(at, center.profile.id, center.questionnaires, reach))


def run(home: Path, *words: str, at: Any = AT) -> int:
    return main(["review", *words, "--dir", str(home), "--at", print_moment(at)])


# Answers.


def signed(home: Path, key: Key, expected: Key | None, **over: Any) -> Any:
    (home / "controls/parties/answers/nordlys.sigstore.json").write_bytes(sign_answers(answers(home, **over), Hand(key)))  # type: ignore[arg-type]
    party(home, answers=[{"file": "nordlys.sigstore.json", **({"key": expected.fingerprint, "from": "told by telephone"} if expected else {})}])
    return gathered(home)


def test_answers_signed_by_the_key_that_is_named(home: Path) -> None:
    sheet = signed(home, KEY, KEY).known.sheets[0]
    assert (sheet.received.signed, sheet.received.key, sheet.received.why, set(sheet.answers)) == ("signed", KEY.fingerprint, None, {"second-factor"})
    assert sheet.received.complete == (1, 2)


def test_answers_signed_by_another_key_are_not_used(home: Path) -> None:
    sheet = signed(home, OTHER, KEY).known.sheets[0]
    assert (sheet.received.signed, sheet.another, sheet.answers) == ("refused", True, {})
    assert OTHER.fingerprint in sheet.received.why


def test_a_signature_by_a_key_that_nobody_named_counts_for_nothing(home: Path) -> None:
    sheet = signed(home, KEY, None).known.sheets[0]
    assert (sheet.received.signed, sheet.received.key, set(sheet.answers)) == ("unsigned", None, {"second-factor"})
    assert "does not say whose key that is" in sheet.received.why


def test_answers_changed_after_they_were_signed_are_not_used(home: Path) -> None:
    signed(home, KEY, KEY)
    file = home / "controls/parties/answers/nordlys.sigstore.json"
    bundle = json.loads(file.read_bytes())
    bundle["dsseEnvelope"]["signatures"][0]["sig"] = "A" + bundle["dsseEnvelope"]["signatures"][0]["sig"][1:]
    file.write_text(json.dumps(bundle))
    sheet = gathered(home).known.sheets[0]
    assert (sheet.received.signed, sheet.answers) == ("refused", {})


def test_plain_answers_where_a_signature_is_expected_are_not_used(home: Path) -> None:
    party(home, answers=[{"file": "nordlys.yml", "key": KEY.fingerprint, "from": "told by telephone"}])
    sheet = gathered(home).known.sheets[0]
    assert (sheet.received.signed, sheet.another) == ("refused", True)
    assert "is not signed" in sheet.received.why


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("gone.yml", None, "is not there"),
        ("../nordlys.yml", b"", "leaves the folder"),
        (f"{'long' * 100}.yml", None, "cannot be read"),
        ("torn.yml", b"questionnaire: {id: access", "controls/parties/answers/torn.yml:2"),
        ("strange.yml", b"questionnaire: {id: access, version: '1'}\nby: {name: Nordlys}\nanswered_at: soon\nanswers: {a: b}\n", "strange.yml:3: answered_at"),
        ("many.yml", b"questionnaire: {id: access, version: '1'}\nby: {name: Nordlys}\nanswered_at: 2026-11-01\nanswers:\n" + b"".join(b"  a%d: b\n" % n for n in range(200_000)), "larger than 1 MiB"),
        ("hidden.yml", "questionnaire: {id: access, version: '1'}\nby: {name: Nordlys}\nanswered_at: 2026-11-01\nanswers: {a: 'x\u202ey'}\n".encode(), "hidden.yml:4"),
        ("bad.sigstore.json", b"{}", "cannot be read"),
        ("huge.sigstore.json", b" " * (4 * 2**20 + 1), "larger than 4 MiB"),
    ],
)
def test_answers_that_cannot_be_read_are_said_and_lose_nothing_else(home: Path, name: str, data: bytes | None, why: str, capsys: pytest.CaptureFixture[str]) -> None:
    if data is not None and "/" not in name:
        (home / "controls/parties/answers" / name).write_bytes(data)
    party(home, answers=[{"file": "nordlys.yml"}, {"file": name}])
    found = gathered(home)
    assert [sheet.received.signed for sheet in found.known.sheets] == ["unsigned", "refused"]
    assert why in found.known.sheets[1].received.why
    assert [problem for problem in found.problems if name in problem]
    assert run(home, "nordlys") == 3
    assert "could not tell" in capsys.readouterr().out


# Their attestation.


def attested(home: Path, key: Key | None = KEY, **over: Any) -> None:
    where = {"where": THEIRS, **over}
    party(home, attestation={**where, **({"key": key.fingerprint, "from": "the contract"} if key else {})})


def told(home: Path, files: dict[str, bytes], at: Any = AT) -> Any:
    return gathered(home, lambda address: Memory(files, lists=False), at)


def test_an_attestation_that_holds(home: Path) -> None:
    attested(home)
    known = told(home, site(3, center=THEIRS)).known
    assert (known.bundle.word, known.bundle.release, known.bundle.key) == ("valid", 3, KEY.fingerprint)
    assert known.attestation.verdicts["encrypted"] == "met"
    assert "encrypted" in known.attestation.serving["csf", "PR.DS-02"]


@pytest.mark.parametrize(
    ("word", "key", "center", "change"),
    [
        ("unknown-signer", None, THEIRS, None),
        ("wrong-signer", OTHER, THEIRS, None),
        ("wrong-party", KEY, "https://trust.fjordhost.example/", None),
        ("forged", KEY, THEIRS, lambda files: files.update({"customers/encrypted.html": b"changed"})),
        ("forged", KEY, THEIRS, lambda files: in_bundle(files, lambda value: value["dsseEnvelope"]["signatures"][0].update(sig="AAAA"))),
        ("could-not-tell", KEY, THEIRS, lambda files: files.pop(BUNDLE)),
    ],
)
def test_an_attestation_that_does_not_hold_says_nothing(home: Path, word: str, key: Key | None, center: str, change: Any) -> None:
    attested(home, key)
    files = site(3, center=center)
    if change is not None:
        change(files)
    found = told(home, files)
    assert found.known.bundle.word == word, found.known.bundle
    assert found.known.attestation is None
    assert found.known.bundle.why
    assert bool(found.problems) == (word == "could-not-tell")


def test_a_stale_attestation_says_nothing(home: Path) -> None:
    attested(home)
    known = told(home, site(3, center=THEIRS), noon(60)).known
    assert (known.bundle.word, known.attestation) == ("stale", None)


def test_what_ran_out_since_it_was_stated_is_taken_off(home: Path) -> None:
    attested(home)
    assert told(home, site(3, center=THEIRS), noon(34)).known.attestation.verdicts["encrypted"] == "unknown"


def test_a_copy_of_their_site_and_a_bundle_alone(home: Path) -> None:
    files = site(3, center=THEIRS)
    write(files, home / "controls/parties/bundles/site")
    (home / "controls/parties/bundles/alone.sigstore.json").write_bytes(files[BUNDLE])
    attested(home, where="site", center=THEIRS)
    assert gathered(home).known.attestation.serving
    attested(home, where="alone.sigstore.json", center=THEIRS)
    assert gathered(home).known.attestation.serving is None
    (home / "controls/parties/bundles/alone.assessment.json").write_bytes(files["attestation/assessment.json"])
    assert gathered(home).known.attestation.serving
    (home / "controls/parties/bundles/alone.assessment.json").write_bytes(site(2, center=THEIRS)["attestation/assessment.json"])
    found = gathered(home)
    assert (found.known.bundle.word, found.known.attestation) == ("could-not-tell", None)
    assert "is not the assessment that the bundle signs" in found.problems[0]


@pytest.mark.parametrize("where", ["../../center.yml", "gone.sigstore.json", "/etc/passwd"])
def test_a_bundle_that_is_not_there_or_lies_elsewhere(home: Path, where: str) -> None:
    attested(home, where=where, center=THEIRS)
    assert gathered(home).known.bundle.word == "could-not-tell"


def test_a_copy_of_their_site_behind_a_link_is_not_read(home: Path, tmp_path: Path) -> None:
    write(site(3, center=THEIRS), tmp_path / "elsewhere")
    (home / "controls/parties/bundles").mkdir(exist_ok=True)
    (home / "controls/parties/bundles/link").symlink_to(tmp_path / "elsewhere")
    attested(home, where="link", center=THEIRS)
    found = gathered(home)
    assert (found.known.bundle.word, found.known.attestation) == ("could-not-tell", None)
    assert "symbolic link" in found.problems[0]


def test_nothing_is_fetched_offline_or_without_an_address(home: Path) -> None:
    def never(address: str) -> Any:
        raise AssertionError(address)

    assert gathered(home, never).known.bundle is None
    attested(home)
    assert gathered(home).problems == (f"{THEIRS}: was not asked for, as --offline says",)


# The command.


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder behind a host of this machine."""
    folder = tmp_path / "served"
    folder.mkdir()

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *said: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_accepted_by_their_attestation_at_an_address(home: Path, served: tuple[Path, str], capsys: pytest.CaptureFixture[str]) -> None:
    write(site(3, center=THEIRS), served[0])
    attested(home, where=served[1], center=THEIRS)
    assert run(home, "nordlys") == 0
    said = capsys.readouterr().out
    assert said.startswith("Nordlys, supplier: accept")
    for words in ("by rule all-kept", "✓ met      encrypted", "attestation, promise encrypted: met", "valid: http://127.0.0.1", "grid: Attacks on those who run grids (sector energy)", "absent   breach-notice", "✗ not-met  on-the-way", "promise patching: not-met"):
        assert words in said
    assert "says-two-things" not in said  # one attestation, two promises: the worse counts, and nobody contradicts anybody


def test_nobody_is_accepted_by_a_program_whom_a_person_turned_away(home: Path, served: tuple[Path, str]) -> None:
    """The policy comes to accept; a decision that stands does not, and what asks by the exit code hears it."""
    write(site(3, center=THEIRS), served[0])
    attested(home, where=served[1], center=THEIRS)
    assert run(home, "nordlys") == 0
    party(home, decisions=[{"date": "2026-11-01", "outcome": "reject", "by": "Managing Director", "why": "They lied to us"}])
    assert run(home, "nordlys") == 1
    party(home, decisions=[{"date": "2025-11-01", "outcome": "reject", "by": "Managing Director", "why": "They lied to us", "until": "2026-01-01"}])
    assert run(home, "nordlys") == 0


def test_rejected_where_somebody_else_signed(home: Path, served: tuple[Path, str], capsys: pytest.CaptureFixture[str]) -> None:
    write(site(3, center=THEIRS, key=OTHER), served[0])
    attested(home, where=served[1], center=THEIRS)
    assert run(home, "nordlys", "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["outcome"], found["rule"], found["exit"], found["attestation"]["word"]) == ("reject", "not-theirs", 1, "wrong-signer")
    assert [flag["id"] for flag in found["flags"]] == ["answers-unsigned", "attestation-not-valid"]


def test_asked_where_nothing_shows_it(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(home) == 1
    rows = capsys.readouterr().out.splitlines()
    assert rows[0].split() == ["party", "kind", "tier", "outcome", "decision", "next", "due", "warnings"]
    assert [*rows[1].split()[:5], rows[1].split()[-1]] == ["nordlys", "supplier", "ordinary", "ask", "none", "answers-unsigned"]


def test_the_worst_of_several_is_the_exit_code(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    attested(home)
    assert run(home, "--offline") == 3
    capsys.readouterr()
    (home / "controls/parties/aspen.yml").write_text("name: Aspen\nkind: supplier\n")
    assert run(home, "--all", "--offline", "--json") == 1
    assert [(one["party"], one["exit"]) for one in json.loads(capsys.readouterr().out)["reviews"]] == [("aspen", 1), ("nordlys", 3)]


def test_a_party_that_cannot_be_read_is_said_and_never_lost(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "controls/parties/aspen.yml").write_text("name: Aspen\nkind: nobody\n")
    assert run(home, "--all") == 1
    assert "aspen.yml:2: kind" in capsys.readouterr().err
    assert run(home, "aspen") == 1
    assert "cannot be read as it is" in capsys.readouterr().err


def test_a_policy_that_is_not_there_stops_nobody_else(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "controls/parties/aspen.yml").write_text("name: Aspen\nkind: customer\n")
    assert run(home, "--all") == 1
    said = capsys.readouterr()
    assert "there is no acceptance policy for customers" in said.err
    assert "nordlys" in said.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nordly"], "did you mean 'nordlys'?"),
        (["nordlys", "--all"], "name one party"),
        (["--self"], "--self needs the policy"),
        (["--answers", "x.yml"], "use them with --self"),
        (["nordlys", "--policy", "supplier"], "did you mean 'suppliers'?"),
        (["--self", "--policy", "suppliers", "--key", "x"], "name it with --bundle"),
        (["nordlys", "--html", "desk"], "leave the party away"),
    ],
)
def test_wrong_use(home: Path, words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(home, *words) == 2
    assert says in capsys.readouterr().err


def test_csv_holds_no_formula_and_is_for_its_owner_alone(home: Path, tmp_path: Path) -> None:
    party(home, name="=HYPERLINK(1)", answers=[], decisions=[{"date": "2026-11-01", "outcome": "accept", "by": "+the boss", "until": "2026-12-01"}])
    assert run(home, "--csv", str(tmp_path / "register.csv")) == 1
    file = tmp_path / "register.csv"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_bytes().startswith(b"\xef\xbb\xbfparty,"), "else a spreadsheet program reads names in the letters of another country"
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    found = dict(zip(*rows, strict=True))
    assert (found["name"], found["decided_by"], found["decision"], found["must_missing"]) == ("'=HYPERLINK(1)", "'+the boss", "accept", "2")
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


@pytest.mark.parametrize("place", ["content/register.csv", "controls/parties/register.csv", "public/register.csv"])
def test_csv_lies_nowhere_that_is_published(home: Path, place: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(home, "--csv", str(home / place)) == 1
    assert "this is private" in capsys.readouterr().err
    assert not (home / place).exists()


def test_csv_lies_in_no_repository_that_would_take_it(home: Path, require_tool: Callable[[str], str], capsys: pytest.CaptureFixture[str]) -> None:
    def git(*words: str) -> None:
        subprocess.run([require_tool("git"), "-C", str(home), *words], check=True, capture_output=True)

    git("init", "-q")
    assert run(home, "--csv", str(home / "register.csv")) == 1
    assert "add /register.csv to .gitignore" in capsys.readouterr().err
    (home / ".gitignore").write_text("/register.csv/\n")
    assert run(home, "--csv", str(home / "register.csv")) == 1
    assert "git would take" in capsys.readouterr().err, "that ignores a folder of the name"
    (home / ".gitignore").write_text("/register.csv\n")
    for _ in range(2):
        run(home, "--csv", str(home / "register.csv"))
        assert "for your eyes alone" in capsys.readouterr().err
    git("add", "-f", "register.csv")
    run(home, "--csv", str(home / "register.csv"))
    assert "is in git, and this is private" in capsys.readouterr().err


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "  =1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert safe_cell(cell)[0] not in "=+-@\t\r"
    assert cell.strip() in safe_cell(cell) or "\\u00" in safe_cell(cell)


def test_a_terminal_is_not_drawn_over(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    attested(home, where="x\u001b[2J", center=THEIRS)
    run(home, "nordlys")
    assert "\u001b" not in capsys.readouterr().out


# Ourselves.


def test_a_name_of_two_lines_is_one_line_of_the_register(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    party(home, access=[{"what": "staging\nnordlys  supplier  ordinary  accept", "granted": "2025-01-01"}])
    assert run(home, "--all") == 1
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_ourselves_against_a_published_policy(home: Path, served: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from attest.model.acceptance import public_policy
    from attest.model.questionnaire import public_form

    center = load(home)
    (served[0] / "acceptance").mkdir()
    (served[0] / "questionnaires").mkdir()
    (served[0] / "acceptance/suppliers.json").write_text(json.dumps(public_policy(center.acceptance["suppliers"], "suppliers", center.profile.id, center.profile.name)))
    (served[0] / "questionnaires/access.json").write_text(json.dumps(public_form(center.questionnaires["access"], "access", center.profile.id, center.profile.name)))
    write(site(3, center=THEIRS), tmp_path / "public")
    mine = str(home / "controls/parties/answers/nordlys.yml")
    words = ["review", "--self", "--policy", f"{served[1]}acceptance/suppliers.json", "--at", print_moment(AT)]

    assert main([*words, "--bundle", str(tmp_path / "public"), "--key", KEY.fingerprint, "--answers", mine, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {one["id"]: one["word"] for one in found["requirements"]} == {"second-factor": "met", "encrypted": "met", "on-the-way": "not-met", "attested": "met"}
    assert (found["rule"], found["answers"][0]["answered"], found["answers"][0]["asked"]) == ("no-rules", 1, 2)

    assert main([*words, "--answers", mine, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert {one["id"]: one["word"] for one in found["requirements"]} == {"second-factor": "met", "encrypted": "missing", "on-the-way": "missing", "attested": "missing"}

    assert main([*words, "--bundle", str(tmp_path / "public"), "--key", OTHER.fingerprint]) == 1
    assert "wrong-signer" in capsys.readouterr().out


THEIR_POLICY = """\
title: What we require
version: "1"
for: supplier
owner_name: Kestrel (fictional)
questionnaires: [reach]
requirements:
  - {id: second-factor, title: A second factor, shown_by: [{item: second-factor, of: reach, is: "yes"}, {contract: access, is: agreed}]}
  - {id: watched, title: Visits are watched, some: "yes", shown_by: [{item: watched, of: reach, is: "yes"}, {access: overseen, is: "yes"}]}
  - {id: agreement, title: An agreement is signed, shown_by: [{contract: processing-agreement, is: agreed}]}
clauses: [breach-notice]
"""
THEIR_FORM = """\
title: What you reach
version: "1"
about: supplier
sections:
  - id: reach
    title: Reach
    items:
      - {id: second-factor, ask: A second factor?, kind: yes-no}
      - {id: reaches, ask: Do you reach our machines?, kind: yes-no}
      - {id: watched, ask: May we watch?, kind: yes-no, show_if: {item: reaches, is: "yes"}}
"""


def their_policy(served: tuple[Path, str], tmp_path: Path, said: str) -> list[str]:
    """Their policy on their site, our answers beside us."""
    for path, text in (("acceptance/p.json", THEIR_POLICY), ("questionnaires/reach.json", THEIR_FORM)):
        (served[0] / path).parent.mkdir(exist_ok=True)
        (served[0] / path).write_text(text)
    (tmp_path / "ours.yml").write_text(f'questionnaire: {{id: reach, version: "1"}}\nby: {{name: Us}}\nanswered_at: {print_moment(AT)}\nanswers: {{{said}}}\n')
    return ["review", "--self", "--policy", f"{served[1]}acceptance/p.html", "--answers", str(tmp_path / "ours.yml"), "--at", print_moment(AT)]


@pytest.mark.parametrize(("said", "code", "counted", "aside"), [
    ('second-factor: "yes", reaches: "no"', 0, {"second-factor": "met"}, {"agreement", "watched"}),
    ('second-factor: "yes", reaches: "yes"', 1, {"second-factor": "met", "watched": "missing"}, {"agreement"}),
    ('second-factor: "yes"', 1, {"second-factor": "met", "watched": "missing"}, {"agreement"}),
    ('reaches: "no"', 1, {"second-factor": "missing"}, {"agreement", "watched"}),
])  # fmt: skip
def test_of_ourselves_only_what_we_can_show_is_counted(
    home: Path, served: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str], said: str, code: int, counted: dict[str, str], aside: set[str],
) -> None:  # fmt: skip
    """What the contract says only they know; what is asked of some is left aside where answers say that it is not asked of us, and not before."""
    words = their_policy(served, tmp_path, said)
    assert main([*words, "--json"]) == code
    found = json.loads(capsys.readouterr().out)
    assert {one["id"]: one["word"] for one in found["requirements"]} == counted
    assert {one["id"] for one in found["notCounted"]} == aside


def test_what_ourselves_come_to_is_said_to_us(home: Path, served: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(their_policy(served, tmp_path, 'second-factor: "no", reaches: "yes", watched: "yes"')) == 1
    said = capsys.readouterr().out
    for part in ("this company, held against What we require of Kestrel (fictional) (p, version 1): 1 of what has to be met is not shown", "watched: Visits are watched *", "* asked of some alone", "only they can tell, and not counted here\n  agreement: An agreement is signed", "what the contract has to speak of\n  breach notice"):
        assert part in said, part
    for word in ("they gave", "first review", "the party's file", "absent  "):
        assert word not in said


def test_our_own_signature_is_ours(home: Path, served: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = their_policy(served, tmp_path, 'second-factor: "yes", reaches: "no"')
    (tmp_path / "ours.sigstore.json").write_bytes(sign_answers(shaped(Answers, (tmp_path / "ours.yml").read_bytes(), "ours.yml")[0], Hand(OTHER)))  # type: ignore[arg-type]
    assert main([str(tmp_path / "ours.sigstore.json") if word.endswith("ours.yml") else word for word in words] + ["--json"]) == 0
    (sheet,) = json.loads(capsys.readouterr().out)["answers"]
    assert (sheet["signed"], sheet["key"], sheet["why"]) == ("signed", OTHER.fingerprint, None)


def test_without_anything_of_ours_the_ways_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["review", "--self", "--policy", "https://trust.kestrel.example/acceptance/suppliers.json"]) == 2
    said = capsys.readouterr().err
    assert all(way in said for way in ("--dir", "--bundle WHERE", "--answers FILE"))


def test_our_sources_as_they_stand(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = tmp_path / "theirs.yml"
    policy.write_text('title: T\nversion: "1"\nfor: supplier\nrequirements:\n  - {id: alarm, title: An alarm, shown_by: [{control: drivers-vetted, is: met}]}\n')
    code = run(home, "--self", "--policy", str(policy), "--json")
    found = json.loads(capsys.readouterr().out)
    assert found["requirements"][0]["word"] == "met"
    assert "attestation, promise drivers-vetted" in found["requirements"][0]["where"][0]
    assert code == 0


def test_a_policy_that_is_none(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "theirs.json").write_text('{"title": "T",\n "version": "1", "for": "supplier", "requirments": []}')
    assert run(home, "--self", "--policy", str(tmp_path / "theirs.json")) == 1
    said = capsys.readouterr().err
    assert "theirs.json:2: requirments: unknown key 'requirments', did you mean 'requirements'?" in said
    assert f"1 problem in {tmp_path / 'theirs.json'}" in said, "it is no source of ours, so `attest check` finds nothing in it"


def test_a_policy_that_is_not_what_it_looks_like(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "theirs.json").write_text('{"title": "T\u202e", "version": "1", "for": "supplier", "requirements": [{"id": "a", "title": "A", "shown_by": [{"attestation": "word", "is": "valid"}]}]}', "utf-8")
    assert run(home, "--self", "--policy", str(tmp_path / "theirs.json")) == 1
    assert "direction" in capsys.readouterr().err


def test_a_published_questionnaire_that_is_none_is_said(home: Path, served: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("acceptance", "questionnaires"):
        (served[0] / folder).mkdir()
    asked = {"item": "second-factor", "of": "access", "is": "yes"}
    policy = {"title": "T", "version": "1", "for": "supplier", "questionnaires": ["access"], "requirements": [{"id": "a", "title": "A", "shown_by": [asked]}]}
    (served[0] / "acceptance/suppliers.json").write_text(json.dumps(policy))
    (served[0] / "questionnaires/access.json").write_text('{"title": "T", "version": "1", "about": "supplier"}')
    mine = str(home / "controls/parties/answers/nordlys.yml")
    run(home, "--self", "--policy", f"{served[1]}acceptance/suppliers.json", "--answers", mine)
    assert "answers to access are not held against it: 1 problem in http://" in capsys.readouterr().err
