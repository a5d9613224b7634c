"""The byte formats against worked vectors, and print against parse. What they refuse is in test_wire_refused."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import given
from hypothesis import strategies as st

from attest.errors import Unreadable
from attest.wire import base64_strict, bundle, commitment, dsse, jcs, openssh, pkcs8, publickey, sha256sums, sshsig, strict_json
from attest.words import MANIFEST_NAMESPACE, PAYLOAD_TYPE

FOLDER = Path(__file__).parent / "cases" / "wire"
GOOD = FOLDER / "good"

ED25519 = ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
P256 = ec.derive_private_key(int.from_bytes(hashlib.sha256(b"attest test key, p256").digest(), "big"), ec.SECP256R1())
KEYS = {"ed25519": ED25519, "p256": P256}
SPKI = {name: publickey.spki(key.public_key()) for name, key in KEYS.items()}
kinds = pytest.mark.parametrize("kind", KEYS)


def sign(kind: str, message: bytes) -> bytes:
    return ED25519.sign(message) if kind == "ed25519" else P256.sign(message, ec.ECDSA(SHA256()))


SIGNED = {name: sign(name, b"message") for name in KEYS}


def vectors(name: str) -> list[Any]:
    cases = json.loads((FOLDER / "vectors" / f"{name}.json").read_bytes())
    return [pytest.param(case, id=case["name"]) for case in cases]


# JSON: canonical, and strictly read


@pytest.mark.parametrize("case", vectors("jcs"))
def test_canonical_json_of_worked_vectors(case: dict[str, Any]) -> None:
    expected = bytes.fromhex(case["hex"]) if "hex" in case else case["text"].encode()
    assert jcs.canonical(case["value"]) == expected
    assert strict_json.parse(expected) == case["value"]


@pytest.mark.parametrize(("value", "why"), [
    (1.0, "float has no canonical form"),
    ({"a": [float("nan")]}, "float has no canonical form"),
    (2**53, "2\\*\\*53 or more"),
    (-(2**53), "2\\*\\*53 or more"),
    ("\ud800", "surrogates not allowed"),
    ({"\udfff": 1}, "surrogates not allowed"),
    ({1: "a"}, "a key has to be a string"),
    ({None: "a"}, "a key has to be a string"),
    (b"bytes", "bytes has no canonical form"),
    ({"a"}, "set has no canonical form"),
])
def test_what_has_no_canonical_form(value: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        jcs.canonical(value)


def test_nesting_has_one_bound_for_printing_and_parsing() -> None:
    deep: list[Any] = []
    for _ in range(strict_json.MAX_DEPTH):
        deep = [deep]
    assert strict_json.parse(jcs.canonical(deep)) == deep
    with pytest.raises(ValueError, match="nested too deeply"):
        jcs.canonical([deep])
    with pytest.raises(Unreadable, match="nested too deeply"):
        strict_json.parse(b"[" + jcs.canonical(deep) + b"]")


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_canonical_json_reads_back_and_prints_the_same(value: Any) -> None:
    printed = jcs.canonical(value)
    assert strict_json.parse(printed) == value
    assert jcs.canonical(strict_json.parse(printed)) == printed


def by_the_letter(value: Any) -> str:
    """RFC 8785, 3.2, said slowly."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{by_the_letter(key)}:{by_the_letter(value[key])}" for key in sorted(value, key=lambda key: key.encode("utf-16-be"))) + "}"
    return "[" + ",".join(map(by_the_letter, value)) + "]" if isinstance(value, list) else json.dumps(value, ensure_ascii=False)


@given(values)
def test_canonical_json_is_what_the_letter_says(value: Any) -> None:
    assert jcs.canonical(value) == by_the_letter(value).encode()
    assert jcs.canonical({"\ue000": value, "\U00010000": 1}) == by_the_letter({"\ue000": value, "\U00010000": 1}).encode()


@given(st.lists(st.tuples(texts, st.integers(0, 9)), unique_by=lambda pair: pair[0], max_size=6), st.randoms())
def test_the_order_of_writing_does_not_show(pairs: list[tuple[str, int]], random: Any) -> None:
    shuffled = list(pairs)
    random.shuffle(shuffled)
    assert jcs.canonical(dict(pairs)) == jcs.canonical(dict(shuffled))


