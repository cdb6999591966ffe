// From which score on the knowledge base answers: fitted to a chosen share of wrong answers, with the curves behind it.

import { Problem, call, get } from "../blocks/api.js";
import { lineChart } from "../blocks/charts.js";
import { removal } from "../blocks/dialogs.js";
import { action, badge, element } from "../blocks/elements.js";
import { exactPercent, formatNumber, formatTime, percent } from "../blocks/format.js";
import { onSubmit, resting } from "../blocks/forms.js";
import { byId, language, t } from "../blocks/page.js";
import { notice, panel } from "../blocks/panel.js";
import { isMoving, settled, withBar } from "../blocks/progress.js";
import { evenly, paddedCard } from "../blocks/report.js";
import { number, table } from "../blocks/table.js";
import { basePath, showHead, writable } from "./head.js";

const CASES = ["faqs", "test_questions", "headings", "sentences", "off_topic", "taken_out"];
const path = `${basePath}/calibration`;
let shownReport = "";

function stateView({ current, default_threshold: standard, job }) {
  drawReport(job);
  const line = (mark, threshold) => element("div.verdict", {}, mark, element("strong", {}, t("knowledge_calibration.threshold", { threshold: percent(threshold) })));
  if (!current) return [line(badge(t("knowledge.threshold_default")), standard), element("p.muted", {}, t("knowledge_calibration.default_lead"))];
  const about = t("knowledge_calibration.made", { rate: percent(current.wrong_answer_rate), count: formatNumber(current.cases), time: formatTime(current.made_at) });
  const reset = writable ? element("div.button-row", {}, action("rotate", t("knowledge_calibration.reset"), forget)) : null;
  return [line(badge(t("knowledge.threshold_own"), "good"), current.threshold), element("p.muted", {}, about), reset];
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
  const rows = trade.calibrated.map((row) => [number(percent(row.threshold)), number(exactPercent(row[name])), number(raw.has(row.threshold) ? exactPercent(raw.get(row.threshold)) : "–")]);
  return paddedCard(title, t(`knowledge_calibration.${name}_lead`), lineChart({ label: title, x: t("knowledge_calibration.axis_threshold"), series, mark }), figures([t("knowledge_calibration.axis_threshold"), after, before], rows));
}

function reliabilityCard({ reliability, error, brier }) {
  const title = t("knowledge_calibration.reliability");
  const [after, before] = both();
  const filled = (bins) => bins.filter((bin) => bin.count);
  const points = (bins) => filled(bins).map((bin) => [bin.score, bin.right]);
  const series = [{ label: after, points: points(reliability.calibrated) }, { label: before, points: points(reliability.raw) }];
  const rows = filled(reliability.calibrated).map((bin) => [number(`${percent(bin.low)}–${percent(bin.high)}`), number(exactPercent(bin.score)), number(exactPercent(bin.right)), number(formatNumber(bin.count))]);
  const heads = ["range", "said", "was_right", "count"].map((name) => t(`knowledge_calibration.head_${name}`));
  const drawing = lineChart({ label: title, x: t("knowledge_calibration.head_said"), y: t("knowledge_calibration.head_was_right"), series, diagonal: true, dots: true });
  const errors = t("knowledge_calibration.errors", { after: exactPercent(error.calibrated), before: exactPercent(error.raw), brier_after: brier.calibrated.toFixed(3), brier_before: brier.raw.toFixed(3) });
  return paddedCard(title, t("knowledge_calibration.reliability_lead"), drawing, element("p.muted.small", {}, errors), figures(heads, rows));
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
    paddedCard(t("knowledge_calibration.report"), formatTime(job.finished_at), verdict, notes),
    evenly(tradeCard(result, "wrong_of_answered"), tradeCard(result, "refused_answerable")),
    evenly(reliabilityCard(result), tradeCard(result, "answered_unanswerable")),
  );
}

const load = panel(byId("state"), () => get(path), stateView, { lines: 2 });
const moves = (found) => isMoving(found?.job);

// Waits while a calibration is under way, and says what came of it.
async function follow(found) {
  const box = byId("progress");
  const wait = (say = () => {}) => settled(load, moves, (now) => say(now?.job?.progress ?? 0));
  const last = !moves(found) ? found : await (box ? withBar(box, t("knowledge_calibration.running"), wait) : wait());
  const { status, error } = last?.job ?? {};
  if (status === "done") byId("news").textContent = t("knowledge_calibration.done");
  if (status !== "failed" || !box) return;
  box.hidden = false;
  box.replaceChildren(notice(new Problem(0, { ...error, detail: error?.message })));
}

const forget = () => removal(path, t("knowledge_calibration.reset"), t("knowledge_calibration.reset_warning"), load, { action: t("knowledge_calibration.reset"), told: t("knowledge_calibration.was_reset") });

const rate = byId("rate");
if (rate) {
  const tellRate = () => (byId("rate-shown").textContent = `${rate.value}%`);
  rate.addEventListener("input", tellRate);
  tellRate();
  onSubmit(byId("calibrate"), async () => {
    await call("POST", `${basePath}/calibrate`, { wrong_answer_rate: Number(rate.value) / 100 });
    await follow(await load());
  });
}
const [found] = await Promise.all([load(), showHead()]);
if (rate && moves(found)) await resting(byId("calibrate").querySelector("button"), () => follow(found));
else await follow(found);
