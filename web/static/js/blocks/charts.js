// Lines in a square from 0 to 1, as SVG made of elements. The same figures stand in a table for who cannot see them.

import { element, svg } from "./elements.js";

const WIDTH = 520;
const HEIGHT = 300;
const BOX = { left: 52, right: 14, top: 14, bottom: 42 };
const TICKS = [0, 0.25, 0.5, 0.75, 1];

const xOf = (value) => BOX.left + value * (WIDTH - BOX.left - BOX.right);
const yOf = (value) => HEIGHT - BOX.bottom - value * (HEIGHT - BOX.top - BOX.bottom);

// series: [{label, points: [[x, y]]}]; x, y: names of the axes; mark: {at, label} draws a line upright;
// diagonal: what would be perfect; dots: a dot at each point.
export function lineChart({ label, x, y, series, mark = null, diagonal = false, dots = false }) {
  const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label, class: "chart" });
  drawing.append(...TICKS.flatMap(gridLine), axisName(x, y));
  if (diagonal) drawing.append(svg("line", { x1: xOf(0), y1: yOf(0), x2: xOf(1), y2: yOf(1), class: "chart-ideal" }));
  if (mark) drawing.append(upright(mark));
  series.forEach((one, index) => {
    const places = one.points.map(([across, up]) => [xOf(across), yOf(up)]);
    drawing.append(svg("polyline", { points: places.map((place) => place.map((value) => value.toFixed(1)).join(",")).join(" "), class: `chart-line chart-line-${index + 1}` }));
    if (dots) drawing.append(...places.map(([cx, cy]) => svg("circle", { cx, cy, r: 3.5, class: `chart-dot chart-line-${index + 1}` })));
  });
  const legend = element("ul.chart-legend", {}, series.map((one, index) => element("li", {}, element(`span.chart-key.chart-key-${index + 1}`), one.label)));
  return element("figure.chart-figure", {}, drawing, element("figcaption", {}, legend));
}

function gridLine(at) {
  const figure = `${Math.round(at * 100)}`;
  return [
    svg("line", { x1: xOf(0), y1: yOf(at), x2: xOf(1), y2: yOf(at), class: "chart-grid" }),
    svg("text", { x: xOf(0) - 8, y: yOf(at) + 4, class: "chart-figure-text chart-end" }, `${figure}%`),
    svg("text", { x: xOf(at), y: yOf(0) + 18, class: "chart-figure-text chart-middle" }, at.toFixed(2).replace(/0$/, "")),
  ];
}

function axisName(x, y) {
  return svg("text", { x: xOf(0.5), y: HEIGHT - 6, class: "chart-figure-text chart-middle" }, y ? `${x} → ${y}` : x);
}

function upright({ at, label }) {
  const atRight = at > 0.6;
  return svg(
    "g",
    {},
    svg("line", { x1: xOf(at), y1: yOf(0), x2: xOf(at), y2: yOf(1), class: "chart-mark" }),
    svg("text", { x: xOf(at) + (atRight ? -7 : 7), y: yOf(0.04), class: `chart-mark-text ${atRight ? "chart-end" : ""}` }, label),
  );
}
