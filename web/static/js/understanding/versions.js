// Training and versions: make one, look at it, let it answer, take it back, or let it run beside.

import { Problem, all, call, get } from "../blocks/api.js";
import { attempt, confirmed, drawer, fail, tell } from "../blocks/dialogs.js";
import { action, element } from "../blocks/elements.js";
import { formatAgo, formatNumber, formatSize } from "../blocks/format.js";
import { check, field, input, onSubmit } from "../blocks/forms.js";
import { byId, language, t } from "../blocks/page.js";
import { emptyState, panel, redraw } from "../blocks/panel.js";
import { Picks } from "../blocks/picks.js";
import { controls, number, table } from "../blocks/table.js";
import { drawState, followJob, nluPath, showHead, versionName, writable } from "./head.js";
import { badgesOf, comparison, gateView, metricText, metricsView } from "./version_views.js";

const HEADS = ["", ...["version", "made", "taught", "accuracy", "refused", "size"].map((name) => t(`understanding_versions.head_${name}`)), ""];
const versionPath = (version) => `${nluPath}/versions/${version.id}`;
const picks = new Picks(byId("compare"), t("understanding_versions.pick_two"));
let state = null;
let versions = [];

const loadState = panel(byId("state"), (asked) => asked, stateView, { lines: 2 });
const loadVersions = panel(byId("versions"), (asked) => asked.catch(() => null), versionsView);

function load() {
  const asked = Promise.all([get(nluPath), all(`${nluPath}/versions`)]).then((found) => ([state, versions] = found));
  return Promise.all([loadState(asked), loadVersions(asked)]);
}

function stateView() {
  drawState(state);
  drawActions();
  const active = state.active ? t("understanding_versions.answers", { version: versionName(state.active) }) : t("understanding_versions.answers_none");
  const counts = t("understanding_versions.counts", { examples: formatNumber(state.example_count), intents: formatNumber(state.intent_count) });
  const split = versions.find((one) => one.id === state.split?.version_id);
  const shadow = versions.find((one) => one.id === state.shadow_version_id);
  return [
    element("p", {}, element("strong", {}, active), element("span.muted", {}, ` · ${counts}`)),
    state.needs_training ? element("p.note.note-warn", {}, t("understanding_versions.stale")) : null,
    split ? besideLine(t("understanding_versions.split_now", { version: versionName(split), share: metricText("threshold", state.split.share) }), { split: null }) : null,
    shadow ? besideLine(t("understanding_versions.shadow_now", { version: versionName(shadow) }), { shadow_version_id: null }) : null,
  ];
}

function besideLine(text, ending) {
  return element("div.beside", {}, element("span", {}, text), writable ? action("close", t("understanding_versions.end"), () => configure(ending)) : null);
}

function drawActions() {
  if (!writable) return;
  const activate = check("activate", "yes", t("understanding_versions.activate_too"), false);
  const train = action("rotate", t("understanding_versions.train"), () => start(activate.querySelector("input").checked), ".button-primary");
  const back = state.can_roll_back ? action("back", t("understanding_versions.roll_back"), rollBack) : null;
  redraw(byId("state-actions"), activate, back, train);
}

async function start(activate) {
  byId("state-actions").replaceChildren();
  if (!(await attempt(call("POST", `${nluPath}/train`, { activate }).then(follow)))) await load();
}

async function follow(job) {
  const { result } = await followJob(byId("training"), job, t("understanding_versions.training"));
  const said = { version: t("understanding.version_number", { number: result.number }) };
  if (!result.is_new && !result.activated) tell(t("understanding_versions.same", said));
  else tell(t(result.activated ? "understanding_versions.trained_active" : "understanding_versions.trained", said));
  await load();
  const made = versions.find((one) => one.id === result.version_id);
  if (made && result.gate && !result.gate.passes) showRefusal(made, result.gate);
}

function versionsView(found) {
  byId("compare").hidden = versions.length < 2;
  if (!found) return null;
  picks.keep(versions);
  if (!versions.length) return emptyState("rotate", t("understanding_versions.empty"), t("understanding_versions.empty_lead"));
  return table(HEADS, versions.map(cells), versions.map(({ id }) => ({ version: id })));
}