def test_the_message_names_the_document() -> None:
    with pytest.raises(Unreadable, match=r"^the answer sheet is not strict JSON"):
        strict_json.parse(b"{", "the answer sheet")


def test_a_repeated_key_of_a_megabyte_is_not_repeated_in_the_message() -> None:
    key = b'"' + b"k" * 2**20 + b'":1'
    with pytest.raises(Unreadable) as caught:
        strict_json.parse(b"{" + key + b"," + key + b"}")
    assert len(caught.value.message) < 200


# base64


@given(st.binary())
def test_base64_there_and_back(data: bytes) -> None:
    assert base64_strict.decode(base64_strict.encode(data)) == data


@given(st.text("ABQUIJ+/-_= \n", max_size=12))
def test_base64_has_one_text_for_each_value(text: str) -> None:
    try:
        data = base64_strict.decode(text)
    except Unreadable:
        return
    assert base64_strict.encode(data) == text


# the manifest

paths = st.lists(st.text("abcXYZ019._-", min_size=1, max_size=8).filter(lambda part: part not in (".", "..")), min_size=1, max_size=3).map("/".join)
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)


@given(st.dictionaries(paths.filter(lambda path: path != "-"), digests, min_size=1, max_size=8))
def test_manifest_there_and_back(files: dict[str, str]) -> None:
    if len({path.lower() for path in files}) < len(files):
        with pytest.raises(ValueError, match="differ only in case"):
            sha256sums.print_manifest(files)
        return
    printed = sha256sums.print_manifest(files)
    assert sha256sums.parse_manifest(printed) == files
    assert printed == b"".join(sorted(printed.splitlines(keepends=True), key=lambda line: line[66:-1]))


@pytest.mark.parametrize(("path", "why"), [
    ("", "plain relative path"), ("/a", "plain relative path"), ("a//b", "plain relative path"), ("a/./b", "plain relative path"),
    ("..", "plain relative path"), ("a/", "plain relative path"), ("ä", "character"), ("a b", "character"), ("a\nb", "character"),
    ("a\\b", "character"), ("-", "standard input"), ("a" * 1025, "1024"),
])
def test_paths_that_cannot_be_listed(path: str, why: str) -> None:
    assert why in sha256sums.path_problem(path)
    with pytest.raises(ValueError, match=why):
        sha256sums.print_manifest({path: "0" * 64})


@pytest.mark.parametrize("path", ["a", "a/b.html", ".well-known/security.txt", "...", "-a", "a" * 1024])
def test_paths_that_can(path: str) -> None:
    assert sha256sums.path_problem(path) == ""


def test_a_manifest_takes_only_sha256_in_hex_and_at_least_one_file() -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        sha256sums.print_manifest({"a": "0" * 63})
    with pytest.raises(ValueError, match="not a SHA-256"):
        sha256sums.print_manifest({"a": "0" * 64 + "\n"})
    with pytest.raises(ValueError, match="no file"):
        sha256sums.print_manifest({})


# commitments


@pytest.mark.parametrize("case", vectors("commitment"))
def test_commitments_of_worked_vectors(case: dict[str, Any]) -> None:
    """The inputs were laid out and hashed with xxd and openssl, so nothing here is checked against itself."""
    secret, digest = bytes.fromhex(case["secret"]), hashlib.sha256(case["file"].encode()).digest()
    assert digest.hex() == case["digest"]
    if case["release"] is None:
        salt = commitment.file_salt(secret, case["id"], digest)
    else:
        salt = commitment.control_salt(secret, case["release"], case["id"], digest)
    assert salt.hex() == case["salt"]
    assert hashlib.sha256(bytes.fromhex(case["commitmentInput"])).hexdigest() == case["commitment"]
    assert commitment.commit(salt, case["id"], digest) == case["commitment"]


@given(st.tuples(st.text("ab", max_size=3), st.binary(min_size=32, max_size=32)), st.tuples(st.text("ab", max_size=3), st.binary(min_size=32, max_size=32)))
def test_another_id_or_file_gives_another_commitment(one: tuple[str, bytes], other: tuple[str, bytes]) -> None:
    salt = bytes(32)
    assert (commitment.commit(salt, *one) == commitment.commit(salt, *other)) == (one == other)
    assert (commitment.file_salt(salt, *one) == commitment.file_salt(salt, *other)) == (one == other)


