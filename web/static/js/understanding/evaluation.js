// Measuring: by folds of the examples, on the regression set, or on sentences sent along.

import { all, call, get } from "../blocks/api.js";
import { fail } from "../blocks/dialogs.js";
import { action, badge, element } from "../blocks/elements.js";
import { exactPercent, formatNumber, formatTime, percent } from "../blocks/format.js";
import { field, input, onSubmit, select, submitButton, textarea } from "../blocks/forms.js";
import { byId, t } from "../blocks/page.js";
import { emptyState, panel } from "../blocks/panel.js";
import { isMoving } from "../blocks/progress.js";
import { controls, number, table } from "../blocks/table.js";
import { labelledLines } from "./annotations.js";
import { reportView } from "./evaluation_report.js";
import { jobDone, nluPath, showHead, versionName } from "./head.js";

const HEADS = [...["what", "measured", "accuracy", "macro_f1", "out_of_scope_recall", "sentences"].map((name) => t(`understanding_evaluation.${name}`)), ""];
const progress = new Map();
let evaluations = [];
let versions = [];
let shown = "";

const load = panel(byId("list"), () => all(`${nluPath}/evaluations`, { most: 100 }), view, { lines: 3 });

function view(found) {
  evaluations = found;
  if (!evaluations.length) return emptyState("check", t("understanding_evaluation.empty"), t("understanding_evaluation.empty_lead"));
  return table(HEADS, evaluations.map(cells), evaluations.map(({ id }) => ({ evaluation: id })));
}

function cells(one) {
  const version = versions.find((each) => each.id === one.version_id);
  const what = [t(`understanding_evaluation.kind_${one.kind}`), version ? versionName(version) : ""].filter(Boolean).join(" · ");
  const figure = (name) => number(one.summary ? exactPercent(one.summary[name]) : "");
  const share = progress.get(one.id) ?? 0;
  const bar = isMoving(one) ? element("progress.meter", { max: 1, value: share, "aria-label": what }) : null;
  const state = isMoving(one) ? badge(percent(share), "accent") : badge(t("status.failed"), "bad");
  return [
    element("span", {}, what),
    element("span.muted.small.nowrap", {}, formatTime(one.created_at)),
    one.status === "done" ? figure("accuracy") : element("div.doc-status.flat", {}, state, bar),
    figure("macro_f1"),
    figure("out_of_scope_recall"),
    number(one.summary ? formatNumber(one.summary.total) : ""),
    controls(one.status === "done" ? action("", t("understanding_evaluation.open"), () => open(one.id), one.id === shown ? ".button-primary" : "") : null),
  ];
}

const loadReport = panel(
  byId("report"),
  (id) => get(`${nluPath}/evaluations/${id}`),
  ({ report, kind, created_at: when }) => [element("h2", {}, t("understanding_evaluation.report", { kind: t(`understanding_evaluation.kind_${kind}`), time: formatTime(when) })), reportView(report)],
  { lines: 6 },
);

async function open(id, { focus = true } = {}) {
  shown = id;
  load.draw();
  if (!(await loadReport(id)) || !focus) return;
  byId("report").focus({ preventScroll: true });
  byId("report").scrollIntoView({ block: "start" });
}

// Until it is done; the list shows how far it is.
async function follow(one) {
  try {
    await jobDone({ id: one.job_id }, (job) => {
      progress.set(one.id, job.progress ?? 0);
      load.draw();
    });
    await load();
    byId("news").textContent = t("understanding_evaluation.finished");
    await open(one.id);
  } catch (problem) {
    fail(problem);
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
  const lines = textarea({ name: "lines", rows: 7, placeholder: t("understanding_evaluation.lines_example") }, ".mono");
  const sentences = field(t("understanding_evaluation.lines"), lines, t("understanding.lines_hint"));
  const fit = () => {
    folds.hidden = kind.value !== "folds";
    version.hidden = kind.value === "folds";
    sentences.hidden = kind.value !== "test_set";
    lines.required = kind.value === "test_set";
  };
  kind.addEventListener("change", fit);
  form.replaceChildren(element("div.form-columns", {}, field(t("understanding_evaluation.kind"), kind), folds, version), sentences, element("div.button-row", {}, submitButton(t("understanding_evaluation.measure"))));
  fit();
  onSubmit(form, async (values) => {
    const order = { kind: kind.value };
    if (order.kind === "folds") order.folds = Number(values.get("folds"));
    else if (values.get("version_id")) order.version_id = values.get("version_id");
    if (order.kind === "test_set") order.examples = labelledLines(lines.value);
    const made = await call("POST", `${nluPath}/evaluate`, order);
    await load();
    follow(made);
  });
}

const head = showHead();
versions = await all(`${nluPath}/versions`).catch(() => []);
startForm();
await Promise.all([head, load()]);
evaluations.filter((one) => isMoving(one) && one.job_id).forEach(follow);
const newest = evaluations.find((one) => one.status === "done");
if (newest) await open(newest.id, { focus: false });
