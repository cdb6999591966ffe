// Questions with approved answers: listed, searched, written, switched off, brought and taken along as tables.

import { all, call, download } from "../blocks/api.js";
import { action, badge, element, iconButton } from "../blocks/elements.js";
import { formatNumber, languageName } from "../blocks/format.js";
import { check, field, input, resting, textarea } from "../blocks/forms.js";
import { listPage } from "../blocks/list_page.js";
import { byId, t } from "../blocks/page.js";
import { emptyState } from "../blocks/panel.js";
import { basePath, listed, showHead, toggle, writable } from "./head.js";
import { importDialog } from "./table_import.js";

const SHOWN = 40;
const path = `${basePath}/faqs`;
const box = byId("faqs");
let faqs = [];
let shown = SHOWN;

function matching() {
  const wanted = byId("filter").value.trim().toLowerCase();
  const texts = (faq) => [faq.question, faq.answer, ...faq.alternatives, ...faq.tags];
  return faqs.filter((faq) => texts(faq).some((text) => text.toLowerCase().includes(wanted)));
}

function view(found) {
  faqs = found;
  byId("summary").textContent = faqs.length ? formatNumber(faqs.length) : "";
  const start = writable ? action("plus", t("knowledge_faqs.create"), () => page.edit(), ".button-primary") : null;
  if (!faqs.length) return emptyState("conversations", t("knowledge_faqs.empty"), t("knowledge_faqs.empty_lead"), start);
  const matches = matching();
  if (!matches.length) return element("p.card-body.muted", {}, t("knowledge_faqs.none_match"));
  const more = action("", t("common.more"), () => draw(shown + SHOWN));
  return [element("ul.faq-list", {}, matches.slice(0, shown).map(row)), matches.length > shown ? element("div.card-body", {}, more) : null];
}

function draw(most) {
  shown = most;
  page.show.draw();
}

function row(faq) {
  const { question } = faq;
  const about = [
    badge(languageName(faq.language)),
    faq.is_enabled ? null : badge(t("knowledge_faqs.disabled"), "warn"),
    faq.alternatives.length ? element("span", { title: faq.alternatives.join("\n") }, t("knowledge_faqs.alternative_count", { count: faq.alternatives.length })) : null,
    faq.tags.map((tag) => badge(tag)),
  ];
  const remove = () => page.remove(faq, t("knowledge_faqs.delete"), t("knowledge_faqs.delete_warning", { question }));
  const actions = [
    toggle(t("knowledge_faqs.enabled_for", { question }), faq.is_enabled, (on) => turn(faq, on)),
    iconButton("edit", t("knowledge_faqs.edit_one", { question }), () => page.edit(faq)),
    iconButton("trash", t("knowledge_faqs.delete_one", { question }), remove, ".danger"),
  ];
  return element(
    faq.is_enabled ? "li" : "li.is-off",
    { dataset: { faq: faq.id } },
    element("div.faq-text", {}, element("h3.wrap", {}, question), element("p.wrap.faq-answer", {}, faq.answer), element("div.chunk-head", {}, about)),
    element("div.row-actions", {}, writable ? actions : []),
  );
}

async function turn(faq, on) {
  Object.assign(faq, await call("PATCH", `${path}/${faq.id}`, { is_enabled: on }));
  byId("news").textContent = t(faq.is_enabled ? "knowledge_faqs.now_on" : "knowledge_faqs.now_off", { question: faq.question });
  draw(shown);
  box.querySelector(`[data-faq="${faq.id}"] .toggle`).focus();
}

function form(faq) {
  const { question = "", answer = "", alternatives = [], tags = [], is_enabled: isEnabled = true } = faq ?? {};
  return {
    title: faq ? t("knowledge_faqs.edit") : t("knowledge_faqs.create"),
    fields: [
      field(t("knowledge_faqs.question"), input({ name: "question", required: true, maxLength: 500, value: question })),
      field(t("knowledge_faqs.answer"), textarea({ name: "answer", required: true, rows: 5, maxLength: 8000, value: answer }), t("knowledge_faqs.answer_hint")),
      field(t("knowledge_faqs.alternatives"), textarea({ name: "alternatives", rows: 4, value: alternatives.join("\n") }), t("knowledge_faqs.alternatives_hint")),
      field(t("knowledge.tags"), input({ name: "tags", value: tags.join(", ") }), t("knowledge.tags_hint")),
      check("is_enabled", "yes", t("knowledge_faqs.enabled"), isEnabled),
    ],
    body: (values) => ({
      ...values,
      alternatives: [...new Set(values.alternatives.split("\n").map((line) => line.trim()).filter(Boolean))],
      tags: listed(values.tags),
      is_enabled: values.is_enabled === "yes",
    }),
  };
}

function bring() {
  importDialog({
    title: t("knowledge_faqs.import"),
    hint: t("knowledge_faqs.import_hint"),
    example: t("knowledge_faqs.import_example"),
    accept: ".csv,.xlsx",
    path: `${path}/import`,
    done: async ({ added, updated, unchanged }) => {
      await page.show();
      return t("knowledge_faqs.imported", { added, updated, unchanged });
    },
  });
}

const page = listPage({ box, path, load: () => all(path, { most: Infinity }), view, form, lines: 6 });
for (const button of document.querySelectorAll("[data-export]")) {
  button.addEventListener("click", () => resting(button, () => download(`${path}/export?format=${button.dataset.export}`)));
}
byId("import")?.addEventListener("click", bring);
byId("filter").addEventListener("input", () => draw(SHOWN));
await Promise.all([showHead(), page.show()]);
