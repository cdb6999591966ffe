// The runs of a test set: started, followed, opened, and two of them compared.

import { all, call, get } from "../blocks/api.js";
import { drawer, fail } from "../blocks/dialogs.js";
import { badge, element, emptyState, skeleton, table } from "../blocks/elements.js";
import { formatNumber, formatTime, percent } from "../blocks/format.js";
import { action, notice, writable } from "./head.js";
import { byId, language, t } from "../blocks/page.js";

const POLL_MS = 900;
const STATUS = { queued: "accent", running: "accent", done: "good", failed: "bad" };
const share = (value) => (value === null || value === undefined ? "–" : `${(value * 100).toFixed(1)}%`);
const number = (content) => ({ content, className: "number" });
const isMoving = ({ status }) => status === "queued" || status === "running";
let timer = 0;
let runs = [];

export async function showRuns(about) {
  clearTimeout(timer);
  const box = byId("runs");
  try {
    const before = runs;
    runs = await all(`${about.path}/runs`, { most: 100 });
    for (const one of runs) {
      if (before.some((old) => old.id === one.id && isMoving(old)) && !isMoving(one)) byId("news").textContent = t(`knowledge_test_sets.run_${one.status}`);
    }
    draw(about);
    if (runs.some(isMoving)) timer = setTimeout(() => showRuns(about), POLL_MS);
  } catch (problem) {
    box.replaceChildren(element("div.card-body", {}, notice(problem)));
  }
}

function draw(about) {
  const box = byId("runs");
  const picked = new Set([...box.querySelectorAll("input:checked")].map(({ value }) => value));
  const compare = action("", t("knowledge_test_sets.compare"), () => showComparison(about, picks()));
  const start = action("", t("knowledge_test_sets.run"), () => begin(about, start), ".button-primary");
  start.disabled = about.set.question_count <= about.set.draft_count;
  byId("run-actions").replaceChildren(compare, ...(writable ? [start] : []));
  const picks = () => [...box.querySelectorAll("input:checked")].map(({ value }) => value).reverse();
  const fit = () => (compare.disabled = picks().length !== 2);
  if (!runs.length) {
    box.replaceChildren(emptyState("clock", t("knowledge_test_sets.no_runs"), t("knowledge_test_sets.no_runs_lead")));
    fit();
    return;
  }
  const heads = ["when", "status", "questions", "recall_1", "recall_5", "mrr", "wrong"].map((name) => t(`knowledge_test_sets.${name}`));
  box.replaceChildren(table(["", ...heads, ""], runs.map((one) => cells(about, one, picked.has(one.id)))));
  box.querySelectorAll("input").forEach((pick) => pick.addEventListener("change", fit));
  fit();
}

function cells(about, one, isPicked) {
  const { metrics } = one;
  const when = formatTime(one.created_at);
  const pick = one.status === "done" ? element("input", { type: "checkbox", value: one.id, checked: isPicked, "aria-label": t("knowledge_test_sets.pick", { time: when }) }) : "";
  return [
    { content: pick, className: "pick" },
    element("span.muted.small.nowrap", {}, when),
    badge(t(`knowledge_test_sets.run_${one.status}`), STATUS[one.status]),
    number(metrics.questions === undefined ? "" : formatNumber(metrics.questions)),
    number(share(metrics.recall_at_1)),
    number(share(metrics.recall_at_5)),
    number(share(metrics.mrr_at_10)),
    number(share(metrics.wrong_answer_rate)),
    { content: one.status === "done" ? action("", t("knowledge_test_sets.open"), () => showRun(about, one)) : "", className: "actions" },
  ];
}

async function begin(about, button) {
  button.disabled = true;
  try {
    await call("POST", `${about.path}/runs`);
    await showRuns(about);
  } catch (problem) {
    fail(problem);
    button.disabled = false;
  }
}

async function showRun(about, one) {
  const { dialog, body } = drawer(t("knowledge_test_sets.run_of", { time: formatTime(one.created_at) }));
  dialog.classList.add("wide");
  body.append(skeleton(6));
  try {
    const run = await get(`${about.path}/runs/${one.id}`);
    body.replaceChildren(outcomes(run), results(run.results));
  } catch (problem) {
    body.replaceChildren(notice(problem));
  }
}

