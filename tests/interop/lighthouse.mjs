// node lighthouse.mjs CHROMIUM URL HOST=PORT NOW CATEGORY…: what Lighthouse says of a page, as one line of JSON.
// HOST is found at 127.0.0.1:PORT, whatever its certificate, so that a site is judged at its own address; the page's clock starts at
// NOW (ISO 8601), since a trust center says by the visitor's clock when it is out of date.
//   {"scores": {"seo": 100}, "failed": ["meta-description: …"], "figures": {"first-contentful-paint": 812}}
import puppeteer from "puppeteer-core";
import lighthouse from "lighthouse";

const [executablePath, url, place, now, ...onlyCategories] = process.argv.slice(2);
const [host, port] = place.split("=");
const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--ignore-certificate-errors", `--host-resolver-rules=MAP ${host} 127.0.0.1:${port}`];

function moved(start) {
  const ahead = start - Date.now(), Real = Date;
  globalThis.Date = class extends Real {
    constructor(...given) { if (given.length) super(...given); else super(Real.now() + ahead); }
    static now() { return Real.now() + ahead; }
  };
}

function where(audit) {
  return (audit.details?.items || []).slice(0, 3).map((item) => item.node?.selector || [item.text, item.href].filter(Boolean).join(" -> ") || item.description || item.url || "").join("; ");
}

const browser = await puppeteer.launch({ executablePath, headless: true, args });
try {
  const page = await browser.newPage();
  await page.evaluateOnNewDocument(moved, Date.parse(now));
  const { lhr } = await lighthouse(url, { onlyCategories, logLevel: "silent", skipAboutBlank: false }, undefined, page);
  if (lhr.runtimeError) throw new Error(lhr.runtimeError.message);
  const weighed = Object.values(lhr.categories).flatMap((one) => one.auditRefs.filter((ref) => ref.weight > 0).map((ref) => ref.id));
  const failed = [...new Set(weighed)].map((id) => lhr.audits[id]).filter((audit) => audit.score !== null && audit.score < 1);
  console.log(JSON.stringify({
    scores: Object.fromEntries(Object.values(lhr.categories).map((one) => [one.id, Math.round(one.score * 100)])),
    failed: failed.map((audit) => `${audit.id}: ${audit.title} ${audit.explanation || audit.displayValue || ""} ${where(audit)}`.trim()),
    figures: Object.fromEntries(Object.values(lhr.audits).filter((audit) => audit.numericUnit === "millisecond" && weighed.includes(audit.id)).map((audit) => [audit.id, Math.round(audit.numericValue)])),
  }));
} finally {
  await browser.close();
}
