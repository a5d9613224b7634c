/* Narrows a list that stands whole on the page: by words, by state, by whose word it is, by whose part. Asks nobody for anything.

     <form data-at-filter="list" data-at-thing="promise" data-at-things="promises" hidden> … </form>
     <p class="at-filter-none" hidden>
     <div id="list"> .at-group … .at-item … </div>

   A state is what a badge says now: attest.js has held it against the visitor's clock before. What is chosen stands in the fragment
   of the address (#find=backup&state=unknown,not-met&part=yours), which no server sees, so that a narrowed list can be sent on. */
(function () {
  "use strict";

  var FEW = 5;
  var STATES = ["met", "planned", "unknown", "not-met", "not-applicable"];
  var form = document.querySelector("form[data-at-filter]");
  var list = form && document.getElementById(form.getAttribute("data-at-filter"));
  if (!list) return;
  var none = document.querySelector(".at-filter-none"), found = form.querySelector(".at-filter-found");
  var clear = form.querySelector("button[type=reset]"), hint = form.querySelector(".at-filter-hint");
  var groups = all(list, ".at-group"), folds = all(list, "details.at-group, .at-named details");
  var jumps = all(document, ".at-jump li"), words = [], wasOpen = null, saying = 0;
  var items = all(list, ".at-item");

  function all(within, selector) {
    return Array.prototype.slice.call(within.querySelectorAll(selector));
  }

  function plain(text) {
    return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  }

  /* States of an item, as its badges say them now. */
  function states(item) {
    var said = all(item, ".at-badge").map(function (badge) {
      return STATES.filter(function (state) { return badge.classList.contains("at-" + state); })[0];
    });
    return said.length ? said : ["none"];
  }

  function chosen() {
    var fields = form.elements;
    return {
      find: plain(fields.find.value).split(/\s+/).filter(Boolean),
      state: all(form, "input[name=state]:checked").map(function (box) { return box.value; }),
      basis: fields.basis ? fields.basis.value : "",
      part: fields.part && fields.part.checked ? fields.part.value : ""
    };
  }

  function matches(item, index, wanted) {
    if (wanted.state.length && !states(item).some(function (state) { return wanted.state.indexOf(state) >= 0; })) return false;
    if (wanted.part && !item.hasAttribute("data-at-yours")) return false;
    if (wanted.basis && (item.getAttribute("data-at-basis") !== wanted.basis || states(item)[0] !== "met")) return false;
    if (!wanted.find.length) return true;
    if (words[index] === undefined) words[index] = plain(item.textContent);
    return wanted.find.every(function (word) { return words[index].indexOf(word) >= 0; });
  }

  function show() {
    var wanted = chosen(), narrowed = wanted.find.length + wanted.state.length > 0 || wanted.basis !== "" || wanted.part !== "", count = 0;
    items.forEach(function (item, index) {
      item.hidden = !matches(item, index, wanted);
      if (!item.hidden) count += 1;
    });
    groups.forEach(function (group) { group.hidden = !group.querySelector(".at-item:not([hidden])"); });
    jumps.forEach(function (jump) {
      var heading = document.getElementById(jump.querySelector("a").hash.slice(1)), group = heading && heading.closest(".at-group");
      jump.hidden = !!group && group.hidden;
    });
    unfold(narrowed, count);
    none.hidden = count > 0;
    clear.hidden = hint.hidden = !narrowed;
    say(count, narrowed);
  }

  /* While the list is narrowed, chapters with something in them are open, and so are the few clauses that are left; afterwards
     each is as it was. */
  function unfold(narrowed, count) {
    if (narrowed && !wasOpen) wasOpen = folds.map(function (fold) { return fold.open; });
    if (!narrowed && !wasOpen) return;
    folds.forEach(function (fold, index) {
      if (!narrowed) fold.open = wasOpen[index];
      else if (fold.classList.contains("at-group")) fold.open = true;
      else if (count <= FEW) fold.open = fold.open || !fold.closest(".at-item").hidden;
    });
    if (!narrowed) wasOpen = null;
  }

  function say(count, narrowed) {
    var things = form.getAttribute(items.length === 1 ? "data-at-thing" : "data-at-things");
    var said = narrowed ? count + " of " + items.length + " " + things : items.length + " " + things;
    var gone = items.filter(function (item) { return item.querySelector(".at-badge.at-has-lapsed"); }).length;
    if (gone) said += ". By your clock, what " + gone + (gone === 1 ? " rests" : " rest") + " on has run out since; each says so";
    clearTimeout(saying);
    saying = setTimeout(function () { found.textContent = said + "."; }, narrowed ? 250 : 0);
  }

  function keep() {
    var wanted = chosen(), parts = [], text = form.elements.find.value.trim();
    if (text) parts.push("find=" + encodeURIComponent(text).replace(/%20/g, "+"));
    if (wanted.state.length) parts.push("state=" + wanted.state.join(","));
    if (wanted.basis) parts.push("basis=" + wanted.basis);
    if (wanted.part) parts.push("part=" + wanted.part);
    var kept = parts.length ? "#" + parts.join("&") : "";
    try { history.replaceState(history.state, "", kept || location.pathname + location.search); } catch (refused) { /* a saved page may not be allowed to: the list is narrowed all the same */ }
  }

  function decoded(text) {
    try { return decodeURIComponent(text.replace(/\+/g, " ")); } catch (broken) { return text; }
  }

  function restore() {
    var said = {};
    location.hash.slice(1).split("&").forEach(function (part) {
      var at = part.indexOf("=");
      if (at > 0) said[part.slice(0, at)] = decoded(part.slice(at + 1));
    });
    if (!Object.keys(said).length) return false;
    form.elements.find.value = said.find || "";
    all(form, "input[name=state]").forEach(function (box) { box.checked = (said.state || "").split(",").indexOf(box.value) >= 0; });
    if (form.elements.basis) form.elements.basis.value = said.basis || "";
    if (form.elements.part) form.elements.part.checked = said.part === "yours";
    return true;
  }

  /* A link to a heading or a clause that the choice hides, or that lies in a fold, shows it. */
  function arrive() {
    var target = location.hash.length > 1 && document.getElementById(decoded(location.hash.slice(1)));
    if (!target || !list.contains(target)) return;
    if (target.closest("[hidden]")) { form.reset(); show(); }
    for (var fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (target.matches(".at-item")) all(target, "details").forEach(function (inner) { inner.open = true; });
    target.scrollIntoView();
  }

  /* How many there are of each, by the badges; what nothing has any more is not offered. */
  function offer() {
    var of = {}, yours = 0;
    items.forEach(function (item) {
      states(item).filter(function (state, index, said) { return said.indexOf(state) === index; }).forEach(function (state) { of[state] = (of[state] || 0) + 1; });
      if (item.hasAttribute("data-at-yours")) yours += 1;
    });
    all(form, "input[type=checkbox]").forEach(function (box) {
      var chip = box.closest("label"), count = box.name === "state" ? of[box.value] || 0 : yours;
      chip.querySelector(".at-chip-count").textContent = count;
      chip.hidden = !count;
    });
  }

  /* Cells of a matrix count verdicts; where one has lapsed by the visitor's clock they count again. */
  function recount() {
    all(list, "tr.at-item").forEach(function (row) {
      if (!row.querySelector(".at-has-lapsed")) return;
      var said = states(row), cells = Array.prototype.slice.call(row.cells, -STATES.length);
      STATES.forEach(function (state, index) {
        var count = said.filter(function (one) { return one === state; }).length;
        cells[index].textContent = count || "";
        cells[index].className = count ? "at-" + state : "";
      });
    });
  }

  function start() {
    recount();
    offer();
    form.hidden = false;
    all(document, ".at-sum .at-legend").forEach(function (legend) { legend.classList.add("at-on-paper"); }); // the form says the same, by the visitor's clock
    var sent = restore(), entry = performance.getEntriesByType("navigation")[0];
    show();
    arrive();
    if (sent && !(entry && entry.type === "back_forward")) form.scrollIntoView(); // whoever was sent a choice looks at it; whoever comes back is where they were
  }

  form.addEventListener("input", function () { show(); keep(); });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { setTimeout(function () { show(); keep(); form.elements.find.focus(); }); });
  window.addEventListener("hashchange", function () { if (restore()) show(); else arrive(); });
  if (document.readyState === "complete") start();
  else document.addEventListener("DOMContentLoaded", start);
})();
