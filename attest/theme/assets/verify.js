/* Verifies a trust center in the browser, or in Node: bytes in, one answer out. Asks nobody, keeps nothing, touches no page.

     AttestVerify.site(source, question)      -> Promise of the answer over a whole site
     AttestVerify.bundle(bytes, question)     -> Promise of the answer over a bundle alone
     AttestVerify.answers(bytes, question)    -> Promise of the answer over signed answers to a questionnaire, where isAnswers(bytes)
     AttestVerify.memory(files)               -> a source over {path: Uint8Array}, which can be listed, as a folder can

     source      {describe(): text, read(path, cap): Promise of Uint8Array, paths(): list of paths or null, reopen(): Promise}
                 read fails with AttestVerify.Absent ("is not there") or with any other Error ("cannot be read")
     question    {now: milliseconds, pins: [{center, role, key, spki, notBefore, notAfter, log, from}], call: [the same, for this call],
                  seen: {release, payload} or null, since: bytes of an older bundle or null, strictEvidence, page, watch(path, done, all)}
     answer      what `attest verify --json` prints, and "core": the seven questions that every verifier of Attest answers alike

   The steps are those of attest/verify/__init__.py, with the same numbers and the same words:

     integrity   1 bundle  2 statement  3 signature  6 subjects  7 files  8 record  9 blocks  12 changed while it was read
     signer      4         freshness  5         history  10 releases before, log, later statements        claims  11

   Every format is parsed strictly: what does not print back to the same bytes is refused (docs/format.md). Signatures are checked by
   WebCrypto alone: ECDSA P-256 everywhere, Ed25519 where the browser has it; where it has not, the answer is "could not tell". */
