// One knowledge base: uploads with live progress, documents, chunks, a search to try.

import { all, call, explain, get, upload } from "../blocks/api.js";
import { passageView, showChunks } from "./chunk_views.js";
import { confirmed, fail, formDialog, toast } from "../blocks/dialogs.js";
import { addLink, editDocument, replaceDocument, writeText } from "./document_forms.js";
import { documentCells, isMoving, uploadCells } from "./document_rows.js";
import { element, emptyState, field, input, skeleton, table } from "../blocks/elements.js";
import { formatNumber } from "../blocks/format.js";
import { basePath, nameBase } from "./head.js";
import { byId, t } from "../blocks/page.js";

const POLL_MS = 900;
const SIMULTANEOUS = 2;
const path = basePath;
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
let timer = 0;

async function showBase() {
  base = await get(path);
  nameBase(base);
  byId("description").textContent = base.description;
}

async function refresh() {
  clearTimeout(timer);
  try {
    const before = new Map(documents.map((one) => [one.id, one.status]));
    documents = await all(`${path}/documents`);
    announce(before);
    draw();
  } catch (problem) {
    if (!documents.length) byId("documents").replaceChildren(element("p.card-body", {}, explain(problem)));
  }
  if (documents.some(isMoving)) timer = setTimeout(refresh, document.hidden ? POLL_MS * 5 : POLL_MS);
}

function announce(before) {
  const settled = documents.filter((one) => before.has(one.id) && before.get(one.id) !== one.status && !isMoving(one));
  for (const one of settled) byId("progress-news").textContent = t("knowledge_base.settled", { title: one.title, status: t(`status.${one.status}`) });
}

function draw() {
  const box = byId("documents");
  box.removeAttribute("aria-busy");
  const chunks = documents.reduce((sum, one) => sum + one.chunk_count, 0);
  byId("summary").textContent = documents.length ? t("knowledge_base.counts", { documents: formatNumber(documents.length), chunks: formatNumber(chunks) }) : "";
  if (!documents.length && !uploads.length) {
    box.replaceChildren(emptyState("upload", t("knowledge_base.empty"), t("knowledge_base.empty_lead")));
    return;
  }
  // A row that has the focus keeps it when the table is drawn again.
  const focused = document.activeElement?.closest("[data-document]")?.dataset.document;
  const label = document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent;
  const made = table(
    [t("knowledge_base.name"), t("knowledge_base.status"), t("knowledge_base.contents"), t("knowledge_base.added"), ""],
    [...uploads.map((one) => uploadCells(one, dismiss, anyway)), ...documents.map((one) => documentCells(one, actions))],
  );
  [...made.querySelectorAll("tbody tr")].slice(uploads.length).forEach((row, index) => (row.dataset.document = documents[index].id));
  box.replaceChildren(made);
  if (focused) {
    const buttons = [...box.querySelectorAll(`[data-document="${focused}"] button`)];
    buttons.find((button) => (button.getAttribute("aria-label") ?? button.textContent) === label)?.focus();
  }
}

function dismiss(one) {
  uploads.splice(uploads.indexOf(one), 1);
  draw();
}

// Once more, although the same file is there.
function anyway(one) {
  Object.assign(one, { share: 0, error: "", twin: "", started: false, again: true });
  draw();
  next();
}

function add(files) {
  uploads.push(...[...files].map((file) => ({ file, share: 0, error: "", twin: "", started: false, again: false })));
  draw();
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
    await upload(`${path}/documents${one.again ? "?allow_duplicate=true" : ""}`, one.file, (share) => {
      one.share = share;
      draw();
    });
    uploads.splice(uploads.indexOf(one), 1);
    await refresh();
  } catch (problem) {
    one.twin = problem.documentId ?? "";
    const twin = documents.find(({ id }) => id === one.twin);
    one.error = twin ? t("knowledge_base.same_as", { title: twin.title }) : explain(problem);
    byId("progress-news").textContent = `${one.file.name}: ${one.error}`;
    draw();
  }
  next();
}

async function retry(one) {
  await call("POST", `${path}/documents/${one.id}/retry`).catch(fail);
  await refresh();
}

async function remove(one) {
  if (!(await confirmed(t("knowledge_base.delete_title"), t("knowledge_base.delete_warning", { title: one.title }), t("common.delete")))) return;
  try {
    await call("DELETE", `${path}/documents/${one.id}`);
    toast(t("common.deleted"));
  } catch (problem) {
    fail(problem);
  }
  await refresh();
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
    field(t("knowledge_bases.description"), element("textarea.input", { name: "description", maxLength: 2000, value: base.description })),
  ];
  formDialog(t("common.edit"), fields, t("common.save"), async ({ name, description }) => {
    await call("PATCH", path, { name, description });
    await showBase();
  });
}

async function removeBase() {
  const text = t("knowledge_bases.delete_warning", { name: base.name, count: documents.length });
  if (!(await confirmed(t("knowledge_bases.delete_title"), text, t("common.delete")))) return;
  await call("DELETE", path).then(() => location.assign("/admin/knowledge"), fail);
}

byId("search").addEventListener("submit", async (event) => {
  event.preventDefault();
  const box = byId("passages");
  box.replaceChildren(skeleton(3));
  try {
    const { items } = await call("POST", `${path}/search`, { question: byId("question").value, limit: 5 });
    box.replaceChildren(...(items.length ? items.map(passageView) : [element("p.muted", {}, t("knowledge_base.nothing_found"))]));
  } catch (problem) {
    box.replaceChildren(element("p.note.note-bad", {}, explain(problem)));
  }
});

byId("documents").replaceChildren(skeleton(4));
listenForFiles();
await Promise.all([showBase().catch((problem) => ((byId("name").textContent = explain(problem)), fail(problem))), refresh()]);
