// node tlog.mjs CASES LOG_PEM ORIGIN KEY_ID: holds proofs of entries against the key of their log, with sigstore-js's own code for it.
// CASES: {name: {proof: <text of a .tlog-proof>, entry: <text>}}. Prints {name: "verified", or "refused: why"}.
import { readFileSync } from "node:fs";
import { createPublicKey } from "node:crypto";
import { createRequire } from "node:module";

// Not what the package offers to others, but what it verifies its own log with.
const require = createRequire(import.meta.url);
const { verifyCheckpoint } = require("@sigstore/verify/dist/tlog/checkpoint.js");
const { verifyMerkleInclusion } = require("@sigstore/verify/dist/tlog/merkle.js");

const [casesPath, keyPath, origin, keyId] = process.argv.slice(2);
const log = { logID: Buffer.from(keyId, "hex"), publicKey: createPublicKey(readFileSync(keyPath)), baseURL: `https://${origin}` };

function answer({ proof, entry }) {
  const split = proof.indexOf("\n\n");
  const [header, index, ...hashes] = proof.slice(0, split).split("\n");
  if (header !== "c2sp.org/tlog-proof@v1") return "refused: another format";
  const inclusionProof = {
    logIndex: index.replace("index ", ""),
    hashes: hashes.map((hash) => Buffer.from(hash, "base64")),
    checkpoint: { envelope: proof.slice(split + 2) },
  };
  const found = { canonicalizedBody: Buffer.from(entry), inclusionProof };
  try {
    verifyMerkleInclusion(found, verifyCheckpoint(found, [log]));
    return "verified";
  } catch (error) {
    return `refused: ${error.message}`;
  }
}

const cases = Object.entries(JSON.parse(readFileSync(casesPath, "utf8")));
console.log(JSON.stringify(Object.fromEntries(cases.map(([name, one]) => [name, answer(one)]))));
