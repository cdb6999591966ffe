// Bringing a bot from elsewhere, with a report of what came over and what could not; and taking this one along.

import { download, explain, upload } from "../blocks/api.js";
import { attempt } from "../blocks/dialogs.js";
import { badge, element, icon } from "../blocks/elements.js";
import { formatNumber, formatSize } from "../blocks/format.js";
import { check, field, input, onSubmit, resting, select } from "../blocks/forms.js";
import { byId, objectId, t } from "../blocks/page.js";
import { notice } from "../blocks/panel.js";
import { evenly, facts } from "../blocks/report.js";
import { table } from "../blocks/table.js";
import { botPath, followJob, pagePath, refreshHead, showHead } from "./head.js";

const FORMATS = ["auto", "rasa", "csv", "jsonl", "dialogflow_es", "dialogflow_cx"];
const ACCEPT = ".zip,.yml,.yaml,.md,.json,.jsonl,.csv,.txt";
const named = (group, name) => t(`understanding_exchange.${group}_${name}`, {}, name);

function importForm() {
  const form = byId("import");
  if (!form) return;
  const file = element("input", { type: "file", name: "file", required: true, accept: ACCEPT, className: "input" });
  const kinds = select("format", FORMATS.map((name) => [name, named("format", name)]), "auto");
  const target = select("target", [["merge", t("understanding_exchange.merge")], ["new", t("understanding_exchange.new_bot")]], "merge");
  const name = field(t("bots.name"), input({ name: "name", maxLength: 200 }), t("understanding_exchange.name_hint"));
  const activate = check("activate", "yes", t("understanding_exchange.activate"), false);
  const submit = element("button.button.button-primary", { type: "submit" }, icon("upload"), t("understanding_exchange.upload"));
  const sent = element("progress", { max: 1, value: 0, hidden: true, "aria-label": t("status.uploading") });
  const fit = () => (name.hidden = target.value !== "new");
  target.addEventListener("change", fit);
  form.replaceChildren(
    element("p.muted", {}, t("understanding_exchange.formats")),
    element("div.form-columns", {}, field(t("understanding_exchange.file"), file), field(t("understanding_exchange.format"), kinds), field(t("understanding_exchange.into"), target), name),
    activate,
    element("div.button-row", {}, submit),
    sent,
  );
  fit();
  onSubmit(form, async (values) => {
    const [chosen] = file.files;
    const fields = { format: kinds.value, activate: String(activate.querySelector("input").checked) };
    const given = values.get("name").trim();
    if (target.value === "new" && given) fields.name = given;
    sent.hidden = false;
    try {
      const told = await upload(target.value === "new" ? "/v1/bots/import" : `${botPath}/import`, chosen, (share) => (sent.value = share), fields);
      showReport(told, chosen);
      file.value = "";
    } catch (problem) {
      byId("import-report").replaceChildren(element("div.card-body", {}, notice(problem)));
    } finally {
      sent.hidden = true;
    }
  });
}

function showReport(told, file) {
  const { report } = told;
  const isHere = told.bot_id === objectId;
  const training = element("div.training", { hidden: true });
  const heading = element("h3.wrap", { tabIndex: -1 }, t("understanding_exchange.done", { file: file.name, size: formatSize(file.size) }));
  const link = isHere ? null : element("a", { href: `/admin/bots/${told.bot_id}/understanding` }, told.name);
  const about = element("div.verdict", {}, badge(named("format", report.format), "accent"), link ? element("span", {}, t("understanding_exchange.made_bot"), " ", link) : null);
  const problems = report.notices.length ? noticesView(report) : element("p.note", {}, t("understanding_exchange.nothing_lost"));
  byId("import-report").replaceChildren(element("div.card-body.form-grid", {}, heading, about, countsView(report), problems, training));
  heading.focus();
  refreshHead();
  if (!told.training_job_id) training.replaceWith(element("p.muted.small", {}, t("understanding_exchange.not_trained")));
  else if (isHere) follow(told.training_job_id, training);
  else training.replaceWith(element("p.muted.small", {}, t("understanding_exchange.trains_there")));
}

async function follow(jobId, box) {
  try {
    const { result } = await followJob(box, { id: jobId, status: "queued", progress: 0 }, t("understanding_exchange.training"));
    const said = t(result.activated ? "understanding_exchange.trained_active" : "understanding_exchange.trained", { number: result.number });
    box.replaceWith(element("p.note", {}, said, " ", element("a", { href: `${pagePath}/versions` }, t("understanding_exchange.to_versions"))));
    refreshHead();
  } catch (problem) {
    box.replaceWith(element("p.note.note-bad", {}, explain(problem)));
  }
}

function countsView({ found, made }) {
  const list = (title, counts) => {
    const lines = Object.entries(counts).filter(([, count]) => count).map(([name, count]) => [named("count", name), formatNumber(count)]);
    const nothing = element("dl.facts", {}, element("dt", {}, t("understanding_exchange.nothing")));
    return element("section", {}, element("h4.small-head", {}, title), lines.length ? facts(lines) : nothing);
  };
  return evenly(list(t("understanding_exchange.found"), found), list(t("understanding_exchange.added"), made));
}

function noticesView({ notices, omitted }) {
  const rows = notices.map((line) => [
    element("code.wrap", {}, line.line ? `${line.file}:${line.line}` : line.file),
    element("span.wrap", {}, line.message),
  ]);
  const more = omitted ? element("p.muted.small", {}, t("understanding_exchange.omitted", { count: formatNumber(omitted) })) : null;
  const heads = ["place", "reason"].map((name) => t(`understanding_exchange.head_${name}`));
  return element("section.form-grid", {}, element("h3", {}, t("understanding_exchange.notices", { count: formatNumber(notices.length) })), element("div.bordered.report-lines", { tabIndex: 0 }, table(heads, rows)), more);
}

for (const button of document.querySelectorAll("[data-export]")) {
  const path = `${botPath}/export?format=${button.dataset.export}`;
  button.addEventListener("click", () => resting(button, () => attempt(download(path), t("understanding_exchange.exported"))));
}
importForm();
await showHead();
