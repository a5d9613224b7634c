/* Asks the site's own script in Node: lines of {files | bundle | answers, question} on standard input -> lines of answers on standard output. */
"use strict";

const path = require("path");
const verify = require(path.resolve(__dirname, "../../../attest/theme/assets/verify.js"));
const bytes = (said) => (said === null || said === undefined ? null : Uint8Array.from(Buffer.from(said, "base64")));
const pin = (one) => ({ ...one, spki: bytes(one.spki), notBefore: one.notBefore && Date.parse(one.notBefore), notAfter: one.notAfter && Date.parse(one.notAfter) });

async function ask({ files, lists, bundle, answers, question }) {
  const asked = { ...question, now: Date.parse(question.now), since: bytes(question.since), pins: (question.pins || []).map(pin), call: (question.call || []).map(pin) };
  if (answers) return verify.answers(bytes(answers), asked);
  if (bundle) return verify.bundle(bytes(bundle), asked);
  const source = verify.memory(Object.fromEntries(Object.entries(files).map(([name, said]) => [name, bytes(said)])), "memory");
  if (lists === false) source.paths = () => null;
  return verify.site(source, asked);
}

(async () => {
  const lines = require("fs").readFileSync(0, "utf8").split("\n").filter(Boolean);
  for (const line of lines) process.stdout.write(JSON.stringify(await ask(JSON.parse(line)).catch((error) => ({ error: String(error.stack) }))) + "\n");
})();
