"""Keys that DNS names: the record's one form, a name server on this machine asked over real packets, and what an answer makes of it."""

from __future__ import annotations

import functools
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest import keys, resolve
from attest.cli import main
from attest.errors import Unreadable, WrongUse
from attest.keys import HighWater
from attest.times import print_moment
from attest.trust import Pin, Trust, parse_trust
from attest.verify.answer import Answer
from attest.verify.named import by_dns
from attest.wire import dns_txt, note
from attest.wire.dns_txt import Named, Record, parse_records, print_record
from tests.conftest import ROOT
from tests.signed_site import KEY, OTHER, ask, noon, p256, pin, site, write

LOG = note.print_vkey(note.VerifierKey("trust.small.example/attestation/log", b"\x05" * 32))
OURS = f"v=attest1; key={KEY.fingerprint}"


# the record


@pytest.mark.parametrize("record", [Record(KEY.fingerprint, None), Record(KEY.fingerprint, LOG)])
def test_what_is_printed_reads_back(record: Record) -> None:
    text = print_record(record)
    assert parse_records([[text.encode()]]) == (record,)
    assert parse_records([[text.encode()[:40], text.encode()[40:]]]) == (record,), "strings are joined without anything between them"


def test_a_long_text_is_split_as_zone_files_want_it() -> None:
    assert dns_txt.strings("a" * 300) == f'"{"a" * 255}" "{"a" * 45}"'
    with pytest.raises(ValueError, match="plain characters"):
        dns_txt.strings('a"b')


@pytest.mark.parametrize("text", ["", "v=spf1 -all", "v=attest10; key=x", "v=attest2; key=x", "google-site-verification=1", " v=attest1; key=x", "V=ATTEST1"])
def test_records_of_others_are_passed_over(text: str) -> None:
    assert parse_records([[text.encode()], [OURS.encode()]]) == (Record(KEY.fingerprint, None),)


@pytest.mark.parametrize("text", [
    "v=attest1", "v=attest1;", "v=attest1; ", "v=attest1 key=x", "v=attest1; key=SHA256:short", OURS + ";", OURS + "; ", OURS + " ", OURS + "; x=1", OURS + "; log=", OURS + "; log=x",
    OURS.replace("; ", ";"), OURS.replace("key=", "Key="), OURS + f"; key={KEY.fingerprint}", f"v=attest1; log={LOG}; key={KEY.fingerprint}", f"v=attest1; log={LOG}", OURS + "\n", OURS + "\u00e9", OURS + f"; log={LOG}" + "=" * 1024,
    OURS + f"; log={LOG[:-2]}==",
])
def test_ours_in_another_form_make_the_whole_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_records([[OURS.encode()], [text.encode()]])


def test_two_keys_are_a_rotation_and_two_logs_are_none() -> None:
    both = [[print_record(Record(key.fingerprint, LOG)).encode()] for key in (KEY, OTHER)]
    assert {record.key for record in parse_records(both)} == {KEY.fingerprint, OTHER.fingerprint}
    assert parse_records(both) == parse_records(both[::-1]), "DNS keeps no order"
    assert len(parse_records([both[0], both[0]])) == 1
    with pytest.raises(Unreadable, match="same log"):
        parse_records([both[0], [f"v=attest1; key={OTHER.fingerprint}".encode()]])
    with pytest.raises(Unreadable, match="at most 8"):
        parse_records([[print_record(Record(p256(number).fingerprint, None)).encode()] for number in range(1, 10)])


@given(st.lists(st.binary(max_size=80), max_size=4), st.binary(max_size=60))
def test_whatever_dns_says_is_read_or_refused(strings: list[bytes], after: bytes) -> None:
    for found in ([strings], [[b"v=attest1", *strings]], [[OURS.encode(), after]]):
        try:
            records = parse_records(found)
        except Unreadable:
            continue
        assert all(parse_records([[print_record(record).encode()]]) == (record,) for record in records)


# a name server