def test_a_withheld_control_cannot_be_followed_from_release_to_release() -> None:
    salts = {commitment.control_salt(bytes(32), release, "x", bytes(32)) for release in range(1, 50)}
    assert len(salts | {commitment.file_salt(bytes(32), "x", bytes(32))}) == 50


@pytest.mark.parametrize("call", [
    lambda: commitment.commit(bytes(31), "x", bytes(32)),
    lambda: commitment.commit(bytes(32), "x", bytes(33)),
    lambda: commitment.commit(bytes(32), "\ud800", bytes(32)),
    lambda: commitment.file_salt(b"", "x", bytes(32)),
    lambda: commitment.control_salt(bytes(32), 0, "x", bytes(32)),
    lambda: commitment.control_salt(bytes(32), 2**64, "x", bytes(32)),
])
def test_commitments_refuse_other_lengths(call: Any) -> None:
    with pytest.raises(ValueError):
        call()


# DSSE and keys


@pytest.mark.parametrize("case", vectors("dsse"))
def test_pae_of_worked_vectors(case: dict[str, Any]) -> None:
    assert dsse.pae(case["type"], bytes.fromhex(case["payload"])) == case["text"].encode()


@given(texts, st.binary(max_size=8), texts, st.binary(max_size=8))
def test_no_two_pairs_are_signed_alike(kind: str, payload: bytes, other_kind: str, other: bytes) -> None:
    assert (dsse.pae(kind, payload) == dsse.pae(other_kind, other)) == ((kind, payload) == (other_kind, other))


@kinds
def test_keys_in_all_their_spellings(kind: str) -> None:
    spki = SPKI[kind]
    pem, line = (GOOD / f"key-{kind}.pem").read_bytes(), (GOOD / f"key-{kind}.pub").read_text()
    assert publickey.pem(spki) == pem
    assert publickey.from_pem(pem) == publickey.from_pem(b"\n  " + pem.replace(b"\n", b"\r\n") + b"\n\n") == spki
    assert openssh.public_line(spki, "the tests' key") == line.rstrip("\n")
    assert openssh.spki_of_line(line) == openssh.spki_of(openssh.key_blob(spki)) == spki
    assert publickey.spki(publickey.load_spki(spki)) == spki


@pytest.mark.parametrize(("kind", "fingerprint"), [
    ("ed25519", "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8"),  # what ssh-keygen -lf prints for cases/wire/good/key-*.pub
    ("p256", "SHA256:a/v/m3xQIRFGI0xcl8mR9nG+d4sJsaIFQEv4rQS9bSw"),
])
def test_fingerprints(kind: str, fingerprint: str) -> None:
    assert openssh.fingerprint(SPKI[kind]) == fingerprint
    assert openssh.is_fingerprint(fingerprint)


@pytest.mark.parametrize("text", ["", "SHA256:", "sha256:" + "A" * 43, "SHA256:" + "A" * 42, "SHA256:" + "A" * 44, "SHA256:" + "A" * 43 + "=", "SHA256:" + "A" * 42 + "B", "SHA256:" + "-" * 43, "SHA256:" + "A" * 43 + "\n"])
def test_what_is_no_fingerprint(text: str) -> None:
    assert not openssh.is_fingerprint(text)


def test_rfc_8032_test_1_and_2() -> None:
    """RFC 8032, section 7.1."""
    spki = SPKI["ed25519"]
    assert spki[-32:].hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    signature = bytes.fromhex("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")
    assert publickey.verify(spki, signature, b"")
    assert not publickey.verify(spki, signature, b"r")


@kinds
def test_a_signature_is_for_one_message_and_one_key(kind: str) -> None:
    other = next(name for name in KEYS if name != kind)
    signature = sign(kind, b"message")
    assert publickey.verify(SPKI[kind], signature, b"message")
    assert not publickey.verify(SPKI[kind], signature, b"messagf")
    assert not publickey.verify(SPKI[other], signature, b"message")


