// Elements out of plain values, for the pages and the widget. Text only ever becomes text nodes.

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

export function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

export const icon = (name) => svg("svg", { class: "icon", "aria-hidden": "true" }, svg("use", { href: `#i-${name}` }));

export function iconButton(name, label, onclick, kind = "") {
  return element(`button.icon-button${kind}`, { type: "button", "aria-label": label, title: label, onclick }, icon(name));
}

// A button with a picture and a name; `kind` adds classes.
export function action(iconName, label, onclick, kind = "") {
  return element(`button.button.button-small${kind}`, { type: "button", onclick }, iconName ? icon(iconName) : null, label);
}

export function badge(text, kind = "") {
  return element(kind ? `span.badge.badge-${kind}` : "span.badge", {}, text);
}
