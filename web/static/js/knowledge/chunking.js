// How documents are cut: the settings, what they would make of a document, and how far the cutting is.

import { all, call, get } from "../blocks/api.js";
import { confirmed, fail, tell } from "../blocks/dialogs.js";
import { badge, element } from "../blocks/elements.js";
import { formatNumber, formatPlace } from "../blocks/format.js";
import { field, input, onSubmit, select, submitButton } from "../blocks/forms.js";
import { byId, t } from "../blocks/page.js";
import { emptyState, panel } from "../blocks/panel.js";
import { isMoving, settled, withBar } from "../blocks/progress.js";
import { chunkCard } from "./chunk_views.js";
import { basePath, showHead, writable } from "./head.js";

const PAUSE_MS = 350; // after the last change, before the preview is asked for
const STRATEGIES = ["headings", "fixed", "rows"];
const NUMBERS = [["max_tokens", 32, 1024], ["overlap_tokens", 0, 512], ["min_tokens", 0, 512]];
const path = `${basePath}/chunking`;
const form = byId("settings");
const picker = byId("document");
let pause = 0;

function formView([{ settings }]) {
  const numbers = NUMBERS.map(([name, min, max]) => field(t(`knowledge_chunking.${name}`), input({ type: "number", name, min, max, required: true, value: settings[name], disabled: !writable }), t(`knowledge_chunking.${name}_hint`)));
  const strategy = select("strategy", STRATEGIES.map((name) => [name, t(`knowledge_chunking.strategy_${name}`)]), settings.strategy);
  strategy.disabled = !writable;
  const trouble = element("p.note.note-bad", { id: "settings-trouble", role: "alert", hidden: true });
  const apply = writable ? element("div.button-row", {}, submitButton(t("knowledge_chunking.apply"))) : null;
  return [field(t("knowledge_chunking.strategy"), strategy, t("knowledge_chunking.strategy_hint")), numbers, trouble, apply];
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
  const settings = chosen();
  troubled(fault(settings));
  if (picker.value && !fault(settings) && form.checkValidity()) await showPreview(settings);
}

const showPreview = panel(
  byId("preview"),
  (settings) => call("POST", `${basePath}/documents/${picker.value}/chunking`, settings),
  ({ items, total }) => {
    byId("preview-count").textContent = total === null ? t("knowledge_chunking.first", { count: formatNumber(items.length) }) : t("knowledge.chunk_count", { count: formatNumber(total) });
    return items.map(previewed);
  },
);

function previewed({ ordinal, tokens, locator, text, language }) {
  const place = formatPlace(locator);
  return chunkCard([badge(`#${ordinal + 1}`), element("span", {}, t("knowledge_chunking.tokens", { count: formatNumber(tokens) })), place ? element("span.wrap", {}, place) : null], text, language);
}

async function apply() {
  const settings = chosen();
  troubled(fault(settings));
  if (fault(settings)) return;
  if (!(await confirmed(t("knowledge_chunking.apply_title"), t("knowledge_chunking.apply_warning"), t("knowledge_chunking.apply")))) return;
  const { documents_queued: count } = await call("PUT", path, settings);
  tell(t("knowledge_chunking.applied", { count: formatNumber(count) }));
  if (count) await follow(count);
}

// Until no document is being cut any more.
async function follow(total) {
  const moving = async () => (await all(`${basePath}/documents`)).filter(isMoving);
  await withBar(byId("reindexing"), t("knowledge_chunking.reindexing"), (say) =>
    settled(moving, (left) => left.length, (left) => {
      const known = Math.max(total, left.length);
      say((known - left.length + left.reduce((sum, one) => sum + one.progress, 0)) / known);
    }),
  );
  tell(t("knowledge_chunking.reindexed"));
}

async function start() {
  const found = await panel(form, () => Promise.all([get(path), all(`${basePath}/documents`)]), formView, { lines: 6 })();
  if (!found) return;
  const [, documents] = found;
  picker.replaceChildren(...documents.filter((one) => one.status === "ready").map(({ id, title }) => element("option", { value: id }, title)));
  picker.disabled = !picker.value;
  if (picker.value) await preview();
  else byId("preview").replaceChildren(emptyState("knowledge_bases", t("knowledge.no_documents"), t("knowledge_chunking.empty_lead")));
  const moving = documents.filter(isMoving).length;
  if (moving) follow(moving).catch(fail);
}

form.addEventListener("input", previewSoon);
onSubmit(form, () => void apply().catch(fail));
picker.addEventListener("change", preview);
await Promise.all([showHead(), start()]);
