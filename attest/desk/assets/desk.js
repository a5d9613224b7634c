/* Narrows and sorts tables that stand whole on the page, and holds their dates against the reader's clock. Asks nobody for anything.

     <form data-desk-filter="register" hidden>      a select named x is held against the words in data-x of each row; `find` against its text
     <table id="register" data-desk-sort>           headings become buttons; data-sort of a cell is what it sorts by
     <span data-desk-by="2026-12-03">               a day or moment by which something has to be done

   What is chosen stands in the fragment of the address (#kind=supplier&find=hosting), which no server sees. */
(function () {
  "use strict";

  var DAY = 86400000;
  var now = Date.now();

  function all(within, selector) {
    return Array.prototype.slice.call(within.querySelectorAll(selector));
  }

  function plain(text) {
    return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  }

  function made(tag, text, name) {
    var element = document.createElement(tag);
    element.textContent = text;
    if (name) element.className = name;
    return element;
  }

  /* filter */

  function narrow(form) {
    var name = form.getAttribute("data-desk-filter");
    var rows = all(document, "#" + name + " tbody tr, [data-desk-list=" + name + "] tbody tr");
    var texts = rows.map(function (row) { return plain(row.textContent); });
    var selects = all(form, "select"), found = form.querySelector(".found"), clear = form.querySelector("button[type=reset]");
    var none = document.querySelector(".none");

    function matches(row, index) {
      var words = plain(form.elements.find.value).split(/\s+/).filter(Boolean);
      return words.every(function (word) { return texts[index].indexOf(word) >= 0; }) && selects.every(function (select) {
        return !select.value || (row.getAttribute("data-" + select.name) || "").split(" ").indexOf(select.value) >= 0;
      });
    }

    function show() {
      var count = 0, narrowed = !!form.elements.find.value.trim() || selects.some(function (select) { return select.value; });
      rows.forEach(function (row, index) {
        row.hidden = !matches(row, index);
        if (!row.hidden) count += 1;
      });
      all(document, "section.month").forEach(function (month) { month.hidden = !month.querySelector("tbody tr:not([hidden])"); });
      if (none) none.hidden = count > 0;
      clear.hidden = !narrowed;
      var things = form.getAttribute(rows.length === 1 ? "data-desk-thing" : "data-desk-things");
      found.textContent = (narrowed ? count + " of " : "") + rows.length + " " + things;
    }

    function keep() {
      var parts = selects.concat([form.elements.find]).filter(function (field) { return field.value.trim(); }).map(function (field) {
        return field.name + "=" + encodeURIComponent(field.value.trim());
      });
      try { history.replaceState(history.state, "", parts.length ? "#" + parts.join("&") : location.pathname + location.search); } catch (refused) { /* a file may not be allowed to: it is narrowed all the same */ }
    }

    function restore() {
      location.hash.slice(1).split("&").forEach(function (part) {
        var at = part.indexOf("="), field = at > 0 && form.elements.namedItem(part.slice(0, at));
        try { if (field && field.form === form) field.value = decodeURIComponent(part.slice(at + 1)); } catch (broken) { /* not ours */ }
      });
    }

    form.hidden = false;
    restore();
    show();
    form.addEventListener("input", function () { show(); keep(); });
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    form.addEventListener("reset", function () { setTimeout(function () { show(); keep(); form.elements.find.focus(); }); });
  }

  /* sort */

  function key(row, column) {
    var cell = row.cells[column], said = cell.getAttribute("data-sort");
    return said === null ? plain(cell.textContent.trim()) : said;
  }

  function compare(one, other) {
    var a = Number(one), b = Number(other);
    return one !== "" && other !== "" && !isNaN(a) && !isNaN(b) ? a - b : one < other ? -1 : one > other ? 1 : 0;
  }

  function sortable(table) {
    var heads = all(table, "thead th"), body = table.tBodies[0];
    if (body.rows.length < 2) return;
    heads.forEach(function (head, column) {
      var button = made("button", head.textContent, "sort");
      button.type = "button";
      head.textContent = "";
      head.appendChild(button);
      button.addEventListener("click", function () {
        var down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach(function (each) { each.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        var rows = all(body, "tr").map(function (row, index) { return [key(row, column), index, row]; });
        rows.sort(function (one, other) { return (down ? -1 : 1) * compare(one[0], other[0]) || one[1] - other[1]; });
        rows.forEach(function (each) { body.appendChild(each[2]); });
      });
    });
  }

  /* the reader's clock */

  function end(said) {
    var moment = Date.parse(said);
    return said.indexOf("T") < 0 ? moment + DAY : moment; // a day is over when it ends
  }

  function clock() {
    var at = Date.parse(document.body.getAttribute("data-desk-at")), aged = document.querySelector(".aged");
    all(document, "[data-desk-by]").forEach(function (each) {
      if (end(each.getAttribute("data-desk-by")) > now || each.parentElement.querySelector(".badge.bad")) return;
      each.parentElement.appendChild(document.createTextNode(" "));
      each.parentElement.appendChild(made("span", "✕ Overdue by your clock", "badge bad"));
      var row = each.closest("tr[data-overdue]");
      if (row) row.setAttribute("data-overdue", "yes");
    });
    var days = Math.floor((now - at) / DAY);
    if (days < 1) return;
    aged.textContent = "This was made " + days + (days === 1 ? " day" : " days") + " ago. Make it anew before you decide anything by it: attest review --all --html DIR";
    aged.hidden = false;
  }

  clock();
  all(document, "form[data-desk-filter]").forEach(narrow);
  all(document, "table[data-desk-sort]").forEach(sortable);
  if ("onbeforeprint" in window) {
    window.addEventListener("beforeprint", function () {
      all(document, "details:not([open])").forEach(function (fold) { fold.open = true; fold.setAttribute("data-desk-shut", ""); });
    });
    window.addEventListener("afterprint", function () {
      all(document, "details[data-desk-shut]").forEach(function (fold) { fold.open = false; fold.removeAttribute("data-desk-shut"); });
    });
  }
})();
