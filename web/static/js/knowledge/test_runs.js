// The runs of a test set: started, followed, opened, and two of them compared.

import { all, call, get } from "../blocks/api.js";
import { drawer } from "../blocks/dialogs.js";
import { action, badge, element } from "../blocks/elements.js";
import { exactPercent, formatNumber, formatTime, percent } from "../blocks/format.js";
import { resting } from "../blocks/forms.js";
import { byId, language, t } from "../blocks/page.js";
import { emptyState, panel } from "../blocks/panel.js";
import { Picks } from "../blocks/picks.js";
import { isMoving } from "../blocks/progress.js";
import { tile } from "../blocks/report.js";
import { number, table } from "../blocks/table.js";
import { writable } from "./head.js";

const STATUS = { queued: "accent", running: "accent", done: "good", failed: "bad" };
const HEADS = ["when", "status", "questions", "recall_1", "recall_5", "mrr", "wrong"].map((name) => t(`knowledge_test_sets.${name}`));
const compare = action("", t("knowledge_test_sets.compare"), () => showComparison(about, picks.of(runs).reverse()));
const start = action("", t("knowledge_test_sets.run"), () => resting(start, begin), ".button-primary");
const picks = new Picks(compare);
let about = null;
let runs = [];

const load = panel(byId("runs"), () => all(`${about.path}/runs`, { most: 100 }), view, { moving: isMoving, settled: (one) => t(`knowledge_test_sets.run_${one.status}`) });

export function showRuns(wanted) {
  about = wanted;
  return load();
}

function view(found) {
  runs = found;
  start.disabled = about.set.question_count <= about.set.draft_count;
  picks.keep(runs);
  if (!runs.length) return emptyState("clock", t("knowledge_test_sets.no_runs"), t("knowledge_test_sets.no_runs_lead"));
  return table(["", ...HEADS, ""], runs.map(cells), runs.map(({ id }) => ({ run: id })));
}

function cells(one) {
  const { metrics } = one;
  const when = formatTime(one.created_at);
  const done = one.status === "done";
  return [
    done ? picks.tick(one, t("knowledge_test_sets.pick", { time: when })) : { className: "pick" },
    element("span.muted.small.nowrap", {}, when),
    badge(t(`knowledge_test_sets.run_${one.status}`), STATUS[one.status]),
    number(metrics.questions === undefined ? "" : formatNumber(metrics.questions)),
    number(exactPercent(metrics.recall_at_1)),
    number(exactPercent(metrics.recall_at_5)),
    number(exactPercent(metrics.mrr_at_10)),
    number(exactPercent(metrics.wrong_answer_rate)),
    { content: done ? action("", t("knowledge_test_sets.open"), () => showRun(about, one)) : "", className: "actions" },
  ];
}

async function begin() {
  await call("POST", `${about.path}/runs`);
  await load();
}

function showRun({ path }, one) {
  const { body } = drawer(t("knowledge_test_sets.run_of", { time: formatTime(one.created_at) }), { wide: true });
  return panel(body, () => get(`${path}/runs/${one.id}`), (run) => [outcomes(run), results(run.results)], { lines: 6 })();
}

function outcomes({ metrics, settings }) {
  const names = ["answered_right", "answered_wrong", "refused_right", "refused_wrong"];
  const facts = names.map((name) => tile(t(`knowledge_test_sets.${name}`), formatNumber(metrics[name])));
  const source = t(settings.threshold_source === "knowledge_base" ? "knowledge.threshold_own" : "knowledge.threshold_default");
  const note = t("knowledge_test_sets.with_threshold", { threshold: percent(settings.threshold), source });
  return element("div.form-grid", {}, element("div.tiles", {}, facts), element("p.muted.small", {}, note));
}

function results(lines) {
  const rows = [...lines].sort((one, other) => one.right - other.right).map((line) => [
    element("div.form-tight", {}, element("span.wrap", { lang: line.language }, line.question), element("span.muted.small.wrap", {}, line.found.slice(0, 3).map(({ title, score }) => `${title} ${percent(score)}`).join(" · "))),
    number(line.rank ?? "–"),
    number(percent(line.score)),
    badge(t(`knowledge_test_sets.${line.answered ? "answered" : "refused"}_${line.right ? "right" : "wrong"}`), line.right ? "good" : "bad"),
  ]);
  const heads = ["question", "rank", "score", "outcome"].map((name) => t(`knowledge_test_sets.${name}`));
  return element("div.bordered", {}, table(heads, rows));
}

function showComparison({ path }, [older, newer]) {
  const { body } = drawer(t("knowledge_test_sets.comparison"), { wide: true });
  return panel(body, () => get(`${path}/runs/compare?${new URLSearchParams({ a: older.id, b: newer.id })}`), comparison, { lines: 6 })();
}

const VERDICTS = { a_better: "warn", b_better: "good", no_difference: "", too_few: "warn" };

function comparison(found) {
  const line = (label, a, b, p) => [label, number(a), number(b), number(p < 0.001 ? "< 0.001" : p.toFixed(3))];
  const rows = [
    line(t("knowledge_test_sets.hits"), formatNumber(found.hit_at_1.a), formatNumber(found.hit_at_1.b), found.hit_at_1.p_value),
    line(t("knowledge_test_sets.rights"), formatNumber(found.right.a), formatNumber(found.right.b), found.right.p_value),
    line(t("knowledge_test_sets.mrr"), exactPercent(found.mrr.a), exactPercent(found.mrr.b), found.mrr.p_value),
  ];
  const heads = [t("knowledge_test_sets.figure"), t("knowledge_test_sets.older", { time: formatTime(found.a.created_at) }), t("knowledge_test_sets.newer", { time: formatTime(found.b.created_at) }), t("knowledge_test_sets.p_value")];
  const changes = found.changed.map((one) => [element("span.wrap", {}, one.question), number(one.rank_a ?? "–"), number(one.rank_b ?? "–"), outcome(one.right_a), outcome(one.right_b)]);
  const changeHeads = ["question", "rank_older", "rank_newer", "outcome_older", "outcome_newer"].map((name) => t(`knowledge_test_sets.${name}`));
  return [
    element("div.verdict", {}, badge(t(`knowledge_test_sets.verdict_${found.verdict}`), VERDICTS[found.verdict]), element("span.muted.small", {}, t("knowledge_test_sets.over", { count: formatNumber(found.questions) }))),
    element("p.wrap", {}, found.text[language]),
    element("div.bordered", {}, table(heads, rows)),
    element("p.muted.small", {}, t("knowledge_test_sets.mrr_range", { low: exactPercent(found.mrr.low), high: exactPercent(found.mrr.high) })),
    element("h3", {}, t("knowledge_test_sets.changed")),
    changes.length ? element("div.bordered", {}, table(changeHeads, changes)) : element("p.muted", {}, t("knowledge_test_sets.nothing_changed")),
  ];
}

const outcome = (isRight) => badge(t(isRight ? "knowledge_test_sets.is_right" : "knowledge_test_sets.is_wrong"), isRight ? "good" : "bad");

byId("run-actions").append(compare, writable ? start : "");
