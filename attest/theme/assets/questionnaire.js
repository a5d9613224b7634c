/* A form that lives in the reader's browser: which questions apply, how far one is, what is kept, read and saved. It asks no server for anything.

     .at-form holds #attest-form, a block of JSON, and for each question [data-at-ask="ID"] with its fields (attest/pages/templates/forms.html)

   The first half decides and touches no page; it answers as attest/answering.py does, and both are held to the same cases:

     AttestForm.visible(form, given)            -> Set of the ids that are asked
     AttestForm.holds(condition, form, given)   -> whether it is so
     AttestForm.wrong(item, given)              -> what is wrong with an answer, or ""
     AttestForm.progress(form, given)           -> {parts: {section: {done, of}}, done, of, open: [ids]}
     AttestForm.print(form, draft, now)         -> {text, open, left}: the answers file, what has no answer yet, and what is not in the file
     AttestForm.read(form, text)                -> {draft, said}, or an Error that says why the file cannot be taken

   form    what the page brings: {id, version, asker, digest, sections: [{id, show_if, items: [{id, kind, allowed, least, most, required, show_if}]}]}
   given   a Map of id -> {value: text or list} or {file, sha256}, each with note and private beside it
   draft   {by: {name, person, role}, given}

   Names that others chose are keys of Maps alone. What is kept lies in localStorage under the form's digest; where there is none, it says so. */
