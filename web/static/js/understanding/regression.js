// The regression set: sentences that every version must understand.

import { labelledLines } from "./annotations.js";
import { all, call } from "../blocks/api.js";
import { fail, formDialog, toast } from "../blocks/dialogs.js";
import { badge, element, emptyState, field, iconButton, skeleton, table } from "../blocks/elements.js";
import { formatNumber } from "../blocks/format.js";
import { byId, t } from "../blocks/page.js";
import { action, intentLabel, languageName, notice, nluPath, showHead, writable } from "./head.js";

const path = `${nluPath}/regression`;

async function load() {
  const box = byId("list");
  try {
    const rows = await all(path, { most: 5000 });
    byId("count").textContent = rows.length ? formatNumber(rows.length) : "";
    box.replaceChildren(rows.length ? table(heads(), rows.map(cells)) : nothing());
  } catch (problem) {
    box.replaceChildren(element("div.card-body", {}, notice(problem)));
  } finally {
    box.removeAttribute("aria-busy");
  }
}

const heads = () => [t("understanding_regression.text"), t("understanding_regression.intent"), t("understanding_regression.language"), ""];
const nothing = () => emptyState("check", t("understanding_regression.empty"), t("understanding_regression.empty_lead"), writable ? action("plus", t("understanding_regression.add"), add, ".button-primary") : null);

function cells(one) {
  return [
    element("span.wrap", { lang: one.language }, one.text),
    badge(intentLabel(one.intent), one.intent === null ? "warn" : "accent"),
    element("span.muted.small", {}, languageName(one.language)),
    { content: element("div.row-actions", {}, writable ? iconButton("trash", t("understanding_regression.delete", { text: one.text }), () => remove(one), ".danger") : null), className: "actions" },
  ];
}

function add() {
  const lines = element("textarea.input.mono", { name: "lines", rows: 9, required: true, placeholder: t("understanding_regression.lines_example") });
  formDialog(t("understanding_regression.add"), [field(t("understanding_regression.lines"), lines, t("understanding.lines_hint"))], t("common.add"), async ({ lines: pasted }) => {
    const examples = labelledLines(pasted);
    let added = 0;
    for (let from = 0; from < examples.length; from += 500) {
      added += (await call("POST", path, { examples: examples.slice(from, from + 500) })).added;
    }
    toast(t("understanding_regression.added", { count: formatNumber(added) }));
    await load();
  });
}

async function remove(one) {
  try {
    await call("DELETE", `${path}/${one.id}`);
    toast(t("common.deleted"));
  } catch (problem) {
    fail(problem);
  }
  await load();
  byId("list").querySelector("button")?.focus();
}

byId("add")?.addEventListener("click", add);
byId("list").replaceChildren(skeleton(4));
await Promise.all([showHead(), load()]);
