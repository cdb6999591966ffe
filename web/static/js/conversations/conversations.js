// What users and bots talked about, newest first.

import { all, list } from "../blocks/api.js";
import { badge, element } from "../blocks/elements.js";
import { formatAgo, formatNumber } from "../blocks/format.js";
import { byId, may, t } from "../blocks/page.js";
import { emptyState, panel } from "../blocks/panel.js";
import { number, table } from "../blocks/table.js";

const HEADS = ["user", "bot", "channel", "language", "messages", "status", "last"].map((name) => t(`conversations.${name}`));
const STATUS = { open: "good", handed_over: "warn", closed: "" };
const bot = byId("bot");
const bots = may("bots:read") ? await all("/v1/bots").catch(() => []) : [];
const names = new Map(bots.map((one) => [one.id, one.name]));

// `before`: the talks that are shown already; `cursor`: where the next begin.
async function load(before = [], cursor = null) {
  const page = await list("/v1/conversations", { limit: 30, cursor, ...(bot.value && { bot_id: bot.value }) });
  return { talks: [...before, ...page.items], next: page.next_cursor };
}

function view({ talks, next }) {
  if (!talks.length) return emptyState("conversations", t("conversations.empty"), t("conversations.empty_lead"));
  const more = next ? element("div.card-body", {}, element("button.button", { type: "button", onclick: () => show(talks, next) }, t("common.more"))) : null;
  return [table(HEADS, talks.map(cells)), more];
}

function cells(talk) {
  return [
    element("div.talk-name", {}, element("a.wrap", { href: `/admin/conversations/${talk.id}` }, talk.user_id), element("div.muted.small.clip", {}, talk.session_id)),
    element("span.wrap", {}, names.get(talk.bot_id) ?? "–"),
    t(`conversations.channel_${talk.channel}`, {}, talk.channel),
    t(`common.language_${talk.language}`, {}, "–"),
    number(formatNumber(talk.message_count)),
    badge(t(`status.${talk.status}`), STATUS[talk.status]),
    element("span.muted.small", {}, formatAgo(talk.updated_at)),
  ];
}

const show = panel(byId("list"), load, view, { lines: 6 });
bot.append(element("option", { value: "" }, t("conversations.all_bots")), ...bots.map((one) => element("option", { value: one.id }, one.name)));
bot.addEventListener("change", () => show());
await show();