class Server:
    """Answers TXT queries from a dict of name -> records (each a list of strings), over UDP on this machine."""

    def __init__(self) -> None:
        self.zone: dict[str, list[list[str]]] = {}
        self.authentic = False
        self.rcode: dns.rcode.Rcode | None = None
        self.asked: list[dns.message.Message] = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.socket.getsockname()[1]}"

    def _serve(self) -> None:
        while True:
            try:
                data, client = self.socket.recvfrom(4096)
            except OSError:
                return
            if data == b"stop":
                return
            self.socket.sendto(self._answer(dns.message.from_wire(data)).to_wire(), client)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        self.asked.append(query)
        reply, name = dns.message.make_response(query), query.question[0].name
        reply.flags |= dns.flags.RA | (dns.flags.AD if self.authentic else 0)
        found = self.zone.get(name.to_text().rstrip("."))
        if self.rcode is not None or found is None:
            reply.set_rcode(self.rcode if self.rcode is not None else dns.rcode.NXDOMAIN)
        for record in found or ():
            reply.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", " ".join(f'"{part}"' for part in record)))
        return reply

    def stop(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.sendto(b"stop", self.socket.getsockname())
        self.thread.join()
        self.socket.close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.stop()


def asked(server: Server, host: str = "trust.small.example") -> Named:
    return resolve.ask(host, resolve.server_of(server.address))


def test_a_record_is_asked_for_and_read(server: Server) -> None:
    server.zone["_attest.trust.small.example"] = [["v=spf1 -all"], [OURS[:30], OURS[30:]]]
    found = asked(server)
    assert (found.records, found.authenticated, found.wrong) == ((Record(KEY.fingerprint, None),), False, "")
    assert found.name == "_attest.trust.small.example"
    (query,) = server.asked
    assert query.flags & dns.flags.AD
    assert query.ednsflags & dns.flags.DO


def test_the_ad_bit_is_reported(server: Server) -> None:
    server.authentic, server.zone["_attest.trust.small.example"] = True, [[OURS]]
    assert asked(server).authenticated


def test_no_name_and_no_record_are_no_keys(server: Server) -> None:
    assert (asked(server).records, asked(server).wrong) == ((), "")
    server.zone["_attest.trust.small.example"] = []
    assert (asked(server).records, asked(server).wrong) == ((), "")


def test_a_server_that_fails_is_said(server: Server) -> None:
    server.rcode = dns.rcode.SERVFAIL
    assert "cannot be asked for" in asked(server).wrong
    server.rcode = dns.rcode.REFUSED
    assert "cannot be asked for" in asked(server).wrong


def test_nobody_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolve, "PATIENCE", 0.3)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        assert "cannot be asked for" in resolve.ask("trust.small.example", silent.getsockname()).wrong


def test_a_record_that_is_not_in_its_form_is_said(server: Server) -> None:
    server.zone["_attest.trust.small.example"] = [[OURS], ["v=attest1; key=none"]]
    assert asked(server).records == ()
    assert "not in the form" in asked(server).wrong


def test_names_in_other_scripts_are_asked_for_in_theirs(server: Server) -> None:
    server.zone["_attest.xn--bcher-kva.example"] = [[OURS]]
    assert asked(server, "bücher.example").records


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "a" * 64 + ".example"])
def test_numbers_and_no_names_are_wrong_use(server: Server, host: str) -> None:
    with pytest.raises(WrongUse):
        asked(server, host)


@pytest.mark.parametrize(("text", "server"), [("192.0.2.1", ("192.0.2.1", 53)), ("192.0.2.1:5300", ("192.0.2.1", 5300)), ("2001:db8::1", ("2001:db8::1", 53)), ("[2001:db8::1]", ("2001:db8::1", 53)), ("[::1]:99", ("::1", 99))])
def test_name_servers_as_people_write_them(text: str, server: tuple[str, int]) -> None:
    assert resolve.server_of(text) == server


