// The regression set: sentences that every version must understand.

import { all, call } from "../blocks/api.js";
import { attempt, formDialog, toast } from "../blocks/dialogs.js";
import { action, badge, element, iconButton } from "../blocks/elements.js";
import { formatNumber, languageName } from "../blocks/format.js";
import { field, textarea } from "../blocks/forms.js";
import { byId, t } from "../blocks/page.js";
import { emptyState, panel } from "../blocks/panel.js";
import { controls, table } from "../blocks/table.js";
import { labelledLines } from "./annotations.js";
import { addExamples, intentLabel, nluPath, showHead, writable } from "./head.js";

const HEADS = [...["text", "intent", "language"].map((name) => t(`understanding_regression.${name}`)), ""];
const path = `${nluPath}/regression`;

function view(rows) {
  byId("count").textContent = rows.length ? formatNumber(rows.length) : "";
  const start = writable ? action("plus", t("understanding_regression.add"), add, ".button-primary") : null;
  return rows.length ? table(HEADS, rows.map(cells)) : emptyState("check", t("understanding_regression.empty"), t("understanding_regression.empty_lead"), start);
}

function cells(one) {
  return [
    element("span.wrap", { lang: one.language }, one.text),
    badge(intentLabel(one.intent), one.intent === null ? "warn" : "accent"),
    element("span.muted.small", {}, languageName(one.language)),
    controls(writable ? iconButton("trash", t("understanding_regression.delete", { text: one.text }), () => remove(one), ".danger") : null),
  ];
}

function add() {
  const lines = textarea({ name: "lines", rows: 9, required: true, placeholder: t("understanding_regression.lines_example") }, ".mono");
  formDialog(t("understanding_regression.add"), [field(t("understanding_regression.lines"), lines, t("understanding.lines_hint"))], t("common.add"), async () => {
    const added = await addExamples(path, labelledLines(lines.value));
    toast(t("understanding_regression.added", { count: formatNumber(added) }));
    await show();
  });
}

async function remove(one) {
  await attempt(call("DELETE", `${path}/${one.id}`), t("common.deleted"));
  await show();
}

const show = panel(byId("list"), () => all(path, { most: 5000 }), view);
byId("add")?.addEventListener("click", add);
await Promise.all([showHead(), show()]);
