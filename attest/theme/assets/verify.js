/* Verifies a trust center in the browser, or in Node: bytes in, one answer out. Asks nobody, keeps nothing, touches no page.

     AttestVerify.site(source, question)      -> Promise of the answer over a whole site
     AttestVerify.bundle(bytes, question)     -> Promise of the answer over a bundle alone
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
  const STEP_OF = { 1: "integrity", 2: "integrity", 3: "integrity", 6: "integrity", 7: "integrity", 8: "integrity", 9: "integrity", 12: "integrity", 4: "signer", 5: "freshness", 10: "history", 11: "claims" };
  const CORE = ["signature", "subjects", "pin", "expiry", "log", "history", "withdrawal"];
  const CORE_OF = { 1: "signature", 2: "signature", 3: "signature", 6: "subjects", 7: "subjects", 4: "pin", 5: "expiry", 10: "history" };
  const EXIT = { valid: 0, stale: 4, withdrawn: 4, "could-not-tell": 3, "unknown-signer": 3, forged: 1, "wrong-signer": 1, forked: 1, "rolled-back": 1 };
  const WORDS_FIRST = ["forged", "wrong-signer", "forked", "rolled-back", "unknown-signer", "could-not-tell", "withdrawn", "stale"];

  const VERDICTS = ["not-met", "unknown", "planned", "met", "not-applicable"];
  const BASES = ["tool", "third-party", "record", "document", "declaration"];
  const BASIS_OF = { report: ["tool", "third-party", "declaration"], record: ["record", "third-party", "declaration"], document: ["document", "third-party"], declaration: ["declaration", "third-party"] };
  const RULESET = "attest-rules/v0.1";
  const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
  const PREDICATE_TYPE = "https://w3id.org/attest-center/compliance/v0.1";
  const LATER_TYPE = /^https:\/\/w3id\.org\/attest-center\/(withdrawal|notice|key-change)\/v0\.1$/;
  const PAYLOAD_TYPE = "application/vnd.in-toto+json";
  const MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";
  const NAMESPACE = "attest-manifest@v1";

  const AT = "attestation/";
  const BUNDLE = AT + "bundle.sigstore.json", STATEMENT = AT + "statement.json", MANIFEST = AT + "SHA256SUMS", SIGNATURE = MANIFEST + ".sig", ASSESSMENT = AT + "assessment.json";
  const PROOF = AT + "proof.tlog-proof", CHECKPOINT = AT + "log/checkpoint", LOG = AT + "log/";
  const KEPT = ["bundle.sigstore.json", "statement.json", "assessment.json", "SHA256SUMS"];
  const MIB = 1048576, BUNDLE_CAP = 16 * MIB, CAP = 64 * MIB, PAGE_CAP = 32 * MIB, FILE_CAP = 1024 * MIB, NOTE_CAP = 100000, MOST_ENTRIES = 1000000, LONGEST = 50000, GIVE_UP = 8, ATTEMPTS = 3;

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
      const notice = words(said.notice, "notice"), version = count(said.version, "version", 1, small), says = object(said.says, "says");
      return { name: "notices/" + notice + ".html", sha256: await sha256hex(utf8(canonical(says))), said: { notice, version, says }, body: { notice, version } };
    },
    "key-change": async (said, later, small) => {
      const announces = said.change === "announce", spki = unbase64(words(said.key, "key")), name = await fingerprint(spki);
      if (!["announce", "retire"].includes(said.change) || !["planned", "compromised"].includes(said.reason)) refuse("change is neither announce nor retire, or reason neither planned nor compromised");
      const from = said.from === null || said.from === undefined ? null : spell(moment(said.from, "from")), until = said.until === null || said.until === undefined ? null : spell(moment(said.until, "until"));
      const trustedBefore = said.trustedBefore === null || said.trustedBefore === undefined ? null : count(said.trustedBefore, "trustedBefore", 0, small);
      if (announces !== (from !== null) || (!announces && until !== null) || (announces && trustedBefore !== null)) refuse("a key that comes has a start, and one that goes may have an index it is trusted before");
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
  const HOST = /^(?:_headers|_redirects|\.nojekyll|CNAME)$/, LOGGED = /^attestation\/(?:log\/.*|(?:releases\/[0-9]+\/)?proof\.tlog-proof)$/;
  const OF_RELEASE = /^attestation\/releases\/([0-9]+)\/.*$/, COSIGNED = /^attestation\/releases\/[0-9]+\/cosignatures\/.*$/, LATER_FILE = /^attestation\/statements\/([0-9a-f]{64})\.sigstore\.json$/;

  // ---------------------------------------------------------------- findings and the answer

  function finding(number, outcome, what, more) {
    return Object.assign({ number, outcome, what, expected: "", got: "", word: "valid", code: 0, core: CORE_OF[number] || null }, more);
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
    return { answer: word, exit: code, checkedAt: spell(now), ...stated(facts), steps: shown(steps), core: Object.fromEntries(CORE.map((name) => [name, worst(findings.filter((one) => one.core === name), core.includes(name))])) };
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
  async function attempt(number, path, get, more) {
    try {
      return await get();
    } catch (error) {
      if (error instanceof Absent) return no(number, path + " is not there", more);
      if (error instanceof Unreadable) return unsure(number, path + ": " + error.message, more);
      return unsure(number, path + " cannot be read: " + error.message, more);
    }
  }
  const isFinding = (value) => value !== null && typeof value === "object" && "outcome" in value && "number" in value;
  const orNull = async (source, path, cap) => { try { return await source.read(path, cap); } catch (error) { if (error instanceof Absent) return null; throw error; } };

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
      return unsure(2, "the statement cannot be read: " + error.message);
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

  /* The pin that holds, or why none does. ``keys``: those that the log shows to have come after pinned ones. */
  function judgeSigner(opened, question, keys) {
    const { center, log } = opened.statement, name = opened.fingerprint, wanted = wantedPins(question, center);
    const elsewhere = question.pins.filter((pin) => pin.key === name && pin.center !== center), fitting = wanted.filter((pin) => isPin(pin, opened));
    if (fitting.length && (!question.call.length || !elsewhere.length || pinnedHere(question.pins, opened))) {
      const held = fitting.find((pin) => holds(pin, question.now));
      if (!held) return outOfWindow(fitting[fitting.length - 1], question.now);
      if (held.log && (!log || held.log !== log.vkey)) return no(4, "the pin names another log than the statement does", { word: "forked", expected: held.log, got: log ? log.vkey : "no log" });
      return keys && !keys.accepts(name, log.sizeBefore) ? no(4, "the pinned key was retired before it signed this, as the log shows", { word: "wrong-signer" }) : held;
    }
    if (elsewhere.length) return no(4, "key " + name + " is pinned for another center", { word: "wrong-signer", expected: elsewhere[0].center || "", got: center });
    if (keys && keys.accepts(name, log.sizeBefore)) {
      const by = keys.seededBy(name), seed = wanted.find((pin) => pin.key === by && holds(pin, question.now));
      return seed ? Object.assign({}, seed, { from: (seed.from ? seed.from + ", " : "") + "then a change of keys in the log" }) : outOfWindow(wanted.find((pin) => pin.key === by), question.now);
    }
    if (wanted.length) return no(4, "signed by another key than the one pinned", { word: "wrong-signer", expected: Array.from(new Set(wanted.map((pin) => pin.key))).sort().join(" or "), got: name });
    const other = question.pins.find((pin) => pin.key === name);
    if (other) return no(4, "key " + name + " is pinned for this center in another role", { word: "wrong-signer", expected: "issuer", got: other.role });
    return unsure(4, "no key is pinned for " + center, { word: "unknown-signer", got: name });
  }

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
    for (const name of KEPT) {
      const path = AT + "releases/" + statement.release + "/" + name, top = held[AT + name], kept = await attempt(10, path, () => source.read(path, CAP));
      if (isFinding(kept)) findings.push(kept);
      else if (top && !same(kept, top)) findings.push(no(10, path + " differs from " + AT + name, { expected: await sha256hex(top), got: await sha256hex(kept) }));
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
      const kept = OF_RELEASE.exec(path);
      if (!UNLISTED.test(path) || (LOGGED.test(path) && !logged) || (kept && Number(kept[1]) > release)) findings.push(no(7, path + " is not listed"));
      else if (COSIGNED.test(path) || (LATER_FILE.test(path) && !logged)) findings.push(unsure(10, path + " is a later statement, which this version does not read"));
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

  async function checkHistory(source, opened, question, chain) {
    const held = [], pruned = [], findings = [], kept = new Map(), chained = new Map([[opened.statement.release, opened.payload]]), lists = source.paths() !== null, top = opened.statement;
    let newer = top, expected = top.previous ? top.previous.payload : null, unbroken = true;
    for (let number = top.release - 1; number > Math.max(0, top.release - 1 - LONGEST); number -= 1) {
      if (unbroken && expected) chained.set(number, expected);
      const found = await heldRelease(source, number);
      if (found && !isFinding(found)) {
        held.push(number);
        kept.set(number, found);
        findings.push(...(await checkRelease(found, number, newer, expected, opened, question, chain)), ...(await keptFiles(source, found, number)));
        unbroken = unbroken && found.payload === expected;
        newer = found.statement;
        expected = newer.previous ? newer.previous.payload : null;
        continue;
      }
      if (found) findings.push(found);
      else {
        if (lists) findings.push(...(await orphans(source, number)));
        pruned.push(number);
      }
      expected = null;
      unbroken = false;
      if (!lists) break;
    }
    if (lists && top.release - 1 > LONGEST) findings.push(unsure(10, "only the last " + LONGEST + " releases are followed, what lies of those before them was not looked at"));
    if (pruned.length) findings.push(note(10, "no longer held: release " + pruned.slice(0, 10).join(", ") + (pruned.length > 10 ? " and more" : "")));
    return { held, pruned, kept, chained, findings };
  }

  async function heldRelease(source, number) {
    const path = AT + "releases/" + number + "/" + KEPT[0], data = await attempt(10, path, () => orNull(source, path, CAP));
    if (data === null || isFinding(data)) return data;
    const found = await open(data);
    return isFinding(found) ? unsure(10, "release " + number + ": " + found.what) : found;
  }

  /* One held release: whose it is, which it is, and whether its successor means it. */
  async function checkRelease(found, number, newer, expected, current, question, chain) {
    const was = found.statement, forged = await unsigned(found, 10), findings = [];
    if (forged) return [finding(10, forged.outcome, "release " + number + ": " + forged.what, { word: forged.word, code: forged.code, expected: forged.expected, got: forged.got })];
    if (was.center !== current.statement.center || was.release !== number) return [no(10, "what is kept as release " + number + " is another one", { expected: current.statement.center + " " + number, got: was.center + " " + was.release })];
    const ours = chain && was.log ? chain.accepts(found.fingerprint, was.log.sizeBefore) : found.fingerprint === current.fingerprint || question.call.some((pin) => isPin(pin, found)) || pinnedHere(question.pins, found);
    if (!ours) findings.push(unsure(10, "release " + number + " is signed by a key that is not pinned", { expected: current.fingerprint, got: found.fingerprint }));
    if (expected && found.payload !== expected) findings.push(no(10, "release " + number + " is not the one that release " + (number + 1) + " follows", { word: ours ? "forked" : "forged", expected, got: found.payload }));
    if (was.asOf > newer.asOf || was.issuedAt > newer.issuedAt) findings.push(no(10, "release " + newer.release + " tells an earlier state than release " + was.release, { word: "forked", expected: spell(was.asOf), got: spell(newer.asOf) }));
    if (was.log && !newer.log) findings.push(no(10, "release " + newer.release + " has no log, and release " + was.release + " had one", { word: "forked", core: "log" }));
    if (was.log && newer.log && (was.log.origin !== newer.log.origin || was.log.vkey !== newer.log.vkey)) findings.push(no(10, "release " + newer.release + " has another log than release " + was.release, { word: "forked", core: "log", expected: was.log.vkey, got: newer.log.vkey }));
    return findings;
  }

  async function keptFiles(source, found, number) {
    const findings = [];
    for (const [name, wanted] of [[KEPT[1], found.payload], [KEPT[2], found.statement.assessment], [KEPT[3], found.statement.manifest]]) {
      const path = AT + "releases/" + number + "/" + name, data = await attempt(10, path, () => orNull(source, path, CAP));
      if (isFinding(data)) findings.push(data);
      else if (data && (await sha256hex(data)) !== wanted) findings.push(no(10, path + " is not the one that was signed", { expected: wanted, got: await sha256hex(data) }));
    }
    return findings;
  }

  async function orphans(source, number) {
    const findings = [];
    for (const name of KEPT.slice(1)) {
      const path = AT + "releases/" + number + "/" + name, data = await attempt(10, path, () => orNull(source, path, CAP));
      if (data) findings.push(isFinding(data) ? data : no(10, path + " is there without the bundle that vouches for it"));
    }
    return findings;
  }

  /* The current release against what this reader verified last; ``log``: the replayed log, which can show descent where old releases are gone. */
  function descent(seen, opened, past, log) {
    const release = opened.statement.release;
    if (!seen) return [note(10, "you have seen no earlier release of this center: nothing to compare with")];
    if (seen.release > release) return [no(10, "release " + release + " is served, and you have seen release " + seen.release, { word: "rolled-back", expected: String(seen.release), got: String(release) })];
    const known = past.chained.get(seen.release) || (log && log.releases.get(seen.release));
    if (!known) return [unsure(10, "that release " + release + " follows release " + seen.release + ", which you have seen, is not shown", { got: "releases between them are not held" })];
    return known === seen.payload ? [] : [no(10, "release " + seen.release + " is not the one you have seen under that number", { word: "forked", expected: seen.payload, got: known })];
  }

  /* An older bundle that the reader keeps -> what it makes the reader have seen. It is believed only as far as its signer is. */
  async function olderBundle(bytes, opened, question) {
    const found = await open(bytes), what = "the older bundle";
    if (isFinding(found)) return [null, [unsure(10, what + ": " + found.what)]];
    const wrong = await unsigned(found, 10);
    if (wrong) return [null, [unsure(10, what + ": " + wrong.what)]];
    if (found.statement.center !== opened.statement.center) return [null, [unsure(10, what + " is of another center", { expected: opened.statement.center, got: found.statement.center })]];
    if (found.fingerprint !== opened.fingerprint && !question.call.some((pin) => isPin(pin, found)) && !pinnedHere(question.pins, found)) return [null, [unsure(10, what + " is signed by a key that is not pinned", { got: found.fingerprint })]];
    return [{ release: found.statement.release, payload: found.payload, log: found.statement.log }, []];
  }

  // ---------------------------------------------------------------- step 10: the transparency log

  const LOGGING = { core: "log" };

  /* C2SP signed-note: the text and its signature lines. */
  function parseNote(bytes) {
    if (bytes.length > NOTE_CAP) refuse("the note is larger than " + NOTE_CAP + " bytes");
    const whole = text(bytes, "the note"), cut = whole.lastIndexOf("\n\n"), lines = cut < 0 ? [] : whole.slice(cut + 2).split("\n"), body = whole.slice(0, cut + 1);
    if (cut < 1 || lines.pop() !== "" || !lines.length || /[\x00-\x09\x0b-\x1f]/.test(body)) refuse("malformed note: a text, an empty line, and signature lines");
    const signatures = lines.map((line) => {
      const parts = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)$/.exec(line), raw = parts && unbase64(parts[2]);
      return raw && raw.length > 4 && !/[\x00-\x1f]/.test(parts[1]) ? { name: parts[1], id: raw.subarray(0, 4), signature: raw.subarray(4) } : refuse("malformed note: a signature line is an em dash, a name and base64");
    });
    return { text: body, signatures };
  }

  /* ``name+hex(key id)+base64(type and key)``, Ed25519 alone. */
  async function parseVkey(said) {
    const parts = said.length <= 1024 && /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(said), body = parts ? unbase64(parts[3]) : refuse("not a vkey");
    if (body[0] !== 1 || body.length !== 33) refuse("the vkey is not of an Ed25519 key (type 0x01)");
    const id = (await sha256(join(utf8(parts[1] + "\n"), body))).subarray(0, 4);
    weighed(body.subarray(1));
    await imported({ kind: "Ed25519", raw: body.subarray(1) });
    return hex(id) === parts[2] ? { name: parts[1], id, spki: join(ED25519, body.subarray(1)) } : refuse("the vkey's key id is not that of its name and key");
  }

  /* C2SP tlog-checkpoint: origin, size, root; no extensions. */
  function parseCheckpoint(said) {
    const lines = said.split("\n");
    if (lines.length !== 4 || lines[3] !== "" || !/^[^\s+]+$/.test(lines[0]) || !/^(?:0|[1-9][0-9]{0,15})$/.test(lines[1]) || Number(lines[1]) > 1e15) refuse("malformed checkpoint: an origin, a size and a root, each on its line, and nothing else");
    const root = unbase64(lines[2]);
    return root.length === 32 ? { origin: lines[0], size: Number(lines[1]), root: hex(root) } : refuse("malformed checkpoint: a root has 32 bytes");
  }

  /* A signed checkpoint of this log, or the finding that refuses it. */
  async function openCheckpoint(bytes, log, what) {
    try {
      const parsed = parseNote(bytes), checkpoint = parseCheckpoint(parsed.text), own = parsed.signatures.filter((line) => line.name === log.key.name && same(line.id, log.key.id));
      if (checkpoint.size === 0 && checkpoint.root !== hex(await sha256(new Uint8Array()))) refuse("malformed checkpoint: the root of an empty log is SHA-256 of nothing");
      if (checkpoint.origin !== log.origin) return no(10, what + " is of another log", { core: "log", expected: log.origin, got: checkpoint.origin });
      if (!own.length) return no(10, what + " is not signed by the log's key", LOGGING);
      for (const line of own) if (!(await signed(log.key.spki, line.signature, utf8(parsed.text)))) return no(10, what + " is not signed by the log's key", LOGGING);
      return checkpoint;
    } catch (error) {
      if (!(error instanceof Unreadable || error instanceof Unable)) throw error;
      return unsure(10, what + " cannot be read: " + error.message, LOGGING);
    }
  }

  /* C2SP tlog-proof: index, audit path, checkpoint. */
  function parseProof(bytes) {
    const whole = text(bytes, "the proof"), cut = whole.indexOf("\n\n"), lines = whole.slice(0, Math.max(0, cut)).split("\n"), index = /^index (0|[1-9][0-9]{0,15})$/.exec(lines[1] || "");
    if (bytes.length > NOTE_CAP + 4096 || cut < 0 || lines[0] !== "c2sp.org/tlog-proof@v1" || !index || lines.length > 66 || Number(index[1]) >= 1e15) refuse("malformed proof: it begins with c2sp.org/tlog-proof@v1, then the index, then hashes, then an empty line");
    const hashes = lines.slice(2).map((line) => unbase64(line));
    return hashes.every((one) => one.length === 32) ? { index: Number(index[1]), hashes, checkpoint: utf8(whole.slice(cut + 2)) } : refuse("malformed proof: a hash has 32 bytes");
  }

  const nodeHash = (left, right) => sha256(join(Uint8Array.of(1), left, right));

  /* RFC 9162, 2.1.3.2. Sizes here are small enough to be counted exactly. */
  async function included(leaf, index, size, proof, wanted) {
    if (!(index >= 0 && index < size)) return false;
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
    for (let index = 0; index * 256 < hashes; index += 1) yield [tilePath(level, index, Math.min(256, hashes - index * 256)), index * 256, Math.min(256, hashes - index * 256)];
  }

  /* All entries, from the bundles of entries. */
  async function readEntries(source, size) {
    const entries = [];
    for (const [path, , width] of tilesOf("entries", size)) {
      const data = await attempt(10, path, () => source.read(path, 256 * 65537), LOGGING);
      if (isFinding(data)) return data;
      let at = 0, found = 0;
      for (; at + 2 <= data.length && found < width; found += 1) {
        const end = at + 2 + data[at] * 256 + data[at + 1];
        entries.push(data.subarray(at + 2, end));
        at = end;
      }
      if (found !== width || at !== data.length) return no(10, path + " is cut short, or something stands behind its entries", LOGGING);
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
  const leafOf = (entry) => sha256(join(Uint8Array.of(0), utf8(canonical(entry))));

  /* Levels of full subtrees, from the leaves up; any earlier root is made of some of them (RFC 6962, 2.1). */
  async function grow(entries) {
    const levels = [[]];
    for (let at = 0; at < entries.length; at += 1024) levels[0].push(...(await Promise.all(entries.slice(at, at + 1024).map((entry) => sha256(join(Uint8Array.of(0), entry))))));
    for (let row = levels[0]; row.length > 1; row = levels[levels.length - 1]) {
      const above = [];
      for (let at = 0; at + 1 < row.length; at += 2) above.push(await nodeHash(row[at], row[at + 1]));
      levels.push(above);
    }
    return levels;
  }

  async function rootAt(levels, size) {
    let found = null, start = size;
    for (let level = 0; start > 0; level += 1) {
      if (Math.floor(size / 2 ** level) % 2 === 0) continue;
      start -= 2 ** level;
      const subtree = levels[level][start / 2 ** level];
      found = found === null ? subtree : await nodeHash(subtree, found);
    }
    return hex(found === null ? await sha256(new Uint8Array()) : found);
  }

  /* The whole log, replayed: {size, entries, levels, releases, findings}; entries is null where it could not be. */
  async function replay(source, opened) {
    const { log } = opened.statement, findings = [], nothing = { size: null, entries: null, levels: [], releases: new Map(), findings };
    const proof = await checkProof(source, opened, findings), data = await attempt(10, CHECKPOINT, () => source.read(CHECKPOINT, NOTE_CAP), LOGGING), head = isFinding(data) ? data : await openCheckpoint(data, log, CHECKPOINT);
    if (isFinding(head)) { findings.push(head); return nothing; }
    if (head.size <= log.sizeBefore || (proof && head.size < proof.size)) { findings.push(no(10, CHECKPOINT + " is older than this release", { word: "rolled-back", core: "log", expected: "more than " + log.sizeBefore + " entries", got: String(head.size) })); return nothing; }
    if (head.size > MOST_ENTRIES) { findings.push(unsure(10, "the log has " + head.size + " entries, and at most " + MOST_ENTRIES + " are read", LOGGING)); return nothing; }
    const raw = await readEntries(source, head.size);
    if (isFinding(raw)) { findings.push(raw); return nothing; }
    const levels = await grow(raw), found = Object.assign(nothing, { size: head.size, levels });
    const mismatch = async (size, wanted, what) => { const got = await rootAt(levels, size); if (got !== wanted) findings.push(no(10, what, { word: "forked", core: "log", expected: wanted, got })); };
    if ((await rootAt(levels, head.size)) !== head.root) { findings.push(no(10, "the entries of the log are not those that its checkpoint was signed over", { core: "log", expected: head.root, got: await rootAt(levels, head.size) })); return found; }
    await mismatch(log.sizeBefore, log.rootBefore, "the log did not have the state that this release says it had before");
    if (proof) await mismatch(proof.size, proof.root, "the log is not the one that this release was proved to be in");
    findings.push(...(await checkTiles(source, levels, head.size, raw)));
    try {
      found.entries = raw.map(parseEntry);
    } catch (error) {
      findings.push(no(10, "the log holds what is no entry: " + error.message, LOGGING));
    }
    return found;
  }

  async function checkProof(source, opened, findings) {
    const { log } = opened.statement, data = await attempt(10, PROOF, () => source.read(PROOF, NOTE_CAP + 4096), LOGGING);
    if (isFinding(data)) { findings.push(data); return null; }
    const checkpoint = await proved(data, opened, log, PROOF);
    if (isFinding(checkpoint)) { findings.push(checkpoint); return null; }
    return checkpoint;
  }

  /* The checkpoint of a proof that holds for this release, or the finding that refuses it. */
  async function proved(data, opened, log, path) {
    let proof;
    try {
      proof = parseProof(data);
    } catch (error) {
      return unsure(10, path + " cannot be read: " + error.message, LOGGING);
    }
    const checkpoint = await openCheckpoint(proof.checkpoint, log, "the checkpoint in " + path);
    if (isFinding(checkpoint)) return checkpoint;
    const leaf = await leafOf(entryOf("release", opened.statement, opened.payload)), before = opened.statement.log.sizeBefore;
    if (proof.index !== before) return no(10, path + " is of another entry", { core: "log", expected: String(before), got: String(proof.index) });
    return (await included(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root)) ? checkpoint : no(10, path + " does not show that release " + opened.statement.release + " is in the log", LOGGING);
  }

  /* Hash tiles against what the entries come to; in a folder nothing else may lie below log/. */
  async function checkTiles(source, levels, size) {
    const findings = [], known = new Set([CHECKPOINT]);
    for (const [path] of tilesOf("entries", size)) known.add(path);
    for (let level = 0; Math.floor(size / 256 ** level) > 0; level += 1) {
      for (const [path, first, width] of tilesOf(level, Math.floor(size / 256 ** level))) {
        known.add(path);
        const data = await attempt(10, path, () => source.read(path, 8192), LOGGING);
        if (isFinding(data)) findings.push(data);
        else if (!same(data, join(...levels[8 * level].slice(first, first + width)))) findings.push(no(10, path + " is not what the entries come to", LOGGING));
      }
    }
    for (const path of (source.paths() || []).filter((each) => each.startsWith(LOG) && !known.has(each)).sort()) findings.push(...(await earlierTile(source, path, levels, size)));
    return findings;
  }

  /* A partial tile of an earlier size may stay; its bytes have to be those of then. */
  async function earlierTile(source, path, levels, size) {
    const parts = /^attestation\/log\/tile\/(entries|[0-9]+)\/((?:x[0-9]{3}\/)*)([0-9]{3})\.p\/([0-9]+)$/.exec(path);
    if (parts) {
      const level = parts[1] === "entries" ? 0 : Number(parts[1]), index = Number(parts[2].replace(/[x/]/g, "") + parts[3]), width = Number(parts[4]), first = index * 256;
      if (first + width <= Math.floor(size / 256 ** level) && tilePath(parts[1], index, width) === path) {
        const data = await attempt(10, path, () => source.read(path, 256 * 65537), LOGGING);
        if (isFinding(data)) return [data];
        const whole = parts[1] === "entries" ? await beginningOf(source, index, size, width) : join(...levels[8 * level].slice(first, first + width));
        if (isFinding(whole)) return [whole];
        return same(data, whole) ? [] : [no(10, path + " is not what the entries come to", LOGGING)];
      }
    }
    return [no(10, path + " is no file of this log", LOGGING)];
  }

  async function beginningOf(source, index, size, width) {
    const path = tilePath("entries", index, Math.min(256, size - index * 256)), data = await attempt(10, path, () => source.read(path, 256 * 65537), LOGGING);
    let at = 0;
    for (let each = 0; !isFinding(data) && each < width; each += 1) at += 2 + data[at] * 256 + data[at + 1];
    return isFinding(data) ? data : data.subarray(0, at);
  }

  // ---------------------------------------------------------------- step 10: later statements, and keys over time

  /* A file of attestation/statements/ -> the statement, with its own payload's digest; or the finding that refuses it. */
  async function openLater(data, path, opened) {
    let bundle, later;
    try {
      bundle = parseBundle(data);
      if (bundle.type !== PAYLOAD_TYPE) refuse("payload type " + bundle.type.slice(0, 80));
      later = await parseLater(bundle.payload);
      later.digest = await sha256hex(bundle.payload);
      later.fingerprint = await fingerprint(later.spki);
      later.path = path;
    } catch (error) {
      if (!(error instanceof Unreadable || error instanceof Unable)) throw error;
      return unsure(10, path + " cannot be read: " + error.message, LOGGING);
    }
    if (!path.endsWith("/" + later.digest + ".sigstore.json")) return no(10, path + " holds another statement than its name says", { core: "log", got: later.digest });
    const wrong = await unsigned({ bundle, statement: later, fingerprint: later.fingerprint }, 10);
    if (wrong) return Object.assign(wrong, { what: path + ": " + wrong.what, core: "log" });
    if (later.center !== opened.statement.center) return no(10, path + " is of another center", { core: "log", expected: opened.statement.center, got: later.center });
    if (later.log.vkey !== opened.statement.log.vkey) return no(10, path + " names another log", { core: "log", expected: opened.statement.log.vkey, got: later.log.vkey });
    return later;
  }

  /* Every later statement that there is: those that the log names, and in a folder all that lie there. */
  async function readLaters(source, opened, log) {
    const findings = [], held = new Map(), missing = [], known = new Map();
    log.entries.forEach((entry, index) => { if (entry.kind !== "release") known.set(AT + "statements/" + entry.digest + ".sigstore.json", index); });
    (source.paths() || []).filter((path) => LATER_FILE.test(path)).forEach((path) => { if (!known.has(path)) known.set(path, null); });
    for (const [path, index] of known) {
      const data = await attempt(10, path, () => orNull(source, path, BUNDLE_CAP), LOGGING);
      if (data === null) missing.push(index);
      else {
        const later = isFinding(data) ? data : await openLater(data, path, opened);
        if (isFinding(later)) findings.push(later);
        else held.set(path, Object.assign(later, { index }));
      }
    }
    return { held: Array.from(held.values()), missing, findings };
  }

  /* Which keys may have signed what, by place in the log: pinned ones from the start, announced ones from their announcement on, retired
     ones up to where they are trusted. A retirement that reaches back undoes what the retired key had announced since. */
  function keysOverTime(seeds, changes) {
    const until = new Map();
    for (;;) {
      const since = new Map(seeds.map((seed) => [seed, { from: 0, by: seed }]));
      const accepts = (name, index) => since.has(name) && since.get(name).from <= index && index < (until.has(name) ? until.get(name) : Infinity);
      let reaches = false;
      for (const change of changes) {
        if (!accepts(change.fingerprint, change.index)) continue;
        if (change.change === "announce" && !since.has(change.key)) since.set(change.key, { from: change.index, by: since.get(change.fingerprint).by });
        if (change.change !== "retire") continue;
        const end = change.trustedBefore === null ? change.index : change.trustedBefore, before = until.has(change.key) ? until.get(change.key) : Infinity;
        if (end >= before) continue;
        until.set(change.key, end);
        reaches = reaches || end < change.index;
      }
      if (!reaches) return { accepts, seededBy: (name) => since.get(name).by, known: (name) => since.has(name) };
    }
  }

  /* What each later statement and each release in the log comes to. */
  async function checkLogged(opened, past, log, laters, chain) {
    const findings = laters.findings.slice(), { statement } = opened, released = [opened, ...Array.from(past.kept.values()).filter((one) => one.statement.log)], believed = [];
    for (const later of laters.held) findings.push(...(await checkLater(later, log, chain, believed)));
    const voids = new Map();
    [...released.map((one) => one.statement.log).filter((one, at) => at === 0 || chain.accepts(released[at].fingerprint, one.sizeBefore)), ...believed.filter((later) => later.index !== null).map((later) => later.log)].forEach((said) => said.void.forEach((index) => voids.set(index, said.sizeBefore)));
    for (const one of released) findings.push(...(await checkPlace(one, log, voids)));
    believed.forEach((later) => { if (voids.has(later.index)) findings.push(no(10, "entry " + later.index + " was declared void, and its statement is there, signed", { word: "forked", core: "log" })); });
    laters.missing.filter((index) => !voids.has(index)).forEach((index) => findings.push(unsure(10, "entry " + index + " of the log is a " + log.entries[index].kind + ", and its statement is not there", { core: log.entries[index].kind === "withdrawal" ? "withdrawal" : "log" })));
    findings.push(...numbered(statement, log, voids), ...withdrawals(opened, past, believed));
    return findings;
  }

  /* One later statement: in its place, and by a key that was accepted there. */
  async function checkLater(later, log, chain, believed) {
    const { index, log: said } = later, place = index === null ? log.size : index;
    if (index !== null && (index !== said.sizeBefore || !alike(entryOf(later.kind, later, later.digest), log.entries[index]))) return [no(10, later.path + " is not what entry " + index + " of the log stands for", { word: "forked", core: "log" })];
    if (index !== null && (await rootAt(log.levels, index)) !== said.rootBefore) return [no(10, "the log did not have the state that " + later.path + " says it had before", { word: "forked", core: "log" })];
    if (!chain.accepts(later.fingerprint, place)) return [no(10, later.path + " is signed by a key that was not this center's then", { core: "log", got: later.fingerprint })];
    believed.push(later);
    return index === null ? [note(10, later.path + ", a " + later.kind + ", is signed and not in the log", LOGGING)] : [];
  }

  /* A release's entry stands where its payload says, once. */
  async function checkPlace(one, log, voids) {
    const { sizeBefore, rootBefore } = one.statement.log, what = "release " + one.statement.release;
    const places = log.entries.flatMap((entry, index) => (entry.kind === "release" && entry.digest === one.payload ? [index] : []));
    if (!alike(log.entries[sizeBefore], entryOf("release", one.statement, one.payload)) || places.length !== 1) return [no(10, what + " is not in the log once, in its place", { word: "forked", core: "log", expected: String(sizeBefore), got: places.join(", ") })];
    if (voids.has(sizeBefore) && voids.get(sizeBefore) > sizeBefore) return [no(10, "entry " + sizeBefore + " was declared void, and " + what + " is there, signed", { word: "forked", core: "log" })];
    return (await rootAt(log.levels, sizeBefore)) === rootBefore ? [] : [no(10, "the log did not have the state that " + what + " says it had before", { word: "forked", core: "log" })];
  }

  /* Numbers of releases rise in the log, each once; one above the release that is served means that an older one is. */
  function numbered(statement, log, voids) {
    const findings = [];
    let last = 0;
    log.entries.forEach((entry, index) => {
      if (entry.kind !== "release" || voids.has(index)) return;
      if (entry.n > statement.release) findings.push(no(10, "release " + statement.release + " is served, and the log has release " + entry.n, { word: "rolled-back", core: "log", expected: String(entry.n), got: String(statement.release) }));
      else if (entry.n <= last) findings.push(no(10, "the log has release " + entry.n + " after release " + last, { word: "forked", core: "log" }));
      else log.releases.set(entry.n, entry.digest);
      last = Math.max(last, entry.n);
    });
    return findings;
  }

  function withdrawals(opened, past, believed) {
    return believed.filter((later) => later.kind === "withdrawal").flatMap((later) => {
      if (later.payload === opened.payload) return [no(10, "release " + later.release + " was withdrawn: " + later.why, { word: "withdrawn", core: "withdrawal" })];
      const meant = later.release === opened.statement.release ? opened.payload : (past.kept.get(later.release) || {}).payload;
      if (meant && meant !== later.payload) return [no(10, "a withdrawal names another release " + later.release + " than the one that is here", { word: "forked", core: "withdrawal", expected: meant, got: later.payload })];
      return [note(10, "release " + later.release + " was withdrawn: " + later.why, { core: "withdrawal" })];
    });
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
      const found = await whole(source, bundle, meant);
      if (!doubtful(found) || !(await switched(source, bundle))) return found;
    }
    return couldNotTell(source.describe() + " changed " + ATTEMPTS + " times while it was read", meant, 12);
  }

  /* Whether anything but the signer and the clock keeps it from being a yes: that may be a release that was switched meanwhile. */
  const doubtful = (found) => ["integrity", "history"].some((name) => found.steps[name].findings.some((one) => ["no", "could-not-tell"].includes(one.outcome)));

  async function switched(source, bundle) {
    try {
      await source.reopen();
      return !same(await source.read(BUNDLE, BUNDLE_CAP), bundle);
    } catch (error) {
      return false;
    }
  }

  async function opening(bytes, question) {
    const opened = await open(bytes), wrong = isFinding(opened) ? opened : await unsigned(opened, 3);
    return wrong ? { end: answer([wrong], isFinding(opened) ? {} : opened, question.now, ["integrity"], ["signature"]) } : { opened };
  }

  async function whole(source, bundle, question) {
    const { opened, end } = await opening(bundle, question);
    if (end) return end;
    const { statement } = opened, facts = { statement, payload: opened.payload, fingerprint: opened.fingerprint, lists: source.paths() !== null };
    const log = statement.log ? await replay(source, opened) : null, laters = log && log.entries ? await readLaters(source, opened, log) : null;
    const changes = laters ? laters.held.filter((later) => later.kind === "key-change" && later.index !== null).sort((one, other) => one.index - other.index) : [];
    const seeds = Array.from(new Set(wantedPins(question, statement.center).map((pin) => pin.key))), trusted = laters ? keysOverTime(seeds, changes) : null;
    const pin = judgeSigner(opened, question, trusted);
    // Everything else is judged under the key that signed, pinned or not: an unknown signer's site can be whole.
    const chain = trusted && (trusted.accepts(opened.fingerprint, statement.log.sizeBefore) || seeds.includes(opened.fingerprint)) ? trusted : laters && keysOverTime([...seeds, opened.fingerprint], changes);
    const findings = [...(isFinding(pin) ? [pin] : []), ...notFresh(statement, question.now)], subjects = await checkSubjects(source, opened, bundle);
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
    const past = await checkHistory(source, opened, question, chain), [seen, wrong] = question.since ? await olderBundle(question.since, opened, question) : [question.seen, []];
    findings.push(...past.findings, ...(log ? log.findings : []), ...(laters ? await checkLogged(opened, past, log, laters, chain) : []), ...wrong, ...(wrong.length ? [] : descent(seen, opened, past, log)));
    if (seen && seen.log && log && log.entries) findings.push(...(await grewFrom(seen.log, log)));
    findings.push(...(laters ? await oldProofs(source, past, statement.log, log) : []));
    const lapsed = record ? lapses(record.controls, question.now) : [];
    lapsed.forEach((lapse) => findings.push(question.strictEvidence ? no(11, lapse.control + ": " + lapse.why, { word: "stale", code: 1, expected: lapse.was, got: lapse.now }) : note(11, lapse.control + ": " + lapse.why)));
    Object.assign(facts, { pin: isFinding(pin) ? null : pin, lapsed, standing: standing(statement.totals, lapsed), held: past.held, pruned: past.pruned, logSize: log ? log.size : undefined });
    const core = ["signature", "subjects", "pin", "expiry", "history", ...(laters ? ["log", "withdrawal"] : [])];
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

  /* The log as an older bundle saw it has to be the beginning of the one that is served. */
  async function grewFrom(seen, log) {
    if (seen.sizeBefore > log.size) return [no(10, "the log has " + log.size + " entries, and you have seen " + seen.sizeBefore, { word: "rolled-back", core: "log" })];
    const got = await rootAt(log.levels, seen.sizeBefore);
    return got === seen.rootBefore ? [] : [no(10, "the log is not the one you have seen", { word: "forked", core: "log", expected: seen.rootBefore, got })];
  }

  /* The proofs of held releases, where they are kept, each under the checkpoint of its day. */
  async function oldProofs(source, past, log, replayed) {
    const findings = [];
    for (const [number, one] of past.kept) {
      const path = AT + "releases/" + number + "/proof.tlog-proof", data = one.statement.log && (await attempt(10, path, () => orNull(source, path, NOTE_CAP + 4096), LOGGING));
      if (!data) continue;
      const checkpoint = isFinding(data) ? data : await proved(data, one, log, path);
      if (isFinding(checkpoint)) findings.push(checkpoint);
      else if (checkpoint.size > replayed.size || (await rootAt(replayed.levels, checkpoint.size)) !== checkpoint.root) findings.push(no(10, "the log is not the one that release " + number + " was proved to be in", { word: "forked", core: "log" }));
    }
    return findings;
  }

  async function bundle(bytes, question) {
    const meant = asked(question), { opened, end } = await opening(bytes, meant);
    if (end) return end;
    const { statement } = opened, pin = judgeSigner(opened, meant, null), findings = [...(isFinding(pin) ? [pin] : []), ...notFresh(statement, meant.now), ...sums(statement)];
    findings.push(note(6, "a bundle alone: the files it signs and later withdrawals are not checked"));
    const [seen, wrong] = meant.since ? await olderBundle(meant.since, opened, meant) : [meant.seen, []];
    findings.push(...alone(opened, seen, wrong));
    if (meant.strictEvidence) findings.push(unsure(11, "a bundle alone does not say when evidence expires"));
    const facts = { statement, payload: opened.payload, fingerprint: opened.fingerprint, pin: isFinding(pin) ? null : pin, standing: statement.totals };
    return answer(findings, facts, meant.now, ["integrity", "signer", "freshness", "claims"], ["signature", "pin", "expiry"]);
  }

  /* What a bundle alone can say of an older one: the same number with another payload, or that it follows it directly. */
  function alone(opened, seen, wrong) {
    const { release, previous: before } = opened.statement, findings = [unchecked(10, "history is not checked: a bundle alone does not bring it"), ...wrong];
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

  const AttestVerify = { site, bundle, memory, Absent, isFingerprint, parseManifest, parseBundle, STEPS, CORE, BUNDLE, MANIFEST };
  if (typeof module === "object" && module.exports) module.exports = AttestVerify;
  else root.AttestVerify = AttestVerify;
})(typeof globalThis === "object" ? globalThis : self);