@pytest.mark.parametrize("text", ["", "resolver.example", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:٣", "[::1]:x", "1.2.3.4.5"])
def test_no_name_servers(text: str) -> None:
    with pytest.raises(WrongUse, match="is no name server"):
        resolve.server_of(text)


# what an answer makes of it

HOST = "trust.harbourline.example"


def named(*pairs: tuple[Any, str | None], **over: Any) -> Named:
    return Named(**{"host": HOST, "records": tuple(Record(key.fingerprint, log) for key, log in pairs), **over})


def judged(found: Named, *pins: Pin, key: Any = KEY, call: tuple[Pin, ...] = ()) -> Answer:
    return ask(site(1, key=key), trust=Trust(pins, call), named=found)


def said(answer: Answer) -> list[tuple[str, str]]:
    return [(finding.outcome, finding.what) for finding in answer.steps["signer"].findings]


def test_a_key_that_dns_names_is_a_pin_and_says_so() -> None:
    answer = judged(named((KEY, None)))
    assert answer.word == "valid"
    assert answer.facts.pin is not None
    assert answer.facts.pin.source == f"DNS: _attest.{HOST}, not authenticated by DNSSEC"
    assert "authenticated by DNSSEC, as the resolver says" in judged(named((KEY, None), authenticated=True)).facts.pin.source  # type: ignore[union-attr]
    assert judged(named((OTHER, None), (KEY, None))).word == "valid", "two keys, one of which signed"


def test_another_key_than_dns_names_is_the_wrong_signer() -> None:
    assert judged(named((OTHER, None))).word == "wrong-signer"


def test_dns_of_another_host_says_nothing() -> None:
    answer = judged(named((KEY, None), host="trust.other.example"))
    assert answer.word == "unknown-signer"
    assert "names another host" in said(answer)[-1][1]
    assert judged(named((OTHER, None), host="harbourline.example"), pin()).word == "valid"


def test_no_record_is_no_pin_and_no_objection() -> None:
    assert judged(named()).word == "unknown-signer"
    answer = judged(named(), pin())
    assert (answer.word, said(answer)) == ("valid", [("note", f"DNS names no key: there is no record of ours at _attest.{HOST}")])


def test_dns_that_cannot_be_read_leaves_it_open() -> None:
    assert judged(named(wrong="nobody answers")).word == "unknown-signer"
    answer = judged(named(wrong="nobody answers"), pin())
    assert (answer.word, answer.exit_code) == ("could-not-tell", 3)


def test_dns_never_adds_to_a_pin_and_may_not_contradict_it() -> None:
    assert judged(named((OTHER, None)), pin(), key=OTHER).word == "wrong-signer", "a pin from a contract stands against DNS"
    assert judged(named((OTHER, None)), pin()).word == "wrong-signer", "the pinned key signed, and DNS names another: somebody is wrong"
    answer = judged(named((KEY, None)), pin())
    assert (answer.word, said(answer)) == ("valid", [("note", f"DNS: _attest.{HOST}, not authenticated by DNSSEC says the same")])
    assert answer.facts.pin.source == "contract of 2026-11-01"  # type: ignore[union-attr]
    assert judged(named((KEY, None), (OTHER, None)), pin()).word == "valid", "the next key is announced in DNS already"
    assert judged(named((OTHER, None)), call=(pin(center=None),)).word == "wrong-signer", "a key for the call is a pin, too"
    assert judged(named((KEY, None)), pin(role="officer")).word == "valid", "pins of other roles say nothing of the issuer"


def test_another_log_than_the_statements_is_a_contradiction() -> None:
    for trust in ((), (pin(),)):
        answer = judged(named((KEY, LOG)), *trust)
        assert answer.word == "wrong-signer"
        assert any("another log" in what for _, what in said(answer))


def test_what_is_judged_is_a_value() -> None:
    trust = Trust()
    from attest.verify.envelope import Opened, open_bundle

    opened = open_bundle(site(1)["attestation/bundle.sigstore.json"])
    assert isinstance(opened, Opened)
    assert by_dns(opened, trust, None) == (trust, [])
    assert by_dns(opened, trust, named((KEY, LOG)))[0].pins[0].log == LOG


# the command


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *words: object) -> None:
        return


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A signed site on localhost, whose id is its address."""
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("NO_COLOR", "1")
    web = ThreadingHTTPServer(("localhost", 0), functools.partial(Silent, directory=str(tmp_path / "site")))
    address = f"http://localhost:{web.server_address[1]}/"
    write(site(1, center=address), tmp_path / "site")
    thread = threading.Thread(target=web.serve_forever, daemon=True)
    thread.start()
    yield address
    web.shutdown()
    thread.join()
    web.server_close()


def verify(address: str, server: Server, *words: str) -> int:
    return main(["verify", address, "--dns", "--dns-server", server.address, "--at", print_moment(noon(1)), *words])


def test_a_stranger_verifies_by_dns_alone(served: str, server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server.zone["_attest.localhost"] = [[OURS]]
    assert verify(served, server) == 0
    out = capsys.readouterr().out
    assert f"ok   signer     {KEY.fingerprint}, pinned (DNS: _attest.localhost, not authenticated by DNSSEC)\n" in out
    assert not (tmp_path / "home/attest/seen.json").exists(), "what DNS vouches for moves no memory"
    assert not (tmp_path / "home/attest/trust.toml").exists(), "verifying never makes a pin"
    assert verify(served, server, "--json") == 0
    assert json.loads(capsys.readouterr().out)["pin"]["from"].startswith("DNS: _attest.localhost,")


def test_remembered_from_dns_with_its_source(served: str, server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server.zone["_attest.localhost"] = [[OURS]]
    assert verify(served, server, "--remember") == 0
    (kept,) = parse_trust((tmp_path / "home/attest/trust.toml").read_text(), "t")
    assert (kept.center, kept.key) == (served, KEY.fingerprint)
    assert kept.source.startswith("DNS: _attest.localhost, not authenticated by DNSSEC on ")
    assert main(["verify", served, "--at", print_moment(noon(1))]) == 0, "the pin holds without DNS"
    server.zone["_attest.localhost"] = [[f"v=attest1; key={OTHER.fingerprint}"]]
    assert verify(served, server) == 1, "and DNS is held against it from then on"
    assert "contradicts what you pinned" in capsys.readouterr().out


def test_nothing_is_remembered_of_what_dns_does_not_vouch_for(served: str, server: Server, tmp_path: Path) -> None:
    assert verify(served, server, "--remember") == 3
    server.zone["_attest.localhost"] = [[f"v=attest1; key={OTHER.fingerprint}"]]
    assert verify(served, server, "--remember") == 1
    assert not (tmp_path / "home/attest/trust.toml").exists()


@pytest.mark.parametrize("words", [("verify", ".", "--dns"), ("verify", "http://localhost/", "--dns-server", "127.0.0.1"), ("verify", "http://127.0.0.1/", "--dns"), ("verify", "http://localhost/", "--dns", "--dns-server", "x")])
def test_wrong_use(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(list(words)) == 2
    assert "hint" in capsys.readouterr().err


def test_without_dnspython_the_extra_is_named_and_the_rest_works(served: str, tmp_path: Path) -> None:
    code = "import sys; sys.modules['dns'] = None; from attest.cli import main; sys.exit(main(sys.argv[1:]))"
    run = [sys.executable, "-c", code, "verify", served, "--at", print_moment(noon(1)), "--key", KEY.fingerprint]
    assert subprocess.run(run, cwd=ROOT, capture_output=True).returncode == 0
    without = subprocess.run([*run, "--dns"], cwd=ROOT, capture_output=True, text=True)
    assert without.returncode == 2
    assert 'pip install "attest-center[dns]"' in without.stderr


def test_verifying_without_dns_does_not_load_it(served: str) -> None:
    code = "import sys; from attest.cli import main; main(sys.argv[1:]); sys.exit(9 if 'dns' in sys.modules else 0)"
    assert subprocess.run([sys.executable, "-c", code, "verify", served, "--key", KEY.fingerprint], cwd=ROOT, capture_output=True).returncode == 0


# what to publish


def test_the_keys_folder_prints_what_a_reader_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opened = keys.create(tmp_path / "keys", "p256", None)
    words = ["keys", "show", "--contract", "--keys", str(tmp_path / "keys")]
    assert main(words) == 0
    shown = capsys.readouterr()
    assert "_attest.<host>. IN TXT" in shown.out
    assert "--center" in shown.err
    keys.write_highwater(tmp_path / "keys", HighWater(f"https://{HOST}/trust/", 1, "ab" * 32))
    assert main(words) == 0
    out = capsys.readouterr().out
    log = note.print_vkey(note.key_of_spki(f"{HOST}/trust/attestation/log", opened.log.spki))  # type: ignore[union-attr]
    assert f'  _attest.{HOST}. IN TXT "v=attest1; key={opened.signer.fingerprint}; log={log}"\n' in out
    assert f"of our trust center https://{HOST}/trust/ are signed with the key {opened.signer.fingerprint}. Its log is signed with the key {log}. " in out
    assert "BEGIN PUBLIC KEY" not in out
    assert main([*words, "--json", "--center", "https://other.example/"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["dns"]["name"] == "_attest.other.example."
    assert parse_records([[record.encode()] for record in said["dns"]["records"]]) == (Record(opened.signer.fingerprint, said["log"]),)
