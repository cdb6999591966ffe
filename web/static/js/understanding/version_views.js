// Versions of a bot's understanding as people see them: figures, the gate's verdict, two side by side.

import { badge, element } from "../blocks/elements.js";
import { exactPercent, formatNumber, formatSize, formatTime } from "../blocks/format.js";
import { t } from "../blocks/page.js";
import { facts } from "../blocks/report.js";
import { number, table } from "../blocks/table.js";
import { intentLabel, versionName } from "./head.js";

const SHARES = new Set(["cv_accuracy", "cv_in_scope_accuracy", "cv_refused_outside", "threshold"]);
const SHOWN = ["examples", "intents", "small_talk_intents", "annotated", "cv_accuracy", "cv_in_scope_accuracy", "cv_refused_outside", "threshold", "seconds"];

export function badgesOf(version) {
  return element(
    "div.quick-replies",
    {},
    badge(versionName(version), version.is_active ? "good" : ""),
    version.is_active ? badge(t("understanding_versions.is_active"), "good") : null,
    version.share ? badge(t("understanding_versions.is_split", { share: exactPercent(version.share) }), "accent") : null,
    version.is_shadow ? badge(t("understanding_versions.is_shadow"), "accent") : null,
  );
}

export function metricText(name, value) {
  if (value === null || value === undefined) return "–";
  if (SHARES.has(name)) return exactPercent(value);
  if (name === "seconds") return t("understanding_versions.seconds", { seconds: Number(value).toFixed(1) });
  return typeof value === "number" ? formatNumber(value) : String(value);
}

const metricName = (name) => (t(`understanding_versions.metric_${name}`, {}, name));

export function metricsView(version) {
  const lines = SHOWN.filter((name) => version.metrics[name] !== undefined).map((name) => [metricName(name), metricText(name, version.metrics[name])]);
  lines.push([t("understanding_versions.size"), formatSize(version.size)], [t("understanding_versions.made"), formatTime(version.created_at)], [t("understanding_versions.data"), element("code", {}, version.data_hash.slice(0, 12))]);
  return facts(lines);
}

export function comparison(one, other) {
  const rows = SHOWN.filter((name) => one.metrics[name] !== undefined || other.metrics[name] !== undefined).map((name) => {
    const [before, after] = [one.metrics[name], other.metrics[name]];
    return [metricName(name), number(metricText(name, before)), number(metricText(name, after)), number(difference(name, before, after))];
  });
  rows.push([t("understanding_versions.size"), number(formatSize(one.size)), number(formatSize(other.size)), ""]);
  return table([t("understanding_versions.figure"), versionName(one), versionName(other), t("understanding_versions.difference")], rows);
}

function difference(name, before, after) {
  if (typeof before !== "number" || typeof after !== "number" || before === after) return "";
  const gap = after - before;
  const figure = SHARES.has(name) ? exactPercent(Math.abs(gap)) : name === "seconds" ? Math.abs(gap).toFixed(1) : formatNumber(Math.abs(gap));
  return `${gap > 0 ? "+" : "−"}${figure}`;
}

// How a version does on the regression set beside the active one.
export function gateView(gate, language) {
  const verdict = badge(gate.passes ? t("understanding_versions.gate_passes") : t("understanding_versions.gate_stops"), gate.passes ? "good" : "bad");
  return element("div.form-grid", {}, element("p", {}, verdict, " ", gate.reason[language]), changedView(gate.changed));
}

function changedView(changed) {
  if (!changed.length) return null;
  const rows = changed.map((line) => [
    element("span.wrap", {}, line.text),
    intentLabel(line.expected),
    mark(line.active, line.expected),
    mark(line.candidate, line.expected),
  ]);
  const heads = ["text", "expected", "active_says", "version_says"].map((name) => t(`understanding_versions.gate_${name}`));
  return element("details", {}, element("summary", {}, t("understanding_versions.gate_changed", { count: formatNumber(changed.length) })), table(heads, rows));
}

const mark = (said, expected) => badge(intentLabel(said), said === expected ? "good" : "bad");