@kinds
@given(data=st.data())
def test_any_other_signature_is_refused(kind: str, data: st.DataObject) -> None:
    signature = bytearray(SIGNED[kind])
    bit = data.draw(st.integers(0, len(signature) * 8 - 1))
    signature[bit // 8] ^= 1 << bit % 8
    assert not publickey.verify(SPKI[kind], bytes(signature), b"message")
    assert not publickey.verify(SPKI[kind], data.draw(st.binary(max_size=80)), b"message")


@pytest.mark.parametrize("change", [lambda s: s + b"\0", lambda s: s[:-1], lambda s: b"\x30\x81" + s[1:], lambda s: b""])
def test_ecdsa_signatures_have_one_der(change: Any) -> None:
    assert not publickey.verify(SPKI["p256"], change(sign("p256", b"message")), b"message")


def test_small_order_points_are_those_of_the_curve() -> None:
    """Computed from the curve's equation (RFC 8032, 5.1): eight times the point is the neutral element."""
    p = 2**255 - 19
    d = -121665 * pow(121666, -1, p) % p

    def add(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
        k = d * a[0] * b[0] * a[1] * b[1] % p
        return (a[0] * b[1] + b[0] * a[1]) * pow(1 + k, -1, p) % p, (a[1] * b[1] + a[0] * b[0]) * pow(1 - k, -1, p) % p

    def root(square: int) -> int:
        x = pow(square, (p + 3) // 8, p)
        x = x if (x * x - square) % p == 0 else x * pow(2, (p - 1) // 4, p) % p
        assert (x * x - square) % p == 0
        return x

    for y in publickey._SMALL_ORDER_Y:
        point = (root((y * y - 1) * pow(d * y * y + 1, -1, p) % p), y)
        for _ in range(3):
            point = add(point, point)
        assert point == (0, 1)
        for sign_bit in (0, 1 << 255):
            with pytest.raises(Unreadable, match=r"small order|not a public key|the one DER"):
                publickey.load_spki(SPKI["ed25519"][:12] + (y | sign_bit).to_bytes(32, "little"))


def test_lines_are_single_lines() -> None:
    spki = SPKI["ed25519"]
    with pytest.raises(ValueError, match="one line"):
        openssh.public_line(spki, "a\nb")
    line = openssh.allowed_signers("https://trust.harbourline.example/", spki, MANIFEST_NAMESPACE)
    assert line.startswith('https://trust.harbourline.example/ namespaces="attest-manifest@v1" ssh-ed25519 AAAAC3')
    for principal, namespace in [("a b", "n"), ("*", "n"), ("!a", "n"), ("a,b", "n"), ("#a", "n"), ('a"', "n"), ("", "n"), ("a", 'n" cert-authority'), ("a", ""), ("a\nb", "n")]:
        with pytest.raises(ValueError, match="no blanks"):
            openssh.allowed_signers(principal, spki, namespace)


# the bundle

hints = st.binary(min_size=32, max_size=32).map(lambda raw: "SHA256:" + base64_strict.encode(raw).rstrip("="))
bundles = st.builds(bundle.Bundle, st.binary(max_size=50), texts, st.binary(max_size=72), hints)


@given(bundles)
def test_bundle_there_and_back(one: bundle.Bundle) -> None:
    printed = bundle.print_bundle(one)
    assert bundle.parse_bundle(printed) == one
    assert bundle.print_bundle(bundle.parse_bundle(printed)) == printed
    assert bundle.parse_bundle(json.dumps(json.loads(printed), indent=4).encode()) == one


def test_the_good_bundle_verifies() -> None:
    data = (GOOD / "bundle-ed25519.json").read_bytes()
    found = bundle.parse_bundle(data)
    assert bundle.print_bundle(found) == data
    assert found.hint == openssh.fingerprint(SPKI["ed25519"])
    assert publickey.verify(SPKI["ed25519"], found.signature, dsse.pae(found.payload_type, found.payload))


@pytest.mark.parametrize("material", [{}, {"tlogEntries": []}, {"timestampVerificationData": {}}, {"timestampVerificationData": {"rfc3161Timestamps": [{"signedTimestamp": "MAA="}]}}])
def test_a_bundle_may_carry_timestamps_which_are_not_kept(material: dict[str, Any]) -> None:
    value = json.loads((GOOD / "bundle-ed25519.json").read_bytes())
    value["verificationMaterial"] = {"publicKey": value["verificationMaterial"]["publicKey"], **material}
    assert bundle.print_bundle(bundle.parse_bundle(json.dumps(value).encode())) == (GOOD / "bundle-ed25519.json").read_bytes()


def test_a_bundle_is_not_printed_with_another_hint() -> None:
    with pytest.raises(ValueError, match="fingerprint"):
        bundle.print_bundle(bundle.Bundle(b"{}", PAYLOAD_TYPE, b"", "my key"))


# SSH signatures


@kinds
def test_what_ssh_keygen_signed(kind: str) -> None:
    message, data = (GOOD / "manifest.txt").read_bytes(), (GOOD / f"manifest-{kind}.sshsig").read_bytes()
    found = sshsig.parse(data)
    assert (found.spki_der, found.namespace) == (SPKI[kind], MANIFEST_NAMESPACE)
    assert sshsig.verify(data, MANIFEST_NAMESPACE, message, SPKI[kind])
    assert sshsig.armor(found.spki_der, found.namespace, found.signature) == data


@kinds
@given(namespace=texts.filter(bool), message=st.binary(max_size=50))
def test_ssh_signature_there_and_back(kind: str, namespace: str, message: bytes) -> None:
    data = sshsig.sign_blob(namespace, message, SPKI[kind], lambda covered: sign(kind, covered))
    found = sshsig.parse(data)
    assert (found.spki_der, found.namespace) == (SPKI[kind], namespace)
    assert sshsig.armor(found.spki_der, found.namespace, found.signature) == data
    assert sshsig.verify(data, namespace, message, SPKI[kind])
    assert not sshsig.verify(data, namespace + "2", message, SPKI[kind])
    assert not sshsig.verify(data, namespace, message + b"\n", SPKI[kind])
    assert not sshsig.verify(data, namespace, message, next(spki for name, spki in SPKI.items() if name != kind))


def test_a_signature_that_claims_another_namespace_does_not_verify() -> None:
    covered = sshsig.to_be_signed("other", b"message")
    assert not sshsig.verify(sshsig.armor(SPKI["ed25519"], "file", sign("ed25519", covered)), "file", b"message", SPKI["ed25519"])


def test_an_empty_namespace_is_not_signed() -> None:
    for call in (lambda: sshsig.to_be_signed("", b""), lambda: sshsig.armor(SPKI["ed25519"], "", bytes(64))):
        with pytest.raises(ValueError, match="namespace"):
            call()


def test_lines_of_76_are_read_too() -> None:
    """PROTOCOL.sshsig breaks lines at 76 characters, ssh-keygen at 70."""
    data = (GOOD / "manifest-ed25519.sshsig").read_text().splitlines()
    text = "".join(data[1:-1])
    again = "\n".join([data[0], *(text[start : start + 76] for start in range(0, len(text), 76)), data[-1], ""])
    assert sshsig.parse(again.encode()) == sshsig.parse((GOOD / "manifest-ed25519.sshsig").read_bytes())


# locked keys


@pytest.mark.parametrize("size", [0, 15, 16, 31, 32, 111, 112, 127, 128])
def test_a_locked_key_has_lengths_that_parse(size: int) -> None:
    """Lengths of 127 and 128 bytes are written differently in DER; the PEM has to decode at any size."""
    lines = pkcs8.print_locked(bytes(size), b"x", bytes(16), bytes(16)).decode().splitlines()
    locked = base64_strict.decode("".join(lines[1:-1]))
    head = 2 if locked[1] < 128 else 3
    assert len(locked) == head + (locked[1] if head == 2 else locked[2])


@kinds
def test_a_locked_key_opens_with_its_passphrase_only(kind: str) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    der = KEYS[kind].private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    pem = pkcs8.print_locked(der, "pässword".encode(), bytes(range(16)), bytes(16))
    opened = load_pem_private_key(pem, "pässword".encode())
    assert opened.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()) == der
    with pytest.raises(ValueError):
        load_pem_private_key(pem, b"password")


@pytest.mark.parametrize(("passphrase", "salt", "iv"), [(b"", bytes(16), bytes(16)), (b"x", bytes(8), bytes(16)), (b"x", bytes(16), bytes(8))])
def test_locking_wants_a_passphrase_and_full_lengths(passphrase: bytes, salt: bytes, iv: bytes) -> None:
    with pytest.raises(ValueError, match="needed"):
        pkcs8.print_locked(b"", passphrase, salt, iv)
