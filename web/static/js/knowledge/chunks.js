// What the documents were cut into: read, put in other words, switched off.

import { all } from "../blocks/api.js";
import { element } from "../blocks/elements.js";
import { byId, t } from "../blocks/page.js";
import { emptyState, panel } from "../blocks/panel.js";
import { chunksView, loadChunks } from "./chunk_views.js";
import { basePath, pagePath, showHead } from "./head.js";

const picker = byId("document");

async function load() {
  if (!picker.options.length) {
    const documents = await all(`${basePath}/documents`);
    picker.append(...documents.map(({ id, title }) => element("option", { value: id, selected: id === location.hash.slice(1) }, title)));
    picker.disabled = !documents.length;
  }
  if (picker.disabled) return [];
  history.replaceState(null, "", `#${picker.value}`);
  return loadChunks(picker.value);
}

function empty() {
  const start = element("a.button.button-primary", { href: pagePath }, t("knowledge_chunks.to_documents"));
  return emptyState("knowledge_bases", t("knowledge.no_documents"), t("knowledge_chunks.empty_lead"), start);
}

const show = panel(byId("chunks"), load, chunksView, { lines: 6, empty });
picker.addEventListener("change", () => show());
await Promise.all([showHead(), show()]);
