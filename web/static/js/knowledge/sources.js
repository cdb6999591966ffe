// Pages and sites that documents are fetched from, on a schedule or when asked.

import { call, failureText } from "../blocks/api.js";
import { attempt } from "../blocks/dialogs.js";
import { action, badge, element, iconButton } from "../blocks/elements.js";
import { formatAgo, formatNumber, formatTime } from "../blocks/format.js";
import { field, input, select } from "../blocks/forms.js";
import { outLink, safeLink } from "../blocks/links.js";
import { listPage } from "../blocks/list_page.js";
import { byId, t } from "../blocks/page.js";
import { emptyState } from "../blocks/panel.js";
import { isMoving } from "../blocks/progress.js";
import { controls, number, table } from "../blocks/table.js";
import { basePath, listed, showHead, writable } from "./head.js";

const KINDS = { idle: "good", fetching: "accent", failed: "bad" };
const INTERVALS = [60, 360, 1440, 10080, 43200];
const HEADS = [...["address", "status", "pages", "schedule", "fetched"].map((name) => t(`knowledge_sources.head_${name}`)), ""];
const path = `${basePath}/sources`;

function cells(one) {
  const { url } = one;
  const link = safeLink(url);
  const name = element("span.wrap", {}, link ? outLink(link, url) : url);
  const state = element("div.doc-status.flat", {}, badge(t(`knowledge_sources.status_${one.status}`), KINDS[one.status]), one.error ? element("span.trouble.wrap", {}, failureText(one.error)) : null);
  const next = one.next_fetch_at ? element("span.muted.small.nowrap", {}, t("knowledge_sources.next", { time: formatTime(one.next_fetch_at) })) : null;
  const remove = () => page.remove(one, t("knowledge_sources.delete"), t("knowledge_sources.delete_warning", { url }));
  const actions = [
    Object.assign(iconButton("rotate", t("knowledge_sources.fetch", { url }), () => fetchNow(one)), { disabled: isMoving(one) }),
    iconButton("edit", t("knowledge_sources.edit_one", { url }), () => page.edit(one)),
    iconButton("trash", t("knowledge_sources.delete_one", { url }), remove, ".danger"),
  ];
  return [
    element("div.form-tight", {}, name, element("span.muted.small", {}, t(`knowledge_sources.kind_${one.kind}`))),
    state,
    number(formatNumber(one.page_count)),
    element("div.form-tight", {}, element("span", {}, interval(one.interval_minutes)), next),
    element("span.muted.small.nowrap", {}, one.fetched_at ? formatAgo(one.fetched_at) : "–"),
    controls(writable ? actions : []),
  ];
}

function interval(minutes) {
  if (minutes === null) return t("knowledge_sources.by_hand");
  if (INTERVALS.includes(minutes)) return t(`knowledge_sources.every_${minutes}`);
  return t("knowledge_sources.every", { count: formatNumber(minutes) });
}

function form(one) {
  const known = one?.interval_minutes && !INTERVALS.includes(one.interval_minutes) ? [...INTERVALS, one.interval_minutes] : INTERVALS;
  const schedule = select("interval", [["", t("knowledge_sources.by_hand")], ...known.map((minutes) => [String(minutes), interval(minutes)])], one ? String(one.interval_minutes ?? "") : "1440");
  const kind = select("kind", ["url", "site"].map((name) => [name, t(`knowledge_sources.kind_${name}`)]), one?.kind ?? "url");
  const settings = one?.settings ?? { max_pages: 100, max_depth: 3, include: [], exclude: [] };
  const figure = (name, min, max) => field(t(`knowledge_sources.${name}`), input({ type: "number", name, min, max, required: true, value: settings[name] }));
  const globs = (name) => field(t(`knowledge_sources.${name}`), input({ name, value: settings[name].join(", "), placeholder: "/help/*" }), t("knowledge_sources.globs_hint"));
  const bounds = element("fieldset.form-grid", {}, element("legend", {}, t("knowledge_sources.bounds")), element("div.form-columns", {}, figure("max_pages", 1, 1000), figure("max_depth", 0, 10)), globs("include"), globs("exclude"));
  const fit = () => (bounds.hidden = kind.value !== "site");
  kind.addEventListener("change", fit);
  fit();
  const where = one ? [element("p.muted.wrap", {}, one.url)] : [field(t("knowledge_sources.kind"), kind, t("knowledge_sources.kind_hint")), field(t("knowledge_sources.head_address"), input({ name: "url", type: "url", required: true, maxLength: 2000, placeholder: "https://" }))];
  return {
    title: one ? t("knowledge_sources.edit") : t("knowledge_sources.create"),
    fields: [...where, field(t("knowledge_sources.head_schedule"), schedule), bounds],
    body: (values) => ({
      interval_minutes: values.interval ? Number(values.interval) : null,
      ...(kind.value === "site" && { settings: { max_pages: Number(values.max_pages), max_depth: Number(values.max_depth), include: listed(values.include), exclude: listed(values.exclude) } }),
      ...(!one && { kind: values.kind, url: values.url.trim() }),
    }),
  };
}

async function fetchNow(one) {
  await attempt(call("POST", `${path}/${one.id}/fetch`));
  await page.show();
}

const page = listPage({
  box: byId("sources"),
  path,
  view: (sources) => table(HEADS, sources.map(cells), sources.map(({ id }) => ({ source: id }))),
  empty: () => emptyState("rotate", t("knowledge_sources.empty"), t("knowledge_sources.empty_lead"), writable ? action("plus", t("knowledge_sources.create"), () => page.edit(), ".button-primary") : null),
  form,
  moving: isMoving,
  settled: (one) => `${one.url}: ${t(`knowledge_sources.status_${one.status}`)}`,
});
await Promise.all([showHead(), page.show()]);
