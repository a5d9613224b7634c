/* The form of verify.html: what is to be verified (this site, or what is dropped, signed answers too), the key it has to be signed with, and the answer.

     <form data-at-verify data-at-center="…" hidden>     shown where this browser can verify at all
     <p data-at-cannot>                                  says why not, elsewhere
     <div data-at-said aria-live>                        how far it is
     <section data-at-answer>                            the answer, in the words of the command

   assets/verify.js decides; this hands it bytes and shows what it says. Files are read where they lie and sent nowhere. A page opened
   from a file may read nothing beside it, so there only what is dropped can be verified. Every text is set as text. */
(function () {
  "use strict";

  const form = document.querySelector("form[data-at-verify]"), verify = window.AttestVerify;
  if (!form || !verify) return;
  const cannot = document.querySelector("[data-at-cannot]"), said = document.querySelector("[data-at-said]"), shown = document.querySelector("[data-at-answer]");
  const field = form.elements.fingerprint, keep = form.elements.keep, go = form.querySelector("button[type=submit]"), bar = document.querySelector("[data-at-progress]");
  const subject = form.querySelector("[data-at-subject]"), back = form.querySelector("[data-at-back]"), olderName = form.querySelector("[data-at-older-name]"), drop = form.querySelector("[data-at-drop]");
  const web = /^https?:$/.test(location.protocol), signed = form.hasAttribute("data-at-signed"), AHEAD = 6, SHOWN = 6, MOST = 200;
  const MARK = { ok: ["at-met", "yes"], no: ["at-not-met", "no"], "could-not-tell": ["at-unknown", "could not tell"], "not-checked": ["at-not-applicable", "not checked"] };
  const WORD = { valid: "at-met", stale: "at-unknown", withdrawn: "at-unknown", "could-not-tell": "at-unknown", "unknown-signer": "at-unknown" };
  const COUNTED = { "not-met": "not in place", unknown: "without current evidence", planned: "planned", "not-applicable": "not applicable" };
  let dropped = null, older = null, running = 0;

  // ---------------------------------------------------------------- where the bytes are

  /* This site, over the web: each file once, as the host has it now; while one is looked at the next ones are on their way. */
  function website() {
    const base = new URL(".", location.href), ahead = new Map();
    let order = [];
    const get = async (path, cap) => {
      const answer = await fetch(new URL(path.split("/").map(encodeURIComponent).join("/"), base), { cache: "no-store", credentials: "omit", redirect: "follow" });
      if (answer.status === 404 || answer.status === 410) throw new verify.Absent();
      if (!answer.ok) throw new Error("the host answers " + answer.status);
      if (Number(answer.headers.get("content-length")) > cap) throw new Error("is larger than " + cap + " bytes");
      return new Uint8Array(await answer.arrayBuffer());
    };
    const fetched = (path, cap) => {
      if (!ahead.has(path)) ahead.set(path, get(path, cap).then((bytes) => [bytes], (error) => [null, error]));
      return ahead.get(path);
    };
    return {
      describe: () => base.href,
      paths: () => null,
      reopen: async () => ahead.clear(),
      read: async (path, cap) => {
        const at = order.indexOf(path);
        if (at >= 0) order.slice(at + 1, at + 1 + AHEAD).forEach((next) => fetched(next, cap));
        const [bytes, error] = await fetched(path, cap);
        ahead.delete(path);
        if (error) throw error instanceof TypeError ? new Error("the host cannot be reached, or sends elsewhere") : error;
        if (bytes.length > cap) throw new Error("is larger than " + cap + " bytes");
        if (path === verify.MANIFEST) try { order = Array.from(verify.parseManifest(bytes).keys()); } catch (refused) { order = []; }
        return bytes;
      },
    };
  }

  const bytesOf = async (file) => new Uint8Array(await file.arrayBuffer());

  /* A folder that was dropped or chosen: {path: File}, from the root of the site that lies in it. */
  function folder(files, name) {
    return {
      describe: () => name,
      paths: () => Object.keys(files),
      reopen: async () => undefined,
      read: async (path, cap) => {
        if (!Object.hasOwn(files, path)) throw new verify.Absent();
        if (files[path].size > cap) throw new Error("is larger than " + cap + " bytes");
        try {
          return await bytesOf(files[path]);
        } catch (error) {
          throw new Error("the browser may not read it any more: drop the folder again");
        }
      },
    };
  }

  /* [path, File] of everything in a dropped folder. */
  async function walk(entry, path) {
    if (entry.isFile) return [[path + entry.name, await new Promise((done, failed) => entry.file(done, failed))]];
    const reader = entry.createReader(), found = [];
    for (;;) {
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!some.length) return found;
      for (const inner of some) found.push(...(await walk(inner, path + entry.name + "/")));
    }
  }

  /* Signed answers among what was handed over, and the files beside them; null where there are none. */
  async function answersIn(pairs) {
    for (const [path, file] of pairs.filter(([name, file]) => /\.json$/.test(name) && file.size < 16777216)) {
      const bytes = await bytesOf(file);
      if (verify.isAnswers(bytes)) return { thing: { name: path, bytes, files: pairs.filter(([other]) => other !== path) }, older: null };
    }
    return null;
  }

  /* What was handed over, as one thing to verify and perhaps an older bundle beside it; a text where it is nothing of the kind. */
  async function sorted(pairs) {
    const root = pairs.map(([path]) => path).filter((path) => path.endsWith(verify.BUNDLE) && (path === verify.BUNDLE || path.endsWith("/" + verify.BUNDLE))).sort((one, other) => one.length - other.length)[0], given = root === undefined ? await answersIn(pairs) : null;
    if (given) return given;
    const start = root === undefined ? "" : root.slice(0, root.length - verify.BUNDLE.length), outside = pairs.filter(([path]) => root === undefined || !path.startsWith(start)), bundles = [];
    for (const [path, file] of outside.filter(([name, file]) => /\.json$/.test(name) && file.size < 16777216)) {
      const bytes = await bytesOf(file);
      try {
        bundles.push({ name: path, bytes, release: JSON.parse(new TextDecoder().decode(verify.parseBundle(bytes).payload)).predicate.release });
      } catch (none) { /* no bundle: it may be anything */ }
    }
    if (root !== undefined) {
      const files = Object.fromEntries(pairs.filter(([path]) => path.startsWith(start)).map(([path, file]) => [path.slice(start.length), file]));
      return { thing: { name: (start.replace(/\/$/, "") || "the folder") + " (" + Object.keys(files).length + " files)", source: folder(files, start || "the folder") }, older: bundles[0] || null };
    }
    if (outside.some(([path]) => /(^|\/)bundle\.sigstore\.json$/.test(path)) && outside.length > 2) return "That is a part of a site. Drop the folder around it, the one that has attestation/ in it, or the bundle alone.";
    if (!bundles.length && outside.length === 1) return { thing: { name: outside[0][0], bytes: await bytesOf(outside[0][1]) }, older: null };
    if (!bundles.length) return "There is no bundle in it: a site has attestation/bundle.sigstore.json, and an unsigned preview has none.";
    bundles.sort((one, other) => Number(other.release) - Number(one.release));
    return { thing: { name: bundles[0].name, bytes: bundles[0].bytes }, older: bundles[1] || null };
  }

  // ---------------------------------------------------------------- asking

  async function take(pairs) {
    const found = await sorted(pairs);
    if (typeof found === "string") return tell(found);
    dropped = found.thing;
    if (found.older) older = found.older;
    name();
    return ask();
  }

  function name() {
    subject.textContent = dropped ? dropped.name : web && signed ? "this site, " + new URL(".", location.href).href : "nothing yet: drop a bundle or the folder of a site";
    back.hidden = !dropped || !web || !signed;
    olderName.textContent = older ? older.name : "none";
    go.disabled = !dropped && !(web && signed);
  }

  async function ask() {
    const typed = field.value.trim(), mine = (running += 1);
    field.setAttribute("aria-invalid", String(!!typed && !verify.isFingerprint(typed)));
    if (typed && !verify.isFingerprint(typed)) {
      field.focus();
      return tell("That is no fingerprint: it begins with SHA256: and has 43 characters behind that.");
    }
    if (!dropped || !dropped.files) remember(typed);
    const question = { now: Date.now(), pins: [], call: typed ? [{ key: typed, from: "as you typed it" }] : [], since: older ? older.bytes : null, watch: (path, done, all) => mine === running && progress(done, all) };
    tell("Reading …");
    shown.hidden = true;
    bar.hidden = false;
    bar.removeAttribute("value");
    try {
      const answer = await (dropped && dropped.files ? answersAsked(dropped, question) : dropped && dropped.bytes ? verify.bundle(dropped.bytes, question) : verify.site(dropped ? dropped.source : website(), question));
      if (mine === running) show(answer, typed);
    } catch (error) {
      if (mine === running) tell("This script failed, so it could not tell: " + error.message + ". The command does not depend on it.");
    }
    if (mine === running) bar.hidden = true;
  }

  /* Signed answers, and for each file beside them which answer names it, by its digest. */
  async function answersAsked({ bytes, files }, question) {
    const answer = await verify.answers(bytes, question), named = Object.entries(answer.answers || {}).filter(([, given]) => "file" in given);
    answer.files = [];
    for (const [path, file] of answer.answers ? files : []) {
      const digest = Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", await bytesOf(file))), (byte) => byte.toString(16).padStart(2, "0")).join(""), name = path.split("/").pop();
      answer.files.push({ name, by: named.filter(([, given]) => given.sha256 === digest).map(([ident]) => ident), alike: named.filter(([, given]) => given.file === name).map(([ident]) => ident) });
    }
    return answer;
  }

  function progress(done, all) {
    bar.max = all;
    bar.value = done;
    if (done === all || done % 25 === 0) tell("Checking files: " + done + " of " + all);
  }

  function tell(text, quietly) {
    said.textContent = text;
    said.classList.toggle("at-told", !!quietly);
  }

  /* Only where the reader asks for it, in this browser alone. */
  function remember(typed) {
    const name = "attest-fingerprint " + form.getAttribute("data-at-center");
    try {
      if (keep.checked && typed) localStorage.setItem(name, typed);
      else if (!keep.checked) localStorage.removeItem(name);
    } catch (refused) { keep.checked = false; }
  }

  // ---------------------------------------------------------------- showing

  function element(tag, name, text) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function show(answer, typed) {
    const box = shown.querySelector("[data-at-result]");
    box.textContent = "";
    const head = element("div", "at-verified " + (WORD[answer.answer] || "at-not-met"));
    head.append(element("p", "at-verified-word at-lean", answer.answer.replace(/-/g, " ")), element("p", "at-verified-said", sentence(answer)));
    const list = element("ol", "at-verified-steps");
    verify.STEPS.filter((name) => !isAnswers(answer) || name !== "claims").forEach((name) => list.append(step(name, answer)));
    box.append(head, list, ...(answer.answers ? [saidIn(answer)] : []), notes(answer, typed));
    shown.hidden = false;
    tell("Answer: " + answer.answer.replace(/-/g, " ") + ".", true);
    shown.querySelector("h3").focus();
  }

  const isAnswers = (answer) => "answered" in answer;

  /* What was answered, and the files that were handed over beside it. */
  function saidIn(answer) {
    const few = Object.entries(answer.answers).slice(0, MOST).map(([ident, given]) => [ident, oneAnswer(given)]), box = element("div");
    if (few.length < answer.answered) few.push(["and " + (answer.answered - few.length) + " more", "the command shows all of them"]);
    box.append(element("h4", "", "What they answered"), rows(few));
    if (answer.files.length) box.append(element("h4", "", "The files beside them"), rows(answer.files.map((file) => [file.name, file.by.length ? "The file that is named by the answer " + file.by.join(" and ") + "." : file.alike.length ? "Not the file of that name in the answer " + file.alike.join(" and ") + ": what is in it is another." : "No answer names this file."])));
    return box;
  }

  function rows(pairs) {
    const list = element("dl", "at-verified-answers");
    pairs.forEach(([head, text]) => list.append(element("dt", "", head), element("dd", "", text)));
    return list;
  }

  function oneAnswer(given) {
    const text = "file" in given ? given.file + ", a file of the SHA-256 " + given.sha256 : Array.isArray(given.value) ? given.value.join(", ") || "none of them" : given.value;
    const more = [given.note && "note: " + given.note, given.private && "for reviewers alone"].filter(Boolean);
    return (text + (more.length ? " [" + more.join("; ") + "]" : "")).slice(0, 1000);
  }

  function step(name, answer) {
    const { outcome, findings } = answer.steps[name], row = element("li", MARK[outcome][0]), line = element("p", "at-verified-step at-lean"), told = findings.slice().sort((one, other) => (one.outcome === "note") - (other.outcome === "note"));
    line.append(element("strong", "", name), element("span", "at-verified-outcome", MARK[outcome][1]), element("span", "", about(name, answer)));
    row.append(line);
    if (told.length) {
      const list = element("ul", "at-verified-findings");
      told.slice(0, SHOWN).forEach((one) => list.append(finding(one)));
      if (told.length > SHOWN) list.append(element("li", "", "and " + (told.length - SHOWN) + " more"));
      row.append(list);
    }
    return row;
  }

  function finding(one) {
    const row = element("li", one.outcome === "note" ? "at-quiet" : "", one.what);
    [["expected", one.expected], ["got", one.got]].filter(([, value]) => value).forEach(([name, value]) => {
      const part = element("span", "at-verified-contrast", name + " ");
      part.append(element("code", "", value.slice(0, 160)));
      row.append(part);
    });
    return row;
  }

  /* The words of the command, attest/cli/answers.py. */
  function about(name, answer) {
    if (isAnswers(answer)) return !answer.by ? "" : { integrity: "the answers' signature", signer: answer.fingerprint + (answer.pin ? " (" + answer.pin.from + ")" : ""), freshness: "answered at " + answer.answeredAt + ", as they say" }[name] || "";
    if (answer.release === null || answer.steps[name].outcome === "not-checked") return "";
    if (name === "integrity") return !answer.filesListed ? (answer.steps.integrity.outcome === "ok" ? "the statement's signature" : "") : answer.filesChecked + " of " + answer.filesListed + " files as signed" + (answer.unlistedSeen && answer.steps.integrity.outcome === "ok" ? ", none unlisted" : "");
    if (name === "signer") return answer.fingerprint + (answer.pin ? " (" + (answer.pin.from || "pinned") + ")" : "");
    if (name === "freshness") return "state on " + answer.asOf.slice(0, 10) + ", issued " + answer.issuedAt + ", valid until " + answer.validUntil;
    if (name === "history") return "release " + answer.release + (answer.held.length ? ", after " + answer.held.slice(0, 5).join(", ") + (answer.held.length > 5 ? " and " + (answer.held.length - 5) + " more" : "") : "") + (answer.log && answer.log.size !== null ? "; a log of " + answer.log.size + (answer.log.size === 1 ? " entry" : " entries") : "");
    return promises(answer.standing || answer.totals);
  }

  function promises(totals) {
    const all = Object.values(totals).reduce((one, other) => one + other, 0);
    return [totals.met + " of " + all + " promises shown by evidence", ...Object.keys(COUNTED).filter((verdict) => totals[verdict]).map((verdict) => totals[verdict] + " " + COUNTED[verdict])].join(", ");
  }

  function sentence(answer) {
    const bad = { forged: "no", "wrong-signer": "no", forked: "no", "rolled-back": "no" }[answer.answer], wanted = bad || answer.answer === "stale" || answer.answer === "withdrawn" ? "no" : "could-not-tell";
    const why = verify.STEPS.flatMap((name) => answer.steps[name].findings).filter((one) => one.outcome === wanted).map((one) => one.what);
    if (isAnswers(answer) && answer.by) return answersSentence(answer, why);
    if (answer.release === null) return why[0] || "nothing could be verified";
    const who = answer.center.name + ", release " + answer.release, alone = answer.filesListed || answer.steps.history.outcome !== "not-checked" ? "" : "; its files and history were not checked";
    if (answer.answer === "valid") return who + ", state on " + answer.asOf.slice(0, 10) + ", valid until " + answer.validUntil.slice(0, 10) + "; " + promises(answer.standing || answer.totals) + (answer.lapsed.length ? " (" + answer.lapsed.length + " of them lapsed since)" : "") + alone;
    if (answer.answer === "stale") return who + " is genuine, but " + answer.steps.freshness.findings.map((one) => one.what).join("; ") + alone;
    if (answer.answer === "withdrawn") return who + " is genuine, but " + answer.steps.history.findings.filter((one) => one.outcome === "no").map((one) => one.what).join("; ");
    if (answer.answer === "unknown-signer") return who + " says it is signed by its own key " + answer.fingerprint + ", and nothing you gave says whose key that is";
    return (bad && !["forked", "rolled-back"].includes(answer.answer) ? "what says it is " : "") + who + ": " + (why[0] || answer.answer);
  }

  function answersSentence({ answer, by, questionnaire, answered, fingerprint }, why) {
    const person = [by.person, by.role].filter(Boolean).join(", "), asker = questionnaire.asker ? ", of " + questionnaire.asker : "";
    const who = by.name + (person ? " (" + person + ")" : "") + " answered " + questionnaire.id + ", version " + questionnaire.version + asker + ": " + answered + (answered === 1 ? " answer" : " answers");
    if (answer === "valid") return who;
    return "it says that " + who + (answer === "unknown-signer" ? ", signed by its own key " + fingerprint + "; whose key that is, nothing you gave says" : "; but " + why[0]);
  }

  /* What a reader has to know beside the answer. */
  function notes(answer, typed) {
    const list = element("ul", "at-verified-notes"), add = (text) => list.append(element("li", "", text)), open = verify.CORE.filter((name) => answer.core[name] === "not-checked");
    if (isAnswers(answer)) {
      if (answer.by && answer.exit) add("The key to type above is that of whoever answered: have them tell you its fingerprint by phone or in the contract, not along with the answers.");
      add("A signature shows who said it, not that it is true.");
    }
    if (answer.release !== null && !typed) add("You named no key. Compare the fingerprint with the one in your contract, in DNS, or told by phone, not with one from the site; then type it above and check again.");
    if (open.length && !isAnswers(answer)) add("Not checked: " + open.join(", ") + ".");
    if (answer.core.log === "not-checked" && answer.release !== null && !answer.log) add("This center signs that it keeps no transparency log.");
    add(dropped ? "The script that said this came from " + (web ? location.host : "the file that you opened") + ", and is as honest as whoever that is from." : "The script that said this came from the site it judged. A dishonest site would have sent a dishonest script: ask again with a copy from elsewhere.");
    if (!dropped && answer.exit === 0) {
      const row = element("li", "", "Keep what you verified: "), link = element("a", "", "save the bundle");
      link.href = verify.BUNDLE;
      link.download = "bundle-" + answer.release + ".sigstore.json";
      row.append(link, ", and later releases can be held against it.");
      list.append(row);
    }
    return list;
  }

  // ---------------------------------------------------------------- the form

  function start() {
    if (!window.isSecureContext || !window.crypto || !crypto.subtle) {
      cannot.textContent = "This page came over plain http, and browsers give such pages no cryptography. Open it over https, or save the site and open verify.html from your disk; the commands above work anywhere.";
      return;
    }
    cannot.hidden = true;
    form.hidden = false;
    form.querySelector("[data-at-from-disk]").hidden = web;
    try {
      const kept = localStorage.getItem("attest-fingerprint " + form.getAttribute("data-at-center"));
      if (kept) { field.value = kept; keep.checked = true; }
    } catch (refused) { /* a browser that keeps nothing */ }
    name();
  }

  const pairsOf = (files) => Array.from(files, (file) => [file.webkitRelativePath || file.name, file]);

  form.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
  form.elements.folder.addEventListener("change", (event) => { if (event.target.files.length) take(pairsOf(event.target.files)); });
  form.elements.bundle.addEventListener("change", (event) => { if (event.target.files.length) take(pairsOf(event.target.files)); });
  form.elements.older.addEventListener("change", async (event) => {
    const file = event.target.files[0];
    older = file ? { name: file.name, bytes: await bytesOf(file) } : null;
    name();
  });
  back.addEventListener("click", () => { dropped = null; form.elements.folder.value = form.elements.bundle.value = ""; name(); go.focus(); });
  ["dragenter", "dragover"].forEach((kind) => drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("at-over"); }));
  ["dragleave", "drop"].forEach((kind) => drop.addEventListener(kind, () => drop.classList.remove("at-over")));
  drop.addEventListener("drop", async (event) => {
    event.preventDefault();
    const entries = Array.from(event.dataTransfer.items, (item) => item.webkitGetAsEntry && item.webkitGetAsEntry()).filter(Boolean), files = Array.from(event.dataTransfer.files), found = [];
    tell("Looking at what you dropped …");
    try {
      for (const entry of entries) found.push(...(await walk(entry, "")));
    } catch (error) {
      return tell("The browser may not read what you dropped.");
    }
    return take(entries.length ? found : pairsOf(files));
  });
  // What misses the box must not open in its place.
  ["dragover", "drop"].forEach((kind) => window.addEventListener(kind, (event) => { if (event.dataTransfer && Array.from(event.dataTransfer.types).includes("Files")) event.preventDefault(); }));
  start();
})();
