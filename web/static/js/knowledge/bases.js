// The list of knowledge bases.

import { element, iconButton } from "../blocks/elements.js";
import { formatDate, formatNumber } from "../blocks/format.js";
import { field, input, textarea } from "../blocks/forms.js";
import { listPage } from "../blocks/list_page.js";
import { may, t } from "../blocks/page.js";
import { emptyState } from "../blocks/panel.js";

const writable = may("knowledge:write");

function card(base) {
  const counts = t("knowledge_bases.counts", { documents: formatNumber(base.document_count), chunks: formatNumber(base.chunk_count) });
  const warning = t("knowledge_bases.delete_warning", { name: base.name, count: base.document_count });
  const remove = () => page.remove(base, t("knowledge_bases.delete_title"), warning);
  return element(
    "article.card.kb-card",
    {},
    element("h2.wrap", {}, element("a", { href: `/admin/knowledge/${base.id}` }, base.name)),
    element("p.wrap", {}, base.description || t("knowledge_bases.no_description")),
    element(
      "div.kb-foot",
      {},
      element("span", {}, counts, " · ", formatDate(base.created_at)),
      writable ? iconButton("trash", t("knowledge_bases.delete", { name: base.name }), remove, ".danger") : null,
    ),
  );
}

function empty() {
  const start = writable ? element("button.button.button-primary", { type: "button", onclick: () => page.edit() }, t("knowledge_bases.create")) : null;
  return element("section.card", {}, emptyState("knowledge_bases", t("knowledge_bases.empty"), t("knowledge_bases.empty_lead"), start));
}

const form = () => ({
  title: t("knowledge_bases.create"),
  action: t("common.create"),
  fields: [
    field(t("knowledge_bases.name"), input({ name: "name", required: true, maxLength: 200 })),
    field(t("knowledge_bases.description"), textarea({ name: "description", maxLength: 2000 }), t("knowledge_bases.description_hint")),
  ],
});

const page = listPage({
  path: "/v1/knowledge-bases",
  view: (bases) => element("div.cards", {}, bases.map(card)),
  empty,
  form,
  made: ({ id }) => location.assign(`/admin/knowledge/${id}`),
});
await page.show();
