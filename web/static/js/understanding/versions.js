// Training and versions: make one, look at it, let it answer, take it back, or let it run beside.

import { Problem, all, call, explain, get } from "../blocks/api.js";
import { confirmed, drawer, fail, toast } from "../blocks/dialogs.js";
import { check, element, emptyState, field, input, skeleton, table } from "../blocks/elements.js";
import { formatAgo, formatNumber, formatSize } from "../blocks/format.js";
import { byId, language, t } from "../blocks/page.js";
import { action, drawState, followJob, notice, nluPath, showHead, trouble, versionName, writable } from "./head.js";
import { badgesOf, comparison, gateView, metricText, metricsView } from "./version_views.js";

const versionPath = (version) => `${nluPath}/versions/${version.id}`;
let state = null;
let versions = [];
const picked = new Set();

async function load() {
  try {
    [state, versions] = await Promise.all([get(nluPath), all(`${nluPath}/versions`)]);
    drawState(state);
    draw();
  } catch (problem) {
    byId("state").replaceChildren(notice(problem));
    byId("versions").replaceChildren();
  } finally {
    for (const id of ["state", "versions"]) byId(id).removeAttribute("aria-busy");
  }
}

function draw() {
  const active = state.active ? t("understanding_versions.answers", { version: versionName(state.active) }) : t("understanding_versions.answers_none");
  const counts = t("understanding_versions.counts", { examples: formatNumber(state.example_count), intents: formatNumber(state.intent_count) });
  const stale = state.needs_training ? element("p.note.note-warn", {}, t("understanding_versions.stale")) : null;
  const split = versions.find((one) => one.id === state.split?.version_id);
  const shadow = versions.find((one) => one.id === state.shadow_version_id);
  const beside = [
    split ? besideLine(t("understanding_versions.split_now", { version: versionName(split), share: metricText("threshold", state.split.share) }), { split: null }) : null,
    shadow ? besideLine(t("understanding_versions.shadow_now", { version: versionName(shadow) }), { shadow_version_id: null }) : null,
  ];
  byId("state").replaceChildren(...[element("p", {}, element("strong", {}, active), element("span.muted", {}, ` · ${counts}`)), stale, ...beside, tuningSwitch()].filter(Boolean));
  drawActions();
  drawVersions();
}

function besideLine(text, ending) {
  return element("div.beside", {}, element("span", {}, text), writable ? action("close", t("understanding_versions.end"), () => configure(ending)) : null);
}

// An encoder of the bot's own: minutes instead of seconds, kept only where it understands more.
function tuningSwitch() {
  const fixed = !writable || (!state.tuning_available && !state.tuning);
  const line = check("tuning", "yes", t("understanding_versions.tuning_switch"), state.tuning, fixed);
  line.querySelector("input").addEventListener("change", (event) => configure({ tuning: event.target.checked }));
  const lead = t(state.tuning_available ? "understanding_versions.tuning_lead" : "understanding_versions.tuning_missing");
  return element("div", {}, line, element("p.muted.small", {}, lead));
}

function drawActions() {
  if (!writable) return;
  const activate = check("activate", "yes", t("understanding_versions.activate_too"), false);
  const train = action("rotate", t("understanding_versions.train"), () => start(activate.querySelector("input").checked), ".button-primary");
  const back = state.can_roll_back ? action("back", t("understanding_versions.roll_back"), rollBack) : null;
  byId("state-actions").replaceChildren(...[activate, back, train].filter(Boolean));
}

async function start(activate) {
  byId("state-actions").replaceChildren();
  try {
    await follow(await call("POST", `${nluPath}/train`, { activate }));
  } catch (problem) {
    tellNews(trouble(problem), "bad");
    await load();
  }
}

async function follow(job) {
  const { result } = await followJob(byId("training"), job, t("understanding_versions.training"));
  const said = { version: t("understanding.version_number", { number: result.number }) };
  if (!result.is_new && !result.activated) tellNews(t("understanding_versions.same", said));
  else tellNews(t(result.activated ? "understanding_versions.trained_active" : "understanding_versions.trained", said));
  await load();
  const made = versions.find((one) => one.id === result.version_id);
  if (made && result.gate && !result.gate.passes) showRefusal(made, result.gate);
}

function tellNews(text, kind = "good") {
  byId("news").textContent = text;
  toast(text, kind);
}

function drawVersions() {
  const box = byId("versions");
  byId("compare").hidden = versions.length < 2;
  if (!versions.length) {
    box.replaceChildren(emptyState("rotate", t("understanding_versions.empty"), t("understanding_versions.empty_lead")));
    return;
  }
  for (const id of picked) if (!versions.some((one) => one.id === id)) picked.delete(id);
  const heads = ["", "version", "made", "taught", "accuracy", "refused", "size", ""].map((name) => (name ? t(`understanding_versions.head_${name}`) : ""));
  const rows = versions.map((one) => [
    { content: picker(one), className: "pick" },
    badgesOf(one),
    element("span.muted.small.nowrap", {}, formatAgo(one.created_at)),
    { content: taught(one.metrics), className: "small" },
    { content: metricText("cv_in_scope_accuracy", one.metrics.cv_in_scope_accuracy), className: "number" },
    { content: metricText("cv_refused_outside", one.metrics.cv_refused_outside), className: "number" },
    { content: formatSize(one.size), className: "number muted small nowrap" },
    { content: element("div.row-actions", {}, writable && !one.is_active ? action("check", t("understanding_versions.activate"), () => activate(one)) : null, action("", t("understanding_versions.details"), () => details(one))), className: "actions" },
  ]);
  box.replaceChildren(table(heads, rows));
  drawCompare();
}