(function (root) {
  "use strict";

  const STEPS = ["integrity", "signer", "freshness", "history", "claims"];
  const STEP_OF = { 1: "integrity", 2: "integrity", 3: "integrity", 6: "integrity", 7: "integrity", 8: "integrity", 9: "integrity", 12: "integrity", 4: "signer", 5: "freshness", 10: "history", 13: "history", 14: "history", 15: "history", 11: "claims" };
  const CORE = ["signature", "subjects", "pin", "expiry", "log", "history", "withdrawal"];
  const CORE_OF = { 1: "signature", 2: "signature", 3: "signature", 6: "subjects", 7: "subjects", 4: "pin", 5: "expiry", 13: "log", 14: "log", 10: "history", 15: "withdrawal" };
  const EXIT = { valid: 0, stale: 4, withdrawn: 4, "could-not-tell": 3, "unknown-signer": 3, forged: 1, "wrong-signer": 1, forked: 1, "rolled-back": 1 };
  const WORDS_FIRST = ["forged", "wrong-signer", "forked", "rolled-back", "unknown-signer", "could-not-tell", "withdrawn", "stale"];

  const VERDICTS = ["not-met", "unknown", "planned", "met", "not-applicable"];
  const BASES = ["tool", "third-party", "record", "document", "declaration"];
  const BASIS_OF = { report: ["tool", "third-party", "declaration"], record: ["record", "third-party", "declaration"], document: ["document", "third-party"], declaration: ["declaration", "third-party"] };
  const RULESET = "attest-rules/v0.1";
  const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
  const PREDICATE_TYPE = "https://w3id.org/attest-center/compliance/v0.1";
  const ANSWERS_TYPE = "https://w3id.org/attest-center/answers/v0.1";
  const LATER_TYPE = /^https:\/\/w3id\.org\/attest-center\/(withdrawal|notice|key-change)\/v0\.1$/;
  const PAYLOAD_TYPE = "application/vnd.in-toto+json";
  const MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";
  const NAMESPACE = "attest-manifest@v1";

  const AT = "attestation/";
  const BUNDLE = AT + "bundle.sigstore.json", STATEMENT = AT + "statement.json", MANIFEST = AT + "SHA256SUMS", SIGNATURE = MANIFEST + ".sig", ASSESSMENT = AT + "assessment.json";
  const PROOF_NAME = "proof.tlog-proof", PROOF = AT + PROOF_NAME, CHECKPOINT = AT + "log/checkpoint", LOG = AT + "log/";
  const KEPT = ["bundle.sigstore.json", "statement.json", "assessment.json", "SHA256SUMS"];
  const MIB = 1048576, BUNDLE_CAP = 16 * MIB, CAP = 64 * MIB, PAGE_CAP = 32 * MIB, FILE_CAP = 1024 * MIB, NOTE_CAP = 100000, PROOF_CAP = NOTE_CAP + 4096, TILE_CAP = 131072, MOST_ENTRIES = 524288, LONGEST = 50000, GIVE_UP = 8, ATTEMPTS = 3;

  class Absent extends Error {
    constructor(why) { super(why || "is not there"); }
  }
  /* What is not in the one form it may have. */
  class Unreadable extends Error {}
  /* What this browser has no means to check. */
  class Unable extends Error {}

  function refuse(why) { throw new Unreadable(why); }

  // ---------------------------------------------------------------- bytes and text

  const utf8 = (text) => new TextEncoder().encode(text);
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const unhex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  const isHex = (text) => typeof text === "string" && /^[0-9a-f]{64}$/.test(text);

  function text(bytes, what) {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (error) {
      return refuse(what + " is not UTF-8");
    }
  }

  /* One character a byte, so that regular expressions run over bytes. */
  function latin(bytes) {
    let said = "";
    for (let at = 0; at < bytes.length; at += 8192) said += String.fromCharCode.apply(null, bytes.subarray(at, at + 8192));
    return said;
  }

  function same(one, other) {
    if (one.length !== other.length) return false;
    for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
    return true;
  }

  function join(...parts) {
    const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
    let at = 0;
    parts.forEach((part) => { whole.set(part, at); at += part.length; });
    return whole;
  }

  const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  function base64(bytes) {
    let said = "";
    for (let at = 0; at < bytes.length; at += 3) {
      const three = (bytes[at] << 16) | ((bytes[at + 1] || 0) << 8) | (bytes[at + 2] || 0), left = bytes.length - at;
      said += ALPHABET[three >> 18] + ALPHABET[(three >> 12) & 63] + (left > 1 ? ALPHABET[(three >> 6) & 63] : "=") + (left > 2 ? ALPHABET[three & 63] : "=");
    }
    return said;
  }

  /* RFC 4648, section 4, without latitude: padded, one line, unused bits zero. */
  function unbase64(said, what) {
    if (typeof said !== "string" || said.length % 4 || !/^[A-Za-z0-9+/]*={0,2}$/.test(said)) refuse((what ? what + ": " : "") + "not base64 (standard alphabet, padded, no line breaks)");
    const pads = said.endsWith("==") ? 2 : said.endsWith("=") ? 1 : 0, bytes = new Uint8Array((said.length / 4) * 3 - pads);
    for (let at = 0, to = 0; at < said.length; at += 4, to += 3) {
      const [a, b, c, d] = [0, 1, 2, 3].map((each) => Math.max(0, ALPHABET.indexOf(said[at + each])));
      bytes[to] = (a << 2) | (b >> 4);
      if (to + 1 < bytes.length) bytes[to + 1] = (b << 4) | (c >> 2);
      if (to + 2 < bytes.length) bytes[to + 2] = (c << 6) | d;
    }
    if (base64(bytes.subarray(Math.max(0, bytes.length - 3 + pads - (bytes.length - 3 + pads) % 3))) !== said.slice(said.length ? -4 : 0)) refuse((what ? what + ": " : "") + "not the one base64 form of these bytes");
    return bytes;
  }

  // ---------------------------------------------------------------- JSON (RFC 8259, strictly) and its one canonical form (RFC 8785)

  /* A number with a fraction or an exponent, or a whole one beyond 2**53: neither has a place in what is signed. */
  class Odd {
    constructor(said) { this.said = said; }
    toString() { return this.said; }
  }

  function json(bytes, what) {
    if (bytes.length > CAP) refuse(what + " is larger than 64 MiB");
    const said = text(bytes, what);
    let at = 0;
    const wrong = (why) => refuse(what + " is not strict JSON: " + why);
    const space = () => { while (at < said.length && " \t\n\r".includes(said[at])) at += 1; };

    function string() {
      const end = /(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
      end.lastIndex = at + 1;
      if (!end.test(said)) wrong("a string does not end, or holds what it may not");
      const value = JSON.parse(said.slice(at, end.lastIndex));
      at = end.lastIndex;
      if (/[\ud800-\udbff](?![\udc00-\udfff])|(?:^|[^\ud800-\udbff])[\udc00-\udfff]/.test(value)) wrong("a lone surrogate");
      return value;
    }

    function number() {
      const form = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
      form.lastIndex = at;
      const found = form.exec(said);
      if (!found) wrong("character " + at);
      at = form.lastIndex;
      const value = Number(found[0]);
      if ((found[1] || found[2]) && !isFinite(value)) wrong("a number beyond the range of a double");
      if (found[0].length > 4300) wrong("a number that is too long");
      return found[1] || found[2] || !Number.isSafeInteger(value) ? new Odd(found[0]) : value + 0 || 0;
    }

    function member(object, depth) {
      space();
      if (said[at] !== '"') wrong("character " + at);
      const key = string();
      space();
      if (said[at] !== ":") wrong("character " + at);
      at += 1;
      if (key in object) wrong("key " + JSON.stringify(key).slice(0, 80) + " stands twice");
      object[key] = value(depth + 1);
    }

    function several(close, one) {
      at += 1;
      space();
      if (said[at] === close) { at += 1; return; }
      for (;;) {
        one();
        space();
        if (said[at] === close) { at += 1; return; }
        if (said[at] !== ",") wrong("character " + at);
        at += 1;
      }
    }

    function value(depth) {
      if (depth > 64) wrong("nested too deeply");
      space();
      if (said[at] === '"') return string();
      if (said[at] === "{") { const object = Object.create(null); several("}", () => member(object, depth)); return object; }
      if (said[at] === "[") { const list = []; several("]", () => list.push(value(depth + 1))); return list; }
      for (const [word, meant] of [["true", true], ["false", false], ["null", null]]) {
        if (said.startsWith(word, at)) { at += word.length; return meant; }
      }
      return number();
    }

    const found = value(0);
    space();
    if (at !== said.length) wrong("something stands behind its end");
    return found;
  }

  const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof Odd);

  /* Any value, for people. */
  const plainly = (value) => (typeof value === "string" ? value : value instanceof Odd ? value.said : value === undefined ? "nothing" : JSON.stringify(value));

  /* Keys in the order of their UTF-16 code units, which is how sort() orders. */
  function canonical(value) {
    if (value instanceof Odd || value === undefined || (typeof value === "number" && !Number.isSafeInteger(value))) refuse("a number has no canonical form here");
    if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
    if (isObject(value)) return "{" + Object.keys(value).sort().map((key) => JSON.stringify(key) + ":" + canonical(value[key])).join(",") + "}";
    return JSON.stringify(value);
  }

  /* Equal as JSON; odd numbers by how they are written. */
  function alike(one, other) {
    const plain = (value) => (value instanceof Odd ? "odd " + value.said : Array.isArray(value) ? value.map(plain) : isObject(value) ? Object.keys(value).sort().map((key) => [key, plain(value[key])]) : value);
    return JSON.stringify([plain(one === undefined ? null : one)]) === JSON.stringify([plain(other === undefined ? null : other)]);
  }

  const object = (value, what) => (isObject(value) ? value : refuse(what + " is not an object"));
  const list = (value, what) => (Array.isArray(value) ? value : refuse(what + " is not a list"));
  const words = (value, what) => (typeof value === "string" && value ? value : refuse(what + " is not text"));
  const digest = (value, what) => (isHex(value) ? value : refuse(what + " is not a SHA-256 in hex"));
  const count = (value, what, least, most) => (typeof value === "number" && value >= least && !(most !== undefined && value >= most) ? value : refuse(what + " is not a whole number of at least " + least));

  // ---------------------------------------------------------------- times

  function moment(said, what) {
    const found = typeof said === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(said) ? Date.parse(said) : NaN;
    if (isNaN(found) || spell(found) !== said || said < "1970" || said >= "3") refuse(what + ": not a time, such as 2026-11-20T03:10:00Z");
    return found;
  }

  const spell = (ms) => new Date(Math.floor(ms / 1000) * 1000).toISOString().replace(".000Z", "Z");
  const forPeople = (ms) => spell(ms).replace("T", " ").slice(0, 16) + " UTC";

  /* What is good "until" a day is good on that day: the first second after it. */
  const endOf = (day, what) => moment(day + "T00:00:00Z", what) + 86400000;

  function span(said, what) {
    const found = typeof said === "string" && /^([1-9][0-9]{0,4})([hdwy])$/.exec(said), length = found && Number(found[1]) * { h: 1, d: 24, w: 168, y: 8760 }[found[2]];
    return found && length <= 876000 ? length * 3600000 : refuse(what + ": not a span of time, such as 30d");
  }

  // ---------------------------------------------------------------- hashes, keys, signatures

  const subtle = () => {
    const found = root.crypto && root.crypto.subtle;
    if (!found) throw new Unable("this browser gives no cryptography to this page: it has to be opened over https, from localhost or as a file");
    return found;
  };
  const sha256 = async (bytes) => new Uint8Array(await subtle().digest("SHA-256", bytes));
  const sha256hex = async (bytes) => hex(await sha256(bytes));

  const P256 = unhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004"), ED25519 = unhex("302a300506032b6570032100");
  const SMALL_ORDER = ["00", "01", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"].map((y) => y.padEnd(64, "0"));

  const starts = (bytes, prefix) => same(bytes.subarray(0, prefix.length), prefix);

  /* SubjectPublicKeyInfo in its one DER form: {kind, raw}. */
  function key(spki) {
    if (spki.length === 91 && starts(spki, P256)) return { kind: "P-256", raw: spki.subarray(26) };
    if (spki.length === 44 && starts(spki, ED25519)) return weighed(spki.subarray(12));
    return refuse("a public key of another kind: only ECDSA P-256 and Ed25519 keys are taken");
  }

  /* RFC 8032, 5.1.3: y is encoded below p; and a point of small order takes one signature for many messages. */
  function weighed(raw) {
    const y = Uint8Array.from(raw);
    y[31] &= 0x7f;
    if (y[0] >= 0xed && y[31] === 0x7f && y.subarray(1, 31).every((byte) => byte === 0xff)) refuse("the Ed25519 key is not in the one form it may have");
    if (SMALL_ORDER.includes(hex(y))) refuse("the Ed25519 key is of small order: it names no signer");
    return { kind: "Ed25519", raw };
  }

  function string(bytes) {
    const size = bytes.length;
    return join(Uint8Array.of(size >>> 24, (size >>> 16) & 255, (size >>> 8) & 255, size & 255), bytes);
  }

  const sshBlob = ({ kind, raw }) => (kind === "P-256" ? join(string(utf8("ecdsa-sha2-nistp256")), string(utf8("nistp256")), string(raw)) : join(string(utf8("ssh-ed25519")), string(raw)));
  const fingerprint = async (spki) => { await imported(key(spki)); return "SHA256:" + base64(await sha256(sshBlob(key(spki)))).replace(/=+$/, ""); };

  function isFingerprint(said) {
    if (typeof said !== "string" || !/^SHA256:[A-Za-z0-9+/]{43}$/.test(said)) return false;
    try { return unbase64(said.slice(7) + "=").length === 32; } catch (error) { return false; }
  }

  /* ECDSA's ASN.1 DER -> r and s of 32 bytes each, as WebCrypto takes them; null for any other spelling (X.690, 8.3.2). */
  function p1363(der) {
    if (der[0] !== 0x30 || der[1] !== der.length - 2 || der.length > 72) return null;
    const found = new Uint8Array(64);
    let at = 2;
    for (const end of [32, 64]) {
      const size = der[at + 1], number = der.subarray(at + 2, at + 2 + size);
      if (der[at] !== 2 || size < 1 || number.length !== size || number[0] & 0x80 || (number[0] === 0 && !(number[1] & 0x80))) return null;
      const plain = number[0] === 0 ? number.subarray(1) : number;
      if (plain.length > 32) return null;
      found.set(plain, end - plain.length);
      at += 2 + size;
    }
    return at === der.length ? found : null;
  }

  const KEYS = new Map();

  /* The key as WebCrypto holds it. A point that is not on the curve is refused there. */
  async function imported({ kind, raw }) {
    const name = kind + hex(raw);
    if (!KEYS.has(name)) {
      try {
        KEYS.set(name, await subtle().importKey("raw", raw, kind === "P-256" ? { name: "ECDSA", namedCurve: "P-256" } : { name: "Ed25519" }, false, ["verify"]));
      } catch (error) {
        if (error instanceof Unable) throw error;
        if (kind === "P-256") refuse("the public key holds no point of its curve");
        if (error && error.name === "DataError") refuse("the public key holds no point of its curve");
        KEYS.set(name, null); // This browser does not know Ed25519: fingerprints can be told all the same, signatures not.
      }
    }
    return KEYS.get(name);
  }

  async function signed(spki, signature, message) {
    const { kind, raw } = key(spki), held = await imported({ kind, raw });
    if (held === null) throw new Unable("this browser cannot check Ed25519 signatures: use a newer one, or the command");
    const plain = kind === "P-256" ? p1363(signature) : signature;
    if (plain === null || plain.length !== 64) return false;
    return subtle().verify(kind === "P-256" ? { name: "ECDSA", hash: "SHA-256" } : { name: "Ed25519" }, held, plain, message);
  }

  const pae = (type, payload) => join(utf8("DSSEv1 " + utf8(type).length + " " + type + " " + payload.length + " "), payload);

  /* SHA256SUMS.sig, OpenSSH's PROTOCOL.sshsig: whether it is this key's over the message. */
  async function sshSigned(file, message, spki) {
    const armor = file.length <= 4096 && /^-----BEGIN SSH SIGNATURE-----\n((?:[A-Za-z0-9+/=]{1,76}\n)+)-----END SSH SIGNATURE-----\n?$/.exec(latin(file));
    if (!armor) return false;
    const own = key(spki), blob = unbase64(armor[1].replace(/\n/g, "")), name = utf8(own.kind === "P-256" ? "ecdsa-sha2-nistp256" : "ssh-ed25519");
    const head = join(utf8("SSHSIG"), Uint8Array.of(0, 0, 0, 1), string(sshBlob(own)), string(utf8(NAMESPACE)), string(utf8("")), string(utf8("sha512")));
    if (!starts(blob, head)) return false;
    const [inner] = strings(blob.subarray(head.length), 1), [kind, raw] = strings(inner, 2);
    if (!same(kind, name)) return false;
    const hashed = new Uint8Array(await subtle().digest("SHA-512", message));
    const said = join(utf8("SSHSIG"), string(utf8(NAMESPACE)), string(utf8("")), string(utf8("sha512")), string(hashed));
    return signed(spki, own.kind === "P-256" ? der(strings(raw, 2)) : raw, said);
  }

  function strings(bytes, many) {
    const found = [];
    let at = 0;
    for (let each = 0; each < many; each += 1) {
      const size = bytes.length < at + 4 ? Infinity : bytes[at] * 0x1000000 + ((bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]);
      if (bytes.length < at + 4 + size) refuse("the OpenSSH data ends too early");
      found.push(bytes.subarray(at + 4, at + 4 + size));
      at += 4 + size;
    }
    return at === bytes.length ? found : refuse("the SSH signature has bytes after its end");
  }

  /* Two mpints are the contents of two ASN.1 integers, in the same shortest form. */
  const der = (numbers) => join(Uint8Array.of(0x30, numbers[0].length + numbers[1].length + 4), ...numbers.map((number) => join(Uint8Array.of(2, number.length), number)));

  // ---------------------------------------------------------------- bundle and statements

  function fields(value, where, needed, allowed) {
    object(value, where);
    needed.forEach((name) => name in value || refuse(where + ": " + name + " is missing"));
    Object.keys(value).forEach((name) => needed.includes(name) || (allowed || []).includes(name) || refuse(where + ": " + name.slice(0, 60) + " is not a field of it"));
    return value;
  }

  /* A Sigstore bundle v0.3: one signature, hint equal to keyid, nothing that is not known. */
  function parseBundle(bytes) {
    if (bytes.length > BUNDLE_CAP) refuse("the bundle is larger than 16 MiB");
    const whole = fields(json(bytes, "the bundle"), "the bundle", ["mediaType", "verificationMaterial", "dsseEnvelope"]);
    if (whole.mediaType !== MEDIA_TYPE) refuse("mediaType: not " + MEDIA_TYPE);
    const material = fields(whole.verificationMaterial, "verificationMaterial", ["publicKey"], ["tlogEntries", "timestampVerificationData"]);
    if ("tlogEntries" in material && !(Array.isArray(material.tlogEntries) && !material.tlogEntries.length)) refuse("verificationMaterial.tlogEntries: has to be an empty list");
    if ("timestampVerificationData" in material) stamps(material.timestampVerificationData);
    const hint = fields(material.publicKey, "verificationMaterial.publicKey", ["hint"]).hint;
    if (!isFingerprint(hint)) refuse("verificationMaterial.publicKey.hint: not an OpenSSH fingerprint");
    const envelope = fields(whole.dsseEnvelope, "dsseEnvelope", ["payload", "payloadType", "signatures"]);
    if (!Array.isArray(envelope.signatures) || envelope.signatures.length !== 1) refuse("dsseEnvelope.signatures: exactly one signature is needed");
    const signature = fields(envelope.signatures[0], "dsseEnvelope.signatures[0]", ["sig", "keyid"]);
    if (signature.keyid !== hint) refuse("verificationMaterial.publicKey.hint and the signature's keyid differ, the bundle names two keys");
    if (typeof envelope.payloadType !== "string") refuse("dsseEnvelope.payloadType: not a text");
    return { payload: unbase64(envelope.payload, "dsseEnvelope.payload"), type: envelope.payloadType, signature: unbase64(signature.sig, "dsseEnvelope.signatures[0].sig"), hint };
  }

  function stamps(value) {
    const where = "verificationMaterial.timestampVerificationData", found = fields(value, where, [], ["rfc3161Timestamps"]).rfc3161Timestamps;
    if (found === undefined) return;
    if (!Array.isArray(found) || found.length > 8) refuse(where + ".rfc3161Timestamps: not a list of at most 8");
    found.forEach((stamp) => unbase64(fields(stamp, where, ["signedTimestamp"]).signedTimestamp, where));
  }

  function totals(value, what) {
    object(value, what);
    if (Object.keys(value).sort().join() !== VERDICTS.slice().sort().join()) refuse(what + " does not name exactly the five verdicts");
    return Object.fromEntries(VERDICTS.map((verdict) => [verdict, count(value[verdict], what + "." + verdict, 0)]));
  }

  async function parseStatement(payload) {
    const whole = object(json(payload, "the statement"), "the statement");
    if (whole._type !== STATEMENT_TYPE) refuse("the statement's _type is not " + STATEMENT_TYPE);
    if (whole.predicateType !== PREDICATE_TYPE) refuse("predicateType " + plainly(whole.predicateType) + " is not known, expected " + PREDICATE_TYPE);
    const subjects = Object.create(null);
    list(whole.subject, "subject").forEach((one) => { subjects[words(object(one, "subject").name, "subject.name")] = digest(object(one.digest, "subject.digest").sha256, "subject.digest.sha256"); });
    if (whole.subject.length !== 2 || !(MANIFEST in subjects) || !(ASSESSMENT in subjects)) refuse("the subjects are not exactly " + MANIFEST + " and " + ASSESSMENT);
    const said = object(whole.predicate, "predicate"), center = object(said.center, "center"), keys = object(said.keys, "keys");
    const found = {
      center: words(center.id, "center.id"), centerName: words(center.name, "center.name"), release: count(said.release, "release", 1), previous: previous(said.previous),
      asOf: moment(said.asOf, "asOf"), issuedAt: moment(said.issuedAt, "issuedAt"), validUntil: moment(said.validUntil, "validUntil"),
      spki: unbase64(words(keys.statement, "keys.statement")), log: said.log === null ? null : await parseLog(said.log, keys.log),
      manifest: subjects[MANIFEST], assessment: subjects[ASSESSMENT], claims: claims(said.claims), totals: totals(said.totals, "totals"), withheld: totals(said.withheld, "withheld"), predicate: said,
    };
    if (!(found.asOf <= found.issuedAt && found.issuedAt < found.validUntil)) refuse("asOf, issuedAt and validUntil are not in order");
    if ((found.previous === null) !== (found.release === 1)) refuse("the first release has no previous one, and every other has");
    if (found.previous && found.previous.release !== found.release - 1) refuse("release " + found.release + " follows " + found.previous.release + ", expected " + (found.release - 1));
    return found;
  }

  function previous(value) {
    if (value === null || value === undefined) return null;
    return { release: count(object(value, "previous").release, "previous.release", 1), payload: digest(value.payload, "previous.payload") };
  }

  function claims(value) {
    const found = list(value, "claims").map((claim) => ({ id: words(object(claim, "claims").id, "claims.id"), verdict: VERDICTS.includes(claim.verdict) ? claim.verdict : refuse(plainly(claim.verdict) + " is not a verdict"), record: digest(claim.record, "claims.record") }));
    if (new Set(found.map((claim) => claim.id)).size !== found.length) refuse("a control is claimed twice");
    return found;
  }

  /* What a payload says of the log: its state before the payload's own entry. */
  async function parseLog(value, vkey) {
    object(value, "log");
    const found = { origin: words(value.origin, "log.origin"), vkey: words(value.vkey, "log.vkey"), sizeBefore: count(value.sizeBefore, "log.sizeBefore", 0, 1e15 + 1), rootBefore: digest(value.rootBefore, "log.rootBefore"), void: value.void === undefined ? [] : list(value.void, "log.void") };
    found.void.forEach((index, at) => { if (typeof index !== "number" || index < 0 || index >= found.sizeBefore || (at && index <= found.void[at - 1])) refuse("log.void does not name entries before log.sizeBefore, rising"); });
    if (found.void.length > 1000) refuse("log.void is not a list of at most 1000 entries");
    found.key = await parseVkey(found.vkey);
    if (found.key.name !== found.origin) refuse("log.vkey is not of the log that log.origin names");
    if (found.vkey !== vkey) refuse("keys.log and log.vkey differ");
    if (found.sizeBefore === 0 && found.rootBefore !== hex(await sha256(new Uint8Array()))) refuse("log.rootBefore of an empty log is the SHA-256 of nothing");
    return found;
  }

  /* A withdrawal, a notice or a change of keys (attest/later.py): it has one form, so it is printed again and compared. */
  async function parseLater(payload) {
    if (payload.length > MIB) refuse("the statement has " + payload.length + " bytes, more than " + MIB);
    const whole = object(json(payload, "the statement"), "the statement"), kind = LATER_TYPE.exec(plainly(whole.predicateType));
    if (!kind) refuse("predicateType " + plainly(whole.predicateType) + " is none of a withdrawal, notice or change of keys");
    const said = object(whole.predicate, "predicate"), center = object(said.center, "center"), keys = object(said.keys, "keys"), small = 1e9;
    const later = {
      kind: kind[1], center: words(center.id, "center.id"), centerName: words(center.name, "center.name"), release: count(said.release, "release", kind[1] === "withdrawal" ? 1 : 0, small),
      issuedAt: moment(said.issuedAt, "issuedAt"), spki: unbase64(words(keys.statement, "keys.statement")), log: await parseLog(said.log, keys.log),
    };
    const own = await LATER[later.kind](said, later, small);
    const log = { origin: later.log.origin, vkey: later.log.vkey, sizeBefore: later.log.sizeBefore, rootBefore: later.log.rootBefore, void: later.log.void };
    const predicate = { center: { id: later.center, name: later.centerName }, release: later.release, issuedAt: said.issuedAt, keys: { statement: keys.statement, log: later.log.vkey }, log, ...own.said };
    const form = { _type: STATEMENT_TYPE, subject: [{ name: own.name, digest: { sha256: own.sha256 } }], predicateType: whole.predicateType, predicate };
    if (!same(utf8(canonical(form)), payload)) refuse("the " + later.kind + " is not in the one form it may have");
    return Object.assign(later, own.body);
  }

  const LATER = {
    withdrawal: async (said, later) => {
      const payload = digest(said.payload, "payload"), why = words(said.why, "why");
      if (Array.from(why).length > 2000) refuse("why is longer than 2000 characters");
      return { name: AT + "releases/" + later.release + "/statement.json", sha256: payload, said: { payload, why }, body: { payload, why } };
    },
    notice: async (said, later, small) => {
      const notice = /^[a-z0-9][a-z0-9.-]{0,79}$/.test(words(said.notice, "notice")) ? said.notice : refuse("notice is not the id of one"), version = count(said.version, "version", 1, small), says = object(said.says, "says");
      return { name: "notices/" + notice + ".html", sha256: await sha256hex(utf8(canonical(says))), said: { notice, version, says }, body: { notice, version } };
    },
    "key-change": async (said, later, small) => {
      const announces = said.change === "announce", spki = unbase64(words(said.key, "key")), name = await fingerprint(spki);
      if (!["announce", "retire"].includes(said.change) || !["planned", "compromised"].includes(said.reason)) refuse("change is neither announce nor retire, or reason neither planned nor compromised");
      const from = said.from === null || said.from === undefined ? null : spell(moment(said.from, "from")), until = said.until === null || said.until === undefined ? null : spell(moment(said.until, "until"));
      const trustedBefore = said.trustedBefore === null || said.trustedBefore === undefined ? null : count(said.trustedBefore, "trustedBefore", 0, small);
      if (announces !== (from !== null) || (!announces && until !== null) || (announces && trustedBefore !== null)) refuse("a key that comes has a start, and one that goes may have an index it is trusted before");
      if (trustedBefore > later.log.sizeBefore) refuse("trustedBefore lies behind the statement's own entry");
      return { name, sha256: await sha256hex(spki), said: { change: said.change, key: said.key, from, until, reason: said.reason, trustedBefore }, body: { change: said.change, key: name, reason: said.reason, trustedBefore } };
    },
  };

  // ---------------------------------------------------------------- manifest

  function pathProblem(path) {
    if (path.length > 1024) return "is longer than 1024 characters";
    if (path === "-") return "means standard input to sha256sum";
    return path.split("/").some((part) => ["", ".", ".."].includes(part)) ? "is not a plain relative path" : "";
  }

  /* What `sha256sum` writes: Map of path -> hex SHA-256. */
  function parseManifest(bytes) {
    if (bytes.length > CAP) refuse("the manifest is larger than 64 MiB");
    const lines = latin(bytes).split("\n"), found = new Map(), lower = new Set();
    if (lines.pop() !== "" || !lines.length) refuse("the manifest is not in the one form it may have (sorted, no path twice, every line ended)");
    let last = "";
    lines.forEach((line, at) => {
      const parts = /^([0-9a-f]{64}) {2}([A-Za-z0-9._/-]+)$/.exec(line);
      if (!parts) refuse("the manifest, line " + (at + 1) + ": not 64 hex digits, two spaces and a path of [A-Za-z0-9._/-]");
      if (pathProblem(parts[2])) refuse("the manifest is not acceptable: " + parts[2] + " " + pathProblem(parts[2]));
      if (at && parts[2] <= last) refuse("the manifest is not in the one form it may have (sorted, no path twice, every line ended)");
      last = parts[2];
      found.set(parts[2], parts[1]);
      lower.add(parts[2].toLowerCase());
    });
    if (lower.size !== found.size) refuse("the manifest is not acceptable: two paths differ only in case");
    return found;
  }

  const RELEASE_FILES = "(?:bundle\\.sigstore\\.json|statement\\.json|assessment\\.json|SHA256SUMS|proof\\.tlog-proof|cosignatures/[0-9a-f]{64}\\.sigstore\\.json)";
  const TILE = "log/tile/(?:entries|[0-9]|[1-5][0-9]|6[0-3])/(?:x[0-9]{3}/)*[0-9]{3}(?:\\.p/(?:[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?";
  const UNLISTED = new RegExp("^(?:_headers|_redirects|\\.nojekyll|CNAME|attestation/(?:SHA256SUMS(?:\\.sig)?|statement\\.json|bundle\\.sigstore\\.json|proof\\.tlog-proof|log/checkpoint|" + TILE + "|releases/[1-9][0-9]{0,8}/" + RELEASE_FILES + "|statements/[0-9a-f]{64}\\.sigstore\\.json))$");
  const HOST = /^(?:_headers|_redirects|\.nojekyll|CNAME)$/, LOGGED = /^attestation\/(?:log\/.*|proof\.tlog-proof)$/;
  const OF_RELEASE = /^attestation\/releases\/([0-9]+)\/(.*)$/, COSIGNED = /^attestation\/releases\/[0-9]+\/cosignatures\/.*$/, LATER_FILE = /^attestation\/statements\/([0-9a-f]{64})\.sigstore\.json$/;

  // ---------------------------------------------------------------- findings and the answer

  function finding(number, outcome, what, more) {
    return Object.assign({ number, outcome, what, expected: "", got: "", word: "valid", code: 0 }, more);
  }
  const no = (number, what, more) => { const said = Object.assign({ word: "forged" }, more); return finding(number, "no", what, Object.assign({ code: EXIT[said.word] }, said)); };
  const unsure = (number, what, more) => finding(number, "could-not-tell", what, Object.assign({ word: "could-not-tell", code: 3 }, more));
  const note = (number, what, more) => finding(number, "note", what, more);
  const unchecked = (number, what, more) => finding(number, "not-checked", what, more);

  const worst = (own, reached) => ["no", "could-not-tell", "not-checked"].find((outcome) => own.some((one) => one.outcome === outcome)) || (reached ? "ok" : "not-checked");

  /* Findings of all steps -> the answer. The worst wins, in the order 1, 3, 4, 0; nothing verified is never 0. */
  function answer(findings, facts, now, ran, core) {
    const steps = Object.fromEntries(STEPS.map((name) => {
      const own = findings.filter((one) => STEP_OF[one.number] === name);
      return [name, { outcome: worst(own, ran.includes(name)), findings: own }];
    }));
    let code = [1, 3, 4, 0].find((each) => each === 0 || findings.some((one) => one.code === each));
    const said = findings.filter((one) => one.code === code && code).map((one) => one.word);
    const order = steps.integrity.outcome === "could-not-tell" ? ["could-not-tell", ...WORDS_FIRST] : WORDS_FIRST;
    let word = order.find((each) => said.includes(each)) || "valid";
    if (code === 0 && !["integrity", "signer", "freshness"].every((name) => ran.includes(name))) [word, code] = ["could-not-tell", 3];
    return { answer: word, exit: code, checkedAt: spell(now), ...stated(facts), steps: shown(steps), core: Object.fromEntries(CORE.map((name) => [name, worst(findings.filter((one) => CORE_OF[one.number] === name), core.includes(name))])) };
  }

  function stated(facts) {
    const one = facts.statement;
    return {
      center: one ? { id: one.center, name: one.centerName } : null, release: one ? one.release : null, asOf: one ? spell(one.asOf) : null, issuedAt: one ? spell(one.issuedAt) : null,
      validUntil: one ? spell(one.validUntil) : null, totals: one ? one.totals : null, withheld: one ? one.withheld : null, payload: facts.payload || null, fingerprint: facts.fingerprint || null,
      pin: facts.pin ? { from: facts.pin.from || "", role: facts.pin.role, forThisCallOnly: !facts.pin.center } : null, filesChecked: facts.checked || 0, filesListed: facts.listed || 0, unlistedSeen: !!facts.lists,
      standing: facts.standing || null, lapsed: facts.lapsed || [], held: facts.held || [], pruned: facts.pruned || [], log: one && one.log ? { origin: one.log.origin, size: facts.logSize === undefined ? null : facts.logSize } : null,
    };
  }

  const shown = (steps) => Object.fromEntries(STEPS.map((name) => [name, { outcome: steps[name].outcome, findings: steps[name].findings.slice(0, 1000).map((one) => {
    const said = { step: one.number, outcome: one.outcome, what: one.what };
    if (one.expected) said.expected = String(one.expected);
    if (one.got) said.got = String(one.got);
    return said;
  }) }]));

  /* What a source gives, or the finding: a file that is said not to be there is a no, one that cannot be had leaves it open. */
  async function attempt(number, path, get) {
    try {
      return await get();
    } catch (error) {
      return error instanceof Absent ? no(number, path + " is not there") : unsure(number, path + " cannot be read: " + error.message);
    }
  }
  const isFinding = (value) => value !== null && typeof value === "object" && "outcome" in value && "number" in value;

  /* A file that may be missing: null where the source says that it is not there. */
  const ifThere = (number, source, path, cap) => attempt(number, path, async () => {
    try {
      return await source.read(path, cap);
    } catch (error) {
      if (error instanceof Absent) return null;
      throw error;
    }
  });

  // ---------------------------------------------------------------- steps 1 to 3: a statement that some key signed

  async function open(bytes) {
    let bundle;
    try {
      bundle = parseBundle(bytes);
    } catch (error) {
      return unsure(1, "the bundle cannot be read: " + error.message);
    }
    try {
      if (bundle.type !== PAYLOAD_TYPE) refuse("payload type " + bundle.type.slice(0, 80) + ", expected " + PAYLOAD_TYPE);
      const statement = await parseStatement(bundle.payload);
      return { bundle, statement, payload: await sha256hex(bundle.payload), fingerprint: await fingerprint(statement.spki) };
    } catch (error) {
      return unsure(2, isAnswers(bytes) ? "this holds answers to a questionnaire, and no release of a trust center" : "the statement cannot be read: " + error.message);
    }
  }

  async function unsigned(opened, number) {
    const { bundle, statement } = opened;
    if (opened.fingerprint !== bundle.hint) return no(number, "the bundle names another key than the statement it holds", { expected: opened.fingerprint, got: bundle.hint });
    try {
      return (await signed(statement.spki, bundle.signature, pae(bundle.type, bundle.payload))) ? null : no(number, "the signature is not that of key " + opened.fingerprint + " over this statement");
    } catch (error) {
      return unsure(number, error.message);
    }
  }

  // ---------------------------------------------------------------- step 4: whose key it is

  const isPin = (pin, opened) => pin.key === opened.fingerprint && (!pin.spki || same(pin.spki, opened.statement.spki));
  const pinnedHere = (pins, opened) => pins.some((pin) => pin.center === opened.statement.center && pin.role === "issuer" && isPin(pin, opened));
  const wantedPins = (question, center) => (question.call.length ? question.call : question.pins.filter((pin) => pin.center === center && pin.role === "issuer"));
  const holds = (pin, now) => (!pin.notBefore || pin.notBefore <= now) && (!pin.notAfter || now < pin.notAfter);

  /* The pin that holds, or why none does. ``turns``: the changes of keys in the center's log, null where the log is not at hand. */
  function judgeSigner(opened, question, turns) {
    const { center, log } = opened.statement, name = opened.fingerprint, wanted = wantedPins(question, center);
    const elsewhere = question.pins.filter((pin) => pin.key === name && pin.center !== center), fitting = wanted.filter((pin) => isPin(pin, opened));
    if (elsewhere.length && !(fitting.length && (!question.call.length || pinnedHere(question.pins, opened)))) return no(4, "key " + name + " is pinned for another center", { word: "wrong-signer", expected: elsewhere[0].center || "", got: center });
    if (fitting.length && !fitting.some((pin) => holds(pin, question.now))) return outOfWindow(fitting[fitting.length - 1], question.now);
    const found = throughLog(opened, wanted.filter((pin) => pin.key !== name || fitting.includes(pin)), question.now, turns || []);
    if (found) return found;
    const keys = Array.from(new Set(wanted.map((pin) => pin.key))).sort().join(" or ");
    if (wanted.length && turns === null && log) return unsure(4, "signed by another key than the one pinned; whether that one announced it, only the site's log can show", { word: "unknown-signer", expected: keys, got: name });
    if (wanted.length) return no(4, "signed by another key than the one pinned", { word: "wrong-signer", expected: keys, got: name });
    const other = question.pins.find((pin) => pin.key === name);
    if (other) return no(4, "key " + name + " is pinned for this center in another role", { word: "wrong-signer", expected: "issuer", got: other.role });
    return unsure(4, "no key is pinned for " + center, { word: "unknown-signer", got: name });
  }

  /* What the pins and the log come to; null where they do not lead to the key that signed. */
  function throughLog(opened, pins, now, turns) {
    const name = opened.fingerprint, place = placeOf(opened), holding = pins.filter((pin) => holds(pin, now)), accepted = accept(holding.map((pin) => pin.key), turns, null);
    const firstPin = (among, keys) => { const way = keys.chain(name), start = way.length ? way[0].by : name; return among.find((pin) => pin.key === start); };
    if (!accepted.starts.has(name)) {
      const late = accept(pins.map((pin) => pin.key), turns, null), first = firstPin(pins, late);
      return !first || late.standing(name, place) === "unknown" ? null : outOfWindow(first, now);
    }
    const standing = accepted.standing(name, place);
    if (standing === "accepted") return Object.assign({}, firstPin(holding, accepted), { after: accepted.chain(name).map((turn) => ({ key: turn.key, by: turn.by, index: turn.index })) });
    if (standing === "unknown") return no(4, "key " + name + " was announced after this release", { word: "wrong-signer", expected: "entry " + accepted.starts.get(name) + " or later", got: "entry " + place });
    return no(4, "key " + name + " was retired in entry " + accepted.ends.get(name).since + " of the log", { word: "wrong-signer", expected: "an entry before " + accepted.ends.get(name).before, got: "entry " + place });
  }

  /* Where the pin names the log's key, the release has to name the same. */
  const otherLog = (pin, log) => (pin.log && !(log && log.vkey === pin.log) ? [no(13, "the release names another log than the one that is pinned", { word: "forked", expected: pin.log, got: log ? log.vkey : "no log" })] : []);

  function outOfWindow(pin, now) {
    if (pin.notBefore && now < pin.notBefore) return no(4, "the pinned key is not good yet", { word: "wrong-signer", expected: "from " + spell(pin.notBefore), got: spell(now) });
    return no(4, "the pinned key is retired", { word: "wrong-signer", expected: pin.notAfter ? "until " + spell(pin.notAfter) : "", got: spell(now) });
  }

  // ---------------------------------------------------------------- step 5: the reader's clock

  function notFresh(statement, now) {
    if (now < statement.issuedAt) return [unsure(5, "it was issued in the future: your clock or theirs is wrong", { expected: "issued by " + spell(now), got: spell(statement.issuedAt) })];
    if (now >= statement.validUntil) return [no(5, "it was valid until " + spell(statement.validUntil), { word: "stale", expected: "valid at " + spell(now), got: spell(statement.validUntil) })];
    return [];
  }

  // ---------------------------------------------------------------- step 6: the control files

  async function checkSubjects(source, opened, bundle) {
    const held = { [BUNDLE]: bundle }, findings = [], { statement } = opened;
    for (const path of [STATEMENT, ASSESSMENT, MANIFEST, SIGNATURE]) {
      const found = await attempt(6, path, () => source.read(path, CAP));
      if (isFinding(found)) findings.push(found);
      else held[path] = found;
    }
    for (const [path, wanted] of [[MANIFEST, statement.manifest], [ASSESSMENT, statement.assessment]]) {
      const got = held[path] && (await sha256hex(held[path]));
      if (got && got !== wanted) { findings.push(no(6, path + " is not the one that was signed", { expected: wanted, got })); }
    }
    if (held[STATEMENT] && !same(held[STATEMENT], opened.bundle.payload)) findings.push(no(6, STATEMENT + " is not the signed payload", { expected: opened.payload, got: await sha256hex(held[STATEMENT]) }));
    if (held[SIGNATURE] && held[MANIFEST]) findings.push(...(await manifestSignature(held, opened)));
    for (const name of statement.log ? [...KEPT, PROOF_NAME] : KEPT) {
      const path = AT + "releases/" + statement.release + "/" + name, kept = await attempt(10, path, () => source.read(path, CAP)), top = name === PROOF_NAME ? await ifThere(10, source, PROOF, CAP) : held[AT + name];
      if (isFinding(kept)) findings.push(kept);
      else if (top && !isFinding(top) && !same(kept, top)) findings.push(no(10, path + " differs from " + AT + name, { expected: await sha256hex(top), got: await sha256hex(kept) }));
    }
    const asSigned = async (path, wanted) => (held[path] && (await sha256hex(held[path])) === wanted ? held[path] : null);
    return { manifest: await asSigned(MANIFEST, statement.manifest), assessment: await asSigned(ASSESSMENT, statement.assessment), findings };
  }

  async function manifestSignature(held, opened) {
    let good = false;
    try {
      good = await sshSigned(held[SIGNATURE], held[MANIFEST], opened.statement.spki);
    } catch (error) {
      if (error instanceof Unable) return [unsure(6, SIGNATURE + ": " + error.message)];
      if (!(error instanceof Unreadable)) throw error;
    }
    return good ? [] : [no(6, SIGNATURE + " is not the signature of " + opened.fingerprint + " over " + MANIFEST)];
  }

  // ---------------------------------------------------------------- steps 7 and 9: every listed file, and what pages say to machines

  const PAGES = [".html", ".htm", ".xhtml", ".svg"];

  async function checkFiles(source, manifest, blocks, question) {
    const findings = [];
    let checked = 0, doubts = 0, done = 0;
    if (!Array.from(manifest.keys()).some((path) => path.endsWith(".html"))) findings.push(no(7, "SHA256SUMS lists no page", { expected: "at least 1", got: "0" }));
    if (!manifest.has(ASSESSMENT)) findings.push(no(7, "SHA256SUMS does not list " + ASSESSMENT));
    for (const path of manifest.keys()) if (UNLISTED.test(path)) findings.push(no(7, "SHA256SUMS lists " + path + ", which is never listed"));
    for (const [path, wanted] of manifest) {
      const found = await checkFile(source, path, wanted, blocks);
      done += 1;
      if (question.watch) question.watch(path, done, manifest.size);
      checked += found.some((one) => one.number === 7) ? 0 : 1;
      doubts += found.some((one) => one.outcome === "could-not-tell") ? 1 : 0;
      findings.push(...found);
      if (doubts >= GIVE_UP) {
        findings.push(unsure(7, doubts + " files cannot be read, the rest was left unread"));
        break;
      }
    }
    return { checked, findings };
  }

  async function checkFile(source, path, wanted, blocks) {
    const page = PAGES.some((ending) => path.toLowerCase().endsWith(ending)), data = await attempt(7, path, () => source.read(path, page ? PAGE_CAP : FILE_CAP));
    if (isFinding(data)) return [data];
    const got = await sha256hex(data);
    if (got !== wanted) return [no(7, path + " is not as listed", { expected: wanted, got })];
    return page && blocks ? blockFindings(path, data, blocks.get(path)) : [];
  }

  async function checkUnlisted(source, manifest, release, logged) {
    const paths = source.paths();
    if (paths === null) return [note(7, "files that are not listed cannot be seen over http(s)")];
    const findings = [];
    for (const path of paths.slice().sort()) {
      if (manifest.has(path)) continue;
      const kept = OF_RELEASE.exec(path), top = kept && Number(kept[1]) === release ? AT + kept[2] : path;
      if (!UNLISTED.test(path) || (LOGGED.test(top) && !logged) || (kept && Number(kept[1]) > release)) findings.push(no(7, path + " is not listed"));
      else if (COSIGNED.test(path)) findings.push(unsure(10, path + " is a cosignature, which this version does not read"));
      else if (HOST.test(path)) {
        const found = await attempt(7, path, () => source.read(path, FILE_CAP));
        if (isFinding(found)) findings.push(found);
      }
    }
    return findings;
  }

  /* A control's object -> the one form of its page's block. */
  async function blockOf(control) {
    const said = canonical({ id: control.id, record: await sha256hex(utf8(canonical(control))), verdict: control.verdict });
    return '<script type="application/json" id="attest-control">' + said.replace(/</g, "\\u003c") + "</script>";
  }
  const pageOf = (control) => control.audience + "/" + control.id + ".html";

  const HIDES = ["template", "textarea", "title", "style", "script", "noscript", "iframe", "xmp", "noembed", "noframes"];

  function blockFindings(path, data, block) {
    const page = latin(data);
    if (page.includes("\0")) return [no(9, path + " is not UTF-8 text: what it says depends on who reads it")];
    const marked = markedIn(page);
    if (marked === null) return [no(9, path + " has tags that do not end: no reader can say what they hold")];
    const wanted = block === undefined ? 0 : 1;
    if (marked.length !== wanted) return [no(9, path + " carries " + marked.length + " machine-readable blocks", { expected: String(wanted), got: String(marked.length) })];
    if (!wanted) return [];
    if (!page.startsWith(latin(utf8(block)), marked[0])) return [no(9, path + " carries another block than the record gives", { expected: block, got: page.slice(marked[0], marked[0] + 300).split("</")[0] })];
    const where = hiddenIn(page.slice(0, marked[0]).toLowerCase());
    return where ? [no(9, path + " carries its block where no reader looks, in " + where)] : [];
  }

  /* Where tags with the block's id begin, however they are spelled; null for tags within tags that would be read over and over. */
  function markedIn(page) {
    const tag = /<[A-Za-z][^\t\n\f\r />]*/g, attribute = /[\t\n\f\r /]*([^\t\n\f\r />][^\t\n\f\r />=]*)(?:[\t\n\f\r ]*=[\t\n\f\r ]*("[^"]*"|'[^']*'|[^\t\n\f\r >]*))?/y, found = [];
    let left = 2 * page.length + 65536;
    for (let one = tag.exec(page); one; one = tag.exec(page)) {
      attribute.lastIndex = tag.lastIndex;
      for (let at = attribute.lastIndex, pair = attribute.exec(page); pair; at = attribute.lastIndex, pair = attribute.exec(page)) {
        left -= attribute.lastIndex - at;
        if (left < 0) return null;
        if (pair[1].toLowerCase() === "id" && isOurs(pair[2] || "")) { found.push(one.index); break; }
      }
    }
    return found;
  }

  function isOurs(value) {
    const bare = /^["']/.test(value) ? value.slice(1, -1) : value, said = new TextDecoder().decode(Uint8Array.from(bare, (char) => char.charCodeAt(0)));
    return unescaped(said).replace(/^[\s\x1c-\x1f\x85]+|[\s\x1c-\x1f\x85]+$/g, "").toLowerCase() === "attest-control";
  }

  /* Character references, as far as they can come to the letters of the id or to blanks around it. */
  function unescaped(said) {
    return said.replace(/&(?:#[xX]([0-9a-fA-F]+);?|#([0-9]+);?|(?:Tab|NewLine|nbsp|NonBreakingSpace|ensp|emsp|emsp13|emsp14|numsp|puncsp|thinsp|ThinSpace|hairsp|VeryThinSpace|MediumSpace|ThickSpace);|nbsp)/g, (whole, six, ten) => {
      if (six === undefined && ten === undefined) return " ";
      const code = parseInt(six || ten, six ? 16 : 10);
      if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return "\ufffd";
      if (code === 0x0d) return " ";
      if (code >= 0x80 && code <= 0x9f) return [0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(code) ? String.fromCharCode(code) : "\ufffd";
      return (code < 0x20 && ![9, 10, 12].includes(code)) || code === 0x7f || (code & 0xfffe) === 0xfffe || (code >= 0xfdd0 && code <= 0xfdef) ? "" : String.fromCodePoint(code);
    });
  }

  function hiddenIn(before) {
    if (before.lastIndexOf("<!--") > before.lastIndexOf("-->")) return "a comment";
    const name = HIDES.find((each) => before.lastIndexOf("<" + each) > before.lastIndexOf("</" + each));
    return name ? "<" + name + ">" : "";
  }

  // ---------------------------------------------------------------- step 8: every number recomputed, every verdict held against its checks

  const SHARED = ["asOf", "scope", "totals", "basis", "withheld", "frameworks", "commitments", "tool", "ruleset"];
  const isCount = (value, names) => isObject(value) && Object.keys(value).sort().join() === names.slice().sort().join() && Object.values(value).every((each) => typeof each === "number" && each >= 0);
  const oneOf = (value, allowed, where) => (allowed.includes(value) ? value : refuse(where + " is " + plainly(value).slice(0, 40)));
  const counted = (found, names) => Object.fromEntries(names.map((name) => [name, found.filter((each) => each === name).length]));
  const said = (value) => (isObject(value) ? Object.keys(value).map((name) => name + " " + plainly(value[name])).join(", ") : plainly(value)).slice(0, 200);

  function readRecord(bytes) {
    const record = object(json(bytes, ASSESSMENT), ASSESSMENT);
    list(record.controls, "controls").forEach((control, at) => readControl(object(control, "controls[" + at + "]"), "controls[" + at + "]"));
    object(record.center, "center");
    (record.registers === undefined ? [] : list(record.registers, "registers")).forEach((register, at) => typeof object(register, "registers[" + at + "]").name === "string" || refuse("registers[" + at + "].name is not text"));
    [...record.controls, ...(record.registers || [])].forEach((one) => { try { canonical(one); } catch (error) { refuse(ASSESSMENT + ": a control or register has no canonical form: " + error.message); } });
    return record;
  }

  function readControl(control, where) {
    ["id", "audience", "title"].forEach((name) => typeof control[name] === "string" || refuse(where + "." + name + " is not text"));
    oneOf(control.verdict, VERDICTS, where + ".verdict");
    oneOf(control.basis, [...BASES, null], where + ".basis");
    if (!isCount(control.covered, ["checked", "inScope"])) refuse(where + ".covered is not two counts");
    list(control.appliesTo, where + ".appliesTo");
    Object.entries(object(control.clauses, where + ".clauses")).forEach(([id, clauses]) => list(clauses, where + ".clauses." + id).every((clause) => typeof clause === "string") || refuse(where + ".clauses." + id + " is not a list of texts"));
    [["plan", "due"], ["notApplicable", "until"], ["treatment", "until"]].forEach(([name, day]) => { if (control[name] !== null && control[name] !== undefined) endOf(words(object(control[name], where + "." + name)[day], where + "." + name + "." + day), where + "." + name + "." + day); });
    list(control.checks, where + ".checks").forEach((check, at) => readCheck(object(check, where + ".checks[" + at + "]"), where + ".checks[" + at + "]"));
  }

  function readCheck(check, where) {
    oneOf(check.verdict, VERDICTS.slice(0, 4), where + ".verdict");
    oneOf(check.basis, BASES, where + ".basis");
    if (typeof check.kind !== "string") refuse(where + ".kind is not text");
    span(object(check.rule, where + ".rule").maxAge, where + ".rule.maxAge");
    ["observed", "expires"].forEach((name) => { if (check[name] !== null) moment(check[name], where + "." + name); });
  }

  async function checkRecord(record, statement) {
    const findings = [], { predicate } = statement, controls = record.controls;
    SHARED.forEach((name) => { if (!alike(predicate[name], record[name])) findings.push(no(8, "the statement and " + ASSESSMENT + " differ in " + name, { expected: said(predicate[name]), got: said(record[name]) })); });
    ["id", "name", "language"].forEach((name) => { if (!alike(predicate.center[name], record.center[name])) findings.push(no(8, "the statement and " + ASSESSMENT + " differ in center." + name, { expected: said(predicate.center[name]), got: said(record.center[name]) })); });
    findings.push(...(await checkClaims(controls, statement)), ...sums(statement), ...checkFrameworks(controls, predicate.frameworks), ...(await checkRegisters(record)));
    if (predicate.ruleset !== RULESET) return [...findings, unsure(8, "its rules are " + said(predicate.ruleset) + ": whether the verdicts follow from them, this version cannot tell", { expected: RULESET })];
    controls.forEach((control) => findings.push(...decided(control, statement.asOf)));
    return findings;
  }

  async function checkClaims(controls, statement) {
    const findings = [], found = new Map(), meant = new Map(statement.claims.map((claim) => [claim.id, claim.verdict + " " + claim.record]));
    for (const control of controls) found.set(control.id, control.verdict + " " + (await sha256hex(utf8(canonical(control)))));
    Array.from(new Set([...found.keys(), ...meant.keys()])).sort().forEach((id) => { if (found.get(id) !== meant.get(id)) findings.push(no(8, "the claim on " + id + " is not the one of its record", { expected: meant.get(id) || "None", got: found.get(id) || "None" })); });
    if (found.size !== controls.length || new Set(controls.map(pageOf)).size !== controls.length) findings.push(no(8, ASSESSMENT + " has a control twice, or two on one page"));
    const shows = counted(controls.map((control) => control.basis), BASES), basis = statement.predicate.basis;
    if (isCount(basis, BASES) && BASES.some((name) => shows[name] > basis[name])) findings.push(no(8, "the bases are not those of the records", { expected: said(shows), got: said(basis) }));
    return findings;
  }

  /* The statement against itself: what can be recomputed of a bundle alone. */
  function sums(statement) {
    const findings = [], shows = counted(statement.claims.map((claim) => claim.verdict), VERDICTS), added = Object.fromEntries(VERDICTS.map((verdict) => [verdict, shows[verdict] + statement.withheld[verdict]]));
    if (!alike(added, statement.totals)) findings.push(no(8, "the totals are not those of the claims and the withheld controls", { expected: said(added), got: said(statement.totals) }));
    const { basis, commitments } = statement.predicate, total = (value) => Object.values(value).reduce((one, other) => one + other, 0), withheld = total(statement.withheld);
    if (!isCount(basis, BASES) || total(basis) !== statement.totals.met) findings.push(no(8, "the bases do not add up to the controls that are met", { expected: String(statement.totals.met), got: said(basis) }));
    if (!Array.isArray(commitments) || commitments.length !== withheld) findings.push(no(8, "there is not one commitment for each withheld control", { expected: String(withheld), got: Array.isArray(commitments) ? String(commitments.length) : "" }));
    return findings;
  }

  function checkFrameworks(controls, frameworks) {
    const findings = [], named = new Map((Array.isArray(frameworks) ? frameworks : []).filter((one) => isObject(one) && typeof one.id === "string").map((one) => [one.id, one]));
    if (!Array.isArray(frameworks) || named.size !== frameworks.length) return [no(8, "the frameworks are no list of frameworks")];
    new Set(controls.flatMap((control) => Object.keys(control.clauses))).forEach((id) => { if (!named.has(id)) findings.push(no(8, "controls name the framework " + id + ", which is not listed")); });
    named.forEach((framework, id) => {
      const mapping = controls.filter((control) => id in control.clauses), mapped = new Set(mapping.flatMap((control) => control.clauses[id])).size;
      const found = { mapped, verdicts: counted(mapping.map((control) => control.verdict), VERDICTS) };
      if (!alike({ mapped: framework.mapped, verdicts: framework.verdicts }, found) || !(typeof framework.clauses === "number" && framework.clauses >= mapped)) findings.push(no(8, "the numbers of framework " + id + " are not those of its controls", { expected: said(found), got: said({ mapped: framework.mapped }) }));
    });
    return findings;
  }

  async function checkRegisters(record) {
    const findings = [], published = new Map();
    for (const register of record.registers || []) published.set(register.name, await sha256hex(utf8(canonical(register))));
    record.controls.forEach((control) => control.checks.forEach((check) => {
      if (check.register === null || check.register === undefined) return;
      if (!published.has(check.register)) findings.push(no(8, control.id + ": a check asks the register " + plainly(check.register).slice(0, 40) + ", which is not in the record"));
      else if (check.sha256 !== null && check.sha256 !== undefined && check.sha256 !== published.get(check.register)) findings.push(no(8, control.id + ": a check asks another register " + check.register + " than the record has", { expected: check.sha256, got: published.get(check.register) }));
    }));
    return findings;
  }

  /* attest-rules/v0.1: the verdict that follows from the record's own checks, plan and decision, whatever the evidence was. */
  function decided(control, asOf) {
    const findings = [], follows = followsFrom(control, asOf), { id, verdict, checks } = control, wrong = (what) => findings.push(no(8, id + ": " + what));
    if (follows !== verdict) findings.push(no(8, id + ": its record comes to " + follows + ", and it says " + verdict, { expected: follows, got: verdict }));
    if ((verdict === "met") !== (control.basis !== null)) wrong("a basis belongs to met controls and to no others");
    if (verdict === "met" && !checks.some((check) => check.basis === control.basis)) wrong("says " + control.basis + ", and no check rests on that");
    if (control.covered.inScope !== control.appliesTo.length) wrong("applies to " + control.appliesTo.length + " systems, and counts " + control.covered.inScope);
    checks.forEach((check) => {
      if (check.verdict === "met" && !stands(check, asOf)) wrong("a check says met by evidence that was not current at " + forPeople(asOf));
      if (!(Object.hasOwn(BASIS_OF, check.kind) ? BASIS_OF[check.kind] : []).includes(check.basis)) wrong("a check calls a " + check.kind.slice(0, 40) + " " + check.basis);
      if (truthy(check.lifted) && check.basis !== "declaration") wrong("a check sets findings aside by declaration, and calls itself " + check.basis);
    });
    return findings;
  }

  const truthy = (value) => (Array.isArray(value) ? value.length > 0 : isObject(value) ? Object.keys(value).length > 0 : !!value);

  /* A failing check, a decision, a plan, the worst check, what nobody looked at: in this order. */
  function followsFrom(control, asOf) {
    const worstCheck = VERDICTS.find((verdict) => control.checks.some((check) => check.verdict === verdict));
    if (worstCheck === "not-met") return "not-met";
    if (control.notApplicable) return asOf < endOf(control.notApplicable.until, "until") ? "not-applicable" : "unknown";
    if (!worstCheck && control.plan) return asOf < endOf(control.plan.due, "due") ? "planned" : "not-met";
    return worstCheck && control.covered.checked === control.covered.inScope ? worstCheck : "unknown";
  }

  function stands(check, asOf) {
    if (check.observed === null || check.expires === null) return false;
    const observed = moment(check.observed, "observed"), expires = moment(check.expires, "expires");
    return observed <= asOf && asOf < expires && expires <= observed + span(check.rule.maxAge, "maxAge");
  }

  // ---------------------------------------------------------------- step 11: what time has undone since

  function lapses(controls, now) {
    const found = [], lapse = (control, to, why) => found.push({ control: control.id, was: control.verdict, now: to, why });
    controls.forEach((control) => {
      const ends = control.checks.filter((check) => check.expires !== null).map((check) => moment(check.expires, "expires")), first = Math.min(...ends);
      if (control.verdict === "met" && ends.length && first <= now) lapse(control, "unknown", "its evidence expired on " + forPeople(first));
      else if (control.verdict === "planned" && control.plan && endOf(control.plan.due, "due") <= now) lapse(control, "not-met", "it was planned for " + control.plan.due + " and is overdue");
      else if (control.verdict === "not-applicable" && control.notApplicable && endOf(control.notApplicable.until, "until") <= now) lapse(control, "unknown", "the decision that it does not apply ran out on " + control.notApplicable.until);
    });
    return found;
  }

  function standing(signedTotals, lapsed) {
    const left = Object.assign({}, signedTotals);
    lapsed.forEach((lapse) => { left[lapse.was] -= 1; left[lapse.now] += 1; });
    return left;
  }

  // ---------------------------------------------------------------- step 10: the releases before

  /* Releases that may say which entries are void: of a number that the log has twice, or next after an entry whose statement is missing. */
  function explaining(log, missing) {
    const entries = log ? log.entries : [], times = new Map(), numbers = [];
    entries.forEach((entry) => { if (entry.kind === "release") times.set(entry.n, (times.get(entry.n) || 0) + 1); });
    times.forEach((count, n) => { if (count > 1) numbers.push(n); });
    missing.forEach((at) => { const after = entries.find((entry, index) => index > at && entry.kind === "release"); numbers.push(after ? after.n : 0); });
    return new Set(numbers.sort((a, b) => a - b).slice(0, 200));
  }

  async function checkHistory(source, opened, accepted, log, missing) {
    let asked = null;
    const held = [], pruned = [], findings = [], placed = [], chained = new Map([[opened.statement.release, opened.payload]]), lists = source.paths() !== null, top = opened.statement;
    let newer = top, expected = top.previous ? top.previous.payload : null, unbroken = true;
    for (let number = top.release - 1; number > Math.max(0, top.release - 1 - LONGEST); number -= 1) {
      if (asked && !asked.has(number)) {
        expected = null;
        continue;
      }
      if (unbroken && expected) chained.set(number, expected);
      const found = await heldRelease(source, number);
      if (found && !isFinding(found)) {
        held.push(number);
        const forged = await unsigned(found, 10), sameLog = !!found.statement.log && !!top.log && found.statement.log.vkey === top.log.vkey;
        findings.push(...checkRelease(found, forged, number, newer, expected, opened, accepted), ...(await keptFiles(source, found, number)), ...(await keptProof(source, found, number, sameLog ? log : null)));
        if (sameLog && !forged) placed.push(placedRelease(found, accepted.ofOld(found.fingerprint, placeOf(found)) === "accepted"));
        unbroken = unbroken && found.payload === expected;
        newer = found.statement;
        expected = newer.previous ? newer.previous.payload : null;
        continue;
      }
      if (found) findings.push(found);
      else {
        if (lists) findings.push(...(await orphans(source, number)));
        if (!asked) pruned.push(number);
      }
      expected = null;
      unbroken = false;
      if (!lists && !asked) asked = explaining(log, missing);
    }
    if (lists && top.release - 1 > LONGEST) findings.push(unsure(10, "only the last " + LONGEST + " releases are followed, what lies of those before them was not looked at"));
    if (pruned.length) findings.push(note(10, "no longer held: release " + pruned.slice(0, 10).join(", ") + (pruned.length > 10 ? " and more" : "")));
    return { held, pruned, placed, chained, findings };
  }

  async function heldRelease(source, number) {
    const path = AT + "releases/" + number + "/" + KEPT[0], data = await ifThere(10, source, path, CAP);
    if (data === null || isFinding(data)) return data;
    const found = await open(data);
    return isFinding(found) ? unsure(10, "release " + number + ": " + found.what) : found;
  }

  /* One held release: whose it is, which it is, and whether its successor means it. */
  function checkRelease(found, forged, number, newer, expected, current, accepted) {
    const was = found.statement, findings = [], standing = accepted.ofOld(found.fingerprint, placeOf(found)), wrong = (what, more) => findings.push(no(10, what, more)), name = "release " + number;
    if (forged) return [Object.assign({}, forged, { number: 10, what: name + ": " + forged.what })];
    if (was.center !== current.statement.center || was.release !== number) return [no(10, "what is kept as " + name + " is another one", { expected: current.statement.center + " " + number, got: was.center + " " + was.release })];
    if (standing === "unknown") findings.push(unsure(10, name + " is signed by a key that is not pinned", { expected: current.fingerprint, got: found.fingerprint }));
    if (standing === "retired") wrong(name + " is signed by a key that was retired before", { expected: "an entry before " + accepted.ends.get(found.fingerprint).before, got: "entry " + placeOf(found) });
    if (standing === "aside") findings.push(note(10, name + " is signed by a key that is not believed from entry " + accepted.ends.get(found.fingerprint).before + " of the log on"));
    if (expected && found.payload !== expected) wrong(name + " is not the one that release " + (number + 1) + " follows", { word: standing === "accepted" ? "forked" : "forged", expected, got: found.payload });
    if (was.asOf > newer.asOf || was.issuedAt > newer.issuedAt) wrong("release " + newer.release + " tells an earlier state than release " + was.release, { word: "forked", expected: spell(was.asOf), got: spell(newer.asOf) });
    if (was.log && !newer.log) wrong("release " + newer.release + " has no log, and release " + was.release + " had one", { word: "forked" });
    if (was.log && newer.log && was.log.vkey !== newer.log.vkey) wrong("release " + newer.release + " names another log than release " + was.release, { word: "forked", expected: was.log.vkey, got: newer.log.vkey });
    return findings;
  }

  async function keptFiles(source, found, number) {
    const findings = [];
    for (const [name, wanted] of [[KEPT[1], found.payload], [KEPT[2], found.statement.assessment], [KEPT[3], found.statement.manifest]]) {
      const path = AT + "releases/" + number + "/" + name, data = await ifThere(10, source, path, CAP);
      if (isFinding(data)) findings.push(data);
      else if (data && (await sha256hex(data)) !== wanted) findings.push(no(10, path + " is not the one that was signed", { expected: wanted, got: await sha256hex(data) }));
    }
    return findings;
  }

  /* The proof of a held release, under the checkpoint of its day; one that is not there is pruned, for the log itself shows what it did. */
  async function keptProof(source, found, number, log) {
    if (!found.statement.log && source.paths() === null) return []; // A host would have to be asked for what should not be there.
    const path = AT + "releases/" + number + "/" + PROOF_NAME, data = await ifThere(13, source, path, PROOF_CAP);
    if (data === null) return [];
    if (isFinding(data)) return [data];
    return found.statement.log ? checkProof(data, found, log, path) : [no(10, path + " is there, and release " + number + " has no log")];
  }

  async function orphans(source, number) {
    const findings = [];
    for (const name of [...KEPT.slice(1), PROOF_NAME]) {
      const path = AT + "releases/" + number + "/" + name, data = await ifThere(10, source, path, CAP);
      if (data) findings.push(isFinding(data) ? data : no(10, path + " is there without the bundle that vouches for it"));
    }
    return findings;
  }

  /* The current release and its log against what this reader verified last; ``payloads``: of each release that the chain or the log shows. */
  async function descent(seen, opened, payloads, log, placed, now) {
    if (!seen) return [note(10, "you have seen no earlier release of this center: nothing to compare with")];
    const { release, log: said, validUntil } = opened.statement, known = payloads.get(seen.release), findings = [];
    if (seen.origin && (!said || said.origin !== seen.origin)) findings.push(no(10, "it names another log than the one that you have seen, or none", { word: "forked", expected: seen.origin, got: said ? said.origin : "no log" }));
    else if (said && seen.log && seen.log.vkey && said.vkey !== seen.log.vkey) findings.push(no(10, "the log's key is not the one that you have seen", { word: "forked", expected: seen.log.vkey, got: said.vkey }));
    if (seen.release > release) findings.push(no(10, "release " + release + " is served, and you have seen release " + seen.release, { word: "rolled-back", expected: String(seen.release), got: String(release) }));
    else if (!known) findings.push(unsure(10, "that release " + release + " follows release " + seen.release + ", which you have seen, is not shown", { got: "releases between them are not held" }));
    else if (known !== seen.payload) findings.push(no(10, "release " + seen.release + " is not the one you have seen under that number", { word: "forked", expected: seen.payload, got: known }));
    if (seen.log && log) findings.push(...(await grewFrom(seen.log, log)), ...disowned(seen.log, placed));
    if (seen.payload === opened.payload && now >= validUntil && (!log || !seen.log || log.size === seen.log.size)) findings.push(note(10, "frozen: it is the release that you have seen, and nothing followed it before it ran out; its publisher has stopped, or somebody holds back what is newer"));
    return findings;
  }

  /* The log as it was seen has to be the beginning of the one that is served. */
  async function grewFrom(seen, log) {
    if (log.size < seen.size) return [no(10, "the log has " + log.size + " entries, and you have seen " + seen.size, { word: "rolled-back", expected: String(seen.size), got: String(log.size) })];
    const got = await rootAt(log.levels, seen.size);
    return got === seen.root ? [] : [no(10, "the first " + seen.size + " entries of the log are not the ones that you have seen", { word: "forked", expected: seen.root, got })];
  }

  /* A payload after a signed state that was seen may declare void only what came after it as well. */
  function disowned(seen, placed) {
    const found = seen.unsigned ? [] : placed.filter((one) => one.counts && seen.size <= one.said.sizeBefore).map((one) => [one.name, one.said.void.find((index) => index < seen.size)]);
    return found.filter(([, index]) => index !== undefined).map(([name, index]) => no(10, name + " says that entry " + index + " was never signed, and you have seen a signed log with it", { word: "forked", expected: "entry " + seen.size + " or later", got: String(index) }));
  }

  /* An older bundle that the reader keeps -> what it makes the reader have seen. It is believed only as far as its signer is. */
  async function olderBundle(bytes, opened, accepted) {
    const found = await open(bytes), what = "the older bundle", open10 = (why, more) => [null, [unsure(10, what + why, more)]];
    if (isFinding(found)) return open10(": " + found.what);
    const wrong = await unsigned(found, 10), { center, release, log } = found.statement;
    if (wrong) return open10(": " + wrong.what);
    if (center !== opened.statement.center) return open10(" is of another center", { expected: opened.statement.center, got: center });
    if (found.fingerprint !== opened.fingerprint && accepted.ofOld(found.fingerprint, placeOf(found)) !== "accepted") return open10(" is signed by a key that is not pinned", { got: found.fingerprint });
    return [{ release, payload: found.payload, origin: log ? log.origin : "", log: log ? { size: log.sizeBefore, root: log.rootBefore, vkey: log.vkey, unsigned: true } : null }, []];
  }

  // ---------------------------------------------------------------- step 13: the transparency log, replayed

  /* What a key and a log may be called: no spaces of Unicode, no plus, no control characters. */
  const isName = (said) => !/[\s+\x00-\x1f\x85]/.test(said.replace(/\ufeff/g, "")) && said !== "";

  /* C2SP signed-note: the text and its signature lines. */
  function parseNote(bytes) {
    if (bytes.length > NOTE_CAP) refuse("the note is larger than " + NOTE_CAP + " bytes");
    const whole = text(bytes, "the note"), cut = whole.lastIndexOf("\n\n"), lines = cut < 0 ? [] : whole.slice(cut + 2).split("\n"), body = whole.slice(0, cut + 1);
    if (cut < 1 || lines.pop() !== "" || !lines.length || /[\x00-\x09\x0b-\x1f]/.test(whole)) refuse("malformed note: a text, an empty line, and signature lines");
    const signatures = lines.map((line) => {
      const parts = /^\u2014 ([^ ]+) ([A-Za-z0-9+/=]+)$/.exec(line), raw = parts && unbase64(parts[2]);
      return raw && raw.length > 4 && isName(parts[1]) ? { name: parts[1], id: raw.subarray(0, 4), signature: raw.subarray(4) } : refuse("malformed note: a signature line is an em dash, a name and base64");
    });
    return { text: body, signatures };
  }

  /* ``name+hex(key id)+base64(type and key)``, Ed25519 alone. */
  async function parseVkey(said) {
    const parts = said.length <= 1024 && /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(said), body = parts && isName(parts[1]) ? unbase64(parts[3]) : refuse("not a vkey");
    if (body[0] !== 1 || body.length !== 33) refuse("the vkey is not of an Ed25519 key (type 0x01)");
    const id = (await sha256(join(utf8(parts[1] + "\n"), body))).subarray(0, 4);
    await imported(weighed(body.subarray(1)));
    return hex(id) === parts[2] ? { name: parts[1], id, spki: join(ED25519, body.subarray(1)) } : refuse("the vkey's key id is not that of its name and key");
  }

  /* C2SP tlog-checkpoint: origin, size, root; no extensions. */
  async function parseCheckpoint(said) {
    const lines = said.split("\n");
    if (lines.length !== 4 || lines[3] !== "" || !isName(lines[0]) || !/^(?:0|[1-9][0-9]{0,15})$/.test(lines[1]) || Number(lines[1]) > 1e15) refuse("malformed checkpoint: an origin, a size and a root, each on its line, and nothing else");
    const root = unbase64(lines[2]);
    if (root.length !== 32 || (lines[1] === "0" && hex(root) !== hex(await sha256(new Uint8Array())))) refuse("malformed checkpoint: not the root of a log");
    return { origin: lines[0], size: Number(lines[1]), root: hex(root) };
  }

  /* A checkpoint of this log, signed by its key; or the finding that refuses it. */
  async function openCheckpoint(bytes, log, path) {
    try {
      const parsed = parseNote(bytes), checkpoint = await parseCheckpoint(parsed.text), own = parsed.signatures.filter((line) => line.name === log.key.name && same(line.id, log.key.id));
      if (checkpoint.origin !== log.origin) return no(13, path + " is of another log", { expected: log.origin, got: checkpoint.origin });
      if (!own.length) return no(13, path + " is not signed by the log key that the release names", { expected: log.vkey, got: parsed.signatures.map((line) => line.name).join(", ") });
      for (const line of own) if (!(await signed(log.key.spki, line.signature, utf8(parsed.text)))) return no(13, path + " has a signature of the log key that does not verify", { expected: log.vkey });
      return checkpoint;
    } catch (error) {
      return malformed(13, path, error);
    }
  }

  /* A signed statement says that such a file is there, so one that is none is not the publisher's; what this browser cannot check stays open. */
  function malformed(number, path, error) {
    if (error instanceof Unable) return unsure(number, path + ": " + error.message);
    if (error instanceof Unreadable) return no(number, path + ": " + error.message);
    throw error;
  }

  /* C2SP tlog-proof: index, audit path, checkpoint. */
  function parseProof(bytes) {
    const whole = text(bytes, "the proof"), cut = whole.indexOf("\n\n"), lines = whole.slice(0, Math.max(0, cut)).split("\n"), index = /^index (0|[1-9][0-9]{0,15})$/.exec(lines[1] || "");
    if (bytes.length > PROOF_CAP || cut < 0 || lines[0] !== "c2sp.org/tlog-proof@v1" || !index || lines.length > 66 || Number(index[1]) >= 1e15) refuse("malformed proof: it begins with c2sp.org/tlog-proof@v1, then the index, then hashes, then an empty line");
    const hashes = lines.slice(2).map((line) => unbase64(line));
    return hashes.every((one) => one.length === 32) ? { index: Number(index[1]), hashes, checkpoint: utf8(whole.slice(cut + 2)) } : refuse("malformed proof: a hash has 32 bytes");
  }

  /* A release's proof: its place, its checkpoint, the path between, and that it is of the log that is here. */
  async function checkProof(data, opened, log, path) {
    const said = opened.statement.log;
    let proof;
    try {
      proof = parseProof(data);
    } catch (error) {
      return [malformed(13, path, error)];
    }
    const head = await openCheckpoint(proof.checkpoint, said, path);
    if (isFinding(head)) return [head];
    if (proof.index !== said.sizeBefore) return [no(13, path + " is of another entry than the release's", { expected: String(said.sizeBefore), got: String(proof.index) })];
    if (proof.index >= head.size) return [no(13, path + " is of entry " + proof.index + " of a log that has " + head.size)];
    const leaf = await sha256(join(Uint8Array.of(0), utf8(canonical(entryOf("release", opened.statement, opened.payload)))));
    if (!(await included(leaf, proof.index, head.size, proof.hashes, head.root))) return [no(13, path + " does not lead from the release's entry to the root of its checkpoint")];
    if (log && head.size > log.size) return [no(13, path + " knows more of the log than " + CHECKPOINT, { word: "rolled-back", expected: String(head.size), got: String(log.size) })];
    const got = log ? await rootAt(log.levels, head.size) : head.root;
    return got === head.root ? [] : [no(13, "the log at size " + head.size + " is not the one of " + path, { word: "forked", expected: head.root, got })];
  }

  const nodeHash = (left, right) => sha256(join(Uint8Array.of(1), left, right));

  /* RFC 9162, 2.1.3.2. Sizes here are small enough to be counted exactly. */
  async function included(leaf, index, size, proof, wanted) {
    let at = index, last = size - 1, found = leaf;
    for (const step of proof) {
      if (last === 0) return false;
      if (at % 2 || at === last) {
        found = await nodeHash(step, found);
        while (at % 2 === 0 && at) { at /= 2; last = Math.floor(last / 2); }
      } else found = await nodeHash(found, step);
      at = Math.floor(at / 2);
      last = Math.floor(last / 2);
    }
    return last === 0 && hex(found) === wanted;
  }

  function tilePath(level, index, width) {
    const digits = String(index), full = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/.../g);
    return LOG + "tile/" + level + "/" + full.map((three, at) => (at < full.length - 1 ? "x" : "") + three).join("/") + (width === 256 ? "" : ".p/" + width);
  }

  /* Every file of a level with that many hashes or entries: [path, first, width]. */
  function* tilesOf(level, hashes) {
    for (let first = 0; first < hashes; first += 256) yield [tilePath(level, first / 256, Math.min(256, hashes - first)), first, Math.min(256, hashes - first)];
  }

  /* All entries' bytes, from the bundles of entries. */
  async function readEntries(source, size) {
    const entries = [];
    for (const [path, , width] of tilesOf("entries", size)) {
      const data = await attempt(13, path, () => source.read(path, TILE_CAP));
      if (isFinding(data)) return data;
      let at = 0, found = 0;
      for (; at < data.length && found < width; found += 1) {
        const end = at + 2 + data[at] * 256 + (data[at + 1] || 0);
        entries.push(data.subarray(at + 2, end));
        at = end;
      }
      if (found !== width || at !== data.length) return no(13, path + ": a bundle of " + width + " entries is cut short, or something stands behind them");
    }
    return entries;
  }

  /* An entry's bytes -> what it says; RFC 8785, and nothing beside the four fields. */
  function parseEntry(bytes) {
    if (bytes.length > 200) refuse("a log entry has at most 200 bytes");
    const found = json(bytes, "the log entry");
    if (!isObject(found) || Object.keys(found).sort().join() !== "digest,kind,n,time") refuse("a log entry says digest, kind, n and time, and nothing else");
    digest(found.digest, "digest");
    oneOf(found.kind, ["release", "withdrawal", "notice", "key-change"], "kind");
    count(found.n, "n", ["release", "withdrawal"].includes(found.kind) ? 1 : 0, 1e9);
    moment(found.time, "time");
    return same(utf8(canonical(found)), bytes) ? found : refuse("malformed log entry: not in the one form it may have");
  }

  const entryOf = (kind, statement, payload) => ({ digest: payload, kind, n: statement.release, time: spell(statement.issuedAt) });

  /* Levels of full subtrees, from the leaves up; any earlier root is made of some of them (RFC 6962, 2.1). */
  async function grow(entries) {
    const levels = [[]];
    for (let at = 0; at < entries.length; at += 1024) levels[0].push(...(await Promise.all(entries.slice(at, at + 1024).map((entry) => sha256(join(Uint8Array.of(0), entry))))));
    for (let row = levels[0]; row.length > 1; row = levels[levels.length - 1]) {
      const above = [];
      for (let at = 0; at + 1 < row.length; at += 2048) above.push(...(await Promise.all(pairsOf(row.slice(at, at + 2048)))));
      levels.push(above);
    }
    return levels;
  }

  const pairsOf = (row) => Array.from({ length: Math.floor(row.length / 2) }, (_, at) => nodeHash(row[2 * at], row[2 * at + 1]));

  async function rootAt(levels, size) {
    let found = null, end = size;
    for (let level = 0; end > 0; level += 1) {
      if (Math.floor(size / 2 ** level) % 2 === 0) continue;
      end -= 2 ** level;
      const subtree = levels[level][end / 2 ** level];
      found = found === null ? subtree : await nodeHash(subtree, found);
    }
    return hex(found === null ? await sha256(new Uint8Array()) : found);
  }

  /* The whole log, as its signed checkpoint commits to it: {size, raw, entries, levels}, and what was found; the log is null where it is none. */
  async function replay(source, said) {
    const data = await attempt(13, CHECKPOINT, () => source.read(CHECKPOINT, NOTE_CAP)), head = isFinding(data) ? data : await openCheckpoint(data, said, CHECKPOINT);
    if (isFinding(head)) return { log: null, findings: [head] };
    if (head.size > MOST_ENTRIES) return { log: null, findings: [unsure(13, "the log has " + head.size + " entries, and at most " + MOST_ENTRIES + " are replayed")] };
    const raw = await readEntries(source, head.size);
    if (isFinding(raw)) return { log: null, findings: [raw] };
    const levels = await grow(raw), got = await rootAt(levels, head.size), entries = [];
    if (got !== head.root) return { log: null, findings: [no(13, "the entries of the log do not lead to the root of " + CHECKPOINT, { expected: head.root, got })] };
    try {
      raw.forEach((entry) => entries.push(parseEntry(entry)));
    } catch (error) {
      return { log: null, findings: [unsure(13, "entry " + entries.length + " of the log cannot be read: " + error.message)] };
    }
    const log = { size: head.size, raw, entries, levels };
    return { log, findings: await checkTiles(source, log) };
  }

  /* Hash tiles against what the entries come to; in a folder nothing else may lie below log/ but tiles of an earlier size. */
  async function checkTiles(source, log) {
    const findings = [], known = new Set([CHECKPOINT]);
    for (const [path] of tilesOf("entries", log.size)) known.add(path);
    for (let level = 0; Math.floor(log.size / 256 ** level) > 0; level += 1) {
      for (const [path, first, width] of tilesOf(level, Math.floor(log.size / 256 ** level))) {
        known.add(path);
        findings.push(...(await checkTile(source, path, hashesOf(log, level, first, width))));
      }
    }
    for (const path of (source.paths() || []).filter((each) => each.startsWith(LOG) && !known.has(each)).sort()) findings.push(...(await earlierTile(source, path, log)));
    return findings;
  }

  const hashesOf = (log, level, first, width) => join(...log.levels[8 * level].slice(first, first + width));
  const entriesOf = (log, first, width) => join(...log.raw.slice(first, first + width).flatMap((entry) => [Uint8Array.of(entry.length >> 8, entry.length & 255), entry]));

  async function checkTile(source, path, wanted) {
    const data = await attempt(13, path, () => source.read(path, TILE_CAP));
    if (isFinding(data)) return [data];
    return same(data, wanted) ? [] : [no(13, path + " is not what follows from the log's entries", { expected: wanted.length + " bytes", got: data.length + " bytes" })];
  }

  async function earlierTile(source, path, log) {
    const parts = /^attestation\/log\/tile\/(entries|[0-9]+)\/((?:x[0-9]{3}\/)*)([0-9]{3})(?:\.p\/([0-9]+))?$/.exec(path);
    const level = parts && parts[1] !== "entries" ? Number(parts[1]) : 0, index = parts ? Number(parts[2].replace(/[x/]/g, "") + parts[3]) : 0, width = parts && parts[4] ? Number(parts[4]) : 256, first = index * 256;
    if (!parts || width < 1 || width > 256 || tilePath(parts[1], index, width) !== path) return [no(13, path + " is no file of the log")];
    if (first + width > Math.floor(log.size / 256 ** level)) return [no(13, path + " reaches beyond the log, which has " + log.size + " entries")];
    return checkTile(source, path, parts[1] === "entries" ? entriesOf(log, first, width) : hashesOf(log, level, first, width));
  }

  /* Whether a signed payload stands where it says, after the state that it says. */
  async function checkPlace({ name, said, entry }, log) {
    const index = said.sizeBefore, findings = [];
    if (index >= log.size) findings.push(no(13, name + " is entry " + index + " of the log, which has " + log.size, { expected: String(index), got: String(log.size) }));
    else if (!alike(log.entries[index], entry)) findings.push(no(13, "entry " + index + " of the log is not " + name, { expected: canonical(entry), got: canonical(log.entries[index]) }));
    const got = index <= log.size ? await rootAt(log.levels, index) : said.rootBefore;
    if (got !== said.rootBefore) findings.push(no(13, "the log before entry " + index + " is not the one that " + name + " was signed after", { word: "forked", expected: said.rootBefore, got }));
    return findings;
  }

  // ---------------------------------------------------------------- step 14: entries against the payloads that are held, and against each other

  const placeOf = (opened) => (opened.statement.log ? opened.statement.log.sizeBefore : null);
  const placedRelease = (opened, counts) => ({ name: "release " + opened.statement.release, entry: entryOf("release", opened.statement, opened.payload), said: opened.statement.log, counts });

  /* What the log says under what the held payloads say of it: entries that were never signed, and the others of releases by number. */
  function placesOf(log, placed) {
    const voided = new Map(), live = new Map(), counting = placed.filter((one) => one.counts);
    counting.forEach((one) => one.said.void.forEach((index) => voided.set(index, one.name)));
    log.entries.forEach((entry, index) => {
      if (entry.kind === "release" && !voided.has(index)) live.set(entry.n, [...(live.get(entry.n) || []), index]);
    });
    return { voided, live, held: new Set(counting.map((one) => one.said.sizeBefore)) };
  }

  async function checkPlaces(log, places, placed, chained) {
    const findings = [], own = [];
    for (const one of placed) {
      findings.push(...(await checkPlace(one, log)));
      if (one.counts && places.voided.has(one.said.sizeBefore)) findings.push(no(14, one.name + " is signed, and " + places.voided.get(one.said.sizeBefore) + " says that its entry " + one.said.sizeBefore + " never was", { word: "forked" }));
    }
    const seen = new Map();
    log.entries.forEach((entry, index) => {
      const said = canonical(entry);
      if (seen.has(said)) own.push(no(14, "entry " + index + " of the log repeats entry " + seen.get(said)));
      else seen.set(said, index);
    });
    places.live.forEach((indexes, n) => { if (indexes.length > 1) own.push(twice(log, places, n, indexes)); });
    const numbers = Array.from(places.live.keys());
    numbers.slice(1).forEach((after, at) => { if (after !== numbers[at] + 1) own.push(no(14, "release " + after + " stands in the log next after release " + numbers[at], { word: "forked", expected: String(numbers[at] + 1), got: String(after) })); });
    findings.push(...own.slice(0, 20));
    chained.forEach((payload, n) => {
      const found = digestAt(log, places, n);
      if (found && found !== payload) findings.push(no(14, "release " + n + " of the log is not the one that the releases after it follow", { word: "forked", expected: payload, got: found }));
    });
    return findings;
  }

  /* An entry is signed, by its publisher's own word, where it is held, or the payload after it is, or nothing is after it. */
  function twice(log, places, n, indexes) {
    const certain = indexes.filter((index) => {
      let after = index + 1;
      while (after < log.size && places.voided.has(after)) after += 1;
      return after >= log.size || places.held.has(index) || places.held.has(after);
    });
    const where = indexes.slice(0, 5).join(" and ");
    return certain.length > 1 ? no(14, "the log has release " + n + " more than once, in entries " + where, { word: "forked", expected: "1", got: String(indexes.length) }) : unsure(14, "the log has release " + n + " in entries " + where + ", and what would say which was never signed is not held");
  }

  const digestAt = (log, places, n) => { const indexes = places.live.get(n) || []; return indexes.length === 1 ? log.entries[indexes[0]].digest : null; };

  function checkNewer(places, release) {
    const newer = Math.max(release, ...places.live.keys());
    return newer > release ? [no(14, "release " + release + " is served, and the log has release " + newer, { word: "rolled-back", expected: String(newer), got: String(release) })] : [];
  }

  // ---------------------------------------------------------------- which keys count where

  /* From the keys a reader pinned, through the changes of keys in the log's order; -1 is the place of what is older than the log.
     An announcement by an accepted key makes the new one count for every entry after it; a retirement ends a key at ``trustedBefore``
     or at its own place, for ever, and where that reaches back all is judged anew. The first in the order of the log wins. */
  function accept(roots, turns, release) {
    const ends = new Map();
    for (;;) {
      const { starts, announced, end } = pass(roots, ends, turns);
      if (!end) return keysOf(starts, announced, ends, former(starts, ends, turns, release));
      ends.set(end.key, { before: endsAt(end), since: ends.has(end.key) ? ends.get(end.key).since : end.index });
    }
  }

  const endsAt = (turn) => (turn.trustedBefore === null ? turn.index : turn.trustedBefore);

  function standingOf(name, place, starts, ends) {
    if (ends.has(name) && place >= ends.get(name).before) return place >= ends.get(name).since ? "retired" : "aside";
    return starts.has(name) && starts.get(name) <= place ? "accepted" : "unknown";
  }

  function pass(roots, ends, turns) {
    const starts = new Map(roots.map((name) => [name, -1])), announced = new Map();
    for (const turn of turns) {
      if (standingOf(turn.by, turn.index, starts, ends) !== "accepted") continue;
      if (turn.change === "announce") {
        if (!starts.has(turn.key)) { starts.set(turn.key, turn.index + 1); announced.set(turn.key, turn); }
      } else if (!ends.has(turn.key) || endsAt(turn) < ends.get(turn.key).before) return { starts, announced, end: turn };
    }
    return { starts, announced, end: null };
  }

  /* Keys that an accepted one vouches for, looking back from a release at that place. */
  function former(starts, ends, turns, release) {
    const found = new Map();
    ends.forEach((end, name) => { if (!starts.has(name)) found.set(name, end.before); });
    turns.slice().reverse().forEach((turn) => {
      if (turn.change === "announce" && (starts.has(turn.key) || found.has(turn.key)) && release !== null && turn.index < release && !starts.has(turn.by) && !found.has(turn.by)) found.set(turn.by, release);
    });
    return found;
  }

  function keysOf(starts, announced, ends, before) {
    const standing = (name, place) => standingOf(name, place === null ? -1 : place, starts, ends);
    const chain = (name) => (announced.has(name) ? [...chain(announced.get(name).by), announced.get(name)] : []);
    const ofOld = (name, place) => {
      const found = standing(name, place);
      return found === "unknown" && (place === null ? -1 : place) < (before.has(name) ? before.get(name) : -1) ? "accepted" : found;
    };
    return { starts, ends, standing, chain, ofOld };
  }

  // ---------------------------------------------------------------- step 15: later statements

  /* A file of attestation/statements/ -> what it says, signed by the key that it names, of this center; or the finding that refuses it; or null. */
  async function openLater(source, statement, name, index) {
    const path = AT + "statements/" + name + ".sigstore.json", data = await ifThere(15, source, path, CAP);
    if (data === null || isFinding(data)) return data;
    let bundle, later;
    try {
      bundle = parseBundle(data);
    } catch (error) {
      return no(15, path + " is no signed statement: " + error.message);
    }
    const payload = await sha256hex(bundle.payload);
    if (payload !== name || bundle.type !== PAYLOAD_TYPE) return no(15, path + " holds another statement than its name says", { expected: name, got: payload });
    try {
      later = await parseLater(bundle.payload);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      return (index === null ? no : unsure)(15, path + " cannot be read: " + error.message);
    }
    const by = await fingerprint(later.spki), wrong = await unsigned({ bundle, statement: later, fingerprint: by }, 15);
    if (wrong) return Object.assign(wrong, { what: path + ": " + wrong.what });
    if (later.center !== statement.center) return no(15, path + " is of another center", { expected: statement.center, got: later.center });
    if (statement.log && later.log.vkey !== statement.log.vkey) return no(15, path + " names another log than the release", { word: "forked", expected: statement.log.vkey, got: later.log.vkey });
    const noun = NOUNS[later.kind] || later.kind;
    return Object.assign(later, { digest: payload, by, index, called: "the " + noun + " of " + spell(later.issuedAt).slice(0, 10) + (index === null ? "" : " in entry " + index) });
  }

  const NOUNS = { "key-change": "change of keys" };

  /* Every later statement: those that the log names, and in a folder all others. */
  async function readLaters(source, statement, log) {
    const found = { said: [], missing: [], findings: [] }, named = new Map();
    (log ? log.entries : []).forEach((entry, index) => { if (entry.kind !== "release") named.set(entry.digest, index); });
    const beside = (source.paths() || []).map((path) => LATER_FILE.exec(path)).filter((parts) => parts && !named.has(parts[1])).map((parts) => [parts[1], null]).sort();
    for (const [name, index] of [...named, ...beside]) {
      const later = await openLater(source, statement, name, index);
      if (later === null) found.missing.push(index);
      else (isFinding(later) ? found.findings : found.said).push(later);
    }
    found.turns = found.said.filter((later) => later.kind === "key-change" && later.index !== null);
    return found;
  }

  const laterPlace = (later, log) => (later.index !== null ? later.index : log ? log.size : null);

  function checkLaters(laters, voided, accepted, log) {
    const findings = laters.missing.map((index) => {
      const { kind, n } = log.entries[index], noun = NOUNS[kind] || kind;
      if (voided.has(index)) return note(15, "entry " + index + " of the log, a " + noun + " about release " + n + ", is said never to have been signed");
      return unsure(15, "entry " + index + " of the log is a " + noun + " whose statement is not there: nobody can tell what it says");
    });
    laters.said.forEach((later) => {
      const standing = accepted.ofOld(later.by, laterPlace(later, log));
      if (standing === "unknown") findings.push(no(15, later.called + " is signed by a key that does not speak for this center", { got: later.by }));
      else if (standing === "retired") findings.push(no(15, later.called + " is signed by a key that was retired before", { expected: "before entry " + accepted.ends.get(later.by).before, got: later.by }));
      else if (standing === "aside") findings.push(note(15, later.called + " is left aside: its key is not believed from entry " + accepted.ends.get(later.by).before + " on"));
      else if (later.index === null) findings.push(note(15, later.called + " is not in the log" + (later.kind === "withdrawal" ? ", and counts all the same" : "")));
    });
    return findings;
  }

  function checkWithdrawn(laters, accepted, log, opened, payloads) {
    const counting = laters.said.filter((later) => later.kind === "withdrawal" && accepted.ofOld(later.by, laterPlace(later, log)) === "accepted");
    return counting.map((later) => {
      const { release, payload, why } = later, known = payloads.get(release), what = "release " + release + " was withdrawn on " + spell(later.issuedAt).slice(0, 10) + ": " + why;
      if (payload === opened.payload) return no(15, what, { word: "withdrawn" });
      return known && known !== payload ? no(15, "what was withdrawn as release " + release + " is another one", { word: "forked", expected: known, got: payload }) : note(15, what);
    });
  }

  // ---------------------------------------------------------------- steps 10 and 13 to 15 together

  /* The log and the statements in it, as they are; whose they are is not decided yet. */
  async function openBook(source, statement) {
    const { log, findings } = statement.log ? await replay(source, statement.log) : { log: null, findings: [] };
    const laters = !statement.log || log ? await readLaters(source, statement, log) : { said: [], missing: [], turns: [], findings: [] };
    return { log, laters, turns: statement.log && !log ? null : laters.turns, findings: [...findings, ...laters.findings] };
  }

  async function lookBack(source, opened, question, book) {
    const { statement } = opened, { log, laters } = book, place = placeOf(opened), findings = book.findings.slice();
    const roots = Array.from(new Set([...question.call, ...question.pins.filter((pin) => pin.center === statement.center && pin.role === "issuer")].map((pin) => pin.key)));
    let accepted = accept(roots, laters.turns, place);
    // Where the pins do not lead to the key that signed, all else is judged from that one: what was signed is then whole or not by itself.
    if (accepted.standing(opened.fingerprint, place) === "unknown") accepted = accept([...roots, opened.fingerprint], laters.turns, place);
    if (statement.log) {
      const data = await attempt(13, PROOF, () => source.read(PROOF, PROOF_CAP));
      findings.push(...(isFinding(data) ? [data] : await checkProof(data, opened, log, PROOF)));
    }
    const past = await checkHistory(source, opened, accepted, log, laters.missing), placed = [...past.placed, ...(statement.log ? [placedRelease(opened, true)] : [])];
    laters.said.filter((later) => later.index !== null).forEach((later) => placed.push({ name: later.called, entry: entryOf(later.kind, later, later.digest), said: later.log, counts: accepted.ofOld(later.by, later.index) === "accepted" }));
    const places = log ? placesOf(log, placed) : null, payloads = new Map();
    if (places) {
      places.live.forEach((indexes, n) => { if (indexes.length === 1) payloads.set(n, log.entries[indexes[0]].digest); });
      findings.push(...(await checkPlaces(log, places, placed, past.chained)), ...checkNewer(places, statement.release));
    }
    past.chained.forEach((payload, n) => payloads.set(n, payload));
    findings.push(...past.findings, ...checkLaters(laters, places ? places.voided : new Map(), accepted, log), ...checkWithdrawn(laters, accepted, log, opened, payloads));
    return { held: past.held, pruned: past.pruned, payloads, placed, accepted, findings };
  }

  // ---------------------------------------------------------------- all steps, in order

  function asked(question) {
    const pin = (one) => Object.assign({ role: "issuer", center: null, spki: null, notBefore: 0, notAfter: 0, log: null, from: "" }, one);
    return Object.assign({ seen: null, since: null, strictEvidence: false, page: null, watch: null }, question, { pins: (question.pins || []).map(pin), call: (question.call || []).map(pin) });
  }

  const couldNotTell = (what, question, number) => answer([unsure(number || 1, what)], {}, question.now, ["integrity"], ["signature"]);

  async function site(source, question) {
    const meant = asked(question);
    for (let round = 0; round < ATTEMPTS; round += 1) {
      let bundle;
      try {
        bundle = await source.read(BUNDLE, BUNDLE_CAP);
      } catch (error) {
        return couldNotTell(source.describe() + ": " + BUNDLE + " cannot be read: " + error.message, meant);
      }
      const before = await state(source, bundle), found = await whole(source, bundle, meant);
      if (!doubtful(found) || !(await switched(source, bundle, before))) return found;
    }
    return couldNotTell(source.describe() + " changed " + ATTEMPTS + " times while it was read", meant, 12);
  }

  /* Whether anything but the signer and the clock keeps it from being a yes: that may be a release that was switched meanwhile. */
  const doubtful = (found) => ["integrity", "history"].some((name) => found.steps[name].findings.some((one) => ["no", "could-not-tell"].includes(one.outcome)));

  async function switched(source, bundle, before) {
    try {
      await source.reopen();
      return !same(await source.read(BUNDLE, BUNDLE_CAP), bundle) || !same(await state(source, bundle), before);
    } catch (error) {
      return false;
    }
  }

  /* The log's checkpoint, for it changes also where something was only said later; nothing where there is none to be had. */
  async function state(source, bundle) {
    const opened = await open(bundle), found = !isFinding(opened) && opened.statement.log ? await ifThere(13, source, CHECKPOINT, NOTE_CAP) : null;
    return found === null || isFinding(found) ? [] : found;
  }

  async function opening(bytes, question) {
    const opened = await open(bytes), wrong = isFinding(opened) ? opened : await unsigned(opened, 3);
    return wrong ? { end: answer([wrong], isFinding(opened) ? {} : opened, question.now, ["integrity"], ["signature"]) } : { opened };
  }

  async function whole(source, bundle, question) {
    const { opened, end } = await opening(bundle, question);
    if (end) return end;
    const { statement } = opened, facts = { statement, payload: opened.payload, fingerprint: opened.fingerprint, lists: source.paths() !== null }, book = await openBook(source, statement);
    const pin = judgeSigner(opened, question, book.turns), findings = [...(isFinding(pin) ? [pin] : otherLog(pin, statement.log)), ...notFresh(statement, question.now)], subjects = await checkSubjects(source, opened, bundle);
    let record = null;
    if (subjects.assessment) {
      try {
        record = readRecord(subjects.assessment);
        findings.push(...(await checkRecord(record, statement)));
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        findings.push(unsure(8, error.message));
      }
    } else findings.push(...sums(statement));
    findings.push(...subjects.findings, ...(await files(source, subjects, record, opened, question, facts)));
    const past = await lookBack(source, opened, question, book), [seen, wrong] = question.since ? await olderBundle(question.since, opened, past.accepted) : [question.seen, []];
    findings.push(...past.findings, ...wrong, ...(wrong.length ? [] : await descent(seen, opened, past.payloads, book.log, past.placed, question.now)));
    const lapsed = record ? lapses(record.controls, question.now) : [];
    lapsed.forEach((lapse) => findings.push(question.strictEvidence ? no(11, lapse.control + ": " + lapse.why, { word: "stale", code: 1, expected: lapse.was, got: lapse.now }) : note(11, lapse.control + ": " + lapse.why)));
    Object.assign(facts, { pin: isFinding(pin) ? null : pin, lapsed, standing: standing(statement.totals, lapsed), held: past.held, pruned: past.pruned, logSize: book.log ? book.log.size : undefined });
    const core = ["signature", "subjects", "pin", "expiry", "history", ...(book.log ? ["log", "withdrawal"] : [])];
    return answer(findings, facts, question.now, record ? STEPS : STEPS.slice(0, 4), core);
  }

  async function files(source, subjects, record, opened, question, facts) {
    if (!subjects.manifest) return [];
    let manifest;
    try {
      manifest = parseManifest(subjects.manifest);
    } catch (error) {
      return [unsure(7, error.message)];
    }
    const blocks = record ? new Map() : null, findings = [];
    for (const control of record ? record.controls : []) blocks.set(pageOf(control), await blockOf(control));
    const read = await checkFiles(source, manifest, blocks, question);
    Object.assign(facts, { checked: read.checked, listed: manifest.size });
    Array.from(blocks ? blocks.keys() : []).sort().forEach((path) => { if (!manifest.has(path)) findings.push(no(9, path + ", a control's page, is not listed")); });
    findings.unshift(...read.findings);
    findings.push(...(await checkUnlisted(source, manifest, opened.statement.release, opened.statement.log !== null)));
    if (question.page && !manifest.has(question.page)) findings.push(await unlistedPage(source, question.page));
    return findings;
  }

  async function unlistedPage(source, page) {
    const found = await attempt(7, page, () => source.read(page, FILE_CAP));
    return isFinding(found) ? unsure(7, page + ", the page you asked about, is not listed, and cannot be had") : no(7, page + ", the page you asked about, is not listed");
  }

  async function bundle(bytes, question) {
    const meant = asked(question), { opened, end } = await opening(bytes, meant);
    if (end) return end;
    const { statement } = opened, pin = judgeSigner(opened, meant, opened.statement.log ? null : []), findings = [...(isFinding(pin) ? [pin] : otherLog(pin, statement.log)), ...notFresh(statement, meant.now), ...sums(statement)];
    findings.push(note(6, "a bundle alone: the files it signs are not checked"));
    const [seen, wrong] = meant.since ? await olderBundle(meant.since, opened, accept([...meant.call, ...meant.pins.filter((one) => one.center === statement.center && one.role === "issuer")].map((one) => one.key), [], null)) : [meant.seen, []];
    findings.push(...alone(opened, seen, wrong));
    if (meant.strictEvidence) findings.push(unsure(11, "a bundle alone does not say when evidence expires"));
    const facts = { statement, payload: opened.payload, fingerprint: opened.fingerprint, pin: isFinding(pin) ? null : pin, standing: statement.totals };
    return answer(findings, facts, meant.now, ["integrity", "signer", "freshness", "claims"], ["signature", "pin", "expiry"]);
  }

  // ---------------------------------------------------------------- answers to a questionnaire

  /* Controls but line feeds, direction, zero width, tags: by these a reader sees another text than a program. */
  const UNSEEN = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;
  const visible = (value, what) => (words(value, what) === value.trim() && !UNSEEN.test(value) ? value : refuse(what + " has blanks around it, or a character that is not seen"));
  const ident = (value, what) => (typeof value === "string" && value.length <= 80 && /^[a-z0-9]+(?:-[a-z0-9.]+)*$/.test(value) ? value : refuse(what + ": " + plainly(value).slice(0, 90) + " is no id"));
  const perhaps = (value, what) => (value === null || value === undefined ? null : visible(value, what));

  /* Whether a bundle says that it holds answers, whatever else is wrong with it. */
  function isAnswers(bytes) {
    try {
      const said = json(parseBundle(bytes).payload, "the statement");
      return isObject(said) && said.predicateType === ANSWERS_TYPE;
    } catch (error) {
      return false;
    }
  }

  /* One answer: a text, several, or a file by its digest; perhaps a note, perhaps for reviewers alone. */
  function given(value, what) {
    const kind = Object.keys(object(value, what)).filter((name) => !["note", "private"].includes(name)).sort().join();
    if (kind !== "value" && kind !== "file,sha256") refuse(what + " is not a value or a file with its sha256, with a note and private at most");
    if (kind === "value") (Array.isArray(value.value) ? value.value : [value.value]).forEach((each) => visible(each, what));
    else { visible(value.file, what); digest(value.sha256, what); }
    if ("note" in value) visible(value.note, what);
    if ("private" in value && value.private !== "yes") refuse(what + ": private is not yes");
    return value;
  }

  /* The in-toto statement of answers, in the one form that it may have. */
  async function parseAnswers(payload) {
    const whole = object(json(payload, "the statement"), "the statement"), said = object(whole.predicate, "predicate");
    const asked = object(said.questionnaire, "questionnaire"), author = object(said.by, "by"), keys = object(said.keys, "keys"), rows = object(said.answers, "answers"), names = Object.keys(rows);
    const asker = perhaps(asked.asker, "questionnaire.asker"), questionnaire = { asker, id: ident(asked.id, "questionnaire.id"), version: visible(asked.version, "questionnaire.version") };
    const by = { name: visible(author.name, "by.name"), person: perhaps(author.person, "by.person"), role: perhaps(author.role, "by.role") };
    const when = moment(said.answeredAt, "answeredAt"), spki = unbase64(words(keys.author, "keys.author"), "keys.author");
    await fingerprint(spki);
    if (names.length < 1 || names.length > 10000) refuse(names.length + " questions are answered, and it takes 1 to 10000");
    names.forEach((name) => given(rows[ident(name, "answers")], "answers." + name));
    const predicate = { answeredAt: spell(when), answers: rows, by, keys: { author: base64(spki) }, questionnaire };
    const subject = [{ digest: { sha256: await sha256hex(utf8(canonical(rows))) }, name: (asker === null ? "" : asker.endsWith("/") ? asker : asker + "/") + "questionnaires/" + questionnaire.id }];
    if (!same(utf8(canonical({ _type: STATEMENT_TYPE, predicate, predicateType: ANSWERS_TYPE, subject })), payload)) refuse("the answers are not in the one form they may have");
    return { questionnaire, by, answeredAt: when, answers: rows, spki };
  }

  async function openAnswers(bytes) {
    let held;
    try {
      if (bytes.length > 4194304) refuse("signed answers are larger than 4 MiB");
      held = parseBundle(bytes);
    } catch (error) {
      return unsure(1, "the bundle cannot be read: " + error.message);
    }
    try {
      if (held.type !== PAYLOAD_TYPE) refuse("payload type " + held.type.slice(0, 80) + ", expected " + PAYLOAD_TYPE);
      const statement = await parseAnswers(held.payload);
      return { bundle: held, statement, fingerprint: await fingerprint(statement.spki) };
    } catch (error) {
      return unsure(2, "the answers cannot be read: " + error.message);
    }
  }

  /* Signed answers: steps 1 to 5, under the keys that are given for the call alone. History they have none. */
  async function answers(bytes, question) {
    const meant = asked(question), opened = await openAnswers(bytes), wrong = isFinding(opened) ? opened : await unsigned(opened, 3), none = { questionnaire: null, by: null, answeredAt: null, answered: null, answers: null };
    if (wrong) return Object.assign(answer([wrong], {}, meant.now, ["integrity"], ["signature"]), none);
    const said = opened.statement, name = opened.fingerprint, pin = meant.call.find((one) => one.key === name), findings = [], files = Object.values(said.answers).some((one) => "file" in one);
    if (!meant.call.length) findings.push(unsure(4, "no key was given to hold them against", { word: "unknown-signer", got: name }));
    else if (!pin) findings.push(no(4, "signed by another key than the one given", { word: "wrong-signer", expected: meant.call.map((one) => one.key).sort().join(" or "), got: name }));
    if (meant.now < said.answeredAt) findings.push(unsure(5, "they were answered in the future: your clock or theirs is wrong", { expected: "answered by " + spell(meant.now), got: spell(said.answeredAt) }));
    if (files) findings.push(note(6, "answers name files, which are not in here: hold what you were handed against theirs"));
    findings.push(unchecked(10, "answers have no history: nobody can withdraw them, and later ones stand beside them"));
    const found = answer(findings, { payload: await sha256hex(opened.bundle.payload), fingerprint: name, pin }, meant.now, ["integrity", "signer", "freshness"], ["signature", "pin", "expiry"]);
    return Object.assign(found, { questionnaire: said.questionnaire, by: said.by, answeredAt: spell(said.answeredAt), answered: Object.keys(said.answers).length, answers: found.exit === 0 ? said.answers : null });
  }

  /* What a bundle alone can say of an older one: the same number with another payload, or that it follows it directly. */
  function alone(opened, seen, wrong) {
    const { release, previous: before } = opened.statement, findings = [unchecked(10, "history and withdrawal not checked: a bundle alone brings neither what was before it nor what came after"), ...wrong];
    const known = seen && (seen.release === release ? opened.payload : before && seen.release === before.release ? before.payload : null);
    if (known && known !== seen.payload) findings.push(no(10, "release " + seen.release + " is not the one you have seen under that number", { word: "forked", expected: seen.payload, got: known }));
    return findings;
  }

  /* A source over files in memory, by path. */
  function memory(held, name) {
    return {
      describe: () => name || "these files",
      paths: () => Object.keys(held),
      reopen: async () => undefined,
      read: async (path, cap) => {
        if (!Object.hasOwn(held, path)) throw new Absent();
        if (held[path].length > cap) throw new Error("is larger than " + cap + " bytes");
        return held[path];
      },
    };
  }

  const AttestVerify = { site, bundle, answers, isAnswers, memory, Absent, isFingerprint, parseManifest, parseBundle, STEPS, CORE, BUNDLE, MANIFEST };
  if (typeof module === "object" && module.exports) module.exports = AttestVerify;
  else root.AttestVerify = AttestVerify;
})(typeof globalThis === "object" ? globalThis : self);