function outcomes({ metrics, settings }) {
  const names = ["answered_right", "answered_wrong", "refused_right", "refused_wrong"];
  const facts = names.map((name) => element("div.card.tile", {}, element("span.tile-label", {}, t(`knowledge_test_sets.${name}`)), element("span.tile-value", {}, formatNumber(metrics[name]))));
  const source = t(settings.threshold_source === "knowledge_base" ? "knowledge.threshold_own" : "knowledge.threshold_default");
  const about = t("knowledge_test_sets.with_threshold", { threshold: percent(settings.threshold), source });
  return element("div.form-grid", {}, element("div.tiles", {}, facts), element("p.muted.small", {}, about));
}

function results(lines) {
  const rows = [...lines].sort((one, other) => one.right - other.right).map((line) => [
    element("div.form-tight", {}, element("span.wrap", { lang: line.language }, line.question), element("span.muted.small.wrap", {}, line.found.slice(0, 3).map(({ title, score }) => `${title} ${percent(score)}`).join(" · "))),
    number(line.rank ?? "–"),
    number(percent(line.score)),
    { content: badge(t(`knowledge_test_sets.${line.answered ? "answered" : "refused"}_${line.right ? "right" : "wrong"}`), line.right ? "good" : "bad") },
  ]);
  const heads = ["question", "rank", "score", "outcome"].map((name) => t(`knowledge_test_sets.${name}`));
  return element("div.bordered", {}, table(heads, rows));
}

async function showComparison(about, [older, newer]) {
  const { dialog, body } = drawer(t("knowledge_test_sets.comparison"));
  dialog.classList.add("wide");
  body.append(skeleton(6));
  try {
    const found = await get(`${about.path}/runs/compare?${new URLSearchParams({ a: older, b: newer })}`);
    body.replaceChildren(...comparison(found));
  } catch (problem) {
    body.replaceChildren(notice(problem));
  }
}

const VERDICTS = { a_better: "warn", b_better: "good", no_difference: "", too_few: "warn" };

function comparison(found) {
  const line = (label, a, b, p) => [label, number(a), number(b), number(p < 0.001 ? "< 0.001" : p.toFixed(3))];
  const rows = [
    line(t("knowledge_test_sets.hits"), formatNumber(found.hit_at_1.a), formatNumber(found.hit_at_1.b), found.hit_at_1.p_value),
    line(t("knowledge_test_sets.rights"), formatNumber(found.right.a), formatNumber(found.right.b), found.right.p_value),
    line(t("knowledge_test_sets.mrr"), share(found.mrr.a), share(found.mrr.b), found.mrr.p_value),
  ];
  const heads = [t("knowledge_test_sets.figure"), t("knowledge_test_sets.older", { time: formatTime(found.a.created_at) }), t("knowledge_test_sets.newer", { time: formatTime(found.b.created_at) }), t("knowledge_test_sets.p_value")];
  const changes = found.changed.map((one) => [element("span.wrap", {}, one.question), number(one.rank_a ?? "–"), number(one.rank_b ?? "–"), outcome(one.right_a), outcome(one.right_b)]);
  const changeHeads = ["question", "rank_older", "rank_newer", "outcome_older", "outcome_newer"].map((name) => t(`knowledge_test_sets.${name}`));
  return [
    element("div.verdict", {}, badge(t(`knowledge_test_sets.verdict_${found.verdict}`), VERDICTS[found.verdict]), element("span.muted.small", {}, t("knowledge_test_sets.over", { count: formatNumber(found.questions) }))),
    element("p.wrap", {}, found.text[language]),
    element("div.bordered", {}, table(heads, rows)),
    element("p.muted.small", {}, t("knowledge_test_sets.mrr_range", { low: share(found.mrr.low), high: share(found.mrr.high) })),
    element("h3", {}, t("knowledge_test_sets.changed")),
    changes.length ? element("div.bordered", {}, table(changeHeads, changes)) : element("p.muted", {}, t("knowledge_test_sets.nothing_changed")),
  ];
}

const outcome = (isRight) => badge(t(isRight ? "knowledge_test_sets.is_right" : "knowledge_test_sets.is_wrong"), isRight ? "good" : "bad");
