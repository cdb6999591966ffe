// What a report is made of: cards with a head, figures in tiles, names with their values, rankings.

import { element } from "./elements.js";
import { percent } from "./format.js";

export function card(title, lead, ...content) {
  return element("section.card", {}, element("div.card-head", {}, element("div", {}, element("h2", {}, title), lead ? element("p.muted.small", {}, lead) : null)), content);
}

export const paddedCard = (title, lead, ...content) => card(title, lead, element("div.card-body.form-grid", {}, content));

export const evenly = (...cards) => element("div.split.even", {}, cards);

export function tile(label, value, hint = null) {
  return element("div.card.tile", {}, element("span.tile-label", {}, label), element("span.tile-value", {}, value), hint ? element("span.muted.small", {}, hint) : null);
}

// lines: [name, value]
export function facts(lines) {
  return element("dl.facts", {}, lines.filter(Boolean).map(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
}

// lines: [name, share]
export function ranking(lines) {
  const line = ([name, share]) =>
    element("li", {}, element("span.wrap", {}, name), element("progress", { max: 1, value: Math.max(0, Math.min(1, share ?? 0)), "aria-hidden": "true" }), element("span.score", {}, percent(share)));
  return element("ol.ranking", {}, lines.map(line));
}

// A figure as a short bar.
export const meter = (value, { max = 1, kind = "" } = {}) => element(`progress.meter${kind}`, { max, value, "aria-hidden": "true" });
