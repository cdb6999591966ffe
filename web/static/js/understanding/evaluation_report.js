// What an evaluation found, as figures, curves and sentences.

import { lineChart } from "../blocks/charts.js";
import { badge, element } from "../blocks/elements.js";
import { exactPercent, formatNumber, languageName } from "../blocks/format.js";
import { t } from "../blocks/page.js";
import { card, evenly, meter, tile } from "../blocks/report.js";
import { number, table } from "../blocks/table.js";
import { intentLabel } from "./head.js";

export function reportView(report) {
  return [
    tiles(report),
    evenly(outOfScope(report), calibration(report)),
    evenly(confusions(report.confusions), worst(report.worst)),
    intents(report.intents),
  ];
}

function tiles(report) {
  const figures = [
    ["accuracy", exactPercent(report.accuracy), t("understanding_evaluation.of_total", { count: formatNumber(report.total) })],
    ["macro_f1", exactPercent(report.macro_f1), t("understanding_evaluation.macro_f1_hint")],
    ["in_scope_accuracy", exactPercent(report.in_scope_accuracy), t("understanding_evaluation.in_scope_hint")],
    ["out_of_scope_recall", exactPercent(report.out_of_scope_recall), t("understanding_evaluation.out_of_scope_hint")],
    ["calibration_error", report.calibration_error.toFixed(3), t("understanding_evaluation.calibration_hint")],
  ];
  const languages = Object.entries(report.by_language ?? {}).map(([language, found]) => t("understanding_evaluation.by_language", { language: languageName(language), accuracy: exactPercent(found.accuracy), count: formatNumber(found.total) }));
  return element(
    "div.form-grid",
    {},
    element("div.tiles", {}, figures.map(([name, value, hint]) => tile(t(`understanding_evaluation.${name}`), value, hint))),
    languages.length ? element("p.muted.small", {}, languages.join(" · ")) : null,
  );
}

function outOfScope({ out_of_scope_curve: curve }) {
  const title = t("understanding_evaluation.curve");
  const inScope = curve.map((point) => [point.threshold, point.in_scope_accuracy]);
  const refused = curve.filter((point) => point.out_of_scope_recall !== null).map((point) => [point.threshold, point.out_of_scope_recall]);
  const series = [{ label: t("understanding_evaluation.in_scope_accuracy"), points: inScope }];
  if (refused.length) series.push({ label: t("understanding_evaluation.out_of_scope_recall"), points: refused });
  const rows = curve.map((point) => [number(point.threshold.toFixed(2)), number(exactPercent(point.in_scope_accuracy)), number(exactPercent(point.out_of_scope_recall))]);
  const heads = [t("understanding_evaluation.threshold"), t("understanding_evaluation.in_scope_accuracy"), t("understanding_evaluation.out_of_scope_recall")];
  const drawing = lineChart({ label: title, x: t("understanding_evaluation.threshold"), series });
  return card(title, t("understanding_evaluation.curve_lead"), element("div.card-body", {}, drawing, figuresTable(heads, rows)));
}

function calibration({ calibration: bins }) {
  const title = t("understanding_evaluation.calibration");
  const filled = bins.filter((bin) => bin.count);
  const series = [{ label: t("understanding_evaluation.calibration_line"), points: filled.map((bin) => [bin.confidence, bin.accuracy]) }];
  const rows = filled.map((bin) => [number(exactPercent(bin.confidence)), number(exactPercent(bin.accuracy)), number(formatNumber(bin.count))]);
  const heads = [t("understanding_evaluation.confidence"), t("understanding_evaluation.was_right"), t("understanding_evaluation.sentences")];
  const drawing = lineChart({ label: title, x: t("understanding_evaluation.confidence"), y: t("understanding_evaluation.was_right"), series, diagonal: true, dots: true });
  return card(title, t("understanding_evaluation.calibration_lead"), element("div.card-body", {}, drawing, figuresTable(heads, rows)));
}

const figuresTable = (heads, rows) => element("details.figures", {}, element("summary", {}, t("understanding_evaluation.figures")), table(heads, rows));

function confusions(pairs) {
  const title = t("understanding_evaluation.confusions");
  if (!pairs.length) return card(title, "", element("p.card-body.muted", {}, t("understanding_evaluation.no_confusions")));
  const rows = pairs.map((pair) => [
    element("div.pair", {}, element("span.wrap", {}, intentLabel(pair.expected)), element("span.muted", { "aria-label": t("understanding_evaluation.taken_for") }, "→"), element("span.wrap", {}, intentLabel(pair.predicted))),
    number(formatNumber(pair.count)),
    element("span.muted.small.wrap", {}, pair.examples.slice(0, 3).join(" / ")),
  ]);
  const heads = ["pair", "count", "for_example"].map((name) => t(`understanding_evaluation.${name}`));
  return card(title, t("understanding_evaluation.confusions_lead"), table(heads, rows));
}

function worst(lines) {
  const title = t("understanding_evaluation.worst");
  if (!lines.length) return card(title, "", element("p.card-body.muted", {}, t("understanding_evaluation.no_confusions")));
  const rows = lines.map((line) => [
    element("span.wrap", {}, line.text),
    element("div.form-tight", {}, badge(intentLabel(line.predicted), "bad"), element("span.muted.small.wrap", {}, t("understanding_evaluation.instead_of", { intent: intentLabel(line.expected) }))),
    number(exactPercent(line.confidence)),
  ]);
  const heads = ["text", "predicted", "confidence"].map((name) => t(`understanding_evaluation.${name}`));
  return card(title, t("understanding_evaluation.worst_lead"), table(heads, rows));
}

function intents(lines) {
  const rows = [...lines]
    .sort((one, other) => one.f1 - other.f1)
    .map((line) => [
      element("span.wrap", {}, intentLabel(line.intent)),
      { content: [meter(line.f1), ` ${exactPercent(line.f1)}`], className: "number nowrap" },
      number(exactPercent(line.precision)),
      number(exactPercent(line.recall)),
      number(formatNumber(line.support)),
    ]);
  const heads = ["intent", "f1", "precision", "recall", "sentences"].map((name) => t(`understanding_evaluation.${name}`));
  return card(t("understanding_evaluation.intents"), t("understanding_evaluation.intents_lead"), table(heads, rows));
}