(function (root) {
  "use strict";

  const KEPT = "attest-form:", MOST = 5000000, LARGEST = 536870912;
  const NUMBER = /^(-?)([0-9]{1,15})(?:\.([0-9]{1,9}))?$/, DAY = /^\d{4}-\d{2}-\d{2}$/, DIGEST = /^[0-9a-f]{64}$/;
  const INVISIBLE = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

  // ---------------------------------------------------------------- what is asked

  const items = (form) => form.sections.flatMap((section) => section.items);
  const words = (answer) => (!answer || answer.value === undefined ? [] : [].concat(answer.value));
  const isNoted = (answer) => !!answer && !!(answer.note || answer.private);
  const isGiven = (answer) => !!answer && (words(answer).length > 0 || answer.file !== undefined);

  /* A number as written -> the same in billionths, exactly; null where it is none. */
  function number(text) {
    const found = NUMBER.exec(text);
    return found && BigInt(found[1] + found[2] + (found[3] || "").padEnd(9, "0"));
  }

  /* The ids that are asked, in order: a section and a question each by its condition. What is hidden counts as unanswered for the others,
     and what waits for itself is never asked. */
  function visible(form, given) {
    const waits = new Map(), then = new Map(), asked = new Set(), ready = [];
    form.sections.forEach((section) => section.items.forEach((item) => waits.set(item.id, { conditions: [section, item].flatMap((one) => one.show_if || []), left: 0 })));
    waits.forEach((one, id) => new Set(one.conditions.flatMap(named)).forEach((other) => {
      if (!waits.has(other)) return;
      one.left += 1;
      then.set(other, [...(then.get(other) || []), id]);
    }));
    waits.forEach((one, id) => { if (!one.left) ready.push(id); });
    while (ready.length) {
      const id = ready.pop();
      if (waits.get(id).conditions.every((condition) => so(condition, (other) => (asked.has(other) ? given.get(other) : undefined)))) asked.add(id);
      (then.get(id) || []).forEach((other) => { if (!(waits.get(other).left -= 1)) ready.push(other); });
    }
    return new Set([...waits.keys()].filter((id) => asked.has(id)));
  }

  function holds(condition, form, given) {
    const asked = visible(form, given);
    return so(condition, (id) => (asked.has(id) ? given.get(id) : undefined));
  }

  function so(condition, answerOf) {
    if (condition.all) return condition.all.every((one) => so(one, answerOf));
    if (condition.any) return condition.any.some((one) => so(one, answerOf));
    if (condition.not) return !so(condition.not, answerOf);
    if (condition.item === undefined) return false; // what only whoever reviews can know
    const answer = answerOf(condition.item), said = words(answer), count = said.length === 1 ? number(said[0]) : null;
    return (condition.is === undefined || said.some((word) => [].concat(condition.is).includes(word)))
      && (condition.at_least === undefined || (count !== null && count >= number(condition.at_least)))
      && (condition.at_most === undefined || (count !== null && count <= number(condition.at_most)))
      && (condition.answered === undefined || isGiven(answer) === (condition.answered === "yes"));
  }

  /* The ids that are not asked yet, and may be once what is still open has an answer. */
  function undecided(form, given, asked) {
    const found = new Set(), isOpen = (id) => found.has(id) || (asked.has(id) && !isGiven(given.get(id)));
    let before = -1;
    while (before < found.size) {
      before = found.size;
      form.sections.forEach((section) => section.items.forEach((item) => {
        if (!asked.has(item.id) && [section, item].some((one) => one.show_if && named(one.show_if).some(isOpen))) found.add(item.id);
      }));
    }
    return found;
  }

  function named(condition) {
    return [...(condition.item === undefined ? [] : [condition.item]), ...[...(condition.all || []), ...(condition.any || []), ...(condition.not ? [condition.not] : [])].flatMap(named)];
  }

  // ---------------------------------------------------------------- what is wrong, and how far it is

  function wrong(item, answer) {
    if (!answer) return "";
    const said = words(answer), text = said[0];
    if (strange(answer.note)) return "has a note that " + strange(answer.note);
    if (item.kind === "file") return wrongFile(answer);
    if (answer.value === undefined) return "";
    if (item.allowed) return said.every((word) => item.allowed.includes(word)) ? "" : "is none of the answers offered: choose again";
    if (item.kind === "number") return wrongNumber(item, text);
    if (item.kind === "date") return isDay(text) ? "" : "is not a day: write it as 2026-11-20";
    return strange(text);
  }

  /* What no file of answers may hold, because whoever reads it would be shown something else. */
  function strange(text) {
    if (/<[A-Za-z/!?]/.test(text || "")) return "has a “<” before a letter, which reads as markup: put a blank behind it";
    return /(java|vb)script:|(^|[^a-z0-9+.-])data:([a-z]+\/[a-z0-9.+-]+)?[;,]/i.test(text || "") ? "has an address that would run code: take it out" : "";
  }

  function wrongFile(answer) {
    if (strange(answer.file)) return strange(answer.file);
    if (answer.file === undefined) return "has a SHA-256 and no name of a file: write its name";
    if (!answer.sha256) return "lacks the SHA-256 of its file: choose the file, or write the 64 digits that `sha256sum FILE` prints";
    return DIGEST.test(answer.sha256) ? "" : "has no SHA-256 of a file: it is 64 digits of 0-9 and a-f";
  }

  function wrongNumber(item, text) {
    const found = number(text);
    if (found === null) return "is not a number: write it as 24 or 24.5, without the unit";
    if (found < 0) return "is negative: write 0 or more";
    if (item.least !== undefined && found < number(item.least)) return "is less than " + item.least + ": write " + item.least + " or more";
    return item.most !== undefined && found > number(item.most) ? "is more than " + item.most + ": write " + item.most + " or less" : "";
  }

  function isDay(text) {
    const day = DAY.test(text) ? new Date(text + "T00:00:00Z") : null;
    return !!day && !isNaN(day) && day.toISOString().slice(0, 10) === text;
  }

  /* Of the questions that are asked, how many have an answer; open are those that need one. */
  function progress(form, given) {
    const asked = visible(form, given), parts = {}, open = [];
    let done = 0;
    form.sections.forEach((section) => {
      const here = section.items.filter((item) => asked.has(item.id)), lacking = here.filter((item) => !isGiven(given.get(item.id)));
      parts["/" + section.id] = { done: here.length - lacking.length, of: here.length };
      done += here.length - lacking.length;
      open.push(...lacking.filter((item) => item.required !== "no").map((item) => item.id));
    });
    return { parts, done, of: asked.size, open };
  }

  // ---------------------------------------------------------------- the file

  const clean = (text) => String(text).replace(/\r\n?/g, "\n").replace(/\t/g, " ").replace(INVISIBLE, "").trim();

  function printed(form, draft, now) {
    const asked = visible(form, draft.given), answers = [], left = [];
    items(form).forEach((item) => {
      const answer = draft.given.get(item.id);
      if (!answer) return;
      if (!asked.has(item.id)) { if (isGiven(answer)) left.push([item.id, "is not asked after your other answers"]); }
      else if (!isGiven(answer)) left.push([item.id, "has a note and no answer"]);
      else answers.push(JSON.stringify(item.id) + ": " + JSON.stringify(plain(answer)));
    });
    const questionnaire = { id: form.id, version: form.version, ...(form.asker ? { asker: form.asker } : {}) };
    const by = Object.fromEntries(["name", "person", "role"].map((name) => [name, clean(draft.by[name] || "")]).filter(([, said]) => said));
    const at = new Date(now).toISOString().slice(0, 19) + "Z";
    const head = { questionnaire, by, answered_at: at };
    const text = "{\n" + Object.entries(head).map(([name, value]) => " " + JSON.stringify(name) + ": " + JSON.stringify(value) + ",\n").join("") + ' "answers": {' + answers.map((line) => "\n  " + line).join(",") + (answers.length ? "\n " : "") + "}\n}\n";
    return { text, open: progress(form, draft.given).open, left };
  }

  function plain(answer) {
    const said = answer.file === undefined ? { value: answer.value } : { file: answer.file, sha256: answer.sha256 };
    const more = { ...(answer.note ? { note: answer.note } : {}), ...(answer.private === "yes" ? { private: "yes" } : {}) };
    return Object.keys(more).length || answer.file !== undefined ? { ...said, ...more } : answer.value;
  }

  /* A saved file -> a draft of this form, and what of it could not be taken. Throws where none of it can be. */
  function read(form, text) {
    const found = parsed(text);
    const meant = isObject(found.questionnaire) ? found.questionnaire : {};
    if (meant.id !== form.id) throw new Error("answers another questionnaire, " + (typeof meant.id === "string" ? meant.id : "which it does not name") + ": this one is " + form.id);
    const said = [];
    if (meant.asker && form.asker && meant.asker !== form.asker) said.push("It answers the form of " + meant.asker + ". This one is of " + form.asker + ".");
    if (meant.version !== form.version) said.push("It answers version " + meant.version + " of this form. This is version " + form.version + ": look through what is new.");
    const known = new Map(items(form).map((item) => [item.id, item])), given = new Map(), lost = [];
    Object.entries(isObject(found.answers) ? found.answers : {}).forEach(([id, value]) => {
      const answer = known.has(id) ? taken(known.get(id), value) : null;
      if (answer) given.set(id, answer); else lost.push(id);
    });
    if (lost.length) said.push("Not taken, because this form does not ask it, or not like that: " + lost.slice(0, 20).join(", ") + (lost.length > 20 ? " and " + (lost.length - 20) + " more" : "") + ".");
    const by = isObject(found.by) ? found.by : {}, name = (key) => (typeof by[key] === "string" ? by[key].slice(0, 200) : "");
    return { draft: { by: { name: name("name"), person: name("person"), role: name("role") }, given }, said };
  }

  function parsed(text) {
    let found = null;
    try { found = JSON.parse(text.replace(/^\ufeff/, "")); } catch (refused) { throw new Error("is not JSON. Of a file in YAML, `attest answer FILE.yml --out FILE.json` makes one that is"); }
    if (isObject(found) && found.dsseEnvelope) throw new Error("is signed already. Go on with the file that was signed: a change would need a new signature anyway");
    if (!isObject(found) || !isObject(found.answers)) throw new Error("holds no answers");
    return found;
  }

  function taken(item, value) {
    const whole = isObject(value) ? value : { value }, answer = {};
    if (typeof whole.note === "string" && whole.note.trim()) answer.note = clean(whole.note);
    if (whole.private === "yes") answer.private = "yes";
    if (item.kind === "file") {
      if (typeof whole.file !== "string") return null;
      return { ...answer, file: clean(whole.file), sha256: typeof whole.sha256 === "string" ? whole.sha256 : "" };
    }
    const said = Array.isArray(whole.value) ? whole.value : [whole.value];
    if (!said.length || !said.every((word) => typeof word === "string" || typeof word === "number") || (item.kind !== "choices" && said.length > 1)) return null;
    const texts = said.map(clean);
    if (texts.some((one) => !one) || (item.allowed && !texts.every((one) => item.allowed.includes(one)))) return null;
    return { ...answer, value: item.kind === "choices" ? texts : texts[0] };
  }

  const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

  const AttestForm = { visible, holds, wrong, progress, print: printed, read, undecided };
  if (typeof module === "object" && module.exports) { module.exports = AttestForm; return; }
  root.AttestForm = AttestForm;

  // ---------------------------------------------------------------- the page

  const page = document.querySelector(".at-form");
  if (!page) return;
  const form = JSON.parse(document.getElementById("attest-form").textContent), byId = new Map(items(form).map((item) => [item.id, item]));
  /* ?for=aspen-freight: whom the answers are about, for those who fill the same form for one after the other. */
  const about = (/^\?for=([a-z0-9.-]{1,80})$/.exec(location.search) || ["", ""])[1], mine = about && "?for=" + about;
  const key = KEPT + form.digest + mine, of = (selector, within) => (within || page).querySelector(selector), all = (selector, within) => [...(within || page).querySelectorAll(selector)];
  const asks = new Map(all("[data-at-ask]").map((ask) => [ask.getAttribute("data-at-ask"), ask])), parts = all("[data-at-part]"), fields = new Map(["name", "person", "role"].map((name) => [name, of("#by-" + name)]));
  let draft = { by: {}, given: new Map() }, asked = new Set(), keeps = true, unsaved = false, waiting = 0, touched = new Set();

  function make(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // One question: from its fields, and into them.

  function fieldsOf(id) { return all('input[name="a-' + id + '"], textarea[name="a-' + id + '"]', asks.get(id)); }

  function take(id) {
    const item = byId.get(id), ask = asks.get(id), found = fieldsOf(id), note = clean(of(".at-more-note", ask).value), answer = {};
    if (item.allowed) {
      const chosen = found.filter((field) => field.checked).map((field) => field.value);
      if (chosen.length) answer.value = item.kind === "choices" ? chosen : chosen[0];
    } else if (item.kind === "file") {
      const name = clean(found[0].value), sha256 = clean(of('input[name="a-' + id + '-sha256"]', ask).value).toLowerCase();
      if (name) answer.file = name;
      if (sha256) answer.sha256 = sha256;
    } else if (clean(found[0].value)) {
      answer.value = clean(found[0].value);
    }
    if (note) answer.note = note;
    if (of(".at-more-private", ask).checked) answer.private = "yes";
    if (Object.keys(answer).length) draft.given.set(id, answer); else draft.given.delete(id);
  }

  function put(id) {
    const item = byId.get(id), ask = asks.get(id), answer = draft.given.get(id) || {}, said = words(answer), found = fieldsOf(id), more = of(".at-more details", ask);
    if (item.allowed) found.forEach((field) => { field.checked = said.includes(field.value); });
    else if (item.kind === "file") { found[0].value = answer.file || ""; of('input[name="a-' + id + '-sha256"]', ask).value = answer.sha256 || ""; }
    else if (found[0] !== document.activeElement || clean(found[0].value) !== (said[0] || "")) found[0].value = said[0] || "";
    of(".at-more-note", ask).value = answer.note || "";
    of(".at-more-private", ask).checked = answer.private === "yes";
    more.open = more.open || isNoted(answer);
  }

  function putAll() {
    fields.forEach((field, name) => { field.value = draft.by[name] || ""; });
    asks.forEach((ask, id) => put(id));
  }

  // What is shown.

  function show() {
    const before = asked, far = progress(form, draft.given);
    asked = visible(form, draft.given);
    const open = undecided(form, draft.given, asked);
    asks.forEach((ask, id) => {
      ask.hidden = !asked.has(id);
      ask.toggleAttribute("data-at-may-be", open.has(id));
      of(".at-more-clear", ask).hidden = !isGiven(draft.given.get(id));
      of(".at-more", ask).toggleAttribute("data-at-noted", isNoted(draft.given.get(id)));
      mark(id);
    });
    parts.forEach((part) => count(part, far.parts["/" + part.getAttribute("data-at-part")]));
    of(".at-form-count").textContent = far.done + " of " + far.of + " answered" + (far.done < far.of && !far.open.length ? ", the rest may be left open" : "");
    Object.assign(of(".at-form-far progress"), { max: far.of || 1, value: far.done });
    of(".at-form-next").hidden = !far.open.length;
    if (before.size) tellNew([...asked].filter((id) => !before.has(id)).length);
  }

  function count(part, far) {
    const inside = all("[data-at-ask]", part);
    part.hidden = inside.every((ask) => ask.hidden);
    part.toggleAttribute("data-at-may-be", part.hidden && inside.some((ask) => ask.hasAttribute("data-at-may-be")));
    of(".at-part-count", part).textContent = far.of ? far.done + " of " + far.of : "";
  }

  function tellNew(many) {
    if (many) of(".at-form-more").textContent = many === 1 ? "One more question follows from this answer." : many + " more questions follow from this answer.";
  }

  /* Said of an answer that somebody has left, not of one that is being written. */
  function mark(id) {
    const said = touched.has(id) ? wrong(byId.get(id), draft.given.get(id)) : "", place = of(".at-ask-wrong", asks.get(id));
    const text = said && "This " + said + ".";
    if (place.textContent !== text) place.textContent = text;
    fieldsOf(id).forEach((field) => { if (said) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid"); });
  }

  // What is kept.

  function stored(name) {
    try { return localStorage.getItem(name); } catch (refused) { return null; }
  }

  function asText() { return JSON.stringify({ id: form.id, asker: form.asker || "", by: draft.by, given: [...draft.given] }); }

  function keep() {
    clearTimeout(waiting);
    waiting = 0;
    try {
      if (draft.given.size || Object.values(draft.by).some(Boolean)) localStorage.setItem(key, asText()); else localStorage.removeItem(key);
      keeps = true;
    } catch (refused) { keeps = false; }
    tellKept();
  }

  function tellKept() {
    const any = draft.given.size > 0 || Object.values(draft.by).some(Boolean);
    of(".at-form-kept").textContent = (about && "About " + about + ". ") + (keeps
      ? (any ? "What you write is kept in this browser, on this computer, and nowhere else." : "What you write will be kept in this browser, on this computer, and nowhere else. Close the page and come back as you like.")
      : "This browser keeps nothing of what you write: save it as a file before you leave.");
    of(".at-form-forget").hidden = !any;
  }

  function restored(text) {
    try {
      const found = JSON.parse(text), given = new Map(found.given.filter(([id]) => byId.has(id)).map(([id, answer]) => [id, fitting(byId.get(id), answer)]).filter(([, answer]) => answer));
      return { by: isObject(found.by) ? found.by : {}, given };
    } catch (broken) { return null; }
  }

  /* What was kept under another version may no longer be offered. */
  function fitting(item, answer) {
    if (!isObject(answer)) return null;
    const { value, ...rest } = answer, said = words(answer).filter((word) => typeof word === "string" && (!item.allowed || item.allowed.includes(word)));
    const made = said.length && item.kind !== "file" ? { ...rest, value: item.kind === "choices" ? said : said[0] } : rest;
    return Object.keys(made).length ? made : null;
  }

  /* What was written into an earlier version of this form, where nothing was written into this one. */
  function older() {
    try {
      return Object.keys(localStorage).filter((name) => name.startsWith(KEPT) && name !== key && (name.split("?for=")[1] || "") === about).map((name) => [name, stored(name)]).find(([, text]) => {
        try { const found = JSON.parse(text); return found.id === form.id && found.asker === (form.asker || ""); } catch (broken) { return false; }
      });
    } catch (refused) { return undefined; }
  }

  function changed() {
    unsaved = true;
    show();
    clearTimeout(waiting);
    waiting = setTimeout(keep, 250);
    of(".at-form-saved").textContent = "";
  }

  // What people do.

  page.addEventListener("input", (event) => {
    const ask = event.target.closest("[data-at-ask]");
    if (event.target.type === "file") return;
    if (ask) take(ask.getAttribute("data-at-ask"));
    else fields.forEach((field, name) => { if (field === event.target) draft.by[name] = clean(field.value); });
    changed();
  });

  page.addEventListener("change", (event) => {
    const ask = event.target.closest("[data-at-ask]");
    if (event.target.matches(".at-form-import")) bring(event.target);
    else if (ask && event.target.type === "file") digestOf(event.target, ask);
    else if (ask) { touched.add(ask.getAttribute("data-at-ask")); show(); }
    else if ([...fields.values()].includes(event.target)) tellBy();
  });

  page.addEventListener("click", (event) => {
    const ask = event.target.closest("[data-at-ask]"), link = event.target.closest("a[href^='#ask-'], a[href='#by-name']");
    if (link) { event.preventDefault(); goTo(link.getAttribute("href").slice(1)); }
    else if (ask && event.target.matches(".at-more-clear")) clear(ask.getAttribute("data-at-ask"));
    else if (event.target.matches(".at-form-forget")) forget();
    else if (event.target.matches(".at-form-older")) takeOlder();
    else if (event.target.matches(".at-form-save")) save();
    else if (event.target.matches(".at-form-print")) print();
    else if (event.target.matches(".at-form-next")) goTo("ask-" + next());
  });

  function goTo(id) {
    const target = document.getElementById(id), field = target.matches("input") ? target : target.querySelector("input:not([type=file]):checked, input:not([type=file]), textarea");
    field.focus({ preventScroll: true });
    target.scrollIntoView({ block: "center" });
  }

  /* The first open question below where the reader is, else the first of all. */
  function next() {
    const open = progress(form, draft.given).open, here = document.activeElement && document.activeElement.closest("[data-at-ask]");
    const below = here && open.find((id) => here.compareDocumentPosition(asks.get(id)) & Node.DOCUMENT_POSITION_FOLLOWING);
    return below || open[0];
  }

  function clear(id) {
    const { note, private: mark } = draft.given.get(id);
    if (note || mark) draft.given.set(id, { ...(note ? { note } : {}), ...(mark ? { private: mark } : {}) }); else draft.given.delete(id);
    touched.delete(id);
    put(id);
    changed();
    goTo("ask-" + id);
  }

  /* Takes over another draft; what was there before can be had back. */
  function adopt(other, said) {
    const before = { by: draft.by, given: draft.given }, told = of(".at-form-told"), back = make("button", "", "Undo");
    const replaced = [...other.given.keys()].filter((id) => draft.given.has(id) && JSON.stringify(draft.given.get(id)) !== JSON.stringify(other.given.get(id))).length;
    draft = { by: { ...draft.by, ...Object.fromEntries(Object.entries(other.by).filter(([, text]) => text)) }, given: new Map([...draft.given, ...other.given]) };
    touched = new Set(draft.given.keys());
    putAll();
    changed();
    told.textContent = "";
    [...said, ...(replaced ? [(replaced === 1 ? "One answer was" : replaced + " answers were") + " here before and replaced."] : [])].forEach((line) => told.append(make("p", "", line)));
    back.type = "button";
    back.addEventListener("click", () => { draft = before; putAll(); changed(); told.textContent = "As it was before."; });
    told.append(back);
  }

  async function bring(field) {
    const file = field.files[0], told = of(".at-form-told");
    field.value = "";
    if (!file) return;
    try {
      if (file.size > MOST) throw new Error("is larger than any file of answers");
      const { draft: found, said } = read(form, await file.text());
      adopt(found, [found.given.size + (found.given.size === 1 ? " answer" : " answers") + " taken from " + file.name + ".", ...said]);
    } catch (error) {
      told.textContent = file.name + " " + (error.message || "cannot be read") + ". Nothing was changed.";
    }
  }

  async function digestOf(field, ask) {
    const file = field.files[0], id = ask.getAttribute("data-at-ask"), said = of("[role=status]", field.closest("p"));
    if (!file) return;
    const names = fieldsOf(id)[0], sha256 = of('input[name="a-' + id + '-sha256"]', ask);
    names.value = file.name;
    sha256.value = "";
    said.textContent = "Working out its SHA-256 …";
    try {
      if (file.size > LARGEST) throw new Error("it is too large for a browser");
      const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
      sha256.value = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
      said.textContent = "Its SHA-256 is worked out.";
    } catch (refused) {
      said.textContent = "This browser cannot work it out" + (refused.message && file.size > LARGEST ? ", because " + refused.message : "") + ": write what `sha256sum` prints for it.";
    }
    take(id);
    touched.add(id);
    changed();
  }

  function forget() {
    if (!root.confirm("Forget everything you wrote into this form? It cannot be had back, unless you saved it as a file.")) return;
    draft = { by: {}, given: new Map() };
    touched = new Set();
    putAll();
    show();
    keep();
    unsaved = false;
    of(".at-form-told").textContent = "Nothing of what you wrote is kept here any more.";
    of(".at-form-saved").textContent = "";
    of(".at-form-wrong").hidden = true;
  }

  function takeOlder() {
    const found = older();
    const taking = found && restored(found[1]);
    of(".at-form-older").hidden = true;
    if (taking) adopt(taking, [taking.given.size + " answers taken over. What this version asks anew is open."]);
  }

  function tellBy() {
    const bad = [...fields.keys()].map((name) => strange(draft.by[name])).find(Boolean), said = bad ? "This " + bad + "." : draft.by.name ? "" : "This says who answers: write the company’s name.", field = fields.get("name");
    of("#wrong-by").textContent = said;
    if (said) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
    return said;
  }

  function save() {
    const bad = [...asked].filter((id) => wrong(byId.get(id), draft.given.get(id))), said = of(".at-form-wrong");
    const nobody = tellBy();
    touched = new Set([...touched, ...bad]);
    show();
    said.textContent = "";
    said.hidden = !bad.length && !nobody;
    if (!said.hidden) {
      said.append(make("p", "", "No file yet. First mend:"), listOf([...(nobody ? [["by-name", "Who answers"]] : []), ...bad.map((id) => ["ask-" + id, titleOf(id)])]));
      said.focus();
      return;
    }
    hand(printed(form, draft, Date.now()));
  }

  function hand(made) {
    const told = of(".at-form-saved"), link = document.createElement("a"), name = form.id + "-answers.json";
    link.href = URL.createObjectURL(new Blob([made.text], { type: "application/json" }));
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    keep();
    unsaved = false;
    told.textContent = "";
    told.append(make("p", "", "Saved as " + name + (made.open.length ? "." : ". Everything that needs an answer has one.")));
    if (made.open.length) told.append(make("p", "", (made.open.length === 1 ? "One question needs" : made.open.length + " questions need") + " an answer yet:"), listOf(made.open.slice(0, 50).map((id) => ["ask-" + id, titleOf(id)])));
    if (made.left.length) told.append(make("p", "", "Not in the file:"), leftOf(made.left));
  }

  function titleOf(id) { return of(".at-ask-number", asks.get(id)).textContent + " " + of(".at-ask-said", asks.get(id)).textContent; }

  function listOf(lines) {
    const list = make("ul");
    lines.forEach(([target, text]) => {
      const line = make("li"), link = make("a", "", text);
      link.href = "#" + target;
      line.append(link);
      list.append(line);
    });
    return list;
  }

  function leftOf(left) {
    const list = make("ul");
    left.forEach(([id, why]) => list.append(make("li", "", titleOf(id) + ": " + why)));
    return list;
  }

  // Here it begins.

  function start() {
    const more = document.getElementById("at-more").content, found = stored(key);
    asks.forEach((ask) => ask.append(more.cloneNode(true)));
    all("[data-at-script]").forEach((one) => { one.hidden = false; });
    page.classList.add("at-live");
    takeWhatStands();
    draft = (found && restored(found)) || draft;
    touched = new Set(draft.given.keys());
    putAll();
    keep();
    show();
    of(".at-form-older").hidden = draft.given.size > 0 || !older();
  }

  /* A browser fills in again what stood there before a reload. */
  function takeWhatStands() {
    fields.forEach((field, name) => { draft.by[name] = clean(field.value); });
    asks.forEach((ask, id) => take(id));
  }

  root.addEventListener("storage", (event) => {
    const found = event.key === key && event.newValue && restored(event.newValue);
    if (!found) return;
    draft = found;
    putAll();
    show();
    tellKept();
  });
  root.addEventListener("pagehide", () => { if (waiting) keep(); });
  root.addEventListener("beforeunload", (event) => { if (waiting) keep(); if (!keeps && unsaved) event.preventDefault(); });
  if (document.readyState === "complete" || document.readyState === "interactive") start();
  else document.addEventListener("DOMContentLoaded", start);
})(typeof globalThis === "object" ? globalThis : self);
