// Flows and entities: listed by what they do, written in an editor.

import { all, call } from "../blocks/api.js";
import { removal } from "../blocks/dialogs.js";
import { action, badge, element, iconButton } from "../blocks/elements.js";
import { formatNumber } from "../blocks/format.js";
import { byId, language, t } from "../blocks/page.js";
import { emptyState, panel } from "../blocks/panel.js";
import { controls, table } from "../blocks/table.js";
import { editDefinition } from "./definition_editor.js";
import { botPath, showHead, writable } from "./head.js";

const NEW_FLOW = { name: "opening_hours", intents: ["opening_hours"], say: { zh: "我们每天 9:00–18:00 营业。", en: "We are open from 9:00 to 18:00 every day." } };
const NEW_ENTITY = { kind: "gazetteer", values: { L: ["large", "大号"], S: ["small", "小号"] } };
const LONGEST_WORDS = 80; // characters of a reply
const KINDS = {
  flows: { naming: false, example: NEW_FLOW, heads: ["name", "intents", "does"], cells: flowCells, icon: "rotate" },
  entities: { naming: true, example: NEW_ENTITY, heads: ["name", "kind", "values"], cells: entityCells, icon: "search" },
};

function listOf(kind) {
  const { heads, cells, icon } = KINDS[kind];
  const headings = [...heads.map((name) => t(`understanding_definitions.head_${name}`)), ""];
  return panel(
    byId(kind),
    () => all(`${botPath}/${kind}`),
    (rows) => table(headings, rows.sort((one, other) => one.name.localeCompare(other.name)).map((row) => [...cells(row), actions(kind, row)])),
    { lines: 3, empty: () => emptyState(icon, t(`understanding_definitions.empty_${kind}`), t(`understanding_definitions.empty_${kind}_lead`)) },
  );
}

function actions(kind, row) {
  const { name } = row;
  if (!writable) return controls(action("", t("understanding_definitions.view"), () => edit(kind, row)));
  return controls(
    iconButton("edit", t("understanding_definitions.edit", { name }), () => edit(kind, row)),
    iconButton("trash", t("understanding_definitions.delete", { name }), () => remove(kind, row), ".danger"),
  );
}

const badges = (names) => element("div.quick-replies", {}, names.length ? names.map((name) => badge(name)) : "–");

function flowCells({ name, definition }) {
  const slots = (definition.slots ?? []).map((slot) => slot.name);
  const call = definition.call ? t("understanding_definitions.calls", { target: `${definition.call.connection} · ${definition.call.operation}` }) : "";
  const does = [slots.length ? t("understanding_definitions.asks", { slots: slots.join(", ") }) : "", call, definition.say ? t("understanding_definitions.says", { words: firstWords(definition.say) }) : "", definition.hand_over ? t("understanding_definitions.hands_over") : ""].filter(Boolean);
  const started = [badges(definition.intents ?? []), definition.after?.length ? element("div.muted.small.wrap", {}, t("understanding_definitions.after", { flows: shortened(definition.after) })) : null];
  return [element("strong.wrap", {}, name), element("div", {}, ...started), element("span.muted.small.wrap", {}, does.join(" · ") || "–")];
}

function firstWords(say) {
  const said = [say[language] ?? Object.values(say)[0]].flat()[0];
  const characters = Array.from(said);
  return characters.length > LONGEST_WORDS ? `${characters.slice(0, LONGEST_WORDS).join("")}…` : said;
}

function shortened(names) {
  const shown = names.slice(0, 8).join(", ");
  return names.length > 8 ? t("understanding_definitions.and_more", { values: shown, count: formatNumber(names.length - 8) }) : shown;
}

function entityCells({ name, definition }) {
  const values = Array.isArray(definition.values) ? definition.values : Object.keys(definition.values ?? {});
  const told = definition.pattern ?? shortened(values);
  const kind = t(`understanding_definitions.kind_${definition.kind}`, {}, definition.kind);
  return [element("strong.wrap", {}, name), badge(kind), element(definition.pattern ? "code.wrap" : "span.muted.small.wrap", {}, told || "–")];
}

function edit(kind, row = null) {
  const { naming, example } = KINDS[kind];
  const title = row ? t("understanding_definitions.edit", { name: row.name }) : t(`understanding_definitions.new_${kind}`);
  editDefinition({
    title,
    hint: t(`understanding_definitions.hint_${kind}`),
    name: row?.name ?? "",
    naming,
    definition: row?.definition ?? example,
    readOnly: !writable,
    save: async (name, definition) => {
      if (row) await call("PUT", `${botPath}/${kind}/${row.id}`, { definition });
      else await call("POST", `${botPath}/${kind}`, naming ? { name, definition } : { definition });
      await show[kind]();
    },
  });
}

function remove(kind, row) {
  const warning = t(`understanding_definitions.delete_warning_${kind}`, { name: row.name });
  return removal(`${botPath}/${kind}/${row.id}`, t("understanding_definitions.delete", { name: row.name }), warning, show[kind]);
}

const show = { flows: listOf("flows"), entities: listOf("entities") };
for (const kind of Object.keys(KINDS)) byId(`create-${kind}`)?.addEventListener("click", () => edit(kind));
await Promise.all([showHead(), show.flows(), show.entities()]);
