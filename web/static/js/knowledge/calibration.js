// From which score on the knowledge base answers: fitted to a chosen share of wrong answers, with the curves behind it.

import { call, get } from "../blocks/api.js";
import { lineChart } from "../blocks/charts.js";
import { confirmed, fail, toast } from "../blocks/dialogs.js";
import { badge, element, skeleton, table } from "../blocks/elements.js";
import { formatNumber, formatTime, percent } from "../blocks/format.js";
import { action, basePath, notice, showHead, writable } from "./head.js";
import { byId, has, language, t } from "../blocks/page.js";

const POLL_MS = 900;
const CASES = ["faqs", "test_questions", "headings", "sentences", "off_topic", "taken_out"];
const isMoving = (job) => job?.status === "queued" || job?.status === "running";
const share = (value) => `${(value * 100).toFixed(1)}%`;
const number = (content) => ({ content, className: "number" });
let shownReport = "";

function drawState({ current, default_threshold: standard }) {
  const box = byId("state");
  box.removeAttribute("aria-busy");
  if (!current) {
    box.replaceChildren(element("div.verdict", {}, badge(t("knowledge.threshold_default")), element("strong", {}, t("knowledge_calibration.threshold", { threshold: percent(standard) }))), element("p.muted", {}, t("knowledge_calibration.default_lead")));
    return;
  }
  const about = t("knowledge_calibration.made", { rate: percent(current.wrong_answer_rate), count: formatNumber(current.cases), time: formatTime(current.made_at) });
  const reset = writable ? element("div.button-row", {}, action("rotate", t("knowledge_calibration.reset"), forget)) : null;
  const line = element("div.verdict", {}, badge(t("knowledge.threshold_own"), "good"), element("strong", {}, t("knowledge_calibration.threshold", { threshold: percent(current.threshold) })));
  box.replaceChildren(...[line, element("p.muted", {}, about), reset].filter(Boolean));
}

function drawJob(job) {
  const box = byId("progress");
  if (!box) return;
  box.hidden = !isMoving(job) && job?.status !== "failed";
  if (job?.status === "failed") {
    const told = has(`error.${job.error?.code}`) ? t(`error.${job.error.code}`) : job.error?.message || t("error.unexpected");
    box.replaceChildren(element("p.note.note-bad", { role: "alert" }, told));
  } else if (isMoving(job)) {
    const bar = element("progress", { max: 1, value: job.progress, "aria-label": t("knowledge_calibration.running") });
    box.replaceChildren(element("div.job-line", {}, element("span", {}, t("knowledge_calibration.running")), element("span.muted.small.number", {}, percent(job.progress))), bar);
  }
  byId("calibrate").querySelector("button").disabled = isMoving(job);
}

function card(title, lead, ...content) {
  return element("section.card", {}, element("div.card-head", {}, element("div", {}, element("h2", {}, title), element("p.muted.small", {}, lead))), element("div.card-body.form-grid", {}, content));
}

const figures = (heads, rows) => element("details.figures", {}, element("summary", {}, t("knowledge_calibration.figures")), table(heads, rows));
const both = () => [t("knowledge_calibration.calibrated"), t("knowledge_calibration.raw")];

// One figure over the threshold, after and before the calibration.
function tradeCard({ trade_off: trade, calibration }, name) {
  const title = t(`knowledge_calibration.${name}`);
  const [after, before] = both();
  const points = (rows) => rows.map((row) => [row.threshold, row[name]]);
  const series = [{ label: after, points: points(trade.calibrated) }, { label: before, points: points(trade.raw) }];
  const mark = { at: calibration.threshold, label: percent(calibration.threshold) };
  const raw = new Map(trade.raw.map((row) => [row.threshold, row[name]]));
  const rows = trade.calibrated.map((row) => [number(percent(row.threshold)), number(share(row[name])), number(raw.has(row.threshold) ? share(raw.get(row.threshold)) : "–")]);
  return card(title, t(`knowledge_calibration.${name}_lead`), lineChart({ label: title, x: t("knowledge_calibration.axis_threshold"), series, mark }), figures([t("knowledge_calibration.axis_threshold"), after, before], rows));
}

