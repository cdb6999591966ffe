// What people asked and the bot did not get, put together: each cluster is decided in one click.

import { all, call } from "../blocks/api.js";
import { attempt, formDialog, tell } from "../blocks/dialogs.js";
import { action, badge, element } from "../blocks/elements.js";
import { formatAgo, formatNumber, languageName } from "../blocks/format.js";
import { field, input, select } from "../blocks/forms.js";
import { byId, t } from "../blocks/page.js";
import { emptyState, panel, redraw } from "../blocks/panel.js";
import { botPath, nluPath, onStart, refreshHead, showHead, writable } from "./head.js";

const SHOWN = 6;
const box = byId("clusters");
const status = byId("status");
let clusters = [];
let intents = [];

const load = panel(box, () => all(`${nluPath}/clusters`, { status: status.value }), view, { lines: 5 });

function view(found) {
  clusters = found.sort((one, other) => other.size - one.size);
  const isOpen = status.value === "open";
  const nothing = emptyState(isOpen ? "check" : "search", t(`understanding_clusters.empty_${status.value}`), isOpen ? t("understanding_clusters.empty_open_lead") : "");
  return clusters.length ? clusters.map(card) : element("section.card", {}, nothing);
}

function card(cluster) {
  const decidable = writable && cluster.status === "open";
  const heading = element("h3.wrap", { id: `cluster-${cluster.id}`, lang: cluster.language }, cluster.title);
  const messages = messageList(cluster, decidable);
  const outcome = cluster.assigned_intent ? badge(t("understanding_clusters.became", { intent: cluster.assigned_intent }), "good") : null;
  return element(
    "section.card.cluster",
    { "aria-labelledby": heading.id, dataset: { cluster: cluster.id } },
    element(
      "div.card-head",
      {},
      heading,
      element("div.quick-replies", {}, badge(t("understanding_clusters.size", { count: formatNumber(cluster.size) }), "accent"), badge(languageName(cluster.language)), outcome, element("span.muted.small", {}, formatAgo(cluster.created_at))),
    ),
    element("div.card-body.form-grid", {}, messages.node, decidable ? choices(cluster, messages) : null),
  );
}

// The messages, each of which can be left out.
function messageList(cluster, decidable) {
  const boxes = new Map();
  const same = new Map();
  for (const message of cluster.messages) same.set(message.text, [...(same.get(message.text) ?? []), message]);
  const line = ([text, messages]) => {
    const times = messages.length > 1 ? element("span.muted.small", {}, `\u00a0×\u00a0${formatNumber(messages.length)}`) : null;
    const shown = element("span.wrap", { lang: cluster.language }, text, times);
    if (!decidable) return element("li", {}, shown);
    const tick = element("input", { type: "checkbox", checked: true });
    for (const message of messages) boxes.set(message.id, tick);
    return element("li", {}, element("label.check", {}, tick, shown));
  };
  const lines = [...same].map(line);
  const list = element("ul.cluster-messages", {}, lines);
  lines.slice(SHOWN).forEach((hidden) => (hidden.hidden = true));
  const more = lines.length > SHOWN ? action("", t("understanding_clusters.all_messages", { count: formatNumber(lines.length) }), () => (lines.forEach((hidden) => (hidden.hidden = false)), more.remove())) : null;
  return { node: element("div", {}, list, more), excluded: () => [...boxes].filter(([, tick]) => !tick.checked).map(([id]) => id) };
}

function choices(cluster, messages) {
  const decide = (decision) => assign(cluster, { ...decision, excluded: messages.excluded() });
  // A suggestion may be small talk, which has no examples of the bot's own to add to.
  const suggested = intents.includes(cluster.suggestion) ? cluster.suggestion : null;
  const others = intents.filter((name) => name !== suggested);
  const chosen = select("intent", [["", t("understanding_clusters.choose_intent")], ...others.map((name) => [name, name])], "");
  chosen.setAttribute("aria-label", t("understanding_clusters.choose_intent"));
  const add = action("", t("common.add"), () => chosen.value && decide({ action: "intent", intent: chosen.value }));
  add.disabled = true;
  chosen.addEventListener("change", () => (add.disabled = !chosen.value));
  return element(
    "div.cluster-choices",
    {},
    suggested ? action("check", t("understanding_clusters.add_to", { intent: suggested }), () => decide({ action: "intent", intent: suggested }), ".button-primary") : null,
    others.length ? element("span.cluster-other", {}, chosen, add) : null,
    action("plus", t("understanding_clusters.new_intent"), () => newIntent(decide)),
    action("knowledge_bases", t("understanding_clusters.knowledge_gap"), () => decide({ action: "knowledge_gap" })),
    action("close", t("understanding_clusters.dismiss"), () => decide({ action: "dismiss" })),
  );
}

function newIntent(decide) {
  const fields = [field(t("understanding_clusters.intent_name"), input({ name: "intent", required: true, maxLength: 100, placeholder: "return_goods" }), t("understanding_clusters.intent_hint"))];
  formDialog(t("understanding_clusters.new_intent"), fields, t("common.create"), async ({ intent }) => {
    const name = intent.trim();
    await decide({ action: "new_intent", intent: name });
    if (!intents.includes(name)) intents = [...intents, name].sort();
  });
}

async function assign(cluster, decision) {
  const work = call("POST", `${nluPath}/clusters/${cluster.id}/assign`, decision);
  const told = (done) => (decision.intent ? t("understanding_clusters.done_intent", { intent: decision.intent, examples: done.examples_added, regression: done.regression_added }) : t(`understanding_clusters.done_${decision.action}`));
  if (document.querySelector("dialog[open]")) await work; // which says itself what went wrong
  if (!(await attempt(work, told))) return;
  leave(cluster);
  refreshHead();
}

// Away with the card; the next one's first button has the focus.
function leave(cluster) {
  const index = clusters.indexOf(cluster);
  redraw(box, view(clusters.filter((one) => one !== cluster)));
  box.querySelectorAll(".cluster")[Math.min(index, clusters.length - 1)]?.querySelector(".cluster-choices button")?.focus();
}

status.addEventListener("change", () => load());
onStart(`${nluPath}/clusters`, t("understanding_clusters.running"), async (result) => {
  tell(t("understanding_clusters.found", { clusters: formatNumber(result.clusters), messages: formatNumber(result.messages) }));
  status.value = "open";
  await load();
});
const head = showHead();
intents = (await all(`${botPath}/intents`).catch(() => [])).map((one) => one.name);
await Promise.all([head, load()]);
