"use strict";
// Each filter hides the rows of a table that lack one of its words, or that
// have another value in a column than the one chosen. The columns whose heads
// say so get a choice of the values that occur in them.
document.querySelectorAll("input[data-rows]").forEach(function (input) {
  var table = document.getElementById(input.dataset.rows);
  var rows = Array.from(table.tBodies[0].rows);
  var texts = rows.map(function (row) { return row.textContent.toLowerCase(); });
  var line = input.closest(".filter");
  var shown = line.querySelector("output");
  var choices = [];
  function parts(row, column) {
    var cell = row.cells[column];
    return (cell.dataset.values || cell.textContent.trim()).split(", ");
  }
  Array.from(table.tHead.rows[0].cells).forEach(function (head, column) {
    if (!("filter" in head.dataset)) { return; }
    var values = new Set();
    rows.forEach(function (row) { parts(row, column).forEach(function (value) { values.add(value); }); });
    var select = document.createElement("select");
    ["any"].concat(Array.from(values).sort()).forEach(function (value, i) {
      select.add(new Option(value, i === 0 ? "" : value));
    });
    var label = document.createElement("label");
    label.append(head.textContent.toLowerCase() + " ", select);
    line.insertBefore(label, shown);
    select.addEventListener("change", filter);
    choices.push({ select: select, column: column });
  });
  function filter() {
    var words = input.value.toLowerCase().split(/\s+/);
    var count = 0;
    rows.forEach(function (row, i) {
      row.hidden = words.some(function (word) { return !texts[i].includes(word); }) ||
        choices.some(function (c) { return c.select.value === "" ? false : !parts(row, c.column).includes(c.select.value); });
      if (!row.hidden) { count += 1; }
    });
    shown.textContent = count + " of " + rows.length;
  }
  line.hidden = false;
  input.addEventListener("input", filter);
  filter();
});
