// Pages and sites that documents are fetched from, on a schedule or when asked.

import { all, call } from "../blocks/api.js";
import { confirmed, fail, formDialog, toast } from "../blocks/dialogs.js";
import { troubleText } from "./document_rows.js";
import { badge, element, emptyState, field, iconButton, input, select, skeleton, table } from "../blocks/elements.js";
import { formatAgo, formatNumber, formatTime } from "../blocks/format.js";
import { action, basePath, listed, notice, showHead, writable } from "./head.js";
import { safeLink } from "../blocks/links.js";
import { byId, t } from "../blocks/page.js";

const POLL_MS = 1200;
const KINDS = { idle: "good", fetching: "accent", failed: "bad" };
const INTERVALS = [60, 360, 1440, 10080, 43200];
const path = `${basePath}/sources`;
let sources = [];
let timer = 0;

async function load() {
  clearTimeout(timer);
  try {
    const before = new Map(sources.map((one) => [one.id, one.status]));
    sources = await all(path);
    for (const one of sources) {
      if (before.get(one.id) === "fetching" && one.status !== "fetching") byId("news").textContent = `${one.url}: ${t(`knowledge_sources.status_${one.status}`)}`;
    }
    draw();
  } catch (problem) {
    byId("sources").replaceChildren(element("div.card-body", {}, notice(problem)));
  } finally {
    byId("sources").removeAttribute("aria-busy");
  }
  if (sources.some((one) => one.status === "fetching")) timer = setTimeout(load, POLL_MS);
}

function draw() {
  const box = byId("sources");
  if (!sources.length) {
    const start = writable ? action("plus", t("knowledge_sources.create"), () => edit(null), ".button-primary") : null;
    box.replaceChildren(emptyState("rotate", t("knowledge_sources.empty"), t("knowledge_sources.empty_lead"), start));
    return;
  }
  const focused = document.activeElement?.closest("[data-source]")?.dataset.source;
  const label = document.activeElement?.getAttribute("aria-label");
  const heads = ["address", "status", "pages", "schedule", "fetched"].map((name) => t(`knowledge_sources.head_${name}`));
  const made = table([...heads, ""], sources.map(cells));
  [...made.querySelectorAll("tbody tr")].forEach((row, index) => (row.dataset.source = sources[index].id));
  box.replaceChildren(made);
  if (focused) [...box.querySelectorAll(`[data-source="${focused}"] button`)].find((button) => button.getAttribute("aria-label") === label)?.focus();
}

function cells(one) {
  const link = safeLink(one.url);
  const name = link ? element("a.wrap", { href: link, target: "_blank", rel: "noopener noreferrer" }, one.url) : element("span.wrap", {}, one.url);
  const state = [badge(t(`knowledge_sources.status_${one.status}`), KINDS[one.status]), one.error ? element("span.trouble.wrap", {}, troubleText(one.error)) : null];
  const schedule = [element("span", {}, interval(one.interval_minutes)), one.next_fetch_at ? element("span.muted.small.nowrap", {}, t("knowledge_sources.next", { time: formatTime(one.next_fetch_at) })) : null];
  const again = Object.assign(iconButton("rotate", t("knowledge_sources.fetch", { url: one.url }), () => fetchNow(one)), { disabled: one.status === "fetching" });
  const actions = [again, iconButton("edit", t("knowledge_sources.edit_one", { url: one.url }), () => edit(one)), iconButton("trash", t("knowledge_sources.delete_one", { url: one.url }), () => remove(one), ".danger")];
  return [
    element("div.form-tight", {}, name, element("span.muted.small", {}, t(`knowledge_sources.kind_${one.kind}`))),
    { content: element("div.doc-status.flat", {}, state.filter(Boolean)) },
    { content: formatNumber(one.page_count), className: "number" },
    { content: element("div.form-tight", {}, schedule.filter(Boolean)) },
    element("span.muted.small.nowrap", {}, one.fetched_at ? formatAgo(one.fetched_at) : "–"),
    { content: element("div.row-actions", {}, writable ? actions : []), className: "actions" },
  ];
}


function interval(minutes) {
  if (minutes === null) return t("knowledge_sources.by_hand");
  if (INTERVALS.includes(minutes)) return t(`knowledge_sources.every_${minutes}`);
  return t("knowledge_sources.every", { count: formatNumber(minutes) });
}

function edit(one) {
  const known = one?.interval_minutes && !INTERVALS.includes(one.interval_minutes) ? [...INTERVALS, one.interval_minutes] : INTERVALS;
  const schedule = select("interval", [["", t("knowledge_sources.by_hand")], ...known.map((minutes) => [String(minutes), interval(minutes)])], one ? String(one.interval_minutes ?? "") : "1440");
  const kind = select("kind", ["url", "site"].map((name) => [name, t(`knowledge_sources.kind_${name}`)]), one?.kind ?? "url");
  const settings = one?.settings ?? { max_pages: 100, max_depth: 3, include: [], exclude: [] };
  const number = (name, min, max) => field(t(`knowledge_sources.${name}`), input({ type: "number", name, min, max, required: true, value: settings[name] }));
  const globs = (name) => field(t(`knowledge_sources.${name}`), input({ name, value: settings[name].join(", "), placeholder: "/help/*" }), t("knowledge_sources.globs_hint"));
  const bounds = element("fieldset.form-grid", {}, element("legend", {}, t("knowledge_sources.bounds")), element("div.form-columns", {}, number("max_pages", 1, 1000), number("max_depth", 0, 10)), globs("include"), globs("exclude"));
  const fit = () => (bounds.hidden = kind.value !== "site");
  kind.addEventListener("change", fit);
  fit();
  const where = one ? [element("p.muted.wrap", {}, one.url)] : [field(t("knowledge_sources.kind"), kind, t("knowledge_sources.kind_hint")), field(t("knowledge_sources.head_address"), input({ name: "url", type: "url", required: true, maxLength: 2000, placeholder: "https://" }))];
  formDialog(one ? t("knowledge_sources.edit") : t("knowledge_sources.create"), [...where, field(t("knowledge_sources.head_schedule"), schedule), bounds], t("common.save"), async (values) => {
    const body = { interval_minutes: values.interval ? Number(values.interval) : null };
    if (kind.value === "site") body.settings = { max_pages: Number(values.max_pages), max_depth: Number(values.max_depth), include: listed(values.include), exclude: listed(values.exclude) };
    await (one ? call("PATCH", `${path}/${one.id}`, body) : call("POST", path, { ...body, kind: values.kind, url: values.url.trim() }));
    toast(t("common.saved"));
    await load();
  });
}

async function fetchNow(one) {
  await call("POST", `${path}/${one.id}/fetch`).catch(fail);
  await load();
}

async function remove(one) {
  if (!(await confirmed(t("knowledge_sources.delete"), t("knowledge_sources.delete_warning", { url: one.url }), t("common.delete")))) return;
  try {
    await call("DELETE", `${path}/${one.id}`);
    toast(t("common.deleted"));
  } catch (problem) {
    fail(problem);
  }
  await load();
}

byId("create")?.addEventListener("click", () => edit(null));
byId("sources").replaceChildren(skeleton(4));
await Promise.all([showHead(), load()]);
