// The list of knowledge bases.

import { all, call, explain } from "../blocks/api.js";
import { confirmed, fail, formDialog, toast } from "../blocks/dialogs.js";
import { element, emptyState, field, iconButton, input, skeleton } from "../blocks/elements.js";
import { formatDate, formatNumber } from "../blocks/format.js";
import { byId, may, t } from "../blocks/page.js";

const box = byId("list");

async function show() {
  try {
    const bases = await all("/v1/knowledge-bases");
    box.replaceChildren(bases.length ? element("div.cards", {}, bases.map(card)) : nothing());
  } catch (problem) {
    box.replaceChildren(element("p.note.note-bad", {}, explain(problem)));
  } finally {
    box.removeAttribute("aria-busy");
  }
}

function card(base) {
  const counts = t("knowledge_bases.counts", { documents: formatNumber(base.document_count), chunks: formatNumber(base.chunk_count) });
  return element(
    "article.card.kb-card",
    {},
    element("h2.wrap", {}, element("a", { href: `/admin/knowledge/${base.id}` }, base.name)),
    element("p.wrap", {}, base.description || t("knowledge_bases.no_description")),
    element(
      "div.kb-foot",
      {},
      element("span", {}, counts, " · ", formatDate(base.created_at)),
      may("knowledge:write") ? iconButton("trash", t("knowledge_bases.delete", { name: base.name }), () => remove(base), ".danger") : null,
    ),
  );
}

function nothing() {
  const action = may("knowledge:write") ? element("button.button.button-primary", { type: "button", onclick: create }, t("knowledge_bases.create")) : null;
  return element("section.card", {}, emptyState("knowledge_bases", t("knowledge_bases.empty"), t("knowledge_bases.empty_lead"), action));
}

function create() {
  const fields = [
    field(t("knowledge_bases.name"), input({ name: "name", required: true, maxLength: 200 })),
    field(t("knowledge_bases.description"), element("textarea.input", { name: "description", maxLength: 2000 }), t("knowledge_bases.description_hint")),
  ];
  formDialog(t("knowledge_bases.create"), fields, t("common.create"), async ({ name, description }) => {
    const made = await call("POST", "/v1/knowledge-bases", { name, description });
    location.assign(`/admin/knowledge/${made.id}`);
  });
}

async function remove(base) {
  const text = t("knowledge_bases.delete_warning", { name: base.name, count: base.document_count });
  if (!(await confirmed(t("knowledge_bases.delete_title"), text, t("common.delete")))) return;
  try {
    await call("DELETE", `/v1/knowledge-bases/${base.id}`);
    toast(t("common.deleted"));
  } catch (problem) {
    fail(problem);
  }
  await show();
}

byId("create")?.addEventListener("click", create);
box.replaceChildren(skeleton(4));
await show();
