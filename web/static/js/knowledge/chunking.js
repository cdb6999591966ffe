// How documents are cut: the settings, what they would make of a document, and how far the cutting is.

import { all, call, get } from "../blocks/api.js";
import { confirmed, fail, toast } from "../blocks/dialogs.js";
import { isMoving } from "./document_rows.js";
import { badge, element, emptyState, field, input, select, skeleton } from "../blocks/elements.js";
import { formatNumber, formatPlace, percent } from "../blocks/format.js";
import { basePath, notice, showHead, writable } from "./head.js";
import { byId, t } from "../blocks/page.js";

const POLL_MS = 900;
const PAUSE_MS = 350; // after the last change, before the preview is asked for
const STRATEGIES = ["headings", "fixed", "rows"];
const NUMBERS = [["max_tokens", 32, 1024], ["overlap_tokens", 0, 512], ["min_tokens", 0, 512]];
const path = `${basePath}/chunking`;
const form = byId("settings");
const picker = byId("document");
let turn = 0;
let pause = 0;

function drawForm(settings) {
  const numbers = NUMBERS.map(([name, min, max]) => field(t(`knowledge_chunking.${name}`), input({ type: "number", name, min, max, required: true, value: settings[name], disabled: !writable }), t(`knowledge_chunking.${name}_hint`)));
  const strategy = select("strategy", STRATEGIES.map((name) => [name, t(`knowledge_chunking.strategy_${name}`)]), settings.strategy);
  strategy.disabled = !writable;
  const trouble = element("p.note.note-bad", { id: "settings-trouble", role: "alert", hidden: true });
  const apply = element("button.button.button-primary", { type: "submit" }, t("knowledge_chunking.apply"));
  form.replaceChildren(field(t("knowledge_chunking.strategy"), strategy, t("knowledge_chunking.strategy_hint")), ...numbers, trouble, ...(writable ? [element("div.button-row", {}, apply)] : []));
  form.removeAttribute("aria-busy");
}

function chosen() {
  const numbers = NUMBERS.map(([name]) => [name, Number(form.elements[name].value)]);
  return { strategy: form.elements.strategy.value, ...Object.fromEntries(numbers) };
}

function troubled(sentence) {
  const line = byId("settings-trouble");
  line.textContent = sentence;
  line.hidden = !sentence;
}

// "" or what is wrong with the settings together.
function fault({ max_tokens: most, overlap_tokens: overlap, min_tokens: least }) {
  return overlap >= most || least > most ? t("knowledge_chunking.below_max") : "";
}

function previewSoon() {
  clearTimeout(pause);
  pause = setTimeout(preview, PAUSE_MS);
}

async function preview() {
  if (!picker.value) return;
  const settings = chosen();
  troubled(fault(settings));
  if (fault(settings) || !form.checkValidity()) return;
  turn += 1;
  const mine = turn;
  const box = byId("preview");
  box.setAttribute("aria-busy", "true");
  try {
    const { items, total } = await call("POST", `${basePath}/documents/${picker.value}/chunking`, settings);
    if (mine !== turn) return;
    byId("preview-count").textContent = total === null ? t("knowledge_chunking.first", { count: formatNumber(items.length) }) : t("knowledge.chunk_count", { count: formatNumber(total) });
    box.replaceChildren(...items.map(previewed));
  } catch (problem) {
    if (mine === turn) box.replaceChildren(notice(problem));
  } finally {
    if (mine === turn) box.removeAttribute("aria-busy");
  }
}

function previewed(item) {
  const place = formatPlace(item.locator);
  return element(
    "article.chunk",
    {},
    element("div.chunk-head", {}, badge(`#${item.ordinal + 1}`), element("span", {}, t("knowledge_chunking.tokens", { count: formatNumber(item.tokens) })), place ? element("span.wrap", {}, place) : null),
    element("p.chunk-text", { lang: item.language }, item.text),
  );
}

async function apply(event) {
  event.preventDefault();
  const settings = chosen();
  troubled(fault(settings));
  if (fault(settings)) return;
  if (!(await confirmed(t("knowledge_chunking.apply_title"), t("knowledge_chunking.apply_warning"), t("knowledge_chunking.apply")))) return;
  try {
    const { documents_queued: count } = await call("PUT", path, settings);
    const told = t("knowledge_chunking.applied", { count: formatNumber(count) });
    byId("news").textContent = told;
    toast(told);
    if (count) await follow(count);
  } catch (problem) {
    fail(problem);
  }
}

// Until no document is being cut any more.
async function follow(total) {
  const box = byId("reindexing");
  const bar = element("progress", { max: 1, value: 0, "aria-label": t("knowledge_chunking.reindexing") });
  const figure = element("span.muted.small.number", {}, "");
  box.replaceChildren(element("div.job-line", {}, element("span", {}, t("knowledge_chunking.reindexing")), figure), bar);
  box.hidden = false;
  for (;;) {
    const moving = (await all(`${basePath}/documents`)).filter(isMoving);
    if (!moving.length) break;
    const known = Math.max(total, moving.length);
    const share = (known - moving.length + moving.reduce((sum, one) => sum + one.progress, 0)) / known;
    bar.value = share;
    figure.textContent = percent(share);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  box.hidden = true;
  byId("news").textContent = t("knowledge_chunking.reindexed");
  toast(t("knowledge_chunking.reindexed"));
}

form.addEventListener("input", previewSoon);
form.addEventListener("submit", apply);
picker.addEventListener("change", preview);
form.replaceChildren(skeleton(6));
const head = showHead();
try {
  const [{ settings }, documents] = await Promise.all([get(path), all(`${basePath}/documents`)]);
  drawForm(settings);
  picker.replaceChildren(...documents.filter((one) => one.status === "ready").map(({ id, title }) => element("option", { value: id }, title)));
  if (picker.value) await preview();
  else byId("preview").replaceChildren(emptyState("knowledge_bases", t("knowledge.no_documents"), t("knowledge_chunking.empty_lead")));
  picker.disabled = !picker.value;
  const moving = documents.filter(isMoving).length;
  if (moving) follow(moving).catch(fail);
} catch (problem) {
  form.replaceChildren(notice(problem));
}
await head;
