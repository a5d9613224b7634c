// node verify.mjs BUNDLE PUBLIC_KEY_PEM FINGERPRINT: holds a bundle against the key of that fingerprint with sigstore-js.
// Exit 0 and "verified", or 1 and why not.
import { readFileSync } from "node:fs";
import { createPublicKey } from "node:crypto";
import { bundleFromJSON } from "@sigstore/bundle";
import { TrustedRoot } from "@sigstore/protobuf-specs";
import { Verifier, toSignedEntity, toTrustMaterial } from "@sigstore/verify";

const [bundlePath, keyPath, fingerprint] = process.argv.slice(2);
const rawBytes = createPublicKey(readFileSync(keyPath)).export({ type: "spki", format: "der" });
const noRoot = TrustedRoot.fromJSON({ mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1" });

try {
  const bundle = bundleFromJSON(JSON.parse(readFileSync(bundlePath, "utf8")));
  const trust = toTrustMaterial(noRoot, { [fingerprint]: { rawBytes } });
  const verifier = new Verifier(trust, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 });
  verifier.verify(toSignedEntity(bundle));
  console.log("verified");
} catch (error) {
  console.log(`refused: ${error.code ?? error.name}: ${error.message}`);
  process.exitCode = 1;
}