function taught({ examples, intents, small_talk_intents: talk }) {
  const values = { examples: formatNumber(examples), intents: formatNumber(intents) };
  return talk ? t("understanding_versions.taught_and_talk", values) : t("understanding_versions.taught", values);
}

function picker(version) {
  const box = element("input", { type: "checkbox", checked: picked.has(version.id), "aria-label": t("understanding_versions.pick", { version: versionName(version) }) });
  box.addEventListener("change", () => {
    if (box.checked) picked.add(version.id);
    else picked.delete(version.id);
    drawCompare();
  });
  return box;
}

function drawCompare() {
  byId("compare").disabled = picked.size !== 2;
  byId("compare").title = picked.size === 2 ? "" : t("understanding_versions.pick_two");
}

function compare() {
  const [newer, older] = versions.filter((one) => picked.has(one.id));
  const { dialog, body } = drawer(t("understanding_versions.comparing", { one: versionName(older), other: versionName(newer) }));
  dialog.classList.add("wide");
  body.append(comparison(older, newer), element("p.hint", {}, t("understanding_versions.compare_hint")));
}

async function activate(version, force = false) {
  try {
    await call("POST", `${versionPath(version)}/activate`, { force });
    tellNews(t("understanding_versions.activated", { version: versionName(version) }));
    await load();
  } catch (problem) {
    if (problem instanceof Problem && problem.code === "quality_gate") await refused(version, problem);
    else fail(problem);
  }
}

async function refused(version, problem) {
  const gate = await get(`${versionPath(version)}/gate`).catch(() => ({ passes: false, reason: { [language]: problem.message }, changed: [] }));
  showRefusal(version, gate);
}

function showRefusal(version, gate) {
  const { dialog, body } = drawer(t("understanding_versions.refused", { version: versionName(version) }));
  dialog.classList.add("wide");
  const anyway = element("button.button.button-danger", { type: "button", onclick: () => (dialog.close(), activate(version, true)) }, t("understanding_versions.anyway"));
  const leave = element("button.button", { type: "button", onclick: () => dialog.close() }, t("understanding_versions.leave"));
  body.append(gateView(gate, language), element("div.button-row", {}, leave, anyway));
  leave.focus();
}

async function rollBack() {
  if (!(await confirmed(t("understanding_versions.roll_back"), t("understanding_versions.roll_back_warning"), t("understanding_versions.roll_back")))) return;
  try {
    const now = await call("POST", `${nluPath}/rollback`);
    tellNews(t("understanding_versions.activated", { version: versionName(now) }));
  } catch (problem) {
    fail(problem);
  }
  await load();
}

async function configure(change) {
  try {
    await call("PATCH", nluPath, change);
    toast(t("common.saved"));
  } catch (problem) {
    fail(problem);
  }
  await load();
}

function details(version) {
  const { dialog, body } = drawer(versionName(version));
  dialog.classList.add("wide");
  const gate = element("div", { "aria-live": "polite" }, skeleton(2));
  const controls = writable && !version.is_active ? besideForms(version, dialog) : null;
  const beside = version.is_active ? null : element("section.form-grid", {}, element("h3", {}, t("understanding_versions.gate")), gate);
  const standing = version.is_active || version.is_shadow || version.share ? badgesOf(version) : null;
  body.append(...[standing, metricsView(version), beside, controls].filter(Boolean));
  if (version.is_active) return;
  get(`${versionPath(version)}/gate`).then(
    (found) => gate.replaceChildren(gateView(found, language)),
    (problem) => gate.replaceChildren(element("p.muted", {}, explain(problem))),
  );
}

function besideForms(version, dialog) {
  const part = input({ name: "share", type: "number", min: 1, max: 99, step: 1, value: Math.round((version.share ?? 0.1) * 100), required: true });
  part.classList.add("narrow");
  const split = element("form.control-bar", {}, field(t("understanding_versions.share"), part), element("button.button", { type: "submit" }, t("understanding_versions.start_split")));
  const change = (wanted) => (dialog.close(), configure(wanted));
  split.addEventListener("submit", (event) => {
    event.preventDefault();
    change({ split: { version_id: version.id, share: Number(part.value) / 100 } });
  });
  const shadow = version.is_shadow ? action("close", t("understanding_versions.end_shadow"), () => change({ shadow_version_id: null })) : action("", t("understanding_versions.start_shadow"), () => change({ shadow_version_id: version.id }));
  return element("section.form-grid", {}, element("h3", {}, t("understanding_versions.beside")), element("div.form-tight", {}, split, element("p.hint", {}, t("understanding_versions.share_hint"))), element("div.form-tight", {}, shadow, element("p.hint", {}, t("understanding_versions.shadow_hint"))));
}

byId("compare").addEventListener("click", compare);
byId("state").replaceChildren(skeleton(2));
byId("versions").replaceChildren(skeleton(4));
await Promise.all([showHead(), load()]);
if (state?.training && ["queued", "running"].includes(state.training.status)) await follow(state.training).catch((problem) => tellNews(trouble(problem), "bad"));
