/* Holds what a page says against the visitor's clock. What was shown by evidence then is not shown by it for ever: a verdict whose
   evidence has run out is relabelled, and a page past its date, or from the future, says so. Reads the page and the clock, nothing
   else; without it every date is still there to read. */
(function () {
  "use strict";

  var clock = Date.now();

  function moment(text) {
    var found = Date.parse(text);
    return isNaN(found) ? null : found;
  }

  function relabel(badge) {
    var end = moment(badge.getAttribute("data-at-lapses"));
    if (end === null || clock < end) return;
    var said = badge.querySelector(".at-said");
    if (said) said.textContent = badge.getAttribute("data-at-then");
    var icon = badge.querySelector(".at-icon"), after = badge.querySelector(".at-after .at-icon");
    if (icon && after) icon.replaceWith(after);
    badge.className = badge.className.replace(/\bat-(met|not-met|planned|unknown|not-applicable)\b/, "at-" + badge.getAttribute("data-at-becomes"));
    badge.classList.add("at-has-lapsed");
    badge.removeAttribute("data-at-lapses");
    var answer = badge.closest(".at-answer");
    if (answer) {
      answer.className = "at-answer at-" + badge.getAttribute("data-at-becomes");
      var note = document.createElement("p");
      note.className = "at-lapsed";
      note.textContent = "By your clock, its evidence has run out since. The rest of this page is what was found then.";
      answer.appendChild(note);
    }
  }

  /* data-at-count: moments at which something stops being shown, each with how often: "2026-12-20T03:10:00Z/3 2027-01-01T00:00:00Z/12". */
  function count(note) {
    var gone = 0;
    note.getAttribute("data-at-count").split(" ").filter(Boolean).forEach(function (said) {
      var parts = said.split("/"), end = moment(parts[0]);
      if (end !== null && clock >= end) gone += parts[1] ? Number(parts[1]) : 1;
    });
    if (!gone) return;
    note.textContent = "By your clock, the evidence of " + gone + " of " + note.getAttribute("data-at-of") + " has run out since" + (note.hasAttribute("data-at-short") ? "." : ": there is no current evidence for " + (gone === 1 ? "it" : "them") + " any more.");
    note.hidden = false;
    note.parentNode.classList.add("at-has-run-out");
  }

  function hold(state) {
    var asOf = moment(state.getAttribute("data-at-as-of")), until = moment(state.getAttribute("data-at-valid-until"));
    var late = state.querySelector(".at-late"), said = "";
    if (until !== null && clock >= until) said = "This page is out of date: it was valid until the day above, and that has passed by your clock. Ask for a newer release, or believe nothing here that matters.";
    else if (asOf !== null && clock < asOf) said = "By your clock, this page is from the future. One of the two is wrong: check your clock before you believe any date here.";
    if (!said || !late) return;
    late.textContent = said;
    late.hidden = false;
    state.classList.add("at-is-late");
  }

  /* A wide table scrolls in a box of Material's; a keyboard scrolls only what it can reach. */
  function reach() {
    document.querySelectorAll(".md-typeset__scrollwrap").forEach(function (box) {
      if (box.scrollWidth > box.clientWidth) box.setAttribute("tabindex", "0");
      else box.removeAttribute("tabindex");
    });
  }

  /* Paper unfolds nothing. Browsers that know ::details-content show it by the stylesheet alone; for the others, all is open while printing. */
  function unfold() {
    document.querySelectorAll("details:not([open])").forEach(function (fold) {
      fold.setAttribute("open", "");
      fold.setAttribute("data-at-unfolded", "");
    });
  }

  function refold() {
    document.querySelectorAll("[data-at-unfolded]").forEach(function (fold) {
      fold.removeAttribute("open");
      fold.removeAttribute("data-at-unfolded");
    });
  }

  function offer(button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  }

  document.querySelectorAll("[data-at-print]").forEach(offer);
  /* Where tabs do not fit, the one that is open is pushed into sight. */
  function showTab() {
    var tabs = document.querySelector(".md-tabs"), open = document.querySelector(".md-tabs__item--active");
    if (tabs && open && open.offsetLeft + open.offsetWidth > tabs.clientWidth) tabs.scrollLeft = open.offsetLeft - 16;
  }

  /* The menu of a phone is a box that its sign ticks, which no key comes to: the sign becomes a button. Whatever takes the focus out of the open menu shuts it. */
  function offerMenu(box, sign, menu) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = sign.className + " at-menu-open";
    button.append.apply(button, sign.childNodes);
    button.setAttribute("aria-label", "Menu");
    sign.replaceWith(button);

    function tell() {
      button.setAttribute("aria-expanded", String(box.checked));
    }

    function set(open) {
      if (box.checked !== open) box.click();
    }

    button.addEventListener("click", function (event) {
      set(!box.checked);
      var first = menu.querySelector("a");
      if (box.checked && first && event.detail === 0) first.focus(); // pressed by a key, not by a finger
    });
    box.addEventListener("change", tell);
    menu.addEventListener("focusout", function (event) { if (event.relatedTarget && !menu.contains(event.relatedTarget)) set(false); });
    document.addEventListener("keydown", function (event) {
      if (event.key !== "Escape" || !box.checked) return;
      set(false);
      button.focus();
    });
    tell();
  }

  /* Search: what answers, and what it looks through, is fetched when it is opened and never before. A link may open it: ?q=backups */
  function offerSearch(dialog, button, assets) {
    var field = dialog.querySelector("input"), said = dialog.querySelector("[role=status]"), asked = false;

    function fetched(name) {
      var script = document.createElement("script");
      script.src = assets + name;
      script.async = false;
      script.onerror = function () {
        asked = false;
        said.textContent = "The search could not be loaded. Look through the lists, or try again.";
      };
      document.head.appendChild(script);
    }

    function open() {
      if (!dialog.open) dialog.showModal();
      field.select();
      if (asked) return;
      asked = true;
      said.textContent = "";
      ["search-index.js", "search.js"].forEach(fetched);
    }

    function key(event) {
      var typing = event.target.closest && event.target.closest("input, textarea, select, [contenteditable]");
      var meant = event.key === "/" ? !event.ctrlKey && !event.metaKey && !event.altKey : event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      if (typing || !meant || dialog.open || event.defaultPrevented) return;
      event.preventDefault();
      open();
    }

    button.addEventListener("click", open);
    document.addEventListener("keydown", key);
    dialog.addEventListener("keydown", function (event) { event.stopPropagation(); });
    dialog.addEventListener("click", function (event) { if (event.target === dialog || event.target.closest(".at-search-close")) dialog.close(); });
    dialog.querySelector("form").addEventListener("submit", function (event) { event.preventDefault(); });
    var linked = new URLSearchParams(location.search).get("q");
    if (linked) {
      field.value = linked.slice(0, 200);
      open();
    }
  }

  var box = document.getElementById("__drawer"), sign = document.querySelector(".md-header__button[for=__drawer]"), menu = document.querySelector(".md-sidebar--primary");
  if (box && sign && menu) offerMenu(box, sign, menu);
  var dialog = document.getElementById("at-search"), button = document.querySelector(".at-search-open");
  if (dialog && dialog.showModal && button) offerSearch(dialog, button, document.currentScript.src.replace(/[^/]*$/, ""));
  document.querySelectorAll("[data-at-lapses]").forEach(relabel);
  document.querySelectorAll("[data-at-count]").forEach(count);
  document.querySelectorAll("[data-at-valid-until]").forEach(hold);
  showTab();
  window.addEventListener("load", reach);
  window.addEventListener("resize", reach);
  window.addEventListener("beforeprint", unfold);
  window.addEventListener("afterprint", refold);
})();
