// The documents of a knowledge base as table rows, with what is happening to each.

import { failureText } from "../blocks/api.js";
import { badge, element, iconButton } from "../blocks/elements.js";
import { formatAgo, formatNumber, formatSize, percent } from "../blocks/format.js";
import { t } from "../blocks/page.js";
import { isMoving } from "../blocks/progress.js";
import { controls } from "../blocks/table.js";
import { writable } from "./head.js";

const KINDS = { queued: "", processing: "accent", uploading: "accent", ready: "good", failed: "bad" };

export function documentCells(document, { onChunks, onEdit, onReplace, onRetry, onDelete }) {
  const { title } = document;
  const changes = [
    document.status === "failed" && document.size ? iconButton("rotate", t("knowledge_base.retry_document", { title }), () => onRetry(document)) : null,
    iconButton("edit", t("knowledge_base.edit_document", { title }), () => onEdit(document)),
    Object.assign(iconButton("upload", t("knowledge_base.replace_document", { title }), () => onReplace(document)), { disabled: isMoving(document) }),
    iconButton("trash", t("knowledge_base.delete_document", { title }), () => onDelete(document), ".danger"),
  ];
  const actions = [
    document.status === "ready" ? element("button.button.button-small", { type: "button", onclick: () => onChunks(document) }, t("knowledge_base.chunks")) : null,
    ...(writable ? changes : []),
  ];
  const origin = document.url || (document.file_name !== title ? document.file_name : "");
  const size = [origin, document.size ? formatSize(document.size) : ""].filter(Boolean).join(" · ");
  return [
    nameCell(title, document.file_name, size, [...document.tags, ...Object.entries(document.attributes).map((pair) => pair.join(": "))]),
    statusView(document),
    { content: document.status === "ready" ? t("knowledge_base.chunk_count", { count: formatNumber(document.chunk_count) }) : "", className: "number muted nowrap" },
    element("span.muted.small.clip", {}, formatAgo(document.created_at)),
    controls(actions),
  ];
}

// A file on its way: `share` is what has left the browser.
export function uploadCells(upload, onDismiss, onAnyway) {
  const anyway = upload.twin ? element("button.link-button", { type: "button", onclick: () => onAnyway(upload) }, t("knowledge_base.add_anyway")) : null;
  const trouble = upload.error
    ? [badge(upload.twin ? t("knowledge_base.duplicate") : t("status.failed"), upload.twin ? "warn" : "bad"), element(upload.twin ? "span.small.wrap" : "span.trouble.wrap", {}, upload.error), anyway].filter(Boolean)
    : [badge(t("status.uploading"), "accent"), bar(upload.share, upload.file.name)];
  return [
    nameCell(upload.file.name, upload.file.name, formatSize(upload.file.size)),
    element("div.doc-status", {}, trouble),
    "",
    "",
    { content: upload.error ? iconButton("close", t("common.dismiss"), () => onDismiss(upload)) : "", className: "actions" },
  ];
}

function nameCell(title, fileName, below, marks = []) {
  return element(
    "div.doc-name",
    {},
    element("span.file-type", { "aria-hidden": "true" }, fileType(fileName)),
    element("div", {}, element("div.wrap", { title }, title), element("div.muted.small.clip", {}, below), marks.length ? element("div.doc-marks", {}, marks.map((mark) => badge(mark))) : null),
  );
}

function fileType(fileName) {
  const dot = fileName.lastIndexOf(".");
  return dot > 0 ? fileName.slice(dot + 1, dot + 5).toUpperCase() : "TXT";
}

function statusView(document) {
  const lines = [badge(t(`status.${document.status}`), KINDS[document.status] ?? "")];
  if (document.status === "processing") {
    lines.push(bar(document.progress, document.title));
    const pages = document.pages_total > 1 ? t("knowledge_base.pages", { done: document.pages_done, total: document.pages_total }) : percent(document.progress);
    lines.push(element("span.muted.small", {}, [pages, timeLeft(document.eta_seconds)].filter(Boolean).join(" · ")));
  }
  // A replacement that failed leaves a document ready, with its old content.
  if (!isMoving(document) && document.error) lines.push(element("span.trouble.wrap", {}, failureText(document.error)));
  return element("div.doc-status", {}, lines);
}

function timeLeft(seconds) {
  if (seconds === null || seconds === undefined) return "";
  if (seconds < 60) return t("knowledge_base.seconds_left", { count: Math.max(1, Math.round(seconds)) });
  return t("knowledge_base.minutes_left", { count: Math.round(seconds / 60) });
}

function bar(share, name) {
  return element("progress", { max: 1, value: share ?? 0, "aria-label": t("knowledge_base.progress_of", { name }) });
}
