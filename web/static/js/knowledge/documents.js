// One knowledge base: uploads with live progress, documents, chunks, a search to try.

import { all, call, explain, get, upload } from "../blocks/api.js";
import { attempt, confirmed, fail, removal } from "../blocks/dialogs.js";
import { element } from "../blocks/elements.js";
import { formatNumber } from "../blocks/format.js";
import { field, input, onSubmit, textarea } from "../blocks/forms.js";
import { writeDialog } from "../blocks/list_page.js";
import { byId, t } from "../blocks/page.js";
import { emptyState, panel } from "../blocks/panel.js";
import { isMoving } from "../blocks/progress.js";
import { table } from "../blocks/table.js";
import { passageView, showChunks } from "./chunk_views.js";
import { addLink, editDocument, replaceDocument, writeText } from "./document_forms.js";
import { documentCells, uploadCells } from "./document_rows.js";
import { basePath, nameBase } from "./head.js";

const SIMULTANEOUS = 2;
const HEADS = [...["name", "status", "contents", "added"].map((name) => t(`knowledge_base.${name}`)), ""];
const uploads = [];
const actions = {
  onChunks: (one) => showChunks(one),
  onEdit: (one) => editDocument(one, refresh),
  onReplace: (one) => replaceDocument(one, refresh),
  onRetry: retry,
  onDelete: remove,
};
let base = null;
let documents = [];

async function showBase() {
  base = await get(basePath);
  nameBase(base);
  byId("description").textContent = base.description;
}

function view(found) {
  documents = found;
  const chunks = documents.reduce((sum, one) => sum + one.chunk_count, 0);
  byId("summary").textContent = documents.length ? t("knowledge_base.counts", { documents: formatNumber(documents.length), chunks: formatNumber(chunks) }) : "";
  if (!documents.length && !uploads.length) return emptyState("upload", t("knowledge_base.empty"), t("knowledge_base.empty_lead"));
  const rows = [...uploads.map((one) => uploadCells(one, dismiss, anyway)), ...documents.map((one) => documentCells(one, actions))];
  return table(HEADS, rows, [...uploads.map(() => ({})), ...documents.map(({ id }) => ({ document: id }))]);
}

function dismiss(one) {
  uploads.splice(uploads.indexOf(one), 1);
  refresh.draw();
}

// Once more, although the same file is there.
function anyway(one) {
  Object.assign(one, { share: 0, error: "", twin: "", started: false, again: true });
  refresh.draw();
  next();
}

function add(files) {
  uploads.push(...[...files].map((file) => ({ file, share: 0, error: "", twin: "", started: false, again: false })));
  refresh.draw();
  next();
}

function next() {
  const active = uploads.filter((one) => one.started && !one.error).length;
  const waiting = uploads.filter((one) => !one.started).slice(0, Math.max(0, SIMULTANEOUS - active));
  waiting.forEach(start);
}

async function start(one) {
  one.started = true;
  try {
    await upload(`${basePath}/documents${one.again ? "?allow_duplicate=true" : ""}`, one.file, (share) => {
      one.share = share;
      refresh.draw();
    });
    uploads.splice(uploads.indexOf(one), 1);
    await refresh();
  } catch (problem) {
    one.twin = problem.documentId ?? "";
    const twin = documents.find(({ id }) => id === one.twin);
    one.error = twin ? t("knowledge_base.same_as", { title: twin.title }) : explain(problem);
    byId("news").textContent = `${one.file.name}: ${one.error}`;
    refresh.draw();
  }
  next();
}

async function retry(one) {
  await attempt(call("POST", `${basePath}/documents/${one.id}/retry`));
  await refresh();
}

function remove(one) {
  return removal(`${basePath}/documents/${one.id}`, t("knowledge_base.delete_title"), t("knowledge_base.delete_warning", { title: one.title }), refresh);
}

function listenForFiles() {
  const drop = byId("drop");
  if (!drop) return;
  const picker = byId("files");
  byId("pick").addEventListener("click", () => picker.click());
  picker.addEventListener("change", () => {
    add(picker.files);
    picker.value = "";
  });
  // The whole page takes files, so that one let go beside the box does not open in its place.
  let depth = 0;
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const light = (change) => {
    depth = Math.max(0, depth + change);
    drop.classList.toggle("over", depth > 0);
  };
  addEventListener("dragenter", (event) => hasFiles(event) && light(1));
  addEventListener("dragleave", (event) => hasFiles(event) && light(-1));
  addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    light(-depth);
    add(event.dataTransfer.files);
  });
  byId("write").addEventListener("click", () => writeText(refresh));
  byId("link").addEventListener("click", () => addLink(refresh));
  byId("edit").addEventListener("click", edit);
  byId("delete").addEventListener("click", removeBase);
}

function edit() {
  const fields = [
    field(t("knowledge_bases.name"), input({ name: "name", required: true, maxLength: 200, value: base.name })),
    field(t("knowledge_bases.description"), textarea({ name: "description", maxLength: 2000, value: base.description })),
  ];
  writeDialog({ path: "/v1/knowledge-bases", one: base, title: t("common.edit"), fields, then: showBase });
}

async function removeBase() {
  const text = t("knowledge_bases.delete_warning", { name: base.name, count: documents.length });
  if (!(await confirmed(t("knowledge_bases.delete_title"), text, t("common.delete")))) return;
  await call("DELETE", basePath).then(() => location.assign("/admin/knowledge"), fail);
}

const refresh = panel(byId("documents"), () => all(`${basePath}/documents`), view, {
  moving: isMoving,
  settled: (one) => t("knowledge_base.settled", { title: one.title, status: t(`status.${one.status}`) }),
});
const search = panel(
  byId("passages"),
  (question) => call("POST", `${basePath}/search`, { question, limit: 5 }),
  ({ items }) => (items.length ? items.map(passageView) : element("p.muted", {}, t("knowledge_base.nothing_found"))),
  { lines: 3 },
);
onSubmit(byId("search"), () => {
  byId("passages").replaceChildren();
  search(byId("question").value);
});
listenForFiles();
await Promise.all([showBase().catch((problem) => ((byId("name").textContent = explain(problem)), fail(problem))), refresh()]);
