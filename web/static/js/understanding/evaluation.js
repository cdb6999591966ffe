// Measuring: by folds of the examples, on the regression set, or on sentences sent along.

import { labelledLines } from "./annotations.js";
import { all, call, get } from "../blocks/api.js";
import { fail, toast } from "../blocks/dialogs.js";
import { badge, element, emptyState, field, input, select, skeleton, table } from "../blocks/elements.js";
import { reportView } from "./evaluation_report.js";
import { formatNumber, formatTime, percent } from "../blocks/format.js";
import { byId, t } from "../blocks/page.js";
import { action, jobDone, notice, nluPath, share, showHead, trouble, versionName } from "./head.js";

const STATUS = { queued: "accent", running: "accent", done: "good", failed: "bad" };
const progress = new Map();
let evaluations = [];
let versions = [];
let shown = "";

async function load() {
  try {
    evaluations = await all(`${nluPath}/evaluations`, { most: 100 });
    draw();
  } catch (problem) {
    byId("list").replaceChildren(element("div.card-body", {}, notice(problem)));
  } finally {
    byId("list").removeAttribute("aria-busy");
  }
}

function draw() {
  const box = byId("list");
  if (!evaluations.length) {
    box.replaceChildren(emptyState("check", t("understanding_evaluation.empty"), t("understanding_evaluation.empty_lead")));
    return;
  }
  const focused = document.activeElement?.closest("[data-evaluation]")?.dataset.evaluation;
  const heads = ["what", "measured", "accuracy", "macro_f1", "out_of_scope_recall", "sentences"].map((name) => t(`understanding_evaluation.${name}`));
  const made = table([...heads, ""], evaluations.map(cells));
  [...made.querySelectorAll("tbody tr")].forEach((row, index) => (row.dataset.evaluation = evaluations[index].id));
  box.replaceChildren(made);
  if (focused) box.querySelector(`[data-evaluation="${focused}"] button`)?.focus();
}

function cells(one) {
  const version = versions.find((each) => each.id === one.version_id);
  const what = [t(`understanding_evaluation.kind_${one.kind}`), version ? versionName(version) : ""].filter(Boolean).join(" · ");
  const figure = (name) => ({ content: one.summary ? share(one.summary[name]) : "", className: "number" });
  const moving = one.status !== "done" && one.status !== "failed";
  const bar = moving ? element("progress.meter", { max: 1, value: progress.get(one.id) ?? 0, "aria-label": what }) : null;
  const first = one.status === "done" ? figure("accuracy") : { content: element("div.doc-status.flat", {}, badge(moving ? percent(progress.get(one.id) ?? 0) : t("status.failed"), STATUS[one.status]), bar) };
  return [
    element("span", {}, what),
    element("span.muted.small.nowrap", {}, formatTime(one.created_at)),
    first,
    figure("macro_f1"),
    figure("out_of_scope_recall"),
    { content: one.summary ? formatNumber(one.summary.total) : "", className: "number" },
    { content: element("div.row-actions", {}, one.status === "done" ? action("", t("understanding_evaluation.open"), () => open(one.id), one.id === shown ? ".button-primary" : "") : null), className: "actions" },
  ];
}

async function open(id, { focus = true } = {}) {
  shown = id;
  draw();
  const box = byId("report");
  if (!box.children.length) box.replaceChildren(element("section.card", {}, skeleton(6)));
  try {
    const { report, kind, created_at: when } = await get(`${nluPath}/evaluations/${id}`);
    if (shown !== id) return;
    const heading = element("h2", {}, t("understanding_evaluation.report", { kind: t(`understanding_evaluation.kind_${kind}`), time: formatTime(when) }));
    box.replaceChildren(heading, ...reportView(report));
    if (focus) {
      box.focus({ preventScroll: true });
      box.scrollIntoView({ block: "start" });
    }
  } catch (problem) {
    box.replaceChildren(notice(problem));
  }
}

// Until it is done; the list shows how far it is.
async function follow(one) {
  try {
    await jobDone({ id: one.job_id, status: "queued", progress: 0 }, (done) => {
      progress.set(one.id, done);
      draw();
    });
    await load();
    byId("news").textContent = t("understanding_evaluation.finished");
    await open(one.id);
  } catch (problem) {
    toast(trouble(problem), "bad");
    await load();
  }
}

function startForm() {
  const form = byId("start");
  if (!form) return;
  const kinds = ["folds", "regression", "test_set"].map((kind) => [kind, t(`understanding_evaluation.kind_${kind}`)]);
  const kind = select("kind", kinds, "folds");
  const folds = field(t("understanding_evaluation.folds"), input({ name: "folds", type: "number", min: 2, max: 10, value: 5, required: true }), t("understanding_evaluation.folds_hint"));
  const version = field(t("understanding.version"), select("version_id", [["", t("understanding.version_active")], ...versions.map((one) => [one.id, versionName(one)])], ""));
  const lines = element("textarea.input.mono", { name: "lines", rows: 7, placeholder: t("understanding_evaluation.lines_example") });
  const sentences = field(t("understanding_evaluation.lines"), lines, t("understanding.lines_hint"));
  const submit = element("button.button.button-primary", { type: "submit" }, t("understanding_evaluation.measure"));
  const fit = () => {
    folds.hidden = kind.value !== "folds";
    version.hidden = kind.value === "folds";
    sentences.hidden = kind.value !== "test_set";
    lines.required = kind.value === "test_set";
  };
  kind.addEventListener("change", fit);
  form.replaceChildren(element("div.form-columns", {}, field(t("understanding_evaluation.kind"), kind), folds, version), sentences, element("div.button-row", {}, submit));
  fit();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const order = { kind: kind.value };
    if (order.kind === "folds") order.folds = Number(new FormData(form).get("folds"));
    else if (new FormData(form).get("version_id")) order.version_id = new FormData(form).get("version_id");
    if (order.kind === "test_set") order.examples = labelledLines(lines.value);
    submit.disabled = true;
    try {
      const made = await call("POST", `${nluPath}/evaluate`, order);
      await load();
      follow(made);
    } catch (problem) {
      fail(problem);
    } finally {
      submit.disabled = false;
    }
  });
}

byId("list").replaceChildren(skeleton(3));
const head = showHead();
versions = await all(`${nluPath}/versions`).catch(() => []);
startForm();
await Promise.all([head, load()]);
evaluations.filter((one) => one.status !== "done" && one.status !== "failed" && one.job_id).forEach(follow);
const newest = evaluations.find((one) => one.status === "done");
if (newest) await open(newest.id, { focus: false });
