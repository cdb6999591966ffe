// Drift: whether people say other things than the bot was taught, and than they said before.

import { all } from "../blocks/api.js";
import { badge, element } from "../blocks/elements.js";
import { exactPercent, formatDate, formatNumber, formatTime } from "../blocks/format.js";
import { byId, t } from "../blocks/page.js";
import { emptyState, panel } from "../blocks/panel.js";
import { card } from "../blocks/report.js";
import { number, table } from "../blocks/table.js";
import { intentLabel, nluPath, onStart, showHead } from "./head.js";

const picker = byId("reports");

const load = panel(byId("report"), loadReports, view, { lines: 5 });

async function loadReports() {
  const found = await all(`${nluPath}/drift`, { most: 60 });
  picker.replaceChildren(...found.map((one) => element("option", { value: one.id }, `${formatTime(one.created_at)}${one.is_alert ? ` · ${t("understanding.alert")}` : ""}`)));
  picker.disabled = !found.length;
  return found;
}

function view(reports) {
  const one = reports.find(({ id }) => id === picker.value);
  if (!one) return element("section.card", {}, emptyState("clock", t("understanding_drift.empty"), t("understanding_drift.empty_lead")));
  const { report } = one;
  const span = t("understanding_drift.window", { from: formatDate(one.window_start), to: formatDate(one.window_end), count: formatNumber(report.messages) });
  const verdict = report.note ? badge(t(`understanding_drift.note_${report.note}`), "warn") : one.is_alert ? badge(t("understanding_drift.alert"), "bad") : badge(t("understanding_drift.calm"), "good");
  const version = report.version ? badge(t("understanding.version_number", { number: report.version })) : null;
  const explained = report.note ? t(`understanding_drift.note_${report.note}_lead`) : one.is_alert ? t("understanding_drift.alert_lead") : t("understanding_drift.calm_lead");
  return [
    element("section.card", {}, element("div.card-body.form-grid", {}, element("div.verdict", {}, verdict, version, element("span.muted", {}, span)), element("p", {}, explained))),
    report.comparisons.filter((each) => each.tests.length).map(comparison),
    report.note ? null : [newWords(report.new_words), changedMessages(report.changed_messages)],
  ];
}

function comparison({ against, messages, tests }) {
  const rows = tests.map((test) => [
    element("div", {}, t(`understanding_drift.test_${test.name}`), element("div.muted.small", {}, t(`understanding_drift.test_${test.name}_hint`))),
    figure(test.before),
    figure(test.after),
    figure(test.effect),
    number(test.p_value < 0.001 ? "< 0.001" : test.p_value.toFixed(3)),
    badge(t(test.is_significant ? "understanding_drift.changed" : "understanding_drift.same"), test.is_significant ? "bad" : "good"),
  ]);
  const heads = ["measure", "before", "after", "effect", "p_value", "verdict"].map((name) => t(`understanding_drift.head_${name}`));
  const lead = t("understanding_drift.sample", { count: formatNumber(messages) });
  return card(t(`understanding_drift.against_${against}`, {}, against), lead, table(heads, rows));
}

const figure = (value) => number(exactPercent(value));

function newWords(words) {
  const chips = words.map(({ word, count }) => badge(`${word} × ${formatNumber(count)}`));
  const content = chips.length ? element("div.quick-replies", {}, chips) : element("p.muted", {}, t("understanding_drift.no_new_words"));
  return card(t("understanding_drift.new_words"), t("understanding_drift.new_words_lead"), element("div.card-body", {}, content));
}

function changedMessages(messages) {
  const title = t("understanding_drift.messages");
  if (!messages.length) return card(title, "", element("p.card-body.muted", {}, t("understanding_drift.no_messages")));
  const rows = messages.map((one) => [
    element("span.wrap", {}, one.text),
    element("div.form-tight", {}, badge(intentLabel(one.intent), one.intent === null ? "warn" : ""), element("span.muted.small", {}, exactPercent(one.confidence))),
    figure(one.unknown_share),
  ]);
  const heads = ["message", "taken_for", "unknown"].map((name) => t(`understanding_drift.head_${name}`));
  return card(title, t("understanding_drift.messages_lead"), table(heads, rows));
}

picker.addEventListener("change", load.draw);
onStart(`${nluPath}/drift`, t("understanding_drift.running"), () => Promise.all([load(), showHead()]));
await Promise.all([showHead(), load()]);
