/* The site's search. Fetched with its index (assets/search-index.js) when somebody opens it and never before; asks nobody else.

   1 what means the same   2 words   3 what can be found   4 clauses, however typed   5 words, and the order of what is found
   6 what is shown         7 the dialog, which is in the page (partials/search-dialog.html)

   It looks through everything at each letter: at a thousand promises that takes a few milliseconds, and there is nothing to build
   first. Everything shown is made as text, never as HTML. */
(function () {
  "use strict";

  /* 1. Said alike: each line one meaning; what stands after the semicolon comes near it. Plurals and endings need no line. */
  const ALIKE = [
    "sso | single sign-on | company account | own sign-in | identity provider | federated | saml | oidc | openid connect ; sign in",
    "mfa | 2fa | second factor | two-factor | multi-factor | two proofs | second proof ; passkey | authenticator",
    "pentest | pen test | penetration test ; outsiders are paid to break in | red team",
    "dpa | data processing agreement | agreement on data processing | data processing addendum | processor agreement ; agreement on your data",
    "subprocessor | sub-processor | third-party processor ; vendor | third party | supplier | company that touches | companies that handle",
    "vendor | supplier ; third party",
    "ai | artificial intelligence | machine learning | ml | llm ; model",
    "train | training",
    "breach | incident ; break-in | leak | compromise | data is touched",
    "notification | notify ; told | tell | hear",
    "sla | service level ; availability | uptime | rto | back within | how soon the service is back",
    "rto | recovery time ; back within | how soon the service is back | restore time",
    "rpo | recovery point ; data lost at most",
    "dr | disaster recovery | business continuity | continuity | bcp ; the bad day",
    "gdpr | general data protection regulation ; data protection",
    "ccpa | california consumer privacy act | cpra",
    "privacy | personal data | pii | personal information",
    "encryption | encrypt | cryptography ; cipher | tls",
    "at rest ; where we keep it | stored",
    "in transit | in motion ; on its way",
    "where | location | located | hosted | region | residency | data centre | data center ; country | stored | kept",
    "backup | back-up | back up",
    "restore | brought back | bringing them back ; recovery",
    "vulnerability | flaw | cve ; weakness",
    "patch ; update",
    "password | passphrase ; credential",
    "log | logging | logged | audit trail ; written down",
    "monitoring | monitor | watched ; alarm | detection",
    "delete | deletion | erase | erasure | right to be forgotten ; retention | kept for | destroyed",
    "export | portability ; take away | leave with",
    "employee | staff | personnel ; people",
    "background check | screening ; whom we hire",
    "offboarding | leaver ; leaves us | departure",
    "awareness | security training ; learns to spot | trained",
    "phishing ; scam | fraud",
    "sdlc | secure development | software development ; change management",
    "sbom | software bill of materials ; known ingredients | every part | list of parts",
    "insurance | insured | insurer",
    "policy ; rules",
    "certificate | certification ; attestation report",
    "bug bounty | vulnerability disclosure ; disclosure | report a problem | found a flaw",
    "contact ; reach | e-mail | telephone",
    "access review ; access reviewed | who has access",
    "tenant | multi-tenant ; kept apart | isolation | separation | segregation",
    "malware | virus | antivirus | ransomware | edr ; harmful program",
    "siem ; monitoring | monitor | watched | odd use",
    "rbac | role-based access | least privilege ; who need to | roles",
    "kms | hsm | key management | key rotation ; cryptography | keys",
    "scc | sccs | standard contractual clauses ; transfer abroad",
    "dpo | data protection officer | privacy",
    "exit plan | exit strategy | when you leave",
    "laptop | device | endpoint ; workstation",
    "card | credit card | payment card ; pci",
    "phi | health data ; hipaa",
    "dsar | subject access | data subject ; your rights | seeing your data",
    "responsibility | who does what ; yours to do",
    "myself | yours to do | your part | left to you ; who does what",
    "history | what changed | changelog | releases | last quarter ; changes",
    "signature | fingerprint | verify | verification ; signed",
  ].map((line) => line.split(";").map((part) => part.split("|").map((said) => wordsOf(said).join(" "))));

  /* Asked along with the rest, and no reason to leave anything out. */
  const LITTLE = new Set(("a about all an and any are as at be been by can could did do does for from get give had has have hold holds how i if in into is it its me my no not of off on or our"
    + " out over please say says show so some tell than that the their them then there these they this those to under up us use used using was we were what when must since where which who why will with would you your").split(" "));

  /* Before a clause's number people write, or leave out: */
  const PREFACES = new Set(["art", "article", "articles", "section", "sec", "clause", "control", "annex", "para", "requirement", "req", "criterion"]);

  const AT_FIRST = 6, MOST = 60, LETTERS = 170, WHERE = 0.3;
  const WORD = "[0-9a-z\\u0080-\\uffff]", APART = "[^0-9a-z\\u0080-\\uffff]";
  const ROOT = document.currentScript.src.replace(/assets\/[^/]*$/, "");

  /* 2. Words: lower case, without accents, letter for letter, so that a place in one is the same place in the other. */
  function fold(said) {
    const low = said.toLowerCase();
    const plain = low.length === said.length ? low : said;
    return /[^\x00-\x7f]/.test(plain) ? plain.replace(/[^\x00-\x7f]/g, bare) : plain;
  }

  function bare(letter) {
    if (/[\u00a0-\u00bf\u2000-\u206f\u3000-\u303f]/.test(letter)) return letter === "\u2019" ? "'" : " ";
    const first = letter.normalize("NFD").charAt(0).toLowerCase();
    return first.length === 1 ? first : letter;
  }

  function wordsOf(said) {
    return fold(said).match(/[0-9a-z\u0080-\uffff]+/g) || [];
  }

  function stem(word) {
    return /\d|(?:ss|us|is)$/.test(word) ? word : word.replace(/^(.{3,}?)(?:ies|ied|ings?|ed|ions?|es|s|y|e)$/, "$1");
  }

  function escaped(said) {
    return said.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  }

  /* 3. What can be found: each {group, path, title, where, words, prior}, with more for promises, frameworks and clauses. */
  function everything(index) {
    const found = [], clauses = [], frameworks = [];
    index.frameworks.forEach(([ident, title, listed]) => {
      const framework = { group: 1, path: "frameworks/" + ident + ".html", title, where: "", words: "", prior: 0.45, names: namesOf(ident, title), mapped: 0, of: listed.length / 2 };
      frameworks.push(framework);
      for (let at = 0; at < listed.length; at += 2) clauses.push(clauseOf(framework, listed[at], listed[at + 1]));
    });
    index.promises.forEach(([door, ident, title, promise, yours, area, mark, steps]) => {
      const entry = { group: 0, path: index.doors[door][0] + "/" + ident + ".html", title, where: index.doors[door][1] + " \u00b7 " + index.areas[area], prior: 1, mark: index.marks[mark] };
      entry.words = promise + (yours ? " Yours to do: " + yours : "");
      entry.clauses = steps.map(((place) => (step) => clauses[place += step])(0));
      entry.clauses.forEach((clause) => clause.naming.push(entry));
      found.push(entry);
    });
    clauses.forEach((clause) => {
      if (!clause.naming.length) return;
      clause.prior = 0.55;
      clause.framework.mapped += 1;
    });
    index.pages.forEach(([path, title, group, words, parts]) => {
      found.push({ group, path, title, where: "", words, prior: group === 7 ? 0.95 : 1 });
      parts.forEach(([fragment, heading, said, other]) => {
        found.push({ group: other === undefined ? group : other, path: path + (fragment ? "#" + fragment : ""), title: heading, where: title, words: said, prior: group === 7 ? 0.9 : 1 });
      });
    });
    clauses.concat(frameworks, found).forEach(prepare);
    return { all: found.concat(frameworks, clauses), frameworks, clauses };
  }

  function clauseOf(framework, ident, title) {
    const parts = partsOf(ident);
    let letters = 0;
    while (letters < parts.length - 1 && /[a-z]/.test(parts[letters])) letters += 1;
    return {
      group: 1, path: framework.path + "#clause-" + ident.replace(/[^A-Za-z0-9.-]+/g, "-"), title: ident + " " + title, where: framework.title, words: "", prior: 0.35,
      framework, ident, parts, digits: parts.slice(letters), naming: [],
    };
  }

  function prepare(entry) {
    entry.foldedTitle = fold(entry.title);
    entry.foldedWords = fold(entry.words) + (entry.group === 6 ? " contact" : "");
    entry.foldedWhere = fold(entry.where);
    entry.length = Math.max(1, entry.foldedTitle.split(" ").length);
  }

  /* 4. Clauses: an id is letters and numbers, whatever stands between them and however many noughts before. */
  function partsOf(said) {
    const parts = (fold(said).match(/[a-z]+|\d+/g) || []).map((part) => part.replace(/^0+(?=\d)/, ""));
    return parts.length > 1 ? parts.filter((part) => !PREFACES.has(part)) : parts;
  }

  function namesOf(ident, title) {
    const names = partsOf(ident), short = title.match(/\(([^)]*)\)/g) || [];
    return { first: new Set([names[0]].concat(names.filter((name) => name.length > 2 && /\d/.test(name)), partsOf(short.join(" ")))), all: new Set(names.concat(partsOf(title))) };
  }

  /* The ways to read what is asked as a framework's name and a clause of it: "gdpr 32", "32 gdpr", "iso 27001 a.8.24", "8.24". */
  function readings(parts, framework) {
    const names = (some) => some.every((part) => framework.names.all.has(part)) && some.some((part) => framework.names.first.has(part));
    const found = [{ named: false, rest: parts }];
    for (let at = 1; at < parts.length; at += 1) {
      if (names(parts.slice(0, at))) found.push({ named: true, rest: parts.slice(at) });
      if (names(parts.slice(at))) found.push({ named: true, rest: parts.slice(0, at) });
    }
    return { whole: names(parts), found };
  }

  /* 1 for the clause itself, less for one below it, less for one whose number only begins so; 0 for none. */
  function likeness(asked, parts) {
    if (!asked.length || asked.length > parts.length) return 0;
    const last = asked.length - 1;
    for (let at = 0; at < last; at += 1) if (asked[at] !== parts[at]) return 0;
    if (asked[last] === parts[last]) return asked.length === parts.length ? 1 : 0.9;
    return parts[last].startsWith(asked[last]) ? 0.8 : 0;
  }

  function clauseHits(world, query) {
    const parts = partsOf(query.replace(/\b(?:type (?:i{1,2}|[12])|reports?)\b/gi, "")), hits = new Map(), numbered = /^\W*(?:art|article|section|clause|control|req\w*|§)\W*\d/i.test(query);
    if (!parts.length || parts.length > 12) return hits;
    world.frameworks.forEach((framework) => {
      const read = readings(parts, framework);
      if (read.whole) hits.set(framework, 5);
      framework.whole = read.whole;
      framework.ways = read.found.filter((way) => way.rest.length > 1 || way.named || /^\d+$/.test(way.rest[0]));
    });
    world.clauses.forEach((clause) => {
      let best = 0;
      clause.framework.ways.forEach(({ named, rest }) => {
        if (!rest.some((part) => /\d/.test(part)) && rest.length < 2) return;
        const like = Math.max(likeness(rest, clause.parts), /^\d/.test(rest[0]) && (named || rest.length > 1) ? likeness(rest, clause.digits) * 0.98 : 0);
        if (clause.framework.whole && like < 1) return;
        const weight = named ? 4 : numbered || rest.length > 1 ? 3.5 : like === 1 ? 0.5 : 0;
        best = Math.max(best, like * weight);
      });
      if (best) hits.set(clause, best + (clause.naming.length ? 0.01 : 0));
    });
    return hits;
  }

  /* 5. Words. A meaning is what was typed and what is said alike; all of them have to be found, the little ones need not. */
  function meanings(query) {
    let rest = " " + wordsOf(query).join(" ") + " ";
    const found = [];
    ALIKE.forEach((line) => [].concat(...line).forEach((said) => {
      if (!said.includes(" ") || !rest.includes(" " + said + " ")) return;
      rest = rest.replace(" " + said + " ", " ");
      found.push(meaningOf(said, [line], false));
    }));
    const words = rest.trim().split(" ").filter(Boolean), serious = words.filter((word) => !LITTLE.has(word)).length + found.length;
    words.forEach((word) => found.push(meaningOf(word, ALIKE.filter((line) => [].concat(...line).some((said) => same(said, word))), LITTLE.has(word) && serious > 0)));
    return found;
  }

  function same(said, word) {
    return said === word || !said.includes(" ") && word.length > 3 && stem(said) === stem(word);
  }

  /* What was typed may go on; what is said alike is meant whole, but for its ending. */
  function meaningOf(typed, lines, little) {
    const words = typed.split(" "), last = words[words.length - 1], begins = /[\u2e80-\uffff]/.test(typed) ? "" : "(?:^|" + APART + ")";
    const alike = { near: new Set(), far: new Set() };
    lines.forEach(([near, far]) => {
      const inside = near.some((said) => same(said, typed));
      near.concat(far || []).forEach((said) => { if (!same(said, typed)) alike[inside && near.includes(said) ? "near" : "far"].add(said); });
    });
    return { typed, last, little, key: stem(last), own: new RegExp(begins + "(" + phrase(words, escaped(stem(last))) + WORD + "*)", "g"), near: pattern(alike.near), far: pattern(alike.far) };
  }

  function phrase(words, last) {
    return words.slice(0, -1).map(escaped).concat(last).join(APART + "+");
  }

  function pattern(alike) {
    if (!alike.size) return null;
    const all = Array.from(alike, (said) => said.split(" ")), last = (words) => words[words.length - 1], whole = (word) => stem(word).length < 4;
    const said = all.map((words) => phrase(words, whole(last(words)) ? escaped(last(words)) + "(?:s|es)?" : escaped(stem(last(words))) + WORD + "{0,5}"));
    return { keys: all.map((words) => (whole(last(words)) ? last(words) : stem(last(words)))), find: new RegExp("(?:^|" + APART + ")(" + said.join("|") + ")(?!" + WORD + ")", "g") };
  }

  /* Where a meaning stands in folded text: [begin, end, how well]. */
  function places(meaning, said) {
    const found = [];
    if (said.includes(meaning.key)) each(meaning.own, said, (begin, end) => {
      const more = wordsOf(said.slice(begin, end)).pop();
      if (more.startsWith(meaning.last)) found.push([begin, end, more.length - meaning.last.length < 3 ? 1 - (more.length - meaning.last.length) * 0.02 : Math.max(0.5, 0.85 - more.length * 0.02)]);
      else if (stem(more) === meaning.key) found.push([begin, end, meaning.typed === meaning.last ? 0.95 : 0.75]);
    });
    [[meaning.near, 0.8], [meaning.far, 0.5]].forEach(([alike, weight]) => {
      if (alike && alike.keys.some((key) => said.includes(key))) each(alike.find, said, (begin, end) => found.push([begin, end, weight]));
    });
    return found;
  }

  function each(pattern, said, hear) {
    let hit;
    pattern.lastIndex = 0;
    while ((hit = pattern.exec(said))) hear(pattern.lastIndex - hit[1].length, pattern.lastIndex);
  }

  function grade(meaning, said) {
    let best = 0;
    places(meaning, said).forEach((place) => { best = Math.max(best, place[2]); });
    return best * (meaning.instead ? 0.8 : 1);
  }

  function match(meaning, entry, wheres) {
    const title = grade(meaning, entry.foldedTitle);
    if (title >= 0.8) return title;
    const words = entry.foldedWords ? grade(meaning, entry.foldedWords) * 0.5 : 0;
    if (title || words) return Math.max(title, words);
    if (!wheres.has(entry.foldedWhere)) wheres.set(entry.foldedWhere, grade(meaning, entry.foldedWhere) * WHERE);
    return wheres.get(entry.foldedWhere);
  }

  function wordHits(world, asked) {
    const grades = asked.map((meaning) => world.all.map(((wheres) => (entry) => match(meaning, entry, wheres))(new Map())));
    const seen = grades.map((row) => row.filter(Boolean).length);
    asked.forEach((meaning, at) => { meaning.missing = !meaning.little && seen[at] === 0; });
    const weights = asked.map((meaning, at) => (meaning.missing ? 0 : (meaning.little ? 0.12 : 1) * Math.log(1 + world.all.length / (1 + seen[at]))));
    const needed = asked.reduce((sum, meaning, at) => sum + (meaning.little ? 0 : weights[at]), 0);
    const whole = asked.map((meaning) => meaning.typed).join(" "), hits = new Map();
    if (!needed || asked.filter((meaning) => meaning.missing).length > asked.filter((meaning) => !meaning.missing && !meaning.little).length) return hits;
    world.all.forEach((entry, place) => {
      let covered = 0, score = 0, best = 0;
      asked.forEach((meaning, at) => {
        const got = grades[at][place];
        if (got && !meaning.little) covered += weights[at];
        if (!meaning.little) best = Math.max(best, got);
        score += got * weights[at];
      });
      covered /= needed;
      if (covered < 0.5 || best <= WHERE) return;
      const title = wordsOf(entry.foldedTitle).join(" ");
      const exact = title === whole ? 1 : title.startsWith(whole) ? 0.25 : title.includes(whole) ? 0.15 : 0;
      hits.set(entry, (score / needed * covered * covered + exact) * entry.prior + 0.1 / entry.length);
    });
    return hits;
  }

  /* A word that stands nowhere is taken for the nearest one that does. */
  function mended(world, meaning) {
    const word = meaning.typed, most = word.length < 4 ? 0 : word.length < 8 ? 1 : 2;
    if (!most || /\s|\d/.test(word)) return null;
    world.vocabulary = world.vocabulary || vocabulary(world.all);
    let best = null, nearest = most + 1, often = 0;
    world.vocabulary.forEach((count, other) => {
      if (Math.abs(other.length - word.length) > most || other.length < 4) return;
      const away = distance(word, other, most);
      if (away < nearest || away === nearest && away <= most && count > often) [best, nearest, often] = [other, away, count];
    });
    return best;
  }

  function vocabulary(all) {
    const found = new Map();
    const add = (word) => found.set(word, (found.get(word) || 0) + 1);
    all.forEach((entry) => { wordsOf(entry.title).forEach(add); wordsOf(entry.words).forEach(add); });
    ALIKE.forEach((line) => [].concat(...line).forEach((said) => said.split(" ").forEach((word) => { if (word.length > 3) add(word); })));
    return found;
  }

  /* Letters put in, left out, changed, or two of them in the wrong order. */
  function distance(one, other, most) {
    let before = [], above = Array.from({ length: other.length + 1 }, (_, at) => at);
    for (let row = 1; row <= one.length; row += 1) {
      const line = [row];
      for (let at = 1; at <= other.length; at += 1) {
        const same = one[row - 1] === other[at - 1];
        line[at] = Math.min(above[at] + 1, line[at - 1] + 1, above[at - 1] + (same ? 0 : 1));
        if (row > 1 && at > 1 && one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1]) line[at] = Math.min(line[at], before[at - 2] + 1);
      }
      if (Math.min(...line) > most) return most + 1;
      [before, above] = [above, line];
    }
    return above[other.length];
  }

  /* Everything found, the best first, with what it was found by. */
  function find(world, query) {
    const hits = clauseHits(world, query);
    let asked = meanings(query), byWords = wordHits(world, asked);
    const missing = asked.filter((meaning) => meaning.missing);
    const instead = missing.map((meaning) => mended(world, meaning));
    if (!hits.size && instead.some(Boolean)) {
      asked = asked.map((meaning) => {
        const better = instead[missing.indexOf(meaning)];
        return better ? Object.assign(meanings(better)[0], { instead: true }) : meaning;
      });
      byWords = wordHits(world, asked);
    }
    const exact = Array.from(hits).filter(([, score]) => score > 1).map(([entry]) => entry);
    const by = new Map();
    exact.filter((entry) => entry.naming).sort((one, other) => hits.get(other) - hits.get(one)).slice(0, 3).forEach((clause) => clause.naming.forEach((promise) => {
      if (!by.has(promise)) by.set(promise, clause);
      hits.set(promise, Math.max(hits.get(promise) || 0, hits.get(clause) - 1.5));
    }));
    if (!exact.length || exact.some((entry) => !entry.naming)) byWords.forEach((score, entry) => hits.set(entry, Math.max(hits.get(entry) || 0, score)));
    const list = Array.from(hits).map(([entry, score]) => ({ entry, score, by: by.get(entry) }));
    list.sort((one, other) => other.score - one.score);
    const least = list.length ? Math.min(1, list[0].score) * 0.2 : 0;
    const unknown = exact.length ? [] : asked.filter((meaning) => meaning.missing).map((meaning) => meaning.typed);
    return { list: list.filter((hit) => hit.score >= least), asked: exact.length ? [] : asked, unknown, mended: exact.length ? [] : asked.filter((meaning) => meaning.instead).map((meaning) => meaning.typed) };
  }

  /* 6. What is shown. */
  function made(name, kind, ...inside) {
    const element = document.createElement(name);
    if (kind) element.className = kind;
    element.append(...inside.filter((one) => one !== null && one !== ""));
    return element;
  }

  /* Text with what was found in it marked. */
  function marked(said, asked) {
    const folded = fold(said), nodes = [];
    const found = [].concat(...asked.filter((meaning) => !meaning.little && meaning.typed.length > 1).map((meaning) => places(meaning, folded))).sort((one, other) => one[0] - other[0]);
    let at = 0;
    found.forEach(([begin, end]) => {
      if (begin < at) return;
      if (begin > at) nodes.push(said.slice(at, begin));
      nodes.push(made("mark", "", said.slice(begin, end)));
      at = end;
    });
    return nodes.concat(said.slice(at));
  }

  /* The part of a text in which most was found, at whole words. */
  function excerpt(said, asked) {
    if (said.length <= LETTERS) return said;
    const folded = fold(said);
    const first = Math.min(...asked.filter((meaning) => !meaning.little).map((meaning) => Math.min(Infinity, ...places(meaning, folded).map((place) => place[0]))));
    if (!isFinite(first) || first < LETTERS - 40) return said.slice(0, LETTERS).replace(/\s+\S*$/, "") + " \u2026";
    const begin = said.indexOf(" ", first - 60) + 1, end = begin + LETTERS;
    return "\u2026 " + (end >= said.length ? said.slice(begin) : said.slice(begin, end).replace(/\s+\S*$/, "") + " \u2026");
  }

  /* A verdict in words, by the visitor's clock. */
  function badge(mark) {
    const lapsed = mark[2] && Date.now() >= Date.parse(mark[2]);
    return made("span", "at-badge at-lean at-" + (lapsed ? mark[3] : mark[0]), made("span", "at-said", lapsed ? mark[4] : mark[1]));
  }

  function count(number, one, many) {
    return number + " " + (number === 1 ? one : many);
  }

  function wordsFor(hit) {
    const entry = hit.entry;
    if (entry.naming) return entry.naming.length ? count(entry.naming.length, "promise names it", "promises name it") : "No promise made in public names it";
    if (entry.names) return entry.mapped + " of " + entry.of + " clauses are named by a promise";
    return entry.words;
  }

  function item(hit, asked) {
    const entry = hit.entry, words = excerpt(wordsFor(hit), asked);
    const link = made("a", "at-search-hit", made("span", "at-search-title", ...(entry.ident && !asked.length ? [made("mark", "", entry.ident), entry.title.slice(entry.ident.length)] : marked(entry.title, asked))), entry.mark ? badge(entry.mark) : null,
      made("span", "at-search-words", ...(hit.by ? [made("span", "at-search-by", "Bears on " + hit.by.ident + ". ")] : []), ...marked(words, asked)),
      entry.where && entry.where !== index.groups[entry.group] ? made("span", "at-search-where", entry.where) : null);
    link.href = ROOT + entry.path;
    return made("li", "", link);
  }

  function group(name, place, hits, asked, all, more) {
    const heading = made("h2", "", name, made("span", "", String(hits.length)));
    heading.id = "at-search-group-" + place;
    const shown = hits.slice(0, all ? MOST : AT_FIRST), list = made("ul", "", ...shown.map((hit) => item(hit, asked)));
    const section = made("section", "", heading, list);
    section.setAttribute("aria-labelledby", heading.id);
    if (hits.length > shown.length) {
      if (all) section.append(made("p", "at-search-note", "And " + (hits.length - shown.length) + " more: another word finds fewer."));
      else {
        const button = made("button", "at-search-more", "Show " + (hits.length > MOST ? "more of " : "all ") + hits.length);
        button.type = "button";
        button.setAttribute("aria-describedby", heading.id);
        button.addEventListener("click", () => more(place));
        section.append(button);
      }
    }
    return section;
  }

  function ways(index) {
    const list = made("ul", "at-search-ways", ...index.start.map((place) => {
      const link = made("a", "", index.pages[place][1]);
      link.href = ROOT + index.pages[place][0];
      return made("li", "", link);
    }));
    const heading = made("h2", "", "Where to look");
    heading.id = "at-search-ways";
    const section = made("section", "", heading, list);
    section.setAttribute("aria-labelledby", heading.id);
    return section;
  }

  function whomToAsk(index) {
    const [role, address, target] = index.ask;
    let where = address;
    if (target) {
      where = made("a", "", address);
      where.href = target;
    }
    return made("p", "at-search-none", "It may be called something else here. Or ask: " + role + (address ? ", " : ""), where, ".");
  }

  /* What to try, taken from what is there: the clause most promises name. */
  function hint(world) {
    const most = world.clauses.filter((clause) => /^[A-Z]\S*\d$/.test(clause.ident)).reduce((best, clause) => (clause.naming.length > (best ? best.naming.length : 0) ? clause : best), null);
    return made("p", "at-search-none", "Ask for a word or a question" + (most ? ", or for a clause such as " + most.ident : "") + ".");
  }

  /* 7. The dialog. */
  const dialog = document.getElementById("at-search"), index = window.attestSearch;
  const field = dialog.querySelector("input"), status = dialog.querySelector("[role=status]"), results = dialog.querySelector(".at-search-found");
  const world = everything(index);
  let asked = null, opened = new Set(), telling;

  function tell(said) {
    clearTimeout(telling);
    telling = setTimeout(() => { status.textContent = said; }, 250);
  }

  function show() {
    const query = field.value.trim();
    if (query === asked) return;
    asked = query;
    opened = new Set();
    draw(query);
    results.scrollTop = 0;
  }

  function draw(query) {
    if (!query) {
      results.replaceChildren(hint(world), ways(index));
      tell("");
      return;
    }
    const found = find(world, query), groups = new Map();
    found.list.forEach((hit) => groups.set(hit.entry.group, (groups.get(hit.entry.group) || []).concat(hit)));
    const sections = Array.from(groups, ([place, hits]) => group(index.groups[place], place, hits, found.asked, opened.has(place), (which) => reveal(query, which)));
    const total = found.list.length;
    if (!total) sections.push(made("p", "at-search-nothing", "Nothing for \u201c" + query + "\u201d."), whomToAsk(index), ways(index));
    else if (found.mended.length) sections.unshift(made("p", "at-search-note", "Looked for \u201c" + found.mended.join(" ") + "\u201d, since what you typed stands nowhere here."));
    else if (found.unknown.length) sections.unshift(made("p", "at-search-note", "\u201c" + found.unknown.join(" ") + "\u201d stands nowhere here; the rest was found."));
    results.replaceChildren(...sections);
    tell(total ? count(total, "result", "results") : "No results");
  }

  function reveal(query, place) {
    opened.add(place);
    draw(query);
    const link = results.querySelectorAll("section[aria-labelledby=at-search-group-" + place + "] a")[AT_FIRST];
    if (link) link.focus();
  }

  function links() {
    return Array.from(results.querySelectorAll("a, button"));
  }

  /* Up and down go through what was found and back to the field; a letter typed there goes to the field. */
  function key(event) {
    const all = links(), here = all.indexOf(document.activeElement);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = here + (event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
      if (next < 0) field.focus();
      else if (all[next]) all[next].focus();
    } else if (here >= 0 && (event.key.length === 1 && event.key !== " " || event.key === "Backspace") && !event.ctrlKey && !event.metaKey && !event.altKey) field.focus();
  }

  dialog.addEventListener("keydown", key);
  dialog.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) dialog.close();
  });
  dialog.querySelector("form").addEventListener("submit", () => {
    show();
    const first = results.querySelector("a");
    if (first && field.value.trim()) first.click();
  });
  field.addEventListener("input", show);
  show();
})();
