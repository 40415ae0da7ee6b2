"use strict";
// Each filter hides the rows of a table that lack one of its words.
document.querySelectorAll("input[data-rows]").forEach(function (input) {
  var rows = Array.from(document.getElementById(input.dataset.rows).tBodies[0].rows);
  var texts = rows.map(function (row) { return row.textContent.toLowerCase(); });
  var shown = input.closest(".filter").querySelector("output");
  input.closest(".filter").hidden = false;
  function filter() {
    var words = input.value.toLowerCase().split(/\s+/);
    var count = 0;
    rows.forEach(function (row, i) {
      row.hidden = words.some(function (word) { return !texts[i].includes(word); });
      if (!row.hidden) { count += 1; }
    });
    shown.textContent = count + " of " + rows.length;
  }
  input.addEventListener("input", filter);
  filter();
});