function reliabilityCard({ reliability, error, brier }) {
  const title = t("knowledge_calibration.reliability");
  const [after, before] = both();
  const filled = (bins) => bins.filter((bin) => bin.count);
  const points = (bins) => filled(bins).map((bin) => [bin.score, bin.right]);
  const series = [{ label: after, points: points(reliability.calibrated) }, { label: before, points: points(reliability.raw) }];
  const rows = filled(reliability.calibrated).map((bin) => [number(`${percent(bin.low)}–${percent(bin.high)}`), number(share(bin.score)), number(share(bin.right)), number(formatNumber(bin.count))]);
  const heads = ["range", "said", "was_right", "count"].map((name) => t(`knowledge_calibration.head_${name}`));
  const drawing = lineChart({ label: title, x: t("knowledge_calibration.head_said"), y: t("knowledge_calibration.head_was_right"), series, diagonal: true, dots: true });
  const errors = t("knowledge_calibration.errors", { after: share(error.calibrated), before: share(error.raw), brier_after: brier.calibrated.toFixed(3), brier_before: brier.raw.toFixed(3) });
  return card(title, t("knowledge_calibration.reliability_lead"), drawing, element("p.muted.small", {}, errors), figures(heads, rows));
}

function drawReport(job) {
  if (job?.status !== "done" || !job.result || shownReport === job.id) return;
  shownReport = job.id;
  const { result } = job;
  const counts = CASES.filter((name) => result.cases[name]).map((name) => t(`knowledge_calibration.case_${name}`, { count: formatNumber(result.cases[name]) }));
  const notes = result.notes.map((line) => element("p.note", {}, line.text[language]));
  const target = percent(result.calibration.wrong_answer_rate);
  const verdict = element("div.verdict", {}, badge(t(result.reached ? "knowledge_calibration.reached" : "knowledge_calibration.not_reached", { rate: target }), result.reached ? "good" : "warn"), element("span.muted.small", {}, counts.join(" · ")));
  byId("report").replaceChildren(
    card(t("knowledge_calibration.report"), formatTime(job.finished_at), verdict, notes),
    element("div.split.even", {}, tradeCard(result, "wrong_of_answered"), tradeCard(result, "refused_answerable")),
    element("div.split.even", {}, reliabilityCard(result), tradeCard(result, "answered_unanswerable")),
  );
}

async function load() {
  const found = await get(`${basePath}/calibration`);
  drawState(found);
  drawJob(found.job);
  drawReport(found.job);
  return found;
}

async function follow() {
  for (;;) {
    const { job } = await load();
    if (!isMoving(job)) {
      if (job?.status === "done") byId("news").textContent = t("knowledge_calibration.done");
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function forget() {
  if (!(await confirmed(t("knowledge_calibration.reset"), t("knowledge_calibration.reset_warning"), t("knowledge_calibration.reset")))) return;
  try {
    await call("DELETE", `${basePath}/calibration`);
    await load();
    toast(t("knowledge_calibration.was_reset"));
  } catch (problem) {
    fail(problem);
  }
}

function listen() {
  const rate = byId("rate");
  if (!rate) return;
  const tell = () => (byId("rate-shown").textContent = `${rate.value}%`);
  rate.addEventListener("input", tell);
  tell();
  byId("calibrate").addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      drawJob(await call("POST", `${basePath}/calibrate`, { wrong_answer_rate: Number(rate.value) / 100 }));
      await follow();
    } catch (problem) {
      fail(problem);
    }
  });
}

byId("state").replaceChildren(skeleton(2));
listen();
const head = showHead();
await follow().catch((problem) => byId("state").replaceChildren(notice(problem)));
await head;
