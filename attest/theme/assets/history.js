/* What changed between any two releases. The data is history/releases.js, loaded when somebody asks; it brings the kinds of change with
   their sentences, in the order they are told in. Changes of one thing over several releases are put together to what differs in the end,
   as attest/history.py does (between); every text is set as text. Without this script the page tells the same, release by release. */
(function () {
  "use strict";

  var box = document.querySelector("[data-at-between]");
  if (!box) return;
  var form = box.querySelector("form"), answer = box.querySelector("[data-at-answer]");
  var GROUP = 0, MATTER = 1, EFFECT = 2, SENTENCE = 3;
  var SVG = "http://www.w3.org/2000/svg";
  var data = null;

  function load(then) {
    if (data) return then();
    var script = document.createElement("script");
    script.src = box.getAttribute("data-at-between");
    script.onload = function () { data = window.attestHistory; then(); };
    script.onerror = function () { say("The history could not be loaded. The list below says the same, release by release."); };
    document.head.appendChild(script);
  }

  /* Putting together */

  function kind(change) { return data.kinds[change.kind]; }

  function moved(matter, was, now) {
    function rank(words, word) { return words.indexOf(word); }
    if (matter === "basis") return rank(data.bases, now) > rank(data.bases, was) ? "weaker" : "stronger";
    if (matter === "due") return now > was ? "postponed" : "sooner";
    if (matter !== "promise") return matter;
    if (was === now) return "returned";
    if (now === "not-applicable") return "ceased";
    if (was === "not-applicable") return now === "met" || now === "planned" ? "applies" : "applies-open";
    return rank(data.verdicts, now) < rank(data.verdicts, was) ? "worsened" : "improved";
  }

  function effect(change) { return kind(change)[EFFECT]; }

  function arrived(found) {
    var last = found[found.length - 1];
    var arrival = found.filter(function (change) { return effect(change) === "up"; }).pop();
    return { kind: arrival.kind, what: last.what, title: last.title, now: last.now || arrival.now, where: last.where, parts: arrival.parts };
  }

  function touched(found) {
    var last = found[found.length - 1], parts = [];
    found.forEach(function (change) { if (effect(change) === "touch") parts = parts.concat(change.parts || []); });
    if (found.some(function (change) { return effect(change) === "down"; })) parts.push("gone in between");
    parts = parts.filter(function (part, at) { return parts.indexOf(part) === at; });
    var name = effect(last) === "touch" ? last.kind : last.kind.replace(/-[^-]*$/, "") + "-changed";
    return { kind: name, what: last.what, title: last.title, where: last.where, parts: parts };
  }

  function together(found) {
    var first = found[0], last = found[found.length - 1], matter = kind(last)[MATTER];
    var came = effect(first) === "up", went = effect(last) === "down";
    if (came && went) return null;
    if (data.bare.indexOf(matter) >= 0 && effect(first) === "down" && effect(last) === "up") return null;
    if (came) return arrived(found);
    if (went) return { kind: last.kind, what: last.what, title: last.title, was: first.was, where: last.where };
    if (data.moves.indexOf(matter) < 0) return touched(found);
    if (matter !== "promise" && first.was === last.now) return null;
    return { kind: moved(matter, first.was, last.now), what: last.what, title: last.title, was: first.was, now: last.now };
  }

  function sum(counted) { return data.verdicts.reduce(function (all, verdict) { return all + counted[verdict]; }, 0); }

  function withholding(before, now) {
    var parts = data.verdicts.filter(function (verdict) { return before[verdict] !== now[verdict]; }).map(function (verdict) {
      return data.shown[verdict] + ": " + before[verdict] + " before, " + now[verdict] + " now";
    });
    return parts.length ? { kind: "withheld", what: "", title: "", was: String(sum(before)), now: String(sum(now)), parts: parts } : null;
  }

  function between(from, to) {
    var inside = data.releases.filter(function (entry) { return from < entry.n && entry.n <= to; });
    var gathered = new Map(), passing = new Set(), net = [];
    inside.forEach(function (entry) {
      entry.changes.forEach(function (change) {
        var key = JSON.stringify([kind(change)[MATTER], change.what]);
        if (!gathered.has(key)) gathered.set(key, []);
        gathered.get(key).push(change);
      });
    });
    gathered.forEach(function (found) {
      if (kind(found[0])[MATTER] === "promise" && (effect(found[0]) === "up" || effect(found[found.length - 1]) === "down")) passing.add(found[0].what);
    });
    gathered.forEach(function (found) {
      if (kind(found[0])[MATTER] !== "promise" && passing.has(found[0].what)) return;
      net.push(together(found));
    });
    net.push(withholding(data.releases.find(function (entry) { return entry.n === from; }).withheld, data.releases.find(function (entry) { return entry.n === to; }).withheld));
    return {
      changes: net.filter(Boolean).sort(inOrder),
      renewed: inside.reduce(function (all, entry) { return all + entry.renewed; }, 0),
      untold: inside.reduce(function (all, entry) { return all + entry.untold; }, 0)
    };
  }

  function inOrder(one, other) {
    var differ = data.order.indexOf(one.kind) - data.order.indexOf(other.kind) || severity(one) - severity(other);
    return differ || (one.what < other.what ? -1 : one.what > other.what ? 1 : 0);
  }

  function severity(change) {
    return Math.max(0, data.verdicts.indexOf(isVerdict(change.now) ? change.now : change.was));
  }

  /* Telling */

  function spelt(value, verdicts) {
    var day = /^(\d{4})-(\d\d)-(\d\d)$/.exec(value);
    return verdicts[value] || data.words[value] || (day ? Number(day[3]) + " " + data.months[Number(day[2]) - 1] + " " + day[1] : value);
  }

  function filled(text, change) {
    var known = { was: spelt(change.was || "", data.was), now: spelt(change.now || "", data.now), where: change.where || "", parts: (change.parts || []).join("; ") };
    return text.replace(/\{(was|now|where|parts)\}/g, function (all, name) { return known[name]; });
  }

  function element(name, className, text) {
    var made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  /* The signs of verdicts are drawn once on the page; each place uses them. */
  function sign(verdict) {
    var made = document.createElementNS(SVG, "svg"), use = document.createElementNS(SVG, "use");
    made.setAttribute("class", "at-icon at-" + verdict);
    use.setAttribute("href", "#at-sign-" + verdict);
    made.appendChild(use);
    return made;
  }

  function isVerdict(word) { return data.verdicts.indexOf(word) >= 0; }

  function move(change) {
    var was = isVerdict(change.was), now = isVerdict(change.now);
    if (!was && !now) return null;
    var made = element("span", "at-move");
    made.setAttribute("aria-hidden", "true");
    if (was) made.appendChild(sign(change.was));
    if (was && now) made.appendChild(document.createTextNode("→"));
    if (now) made.appendChild(sign(change.now));
    return made;
  }

  function line(change) {
    var made = element("li"), said = element("span"), sentence = kind(change)[SENTENCE], at = sentence.indexOf("{title}");
    var path = data.paths[change.what] || data.paths[change.what.split("/")[0]], drawn = move(change);
    if (drawn) made.appendChild(drawn);
    said.appendChild(document.createTextNode(filled(at < 0 ? sentence : sentence.slice(0, at), change)));
    if (at >= 0) {
      var title = path ? element("a", "", change.title) : document.createTextNode(change.title);
      if (path) title.setAttribute("href", path);
      said.appendChild(title);
      said.appendChild(document.createTextNode(filled(sentence.slice(at + 7), change)));
    }
    made.appendChild(said);
    return made;
  }

  function part(group, title, changes) {
    var made = element("div", "at-part at-part-" + group), heading = element("h3", "at-part-title", title + " "), list = element("ul", "at-differing");
    heading.appendChild(element("span", "at-part-count", String(changes.length)));
    changes.forEach(function (change) { list.appendChild(line(change)); });
    made.appendChild(heading);
    made.appendChild(list);
    return made;
  }

  function say(text) {
    answer.textContent = "";
    answer.appendChild(element("p", "at-nothing", text));
    answer.hidden = false;
  }

  function tell(from, to) {
    var found = between(from, to);
    say("From release " + from + " to release " + to + ":");
    data.groups.forEach(function (group) {
      var inside = found.changes.filter(function (change) { return kind(change)[GROUP] === group[0]; });
      if (inside.length) answer.appendChild(part(group[0], group[1], inside));
    });
    if (!found.changes.length) answer.appendChild(element("p", "at-nothing", "Nothing changed: every verdict, every promise, what its checks ask and every list is as it was."));
    if (found.untold) answer.appendChild(element("p", "at-quiet", "And " + found.untold + " more: the records of the two releases tell them all."));
    if (found.renewed) answer.appendChild(element("p", "at-quiet", "Evidence was renewed " + (found.renewed === 1 ? "once" : found.renewed + " times") + " without changing anything else."));
  }

  function ask() {
    var from = Number(form.elements.from.value), to = Number(form.elements.to.value);
    if (from === to) return say("Choose two different releases.");
    load(function () { tell(Math.min(from, to), Math.max(from, to)); });
  }

  /* The second choice is the first one's, and begins with the newest. */
  Array.prototype.forEach.call(form.elements.from.options, function (option) { form.elements.to.appendChild(option.cloneNode(true)); });
  form.elements.to.selectedIndex = 0;
  box.hidden = false;
  form.addEventListener("submit", function (event) { event.preventDefault(); ask(); });
  form.addEventListener("change", function () { if (!answer.hidden) ask(); });
})();
