// Drift: whether people say other things than the bot was taught, and than they said before.

import { all, call } from "../blocks/api.js";
import { toast } from "../blocks/dialogs.js";
import { badge, element, emptyState, skeleton, table } from "../blocks/elements.js";
import { formatDate, formatNumber, formatTime } from "../blocks/format.js";
import { byId, has, t } from "../blocks/page.js";
import { followJob, intentLabel, notice, nluPath, share, showHead, trouble } from "./head.js";

const box = byId("report");
let reports = [];

async function load() {
  try {
    reports = await all(`${nluPath}/drift`, { most: 60 });
    const choices = reports.map((one) => element("option", { value: one.id }, `${formatTime(one.created_at)}${one.is_alert ? ` · ${t("understanding.alert")}` : ""}`));
    byId("reports").replaceChildren(...choices);
    byId("reports").disabled = !reports.length;
    show(reports[0]);
  } catch (problem) {
    box.replaceChildren(notice(problem));
  } finally {
    box.removeAttribute("aria-busy");
  }
}

function show(one) {
  if (!one) {
    box.replaceChildren(element("section.card", {}, emptyState("clock", t("understanding_drift.empty"), t("understanding_drift.empty_lead"))));
    return;
  }
  const { report } = one;
  const window = t("understanding_drift.window", { from: formatDate(one.window_start), to: formatDate(one.window_end), count: formatNumber(report.messages) });
  const verdict = report.note ? badge(t(`understanding_drift.note_${report.note}`), "warn") : one.is_alert ? badge(t("understanding_drift.alert"), "bad") : badge(t("understanding_drift.calm"), "good");
  const version = report.version ? badge(t("understanding.version_number", { number: report.version })) : null;
  const explained = report.note ? t(`understanding_drift.note_${report.note}_lead`) : one.is_alert ? t("understanding_drift.alert_lead") : t("understanding_drift.calm_lead");
  box.replaceChildren(
    element("section.card", {}, element("div.card-body.form-grid", {}, element("div.verdict", {}, verdict, version, element("span.muted", {}, window)), element("p", {}, explained))),
    ...report.comparisons.filter((each) => each.tests.length).map(comparison),
    ...(report.note ? [] : [newWords(report.new_words), changedMessages(report.changed_messages)]),
  );
}

function comparison({ against, messages, tests }) {
  const rows = tests.map((test) => [
    element("div", {}, t(`understanding_drift.test_${test.name}`), element("div.muted.small", {}, t(`understanding_drift.test_${test.name}_hint`))),
    figure(test.before),
    figure(test.after),
    figure(test.effect),
    { content: test.p_value < 0.001 ? "< 0.001" : test.p_value.toFixed(3), className: "number" },
    badge(t(test.is_significant ? "understanding_drift.changed" : "understanding_drift.same"), test.is_significant ? "bad" : "good"),
  ]);
  const heads = ["measure", "before", "after", "effect", "p_value", "verdict"].map((name) => t(`understanding_drift.head_${name}`));
  const lead = t("understanding_drift.sample", { count: formatNumber(messages) });
  const title = has(`understanding_drift.against_${against}`) ? t(`understanding_drift.against_${against}`) : against;
  return card(title, lead, table(heads, rows));
}

const figure = (value) => ({ content: share(value), className: "number" });
const card = (title, lead, ...content) => element("section.card", {}, element("div.card-head", {}, element("div", {}, element("h2", {}, title), lead ? element("p.muted.small", {}, lead) : null)), content);

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
    element("div.form-tight", {}, badge(intentLabel(one.intent), one.intent === null ? "warn" : ""), element("span.muted.small", {}, share(one.confidence))),
    figure(one.unknown_share),
  ]);
  const heads = ["message", "taken_for", "unknown"].map((name) => t(`understanding_drift.head_${name}`));
  return card(title, t("understanding_drift.messages_lead"), table(heads, rows));
}

byId("reports").addEventListener("change", (event) => show(reports.find((one) => one.id === event.target.value)));
byId("start")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.target.querySelector("button");
  button.disabled = true;
  try {
    const job = await call("POST", `${nluPath}/drift`, { days: Number(byId("days").value) });
    await followJob(byId("training"), job, t("understanding_drift.running"));
    await Promise.all([load(), showHead()]);
  } catch (problem) {
    toast(trouble(problem), "bad");
  } finally {
    button.disabled = false;
    button.focus();
  }
});
box.replaceChildren(element("section.card", {}, skeleton(5)));
await Promise.all([showHead(), load()]);
