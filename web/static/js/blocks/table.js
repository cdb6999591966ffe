// Tables that fit: columns where there is room for them, labelled lines where there is not.

import { element } from "./elements.js";

const NARROW = matchMedia("(max-width: 640px)");
const fitting = new ResizeObserver((entries) => entries.forEach(({ target }) => fit(target)));
const widths = new WeakMap();

// Columns where they have room; else each row becomes a block of labelled lines.
function fit(wrap) {
  if (widths.get(wrap) === wrap.clientWidth) return;
  widths.set(wrap, wrap.clientWidth);
  const { classList } = wrap.firstElementChild;
  classList.remove("stacking");
  classList.toggle("stacking", NARROW.matches || wrap.scrollWidth > wrap.clientWidth);
}

// rows: arrays of cells; a cell is text, an element, or {content, className}. names: of each row, as its dataset.
export function table(headings, rows, names = []) {
  const labelled = (cell, column) => {
    const plain = cell !== null && typeof cell === "object" && !(cell instanceof Node) ? cell : { content: cell };
    const made = element("td", { className: plain.className ?? "" }, plain.content ?? "");
    if (headings[column]) made.dataset.label = headings[column];
    return made;
  };
  const head = headings.map((text) => (text ? element("th", { scope: "col" }, text) : element("td", {}, "")));
  const body = rows.map((row, index) => element("tr", { dataset: names[index] }, row.map(labelled)));
  const wrap = element("div.table-wrap", {}, element(NARROW.matches ? "table.stacking" : "table", {}, element("thead", {}, element("tr", {}, head)), element("tbody", {}, body)));
  fitting.observe(wrap);
  return wrap;
}

export const number = (content) => ({ content, className: "number" });

// The last cell of a row: what can be done with it.
export const controls = (...buttons) => ({ content: element("div.row-actions", {}, buttons), className: "actions" });
