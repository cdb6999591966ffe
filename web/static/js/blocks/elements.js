// Elements out of plain values. Text only ever becomes text nodes.

const SVG = "http://www.w3.org/2000/svg";

// element("button.primary", {type: "button", onclick: f, dataset: {id: 1}}, "text", child, [more])
export function element(shape, properties = {}, ...children) {
  const [tag, ...classes] = shape.split(".");
  const made = document.createElement(tag);
  if (classes.length) made.className = classes.join(" ");
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "dataset") Object.assign(made.dataset, value);
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && !name.startsWith("aria")) made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export function iconButton(name, label, onclick, extra = "") {
  return element(`button.icon-button${extra}`, { type: "button", "aria-label": label, title: label, onclick }, icon(name));
}

export function badge(text, kind = "") {
  return element(kind ? `span.badge.badge-${kind}` : "span.badge", {}, text);
}

export function emptyState(iconName, title, text, action = null) {
  return element("div.empty", {}, icon(iconName), element("h2", {}, title), element("p", {}, text), action);
}

export function skeleton(lines = 4) {
  const bars = Array.from({ length: lines }, () => element("div.skeleton"));
  return element("div.card-body", { "aria-hidden": "true" }, bars);
}

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

// rows: arrays of cells; a cell is text, an element, or {content, className}.
export function table(headings, rows) {
  const labelled = (cell, column) => {
    const plain = cell !== null && typeof cell === "object" && !(cell instanceof Node) ? cell : { content: cell };
    const made = element("td", { className: plain.className ?? "" }, plain.content ?? "");
    if (headings[column]) made.dataset.label = headings[column];
    return made;
  };
  const head = headings.map((text) =>
    text ? element("th", { scope: "col" }, text) : element("td", {}, ""),
  );
  const wrap = element(
    "div.table-wrap",
    {},
    element(
      "table",
      {},
      element("thead", {}, element("tr", {}, head)),
      element("tbody", {}, rows.map((row) => element("tr", {}, row.map(labelled)))),
    ),
  );
  fitting.observe(wrap);
  return wrap;
}

export function field(label, input, hint = "") {
  if (!input.id) input.id = `field-${input.name || Math.random().toString(36).slice(2)}`;
  const note = hint ? element("p.hint", { id: `${input.id}-hint` }, hint) : null;
  if (note) input.setAttribute("aria-describedby", note.id);
  return element("div.field", {}, element("label", { htmlFor: input.id }, label), input, note);
}

export function input(properties) {
  return element("input.input", { type: "text", autocomplete: "off", ...properties });
}

export function select(name, options, chosen) {
  const choices = options.map(([value, text]) => element("option", { value, selected: value === chosen }, text));
  return element("select.input", { name }, choices);
}

export function check(name, value, label, checked, disabled = false) {
  return element("label.check", {}, element("input", { type: "checkbox", name, value, checked, disabled }), element("span.wrap", {}, label));
}
