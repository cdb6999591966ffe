// The chunks of a document, and passages found in a knowledge base, each with the place it came from.

import { call } from "../blocks/api.js";
import { attempt, drawer, tell } from "../blocks/dialogs.js";
import { badge, element, iconButton } from "../blocks/elements.js";
import { formatPlace, percent } from "../blocks/format.js";
import { textarea, writeInPlace } from "../blocks/forms.js";
import { t } from "../blocks/page.js";
import { grow, panel } from "../blocks/panel.js";
import { meter } from "../blocks/report.js";
import { basePath, toggle, writable } from "./head.js";

export function showChunks(document) {
  return panel(drawer(document.title).body, loadChunks, chunksView, { lines: 6 })(document.id);
}

// All chunks of a document, some at a time. Who may change them can.
export async function loadChunks(documentId) {
  const chunks = element("div.form-grid");
  return [chunks, await grow(chunks, `${basePath}/chunks`, { document_id: documentId, limit: 30 }, chunkView)];
}

export const chunksView = ([chunks, more]) => (chunks.children.length ? [chunks, more] : element("p.muted", {}, t("knowledge.no_chunks")));

function chunkView(chunk) {
  const view = element("article.chunk");
  const number = `#${chunk.ordinal + 1}`;
  const change = async (changes) => {
    Object.assign(chunk, await call("PATCH", `${basePath}/chunks/${chunk.id}`, changes));
    tell(t("common.saved"));
  };
  const turn = async (on) => {
    await attempt(change({ is_enabled: on }));
    show();
    view.querySelector(".toggle").focus();
  };
  const show = () => {
    const place = formatPlace({ ...chunk.locator, heading: chunk.locator?.heading ?? chunk.heading });
    const controls = [toggle(t("knowledge.chunk_enabled", { number }), chunk.is_enabled, turn), iconButton("edit", t("knowledge.chunk_edit", { number }), write)];
    const marks = [badge(number), chunk.is_enabled ? null : badge(t("knowledge.chunk_off"), "warn"), chunk.is_edited ? badge(t("knowledge.chunk_edited"), "accent") : null, place ? element("span.wrap", {}, place) : null];
    view.classList.toggle("is-off", !chunk.is_enabled);
    view.replaceChildren(
      element("div.chunk-bar", {}, element("div.chunk-head", {}, marks), writable ? element("div.row-actions", {}, controls) : null),
      element("p.chunk-text", { lang: chunk.language }, chunk.text),
    );
  };
  const write = () => {
    const area = textarea({ value: chunk.text, rows: Math.min(16, 3 + chunk.text.length / 70), required: true, maxLength: 8000, "aria-label": t("knowledge.chunk_text") });
    writeInPlace(view, "form.form-grid", area, (text) => change({ text }), show);
  };
  show();
  return view;
}

export const chunkCard = (about, text, lang) => element("article.chunk", {}, element("div.chunk-head", {}, about), element("p.chunk-text", { lang }, text));

export function passageView({ score, text, document_title: title, locator }) {
  const place = [title, formatPlace(locator)].filter(Boolean).join(" · ");
  return chunkCard([meter(score), element("strong", {}, percent(score)), element("span.wrap", {}, place)], text);
}
