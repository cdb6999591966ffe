// The chunks of a document, and passages found in a knowledge base, each with the place it came from.

import { call, explain, list } from "../blocks/api.js";
import { drawer, fail, toast } from "../blocks/dialogs.js";
import { badge, element, iconButton, skeleton } from "../blocks/elements.js";
import { formatPlace, percent } from "../blocks/format.js";
import { basePath, toggle, writable } from "./head.js";
import { t } from "../blocks/page.js";

export async function showChunks(document) {
  const { body } = drawer(document.title);
  await fillWithChunks(body, document.id);
}

// All chunks of a document into `box`, some at a time. Who may change them can.
export async function fillWithChunks(box, documentId) {
  const chunks = element("div.form-grid");
  const more = element("button.button", { type: "button", hidden: true }, t("common.more"));
  box.replaceChildren(chunks, more);
  let cursor = null;
  const load = async () => {
    more.disabled = true;
    if (!cursor) chunks.replaceChildren(skeleton(6));
    try {
      const page = await list(`${basePath}/chunks`, { document_id: documentId, limit: 30, cursor });
      if (!cursor) chunks.replaceChildren();
      chunks.append(...page.items.map((chunk) => chunkView(chunk)));
      if (!chunks.children.length) chunks.append(element("p.muted", {}, t("knowledge.no_chunks")));
      cursor = page.next_cursor;
      more.hidden = !cursor;
    } catch (problem) {
      chunks.replaceChildren(element("p.note.note-bad", {}, explain(problem)));
    } finally {
      more.disabled = false;
    }
  };
  more.addEventListener("click", load);
  await load();
}

function chunkView(chunk) {
  const view = element("article.chunk");
  const change = async (changes) => {
    try {
      Object.assign(chunk, await call("PATCH", `${basePath}/chunks/${chunk.id}`, changes));
      toast(t("common.saved"));
    } catch (problem) {
      fail(problem);
      throw problem;
    }
  };
  const show = () => {
    const place = formatPlace({ ...chunk.locator, heading: chunk.locator?.heading ?? chunk.heading });
    const number = `#${chunk.ordinal + 1}`;
    const controls = [
      toggle(t("knowledge.chunk_enabled", { number }), chunk.is_enabled, async (on) => {
        await change({ is_enabled: on });
        show();
        view.querySelector(".toggle").focus();
      }),
      iconButton("edit", t("knowledge.chunk_edit", { number }), write),
    ];
    const marks = [badge(number), chunk.is_enabled ? null : badge(t("knowledge.chunk_off"), "warn"), chunk.is_edited ? badge(t("knowledge.chunk_edited"), "accent") : null, place ? element("span.wrap", {}, place) : null];
    view.classList.toggle("is-off", !chunk.is_enabled);
    view.replaceChildren(
      element("div.chunk-bar", {}, element("div.chunk-head", {}, marks), writable ? element("div.row-actions", {}, controls) : null),
      element("p.chunk-text", { lang: chunk.language }, chunk.text),
    );
  };
  const write = () => {
    const text = element("textarea.input", { value: chunk.text, rows: Math.min(16, 3 + chunk.text.length / 70), required: true, maxLength: 8000, "aria-label": t("knowledge.chunk_text") });
    const close = () => {
      show();
      view.querySelector(".icon-button").focus();
    };
    const save = async (event) => {
      event.preventDefault();
      await change({ text: text.value }).then(close, () => {});
    };
    const buttons = element("div.button-row", {}, element("button.button.button-small.button-primary", { type: "submit" }, t("common.save")), element("button.button.button-small", { type: "button", onclick: close }, t("common.cancel")));
    view.replaceChildren(element("form.form-grid", { onsubmit: save }, text, buttons));
    text.focus();
  };
  show();
  return view;
}

export function passageView(passage) {
  const place = formatPlace(passage.locator);
  return element(
    "article.chunk",
    {},
    element(
      "div.chunk-head",
      {},
      element("progress.meter", { max: 1, value: passage.score, "aria-hidden": "true" }),
      element("strong", {}, percent(passage.score)),
      element("span.wrap", {}, [passage.document_title, place].filter(Boolean).join(" · ")),
    ),
    element("p.chunk-text", {}, passage.text),
  );
}
