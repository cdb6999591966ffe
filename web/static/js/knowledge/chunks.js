// What the documents were cut into: read, put in other words, switched off.

import { all } from "../blocks/api.js";
import { fillWithChunks } from "./chunk_views.js";
import { element, emptyState, skeleton } from "../blocks/elements.js";
import { basePath, notice, pagePath, showHead } from "./head.js";
import { byId, t } from "../blocks/page.js";

const picker = byId("document");
const box = byId("chunks");

async function choose() {
  history.replaceState(null, "", `#${picker.value}`);
  await fillWithChunks(box, picker.value);
}

async function load() {
  box.replaceChildren(skeleton(6));
  try {
    const documents = await all(`${basePath}/documents`);
    if (!documents.length) {
      picker.disabled = true;
      const start = element("a.button.button-primary", { href: pagePath }, t("knowledge_chunks.to_documents"));
      box.replaceChildren(emptyState("knowledge_bases", t("knowledge.no_documents"), t("knowledge_chunks.empty_lead"), start));
      return;
    }
    const wanted = location.hash.slice(1);
    picker.replaceChildren(...documents.map(({ id, title }) => element("option", { value: id, selected: id === wanted }, title)));
    await choose();
  } catch (problem) {
    box.replaceChildren(notice(problem));
  }
}

picker.addEventListener("change", choose);
await Promise.all([showHead(), load()]);
