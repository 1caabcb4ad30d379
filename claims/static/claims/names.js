// Gives names to what the stock admin leaves without: its search selects, the fields of its
// inline tables, and the tables' empty headings.

function nameOf(field) {
  const label = document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
  return (label ?? headingOf(field))?.textContent.trim().replace(/\s*:$/, "") ?? field.name;
}

function headingOf(field) {
  const cell = field.closest("td");
  return cell?.closest("table").tHead?.rows[0].cells[cell.cellIndex];
}

function nameSelect(container) {
  const select = container.previousElementSibling;
  if (!(select instanceof HTMLSelectElement)) return;
  const name = nameOf(select);
  for (const part of container.querySelectorAll('[role="combobox"], [role="textbox"], [role="searchbox"], .select2-search__field')) {
    part.setAttribute("aria-label", name);
  }
  // The button that clears all stands among the items of this list.
  container.querySelector(".select2-selection--multiple > ul")?.setAttribute("role", "presentation");
}

function nameAll(root) {
  for (const container of root.querySelectorAll(".select2-container")) nameSelect(container);
  const open = document.querySelector(".select2-container--open:not(:last-child)");
  const field = document.querySelector(".select2-dropdown .select2-search__field");
  if (open?.previousElementSibling instanceof HTMLSelectElement && field) {
    field.setAttribute("aria-label", nameOf(open.previousElementSibling));
  }
  const fields = ".inline-group td :is(select, textarea, input:not([type=hidden]))";
  for (const field of root.querySelectorAll(fields)) {
    if (!field.labels?.length && !field.hasAttribute("aria-label")) {
      field.setAttribute("aria-label", nameOf(field));
    }
  }
  for (const heading of root.querySelectorAll(".inline-group th:empty")) {
    const cell = document.createElement("td");
    cell.className = heading.className;
    heading.replaceWith(cell);
  }
}

nameAll(document);
new MutationObserver(() => nameAll(document)).observe(document.body, {
  childList: true,
  subtree: true,
});