function cells(one) {
  return [
    picks.tick(one, t("understanding_versions.pick", { version: versionName(one) })),
    badgesOf(one),
    element("span.muted.small.nowrap", {}, formatAgo(one.created_at)),
    { content: taught(one.metrics), className: "small" },
    number(metricText("cv_in_scope_accuracy", one.metrics.cv_in_scope_accuracy)),
    number(metricText("cv_refused_outside", one.metrics.cv_refused_outside)),
    { content: formatSize(one.size), className: "number muted small nowrap" },
    controls(writable && !one.is_active ? action("check", t("understanding_versions.activate"), () => activate(one)) : null, action("", t("understanding_versions.details"), () => details(one))),
  ];
}

function taught({ examples, intents, small_talk_intents: talk }) {
  const values = { examples: formatNumber(examples), intents: formatNumber(intents) };
  return talk ? t("understanding_versions.taught_and_talk", values) : t("understanding_versions.taught", values);
}

function compare() {
  const [newer, older] = picks.of(versions);
  const { body } = drawer(t("understanding_versions.comparing", { one: versionName(older), other: versionName(newer) }), { wide: true });
  body.append(comparison(older, newer), element("p.hint", {}, t("understanding_versions.compare_hint")));
}

async function activate(version, force = false) {
  try {
    await call("POST", `${versionPath(version)}/activate`, { force });
    tell(t("understanding_versions.activated", { version: versionName(version) }));
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
  const { dialog, body } = drawer(t("understanding_versions.refused", { version: versionName(version) }), { wide: true });
  const anyway = element("button.button.button-danger", { type: "button", onclick: () => (dialog.close(), activate(version, true)) }, t("understanding_versions.anyway"));
  const leave = element("button.button", { type: "button", onclick: () => dialog.close() }, t("understanding_versions.leave"));
  body.append(gateView(gate, language), element("div.button-row", {}, leave, anyway));
  leave.focus();
}

async function rollBack() {
  if (!(await confirmed(t("understanding_versions.roll_back"), t("understanding_versions.roll_back_warning"), t("understanding_versions.roll_back")))) return;
  await attempt(call("POST", `${nluPath}/rollback`), (now) => t("understanding_versions.activated", { version: versionName(now) }));
  await load();
}

async function configure(change) {
  await attempt(call("PATCH", nluPath, change), t("common.saved"));
  await load();
}

function details(version) {
  const { dialog, body } = drawer(versionName(version), { wide: true });
  const standing = version.is_active || version.is_shadow || version.share ? badgesOf(version) : "";
  body.append(standing, metricsView(version));
  if (version.is_active) return undefined;
  const gate = element("div", { "aria-live": "polite" });
  body.append(element("section.form-grid", {}, element("h3", {}, t("understanding_versions.gate")), gate), writable ? besideForms(version, dialog) : "");
  return panel(gate, () => get(`${versionPath(version)}/gate`), (found) => gateView(found, language), { lines: 2 })();
}

function besideForms(version, dialog) {
  const part = input({ name: "share", type: "number", min: 1, max: 99, step: 1, value: Math.round((version.share ?? 0.1) * 100), required: true });
  part.classList.add("narrow");
  const split = element("form.control-bar", {}, field(t("understanding_versions.share"), part), element("button.button", { type: "submit" }, t("understanding_versions.start_split")));
  const change = (wanted) => (dialog.close(), configure(wanted));
  onSubmit(split, () => change({ split: { version_id: version.id, share: Number(part.value) / 100 } }));
  const shadow = version.is_shadow ? action("close", t("understanding_versions.end_shadow"), () => change({ shadow_version_id: null })) : action("", t("understanding_versions.start_shadow"), () => change({ shadow_version_id: version.id }));
  return element("section.form-grid", {}, element("h3", {}, t("understanding_versions.beside")), element("div.form-tight", {}, split, element("p.hint", {}, t("understanding_versions.share_hint"))), element("div.form-tight", {}, shadow, element("p.hint", {}, t("understanding_versions.shadow_hint"))));
}

byId("compare").addEventListener("click", compare);
await Promise.all([showHead(), load()]);
if (state?.training && ["queued", "running"].includes(state.training.status)) await attempt(follow(state.training));
