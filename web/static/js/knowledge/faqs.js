// Questions with approved answers: listed, searched, written, switched off, brought and taken along as tables.

import { call, download, explain, list } from "../blocks/api.js";
import { confirmed, fail, formDialog, toast } from "../blocks/dialogs.js";
import { badge, check, element, emptyState, field, iconButton, input, skeleton } from "../blocks/elements.js";
import { formatNumber } from "../blocks/format.js";
import { action, basePath, languageName, listed, notice, showHead, tagBadges, toggle, writable } from "./head.js";
import { byId, t } from "../blocks/page.js";
import { importDialog } from "./table_import.js";

const SHOWN = 40;
const path = `${basePath}/faqs`;
let faqs = [];
let shown = SHOWN;

async function load() {
  try {
    const found = [];
    let cursor = null;
    do {
      const page = await list(path, { limit: 200, cursor });
      found.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor);
    faqs = found;
    draw();
  } catch (problem) {
    byId("faqs").replaceChildren(element("div.card-body", {}, notice(problem)));
  } finally {
    byId("faqs").removeAttribute("aria-busy");
  }
}

function matching() {
  const wanted = byId("filter").value.trim().toLowerCase();
  const texts = (faq) => [faq.question, faq.answer, ...faq.alternatives, ...faq.tags];
  return faqs.filter((faq) => texts(faq).some((text) => text.toLowerCase().includes(wanted)));
}

function draw() {
  byId("summary").textContent = faqs.length ? formatNumber(faqs.length) : "";
  if (!faqs.length) {
    const start = writable ? action("plus", t("knowledge_faqs.create"), () => edit(null), ".button-primary") : null;
    byId("faqs").replaceChildren(emptyState("conversations", t("knowledge_faqs.empty"), t("knowledge_faqs.empty_lead"), start));
    return;
  }
  const found = matching();
  const more = action("", t("common.more"), () => {
    shown += SHOWN;
    draw();
  });
  const rest = found.length > shown ? element("div.card-body", {}, more) : null;
  const rows = element("ul.faq-list", {}, found.slice(0, shown).map(row));
  const nothing = element("p.card-body.muted", {}, t("knowledge_faqs.none_match"));
  byId("faqs").replaceChildren(...(found.length ? [rows, rest].filter(Boolean) : [nothing]));
}

function row(faq) {
  const about = [
    badge(languageName(faq.language)),
    faq.is_enabled ? null : badge(t("knowledge_faqs.disabled"), "warn"),
    faq.alternatives.length ? element("span", { title: faq.alternatives.join("\n") }, t("knowledge_faqs.alternative_count", { count: faq.alternatives.length })) : null,
    ...tagBadges(faq.tags),
  ];
  const actions = writable
    ? [
        toggle(t("knowledge_faqs.enabled_for", { question: faq.question }), faq.is_enabled, (on) => change(faq, { is_enabled: on })),
        iconButton("edit", t("knowledge_faqs.edit_one", { question: faq.question }), () => edit(faq)),
        iconButton("trash", t("knowledge_faqs.delete_one", { question: faq.question }), () => remove(faq), ".danger"),
      ]
    : [];
  return element(
    faq.is_enabled ? "li" : "li.is-off",
    { dataset: { faq: faq.id } },
    element("div.faq-text", {}, element("h3.wrap", {}, faq.question), element("p.wrap.faq-answer", {}, faq.answer), element("div.chunk-head", {}, about)),
    element("div.row-actions", {}, actions),
  );
}

async function change(faq, changes) {
  try {
    Object.assign(faq, await call("PATCH", `${path}/${faq.id}`, changes));
    const told = t(faq.is_enabled ? "knowledge_faqs.now_on" : "knowledge_faqs.now_off", { question: faq.question });
    byId("news").textContent = told;
    byId("faqs").querySelector(`[data-faq="${faq.id}"]`).replaceWith(row(faq));
    byId("faqs").querySelector(`[data-faq="${faq.id}"] .toggle`).focus();
  } catch (problem) {
    fail(problem);
    throw problem;
  }
}

function edit(faq) {
  const alternatives = element("textarea.input", { name: "alternatives", rows: 4, value: (faq?.alternatives ?? []).join("\n") });
  const fields = [
    field(t("knowledge_faqs.question"), input({ name: "question", required: true, maxLength: 500, value: faq?.question ?? "" })),
    field(t("knowledge_faqs.answer"), element("textarea.input", { name: "answer", required: true, rows: 5, maxLength: 8000, value: faq?.answer ?? "" }), t("knowledge_faqs.answer_hint")),
    field(t("knowledge_faqs.alternatives"), alternatives, t("knowledge_faqs.alternatives_hint")),
    field(t("knowledge.tags"), input({ name: "tags", value: (faq?.tags ?? []).join(", ") }), t("knowledge.tags_hint")),
    check("is_enabled", "yes", t("knowledge_faqs.enabled"), faq?.is_enabled ?? true),
  ];
  formDialog(faq ? t("knowledge_faqs.edit") : t("knowledge_faqs.create"), fields, t("common.save"), async (values) => {
    const body = {
      question: values.question,
      answer: values.answer,
      alternatives: [...new Set(values.alternatives.split("\n").map((line) => line.trim()).filter(Boolean))],
      tags: listed(values.tags),
      is_enabled: values.is_enabled === "yes",
    };
    await (faq ? call("PATCH", `${path}/${faq.id}`, body) : call("POST", path, body));
    toast(t("common.saved"));
    await load();
  });
}

async function remove(faq) {
  if (!(await confirmed(t("knowledge_faqs.delete"), t("knowledge_faqs.delete_warning", { question: faq.question }), t("common.delete")))) return;
  try {
    await call("DELETE", `${path}/${faq.id}`);
    byId("news").textContent = t("common.deleted");
    toast(t("common.deleted"));
  } catch (problem) {
    fail(problem);
  }
  await load();
  byId("filter").focus();
}

function bring() {
  importDialog({
    title: t("knowledge_faqs.import"),
    hint: t("knowledge_faqs.import_hint"),
    example: t("knowledge_faqs.import_example"),
    accept: ".csv,.xlsx",
    path: `${path}/import`,
    done: async ({ added, updated, unchanged }) => {
      await load();
      return t("knowledge_faqs.imported", { added, updated, unchanged });
    },
  });
}

for (const button of document.querySelectorAll("[data-export]")) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    await download(`${path}/export?format=${button.dataset.export}`).catch((problem) => toast(explain(problem), "bad"));
    button.disabled = false;
  });
}
byId("create")?.addEventListener("click", () => edit(null));
byId("import")?.addEventListener("click", bring);
byId("filter").addEventListener("input", () => {
  shown = SHOWN;
  draw();
});
byId("faqs").replaceChildren(skeleton(6));
await Promise.all([showHead(), load()]);
